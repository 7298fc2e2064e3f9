"""The feeds of the sample outlets: RSS 2.0, Atom and JSON Feed 1.1."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET  # writes only: nothing foreign is parsed here
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.demo.edition import Edition
from monitor.demo.world import Outlet, Piece

_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DC = "http://purl.org/dc/elements/1.1/"
_XML = "http://www.w3.org/XML/1998/namespace"
ET.register_namespace("content", _CONTENT)
ET.register_namespace("dc", _DC)

CONTENT_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


def render_feed(edition: Edition, outlet: Outlet) -> bytes:
    """Return an outlet's feed document in the outlet's format, encoded as UTF-8."""
    writers = {"rss": _rss, "atom": _atom, "json": _json}
    return writers[outlet.format](edition, outlet)


def last_change(edition: Edition, outlet: Outlet) -> datetime:
    """Return when an outlet last added or edited an entry of its feed."""
    return max(piece.changed for piece in edition.pieces(outlet))


def _rss(edition: Edition, outlet: Outlet) -> bytes:
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    _put(channel, "title", outlet.name)
    _put(channel, "link", edition.home(outlet))
    _put(channel, "description", outlet.tagline)
    _put(channel, "language", outlet.language)
    built = format_datetime(_local(outlet, last_change(edition, outlet)))
    _put(channel, "lastBuildDate", built)
    own = {"rel": "self", "type": "application/rss+xml", "href": edition.feed(outlet)}
    # A prefix of its own, because the other writer makes Atom the default namespace.
    root.set("xmlns:atom", _ATOM)
    ET.SubElement(channel, "atom:link", own)
    for piece in edition.pieces(outlet):
        _rss_item(ET.SubElement(channel, "item"), edition, outlet, piece)
    return _document(root)


def _rss_item(item: ET.Element, edition: Edition, outlet: Outlet, piece: Piece) -> None:
    _put(item, "title", piece.title)
    _put(item, "link", _rss_link(edition, outlet, piece))
    if outlet.guids and piece.relative_link:
        _put(item, "guid", f"{outlet.id}/{piece.slug}", isPermaLink="false")
    elif outlet.guids:
        _put(item, "guid", edition.article(piece), isPermaLink="true")
    if piece.dated_in_feed:
        _put(item, "pubDate", format_datetime(_local(outlet, piece.published)))
    for author in piece.authors:
        _put(item, f"{{{_DC}}}creator", author)
    for tag in piece.tags:
        _put(item, "category", tag)
    _put(item, "description", piece.summary)
    if outlet.full_content:
        _put(item, f"{{{_CONTENT}}}encoded", str(edition.body(piece)))


def _rss_link(edition: Edition, outlet: Outlet, piece: Piece) -> str:
    link = piece.path if piece.relative_link else edition.article(piece)
    return f"{link}?{outlet.tracking}" if outlet.tracking else link


def _atom(edition: Edition, outlet: Outlet) -> bytes:
    root = ET.Element("feed", {"xmlns": _ATOM, f"{{{_XML}}}lang": outlet.language})
    _put(root, "title", outlet.name)
    _put(root, "subtitle", outlet.tagline)
    _put(root, "id", edition.home(outlet))
    _put(root, "updated", _iso(outlet, last_change(edition, outlet)))
    own = {"rel": "self", "type": "application/atom+xml", "href": edition.feed(outlet)}
    ET.SubElement(root, "link", own)
    home = {"rel": "alternate", "type": "text/html", "href": edition.home(outlet)}
    ET.SubElement(root, "link", home)
    for piece in edition.pieces(outlet):
        _atom_entry(ET.SubElement(root, "entry"), edition, outlet, piece)
    return _document(root)


def _atom_entry(entry: ET.Element, edition: Edition, outlet: Outlet, piece: Piece) -> None:
    url = edition.article(piece)
    _put(entry, "title", piece.title)
    _put(entry, "id", url)
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": url})
    _put(entry, "published", _iso(outlet, piece.published))
    _put(entry, "updated", _iso(outlet, piece.changed))
    for author in piece.authors:
        _put(ET.SubElement(entry, "author"), "name", author)
    for tag in piece.tags:
        ET.SubElement(entry, "category", {"term": tag})
    _put(entry, "summary", piece.summary, type="text")
    if outlet.full_content:
        _put(entry, "content", str(edition.body(piece)), type="html")


def _json(edition: Edition, outlet: Outlet) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": outlet.tagline,
        "language": outlet.language,
        "home_page_url": edition.home(outlet),
        "feed_url": edition.feed(outlet),
        "items": [_json_item(edition, outlet, p) for p in edition.pieces(outlet)],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _json_item(edition: Edition, outlet: Outlet, piece: Piece) -> dict[str, Any]:
    url = edition.article(piece)
    item: dict[str, Any] = {
        "id": url,
        "url": url,
        "title": piece.title,
        "summary": piece.summary,
        "date_published": _iso(outlet, piece.published),
        "authors": [{"name": author} for author in piece.authors],
        "tags": list(piece.tags),
    }
    if piece.updated:
        item["date_modified"] = _iso(outlet, piece.updated)
    if outlet.full_content:
        item["content_html"] = str(edition.body(piece))
    else:
        # The format wants a content field on every item, also from those who only tease.
        item["content_text"] = piece.summary
    return item


def _put(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = text


def _document(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    return ('<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, "unicode")).encode()


def _local(outlet: Outlet, time: datetime) -> datetime:
    return time.astimezone(ZoneInfo(outlet.timezone))


def _iso(outlet: Outlet, time: datetime) -> str:
    return _local(outlet, time).isoformat()
