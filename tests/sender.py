"""A sender in a process of its own: drains an outbox until it is empty, or until it is killed.

python -m tests.sender DATABASE_URL MAIL_PORT SLACK_ADDRESS
"""

from __future__ import annotations

import sys
from dataclasses import replace

from monitor.delivery import Secret
from monitor.delivery.email import EmailNotifier, EmailSettings
from monitor.delivery.slack import SlackNotifier, SlackSettings
from monitor.pipeline.delivering import deliver
from monitor.store import Store
from monitor.wiring import system_clock
from tests.pipelines import make_rules, polling_pipeline
from tests.slack_server import CHANNEL, TOKEN
from tests.worlds import InProcess


def main(url: str, mail_port: int, slack_address: str) -> None:
    """Say "ready" when all is loaded, then send what is due."""
    mail = EmailSettings(host="127.0.0.1", port=mail_port, sender="m@news.example.org", security="none")
    token = Secret(TOKEN)
    bot = SlackSettings(token=token, channel=CHANNEL, address=slack_address, spacing_seconds=0, settle_seconds=0)
    notifiers = {"mail": EmailNotifier(mail), "team": SlackNotifier(bot)}
    rules = make_rules((), channel_types={"mail": "email", "team": "slack"})
    store = Store(url)
    pipeline = polling_pipeline(rules, store, None, InProcess(), system_clock)  # type: ignore[arg-type]  # nobody asks the web
    import slack_sdk.web  # noqa: F401, PLC0415 - what the first message would load, so that kills meet the sending

    print("ready", flush=True)  # noqa: T201 - the test waits for it
    deliver(rules, replace(pipeline.tools, notifiers=notifiers))
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
