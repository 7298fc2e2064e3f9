"""A Slack of our own on the loopback interface: takes webhook posts and answers as it was told to."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

PATH = "/services/T0001/B0001/hush4hush"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to answer; with `drop` the post is taken and the connection closed without a word."""

    status: int = 200
    body: str = "ok"
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    drop: bool = False


@dataclass(slots=True)
class SlackServer:
    """The answers still to give (then "ok" for ever) and the messages taken so far."""

    webhook: str = ""
    answers: list[Answer] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def slack_server() -> Iterator[SlackServer]:
    """Run a server for the time of the block."""
    slack = SlackServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            slack.messages.append(json.loads(self.rfile.read(length)))
            answer = slack.answers.pop(0) if slack.answers else Answer()
            time.sleep(answer.seconds)
            if answer.drop:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self._answer(answer)

        def _answer(self, answer: Answer) -> None:
            body = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def log_error(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = False

        def handle_error(self, *_: object) -> None:
            """A client that has gone away is part of the tests."""

    with Server(("127.0.0.1", 0), Handler) as server:
        slack.webhook = f"http://127.0.0.1:{server.server_address[1]}{PATH}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield slack
        finally:
            server.shutdown()
            thread.join()
