"""A small HTTP server on loopback, for tests that want the real network stack and an odd server at its other end.

    with LoopbackServer(lambda asked: Reply(body=b"hello")) as server:
        ... server.url("/feed") ... server.asked ... server.connections

A reply is either data, or a function that talks to the raw connection (`drip`, `reset`, `endless`, `slow_headers`).
Every connection carries one request. `proxy_to` makes such a server an HTTP proxy; `certificate` makes one for HTTPS.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import pytest


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it arrived: header names in lower case, `at` in seconds of the monotonic clock.

    `path` is whatever the request line named: for a proxy, a whole URL or `host:port`.
    """

    path: str
    headers: Mapping[str, str]
    at: float
    method: str = "GET"

    @property
    def host(self) -> str:
        """The Host header without its port."""
        return self.headers.get("host", "").rpartition(":")[0] or self.headers.get("host", "")


class Line:
    """The raw connection, as a misbehaving server sees it."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        """Keep the connection and the signal that the server is to end."""
        self.connection = connection
        self._closing = closing

    def send(self, data: bytes) -> None:
        """Send bytes; raises OSError when the client or the server is gone."""
        if self._closing.is_set():
            raise ConnectionAbortedError
        self.connection.sendall(data)

    def pause(self, seconds: float) -> None:
        """Wait; raises OSError when the server ends meanwhile."""
        if self._closing.wait(seconds):
            raise ConnectionAbortedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to answer; `raw`, when given, replaces everything else."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0
    raw: Callable[[Line], None] | None = None


Handler = Callable[[Asked], Reply]


def drip(pieces: int = 1_000, seconds: float = 0.05) -> Reply:
    """Send a body byte by byte, each soon enough to defeat a timeout between two reads."""

    def talk(line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % pieces)
        for _ in range(pieces):
            line.send(b"x")
            line.pause(seconds)

    return Reply(raw=talk)


def slow_headers(seconds: float = 0.05) -> Reply:
    """Begin a header and never end it."""

    def talk(line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            line.send(b"x")
            line.pause(seconds)

    return Reply(raw=talk)


def endless() -> Reply:
    """Send a body that does not end, without saying how long it is."""

    def talk(line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        while True:
            line.send(b"x" * 65_536)

    return Reply(raw=talk)


def reset(start: bytes = b"") -> Reply:
    """Send the bytes given and reset the connection."""

    def talk(line: Line) -> None:
        line.send(start)
        line.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return Reply(raw=talk)


def bytes_only(answer: bytes) -> Reply:
    """Send exactly these bytes and close."""
    return Reply(raw=lambda line: line.send(answer))


def proxy_to(port: int, authorization: str | None = None) -> Handler:
    """Answer as an HTTP proxy for which every host is the server on a port of loopback.

    It knows CONNECT and requests in absolute form; with `authorization`, it wants that in Proxy-Authorization.
    """

    def handler(asked: Asked) -> Reply:
        if authorization is not None and asked.headers.get("proxy-authorization") != authorization:
            return Reply(status=407)
        return Reply(raw=lambda line: _relay(line, port, asked))

    return handler


def _relay(line: Line, port: int, asked: Asked) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as upstream:
        if asked.method == "CONNECT":
            line.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            url = urlsplit(asked.path)
            passed = {name: value for name, value in asked.headers.items() if not name.startswith("proxy-")}
            headers = "".join(f"{name}: {value}\r\n" for name, value in passed.items())
            path = url._replace(scheme="", netloc="").geturl() or "/"
            upstream.sendall(f"{asked.method} {path} HTTP/1.1\r\n{headers}\r\n".encode("latin-1"))
        ways = {line.connection: upstream, upstream: line.connection}
        while True:
            line.pause(0)
            for source in select.select(list(ways), [], [], 0.05)[0]:
                data = source.recv(65_536)
                if not data:
                    return
                ways[source].sendall(data)


def certificate(folder: Path, name: str) -> Path:
    """Write a self-signed certificate for `name` with its key to one file."""
    x509 = pytest.importorskip("cryptography.x509")
    hashes = pytest.importorskip("cryptography.hazmat.primitives.hashes")
    ec = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ec")
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
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
    path = folder / f"{name}.pem"
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


def https_context(pem: Path) -> ssl.SSLContext:
    """Return the server's side of TLS with the certificate and key in a file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


class LoopbackServer:
    """Answers each request through `handler`, each connection in its own thread."""

    def __init__(self, handler: Handler, *, tls: ssl.SSLContext | None = None) -> None:
        """Open the port; with `tls`, speak HTTPS."""
        self._handler = handler
        self._tls = tls
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._socket.settimeout(0.05)
        self.port: int = self._socket.getsockname()[1]
        self.asked: list[Asked] = []
        self.connections = 0
        self.in_flight: dict[str, int] = {}
        self.most_in_flight: dict[str, int] = {}

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Return the URL of a path here; `host` may be any name that leads to loopback, such as `a.localhost`."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def __enter__(self) -> Self:
        """Start to accept."""
        self._accepting = threading.Thread(target=self._accept, name="loopback-server", daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close everything and wait for the threads."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes accept() on Linux; elsewhere its own timeout does
        self._accepting.join()
        self._socket.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _accept(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(OSError):
                connection, _ = self._socket.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads = [known for known in self._threads if known.is_alive()] + [thread]
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with contextlib.suppress(OSError), contextlib.closing(self._secured(connection)) as line:
            asked = _read(line)
            self._count(asked, 1)
            try:
                reply = self._handler(asked)
                self._prepare(Line(line, self._closing), reply)
            finally:
                # Before the answer leaves: who has it may ask again sooner than this thread runs on.
                self._count(asked, -1)
            if reply.raw is None:
                self._answer(Line(line, self._closing), reply)

    def _secured(self, connection: socket.socket) -> socket.socket:
        if self._tls is None:
            return connection
        try:
            return self._tls.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()
            raise

    def _count(self, asked: Asked, step: int) -> None:
        with self._lock:
            now = self.in_flight[asked.host] = self.in_flight.get(asked.host, 0) + step
            self.most_in_flight[asked.host] = max(now, self.most_in_flight.get(asked.host, 0))
            if step > 0:
                self.asked.append(asked)

    def _prepare(self, line: Line, reply: Reply) -> None:
        """Misbehave as the reply wants, or wait as long."""
        if reply.raw is not None:
            reply.raw(line)
        elif reply.seconds:
            line.pause(reply.seconds)

    def _answer(self, line: Line, reply: Reply) -> None:
        headers = {"Content-Length": str(len(reply.body)), "Connection": "close", **reply.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        line.send(f"HTTP/1.1 {reply.status} Status\r\n{head}\r\n".encode("latin-1") + reply.body)


def _read(line: socket.socket) -> Asked:
    data = b""
    while b"\r\n\r\n" not in data:
        part = line.recv(65_536)
        if not part:
            raise ConnectionResetError
        data += part
    first, *rest = data.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    method, path, *_ = first.split(" ")
    return Asked(path=path, headers=headers, at=time.monotonic(), method=method)
