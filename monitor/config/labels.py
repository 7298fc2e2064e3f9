"""What people answered, one line each: reads `labels.jsonl`, adds to it, and reads the files that others send.

The file only grows at its end. Git may merge it line by line, so the order that counts is that of `at`.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from monitor.config.faults import nearest
from monitor.errors import Fault
from monitor.records import Asked, Label

KEYS = ("title", "text", "topic", "label", "url", "at", "by", "asked", "chance", "score", "model", "threshold")
"""The keys of a line, in the order in which they are written."""

CSV_KEYS = ("title", "text", "topic", "label", "url", "at", "by")
"""The columns that a table may have; the first four it must have."""

SHOWN_KEYS = ("publisher", "published", "passage", "probability", "terms")
"""What a question shows besides the keys of a line; an answered question is imported without it."""

LONGEST_ID = 100
LONGEST_CELL = 100_000_000

_NEEDED = CSV_KEYS[:4]
_MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_MERGED = (
    "a mark that git left when it merged the file: remove the lines that begin with <<<<<<<, |||||||, ======= and "
    ">>>>>>>, and keep the lines of both sides"
)
_TORN = "the file ends in the middle of this line, as after a full disk: remove the line, and label the article again"
_ANSWERS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_OLDEST = datetime.min.replace(tzinfo=UTC)

Numbered: TypeAlias = tuple[int, Label]
"""A label and the line on which it was found."""


class LineError(ValueError):
    """A line that is no label; its sentence says why."""


def read_labels(file: Path, faults: list[Fault]) -> tuple[Label, ...]:
    """Read what was answered, in the order in which it counts; the file may be absent.

    Lines without a time come first, in the order of the file; then the others in the order of their time. What is
    wrong is added to `faults`.
    """
    text = _text(file, faults) if file.is_file() else ""
    return ordered(label for _, label in parse_lines(text, str(file), faults))


def ordered(labels: Iterable[Label]) -> tuple[Label, ...]:
    """Return labels in the order in which they count: those without a time first, the others by their time."""
    return tuple(sorted(labels, key=lambda label: label.at or _OLDEST))


def read_import(file: Path, faults: list[Fault], *, data: bytes | None = None) -> list[Numbered]:
    """Read somebody else's answers: a table if the file's name ends in .csv, otherwise JSON Lines.

    Answers may be yes, no, true, false, 1 or 0. `data` is read instead of the file, when given. What is wrong is added
    to `faults`.
    """
    text = _text(file, faults, data)
    if file.suffix.lower() == ".csv":
        return list(_parse_table(text, str(file), faults))
    return list(parse_lines(text, str(file), faults, prepare=_imported))


def parse_lines(
    text: str, name: str, faults: list[Fault], *, prepare: Callable[[Any], Any] = lambda said: said
) -> Iterator[Numbered]:
    """Yield the label of each line with its number; `prepare` may change what a line says before it is checked."""
    lines = text.split("\n")  # not splitlines: U+2028 and the like may stand in a title
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            label = label_of(prepare(_decoded(line, ends=number < len(lines))))
        except LineError as error:
            faults.append(Fault(file=name, key="", message=str(error), line=number))
        else:
            yield number, label


def label_of(said: Any) -> Label:  # noqa: ANN401 - whatever JSON held
    """Return the label that a line says; raises LineError. NUL and half characters are replaced."""
    if not isinstance(said, Mapping):
        raise LineError(f"{_needs()}: this is no object")
    for strange in sorted(set(said) - set(KEYS)):
        advice = nearest(strange, KEYS) or f" (known: {', '.join(KEYS)})"
        raise LineError(f"unknown key {strange!r}{advice}")
    if not isinstance(said.get("label"), bool):
        lacks = "must be true or false" if "label" in said else "is missing"
        raise LineError(f"{_needs()}: label {lacks}")
    words = {key: _words(said, key) for key in ("title", "text", "topic", "url", "by", "asked", "model")}
    _check_words(words)
    return Label(
        title=words["title"],
        text=words["text"],
        topic=words["topic"],
        label=said["label"],
        url=words["url"] or None,
        at=_moment(said.get("at")),
        by=words["by"],
        asked=Asked(words["asked"]),
        chance=_chance(said),
        score=_number(said, "score"),
        model=words["model"] or None,
        threshold=_number(said, "threshold"),
    )


def label_line(label: Label) -> str:
    """Return a label as its line, without the line's end: keys in one order, empty ones left out, times in UTC."""
    said: dict[str, Any] = {key: getattr(label, key) for key in KEYS}
    said["at"] = label.at.astimezone(UTC).isoformat() if label.at else None
    said["asked"] = label.asked.value
    kept = {key: value for key, value in said.items() if key in _NEEDED or value not in {None, ""}}
    return json.dumps({key: _clean(value) for key, value in kept.items()}, ensure_ascii=False)


def append_labels(file: Path, labels: Sequence[Label]) -> None:
    """Add labels at the file's end, all of them or none, while no other process does; the file may be absent.

    A last line without an end gets one, so that two lines never become one. Raises LineError for a label that could
    not be read again, and OSError naming the file when it cannot be written, which then is as it was.
    """
    if not labels:
        return
    said = [label_line(label) for label in labels]
    for line in said:
        label_of(json.loads(line))
    lines = "".join(f"{line}\n" for line in said).encode()
    try:
        with _alone(file) as descriptor:
            _append(descriptor, lines)
    except OSError as error:
        advice = f"it could not be written, and is as it was ({error.strerror})"
        raise OSError(error.errno, advice, str(file)) from error


@contextmanager
def _alone(file: Path) -> Iterator[int]:
    """Open the file and hold it alone; the system lets go of it when the holder dies."""
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # While we waited, git or an editor may have put another file in its place.
            if _is_at(descriptor, file):
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _is_at(descriptor: int, file: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), file.stat())
    return False


def _append(descriptor: int, lines: bytes) -> None:
    """Write at the end and see it to the disk; what was written in part is taken back."""
    size = os.fstat(descriptor).st_size
    begun = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
    rest = memoryview(b"\n" + lines if begun else lines)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except BaseException:
        os.ftruncate(descriptor, size)
        raise


def _read(file: Path) -> bytes:
    """Return what a file holds when nobody is in the middle of adding to it."""
    with file.open("rb") as stream:
        with suppress(OSError):  # some network disks know no locks
            fcntl.flock(stream, fcntl.LOCK_SH)
        return stream.read()


def _text(file: Path, faults: list[Fault], data: bytes | None = None) -> str:
    try:
        read = _read(file) if data is None else data
        # A last line that was cut off may end inside of a character; its own fault is told later.
        whole = read.rfind(b"\n") + 1 or len(read)
        # Some editors begin a file with a byte order mark.
        return read[:whole].decode("utf-8-sig") + read[whole:].decode("utf-8", "replace")
    except OSError as error:
        said = error.strerror
    except UnicodeDecodeError as error:
        line = read.count(b"\n", 0, error.start) + 1
        said = f"line {line} is not UTF-8 text; remove it, or save the file as UTF-8"
    faults.append(Fault(file=str(file), key="", message=f"cannot be read: {said}"))
    return ""


def _decoded(line: str, *, ends: bool) -> Any:  # noqa: ANN401 - whatever JSON held
    if line.startswith(_MARKS):
        raise LineError(_MERGED)
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        is_torn = not ends and not line.rstrip().endswith("}")
        raise LineError(_TORN if is_torn else f"{_needs()}: {error}") from None


def _needs() -> str:
    return "needs title, text, topic and label (true or false)"


def _words(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise LineError(f"{key} must be a text")
    return str(_clean(value))


def _clean(value: Any) -> Any:  # noqa: ANN401 - a value of a line
    """Return a text as both databases can store it: no NUL, no half of a character."""
    if not isinstance(value, str):
        return value
    return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _check_words(words: Mapping[str, str]) -> None:
    if not words["topic"]:
        raise LineError(f"{_needs()}: topic is missing")
    if len(words["topic"]) > LONGEST_ID:
        raise LineError(f"no topic has a name of over {LONGEST_ID} characters")
    if not words["title"].strip() and not words["text"].strip():
        raise LineError(f"{_needs()}: there is neither title nor text")
    if words["asked"] not in set(Asked):
        raise LineError("asked must be uncertain or random, or be left out")


def _moment(value: Any) -> datetime | None:  # noqa: ANN401 - whatever JSON held
    if value is None or value == "":
        return None
    with suppress(ValueError, OverflowError):  # the latter at the ends of the calendar
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    raise LineError(f"at must be a time with its zone, such as 2026-03-29T08:00:00+02:00, not {str(value)[:40]!r}")


def _chance(said: Mapping[str, Any]) -> float | None:
    chance = _number(said, "chance")
    if chance is not None and not 0 < chance <= 1:
        raise LineError("chance must be above 0 and at most 1")
    return chance


def _number(said: Mapping[str, Any], key: str) -> float | None:
    value = said.get(key)
    if value is None:
        return None
    with suppress(OverflowError):  # whole numbers know no bounds
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    raise LineError(f"{key} must be a number")


def _imported(said: Any) -> Any:  # noqa: ANN401 - whatever JSON held
    """Return what a line of another program says in our words: yes and no, and nothing that a question only shows."""
    if not isinstance(said, Mapping):
        return said
    kept = {key: value for key, value in said.items() if key not in SHOWN_KEYS}
    answer = kept.get("label")
    if answer is not None and not isinstance(answer, (list, dict)):
        kept["label"] = _ANSWERS.get(str(answer).strip().lower(), answer)
    return kept


def _parse_table(text: str, name: str, faults: list[Fault]) -> Iterator[Numbered]:
    """Yield the label of each row of a table with a header, with the line on which the row begins."""
    header: list[str] = []
    for line, row in _rows(text, name, faults):
        try:
            if not header:
                header = _header(row)
                continue
            label = label_of(_imported(_cells(row, header)))
        except LineError as error:
            faults.append(Fault(file=name, key="", message=str(error), line=line))
            if not header:
                return
        else:
            yield line, label


def _rows(text: str, name: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not empty; columns are parted by commas, or by semicolons or tabs where these prevail."""
    csv.field_size_limit(LONGEST_CELL)
    first = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    begins = 1
    try:
        for row in rows:
            if row:
                yield begins, row
            begins = rows.line_num + 1
    except csv.Error as error:
        faults.append(Fault(file=name, key="", message=f"is no row of a table: {error}", line=begins))


def _header(row: Sequence[str]) -> list[str]:
    header = [cell.strip().lower() for cell in row]
    wrong = [f"{key} is missing" for key in _NEEDED if key not in header]
    wrong += [f"{key!r} is not known" for key in header if key not in CSV_KEYS]
    wrong += [f"{key} is there twice" for key in CSV_KEYS if header.count(key) > 1]
    if wrong:
        columns = "title, text, topic, label, and if you like url, at, by"
        raise LineError(f"the first line must name the columns {columns}: {wrong[0]}")
    return header


def _cells(row: Sequence[str], header: Sequence[str]) -> dict[str, str]:
    if len(row) != len(header):
        raise LineError(f"has {len(row)} columns, and the first line has {len(header)}")
    return dict(zip(header, row, strict=True))
