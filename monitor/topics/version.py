"""Names a model by what it is made from: the same topics, labels and background give the same version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from monitor.records import Document, Label, Topic

ALGORITHM = 2
"""Counts up with every change that can change a score."""

ENGLISH = "en"
"""The language that word statistics and classifiers are made for."""

_LENGTH = 12


def fingerprint(
    topics: Sequence[Topic],
    labels: Sequence[Label],
    background: Sequence[Document],
    *,
    weeks: float | None = None,
    letters: bool = True,
    base: str = "",
) -> str:
    """Return the version (12 hex digits) of the model that these inputs train.

    The order of topics and background does not matter; that of labels only where two contradict each other.
    """
    parts = [
        f"{ALGORITHM} {weeks} {letters} {base}",
        *sorted(json.dumps(asdict(topic), sort_keys=True, ensure_ascii=False) for topic in topics),
        *(f"{digest(label.title, label.text)} {label.topic} {label.label}" for label in settled(labels)),
        *(
            f"{digest(document.title, document.text)}{' dated' if weeks is not None and document.published else ''}"
            for document in distinct(background)
        ),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_LENGTH]


def digest(title: str, text: str) -> str:
    """Return a hash of a text, which also serves as its place in a reproducible random order."""
    return hashlib.sha256(f"{title}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()


def settled(labels: Sequence[Label]) -> list[Label]:
    """Return labels without repetitions, in a random order that depends on their texts only; the last word wins.

    Of an address whose text changed, the text stays that comes first in that order of those with the last answer.
    """
    groups = subjects(labels)
    word = {group: label.label for group, label in zip(groups, labels, strict=True)}
    kept: dict[int, tuple[str, Label]] = {}
    for group, label in zip(groups, labels, strict=True):
        key = digest(label.title, label.text)
        if label.label == word[group] and (group not in kept or key <= kept[group][0]):
            kept[group] = key, label
    return [label for _, label in sorted(kept.values(), key=lambda pair: (pair[0], pair[1].topic))]


def subjects(labels: Sequence[Label]) -> list[int]:
    """Return a number for each label, the same for one topic and the same address or text, or what these tie."""
    above: dict[tuple[str, ...], tuple[str, ...]] = {}

    def top(key: tuple[str, ...]) -> tuple[str, ...]:
        while (higher := above.setdefault(key, key)) != key:
            above[key] = above[higher]
            key = higher
        return key

    texts = [(label.topic, digest(label.title, label.text)) for label in labels]
    for label, text in zip(labels, texts, strict=True):
        if label.url:
            above[top((label.topic, "url", label.url))] = top(text)
    numbers: dict[tuple[str, ...], int] = {}
    return [numbers.setdefault(top(text), len(numbers)) for text in texts]


def distinct(documents: Sequence[Document]) -> list[Document]:
    """Return documents without repetitions, in a random order that depends on their texts only; of equals the dated."""
    once: dict[str, Document] = {}
    for document in documents:
        key = digest(document.title, document.text)
        if key not in once or once[key].published is None:
            once[key] = document
    return [once[key] for key in sorted(once)]


def unknown_labels(topics: Sequence[Topic], labels: Sequence[Label]) -> list[str]:
    """Return a sentence for each topic that labels name and the configuration does not have."""
    known = {topic.id for topic in topics}
    strange = [label.topic for label in labels if label.topic not in known]
    return [
        f"{strange.count(topic)} labels are ignored: there is no topic {topic!r}, only {', '.join(sorted(known))}"
        for topic in sorted(set(strange))
    ]
