"""One key for all addresses of one article: its mobile, AMP, http and www twins."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import string
from urllib.parse import SplitResult, quote, urlsplit

from monitor.feeds import wrappers
from monitor.feeds.urls import canonical_url, is_tracking

KEY_LENGTH = 24
"""Hex digits of an article's key: 96 bits, so that a billion articles collide with a chance of 1 in 10^11."""

_SAME_SITE = frozenset({"amp", "m", "mobile", "www"})
_FEWEST_LABELS = 2
_DEFAULT_PORTS = frozenset({None, 80, 443})
_DEFAULT_DOCUMENT = re.compile(r"(?:index|default)\.(?:html?|php|aspx?|shtml|jsp)", re.IGNORECASE)
_AMP_ENDING = re.compile(r"(.+)\.amp(\.html?)?", re.IGNORECASE | re.DOTALL)
_AMP_QUERY = frozenset({"amp", "amp=", "amp=1", "amp=true", "outputtype=amp"})
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")


def article_key(url: str) -> str:
    """Return the first 24 hex digits of the SHA-256 of an article's `twin_key`."""
    return hashlib.sha256(twin_key(url).encode("utf-8", "replace")).hexdigest()[:KEY_LENGTH]


def twin_key(url: str) -> str:
    """Return one form for all URLs of one article; it identifies, and is no address to be asked.

    Gone are: the scheme, `www.`, `m.`, `mobile.` and `amp.` before a host of at least two more labels, default ports,
    fragment, tracking parameters, the marks of AMP (`/amp` at either end of the path, `.amp`, `?amp`, the caches and
    viewers of Google and Bing), the trailing slash and default documents such as `index.html`, and differences of
    percent-encoding and dot segments. The order of a query is kept, because it can carry meaning. What is not an
    http(s) URL comes back as it is. `twin_key(canonical_url(url)) == twin_key(url)`.

    Merged wrongly are: sites whose `m.` or bare host is not the `www.` one's; a page that has a chapter named `amp`
    with that chapter (`/guitars/amp`); an `index.html` with an `index.php` of the same folder; a folder with the page
    of that name (`/a/` and `/a`); pages that http and https, or ports 80 and 443, tell apart.
    """
    parts = _split(url)
    if parts is None:
        return url
    page = wrappers.cached_page(parts.hostname or "", parts.path, parts.query)
    parts = (_split(page) if page else None) or parts
    userinfo, at, _ = parts.netloc.rpartition("@")
    port = "" if parts.port in _DEFAULT_PORTS else f":{parts.port}"
    pairs = _tidy(parts.query).split("&")
    query = "&".join(pair for pair in pairs if pair and pair.lower() not in _AMP_QUERY and not is_tracking(pair))
    path = "".join(f"/{segment}" for segment in _plain(_tidy(parts.path)))
    return f"{userinfo}{at}{_site(parts.hostname or '')}{port}{path}{'?' if query else ''}{query}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(canonical_url(url))
        web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        return None
    return parts if web else None


def _site(host: str) -> str:
    """Return a host without the labels that name another view of the same site."""
    labels = host.rstrip(".").split(".")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        while len(labels) > _FEWEST_LABELS and labels[0] in _SAME_SITE:
            labels = labels[1:]
    return ".".join(labels)


def _plain(path: str) -> list[str]:
    """Return a path's segments without dots, default document and marks of AMP; a lone mark stays."""
    segments: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del segments[-1:]
        elif segment != ".":
            segments.append(segment)
    while segments:
        last = segments[-1]
        amp = _AMP_ENDING.fullmatch(last)
        if not last or _DEFAULT_DOCUMENT.fullmatch(last) or (last.lower() == "amp" and len(segments) > 1):
            segments.pop()
        elif segments[0].lower() == "amp" and len(segments) > 1:
            segments.pop(0)
        elif amp:
            segments[-1] = f"{amp[1]}{amp[2] or ''}"
        else:
            break
    return segments


def _tidy(text: str) -> str:
    """Return a path or query with one way to percent-encode: what need not be encoded is not (RFC 3986, 6.2.2)."""
    if not text.isascii():
        text = quote(text, safe=string.printable, errors="replace")
    return _PERCENT.sub(_decoded, text) if "%" in text else text


def _decoded(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()
