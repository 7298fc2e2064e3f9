"""RSS 0.9x and 2.0, RDF and Atom to items, through feedparser.

feedparser is given bytes and nothing else: with a string it would open URLs and files. It is lenient, which is what
feeds need, and it raises on some bad input, which its caller must expect.
"""

from __future__ import annotations

import codecs
import io
import re
from datetime import datetime
from typing import Any

import feedparser

from monitor.feeds import dates, hints
from monitor.feeds.items import Document, Item, NotAFeedError

# With a library that guesses encodings installed, the same document would be read differently on another machine.
feedparser.encodings.lazy_chardet_encoding = None

Parsed = dict[str, Any]
"""A FeedParserDict."""

_ROOT = re.compile(rb"<(?:(!doctype\s+html|html|head|body)|(?:[\w.-]+:)?(?:rss|rdf|feed|opml))\b", re.IGNORECASE)
_XML = re.compile(rb"<[?!a-z]", re.IGNORECASE)
_SNIFFED = 2_048  # bytes at the start of a document that tell what it is instead of a feed
_DATES = ("published", "created", "updated")
_COUNT = re.compile(r"\d{9,11}|\d{13}|\d{15,}")  # of seconds, or of nothing; feedparser makes the year 1764 of it


def read(document: bytes, content_type: str) -> Document:
    """Return the items of an XML feed; raises NotAFeedError, and whatever feedparser raises on bad input."""
    headers = {"content-type": content_type} if "charset" in content_type.lower() else {}
    parsed = feedparser.parse(
        io.BytesIO(document), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version") and not parsed.entries:
        raise NotAFeedError(_found(document))
    if _is_utf7(parsed.get("encoding", "")):
        raise ValueError("UTF-7 hides markup in plain letters")
    feed = parsed.feed
    return Document(
        title=_text(feed, "title"),
        link=_text(feed, "link"),
        language=_text(feed, "language"),
        items=tuple(_item(entry) for entry in parsed.entries),
        hints=hints.read(
            document,
            parsed.get("encoding", ""),
            ttl=_text(feed, "ttl"),
            period=_text(feed, "sy_updateperiod"),
            frequency=_text(feed, "sy_updatefrequency"),
        ),
    )


def is_page(document: bytes) -> bool:
    """Whether a document begins as a web page; markup inside a feed comes after the feed's own first element."""
    root = _ROOT.search(document[:_SNIFFED].replace(b"\0", b""))
    return root is not None and root[1] is not None


def _item(entry: Parsed) -> Item:
    updated = _date(entry, "updated")
    return Item(
        guid=_text(entry, "id"),
        link=_link(entry),
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        content=_content(entry),
        published=_date(entry, "published") or _date(entry, "created") or updated,
        updated=updated,
        date_written=any(_text(entry, key) for key in _DATES),
        authors=_authors(entry),
        language=_text(entry, "language"),
    )


def _get(entry: Parsed, key: str) -> Any:  # noqa: ANN401 - feedparser's values have no types
    """Look a key up as it is; feedparser's own lookup answers `updated` with `published`, and warns about it."""
    return dict.get(entry, key)


def _text(entry: Parsed, key: str) -> str:
    value = _get(entry, key)
    return value if isinstance(value, str) else ""


def _link(entry: Parsed) -> str:
    """Return the link to the article: what FeedBurner replaced, the link, or a guid that is a URL."""
    original = _text(entry, "feedburner_origlink")
    if original.startswith(("http://", "https://")):
        return original
    link = _text(entry, "link")
    if link == _text(entry, "id") and not link.startswith(("http://", "https://")):
        return ""  # a guid counts as a link unless the feed says otherwise (RSS 2.0), and many feeds forget to
    if link:
        return link
    links = _get(entry, "links") or []
    return next((str(one["href"]) for one in links if one.get("rel") == "alternate" and one.get("href")), "")


def _content(entry: Parsed) -> str:
    """Return the longest content that is text; Atom allows several, and pictures among them."""
    texts = (
        str(content.get("value", ""))
        for content in _get(entry, "content") or []
        if str(content.get("type", "text/plain")).startswith(("text/", "application/xhtml"))
    )
    return max(texts, key=len, default="")


def _date(entry: Parsed, key: str) -> datetime | None:
    written = _text(entry, key)
    if _COUNT.fullmatch(written.strip()):
        return None
    return dates.from_tuple(_get(entry, f"{key}_parsed")) or dates.from_text(written)


def _authors(entry: Parsed) -> tuple[str, ...]:
    """Return the authors as written: feedparser cuts mail addresses out by a pattern that ends `.agency` at `.agen`."""
    listed = [author for author in _get(entry, "authors") or [] if author.get("name")]
    if len(listed) == 1 and listed[0].get("email"):
        return (_text(entry, "author") or str(listed[0]["name"]),)
    return tuple(str(author["name"]) for author in listed)


def _is_utf7(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name == "utf-7"
    except LookupError:
        return False


def _found(document: bytes) -> str:
    start = document[:_SNIFFED]
    if is_page(document):
        return "a web page"
    if b"\0" in start or start.startswith((b"\x1f\x8b", b"\x89PNG")):
        return "binary data"
    return "another kind of XML" if _XML.match(start.lstrip(b"\xef\xbb\xbf \t\r\n")) else "plain text"
