"""A small Internet for the tests of the address guard: every dial is noted and ends at a server on loopback.

The guard's rule is about addresses, ports 80 and 443 included, on which no test can listen. So dials are diverted: a
dial of a public address reaches the server `outside`, and any other the server `inside`, which counts who comes. The
server of the feeds themselves is dialled as it is.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from monitor.web import system_resolver
from tests.servers import Asked, LoopbackServer, Reply

ONE, OTHER = "93.184.215.14", "2606:2800:21f:cb07::1"
PUBLIC = frozenset({ONE, OTHER})
_NO_NAME = re.compile(r"[0-9a-fx.:]+|localhost\.?")

NAMES: Mapping[str, Sequence[str]] = {
    "public.example": (ONE,),
    "two.example": (OTHER, ONE),
    "loopback.example": ("127.0.0.1",),
    "loopback6.example": ("::1",),
    "private.example": ("10.0.0.5",),
    "metadata.example": ("169.254.169.254",),
    "mapped.example": ("::ffff:127.0.0.1",),
    "mapped-metadata.example": ("::ffff:a9fe:a9fe",),
    "nat64.example": ("64:ff9b::7f00:1",),
    "6to4.example": ("2002:7f00:1::",),
    "mixed.example": (ONE, "127.0.0.1"),
    "mixed6.example": (OTHER, "::1"),
    "zero.example": ("0.0.0.0",),
    "shared.example": ("100.64.0.1",),
    "multicast.example": ("224.0.0.1",),
    "scoped.example": ("fe80::1%lo",),
    "nonsense.example": ("nonsense",),
}


def names(host: str) -> Sequence[str]:
    """Resolve the names above, and what the operating system reads as an address without asking anybody."""
    if host.rstrip(".") in NAMES:
        return NAMES[host.rstrip(".")]
    if _NO_NAME.fullmatch(host):
        return system_resolver(host)
    raise socket.gaierror(socket.EAI_NONAME, host)


@dataclass(slots=True)
class Network:
    """The two servers at the ends of all diverted dials, and the addresses that were dialled."""

    inside: LoopbackServer
    outside: LoopbackServer
    dialled: list[tuple[str, int]] = field(default_factory=list)

    @property
    def reached(self) -> int:
        """How many connections arrived at what nobody may reach."""
        return self.inside.connections

    def divert(self, address: tuple[str, int], family: int, own: frozenset[int]) -> tuple[str, int]:
        """Return where a dial of this address ends."""
        host, port = address[:2]
        if port in own:
            return host, port
        self.dialled.append((host, port))
        end = self.outside if host in PUBLIC else self.inside
        return ("::ffff:127.0.0.1" if family == socket.AF_INET6 else "127.0.0.1"), end.port


@contextmanager
def small_internet(answer: Callable[[Asked], Reply], *own: int) -> Iterator[Network]:
    """Divert all dials of this process but those of the ports `own`; `answer` speaks for the public servers."""
    plain, plain_ex, lock = socket.socket.connect, socket.socket.connect_ex, threading.Lock()
    with LoopbackServer(lambda _: Reply(body=b"swordfish")) as inside, LoopbackServer(answer) as outside:
        network = Network(inside, outside)

        def ended(line: socket.socket, address: Any) -> Any:
            if line.family not in {socket.AF_INET, socket.AF_INET6}:
                return address
            with lock:
                return network.divert(address, line.family, frozenset(own))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(socket.socket, "connect", lambda line, address: plain(line, ended(line, address)))
            patch.setattr(socket.socket, "connect_ex", lambda line, address: plain_ex(line, ended(line, address)))
            yield network
