"""Characters and words."""

from __future__ import annotations

import html
import re

from monitor.articles.libraries import libraries

LANGUAGE_WORDS = 20
"""Below this many words a guess at the language is mostly noise."""

_LANGUAGE_CHARACTERS = 1_000
_LINE = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters
    "\xad\u200b\u2060\ufeff"  # soft hyphen, zero-width space, word joiner, byte order mark: they split words unseen
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi marks: they make a text read other than it is
    "\ud800-\udfff"  # halves of characters, which no database takes
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"  # annotations, non-characters, tags
    "]+"
)
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_UNSPACED = re.compile(
    "[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u1000-\u103f\u1050-\u108f\u1780-\u17d3]"  # Thai, Lao, Burmese, Khmer
)
_UNSPACED_WORD = 5
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")


def paragraphs(text: str) -> str:
    """Return clean paragraphs, one per line of `text`, joined by blank lines."""
    lines = (line(part) for part in _LINE.split(text))
    return "\n\n".join(part for part in lines if part)


def line(text: str) -> str:
    """Return the text on one line, with single spaces and without characters that nobody sees."""
    return " ".join(_UNSEEN.sub("", _LINE.sub(" ", text)).split())


def words(text: str) -> int:
    """Count words; scripts that do without spaces count by the character, or by five letters."""
    count = len(text.split())
    if text.isascii():
        return count
    letters = sum(1 for _ in _UNSPACED.finditer(text))
    return count + sum(1 for _ in _IDEOGRAPH.finditer(text)) + letters // _UNSPACED_WORD


def unmarked(text: str) -> str:
    """Return the paragraphs of a text that may or may not hold markup, once escaped or not."""
    text = html.unescape(text)
    if _TAG.search(text):
        text = libraries().strip(f"<html><body>{text}</body></html>") or ""
    return paragraphs(text)


def language(text: str, said: str | None) -> str | None:
    """Return the two or three letters of the language the text is in, or what the feed said when it is too short."""
    if words(text) >= LANGUAGE_WORDS:
        code, _ = libraries().classify(text[:_LANGUAGE_CHARACTERS])
        return str(code)
    primary = (said or "").strip().lower().replace("_", "-").partition("-")[0]
    return primary or None
