"""Documents to parsed feeds: which reader a document needs, and what its failure means."""

from __future__ import annotations

from datetime import datetime

from monitor.errors import ParseError
from monitor.feeds import jsonfeeds, xmlfeeds
from monitor.feeds.entries import Limits, assemble
from monitor.feeds.items import Document, NotAFeedError
from monitor.records import ParsedFeed

DEFAULT_LIMITS = Limits()

_BLANK = b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"  # white space, byte order marks and the zeros of UTF-16
_INSTEAD = "the address answers with {}, not with a feed"


def parse(
    document: bytes,
    *,
    url: str,
    feed_id: str,
    now: datetime,
    content_type: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> ParsedFeed:
    """Read RSS 0.9x and 2.0, RDF, Atom 0.3 and 1.0, or JSON Feed 1.x into entries in document order.

    A document that is cut off or malformed yields what can be read of it. `url` is the address it was fetched from,
    `content_type` the header that came with it. Dates outside [`now` - 10 years, `now` + 1 day] become None, those
    up to a day ahead become `now`. Raises ParseError with the reason `empty`, `not-a-feed` or `unparseable`. Hostile
    documents can take very long: give this function a time limit of its own.
    """
    start = document[:256].lstrip(_BLANK)
    if not start and not document.strip(_BLANK):
        raise ParseError(url, "empty", "the server sent an empty document")
    try:
        read = _read(document, start, content_type)
    except NotAFeedError as error:
        raise ParseError(url, "not-a-feed", _INSTEAD.format(error.found)) from None
    except MemoryError:
        raise  # the worker's limit is not a property of the document's grammar
    except Exception as error:  # feedparser raises ValueError, UnicodeError, RecursionError and more on bad input
        if xmlfeeds.is_page(document):
            raise ParseError(url, "not-a-feed", _INSTEAD.format("a web page")) from error
        raise ParseError(url, "unparseable", f"the feed cannot be read ({type(error).__name__})") from error
    return assemble(read, url=url, feed_id=feed_id, now=now, limits=limits)


def _read(document: bytes, start: bytes, content_type: str) -> Document:
    if start.startswith((b"{", b"[")):
        return jsonfeeds.read(document)
    return xmlfeeds.read(document, content_type)
