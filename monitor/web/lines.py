"""Connections to addresses that have been vetted, with TLS on top where it is wanted.

Written on asyncio's sockets because the usual layers (a task group, several cancel scopes and a stream object for each
connection) cost more time than the rest of a small request.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import httpcore2

Result = TypeVar("Result")

_CONNECT_SECONDS = 5.0  # for each address but the last, which may take all the time that is left
_ADDRESSES_TRIED = 4
_READ_BYTES = 65_536


class Line(httpcore2.AsyncNetworkStream):
    """A connection; the timeouts that httpcore2 offers are not used, because the whole request has one."""

    def __init__(self, connection: socket.socket) -> None:
        """Take over a connected, non-blocking socket."""
        self._socket = connection
        self._loop = asyncio.get_running_loop()
        self._tls: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109 - httpcore2's
        """Return what has arrived, or nothing at the end; raises ReadError, or ssl.SSLError."""
        if self._tls is None:
            return await self._receive(max_bytes)
        try:
            return await self._by_tls(lambda tls: tls.read(max_bytes))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):  # many servers close without saying so; HTTP shows a cut
            return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 - httpcore2's
        """Send everything; raises WriteError, after which httpcore2 still looks for an answer."""
        if self._tls is None:
            await self._send(buffer)
        elif buffer:
            await self._by_tls(lambda tls: tls.write(buffer))

    async def aclose(self) -> None:
        """Close the socket."""
        self._socket.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore2's
    ) -> Line:
        """Shake hands and verify the certificate against `server_hostname`; raises ConnectError."""
        self._tls = ssl_context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)
        try:
            await self._by_tls(lambda tls: tls.do_handshake())
        except (ssl.SSLError, ssl.CertificateError, httpcore2.NetworkError) as error:
            raise httpcore2.ConnectError(str(error)) from error
        return self

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore2's
        """Return the TLS object when asked for it."""
        return self._tls if info == "ssl_object" else None

    async def _by_tls(self, step: Callable[[ssl.SSLObject], Result]) -> Result:
        """Take a step of TLS, moving its bytes to and from the socket until it is complete."""
        if self._tls is None:
            raise ssl.SSLError("TLS has not begun")
        while True:
            try:
                result = step(self._tls)
            except ssl.SSLWantReadError:
                await self._flush()
                self._take(await self._receive(_READ_BYTES))
            except ssl.SSLError:
                with contextlib.suppress(httpcore2.WriteError):  # the alert that tells the server what is wrong
                    await self._flush()
                raise
            else:
                await self._flush()
                return result

    def _take(self, data: bytes) -> None:
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._send(self._outgoing.read())

    async def _receive(self, most: int) -> bytes:
        await asyncio.sleep(0)  # a server that sends faster than we read would otherwise never let a deadline in
        try:
            return await self._loop.sock_recv(self._socket, most)
        except OSError as error:
            raise httpcore2.ReadError(str(error)) from error

    async def _send(self, data: bytes) -> None:
        try:
            await self._loop.sock_sendall(self._socket, data)
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error


async def open_line(addresses: Sequence[str], port: int) -> Line:
    """Connect to the first of these addresses that answers; raises ConnectError or ConnectTimeout of the last tried."""
    tried = addresses[:_ADDRESSES_TRIED]
    for address in tried[:-1]:
        with contextlib.suppress(httpcore2.ConnectError, TimeoutError):
            async with asyncio.timeout(_CONNECT_SECONDS):
                return await _open(address, port)
    return await _open(tried[-1], port)


async def _open(address: str, port: int) -> Line:
    connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        connection.settimeout(0.0)
        # Without it, a request would wait for the acknowledgement of the last packet of the TLS handshake.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(connection, (address, port))
    except OSError as error:
        connection.close()
        raise httpcore2.ConnectError(str(error)) from error
    except BaseException:
        connection.close()
        raise
    return Line(connection)
