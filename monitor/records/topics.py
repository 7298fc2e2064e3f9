"""Topics, what people said of them, and how articles score for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic file, read.

    `keywords` is a list of groups; an article hits when any word of every group occurs. `exclude` words veto a
    keyword hit. `precision` is the target share of matches that are right.
    """

    id: str
    title: str
    description: str
    seeds: tuple[str, ...]
    keywords: tuple[tuple[str, ...], ...] = ()
    exclude: tuple[str, ...] = ()
    precision: float = 0.8
    per_week: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A person's yes or no for a text and a topic."""

    title: str
    text: str
    topic: str
    label: bool
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A signed contribution to the logit of a score: a word, a phrase, `cosine` or `keywords`."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """An article's score for a topic.

    `score` is in [0, 1] and comparable within a topic; `probability` is None while the topic is cold (no labels).
    `matched` is `score >= threshold`. `passage` is the part of the text that carries the topic.
    `terms` are the strongest contributions, by absolute weight.
    """

    id: str
    topic: str
    score: float
    probability: float | None
    threshold: float
    matched: bool
    passage: str
    terms: tuple[Term, ...]
