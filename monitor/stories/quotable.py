"""A sentence → whether it can be quoted: no furniture of a site, no question, whole, and stated by the article itself.

What summaries and news have in common; how long a sentence may be, each says itself. The patterns are English in the
main, with the commonest furniture of other languages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from monitor.stories.tokens import IDEOGRAPH

END_CHARACTERS: Final = 16
"""How much of a sentence's end says how it ends."""

_DATED: Final = 3
_CAPTION_CHARACTERS: Final = 40
_QUOTED_SHARE: Final = 0.7
_CLOSING: Final = "\"'\u201d\u2019\u00bb)]\u300d\u300f "

_END = re.compile(r"[.!。\uff01।][\"'”’»)\]」』]{0,3}$")
_BROKEN_END = re.compile(r"(?:\.{2,}|…|\[…\])[\"'”’»)\]]{0,3}$")
_QUOTED = re.compile(r"“[^”]{0,999}”|\"[^\"]{0,999}\"|«[^»]{0,999}»|„[^“”]{0,999}[“”]|「[^」]{0,999}」")
_SOMEBODIES: Final = frozenset(("we", "our", "ours", "my", "me", "us", "you", "your"))
_SOMEBODY = re.compile(r"\b(?:I|I['’]\w{1,2}|[Ww]e|[Oo]ur|ours|my|My|me|us|[Yy]ou|[Yy]our)\b")

_HINTS: Final = frozenset(
    """
    adblocker alle app article blocker caption charge click compiled contributed writing cookie cookies credit
    edited editing email follow foto getty http https image inbox javascript know lesen log newsletter newsletters
    photo photograph picture pinterest policy post privacy read register reporting rights settings share sign signed
    signing story subscribe subscribers tap tell terms todos tous unsubscribe www
    """.split()  # noqa: SIM905 - a list of words
)
"""Within a sentence none is without one of these: to look for a word is much faster than for a pattern everywhere."""

_FURNITURE = re.compile(
    r"""
    \b(?:
    cookies?\ (?:policy|settings|notice)|(?:uses?|accept|our)\ cookies\b|all\ rights\ reserved\b
    |(?:newsletters?|inbox|sign(?:ed|ing)?\ up\ (?:for|to|here|now|today)|subscribers\ only|(?:un)?subscribe)\b
    |(?:getty\ images|toggle\ caption|file\ photo|stock\ photo|photograph:|photo(?:graph)?\ (?:by|credit|courtesy)\b)
    |(?:(?<=\()|(?<=\(\s))(?:photo|image|picture|foto)\b
    |(?:privacy\ policy|terms\ (?:of\ (?:use|service)|and\ conditions)|ad\ ?blocker|javascript|pinterest)\b
    |(?:reporting|writing|editing|edited|compiled)\ by\ (?-i:[A-Z])|contributed\ to\ this\ (?:report|story)\b
    |this\ (?:article|story|post|page|piece|report)\ (?:was|has\ been|is|will\ be|first|originally|contains)\b
    |(?:click|tap)\ (?:here|on)\b|read\ (?:more|also|next|our|the\ full)\b|(?:min|minute)\ read\b
    |(?:follow|join|like|contact|e-?mail)\ us\b|share\ this\b|follow\ .{1,60}\ on\ (?:twitter|x|facebook)\b
    |let\ us\ know\b|tell\ us\b|our\ app\b|log\ in\ (?:to|or)\b|register\ now\b|(?-i:MORE\b)|https?://|www\.
    |content\ created\ by\b.{1,120}\bwithout\ charge\b
    |(?:alle\ rechte\ vorbehalten|tous\ droits\ réservés|todos\ los\ derechos|lesen\ sie\ auch)\b
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPENING = re.compile(
    r"\W{0,3}(?:(?:photo|image|picture|foto|caption|video)s?\s?[:/|]"
    r"|(?:advertisement|related (?:articles|stories|coverage)|read (?:more|also|next))\b"
    r"|(?:updated?|published|posted|last updated|related|see also|also read|listen|watch|correction)\s?(?:at|on|:))",
    re.IGNORECASE,
)
# An e-mail address, or the author of an embedded tweet.
_ADDRESS = re.compile(r"\w@\w|\(@\w")
_FRAGMENT = re.compile(
    r"[-\u2010-\u2015\u2022\u00b7\u25aa\u25cf\u25e6*>]|CLOSE [A-Z]"
    r"|[A-Z][A-Z'\u2019.-]{1,20}(?: [A-Z][A-Z'\u2019.-]{1,20}){0,3}:"
)
_CAPTION_END = re.compile(
    r"(?<!day), (?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r" \d{1,2}, \d{4}\.$"
)
_DATELINE = re.compile(
    r"^[A-Z][A-Z.'\u2019-]{1,20}(?:[ /][A-Z][A-Z.'\u2019-]{1,20}){0,3}(?:, [\w. ]{2,30}){0,2}"
    r"(?: ?\([^()]{2,40}\) ?| )[-\u2013\u2014]{1,2} (?=[^a-z\s])"
)
_BYLINE = re.compile(
    # Possessive: an endless name could else be cut into words in billions of ways.
    r"(?:By|BY|by:|Von|Par|Por|Di|From)\s(?:[A-Z][\w.'’-]{0,30}+[\s,|]{0,3}+(?:(?:and|und|et|y|e|de|van|von)\s)?+){1,8}+$"
)


def size_of(sentence: str) -> int:
    """Count words; where ideographs prevail, two of them as one."""
    ideographs = 0 if sentence.isascii() else len(IDEOGRAPH.findall(sentence))
    return ideographs // 2 if ideographs > len(sentence) // 2 else len(sentence.split())


def is_question(sentence: str) -> bool:
    """Hold for a sentence that ends by asking, be it in a quotation."""
    return sentence.rstrip(_CLOSING).endswith(("?", "\uff1f"))


def is_ended(sentence: str) -> bool:
    """Hold for a sentence that has its full stop and has not been cut."""
    end = sentence[-END_CHARACTERS:]
    return bool(_END.search(end)) and not _BROKEN_END.search(end)


def is_fragment(sentence: str) -> bool:
    """Hold for an item of a list, a label with what it labels, and a caption."""
    if sentence.endswith((";", ":")) or _FRAGMENT.match(sentence):
        return True
    return bool(_CAPTION_END.search(sentence[-_CAPTION_CHARACTERS:]))


def without_dateline(found: Sequence[str]) -> list[str]:
    """Return a text's sentences without the dateline, "BERGHEIM, May 9 (Harbor Wire) -", before one of the first.

    What follows it stays as it is written.
    """
    return [*(_DATELINE.sub("", one, count=1) for one in found[:_DATED]), *found[_DATED:]]


def is_furniture(sentence: str, words: Collection[str]) -> bool:
    """Hold for what a site says of itself, and for bylines; `words` are the sentence's in small letters."""
    if "©" in sentence or ("@" in sentence and _ADDRESS.search(sentence)):
        return True
    hinted = not _HINTS.isdisjoint(words) or "MORE" in sentence
    return bool((hinted and _FURNITURE.search(sentence)) or _OPENING.match(sentence) or _BYLINE.match(sentence))


def is_stated(sentence: str, words: Collection[str]) -> bool:
    """Hold for a statement in the article's own voice, or with its speaker; `words` as for furniture."""
    if sentence.count('"') % 2 or sentence.count("“") != sentence.count("”"):
        return False
    said = _QUOTED.sub("", sentence)
    personal = "I" in said or not _SOMEBODIES.isdisjoint(words)
    return len(said) >= (1 - _QUOTED_SHARE) * len(sentence) and not (personal and _SOMEBODY.search(said))
