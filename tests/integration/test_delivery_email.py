"""Mail to a real SMTP server that misbehaves on request."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from monitor.delivery import Secret
from monitor.delivery.email import EmailNotifier, EmailSettings
from monitor.delivery.unfit import UnfitError
from monitor.errors import DeliveryError
from monitor.messages import render
from monitor.records import Message, Receipt
from tests.factories import make_delivery, make_hostile, make_message
from tests.mail_server import serving

PASSWORD = "hush4hush"  # noqa: S105 - the point of the tests is that it is never shown


@dataclass(slots=True)
class MailServer:
    """What the server is to answer at each stage, and the mails it has taken as (sender, recipients, bytes).

    A stage is MAIL, RCPT, BEFORE DATA (the command), DATA (the mail itself) or QUIT. At one in `resets` the connection
    breaks, at one in `pauses` the server is silent for so many seconds, and it takes no mail for anybody in `refused`.
    After the mail, the server says for `dripping` times that more of its answer is to come.
    """

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    drop_after_data: bool = False
    data_seconds: float = 0.0
    refused: set[str] = field(default_factory=set)
    resets: set[str] = field(default_factory=set)
    pauses: dict[str, float] = field(default_factory=dict)
    dripping: int = 0
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    async def handle_MAIL(self, server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Answer to the sender."""
        envelope.mail_from = address
        return await self._answer(server, "MAIL", "250 OK")

    async def handle_RCPT(self, server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Answer to a recipient."""
        if address in self.refused:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return await self._answer(server, "RCPT", "250 OK")

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Take the mail, or refuse it."""
        answer = await self._answer(server, "DATA", "250 2.0.0 queued as 4F2A")
        if answer.startswith("250"):
            self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        await asyncio.sleep(self.data_seconds)
        for _ in range(self.dripping):
            await server.push("250-well")
            await asyncio.sleep(0.05)
        if self.drop_after_data:
            server.transport.abort()
        return answer

    async def handle_QUIT(self, server: Any, *_: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Say goodbye."""
        return await self._answer(server, "QUIT", "221 Bye")

    async def before_data(self, server: Any) -> str:
        """Answer to the command DATA; "" to go on as usual."""
        known = "BEFORE DATA" in self.resets | self.pauses.keys() | self.answers.keys()
        return await self._answer(server, "BEFORE DATA", "") if known else ""

    async def _answer(self, server: Any, stage: str, usual: str) -> str:
        self.commands.append(stage)
        await asyncio.sleep(self.pauses.get(stage, 0))
        if stage in self.resets:
            server.transport.abort()
        return self.answers.get(stage, usual)


class Smtp(SMTP):
    """A server that may answer to the command DATA otherwise than by going on."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd calls it so
        """Ask the handler first."""
        answer = await self.event_handler.before_data(self)
        if answer:
            await self.push(answer)
        else:
            await super().smtp_DATA(arg)


def _login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=given.password == PASSWORD.encode(), handled=False)


@contextmanager
def mail_server(
    tls: ssl.SSLContext | None = None, *, implicit: bool = False, logins: bool = True
) -> Iterator[MailServer]:
    """Run a server on the loopback interface for the time of the block."""
    mail = MailServer()

    def protocol(loop: asyncio.AbstractEventLoop) -> Smtp:
        starttls = None if implicit else tls
        login = _login if logins else None
        return Smtp(mail, tls_context=starttls, authenticator=login, auth_require_tls=not logins, loop=loop)

    with serving(protocol, tls if implicit else None) as mail.port:
        yield mail


@contextmanager
def dripping(drip: bytes, seconds: float, begun: tuple[bytes, ...] = ()) -> Iterator[int]:
    """Yield a port at which each of `begun` is said at once, as an answer, and then `drip` again and again for ever."""
    over = Event()

    def talk() -> None:
        caller, _ = listening.accept()
        with caller, suppress(OSError):
            for answer in begun[:1]:
                caller.sendall(answer)
            for answer in begun[1:]:
                caller.recv(65_536)
                caller.sendall(answer)
            while not over.wait(seconds):
                caller.sendall(drip)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        talker = Thread(target=talk)
        talker.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            talker.join()


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


def send(settings: EmailSettings, message: Message | None = None, **changes: Any) -> Receipt:
    notifier = EmailNotifier(settings)
    delivery = make_delivery(**changes)
    return notifier.send(replace(delivery, body=notifier.freeze(delivery, message or make_message())))


def failure(settings: EmailSettings, **changes: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(settings, **changes)
    return caught.value


def read(content: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_mail_arrives_as_it_was_frozen(mail: MailServer) -> None:
    message = make_message()
    settings = settings_for(mail)
    delivery = make_delivery()
    frozen = EmailNotifier(settings).freeze(delivery, message)
    receipt = EmailNotifier(settings).send(replace(delivery, body=frozen))
    assert receipt.provider_id == "<d.3f2a9c1b77d04e5f.00000001@news.example.org>"
    assert receipt.place == "127.0.0.1: 250 2.0.0 queued as 4F2A"
    assert mail.mails == [("monitor@news.example.org", ["ana@example.org"], frozen)]
    assert mail.commands == ["MAIL", "RCPT", "DATA", "QUIT"]


def test_every_attempt_sends_the_same_bytes_whatever_the_settings_say_by_then(mail: MailServer) -> None:
    settings = settings_for(mail)
    delivery = make_delivery()
    delivery = replace(delivery, body=EmailNotifier(settings).freeze(delivery, make_message()))
    EmailNotifier(settings).send(delivery)
    later = replace(settings, sender="News <monitor@news.example.org>", reply_to="desk@example.org")
    EmailNotifier(later).send(replace(delivery, attempts=1, open=True))
    assert mail.mails[0] == mail.mails[1]


def test_each_person_has_an_envelope_of_their_own(mail: MailServer) -> None:
    mail.refused.add("ben@example.org")
    assert send(settings_for(mail)).provider_id
    error = failure(settings_for(mail), recipient="ben@example.org", id="4", message_id="<d.4@news.example.org>")
    assert (error.reason, error.transient, error.ambiguous) == ("smtp-550", False, False)
    assert [recipients for _, recipients, _ in mail.mails] == [["ana@example.org"]]


def test_a_hostile_headline_adds_no_recipient(mail: MailServer) -> None:
    hostile = "Rates up\r\nBcc: victim@example.org\r\n.\r\nQUIT\u2028\x00"
    send(settings_for(mail), render(make_hostile(hostile)))
    send(settings_for(mail), make_message(subject=hostile, text=f"{hostile}\r\n.\r\nMAIL FROM:<b@example.org>\r\n"))
    for _sender, recipients, content in mail.mails:
        assert recipients == ["ana@example.org"]
        assert read(content)["Bcc"] is None
    assert mail.commands == ["MAIL", "RCPT", "DATA", "QUIT"] * 2


@pytest.mark.parametrize("text", ["before\n.\n..two\nafter\n", ".\n.\n.\n", "no line feed.", ".", "\n\n.\n\n"])
def test_a_line_of_one_dot_does_not_end_the_mail(mail: MailServer, text: str) -> None:
    send(settings_for(mail), make_message(text=text))
    body = read(mail.mails[0][2]).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")


def test_a_body_without_a_line_end_ends_all_the_same(mail: MailServer) -> None:
    EmailNotifier(settings_for(mail)).send(make_delivery(body=b"Message-ID: <a@b.example>\r\n\r\nb"))
    assert mail.mails[0][2] == b"Message-ID: <a@b.example>\r\n\r\nb\r\n"


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "BEFORE DATA", "DATA"])
@pytest.mark.parametrize(
    ("answer", "transient"),
    [("421 busy", True), ("451 try later", True), ("550 no such user", False), ("554 no", False)],
)
def test_answers_of_4xx_are_worth_another_try_and_5xx_are_not(
    mail: MailServer, stage: str, answer: str, *, transient: bool
) -> None:
    mail.answers[stage] = answer
    error = failure(settings_for(mail))
    assert (error.transient, error.ambiguous) == (transient, False)
    assert error.reason == f"smtp-{answer[:3]}"
    assert answer in str(error)
    assert mail.mails == []
    assert "DATA" not in mail.commands or stage == "DATA"


@pytest.mark.parametrize("answer", ["421 closing", "554 no", "not SMTP at all"])
def test_what_is_said_at_goodbye_is_no_failure(mail: MailServer, answer: str) -> None:
    mail.answers["QUIT"] = answer
    assert send(settings_for(mail)).provider_id
    assert len(mail.mails) == 1


def test_a_connection_lost_after_the_mail_leaves_the_outcome_open(mail: MailServer) -> None:
    mail.drop_after_data = True
    error = failure(settings_for(mail))
    assert (error.reason, error.transient, error.ambiguous) == ("dropped", True, True)
    assert "may have arrived" in error.message
    assert len(mail.mails) == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "BEFORE DATA"])
def test_a_connection_reset_before_the_mail_has_not_brought_it(mail: MailServer, stage: str) -> None:
    mail.resets.add(stage)
    error = failure(settings_for(mail))
    assert (error.reason, error.transient, error.ambiguous) == ("dropped", True, False)
    assert mail.mails == []


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "BEFORE DATA"])
def test_silence_before_the_mail_has_not_brought_it(mail: MailServer, stage: str) -> None:
    mail.pauses[stage] = 3
    error = failure(settings_for(mail, timeout_seconds=0.3))
    assert (error.reason, error.transient, error.ambiguous) == ("timeout", True, False)
    assert mail.mails == []


def test_silence_after_the_mail_leaves_the_outcome_open(mail: MailServer) -> None:
    mail.data_seconds = 3
    error = failure(settings_for(mail, timeout_seconds=0.3))
    assert (error.reason, error.transient, error.ambiguous) == ("timeout", True, True)


@pytest.mark.parametrize("answer", ["no number", "354 go on", "9" * 9_000], ids=["words", "354", "long"])
def test_an_answer_to_the_mail_that_says_nothing_leaves_the_outcome_open(mail: MailServer, answer: str) -> None:
    mail.answers["DATA"] = answer
    error = failure(settings_for(mail))
    assert (error.reason, error.transient, error.ambiguous) == ("not-smtp", True, True)
    assert len(str(error)) < 400


@pytest.mark.parametrize("drip", [b"2", b"220-wait\r\n"], ids=["a line without end", "lines without end"])
def test_a_server_that_says_a_little_at_a_time_is_left_after_four_times_the_time_for_one_answer(drip: bytes) -> None:
    with dripping(drip, seconds=0.05) as port:
        began = time.monotonic()
        error = failure(settings_for(MailServer(port=port), timeout_seconds=0.2))
        assert 0.75 < time.monotonic() - began < 3
    assert (error.reason, error.transient, error.ambiguous) == ("timeout", True, False)
    assert "not done after" in error.message


def test_a_server_that_drips_after_the_mail_leaves_the_outcome_open() -> None:
    begun = b"220 hi\r\n", b"250 hi\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n"
    with dripping(b"250-well\r\n", seconds=0.05, begun=begun) as port:
        error = failure(settings_for(MailServer(port=port), timeout_seconds=0.2))
    assert (error.reason, error.transient, error.ambiguous) == ("timeout", True, True)


def test_a_server_that_cannot_be_reached_has_not_got_the_mail(closed_port: int, silent_port: int) -> None:
    settings = settings_for(MailServer(port=closed_port))
    refused = failure(settings)
    assert (refused.reason, refused.transient, refused.ambiguous) == ("unreachable", True, False)
    unknown = failure(replace(settings, host="mail.invalid"))
    assert (unknown.reason, unknown.transient, unknown.ambiguous) == ("unreachable", True, False)
    silent = failure(replace(settings, port=silent_port, timeout_seconds=0.2))  # type: ignore[arg-type]  # a short wait
    assert (silent.reason, silent.transient, silent.ambiguous) == ("timeout", True, False)


def test_a_mail_that_may_have_arrived_is_sent_again_unless_the_settings_leave_it_to_a_person() -> None:
    settings = settings_for(MailServer(port=25))
    delivery = make_delivery(open=True)
    assert EmailNotifier(settings).find(delivery) is None
    with pytest.raises(DeliveryError) as caught:
        EmailNotifier(replace(settings, ambiguous="hold")).find(delivery)
    error = caught.value
    assert (error.reason, error.transient, error.ambiguous) == ("maybe-arrived", False, True)
    assert "ana@example.org may have arrived" in error.message
    assert f"`monitor deliveries resend {delivery.id}`" in error.message
    assert f"`monitor deliveries drop {delivery.id}`" in error.message


def test_a_login_works_and_a_refused_one_comes_with_advice(mail: MailServer) -> None:
    settings = settings_for(mail, username="ana", password=Secret(PASSWORD))
    assert send(settings).provider_id
    error = failure(replace(settings, password=Secret("wrong4wrong")))
    assert (error.reason, error.transient) == ("auth", False)
    assert "Check username and password" in error.message
    assert len(mail.mails) == 1


def test_a_server_that_knows_no_logins_is_said() -> None:
    with mail_server(logins=False) as mail:
        error = failure(settings_for(mail, username="ana", password=Secret(PASSWORD)))
    assert (error.reason, error.transient) == ("not-supported", False)
    assert "cannot do what the settings ask for" in error.message


def test_a_server_without_starttls_gets_neither_password_nor_mail(mail: MailServer) -> None:
    settings = settings_for(mail, security="starttls", username="ana", password=Secret(PASSWORD))
    error = failure(settings)
    assert (error.reason, error.transient) == ("no-starttls", False)
    assert mail.commands == []


def test_encryption_from_the_start_needs_a_port_that_speaks_it(mail: MailServer) -> None:
    error = failure(settings_for(mail, security="tls"))
    assert (error.reason, error.transient, error.ambiguous) == ("tls", True, False)


@pytest.mark.parametrize("challenge", ["a", "not base64!"])
def test_a_server_that_muddles_the_login_is_said_and_tried_again(challenge: str) -> None:
    answers = (b"220 hello\r\n", b"250-hello\r\n250 AUTH CRAM-MD5\r\n", f"334 {challenge}\r\n".encode())
    with dripping(b"", 0.05, answers) as port:
        settings = settings_for(MailServer(port=port), username="ana", password=Secret(PASSWORD))
        error = failure(settings)
    assert (error.reason, error.transient, error.ambiguous) == ("not-smtp", True, False)
    assert error.message == "127.0.0.1 said something during the login that is not SMTP."


FIT: dict[str, Any] = {"host": "smtp.example.org", "sender": "Monitor <m@example.org>"}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        *(({"host": host}, "host") for host in ("", " ", "smtp://smtp.example.org", "smtp.example.org/mail", "a b")),
        *(({"host": host}, "host") for host in ("smtp.example.org:587", "smtp..example.org", "a\nb", "-", "m" * 300)),
        *(({"port": port}, "port") for port in (0, -1, 65_536, 99_999)),
        *(({"timeout_seconds": seconds}, "timeout_seconds") for seconds in (0, -5, 10**12)),
        *(({"sender": sender}, "sender") for sender in ("", "Monitor", "a@b.example, c@d.example", "m@exa mple.org")),
        *(({"reply_to": address}, "reply_to") for address in ("desk", "a@b.example\nBcc: x@y.example", "ä@b.example")),
        *(({"list_unsubscribe": way}, "list_unsubscribe") for way in ("x", "mailto:x", "https://example.org/leave")),
        ({"list_unsubscribe": "a@b.example?subject=a\nb"}, "list_unsubscribe"),
        ({"list_unsubscribe": f"a@b.example?subject={'s' * 1_000}"}, "list_unsubscribe"),
        ({"username": "ana"}, "username"),
        ({"password": Secret(PASSWORD)}, "password"),
        ({"username": "änä", "password": Secret(PASSWORD)}, "username"),
        ({"username": "ana", "password": Secret(f"{PASSWORD}\r\nRSET")}, "password"),
        ({"username": "ana", "password": Secret(f"{PASSWORD}ß")}, "password"),
    ],
)
def test_settings_that_no_mail_could_be_sent_with_are_refused(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(UnfitError) as caught:
        EmailSettings(**{**FIT, **changes})
    [(told, sentence)] = caught.value.faults
    assert told == key
    assert "\n" not in sentence
    assert PASSWORD not in f"{caught.value}"


@pytest.mark.parametrize(
    "changes",
    [
        *(
            {"host": host}
            for host in ("localhost", "127.0.0.1", "::1", "bücher.example", "smtp.example.org.", "my_host")
        ),
        *({"list_unsubscribe": way} for way in ("a@b.example", "mailto:a@b.example?subject=no more, please", "")),
        {"reply_to": "", "username": "", "password": Secret("")},
        {"sender": '"News, Monitor" <m@example.org>', "port": 25, "timeout_seconds": 1},
    ],
)
def test_settings_that_can_work_are_taken(changes: dict[str, Any]) -> None:
    assert EmailSettings(**{**FIT, **changes})


BAD_ADDRESSES = [
    "",
    "ana",
    "ana@example.org\r\nRCPT TO:<b@example.org>",
    "añá@example.org",
    "ana@example.org, ben@example.org",
    "ana@example.org> SIZE=1 <ben@example.org",
    "ana@exa mple.org",
    "ana\x00@example.org",
    f"{'a' * 65}@example.org",
]


@pytest.mark.parametrize("recipient", BAD_ADDRESSES)
def test_an_address_that_cannot_be_used_is_said_before_anything_is_sent(mail: MailServer, recipient: str) -> None:
    notifier = EmailNotifier(settings_for(mail))
    delivery = make_delivery(recipient=recipient, body=b"Message-ID: <a@b.example>\r\n")
    for attempt in (lambda: notifier.freeze(delivery, make_message()), lambda: notifier.send(delivery)):
        with pytest.raises(DeliveryError) as caught:
            attempt()
        assert (caught.value.reason, caught.value.transient) == ("bad-address", False)
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
        assert send(settings).provider_id
        assert len(mail.mails) == 1
        mail.dripping = 60
        began = time.monotonic()
        dripping = failure(replace(settings, timeout_seconds=0.4))  # type: ignore[arg-type]  # a short wait
        assert (dripping.reason, dripping.transient, dripping.ambiguous) == ("timeout", True, True)
        assert time.monotonic() - began < 2.8


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
