"""A request on its way from its URL through redirects: where it goes next and what it may carry there."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx2

from monitor.errors import FetchError
from monitor.records import Request
from monitor.web.addresses import PORTS, port_of
from monitor.web.bodies import ENCODINGS

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_OURS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "if-modified-since",
        "if-none-match",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""The headers on which the framing, the conditions or the reading of an answer depend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step of a request.

    `start` is where it began and `seen` where it has been; `seconds` is how long that took. Once it has `strayed` from
    the origin of `start` it carries no headers of its own any more, also when it comes back. `moved_to` is where the
    permanent redirects at the start of the way lead, and `settled` is true once that row has ended.
    """

    request: Request
    start: httpx2.URL
    url: httpx2.URL
    seen: tuple[str, ...] = ()
    seconds: float = 0.0
    strayed: bool = False
    moved_to: str | None = None
    settled: bool = False

    @property
    def host(self) -> str:
        """The host that has to be asked, in the spelling by which hosts are told apart."""
        return host_of(self.url)

    @property
    def spacing(self) -> float:
        """The pause that the request demands for the host it is now at."""
        return self.request.spacing if self.host == host_of(self.start) else 0.0

    @property
    def conditional(self) -> bool:
        """Whether validators are sent: without them, a 304 says nothing."""
        return any(value and is_plain(value) for value in (self.request.etag, self.request.last_modified))

    def headers(self, user_agent: str) -> list[tuple[str, str]]:
        """Return the headers to be sent."""
        request = self.request
        headers = {
            "host": ("Host", host_header(self.url)),
            "user-agent": ("User-Agent", user_agent),
            "accept": ("Accept", request.accept),
            "accept-encoding": ("Accept-Encoding", ", ".join(ENCODINGS)),
            "connection": ("Connection", "close"),
            "if-none-match": ("If-None-Match", request.etag),
            "if-modified-since": ("If-Modified-Since", request.last_modified),
        }
        if not self.strayed:
            headers |= {name.lower(): (name, value) for name, value in request.headers.items()}
        return [(name, value) for name, value in headers.values() if value and is_plain(value)]

    def redirected(self, status: int, location: str, seconds: float, most: int) -> Hop:
        """Return the next hop; raises FetchError for a target that makes no sense, a circle, or more than `most`."""
        here = str(self.url)
        if not location:
            raise FetchError(here, "bad-redirect", "the server redirected without saying where to")
        try:
            url = without_fragment(self.url.join(location))
        except (httpx2.InvalidURL, ValueError):
            raise FetchError(here, "bad-redirect", "the server redirected to a malformed address") from None
        seen = (*self.seen, here)
        if str(url) in seen:
            raise FetchError(here, "redirect-loop", "the server redirects in a circle")
        if len(seen) > most:
            raise FetchError(here, "too-many-redirects", f"the server redirected more than {most} times")
        settled = self.settled or status not in _PERMANENT
        return Hop(
            request=self.request,
            start=self.start,
            url=url,
            seen=seen,
            seconds=seconds,
            strayed=self.strayed or _origin(url) != _origin(self.start),
            moved_to=self.moved_to if settled else str(url),
            settled=settled,
        )


def first_hop(request: Request) -> Hop:
    """Return the first hop of a request; raises FetchError `bad-url` or `bad-request-header`."""
    try:
        url = without_fragment(httpx2.URL(request.url.strip()))
    except (httpx2.InvalidURL, ValueError, TypeError):
        raise FetchError(request.url, "bad-url", "the address is not a well-formed URL") from None
    for name, value in request.headers.items():
        if not _TOKEN.fullmatch(name) or name.lower() in _OURS:
            message = f"a header named {name[:40]!r} cannot be sent with a request"
            raise FetchError(request.url, "bad-request-header", message)
        if not is_plain(value) or value != value.strip():
            message = f"the value of the header {name[:40]!r} holds characters that headers cannot carry"
            raise FetchError(request.url, "bad-request-header", message)
    return Hop(request=request, start=url, url=url)


def host_of(url: httpx2.URL) -> str:
    """Return the host of a URL in ASCII, lower case, and without the dot that names may end with."""
    return url.raw_host.decode("ascii").rstrip(".")


def host_header(url: httpx2.URL) -> str:
    """Return the Host header for a URL: with the port, where it is not the usual one."""
    host = url.raw_host.decode("ascii")
    name = f"[{host}]" if ":" in host else host
    return name if port_of(url) == PORTS[url.scheme] else f"{name}:{url.port}"


def without_fragment(url: httpx2.URL) -> httpx2.URL:
    """Return a URL as servers are asked for it."""
    return url.copy_with(fragment=None) if "#" in str(url) else url


def _origin(url: httpx2.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, url.port or PORTS.get(url.scheme)


def is_plain(value: str) -> bool:
    """Return whether a header value is printable ASCII; anything else a server once sent is not echoed back."""
    return value.isascii() and value.isprintable()
