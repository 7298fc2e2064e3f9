"""The article in a PDF, as regulators publish them: its text, and the few facts that such a file can be trusted with.

    pdfium.py   the file → lines with their places
    layout.py   lines → paragraphs

Nobody checks the info dictionary of a PDF: its author is mostly a login name, and its title the name of a file. So
authors come from the feed alone, and a title is looked at twice. What the feed holds of the text never takes the place
of the document: whoever links a PDF means the PDF.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import takewhile

from monitor.articles import layout, pdfium, text
from monitor.articles.guard import checked_pdf
from monitor.articles.layout import Paragraph
from monitor.articles.page import Page
from monitor.errors import ExtractError
from monitor.records import Extracted, Quality

PAGES_LIMIT = 300
"""Pages that are read; a longer one says `cut-short`. Its beginning is the article for every purpose here."""

TEXT_LIMIT = 2_000_000
"""Characters that are read; a longer one says `cut-short` as well."""

TITLE_LIMIT = 500
_SHORT_WORDS = 40
_PLACEHOLDER_WORDS = 150
_UNREADABLE_SHARE = 0.3
_YEARS = range(1993, 2100)
_HEADING_WORDS = range(1, 41)
_HEADING_LETTERS = 4
_PLAIN_HEADING_WORDS = 20
_DATE = re.compile(
    r"(?:D:)?\s*(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)?(?P<minute>\d\d)?(?P<second>\d\d)?"
    r"(?P<zone>Z|[+-]\d\d)?'?(?P<minutes>\d\d)?"
)
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel|publisher)\b.*"
    r"|.*\.(?:docx?|pdf|pptx?|xlsx?|rtf|odt|indd|qxd|qxp|tex|dvi|fm|wpd|pub|html?)"
    r"|untitled.*|(?:document|slide|layout|title|template|print|scan|presentation|powerpoint presentation)\s*\d*"
    r"|no title|unbenannt.*|sans titre.*"
    # A word with digits in it is the name of a file, but not COVID-19, nor in a script that sets no spaces.
    r"|(?!(?-i:[A-Z]{4,}-\d\d?|[A-Z]\d\d?)$)[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\uffef]*"
    r"(?:(?<=[!-~])|^)[\d_/\\][^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\uffef]*",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"your pdf viewer may not be able to display|open this pdf (?:portfolio )?in (?:adobe|acrobat)", re.IGNORECASE
)
_UNREADABLE = re.compile("[\ue000-\uf8ff\ufffd]")


def extract_pdf(page: Page) -> Extracted:
    """Read the article out of a PDF, with the feed's word for what the feed has said.

    Raises ExtractError: `too-large`, `encrypted`, `damaged-pdf`, `unreadable` (the reader gave up), or
    `pdf-without-text` when it holds pictures of pages, a form that only one program can fill, or letters that nothing
    gives a meaning to.
    """
    try:
        return _extracted(page)
    except (ExtractError, MemoryError):
        raise
    except Exception as error:  # what makes a reader stumble is the file's doing
        sentence = f"the PDF cannot be read ({type(error).__name__})"
        raise ExtractError(page.url, "unreadable", sentence) from error


def _extracted(page: Page) -> Extracted:
    read = pdfium.contents(page.url, checked_pdf(page), pages=PAGES_LIMIT, characters=TEXT_LIMIT)
    parts = layout.paragraphs(read.pages)
    body = text.paragraphs("\n".join(part.text for part in parts))
    count = text.words(body)
    _check(page.url, body, count)
    published = page.published or _moment(read.info["CreationDate"])
    short = count < _SHORT_WORDS
    return Extracted(
        title=text.line(page.title) or _stated_title(read.info["Title"]) or _heading(parts),
        text=body,
        published=published,
        authors=page.authors,
        language=text.language(body, page.language),
        publisher=page.publisher or None,
        method="pdf",
        words=count,
        reason="short-text" if short else "cut-short" if read.cut else "",
        quality=Quality.TEASER if short else Quality.FULL,
        modified=_later(_moment(read.info["ModDate"]), published),
        dated_by=_dated_by(page, published),
        links=read.links,
    )


def _check(url: str, body: str, count: int) -> None:
    """Refuse a document without words of its own."""
    unreadable = sum(1 for _ in _UNREADABLE.finditer(body))
    if not any(map(str.isalpha, body)) or unreadable > _UNREADABLE_SHARE * len(body):
        raise ExtractError(url, "pdf-without-text", "the PDF holds pictures of pages, but no text")
    if count < _PLACEHOLDER_WORDS and _PLACEHOLDER.search(body):
        raise ExtractError(url, "pdf-without-text", "the PDF holds a form that only its maker's program shows")


def _dated_by(page: Page, published: datetime | None) -> str:
    if page.published:
        return "feed"
    return "page" if published else ""


def _stated_title(stated: str) -> str:
    """Return the title in the info dictionary when it is one, and no file name or what a program put there."""
    title = text.line(stated)[:TITLE_LIMIT]
    return "" if _NO_TITLE.fullmatch(title) or not any(map(str.isalpha, title)) else title


def _heading(parts: Sequence[Paragraph]) -> str:
    """Return the largest heading of the first page; where all is of one size, a first line that ends no sentence."""
    first = [part for part in takewhile(lambda part: part.page == parts[0].page, parts) if _is_heading(part.text)]
    if not first:
        return ""
    largest = max(first, key=lambda part: part.size)
    usual = layout.usual_size(parts)
    if largest.size <= layout.HEADING * usual:
        largest = next((part for part in first if part.bold), parts[0])
        if not _is_heading(largest.text) or len(largest.text.split()) > _PLAIN_HEADING_WORDS:
            return ""
    return text.line(largest.text)[:TITLE_LIMIT]


def _is_heading(said: str) -> bool:
    if len(said.split()) not in _HEADING_WORDS or said.endswith((".", ";", ",")):
        return False
    return sum(map(str.isalpha, said)) >= _HEADING_LETTERS


def _moment(stated: str) -> datetime | None:
    """Read a date as PDF writes it, `D:20260312101530+01'00'`; one without a zone is taken as UTC."""
    found = _DATE.match(stated)
    if not found or int(found["year"]) not in _YEARS:
        return None
    zone = timezone.utc  # noqa: UP017 - a variable of either kind
    try:
        if found["zone"] not in {None, "Z"}:
            hours, minutes = int(found["zone"]), int(found["minutes"] or 0)
            zone = timezone(timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes))
        year, month, day = (int(found[part]) for part in ("year", "month", "day"))
        hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _later(moment: datetime | None, than: datetime | None) -> datetime | None:
    """Return a moment when it is after the other."""
    return moment if moment and than and moment > than else None
