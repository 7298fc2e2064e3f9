"""Articles that are not in English: which language they are in, and what a topic's own phrases say of them.

Word statistics and classifiers are English. A topic that gives phrases in another language is looked for by these
alone: how much of a seed phrase stands in one passage, and whether the keywords meet there. It is a cold judgement, a
sum of the words found, and no probability.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from monitor.records import Document, Phrases, Score, Term, Topic
from monitor.topics.keywords import KeywordIndex, words
from monitor.topics.passages import excerpt, split
from monitor.topics.version import ENGLISH

FEWEST_WORDS = 20
"""Texts of fewer words are taken for what their feed says, or else for English."""

ENGLISH_SHARE = 0.25
"""Share of function words above which a text is English, whatever its feed says."""
FOREIGN_SHARE = 0.12
"""Share of function words below which a text of unknown language is looked at."""

THRESHOLD = 0.5
KEYWORDS_SAY, PHRASE_SAYS = 0.3, 0.7
_PREFIX = 5
_SAMPLE = 2_000
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_CODE = re.compile(r"[a-z]{2,3}")
_FUNCTION_WORDS = frozenset({
    "a", "about", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "do",
    "first", "for", "from", "had", "has", "have", "he", "her", "him", "his", "if", "in", "into", "is", "it", "its",
    "like", "may", "more", "my", "new", "no", "not", "now", "of", "on", "only", "or", "other", "our", "out", "over",
    "said", "she", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "time", "to", "two", "up", "was", "we", "were", "what", "when", "which", "who", "will", "with", "would",
    "you",
})  # fmt: skip


def language_of(document: Document) -> str:
    """Return the code of the language a document is in; what cannot be told counts as English."""
    said = _code(document.language)
    found = words(f"{document.title} {document.text[:_SAMPLE]}")
    if len(found) < FEWEST_WORDS:
        return _by_letters(document, said)
    share = sum(word in _FUNCTION_WORDS for word in found) / len(found)
    if share >= ENGLISH_SHARE:
        return ENGLISH
    if said:
        return said
    return _identified(document.text[:_SAMPLE]) if share < FOREIGN_SHARE else ENGLISH


def _code(said: str | None) -> str:
    """Return the code in what a feed calls its language, or nothing when there is none."""
    primary = (said or "").lower().replace("_", "-").partition("-")[0]
    return primary if _CODE.fullmatch(primary) else ""


def _by_letters(document: Document, said: str) -> str:
    text = f"{document.title} {document.text}"
    letters = [letter for letter in text if letter.isalpha()]
    if letters and sum(letter > "\u024f" for letter in letters) > len(letters) / 2:
        return said if said not in {"", ENGLISH} else _identified(text)
    return said or ENGLISH


def _identified(text: str) -> str:
    # Loading it costs tenths of a second, and news in English never asks for it.
    import py3langid  # noqa: PLC0415 - see above

    return str(py3langid.classify(text)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a passage holds of a topic's phrases: the best seed's words with their shares, and the keywords."""

    terms: tuple[Term, ...]
    passage: str
    part: int
    parts: int

    @property
    def logit(self) -> float:
        return sum(term.weight for term in self.terms)


class Phrasebook:
    """The phrases of one topic in one language."""

    def __init__(self, topic: Topic, phrases: Phrases) -> None:
        """Read the phrases as if they were the topic's own."""
        self._topic = topic
        self._seeds = [_parts(seed) for seed in phrases.seeds]
        self._keyed = bool(phrases.keywords)
        told = replace(topic, seeds=phrases.seeds, keywords=phrases.keywords, exclude=phrases.exclude, languages=())
        self._index = KeywordIndex([told])

    def score(self, document: Document) -> Score:
        """Return the score of a document in this language; it matches when most of a seed, and the keywords, are there.

        Without keywords a match needs nearly a whole seed in one passage.
        """
        found = self._best(document)
        score = found.logit
        return Score(
            id=document.id,
            topic=self._topic.id,
            score=score,
            probability=None,
            threshold=THRESHOLD,
            matched=score >= THRESHOLD,
            passage=excerpt(found.passage),
            terms=found.terms,
            logit=score,
            part=found.part,
            parts=found.parts,
        )

    def _best(self, document: Document) -> _Found:
        passages = split(document.text) or [document.text]
        several = len(passages) if len(passages) > 1 else 0
        candidates = [
            _Found(
                terms=self._terms(f"{document.title}\n{passage}"),
                passage=passage or document.title,
                part=n,
                parts=several,
            )
            for n, passage in enumerate(passages, start=1 if several else 0)
        ]
        return max(candidates, key=lambda one: (one.logit, -one.part))

    def _terms(self, text: str) -> tuple[Term, ...]:
        """Return the words of the best seed that a text holds, and the keywords if all groups fire."""
        hits = self._index.hits(text, self._topic.id)
        if hits.vetoes:
            return ()
        present = _Words(text)
        scored = [[part for part in seed if part in present] for seed in self._seeds]
        shares = [len(found) / len(seed) if seed else 0.0 for found, seed in zip(scored, self._seeds, strict=True)]
        best = max(range(len(shares)), key=lambda place: (shares[place], -place), default=None)
        says = PHRASE_SAYS if self._keyed or best is None or shares[best] >= PHRASE_SAYS else PHRASE_SAYS * PHRASE_SAYS
        terms = [] if best is None else [Term(text=word, weight=says / len(self._seeds[best])) for word in scored[best]]
        if hits.fired:
            terms.append(Term(text="keywords", weight=KEYWORDS_SAY))
        return tuple(terms)


class _Words:
    """The words of a text, also in their other endings, and any characters of scripts that do not part words."""

    def __init__(self, text: str) -> None:
        self._text = text.lower()
        self._words = set(words(text))
        self._beginnings = {word[:_PREFIX] for word in self._words if len(word) >= _PREFIX}

    def __contains__(self, part: str) -> bool:
        if _UNSPACED.search(part):
            return part in self._text
        return part in self._words or (len(part) > _PREFIX and part[:_PREFIX] in self._beginnings)


def _parts(seed: str) -> Sequence[str]:
    """Return what is looked for of a seed: its longer words, or all of them if it has no longer ones."""
    found = words(seed)
    return [word for word in found if len(word) > 3 or _UNSPACED.search(word)] or found  # noqa: PLR2004 - articles and prepositions


@lru_cache(maxsize=256)
def phrasebook(topic: Topic, language: str) -> Phrasebook | None:
    """Return the phrases of a topic in a language, or None when it gives none."""
    for phrases in topic.languages:
        if phrases.language == language:
            return Phrasebook(topic, phrases)
    return None
