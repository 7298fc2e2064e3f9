"""Text → tokens that can be compared one by one: dates by their day, numbers by their value, words without accents.

"22 November 2026", "Nov. 22, 2026" and "2026-11-22" are one token each, and equal.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from monitor.records import Document
from monitor.stories.lexicon import CARDINALS, MAGNITUDES, MONTHS, ORDINALS
from monitor.stories.shingles import IDEOGRAPHS, INDIC_MARKS, TEXT_CHARACTERS

WORD: Final = 0
NUMBER: Final = 1
DATE: Final = 2

Day = tuple[int, int, int]
"""Year, month and day; 0 for a part that is not said."""

_MONTH_ROW = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - read like a calendar
_MONTHS = {name[:3]: at for at, name in enumerate(_MONTH_ROW, 1)}
_MONTH = "(?:" + "|".join(sorted({name.capitalize() for name in MONTHS}, key=len, reverse=True)) + r")\b\.?"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Today|today|Yesterday|yesterday|Tomorrow|tomorrow"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_CENTURY: Final = 2_000
_SHORT_YEAR: Final = 100
_DAYS: Final = 31
_LIST_CHARACTERS: Final = 120
_SENTENCE_END = frozenset('.!?:;"\u201c\u201d\u00ab\u00bb\u2022|-\u2013\u2014')
_VALUE = re.compile(r"(\d[\d,]*(?:\.\d+)?)(bn|tn|m|k)?")
_NAMED_ON = re.compile(r" [^\W\d_a-z][^\W\d_]")
IDEOGRAPH: Final = re.compile(f"[{IDEOGRAPHS}]")
_INDIC = re.compile("[\u0900-\u0dff]")
_EASTERN_DATE = re.compile(r"(?:(\d{4})\s?年\s?)?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号號]")
_MAGNITUDE = re.compile(rf"[\s-]+({'|'.join(MAGNITUDES)})\b", re.IGNORECASE)
_DATELINE = re.compile(
    r"\s*(?:[A-Z][\w.'-]*[ ,/]+){1,6}(?:[A-Z][a-z]{2,8}\.? \d{1,2},? ?(?:\d{4})? ?)?"
    r"(?:\([^()]{2,30}\)\s*)?[\u2013\u2014-]+\s"
)


def _tokens_of(letter: str) -> re.Pattern[str]:
    """Return the pattern of a token, given that of a letter."""
    return re.compile(
        # The look-aheads only save time: most words begin no date.
        rf"(?=[\dtADFJMNOS])(?:(?P<written>\b(?:the\s+)?(?P<d1>{_DAY})(?:\s+of)?\s+(?P<m1>{_MONTH})(?:,?\s+(?P<y1>\d{{4}}))?(?!\w)"
        rf"|\b(?P<m2>{_MONTH})\s+(?P<d2>{_DAY})(?!\w|[.,]\d)(?:,?\s+(?P<y2>\d{{4}}))?(?!\w)"
        rf"|\b(?P<m3>{_MONTH})(?:\s+(?P<y3>\d{{4}}))?(?!\w)))"
        r"|(?=\d)(?:(?P<iso>\b\d{4}-\d{2}-\d{2}(?![\d-]))"
        r"|(?P<figures>\b\d{1,2}(?P<sep>[./])\d{1,2}(?P=sep)(?:\d{4}|\d{2})(?![\d./-]*\d)))"
        rf"|(?=[MTWFSYty])(?P<weekday>\b(?:{_WEEKDAY})\b)"
        rf"|(?P<word>{letter}+(?:['\u2019]{letter}+){{0,3}})(?![^\W_])"
        r"|(?P<number>[^\W\d_]{0,6}\d[^\W_]*(?:[.,:/-][^\W_]*\d[^\W_]*)*)"
        rf"|(?P<rest>{letter}+)"
    )


_TOKEN = _tokens_of(r"[^\W\d_]")
_MARKED_TOKEN = _tokens_of(rf"(?:[^\W\d_]|[{INDIC_MARKS}])")


class Token(NamedTuple):
    """One word, number or date as it is compared (`key`) and what it is.

    `paragraph` counts from 0; `opens` says that it opens a sentence, where a lone capital means nothing; `listed` that
    it stands in one of the short paragraphs that follow a colon. `days` are the days that a date may mean; none for
    "Sunday". `worth` is the value of a number, multiplied out; a letter as in "Subpart C" is a number without.
    """

    key: str
    kind: int
    paragraph: int
    capital: bool = False
    opens: bool = False
    listed: bool = False
    days: tuple[Day, ...] = ()
    worth: float | None = None


class Reading:
    """An article's tokens and what is known of its words; read when asked for, since few pairs need it."""

    def __init__(self, document: Document) -> None:
        """Keep the article."""
        self.document = document

    @cached_property
    def title(self) -> list[Token]:
        """The title's tokens."""
        return _tokens(self.document.title)

    @cached_property
    def tokens(self) -> list[Token]:
        """The text's tokens, a dateline not counted."""
        return _tokens(self.document.text[:TEXT_CHARACTERS])

    @cached_property
    def keys(self) -> list[str]:
        """The tokens as they are compared."""
        return [token.key for token in self.tokens]

    @cached_property
    def spelled(self) -> str:
        """The text's keys in a row, a space before each: where to look for a few of them."""
        return "".join(f" {key}" for key in self.keys)

    @cached_property
    def heading(self) -> str:
        """The title's keys in a row, a space before each."""
        return "".join(f" {token.key}" for token in self.title)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each key stands in the text."""
        return Counter(self.keys)

    @cached_property
    def known(self) -> frozenset[str]:
        """All keys, of title and text."""
        return frozenset(self.counts) | {token.key for token in self.title}

    @cached_property
    def days(self) -> frozenset[Day]:
        """All days that title and text may mean."""
        return frozenset(day for token in (*self.title, *self.tokens) for day in token.days)

    @cached_property
    def figures(self) -> frozenset[float]:
        """The values of all numbers of title and text, multiplied out."""
        return frozenset(token.worth for token in (*self.title, *self.tokens) if token.worth is not None)

    @cached_property
    def titled(self) -> frozenset[str]:
        """The words of the title that it writes with a capital."""
        return frozenset(token.key for token in self.title if token.capital)

    @cached_property
    def lower(self) -> frozenset[str]:
        """The words that are written without a capital somewhere."""
        return frozenset(token.key for token in self.tokens if token.kind == WORD and not token.capital)

    @cached_property
    def names(self) -> frozenset[str]:
        """The words that are written with a capital inside a sentence, and never without."""
        inside = {token.key for token in self.tokens if token.kind == WORD and token.capital and not token.opens}
        return frozenset(inside - self.lower)


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    announced = False
    text = _spaced(text)
    pattern = _MARKED_TOKEN if _INDIC.search(text) else _TOKEN
    for number, paragraph in enumerate(part for part in text.split("\n") if part.strip()):
        listed = announced and len(paragraph) <= _LIST_CHARACTERS
        announced = listed or paragraph.rstrip().endswith(":")
        dateline = _DATELINE.match(paragraph)
        since = last = dateline.end() if dateline else 0
        for match in pattern.finditer(paragraph, since):
            start, end = match.span()
            starts = start == since or (start != last + 1 and not _SENTENCE_END.isdisjoint(paragraph[last:start]))
            opens = starts and not _NAMED_ON.match(paragraph, end)
            found.append(_token(match, number, opens=opens, listed=listed))
            last = end
    return found


def _spaced(text: str) -> str:
    """Return the text with each ideograph as a word of its own, and dates among them as English writes them."""
    if text.isascii() or not IDEOGRAPH.search(text):
        return text
    return IDEOGRAPH.sub(r" \g<0> ", _EASTERN_DATE.sub(_as_english, text))


def _as_english(match: re.Match[str]) -> str:
    year, month, day = match[1] or "", int(match[2]), int(match[3])
    if not _possible(month, day):
        return match.group()
    return f" {day} {_MONTH_ROW[month - 1].capitalize()} {year} "


def _token(match: re.Match[str], paragraph: int, *, opens: bool, listed: bool) -> Token:
    kind = match.lastgroup
    text = match.group()
    if kind == "word" and text[0].islower() and text not in CARDINALS and text not in ORDINALS:
        return Token(folded(text), WORD, paragraph, False, opens, listed)  # noqa: FBT003 - the commonest case, in a hurry
    if kind == "number":
        return Token(text.lower(), NUMBER, paragraph, opens=opens, listed=listed, worth=_worth(match))
    if kind in {"word", "rest"}:
        key = folded(text)
        lettered = len(text) == 1 and text.isupper() and not opens
        if lettered or key in CARDINALS or key in ORDINALS:
            return Token(key, NUMBER, paragraph, opens=opens, listed=listed, worth=_worth(match))
        return Token(key, WORD, paragraph, capital=text[0].isupper(), opens=opens, listed=listed)
    days = () if kind == "weekday" else _days(match)
    key = "/".join("-".join(map(str, day)) for day in days) or "weekday"
    return Token(key, DATE, paragraph, listed=listed, days=days)


def _worth(match: re.Match[str]) -> float | None:
    """Return what a number is worth, with the `million` behind it; None for what has no value, as a reference."""
    key = match.group().lower()
    plain = CARDINALS.get(key) or ORDINALS.get(key)
    found = None if plain else _VALUE.fullmatch(key)
    if not plain and not found:
        return None
    behind = _MAGNITUDE.match(match.string, match.end())
    scale = (found[2] if found else None) or (behind[1].lower() if behind else "")
    number = float(plain or 0) if found is None else float(found[1].replace(",", ""))
    return number * MAGNITUDES.get(scale, 1.0)


@lru_cache(maxsize=2**14)
def folded(word: str) -> str:
    """Return a word as it is compared: lower case, no possessive, no accents, British spelling as American."""
    word = word.lower().replace("\u2019", "'").removesuffix("'s")
    if not word.isascii():
        parts = unicodedata.normalize("NFKD", word)
        word = unicodedata.normalize("NFC", "".join(part for part in parts if not unicodedata.combining(part)))
    return word.replace("isation", "ization").replace("our", "or")


def _days(match: re.Match[str]) -> tuple[Day, ...]:
    if match["written"]:
        month = match["m1"] or match["m2"] or match["m3"]
        day = match["d1"] or match["d2"] or "0"
        year = match["y1"] or match["y2"] or match["y3"] or "0"
        return ((int(year), _MONTHS[month[:3].lower()], int(day.rstrip("stndrh"))),)
    if match["iso"]:
        year, month, day = match["iso"].split("-")
        return ((int(year), int(month), int(day)),)
    one, other, last = (int(part) for part in match["figures"].split(match["sep"]))
    full = last if last >= _SHORT_YEAR else _CENTURY + last
    # Nobody can tell 3/4/2026 from 4/3/2026.
    return tuple(sorted({(full, month, day) for month, day in ((one, other), (other, one)) if _possible(month, day)}))


def _possible(month: int, day: int) -> bool:
    return 1 <= month <= len(_MONTHS) and 1 <= day <= _DAYS
