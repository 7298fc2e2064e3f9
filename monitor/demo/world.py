"""The sample news world: invented outlets, what they publish, and when.

The world is dated. Wave 1 is the morning of 12 May 2023, wave 2 the morning after; what an
outlet shows in a wave is everything it has published by then.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

FeedFormat = Literal["rss", "atom", "json"]
Design = Literal["broadsheet", "magazine", "journal", "office"]
Kind = Literal["general", "crypto", "legal", "policy", "regulator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher with a site and one feed.

    ``host`` is the label in front of ``.localhost``. ``full_content`` says that the feed carries
    whole articles, ``guids`` that its entries have ids, and ``tracking`` is the query string
    that the feed hangs on every link.
    """

    id: str
    name: str
    host: str
    format: FeedFormat
    tagline: str
    kind: Kind
    timezone: str
    design: Design
    accent: str
    sections: tuple[str, ...]
    address: str
    language: str = "en"
    full_content: bool = False
    guids: bool = True
    tracking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What an outlet changed in an article after it was out, from a wave on."""

    wave: int
    updated: datetime
    title: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One article, as its outlet wrote it.

    ``body`` is in the small markup of :mod:`monitor.demo.markup`. ``story`` names the event that
    the article reports; articles of one story share it, and it is empty where nobody else
    reports the same. The flags name the ways in which this entry is less tidy than the others.
    """

    outlet: str
    slug: str
    published: datetime
    section: str
    title: str
    summary: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    body: str
    wave: int = 1
    story: str = ""
    updated: datetime | None = None
    edit: Edit | None = None
    dated_in_feed: bool = True
    dated_on_page: bool = True
    relative_link: bool = False

    @property
    def path(self) -> str:
        """Where the article stands on its outlet's site."""
        return f"/news/{self.published:%Y/%m}/{self.slug}"

    @property
    def changed(self) -> datetime:
        """The last time the outlet touched the article."""
        return self.updated or self.published

    def as_of(self, wave: int) -> Piece:
        """Return the article as it reads in a wave, its edit applied if it was made by then."""
        if self.edit is None or wave < self.edit.wave:
            return self
        edit = self.edit
        return replace(self, title=edit.title, summary=edit.summary, updated=edit.updated)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All outlets, all articles, and the moment at which each wave is looked at."""

    moments: tuple[datetime, ...]
    outlets: tuple[Outlet, ...]
    pieces: tuple[Piece, ...]

    @property
    def waves(self) -> range:
        """The numbers of the waves, from 1."""
        return range(1, len(self.moments) + 1)

    def moment(self, wave: int) -> datetime:
        """Return the world's "now" in a wave.

        Raises:
            ValueError: there is no such wave.
        """
        if wave not in self.waves:
            known = ", ".join(map(str, self.waves))
            raise ValueError(f"no wave {wave} in the sample world (there are: {known})")
        return self.moments[wave - 1]

    def outlet(self, outlet_id: str) -> Outlet:
        """Return an outlet by its id.

        Raises:
            KeyError: no outlet has this id.
        """
        for outlet in self.outlets:
            if outlet.id == outlet_id:
                return outlet
        raise KeyError(outlet_id)

    def pieces_in(self, wave: int, outlet_id: str | None = None) -> tuple[Piece, ...]:
        """Return what is out by a wave, of one outlet or of all, newest first."""
        self.moment(wave)
        out = [piece.as_of(wave) for piece in self.pieces if piece.wave <= wave and outlet_id in (None, piece.outlet)]
        out.sort(key=lambda piece: (piece.published, piece.slug), reverse=True)
        return tuple(out)


def load_world() -> World:
    """Read the sample world that comes with the package."""
    folder = files("monitor.demo") / "news"
    table = _toml(folder / "outlets.toml")
    outlets = tuple(Outlet(**_tuples(row)) for row in table["outlet"])
    pieces = tuple(
        _piece(outlet, row) for outlet in outlets for row in _toml(folder / "articles" / f"{outlet.id}.toml")["piece"]
    )
    return World(moments=tuple(table["moments"]), outlets=outlets, pieces=pieces)


def _piece(outlet: Outlet, row: dict[str, Any]) -> Piece:
    edit = row.pop("edit", None)
    return Piece(outlet=outlet.id, edit=Edit(**edit) if edit else None, **_tuples(row))


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _toml(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
