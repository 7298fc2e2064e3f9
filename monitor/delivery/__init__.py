"""Where messages go: one file per channel, one line here for each.

A channel is a settings record and a notifier built from it: `NOTIFIERS["slack"].notifier(settings)`. A notifier freezes
a message when it is promised and sends those bytes once, without trying again; it sorts what goes wrong into a
DeliveryError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from monitor.delivery.apprise import AppriseNotifier, AppriseSettings
from monitor.delivery.email import EmailNotifier, EmailSettings
from monitor.delivery.feed import FeedNotifier, FeedSettings
from monitor.delivery.file import FileNotifier, FileSettings
from monitor.delivery.secret import Secret
from monitor.delivery.slack import SlackNotifier, SlackSettings
from monitor.delivery.terminal import TerminalNotifier, TerminalSettings
from monitor.ports import Notifier

__all__ = ["NOTIFIERS", "Channel", "Secret"]


@dataclass(frozen=True, slots=True)
class Channel:
    """A type of channel: the record of its settings, and what sends by them."""

    settings: type[Any]
    notifier: Callable[[Any], Notifier]


NOTIFIERS: Mapping[str, Channel] = MappingProxyType(
    {
        "apprise": Channel(AppriseSettings, AppriseNotifier),
        "email": Channel(EmailSettings, EmailNotifier),
        "feed": Channel(FeedSettings, FeedNotifier),
        "file": Channel(FileSettings, FileNotifier),
        "slack": Channel(SlackSettings, SlackNotifier),
        "terminal": Channel(TerminalSettings, TerminalNotifier),
    }
)
