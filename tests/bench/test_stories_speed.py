"""How fast articles are grouped, what a window takes, and that no time follows the archive.

Speeds are articles per second of processor time on one core; where a database works beside us, times are the clock's.
"""

from __future__ import annotations

import gc
import multiprocessing
import re
import statistics
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from monitor import stories as room
from monitor.pipeline.grouping import WINDOW
from monitor.pipeline.judging import RESCORE
from monitor.records import Article, Document, Member
from monitor.store import Store
from monitor.store.tables import articles, outcomes, stories, story_members, vectors
from monitor.stories import StoryGrouper, WordStatistics
from monitor.stories.vectors import pack, vector
from tests.bench import stories_data as data
from tests.bench.machine import slowness
from tests.integration.test_grouping import Desk, counted, grouper_of, news
from tests.worlds import DAY, HOUR, START

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1_200)]

SPEED = 1_000
"""Articles a second on one core, from text to story."""

FOLLOWS = 1.2
"""A step beside the largest archive takes at most so many times as long as beside the smallest."""

ARCHIVES = (10_000, 100_000, 1_000_000)
NEAR, NEW, ROUNDS = 5_000, 200, 7

MEGABYTES = 200
IN_WINDOW, ARRIVING, WORDS = 50_000, 500, 320

RELEASES = 5_000
RELEASES_SECONDS = 60.0


def spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def taken(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def invented(count: int, words: int, name: str = "near") -> list[Document]:
    """Return articles of the last five days in words that follow Zipf's law, five on each matter."""
    chance = np.random.default_rng(7)
    letters = np.array(list("bdfgklmnprstvzaeiou"))
    lexicon = ["".join(row) for row in letters[chance.integers(0, len(letters), (30_000, 7))]]
    made = []
    for number in range(count):
        matter = np.random.default_rng(number // 5).integers(3_000, 30_000, 60)
        ranks = np.concatenate(
            [chance.choice(matter, words // 3), np.exp(chance.random(words * 2 // 3) * 8).astype(int)]
        )
        chance.shuffle(ranks)
        made.append(
            Document(
                id=f"{name}-{number}",
                title=" ".join(lexicon[at] for at in chance.choice(matter, 6)),
                text=" ".join(lexicon[at] for at in ranks),
                published=START - 5 * DAY * (count - number) / count,
                source=f"House {number % 40}",
            )
        )
    return made


def real() -> list[Document]:
    """Return real articles where there are some, else invented ones."""
    if not data.DATA.is_dir():
        return invented(6_000, 400)
    return data.load("background.jsonl.gz")[0][:6_000]


def test_speed_from_text_to_story() -> None:
    documents = real()
    words = WordStatistics.fit(documents)
    grouper, weights = StoryGrouper(words), words.weights()
    grouper.group(documents[:500])
    whole = min(spent(lambda: grouper.group(documents)) for _ in range(2)) / len(documents)
    making = spent(lambda: [pack(vector(one, weights)) for one in documents]) / len(documents)
    found = grouper.group(documents)
    members: dict[str, list[Member]] = {}
    for one in documents:
        members.setdefault(found[one.id], []).append(member(one))
    sourcing = spent(lambda: [room.sourcing(one) for one in members.values()]) / len(documents)
    slower = slowness()
    length = statistics.mean(len(one.text.split()) for one in documents)
    print(f"\n{len(documents)} articles of {length:.0f} words in {len(members)} stories")
    print(f"from text to story: {1 / whole:.0f}/s   goal ≥ {SPEED}; making vectors is {making / whole:.0%} of it")
    print(f"whose news is whose: {1 / sourcing:.0f}/s; all together {1 / (whole + sourcing):.0f}/s")
    print(f"this machine is {slower:.2f} times slower at the moment than the goal is meant for")
    assert slower / whole >= SPEED


def member(one: Document) -> Member:
    host = re.sub(r"\W+", "", one.source.lower()) or "nobody"
    article = Article(
        id=one.id,
        url=f"https://{host}.example/{one.id.replace(' ', '-')}",
        title=one.title,
        text=one.text,
        summary="",
        published=one.published or START,
        publisher=one.source,
    )
    return Member(article=article, feed_names=(), seen_at=article.published, scores={})


def test_time_per_article_follows_the_window_and_not_the_archive(database_url: str) -> None:
    desk = Desk(store=Store(database_url))
    near = invented(NEAR + NEW, 120)
    desk.store.models.save("words", *words_of(near[:2_000]))
    desk.group(*(row_of(one) for one in near[:NEAR]))
    print(f"\n{desk.store.database.dialect}, {NEAR} articles in the window, {NEW} new ones")
    times: dict[int, list[float]] = {}
    stored = 0
    for size in ARCHIVES:
        began = time.perf_counter()
        fill(desk.store, stored, size)
        seconds, stored = time.perf_counter() - began, size
        times[size] = [taken(partial(desk.group, *rows)) for rows in rounds(desk, near[NEAR:])]
        median = 1_000 * statistics.median(times[size]) / NEW
        print(f"{size:9} archived (stored in {seconds:.0f} s): {median:.2f} ms an article; {asked(desk)}")
    slow = slow_plans(desk)
    desk.store.close()
    least, most = times[ARCHIVES[0]], times[ARCHIVES[-1]]
    # A busy neighbour spoils a median now and then, but never makes the fastest round of the large archive fast.
    ratio = min(statistics.median(most) / statistics.median(least), min(most) / min(least))
    print(f"the largest against the smallest: {ratio:.2f}   goal ≤ {FOLLOWS}")
    assert slow == []
    assert ratio <= FOLLOWS


def words_of(documents: Sequence[Document]) -> tuple[str, dict[str, Any], Any, bytes]:
    version, body = counted(documents)
    return version, {}, START, body


def row_of(one: Document) -> dict[str, Any]:
    changes = {"title": one.title, "text": one.text, "publisher": one.source}
    return news(one.id, "", one.published or START, **changes)


def rounds(desk: Desk, new: Sequence[Document]) -> Any:
    """Yield the new articles to be grouped, again and again, each time as if they had never been there."""
    rows = [row_of(one) for one in new]
    before = known_stories(desk.store)
    for _ in range(ROUNDS):
        yield rows
        forget(desk.store, [one.id for one in new], before)


def known_stories(store: Store) -> set[str]:
    with store.database.read() as connection:
        return set(connection.scalars(sa.select(stories.c.id).where(stories.c.last_at >= START - 6 * DAY)))


def forget(store: Store, names: Sequence[str], before: set[str]) -> None:
    founded = known_stories(store) - before
    with store.database.write() as connection:
        for column in (outcomes.c.subject, vectors.c.article_id, story_members.c.article_id, articles.c.id):
            connection.execute(sa.delete(column.table).where(column.in_(names)))
        connection.execute(stories.delete().where(stories.c.id.in_(founded)))


def fill(store: Store, first: int, last: int) -> None:
    """Store articles of a minute each before the last thirty days, five to a story, as grouping leaves them."""
    postgres = store.database.dialect == "postgresql"
    at = "to_timestamp({})" if postgres else "strftime('%Y-%m-%d %H:%M:%S.000000', {}, 'unixepoch')"
    end = int((START - 31 * DAY).timestamp())
    article = {"id": "'old-' || i", "url": "'https://o.example/' || i", "title": "'Old'", "text": "'Old news.'"}
    article |= {"summary": "''", "published": at.format(f"{end} - 60 * i"), "publisher": "'O'", "authors": "'[]'"}
    article |= {"method": "'page'", "words": "2", "reason": "''", "content_hash": "'hash-' || i"}
    article["read_at"] = article["published"]
    began, story = at.format(f"{end} - 300 * (i / 5)"), "'old-story-' || (i / 5)"
    span = {"id": story, "first_at": began, "last_at": began, "articles": "5", "created_at": began}
    placed = {"article_id": article["id"], "story_id": story, "similarity": "0.5", "terms": "'[]'"}
    placed |= {"nearest_similarity": "0.0", "words": "'w'", "placed_at": began, "relation": "'independent'"}
    with store.database.write() as connection:
        for table, row, step in ((articles, article, 1), (stories, span, 5), (story_members, placed, 1)):
            more = f"SELECT i + {step} FROM n WHERE i + {step} < {last}"  # noqa: S608 - all written here
            numbers = f"WITH RECURSIVE n(i) AS (VALUES ({first}) UNION ALL {more})"
            columns, values = ", ".join(row), ", ".join(row.values())
            into = " ".join(["INSERT INTO", table.name, f"({columns})", numbers, "SELECT", values, "FROM n"])
            connection.exec_driver_sql(into)
        if postgres:
            # The server does so by itself after a while.
            connection.exec_driver_sql("ANALYZE")


def questions(desk: Desk) -> dict[str, Callable[[], object]]:
    """Return what a grouping run asks the database that must not follow the archive."""
    grouping, since = desk.store.grouping, START - RESCORE
    return {
        "waiting": lambda: grouping.waiting(since, 500),
        "window": lambda: grouping.window(START - WINDOW, "w"),
        "unsourced": lambda: grouping.unsourced(200),
        "forget_vectors": lambda: grouping.forget_vectors(START - 30 * DAY),
    }


def asked(desk: Desk) -> str:
    times = {name: 1_000 * min(taken(ask) for _ in range(5)) for name, ask in questions(desk).items()}
    return ", ".join(f"{name} {time:.1f} ms" for name, time in times.items())


def slow_plans(desk: Desk) -> list[str]:
    """Return the lines of the plans of these questions that read whole tables with the archive in them."""
    found = [(name, heard(desk.store, ask)) for name, ask in questions(desk).items()]
    lines = [(name, line) for name, ran in found for sql, values in ran for line in plan(desk.store, sql, values)]
    return [f"{name}: {line}" for name, line in lines if reads_all(line)]


def heard(store: Store, ask: Callable[[], object]) -> list[tuple[str, Any]]:
    """Return the statements that a question makes, with their values."""
    statements: list[tuple[str, Any]] = []

    def hear(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "DELETE")) and " FROM " in statement.replace("\n", " "):
            statements.append((statement, values))

    engine = store.database._engine
    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        ask()
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)
    return statements


def plan(store: Store, sql: str, values: Any) -> list[str]:
    explain = "EXPLAIN QUERY PLAN" if store.database.dialect == "sqlite" else "EXPLAIN"
    with store.database.read() as connection:
        rows = connection.exec_driver_sql(f"{explain} {sql}", values).all()
    return [str(row[-1]) for row in rows]


def reads_all(line: str) -> bool:
    """Whether a line of a plan reads a whole table that grows with the archive."""
    found = re.search(r"^SCAN (\w+)|Seq Scan on (\w+)", line.strip())
    return found is not None and (found[1] or found[2]) in {"articles", "stories", "story_members"}


def test_memory_of_a_window_of_50_000_articles(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'window.db'}"
    store = Store(url)
    terms = remember(store, invented(IN_WINDOW, WORDS))
    store.close()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        seconds, placing, empty, held, most = pool.submit(hold, url).result()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        state = pool.submit(state_of, url).result()
    print(f"\na window of {IN_WINDOW} articles of {terms:.0f} terms: opened in {seconds:.1f} s, {empty:.0f} MB")
    print(f"{ARRIVING} articles placed in {placing:.1f} s ({ARRIVING / placing:.0f}/s)")
    print(f"the process is {held:.0f} MB larger than before, {most:.0f} MB at most")
    print(f"its state is {state:.0f} MB   goal ≤ {MEGABYTES}")
    assert state <= MEGABYTES
    assert held <= 1.25 * MEGABYTES


def remember(store: Store, documents: Sequence[Document]) -> float:
    """Store articles as grouping leaves them, five to a story; return how many terms their vectors have."""
    words = WordStatistics.fit(documents[:5_000])
    store.models.save("words", words.version, {}, START, words.to_bytes())
    weights, terms = words.weights(), 0
    for start in range(0, len(documents), 5_000):
        some = documents[start : start + 5_000]
        made = [vector(one, weights) for one in some]
        terms += sum(len(one.indices) for one in made)
        names = [f"story-{(start + at) // 5}" for at in range(len(some))]
        spans = {"first_at": START, "last_at": START, "articles": 5, "created_at": START}
        placed = {"similarity": 0.5, "terms": [], "nearest_similarity": 0.0, "words": "w", "placed_at": START}
        with store.database.write() as connection:
            connection.execute(articles.insert(), [row_of(one) for one in some])
            connection.execute(stories.insert(), [{"id": name, **spans} for name in dict.fromkeys(names)])
            rows = [{"article_id": one.id, "story_id": name} | placed for one, name in zip(some, names, strict=True)]
            connection.execute(story_members.insert(), rows)
            packed = [{"article_id": one.id, "words": words.version, "made_at": START} for one in some]
            filled = [row | {"packed": pack(one)} for row, one in zip(packed, made, strict=True)]
            connection.execute(vectors.insert(), filled)
    return terms / len(documents)


def hold(url: str) -> tuple[float, float, float, float, float]:
    """Return the seconds to open the window and to place articles, and the megabytes after each and at most."""
    store = Store(url)
    stored = store.models.words()
    assert stored is not None
    grouper = grouper_of(stored[0])
    new = invented(ARRIVING, WORDS, "new")
    StoryGrouper(WordStatistics.fit([])).group(new[:2])
    before = megabytes("VmRSS")
    began = time.perf_counter()
    placing = grouper.open(store.grouping.window(START - 6 * DAY, grouper.version), store.grouping.texts)
    opened = time.perf_counter()
    empty = megabytes("VmRSS") - before
    placed = placing.place(new)
    ended = time.perf_counter()
    assert any(not one.founded for one in placed)
    held, most = megabytes("VmRSS") - before, megabytes("VmHWM") - before
    store.close()
    return opened - began, ended - opened, empty, held, most


def state_of(url: str) -> float:
    """Return the megabytes that a window holds after articles were placed, as Python and numpy count them."""
    store = Store(url)
    stored = store.models.words()
    assert stored is not None
    grouper = grouper_of(stored[0])
    new = invented(ARRIVING, WORDS, "new")
    StoryGrouper(WordStatistics.fit([])).group(new[:2])
    tracemalloc.start()
    placing = grouper.open(store.grouping.window(START - 6 * DAY, grouper.version), store.grouping.texts)
    placing.place(new)
    placing.vectors()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    store.close()
    return held / 2**20


def megabytes(kind: str) -> float:
    found = re.search(rf"{kind}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


BODY = (
    "The notice is published under the collateral rules and may be read at the registry on working days. Holders of "
    "claims have six weeks to write to the office, in two copies, with proof of what is owed and since when. The "
    "registrar keeps the list, and answers no questions by telephone. Late letters are put aside until the second "
    "sitting. Fees are as printed in the table of the spring, and are paid at the counter before noon."
)
SYLLABLES = ("bar", "den", "fol", "gri", "hul", "kem", "lor", "mip", "nas", "pel", "quo", "rud", "sti", "tov", "wex")
FIRMS = ["".join(parts).capitalize() for parts in product(SYLLABLES, repeat=4)][::7]
KINDS: dict[str, tuple[Callable[[int], str], Callable[[int], str], int]] = {
    "the same": (lambda _: "Registry opens a list of claims", lambda n: f"{BODY} Sent by {FIRMS[n]}.", 1),
    "each with its number": (
        lambda n: f"Banking committee issues working note {n + 100} on tokenised collateral",
        lambda n: f"The banking committee issued working note {n + 100} on Monday. {BODY}",
        RELEASES,
    ),
    "each with its firm": (
        lambda n: f"Court appoints liquidator for lender {FIRMS[n]}",
        lambda n: f"A court appointed a liquidator for {FIRMS[n]} on Monday. {FIRMS[n]} lent to farms. {BODY}",
        RELEASES,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_five_thousand_press_releases_in_an_hour(kind: str, tmp_path: Path) -> None:
    title, text, expected = KINDS[kind]
    rows = [
        news(f"release-{n}", "", START + HOUR * n / RELEASES, title=title(n), text=text(n), publisher=f"House {n % 50}")
        for n in range(RELEASES)
    ]
    desk = Desk(store=Store(f"sqlite:///{tmp_path / 'monitor.db'}"), now=START + HOUR)
    desk.write(*rows)
    seconds = spent(desk.group)
    desk.check()
    sizes = Counter(desk.placed().values())
    reasons = Counter(desk.reasons().values())
    print(f"\n{RELEASES} press releases, {kind}: {len(sizes)} stories (largest {max(sizes.values())}), {seconds:.1f} s")
    print(f"goal: {expected} and ≤ {RELEASES_SECONDS:.0f} s; {dict(reasons)}")
    desk.store.close()
    assert seconds <= RELEASES_SECONDS * slowness()
    assert len(sizes) == expected
