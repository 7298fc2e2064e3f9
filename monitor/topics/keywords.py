"""Keyword groups: which of a topic's words occur in a text, and whether every group has one.

Matching is on words, not on characters: case does not matter, a word is a run of letters and digits, and what stands
between two words does not count, so that `digital asset` also finds `Digital-Asset`. A `*` at the end stands for any
ending.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.records import Topic

_WORD = re.compile(r"\w+")
_REMEMBERED = 200_000


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, in order."""
    return _WORD.findall(text.lower())


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word or phrase to look for; several keywords, also of different topics, may share it."""

    parts: tuple[str, ...]
    open_ended: bool

    def stands_at(self, tokens: Sequence[str], start: int) -> bool:
        """Whether the phrase begins at the word `start` of a text."""
        found = tuple(tokens[start : start + len(self.parts)])
        if not self.open_ended or len(found) < len(self.parts):
            return found == self.parts
        return found[:-1] == self.parts[:-1] and found[-1].startswith(self.parts[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A word or phrase of a topic file; `group` counts from 0, and is -1 for a word that vetoes."""

    text: str
    topic: str
    group: int
    pattern: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """The words of a topic that a text contains, per group and without repetition, and the words that veto them."""

    groups: tuple[tuple[str, ...], ...]
    vetoes: tuple[str, ...] = ()

    @property
    def fired(self) -> bool:
        """Whether every group has a word and none vetoes; False for a topic without keywords."""
        return bool(self.groups) and all(self.groups) and not self.vetoes


_Found = tuple[tuple[int, ...], tuple[int, ...]] | None


class _Starts(dict[str, _Found]):
    """First word → numbers of the patterns that it is, and of those that it may begin; None where there are neither.

    Words are looked up when first asked for.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._words: dict[str, list[int]] = defaultdict(list)
        self._prefixes: dict[str, list[int]] = defaultdict(list)
        self._phrases: dict[str, list[int]] = defaultdict(list)
        for number, pattern in enumerate(patterns):
            kind = self._phrases if len(pattern.parts) > 1 else self._prefixes if pattern.open_ended else self._words
            kind[pattern.parts[0]].append(number)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})

    def __missing__(self, word: str) -> _Found:
        whole = list(self._words.get(word, ()))
        for length in self._lengths:
            if length <= len(word):
                whole += self._prefixes.get(word[:length], ())
        begun = tuple(self._phrases.get(word, ()))
        # A monitor that runs for months meets names and typos without end.
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = (tuple(whole), begun) if whole or begun else None
        return self[word]


class KeywordIndex:
    """All keywords of several topics, found in one pass over a text."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        """Compile the keyword groups and excluded words of the topics; a keyword without letters is left out."""
        self.keywords = tuple(keyword for topic in topics for keyword in _compile(topic))
        self.patterns = tuple(dict.fromkeys(keyword.pattern for keyword in self.keywords))
        self._sizes = {topic.id: len(topic.keywords) for topic in topics}
        self._starts = _Starts(self.patterns)

    def find(self, tokens: Sequence[str]) -> list[int]:
        """Return the numbers of the patterns that occur in the words of a text, each as often as it occurs."""
        patterns, found = self.patterns, list[int]()
        for place, starting in enumerate(map(self._starts.__getitem__, tokens)):
            if starting is not None:
                found += starting[0]
                found += [number for number in starting[1] if patterns[number].stands_at(tokens, place)]
        return found

    def columns(self, topic: Topic, group: int) -> list[int]:
        """Return the numbers of the patterns of a topic's keyword group, -1 being the excluded words."""
        mine = {keyword.pattern for keyword in self.keywords if (keyword.topic, keyword.group) == (topic.id, group)}
        return [number for number, pattern in enumerate(self.patterns) if pattern in mine]

    def hits(self, text: str, topic: str) -> Hits:
        """Return what a text contains of a topic's keywords, in the order of the topic file."""
        found = {self.patterns[number] for number in self.find(words(text))}
        mine = [keyword for keyword in self.keywords if keyword.topic == topic and keyword.pattern in found]
        groups = (tuple(k.text for k in mine if k.group == g) for g in range(self._sizes[topic]))
        return Hits(groups=tuple(groups), vetoes=tuple(k.text for k in mine if k.group < 0))


def _compile(topic: Topic) -> list[Keyword]:
    groups = [*enumerate(topic.keywords), (-1, topic.exclude)]
    return [
        Keyword(text=text, topic=topic.id, group=group, pattern=Pattern(tuple(parts), text.rstrip().endswith("*")))
        for group, texts in groups
        for text in texts
        if (parts := words(text))
    ]
