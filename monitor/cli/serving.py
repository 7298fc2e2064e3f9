"""`serve`: the site behind the links in messages."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from monitor.cli.options import DEFAULT_CONFIG, FAILED, MISUSED, OK, ConfigOption, complain

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from monitor.config import Settings
    from monitor.records import Article
    from monitor.replies.clerk import Clerk, Keeper
    from monitor.store import Store

MOST_CONNECTIONS = 200
"""Open at once; more are turned away, so that idle ones cannot use up the machine's file handles."""

LAST_WORDS_SECONDS = 5

CONNECTION_SECONDS = 30.0
"""After so long a connection is closed as soon as it is between two answers."""


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(serve)


def serve(
    config: ConfigOption = DEFAULT_CONFIG,
    host: Annotated[str, typer.Option(help="Address of this machine to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")] = 8080,
) -> None:
    """Answer readers who follow a link in a message: relevant, off topic, mute, pause, unsubscribe.

    It speaks plain HTTP, for a server before it that does HTTPS under the `address` in the table site of monitor.toml.
    A change of the configuration counts when it is started again.
    """
    from monitor.wiring import links, load_settings, open_store

    settings = load_settings(config)
    if not settings.site.address or not settings.site.key:
        sentence = "messages have no links yet: set address and key_env (or key_file) in the table site of monitor.toml"
        complain(f"{settings.folder / 'monitor.toml'}: {sentence}")
        raise typer.Exit(MISUSED)
    with _listening(host, port) as listener, open_store(settings) as store:
        from monitor.replies.app import make_app

        app = make_app(links(settings), _clerk(settings, store), say=_log)
        name, taken = listener.getsockname()[:2]
        _log(f"listening on http://{f'[{name}]' if ':' in name else name}:{taken} for {settings.site.address}")
        _run(app, listener)
    raise typer.Exit(OK)


def _run(app: Starlette, listener: socket.socket) -> None:
    """Serve until the process is told to end."""
    import uvicorn

    def ended(_signal: int, _frame: object) -> NoReturn:
        raise SystemExit(OK)

    # uvicorn finishes what is under way, puts these handlers back and sends itself the signal once more.
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, ended)
    settings = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # its lines hold whole addresses, and with them the tokens
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="off",
        http=_brief_protocol(),
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=LAST_WORDS_SECONDS,
    )
    uvicorn.Server(settings).run(sockets=[listener])


def _brief_protocol() -> type[asyncio.Protocol]:
    """Return uvicorn's protocol, for which a client that sends a header now and then could stay for ever."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Brief(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the parent has it
            super().connection_made(transport)
            self.loop.call_later(CONNECTION_SECONDS, self._end)

        def _end(self) -> None:
            if getattr(self.cycle, "response_complete", True):  # there is no cycle before the first request
                self.transport.close()
            else:
                self.loop.call_later(1.0, self._end)

    return Brief


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; ends the command with a sentence when there cannot be one."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(place[:2], family=family)
    except (OSError, UnicodeError, OverflowError) as error:
        number = getattr(error, "errno", None) or 0
        # What could not be found has numbers of its own, below zero; the words of the others are made longer.
        said = os.strerror(number) if number > 0 else getattr(error, "strerror", None) or "it is no address"
        complain(f"cannot listen on {host} port {port}: {said}; --host and --port choose others")
        raise typer.Exit(FAILED) from None


def _clerk(settings: Settings, store: Store) -> Clerk:
    from monitor.replies.clerk import Clerk
    from monitor.wiring import system_clock

    return Clerk(
        store=store,
        people=settings.people,
        watches=settings.watches,
        topics=settings.topics,
        keep=keeper(settings, store),
        clock=system_clock,
    )


def keeper(settings: Settings, store: Store) -> Keeper:
    """Return what keeps an answer as `monitor label` does; said again by the same person, it is kept once."""
    from monitor.cli.labels import _given, labels_file
    from monitor.config.labels import append_labels, read_labels
    from monitor.errors import ConfigError, Fault
    from monitor.topics.answers import corrected, replaced

    one_at_a_time = threading.Lock()

    def keep(article: Article, topic: str, *, yes: bool, by: str) -> None:
        said = _given(store, article, topic, yes=yes, by=by)
        with one_at_a_time:
            faults: list[Fault] = []
            known = read_labels(labels_file(settings), faults)
            if faults:
                raise ConfigError(str(settings.folder), faults)
            before = replaced(said, known)
            if before is None or (before.label, before.by) != (yes, by):
                append_labels(labels_file(settings), [corrected(said, before)])

    return keep


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
