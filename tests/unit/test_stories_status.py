"""How far a measure or a case has come: what wording shows it, and what only looks as if it did.

All firms, people, laws and events are invented.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.records import Article, Member
from monitor.stories.status import CASE, LEADS, MEASURE, STATUSES, shown_by, status_of

MORNING = datetime(2026, 3, 9, 8, tzinfo=UTC)

SHOWN = [
    ("proposed", "The finance ministry proposed rules for ledger custodians on Monday."),
    ("proposed", "The commission has published a draft regulation on token wallets."),
    ("proposed", "The commission adopted a proposal for a directive on shared ledgers."),
    ("proposed", "A bill to license wallet makers was introduced in the Senate on Tuesday."),
    ("consulted", "The watchdog opened a consultation on custody rules for wallets."),
    ("consulted", "The Norland supervisor has launched a public consultation that runs until June."),
    ("consulted", "The regulator is seeking comment on its rules for staking."),
    ("adopted", "Parliament adopted the regulation by 310 votes to 122."),
    ("adopted", "Lawmakers voted 61 to 40 to approve the Ledger Custody Law on Thursday."),
    ("adopted", "The Senate has passed the long-awaited Token Reserve Act."),
    ("adopted", "The governor signed the reserve bill into law."),
    ("adopted", "The directive, which caps wallet fees, was adopted on Monday."),
    ("adopted", "The agency issued final rules on token custody."),
    ("adopted", "Parliament adopted the law on Monday, and it would apply from 2028."),
    ("in force", "Norland's Token Custody Act entered into force on Sunday."),
    ("in force", "The rules for exchanges took effect at midnight."),
    ("in force", "The ban on anonymous wallets is now in force."),
    ("enforced", "The Norland watchdog fined Calder Bank 3.5 million francs for breaching custody rules."),
    ("enforced", "Calder Bank was fined 2 million crowns by the financial authority."),
    ("enforced", "The supervisor revoked the licence of Osprey Exchange."),
    ("enforced", "The agency imposed a record penalty on Osprey Exchange."),
    ("rejected", "Senators rejected the token levy bill late on Tuesday."),
    ("rejected", "The wallet bill was voted down in a stormy session."),
    ("rejected", "MPs voted against the ledger tax."),
    ("withdrawn", "The government has withdrawn nothing, but the ministry scrapped its plan for a wallet levy."),
    ("withdrawn", "The draft rule was withdrawn on Friday."),
    ("withdrawn", "Calder Bank dropped its lawsuit against Osprey Exchange."),
    ("delayed", "The ministry delayed the custody rules by a year."),
    ("delayed", "The reporting requirements have been postponed."),
    ("suspended", "A federal court suspended the wallet reporting rule on Friday."),
    ("suspended", "A judge blocked the state's token law."),
    ("filed", "Calder Bank filed a lawsuit against Osprey Exchange in Zurich."),
    ("filed", "Three savers sued Osprey Exchange on Friday over lost coins."),
    ("filed", "Prosecutors charged Osprey founder Tove Lindqvist with fraud."),
    ("ruled", "The appeals court dismissed the complaint on Wednesday."),
    ("ruled", "The court ruled that Osprey had misled its customers."),
    ("ruled", "A jury found Tove Lindqvist guilty of fraud."),
    ("ruled", "The class action was thrown out, after the judge sided with Calder."),
    ("settled", "Osprey Exchange agreed to settle the charges."),
    ("settled", "Calder Bank will pay 3 million dollars to settle a lawsuit by savers."),
    ("settled", "Osprey reached a settlement with savers who sued it in May."),
    ("appealed", "Osprey has appealed the ruling."),
    ("appealed", "Calder filed an appeal, a week after the court ruled against it."),
    ("adopted", 'Parliament adopted the "digital shield" law.'),
    ("adopted", "The Senate passed the bill after the House-passed version failed."),
    ("ruled", "The court said it had ruled for Calder and the judge dismissed the claims."),
]

NOT_SHOWN = [
    "Parliament would have adopted the law without the amendment.",
    "The committee could see rules adopted by June.",
    "The ministry plans to adopt the regulation in May.",
    "Parliament has not adopted the law.",
    "The Senate never passed the bill.",
    "Much can change before the regulation is adopted.",
    "Fees will rise if the bill was passed by the Senate.",
    "The law, if adopted, would cap fees.",
    "The law is expected to be adopted on Friday.",
    "The rules will take effect in July.",
    "The rules take effect next month.",
    "Has parliament adopted the law?",
    "“I hope parliament passed the law for the savers, all of them,” said Hanna Ekdal.",
    '"The court ruled for all of us savers," she wrote.',
    'wrote." The court ruled for us.',
    "The law was adopted in 2019.",
    "Parliament adopted the token law in March 2021.",
    "In 2018 the Senate passed a wallet bill.",
    "Two decades ago the Senate passed a wallet bill.",
    "Three years have gone by since parliament adopted the law.",
    "Calder Bank adopted a blockchain to comply with the law.",
    "Calder Bank adopted new guidelines for its tellers.",
    "The adopted law runs to 90 pages.",
    "Exchanges must follow the proposed rules.",
    "The regulator's proposed rules drew anger.",
    "Shares settled at 31 crowns after a quiet day.",
    "The exchange settles trades within seconds.",
    "The minister ruled out a levy on wallets.",
    "The court has not ruled on the matter.",
    "The appeals court heard the case on Monday.",
    "The court heard that Osprey rejected several offers.",
    "The lawyer appealed to savers for calm.",
    "Osprey may have filed a lawsuit in Zurich.",
    "Osprey threatened to sue and said a judge might have sided with it.",
    "The banking committee approved the bill.",
    "Senator Odd Hallberg voted against the bill.",
    "Shareholders approved the resolution.",
    "Two clerks who drafted the law were suspended.",
    "The ministry denied that parliament had adopted the law.",
    "The firm launched a free consultation for new clients.",
    "The watchdog launched a consultation with staff on job cuts.",
    "Calder hired a law firm and passed a law exam.",
    "The council adopted its position on the bill.",
    "A fine-tuned model was filed under research.",
    "Osprey agreed to buy a stake in Calder.",
    "MPs voted not to approve the law.",
    "Trading volumes took effect from the court of public opinion.",
    "The House-passed bill and the Senate-approved tax plan drew anger.",
    "A federal appeals court in Bergheim saw a ruling against it grow old.",
    "The minister consulted with aides on Monday.",
]

HEADLINES = [
    ("adopted", "Parliament adopts reserve rules for payment tokens"),
    ("adopted", "Token custody bill passed by Senate"),
    ("proposed", "EU proposes rules for shared ledgers"),
    ("enforced", "Calder Bank fined 3m for reporting lapses"),
    ("delayed", "Token rules delayed to 2028"),
    ("settled", "Calder to pay $3m to settle savers' lawsuit"),
    ("ruled", "Court rules Osprey owned the coins"),
    ("ruled", "Judge throws out case against Osprey founders"),
    ("filed", "Savers sue Osprey as regulator files lawsuit in Bergheim"),
    ("in force", "Norland wallet ban takes effect"),
    ("", "Parliament to adopt token law"),
    ("", "Why parliament adopted the token law"),
    ("", "What happens now that the court ruled against Osprey"),
    ("", "Court rules require lawyers to file online"),
    ("", "Token law could be adopted by summer"),
    ("", "Will the Senate see the bill passed?"),
    ("", ""),
]


def member(text: str, title: str = "", *, hours: int = 0, number: int = 0, **changes: object) -> Member:
    """Return an article of Harbor Wire in a story."""
    at = MORNING + timedelta(hours=hours)
    plain: dict[str, object] = {
        "id": f"a{number or hours}",
        "url": f"https://harborwire.example/{hours}",
        "title": title,
        "text": text,
        "summary": "",
        "published": at,
        "publisher": "Harbor Wire",
        "language": "en",
    }
    article = Article(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself
    return Member(article=article, feed_names=(), seen_at=at, scores={})


def word_of(*members: Member) -> str:
    """Return the word of a story's status, empty when there is none."""
    status = status_of(members)
    return status.word if status else ""


@pytest.mark.parametrize(("word", "sentence"), SHOWN)
def test_a_statement_shows_its_status(word: str, sentence: str) -> None:
    assert shown_by(sentence, MORNING) == word


@pytest.mark.parametrize("sentence", NOT_SHOWN)
def test_wishes_plans_denials_questions_history_and_other_matters_show_none(sentence: str) -> None:
    assert not shown_by(sentence, MORNING)


@pytest.mark.parametrize(("word", "title"), HEADLINES)
def test_a_headline_shows_its_status_in_the_present_and_without_auxiliaries(word: str, title: str) -> None:
    assert shown_by(title, MORNING, title=True) == word


def test_the_most_advanced_of_a_sentence_counts() -> None:
    assert (
        shown_by("Norland delayed nothing: the rules took effect, and the agency fined Osprey.", MORNING) == "enforced"
    )
    assert shown_by("The senate suspended the rules that the commission proposed in a draft.", MORNING) == "suspended"


def test_december_is_no_history_in_january() -> None:
    sentence = "Parliament adopted the law in December 2025."
    assert shown_by(sentence, datetime(2026, 1, 4, tzinfo=UTC)) == "adopted"
    assert not shown_by(sentence, MORNING)


def test_the_month_of_may_is_no_doubt() -> None:
    assert shown_by("On 4 May the court ruled for Calder.", MORNING) == "ruled"


def test_a_story_stands_where_its_newest_article_says() -> None:
    proposed = member("The ministry proposed rules for wallets.", hours=1)
    adopted = member("Parliament adopted the law on wallets.", hours=5)
    silent = member("Wallet makers were calm on Tuesday.", hours=9)
    assert word_of(adopted, silent, proposed) == "adopted"


def test_the_sentence_that_shows_it_stands_beside_it() -> None:
    status = status_of([member("Wallets are popular. Parliament  adopted\tthe law on wallets. It is long.", hours=2)])
    assert status is not None
    assert status.shown_by.text == "Parliament adopted the law on wallets."
    assert (status.shown_by.article_id, status.shown_by.publisher) == ("a2", "Harbor Wire")


def test_the_headline_comes_before_the_text() -> None:
    text = "The government proposed rules on other things."
    status = status_of([member(text, "Parliament adopts token law")])
    assert status is not None
    assert (status.word, status.shown_by.text) == ("adopted", "Parliament adopts token law")


def test_what_comes_late_in_a_text_shows_nothing() -> None:
    late = "Nothing is new here. " * LEADS + "Parliament adopted the law on wallets."
    assert word_of(member(late)) == ""
    assert word_of(member(late.removeprefix("Nothing is new here. "))) == "adopted"


def test_a_late_copy_does_not_set_a_story_back() -> None:
    filed = member("Calder filed a lawsuit against Osprey.", hours=1)
    ruled = member("The court dismissed the lawsuit.", hours=5)
    copied = member("Calder filed a lawsuit against Osprey.", hours=9, copy_of="a1")
    assert word_of(filed, ruled, copied) == "ruled"
    assert word_of(ruled, copied) == "filed"


def test_other_languages_show_none() -> None:
    text = "Parliament adopted the law on wallets."
    assert word_of(member(text, language="de")) == ""
    assert word_of(member(text, language="en-GB")) == "adopted"
    assert word_of(member(text, language=None)) == "adopted"


def test_furniture_shows_none() -> None:
    text = "Parliament adopted the law on wallets.\n\nWallet makers were calm."
    assert word_of(member(text, furniture=(0,))) == ""


def test_a_story_of_nothing_has_no_status() -> None:
    assert status_of([]) is None
    assert status_of([member("")]) is None


def test_the_words_are_those_of_the_two_lines() -> None:
    assert set(STATUSES) == set(MEASURE) | set(CASE)
    assert len(STATUSES) == len(set(STATUSES))


@pytest.mark.parametrize(
    "text",
    [
        "adopted " * 20_000,
        "the law " * 20_000,
        "court " * 20_000 + "ruled",
        "\ud800 Parliament adopted the law \udfff",
        '"' * 5_000 + "“" * 5_000,
        "a" * 100_000,
        "fined for " * 9_000,
        "PARLIAMENT ADOPTED THE LAW " * 9,
        "\x00\n\n\t  ",
    ],
)
def test_hostile_texts_are_read_to_the_end(text: str) -> None:
    status = status_of([member(text, text)])
    assert status is None or status.word in STATUSES


WORDS = st.sampled_from(
    """
    the court law bill adopted ruled was agreed to settle charges fined for , . ? “ ” " not ministry 2019 in
    """.split()  # noqa: SIM905 - a list of words
)


@given(st.lists(WORDS, max_size=40), st.booleans())
def test_a_status_is_a_known_word_and_its_sentence_stands_in_the_article(words: list[str], titled: bool) -> None:  # noqa: FBT001 - drawn
    text = " ".join(words)
    status = status_of([member("" if titled else text, text if titled else "")])
    assert status is None or (status.word in STATUSES and status.shown_by.text in text)
