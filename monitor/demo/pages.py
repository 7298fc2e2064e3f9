"""The pages of the sample outlets, with the furniture that surrounds an article on a real site.

Four designs share the furniture but not the markup. The side blocks name other stories on
purpose: a reader of these pages must find the article between them.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.demo.edition import Edition
from monitor.demo.world import Outlet, Piece

_OWN_LINKS = 3
_PARTNER_LINKS = 3


def render_article(edition: Edition, piece: Piece) -> str:
    """Return the page of one article in its outlet's design."""
    outlet = edition.world.outlet(piece.outlet)
    return _render(
        f"{outlet.design}.jinja",
        edition,
        outlet=outlet,
        piece=piece,
        url=edition.article(piece),
        body=edition.body(piece),
        related=related(edition, piece),
        partners=partners(edition, piece),
        data=_linked_data(edition, outlet, piece),
    )


def render_home(edition: Edition, outlet: Outlet) -> str:
    """Return an outlet's front page: its articles and a pointer to its feed."""
    return _render("home.jinja", edition, outlet=outlet, pieces=edition.pieces(outlet))


def render_index(edition: Edition) -> str:
    """Return the page that lists all outlets, for people who look around."""
    return _render("index.jinja", edition, outlets=edition.world.outlets)


def render_missing(edition: Edition, outlet: Outlet | None) -> str:
    """Return the page for an address that an outlet, or nobody, has."""
    return _render("missing.jinja", edition, outlet=outlet)


def related(edition: Edition, piece: Piece) -> tuple[Piece, ...]:
    """Return other articles of the same outlet, none of them about the same event."""
    outlet = edition.world.outlet(piece.outlet)
    others = [other for other in edition.pieces(outlet) if other.slug != piece.slug and not _same_event(other, piece)]
    return _rotated(others, piece)[:_OWN_LINKS]


def partners(edition: Edition, piece: Piece) -> tuple[Piece, ...]:
    """Return articles of other outlets on events that several of them report.

    They are what makes a side block dangerous: headlines on the watched topics beside articles
    that have nothing to do with them.
    """
    others = [
        other
        for other in edition.pieces()
        if other.outlet != piece.outlet and other.story and not _same_event(other, piece)
    ]
    return _rotated(others, piece)[:_PARTNER_LINKS]


def _same_event(one: Piece, other: Piece) -> bool:
    return bool(one.story) and one.story == other.story


def _rotated(pieces: list[Piece], piece: Piece) -> tuple[Piece, ...]:
    if not pieces:
        return ()
    # By the slug, so that every page has its own choice and the same one each time.
    start = sum(piece.slug.encode()) % len(pieces)
    return tuple(pieces[start:] + pieces[:start])


def _linked_data(edition: Edition, outlet: Outlet, piece: Piece) -> dict[str, Any]:
    publisher = {
        "@type": "NewsMediaOrganization",
        "name": outlet.name,
        "url": edition.home(outlet),
    }
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": piece.title,
        "description": piece.summary,
        "datePublished": _local(piece.published, outlet).isoformat(),
        "dateModified": _local(piece.changed, outlet).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in piece.authors],
        "publisher": publisher,
        "mainEntityOfPage": edition.article(piece),
    }


def _render(template: str, edition: Edition, **values: object) -> str:
    return _templates().get_template(template).render(edition=edition, **values)


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("monitor.demo"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["local"] = _local
    templates.filters["day"] = _day
    return templates


def _local(time: datetime, outlet: Outlet) -> datetime:
    return time.astimezone(ZoneInfo(outlet.timezone))


def _day(time: datetime) -> str:
    return f"{time.day} {time:%B %Y, %H:%M}"
