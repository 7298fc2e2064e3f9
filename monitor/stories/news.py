"""A story's articles and which of them its reader was told of → what is new: whole sentences, figures and names.

What was told are the titles and texts of those articles. A sentence is new when less than `COVERED` of its content
stands there: each word counts, the less the more often it was told, and a figure or a name not told counts as several.
Of the new sentences those that bring most are taken one after the other; what one has brought is then told. A
sentence that leans on the one before it ("He", "The vote") is not told, nor is a dateline. Nothing is invented:
sentences, figures and names stand in an article as they are given. Any language; names are found by their
capitals, so scripts without them have none, and a status is told of English articles only.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.records import Article, Member, News, Quality, Quoted, Status
from monitor.stories.figures import Figure, Known, figures
from monitor.stories.leaning import leans
from monitor.stories.names import Name, names_in
from monitor.stories.quotable import (
    is_ended,
    is_fragment,
    is_furniture,
    is_question,
    is_stated,
    size_of,
    without_dateline,
)
from monitor.stories.sentences import sentences
from monitor.stories.shingles import words
from monitor.stories.status import status_of
from monitor.stories.tokens import folded
from monitor.stories.told import Told, folded_words, terms_in

COVERED: Final = 0.6
"""Share of a sentence's content that was told, from which on it brings nothing."""

MOST_FACTS: Final = 6
"""Figures, and names, at most."""

_SENTENCES: Final = 40
"""How far an untold article is read; a told one is read whole, so that nothing deep in it comes back as news."""

_CANDIDATES: Final = 100
_FEWEST_WORDS: Final = 6
_MOST_WORDS: Final = 60
_LONGEST: Final = 1_000
_FEWEST_TERMS: Final = 4
_HEADING_WORDS: Final = 12
_FIGURE_WORTH: Final = 3.0
_NAME_WORTH: Final = 2.5
_MOST_WORTH: Final = 7.5
_SUPPORT: Final = 0.25
_MOST_SUPPORT: Final = 3
_LEADS: Final = (1.4, 1.2, 1.2)
_LAST: Final = 0.5
_NOT_FULL: Final = 0.7
_OPINION: Final = 0.6
_QUOTES: Final = '"\u201c\u2018'

_COMMENT = re.compile(r"(?:opinion|comment|editorial|column|analysis|letters?)\b\s*[:|]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What a sentence says; `weight` is what its place and its article make it worth."""

    quoted: Quoted
    terms: frozenset[str]
    figures: tuple[Figure, ...]
    names: tuple[Name, ...]
    weight: float
    usable: bool


def news_since(members: Sequence[Member], told: Collection[str], *, most: int = 3) -> News:
    """Return what the articles that are not `told` say beyond those that are, in at most `most` sentences.

    A copy of an article of the story, or of a told one, brings nothing. A status is new when the article that
    shows it was not told, and those told show another or none.
    """
    told = frozenset(told)
    known = [member for member in members if member.article.id in told]
    fresh = sorted(_brought(members, told), key=lambda member: (member.article.published, member.article.id))
    status, before = _status(members, known, {member.article.id for member in fresh})
    if not fresh:
        return News(sentences=(), figures=(), actors=(), before=before)
    reader = Told([member.article for member in known])
    publishers = {" ".join(folded_words(member.article.publisher)) for member in members}
    per_article = [list(_sentences(member.article, reader, publishers)) for member in fresh]
    chosen = _chosen(per_article, reader, most)
    return News(
        sentences=tuple(sentence.quoted for sentence in chosen),
        figures=_figures(chosen, per_article, reader.figures),
        actors=_actors(chosen, per_article),
        status=status,
        before=before,
    )


def _brought(members: Sequence[Member], told: Collection[str]) -> list[Member]:
    """Return the articles that may bring something: neither told nor copied from one that was, or that does."""
    present = {member.article.id for member in members} | set(told)
    return [
        member
        for member in members
        if member.article.id not in told and (not member.article.copy_of or member.article.copy_of not in present)
    ]


def _status(members: Sequence[Member], known: Sequence[Member], fresh: Collection[str]) -> tuple[Status | None, str]:
    then, now = status_of(known), status_of(members)
    before = then.word if then else ""
    is_new = now is not None and now.word != before and now.shown_by.article_id in fresh
    return (now if is_new else None), before


def _sentences(article: Article, reader: Told, publishers: Collection[str]) -> Iterator[_Sentence]:
    """Return what an untold article says, with the figures and names that its reader does not know."""
    found = sentences(article.own_text, article.language)[:_SENTENCES]
    titled = not found
    found = without_dateline(found) or sentences(article.title, article.language)[:1]
    named = [list(names_in(sentence)) for sentence in found]
    # A capital at the start of a sentence is no sign of a name unless the name stands elsewhere too.
    inside = {name.words[-1] for names in named for name in names if not name.opens}
    days = Known(days=[article.published.date()])
    worth = _worth(article)
    for place, (sentence, names) in enumerate(zip(found, named, strict=True)):
        read = words(sentence)
        small = {word.lower() for word in read}
        if is_furniture(sentence, small):
            continue
        new_figures = tuple(
            new for new in figures(sentence, article.language) if new not in reader.figures and new not in days
        )
        new_names = tuple(name for name in names if _is_actor(name, inside, publishers) and not reader.knows(name))
        terms = frozenset(terms_in(map(folded, read)))
        facts = _FIGURE_WORTH * len(new_figures) + _NAME_WORTH * len(new_names)
        whole = _is_sentence(sentence) and not leans(sentence, article.language)
        usable = (titled or whole) and _is_new(terms, facts, reader.terms)
        if usable or facts:
            quoted = Quoted(article_id=article.id, publisher=article.publisher, text=sentence)
            voice = 1.0 if usable and sentence[0] not in _QUOTES and is_stated(sentence, small) else _OPINION
            yield _Sentence(quoted, terms, new_figures, new_names, worth * _place(place) * voice, usable)


def _worth(article: Article) -> float:
    worth = 1.0 if article.quality is Quality.FULL else _NOT_FULL
    return worth * (_OPINION if _COMMENT.match(article.title) else 1.0)


def _is_actor(name: Name, inside: Collection[str], publishers: Collection[str]) -> bool:
    sure = not name.opens or len(name.words) > 1 or name.words[-1] in inside
    return sure and " ".join(name.words) not in publishers


def _place(place: int) -> float:
    """Return what a sentence's place is worth: news says what happened first."""
    return _LEADS[place] if place < len(_LEADS) else 1 - (1 - _LAST) * place / _SENTENCES


def _is_sentence(sentence: str) -> bool:
    """Hold for a statement of a bearable length that is no question, no heading and not shouted."""
    if len(sentence) > _LONGEST or not _FEWEST_WORDS <= size_of(sentence) <= _MOST_WORDS or sentence.isupper():
        return False
    if is_fragment(sentence):
        return False
    return is_ended(sentence) or (size_of(sentence) >= _HEADING_WORDS and not is_question(sentence))


def _chosen(per_article: Sequence[Sequence[_Sentence]], reader: Told, most: int) -> list[_Sentence]:
    """Return the sentences that bring most, each beyond those before it; what several articles say weighs more."""
    often = Counter(term for found in per_article for term in frozenset().union(*(one.terms for one in found)))
    support = {term: 1 + _SUPPORT * min(count - 1, _MOST_SUPPORT) for term, count in often.items()}
    told = set(reader.terms)
    facts: set[str] = set()
    usable = [one for found in per_article for one in found if one.usable]
    left = sorted(((_gain(one, told, facts, support), one) for one in usable), key=lambda row: -row[0])[:_CANDIDATES]
    chosen: list[_Sentence] = []
    while left and len(chosen) < most:
        best = _best(left, told, facts, support)
        chosen.append(best)
        told |= best.terms
        facts |= _facts(best)
        left = [row for row in left if row[1] is not best and not _repeats(row[1], best, facts)]
    return chosen


def _best(
    left: Sequence[tuple[float, _Sentence]], told: Collection[str], facts: Collection[str], support: Mapping[str, float]
) -> _Sentence:
    """Return the sentence that brings most now; what each brought at first, highest first, is the most it can."""
    best, most = left[0][1], -1.0
    for bound, one in left:
        if bound <= most:
            break
        now = _gain(one, told, facts, support)
        if now > most:
            best, most = one, now
    return best


def _is_new(terms: Collection[str], facts: float, told: Mapping[str, int]) -> bool:
    """Hold when most of a sentence's content was not told; `facts` is what its new figures and names are worth."""
    if not facts and len(terms) < _FEWEST_TERMS:
        return False
    covered = math.fsum(1 / (1 + math.log(told[term])) for term in terms if term in told)
    new = sum(term not in told for term in terms) + facts
    return covered < COVERED * (covered + new)


def _gain(sentence: _Sentence, told: Collection[str], facts: Collection[str], support: Mapping[str, float]) -> float:
    """Return what a sentence brings beyond what was told and chosen, by its length; figures and names up to a limit."""
    words_gain = math.fsum(support[term] for term in sentence.terms if term not in told)
    named = sum(_key(figure) not in facts for figure in sentence.figures) * _FIGURE_WORTH
    named += sum(name.words[-1] not in facts for name in sentence.names) * _NAME_WORTH
    return (
        (words_gain + min(named, _MOST_WORTH))
        * sentence.weight
        / math.sqrt(max(len(sentence.terms), 2 * _FEWEST_TERMS))
    )


def _repeats(sentence: _Sentence, chosen: _Sentence, facts: Collection[str]) -> bool:
    """Hold when a chosen sentence has said the same, however the figures are put."""
    said = len(sentence.terms & chosen.terms)
    own = _facts(sentence)
    return said >= COVERED * (len(sentence.terms) + _FIGURE_WORTH * sum(fact not in facts for fact in own))


def _facts(sentence: _Sentence) -> set[str]:
    return {_key(figure) for figure in sentence.figures} | {name.words[-1] for name in sentence.names}


def _key(figure: Figure) -> str:
    return figure.key or f"{figure.unit == '%'} {figure.value}"


def _in_order(chosen: Sequence[_Sentence], per_article: Sequence[Sequence[_Sentence]]) -> list[_Sentence]:
    """Return the sentences, chosen ones first."""
    taken = {id(one) for one in chosen}
    return [*chosen, *(one for found in per_article for one in found if id(one) not in taken)]


def _often(per_article: Sequence[Sequence[_Sentence]]) -> Counter[str]:
    """Return in how many articles each fact stands."""
    return Counter(fact for found in per_article for fact in set().union(*(_facts(one) for one in found)))


def _figures(chosen: Sequence[_Sentence], per_article: Sequence[Sequence[_Sentence]], told: Known) -> tuple[str, ...]:
    """Return the new figures, each in one form: the chosen sentences', then those that stand in most articles."""
    often = _often(per_article)
    found = [(place, figure) for place, one in enumerate(_in_order(chosen, per_article)) for figure in one.figures]
    taken: list[str] = []
    for _, figure in sorted(found, key=lambda row: (row[0] >= len(chosen), -often[_key(row[1])])):
        if len(taken) < MOST_FACTS and figure not in told:
            taken.append(figure.text)
            told.add(figure)
    return tuple(taken)


def _actors(chosen: Sequence[_Sentence], per_article: Sequence[Sequence[_Sentence]]) -> tuple[str, ...]:
    """Return the new names, each in its longest form, those that stand in most articles first."""
    often = _often(per_article)
    longest: dict[str, str] = {}
    for one in _in_order(chosen, per_article):
        for name in one.names:
            last = name.words[-1]
            longest[last] = max(longest.get(last, ""), name.text, key=len)
    return tuple(longest[last] for last in sorted(longest, key=lambda last: -often[last])[:MOST_FACTS])
