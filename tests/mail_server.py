"""A mail server of our own on the loopback interface: takes mail and misbehaves as it was told to."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass(slots=True)
class MailServer:
    """What to answer at each stage or to each recipient, and the mails taken as (recipients, bytes).

    `drop` is how many of the next mails are taken and then answered with a broken connection. `pause` gives the seconds
    to sleep before and after taking a mail.
    """

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    recipients: dict[str, str] = field(default_factory=dict)
    drop: int = 0
    pause: Callable[[], float] = lambda: 0.0
    connections: int = 0
    mails: list[tuple[list[str], bytes]] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd calls it so
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count who comes."""
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Answer to a recipient."""
        answer = self.recipients.get(address, self.answers.get("RCPT", "250 OK"))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Take the mail, or refuse it."""
        answer = self.answers.get("DATA", "250 2.0.0 queued")
        await asyncio.sleep(self.pause())
        if answer.startswith("250"):
            self.mails.append((envelope.rcpt_tos, envelope.original_content))
        await asyncio.sleep(self.pause())
        if self.drop:
            self.drop -= 1
            server.transport.abort()
        return answer

    async def handle_QUIT(self, *_: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Say goodbye."""
        return self.answers.get("QUIT", "221 Bye")

    def ids(self) -> list[str]:
        """Return the Message-ID of each mail taken, in order."""
        return [email.message_from_bytes(mail)["Message-ID"] for _, mail in self.mails]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a server on the loopback interface for the time of the block."""
    mail = MailServer()
    with serving(lambda loop: SMTP(mail, loop=loop)) as mail.port:
        yield mail


@contextmanager
def serving(protocol: Callable[[asyncio.AbstractEventLoop], SMTP], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Speak a protocol on a loopback port for the time of the block, in a thread of its own; yield the port."""
    loop = asyncio.new_event_loop()

    async def start() -> asyncio.Server:
        return await loop.create_server(lambda: protocol(loop), "127.0.0.1", 0, ssl=tls)

    async def stop() -> None:
        server.close()
        await server.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0.02)  # transports close a turn of the loop later

    server = loop.run_until_complete(start())
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
