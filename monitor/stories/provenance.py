"""The articles of a story → who reported it first as far as we saw, who repeats whom, and what shows it.

Each article gets one relation, the first of these that holds: it copies another's text (`copies.py` said so before, or
`reuse.py` finds it); it credits a report of another house (`citations.py`); it came before all others that do neither
(`first`); it stands on its own. Houses count, not feeds. Where the order of the first ones is not known, or an earlier
article credits a report that nobody here wrote, no article is called first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Final

from monitor.records import Article, Member, Publisher, Relation, Sourced, Sourcing, voices
from monitor.records.voices import CERTAIN, voice_of
from monitor.stories.bylines import UNKNOWN
from monitor.stories.citations import TEXT_CHARACTERS, Citation, citations, cut
from monitor.stories.hearsay import hearsay
from monitor.stories.outlets import Directory, host_of
from monitor.stories.reuse import Repeat, repeats
from monitor.stories.sentences import sentences

LATE: Final = timedelta(hours=12)
"""How long after those who credit it an article may be dated: feeds and pages round their times."""

BURST: Final = timedelta(days=3)
"""How long a house goes on with one report: what it wrote longer ago than this is old news to those who credit it."""

COPY: Final = 0.95
SHARED_SENTENCES: Final = 0.85
SHARED_RUNS: Final = 0.6
"""Confidence in a copy: one found when the article came in; two sentences alike; a third of the runs, and more with the
share."""

NAMED_MEMBER: Final = 0.9
"""Confidence in a credit that leads to an article of the story."""

FIRST: Final = 0.8
FIRST_BY_DAY: Final = 0.55
INDEPENDENT: Final = 0.7
INDEPENDENT_HEARSAY: Final = 0.5
"""Confidence in `first`, and where only the day is known or nothing but when we saw it; in `independent`, and where the
article speaks of reports without saying whose."""

_LEARNT: Final = 12
"""Outlets that articles make known to the others of a story, at most."""

_MEMBER_BONUS: Final = 0.5
_DAY: Final = timedelta(days=1)


def sourcing(members: Sequence[Member], houses: Sequence[Publisher] = ()) -> Sourcing:
    """Return whose news the articles of a story are; `houses` are the user's table of publishers.

    `Sourcing.first` is the article whose relation is `first`, and the earliest one where none is.
    """
    known = {member.article.id: member for member in sorted(members, key=_when, reverse=True)}
    rows = sorted(known.values(), key=_when)
    if not rows:
        return Sourcing(first="", publishers=(), independent=(), unseen=(), relations=())
    story = _Story(rows, Directory([row.article for row in rows], houses))
    relations = story.relations()
    by_key = {outlet.key: outlet.name for outlet in reversed(story.own)}
    told = [replace(row, sourced=one) for row, one in zip(rows, relations, strict=True)]
    keys = {row.article.id: outlet.key for row, outlet in zip(rows, story.own, strict=True)}
    ends = voice_of(told)
    leading = [(voice, voice[0].article.id) for voice in voices(told)]
    speaking = [_speaker(voice, by_key[keys[one]], ends[one]) for voice, one in leading]
    order = list(dict.fromkeys(outlet.key for outlet in story.own if outlet.name))
    return Sourcing(
        first=next((one.article_id for one in relations if one.relation is Relation.FIRST), rows[0].article.id),
        publishers=tuple(by_key[key] for key in order),
        independent=tuple(dict.fromkeys(filter(None, speaking))),
        unseen=tuple(dict.fromkeys(story.unseen(relations))),
        relations=tuple(relations),
    )


def _speaker(voice: Sequence[Member], publisher: str, end: str) -> str:
    """Return who speaks with a voice: the publisher of its first article, or the origin that this one rests on."""
    first = voice[0].sourced
    if first is None or first.relation in {Relation.FIRST, Relation.INDEPENDENT} or first.confidence < CERTAIN:
        return publisher
    origins = [row.sourced.origin for row in voice if row.sourced is not None and row.sourced.origin]
    return next((one for one in origins if end == f"publisher {one.casefold()}"), first.origin or publisher)


def _when(member: Member) -> tuple[object, ...]:
    return (member.article.published, member.seen_at, member.article.id)


class _Story:
    """The articles of a story in order of time, by their numbers."""

    def __init__(self, rows: Sequence[Member], directory: Directory) -> None:
        self._rows = rows
        self._articles = [row.article for row in rows]
        self._numbers = {article.id: number for number, article in enumerate(self._articles)}
        self.own = [directory.publisher(one.publisher, one.site or host_of(one.url)) for one in self._articles]
        texts = [(one.own_text or one.summary)[:TEXT_CHARACTERS] for one in self._articles]
        found = [sentences(text, one.language) for text, one in zip(texts, self._articles, strict=True)]
        self._hearsay = [
            hearsay(told, article.title, own, directory)
            for article, own, told in zip(self._articles, self.own, found, strict=True)
        ]
        self._credits = [
            citations(article, own, told, directory)
            for article, own, told in zip(self._articles, self.own, found, strict=True)
        ]
        self._learn(found, directory)
        self._by_house: dict[str, list[int]] = {}
        for number, outlet in enumerate(self.own):
            self._by_house.setdefault(outlet.key, []).append(number)
        for number, rows_of in enumerate(self._credits):
            rows_of[:] = [one for one in rows_of if not one.bare or self._by_house[one.outlet.key][0] < number]
        self._repeats = repeats(texts, [outlet.key for outlet in self.own])

    def _learn(self, found: Sequence[Sequence[str]], directory: Directory) -> None:
        """Read the articles again that name an outlet which only another article shows to be one."""
        new = {
            one.outlet.key: one.outlet
            for credits_of in self._credits
            for one in credits_of
            if one.confidence == UNKNOWN and not one.said and directory.named(one.outlet.name) is None
        }
        learnt = dict(islice(new.items(), _LEARNT))
        for outlet in learnt.values():
            directory.learn(outlet)
        for number, article in enumerate(self._articles if learnt else ()):
            known = {one.outlet.key for one in self._credits[number]}
            if any(key not in known and one.name in article.own_text for key, one in learnt.items()):
                self._credits[number] = citations(article, self.own[number], found[number], directory)

    def relations(self) -> list[Sourced]:
        """Return a line for each article."""
        lines = self._copies()
        for number in range(len(self._rows)):
            if number not in lines:
                line = self._credit(number)
                if line is not None:
                    lines[number] = line
        first = self._first(lines)
        return [lines.get(number) or self._own_report(number, first) for number in range(len(self._rows))]

    def unseen(self, relations: Sequence[Sourced]) -> Iterator[str]:
        """Find the credited houses that no article of the story is by."""
        for number, line in enumerate(relations):
            if line.relation is Relation.CITES and line.of is None:
                outlet = self._main(number)[0].outlet
                if outlet.key not in self._by_house:
                    yield outlet.name

    def _copies(self) -> dict[int, Sourced]:
        leads = {number: of for number in range(len(self._rows)) if (of := self._copied(number)) is not None}
        for number, repeat in self._repeats.items():
            # An excerpt may be dated ahead of its whole text: what was found when it came in goes before.
            if self._articles[number].copy_of is None and number not in _chain(leads, repeat.of):
                leads[number] = repeat.of
        self._turn(leads)
        lines: dict[int, Sourced] = {}
        for number, article in enumerate(self._articles):
            if number in leads:
                of = _end(leads, number)
                if of is not None:
                    lines[number] = self._copy(number, of, leads[number])
            elif article.copy_of is not None and article.copy_of not in self._numbers:
                shown = _share(article.copy_share, "an article outside the story")
                lines[number] = _line(article, Relation.COPIES, None, "", shown, COPY)
        return lines

    def _copied(self, number: int) -> int | None:
        article = self._articles[number]
        return None if article.copy_of in {None, article.id} else self._numbers.get(str(article.copy_of))

    def _turn(self, leads: dict[int, int]) -> None:
        """Turn the leads round where the earlier text says itself that it is from the later one's house."""
        for number, of in sorted(leads.items()):
            credited = any(
                (one.agency or one.first) and one.outlet.key == self.own[number].key for one in self._credits[of]
            )
            if credited and number > of and of not in leads and self._soon(of, number):
                del leads[number]
                leads[of] = number

    def _copy(self, number: int, of: int, near: int) -> Sourced:
        article, whole = self._articles[number], self._articles[of]
        repeat = self._repeats.get(number)
        where = f"\u201c{whole.title}\u201d" if whole.title else self.own[of].name
        if article.copy_of is not None:
            shown, confidence = _share(article.copy_share, where), COPY
        elif repeat is not None and repeat.of == near:
            shown, confidence = _repeated(repeat, where)
        else:
            shown, confidence = self._turned(number, of), COPY
        return _line(article, Relation.COPIES, whole.id, self.own[of].name, shown, confidence)

    def _turned(self, number: int, of: int) -> str:
        return next((one.evidence for one in self._credits[number] if one.outlet.key == self.own[of].key), "")

    def _credit(self, number: int) -> Sourced | None:
        if not self._credits[number]:
            return None
        credit, of = self._main(number)
        if (of is None or of > number) and all(one.aside for one in self._credits[number]):
            return None
        article = None if of is None else self._articles[of].id
        sure = of is not None and not (credit.backward or credit.bare or credit.aside)
        confidence = NAMED_MEMBER if sure else credit.confidence
        name = credit.outlet.name
        return _line(self._articles[number], Relation.CITES, article, name, credit.evidence, confidence)

    def _main(self, number: int) -> tuple[Citation, int | None]:
        """Return the credit for the main news, and the article that it leads to."""
        rows = [(credit, self._credited(number, credit)) for credit in self._credits[number]]
        return max(rows, key=lambda row: row[0].weight + (_MEMBER_BONUS if row[1] is not None else 0.0))

    def _credited(self, number: int, credit: Citation) -> int | None:
        """Return the credited house's last report before this one, else its first article at most `LATE` after it.

        What it wrote within `BURST` before is one report and its updates: the first of these is taken.
        """
        found = self._by_house.get(credit.outlet.key, ())
        before = found[: bisect_left(found, number)]
        if before:
            since = self._articles[number].published - BURST
            return next((one for one in before if self._articles[one].published >= since), before[-1])
        for other in found[:1]:
            if self._soon(number, other) and not self._credits_house(other, number):
                return other
        return None

    def _credits_house(self, number: int, other: int) -> bool:
        return any(one.outlet.key == self.own[other].key for one in self._credits[number])

    def _soon(self, earlier: int, later: int) -> bool:
        return self._articles[later].published - self._articles[earlier].published <= LATE

    def _first(self, lines: dict[int, Sourced]) -> Sourced | None:
        """Return the line of the article that came first; None where nobody can say."""
        alone = [number for number in range(len(self._rows)) if number not in lines]
        repeating = {self.own[number].key for number in lines if alone and number < alone[0]}
        number = next((one for one in alone if self.own[one].key not in repeating), None)
        if number is None or self._hearsay[number]:
            return None
        mine = self._articles[number]
        before = [other for other in range(len(self._rows)) if self._articles[other].published <= mine.published]
        if any(self._rests_elsewhere(other, lines) for other in before):
            return None
        rivals = [other for other in alone if self.own[other].key != self.own[number].key]
        certain = self._certain(number, rivals)
        if certain is None:
            return None
        shown = f"dated {mine.published:%Y-%m-%d %H:%M}, before all others"
        return _line(mine, Relation.FIRST, None, "", shown, certain)

    def _rests_elsewhere(self, number: int, lines: dict[int, Sourced]) -> bool:
        """Whether an article has its news from a report that nobody here wrote."""
        line = lines.get(number)
        return bool(self._hearsay[number]) if line is None else line.of is None

    def _certain(self, number: int, rivals: Sequence[int]) -> float | None:
        """Return how sure it is that an article came before these others; None when they may have come first."""
        mine = self._rows[number]
        confidence = FIRST
        for other in rivals:
            row = self._rows[other]
            apart = row.article.published - mine.article.published
            same = not apart or (_day_only(mine.article) and apart < _DAY)
            if same and row.seen_at <= mine.seen_at:
                return None
            if same or not row.article.dated_by or _day_only(mine.article):
                confidence = FIRST_BY_DAY
        return confidence if mine.article.dated_by else min(confidence, FIRST_BY_DAY)

    def _own_report(self, number: int, first: Sourced | None) -> Sourced:
        article = self._articles[number]
        if first is not None and first.article_id == article.id:
            return first
        shown = self._hearsay[number]
        return _line(article, Relation.INDEPENDENT, None, "", shown, INDEPENDENT_HEARSAY if shown else INDEPENDENT)


def _chain(leads: dict[int, int], number: int) -> list[int]:
    """Return the articles that a chain of copies leads through; in a ring, each once."""
    seen: dict[int, None] = {number: None}
    while (step := leads.get(number)) is not None and step not in seen:
        seen[step] = None
        number = step
    return list(seen)


def _end(leads: dict[int, int], number: int) -> int | None:
    """Return where a chain of copies ends; None for the earliest of a ring, which must be somebody's original."""
    chain = _chain(leads, number)
    back = leads.get(chain[-1])
    if back is None:
        return chain[-1]
    ring = min(chain[chain.index(back) :])
    return None if ring == number else ring


def _day_only(article: Article) -> bool:
    at = article.published
    return not (at.hour or at.minute or at.second or at.microsecond)


def _share(share: float, where: str) -> str:
    return f"{round(100 * share)} % of its words stand in {where}" if share > 0 else f"its words stand in {where}"


def _repeated(repeat: Repeat, where: str) -> tuple[str, float]:
    if repeat.sentence:
        return repeat.sentence, max(SHARED_SENTENCES, min(COPY, SHARED_RUNS + repeat.share / 2))
    return _share(repeat.share, where), min(COPY, SHARED_RUNS + repeat.share / 2)


def _line(article: Article, relation: Relation, of: str | None, origin: str, shown: str, confidence: float) -> Sourced:
    return Sourced(
        article_id=article.id,
        relation=relation,
        of=of,
        origin=origin,
        evidence=cut(shown),
        confidence=round(confidence, 2),
    )
