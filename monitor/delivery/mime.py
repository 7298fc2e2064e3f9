"""A delivery and its message → the bytes of a mail.

The headers are written here and not by the email package. That package decodes encoded words in what it is given and
writes out what they hid, line breaks included; and it makes an encoded word of a long address, which nobody can read.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Callable, Iterable, Iterator
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from urllib.parse import quote

from monitor.delivery.naming import label
from monitor.errors import DeliveryError
from monitor.messages import clean
from monitor.records import Delivery, Message

MAX_SUBJECT = 120
START = b"Message-ID: "
"""How each of these mails begins."""

_MAX_NAME = 100
_MAX_LINE = 998
_MAX_BODY_LINE = 78
_MAX_LIST_ID = 255
_MAX_LINK = 900

# RFC 2047 allows 76 characters to a line with encoded words: the longest header's name, the word's frame, and these.
_ROOM = 52

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_ATOMS = re.compile(rf"{_ATEXT}+(?: {_ATEXT}+)*")
_LOCAL = rf"(?=[^@]{{1,64}}@){_ATEXT}+(?:\.{_ATEXT}+)*"
_DOMAIN = r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])"
_ADDRESS = re.compile(f"{_LOCAL}@{_DOMAIN}")
# Lists write whom it is about into the name, and go beyond its 64 characters.
_LIST_ADDRESS = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*@{_DOMAIN}")
_IDENTITY = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_HEADER = re.compile(rf"[ -~]{{1,{_MAX_LINE}}}(?:\r\n [ -~]{{1,{_MAX_LINE - 1}}})*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_IN_BODY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN_IN_WORD = re.compile(r"[A-Za-z0-9!*+/-]")

# A server without 8BITMIME takes these bytes too.
_BODY = policy.SMTP.clone(cte_type="7bit")


def compose(
    delivery: Delivery, message: Message, *, sender: str, reply_to: str | None = None, leave: str | None = None
) -> bytes:
    """Return the mail in 7-bit characters with lines of at most 998, the same bytes for the same arguments.

    `leave` is the address for people who want no more. Raises DeliveryError for an address or an id that cannot stand
    in a header.
    """
    channel = delivery.channel
    name, address = mailbox(channel, sender, "sender")
    rows = [
        ("Message-ID", delivery.message_id),
        ("Date", format_datetime(delivery.created_at)),
        ("From", _person(name, address)),
        ("To", _person(*mailbox(channel, delivery.recipient, "recipient"))),
        ("Subject", _words(clean.line(delivery.subject or message.subject, MAX_SUBJECT) or "News Monitor")),
        *_answered(channel, reply_to),
        *_conversation(delivery),
        ("List-Id", _list_id(delivery, address.rpartition("@")[2])),
        *_ways_out(channel, leave, delivery.unsubscribe),
        ("Auto-Submitted", "auto-generated"),
    ]
    return b"".join(_header(channel, *row) for row in rows) + _body(message)


def mailbox(channel: str, written: str, role: str) -> tuple[str, str]:
    """Return the name (may be empty) and the address in `Name <address>` or `address`.

    Raises DeliveryError when there is not exactly one, or when it is not plain ASCII.
    """
    found = getaddresses([written]) if not _CONTROL.search(written) else []
    name, address = found[0] if len(found) == 1 else ("", "")
    if not address.isascii():
        raise DeliveryError(channel, "bad-address", f"The {role}'s address {written!r} is not plain ASCII.")
    # The parser closes gaps and leaves out comments; an address that was only guessed may be another person's.
    if not _ADDRESS.fullmatch(address) or not written.strip().endswith((f"<{address}>", address)):
        raise _cannot_be_used(channel, written, role)
    return clean.line(name, _MAX_NAME), address


def way_out(channel: str, written: str) -> str:
    """Return the mailto link of the address, with or without a query, that people write to when they want no more.

    Raises DeliveryError for what is no such address, or too long for a header.
    """
    if _CONTROL.search(written):
        raise _unfit(channel, "List-Unsubscribe")
    leave = written.strip().removeprefix("mailto:")
    address = leave.partition("?")[0]
    if not _LIST_ADDRESS.fullmatch(address):
        raise _cannot_be_used(channel, address, "list_unsubscribe")
    link = f"<mailto:{quote(leave, safe='@?=&%+-._~!$;:/')}>"
    _header(channel, "List-Unsubscribe", link)
    return link


def _body(message: Message) -> bytes:
    mail = EmailMessage(policy=_BODY)
    parts = (_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", part) for part in (message.text, message.html))
    text, html = (_NOT_IN_BODY.sub("", part) for part in parts)
    mail.set_content(text, cte=_encoding(text))
    mail.add_alternative(html, subtype="html", cte=_encoding(html))
    # Made of all that stands between the boundaries: nobody can write a text that holds its own.
    mail.set_boundary(f"=_{hashlib.sha256((text + html).encode()).hexdigest()[:32]}")
    return mail.as_bytes(policy=_BODY)


def _encoding(text: str) -> str:
    """Return the encoding with the fewest bytes; the email package decides by the first ten lines."""
    raw = text.encode()
    if text.isascii() and all(len(line) <= _MAX_BODY_LINE for line in raw.splitlines()):
        return "7bit"
    return "base64" if len(b64encode(raw)) < len(b2a_qp(raw)) else "quoted-printable"


def _answered(channel: str, reply_to: str | None) -> list[tuple[str, str]]:
    return [("Reply-To", _person(*mailbox(channel, reply_to, "reply_to")))] if reply_to else []


def _conversation(delivery: Delivery) -> list[tuple[str, str]]:
    parent = delivery.parent_message_id
    return [("In-Reply-To", parent), ("References", parent)] if parent else []


def _list_id(delivery: Delivery, domain: str) -> str:
    """Return the watch's title and its identity by RFC 2919, which has at most 255 characters."""
    home = f"news-monitor.{re.sub(r'[^A-Za-z0-9.-]+', '-', domain).strip('-').lower()}"
    home = home[-(_MAX_LIST_ID - 64) :].lstrip(".-")
    return _named(clean.line(delivery.watch_title, _MAX_NAME), f"{label(delivery.watch_id or delivery.channel)}.{home}")


def _ways_out(channel: str, leave: str | None, one_click: str) -> list[tuple[str, str]]:
    """Return the headers for leaving; a promise that one POST is enough is made for an https address only."""
    link = clean.link(one_click).replace(",", "%2C")
    ways = [f"<{link}>"] if link.startswith("https://") and len(link) <= _MAX_LINK else []
    rows = [("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")] if ways else []
    if leave:
        ways.append(way_out(channel, leave))
    if not ways:
        return []
    line = ", ".join(ways)
    room = _MAX_LINE - len("List-Unsubscribe: ")
    return [("List-Unsubscribe", line if len(line) <= room else ",\r\n ".join(ways)), *rows]


def _person(name: str, address: str) -> str:
    return _named(name, address) if name else address


def _named(name: str, inside: str) -> str:
    if not name:
        return f"<{inside}>"
    if not _is_plain(name):
        return f"{_words(name)}\r\n <{inside}>"
    if _ATOMS.fullmatch(name):
        return f"{name} <{inside}>"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{inside}>'


def _is_plain(text: str) -> bool:
    # What looks like an encoded word would be shown as what it hides.
    return text.isascii() and "=?" not in text


def _words(text: str) -> str:
    """Return one clean line of text as it may stand in a header: as it is, or as encoded words (RFC 2047)."""
    if _is_plain(text):
        return text
    letters = [_letter(character) for character in text]
    if sum(map(len, letters)) <= len(text.encode()) * 4 / 3:
        words = (f"q?{''.join(group)}" for group in _groups(letters, len, _ROOM))
    else:
        groups = _groups(text, lambda character: len(character.encode()), _ROOM * 3 // 4)
        words = (f"b?{b64encode(''.join(group).encode()).decode()}" for group in groups)
    return "\r\n ".join(f"=?utf-8?{word}?=" for word in words)


def _letter(character: str) -> str:
    if character == " ":
        return "_"
    if _PLAIN_IN_WORD.fullmatch(character):
        return character
    return "".join(f"={byte:02X}" for byte in character.encode())


def _groups(pieces: Iterable[str], size: Callable[[str], int], room: int) -> Iterator[list[str]]:
    """Yield the pieces in groups that fit; a letter is never divided between two words."""
    group: list[str] = []
    left = room
    for piece in pieces:
        if size(piece) > left:
            yield group
            group, left = [], room
        group.append(piece)
        left -= size(piece)
    yield group


def _header(channel: str, name: str, value: str) -> bytes:
    line = f"{name}: {value}"
    needs_id = name in {"Message-ID", "In-Reply-To", "References"}
    if not _HEADER.fullmatch(line) or (needs_id and not _IDENTITY.fullmatch(value)):
        raise _unfit(channel, name)
    return f"{line}\r\n".encode("ascii")


def _cannot_be_used(channel: str, written: str, role: str) -> DeliveryError:
    return DeliveryError(channel, "bad-address", f"The {role}'s address {written!r} cannot be used.")


def _unfit(channel: str, name: str) -> DeliveryError:
    said = f"The mail's {name} cannot be written: it is too long, or holds what must not stand in a header."
    return DeliveryError(channel, "bad-header", said, transient=False)
