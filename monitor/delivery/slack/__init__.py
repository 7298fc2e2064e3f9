"""Digests to Slack: by a bot, which can answer in threads and look whether a message arrived, or by a webhook.

settings.py   either a token or a webhook
bot.py        chat.postMessage, and reading back before anything is posted a second time
payload.py    what a bot posts, how it is found again, and its half
webhook.py    a webhook cannot be asked: after a silence the message may come twice
faults.py     what goes wrong, sorted
pace.py       one message a second
"""

from __future__ import annotations

from monitor.delivery.slack.bot import Bot
from monitor.delivery.slack.settings import SlackSettings
from monitor.delivery.slack.webhook import Webhook
from monitor.records import Delivery, Message, Receipt

__all__ = ["SlackNotifier", "SlackSettings"]


class SlackNotifier:
    """Posts each message once; slack_sdk's own retries would post it twice after a connection that broke late."""

    def __init__(self, settings: SlackSettings) -> None:
        """Keep the settings; nothing is asked of Slack before the first message."""
        self._way = Bot(settings) if settings.token else Webhook(settings)

    def freeze(self, delivery: Delivery, message: Message) -> bytes:
        """Return the payload as JSON; raises DeliveryError when it is not known where a bot should post."""
        return self._way.freeze(delivery, message)

    def send(self, delivery: Delivery) -> Receipt:
        """Post what was frozen."""
        return self._way.send(delivery)

    def find(self, delivery: Delivery) -> Receipt | None:
        """Look for the message in its channel, if that can be done."""
        return self._way.find(delivery)
