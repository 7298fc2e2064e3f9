"""Servers that speak HTTP as it should not be spoken: each request ends in time, with an answer or a reason."""

from __future__ import annotations

import pytest

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web import WebClient, WebSettings
from tests.servers import Line, LoopbackServer, Reply, bytes_only


def ask(reply: Reply, seconds: float = 5.0) -> Fetched | FetchError:
    settings = WebSettings(user_agent="tests", allow_hosts=("127.0.0.1",), timeout_seconds=seconds)
    with LoopbackServer(lambda _: reply) as server:
        ((_, outcome),) = WebClient(settings).fetch([Request(key="k", url=server.url(), etag='"v"')])
    return outcome


def forever(start: bytes, more: bytes) -> Reply:
    """Send `start`, and then `more` again and again, as fast as it is taken."""

    def talk(line: Line) -> None:
        line.send(start)
        while True:
            line.send(more)

    return Reply(raw=talk)


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("reply", "reasons"),
    [
        (forever(OK, b"X-More: of this\r\n" * 500), {"protocol"}),
        (forever(OK + b"X-Long: ", b"x" * 10_000), {"protocol"}),
        (forever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100), {"timeout"}),
        (forever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;x=" + b"y" * 10_000), {"protocol"}),
        (forever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1_000), {"too-large", "timeout"}),
        (bytes_only(OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx"), {"protocol", "reset"}),
        (bytes_only(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), {"protocol"}),
        (bytes_only(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"), {"protocol"}),
        (bytes_only(OK + b"Content-Length: -1\r\n\r\nhello"), {"protocol"}),
        (bytes_only(OK + b"Bad Header: x\r\n\r\nhello"), {"protocol"}),
        (bytes_only(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"), {"http-999"}),
        (
            bytes_only(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
            {"http-101", "protocol"},
        ),
        (bytes_only(b"HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n\r\nhello"), {"http-206"}),
        (bytes_only(b"HTTP/1.1 204 No Content\r\n\r\n"), {"http-204"}),
        (bytes_only(b"HTTP/1.1 abc\r\n\r\n"), {"protocol"}),
        (bytes_only(b"\x16\x03\x01\x02\x00\x01\x00"), {"protocol"}),
    ],
)
def test_answer_that_makes_no_sense_ends_with_a_reason(reply: Reply, reasons: set[str]) -> None:
    outcome = ask(reply, seconds=2.0)
    assert isinstance(outcome, FetchError), outcome
    assert outcome.reason in reasons
    assert outcome.message


def test_thousands_of_cookies_are_fetched_past_and_never_kept() -> None:
    cookies = b"".join(b"Set-Cookie: c%d=1\r\n" % number for number in range(2_000))
    outcome = ask(bytes_only(OK + cookies + b"Content-Length: 2\r\n\r\nhi"))
    if isinstance(outcome, Fetched):
        assert (outcome.body, dict(outcome.headers)) == (b"hi", {"content-length": "2"})
    else:
        assert outcome.reason == "protocol"


@pytest.mark.parametrize("etag", [b'"caf\xe9"', b'"\xff\xfe"', b'"' + b"e" * 9_000 + b'"'])
def test_odd_validator_is_handed_on_as_it_came(etag: bytes) -> None:
    outcome = ask(bytes_only(OK + b"ETag: " + etag + b"\r\nContent-Length: 2\r\n\r\nhi"))
    assert isinstance(outcome, Fetched), outcome
    assert len(outcome.headers["etag"]) == len(etag)


def test_body_beyond_its_announced_length_is_left_unread() -> None:
    outcome = ask(bytes_only(OK + b"Content-Length: 5\r\n\r\nhello, and HTTP/1.1 200 OK"))
    assert isinstance(outcome, Fetched), outcome
    assert outcome.body == b"hello"


def test_body_without_a_length_ends_with_the_connection() -> None:
    outcome = ask(bytes_only(b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss/>"))
    assert isinstance(outcome, Fetched), outcome
    assert outcome.body == b"<rss/>"


def test_length_is_ignored_where_the_body_is_chunked() -> None:
    chunked = b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    outcome = ask(bytes_only(OK + chunked))
    assert (outcome.body == b"hello") if isinstance(outcome, Fetched) else outcome.reason == "protocol"
