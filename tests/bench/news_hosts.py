"""A fast news server on loopback in a process of its own: many hosts, plain and over TLS, each poll as its lap says.

    with NewsHosts(2_000, folder) as hosts:
        hosts.lap(1) ... hosts.port ... hosts.tls_port ... hosts.pem ... hosts.counts()

The path alone names the feed, so that a client which cannot lead names to loopback may ask 127.0.0.1. Answers are made
and compressed before the first request; what is measured is the client.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
import subprocess
import sys
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from tests.bench import polling_feeds
from tests.bench.polling_feeds import Deed

ROOT = Path(__file__).parents[2]
SLOW_SECONDS = 1.0
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nContent-Type: text/plain\r\n\r\nnot here\n"
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 60\r\n\r\n"


class NewsHosts:
    """The server's process, as a test sees it."""

    def __init__(self, feeds: int, folder: Path) -> None:
        """Prepare a server of so many feeds; its certificate is written to `folder`."""
        self._feeds = feeds
        self.pem = certificate(folder, "*.news.localhost")

    def __enter__(self) -> Self:
        """Start it and wait until it listens."""
        command = [sys.executable, "-m", "tests.bench.news_hosts", str(self._feeds), str(self.pem)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        assert self._process.stdout is not None
        self.port, self.tls_port = json.loads(self._process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        """End it: the server leaves when its input closes."""
        self._process.communicate(timeout=20)

    @property
    def pid(self) -> int:
        """The process whose processor time is the server's."""
        return self._process.pid

    def lap(self, number: int) -> None:
        """Begin a lap."""
        tell_lap(self.port, number)

    def counts(self) -> dict[str, int]:
        """Return how often each answer was given since the last call, and how many connections were made."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/control/counts", timeout=10) as answer:
            counted: dict[str, int] = json.load(answer)
            return counted


def tell_lap(port: int, number: int) -> None:
    """Begin a lap on the server that listens there."""
    urllib.request.urlopen(f"http://127.0.0.1:{port}/control/lap/{number}", timeout=10).close()


def certificate(folder: Path, name: str) -> Path:
    """Write a self-signed certificate for `name` with its key to one file."""
    from cryptography import x509  # noqa: PLC0415 - comes with the development tools only
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = datetime.now(UTC) - timedelta(days=1)
    built = (
        x509.CertificateBuilder(issuer_name=subject, subject_name=subject, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "news-hosts.pem"
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass(slots=True)
class _Shelf:
    """The answers: made for the first lap at the start, and later for what changed when a lap begins."""

    feeds: int
    lap: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    _answers: list[bytes] = field(default_factory=list)
    _validators: list[tuple[str | None, str | None]] = field(default_factory=list)
    _deeds: list[Deed] = field(default_factory=list)

    def fill(self) -> None:
        for feed in range(self.feeds):
            self._answers.append(b"")
            self._validators.append((None, None))
            self._make(feed, 0)
        self._deeds = [Deed.SAME] * self.feeds

    def begin(self, lap: int) -> None:
        for feed in range(self.feeds):
            was, now = polling_feeds.version(feed, self.lap), polling_feeds.version(feed, lap)
            if was != now:
                self._make(feed, now)
        self._deeds = [polling_feeds.deed(feed, lap) for feed in range(self.feeds)]
        self.lap = lap

    def answer(self, feed: int, known: str | None, since: str | None, *, moved: bool) -> tuple[Deed, bytes]:
        """Return what this lap has for a poll with these validators; a MOVED or failing answer is whole in itself."""
        deed = self._deeds[feed]
        if deed is Deed.MISSING:
            return deed, _NOT_FOUND
        if deed is Deed.BUSY:
            return deed, _BUSY
        if deed is Deed.MOVED and not moved:
            where = f"/moved{polling_feeds.path(feed)}"
            return deed, f"HTTP/1.1 301 Moved\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode()
        etag, modified = self._validators[feed]
        if etag is not None and (known == etag or (known is None and since == modified)):
            return deed, f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\nLast-Modified: {modified}\r\n\r\n".encode()
        return deed, self._answers[feed]

    def _make(self, feed: int, number: int) -> None:
        made = polling_feeds.document(feed, number)
        packed = gzip.compress(made.body, compresslevel=4, mtime=0)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {made.kind}\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\n"
        if made.etag is not None:
            head += f"ETag: {made.etag}\r\nLast-Modified: {made.modified}\r\n"
        self._answers[feed] = f"{head}Content-Length: {len(packed)}\r\n\r\n".encode() + packed
        self._validators[feed] = (made.etag, made.modified)


class _Line(asyncio.Protocol):
    """One connection; requests come one after the other."""

    def __init__(self, shelf: _Shelf) -> None:
        self._shelf = shelf
        self._head = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._shelf.counts["connections"] += 1

    def data_received(self, data: bytes) -> None:
        self._head += data
        if not self._head.endswith(b"\r\n\r\n"):
            return
        first, *rest = self._head.decode("latin-1").split("\r\n")
        self._head = b""
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        target = first.split(" ")[1]
        if target.startswith("/control/"):
            self._control(target)
            return
        moved = target.startswith("/moved/")
        feed = int(target.removeprefix("/moved").split("/", 2)[1][1:])
        known, since = headers.get("if-none-match"), headers.get("if-modified-since")
        deed, answer = self._shelf.answer(feed, known, since, moved=moved)
        last = headers.get("connection", "").lower() == "close"
        if deed is Deed.RESET:
            self._shelf.counts["reset"] += 1
            self._transport.abort()
        elif deed is Deed.SLOW:
            asyncio.get_running_loop().call_later(SLOW_SECONDS, self._send, answer, last)
        else:
            self._send(answer, last)

    def _send(self, answer: bytes, last: bool) -> None:  # noqa: FBT001 - call_later hands over positions only
        self._shelf.counts[answer[9:12].decode()] += 1
        self._transport.write(answer)
        if last:
            self._transport.close()

    def _control(self, target: str) -> None:
        what, _, number = target.removeprefix("/control/").partition("/")
        said = b"{}"
        if what == "lap":
            self._shelf.begin(int(number))
        else:
            said = json.dumps(dict(self._shelf.counts)).encode()
            self._shelf.counts.clear()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(said)}\r\nConnection: close\r\n\r\n"
        self._transport.write(head.encode() + said)
        self._transport.close()


async def _serve(feeds: int, pem: str) -> None:
    """Answer until the input closes."""
    shelf = _Shelf(feeds)
    shelf.fill()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    loop = asyncio.get_running_loop()
    plain = await loop.create_server(lambda: _Line(shelf), "127.0.0.1", 0, backlog=1_024)
    secured = await loop.create_server(lambda: _Line(shelf), "127.0.0.1", 0, backlog=1_024, ssl=context)
    print(json.dumps([server.sockets[0].getsockname()[1] for server in (plain, secured)]), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    plain.close()
    secured.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2]))
