"""Pairs of articles that word counts get wrong: three kinds that must stay apart, one that must come together.

All firms, people and figures are invented.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.records import Document
from monitor.stories import StoryGrouper, WordStatistics

MORNING = datetime(2026, 3, 9, 8, tzinfo=UTC)

NOTICE = (
    "{0}, a statement on the authority's site said on Monday. The decision follows a review that began last autumn and "
    "drew comments from trade bodies and consumer groups. Officials said that firms would have six months to comply "
    "and that more guidance was on its way. Lawyers welcomed the clarity, while smaller providers warned of the cost."
)

OTHER_NAME = [
    ("Quillmark Custody obtains trust charter in Wyoming", "Ostrander Custody obtains trust charter in Wyoming"),
    ("Police in Portugal arrest organiser of token scheme", "Police in Croatia arrest organiser of token scheme"),
    ("Hackers drain 9 million from lending pool Verdane", "Hackers drain 9 million from lending pool Solmere"),
    ("Stablecoin issuer Pennant names new audit firm", "Stablecoin issuer Tarrow names new audit firm"),
    ("Finance ministry opens consultation on mining levy", "Finance ministry opens consultation on gaming levy"),
    ("Bondell Clearing To Settle Tokenised Gilts", "Farrow Clearing To Settle Tokenised Gilts"),
]

OTHER_NUMBER = [
    ("Authority publishes enforcement notice 114", "Authority publishes enforcement notice 141"),
    ("Supervisor warns of 23 cloned broker sites", "Supervisor warns of 32 cloned broker sites"),
    ("Fourth tranche of digital bond sale opens", "Fifth tranche of digital bond sale opens"),
    ("Exchange Calder repays customers 2.5 million", "Exchange Calder repays customers 25 million"),
    ("Committee stage of bill ends with section 7 agreed", "Committee stage of bill ends with section 19 agreed"),
    ("Hearing in case 31-2207 on seized wallets set for May", "Hearing in case 31-2270 on seized wallets set for May"),
]

OTHER_OUTCOME = [
    ("Senate passes disclosure bill for token issuers", "Senate blocks disclosure bill for token issuers"),
    ("Tribunal upholds penalty on broker Alderwick", "Tribunal overturns penalty on broker Alderwick"),
    ("Regulator restores licence of exchange Calder", "Regulator revokes licence of exchange Calder"),
    ("Jury finds Tarrow founder guilty of fraud", "Jury finds Tarrow founder not guilty of fraud"),
    ("Councillors back plan for ledger voting", "Councillors throw out plan for ledger voting"),
    ("Verdane manages to return customers' coins", "Verdane fails to return customers' coins"),
]

SAME_EVENT = [
    (
        "Quillmark shuts its doors to withdrawals",
        (
            "Quillmark, the Zurich crypto lender, froze all withdrawals on 9 March after auditors found a hole "
            "of 210 million francs. Chief executive Ilse Brandauer told customers by letter that the firm had "
            "asked a court for protection."
        ),
        "Savers stranded as Swiss lender freezes accounts",
        (
            "Customers of Quillmark could not reach their coins on 9 March. Ilse Brandauer, who runs it, blamed "
            "a shortfall of 210 million francs. A Zurich court is to decide on protection from creditors this "
            "week."
        ),
    ),
    (
        "Parliament writes reserve rules into law",
        (
            "Lawmakers in Lisbon voted 132 to 71 on 9 March for a bill by deputy Rui Castanho that obliges "
            "issuers of payment tokens to hold full reserves at Banco Meridional or another supervised bank."
        ),
        "MPs want every stablecoin backed in full",
        (
            "Rui Castanho won his fight in Lisbon on 9 March: 132 deputies backed his bill on stablecoins. "
            "Issuers will have to keep reserves with supervised lenders such as Banco Meridional."
        ),
    ),
    (
        "Thieves empty the Solmere bridge",
        (
            "Attackers took 48 million dollars from the Solmere bridge overnight by signing with a stolen "
            "validator key, said the security firm Kestwick Labs, which traced the coins to three wallets on 9 "
            "March."
        ),
        "Cross-chain service loses customers' coins in breach",
        (
            "A validator key was stolen and 48 million dollars left Solmere before dawn on 9 March. Kestwick "
            "Labs follows the loot through three wallets; the service has stopped all transfers."
        ),
    ),
    (
        "Central bank of Norvia puts e-krone on ice",
        (
            "Governor Aud Lindqvist suspended the trial of the e-krone on 9 March after 14,000 testers in "
            "Bergvik met failed payments. Norvia's central bank will look for another supplier."
        ),
        "Shoppers lose digital cash as trial stops",
        (
            "For 14,000 people in Bergvik paying with an e-krone ended on 9 March. Aud Lindqvist of the central "
            "bank said the trial would not resume before a new supplier is found."
        ),
    ),
    (
        "Calder fined for slow reports",
        (
            "The securities commission fined the exchange Calder 6.4 million dollars on 9 March for reporting "
            "suspicious trades late. Commissioner Teo Amaral said 1,900 reports had come weeks after the "
            "deadline."
        ),
        "Trading venue pays dearly for compliance lapses",
        (
            "Teo Amaral has made an example of Calder. The exchange must pay 6.4 million dollars, the "
            "commission said on 9 March, since 1,900 reports of suspicious trades arrived too late."
        ),
    ),
    (
        "Engineer to lead standards work on ledgers",
        (
            "Mirela Stoica will chair the panel on ledger interoperability of the standards body ISBL, its "
            "members decided in Turin on 9 March with 27 votes. She succeeds Owen Pryce."
        ),
        "ISBL picks Stoica",
        (
            "Members of ISBL meeting in Turin chose Mirela Stoica on 9 March. With 27 votes she takes over from "
            "Owen Pryce the panel that is to make ledgers talk to each other."
        ),
    ),
]


def _article(name: str, title: str, text: str, hours: float = 0.0) -> Document:
    return Document(id=name, title=title, text=text, published=MORNING + timedelta(hours=hours), source=name)


def _pairs(titles: list[tuple[str, str]]) -> list[tuple[Document, Document]]:
    return [
        (_article("left", left, NOTICE.format(left)), _article("right", right, NOTICE.format(right), 2.0))
        for left, right in titles
    ]


def _same_event() -> list[tuple[Document, Document]]:
    return [(_article("left", *pair[:2]), _article("right", *pair[2:], 2.0)) for pair in SAME_EVENT]


APART = [*_pairs(OTHER_NAME), *_pairs(OTHER_NUMBER), *_pairs(OTHER_OUTCOME)]
EVERYTHING = [one for pair in [*APART, *_same_event()] for one in pair]


@pytest.fixture(scope="module", params=["no statistics", "statistics"])
def grouper(request: pytest.FixtureRequest) -> StoryGrouper:
    return StoryGrouper(WordStatistics.fit([] if request.param == "no statistics" else EVERYTHING))


def _name(value: object) -> str:
    return value.title if isinstance(value, Document) else ""


@pytest.mark.parametrize(("left", "right"), APART, ids=_name)
def test_look_alikes_about_different_things_stay_apart(grouper: StoryGrouper, left: Document, right: Document) -> None:
    first, second = grouper.place([left, right], [])
    assert first.story != second.story
    assert second.nearest == first.story, "the veto, not a low score, must keep them apart"


@pytest.mark.parametrize(("left", "right"), APART, ids=_name)
def test_look_alikes_without_text_stay_apart(grouper: StoryGrouper, left: Document, right: Document) -> None:
    bare = [Document(id=one.id, title=one.title, text="", published=one.published) for one in (left, right)]
    first, second = grouper.place(bare, [])
    assert first.story != second.story


@pytest.mark.parametrize(("left", "right"), _same_event(), ids=_name)
def test_one_event_in_different_words_is_one_story(grouper: StoryGrouper, left: Document, right: Document) -> None:
    first, second = grouper.place([left, right], [])
    assert first.story == second.story, second
