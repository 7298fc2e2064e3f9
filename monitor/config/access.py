"""A feed's own headers: user name and password, and whatever else its publisher wants to be shown."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.config.faults import Place
from monitor.config.secrets import WAYS, SecretError, Vault

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")  # RFC 9110, 5.6.2
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_RESERVED = frozenset(
    (
        *("accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "range", "te", "trailer"),
        *("if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"),
        *("proxy-authorization", "proxy-connection", "transfer-encoding", "upgrade"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The headers to send, or what is wrong: the key's place within the feed's table, and a sentence without values."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    faults: tuple[tuple[Place, str], ...] = ()


def read_access(table: Mapping[str, Any], vault: Vault) -> Access:
    """Gather the headers of a feed's table; parts that are of the wrong type are left to the check of shapes."""
    headers: dict[str, str] = {}
    faults: list[tuple[Place, str]] = []
    said = table.get("headers")
    for name, value in said.items() if isinstance(said, dict) else ():
        try:
            _check_name(name, headers)
            headers[name] = _value(value, vault)
        except SecretError as error:
            faults.append((("headers", name), str(error)))
    try:
        headers |= _basic(table, headers, vault)
    except _MisplacedError as error:
        faults.append(((error.key,), str(error)))
    return Access(faults=tuple(faults)) if faults else Access(headers=headers)


class _MisplacedError(SecretError):
    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def _basic(table: Mapping[str, Any], headers: Mapping[str, str], vault: Vault) -> dict[str, str]:
    """Return the header of RFC 7617, or nothing for a feed without a user name."""
    named = table.get("username")
    ways = [way for way in WAYS if isinstance(table.get(f"password_{way}"), str)]
    if not isinstance(named, str):
        if ways:
            raise _MisplacedError(f"password_{ways[0]}", "a password needs a username beside it")
        return {}
    if len(ways) != 1:
        wrong = "give either password_env or password_file, not both" if ways else "a user name needs password_env"
        raise _MisplacedError("username", wrong if ways else f"{wrong} or password_file beside it")
    if ":" in named:
        raise _MisplacedError("username", "a user name cannot hold a colon")
    if any(name.lower() == "authorization" for name in headers):
        raise _MisplacedError("username", "the headers of this feed hold an Authorization already")
    key = f"password_{ways[0]}"
    try:
        password = vault.fetch(ways[0], str(table[key]))
    except SecretError as error:
        raise _MisplacedError(key, str(error)) from error
    return {"Authorization": "Basic " + base64.b64encode(f"{named}:{password}".encode()).decode("ascii")}


def _check_name(name: str, taken: Mapping[str, str]) -> None:
    if not _TOKEN.fullmatch(name):
        raise SecretError("this is not a header's name: use letters, digits and hyphens")
    if name.lower() == "user-agent":
        raise SecretError("set [identity] name and contact in monitor.toml instead")
    if name.lower() in _RESERVED:
        raise SecretError("the monitor sets this header itself")
    if name.lower() in {one.lower() for one in taken}:
        raise SecretError("this header is given twice")


def _value(said: Any, vault: Vault) -> str:  # noqa: ANN401 - whatever TOML held
    pointed = dict(_pointers(said))
    value = vault.fetch(*next(iter(pointed.items()))) if pointed else said
    if not isinstance(value, str):
        return ""
    if not _VALUE.fullmatch(value):
        raise SecretError("its value is empty or holds characters that a header cannot hold")
    return value


def _pointers(said: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever TOML held
    if isinstance(said, dict) and len(said) == 1:
        yield from ((way, place) for way, place in said.items() if way in WAYS and isinstance(place, str))
