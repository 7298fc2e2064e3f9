"""Hostile feeds, servers and addresses through the whole poll step: each ends in time, with clean entries or a reason.

Everything is real: the database, the web client against servers on loopback, and the worker processes. These have
200 MB each for what they read, so that no document can take more: one that wants to is ended with the reason `memory`.
The cases stand in `tests/hostile`. Those that leave each other alone are polled in one cycle, healthy feeds among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.store import Store
from monitor.web import Resolver, WebClient, WebSettings, system_resolver
from monitor.workers import WorkerPool
from tests.hostile.cases import NOW, Case
from tests.hostile.cycles import (
    DOMAIN,
    HEALTHY,
    HEALTHY_NEWS,
    HEALTHY_TITLES,
    Cycle,
    Seen,
    Watch,
    cycle,
    feed,
    feeds_of,
    hostile_server,
    polling,
    seen,
    worker_pool,
)
from tests.hostile.documents import DOCUMENTS, ENTITIES, SIZES
from tests.hostile.journeys import Journeys, journeys
from tests.hostile.network import NAMES, ONE, OTHER, names, small_internet
from tests.hostile.servers import FEED, SERVERS
from tests.hostile.urls import ADDRESSES, CONFIG, Address
from tests.servers import Asked, LoopbackServer, Reply, bytes_only

MOST_SECONDS, MOST_MEGABYTES = 12.0, 200.0
ASK_SECONDS, ASK_BYTES = 6.0, 2_000_000
HEAVY_SECONDS = 2.0
TEXTS = ("key", "title", "summary", "content")
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")

GATHERED = [case for case in DOCUMENTS if not case.heavy]
HEAVY = [case for case in DOCUMENTS if case.heavy]


def rows(cases: Sequence[Case]) -> list[Any]:
    """Return the cases as parameters by name."""
    return [pytest.param(case, id=case.name) for case in cases]


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with worker_pool() as pool:
        assert list(pool.map(abs, [-1, -1], seconds=10)) == [(-1, 1)] * 2  # the first start takes seconds
        yield pool


def client(*allow: str, seconds: float = ASK_SECONDS, resolve: Resolver = system_resolver) -> WebClient:
    settings = WebSettings(
        user_agent="tests",
        timeout_seconds=seconds,
        spacing_seconds=0.0,
        concurrency=100,
        allow_hosts=(f"*.{DOMAIN}", *allow),
    )
    return WebClient(settings, resolve=resolve)


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory, workers: WorkerPool) -> Cycle:
    """Poll all documents but the heavy ones."""
    return cycle(GATHERED, tmp_path_factory.mktemp("documents"), client(seconds=30.0), workers)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, workers: WorkerPool) -> Cycle:
    """Poll all servers at once, so that the cycle as a whole is as long as the slowest of them."""
    return cycle(SERVERS, tmp_path_factory.mktemp("servers"), client(), workers, feed_bytes=ASK_BYTES)


def check(case: Case, found: Seen) -> None:
    """Compare what became of a feed with what its row expects."""
    expected = case.expected
    assert (found.outcome, found.reason in expected.reasons) == (expected.outcome, True), (found.reason, found.state)
    assert bool(found.state.failing.message) == (expected.outcome == "failed")
    assert not UNSEEN.search(found.state.failing.message)
    assert found.state.move is None
    assert found.state.next_at is not None
    assert NOW < found.state.next_at <= NOW + timedelta(days=1)
    for entry in found.entries:
        check_entry(entry)
    if expected.count is not None:
        assert len(found.entries) == expected.count
    for wanted, column in (
        (expected.titles, "title"),
        (expected.urls, "url"),
        (expected.notes, "date_note"),
        (expected.published, "published"),
    ):
        if wanted is not None:
            assert tuple(entry[column] for entry in found.entries) == wanted


def check_entry(entry: Mapping[str, Any]) -> None:
    """Whatever was sent, this is what may be stored."""
    texts = [*(entry[column] for column in TEXTS), *entry["authors"], entry["url"] or ""]
    for text in texts:
        assert not UNSEEN.search(text), ascii(text[:200])
        assert "swordfish" not in text
        assert "root:" not in text
        text.encode()
    assert len(entry["title"]) <= 500
    assert entry["url"] is None or re.fullmatch(r"https?://[a-z0-9.:-]+(/[!-~\w]*)?", entry["url"]), entry["url"]
    for date in (entry["published"], entry["updated"]):
        assert date is None or NOW - timedelta(days=3653) <= date <= NOW


def check_healthy(done: Cycle) -> None:
    """The feeds beside the hostile ones brought all of their news."""
    assert done.healthy == dict.fromkeys(HEALTHY, HEALTHY_TITLES)


@pytest.mark.parametrize("case", rows(GATHERED))
def test_a_hostile_document_ends_in_clean_entries_or_a_reason(case: Case, documents: Cycle) -> None:
    found = documents.seen[case.name]
    check(case, found)
    check_healthy(documents)
    assert found.worked is not None
    assert found.fetched + found.worked < MOST_SECONDS


@pytest.mark.parametrize("case", rows(HEAVY))
def test_a_document_that_takes_too_long_is_ended(case: Case, tmp_path: Path, workers: WorkerPool) -> None:
    done = cycle([case], tmp_path, client(seconds=30.0), workers, work_seconds=HEAVY_SECONDS)
    check(case, done.seen[case.name])
    check_healthy(done)
    assert done.seconds < MOST_SECONDS


@pytest.mark.parametrize("case", rows(SERVERS))
def test_a_hostile_server_ends_in_clean_entries_or_a_reason(case: Case, servers: Cycle) -> None:
    check(case, servers.seen[case.name])
    check_healthy(servers)
    assert servers.seen[case.name].fetched < MOST_SECONDS


def test_no_document_makes_us_ask_for_another(documents: Cycle) -> None:
    assert [asked.host for asked in documents.asked if asked.host.startswith("spy")] == []


def test_hostile_answers_do_not_swell_the_program(documents: Cycle, servers: Cycle) -> None:
    assert max(documents.grown, servers.grown) < MOST_MEGABYTES


def lenient(name: str) -> bytes:
    """Return the headers of an answer with validators that no request can carry, or must not."""
    return b"HTTP/1.1 200 OK\r\n" + VALIDATORS[name] + b"\r\nContent-Length: %d\r\n\r\n" % len(FEED) + FEED


VALIDATORS = {
    "DEL in an ETag": b'ETag: "a\x7fb"',
    "ETag of Latin-1": b'ETag: "caf\xe9"',
    "ETag of no encoding": b'ETag: "\xff\xfe"',
    "tab in an ETag": b'ETag: "a\tb"',
    "Last-Modified in 2041": b"Last-Modified: Tue, 05 Mar 2041 10:00:00 GMT",
    "Last-Modified of Latin-1": b"Last-Modified: mi\xe9rcoles, 4 mar 2026",
    "cookies": b"Set-Cookie: a=1\r\nSet-Cookie: b=2; Domain=feeds.localhost",
    "a header folded into another": b'X-One: "a\r\n If-None-Match: "b"',
}


@pytest.mark.parametrize("name", VALIDATORS)
def test_what_no_request_may_carry_is_not_sent_back(name: str, tmp_path: Path, workers: WorkerPool) -> None:
    first, second = two_polls(bytes_only(lenient(name)), tmp_path, workers)
    assert set(second.headers) == set(first.headers)
    assert set(second.headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_honest_validators_are_sent_back(tmp_path: Path, workers: WorkerPool) -> None:
    reply = Reply(body=FEED, headers={"ETag": 'W/"a b"', "Last-Modified": "Wed, 04 Mar 2026 09:00:00 GMT"})
    _, second = two_polls(reply, tmp_path, workers)
    assert second.headers["if-none-match"] == 'W/"a b"'
    assert second.headers["if-modified-since"] == "Wed, 04 Mar 2026 09:00:00 GMT"


def two_polls(reply: Reply, folder: Path, workers: WorkerPool) -> list[Asked]:
    """Poll a feed twice, both times with success; return the two requests."""
    now = NOW
    with (
        LoopbackServer(lambda _: reply) as server,
        closing(Store(f"sqlite:///{folder / 'monitor.db'}", config="test")) as store,
    ):
        feeds = [feed("one", server.url("/feed", f"one.{DOMAIN}"))]
        pipeline = polling(feeds, store, Watch(client(), workers), lambda: now)
        for _ in range(2):
            assert not pipeline.poll().failed
            now += timedelta(hours=25)
        return server.asked


def test_what_is_known_is_not_new_when_only_the_furniture_changes(tmp_path: Path, workers: WorkerPool) -> None:
    cases = [case for case in GATHERED if case not in SIZES and case not in ENTITIES]
    now, extra = NOW, b""

    def changing(case: Case) -> Case:
        document = case.make()
        assert isinstance(document, bytes)
        return replace(case, make=lambda: lambda _: Reply(body=document + extra))

    with (
        hostile_server([changing(case) for case in cases], tmp_path) as server,
        closing(Store(f"sqlite:///{tmp_path / 'monitor.db'}", config="test")) as store,
    ):
        pipeline = polling(feeds_of(server, len(cases)), store, Watch(client(), workers), lambda: now)
        first = pipeline.poll()
        now, extra = NOW + timedelta(hours=25), b"\n  \n"
        again = pipeline.poll()
    assert first.entries_new > len(cases) / 2
    assert (again.asked, again.entries_new, again.entries_edited) == (first.asked, 0, 0)


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory, workers: WorkerPool) -> Journeys:
    """Go all ways to all addresses."""
    return journeys(ADDRESSES, tmp_path_factory.mktemp("addresses"), client(resolve=names), workers)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: ascii(address.url)[1:-1][:60])
def test_no_way_leads_to_an_address_inside(address: Address, gone: Journeys) -> None:
    ends = gone.ends[address.url]
    assert (ends.asked, ends.led, ends.page) == (address.asked, address.led, address.led)
    assert (ends.linked, ends.url is None) == (address.linked, address.linked == "no-link")
    assert ends.robots == ("dns" if address.led == "dns" else "read")
    assert ends.port in {"blocked-port", "bad-url", CONFIG} | {address.asked}
    assert gone.healthy == dict.fromkeys(HEALTHY, HEALTHY_TITLES)
    assert (gone.reached, list(gone.dialled)) == (0, [])


@pytest.mark.parametrize(
    ("url", "allow"),
    [
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://127.1/", "127.1"),
        ("http://[::1]/", "[::1]"),
        ("http://localhost:@PORT@/", "localhost"),
        ("http://private.example/", "private.example"),
    ],
)
def test_the_listener_inside_counts_whoever_is_allowed_in(
    url: str, allow: str, tmp_path: Path, workers: WorkerPool
) -> None:
    with small_internet(lambda _: HEALTHY_NEWS) as network:
        there = url.replace("@PORT@", str(network.inside.port))
        assert poll_alone(there, names, tmp_path, workers, allow) == ["not-a-feed"]
    assert network.reached == 1


@pytest.mark.parametrize("name", ["public.example", "two.example"])
def test_a_public_address_is_dialled_as_it_was_resolved(name: str, tmp_path: Path, workers: WorkerPool) -> None:
    with small_internet(lambda _: HEALTHY_NEWS) as network:
        assert poll_alone(f"http://{name}/", names, tmp_path, workers) == ["parsed"]
    assert network.dialled == [(NAMES[name][0], 80)]
    assert network.reached == 0


class Rebinding:
    """A resolver whose one name leads somewhere else at each look-up."""

    def __init__(self, *answers: str) -> None:
        """Keep the answers, to be given in turn."""
        self.answers = answers
        self.asked = 0

    def __call__(self, host: str) -> Sequence[str]:
        """Return the next answer, and the last one for ever."""
        assert host == "rebind.example"
        self.asked += 1
        return (self.answers[min(self.asked, len(self.answers)) - 1],)


@pytest.mark.parametrize(
    ("answers", "path", "reasons", "dialled"),
    [
        ((ONE, "127.0.0.1"), "/", ["parsed", "blocked-address"], [ONE]),
        ((ONE, "169.254.169.254"), "/", ["parsed", "blocked-address"], [ONE]),
        ((ONE, "::ffff:127.0.0.1"), "/", ["parsed", "blocked-address"], [ONE]),
        (("127.0.0.1", ONE), "/", ["blocked-address", "parsed"], [ONE]),
        (("::1", OTHER), "/", ["blocked-address", "parsed"], [OTHER]),
        ((ONE, "127.0.0.1"), "/moved", ["blocked-address"], [ONE]),
        ((ONE, OTHER, "10.0.0.1"), "/moved", ["parsed", "blocked-address"], [ONE, OTHER]),
    ],
)
def test_a_name_that_changes_its_mind_is_judged_by_each_answer_and_never_asked_twice_for_one_dial(
    answers: Sequence[str],
    path: str,
    reasons: Sequence[str],
    dialled: Sequence[str],
    tmp_path: Path,
    workers: WorkerPool,
) -> None:
    moved = Reply(status=302, headers={"Location": "/"})
    resolve = Rebinding(*answers)
    with small_internet(lambda asked: moved if asked.path == "/moved" else HEALTHY_NEWS) as network:
        url = f"http://rebind.example{path}"
        assert poll_alone(url, resolve, tmp_path, workers, polls=len(reasons)) == reasons
    assert network.dialled == [(address, 80) for address in dialled]
    assert network.reached == 0
    assert resolve.asked == len(answers)


def poll_alone(
    url: str, resolve: Resolver, folder: Path, workers: WorkerPool, *allow: str, polls: int = 1
) -> list[str]:
    """Poll one feed, a day apart each time; return the reasons."""
    now, reasons = NOW, []
    with closing(Store(f"sqlite:///{folder / 'monitor.db'}", config="test")) as store:
        watch = Watch(client(*allow, resolve=resolve), workers)
        pipeline = polling([feed("one", url)], store, watch, lambda: now)
        for _ in range(polls):
            pipeline.poll()
            reasons.append(seen(store, watch)["one"].reason)
            now += timedelta(hours=25)
    return reasons
