"""What a bot posts: made once, marked so that it can be found again, and cut in half when Slack will not have it whole.

A message carries its delivery's id twice. As metadata, which only apps see; and as the name of a block near its
beginning, which comes back with the message even to a bot that may not read metadata.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from monitor.errors import DeliveryError
from monitor.records import Delivery

_EVENT = "digest"
# As `messages` names the blocks that begin a story: its number, and the number of all, shown or not.
_STORY = re.compile(r"story-(\d+)-of-(\d+)")

Payload = dict[str, Any]


def freeze(delivery: Delivery, message: Mapping[str, object], target: str) -> bytes:
    """Return the payload as JSON: ASCII, always the same bytes for the same arguments."""
    blocks = [dict(block) for block in _blocks(message)]
    if unnamed := next((block for block in blocks if "block_id" not in block), None):
        unnamed["block_id"] = _mark(delivery.id)
    payload: Payload = {
        **message,
        "channel": target,
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": _EVENT, "event_payload": {"key": delivery.id}},
    }
    return json.dumps(payload, separators=(",", ":")).encode("ascii")


def thaw(delivery: Delivery) -> Payload:
    """Return what was frozen; raises DeliveryError when it was frozen for a channel of another kind."""
    try:
        content = json.loads(delivery.body)
    except ValueError:
        content = None
    if isinstance(content, dict) and "blocks" in content:
        return content
    said = "This was made for another kind of channel; drop it, or give the channel its old type again."
    raise DeliveryError(delivery.channel, "not-slack-content", said, transient=False)


def is_ours(delivery: Delivery, message: object) -> bool:
    """Tell whether a message of Slack's is this delivery."""
    if not isinstance(message, dict):
        return False
    metadata = message.get("metadata")
    if isinstance(metadata, dict) and metadata.get("event_type") == _EVENT:
        given = metadata.get("event_payload")
        if isinstance(given, dict) and given.get("key") == delivery.id:
            return True
    return _is_marked(_blocks(message), delivery.id)


def halved(payload: Payload) -> Payload:
    """Return the payload with its beginning, the first half of its stories, and how many are left out.

    Of a single story, only its first block is kept. No block is cut open.
    """
    blocks = _blocks(payload)
    starts = [place for place, block in enumerate(blocks) if _STORY.fullmatch(str(block.get("block_id", "")))]
    if not starts:
        kept, left_out = blocks[: max(1, len(blocks) // 2)], "The rest is not shown here."
    else:
        kept, left_out = _half(blocks, starts)
    last: Payload = {"type": "context", "elements": [{"type": "mrkdwn", "text": left_out, "verbatim": True}]}
    key = str(payload["metadata"]["event_payload"]["key"])
    if not _is_marked(kept, key):
        last["block_id"] = _mark(key)
    return {**payload, "blocks": [*kept, last]}


def _half(blocks: list[Payload], starts: list[int]) -> tuple[list[Payload], str]:
    half = len(starts) // 2
    end = starts[half] if half else starts[0] + 1
    found = _STORY.fullmatch(str(blocks[starts[0]]["block_id"]))
    stories = int(found[2]) if found else len(starts)
    rest = stories - max(half, 1)
    if not rest:
        return blocks[:end], "The rest is not shown here."
    return blocks[:end], f"{rest:,} more {'story' if rest == 1 else 'stories'} not shown here."


def _blocks(message: Mapping[str, object]) -> list[Payload]:
    given = message.get("blocks")
    return [block for block in given if isinstance(block, dict)] if isinstance(given, list) else []


def _is_marked(blocks: list[Payload], key: str) -> bool:
    return any(block.get("block_id") == _mark(key) for block in blocks)


def _mark(key: str) -> str:
    return f"digest-{key}"
