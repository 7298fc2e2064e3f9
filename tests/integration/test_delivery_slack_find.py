"""Looking whether a bot's message arrived, before it is posted a second time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Timer

import pytest

from monitor.errors import DeliveryError
from monitor.messages import render
from tests.factories import make_digest
from tests.slack_bots import bot, check_hidden, frozen
from tests.slack_server import CHANNEL, DIRECT, MEMBER, Answer, SlackServer, slack_server

POST = "chat.postMessage"
HISTORY = "conversations.history"


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackServer]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with slack_server() as server:
        yield server


@pytest.mark.parametrize(
    "lost", [Answer(drop=True), Answer(status=500, body="oops", taken=True), Answer(error="internal_error", taken=True)]
)
def test_what_arrived_without_an_answer_is_found_and_not_posted_again(slack: SlackServer, lost: Answer) -> None:
    notifier = bot(slack)
    delivery = frozen(notifier)
    slack.script[POST] = [lost]
    with pytest.raises(DeliveryError) as caught:
        notifier.send(delivery)
    assert (caught.value.transient, caught.value.ambiguous) == (True, True)
    found = bot(slack).find(replace(delivery, open=True))
    assert found is not None
    assert found.provider_id == slack.posts[0]["ts"]
    assert found.place == f"Slack channel {CHANNEL}, message {slack.posts[0]['ts']}"


def test_what_did_not_arrive_is_not_found(slack: SlackServer) -> None:
    notifier = bot(slack)
    delivery = frozen(notifier)
    slack.script[POST] = [Answer(error="internal_error")]
    with pytest.raises(DeliveryError):
        notifier.send(delivery)
    notifier.send(frozen(notifier, id="another"))
    assert notifier.find(delivery) is None


def test_what_is_still_on_its_way_is_waited_for(slack: SlackServer) -> None:
    notifier = bot(slack, settle_seconds=1.0)
    delivery = frozen(notifier)
    late = Timer(0.3, notifier.send, [delivery])
    late.start()
    found = notifier.find(delivery)
    late.join()
    assert found is not None
    assert slack.copies() == {"3f2a9c1b77d04e5f": 1}


@pytest.mark.parametrize("target", ["#news", "news", MEMBER, DIRECT, CHANNEL])
def test_a_message_is_found_by_whatever_name_its_place_goes(slack: SlackServer, target: str) -> None:
    delivery = frozen(bot(slack), recipient=target)
    receipt = bot(slack).send(delivery)
    assert bot(slack).find(delivery) == receipt


@pytest.mark.parametrize("aloud", [True, False])
def test_an_answer_is_found_in_its_thread(slack: SlackServer, *, aloud: bool) -> None:
    notifier = bot(slack)
    first = notifier.send(frozen(notifier))
    delivery = frozen(notifier, id="b2", parent="3f2a", parent_provider_id=first.provider_id, aloud=aloud)
    assert notifier.find(delivery) is None
    receipt = notifier.send(delivery)
    assert notifier.find(delivery) == receipt
    assert slack.copies() == {"3f2a9c1b77d04e5f": 1, "b2": 1}


def test_a_message_is_found_behind_many_others_and_without_its_metadata(slack: SlackServer) -> None:
    slack.page, slack.shows_metadata = 10, False
    notifier = bot(slack)
    delivery = frozen(notifier, render(make_digest(2)))
    receipt = notifier.send(delivery)
    for number in range(45):
        notifier.send(frozen(notifier, id=f"later-{number}"))
    slack.calls.clear()
    assert notifier.find(delivery) == receipt
    assert len(slack.asked(HISTORY)) == 5


def test_looking_ends_where_there_is_too_much_to_look_through(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.delivery.slack.bot._PAGES", 2)
    slack.page = 1
    notifier = bot(slack)
    delivery = frozen(notifier)
    for number in range(4):
        notifier.send(frozen(notifier, id=f"later-{number}"))
    with pytest.raises(DeliveryError, match="too many messages"):
        notifier.find(delivery)
    assert len(slack.asked(HISTORY)) == 2


@pytest.mark.parametrize(
    ("answer", "reason", "pause"),
    [
        (Answer(status=429, error="ratelimited", headers={"Retry-After": "9"}), "rate-limited", 9),
        (Answer(status=500, body="oops"), "http-500", None),
        (Answer(error="internal_error"), "internal_error", None),
        (Answer(drop=True), "dropped", None),
        (Answer(body='{"ok": true}'), "not-slack", None),
    ],
)
def test_where_slack_cannot_be_asked_now_the_outcome_stays_open(
    slack: SlackServer, answer: Answer, reason: str, pause: float | None
) -> None:
    slack.script[HISTORY] = [answer]
    notifier = bot(slack)
    with pytest.raises(DeliveryError) as caught:
        notifier.find(frozen(notifier))
    error = caught.value
    assert (error.reason, error.transient, error.ambiguous) == (reason, reason != "not-slack", True)
    assert error.retry_after == pause
    check_hidden(error)


@pytest.mark.parametrize(
    ("scope", "target"),
    [("channels:history", CHANNEL), ("channels:read", "#news"), ("im:write", MEMBER)],
)
def test_a_bot_that_may_not_look_leaves_it_to_a_person_or_to_the_settings(
    slack: SlackServer, scope: str, target: str
) -> None:
    slack.scopes.remove(scope)
    delivery = frozen(bot(slack), recipient=target)
    with pytest.raises(DeliveryError, match=f"needs the scope {scope}") as caught:
        bot(slack).find(delivery)
    assert (caught.value.reason, caught.value.transient, caught.value.ambiguous) == ("maybe-arrived", False, True)
    assert "monitor deliveries resend 3f2a9c1b77d04e5f" in caught.value.message
    assert bot(slack, ambiguous="resend").find(delivery) is None
