"""Placing articles in stories: what joins, what does not, and what no input may change."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.ports import Grouper
from monitor.records import Document, Grouped, Placed
from monitor.stories import StoryGrouper, WordStatistics, story_id
from monitor.stories.assignment import RULES

MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)
GROUPER = StoryGrouper(WordStatistics.fit([]))

CENTRE = [
    (
        0,
        "Ministry to fund national blockchain research centre",
        (
            "The science ministry will spend 80 million crowns on a national blockchain research centre in "
            "Torvik, minister Hanna Ekdal said on Monday. Four universities will share the building, which "
            "opens in 2027."
        ),
    ),
    (
        5,
        "Torvik wins race for ledger institute",
        (
            "Torvik beat three other cities to host the country's new blockchain research centre. Hanna Ekdal, "
            "the science minister, named the harbour town on Monday; 80 million crowns are set aside for it."
        ),
    ),
    (
        20,
        "State money for university work on distributed ledgers",
        (
            "Four universities will move their work on distributed ledgers to Torvik. The national research "
            "centre announced by minister Hanna Ekdal gets 80 million crowns over five years and is to study "
            "identity and land registers."
        ),
    ),
    (
        31,
        "Scientists cheer plan for blockchain centre, opposition asks who pays",
        (
            "Researchers welcomed the national blockchain research centre in Torvik, while opposition deputies "
            "asked where Hanna Ekdal would find 80 million crowns. The ministry pointed to its reserve for "
            "digital research."
        ),
    ),
    (
        46,
        "Who will run the Torvik centre?",
        (
            "The national research centre for blockchain in Torvik looks for a director. The universities want "
            "a scientist, the ministry under Hanna Ekdal someone from industry. The post is to be filled before "
            "the centre opens in 2027."
        ),
    ),
    (
        60,
        "Editorial: a research centre is not a policy",
        (
            "Eighty million crowns buy a fine building in Torvik. What the national blockchain research centre "
            "is to find out, minister Hanna Ekdal has not said. Four universities deserve a clearer brief."
        ),
    ),
    (
        80,
        "Universities sign agreement on blockchain centre",
        (
            "Four universities signed the agreement on the national blockchain research centre on Thursday in "
            "Torvik. Minister Hanna Ekdal called the 80 million crowns the largest grant for ledger research so "
            "far."
        ),
    ),
]

OTHERS = [
    (
        7,
        "Hong Kong licenses two more trading platforms",
        (
            "Hong Kong's securities commission granted licences to Peakline and Juncture, bringing the number "
            "of approved virtual asset trading platforms to eleven. Both may serve retail investors from April."
        ),
    ),
    (
        22,
        "Bitcoin slips as traders wait for rates",
        (
            "Bitcoin fell 3 per cent to 61,200 dollars in thin trading as investors waited for the rate "
            "decision. Ether lost 4 per cent, and outflows from exchange traded funds went on for a fifth day."
        ),
    ),
    (
        30,
        "Authority issues notice 58 on custody of tokens",
        (
            "The financial authority issued notice 58, which sets out how firms must keep clients' tokens apart "
            "from their own. Comments are welcome for six weeks, the authority said on its site."
        ),
    ),
    (
        34,
        "Authority issues notice 63 on custody of tokens",
        (
            "The financial authority issued notice 63, which sets out how firms must keep clients' tokens apart "
            "from their own. Comments are welcome for six weeks, the authority said on its site."
        ),
    ),
]


def article(name: str, title: str, text: str, hours: float | None = 0.0) -> Document:
    published = None if hours is None else MONDAY + timedelta(hours=hours)
    return Document(id=name, title=title, text=text, published=published, source="press")


def news() -> list[Document]:
    centre = [article(f"centre {at}", title, text, hours) for at, (hours, title, text) in enumerate(CENTRE)]
    others = [article(f"other {at}", title, text, hours) for at, (hours, title, text) in enumerate(OTHERS)]
    return centre + others


def stories(placed: list[Placed]) -> dict[str, str]:
    return {one.id: one.story for one in placed}


def grouped(documents: list[Document], placed: list[Placed]) -> list[Grouped]:
    return [Grouped(document=one, story=where.story) for one, where in zip(documents, placed, strict=True)]


TEXT = CENTRE[0][2] + " " + CENTRE[3][2]


@pytest.mark.parametrize("known", ["nothing", "the same news"])
def test_seven_articles_of_one_event_are_one_story_and_the_others_are_not(known: str) -> None:
    statistics = WordStatistics.fit([] if known == "nothing" else news())
    found = stories(StoryGrouper(statistics).place(news(), []))
    assert len({found[f"centre {at}"] for at in range(7)}) == 1
    assert len(set(found.values())) == 5


def test_it_is_a_grouper() -> None:
    grouper: Grouper = GROUPER
    assert grouper.version == WordStatistics.fit([]).version


def test_a_founded_story_is_named_after_its_first_article() -> None:
    (placed,) = GROUPER.place([article("a", "Calder opens", TEXT)], [])
    assert placed == Placed(id="a", story=story_id("a"), founded=True, similarity=0.0, reason="no-near-story")
    assert len(placed.story) == 16
    assert story_id("a") == story_id("a") != story_id("a ")


def test_answers_come_in_the_order_of_the_documents() -> None:
    documents = news()[::-1]
    assert [one.id for one in GROUPER.place(documents, [])] == [one.id for one in documents]


def test_no_documents_no_answers() -> None:
    window = grouped(news(), GROUPER.place(news(), []))
    assert GROUPER.place([], window) == []


def test_joining_names_the_words_as_written_and_the_likeness() -> None:
    _, second = GROUPER.place(news()[:2], [])
    assert not second.founded
    assert 0.1 <= second.similarity <= 1.0
    assert 1 <= len(second.terms) <= 6
    assert "Torvik" in second.terms
    assert all(word in news()[1].title + news()[1].text for word in second.terms)


def test_a_look_alike_names_the_story_it_was_kept_from() -> None:
    first, second = GROUPER.place(news()[-2:], [])
    assert second.founded
    assert second.nearest == first.story
    assert second.nearest_similarity > 0.1


def test_a_story_quiet_for_three_days_is_not_joined() -> None:
    later = [article("a", *CENTRE[0][1:]), article("b", *CENTRE[1][1:], hours=72)]
    first, second = GROUPER.place(later, [])
    assert first.story != second.story


def test_a_late_article_inside_the_span_of_its_story_joins_it() -> None:
    old = [news()[0], news()[3], news()[5]]
    window = grouped(old, GROUPER.place(old, []))
    (late,) = GROUPER.place([news()[2]], window)
    assert late.story == window[0].story


def test_a_long_text_joins_its_twin_whatever_the_dates() -> None:
    copies = [article("a", "Centre", TEXT), article("b", "A plan for Torvik", TEXT, hours=24 * 30)]
    first, second = GROUPER.place(copies, [])
    assert (second.story, second.similarity) == (first.story, 1.0)


def test_a_twin_in_a_story_long_quiet_brings_it_back() -> None:
    window = [Grouped(document=article("a", "Centre", TEXT), story="old")]
    placed = GROUPER.place([article("b", "Centre", TEXT, 900), article("c", *CENTRE[1][1:], hours=905)], window)
    assert {one.story for one in placed} == {"old"}


def test_the_same_headline_a_week_later_is_not_a_twin() -> None:
    first, second = GROUPER.place([article("a", "Market wrap", ""), article("b", "Market wrap", "", 168)], [])
    assert first.story != second.story


def test_a_form_used_twice_is_not_a_twin_when_its_title_has_another_number() -> None:
    first, second = GROUPER.place([article("a", "Custody notice 7", TEXT), article("b", "Custody notice 9", TEXT)], [])
    assert first.story != second.story


@pytest.mark.parametrize("text", ["", "   ", "the of and", "\ud800", "²"])
def test_articles_without_words_stay_alone(text: str) -> None:
    placed = GROUPER.place([article("a", "", text), article("b", "", text), article("c", "²", text)], [])
    assert len({one.story for one in placed}) == 3


def test_short_entries_about_one_event_come_together() -> None:
    short = [
        article("a", "Quillmark freezes withdrawals", "Customers of the Zurich lender cannot reach their coins."),
        article("b", "Zurich lender Quillmark halts withdrawals", "", 2),
        article("c", "Norvia suspends e-krone trial", "", 3),
    ]
    first, second, third = GROUPER.place(short, [])
    assert first.story == second.story != third.story


def test_articles_without_dates_are_placed_last_and_join_what_is_clearly_alike() -> None:
    documents = [article("0", *CENTRE[1][1:], hours=None), article("a", *CENTRE[0][1:])]
    undated, dated = GROUPER.place(documents, [])
    assert dated.founded
    assert undated.story == dated.story
    same_hour = [documents[1], replace(documents[0], id="b", published=MONDAY)]
    assert undated.similarity < GROUPER.place(same_hour, [])[1].similarity


def test_articles_none_of_which_has_a_date_come_together() -> None:
    documents = [replace(one, published=None) for one in news()]
    found = stories(GROUPER.place(documents, []))
    assert len({found[f"centre {at}"] for at in range(4)}) == 1
    assert found["other 0"] != found["other 1"] != found["centre 0"]


def test_an_article_in_the_window_keeps_its_story() -> None:
    window = [Grouped(document=news()[0], story="kept"), Grouped(document=news()[7], story="kept")]
    again, other = GROUPER.place([news()[0], news()[7]], window)
    assert (again.story, other.story) == ("kept", "kept")


def test_an_article_given_twice_is_placed_once() -> None:
    first, second = GROUPER.place([news()[0], news()[0]], [])
    assert first == second


def test_the_vectors_kept_from_the_last_call_change_nothing() -> None:
    grouper = StoryGrouper(WordStatistics.fit(news()))
    assert grouper.place(news(), []) == grouper.place(news(), [])


def test_a_text_of_a_hundred_thousand_words_takes_bounded_time() -> None:
    long = article("a", "Long", "ledger rules and custody notes " * 20_000)
    start = time.perf_counter()
    GROUPER.place([long, replace(long, id="b", text=long.text + "end")], [])
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("numbered", [False, True], ids=["the same", "each with its number"])
def test_two_thousand_press_releases_in_an_hour_take_bounded_time(*, numbered: bool) -> None:
    releases = [
        article(f"{at:04}", f"Authority issues notice {at if numbered else 1} on custody", f"{TEXT} {at}", at / 2000)
        for at in range(1, 2001)
    ]
    start = time.perf_counter()
    placed = GROUPER.place(releases, [])
    assert len({one.story for one in placed}) == (2000 if numbered else 1)
    assert time.perf_counter() - start < 30


def test_importing_the_room_loads_no_numpy() -> None:
    code = "import sys, monitor.stories; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_room_has_only_what_it_offers() -> None:
    import monitor.stories  # noqa: PLC0415 - the module itself is under test

    with pytest.raises(AttributeError, match="nothing"):
        monitor.stories.nothing  # noqa: B018 - reading it is the test


VOCABULARY = ["Torvik", "centre", "Calder", "fine", "notice", "7", "9", "passes", "rejects", "token", "grant", "the"]
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=8).map(" ".join)
HOURS = st.one_of(st.none(), st.integers(0, 90))
ARTICLES = st.lists(st.tuples(WORDS, WORDS, HOURS), max_size=8).map(
    lambda drawn: [article(f"{at}", title, text, hours) for at, (title, text, hours) in enumerate(drawn)]
)


@settings(max_examples=40, deadline=None)
@given(documents=ARTICLES, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(documents: list[Document], seed: object) -> None:
    shuffled = documents.copy()
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert stories(GROUPER.place(documents, [])) == stories(GROUPER.place(shuffled, []))


@settings(max_examples=40, deadline=None)
@given(documents=ARTICLES)
def test_every_article_has_one_story_and_every_story_its_founder(documents: list[Document]) -> None:
    placed = GROUPER.place(documents, [])
    assert [one.id for one in placed] == [one.id for one in documents]
    assert {one.story for one in placed} == {story_id(one.id) for one in placed if one.founded}


@settings(max_examples=40, deadline=None)
@given(documents=ARTICLES)
def test_grouping_twice_changes_nothing(documents: list[Document]) -> None:
    placed = GROUPER.place(documents, [])
    assert stories(GROUPER.place(documents, grouped(documents, placed))) == stories(placed)


@settings(max_examples=40, deadline=None)
@given(documents=ARTICLES, cut=st.integers(0, 8))
def test_two_runs_in_order_give_what_one_run_gives(documents: list[Document], cut: int) -> None:
    ordered = sorted(documents, key=lambda one: (one.published or datetime.max.replace(tzinfo=UTC), one.id))
    early, late = ordered[:cut], ordered[cut:]
    first = GROUPER.place(early, [])
    second = GROUPER.place(late, grouped(early, first)[::-1])
    assert stories([*first, *second]) == stories(GROUPER.place(documents, []))


def test_one_notice_under_unlike_titles_is_no_twin() -> None:
    wall = "To go on reading please take out a subscription or log in to your account with your address. " * 4
    titles = ["Oil prices jump on pipeline fire", "Actress weds in Torvik", "Calder beats rivals in cup final"]
    placed = GROUPER.place([article(f"{at}", title, wall, hours=at) for at, title in enumerate(titles)], [])
    assert len({one.story for one in placed}) == 3


def test_statistics_of_few_documents_ask_for_more_likeness() -> None:
    few, many = RULES.counted_on(300), RULES.counted_on(20_000)
    assert many == RULES
    assert few.threshold > RULES.threshold
    assert few.short_threshold > RULES.short_threshold


def test_a_large_story_asks_for_likeness_to_more_of_its_members() -> None:
    assert [RULES.best_of(size) for size in (1, 3, 7, 8, 30, 300)] == [3, 3, 3, 4, 10, 34]
