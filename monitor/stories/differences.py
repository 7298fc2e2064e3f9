"""Two texts that share most of their words → why they are about different matters all the same, or nothing.

Notices come from forms: a fine, a licence or a rate decision shares most of its words with the next one, and what makes
it another notice stands in a few places. So the texts are laid side by side and the places where they differ are read.
A name, a number or a date that the other text does not have anywhere, standing where the other has one of its own,
speaks for another matter; so do opposite outcomes. Editing leaves other traces: words of the same sense, a date in
other words, a sentence left out, something added at either end.

One such place is enough in the title or near the start; further down it takes two. So a long article with one figure
put right deep in the text is a copy, and one whose lead gives another figure is not: to count a correction as a second
voice is the smaller mistake than to merge two notices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from monitor.stories.alignment import Change, Gap, changes, gaps
from monitor.stories.facts import Facts
from monitor.stories.lexicon import AXES, NEGATIONS, OUTCOMES, ROLES
from monitor.stories.terms import STOP_WORDS, stem
from monitor.stories.tokens import IDEOGRAPH, NUMBER, WORD, Day, Reading, Token
from monitor.stories.vetoes import same_form, veto

LEAD: Final = 70
"""Tokens from the start of a text within which one difference is enough."""

PLACES: Final = 2
"""Differences further down that are enough together."""

_SLOT: Final = 14
_REPEATED: Final = 2
_LISTED: Final = 0.6
_START: Final = 40
_OWN_START: Final = 0.7
_ALIKE_TITLES: Final = 0.5
_FORM_TOKENS: Final = 150
_FEW: Final = 3
_PREFIX: Final = 4
_ROUNDED_FROM: Final = 1_000
_ENDINGS: Final = frozenset("a ain an e ean es ese i ia ian ians ish n ns s y".split()) | {""}  # noqa: SIM905 - a list
_NO_NAMES: Final = frozenset(
    """
    mr mrs ms miss dr sir dame lord lady prof professor president vice prime senator sen rep representative congressman
    congresswoman governor gov mayor judge justice chancellor premier king queen prince princess pope captain general
    chief chairman chairwoman chair ceo cfo inc ltd llc plc corp co group holdings ag sa gmbh us uk eu un am pm
    america american americans united states reuters ap afp dpa bloomberg pa upi xinhua ansa efe tass
    """.split()  # noqa: SIM905 - a list of words
)


def told_apart(left: Reading, right: Reading) -> str | None:
    """Return what tells the two apart (`name`, `number`, `outcome`, `subject`, `lead`, `form`), or None."""
    ours, theirs = Facts(left.document), Facts(right.document)
    reason = veto(ours, theirs)
    if reason:
        return reason
    if min(len(left.tokens), len(right.tokens)) < _FORM_TOKENS and same_form(ours, theirs):
        return "form"
    titles = _title_difference(left, right)
    if titles or left.document.text == right.document.text:
        return titles
    return "name" if _other_protagonist(left, right) else _text_difference(left, right)


def _title_difference(left: Reading, right: Reading) -> str | None:
    if _titles_name_two(left, right):
        return "name"
    for ours, theirs in _title_slots(left, right):
        reason = _judged(left, right, ours, theirs) or _exchanged(left, right, ours, theirs)
        if reason:
            return reason
    return None


def _title_slots(left: Reading, right: Reading) -> list[tuple[list[Token], list[Token]]]:
    """Return what replaces what in two titles that are made alike."""
    alike, places = _title_places(left, right)
    return [(left.title[a:b], right.title[c:d]) for a, b, c, d in places] if alike else []


def _title_places(left: Reading, right: Reading) -> tuple[bool, list[Gap]]:
    """Return whether two titles are made alike, and where something stands in place of something else."""
    ours, theirs = [token.key for token in left.title], [token.key for token in right.title]
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    places = [(a, b, c, d) for kind, a, b, c, d in matcher.get_opcodes() if kind == "replace"]
    return matcher.ratio() >= _ALIKE_TITLES, places


def _other_protagonist(left: Reading, right: Reading) -> bool:
    """Hold when each title names somebody of whom its own text speaks and the other never does."""
    return bool(_protagonists(left, right) and _protagonists(right, left))


def _protagonists(own: Reading, other: Reading) -> set[str]:
    named = [token for token in own.title if token.key in own.names]
    return _new_names(named, own, other)


def _titles_name_two(left: Reading, right: Reading) -> bool:
    """Hold when titles without capitals differ in words of which each text speaks, and the other never does."""
    alike, places = _title_places(left, right)
    times = 1 if alike else _REPEATED
    return any(
        _speaks_of(left.title, a, b, left, right, times) and _speaks_of(right.title, c, d, right, left, times)
        for a, b, c, d in places
    )


def _without_capitals(left: Reading, right: Reading, change: Change, in_lead: bool) -> bool:  # noqa: FBT001 - a fact of the change
    """Hold when words that stand for each other may be names, in a script where no capital says so.

    They are when each text comes back to its own and never speaks of the other's. Two texts of one publisher, as
    notices from one form, are told apart by less: by words that stand once, in the lead.
    """
    one_form = in_lead and not change.rewritten and left.document.source == right.document.source
    times = 1 if one_form else _REPEATED
    return _speaks_of(left.tokens, change.a, change.b, left, right, times) and _speaks_of(
        right.tokens, change.c, change.d, right, left, times
    )


def _speaks_of(row: Sequence[Token], start: int, end: int, own: Reading, other: Reading, times: int) -> bool:
    """Hold when words of this place stand so often in their own text, and neither in the other nor in its title."""
    return any(
        own.spelled.count(part) >= times and part not in other.spelled and part not in other.heading
        for part in _uncapitalled(row, start, end)
    )


def _uncapitalled(row: Sequence[Token], start: int, end: int) -> Iterator[str]:
    """Return what may be looked up of a place: its words without capitals, ideographs by twos, neighbours included."""
    for at in range(start, end):
        if not _is_caseless(row[at]):
            continue
        if not IDEOGRAPH.match(row[at].key):
            if len(row[at].key) > 1:
                yield f" {row[at].key}"
            continue
        for first in (at - 1, at):
            pair = row[max(first, 0) : first + 2]
            if len(pair) > 1 and all(IDEOGRAPH.match(token.key) for token in pair):
                yield f" {pair[0].key} {pair[1].key}"


def _is_caseless(token: Token) -> bool:
    """Hold for a word of a script without capitals; Georgian has some that nobody writes."""
    return token.kind == WORD and (token.key.upper() == token.key or "\u10d0" <= token.key[0] <= "\u10ff")


def _text_difference(left: Reading, right: Reading) -> str | None:
    rows = gaps(left.keys, right.keys)
    if _begin_apart(rows):
        return "lead"
    topics = {topic for slot in _title_slots(left, right) if (topic := _topics(*slot))}
    found = list(_changes(left, right, rows))
    places = 0
    for change in found:
        ours, theirs = left.tokens[change.a : change.b], right.tokens[change.c : change.d]
        passage = change.rewritten or max(len(ours), len(theirs)) > _SLOT
        in_lead = change.a < LEAD or change.c < LEAD
        if (in_lead or not passage) and _without_capitals(left, right, change, in_lead):
            reason: str | None = "name"
        elif passage:
            reason = "name" if _lists(left, right, ours, theirs) else None
        else:
            reason = _judged(left, right, ours, theirs)
            reason = reason or ("subject" if _topics(ours, theirs) in topics else None)
            if in_lead and not reason:
                reason = _exchanged(left, right, ours, theirs)
        if not reason:
            continue
        places += 1
        if passage or in_lead or places >= PLACES or (ours[0].listed and theirs[0].listed):
            return reason
    return "name" if _each_names_its_own(left, right, found) else None


def _begin_apart(rows: Sequence[Gap]) -> bool:
    """Hold when the starts of both texts are hardly found in the other: what they share is not what they report."""
    ours = sum(max(0, min(b, _START) - a) for a, b, _, _ in rows)
    theirs = sum(max(0, min(d, _START) - c) for _, _, c, d in rows)
    return min(ours, theirs) > _OWN_START * _START


def _each_names_its_own(left: Reading, right: Reading, found: Sequence[Change]) -> bool:
    """Hold when each lead has a place for names where the other has none, and neither text knows the other's."""
    ours = [left.tokens[change.a : change.b] for change in found if change.c == change.d and change.a < LEAD]
    theirs = [right.tokens[change.c : change.d] for change in found if change.a == change.b and change.c < LEAD]
    return _names_somebody(ours, left, right) and _names_somebody(theirs, right, left)


def _names_somebody(passages: Sequence[Sequence[Token]], own: Reading, other: Reading) -> bool:
    return any(_nothing_else(part) and len(_new_names(part, own, other)) > 1 for part in passages)


def _changes(left: Reading, right: Reading, rows: Sequence[Gap]) -> Iterator[Change]:
    last = len(rows) - 1
    for number, gap in enumerate(rows):
        part = gap
        if number == 0 < last:
            part = _after_headers(left.tokens, right.tokens, gap)
        elif number == last > 0:
            part = _before_footers(left.tokens, right.tokens, gap)
        yield from changes(left.keys, right.keys, part)


def _after_headers(left: Sequence[Token], right: Sequence[Token], gap: Gap) -> Gap:
    """Return the part of the first gap that stands in the paragraphs where agreement begins."""
    a, b, c, d = gap
    while a < b and left[a].paragraph != left[b].paragraph:
        a += 1
    while c < d and right[c].paragraph != right[d].paragraph:
        c += 1
    return a, b, c, d


def _before_footers(left: Sequence[Token], right: Sequence[Token], gap: Gap) -> Gap:
    """Return the part of the last gap that stands in the paragraphs where agreement ends, or that a colon announces."""
    a, b, c, d = gap
    if a == b or c == d or (left[a].listed and right[c].listed):
        return gap
    while a < b and left[b - 1].paragraph != left[a - 1].paragraph:
        b -= 1
    while c < d and right[d - 1].paragraph != right[c - 1].paragraph:
        d -= 1
    return a, b, c, d


def _judged(left: Reading, right: Reading, ours: Sequence[Token], theirs: Sequence[Token]) -> str | None:
    """Return what two short passages in the same place say of two matters."""
    if not ours or not theirs:
        return None
    if _other_days(ours, theirs, right) and _other_days(theirs, ours, left):
        return "number"
    if _other_numbers(ours, right) and _other_numbers(theirs, left):
        return "number"
    if _opposite(ours, theirs):
        return "outcome"
    return "name" if _renamed(left, right, ours, theirs) else None


def _other_days(passage: Sequence[Token], opposite: Sequence[Token], other: Reading) -> bool:
    """Hold when a date of the passage fits none in the passage opposite and is not in the other text."""
    near = [day for token in opposite for day in token.days]
    dates = [token for token in passage if token.days]
    return any(not _said(token.days, near) and not _said_exactly(token, other) for token in dates)


def _said(days: Iterable[Day], known: Iterable[Day]) -> bool:
    return any(_fits(day, one) for one in known for day in days)


def _said_exactly(token: Token, other: Reading) -> bool:
    """Hold for a day that the other text speaks of somewhere; a bare month or year has to stand there as such."""
    full = [day for day in other.days if day[2]]
    return token.key in other.known or any(day[2] and _said((day,), full) for day in token.days)


def _fits(day: Day, other: Day) -> bool:
    return all(not one or not another or one == another for one, another in zip(day, other, strict=True))


def _other_numbers(passage: Sequence[Token], other: Reading) -> bool:
    """Hold when a number of the passage is not in the other text, nor a rounder one that may stand for it."""
    return any(token.kind == NUMBER and not _knows(other, token) for token in passage)


def _knows(other: Reading, number: Token) -> bool:
    if number.worth is None:
        return number.key in other.known
    return _rounds_to(number.worth, other.figures)


def _rounds_to(worth: float, figures: frozenset[float]) -> bool:
    if worth in figures:
        return True
    return worth >= _ROUNDED_FROM and any(float(f"{worth:.{digits}g}") in figures for digits in (2, 3))


def _opposite(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    one, other = _outcomes(ours), _outcomes(theirs)
    return any(
        (one & good and other & bad and not one & bad and not other & good)
        or (one & bad and other & good and not one & good and not other & bad)
        for good, bad in AXES
    )


def _outcomes(passage: Sequence[Token]) -> frozenset[str]:
    return frozenset(stem(token.key) for token in passage if token.kind == WORD) & OUTCOMES


def _exchanged(left: Reading, right: Reading, ours: Sequence[Token], theirs: Sequence[Token]) -> str | None:
    """Return what a few words in place of a few others say where it matters most, though either text may know both.

    A notice may speak of its forerunner, so that "CP/2023/14" stands in the text of CP/2023/15 too.
    """
    if max(len(ours), len(theirs)) > _FEW:
        return None
    if _negated_once(ours, theirs):
        return "outcome"
    if _dates_differ(ours, theirs) or _numbers_differ(ours, theirs):
        return "number"
    one, other = _names_in(ours, left), _names_in(theirs, right)
    if not one or not other or any(_kin(name, another) for name in one for another in other):
        return None
    unknown = one.isdisjoint(right.known) or other.isdisjoint(left.known)
    return "name" if unknown and _nothing_else(ours) and _nothing_else(theirs) else None


def _dates_differ(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    one, other = ([day for token in passage for day in token.days] for passage in (ours, theirs))
    return bool(one and other) and not _said(one, other)


def _numbers_differ(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    one, other = ([token for token in passage if token.kind == NUMBER] for passage in (ours, theirs))
    return bool(one and other) and not any(_same_number(number, another) for number in one for another in other)


def _same_number(one: Token, other: Token) -> bool:
    if one.worth is None or other.worth is None:
        return one.key == other.key
    return _rounds_to(one.worth, frozenset([other.worth])) or _rounds_to(other.worth, frozenset([one.worth]))


def _negated_once(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    return any(map(_negates, ours)) != any(map(_negates, theirs))


def _negates(token: Token) -> bool:
    return token.key in NEGATIONS or token.key == "unable" or token.key.endswith("n't")


def _renamed(left: Reading, right: Reading, ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Hold when names stand on both sides that the other text does not know.

    Beside other words they may be an editor's: such names count only when their own text comes back to them.
    """
    one, other = _new_names(ours, left, right), _new_names(theirs, right, left)
    if not one or not other or any(_kin(name, another) for name in one for another in other):
        return False
    if _nothing_else(ours) and _nothing_else(theirs):
        return True
    return any(left.counts[name] > 1 for name in one) and any(right.counts[name] > 1 for name in other)


def _new_names(passage: Sequence[Token], own: Reading, other: Reading) -> set[str]:
    return _names_in(passage, own) - other.known


def _names_in(passage: Sequence[Token], own: Reading) -> set[str]:
    return {token.key for token in passage if _named(token, own)}


def _named(token: Token, own: Reading) -> bool:
    """Hold for a name, unless it is a title, an actor's role or the article's own publisher."""
    if token.kind != WORD or not token.capital or len(token.key) == 1 or token.key in own.lower:
        return False
    if token.key in _NO_NAMES or token.key in STOP_WORDS or stem(token.key) in ROLES:
        return False
    if token.key in own.document.source.lower():
        return False
    return not token.opens or token.listed or token.key in own.names or token.key in own.titled


def _kin(one: str, other: str) -> bool:
    """Hold for the likes of "Britain" and "British", "FCA" and "Financial"."""
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    return shared >= _PREFIX and one[shared:] in _ENDINGS and other[shared:] in _ENDINGS


def _nothing_else(passage: Sequence[Token]) -> bool:
    return all(
        token.capital or token.kind != WORD or token.key in STOP_WORDS or stem(token.key) in ROLES for token in passage
    )


def _topics(ours: Sequence[Token], theirs: Sequence[Token]) -> tuple[str, str] | None:
    """Return the two words of a place where one stands for the other and they are no outcomes or actors."""
    if len(ours) != 1 or len(theirs) != 1 or ours[0].kind != WORD or theirs[0].kind != WORD:
        return None
    one, other = ours[0].key, theirs[0].key
    if one[:_PREFIX] == other[:_PREFIX] or {stem(one), stem(other)} & (OUTCOMES | ROLES) or {one, other} & STOP_WORDS:
        return None
    return one, other


def _lists(left: Reading, right: Reading, ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Hold for two longer passages that are mostly names and numbers, each not known to the other text."""
    return _listed(ours, left, right) and _listed(theirs, right, left)


def _listed(passage: Sequence[Token], own: Reading, other: Reading) -> bool:
    content = [token for token in passage if token.kind != WORD or token.key not in STOP_WORDS]
    new = sum(
        (_named(token, own) and token.key not in other.known) or (token.kind == NUMBER and not _knows(other, token))
        for token in content
    )
    return bool(content) and new >= _LISTED * len(content)
