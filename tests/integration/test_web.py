"""The web client against real servers on loopback: answers, conditions, redirects, limits and errors."""

from __future__ import annotations

import pickle
import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from monitor.errors import FetchError
from monitor.ports import Web
from monitor.records import Fetched, Request
from monitor.web import Resolver, WebClient, WebSettings, system_resolver
from tests.servers import Asked, LoopbackServer, Reply, bytes_only, drip, endless, reset, slow_headers


def client(resolve: Resolver = system_resolver, **settings: object) -> WebClient:
    given = {
        "user_agent": "news-monitor tests",
        "allow_hosts": ("127.0.0.1", "*.localhost"),
        "spacing_seconds": 0.0,
        **settings,
    }
    return WebClient(WebSettings(**given), resolve=resolve)  # type: ignore[arg-type]


def answer(url: str, web: WebClient | None = None, **request: object) -> Fetched | FetchError:
    ((_, outcome),) = (web or client()).fetch([Request(key="k", url=url, **request)])  # type: ignore[arg-type]
    return outcome


def fetched(url: str, web: WebClient | None = None, **request: object) -> Fetched:
    outcome = answer(url, web, **request)
    assert isinstance(outcome, Fetched), outcome
    return outcome


def refused(url: str, web: WebClient | None = None, **request: object) -> FetchError:
    outcome = answer(url, web, **request)
    assert isinstance(outcome, FetchError), outcome
    assert outcome.subject == url.strip()
    assert outcome.message
    return outcome


# Answers


def test_client_fits_the_port() -> None:
    web: Web = client()
    assert list(web.fetch([])) == []


def test_answer_carries_body_and_lower_case_headers() -> None:
    headers = {"ETag": '"v1"', "Content-Type": "text/xml", "Set-Cookie": "a=1"}
    with LoopbackServer(lambda _: Reply(body=b"hello", headers=headers)) as server:
        outcome = fetched(server.url("/feed?a=b"))
    assert (outcome.key, outcome.status, outcome.body, outcome.not_modified) == ("k", 200, b"hello", False)
    assert (outcome.headers["etag"], outcome.headers["content-type"]) == ('"v1"', "text/xml")
    assert "set-cookie" not in outcome.headers
    assert server.asked[0].path == "/feed?a=b"
    assert pickle.loads(pickle.dumps(outcome)) == outcome  # noqa: S301 - our own bytes


def test_request_names_us_and_keeps_no_cookies() -> None:
    with LoopbackServer(lambda _: Reply(headers={"Set-Cookie": "a=1"})) as server:
        web = client()
        fetched(server.url(), web, accept="application/rss+xml")
        fetched(server.url(), web)
    first, second = server.asked
    assert first.headers["user-agent"] == "news-monitor tests"
    assert first.headers["accept"] == "application/rss+xml"
    assert first.headers["accept-encoding"] == "gzip, br, zstd"
    assert first.headers["host"] == f"127.0.0.1:{server.port}"
    assert not {"cookie", "referer"} & set(second.headers)


@pytest.mark.parametrize("name", ["", "  ", "W\u00e4chter/1.0", "a\r\nX-Evil: 1", "a\tb", "a\x7f"])
def test_name_that_cannot_be_sent_is_refused_and_not_left_out(name: str) -> None:
    with pytest.raises(ValueError, match="User-Agent"):
        client(user_agent=name)


def test_password_in_an_address_is_not_shown_by_its_error() -> None:
    error = refused("https://me:hunter2secret@news.example/f")
    assert str(error) == ("https://…@news.example/f: addresses with a user name or password in them are not fetched")


def test_validators_are_sent_verbatim_and_304_has_no_body() -> None:
    etag, modified = 'W/"a-b--gzip"', "Sat, 21 Nov 2026 10:00:00 GMT"
    with LoopbackServer(lambda _: Reply(status=304, headers={"ETag": '"new"'})) as server:
        outcome = fetched(server.url(), etag=etag, last_modified=modified)
    assert (outcome.not_modified, outcome.body, outcome.headers["etag"]) == (True, b"", '"new"')
    assert server.asked[0].headers["if-none-match"] == etag
    assert server.asked[0].headers["if-modified-since"] == modified


@pytest.mark.parametrize("etag", ['"caf\u00e9"', '"a"\r\nX-Evil: 1', '"\x7f"', ""])
def test_validator_that_is_no_plain_text_is_not_echoed(etag: str) -> None:
    with LoopbackServer(lambda _: Reply()) as server:
        fetched(server.url(), etag=etag)
    assert not {"if-none-match", "x-evil"} & set(server.asked[0].headers)


def test_304_to_a_request_without_conditions_is_an_error() -> None:
    with LoopbackServer(lambda _: Reply(status=304)) as server:
        assert refused(server.url()).reason == "http-304"


# Limits


def test_total_time_ends_a_dripped_body() -> None:
    with LoopbackServer(lambda _: drip()) as server:
        started = time.monotonic()
        error = refused(server.url(), client(timeout_seconds=0.4))
    assert (error.reason, error.transient) == ("timeout", True)
    assert error.message == "the server did not answer within 0.4 s"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("reply", [slow_headers(), Reply(seconds=5), bytes_only(b"HTTP/1.1 103 Early\r\n\r\n" * 9)])
def test_slow_headers_end(reply: Reply) -> None:
    with LoopbackServer(lambda _: reply) as server:
        assert refused(server.url(), client(timeout_seconds=0.3)).reason in {"timeout", "protocol"}


def test_redirects_share_the_total_time() -> None:
    def handler(asked: Asked) -> Reply:
        return Reply(status=302, headers={"Location": asked.path + "x"}, seconds=0.2)

    with LoopbackServer(handler) as server:
        assert refused(server.url(), client(timeout_seconds=0.5, redirects=50)).reason == "timeout"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b"x" * 100_001),
        endless(),
        bytes_only(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
    ],
)
def test_answer_over_the_limit_is_an_error(reply: Reply) -> None:
    with LoopbackServer(lambda _: reply) as server:
        error = refused(server.url(), max_bytes=100_000)
    assert error.reason in {"too-large", "protocol"}
    assert not error.transient or error.reason == "protocol"


def test_answer_of_exactly_the_limit_is_kept() -> None:
    with LoopbackServer(lambda _: Reply(body=b"x" * 1_000)) as server:
        assert len(fetched(server.url(), max_bytes=1_000).body) == 1_000


# Errors


@pytest.mark.parametrize(
    ("status", "transient"),
    [(404, False), (410, False), (403, False), (401, False), (429, True), (408, True), (500, True), (503, True)],
)
def test_status_becomes_an_error_with_its_number(status: int, transient: bool) -> None:  # noqa: FBT001 - a table
    with LoopbackServer(lambda _: Reply(status=status)) as server:
        error = refused(server.url())
    assert (error.reason, error.status, error.transient) == (f"http-{status}", status, transient)
    assert error.retry_after is None
    assert pickle.loads(pickle.dumps(error)).status == status  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("120", 120, 120),
        ("0", 0, 0),
        ("1000000000000000000000", 86_400, 86_400),
        (format_datetime(datetime.now(UTC) + timedelta(hours=9), usegmt=True), 8 * 3_600, 9 * 3_600 + 1),
        (format_datetime(datetime.now(UTC) + timedelta(days=90), usegmt=True), 86_400, 86_400),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0, 0),
    ],
    ids=["seconds", "none", "absurd", "date", "far date", "past date"],
)
def test_retry_after_is_read_as_seconds_up_to_a_day(value: str, low: float, high: float) -> None:
    with LoopbackServer(lambda _: Reply(status=429, headers={"Retry-After": value})) as server:
        wait = refused(server.url()).retry_after
    assert wait is not None
    assert low <= wait <= high


@pytest.mark.parametrize("value", ["soon", "-5", "1.5", ""])
def test_retry_after_that_makes_no_sense_is_left_out(value: str) -> None:
    with LoopbackServer(lambda _: Reply(status=503, headers={"Retry-After": value})) as server:
        assert refused(server.url()).retry_after is None


@pytest.mark.parametrize(
    "reply",
    [
        reset(),
        reset(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        bytes_only(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        bytes_only(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx"),
        bytes_only(b"<html>HTTP/0.9</html>"),
        bytes_only(b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 5_000_000),
        bytes_only(b""),
    ],
)
def test_broken_answers_are_errors_worth_another_try(reply: Reply) -> None:
    with LoopbackServer(lambda _: reply) as server:
        error = refused(server.url())
    assert error.reason in {"reset", "protocol"}
    assert error.transient


def test_port_where_nobody_listens_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    error = refused(f"http://127.0.0.1:{port}/")
    assert (error.reason, error.transient) == ("refused", True)


def test_name_that_is_not_found_is_a_dns_error() -> None:
    def nobody(host: str) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, host)

    error = refused("https://missing.example/feed", client(nobody))
    assert (error.reason, error.transient) == ("dns", True)
    assert error.message == "the name missing.example could not be found (is this machine online?)"


# Redirects


def test_redirect_is_followed_to_the_final_url() -> None:
    def handler(asked: Asked) -> Reply:
        if asked.path == "/old":
            return Reply(status=301, headers={"Location": "/new?x=1#part"})
        return Reply(body=b"here")

    with LoopbackServer(handler) as server:
        outcome = fetched(server.url("/old"), etag='"v"')
    assert (outcome.url, outcome.final_url) == (server.url("/old"), server.url("/new?x=1"))
    assert outcome.body == b"here"
    assert server.asked[1].headers["if-none-match"] == '"v"'


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("file:///etc/passwd", "blocked-scheme"),
        ("gopher://127.0.0.1:70/", "blocked-scheme"),
        ("http://10.0.0.1/", "blocked-address"),
        ("http://169.254.169.254/latest/", "blocked-address"),
        ("http://[::1]/", "blocked-address"),
        ("http://93.184.215.14:22/", "blocked-port"),
        ("http://user:pw@127.0.0.1/", "bad-url"),
        ("http://[::1/", "bad-redirect"),
        ("", "bad-redirect"),
        ("/start", "redirect-loop"),
    ],
)
def test_redirect_target_is_guarded_like_any_other_url(location: str, reason: str) -> None:
    with LoopbackServer(lambda _: Reply(status=302, headers={"Location": location} if location else {})) as server:
        assert refused(server.url("/start")).reason == reason
    assert server.connections == 1


def test_too_many_redirects_end() -> None:
    with LoopbackServer(lambda asked: Reply(status=302, headers={"Location": asked.path + "x"})) as server:
        assert refused(server.url()).reason == "too-many-redirects"
    assert server.connections == 6
