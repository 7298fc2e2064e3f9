"""Writes a new topic file, with a comment on every key, after it was read like any other."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import tomlkit

from monitor.config.loading import read_topic
from monitor.config.topics import id_fault
from monitor.errors import ConfigError, Fault
from monitor.records import Topic

_WIDTH = 120
_READABLE = 0o644


def topic_text(title: str, description: str, seeds: Sequence[str], keywords: Sequence[Sequence[str]]) -> str:
    """Return the text of a topic file."""
    document = tomlkit.document()
    document.add("title", tomlkit.item(title))
    _say(document, "One sentence that says what belongs here.")
    document.add("description", tomlkit.item(description))
    _say(document, "Phrases that an article on this topic could contain: at least five, eight or more work best.")
    document.add("seeds", _lines(seeds))
    _say(
        document, "Groups of words (optional): an article hits when any word of every group occurs, whatever its case."
    )
    document.add(tomlkit.comment("A * at the end stands for any ending. Words in `exclude` undo a hit."))
    if keywords:
        document.add("keywords", _groups(keywords))
    else:
        document.add(tomlkit.comment('keywords = [["carbon", "emission*"], ["trading", "market*"]]'))
    document.add(tomlkit.comment('exclude = ["carbon dating"]'))
    _say(document, "Share of the matches that should be right; it takes effect once the topic has labels.")
    document.add("precision", tomlkit.item(0.8))
    document.add(tomlkit.comment("Or: about so many matches a week, in its place."))
    document.add(tomlkit.comment("per_week = 10"))
    _say(document, "What articles in another language say, one table for each language (optional).")
    for line in ("[languages.de]", 'seeds = ["Reform des Emissionshandels"]', 'keywords = [["Emission*"]]'):
        document.add(tomlkit.comment(line))
    return tomlkit.dumps(document)


def add_topic(folder: Path, name: str, text: str) -> Topic:
    """Write `topics/NAME.toml` into a configuration's folder, whole or not at all, and return the topic.

    Raises ConfigError when the name cannot be one or is taken, or the text is no topic; OSError when it cannot be
    written.
    """
    if not (folder / "monitor.toml").is_file():
        advice = "no configuration here; run `monitor init` to get a starter one, or name a folder with --config"
        raise _refusal(folder / "monitor.toml", advice)
    file = folder / "topics" / f"{name}.toml"
    check_new(folder, name)
    faults: list[Fault] = []
    topic = read_topic(file, faults, text=text)
    if topic is None:
        raise ConfigError(str(file), [_of_option(fault) for fault in faults])
    file.parent.mkdir(exist_ok=True)
    _write(file, text)
    return topic


def check_new(folder: Path, name: str) -> None:
    """Raise ConfigError when a topic cannot have this name, or another has it."""
    if fault := id_fault(name):
        raise _refusal(Path(repr(name)), f"this cannot be a topic's name; {fault}")
    file = folder / "topics" / f"{name}.toml"
    if file.exists():
        raise _refusal(file, "this topic is there already; nothing was written. Choose another name, or edit the file")


def _write(file: Path, text: str) -> None:
    """Write a whole file beside its place, see it to the disk, and put it there."""
    handle, aside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fchmod(stream.fileno(), _READABLE)
            os.fsync(stream.fileno())
        Path(aside).replace(file)
    except OSError as error:
        Path(aside).unlink(missing_ok=True)
        raise OSError(error.errno, f"it could not be written ({error.strerror})", str(file)) from error
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _say(document: tomlkit.TOMLDocument, comment: str) -> None:
    document.add(tomlkit.nl())
    document.add(tomlkit.comment(comment))


def _lines(texts: Sequence[str]) -> tomlkit.items.Array:
    array = tomlkit.array()
    array.extend(texts)
    return array.multiline(multiline=bool(texts))


def _groups(groups: Sequence[Sequence[str]]) -> tomlkit.items.Array:
    array = tomlkit.array()
    for group in groups:
        inner = tomlkit.array()
        inner.extend(group)
        array.append(inner.multiline(multiline=len(inner.as_string()) > _WIDTH))
    return array.multiline(multiline=True)


def _of_option(fault: Fault) -> Fault:
    """Return a fault at the option that it came from, since there is no file to look into."""
    key = fault.key.partition("[")[0]
    option = {"seeds": "--seed", "keywords": "--keyword"}.get(key, f"--{key}")
    return Fault(file=option if key else "nothing was written", key="", message=fault.message)


def _refusal(file: Path, message: str) -> ConfigError:
    return ConfigError(str(file), [Fault(file=str(file), key="", message=message)])
