"""Title, authors, publisher and address, as the page claims them; asked only for what the feed did not say.

A fact that is not stated is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from monitor.articles import text
from monitor.articles.anchors import absolute
from monitor.articles.markup import Markup, Node, string, types

TITLE_LIMIT = 500
_NAME_LIMIT = 60
_AUTHORS = 10
_LINK_ELEMENTS = 500
_CLAIM_LIMIT = 4 * TITLE_LIMIT
_SEPARATOR = re.compile(r"\s+(?:[|–—·»«•/]|-|::)\s+|\s*\|\s*")
_AUTHOR_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
)
_BY = re.compile(r"^(?:by|von|par|por|di|door)\s+", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*;\s*|\s*\|\s*|\s+(?:and|und|et|y)\s+|\s*&\s*")
_NOBODY = {
    "admin",
    "administrator",
    "editor",
    "editors",
    "staff",
    "staff writer",
    "newsroom",
    "guest",
    "unknown",
    "none",
}


def title(markup: Markup) -> str:
    """Return the headline, without the name of the site."""
    site = publisher(markup) or ""
    candidates = (
        markup.first_meta("og:title", "twitter:title", "dc.title"),
        string(markup.article.get("headline")),
        *markup.texts("title")[:1],
        *markup.texts("h1")[:1],
    )
    for candidate in candidates:
        headline = _without_site(_line(candidate), site, markup.url)
        if headline:
            return headline[:TITLE_LIMIT]
    return ""


def authors(markup: Markup) -> tuple[str, ...]:
    """Return the people named as authors in JSON-LD or meta; never guessed from the text."""
    claims = list(_names(markup.article.get("author")))
    if not claims:
        claims = [markup.meta[name] for name in _AUTHOR_METAS if name in markup.meta][:1]
    names = (name for claim in claims for part in _BETWEEN_NAMES.split(claim) for name in _at_commas(part))
    house = _plain(publisher(markup) or "")
    people = (text.line(_BY.sub("", name.strip())) for name in names)
    return tuple(dict.fromkeys(name for name in people if _is_person(name, house)))[:_AUTHORS]


def publisher(markup: Markup) -> str | None:
    """Return the name of the house, as the page states it."""
    candidates = [markup.first_meta("og:site_name"), *_names(markup.article.get("publisher"))]
    candidates += [string(node.get("name")) for node in markup.nodes if _is_house(node)]
    # Some templates put the site's motto behind its name, or its address in place of it.
    names = (_SEPARATOR.split(text.line(name[:_CLAIM_LIMIT]))[0] for name in candidates)
    return next((name[:_NAME_LIMIT] for name in names if name and "://" not in name), None)


def description(markup: Markup) -> str:
    """Return the page's own summary, the longest of those it gives."""
    claims = (markup.first_meta(name) for name in ("og:description", "description", "twitter:description"))
    return max((text.unmarked(claim) for claim in claims), key=len)


def article_body(markup: Markup) -> str:
    """Return the text that the page's JSON-LD holds, which may be cut short."""
    return text.unmarked(string(markup.article.get("articleBody")))


def headlines(markup: Markup) -> tuple[str, ...]:
    """Return every wording of the headline that the page gives."""
    stated = (markup.first_meta("og:title"), string(markup.article.get("headline")), *markup.texts("h1")[:1])
    return tuple(map(_line, filter(None, stated)))


def canonical(markup: Markup) -> str | None:
    """Return the address that the page calls its own, or None when it states none, or one that cannot be.

    The front page is not the address of a page below it.
    """
    for claim in _own_addresses(markup):
        address = absolute(claim, markup.base)
        if address is not None and (not _is_front(address) or _is_front(markup.url)):
            return address.partition("#")[0]
    return None


def _own_addresses(markup: Markup) -> Iterator[str]:
    """Yield the address in the page's links, unless they give several, and the one in its meta elements."""
    elements = islice(markup.tree.iter("link"), _LINK_ELEMENTS)
    stated = {
        (link.get("href") or "").strip() for link in elements if "canonical" in (link.get("rel") or "").lower().split()
    }
    if len(stated - {""}) == 1:
        yield from stated - {""}
    if markup.first_meta("og:url"):
        yield markup.first_meta("og:url")


def _is_front(address: str) -> bool:
    """Whether an address is a site's front page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.path.strip("/").lower() in {"", "index.html", "index.php", "home"} and not parts.query


def _without_site(headline: str, site: str, url: str) -> str:
    """Cut off the site's name, at the end or at the start, as long as a headline remains."""
    between = [match.span() for match in _SEPARATOR.finditer(headline)]
    starts, ends = [0, *(end for _, end in between)], [*(start for start, _ in between), len(headline)]
    first, last = 0, len(between)
    while first < last and _is_site(headline[starts[last] : ends[last]], site, url):
        last -= 1
    while first < last and _is_site(headline[starts[first] : ends[first]], site, url):
        first += 1
    rest = headline[starts[first] : ends[last]]
    return "" if _is_site(rest, site, url) else rest.strip()


def _line(claim: str) -> str:
    """Return a claim on one line and without markup; templates put whole articles where a headline belongs."""
    return text.line(text.unmarked(claim[:_CLAIM_LIMIT]))


def _is_site(part: str, site: str, url: str) -> bool:
    """Whether a part of a title names the site: by its stated name, or by its host."""
    name = _plain(part)
    if not name:
        return True
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    domain = _plain(host.partition(".")[0])
    return name in {_plain(site), _plain(host), domain, f"the{domain}"} or f"the{name}" == domain


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _names(value: object) -> Iterator[str]:
    """Yield the names in a JSON-LD value: a string, an object with a name, or a list of such."""
    for item in value[:_AUTHORS] if isinstance(value, list) else [value]:
        part = item.get("name") if isinstance(item, dict) else item
        if isinstance(part, str) and part.strip():
            yield part[:1_000]


def _at_commas(part: str) -> list[str]:
    """Split "Ann Lee, Bo Chan" but neither "Lee, Ann" nor "Ann Lee, Example News Ltd"."""
    names = re.split(r"\s*,\s*", part)
    return names if all(2 <= len(name.split()) <= 3 for name in names) else [part]  # noqa: PLR2004 - a name's words


def _is_person(name: str, house: str) -> bool:
    """Whether a stated author is a name: not a link, an address, a role or the house itself."""
    if not name or len(name) > _NAME_LIMIT or any(mark in name for mark in ("/", "@", "http", "<")):
        return False
    return any(map(str.isalpha, name)) and name.casefold() not in _NOBODY and _plain(name) != house


def _is_house(node: Node) -> bool:
    return any(name.endswith("Organization") or name == "WebSite" for name in types(node))
