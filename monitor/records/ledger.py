"""What a step did with one subject, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A line of the ledger: what a step did with one subject, and why.

    `numbers` are the figures behind the reason; `model` is the version that judged, where one did.
    """

    step: str
    subject: str
    outcome: str
    reason: str
    at: datetime
    numbers: Mapping[str, float | int | str] = field(default_factory=dict)
    model: str = ""
