"""The sample world on loopback: one small HTTP server, one virtual host per outlet."""

from __future__ import annotations

import gzip
import hashlib
import socketserver
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from monitor.demo.edition import Edition
from monitor.demo.site import Reply, reply
from monitor.demo.world import Outlet, World

_LOOPBACK = "127.0.0.1"
_IDLE_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that was answered: the host without its port, the path, and the status."""

    host: str
    path: str
    status: int


class NewsServer:
    """Serves a world while it is entered; thread-safe.

    Every outlet answers on ``http://<host>.localhost:<port>/``. Setting ``wave`` lets a day pass:
    later requests see the new wave. Port 0 takes a free one.

    Entering raises OSError if the port is taken.
    """

    def __init__(self, world: World, wave: int = 1, port: int = 0) -> None:
        """Take the world to serve; nothing listens before the server is entered."""
        world.moment(wave)
        self._lock = threading.Lock()
        self._edition = Edition(world=world, wave=wave, port=port)
        self._requests: list[Request] = []
        self._listener: _Listener | None = None

    def __enter__(self) -> Self:
        """Listen on loopback and answer in the background."""
        listener = _Listener(self._edition.port, self._answer)
        self._listener = listener
        self._edition = replace(self._edition, port=listener.server_port)
        threading.Thread(target=listener.serve_forever, args=(0.05,), name="news-server", daemon=True).start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop answering and free the port."""
        if self._listener is not None:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._edition.port

    @property
    def wave(self) -> int:
        """The wave that is served."""
        return self._edition.wave

    @wave.setter
    def wave(self, wave: int) -> None:
        self._edition.world.moment(wave)
        with self._lock:
            self._edition = replace(self._edition, wave=wave)

    @property
    def edition(self) -> Edition:
        """The world as it is served now, with every address in it."""
        return self._edition

    @property
    def requests(self) -> list[Request]:
        """What was asked for so far, in the order in which it was answered."""
        with self._lock:
            return list(self._requests)

    def feed_url(self, outlet: Outlet | str) -> str:
        """Return the address of an outlet's feed; the outlet may be given by its id."""
        known = self._edition.world.outlet(outlet) if isinstance(outlet, str) else outlet
        return self._edition.feed(known)

    def _answer(self, host: str, path: str, conditions: _Conditions) -> _Answer:
        if self._listener is None:
            # A connection that is kept alive outlasts the listener; nobody should hear from it.
            raise ConnectionAbortedError
        answer = conditions.apply(reply(self._edition, host, path))
        name = host.partition(":")[0].lower()
        seen = Request(host=name, path=path, status=answer.status)
        with self._lock:
            self._requests.append(seen)
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: HTTPStatus
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conditions:
    """What a client says that it has already, and whether it can unpack."""

    etags: str | None
    since: str | None
    accepts_gzip: bool

    def apply(self, found: Reply) -> _Answer:
        tag = hashlib.sha256(found.body).hexdigest()[:32]
        # A strong tag stands for bytes, and the packed bytes are others.
        own = f'"{tag}-gz"' if self.accepts_gzip else f'"{tag}"'
        headers = {"Vary": "Accept-Encoding", "Cache-Control": "no-cache", "ETag": own}
        if found.modified:
            stamp = found.modified.astimezone(UTC)
            headers["Last-Modified"] = format_datetime(stamp, usegmt=True)
        if found.status != HTTPStatus.OK:
            del headers["ETag"]
        elif self._has(tag, found.modified):
            return _Answer(status=HTTPStatus.NOT_MODIFIED, headers=headers, body=b"")
        headers["Content-Type"] = found.content_type
        body = found.body
        if self.accepts_gzip:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, mtime=0)
        return _Answer(status=HTTPStatus(found.status), headers=headers, body=body)

    def _has(self, tag: str, modified: datetime | None) -> bool:
        if self.etags is not None:
            # RFC 9110, 13.2.2: with If-None-Match, If-Modified-Since does not count.
            known = {one.strip().removeprefix("W/") for one in self.etags.split(",")}
            return bool(known & {"*", f'"{tag}"', f'"{tag}-gz"'})
        since = _http_date(self.since)
        return modified is not None and since is not None and modified <= since


def _http_date(text: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return date.replace(tzinfo=date.tzinfo or UTC) if date else None


def _accepts_gzip(header: str) -> bool:
    for offer in header.replace(" ", "").lower().split(","):
        coding, _, weight = offer.partition(";q=")
        if coding == "gzip":
            return not weight or bool(weight.strip("0."))
    return False


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    # A poller knocks at all hosts at once, and here they are one.
    request_queue_size = 128

    def __init__(self, port: int, answer: Callable[[str, str, _Conditions], _Answer]) -> None:
        self.answer = answer
        super().__init__((_LOOPBACK, port), _Handler)

    def server_bind(self) -> None:
        # The parent also asks DNS for the machine's name, which can take seconds offline.
        socketserver.TCPServer.server_bind(self)
        self.server_name = _LOOPBACK
        self.server_port = self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        # Clients under test are killed in the middle of an answer; that is no news.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # only printed


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    protocol_version = "HTTP/1.1"
    server_version = "SampleNews"
    sys_version = ""
    timeout = _IDLE_SECONDS
    # Head and body leave in two writes; Nagle's algorithm would hold the second back.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        self._respond(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the parent's name)
        """Stay quiet: the terminal belongs to the demo."""

    def _respond(self, *, with_body: bool) -> None:
        conditions = _Conditions(
            etags=self.headers.get("If-None-Match"),
            since=self.headers.get("If-Modified-Since"),
            accepts_gzip=_accepts_gzip(self.headers.get("Accept-Encoding", "")),
        )
        path = self.path.partition("?")[0]
        answer = self.server.answer(self.headers.get("Host", ""), path, conditions)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)
