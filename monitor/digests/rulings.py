"""What the rules say of a story, for one reader and one watch, each rule with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.records import Coverage, Digest, Kind, Mute, Notify, Outcome, Person, Story, Updates, Watch, Why

NOTHING_NEW = "nothing-new"


class Fate(StrEnum):
    """What becomes of a story now."""

    TOLD = "told"
    """It is in a message that is sent now."""
    WAITS = "waits"
    """It will be told without anything more happening: after a pause, quiet hours, a mute, or with the next message."""
    DIGEST = "digest"
    """It is not enough to be told at once; the next scheduled digest has it."""
    HELD = "held"
    """It is not enough to be told at once, and there is no scheduled digest."""
    KNOWN = "known"
    """The reader knows all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule asked of one story: what was `seen`, what the rule `wants`, and both in a sentence."""

    rule: str
    passed: bool
    seen: float | str
    wants: float | str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What becomes of one story, and why: `reason` is the code of the rule that decided, `message` the sentence.

    `kind` is how it is told, or would be. `checks` are all rules that were asked, in order; `numbers` are the figures
    for the ledger. `ripe_at` is the moment from which the rules allow it to be told at once, None when they do not.
    """

    story: Story
    fate: Fate
    kind: Kind
    reason: str
    message: str
    numbers: Mapping[str, float | int | str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    major: bool = False
    ripe_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a budget of messages costs: the rule it sets, and what that would have told in the days looked at.

    `recall` is the share of what was expected to be relevant that would have been told at once (by probability where
    the topics have one, by number of stories where not); `messages` are those a day. None of it is known, and the rule
    is the watch's own, while fewer than `days` days are in the archive. `updates` are further apart than the watch asks
    for where the budget has no room otherwise, None where they stay as they are.
    """

    notify: Notify
    days: int
    stories: int
    messages: float
    recall: float | None
    updates: Updates | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Why digests are being composed now, and for whom.

    `why` is NOTICE (what the rules tell at once, and what quiet hours held), DIGEST (a scheduled one was due at `slot`)
    or BY_HAND (all that the person has not heard). `next_at` is when the next scheduled one is due. `left` is how many
    messages the person may still get today, None without a limit. `mutes` are the person's. `price` is what the watch's
    budget came to, if it has one.
    """

    watch: Watch
    person: Person
    now: datetime
    coverage: Coverage
    why: Why = Why.NOTICE
    slot: datetime | None = None
    next_at: datetime | None = None
    left: int | None = None
    mutes: tuple[Mute, ...] = ()
    price: Price | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The digests to be sent now, each one message, and the ruling on every story."""

    digests: tuple[Digest, ...]
    rulings: tuple[Ruling, ...]

    def outcomes(self, occasion: Occasion, model: str) -> list[Outcome]:
        """Return the ledger's lines, one for each story, person and watch; with nothing new, the last one stands."""
        return [
            Outcome(
                step="plan",
                subject=f"{ruling.story.id} {occasion.person.id} {occasion.watch.id}",
                outcome=ruling.kind.value if ruling.fate is Fate.TOLD else ruling.fate.value,
                reason=ruling.reason,
                numbers=ruling.numbers,
                model=model,
                at=occasion.now,
            )
            for ruling in self.rulings
            if ruling.reason != NOTHING_NEW
        ]
