"""Messages from a bot: posted once, answered in threads, and looked for before anything is posted a second time."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from monitor.delivery.secret import Secret
from monitor.delivery.slack import faults, payload
from monitor.delivery.slack.answers import ADVICE, AFTER_THE_FACT, NO_THREAD, RATE_LIMITED, TOO_LONG, UNWELL
from monitor.delivery.slack.faults import Sorter
from monitor.delivery.slack.pace import Pace
from monitor.delivery.slack.settings import SlackSettings
from monitor.errors import DeliveryError
from monitor.records import Delivery, Message, Receipt

if TYPE_CHECKING:
    from slack_sdk.web import WebClient

_CONVERSATION = re.compile(r"[CGD][A-Z0-9]{6,}")
_MEMBER = re.compile(r"[UW][A-Z0-9]{6,}")
# A parent that a webhook posted, before the channel became a bot's, has no such stamp and no thread.
_STAMP = re.compile(r"\d{1,12}\.\d{1,9}")
_SCOPE = re.compile(r"[a-z.:_,]{3,200}")

# Slack's time and ours may differ, and what was posted a little "before" it was composed must be found all the same.
_CLOCKS = timedelta(minutes=10)
_PAGE = 200
_PAGES = 50
_NAMES = 1_000

Answer = Mapping[str, Any]


class Refused(Exception):  # noqa: N818 - what Slack said, not yet an error for anybody
    """Slack said no, with a word for why; `code` is empty when it was none of Slack's words."""

    def __init__(self, code: str, needed: str, error: DeliveryError) -> None:
        """Keep the word, the scope that would help, and the error that it makes if nothing else is tried."""
        super().__init__(code)
        self.code = code
        self.needed = needed
        self.error = error


class Bot:
    """Posts as a bot; needs `chat:write`, and the history and list scopes to look whether something arrived."""

    def __init__(self, settings: SlackSettings) -> None:
        """Keep the settings; nothing is asked of Slack before the first message."""
        self._settings = settings
        self._token = settings.token or Secret("")
        self._pace = Pace(settings.spacing_seconds)
        self._sort = Sorter(address=settings.address, secret=self._token, seconds=settings.timeout_seconds)
        self._ids: dict[str, str] = {}

    def freeze(self, delivery: Delivery, message: Message) -> bytes:
        """Return the payload of chat.postMessage; raises DeliveryError when there is nowhere to post.

        An answer in a conversation is frozen without the heading that stands there already. Where its thread turns out
        to be gone, it is posted so beside it.
        """
        shown = message.slack_reply if delivery.parent and message.slack_reply else message.slack
        return payload.freeze(delivery, shown, self._target(delivery))

    def send(self, delivery: Delivery) -> Receipt:
        """Post what was frozen; once more only where Slack said that it took nothing.

        A message that is too long, or has a block that Slack does not like, is posted again as half of itself. One
        whose thread is gone is posted beside it.
        """
        content = self._thawed(delivery)
        if _STAMP.fullmatch(delivery.parent_provider_id):
            content |= {"thread_ts": delivery.parent_provider_id, "reply_broadcast": delivery.aloud}
        noted = ""
        while True:
            try:
                return self._receipt(delivery, content["channel"], self._post(delivery, content), noted)
            except Refused as refused:
                if refused.code in NO_THREAD and content.pop("thread_ts", None):
                    del content["reply_broadcast"]
                elif refused.code in TOO_LONG and not noted:
                    content, noted = payload.halved(content), ", shortened because Slack refused the whole"
                else:
                    raise refused.error from None

    def find(self, delivery: Delivery) -> Receipt | None:
        """Look for the message in its thread and its channel, by the id that it carries.

        Raises DeliveryError, `transient` when Slack cannot be asked now; when it will not let this bot look, or there
        is more to look through than it may take, the settings decide.
        """
        target = str(self._thawed(delivery)["channel"])
        try:
            found = self._look(delivery, target)
            if found is None and self._settings.settle_seconds:
                time.sleep(self._settings.settle_seconds)
                found = self._look(delivery, target)
        except Refused as refused:
            if refused.error.transient:
                raise _open(refused.error) from None
            self._leave_open(delivery, refused)
            return None
        except DeliveryError as error:
            raise _open(error) from None
        return found

    def _look(self, delivery: Delivery, target: str) -> Receipt | None:
        place = self._conversation(delivery, target)
        for message in self._candidates(delivery, place):
            if payload.is_ours(delivery, message):
                return self._receipt(delivery, target, {"channel": place, "ts": message.get("ts")}, "")
        return None

    def _thawed(self, delivery: Delivery) -> payload.Payload:
        content = payload.thaw(delivery)
        if "channel" in content:
            return content
        # It was frozen for a webhook, which the settings have replaced since.
        return payload.thaw(replace(delivery, body=payload.freeze(delivery, content, self._target(delivery))))

    def _target(self, delivery: Delivery) -> str:
        # A person without a Slack channel of their own may stand with the address that other channels use.
        own = "" if "@" in delivery.recipient[1:] else delivery.recipient.strip()
        target = own or self._settings.channel.strip()
        if not target:
            said = f"It is not known where to post for {delivery.person}: set `channel`, or the person's `slack`."
            raise DeliveryError(delivery.channel, "no-channel", said, transient=False)
        return target

    def _post(self, delivery: Delivery, content: payload.Payload) -> Answer:
        with self._pace.turn(str(content["channel"])):
            return self._call(delivery.channel, "chat.postMessage", json=content)

    def _receipt(self, delivery: Delivery, target: str, answer: Answer, noted: str) -> Receipt:
        stamp, channel = str(answer.get("ts") or ""), str(answer.get("channel") or "")
        if not stamp:
            raise self._sort.foreign(delivery.channel)
        if _CONVERSATION.fullmatch(channel):
            self._ids[target] = channel
        return Receipt(provider_id=stamp, place=f"Slack channel {channel or target}, message {stamp}{noted}")

    def _candidates(self, delivery: Delivery, place: str) -> Iterator[Answer]:
        since = {"oldest": f"{(delivery.created_at - _CLOCKS).timestamp():.6f}", "include_all_metadata": True}
        if _STAMP.fullmatch(delivery.parent_provider_id):
            thread = {"channel": place, "ts": delivery.parent_provider_id, **since}
            try:
                yield from self._pages(delivery, "conversations.replies", "messages", _PAGE, thread)
            except Refused as refused:
                if refused.code not in NO_THREAD:
                    raise
        yield from self._pages(delivery, "conversations.history", "messages", _PAGE, {"channel": place, **since})

    def _conversation(self, delivery: Delivery, target: str) -> str:
        """Return the id under which Slack keeps the messages for a target: a channel, a member or a name."""
        if _CONVERSATION.fullmatch(target):
            return target
        if target not in self._ids:
            ask = self._opened if _MEMBER.fullmatch(target) else self._named
            self._ids[target] = ask(delivery, target)
        return self._ids[target]

    def _opened(self, delivery: Delivery, member: str) -> str:
        answer = self._call(delivery.channel, "conversations.open", params={"users": member})
        channel = answer.get("channel")
        found = str(channel.get("id", "")) if isinstance(channel, Mapping) else ""
        if not found:
            raise self._sort.foreign(delivery.channel)
        return found

    def _named(self, delivery: Delivery, name: str) -> str:
        asked = {"types": "public_channel,private_channel", "exclude_archived": True}
        for channel in self._pages(delivery, "conversations.list", "channels", _NAMES, asked):
            if channel.get("name") == name.removeprefix("#"):
                return str(channel.get("id", ""))
        raise Refused("channel_not_found", "", self._refusal(delivery.channel, "channel_not_found", ""))

    def _pages(
        self, delivery: Delivery, method: str, key: str, size: int, asked: Mapping[str, object]
    ) -> Iterator[Answer]:
        cursor = ""
        for _ in range(_PAGES):
            turned = {"cursor": cursor} if cursor else {}
            answer = self._call(delivery.channel, method, params={**asked, **turned, "limit": size})
            rows = answer.get(key)
            if not isinstance(rows, list):
                raise self._sort.foreign(delivery.channel)
            yield from (row for row in rows if isinstance(row, Mapping))
            following = answer.get("response_metadata")
            cursor = str(following.get("next_cursor") or "") if isinstance(following, Mapping) else ""
            if not cursor:
                return
        raise Refused(
            "", "", DeliveryError(delivery.channel, "too-many", "too many messages since then", transient=False)
        )

    def _leave_open(self, delivery: Delivery, refused: Refused) -> None:
        """Raise that it cannot be known whether the message arrived, unless the settings say that it did not then."""
        if self._settings.ambiguous == "resend":
            return
        why = f"Slack answered {refused.code}" if refused.code else refused.error.message
        scope = f"; the bot needs the scope {refused.needed} to look by itself" if refused.needed else ""
        raise faults.undecided(delivery, f"The message may have arrived, and cannot be looked for ({why}{scope})")

    def _call(self, channel: str, method: str, **given: Any) -> Answer:  # noqa: ANN401 - as slack_sdk has it
        from slack_sdk.errors import SlackApiError, SlackClientError  # noqa: PLC0415 - slow to import, seldom needed

        try:
            answer = self._client.api_call(method, **given)
            data = answer.data
        except SlackApiError as error:
            # The original holds the request, which must not be chained.
            raise self._refused(channel, error.response) from None
        except (*faults.BROKEN, SlackClientError) as error:
            raise self._sort.broken(channel, error) from None
        if not isinstance(data, Mapping):
            raise self._sort.foreign(channel)
        return data

    @cached_property
    def _client(self) -> WebClient:
        from slack_sdk.web import WebClient  # noqa: PLC0415 - as above

        return WebClient(
            token=self._token.reveal(),
            base_url=self._settings.address,
            timeout=self._settings.timeout_seconds,
            logger=faults.SILENT,
            retry_handlers=[],
        )

    def _refused(self, channel: str, response: Any) -> Refused | DeliveryError:  # noqa: ANN401 - slack_sdk's
        data = response.data if isinstance(response.data, Mapping) else {}
        status, code = int(response.status_code), self._sort.code(data.get("error"))
        unwell = self._sort.unwell(channel, status, code, response.headers)
        if unwell:
            return unwell
        if code in RATE_LIMITED:
            return self._sort.unwell(channel, faults.TOO_MANY, code, response.headers) or self._sort.foreign(channel)
        if not code:
            return self._sort.foreign(channel)
        needed = str(data.get("needed") or "")
        needed = needed if _SCOPE.fullmatch(needed) else ""
        return Refused(code, needed, self._refusal(channel, code, needed))

    def _refusal(self, channel: str, code: str, needed: str) -> DeliveryError:
        said = f"Slack answered {code}."
        if code in UNWELL:
            open_ = code in AFTER_THE_FACT
            return faults.passing(
                channel, code, f"{said} The message may have arrived." if open_ else said, ambiguous=open_
            )
        advice = f"Give the bot the scope {needed} and install it again." if needed else ADVICE.get(code, "")
        return DeliveryError(channel, code, f"{said} {advice}".strip(), transient=False)


def _open(error: DeliveryError) -> DeliveryError:
    """Return the error as one that leaves open whether the message arrived, as it was before anybody looked."""
    return DeliveryError(
        error.subject,
        error.reason,
        error.message,
        transient=error.transient,
        ambiguous=True,
        retry_after=error.retry_after,
    )
