"""What pdfium gives of a PDF: lines with their places, links, the info dictionary. The only file that knows it.

It is used through its C functions, for every handle must be closed at a known moment: a worker reads hundreds of files.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import Any

from monitor.articles.layout import Line
from monitor.errors import ExtractError
from monitor.records import Link

Foreign = Any
"""The library, or a handle it gave out: ctypes has no types."""

LINKS_LIMIT = 200
_PAGE_LINKS = 500
_URL_LIMIT = 2_000
_INFO_LIMIT = 5_000
_HYPHEN = "\ufffe"
_AFTER_URL = ".,;:!?'\"’”»)]}>"
_BOLD = ("bold", "black", "heavy", "semibd", "demi")
_WEIGHT = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What was read of a PDF: lines of each page in the file's order, the first links, the info dictionary.

    `cut` says that the file has more pages or more text than was asked for.
    """

    pages: Sequence[Sequence[Line]]
    links: tuple[Link, ...]
    info: dict[str, str]
    cut: bool


def contents(url: str, data: bytes, *, pages: int, characters: int) -> Contents:
    """Read at most so many pages and characters of a PDF.

    Raises ExtractError: `encrypted` when it asks for a password, `damaged-pdf` when there is no page to be found.
    """
    # Loaded here because only a PDF needs it; it has no types.
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # noqa: PLC0415

    with _kept(pdfium.FPDF_CloseDocument, pdfium.FPDF_LoadMemDocument64, data, len(data), None) as document:
        if not document and pdfium.FPDF_GetLastError() in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise ExtractError(url, "encrypted", "the PDF asks for a password")
        count = pdfium.FPDF_GetPageCount(document) if document else 0
        found: list[list[Line] | None] = []
        links: dict[str, str] = {}
        left = characters
        for number in range(min(count, pages)):
            lines = _page(pdfium, document, number, left, links)
            left -= sum(len(line.text) + 1 for line in lines or ())
            found.append(lines)
            if left <= 0:
                break
        if all(lines is None for lines in found):
            raise ExtractError(url, "damaged-pdf", "the PDF is damaged: not one of its pages can be read")
        info = {key: _info(pdfium, document, key) for key in ("Title", "CreationDate", "ModDate")}
    shown = tuple(Link(url=target, text=words) for target, words in islice(links.items(), LINKS_LIMIT))
    return Contents(pages=[lines or [] for lines in found], links=shown, info=info, cut=count > len(found) or left <= 0)


@contextmanager
def _kept(close: Callable[[Any], object], opening: Callable[..., Any], *arguments: object) -> Iterator[Any]:
    """Yield a handle, None when pdfium gives none, and close it whatever happens."""
    held: list[Any] = []
    try:
        # The signal that ends an item's time cannot fall between the opening and the keeping: `map` calls from C.
        held.extend(map(opening, *([argument] for argument in arguments)))
        yield held[0]
    finally:
        for handle in filter(None, held):
            close(handle)


def _page(pdfium: Foreign, document: Foreign, number: int, most: int, links: dict[str, str]) -> list[Line] | None:
    """Return the lines of one page, None when it is damaged, and note its links."""
    with _kept(pdfium.FPDF_ClosePage, pdfium.FPDF_LoadPage, document, number) as page:
        if not page:
            return None
        with _kept(pdfium.FPDFText_ClosePage, pdfium.FPDFText_LoadPage, page) as shown:
            if not shown:
                return None
            lines = _Reader(pdfium, shown).lines(most)
            if lines and len(links) < LINKS_LIMIT:
                _marked_links(pdfium, document, page, shown, links)
                _written_links(pdfium, shown, links)
            return lines


class _Reader:
    """The text of one page, and where its characters stand."""

    def __init__(self, pdfium: Foreign, shown: Foreign) -> None:
        self._pdfium = pdfium
        self._shown = shown
        self._box = pdfium.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._name = ctypes.create_string_buffer(200)
        self._flags = ctypes.c_int()

    def lines(self, most: int) -> list[Line]:
        """Return the lines that hold any text, of the page's first `most` characters."""
        count = min(self._pdfium.FPDFText_CountChars(self._shown), most)
        if count <= 0:
            return []
        # Some characters come out as two or three.
        buffer = (ctypes.c_ushort * (4 * count + 16))()
        written = self._pdfium.FPDFText_GetText(self._shown, 0, count, buffer)
        text = bytes(memoryview(buffer)[: max(written - 1, 0)]).decode("utf-16-le", "surrogatepass")
        found = []
        start = 0
        for part in self._parts(text):
            line = self._line(part, start)
            if line is not None:
                found.append(line)
            start += len(part) if part.isascii() else len(part.encode("utf-16-le", "surrogatepass")) // 2
        return found

    def _parts(self, text: str) -> Iterator[str]:
        """Cut a page's text into lines, each with its end: a hyphen at a line's end stands for the end as well."""
        for part in text.splitlines(keepends=True):
            begin = 0
            for place in (place for place, character in enumerate(part) if character == _HYPHEN):
                if part[begin:place].strip() and part[place - 1].isalpha() and part[place + 1 : place + 2].isalnum():
                    yield part[begin : place + 1]
                    begin = place + 1
            yield part[begin:]

    def _line(self, part: str, start: int) -> Line | None:
        """Return a line with its place; `start` counts the page's characters before it, as UTF-16 does."""
        bare = part.strip()
        if not bare:
            return None
        first = start + len(part) - len(part.lstrip())
        last = first + len(bare) - (2 if bare.endswith(_HYPHEN) else 1)
        left, base, size, bold = self._at(first)
        _, _, middle_size, middle_bold = self._at((first + last) // 2)
        right, _, last_size, last_bold = self._at(last, right=True)
        return Line(
            text=bare.replace(_HYPHEN, "-") if bare.endswith(_HYPHEN) else bare,
            left=left,
            right=right,
            base=base,
            size=sorted((size, middle_size, last_size))[1],
            bold=bold and middle_bold and last_bold,
        )

    def _at(self, index: int, *, right: bool = False) -> tuple[float, float, float, bool]:
        """Return the left (or right) edge of a character, its base line, the height of its font, whether it is bold."""
        pdfium, shown, box = self._pdfium, self._shown, self._box
        index = pdfium.FPDFText_GetCharIndexFromTextIndex(shown, index)
        if not pdfium.FPDFText_GetLooseCharBox(shown, index, box):
            return 0.0, 0.0, 0.0, False
        pdfium.FPDFText_GetCharOrigin(shown, index, self._x, self._y)
        edge, base, size = box.right if right else box.left, self._y.value, abs(box.top - box.bottom)
        # A matrix of huge numbers leads out of all numbers.
        if not (isfinite(edge) and isfinite(base) and isfinite(size)):
            return 0.0, 0.0, 0.0, False
        return edge, base, size, self._is_bold(index)

    def _is_bold(self, index: int) -> bool:
        if self._pdfium.FPDFText_GetFontWeight(self._shown, index) >= _WEIGHT:
            return True
        size = len(self._name)
        self._name[0] = b"\0"
        self._pdfium.FPDFText_GetFontInfo(self._shown, index, self._name, size, self._flags)
        name = self._name.value.lower().decode("ascii", "replace")
        return any(mark in name for mark in _BOLD)


def _marked_links(pdfium: Foreign, document: Foreign, page: Foreign, shown: Foreign, links: dict[str, str]) -> None:
    """Note the links that lie on the page as areas, with the words below them."""
    place, link, area = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
    for _ in range(_PAGE_LINKS):
        if not pdfium.FPDFLink_Enumerate(page, place, link):
            return
        action = pdfium.FPDFLink_GetAction(link)
        if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
            continue
        raw = ctypes.create_string_buffer(_URL_LIMIT)
        if pdfium.FPDFAction_GetURIPath(document, action, raw, _URL_LIMIT) > _URL_LIMIT:
            continue
        url = raw.value.decode("utf-8", "replace").strip()
        if _is_web(url) and pdfium.FPDFLink_GetAnnotRect(link, area):
            _note(links, url, _words_in(pdfium, shown, area))


def _words_in(pdfium: Foreign, shown: Foreign, area: Foreign) -> str:
    buffer = (ctypes.c_ushort * 300)()
    count = pdfium.FPDFText_GetBoundedText(shown, area.left, area.top, area.right, area.bottom, buffer, len(buffer))
    words = bytes(memoryview(buffer)[: max(count, 0)]).decode("utf-16-le", "ignore")
    return " ".join(words.partition("\0")[0].replace(_HYPHEN, "").split())


def _written_links(pdfium: Foreign, shown: Foreign, links: dict[str, str]) -> None:
    """Note the addresses that are written out in the text."""
    with _kept(pdfium.FPDFLink_CloseWebLinks, pdfium.FPDFLink_LoadWebLinks, shown) as written:
        count = pdfium.FPDFLink_CountWebLinks(written) if written else 0
        for number in range(min(count, _PAGE_LINKS)):
            buffer = (ctypes.c_ushort * _URL_LIMIT)()
            length = pdfium.FPDFLink_GetURL(written, number, buffer, _URL_LIMIT)
            url = bytes(memoryview(buffer)[: max(length - 1, 0)]).decode("utf-16-le", "ignore").rstrip(_AFTER_URL)
            if _is_web(url) and url not in links:
                _note(links, url, url)


def _note(links: dict[str, str], url: str, words: str) -> None:
    """Keep a link; one that is wrapped over two lines lies on the page twice, with a part of its words each."""
    known = links.get(url, "")
    if words not in known:
        links[url] = f"{known} {words}".strip()[:300]
    else:
        links.setdefault(url, words)


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://")) and not any(map(str.isspace, url))


def _info(pdfium: Foreign, document: Foreign, key: str) -> str:
    name = key.encode() + b"\0"
    size = pdfium.FPDF_GetMetaText(document, name, None, 0)
    if not 2 <= size <= _INFO_LIMIT:  # noqa: PLR2004 - the two bytes that end it
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_GetMetaText(document, name, buffer, size)
    return bytes(buffer.raw[: size - 2]).decode("utf-16-le", "replace")
