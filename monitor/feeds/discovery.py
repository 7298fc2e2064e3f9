"""Web pages to the addresses that may be the site's feeds."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from monitor.errors import ParseError
from monitor.feeds import text, urls
from monitor.feeds.documents import parse
from monitor.feeds.twins import twin_key

MOST = 20
"""Candidates; a page that names more is a list of feeds, for a person to choose from."""

_READ = 2_000_000  # bytes of a page; its head and its footer are in them, unless it means harm
_SNIFFED = 4_096
_TITLE = 200
_TEXT = 60  # characters of a link that says what it leads to; longer ones are headlines
_ELEMENTS = 5_000  # links looked at, and feeds among them considered; more stand only in pages that mean harm
_CANDIDATES = 200
_NODES = 20  # of a link's inside
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # no date of an entry matters here
_SAME_SITE = ("www.", "m.", "mobile.", "amp.")
_COUNTRY = 2  # letters of a country's domain
_REGISTRIES = frozenset({"ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "gc", "ne", "net", "nom", "or", "org"})

_ROOT = re.compile(rb"<(?:[\w.-]+:)?(rss|rdf|feed|html)\b", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# The parser compares every attribute of an element with every other: 200,000 of them would take it minutes.
_LONG_TAG = re.compile(rb"<(/?[A-Za-z][\w:-]*)[^<>]{4000,}>?")
_KINDS = {
    "application/rss+xml": "rss",
    "application/rdf+xml": "rss",
    "application/atom+xml": "atom",
    "application/feed+json": "json",
    "application/json": "json",
}
_VAGUE_TYPES = frozenset({"", "application/xml", "text/xml"})
_NO_FEED = re.compile(
    r"/wp-json(?:/|$)|[?&]rest_route=|oembed", re.IGNORECASE
)  # data about a page, not a list of pages
_FEED_PATH = re.compile(
    r"/(?:feeds?|rss\d?|atom)/?$|/(?:feeds|rss)/[^?#]+|\.(?:rss|atom|rdf)$|/[^/]*(?:rss|atom|feed)[^/]*\.(?:xml|json)$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed|format|type|output)=(?:feed|rss\d?|atom|rdf)(?:&|$)", re.IGNORECASE)
_FEED_HOST = re.compile(r"(?:feeds?|rss)\d?\.")
_FEED_TEXT = re.compile(r"\brss\b|\b(?:atom|xml|json|news|web) ?feeds?\b", re.IGNORECASE)
_COMMENTS = re.compile(r"commen|koment|kommen|comentar|reactie", re.IGNORECASE)
_GUESSES = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/feed.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address that may be a feed: its title as the page gives it, its `kind`, and why it is thought to be one.

    `kind` is `rss`, `atom`, `json`, or empty where only the address itself could tell.
    """

    url: str
    title: str
    kind: str
    why: str


def discover(page: bytes, *, url: str, content_type: str = "") -> tuple[Candidate, ...]:
    """Return at most 20 addresses that may be feeds of the page at `url`, the best first.

    A document that is a feed itself is the only candidate. Else these follow each other: what the page declares in
    `<link rel="alternate">`, links of the same site that look like feeds, and usual places of the host, which nobody
    named; among the named ones feeds of comments come last, and those of other hosts after the page's own. Nothing is
    fetched. Hostile pages can take long: give this function a time limit of its own.
    """
    own = _itself(page, url, content_type)
    if own is not None:
        return (own,)
    root = _tree(page[:_READ], content_type)
    host = _host(url)
    found: list[Candidate] = []
    if root is not None:
        bases = _bases(root, url)
        found = [*islice(_declared(root, bases), _CANDIDATES), *islice(_linked(root, bases, _site(host)), _CANDIDATES)]
    named = sorted(found, key=lambda one: (_is_comments(one), not _same_host(one.url, host)))
    unique: dict[str, Candidate] = {}
    for candidate in (*named, *_guessed(url)):
        unique.setdefault(twin_key(candidate.url), candidate)
    return tuple(unique.values())[:MOST]


def _itself(page: bytes, url: str, content_type: str) -> Candidate | None:
    """Return the page's own address if it is a feed; web pages are told by their start, before anything is parsed."""
    start = page[:_SNIFFED].replace(b"\0", b"")
    is_json = start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"{")
    root = _ROOT.search(start)
    name = root[1].lower() if root else b""
    if not is_json and name not in {b"rss", b"rdf", b"feed"}:
        return None
    try:
        feed = parse(page, url=url, feed_id="", now=_ANY_TIME, content_type=content_type)
    except ParseError:
        return None
    kind = "json" if is_json else "atom" if name == b"feed" else "rss"
    return Candidate(url=url, title=feed.title[:_TITLE], kind=kind, why="this address is a feed")


def _tree(page: bytes, content_type: str) -> etree._Element | None:
    lean = _LONG_TAG.sub(rb"<\1>", page)
    for encoding in (_encoding(page, content_type), None):
        try:
            parser = etree.HTMLParser(
                encoding=encoding, remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
            )
            return etree.fromstring(lean, parser)
        except LookupError:  # a character set that nobody knows
            continue
        except etree.XMLSyntaxError:  # nothing in it
            return None
    return None


def _encoding(page: bytes, content_type: str) -> str | None:
    """Return the encoding that came with the page, or UTF-8 if it fits, or None where the page has to tell itself."""
    charset = _CHARSET.search(content_type)
    if charset:
        return charset[1]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(page)  # it may have been cut inside a character
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _bases(root: etree._Element, url: str) -> tuple[str, ...]:
    base = root.find(".//base[@href]")
    named = urls.absolute_link(_attribute(base, "href"), url) if base is not None else None
    return (named, url) if named else (url,)


def _declared(root: etree._Element, bases: Sequence[str]) -> Iterator[Candidate]:
    """Return what the page's `<link>` elements name as its feeds."""
    for element in islice(root.iter("link"), _ELEMENTS):
        words = set(_attribute(element, "rel").lower().split())
        declared = _attribute(element, "type").lower().partition(";")[0].strip()
        if not words & {"alternate", "feed"} or "stylesheet" in words:
            continue
        address = _address(element, bases)
        if address is None or _NO_FEED.search(address):
            continue
        if declared in _KINDS or "feed" in words or (declared in _VAGUE_TYPES and _looks_like_a_feed(address)):
            title = text.line(_attribute(element, "title"), _TITLE)
            kind = _KINDS.get(declared) or _kind(address)
            yield Candidate(url=address, title=title, kind=kind, why="the page declares it")


def _linked(root: etree._Element, bases: Sequence[str], site: str) -> Iterator[Candidate]:
    """Return the links of the same site that look like feeds, by their address or by what they say."""
    for element in islice(root.iter("a"), _ELEMENTS):
        address = _address(element, bases)
        if address is None or _site(_host(address)) != site:
            continue
        said = _said(element)
        if _looks_like_a_feed(address) or (len(said) <= _TEXT and _FEED_TEXT.search(said)):
            yield Candidate(url=address, title=said[:_TEXT], kind=_kind(address), why="the page links to it")


def _said(element: etree._Element) -> str:
    """Return what a link says; links without an end hold all that follow them, so that only its beginning is read."""
    first, *inner = islice(element.iter(), _NODES)
    said = "".join((first.text or "", *(f"{node.text or ''}{node.tail or ''}" for node in inner)))
    return text.line(said.strip() or _attribute(element, "title"), _TITLE)


def _guessed(url: str) -> Iterator[Candidate]:
    for path in _GUESSES:
        address = urls.absolute_link(path, url)
        if address is not None:
            yield Candidate(url=address, title="", kind=_kind(address), why="a usual place")


def _address(element: etree._Element, bases: Sequence[str]) -> str | None:
    """Return where an element leads, unaltered: a feed's address may need what an article's would do without."""
    href = _attribute(element, "href").strip()
    if not href:
        return None
    if href.lower().startswith("feed:"):  # a scheme of old readers: `feed://host/x` and `feed:https://host/x`
        rest = href[len("feed:") :]
        href = f"http:{rest}" if rest.startswith("//") else rest
    return urls.absolute_link(href, *bases)


def _attribute(element: etree._Element, name: str) -> str:
    return str(element.get(name) or "")


def _looks_like_a_feed(address: str) -> bool:
    parts = urlsplit(address)
    return bool(_FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query) or _FEED_HOST.match(_host(address)))


def _kind(address: str) -> str:
    """Return the kind that an address names, or nothing."""
    path = urlsplit(address).path.lower().rstrip("/")
    if path.endswith(".json"):
        return "json"
    if re.search(r"\batom\b", path):
        return "atom"
    return "rss" if re.search(r"\brss2?\b|\.rdf$", path) else ""


def _is_comments(candidate: Candidate) -> bool:
    return bool(_COMMENTS.search(urlsplit(candidate.url).path) or _COMMENTS.search(candidate.title))


def _same_host(address: str, host: str) -> bool:
    return _bare(_host(address)) == _bare(host)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _bare(host: str) -> str:
    return next((host.removeprefix(label) for label in _SAME_SITE if host.startswith(label)), host)


def _site(host: str) -> str:
    """Return the part of a host that one owner registered, as it usually is: `b.com`, `b.co.uk`.

    Not by the public suffix list: a person looks at the result, and a few more or fewer links do no harm.
    """
    labels = host.rstrip(".").split(".")
    return ".".join(
        labels[-3:] if len(labels[-1]) == _COUNTRY and _REGISTRIES.intersection(labels[-2:-1]) else labels[-2:]
    )
