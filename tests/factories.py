"""Made-up digests: plausible by default, each part replaceable by keyword."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from monitor.records import Action, Coverage, Delivery, Digest, Held, Item, Kind, Matched, Message, Source, Why

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=1)

_STORIES = (
    (
        "Senate committee clears stablecoin reserve bill 16 to 8, sending it to the full chamber",
        (
            "The Banking Committee voted 16 to 8 on Monday to advance a bill requiring one-to-one reserves and monthly "
            "attestations from dollar stablecoin issuers. Those with more than $10 billion outstanding would move from "
            "state to federal supervision within 18 months."
        ),
        ("stablecoin", "reserve requirements", "Senate"),
        (
            ("First report of a scheduled vote", "Harbor Wire", 13.8),
            ("Vote count confirmed at 16 to 8", "Capitol Record", 9.5),
            ("Issuers respond; two ask for a longer transition", "Ledger Daily", 1.3),
            ("Floor schedule not yet set", "The Meridian", 0.2),
        ),
    ),
    (
        "ESMA publishes final MiCA custody standards; transition period ends 1 July",
        (
            "The European regulator set out segregation, liability and outsourcing rules for custodians. National "
            "authorities must apply them from 1 July 2027."
        ),
        ("MiCA", "custody"),
        (
            ("ESMA sets a July date for custodians", "EU Markets Brief", 15.7),
            ("Final custody standards: what changed since Friday", "Chainpost", 14.9),
            ("Draft custody standards leak", "Brussels Desk", 80.0),
        ),
    ),
    (
        "Hong Kong opens consultation on licensing over-the-counter trading desks",
        (
            "The proposal would put OTC desks under the securities regulator and cap cash conversions. Comments end on "
            "29 January."
        ),
        ("licensing", "consultation"),
        (
            ("Hong Kong to license OTC crypto desks", "Asia Ledger", 4.5),
            ("Consultation on OTC desks opens", "Kowloon Post", 3.8),
            ("Cash conversions to be capped", "Ledger Daily", 2.3),
        ),
    ),
)


def make_source(**changes: object) -> Source:
    """Return an article of Harbor Wire, an hour old."""
    plain: dict[str, object] = {
        "article_id": "a1",
        "title": "First report of a scheduled vote",
        "url": "https://harborwire.example/2026/11/23/vote",
        "publisher": "Harbor Wire",
        "published": NOW - timedelta(hours=1),
        "is_new": True,
    }
    return Source(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself


def make_matched(**changes: object) -> Matched:
    """Return a match of a trained topic at 91 %."""
    plain: dict[str, object] = {
        "topic": "crypto-regulation",
        "title": "Crypto regulation",
        "score": 0.88,
        "probability": 0.91,
        "terms": ("MiCA", "custody"),
        "passage": "Custodians must keep client assets apart from their own from the first day.",
    }
    return Matched(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself


def make_item(number: int = 0, **changes: object) -> Item:
    """Return one of three stories in turn; every second one is an update."""
    headline, summary, terms, rows = _STORIES[number % len(_STORIES)]
    is_update = number % 2 == 1
    sources = tuple(
        make_source(
            article_id=f"a{number}-{place}",
            title=title,
            publisher=publisher,
            url=f"https://{publisher.lower().replace(' ', '')}.example/{number}/{place}?a=1&b=2",
            published=NOW - timedelta(hours=hours),
            is_new=not is_update or hours < 24,
        )
        for place, (title, publisher, hours) in enumerate(rows)
    )
    plain: dict[str, object] = {
        "story_id": f"s{number}",
        "kind": Kind.UPDATE if is_update else Kind.NEW,
        "headline": headline,
        "url": sources[0].url,
        "summary": summary,
        "sources": sources,
        "publishers": len({source.publisher for source in sources}),
        "first_seen": min(sources, key=lambda source: source.published),
        "matched": (make_matched(terms=terms, probability=0.96 - number % 30 / 100),),
        "reason": "3 articles from 3 publishers within 48 hours (the rule asks for 3 from 2)",
        "major": number == 0,
        "since": SINCE if is_update else None,
        "hours": tuple(sum(int(hours) == 23 - slot for _, _, hours in rows) for slot in range(24)),
        "actions": make_actions(f"s{number}", sources[0].url),
    }
    return Item(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself


def make_actions(story: str, url: str, address: str = "") -> tuple[Action, ...]:
    """Return what a reader can do about a story: by command, and by link where there is an address."""
    rows = (
        ("relevant", "Relevant", f"monitor label {_id_of(url)} crypto-regulation yes"),
        ("off-topic", "Off topic", f"monitor label {_id_of(url)} crypto-regulation no"),
        ("mute", "Mute story", f"monitor mute {story} --as ana --for 7d"),
    )
    return tuple(
        Action(name=name, label=label, url=f"{address}/a/{name}-{story}" if address else "", command=command)
        for name, label, command in rows
    )


def _id_of(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:8]


def make_held(**changes: object) -> Held:
    """Return a story that has too few publishers."""
    plain: dict[str, object] = {
        "story_id": "h1",
        "headline": "Exchange lists a new token",
        "reason": "too_few_publishers",
        "message": "1 publisher so far, the rule asks for 2",
    }
    return Held(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself


def make_also() -> tuple[Source, ...]:
    """Return three articles that matched alone."""
    rows = (
        ("Brazil delays its self-custody reporting rule", "Sul Econômico"),
        ("Opinion: what the reserve bill leaves out", "Ledger Daily"),
        ("Japan to reclassify tokens as financial products", "Tokyo Brief"),
    )
    return tuple(
        make_source(article_id=f"also{place}", title=title, publisher=name, url=f"https://also.example/{place}")
        for place, (title, name) in enumerate(rows)
    )


def make_digest(stories: int = 3, **changes: object) -> Digest:
    """Return a digest of that many stories, created at 07:00 in Berlin."""
    plain: dict[str, object] = {
        "id": "d1",
        "watch_id": "crypto",
        "watch_title": "Crypto regulation",
        "person_id": "ana",
        "created_at": NOW,
        "timezone": "Europe/Berlin",
        "items": tuple(make_item(number) for number in range(stories)),
        "also": make_also(),
        "held": (make_held(),),
        "coverage": Coverage(
            feeds=44, feeds_answering=41, articles=23, since=SINCE, silent=("Brussels Desk", "Tokyo Brief"), teasers=2
        ),
        "trigger": "You get this because you follow “Crypto regulation”: weekdays at 07:00.",
        "why": Why.DIGEST,
        "slot": NOW,
        "next_at": NOW + timedelta(days=1),
        "actions": (
            Action(
                name="pause",
                label="Pause for a week",
                url="",
                command="monitor mute --watch crypto --as ana --for 7d",
            ),
            Action(name="unsubscribe", label="Unsubscribe", url="", command="monitor unsubscribe crypto --as ana"),
        ),
    }
    return Digest(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself


def make_message(**changes: object) -> Message:
    """Return a short message whose every part is easy to recognise."""
    plain: dict[str, object] = {
        "subject": "Crypto regulation: 1 new story: Reserve bill: “clears” committee, naïvely",
        "text": "News Monitor\n\nReserve bill clears committee\nhttps://harborwire.example/1\n.\n",
        "html": "<!DOCTYPE html>\n<p>Reserve bill naïvely clears committee</p>\n",
        "slack": {"text": "Reserve bill", "blocks": [], "unfurl_links": False, "unfurl_media": False},
        "data": {"id": "d1"},
        "brief": ("New: Reserve bill clears committee (3 publishers) https://harborwire.example/1",),
    }
    return Message(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself


def make_delivery(**changes: object) -> Delivery:
    """Return a delivery of that message to ana@example.org."""
    plain: dict[str, object] = {
        "id": "3f2a9c1b77d04e5f",
        "digest_id": "d1",
        "channel": "work",
        "recipient": "ana@example.org",
        "person": "ana",
        "message_id": "<d.3f2a9c1b77d04e5f.00000001@news.example.org>",
        "created_at": NOW,
        "subject": "Crypto regulation: 1 new story: Reserve bill: “clears” committee, naïvely",
        "watch_id": "crypto",
        "watch_title": "Crypto regulation",
    }
    return Delivery(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself


def make_hostile(text: str, url: str = "https://harborwire.example/1", stories: int = 2) -> Digest:
    """Return a digest in which every text that comes from outside is `text`, and every link is `url`."""
    source = make_source(title=text, publisher=text, url=url)
    matched = make_matched(title=text, terms=(text,), passage=f"{text} again")
    items = tuple(
        make_item(
            number,
            headline=text,
            url=url,
            summary=text,
            sources=(source, make_source(title=f"{text} more", publisher=text, url=url)),
            first_seen=source,
            matched=(matched,),
            reason=text,
        )
        for number in range(stories)
    )
    held = (make_held(headline=text, message=text),)
    return make_digest(watch_title=text, items=items, also=(source,), held=held, trigger=text)
