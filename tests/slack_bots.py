"""Bots that post to the Slack of our own, and deliveries for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from monitor.delivery import Secret
from monitor.delivery.slack import SlackNotifier, SlackSettings
from monitor.records import Delivery, Message
from tests.factories import make_delivery, make_message
from tests.slack_server import CHANNEL, TOKEN, SlackServer


def bot(slack: SlackServer, **changes: Any) -> SlackNotifier:
    """Return a bot that posts to the news channel without waiting between two messages."""
    plain: dict[str, Any] = {
        "token": Secret(TOKEN),
        "channel": CHANNEL,
        "address": slack.address,
        "timeout_seconds": 5,
        "spacing_seconds": 0.0,
        "settle_seconds": 0.0,
    }
    return SlackNotifier(SlackSettings(**{**plain, **changes}))


def frozen(notifier: SlackNotifier, message: Message | None = None, **changes: Any) -> Delivery:
    """Return a delivery of now to the place that the bot posts to, with what it froze."""
    delivery = make_delivery(**{"recipient": "", "created_at": datetime.now(UTC), **changes})
    return replace(delivery, body=notifier.freeze(delivery, message or make_message()))


def check_hidden(error: BaseException) -> None:
    """Check that no error in the chain shows a secret of the server."""
    seen: BaseException | None = error
    while seen is not None:
        assert "hush4hush" not in f"{seen} {seen!r} {getattr(seen, '__dict__', '')}"
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
