"""Lines on paper → paragraphs: what a reader's eye does with gaps, indents and sizes.

A PDF knows where its characters stand and nothing else. So furniture is what repeats at the edge of pages, and a
paragraph ends where the next line would have had room.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from statistics import median

HEADING = 1.12
"""A line so many times as large as the body is a heading."""

_EDGE_ROWS = 3
_KEY_LENGTH = 200
_PAGE_NUMBER_LENGTH = 40
_REPEATED = 0.4
_ONE_SIZE = 0.08
_GAP = 1.3
_JUMP = 3.0
_USUAL_PITCH = 1.05
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p[áa]gina|pagina|strona|p\.|pg\.?)\W*)?(?:\d{1,4}|[ivxl]{1,7})"
    r"(?:\s*(?:of|von|de|di|sur|van|/|\|)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:\s?\.){5,}\s*")
_BULLET = re.compile(r"[•▪●○◦■□‣∙·\uf0b7\uf0a7➢►✓]|[–—*-]\s")
_NUMBERED = re.compile(r"(?:\(?(?:\d{1,3}|[a-z]|[ivxl]{1,6})\)|(?:\d{1,3}|[A-Z])\.|\d{1,2}(?:\.\d{1,2}){1,3}\.?)\s")
_ENDED = re.compile(r"(?:[.!?:;。！？؟]|;\s*(?:and|or))[\"'”’»)\]]*\d{0,3}$")  # noqa: RUF001 - punctuation of other scripts
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60]")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\xa0": " ", "\u2010": "-"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line as it stands on its page, in points from the lower left: `size` is its font's height, `base` its foot."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Lines that belong together, as one text; `page` counts from 0."""

    text: str
    size: float
    bold: bool
    page: int


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[Paragraph]:
    """Return the paragraphs of a document, without running headers, footers and page numbers."""
    # The same page twice says nothing new, and all of it would look like what repeats at the edge of pages.
    pages = list(dict.fromkeys(map(tuple, pages)))
    size = usual_size(chain.from_iterable(pages))
    kept = _without_furniture(pages, size)
    words = _vocabulary(chain.from_iterable(kept))
    pitch = _pitch(kept)
    found: list[Paragraph] = []
    for number, group in _groups(kept, size, pitch):
        text = _LEADERS.sub(" ", _joined([line.text.translate(_LIGATURES) for line in group], words))
        bold = all(line.bold for line in group)
        found.append(Paragraph(text=text, size=group[0].size, bold=bold, page=number))
    return found


def usual_size(parts: Iterable[Line | Paragraph]) -> float:
    """Return the height in which most characters are set, 0 when there are none."""
    sizes: Counter[float] = Counter()
    for part in parts:
        sizes[round(part.size, 1)] += len(part.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def _without_furniture(pages: Sequence[Sequence[Line]], size: float) -> list[list[Line]]:
    """Drop what stands in the same place at the edge of many pages, digits aside, and page numbers.

    A large line stays: it is the title, which later pages may carry as their header.
    """
    edges = [_edge_rows(page) for page in pages]
    counts: Counter[tuple[int, str]] = Counter()
    for page, rows in zip(pages, edges, strict=True):
        counts.update({_key(line) for line in page if _row(line) in rows})
    enough = max(2, _REPEATED * sum(1 for page in pages if page))
    furniture = {key for key, count in counts.items() if count >= enough and any(map(str.isalpha, key[1]))}

    def is_furniture(line: Line, rows: Sequence[int]) -> bool:
        if _row(line) not in rows or line.size > HEADING * size:
            return False
        return _key(line) in furniture or (_row(line) in {rows[0], rows[-1]} and _is_page_number(line.text))

    return [[line for line in page if not is_furniture(line, rows)] for page, rows in zip(pages, edges, strict=True)]


def _edge_rows(page: Sequence[Line]) -> list[int]:
    """Return the lowest and the highest rows of a page; a header in two halves is one row."""
    rows = sorted({_row(line) for line in page})
    return sorted({*rows[:_EDGE_ROWS], *rows[-_EDGE_ROWS:]})


def _row(line: Line) -> int:
    return round(line.base)


def _is_page_number(text: str) -> bool:
    return len(text) <= _PAGE_NUMBER_LENGTH and _PAGE_NUMBER.fullmatch(text) is not None


def _key(line: Line) -> tuple[int, str]:
    return _row(line), " ".join(_DIGITS.sub("#", line.text[:_KEY_LENGTH]).lower().split())


def _vocabulary(lines: Iterable[Line]) -> frozenset[str]:
    """Return the words that stand inside lines, where nothing has been divided."""
    return frozenset(word.lower() for line in lines for word in _WORD.findall(line.text.translate(_LIGATURES))[1:-1])


def _pitch(pages: Sequence[Sequence[Line]]) -> float:
    """Return the usual way from one line to the next, as a multiple of the font's height."""
    ratios = [
        (upper.base - lower.base) / lower.size
        for page in pages
        for upper, lower in pairwise(page)
        if _follows(upper, lower) and _same_size(upper, lower)
    ]
    return median(ratios) if ratios else _USUAL_PITCH


def _groups(pages: Sequence[Sequence[Line]], size: float, pitch: float) -> Iterator[tuple[int, list[Line]]]:
    """Yield the lines of each paragraph with the number of the page on which it begins."""
    group: list[Line] = []
    begun = 0
    for number, page in enumerate(pages):
        edges = _right_edges(page)
        for place, line in enumerate(page):
            edge = edges[place - 1] if place else 0.0
            if group and _parted(group[-1], line, edge, size, pitch):
                yield begun, group
                group = []
            if not group:
                begun = number
            group.append(line)
    if group:
        yield begun, group


def _right_edges(page: Sequence[Line]) -> list[float]:
    """Return for each line how far to the right its text might have gone.

    That is as far as any line of its column that begins at the same place; a quotation has its own margins.
    """
    edges: list[float] = []
    for run in _runs(page):
        furthest = max(line.right for line in run)
        own: dict[int, list[float]] = {}
        for line in run:
            own.setdefault(round(line.left / 6), []).append(line.right)
        for line in run:
            beside = own[round(line.left / 6)]
            edges.append(max(beside) if len(beside) > 1 else furthest)
    return edges


def _runs(page: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the lines that stand one under the other in one size: a column."""
    run: list[Line] = []
    for line in page:
        if run and not (_follows(run[-1], line) and _same_size(run[-1], line)):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _follows(upper: Line, lower: Line) -> bool:
    """Whether a line stands below another, near enough to belong to it."""
    down = upper.base - lower.base
    beside = upper.left < lower.right and lower.left < upper.right
    return beside and 0.3 * lower.size < down < _JUMP * max(lower.size, upper.size)


def _same_size(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= _ONE_SIZE * max(one.size, other.size)


def _parted(upper: Line, lower: Line, edge: float, size: float, pitch: float) -> bool:
    """Whether a new paragraph begins with the lower line."""
    if not _same_size(upper, lower) or (upper.bold and not lower.bold and not upper.text.endswith(("-", ","))):
        return True
    if _goes_on(upper, lower):
        return False
    if not _follows(upper, lower) or lower.bold > upper.bold or _LEADERS.search(upper.text):
        return True
    if upper.base - lower.base > _GAP * pitch * lower.size or _BULLET.match(lower.text):
        return True
    ended = _ENDED.search(upper.text) is not None
    if ended and (_NUMBERED.match(lower.text) or lower.left > upper.left + 0.8 * lower.size):
        return True
    return lower.size <= HEADING * size and _had_room(upper, lower, edge)


def _goes_on(upper: Line, lower: Line) -> bool:
    """Whether a sentence goes on, at the top of the next column as well: a word is divided, or no other begins."""
    if upper.text.endswith("-") and upper.text[-2:-1].isalnum() and lower.text[:1].isalnum():
        return True
    return not _follows(upper, lower) and lower.text[:1].islower() and not _ENDED.search(upper.text)


def _had_room(upper: Line, lower: Line, edge: float) -> bool:
    """Whether the first word of the lower line would have gone into the upper one, so that the break was meant."""
    if lower.text[0].islower() and not _ENDED.search(upper.text):
        return False
    word = lower.text.split(maxsplit=1)[0]
    width = (lower.right - lower.left) * len(word) / len(lower.text)
    return upper.right + width + lower.size < edge


def _joined(lines: Sequence[str], words: frozenset[str]) -> str:
    """Return one text out of lines, with divided words whole again."""
    parts = [lines[0].strip()]
    for line in map(str.strip, lines[1:]):
        end = parts[-1]
        if end.endswith("\xad"):
            parts[-1] = end[:-1]
        elif end.endswith("-") and end[-2:-1].isalnum() and line[:1].isalnum():
            parts[-1] = end if _is_compound(end, line, words) else end[:-1]
        elif end and not (_UNSPACED.match(end[-1]) and _UNSPACED.match(line[:1])):
            parts.append(" ")
        parts.append(line)
    return "".join(parts)


def _is_compound(end: str, begin: str, words: frozenset[str]) -> bool:
    """Whether the hyphen at a line's end belongs to the word, as far as the rest of the document tells.

    When it does not tell, the hyphen goes: most of them were put in by the typesetter.
    """
    capitals = end[-2].isupper() and begin[:2].isupper()
    if not (end[-2].isalpha() and (capitals or begin[0].islower())):
        return True
    left, right = _WORD.findall(end.lower())[-1], _WORD.findall(begin.lower())[0]
    if "-" in left:
        return True
    return left + right not in words and (f"{left}-{right}" in words or (left in words and right in words))
