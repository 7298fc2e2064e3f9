"""Files of look-alike reports → pairs of documents, with the answer that grouping should give."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from monitor.records import Document

FOLDER: Final = Path(__file__).parent / "data" / "traps"

TOGETHER: Final = frozenset({"words", "differing", "bare-together"})
"""The kinds whose two sides tell the same event; the two sides of all others must stay apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapPair:
    """Two reports and what parts or joins them; the files explain each `kind`."""

    kind: str
    left: Document
    right: Document

    @property
    def together(self) -> bool:
        """Whether both tell the same event."""
        return self.kind in TOGETHER

    def __str__(self) -> str:
        """Return the kind and both headlines."""
        return f"{self.kind}: {self.left.title} | {self.right.title}"


def trap_pairs(name: str) -> tuple[TrapPair, ...]:
    """Read the pairs of a file of `tests/data/traps`, named without its ending."""
    told = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    common = {"day": told["day"], "form": told.get("form", "")}
    return tuple(_pair(f"{name}-{number:02}", common | pair) for number, pair in enumerate(told["pair"]))


def both_sides(pairs: Sequence[TrapPair]) -> list[Document]:
    """Return all documents of these pairs."""
    return [one for pair in pairs for one in (pair.left, pair.right)]


def beside_others(pair: TrapPair, pairs: Sequence[TrapPair], count: int = 30) -> list[Document]:
    """Return the pair's documents, then one side of each of the `count` pairs that follow it in its file."""
    place = pairs.index(pair)
    following = [*pairs[place + 1 :], *pairs[:place]]
    return [pair.left, pair.right, *(other.left for other in following[:count])]


def _pair(name: str, told: dict[str, Any]) -> TrapPair:
    at = datetime.combine(told["day"], time(told["hour"]), UTC)
    later = at + timedelta(hours=told["apart"])
    return TrapPair(
        kind=told["kind"],
        left=_document(f"{name}-left", told["left"], told["form"], at),
        right=_document(f"{name}-right", told["right"], told["form"], later),
    )


def _document(name: str, told: dict[str, Any], form: str, at: datetime) -> Document:
    title = told["title"]
    text = told["body"] if "body" in told else form.format(*told.get("fill", [title]))
    return Document(id=name, title=title, text=text, published=at, source=told.get("source", name))
