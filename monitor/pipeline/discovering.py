"""From an address that a person gave to the feeds behind it, each tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from monitor.errors import FetchError, MonitorError
from monitor.feeds.discovery import Candidate
from monitor.feeds.discovery import discover as find_candidates
from monitor.pipeline.answers import FeedDocument, parse_document
from monitor.pipeline.tools import Rules, Tools
from monitor.records import Feed, FeedState, Fetched, ParsedFeed, Request

MOST = 12
"""Candidates that are tried; a page with more is a directory."""

_ACCEPT = (
    "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json, */*;q=0.5"
)


_NO_FEED = "not-a-feed"
_EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An address that may be a feed's, and what came of trying it.

    `reason` is empty for a feed, which has so many `entries`, the newest of them from `newest`; otherwise `message`
    says in a sentence why it is none. `why` tells how the address was found.
    """

    url: str
    title: str = ""
    why: str = ""
    language: str | None = None
    entries: int = 0
    newest: datetime | None = None
    reason: str = ""
    message: str = ""

    @property
    def is_feed(self) -> bool:
        """Whether it can be added."""
        return not self.reason


def discover(rules: Rules, tools: Tools, url: str) -> list[Found]:
    """Return what is behind an address: itself if it is a feed, else what its page names, those that are feeds first.

    Nothing is stored. What is no feed, or cannot be read as one, is looked into as a page: pages can be as hard on a
    parser of feeds as bad feeds are. When that gives no feed either, an address that failed for another reason than
    being none comes first, with that reason. Raises FetchError when the address does not answer, and WorkError when its
    page is too much work; an empty list means that its page names no feed.
    """
    answer = _asked(tools, [_request(url, max(rules.feed_bytes, rules.page_bytes))])[url]
    if isinstance(answer, FetchError):
        raise answer
    itself = Candidate(url=url, title="", kind="", why="this is the feed itself")
    direct = _tried(rules, tools, {url: answer}, [itself])[0]
    if direct.is_feed or direct.reason == _EMPTY:
        return [direct]
    candidates = [one for one in _candidates(rules, tools, answer) if one.url not in {url, answer.final_url}][:MOST]
    tools.say(f"trying {len(candidates)} address{'' if len(candidates) == 1 else 'es'} that the page names or suggests")
    answers = _asked(tools, [_request(one.url, rules.feed_bytes) for one in candidates])
    found = sorted(_tried(rules, tools, answers, candidates), key=lambda one: not one.is_feed)
    told = direct.reason == _NO_FEED or any(one.is_feed for one in found)
    return found if told else [direct, *found]


def _asked(tools: Tools, requests: Sequence[Request]) -> dict[str, Fetched | FetchError]:
    return {request.key: answer for request, answer in tools.web.fetch(requests)}


def _request(url: str, most: int) -> Request:
    return Request(key=url, url=url, max_bytes=most, accept=_ACCEPT)


def _candidates(rules: Rules, tools: Tools, answer: Fetched) -> tuple[Candidate, ...]:
    work = partial(_page_candidates, url=answer.final_url, content_type=answer.headers.get("content-type", ""))
    for _, result in tools.workers.map(work, [answer.body], seconds=rules.work_seconds):
        if isinstance(result, MonitorError):
            raise result
        return result
    return ()


def _page_candidates(page: bytes, *, url: str, content_type: str) -> tuple[Candidate, ...]:
    """Look for feeds in a page; runs in a worker process."""
    return find_candidates(page, url=url, content_type=content_type)


def _tried(
    rules: Rules, tools: Tools, answers: dict[str, Fetched | FetchError], candidates: Sequence[Candidate]
) -> list[Found]:
    now = tools.clock()
    results: dict[str, ParsedFeed | MonitorError] = {
        url: answer for url, answer in answers.items() if isinstance(answer, FetchError)
    }
    documents = [
        FeedDocument(feed=_unnamed(url), state=FeedState(feed_id=url), answer=answer, now=now)
        for url, answer in answers.items()
        if isinstance(answer, Fetched)
    ]
    for document, result in tools.workers.map(parse_document, documents, seconds=rules.work_seconds):
        results[document.feed.id] = result
    return [_found(one, results[one.url]) for one in candidates]


def _unnamed(url: str) -> Feed:
    return Feed(id=url, name=url, url=url, publisher="")


def _found(candidate: Candidate, result: ParsedFeed | MonitorError) -> Found:
    if isinstance(result, MonitorError):
        title, why = candidate.title, candidate.why
        return Found(url=candidate.url, title=title, why=why, reason=result.reason, message=result.message)
    dates = [date for entry in result.entries if (date := entry.published or entry.updated) is not None]
    return Found(
        url=candidate.url,
        title=result.title or candidate.title,
        why=candidate.why,
        language=result.language,
        entries=len(result.entries),
        newest=max(dates, default=None),
    )
