"""What two reports of one event share, and what it takes to tie them together."""

from __future__ import annotations

import time

import pytest

from monitor.records import Document
from monitor.stories.evidence import MOST, Evidence, shared_evidence
from monitor.stories.facts import Facts

QUOTE = "nobody who put money into this fund will be left standing in the rain"


def facts(text: str, title: str = "") -> Facts:
    return Facts(Document(id=title or text[:20], title=title, text=text))


def shared(left: str, right: str) -> Evidence:
    found = shared_evidence(facts(left), facts(right))
    assert found.strong == shared_evidence(facts(right), facts(left)).strong
    return found


def test_a_telling_figure_beside_two_names_is_strong() -> None:
    found = shared(
        "The lender Quillmark owes 2,417 savers money, said Ilse Brandauer on Monday.",
        "Money of 2417 people is stuck at Quillmark. Savers blame Brandauer, who runs it.",
    )
    assert found.strong
    assert found.figures == ("2,417",)
    assert found.names == ("Quillmark", "Brandauer")


@pytest.mark.parametrize(
    ("left", "right"),
    [("48 million", "48m"), ("6.45 billion", "6.45bn"), ("$310,500", "310500"), ("3.4%", "3.4 percent")],
)
def test_a_figure_is_the_same_however_it_is_written(left: str, right: str) -> None:
    assert shared(f"They took {left} on that night.", f"Gone are {right} of them.").figures


@pytest.mark.parametrize("figure", ["2031", "7", "50 %", "1,000", "1 trillion", "52", "9 March", "the 115th"])
def test_a_common_figure_beside_names_is_weak(figure: str) -> None:
    left = f"On that day Ilse Brandauer met Teo Amaral; {figure} was written there."
    right = f"Much was said by Amaral and by Brandauer, and {figure} too."
    found = shared(left, right)
    assert len(found.names) == 2
    assert not found.strong


def test_a_day_is_half_of_a_figure() -> None:
    left = "On 9 March Calder was fined 80 million by the office of Teo Amaral."
    assert shared(left, "Angry Teo Amaral makes Calder pay 80 million, as of March 9.").strong
    assert not shared(left, "Angry Teo Amaral makes Calder pay 80 million, as of March 8.").strong


def test_two_counts_of_two_digits_are_no_more_than_one() -> None:
    left = "Ilse Brandauer and Teo Amaral were 21 and 18 then."
    assert not shared(left, "At 18 or 21 a Brandauer or an Amaral knows nothing.").strong


def test_a_figure_without_names_is_weak() -> None:
    found = shared("Police counted 14,212 marchers.", "A crowd of 14,212 came.")
    assert found.figures
    assert not found.strong


def test_eight_quoted_words_are_strong_and_seven_are_not() -> None:
    words = QUOTE.split()
    left = f"Brandauer said: \u201c{QUOTE}\u201d"
    assert shared(left, f'"Rest assured, {" ".join(words[:8])}," she wrote.').quotes == (QUOTE,)
    assert shared(left, f'"Rest assured, {" ".join(words[:8])}," she wrote.').strong
    assert not shared(left, f'"Rest assured, {" ".join(words[:7])}," she wrote.').quotes
    assert not shared(left, f"Rest assured, {QUOTE}, she wrote.").quotes


@pytest.mark.parametrize("marks", ["\u201c\u201d", '""', "\u201e\u201c", "\u00ab\u00bb", "\u2018\u2019"])
def test_quotations_are_read_in_any_marks(marks: str) -> None:
    assert shared(f"She said: {marks[0]}{QUOTE}{marks[1]} and left.", f"\u201c{QUOTE}\u201d it was.").strong


def test_what_both_repeat_from_earlier_days_is_shown_and_ties_nothing() -> None:
    filler = "It rained again and the talks went on as they had for weeks without much to show. " * 20
    past = f"Ilse Brandauer of Quillmark once lost 2,417 coins and said: \u201c{QUOTE}\u201d"
    found = shared(filler + past, filler + past)
    assert found.figures
    assert found.quotes
    assert not found.strong


def test_an_official_reference_at_the_start_of_one_is_strong() -> None:
    found = shared("The paper CP/2031/14 is out.", "Firms may write to the office until May. " * 20 + "See CP/2031/14.")
    assert found.references == ("CP 2031/14",)
    assert found.strong


def test_a_case_number_is_strong_and_a_law_is_not() -> None:
    assert shared("In case 31-2207 the court ruled.", "The judges closed case 31-2207 at last.").strong
    assert not shared(
        "A fine under Regulation (EU) 2031/1114.", "A licence under Regulation (EU) 2031/1114."
    ).references


def test_names_that_every_report_holds_count_for_nothing() -> None:
    found = shared("In the United States the Senate voted on Monday.", "He is from the United States, a Senate aide.")
    assert found.names == ()


def test_a_text_in_capitals_has_few_names_and_no_text_none() -> None:
    assert shared_evidence(facts(""), facts("", "Calder fined 3,141 crowns")) == Evidence()


def test_pieces_are_those_of_the_left_one_at_most_four_of_a_kind() -> None:
    names = "We met Ada Kroll, then Bo Lind, then Cy Mott, then Di Nash, then Ed Orr. "
    names += "All paid 1,111, 2,221, 3,331, 4,441 and 5,551."
    found = shared_evidence(facts(names), facts(names.replace("Ada Kroll", "Kroll")))
    assert len(found.names) == len(found.figures) == MOST
    assert found == shared_evidence(facts(names), facts(names.replace("Ada Kroll", "Kroll")))
    assert "Bo Lind" in found.names


@pytest.mark.parametrize(
    "text",
    [
        "\u201c" * 50_000,
        "\u2018a" * 50_000,
        "1,111" * 20_000,
        "A " * 50_000,
        "9 March " * 20_000,
        "\ud800 \u65b0" * 9_000,
    ],
)
def test_hostile_text_is_read_in_no_time(text: str) -> None:
    since = time.process_time()
    assert not shared_evidence(facts(text), facts("Nothing of the kind.")).strong
    assert time.process_time() - since < 1.0
