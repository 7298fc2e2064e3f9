"""A Slack of our own on the loopback interface: takes posts by webhook and by bot, and answers as it was told to.

It runs in the process of the test. A program under test in another process reaches it by `webhook` or `address`.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import RLock, Thread
from typing import Any
from urllib.parse import parse_qsl

PATH = "/services/T0001/B0001/hush4hush"
API = "/api/"
TOKEN = "xoxb-1-hush4hush"  # noqa: S105 - the fake's own
CHANNEL = "C0000NEWS"
MEMBER = "U00000ANA"
DIRECT = "D00000ANA"

_SCOPES = {
    "chat.postMessage": "chat:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "conversations.open": "im:write",
    "conversations.list": "channels:read",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to answer once. With `drop` the post is taken and the connection closed without a word.

    To the bot's methods: `error` is Slack's word for why not, by status 200 unless said otherwise. With `taken` a
    message is taken although the answer says that it was not.
    """

    status: int = 200
    body: str = "ok"
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    drop: bool = False
    error: str = ""
    taken: bool = False

    @property
    def agrees(self) -> bool:
        """Tell whether it is Slack's own answer, perhaps late."""
        return (self.status, self.body, self.error) == (200, "ok", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of the bot's: when it came (on the monotonic clock), what was asked, and by which token."""

    at: float
    method: str
    asked: dict[str, Any]
    token: str


@dataclass(slots=True)
class SlackServer:
    """What is still to be answered, and what was taken so far.

    Webhook: `answers` (then "ok" for ever) and `messages`. Bot: `script`, a list of answers for each method (then as
    Slack would); `posts`, all messages that stand in the channels; `calls`, in the order in which they came.

    `trouble` is asked at each call of the bot's for which nothing stands in the script. `pauses` gives the seconds to
    wait before and after a message is taken.
    """

    webhook: str = ""
    address: str = ""
    answers: list[Answer] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    script: dict[str, list[Answer]] = field(default_factory=dict)
    trouble: Callable[[str], Answer | None] = lambda _method: None
    pauses: Callable[[], tuple[float, float]] = lambda: (0.0, 0.0)
    posts: list[dict[str, Any]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    channels: dict[str, str] = field(default_factory=lambda: {CHANNEL: "news", "C0000MORE": "more"})
    directs: dict[str, str] = field(default_factory=lambda: {MEMBER: DIRECT})
    archived: set[str] = field(default_factory=set)
    scopes: set[str] = field(default_factory=lambda: set(_SCOPES.values()))
    shows_metadata: bool = True
    page: int = 100
    lock: RLock = field(default_factory=RLock)
    stamps: Iterator[int] = field(default_factory=lambda: count(1))

    def asked(self, method: str) -> list[dict[str, Any]]:
        """Return what the calls of a method asked for."""
        return [call.asked for call in self.calls if call.method == method]

    def copies(self) -> dict[str, int]:
        """Return how often each delivery stands in the channels, by the key in its metadata."""
        keys = [post.get("metadata", {}).get("event_payload", {}).get("key", "") for post in self.posts]
        return {key: keys.count(key) for key in keys}

    def answer(self, method: str, asked: dict[str, Any], token: str) -> Answer:
        """Return what a call of the bot's is answered; a message that is taken stands in `posts` then."""
        with self.lock:
            self.calls.append(Call(at=time.monotonic(), method=method, asked=asked, token=token))
            scripted = self.script.get(method)
            told = scripted.pop(0) if scripted else self.trouble(method)
        before, after = self.pauses() if method == "chat.postMessage" else (0.0, 0.0)
        time.sleep(before)
        said: dict[str, Any] = {}
        if told is None or told.taken or told.drop or told.agrees:
            with self.lock:
                said = self._say(method, asked, token)
        time.sleep(after)
        return Answer(body=json.dumps(said)) if told is None else _worded(told, said)

    def _say(self, method: str, asked: dict[str, Any], token: str) -> dict[str, Any]:
        if token != TOKEN:
            return _no("invalid_auth" if token else "not_authed")
        if (scope := _SCOPES.get(method)) and scope not in self.scopes:
            return {**_no("missing_scope"), "needed": scope, "provided": ",".join(sorted(self.scopes))}
        ways = {
            "auth.test": lambda _asked: {"ok": True, "user_id": "U0000BOTS", "team": "Test"},
            "chat.postMessage": self._post,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.open": self._open,
            "conversations.list": self._list,
        }
        way = ways.get(method)
        return way(asked) if way else _no("unknown_method")

    def _post(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = self._place(str(asked.get("channel", "")))
        wrong = self._wrong(asked, channel)
        if wrong:
            return _no(wrong)
        post = {**asked, "channel": channel, "ts": f"{int(time.time())}.{next(self.stamps):06d}"}
        self.posts.append(post)
        return {"ok": True, "channel": channel, "ts": post["ts"], "message": {"text": asked.get("text", "")}}

    def _wrong(self, asked: dict[str, Any], channel: str) -> str:
        if not channel:
            return "channel_not_found"
        if channel in self.archived:
            return "is_archived"
        roots = {post["ts"] for post in self.posts if post["channel"] == channel}
        lost = asked.get("thread_ts") and asked["thread_ts"] not in roots
        return refusal(asked) or ("thread_not_found" if lost else "")

    def _place(self, target: str) -> str:
        named = {name: place for place, name in self.channels.items()}
        places = {**dict.fromkeys(self.directs.values(), ""), **self.channels}
        return target if target in places else self.directs.get(target) or named.get(target.removeprefix("#"), "")

    def _history(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = str(asked.get("channel", ""))
        if channel not in {*self.channels, *self.directs.values()}:
            return _no("channel_not_found")
        shown = [p for p in self.posts if p["channel"] == channel and (not p.get("thread_ts") or p["reply_broadcast"])]
        return self._paged(asked, "messages", [self._shown(post, asked) for post in reversed(_since(shown, asked))])

    def _replies(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel, root = asked.get("channel"), str(asked.get("ts", ""))
        thread = [p for p in self.posts if p["channel"] == channel and root in {p["ts"], p.get("thread_ts")}]
        if not thread:
            return _no("thread_not_found")
        return self._paged(asked, "messages", [self._shown(post, asked) for post in thread])

    def _open(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = self.directs.get(str(asked.get("users", "")))
        return {"ok": True, "channel": {"id": found}} if found else _no("user_not_found")

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._paged(asked, "channels", [{"id": place, "name": name} for place, name in self.channels.items()])

    def _shown(self, post: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
        hidden = (
            set() if self.shows_metadata and asked.get("include_all_metadata") in {"1", "true", True} else {"metadata"}
        )
        return {key: value for key, value in post.items() if key not in hidden}

    def _paged(self, asked: dict[str, Any], key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        start, size = int(asked.get("cursor") or 0), min(int(asked.get("limit") or 100), self.page)
        following = str(start + size) if start + size < len(rows) else ""
        return {"ok": True, key: rows[start : start + size], "response_metadata": {"next_cursor": following}}


def refusal(payload: Mapping[str, Any]) -> str:
    """Return Slack's word for what it would not take in a message, by the limits that it publishes."""
    blocks = payload.get("blocks") or []
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if not blocks and not payload.get("text"):
        return "no_text"
    if len(blocks) > 50 or len(names) != len(set(names)) or not all(map(_is_allowed, blocks)):
        return "invalid_blocks"
    return "msg_blocks_too_long" if sum(_width(text) for block in blocks for text in _texts(block)) > 13_200 else ""


def _is_allowed(block: Mapping[str, Any]) -> bool:
    texts, kind = _texts(block), block.get("type")
    limits = {"header": (150, 1), "section": (3_000, 1), "context": (2_000, 10)}
    if kind == "divider":
        return True
    if kind not in limits or not all(texts) or len(str(block.get("block_id", ""))) > 255:
        return False
    longest, most = limits[kind]
    plain = kind != "header" or block["text"].get("type") == "plain_text"
    return plain and 1 <= len(texts) <= most and max(map(_width, texts)) <= longest


def _texts(block: Mapping[str, Any]) -> list[str]:
    parts = block.get("elements") if block.get("type") == "context" else [block.get("text")]
    return [str(part.get("text", "")) for part in parts or [] if isinstance(part, dict)]


def _width(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _since(posts: list[dict[str, Any]], asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    oldest = float(asked.get("oldest") or 0)
    return [post for post in posts if float(post["ts"]) > oldest]


def _no(error: str) -> dict[str, Any]:
    return {"ok": False, "error": error}


def _worded(told: Answer, said: dict[str, Any]) -> Answer:
    if told.body != "ok":
        return told
    return replace(told, body=json.dumps(said if told.agrees else _no(told.error or "internal_error")))


class _Handler(BaseHTTPRequestHandler):
    slack: SlackServer

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"] or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the other side was killed in the middle of it
            return
        answer = self._by_bot(body) if self.path.startswith(API) else self._by_webhook(body)
        time.sleep(answer.seconds)
        if answer.drop:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self._answer(answer)

    def _by_webhook(self, body: bytes) -> Answer:
        with self.slack.lock:
            self.slack.messages.append(json.loads(body))
            return self.slack.answers.pop(0) if self.slack.answers else Answer()

    def _by_bot(self, body: bytes) -> Answer:
        is_json = self.headers.get("Content-Type", "").startswith("application/json")
        asked = json.loads(body) if is_json and body else dict(parse_qsl(body.decode()))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.slack.answer(self.path.removeprefix(API), asked, token)

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


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, *_: object) -> None:
        """A client that has gone away is part of the tests."""


@contextmanager
def slack_server() -> Iterator[SlackServer]:
    """Run a server for the time of the block."""
    slack = SlackServer()
    handler = type("Handler", (_Handler,), {"slack": slack})
    with _Server(("127.0.0.1", 0), handler) as server:
        here = f"http://127.0.0.1:{server.server_address[1]}"
        slack.webhook, slack.address = f"{here}{PATH}", f"{here}{API}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield slack
        finally:
            server.shutdown()
            thread.join()
