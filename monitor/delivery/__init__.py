"""Where messages go: one file per channel, one line here for each.

A channel is a settings record and a notifier built from it: `NOTIFIERS["slack"].notifier(settings).send(delivery)`.
A notifier sends once, without trying again, and sorts what goes wrong into a DeliveryError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from monitor.delivery.email import EmailNotifier, EmailSettings
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
        "email": Channel(EmailSettings, EmailNotifier),
        "file": Channel(FileSettings, FileNotifier),
        "slack": Channel(SlackSettings, SlackNotifier),
        "terminal": Channel(TerminalSettings, TerminalNotifier),
    }
)
