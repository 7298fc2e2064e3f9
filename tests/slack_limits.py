"""What Slack takes, as it is published, and what a message of ours may hold: every breach as a sentence.

Lengths are counted as Slack's JavaScript may count them: in UTF-16 units.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

BLOCKS = 50
HEADER = 150
SECTION = 3_000
CONTEXT = 2_000
ELEMENTS = 10
FALLBACK = 4_000
NAME = 255
TOTAL = 12_000
"""Slack's own limit over all blocks is not published; messages were refused from about 13,200 on."""

LINK = re.compile(r"<(https?://[^\s<>|]+)\|([^<>|\n]+)>")
CODE = re.compile(r"`[^`\n]+`")
ACTING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_TEXTS = {"header": {"type", "text"}, "section": {"type", "text"}, "context": {"type", "elements"}}
_MENTION = re.compile(r"@(?=\w)")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")


def faults(payload: Mapping[str, Any]) -> list[str]:
    """Return all that Slack would refuse, and all that would act when it is shown."""
    json.dumps(payload, ensure_ascii=False).encode()
    return list(_faults(payload))


def texts(payload: Mapping[str, Any]) -> list[str]:
    """Return every text of the blocks, in order."""
    return [text["text"] for block in payload["blocks"] for text in _texts(block)]


def links(payload: Mapping[str, Any]) -> list[str]:
    """Return every address that the blocks link to, in order, as a browser would get it."""
    found = [link[1] for text in texts(payload) for link in LINK.finditer(text)]
    return [url.replace("&amp;", "&") for url in found]


def width(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _faults(payload: Mapping[str, Any]) -> Iterator[str]:
    blocks = payload["blocks"]
    if not 1 <= len(blocks) <= BLOCKS:
        yield f"{len(blocks)} blocks"
    if not 1 <= width(payload["text"]) <= FALLBACK:
        yield f"a fallback of {width(payload['text'])}"
    if payload["unfurl_links"] or payload["unfurl_media"]:
        yield "links are unfolded"
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(names)) < len(names) or any(not 1 <= width(name) <= NAME for name in names):
        yield f"blocks named {names}"
    for block in blocks:
        yield from _block(block)
    total = sum(width(text) for text in texts(payload))
    if total > TOTAL:
        yield f"{total} over all blocks"
    yield from _live(payload["text"])


def _block(block: Mapping[str, Any]) -> Iterator[str]:
    kind = block["type"]
    if set(block) - {"block_id"} != _TEXTS.get(kind):
        yield f"a {kind} with {sorted(block)}"
        return
    elements = _texts(block)
    if not 1 <= len(elements) <= ELEMENTS:
        yield f"{len(elements)} elements"
    for text in elements:
        yield from _text(text, kind)


def _text(text: Mapping[str, Any], kind: str) -> Iterator[str]:
    said = text["text"]
    limit = {"header": HEADER, "section": SECTION, "context": CONTEXT}[kind]
    if not said.strip() or width(said) > limit:
        yield f"a {kind} of {width(said)}"
    if kind == "header":
        if (text["type"], text["emoji"]) != ("plain_text", False) or ACTING.search(said):
            yield f"a header that acts: {said}"
        return
    if text["type"] != "mrkdwn" or text["verbatim"] is not True:
        yield f"a text that is not taken as it stands: {text}"
    yield from _live(said)


def _live(said: str) -> Iterator[str]:
    """Yield what Slack would do something about: mentions, foreign links, formatting nobody asked for."""
    bare = CODE.sub("", LINK.sub(lambda link: link[2], said))
    bare = re.sub(r"(?m)^> ", "", bare)
    if ACTING.search(said):
        yield f"characters that act: {said!r}"
    if re.search(r"[<>]", bare):
        yield f"a live bracket: {said}"
    if re.search(r"&(?!(amp|lt|gt);)", said):
        yield f"a bare ampersand: {said}"
    if re.search(r"(?m)^&gt;", said):
        yield f"a quote nobody made: {said}"
    if _MENTION.search(bare) or _EMOJI.search(bare):
        yield f"a mention or an emoji: {said}"
    if re.search(r"(?<!\w)_|_(?!\w)|[~`]", bare):
        yield f"formatting nobody asked for: {said}"
    for line in bare.splitlines():
        if line.count("*") % 2:
            yield f"an open asterisk: {line}"


def _texts(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return block["elements"] if block["type"] == "context" else [block["text"]]
