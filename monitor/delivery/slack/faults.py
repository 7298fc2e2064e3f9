"""What can go wrong with Slack, sorted: what may have arrived, what may pass by itself, and what a person has to mend.

No secret and no text of an answer gets into a sentence; only Slack's own codes do.
"""

from __future__ import annotations

import http.client
import logging
import math
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.error import URLError
from urllib.parse import urlsplit

from monitor.delivery.secret import Secret
from monitor.errors import DeliveryError
from monitor.records import Delivery

OK = 200
TOO_MANY = 429
SERVER_FAULT = 500

# What slack_sdk raises besides its own errors, where a connection breaks or an answer is not Slack's.
BROKEN = (OSError, http.client.HTTPException, LookupError, ValueError, TypeError, AttributeError, RecursionError)

_CODE = re.compile(r"[a-z_]{3,60}")
_PAUSE = 60.0
_LONGEST_PAUSE = 24 * 3600.0

# slack_sdk logs the whole webhook, secret included, at debug level. A filter outlives any logging configuration.
SILENT = logging.getLogger(f"{__name__}.sdk")
SILENT.addFilter(lambda _record: False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorter:
    """Makes errors about one channel; `address` is where it posts, `secret` what no sentence may show."""

    address: str
    secret: Secret
    seconds: float

    @property
    def host(self) -> str:
        """Return the name of the server, empty when the address is none."""
        try:
            return urlsplit(self.address).hostname or ""
        except ValueError:
            return ""

    def broken(self, channel: str, error: Exception) -> DeliveryError:
        """Return what a connection that failed, or an answer that cannot be read, means for the message."""
        if isinstance(error, http.client.InvalidURL):
            said = "The address in the settings holds characters that no web address has."
            return DeliveryError(channel, "bad-address", said, transient=False)
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, ssl.SSLCertVerificationError):
            return passing(channel, "tls", f"The certificate of {self.host} is not valid: {cause.verify_message}.")
        # urllib wraps what fails before the last byte of the request has left; Slack cannot have read it then.
        if isinstance(error, URLError):
            return passing(channel, "unreachable", f"{self.host} cannot be reached: {_kind(cause)}.")
        if isinstance(cause, TimeoutError):
            said = f"{self.host} gave no answer within {self.seconds:g} seconds. The message may have arrived."
            return passing(channel, "timeout", said, ambiguous=True)
        if isinstance(cause, (OSError, http.client.HTTPException)):
            said = f"{self.host} broke off the connection ({_kind(cause)}). The message may have arrived."
            return passing(channel, "dropped", said, ambiguous=True)
        return self.foreign(channel)

    def foreign(self, channel: str) -> DeliveryError:
        """Return what an answer that is not Slack's means: a proxy's page, or a wrong address."""
        said = f"{self.host} answered, but not as Slack does; is the address right?"
        return DeliveryError(channel, "not-slack", said, transient=False, ambiguous=True)

    def unwell(self, channel: str, status: int, code: str, headers: Mapping[str, str]) -> DeliveryError | None:
        """Return what a status of 429 or from 500 means for the message, None for any other."""
        said = f"Slack answered {status} ({code})." if code else f"Slack answered {status}."
        if status == TOO_MANY:
            return passing(channel, "rate-limited", said, retry_after=pause(headers))
        if status >= SERVER_FAULT:
            return passing(channel, f"http-{status}", f"{said} The message may have arrived.", ambiguous=True)
        return None

    def code(self, given: object) -> str:
        """Return Slack's word for what is wrong; anything else in an answer might repeat the secret."""
        word = given.strip() if isinstance(given, str) else ""
        return word if _CODE.fullmatch(word) and word not in self.secret.reveal() else ""


def passing(
    channel: str, reason: str, message: str, *, ambiguous: bool = False, retry_after: float | None = None
) -> DeliveryError:
    """Return an error that a later attempt may not meet."""
    return DeliveryError(channel, reason, message, transient=True, ambiguous=ambiguous, retry_after=retry_after)


def undecided(delivery: Delivery, said: str) -> DeliveryError:
    """Return what leaves it to a person whether a message that may have arrived is sent again."""
    advice = f"Look there, then say `monitor deliveries resend {delivery.id}`, or `drop` if it did arrive."
    return DeliveryError(delivery.channel, "maybe-arrived", f"{said}. {advice}", transient=False, ambiguous=True)


def pause(headers: Mapping[str, str]) -> float:
    """Return how many seconds Slack wants to be left alone: what it says, at least one and at most a day."""
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(given)
    except ValueError:
        return _PAUSE
    return min(max(seconds, 1.0), _LONGEST_PAUSE) if math.isfinite(seconds) else _PAUSE


def _kind(cause: object) -> str:
    """Return what the system calls the fault; its own text could hold the address."""
    return (isinstance(cause, OSError) and cause.strerror) or type(cause).__name__
