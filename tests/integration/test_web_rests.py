"""Turns of one host: the pause a request asks for, hosts that want to be left alone, and permanent redirects."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web import WebClient, WebSettings
from tests.servers import Asked, Handler, LoopbackServer, Reply, bytes_only, reset


def client(spacing: float = 0.0) -> WebClient:
    return WebClient(WebSettings(user_agent="tests", allow_hosts=("*.localhost",), spacing_seconds=spacing))


def requests(server: LoopbackServer, *paths: str, host: str = "a.localhost") -> list[Request]:
    return [Request(key=f"{host}/{path}", url=server.url(f"/{path}", host)) for path in paths]


def by_number(*statuses: int, **headers: str) -> Handler:
    """Answer each request with the next status; the last one stays."""
    left: Iterator[int] = iter(statuses)

    def handler(_: Asked) -> Reply:
        return Reply(
            status=next(left, statuses[-1]), headers={name.replace("_", "-"): headers[name] for name in headers}
        )

    return handler


def reasons(answers: list[tuple[Request, Fetched | FetchError]]) -> list[str]:
    return [outcome.reason if isinstance(outcome, FetchError) else "fetched" for _, outcome in answers]


# Hosts that want to be left alone


@pytest.mark.parametrize(("status", "words"), [(429, "429 (Too Many Requests)"), (503, "503 (Service Unavailable)")])
def test_host_that_is_overloaded_is_asked_nothing_more_in_this_call(status: int, words: str) -> None:
    with LoopbackServer(by_number(200, status, Retry_After="120")) as server:
        answers = list(client().fetch(requests(server, *"abcde")))
    assert reasons(answers) == ["fetched", f"http-{status}", "host-resting", "host-resting", "host-resting"]
    assert server.connections == 2
    said, rest = answers[1][1], answers[2][1]
    assert isinstance(said, FetchError)
    assert (said.status, said.retry_after) == (status, 120.0)
    assert isinstance(rest, FetchError)
    assert (rest.subject, rest.status, rest.transient, rest.retry_after) == (answers[2][0].url, None, True, 120.0)
    assert rest.message == f"a.localhost was not asked again for now, because it answered {words}"
    assert (said.host, rest.host) == ("a.localhost", "a.localhost")


def test_rest_of_one_host_is_told_at_once_and_does_not_touch_others() -> None:
    def handler(asked: Asked) -> Reply:
        return Reply(status=429 if asked.host == "a.localhost" else 200)

    with LoopbackServer(handler) as server:
        asked = [*requests(server, *"abcdef"), *requests(server, "z", host="b.localhost")]
        started = time.monotonic()
        answers = list(client(spacing=30.0).fetch(asked))
    assert time.monotonic() - started < 10
    assert sorted(reasons(answers)) == ["fetched", *["host-resting"] * 5, "http-429"]
    assert all(
        isinstance(error, FetchError) and error.retry_after is None
        for request, error in answers
        if request.key[0] == "a"
    )


def test_overload_met_on_a_redirect_rests_the_host_it_came_from() -> None:
    def handler(asked: Asked) -> Reply:
        if asked.host == "a.localhost":
            return Reply(status=302, headers={"Location": server.url(asked.path, "busy.localhost")})
        return Reply(status=503, headers={"Retry-After": "60"})

    with LoopbackServer(handler) as server:
        answers = list(client().fetch(requests(server, *"123")))
    outcomes = {request.key: outcome for request, outcome in answers}
    assert sorted(reasons(answers)) == ["host-resting", "host-resting", "http-503"]
    rest = outcomes["a.localhost/3"]
    assert isinstance(rest, FetchError)
    assert rest.message.startswith("busy.localhost was not asked again")
    assert (rest.subject, rest.retry_after) == (server.url("/3", "a.localhost"), 60.0)
    errors = [outcome for outcome in outcomes.values() if isinstance(outcome, FetchError)]
    assert [error.host for error in errors] == ["busy.localhost"] * 3
    assert [asked.host for asked in server.asked].count("busy.localhost") == 1
    assert [asked.host for asked in server.asked].count("a.localhost") == 3


def test_three_refusals_in_a_row_rest_a_host() -> None:
    with LoopbackServer(by_number(403)) as server:
        answers = list(client().fetch(requests(server, *"abcde")))
    assert reasons(answers) == ["http-403"] * 3 + ["host-resting"] * 2
    assert server.connections == 3
    rest = answers[4][1]
    assert isinstance(rest, FetchError)
    assert rest.message.endswith("because it answered 403 (Forbidden) 3 times in a row")


@pytest.mark.parametrize("between", [200, 404, 500, 301])
def test_refusals_with_another_answer_between_do_not_rest_a_host(between: int) -> None:
    statuses = [403, 403, between, *([200] if between == 301 else []), 403, 403]

    def handler(_: Asked) -> Reply:
        status = statuses.pop(0)
        return Reply(status=status, headers={"Location": "/elsewhere"} if status == 301 else {})

    with LoopbackServer(handler) as server:
        answers = list(client().fetch(requests(server, *"abcde")))
    assert "host-resting" not in reasons(answers)
    assert not statuses


def test_next_call_asks_a_rested_host_again() -> None:
    with LoopbackServer(by_number(429, 200)) as server:
        web = client()
        assert reasons(list(web.fetch(requests(server, *"ab")))) == ["http-429", "host-resting"]
        assert reasons(list(web.fetch(requests(server, *"ab")))) == ["fetched", "fetched"]


@pytest.mark.parametrize("named", ["a.localhost", "A.LocalHost.", "b\u00fccher.localhost"])
def test_host_that_is_to_rest_is_not_asked_and_others_are(named: str) -> None:
    with LoopbackServer(lambda _: Reply()) as server:
        spared = requests(server, *"abc", host=named)
        asked = [*spared, *requests(server, "z", host="other.localhost")]
        started = time.monotonic()
        outcomes = {request.url: outcome for request, outcome in client(spacing=30.0).fetch(asked, resting={named})}
    assert time.monotonic() - started < 10
    assert [one.host for one in server.asked] == ["other.localhost"]
    for request in spared:
        rest = outcomes[request.url]
        assert isinstance(rest, FetchError)
        assert (rest.reason, rest.transient, rest.retry_after, rest.status) == ("host-resting", True, None, None)
        assert rest.host in {"a.localhost", "xn--bcher-kva.localhost"}
        assert rest.message == f"{rest.host} was not asked, because it wants to be left alone for now"


def test_host_that_is_to_rest_is_not_asked_where_a_redirect_leads_to_it() -> None:
    def handler(_: Asked) -> Reply:
        return Reply(status=302, headers={"Location": server.url("/", "busy.localhost")})

    with LoopbackServer(handler) as server:
        web = client()
        ((_, outcome),) = web.fetch(requests(server, "a"), resting=["busy.localhost"])
        assert isinstance(outcome, FetchError)
        assert (outcome.reason, outcome.host) == ("host-resting", "busy.localhost")
        assert outcome.subject == server.url("/a", "a.localhost")
        assert [one.host for one in server.asked] == ["a.localhost"]
        list(web.fetch(requests(server, "a")))
    assert "busy.localhost" in {one.host for one in server.asked}


# Who is to blame for an error


@pytest.mark.parametrize("status", [404, 410, 429, 500, 304])
def test_error_behind_a_redirect_names_the_host_that_answered(status: int) -> None:
    def handler(asked: Asked) -> Reply:
        if asked.host == "a.localhost":
            return Reply(status=302, headers={"Location": server.url("/", "B.localhost.")})
        return Reply(status=status)

    with LoopbackServer(handler) as server:
        ((_, error),) = client().fetch(requests(server, "a"))
    assert isinstance(error, FetchError)
    assert (error.reason, error.host) == (f"http-{status}", "b.localhost")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (again.host, again.status, again.subject) == ("b.localhost", status, error.subject)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(seconds=5), "timeout"),
        (bytes_only(b""), "protocol"),
        (reset(), "reset"),
        (Reply(status=302), "bad-redirect"),
        (Reply(body=b"x" * 2_000), "too-large"),
    ],
)
def test_server_that_does_not_answer_well_is_named(reply: Reply, reason: str) -> None:
    with LoopbackServer(lambda _: reply) as server:
        settings = WebSettings(user_agent="tests", allow_hosts=("*.localhost",), timeout_seconds=1.0)
        request = Request(key="k", url=server.url("/", "A.localhost"), max_bytes=1_000)
        ((_, error),) = WebClient(settings).fetch([request])
    assert isinstance(error, FetchError)
    assert error.reason in {reason, "protocol", "reset"} if reason in {"protocol", "reset"} else error.reason == reason
    assert error.host == "a.localhost"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://10.0.0.1/", "blocked-address"),
        ("http://missing.example/", "dns"),
        ("ftp://a.localhost/", "blocked-scheme"),
        ("http://[::1", "bad-url"),
    ],
)
def test_no_host_is_blamed_for_what_no_server_was_asked(url: str, reason: str) -> None:
    def nobody(host: str) -> list[str]:
        raise OSError(host)

    settings = WebSettings(user_agent="tests", allow_hosts=("*.localhost",))
    ((_, error),) = WebClient(settings, resolve=nobody).fetch([Request(key="k", url=url)])
    assert isinstance(error, FetchError)
    assert (error.reason, error.host) == (reason, None)


# The pause that a request asks for


def test_request_may_ask_for_a_longer_pause_of_its_host() -> None:
    with LoopbackServer(lambda _: Reply()) as server:
        first, second, third = requests(server, *"abc")
        slow = Request(key=first.key, url=first.url, spacing=0.4)
        eager = Request(key=second.key, url=second.url, spacing=0.01)
        list(client(spacing=0.1).fetch([slow, eager, third]))
    gaps = [later.at - earlier.at for earlier, later in pairwise(server.asked)]
    assert gaps[0] >= 0.39
    assert gaps[1] >= 0.09


def test_pause_of_a_request_is_not_put_on_the_host_it_is_sent_on_to() -> None:
    def handler(asked: Asked) -> Reply:
        if asked.host == "a.localhost":
            return Reply(status=302, headers={"Location": server.url("/", "b.localhost")})
        return Reply()

    with LoopbackServer(handler) as server:
        web = client()
        list(web.fetch([Request(key="k", url=server.url("/", "a.localhost"), spacing=30.0)]))
        started = time.monotonic()
        list(web.fetch(requests(server, "z", host="b.localhost")))
    assert time.monotonic() - started < 10


# Permanent redirects


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ((), None),
        ((301,), "/1"),
        ((308,), "/1"),
        ((302,), None),
        ((303,), None),
        ((307,), None),
        ((301, 308, 301), "/3"),
        ((301, 302), "/1"),
        ((301, 302, 301), "/1"),
        ((302, 301), None),
        ((308, 307, 308), "/1"),
    ],
)
@pytest.mark.parametrize("end", [200, 304])
def test_permanent_redirects_at_the_start_say_where_a_url_has_moved(
    statuses: tuple[int, ...], moved: str | None, end: int
) -> None:
    def handler(asked: Asked) -> Reply:
        step = int(asked.path[1:])
        if step == len(statuses):
            return Reply(status=end)
        return Reply(status=statuses[step], headers={"Location": f"/{step + 1}"})

    with LoopbackServer(handler) as server:
        request = Request(key="k", url=server.url("/0", "a.localhost"), etag='"v"')
        ((_, outcome),) = client().fetch([request])
    assert isinstance(outcome, Fetched)
    assert outcome.status == end
    assert outcome.moved_to == (None if moved is None else server.url(moved, "a.localhost"))
    assert outcome.final_url == server.url(f"/{len(statuses)}", "a.localhost")
