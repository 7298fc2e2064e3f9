"""Articles that are not in English: which language they are in, and what a topic's own phrases say of them.

Word statistics and classifiers are English. A topic that gives phrases in another language is looked for by these
alone: how much of a seed phrase stands in one passage, and whether the keywords meet there. It is a cold judgement, a
sum of the words found, and no probability.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from monitor.records import Document, Phrases, Score, Term, Topic
from monitor.topics.explanation import KEYWORDS
from monitor.topics.features import TITLE_CAP
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
_PREFIX, _ENDING = 5, 3
_SHORT = 3
_WORD = re.compile(r"\w+")
_SAMPLE = 2_000
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_SAME = {
    "ara": "ar", "bul": "bg", "ces": "cs", "cze": "cs", "chi": "zh", "cmn": "zh", "dan": "da", "deu": "de", "dut": "nl",
    "ell": "el", "eng": "en", "est": "et", "fas": "fa", "fin": "fi", "fra": "fr", "fre": "fr", "ger": "de", "gre": "el",
    "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "ind": "id", "ita": "it", "iw": "he", "jpn": "ja", "kor": "ko",
    "lav": "lv", "lit": "lt", "nld": "nl", "nob": "no", "nor": "no", "per": "fa", "pol": "pl", "por": "pt", "ron": "ro",
    "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "spa": "es", "srp": "sr", "swe": "sv", "tha": "th",
    "tur": "tr", "ukr": "uk", "vie": "vi", "yue": "zh", "zho": "zh",
}  # fmt: skip
"""Codes of three letters, and one that was given up, for the languages of most feeds (ISO 639)."""
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
    share = sum(map(_FUNCTION_WORDS.__contains__, found)) / len(found)
    if share >= ENGLISH_SHARE:
        return ENGLISH
    if said and said != ENGLISH:
        return said
    return _identified(document.text[:_SAMPLE]) if share < FOREIGN_SHARE else ENGLISH


def _code(said: str | None) -> str:
    """Return the code of two letters for what a feed calls its language, or nothing when it names none."""
    primary = (said or "").lower().replace("_", "-").partition("-")[0]
    found = _SAME.get(primary, primary)
    return found if len(found) == 2 and found.isascii() and found.isalpha() else ""  # noqa: PLR2004 - a code of two


def _by_letters(document: Document, said: str) -> str:
    text = f"{document.title} {document.text}"
    letters = [letter for letter in text if letter.isalpha()]
    if letters and sum(letter > "\u024f" for letter in letters) > len(letters) / 2:
        return said if said not in {"", ENGLISH} else _identified(text)
    return said or ENGLISH


def _identified(text: str) -> str:
    # Loading it costs tenths of a second, and news in English never asks for it.
    import py3langid  # noqa: PLC0415 - see above

    return _code(str(py3langid.classify(text)[0])) or ENGLISH


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
        score = min(1.0, found.logit)
        return Score(
            id=document.id,
            topic=self._topic.id,
            score=score,
            probability=None,
            threshold=THRESHOLD,
            matched=score >= THRESHOLD,
            passage=excerpt(found.passage),
            terms=found.terms,
            logit=found.logit,
            part=found.part,
            parts=found.parts,
        )

    def _best(self, document: Document) -> _Found:
        passages = split(document.text) or [document.text]
        several = len(passages) if len(passages) > 1 else 0
        candidates = [
            _Found(
                terms=self._terms(f"{document.title[:TITLE_CAP]}\n{passage}"),
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
        best = max(range(len(shares)), key=lambda place: (shares[place], len(scored[place]), -place), default=None)
        says = PHRASE_SAYS if self._keyed or best is None or shares[best] >= PHRASE_SAYS else PHRASE_SAYS * PHRASE_SAYS
        terms = [] if best is None else [Term(text=word, weight=says / len(self._seeds[best])) for word in scored[best]]
        if hits.fired:
            terms.append(Term(text=KEYWORDS, weight=KEYWORDS_SAY))
        return tuple(terms)


class _Words:
    """The words of a text, also in their other endings, and any characters of scripts that do not part words."""

    def __init__(self, text: str) -> None:
        self._text = text.lower()
        self._words = set(words(text))
        self._endings: dict[str, list[int]] = defaultdict(list)
        for word in self._words:
            self._endings[word[:_PREFIX]].append(len(word))

    def __contains__(self, part: str) -> bool:
        if _UNSPACED.search(part):
            return part in self._text
        if part in self._words:
            return True
        # Another ending, and not another word that begins alike.
        lengths = self._endings.get(part[:_PREFIX], ()) if len(part) > _PREFIX else ()
        return any(abs(length - len(part)) <= _ENDING for length in lengths)


def _parts(seed: str) -> Sequence[str]:
    """Return what is looked for of a seed: its words without articles and prepositions, or all if nothing is left.

    These are the short words in small letters; `EU`, `KI` and `CO2` are none.
    """
    found = [word.lower() for word in _WORD.findall(seed) if len(word) > _SHORT or not word.islower()]
    return found or words(seed)


@lru_cache(maxsize=256)
def phrasebook(topic: Topic, language: str) -> Phrasebook | None:
    """Return the phrases of a topic in a language, or None when it gives none."""
    for phrases in topic.languages:
        if phrases.language == language:
            return Phrasebook(topic, phrases)
    return None
