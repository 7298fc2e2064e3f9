"""What is told, what is held back, and the reason for either."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests import Fate, busiest, compose, independent
from monitor.messages.pages import compose as compose_page
from monitor.records import Kind, Member, Notify, Relation, Score, Sourced, Told, Why
from tests.watching import (
    NOW,
    TOPICS,
    WATCH,
    composed,
    copying,
    heard,
    member,
    occasion,
    only,
    story,
    tell,
)

ENOUGH = (member("1", "A"), member("2", "B"), member("3", "A"))

NEW = (Fate.TOLD, Kind.NEW)
UPDATE = (Fate.TOLD, Kind.UPDATE)
NOT_ENOUGH = (Fate.HELD, Kind.NEW)
NO_UPDATE = (Fate.HELD, Kind.UPDATE)
KNOWN = (Fate.KNOWN, Kind.UPDATE)
TOO_SOON = (Fate.WAITS, Kind.UPDATE)

RULES = [
    pytest.param(ENOUGH, None, NEW, "enough-articles", id="enough articles from enough publishers"),
    pytest.param(ENOUGH[:2], None, NOT_ENOUGH, "too-few-articles", id="too few articles"),
    pytest.param(
        (member("1"), member("2"), member("3")),
        None,
        NOT_ENOUGH,
        "too-few-publishers",
        id="one publisher, however often",
    ),
    pytest.param(
        (*ENOUGH[:2], member("3", "C", matched=False)),
        None,
        NOT_ENOUGH,
        "too-few-articles",
        id="only matching ones count",
    ),
    pytest.param(
        (*ENOUGH[:2], member("3", "C", hours_ago=50)),
        None,
        NOT_ENOUGH,
        "too-few-articles",
        id="spread over too long a time",
    ),
    pytest.param(ENOUGH, heard("1", "2", "3"), KNOWN, "nothing-new", id="told already"),
    pytest.param((*ENOUGH, member("4")), heard("1", "2", "3"), NO_UPDATE, "too-few-new-articles", id="too little new"),
    pytest.param(
        (*ENOUGH, member("4"), member("5")),
        heard("1", "2", "3", hours_ago=1),
        TOO_SOON,
        "too-soon",
        id="an update too soon after the last message",
    ),
    pytest.param(
        (*ENOUGH, member("4"), member("5")), heard("1", "2", "3"), UPDATE, "enough-new-articles", id="an update"
    ),
]


@pytest.mark.parametrize(("members", "told", "comes_to", "reason"), RULES)
def test_each_rule_gives_its_reason(
    members: tuple[Member, ...], told: Told | None, comes_to: tuple[Fate, Kind], reason: str
) -> None:
    result = composed([story(*members)], {"s": told} if told else {})
    [ruling] = result.rulings
    assert (ruling.fate, ruling.kind, ruling.reason) == (*comes_to, reason)
    assert len(result.digests) == (ruling.fate is Fate.TOLD)


def test_nothing_matching_gives_no_digest() -> None:
    assert composed([]).digests == ()


def test_the_same_input_gives_the_same_digest_and_id() -> None:
    first, second = (composed([story(*ENOUGH)]) for _ in range(2))
    assert first == second


def test_the_id_depends_on_what_is_told_and_not_on_the_hour() -> None:
    first = only(composed([story(*ENOUGH)]))
    later = only(compose(occasion(now=NOW + timedelta(hours=1)), [story(*ENOUGH)], {}, TOPICS, tell))
    more = only(composed([story(*ENOUGH, member("4"))]))
    assert first.id == later.id != more.id


def test_by_hand_tells_what_was_not_told_whatever_the_thresholds() -> None:
    result = composed([story(member("1")), story(member("2"), name="z")], {"z": heard("2")}, why=Why.BY_HAND)
    assert [item.story_id for item in only(result).items] == ["s"]


def test_an_update_names_all_articles_and_marks_the_new_ones() -> None:
    result = composed([story(*ENOUGH, member("4", "C"), member("5", "D"))], {"s": heard("1", "2", "3")})
    [item] = only(result).items
    assert item.kind is Kind.UPDATE
    assert {source.article_id for source in item.sources if source.is_new} == {"4", "5"}
    assert item.headline in {"Title 4", "Title 5"}


def test_stories_over_the_limit_wait_and_say_so() -> None:
    stories = [story(*(replace_id(one, name) for one in ENOUGH), name=name) for name in "abc"]
    result = composed(stories, watch=replace(WATCH, stories=2))
    assert len(only(result).items) == 2
    assert [ruling.reason for ruling in result.rulings].count("digest-full") == 1


def replace_id(one: Member, name: str) -> Member:
    return replace(one, article=replace(one.article, id=f"{name}{one.article.id}"))


def test_the_most_widely_reported_story_leads() -> None:
    wide = story(*(replace_id(member(str(n), f"P{n}"), "w") for n in range(5)), name="wide")
    narrow = story(*(replace_id(one, "n") for one in ENOUGH), name="narrow")
    result = composed([narrow, wide])
    assert [item.story_id for item in only(result).items] == ["wide", "narrow"]


def test_the_headline_is_the_earliest_full_article_s() -> None:
    teaser = member("teaser", "A", hours_ago=9, words=20)
    full = member("full", "B", hours_ago=5)
    result = composed([story(teaser, full, member("late", "C"))])
    assert only(result).items[0].headline == "Title full"
    assert only(result).items[0].first_seen.title == "Title teaser"


def test_near_misses_are_named_once_and_not_again_in_the_next_digest() -> None:
    near = story(replace_id(member("x", "X", hours_ago=5), "n"), name="near")
    first = only(composed([story(*ENOUGH), near]))
    again = only(composed([story(*ENOUGH), near], since=NOW - timedelta(hours=2)))
    assert [held.reason for held in first.held] == ["too-few-articles"]
    assert [(held.url, held.publisher) for held in first.held] == [("https://x.example/x", "X")]
    assert first.also == ()
    assert (again.held, again.also) == ((), ())


def test_words_of_the_article_are_named_and_the_machinery_is_not() -> None:
    digest = only(composed([story(*ENOUGH)]))
    assert digest.items[0].matched[0].terms == ("ledger",)


def test_what_matched_names_the_article_whose_score_it_is_and_of_an_update_a_new_one() -> None:
    rows = [
        replace(one, scores={"t": replace(one.scores["t"], score=score)})
        for one, score in zip((*ENOUGH, member("4", "C"), member("5", "D")), (0.7, 0.95, 0.8, 0.6, 0.9), strict=True)
    ]
    (new,) = only(composed([story(*rows)])).items[0].matched
    assert (new.article_id, new.publisher, new.score) == ("2", "B", 0.95)
    (update,) = only(composed([story(*rows)], {"s": heard("1", "2", "3")})).items[0].matched
    assert (update.article_id, update.publisher, update.score) == ("5", "D", 0.9)


def test_a_topic_that_no_new_article_matched_is_shown_by_what_was_told() -> None:
    other = Score(id="x", topic="u", score=0.99, probability=0.99, threshold=0.5, matched=True, passage="q", terms=())
    told = replace(ENOUGH[0], scores={**ENOUGH[0].scores, "u": other})
    fresh = (member("4", "C"), member("5", "D"))
    item = only(composed([story(told, *ENOUGH[1:], *fresh)], {"s": heard("1", "2", "3")})).items[0]
    assert [(matched.topic, matched.article_id in {"4", "5"}) for matched in item.matched] == [
        ("t", True),
        ("u", False),
    ]


def test_the_topic_of_most_articles_is_named_first() -> None:
    other = Score(id="x", topic="u", score=0.99, probability=0.99, threshold=0.5, matched=True, passage="q", terms=())
    mixed = replace(ENOUGH[0], scores={**ENOUGH[0].scores, "u": other})
    digest = only(composed([story(mixed, *ENOUGH[1:])]))
    assert [matched.topic for matched in digest.items[0].matched] == ["t", "u"]


def test_every_ruling_goes_to_the_ledger_with_its_numbers() -> None:
    result = composed([story(*ENOUGH), story(member("9"), name="z")])
    lines = result.outcomes(occasion(), "model-1")
    assert [(line.subject, line.outcome, line.reason) for line in lines] == [
        ("s me w", "new", "enough-articles"),
        ("z me w", "held", "too-few-articles"),
    ]
    assert lines[1].numbers["articles"] == 1
    assert {line.model for line in lines} == {"model-1"}


def test_the_summary_is_made_of_sentences_whose_articles_are_named() -> None:
    result = composed([story(*ENOUGH)])
    (item,) = only(result).items
    assert item.summary == " ".join(one.text for one in item.quoted)
    by_id = {one.article.id: one.article for one in ENOUGH}
    assert item.quoted
    assert all(one.text in by_id[one.article_id].text for one in item.quoted)


def test_an_update_tells_what_is_new_and_names_who_is_credited() -> None:
    told = member("told", "A", hours_ago=30)
    fresh = [
        replace(one, article=replace(one.article, text=text))
        for one, text in (
            (member("n1", "B"), "The harbour council fined Calder 6.4 million crowns on Thursday."),
            (member("n2", "C"), "The fine was first reported by Asia Ledger, and Calder will appeal."),
        )
    ]
    result = composed([story(told, *fresh)], {"s": heard("told")})
    (item,) = only(result).items
    assert item.news is not None
    assert "6.4 million" in item.summary
    assert {one.article_id for one in item.quoted} <= {"n1", "n2"}
    assert item.unseen == ("Asia Ledger",)


@given(st.lists(st.tuples(st.floats(0, 200), st.sampled_from("ABCD")), max_size=12), st.floats(1, 100))
def test_the_busiest_span_never_holds_more_than_there_is(rows: list[tuple[float, str]], hours: float) -> None:
    members = [member(str(n), publisher, hours_ago=ago) for n, (ago, publisher) in enumerate(rows)]
    articles, publishers = busiest(members, Notify(hours=hours))
    assert publishers <= articles <= len(members)
    assert publishers <= len({publisher for _, publisher in rows})
    assert busiest(members, Notify(hours=500))[0] == len(members)


def test_a_burst_by_one_publisher_does_not_hide_the_span_that_meets_the_rule() -> None:
    burst = [member(f"a{n}", "A", hours_ago=200 + n) for n in range(4)]
    wide = [member("b", "B", hours_ago=3), member("c", "C", hours_ago=2), member("d", "D", hours_ago=1)]
    assert busiest([*burst, *wide], Notify(articles=3, publishers=2, hours=48)) == (3, 3)


def test_those_who_only_repeat_a_report_are_no_publishers_of_their_own() -> None:
    first = member("a", "Wire", hours_ago=5)
    echoes = [copying("b", "a", "Echo"), copying("c", "b", "Echo of the echo"), member("d", "Own")]
    assert independent([first, *echoes]) == 2
    ruling = composed([story(first, copying("b", "a", "Echo"), copying("c", "a", "Other echo"))]).rulings[0]
    assert (ruling.fate, ruling.reason) == (Fate.HELD, "too-few-publishers")


def test_copies_of_one_report_that_is_not_there_count_once() -> None:
    assert independent([copying("b", "x", "Echo", hours_ago=3), copying("c", "x", "Other")]) == 1


def test_copies_that_name_each_other_count_once() -> None:
    assert independent([copying("a", "b", "One"), copying("b", "a", "Two")]) == 1
    ring = [copying("a", "b", "One"), copying("b", "c", "Two"), copying("c", "b", "Three")]
    assert independent(ring) == 1


def test_a_copy_is_no_update_of_a_story() -> None:
    first = [member("a", "Wire", hours_ago=9), member("b", "Own", hours_ago=9)]
    at = NOW - timedelta(hours=8)
    heard = Told(article_ids=frozenset({"a", "b"}), first_at=at, last_at=at)
    echoes = [copying(f"c{n}", "a", f"Echo {n}") for n in range(4)]
    ruling = composed([story(*first, *echoes)], {"s": heard}).rulings[0]
    assert (ruling.fate, ruling.reason, ruling.numbers["new_copies"]) == (Fate.KNOWN, "only-copies", 4)


def test_an_original_that_comes_after_its_copy_was_told_is_no_update() -> None:
    told_copies = [copying("a", "x", "Echo", hours_ago=9), member("b", "Own", hours_ago=9)]
    at = NOW - timedelta(hours=8)
    heard = Told(article_ids=frozenset({"a", "b"}), first_at=at, last_at=at)
    late = [member("x", "Wire"), copying("y", "x", "Other echo"), copying("z", "b", "Third")]
    ruling = composed([story(*told_copies, *late)], {"s": heard}).rulings[0]
    assert (ruling.fate, ruling.reason) == (Fate.KNOWN, "only-copies")


def test_articles_of_the_same_words_are_one_piece_of_news_in_an_update() -> None:
    at = NOW - timedelta(hours=8)
    heard = Told(article_ids=frozenset({"a"}), first_at=at, last_at=at)
    fresh = [member("w", "Wire", hours_ago=2), *(copying(f"c{n}", "w", f"Echo {n}") for n in range(3))]
    ruling = composed([story(member("a", "Own", hours_ago=9), *fresh)], {"s": heard}).rulings[0]
    assert (ruling.fate, ruling.reason, ruling.numbers["new_articles"]) == (Fate.HELD, "too-few-new-articles", 1)


def sourced(made: Member, relation: Relation, *, of: str | None = None, origin: str = "") -> Member:
    line = Sourced(article_id=made.article.id, relation=relation, of=of, origin=origin, confidence=0.9)
    return replace(made, sourced=line)


def test_a_cited_report_outside_the_span_lends_its_voice_to_those_inside() -> None:
    first = member("a", "Wire", hours_ago=30)
    citing = [sourced(member(name, name.upper(), hours_ago=3), Relation.CITES, of="a") for name in ("b", "c")]
    again = member("d", "Wire", hours_ago=2)
    rule = Notify(articles=3, publishers=2, hours=6)
    assert busiest([*citing, again], rule, [first, *citing, again]) == (3, 1)
    assert busiest([*citing, again], rule) == (3, 2)


def test_who_rests_on_a_report_that_nobody_brought_is_not_called_first() -> None:
    text = "The fine was first reported by Asia Ledger, and Calder will appeal to the high court next week."
    early = member("early", "A", hours_ago=9)
    early = replace(early, article=replace(early.article, text=text))
    result = composed([story(early, member("b", "B"), member("c", "C"))])
    (item,) = only(result).items
    assert not item.first_sure
    assert item.unseen == ("Asia Ledger",)
    assert compose_page(only(result)).pieces[0].first_label == "Earliest that we saw"
    sure = only(composed([story(member("a", "A", hours_ago=5), member("b", "B"), member("c", "C"))]))
    assert compose_page(sure).pieces[0].first_label == "First seen by us"
