"""What keeps two articles apart that read alike, and what must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.records import Document
from monitor.stories import StoryGrouper, WordStatistics
from monitor.stories.facts import Facts
from monitor.stories.vetoes import same_form, veto

RULING = """
The board met on Monday behind closed doors. It has {} the request of the quarry owner Halden after a debate of four
hours. The owner had asked for two more years. Neighbours complained of dust and noise, and a pupil was hurt by a stone
last spring. The minutes are kept at the town hall. The next meeting is planned for the end of the month.
"""

OFFICE = """
{} This notice is published by the district office under section 14 of the publication act. It takes effect on the day
after its publication unless another day is named in it. Objections may be lodged in writing within one month, stating
the reasons. The file can be inspected during opening hours in room 12. Fees are charged according to the schedule.
"""

MATTERS = {
    "Notice of meeting": "The council meets in open session in the old hall.",
    "Licence withdrawn": "The taxi operator Wendel may no longer carry passengers.",
    "Change of registered seat": "The firm Oskari has moved to Quay Street.",
    "Road closure in Elm Lane": "Lorries must take the detour by the mill.",
    "Hearing on noise limits": "Residents can speak about the night trains.",
    "Appointment of liquidator": "Accountant Petra Lind winds up the bakery.",
    "Tree felling order": "Eleven limes by the chapel are to be cut.",
    "Market day moved": "Stalls stand on the square on Thursday.",
    "Water tariff adjusted": "A cubic metre now costs three crowns.",
    "School places for autumn": "Parents should enrol their children soon.",
    "Vacant allotments": "Four gardens behind the station are free.",
    "Bridge inspection": "Engineers test the bearings of the span.",
    "Lost property auction": "Umbrellas and bicycles go to the highest bidder.",
    "Dog tax reminder": "Owners pay for each animal.",
    "Drawings open to view": "Plans of the depot are laid out.",
    "Cemetery hours": "The gates are shut at dusk.",
    "Street lamps replaced": "New lights use half the current.",
    "Harbour dredging": "Sand is dug from the basin.",
    "Bylaw on bonfires": "No fire may be lit near the woods.",
    "Library cards": "Borrowers pay more for late books.",
    "Ferry timetable": "The last boat leaves earlier.",
    "Grant scheme for roofs": "Half the cost of slates is refunded.",
    "Survey of footpaths": "Walkers report where gates are missing.",
    "Tender for snow clearing": "Bids for the winter are invited.",
    "Parking permits renewed": "Cards stay valid for another two years.",
    "Museum roof repairs": "The gallery is closed to visitors.",
    "Election of lay judges": "Citizens over thirty can put their names forward.",
    "End of the angling club": "The members resolved to dissolve it.",
    "Flood map updated": "Low meadows now count as at risk.",
    "Recycling yard shut": "Glass and metal are no longer taken.",
}


def facts(title: str, text: str = "", source: str = "") -> Facts:
    return Facts(Document(id=title, title=title, text=text, source=source))


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
        ("Senate approves bill to stop drilling", "Senate rejects bill to stop drilling", "outcome"),
        ("Creditors back rescue of Brevik Rovers", "Creditors sink rescue of Brevik Rovers", "outcome"),
        ("Calder owners approve takeover offer", "Calder owners spurn takeover offer", "outcome"),
        ("Voters say yes to wind park", "Voters say no to wind park", "outcome"),
        ("Judge finds camera law lawful", "Judge finds camera law unlawful", "outcome"),
        ("Exchange lists Orlo shares", "Exchange delists Orlo shares", "outcome"),
        ("Hiring in Norvia higher than forecast", "Hiring in Norvia lower than forecast", "outcome"),
        ("Inflation in Norvia above target", "Inflation in Norvia below target", "outcome"),
        ("Bishops speak for amnesty law", "Bishops speak against amnesty law", "outcome"),
        ("Calder misses profit forecast", "Calder beats profit forecast", "outcome"),
        ("Extra funds for schools", "No extra funds for schools", "outcome"),
        ("Jury finds Dolan innocent of fraud", "Jury finds Dolan guilty of fraud", "outcome"),
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
        ("Court overturns ban on Halden tower", "Court allows Halden tower"),
        ("Norvia votes against wind park", "Norvia says no to wind park"),
        ("Kobra buys Brattvik mine from Norrmalm", "Norrmalm sells Brattvik mine to Kobra"),
        ("Senate passes bill House rejected", "Senate passes bill rejected by House"),
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


def _ruling(verb: str, done: str, source: str) -> Facts:
    return facts(f"Board {verb} request of quarry owner", RULING.format(done), source)


def test_words_exchanged_in_the_titles_and_in_the_form_tell_two_notices_apart_whatever_they_mean() -> None:
    left, right = _ruling("kicks sideways", "kicked sideways", "Hill Post"), _ruling("ponders", "pondered", "Dale Echo")
    assert veto(left, right) == veto(right, left) == "name"


@pytest.mark.parametrize("title", ["quarry owner", "owner of quarry"])
def test_opposite_outcomes_in_one_place_of_a_form_tell_two_notices_apart(title: str) -> None:
    left = facts(f"Board decides on request of {title}", RULING.format("granted"), "Hill Post")
    right = facts(f"Board decides on request of {title}", RULING.format("turned down, or refused,"), "Dale Echo")
    assert veto(left, right) == veto(right, left) == "outcome"


@pytest.mark.parametrize(
    ("verb", "done"),
    [("grants", "granted"), ("ponders", "kicked sideways"), ("authorises", "authorised")],
    ids=["the same words", "a headline of its own", "words of one sense"],
)
def test_one_text_edited_is_one_event(verb: str, done: str) -> None:
    original = {"ponders": ("kicks sideways", "kicked sideways")}.get(verb, ("approves", "approved"))
    left, right = _ruling(*original, "Hill Post"), _ruling(verb, done, "Dale Echo")
    assert veto(left, right) is None
    assert veto(right, left) is None


def _notices() -> list[Document]:
    at = datetime(2031, 3, 5, 8, tzinfo=UTC)
    return [
        Document(
            id=f"notice-{number:02}",
            title=title,
            text=OFFICE.format(matter),
            published=at + timedelta(minutes=number),
            source="District Office",
        )
        for number, (title, matter) in enumerate(MATTERS.items())
    ]


@pytest.mark.parametrize("fitted", [True, False], ids=["statistics of this feed", "no statistics"])
@pytest.mark.parametrize("title", ["{}", "District office: {}", "{} - notice of the district office"])
def test_notices_of_one_feed_on_different_matters_are_as_many_stories(title: str, *, fitted: bool) -> None:
    notices = [replace(one, title=title.format(one.title)) for one in _notices()]
    placed = StoryGrouper(WordStatistics.fit(notices if fitted else [])).place(notices, [])
    assert len({one.story for one in placed}) >= len(notices) - 2


def test_what_one_house_repeats_from_report_to_report_is_no_form() -> None:
    background = """
    The plant in Brevik, which employs 340 people, makes solvents for paint. It was inspected in March. Residents within
    two kilometres were told to keep their windows shut. The mayor, Dora Finch, thanked the crews for their work.
    """
    early = facts("Smoke over Brevik", f"Firemen fought flames at dawn while ash fell on gardens. {background}", "Wire")
    late = facts("Three bodies found", f"Police said that three men had lain in a tank of acid. {background}", "Wire")
    assert veto(early, late) is None
    assert veto(late, early) is None
