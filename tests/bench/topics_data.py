"""The development documents for topics, models trained on them, and how figures are printed.

The data is not part of the repository: `MONITOR_DEV_DATA` names its folder, `../shared/data` beside the repository is
where it is looked for otherwise. Nothing is read before it is asked for.
"""

from __future__ import annotations

import gzip
import json
import multiprocessing
import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from monitor.config import read_labels, read_topics
from monitor.records import Document, Label, Score, Topic
from monitor.topics import TopicModel, start_background, train
from monitor.topics.measures import average_precision

REPO = Path(__file__).parents[2]
DATA = Path(os.environ.get("MONITOR_DEV_DATA") or REPO.parent / "shared" / "data") / "topics"
NO_DATA = "needs the development documents, which are not part of this repository; set MONITOR_DEV_DATA"

NAMED = re.compile(r"bitcoin|btc|crypto|coinbase|binance|doge|solana|ethereum|token|terrausd|blockchain", re.IGNORECASE)
"""A title with one of these may well be on a topic: a match is no false alarm."""

SAMPLE = 2_000
PARTS = 5
ALL = 0
"""As a number of labels: all there are."""
SAME_STORY = 0.38
"""Documents at least this alike are always in the same part."""
_LEFT = 48

Row = dict[str, object]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def available() -> bool:
    """Return whether the development data is here."""
    return (DATA / "dev.jsonl").is_file() and (DATA / "background.jsonl.gz").is_file()


@cache
def dev() -> tuple[Document, ...]:
    """Return the labelled documents."""
    return tuple(map(_document, _dev_rows()))


@cache
def truth() -> Floats:
    """Return what people said of them: documents × topics, 1 or 0."""
    return np.array(
        [[topic.id.replace("-", "_") in row["topics"] for topic in topics()] for row in _dev_rows()],  # type: ignore[operator]
        dtype=np.float64,
    )


@cache
def _dev_rows() -> list[Row]:
    return [json.loads(line) for line in (DATA / "dev.jsonl").read_text(encoding="utf-8").split("\n") if line]


@cache
def archive() -> list[Row]:
    """Return the unlabelled background, each row with its `group`: crypto, general or regulation."""
    with gzip.open(DATA / "background.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def general() -> list[Document]:
    """Return the general and business news of the background."""
    return [_document(row) for row in archive() if row["group"] == "general"]


@cache
def background(name: str) -> tuple[Document, ...]:
    """Return what is given to training: the texts that ship with the program, alone or with the archive or some of it.

    The names are `shipped`, `sample` (about 2,000 of the archive) and `archive`.
    """
    rows = {"shipped": [], "sample": archive()[:: len(archive()) // SAMPLE], "archive": archive()}[name]
    return (*start_background(), *map(_document, rows))


@cache
def topics() -> tuple[Topic, ...]:
    """Return the topics of the starter pack, by id."""
    return tuple(sorted(read_topics(REPO / "config" / "topics", []), key=lambda topic: topic.id))


def dev_labels(rows: Sequence[int]) -> list[Label]:
    """Return an answer for each topic of some of the labelled documents."""
    return [
        Label(title=dev()[row].title, text=dev()[row].text, topic=topic.id, label=bool(truth()[row, column]))
        for row in rows
        for column, topic in enumerate(topics())
    ]


def labels(name: str) -> list[Label]:
    """Return no labels (`cold`), those of the starter pack (`shipped labels`), or all others (`crypto press`)."""
    if name == "shipped labels":
        return list(read_labels(REPO / "config" / "labels.jsonl", []))
    return dev_labels(range(len(dev()))) if name == "crypto press" else []


@cache
def model(learned: str, known: str) -> TopicModel:
    """Return the model of these `labels` and this `background`."""
    return train(topics(), labels(learned), background(known))


def matrix(scores: Sequence[Score], value: Callable[[Score], float]) -> Floats:
    """Return a number of each score: documents × topics."""
    return np.array([value(score) for score in scores], dtype=np.float64).reshape(-1, len(topics()))


def advertised(documents: Sequence[Document]) -> npt.NDArray[np.bool_]:
    """Return whether a text holds eight words about the subject that twenty others hold as well: no one's news."""
    runs = [
        {run for run in zip(*(one.text.split()[n:] for n in range(8)), strict=False) if NAMED.search(" ".join(run))}
        for one in documents
    ]
    counts = Counter(run for found in runs for run in found)
    return np.array([any(counts[run] > 20 for run in found) for found in runs])


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A model to be trained on `seen` and judged on `unseen`, which are rows of the development documents."""

    size: int
    draw: int
    seen: tuple[int, ...]
    unseen: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a model said of documents that it had not seen: documents × topics."""

    task: Task
    scores: Floats
    matched: Floats

    @property
    def truth(self) -> Floats:
        """What people said of them."""
        return truth()[list(self.task.unseen)]


@cache
def cross_validated(draws: tuple[tuple[int, int], ...]) -> dict[int, list[Judgement]]:
    """Return the judgements by number of labels: one for each draw and part, on the background `sample`.

    `draws` are pairs: a number of labels, and how often they are drawn. A draw deals out whole stories to five parts
    anew; the labels are the first so many of the other parts in a random order. The models are trained in as many
    processes as there are cores.
    """
    tasks = [
        Task(size=size, draw=draw, seen=seen[: size or None], unseen=unseen)
        for size, times in draws
        for draw in range(times)
        for seen, unseen in divided(draw)
    ]
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        judged = list(pool.map(_judge, tasks))
    return {size: [one for one in judged if one.task.size == size] for size, _ in draws}


def _judge(task: Task) -> Judgement:
    trained = train(topics(), dev_labels(task.seen), background("sample"))
    scores = trained.score([dev()[row] for row in task.unseen])
    return Judgement(
        task=task,
        scores=matrix(scores, lambda score: score.score),
        matched=matrix(scores, lambda score: score.matched),
    )


@cache
def divided(draw: int) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Return what is seen, in a random order, and what is not, for each of five parts; topics are shared out evenly."""
    random = np.random.default_rng(draw)
    rare_first = truth().sum(axis=0).argsort()
    is_any = truth().any(axis=1)
    rarest = np.where(is_any, truth()[:, rare_first].argmax(axis=1), len(topics()))
    parts = StratifiedGroupKFold(PARTS, shuffle=True, random_state=draw).split(rarest, rarest, _stories())
    return tuple((tuple(random.permutation(seen).tolist()), tuple(unseen.tolist())) for seen, unseen in parts)


def _stories() -> Ints:
    terms = model("cold", "sample").featuriser.articles(dev()).wholes.terms
    return np.asarray(connected_components((terms @ terms.T) >= SAME_STORY, directed=False)[1], dtype=np.int64)


def precisions(scores: Floats, answers: Floats) -> list[float]:
    """Return the average precision of each topic, and their mean; NaN for a topic of which there is nothing."""
    found = [average_precision(answers[:, j], scores[:, j]) for j in range(answers.shape[1])]
    each = [float("nan") if one is None else one for one in found]
    return [*each, float(np.nanmean(each))]


def precisions_by_part(judged: Sequence[tuple[Floats, Floats]]) -> list[float]:
    """Return the means over parts, given as scores and answers, of each topic's average precision; then their mean."""
    each = np.nanmean([precisions(scores, answers)[:-1] for scores, answers in judged], axis=0)
    return [*each.tolist(), float(each.mean())]


def head(title: str, *columns: str) -> None:
    """Print the first line of a table; without columns they are the topics."""
    names = columns or tuple(topic.id for topic in topics())
    print("\n" + f"{title:{_LEFT}}" + " ".join(f"{name[-7:]:>7}" for name in names))


def line(name: str, figures: Sequence[float], goal: str = "") -> None:
    """Print one line of a table, with the goal of its last figure or of all."""
    shown = f"{name:{_LEFT}}" + " ".join(f"{one:7}" if isinstance(one, int) else f"{one:7.3f}" for one in figures)
    print(f"{shown}   goal {goal}" if goal else shown)


def _document(row: Row) -> Document:
    return Document(id=str(row["id"]), title=str(row["title"]), text=str(row["text"]))
