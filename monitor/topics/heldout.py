"""Scores of labelled texts by models that had seen neither them nor their like.

Whole stories are dealt out to the folds. For each fold a model is trained on the labels of the others, with everything
that training chooses: words, weights, calibration, threshold. Ordinary news that repeats a labelled text, or has its
title, is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

from monitor.records import Document, Label, Score, Topic
from monitor.topics.answers import plain_title
from monitor.topics.examples import alike, stories_of
from monitor.topics.keywords import KeywordIndex
from monitor.topics.measures import Floats, Ints, average_precision
from monitor.topics.model import TopicModel
from monitor.topics.training import EACH_SIGN_NEEDED, LABELS_NEEDED, train
from monitor.topics.version import settled

FOLDS = 5
SIZES = (10, 25, 50, 100, 200)
SMALL_BACKGROUND = 600
COMPARED = 2_500
"""Letters of each text that are compared: fewer than is kept of any, since a longer half is unlike its whole."""

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Labelled texts, each once: `truth` (texts × topics) is 1, 0, or NaN where nobody has said.

    `background` is without what repeats a labelled text; `weeks` is how long it took to come, where that is known.
    """

    topics: tuple[Topic, ...]
    labels: tuple[Label, ...]
    documents: tuple[Document, ...]
    truth: Floats
    stories: Ints
    cosine: Floats
    background: tuple[Document, ...]
    weeks: float | None = None

    def rows(self, column: int) -> Ints:
        """Return the texts that have a label for a topic."""
        return np.flatnonzero(~np.isnan(self.truth[:, column]))

    def label(self, row: int, column: int) -> Label:
        """Return the label of a text for a topic."""
        return self._by_place[row, column]

    def can_be_divided(self, column: int, folds: Ints) -> bool:
        """Whether enough labels of a topic are left, for a probability, whichever fold is taken out."""
        rows = self.rows(column)
        parts = (self.truth[rows[folds[rows] != fold], column] for fold in np.unique(folds))
        return bool(len(rows)) and all(
            len(part) >= LABELS_NEEDED and min(part.sum(), (1 - part).sum()) >= EACH_SIGN_NEEDED for part in parts
        )

    def keyword_hits(self, column: int) -> Floats | None:
        """Return for each text whether the topic's keywords are in it; None for a topic without any."""
        topic = self.topics[column]
        if not topic.keywords:
            return None
        found = (self._keywords.hits(f"{one.title}\n{one.text}", topic.id).fired for one in self.documents)
        return np.fromiter(found, dtype=np.float64, count=len(self.documents))

    @cached_property
    def _keywords(self) -> KeywordIndex:
        return KeywordIndex(self.topics)

    @cached_property
    def _by_place(self) -> dict[tuple[int, int], Label]:
        places = {(one.title, one.text): row for row, one in enumerate(self.documents)}
        columns = {topic.id: column for column, topic in enumerate(self.topics)}
        return {(places[one.title, one.text], columns[one.topic]): one for one in self.labels}


def gather(
    topics: Sequence[Topic], labels: Sequence[Label], background: Sequence[Document], weeks: float | None = None
) -> Texts:
    """Return the labelled texts of known topics with their stories; the last label of a text and topic wins."""
    ordered = tuple(sorted(topics, key=lambda topic: topic.id))
    columns = {topic.id: column for column, topic in enumerate(ordered)}
    mine = tuple(label for label in settled(labels) if label.topic in columns)
    places = {pair: row for row, pair in enumerate(dict.fromkeys((one.title, one.text) for one in mine))}
    documents = tuple(Document(id=str(row), title=title, text=text) for (title, text), row in places.items())
    truth = np.full((len(documents), len(ordered)), np.nan)
    for one in mine:
        truth[places[one.title, one.text], columns[one.topic]] = one.label
    terms, others, queries = _terms(documents, background, ordered)
    urls = [""] * len(documents)
    for one in mine:
        urls[places[one.title, one.text]] = one.url or ""
    repeats = set(alike(others, terms).tolist())
    titles = {plain_title(one.title) for one in mine} - {""}
    fresh = [one for row, one in enumerate(background) if row not in repeats and plain_title(one.title) not in titles]
    return Texts(
        topics=ordered,
        labels=mine,
        documents=documents,
        truth=truth,
        stories=stories(terms, urls),
        cosine=np.asarray((terms @ queries.T).todense()),
        background=tuple(fresh),
        weeks=weeks,
    )


def stories(terms: sparse.csr_matrix, urls: Sequence[str]) -> Ints:
    """Return a number for each text, the same for near-identical ones, for one address, and what these tie together."""
    found = stories_of(terms)
    first = {url: row for row, url in reversed(list(enumerate(urls)))}
    tied = [found[first[url]] if url else found[row] for row, url in enumerate(urls)]
    graph = sparse.csr_matrix((np.ones(len(tied)), (found, tied)), shape=(len(tied), len(tied)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)[found] if tied else found


def deal(texts: Texts, seed: int) -> Ints:
    """Return the fold of each text: stories stay whole, and each fold gets its share of the yes labels of each topic.

    Stories with the rarest topics are dealt first, each to the fold that has the least of what it brings.
    """
    yes = np.nan_to_num(texts.truth)
    weight = 1.0 / np.maximum(yes.sum(axis=0), 1.0)
    random = np.random.default_rng(seed)
    groups = [np.flatnonzero(texts.stories == story) for story in np.unique(texts.stories)]
    groups = [groups[place] for place in random.permutation(len(groups))]
    groups.sort(key=lambda rows: -float((yes[rows].sum(axis=0) * weight).max(initial=0.0)))
    dealt = np.zeros(len(texts.documents), dtype=np.int64)
    had, sizes = np.zeros((FOLDS, yes.shape[1])), np.zeros(FOLDS)
    for rows in groups:
        brings = yes[rows].sum(axis=0) * weight
        # The number of texts decides between folds that are even.
        fold = int(np.lexsort((sizes, (had @ (brings > 0)).round(9) if brings.any() else np.zeros(FOLDS)))[0])
        dealt[rows] = fold
        had[fold] += brings
        sizes[fold] += len(rows)
    return dealt


def judge_held_out(
    texts: Texts, folds: Ints, cold: list[list[Score]], say: Say
) -> tuple[list[list[Score]], frozenset[int]]:
    """Return scores (texts × topics), each by the model that was trained without the text's fold.

    Topics whose labels cannot be divided keep the scores of the model without labels. Also returned are the columns of
    the topics whose probabilities are meant for the stream, in which the topic is rarer than among the labels.
    """
    divided = [column for column in range(len(texts.topics)) if texts.can_be_divided(column, folds)]
    judged = [list(row) for row in cold]
    streamed: set[int] = set()
    if not divided:
        return judged, frozenset()
    wanted = {texts.topics[column].id for column in divided}
    row_of = {(one.title, one.text): row for row, one in enumerate(texts.documents)}
    for fold in np.unique(folds).tolist():
        say(f"judging part {fold + 1} of {len(np.unique(folds))} by what the others teach")
        mine = [x for x in texts.labels if x.topic in wanted and folds[row_of[x.title, x.text]] != fold]
        test = np.flatnonzero(folds == fold)
        model = _trained(texts, mine, texts.background)
        streamed |= {column for column in divided if model.heads[column].prevalence is not None}
        for row, scores in zip(test.tolist(), _scored(texts, model, test), strict=True):
            for column in divided:
                judged[row][column] = scores[column]
    return judged, frozenset(streamed)


def judge_cold(texts: Texts) -> list[list[Score]]:
    """Return scores (texts × topics) by the model that has seen no label."""
    rows = np.arange(len(texts.documents))
    return _scored(texts, _trained(texts, [], texts.background), rows) if len(rows) else []


def learning(texts: Texts, folds: Ints, draws: int, seed: int, say: Say) -> list[list[tuple[int, list[float]]]]:
    """Return for each topic the average precisions by number of labels: one for each draw, on the same held-out part.

    Two of the five parts are held out, others in each draw; the labels are the first so many of the rest in a random
    order. The last point is the mean number of all labels of the rest.
    """
    found: list[dict[int, list[tuple[int, float]]]] = [{} for _ in texts.topics]
    for draw in range(draws):
        held = np.isin(folds, [(2 * draw) % FOLDS, (2 * draw + 1) % FOLDS])
        order = np.random.default_rng([seed, draw]).permutation(np.flatnonzero(~held))
        available = [[row for row in order if not np.isnan(texts.truth[row, column])] for column in range(len(found))]
        most = max(map(len, available), default=0)
        for size in [*(size for size in SIZES if size < most), 0]:
            say(f"learning from {size or 'all'} labels a topic, draw {draw + 1} of {draws}")
            _learn(texts, [rows[: size or None] for rows in available], np.flatnonzero(held), size, found)
    return [[_point(values) for size, values in sorted(each.items(), key=_all_last)] for each in found]


def _learn(
    texts: Texts, rows: list[list[int]], test: Ints, size: int, found: list[dict[int, list[tuple[int, float]]]]
) -> None:
    mine = [texts.label(row, column) for column, some in enumerate(rows) for row in some]
    if not len(test):
        return
    scores = _scored(texts, _trained(texts, mine, texts.background[:SMALL_BACKGROUND]), test)
    for column, some in enumerate(rows):
        known = [place for place, row in enumerate(test) if not np.isnan(texts.truth[row, column])]
        truth = texts.truth[test[known], column]
        value = average_precision(truth, np.array([scores[place][column].score for place in known]))
        if value is not None and (not size or len(some) == size):
            found[column].setdefault(size, []).append((len(some), value))


def _point(values: list[tuple[int, float]]) -> tuple[int, list[float]]:
    return round(sum(count for count, _ in values) / len(values)), [value for _, value in values]


def _all_last(item: tuple[int, object]) -> float:
    return item[0] or float("inf")


def _trained(texts: Texts, labels: list[Label], background: Sequence[Document]) -> TopicModel:
    # A part of the background came in a part of the time.
    share = len(background) / max(len(texts.background), 1)
    weeks = None if texts.weeks is None else texts.weeks * share
    return train(texts.topics, labels, background, weeks=weeks)


def _scored(texts: Texts, model: TopicModel, rows: Ints) -> list[list[Score]]:
    scores = model.score([replace(texts.documents[row], id=str(row)) for row in rows])
    width = len(texts.topics)
    return [scores[start : start + width] for start in range(0, len(scores), width)]


def _terms(
    documents: Sequence[Document], background: Sequence[Document], topics: Sequence[Topic]
) -> tuple[sparse.csr_matrix, sparse.csr_matrix, sparse.csr_matrix]:
    """Return plain TF-IDF rows of the labelled texts, the background and the topics' own words, no label being used."""
    mine, others = ([f"{one.title}\n{one.text[:COMPARED]}" for one in some] for some in (documents, background))
    own = [". ".join([topic.title, topic.description, *topic.seeds]) for topic in topics]
    counter = TfidfVectorizer(sublinear_tf=True, stop_words="english")
    rows = counter.fit_transform([*mine, *others, *own]).tocsr()
    return rows[: len(mine)], rows[len(mine) : len(mine) + len(others)], rows[len(mine) + len(others) :]
