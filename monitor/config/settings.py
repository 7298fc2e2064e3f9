"""The configuration as the rest of the program sees it: frozen, checked, secrets hidden from every repr."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monitor.records import Feed, Label, Person, Publisher, Topic, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who asks: publishers see this in every request."""

    name: str
    contact: str

    @property
    def user_agent(self) -> str:
        """The User-Agent header."""
        return f"{self.name} (+{self.contact})" if self.contact else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """How feeds and pages are asked for; `proxy` is `environment` or `none`."""

    every_minutes: float
    rest_minutes: float
    horizon_hours: float
    timeout_seconds: float
    concurrency: int
    spacing_seconds: float
    feed_megabytes: float
    page_megabytes: float
    document_megabytes: float
    allow_hosts: tuple[str, ...]
    proxy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How pages are read."""

    workers: int
    seconds: float
    memory_megabytes: int
    attempts: int
    pages_per_cycle: int
    obey_robots: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When the flows look."""

    cycle: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where readers reach the monitor, without a slash at the end, and the secret that signs links; empty: nowhere."""

    address: str = ""
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A configured channel: its id, its type, and the settings record that the type owns.

    `bare` are the keys whose secret stands in the file itself.
    """

    id: str
    type: str
    settings: object
    bare: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything in `config/`, and nothing else; `hash` names this exact content."""

    folder: Path
    state: Path
    database_url: str = field(repr=False)
    keep_pages_days: int
    identity: Identity
    polling: Polling
    reading: Reading
    schedule: Schedule
    feeds: tuple[Feed, ...]
    publishers: tuple[Publisher, ...]
    topics: tuple[Topic, ...]
    labels: tuple[Label, ...]
    golden: tuple[Label, ...]
    people: tuple[Person, ...]
    watches: tuple[Watch, ...]
    channels: Mapping[str, Channel]
    hash: str
    site: Site = field(default_factory=Site)
