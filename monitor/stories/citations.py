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
from monitor.stories.bylines import UNKNOWN, WEAK, Named, Names
from monitor.stories.outlets import Directory, Outlet, host_of, is_deep, may_be_site, plain

LINKED: Final = 0.8
"""Confidence in a credit that a link shows."""

EVIDENCE_CHARACTERS: Final = 300
TEXT_CHARACTERS: Final = 20_000
"""How far a text is read."""

_SENTENCE_CHARACTERS: Final = 2_000
_LINKS: Final = 60
_LINK_CHARACTERS: Final = 200
_END_CHARACTERS: Final = 600
_LAST_LINES: Final = 2
_LINE_CHARACTERS: Final = 160
_LEAD: Final = 0.34
_CLOSE: Final = 0.34
_LETTERS: Final = 4
_STEM: Final = 6
_UP_CHARACTERS: Final = 70
_LATE: Final = 0.5

_WORD = re.compile(r"[^\W_]+")
_FILLERS = re.compile("news|online|web|digital")
"""What houses add to their names, or leave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A report that an article credits: whose, and what shows it.

    `place` is how far into the text it stands, from 0 to 1. `closeness` is the share of the headline's words in the
    sentence. `backward` says that the sentence speaks of an earlier time, `agency` that the text is an agency's, and
    `first` that the other house had the news first. `bare` is a name without a phrase: it counts only for a house that
    wrote before.
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

    @property
    def weight(self) -> float:
        """How likely this is the credit for the main news."""
        bonus = 0.5 * self.first + self.agency - 0.8 * self.backward - 4.0 * self.bare
        return self.confidence + 1.2 * (1 - self.place) + self.closeness + bonus

    @property
    def aside(self) -> bool:
        """Whether it is the credit for something else: an earlier time, deep in the text, far from the headline."""
        return self.backward and self.place > _LEAD and self.closeness < _CLOSE and not self.first


def citations(article: Article, own: Outlet, found: Sequence[str], directory: Directory) -> list[Citation]:
    """Return the outlets that an article credits, the one for its main news first, each house once.

    `own` is the house that publishes it, `found` are the sentences of its text in order.
    """
    reader = _Reader(article, own, found, directory)
    best: dict[str, Citation] = {}
    for row in sorted(
        (*reader.agencies(), *reader.phrases(), *reader.links(), *reader.mentions()), key=lambda one: -one.weight
    ):
        best.setdefault(row.outlet.key, row)
    return list(best.values())


def hearsay(found: Sequence[str]) -> str:
    """Return the sentence in the first part of a text that credits reports without saying whose; empty for none."""
    lead = found[: 1 + int(len(found) * _LEAD)]
    likely = (one[:_SENTENCE_CHARACTERS] for one in lead if "report" in one or "media" in one or "outlet" in one)
    return next((cut(one) for one in likely if phrases.HEARSAY.search(one)), "")


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
        for place, whole in ((0.0, self._article.title), *self._placed()):
            sentence = whole[:_SENTENCE_CHARACTERS]
            low = sentence.lower()
            if len(low) != len(sentence):
                # A few capitals, such as the Turkish dotted I, grow when made small.
                low = sentence
            spaced = low.split()
            if phrases.WORDS.isdisjoint(spaced):
                continue
            found = [
                *self._after(sentence, low, phrases.AFTER_WORDS.intersection(spaced)),
                *self._before(sentence, low, phrases.BEFORE_WORDS.intersection(spaced)),
            ]
            for _, (outlet, confidence), first in sorted(found, key=lambda row: row[0]):
                if not _same_house(outlet, self._own):
                    yield self._citation(outlet, sentence, confidence, place, first=first)

    def links(self) -> Iterator[Citation]:
        """Find what links to outlets credit, where words beside them speak of a report."""
        for link in self._links:
            host = host_of(link.url)
            member = self._directory.written_at(link.url)
            outlet = member or self._directory.at(host)
            own = outlet is not None and (outlet.official or _same_house(outlet, self._own))
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
            if _same_house(outlet, self._own) or name not in self._text:
                continue
            for place, sentence in self._placed():
                if name in sentence and phrases.UNEARTHED.search(sentence[:_SENTENCE_CHARACTERS]):
                    yield replace(self._citation(outlet, sentence, WEAK, place), bare=True)

    def agencies(self) -> Iterator[Citation]:
        """Find what marks the text as an agency's: its dateline, last line, staff or author."""
        for named, shown in (*self._credit_lines(), *self._staff()):
            if named is not None and not _same_house(named[0], self._own):
                yield Citation(outlet=named[0], evidence=cut(shown), confidence=named[1], place=0.0, agency=True)

    def _placed(self) -> Iterator[tuple[float, str]]:
        count = len(self._found)
        return ((number / count, one) for number, one in enumerate(self._found))

    def _after(self, sentence: str, low: str, wanted: Collection[str]) -> Iterator[tuple[int, Named, bool]]:
        for match in _matches(phrases.AFTER, low, wanted):
            phrase = match.group()
            if phrase in {"via", "per", "source"} and phrases.PICTURE.search(sentence):
                continue
            if phrase in {"reported", "reports"} and phrases.RESULTS.match(sentence, match.end()):
                continue
            press = phrases.NOT_PRESS.isdisjoint((match["kind"] or "").split())
            strict = match["strict"] is not None and not match["loose"] and press
            named = self._names.after(sentence, match.end(), strict=strict)
            if named is not None:
                yield match.end(), named, match["first"] is not None

    def _before(self, sentence: str, low: str, wanted: Collection[str]) -> Iterator[tuple[int, Named, bool]]:
        for match in _matches(phrases.BEFORE, low, wanted):
            start = match.start()
            last = low[max(0, start - _UP_CHARACTERS) : start].split()[-1:]
            leads = last and last[0] in phrases.LEADING_WORDS
            up = phrases.LEADS_UP.search(sentence, max(0, start - _UP_CHARACTERS), start) if leads else None
            end = up.start() if up else start
            relative = up is not None and up["relative"] is not None
            passive = up is not None and up["passive"] is not None and "first to" not in match.group()
            if passive or phrases.RESULTS.match(sentence, match.end()) or (match["got"] and not relative):
                continue
            strict = match["strict"] is not None and (relative or _says_so(sentence, match))
            named = self._names.before(sentence, end, strict=strict)
            if named is not None:
                yield end, named, match["strict"] is not None

    def _credit_lines(self) -> Iterator[tuple[Named | None, str]]:
        head = self._text[:_LINE_CHARACTERS].partition("\n")[0]
        dateline = phrases.DATELINE.match(head)
        if dateline is not None:
            place = dateline["place"].strip()
            strict = dateline["dash"] is not None and place[:1].isupper() and place.split(",")[0].isupper()
            yield self._names.bare(dateline["name"], strict=strict), head
        for line in self._text[-_END_CHARACTERS:].splitlines()[-_LAST_LINES:]:
            last = phrases.LAST_LINE.search(line[-_LINE_CHARACTERS:])
            if last is not None:
                yield self._names.bare(last["bracket"] or last["dashed"], strict=False), last.group().strip()

    def _staff(self) -> Iterator[tuple[Named | None, str]]:
        for author in self._article.authors[:3]:
            yield self._names.bare(author[:_LINE_CHARACTERS], strict=False), author
        for line in self._text[-_END_CHARACTERS:].splitlines()[-_LAST_LINES:]:
            for staff in phrases.STAFF.finditer(line):
                yield self._names.after(line, staff.end(), strict=staff["strict"] is not None), line
            helped = phrases.CONTRIBUTED.search(line)
            if helped is not None:
                yield self._names.before(line, helped.start(), strict=False), line

    def _may_be_press(self, host: str, url: str) -> bool:
        home = self._article.site or host_of(self._article.url)
        at_home = f".{host}".endswith(f".{home}") or f".{home}".endswith(f".{host}")
        return may_be_site(host) and not at_home and not url.lower().endswith(".pdf")

    def _around(self, words: str) -> tuple[float, str]:
        """Return where the words of a link stand, and the sentence; 1 and nothing when they are not in the text."""
        wanted = " ".join(words[:_LINK_CHARACTERS].split())
        if wanted:
            for place, sentence in self._placed():
                if wanted in sentence:
                    return place, sentence[:_SENTENCE_CHARACTERS]
        return 1.0, ""

    def _citation(
        self, outlet: Outlet, shown: str, confidence: float, place: float, *, first: bool = False
    ) -> Citation:
        closeness = len(self._heading & _content(shown)) / len(self._heading) if self._heading else 0.0
        backward = phrases.EARLIER.search(shown) is not None
        doubtful = backward or (place > _LATE and closeness < _CLOSE and not first)
        return Citation(
            outlet=outlet,
            evidence=cut(shown),
            confidence=min(confidence, WEAK) if doubtful else confidence,
            place=place,
            closeness=closeness,
            backward=backward,
            first=first,
        )


def _matches(pattern: re.Pattern[str], low: str, wanted: Collection[str]) -> Iterator[re.Match[str]]:
    end = 0
    for at in phrases.places(low, wanted) if wanted else ():
        match = pattern.match(low, at) if at >= end else None
        if match is not None:
            end = match.end()
            yield match


def _same_house(one: Outlet, other: Outlet) -> bool:
    """Whether two names are one house's: "NPR" and "NPR Online News"."""
    core = _core(one.name)
    return one.key == other.key or (len(core) > 1 and core == _core(other.name))


def _core(name: str) -> str:
    return _FILLERS.sub("", plain(name).replace(" ", ""))


def _says_so(sentence: str, match: re.Match[str]) -> bool:
    """Whether "… first reported" is said of a house, and not of a firm that reported a fault: nothing is reported."""
    rest = sentence[match.end() : match.end() + _LETTERS].strip()
    opened = sentence[: match.start()].lstrip(' \u201c"').lower().startswith("as ")
    return "first to" in match.group() or opened or rest[:1] in {"", ".", ","}


def _content(text: str) -> frozenset[str]:
    found = _WORD.findall(text[:_SENTENCE_CHARACTERS].lower())
    return frozenset(word[:_STEM] for word in found if len(word) >= _LETTERS)
