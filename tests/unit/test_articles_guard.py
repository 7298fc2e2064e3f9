"""What is refused before any work is done on it."""

from __future__ import annotations

import gzip

import pytest

from monitor.articles import PAGE_LIMIT, extract
from monitor.articles.guard import checked_pdf, is_pdf
from monitor.errors import ExtractError
from tests.pages import BODY, URL, page, page_of


def refusal(html: str | bytes, **facts: object) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        extract(page(html, **facts))
    return caught.value


@pytest.mark.parametrize("body", [b"", b"  \r\n\t "])
def test_an_empty_page_is_refused(body: bytes) -> None:
    assert refusal(body).reason == "empty"


@pytest.mark.parametrize(
    "body", [b"<html>" + b"a" * PAGE_LIMIT, gzip.compress(b"<p>a</p>" * PAGE_LIMIT, 1)], ids=["plain", "bomb"]
)
def test_a_page_beyond_the_limit_is_refused(body: bytes) -> None:
    assert refusal(body).reason == "too-large"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\x89PNG\r\n\x1a\n<html><p>" + b"text " * 99, ""),
        (b"PK\x03\x04" + b"mimetype<html>", "application/octet-stream"),
        (gzip.compress(page_of(*BODY).encode(), mtime=0)[:200], "text/html"),
        (b"\x1f\x8b\x08 not really gzip <html>", "text/html"),
        (bytes(range(256)) * 40, "text/html"),
        (b'{"title": "Port fees"}', "application/json"),
        (b"Just a line of text, 3 < 4.", "text/plain"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title></channel></rss>', "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>", "image/svg+xml"),
        (b"<!DOCTYPE " + b"/" * 200_000, "text/html"),
    ],
)
def test_what_is_no_html_is_refused(body: bytes, content_type: str) -> None:
    error = refusal(body, content_type=content_type)
    assert (error.subject, error.reason) == (URL, "not-html")


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"%PDF-1.7\n", "text/html", True),
        (b"\xef\xbb\xbf\r\n%PDF-1.7\n", "", True),
        (b"x" * 1_000 + b"%PDF-1.7", "", True),
        (b"x" * 1_024 + b"%PDF-1.7", "application/pdf", False),
        (gzip.compress(b"%PDF-1.7\n" * 9, mtime=0), "application/pdf", True),
        (gzip.compress(b"%PDF-1.7\n" * 9, mtime=0)[:-12], "", True),
        (b"\x1f\x8b\x08 not really gzip %PDF-1.7", "", False),
        (b"<html><p>It begins with %PDF-1.7", "text/html", False),
        (b"%PDF of no version", "text/html", False),
        (b"%PDF of no version", "application/pdf; charset=binary", True),
        (b"<html><p>A page in its place", "application/pdf", False),
    ],
)
def test_a_pdf_is_told_by_its_first_bytes(body: bytes, content_type: str, expected: bool) -> None:  # noqa: FBT001
    assert is_pdf(page(body, content_type=content_type)) is expected


def test_what_stands_before_a_pdf_is_cut_off() -> None:
    assert checked_pdf(page(b"junk\n%PDF-1.7\nrest")) == b"%PDF-1.7\nrest"
    assert checked_pdf(page(gzip.compress(b"%PDF-1.7\nrest", mtime=0))) == b"%PDF-1.7\nrest"


def test_a_page_under_a_wrong_label_is_read_all_the_same() -> None:
    assert extract(page(page_of(*BODY), content_type="application/octet-stream")).method == "page"


def test_all_members_of_a_compressed_page_are_read() -> None:
    html = page_of(*BODY).encode()
    first, second = html[: len(html) // 2], html[len(html) // 2 :]
    text = extract(page(gzip.compress(first) + gzip.compress(second) + b"\0" * 9)).text
    assert all(sentence in text for sentence in BODY)
    assert refusal(gzip.compress(first) + gzip.compress(second)[:-12]).reason == "not-html"
    assert refusal(gzip.compress(b"a") * 100).reason == "not-html"


def test_members_together_stay_within_the_limit() -> None:
    half = gzip.compress(b"<p>a</p>" * (PAGE_LIMIT // 12), 1)
    assert refusal(half + half).reason == "too-large"
