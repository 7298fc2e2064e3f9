"""Two articles whose texts share a form → whether they are two notices made from it, or one text edited.

The texts are laid side by side. Where the words by which the titles differ stand for each other in the texts too, or
an outcome for its opposite, the form was filled in twice; an editor who only changes the headline leaves the words of
the text alone. Notices of one feed under unrelated titles are told by what each says beside the form: nothing of it is
found in the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from monitor.stories.alignment import changes, gaps
from monitor.stories.facts import Facts
from monitor.stories.lexicon import DEMONYMS, ENDINGS, NEGATIONS, OUTCOMES, ROLES, one_sense, opposite
from monitor.stories.terms import STOP_WORDS, stem

COPIED: Final = 0.3
"""Share of the shorter text's runs of words in the other text that makes both the same form."""

OWN: Final = 0.6
"""Share of what two texts say beside the form that the other article must not know, for them to be two notices."""

MOSTLY: Final = 0.5
"""Share of the longer text that the form must be, for two texts to be told apart by what they say beside it."""

COMMON: Final = 0.2
"""Share of such words that both may have: the lead of one report, written anew, keeps its names."""

_SAMPLES: Final = 12
_SAMPLE: Final = 24
_ENOUGH_SAMPLES: Final = 2
_FEWEST: Final = 0.4
_LEAD: Final = 70
_LONGEST: Final = 10
_PASSAGE: Final = 3
_NAMED: Final = 0.5
_UNSPOKEN: Final = 0.7
_PREFIX: Final = 4
_SHORT: Final = 3
_SPELLING: Final = 0.85

Slot = tuple[Sequence[str], Sequence[str]]
"""The stems that stand for each other in two titles."""

Place = tuple[frozenset[str], frozenset[str], int]
"""The stems that stand for each other in two texts, and after how many words."""


def may_share_form(left: Facts, right: Facts) -> bool:
    """Look for a few pieces of one text in the other: it is done in no time and settles most pairs."""
    short, long = sorted((left.text, right.text), key=lambda text: (len(text), text))
    step = max(len(short) // _SAMPLES, 1)
    found = sum(short[at : at + _SAMPLE] in long for at in range(0, len(short) - _SAMPLE + 1, step))
    return found >= _ENOUGH_SAMPLES


def share_form(left: Facts, right: Facts) -> bool:
    """Hold when whole runs of words of the shorter text stand in the other one."""
    runs, others = left.runs, right.runs
    return len(runs & others) >= COPIED * max(min(len(runs), len(others)), 1)


def exchanged(left: Facts, right: Facts, slots: Sequence[Slot]) -> str | None:
    """Return how two texts of one form differ as their titles do (`outcome` or `name`), None when they do not.

    To be asked of titles that differ in nothing but `slots`. One text that has its title's word where the other has
    none of its own is enough only within one feed, which has no editor of somebody else's words.
    """
    if left.text == right.text:
        return None
    places = list(_places(left, right))
    if any(at < _LEAD and _turned_round(ones, others) for ones, others, at in places):
        return "outcome"
    same_feed = left.source == right.source
    for ones, others in slots:
        if _same_sense(ones, others) or right.mentioned.issuperset(ones) or left.mentioned.issuperset(others):
            continue
        if any(_filled((ones, others), place, same_feed=same_feed) for place in places):
            return "name" if OUTCOMES.isdisjoint({*ones, *others}) else "outcome"
    return None


def _filled(slot: Slot, place: Place, *, same_feed: bool) -> bool:
    """Hold for a place of the texts where the words of the titles stand for each other."""
    ones, others, _ = place
    spoken = (_stands(slot[0], ones), _stands(slot[1], others))
    return all(spoken) or (same_feed and any(spoken) and bool(ones) and bool(others))


def two_notices(left: Facts, right: Facts) -> bool:
    """Hold for two texts of one form and one feed that say different things beside it, under different titles.

    A form speaks of no matter. What a feed repeats from one report of an event to the next does: it has the names of
    which the titles speak.
    """
    if len(left.runs & right.runs) < MOSTLY * max(len(left.runs), len(right.runs)):
        return False
    ours, theirs, both = _beside_form(left, right)
    if not both.isdisjoint((left.names | right.names) - _stems_of(left.source)):
        return False
    titles = sorted((_title_unknown(left, right), _title_unknown(right, left)))
    if not ours or not theirs:
        return titles[0] >= _NAMED and titles[1] >= _UNSPOKEN
    if len(ours & theirs) > max(COMMON * min(len(ours), len(theirs)), 1):
        return False
    new = (len(ours - right.mentioned) / len(ours), len(theirs - left.mentioned) / len(theirs))
    if min(new) < _FEWEST or sum(new) < 2 * OWN:
        return False
    # A few words may be an editor's, unless the titles bear them out.
    return titles[0] >= _NAMED or min(len(ours), len(theirs)) >= _PASSAGE or titles[1] >= _UNSPOKEN


def kin(one: str, other: str) -> bool:
    """Hold for two names of one place or body: "Ghana" and "Ghanaian", "France" and "French", "Fed" and "Federal"."""
    one, other = DEMONYMS.get(one, one), DEMONYMS.get(other, other)
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if shared >= _PREFIX:
        return one[shared:] in ENDINGS and other[shared:] in ENDINGS
    return shared >= _SHORT and shared == min(len(one), len(other))


def _places(left: Facts, right: Facts) -> Iterator[Place]:
    for gap in gaps(left.row, right.row):
        for change in changes(left.row, right.row, gap):
            a, b, c, d = change.a, change.b, change.c, change.d
            if not change.rewritten and max(b - a, d - c) <= _LONGEST:
                yield frozenset(left.row[a:b]), frozenset(right.row[c:d]), min(a, c)


def _turned_round(ones: Collection[str], others: Collection[str]) -> bool:
    """Hold for opposite outcomes; beside a negation neither is one."""
    if not NEGATIONS.isdisjoint(ones) or not NEGATIONS.isdisjoint(others):
        return False
    return opposite(frozenset(ones) & OUTCOMES, frozenset(others) & OUTCOMES)


def _same_sense(ones: Sequence[str], others: Sequence[str]) -> bool:
    """Hold when the words of a slot may mean the same: they are of one kind, one spelling, or words for an actor."""
    if ROLES.issuperset(ones) or ROLES.issuperset(others):
        return True
    if "".join(word[0] for word in ones) in others or "".join(word[0] for word in others) in ones:
        return True
    return any(_alike(one, other) for one in ones for other in others)


def _alike(one: str, other: str) -> bool:
    return kin(one, other) or one[:_PREFIX] == other[:_PREFIX] or one_sense(one, other) or _one_spelling(one, other)


def _one_spelling(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SPELLING


def _stands(words: Sequence[str], place: frozenset[str]) -> bool:
    return any(word in place or (len(word) > _PREFIX and _begins(word, place)) for word in words)


def _begins(word: str, place: frozenset[str]) -> bool:
    return any(len(one) > _PREFIX and one[: _PREFIX + 1] == word[: _PREFIX + 1] for one in place)


def _beside_form(left: Facts, right: Facts) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the words that either text has where the two do not agree, and those where they do."""
    found = gaps(left.row, right.row)
    ours = [word for a, b, _, _ in found for word in left.row[a:b]]
    theirs = [word for _, _, c, d in found for word in right.row[c:d]]
    ends = [0, *(end for gap in found for end in gap[:2])]
    both = [word for end, start in zip(ends[::2], ends[1::2], strict=False) for word in left.row[end:start]]
    return _telling(ours), _telling(theirs), frozenset(both)


def _stems_of(source: str) -> frozenset[str]:
    return frozenset(map(stem, source.lower().split()))


def _telling(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word for word in words if word not in STOP_WORDS and not word[0].isdecimal())


def _title_unknown(article: Facts, other: Facts) -> float:
    """Return the share of what a title says beside the other title that the other article never says."""
    words = set(article.headline.words) - set(other.headline.words)
    return len(words - other.mentioned) / len(words) if words else 0.0
