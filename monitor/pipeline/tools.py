"""What the steps are given: the user's rules, and the tools that touch the world."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.pipeline.champion import Champion
from monitor.ports import CopyFinder, Grouper, Notifier, Progress, Scorer, Store, Web, Workers
from monitor.records import Document, Feed, Label, Member, Person, Publisher, Sourcing, Telling, Topic, Watch, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the user decided, as the steps need it.

    A feed is asked not more often than each `poll_every` and, when all is well, not less often than each `poll_rest`.
    `agent` is the User-Agent header, by which robots.txt files address us. At most `pages_per_cycle` entries are read
    in one cycle, and archived pages are kept for `keep_pages`; None is no limit. `targets` holds, for each channel that
    writes to a place of its own choice, that place. `config` is the folder that commands named in messages have to be
    given, empty for the usual one.
    """

    feeds: tuple[Feed, ...]
    topics: tuple[Topic, ...]
    labels: tuple[Label, ...]
    watches: tuple[Watch, ...]
    people: tuple[Person, ...]
    channel_types: Mapping[str, str]
    poll_every: timedelta
    poll_rest: timedelta
    horizon: timedelta
    agent: str
    obey_robots: bool
    feed_bytes: int
    page_bytes: int
    document_bytes: int
    work_seconds: float
    attempts: int
    mail_domain: str
    publishers: tuple[Publisher, ...] = ()
    pages_per_cycle: int | None = None
    keep_pages: timedelta | None = None
    targets: Mapping[str, str] = field(default_factory=dict)
    config: str = ""


def no_link(_wish: Wish) -> str:
    """Return no address: readers are given commands instead."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The world, as the steps need it.

    `scorer` and `grouper` are asked for when their step begins, because loading them costs seconds; `grouper` is
    given stored word statistics. `sourcing` says whose news the articles of a story are, and `tell` how it is told.
    `champion` knows the model in charge and trains the next one. `count_words` counts word statistics anew and returns
    their version and their bytes. `link` returns the address behind which a reader's wish is granted, empty where the
    monitor has none. `clock` says what time it is. `say` takes lines of progress, `progress` shows how far
    a long step has come.
    """

    store: Store
    web: Web
    workers: Workers
    scorer: Callable[[], Scorer]
    champion: Champion
    grouper: Callable[[bytes], Grouper]
    sourcing: Callable[[Sequence[Member], Sequence[Publisher]], Sourcing]
    tell: Callable[[Sequence[Member], Sequence[Publisher], Collection[str] | None], Telling]
    copy_finder: Callable[[], CopyFinder]
    count_words: Callable[[Sequence[Document]], tuple[str, bytes]]
    notifiers: Mapping[str, Notifier]
    clock: Callable[[], datetime]
    say: Callable[[str], None]
    progress: Progress
    link: Callable[[Wish], str] = no_link
