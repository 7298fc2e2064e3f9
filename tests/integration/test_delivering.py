"""What becomes of a delivery when its channel fails, dies, or is slow: a row for each fault, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.delivery import Secret
from monitor.delivery.email import EmailNotifier, EmailSettings
from monitor.delivery.slack import SlackNotifier, SlackSettings
from monitor.messages import render
from monitor.pipeline import Rules, Tools
from monitor.pipeline.delivering import GIVEN_UP, LADDER, deliver
from monitor.pipeline.reports import DeliverReport
from monitor.ports import Notifier
from monitor.records import Delivery, Mute, MuteKind, Person, Planned, Quiet, Timetable, Watch, Why
from monitor.store import Store
from tests.factories import make_delivery, make_digest
from tests.mail_server import MailServer, mail_server
from tests.pipelines import make_rules, polling_pipeline
from tests.slack_server import CHANNEL, TOKEN, Answer, SlackServer, slack_server
from tests.worlds import InProcess

DAILY = Timetable(phrase="daily at 7:00", crons=("0 7 * * *",))
WATCH = Watch(id="crypto", title="Crypto regulation", topics=("crypto-regulation",), people=("ana",), digest=DAILY)
ANA = Person(id="ana", name="Ana", channels=("mail", "team"))
MINUTE = timedelta(minutes=1)


class Desk:
    """A store with deliveries in it, channels that a test spoils, and a clock that it moves."""

    def __init__(self, store: Store, mail: MailServer, slack: SlackServer) -> None:
        """Begin with an empty outbox."""
        self.store, self.mail, self.slack = store, mail, slack
        # The Slack of the tests dates its messages by the real clock.
        self.began = self.now = datetime.now(tz=UTC).replace(microsecond=0)
        settings = EmailSettings(host="127.0.0.1", port=mail.port, sender="m@news.example.org", security="none")
        bot = SlackSettings(
            token=Secret(TOKEN), channel=CHANNEL, address=slack.address, spacing_seconds=0, settle_seconds=0
        )
        self.notifiers: dict[str, Notifier] = {"mail": EmailNotifier(settings), "team": SlackNotifier(bot)}
        self.rules: Rules = make_rules(
            (), watches=(WATCH,), people=(ANA,), channel_types={"mail": "email", "team": "slack"}
        )
        self.count = 0

    def plan(
        self, channel: str = "mail", recipient: str = "ana@example.org", thread: str | None = None, **changes: Any
    ) -> Delivery:
        """Put a digest with one delivery into the outbox."""
        self.count += 1
        name = f"{self.count:016x}"
        digest = make_digest(0, id=name, created_at=self.now, thread=thread, **changes)
        message = render(digest)
        target = recipient if channel == "mail" else CHANNEL
        parent = self.store.outbox.thread(thread, channel, target) if thread else None
        delivery = make_delivery(
            why=digest.why.value,
            id=name[::-1],
            digest_id=name,
            channel=channel,
            recipient=target,
            message_id=f"<d.{name}@news.example.org>",
            created_at=self.now,
            subject=message.subject,
            parent=parent.id if parent else None,
            parent_message_id=parent.message_id if parent else "",
        )
        delivery = replace(delivery, body=self.notifiers[channel].freeze(delivery, message))
        planned = Planned(digest=digest, message=message, deliveries=(delivery,))
        self.store.outbox.plan([planned], [], "model-1", slots={})
        return delivery

    def deliver(self, after: timedelta = timedelta()) -> DeliverReport:
        """Send what is due, some time later."""
        self.now += after
        pipeline = polling_pipeline(self.rules, self.store, None, InProcess(), lambda: self.now)  # type: ignore[arg-type]  # nobody asks the web
        tools: Tools = replace(pipeline.tools, notifiers=self.notifiers)
        return deliver(self.rules, tools)

    def refuse(self, answer: Answer) -> None:
        """Have Slack answer the next message so."""
        self.slack.script["chat.postMessage"] = [answer]

    def row(self, delivery: Delivery) -> dict[str, Any]:
        """Return how far a delivery has come."""
        found = self.store.receipts.delivery(delivery.id)
        assert found is not None
        return found


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    with mail_server() as mail, slack_server() as slack:
        yield Desk(store, mail, slack)


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_a_server_that_is_busy_is_asked_again_by_the_ladder(desk: Desk, stage: str) -> None:
    delivery = desk.plan()
    desk.mail.answers[stage] = "451 4.3.0 busy"
    report = desk.deliver()
    assert [failure.reason for failure in report.postponed] == ["smtp-451"]
    row = desk.row(delivery)
    assert (row["state"], row["reason"], row["open"]) == ("waiting", "smtp-451", False)
    assert LADDER[0] <= row["next_at"] - desk.now <= LADDER[0] * 1.1
    assert desk.deliver(MINUTE / 2) == DeliverReport()
    desk.mail.answers.clear()
    assert len(desk.deliver(MINUTE).sent) == 1
    assert desk.row(delivery)["state"] == "sent"
    assert desk.mail.ids() == [delivery.message_id]


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_a_refusal_for_good_is_a_dead_letter_with_the_code(desk: Desk, stage: str) -> None:
    delivery = desk.plan()
    desk.mail.answers[stage] = "550 5.1.1 no such user"
    report = desk.deliver()
    assert [failure.reason for failure in report.dead] == ["smtp-550"]
    row = desk.row(delivery)
    assert (row["state"], row["reason"], row["next_at"]) == ("dead", "smtp-550", None)
    assert "no such user" in row["error"]
    desk.mail.answers.clear()
    assert desk.deliver(timedelta(hours=12)) == DeliverReport()


def test_one_bad_recipient_of_two_leaves_the_other_alone(desk: Desk) -> None:
    bad, good = desk.plan(recipient="gone@example.org"), desk.plan(recipient="ben@example.org")
    desk.mail.recipients["gone@example.org"] = "550 5.1.1 gone"
    desk.deliver()
    assert (desk.row(bad)["state"], desk.row(good)["state"]) == ("dead", "sent")
    assert [recipients for recipients, _ in desk.mail.mails] == [["ben@example.org"]]


def test_a_mail_taken_without_an_answer_is_sent_again_as_the_same_mail(desk: Desk) -> None:
    delivery = desk.plan()
    desk.mail.drop = 1
    desk.deliver()
    row = desk.row(delivery)
    assert (row["state"], row["open"]) == ("waiting", True)
    desk.deliver(2 * MINUTE)
    row = desk.row(delivery)
    assert (row["state"], row["attempts"], row["copies"]) == ("sent", 2, 1)
    (_, first), (_, second) = desk.mail.mails
    assert first == second


def test_a_goodbye_that_fails_is_not_a_failure(desk: Desk) -> None:
    delivery = desk.plan()
    desk.mail.answers["QUIT"] = "421 4.3.2 closing"
    desk.deliver()
    desk.deliver(timedelta(hours=1))
    assert desk.row(delivery)["state"] == "sent"
    assert len(desk.mail.mails) == 1


def test_a_server_that_cannot_be_reached_is_asked_once_for_all_that_wait(desk: Desk) -> None:
    deliveries = [desk.plan() for _ in range(3)]
    nowhere = EmailSettings(host="127.0.0.1", port=1, sender="m@news.example.org", security="none")
    desk.notifiers["mail"] = EmailNotifier(nowhere)
    report = desk.deliver()
    assert [failure.reason for failure in report.postponed] == ["unreachable"]
    assert [desk.row(delivery)["attempts"] for delivery in deliveries] == [1, 0, 0]
    assert {desk.row(delivery)["state"] for delivery in deliveries} == {"waiting"}


def test_slack_is_left_alone_until_its_pause_is_over(desk: Desk) -> None:
    deliveries = [desk.plan("team") for _ in range(3)]
    desk.refuse(Answer(status=429, headers={"Retry-After": "240"}, error="ratelimited"))
    desk.deliver()
    called = len(desk.slack.calls)
    for seconds in (0, 60, 100, 79):
        desk.deliver(timedelta(seconds=seconds))
    assert len(desk.slack.calls) == called
    desk.deliver(timedelta(seconds=1))
    assert [desk.row(delivery)["state"] for delivery in deliveries] == ["sent"] * 3


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=500, body="", taken=True),
        Answer(error="internal_error", taken=True),
        Answer(drop=True),
    ],
    ids=["500", "internal_error", "dropped"],
)
def test_a_slack_message_that_arrived_without_an_answer_is_found_and_not_posted_again(
    desk: Desk, answer: Answer
) -> None:
    delivery = desk.plan("team")
    desk.refuse(answer)
    desk.deliver()
    assert (desk.row(delivery)["state"], desk.row(delivery)["open"]) == ("waiting", True)
    desk.deliver(2 * MINUTE)
    assert desk.row(delivery)["state"] == "sent"
    assert len(desk.slack.posts) == 1


@pytest.mark.parametrize("error", ["invalid_auth", "channel_not_found", "is_archived"])
def test_what_slack_will_never_take_is_a_dead_letter(desk: Desk, error: str) -> None:
    delivery = desk.plan("team")
    desk.refuse(Answer(error=error))
    report = desk.deliver()
    assert [failure.reason for failure in report.dead] == [error]
    assert desk.row(delivery)["state"] == "dead"


def test_a_token_that_is_wrong_costs_one_message_and_not_all_that_wait(desk: Desk) -> None:
    deliveries = [desk.plan("team") for _ in range(3)]
    desk.refuse(Answer(error="invalid_auth"))
    assert len(desk.deliver().dead) == 1
    assert [desk.row(delivery)["state"] for delivery in deliveries] == ["dead", "waiting", "waiting"]
    desk.deliver()
    assert [desk.row(delivery)["state"] for delivery in deliveries] == ["dead", "sent", "sent"]


def test_an_update_waits_for_the_message_that_it_belongs_to(desk: Desk) -> None:
    parent = desk.plan("team")
    desk.now += MINUTE
    update = desk.plan("team", thread=parent.digest_id)
    assert update.parent == parent.id
    desk.refuse(Answer(status=500, body=""))
    desk.deliver()
    assert (desk.row(parent)["state"], desk.row(update)["state"]) == ("waiting", "waiting")
    desk.deliver(2 * MINUTE)
    first, second = desk.slack.posts
    assert second["thread_ts"] == first["ts"]
    assert desk.row(update)["state"] == "sent"


def test_an_update_of_a_mail_names_the_mail_that_it_belongs_to(desk: Desk) -> None:
    parent = desk.plan()
    desk.now += MINUTE
    update = desk.plan(thread=parent.digest_id)
    desk.deliver()
    assert desk.mail.ids() == [parent.message_id, update.message_id]
    assert f"In-Reply-To: {parent.message_id}".encode() in desk.mail.mails[1][1]


def test_after_a_day_without_its_channel_the_next_digest_has_the_news(desk: Desk) -> None:
    delivery = desk.plan(why=Why.NOTICE)
    desk.mail.answers["RCPT"] = "451 4.3.0 busy"
    for _ in range(40):
        desk.deliver(timedelta(hours=1))
    row = desk.row(delivery)
    assert (row["state"], row["reason"]) == ("lapsed", "smtp-451")
    assert desk.now - delivery.created_at > GIVEN_UP


def test_news_that_nobody_tried_to_send_for_two_days_is_left_to_the_next_digest(desk: Desk) -> None:
    delivery = desk.plan(why=Why.NOTICE)
    report = desk.deliver(timedelta(days=2))
    assert [failure.reason for failure in report.dead] == ["too-late"]
    assert desk.row(delivery)["state"] == "lapsed"
    assert desk.mail.mails == []


def test_without_a_next_digest_late_news_is_sent_all_the_same(desk: Desk) -> None:
    delivery = desk.plan(why=Why.NOTICE)
    desk.rules = replace(desk.rules, watches=(replace(WATCH, digest=None),))
    desk.deliver(timedelta(days=2))
    assert desk.row(delivery)["state"] == "sent"


def test_a_person_can_have_a_dead_letter_sent_again_days_later(desk: Desk) -> None:
    delivery = desk.plan()
    desk.mail.answers["RCPT"] = "550 5.1.1 no such user"
    desk.deliver()
    desk.mail.answers.clear()
    desk.now += timedelta(days=3)
    assert desk.store.receipts.resend(delivery.id, desk.now) == "dead"
    desk.deliver()
    assert desk.row(delivery)["state"] == "sent"
    assert desk.mail.ids() == [delivery.message_id]


@pytest.mark.parametrize(("digest", "state"), [(None, "dead"), (DAILY, "lapsed")], ids=["without", "with"])
def test_what_a_channel_that_is_gone_cannot_bring_is_left_to_the_next_digest_if_there_is_one(
    desk: Desk, digest: Timetable | None, state: str
) -> None:
    delivery = desk.plan()
    desk.rules = replace(desk.rules, watches=(replace(WATCH, digest=digest),))
    del desk.notifiers["mail"]
    report = desk.deliver()
    assert [failure.reason for failure in report.dead] == ["no-channel"]
    assert desk.row(delivery)["state"] == state


def test_what_waited_because_nobody_was_sending_is_an_alarm_also_when_it_is_sent_now(desk: Desk) -> None:
    delivery = desk.plan()
    report = desk.deliver(timedelta(hours=2))
    assert (report.overdue, report.oldest, len(report.sent)) == (1, desk.began, 1)
    assert desk.row(delivery)["state"] == "sent"
    assert desk.deliver(timedelta(hours=1)).overdue == 0


def test_what_should_have_been_sent_a_while_ago_is_an_alarm(desk: Desk) -> None:
    desk.plan()
    desk.mail.answers["RCPT"] = "451 4.3.0 busy"
    assert desk.deliver().overdue == 0
    report = desk.deliver(timedelta(minutes=16))
    assert (report.overdue, report.oldest) == (1, desk.began)


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_sender_that_died_leaves_a_row_that_is_sent_under_the_same_id(desk: Desk, attempts: int) -> None:
    """A sender that claims and never comes back, as a killed process does."""
    delivery = desk.plan()
    for _ in range(attempts):
        with desk.store.outbox.drain() as place:
            assert desk.store.outbox.claim(place, desk.now) is not None
    desk.deliver()
    row = desk.row(delivery)
    assert (row["state"], row["copies"]) == ("sent", attempts)
    assert desk.mail.ids() == [delivery.message_id]


def test_a_held_mail_waits_for_a_person_when_it_may_have_arrived(desk: Desk) -> None:
    settings = EmailSettings(
        host="127.0.0.1", port=desk.mail.port, sender="m@news.example.org", security="none", ambiguous="hold"
    )
    desk.notifiers["mail"] = EmailNotifier(settings)
    delivery = desk.plan()
    desk.mail.drop = 1
    desk.deliver()
    report = desk.deliver(2 * MINUTE)
    assert [failure.reason for failure in report.dead] == ["maybe-arrived"]
    assert desk.row(delivery)["state"] == "dead"
    assert len(desk.mail.mails) == 1


def test_a_channel_that_fails_leaves_the_other_alone(desk: Desk) -> None:
    mail, team = desk.plan("mail"), desk.plan("team")
    desk.mail.answers["RCPT"] = "550 5.1.1 gone"
    desk.deliver()
    assert (desk.row(mail)["state"], desk.row(team)["state"]) == ("dead", "sent")
    assert isinstance(desk.row(team)["sent_at"], datetime)


def test_what_nobody_wants_any_more_is_not_sent(desk: Desk) -> None:
    gone, left = desk.plan(), desk.plan(why=Why.NOTICE)
    desk.rules = replace(desk.rules, people=())
    assert desk.deliver() == DeliverReport()
    assert [(desk.row(one)["state"], desk.row(one)["reason"]) for one in (gone, left)] == [("dropped", "no-person")] * 2
    assert desk.mail.mails == []


@pytest.mark.parametrize(
    ("days", "state"), [(None, "dropped"), (7, "lapsed")], ids=["unsubscribed", "paused for a week"]
)
def test_what_its_reader_muted_since_is_not_sent(desk: Desk, days: int | None, state: str) -> None:
    delivery = desk.plan(why=Why.NOTICE)
    until = None if days is None else desk.now + timedelta(days=days)
    mute = Mute(id="m1", person="ana", kind=MuteKind.WATCH, subject="crypto", since=desk.now, until=until)
    desk.store.readers.mute(mute)
    desk.deliver()
    assert (desk.row(delivery)["state"], desk.row(delivery)["reason"]) == (state, "muted")
    asked_for = desk.plan(why=Why.BY_HAND)
    desk.deliver()
    assert desk.row(asked_for)["state"] == "sent", "what a person asks for by hand is sent all the same"


def test_a_retry_that_falls_into_quiet_hours_waits_for_their_end(desk: Desk) -> None:
    delivery = desk.plan(why=Why.NOTICE)
    desk.mail.answers["RCPT"] = "451 4.3.0 busy"
    desk.deliver()
    desk.mail.answers.clear()
    start = (desk.now + MINUTE).time().replace(second=0, microsecond=0)
    end = (desk.now + timedelta(hours=2)).time().replace(second=0, microsecond=0)
    quiet = Quiet(phrase="now", nightly=(start, end))
    desk.rules = replace(desk.rules, people=(replace(ANA, quiet=quiet),))
    assert desk.deliver(timedelta(minutes=5)) == DeliverReport()
    assert (desk.row(delivery)["state"], desk.row(delivery)["reason"]) == ("waiting", "quiet-hours")
    desk.deliver(timedelta(hours=2))
    assert desk.row(delivery)["state"] == "sent"
