"""PDF files with something wrong in them, made byte by byte."""

from __future__ import annotations

import textwrap
import zlib
from collections.abc import Sequence

from tests.hostile.answers import inflating
from tests.pages import BODY
from tests.pdfs import Sheets, assembled, file_of, flowing, page_object, pdf, written

LINES = flowing(*(line for paragraph in BODY for line in (*textwrap.wrap(paragraph, 80), "")))
NOTICE = written(LINES)
PLAIN = pdf(LINES)
FONT = b"<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"


def sheet(content: bytes, entries: bytes = b"", extra: bytes = b"", more: Sequence[bytes] = ()) -> bytes:
    """Return a file of one page with this content stream; `more` are objects from number 4 on."""
    sheets = Sheets()
    sheets.objects.extend(more)
    stream = sheets.stream(content, entries)
    return assembled(sheets, [sheets.add(page_object(b"/Contents %d 0 R %s" % (stream, extra)))])


def packed(content: bytes, filters: int = 1) -> bytes:
    """Return a file of one page whose content went through the same filter so many times."""
    for _ in range(filters):
        content = zlib.compress(content)
    return sheet(content, b"/Filter [%s]" % (b"/FlateDecode " * filters))


def bomb(block: bytes, times: int) -> bytes:
    """Return a file whose page inflates to this block so many times."""
    return sheet(inflating(block, times), b"/Filter /FlateDecode")


def tree(pages: bytes, *more: bytes, catalogue: bytes = b"<< /Type /Catalog /Pages 2 0 R >>") -> bytes:
    """Return a file with this page tree; the first of `more` is object 3."""
    return file_of([catalogue, pages, *more])


def page_of(content: int, parent: int = 2) -> bytes:
    """Return a page object with a font of its own."""
    resources = b"<< /Font %s >>" % FONT
    return b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Resources %s /Contents %d 0 R >>" % (
        parent,
        resources,
        content,
    )


STREAM = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(NOTICE), NOTICE)


def many_pages(count: int) -> bytes:
    """Return a file of so many page objects with one content."""
    kids = b" ".join(b"%d 0 R" % (number + 4) for number in range(count))
    root = b"<< /Type /Pages /Kids [%s] /Count %d /MediaBox [0 0 595 842] /Resources << /Font %s >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /Contents 3 0 R >>"
    return tree(root % (kids, count, FONT), STREAM, *([page] * count))


def deep_tree(depth: int) -> bytes:
    """Return a file whose only page lies below so many nodes."""
    nodes = [
        b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (number - 1 if number > 4 else 2, number + 1)
        for number in range(4, 4 + depth)
    ]
    root = b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>"
    return tree(root, STREAM, *nodes, page_of(3, parent=3 + depth))


def mapped(target: bytes, shown: bytes = b"A" * 50) -> bytes:
    """Return a file whose font maps the letter A to these UTF-16 units."""
    cmap = (
        b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <41> <%s> endbfchar endcmap"
        % target
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 4 0 R >>"
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap)
    content = NOTICE + b"\nBT /F9 11 Tf 1 0 0 1 72 100 Tm (%s) Tj ET" % shown
    fonts = b"<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> /F9 5 0 R >>"
    sheets = Sheets()
    sheets.objects.extend([stream, font])
    number = sheets.stream(content)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font %s >> /Contents %d 0 R >>"
    return assembled(sheets, [sheets.add(page % (fonts, number))])


def forms(levels: int, calls: int) -> bytes:
    """Return a file of forms, each of which shows the next one so often."""
    sheets = Sheets()
    for number in range(levels):
        following = number + 5 if number < levels - 1 else 4
        resources = b"<< /XObject << /X %d 0 R >> >>" % following
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources %s" % resources
        sheets.stream(b"/X Do " * calls, entries)
    resources = b"<< /XObject << /X 4 0 R >> /Font %s >>" % FONT
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %s /Contents %d 0 R >>"
    content = sheets.stream(NOTICE + b" /X Do")
    return assembled(sheets, [sheets.add(page % (resources, content))])


def encrypted(handler: bytes) -> bytes:
    """Return a file that asks for a password nobody knows, or for a handler nobody has."""
    sheets = Sheets()
    stream = sheets.stream(NOTICE)
    page = sheets.add(page_object(b"/Contents %d 0 R" % stream))
    whole = assembled(sheets, [page])
    lock = b"/Filter /%s /V 1 /R 2 /Length 40 /P -4 /O <%s> /U <%s>" % (handler, b"5a" * 32, b"a5" * 32)
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /ID [<01> <01>] /Encrypt << %s >>" % lock)


def in_itself() -> bytes:
    """Return a file whose catalogue lies in an object stream, which lies in itself."""
    made = bytearray(b"%PDF-1.7\n")
    inner = b"1 0 4 37 << /Type /Catalog /Pages 2 0 R >>       << /Type /ObjStm >>"
    places = {2: len(made)}
    made += b"2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj\n"
    made += b"4 0 obj << /Type /ObjStm /N 2 /First 9 /Extends 4 0 R /Length %d >>\nstream\n%s\nendstream endobj\n" % (
        len(inner),
        inner,
    )
    start = len(made)
    rows = b"".join(
        kind.to_bytes(1, "big") + place.to_bytes(4, "big") + index.to_bytes(1, "big")
        for kind, place, index in ((0, 0, 0), (2, 4, 0), (1, places[2], 0), (0, 0, 0), (2, 4, 1), (1, start, 0))
    )
    made += b"5 0 obj << /Type /XRef /Size 6 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream endobj\n" % (
        len(rows),
        rows,
    )
    made += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(made)


def with_trailer(extra: bytes) -> bytes:
    """Return an ordinary file with something in its trailer."""
    return PLAIN.replace(b"/Root 1 0 R", b"/Root 1 0 R " + extra)


def xref_loop() -> bytes:
    """Return a file whose table of objects names itself as the one before it."""
    return with_trailer(b"/Prev %d" % PLAIN.rindex(b"xref\n0"))


def xref_pair() -> bytes:
    """Return a file with two tables of objects, each of which names the other as the one before it."""
    first = PLAIN.rindex(b"xref\n0")
    longer = PLAIN.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %010d" % 0)
    second = len(longer)
    whole = longer.replace(b"/Prev %010d" % 0, b"/Prev %010d" % second)
    return whole + b"xref\n0 0\ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (first, second)


def displaced(by: int) -> bytes:
    """Return a file whose table of objects is wrong by so many bytes."""
    head, table = PLAIN[: PLAIN.rindex(b"xref\n0")], PLAIN[PLAIN.rindex(b"xref\n0") :]
    rows = [b"%010d 00000 n " % (int(row[:10]) + by) if row.endswith(b" n ") else row for row in table.split(b"\n")]
    return head + b"\n".join(rows)


def cut(share: int) -> bytes:
    """Return so many hundredths of an ordinary file."""
    return PLAIN[: len(PLAIN) * share // 100]


def annotated(count: int, url: bytes) -> bytes:
    """Return a file with so many links on its page."""
    link = b"<< /Type /Annot /Subtype /Link /Rect [72 700 300 790] /A << /S /URI /URI (%s) >> >>" % url
    return sheet(NOTICE, extra=b"/Annots [%s]" % (link * count))


def hundred(content: bytes) -> bytes:
    """Return a file of a hundred pages with this one content."""
    sheets = Sheets()
    stream = sheets.stream(content, b"/Filter /FlateDecode")
    return assembled(sheets, [sheets.add(page_object(b"/Contents %d 0 R" % stream)) for _ in range(100)])
