"""Digests as a feed for each watch, as Atom and as JSON Feed: for feed readers, intranets and other programs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from filelock import FileLock, Timeout

from monitor.delivery import unfit
from monitor.delivery.file import failure, sync, write_whole
from monitor.delivery.frozen import thaw
from monitor.delivery.naming import label
from monitor.errors import DeliveryError
from monitor.messages import clean
from monitor.records import Delivery, FeedEntry, Message, Receipt

_VERSION = "https://jsonfeed.org/version/1.1"
_NAME = "News Monitor"
_WAIT = 10.0
_MAX_TITLE = 300
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """The folder in which each watch has `WATCH.atom.xml` and `WATCH.json`, and how many stories these hold."""

    folder: Path
    entries: int = 100

    def __post_init__(self) -> None:
        """Refuse a feed of nothing."""
        unfit.check(("entries", "" if self.entries >= 1 else "a feed needs room for at least 1 entry"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An entry, cleaned; `published` is when it first stood in the feed."""

    entry: FeedEntry
    published: datetime


class FeedNotifier:
    """Puts the stories of each digest into the feed of its watch."""

    def __init__(self, settings: FeedSettings) -> None:
        """Keep the settings; nothing is written before the first delivery."""
        self._folder = Path(settings.folder)
        self._entries = settings.entries

    def freeze(self, delivery: Delivery, message: Message) -> bytes:  # noqa: ARG002 - entries know neither way nor reader
        """Return the stories as JSON Feed items."""
        return json.dumps(
            {"entries": [_item(_Entry(entry=_clean(one), published=one.at)) for one in message.entries]}
        ).encode()

    def send(self, delivery: Delivery) -> Receipt:
        """Put the stories into the feed; those that it has already, as new or newer, stay once."""
        name = label(delivery.watch_id)
        feed = self._folder / f"{name}.json"
        atom = self._folder / f"{name}.atom.xml"
        fresh = thaw(delivery, lambda content: [_entry(item) for item in content["entries"]])
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / f".{name}.lock", timeout=_WAIT):
                known, damaged = _read(feed)
                entries = _merged(known, fresh)[: self._entries]
                # The JSON is what is read next time: a feed is never behind it for longer than until the next attempt.
                write_whole(feed, _as_json(delivery, entries))
                write_whole(atom, _as_atom(delivery, entries))
                sync(self._folder)
        except Timeout:
            said = f"Somebody else has been writing {feed} for {_WAIT:.0f} seconds."
            raise DeliveryError(delivery.channel, "busy", said, transient=True) from None
        except OSError as error:
            raise failure(delivery.channel, self._folder, error) from error
        note = f" (begun again: it could not be read, and is kept as {damaged.name})" if damaged else ""
        return Receipt(provider_id=delivery.id, place=f"{atom}{note}")

    def find(self, delivery: Delivery) -> Receipt | None:  # noqa: ARG002 - see below
        """Return None: putting the same stories in again changes nothing."""
        return None


def _read(feed: Path) -> tuple[list[_Entry], Path | None]:
    """Return what stands in the feed; one that cannot be read is set aside, and its new place returned."""
    try:
        text = feed.read_bytes()
    except FileNotFoundError:
        return [], None
    try:
        return [_entry(item) for item in json.loads(text)["items"]], None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return [], feed.replace(feed.with_name(f"{feed.name}.damaged"))


def _merged(known: list[_Entry], fresh: list[_Entry]) -> list[_Entry]:
    """Return the entries, the newest first and those of one digest in its order.

    Of two with the same id the newer one stays, unless it says the same: that would be shown as news once more.
    """
    before = {one.entry.id: one for one in known}
    kept = {one.entry.id: _latest(one, before.get(one.entry.id)) for one in fresh}
    return sorted({**kept, **before, **kept}.values(), key=lambda one: one.entry.at, reverse=True)


def _latest(one: _Entry, old: _Entry | None) -> _Entry:
    if old is None:
        return one
    repeats = replace(one.entry, at=old.entry.at) == old.entry
    entry = old.entry if repeats or one.entry.at < old.entry.at else one.entry
    return _Entry(entry=entry, published=min(one.published, old.published))


def _clean(entry: FeedEntry) -> FeedEntry:
    """Return the entry as it may stand in a feed: XML 1.0 forbids most control characters, even escaped."""
    return FeedEntry(
        id=entry.id if _IRI.fullmatch(entry.id) else uuid5(NAMESPACE_URL, f"news-monitor/entry/{label(entry.id)}").urn,
        title=clean.line(entry.title, _MAX_TITLE) or "Untitled",
        url=clean.link(entry.url),
        html=clean.lines(entry.html),
        text=clean.lines(entry.text),
        at=entry.at.astimezone(UTC).replace(microsecond=0),
        tags=tuple(filter(None, (clean.line(tag, 100) for tag in entry.tags))),
    )


def _item(one: _Entry) -> dict[str, Any]:
    entry = one.entry
    return {
        "id": entry.id,
        **({"url": entry.url} if entry.url else {}),
        "title": entry.title,
        "content_html": entry.html,
        "content_text": entry.text,
        "date_published": _moment(one.published),
        "date_modified": _moment(entry.at),
        **({"tags": list(entry.tags)} if entry.tags else {}),
    }


def _entry(item: dict[str, Any]) -> _Entry:
    """Return an item read back; raises ValueError, KeyError or TypeError for what was not written by `_item`."""
    texts = {key: item[key] for key in ("id", "title", "content_html", "content_text")}
    tags, url = item.get("tags", []), item.get("url", "")
    if not all(isinstance(text, str) for text in (*texts.values(), *tags, url)):
        raise TypeError("An item's texts must be texts.")
    entry = FeedEntry(
        id=texts["id"],
        title=texts["title"],
        url=url,
        html=texts["content_html"],
        text=texts["content_text"],
        at=_read_moment(item["date_modified"]),
        tags=tuple(tags),
    )
    return _Entry(entry=_clean(entry), published=_read_moment(item["date_published"]))


def _as_json(delivery: Delivery, entries: list[_Entry]) -> bytes:
    document = {
        "version": _VERSION,
        "title": _title(delivery),
        "description": f"What {_NAME} found for this watch.",
        "authors": [{"name": _NAME}],
        "items": [_item(one) for one in entries],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _as_atom(delivery: Delivery, entries: list[_Entry]) -> bytes:
    feed = ET.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    ET.SubElement(feed, "id").text = uuid5(NAMESPACE_URL, f"news-monitor/watch/{label(delivery.watch_id)}").urn
    ET.SubElement(feed, "title").text = _title(delivery)
    ET.SubElement(feed, "updated").text = _moment(entries[0].entry.at if entries else delivery.created_at)
    ET.SubElement(ET.SubElement(feed, "author"), "name").text = _NAME
    ET.SubElement(feed, "generator").text = _NAME
    for one in entries:
        _add(feed, one)
    ET.indent(feed, " ")
    document: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add(feed: ET.Element, one: _Entry) -> None:
    entry = one.entry
    element = ET.SubElement(feed, "entry")
    ET.SubElement(element, "id").text = entry.id
    ET.SubElement(element, "title").text = entry.title
    if entry.url:
        ET.SubElement(element, "link", rel="alternate", href=entry.url)
    ET.SubElement(element, "published").text = _moment(one.published)
    ET.SubElement(element, "updated").text = _moment(entry.at)
    for tag in entry.tags:
        ET.SubElement(element, "category", term=tag)
    ET.SubElement(element, "content", type="html").text = entry.html


def _title(delivery: Delivery) -> str:
    return clean.line(delivery.watch_title, _MAX_TITLE) or _NAME


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _read_moment(written: str) -> datetime:
    at = datetime.fromisoformat(written)
    if at.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return at.astimezone(UTC)
