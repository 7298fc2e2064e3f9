"""When an article appeared and was last changed, as its page states it; a page that does not say has no date.

Dates in the future and before the web are templates gone wrong. What counts as the future is the caller's to say: a
page has no clock. But a page that was changed last a year before it appeared is wrong about one of the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice

from monitor.articles.markup import Markup, string, types

OLDEST = 1990
_LATEST = 2100
_CLAIMS = 50
_TIMES = 200
_WIDEST_ZONE = timedelta(hours=14)
_SAME = timedelta(hours=26)
_CONTRADICTION = timedelta(days=366)
_PUBLISHED = (
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
_MODIFIED = (
    "article:modified_time",
    "og:modified_time",
    "datemodified",
    "article:modified",
    "og:updated_time",
    "article:updated_time",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "updated_time",
)
_PUBLISHED_MARK = re.compile(r"publi(?:sh|c)|posted|entry-date|dateline", re.IGNORECASE)
_MODIFIED_MARK = re.compile(r"dateModified|\bupdated\b|modified", re.IGNORECASE)
_IN_URL = re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<month>[01]?\d)/(?P<day>[0-3]?\d)(?:/|$)")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_WRITTEN = (
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%B %d, %Y %I:%M %p",
    "%b %d, %Y %I:%M %p",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%dT%H:%M:%S %z",
)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A stated moment in UTC, and how exactly it is stated: 0 the day, 1 the time somewhere, 2 its zone."""

    at: datetime
    exactness: int


def published(markup: Markup) -> datetime | None:
    """Return when the page says that its article appeared, in UTC, or None when it does not say."""
    last = max((moment.at for moment in _believed(_modified_claims(markup))), default=None)
    moments = [
        moment for moment in _believed(_published_claims(markup)) if last is None or moment.at <= last + _CONTRADICTION
    ]
    if not moments:
        return None
    first = moments[0]
    # Templates cut the time off in one place and give it in full in another.
    same = [moment for moment in moments if abs(moment.at - first.at) <= _SAME]
    return max(same, key=lambda moment: moment.exactness).at


def modified(markup: Markup, appeared: datetime | None) -> datetime | None:
    """Return when the page says that its article was last changed; never before it appeared."""
    for moment in _believed(_modified_claims(markup)):
        if appeared is None or moment.at >= appeared:
            return moment.at
    return None


def _published_claims(markup: Markup) -> Iterator[str]:
    """Yield what the page says of its date, the surest first."""
    yield string(markup.article.get("datePublished"))
    yield from (markup.meta[name] for name in _PUBLISHED if name in markup.meta)
    for node in markup.nodes:
        if "WebPage" in types(node):
            yield string(node.get("datePublished"))
    yield from _time_elements(markup)
    in_url = _IN_URL.search(markup.url)
    if in_url:
        yield "{year}-{month:0>2}-{day:0>2}".format(**in_url.groupdict())


def _modified_claims(markup: Markup) -> Iterator[str]:
    yield string(markup.article.get("dateModified"))
    yield from (markup.meta[name] for name in _MODIFIED if name in markup.meta)
    for node in markup.nodes:
        if "WebPage" in types(node):
            yield string(node.get("dateModified"))
    for element in islice(markup.tree.iter("time"), _TIMES):
        if _MODIFIED_MARK.search(f"{element.get('itemprop') or ''} {element.get('class') or ''}"):
            yield element.get("datetime") or ""
            return


def _time_elements(markup: Markup) -> Iterator[str]:
    """Yield the time that is marked as the publication's, or else the only one inside the page's only article.

    Any other time on the page may belong to a comment, an event or another article.
    """
    for element in islice(markup.tree.iter("time"), _TIMES):
        marks = f"{element.get('itemprop') or ''} {element.get('class') or ''}"
        if element.get("pubdate") is not None or _PUBLISHED_MARK.search(marks):
            yield element.get("datetime") or ""
    articles = list(islice(markup.tree.iter("article"), 2))
    if len(articles) == 1:
        times = {element.get("datetime") or "" for element in islice(articles[0].iter("time"), _TIMES)}
        if len(times) == 1:
            yield times.pop()


def _believed(claims: Iterator[str]) -> Iterator[_Moment]:
    return (moment for moment in map(_moment, islice(claims, _CLAIMS)) if moment is not None)


def _moment(claim: str) -> _Moment | None:
    """Read a stated date; one without a zone is taken as UTC, one out of bounds as a mistake."""
    claim = claim.strip()[:40]
    stated = _epoch(claim) or _iso(claim) or _mail(claim) or _in_words(claim)
    if stated is None or not OLDEST <= stated.year <= _LATEST:
        return None
    zone = stated.utcoffset()
    if zone is None:
        return _Moment(stated.replace(tzinfo=UTC), int(stated.time() != datetime.min.time()))
    if abs(zone) > _WIDEST_ZONE:
        return None
    return _Moment(stated.astimezone(UTC), 2)


def _epoch(claim: str) -> datetime | None:
    seconds = _EPOCH.fullmatch(claim)
    return datetime.fromtimestamp(int(seconds[1]), UTC) if seconds else None


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
            return datetime.strptime(claim, form)  # noqa: DTZ007 - a zone is read where one is stated
        except ValueError:
            continue
    return None
