"""A fast server of articles on loopback, in a process of its own: many hosts, each with a feed and the pages it names.

    with ReadingHosts(folder_of_pages) as hosts:
        hosts.port

The pages are real ones, each served many times with a mark of its own, so that no two are the same text. The feeds say
title, date, author and a sentence, as most feeds do. There is no robots.txt. Answers are made and compressed before the
first request; what is measured is the client.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import subprocess
import sys
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Self

from tests.bench.polling_feeds import START

ROOT = Path(__file__).parents[2]
FEEDS, PER_FEED = 200, 5
PAGES = FEEDS * PER_FEED

_MARKS = 40
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nContent-Type: text/plain\r\n\r\nnot here\n"
_WHO = ("Harbor council", "The grain board", "A panel of auditors", "The tram company", "The river authority")
_DO = ("approves", "puts off", "defends", "reviews", "withdraws", "publishes", "questions", "settles")
_WHAT = ("the night timetable", "a levy on cold storage", "the dredging plan", "rules for market stalls",
         "its reserve report", "the bridge tolls", "a pension accord")  # fmt: skip


class ReadingHosts:
    """The server's process, as a test sees it."""

    def __init__(self, pages: Path) -> None:
        """Prepare to serve the pages of a folder."""
        self._pages = pages

    def __enter__(self) -> Self:
        """Start it and wait until it listens."""
        command = [sys.executable, "-m", "tests.bench.reading_hosts", str(self._pages)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        """End it: the server leaves when its input closes."""
        self._process.communicate(timeout=20)

    @property
    def pid(self) -> int:
        """The process whose processor time is the server's."""
        return self._process.pid


def originals(folder: Path) -> list[bytes]:
    """Return the pages of a folder, in the order of their names."""
    return [gzip.decompress(file.read_bytes()) for file in sorted(folder.glob("*.html.gz"))]


def marked(body: bytes, number: int) -> bytes:
    """Return a page with its number behind some of its paragraphs."""
    return re.sub(rb"</p\s*>", b" Copy %d.</p>" % number, body, count=_MARKS) + b"<!-- %d -->" % number


def host(feed: int) -> str:
    """Return the name of a feed's host, which a client that knows nothing better leads to loopback."""
    return f"h{feed}.news.localhost"


def page_url(number: int, port: int) -> str:
    """Return the address of a page, on the host of the feed that names it."""
    return f"http://{host(number // PER_FEED)}:{port}/articles/{number}"


def document(feed: int, port: int) -> bytes:
    """Return a feed that announces its pages."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Wire {feed}</title><link>http://{host(feed)}:{port}/</link><description>News</description>"
        f"{''.join(_item(feed * PER_FEED + place, port) for place in range(PER_FEED))}</channel></rss>"
    ).encode()


def _item(number: int, port: int) -> str:
    who, do, what = _WHO[number % len(_WHO)], _DO[number % len(_DO)], _WHAT[number % len(_WHAT)]
    return (
        f"<item><title>{who} {do} {what} in district {number}</title><link>{page_url(number, port)}</link>"
        f"<guid>{page_url(number, port)}</guid><dc:creator>Desk {number % 9}</dc:creator>"
        f"<pubDate>{format_datetime(START - timedelta(minutes=10 + number))}</pubDate>"
        f"<description>After a hearing of {number % 7 + 1} hours, {who} {do} {what} of district {number}.</description>"
        "</item>\n"
    )


def _answers(pages: Path, port: int) -> dict[str, bytes]:
    """Return every answer by the part of its path that differs."""
    bodies = originals(pages)
    feeds = {f"/feeds/{feed}": _answer("application/rss+xml", document(feed, port)) for feed in range(FEEDS)}
    articles = {
        f"/articles/{number}": _answer("text/html", marked(bodies[number % len(bodies)], number))
        for number in range(PAGES)
    }
    return feeds | articles


def _answer(kind: str, body: bytes) -> bytes:
    packed = gzip.compress(body, compresslevel=4, mtime=0)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    return head.encode() + packed


class _Line(asyncio.Protocol):
    """One connection; requests come one after the other."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self._answers = answers
        self._head = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._head.endswith(b"\r\n\r\n"):
            target = self._head.split(b" ", 2)[1].decode("latin-1")
            last = b"connection: close" in self._head.lower()
            self._head = b""
            self._transport.write(self._answers.get(target, _NOT_FOUND))
            if last:
                self._transport.close()


async def _serve(pages: Path) -> None:
    """Answer until the input closes."""
    answers: dict[str, bytes] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Line(answers), "127.0.0.1", 0, backlog=1_024)
    port = server.sockets[0].getsockname()[1]
    answers.update(_answers(pages, port))
    print(json.dumps(port), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
