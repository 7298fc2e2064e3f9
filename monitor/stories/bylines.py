"""A place beside a phrase of attribution → the outlet that is named there, and how sure that is.

Names are looked up longest first, then tried as the short form of a house that the article names in full ("the
Times"), and last, where the phrase allows it, judged by their own words and by what the sentence says of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from monitor.stories import phrases
from monitor.stories.media import (
    is_given,
    is_official,
    is_site,
    may_be_outlet,
    may_tell_media,
    plain,
    reads_like_media,
    sounds_like_media,
)
from monitor.stories.outlets import NAME_WORDS, Directory, Outlet

KNOWN: Final = 0.8
UNKNOWN: Final = 0.7
WEAK: Final = 0.55
"""Confidence in a name: a known house; one that its phrase makes an outlet's; one that only its ending does."""

_CHARACTERS: Final = 110
_KIND_CHARACTERS: Final = 24
_MENTIONS: Final = 60
_WORD: Final = 24

_STOP = re.compile(r"[,;:()\[\]\u201c\u201d\u201e\"\u00ab\u00bb!?\u2014\u2013|\n]|\s-\s")
_OPENS = re.compile(
    r"[\s:]*[\u201c\u201e\"\u00ab\u2018']?(?:(?:der|die|das|dem|den|des|du|la|le|les|el|los|l['\u2019])\s*(?=[^\W\d_a-z]))?"
)
_KIND = re.compile(
    rf"\s*(?!our\s)(?:(?i:the|an?|its|der|die|das|dem|den|des|le|la|el)\s+)?(?:[\w-]+\s+){{0,4}}?(?:{phrases.HOUSE_KINDS})\s+"
    r"[\u201c\u201e\"\u00ab\u2018']?(?=[A-Z\u00c0-\u00de])"
)
_APPOSITION = re.compile(
    r"[\u201d\"\u00bb]?\s*[,(]\s*(?:an?|the|one\s+of|which\s+is)\s+([^,.;()]{1,90})", re.IGNORECASE
)
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|said|says|plans?)\b")
"""A verb shows that what follows the comma is no apposition but the sentence itself."""

HOUSE_KIND: Final = re.compile(rf"\b(?:{phrases.HOUSE_KINDS}|news|media|blog|press)\b", re.IGNORECASE)
"""What an apposition says of an outlet."""

_KIND_BEFORE = re.compile(rf"\b(?:{phrases.HOUSE_KINDS}),?\s+[\u201c\u201e\"\u00ab\u2018'*_]*$")
_OF_HOUSE = re.compile(r"(?:\s+(?:of|from|at|in|for)|['\u2019]s?)\s+(?=\S)")
_OWNER = re.compile(r"(.*['\u2019]s)((?:\s+[^\W\d_a-z][\w.-]*){1,4})\s*$", re.DOTALL)
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_OWNS: Final = ("'s", "\u2019s", "'", "\u2019")
_PLAIN = re.compile(r"\s+(?:(?:the|an?|his|her|its|their)\s+)?([a-z]+)(?:[\s,;]|\.\s)")
"""What follows a phrase in most places: no name, and nothing that could lead to one."""
_CONNECTORS: Final = frozenset({"of", "de", "la", "du", "des", "der", "für", "del", "&"})
_DAYS: Final = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december today yesterday
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)
_OPENERS: Final = frozenset(
    """
    the a an as and but when while after before since according in on at if that this although yesterday today earlier
    meanwhile separately now then later also still even only wie als laut und der die das selon comme según como el la
    le
    """.split()  # noqa: SIM905 - as above
)
"""Words whose capital says only that they open a sentence."""

_ARTICLES: Final = frozenset({"the", "la", "le", "el", "der", "die", "das"})

_GOES_ON: Final = frozenset({"news", "tv", "radio", "online", "television", "business", "digital", "magazine"})
_NO_REPORT: Final = frozenset(
    """
    data calculations calculation survey poll analysts analyst economists economist estimates index terminal
    shareholders researchers strategists strategist lawyers professor scholars customers users investors employees staff
    """.split()  # noqa: SIM905 - as above
)
"""What a house makes besides reports, or who is no house: "according to Bloomberg data", "by Kestwick analysts"."""

Named = tuple[Outlet, float]
"""An outlet, and how sure it is that it is meant."""


class Names:
    """Reads names in the sentences of one article."""

    def __init__(self, directory: Directory, own: Outlet, text: str, hosts: Sequence[str]) -> None:
        """Keep whose article it is, and what short forms may stand for."""
        self._directory = directory
        self._own = own
        self._own_words = f" {plain(own.name)} "
        self._text = text
        self._hosts = hosts
        self._people: dict[str, bool] = {}

    def after(self, sentence: str, at: int, *, strict: bool, again: bool = True, doubted: bool = False) -> Named | None:
        """Return the outlet whose name begins here.

        `strict` takes names that nobody knows, and `doubted` believes them less unless something says "outlet".
        """
        kind = _KIND.match(sentence, at, at + _CHARACTERS)
        simple = None if kind else _PLAIN.match(sentence, at)
        if simple is not None and simple[1] not in _ARTICLES and not self._directory.may_hold(simple[1]):
            return None
        opened = _OPENS.match(sentence, at)
        for start in dict.fromkeys((at, opened.end() if opened else at, *([kind.end()] if kind else []))):
            words = words_on(sentence[start : start + _CHARACTERS])
            known = self._longest(words)
            if known is not None:
                return None if known.official else (known, KNOWN)
        start = kind.end() if kind else opened.end() if opened else at
        found = self._unknown(sentence, start, strict=strict, told=kind is not None, doubted=doubted)
        if found is not None or not again:
            return found
        # "Jane Doe of the Gazette", "Norvia's Gazette"
        end = _end(sentence, start, run_on(words_on(sentence[start : start + _CHARACTERS])))
        of = _OF_HOUSE.match(sentence, end)
        return self.after(sentence, of.end(), strict=False, again=False) if of else None

    def may_end(self, words: Sequence[str]) -> bool:
        """Whether a name may end these words: asked first, since most words before a verb are no outlet's."""
        return self._directory.may_hold(_POSSESSIVE.sub("", words[-1])) or any(map(may_tell_media, words))

    def before(self, sentence: str, end: int, *, strict: bool) -> Named | None:
        """Return the outlet whose name ends here."""
        head = sentence[max(0, end - _CHARACTERS) : end]
        owner = _OWNER.match(head)
        # "Norvia's Gazette reported", and else "The Gazette's Jane Doe reported"
        found = self._ending(words_before(owner[2]), head, strict=False) if owner else None
        return found or self._ending(words_before(owner[1] if owner else head), head, strict=strict and owner is None)

    def _ending(self, words: Sequence[str], head: str, *, strict: bool) -> Named | None:
        if not words or not (_is_capital(words[-1]) or self._known(words[-1])):
            return None
        known = self._directory.may_hold(words[-1])
        for size in range(min(NAME_WORDS, len(words)), 0, -1) if known else ():
            name = " ".join(words[-size:])
            outlet = self._known(name)
            if outlet is not None and not _goes_back(words, size):
                return None if outlet.official else (outlet, KNOWN)
        run = run_back(words)
        if not run:
            return None
        at = max(0, head.rfind(run))
        strict = strict or _KIND_BEFORE.search(head, max(0, at - _KIND_CHARACTERS), at) is not None
        short = self._short(words[-1]) if run in {words[-1], f"The {words[-1]}"} else None
        return self._judged(short, run, strict=strict)

    def bare(self, name: str, *, strict: bool) -> Named | None:
        """Return the outlet that a name standing by itself is."""
        outlet = self._known(" ".join(name.split()))
        if outlet is not None:
            return None if outlet.official else (outlet, KNOWN)
        run = run_on(words_on(name))
        return self._judged(None, run, strict=strict) if run and plain(run) == plain(name) else None

    def _known(self, name: str) -> Outlet | None:
        first = name[4:5] if name[:4].lower() == "the " else name[:1]
        outlet = self._directory.named(name) if first else None
        if outlet is None or (" " not in name and not self._directory.wrote(outlet) and self._is_person(name)):
            return None
        if first.isupper() or first.isdecimal():
            return outlet
        return outlet if outlet.name[:1].islower() and name.startswith(outlet.name) else None

    def _is_person(self, name: str) -> bool:
        """Whether the article names a person so: "Paul Forbes", and then "Forbes"."""
        if name not in self._people:
            fronts = islice(re.finditer(rf" {re.escape(name)}(?!\w)", self._text), _MENTIONS)
            words = (self._text[max(0, one.start() - _WORD) : one.start()].split()[-1:] for one in fronts)
            self._people[name] = any(is_given(word[0]) for word in words if word)
        return self._people[name]

    def _longest(self, words: Sequence[str]) -> Outlet | None:
        start = words[1:2] if words[:1] in (["the"], ["The"]) else words[:1]
        if not start or not _is_capital(start[0]):
            return self._known(start[0]) if start and not _goes_on(words[1:]) else None
        for size in range(min(NAME_WORDS, len(words)), 0, -1) if self._directory.may_hold(start[0]) else ():
            outlet = self._known(" ".join(words[:size]))
            if outlet is not None:
                return None if _goes_on(words[size:]) else outlet
        if words[:1] and words[0].lower() == "the" and len(words) > 1 and not _goes_on(words[2:]):
            return self._short(words[1])
        return None

    def _short(self, word: str) -> Outlet | None:
        if not word[:1].isupper():
            return None
        if self._own_words.endswith(f" {plain(word)} "):
            return self._own
        return self._directory.short(plain(word), self._text, self._hosts)

    def _unknown(self, sentence: str, start: int, *, strict: bool, told: bool, doubted: bool) -> Named | None:
        words = words_on(sentence[start : start + _CHARACTERS])
        article = words[:1] == ["the"]
        run = run_on(words[1:] if article else words)
        if not run:
            return None
        if told:
            return self._judged(None, run, strict=True)
        end = _end(sentence, start, run)
        following = sentence[end : end + _CHARACTERS]
        if following.split()[:1] and following.split()[0].strip(".,;").lower() in _NO_REPORT:
            return None
        said = _APPOSITION.match(following)
        if said is not None and not _VERB.search(said[1]):
            return self._judged(None, run, strict=True) if HOUSE_KIND.search(said[1]) else None
        named = self._judged(None, run, strict=strict and not article)
        if named is None or not doubted or self._directory.wrote(named[0]) or reads_like_media(named[0].name):
            return named
        return named[0], WEAK

    def _judged(self, known: Outlet | None, name: str, *, strict: bool) -> Named | None:
        if known is not None:
            return None if known.official else (known, KNOWN)
        front, of, tail = name.rpartition(" of ")
        if of and sounds_like_media(tail) and not sounds_like_media(front):
            name = tail
        sounds = sounds_like_media(name)
        if not sounds and not (strict and may_be_outlet(name) and not is_official(name)):
            return None
        if f" {plain(name)} " in self._own_words:
            return None
        member = self._directory.part(name)
        if member is not None and not member.official:
            return member, UNKNOWN
        return Outlet(plain(name), name, listed=False), UNKNOWN if strict else WEAK


def _end(sentence: str, start: int, run: str) -> int:
    """Return where the last of these words ends, whatever signs stand between them."""
    for word in run.split():
        start = max(start, sentence.find(word, start) + len(word))
    return start


def words_on(text: str) -> list[str]:
    """Return the words of a name that may begin here: up to the first sign or possessive."""
    head = text.lstrip(" :\u201c\u201e\"\u00ab\u2018'")
    found: list[str] = []
    for word in _STOP.split(head, maxsplit=1)[0].split()[: NAME_WORDS + 2]:
        bare = word.rstrip(".\u2019'") or word
        if word.endswith(_OWNS):
            found.append(_POSSESSIVE.sub("", word))
            break
        found.append(bare)
    return found


def words_before(text: str) -> list[str]:
    """Return the words of a name that may end here: back to the last sign."""
    found = _STOP.split(text.rstrip(" \u201d\"\u00bb\u2019'"))[-1].split()[-NAME_WORDS - 2 :]
    return [_POSSESSIVE.sub("", word) if word.endswith(_OWNS) else word for word in found]


def _is_capital(word: str) -> bool:
    first = word[:1]
    return first.isupper() or (first.isdecimal() and any(map(str.isalpha, word))) or ("." in word and is_site(word))


def _goes_on(rest: Sequence[str]) -> bool:
    """Whether what follows a name makes it another one, or its data: "Times Square", "Bloomberg analysts"."""
    if not rest:
        return False
    word = rest[0]
    low = word.lower()
    return low in _NO_REPORT or (_is_capital(word) and low not in _DAYS and low not in _GOES_ON)


def _goes_back(words: Sequence[str], size: int) -> bool:
    """Whether a capital in front makes a name another one: "Merrow Block"."""
    if len(words) <= size:
        return False
    word = words[-size - 1]
    return _is_capital(word) and word.lower() not in _OPENERS and word.lower() not in _DAYS


def run_on(words: Sequence[str]) -> str:
    """Return the capitalised words that begin here, with `of` and the like among them."""
    size = 0
    for place, word in enumerate(words):
        if word.lower() in _DAYS:
            break
        if _is_capital(word):
            size = place + 1
        elif word not in _CONNECTORS or not size:
            break
    return " ".join(words[:size])


def run_back(words: Sequence[str]) -> str:
    """Return the capitalised words that end here, an article in front included."""
    kept = 0
    for place, word in enumerate(reversed(words), 1):
        low = word.lower()
        if _is_capital(word) and low not in _DAYS and (low not in _OPENERS or low in _ARTICLES):
            kept = place
        elif word not in _CONNECTORS or not kept:
            break
    return " ".join(words[len(words) - kept :])
