"""Invented feeds for the polling bench, and what their servers do in each lap; all of it follows from numbers alone.

A lap is one poll of every feed. Lap 0 is the first, in which every feed answers with its whole document.
"""

from __future__ import annotations

import hashlib
import html
import json
import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from functools import lru_cache

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
"""The moment of lap 0."""

FEEDS_PER_HOST = 4
MEDIAN_BYTES, SPREAD, MOST_BYTES = 12_000, 1.1, 1_000_000
SILENT = 0.12
"""The share of feeds whose server sends no validators, so that each poll brings the same bytes again."""


class Deed(Enum):
    """What a feed's server does in a lap; the value is the share of polls, the rest is `SAME`."""

    CHANGED = 0.05
    SLOW = 0.03
    MOVED = 0.01
    MISSING = 0.015
    BUSY = 0.0075
    RESET = 0.00751
    SAME = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed's answer: its bytes, what kind they are, and the validators if its server sends any."""

    body: bytes
    kind: str
    etag: str | None
    modified: str | None


def host(feed: int) -> str:
    """Return the name of a feed's host; the client under test leads every name below localhost to loopback."""
    return f"h{feed // FEEDS_PER_HOST}.news.localhost"


def path(feed: int) -> str:
    """Return the path of a feed, which names it on every host."""
    return f"/f{feed}/feed.xml"


def deed(feed: int, lap: int) -> Deed:
    """Return what a feed's server does in a lap."""
    if lap == 0:
        return Deed.SAME
    drawn = _drawn(f"{feed} in {lap}")
    for one in Deed:
        if drawn < one.value:
            return one
        drawn -= one.value
    return Deed.SAME


def silent(feed: int) -> bool:
    """Whether a feed's server sends no validators."""
    return _drawn(f"{feed} silent") < SILENT


def version(feed: int, lap: int) -> int:
    """Return how many new entries a feed has brought up to a lap."""
    return sum(deed(feed, earlier) is Deed.CHANGED for earlier in range(1, lap + 1))


def etag(feed: int, number: int) -> str:
    """Return the validator of a feed's document after so many new entries."""
    return f'"{feed:x}-{number:x}"'


def modified(number: int) -> str:
    """Return the Last-Modified header of a document after so many new entries."""
    return format_datetime(START - timedelta(hours=2) + timedelta(hours=number), usegmt=True)


def document(feed: int, number: int) -> FeedDocument:
    """Return a feed's document after so many new entries; sizes are log-normal around 12 KB."""
    chance = random.Random(feed)  # noqa: S311 - the same feeds in each run, not secrets
    form = _json if feed % 20 == 0 else _rss if feed % 20 <= 12 else _atom
    size = min(MEDIAN_BYTES * math.exp(chance.gauss(0, SPREAD)), MOST_BYTES)
    count = chance.randint(10, max(10, min(60, int(size / 450))))
    each = max(size / count - 460, 1)
    dates = [START - timedelta(minutes=chance.randint(30, 20_000)) for _ in range(count)]
    items = [_item(feed, place, each, date) for place, date in enumerate(sorted(dates, reverse=True))]
    fresh = [_item(feed, count + place, each, START + timedelta(hours=place)) for place in range(number, 0, -1)]
    body, kind = form(feed, [*fresh, *items])
    hidden = silent(feed)
    return FeedDocument(
        body=body,
        kind=kind,
        etag=None if hidden else etag(feed, number),
        modified=None if hidden else modified(number),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    link: str
    title: str
    text: str
    date: datetime


def _item(feed: int, place: int, size: float, date: datetime) -> _Item:
    chance = random.Random(feed * 1_000 + place)  # noqa: S311 - as above
    pool = _paragraphs()
    text, length = [], 0
    while length < size:
        text.append(chance.choice(pool))
        length += len(text[-1])
    title = f"{chance.choice(_WHO)} {chance.choice(_DO)} {chance.choice(_WHAT)} {chance.choice(_WHERE)}"
    link = f"https://h{feed // FEEDS_PER_HOST}.news.example/{date:%Y/%m/%d}/{feed}-{place}"
    return _Item(link=link, title=title, text="\n".join(text), date=date)


def _rss(feed: int, items: list[_Item]) -> tuple[bytes, str]:
    quoted = html.escape if feed % 2 else _cdata
    entries = "".join(
        f"<item><title>{one.title}</title><link>{one.link}?utm_source=rss</link>"
        f'<guid isPermaLink="false">{one.link}</guid><pubDate>{format_datetime(one.date)}</pubDate>'
        f"<dc:creator>Desk {feed % 9}</dc:creator><description>{quoted(one.text)}</description></item>\n"
        for one in items
    )
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Wire {feed}</title><link>https://h{feed}.news.example/</link>"
        f"<description>Notes from district {feed}</description><language>en</language>\n"
    )
    return f"{head}{entries}</channel></rss>".encode(), "application/rss+xml; charset=utf-8"


def _atom(feed: int, items: list[_Item]) -> tuple[bytes, str]:
    entries = "".join(
        f'<entry><title>{one.title}</title><link rel="alternate" href="{one.link}"/><id>{one.link}</id>'
        f"<updated>{one.date.isoformat()}</updated><published>{one.date.isoformat()}</published>"
        f"<author><name>Desk {feed % 9}</name></author>"
        f'<content type="html">{html.escape(one.text)}</content></entry>\n'
        for one in items
    )
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>Ledger {feed}</title><id>https://h{feed}.news.example/</id><updated>{START.isoformat()}</updated>\n"
    )
    return f"{head}{entries}</feed>".encode(), "application/atom+xml"


def _json(feed: int, items: list[_Item]) -> tuple[bytes, str]:
    entries = [
        {
            "id": one.link,
            "url": one.link,
            "title": one.title,
            "content_html": one.text,
            "date_published": one.date.isoformat(),
        }
        for one in items
    ]
    whole = {"version": "https://jsonfeed.org/version/1.1", "title": f"Gazette {feed}", "items": entries}
    return json.dumps(whole).encode(), "application/feed+json"


def _cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def _drawn(text: str) -> float:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) / 2**64


_WHO = ("Harbor council", "The grain board", "Upper Lome district", "A panel of auditors", "The tram company",
        "Orchard growers", "The river authority", "Ferry crews", "The port union", "Two savings banks")  # fmt: skip
_DO = ("approves", "puts off", "defends", "reviews", "withdraws", "publishes", "questions", "settles", "extends")
_WHAT = ("the night timetable", "a levy on cold storage", "the dredging plan", "rules for market stalls",
         "its reserve report", "the bridge tolls", "a pension accord", "the flood survey")  # fmt: skip
_WHERE = ("in Marrow Bay", "after a long hearing", "before the winter session", "in the eastern wards", "by one vote",
          "despite three objections", "for a second year", "near the old quay")  # fmt: skip
_WORDS = tuple(
    """
    harbour ledger notice quarter members tonnage review levy winter barges council auditors grain storage session
    figures district repairs timber tariff weighing market survey reserve permit bridge hearing wages signal quay
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)


@lru_cache(maxsize=1)
def _paragraphs() -> tuple[str, ...]:
    """Return paragraphs of HTML, of a line or two."""
    chance = random.Random(7)  # noqa: S311 - as above
    return tuple(_paragraph(chance) for _ in range(600))


def _paragraph(chance: random.Random) -> str:
    sentences = [
        f"{chance.choice(_WHO)} {chance.choice(_DO)} {chance.choice(_WHAT)}, while <em>{chance.choice(_WORDS)}</em> "
        f"and {' '.join(chance.sample(_WORDS, chance.randint(1, 9)))} rose by {chance.randint(2, 90)}&nbsp;percent."
        for _ in range(chance.randint(1, 2))
    ]
    link = f' <a href="https://notes.example/{chance.randint(1, 999)}">more &amp; maps</a>'
    return f"<p>{' '.join(sentences)}{link if chance.random() < 0.2 else ''}</p>"
