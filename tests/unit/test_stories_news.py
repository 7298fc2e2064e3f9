"""What is new in a story since its reader was told: whole sentences, figures and names, and nothing twice.

All firms, people and events are invented.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.records import Article, Member, News, Quality
from monitor.stories.figures import Known, figures
from monitor.stories.news import MOST_FACTS, news_since

MORNING = datetime(2026, 3, 9, 8, tzinfo=UTC)

FINED = (
    "The Norland Financial Authority fined Calder Bank 3.5 million dollars on Monday for breaching custody rules. "
    "Hanna Ekdal, who leads the authority, said that customers had lost track of their coins. "
    "The bank has 21 branches and was founded in Bergheim."
)
SOLD = "Calder Bank will sell its wallet arm to Osprey Exchange to cover the cost, its treasurer Odd Hallberg wrote."


def member(number: int, text: str, title: str = "", **changes: object) -> Member:
    """Return an article of a story, an hour after the one of the number before."""
    at = MORNING + timedelta(hours=number)
    plain: dict[str, object] = {
        "id": f"a{number}",
        "url": f"https://harborwire.example/{number}",
        "title": title,
        "text": text,
        "summary": "",
        "published": at,
        "publisher": "Harbor Wire",
        "language": "en",
    }
    article = Article(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself
    return Member(article=article, feed_names=(), seen_at=at, scores={})


def since(told: str, *fresh: str, most: int = 3) -> News:
    """Return what is new in `fresh` for a reader of `told`."""
    members = [member(0, told), *(member(number, text) for number, text in enumerate(fresh, 1))]
    return news_since(members, {"a0"}, most=most)


def texts(news: News) -> list[str]:
    """Return the sentences of news."""
    return [sentence.text for sentence in news.sentences]


def test_a_sentence_that_was_not_told_is_new_and_says_where_it_stands() -> None:
    news = since(FINED, SOLD)
    assert [(one.article_id, one.publisher, one.text) for one in news.sentences] == [("a1", "Harbor Wire", SOLD)]


def test_nothing_is_new_when_everything_was_told() -> None:
    members = [member(0, FINED), member(1, SOLD)]
    news = news_since(members, {"a0", "a1"})
    assert news == News(sentences=(), figures=(), actors=(), before="enforced")


def test_everything_is_new_to_who_was_told_nothing() -> None:
    news = news_since([member(0, FINED)], ())
    assert texts(news)[0].startswith("The Norland Financial Authority fined")
    assert "3.5 million dollars" in news.figures
    assert {"Hanna Ekdal", "Calder Bank"} <= set(news.actors)
    assert news.status is not None
    assert (news.status.word, news.before) == ("enforced", "")


def test_what_was_told_in_other_order_is_not_new() -> None:
    news = since(FINED, "Customers had lost track of their coins, said Hanna Ekdal, who leads the authority.")
    assert texts(news) == []
    assert news.actors == ()


def test_what_a_title_told_is_not_new() -> None:
    told = member(0, "Short.", "Calder Bank will sell its wallet arm to Osprey Exchange")
    news = news_since([told, member(1, "Calder Bank will sell its wallet arm to Osprey Exchange, it said.")], {"a0"})
    assert news.sentences == ()


def test_known_words_with_another_figure_are_new() -> None:
    news = since(
        FINED, "The Norland Financial Authority fined Calder Bank 4.2 million dollars for breaching custody rules."
    )
    assert news.figures == ("4.2 million dollars",)


@pytest.mark.parametrize(
    ("told", "fresh"),
    [
        ("3.5 million dollars", "$3.5m"),
        ("$3.5m", "3.5 million dollars"),
        ("3.5 million dollars", "nearly 3.5 million"),
        ("3,487,210 dollars", "nearly 3.5 million dollars"),
        ("3.5 million dollars", "3,487,210 dollars"),
        ("more than 3 million dollars", "3.5 million dollars"),
        ("$3,500,000", "$3.5 million"),
        ("12 per cent", "12%"),
        ("three exchanges", "3 exchanges"),
        ("9 March 2026", "March 9"),
        ("March 9", "2026-03-09"),
        ("9 July 2027", "July 2027"),
        ("about 1,200 people", "1,230 people"),
        ("case 24-1180", "Case No. 24-1180"),
        ("CP/2023/14", "2023/14"),
        ("€2 billion", "EUR 2bn"),
    ],
)
def test_a_figure_in_another_form_is_known(told: str, fresh: str) -> None:
    assert since(f"It came to {told}, they said.", f"It came to {fresh}, they said.").figures == ()


@pytest.mark.parametrize(
    ("told", "fresh"),
    [
        ("3.5 million dollars", "35 million dollars"),
        ("3.4 million dollars", "3.5 million dollars"),
        ("17 sites", "71 sites"),
        ("1,200 people", "1,230 people"),
        ("12 sites", "12%"),
        ("$3 million", "€3 million"),
        ("8 July 2027", "9 July 2027"),
        ("case 24-1180", "case 24-1810"),
        ("note 58", "note 63"),
        ("12 per cent", "12.5 per cent"),
    ],
)
def test_another_figure_is_new_as_it_is_written(told: str, fresh: str) -> None:
    assert since(f"It came to {told}, they said.", f"It came to {fresh}, they said.").figures == (fresh,)


def test_numbers_that_measure_nothing_are_no_figures() -> None:
    assert figures("At 16:30 version 1.2.3 of it was one of many.") == []


def test_a_comma_is_read_as_its_language_writes_it() -> None:
    known = Known(figures("They paid 3.5 million euros."))
    (figure,) = figures("Es waren 3,5 Millionen Euro.", "de")
    assert (figure.text, figure in known) == ("3,5 Millionen Euro", True)


def test_the_day_of_an_article_is_no_news() -> None:
    assert since(FINED, "It was settled on 9 March 2026 by them.").figures == ()


def test_a_figure_is_given_once_however_many_forms_it_has() -> None:
    fresh = "The wallet arm went for 8 million dollars. Osprey paid $8m for it in cash, lawyers for both sides said."
    assert len(since(FINED, fresh).figures) == 1


def test_figures_and_names_are_six_at_most() -> None:
    fresh = " ".join(
        f"Fellow {name} Quast gave {number} million crowns to it." for number, name in enumerate("ABCDEFGH", 31)
    )
    names = " ".join(
        f"They met Ann {name}sen there." for name in ("Brok", "Dal", "Fyr", "Grav", "Holm", "Iver", "Jord", "Kjel")
    )
    news = since(FINED, fresh, names)
    assert len(news.figures) == MOST_FACTS
    assert len(news.actors) == MOST_FACTS


def test_a_surname_alone_of_a_known_name_is_not_new() -> None:
    assert since(FINED, "The fine is fair, and Ekdal defended it before reporters.").actors == ()


def test_a_full_name_is_not_new_to_who_knows_the_surname() -> None:
    assert since("They asked Ms Ekdal about it.", "They asked Hanna Ekdal about it.").actors == ()


def test_another_bearer_of_a_surname_is_new() -> None:
    assert since(FINED, "They asked Sven Ekdal about it.").actors == ("Sven Ekdal",)
    assert since(FINED, "They asked H. Ekdal about it.").actors == ()


def test_a_bank_is_not_known_by_being_a_bank() -> None:
    assert since(FINED, "They asked Farrow Bank about it.").actors == ("Farrow Bank",)
    assert since(FINED, "They asked the Calder Bank about it.").actors == ()


def test_an_acronym_of_a_known_body_is_not_new() -> None:
    assert since(FINED, "They asked the NFA about it.").actors == ()
    assert since(FINED, "They asked the ZKB about it.").actors == ("ZKB",)


def test_another_body_of_a_known_country_is_new() -> None:
    assert since(FINED, "They asked the Norland Banking Council about it.").actors == ("Norland Banking Council",)


def test_names_stand_in_their_longest_form_without_address() -> None:
    news = since(FINED, "They asked Dr. Odd Hallberg about it. Then Hallberg left for New Bergen on Tuesday in April.")
    assert news.actors == ("Odd Hallberg", "New Bergen")


def test_words_that_only_open_a_sentence_are_no_names() -> None:
    assert since(FINED, "Savers were upset. Yesterday they queued. Withdrawals are possible again.").actors == ()


def test_headlines_in_capitals_give_no_names() -> None:
    assert since(FINED, "Savers Queue For Hours As Wallets Freeze And Coins Vanish Overnight.").actors == ()


def test_a_publisher_of_the_story_is_no_actor() -> None:
    assert since(FINED, "They said so to Harbor Wire in a letter.").actors == ()


@pytest.mark.parametrize(
    "furniture",
    [
        "Read more about the wallet arm that Osprey Exchange may buy next.",
        "Sign up for our daily letter on wallets, exchanges and ledgers here.",
        "What do you make of the planned sale of the wallet arm to Osprey?",
        "Photo: Odd Hallberg before the wallet arm in Uppvik, Getty Images.",
        "By Tove Lindqvist, Odd Hallberg",
        "Reporting by Tove Lindqvist and Odd Hallberg; editing by Ada Quist.",
        "Treasurer sells the wallet arm.",
        "Osprey and the long road to Uppvik",
        "WALLET ARM GOES TO OSPREY AND THE STAFF GO WITH IT TODAY.",
        "Osprey " + "bought one more of the wallet arms of a rival bank and then " * 6 + "rested.",
    ],
)
def test_furniture_questions_headings_and_bad_lengths_are_passed_over(furniture: str) -> None:
    assert texts(since(FINED, f"{furniture}\n\n{SOLD}")) == [SOLD]


@pytest.mark.parametrize(
    "leaning",
    [
        "He will sell the wallet arm to a rival in Uppvik by June.",
        "The vote clears the way for a sale of the wallet arm to a rival.",
        "The text passed on Tuesday clears the sale of the wallet arm.",
        "Within minutes, it agreed to sell the wallet arm to a rival in Uppvik.",
        "One said that wallets in Uppvik had been empty for several days.",
        "- wallets in Uppvik that had been empty for several days;",
        "LINDQVIST: Wallets in Uppvik had been empty for several days.",
    ],
)
def test_what_makes_no_sense_alone_is_not_told(leaning: str) -> None:
    assert texts(since(FINED, leaning)) == []
    assert texts(since(FINED, f"{leaning}\n\n{SOLD}")) == [SOLD]


def test_a_dateline_is_not_told_nor_its_names() -> None:
    news = since(FINED, f"UPPVIK, May 9 (Coast Press) - {SOLD}")
    assert texts(news) == [SOLD]
    assert not {"UPPVIK", "Coast Press"} & set(news.actors)


def test_a_weekday_is_no_part_of_a_name() -> None:
    assert since(FINED, "They met Tove Lindqvist Wednesday about it.").actors == ("Tove Lindqvist",)


def test_nationalities_parties_and_agencies_are_no_actors() -> None:
    fresh = "They asked Mexican savers, an American, two Democrats and Women in Uppvik, and said Yes to Reuters."
    assert since(FINED, fresh).actors == ("Uppvik",)


@pytest.mark.parametrize("number", ["9/11", "2-10", "2021", "paragraph 14", "12. banks"])
def test_days_scores_years_and_paragraphs_are_no_figures(number: str) -> None:
    assert figures(f"It was said in {number} again.") == []


def test_names_and_figures_of_furniture_are_not_news() -> None:
    news = since(FINED, "Photo: Odd Hallberg with 77 wallets, Getty Images.")
    assert (news.figures, news.actors) == ((), ())


def test_the_same_news_is_told_once() -> None:
    other = "Its treasurer Odd Hallberg wrote to staff that Calder Bank will sell its wallet arm to Osprey Exchange."
    assert len(since(FINED, SOLD, other).sentences) == 1


def test_no_more_sentences_than_asked() -> None:
    fresh = f"{SOLD} Savers in Uppvik queued for hours on Tuesday. A union called the plan reckless and cruel."
    assert len(since(FINED, fresh, most=2).sentences) == 2
    assert since(FINED, fresh, most=0).sentences == ()


def test_of_two_sentences_the_one_with_more_new_facts_comes_first() -> None:
    fresh = "Savers queued in the rain for hours. Osprey Exchange pays 9 million crowns, treasurer Odd Hallberg said."
    assert texts(since(FINED, fresh, most=1)) == ["Osprey Exchange pays 9 million crowns, treasurer Odd Hallberg said."]


def test_a_report_comes_before_an_opinion_and_a_full_text_before_a_teaser() -> None:
    one, other = "Savers in Uppvik queued for hours.", "Clerks in Solvang waited for days."
    told, full = member(0, FINED), member(2, other)
    opinion = member(1, one, "Opinion: a sorry sight")
    teaser = member(1, one, quality=Quality.TEASER)
    for weak in (opinion, teaser):
        assert texts(news_since([told, weak, full], {"a0"}, most=1)) == [other]


def test_copies_of_told_articles_bring_nothing() -> None:
    members = [member(0, FINED), member(1, f"{FINED} {SOLD}", copy_of="a0")]
    assert news_since(members, {"a0"}) == News(sentences=(), figures=(), actors=(), before="enforced")


def test_a_copy_of_a_told_article_brings_nothing_though_that_is_not_here() -> None:
    assert news_since([member(1, SOLD, copy_of="a0")], {"a0"}).sentences == ()


def test_copies_of_copies_bring_nothing() -> None:
    members = [member(0, FINED), member(1, SOLD, copy_of="a0"), member(2, SOLD, copy_of="a1")]
    assert news_since(members, {"a0"}).sentences == ()


def test_of_an_untold_article_and_its_copy_the_first_speaks() -> None:
    members = [member(0, FINED), member(1, SOLD, copy_of="a2"), member(2, SOLD)]
    assert [one.article_id for one in news_since(members, {"a0"}).sentences] == ["a2"]


def test_two_articles_that_are_each_others_copies_do_not_hang() -> None:
    members = [member(1, SOLD, copy_of="a2"), member(2, SOLD, copy_of="a1")]
    assert news_since(members, {"a0"}).sentences == ()


def test_a_headline_alone_is_its_own_sentence() -> None:
    title = "Calder Bank to sell wallet arm to Osprey Exchange"
    assert texts(news_since([member(0, FINED), member(1, "", title)], {"a0"})) == [title]


def test_furniture_of_the_site_is_not_read() -> None:
    fresh = member(1, f"{SOLD}\n\nSavers in Uppvik queued for hours.", furniture=(0,))
    assert texts(news_since([member(0, FINED), fresh], {"a0"})) == ["Savers in Uppvik queued for hours."]


def test_a_new_status_is_told_with_the_one_before() -> None:
    news = since("The ministry proposed rules for wallets.", "Parliament adopted the law on wallets.")
    assert news.status is not None
    assert (news.status.word, news.before) == ("adopted", "proposed")
    assert news.status.shown_by.article_id == "a1"


def test_a_known_status_is_not_told_again() -> None:
    news = since("Parliament adopted the law on wallets.", "The Senate passed the wallet bill.")
    assert (news.status, news.before) == (None, "adopted")


def test_a_late_article_about_earlier_days_sets_no_status() -> None:
    late = member(1, "The ministry proposed rules for wallets.", published=MORNING - timedelta(days=1))
    news = news_since([member(0, "Parliament adopted the law on wallets."), late], {"a0"})
    assert (news.status, news.before) == (None, "adopted")


def test_other_languages_have_sentences_and_figures_but_no_status() -> None:
    told = member(0, "Die Bank zahlt eine hohe Strafe.", language="de")
    text = "Die Kanzlei verkauft nun 4,5 Millionen Anteile an einen Rivalen aus Bergheim."
    news = news_since([told, member(1, text, language="de")], {"a0"})
    assert (texts(news), news.figures, news.status) == ([text], ("4,5 Millionen",), None)


def test_scripts_without_spaces_have_sentences() -> None:
    text = "监管机构周一宣布暂停该交易所的全部提款服务并冻结账户。"
    news = news_since([member(0, "银行没有回应。", language="zh"), member(1, text, language="zh")], {"a0"})
    assert texts(news) == [text]


def test_background_of_an_untold_article_is_no_new_status() -> None:
    calm = "Wallet makers were calm. Shares rose a little. Brokers shrugged. "
    news = since("Parliament adopted the law on wallets.", f"{calm}The ministry proposed rules for wallets.")
    assert (news.status, news.before) == (None, "adopted")


def test_one_chamber_is_told_before_the_parliament() -> None:
    members = [member(0, "The House passed the wallet bill."), member(30, "Parliament adopted the wallet law.")]
    news = news_since(members, {"a0"})
    assert news.status is not None
    assert (news.before, news.status.word) == ("passed", "adopted")


def test_the_order_of_the_articles_given_changes_nothing() -> None:
    members = [member(0, FINED), member(1, SOLD), member(2, "Savers in Uppvik queued for hours on Tuesday.")]
    assert news_since(members, {"a0"}) == news_since(members[::-1], {"a0"})


def test_a_story_of_nothing_has_no_news() -> None:
    assert news_since([], {"a0"}) == News(sentences=(), figures=(), actors=())
    assert news_since([member(1, "")], ()) == News(sentences=(), figures=(), actors=())


@pytest.mark.parametrize(
    "text",
    [
        "a " * 100_000,
        "A" * 100_000,
        "1" * 100_000,
        "1,000." * 20_000,
        "9 March " * 20_000,
        "over over about " * 9_000,
        "Hanna de Ekdal " * 9_000,
        "\ud800 Savers in Uppvik queued for 7 hours \udfff.",
        "\x00\n\n\t ’s ( \u201c .",
        "\u0663\u066b\u0665 १२ लोग, Ⅷ ² ½ 12²",
        "99-99-9999 0000-00-00 30 February 0 $ $0 0% 1.1.1",
        "’s ’ -- A. B. C. -Calder- (Osprey) U.S.'s",
        "by " + "a" * 600 + "! 7 wallets",
        "«„" * 4_000 + " 77 wallets",
    ],
)
def test_hostile_texts_are_read_to_the_end(text: str) -> None:
    for told in ((), {"a0"}):
        news = news_since([member(0, text, text), member(1, f"{text} {SOLD}", text)], told)
        assert len(news.sentences) <= 3


WORDS = """
Odd Hallberg, H. Ekdal's 17 sites. $4m “So” 12% of 9 March? Read more - the U.S. (NFA) case 24-1180 3.5 million
"""
PARTS = st.sampled_from([*FINED.split(". "), *SOLD.split(", "), *WORDS.split(), "\n\n"])
TEXTS = st.lists(PARTS, max_size=30).map(" ".join)


def single_spaced(text: str) -> str:
    """Return a text with white space made single."""
    return " ".join(text.split())


@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_all_that_is_new_stands_in_an_untold_article(told: str, fresh: list[str]) -> None:
    members = [member(0, told, told), *(member(number, text) for number, text in enumerate(fresh, 1))]
    news = news_since(members, {"a0"})
    whole = {one.article.id: single_spaced(one.article.text) for one in members[1:]}
    assert all(sentence.text in whole[sentence.article_id] for sentence in news.sentences)
    for fact in (*news.figures, *news.actors):
        assert any(fact in text for text in whole.values())


@given(TEXTS)
def test_a_text_told_before_brings_nothing_from_another_house(text: str) -> None:
    news = news_since([member(0, text), member(1, text, publisher="Ledger Daily")], {"a0"})
    assert (news.sentences, news.figures, news.actors) == ((), (), ())
