"""Mail to a real SMTP server that misbehaves on request."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from monitor.delivery import Secret
from monitor.delivery.email import EmailNotifier, EmailSettings
from monitor.errors import DeliveryError
from monitor.messages import render
from tests.factories import make_delivery, make_digest, make_hostile, make_message

PASSWORD = "hush4hush"  # noqa: S105 - the point of the tests is that it is never shown


@dataclass(slots=True)
class MailServer:
    """What the server is to answer at each stage, and the mails it has taken as (sender, recipients, bytes)."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    drop_after_data: bool = False
    data_seconds: float = 0.0
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Answer to the sender."""
        envelope.mail_from = address
        return self._answer("MAIL", "250 OK")

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Answer to a recipient."""
        envelope.rcpt_tos.append(address)
        return self._answer("RCPT", "250 OK")

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Take the mail, or refuse it."""
        answer = self._answer("DATA", "250 2.0.0 queued as 4F2A")
        if answer.startswith("250"):
            self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        await asyncio.sleep(self.data_seconds)
        if self.drop_after_data:
            server.transport.abort()
        return answer

    async def handle_QUIT(self, *_: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Say goodbye."""
        return self._answer("QUIT", "221 Bye")

    def _answer(self, command: str, usual: str) -> str:
        self.commands.append(command)
        return self.answers.get(command, usual)


def _login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=given.password == PASSWORD.encode(), handled=False)


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None, *, implicit: bool = False) -> Iterator[MailServer]:
    """Run a server on the loopback interface for the time of the block."""
    mail = MailServer()
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        starttls = None if implicit else tls
        return SMTP(mail, tls_context=starttls, authenticator=_login, auth_require_tls=False, loop=loop)

    async def start() -> asyncio.Server:
        return await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if implicit else None)

    async def stop() -> None:
        server.close()
        await server.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0.02)  # transports close a turn of the loop later

    server = loop.run_until_complete(start())
    mail.port = server.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield mail
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def settings_for(mail: MailServer, **changes: Any) -> EmailSettings:
    """Return settings that reach the server without encryption."""
    plain = EmailSettings(
        host="127.0.0.1",
        port=mail.port,
        security="none",
        sender="News Monitor <monitor@news.example.org>",
        timeout_seconds=5,
    )
    return replace(plain, **changes)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port on which somebody takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def failure(settings: EmailSettings, **changes: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        EmailNotifier(settings).send(make_delivery(**changes))
    return caught.value


def read(content: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_mail_arrives_with_its_parts_and_headers(mail: MailServer) -> None:
    settings = settings_for(
        mail, reply_to="desk@example.org", list_unsubscribe=f"{'leave-' * 15}news@example.org?subject=unsubscribe"
    )
    message = render(make_digest(12))
    receipt = EmailNotifier(settings).send(make_delivery(message=message))
    assert receipt.provider_id == "<d.3f2a9c1b77d04e5f.00000001@news.example.org>"
    assert receipt.place == "127.0.0.1: 250 2.0.0 queued as 4F2A"
    (sender, recipients, content) = mail.mails[0]
    assert (sender, recipients) == ("monitor@news.example.org", ["ana@example.org"])
    got = read(content)
    assert got["Message-ID"] == receipt.provider_id
    assert got["Date"].datetime == make_delivery().created_at
    assert got["Subject"] == message.subject
    assert got["Reply-To"] == "desk@example.org"
    assert got["List-Id"] == "News Monitor <work.news-monitor.news.example.org>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
    text, html = got.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == message.text
    assert html.get_content().replace("\r\n", "\n").rstrip() == message.html.rstrip()
    assert mail.commands == ["MAIL", "RCPT", "DATA", "QUIT"]


def test_addresses_in_headers_are_never_folded_or_encoded(mail: MailServer) -> None:
    unsubscribe = f"{'leave-' * 15}news@example.org"
    settings = settings_for(mail, list_unsubscribe=unsubscribe, sender="Presseüberwachung <monitor@news.example.org>")
    EmailNotifier(settings).send(make_delivery(message_id=f"<{'d' * 90}@news.example.org>"))
    lines = mail.mails[0][2].split(b"\r\n")
    assert f"List-Unsubscribe: <mailto:{unsubscribe}>".encode() in lines
    assert f"Message-ID: <{'d' * 90}@news.example.org>".encode() in lines
    assert all(len(line) <= 998 for line in lines)


def test_every_attempt_sends_the_same_bytes(mail: MailServer) -> None:
    for attempts in range(2):
        EmailNotifier(settings_for(mail)).send(make_delivery(message=render(make_digest(3)), attempts=attempts))
    assert mail.mails[0] == mail.mails[1]


def test_a_hostile_headline_adds_no_header_and_no_recipient(mail: MailServer) -> None:
    message = render(make_hostile("Rates up\r\nBcc: victim@example.org\r\n.\r\nQUIT\u2028\x00"))
    EmailNotifier(settings_for(mail)).send(make_delivery(message=message))
    EmailNotifier(settings_for(mail)).send(make_delivery(message=replace(message, subject="a\r\nBcc: b@example.org")))
    for _sender, recipients, content in mail.mails:
        assert recipients == ["ana@example.org"]
        assert read(content)["Bcc"] is None


def test_a_line_of_one_dot_does_not_end_the_mail(mail: MailServer) -> None:
    text = "before\n.\n..two\nafter\n"
    EmailNotifier(settings_for(mail)).send(make_delivery(message=make_message(text=text)))
    body = read(mail.mails[0][2]).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == text


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("answer", "transient"), [("451 try later", True), ("421 busy", True), ("550 no", False)])
def test_answers_of_4xx_are_worth_another_try_and_5xx_are_not(
    mail: MailServer, stage: str, answer: str, *, transient: bool
) -> None:
    mail.answers[stage] = answer
    error = failure(settings_for(mail))
    assert (error.transient, error.ambiguous) == (transient, False)
    assert error.reason == f"smtp-{answer[:3]}"
    assert answer in str(error)
    assert "DATA" not in mail.commands or stage == "DATA"


def test_a_421_at_quit_is_no_failure(mail: MailServer) -> None:
    mail.answers["QUIT"] = "421 closing"
    assert EmailNotifier(settings_for(mail)).send(make_delivery()).provider_id
    assert len(mail.mails) == 1


def test_a_connection_lost_after_the_mail_leaves_the_outcome_open(mail: MailServer) -> None:
    mail.drop_after_data = True
    error = failure(settings_for(mail))
    assert (error.reason, error.transient, error.ambiguous) == ("dropped", True, True)
    assert "may have arrived" in error.message
    assert len(mail.mails) == 1


def test_silence_after_the_mail_leaves_the_outcome_open(mail: MailServer) -> None:
    mail.data_seconds = 3
    error = failure(settings_for(mail, timeout_seconds=0.3))
    assert (error.reason, error.transient, error.ambiguous) == ("timeout", True, True)


def test_a_server_that_cannot_be_reached_has_not_got_the_mail(closed_port: int, silent_port: int) -> None:
    settings = settings_for(MailServer(port=closed_port))
    refused = failure(settings)
    assert (refused.reason, refused.transient, refused.ambiguous) == ("unreachable", True, False)
    unknown = failure(replace(settings, host="mail.invalid"))
    assert (unknown.reason, unknown.transient, unknown.ambiguous) == ("unreachable", True, False)
    silent = failure(replace(settings, port=silent_port, timeout_seconds=0.2))  # type: ignore[arg-type]  # a short wait
    assert (silent.reason, silent.transient, silent.ambiguous) == ("timeout", True, False)


def test_a_login_works_and_a_refused_one_comes_with_advice(mail: MailServer) -> None:
    settings = settings_for(mail, username="ana", password=Secret(PASSWORD))
    assert EmailNotifier(settings).send(make_delivery()).provider_id
    error = failure(replace(settings, password=Secret("wrong4wrong")))
    assert (error.reason, error.transient) == ("auth", False)
    assert "Check username and password" in error.message
    assert len(mail.mails) == 1


def test_a_server_without_starttls_gets_neither_password_nor_mail(mail: MailServer) -> None:
    settings = settings_for(mail, security="starttls", username="ana", password=Secret(PASSWORD))
    error = failure(settings)
    assert (error.reason, error.transient) == ("no-starttls", False)
    assert mail.commands == []


def test_encryption_from_the_start_needs_a_port_that_speaks_it(mail: MailServer) -> None:
    error = failure(settings_for(mail, security="tls"))
    assert (error.reason, error.transient, error.ambiguous) == ("tls", True, False)


@pytest.mark.parametrize("recipient", ["", "ana", "ana@example.org\r\nRCPT TO:<b@example.org>", "añá@example.org"])
def test_an_address_that_cannot_be_used_is_said_before_anything_is_sent(mail: MailServer, recipient: str) -> None:
    error = failure(settings_for(mail), recipient=recipient)
    assert (error.reason, error.transient) == ("bad-address", False)
    assert mail.commands == []


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "tls"])
def test_encrypted_mail_needs_a_certificate_that_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, implicit: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    with mail_server(context, implicit=implicit) as mail:
        settings = settings_for(
            mail, security="tls" if implicit else "starttls", username="ana", password=Secret(PASSWORD)
        )
        error = failure(settings)
        assert (error.reason, error.transient, error.ambiguous) == ("tls", True, False)
        assert mail.mails == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        assert EmailNotifier(settings).send(make_delivery()).provider_id
        assert len(mail.mails) == 1


def certificate(folder: Path) -> Path:
    """Return a file with a key and its certificate for 127.0.0.1, made for this test alone."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - only where it is installed
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - only where it is installed

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path
