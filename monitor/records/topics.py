"""Topics, what people said of them, how articles score for them, and which model was put in charge when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What a topic is told by in another language: `language` is a two-letter code."""

    language: str
    seeds: tuple[str, ...]
    keywords: tuple[tuple[str, ...], ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic file, read.

    `keywords` is a list of groups; an article hits when any word of every group occurs. `exclude` words veto a
    keyword hit. `precision` is the target share of matches that are right; `per_week`, if given, asks for about so
    many matches a week instead. `languages` has the phrases for articles that are not in English.
    """

    id: str
    title: str
    description: str
    seeds: tuple[str, ...]
    keywords: tuple[tuple[str, ...], ...] = ()
    exclude: tuple[str, ...] = ()
    precision: float = 0.8
    per_week: int | None = None
    languages: tuple[Phrases, ...] = ()


class Asked(StrEnum):
    """Why a person was asked for a label: the model was unsure, or by lot from what it rejected, or not at all."""

    UNASKED = ""
    UNCERTAIN = "uncertain"
    RANDOM = "random"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A person's yes or no for a text and a topic.

    `at` and `by` are when and by whom it was said, where that is known. For a text asked about by lot, `chance` is the
    probability with which it was drawn from the texts that the model rejected; `score` and `model` are what the model
    said of it then, and `threshold` is what it held the score against.
    """

    title: str
    text: str
    topic: str
    label: bool
    url: str | None = None
    at: datetime | None = None
    by: str = ""
    asked: Asked = Asked.UNASKED
    chance: float | None = None
    score: float | None = None
    model: str | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A signed contribution to the logit of a score.

    `text` is a word, a phrase, or one of `(cosine)`, `(keywords)`, `(bias)`, and `(others)` for the sum of the rest.
    """

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """An article's score for a topic.

    `score` is in [0, 1] and comparable within a topic; `probability` is None while the topic is cold (no labels).
    `matched` is `score >= threshold`, unless `reason` says why the article could not be judged.
    `passage` is the part of the text that carries the topic: number `part` of `parts`, or 0 of 0 for a text that was
    not divided. `terms` are the strongest contributions and the sum of the others; they add up to `logit`.
    """

    id: str
    topic: str
    score: float
    probability: float | None
    threshold: float
    matched: bool
    passage: str
    terms: tuple[Term, ...]
    logit: float = 0.0
    part: int = 0
    parts: int = 0
    reason: str = ""


class Decision(StrEnum):
    """How a model came to be in charge, or not."""

    FIRST = "first"
    TOPICS_CHANGED = "topics-changed"
    PROMOTED = "promoted"
    KEPT = "kept"
    ROLLED_BACK = "rolled-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One decision about which model judges.

    `champion` is the version in charge afterwards, `challenger` the one that was tried; `reasons` are sentences, and
    `report` holds the numbers behind them. `number` counts the decisions of a database from 1.
    """

    number: int
    at: datetime
    decision: Decision
    champion: str
    challenger: str
    reasons: tuple[str, ...]
    report: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A stored article with one topic's score, as far as asking for labels, evaluation and drift need it."""

    id: str
    url: str
    title: str
    text: str
    published: datetime
    publisher: str
    score: Score
    model: str
