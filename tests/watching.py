"""Stories, readers and occasions for tests of what is told: articles are made by how long ago they came."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor import stories
from monitor.digests import Composed, Occasion, Ruling, compose
from monitor.records import (
    Article,
    Coverage,
    Digest,
    Member,
    Notify,
    Person,
    Quoted,
    Score,
    Status,
    Story,
    Telling,
    Term,
    Told,
    Topic,
    Updates,
    Watch,
)

NOW = datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
WATCH = Watch(
    id="w",
    title="The watch",
    topics=("t",),
    people=("me",),
    notify=Notify(articles=3, publishers=2, hours=48),
    updates=Updates(articles=2, hours=3),
    major=None,
)
ME = Person(id="me", name="Me", channels=("file",))
TOPICS = {"t": Topic(id="t", title="Topic T", description="", seeds=())}
TEXT = "The first sentence of the text says what happened. The second one says why it did."


def member(
    name: str,
    publisher: str = "A",
    *,
    hours_ago: float = 1,
    seen_ago: float | None = None,
    matched: bool = True,
    words: int = 300,
    probability: float | None = 0.9,
    text: str = TEXT,
) -> Member:
    """Return an article that came so many hours before NOW, and was seen then or later."""
    published = NOW - timedelta(hours=hours_ago)
    found = Article(
        id=name,
        url=f"https://{publisher.lower()}.example/{name}",
        title=f"Title {name}",
        text=text,
        summary="",
        published=published,
        publisher=publisher,
        words=words,
    )
    terms = (Term(text="ledger", weight=2.0), Term(text="(cosine)", weight=3.0), Term(text="sport", weight=-1.0))
    score = Score(
        id=name, topic="t", score=0.9, probability=probability, threshold=0.5, matched=True, passage="p", terms=terms
    )
    seen_at = published if seen_ago is None else NOW - timedelta(hours=seen_ago)
    return Member(article=found, feed_names=("F",), seen_at=seen_at, scores={"t": score} if matched else {})


def story(*members: Member, name: str = "s") -> Story:
    """Return a story of articles."""
    return Story(id=name, members=tuple(sorted(members, key=lambda one: one.article.published)))


def many(count: int, name: str = "s", *, hours_ago: float = 1) -> Story:
    """Return a story of articles by as many publishers."""
    return story(*(member(f"{name}{n}", f"P{n}", hours_ago=hours_ago) for n in range(count)), name=name)


def copying(name: str, original: str, publisher: str, **options: float) -> Member:
    """Return an article with the words of another."""
    made = member(name, publisher, **options)  # type: ignore[arg-type]  # keywords are checked by the function itself
    return replace(made, article=replace(made.article, copy_of=original, copy_share=0.9))


def tell(one: Story, told: Collection[str] | None) -> Telling:
    """Put a story into words as the monitor does."""
    return stories.tell(one.members, (), told)


def occasion(*, since: datetime | None = None, **given: object) -> Occasion:
    """Return an occasion at NOW; whatever is given replaces what it would be."""
    coverage = Coverage(feeds=3, feeds_answering=3, articles=9, since=since)
    plain: dict[str, object] = {"watch": WATCH, "person": ME, "now": NOW, "coverage": coverage}
    return Occasion(**{**plain, **given})  # type: ignore[arg-type]  # keywords are checked by the record itself


def composed(
    found: Sequence[Story], told: Mapping[str, Told] | None = None, *, since: datetime | None = None, **given: object
) -> Composed:
    """Return what is told on such an occasion."""
    return compose(occasion(since=since, **given), found, told or {}, TOPICS, tell)


def ruled(one: Story, told: Told | None = None, **given: object) -> Ruling:
    """Return the ruling on a story alone."""
    return composed([one], {one.id: told} if told else {}, **given).rulings[0]  # type: ignore[arg-type]  # as above


def only(result: Composed) -> Digest:
    """Return the one digest that was composed."""
    (digest,) = result.digests
    return digest


def heard(*names: str, hours_ago: float = 24, first_ago: float | None = None, **given: object) -> Told:
    """Return what a reader knows who was told of these articles so many hours ago."""
    at = NOW - timedelta(hours=hours_ago)
    first = at if first_ago is None else NOW - timedelta(hours=first_ago)
    plain: dict[str, object] = {"article_ids": frozenset(names), "first_at": first, "last_at": at, "digest_id": "d0"}
    return Told(**{**plain, **given})  # type: ignore[arg-type]  # keywords are checked by the record itself


def changed(one: Story, told: Collection[str] | None) -> Telling:
    """Put a story into words as one whose newest article changes how far things have come."""
    telling = tell(one, told)
    shown_by = Quoted(article_id=one.members[-1].article.id, publisher="P", text="It was adopted.")
    assert telling.news is not None
    return replace(telling, news=replace(telling.news, status=Status(word="adopted", shown_by=shown_by)))
