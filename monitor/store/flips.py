"""Entries that are known: by their guid, or under another one by their URL, or else by their text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from monitor.store.arrived import TEXT, Arrived
from monitor.store.database import chunks
from monitor.store.tables import entries

FOLLOWS = ("url", "url_key", "updated", "date_note")
"""The columns of a known entry that follow the feed without being an edit."""

ALIKE_FOR = timedelta(days=7)
"""How long after an entry was last met another one of its feed with the same text is taken for it."""

TELLING = 40
"""Characters of text that two different entries do not share by chance."""

DATED_ALIKE = timedelta(hours=12)
"""A new guid or URL does not change when an entry was published; "Statistics are out" comes again another day."""

FEEDS_AT_ONCE = 8
"""Feeds in one look-up by URL or text: SQLite tries every feed of the list with every value of the list."""

_NAMES = ("id", "feed_id", "key", "title", "content_hash", "seen_at", "met_at", "published", *FOLLOWS)
_KNOWN = tuple(entries.c[name] for name in _NAMES)

_Flip = tuple[Arrived, Row[Any], str]


def recognized(connection: Connection, came: Sequence[Arrived]) -> tuple[list[Arrived], dict[str, Row[Any]]]:
    """Return the arrived entries under the ids they have here, and the rows of those that are known, by that id.

    Some publishers use one guid for whatever is their latest article. Another URL, title and date under a known guid
    is an entry of its own, whose key is the guid and the key of its URL.
    """
    known = known_by_id(connection, [one.id for one in came])
    moved = {one.id: one.under(_with_link(one)) for one in came if one.id in known and _elsewhere(known[one.id], one)}
    if moved:
        known |= known_by_id(connection, [one.id for one in moved.values()])
    found = []
    for one in came:
        own = moved.get(one.id, one)
        if own.id not in known and one.id in known:
            before = _same_guid(connection, one) if _other_article(known[one.id], one) else known[one.id]
            if before is not None:
                own = one.under(before.key)
                known[own.id] = before
        found.append(own)
    met = {one.id: known[one.id] for one in found if one.id in known}
    return _without_taken_links(connection, found, met), met


def known_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """Return the entries that have one of these ids, by id."""
    found: dict[str, Row[Any]] = {}
    for some in chunks(ids):
        query = sa.select(*_KNOWN).where(entries.c.id.in_(some))
        found |= {row.id: row for row in connection.execute(query)}
    return found


def flipped(
    connection: Connection, arrived: Sequence[Arrived], known: Mapping[str, Row[Any]]
) -> tuple[list[_Flip], list[Arrived]]:
    """Return the arrived entries known under another guid, each with that entry and `same-url` or `same-text`.

    The known entry must be the only one of its feed that fits, and not be in the same document itself; `known` are
    those that are. Returned with them are all others that are not known: the new ones.
    """
    present = set(known)
    strangers = [one for one in arrived if one.id not in known]
    by_url, strangers = _by_url(connection, strangers, present)
    by_text, strangers = _by_text(connection, strangers, _wordy(arrived), present)
    return [*by_url, *by_text], strangers


def _by_url(
    connection: Connection, strangers: Sequence[Arrived], present: set[str]
) -> tuple[list[_Flip], list[Arrived]]:
    """Return those known by their URL, and the rest; one at the URL of another article shares its link."""
    rows_of = _fitting(connection, entries.c.url_key, [one for one in strangers if one.row["url_key"]])
    found: list[_Flip] = []
    rest = []
    for one in strangers:
        rows = rows_of[one.row["feed_id"], one.row["url_key"]]
        fits = [row for row in rows if not _other_article(row, one)]
        if len(fits) == 1 and fits[0].id not in present:
            present.add(fits[0].id)
            found.append((one, fits[0], "same-url"))
        else:
            taken = any(_other_article(row, one) and row.id not in present for row in rows)
            rest.append(one.sharing_link() if taken else one)
    return found, rest


def _by_text(
    connection: Connection, strangers: Sequence[Arrived], wordy: set[str], present: set[str]
) -> tuple[list[_Flip], list[Arrived]]:
    """Return those known by their text, and the rest; at one shared link a title is enough."""
    asked = {one.id for one in strangers if one.id in wordy or one.shares_link}
    rows_of = _fitting(connection, entries.c.content_hash, [one for one in strangers if one.id in asked])
    found: list[_Flip] = []
    rest = []
    for one in strangers:
        rows = rows_of[one.row["feed_id"], one.row["content_hash"]] if one.id in asked else []
        fits = [row for row in rows if _of_one_time(row, one) and (one.id in wordy or row.url == one.row["url"])]
        if len(fits) == 1 and fits[0].id not in present:
            present.add(fits[0].id)
            found.append((one, fits[0], "same-text"))
        else:
            rest.append(one)
    return found, rest


def _with_link(one: Arrived) -> str:
    return f"{one.row['key']} {one.row['url_key']}"


def _elsewhere(known: Row[Any], one: Arrived) -> bool:
    there, here = known.url_key, one.row["url_key"]
    return there is not None and here is not None and there != here


def _other_article(known: Row[Any], one: Arrived) -> bool:
    """Whether both title and date say that this is not the known article, edited."""
    return _words(known.title) != _words(one.row["title"]) and not _dated_alike(known, one)


def _words(title: str) -> list[str]:
    return title.casefold().split()


def _of_one_time(known: Row[Any], one: Arrived) -> bool:
    met = known.met_at or known.seen_at
    return bool(met >= one.row["seen_at"] - ALIKE_FOR) and _dated_alike(known, one)


def _dated_alike(known: Row[Any], one: Arrived) -> bool:
    then, now = known.published, one.row["published"]
    return then is None or now is None or abs(now - then) <= DATED_ALIKE


def _same_guid(connection: Connection, one: Arrived) -> Row[Any] | None:
    """Return the entry that got this one's guid with the key of a URL, when that URL has changed since."""
    url_key, date = one.row["url_key"], one.row["published"]
    start = f"{one.row['key']} "
    query = sa.select(*_KNOWN).where(
        entries.c.feed_id == one.row["feed_id"],
        entries.c.key.startswith(start, autoescape=True),
        sa.or_(entries.c.url_key == url_key, entries.c.published.between(date - DATED_ALIKE, date + DATED_ALIKE)),
    )
    # A guid that a document uses for several articles is a key with the whole URL of each, or a named digest.
    rows = [row for row in connection.execute(query) if ":" not in row.key.removeprefix(start)]
    rows = [row for row in rows if row.url_key == url_key] or rows
    return rows[0] if len(rows) == 1 else None


def _without_taken_links(
    connection: Connection, arrived: Sequence[Arrived], known: Mapping[str, Row[Any]]
) -> list[Arrived]:
    """Return the entries, those known at a shared link without its key while another entry has that."""
    keyless = {one.id for one in arrived if one.id in known and known[one.id].url_key is None and one.row["url_key"]}
    if not keyless:
        return list(arrived)
    owners = _fitting(connection, entries.c.url_key, [one for one in arrived if one.id in keyless])
    return [
        one.sharing_link() if one.id in keyless and owners[one.row["feed_id"], one.row["url_key"]] else one
        for one in arrived
    ]


def _wordy(arrived: Sequence[Arrived]) -> set[str]:
    """Return the ids of those with enough text to be known by, and that no other one of their document has."""
    said = Counter((one.poll, one.row["content_hash"]) for one in arrived)
    return {
        one.id
        for one in arrived
        if said[one.poll, one.row["content_hash"]] == 1
        and (one.row["summary"] or one.row["content"])
        and sum(len(one.row[name]) for name in TEXT) >= TELLING
    }


def _fitting(
    connection: Connection, column: sa.Column[Any], strangers: Sequence[Arrived]
) -> dict[tuple[str, str], list[Row[Any]]]:
    """Return the known entries by (feed, value of `column`), for the values of these strangers."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in strangers:
        wanted[one.row["feed_id"]].add(one.row[column.name])
    found: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for some in chunks(list(wanted), FEEDS_AT_ONCE):
        for values in chunks(sorted(set().union(*(wanted[feed] for feed in some)))):
            query = sa.select(*_KNOWN).where(entries.c.feed_id.in_(some), column.in_(values))
            for row in connection.execute(query):
                found[row.feed_id, getattr(row, column.name)].append(row)
    return found
