"""A story's articles, one leading → one to three whole sentences that say what happened, each with its source.

1. At most `ARTICLES` articles are read: the lead, the earliest that rest on nobody else's report, and the newest; of
   each, the first `SENTENCES` sentences that can stand in a summary (no furniture, no question, no quote without its
   speaker, nobody's "I", six to 45 words, a full stop).
2. A sentence is worth its centrality (the cosine of its words to those of all articles, each word weighted by how many
   articles have it: what several report is the news), its place (news says first what matters), its likeness to the
   headline, and less where the article is a copy or a teaser.
3. The first is the best of the lead's start. The others are picked by maximal marginal relevance (Carbonell and
   Goldstein, 1998): the best in worth less its likeness to what has been picked, most of its words being new. A
   sentence that leans on the one before it ("He", "However") can only follow that one.

The lead's sentences come first, then the others' by time of article and place; no sentence is ever cut or changed.
A dateline ("BERGHEIM, May 9 (Harbor Wire) -") is no part of a sentence and is left out.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from monitor.records import Article, Member, Quality, Quoted, Relation
from monitor.stories.headline import headline_of, language_of, standing
from monitor.stories.leaning import leans
from monitor.stories.quotable import (
    END_CHARACTERS,
    is_ended,
    is_fragment,
    is_furniture,
    is_stated,
    size_of,
    without_dateline,
)
from monitor.stories.sentences import sentences
from monitor.stories.terms import bucket, words_of
from monitor.stories.tokens import IDEOGRAPH

ARTICLES: Final = 12
"""How many articles of a story are read; `_NEWEST` of them are its newest."""

SENTENCES: Final = 12
"""How many sentences of an article are weighed: what news reports stands at the start."""

LONGEST: Final = 600
"""A sentence of more characters is left out; one within it is given whole, however many were asked for."""

FEWEST_WORDS: Final = 6
MOST_WORDS: Final = 45
"""Shorter sentences say little, longer ones are mostly lists or broken extraction."""

_NEWEST: Final = 3
_SHORT: Final = 3
_ENGLISH: Final = "en"
_CHARACTERS: Final = 2_200
_OPENING: Final = 3
_POSITION: Final = 0.35
_TITLE: Final = 0.35
_REDUNDANCY: Final = 0.6
_SAME: Final = 0.55
_TOLD: Final = 0.7
_WORTH_SHARE: Final = 0.25
_STANDING: Final = {Relation.FIRST: 1.0, Relation.INDEPENDENT: 1.0, Relation.CITES: 0.85, Relation.COPIES: 0.7}
_PARTIAL: Final = 0.8

_STOPPED: Final = frozenset((-1,))
_UNREADABLE: Final = frozenset({Quality.SCRIPT_ONLY, Quality.CONSENT_PAGE, Quality.NOT_AN_ARTICLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    """A sentence that can stand in a summary: its article's number, its place there, and its rank among such ones.

    `leans` says that it makes no sense without the sentence before it.
    """

    article: int
    place: int
    rank: int
    text: str
    stems: frozenset[int]
    leans: bool


class _Worth(NamedTuple):
    """A sentence and what it is worth to the summary."""

    row: _Sentence
    points: float


def summary_of(members: Sequence[Member], lead: Member, *, most: int = 3, characters: int = 420) -> tuple[Quoted, ...]:
    """Return up to `most` whole sentences of together `characters` at most that tell the story; none if none is fit.

    A first sentence that is longer stands alone, if it has no more than `LONGEST` characters.
    """
    read = _read(members, lead)
    headline = headline_of(lead)
    found = [row for number, member in enumerate(read) for row in _rows(number, member.article)]
    rows = [row for row in found if not _repeats(row.text, headline)] or found
    if not rows or most < 1:
        return ()
    weighed = _weigh(rows, read, headline)
    first = _opening(weighed, read, lead)
    chosen = _picked(weighed, first, most, characters) if first else []
    ordered = sorted(chosen, key=lambda row: (row.article != chosen[0].article, row.article, row.place))
    return tuple(_quoted(read[row.article].article, row.text) for row in ordered)


def _quoted(article: Article, text: str) -> Quoted:
    return Quoted(article_id=article.id, publisher=article.publisher, text=text)


def _read(members: Sequence[Member], lead: Member) -> list[Member]:
    """Return the lead, the earliest articles of its language that speak for themselves, and the newest; by time."""

    def age(member: Member) -> tuple[object, ...]:
        return member.article.published, member.article.id

    spoken = {"", language_of(lead.article)}
    others = [member for member in members if member.article.id != lead.article.id]
    others = [member for member in others if spoken == {""} or language_of(member.article) in spoken]
    ordered = sorted(others, key=lambda member: (-_weight(member), age(member)))
    early = ordered[: ARTICLES - 1 - _NEWEST]
    late = sorted(ordered[len(early) :], key=lambda member: (_weight(member) < 1.0, age(member)))
    own = [member for member in late if _weight(member) == 1.0] or late
    return sorted([lead, *early, *own[-_NEWEST:]], key=age)


def _weight(member: Member) -> float:
    """Return how much an article counts: less for copies and those who cite, and less for parts of articles."""
    article = member.article
    partial = article.quality is not Quality.FULL or not article.text.strip()
    return _STANDING[standing(member)] * (_PARTIAL if partial else 1.0)


def _rows(number: int, article: Article) -> list[_Sentence]:
    """Return the first fit sentences of an article; where its text has none, those of its feed's summary."""
    texts = [article.summary] if article.quality in _UNREADABLE else [article.own_text, article.summary]
    code = language_of(article) or _ENGLISH
    return next((rows for text in texts if (rows := _fit(number, text, code))), [])


def _fit(number: int, text: str, code: str) -> list[_Sentence]:
    rows: list[_Sentence] = []
    for place, sentence in enumerate(_start(text, code)):
        words = _words(sentence) if _is_whole(sentence) else []
        if not _is_fit(sentence, words):
            continue
        stems = _stems(words, code)
        rows.append(
            _Sentence(
                article=number, place=place, rank=len(rows), text=sentence, stems=stems, leans=leans(sentence, code)
            )
        )
        if len(rows) == SENTENCES:
            break
    return rows


def _start(text: str, code: str) -> list[str]:
    found = sentences(text[:_CHARACTERS], code)
    # What the limit has cut is no whole sentence.
    found = found[:-1] if len(text) > _CHARACTERS else found
    return without_dateline(found)


def _is_fit(sentence: str, words: Sequence[str]) -> bool:
    return bool(words) and is_stated(sentence, words) and not is_furniture(sentence, words)


def _is_whole(sentence: str) -> bool:
    """Hold for a sentence of sensible length that is neither cut nor a question."""
    if len(sentence) > LONGEST or not FEWEST_WORDS <= size_of(sentence) <= MOST_WORDS:
        return False
    return not (sentence[0].islower() or is_fragment(sentence)) and is_ended(sentence)


def _repeats(sentence: str, headline: str) -> bool:
    if len(sentence) > len(headline) + END_CHARACTERS:
        return False
    return " ".join(words_of(sentence.casefold())) in " ".join(words_of(headline.casefold()))


def _words(text: str) -> list[str]:
    """Return the words in small letters, ideographs by twos."""
    if not text.isascii():
        text = IDEOGRAPH.sub(lambda one: f" {one.group() + one.string[one.end() : one.end() + 1]} ", text)
    return words_of(text.lower())


def _stems(words: Sequence[str], code: str = _ENGLISH) -> frozenset[int]:
    """Return the words' hashed stems; in a language without a list of stop words, short words go instead."""
    if code != _ENGLISH:
        words = [word for word in words if len(word) > _SHORT or not word.isascii() or word.isdigit()]
    return frozenset(map(bucket, words)) - _STOPPED


def _weigh(rows: Sequence[_Sentence], read: Sequence[Member], headline: str) -> list[_Worth]:
    weights = [_weight(member) for member in read]
    shared = _shared(rows, read, weights)
    length = math.sqrt(math.fsum(value * value for value in shared.values())) or 1.0
    title = _stems(_words(headline))
    weighed = []
    for row in rows:
        central = math.fsum(shared[stem] for stem in row.stems) / (length * math.sqrt(len(row.stems) or 1))
        points = central + _TITLE * _alike(row.stems, title) + _POSITION / (1 + row.rank)
        weighed.append(_Worth(row=row, points=round(points * weights[row.article], 6)))
    return weighed


def _shared(rows: Sequence[_Sentence], read: Sequence[Member], weights: Sequence[float]) -> Mapping[int, float]:
    """Return the weight of each word: the logarithm of how often it stands in an article, summed over the articles."""
    counts: list[Counter[int]] = [Counter(_stems(_words(headline_of(member)))) for member in read]
    for row in rows:
        counts[row.article].update(row.stems)
    shared: dict[int, float] = defaultdict(float)
    for count, weight in zip(counts, weights, strict=True):
        for stem, times in count.items():
            shared[stem] += weight * math.log1p(times)
    return shared


def _alike(left: frozenset[int], right: frozenset[int]) -> float:
    return len(left & right) / math.sqrt(len(left) * len(right) or 1)


def _opening(weighed: Sequence[_Worth], read: Sequence[Member], lead: Member) -> _Worth | None:
    """Return the sentence to begin with: the best of the lead's start, else of any article's, else of all."""
    free = [one for one in weighed if not one.row.leans]
    starts = [one for one in free if one.row.rank < _OPENING]
    own = [one for one in starts if read[one.row.article].article.id == lead.article.id]
    pool = own if own and _weight(lead) >= 1.0 else starts or free
    return max(pool, key=lambda one: one.points, default=None)


def _picked(weighed: Sequence[_Worth], first: _Worth, most: int, characters: int) -> list[_Sentence]:
    """Return the opening and what is picked beside it, in the order of picking."""
    chosen = [first.row]
    left = characters - len(first.row.text)
    near = [0.0] * len(weighed)
    while len(chosen) < most:
        near = [max(old, _alike(one.row.stems, chosen[-1].stems)) for old, one in zip(near, weighed, strict=True)]
        pool = [
            (one.points - _REDUNDANCY * like, -at)
            for at, (one, like) in enumerate(zip(weighed, near, strict=True))
            if len(one.row.text) < left and like < _SAME and _adds(one.row, chosen) and _follows(one.row, chosen)
        ]
        best = weighed[-max(pool)[1]] if pool else None
        if best is None or best.points < _WORTH_SHARE * first.points:
            break
        chosen.append(best.row)
        left -= len(best.row.text) + 1
    return chosen


def _adds(row: _Sentence, chosen: Sequence[_Sentence]) -> bool:
    """Hold when enough of a sentence's words stand in none of those chosen before."""
    known = frozenset().union(*(one.stems for one in chosen))
    return len(row.stems & known) < _TOLD * len(row.stems)


def _follows(row: _Sentence, chosen: Sequence[_Sentence]) -> bool:
    """Hold when a sentence can be read where it would stand: after the opening, and after what it leans on."""
    early = row.article == chosen[0].article and row.place <= chosen[0].place
    return not early and (
        not row.leans or any((one.article, one.place) == (row.article, row.place - 1) for one in chosen)
    )
