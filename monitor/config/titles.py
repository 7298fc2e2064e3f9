"""What becomes of a title that somebody else wrote: a line that can be printed, and an id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

LONGEST_ID = 60
_NUMBER = 6  # characters kept free for `-12345`


def one_line(title: str, longest: int = 200) -> str:
    """Return a title as one line that can be printed: no control or direction characters, single spaces."""
    kept = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in title)
    return " ".join(kept.split())[:longest].strip()


def unique_ids(titles: Iterable[str], taken: Collection[str]) -> list[str]:
    """Return an id for each title: lower-case letters, digits and hyphens, and a number where it would be taken."""
    used = set(taken)
    numbers: dict[str, int] = {}
    made = []
    for title in titles:
        base = ident = _id(title)
        number = numbers.get(base, 1)
        while ident in used:
            number += 1
            ident = f"{base}-{number}"
        numbers[base] = number
        used.add(ident)
        made.append(ident)
    return made


def _id(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_ID - _NUMBER].strip("-") or "feed"
