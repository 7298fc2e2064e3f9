"""What can be quoted of an article, and what is furniture of its site, in bounded time.

All people and places are invented.
"""

from __future__ import annotations

import time

import pytest

from monitor.stories.quotable import is_ended, is_furniture, is_question, is_stated, size_of


def furniture(sentence: str) -> bool:
    """Return whether a sentence is furniture, its words split at anything else."""
    return is_furniture(sentence, set("".join(one if one.isalnum() else " " for one in sentence.lower()).split()))


@pytest.mark.parametrize(
    "sentence",
    [
        "By Ada Merrin, Tom de Calder and Jane Orr",
        "Von Ada Merrin.",
        "Photo: Ada Merrin before the bridge",
        "The old bridge on Monday (Image: Ada Merrin).",
        "© Harbor Wire",
        "Write to desk@harborwire.example with news.",
        "Related: the long quarrel over the bridge",
        "See also: the long quarrel over the bridge.",
        "Tell us what you make of the bridge.",
        "Let us know what you make of the bridge.",
        "Log in to read on.",
        "Download our app for more of the bridge.",
        "Visit https://harborwire.example for more.",
    ],
)
def test_what_a_site_says_of_itself_is_furniture(sentence: str) -> None:
    assert furniture(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "By then the bank had closed.",
        "By Monday, savers queued for hours.",
        "A report published on Monday blames the council.",
        "The office updated its forecast at noon.",
        "The council met to read the report.",
        "He said by phone that the photo showed the bridge.",
        "The firm sells its app and its cookies in Bergheim.",
    ],
)
def test_news_with_the_words_of_furniture_is_none(sentence: str) -> None:
    assert not furniture(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["By " + "A" * 600 + "!", "by " + "a" * 600 + "!", "By " + "Aa " * 300 + "!", "(" * 50_000, "@" * 50_000],
)
def test_endless_bylines_are_read_at_once(sentence: str) -> None:
    start = time.process_time()
    furniture(sentence)
    assert time.process_time() - start < 0.2


def test_quotations_that_never_end_are_read_in_bounded_time() -> None:
    start = time.process_time()
    assert not is_stated("We «" + "«„「" * 5_000, ["we"])
    assert time.process_time() - start < 1


def test_a_question_asks_inside_a_quotation_too() -> None:
    assert is_question("Why did they wait?")
    assert is_question("“Why did they wait?”")
    assert is_question("为什么\uff1f")
    assert not is_question("They asked why.")


def test_a_sentence_ends_with_a_full_stop_that_cuts_nothing() -> None:
    assert is_ended("They waited.”")
    assert is_ended("他们等待。")
    assert not is_ended("They waited")
    assert not is_ended("They waited ...")
    assert not is_ended("They waited […]")


def test_a_statement_has_a_speaker_and_nobodys_i() -> None:
    for sentence, stated in (
        ("“We waited,” Ada Merrin told the council on Monday.", True),
        ("“We waited for a long and bitter winter.”", False),
        ("We waited for a long and bitter winter.", False),
        ("“We waited, she said.", False),
    ):
        assert is_stated(sentence, sentence.lower().split()) is stated


def test_two_ideographs_count_as_a_word_where_they_prevail() -> None:
    assert size_of("市議会は月曜日") == 3
    assert size_of("The council of 原宿 met.") == 5
