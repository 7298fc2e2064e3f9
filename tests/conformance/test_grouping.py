"""What grouping asks of a database: what waits, what is near in time, and each placement stored once and whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Row

from monitor.records import Document, Merged, Original, Outcome, Placed, Relation, Remembered, Sourced
from monitor.store import Store
from monitor.store.grouping import join_stories, measure
from monitor.store.tables import articles, stories, story_members, vectors
from tests.conformance.news import LATER, NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVER = NOW - 400 * DAY


def write(store: Store, *names: str, at: datetime = NOW, **changes: Any) -> None:
    """Store articles, each an hour after the one before."""
    rows = [
        {
            "id": name,
            "url": f"https://one.example/{name}",
            "title": f"Title of {name}",
            "text": f"Text of {name}.\n\nA line below all pages.",
            "summary": "",
            "published": at + place * HOUR,
            "publisher": "One Ltd",
            "authors": [],
            "language": "en",
            "method": "page",
            "words": 7,
            "reason": "",
            "content_hash": name,
            "read_at": NOW,
            "furniture": [1],
            **changes,
        }
        for place, name in enumerate(names)
    ]
    with store.database.write() as connection:
        connection.execute(articles.insert(), rows)


def document(name: str, at: datetime = NOW) -> Document:
    """Return what is grouped of the article `name`: its text without furniture."""
    title = f"Title of {name}"
    return Document(id=name, title=title, text=f"Text of {name}.", published=at, source="One Ltd", language="en")


def place(store: Store, story: str, *names: str, founded: bool = True, **given: Any) -> None:
    """Place articles in a story, which the first of them founds."""
    placed = [
        Placed(id=name, story=story, founded=founded and not at, similarity=0.4 if at or not founded else 0.0)
        for at, name in enumerate(names)
    ]
    plain: dict[str, Any] = {"vectors_made": {}, "words": "w1", "told": [], "at": NOW}
    store.grouping.save(placed, [document(name) for name in names], **(plain | given))


def sourced(name: str) -> Sourced:
    return Sourced(
        article_id=name,
        relation=Relation.CITES,
        of="a",
        origin="Harbour Post",
        evidence="as the Post wrote",
        confidence=0.9,
    )


def story_rows(store: Store) -> dict[str, Row[Any]]:
    with store.database.read() as connection:
        return {row.id: row for row in connection.execute(sa.select(stories))}


def member(store: Store, name: str) -> Row[Any]:
    with store.database.read() as connection:
        return connection.execute(sa.select(story_members).where(story_members.c.article_id == name)).one()


def kept(store: Store) -> dict[str, tuple[str, bytes]]:
    with store.database.read() as connection:
        return {row.article_id: (row.words, row.packed) for row in connection.execute(sa.select(vectors))}


def test_what_is_in_no_story_waits_the_earliest_first(store: Store) -> None:
    write(store, "c", "b")
    write(store, "a", "d", at=NOW + HOUR)
    assert store.grouping.waiting(EVER, 10) == [
        document("c"),
        document("a", NOW + HOUR),
        document("b", NOW + HOUR),
        document("d", NOW + 2 * HOUR),
    ]
    assert [one.id for one in store.grouping.waiting(EVER, 2)] == ["c", "a"]
    assert [one.id for one in store.grouping.waiting(NOW + HOUR, 10)] == ["a", "b", "d"]
    place(store, "s", "a", "c")
    assert [one.id for one in store.grouping.waiting(EVER, 10)] == ["b", "d"]


def test_the_window_has_what_was_grouped_with_the_vectors_of_these_words(store: Store) -> None:
    write(store, "a", "b", "c", "late", "waits")
    place(store, "s", "a", "b", "c", vectors_made={"a": b"A", "b": b"B"})
    place(store, "s", "late", founded=False, vectors_made={"late": b"L"}, words="w2")
    window = {one.id: one for one in store.grouping.window(NOW + HOUR, "w1")}
    assert window == {
        "b": Remembered(id="b", story="s", published=NOW + HOUR, packed=b"B", size=4),
        "c": Remembered(id="c", story="s", published=NOW + 2 * HOUR, packed=b"", size=4),
        "late": Remembered(id="late", story="s", published=NOW + 3 * HOUR, packed=b"", size=4),
    }
    assert {one.id for one in store.grouping.window(NOW + HOUR, "w1", ["a", "b", "gone"])} == {"a", "b", "c", "late"}
    packed = {one.id: one.packed for one in store.grouping.window(EVER, "w2")}
    assert packed == {"a": b"", "b": b"", "c": b"", "late": b"L"}


def test_texts_are_given_without_furniture_and_without_what_is_gone(store: Store) -> None:
    write(store, "a", "b")
    assert store.grouping.texts(["b", "gone"]) == {"b": document("b", NOW + HOUR)}
    assert store.grouping.texts([]) == {}
    many = [f"gone-{number}" for number in range(70_000)]
    assert store.grouping.texts([*many, "a"]) == {"a": document("a")}


def test_copies_lead_to_their_originals_and_the_stories_of_these(store: Store) -> None:
    write(store, "a", "b")
    write(store, "copy-a", copy_of="a", copy_share=0.9)
    write(store, "copy-b", copy_of="b", copy_share=0.9)
    write(store, "copy-gone", copy_of="gone", copy_share=0.9)
    place(store, "s", "a")
    names = ["copy-b", "copy-a", "a", "copy-gone", "unknown"]
    assert store.grouping.originals(names) == {
        "copy-a": Original(article="a", story="s"),
        "copy-b": Original(article="b", story=None),
        "copy-gone": Original(article="gone", story=None),
    }
    assert store.grouping.originals([]) == {}


def test_a_placement_is_stored_with_all_that_led_to_it(store: Store) -> None:
    write(store, "a", "b")
    joined = Placed(
        id="b",
        story="s",
        founded=False,
        similarity=0.43,
        terms=("ferry", "calla point"),
        nearest="t",
        nearest_similarity=0.2,
        closest="a",
        reason="shared-facts",
        apart="number",
    )
    place(store, "s", "a")
    told = Outcome(step="group", subject="b", outcome="joined", reason="shared-facts", at=NOW, model="w1")
    store.grouping.save([joined], [document("b")], {"b": b"B"}, "w1", [told], LATER)
    [(founder, _), (stored, _)] = store.stories.articles_of("s")
    assert stored == joined
    assert (founder.founded, stored.founded) == (True, False)
    assert (member(store, "b").words, member(store, "b").placed_at, member(store, "b").relation) == ("w1", LATER, None)
    assert kept(store) == {"b": ("w1", b"B")}
    assert store.ledger.about(["b"]) == [told]
    row = story_rows(store)["s"]
    assert (row.first_at, row.last_at, row.articles, row.created_at) == (NOW, NOW + HOUR, 2, NOW)


def test_what_was_placed_before_stays_and_founds_nothing(store: Store) -> None:
    write(store, "a", "b")
    place(store, "s", "a", "b")
    place(store, "t", "b", "a")
    assert store.stories.story_of("a") == store.stories.story_of("b") == "s"
    assert story_rows(store).keys() == {"s"}
    assert story_rows(store)["s"].articles == 2


def test_a_batch_is_stored_whole_or_not_at_all(store: Store) -> None:
    write(store, "a")
    with pytest.raises(sa.exc.IntegrityError):
        place(store, "s", "a", "nobody-read-this", vectors_made={"a": b"A"})
    assert [one.id for one in store.grouping.waiting(EVER, 10)] == ["a"]
    assert (story_rows(store), kept(store)) == ({}, {})


def test_vectors_made_again_replace_those_of_other_words(store: Store) -> None:
    write(store, "a", "b", "c")
    place(store, "s", "a", "b", vectors_made={"a": b"A1", "b": b"B1"})
    place(store, "s", "c", founded=False, vectors_made={"a": b"A2", "c": b"C2"}, words="w2")
    assert kept(store) == {"a": ("w2", b"A2"), "b": ("w1", b"B1"), "c": ("w2", b"C2")}


def test_a_story_that_grows_must_have_its_sources_found_anew(store: Store) -> None:
    write(store, "a", "b")
    write(store, "c", at=NOW - 2 * HOUR)
    place(store, "s", "a", "b")
    store.grouping.save_sources([sourced("a"), sourced("b")])
    assert store.grouping.unsourced(10) == []
    place(store, "s", "c", founded=False)
    row = story_rows(store)["s"]
    assert (row.first_at, row.last_at, row.articles) == (NOW - 2 * HOUR, NOW + HOUR, 3)
    [story] = store.grouping.unsourced(10)
    assert [(one.article.id, one.sourced) for one in story.members] == [("c", None), ("a", None), ("b", None)]


def test_sources_are_asked_for_a_few_stories_at_a_time_however_old_they_are(store: Store) -> None:
    write(store, "a", "b", "c")
    write(store, "old", at=NOW - 30 * DAY)
    for name in ("a", "b", "c", "old"):
        place(store, f"s-{name}", name)
    assert len(store.grouping.unsourced(2)) == 2
    assert [one.id for one in store.grouping.unsourced(10)] == ["s-a", "s-b", "s-c", "s-old"]
    store.grouping.save_sources([])
    store.grouping.save_sources([sourced("b")])
    assert [one.id for one in store.grouping.unsourced(10)] == ["s-a", "s-c", "s-old"]
    story = store.stories.story("s-b")
    assert story is not None
    assert [one.sourced for one in story.members] == [sourced("b")]


def test_merged_stories_lead_to_the_one_that_lives(store: Store) -> None:
    write(store, "a", "b", "c", "d")
    for name in ("a", "b", "c", "d"):
        place(store, f"s-{name}", name)
    store.grouping.save_sources([sourced(name) for name in ("a", "b", "c", "d")])
    told = Outcome(step="group", subject="s-b", outcome="merged", reason="alike", at=NOW)
    store.grouping.merge([Merged(story="s-b", into="s-a", similarity=0.3)], [told])
    store.grouping.merge([Merged(story="s-a", into="s-c", similarity=0.2)], [])
    rows = story_rows(store)
    assert {name: (row.articles, row.merged_into) for name, row in rows.items()} == {
        "s-a": (0, "s-c"),
        "s-b": (0, "s-c"),
        "s-c": (3, None),
        "s-d": (1, None),
    }
    assert (rows["s-c"].first_at, rows["s-c"].last_at) == (NOW, NOW + 2 * HOUR)
    assert [store.stories.resolve(name) for name in ("s-a", "s-b", "s-c")] == ["s-c"] * 3
    assert [one.id for one in store.grouping.unsourced(10)] == ["s-c"]
    assert store.ledger.about(["s-b"]) == [told]


def test_a_merge_is_stored_whole_or_not_at_all(store: Store) -> None:
    write(store, "a", "b")
    place(store, "s-a", "a")
    place(store, "s-b", "b")
    merged = [Merged(story="s-b", into="s-a", similarity=0.3), Merged(story="s-a", into="nowhere", similarity=0.3)]
    with pytest.raises(sa.exc.IntegrityError):
        store.grouping.merge(merged, [])
    assert {name: row.articles for name, row in story_rows(store).items()} == {"s-a": 1, "s-b": 1}
    assert store.stories.story_of("b") == "s-b"


def test_joining_and_measuring_serve_whoever_has_a_transaction(store: Store) -> None:
    write(store, "a", "b")
    place(store, "s-a", "a")
    place(store, "s-b", "b")
    with store.database.write() as connection:
        join_stories(connection, "s-b", "s-a")
        measure(connection, ["s-a"])
        measure(connection, [])
    row = story_rows(store)["s-a"]
    assert (row.articles, row.last_at) == (2, NOW + HOUR)


def test_vectors_made_long_ago_are_given_up(store: Store) -> None:
    write(store, "a", "b", "c")
    place(store, "s", "a", "b", vectors_made={"a": b"A", "b": b"B"}, at=NOW - 30 * DAY)
    place(store, "s", "c", founded=False, vectors_made={"b": b"B2", "c": b"C"}, words="w2", at=NOW)
    store.grouping.forget_vectors(NOW - 30 * DAY)
    assert kept(store).keys() == {"a", "b", "c"}
    store.grouping.forget_vectors(NOW)
    assert kept(store) == {"b": ("w2", b"B2"), "c": ("w2", b"C")}
