"""What one answer to a poll means for its feed: the state to remember, the entries to keep, the news about the feed.

Validators are remembered with every answer, the raw bytes are compared before anything is parsed, and what the entries
say is compared before anything is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor import feeds
from monitor.errors import FetchError, MonitorError
from monitor.pipeline import rhythm
from monitor.pipeline.reports import Notice
from monitor.pipeline.tools import Rules
from monitor.records import (
    Arrival,
    Entry,
    Failing,
    Feed,
    FeedState,
    Fetched,
    Move,
    ParsedFeed,
    Polled,
    Request,
)

FULL_EVERY = timedelta(days=7)
"""Some servers answer "not modified" for ever; so the whole document is asked for this often."""

SIGHTINGS, SIGHTED_FOR = 3, timedelta(days=3)
"""A permanent redirect is believed when it was seen this often over this long: many are a day's mistake."""

_OK, _NOT_MODIFIED = 200, 304
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed document that differs from the last one, on its way through a worker process."""

    feed: Feed
    state: FeedState
    answer: Fetched
    now: datetime


def request_for(rules: Rules, feed: Feed, state: FeedState, now: datetime) -> Request:
    """Return the request for a feed: where it lives now, with what we hold of it, unless that is not to be trusted."""
    conditional = not state.distrusted and state.full_at is not None and now - state.full_at < FULL_EVERY
    return Request(
        key=feed.id,
        url=address_of(feed, state),
        etag=state.etag if conditional else None,
        last_modified=state.last_modified if conditional else None,
        max_bytes=rules.feed_bytes,
        accept=_ACCEPT,
        headers=feed.headers,
    )


def address_of(feed: Feed, state: FeedState) -> str:
    """Return the URL that is asked: the configured one, or the one that its publisher moved the feed to.

    A feed with headers of its own is asked at its configured address only: secrets must not follow a redirect.
    """
    moved = state.move is not None and state.move.adopted and not feed.headers
    return state.move.url if moved and state.move is not None else feed.url


def parse_document(document: FeedDocument) -> ParsedFeed:
    """Parse one document; runs in a worker process."""
    answer = document.answer
    return feeds.parse(
        answer.body,
        url=answer.final_url,
        feed_id=document.feed.id,
        now=document.now,
        content_type=answer.headers.get("content-type", ""),
    )


def judged(
    rules: Rules, feed: Feed, state: FeedState, answer: Fetched | FetchError, now: datetime
) -> Polled | FeedDocument:
    """Return the poll if the answer needs no parsing (an error, a 304, the same bytes), else the document to parse."""
    if isinstance(answer, FetchError):
        return failed(rules, feed, state, answer, now)
    same = not answer.not_modified and _hash(answer.body) == state.body_hash
    if not (same or answer.not_modified):
        return FeedDocument(feed=feed, state=state, answer=answer, now=now)
    kept = _answered(state, answer, now, moved_from=feed)
    return Polled(
        feed=feed,
        at=now,
        state=replace(kept, next_at=rhythm.next_time(rules, feed, kept, answer.headers, now)),
        outcome="same-bytes" if same else "not-modified",
        reason="same-hash" if same else "304",
        status=answer.status,
        size=len(answer.body),
        seconds=answer.seconds,
    )


def parsed(rules: Rules, document: FeedDocument, result: ParsedFeed | MonitorError) -> Polled:
    """Return the poll of a document that a worker has parsed, or failed to."""
    feed, before, answer, now = document.feed, document.state, document.answer, document.now
    if isinstance(result, MonitorError):
        return failed(rules, feed, before, result, now)
    changed = result.entries_hash != before.entries_hash
    state = replace(
        _answered(before, answer, now, moved_from=feed),
        hints=result.hints,
        entries_hash=result.entries_hash,
        distrusted=before.distrusted or (changed and _is_false_promise(before, answer)),
        rhythm=rhythm.heard(before.rhythm, result.entries, now) if changed else before.rhythm,
    )
    return Polled(
        feed=feed,
        at=now,
        state=replace(state, next_at=rhythm.next_time(rules, feed, state, answer.headers, now)),
        outcome="answered" if changed else "same-entries",
        reason=_reason(result),
        status=answer.status,
        size=len(answer.body),
        seconds=answer.seconds,
        entries=_arrivals(rules, result.entries, now, first=before.first_ok_at is None) if changed else (),
    )


def failed(rules: Rules, feed: Feed, state: FeedState, error: MonitorError, now: datetime) -> Polled:
    """Return the poll of a feed that could not be fetched or read."""
    return Polled(
        feed=feed,
        at=now,
        state=rhythm.failed(rules, feed, state, error, now),
        outcome="failed",
        reason=error.reason,
        message=error.message,
        status=getattr(error, "status", None),
    )


def news(feed: Feed, before: FeedState, after: FeedState) -> Iterator[Notice]:
    """Yield what the user should know about the feed itself, now that its state changed."""
    if after.retired_at is not None and before.retired_at is None:
        sentence = "its publisher says that it is gone for good; it is asked no more than once a month from now on"
        yield Notice(feed=feed.id, kind="retired", message=sentence)
    if after.failing.count == 0 and before.failing.since is not None and _was_lost(before):
        sentence = f"it answers again, after failing since {before.failing.since:%Y-%m-%d %H:%M} UTC"
        yield Notice(feed=feed.id, kind="revived", message=sentence)
    if after.move is not None and after.move.adopted and address_of(feed, after) != address_of(feed, before):
        yield Notice(feed=feed.id, kind="moved", message=f"it has moved; from now on, {after.move.url} is asked")
    if after.distrusted and not before.distrusted:
        sentence = 'its server says "not modified" although it is; from now on, the whole document is asked for'
        yield Notice(feed=feed.id, kind="distrusted", message=sentence)


def _was_lost(state: FeedState) -> bool:
    return state.failing.named or state.retired_at is not None


def _answered(state: FeedState, answer: Fetched, now: datetime, *, moved_from: Feed) -> FeedState:
    headers = answer.headers
    full = answer.status == _OK
    return replace(
        state,
        etag=headers.get("etag") if full else headers.get("etag", state.etag),
        last_modified=_believable(
            headers.get("last-modified") if full else headers.get("last-modified", state.last_modified), now
        ),
        body_hash=_hash(answer.body) if full else state.body_hash,
        full_at=now if full else state.full_at,
        failing=Failing(),
        move=_move(moved_from, state, answer, now),
        retired_at=None,
        last_status=answer.status,
        last_ok_at=now,
        first_ok_at=state.first_ok_at or now,
    )


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _believable(last_modified: str | None, now: datetime) -> str | None:
    """Drop a Last-Modified from the future: nothing would ever be newer."""
    moment = rhythm.http_date(last_modified or "")
    return None if moment is not None and moment > now + timedelta(days=1) else last_modified


def _is_false_promise(before: FeedState, answer: Fetched) -> bool:
    """Return whether the server said "not modified" last time, and now names other entries by the same validators."""
    pairs = ((before.etag, answer.headers.get("etag")), (before.last_modified, answer.headers.get("last-modified")))
    given = [pair for pair in pairs if pair != (None, None)]
    return bool(given) and before.last_status == _NOT_MODIFIED and all(old == new for old, new in given)


def _move(feed: Feed, state: FeedState, answer: Fetched, now: datetime) -> Move | None:
    """Return the permanent redirect as known after this answer.

    Once one is adopted, its address is kept until the next one was seen as long: the configured one may be gone.
    """
    known, target = state.move, answer.moved_to
    if feed.headers:
        return None
    if known is not None and known.adopted:
        return replace(known, seen=0) if target is None else _moved_on(known, target, now)
    if target is None:
        return None
    if known is None or known.url != target:
        return Move(url=target, since=now)
    seen = replace(known, seen=known.seen + 1)
    return Move(url=target, since=now, seen=0, adopted=True) if _long_enough(seen, now) else seen


def _moved_on(adopted: Move, target: str, now: datetime) -> Move:
    seen = replace(adopted, seen=adopted.seen + 1, since=adopted.since if adopted.seen else now)
    return Move(url=target, since=now, seen=0, adopted=True) if _long_enough(seen, now) else seen


def _long_enough(move: Move, now: datetime) -> bool:
    return move.seen >= SIGHTINGS and now - move.since >= SIGHTED_FOR


def _reason(result: ParsedFeed) -> str:
    dropped = ",".join(f"{reason}:{count}" for reason, count in sorted(result.dropped.items()))
    return f"dropped {dropped}"[:80] if dropped else "parsed"


def _arrivals(rules: Rules, entries: Sequence[Entry], now: datetime, *, first: bool) -> tuple[Arrival, ...]:
    """Decide which entries are read; a feed met for the first time must not flood its readers with old news."""
    undated = sum(entry.published is None and entry.updated is None for entry in entries)
    no_dates = first and undated * 2 > len(entries)
    return tuple(_arrival(rules, entry, now, no_dates=no_dates) for entry in entries)


def _arrival(rules: Rules, entry: Entry, now: datetime, *, no_dates: bool) -> Arrival:
    date = entry.published or entry.updated
    if date is None and no_dates:
        return Arrival(entry=entry, state="backlog", reason="undated-at-first-poll")
    if (date is not None and date < now - rules.horizon) or entry.date_note == "ancient":
        return Arrival(entry=entry, state="backlog", reason="older-than-horizon")
    return Arrival(entry=entry, state="waiting", reason="new")
