"""Divides labels into a part to learn from and one to be tested on, which share no story.

The newest fifth of each topic's labels is the test part. A text that is nearly one of them goes with it, whatever its
age, and leaves the background too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from monitor.records import Document, Label
from monitor.topics.examples import alike, stories_of
from monitor.topics.features import Articles
from monitor.topics.model import TopicModel
from monitor.topics.version import digest
from monitor.topics.vocabulary import Ints

TEST_SHARE = 0.2
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """Labels in two parts that share no story; `groups` numbers the story of each test label."""

    train: tuple[Label, ...]
    test: tuple[Label, ...]
    groups: tuple[int, ...]


def divide(labels: Sequence[Label], model: TopicModel) -> Divided:
    """Put the newest fifth of each topic, and every label whose text is nearly one of theirs, into the test part.

    Where that fifth has one sign only, the newest fifth of the other joins it. Labels without a time are the oldest, in
    the order given.
    """
    newest = [place for topic in sorted({label.topic for label in labels}) for place in _newest(labels, topic)]
    story = _stories(labels, model)
    tested = {story[place] for place in newest}
    test = [place for place in range(len(labels)) if story[place] in tested]
    return Divided(
        train=tuple(label for place, label in enumerate(labels) if story[place] not in tested),
        test=tuple(labels[place] for place in test),
        groups=tuple(story[place] for place in test),
    )


def last_word(labels: Sequence[Label]) -> list[Label]:
    """Return labels as training takes them, in the order in which they were given."""
    last = {(text_of(label), label.topic): place for place, label in enumerate(labels)}
    return [labels[place] for place in sorted(last.values())]


def both_signs(parts: Divided) -> list[int]:
    """Return the places of test labels whose topic has a yes and a no among them."""
    signs: dict[str, set[bool]] = {}
    for label in parts.test:
        signs.setdefault(label.topic, set()).add(label.label)
    return [place for place, label in enumerate(parts.test) if len(signs[label.topic]) > 1]


def without(background: Sequence[Document], tested: Sequence[Label], model: TopicModel) -> list[Document]:
    """Return the background without the texts that are nearly a test text."""
    alike_rows = set(near(model.featuriser.articles(background), tested, model).tolist())
    return [document for row, document in enumerate(background) if row not in alike_rows]


def near(articles: Articles, labels: Sequence[Label], model: TopicModel) -> Ints:
    """Return the rows of articles, as the model reads them, that are nearly one of the labelled texts."""
    once = {text_of(label): Document(id="", title=label.title, text=label.text) for label in labels}
    if not once:
        return np.zeros(0, dtype=np.int64)
    return alike(articles.wholes.terms, model.featuriser.articles(list(once.values())).wholes.terms)


def text_of(label: Label) -> str:
    """Return what names the text of a label, in full."""
    return digest(label.title, label.text)


def _newest(labels: Sequence[Label], topic: str) -> list[int]:
    """Return the places of a topic's newest fifth, and of the newest fifth of a sign that would be missing there."""
    places = [place for place, label in enumerate(labels) if label.topic == topic]
    places.sort(key=lambda place: (labels[place].at or _OLDEST, place))
    newest = _fifth(places)
    for sign in {labels[place].label for place in places} - {labels[place].label for place in newest}:
        newest += _fifth([place for place in places if labels[place].label is sign])
    return newest


def _fifth(places: Sequence[int]) -> list[int]:
    return list(places[len(places) - int(np.ceil(TEST_SHARE * len(places))) :])


def _stories(labels: Sequence[Label], model: TopicModel) -> list[int]:
    """Return a number for each label, the same for those whose texts are near-identical or tied by such."""
    if not labels:
        return []
    texts = sorted({text_of(label): label for label in labels}.items())
    documents = [Document(id=name, title=label.title, text=label.text) for name, label in texts]
    terms = model.featuriser.articles(documents).wholes.terms
    numbers = stories_of(terms)
    story = {name: int(number) for (name, _), number in zip(texts, numbers, strict=True)}
    return [story[text_of(label)] for label in labels]
