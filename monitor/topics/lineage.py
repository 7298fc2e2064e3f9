"""What a model was made from, written down so that another day can tell what has changed since.

The record is kept beside the model: a hash of each topic file's content, the labels learned from, and the background's
size. It is compared with the topics and labels of today.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from monitor.records import Document, Label, Topic
from monitor.topics.version import ALGORITHM, digest, settled

SCHEMA = 2
"""The files of a model that this program reads: `persistence.SCHEMA`, which cannot be asked without loading numpy."""

_TEXT = 16
"""Hex digits that name a text among a user's labels."""


def made_from(
    topics: Sequence[Topic],
    labels: Sequence[Label],
    background: Sequence[Document],
    weeks: float | None,
    before: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the record of a model trained from these; `before` are labels that its base learned."""
    learned = sorted({*before, *(said(label) for label in _known(topics, labels))})
    return {
        "algorithm": ALGORITHM,
        "schema": SCHEMA,
        "topics": {topic.id: content(topic) for topic in topics},
        "labels": len(learned),
        "learned": learned,
        "background": len(background),
        "weeks": weeks,
    }


def content(topic: Topic) -> str:
    """Return a hash of what a topic file says; comments and the order of its keys make no difference."""
    # Keys at their defaults are left out, so that a key that a new version brings changes no topic.
    default = Topic(id="", title="", description="", seeds=())
    told = {
        field.name: getattr(topic, field.name)
        for field in fields(Topic)
        if getattr(topic, field.name) != getattr(default, field.name)
    }
    plain = json.dumps(told, default=asdict, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:_TEXT]


def said(label: Label) -> str:
    """Return what names a label: its text, its topic and its answer."""
    return f"{text_of(label)} {label.topic} {'yes' if label.label else 'no'}"


def text_of(label: Label) -> str:
    """Return what names the text of a label."""
    return digest(label.title, label.text)[:_TEXT]


def learned(manifest: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the labels that a model learned from."""
    return frozenset(manifest["learned"])


def changed_topics(manifest: Mapping[str, Any], topics: Sequence[Topic]) -> dict[str, list[str]]:
    """Return the ids of topics that are `new`, `changed` or `gone` since; nothing when all are as they were."""
    before, today = manifest["topics"], {topic.id: content(topic) for topic in topics}
    found = {
        "new": sorted(today.keys() - before.keys()),
        "changed": sorted(one for one in today.keys() & before.keys() if today[one] != before[one]),
        "gone": sorted(before.keys() - today.keys()),
    }
    return {kind: ids for kind, ids in found.items() if ids}


def is_of_today(manifest: Mapping[str, Any]) -> bool:
    """Return whether this program makes and reads such models."""
    return bool(manifest["algorithm"] == ALGORITHM and manifest.get("schema") == SCHEMA)


def waiting(manifest: Mapping[str, Any], topics: Sequence[Topic], labels: Sequence[Label]) -> list[Label]:
    """Return the labels of these topics that a model has not learned from."""
    known = learned(manifest)
    return [label for label in _known(topics, labels) if said(label) not in known]


def learned_of(names: Iterable[str], topics: Collection[str]) -> frozenset[str]:
    """Return those names of labels that belong to these topics."""
    return frozenset(name for name in names if _about(name)[1] in topics)


def gone(names: Iterable[str], topics: Collection[str], labels: Sequence[Label]) -> list[str]:
    """Return the names of labels of these topics whose text has no answer any more; another answer is one, too."""
    known = {(text_of(label), label.topic) for label in labels}
    return sorted(name for name in learned_of(names, topics) if _about(name) not in known)


def _about(name: str) -> tuple[str, str]:
    """Return the text and the topic of a label's name."""
    text, topic, _ = name.split(" ")
    return text, topic


def _known(topics: Sequence[Topic], labels: Sequence[Label]) -> list[Label]:
    ids = {topic.id for topic in topics}
    return [label for label in settled(labels) if label.topic in ids]
