"""What is shown of two articles that stand together: what they share, and where they say the same."""

from __future__ import annotations

import time

import pytest

from monitor.records import Document, Tie
from monitor.stories.ties import SENTENCES, tie

LEFT = (
    "The harbour was quiet at dawn. A ferry with 240 passengers hit a sandbank off Calla Point on Friday. "
    "“Nobody on board was hurt at all that night,” said Ines Varga. Tourism has grown for years."
)
RIGHT = (
    "Summer crowds keep growing on the coast. Ines Varga said: “Nobody on board was hurt at all that night.” "
    "Boats fetched the 240 passengers of a ferry that lay on a sandbank near Calla Point. Rain is expected."
)


def document(text: str, title: str = "", language: str | None = None) -> Document:
    return Document(id=(title or text)[:20], title=title, text=text, language=language)


def tied(left: str, right: str) -> Tie:
    return tie(document(left), document(right))


def passages(left: str, right: str) -> tuple[str, str]:
    found = tied(left, right)
    back = tied(right, left)
    assert (found.passage, found.other_passage) == (back.other_passage, back.passage)
    return found.passage, found.other_passage


def test_what_two_reports_share_is_given_kind_by_kind_as_the_first_writes_it() -> None:
    found = tied(LEFT, RIGHT)
    assert "240" in found.figures
    assert any("obody on board was hurt" in quote for quote in found.quotes)
    assert "Ines Varga" in found.names
    papers = tied("Under CP/2026/14 lenders must report.", "The paper CP/2026/14 asks lenders for reports.")
    assert papers.references


def test_the_passages_are_whole_sentences_that_say_the_same() -> None:
    first, other = passages(LEFT, RIGHT)
    assert first == "A ferry with 240 passengers hit a sandbank off Calla Point on Friday."
    assert other == "Boats fetched the 240 passengers of a ferry that lay on a sandbank near Calla Point."


@pytest.mark.parametrize(
    ("telling", "plain"),
    [
        ("Losses of 4,180 crowns were booked.", "Losses of many crowns were booked."),
        ("A review of Quillmark is under way.", "A review of lenders is under way."),
        ("The moratorium covers depositors.", "The rule covers them."),
    ],
)
def test_numbers_names_and_long_words_count_more(telling: str, plain: str) -> None:
    assert passages(f"{plain} {telling}", f"{telling} {plain}") == (telling, telling)


def test_a_long_name_outweighs_no_news() -> None:
    name = "The Ministry Of Harbour Ferry Island Matters"
    left = f"{name} wrote it. Quillmark froze 4,180 accounts."
    assert passages(left, f"In Merrow {name.lower()} know. All 4,180 accounts at Quillmark froze.")[0] == (
        "Quillmark froze 4,180 accounts."
    )


def test_inflected_words_are_the_same_and_stop_words_are_none() -> None:
    left, right = "Regulators suspended withdrawals.", "A regulator suspends a withdrawal."
    assert passages(left, right) == (left, right)
    assert passages("They said that it was so because of what they had.", "It was what they said they had.") == ("", "")


def test_of_equal_pairs_the_first_is_shown() -> None:
    found = tied("Quillmark froze accounts. Then Brack.", "Quillmark froze accounts. Quillmark froze accounts!")
    assert found.other_passage == "Quillmark froze accounts."


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("A ferry ran aground.", "Wheat prices fell in Merrow."),
        ("The ferry sank.", "A ferry company appoints auditors for its branch."),
        ("", ""),
        ("\ud800 \ud800", "\ud800"),
        (". . .", "!!"),
    ],
)
def test_where_nothing_is_alike_there_is_no_passage(left: str, right: str) -> None:
    assert passages(left, right) == ("", "")


def test_a_bare_headline_speaks_for_itself() -> None:
    found = tie(document("", "Quillmark freezes 4,180 accounts"), document("Savers at Quillmark lost 4,180 accounts."))
    assert found.passage == "Quillmark freezes 4,180 accounts"
    assert found.other_passage == "Savers at Quillmark lost 4,180 accounts."
    assert tie(document(""), document("")) == Tie()


def test_other_languages_and_capitals_are_read() -> None:
    german = "Die Behörde hat am Freitag die Konten von Quillmark gesperrt."
    assert passages(german, f"Es regnet. {german}") == (german, german)
    chinese = "监管机构周五冻结了该公司的账户。"
    assert passages(chinese, chinese) == (chinese, chinese)
    assert passages("FERRY RUNS AGROUND OFF CALLA.", "A ferry ran aground off Calla.")[0].isupper()


def test_only_the_start_is_compared_and_no_list_is_a_passage() -> None:
    far = "Wind blew. " * SENTENCES + "Quillmark froze 4,180 accounts."
    assert passages(far, "Quillmark froze 4,180 accounts.") == ("", "")
    listed = "Quillmark 4,180 " * 200
    assert passages(listed, listed) == ("", "")


def test_half_characters_do_not_reach_the_passage() -> None:
    found = tie(document("", "Quillmark froze 4,180 accounts \ud83d"), document("Quillmark froze 4,180 accounts."))
    assert found.passage.encode()


def test_endless_texts_take_no_longer() -> None:
    started = time.process_time()
    for text in ("word " * 100_000, "A1. " * 100_000, "1,1." * 100_000, "“" * 300_000):
        tied(text, text)
    assert time.process_time() - started < 5
