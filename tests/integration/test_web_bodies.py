"""Compressed answers: decoded when asked for, and ended at the limit whatever they swell to."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard as zstd

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web import WebClient, WebSettings
from tests.servers import Asked, LoopbackServer, Reply, bytes_only

SWOLLEN = 160_000_000
LIMIT = 2_000_000
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": lambda data: bytes(brotli.compress(data, quality=3)),
    "zstd": zstd.compress,
}


def packed(encoding: str, data: bytes) -> bytes:
    for coding in encoding.split(", "):
        data = PACKERS[coding](data)
    return data


def bomb(encoding: str) -> bytes:
    """Return nothing but zeros, far beyond the limit, packed as small as it gets."""
    first, *others = encoding.split(", ")
    if first == "gzip":
        squeezer = zlib.compressobj(level=6, wbits=31)
        data = b"".join(squeezer.compress(bytes(1_000_000)) for _ in range(SWOLLEN // 1_000_000)) + squeezer.flush()
    else:
        data = PACKERS[first](bytes(SWOLLEN))
    return packed(", ".join(others), data) if others else data


def answer(reply: Reply, *, limit: int = 10_000_000, seconds: float = 30.0) -> Fetched | FetchError:
    settings = WebSettings(user_agent="tests", allow_hosts=("127.0.0.1",), timeout_seconds=seconds)
    with LoopbackServer(lambda _: reply) as server:
        ((_, outcome),) = WebClient(settings).fetch([Request(key="k", url=server.url(), max_bytes=limit)])
    return outcome


def coded(encoding: str, body: bytes) -> Reply:
    return Reply(body=body, headers={"Content-Encoding": encoding})


def refusal(reply: Reply, *, limit: int = 10_000_000, seconds: float = 30.0) -> FetchError:
    outcome = answer(reply, limit=limit, seconds=seconds)
    assert isinstance(outcome, FetchError), outcome.headers
    return outcome


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "gzip, gzip", "br, gzip", "zstd, br", "gzip, zstd"])
def test_encodings_that_were_asked_for_are_decoded(encoding: str) -> None:
    text = b"<item>news</item>" * 50_000
    outcome = answer(coded(encoding, packed(encoding, text)))
    assert isinstance(outcome, Fetched), outcome
    assert outcome.body == text


@pytest.mark.parametrize("encoding", ["identity", "", "Identity, GZIP", "gzip,"])
def test_odd_spellings_of_encodings_are_understood(encoding: str) -> None:
    body = gzip.compress(b"hello") if "gzip" in encoding.lower() else b"hello"
    outcome = answer(coded(encoding, body))
    assert isinstance(outcome, Fetched), outcome
    assert outcome.body == b"hello"


@pytest.mark.parametrize("encoding", ["deflate", "compress", "x-gzip", "aes128gcm", "gzip, deflate", "zstandard", "*"])
def test_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    error = refusal(coded(encoding, gzip.compress(b"hello")))
    assert (error.reason, error.transient) == ("bad-encoding", False)
    assert "not asked for" in error.message


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_body_that_is_not_what_its_encoding_says_is_refused(encoding: str) -> None:
    assert refusal(coded(encoding, b"<rss>plain text</rss>" * 9)).reason == "bad-encoding"


@pytest.mark.parametrize("missing", [1, 9, 300])
@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "br, gzip"])
def test_body_that_was_cut_off_is_refused_and_may_come_whole_another_time(encoding: str, missing: int) -> None:
    text = b"".join(b"<item>%d</item>" % number for number in range(5_000))
    error = refusal(coded(encoding, packed(encoding, text)[:-missing]))
    assert (error.reason, error.transient) == ("bad-encoding", True)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_body_in_several_parts_is_read_to_its_end(encoding: str) -> None:
    parts = [b"<item>%d</item>" % number * 3_000 for number in range(9)]
    outcome = answer(coded(encoding, b"".join(packed(encoding, part) for part in parts)))
    assert isinstance(outcome, Fetched), outcome
    assert outcome.body == b"".join(parts)


def test_padding_behind_a_gzip_body_is_passed_over() -> None:
    outcome = answer(coded("gzip", gzip.compress(b"hello") + bytes(40_000)))
    assert isinstance(outcome, Fetched), outcome
    assert outcome.body == b"hello"


def test_no_body_at_all_needs_no_end() -> None:
    outcome = answer(coded("gzip", b""))
    assert isinstance(outcome, Fetched), outcome
    assert outcome.body == b""


def test_body_compressed_many_times_over_is_refused() -> None:
    error = refusal(coded("gzip, gzip, gzip", packed("gzip, gzip, gzip", b"hello")))
    assert (error.reason, error.message) == ("bad-encoding", "the answer is compressed 3 times over")


def test_limit_holds_before_decompression() -> None:
    noise = b"".join(zlib.crc32(bytes([number % 256, number // 256])).to_bytes(4, "big") for number in range(50_000))
    assert refusal(coded("gzip", gzip.compress(noise)), limit=100_000).reason == "too-large"
    chunk = b"8000\r\n" + b"\0" * 0x8000 + b"\r\n"
    unannounced = bytes_only(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 20)
    assert refusal(unannounced, limit=100_000).reason == "too-large"


def test_body_of_exactly_the_limit_after_decompression_is_kept() -> None:
    outcome = answer(coded("zstd", zstd.compress(bytes(50_000))), limit=50_000)
    assert isinstance(outcome, Fetched)
    assert refusal(coded("zstd", zstd.compress(bytes(50_001))), limit=50_000).reason == "too-large"


MEASURE = """
import json, pathlib, sys
from monitor.records import Request
from monitor.web import WebClient, WebSettings
web = WebClient(WebSettings(user_agent="tests", allow_hosts=("127.0.0.1",), spacing_seconds=0.0))
def ask(path):
    ((_, outcome),) = web.fetch([Request(key="k", url=sys.argv[1] + path, max_bytes=int(sys.argv[2]))])
    return getattr(outcome, "reason", "fetched")
def peak():  # getrusage would begin with the peak of the process that started this one
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
ask("plain")
start, seen = peak(), {}
for path in sys.argv[3:]:
    seen[path] = [ask(path), peak() - start]
print(json.dumps(seen))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_bomb_in_every_encoding_ends_at_the_limit_with_little_memory() -> None:
    names = {
        "g": "gzip",
        "b": "br",
        "z": "zstd",
        "gg": "gzip, gzip",
        "bb": "br, br",
        "zz": "zstd, zstd",
        "gz": "gzip, zstd",
    }
    bombs = {name: coded(encoding, bomb(encoding)) for name, encoding in names.items()}
    assert all(len(reply.body) < LIMIT for reply in bombs.values())

    def handler(asked: Asked) -> Reply:
        return bombs.get(asked.path.strip("/"), Reply(body=b"hello"))

    with LoopbackServer(handler) as server:
        command = [sys.executable, "-c", MEASURE, server.url("/"), str(LIMIT), *names]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    measured = json.loads(done.stdout)
    assert {name: reason for name, (reason, _) in measured.items()} == dict.fromkeys(names, "too-large")
    assert max(growth for _, growth in measured.values()) < SWOLLEN // 4, measured


@pytest.mark.parametrize("encoding", ["zstd", "zstd, gzip", "zstd, br"])
def test_compressed_frames_that_say_nothing_do_not_keep_us_busy(encoding: str) -> None:
    nothing = zstd.compress(b"") * 500_000
    body = nothing if encoding == "zstd" else packed(encoding.removeprefix("zstd, "), nothing)
    started = time.process_time()
    error = refusal(coded(encoding, body))
    assert error.reason == "bad-encoding"
    assert time.process_time() - started < 10


def test_deadline_also_ends_a_body_that_takes_long_to_decode() -> None:
    busy = zstd.compress(b"x") * 700_000
    started = time.monotonic()
    error = refusal(coded("zstd, gzip", gzip.compress(busy)), seconds=0.3)
    assert error.reason in {"timeout", "bad-encoding"}
    assert time.monotonic() - started < 8
