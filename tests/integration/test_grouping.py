"""Grouping over a real database: whatever comes, however often it is killed, each article ends in exactly one story."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa

from monitor import stories
from monitor.errors import BusyError
from monitor.pipeline import Pipeline, Tools, grouping
from monitor.pipeline.cutting import Cutter
from monitor.pipeline.reports import GroupReport
from monitor.records import Cut, Document, Remembered
from monitor.store import Store
from monitor.store.tables import articles, digests, outcomes, story_members, told, vectors
from monitor.store.tables import stories as story_table
from monitor.stories import StoryGrouper, WordStatistics
from monitor.stories.grouper import Look, Placing
from tests.integration.test_crash import Killed, killed_at, transactions
from tests.pipelines import make_rules
from tests.servers import Reply
from tests.worlds import DAY, HOUR, MINUTE, START, World, titled

LETTERS = "bdfgklmnprstvz"


def vocabulary(event: str, size: int = 40) -> list[str]:
    """Return the words of an event, which no other event has."""
    chance = random.Random(event)  # noqa: S311 - repeatable, not secret
    return ["".join(chance.choice(LETTERS) + chance.choice("aeiou") for _ in range(5)) for _ in range(size)]


def told_in(name: str, words: Sequence[str], number: int = 80) -> str:
    """Return a text of so many of these words, in an order that is the article's own."""
    chance = random.Random(name)  # noqa: S311 - repeatable, not secret
    said = chance.sample([words[at % len(words)] for at in range(number)], number)
    return " ".join(f"{' '.join(said[at : at + 10])}." for at in range(0, number, 10))


def news(name: str, event: str, at: datetime, **changes: Any) -> dict[str, Any]:
    """Return an article on an event as a row."""
    words = vocabulary(event)
    plain: dict[str, Any] = {
        "id": name,
        "url": f"https://{name}.example/",
        "title": f"{words[0]} {words[1]} {words[2]} {words[3]}",
        "text": told_in(name, words),
        "summary": "",
        "published": at,
        "publisher": f"House of {name}",
        "authors": [],
        "method": "page",
        "words": 80,
        "reason": "",
        "content_hash": name,
        "read_at": at,
    }
    return plain | changes


def bridging(first: str, second: str, at: datetime) -> list[dict[str, Any]]:
    """Return the news of one event that two houses saw differently at first: two stories, until others tell both."""
    both = vocabulary(first) + vocabulary(second)
    return [
        news(f"{first}-1", first, at),
        news(f"{first}-2", second, at + MINUTE),
        *(news(f"{first}-{n}", first, at + n * MINUTE, text=told_in(f"{first}-{n}", both, 160)) for n in (3, 4)),
    ]


@dataclass(kw_only=True)
class Desk:
    """A database, a clock that a test sets, and grouping over both, as a process started now would do it."""

    store: Store
    now: datetime = START

    def write(self, *rows: dict[str, Any]) -> None:
        """Store articles that no step has seen yet but reading."""
        with self.store.database.write() as connection:
            connection.execute(articles.insert(), list(rows))

    def pipeline(self, grouper: Callable[[bytes], StoryGrouper] | None = None) -> Pipeline:
        """Return the pipeline, of which only grouping has its tools."""
        given: dict[str, Any] = {
            "store": self.store,
            "grouper": grouper or grouper_of,
            "sourcing": stories.sourcing,
            "count_words": counted,
            "clock": lambda: self.now,
            "say": lambda _: None,
        }
        tools = Tools(**{one.name: given.get(one.name, absent) for one in fields(Tools)})
        return Pipeline(rules=make_rules([]), tools=tools)

    def group(self, *rows: dict[str, Any]) -> GroupReport:
        """Store articles and run the step."""
        if rows:
            self.write(*rows)
        return self.pipeline().group()

    def placed(self) -> dict[str, str]:
        """Return the story of each article."""
        query = sa.select(story_members.c.article_id, story_members.c.story_id)
        with self.store.database.read() as connection:
            return {row.article_id: row.story_id for row in connection.execute(query)}

    def together(self) -> set[frozenset[str]]:
        """Return the articles that are together, whatever their stories are called."""
        found: dict[str, set[str]] = {}
        for article, story in self.placed().items():
            found.setdefault(story, set()).add(article)
        return {frozenset(one) for one in found.values()}

    def reasons(self) -> dict[str, str]:
        """Return why each article is where it is."""
        query = sa.select(story_members.c.article_id, story_members.c.reason)
        with self.store.database.read() as connection:
            return {row.article_id: row.reason for row in connection.execute(query)}

    def rows(self) -> list[object]:
        """Return all that grouping writes."""
        with self.store.database.read() as connection:
            return [
                connection.execute(sa.select(table).order_by(*table.primary_key.columns)).all()
                for table in (story_table, story_members, vectors, outcomes)
            ]

    def check(self) -> None:
        """Hold that each article is in one story with its relation, and each story has articles or leads to some."""
        with self.store.database.read() as connection:
            every = set(connection.scalars(sa.select(articles.c.id)))
            members = connection.execute(sa.select(story_members)).all()
            known = {row.id: row for row in connection.execute(sa.select(story_table))}
        assert {row.article_id for row in members} == every
        sizes = {story: sum(row.story_id == story for row in members) for story in known}
        for row in known.values():
            assert row.articles == sizes[row.id]
            assert (row.merged_into is None) == (row.articles > 0)
            assert row.merged_into is None or known[row.merged_into].articles > 0
        assert all(row.relation for row in members)


def document_of(row: dict[str, Any]) -> Document:
    return Document(id=row["id"], title=row["title"], text=row["text"], published=row["published"])


def absent(*_: object) -> NoReturn:
    raise AssertionError("this pipeline only groups")


def grouper_of(statistics: bytes) -> StoryGrouper:
    return StoryGrouper(WordStatistics.from_bytes(statistics))


def counted(documents: Sequence[Document]) -> tuple[str, bytes]:
    found = WordStatistics.fit(documents)
    return found.version, found.to_bytes()


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store=store)


def some_news() -> list[dict[str, Any]]:
    """Return the news of two days: three events in several articles each, one of them bridged, and single articles."""
    ferry = [news(f"ferry-{n}", "ferry", START - 20 * HOUR + n * HOUR) for n in range(5)]
    mill = [news(f"mill-{n}", "mill", START - 10 * HOUR + n * HOUR) for n in range(4)]
    single = [news(f"single-{n}", f"single-{n}", START - n * 7 * HOUR) for n in range(5)]
    return [*ferry, *mill, *bridging("dam", "flood", START - 8 * HOUR), *single]


def test_what_no_feed_dated_is_grouped_by_when_it_was_seen(world: World) -> None:
    words = vocabulary("ferry")
    world.add("wire", Reply(body=titled(("An older piece", "https://wire.example/old"), summary=told_in("old", words))))
    world.pipeline().poll()
    items = "".join(
        f"<item><title>{words[0]} {words[1]}</title><link>https://wire.example/{name}</link>"
        f"<description>{told_in(name, words, 300)}</description></item>"
        for name in ("left", "right")
    )
    feed = f'<rss version="2.0"><channel><title>W</title>{items}</channel></rss>'.encode()
    world.replies["wire.localhost/wire"] = Reply(body=feed)
    world.now += HOUR
    world.pipeline().poll()
    world.now += HOUR
    world.pipeline(attempts=1).read()
    desk = Desk(store=world.store, now=world.now)
    desk.group()
    desk.check()
    with world.store.database.read() as connection:
        rows = connection.execute(sa.select(articles.c.url, articles.c.published))
        dated = {row.url: row.published for row in rows}
    assert dated["https://wire.example/left"] == dated["https://wire.example/right"] == START + HOUR
    assert sorted(map(len, desk.together())) in ([3], [1, 2])


def test_a_text_that_comes_again_days_later_joins_the_first(desk: Desk) -> None:
    text = told_in("notice", vocabulary("notice"))
    desk.now = START + 4 * DAY
    desk.group(
        *(news(f"notice-{n}", "notice", START + gap, text=text) for n, gap in enumerate((HOUR, 0 * HOUR, 4 * DAY))),
        news("other", "mill", START),
    )
    desk.check()
    assert desk.together() == {frozenset({"notice-0", "notice-1", "notice-2"}), frozenset({"other"})}
    assert desk.reasons() == {
        "notice-0": "same-text", "notice-1": "no-near-story", "notice-2": "same-text", "other": "no-near-story"
    }  # fmt: skip


def test_long_short_and_empty_articles_are_each_placed(desk: Desk) -> None:
    ferry = vocabulary("ferry")
    report = desk.group(
        news("long", "ferry", START, text=told_in("long", ferry, 100_000)),
        news("short", "ferry", START + MINUTE, text=told_in("short", ferry, 10)),
        news("bare", "ferry", START + 2 * MINUTE, text=""),
        news("shouted", "ferry", START + 3 * MINUTE, text=told_in("shouted", ferry).upper(), title=""),
        news("empty", "mill", START + 4 * MINUTE, title="", text=""),
        news("void", "mill", START + 5 * MINUTE, title="", text=""),
        news("stops", "mill", START + 6 * MINUTE, title="And of the", text="It was what they had."),
        news("signs", "mill", START + 7 * MINUTE, title="???", text="…\n\n— 🙂 —\n"),
    )
    desk.check()
    assert report.articles == 8
    assert frozenset({"long", "short", "bare", "shouted"}) in desk.together()
    assert report.stories_new == 5, "what says nothing is like nothing, least of all like what says nothing either"


def test_grouping_again_changes_no_row(desk: Desk) -> None:
    desk.group(*some_news())
    before = desk.rows()
    desk.now += HOUR
    assert desk.group() == GroupReport()
    assert desk.rows() == before


@contextmanager
def small_batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a run make many transactions of its few articles."""
    with monkeypatch.context() as patch:
        patch.setattr(grouping, "BATCH", 4)
        patch.setattr(grouping, "STORIES", 2)
        yield


@pytest.mark.parametrize("every", [pytest.param(5, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)])
def test_ending_at_any_transaction_changes_no_story(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    words = counted([document_of(row) for row in some_news()])
    whole, torn = (Desk(store=Store(url)) for url in (f"sqlite:///{tmp_path / 'whole.db'}", database_url))
    for desk in (whole, torn):
        desk.store.models.save("words", words[0], {}, START, words[1])
        desk.write(*some_news())
    with small_batches(monkeypatch):
        total = transactions(monkeypatch, whole.group)
        assert len(whole.together()) == 8
        assert total > 9
        for commit in range(1, 2 * total + 1, every):
            with torn.store.database.write() as connection:
                for table in (vectors, story_members, story_table, outcomes):
                    connection.execute(table.delete())
            with killed_at(monkeypatch, commit), pytest.raises(Killed):
                torn.group()
            torn.group()
            torn.check()
            assert torn.together() == whole.together(), f"killed at half-transaction {commit} of {2 * total}"
    for desk in (whole, torn):
        desk.store.close()


@pytest.mark.slow
def test_kill_9_between_placing_merging_and_sourcing_is_mended_by_the_next_run(database_url: str) -> None:
    """The system kills a process in its second batch, one after its last batch, and one that says whose news is whose.

    The first has counted the words in a transaction before its batches.
    """
    desk = Desk(store=Store(database_url))
    desk.write(*some_news())
    for commit in (5, 8, 1):
        killed = started(_group_and_die, database_url, commit)
        killed.join()
        assert killed.exitcode == -signal.SIGKILL
    desk.group()
    desk.check()
    desk.store.close()


def test_two_processes_at_once_place_no_article_twice(database_url: str) -> None:
    desk = Desk(store=Store(database_url))
    desk.write(*some_news())
    both = [started(_group_or_be_refused, database_url, number) for number in range(2)]
    for one in both:
        one.join()
    assert [one.exitcode for one in both] == [0, 0]
    desk.check()
    assert desk.group() == GroupReport()
    desk.store.close()


def test_grouping_is_refused_while_another_process_groups(desk: Desk, database_url: str) -> None:
    other = Store(database_url)
    desk.write(*some_news())
    with other.only_one("grouping"), pytest.raises(BusyError, match="another process is doing the grouping"):
        desk.group()
    assert desk.placed() == {}
    desk.group()
    desk.check()
    other.close()


def started(work: Callable[[str, int], None], url: str, number: int) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("spawn").Process(target=work, args=(url, number))
    process.start()
    return process


def _group_and_die(url: str, commit: int) -> None:
    """Group, four articles a transaction; the system ends the process at a half-transaction, as in `killed_at`."""
    desk, patch = Desk(store=Store(url)), pytest.MonkeyPatch()
    with small_batches(patch), killed_at(patch, commit):
        try:
            desk.group()
        except Killed:
            os.kill(os.getpid(), signal.SIGKILL)


def _group_or_be_refused(url: str, _: int) -> None:
    desk, patch = Desk(store=Store(url)), pytest.MonkeyPatch()
    with small_batches(patch), suppress(BusyError):
        desk.group()
    desk.store.close()


def test_a_late_article_lands_in_its_old_story(desk: Desk) -> None:
    desk.group(*some_news())
    ferry = desk.placed()["ferry-0"]
    desk.now = START + 4 * DAY
    desk.group(*(news(f"later-{n}", f"later-{n % 3}", START + 3 * DAY + n * HOUR) for n in range(9)))
    report = desk.group(news("late", "ferry", START - 18 * HOUR))
    desk.check()
    assert (report.articles, report.stories_new, report.stories_grown) == (1, 0, 1)
    assert desk.placed()["late"] == ferry


def test_word_statistics_counted_anew_give_what_they_would_have_given_from_the_first(
    desk: Desk, tmp_path: Path
) -> None:
    """Vectors of the window are made again, and new articles stand beside them as if it had always been so."""
    first, second = (
        some_news(),
        [
            news("ferry-9", "ferry", START + HOUR),
            news("mill-9", "mill", START + 2 * HOUR),
            news("fresh", "fresh", START + 8 * DAY),
        ],
    )
    desk.group(*first)
    desk.now = START + 8 * DAY
    desk.group(*second)
    words = desk.store.models.words()
    assert words is not None
    assert words[1] == desk.now, "the statistics were not renewed"
    always = Desk(store=Store(f"sqlite:///{tmp_path / 'always.db'}"))
    version = WordStatistics.from_bytes(words[0]).version
    always.store.models.save("words", version, {}, START + 6 * DAY, words[0])
    always.group(*first)
    always.now = START + 8 * DAY
    always.group(*second)
    assert desk.placed() == always.placed()
    assert kept_vectors(desk) == kept_vectors(always)
    assert {made_by for made_by, _ in kept_vectors(desk).values()} == {version}
    always.store.close()


def kept_vectors(desk: Desk) -> dict[str, tuple[str, bytes]]:
    with desk.store.database.read() as connection:
        rows = connection.execute(sa.select(vectors)).all()
    return {row.article_id: (row.words, row.packed) for row in rows}


def test_a_copy_of_an_article_long_out_of_the_window_joins_its_story(desk: Desk) -> None:
    desk.group(*some_news())
    desk.now = START + 12 * DAY
    text = told_in("ferry-0", vocabulary("ferry"))
    desk.write(news("copy", "ferry", desk.now - HOUR, text=text, copy_of="ferry-0", copy_share=1.0))
    desk.group(news("beside", "ferry", desk.now - MINUTE))
    desk.check()
    placed = desk.placed()
    assert placed["copy"] == placed["ferry-0"]
    assert desk.reasons()["copy"] == "copy"
    assert placed["beside"] == placed["copy"], "the story lives again"


def test_a_story_that_became_part_of_another_is_told_no_second_time(desk: Desk) -> None:
    early, late = bridging("dam", "flood", START)[:2], bridging("dam", "flood", START)[2:]
    desk.now = START + HOUR
    desk.group(*early)
    before = desk.placed()
    assert before["dam-1"] != before["dam-2"]
    tell(desk, before, "told-dam", "dam-1")
    tell(desk, before, "told-flood", "dam-2")
    report = desk.group(*late)
    desk.check()
    assert report.stories_merged == 1
    [story] = set(desk.placed().values())
    assert story == before["dam-1"], "the one that began first lives on"
    assert desk.store.stories.resolve(before["dam-2"]) == story
    for person, article in (("told-dam", "dam-1"), ("told-flood", "dam-2")):
        heard = desk.store.readers.told(person)
        assert {name: one.article_ids for name, one in heard.items()} == {story: {article}}
    with desk.store.database.read() as connection:
        row = connection.execute(sa.select(outcomes).where(outcomes.c.outcome == "merged")).one()
    assert (row.subject, row.reason, row.numbers["into"]) == (before["dam-2"], "alike", story)


def tell(desk: Desk, placed: dict[str, str], person: str, article: str) -> None:
    digest = {
        "id": person, "watch": "w", "person": person, "trigger": "", "created_at": desk.now, "content": {},
        "config": "", "model": "",
    }  # fmt: skip
    heard = {
        "person": person,
        "story_id": placed[article],
        "article_id": article,
        "digest_id": person,
        "at": desk.now,
    }
    with desk.store.database.write() as connection:
        connection.execute(digests.insert().values(digest))
        connection.execute(told.insert().values(heard))


def test_stories_long_quiet_are_not_looked_at(desk: Desk) -> None:
    desk.group(*some_news())
    opened: list[str] = []

    class Watched(StoryGrouper):
        def open(self, window: Iterable[Remembered], look: Look, cuts: Sequence[Cut] = ()) -> Placing:
            known = list(window)
            opened.extend(one.id for one in known)
            return super().open(known, look, cuts)

    desk.now = START + 6 * DAY
    desk.group(news("yesterday", "yesterday", START + 5 * DAY))
    desk.write(news("ferry-again", "ferry", START + 6 * DAY))
    pipeline = desk.pipeline(lambda statistics: Watched(WordStatistics.from_bytes(statistics)))
    pipeline.group()
    desk.check()
    assert opened == ["yesterday"]
    assert desk.placed()["ferry-again"] != desk.placed()["ferry-0"]


def test_a_split_lasts_when_the_parted_articles_are_long_out_of_the_window(desk: Desk) -> None:
    desk.group(news("a0", "mill", START), news("b0", "mill", START + MINUTE))
    old = desk.placed()["a0"]
    Cutter(store=desk.store, clock=lambda: desk.now, by="ann").split(old, ["b0"])
    for day in range(1, 8):
        desk.now = START + day * DAY
        desk.group(news(f"a{day}", "mill", START + day * DAY), news(f"b{day}", "mill", START + day * DAY + MINUTE))
    placed = desk.placed()
    assert placed["a0"] != placed["b0"]
    desk.check()


def test_a_story_that_began_before_the_window_takes_articles_but_is_not_merged(desk: Desk) -> None:
    desk.group(*(news(f"old{n}", "harbour", START + n * MINUTE) for n in range(4)))
    old = desk.placed()["old0"]
    desk.now = late = START + 12 * DAY
    desk.write(news("copy", "bridge", late + HOUR, copy_of="old0", copy_share=0.9))
    desk.group(*(news(f"new{n}", "bridge", late + n * MINUTE) for n in range(3)))
    placed = desk.placed()
    assert placed["copy"] == old
    assert len({placed[f"new{n}"] for n in range(3)} | {old}) == 2
    assert desk.store.stories.resolve(old) == old


def test_a_whole_text_that_comes_after_its_excerpt_joins_it(desk: Desk) -> None:
    excerpt = news("excerpt", "ferry", START, copy_of="whole", copy_share=0.9)
    desk.group(excerpt)
    desk.now = START + HOUR
    desk.group(news("whole", "quarry", START + HOUR))
    assert desk.placed()["whole"] == desk.placed()["excerpt"]
    assert desk.reasons()["whole"] == "copy"


def test_an_edited_article_is_compared_by_its_new_words(desk: Desk) -> None:
    desk.group(news("a", "mill", START))
    story = desk.placed()["a"]
    with desk.store.database.write() as connection:
        words = told_in("a", vocabulary("quarry"))
        connection.execute(articles.update().where(articles.c.id == "a").values(text=words, title="Quarry"))
        connection.execute(vectors.delete())
    desk.group(news("b", "quarry", START + HOUR))
    assert desk.placed() == {"a": story, "b": story}
