"""A story in one to three sentences that its articles hold word for word."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.records import Article, Member, Quality, Quoted, Relation, Sourced
from monitor.stories.account import account_of
from monitor.stories.headline import headline_of, lead_of
from monitor.stories.sentences import sentences
from monitor.stories.summary import FEWEST_WORDS, LONGEST, MOST_WORDS, summary_of

START = datetime(2031, 5, 12, 8, 0, tzinfo=UTC)
TITLE = "Harrowgate to shut old bridge for eleven months"
VOTE = "The council of Harrowgate voted on Monday to close the old bridge for eleven months of repairs."
COST = "Engineers put the cost of the repairs at 14 million crowns, twice what the town had set aside."
FERRY = "A ferry will carry walkers and cyclists across the river until the bridge opens again in April."
SHOPS = "Shopkeepers on the north bank fear that they will lose half of their customers over the winter."
LEANING = "He called the vote a hard but honest choice for a town of this size."


def member(text: str, number: int = 0, title: str = TITLE, **changes: object) -> Member:
    plain: dict[str, object] = {
        "id": f"a{number}",
        "url": f"https://harborwire.example/{number}",
        "title": title,
        "text": text,
        "summary": "",
        "published": START + timedelta(minutes=number),
        "publisher": f"Outlet {number}",
    }
    article = Article(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself
    return Member(article=article, feed_names=("Harbor Wire",), seen_at=article.published, scores={})


def told(*members: Member, most: int = 3, characters: int = 420) -> list[str]:
    return [one.text for one in summary_of(members, lead_of(members), most=most, characters=characters)]


def test_each_sentence_names_its_article_and_its_publisher() -> None:
    story = [member(VOTE, 0), member(COST, 1)]
    assert summary_of(story, story[0]) == (
        Quoted(article_id="a0", publisher="Outlet 0", text=VOTE),
        Quoted(article_id="a1", publisher="Outlet 1", text=COST),
    )


def test_the_first_sentence_says_what_happened() -> None:
    articles = (member(f"{VOTE} {SHOPS}", 0), member(f"{VOTE[:-1]}, officials said. {COST}", 1), member(FERRY, 2))
    assert told(*articles)[0] == VOTE


@pytest.mark.parametrize(
    "unfit",
    [
        "Sign up for our newsletter to get the news of Harrowgate in your inbox.",
        "Subscribe now to read all that we write about the old bridge in Harrowgate.",
        "By Ada Merrin and Tom Calder and Jane Orr.",
        "Photo by Ada Merrin shows the old bridge of Harrowgate on Monday.",
        "The old bridge of Harrowgate is seen on Monday (Photo: Ada Merrin).",
        "The council of Harrowgate on Monday after the vote, file photo.",
        "This site uses cookies to show you the council news of Harrowgate.",
        "Reporting by Ada Merrin in Harrowgate, editing by Tom Calder.",
        "All rights reserved by the Harrowgate council and the bridge office.",
        "This article was first published by the Harrowgate Courier on Monday.",
        "Click here for more on the old bridge and the council of Harrowgate.",
        "Read more: the council of Harrowgate and its long quarrel over the bridge.",
        "Follow the bridge office of Harrowgate on Twitter for the latest.",
        "Write to the bridge desk at desk@harborwire.example with news of the vote.",
        "Will the council of Harrowgate close the old bridge for eleven months?",
        "“The old bridge of Harrowgate is closed for eleven months of repairs.”",
        '"The old bridge of Harrowgate is closed, and the council is to blame.',
        "We think that the council of Harrowgate closes the old bridge too late.",
        "Harrowgate closes the bridge.",
        "The council of Harrowgate closes the old bridge for eleven months because …",
        "the council of Harrowgate closes the old bridge for eleven months of repairs.",
        "The council of Harrowgate closes the old bridge for eleven months of repairs",
        "The council " + "of the old bridge " * 12 + "voted.",
        f"The {'oldbridgecouncil' * 10} of Harrowgate {'closes' * 80} it for {'eleven' * 20} months.",
        "He said that the old bridge of Harrowgate would close for eleven months.",
        "However, the council of Harrowgate voted to close the old bridge.",
        "But that did not keep the council of Harrowgate from closing the bridge.",
        "It is the first time that the council of Harrowgate closes the old bridge.",
        "In addition, the council of Harrowgate closes the old bridge to lorries.",
        "The move closes the old bridge of Harrowgate for eleven months.",
        "The vote closed the old bridge of Harrowgate for eleven months.",
        "One said that the old bridge of Harrowgate was a danger to walkers.",
        "Over the next few years, he closed three old bridges in Harrowgate.",
        "Within minutes, it closed the old bridge of Harrowgate to lorries.",
        "- The council of Harrowgate closes the old bridge for eleven months.",
        "• The council of Harrowgate closes the old bridge for eleven months.",
        "MERRIN: The council of Harrowgate closes the old bridge for eleven months.",
        "CLOSE Ada Merrin explains why the bridge of Harrowgate will be closed.",
        "The council meets before the old bridge in Harrowgate, November 21, 2016.",
        "Content created by the Coast Press is available without charge to any publisher.",
        "— Ada Merrin (@adamerrin) said the old bridge of Harrowgate is closed.",
        "This closes the old bridge of Harrowgate for eleven months of repairs.",
    ],
)
def test_what_says_nothing_by_itself_is_left_out(unfit: str) -> None:
    assert told(member(unfit)) == []
    assert told(member(f"{unfit}\n\n{VOTE}\n\n{unfit}"))[:1] == [VOTE]
    assert unfit not in told(member(f"{unfit}\n\n{VOTE}"))


@pytest.mark.parametrize(
    "fit",
    [
        "“We have waited long enough for a safe bridge,” mayor Ada Merrin told the council.",
        "The vote of the council to close the old bridge was close.",
        "After the old bridge was closed, it was torn down by the town.",
        "The old bridge of Harrowgate was closed on Monday, November 21, 2016.",
        "This week, the council of Harrowgate voted to close the old bridge.",
        "Gov. Ada Merrin said on Monday that the bridge of Harrowgate would close.",
        "The bridge office published its report on the old bridge in March.",
        "More than 300 people protested against the closing of the old bridge.",
        "So far, no lorry has been turned away from the old bridge.",
        "The council sets privacy rules for the cameras on the old bridge.",
    ],
)
def test_whole_statements_are_kept(fit: str) -> None:
    assert told(member(fit)) == [fit]


@pytest.mark.parametrize(
    "dateline", ["HARROWGATE, 12 May (Coast Wire) - ", "NEW CALDER, May 9 (Coast Wire) — ", "CALDER — "]
)
def test_a_dateline_is_no_part_of_the_sentence(dateline: str) -> None:
    assert told(member(dateline + VOTE)) == [VOTE]


def test_a_dash_within_a_sentence_is_no_dateline() -> None:
    said = "CALDER - the town beside Harrowgate - voted to close its old bridge."
    assert told(member(said)) == [said]


def test_quotation_marks_without_end_are_parted_in_no_time() -> None:
    start = time.process_time()
    sentences("“" * 50_000)
    assert time.process_time() - start < 0.3


def test_titles_end_no_sentence_and_long_paragraphs_lose_nothing() -> None:
    assert sentences("It was said of Ms. Merrin. Rain fell.") == ["It was said of Ms. Merrin.", "Rain fell."]
    assert sentences(f"{VOTE} " * 200) == [VOTE] * 200
    assert "".join(sentences("x" * 9_000)) == "x" * 9_000


def test_a_sentence_that_leans_on_another_stands_behind_it_or_nowhere() -> None:
    mayor = "Mayor Orlan Pike, who has fought for the repairs for years, welcomed the vote to close the bridge."
    pair = f"{mayor} He called the vote of the council to close the bridge a hard choice."
    for text in (pair, f"{VOTE} {pair}", f"{pair} {VOTE}", f"{VOTE} {SHOPS} {pair}"):
        found = told(member(text), characters=2_000, most=3)
        leaning = [at for at, sentence in enumerate(found) if sentence.startswith("He ")]
        assert all(found[at - 1] == mayor for at in leaning if at > 0)
        assert 0 not in leaning
    assert told(member(pair), characters=2_000)[1].startswith("He ")
    assert told(member(f"{SHOPS}\n\nWhy?\n\n{LEANING}")) == [SHOPS]


@pytest.mark.parametrize(
    ("language", "leaning", "fit"),
    [
        ("de", "Er nannte die Sperrung der alten Brücke eine harte Entscheidung.", False),
        ("fr", "Il a fermé le vieux pont de la ville pour onze mois.", False),
        ("it", "Il comune ha chiuso il vecchio ponte della città per undici mesi.", True),
        ("es", "Sin embargo, el ayuntamiento cerró el viejo puente por once meses.", False),
        ("pt", "Além disso, a câmara fechou a velha ponte por onze meses.", False),
        ("de", "Der Stadtrat von Harrowgate sperrt die alte Brücke für elf Monate.", True),
        ("ja", "市議会は月曜日、古い橋を十一か月閉鎖することを決めた。", True),
    ],
)
def test_other_languages_have_their_own_starts(language: str, leaning: str, fit: bool) -> None:  # noqa: FBT001 - a column of the table
    assert bool(told(member(leaning, language=language))) is fit


def test_a_repeated_headline_is_no_news_unless_there_is_nothing_else() -> None:
    repeated = f"{TITLE}."
    assert told(member(f"{repeated} {COST}")) == [COST]
    assert told(member(repeated)) == [repeated]


def test_the_same_thing_is_not_said_twice() -> None:
    again = "Harrowgate's council voted on Monday to close the old bridge for eleven months of repairs."
    found = told(member(f"{VOTE} {COST}", 0), member(f"{again} {FERRY}", 1), member(VOTE, 2))
    assert found[0] == VOTE
    assert again not in found
    assert found.count(VOTE) == 1
    assert len(found) == 3


def test_sentences_stand_by_time_and_place_after_those_of_the_lead() -> None:
    early = member(f"{SHOPS} {FERRY}", 0, title="What shopkeepers need to know about the bridge")
    lead = member(f"{VOTE} {COST}", 5)
    found = summary_of([early, lead], lead, characters=2_000)
    assert found[0].text == VOTE
    order = [VOTE, COST, SHOPS, FERRY]
    assert [one.text for one in found] == sorted((one.text for one in found), key=order.index)


def test_own_reports_are_quoted_before_copies_and_teasers() -> None:
    copied = replace(member(VOTE, 0), sourced=Sourced(article_id="a0", relation=Relation.COPIES, of="a1"))
    own = member(VOTE, 1)
    teaser = member(VOTE, 2, quality=Quality.TEASER)
    for story in ([copied, own], [own, teaser], [teaser, own, copied]):
        assert [one.article_id for one in summary_of(story, lead_of(story))] == ["a1"]
        assert [one.article_id for one in summary_of(story, story[0])] == ["a1"] or story[0] is own


def test_headline_only_entries_give_what_their_feed_says_or_nothing() -> None:
    assert told(member("", summary=VOTE)) == [VOTE]
    assert told(member("", summary="The council of Harrowgate voted on Monday to close […]")) == []
    assert told(member("")) == []


def test_what_stands_on_consent_pages_is_not_quoted() -> None:
    assert told(member(COST, quality=Quality.CONSENT_PAGE, summary=VOTE)) == [VOTE]


def test_the_furniture_of_a_site_is_not_quoted() -> None:
    assert told(member(f"{SHOPS}\n\n{VOTE}", furniture=(0,))) == [VOTE]


def test_no_sentence_is_cut_to_fit() -> None:
    text = f"{VOTE} {COST} {FERRY}"
    assert told(member(text), characters=len(VOTE)) == [VOTE]
    assert told(member(text), characters=len(VOTE) + len(COST) + 1, most=2) == [VOTE, COST]
    assert told(member(text), characters=10) == [VOTE]
    assert told(member(text), most=0) == []
    assert len(told(member(text), most=1)) == 1


def test_full_stops_of_titles_and_initials_end_no_sentence() -> None:
    whole = "On Monday the governor, Mr. Pike, and Ada J. Merrin closed the old bridge of Harrowgate."
    assert told(member(whole)) == [whole]


def test_articles_in_another_language_than_the_lead_are_not_quoted() -> None:
    german = member("Eine Fähre bringt Fußgänger bis April über den Fluss bei Harrowgate.", 1, language="de")
    english = member(VOTE, 0, language="en-GB")
    assert told(english, german, member(FERRY, 2, language="en"), member(COST, 3)) == [VOTE, FERRY, COST]


def test_white_space_is_made_single() -> None:
    assert told(member(VOTE.replace(" ", " \t "))) == [VOTE]


def test_an_account_holds_headline_and_summary_of_the_lead() -> None:
    story = [member(COST, 1, title="Bridge?"), member(f"{VOTE} {SHOPS}", 2)]
    account = account_of(story)
    assert (account.lead, account.headline) == ("a2", TITLE)
    assert account.summary == summary_of(story, story[1])


POOL = (
    VOTE,
    COST,
    FERRY,
    SHOPS,
    LEANING,
    "Why did the council of Harrowgate wait so long?",
    "Sign up for our newsletter to read more of Harrowgate.",
    "The council will meet again in June to name the firm that repairs the bridge.",
    "Inspectors found cracks in two of the nine arches when they dived in February.",
    "“Nobody will miss the lorries,” said Ada Merrin, who lives beside the bridge.",
)
STORIES = st.lists(st.lists(st.sampled_from(POOL) | st.text(max_size=120), max_size=8), min_size=1, max_size=15)


@given(STORIES, st.randoms(use_true_random=False), st.integers(0, 4), st.integers(50, 700))
@settings(max_examples=120, deadline=None)
def test_summaries_are_verbatim_within_limits_and_the_same_in_any_order(
    texts: list[list[str]], chance: random.Random, most: int, characters: int
) -> None:
    story = [member("\n\n".join(text), number) for number, text in enumerate(texts)]
    lead = lead_of(story)
    found = summary_of(story, lead, most=most, characters=characters)
    mixed = story[:]
    chance.shuffle(mixed)
    assert summary_of(mixed, lead, most=most, characters=characters) == found
    own = {one.article.id: " ".join(one.article.own_text.encode("utf-8", "replace").decode().split()) for one in story}
    assert all(one.text in own[one.article_id] for one in found)
    assert len(found) <= most
    assert len({one.text for one in found}) == len(found)
    length = len(" ".join(one.text for one in found))
    assert length <= characters or (len(found) == 1 and length <= LONGEST)
    assert all(FEWEST_WORDS <= len(one.text.split()) <= MOST_WORDS for one in found if one.text in POOL)


def test_a_story_of_three_hundred_articles_costs_no_more_than_one_of_twelve() -> None:
    chance = random.Random(7)  # noqa: S311 - a mixture that is the same each time
    story = [member(" ".join(chance.sample(POOL, 8)), number) for number in range(300)]
    lead = story[0]
    start = time.process_time()
    for _ in range(5):
        summary_of(story, lead)
    many = time.process_time() - start
    start = time.process_time()
    for _ in range(5):
        summary_of(story[:12], lead)
    assert many < 4 * (time.process_time() - start) + 0.05


@pytest.mark.parametrize(
    "text",
    [
        "word " * 100_000,
        "“" * 100_000,
        '"' * 100_001,
        "By A" + " Bb" * 50_000,
        "A. " * 50_000,
        "Follow " * 50_000 + "on Twitter.",
        "x" * 500_000,
        "\n\n" * 50_000,
        "橋" * 100_000,
        "The council \ud800 voted on Monday to close the old bridge.",
        "\x00\u202e" * 1_000,
    ],
)
def test_broken_texts_are_read_in_no_time(text: str) -> None:
    story = [member(text), member(text, 1, title=""), member(f"{text} {VOTE}", 2, language="zz")]
    start = time.process_time()
    found = summary_of(story, lead_of(story))
    assert time.process_time() - start < 1.5
    assert all(one.text.encode() for one in found)
    assert headline_of(story[1]).encode()


def test_a_sentence_whose_words_were_all_said_by_two_others_is_not_told_again() -> None:
    text = (
        "The harbour authority of Calder opened a consultation on the custody of client tokens on Monday. "
        "Its draft technical standards would make custodians keep client tokens in wallets of their own. "
        "The harbour authority opened its consultation on draft technical standards for custody of client tokens. "
        "Banks fear costs of forty million crowns in the first year, their association warned."
    )
    found = told(member(text, title="Calder authority asks about custody"), characters=2_000)
    assert len(found) == 3
    assert not any(one.startswith("The harbour authority opened its") for one in found)
