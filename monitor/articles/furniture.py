"""The articles of one site → which of their paragraphs are the site's furniture: sidebars, appeals, notices, menus.

Furniture stands on pages about different matters. A paragraph that several copies of one article share is no furniture,
nor is a sentence of a ruling that several articles about the ruling quote: so what counts is how many articles with
little else in common hold it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from monitor.records import Document

FEWEST: Final = 3
"""Articles on different matters that must hold a paragraph before it is furniture."""

PART: Final = 0.3
MANY: Final = 5
"""They must be this part of the site's articles at hand, or this many."""

RELATED: Final = 0.25
"""Part of the longer words of two articles that they share when they are about one matter.

On the development stories two articles of one outlet share .15 (median) when they are about different events and .34
when they are about the same one.
"""

_FEWEST_WORDS: Final = 8
_LONG: Final = 10
_ALMOST: Final = 0.8
_LINE_WORDS: Final = 18
_LINES: Final = 12
_RARE_LETTERS: Final = 4
_NEAR: Final = 20
_EITHER_END: Final = 200
_COUNT_DIGITS: Final = 3
_COUNTED: Final = "0"
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_MOMENT = re.compile(
    r"(?=\d)(?:\b\d{4}-\d{1,2}-\d{1,2}(?:t[\d:.]+z?)?|\b\d{1,2}([./-])\d{1,2}\1\d{2,4}\b|\b\d{1,2}[:h]\d{2}(?::\d{2})?\b"
    r"|\d{4}年|\d{1,2}[月日時时分])"
)
_FIGURE = re.compile(
    r"(?P<sign>[$£€¥₹₩₽₺฿]\s?|\b(?:eur|usd|gbp|chf|jpy|cny|inr|rs\.?)\s?)?"
    r"(?P<number>\d+(?:[.,'’\u00a0\u202f ]\d{3}(?!\d))*(?:[.,]\d+)?)"
    r"(?P<unit>[\s-]?(?:[%$£€¥₹₩₽₺฿千万萬億亿兆元円원만억]"
    r"|(?:per\s?cent|thousand|million|billion|trillion|[kmbt]n?|lakhs?|crores?|euros?|pounds?|dollars?|francs?|yen|yuan"
    r"|rupees?|won|eur|usd|gbp|chf|jpy|cny|inr)\b))?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAME = re.compile(r"(?:(?<=[^\W_] )|(?<=, ))[^\W\d_]+")
_DATED = frozenset(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun today
    yesterday am pm
    """.split()  # noqa: SIM905 - a list of words
)
_SENTENCE_ENDS: Final = (".", "!", "”", '"', "…", "’", "»", "。")

Key = tuple[str, ...]
_Place = tuple[bool, Key]


def furniture(new: Sequence[Document], recent: Sequence[Document]) -> dict[str, tuple[int, ...]]:
    """Return the numbers of the paragraphs that are furniture, for those of the new articles that have any.

    All articles are of one site; `recent` are those read before. Paragraphs are parted by blank lines and counted from
    0. An article of which nothing would be left keeps everything. The order of either list does not matter.
    """
    known = {one.id: _Page(one) for one in (*recent, *new)}
    pages = [known[name] for name in sorted(known)]
    site = _Site(pages)
    found = {name: site.furniture(known[name]) for name in sorted({one.id for one in new})}
    return {name: numbers for name, numbers in found.items() if numbers}


class _Page:
    """One article: its paragraphs as they are compared, and what it is about."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.parts = document.text.split("\n\n")
        self.keys = [_key(part) for part in self.parts]

    def longer(self) -> dict[Key, str]:
        """Return the longer paragraphs of either end by their keys; few sites have more furniture than that."""
        long = [at for at, key in enumerate(self.keys) if len(key) >= _LONG]
        ends = long if len(long) <= 2 * _EITHER_END else [*long[:_EITHER_END], *long[-_EITHER_END:]]
        return {self.keys[at]: self.parts[at] for at in ends}

    @cached_property
    def title(self) -> Key:
        return _key(self.document.title)

    @cached_property
    def short(self) -> list[bool]:
        """Which paragraphs read like a line of a list and not like a sentence."""
        return [len(part.split()) <= _LINE_WORDS and not part.rstrip().endswith(_SENTENCE_ENDS) for part in self.parts]


@dataclass(frozen=True, slots=True)
class _Matter:
    """What is left of an article without the paragraphs that stand elsewhere too: its title and its rarer words."""

    title: Key
    words: frozenset[str]

    def differs(self, other: _Matter) -> bool:
        if self.title == other.title:
            return False
        fewer = min(len(self.words), len(other.words))
        return fewer >= _FEWEST_WORDS and len(self.words & other.words) < RELATED * fewer


class _Site:
    """The evidence of all articles of a site."""

    def __init__(self, pages: list[_Page]) -> None:
        self._pages = pages
        self._same = _same(pages)
        self._holders = self._who_holds()
        self._matters = [self._matter(page) for page in pages]
        self._needed = min(MANY, max(FEWEST, -int(-PART * len(pages) // 1)))
        self._proved: dict[tuple[int, ...], bool] = {}
        self._furniture = {key for key, holders in self._holders.items() if key and self._is_furniture(holders)}
        self._blocks = self._frames()

    def furniture(self, page: _Page) -> tuple[int, ...]:
        places = [at for at, key in enumerate(page.keys) if self._same.get(key, key) in self._furniture]
        lines = {
            line
            for before, after in _frames(page, places)
            if (self._name(page, before), self._name(page, after)) in self._blocks
            for line in range(before + 1, after)
        }
        numbers = sorted({*places, *lines})
        left = [at for at, key in enumerate(page.keys) if key and at not in {*numbers}]
        return tuple(numbers) if left else ()

    def _name(self, page: _Page, place: int) -> Key:
        return self._same.get(page.keys[place], page.keys[place])

    def _who_holds(self) -> dict[Key, list[int]]:
        holders: dict[Key, list[int]] = {}
        for number, page in enumerate(self._pages):
            for key in dict.fromkeys(self._same.get(key, key) for key in page.keys):
                holders.setdefault(key, []).append(number)
        return holders

    def _matter(self, page: _Page) -> _Matter:
        own = [key for key in page.keys if len(self._holders[self._same.get(key, key)]) < FEWEST]
        rare = {word for key in (page.title, *own) for word in key if len(word) > _RARE_LETTERS}
        return _Matter(page.title, frozenset(rare))

    def _is_furniture(self, holders: Sequence[int]) -> bool:
        if len(holders) < self._needed:
            return False
        pages = tuple(holders)
        if pages not in self._proved:
            self._proved[pages] = self._is_proved(pages)
        return self._proved[pages]

    def _is_proved(self, holders: Sequence[int]) -> bool:
        """Hold when enough of these articles are about matters that differ from one another."""
        apart: list[_Matter] = []
        for number in holders:
            matter = self._matters[number]
            if len(matter.words) >= _FEWEST_WORDS and all(matter.differs(other) for other in apart):
                apart.append(matter)
            if len(apart) >= self._needed:
                return True
        return False

    def _frames(self) -> set[tuple[Key, Key]]:
        """Return the pairs of furniture between which, again and again, nothing but a few lines stands."""
        seen: dict[tuple[Key, Key], set[Key]] = {}
        for page in self._pages:
            places = [at for at in range(len(page.keys)) if self._name(page, at) in self._furniture]
            for before, after in _frames(page, places):
                seen.setdefault((self._name(page, before), self._name(page, after)), set()).add(page.title)
        return {pair for pair, titles in seen.items() if len(titles) >= FEWEST}


def _frames(page: _Page, places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Return neighbouring pieces of furniture with only a few lines between them."""
    for before, after in pairwise(places):
        if 1 < after - before <= _LINES + 1 and all(page.short[before + 1 : after]):
            yield before, after


def _key(text: str) -> Key:
    """Return a paragraph as it is compared: no case, no spacing, no dates, no times, no small counts.

    An amount is kept, and so are the dates beside it: together they are a fact of the article's own.
    """
    text = text.lower()
    if not _DIGIT.search(text):
        return tuple(word for word in _WORD.findall(text) if word not in _DATED)
    undated = _MOMENT.sub(f" {_COUNTED} ", text)
    if any(_is_amount(match) for match in _FIGURE.finditer(undated)):
        return tuple(_WORD.findall(text))
    words = (_COUNTED if word[0].isdecimal() else word for word in _WORD.findall(undated))
    return tuple(word for word in words if word not in _DATED)


def _is_amount(match: re.Match[str]) -> bool:
    """Hold for a figure with a currency or a unit, and for one too large or too exact to be a count or a year."""
    number = match["number"]
    if match["sign"] or match["unit"] or not number.isdecimal():
        return True
    return len(number) > _COUNT_DIGITS and not _YEAR.fullmatch(number)


def _same(pages: Sequence[_Page]) -> Mapping[Key, Key]:
    """Return for each longer paragraph the one that stands for it and all those almost equal to it.

    Almost equal are paragraphs that begin or end alike, give the same figures and share most of their words, the names
    among them included. Only beginnings and ends that several articles share are looked at, and not those of many
    paragraphs that are not almost equal, so that the time follows the number of paragraphs, whatever they say.
    """
    texts: dict[Key, str] = {}
    holders: dict[_Place, set[int]] = {}
    for number, page in enumerate(pages):
        for key, text in page.longer().items():
            texts.setdefault(key, text)
            for place in _places(key):
                holders.setdefault(place, set()).add(number)
    named: dict[Key, Key] = {}
    near: dict[_Place, list[_Wording]] = {place: [] for place, numbers in holders.items() if len(numbers) > 1}
    for key in sorted(texts):
        rows = [near[place] for place in _places(key) if place in near and len(near[place]) < _NEAR]
        ours = _Wording(key, texts[key])
        named[key] = next((other.key for row in rows for other in row if ours.is_almost(other)), key)
        for row in rows:
            if named[key] == key:
                row.append(ours)
    return named


def _places(key: Key) -> tuple[_Place, ...]:
    """Return how a paragraph begins and ends: a few words, and half of it."""
    middle, size = len(key) // 2, _LONG // 2
    places = ((False, key[:size]), (True, key[-size:]), (False, key[:middle]), (True, key[middle:]))
    return tuple(dict.fromkeys(places))


class _Wording:
    """A paragraph as it is compared with those almost equal to it."""

    def __init__(self, key: Key, text: str) -> None:
        self.key = key
        self.words = frozenset(key)
        self.figures = [word for word in key if word[0].isdecimal() and word != _COUNTED]
        self._text = text

    @cached_property
    def names(self) -> frozenset[str]:
        """The words with a capital inside a sentence."""
        return frozenset(word.lower() for word in _NAME.findall(self._text) if word[0].isupper())

    def is_almost(self, other: _Wording) -> bool:
        fewer, more = sorted((len(self.words), len(other.words)))
        if fewer < _ALMOST * more or self.figures != other.figures:
            return False
        if len(self.words & other.words) < _ALMOST * len(self.words | other.words):
            return False
        return (self.words ^ other.words).isdisjoint(self.names | other.names)
