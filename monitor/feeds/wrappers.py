"""Links that others wrapped into their own, to count clicks or to check them: where they lead."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_GOOGLE = r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}"

# Host, path, and the names of the query that carry the target, in the order of preference.
_QUERIES = tuple(
    (re.compile(host), re.compile(path), names)
    for host, path, names in (
        (_GOOGLE, r"/url", ("url", "q")),  # Google Alerts among them
        (r"news\.google\.(?:com?\.)?[a-z]{2,3}", r"/.*", ("url",)),
        (r"(?:www\.)?bing\.com", r"/news/apiclick\.aspx", ("url",)),
        (r"lm?\.facebook\.com", r"/l\.php", ("u",)),
        (r"out\.reddit\.com", r"/.*", ("url",)),
        (r"(?:[\w-]+\.)*safelinks\.protection\.outlook\.com", r"/.*", ("url",)),
    )
)
_YAHOO = "r.search.yahoo.com"
_YAHOO_TARGET = re.compile(r"/RU=([^/]+)")

_CACHES = re.compile(r"(?:[\w-]+\.)?(?:cdn\.ampproject\.org|bing-amp\.com)")
_CACHED = re.compile(r"/(?:c|v|wp)/(?:s/)?([\w-]+(?:\.[\w-]+)+(?:/.*)?)")
_VIEWER = re.compile(_GOOGLE)
_VIEWED = re.compile(r"/amp/(?:s/)?([\w-]+(?:\.[\w-]+)+(?:/.*)?)")
_ENCODED_MARK = re.compile(r"%3f", re.IGNORECASE)
_VIEWERS_OWN = ("amp_", "ampshare=", "aoh=", "csi=", "usqp=", "viewerurl=")


def target(url: str) -> str | None:
    """Return where a link of a known wrapper leads, as written there, or None if it is no such link."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host == _YAHOO:
        found = _YAHOO_TARGET.search(parts.path)
        return unquote(found[1]) if found else None
    for hosts, paths, names in _QUERIES:
        if hosts.fullmatch(host) and paths.fullmatch(parts.path):
            given = _values(parts.query)
            return next((given[name] for name in names if given.get(name)), None)
    return None


def cached_page(host: str, path: str, query: str) -> str | None:
    """Return the page of which a search engine's AMP cache or viewer shows a copy, or None if it is no such address."""
    if _CACHES.fullmatch(host):
        found = _CACHED.fullmatch(path)
    else:
        found = _VIEWED.fullmatch(path) if _VIEWER.fullmatch(host) else None
    if found is None:
        return None
    page, mark, inner = _ENCODED_MARK.sub("?", found[1], count=1).partition("?")
    own = [pair for pair in query.split("&") if pair and not pair.lower().startswith(_VIEWERS_OWN)]
    wanted = "&".join(([unquote(inner)] if mark else []) + own)
    return f"https://{page}?{wanted}"


def _values(query: str) -> dict[str, str]:
    """Return the first value of each name; a plus stays one, because targets are often written unescaped."""
    pairs = (pair.partition("=") for pair in reversed(query.split("&")))
    return {name.lower(): unquote(value) for name, _, value in pairs}
