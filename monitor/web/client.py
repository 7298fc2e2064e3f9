"""The sync face of the web: a batch of requests in, answers as they arrive."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Collection, Generator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from queue import SimpleQueue

import httpx2

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web.addresses import Guard, Resolver, host_named, system_resolver
from monitor.web.batch import Batch, Emit
from monitor.web.exchange import Exchange
from monitor.web.hops import is_plain
from monitor.web.proxies import Proxies

Answer = tuple[Request, Fetched | FetchError]

_LOOKUPS = 32  # name lookups at once; each blocks a thread of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """How the client behaves.

    `user_agent` should name a contact. `timeout_seconds` is the total for a request with its redirects, not counting
    the wait for its turn. `spacing_seconds` is the pause between two requests of one host. `allow_hosts` holds host
    names, or `*.suffix` patterns, that may have private addresses and may be asked on any port; they, localhost and
    private addresses are always asked directly, all others through `proxies` when there are any.
    """

    user_agent: str
    timeout_seconds: float = 30.0
    concurrency: int = 50
    spacing_seconds: float = 1.0
    redirects: int = 5
    allow_hosts: tuple[str, ...] = ()
    proxies: Proxies = field(default_factory=Proxies)


class WebClient:
    """The one way to the network for feeds and pages; fits `ports.Web`.

    It keeps no cookies and no connections, sends no referrer, and never tries again. It reads no proxies from the
    environment by itself: a proxy resolves names for us, past the address guard, so it has to be chosen. Then names
    are vetted here when they can be resolved here, and what they lead to is otherwise for the proxy to decide.
    """

    def __init__(self, settings: WebSettings, *, resolve: Resolver = system_resolver) -> None:
        """Keep the settings; `resolve` turns a host name into addresses and may block.

        Raises ValueError for a User-Agent that a header cannot carry: requests would go out without a name.
        """
        if not settings.user_agent.strip() or not is_plain(settings.user_agent):
            message = f"the User-Agent {settings.user_agent!r} cannot be sent: it has to be printable ASCII"
            raise ValueError(message)
        self._settings = settings
        self._guard = Guard(settings.allow_hosts, resolve)
        self._free_at: dict[str, float] = {}

    def fetch(self, requests: Sequence[Request], *, resting: Collection[str] = ()) -> Generator[Answer]:
        """Yield each request with its answer or its FetchError, as they arrive.

        At most one request per host is in flight within a call, and the pause between two requests of a host also
        holds across the calls of one client. After a 429 or 503, or three 403 in a row, a host is asked nothing more in
        this call, and what waited for it comes back as FetchError `host-resting`. So does, at once, whatever would have
        to be asked of a host in `resting`, also where a redirect leads to it. The `host` of an error is the one that
        was asked, or would have been.

        Requests are made only as fast as their answers are taken. Closing the generator cancels the rest and ends the
        thread that works behind it. A lookup of a name that hangs in the operating system cannot be cancelled; its
        thread ends when the system gives up.
        """
        work = _Work(partial(self._batch, frozenset(map(host_named, resting))))
        thread = threading.Thread(target=work.run, args=(tuple(requests),), name="monitor-web", daemon=True)
        thread.start()
        try:
            while (answer := work.answers.get()) is not None:
                if isinstance(answer, BaseException):
                    raise answer
                work.call(work.batch.taken)
                yield answer
        finally:
            work.call(work.batch.stop)
            thread.join()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """The trusted certificates: the system's, or those named by SSL_CERT_FILE; reading them takes some 25 ms."""
        context = httpx2.create_ssl_context()
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _batch(self, resting: Collection[str], emit: Emit, lookups: Executor) -> Batch:
        settings, now = self._settings, time.monotonic()
        for host in [host for host, at in list(self._free_at.items()) if at < now]:
            self._free_at.pop(host, None)
        exchange = Exchange(
            guard=self._guard,
            lookups=lookups,
            tls=lambda: self._tls,
            proxies=settings.proxies,
            user_agent=settings.user_agent,
            timeout_seconds=settings.timeout_seconds,
            redirects=settings.redirects,
        )
        return Batch(
            exchange,
            emit,
            concurrency=settings.concurrency,
            spacing_seconds=settings.spacing_seconds,
            free_at=self._free_at,
            resting=resting,
        )


class _Work:
    """A batch with its event loop, its lookup threads and the way back for answers; one per call of `fetch`."""

    def __init__(self, make_batch: Callable[[Emit, Executor], Batch]) -> None:
        self.answers: SimpleQueue[Answer | BaseException | None] = SimpleQueue()
        self._lookups = ThreadPoolExecutor(_LOOKUPS, "monitor-web-lookup")
        self._runner = asyncio.Runner()
        self._loop = self._runner.get_loop()
        self.batch = make_batch(lambda request, outcome: self.answers.put((request, outcome)), self._lookups)

    def run(self, requests: Sequence[Request]) -> None:
        """Answer the requests in this thread; the last thing put is None, or the bug that ended the batch."""
        end: BaseException | None = None
        try:
            with self._runner:
                self._runner.run(self.batch.run(requests))
        except asyncio.CancelledError:
            pass
        except BaseException as bug:  # noqa: BLE001 - it is raised again in the reader's thread
            end = bug
        finally:
            self._lookups.shutdown(wait=False, cancel_futures=True)
            self.answers.put(end)

    def call(self, function: Callable[[], None]) -> None:
        """Have the event loop call `function`, unless it has ended."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function)
