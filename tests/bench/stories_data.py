"""The development stories, simple rules to compare with, and how well a grouping meets what editors said.

The data is not part of the repository: `MONITOR_DEV_DATA` names its folder, `../shared/data` beside the repository is
where it is looked for otherwise.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.cluster import AgglomerativeClustering

from monitor.records import Document
from monitor.stories import StoryGrouper, WordStatistics
from monitor.stories.assignment import RULES
from monitor.stories.terms import STOP_WORDS, words_of
from monitor.stories.vectors import vector

DATA = Path(os.environ.get("MONITOR_DEV_DATA") or Path(__file__).parents[2].parent / "shared" / "data") / "stories"

Stories = Mapping[str, str]
Rule = Callable[[Sequence[Document]], Stories]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """B-cubed and pairwise precision, recall and F1, and how many stories were found."""

    precision: float
    recall: float
    f1: float
    pair_precision: float
    pair_recall: float
    pair_f1: float
    stories: int


def load(name: str) -> tuple[list[Document], Stories]:
    """Return the documents of a file and the story of each; the background has none that means anything."""
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


def _lines(name: str) -> Iterable[dict[str, str]]:
    opened = gzip.open if name.endswith(".gz") else open
    with opened(DATA / name, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def measured(found: Stories, truth: Stories) -> Figures:
    """Return how well a grouping meets the truth, over the articles of `truth` (Bagga and Baldwin, 1998)."""
    together = Counter((found[name], truth[name]) for name in truth)
    sizes, true_sizes = Counter(found[name] for name in truth), Counter(truth.values())
    precision = sum(together[found[name], truth[name]] / sizes[found[name]] for name in truth) / len(truth)
    recall = sum(together[found[name], truth[name]] / true_sizes[truth[name]] for name in truth) / len(truth)
    both, ours, theirs = (sum(comb(count, 2) for count in one.values()) for one in (together, sizes, true_sizes))
    pair_precision, pair_recall = both / max(ours, 1), both / max(theirs, 1)
    return Figures(
        precision=precision,
        recall=recall,
        f1=_f1(precision, recall),
        pair_precision=pair_precision,
        pair_recall=pair_recall,
        pair_f1=_f1(pair_precision, pair_recall),
        stories=len(sizes),
    )


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / max(precision + recall, 1e-9)


def halves(documents: Sequence[Document], truth: Stories) -> tuple[Stories, Stories]:
    """Return the truth of the earlier half of the stories and of the later one, whole stories each."""
    first: dict[str, datetime] = {}
    for one in documents:
        if one.id in truth and one.published:
            story = truth[one.id]
            first[story] = min(first.get(story, one.published), one.published)
    ordered = sorted(first, key=lambda story: (first[story], story))
    early = set(ordered[: len(ordered) // 2])
    return (
        {name: story for name, story in truth.items() if story in early},
        {name: story for name, story in truth.items() if story not in early},
    )


def ours(statistics: WordStatistics, **changes: Any) -> Rule:
    """Return our rule: all articles at once, as `monitor group` does it."""
    from dataclasses import replace  # noqa: PLC0415 - for this one place

    grouper = StoryGrouper(statistics, replace(RULES, **changes))
    return grouper.group


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
        likeness = cosines(documents, statistics)
        return linked(documents, lambda at: np.flatnonzero(likeness[at, :at] >= threshold).tolist())

    return rule


def titles_of(documents: Sequence[Document]) -> list[set[str]]:
    """Return the words of each title without digits and stop words."""
    return [{word for word in words_of(one.title.lower()) if word.isalpha()} - STOP_WORDS for one in documents]


def title_overlap(documents: Sequence[Document]) -> Stories:
    """Join titles of which the shorter shares 60 % of its words and at least three with the other; no digits."""
    titles = titles_of(documents)

    def near(at: int) -> list[int]:
        shared = [len(titles[at] & titles[other]) for other in range(at)]
        return [
            other
            for other, count in enumerate(shared)
            if count >= 3 and count >= 0.6 * min(len(titles[at]), len(titles[other]))
        ]

    return linked(documents, near)


def title_jaccard(documents: Sequence[Document]) -> Stories:
    """Join titles that share more than 55 % of their words."""
    titles = titles_of(documents)

    def near(at: int) -> list[int]:
        return [
            other
            for other in range(at)
            if len(titles[at] & titles[other]) > 0.55 * max(len(titles[at] | titles[other]), 1)
        ]

    return linked(documents, near)


def centroid(statistics: WordStatistics) -> Rule:
    """Return our rule with the cosine to the story's centroid in place of its best members, without vetoes."""

    def rule(documents: Sequence[Document]) -> Stories:
        ordered = sorted(documents, key=lambda one: (one.published, one.id))
        likeness = cosines(ordered, statistics)
        days = _days(ordered)
        members: list[list[int]] = []
        for at in range(len(ordered)):
            scores = [
                likeness[at, ids].sum() / np.sqrt(max(likeness[np.ix_(ids, ids)].sum(), 1e-9)) * np.exp(-gap * gap / 2)
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


def agglomerative(statistics: WordStatistics, threshold: float) -> Rule:
    """Return the batch rule that sees everything at once: average linkage of time-faded cosines, sigma two days."""

    def rule(documents: Sequence[Document]) -> Stories:
        days = _days(documents)
        apart = np.abs(days[:, None] - days[None, :])
        faded = cosines(documents, statistics) * np.exp(-(apart**2) / 8)
        clusters = AgglomerativeClustering(
            n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - threshold
        )
        found = clusters.fit_predict(np.clip(1 - faded, 0, None))
        return {document.id: str(label) for document, label in zip(documents, found, strict=True)}

    return rule


def cosines(
    documents: Sequence[Document], statistics: WordStatistics
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return how like all documents are to each other (n, n)."""
    weights = statistics.weights()
    vectors = [vector(document, weights) for document in documents]
    columns, places = np.unique(np.concatenate([one.indices for one in vectors]), return_inverse=True)
    ends = np.concatenate([[0], np.cumsum([len(one.indices) for one in vectors])])
    values = np.concatenate([one.weights for one in vectors])
    rows = sparse.csr_matrix((values, places, ends), shape=(len(vectors), len(columns)))
    return np.asarray((rows @ rows.T).toarray())


def _days(documents: Sequence[Document]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([one.published.timestamp() / 86_400 for one in documents if one.published])
