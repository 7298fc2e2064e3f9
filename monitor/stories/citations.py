"""An article → the reports of others that it credits, each with the sentence or address that shows it.

A phrase of attribution ("according to a report by", "told", "… first reported") counts when the name beside it is an
outlet's (`bylines.py`, `outlets.py`). After phrases that are used of media alone, a name nobody knows is taken for one,
too, unless it sounds like a person, a firm or a public body. Links to outlets count beside words that speak of a
report, and so do an agency's dateline, last line and credit of staff. Whoever credits their own house credits nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from monitor.records import Article
from monitor.stories import phrases
from monitor.stories.bylines import HOUSE_KIND, KNOWN, UNKNOWN, WEAK, Named, Names
from monitor.stories.media import plain, sounds_like_media
from monitor.stories.outlets import (
    NAME_WORDS,
    Directory,
    Outlet,
    host_of,
    is_deep,
    is_well_known,
    may_be_site,
    same_house,
)

LINKED: Final = 0.8
"""Confidence in a credit that a link shows."""

EVIDENCE_CHARACTERS: Final = 300
TEXT_CHARACTERS: Final = 20_000
"""How far a text is read."""

SENTENCE_CHARACTERS: Final = 2_000
_LINKS: Final = 60
_LINK_CHARACTERS: Final = 200
_END_CHARACTERS: Final = 600
_LAST_LINES: Final = 2
_LINE_CHARACTERS: Final = 160
LEAD: Final = 0.34
_CLOSE: Final = 0.34
_LETTERS: Final = 4
_STEM: Final = 6
_UP_CHARACTERS: Final = 70
_LATE: Final = 0.5
_DEEP: Final = 4
"""Sentences before one that is deep in a text, however short that is."""

_FIRST: Final = "first"
_SAID: Final = "said"
_WEAK: Final = "weak"
"""Groups of the phrases' patterns."""

_ALSO: Final = 2
"""Further names read behind "and"."""

_WORD = re.compile(r"[^\W_]+")
_BRIEF: Final = 44
_NEAR: Final = 4
_DASH = re.compile(r"[-\u2013\u2014/|]")
_AND = re.compile(r"[^,;:.()]{1,60}?\s(?:and|with)\s+(?=(?:the\s+)?[^\W\d_a-z])")
_AND_BEFORE = re.compile(r"\s+and\s+(?:the\s+)?(?:[^\W\d_a-z][\w&.'\u2019-]*\s+){0,4}[^\W\d_a-z][\w&.'\u2019-]*\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A report that an article credits: whose, and what shows it.

    `place` is how far into the text it stands, from 0 to 1, `deep` whether many sentences come first. `closeness` is
    the share of the headline's words in the sentence. `backward` says that the sentence speaks of an earlier time,
    `said` that somebody said something to the other house, `agency` that the text is an agency's, and `first` that the
    other house had the news first. `bare` is a name without a phrase: it counts only for a house that wrote before.
    """

    outlet: Outlet
    evidence: str
    confidence: float
    place: float
    closeness: float = 0.0
    backward: bool = False
    agency: bool = False
    first: bool = False
    bare: bool = False
    said: bool = False
    deep: bool = False

    @property
    def weight(self) -> float:
        """How likely this is the credit for the main news."""
        bonus = 0.5 * self.first + self.agency - 0.8 * self.backward - 4.0 * self.bare - 0.3 * self.said
        return self.confidence + 1.2 * (1 - self.place) + self.closeness + bonus

    @property
    def aside(self) -> bool:
        """Whether it is the credit for something else: an earlier time or a mere quotation, deep in the text."""
        far = self.place > LEAD and self.closeness < _CLOSE and not self.first
        return far and (self.backward or (self.said and self.deep))


def citations(article: Article, own: Outlet, found: Sequence[str], directory: Directory) -> list[Citation]:
    """Return the outlets that an article credits, the one for its main news first, each house once.

    `own` is the house that publishes it, `found` are the sentences of its text in order.
    """
    reader = _Reader(article, own, found, directory)
    best: dict[str, Citation] = {}
    for row in sorted(
        (*reader.agencies(), *reader.phrases(), *reader.brackets(), *reader.links(), *reader.mentions()),
        key=lambda one: -one.weight,
    ):
        best.setdefault(row.outlet.key, row)
    return list(best.values())


def cut(sentence: str) -> str:
    """Return a sentence as evidence: at most `EVIDENCE_CHARACTERS` long, cut between words."""
    if len(sentence) <= EVIDENCE_CHARACTERS:
        return sentence
    head = sentence[: EVIDENCE_CHARACTERS - 1]
    return (head.rpartition(" ")[0] or head).rstrip() + "\u2026"


class _Reader:
    """One article, read for credits."""

    def __init__(self, article: Article, own: Outlet, found: Sequence[str], directory: Directory) -> None:
        self._article = article
        self._own = own
        self._found = found
        self._directory = directory
        self._links = [link for link in article.links[:_LINKS] if link.url]
        self._text = article.own_text[:TEXT_CHARACTERS].strip()
        self._names = Names(directory, own, self._text, [host_of(link.url) for link in self._links])
        self._heading = _content(article.title)

    def phrases(self) -> Iterator[Citation]:
        """Find what phrases of attribution credit, in the title and in every sentence."""
        wholes = [self._article.title[:SENTENCE_CHARACTERS], *(one[:SENTENCE_CHARACTERS] for one in self._found)]
        for number, low, after, before in phrases.spots(wholes):
            sentence = wholes[number]
            found = [*self._after(sentence, low, after)] if after else []
            found += self._before(sentence, low, before) if before else ()
            for _, (outlet, confidence), flags in sorted(found, key=lambda row: row[0]):
                if not (same_house(outlet, self._own) or self._own_news(outlet, flags)):
                    said, first = _SAID in flags, _FIRST in flags
                    yield self._citation(outlet, sentence, confidence, max(number - 1, 0), said=said, first=first)

    def brackets(self) -> Iterator[Citation]:
        """Find the houses that stand alone at the end of a sentence in brackets, or at either end of the headline."""
        title = self._article.title[:SENTENCE_CHARACTERS]
        ends = (phrases.TITLE_HEAD.match(title), phrases.TITLE_TAIL.search(title[-_LINE_CHARACTERS:]))
        rows = [(0, title, shown[1], KNOWN) for shown in ends if shown]
        for number, sentence in enumerate(self._found):
            if ")." in sentence or sentence.endswith(")"):
                found = phrases.IN_BRACKETS.finditer(sentence[:SENTENCE_CHARACTERS])
                rows += [(number, sentence, shown[1], WEAK) for shown in found]
        for number, sentence, name, most in rows:
            named = self._names.bare(name, strict=False)
            if named and not (same_house(named[0], self._own) or self._own_news(named[0], {_WEAK})):
                yield self._citation(named[0], sentence, min(named[1], most), number)

    def links(self) -> Iterator[Citation]:
        """Find what links to outlets credit, where words beside them speak of a report."""
        for link in self._links:
            host = host_of(link.url)
            member = self._directory.written_at(link.url)
            outlet = member or self._directory.at(host)
            own = outlet is not None and (outlet.official or same_house(outlet, self._own))
            if not host or own or not is_deep(link.url) or phrases.POINTS_ON.match(link.text[:_LINK_CHARACTERS]):
                continue
            place, sentence = self._around(link.text)
            if outlet is not None:
                named = member is not None or plain(link.text) == plain(outlet.name)
                if named or phrases.SPEAKS_OF_REPORT.search(sentence or link.text[:_LINK_CHARACTERS]):
                    yield self._citation(outlet, sentence or link.url, LINKED, place)
            elif self._may_be_press(host, link.url) and phrases.NAMELESS.search(sentence):
                yield self._citation(Outlet(host, host, listed=False), sentence, UNKNOWN, place)

    def mentions(self) -> Iterator[Citation]:
        """Find the houses of the story's articles in sentences that speak of a disclosure."""
        for name, outlet in self._directory.writers():
            if name not in self._text or same_house(outlet, self._own):
                continue
            for place, sentence in enumerate(self._found):
                if name in sentence and phrases.UNEARTHED.search(sentence[:SENTENCE_CHARACTERS]):
                    yield replace(self._citation(outlet, sentence, WEAK, place), bare=True)

    def agencies(self) -> Iterator[Citation]:
        """Find what marks the text as an agency's: its dateline, last line, staff or author."""
        for named, shown in (*self._credit_lines(), *self._staff()):
            if named is not None and not same_house(named[0], self._own):
                yield Citation(outlet=named[0], evidence=cut(shown), confidence=named[1], place=0.0, agency=True)

    def _after(self, sentence: str, low: str, spots: Sequence[int]) -> Iterator[_Row]:
        for match in phrases.matches(phrases.AFTER, low, spots):
            if phrases.says_nothing(match, sentence):
                continue
            press = phrases.NOT_PRESS.isdisjoint((match["kind"] or "").split())
            broken = match["broken"] is not None and phrases.NEWS_WAS.search(low, 0, match.start()) is not None
            strict = broken or (match["strict"] is not None and not match["loose"] and press)
            at = match.end()
            named = self._names.after(sentence, at, strict=strict, doubted=match["first"] is None and not broken)
            if named is None:
                continue
            flags = {kind for kind in (_FIRST, _SAID) if match[kind]} | ({_FIRST} if broken else set())
            yield at, named, flags
            for _ in range(_ALSO):
                also = _AND.match(sentence, at)
                named = self._names.after(sentence, also.end(), strict=False, again=False) if also else None
                if also is None or named is None:
                    break
                at = also.end()
                yield at, named, flags

    def _before(self, sentence: str, low: str, spots: Sequence[int]) -> Iterator[_Row]:
        for match in phrases.matches(phrases.BEFORE, low, spots):
            place = self._name_end(sentence, match)
            if place is None:
                continue
            end, strict = place
            named = self._names.before(sentence, end, strict=strict)
            if named is None:
                continue
            flags = {kind for kind in (_FIRST, _SAID, _WEAK) if match[kind]}
            yield end, named, flags
            also = _AND_BEFORE.search(sentence, max(0, end - _UP_CHARACTERS), end)
            other = self._names.before(sentence, also.start(), strict=False) if also else None
            if also is not None and other is not None:
                yield also.start(), other, flags

    def _name_end(self, sentence: str, match: re.Match[str]) -> tuple[int, bool] | None:
        """Return where the name before a verb ends, and whether one that nobody knows may stand there."""
        start = match.start()
        last = sentence[max(0, start - _UP_CHARACTERS) : start].rsplit(None, _NEAR)[-_NEAR:]
        if not last:
            return None
        comma = last[-1].endswith((",", ")"))
        up = None
        leads = comma or last[-1].lower() in phrases.LEADING_WORDS
        if not (leads or match["strict"] or self._names.may_end(last)):
            return None
        if leads:
            up = phrases.LEADS_UP.search(sentence, max(0, start - _UP_CHARACTERS), start)
        relative = up is not None and up["relative"] is not None
        passive = up is not None and up["passive"] is not None and "first to" not in match.group()
        if passive or phrases.own_doing(sentence, match, relative=relative):
            return None
        end = up.start() if up else start
        told = phrases.APPOSED.search(sentence, max(0, start - _LINE_CHARACTERS), start) if comma else None
        if told is not None:
            return told.start(), HOUSE_KIND.search(told[1] or "") is not None
        if match["citing"] and not (comma and len(sentence[:end].split()) <= NAME_WORDS):
            return None
        return end, match["strict"] is not None and (relative or _says_so(sentence, match))

    def _credit_lines(self) -> Iterator[tuple[Named | None, str]]:
        head = self._text[:_LINE_CHARACTERS].partition("\n")[0]
        dateline = phrases.DATELINE.match(head)
        if dateline is not None:
            place = dateline["place"].strip()
            strict = dateline["dash"] is not None and place[:1].isupper() and place.split(",")[0].isupper()
            yield self._names.bare(dateline["name"], strict=strict), head
        for line in self._text[-_END_CHARACTERS:].splitlines()[-_LAST_LINES:]:
            brief = len(line) <= _LINE_CHARACTERS or line.rstrip(" .").endswith(")") or _DASH.search(line[-_BRIEF:])
            last = phrases.LAST_LINE.search(line[-_LINE_CHARACTERS:]) if brief else None
            if last is not None:
                yield self._names.bare(last["bracket"] or last["dashed"], strict=False), last.group().strip()

    def _staff(self) -> Iterator[tuple[Named | None, str]]:
        for author in self._article.authors[:3]:
            yield self._names.bare(author[:_LINE_CHARACTERS], strict=False), author
        for line in self._text[-_END_CHARACTERS:].splitlines()[-_LAST_LINES:]:
            if not ("ting" in line or "nput" in line or "aterial" in line or "contributed" in line):
                continue
            for staff in phrases.STAFF.finditer(line):
                yield self._names.after(line, staff.end(), strict=staff["strict"] is not None), line
            helped = phrases.CONTRIBUTED.search(line)
            if helped is not None:
                yield self._names.before(line, helped.start(), strict=False), line

    def _may_be_press(self, host: str, url: str) -> bool:
        home = self._article.site or host_of(self._article.url)
        at_home = f".{host}".endswith(f".{home}") or f".{home}".endswith(f".{host}")
        return may_be_site(host) and not at_home and not url.lower().endswith(".pdf")

    def _own_news(self, outlet: Outlet, flags: Collection[str]) -> bool:
        """Whether a house is spoken of for what it did: then only those who sound like media report, too."""
        if _FIRST in flags or not self._directory.wrote(outlet) or not self._directory.makes_news(outlet):
            return False
        return _WEAK in flags or not (is_well_known(outlet) or sounds_like_media(outlet.name))

    def _around(self, words: str) -> tuple[int, str]:
        """Return where the words of a link stand, and the sentence; the end and nothing where they do not."""
        wanted = " ".join(words[:_LINK_CHARACTERS].split())
        if wanted:
            for number, sentence in enumerate(self._found):
                if wanted in sentence:
                    return number, sentence[:SENTENCE_CHARACTERS]
        return len(self._found), ""

    def _citation(
        self, outlet: Outlet, shown: str, confidence: float, number: int, *, first: bool = False, said: bool = False
    ) -> Citation:
        place = number / len(self._found) if self._found else 0.0
        closeness = len(self._heading & _content(shown)) / len(self._heading) if self._heading else 0.0
        backward = phrases.EARLIER.search(shown) is not None
        # Broadcasters are told much beside the news: only words about that show where it comes from.
        side = said and not self._directory.wrote(outlet)
        far = (side or place > (LEAD if said else _LATE)) and closeness < _CLOSE
        return Citation(
            outlet=outlet,
            evidence=cut(shown),
            confidence=min(confidence, WEAK) if backward or (far and not first) else confidence,
            place=place,
            closeness=closeness,
            backward=backward,
            first=first,
            said=said,
            deep=number >= _DEEP,
        )


_Row = tuple[int, Named, Collection[str]]
"""Where a name stands, the outlet, and the groups of its phrase."""


def _says_so(sentence: str, match: re.Match[str]) -> bool:
    """Whether "… first reported" is said of a house, and not of a firm that reported a fault: nothing is reported."""
    rest = sentence[match.end() : match.end() + _LETTERS].strip()
    opened = sentence[: match.start()].lstrip(' \u201c"').lower().startswith("as ")
    return "first to" in match.group() or opened or rest[:1] in {"", ".", ","}


def _content(text: str) -> frozenset[str]:
    found = _WORD.findall(text[:SENTENCE_CHARACTERS].lower())
    return frozenset(word[:_STEM] for word in found if len(word) >= _LETTERS)
