"""Reasons why two articles that read alike are not about the same event.

News comes in templates: notices that differ in their number, awards that differ in the winner, votes that differ in the
outcome. Words cannot tell them apart by weight, so narrow rules do. All but the one on official references ask first
for titles made alike, or for texts of one form (`forms.py`), which keeps them away from articles that describe one
event in different words; where the rules are silent, likeness decides.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Final

from monitor.stories.facts import Facts, Headline, Identifiers
from monitor.stories.forms import Slot, exchanged, kin, may_share_form, share_form, two_notices
from monitor.stories.lexicon import AXES, BARRIERS, OUTCOMES, PARTICLES, PREFIXES, REMOVERS, ROLES, TWO_SIDED, opposite
from monitor.stories.lookalikes import look_alike

TEMPLATE: Final = 0.6
"""Share of the longer title's words that the other title must have for the two to be made alike."""

FORM: Final = 0.3
"""Share of a title's words in the other article up to which that article does not speak of the title's matter."""

SAME_TITLE: Final = 0.8
NUMBERED: Final = 0.4
"""The same for two titles that number the same kind of thing differently: little else has to agree."""

_SAME_SENTENCE: Final = 0.9
_TOLERANCE: Final = 1.1
_SHARED: Final = 2
_SHARED_AROUND_A_SLOT: Final = 3
_SLOT: Final = 3
_PREFIX: Final = 4
_TWO_WORDS: Final = 2
_LOOSE_KINDS: Final = frozenset({"year", "day", "month", "weekday"})


def veto(left: Facts, right: Facts) -> str | None:
    """Return why the two cannot be one event (`number`, `outcome`, `name`, `form`), None when nothing says so.

    An official reference counts whatever the titles: who writes "CP/2023/14" writes of that paper and no other.
    """
    if _referenced_differently(left, right):
        return "number"
    alike = _alike(left.headline, right.headline)
    found = _told_by_titles(left, right, alike)
    if not found and not _same_paper(left.papers, right.papers):
        found = look_alike(left, right)
    return found or _told_by_form(left, right, alike)


def _told_by_titles(left: Facts, right: Facts, alike: float) -> str | None:
    if alike < NUMBERED:
        return None
    if _numbered_differently(left, right, alike):
        return "number"
    if alike >= TEMPLATE:
        return _filled_differently(left, right)
    return "name" if _same_frame(left, right) and _about_different_things(left, right) else None


def _told_by_form(left: Facts, right: Facts, alike: float) -> str | None:
    """Return what parts two texts of one form, which are read only for titles made alike or within one feed."""
    same_feed = left.source == right.source and left.headline.words != right.headline.words
    if alike < TEMPLATE and not same_feed:
        return None
    if not may_share_form(left, right) or not share_form(left, right):
        return None
    slots = _slots(left.headline, right.headline) if alike >= TEMPLATE else None
    reason = None if slots is None else exchanged(left, right, slots)
    return reason or ("form" if same_feed and two_notices(left, right) else None)


def _slots(left: Headline, right: Headline) -> list[Slot] | None:
    """Return what stands for what in two titles, None when they differ in more than that."""
    parts = SequenceMatcher(None, left.words, right.words, autojunk=False).get_opcodes()
    changes = [part for part in parts if part[0] != "equal"]
    if any(
        kind != "replace" or max(end - start, finish - begin) > _SLOT for kind, start, end, begin, finish in changes
    ):
        return None
    return [(left.words[start:end], right.words[begin:finish]) for _, start, end, begin, finish in changes]


def _filled_differently(left: Facts, right: Facts) -> str | None:
    """Return what differs between two titles made alike."""
    if _measured_differently(left, right):
        return "number"
    if _ended_differently(left.headline, right.headline):
        return "outcome"
    return "name" if _about_different_things(left, right) else None


def same_form(left: Facts, right: Facts) -> bool:
    """Hold for two articles whose likeness is that of a form filled in twice; to be asked of very similar ones.

    Whole runs of words agree, yet what either title speaks of is hardly found in the other article. A copy under a
    headline of its own is no such case: its headline speaks of the text.
    """
    if _alike(left.headline, right.headline) > FORM:
        return False
    if _known(left, right) > FORM or _known(right, left) > FORM:
        return False
    return share_form(left, right)


def _known(article: Facts, other: Facts) -> float:
    words = set(article.headline.words)
    return len(words & other.mentioned) / len(words) if words else 1.0


def _alike(left: Headline, right: Headline) -> float:
    lefts, rights = set(left.words), set(right.words)
    shared = len(lefts & rights)
    return shared / max(len(lefts), len(rights)) if shared >= _SHARED else 0.0


def _referenced_differently(left: Facts, right: Facts) -> bool:
    """Hold when both name a document of the same series at their start, not the same, and neither knows the other's."""
    return any(
        not _mentions(right.mentioned_references, series, left.references)
        and not _mentions(left.mentioned_references, series, right.references)
        for series in _disjoint(left.references, right.references)
    )


def _numbered_differently(left: Facts, right: Facts, alike: float) -> bool:
    """Hold for another number of the same kind in the titles or, under one title, at the start of the texts."""
    in_titles = _disjoint(left.headline.identifiers, right.headline.identifiers)
    if any(alike >= TEMPLATE or kind not in _LOOSE_KINDS for kind in in_titles):
        return True
    if alike < SAME_TITLE:
        return False
    return any(
        kind not in _LOOSE_KINDS
        and not _mentions(right.identifiers, kind, left.lead)
        and not _mentions(left.identifiers, kind, right.lead)
        for kind in _disjoint(left.lead, right.lead)
    )


def _disjoint(left: Identifiers, right: Identifiers) -> list[str]:
    return [kind for kind in left.keys() & right.keys() if not left[kind] & right[kind]]


def _mentions(mentioned: Identifiers, kind: str, wanted: Identifiers) -> bool:
    return bool(mentioned.get(kind, frozenset()) & wanted[kind])


def _measured_differently(left: Facts, right: Facts) -> bool:
    """Hold for figures over a tenth apart, unless one text knows the other's figure: then it was only revised."""
    lefts, rights = left.headline.amounts, right.headline.amounts
    if not lefts or not rights or any(_close(one, other) for one in lefts for other in rights):
        return False
    if left.headline.revised != right.headline.revised or lefts & right.figures or rights & left.figures:
        return False
    # Two reports of one case, by its number: the later one knows better.
    return not _same_paper(left.papers, right.papers)


def _same_paper(left: Identifiers, right: Identifiers) -> bool:
    return any(left[series] & right[series] for series in left.keys() & right.keys())


def _close(one: float, other: float) -> bool:
    return max(one, other) <= _TOLERANCE * min(one, other)


def _same_frame(left: Facts, right: Facts) -> bool:
    """Hold for short titles that differ in nothing but names."""
    return _frame(left) == _frame(right)


def _frame(article: Facts) -> list[str]:
    return [word for word in article.headline.words if word not in article.names]


def _ended_differently(left: Headline, right: Headline) -> bool:
    if left.negated != right.negated and _one_sentence(left, right):
        return True
    if set(left.words) == set(right.words) and opposite(left.particles, right.particles, PARTICLES):
        return True
    ours, theirs = left.outcomes - right.outcomes, right.outcomes - left.outcomes
    if left.negated != right.negated and max(len(ours), len(theirs)) > 1:
        # Who "fails to approve" has rejected; who was "refused" bail had nothing else happen to him.
        return False
    if _removes_a_barrier(ours) or _removes_a_barrier(theirs):
        return False
    axes = [axis for axis in AXES if axis not in TWO_SIDED] if _turned(left, right) else AXES
    return opposite(ours, theirs, axes) or _opposed_by_prefix(left, right)


def _one_sentence(left: Headline, right: Headline) -> bool:
    """Hold when nothing but a negation differs, which says the opposite only of the same sentence."""
    return SequenceMatcher(None, left.words, right.words, autojunk=False).ratio() >= _SAME_SENTENCE


def _removes_a_barrier(outcomes: frozenset[str]) -> bool:
    """Hold for the likes of "lifts ban", where one outcome is the object of another."""
    return any(outcomes & BARRIERS - {remover} for remover in outcomes & REMOVERS)


def _opposed_by_prefix(left: Headline, right: Headline) -> bool:
    """Hold when the titles differ in one word, whose opposite the other title has: "lawful" and "unlawful"."""
    ours, theirs = set(left.words) - set(right.words), set(right.words) - set(left.words)
    return _has_opposite(ours, theirs) or _has_opposite(theirs, ours)


def _has_opposite(words: set[str], others: set[str]) -> bool:
    return any(prefix + word in others for word in words if len(word) >= _PREFIX for prefix in PREFIXES)


def _turned(left: Headline, right: Headline) -> bool:
    """Hold when the words that two titles share stand in another order, as in "A beats B" and "B loses to A"."""
    shared = set(left.words) & set(right.words)
    return [word for word in left.words if word in shared] != [word for word in right.words if word in shared]


def _about_different_things(left: Facts, right: Facts) -> bool:
    """Hold when the titles differ in a name or, in one otherwise equal title, in a word the other text never uses."""
    parts = SequenceMatcher(None, left.headline.words, right.headline.words, autojunk=False).get_opcodes()
    changes = [part for part in parts if part[0] != "equal"]
    equal = sum(end - start for kind, start, end, _, _ in parts if kind == "equal")
    slots = [
        (left.headline.words[start:end], right.headline.words[begin:finish])
        for kind, start, end, begin, finish in changes
        if kind == "replace" and end - start <= _SLOT and finish - begin <= _SLOT
    ]
    if any(_same_name(one, other) for one, other in slots):
        return False
    enough = equal >= _SHARED_AROUND_A_SLOT
    if any(_other_name(left, right, one, other, whole=not enough) for one, other in slots):
        return True
    return enough and len(changes) == len(slots) == 1 and _other_subject(left, right, *slots[0])


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Hold for an acronym and what it stands for."""
    return "".join(word[0] for word in one) in other or "".join(word[0] for word in other) in one


def _other_name(left: Facts, right: Facts, one: tuple[str, ...], other: tuple[str, ...], *, whole: bool) -> bool:
    """Hold when each side has a name that the other does not speak of; `whole` asks for nothing but names."""
    ones, others = left.names.intersection(one), right.names.intersection(other)
    if whole and (len(ones) < len(one) or len(others) < len(other)):
        return False
    if not ones or not others or any(kin(a, b) for a in ones for b in others):
        return False
    # Two names that each text knows may be two sides of one event.
    return not (ones & right.mentioned and others & left.mentioned)


def _other_subject(left: Facts, right: Facts, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Hold for one word in place of another, or two words with capitals in place of two, that the other never uses."""
    if len(one) != len(other) or len(one) > _TWO_WORDS:
        return False
    if any(kin(a, b) or a[:_PREFIX] == b[:_PREFIX] for a in one for b in other):
        return False
    if len(one) == _TWO_WORDS and not (
        left.headline.capitals.issuperset(one) and right.headline.capitals.issuperset(other)
    ):
        return False
    # An outcome word has its own rule, and two words for an actor may mean the same one.
    if not OUTCOMES.isdisjoint({*one, *other}) or ROLES.issuperset(one) or ROLES.issuperset(other):
        return False
    return right.mentioned.isdisjoint(one) and left.mentioned.isdisjoint(other)
