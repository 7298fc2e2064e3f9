"""Messages by webhook to a Slack of our own that misbehaves on request; bots have tests of their own beside this."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from monitor.delivery import Secret
from monitor.delivery.slack import SlackNotifier, SlackSettings
from monitor.delivery.unfit import UnfitError
from monitor.errors import DeliveryError
from monitor.messages import render
from monitor.records import Delivery, Message
from tests.factories import make_delivery, make_digest, make_message
from tests.slack_server import PATH, TOKEN, Answer, SlackServer, slack_server


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackServer]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with slack_server() as server:
        yield server


def by_webhook(slack: SlackServer, **changes: Any) -> SlackNotifier:
    plain: dict[str, Any] = {"webhook": Secret(slack.webhook), "timeout_seconds": 5, "spacing_seconds": 0.0}
    return SlackNotifier(SlackSettings(**{**plain, **changes}))


def frozen(notifier: SlackNotifier, message: Message | None = None, **changes: Any) -> Delivery:
    delivery = make_delivery(**changes)
    return replace(delivery, body=notifier.freeze(delivery, message or make_message()))


def failure(slack: SlackServer, **changes: Any) -> DeliveryError:
    notifier = by_webhook(slack, **changes)
    with pytest.raises(DeliveryError) as caught:
        notifier.send(frozen(notifier))
    return caught.value


def test_a_digest_arrives_as_it_was_rendered(slack: SlackServer) -> None:
    message, notifier = render(make_digest(12)), by_webhook(slack)
    receipt = notifier.send(frozen(notifier, message))
    assert slack.messages == [message.slack]
    assert receipt.provider_id == "3f2a9c1b77d04e5f"
    assert receipt.place == "Slack, by webhook of 127.0.0.1"


@pytest.mark.parametrize(
    ("status", "body", "reason", "transient", "ambiguous"),
    [
        (400, "invalid_payload", "invalid_payload", False, False),
        (403, "invalid_token", "invalid_token", False, False),
        (404, "no_service", "no_service", False, False),
        (410, "channel_is_archived", "channel_is_archived", False, False),
        (404, "<html>Not found</html>", "http-404", False, False),
        (500, "rollup_error", "http-500", True, True),
        (503, "", "http-503", True, True),
        (200, "<html>Log in</html>", "not-slack", False, True),
    ],
)
def test_refusals_are_sorted(
    slack: SlackServer, status: int, body: str, reason: str, *, transient: bool, ambiguous: bool
) -> None:
    slack.answers.append(Answer(status=status, body=body))
    error = failure(slack)
    assert (error.reason, error.transient, error.ambiguous) == (reason, transient, ambiguous)
    assert len(slack.messages) == 1


@pytest.mark.parametrize(("given", "pause"), [("30", 30), ("0", 1), ("soon", 60), ("inf", 60), ("1e9", 86_400)])
def test_a_pause_that_slack_asks_for_is_handed_on(slack: SlackServer, given: str, pause: float) -> None:
    slack.answers.append(Answer(status=429, body="rate_limited", headers={"Retry-After": given}))
    error = failure(slack)
    assert (error.reason, error.transient, error.ambiguous) == ("rate-limited", True, False)
    assert error.retry_after == pause
    assert len(slack.messages) == 1


def test_a_connection_lost_after_the_post_leaves_the_outcome_open_and_is_not_tried_again(slack: SlackServer) -> None:
    slack.answers.append(Answer(drop=True))
    error = failure(slack)
    assert (error.reason, error.transient, error.ambiguous) == ("dropped", True, True)
    assert len(slack.messages) == 1


def test_silence_leaves_the_outcome_open(slack: SlackServer) -> None:
    slack.answers.append(Answer(seconds=0.5))
    error = failure(slack, timeout_seconds=0.2)
    assert (error.reason, error.transient, error.ambiguous) == ("timeout", True, True)


def test_a_slack_that_cannot_be_reached_has_not_got_the_message(slack: SlackServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    error = failure(slack, webhook=Secret(f"http://127.0.0.1:{port}{PATH}"))
    assert (error.reason, error.transient, error.ambiguous) == ("unreachable", True, False)


@pytest.mark.parametrize(
    ("webhook", "said"),
    [
        ("hooks.slack.com/services/T/B/hush4hush", "is not an https:// address; copy it again from Slack"),
        ("file:///hush4hush", "is not an https:// address; copy it again from Slack"),
        ("https://[::1/hush4hush", "is not an https:// address; copy it again from Slack"),
        ("https://hooks.example:x/hush4hush", "is not an https:// address; copy it again from Slack"),
        ("http://127.0.0.1:9/a hush4hush", "holds characters that no web address has"),
        ("http://127.0.0.1:9/ä/hush4hush", "holds characters that no web address has"),
    ],
)
def test_a_webhook_that_is_no_web_address_is_refused_without_showing_it(webhook: str, said: str) -> None:
    with pytest.raises(UnfitError) as caught:
        SlackSettings(webhook=Secret(webhook))
    assert caught.value.faults == (("webhook", said),)


@pytest.mark.parametrize("seconds", [-1.0, 1e12, float("inf"), float("nan")])
@pytest.mark.parametrize("key", ["timeout_seconds", "spacing_seconds", "settle_seconds"])
def test_a_time_that_nobody_can_wait_is_refused(key: str, seconds: float) -> None:
    with pytest.raises(UnfitError) as caught:
        SlackSettings(token=Secret(TOKEN), **{key: seconds})  # type: ignore[arg-type]  # one of three
    assert [told for told, _ in caught.value.faults] == [key]


def test_no_answer_within_no_time_is_refused_and_no_pause_is_taken() -> None:
    with pytest.raises(UnfitError, match="timeout_seconds: must be from 1 to 3600 seconds"):
        SlackSettings(token=Secret(TOKEN), timeout_seconds=0)
    assert SlackSettings(token=Secret(TOKEN), spacing_seconds=0, settle_seconds=0)


def test_a_webhook_posts_the_whole_digest_even_where_a_bot_would_answer(slack: SlackServer) -> None:
    notifier = by_webhook(slack)
    message = make_message(slack_reply={"text": "u", "blocks": [{"type": "divider"}]})
    notifier.send(frozen(notifier, message, parent="3f2a", parent_provider_id="1790000000.000001"))
    assert slack.messages == [dict(message.slack)]


def test_the_webhook_is_not_logged_even_when_everything_is(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.answers.append(Answer(status=404, body=slack.webhook))
    error = failure(slack)
    notifier = by_webhook(slack)
    notifier.send(frozen(notifier))
    assert "hush4hush" not in caplog.text
    assert "hush4hush" not in f"{error!r} {error}"


def test_what_is_sent_is_what_was_frozen(slack: SlackServer) -> None:
    notifier = by_webhook(slack)
    delivery = frozen(notifier, make_message(slack={"text": "one", "blocks": []}))
    notifier.send(delivery)
    notifier.send(replace(delivery, attempts=1))
    assert slack.messages == [{"text": "one", "blocks": []}] * 2


def test_a_webhook_cannot_be_asked_so_it_is_sent_again_or_left_to_a_person(slack: SlackServer) -> None:
    delivery = frozen(by_webhook(slack))
    assert by_webhook(slack).find(delivery) is None
    with pytest.raises(DeliveryError, match="monitor deliveries resend 3f2a9c1b77d04e5f") as caught:
        by_webhook(slack, ambiguous="hold").find(delivery)
    assert (caught.value.reason, caught.value.transient, caught.value.ambiguous) == ("maybe-arrived", False, True)
    assert slack.messages == []


def test_messages_to_one_place_are_a_second_apart(slack: SlackServer) -> None:
    notifier = by_webhook(slack, spacing_seconds=0.3)
    began = time.monotonic()
    for _ in range(3):
        notifier.send(frozen(notifier))
    assert 0.6 <= time.monotonic() - began < 2


def test_what_was_frozen_for_another_kind_of_channel_waits_for_a_person(slack: SlackServer) -> None:
    for body in (b"From: monitor@news.example.org\r\n\r\nA mail\r\n", b"[1]", b""):
        with pytest.raises(DeliveryError) as caught:
            by_webhook(slack).send(make_delivery(body=body))
        assert (caught.value.reason, caught.value.transient, caught.value.ambiguous) == (
            "not-slack-content",
            False,
            False,
        )
    assert slack.messages == []


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "either a webhook or a bot's token"),
        ({"webhook": "", "token": ""}, "either a webhook or a bot's token"),
        ({"webhook": f"https://hooks.example{PATH}", "token": TOKEN}, "not both"),
        ({"webhook": f"https://hooks.example{PATH}", "channel": "C1"}, "leave out `channel`"),
        ({"token": f"{TOKEN}\r\nX: y"}, "no Slack token has"),
        ({"token": TOKEN, "address": "ftp://127.0.0.1/"}, "begin with https://"),
        ({"token": TOKEN, "ambiguous": "maybe"}, "hold"),
    ],
)
def test_settings_that_could_never_send_are_refused_in_a_sentence(table: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(SlackSettings).validate_python(table)
    sentences = [fault["msg"] for fault in caught.value.errors(include_url=False, include_input=False)]
    assert said in " ".join(sentences)
    assert "hush4hush" not in json.dumps(sentences)
