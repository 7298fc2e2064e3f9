"""The links of a page, each with the words around it, so that a link in a sentence is told from one in a menu."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from monitor.articles import text

ANCHORS = 20_000
ADDRESS_LIMIT = 2_048
_AROUND = 20
_NESTED = 6
_PIECES = 20
_SHORTEST = 3
_LONGEST = 300
_INLINE = {"a", "abbr", "b", "cite", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link's element, its words, and the last and first characters on either side, all without white space."""

    element: Any
    href: str
    text: str
    before: str
    after: str

    @property
    def alone(self) -> bool:
        """Whether nothing stands beside it on its line."""
        return not self.before and not self.after


def squeezed(words: str) -> str:
    """Return the characters without white space, which no two ways of reading a page set alike."""
    return "".join(words.split())


def anchors(tree: Any, body: str | None = None) -> Iterator[Anchor]:  # noqa: ANN401 - lxml has no types
    """Yield the links of a page, in order; when a squeezed `body` is given, only those whose words stand in it."""
    stands: dict[str, bool] = {}
    for element in islice(tree.iter("a"), ANCHORS):
        href = (element.get("href") or "").strip()
        if not href or href.startswith("#") or len(href) > ADDRESS_LIMIT:
            continue
        words = "".join(islice(element.itertext(), _PIECES))[: 2 * _LONGEST]
        bare = squeezed(words)
        if not bare:
            continue
        if body is not None:
            if bare not in stands:
                stands[bare] = bare in body
            if not stands[bare]:
                continue
        words = text.line(words)
        if _SHORTEST <= len(words) <= _LONGEST:
            yield Anchor(element, href, words, *_beside(element))


def absolute(link: str, base: str) -> str | None:
    """Return a web address in full, or None when a link leads to nothing on the web."""
    try:
        whole = urljoin(base, link.strip())
        parts = urlsplit(whole)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    if not fine or len(whole) > ADDRESS_LIMIT or any(map(str.isspace, whole)):
        return None
    return whole


def host(link: str) -> str:
    """Return the host of an address in lower case, without www."""
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def same_site(one: str, other: str) -> bool:
    """Whether two hosts belong together: equal, or one below the other."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _beside(element: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    """Return what stands next to an element on its line, looking out of the marks of emphasis it stands in."""
    for _ in range(_NESTED):
        before, after = _before(element), squeezed((element.tail or "")[:200])[:_AROUND]
        parent = element.getparent()
        if before or after or parent is None or parent.tag not in _INLINE:
            return before, after
        element = parent
    return "", ""


def _before(element: Any) -> str:  # noqa: ANN401 - as above
    previous = element.getprevious()
    if previous is None:
        parent = element.getparent()
        words = parent.text if parent is not None else ""
    else:
        words = previous.tail
    return squeezed((words or "")[-200:])[-_AROUND:]
