"""Lists of feeds that other programs read and write: OPML 2.0 (opml.org/spec2.opml)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import get_args

import listparser

from monitor.config.schema import Kind, address_of_feed
from monitor.config.titles import one_line
from monitor.errors import ParseError
from monitor.records import Feed

LARGEST = 10_000_000
"""Bytes; a list of fifty thousand feeds is smaller."""

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_KINDS = frozenset(get_args(Kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A feed of a list: its address as written there, its title (maybe empty), its kind, and why it cannot be used."""

    url: str
    title: str
    kind: str
    fault: str = ""


def read_opml(document: bytes, *, name: str) -> tuple[Listed, ...]:
    """Return the feeds of a list in its order, each address once.

    Groups are read through; a category that is one of our kinds becomes the feed's kind, any other is left out.
    `name` is the file's. Raises ParseError with the reason `too-large`, `empty` or `not-opml`.
    """
    if len(document) > LARGEST:
        raise ParseError(name, "too-large", f"the file is larger than {LARGEST // 1_000_000} MB, which no OPML list is")
    if not document.strip():
        raise ParseError(name, "empty", "the file is empty")
    try:
        found = listparser.parse(_as_utf8(document))
    except Exception as error:  # a page full of loose ends makes the parser raise what it happens to
        raise ParseError(name, "not-opml", f"the file cannot be read as OPML ({type(error).__name__})") from error
    if not found["version"].startswith("opml"):
        raise ParseError(name, "not-opml", "the file is not OPML")
    listed = [_listed(feed) for feed in found["feeds"]]
    if not listed:
        raise ParseError(name, "empty", "the list names no feed")
    return tuple(listed)


def write_opml(feeds: Iterable[Feed], *, now: datetime) -> bytes:
    """Return a list of feeds that other programs can read; it holds no password and no header."""
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = "Feeds of News Monitor"
    ET.SubElement(head, "dateCreated").text = format_datetime(now, usegmt=True)
    body = ET.SubElement(root, "body")
    for feed in feeds:
        title = one_line(feed.name)
        said = {"type": "rss", "text": title, "title": title, "xmlUrl": feed.url, "language": one_line(feed.language)}
        ET.SubElement(body, "outline", {**said, "category": feed.kind})
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _listed(feed: dict[str, object]) -> Listed:
    tags = feed.get("tags")
    kinds = [tag for tag in tags if tag in _KINDS] if isinstance(tags, list) else []
    url, fault = str(feed["url"]), ""
    try:
        address_of_feed(url)
    except ValueError as error:
        fault = str(error)
    return Listed(url=url, title=one_line(str(feed["title"])), kind=kinds[0] if kinds else "other", fault=fault)


def _as_utf8(document: bytes) -> bytes:
    """Return the document in UTF-8, which the parser takes every document for that is not in UTF-16."""
    declared = _DECLARED.match(document)
    if declared is None or declared[1].lower() in {b"utf-8", b"utf-16"}:
        return document
    try:
        return document.decode(declared[1].decode("ascii")).encode("utf-8", "replace")
    except (LookupError, ValueError):
        return document
