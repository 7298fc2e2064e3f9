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
from itertools import islice, takewhile
from typing import Any

from monitor.articles.markup import LONG_PARAGRAPH, Markup, is_long, string, types

OLDEST = 1990
_LATEST = 2100
_CLAIMS = 50
_ELEMENTS = 5_000
_NAMES = 500
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
_PUBLISHED_MARK = re.compile(r"publi(?:sh(?!er)|cation|cado|kation)|posted|entry-date|dateline", re.IGNORECASE)
_MODIFIED_MARK = re.compile(r"dateModified|\bupdated\b|modified", re.IGNORECASE)
_ASIDE = {"aside", "nav"}
_NOT_OURS = re.compile(r"\bcomments?\b|comment-|\brelated|sidebar", re.IGNORECASE)
_BEFORE_THE_TEXT = re.compile(r"lead|lede|standfirst|summary|subtitle|sub-?head|intro|excerpt|deck?\b", re.IGNORECASE)
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
class _Time:
    """A time element: what it states, what it is called, and whether it stands above the text."""

    stated: str
    marks: str
    above: bool


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
    for time in _times(markup):
        if _MODIFIED_MARK.search(time.marks):
            yield time.stated
            return


def _time_elements(markup: Markup) -> Iterator[str]:
    """Yield the times that are marked as the publication's, or else the only one above the article's text.

    Any other time may belong to a comment, an event or another article.
    """
    times = _times(markup)
    yield from (time.stated for time in times if _PUBLISHED_MARK.search(time.marks))
    above = [time for time in times if time.above]
    unmarked = {time.stated for time in above if not _MODIFIED_MARK.search(time.marks)}
    lone = unmarked or {time.stated for time in above}
    if len(lone) == 1:
        yield lone.pop()


def _times(markup: Markup) -> tuple[_Time, ...]:
    """Return the times of the article itself; one in a page's only block comes behind its headline."""
    home = markup.home if next(markup.tree.iter("time"), None) is not None else None
    if home is None:
        return ()
    found: list[_Time] = []
    begun, above = home.tag in {"article", "main"}, True
    apart = _apart(home)
    for element in islice(home.iter("h1", "time", "p", "div"), _ELEMENTS):
        if element.tag == "h1":
            begun = begun or element is markup.headline
        elif element.tag != "time":
            above = above and not _begins_the_text(element)
        elif begun and not any(_is_apart(outer, apart) for outer in _between(element, home)):
            marks = f"{element.get('itemprop') or ''} {element.get('class') or ''}"
            marks += " posted" if element.get("pubdate") is not None else ""
            found.append(_Time(element.get("datetime") or "", marks, above))
    return tuple(found)


def _between(element: Any, home: Any) -> Iterator[Any]:  # noqa: ANN401 - lxml has no types
    return takewhile(lambda outer: outer is not home, element.iterancestors())


def _apart(home: Any) -> set[str]:  # noqa: ANN401 - as above
    """Return the kinds of elements inside the article's own that hold something else."""
    articles = sum(1 for _ in islice(home.iter("article"), 2))
    return _ASIDE if home.tag != "article" and articles == 1 else _ASIDE | {"article"}


def _is_apart(outer: Any, apart: set[str]) -> bool:  # noqa: ANN401 - as above
    return outer.tag in apart or _NOT_OURS.search(_names(outer)) is not None


def _begins_the_text(element: Any) -> bool:  # noqa: ANN401 - as above
    """Whether an element holds running text of the article, and no summary above its date."""
    if element.tag == "div":
        return len((element.text or "").strip()) >= LONG_PARAGRAPH
    outer = (element, *islice(element.iterancestors(), 2))
    return is_long(element) and not any(one.tag == "header" or _BEFORE_THE_TEXT.search(_names(one)) for one in outer)


def _names(element: Any) -> str:  # noqa: ANN401 - as above
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:_NAMES]


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
