"""Messages through an incoming webhook, which takes them and can never be asked what it has taken."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from monitor.delivery.secret import Secret
from monitor.delivery.slack import faults, payload
from monitor.delivery.slack.faults import Sorter
from monitor.delivery.slack.pace import Pace
from monitor.delivery.slack.settings import SlackSettings
from monitor.errors import DeliveryError
from monitor.records import Delivery, Message, Receipt

if TYPE_CHECKING:
    from slack_sdk.webhook import WebhookClient, WebhookResponse

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


class Webhook:
    """Posts to the one channel that the webhook belongs to; it knows no threads."""

    def __init__(self, settings: SlackSettings) -> None:
        """Keep the settings; nothing is asked of Slack before the first message."""
        self._webhook = settings.webhook or Secret("")
        self._settings = settings
        self._pace = Pace(settings.spacing_seconds)
        self._sort = Sorter(address=self._webhook.reveal(), secret=self._webhook, seconds=settings.timeout_seconds)

    def freeze(self, _delivery: Delivery, message: Message) -> bytes:
        """Return the message's blocks and text as JSON."""
        return json.dumps(dict(message.slack), separators=(",", ":")).encode("ascii")

    def send(self, delivery: Delivery) -> Receipt:
        """Post what was frozen, once."""
        from slack_sdk.errors import SlackClientError  # noqa: PLC0415 - a tenth of the program's start, seldom needed

        channel = delivery.channel
        client, content = self._client(), payload.thaw(delivery)
        try:
            with self._pace.turn(self._sort.host):
                answer = client.send_dict(content)
        except (*faults.BROKEN, SlackClientError) as error:
            # The original may quote the address, so it must not be chained.
            raise self._sort.broken(channel, error) from None
        if answer.status_code == faults.OK and answer.body.strip() == "ok":
            return Receipt(provider_id=delivery.id, place=f"Slack, by webhook of {self._sort.host}")
        raise self._refused(channel, answer)

    def find(self, delivery: Delivery) -> None:
        """Return None, since nobody can know, unless the settings leave that to a person."""
        if self._settings.ambiguous == "hold":
            said = "The message may have arrived, and a webhook cannot be asked"
            raise faults.undecided(delivery, said)

    def _client(self) -> WebhookClient:
        from slack_sdk.webhook import WebhookClient  # noqa: PLC0415 - as above

        # The library's own retries would post a second time after a connection that broke late.
        return WebhookClient(
            self._webhook.reveal().strip(),
            timeout=self._settings.timeout_seconds,
            logger=faults.SILENT,
            retry_handlers=[],
        )

    def _refused(self, channel: str, answer: WebhookResponse) -> DeliveryError:
        status, code = answer.status_code, self._sort.code(answer.body)
        unwell = self._sort.unwell(channel, status, code, answer.headers)
        if unwell:
            return unwell
        if status == faults.OK:
            return self._sort.foreign(channel)
        said = f"Slack answered {status} ({code})." if code else f"Slack answered {status}."
        return DeliveryError(channel, code or f"http-{status}", f"{said} {_ADVICE.get(code, '')}".strip())
