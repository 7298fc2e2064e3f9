"""Servers that answer a poll as HTTP does not allow, or as nobody wants it, each with what must come of it."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Mapping
from functools import partial

import brotli  # type: ignore[import-untyped]
import zstandard as zstd

from tests.hostile.cases import Case, Expected, answered, failed
from tests.hostile.documents import PAGE, item, rss
from tests.servers import Asked, Handler, Line, Reply, bytes_only, drip, endless, reset, slow_headers

FEED = rss(item("Served")).encode()
SERVED = answered("Served")
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
SWOLLEN = 30_000_000
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": lambda data: bytes(brotli.compress(data, quality=3)),
    "zstd": zstd.compress,
}


def _row(name: str, made: Reply | Callable[[], Reply], expected: Expected) -> Case:
    def make() -> Reply:
        return made() if callable(made) else made

    return Case(name=name, make=make, expected=expected)


def _handled(name: str, handler: Handler, expected: Expected) -> Case:
    return Case(name=name, make=lambda: handler, expected=expected)


def _forever(start: bytes, more: bytes, pause: float = 0.0) -> Reply:
    def talk(line: Line) -> None:
        line.send(start)
        while True:
            line.send(more)
            if pause:
                line.pause(pause)

    return Reply(raw=talk)


def _coded(encoding: str, body: bytes) -> Reply:
    return Reply(body=body, headers={"Content-Encoding": encoding})


def _packed(encoding: str, body: bytes) -> Reply:
    for coding in encoding.split(", "):
        body = PACKERS[coding](body)
    return _coded(encoding, body)


def _bomb(encoding: str) -> Reply:
    if encoding == "gzip":
        squeezer = zlib.compressobj(level=6, wbits=31)
        pieces = [squeezer.compress(bytes(1_000_000)) for _ in range(SWOLLEN // 1_000_000)]
        return _coded(encoding, b"".join(pieces) + squeezer.flush())
    return _coded(encoding, PACKERS[encoding](bytes(SWOLLEN)))


def _to(location: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": location})


def _elsewhere(path: str, other: str) -> Handler:
    """Redirect from any path to `path`, and from that to `other`."""
    return lambda asked: _to(other if asked.path == path else path)


def _deeper(asked: Asked) -> Reply:
    return _to(f"{asked.path}x")


def _half(encoding: str) -> Reply:
    """Return a long feed of which the second half is missing, as a broken proxy or cache keeps it."""
    noise = "".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(250))
    body = PACKERS[encoding](
        rss("".join(item(f"T{number}", f"<guid>{noise}{number}</guid>") for number in range(50))).encode()
    )
    return _coded(encoding, body[: len(body) // 2])


def _with(headers: Mapping[str, str]) -> Reply:
    return Reply(body=FEED, headers=headers)


def _busy(status: int, wait: str) -> Reply:
    return Reply(status=status, headers={"Retry-After": wait})


def _status(status: int, body: bytes = b"") -> Reply:
    return Reply(status=status, body=body)


SLOW = [
    _row("body byte by byte", drip(pieces=100_000), failed("timeout")),
    _row("headers byte by byte", slow_headers(), failed("timeout")),
    _row(
        "early hints without end",
        _forever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.01),
        failed("timeout"),
    ),
    _row("silence", _forever(b"", b"", 0.2), failed("timeout")),
    _row("chunks of one byte, slowly", _forever(CHUNKED, b"1\r\nx\r\n", 0.02), failed("timeout")),
    _row("empty status line, slowly", _forever(b"", b"\r\n", 0.02), failed("timeout", "protocol")),
    _handled("redirects that each take a second", lambda asked: Reply(raw=_late(f"{asked.path}x")), failed("timeout")),
]


def _late(location: str) -> Callable[[Line], None]:
    def talk(line: Line) -> None:
        line.pause(1.0)
        line.send(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())

    return talk


ENDLESS = [
    _row("body without end", endless(), failed("too-large")),
    _row("headers without end", _forever(OK, b"X-More: of this\r\n" * 500), failed("protocol")),
    _row("one header without end", _forever(OK + b"X-Long: ", b"x" * 10_000), failed("protocol")),
    _row("chunk extension without end", _forever(CHUNKED, b"1;x=" + b"y" * 10_000), failed("protocol")),
    _row(
        "trailers without end", _forever(CHUNKED + b"1\r\nx\r\n0\r\n", b"X-More: of this\r\n" * 500), failed("protocol")
    ),
    _row("error page without end", _forever(b"HTTP/1.1 500 Error\r\n\r\n", b"x" * 10_000), failed("http-500")),
    _row(
        "length of an exabyte announced",
        bytes_only(OK + b"Content-Length: 1000000000000000000\r\n\r\nx"),
        failed("too-large"),
    ),
    _row("feed of 13 MB", lambda: Reply(body=rss(item("x" * 60) * 100_000).encode()), failed("too-large")),
    *(_row(f"{encoding} bomb", partial(_bomb, encoding), failed("too-large")) for encoding in PACKERS),
    _row("gzip bomb in gzip", lambda: _coded("gzip, gzip", gzip.compress(_bomb("gzip").body)), failed("too-large")),
    _row(
        "compressed frames that say nothing",
        lambda: _coded("zstd", zstd.compress(b"") * 50_000),
        failed("bad-encoding"),
    ),
]

ENCODINGS = [
    *(
        _row(f"feed in {encoding}", partial(_packed, encoding, FEED), SERVED)
        for encoding in ("gzip", "br", "zstd", "gzip, gzip")
    ),
    _row("compressed three times", lambda: _packed("gzip, gzip, gzip", FEED), failed("bad-encoding")),
    _row("encoding that is not what it says", _coded("gzip", FEED), failed("bad-encoding")),
    _row("encoding that nobody asked for", _coded("deflate", zlib.compress(FEED)), failed("bad-encoding")),
    _row("unknown encoding", _coded("aes128gcm", FEED), failed("bad-encoding")),
    *(
        _row(f"{encoding} of which half is missing", partial(_half, encoding), failed("bad-encoding"))
        for encoding in PACKERS
    ),
    _row("encoding whose name reorders text", _coded("\xe2\x80\xae\x9bgzip", FEED), failed("bad-encoding")),
]

BROKEN = [
    _row(
        "length larger than the body",
        bytes_only(OK + b"Content-Length: 99999\r\n\r\n" + FEED),
        failed("protocol", "reset"),
    ),
    _row("bad chunk size", bytes_only(CHUNKED + b"zz\r\n" + FEED), failed("protocol")),
    _row("chunk size beyond 64 bits", bytes_only(CHUNKED + b"fffffffffffffffff\r\nx"), failed("protocol", "reset")),
    _row("chunked body that stops", bytes_only(CHUNKED + b"10\r\n" + FEED[:16] + b"\r\n"), failed("protocol", "reset")),
    _row("HTTP/0.9", bytes_only(FEED), failed("protocol")),
    _row("connection reset at once", reset(), failed("reset", "protocol")),
    _row(
        "connection reset within the body",
        reset(OK + b"Content-Length: 500\r\n\r\n" + FEED[:40]),
        failed("reset", "protocol"),
    ),
    _row("connection closed without a word", bytes_only(b""), failed("reset", "protocol")),
    _row("two lengths", bytes_only(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"), failed("protocol")),
    _row("negative length", bytes_only(OK + b"Content-Length: -1\r\n\r\nhello"), failed("protocol")),
    _row("header name with a space", bytes_only(OK + b"Bad Header: x\r\n\r\nhello"), failed("protocol")),
    _row("TLS where none was asked for", bytes_only(b"\x16\x03\x01\x02\x00\x01\x00"), failed("protocol")),
    _row("status that is a word", bytes_only(b"HTTP/1.1 abc\r\n\r\n"), failed("protocol")),
    _row("body longer than its length", bytes_only(OK + b"Content-Length: %d\r\n\r\n" % len(FEED) + FEED + OK), SERVED),
    _row("body without a length", bytes_only(b"HTTP/1.0 200 OK\r\n\r\n" + FEED), SERVED),
    _row(
        "length and chunks",
        bytes_only(
            OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(FEED), FEED)
        ),
        SERVED,
    ),
    _row("2,000 cookies", lambda: _cookies(2_000), SERVED),
]


def _cookies(number: int) -> Reply:
    lines = b"".join(b"Set-Cookie: c%d=1\r\n" % one for one in range(number))
    return bytes_only(OK + lines + b"Content-Length: %d\r\n\r\n" % len(FEED) + FEED)


REDIRECTS = [
    _handled("redirect to itself", lambda asked: _to(asked.path), failed("redirect-loop")),
    _handled("redirects in a circle", _elsewhere("/one", "/two"), failed("redirect-loop")),
    _handled("redirects without end", _deeper, failed("too-many-redirects")),
    _row("redirect to a file", _to("file:///etc/passwd"), failed("blocked-scheme")),
    _row("redirect to javascript", _to("javascript:alert(1)"), failed("blocked-scheme", "bad-redirect")),
    _row("redirect to data", _to("data:text/xml,<rss/>"), failed("blocked-scheme", "bad-redirect")),
    _row("redirect to a bad address", _to("http://[::1/"), failed("bad-redirect")),
    _row("redirect to a port that cannot be", _to("http://a.example:99999999/"), failed("bad-redirect", "bad-url")),
    _row("moved for good without saying where", _status(301), failed("bad-redirect")),
    _row(
        "moved to an address of 100,000 characters",
        _to("/" + "x" * 100_000, 301),
        failed("bad-redirect", "protocol", "http-404"),
    ),
]

STATUSES = [
    _row("429 that asks for 10^21 seconds", _busy(429, "1" + "0" * 21), failed("http-429")),
    _row("429 that asks for a negative pause", _busy(429, "-60"), failed("http-429")),
    _row("503 that asks for a date in the past", _busy(503, "Sun, 06 Nov 1994 08:49:37 GMT"), failed("http-503")),
    _row("503 that asks for the year 9999", _busy(503, "Fri, 31 Dec 9999 23:59:59 GMT"), failed("http-503")),
    _row("503 that asks for garbage", _busy(503, "soon, or Tue, 99 Foo"), failed("http-503")),
    _row("204", bytes_only(b"HTTP/1.1 204 No Content\r\n\r\n"), failed("http-204")),
    _row("206 of what was not asked for in parts", _status(206, FEED), failed("http-206")),
    _row("304 to an unconditional request", bytes_only(b"HTTP/1.1 304 Not Modified\r\n\r\n"), failed("http-304")),
    _row(
        "101",
        bytes_only(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        failed("http-101", "protocol"),
    ),
    _row("999", _status(999, FEED), failed("http-999")),
    _row("300 without a choice", _status(300, FEED), failed("http-300")),
    _row("407 from no proxy", _status(407), failed("http-407")),
    _row("404 with a feed", _status(404, FEED), failed("http-404")),
    _row(
        "web page with 200",
        Reply(body=PAGE.encode(), headers={"Content-Type": "application/rss+xml"}),
        failed("not-a-feed"),
    ),
    _row(
        "JSON error with 200",
        Reply(body=b'{"error": "no"}', headers={"Content-Type": "text/xml"}),
        failed("not-a-feed"),
    ),
    _row("picture with 200", Reply(body=b"\x89PNG\r\n\x1a\n" + bytes(99)), failed("not-a-feed")),
    _row("empty body with 200", Reply(), failed("empty")),
]

HEADERS = [
    _row("type that is no type", _with({"Content-Type": "\xff;;charset="}), SERVED),
    _row("charset UTF-7 in the type", _with({"Content-Type": "text/xml; charset=utf-7"}), failed("unparseable")),
    _row("charset that runs a codec", _with({"Content-Type": "text/xml; charset=zlib_codec"}), SERVED),
    _row("freshness of 10^30 seconds", _with({"Cache-Control": "max-age=1" + "0" * 30}), SERVED),
    _row("expiry in the year 0", _with({"Expires": "Mon, 00 Jan 0000 00:00:00 GMT", "Date": "x"}), SERVED),
    _row("age of a million digits", lambda: _with({"Cache-Control": "max-age=60", "Age": "9" * 50_000}), SERVED),
]

SERVERS: list[Case] = [*SLOW, *ENDLESS, *ENCODINGS, *BROKEN, *REDIRECTS, *STATUSES, *HEADERS]
"""Every server; those in SLOW are ended by the deadline of a request."""
