"""An article's text → what another report of the same event would hold too: quotations, figures and names.

Figures are read with their size, so that "48m" and "48 million" are one. A name is a row of words with capitals; a
single word at the start of a sentence is one only where the text shows so elsewhere. Where each clue stands first is
kept, because what an article repeats from earlier days stands further down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import chain
from typing import Final, NamedTuple

from monitor.stories.lexicon import COMMON_NAMES, MAGNITUDES, MONTHS, ROLES
from monitor.stories.terms import STOP_WORDS, stem

QUOTED_WORDS: Final = 8
"""Words in a row within a quotation that no two people say by chance."""

FULL: Final = 1.0
HALF: Final = 0.5
SMALL: Final = 0.25
"""A count of two digits: one is half a figure, many are no more."""


_YEARS: Final = range(1900, 2100)
_COUNTABLE: Final = 10
_TWO_DIGITS: Final = 100
_TELLING_DIGITS: Final = 3

_QUOTATIONS = (
    ("\u201c\u201e", re.compile(r"[\u201c\u201e]([^\u201c\u201d\u201e\"\n]{20,1000})")),
    ("\u00ab", re.compile(r"\u00ab([^\u00ab\u00bb\n]{20,1000})")),
    ("\u2018", re.compile(r"\u2018((?:[^\u2018\u2019\n]|\u2019(?=\w)){20,1000})")),
)
"""Marks that open a quotation, and what they open."""

_SHORTEST: Final = 20
_LONGEST: Final = 1_000
_WORD = re.compile(r"[^\W_]+")
_CAPITAL = r"[^\W\d_a-z][\w&'\u2019-]*"
_NAME = re.compile(rf"{_CAPITAL}(?: {_CAPITAL}){{0,5}}")
_BETWEEN = frozenset(' \n\t"(\u201c\u201d\u2018\u2014\u2013/')
_OPENING = frozenset('.!?:;"\u201c\u201d\u2018\n\u2022')
_MONTH = "(?:" + "|".join(sorted((month.capitalize() for month in MONTHS), key=len, reverse=True)) + ")"
_SCALE = "|".join(sorted((*MAGNITUDES, "percent", "per cent"), key=len, reverse=True))
_DIGITS = re.compile(r"\d[\d.,\u2013-]*")
_FIGURE = re.compile(
    r"(?P<votes>\d{2,3}[-\u2013]\d{2,3})(?![\w-])"
    r"|(?P<number>\d{1,3}(?:,\d{3}){1,4}|\d{1,12})(?P<part>\.\d{1,4})?(?P<rank>st|nd|rd|th)?(?![\d/])"
    rf"(?:(?: of)? (?P<month>{_MONTH})\b|(?P<percent> ?%)|[ -]?(?P<scale>{_SCALE})\b|(?!\w|[.,]\d))"
)
_MONTH_BEFORE = re.compile(rf"\b({_MONTH})\.? $")
_NO_START = re.compile(r"[\w/.,\u2013-]")
_BEFORE: Final = 12


class Quotation(NamedTuple):
    """A quotation as the article writes it, and where it stands."""

    written: str
    place: int


class Figure(NamedTuple):
    """A figure as the article writes it, where it stands first, and how much it says when another article has it."""

    written: str
    place: int
    weight: float


class Name(NamedTuple):
    """A name: its words as they are compared, each with how the article writes it."""

    words: Mapping[str, str]


class Clues:
    """What an article holds that another report of the same event would hold too; each kind is read when asked for."""

    def __init__(self, text: str) -> None:
        """Keep the text; the caller bounds its length."""
        self._text = text

    @cached_property
    def quoted(self) -> Mapping[str, Quotation]:
        """The quotations by every eight words in a row."""
        found: dict[str, Quotation] = {}
        for words, quotation in _quotations(self._text):
            found.setdefault(words, quotation)
        return found

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """The figures by value."""
        found: dict[str, Figure] = {}
        for value, figure in _figures(self._text):
            found.setdefault(value, figure)
        return found

    @property
    def names(self) -> tuple[Name, ...]:
        """The names, in the order of their first places."""
        return self._names[0]

    @property
    def capitals(self) -> frozenset[str]:
        """All words that may be parts of names."""
        return self._names[1]

    @property
    def certain(self) -> frozenset[str]:
        """The words that are parts of names."""
        return self._names[2]

    @cached_property
    def _names(self) -> tuple[tuple[Name, ...], frozenset[str], frozenset[str]]:
        return _names(self._text)


def _quotations(text: str) -> Iterator[tuple[str, Quotation]]:
    present = (pattern for marks, pattern in _QUOTATIONS if any(mark in text for mark in marks))
    curled = ((match[1], match.start()) for pattern in present for match in pattern.finditer(text))
    for written, place in chain(curled, _straight(text)):
        quotation = Quotation(written.strip(), place)
        words = _WORD.findall(quotation.written.lower())
        for at in range(len(words) - QUOTED_WORDS + 1):
            yield " ".join(words[at : at + QUOTED_WORDS]), quotation


def _straight(text: str) -> Iterator[tuple[str, int]]:
    """Find what stands between straight marks, which look alike on both sides: every other piece of a paragraph."""
    place = 0
    for paragraph in text.split("\n") if '"' in text else ():
        at = place
        pieces = paragraph.split('"')
        for number, piece in enumerate(pieces):
            # With an odd number of marks, nobody can tell what is quoted.
            if number % 2 and len(pieces) % 2 and _SHORTEST <= len(piece) <= _LONGEST:
                yield piece, at - 1
            at += len(piece) + 1
        place += len(paragraph) + 1


def _figures(text: str) -> Iterator[tuple[str, Figure]]:
    for digits in _DIGITS.finditer(text):
        start = digits.start()
        match = _FIGURE.match(text, start)
        if not match or (start and _NO_START.match(text, start - 1)):
            continue
        before = _MONTH_BEFORE.search(text[max(0, start - _BEFORE) : start])
        value, weight = (_day(before[1], match), HALF) if before else _worth(match)
        if weight:
            yield value, Figure((before.group() if before else "") + match.group(), start, weight)


def _worth(match: re.Match[str]) -> tuple[str, float]:
    """Return a figure's value and how much it says: a day half, a round number less than one of many digits."""
    if match["month"]:
        return _day(match["month"], match), HALF
    if match["votes"]:
        return match["votes"].replace("\u2013", "-"), HALF
    scale = (match["scale"] or "").lower()
    value = float(match["number"].replace(",", "") + (match["part"] or "")) * MAGNITUDES.get(scale, 1.0)
    if match["percent"] or scale.startswith("per"):
        return f"{value:g}%", FULL if match["part"] else 0.0
    if value < _COUNTABLE or match["rank"] or (value in _YEARS and match.group().isdecimal()):
        return "", 0.0
    return f"{value:.15g}", _counted(value, scaled=bool(scale))


def _counted(value: float, *, scaled: bool) -> float:
    digits = len(f"{value:.15g}".replace(".", "").strip("0"))
    if digits >= _TELLING_DIGITS:
        return FULL
    if value < _TWO_DIGITS:
        return SMALL
    return HALF if digits > 1 or scaled else 0.0


def _day(month: str, match: re.Match[str]) -> str:
    return f"{month[:3].lower()} {match['number']}"


def _names(text: str) -> tuple[tuple[Name, ...], frozenset[str], frozenset[str]]:
    """Return the names, the words that may be parts of names, and those that are."""
    written = frozenset(text.split())
    capitals: set[str] = set()
    certain: set[str] = set()
    rows: dict[tuple[str, ...], list[str]] = {}
    settled: set[str] = set()
    for match in _NAME.finditer(text):
        row, start = match.group(), match.start()
        if row in settled or (start and text[start - 1] not in _BETWEEN):
            continue
        opens = _opens(text, start)
        if not opens:
            settled.add(row)
        words = row.split(" ")
        keys = [_key(word) for word in words]
        parts = [at for at, key in enumerate(keys) if key and key not in written]
        if not parts:
            continue
        found = tuple(keys[at] for at in parts)
        capitals.update(found)
        certain.update(keys[at] for at in parts if at or not opens)
        if found not in rows:
            rows[found] = [words[at] for at in parts]
    names = tuple(Name(dict(zip(keys, words, strict=True))) for keys, words in rows.items())
    return names, frozenset(capitals), frozenset(certain)


def _opens(text: str, start: int) -> bool:
    """Hold for a place at the start of a sentence."""
    before = start - 2 if start and text[start - 1] == " " else start - 1
    return before < 0 or text[before] in _OPENING


@lru_cache(maxsize=2**14)
def _key(word: str) -> str:
    """Return a word of a name as it is compared; empty for one that says nothing."""
    key = word.lower().replace("\u2019", "'").removesuffix("'s").strip("'-")
    if len(key) < 2 or key in STOP_WORDS or key in COMMON_NAMES or key in MONTHS or stem(key) in ROLES:  # noqa: PLR2004 - a letter
        return ""
    return key
