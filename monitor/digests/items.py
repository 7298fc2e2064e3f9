"""Rulings → what a digest says of each story: told in full, named in the foot, or held with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitor.digests.asked import Tell
from monitor.digests.bundling import rank
from monitor.digests.matched import matched
from monitor.digests.measured import matching
from monitor.digests.rulings import Fate, Ruling
from monitor.records import Article, Held, Item, Kind, Member, Quality, Relation, Source, Sourced, Told, Topic, Why

ALSO = 8
"""Most single articles named under "Also matched"."""

HELD, HELD_AT_ONCE = 50, 8
"""Most near misses that a digest keeps, and a message that comes at once."""

FULL = "digest-full"
DAY_HOURS = 24


def item(ruling: Ruling, told: Told | None, topics: Mapping[str, Topic], tell: Tell, now: datetime) -> Item:
    """Return a story as it is told; `told` is what the reader knows of it, if the message of that arrived."""
    known = told if ruling.kind is Kind.UPDATE else None
    members = ruling.story.members
    telling = tell(ruling.story, known.article_ids if known else None)
    account, by_id = telling.account, {member.article.id: member.article for member in members}
    relations = {one.article_id: one for one in telling.sourcing.relations}
    sources = tuple(source(member.article, known, relations.get(member.article.id)) for member in members)
    quoted = telling.news.sentences if telling.news and telling.news.sentences else account.summary
    return Item(
        story_id=ruling.story.id,
        kind=ruling.kind,
        headline=account.headline,
        url=by_id[account.lead].url,
        summary=" ".join(quote.text for quote in quoted),
        sources=sources,
        publishers=min(len(telling.sourcing.independent), len(telling.sourcing.publishers)),
        first_seen=next(one for one in sources if one.article_id == telling.sourcing.first),
        matched=matched(matching(ruling.story), topics, known.article_ids if known else frozenset()),
        reason=ruling.message,
        quoted=quoted,
        status=account.status,
        unseen=telling.sourcing.unseen,
        first_sure=any(one.relation is Relation.FIRST for one in telling.sourcing.relations),
        news=telling.news,
        major=ruling.major,
        since=known.last_at if known else None,
        hours=_hours(members, now),
    )


def source(article: Article, told: Told | None, sourced: Sourced | None = None) -> Source:
    """Return an article as a digest names it."""
    return Source(
        article_id=article.id,
        title=article.title,
        url=article.url,
        publisher=article.publisher,
        published=article.published,
        is_new=told is None or article.id not in told.article_ids,
        relation=sourced.relation.value if sourced else "",
        teaser=article.quality is Quality.TEASER,
    )


def near_misses(rulings: Sequence[Ruling], since: datetime | None) -> list[Ruling]:
    """Return what matched and is not told, the nearest first; what brought nothing since `since` is not repeated."""
    held = [ruling for ruling in rulings if _is_miss(ruling) and _is_recent(ruling, since)]
    return sorted(held, key=lambda ruling: (_shortfall(ruling), *rank(ruling)))


def foot(rulings: Sequence[Ruling], why: Why) -> tuple[tuple[Source, ...], tuple[Held, ...]]:
    """Return what a digest names of the near misses: articles that only had no room, and others with what held them.

    No story is in both.
    """
    single = [ruling for ruling in rulings if ruling.reason == FULL and len(matching(ruling.story)) == 1][:ALSO]
    named = {ruling.story.id for ruling in single}
    others = [ruling for ruling in rulings if ruling.story.id not in named]
    most = HELD_AT_ONCE if why in {Why.NOTICE, Why.FLUSH} else HELD
    also = tuple(source(matching(ruling.story)[0].article, None) for ruling in single)
    return also, tuple(_held(ruling) for ruling in others[:most])


def _held(ruling: Ruling) -> Held:
    lead = _lead(ruling)
    return Held(
        story_id=ruling.story.id,
        headline=lead.title,
        reason=ruling.reason,
        message=ruling.message,
        url=lead.url,
        publisher=lead.publisher,
    )


def _hours(members: Sequence[Member], now: datetime) -> tuple[int, ...]:
    ages = [(now - member.article.published) // timedelta(hours=1) for member in members]
    return tuple(ages.count(hour) for hour in reversed(range(DAY_HOURS)))


def _is_miss(ruling: Ruling) -> bool:
    """Say whether a reader may want to know of it: not what was muted, is known, or comes by itself."""
    return ruling.reason == FULL or (ruling.fate in {Fate.DIGEST, Fate.HELD} and ruling.reason != "muted")


def _is_recent(ruling: Ruling, since: datetime | None) -> bool:
    return since is None or any(member.seen_at > since for member in matching(ruling.story))


def _shortfall(ruling: Ruling) -> float:
    """Return how many articles and publishers are missing."""
    numbers = ruling.numbers
    pairs = (
        ("articles", "needs_articles"),
        ("publishers", "needs_publishers"),
        ("new_articles", "needs_articles"),
    )
    missing = [
        float(numbers[wants]) - float(numbers[seen]) for seen, wants in pairs if seen in numbers and wants in numbers
    ]
    return sum(max(0.0, one) for one in missing)


def _lead(ruling: Ruling) -> Article:
    """Return the earliest matching article with a full text, else the earliest one."""
    articles = [member.article for member in matching(ruling.story)]
    full = [article for article in articles if article.words >= 100]  # noqa: PLR2004 - less is a teaser
    return min(full or articles, key=lambda article: (article.published, article.id))
