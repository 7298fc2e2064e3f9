"""What a page says around its article, cut off: headlines said again, buttons, calls to subscribe, other headlines.

Every rule looks at whole paragraphs and holds for any site. A text that would lose most of its words keeps them all:
then the rules did not fit it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import zip_longest

from monitor.articles import phrases, text

Paragraphs = Sequence[str]

_FURNITURE_LENGTH = 300
_FURNITURE_WORDS = 25
_LEAD_LENGTH = 200
_HEADLINE_WORDS = 6
_STAMP_LENGTH = 120
_STAMP_WORDS = 14
_STAMPS = 3
_NAME_WORDS = 4
_EDGE = 3
_LONG = 60
_RUN = 3
_KNOWN = 0.9
_LEAST_KEPT = 0.5
_BULLETS = {"-", "•", "*", "·", "–", "—", "|"}
_ITEMS = ("|", "- ", "* ", "• ")
_BESIDE_WORDS = ".,;:()"


def trimmed(body: str, titles: Iterable[str], linked: Collection[str]) -> str:
    """Return a text without its furniture.

    `titles` are the page's headlines; `linked` are the paragraphs that are nothing but a link within the site.
    """
    names = frozenset(filter(None, map(_plain, titles)))
    rules: tuple[Callable[[Paragraphs], Paragraphs], ...] = (
        lambda parts: without_headline(parts, names),
        without_furniture,
        without_stamps,
        lambda parts: without_leads(parts, linked),
        lambda parts: without_linked_ends(parts, linked),
        once,
    )
    whole: Paragraphs = body.split("\n\n")
    parts = whole
    for rule in rules:
        parts = rule(parts)
    return "\n\n".join(parts if _words(parts) >= _LEAST_KEPT * _words(whole) else whole)


def without_headline(parts: Paragraphs, titles: Collection[str]) -> Paragraphs:
    """Leave out the headline, a fact of its own, where it stands before the text; questions within a text may be h1."""
    for place, part in enumerate(parts):
        if _plain(part) in titles:
            return [*parts[:place], *parts[place + 1 :]]
        if len(part) >= _LONG:
            break
    return parts


def without_furniture(parts: Paragraphs) -> Paragraphs:
    """Leave out buttons, bare bullets, and short paragraphs that begin like furniture."""
    rest = [part for part in parts if not _is_furniture(part)]
    gone = {place for order in (range(len(rest)), reversed(range(len(rest)))) for place in _at_an_edge(rest, order)}
    return [part for place, part in enumerate(rest) if place not in gone]


def without_stamps(parts: Paragraphs) -> Paragraphs:
    """Leave out the dates before the first and after the last long paragraph; a text with more is a chronology."""
    stamps = {place for place, part in enumerate(parts) if _is_stamp(part)}
    if not stamps or len(stamps) > _STAMPS:
        return parts
    long = [place for place, part in enumerate(parts) if len(part) >= _LONG and place not in stamps]
    start, end = min(long, default=len(parts)), max(long, default=-1)
    around = {*range(min(start, _EDGE)), *range(max(end + 1, len(parts) - _EDGE), len(parts))}
    return [part for place, part in enumerate(parts) if place not in stamps & around]


def without_leads(parts: Paragraphs, linked: Collection[str]) -> Paragraphs:
    """Leave out the lines that lead to other articles, and the headlines listed under them.

    Whether a line leads anywhere is told by its links: a speaker may be called More.
    """
    kept: list[str] = []
    listing = False
    for part, below in zip_longest(parts, parts[1:], fillvalue=""):
        leads = _leads(part, below, linked)
        listing = leads or (listing and _is_other(part, linked))
        if not listing:
            kept.append(part)
    return kept


def without_linked_ends(parts: Paragraphs, linked: Collection[str]) -> Paragraphs:
    """Leave out the headlines of other articles before the first and after the last paragraph of this one.

    Names with a link each are no headlines, and what follows a colon is what the article lists.
    """
    start, end = 0, len(parts)
    while start < end and parts[start] in linked:
        start += 1
    while end > start and parts[end - 1] in linked:
        end -= 1
    if not all(_is_other(part, linked) for part in parts[:start]):
        start = 0
    listed = end > 0 and parts[end - 1].endswith((":", "\uff1a"))
    if listed or not all(_is_other(part, linked) for part in parts[end:]):
        end = len(parts)
    return parts[start:end]


def once(parts: Paragraphs) -> Paragraphs:
    """Leave out the second copy of a text, as some pages keep for other screens or for machines.

    A copy begins like the text, with three long paragraphs in the same order; it brings no short line that is new, and
    hardly a long one. What is new in it stays.
    """
    first: dict[str, int] = {}
    for place, part in enumerate(parts):
        first.setdefault(part, place)
    start = _copy(parts, first)
    return [part for place, part in enumerate(parts) if place < start or first[part] >= start]


def _copy(parts: Paragraphs, first: dict[str, int]) -> int:
    """Return where the copy begins, or where the text ends.

    An opening that comes again and is no copy is what a list says of each of its items.
    """
    long = [place for place, part in enumerate(parts) if len(part) >= _LONG]
    runs = [[parts[place] for place in long[number : number + _RUN]] for number in range(len(long) - _RUN + 1)]
    again = next(
        (number for number in range(_RUN, len(runs)) if runs[number] in runs[: min(_EDGE, number - _RUN + 1)]), None
    )
    if again is None:
        return len(parts)
    start = long[again]
    new = [len(part) >= _LONG for part, place in first.items() if place >= start]
    return start if all(new) and len(new) <= (1 - _KNOWN) * (len(long) - again) else len(parts)


def _is_furniture(part: str) -> bool:
    if len(part) > _FURNITURE_LENGTH:
        return False
    return part in _BULLETS or phrases.ALONE.fullmatch(part) is not None or _begins(part, phrases.FURNITURE)


def _begins(part: str, pattern: re.Pattern[str]) -> bool:
    """Whether a paragraph is short, begins so, and tells of nobody who said so."""
    if len(part) > _FURNITURE_LENGTH or len(part.split()) > _FURNITURE_WORDS or not pattern.match(part):
        return False
    return not phrases.QUOTED.search(part) and not phrases.REPORTED.search(part)


def _at_an_edge(parts: Paragraphs, order: Iterable[int]) -> Iterator[int]:
    """Yield the places of furniture until the first few paragraphs of the article have come."""
    seen = 0
    for place in order:
        if _begins(parts[place], phrases.EDGES):
            yield place
        else:
            seen += 1
        if seen == _EDGE:
            return


def _is_stamp(part: str) -> bool:
    """Whether a line holds a date, words for times, and perhaps the name of an author, and nothing else."""
    if len(part) > _STAMP_LENGTH or part.startswith(_ITEMS) or not phrases.DATE.search(part):
        return False
    words = [word.strip(_BESIDE_WORDS) for word in part.split()]
    by = next((place for place, word in enumerate(words) if phrases.BY.fullmatch(word)), len(words))
    author = words[by + 1 :]
    if len(words) > _STAMP_WORDS or len(author) > _NAME_WORDS or not all(name[:1].isupper() for name in author):
        return False
    return all(not word or phrases.STAMP.fullmatch(word) for word in words[:by])


def _leads(part: str, below: str, linked: Collection[str]) -> bool:
    """Whether a line leads to another article: the one it names, or those linked below it."""
    found = phrases.LEAD.match(part) if len(part) <= _LEAD_LENGTH else None
    if found is None:
        return False
    named = part[found.end() :].strip()
    if not named:
        return _is_other(below, linked)
    return _is_other(named, linked) or _is_other(part, linked)


def _is_other(part: str, linked: Collection[str]) -> bool:
    """Whether a paragraph is a link that reads like the headline of another article, and not like a name."""
    return part in linked and text.words(part.removeprefix("- ")) >= _HEADLINE_WORDS


def _words(parts: Paragraphs) -> int:
    """Count the words of a text, those of a paragraph that comes again once."""
    return sum(map(text.words, dict.fromkeys(parts)))


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))
