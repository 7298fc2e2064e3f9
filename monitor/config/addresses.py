"""Mail addresses as people write them: `ana@example.org`, or `Ana <ana@example.org>`."""

from __future__ import annotations

import re
from email.utils import getaddresses

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LOCAL = rf"(?=[^@]{{1,64}}@){_ATEXT}+(?:\.{_ATEXT}+)*"
_DOMAIN = r"(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])"
_ADDRESS = re.compile(f"{_LOCAL}@{_DOMAIN}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def mail_address(said: str) -> str:
    """Return the address alone; raises ValueError with a sentence when a mail could not be sent to it.

    What passes is what the mail channel takes: a test holds the two together.
    """
    if _CONTROL.search(said):
        raise ValueError(f"{said!r} holds a line break or another character that no address has")
    found = getaddresses([said])
    if len(found) > 1 or said.count("@") > 1:
        raise ValueError(f"{said!r} is not one address: give each reader a [[people]] table of their own")
    address = found[0][1] if found else ""
    if not address.isascii():
        raise ValueError(f"{said!r} is not an address in plain letters (ASCII), which is all that every server takes")
    # The parser closes gaps and leaves out comments; an address that was only guessed may be another person's.
    if not _ADDRESS.fullmatch(address) or not said.strip().endswith((f"<{address}>", address)):
        raise ValueError(f"{said!r} is not an address: write one such as ana@example.org")
    return address
