"""Which reports of others an article credits, and which names beside a phrase are no outlets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.records import Article, Link, Publisher
from monitor.stories.citations import Citation, citations, cut
from monitor.stories.hearsay import hearsay
from monitor.stories.media import is_official, may_be_outlet, plain, sounds_like_media
from monitor.stories.outlets import Directory, address, host_of
from monitor.stories.sentences import sentences

HOUSES = (
    Publisher(name="Harbour Ledger", domains=("harbourledger.example",), aliases=("HL",)),
    Publisher(name="Blockline", domains=("blockline.example",)),
    Publisher(name="Ostmark Tagesdienst", domains=("ostmark.example",), aliases=("otd",)),
    Publisher(name="Vessmark Conduct Authority", domains=("conduct.gov.example",), aliases=("VCA",)),
)
PLAIN = "The bank has stopped paying out tokens to its customers in Vessmark since noon."


def article(text: str, **changes: object) -> Article:
    """Return an article of The Sable Review."""
    plain_ones: dict[str, object] = {
        "id": "a1",
        "url": "https://sablereview.example/2026/03/bank-stops",
        "title": "Bank stops paying out tokens",
        "text": text,
        "summary": "",
        "published": datetime(2026, 3, 2, 9, tzinfo=UTC),
        "publisher": "The Sable Review",
    }
    return Article(**{**plain_ones, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself


def credited(text: str, *others: Article, **changes: object) -> list[Citation]:
    one = article(text, **changes)
    directory = Directory((one, *others), HOUSES)
    return citations(one, directory.publisher(one.publisher), sentences(one.own_text), directory)


def origins(text: str, **changes: object) -> list[str]:
    return [one.outlet.name for one in credited(text, **changes)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The bank is short of cash, according to a report by Harbour Ledger.",
        "According to the Harbour Ledger, the bank is short of cash.",
        "According to a recent story in Harbour Ledger, the bank is short of cash.",
        "According to a Harbour Ledger report, the bank is short of cash.",
        "The bank is short of cash, Harbour Ledger reported on Monday.",
        "As Harbour Ledger first reported, the bank is short of cash.",
        "Harbour Ledger, which first reported the shortage, spoke of 40 million crowns.",
        "Harbour Ledger was the first to report the shortage.",
        "The shortage was first reported late Monday by Harbour Ledger.",
        "The shortage was first described by Harbour Ledger.",
        "Its chairman told Harbour Ledger that the bank was short of cash.",
        "In an interview with Harbour Ledger, its chairman spoke of a shortage.",
        "Its chairman, speaking to Harbour Ledger, denied a shortage.",
        "The shortage shows in letters seen by Harbour Ledger.",
        "The site, citing Harbour Ledger, speaks of a shortage.",
        "The bank is short of cash (via Harbour Ledger).",
        "The bank is short of cash, per Harbour Ledger.",
        "h/t Harbour Ledger for the letters.",
        "Harbour Ledger said in a report that the bank was short of cash.",
        "The bank is short of cash, Harbour Ledger has learned.",
        "A Harbour Ledger investigation found a shortage.",
        "Harbour Ledger\u2019s report speaks of a shortage.",
        "Customers read it in HL, and HL reports that more will follow.",
        "BANK SHORT OF CASH, HARBOUR LEDGER REPORTS.",
        "The bank is short of cash, Harbour Ledger claimed in its latest issue.",
        "Harbour Ledger said on Tuesday that the bank was short of cash.",
        "Harbour Ledger, citing two directors, spoke of a shortage.",
        "Harbour Ledger, a trade magazine, noted a shortage.",
        "Harbour Ledger (HL) wrote of a shortage.",
        "A shortage was found, the Harbour Ledger had written.",
        "Harbour Ledger has obtained letters that show a shortage.",
        "Harbour Ledger on Monday published letters that show a shortage.",
        "The figures come from a story published on Monday by Harbour Ledger.",
        "The figures come from a Thursday report from Harbour Ledger.",
        "The news was broken on Monday by Harbour Ledger.",
        "The story broke in Harbour Ledger.",
        "Its chairman told readers of Harbour Ledger that nothing was missing.",
        "Per an interview that its chairman gave to Harbour Ledger, nothing is missing.",
        "Its chairman said on Harbour Ledger\u2019s podcast that nothing was missing.",
        "Its chairman denied a shortage in comments he made to Harbour Ledger.",
        "In a Harbour Ledger interview, its chairman denied a shortage.",
        "Its chairman, interviewed by Harbour Ledger, denied a shortage.",
        "In a guest column for Harbour Ledger, its chairman denied a shortage.",
        "The outlet quoted Harbour Ledger.",
        "The bank is short of cash, as reported by media including Harbour Ledger.",
        "Laut Harbour Ledger fehlt der Bank Geld.",
        "Der Bank fehlt Geld, wie Harbour Ledger berichtet.",
        "Unter Berufung auf Harbour Ledger schreibt das Blatt von einer Lücke.",
        "Selon Harbour Ledger, la banque manque de fonds.",
        "Según Harbour Ledger, al banco le falta dinero.",
    ],
)
def test_a_phrase_of_attribution_beside_a_house_is_a_credit(sentence: str) -> None:
    found = credited(f"{PLAIN} {sentence}")
    assert [one.outlet.name for one in found] == ["Harbour Ledger"]
    assert found[0].evidence in {sentence, *sentences(sentence)}


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("According to a report by Ledgerwatch Asia, the bank is short of cash.", "Ledgerwatch Asia"),
        ("According to a report by Ledgerwatch Asia, the bank will be closed, sold or saved.", "Ledgerwatch Asia"),
        ("The shortage was first reported by Tokenpulse.", "Tokenpulse"),
        ("The shortage was first reported by Tokenpulse, a newsletter on payments.", "Tokenpulse"),
        ("Tokenpulse, which first reported the shortage, named 40 million.", "Tokenpulse"),
        ("The shortage was first reported by Maria Keller of the Nordmark Gazette.", "Nordmark Gazette"),
        ("The Nordmark Gazette\u2019s Jana Moe reported a shortage.", "The Nordmark Gazette"),
        ("Norvia's Nordmark Gazette reported a shortage.", "Nordmark Gazette"),
        ("Jana Moe of Nordmark Gazette wrote of a shortage.", "Nordmark Gazette"),
        ("Its chairman told Norvia's Nordmark Gazette that nothing was missing.", "Nordmark Gazette"),
        ("Now Nordmark Gazette reports a shortage.", "Nordmark Gazette"),
        ("The talks at the Grand Vessmark, which were first reported in English by Tokenpulse, failed.", "Tokenpulse"),
        ("Its chairman told the Nordmark Gazette that nothing was missing.", "Nordmark Gazette"),
        ("Its chairman told the German newspaper Weserblick that nothing was missing.", "Weserblick"),
        ("La Gaceta de Almar, which obtained the letters, speaks of 40 million.", "La Gaceta de Almar"),
        ("That is what the magazine Tokenpulse describes in its new issue.", "Tokenpulse"),
        ("The Almarian weekly Der Mondspiegel claims in its new issue that cash is short.", "Der Mondspiegel"),
        ("The magazine \u201cTokenpulse\u201d alleges a shortage.", "Tokenpulse"),
        ("Tokenpulse, a newsletter on payments, wrote of a shortage.", "Tokenpulse"),
        ("Its chairman told listeners of Radio Almar that nothing was missing.", "Radio Almar"),
        ("Nordmark Gazette noted a shortage.", "Nordmark Gazette"),
        ("According to a story on coinnews.example, cash is short.", "coinnews.example"),
        ("The news of the shortage was broken by Tokenpulse.", "Tokenpulse"),
        ("Its chairman told Reuters that nothing was missing.", "Reuters"),
        ("Its chairman told the AP that nothing was missing.", "Associated Press"),
    ],
)
def test_an_outlet_that_no_feed_brings_is_named_by_its_phrase_or_by_itself(sentence: str, name: str) -> None:
    assert origins(f"{PLAIN} {sentence}") == [name]


@pytest.mark.parametrize(
    "sentence",
    [
        "According to Zheng Weilan, a professor at Vessmark University, the bank is short of cash.",
        "According to market analysts, the bank is short of cash.",
        "According to the ministry, the bank is short of cash.",
        "According to court documents, the bank is short of cash.",
        "According to a report by the Bank of Vessmark, lenders are short of cash.",
        "According to a report by the World Bank, lenders are short of cash.",
        "According to a report by the Financial Stability Board, lenders are short of cash.",
        "According to a report by the audit office, lenders are short of cash.",
        "According to a report by researchers at Vessmark University, lenders are short of cash.",
        "According to a police report by Lenka Horak, the vault was empty.",
        "According to a report by Tracewell Analytics, lenders are short of cash.",
        "According to a report by Tracewell, an analytics firm, lenders are short of cash.",
        "According to Tracewell, lenders are short of cash.",
        "The fault was first reported by John Miller.",
        "Osterlund first reported the fault to the regulator in May.",
        "Osterlund reported a loss of 3 million crowns.",
        "Blockline reported a loss of 3 million crowns.",
        "The chairman told Anders Lund that nothing was missing.",
        "The chairman told reporters that nothing was missing.",
        "Customers told the Vessmark Conduct Authority of their losses.",
        "The VCA reported 40 complaints, and the Vessmark Conduct Authority said in a report that more would come.",
        "A vault in Vessmark. Image via Blockline.",
        "According to Blockline data, trading has halved.",
        "According to Blockline Capital, trading has halved.",
        "The fault was first spotted by Dr. Stefan Lude, a researcher at Vessmark University.",
        "The fault was first reported by Dr. Lude.",
        "According to the paper, Osterlund worried about the vault.",
        "A report in the journal Payment Studies has the figures.",
        "Read more in our free weekly Tokens newsletter.",
        "As we reported on Monday, the bank is short of cash.",
        "As The Sable Review reported, the bank is short of cash.",
        "The chairman told the Sable Review that nothing was missing.",
        "The chairman told the Review that nothing was missing.",
        "Blockline said it would hire 40 people.",
        "Blockline confirmed its sale to Osterlund.",
        "Blockline obtained a licence in May.",
        "Osterlund noted a shortage.",
        "Lattice Works, a supplier of vaults, reported a shortage.",
        "The police said it would sue Blockline, citing the law.",
        "Tracewell said on Tuesday that lenders were short of cash.",
        "Its chairman said on Tuesday that nothing was missing.",
        "The record for the longest queue was broken by Anna Keller.",
        "Rumours spread on social media and outlets such as Blockline.",
        "A Vessmark Law Review article has the figures.",
        "Its chairman appeared to be calm in an interview in May.",
        "The bank (Blockline owns a tenth) is short of cash.",
        "Readers who use a blockline told the bank of it.",
        "It costs 3 crowns per Token and 40 per cent more via Bridge.",
    ],
)
def test_people_bodies_firms_and_the_house_itself_are_no_origins(sentence: str) -> None:
    assert origins(f"{PLAIN} {sentence}") == []


@pytest.mark.parametrize("title", ["Bank short of cash: Harbour Ledger", "Harbour Ledger: bank short of cash"])
def test_a_headline_credits_the_house_that_it_names_at_either_end(title: str) -> None:
    assert origins(PLAIN, title=title) == ["Harbour Ledger"]
    assert origins(PLAIN, title=title.replace("Harbour Ledger", "Osterlund")) == []


def test_two_houses_that_are_named_together_are_both_credited() -> None:
    assert origins(f"{PLAIN} It was first reported by Blockline and Harbour Ledger.") == ["Blockline", "Harbour Ledger"]
    assert sorted(origins(f"{PLAIN} Blockline and Harbour Ledger reported a shortage.")) == [
        "Blockline",
        "Harbour Ledger",
    ]
    assert origins(f"{PLAIN} Anna Keller and Harbour Ledger reported a shortage.") == ["Harbour Ledger"]


def test_a_house_in_brackets_behind_a_sentence_is_a_weak_credit() -> None:
    found = credited(f"Letters show a shortage (Harbour Ledger). {PLAIN}")
    assert [one.outlet.name for one in found] == ["Harbour Ledger"]
    assert found[0].confidence < 0.6


QUOTED = "Queues are a sign of love, its chairman told Harbour Ledger."


def test_a_quotation_from_elsewhere_deep_in_a_text_is_an_aside() -> None:
    deep = credited(" ".join([*[PLAIN] * 6, QUOTED, PLAIN]))[0]
    assert deep.aside
    assert deep.confidence < 0.6
    near = credited(f"{QUOTED} {PLAIN}")[0]
    assert not near.aside
    brief = credited(f"{PLAIN} {QUOTED} {PLAIN}")[0]
    assert not brief.aside


def test_a_quotation_from_a_house_without_an_article_is_doubted_unless_it_is_the_news() -> None:
    assert credited(f"{QUOTED} {PLAIN}")[0].confidence < 0.6
    assert credited(f"It was cash, he said on Harbour Ledger\u2019s Tonight. {PLAIN}")[0].confidence < 0.6
    other = article("", id="a2", publisher="Harbour Ledger", url="https://harbourledger.example/1")
    assert credited(f"{QUOTED} {PLAIN}", other)[0].confidence > 0.6
    news = "The bank stops paying out tokens today, its chairman told Harbour Ledger."
    assert credited(f"{news} {PLAIN}")[0].confidence > 0.6


@pytest.mark.parametrize("name", ["Tracewell", "Zheng Weilan", "Osterlund"])
def test_a_name_behind_report_by_that_says_nothing_of_an_outlet_is_doubted(name: str) -> None:
    found = credited(f"According to a report by {name}, the bank is short of cash. {PLAIN}")
    assert [(one.outlet.name, one.confidence < 0.6) for one in found] == [(name, True)]


@pytest.mark.parametrize(
    "sentence",
    [
        "According to a report by Tracewell, a news site, the bank is short of cash.",
        "According to a report by the news site Tracewell, the bank is short of cash.",
        "According to a report by Tracewell News, the bank is short of cash.",
        "According to a report by Tracewell Tech, the bank is short of cash.",
        "The shortage was first reported by Tracewell.",
    ],
)
def test_a_name_that_says_so_or_had_the_news_first_is_believed(sentence: str) -> None:
    assert [one.confidence > 0.6 for one in credited(f"{sentence} {PLAIN}")] == [True]


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ("Michael Bloomberg", "Bloomberg said on Tuesday that lenders were short of cash."),
        ("Paul Forbes", "According to Forbes, the bank is short of cash."),
        ("Judge Wired", "Wired reported a shortage."),
    ],
)
def test_a_person_who_bears_an_outlets_name_is_none(person: str, sentence: str) -> None:
    assert len(origins(f"{PLAIN} {sentence}")) == 1
    assert origins(f"{PLAIN} {person} came by train. {sentence}") == []


def test_an_outlet_in_full_is_one_beside_a_person_of_its_name() -> None:
    text = f"{PLAIN} Michael Bloomberg came by train. Bloomberg News reported a shortage."
    assert origins(text) == ["Bloomberg"]


@pytest.mark.parametrize(
    "gazette", ["the London Gazette", "the Federal Register", "the Diario Oficial", "London Gazette"]
)
def test_an_official_gazette_is_no_outlet(gazette: str) -> None:
    assert origins(f"{PLAIN} The order was first published in {gazette}.") == []
    assert origins(f"{PLAIN} According to a report in {gazette}, the bank is shut.") == []
    assert is_official(gazette)


def test_a_credit_for_a_report_deep_in_a_text_is_no_aside() -> None:
    reported = "Harbour Ledger reported on Monday that the vault was empty."
    assert not credited(" ".join([*[PLAIN] * 6, reported, PLAIN]))[0].aside


def test_a_firm_whose_news_it_is_is_no_origin_though_it_publishes() -> None:
    told = f"{PLAIN} Osterlund said on Tuesday that it was sorry, and according to Osterlund nobody lost money."
    firm = {"id": "a2", "publisher": "Osterlund", "url": "https://osterlund.example/blog/1"}
    headline = article("An update on our vault.", title="An update", **firm)
    assert credited(told, headline, title="Osterlund stops paying out tokens") == []
    own_words = article("We stopped paying out. Our engineers are on their way.", title="An update", **firm)
    assert credited(told, own_words) == []


def test_a_house_in_the_headlines_is_still_credited_for_having_the_news_first() -> None:
    other = article("", id="a2", publisher="Blockline", url="https://blockline.example/1")
    told = f"{PLAIN} The theft was first reported by Blockline."
    assert [one.outlet.name for one in credited(told, other, title="Blockline robbed")] == ["Blockline"]


def test_a_house_is_the_same_under_all_its_names() -> None:
    text = f"{PLAIN} HL reported a shortage. Harbour Ledger was the first to report it."
    assert origins(text) == ["Harbour Ledger"]


def test_a_short_form_stands_for_a_house_only_where_that_is_named_or_linked() -> None:
    told = f"{PLAIN} Its chairman told the Ledger that nothing was missing."
    assert origins(told) == []
    assert origins(f"{told} Harbour Ledger is a paper.") == ["Harbour Ledger"]
    link = Link(url="https://harbourledger.example/", text="here")
    assert origins(told, links=(link,)) == ["Harbour Ledger"]


def test_a_short_form_stands_for_a_house_that_wrote_of_the_story() -> None:
    other = article("", id="a2", publisher="The Calder Post", url="https://calderpost.example/1")
    found = credited(f"{PLAIN} Shares fell after a Post investigation.", other)
    assert [one.outlet.name for one in found] == ["The Calder Post"]


def test_the_credit_for_the_main_news_comes_before_one_that_looks_back() -> None:
    text = (
        f"{PLAIN} Tokens can no longer be paid out, according to a report by Blockline. It has nine branches. "
        "According to a report by Harbour Ledger, the bank has spent 4 billion crowns since 2020."
    )
    found = credited(text)
    assert [one.outlet.name for one in found] == ["Blockline", "Harbour Ledger"]
    assert not found[0].backward
    assert found[1].backward
    assert found[1].confidence < found[0].confidence


def test_the_one_who_reported_comes_before_the_one_whom_they_cite() -> None:
    text = f"Blockline reported on Monday, citing letters obtained by Harbour Ledger, that it has no cash. {PLAIN}"
    assert origins(text) == ["Blockline", "Harbour Ledger"]


@pytest.mark.parametrize(
    ("words", "url", "expected"),
    [
        ("reported on Monday", "https://www.harbourledger.example/2026/bank", ["Harbour Ledger"]),
        ("Harbour Ledger", "https://harbourledger.example/2026/bank", ["Harbour Ledger"]),
        ("stopped", "https://harbourledger.example/2026/bank", []),
        ("reported on Monday", "https://harbourledger.example/", []),
        ("reported on Monday", "https://conduct.gov.example/notice/7", []),
        ("reported on Monday", "https://sablereview.example/2025/bank", []),
        ("reported on Monday", "https://unknown.example/2026/bank", []),
        ("reported on Monday", "http://[broken", []),
        ("", "https://harbourledger.example/2026/bank", []),
    ],
)
def test_a_link_to_a_house_is_a_credit_beside_words_of_a_report(words: str, url: str, expected: list[str]) -> None:
    sentence = "The bank stopped its payments for good" if words == "stopped" else f"So much was {words}"
    text = f"{PLAIN} {sentence}, and nobody knows why."
    found = origins(text, links=(Link(url=url, text=words),))
    assert found == expected


def test_a_link_names_the_outlet_of_a_report_that_the_sentence_does_not_name() -> None:
    text = f"{PLAIN} It is short of cash, according to a report."
    assert origins(text, links=(Link(url="https://m.tokenpulse.example/x", text="a report"),)) == ["tokenpulse.example"]
    assert origins(text, links=(Link(url="https://twitter.com/x/1", text="a report"),)) == []
    assert origins(text, links=(Link(url="https://tokenpulse.example/x.pdf", text="a report"),)) == []


def test_a_link_to_another_article_of_the_story_needs_no_words() -> None:
    other = article("", id="a2", publisher="Coinfold", url="https://www.coinfold.example/2026/a/?utm_source=x")
    link = Link(url="http://coinfold.example/2026/a#top", text="stopped paying out")
    assert [one.outlet.name for one in credited(PLAIN, other, links=(link,))] == ["Coinfold"]
    further = Link(url="http://coinfold.example/2026/a", text="Read more: bank stops")
    assert credited(PLAIN, other, links=(further,)) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"VESSMARK, March 2 (Reuters) - {PLAIN}", "Reuters"),
        (f"VESSMARK (Meridian) \u2014 {PLAIN}", "Meridian"),
        (f"{PLAIN}\n\u2014 AP", "Associated Press"),
        (f"{PLAIN} (dpa)", "dpa"),
        (f"{PLAIN}\nBlockline", "Blockline"),
        (f"{PLAIN}\nReporting by Jon Vik for Meridian news agency", "Meridian"),
        (f"{PLAIN}\nWith additional reporting by AFP.", "AFP"),
        (f"{PLAIN}\nThe Associated Press contributed to this report.", "Associated Press"),
    ],
)
def test_an_agencys_credit_line_is_a_credit(text: str, name: str) -> None:
    found = credited(text)
    assert [one.outlet.name for one in found] == [name]
    assert found[0].agency


def test_an_agency_as_author_is_a_credit() -> None:
    assert origins(PLAIN, authors=("Reuters",)) == ["Reuters"]
    assert origins(PLAIN, authors=("Jon Vik", "")) == []


@pytest.mark.parametrize(
    "line", ["Additional reporting by Jana Moe", "\u00a9 2026 Coinfold Group", "Jon Vik", "- Jana Moe"]
)
def test_a_line_about_staff_or_rights_is_no_agencys(line: str) -> None:
    assert origins(f"{PLAIN}\n{line}") == []


@pytest.mark.parametrize("text", [f"VESSMARK (NYX: BNK) \u2014 {PLAIN}", f"The bank (in red) is shut. {PLAIN} (sic)"])
def test_other_brackets_are_no_credit_lines(text: str) -> None:
    assert origins(text) == []


def test_an_agencys_own_line_credits_nobody() -> None:
    assert origins(f"VESSMARK (Reuters) - {PLAIN}", publisher="Reuters", url="https://reuters.example/1") == []
    assert origins(f"{PLAIN} The bank told NPR so.", publisher="NPR Online News") == []


def heard(*found: str, title: str = "") -> str:
    directory = Directory((article(""),), HOUSES)
    return hearsay(found, title, directory.publisher("The Sable Review"), directory)


def test_hearsay_is_a_report_without_a_name_near_the_start() -> None:
    said = "According to local media, the bank is short of cash."
    assert heard(PLAIN, said, *[PLAIN] * 8) == said
    assert heard(*[PLAIN] * 8, said) == ""
    assert heard("According to reports by the ministry, all is well.") == ""
    assert heard() == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "On Saturday, Coinwright reported that the vault had been empty for weeks.",
        "The vault was empty, VNRB reported Monday.",
        "Tokens reported on Tuesday that the vault was empty.",
        "The vault was empty, Sable Tech reported this week.",
        "The vault was empty, as reported by Almar Asia.",
        "The vault was empty, as first reported by Coinwright.",
        "Its chairman denied it in an interview with the Weekly Lantern.",
    ],
)
def test_hearsay_is_a_report_of_a_name_that_nobody_knows(sentence: str) -> None:
    assert heard(sentence, PLAIN, PLAIN) == sentence
    assert heard(*[PLAIN] * 8, sentence) == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "Osterlund reported earnings of 3 million crowns.",
        "Osterlund reported on Monday a loss of 3 million crowns.",
        "Osterlund reported on Monday that its vault was empty.",
        "Osterlund reported that it had lost 3 million crowns.",
        "Customers reported that the doors were shut.",
        "They reported on Monday that the doors were shut.",
        "Anna Keller reported that her tokens were gone.",
        "The Ministry of Trade reported on Monday that lenders were short of cash.",
        "As the Sable Review reported on Monday, the doors were shut.",
        "As reported by the Bank of Vessmark, lenders were short of cash.",
        "He sat down for an interview with the ministry.",
    ],
)
def test_bodies_persons_firms_that_speak_of_themselves_and_the_house_are_no_hearsay(sentence: str) -> None:
    assert heard(sentence, PLAIN, PLAIN) == ""


def test_a_name_of_the_headline_is_whom_the_news_is_about() -> None:
    sentence = "Osterlund reported on Monday that thieves had come at night."
    assert heard(sentence, title="Osterlund robbed") == ""
    assert heard(sentence, title="Bank robbed") == sentence


def test_evidence_is_cut_between_words() -> None:
    assert cut("short") == "short"
    long = cut("word " * 100)
    assert len(long) <= 300
    assert long.endswith("word\u2026")
    assert len(cut("x" * 1000)) == 300


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ud800 according to \ud800 reported",
        "according to a report by " * 800,
        "first reported by" + " A" * 9_000,
        "(" * 20_000,
        "\u201e" * 20_000,
        "reported reported " * 1_000,
        "\u0130" * 200 + " reported Harbour Ledger.",
        "told " + "\u2019" * 10_000,
        "according to a " + "a-" * 9_000 + " report by X",
        "which " * 3_000 + "reported",
        "銀行は停止した。" * 1_000,
    ],
)
@pytest.mark.timeout(5)
def test_hostile_texts_are_read_without_a_fault(text: str) -> None:
    for place in ("text", "title", "publisher", "summary"):
        for one in credited(text if place == "text" else PLAIN, **({} if place == "text" else {place: text})):
            assert one.outlet.name
            assert len(one.evidence) <= 300


def test_names_are_judged_by_their_words() -> None:
    assert sounds_like_media("Nordmark Gazette")
    assert sounds_like_media("Radio Almar")
    assert not sounds_like_media("Deutsche Post")
    assert not sounds_like_media("Vessmark University Press")
    assert not sounds_like_media("")
    assert is_official("Bank of Vessmark")
    assert is_official("European Central Bank")
    assert not is_official("Parliament Times")
    assert may_be_outlet("Ledgerwatch")
    assert not may_be_outlet("Anna Keller")
    assert not may_be_outlet("One Two Three Four Five")
    assert plain("The Harbour-Ledger.com") == "harbour ledger"


def test_addresses_are_compared_without_scheme_door_and_tracking() -> None:
    assert address("https://www.a.example/x/?utm_source=f&id=3#y") == address("http://a.example/x?id=3")
    assert address("https://a.example/x?id=3") != address("https://a.example/x?id=4")
    assert address("mailto:a") == address("http://[") == host_of("http://[") == ""


@pytest.mark.parametrize(
    ("publisher", "short"),
    [("Unity Press", "UP"), ("The Sable Review", "SR"), ("The Sable Review", "TSR"), ("VNA", "VNA")],
)
def test_an_agency_that_signs_its_own_text_in_short_credits_nobody(publisher: str, short: str) -> None:
    assert origins(f"VESSMARK, March 2 ({short}) - {PLAIN}", publisher=publisher) == []


def test_an_agency_that_others_sign_with_is_credited() -> None:
    assert origins(f"VESSMARK, March 2 (UP) - {PLAIN}", publisher="Blockline") == ["UP"]
