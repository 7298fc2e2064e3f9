"""A page's tree made plain before it is read: what one article is spread over, and what is not part of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from monitor.articles import phrases, text

_BODY = re.compile(r"article-?_*body|(?:entry|post|article|story)-?_*content|story-?_*body|post-?_*body", re.IGNORECASE)
_POST = re.compile(r"\b(?:twitter-tweet|instagram-media|bluesky-embed|mastodon-embed|tiktok-embed)\b")
_BLOCKS = 200
_CLASS = 500
_HEADLINES = ("h1", "h2", "h3")
_ENOUGH_WORDS = 60
_CLEARLY_MORE = 1.5
_ELEMENTS = 2_000
_PIECES = 50
_LIVE = "LiveBlogPosting"


def pruned(tree: Any) -> Any:  # noqa: ANN401 - lxml has no types
    """Change the tree of a page in place so that its article is in one piece and stands alone; return it."""
    remove_other_articles(tree)
    join_bodies(tree)
    free_posts(tree)
    free_lists(tree)
    return tree


def remove_other_articles(tree: Any) -> None:  # noqa: ANN401 - as above
    """Remove the teasers of other articles beside the one that holds the page's only headline.

    A teaser begins with a headline that is a link. Where the teasers hold more text than the one, they are its parts:
    the posts of a live blog, or a body below its first paragraph.
    """
    headlines = list(islice(tree.iter("h1"), 2))
    home = next(headlines[0].iterancestors("article"), None) if len(headlines) == 1 else None
    if home is None or not _has_text(home) or _is_live_blog(tree):
        return
    for listing in list(_outside(tree, home, _is_listing)):
        _drop(listing)
    teasers = list(_outside(tree, home, _is_teaser))
    if sum(map(_size, teasers)) <= _CLEARLY_MORE * _size(home):
        for teaser in teasers:
            _drop(teaser)


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
                _append(block, first)


def free_posts(tree: Any) -> None:  # noqa: ANN401 - as above
    """Make posts that an article quotes plain quotations: readers of pages take them for advertisements."""
    for quote in islice(tree.iter("blockquote"), _BLOCKS):
        if _POST.search((quote.get("class") or "")[:_CLASS]):
            del quote.attrib["class"]
            around = quote.getparent()
            if around is not None and around.tag == "div" and "embed" in (around.get("class") or ""):
                del around.attrib["class"]


def free_lists(tree: Any) -> None:  # noqa: ANN401 - as above
    """Make terms of a list that a sentence announces: readers of pages take a list of links for a menu."""
    for items in list(islice(tree.iter("ul", "ol"), _BLOCKS)):
        before = items.getprevious()
        if before is None or before.tag != "p" or (before.tail or "").strip() or not _announces(before):
            continue
        if next(items.iter("a"), None) is not None and all(item.tag == "li" for item in items):
            items.tag = "dl"
            for item in items:
                item.tag = "dt"


def _announces(paragraph: Any) -> bool:  # noqa: ANN401 - as above
    words = "".join(islice(paragraph.itertext(), _PIECES)).strip()
    return words.endswith((":", "\uff1a")) and phrases.LEAD.fullmatch(words[:_CLASS]) is None


def _bodies(tree: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    for block in tree.iter("div", "section"):
        if block.get("itemprop") == "articleBody" or _BODY.search((block.get("class") or "")[:_CLASS]):
            yield block


def _has_own_headline(block: Any) -> bool:  # noqa: ANN401 - as above
    inside = set(block.iter(*_HEADLINES))
    return any(headline not in inside for headline in block.getparent().iter(*_HEADLINES))


def _append(block: Any, first: Any) -> None:  # noqa: ANN401 - as above
    """Move what a block holds behind what the first one holds, on a line of its own."""
    line = first.makeelement("br")
    line.tail, block.text = block.text, None
    first.append(line)
    first.extend(list(block))


def _outside(tree: Any, home: Any, kind: Callable[[Any], bool]) -> Iterator[Any]:  # noqa: ANN401 - as above
    """Yield the outermost articles of a kind that neither hold nor stand in this one."""
    around = {home, *home.iterancestors("article")}
    for other in islice(tree.iter("article"), _BLOCKS):
        if other not in around and not around.intersection(other.iterancestors("article")) and kind(other):
            around.add(other)
            yield other


def _is_listing(article: Any) -> bool:  # noqa: ANN401 - as above
    """Whether an article is a list of several, under words that lead to them."""
    headline = next(article.iter(*_HEADLINES), None)
    if headline is None or next(islice(article.iter("article"), 2, None), None) is None:
        return False
    words = text.line("".join(islice(headline.itertext(), _PIECES))[:_CLASS])
    return phrases.LEAD.fullmatch(words) is not None


def _is_teaser(article: Any) -> bool:  # noqa: ANN401 - as above
    headline = next(article.iter("h1", "h2", "h3", "h4", "h5", "h6"), None)
    if headline is None:
        return False
    links = (*islice(headline.iter("a"), 1), *islice(headline.iterancestors("a"), 1))
    return any(link.get("href") and "#" not in link.get("href") for link in links)


def _is_live_blog(tree: Any) -> bool:  # noqa: ANN401 - as above
    scripts = (script.text or "" for script in islice(tree.iter("script"), _BLOCKS))
    return any(_LIVE in script for script in scripts) or any(
        _LIVE in (element.get("itemtype") or "") for element in islice(tree.iter("article", "main", "div"), _ELEMENTS)
    )


def _size(article: Any) -> int:  # noqa: ANN401 - as above
    """Count the characters of an article's running text and headlines."""
    parts = islice(article.iter("p", *_HEADLINES), _ELEMENTS)
    return sum(len("".join(islice(part.itertext(), _PIECES)).strip()) for part in parts)


def _has_text(article: Any) -> bool:  # noqa: ANN401 - as above
    """Whether an article's own paragraphs, not those of articles inside it, make a text."""
    count = 0
    for paragraph in islice(article.iter("p"), _BLOCKS):
        if next(paragraph.iterancestors("article"), None) is article:
            count += len("".join(islice(paragraph.itertext(), _PIECES)).split())
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
