"""Thirty days of three hundred publishers, with a clock that is set: nobody is asked early, nothing is told twice.

The polling and the reading step run as they are, over a real database, every fifteen minutes. The world and the
account of who may be asked when are in `tests/thirty_days.py` and `tests/publishers_web.py`.
"""

# ruff: noqa: T201 - a month's figures are worth seeing

from __future__ import annotations

import contextlib
import random
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa

from monitor.errors import MonitorError
from monitor.records import Feed
from monitor.store import Store
from tests.pipelines import make_rules, polling_pipeline
from tests.publishers import DAY, HOUR, Publisher
from tests.publishers_web import PublishersWeb, by_group
from tests.thirty_days import DAYS, END, FEEDS, START, publishers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

CYCLE = timedelta(minutes=15)
OUTAGE = (START + 12 * DAY + 13 * HOUR, START + 12 * DAY + 15 * HOUR)
A_DAY_AND_A_CYCLE = DAY + 2 * CYCLE

Item = TypeVar("Item")
Result = TypeVar("Result")


class HereAndNow:
    """Workers that are no processes: the documents are harmless, and the clock is not the system's."""

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, seconds: float
    ) -> Iterator[tuple[Item, Result | MonitorError]]:
        """Do the work at once."""
        assert seconds > 0
        for item in items:
            try:
                yield item, function(item)
            except MonitorError as error:
                yield item, error


@dataclass(kw_only=True)
class Month:
    """What happened."""

    world: list[Publisher]
    web: PublishersWeb
    notices: list[tuple[datetime, str, str]] = field(default_factory=list)
    offline: list[datetime] = field(default_factory=list)
    articles: Counter[int] = field(default_factory=Counter)
    revisions: Counter[tuple[str, int]] = field(default_factory=Counter)

    def told(self, kind: str) -> dict[str, datetime]:
        """Return when each feed was named, in notices of a kind."""
        return {feed: at for at, feed, what in reversed(self.notices) if what == kind}

    def names(self, numbers: set[int]) -> dict[int, str]:
        """Return the feeds of some stories."""
        return {story.number: one.id for one in self.world for story in one.stories if story.number in numbers}

    def ids(self, *groups: str) -> set[str]:
        """Return the feeds of some groups."""
        return {one.id for one in self.world if one.group in groups}


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    """Live through the thirty days, once for all tests."""
    now, world, chance = START, publishers(), random.Random(30)  # noqa: S311 - the same month in each run

    def clock() -> datetime:
        return now

    lived = Month(world=world, web=PublishersWeb(world, clock, OUTAGE))
    rules = make_rules([Feed(id=one.id, name=one.id, url=one.url, publisher=one.site) for one in world])
    file = tmp_path_factory.mktemp("month") / "monitor.db"
    with contextlib.closing(Store(f"sqlite:///{file}", config="month")) as store:
        pipeline = polling_pipeline(rules, store, lived.web, HereAndNow(), clock)
        for cycle in range(DAYS * 96):
            # A schedule is punctual within some seconds.
            now = START + cycle * CYCLE + timedelta(seconds=chance.uniform(0, 40))
            report = pipeline.poll()
            pipeline.read()
            lived.notices += [(now, notice.feed, notice.kind) for notice in report.notices]
            lived.offline += [now] if report.offline else []
    _count_stored(file, lived)
    _print(lived)
    return lived


def _count_stored(file: Path, lived: Month) -> None:
    """Count, by the story's number that stands in the text, what the database holds."""
    engine = sa.create_engine(f"sqlite:///{file}")
    with contextlib.closing(engine.connect()) as connection:
        lived.articles.update(_number(text) for (text,) in connection.execute(sa.text("SELECT text FROM articles")))
        rows = connection.execute(
            sa.text("SELECT e.feed_id, r.content FROM revisions r JOIN entries e ON e.id = r.entry_id")
        )
        lived.revisions.update((feed, _number(content)) for feed, content in rows)
    engine.dispose()


def _number(text: str) -> int:
    found = re.search(r"story(\d+)x", text)
    assert found is not None, text[:80]
    return int(found[1])


def _print(lived: Month) -> None:
    accounts, answers = lived.web.accounts, lived.web.answers
    polls = answers.total() - answers["own outage"]
    print(f"\n{FEEDS} feeds, {DAYS} days: {polls} requests, {polls / FEEDS / DAYS:.1f} per feed and day")
    print("answers: " + ", ".join(f"{what} {number / polls:.2%}" for what, number in answers.most_common()))
    print(f"articles {len(lived.articles)}, revisions {lived.revisions.total()}, notices {len(lived.notices)}")
    for group, members in by_group(lived.world).items():
        delays = [delay for one in members for delay in _delays(one, lived)]
        asked = sum(len(accounts[one.id].asked) for one in members) / len(members) / DAYS
        if delays:
            mean, worst = statistics.fmean(delays), max(delays)
            print(f"  {group:15} {asked:5.1f} polls a day, seen after {mean:5.0f} min on average, {worst:5.0f} at most")


def _delays(one: Publisher, lived: Month) -> list[float]:
    """Return the minutes from each story's publication to the first document in which it was seen."""
    shown = lived.web.accounts[one.id].first_shown
    minute = timedelta(minutes=1)
    return [
        (shown[story.number] - story.at) / minute
        for story in one.stories
        if START <= story.at < END and story.number in shown
    ]


def test_the_month_was_lived_through(month: Month) -> None:
    assert len(month.world) == FEEDS
    assert all(month.web.accounts[one.id].asked for one in month.world)
    assert month.web.answers["304"] > month.web.answers["200"]


def test_no_feed_is_asked_earlier_than_its_publisher_its_host_or_the_user_allows(month: Month) -> None:
    assert not month.web.wrongs, "\n".join([f"{len(month.web.wrongs)} times", *month.web.wrongs[:20]])


def test_every_story_that_was_shown_in_time_is_exactly_one_article(month: Month) -> None:
    twice = {number: count for number, count in month.articles.items() if count > 1}
    missing, too_much = month.web.owed - set(month.articles), set(month.articles) - month.web.owed
    assert (twice, month.names(missing), month.names(too_much)) == ({}, {}, {})


def test_living_feeds_lose_no_story(month: Month) -> None:
    lost = [
        (one.id, story.number)
        for one in month.world
        if one.group not in {"frozen", "dead", "gone"}
        for story in one.stories
        if START <= story.at < END - 3 * DAY and story.number not in month.web.accounts[one.id].first_shown
    ]
    assert lost == []


def test_an_edit_is_a_revision_and_another_guid_or_link_is_not(month: Month) -> None:
    assert month.web.revisions.total() > 100
    assert month.revisions == month.web.revisions


def test_dead_feeds_are_named_within_a_day_and_revive_unaided(month: Month) -> None:
    dead, revived = month.told("dead"), month.told("revived")
    assert set(dead) == set(revived) == month.ids("dead")
    for one in month.world:
        if one.group != "dead":
            continue
        account, (fault,) = month.web.accounts[one.id], one.faults
        first = account.failed[0]
        assert first < dead[one.id] <= first + DAY
        next_asked = min(at for at in account.asked if at >= fault.end)
        assert revived[one.id] == next_asked
        assert next_asked - account.failed[-1] <= A_DAY_AND_A_CYCLE


def test_feeds_gone_for_good_are_retired_and_left_alone(month: Month) -> None:
    retired = month.told("retired")
    assert set(retired) == month.ids("gone")
    for feed, at in retired.items():
        account = month.web.accounts[feed]
        assert at - account.failed[0] <= DAY
        assert [asked for asked in account.asked if asked > at] == []


def test_moved_feeds_are_asked_at_their_new_address(month: Month) -> None:
    moved = month.told("moved")
    assert set(moved) == month.ids("moved")
    for one in month.world:
        if one.group == "moved":
            asked = month.web.accounts[one.id].urls
            assert {url for at, url in asked if at > moved[one.id]} == {one.new_url}
            assert {url for at, url in asked if at <= moved[one.id]} == {one.url}


def test_false_promises_of_no_change_are_found_out(month: Month) -> None:
    distrusted = month.told("distrusted")
    assert set(distrusted) == month.ids("frozen")
    for feed, at in distrusted.items():
        assert at < START + 9 * DAY
        assert not any(conditional for asked, conditional in month.web.accounts[feed].conditional if asked > at)


def test_nobody_else_is_named_and_our_own_outage_is_nobodys_fault(month: Month) -> None:
    groups = defaultdict(set)
    for _, feed, kind in month.notices:
        groups[kind].add(feed)
    assert set(groups) == {"dead", "revived", "retired", "moved", "distrusted"}
    assert len(month.notices) == sum(len(feeds) for feeds in groups.values())
    assert month.offline
    assert all(OUTAGE[0] <= at < OUTAGE[1] for at in month.offline)


def test_after_our_own_outage_every_feed_that_was_due_is_asked_at_once(month: Month) -> None:
    busy = [month.web.accounts[feed] for feed in month.ids("busy")]
    assert all(any(OUTAGE[1] <= at < OUTAGE[1] + 2 * CYCLE for at in account.asked) for account in busy)
