"""The poll step against a real server and a real database: who is asked, when, and what a crash or a pause does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web import WebClient
from tests.servers import Asked, Reply
from tests.worlds import DAY, HOUR, MINUTE, START, World, rss

NEWS = rss(("First report", START - HOUR))


def test_a_feed_is_not_asked_again_before_its_time(world: World) -> None:
    world.add("a", Reply(body=NEWS, headers={"Cache-Control": "max-age=3600"}))
    assert world.pipeline().poll().entries_new == 1
    world.now += 59 * MINUTE
    assert world.pipeline().poll().asked == 0
    world.now += MINUTE
    assert world.pipeline().poll().unchanged == 1


def test_what_the_document_itself_asks_for_is_respected(world: World) -> None:
    world.add("ttl", Reply(body=rss(("One", START), extra="<ttl>180</ttl>")))
    skips = "".join(f"<hour>{hour}</hour>" for hour in range(10, 16))
    world.add("skips", Reply(body=rss(("Two", START), extra=f"<skipHours>{skips}</skipHours>")))
    world.pipeline().poll()
    world.asked()
    found = {}
    for step in range(1, 40):
        world.now = START + step * 15 * MINUTE
        world.pipeline().poll()
        for path in world.asked():
            found.setdefault(path, world.now)
    assert found["/ttl"] >= START + 3 * HOUR
    assert found["/skips"].hour == 16


def test_validators_travel_both_ways_and_a_304_costs_nothing(world: World) -> None:
    def answer(asked: Asked) -> Reply:
        right = asked.headers.get("if-none-match") == 'W/"x y"'
        return Reply(status=304) if right else Reply(body=NEWS, headers={"ETag": 'W/"x y"'})

    world.add("a", answer)
    world.pipeline().poll()
    world.now += 3 * HOUR
    report = world.pipeline().poll()
    assert (report.unchanged, report.changed) == (1, 0)
    [health] = world.store.sources.health(world.now)
    assert (health.answered, health.unchanged, health.state.last_status) == (2, 1, 304)


def test_new_furniture_around_the_same_entries_stores_nothing(world: World) -> None:
    world.add("a", Reply(body=NEWS))
    world.pipeline().poll()
    world.now += 3 * HOUR
    world.replies["wire.localhost/a"] = Reply(body=rss(("First report", START - HOUR), extra="<docs>now</docs>"))
    report = world.pipeline().poll()
    assert (report.unchanged, report.entries_new, report.entries_edited) == (1, 0, 0)


def test_a_server_that_says_not_modified_falsely_is_found_out_and_told(world: World) -> None:
    state = {"news": [("First report", START - HOUR)]}

    def answer(asked: Asked) -> Reply:
        if "if-none-match" in asked.headers:
            return Reply(status=304)
        return Reply(body=rss(*state["news"]), headers={"ETag": '"always"'})

    world.add("liar", answer)
    world.pipeline().poll()
    state["news"].insert(0, ("Second report", START + DAY))
    found = []
    for day in range(1, 10):
        world.now = START + day * DAY
        report = world.pipeline().poll()
        found += [(notice.kind, day) for notice in report.notices]
    assert found == [("distrusted", 7)]
    state["news"].insert(0, ("Third report", world.now))
    world.now += HOUR * 3
    assert world.pipeline().poll().entries_new == 1


def test_a_host_that_asks_for_a_pause_gets_it_for_all_its_feeds(world: World) -> None:
    busy = Reply(status=429, headers={"Retry-After": "7200"})
    for name in ("a", "b", "c"):
        world.add(name, busy)
    world.add("other", Reply(body=NEWS), host="other.localhost")
    report = world.pipeline().poll()
    assert (len(report.failed), report.held, report.changed) == (1, 2, 1)
    assert len([path for path in world.asked() if path != "/other"]) == 1
    world.replies.update({f"wire.localhost/{name}": Reply(body=NEWS) for name in "abc"})
    world.now += 119 * MINUTE
    world.pipeline().poll(every=True)
    assert world.asked() == ["/other"]
    world.now += MINUTE
    assert world.pipeline().poll().changed == 3


def test_a_host_that_keeps_refusing_is_left_alone_longer_each_time(world: World) -> None:
    world.add("a", Reply(status=503))
    times = []
    for step in range(4 * 24 * 2):
        world.now = START + step * 15 * MINUTE
        world.pipeline().poll()
        times += [world.now for _ in world.asked()]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps[0] <= 30 * MINUTE
    assert gaps == sorted(gaps)
    assert max(gaps) == 4 * HOUR


def test_a_host_that_answers_in_between_is_not_held_to_its_old_refusals(world: World) -> None:
    world.add("a", Reply(body=NEWS))
    refused = []
    for step in range(60):
        world.now = START + step * 15 * MINUTE
        world.replies["wire.localhost/a"] = Reply(status=503) if step % 8 == 4 else Reply(body=NEWS)
        report = world.pipeline().poll()
        if report.failed:
            refused.append(step)
    assert refused == list(range(4, 60, 8))


def test_hours_to_be_spared_hold_also_for_a_cycle_that_comes_late(world: World) -> None:
    world.add("a", Reply(body=rss(("One", START), extra="<skipHours><hour>11</hour></skipHours>")))
    world.pipeline().poll()
    world.now = START + 61 * MINUTE
    assert (world.pipeline().poll().held, world.pipeline().poll(every=True).asked) == (1, 1)
    world.now = START + 2 * HOUR
    assert world.pipeline().poll().asked == 1


def test_a_feed_asked_once_in_a_day_is_not_called_dead(world: World) -> None:
    world.add("a", Reply(status=429, headers={"Retry-After": "259200"}))
    for hours in range(24):
        world.now = START + hours * HOUR
        assert world.pipeline().poll().notices == ()


def test_a_dead_feed_is_named_within_a_day_and_revived_by_itself(world: World) -> None:
    world.add("a", Reply(status=404))
    named: list[tuple[str, timedelta]] = []
    for step in range(4 * 24 * 3):
        world.now = START + step * 15 * MINUTE
        if step == 4 * 40:
            world.replies["wire.localhost/a"] = Reply(body=rss(("Back again", world.now)))
        report = world.pipeline().poll()
        named += [(notice.kind, world.now - START) for notice in report.notices]
    assert [kind for kind, _ in named] == ["dead", "revived"]
    assert named[0][1] <= DAY
    assert named[1][1] <= 40 * HOUR + DAY


def test_a_feed_that_is_gone_is_retired_with_a_notice(world: World) -> None:
    world.add("a", Reply(status=410))
    kinds = []
    for step in range(4 * 24 * 4):
        world.now = START + step * 15 * MINUTE
        kinds += [notice.kind for notice in world.pipeline().poll().notices]
    assert kinds == ["retired"]
    assert len(world.asked()) == 2
    world.replies["wire.localhost/a"] = Reply(body=rss(("Not gone", world.now)))
    assert [notice.kind for notice in world.pipeline().poll(every=True).notices] == ["revived"]


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(world: World) -> None:
    world.add("old", Reply(status=301, headers={"Location": "/new"}))
    world.replies["wire.localhost/new"] = Reply(body=NEWS)
    kinds = []
    for hours in range(0, 24 * 5, 6):
        world.now = START + hours * HOUR
        kinds += [notice.kind for notice in world.pipeline().poll(every=True).notices]
    assert kinds == ["moved"]
    world.asked()
    world.now += DAY
    world.pipeline().poll()
    assert world.asked() == ["/new"]


class Dying:
    """A web that answers so many requests and then ends the program."""

    def __init__(self, web: WebClient, answers: int, end: BaseException) -> None:
        """Raise `end` instead of the answer of that number."""
        self._web, self._answers, self._end = web, answers, end

    def fetch(
        self, requests: Sequence[Request], *, resting: Collection[str] = ()
    ) -> Iterator[tuple[Request, Fetched | FetchError]]:
        """Answer some, then raise."""
        for number, answer in enumerate(self._web.fetch(requests, resting=resting)):
            if number == self._answers:
                raise self._end
            yield answer


def interrupted(world: World, end: BaseException) -> None:
    pipeline = world.pipeline()
    assert isinstance(pipeline.tools.web, WebClient)
    tools = replace(pipeline.tools, web=Dying(pipeline.tools.web, 2, end))
    with pytest.raises(type(end)):
        replace(pipeline, tools=tools).poll()
    world.asked()


def test_an_interrupted_poll_keeps_what_was_answered_and_asks_the_rest_next_time(world: World) -> None:
    for number in range(6):
        world.add(f"f{number}", Reply(body=NEWS), host=f"h{number}.localhost")
    interrupted(world, KeyboardInterrupt())
    report = world.pipeline().poll()
    assert (report.asked, report.entries_new) == (4, 4)


def test_feeds_taken_by_a_program_that_died_are_not_asked_early(world: World) -> None:
    feed = world.add("a", Reply(body=NEWS))
    world.store.sources.sync([feed])
    taken = world.store.sources.claim(world.now, lambda _feed, _state: world.now + 15 * MINUTE)
    assert [one.id for one, _ in taken] == ["a"]
    assert world.pipeline().poll().asked == 0
    world.now += 15 * MINUTE
    assert world.pipeline().poll().asked == 1


def test_one_s_own_network_being_down_counts_against_no_feed(world: World) -> None:
    for number in range(4):
        feed = world.add(f"f{number}", Reply(body=NEWS))
        world.feeds[number] = replace(feed, url=f"http://f{number}.localhost:9/")  # the discard port: nobody listens
    report = world.pipeline().poll()
    assert report.offline
    assert {health.state.failing.count for health in world.store.sources.health(world.now)} == {0}
    assert world.pipeline().poll().asked == 4


def test_dead_hosts_alone_are_not_one_s_own_network_for_ever(world: World) -> None:
    world.add("well", Reply(body=NEWS, headers={"Cache-Control": "max-age=7200"}))
    for number in range(4):
        feed = world.add(f"f{number}", Reply(body=NEWS))
        world.feeds[-1] = replace(feed, url=f"http://f{number}.localhost:9/")
    offline, dead = 0, 0
    for step in range(4 * 24 * 2):
        world.now = START + step * 15 * MINUTE
        report = world.pipeline().poll()
        offline += report.offline
        dead += sum(notice.kind == "dead" for notice in report.notices)
    assert (offline, dead) == (0, 4)


class Unplugged:
    """A web without a network."""

    def fetch(
        self, requests: Sequence[Request], *, resting: Collection[str] = ()
    ) -> Iterator[tuple[Request, Fetched | FetchError]]:
        """Find no name."""
        assert not resting
        for request in requests:
            yield request, FetchError(request.url, "dns", "not found", transient=True)


def test_one_s_own_outage_calls_no_feed_dead(world: World) -> None:
    for number in range(5):
        world.add(f"f{number}", Reply(status=404 if number == 0 else 200, body=NEWS), host=f"h{number}.localhost")
    world.pipeline().poll()
    for hours in range(1, 40):
        world.now = START + hours * HOUR
        pipeline = world.pipeline()
        report = replace(pipeline, tools=replace(pipeline.tools, web=Unplugged())).poll()
        assert (report.offline, report.notices) == (True, ())


def test_a_pause_that_a_host_asked_for_survives_an_interruption_and_an_outage(world: World) -> None:
    world.add("busy", Reply(status=429, headers={"Retry-After": "3600"}), host="busy.localhost")
    for number in range(3):
        feed = world.add(f"f{number}", Reply(body=NEWS))
        world.feeds[-1] = replace(feed, url=f"http://f{number}.localhost:9/")
    world.pipeline().poll()
    world.asked()
    world.now += 5 * MINUTE
    world.pipeline().poll(every=True)
    assert world.asked() == []


def test_a_pause_is_kept_of_the_host_that_asked_for_it(world: World) -> None:
    slow = world.server.url("/a", "slow.localhost")
    world.replies["slow.localhost/a"] = Reply(status=429, headers={"Retry-After": "3600"})
    world.add("led", Reply(status=302, headers={"Location": slow}))
    world.add("other", Reply(body=NEWS))
    world.add("own", Reply(body=NEWS), host="slow.localhost")
    world.pipeline().poll()
    world.asked()
    world.now += 20 * MINUTE
    world.pipeline().poll(every=True)
    assert sorted(world.asked()) == ["/led", "/other"], "slow.localhost must not be asked, not even through a redirect"


def test_a_feed_s_own_headers_are_sent_and_stored_nowhere(world: World, tmp_path: Path) -> None:
    feed = world.add("a", Reply(body=NEWS))
    world.feeds[0] = replace(feed, headers={"Authorization": "Basic c2VjcmV0LXdvcmQ="})
    world.pipeline().poll()
    assert world.server.asked[0].headers["authorization"] == "Basic c2VjcmV0LXdvcmQ="
    assert "c2VjcmV0" not in repr(world.feeds[0])
    world.store.close()
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and b"c2VjcmV0" in file.read_bytes()]
