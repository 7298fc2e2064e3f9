"""Reads the folder: decode, check the shape, check that names fit together, and only then hand out `Settings`."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from monitor.config import faults as fault_of
from monitor.config.access import read_access
from monitor.config.channels import read_channel
from monitor.config.decoded import table, tables
from monitor.config.labels import read_labels
from monitor.config.publishers import FILE as PUBLISHERS
from monitor.config.publishers import shared
from monitor.config.schema import FeedsFile, FeedTable, MonitorFile, PollingTable, PublishersFile, TopicFile
from monitor.config.secrets import Vault
from monitor.config.settings import Channel, Identity, Polling, Reading, Schedule, Settings, Site
from monitor.config.site import read_site
from monitor.config.timetables import comes
from monitor.config.topics import topic_faults, topic_of
from monitor.config.watches import misfits, person_of, watch_of, zone_fault
from monitor.errors import ConfigError, Fault, masked
from monitor.records import Feed, Publisher, Topic

Model = TypeVar("Model", bound=BaseModel)


def load(
    folder: Path,
    channel_types: Mapping[str, type],
    environment: Mapping[str, str],
    *,
    instead: Mapping[str, str] | None = None,
) -> Settings:
    """Read the configuration in `folder`; raises ConfigError with every fault found.

    `channel_types` maps the name of a kind of channel to the record that holds its settings. Secrets and
    MONITOR_DATABASE_URL are taken from `environment`. Relative paths are relative to the folder around `folder`.
    `instead` holds texts, by file name, that are read as if they stood in the folder: what an edit would lead to.
    """
    if not (folder / "monitor.toml").is_file():
        advice = "no configuration here; run `monitor init` to get a starter one, or name a folder with --config"
        raise ConfigError(str(folder), [Fault(file=str(folder / "monitor.toml"), key="", message=advice)])
    reader = _Reader(folder, instead=instead)
    vault = Vault(environment=environment, home=folder.resolve().parent)
    main = reader.table("monitor.toml", MonitorFile)
    feeds = reader.table("feeds.toml", FeedsFile)
    publishers = _publishers(reader)
    topics = read_topics(folder / "topics", reader.faults)
    labels = read_labels(folder / "labels.jsonl", reader.faults)
    golden = read_labels(folder / "golden.jsonl", reader.faults)
    # Names are checked on what was decoded, whatever its shape: one fault must not hide another.
    said = reader.decoded.get("monitor.toml", {})
    channels = dict(_channels(said, channel_types, vault, reader))
    site = _site(said, vault, reader)
    _check_rest(said, reader)
    _check_names(said, [file.stem for file in _visible(folder / "topics", "*.toml")], reader)
    headers = _check_feeds(reader.decoded.get("feeds.toml", {}), vault, reader)
    if reader.faults or main is None or feeds is None:
        raise ConfigError(str(folder), sorted(reader.faults, key=lambda fault: (fault.file, fault.line or 0)))
    return Settings(
        folder=folder,
        state=vault.home / main.storage.state,
        keep_pages_days=main.storage.keep_pages_days,
        database_url=_database_url(main, vault),
        identity=Identity(**dict(main.identity)),
        polling=_polling(main.polling),
        reading=Reading(**dict(main.reading)),
        schedule=Schedule(**dict(main.schedule)),
        feeds=tuple(_feed(feed, headers[index]) for index, feed in enumerate(feeds.feed)),
        publishers=publishers,
        topics=topics,
        labels=labels,
        golden=golden,
        people=tuple(person_of(person) for person in main.people),
        watches=tuple(watch_of(watch) for watch in main.watch),
        channels=channels,
        site=site,
        hash=reader.hash(),
    )


def read_topics(folder: Path, faults: list[Fault]) -> tuple[Topic, ...]:
    """Read every topic file of a folder, by id; what is wrong is added to `faults`."""
    found = [read_topic(file, faults) for file in _visible(folder, "*.toml")]
    topics = tuple(topic for topic in found if topic is not None)
    if not topics and not faults:
        faults.append(Fault(file=str(folder), key="", message="there are no topic files (NAME.toml) here"))
    return topics


def read_topic(file: Path, faults: list[Fault], *, text: str | None = None) -> Topic | None:
    """Read one topic file, as if it held `text` if that is given; what is wrong is added to `faults`."""
    reader = _Reader(file.parent, instead={} if text is None else {file.name: text})
    table = reader.table(file.name, TopicFile)
    if file.name in reader.decoded:
        for place, message in topic_faults(file.stem, reader.decoded[file.name]):
            reader.fault(file.name, place, message)
    faults.extend(sorted(reader.faults, key=lambda fault: fault.line or 0))
    return topic_of(file.stem, table) if table is not None and not reader.faults else None


def starter_folder() -> Path:
    """Return the folder of the default pack: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "starter"
    return inside if inside.is_dir() else package.parent / "config"


class _Reader:
    """Reads files of one folder, remembering their text and collecting their faults."""

    def __init__(
        self, folder: Path, faults: list[Fault] | None = None, *, instead: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self._instead = instead or {}
        self.faults: list[Fault] = [] if faults is None else faults
        self.texts: dict[str, str] = {}
        self.decoded: dict[str, dict[str, Any]] = {}

    def has(self, name: str) -> bool:
        return name in self._instead or (self.folder / name).exists()

    def table(self, name: str, model: type[Model]) -> Model | None:
        file = self.folder / name
        try:
            given = self._instead.get(name)
            text = self.texts[name] = file.read_text(encoding="utf-8") if given is None else given
            self.decoded[name] = tomllib.loads(text)
            return model.model_validate(self.decoded[name])
        except FileNotFoundError:
            self.faults.append(Fault(file=str(file), key="", message="this file is missing"))
        except (OSError, UnicodeDecodeError) as error:
            self.faults.append(Fault(file=str(file), key="", message=f"cannot be read: {error}"))
        except tomllib.TOMLDecodeError as error:
            self.faults.append(fault_of.of_syntax(str(file), error))
        except ValidationError as error:
            self.faults.extend(fault_of.of_shape(str(file), text, model, error))
        return None

    def fault(self, name: str, place: fault_of.Place, message: str) -> None:
        line = fault_of.line_of(fault_of.key_lines(self.texts[name]), place)
        key = fault_of.shown(place)
        self.faults.append(Fault(file=str(self.folder / name), key=key, message=message, line=line))

    def hash(self) -> str:
        kinds = ((self.folder, "*.toml"), (self.folder / "topics", "*.toml"), (self.folder, "*.jsonl"))
        files = sorted(file for folder, pattern in kinds for file in _visible(folder, pattern))
        digest = hashlib.sha256()
        for file in files:
            digest.update(f"{file.relative_to(self.folder).as_posix()}\n".encode() + file.read_bytes())
        return digest.hexdigest()[:12]


def _visible(folder: Path, pattern: str) -> list[Path]:
    """Return a folder's files without those whose name begins with a dot: editors put locks and copies there."""
    return sorted(file for file in folder.glob(pattern) if not file.name.startswith("."))


def _channels(
    said: Mapping[str, Any],
    kinds: Mapping[str, type],
    vault: Vault,
    reader: _Reader,
) -> Iterator[tuple[str, Channel]]:
    for name, row in tables(said.get("channels")).items():
        kind = str(row.get("type", ""))
        if kind not in kinds:
            known = ", ".join(sorted(kinds))
            lacks = f"there is no channel type {kind!r}" if kind else "is missing"
            advice = fault_of.nearest(kind, kinds) or f" (known: {known})"
            reader.fault("monitor.toml", ("channels", name, "type"), lacks + advice)
            continue
        found = read_channel(kinds[kind], row, vault)
        for key, message in found.faults:
            reader.fault("monitor.toml", ("channels", name, *((key,) if key else ())), message)
        if found.settings is not None:
            yield name, Channel(id=name, type=kind, settings=found.settings, bare=found.bare)


def _site(said: Mapping[str, Any], vault: Vault, reader: _Reader) -> Site:
    site, wrong = read_site(table(said.get("site")), vault)
    for key, message in wrong:
        reader.fault("monitor.toml", ("site", key), message)
    return site


def _check_names(said: Mapping[str, Any], topics: list[str], reader: _Reader) -> None:
    for place, message in misfits(said, topics):
        reader.fault("monitor.toml", place, message)
    schedule = table(said.get("schedule"))
    if fault := zone_fault(schedule.get("timezone", "UTC")):
        reader.fault("monitor.toml", ("schedule", "timezone"), fault)
    cycle = schedule.get("cycle", "* * * * *")
    if not comes(str(cycle)):
        sentence = f"{cycle!r} is not a cron expression (use one such as */15 * * * *)"
        reader.fault("monitor.toml", ("schedule", "cycle"), sentence)
    for name in ("people", "watch"):
        ids = [str(row.get("id")) for row in tables(said.get(name)).values()]
        _check_unique("monitor.toml", name, ids, reader)


def _check_rest(said: Mapping[str, Any], reader: _Reader) -> None:
    polling = table(said.get("polling"))
    rest, every = polling.get("rest_minutes"), polling.get("every_minutes", PollingTable().every_minutes)
    if isinstance(rest, (int, float)) and isinstance(every, (int, float)) and rest < every:
        sentence = f"a feed at rest cannot be asked more often than each every_minutes ({every:g})"
        reader.fault("monitor.toml", ("polling", "rest_minutes"), sentence)


def _check_feeds(said: Mapping[str, Any], vault: Vault, reader: _Reader) -> dict[int, Mapping[str, str]]:
    """Return each feed's own headers, by its place in the file."""
    feeds = tables(said.get("feed"))
    _check_unique("feeds.toml", "feed", [str(feed.get("id")) for feed in feeds.values()], reader)
    _check_unique("feeds.toml", "feed", [str(feed.get("url")) for feed in feeds.values()], reader, key="url")
    headers: dict[int, Mapping[str, str]] = {}
    for index, feed in feeds.items():
        access = read_access(feed, vault)
        headers[index] = access.headers
        for place, message in access.faults:
            reader.fault("feeds.toml", ("feed", index, *place), message)
    return headers


def _publishers(reader: _Reader) -> tuple[Publisher, ...]:
    """Return the table of publishers; a folder without one has none."""
    found = reader.table(PUBLISHERS, PublishersFile) if reader.has(PUBLISHERS) else None
    for place, message in shared(tables(reader.decoded.get(PUBLISHERS, {}).get("publisher"))):
        reader.fault(PUBLISHERS, place, message)
    return tuple(Publisher(**dict(table)) for table in found.publisher) if found else ()


def _check_unique(file: str, table: str, values: list[str], reader: _Reader, *, key: str = "id") -> None:
    counts = Counter(values)
    seen: set[str] = set()
    for index, value in enumerate(values):
        if counts[value] > 1 and value in seen:
            shown = masked(value) if key == "url" else value
            reader.fault(file, (table, index, key), f"{shown!r} is used twice")
        seen.add(value)


def _polling(table: PollingTable) -> Polling:
    """Return the settings; whoever asks seldom and says nothing of rest means that feeds never rest any longer."""
    said = dict(table)
    if "rest_minutes" not in table.model_fields_set:
        said["rest_minutes"] = max(table.rest_minutes, table.every_minutes)
    return Polling(**said)


def _feed(table: FeedTable, headers: Mapping[str, str]) -> Feed:
    every = None if table.every_minutes is None else timedelta(minutes=table.every_minutes)
    shared = {name: getattr(table, name) for name in ("id", "name", "url", "publisher", "language", "kind")}
    return Feed(**shared, every=every, headers=headers)


def _database_url(main: MonitorFile, vault: Vault) -> str:
    url = vault.environment.get("MONITOR_DATABASE_URL") or main.storage.database
    relative = "sqlite:///"
    if not url:
        return f"{relative}{vault.home / main.storage.state / 'monitor.db'}"
    if url.startswith(relative) and not url.startswith(f"{relative}/") and url != f"{relative}:memory:":
        return f"{relative}{vault.home / url.removeprefix(relative)}"
    return url
