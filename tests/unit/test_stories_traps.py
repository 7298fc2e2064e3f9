"""Pairs of articles that word counts get wrong: look-alikes stay apart, unlike reports of one event come together.

All firms, people and figures are invented; `tests/data/traps` holds the pairs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from monitor.records import Document
from monitor.stories import StoryGrouper, WordStatistics
from tests.trap_pairs import TrapPair, beside_others, both_sides, trap_pairs

STATISTICS: Final = ("no statistics", "statistics")

SETS: Final = {name: trap_pairs(name) for name in ("first", "dev", "held", "same", "fresh")}

JOINED_SHARE: Final = 0.8
"""Of the pairs that tell one event, so many must be joined; of all others, none."""

FIRST_APART: Final = [pair for pair in SETS["first"] if not pair.together]
FIRST_TOGETHER: Final = [pair for pair in SETS["first"] if pair.together]


def _grouper(name: str, statistics: str) -> StoryGrouper:
    known = [] if statistics == "no statistics" else both_sides(SETS[name])
    return StoryGrouper(WordStatistics.fit(known))


@pytest.fixture(scope="module", params=STATISTICS)
def grouper(request: pytest.FixtureRequest) -> StoryGrouper:
    return _grouper("first", request.param)


@pytest.mark.parametrize("pair", FIRST_APART, ids=str)
def test_look_alikes_about_different_things_stay_apart(grouper: StoryGrouper, pair: TrapPair) -> None:
    first, second = grouper.place([pair.left, pair.right], [])
    assert first.story != second.story
    assert second.nearest == first.story, "the veto, not a low score, must keep them apart"


@pytest.mark.parametrize("pair", FIRST_APART, ids=str)
def test_look_alikes_without_text_stay_apart(grouper: StoryGrouper, pair: TrapPair) -> None:
    first, second = grouper.place([replace(one, text="", source="") for one in (pair.left, pair.right)], [])
    assert first.story != second.story


@pytest.mark.parametrize("pair", FIRST_TOGETHER, ids=str)
def test_one_event_in_different_words_is_one_story(grouper: StoryGrouper, pair: TrapPair) -> None:
    first, second = grouper.place([pair.left, pair.right], [])
    assert first.story == second.story, second


@pytest.mark.parametrize("company", ["alone", "among others"])
@pytest.mark.parametrize("statistics", STATISTICS)
@pytest.mark.parametrize("name", ["dev", "held", "same", "fresh"])
def test_no_two_events_of_a_set_become_one_story(name: str, statistics: str, company: str) -> None:
    pairs = [pair for pair in SETS[name] if not pair.together]
    wrong = _wrong(_grouper(name, statistics), pairs, SETS[name] if company == "among others" else ())
    assert not wrong, _listed(wrong, pairs)


@pytest.mark.parametrize("company", ["alone", "among others"])
@pytest.mark.parametrize("statistics", STATISTICS)
@pytest.mark.parametrize(
    ("name", "kind"),
    [("dev", "words"), ("held", "words"), ("same", "differing"), ("same", "bare-together"), ("fresh", "words")],
)
def test_most_reports_of_one_event_become_one_story(name: str, kind: str, statistics: str, company: str) -> None:
    pairs = [pair for pair in SETS[name] if pair.kind == kind]
    wrong = _wrong(_grouper(name, statistics), pairs, SETS[name] if company == "among others" else ())
    assert len(pairs) - len(wrong) >= JOINED_SHARE * len(pairs), _listed(wrong, pairs)


@pytest.mark.parametrize("name", ["first", "dev", "held"])
def test_a_set_holds_as_many_pairs_of_each_kind(name: str) -> None:
    kinds = Counter(pair.kind for pair in SETS[name])
    assert kinds.keys() == {"name", "number", "outcome", "words"}
    assert len(set(kinds.values())) == 1, kinds


@pytest.mark.parametrize("name", ["first", "dev", "held", "fresh"])
def test_headlines_in_different_words_share_one_at_most(name: str) -> None:
    pairs = [pair for pair in SETS[name] if pair.kind == "words"]
    shared = {str(pair): _long_words(pair.left) & _long_words(pair.right) for pair in pairs}
    assert [words for words in shared.values() if len(words) > 1] == []


def _wrong(grouper: StoryGrouper, pairs: Sequence[TrapPair], others: Sequence[TrapPair]) -> list[TrapPair]:
    """Return the pairs that are not as they should be; with `others`, each is placed among articles of those."""
    return [pair for pair in pairs if _joined(grouper, pair, others) != pair.together]


def _joined(grouper: StoryGrouper, pair: TrapPair, others: Sequence[TrapPair]) -> bool:
    documents = beside_others(pair, others) if others else [pair.left, pair.right]
    first, second, *_ = grouper.place(documents, [])
    return first.story == second.story


def _listed(wrong: Sequence[TrapPair], pairs: Sequence[TrapPair]) -> str:
    return "\n".join([f"{len(wrong)} of {len(pairs)} wrong:", *map(str, wrong)])


def _long_words(document: Document) -> set[str]:
    return set(re.findall(r"\w{5,}", document.title.lower()))
