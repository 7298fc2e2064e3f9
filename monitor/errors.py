"""What can go wrong, as one tree.

    MonitorError                 carries: subject, reason (a code), message (a sentence), transient
    ├── ConfigError              subject: the folder or file; `faults` lists every fault found
    ├── SourceError              subject: the URL
    │   ├── FetchError           the network or the publisher's server
    │   ├── ParseError           the answer is not a feed that can be read
    │   └── ExtractError         the page holds no article that can be read
    ├── WorkError                subject: the item; its worker was stopped (time, memory) or died
    ├── ModelError               subject: the topic or the model version
    ├── StoreError               subject: the database, with any password removed
    ├── BusyError                subject: what somebody else is holding
    └── DeliveryError            subject: the channel; `ambiguous` when the message may have arrived

The failure of one item is a value at the edge of a batch and a row in the ledger. Whatever is not a
`MonitorError` is a bug and ends the program. Every error survives a process border (it can be pickled).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/+")
_HOST = re.compile(r"(?:\[[^\]@]*\]|[^:@\s]+)(?::\d*)?")


def masked(url: str) -> str:
    """Return an address for a message: `https://…@host/path` where it holds a user name or password.

    Then, and in one that is malformed, such as `https://user:pass/word@host`, all before the last @ may be secret.
    """
    found = _SCHEME.match(url)
    scheme = found[0] if found else ""
    rest = url.removeprefix(scheme)
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    at = rest.rfind("@")
    if at < 0 or (scheme and _HOST.fullmatch(authority)):
        return url
    return f"{scheme}…@{rest[at + 1 :]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault in the configuration: where it stands and what to do about it."""

    file: str
    key: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        """Return `file:line: key: message`, without the parts that are not known."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class MonitorError(Exception):
    """An expected failure: `reason` is a stable code for the ledger, `message` a sentence for the user."""

    transient: bool = False

    def __init__(self, subject: str, reason: str, message: str, *, transient: bool | None = None) -> None:
        """Keep the subject, the reason code and the sentence; `transient` says whether trying again can help."""
        super().__init__(subject, reason, message)
        self.subject = subject
        self.reason = reason
        self.message = message
        if transient is not None:
            self.transient = transient

    def __str__(self) -> str:
        """Return `subject: message`."""
        return f"{self.subject}: {self.message}"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by the common arguments; what a subclass adds travels with the instance's attributes."""
        return (type(self), (self.subject, self.reason, self.message), dict(self.__dict__))


class ConfigError(MonitorError):
    """The configuration cannot be used; `faults` holds all of its faults, not only the first."""

    def __init__(self, subject: str, faults: Sequence[Fault]) -> None:
        """Collect the faults found in the folder `subject`."""
        count = len(faults)
        super().__init__(subject, "config", f"{count} fault{'' if count == 1 else 's'} in the configuration")
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by the constructor's own arguments."""
        return (type(self), (self.subject, self.faults))


class SourceError(MonitorError):
    """Something about one URL; `subject` is that URL."""


class FetchError(SourceError):
    """A URL could not be fetched: refused by the address guard, unreachable, too slow, too large, or an HTTP error."""

    def __init__(
        self,
        subject: str,
        reason: str,
        message: str,
        *,
        transient: bool | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        host: str | None = None,
    ) -> None:
        """Keep, besides the common parts, the HTTP status and Retry-After in seconds, when there were any.

        `host` is the one that was asked or is resting, which after a redirect is not that of `subject`: in ASCII, lower
        case, without a dot at its end. It is None when no server was asked.
        """
        super().__init__(subject, reason, message, transient=transient)
        self.status = status
        self.retry_after = retry_after
        self.host = host

    def __str__(self) -> str:
        """Return `subject: message`; a password in the address is not shown."""
        return f"{masked(self.subject)}: {self.message}"


class ParseError(SourceError):
    """A document was fetched but is not a feed that can be read."""


class ExtractError(SourceError):
    """A page was fetched but no article can be read out of it."""


class WorkError(MonitorError):
    """A worker process was stopped for its time or memory limit, or died; `reason`: timeout, memory or crash."""


class ModelError(MonitorError):
    """A topic model cannot be trained, loaded or used."""


class StoreError(MonitorError):
    """The database cannot be opened, is newer than this program, is locked or is full."""


class BusyError(MonitorError):
    """Another process is doing this right now."""

    transient = True


class DeliveryError(MonitorError):
    """A message could not be delivered; when `ambiguous`, it may have arrived all the same."""

    def __init__(
        self,
        subject: str,
        reason: str,
        message: str,
        *,
        transient: bool | None = None,
        ambiguous: bool = False,
        retry_after: float | None = None,
    ) -> None:
        """Keep, besides the common parts, whether it may have arrived and how many seconds to wait at least."""
        super().__init__(subject, reason, message, transient=transient)
        self.ambiguous = ambiguous
        self.retry_after = retry_after
