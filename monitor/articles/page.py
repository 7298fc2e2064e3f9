"""What is known of an article before its page is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PAGE_LIMIT = 5_000_000
"""Bytes of a page after decompression; one page in a thousand is larger, and few of those are articles."""

PDF_LIMIT = 20_000_000
"""Bytes of a PDF after decompression: it brings its fonts and pictures along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The raw bytes behind a link, beside what the feed already said of it in plain text.

    `body` is as the server sent it, for the page itself knows its encoding better than any header. `content` is the
    feed's own full text, `summary` its teaser. HTML of more than `page_bytes`, or a PDF of more than `document_bytes`,
    both after decompression, is not read.
    """

    id: str
    url: str
    body: bytes
    content_type: str = ""
    title: str = ""
    published: datetime | None = None
    authors: tuple[str, ...] = ()
    publisher: str = ""
    content: str = ""
    summary: str = ""
    language: str | None = None
    page_bytes: int = PAGE_LIMIT
    document_bytes: int = PDF_LIMIT
