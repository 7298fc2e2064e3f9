"""PDF files that are made, or happen, to hang, swell or crash what reads them, and what each must end as."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from monitor.articles import PDF_LIMIT
from tests.hostile.answers import inflating, noise
from tests.hostile.pages import Case, ends
from tests.hostile.papers import (
    LINES,
    NOTICE,
    PLAIN,
    STREAM,
    annotated,
    bomb,
    cut,
    deep_tree,
    displaced,
    encrypted,
    forms,
    hundred,
    in_itself,
    many_pages,
    mapped,
    packed,
    page_of,
    sheet,
    tree,
    with_trailer,
    xref_loop,
    xref_pair,
)
from tests.pages import BODY
from tests.pdfs import Line, flowing, pdf, written

ENOUGH = (BODY[0], BODY[-1])
REFUSED = ("damaged-pdf", "pdf-without-text")


def of(
    name: str,
    make: Callable[[], bytes],
    *expected: str,
    holds: tuple[str, ...] = ENOUGH,
    slow: bool = False,
) -> Case:
    """Return a case that is sent as what it is."""
    return ends(name, make, *expected, holds=holds, content_type="application/pdf", slow=slow)


def _structures() -> Iterator[Case]:
    yield of("a PDF as it should be", lambda: PLAIN, "ok")
    for share in (5, 50, 95):
        yield of(f"a PDF cut after {share} of 100", partial(cut, share), "damaged-pdf")
    yield of("a PDF without its last line", lambda: PLAIN[:-8], "ok")
    yield of("a PDF whose table is wrong by 7 bytes", lambda: displaced(7), "ok")
    yield of("a PDF whose table points far beyond its end", lambda: displaced(2_000_000_000), "ok", *REFUSED)
    yield of("a PDF without a table", lambda: PLAIN.replace(b"xref\n0", b"xxxx\n0"), "ok", "damaged-pdf")
    yield of("a PDF whose table is its own predecessor", xref_loop, "ok", "damaged-pdf")
    yield of("a PDF of two tables, each before the other", xref_pair, "ok", "damaged-pdf")
    yield of("a PDF whose catalogue lies in a stream in itself", in_itself, "damaged-pdf")
    yield of(
        "a PDF of a billion objects, it says",
        lambda: PLAIN.replace(b"/Size 6", b"/Size 1000000000"),
        "ok",
        "damaged-pdf",
    )
    yield of(
        "a PDF whose start is not where it says",
        lambda: PLAIN[:-20] + b"startxref\n-99999999999999\n%%EOF",
        "ok",
        "damaged-pdf",
    )
    yield of("a PDF of random bytes", lambda: b"%PDF-1.7\n" + noise(300_000), "damaged-pdf")
    yield of("a PDF that is only its first line", lambda: b"%PDF-1.7\n", "damaged-pdf")
    yield of("a page that is only called a PDF", lambda: b"<html><body>none", "not-html", "no-text", "teaser")
    yield of("nothing, called a PDF", lambda: b"", "empty")
    yield of("a PDF with a page behind it", lambda: PLAIN + b"<html><body><p>" * 1_000, "ok")
    yield of("a PDF after a thousand bytes of junk", lambda: b"x" * 1_000 + b"\n" + PLAIN, "ok")
    yield of("a PDF of more bytes than are read", lambda: PLAIN + b" " * PDF_LIMIT, "too-large")
    yield of("a PDF, compressed", lambda: gzip.compress(PLAIN, mtime=0), "ok")
    yield of("a PDF, compressed and broken off", lambda: gzip.compress(PLAIN, mtime=0)[:-30], "not-html")
    yield of("a compressed PDF of a gigabyte", lambda: inflating(b"%PDF-1.7\n" + b" " * 999_991, 1_000), "too-large")
    yield of(
        "a PDF nested 100,000 deep", lambda: with_trailer(b"/X " + b"[" * 100_000 + b"]" * 100_000), "ok", "damaged-pdf"
    )
    yield of(
        "a PDF of 100,000 dictionaries in each other", lambda: with_trailer(b"<< /A " * 100_000), "ok", "damaged-pdf"
    )
    yield of("a PDF that asks for a password", lambda: encrypted(b"Standard"), "encrypted")
    yield of("a PDF locked in an unknown way", lambda: encrypted(b"NoSuch"), "encrypted")


def _trees() -> Iterator[Case]:
    kids = b"<< /Type /Pages /Kids [%s] /Count %d >>"
    yield of("a PDF without pages", pdf, "damaged-pdf")
    yield of("a page tree that is its own child", lambda: tree(kids % (b"2 0 R", 1)), *REFUSED)
    yield of(
        "a page tree whose child is its parent", lambda: tree(kids % (b"3 0 R", 5), kids % (b"2 0 R", 5)), *REFUSED
    )
    yield of(
        "a page tree that goes round after the page",
        lambda: tree(kids % (b"4 0 R 2 0 R 4 0 R", 9), STREAM, page_of(3)),
        "ok",
        "damaged-pdf",
    )
    yield of(
        "a page tree of two billion pages, it says",
        lambda: tree(kids % (b"4 0 R", 2_147_483_647), STREAM, page_of(3)),
        "ok",
        *REFUSED,
    )
    yield of(
        "a page tree of minus one pages", lambda: tree(kids % (b"4 0 R", -1), STREAM, page_of(3)), "ok", "damaged-pdf"
    )
    yield of("a page below 500 nodes", lambda: deep_tree(500), "ok", *REFUSED)
    yield of("a page below 20,000 nodes", lambda: deep_tree(20_000), "ok", *REFUSED)
    yield of("one page 100,000 times", lambda: tree(kids % (b"4 0 R " * 100_000, 100_000), STREAM, page_of(3)), "ok")
    yield of("20,000 pages", lambda: many_pages(20_000), "ok")
    yield of("100,000 pages", lambda: many_pages(100_000), "ok")
    yield of("a catalogue that is a page", lambda: tree(page_of(3), STREAM, catalogue=page_of(3)), *REFUSED)
    yield of(
        "a page tree that is a number", lambda: tree(b"7", catalogue=b"<< /Type /Catalog /Pages 2 0 R >>"), *REFUSED
    )
    yield of("a page without a content", lambda: tree(kids % (b"4 0 R", 1), b"null", page_of(9)), "pdf-without-text")
    yield of("a page that is its own content", lambda: tree(kids % (b"4 0 R", 1), b"null", page_of(4)), *REFUSED)


def _pages() -> Iterator[Case]:
    for box in (b"[0 0 1e38 1e38]", b"[0 0 0 0]", b"[900 900 -900 -900]", b"[0 0 99999999999999999999 1]", b"[/A (b)]"):
        yield of(
            f"a page of the size {box.decode()}",
            partial(PLAIN.replace, b"[0 0 595 842]", box),
            "ok",
            "damaged-pdf",
        )
    yield of(
        "a page turned upside down", lambda: PLAIN.replace(b"/MediaBox", b"/Rotate 180 /UserUnit 1e30 /MediaBox"), "ok"
    )
    yield of(
        "a page of pictures",
        lambda: sheet(b"q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"),
        "pdf-without-text",
    )
    yield of(
        "a picture of a gigabyte in the text",
        lambda: sheet(NOTICE + b" BI /W 99999 /H 99999 /CS /RGB /BPC 8 ID x EI"),
        "ok",
    )
    yield of("a content stream compressed 20 times", lambda: packed(NOTICE, 20), "ok", *REFUSED)
    yield of(
        "a content stream with 5,000 filters",
        lambda: sheet(NOTICE, b"/Filter [%s]" % (b"/ASCIIHexDecode " * 5_000)),
        "ok",
        *REFUSED,
    )
    yield of(
        "a content stream with filters for pictures",
        lambda: sheet(NOTICE, b"/Filter [/DCTDecode /JBIG2Decode /JPXDecode]"),
        "ok",
        *REFUSED,
    )
    yield of(
        "a content stream that is damaged", lambda: sheet(noise(50_000), b"/Filter /FlateDecode"), "pdf-without-text"
    )
    yield of(
        "a content stream as long as itself",
        lambda: tree(
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< /Length 3 0 R >>\nstream\n%s\nendstream" % NOTICE,
            page_of(3),
        ),
        "ok",
        *REFUSED,
    )
    yield of("a content stream of random bytes", lambda: sheet(noise(500_000)), "pdf-without-text", "teaser", "other")
    yield of("100,000 saved states", lambda: sheet(b"q " * 100_000 + NOTICE), "ok", "pdf-without-text")
    yield of("a content nested 100,000 deep", lambda: sheet(NOTICE + b"[" * 100_000 + b"<<" * 100_000), "ok")
    yield of("a form that shows itself", lambda: forms(1, 1), "ok")
    yield of("two forms that show each other", lambda: forms(2, 1), "ok")
    yield of("letters that mean NUL", lambda: mapped(b"0000"), "ok")
    yield of("letters that mean half a character", lambda: mapped(b"D835"), "ok")
    yield of("letters that mean halves the wrong way round", lambda: mapped(b"DC00D835"), "ok")
    yield of("letters that mean a line break", lambda: mapped(b"000A"), "ok")
    yield of("letters that turn the text around", lambda: mapped(b"202E"), "ok")
    yield of("a letter that means a thousand others", lambda: mapped(b"0041" * 1_000, b"A" * 20), "ok", "other")
    yield of(
        "letters that mean nothing",
        lambda: sheet(b"BT /F1 11 Tf 72 700 Td (%s) Tj ET" % (b"\\001\\002\\003" * 300)),
        "pdf-without-text",
        "teaser",
        "other",
    )
    yield of("a font of a huge size", lambda: pdf([*LINES, Line("x" * 50, size=1e30)]), "ok")
    yield of("a font of no size", lambda: pdf([*LINES, Line("x" * 50, y=30, size=0)]), "ok")
    yield of(
        "text in a matrix of huge numbers",
        lambda: sheet(NOTICE + b" 1e38 0 0 1e38 0 0 cm BT /F1 1e38 Tf 1e38 0 0 1e38 1e38 1e38 Tm (word) Tj ET"),
        "ok",
    )
    yield of("text far outside of the page", lambda: pdf([*LINES, Line("x", x=-1e30, y=1e30)]), "ok")
    yield of(
        "a thousand lines in one place",
        lambda: pdf([*LINES, *[Line(f"line {number}", y=90) for number in range(1_000)]]),
        "ok",
    )
    yield of(
        "20,000 lines of a letter",
        lambda: pdf([*LINES, *[Line("x", y=90 - number / 999) for number in range(20_000)]]),
        "ok",
    )
    yield of("a line of 300,000 characters", lambda: pdf([*LINES, Line("word " * 60_000, y=90)]), "ok")
    yield of("a word divided 2,000 times", lambda: pdf(LINES, flowing(*["divi-"] * 2_000, pitch=0.3)), "ok")
    yield of(
        "200 pages of one line",
        lambda: pdf(LINES, *[[Line(f"Sheet {number}")] for number in range(200)]),
        "ok",
        "other",
    )
    yield of("3,000 links", lambda: annotated(3_000, b"https://a.example/"), "ok")
    yield of("a link of a megabyte", lambda: annotated(1, b"https://a.example/" + b"a" * 1_000_000), "ok")
    yield of("a link that is a program", lambda: annotated(1, b"javascript:alert(1)"), "ok")
    yield of("a link list that is itself", lambda: sheet(NOTICE, extra=b"/Annots 5 0 R"), "ok")
    yield of("a PDF title of a megabyte", lambda: pdf(LINES, info={"Title": "title " * 170_000}), "ok")
    yield of("a title that is half a character", lambda: pdf(LINES, info={"Title": "\ud800\0\u202e"}), "ok")
    yield of(
        "dates of no calendar",
        lambda: pdf(LINES, info={"CreationDate": "D:99999999999999+99'99'", "ModDate": "D:" + "9" * 4_000}),
        "ok",
    )
    yield of("an info dictionary that is itself", lambda: with_trailer(b"/Info 1 0 R"), "ok")
    yield of(
        "a form that only one program can show",
        lambda: pdf(flowing("Please wait... Your PDF viewer may not be able to display this type of document.")),
        "pdf-without-text",
    )
    yield of(
        "a program that runs when it is opened",
        lambda: with_trailer(b"/OpenAction << /S /JavaScript /JS (while(true);) >>"),
        "ok",
    )


def _bombs() -> Iterator[Case]:
    spaces, shown = b" " * 1_000_000, b"(word word word word word) ' " * 10_000
    yield of(
        "a page that inflates to a gigabyte of spaces",
        lambda: bomb(spaces, 1_000),
        "pdf-without-text",
        "timeout",
        "memory",
        "crash",
        slow=True,
    )
    yield of(
        "a page that inflates to 400 MB of words",
        lambda: bomb(b"BT /F1 1 Tf 9 9 Td 1 TL " + shown, 1_400),
        "cut-short",
        "timeout",
        "memory",
        "crash",
        slow=True,
    )
    yield of(
        "a page that inflates twice, to a gigabyte",
        lambda: sheet(zlib.compress(inflating(spaces, 1_000)), b"/Filter [/FlateDecode /FlateDecode]"),
        "pdf-without-text",
        "timeout",
        "memory",
        "crash",
        slow=True,
    )
    yield of(
        "100 pages that inflate to 50 MB each",
        lambda: hundred(inflating(spaces, 50)),
        "pdf-without-text",
        "timeout",
        slow=True,
    )
    yield of("forms that show each other a billion times", lambda: forms(30, 2), "ok", "timeout", "crash", slow=True)
    yield of("100,000 links on one page", lambda: annotated(100_000, b"https://a.example/"), "ok", "timeout", slow=True)
    yield of(
        "500,000 lines of a letter",
        lambda: packed(written([*LINES, *[Line("x", y=90 - number / 9_999) for number in range(200_000)]])),
        "ok",
        "timeout",
        slow=True,
    )
    yield of(
        "3 MB of words on one page",
        lambda: packed(b"BT /F1 1 Tf 9 9 Td 1 TL %s ET" % (b"(word word word word word word) '\n" * 110_000)),
        "other",
        "timeout",
        slow=True,
    )


PDFS = (*_structures(), *_trees(), *_pages(), *_bombs())
