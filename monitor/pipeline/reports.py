"""What each step did, as plain records: the command line prints them, Prefect shows them, tests read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.records import Decision, Digest, Held

if TYPE_CHECKING:
    from monitor.topics.promotion import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that did not work: what, where, the reason's code and a sentence for the user.

    `id` names what a person can ask about or try again, such as a delivery; empty where there is nothing of the kind.
    """

    name: str
    subject: str
    reason: str
    message: str
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something about a feed that its user should know; `kind`: dead, revived, retired, moved or distrusted."""

    feed: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """Feeds asked, and what they brought; `offline` when so many failed alike that our own network is to blame.

    `held` feeds were due but not asked, because their publisher wants to be left alone for a while.
    """

    asked: int = 0
    held: int = 0
    notices: tuple[Notice, ...] = ()
    changed: int = 0
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()
    entries_new: int = 0
    entries_edited: int = 0
    entries_backlog: int = 0
    offline: bool = False
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """Entries that became articles, from their page or from the feed's own words, and those that wait.

    `revised` articles were read again and had changed. `over_budget` entries were left for a later cycle.
    """

    pages: int = 0
    from_feed: int = 0
    repeated: int = 0
    revised: int = 0
    postponed: tuple[Failure, ...] = ()
    over_budget: int = 0
    doubtful: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareReport:
    """Articles compared with others: those that copy one, and those that carry furniture of their site."""

    articles: int = 0
    copies: int = 0
    furnished: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """Articles scored by a model version, and how many matched each topic.

    `waiting` labels are not learned yet; `gone` ones were learned and are not in the file any more. `decided` says why
    another model came to be in charge, if one did in this step.
    """

    articles: int = 0
    matched: Mapping[str, int] = field(default_factory=dict)
    model: str = ""
    waiting: int = 0
    gone: int = 0
    decided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReport:
    """Articles placed, in stories that are new and stories that grew, and stories that turned out to be another."""

    articles: int = 0
    stories_new: int = 0
    stories_grown: int = 0
    stories_merged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many stories of a watch are kept for a person until its next digest or a later moment.

    `watch` and `person` are ids, and `timezone` is the one in which the person is told times. `next_at` is when the
    next scheduled digest comes, None where there is no timetable.
    """

    watch: str
    person: str
    timezone: str
    stories: int
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReport:
    """Digests composed, and what was held back, with the id of the watch that held it.

    `held_for` are the ids of the people from whom each of `held` was held back, in the same order; empty where that is
    not known. `waiting` are the watches and people for whom something is kept until later. `trouble` says why nothing
    could be decided, empty when all was well.
    """

    digests: tuple[Digest, ...] = ()
    held: tuple[tuple[str, Held], ...] = ()
    held_for: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A delivery that its channel took; `place` is where a person can look at it."""

    channel: str
    recipient: str
    subject: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverReport:
    """Deliveries sent, those that will be tried again, and those that wait for a person.

    `overdue` ones should have been sent a while ago, the first of them at `oldest`.
    """

    sent: tuple[Sent, ...] = ()
    postponed: tuple[Failure, ...] = ()
    dead: tuple[Failure, ...] = ()
    overdue: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An article that two models judge differently, with its score by either."""

    title: str
    url: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChanges:
    """How many articles of the last 30 days would match a topic newly, or no longer; of each at most 20 are shown.

    `matched` are those that the model before matches.
    """

    topic: str
    newly: int
    no_longer: int
    matched: int = 0
    newly_shown: tuple[Change, ...] = ()
    no_longer_shown: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainReport:
    """What a training came to; without a `decision` there was nothing to decide, and `reasons` say why.

    `champion` is in charge afterwards (in a dry run: would be). `labels` were new. `before` is what was decided first,
    because it could not wait.
    """

    champion: str
    challenger: str = ""
    decision: Decision | None = None
    reasons: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    changes: tuple[TopicChanges, ...] = ()
    labels: int = 0
    dry_run: bool = False
    before: TrainReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleReport:
    """One full cycle."""

    poll: PollReport
    read: ReadReport
    compare: CompareReport
    score: ScoreReport
    group: GroupReport
    plan: PlanReport
    deliver: DeliverReport

    @property
    def ok(self) -> bool:
        """Whether nothing needs the user: some feed answered (or none was due) and no delivery failed or is overdue."""
        silent = self.poll.asked > 0 and len(self.poll.failed) == self.poll.asked
        troubled = self.poll.offline or bool(self.plan.trouble)
        return not (silent or troubled or self.deliver.postponed or self.deliver.dead or self.deliver.overdue)
