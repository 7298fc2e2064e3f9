"""What every rule is asked with: the occasion, worked out once, and one story, worked out once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.digests.measured import matching, measured, unheard
from monitor.digests.rulings import Check, Fate, Occasion, Ruling
from monitor.digests.spans import Met, nearest, reports
from monitor.digests.times import Span, quiet_before, quiet_until
from monitor.digests.words import count, hours, moment, weekday
from monitor.records import Member, Mute, MuteKind, Notify, Story, Telling, Told, Updates, Why

MAJOR_FOR = timedelta(hours=24)
"""Time for which a story is major, after the newest article of those that make it so; later it is told like others."""

TOO_LONG = f"that was more than {hours(MAJOR_FOR.total_seconds() / 3600)} ago"
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

    def day(self, at: datetime) -> str:
        """Return a moment of the last days as the person's calendar and clock show it."""
        return weekday(at, self.occasion.person.timezone)

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

    `told` is None for one that counts as new. `lapsed` is when a message was composed that never arrived, if the reader
    was not told of the story since. `own` say something new in words of their own; `copies` are further ones that only
    repeat. Of a new story, the span nearest to the watch's rule holds so many `articles` by so many `publishers`, and
    the rule was first met at `met`, if ever. What matches makes the story `wide`, by `voices` publishers, since
    `wide_since`; it is `major` while that is no day old. `turned` when it is wide only with what the reader does not
    know.
    """

    story: Story
    matching: Sequence[Member]
    told: Told | None
    lapsed: datetime | None
    own: Sequence[Member]
    copies: int
    articles: int
    publishers: int
    met: Met | None
    wide: bool
    voices: int
    wide_since: Met | None
    wide_at: datetime | None
    major: bool
    turned: bool

    @classmethod
    def of(cls, setting: Setting, story: Story, told: Told | None) -> Case:
        """Work out what the rules ask of a story."""
        found, rule = matching(story), _major_rule(setting)
        known = told if told and not told.lapsed else None
        notify = measured(story, setting.notify) if setting.notify and known is None else None
        wide = measured(story, rule) if rule else None
        own, copies = unheard(story, known.article_ids if known else frozenset())
        wide_at = wide.newest if wide else None
        return cls(
            story=story,
            matching=found,
            told=known,
            lapsed=_lapsed(told) if told else None,
            own=own,
            copies=copies,
            articles=notify.articles if notify else len(found),
            publishers=notify.publishers if notify else 0,
            met=notify.first if notify else None,
            wide=wide_at is not None,
            voices=wide.publishers if wide else 0,
            wide_since=wide.first if wide else None,
            wide_at=wide_at,
            major=wide_at is not None and setting.occasion.now - wide_at <= MAJOR_FOR,
            turned=wide_at is not None and bool(own) and not _was_wide(rule, story, found, told),
        )


def major_check(setting: Setting, case: Case) -> list[Check]:
    """Return the line on whether a story is major, none for a watch without that rule."""
    rule = setting.occasion.watch.major
    if rule is None:
        return []
    seen = f"{count(case.voices, 'independent publisher')} within {rule.hours:g} h"
    message = f"{seen}; a story is major from {rule.publishers} on"
    if case.wide_at is not None and not case.major:
        message += f", and it was so on {setting.day(case.wide_at)}, but {TOO_LONG}"
    return [Check(rule="major", passed=case.major, seen=case.voices, wants=rule.publishers, message=message)]


def voices_of(setting: Setting, case: Case) -> str:
    """Return how widely a story was reported, and from how many publishers on it is major."""
    rule = setting.occasion.watch.major
    asked = f" within {rule.hours:g} h; a story is major from {rule.publishers} on" if rule else ""
    return f"{count(case.voices, 'independent publisher')}{asked}"


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


def _lapsed(told: Told) -> datetime | None:
    """Return when the newest message of a story was composed that never arrived, None where others told of it since."""
    at = told.lapsed_at or (told.last_at if told.lapsed else None)
    return at if at and (told.lapsed or at > told.last_at) else None


def _was_wide(rule: Notify | None, story: Story, found: Sequence[Member], told: Told | None) -> bool:
    """Say whether a story was major by what its reader was told of, or would have been by a message that got lost."""
    if rule is None or told is None or told.major:
        return True
    lapsed = None if told.lapsed else _lapsed(told)
    heard = [one for one in found if one.article.id in told.article_ids or (lapsed and one.seen_at <= lapsed)]
    return nearest(reports(heard, story.members), rule)[0]


def _major_rule(setting: Setting) -> Notify | None:
    major = setting.occasion.watch.major
    return Notify(articles=1, publishers=major.publishers, hours=major.hours) if major else None
