"""Title, date, authors and publisher, as the page claims them; asked only for what the feed did not say.

A fact that is not stated is not guessed: a page without a date has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from urllib.parse import urlsplit

from monitor.articles import text
from monitor.articles.markup import Markup, Node, types

TITLE_LIMIT = 500
_NAME_LIMIT = 60
_AUTHORS = 10
_OLDEST = 1990
_SEPARATOR = re.compile(r"\s+(?:[|–—·»«•/]|-|::)\s+|\s*\|\s*")
_DATE_METAS = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "article:published",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "citation_publication_date",
    "date",
)
_AUTHOR_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
)
_PUBLISHED_CLASS = re.compile(r"publi(?:sh|c)|posted|entry-date|dateline", re.IGNORECASE)
_URL_DATE = re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<month>[01]?\d)/(?P<day>[0-3]?\d)(?:/|$)")
_WRITTEN = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S")
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
        _string(markup.article.get("headline")),
        *markup.texts("title")[:1],
        *markup.texts("h1")[:1],
    )
    for candidate in candidates:
        headline = _without_site(text.line(text.unmarked(candidate)), site, markup.url)
        if headline:
            return headline[:TITLE_LIMIT]
    return ""


def published(markup: Markup) -> datetime | None:
    """Return when the page says that its article appeared, or None when it does not say."""
    for claim in _date_claims(markup):
        moment = _moment(claim)
        if moment is not None:
            return moment
    return None


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
    candidates += [_string(node.get("name")) for node in markup.nodes if _is_house(node)]
    # Some templates put the site's motto behind its name, or its address in place of it.
    names = (_SEPARATOR.split(text.line(name))[0] for name in candidates)
    return next((name[:_NAME_LIMIT] for name in names if name and "://" not in name), None)


def description(markup: Markup) -> str:
    """Return the page's own summary, the longest of those it gives."""
    claims = (markup.first_meta(name) for name in ("og:description", "description", "twitter:description"))
    return max((text.unmarked(claim) for claim in claims), key=len)


def article_body(markup: Markup) -> str:
    """Return the text that the page's JSON-LD holds, which may be cut short."""
    return text.unmarked(_string(markup.article.get("articleBody")))


def _without_site(headline: str, site: str, url: str) -> str:
    """Cut off the site's name, at the end or at the start, as long as a headline remains."""
    while True:
        ends = [(match.start(), match.end()) for match in _SEPARATOR.finditer(headline)]
        if ends and _is_site(headline[ends[-1][1] :], site, url):
            headline = headline[: ends[-1][0]]
        elif ends and _is_site(headline[: ends[0][0]], site, url):
            headline = headline[ends[0][1] :]
        else:
            return "" if _is_site(headline, site, url) else headline.strip()


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


def _date_claims(markup: Markup) -> Iterator[str]:
    """Yield what the page says of its date, the surest first."""
    yield _string(markup.article.get("datePublished"))
    yield from (markup.meta[name] for name in _DATE_METAS if name in markup.meta)
    for node in markup.nodes:
        if "WebPage" in types(node):
            yield _string(node.get("datePublished"))
    yield from _time_elements(markup)
    in_url = _URL_DATE.search(markup.url)
    if in_url:
        yield "{year}-{month:0>2}-{day:0>2}".format(**in_url.groupdict())


def _time_elements(markup: Markup) -> Iterator[str]:
    """Yield the time that is marked as the publication's, or else the only one inside the page's only article.

    Any other time on the page may belong to a comment, an event or another article.
    """
    for element in islice(markup.tree.iter("time"), 200):
        marks = f"{element.get('itemprop') or ''} {element.get('class') or ''}"
        if element.get("pubdate") is not None or _PUBLISHED_CLASS.search(marks):
            yield element.get("datetime") or ""
    articles = list(islice(markup.tree.iter("article"), 2))
    if len(articles) == 1:
        times = {element.get("datetime") or "" for element in islice(articles[0].iter("time"), 200)}
        if len(times) == 1:
            yield times.pop()


def _moment(claim: str) -> datetime | None:
    """Read a stated date; one without a zone is taken as UTC, one before the web as a mistake."""
    claim = claim.strip()[:40]
    moment = _iso(claim) or _mail(claim) or _in_words(claim)
    if moment is None or moment.year < _OLDEST:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None


def _iso(claim: str) -> datetime | None:
    try:
        return datetime.fromisoformat(claim)
    except ValueError:
        return None


def _mail(claim: str) -> datetime | None:
    try:
        return parsedate_to_datetime(claim)
    except (ValueError, IndexError, OverflowError):
        return None


def _in_words(claim: str) -> datetime | None:
    for form in _WRITTEN:
        try:
            return datetime.strptime(claim, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


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


def _string(value: object) -> str:
    """Return a JSON-LD value when it is a text, or the first text of a list."""
    values: Iterable[object] = value if isinstance(value, list) else [value]
    return next((part for part in values if isinstance(part, str)), "")
