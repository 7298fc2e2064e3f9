"""Rulings → messages: which stories share one, which wait for room in it, and which for another day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.digests.asked import Setting
from monitor.digests.measured import standing
from monitor.digests.rulings import Check, Fate, Ruling
from monitor.digests.words import count
from monitor.records import Kind, Told, Why

BETWEEN_LOOKS = timedelta(hours=1)
"""Longest time between two looks at what is to be told, as it is usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The stories of one message, the first one first; `thread` is the digest that it goes on with."""

    why: Why
    rulings: tuple[Ruling, ...]
    thread: str | None = None

    @property
    def counts(self) -> bool:
        """Whether the daily limit counts it: only a message of nothing but major news is free."""
        return not self.rulings or not all(ruling.major for ruling in self.rulings)


def bundled(
    setting: Setting, rulings: Sequence[Ruling], told: Mapping[str, Told]
) -> tuple[tuple[Bundle, ...], tuple[Ruling, ...]]:
    """Return the messages to be sent now, and all rulings, with those that have to wait for room or for another day."""
    telling = sorted((ruling for ruling in rulings if ruling.fate is Fate.TOLD), key=rank)
    if setting.at_once:
        bundles = _within_limit(setting, _notices(setting, telling, told))
    else:
        bundles = [Bundle(why=setting.occasion.why, rulings=tuple(telling))] if telling or _says_empty(setting) else []
    kept, full = _with_room(setting, bundles)
    final = {ruling.story.id: ruling for bundle in kept for ruling in bundle.rulings}
    final |= {ruling.story.id: ruling for ruling in full}
    limited = [ruling for ruling in telling if ruling.story.id not in final]
    final |= {ruling.story.id: _limited(setting, ruling) for ruling in limited}
    return tuple(kept), tuple(final.get(ruling.story.id, ruling) for ruling in rulings)


def rank(ruling: Ruling) -> tuple[float, ...]:
    """Order stories: major ones first, then the most widely reported; the newest and best matching of equals first."""
    return (not ruling.major, *standing(ruling.story))


def _notices(setting: Setting, telling: Sequence[Ruling], told: Mapping[str, Told]) -> list[Bundle]:
    """Group what is told at once: major news, what quiet hours held, what is new, and each update alone."""
    flush = _held(setting, telling)
    flushed = {ruling.story.id for ruling in flush}
    rest = [ruling for ruling in telling if ruling.story.id not in flushed]
    new = [ruling for ruling in rest if ruling.kind is Kind.NEW]
    groups = [
        _group(Why.NOTICE, [ruling for ruling in new if ruling.major], told),
        _group(Why.FLUSH, flush, told),
        _group(Why.NOTICE, [ruling for ruling in new if not ruling.major], told),
        *(_group(Why.NOTICE, [ruling], told) for ruling in rest if ruling.kind is Kind.UPDATE),
    ]
    return sorted((one for one in groups if one.rulings), key=_bundle_rank)


def _group(why: Why, rulings: Sequence[Ruling], told: Mapping[str, Told]) -> Bundle:
    alone = rulings[0] if len(rulings) == 1 and rulings[0].kind is Kind.UPDATE else None
    thread = told[alone.story.id].digest_id if alone else ""
    return Bundle(why=why, rulings=tuple(rulings), thread=thread or None)


def _bundle_rank(bundle: Bundle) -> tuple[float, ...]:
    return (bundle.counts, bundle.why is not Why.FLUSH, *rank(bundle.rulings[0]))


def _held(setting: Setting, telling: Sequence[Ruling]) -> list[Ruling]:
    """Return what quiet hours held, with all else that was ripe by their end; nothing when they held nothing.

    What became ripe shortly before them counts as held by them: nobody may have looked in between.
    """
    span = setting.before
    if span is None or setting.quiet is not None:
        return []
    ripe = [ruling for ruling in telling if ruling.ripe_at is not None and ruling.ripe_at < span[1]]
    held = any(ruling.ripe_at is not None and ruling.ripe_at >= span[0] - BETWEEN_LOOKS for ruling in ripe)
    return ripe if held else []


def _within_limit(setting: Setting, bundles: Iterable[Bundle]) -> list[Bundle]:
    """Return the messages for which the day has room; of what quiet hours held, major news needs none."""
    left = setting.occasion.left
    if left is None:
        return list(bundles)
    kept = []
    for bundle in bundles:
        fitting = bundle if left > 0 or not bundle.counts else _only_major(bundle)
        kept += [fitting] if fitting.rulings else []
        left -= bool(fitting.rulings) and fitting.counts
    return kept


def _only_major(bundle: Bundle) -> Bundle:
    return replace(bundle, rulings=tuple(ruling for ruling in bundle.rulings if ruling.major))


def _limited(setting: Setting, ruling: Ruling) -> Ruling:
    limit = setting.occasion.person.messages_per_day
    most = "no more messages" if limit is None else f"at most {count(limit, 'message')}"
    message = f"the reader gets {most} a day, and today’s are used up; this one waits for tomorrow"
    return _waiting(ruling, "daily-limit", message, setting.occasion.left or 0, "1 left")


def _with_room(setting: Setting, bundles: Iterable[Bundle]) -> tuple[list[Bundle], list[Ruling]]:
    most = setting.occasion.watch.stories
    kept, full = [], []
    for bundle in bundles:
        kept.append(replace(bundle, rulings=tuple(_kept(setting, ruling) for ruling in bundle.rulings[:most])))
        message = f"a message holds {count(most, 'story', 'stories')}; this one waits for the next"
        full += [_waiting(one, "digest-full", message, place, most) for place, one in _after(bundle.rulings, most)]
    return kept, full


def _after(rulings: Sequence[Ruling], most: int) -> Iterable[tuple[int, Ruling]]:
    return enumerate(rulings[most:], start=most + 1)


def _kept(setting: Setting, ruling: Ruling) -> Ruling:
    left = setting.occasion.left
    if left is None or not setting.at_once:
        return ruling
    message = "major stories are not counted" if ruling.major else f"{count(left, 'more message')} may be sent today"
    check = Check(rule="daily-limit", passed=True, seen=left, wants="1 left", message=message)
    return replace(ruling, checks=(*ruling.checks, check))


def _waiting(ruling: Ruling, reason: str, message: str, seen: float, wants: float | str) -> Ruling:
    check = Check(rule=reason, passed=False, seen=seen, wants=wants, message=message)
    return replace(
        ruling, fate=Fate.WAITS, reason=reason, message=f"{ruling.message}; {message}", checks=(*ruling.checks, check)
    )


def _says_empty(setting: Setting) -> bool:
    """Say whether a digest is sent though it tells nothing; never to those who want to hear nothing of the watch."""
    occasion = setting.occasion
    return occasion.why is Why.DIGEST and occasion.watch.send_empty and setting.muted("") is None
