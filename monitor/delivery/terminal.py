"""Digests on standard output, for trying things out and for pipes."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from monitor.errors import DeliveryError
from monitor.messages import clean
from monitor.records import Delivery, Message, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalSettings:
    """Nothing to set."""


class TerminalNotifier:
    """Prints the text of each message."""

    def __init__(self, settings: TerminalSettings) -> None:
        """Keep the settings."""
        self._settings = settings

    def freeze(self, delivery: Delivery, message: Message) -> bytes:  # noqa: ARG002 - the text says all
        """Return the text."""
        return message.text.encode(errors="replace")

    def send(self, delivery: Delivery) -> Receipt:
        """Print the message; what a terminal would take for a command is left out."""
        out = sys.stdout
        # Under cron the output is often ASCII only; a question mark is better than no digest.
        encoding = out.encoding or "utf-8"
        shown = clean.lines(delivery.body.decode(errors="replace")).encode(encoding, "replace").decode(encoding)
        try:
            out.write(f"{shown}\n")
            out.flush()
        except (OSError, ValueError) as error:  # a reader that went away; an output that was closed
            raise DeliveryError(
                delivery.channel, "output-closed", f"Standard output takes nothing more: {error}.", transient=True
            ) from error
        return Receipt(provider_id=delivery.id, place="standard output")

    def find(self, delivery: Delivery) -> Receipt | None:  # noqa: ARG002 - nothing to look at
        """Return None: nobody knows what a terminal has shown."""
        return None
