"""A page's tree made plain before it is read: what one article is spread over, and what is not part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

_BODY = re.compile(r"article-?_*body|(?:entry|post|article|story)-?_*content|story-?_*body|post-?_*body", re.IGNORECASE)
_POST = re.compile(r"\b(?:twitter-tweet|instagram-media|bluesky-embed|mastodon-embed|tiktok-embed)\b")
_BLOCKS = 200
_CLASS = 500
_HEADLINES = ("h1", "h2", "h3")
_ENOUGH_WORDS = 60


def pruned(tree: Any) -> Any:  # noqa: ANN401 - lxml has no types
    """Change the tree of a page in place so that its article is in one piece and stands alone; return it."""
    remove_other_articles(tree)
    join_bodies(tree)
    free_posts(tree)
    return tree


def remove_other_articles(tree: Any) -> None:  # noqa: ANN401 - as above
    """Remove the articles beside the one that holds the page's only headline, when that one has a text of its own."""
    headlines = list(islice(tree.iter("h1"), 2))
    home = next(headlines[0].iterancestors("article"), None) if len(headlines) == 1 else None
    if home is None or not _has_text(home):
        return
    around = {home, *home.iterancestors("article")}
    for other in list(islice(tree.iter("article"), _BLOCKS)):
        if other not in around and not around.intersection(other.iterancestors("article")):
            _drop(other)


def join_bodies(tree: Any) -> None:  # noqa: ANN401 - as above
    """Move the later parts of a body into the first, where advertisements cut it into blocks of the same make.

    Blocks with a headline of their own beside them are different articles, as on the front page of a blog.
    """
    parts: dict[tuple[object, ...], list[Any]] = {}
    for block in islice(_bodies(tree), _BLOCKS):
        row = block.getparent()
        if row is not None and row.getparent() is not None:
            make = (row.getparent(), row.tag, row.get("class"), block.tag, block.get("class"))
            parts.setdefault(make, []).append(block)
    for first, *later in parts.values():
        if not any(map(_has_own_headline, later)):
            for block in later:
                first.extend(list(block))


def free_posts(tree: Any) -> None:  # noqa: ANN401 - as above
    """Make posts that an article quotes plain quotations: readers of pages take them for advertisements."""
    for quote in islice(tree.iter("blockquote"), _BLOCKS):
        if _POST.search(quote.get("class") or ""):
            del quote.attrib["class"]
            around = quote.getparent()
            if around is not None and around.tag == "div" and "embed" in (around.get("class") or ""):
                del around.attrib["class"]


def _bodies(tree: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    for block in tree.iter("div", "section"):
        if block.get("itemprop") == "articleBody" or _BODY.search((block.get("class") or "")[:_CLASS]):
            yield block


def _has_own_headline(block: Any) -> bool:  # noqa: ANN401 - as above
    inside = set(block.iter(*_HEADLINES))
    return any(headline not in inside for headline in block.getparent().iter(*_HEADLINES))


def _has_text(article: Any) -> bool:  # noqa: ANN401 - as above
    """Whether an article's own paragraphs, not those of articles inside it, make a text."""
    count = 0
    for paragraph in islice(article.iter("p"), _BLOCKS):
        if next(paragraph.iterancestors("article"), None) is article:
            count += len("".join(islice(paragraph.itertext(), 50)).split())
    return count >= _ENOUGH_WORDS


def _drop(element: Any) -> None:  # noqa: ANN401 - as above
    """Remove an element, but not the words behind it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)
