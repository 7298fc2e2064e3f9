"""Headers of a request: sent to its own origin, and to nobody else."""

from __future__ import annotations

import logging
import pickle

import pytest

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web import WebClient, WebSettings
from tests.servers import Asked, LoopbackServer, Reply

SECRET = "Basic c2VjcmV0OnBhc3N3b3Jk"  # noqa: S105 - of nobody


def client() -> WebClient:
    return WebClient(WebSettings(user_agent="tests", allow_hosts=("*.localhost",), spacing_seconds=0.0))


def ask(url: str, headers: dict[str, str]) -> Fetched | FetchError:
    ((_, outcome),) = client().fetch([Request(key="k", url=url, headers=headers)])
    return outcome


def authorized(server: LoopbackServer) -> list[tuple[str, bool]]:
    return [(asked.path, "authorization" in asked.headers) for asked in server.asked]


def test_headers_are_sent_to_the_origin_and_replace_our_own() -> None:
    given = {"Authorization": SECRET, "accept": "text/xml", "X-Key": "a b c"}
    with LoopbackServer(lambda _: Reply()) as server:
        assert isinstance(ask(server.url("/", "a.localhost"), given), Fetched)
    headers = server.asked[0].headers
    assert (headers["authorization"], headers["accept"], headers["x-key"]) == (SECRET, "text/xml", "a b c")


def test_headers_follow_redirects_that_stay_on_the_origin() -> None:
    def handler(asked: Asked) -> Reply:
        return Reply(status=302, headers={"Location": "/b"}) if asked.path == "/a" else Reply()

    with LoopbackServer(handler) as server:
        ask(server.url("/a", "a.localhost"), {"Authorization": SECRET})
    assert authorized(server) == [("/a", True), ("/b", True)]


@pytest.mark.parametrize("other", ["b.localhost", "sub.a.localhost", "a.localhost."])
def test_headers_never_go_to_another_host_nor_back_after_it(other: str) -> None:
    def handler(asked: Asked) -> Reply:
        ways = {"/a": ("/b", other), "/b": ("/c", "a.localhost")}
        if asked.path not in ways:
            return Reply()
        return Reply(status=301, headers={"Location": server.url(*ways[asked.path])})

    with LoopbackServer(handler) as server:
        outcome = ask(server.url("/a", "a.localhost"), {"Authorization": SECRET, "X-Key": SECRET, "Cookie": "k=1"})
    assert isinstance(outcome, Fetched)
    assert authorized(server) == [("/a", True), ("/b", False), ("/c", False)]
    assert not {"x-key", "cookie", "authorization"} & {name for asked in server.asked[1:] for name in asked.headers}


def test_headers_never_go_to_another_port_of_the_host() -> None:
    with LoopbackServer(lambda _: Reply()) as other:
        away = Reply(status=307, headers={"Location": other.url("/", "a.localhost")})
        with LoopbackServer(lambda _: away) as server:
            ask(server.url("/a", "a.localhost"), {"Authorization": SECRET})
    assert authorized(server) == [("/a", True)]
    assert authorized(other) == [("/", False)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X Key", "v"),
        ("X-Key:", "v"),
        ("", "v"),
        ("X-K\u00e9y", "v"),
        ("X-Key\r\nHost", "v"),
        ("Host", "other.example"),
        ("content-length", "5"),
        ("Transfer-Encoding", "chunked"),
        ("Accept-Encoding", "deflate"),
        ("Proxy-Authorization", SECRET),
        ("Authorization", SECRET + "\n"),
        ("Authorization", SECRET + "\r\nHost: other.example"),
        ("Authorization", " " + SECRET),
        ("Authorization", SECRET + "\0"),
        ("Authorization", SECRET + "\u00e9"),
    ],
)
def test_header_that_cannot_be_sent_is_named_without_its_value(name: str, value: str) -> None:
    with LoopbackServer(lambda _: Reply()) as server:
        error = ask(server.url("/", "a.localhost"), {name: value})
    assert isinstance(error, FetchError)
    assert (error.reason, error.transient) == ("bad-request-header", False)
    assert repr(name) in error.message
    assert SECRET not in str(error) + repr(error)
    assert server.connections == 0


@pytest.mark.parametrize(
    "reply",
    [
        Reply(headers={"Authorization": SECRET, "X-Echo": f"you sent {SECRET}", "Proxy-Authorization": SECRET}),
        Reply(status=401, headers={"WWW-Authenticate": "Basic", "X-Echo": SECRET}),
        Reply(status=302, headers={"Location": f"http://b.localhost:1/{SECRET}"}),
        Reply(headers={"Content-Encoding": SECRET}),
    ],
    ids=["echoed", "refused", "redirected", "encoding"],
)
def test_secret_header_is_never_shown_in_what_comes_back(reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "asyncio")
    with LoopbackServer(lambda _: reply) as server:
        request = Request(key="k", url=server.url("/", "a.localhost"), headers={"Authorization": SECRET})
        ((_, outcome),) = client().fetch([request])
    shown = repr(request) + repr(outcome) + str(outcome) + repr(getattr(outcome, "headers", ""))
    assert SECRET not in shown + caplog.text
    assert SECRET.encode() not in pickle.dumps(outcome)


def test_short_or_ordinary_header_values_do_not_cost_the_answer_its_own() -> None:
    reply = Reply(headers={"ETag": '"11"', "Content-Type": "application/rss+xml"})
    with LoopbackServer(lambda _: reply) as server:
        outcome = ask(server.url("/", "a.localhost"), {"X-Level": "1", "Accept": "application/rss+xml"})
    assert isinstance(outcome, Fetched)
    assert (outcome.headers["etag"], outcome.headers["content-type"]) == ('"11"', "application/rss+xml")
