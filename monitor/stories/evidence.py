"""Two articles → what both hold that two reports of different events hardly would: figures, quotations, names, papers.

It is for reports of one event in different words, whose likeness is low. Long-running affairs bring back the same
names, and the same figures and quotations further down, so a figure or a quotation counts only near the start of one of
the two, where an article says what is new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from monitor.stories.clues import FULL, HALF, SMALL, Clues, Figure
from monitor.stories.facts import Facts, Identifiers

MOST: Final = 4
"""Pieces of one kind that are shown."""

NEWS: Final = 600
"""Characters from the start of one of the articles within which a shared figure has to stand."""

QUOTED_NEWS: Final = 1_000
"""The same for a quotation: the first one follows the news."""

QUOTED_WITHIN: Final = 2_500
"""Characters from the start of either article within which a shared quotation has to stand."""

_NAMES: Final = 2
_POSSESSIVE: Final = re.compile(r"['\u2019]s?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What two articles share, at most four pieces of a kind, as the left one writes them.

    `strong` says whether it ties them to one event although they are unlike: an official reference, a quotation of
    eight words, or a figure that is no common one beside two names. A day, a round figure and a count of two digits are
    half of such a figure.
    """

    figures: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    strong: bool = False


def shared_evidence(left: Facts, right: Facts) -> Evidence:
    """Return what both articles hold; the other way round it is as strong."""
    figures, told = _figures(left.clues, right.clues)
    quotes, quoted = _quotes(left.clues, right.clues)
    names = _names(left.clues, right.clues)
    references = _references(left, right)
    return Evidence(
        figures=figures[:MOST],
        quotes=quotes[:MOST],
        names=names[:MOST],
        references=references[:MOST],
        strong=quoted or bool(references) or (told and len(names) >= _NAMES),
    )


def tied(left: Facts, right: Facts) -> bool:
    """Return whether the evidence is strong, reading no more of the articles than that takes."""
    if _references(left, right) or _quotes(left.clues, right.clues)[1]:
        return True
    return _figures(left.clues, right.clues)[1] and len(_names(left.clues, right.clues)) >= _NAMES


def _figures(left: Clues, right: Clues) -> tuple[tuple[str, ...], bool]:
    """Return the shared figures and whether they say enough: by what is news in one article, or by more than that."""
    shared = [(figure, right.figures[value]) for value, figure in left.figures.items() if value in right.figures]
    news = _weight(one for one, other in shared if min(one.place, other.place) <= NEWS)
    enough = news >= FULL or _weight(one for one, _ in shared) >= FULL + HALF
    return tuple(one.written for one, _ in shared), enough


def _weight(figures: Iterable[Figure]) -> float:
    weights = [figure.weight for figure in figures]
    return sum(weight for weight in weights if weight > SMALL) + (HALF if SMALL in weights else 0.0)


def _quotes(left: Clues, right: Clues) -> tuple[tuple[str, ...], bool]:
    shared = [(quote, right.quoted[words]) for words, quote in left.quoted.items() if words in right.quoted]
    places = [sorted((one.place, other.place)) for one, other in shared]
    news = any(first <= QUOTED_NEWS and second <= QUOTED_WITHIN for first, second in places)
    return tuple(dict.fromkeys(quote.written for quote, _ in shared)), news


def _names(left: Clues, right: Clues) -> tuple[str, ...]:
    """Return the shared names, each person or place once: "Brandauer" is "Ilse Brandauer"."""
    shared = left.capitals & right.capitals & (left.certain | right.certain)
    told: list[str] = []
    used: set[str] = set()
    found = [name.words for name in left.names if not shared.isdisjoint(name.words)]
    for words in sorted(found, key=lambda words: -len(shared & words.keys())):
        if used.isdisjoint(words):
            told.append(_POSSESSIVE.sub("", " ".join(word for key, word in words.items() if key in shared)))
            used |= words.keys()
    return tuple(told)


def _references(left: Facts, right: Facts) -> tuple[str, ...]:
    """Return the official references and long numbers that stand at the start of one article and in the other."""
    return tuple(dict.fromkeys((*_known(left.papers, right), *_known(right.papers, left))))


def _known(papers: Identifiers, other: Facts) -> Iterator[str]:
    # Most articles start without any, and need not be searched.
    for series in sorted(papers):
        for number in sorted(papers[series] & other.mentioned_papers.get(series, frozenset())):
            yield f"{series} {number}".strip()
