"""When a person is left alone: `22:00 to 7:00 and weekends` → hours and days."""

from __future__ import annotations

import re

from monitor.config.spoken import ALL_DAYS, AND, TIME, days_of, plain, slip, time_of
from monitor.records import Quiet

EXAMPLES = '"22:00 to 7:00", "weekends" or "22:00 to 7:00 and weekends"'

_HOURS = re.compile(
    rf"(?:daily |nightly |every (?:day|night) )?(?:from )?(?P<start>{TIME}) ?(?:-|to|till|until) ?(?P<end>{TIME})"
)
_BETWEEN = re.compile(rf"\bbetween ({TIME}) and ({TIME})")


def read_quiet(text: str) -> Quiet:
    """Return the hours and days that a phrase names; raises ValueError with one sentence."""
    phrase, said = " ".join(text.split()), plain(text)
    try:
        return _read(phrase, AND.split(_BETWEEN.sub(r"\1 to \2", said)))
    except ValueError as error:
        raise ValueError(f"{phrase!r} is not understood: {slip(said) or error} (examples: {EXAMPLES})") from None


def _read(phrase: str, pieces: list[str]) -> Quiet:
    nights = [hours for piece in pieces if (hours := _HOURS.fullmatch(piece))]
    if len(nights) > 1:
        raise ValueError("it can name only one stretch of hours")
    days: set[int] = set()
    for piece in pieces:
        if re.search(r"\d|noon|midnight", piece) is None:
            days.update(days_of(piece))
        elif not _HOURS.fullmatch(piece):
            raise ValueError(f"{piece!r} is not a stretch of hours, and these are the same on every day")
    if len(days) == len(ALL_DAYS):
        raise ValueError("with seven quiet days nothing would ever be told")
    nightly = (time_of(nights[0]["start"]), time_of(nights[0]["end"])) if nights else None
    if nightly and nightly[0] == nightly[1]:
        raise ValueError("its hours begin when they end")
    return Quiet(phrase=phrase, nightly=nightly, days=tuple(sorted(days)))
