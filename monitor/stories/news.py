"""A story's articles and which of them its reader was told of → what is new: whole sentences, figures and names.

What was told are the titles and texts of those articles. A sentence is new when less than `COVERED` of its content
stands there: each word counts, the less the more often it was told, and a figure or a name not told counts as several.
Of the new sentences those that bring most are taken one after the other; what one has brought is then told. Nothing
is invented: sentences, figures and names stand in an article as they are given. Any language; names are found by their
capitals, so scripts without them have none, and a status is told of English articles only.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from monitor.records import Article, Member, News, Quality, Quoted, Status
from monitor.stories.figures import Figure, Known, figures
from monitor.stories.lexicon import MONTHS, ROLES
from monitor.stories.sentences import sentences
from monitor.stories.shingles import words
from monitor.stories.status import status_of
from monitor.stories.terms import STOP_WORDS, stem
from monitor.stories.tokens import IDEOGRAPH, folded

COVERED: Final = 0.6
"""Share of a sentence's content that was told, from which on it brings nothing."""

MOST_FACTS: Final = 6
"""Figures, and names, at most."""

_SENTENCES: Final = 40
"""How far an untold article is read; a told one is read whole, so that nothing deep in it comes back as news."""

_CANDIDATES: Final = 100
_FEWEST_WORDS: Final = 6
_MOST_WORDS: Final = 60
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
_NAME_WORDS: Final = 6
_ACRONYM: Final = range(2, 7)
_MOSTLY_CAPITALS: Final = 0.8
_ADJECTIVE_LETTERS: Final = 6

_FURNITURE = re.compile(
    r"\b(?:read (?:more|also|next|the full)|see also|also read|sign up|subscrib\w+|newsletters?|click here|follow us"
    r"|share this|advertisement|getty images|file photo|(?:photo|image|picture)s?(?: by| credit|:)|courtesy of"
    r"|all rights reserved|(?:reporting|editing|writing) by|min(?:ute)? read|this (?:article|story) (?:was|is|has)"
    r"|cookies?|log in|register now|let us know|tell us|e-?mail us|contact us|our app|last updated|updated (?:at|on)"
    r"|published (?:at|on)|related (?:articles|stories))\b|\u00a9|https?://|^(?:watch|listen|related|correction|photo|by):"
    r"|^by (?:[^\W\d_][\w.'\u2019-]{0,30},? ?){1,8}\.?$",
    re.IGNORECASE,
)
_SPEECH = re.compile(r"^[\"\u201c\u2018]|\b(?:I|I'm|I\u2019m|my)\b")
_COMMENT = re.compile(r"(?:opinion|comment|editorial|column|analysis|letters?)\b\s*[:|]", re.IGNORECASE)
_ENDS = (".", "!", "\u3002", "\uff01", "\u2026", '."', ".\u201d", '!"', "!\u201d", ".)", "\u0964", "\u201d", '"')

_CONNECTORS: Final = frozenset("of de del della di da dos van von der den la le al bin".split())  # noqa: SIM905 - a list
_ADDRESSES: Final = frozenset(
    """
    mr mrs ms miss dr sir dame lord lady prof professor president vice prime senator sen representative rep
    governor mayor judge justice chancellor premier king queen prince princess chief chairman chairwoman chair
    captain general secretary former deputy director head attorney
    """.split()  # noqa: SIM905 - a list of words
)
_BODIES: Final = frozenset(
    """
    authority commission ministry court council parliament agency board committee senate department tribunal
    bureau office institute university union association assembly
    """.split()  # noqa: SIM905 - a list of words
)
_NO_NAME: Final = frozenset(
    """
    bank group holding holdings capital exchange inc ltd llc plc corp corporation co sa ag gmbh fund trust
    partners financial national central federal state international high supreme appeal appeals district public
    north south east west ceo cfo cto ipo gdp tv ai it id usd eur gbp chf est gmt utc am pm q1 q2 q3 q4 i
    """.split()  # noqa: SIM905 - a list of words
)
_NO_ACTORS: Final = frozenset("act law bill regulation directive street road avenue square day week".split())  # noqa: SIM905 - a list
_DAYS: Final = frozenset("monday tuesday wednesday thursday friday saturday sunday christmas easter".split())  # noqa: SIM905 - a list
_COMMON: Final = _NO_NAME | _ADDRESSES | MONTHS | STOP_WORDS | _BODIES | _DAYS
_ARTICLES: Final = frozenset(("a", "an", "the"))
_NATIONALITY = ("ian", "ean", "ish", "ese")
_QUOTES: Final = frozenset('"\u201c\u2018\u00ab(')
_MARKS: Final = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb()[],;:!?.*\u2026\u2014\u2013|"
_STOPS: Final = '"\u201d\u00bb)],;:!?.\u2026\u2014\u2013|'
_POSSESSIVES: Final = ("'s", "\u2019s")
_COMPOUND = re.compile(r"-[^\W\d_a-z]*[a-z]+$|[@/\\<>=]")
_INITIAL = re.compile(r"(?:Mr|Mrs|Ms|Dr|St|Sen|Rep|Gov|Prof)\.|(?:[^\W\d_a-z]\.){1,4}")
_MOST_PIECES: Final = 120


@dataclass(frozen=True, slots=True)
class _Name:
    """A run of capitalised words, as written and as compared."""

    text: str
    words: tuple[str, ...]
    opens: bool


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What a sentence says; `weight` is what its place and its article make it worth."""

    quoted: Quoted
    terms: frozenset[str]
    figures: tuple[Figure, ...]
    names: tuple[_Name, ...]
    weight: float
    usable: bool


class _Told:
    """Words, figures and names that a reader knows."""

    def __init__(self, articles: Sequence[Article]) -> None:
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
            found = _folded(sentence)
            self.words.update(found)
            self.terms.update(_terms(found))
            row += found
            for figure in figures(sentence, language):
                self.figures.add(figure)
            for name in _names(sentence):
                self.words.update(name.words)
                row += name.words
                self._initials.add("".join(word[0] for word in name.words))
                self._given.setdefault(name.words[-1], set()).update(name.words[:-1])

    def knows(self, name: _Name) -> bool:
        """Hold when a name was told, or its bearer by another form of it."""
        *given, last = name.words
        own = [word for word in name.words if not _is_common(word)]
        if any(word in _BODIES for word in name.words) or not own:
            return len(name.words) == 1 or f" {' '.join(name.words)} " in self._row or self._abbreviated(name)
        if own[-1] not in self.words:
            return not given and name.text.isupper() and last in self._initials
        return not self._other_bearer(own)

    def _abbreviated(self, name: _Name) -> bool:
        return "".join(word[0] for word in name.words) in self.words

    def _other_bearer(self, own: Sequence[str]) -> bool:
        """Hold for a known surname with another given name: initials may stand for it."""
        known = self._given.get(own[-1])
        if not known or len(own) == 1 or own[0] in self.words:
            return False
        return all(own[0][0] != word[0] for word in known)


def news_since(members: Sequence[Member], told: Collection[str], *, most: int = 3) -> News:
    """Return what the articles that are not `told` say beyond those that are, in at most `most` sentences.

    A copy of an article of the story, or of a told one, brings nothing. A status is new when the newest article that
    shows one was not told, and those told show another or none.
    """
    told = frozenset(told)
    known = [member for member in members if member.article.id in told]
    fresh = sorted(_brought(members, told), key=lambda member: (member.article.published, member.article.id))
    status, before = _status(members, known, {member.article.id for member in fresh})
    if not fresh:
        return News(sentences=(), figures=(), actors=(), before=before)
    reader = _Told([member.article for member in known])
    publishers = {" ".join(_folded(member.article.publisher)) for member in members}
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


def _sentences(article: Article, reader: _Told, publishers: Collection[str]) -> Iterator[_Sentence]:
    """Return what an untold article says, with the figures and names that its reader does not know."""
    found = sentences(article.own_text, article.language)[:_SENTENCES]
    titled = not found
    found = found or sentences(article.title, article.language)[:1]
    named = [list(_names(sentence)) for sentence in found]
    inside = {name.words[-1] for names in named for name in names if not name.opens}
    days = Known(days=[article.published.date()])
    worth = 1.0 if article.quality is Quality.FULL else _NOT_FULL
    worth *= _OPINION if _COMMENT.match(article.title) else 1.0
    for place, (sentence, names) in enumerate(zip(found, named, strict=True)):
        new_figures = [
            new for new in figures(sentence, article.language) if new not in reader.figures and new not in days
        ]
        new_names = [
            name
            for name in names
            if (not name.opens or len(name.words) > 1 or name.words[-1] in inside)
            and " ".join(name.words) not in publishers
            and not reader.knows(name)
        ]
        terms = frozenset(_terms(_folded(sentence)))
        facts = _FIGURE_WORTH * len(new_figures) + _NAME_WORTH * len(new_names)
        usable = (titled or _is_sentence(sentence)) and _is_new(terms, facts, reader.terms)
        if (not usable and not facts) or _FURNITURE.search(sentence):
            continue
        yield _Sentence(
            quoted=Quoted(article_id=article.id, publisher=article.publisher, text=sentence),
            terms=terms,
            figures=tuple(new_figures),
            names=tuple(new_names),
            weight=worth * _place(place) * (_OPINION if _SPEECH.search(sentence) else 1.0),
            usable=usable,
        )


def _place(place: int) -> float:
    """Return what a sentence's place is worth: news says what happened first."""
    return _LEADS[place] if place < len(_LEADS) else 1 - (1 - _LAST) * place / _SENTENCES


def _is_sentence(sentence: str) -> bool:
    """Hold for a statement of a bearable length that is no question, no heading and not shouted."""
    count = len(IDEOGRAPH.findall(sentence)) // 2 or len(sentence.split())
    whole = sentence.endswith(_ENDS) or count >= _HEADING_WORDS
    asks = sentence.rstrip("\"\u201d') ").endswith(("?", "\uff1f"))
    return _FEWEST_WORDS <= count <= _MOST_WORDS and whole and not asks and not sentence.isupper()


def _chosen(per_article: Sequence[Sequence[_Sentence]], reader: _Told, most: int) -> list[_Sentence]:
    """Return the sentences that bring most, each beyond those before it; what several articles say weighs more."""
    often = Counter(term for found in per_article for term in frozenset().union(*(one.terms for one in found)))
    support = {term: 1 + _SUPPORT * min(count - 1, _MOST_SUPPORT) for term, count in often.items()}
    told = set(reader.terms)
    facts: set[str] = set()
    left = [one for found in per_article for one in found if one.usable]
    left = sorted(left, key=lambda one: -_gain(one, told, facts, support))[:_CANDIDATES]
    chosen: list[_Sentence] = []
    while left and len(chosen) < most:
        best = max(left, key=lambda one: _gain(one, told, facts, support))
        chosen.append(best)
        told |= best.terms
        facts |= _facts(best)
        left = [one for one in left if one is not best and not _repeats(one, best, facts)]
    return chosen


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


def _folded(text: str) -> list[str]:
    return [folded(word) for word in words(text)]


@lru_cache(maxsize=2**15)
def _term(word: str) -> str:
    """Return what a word counts as, empty for grammar and for numbers, which are read as figures."""
    if word in STOP_WORDS or word[0].isdecimal() or (len(word) == 1 and not IDEOGRAPH.match(word)):
        return ""
    return stem(word)


def _terms(found: Iterable[str]) -> list[str]:
    return [term for term in map(_term, found) if term]


@lru_cache(maxsize=2**12)
def _is_common(word: str) -> bool:
    """Hold for a word that names nobody by itself, as `Bank`, `Regulator` or `March`."""
    return word in _COMMON or stem(word) in ROLES


def _names(sentence: str) -> Iterator[_Name]:
    """Return the runs of capitalised words in a sentence; none where nearly all words have capitals."""
    pieces = sentence.split()[:_MOST_PIECES]
    capitals = sum([piece[0].isupper() for piece in pieces])
    if not capitals or (capitals > _MOSTLY_CAPITALS * len(pieces) and len(pieces) > _NAME_WORDS):
        return
    run: list[str] = []
    opens = opening = True
    for piece in pieces:
        marked = piece[0] in _QUOTES
        if run or piece[0].isupper() or marked:
            inner = piece.strip(_MARKS)
            bare = inner[:-2] if inner.endswith(_POSSESSIVES) else inner
            dotted = "." in piece and _INITIAL.match(piece.lstrip(_MARKS))
            closes = bare is not inner or (piece[-1] in _STOPS and not (dotted and piece[-1] == "."))
            bare += "." if dotted else ""
            starts = opening or marked
            named = bare[:1].isupper() and (bare.isalnum() or not _COMPOUND.search(bare))
            if run and (starts or not (named or bare in _CONNECTORS)):
                yield from _named(run, opens=opens)
                run = []
            if named:
                opens = opens if run else starts
            if named or run:
                run.append(bare)
            if run and closes:
                yield from _named(run, opens=opens)
                run = []
        opening = piece[-1] in ":\u2014\u2013"
    if run:
        yield from _named(run, opens=opens)


def _named(run: Sequence[str], *, opens: bool) -> Iterator[_Name]:
    """Return the name in a run: without forms of address, roles and days around it; nothing when none is left."""
    found = list(run)
    while found and (_is_address(found, opens=opens) or found[0] in _CONNECTORS):
        found.pop(0)
        opens = False
    while found and (found[-1] in _CONNECTORS or folded(found[-1]) in MONTHS):
        found.pop()
    compared = tuple(folded(word.replace(".", "")) for word in found if word not in _CONNECTORS)
    if not 0 < len(found) <= _NAME_WORDS or compared[-1] in _NO_ACTORS or not all(compared):
        return
    if len(compared) > 1 or not _names_nobody(found[0], compared[0]):
        yield _Name(" ".join(found), compared, opens)


def _is_address(found: Sequence[str], *, opens: bool) -> bool:
    """Hold when a run begins with a word that is no part of the name; `New` is, though grammar elsewhere."""
    word = folded(found[0].rstrip("."))
    if found[0].isupper() and len(found[0]) in _ACRONYM:
        return False
    if word in _ADDRESSES or word in MONTHS or word in _DAYS or word in _ARTICLES:
        return True
    if word in STOP_WORDS:
        return opens and word != "new"
    followed = len(found) > 1 and found[1][0].isupper()
    return followed and stem(word) in ROLES and word not in _BODIES


def _names_nobody(written: str, word: str) -> bool:
    if _is_common(word) or len(word) == 1:
        return not (written.isupper() and word in STOP_WORDS and len(word) in _ACRONYM)
    return word.endswith(_NATIONALITY) and len(word) >= _ADJECTIVE_LETTERS
