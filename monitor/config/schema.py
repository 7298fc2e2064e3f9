"""The files' shape, as pydantic models, whose descriptions reach editors."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from monitor.config import phrases
from monitor.config.publishers import domain
from monitor.config.shapes import Id, Line, Strict
from monitor.config.site import public_address
from monitor.config.watch_tables import PersonTable, WatchTable

LONGEST_URL = 2048


def _sendable(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("use plain letters (ASCII): publishers' servers read this")
    return text


def address_of_feed(url: str) -> str:
    """Return an http(s) URL as it is; raises ValueError with a sentence when it cannot be a feed's address."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("must be an http:// or https:// address")
    if len(url) > LONGEST_URL:
        raise ValueError(f"is longer than {LONGEST_URL} characters")
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0 and url.isprintable() and " " not in url
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("this is not an address that can be asked")
    if "@" in parts.netloc:
        # What stands in an address is shown in reports and logs.
        raise ValueError("an address must not hold a user name or password; use username and password_env")
    return url


Url = Annotated[
    str, StringConstraints(pattern=r"^https?://\S+$", max_length=LONGEST_URL), AfterValidator(address_of_feed)
]


class StorageTable(Strict):
    """Where the monitor keeps what it knows."""

    database: str = Field(
        default="", description="sqlite:///… or postgresql://…; empty: a SQLite file in the state folder."
    )
    state: str = Field(default="state", description="Folder for the database, digests and trained models.")
    keep_pages_days: int = Field(
        default=365, ge=0, le=36_500, description="How long raw pages are kept for reading again; 0: for ever."
    )


class IdentityTable(Strict):
    """Who asks: publishers see this in every request."""

    name: Annotated[Line, AfterValidator(_sendable)] = Field(
        default="NewsMonitor/0.1", description="Product name in the User-Agent header, in plain letters (ASCII)."
    )
    contact: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True), AfterValidator(_sendable)] = (
        Field(default="", description="Address where a publisher can reach you: a URL or an e-mail address, in ASCII.")
    )


class PollingTable(Strict):
    """How feeds and pages are asked for."""

    every_minutes: float = Field(
        default=15,
        ge=1,
        le=1440,
        description="About the shortest time between two polls of a feed: a cycle may start a minute early.",
    )
    rest_minutes: float = Field(
        default=120, ge=1, le=1440, description="Longest time between two polls of a feed that is quiet but well."
    )
    horizon_hours: float = Field(
        default=72, gt=0, le=336, description="Older entries are kept, but not read or reported."
    )
    timeout_seconds: float = Field(default=30, gt=0, le=300, description="Longest time for one answer, all in all.")
    concurrency: int = Field(default=50, ge=1, le=500, description="Hosts asked at the same time.")
    spacing_seconds: float = Field(default=1, ge=0, le=60, description="Pause between two requests to one host.")
    feed_megabytes: float = Field(default=10, gt=0, le=100, description="Largest feed, after decompression.")
    page_megabytes: float = Field(default=5, gt=0, le=50, description="Largest page, after decompression.")
    document_megabytes: float = Field(default=20, gt=0, le=100, description="Largest PDF document.")
    allow_hosts: tuple[str, ...] = Field(
        default=(), description="Hosts that may be private and use any port, such as intranet.example or *.localhost."
    )
    proxy: Literal["environment", "none"] = Field(
        default="environment", description="Whether http_proxy, https_proxy and no_proxy of the environment count."
    )


class ReadingTable(Strict):
    """How pages are read."""

    workers: int = Field(default=2, ge=1, le=64, description="Processes that read feeds and pages.")
    seconds: float = Field(default=8, gt=0, le=120, description="Longest processor time for one document.")
    memory_megabytes: int = Field(default=2048, ge=256, description="Most memory for one worker process.")
    attempts: int = Field(
        default=3, ge=1, le=20, description="Tries to fetch a page before the feed's own words are used."
    )
    pages_per_cycle: int = Field(
        default=0, ge=0, description="Most articles read in one cycle, the likeliest first; 0: all that wait."
    )
    obey_robots: bool = Field(
        default=True, description="Whether the robots.txt of a site decides which pages are read."
    )


class ScheduleTable(Strict):
    """When `monitor up` and the deployments look."""

    cycle: str = Field(default="*/15 * * * *", description="Cron expression of the full cycle.")
    timezone: str = Field(default="UTC", description="IANA time zone of the schedule, such as Europe/Brussels.")


class SiteTable(Strict):
    """Where readers reach `monitor serve`: then digests carry links that act."""

    address: Annotated[
        str, StringConstraints(max_length=300, strip_whitespace=True), AfterValidator(public_address)
    ] = Field(
        default="",
        description="The http(s) address that readers reach; empty: digests name commands in place of links.",
    )
    key_env: Line | None = Field(
        default=None, description="Environment variable that holds the secret by which links are signed."
    )
    key_file: Line | None = Field(default=None, description="File that holds the secret by which links are signed.")


class MonitorFile(Strict):
    """`monitor.toml`."""

    storage: StorageTable = StorageTable()
    identity: IdentityTable = IdentityTable()
    polling: PollingTable = PollingTable()
    reading: ReadingTable = ReadingTable()
    schedule: ScheduleTable = ScheduleTable()
    site: SiteTable = SiteTable()
    channels: dict[Id, dict[str, Any]] = Field(
        description="One table per channel; `type` names its kind, the other keys belong to that kind."
    )
    people: tuple[PersonTable, ...] = Field(min_length=1)
    watch: tuple[WatchTable, ...] = Field(min_length=1)


Kind = Literal["regulator", "central-bank", "policy", "press", "crypto-press", "legal", "other"]


class EnvTable(Strict):
    """A value that stands in an environment variable."""

    env: Line


class FileTable(Strict):
    """A value that stands in a file."""

    file: Line


def _header_value(said: object) -> object:
    pointed = isinstance(said, dict) and len(said) == 1 and next(iter(said.items()))
    if isinstance(said, str) or (pointed and pointed[0] in {"env", "file"} and isinstance(pointed[1], str)):
        return said
    raise ValueError('must be a text, { env = "NAME" } or { file = "path" }')


HeaderValue = Annotated[str | EnvTable | FileTable, BeforeValidator(_header_value)]


class FeedTable(Strict):
    """A feed to be polled."""

    id: Id = Field(description="Never changes: what the monitor remembers of the feed hangs on it.")
    name: Line
    url: Url
    publisher: Line = Field(description="Who writes it; two feeds of one publisher count once.")
    language: str = Field(default="en", max_length=20)
    kind: Kind = "press"
    every_minutes: float | None = Field(
        default=None,
        ge=1,
        le=1440,
        description="About the shortest time between two polls of this feed: a cycle may start a minute early.",
    )
    username: Line | None = Field(default=None, description="For a feed behind a password (HTTP basic authentication).")
    password_env: Line | None = Field(default=None, description="Environment variable that holds the password.")
    password_file: Line | None = Field(default=None, description="File that holds the password.")
    headers: dict[str, HeaderValue] = Field(
        default_factory=dict,
        description="Headers sent to the feed's own site only: a text, { env = NAME } or { file = path }.",
    )


class FeedsFile(Strict):
    """`feeds.toml`."""

    feed: tuple[FeedTable, ...] = Field(min_length=1)


class PublisherTable(Strict):
    """A house with several domains or spellings."""

    name: Line = Field(description="What digests call it; the same as `publisher` of its feeds.")
    domains: tuple[Annotated[Line, AfterValidator(domain)], ...] = Field(
        default=(), description="Domains such as ft.com, or hosts below one; what is below them counts too."
    )
    aliases: tuple[Line, ...] = Field(default=(), description="Other names that its pages and feeds use.")


class PublishersFile(Strict):
    """`publishers.toml`, which may be absent."""

    publisher: tuple[PublisherTable, ...] = ()


Seed = Annotated[Line, AfterValidator(phrases.seed)]
Keyword = Annotated[Line, AfterValidator(phrases.keyword)]
Group = Annotated[tuple[Keyword, ...], Field(min_length=1)]
Language = Annotated[str, AfterValidator(phrases.language)]


class LanguageTable(Strict):
    """What a topic is told by in a language other than English."""

    seeds: tuple[Seed, ...] = Field(min_length=1, description="Phrases that articles in this language contain.")
    keywords: tuple[Group, ...] = Field(default=(), description="Groups of words, as for English.")
    exclude: tuple[Keyword, ...] = Field(default=(), description="Words that undo a keyword hit in this language.")


class TopicFile(Strict):
    """`topics/NAME.toml`; the file's name is the topic's id."""

    title: Annotated[Line, AfterValidator(phrases.title)]
    description: Annotated[str, StringConstraints(max_length=1_000, strip_whitespace=True)] = Field(
        default="", description="One sentence on what the topic is about."
    )
    seeds: tuple[Seed, ...] = Field(
        default=(), description="Phrases a reader would expect in such articles; eight or more work best."
    )
    keywords: tuple[Group, ...] = Field(
        default=(), description="Groups of words; an article hits when any word of every group occurs."
    )
    exclude: tuple[Keyword, ...] = Field(default=(), description="Words that undo a keyword hit.")
    precision: float = Field(default=0.8, gt=0, lt=1, description="Wanted share of matches that are right.")
    per_week: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description=(
            "About so many matches a week instead of a target precision; takes effect once the archive holds a week "
            "of news."
        ),
    )
    languages: dict[Language, LanguageTable] = Field(
        default_factory=dict, description="A table for each other language, such as [languages.de]."
    )


FILES: dict[str, type[BaseModel]] = {
    "monitor": MonitorFile,
    "feeds": FeedsFile,
    "publishers": PublishersFile,
    "topic": TopicFile,
}
"""The kinds of file, as `monitor schema KIND` names them."""
