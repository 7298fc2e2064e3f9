"""What tells one event from another that reads alike: identifiers, figures, names and outcome words of an article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from monitor.records import Document
from monitor.stories.clues import Clues
from monitor.stories.lexicon import (
    ANY_PHRASE,
    CARDINALS,
    COMPOUND_NUMBER,
    IDENTIFIER_NOUNS,
    LAWS,
    MAGNITUDES,
    MONTHS,
    NEGATED,
    ORDINALS,
    OUTCOMES,
    PHRASES,
    REVISIONS,
    ROLES,
    ROMAN,
    TERMS,
    WEEKDAYS,
)
from monitor.stories.terms import BODY_CHARACTERS, STOP_WORDS, TITLE_CHARACTERS, stem

LEAD_CHARACTERS: Final = 400
_YEARS: Final = range(1990, 2100)
_CODE_DIGITS: Final = 5
_RUN: Final = 6
_PLAIN: Final = 5
"""Letters of a word that a title in Title Case would not leave without a capital."""

_NO_PAPERS: Final = LAWS | {"year", "day", "month", "weekday"}
_UNION_LAW: Final = frozenset({"eu", "ec", "eec"})
_ORDINAL_ENDINGS: Final = ("st", "nd", "rd", "th")

_POSSESSIVE = re.compile(r"['\u2019]s\b")
_TOKEN = re.compile(
    r"[^\W\d_]{1,6}-?\d+(?![^\W_])"  # Q3, EIP-1559
    r"|\d+(?:[.,:/-]\d+)*(?:st|nd|rd|th|bn|tn|m|k)?(?![^\W_])"  # 58, 3.5, 24-1180, 2nd, 40m
    r"|[^\W\d_]+"
)
_NUMBER = re.compile(r"(\d[\d.,]*)(st|nd|rd|th|bn|tn|m|k)?")
_LETTERED = re.compile(r"([^\W\d_]+)-?(\d+)")
_REFERENCE = re.compile(r"\b([A-Z]{1,6})[/-](\d{2,4}[/-]\d{1,5})\b")  # CP/2023/14, COM-2023-168
_MONTH_ALONE = re.compile(
    rf"\b(?:in|for|of|since|until|by|from|last|this) ({'|'.join(sorted(MONTHS))})\b(?! \d)", re.IGNORECASE
)
_INSIDE_A_SENTENCE = re.compile(r"(?<=[^\s.!?:\"\u201c\u201d] )[^\W\d_]{2,}")

Identifiers = Mapping[str, frozenset[str]]
"""What kind of thing is numbered (`note`, `phase`, `year`, `code`) → the numbers it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What a title says: its words as stems in order, without stop words and numbers; its numbers; its outcome.

    `particles` are its stop words. `capitals` are the words that the title writes with a capital, which in many titles
    is every word. `revised` says that its figures are those of the moment.
    """

    words: tuple[str, ...]
    capitals: frozenset[str]
    identifiers: Identifiers
    amounts: frozenset[float]
    outcomes: frozenset[str]
    particles: frozenset[str]
    negated: bool
    revised: bool


class Facts:
    """The facts of an article, read when asked for: most pairs are settled by their headlines alone."""

    def __init__(self, document: Document) -> None:
        """Keep the source, the title and the start of the text; nothing else of the article is read."""
        self.source = document.source
        self.title = document.title[:TITLE_CHARACTERS]
        self._title_tokens: list[str] = _TOKEN.findall(_simplified(self.title))
        self.text = document.text[:BODY_CHARACTERS]

    @cached_property
    def headline(self) -> Headline:
        """What the title says."""
        numbered, amounts = _numbers(self._title_tokens)
        identifiers = {**numbered, **_moments(self.title, self._title_tokens)}
        words = [word.lower() for word in self._title_tokens if _is_word(word)]
        stems = [stem(word) for word in words]
        return Headline(
            words=tuple(stem(word) for word in words if word not in STOP_WORDS and word not in NEGATED),
            capitals=frozenset(stem(word.lower()) for word in self._title_tokens if word[0].isupper()),
            identifiers=identifiers,
            amounts=frozenset(amounts),
            outcomes=frozenset(stems) & OUTCOMES,
            particles=STOP_WORDS.intersection(words),
            negated=not NEGATED.isdisjoint(words),
            revised=not REVISIONS.isdisjoint(words),
        )

    @cached_property
    def identifiers(self) -> Identifiers:
        """The identifiers in the text."""
        return self._numbers[0]

    @cached_property
    def lead(self) -> Identifiers:
        """The identifiers at the start of the text."""
        return _numbers(_TOKEN.findall(self.text[:LEAD_CHARACTERS]))[0]

    @cached_property
    def references(self) -> Identifiers:
        """The official references in the title and at the start of the text, by series: `CP` → `2023/14`."""
        return _references(f"{self.title} {self.text[:LEAD_CHARACTERS]}")

    @cached_property
    def mentioned_references(self) -> Identifiers:
        """The official references anywhere in title and text."""
        return _references(f"{self.title} {self.text}")

    @cached_property
    def papers(self) -> Identifiers:
        """The official references and long numbers (under no series) in the title and at the start of the text."""
        return _papers(self.references, self.headline.identifiers, self.lead)

    @cached_property
    def mentioned_papers(self) -> Identifiers:
        """The same, anywhere in title and text."""
        return _papers(self.mentioned_references, self.headline.identifiers, self.identifiers)

    @cached_property
    def figures(self) -> frozenset[float]:
        """All amounts, of title and text."""
        return self.headline.amounts | frozenset(self._numbers[1])

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """All stems, of title and text."""
        return frozenset(stem(word.lower()) for word in {*self._title_tokens, *self._tokens})

    @cached_property
    def names(self) -> frozenset[str]:
        """Those of the title's stems that are names."""
        return _names(self._title_tokens, self.text, self._tokens)

    @cached_property
    def clues(self) -> Clues:
        """The quotations, figures and names of title and text."""
        return Clues(f"{self.title}\n{self.text}")

    @cached_property
    def row(self) -> tuple[str, ...]:
        """The stems of the text in order."""
        return tuple(stem(word.lower()) for word in self._tokens)

    @cached_property
    def told(self) -> frozenset[str]:
        """The stems of the text."""
        return frozenset(self.row)

    @cached_property
    def runs(self) -> frozenset[int]:
        """Hashes of every six words of the text in a row; equal within one process only."""
        last = len(self._tokens) - _RUN
        return frozenset(hash(tuple(self._tokens[at : at + _RUN])) for at in range(last + 1))

    @cached_property
    def _numbers(self) -> tuple[Identifiers, list[float]]:
        return _numbers(self._tokens)

    @cached_property
    def _tokens(self) -> list[str]:
        return _TOKEN.findall(self.text)


def _references(text: str) -> Identifiers:
    found: dict[str, set[str]] = {}
    for series, number in _REFERENCE.findall(text):
        found.setdefault(series, set()).add(number.replace("-", "/"))
    return {series: frozenset(numbers) for series, numbers in found.items()}


def _papers(references: Identifiers, *numbered: Identifiers) -> Identifiers:
    """Return references, and under no series every number with a stroke that is long enough to be nobody else's."""
    codes = {
        number
        for identifiers in numbered
        for kind, numbers in identifiers.items()
        if kind not in _NO_PAPERS
        for number in numbers
        if sum(letter.isdecimal() for letter in number) >= _CODE_DIGITS and not number.isdecimal()
    }
    codes = codes.difference(*references.values())
    return {**references, "": frozenset(codes)} if codes else references


def _simplified(text: str) -> str:
    """Return a title without possessives, its phrases for an outcome as single verbs."""
    text = COMPOUND_NUMBER.sub(_in_digits, _POSSESSIVE.sub("", text))
    if ANY_PHRASE.search(text):
        for pattern, verb in PHRASES:
            text = pattern.sub(verb, text)
    return text


def _in_digits(match: re.Match[str]) -> str:
    return str(CARDINALS[match[1].lower()] + CARDINALS[match[2].lower()])


def _is_word(token: str) -> bool:
    lowered = token.lower()
    known = lowered in CARDINALS or lowered in ORDINALS or lowered in MAGNITUDES
    return len(token) > 1 and token[-1].isalpha() and not token[0].isdecimal() and not known


def _names(title: list[str], text: str, tokens: list[str]) -> frozenset[str]:
    """Return the stems of the title's words that are names.

    A word is a name when the text writes it with a capital inside a sentence, or twice, and never without. A title
    in sentence case says so by itself for all but its first word.
    """
    words = [word for word in title if _is_word(word) and word.lower() not in STOP_WORDS]
    seen = Counter(tokens)
    inside = {word for word in _INSIDE_A_SENTENCE.findall(text) if word[0].isupper()}
    capitals = sum(word[0].isupper() for word in words[1:])
    plain = any(len(word) >= _PLAIN and word.islower() for word in words)
    sentence_case = plain or 2 * capitals < len(words) - 1
    names = set()
    for place, word in enumerate(words):
        if not word[0].isupper() or seen[word.lower()] or stem(word.lower()) in ROLES:
            continue
        by_text = word in inside or seen[word] > 1
        by_title = sentence_case and place > 0
        if by_text or by_title:
            names.add(stem(word.lower()))
    return frozenset(names)


def _moments(title: str, tokens: Iterable[str]) -> Identifiers:
    """Return the months without a day, and the days of the week, that a title names."""
    months = frozenset(month[:3].lower() for month in _MONTH_ALONE.findall(title))
    weekdays = WEEKDAYS.intersection(token.lower() for token in tokens)
    return {kind: found for kind, found in (("month", months), ("weekday", weekdays)) if found}


def _numbers(tokens: list[str]) -> tuple[Identifiers, list[float]]:
    identifiers: dict[str, set[str]] = {}
    amounts: list[float] = []
    for written, (before, token, after) in zip(tokens, _neighbours(tokens), strict=True):
        if not _is_number(token):
            if before in IDENTIFIER_NOUNS and written.isupper() and (len(written) == 1 or token in ROMAN):
                value = str(ROMAN.get(token, token))
                identifiers.setdefault(IDENTIFIER_NOUNS[before], set()).add(value)
            continue
        kind = _kind(before, token, after)
        if kind:
            identifiers.setdefault(kind, set()).add(_identity(before, token, after, kind))
            continue
        amount = _amount(token, after)
        if amount is not None:
            amounts.append(amount)
    return {kind: frozenset(values) for kind, values in identifiers.items()}, amounts


def _is_number(token: str) -> bool:
    return token[-1].isdecimal() or token[0].isdecimal() or token in CARDINALS or token in ORDINALS


def _neighbours(tokens: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    row = ["", *(token.lower() for token in tokens), ""]
    return zip(row[:-2], row[1:-1], row[2:], strict=True)


def _kind(before: str, token: str, after: str) -> str:
    """Return what a number numbers, empty when it counts or measures (or is no number)."""
    dated = before in MONTHS or after in MONTHS
    if _is_ordinal(token):
        return "day" if dated else stem(after)
    if not token[0].isdecimal() and token not in CARDINALS:
        lettered = _LETTERED.fullmatch(token)
        return lettered[1] if lettered else ""
    if after in TERMS and token not in {"1", "one"} and not dated:
        return "term"
    return "" if after in MAGNITUDES else _numbered(before, token, dated=dated)


def _numbered(before: str, token: str, *, dated: bool) -> str:
    if before in _UNION_LAW and "/" in token:
        return "regulation"
    if before in IDENTIFIER_NOUNS:
        return IDENTIFIER_NOUNS[before]
    if token.isdecimal() and int(token[:5]) in _YEARS:
        return "year"
    if dated:
        return "day"
    digits = sum(letter.isdecimal() for letter in token)
    return "code" if digits >= _CODE_DIGITS and ("-" in token or "/" in token) else ""


def _is_ordinal(token: str) -> bool:
    return token in ORDINALS or (token[0].isdecimal() and token[-2:] in _ORDINAL_ENDINGS)


def _identity(before: str, token: str, after: str, kind: str) -> str:
    number = CARDINALS.get(token) or ORDINALS.get(token)
    lettered = _LETTERED.fullmatch(token)
    digits = lettered[2] if lettered else token.rstrip("stndrh")
    value = str(number) if number else digits.lstrip("0")
    if kind != "day":
        return value
    month = before if before in MONTHS else after
    return f"{month[:3]} {value}"


def _amount(token: str, after: str) -> float | None:
    if token in CARDINALS:
        return float(CARDINALS[token]) * MAGNITUDES.get(after, 1.0)
    found = _NUMBER.fullmatch(token)
    if not found:
        return None
    try:
        value = float(found[1].rstrip(".,").replace(",", ""))
    except ValueError:
        return None
    return value * MAGNITUDES.get(found[2] or after, 1.0)
