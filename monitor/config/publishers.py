"""The table of publishers: no domain and no spelling may belong to two of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.articles.publishers import spelt, without_door
from monitor.config.faults import Place
from monitor.feeds.urls import ascii_host

FILE = "publishers.toml"

_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def domain(said: str) -> str:
    """Return a domain in ASCII and lower case; raises ValueError with a sentence for what is none."""
    name = ascii_host(said.strip().lower())
    if not _DOMAIN.fullmatch(name):
        raise ValueError(f"{said!r} is not a domain: use one such as ft.com, without https:// and without a path")
    return name


def shared(publishers: Mapping[int, Mapping[str, Any]]) -> Iterator[tuple[Place, str]]:
    """Yield what two publishers claim: its place within the file, and a sentence.

    `publishers` are the tables by their place in the file, whatever shape they have.
    """
    for claims in (_domains, _spellings):
        owners: dict[str, int] = {}
        for index, table in publishers.items():
            for place, written, compared in claims(table):
                owner = owners.setdefault(compared, index)
                if owner != index:
                    name = publishers[owner].get("name")
                    yield ("publisher", index, *place), f"{written!r} belongs to {name!r} already"


def _domains(table: Mapping[str, Any]) -> Iterator[tuple[Place, str, str]]:
    for place, written in _listed(table, "domains"):
        try:
            yield place, written, without_door(domain(written))
        except ValueError:
            continue  # told as a fault of its own


def _spellings(table: Mapping[str, Any]) -> Iterator[tuple[Place, str, str]]:
    named = table.get("name")
    if isinstance(named, str) and spelt(named):
        yield ("name",), named, spelt(named)
    for place, written in _listed(table, "aliases"):
        if spelt(written):
            yield place, written, spelt(written)


def _listed(table: Mapping[str, Any], key: str) -> Iterator[tuple[Place, str]]:
    rows = table.get(key)
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, str):
            yield (key, number), row
