"""Small PDF files, written byte by byte, for tests that read them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

A4 = (595, 842)
LEFT, TOP, PITCH = 72.0, 770.0, 14.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text at a place on the page, in points from the lower left corner."""

    text: str
    x: float = LEFT
    y: float = TOP
    size: float = 11.0
    bold: bool = False


@dataclass(slots=True)
class Sheets:
    """The objects of a PDF in the making; the first three are the catalogue, the page tree and the fonts."""

    objects: list[bytes] = field(default_factory=lambda: [b"", b"", b""])

    def add(self, body: bytes) -> int:
        """Keep an object and return its number."""
        self.objects.append(body)
        return len(self.objects)

    def stream(self, data: bytes, entries: bytes = b"") -> int:
        """Keep a stream and return its number."""
        return self.add(b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data))


def string(text: str) -> bytes:
    """Return a text as a PDF string, in UTF-16 when it needs to be."""
    raw = text.encode("latin-1") if _is_latin(text) else b"\xfe\xff" + text.encode("utf-16-be", "surrogatepass")
    return b"<" + raw.hex().encode() + b">"


def written(lines: Sequence[Line]) -> bytes:
    """Return the content stream that shows these lines; an en dash and a bullet are all it knows beyond Latin-1."""
    parts = []
    for line in lines:
        shown = line.text.encode("cp1252", "replace").hex().encode()
        font = b"F2" if line.bold else b"F1"
        parts.append(b"BT /%s %g Tf 1 0 0 1 %g %g Tm <%s> Tj ET" % (font, line.size, line.x, line.y, shown))
    return b"\n".join(parts)


def flowing(*lines: str, top: float = TOP, x: float = LEFT, size: float = 11.0, pitch: float = PITCH) -> list[Line]:
    """Return lines one under the other; an empty one leaves a gap."""
    return [Line(text, x, top - number * pitch, size) for number, text in enumerate(lines) if text]


def pdf(
    *pages: Sequence[Line],
    info: Mapping[str, str] | None = None,
    links: Sequence[tuple[str, tuple[float, float, float, float]]] = (),
    compress: bool = False,
) -> bytes:
    """Return a PDF with a page for each list of lines; `links` lie on the first page, each with its rectangle."""
    sheets = Sheets()
    annotations = b" ".join(_link(url, place) for url, place in links)
    numbers: list[int] = []
    for page in pages:
        content = written(page)
        entries = b"/Filter /FlateDecode" if compress else b""
        stream = sheets.stream(zlib.compress(content) if compress else content, entries)
        extra = b"/Contents %d 0 R" % stream
        if annotations and not numbers:
            extra += b" /Annots [%s]" % annotations
        numbers.append(sheets.add(page_object(extra)))
    return assembled(sheets, numbers, info)


def page_object(extra: bytes) -> bytes:
    """Return a page of A4 in the usual fonts."""
    return b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources 3 0 R %s >>" % (*A4, extra)


def assembled(sheets: Sheets, pages: Sequence[int], info: Mapping[str, str] | None = None) -> bytes:
    """Return the whole file: catalogue, page tree, fonts, the objects, the table of where they are."""
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    fonts = b" ".join(
        b"/%s << /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % pair
        for pair in ((b"F1", b"Helvetica"), (b"F2", b"Helvetica-Bold"))
    )
    sheets.objects[:3] = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Font << %s >> >>" % fonts,
    )
    trailer = b"/Root 1 0 R"
    if info is not None:
        entries = b" ".join(b"/%s %s" % (key.encode(), string(value)) for key, value in info.items())
        trailer += b" /Info %d 0 R" % sheets.add(b"<< %s >>" % entries)
    return file_of(sheets.objects, trailer)


def file_of(objects: Sequence[bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Return a PDF of these objects, numbered from 1, with a table that is right."""
    made = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(made)


def _link(url: str, place: tuple[float, float, float, float]) -> bytes:
    return b"<< /Type /Annot /Subtype /Link /Rect [%g %g %g %g] /A << /S /URI /URI %s >> >>" % (*place, string(url))


def _is_latin(text: str) -> bool:
    return all(character <= "\xff" for character in text)
