"""What publishers wrote, made fit to be shown: no control characters, no reordered letters, only plain web links."""

from __future__ import annotations

import re
import sys
import unicodedata
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

MAX_URL = 2_000

# U+202E turns "...fdp.exe" into "exe.pdf" on the screen. Isolates, marks and the Arabic letter mark can do the same.
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = (0x00AD, 0x180E, 0x200B, *range(0x2060, 0x2065), *range(0x206A, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC))
_NO_CHARACTERS = (0xFFFE, 0xFFFF)
# Nobody sees these letters, but a program that is asked about the text would read what they spell.
_TAGS = range(0xE0000, 0xE0080)
_BREAKS = (*range(0x09, 0x0E), 0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0x2028, 0x2029)
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_SURROGATES = range(0xD800, 0xE000)

_ONE_LINE: dict[int, str | None] = {
    **dict.fromkeys((*_CONTROLS, *_BIDI, *_INVISIBLE, *_NO_CHARACTERS, *_TAGS)),
    **dict.fromkeys(_BREAKS, " "),
    **dict.fromkeys(_SURROGATES, "\N{REPLACEMENT CHARACTER}"),
}
_MANY_LINES = {**_ONE_LINE, 0x0A: "\n"}

# Letters that leave nothing but room on the screen, and those that do so where they stand alone.
_BLANKS = re.compile("[\u2800\u3164\uffa0]")
_FILLERS = frozenset("\u115f\u1160\u17b4\u17b5")
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
# What a text is read up to at first, as a multiple of what of it is shown.
_AHEAD = 4

# Dozens of accents on one letter paint over the lines above and below it.
_PILED_MARKS = re.compile(r"([\u0300-\u036F]{4})[\u0300-\u036F]+")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_LONE_PERCENT = re.compile("%(?![0-9a-fA-F]{2})")
_UNWELCOME_IN_URL = re.compile(f"[{re.escape(''.join(map(chr, (*_CONTROLS, *_BIDI, *_BREAKS))))}\ud800-\udfff]")


def line(text: str, limit: int = sys.maxsize) -> str:
    """Return the text as one line of at most `limit` characters, ended by "…" where something was cut off.

    A text of which nothing would be seen is empty.
    """
    shown = _one_line(text[: _AHEAD * limit])
    if len(shown) <= limit and len(text) > _AHEAD * limit:
        shown = _one_line(text)
    return shown if len(shown) <= limit else _shorten(shown, limit)


def lines(text: str) -> str:
    """Return the text with its line feeds kept and every other control or reordering character removed."""
    return text.replace("\r\n", "\n").translate(_MANY_LINES)


def link(url: str) -> str:
    """Return an http or https address with everything unusual percent-encoded, or "" when it is anything else."""
    if len(url) > MAX_URL or _UNWELCOME_IN_URL.search(url):
        return ""
    try:
        parts = urlsplit(url.strip())
        host = _host(parts)
    except ValueError:  # a port that is no number, a bracket that is never closed, a name that IDNA does not know
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    path, query, fragment = (quote(part, safe="/%:@!$&()+,;=~?-._") for part in parts[2:])
    shown = _LONE_PERCENT.sub("%25", urlunsplit((parts.scheme, host, path, query, fragment)))
    return shown if len(shown) <= MAX_URL else ""


def _one_line(text: str) -> str:
    # What can be printed is kept as it is, and so are the joiners within emoji and Persian words.
    acts = not text.replace("\u200d", "").replace("\u200c", "").isprintable()
    shown = text.translate(_ONE_LINE) if acts else text
    if shown.isascii():
        return " ".join(shown.split())
    shown = _PILED_MARKS.sub(r"\1", " ".join(_BLANKS.sub(" ", shown).split()))
    return shown if any(map(_is_seen, shown)) else ""


def _is_seen(letter: str) -> bool:
    return not letter.isspace() and letter not in _FILLERS and unicodedata.category(letter) not in _UNSEEN


def _host(parts: SplitResult) -> str:
    # "https://sec.gov@evil.example/" leads to evil.example; no publisher's link needs a user name.
    if "@" in parts.netloc or not parts.hostname:
        return ""
    name = parts.hostname
    host = f"[{name}]" if ":" in name else name if name.isascii() else name.encode("idna").decode("ascii")
    if not _HOST.fullmatch(host):
        return ""
    return f"{host}:{parts.port}" if parts.port else host


def _shorten(text: str, limit: int) -> str:
    cut = text[: limit - 1]
    space = text.rfind(" ", 0, limit)
    if space > limit * 3 // 4:
        cut = cut[:space]
    # A joiner left at the end would glue the ellipsis to half an emoji.
    while cut and (cut[-1] in " ,;:-\u200d" or unicodedata.category(cut[-1]) == "Cf"):
        cut = cut[:-1]
    return f"{cut}…"
