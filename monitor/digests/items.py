"""Rulings → what a digest says of each story: told in full, named in the foot, or held with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitor.digests.asked import Tell
from monitor.digests.bundling import rank
from monitor.digests.matched import matched
from monitor.digests.rulings import Fate, Ruling
from monitor.records import Article, Held, Item, Kind, Member, Quality, Relation, Source, Sourced, Told, Topic

ALSO = 8
"""Most single articles named under "Also matched"."""

HELD = 50
"""Most near misses that a digest keeps."""

SINGLE = frozenset({"too-few-articles", "too-few-publishers"})
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
        matched=matched([member for member in members if member.scores], topics),
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


def held(rulings: Sequence[Ruling]) -> tuple[Held, ...]:
    """Return the near misses that a digest keeps, with the rule that held each."""
    return tuple(
        Held(story_id=one.story.id, headline=_lead(one).title, reason=one.reason, message=one.message)
        for one in rulings[:HELD]
    )


def also(rulings: Sequence[Ruling]) -> tuple[Source, ...]:
    """Return single articles of what was held, the newest first."""
    found = [
        source(member.article, None)
        for ruling in rulings
        for member in _matching(ruling)
        if ruling.reason in SINGLE or (ruling.reason == FULL and len(_matching(ruling)) == 1)
    ]
    return tuple(sorted(found, key=lambda one: (one.published, one.article_id), reverse=True)[:ALSO])


def _hours(members: Sequence[Member], now: datetime) -> tuple[int, ...]:
    ages = [(now - member.article.published) // timedelta(hours=1) for member in members]
    return tuple(ages.count(hour) for hour in reversed(range(DAY_HOURS)))


def _matching(ruling: Ruling) -> list[Member]:
    return [member for member in ruling.story.members if member.scores]


def _is_miss(ruling: Ruling) -> bool:
    """Say whether a reader may want to know of it: not what was muted, is known, or comes by itself."""
    return ruling.reason == FULL or (ruling.fate in {Fate.DIGEST, Fate.HELD} and ruling.reason != "muted")


def _is_recent(ruling: Ruling, since: datetime | None) -> bool:
    return since is None or any(member.seen_at > since for member in _matching(ruling))


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
    articles = [member.article for member in _matching(ruling)]
    full = [article for article in articles if article.words >= 100]  # noqa: PLR2004 - less is a teaser
    return min(full or articles, key=lambda article: (article.published, article.id))
