"""The articles that a reader was told of → the words, figures and names that he knows, however they are put.

A name is known by its last word, unless another given name was told with it; a body only by its whole name or by its
initials. What a figure is known by is said in `figures.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from monitor.records import Article
from monitor.stories.figures import Known, figures
from monitor.stories.names import BODIES, Name, is_common, names_in
from monitor.stories.sentences import sentences
from monitor.stories.shingles import words
from monitor.stories.terms import STOP_WORDS, stem
from monitor.stories.tokens import IDEOGRAPH, folded


class Told:
    """Words, figures and names that a reader knows."""

    def __init__(self, articles: Sequence[Article]) -> None:
        """Read all of the articles, titles too, so that nothing deep in them comes back as news."""
        self.terms: Counter[str] = Counter()
        self.figures = Known(days=[article.published.date() for article in articles])
        self.words: set[str] = set()
        row: list[str] = []
        self._given: dict[str, set[str]] = {}
        self._initials: set[str] = set()
        for article in articles:
            for text in (article.title, article.own_text):
                self._read(text, article.language, row)
        self._row = f" {' '.join(row)} "

    def _read(self, text: str, language: str | None, row: list[str]) -> None:
        """Take in a text; its words go into `row` in order, and names once more as they are compared."""
        for sentence in sentences(text, language):
            found = folded_words(sentence)
            self.words.update(found)
            self.terms.update(terms_in(found))
            row += found
            for figure in figures(sentence, language):
                self.figures.add(figure)
            for name in names_in(sentence):
                self.words.update(name.words)
                row += name.words
                self._initials.add("".join(word[0] for word in name.words))
                self._given.setdefault(name.words[-1], set()).update(name.words[:-1])

    def knows(self, name: Name) -> bool:
        """Hold when a name was told, or its bearer by another form of it."""
        *given, last = name.words
        own = [word for word in name.words if not is_common(word)]
        if any(word in BODIES for word in name.words) or not own:
            return len(name.words) == 1 or f" {' '.join(name.words)} " in self._row or self._abbreviated(name)
        if own[-1] not in self.words:
            return not given and name.text.isupper() and last in self._initials
        return not self._other_bearer(own)

    def _abbreviated(self, name: Name) -> bool:
        return "".join(word[0] for word in name.words) in self.words

    def _other_bearer(self, own: Sequence[str]) -> bool:
        """Hold for a known surname with another given name: initials may stand for it."""
        known = self._given.get(own[-1])
        if not known or len(own) == 1 or own[0] in self.words:
            return False
        return all(own[0][0] != word[0] for word in known)


def folded_words(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return [folded(word) for word in words(text)]


def terms_in(found: Iterable[str]) -> list[str]:
    """Return what words as they are compared count as; grammar and numbers count as nothing."""
    return [term for term in map(_term, found) if term]


@lru_cache(maxsize=2**15)
def _term(word: str) -> str:
    """Return what a word counts as, empty for grammar and for numbers, which are read as figures."""
    if word in STOP_WORDS or word[0].isdecimal() or (len(word) == 1 and not IDEOGRAPH.match(word)):
        return ""
    return stem(word)
