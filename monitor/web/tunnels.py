"""The way through an HTTP proxy (RFC 9110, 7.1 and 9.3.6).

An https: URL is reached by a tunnel, inside which TLS is spoken with the host itself; an http: URL by a request in
absolute form, which the proxy answers.
"""

from __future__ import annotations

from collections.abc import Sequence

import httpcore2
import httpx2

from monitor.errors import FetchError
from monitor.web.addresses import port_of
from monitor.web.faults import phrase
from monitor.web.hops import host_header
from monitor.web.lines import Line, open_line
from monitor.web.proxies import Proxy

WHO_ARE_YOU = 407
"""The status by which a proxy asks for a user name and a password."""

_CREATED = range(200, 300)
_SERVER_ERRORS = 500


async def open_proxy(proxy: Proxy, addresses: Sequence[str]) -> Line:
    """Connect to a proxy that has these addresses; raises FetchError `proxy`."""
    try:
        if addresses:
            return await open_line(addresses, proxy.port)
    except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
        pass
    raise FetchError(str(proxy), "proxy", f"the proxy {proxy} could not be reached", transient=True)


async def open_tunnel(line: Line, proxy: Proxy, url: httpx2.URL) -> None:
    """Have the proxy connect the line to the host of `url`; raises FetchError `proxy`."""
    host = url.raw_host.decode("ascii")
    target = f"[{host}]:{port_of(url)}" if ":" in host else f"{host}:{port_of(url)}"
    request = httpcore2.Request(
        "CONNECT", _at(proxy, target.encode("ascii")), headers=[("Host", target), *_credentials(proxy)]
    )
    try:
        connection = httpcore2.AsyncHTTP11Connection(request.url.origin, line)
        response = await connection.handle_async_request(request)
    except (httpcore2.NetworkError, httpcore2.ProtocolError):
        message = f"the proxy {proxy} broke off or did not speak HTTP"
        raise FetchError(str(url), "proxy", message, transient=True) from None
    if response.status not in _CREATED:
        raise refused(proxy, url, response.status)


def forwarded(proxy: Proxy, url: httpx2.URL, headers: Sequence[tuple[str, str]]) -> httpcore2.Request:
    """Return the request by which the proxy is asked to fetch an http: URL."""
    target = b"http://" + host_header(url).encode("ascii") + url.raw_path
    return httpcore2.Request("GET", _at(proxy, target), headers=[*headers, *_credentials(proxy)])


def refused(proxy: Proxy, url: httpx2.URL, status: int) -> FetchError:
    """Return the error for a proxy that would not do it."""
    message = f"the proxy {proxy} answered {phrase(status)} when it was asked for {url.host}"
    return FetchError(str(url), "proxy", message, transient=status >= _SERVER_ERRORS)


def _at(proxy: Proxy, target: bytes) -> httpcore2.URL:
    return httpcore2.URL(scheme=b"http", host=proxy.host.encode("ascii"), port=proxy.port, target=target)


def _credentials(proxy: Proxy) -> list[tuple[str, str]]:
    return [("Proxy-Authorization", proxy.authorization)] if proxy.authorization else []
