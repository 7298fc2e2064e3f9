"""A sentence → its figures, as written and by value: amounts, percentages, counts, dates and the numbers of cases.

"3.5 million dollars", "$3.5m" and "nearly 3.5 million" are one figure, and so is 3,487,210 to who was told of "3.5
million": a figure is known when it is what was told, or one of the two is the other rounded as far as it is written.
A year alone, a score and a paragraph's number are no figures. English dates and units; other languages have numbers,
with the commas of their own, and percentages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from monitor.stories.lexicon import CARDINALS, IDENTIFIER_NOUNS, MAGNITUDES, MONTHS
from monitor.stories.terms import STOP_WORDS

_DECIMAL_COMMA: Final = frozenset("cs da de el es fi fr hu id it nb nl no pl pt ro ru sv tr uk".split())  # noqa: SIM905 - a list
_SCALES: Final = {
    **MAGNITUDES, "mn": 1e6, "mio": 1e6, "mln": 1e6, "millionen": 1e6, "millions": 1e6, "millones": 1e6, "millón": 1e6,
    "milioni": 1e6, "milhões": 1e6, "miljoen": 1e6, "mrd": 1e9, "milliarden": 1e9, "milliards": 1e9, "miliardi": 1e9,
    "b": 1e9, "billions": 1e9, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8,
}  # fmt: skip
_UNITS: Final = {
    "$": "usd", "us$": "usd", "usd": "usd", "dollar": "usd", "dollars": "usd", "€": "eur", "eur": "eur", "euro": "eur",
    "euros": "eur", "£": "gbp", "gbp": "gbp", "pound": "gbp", "pounds": "gbp", "¥": "jpy", "yen": "jpy", "jpy": "jpy",
    "yuan": "cny", "chf": "chf", "franc": "chf", "francs": "chf", "₹": "inr", "rupees": "inr", "crowns": "crown",
    "%": "%", "percent": "%", "per cent": "%", "prozent": "%", "percentage points": "%", "percentage point": "%",
}  # fmt: skip
_PERCENT: Final = "%"
_ANY_UNIT: Final = "*"
_LEAST_COUNT: Final = 2
_DIGITS: Final = 4
_YEARS: Final = range(1900, 2101)
_MONTH_ROW: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - read like a calendar
_PARAGRAPH: Final = "paragraph"
_NOUN_WORDS: Final = 3
_PLURALS: Final = frozenset(("people", "men", "women", "children", "staff", "police"))
_LONGEST: Final = 15

_MONTH = r"(?:" + "|".join(sorted(MONTHS, key=lambda name: (-len(name), name))) + r")\b\.?"
_ORDINAL_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_SCALE = "|".join(sorted(map(re.escape, _SCALES), key=lambda name: (-len(name), name)))
_BEFORE = r"(?:us|hk|nz|[acs])?\$|usd|eur|gbp|chf|jpy|[$€£¥₹]"
_BEHIND = "|".join(sorted(map(re.escape, _UNITS), key=lambda name: (-len(name), name)))
_CARDINAL = "|".join(sorted(CARDINALS))
_NOUN = "|".join(sorted(IDENTIFIER_NOUNS))
_FIGURE = re.compile(
    # The look-ahead only saves time: most words begin no figure.
    rf"(?<![\w.,/-])(?=\D{{0,24}}\d|(?:{_CARDINAL})\b)(?:"
    rf"(?P<date>\b(?:{_ORDINAL_DAY} (?:of )?{_MONTH}(?:,? \d{{4}}\b)?"
    rf"|{_MONTH} {_ORDINAL_DAY}(?![\w,.]*\d)(?:,? \d{{4}}\b)?|{_MONTH} \d{{4}}\b|\d{{4}}-\d\d-\d\d\b))"
    r"|(?P<code>\b[A-Z]{1,6}[/-]\d{1,4}[/-]\d{1,5}\b"
    r"|\b(?:(?:case|docket)(?: no\.?)? )?\d{1,6}[-/]\d{2,6}(?:[-/]\d{1,6})?\b)"
    rf"|(?P<named>\b(?:{_NOUN}) (?:no\.? )?\d{{1,6}}[a-z]?\b(?![.,]\d| (?:million|billion|percent|per cent)))"
    rf"|(?P<number>"
    r"(?P<hedge>\b(?:nearly|almost|about|around|roughly|some|over|under|more than|less than|at least|up to) )?"
    rf"(?:(?P<before>{_BEFORE})\s?|(?<![\w.,/-]))(?:(?P<digits>\d[\d.,]{{0,{_LONGEST}}})|(?P<cardinal>\b(?:{_CARDINAL})\b))"
    rf"(?:[ -]?(?P<scale>{_SCALE})(?![^\W\d_]))?(?:[ -]?(?P<behind>{_BEHIND})(?![^\W\d_]))?))",
    re.IGNORECASE,
)
# A day (9/11), a score or a vote (2-10), unlike the number of a case.
_SHORT_CODE = re.compile(r"\d{1,2}[-/]\d{1,2}")
_DIGIT = re.compile(r"\d")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_NEXT = re.compile(r" ([^\W\d_]{3,20})\b")


class Figure(NamedTuple):
    """A figure as written, and what it is worth.

    `key` is what a date or a case number is compared by, empty for others, which have a `value` and a `unit` (empty
    for a bare count). `digits` says how many digits a rounded number gives, 0 for an exact one; `hedged` that it is
    said to be rough.
    """

    text: str
    key: str = ""
    value: float = 0.0
    unit: str = ""
    digits: int = 0
    hedged: bool = False


def figures(text: str, language: str | None = None) -> list[Figure]:
    """Return the figures of a text in order."""
    if not _DIGIT.search(text) and CARDINALS.keys().isdisjoint(text.lower().split()):
        return []
    comma = (language or "en").partition("-")[0].lower() in _DECIMAL_COMMA
    found = (_figure(match, comma=comma) for match in _FIGURE.finditer(text))
    return [figure for figure in found if figure is not None]


def _figure(match: re.Match[str], *, comma: bool) -> Figure | None:
    written = match.group().strip(" ,.")
    if match.lastgroup == "date":
        return Figure(written, key=_day_key(written))
    if match["code"]:
        if _SHORT_CODE.fullmatch(written):
            return None
        return Figure(written, key="code " + "/".join(re.findall(r"\d+", written)))
    if match["named"]:
        noun, _, number = written.lower().partition(" ")
        if IDENTIFIER_NOUNS[noun] == _PARAGRAPH:
            return None
        return Figure(written, key=f"{IDENTIFIER_NOUNS[noun]} {number.split()[-1]}")
    return _number(match, written, comma=comma)


def _number(match: re.Match[str], written: str, *, comma: bool) -> Figure | None:
    unit = _UNITS.get((match["before"] or match["behind"] or "").lower(), "")
    scale = (match["scale"] or "").lower()
    digits = _plain((match["digits"] or str(CARDINALS.get((match["cardinal"] or "").lower(), ""))), comma=comma)
    if digits is None:
        return None
    value = float(digits) * _SCALES.get(scale, 1.0)
    if not unit and not scale:
        if _is_year(digits, value):
            return None
        counted = _counted(match, capitals=comma)
        if value < _LEAST_COUNT or not counted:
            return None
        written += counted
    shown = len(digits.replace(".", "").strip("0")) if scale or match["hedge"] else 0
    rounded = max(1, shown, len(digits.replace(".", "").lstrip("0"))) if scale else shown
    return Figure(written, value=value, unit=unit, digits=rounded, hedged=bool(match["hedge"]))


def _plain(digits: str, *, comma: bool) -> str | None:
    """Return a number as Python writes it, None for what is none, as 1.2.3."""
    digits = digits.rstrip(".,")
    if comma:
        digits = digits.translate({ord(","): ".", ord("."): ","})
    if "," in digits:
        digits = digits.replace(",", "") if _GROUPED.fullmatch(digits) else ""
    return digits if digits and digits.count(".") <= 1 and digits.isascii() else None


def _is_year(digits: str, value: float) -> bool:
    return digits.isdecimal() and len(digits) == len("2026") and int(value) in _YEARS


def _counted(match: re.Match[str], *, capitals: bool) -> str:
    """Return what a bare number counts: the next words up to a plural; empty without.

    Where a comma is the decimal point, plurals have other endings and German nouns `capitals`: the next word will do.
    """
    text, at = match.string, match.end()
    if match.group().endswith("."):
        return ""
    found: list[str] = []
    while len(found) < _NOUN_WORDS:
        word = _NEXT.match(text, at)
        if not word or not (capitals or word[1].islower()) or word[1] in STOP_WORDS:
            break
        found.append(word[1])
        at = word.end()
        if word[1].endswith("s") or word[1] in _PLURALS:
            return " " + " ".join(found)
    return f" {found[0]}" if found and capitals else ""


def _day_key(written: str) -> str:
    if "-" in written:
        year, month, day = (int(part) for part in written.split("-"))
        return f"{year}-{month}-{day}"
    year = month = day = 0
    for part in _PARTS.findall(written):
        if part.isdecimal():
            year, day = (int(part), day) if len(part) > 2 else (year, int(part))  # noqa: PLR2004 - days have two digits
        elif part[:3].lower() in _MONTH_ROW:
            month = _MONTH_ROW.index(part[:3].lower()) + 1
    return f"{year}-{month}-{day}"


def _round(value: float, digits: int, how: int) -> float:
    """Return a value with so many significant digits: rounded (0), down (-1) or up (1)."""
    if not value:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
    # 3.4 million is 33.99… steps to a machine.
    steps = round(value / step, 6)
    parts = {0: math.floor(steps + 0.5), -1: math.floor(steps), 1: math.ceil(steps)}
    return round(parts[how] * step, 6)


class Known:
    """The figures that somebody was told, and whether another says anything beyond them."""

    def __init__(self, told: Iterable[Figure] = (), days: Iterable[date] = ()) -> None:
        """Take in what was told, and days that are known, as those on which it was told."""
        self._keys: set[str] = set()
        self._values: set[tuple[str, float]] = set()
        self._near: set[tuple[str, int, float, int]] = set()
        self._rough: set[tuple[str, int, float, int]] = set()
        for figure in told:
            self.add(figure)
        for day in days:
            self._add_key(f"{day.year}-{day.month}-{day.day}")

    def add(self, figure: Figure) -> None:
        """Take in one figure."""
        if figure.key:
            self._add_key(figure.key)
            return
        for unit in (figure.unit,) if figure.unit == _PERCENT else (figure.unit, _ANY_UNIT):
            self._values.add((unit, figure.value))
            self._near.update((unit, *near) for near in _roundings(figure.value))
            if figure.digits:
                self._rough.update((unit, figure.digits, figure.value, how) for how in _ways(figure))

    def _add_key(self, key: str) -> None:
        self._keys.add(key)
        parts = key.split("-")
        if len(parts) == 3 and not key.startswith("code"):  # noqa: PLR2004 - year, month and day
            year, month, day = parts
            self._keys.update((f"0-{month}-{day}", f"{year}-{month}-0", f"{year}-0-0"))
            if year == "0":
                self._keys.add(f"*-{month}-{day}")

    def __contains__(self, figure: Figure) -> bool:
        """Hold when the figure, or one that it may be a rounding of or be rounded to, was told."""
        if figure.key:
            _, _, undated = figure.key.partition("-")
            return figure.key in self._keys or bool(undated and f"*-{undated}" in self._keys)
        return any(self._has(figure, unit) for unit in ((figure.unit, "") if figure.unit else (_ANY_UNIT,)))

    def _has(self, figure: Figure, unit: str) -> bool:
        if figure.unit == _PERCENT != unit:
            return False
        if (unit, figure.value) in self._values:
            return True
        if figure.digits and any((unit, figure.digits, figure.value, how) in self._near for how in _ways(figure)):
            return True
        return bool(self._rough) and any((unit, *rounding) in self._rough for rounding in _roundings(figure.value))


def _ways(figure: Figure) -> tuple[int, ...]:
    return (0, -1, 1) if figure.hedged else (0,)


def _roundings(value: float) -> list[tuple[int, float, int]]:
    """Return a value rounded to few digits in all ways."""
    return [(digits, _round(value, digits, how), how) for digits in range(1, _DIGITS + 1) for how in (0, -1, 1)]
