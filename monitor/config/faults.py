"""What is wrong in a file, said so that a person can mend it: file, line, key, sentence, nearest known name."""

from __future__ import annotations

import difflib
import re
import tomllib
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from monitor.errors import Fault

Place = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-\"'.]+)\s*=")
_WHOLE, _NUMBER, _TRUTH = "must be a whole number", "must be a number", "must be true or false, without quotes"
_TABLE = "must be a table of keys and values"
_PLAINLY: Mapping[str, str] = {
    "bool_parsing": _TRUTH,
    "bool_type": _TRUTH,
    "dict_type": _TABLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "model_attributes_type": _TABLE,
    "model_type": _TABLE,
    "string_too_short": "must not be empty",
    "string_type": "must be a text between quotes",
    "tuple_type": 'must be a list in square brackets, such as ["a", "b"]',
}
_AT_LINE = re.compile(r"at line (\d+)")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ` (did you mean X?)`, or nothing when no known name is near."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""


def of_syntax(file: str, error: tomllib.TOMLDecodeError) -> Fault:
    """Return the fault of a file that is not TOML."""
    found = _AT_LINE.search(str(error))
    said = str(error).split(" (at ")[0]
    return Fault(file=file, key="", message=f"not valid TOML: {said}", line=int(found[1]) if found else None)


def of_shape(file: str, text: str, model: type[BaseModel], error: ValidationError) -> list[Fault]:
    """Return a fault for each thing that pydantic found wrong, in the order of the file."""
    lines = key_lines(text)
    faults = []
    details = error.errors(include_url=False)
    for detail in details:
        place: Place = tuple(part for part in detail["loc"] if part != "[key]")
        inside = any(len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in details)
        if detail["type"] == "too_short" and inside:
            continue  # the rows are there, and their own faults are told
        message = _sentence(detail["type"], detail["msg"], place, model)
        faults.append(Fault(file=file, key=shown(place), message=message, line=line_of(lines, place)))
    return sorted(faults, key=lambda fault: (fault.line or 0, fault.key))


def shown(place: Place) -> str:
    """Return a place as a person writes it: `watch[2].topics`, counted from one."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def key_lines(text: str) -> dict[Place, int]:
    """Return the line of every table and key of a TOML text.

    The standard library's reader keeps no places. This one looks at line starts only, which is exact for tables and
    for keys outside of multi-line strings.
    """
    lines: dict[Place, int] = {}
    counts: dict[str, int] = {}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            name = header[2]
            parts = _numbered(tuple(part.strip().strip("\"'") for part in name.split(".")), counts)
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                parts = (*parts, counts[name])
            table = parts
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            name = key[1].strip("\"'")
            lines.setdefault((*table, name), number)
    return lines


def _numbered(parts: tuple[str, ...], counts: Mapping[str, int]) -> Place:
    """Return the place of a table inside of the last table of an array, such as `[feed.headers]` after `[[feed]]`."""
    if len(parts) > 1 and parts[0] in counts:
        return (parts[0], counts[parts[0]], *parts[1:])
    return parts


def line_of(lines: Mapping[Place, int], place: Place) -> int | None:
    """Return the line of a place, or of the nearest table around it."""
    for length in range(len(place), 0, -1):
        if (line := lines.get(place[:length])) is not None:
            return line
    return None


def _sentence(kind: str, said: str, place: Place, model: type[BaseModel]) -> str:
    if kind == "extra_forbidden":
        known = _known_keys(model, place[:-1])
        advice = nearest(str(place[-1]), known) or f" (known: {', '.join(known)})"
        return f"unknown key{advice}"
    if kind == "missing":
        return "is missing"
    if kind == "too_short" and "at least 1 item" in said:
        return "there must be at least one"
    if kind == "string_pattern_mismatch":
        is_address = place[-1:] == ("url",)
        return "must be an http:// or https:// address" if is_address else "use lower-case letters, digits, - and _"
    return sentence(kind, said)


def sentence(kind: str, said: str) -> str:
    """Return what pydantic says of a value as one sentence for people who have never heard of it."""
    if kind in _PLAINLY:
        return _PLAINLY[kind]
    said = said.removeprefix("Value error, ")
    return said[:1].lower() + said[1:]


def _known_keys(model: type[BaseModel], place: Sequence[str | int]) -> list[str]:
    current = model
    for part in place:
        if isinstance(part, str) and part in current.model_fields:
            inner = _model_in(current.model_fields[part].annotation)
            if inner is None:
                return []
            current = inner
    return list(current.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation if issubclass(annotation, BaseModel) else None
    for argument in typing.get_args(annotation):
        if (found := _model_in(argument)) is not None:
            return found
    return None
