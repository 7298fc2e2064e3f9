"""Digests by mail over SMTP: one envelope per recipient, and never a guess about whether a mail was taken."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any, Literal, Self

from monitor.delivery import mime, unfit
from monitor.delivery.frozen import foreign
from monitor.delivery.secret import Secret
from monitor.errors import DeliveryError
from monitor.messages import clean
from monitor.records import Delivery, Message, Receipt

_TRANSIENT = range(400, 500)
_ACCEPTED = frozenset({250, 251, 252})
_GO_AHEAD = frozenset({354})
_REFUSED = range(400, 600)
_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)

# A server that answers a little at a time never exceeds the time for one answer.
_ANSWERS = 4
_LAST_PORT = 65_535
_MAYBE = " The mail may have arrived."


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSettings:
    """A mail server, an account where it wants one, and the sender that people see.

    `list_unsubscribe` is the address that people may write to when they want no more. `timeout_seconds` is the time for
    one answer; a whole conversation has four times as long. A mail that may have arrived is sent again (`ambiguous` is
    "resend"; mail programs know the copy by its Message-ID) or waits for a person to decide ("hold").
    """

    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: Secret | None = None
    reply_to: str | None = None
    timeout_seconds: int = 30
    list_unsubscribe: str | None = None
    ambiguous: Literal["resend", "hold"] = "resend"

    def __post_init__(self) -> None:
        """Refuse what no mail could be sent with; the sentences never quote the password."""
        unfit.check(
            ("host", unfit.server(self.host)),
            ("port", "" if 0 < self.port <= _LAST_PORT else f"must be from 1 to {_LAST_PORT}"),
            ("timeout_seconds", unfit.waiting(self.timeout_seconds)),
            ("sender", _lacks(_one_mailbox, self.sender)),
            ("reply_to", _lacks(_one_mailbox, self.reply_to) if self.reply_to else ""),
            ("list_unsubscribe", _lacks(mime.way_out, self.list_unsubscribe) if self.list_unsubscribe else ""),
            *_account_faults(self.username or "", self.password),
        )


class EmailNotifier:
    """Sends each message in a conversation of its own."""

    def __init__(self, settings: EmailSettings) -> None:
        """Keep the settings; nothing is asked of the server before the first message."""
        self._settings = settings

    def freeze(self, delivery: Delivery, message: Message) -> bytes:
        """Return the whole mail, headers and all: later settings do not change a mail that was promised."""
        settings = self._settings
        return mime.compose(
            delivery, message, sender=settings.sender, reply_to=settings.reply_to, leave=settings.list_unsubscribe
        )

    def send(self, delivery: Delivery) -> Receipt:
        """Hand the mail to the server."""
        channel = delivery.channel
        if not delivery.body.startswith(mime.START):
            raise foreign(delivery)
        sender = mime.mailbox(channel, self._settings.sender, "sender")[1]
        recipient = mime.mailbox(channel, delivery.recipient, "recipient")[1]
        with _Limit(_ANSWERS * self._settings.timeout_seconds) as limit:
            with self._sorted_faults(channel, limit):
                connection = self._connect(limit)
            try:
                with self._sorted_faults(channel, limit):
                    self._open(channel, connection)
                    _envelope(connection, sender, recipient)
                with self._sorted_faults(channel, limit, ambiguous=True):
                    answer = _hand_over(connection, delivery.body)
                # From here on the server has the mail: some answer 421 to QUIT, and that is no failure.
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
            finally:
                limit.lift()
                connection.close()
        return Receipt(provider_id=delivery.message_id, place=clean.line(f"{self._settings.host}: {answer}", 200))

    def find(self, delivery: Delivery) -> Receipt | None:
        """Leave a mail that may have arrived to a person, where the settings say so; no server can be asked."""
        if self._settings.ambiguous == "resend":
            return None
        who = clean.line(delivery.recipient, 100)
        said = (
            f"The mail to {who} may have arrived, and this channel sends none twice by itself: ask them, then use "
            f"`monitor deliveries resend {delivery.id}` or `monitor deliveries drop {delivery.id}`."
        )
        raise DeliveryError(delivery.channel, "maybe-arrived", said, transient=False, ambiguous=True)

    def _connect(self, limit: _Limit) -> smtplib.SMTP:
        host, port, seconds = self._settings.host, self._settings.port, self._settings.timeout_seconds
        if self._settings.security == "tls":
            return _EncryptedConversation(limit, host, port, timeout=seconds, context=ssl.create_default_context())
        return _Conversation(limit, host, port, timeout=seconds)

    def _open(self, channel: str, connection: smtplib.SMTP) -> None:
        """Greet, encrypt and log in, as far as the settings ask for it."""
        settings = self._settings
        connection.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            if not connection.has_extn("starttls"):
                said = f'{settings.host} offers no STARTTLS; set security to "tls" (often port 465) or "none".'
                raise DeliveryError(channel, "no-starttls", said, transient=False)
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo_or_helo_if_needed()
        if settings.username:
            password = settings.password.reveal() if settings.password else ""
            connection.login(settings.username, password)

    @contextmanager
    def _sorted_faults(self, channel: str, limit: _Limit, *, ambiguous: bool = False) -> Iterator[None]:
        """Turn what smtplib raises into a DeliveryError; `ambiguous` once the mail itself is on its way."""
        try:
            yield
        except smtplib.SMTPResponseException as error:
            # smtplib keeps the server's words, and a server may repeat what it was told.
            # What stands before the point at which we broke off is not an answer.
            if limit.passed:
                raise self._broken(channel, error, limit, ambiguous=ambiguous) from None
            raise self._answered(channel, error, ambiguous=ambiguous) from None
        except (smtplib.SMTPException, OSError, EOFError) as error:
            # The bare class means that there is no way to log in that both sides know.
            if type(error) in {smtplib.SMTPException, smtplib.SMTPNotSupportedError}:
                said = f"{self._settings.host} cannot do what the settings ask for: {self._hide(str(error))}."
                raise DeliveryError(channel, "not-supported", said, transient=False) from None
            raise self._broken(channel, error, limit, ambiguous=ambiguous) from None
        except ValueError:
            # What was sent has been checked, so that this is about what came back.
            said = f"{self._settings.host} said something during the login that is not SMTP."
            said += _MAYBE if ambiguous else ""
            raise DeliveryError(channel, "not-smtp", said, transient=True, ambiguous=ambiguous) from None

    def _answered(self, channel: str, error: smtplib.SMTPResponseException, *, ambiguous: bool) -> DeliveryError:
        code = error.smtp_code
        said = self._hide(_words(error.smtp_error))
        host = self._settings.host
        if isinstance(error, smtplib.SMTPAuthenticationError) and code not in _TRANSIENT:
            advice = "Check username and password; many providers want a password made for this program alone."
            return DeliveryError(channel, "auth", f"{host} refused the login ({code} {said}). {advice}")
        # An answer that smtplib could not read has a number and words of its own making.
        if code in _REFUSED and isinstance(error.smtp_error, bytes):
            transient = code in _TRANSIENT
            return DeliveryError(channel, f"smtp-{code}", f"{host} answered {code} {said}.", transient=transient)
        said = f"{host} gave an answer that is not SMTP: {code} {said}."
        said += _MAYBE if ambiguous else ""
        return DeliveryError(channel, "not-smtp", said, transient=True, ambiguous=ambiguous)

    def _broken(self, channel: str, error: Exception, limit: _Limit, *, ambiguous: bool) -> DeliveryError:
        host = f"{self._settings.host}:{self._settings.port}"
        if limit.passed:
            reason, said = "timeout", f"{host} was not done after {limit.seconds} seconds."
        elif isinstance(error, ssl.SSLCertVerificationError):
            reason, said = "tls", f"The certificate of {host} is not valid: {error.verify_message}."
        elif isinstance(error, ssl.SSLError):
            reason, said = "tls", f"No encrypted connection to {host}: does the port go with the kind of security?"
        elif isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            reason, said = "timeout", f"{host} gave no answer within {self._settings.timeout_seconds} seconds."
        elif isinstance(error, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError):
            reason, said = "dropped", f"{host} broke off the connection."
        else:
            words = self._hide(str(getattr(error, "strerror", None) or error))
            reason, said = "unreachable", f"{host} cannot be reached: {words}."
        if ambiguous:
            said += _MAYBE
        return DeliveryError(channel, reason, said, transient=True, ambiguous=ambiguous)

    def _hide(self, text: str) -> str:
        shown = self._settings.password.redact(text) if self._settings.password else text
        return clean.line(shown, 200).rstrip(".")


def _one_mailbox(channel: str, written: str) -> object:
    return mime.mailbox(channel, written, "")


def _lacks(read: Callable[[str, str], object], written: str) -> str:
    """Return what is wrong with an address by the function that the mail itself uses, or nothing."""
    try:
        read("", written)
    except DeliveryError:
        shown = clean.line(repr(written), 200)
        return f"{shown} cannot be used: write one address in plain letters, such as monitor@example.org"
    return ""


def _account_faults(username: str, password: Secret | None) -> Iterator[tuple[str, str]]:
    for key, text in (("username", username), ("password", password.reveal() if password else "")):
        if not (text.isascii() and text.isprintable()):
            yield key, "holds characters that a login cannot send: only plain letters, digits and signs (ASCII) can be"
    if username and not password:
        yield "username", "a user name needs a password beside it: give password_env or password_file"
    if password and not username:
        yield "password", "a password needs a username beside it; nobody is logged in without one"


def _envelope(connection: smtplib.SMTP, sender: str, recipient: str) -> None:
    _expect(_ACCEPTED, connection.mail(sender))
    _expect(_ACCEPTED, connection.rcpt(recipient))
    _expect(_GO_AHEAD, connection.docmd("DATA"))


def _expect(wanted: frozenset[int], answer: tuple[int, bytes]) -> None:
    if answer[0] not in wanted:
        raise smtplib.SMTPResponseException(*answer)


def _hand_over(connection: smtplib.SMTP, mail: bytes) -> str:
    """Send the mail itself and return the server's answer; a connection lost in here leaves the outcome open."""
    end = b".\r\n" if mail.endswith(b"\r\n") else b"\r\n.\r\n"
    connection.send(_LINE_START_DOT.sub(b"..", mail) + end)
    answer = connection.getreply()
    _expect(_ACCEPTED, answer)
    return f"{answer[0]} {_words(answer[1])}"


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


class _Limit:
    """Breaks a conversation off when it has lasted too long, however busy the server keeps it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.passed = False
        self._connection: smtplib.SMTP | None = None
        self._over = Event()
        self._guard = Thread(target=self._watch, name="mail-limit", daemon=True)

    def __enter__(self) -> Self:
        self._guard.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.lift()

    def hold(self, connection: smtplib.SMTP) -> None:
        """Name the conversation, before it begins."""
        self._connection = connection

    def lift(self) -> None:
        """Let go of the conversation; afterwards nothing touches it any more."""
        self._over.set()
        self._guard.join()

    def _watch(self) -> None:
        # More than once, because the end may come before there is a socket or while one is exchanged for another.
        wait = self.seconds
        while not self._over.wait(wait):
            self.passed = True
            wait = 0.05
            held = self._connection.sock if self._connection else None
            if held is not None:
                # That of an encrypted socket takes the encryption off first.
                with suppress(OSError):
                    socket.socket.shutdown(held, socket.SHUT_RDWR)


class _Conversation(smtplib.SMTP):
    """A conversation that can be broken off from its first byte on."""

    def __init__(self, limit: _Limit, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - smtplib's own
        limit.hold(self)
        super().__init__(*arguments, **named)


class _EncryptedConversation(smtplib.SMTP_SSL):
    """The same, encrypted from the start."""

    def __init__(self, limit: _Limit, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - smtplib's own
        limit.hold(self)
        super().__init__(*arguments, **named)
