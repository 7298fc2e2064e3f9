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
    ("passed", "The Senate has passed the long-awaited Token Reserve Act."),
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
    ("passed", "The Senate passed the bill after the House-passed version failed."),
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

SUBORDINATE = [
    "Osprey's chief signed a letter backing the wallet bill.",
    "100 firms signed an open letter urging passage of the wallet bill.",
    "The president signed a memorandum ahead of wallet legislation.",
    "Osprey passed an audit ahead of a new regulation.",
    "Calder Bank passed the costs of regulation on to customers.",
    "Osprey adopted a policy following the new law.",
    "Osprey adopts the wallet regulation of its own making.",
    "The minister explained how the court dismissed the suit.",
    "Brokers left Bergheim weeks after the regulator fined Osprey for lapses.",
    "Critics say the regulator fined Osprey for lapses.",
    "The lawsuit claims the agency fined Osprey for lapses.",
]

REGULATORY = [
    ("adopted", "Norland's securities agency publishes final rules on token custody."),
    ("adopted", "ESMA published its final guidelines on wallet outsourcing on Tuesday."),
    ("adopted", "The banking agency issued an interim final rule on ledger reserves."),
    ("adopted", "The ministry has transposed the custody directive into national law."),
    ("adopted", "The wallet directive was transposed in a single vote."),
    ("adopted", "The government gazetted the ledger regulations on Friday."),
    ("adopted", "The Token Ordinance was gazetted on Friday."),
    ("adopted", "The Ledger Custody Bill received royal assent on Thursday."),
    ("adopted", "The wallet bill was given royal assent on Monday."),
    ("adopted", "The SEBI board approved a framework for token brokers."),
    ("adopted", "Both houses of parliament passed the Ledger Act."),
    ("adopted", "The Senate gave final approval to the bill, which now goes to the governor's desk."),
    ("adopted", "The central bank issued a final circular on wallet limits."),
    ("passed", "The House passed the wallet bill by 220 votes to 201."),
    ("adopted", "The House approved the wallet bill hours after it passed the Senate."),
    ("passed", "The lower house approved the token tax on Monday."),
    ("passed", "The Lok Sabha passed the Ledger Bill after a short debate."),
    ("passed", "The bill was approved by the upper house late on Tuesday."),
    ("passed", "Parliament approved the ledger law in its first reading."),
    ("passed", "Senators voted 51 to 49 to pass the custody bill."),
    ("in force", "The custody regulation entered into application on Monday."),
    ("in force", "The reporting requirements began to apply on Sunday."),
    ("in force", "The technical standards became applicable on Monday."),
    ("in force", "The rulebook comes into effect today."),
    ("proposed", "The EBA published draft technical standards on token reserves."),
    ("proposed", "The agency submitted final draft technical standards on staking to the commission."),
    ("proposed", "The commission issued a notice of proposed rulemaking on wallets."),
    ("proposed", "The Hong Kong government gazetted a stablecoin bill."),
    ("proposed", "MAS proposed a framework for token custody."),
    ("consulted", "The FCA opens consultation on staking rules."),
    ("consulted", "The European Commission launched a call for evidence on ledgers."),
    ("consulted", "The treasury issued a request for information on token mixers."),
    ("consulted", "The RBI released nothing, but the FSC published a discussion paper on wallets."),
    ("enforced", "The FCA issued a final notice to Calder Bank."),
    ("enforced", "The OCC issued a consent order against Calder Bank over its controls."),
    ("enforced", "The SEC issued a cease-and-desist order to Osprey Exchange."),
    ("enforced", "Osprey received a cease and desist order from the state regulator."),
    ("enforced", "The SFC reprimanded Osprey Exchange over lapses."),
    ("enforced", "The FCA banned Tove Lindqvist from working in financial services."),
    ("settled", "Calder Bank agreed to a consent order over its wallet controls."),
    ("settled", "Osprey entered into a consent decree with the agency."),
    ("suspended", "The appeals court stayed the wallet reporting rule."),
    ("suspended", "The custody rule was stayed on Friday."),
    ("ruled", "The appeals court vacated the rule and remanded the matter to the agency."),
    ("ruled", "The court remanded the case on Tuesday."),
    ("ruled", "A federal judge certified a class of 40,000 savers."),
    ("ruled", "The judge granted a preliminary injunction to Osprey."),
    ("ruled", "The court denied Osprey's motion to dismiss."),
    ("ruled", "Three former clerks were convicted of fraud on Monday."),
    ("adopted", "Parliament adopted the law proposed two years ago."),
    ("ruled", "The court dismissed the lawsuit filed last year."),
    ("adopted", "The European Parliament gave its final approval to the ledger regulation on Wednesday."),
    ("adopted", "EU ministers adopted the custody directive without debate."),
    ("adopted", "The FCA has published final rules for token lenders, it said on Monday."),
    ("adopted", "President Hallberg signed the Token Reserve Act into law on Friday."),
    ("adopted", "The HKMA issued final guidelines on wallet custody."),
    ("adopted", "The stablecoin ordinance has been enacted, officials said."),
    ("adopted", "The Monetary Authority finalised its framework for token payments."),
    ("passed", "The House of Commons passed the ledger bill at third reading."),
    ("passed", "The Bundestag approved the wallet law on Thursday evening."),
    ("passed", "The state Senate voted 30-9 to approve a bill on mining levies."),
    ("passed", "US House passes token market bill"),
    ("in force", "New disclosure rules for token issuers came into force on Monday."),
    ("in force", "The wallet directive is now in force."),
    ("in force", "The Travel Rule took effect this week."),
    ("proposed", "The Securities and Exchange Commission proposed amendments to its custody rule."),
    ("proposed", "Brussels unveiled a legislative package on tokenised deposits."),
    ("proposed", "The Treasury published draft legislation for token issuers."),
    ("proposed", "A bill to ban anonymous wallets was tabled in the Knesset."),
    ("consulted", "The Monetary Authority of Norland is consulting on capital rules for exchanges."),
    ("consulted", "The FSA has begun a public consultation on margin trading."),
    ("consulted", "The agency is inviting comments on a wallet register."),
    ("enforced", "BaFin ordered Osprey to stop offering tokens."),
    ("enforced", "AUSTRAC fined nobody, but ASIC cancelled the licence of Osprey Exchange."),
    ("enforced", "Osprey was hit with a fine of 4 million euros for breaching money-laundering rules."),
    ("enforced", "FinCEN imposed a penalty of 20 million dollars on Osprey."),
    ("enforced", "The MAS revoked Osprey's licence after an inspection."),
    ("suspended", "The SEC paused its climate rule on Friday."),
    ("suspended", "A federal judge blocked the state's wallet ban."),
    ("delayed", "The commission postponed the application of the rules by a year."),
    ("delayed", "Reporting deadline for exchanges pushed back, the ministry delays rules"),
    ("withdrawn", "The SEC withdrew its proposal on custody."),
    ("withdrawn", "The SEC dropped its case against Osprey."),
    ("filed", "The SEC filed a complaint against Osprey in a Bergheim court."),
    ("filed", "The Justice Department indicted two Osprey founders on fraud charges."),
    ("settled", "Osprey reached a 12 million dollar settlement with the SEC."),
    ("settled", "Osprey will pay 12 million dollars to resolve the SEC's charges."),
    ("ruled", "The Supreme Court upheld the ruling against Osprey."),
    ("ruled", "The tribunal quashed the fine."),
    ("ruled", "A London judge sentenced Lindqvist to eight years in prison."),
    ("appealed", "The SEC appealed the decision on Friday."),
]

NOT_REGULATORY = [
    "The rules come into effect on 1 July.",
    "The regulation enters into application on 2 January 2028.",
    "The act will be gazetted next week.",
    "The bill awaits royal assent.",
    "The FCA could issue a final notice in May.",
    "Calder Bank expects a final notice from the FCA.",
    "The bank may agree to a consent order.",
    "The OCC terminated its consent order against Calder Bank.",
    "A law firm sent Osprey a cease-and-desist letter.",
    "The judge remanded Lindqvist in custody.",
    "A certified class of accountants audits the exchange.",
    "The class was certified as accessible by the school.",
    "Member states must transpose the directive by 2028.",
    "Norland has failed to transpose the directive.",
    "The commission criticised states that have not transposed the directive.",
    "The interim final rule expires in June.",
    "The Senate stayed in session until midnight.",
    "The rule stayed on the books for years.",
    "The consultation closes on Friday.",
    "The call for evidence drew 300 replies.",
    "The final rules are expected by June.",
    "Draft technical standards are due in the autumn.",
    "The agency is working on draft technical standards.",
    "The House suspended the rules to pass the resolution without debate.",
    "The Senate adopted its rules package for the session.",
    "Six have been convicted.",
    "Six people have been convicted of fraud in the affair.",
    "More than 300 people have been charged with fraud.",
    "Of the 40 clerks, six have been sentenced.",
    "The watchdog has fined 14 banks so far.",
    "The ministry proposed the rules last year.",
    "The ministry proposed the rules in October.",
    "The ministry proposed the rules last autumn.",
    "The commission published draft rules earlier this year.",
    "In October the Senate passed a wallet bill.",
    "In her first term the president signed the ledger bill into law.",
    "Under the previous government parliament adopted a wallet law.",
    "At the time the regulator fined Calder Bank for lapses.",
    "The banking committee cleared the bill.",
    "The bill was approved by the banking committee.",
    "The House committee approved the custody bill.",
    "The White House is open to the bill.",
    "Osprey received a letter from its auditor with a final notice of fees.",
    "The order book was stayed by heavy trading.",
    "The gazette published the names of the winners.",
    "The landlord issued a final notice to its tenants.",
    "The firm banned clerks from trading tokens.",
    "Guidance on tax returns became popular.",
    "The union consented to a new pay deal.",
    "The judge is expected to certify a class.",
    "The comment period ends in April.",
    "Analysts expect the House to pass the bill.",
    "A bill that would license exchanges is before the Senate.",
    "The Senate will vote on the bill on Thursday.",
    "If adopted, the rules would apply to all brokers.",
    "The regulation will apply from 2028.",
    "The rules are due to enter into force in July.",
    "Osprey said it would appeal.",
    "Prosecutors are considering charges.",
    "The regulator warned that it could revoke licences.",
    "The regulator has the power to fine firms that break the rules.",
    "Regulators fined banks a total of 3 billion dollars in 2021.",
    "The SEC has brought more than 40 cases so far.",
    "Osprey, which was fined in 2022, denied the claims.",
    "The court will rule in May.",
    "The trial is set to start on Monday.",
    "Lawyers argued that the court had ruled too early.",
    "The rules were drawn up in 2020.",
    "Shares of Osprey rose 4 percent as it files quarterly results.",
    "Osprey filed its annual report on Monday.",
    "The company adopted a new treasury policy.",
    "A panel of experts proposed rules for wallets.",
    "Osprey proposes a merger with Calder.",
    "The board approved the dividend.",
    "Calder settled on a new logo.",
    "The bridge was suspended over the river.",
    "The student was charged 40 crowns for a card.",
    "The dispute is far from settled.",
    "Lawmakers are divided over the bill.",
    "The House is expected to take up the bill.",
    "The minister is to present a bill in June.",
    "The draft law has not been published.",
    "Osprey has applied for a licence.",
    "The watchdog granted Osprey a licence.",
    "The regulator lifted its ban on Osprey.",
    "The law, adopted in 2021, caps fees.",
    "It is unclear whether the court ruled on costs.",
    "The judge heard arguments on the motion to dismiss.",
    "The SEC and Osprey asked the court to stay the case.",
    "Consumer groups called for a ban on wallets.",
]

HEADLINES = [
    ("adopted", "Parliament adopts reserve rules for payment tokens"),
    ("passed", "Token custody bill passed by Senate"),
    ("proposed", "EU proposes rules for shared ledgers"),
    ("enforced", "Calder Bank fined 3m for reporting lapses"),
    ("delayed", "Token rules delayed to 2028"),
    ("settled", "Calder to pay $3m to settle savers' lawsuit"),
    ("ruled", "Court rules Osprey owned the coins"),
    ("ruled", "Judge throws out case against Osprey founders"),
    ("filed", "Savers sue Osprey as regulator files lawsuit in Bergheim"),
    ("in force", "Norland wallet ban takes effect"),
    ("proposed", "Senators introduce token bill"),
    ("proposed", "UK publishes draft wallet legislation"),
    ("", "Osprey publishes draft wallet legislation"),
    ("", "UK bank passes wallet law exam"),
    ("adopted", "Hallberg signs wallet bill into law"),
    ("adopted", "House passes wallet bill, sending it to Hallberg's desk"),
    ("ruled", "Judge tosses case against Osprey"),
    ("ruled", "Osprey founder sentenced to 25 years"),
    ("ruled", "Osprey founder found guilty"),
    ("filed", "Osprey founder charged with fraud"),
    ("", "Osprey scooters charged with sunlight"),
    ("", "Parliament to adopt token law"),
    ("passed", "US House passes token market bill"),
    ("passed", "Lower house approves wallet tax"),
    ("enforced", "FCA issues final notice to Calder Bank"),
    ("adopted", "EU adopts final rules on token custody"),
    ("", "Committee clears token bill"),
    ("", "New wallet rules come into effect on 1 July"),
    ("", "House suspends rules to vote on token bill"),
    ("", "Six convicted so far in Osprey affair"),
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


@pytest.mark.parametrize(("word", "sentence"), [*SHOWN, *REGULATORY])
def test_a_statement_shows_its_status(word: str, sentence: str) -> None:
    assert shown_by(sentence, MORNING) == word


@pytest.mark.parametrize("sentence", [*NOT_SHOWN, *NOT_REGULATORY, *SUBORDINATE])
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


BACKGROUND = "Wallet makers were calm. Shares rose a little. Brokers shrugged. The ministry proposed rules for wallets."


def test_background_of_a_newer_article_does_not_set_a_story_back() -> None:
    adopted = member("Parliament adopted the law on wallets.", hours=5)
    for hours in (9, 200):
        assert word_of(adopted, member(BACKGROUND, hours=hours)) == "adopted"


def test_background_counts_where_nothing_else_does_or_where_it_goes_further() -> None:
    assert word_of(member(BACKGROUND)) == "proposed"
    further = BACKGROUND.replace("The ministry proposed rules", "Parliament adopted the law")
    assert word_of(member("The ministry proposed rules for wallets.", hours=1), member(further, hours=90)) == "adopted"
    assert word_of(member(BACKGROUND, hours=90), member(further, hours=80)) == "adopted"


def test_background_of_an_older_article_says_nothing_beside_news() -> None:
    older = BACKGROUND.replace("The ministry proposed rules", "The court suspended the law")
    assert word_of(member(older, hours=1), member("Parliament adopted the law on wallets.", hours=5)) == "adopted"


def test_within_a_day_the_most_advanced_counts_whichever_comes_last() -> None:
    adopted = member("Parliament adopted the law on wallets.", hours=1)
    for hours, word in ((20, "adopted"), (40, "proposed")):
        assert word_of(adopted, member("The ministry proposed rules for wallets.", hours=hours)) == word


def test_a_step_back_that_is_news_of_a_later_day_counts() -> None:
    passed = member("The Senate passed the wallet bill.", hours=1)
    assert word_of(passed, member("", "House rejects wallet bill", hours=90)) == "rejected"


def test_a_case_does_not_outrank_a_measure() -> None:
    ruled = member("The court ruled for Osprey.", hours=1)
    assert word_of(ruled, member("The ministry proposed rules for wallets.", hours=5)) == "proposed"


@pytest.mark.parametrize("month", ["October", "December", "May"])
def test_a_month_long_gone_is_history_though_no_year_is_given(month: str) -> None:
    assert not shown_by(f"The ministry proposed the rules in {month}.", MORNING)
    assert shown_by("The ministry proposed the rules in February.", MORNING) == "proposed"
    assert shown_by(f"Parliament adopted rules that end wallet fees in {month}.", MORNING) == "adopted"


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
    copied = member("Calder filed a lawsuit against Osprey.", hours=59, copy_of="a1")
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


@pytest.mark.parametrize(
    "furniture", ["(RELATED: Jury finds Lindqvist guilty.)", "The court dismissed the suit MORE than a week of trial."]
)
def test_links_to_other_stories_show_none(furniture: str) -> None:
    assert word_of(member(f"{furniture} Wallet makers were calm.")) == ""
    assert word_of(member(f"{furniture} Parliament adopted the law on wallets.")) == "adopted"


def test_a_dateline_is_no_part_of_the_sentence_that_shows_it() -> None:
    status = status_of([member("BERGHEIM, May 9 (Harbor Wire) - Parliament adopted the law on wallets.")])
    assert status is not None
    assert status.shown_by.text == "Parliament adopted the law on wallets."


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
