"""Which entries are the same: their keys within the feed, the keys of their articles, and the hash of what they say."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.feeds import urls
from monitor.feeds.twins import article_key, twin_key
from monitor.records import Entry

_LONGEST_KEY = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry whose key is still the publisher's guid, and the fragment that its link had, without the `#`."""

    entry: Entry
    fragment: str = ""


def with_keys(drafts: Sequence[Draft], dropped: Counter[str]) -> tuple[Entry, ...]:
    """Give each draft both keys; leave the second of a pair out as `duplicate`.

    A guid is the key, unless the document uses it for several articles: then all of those take their URL (or text)
    along, and those that share that too their title and the fragment of their link, so that the key of each stays
    when the order changes and a new one is never taken for an old one. Without a guid the URL is the key, with title
    and fragment when several share it (feeds that link only to a home page, or to parts of a page). Without both it
    is the text; when the same text comes again under a later date, that one takes its date along.
    """
    latest = _without_older_revisions(drafts)
    dropped["duplicate"] += len(drafts) - len(latest)
    entries: dict[str, Entry] = {}
    for draft, key in zip(latest, _keys(latest), strict=True):
        if key in entries:
            dropped["duplicate"] += 1
        else:
            url = draft.entry.url
            entries[key] = replace(draft.entry, key=key, url_key=article_key(url) if url else None)
    shared = Counter(entry.url_key for entry in entries.values())
    return tuple(
        replace(entry, url_key=None) if entry.url_key and shared[entry.url_key] > 1 else entry
        for entry in entries.values()
    )


def entries_hash(entries: Iterable[Entry]) -> str:
    """Return the SHA-256, in hex, of what the entries say, whatever their order."""
    digest = hashlib.sha256()
    for entry in sorted(entries, key=lambda entry: entry.key):
        said = _said_at(entry)
        what = (entry.key, entry.url, entry.title, entry.summary, entry.content, said.isoformat() if said else "")
        digest.update(json.dumps(what).encode())
    return digest.hexdigest()


def _without_older_revisions(drafts: Sequence[Draft]) -> list[Draft]:
    """Leave out an article that stands in the document twice, as `#1` and `#8` of one guid, link and date.

    The BBC does this when it changes a headline; the first one stays.
    """
    latest: list[Draft] = []
    seen: set[tuple[str, str, datetime]] = set()
    for draft in drafts:
        entry, bare = draft.entry, urls.without_revision(draft.entry.key)
        if bare != entry.key and entry.url and entry.published and not draft.fragment:
            article = (bare, entry.url, entry.published)
            if article in seen:
                continue
            seen.add(article)
        latest.append(draft)
    return latest


def _keys(drafts: Sequence[Draft]) -> list[str]:
    identities = _identities(drafts)
    apart: dict[str, set[str]] = {}
    oldest: dict[str, datetime] = {}
    for draft, (base, detail) in zip(drafts, identities, strict=True):
        apart.setdefault(base, set()).add(detail)
        said = _said_at(draft.entry)
        if not base and said:
            oldest[detail] = min(said, oldest.get(detail, said))
    keys = []
    for draft, (base, detail) in zip(drafts, identities, strict=True):
        said = _said_at(draft.entry)
        if base:
            keys.append(_short(f"{base} {detail}" if len(apart[base]) > 1 else base))
        else:
            keys.append(f"{detail} {said.isoformat()}" if said and said > oldest[detail] else detail)
    return keys


def _identities(drafts: Sequence[Draft]) -> list[tuple[str, str]]:
    """Return what names each draft, and what tells it from others of that name."""
    guids = _names(drafts)
    parts: dict[tuple[str, str], set[str]] = {}
    for draft, guid in zip(drafts, guids, strict=True):
        parts.setdefault((guid, draft.entry.url or ""), set()).add(_part(draft))
    identities = []
    for draft, guid in zip(drafts, guids, strict=True):
        entry, url = draft.entry, draft.entry.url or ""
        if guid and url:
            identities.append((guid, f"{url} {_part(draft)}" if len(parts[guid, url]) > 1 else url))
        elif guid:
            identities.append((guid, _digest(entry.title, entry.summary)))
        elif url:
            identities.append((url, _part(draft)))
        else:
            identities.append(("", _digest(entry.title, entry.summary or entry.content)))
    return identities


def _part(draft: Draft) -> str:
    """Return what tells an item from others with its link: its title, or summary if it has none, and the fragment."""
    said = draft.entry.title or draft.entry.summary
    return _digest(said, draft.fragment) if draft.fragment else _digest(said)


def _names(drafts: Sequence[Draft]) -> list[str]:
    """Return each draft's guid, those that are URLs without revision and in the form that all addresses share."""
    guids = [draft.entry.key for draft in drafts]
    return _merged(drafts, _merged(drafts, guids, _without_revision), lambda _, name: _one_for_all(name))


def _merged(drafts: Sequence[Draft], names: Sequence[str], form: Callable[[Draft, str], str]) -> list[str]:
    """Return each name in another form, except where that makes one of several with different titles.

    There it merges too much.
    """
    commons = [form(draft, name) for draft, name in zip(drafts, names, strict=True)]
    merged: dict[str, set[str]] = {}
    titles: dict[str, set[str]] = {}
    for draft, name, common in zip(drafts, names, commons, strict=True):
        merged.setdefault(common, set()).add(name)
        titles.setdefault(common, set()).add(draft.entry.title.casefold() or draft.entry.summary)
    return [
        name if len(merged[common]) > 1 and len(titles[common]) > 1 else common
        for name, common in zip(names, commons, strict=True)
    ]


def _without_revision(draft: Draft, guid: str) -> str:
    """Return a guid without its revision, unless the link has the same: then it names a part of the page."""
    bare = urls.without_revision(guid)
    return guid if guid == f"{bare}#{draft.fragment}" else bare


def _one_for_all(guid: str) -> str:
    """Return a guid that is a URL without what flips; its fragment stays, because it may name a part of a page."""
    if not urls.is_web(guid) or len(guid) > urls.LONGEST:
        return guid
    page, _, fragment = guid.partition("#")
    return f"{twin_key(page)}#{fragment}" if fragment else twin_key(page)


def _said_at(draft: Entry) -> datetime | None:
    """Return the publisher's date, unless it was corrected: such a one moves with the clock of whoever asks."""
    return None if draft.date_note else draft.published


def _short(key: str) -> str:
    return key if len(key) <= _LONGEST_KEY else _digest(key)


def _digest(*parts: str) -> str:
    return "sha256:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
