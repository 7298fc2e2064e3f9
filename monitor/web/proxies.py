"""Which proxy, if any, stands between us and a host: read once from the environment."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

_DEFAULT_PORT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An HTTP proxy; `authorization` is the value of its Proxy-Authorization header and is never shown."""

    host: str
    port: int
    authorization: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """Return `host:port`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """The proxies for http: and https: URLs, and the rules of NO_PROXY for hosts that are asked directly."""

    http: Proxy | None = None
    https: Proxy | None = None
    direct: tuple[str, ...] = ()

    def chosen(self, scheme: str, host: str, port: int) -> Proxy | None:
        """Return the proxy for a URL of this scheme, host (ASCII, no brackets) and port."""
        proxy = self.https if scheme == "https" else self.http
        if proxy is None or any(_exempts(rule, host.lower().rstrip("."), port) for rule in self.direct):
            return None
        return proxy


def proxies_from(environment: Mapping[str, str]) -> Proxies:
    """Read HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, of which the lower-case spelling wins, also when empty.

    Raises ValueError, with a sentence that shows no password, for a proxy that is not an http:// one.
    """
    return Proxies(
        http=_proxy(environment, "http_proxy"),
        https=_proxy(environment, "https_proxy"),
        direct=tuple(filter(None, (rule.strip().lower() for rule in _value(environment, "no_proxy").split(",")))),
    )


def _proxy(environment: Mapping[str, str], name: str) -> Proxy | None:
    used = name if _value(environment, name) else "all_proxy"
    text = _value(environment, used)
    if not text:
        return None
    label = used.upper()
    try:
        url = urlsplit(text if "://" in text else f"http://{text}")
        host, port = url.hostname, url.port
    except ValueError:
        raise ValueError(f"{label} is not the address of a proxy") from None
    if url.scheme != "http":
        message = f"{label} names a proxy that is spoken to by {url.scheme}:, but only http:// proxies can be used"
        raise ValueError(message)
    if not host or not host.isascii() or port == 0:
        raise ValueError(f"{label} is not the address of a proxy")
    return Proxy(host=host, port=port or _DEFAULT_PORT, authorization=_authorization(url))


def _value(environment: Mapping[str, str], name: str) -> str:
    """Return a variable; upper-case HTTP_PROXY can be a visitor's `Proxy:` header where a web server runs us as CGI."""
    if name in environment:
        return environment[name].strip()
    if name == "http_proxy" and "REQUEST_METHOD" in environment:
        return ""
    return environment.get(name.upper(), "").strip()


def _authorization(url: SplitResult) -> str | None:
    if url.username is None:
        return None
    pair = f"{unquote(url.username)}:{unquote(url.password or '')}"
    return f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"


def _exempts(rule: str, host: str, port: int) -> bool:
    """Return whether a rule covers a host: `*`, a name and all below it, an address or CIDR block, each with a port."""
    if rule == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(rule.strip("[]"), strict=False)
    except ValueError:
        pass
    name, colon, only = rule.rpartition(":")
    if colon and only.isdigit() and not name.endswith(":"):
        return int(only) == port and _exempts(name, host, port)
    suffix = rule.removeprefix("*").strip(".")
    return bool(suffix) and (host == suffix or host.endswith(f".{suffix}"))
