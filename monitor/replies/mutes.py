"""What keeps a person from hearing of a story, of a watch or of anything: its name, and which one lasts longest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from monitor.records import Mute, MuteKind


def new_mute(
    person: str, kind: MuteKind, subject: str, *, since: datetime, until: datetime | None, by: str = ""
) -> Mute:
    """Return a mute; that of the same person, kind and subject always has the same id."""
    said = f"{person} {kind.value} {subject}"
    return Mute(
        id=hashlib.sha256(said.encode()).hexdigest()[:12],
        person=person,
        kind=kind,
        subject=subject,
        since=since,
        until=until,
        by=by,
    )


def about(mutes: Iterable[Mute], kind: MuteKind, subject: str) -> list[Mute]:
    """Return those about one thing."""
    return [mute for mute in mutes if (mute.kind, mute.subject) == (kind, subject)]


def longest(mutes: Iterable[Mute]) -> Mute | None:
    """Return the one that ends last; an unsubscription never does."""
    found = list(mutes)
    endless = next((mute for mute in found if mute.until is None), None)
    return endless or max(found, key=lambda mute: mute.until or mute.since, default=None)
