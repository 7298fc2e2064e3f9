"""Made-up digests on their way, for the rules of the outbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.ports import Slot
from monitor.records import Delivery, Planned, Receipt, Why
from monitor.store import Store
from tests.conformance.news import NOW, group, outcome, read_article
from tests.factories import make_delivery, make_digest, make_item, make_message, make_source

TAKEN = Receipt(provider_id="ts-1", place="somewhere")


def told_story(store: Store, *articles: str, story: str = "s1") -> None:
    """Read articles and put them into one story, which they found."""
    for number, name in enumerate(articles):
        read_article(store, name)
        group(store, name, story, founded=number == 0)


def carried(digest_id: str, channel: str, at: datetime = NOW, **changes: Any) -> Delivery:
    """Return a delivery of a digest with a body of its own."""
    plain = {
        "why": "notice",
        "id": f"{digest_id}-{channel}",
        "digest_id": digest_id,
        "channel": channel,
        "recipient": f"ana by {channel}",
        "message_id": f"<{digest_id}.{channel}@example.org>",
        "created_at": at,
        "subject": f"Subject of {digest_id}",
        "body": f"{digest_id} by {channel}".encode() * 50,
    }
    return make_delivery(**{**plain, **changes})


def digest_of(
    name: str = "d1",
    *articles: str,
    story: str = "s1",
    major: bool = False,
    at: datetime = NOW,
    channels: Sequence[str] = ("mail",),
    parents: Mapping[str, str] | None = None,
    known: Collection[str] = (),
    **changes: Any,
) -> Planned:
    """Return a digest of one story, or of none, with a delivery on each channel; the `known` are not new."""
    sources = tuple(make_source(article_id=one, title=f"Title of {one}", is_new=one not in known) for one in articles)
    item = make_item(0, story_id=story, major=major, sources=sources)
    plain = {"id": name, "created_at": at, "items": (item,) if articles else (), "also": (), "why": Why.NOTICE}
    digest = make_digest(**{**plain, **changes})
    data = {"id": name, "watch": {"id": digest.watch_id, "title": digest.watch_title}}
    parent = parents or {}
    return Planned(
        digest=digest,
        message=make_message(subject=f"Subject of {name}", data=data),
        deliveries=tuple(
            carried(name, channel, at, parent=parent.get(channel), why=digest.why.value) for channel in channels
        ),
    )


def plan(store: Store, *planned: Planned, slots: Mapping[tuple[str, str], Slot] | None = None) -> frozenset[str]:
    return store.outbox.plan(planned, [outcome("plan", "s1 ana crypto")], "m1", slots=slots or {})


def take(store: Store, at: datetime = NOW, **options: Any) -> Delivery | None:
    """Claim one delivery as a sender that comes, claims and goes."""
    with store.outbox.drain() as place:
        return store.outbox.claim(place, at, **options)


def taken(store: Store, at: datetime = NOW, **options: Any) -> Delivery:
    """Claim one delivery that must be there."""
    found = take(store, at, **options)
    assert found is not None
    return found


def state_of(store: Store, delivery_id: str) -> str:
    row = store.receipts.delivery(delivery_id)
    assert row is not None
    return str(row["state"])
