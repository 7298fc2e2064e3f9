"""What a page says around its article, cut off: headlines said again, buttons, calls to subscribe, other headlines.

Every rule looks at whole paragraphs and holds for any site. A text that would lose most of its words keeps them all:
then the rules did not fit it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from monitor.articles import phrases, text

Paragraphs = Sequence[str]

_FURNITURE_LENGTH = 300
_LEAD_LENGTH = 200
_STAMP_WORDS = 14
_LONG = 60
_RUN = 3
_KNOWN = 0.9
_LEAST_KEPT = 0.5
_BULLETS = {"-", "•", "*", "·", "–", "—", "|"}


def trimmed(body: str, titles: Iterable[str], linked: Collection[str]) -> str:
    """Return a text without its furniture.

    `titles` are the page's headlines; `linked` are the paragraphs that are nothing but a link within the site.
    """
    names = frozenset(filter(None, map(_plain, titles)))
    rules: tuple[Callable[[Paragraphs], Paragraphs], ...] = (
        lambda parts: without_headline(parts, names),
        without_furniture,
        lambda parts: without_leads(parts, linked),
        lambda parts: without_linked_ends(parts, linked),
    )
    whole = parts = once(body.split("\n\n"))
    for rule in rules:
        parts = rule(parts)
    return "\n\n".join(parts if _words(parts) >= _LEAST_KEPT * _words(whole) else whole)


def without_headline(parts: Paragraphs, titles: Collection[str]) -> Paragraphs:
    """Leave out the headline: it is a fact of its own."""
    return [part for part in parts if _plain(part) not in titles]


def without_furniture(parts: Paragraphs) -> Paragraphs:
    """Leave out buttons, bare bullets, time stamps, and short paragraphs that begin like furniture."""
    return [part for part in parts if not _is_furniture(part)]


def without_leads(parts: Paragraphs, linked: Collection[str]) -> Paragraphs:
    """Leave out the lines that lead to other articles, and the headlines listed under them."""
    kept: list[str] = []
    listing = False
    for part in parts:
        leads = _leads(part)
        if not leads and not (listing and part in linked):
            kept.append(part)
            listing = False
        elif leads:
            listing = True
    return kept


def without_linked_ends(parts: Paragraphs, linked: Collection[str]) -> Paragraphs:
    """Leave out the headlines of other articles before the first and after the last paragraph of this one."""
    start, end = 0, len(parts)
    while start < end and parts[start] in linked:
        start += 1
    while end > start and parts[end - 1] in linked:
        end -= 1
    return parts[start:end]


def once(parts: Paragraphs) -> Paragraphs:
    """Cut off a second copy of the text, as some pages keep for other screens or for machines.

    A copy begins with three long paragraphs in the order they had before, and brings hardly anything new.
    """
    places = [place for place, part in enumerate(parts) if len(part) >= _LONG]
    long = [parts[place] for place in places]
    first = {part: number for number, part in reversed(list(enumerate(long)))}
    for number, part in enumerate(long):
        before = first[part]
        run = long[number : number + _RUN]
        if len(run) == _RUN and before + _RUN <= number and long[before : before + _RUN] == run:
            known = sum(first[later] < number for later in long[number:])
            if known >= _KNOWN * (len(long) - number):
                return parts[: places[number]]
    return parts


def _is_furniture(part: str) -> bool:
    if len(part) > _FURNITURE_LENGTH:
        return False
    words = len(part.split())
    if part in _BULLETS or phrases.ALONE.fullmatch(part) or phrases.FURNITURE.match(part):
        return True
    return words <= _STAMP_WORDS and not part.endswith(".") and phrases.STAMP.fullmatch(part) is not None


def _leads(part: str) -> bool:
    return len(part) <= _LEAD_LENGTH and phrases.LEAD.match(part) is not None


def _words(parts: Paragraphs) -> int:
    return sum(map(text.words, parts))


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))
