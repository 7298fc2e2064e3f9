"""What each address of the sample world answers, apart from how HTTP carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.demo import pages
from monitor.demo.edition import Edition
from monitor.demo.syndication import CONTENT_TYPES, last_change, render_feed
from monitor.demo.world import Outlet

_HTML = "text/html; charset=utf-8"
_ROBOTS = b"User-agent: *\nDisallow: /search\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A document and what is said about it; ``modified`` is set where it is known."""

    status: int
    content_type: str
    body: bytes
    modified: datetime | None = None


def reply(edition: Edition, host: str, path: str) -> Reply:
    """Return what the site named by a Host header answers for a path without its query."""
    outlet = edition.outlet_at(host)
    if outlet is not None:
        return _outlet_reply(edition, outlet, path)
    if path == "/" and host.partition(":")[0].lower() in ("localhost", "127.0.0.1"):
        return _page(pages.render_index(edition))
    return _page(pages.render_missing(edition, None), status=404)


def _outlet_reply(edition: Edition, outlet: Outlet, path: str) -> Reply:
    if path == "/":
        return _page(pages.render_home(edition, outlet))
    if path == edition.feed_path(outlet):
        return _feed(edition, outlet)
    if path == "/robots.txt":
        return Reply(status=200, content_type="text/plain; charset=utf-8", body=_ROBOTS)
    piece = edition.find(outlet, path)
    if piece is not None:
        return _page(pages.render_article(edition, piece))
    return _page(pages.render_missing(edition, outlet), status=404)


def _feed(edition: Edition, outlet: Outlet) -> Reply:
    return Reply(
        status=200,
        content_type=CONTENT_TYPES[outlet.format],
        body=render_feed(edition, outlet),
        modified=last_change(edition, outlet),
    )


def _page(html: str, status: int = 200) -> Reply:
    return Reply(status=status, content_type=_HTML, body=html.encode())
