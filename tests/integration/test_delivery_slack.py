"""Messages to a Slack of our own that misbehaves on request."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from monitor.delivery import Secret
from monitor.delivery.slack import SlackNotifier, SlackSettings
from monitor.errors import DeliveryError
from monitor.messages import render
from tests.factories import make_delivery, make_digest, make_message
from tests.slack_server import PATH, Answer, SlackServer, slack_server


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackServer]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http-proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with slack_server() as server:
        yield server


def failure(slack: SlackServer, *, webhook: str = "", timeout: Any = 5) -> DeliveryError:
    notifier = SlackNotifier(SlackSettings(webhook=Secret(webhook or slack.webhook), timeout_seconds=timeout))
    with pytest.raises(DeliveryError) as caught:
        notifier.send(make_delivery())
    return caught.value


def test_a_digest_arrives_as_it_was_rendered(slack: SlackServer) -> None:
    message = render(make_digest(12))
    receipt = SlackNotifier(SlackSettings(webhook=Secret(slack.webhook))).send(make_delivery(message=message))
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
    error = failure(slack, timeout=0.2)
    assert (error.reason, error.transient, error.ambiguous) == ("timeout", True, True)


def test_a_slack_that_cannot_be_reached_has_not_got_the_message(slack: SlackServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    error = failure(slack, webhook=f"http://127.0.0.1:{port}{PATH}")
    assert (error.reason, error.transient, error.ambiguous) == ("unreachable", True, False)


@pytest.mark.parametrize("webhook", ["hooks.slack.com/services/T/B/hush4hush", "file:///hush4hush", "https://[::1/x"])
def test_a_webhook_that_is_no_web_address_is_refused_without_showing_it(slack: SlackServer, webhook: str) -> None:
    error = failure(slack, webhook=webhook)
    assert (error.reason, error.transient) == ("bad-webhook", False)
    assert "hush4hush" not in str(error)


def test_the_webhook_is_not_logged_even_when_everything_is(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.answers.append(Answer(status=404, body=slack.webhook))
    error = failure(slack)
    SlackNotifier(SlackSettings(webhook=Secret(slack.webhook))).send(make_delivery())
    assert "hush4hush" not in caplog.text
    assert "hush4hush" not in f"{error!r} {error}"


def test_what_is_sent_is_what_was_frozen(slack: SlackServer) -> None:
    delivery = make_delivery(message=make_message(slack={"text": "one", "blocks": []}))
    notifier = SlackNotifier(SlackSettings(webhook=Secret(slack.webhook)))
    notifier.send(delivery)
    notifier.send(replace(delivery, attempts=1))
    assert slack.messages == [{"text": "one", "blocks": []}] * 2
