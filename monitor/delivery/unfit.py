"""Settings with which nothing could ever be sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

LONGEST = 3600

_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?")


class UnfitError(ValueError):
    """What is wrong with a channel's settings: `faults` are (key, sentence) pairs that show no secret."""

    def __init__(self, faults: Iterable[tuple[str, str]]) -> None:
        """Keep the pairs."""
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        """Return all of them in one line."""
        return "; ".join(f"{key}: {sentence}" for key, sentence in self.faults)


def check(*faults: tuple[str, str]) -> None:
    """Raise UnfitError for the pairs that have a sentence, if there are any."""
    if wrong := [(key, sentence) for key, sentence in faults if sentence]:
        raise UnfitError(wrong)


def waiting(seconds: float) -> str:
    """Return what is wrong with the time that an answer may take, or nothing."""
    return "" if 0 < seconds <= LONGEST else f"must be from 1 to {LONGEST} seconds"


def pausing(seconds: float) -> str:
    """Return what is wrong with a pause between two things, which may be none, or nothing."""
    return "" if 0 <= seconds <= LONGEST else f"must be from 0 to {LONGEST} seconds"


def server(host: str) -> str:
    """Return what is wrong with the name or the address of a server, or nothing."""
    if not host.strip():
        return "must name the mail server, such as smtp.example.org"
    if "://" in host or "/" in host or "@" in host:
        return f"{host!r} is more than a server's name: write it alone, such as smtp.example.org"
    try:
        ip_address(host)
    except ValueError:
        if re.fullmatch(r"[^:]+:\d+", host):
            return f"{host!r} holds a port: write the name alone here, and the port with `port`"
        return "" if _is_name(host) else f"{host!r} is not a server's name: write one such as smtp.example.org"
    return ""


def web_address(url: str) -> str:
    """Return what is wrong with an address that is a secret, without showing it, or nothing."""
    try:
        parts = urlsplit(url)
        usable = url.startswith(("https://", "http://")) and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        return "is not an https:// address; copy it again from Slack"
    return "" if url.isascii() and url.isprintable() and " " not in url else "holds characters that no web address has"


def _is_name(host: str) -> bool:
    try:
        # As the system does before it asks for the name: a label may be neither empty nor longer than 63 characters.
        return bool(_NAME.fullmatch(host.encode("idna").decode("ascii")))
    except UnicodeError:
        return False
