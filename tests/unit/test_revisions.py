# ruff: noqa: RUF001 - several scripts
"""What is said to have changed between two readings of an article."""

from __future__ import annotations

import time

import pytest

from monitor.articles import changed
from monitor.articles.text import words

FINE = "监管机构周一表示，该公司被罚款五十万元。公司称“将提起上诉。”案件仍在审理。"
ORDER = "金融庁は同社に改善を命じた。罰金は５０万円である。「反省している。」と社長は述べた。"
PENALTY = "बैंक पर पचास लाख का दंड लगाया गया। बैंक अपील करेगा। मामला जारी है।"


def test_a_word_put_in_place_of_another_is_one_that_went_and_one_that_came() -> None:
    change = changed("The firm was fined. It will appeal.", "The firm was fined. It may appeal.")
    assert (change.removed_words, change.added_words) == (1, 1)
    assert (change.removed, change.added) == (("It will appeal.",), ("It may appeal.",))


def test_spacing_and_case_make_no_other_sentence() -> None:
    change = changed("The firm was fined. It will appeal.", "The Firm was  fined.\n\nIt will appeal.")
    assert (change.removed, change.added) == ((), ())


@pytest.mark.parametrize(
    ("text", "old", "new", "sentence"),
    [
        (FINE, "五十", "八十", "监管机构周一表示，该公司被罚款五十万元。"),
        (FINE, "上诉", "申诉", "公司称“将提起上诉。”"),
        (ORDER, "５０", "８０", "罰金は５０万円である。"),
        (ORDER, "反", "猛", "「反省している。」"),
        (PENALTY, "पचास", "अस्सी", "बैंक पर पचास लाख का दंड लगाया गया।"),
    ],
)
def test_a_script_with_its_own_full_stop_changes_by_the_word_and_the_sentence(
    text: str, old: str, new: str, sentence: str
) -> None:
    change = changed(text, text.replace(old, new))
    assert (change.removed_words, change.added_words) == (1, 1)
    assert change.removed == (sentence,)
    assert change.added == (sentence.replace(old, new),)


def test_a_text_without_spaces_that_went_counts_its_characters_as_the_article_does() -> None:
    text = "该公司被罚款并将提起上诉"
    assert changed(text, "").removed_words == words(text) - 1 == 12
    assert changed(f"{text}。", f"{text}！").removed_words == 0


def test_at_most_twenty_sentences_of_three_hundred_characters_are_kept() -> None:
    text = " ".join(f"{at} {'word ' * 100}ends." for at in range(30))
    change = changed(text, "")
    assert len(change.removed) == 20
    assert {len(sentence) for sentence in change.removed} == {300}


def test_the_time_follows_the_length_of_the_text() -> None:
    since = time.process_time()
    assert changed("a" * 1_000_000, "。" * 1_000_000).removed_words == 1
    assert time.process_time() - since < 5
