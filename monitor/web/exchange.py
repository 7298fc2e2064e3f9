"""One request of one server: connect to a vetted address or to the proxy, ask, and read the answer under limits.

A redirect is not followed here: it comes back as the next `Hop`, so that it waits for its turn at the other host
and is vetted like any other URL.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

import httpcore2
import httpx2

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web import faults, tunnels
from monitor.web.addresses import Guard, port_of
from monitor.web.bodies import read_body
from monitor.web.hops import REDIRECTS, Hop, first_hop
from monitor.web.lines import Line, open_line
from monitor.web.proxies import Proxies, Proxy

_OK, _NOT_MODIFIED = 200, 304
_NEVER_KEPT = frozenset({"set-cookie", "authorization", "proxy-authorization"})
_SHORTEST_SECRET = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What every request of a batch has in common; `timeout_seconds` is the total for a request and its redirects."""

    guard: Guard
    lookups: Executor
    tls: Callable[[], ssl.SSLContext]
    proxies: Proxies
    user_agent: str
    timeout_seconds: float
    redirects: int

    def first(self, request: Request) -> Hop | FetchError:
        """Return the first hop of a request, or FetchError `bad-url` or `bad-request-header`."""
        try:
            return first_hop(request)
        except FetchError as error:
            return error.with_traceback(None)

    async def ask(self, hop: Hop) -> Hop | Fetched | FetchError:
        """Make one request; returns the answer, the error (with its host, if one was asked), or the next hop."""
        outcome = await self._outcome(hop)
        if isinstance(outcome, FetchError) and outcome.reason not in faults.UNASKED:
            outcome.host = hop.host
        return outcome

    async def _outcome(self, hop: Hop) -> Hop | Fetched | FetchError:
        url = hop.request.url
        try:
            self.guard.vet(hop.url)
            async with asyncio.timeout(self.timeout_seconds - hop.seconds):
                return await self._ask(hop, time.monotonic())
        except FetchError as error:
            error.subject = url
            return error.with_traceback(None)  # it would keep the connection's objects alive as long as it is kept
        except TimeoutError:
            return faults.timed_out(url, self.timeout_seconds)
        except faults.NETWORK_ERRORS as error:
            return faults.network_error(url, hop.url.host, error)

    async def _ask(self, hop: Hop, started: float) -> Hop | Fetched:
        proxy = self._proxy(hop.url)
        async with aclosing(await self._line(hop.url, proxy)) as line:
            if hop.url.scheme == "https":
                if proxy:
                    await tunnels.open_tunnel(line, proxy, hop.url)
                await line.start_tls(self.tls(), hop.url.raw_host.decode("ascii"))
            headers = hop.headers(self.user_agent)
            if proxy and hop.url.scheme == "http":
                request = tunnels.forwarded(proxy, hop.url, headers)
            else:
                request = httpcore2.Request("GET", _target(hop.url), headers=headers)
            connection = httpcore2.AsyncHTTP11Connection(request.url.origin, line)
            response = await connection.handle_async_request(request)
            if proxy and response.status == tunnels.WHO_ARE_YOU:
                raise tunnels.refused(proxy, hop.url, response.status)
            return await self._answer(hop, response, started)

    def _proxy(self, url: httpx2.URL) -> Proxy | None:
        host = url.raw_host.decode("ascii")
        return None if self.guard.is_local(host) else self.proxies.chosen(url.scheme, host, port_of(url))

    async def _line(self, url: httpx2.URL, proxy: Proxy | None) -> Line:
        host, port = url.raw_host.decode("ascii"), port_of(url)
        if proxy is None:
            return await open_line(await self.guard.addresses(host, port, self.lookups), port)
        await self.guard.vet_for_proxy(host, port, self.lookups)
        return await tunnels.open_proxy(proxy, await self.guard.found(proxy.host, self.lookups))

    async def _answer(self, hop: Hop, response: httpcore2.Response, started: float) -> Hop | Fetched:
        headers, here = httpx2.Headers(response.headers), str(hop.url)
        if response.status in REDIRECTS:
            seconds = hop.seconds + time.monotonic() - started
            return hop.redirected(response.status, headers.get("location", "").strip(), seconds, self.redirects)
        if response.status not in {_OK, _NOT_MODIFIED} or (response.status == _NOT_MODIFIED and not hop.conditional):
            raise faults.http_error(here, response.status, headers.get("retry-after"), datetime.now(UTC))
        body = b""
        if response.status == _OK:
            body = await read_body(here, response, headers, hop.request.max_bytes)
        return Fetched(
            key=hop.request.key,
            url=hop.request.url,
            final_url=here,
            status=response.status,
            headers=_kept(headers, hop.request),
            body=body,
            seconds=hop.seconds + time.monotonic() - started,
            moved_to=hop.moved_to,
        )


def _kept(headers: httpx2.Headers, request: Request) -> dict[str, str]:
    """Return an answer's headers without cookies, and without any in which the server repeats a secret of the request.

    What the request said in Accept and User-Agent is none, and what is shorter than a password would fit by chance.
    """
    secrets = [
        value
        for name, value in request.headers.items()
        if len(value) >= _SHORTEST_SECRET and not name.lower().startswith(("accept", "user-agent"))
    ]
    return {
        name: value
        for name, value in headers.items()
        if name not in _NEVER_KEPT and not any(secret in value for secret in secrets)
    }


def _target(url: httpx2.URL) -> httpcore2.URL:
    return httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=port_of(url), target=url.raw_path)
