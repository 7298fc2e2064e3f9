"""Stories + rules + what was told + now → the messages to be sent, and for every story the reason it is in or out.

Pure: the same stories, rules, told list and `now` give the same digests, with the same ids.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC

from monitor.digests.asked import Setting, Tell
from monitor.digests.bundling import Bundle, bundled
from monitor.digests.items import foot, item, near_misses
from monitor.digests.ruling import rule_in
from monitor.digests.rulings import Composed, Fate, Occasion, Ruling
from monitor.digests.triggers import trigger
from monitor.records import Digest, Item, Story, Told, Topic, Why

DUE = frozenset({"digest-full", "daily-limit"})
"""Reasons for which a story that is due waits for the next message."""


def compose(
    occasion: Occasion, stories: Sequence[Story], told: Mapping[str, Told], topics: Mapping[str, Topic], tell: Tell
) -> Composed:
    """Rule on every story and put those to be told into messages, the most widely reported first.

    `stories` are those with any article that matched a topic of the watch; `told` is what the person has heard, by
    story id. `tell` puts those that are told into words. What is common to all messages, near misses and how many
    stories wait, is said in the first one.
    """
    setting = Setting.of(occasion, tell)
    bundles, rulings = bundled(setting, [rule_in(setting, story, told.get(story.id)) for story in stories], told)
    digests = []
    for place, bundle in enumerate(bundles):
        items = tuple(item(one, told.get(one.story.id), topics, tell, occasion.now) for one in bundle.rulings)
        digests.append(_digest(setting, bundle, items, told, rulings if place == 0 else ()))
    return Composed(digests=tuple(digests), rulings=rulings)


def _digest(
    setting: Setting, bundle: Bundle, items: tuple[Item, ...], told: Mapping[str, Told], rulings: Sequence[Ruling]
) -> Digest:
    occasion = setting.occasion
    watch, person = occasion.watch, occasion.person
    also, held = foot(near_misses(rulings, occasion.coverage.since), bundle.why)
    return Digest(
        id=_digest_id(occasion, items, told),
        watch_id=watch.id,
        watch_title=watch.title,
        person_id=person.id,
        created_at=occasion.now,
        timezone=person.timezone,
        items=items,
        also=also,
        held=held,
        coverage=occasion.coverage,
        trigger=trigger(occasion, setting.notify, bundle),
        why=bundle.why,
        slot=occasion.slot,
        next_at=occasion.next_at,
        waiting=sum(ruling.fate is Fate.WAITS and ruling.reason in DUE for ruling in rulings),
        thread=bundle.thread,
    )


def _digest_id(occasion: Occasion, items: Sequence[Item], told: Mapping[str, Told]) -> str:
    """Return an id that the same content always has, so that composing it twice cannot send it twice.

    A scheduled digest is known by its slot, whatever is in it, and one asked for by hand by when that was. What is told
    again because its message never arrived is other content than that message.
    """
    said = [occasion.watch.id, occasion.person.id]
    if occasion.why is Why.DIGEST and occasion.slot is not None:
        said.append(f"slot {occasion.slot.timestamp():.0f}")
    else:
        said += sorted(f"{one.story_id} {source.article_id}" for one in items for source in one.sources)
        said += sorted(filter(None, (_again(one.story_id, told) for one in items)))
    if occasion.why is Why.BY_HAND:
        said.append(f"asked {occasion.now.astimezone(UTC).isoformat()}")
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def _again(story: str, told: Mapping[str, Told]) -> str:
    """Return which message of a story got lost, empty when none did."""
    known = told.get(story)
    lapsed_at = known and (known.lapsed_at or (known.last_at if known.lapsed else None))
    return f"{story} again since {lapsed_at.astimezone(UTC).isoformat()}" if lapsed_at else ""
