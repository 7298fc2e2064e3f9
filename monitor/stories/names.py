"""A sentence → the names in it, as written and as compared: runs of capitalised words.

Forms of address, roles, months and days around a name are left out, and so are words that name nobody by themselves.
Scripts without capitals have no names, nor has a sentence where nearly all words have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from monitor.stories.lexicon import MONTHS, ROLES, WEEKDAYS
from monitor.stories.terms import STOP_WORDS, stem
from monitor.stories.tokens import folded

_NAME_WORDS: Final = 6
_ACRONYM: Final = range(2, 7)
_MOSTLY_CAPITALS: Final = 0.8
_ADJECTIVE_LETTERS: Final = 6
_MOST_PIECES: Final = 120

_CONNECTORS: Final = frozenset("of de del della di da dos van von der den la le al bin".split())  # noqa: SIM905 - a list
_ADDRESSES: Final = frozenset(
    """
    mr mrs ms miss dr sir dame lord lady prof professor president vice prime senator sen representative rep
    governor mayor judge justice chancellor premier king queen prince princess chief chairman chairwoman chair
    captain general secretary former deputy director head attorney
    """.split()  # noqa: SIM905 - a list of words
)
BODIES: Final = frozenset(
    """
    authority commission ministry court council parliament agency board committee senate department tribunal
    bureau office institute university union association assembly
    """.split()  # noqa: SIM905 - a list of words
)
"""What names a body, which differs from another of the same country by this word."""

_NO_NAME: Final = frozenset(
    """
    bank group holding holdings capital exchange inc ltd llc plc corp corporation co sa ag gmbh fund trust
    partners financial national central federal state international high supreme appeal appeals district public
    north south east west ceo cfo cto ipo gdp tv ai it id usd eur gbp chf est gmt utc am pm q1 q2 q3 q4 i
    """.split()  # noqa: SIM905 - a list of words
)
_NO_ACTORS: Final = frozenset(
    "act law bill regulation directive street road avenue square day week".split()  # noqa: SIM905 - a list of words
)
_DAYS: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday christmas easter".split()  # noqa: SIM905 - a list of words
)
_COMMON: Final = _NO_NAME | _ADDRESSES | MONTHS | STOP_WORDS | BODIES | _DAYS
_CALENDAR: Final = MONTHS | WEEKDAYS
_ARTICLES: Final = frozenset(("a", "an", "the"))
_NOBODIES: Final = frozenset(
    """
    american mexican african german greek french dutch swiss thai iraqi israeli saudi pakistani czech arab afghan
    moroccan cuban democrat republican conservative liberal labour tory socialist yes women men people
    reuters afp ap upi dpa xinhua
    """.split()  # noqa: SIM905 - a list of words
)
"""Nationalities, parties, agencies that only pass a report on, and words that a site begins with a capital."""

_NATIONALITY = ("ian", "ean", "ish", "ese")
_QUOTES: Final = frozenset('"\u201c\u2018\u00ab(')
_MARKS: Final = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb()[],;:!?.*\u2026\u2014\u2013|"
_STOPS: Final = '"\u201d\u00bb)],;:!?.\u2026\u2014\u2013|'
_POSSESSIVES: Final = ("'s", "\u2019s")
_COMPOUND = re.compile(r"-[^\W\d_a-z]*[a-z]+$|[@/\\<>=]")
_INITIAL = re.compile(r"(?:Mr|Mrs|Ms|Dr|St|Sen|Rep|Gov|Prof)\.|(?:[^\W\d_a-z]\.){1,4}")


class Name(NamedTuple):
    """A run of capitalised words: as written, as compared, and whether it opens the sentence."""

    text: str
    words: tuple[str, ...]
    opens: bool


def names_in(sentence: str) -> Iterator[Name]:
    """Return the names in a sentence in order."""
    pieces = sentence.split()[:_MOST_PIECES]
    if _is_titled(pieces):
        return
    run: list[str] = []
    opens = opening = True
    for piece in pieces:
        marked = piece[0] in _QUOTES
        if run or marked or piece[0].isupper():
            word, named, closes = _read(piece)
            starts = opening or marked
            if run and (starts or not (named or word in _CONNECTORS)):
                yield from _named(tuple(run), opens=opens)
                run = []
            if named:
                opens = opens if run else starts
            if named or run:
                run.append(word)
            if run and closes:
                yield from _named(tuple(run), opens=opens)
                run = []
        opening = piece[-1] in ":\u2014\u2013"
    if run:
        yield from _named(tuple(run), opens=opens)


def _is_titled(pieces: Sequence[str]) -> bool:
    """Hold where capitals say nothing: for none at all, and for nearly all words of more than a name's number."""
    capitals = sum([piece[0].isupper() for piece in pieces])
    return not capitals or (capitals > _MOSTLY_CAPITALS * len(pieces) and len(pieces) > _NAME_WORDS)


@lru_cache(maxsize=2**12)
def is_common(word: str) -> bool:
    """Hold for a word that names nobody by itself, as `Bank`, `Regulator` or `March`."""
    return word in _COMMON or stem(word) in ROLES


@lru_cache(maxsize=2**13)
def _read(piece: str) -> tuple[str, bool, bool]:
    """Return a word without its marks, whether it may be of a name, and whether a name ends with it."""
    inner = piece.strip(_MARKS)
    bare = inner[:-2] if inner.endswith(_POSSESSIVES) else inner
    dotted = "." in piece and _INITIAL.match(piece.lstrip(_MARKS))
    closes = bare is not inner or (piece[-1] in _STOPS and not (dotted and piece[-1] == "."))
    bare += "." if dotted else ""
    return bare, bare[:1].isupper() and (bare.isalnum() or not _COMPOUND.search(bare)), closes


@lru_cache(maxsize=2**13)
def _named(run: tuple[str, ...], *, opens: bool) -> tuple[Name, ...]:
    """Return the name in a run: without forms of address, roles and days around it; nothing when none is left."""
    found = list(run)
    while found and (_is_address(found, opens=opens) or found[0] in _CONNECTORS):
        found.pop(0)
        opens = False
    while found and (found[-1] in _CONNECTORS or folded(found[-1]) in _CALENDAR):
        found.pop()
    compared = tuple(folded(word.replace(".", "")) for word in found if word not in _CONNECTORS)
    if not 0 < len(found) <= _NAME_WORDS or compared[-1] in _NO_ACTORS or not all(compared):
        return ()
    nobody = len(compared) == 1 and _names_nobody(found[0], compared[0])
    return () if nobody else (Name(" ".join(found), compared, opens),)


def _is_address(found: Sequence[str], *, opens: bool) -> bool:
    """Hold when a run begins with a word that is no part of the name; `New` is, though grammar elsewhere."""
    word = folded(found[0].rstrip("."))
    if found[0].isupper() and len(found[0]) in _ACRONYM:
        return False
    if word in _ADDRESSES or word in MONTHS or word in _DAYS or word in _ARTICLES:
        return True
    if word in STOP_WORDS:
        return opens and word != "new"
    followed = len(found) > 1 and found[1][0].isupper()
    return followed and stem(word) in ROLES and word not in BODIES


def _names_nobody(written: str, word: str) -> bool:
    if is_common(word) or len(word) == 1:
        return not (written.isupper() and word in STOP_WORDS and len(word) in _ACRONYM)
    one = word.removesuffix("s")
    if one in _NOBODIES or word in _NOBODIES:
        return True
    return one.endswith(_NATIONALITY) and len(one) >= _ADJECTIVE_LETTERS
