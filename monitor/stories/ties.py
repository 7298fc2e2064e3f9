"""An article and the one it is most like → what ties the two, for a person to check.

Figures, quotations, names and references are those that grouping itself goes by. The passages are the two sentences,
one of each, whose shared words weigh most, both absolutely and beside what else they say: a long word weighs more than
a short one, the first word of a name more than one without a capital, a number most. Words are compared by their
stems, in any language; stop words are those of English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Final, NamedTuple

from monitor.records import Document, Tie
from monitor.stories.evidence import shared_evidence
from monitor.stories.facts import Facts
from monitor.stories.sentences import sentences
from monitor.stories.shingles import IDEOGRAPHS
from monitor.stories.terms import STOP_WORDS, stem

SENTENCES: Final = 30
"""How far each article is read; more are neither compared nor shown."""

ALIKE: Final = 0.2
"""Two sentences of which less is shared, as a cosine of weights, show nothing."""

FEWEST: Final = 2
"""Words that two sentences have to share: one alone ties no two events."""

_CHARACTERS: Final = 20_000
_LONGEST: Final = 800
"""Characters of a sentence; what is longer is a table or a list, which nobody reads as a passage."""

_NUMBER: Final = 2.5
_CAPITAL: Final = 1.0
_SHORTEST_WORTH: Final = 0.3
_LONG_WORD: Final = 12
_WORD = re.compile(rf"[{IDEOGRAPHS}]|[^\W\d_{IDEOGRAPHS}]{{2,}}|\d+(?:[.,]\d+)*")


class _Passage(NamedTuple):
    """A sentence, its words by stem with what each weighs, and what all of them weigh."""

    text: str
    weights: Mapping[str, float]
    weight: float


def tie(article: Document, other: Document) -> Tie:
    """Return what both articles hold, as the first writes it, and where they say the same."""
    shared = shared_evidence(Facts(article), Facts(other))
    passage, other_passage = _most_alike(list(_passages(article)), list(_passages(other)))
    return Tie(
        figures=shared.figures,
        quotes=shared.quotes,
        names=shared.names,
        references=shared.references,
        passage=passage,
        other_passage=other_passage,
    )


def _passages(document: Document) -> Iterator[_Passage]:
    """Yield the sentences of an article that say something; its title stands for a text that it has not."""
    found = sentences(document.text[:_CHARACTERS], document.language) or [" ".join(document.title.split())]
    for text in found[:SENTENCES]:
        weights = _weights(text) if len(text) <= _LONGEST else {}
        if weights:
            yield _Passage(text.encode("utf-8", "replace").decode(), weights, sum(weights.values()))


def _weights(sentence: str) -> dict[str, float]:
    shouted = sentence.isupper()
    weights: dict[str, float] = {}
    within = True  # the first word has its capital from its place
    for word in _WORD.findall(sentence):
        lower = word.lower()
        if lower in STOP_WORDS:
            continue
        capital = word[0].isupper() and not shouted
        # Else the full name of a ministry would outweigh what it did.
        weight = _weight(word, opens_name=capital and not within)
        key = stem(lower)
        weights[key] = max(weights.get(key, 0.0), weight)
        within = capital
    return weights


def _weight(word: str, *, opens_name: bool) -> float:
    if word[0].isdecimal():
        return _NUMBER
    return max(_SHORTEST_WORTH, min(1.0, len(word) / _LONG_WORD)) + _CAPITAL * opens_name


def _most_alike(left: list[_Passage], right: list[_Passage]) -> tuple[str, str]:
    """Return the pair that says most in common, of equals the one that stands first; two empty texts for none."""
    best, pair = 0.0, ("", "")
    for one in left:
        for other in right:
            alike = _alike(one, other)
            if alike > best:
                best, pair = alike, (one.text, other.text)
    return pair


def _alike(one: _Passage, other: _Passage) -> float:
    shared = one.weights.keys() & other.weights.keys()
    if len(shared) < FEWEST:
        return 0.0
    # Added in one order, so that the sum has the same last digit in every run.
    weight = sum(min(one.weights[word], other.weights[word]) for word in sorted(shared))
    cosine = weight / sqrt(one.weight * other.weight)
    return weight * cosine if cosine >= ALIKE else 0.0
