"""The running text of a page, out of its furniture: a quick reading, and a thorough one where that may have failed.

The library's thorough reading asks three more algorithms for their opinion, which costs half as much again and
changes few texts. What betrays a quick one: it is no running text, or the page holds clearly more than it found.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from monitor.articles import text
from monitor.articles.libraries import libraries

SENTENCE = 80
"""Characters of a paragraph that is more than a label."""

_LONG = 3_000
_SHORT = 250
_RUNNING_SHARE = 0.5
_CLEARLY_MORE = 1.5
_PIECES = 20_000


def body_of(tree: Any, url: str) -> str:  # noqa: ANN401 - lxml has no types
    """Return the paragraphs of the page's article, joined by blank lines, as far as the library can tell them."""
    quick = _read(tree, url, fast=True)
    return quick if is_plausible(quick, tree) else _read(tree, url, fast=False)


def is_plausible(body: str, tree: Any) -> bool:  # noqa: ANN401 - as above
    """Whether a text is mostly running text, and all that its page can hold of it."""
    if len(body) < _SHORT or _running(body) < _RUNNING_SHARE * len(body):
        return False
    return len(body) >= _LONG or _held(tree) <= _CLEARLY_MORE * len(body)


def _running(body: str) -> int:
    return sum(len(part) for part in body.split("\n\n") if len(part) >= SENTENCE)


def _held(tree: Any) -> int:  # noqa: ANN401 - as above
    """Count the characters of running text in a page's paragraphs."""
    sizes = (len("".join(paragraph.itertext())) for paragraph in islice(tree.iter("p"), _PIECES))
    return sum(size for size in sizes if size >= SENTENCE)


def _read(tree: Any, url: str, *, fast: bool) -> str:  # noqa: ANN401 - as above
    """Read the page once.

    No de-duplication inside the library: it remembers pages across calls and deletes a page read again.
    """
    document = libraries().read(
        tree, url=url, fast=fast, include_comments=False, include_tables=True, with_metadata=False
    )
    return text.paragraphs(document.text or "") if document is not None else ""
