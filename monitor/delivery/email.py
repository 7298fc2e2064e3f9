"""Digests by mail over SMTP: one envelope per recipient, and never a guess about whether a mail was taken."""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Literal

from monitor.delivery.secret import Secret
from monitor.errors import DeliveryError
from monitor.messages import clean
from monitor.records import Delivery, Receipt

_TRANSIENT = range(400, 500)
_ACCEPTED = frozenset({250, 251, 252})
_GO_AHEAD = frozenset({354})
_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)

# Bodies fold at 78 characters and need no 8BITMIME. Headers must not fold: the default policy writes a long
# List-Unsubscribe as an encoded word, which mail programs do not read.
_BODY = policy.SMTP.clone(cte_type="7bit")
_WIRE = policy.SMTP.clone(cte_type="7bit", max_line_length=998)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSettings:
    """A mail server, an account where it wants one, and the sender that people see.

    `list_unsubscribe` is the address that people may write to when they want no more.
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


class EmailNotifier:
    """Sends each message in a conversation of its own."""

    def __init__(self, settings: EmailSettings) -> None:
        """Keep the settings; nothing is asked of the server before the first message."""
        self._settings = settings

    def send(self, delivery: Delivery) -> Receipt:
        """Hand the mail to the server."""
        sender = _address(delivery.channel, self._settings.sender, "sender")
        recipient = _address(delivery.channel, delivery.recipient, "recipient")
        mail = compose(delivery, self._settings)
        with self._sorted_faults(delivery.channel):
            connection = self._connect()
        try:
            with self._sorted_faults(delivery.channel):
                self._open(delivery.channel, connection)
                _envelope(connection, sender, recipient)
            with self._sorted_faults(delivery.channel, ambiguous=True):
                answer = _hand_over(connection, mail)
            # From here on the server has the mail: some answer 421 to QUIT, and that is no failure.
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
        finally:
            connection.close()
        return Receipt(provider_id=delivery.message_id, place=clean.line(f"{self._settings.host}: {answer}", 200))

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.security == "tls":
            return smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.timeout_seconds, context=ssl.create_default_context()
            )
        return smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_seconds)

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
    def _sorted_faults(self, channel: str, *, ambiguous: bool = False) -> Iterator[None]:
        """Turn what smtplib raises into a DeliveryError; `ambiguous` once the mail itself is on its way."""
        try:
            yield
        except smtplib.SMTPResponseException as error:
            # smtplib keeps the server's words, and a server may repeat what it was told.
            raise self._answered(channel, error) from None
        except smtplib.SMTPNotSupportedError as error:
            said = f"{self._settings.host} cannot do what the settings ask for: {self._hide(str(error))}"
            raise DeliveryError(channel, "not-supported", said, transient=False) from None
        except (smtplib.SMTPException, OSError, EOFError) as error:
            raise self._broken(channel, error, ambiguous=ambiguous) from None
        except ValueError as error:
            said = f"The account or an address cannot be sent to {self._settings.host}: {type(error).__name__}."
            raise DeliveryError(channel, "bad-settings", said, transient=False) from None

    def _answered(self, channel: str, error: smtplib.SMTPResponseException) -> DeliveryError:
        code = error.smtp_code
        said = self._hide(_words(error.smtp_error))
        host = self._settings.host
        if isinstance(error, smtplib.SMTPAuthenticationError) and code not in _TRANSIENT:
            advice = "Check username and password; many providers want a password made for this program alone."
            return DeliveryError(channel, "auth", f"{host} refused the login ({code} {said}). {advice}")
        # -1 stands for an answer that is not SMTP at all.
        transient = code in _TRANSIENT or code < 0
        return DeliveryError(channel, f"smtp-{code}", f"{host} answered {code} {said}.", transient=transient)

    def _broken(self, channel: str, error: Exception, *, ambiguous: bool) -> DeliveryError:
        host = f"{self._settings.host}:{self._settings.port}"
        if isinstance(error, ssl.SSLCertVerificationError):
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
            said += " The mail may have arrived."
        return DeliveryError(channel, reason, said, transient=True, ambiguous=ambiguous)

    def _hide(self, text: str) -> str:
        shown = self._settings.password.redact(text) if self._settings.password else text
        return clean.line(shown, 200).rstrip(".")


def compose(delivery: Delivery, settings: EmailSettings) -> bytes:
    """Return the mail, the same bytes in every attempt, so that a copy can be told for what it is."""
    domain = parseaddr(settings.sender)[1].rpartition("@")[2]
    mail = EmailMessage(policy=_BODY)
    try:
        mail["Message-ID"] = delivery.message_id
        mail["Date"] = format_datetime(delivery.created_at)
        mail["From"] = settings.sender
        mail["To"] = delivery.recipient
        mail["Subject"] = clean.line(delivery.message.subject)
        if settings.reply_to:
            mail["Reply-To"] = settings.reply_to
        mail["List-Id"] = f"News Monitor <{_label(delivery.channel)}.news-monitor.{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        if settings.list_unsubscribe:
            mail["List-Unsubscribe"] = f"<mailto:{settings.list_unsubscribe.removeprefix('mailto:')}>"
    except ValueError as error:
        said = f"A header of the mail cannot be written: {error}"
        raise DeliveryError(delivery.channel, "bad-header", said, transient=False) from error
    mail.set_content(delivery.message.text)
    mail.add_alternative(delivery.message.html, subtype="html")
    # "=_" cannot stand in a quoted-printable or base64 body.
    mail.set_boundary(f"=_{hashlib.sha256(delivery.message_id.encode()).hexdigest()[:32]}")
    return mail.as_bytes(policy=_WIRE)


def _address(channel: str, written: str, role: str) -> str:
    address = parseaddr(written)[1]
    if "@" not in address or clean.line(address) != address or " " in address or written.splitlines() != [written]:
        raise DeliveryError(channel, "bad-address", f"The {role}'s address {written!r} cannot be used.")
    if not address.isascii():
        raise DeliveryError(channel, "bad-address", f"The {role}'s address {written!r} is not plain ASCII.")
    return address


def _envelope(connection: smtplib.SMTP, sender: str, recipient: str) -> None:
    _expect(_ACCEPTED, connection.mail(sender))
    _expect(_ACCEPTED, connection.rcpt(recipient))
    _expect(_GO_AHEAD, connection.docmd("DATA"))


def _expect(wanted: frozenset[int], answer: tuple[int, bytes]) -> None:
    if answer[0] not in wanted:
        raise smtplib.SMTPResponseException(*answer)


def _hand_over(connection: smtplib.SMTP, mail: bytes) -> str:
    """Send the mail itself and return the server's answer; a connection lost in here leaves the outcome open."""
    connection.send(_LINE_START_DOT.sub(b"..", mail) + b".\r\n")
    answer = connection.getreply()
    _expect(_ACCEPTED, answer)
    return f"{answer[0]} {_words(answer[1])}"


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _label(channel: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", channel.lower()).strip("-") or "channel"
