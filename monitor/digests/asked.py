"""What every rule is asked with: the occasion, worked out once, and one story, worked out once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.digests.rulings import Check, Fate, Occasion, Ruling
from monitor.digests.spans import Report, first_met, nearest, reports
from monitor.digests.times import Span, quiet_before, quiet_until
from monitor.digests.untold import untold
from monitor.digests.words import count, moment
from monitor.records import Member, Mute, MuteKind, Notify, Story, Telling, Told, Updates, Why

Tell = Callable[[Story, Collection[str] | None], Telling]
"""Puts a story into words of its articles, for a reader who was told of these articles of it, or of none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """An occasion, with the rules in force and the quiet hours around it."""

    occasion: Occasion
    tell: Tell
    notify: Notify | None
    updates: Updates | None
    quiet: datetime | None
    before: Span | None

    @classmethod
    def of(cls, occasion: Occasion, tell: Tell) -> Setting:
        """Work out what holds for every story; a budget's price sets the rules of its watch."""
        quiet, zone, price = occasion.person.quiet, occasion.person.timezone, occasion.price
        return cls(
            occasion=occasion,
            tell=tell,
            notify=price.notify if price else occasion.watch.notify,
            updates=(price and price.updates) or occasion.watch.updates,
            quiet=quiet_until(quiet, zone, occasion.now),
            before=quiet_before(quiet, zone, occasion.now),
        )

    @property
    def at_once(self) -> bool:
        """Whether only that is told which the rules tell at once."""
        return self.occasion.why is Why.NOTICE

    @property
    def below(self) -> Fate:
        """What becomes of a story that the rules do not tell at once."""
        return Fate.DIGEST if self.occasion.watch.digest else Fate.HELD

    @property
    def asked_for(self) -> str:
        """The reason for which everything is told on this occasion."""
        return "by-hand" if self.occasion.why is Why.BY_HAND else "scheduled"

    def clock(self, at: datetime) -> str:
        """Return a moment as the person's clock shows it."""
        return moment(at, self.occasion.person.timezone)

    def muted(self, story: str) -> Mute | None:
        """Return the mute of a story that ends last, None when there is none in force."""
        found = [mute for mute in self.occasion.mutes if self._holds(mute) and _covers(mute, story, self.watch_id)]
        return max(found, key=lambda mute: (mute.until is None, mute.until or mute.since), default=None)

    @property
    def watch_id(self) -> str:
        """The watch's id."""
        return self.occasion.watch.id

    def _holds(self, mute: Mute) -> bool:
        now = self.occasion.now
        return mute.since <= now and (mute.until is None or now < mute.until)


def _covers(mute: Mute, story: str, watch: str) -> bool:
    return mute.kind is MuteKind.ALL or mute.subject == (story if mute.kind is MuteKind.STORY else watch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A story that faces the rules.

    `told` is None for one that counts as new; then `lapsed` may say when the message of it that never arrived was
    composed. `own` say something new in words of their own; `copies` are further ones that only repeat. Of a new story,
    the span nearest to the watch's rule holds so many `articles` by so many `publishers`, and met the rule at `met_at`,
    if ever. What matches makes the story `major` since `major_at`, by `voices` publishers; `turned` when it does so
    only with what the reader does not know.
    """

    story: Story
    matching: Sequence[Member]
    found: Sequence[Report]
    told: Told | None
    lapsed: datetime | None
    own: Sequence[Member]
    copies: int
    articles: int
    publishers: int
    met_at: datetime | None
    major: bool
    voices: int
    major_at: datetime | None
    turned: bool

    @classmethod
    def of(cls, setting: Setting, story: Story, told: Told | None) -> Case:
        """Work out what the rules ask of a story."""
        matching = [member for member in story.members if member.scores]
        found = reports(matching, story.members)
        rule, notify = _major_rule(setting), setting.notify
        counts = told is not None and not told.lapsed
        enough, articles, publishers = nearest(found, notify) if notify and not counts else (False, len(matching), 0)
        is_major, _, voices = nearest(found, rule) if rule else (False, 0, 0)
        own, copies = untold(matching, story, told.article_ids if told and counts else ())
        turned = is_major and bool(own) and not _was_major(rule, story, matching, told)
        return cls(
            story=story,
            matching=matching,
            found=found,
            told=told if counts else None,
            lapsed=told.last_at if told and told.lapsed else None,
            own=own,
            copies=copies,
            articles=articles,
            publishers=publishers,
            met_at=first_met(found, notify) if notify and enough else None,
            major=is_major,
            voices=voices,
            major_at=first_met(found, rule) if rule and is_major and (turned or not counts) else None,
            turned=turned,
        )


def major_check(setting: Setting, case: Case) -> list[Check]:
    """Return the line on whether a story is major, none for a watch without that rule."""
    rule = setting.occasion.watch.major
    if rule is None:
        return []
    seen = f"{count(case.voices, 'independent publisher')} within {rule.hours:g} h"
    message = f"{seen}; a story is major from {rule.publishers} on"
    return [Check(rule="major", passed=case.major, seen=case.voices, wants=rule.publishers, message=message)]


def ruled(
    ruling: Ruling,
    fate: Fate,
    reason: str,
    message: str,
    *,
    ripe_at: datetime | None = None,
    check: Check | None = None,
) -> Ruling:
    """Return a ruling with what was decided, and the check that decided it, if it was not among the others."""
    checks = (*ruling.checks, check) if check else ruling.checks
    at = ripe_at or ruling.ripe_at
    return replace(ruling, fate=fate, reason=reason, message=message, ripe_at=at, checks=checks)


def _was_major(rule: Notify | None, story: Story, matching: Sequence[Member], told: Told | None) -> bool:
    if rule is None or told is None or told.major:
        return True
    heard = [member for member in matching if member.article.id in told.article_ids]
    return nearest(reports(heard, story.members), rule)[0]


def _major_rule(setting: Setting) -> Notify | None:
    major = setting.occasion.watch.major
    return Notify(articles=1, publishers=major.publishers, hours=major.hours) if major else None
