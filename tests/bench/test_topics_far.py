"""How well topics without a label are found where nothing was tuned: full articles far from the default pack.

The topic files were written before the articles were read or scored (see `far_topics`). A second test hides the texts
of the default pack's documents in long articles about something else.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from monitor.records import Document, Score
from monitor.topics import TopicModel, start_background, train
from monitor.topics.measures import average_precision
from tests.bench import topics_data
from tests.bench.far_topics import FarSet, available, far_background, far_sets, far_topics
from tests.bench.topics_data import NO_DATA, Floats, dev, general, head, line, matrix, model, precisions, topics, truth

pytestmark = [
    pytest.mark.bench,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not (available() and topics_data.available()), reason=NO_DATA),
]

GOAL = 0.90
FLOORS = {"shipped": 0.875, "archive": 0.893}
MIXED_FLOOR = 0.68


def test_topics_far_from_the_default_pack_are_found_without_labels() -> None:
    sets = far_sets()
    head("full articles", "yes", "cosine", "shipped", "archive")
    columns = [
        [cosine(one) for one in sets],
        *([precision_of(one, cold(name, one)) for one in sets] for name in FLOORS),
    ]
    for place, one in enumerate(sets):
        line(f"{one.name}, {len(one.documents)}", [sum(one.truth), *(column[place] for column in columns)])
    means = [float(np.mean(column)) for column in columns]
    line("mean", [sum(sum(one.truth) for one in sets), *means], f"≥ {GOAL:.2f} with an archive")
    assert means[1] >= FLOORS["shipped"]
    assert means[2] >= FLOORS["archive"]
    assert means[2] > means[0]


def test_matches_at_the_default_threshold() -> None:
    head("cold, at the default threshold", *("found", "right", "precis.", "recall") * 2)
    for one in far_sets():
        figures: list[float] = []
        for name in FLOORS:
            matched = [score.matched for score in cold(name, one)]
            right = sum(a and b for a, b in zip(matched, one.truth, strict=True))
            figures += [sum(matched), right, right / max(sum(matched), 1), right / sum(one.truth)]
        line(one.name, figures)


def test_a_short_text_inside_a_long_article_is_found() -> None:
    hosts = [one for one in general() if 250 < len(one.text.split()) < 1500][: len(dev())]
    mixed = [inside(one, host) for one, host in zip(dev(), hosts, strict=True)]
    head("cold, background sample", *(topic.id for topic in topics()), "mean")
    line("by themselves", ranked(list(dev())))
    line("as one paragraph of a general article", figures := ranked(mixed))
    assert figures[-1] >= MIXED_FLOOR


def ranked(documents: list[Document]) -> list[float]:
    scores: Floats = matrix(model("cold", "sample").score(documents), lambda score: score.score)
    return precisions(scores, truth())


def inside(document: Document, host: Document) -> Document:
    half = len(host.text) // 2
    paragraph = f"{document.title}. {' '.join(document.text.split()[:80])}"
    return Document(id="m", title=host.title, text=f"{host.text[:half]}\n{paragraph}\n{host.text[half:]}")


@cache
def cold_model(name: str) -> TopicModel:
    return train(far_topics(), [], (*start_background(), *(far_background() if name == "archive" else ())))


@cache
def cold_scores(name: str, documents: tuple[Document, ...]) -> list[Score]:
    return cold_model(name).score(documents)


def cold(name: str, one: FarSet) -> list[Score]:
    """Return the scores of a set's own topic, in the order of its documents."""
    return [score for score in cold_scores(name, one.documents) if score.topic == one.topic.id]


def precision_of(one: FarSet, scores: list[Score]) -> float:
    found = average_precision(np.array(one.truth, dtype=np.float64), np.array([score.score for score in scores]))
    assert found is not None
    return found


@cache
def likeness(documents: tuple[Document, ...]) -> Floats:
    return cold_model("archive").featuriser.articles(documents).wholes.cosine


def cosine(one: FarSet) -> float:
    column = [topic.id for topic in cold_model("archive").topics].index(one.topic.id)
    found = average_precision(np.array(one.truth, dtype=np.float64), likeness(one.documents)[:, column])
    assert found is not None
    return found
