"""What can go wrong on the way to a server, each as a FetchError with a reason code and one plain sentence."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpcore2

from monitor.errors import FetchError

RETRY_AFTER_MOST = 86_400.0
"""Seconds; a server that asks for a longer silence than a day is asked again after a day."""

NETWORK_ERRORS: tuple[type[Exception], ...] = (
    OSError,  # includes ssl.SSLError, which comes as it is while an answer is read
    ValueError,  # a header or URL that the protocol library cannot write
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
)

UNASKED = frozenset(
    {"bad-request-header", "bad-url", "blocked-address", "blocked-port", "blocked-scheme", "dns", "proxy"}
)
"""The reasons for which no server was asked, so that no pause is owed to one."""

# The first row that fits any cause counts: connection errors wrap the more telling errors below them.
_VERDICTS: tuple[tuple[tuple[type[BaseException], ...], str, str], ...] = (
    ((ssl.SSLError,), "tls", "no secure connection could be made to {host}"),
    ((ConnectionRefusedError,), "refused", "{host} refused the connection"),
    ((httpcore2.ConnectError, httpcore2.ConnectTimeout), "unreachable", "{host} could not be reached"),
    ((httpcore2.ProtocolError, ValueError), "protocol", "{host} broke off its answer or did not speak HTTP"),
)

_TRANSIENT_STATUSES = frozenset({408, 429})
_SERVER_ERRORS = 500


def timed_out(url: str, seconds: float) -> FetchError:
    """Return the error for a request that was not complete within its total time."""
    return FetchError(url, "timeout", f"the server did not answer within {seconds:g} s", transient=True)


def too_large(url: str, limit: int) -> FetchError:
    """Return the error for an answer of more than `limit` bytes, before or after decompression."""
    size = f"{limit / 1_000_000:g} MB" if limit >= 1_000_000 else f"{limit:,} bytes"  # noqa: PLR2004 - a megabyte
    return FetchError(url, "too-large", f"the answer is larger than {size}")


def http_error(url: str, status: int, retry_after: str | None, now: datetime) -> FetchError:
    """Return the error for a status other than 200 and 304: reason `http-404`, and how long the server asks to wait."""
    transient = status >= _SERVER_ERRORS or status in _TRANSIENT_STATUSES
    wait = seconds_to_wait(retry_after, now)
    message = f"the server answered {phrase(status)}"
    return FetchError(url, f"http-{status}", message, transient=transient, status=status, retry_after=wait)


def phrase(status: int) -> str:
    """Return a status with its usual words, such as `404 (Not Found)`; a server's own words are not repeated."""
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def seconds_to_wait(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header (RFC 9110, 10.2.3: seconds or a date) as seconds from `now`, between 0 and a day."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:18]), RETRY_AFTER_MOST))
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max((aware - now).total_seconds(), 0.0), RETRY_AFTER_MOST)
    except (ValueError, OverflowError):
        return None


def network_error(url: str, host: str, error: Exception) -> FetchError:
    """Return the FetchError for an error of the network libraries, judged by the innermost cause."""
    causes = list(_causes(error))
    reason, message, transient = _judged(host, causes)
    return FetchError(url, reason, message, transient=transient)


def _judged(host: str, causes: list[BaseException]) -> tuple[str, str, bool]:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "tls", f"the certificate of {host} is not valid: {cause.verify_message}", False
    for kinds, reason, sentence in _VERDICTS:
        if any(isinstance(cause, kinds) for cause in causes):
            return reason, sentence.format(host=host), True
    return "reset", f"{host} closed the connection before its answer was complete", True


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Walk down from an error to what caused it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
