# ruff: noqa: RUF001 - notices in several scripts
"""Which article has its words from another, and which only looks as if it had."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.records import Copied, Document
from monitor.stories import CopyFinder, find_copies
from monitor.stories.shingles import words
from tests.copies import EDITS, START, article, copied_pairs
from tests.notices import FORMS, notice_pairs, outgrown, told_twice

ORIGINAL = article("a", random.Random(11), START, sentences=24)  # noqa: S311 - a test text, not a secret


def later(original: Document, name: str, hours: float, text: str | None = None, title: str | None = None) -> Document:
    """Return the article again under another id, some hours later, perhaps with another text or title."""
    return replace(
        original,
        id=name,
        text=original.text if text is None else text,
        title=original.title if title is None else title,
        published=START + timedelta(hours=hours),
        source="Northern Daily",
    )


def start_of(original: Document, words: int) -> str:
    """Return the first words of an article's text."""
    return " ".join(original.text.split(" ")[:words])


def links(*documents: Document, window: tuple[Document, ...] = ()) -> dict[str, str]:
    """Return each copy with its original."""
    return {found.id: found.of for found in find_copies(documents, window)}


def test_the_later_of_two_equal_texts_is_the_copy() -> None:
    assert find_copies([later(ORIGINAL, "b", 2), ORIGINAL], []) == [Copied(id="b", of="a", share=1.0)]


def test_the_original_may_stand_in_the_window() -> None:
    copy, other = later(ORIGINAL, "b", 2), article("x", random.Random(5), START)  # noqa: S311 - a test text
    assert links(copy, window=(ORIGINAL, other)) == {"b": "a"}


def test_an_original_that_comes_late_is_found_for_the_copies_in_the_window() -> None:
    cut = later(ORIGINAL, "d", 4, start_of(ORIGINAL, 60))
    assert links(ORIGINAL, window=(later(ORIGINAL, "b", 2), cut)) == {"b": "a", "d": "a"}


def test_a_copy_of_a_late_copy_points_to_the_root() -> None:
    assert links(later(ORIGINAL, "b", 2), window=(ORIGINAL, later(ORIGINAL, "c", 3))) == {"b": "a", "c": "a"}


def test_short_equal_texts_are_found_whichever_comes_late() -> None:
    brief = replace(ORIGINAL, text="The council meets on Tuesday to vote on the fee again.")
    assert links(brief, window=(replace(brief, id="b", published=START + timedelta(hours=1)),)) == {"b": "a"}


def test_the_share_is_the_part_of_the_copys_own_words_found_in_the_original() -> None:
    own = article("x", random.Random(5), START, sentences=6).text  # noqa: S311 - a test text, not a secret
    [found] = find_copies([ORIGINAL, later(ORIGINAL, "b", 2, f"{ORIGINAL.text}\n\n{own}")], [])
    words, added = len(ORIGINAL.text.split()), len(own.split())
    assert found.share == pytest.approx(words / (words + added), abs=0.05)


def test_an_excerpt_is_a_copy_however_short_a_part_of_the_original_it_is() -> None:
    assert links(ORIGINAL, later(ORIGINAL, "b", 30, start_of(ORIGINAL, 60))) == {"b": "a"}


def test_an_excerpt_that_came_out_shortly_before_the_whole_text_is_the_copy() -> None:
    assert links(later(ORIGINAL, "b", -11, start_of(ORIGINAL, 120)), ORIGINAL) == {"b": "a"}


def test_a_long_article_that_grew_out_of_a_brief_is_no_copy_of_it() -> None:
    assert links(later(ORIGINAL, "b", -13, start_of(ORIGINAL, 120)), ORIGINAL) == {}


def test_a_copy_of_a_copy_points_to_the_first_original() -> None:
    copy = later(ORIGINAL, "b", 2, f"By Clara Whitlock\n\n{ORIGINAL.text}")
    again = later(ORIGINAL, "c", 4, f"{copy.text}\n\nAll rights reserved.")
    assert links(again, copy, ORIGINAL) == {"b": "a", "c": "a"}


def test_an_undated_article_counts_as_the_latest() -> None:
    assert links(replace(later(ORIGINAL, "0", 0), published=None), ORIGINAL) == {"0": "a"}


def test_equal_moments_are_ordered_by_id() -> None:
    assert links(later(ORIGINAL, "b", 0), ORIGINAL) == {"b": "a"}


def test_lines_never_run_in_a_circle_when_excerpts_and_copies_meet() -> None:
    parts = ORIGINAL.text.split("\n\n")
    third = len(parts) // 3
    documents = [
        later(ORIGINAL, "c", 0, "\n\n".join(parts[: 2 * third])),
        later(ORIGINAL, "b", 1, "\n\n".join(parts[third // 2 :])),
        later(ORIGINAL, "d", 2, "\n\n".join(parts)),
        later(ORIGINAL, "e", 3, "\n\n".join(parts[third:])),
    ]
    found = links(*documents)
    for name in found:
        passed = [name]
        while passed[-1] in found:
            passed.append(found[passed[-1]])
            assert len(passed) == len(set(passed))


def test_neither_the_order_of_the_articles_nor_kept_sketches_change_the_answer() -> None:
    documents = [document for pair in copied_pairs(2, seed=3) for document in (pair.first, pair.second)]
    finder = CopyFinder()
    expected = finder.find(documents, [])
    mixed = documents[:]
    random.Random(8).shuffle(mixed)  # noqa: S311 - a test order, not a secret
    assert finder.find(mixed, []) == expected
    assert find_copies(mixed, documents) == expected


def test_many_copies_of_one_wire_story_all_point_to_the_first() -> None:
    copies = [later(ORIGINAL, f"copy {number}", number / 10 + 1, title=f"Desk {number}") for number in range(60)]
    assert set(links(ORIGINAL, *copies).values()) == {"a"}
    assert len(links(ORIGINAL, *copies)) == 60


def test_a_wire_story_in_more_papers_than_a_common_phrase_is_found_in_all_of_them() -> None:
    told = replace(ORIGINAL, text=start_of(ORIGINAL, 60))
    desks = (f"{'abcdefghij'[at % 10]}{'klmnopqrst'[at // 10 % 10]}{'uvwxy'[at // 100]}" for at in range(405))
    copies = [later(told, f"copy {at}", at / 100 + 1, f"{told.text} {desk}") for at, desk in enumerate(desks)]
    found = links(told, *copies)
    assert len(found) == 405
    assert set(found.values()) == {"a"}
    assert links(copies[-1], window=(told, *copies[:-1]))["copy 404"] == "a"


def test_short_texts_are_copies_only_when_equal_titles_included() -> None:
    text = "Markets in Tallinn stay closed today because of the storm."
    first = Document(id="a", title="Markets closed", text=text, published=START)
    same = replace(first, id="b", text=text.upper())
    other_title = replace(first, id="c", title="Storm shuts trading floor")
    other_text = replace(first, id="d", text=text.replace("Tallinn", "Riga"))
    too_short = [replace(first, id=name, text="Read more on our site.") for name in "ef"]
    assert links(first, same, other_title, other_text, *too_short) == {"b": "a"}


def test_texts_without_words_are_nobodys_copy() -> None:
    assert (
        links(*(Document(id=name, title="", text=text) for name, text in zip("abcd", ("", "", "…", "…"), strict=True)))
        == {}
    )


def test_nothing_in_nothing_out() -> None:
    assert find_copies([], []) == []
    assert find_copies([], [ORIGINAL]) == []


def test_a_script_without_spaces_is_compared_by_the_character() -> None:
    text = "中央银行周三宣布数字货币试点将扩大到六个城市并邀请商业银行参加测试官员表示结果将在明年春季公布"
    first = Document(id="a", title="数字货币", text=text, published=START)
    assert links(first, later(first, "b", 1, f"本报讯{text[:-3]}")) == {"b": "a"}


SCRIPTS = {
    kind: FORMS[kind] for kind in FORMS if kind.split(" ")[0] in {"Chinese", "Japanese", "Hindi", "Korean", "Arabic"}
}


def filled(kind: str, number: int, hours: float = 0, title: int = 0, source: str = "Authority") -> Document:
    """Return one of the notices in a script without capitals."""
    form = SCRIPTS[kind]
    firm = form.slots["firm"][number]
    text, heading = form.text.format(firm=firm), form.titles[title].format(firm=firm)
    at = START + timedelta(hours=hours)
    return Document(id=f"{kind} {number} {hours}", title=heading, text=text, published=at, source=source)


@pytest.mark.parametrize("title", [0, 1])
@pytest.mark.parametrize("kind", SCRIPTS)
def test_notices_on_different_firms_in_a_script_without_capitals_are_no_copies(kind: str, title: int) -> None:
    count = len(SCRIPTS[kind].slots["firm"])
    assert links(*(filled(kind, number, number, title) for number in range(count))) == {}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_the_same_notice_in_a_script_without_capitals_is_a_copy_under_another_title_and_header(kind: str) -> None:
    first = filled(kind, 0)
    other = replace(filled(kind, 0, 5, title=1, source="Daily"), text=f"{first.title}\n\n{first.text[:-20]}")
    assert links(first, other) == {other.id: first.id}


def test_one_word_edited_by_another_publisher_leaves_a_copy_without_capitals() -> None:
    first = filled("Chinese penalty", 0)
    edited = replace(first, id="b", text=first.text.replace("没有核对", "未曾核验"), source="Daily")
    assert links(first, replace(edited, published=START + timedelta(hours=2))) == {"b": first.id}


def test_a_date_among_ideographs_is_compared_by_its_day() -> None:
    first = filled("Chinese penalty", 0)
    dated = {name: replace(first, id=name, text=f"本局{day}决定：{first.text}") for name, day in
             (("a", "2026年3月2日"), ("b", "2026-03-02"), ("c", "2026年3月5日"))}  # fmt: skip
    assert links(dated["a"], dated["b"]) == {"b": "a"}
    assert links(dated["a"], dated["c"]) == {}


def test_a_word_is_not_broken_at_its_vowel_signs() -> None:
    assert words("सूर्या बैंक पर दंड") == ["सूर्या", "बैंक", "पर", "दंड"]


def test_two_lists_of_one_word_over_and_over_are_compared_without_a_fault() -> None:
    first = Document(id="a", title="Bells", text="ding dong " * 30, published=START)
    assert links(first, later(first, "b", 1)) == {"b": "a"}
    assert links(first, later(first, "b", 1, "ding dong " * 29 + "dang")) in ({}, {"b": "a"})


NOTICE = (
    "The authority has fined {firm} {amount} for late reports of its trades. The decision of {day} follows an "
    "examination of two years. The firm agreed to settle and so received a discount. The decision may be appealed "
    "within thirty days; an appeal does not suspend it. The full text is published on the website of the authority, "
    "which supervises markets and protects clients. Journalists may contact the press office on working days between "
    "nine and five. {end}"
)
SLOTS = {
    "firm": "Northgate Exchange",
    "amount": "3.5 million",
    "day": "22 November 2026",
    "end": "Case 24-1180 is closed.",
}


def notice(name: str, hours: float = 0, title: str = "Enforcement notice", **slots: str) -> Document:
    """Return a notice from one form."""
    text = NOTICE.format(**{**SLOTS, **slots})
    return Document(id=name, title=title, text=text, published=START + timedelta(hours=hours), source="Authority")


@pytest.mark.parametrize(
    "slots",
    [
        {"firm": "Harbourline Bank"},
        {"amount": "35 million"},
        {"day": "23 November 2026"},
        {"day": "22 December 2026"},
        {"firm": "Harbourline Bank", "end": "It had fined Northgate Exchange earlier. Case 24-1180 is closed."},
        {"amount": "35 million", "end": "The limit stood at 3.5 million. Case 24-1180 is closed."},
    ],
)
def test_notices_from_one_form_that_differ_in_one_place_at_the_start_are_no_copies(slots: dict[str, str]) -> None:
    assert links(notice("a"), notice("b", 5, **slots)) == {}


@pytest.mark.parametrize(
    "slots",
    [
        {"amount": "€3,500,000"},
        {"amount": "3.5m"},
        {"day": "Nov. 22, 2026"},
        {"day": "2026-11-22"},
        {"day": "22/11/2026"},
        {"day": "Sunday"},
        {"firm": "northgate exchange"},
        {"end": ""},
        {"end": "Case 24-1180 is closed.\n\nRead more: Kestrel Markets fined 12 million"},
    ],
)
def test_the_same_facts_in_other_words_are_a_copy(slots: dict[str, str]) -> None:
    assert links(notice("a"), notice("b", 5, **slots)) == {"b": "a"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("granted a licence to Palisade", "refused a licence to Palisade"),
        ("adopted the reserve rules", "rejected the reserve rules"),
        ("will appeal", "will not appeal"),
    ],
)
def test_opposite_outcomes_are_no_copies(one: str, other: str) -> None:
    left = notice("a", end="", firm=f"nobody: the board {one} and")
    right = notice("b", 5, end="", firm=f"nobody: the board {other} and")
    assert links(left, right) == {}


def test_a_single_figure_put_right_deep_in_a_long_text_leaves_a_copy() -> None:
    words = ORIGINAL.text.split(" ")
    told = [*words[:200], "The bill came to 4,711 euros.", *words[200:]]
    corrected = [*words[:200], "The bill came to 4,117 euros.", *words[200:]]
    first = replace(ORIGINAL, text=" ".join(told))
    assert links(first, later(first, "b", 2, " ".join(corrected))) == {"b": "a"}


def test_two_articles_under_one_long_sidebar_are_no_copies() -> None:
    sidebar = article("s", random.Random(3), START, sentences=26).text  # noqa: S311 - a test text, not a secret
    one, other = (article(name, random.Random(name), START, sentences=5) for name in ("left", "right"))  # noqa: S311 - test texts
    assert links(*(replace(part, text=f"{part.text}\n\n{sidebar}") for part in (one, other))) == {}


def test_the_self_made_set_meets_its_goals() -> None:
    """Copies found at least 99 of 100, found ones right at least 97 of 100, no different notices linked."""
    copies = list(copied_pairs(16, seed=1))
    others = [*notice_pairs(12, seed=2), *told_twice(12, seed=2), *outgrown(12, seed=2)]
    found = links(*(one for pair in copies for one in (pair.first, pair.second)))
    right = Counter(pair.kind for pair in copies if found.get(pair.second.id) == pair.first.id)
    assert right.total() >= 0.99 * len(copies), {kind: right[kind] for kind in EDITS if right[kind] < 16}
    assert right.total() >= 0.97 * len(found)
    assert [pair.kind for pair in others if links(pair.first, pair.second)] == []
