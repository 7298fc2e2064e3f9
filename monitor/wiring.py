"""Configuration in, ready pipeline out: the only place that picks implementations."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path

from monitor import articles, config, stories, topics
from monitor.config import Settings
from monitor.delivery import NOTIFIERS
from monitor.errors import ConfigError, Fault
from monitor.pipeline import Pipeline, PlainLines, Rules, Tools
from monitor.pipeline.champion import Champion
from monitor.pipeline.shelf import Shelf
from monitor.ports import Grouper, Notifier, Progress, Workers
from monitor.records import Document, Member, Publisher, Sourcing, Telling
from monitor.replies.links import Links
from monitor.store import Store
from monitor.web import Proxies, WebClient, WebSettings, proxies_from
from monitor.workers import WorkerPool

MEGABYTE = 1_000_000

PRELOADED = ("monitor.articles.ready", "monitor.feeds.documents")
"""What worker processes are forked with, so that each starts at once."""


def system_clock() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(tz=UTC)


def fixed_clock(moment: datetime) -> Callable[[], datetime]:
    """Return a clock that stands still, for demos and for looking at another day."""
    return lambda: moment


def load_settings(
    folder: Path, environment: Mapping[str, str] | None = None, *, instead: Mapping[str, str] | None = None
) -> Settings:
    """Read the configuration, as if the files named in `instead` held that text.

    Raises ConfigError with every fault.
    """
    kinds = {name: channel.settings for name, channel in NOTIFIERS.items()}
    return config.load(folder, kinds, os.environ if environment is None else environment, instead=instead or {})


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Open the database of a configuration."""
    store = Store(settings.database_url, config=settings.hash)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def open_pipeline(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = system_clock,
    say: Callable[[str], None] = lambda _line: None,
    progress: Progress | None = None,
    workers: Workers | None = None,
) -> Iterator[Pipeline]:
    """Put the parts together; the database and the worker processes are closed on leaving.

    `workers` given are used, and left open for whoever gave them. Without a `progress`, long steps speak through `say`.
    """
    pool: AbstractContextManager[Workers] = nullcontext(workers) if workers is not None else worker_pool(settings)
    with open_store(settings) as store, pool as ready:
        models = champion(settings, store, clock, say)
        tools = Tools(
            store=store,
            web=WebClient(_web(settings)),
            workers=ready,
            scorer=models.scorer,
            champion=models,
            grouper=_grouper,
            sourcing=_sourcing,
            tell=_tell,
            copy_finder=stories.CopyFinder,
            count_words=_count_words,
            notifiers=notifiers(settings),
            clock=clock,
            say=say,
            progress=progress or PlainLines(say),
            link=links(settings).url,
        )
        yield Pipeline(rules=_rules(settings), tools=tools)


def worker_pool(settings: Settings | None = None) -> WorkerPool:
    """Return the pool for hostile input, with the configured limits or the default ones."""
    if settings is None:
        return WorkerPool(warm_up=articles.warm_up, preload=PRELOADED)
    reading = settings.reading
    return WorkerPool(reading.workers, reading.memory_megabytes, warm_up=articles.warm_up, preload=PRELOADED)


def feed_pool(settings: Settings | None = None) -> WorkerPool:
    """Return a pool for feeds alone, which starts without what only pages need, some seconds sooner."""
    preload = PRELOADED[1:]
    if settings is None:
        return WorkerPool(preload=preload)
    return WorkerPool(settings.reading.workers, settings.reading.memory_megabytes, preload=preload)


def notifiers(settings: Settings) -> dict[str, Notifier]:
    """Return a notifier for every configured channel."""
    return {name: NOTIFIERS[channel.type].notifier(channel.settings) for name, channel in settings.channels.items()}


def links(settings: Settings) -> Links:
    """Return what makes the addresses in messages by which readers answer, and reads them again."""
    return Links(settings.site.address, settings.site.key)


def champion(
    settings: Settings,
    store: Store,
    clock: Callable[[], datetime] = system_clock,
    say: Callable[[str], None] = lambda _line: None,
) -> Champion:
    """Return what knows the model in charge, and trains the next one."""
    return Champion(
        store=store,
        shelf=Shelf(store=store, folder=settings.state / "models"),
        topics=settings.topics,
        labels=settings.labels,
        golden=settings.golden,
        clock=clock,
        say=say,
    )


def _grouper(statistics: bytes) -> Grouper:
    return stories.StoryGrouper(stories.WordStatistics.from_bytes(statistics))


def _sourcing(members: Sequence[Member], publishers: Sequence[Publisher]) -> Sourcing:
    return stories.sourcing(members, publishers)


def _tell(members: Sequence[Member], publishers: Sequence[Publisher], told: Collection[str] | None) -> Telling:
    return stories.tell(members, publishers, told)


def _count_words(documents: Sequence[Document]) -> tuple[str, bytes]:
    counted = stories.WordStatistics.fit([*documents, *topics.start_background()])
    return counted.version, counted.to_bytes()


def _web(settings: Settings) -> WebSettings:
    polling = settings.polling
    return WebSettings(
        user_agent=settings.identity.user_agent,
        timeout_seconds=polling.timeout_seconds,
        concurrency=polling.concurrency,
        spacing_seconds=polling.spacing_seconds,
        allow_hosts=polling.allow_hosts,
        proxies=proxies(settings, os.environ),
    )


def proxies(settings: Settings, environment: Mapping[str, str]) -> Proxies:
    """Return the proxies that the environment names, unless the user wants none.

    Raises ConfigError when it names one that cannot be used.
    """
    if settings.polling.proxy == "none":
        return Proxies()
    try:
        return proxies_from(environment)
    except ValueError as error:
        fault = Fault(file="the environment", key="", message=str(error))
        raise ConfigError(str(settings.folder), [fault]) from None


def _rules(settings: Settings) -> Rules:
    return Rules(
        feeds=settings.feeds,
        topics=settings.topics,
        labels=settings.labels,
        watches=settings.watches,
        people=settings.people,
        channel_types={name: channel.type for name, channel in settings.channels.items()},
        poll_every=timedelta(minutes=settings.polling.every_minutes),
        poll_rest=timedelta(minutes=settings.polling.rest_minutes),
        agent=settings.identity.user_agent,
        obey_robots=settings.reading.obey_robots,
        horizon=timedelta(hours=settings.polling.horizon_hours),
        feed_bytes=int(settings.polling.feed_megabytes * MEGABYTE),
        page_bytes=int(settings.polling.page_megabytes * MEGABYTE),
        document_bytes=int(settings.polling.document_megabytes * MEGABYTE),
        work_seconds=settings.reading.seconds,
        attempts=settings.reading.attempts,
        mail_domain=_mail_domain(settings),
        publishers=settings.publishers,
        pages_per_cycle=settings.reading.pages_per_cycle or None,
        keep_pages=timedelta(days=settings.keep_pages_days) if settings.keep_pages_days else None,
        targets=_targets(settings),
        config="" if settings.folder == Path("config") else str(settings.folder),
    )


def _targets(settings: Settings) -> dict[str, str]:
    """Return the place that each channel writes to by itself, for those that can write to several."""
    bots = {
        name: channel.settings
        for name, channel in settings.channels.items()
        if getattr(channel.settings, "token", None)
    }
    return {name: getattr(bot, "channel", "") for name, bot in bots.items()}


def _mail_domain(settings: Settings) -> str:
    """Return the domain of Message-IDs: the sender's, so that receivers see one that is ours."""
    senders = (getattr(channel.settings, "sender", "") for channel in settings.channels.values())
    domains = [parseaddr(sender)[1].rpartition("@")[2] for sender in senders if sender]
    return domains[0] if domains and domains[0] else "news-monitor.localhost"


def known_watch(settings: Settings, watch: str) -> str:
    """Return the watch's id; raises ConfigError naming the known ones."""
    return _known(settings, "watch", watch, [one.id for one in settings.watches])


def known_person(settings: Settings, person: str, watch: str | None = None) -> str:
    """Return the person's id; raises ConfigError naming the known ones, or those whom `watch` tells."""
    told = [one.people for one in settings.watches if one.id == watch]
    known = list(told[0]) if told else [one.id for one in settings.people]
    return _known(settings, "person", person, known, f" told by the watch {watch!r}" if told else "")


def _known(settings: Settings, kind: str, name: str, known: Sequence[str], which: str = "") -> str:
    if name not in known:
        sentence = f"there is no {kind} {name!r}{which} (known: {', '.join(known)})"
        raise ConfigError(str(settings.folder), [Fault(file="monitor.toml", key=kind, message=sentence)])
    return name
