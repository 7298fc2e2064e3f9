"""Senders in processes of their own, which a test kills: each drains an outbox until it is empty.

    python -m tests.sender DATABASE_URL MAIL_PORT SLACK_ADDRESS

All that a sender needs is loaded once; for each line on standard input a sender is forked off. Its process id and
"ready" are printed when it has opened the database, and its exit status when it has ended.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import slack_sdk.web  # noqa: F401 - what the first message would load, so that kills meet the sending

from monitor.delivery import Secret
from monitor.delivery.email import EmailNotifier, EmailSettings
from monitor.delivery.slack import SlackNotifier, SlackSettings
from monitor.pipeline import delivering
from monitor.records import Person
from monitor.store import Store
from tests.pipelines import make_rules, polling_pipeline
from tests.slack_server import CHANNEL, TOKEN
from tests.worlds import InProcess


def send(url: str, mail_port: int, slack_address: str) -> None:
    """Send what is due."""
    mail = EmailSettings(host="127.0.0.1", port=mail_port, sender="m@news.example.org", security="none")
    token = Secret(TOKEN)
    bot = SlackSettings(token=token, channel=CHANNEL, address=slack_address, spacing_seconds=0, settle_seconds=0)
    notifiers = {"mail": EmailNotifier(mail), "team": SlackNotifier(bot)}
    ana = Person(id="ana", name="Ana", channels=("mail", "team"))
    rules = make_rules((), people=(ana,), channel_types={"mail": "email", "team": "slack"})
    store = Store(url)
    pipeline = polling_pipeline(rules, store, None, InProcess(), lambda: datetime.now(tz=UTC))  # type: ignore[arg-type]  # nobody asks the web
    _say(f"{os.getpid()} ready")
    # What failed is due again a second later: whoever waits for it has not got hours.
    delivering.LADDER = (timedelta(seconds=1),)
    delivering.deliver(rules, replace(pipeline.tools, notifiers=notifiers))
    store.close()


def main() -> None:
    """Fork a sender for each line that is read, one after the other."""
    url, mail_port, slack_address = sys.argv[1:]
    for _ in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                send(url, int(mail_port), slack_address)
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        _say(f"ended {os.waitstatus_to_exitcode(status)}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the test waits for it


if __name__ == "__main__":
    main()
