"""JSON Feed 1.0 and 1.1 (jsonfeed.org) to items."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from monitor.feeds import dates, hints
from monitor.feeds.items import Document, Item, NotAFeedError
from monitor.records import Hints

_VERSION = re.compile(r"https?://(www\.)?jsonfeed\.org/version/1(\.\d+)?/?")
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_SEPARATOR = re.compile(r"[\s,]*")


def read(document: bytes) -> Document:
    """Return the items of a JSON Feed; raises NotAFeedError, and ValueError or RecursionError on bad JSON."""
    try:
        feed = json.loads(document)
    except json.JSONDecodeError:
        feed = _truncated(document.decode("utf-8-sig", "replace"))
    except UnicodeDecodeError:
        feed = json.loads(document.decode("utf-8-sig", "replace"))
    if not isinstance(feed, dict) or not _VERSION.fullmatch(_text(feed, "version").strip()):
        raise NotAFeedError("JSON of another kind")
    items = feed.get("items")
    if not isinstance(items, list):
        raise TypeError("a JSON Feed has a list of items")
    read_items = tuple(_item(item) for item in items if isinstance(item, dict))
    return Document(
        title=_text(feed, "title"),
        link=_text(feed, "home_page_url") or _text(feed, "feed_url"),
        language=_text(feed, "language"),
        items=read_items,
        dropped=Counter({"malformed": len(items) - len(read_items)}),
        hints=Hints(wait=hints.EXPIRED) if feed.get("expired") is True else Hints(),
    )


def _truncated(document: str) -> dict[str, Any]:
    """Read what stands before the cut of a document that ends too early: the head, and all complete items."""
    start = _ITEMS.search(document)
    if start is None:
        raise NotAFeedError("JSON of another kind")
    decoder, items, position = json.JSONDecoder(), [], start.end()
    while document.startswith("{", position := _skip(document, position)):
        try:
            item, position = decoder.raw_decode(document, position)
        except json.JSONDecodeError:
            break
        items.append(item)
    head = json.loads(document[: start.end()] + "]}")
    return {**head, "items": items} if isinstance(head, dict) else {}


def _skip(document: str, position: int) -> int:
    found = _SEPARATOR.match(document, position)
    return found.end() if found else position


def _item(item: dict[str, Any]) -> Item:
    updated = dates.from_text(_text(item, "date_modified"))
    return Item(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        summary=_text(item, "summary") or _text(item, "content_text") or _text(item, "content_html"),
        content=_text(item, "content_html") or _text(item, "content_text"),
        published=dates.from_text(_text(item, "date_published")) or updated,
        updated=updated,
        date_written=bool(_text(item, "date_published") or _text(item, "date_modified")),
        authors=_authors(item),
        language=_text(item, "language"),
    )


def _text(mapping: dict[str, Any], key: str) -> str:
    """Return a value as text; ids and titles that are numbers are common, and the standard asks to accept them."""
    value = mapping.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    """Return the names in `authors` (1.1) or `author` (1.0)."""
    authors = item.get("authors")
    listed = authors if isinstance(authors, list) else [item.get("author")]
    return tuple(_text(author, "name") for author in listed if isinstance(author, dict))
