"""Changes to `feeds.toml` made by the program: comments, order and style of the file stay as the user left them.

The functions on texts are pure. `change_feeds` writes what they return, after the whole configuration was read with the
new text, so that a file that works is never replaced by one that does not.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, Comment, Table, Whitespace

from monitor.config.faults import nearest, of_syntax
from monitor.errors import ConfigError, Fault, masked
from monitor.records import Feed

FILE = "feeds.toml"
_DEFAULTS = {"language": "en", "kind": "press"}


def change_feeds(folder: Path, change: Callable[[str], str], check: Callable[[Mapping[str, str]], object]) -> None:
    """Put what `change` makes of the text of `feeds.toml` in its place, unless `check` raises.

    `check` is given the new text by the file's name, as `load(..., instead=...)` takes it. Raises what these two raise,
    ConfigError when the file cannot be read or was changed meanwhile, and OSError when it cannot be written.
    """
    file = folder / FILE
    before = read_text(file)
    after = change(before)
    check({FILE: after})
    replace_file(file, before, after)


def read_text(file: Path) -> str:
    """Return a file's text with its line ends; raises ConfigError with one sentence when that is not possible."""
    try:
        return file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise _refusal(str(file), "this file is missing") from None
    except UnicodeDecodeError:
        raise _refusal(str(file), "this file is not UTF-8 text") from None


def with_feeds(text: str, feeds: Sequence[Feed], *, file: str = FILE) -> str:
    """Return the file's text with a block for each feed at its end; raises ConfigError for a text that is not TOML."""
    rows = [_row(feed) for feed in feeds]
    before = _decoded(text, file)
    document = tomlkit.parse(text)
    known = document.get("feed")
    if isinstance(known, Array):
        for row in rows:
            known.append(_inline(row))
        changed = tomlkit.dumps(document)
    else:
        # tomlkit would glue the first block to the comments at the end of the file.
        blocks = "".join(f"\n[[feed]]\n{_block(row)}" for row in rows)
        blocks = ("" if text.endswith("\n") or not text else "\n") + blocks
        changed = text + (blocks.replace("\n", "\r\n") if "\r\n" in text else blocks)
    return _proven(changed, {**before, "feed": [*before.get("feed", ()), *rows]}, file)


def without_feed(text: str, feed_id: str, *, file: str = FILE) -> str:
    """Return the file's text without a feed's block; comments after it stay, because they often speak of the next one.

    Raises ConfigError when no feed has this id, or when it is the only one.
    """
    before = _decoded(text, file)
    rows = [row for row in before.get("feed", ()) if isinstance(row, dict)]
    ids = [str(row.get("id")) for row in rows]
    if feed_id not in ids:
        raise _refusal(file, f"there is no feed {masked(feed_id)!r}{nearest(feed_id, ids)}")
    if len(rows) == 1:
        raise _refusal(file, f"{feed_id!r} is the only feed, and there must be at least one")
    index = ids.index(feed_id)
    document = tomlkit.parse(text)
    feeds: Any = document["feed"]
    if isinstance(feeds, AoT):
        _keep_comments(document, feeds, index)
    del feeds[index]
    return _proven(tomlkit.dumps(document), {**before, "feed": [*rows[:index], *rows[index + 1 :]]}, file)


def replace_file(file: Path, before: str, after: str) -> None:
    """Write a file so that a crash leaves the old text or the new one; raises OSError naming the file.

    Raises ConfigError when the file does not hold `before` any more: somebody else is editing it.
    """
    real = file.resolve()  # a link stays a link
    if read_text(real) != before:
        raise _refusal(str(file), "the file was changed by somebody else in the meantime; nothing was written")
    try:
        _write_aside(real, after)
    except OSError as error:
        raise OSError(
            error.errno, f"it could not be written, and is as it was ({error.strerror})", str(file)
        ) from error
    _sync_folder(real.parent)


def _write_aside(real: Path, text: str) -> None:
    """Write a whole new file beside the old one, see it to the disk, and put it in its place."""
    handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    aside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fchmod(stream.fileno(), real.stat().st_mode & 0o7777)
            os.fsync(stream.fileno())
        aside.replace(real)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _row(feed: Feed) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(feed, name) for name in ("id", "name", "url", "publisher", *_DEFAULTS)}
    if feed.every is not None:
        minutes = feed.every.total_seconds() / 60
        row["every_minutes"] = int(minutes) if minutes.is_integer() else minutes
    return row


def _block(row: dict[str, Any]) -> str:
    return "".join(f"{key} = {tomlkit.item(value).as_string()}\n" for key, value in row.items())


def _inline(row: dict[str, Any]) -> Any:  # noqa: ANN401 - an item of tomlkit
    table = tomlkit.inline_table()
    table.update(row)
    return table


def _keep_comments(document: tomlkit.TOMLDocument, feeds: AoT, index: int) -> None:
    """Move what stands behind a block's last key to where it still stands once the block is gone."""
    last = feeds.body[index]
    while last.value.body and isinstance(last.value.body[-1][1], Table):
        last = last.value.body[-1][1]
    body = last.value.body
    start = len(body)
    while start and isinstance(body[start - 1][1], (Comment, Whitespace)):
        start -= 1
    tail = [item for _, item in body[start:] if isinstance(item, (Comment, Whitespace))]
    if index:
        target = feeds.body[index - 1]
        while target.value.body and isinstance(target.value.body[-1][1], Table):
            target = target.value.body[-1][1]
        for item in tail:
            target.add(item)
        return
    place = next(number for number, (_, item) in enumerate(document.body) if item is feeds)
    document.body[place:place] = [(None, item) for item in tail]


def _decoded(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(file, [of_syntax(file, error)]) from error


def _proven(text: str, wanted: dict[str, Any], file: str) -> str:
    """Return the text if it says exactly what was wanted; a file written in an unusual way is left to its owner."""
    with suppress(tomllib.TOMLDecodeError, TOMLKitError):
        if tomllib.loads(text) == wanted:
            return text
    raise _refusal(file, "this file is written in a way that the program cannot change; please edit it by hand")


def _refusal(file: str, message: str) -> ConfigError:
    return ConfigError(file, [Fault(file=file, key="", message=message)])


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some file systems cannot sync folders; the rename itself has happened
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
