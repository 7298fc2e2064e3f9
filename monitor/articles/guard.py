"""Refuse what is no page before any work is done on it, and blunt what is known to hurt a parser."""

from __future__ import annotations

import re
import zlib

from monitor.articles.page import Page
from monitor.errors import ExtractError

DOCTYPE_LIMIT = 500
_PDF_REACH = 1_024
_SAMPLE = 4_096
_CONTROL_SHARE = 0.05
_GZIP = b"\x1f\x8b\x08"
_MEMBERS = 64
_COMPRESSED = (_GZIP, b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_MAGIC = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"RIFF": "RIFF",
    b"PK\x03\x04": "ZIP",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\xd0\xcf\x11\xe0": "Office",
    b"\x7fELF": "ELF",
    b"MZ": "Windows",
    b"OggS": "Ogg",
    b"ID3": "MP3",
    b"wOFF": "font",
    b"{\\rtf": "RTF",
    b"\x00asm": "WebAssembly",
}
_WIDE = re.compile(rb"\xff\xfe|\xfe\xff|\x00\x00\xfe\xff|<\x00(?:[!-~]|\x00)\x00|\x00(?:\x00\x00)?<\x00[!-~]?")
_FOREIGN_TYPE = re.compile(
    r"\s*(?:image|audio|video|font)/|\s*application/(?:pdf|zip|gzip|octet-stream|msword|vnd\.|json|rss|atom|feed)",
    re.IGNORECASE,
)
_HTML = re.compile(rb"<(?:!doctype|html|head|body|article|main|div|p|meta|title|h1)\b", re.IGNORECASE)
_FEED = re.compile(rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}-->\s*)?<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_PDF = re.compile(rb"%PDF-\d")
_PDF_TYPE = re.compile(r"\s*application/(?:x-)?pdf\b", re.IGNORECASE)
_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\s?!\s?doctype", re.IGNORECASE)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"


def is_pdf(page: Page) -> bool:
    """Whether the bytes are a PDF, as they are or compressed once; some begin with a line or two that do not belong."""
    start = page.body[:_PDF_REACH]
    if start.startswith(_COMPRESSED):
        start = _beginning(page.body)
    if _PDF_TYPE.match(page.content_type):
        return b"%PDF" in start
    magic = _PDF.search(start)
    return magic is not None and not _HTML.search(start, 0, magic.start())


def checked_pdf(page: Page) -> bytes:
    """Return the bytes of a PDF, decompressed and from its first one on, or raise ExtractError (`too-large`)."""
    body = _plain(page, page.document_bytes)
    return body[max(body.find(b"%PDF", 0, _PDF_REACH), 0) :]


def checked(page: Page) -> bytes:
    """Return the page's bytes, decompressed and safe to parse, or raise ExtractError with what they are instead."""
    body = _plain(page, page.page_bytes)
    if not body.strip():
        raise ExtractError(page.url, "empty", "the page is empty")
    foreign = _binary(body) or _foreign(body, page.content_type)
    if foreign:
        raise ExtractError(page.url, "not-html", f"the answer is {foreign}, not an HTML page")
    return _short_doctype(body)


def _plain(page: Page, limit: int) -> bytes:
    """Return the bytes without the compression that the server forgot to declare, at most `limit` of them."""
    body = page.body
    if body.startswith(_COMPRESSED):
        body = _inflated(page.url, body, limit)
    if len(body) > limit:
        raise _too_large(page.url, limit)
    return body


def _inflated(url: str, body: bytes, limit: int) -> bytes:
    """Undo one gzip or zlib layer, of which gzip may have several members in a row; a bomb stops at the limit."""
    plain = b""
    for _ in range(_MEMBERS):
        stream = zlib.decompressobj(wbits=47)
        try:
            plain += stream.decompress(body, limit + 1 - len(plain))
        except zlib.error as error:
            raise ExtractError(url, "not-html", "the answer is compressed data that is damaged") from error
        if len(plain) > limit:
            raise _too_large(url, limit)
        if not stream.eof:
            raise ExtractError(url, "not-html", "the answer is compressed data that breaks off")
        body = stream.unused_data
        if not body.startswith(_GZIP):
            return plain
    raise ExtractError(url, "not-html", f"the answer is compressed data in more than {_MEMBERS} pieces")


def _beginning(body: bytes) -> bytes:
    """Return the first bytes of compressed data, or none when it is damaged."""
    try:
        return zlib.decompressobj(wbits=47).decompress(body, _PDF_REACH)
    except zlib.error:
        return b""


def _too_large(url: str, limit: int) -> ExtractError:
    return ExtractError(url, "too-large", f"the page is larger than {limit / 1_000_000:g} MB")


def _binary(body: bytes) -> str | None:
    """Name the kind of file when the bytes are no text at all."""
    name = next((name for magic, name in _MAGIC.items() if body.startswith(magic)), None)
    if name:
        return f"a file of type {name}"
    sample = body[:_SAMPLE]
    # In UTF-16 and UTF-32 every other byte of a Latin text is a control character.
    if _WIDE.match(sample) or _HTML.match(sample.lstrip()):
        return None
    control = len(sample) - len(sample.translate(None, _CONTROL))
    return "binary data" if control > _CONTROL_SHARE * len(sample) else None


def _foreign(body: bytes, content_type: str) -> str | None:
    """Name what a text is when it is not HTML."""
    sample = body[:_SAMPLE]
    if b"<" not in body or b">" not in body:
        return "plain text or data without any markup"
    if _FEED.match(sample):
        return "a feed"
    # Servers mislabel pages now and then, so the type is believed only when the bytes do not contradict it.
    if _FOREIGN_TYPE.match(content_type) and not _HTML.search(sample) and not _WIDE.match(sample):
        return f"of type {content_type.partition(';')[0].strip()[:60]}"
    return None


def _short_doctype(body: bytes) -> bytes:
    """Replace a document type of unreasonable length: a pattern run over it takes time by the square of its length."""
    if not _DOCTYPE.match(body):
        return body
    end = body.index(b">")
    return body if end <= DOCTYPE_LIMIT else b"<!DOCTYPE html>\n" + body[end + 1 :]
