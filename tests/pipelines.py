"""A pipeline that polls and reads and does nothing else, over any store, web and workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from monitor import stories
from monitor.pipeline import Pipeline, Rules, Tools
from monitor.pipeline.champion import Champion
from monitor.pipeline.shelf import Shelf
from monitor.ports import Store, Web, Workers
from monitor.records import Feed

MEGABYTE = 1_000_000


class NoProgress:
    """Progress that nobody watches; fits `ports.Progress`."""

    @contextmanager
    def track(self, what: str, total: int) -> Iterator[Callable[[], None]]:
        """Count nothing."""
        assert what
        assert total >= 0
        yield lambda: None


def make_rules(feeds: Sequence[Feed], **changes: Any) -> Rules:
    """Return the default rules for these feeds, without topics, watches or people."""
    plain: dict[str, Any] = {
        "feeds": tuple(feeds),
        "topics": (),
        "labels": (),
        "watches": (),
        "people": (),
        "channel_types": {},
        "poll_every": timedelta(minutes=15),
        "poll_rest": timedelta(hours=4),
        "horizon": timedelta(hours=72),
        "agent": "news-monitor tests",
        "obey_robots": True,
        "feed_bytes": 10 * MEGABYTE,
        "page_bytes": 5 * MEGABYTE,
        "document_bytes": 20 * MEGABYTE,
        "work_seconds": 8.0,
        "attempts": 3,
        "mail_domain": "news-monitor.localhost",
    }
    return Rules(**{**plain, **changes})


def no_champion(store: Store, clock: Callable[[], datetime]) -> Champion:
    """Return a champion for pipelines that never train: without topics, labels or a folder."""
    return Champion(store=store, shelf=Shelf(store=store, folder=Path("nowhere")), topics=(), labels=(), clock=clock)


def polling_pipeline(rules: Rules, store: Store, web: Web, workers: Workers, clock: Callable[[], datetime]) -> Pipeline:
    """Return a pipeline of which `poll`, `read` and `compare` work."""

    def absent(*_: object) -> NoReturn:
        raise AssertionError("this pipeline only polls, reads and compares")

    tools = Tools(
        store=store,
        web=web,
        workers=workers,
        scorer=absent,
        champion=no_champion(store, clock),
        grouper=absent,
        sourcing=absent,
        tell=absent,
        copy_finder=stories.CopyFinder,
        count_words=absent,
        notifiers={},
        clock=clock,
        say=lambda _: None,
        progress=NoProgress(),
    )
    return Pipeline(rules=rules, tools=tools)
