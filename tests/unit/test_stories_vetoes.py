"""What keeps two articles apart that read alike, and what must not."""

from __future__ import annotations

import pytest

from monitor.records import Document
from monitor.stories.facts import Facts
from monitor.stories.vetoes import same_form, veto


def facts(title: str, text: str = "") -> Facts:
    return Facts(Document(id=title, title=title, text=text))


@pytest.mark.parametrize(
    ("left", "right", "why"),
    [
        ("Supervisor issues circular 12", "Supervisor issues circular 21 on the same day", "number"),
        ("Phase one of ledger pilot ends", "Phase two of ledger pilot ends", "number"),
        ("Calder reports Q3 loss", "Calder reports Q2 loss", "number"),
        ("Market wrap for 5 May: tokens mixed", "Market wrap for 6 May: tokens mixed", "number"),
        ("Budget 2025 taxes token gains", "Budget 2026 taxes token gains", "number"),
        ("Calder pays 3 million fine", "Calder pays 30 million fine", "number"),
        ("Twelve banks join payment scheme", "Twenty banks join payment scheme", "number"),
        ("Tram line loses 24 stops", "Tram line loses sixty-four stops", "number"),
        ("Prices in Norvia rise in May", "Prices in Norvia rise in June", "number"),
        ("Schedule for Tuesday sittings", "Schedule for Wednesday sittings", "number"),
        ("Chapter II of markets act in force", "Chapter IV of markets act in force", "number"),
        ("Draw made for group A of cup", "Draw made for group C of cup", "number"),
        ("Senate passes token bill", "Senate rejects token bill", "outcome"),
        ("Token bill is approved by Senate", "Token bill is rejected by Senate", "outcome"),
        ("Token bill approved by Senate", "Senate rejects token bill", "outcome"),
        ("Agency approves drug Lumirel", "Agency delays drug Lumirel", "outcome"),
        ("Ministry extends grain export ban", "Ministry ends grain export ban", "outcome"),
        ("Senate approval of token bill", "Senate rejection of token bill", "outcome"),
        ("Court win for Calder over user records", "Court defeat for Calder over user records", "outcome"),
        ("Acquittal of Tarrow founder in trial", "Conviction of Tarrow founder in trial", "outcome"),
        ("Strike at Brevik port goes ahead", "Strike at Brevik port called off", "outcome"),
        ("Ceasefire talks resume in Bergvik", "Ceasefire talks break down in Bergvik", "outcome"),
        ("Panel votes for vaccine", "Panel votes against vaccine", "outcome"),
        ("Central bank raises interest rates", "Central bank holds interest rates", "outcome"),
        ("Tarrow pleads guilty to fraud", "Tarrow pleads not guilty to fraud", "outcome"),
        ("Bill on tokens passes", "Bill on tokens fails", "outcome"),
        ("Injunction against Tarrow granted", "Injunction against Tarrow refused", "outcome"),
        ("Court convicts Tarrow founder", "Court acquits Tarrow founder", "outcome"),
        ("Calder can serve retail clients", "Calder cannot serve retail clients", "outcome"),
        ("Watchdog fines lender Pennant again", "Watchdog fines lender Tarrow again", "name"),
        ("Prospectus approved: Ilmari Wind", "Prospectus approved: Tuonela Hydro", "name"),
        ("Norvik Energy Wins Wind Licence Off Jutland", "Halden Power Wins Wind Licence Off Jutland", "name"),
        ("Trial of Marek Dolan opens in Leeds", "Trial of Simon Petrie opens in Leeds", "name"),
        ("Teachers in Austria vote to strike", "Teachers in Australia vote to strike", "name"),
        ("SEC opens probe into Calder", "CFTC opens probe into Calder", "name"),
        ("Exchange lists token ARBO for trading", "Exchange lists token VEXI for trading", "name"),
        ("Watchdog drafts custody rules for tokens", "Watchdog drafts staking rules for tokens", "name"),
    ],
)
def test_templates_with_another_filling_are_told_apart(left: str, right: str, why: str) -> None:
    assert veto(facts(left), facts(right)) == why
    assert veto(facts(right), facts(left)) == why


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Senate passes token bill", "Token bill passes Senate after long night"),
        ("Senate passes token bill", "Senate approves token bill"),
        ("Calder fined 3 million", "Regulator punishes Calder exchange"),
        ("Bitcoin falls below 60,000 dollars", "Bitcoin falls to 58,900 dollars"),
        ("Watchdog fines Calder over late reports", "Regulator fines Calder over late reports"),
        ("Ghana central bank starts trial", "Ghanaian central bank starts trial"),
        ("Senate approves token bill", "Senate backs token bill"),
        ("Brevik beats Halden in cup final", "Halden lose to Brevik in cup final"),
        ("Calder denies fraud as trial opens", "Calder pleads not guilty to fraud as trial opens"),
        ("Fed raises rates by quarter point", "Federal Reserve raises rates by quarter point"),
        ("FSA sues Tarrow over token sale in spring", "Fjord Savings Authority sues Tarrow over token sale in spring"),
        ("French watchdog fines Calder again", "France watchdog fines Calder again"),
        ("Reed wins Bergvik primary", "Jonas Reed wins Bergvik primary"),
        ("Storm cuts power to 90,000 homes in Norvia", "Storm: 35,000 homes in Norvia still without power"),
        ("At least 12 dead in Bergvik ferry fire", "Bergvik ferry fire: 19 dead"),
        ("Tram line loses twenty-four stops", "Tram line loses 24 stops"),
        ("Part II of markets act in force", "Part 2 of markets act in force"),
        ("Notice 58 issued", "Rain expected"),
        ("", ""),
    ],
)
def test_what_may_be_one_event_is_let_through(left: str, right: str) -> None:
    assert veto(facts(left), facts(right)) is None


def test_papers_with_other_references_are_two_events_whatever_their_titles() -> None:
    custody = facts("Supervisor consults on custody", "The paper (CP/2031/14) is open for comments.")
    records = facts("Platforms to keep better order records", "Comments on CP/2031/17 are due in May.")
    both = facts("Two papers at once", "The supervisor published CP/2031/14 and CP/2031/17.")
    law = facts("Lawmakers adopt the custody act", "The act COM/2030/17 was adopted.")
    assert veto(custody, records) == veto(records, custody) == "number"
    assert veto(custody, both) is None
    assert veto(custody, law) is None


def test_a_toll_revised_in_the_text_is_one_event() -> None:
    early = facts("Attack on Solmere costs users 6 million", "Users lost 6 million.")
    late = facts("Attack on Solmere costs users 9 million", "The loss is 9 million, not 6 million as first said.")
    assert veto(early, late) is None


def test_an_amount_revised_under_the_same_case_number_is_one_event() -> None:
    early = facts("Court fines Calder 6 million", "Case 31-2207 ended on Monday.")
    late = facts("Court fines Calder 9 million", "Case 31-2207 ended on Monday.")
    other = facts("Court fines Calder 9 million", "Under Regulation (EU) 2031/1114 a court decided.")
    law = facts("Court fines Calder 6 million", "Under Regulation (EU) 2031/1114 a court decided.")
    assert veto(early, late) is None
    assert veto(law, other) == "number"


def test_two_names_that_both_texts_know_may_be_one_event() -> None:
    text = "On Monday the court heard Pennant and Tarrow, and both Pennant and Tarrow were told to pay."
    assert (
        veto(facts("Court orders Pennant to repay clients", text), facts("Court orders Tarrow to repay clients", text))
        is None
    )


def test_one_title_with_another_case_number_in_the_text_is_another_case() -> None:
    left = facts("Court publishes ruling on seized tokens", "In case 31-2207 the court ruled on Monday.")
    right = facts("Court publishes ruling on seized tokens", "In case 31-2270 the court ruled on Monday.")
    assert veto(left, right) == "number"


def test_a_form_filled_in_twice_is_known_by_its_titles() -> None:
    form = "The decision follows a review that began last autumn and drew comments from trade bodies. "
    left = facts("Pennant obtains charter", form + "Pennant may now hold assets.")
    right = facts("Lottery winners warned", form + "Winners should beware.")
    assert same_form(left, right)
    assert not same_form(
        left, facts("Custody firm is glad", form + "Pennant, a custody firm, may now hold assets and is glad.")
    )


def test_articles_in_different_words_are_no_form() -> None:
    left = facts("Savers stranded", "Quillmark of Zurich froze withdrawals on Monday after auditors found a hole.")
    right = facts("Swiss lender in trouble", "Auditors found a hole at Quillmark; withdrawals in Zurich are frozen.")
    assert not same_form(left, right)
