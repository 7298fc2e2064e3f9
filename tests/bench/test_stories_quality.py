"""How well and how fast articles are grouped, beside simpler rules, on the development stories.

The data is not part of the repository: `MONITOR_DEV_DATA` names its folder, `../shared/data` beside the repository is
where it is looked for otherwise. Figures are B-cubed precision, recall and F1; `stories` counts those found;
speeds are articles per second of processor time on one core.
"""

from __future__ import annotations

import gzip
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from monitor.records import Document, Grouped
from monitor.stories import StoryGrouper, WordStatistics
from monitor.stories.assignment import RULES
from monitor.stories.terms import STOP_WORDS, words_of
from monitor.stories.vectors import matrix, vector

DATA = Path(os.environ.get("MONITOR_DEV_DATA") or Path(__file__).parents[2].parent / "shared" / "data") / "stories"

pytestmark = [
    pytest.mark.bench,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no development stories in {DATA}; set MONITOR_DEV_DATA"),
]

Stories = dict[str, str]
Rule = Callable[[Sequence[Document]], Stories]


def _say(line: str) -> None:
    print(line)


def _lines(name: str) -> Iterable[dict[str, str]]:
    opened = gzip.open if name.endswith(".gz") else open
    with opened(DATA / name, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _load(name: str) -> tuple[list[Document], Stories]:
    rows = list(_lines(name))
    documents = [
        Document(
            id=f"{row['id']} {at}",
            title=row["title"],
            text=row["text"],
            published=datetime.fromisoformat(row["published"]).replace(tzinfo=UTC),
            source=row["source"],
        )
        for at, row in enumerate(rows)
    ]
    return documents, {document.id: row["story"] for document, row in zip(documents, rows, strict=True)}


@pytest.fixture(scope="module")
def background() -> list[Document]:
    return _load("background.jsonl.gz")[0]


@pytest.fixture(scope="module")
def statistics(background: list[Document]) -> WordStatistics:
    return WordStatistics.fit(background)


def b_cubed(found: Stories, truth: Stories) -> tuple[float, float, float]:
    """Return precision, recall and F1 over the articles of `truth` (Bagga and Baldwin, 1998)."""
    together = Counter((found[name], truth[name]) for name in truth)
    sizes, true_sizes = Counter(found[name] for name in truth), Counter(truth.values())
    precision = sum(together[found[name], truth[name]] / sizes[found[name]] for name in truth) / len(truth)
    recall = sum(together[found[name], truth[name]] / true_sizes[truth[name]] for name in truth) / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def ours(statistics: WordStatistics) -> Rule:
    def rule(documents: Sequence[Document]) -> Stories:
        return {placed.id: placed.story for placed in StoryGrouper(statistics).place(documents, [])}

    return rule


def linked(documents: Sequence[Document], near: Callable[[int], Iterable[int]]) -> Stories:
    """Join every article with the earlier ones that `near` names, and all that hangs together."""
    parent = list(range(len(documents)))

    def root(at: int) -> int:
        while parent[at] != at:
            at = parent[at]
        return at

    for at in range(len(documents)):
        for other in near(at):
            parent[root(at)] = root(other)
    return {document.id: str(root(at)) for at, document in enumerate(documents)}


def cosine_threshold(statistics: WordStatistics, threshold: float) -> Rule:
    """Return the plain rule: the same vectors, no time, joined when the cosine is at least `threshold`."""

    def rule(documents: Sequence[Document]) -> Stories:
        cosines = _cosines(documents, statistics)
        return linked(documents, lambda at: np.flatnonzero(cosines[at, :at] >= threshold).tolist())

    return rule


def title_overlap(documents: Sequence[Document]) -> Stories:
    """Join titles of which the shorter shares 60 % of its words and at least three with the other; no digits."""
    titles = [{word for word in words_of(one.title.lower()) if word.isalpha()} - STOP_WORDS for one in documents]

    def near(at: int) -> list[int]:
        shared = [len(titles[at] & titles[other]) for other in range(at)]
        return [
            other
            for other, count in enumerate(shared)
            if count >= 3 and count >= 0.6 * min(len(titles[at]), len(titles[other]))
        ]

    return linked(documents, near)


def centroid(statistics: WordStatistics) -> Rule:
    """Return our rule with the cosine to the story's centroid in place of its best members."""

    def rule(documents: Sequence[Document]) -> Stories:
        ordered = sorted(documents, key=lambda one: (one.published, one.id))
        cosines = _cosines(ordered, statistics)
        days = np.array([one.published.timestamp() / 86_400 for one in ordered if one.published])
        members: list[list[int]] = []
        for at in range(len(ordered)):
            scores = [
                cosines[at, ids].sum() / np.sqrt(cosines[np.ix_(ids, ids)].sum()) * np.exp(-gap * gap / 2)
                if (gap := days[at] - days[ids[-1]]) <= RULES.horizon_days
                else 0.0
                for ids in members
            ]
            best = int(np.argmax(scores)) if scores else -1
            if scores and scores[best] >= RULES.threshold:
                members[best].append(at)
            else:
                members.append([at])
        return {ordered[at].id: str(story) for story, ids in enumerate(members) for at in ids}

    return rule


def _cosines(
    documents: Sequence[Document], statistics: WordStatistics
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    weights = statistics.weights()
    rows = matrix([vector(document, weights) for document in documents])
    return np.asarray((rows @ rows.T).toarray())


def _measure(name: str, rule: Rule, documents: Sequence[Document], truth: Stories) -> float:
    start = time.process_time()
    found = rule(documents)
    seconds = time.process_time() - start
    precision, recall, f1 = b_cubed(found, truth)
    stories = len({found[article] for article in truth})
    _say(f"{name:34} {precision:.4f} {recall:.4f} {f1:.4f} {stories:5} {len(documents) / seconds:6.0f}/s")
    return f1


def _table(title: str, statistics: WordStatistics, documents: Sequence[Document], truth: Stories) -> dict[str, float]:
    _say(f"\n{title}: {len(documents)} articles, {len(truth)} labelled in {len(set(truth.values()))} stories")
    _say(f"{'':34} {'P':6} {'R':6} {'F1':6} stories")
    plain = {f"cosine >= {at}, no time": cosine_threshold(statistics, at) for at in (0.15, 0.2, 0.25, 0.3)}
    rules = {"title overlap >= .6": title_overlap, **plain, "centroid": centroid(statistics), "ours": ours(statistics)}
    return {name: _measure(name, rule, documents, truth) for name, rule in rules.items()}


def _best_other(figures: dict[str, float]) -> float:
    return max(figure for name, figure in figures.items() if name != "ours")


def test_stories_of_editors(statistics: WordStatistics) -> None:
    documents, truth = _load("allsides_dev.jsonl.gz")
    figures = _table("Editors' roundups, alone", statistics, documents, truth)
    assert figures["ours"] >= 0.92
    assert figures["ours"] > _best_other(figures)


def test_stories_of_editors_among_other_news(statistics: WordStatistics, background: list[Document]) -> None:
    documents, truth = _load("allsides_dev.jsonl.gz")
    figures = _table("Editors' roundups, in the background", statistics, [*documents, *background], truth)
    assert figures["ours"] >= 0.91
    assert figures["ours"] > _best_other(figures)


def test_three_outlets_on_one_event(statistics: WordStatistics) -> None:
    documents, truth = _load("basil.jsonl")
    figures = _table("Three outlets an event", statistics, documents, truth)
    assert figures["ours"] >= 0.93


@pytest.mark.parametrize("words", [0, 25])
def test_entries_without_their_articles(statistics: WordStatistics, words: int) -> None:
    documents, truth = _load("allsides_dev.jsonl.gz")
    short = [replace(one, text=" ".join(one.text.split()[:words])) for one in documents]
    figures = _table(f"Editors' roundups, title and {words} words", statistics, short, truth)
    assert figures["ours"] >= 0.85


def test_statistics_of_few_articles_serve_a_beginner(background: list[Document]) -> None:
    documents, truth = _load("allsides_dev.jsonl.gz")
    _say("\nEditors' roundups, by what the words were counted on")
    for name, counted in {"nothing": [], "30 articles": background[:30], "the articles": documents}.items():
        assert _measure(name, ours(WordStatistics.fit(counted)), documents, truth) >= 0.85


def test_a_thousand_articles_in_a_window_of_five_thousand(
    statistics: WordStatistics, background: list[Document]
) -> None:
    labelled, _ = _load("allsides_dev.jsonl.gz")
    others = [replace(one, id=f"{one.id} later part", text=one.text[800:]) for one in background]
    start = datetime(2026, 3, 9, tzinfo=UTC)
    documents = [
        replace(one, published=start + timedelta(seconds=25 * at))
        for at, one in enumerate([*background, *labelled, *others][:6000])
    ]
    past, fresh = documents[:5000], documents[5000:]
    grouper = StoryGrouper(statistics)
    placed = grouper.place(past, [])
    window = [Grouped(document=one, story=where.story) for one, where in zip(past, placed, strict=True)]
    _say("\n1,000 articles into a window of 5,000, all of it within reach")
    for name, used in {"window to be read": StoryGrouper(statistics), "window known": grouper}.items():
        before = time.process_time()
        used.place(fresh, window)
        seconds = time.process_time() - before
        _say(f"{name:34} {len(fresh) / seconds:6.0f} new/s {(len(fresh) + len(window)) / seconds:6.0f} read/s")
        assert (len(fresh) + len(window)) / seconds >= 300
