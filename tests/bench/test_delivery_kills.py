"""Senders killed at random moments, again and again: nothing lost, no second identity, no double on Slack."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from monitor.delivery import Secret
from monitor.delivery.email import EmailNotifier, EmailSettings
from monitor.delivery.slack import SlackNotifier, SlackSettings
from monitor.messages import render
from monitor.records import Delivery, Planned
from monitor.store import Store
from monitor.wiring import system_clock
from tests.factories import make_delivery, make_digest
from tests.mail_server import MailServer, mail_server
from tests.slack_server import CHANNEL, TOKEN, Answer, SlackServer, slack_server

ROOT = Path(__file__).resolve().parents[2]
KILLS = 200
LONGEST = 0.15
"""Seconds after which a sender at work is killed at the latest."""

SLOW = 0.015
"""Seconds that the servers take at most before and after accepting."""

TROUBLE = 0.15
"""Share of Slack's answers, and of kills, that go with a fault of the server's own."""

LONGEST_WAIT = 60
"""Seconds for what failed to become due again; the senders' ladder has steps of a second."""


@pytest.mark.bench
@pytest.mark.timeout(900)
def test_200_kills_lose_nothing_and_double_nothing_that_can_be_told_apart(
    store: Store, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = Random(7)  # noqa: S311 - the moments of the kills, not a secret
    with mail_server() as mail, slack_server() as slack:
        mail.pause = lambda: chance.uniform(0, SLOW)
        slack.pauses = lambda: (chance.uniform(0, SLOW), chance.uniform(0, SLOW))
        slack.trouble = lambda method: _trouble(chance) if method == "chat.postMessage" else None
        senders = _Senders(database_url, mail, slack)
        planned: list[Delivery] = []
        killed = 0
        while killed < KILLS:
            if senders.run(kill_after=chance.uniform(0, LONGEST)):
                killed += 1
            else:
                # It had nothing left to send.
                planned += _plan(store, range(len(planned) // 2, len(planned) // 2 + 60), mail, slack)
            mail.drop = int(chance.random() < TROUBLE)
        mail.drop, slack.trouble = 0, lambda _method: None
        for _ in range(LONGEST_WAIT):
            senders.run()
            if not store.outbox.overdue(system_clock())[0]:
                break
            time.sleep(1)
        senders.close()
        states = Counter(str(_row(store, delivery)["state"]) for delivery in planned)
        copies = sum(int(str(_row(store, delivery)["copies"])) for delivery in planned)
        mails, keys = Counter(mail.ids()), Counter(slack.copies())
    raw = sum(count - 1 for count in mails.values())
    with capsys.disabled():
        print(
            f"\n{KILLS} kills over {len(planned)} deliveries: {dict(states)}; {raw} raw copies of mails under their "
            f"own ids, {copies} attempts that followed an open one, {sum(keys.values()) - len(keys)} Slack doubles"
        )
    assert states == {"sent": len(planned)}
    wanted = {delivery.message_id for delivery in planned if delivery.channel == "mail"}
    assert set(mails) == wanted, "lost, or sent under a second Message-ID"
    assert keys == Counter({delivery.id: 1 for delivery in planned if delivery.channel == "team"})
    assert raw <= copies


def _trouble(chance: Random) -> Answer | None:
    """Return now and then a fault: taken or not taken, answered or broken off."""
    faults = (
        Answer(status=500, body="", taken=True),
        Answer(status=503, body=""),
        Answer(error="internal_error", taken=True),
        Answer(drop=True),
        Answer(status=429, headers={"Retry-After": "1"}, error="ratelimited"),
    )
    return chance.choice(faults) if chance.random() < TROUBLE else None


def _plan(store: Store, numbers: range, mail: MailServer, slack: SlackServer) -> list[Delivery]:
    """Put a digest for each number into the outbox, by mail and to Slack."""
    settings = EmailSettings(host="127.0.0.1", port=mail.port, sender="m@news.example.org", security="none")
    bot = SlackSettings(token=Secret(TOKEN), channel=CHANNEL, address=slack.address)
    notifiers = {"mail": EmailNotifier(settings), "team": SlackNotifier(bot)}
    planned, now = [], system_clock() - timedelta(seconds=1)
    for number in numbers:
        digest = make_digest(0, id=f"{number:016x}", created_at=now)
        message = render(digest)
        deliveries = []
        for channel, recipient in (("mail", "ana@example.org"), ("team", CHANNEL)):
            delivery = make_delivery(
                id=f"{channel[0]}{number:015x}",
                digest_id=digest.id,
                channel=channel,
                recipient=recipient,
                message_id=f"<d.{digest.id}.{channel}@news.example.org>",
                created_at=now,
            )
            deliveries.append(replace(delivery, body=notifiers[channel].freeze(delivery, message)))
        planned.append(Planned(digest=digest, message=message, deliveries=tuple(deliveries)))
    store.outbox.plan(planned, [], "model-1", slots={})
    return [delivery for plan in planned for delivery in plan.deliveries]


class _Senders:
    """Where senders come from; each is a process of its own."""

    def __init__(self, url: str, mail: MailServer, slack: SlackServer) -> None:
        command = [sys.executable, "-m", "tests.sender", url, str(mail.port), slack.address]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, *, kill_after: float | None = None) -> bool:
        """Let a sender work, to its end or for so long; say whether it was killed."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        pid, ready = self._line().split()
        assert ready == "ready"
        if kill_after is not None:
            time.sleep(kill_after)
            # The sender is reaped only by its parent, so that this number is still its own.
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        ended = self._line()
        assert ended in {"ended 0", f"ended {-signal.SIGKILL}"}
        return ended != "ended 0"

    def close(self) -> None:
        """End the process that they come from."""
        self._process.communicate(timeout=30)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def _row(store: Store, delivery: Delivery) -> dict[str, object]:
    found = store.receipts.delivery(delivery.id)
    assert found is not None
    return found
