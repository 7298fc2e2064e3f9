"""Digests to a Slack channel through an incoming webhook.

A webhook cannot be asked what it has taken: where an answer is missing, the message may stand in the channel already.
"""

from __future__ import annotations

import http.client
import logging
import math
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlsplit

from monitor.delivery.secret import Secret
from monitor.errors import DeliveryError
from monitor.records import Delivery, Receipt

if TYPE_CHECKING:
    from slack_sdk.webhook import WebhookClient, WebhookResponse

_OK = 200
_TOO_MANY = 429
_SERVER_FAULT = 500
_CODE = re.compile(r"[a-z_]{3,60}")
_PAUSE = 60.0
_LONGEST_PAUSE = 24 * 3600.0

_ADVICE = {
    "no_service": "The webhook has been removed or switched off; make a new one in Slack.",
    "no_service_id": "The webhook's address is incomplete; copy it again from Slack.",
    "no_team": "The workspace is gone, or the webhook's address is wrong; copy it again from Slack.",
    "invalid_token": "The webhook's address is wrong or no longer valid; copy it again from Slack.",
    "channel_not_found": "The webhook's channel is gone; make a new webhook in Slack.",
    "channel_is_archived": "The webhook's channel is archived; make a new webhook in Slack.",
    "action_prohibited": "The workspace does not let this webhook post; ask its administrators.",
    "posting_to_general_channel_denied": "The workspace does not let this webhook post to that channel.",
}

# slack_sdk logs the whole webhook, secret included, at debug level. A filter outlives any logging configuration.
_SILENT = logging.getLogger(f"{__name__}.sdk")
_SILENT.addFilter(lambda _record: False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """The webhook's address, which is a secret as a whole."""

    webhook: Secret
    timeout_seconds: int = 15


class SlackNotifier:
    """Posts each message once; slack_sdk's own retries would post it twice after a connection that broke late."""

    def __init__(self, settings: SlackSettings) -> None:
        """Keep the settings; nothing is asked of Slack before the first message."""
        self._settings = settings

    def send(self, delivery: Delivery) -> Receipt:
        """Post the message's blocks."""
        from slack_sdk.errors import SlackClientError  # noqa: PLC0415 - a tenth of the program's start, seldom needed

        channel = delivery.channel
        client = self._client(channel)
        try:
            answer = client.send_dict(dict(delivery.message.slack))
        except (OSError, http.client.HTTPException, SlackClientError, LookupError, UnicodeError) as error:
            # The original may quote the address, so it must not be chained.
            raise self._broken(channel, error) from None
        if answer.status_code == _OK and answer.body.strip() == "ok":
            return Receipt(provider_id=delivery.id, place=f"Slack, by webhook of {self._host()}")
        raise self._refused(channel, answer)

    def _client(self, channel: str) -> WebhookClient:
        from slack_sdk.webhook import WebhookClient  # noqa: PLC0415 - as above

        webhook = self._settings.webhook.reveal()
        if not webhook.startswith(("https://", "http://")) or not self._host():
            raise DeliveryError(channel, "bad-webhook", "The webhook is not an https:// address.", transient=False)
        return WebhookClient(webhook, timeout=self._settings.timeout_seconds, logger=_SILENT, retry_handlers=[])

    def _host(self) -> str:
        try:
            return urlsplit(self._settings.webhook.reveal()).hostname or ""
        except ValueError:
            return ""

    def _broken(self, channel: str, error: Exception) -> DeliveryError:
        cause = error.reason if isinstance(error, URLError) else error
        host = self._host()
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _failure(channel, "tls", f"The certificate of {host} is not valid: {cause.verify_message}.")
        # urllib wraps what fails before the last byte of the request has left; Slack cannot have read it then.
        if isinstance(error, URLError):
            return _failure(channel, "unreachable", f"{host} cannot be reached: {_kind(cause)}.")
        if isinstance(cause, TimeoutError):
            said = f"{host} gave no answer within {self._settings.timeout_seconds} seconds."
            return _failure(channel, "timeout", f"{said} The message may have arrived.", ambiguous=True)
        said = f"{host} broke off the connection ({_kind(cause)}). The message may have arrived."
        return _failure(channel, "dropped", said, ambiguous=True)

    def _refused(self, channel: str, answer: WebhookResponse) -> DeliveryError:
        status = answer.status_code
        code = self._code(answer.body)
        said = f"Slack answered {status} ({code})." if code else f"Slack answered {status}."
        if status == _TOO_MANY:
            return _failure(channel, "rate-limited", said, retry_after=_pause(answer.headers))
        if status >= _SERVER_FAULT:
            return _failure(channel, f"http-{status}", f"{said} The message may have arrived.", ambiguous=True)
        if status == _OK:
            said = f"{self._host()} answered, but not as Slack's webhooks do; is the address right?"
            return DeliveryError(channel, "not-slack", said, transient=False, ambiguous=True)
        return DeliveryError(channel, code or f"http-{status}", f"{said} {_ADVICE.get(code, '')}".strip())

    def _code(self, body: str) -> str:
        """Return Slack's word for what is wrong; anything else in an answer might repeat the webhook's address."""
        word = body.strip()
        return word if _CODE.fullmatch(word) and word not in self._settings.webhook.reveal() else ""


def _failure(
    channel: str, reason: str, message: str, *, ambiguous: bool = False, retry_after: float | None = None
) -> DeliveryError:
    return DeliveryError(channel, reason, message, transient=True, ambiguous=ambiguous, retry_after=retry_after)


def _kind(cause: object) -> str:
    """Return what the system calls the fault; its own text could hold the address."""
    return (isinstance(cause, OSError) and cause.strerror) or type(cause).__name__


def _pause(headers: Mapping[str, str]) -> float:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(given)
    except ValueError:
        return _PAUSE
    return min(max(seconds, 1.0), _LONGEST_PAUSE) if math.isfinite(seconds) else _PAUSE
