"""Which URLs may be asked for and which addresses may be dialled.

Feeds name links, and redirects name targets, that nobody here chose: without a guard they could reach the machine's
own services or a cloud's metadata address. Looking at the URL's text does not help, because resolvers accept
`127.1`, `2130706433` and full-width digits; so every name is resolved once, every address it has must be public, and
exactly those addresses are dialled. A second answer of the name's server is never asked for.
"""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import re
import socket
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor

import httpx2

from monitor.errors import FetchError

Resolver = Callable[[str], Sequence[str]]
"""A blocking function from a host name to its addresses, best first; raises OSError when there are none."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65_535
_LONGEST_NAME = 253
_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?")  # host names as they occur, after IDNA
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")  # what resolvers take for an IPv4 address
_PROXIED_LOOKUP_SECONDS = 5.0

# What `ipaddress.is_global` of Python 3.11 lets through although no public web server lives there: shared address
# space (RFC 6598), protocol assignments (RFC 6890), the 6to4 relay (RFC 7526), Teredo and its like (RFC 2928), and
# the second documentation block (RFC 9637).
_SPECIAL = tuple(
    ipaddress.ip_network(block)
    for block in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "2001::/23", "3fff::/20")
)
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # RFC 4291: all that is handed out to networks
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


def system_resolver(host: str) -> Sequence[str]:
    """Ask the operating system for the addresses of `host`; raises OSError when it knows none."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(text: str) -> bool:
    """Return whether an address is one of the public Internet; addresses that wrap an IPv4 address are unwrapped."""
    try:
        address: Address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(str(inner))
        if address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast and not any(address in block for block in _SPECIAL)


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a network would really reach (mapped, 6to4, NAT64)."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def port_of(url: httpx2.URL) -> int:
    """Return the port that an http(s) URL names or implies."""
    return PORTS[url.scheme] if url.port is None else url.port


class Guard:
    """Decides what may be dialled; hosts named in `allow_hosts` may be private and use any port."""

    def __init__(self, allow_hosts: Iterable[str], resolve: Resolver) -> None:
        """Keep the host names, or `*.suffix` patterns, that are exempt, and how names are resolved."""
        self._allowed = tuple(_rule(host) for host in allow_hosts)
        self._resolve = resolve

    def allows(self, host: str) -> bool:
        """Return whether the user exempted this host (in ASCII) from the rules on addresses and ports."""
        name = host.lower().rstrip(".")
        return any(name.endswith(rule[1:]) if rule.startswith("*.") else name == rule for rule in self._allowed)

    def is_local(self, host: str) -> bool:
        """Return whether no proxy is to hear of this host: an exempted one, localhost, or a private address."""
        return self.allows(host) or any(not is_public(address) for address in _without_dns(host))

    def vet(self, url: httpx2.URL) -> None:
        """Raise FetchError for a URL that must not be asked for, whatever its host resolves to."""
        subject, host = str(url), url.raw_host.decode("ascii")
        if url.scheme not in PORTS:
            message = f"addresses that begin with {url.scheme or 'nothing'}: are not fetched, only http: and https:"
            raise FetchError(subject, "blocked-scheme", message)
        if not host:
            raise FetchError(subject, "bad-url", "the address names no host")
        if not _can_exist(host):
            raise FetchError(subject, "bad-url", "the address names a host that cannot exist")
        if url.userinfo:
            raise FetchError(subject, "bad-url", "addresses with a user name or password in them are not fetched")
        self._vet_port(host, port_of(url))

    async def addresses(self, host: str, port: int, lookups: Executor) -> Sequence[str]:
        """Resolve `host` once and return what may be dialled; raises FetchError `dns`, or when anything is private."""
        self._vet_port(host, port)
        found = await self.found(host, lookups)
        if not found:
            message = f"the name {host} could not be found (is this machine online?)"
            raise FetchError(host, "dns", message, transient=True)
        private = [address for address in found if not is_public(address)]
        if private and not self.allows(host):
            message = f"{host} leads to {private[0]}, which is not an address of the public Internet"
            raise FetchError(host, "blocked-address", message)
        return _by_turns(found)

    async def vet_for_proxy(self, host: str, port: int, lookups: Executor) -> None:
        """Raise FetchError for a host that a proxy must not be asked for.

        A name that can be resolved here must have public addresses only. One that cannot, as in networks where only
        the proxy knows the names outside, is left to the proxy, and its operator's rules hold.
        """
        try:
            async with asyncio.timeout(_PROXIED_LOOKUP_SECONDS):
                await self.addresses(host, port, lookups)
        except TimeoutError:
            return
        except FetchError as error:
            if error.reason != "dns":
                raise

    async def found(self, host: str, lookups: Executor) -> Sequence[str]:
        """Resolve a host once, without judging its addresses; returns nothing when there are none."""
        known = _without_dns(host)
        if known:
            return known
        try:
            return await asyncio.get_running_loop().run_in_executor(lookups, self._resolve, host)
        except (OSError, ValueError):  # ValueError: a label that the IDNA codec refuses
            return ()

    def _vet_port(self, host: str, port: int) -> None:
        if not 0 < port <= _HIGHEST_PORT:
            raise FetchError(host, "bad-url", f"{port} is not a port")
        if port not in PORTS.values() and not self.allows(host):
            raise FetchError(host, "blocked-port", f"port {port} of {host} is not fetched from, only 80 and 443")


def host_named(host: str) -> str:
    """Return the name of a host in the spelling by which hosts are told apart: ASCII, lower case, no dot at the end."""
    name = host.strip("[]").lower().rstrip(".")
    try:
        return httpx2.URL(scheme="http", host=name).raw_host.decode("ascii")
    except httpx2.InvalidURL:
        return name


def _rule(host: str) -> str:
    """Return a rule on hosts in the spelling in which URLs name them."""
    return ("*." if host.startswith("*.") else "") + host_named(host.removeprefix("*."))


def _can_exist(host: str) -> bool:
    """Return whether a host is an address or a name; anything else would be for a resolver or a proxy to interpret."""
    if ":" in host:
        return "%" not in host
    name = host.lower()
    return len(name) <= _LONGEST_NAME and bool(_NAME.fullmatch(name)) and not (_is_number(name) and not _number(name))


def _without_dns(host: str) -> Sequence[str]:
    """Return the addresses of a literal or a localhost name, which RFC 6761 (6.3) keeps out of DNS; else nothing."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return ("127.0.0.1", "::1")
    if ":" not in name:
        return _number(name) if _is_number(name) else ()
    try:
        return (str(ipaddress.ip_address(name)),)
    except ValueError:
        return ()


def _is_number(name: str) -> bool:
    """Return whether a name is meant as an IPv4 address, by its last label (URL Standard, "ends in a number")."""
    return bool(_NUMBER.fullmatch(name.rstrip(".")))


def _number(name: str) -> Sequence[str]:
    """Read an IPv4 address in any spelling that resolvers know: `127.1`, `0x7f000001`, `2130706433`, `0177.0.0.1`."""
    try:
        return (socket.inet_ntoa(socket.inet_aton(name.rstrip("."))),)
    except OSError:
        return ()


def _by_turns(addresses: Sequence[str]) -> Sequence[str]:
    """Let the address families take turns, so that a broken IPv6 route costs one attempt, not four."""
    first = [address for address in addresses if (":" in address) == (":" in addresses[0])]
    other = [address for address in addresses if address not in first]
    mixed = itertools.chain.from_iterable(itertools.zip_longest(first, other))
    return tuple(address for address in mixed if address is not None)
