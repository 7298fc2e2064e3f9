"""What a person parted stays apart until a person brings it together again, whatever else was decided between."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.records import Cut, CutKind
from monitor.stories.cuts import Apart

NOW = datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
ARTICLES = "abcdefgh"


def cut(number: int, kind: CutKind, story: str, into: str, articles: str, apart: str = "") -> Cut:
    return Cut(
        number=number, at=NOW, by="ana", kind=kind, story=story, into=into, articles=tuple(articles), apart=tuple(apart)
    )


SPLIT = cut(1, CutKind.SPLIT, "s1", "s2", "ab", "cd")


def test_nothing_is_apart_where_nobody_decided_anything() -> None:
    assert not Apart([]).kept_apart(["a"], ["b"])
    assert not Apart([]).kept_apart([], [])


def test_what_left_and_what_stayed_are_apart_in_both_directions() -> None:
    apart = Apart([SPLIT])
    assert apart.kept_apart(["a"], ["c"])
    assert apart.kept_apart({"d"}, {"b"})
    assert apart.kept_apart(["new", "a"], ["x", "y", "d"])


def test_what_left_together_or_stayed_together_is_not_apart() -> None:
    apart = Apart([SPLIT])
    assert not apart.kept_apart(["a"], ["b"])
    assert not apart.kept_apart(["c"], ["d"])
    assert not apart.kept_apart(["new"], ["a", "b", "c", "d"])


def test_a_merge_brings_together_what_a_split_had_parted() -> None:
    merge = cut(2, CutKind.MERGE, "s2", "s1", "ab")
    assert not Apart([SPLIT, merge]).kept_apart(["a", "b"], ["c", "d"])


def test_a_merge_into_the_story_that_was_split_off_brings_together_too() -> None:
    merge = cut(2, CutKind.MERGE, "s1", "s2", "cd")
    assert not Apart([SPLIT, merge]).kept_apart(["a", "b"], ["c", "d"])


def test_an_article_moved_back_is_with_the_old_ones_and_apart_from_those_it_had_left_with() -> None:
    apart = Apart([SPLIT, cut(2, CutKind.MOVE, "s2", "s1", "a", "b")])
    assert not apart.kept_apart(["a"], ["c", "d"])
    assert apart.kept_apart(["a"], ["b"])
    assert apart.kept_apart(["b"], ["c"])


def test_the_order_of_numbers_decides_and_not_the_order_of_the_list() -> None:
    again = cut(3, CutKind.SPLIT, "s1", "s3", "a", "bcd")
    cuts = [again, cut(2, CutKind.MERGE, "s2", "s1", "ab"), SPLIT]
    assert Apart(cuts).kept_apart(["a"], ["c"])
    assert not Apart(cuts).kept_apart(["b"], ["c"])


def test_a_move_to_a_third_story_leaves_what_was_apart_apart() -> None:
    apart = Apart([SPLIT, cut(2, CutKind.MOVE, "s2", "s9", "a", "b")])
    assert apart.kept_apart(["a"], ["c"])


@dataclass
class World:
    """Stories of articles that only a person changes; what is apart is written down pair by pair."""

    home: dict[str, str] = field(default_factory=lambda: {one: "s1" if one < "e" else "s2" for one in ARTICLES})
    apart: dict[frozenset[str], bool] = field(default_factory=dict)
    cuts: list[Cut] = field(default_factory=list)

    def put(self, kind: CutKind, story: str, into: str, moved: list[str]) -> None:
        """Carry out what a person decides."""
        members = [one for one in ARTICLES if self.home[one] == story]
        stay = [one for one in members if one not in moved]
        number = len(self.cuts) + 1
        self.cuts.append(cut(number, kind, story, into, "".join(moved), "".join(stay)))
        for one in moved:
            self.home[one] = into
        for one in moved:
            self.apart |= {frozenset({one, other}): True for other in stay}
            together = [other for other in ARTICLES if other != one and self.home[other] == into]
            self.apart |= {frozenset({one, other}): False for other in together}


DECISIONS = st.lists(
    st.tuples(
        st.sampled_from(CutKind),
        st.sampled_from(ARTICLES),
        st.sampled_from(ARTICLES),
        st.sets(st.sampled_from(ARTICLES)),
    ),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(DECISIONS)
def test_the_newest_decision_about_any_two_articles_holds(decisions: list[tuple[CutKind, str, str, set[str]]]) -> None:
    world = World()
    for kind, one, other, some in decisions:
        story, into = world.home[one], world.home[other]
        members = [article for article in ARTICLES if world.home[article] == story]
        named = [article for article in members if article in some]
        if kind is CutKind.SPLIT and named and len(named) < len(members):
            world.put(kind, story, f"n{len(world.cuts)}", named)
        elif kind is CutKind.MERGE and story != into:
            world.put(kind, story, into, members)
        elif kind is CutKind.MOVE and story != into:
            world.put(kind, story, into, [one])
    apart = Apart(world.cuts)
    for left, right in combinations(ARTICLES, 2):
        assert apart.kept_apart([left], [right]) == world.apart.get(frozenset({left, right}), False)


def test_stories_of_thousands_that_a_person_cut_cost_no_more_than_small_ones() -> None:
    moved, stay = tuple(f"m{n}" for n in range(2_000)), tuple(f"s{n}" for n in range(2_000))
    parted = Cut(number=1, at=NOW, by="", kind=CutKind.SPLIT, story="s", into="n", articles=moved, apart=stay)
    back = Cut(number=2, at=NOW, by="", kind=CutKind.MERGE, story="n", into="s", articles=moved)
    apart = Apart([parted, back])
    began = time.process_time()
    for _ in range(20):
        assert not apart.kept_apart(moved, stay)
    assert time.process_time() - began < 0.5, "4,000,000 pairs, 20 times over, would take minutes"
