"""Whose headline a story carries, and how it is written."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.records import Article, Member, Quality, Relation, Sourced, Sourcing
from monitor.stories.account import account_of
from monitor.stories.headline import TITLE_CHARACTERS, headline_of, lead_of, title_cost

START = datetime(2031, 5, 12, 8, 0, tzinfo=UTC)
BODY = "The council of Harrowgate voted on Monday to close the old bridge for eleven months of repairs."
PLAIN = "Harrowgate council closes old bridge for eleven months"


def member(title: str, number: int = 0, **changes: object) -> Member:
    plain: dict[str, object] = {
        "id": f"a{number}",
        "url": f"https://harborwire.example/{number}",
        "title": title,
        "text": BODY,
        "summary": "",
        "published": START + timedelta(minutes=number),
        "publisher": "Harbor Wire",
        "site": "harborwire.example",
    }
    article = Article(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself
    return Member(article=article, feed_names=("Harbor Wire",), seen_at=article.published, scores={})


def titled(*titles: str) -> list[Member]:
    return [member(title, number) for number, title in enumerate(titles)]


@pytest.mark.parametrize(
    "bad",
    [
        "You won't believe what Harrowgate does with its old bridge",
        "Here's why Harrowgate closes its old bridge",
        "Harrowgate closes the old bridge: here’s what happens next",
        "What we know about the old bridge in Harrowgate",
        "Old bridge in Harrowgate: what you need to know",
        "5 things about the old bridge in Harrowgate",
        "Seven surprising facts about the Harrowgate bridge",
        "Everything you wanted to ask about the Harrowgate bridge",
        "Why Harrowgate closes its old bridge",
        "How to cross the river when Harrowgate closes its bridge",
        "Is the old bridge in Harrowgate safe?",
        "Harrowgate closes old bridge for eleven months, but who pays?",
        "The real reason Harrowgate council closes its old bridge",
        "Harrowgate council closes old bridge, explained",
        "LIVE: Harrowgate council closes old bridge",
        "Harrowgate council closes old bridge - live updates",
        "BREAKING: Harrowgate council closes old bridge",
        "HARROWGATE COUNCIL CLOSES OLD BRIDGE FOR ELEVEN MONTHS",
        "Market wrap: bridge builders gain as Harrowgate closes old bridge",
        "News in brief: Harrowgate council closes old bridge",
        "Morning briefing: Harrowgate council closes old bridge",
        "Weekly roundup: Harrowgate closes old bridge",
        "Editorial: Harrowgate council closes old bridge too late",
        "Opinion | Harrowgate council closes old bridge too late",
        "Harrowgate council closes old bridge too late | Opinion",
        "Fact check: Harrowgate council closes old bridge",
        "In pictures: Harrowgate council closes old bridge",
        "WATCH: Harrowgate council closes old bridge",
        "Harrowgate bridge",
        "Bridge",
        "",
        "Harrowgate council closes old bridge for …",
        "“The bridge of Harrowgate is closed for eleven months”",
        "Harrowgate council closes old bridge!",
        "This is how Harrowgate council closes a bridge",
        "Kommentar: Harrowgate council closes old bridge",
        "The bridge in Harrowgate I cannot forgive the council for",
        "Harrowgate council was right to close old bridge",
        "Harrowgate council closes old bridge. Nobody asked us",
        PLAIN
        + " and moves the market, the ferry, the school bus, the fire brigade, the post office and the yearly fair",
    ],
)
def test_a_plain_headline_is_taken_before_a_bad_one_that_came_first(bad: str) -> None:
    assert lead_of(titled(bad, PLAIN)).article.title == PLAIN


def test_a_page_of_opinions_does_not_lead() -> None:
    opinion = member("Harrowgate council closes old bridge in haste", url="https://harborwire.example/opinion/7")
    assert lead_of([opinion, member(PLAIN, 1)]).article.title == PLAIN


@pytest.mark.parametrize(
    "good",
    [
        PLAIN,
        "Merrow halts withdrawals after run on deposits",
        "Minister: no more public money for Calder shipyard",
        "Court says 14 firms must pay back state aid",
        "Watchdog fines Northgate 3.5 million over late reports",
        "Regulator sets live reporting rules for brokers",
        "US and EU agree on steel quotas",
        "Gov. Merrin closes Phase I of bridge repairs",
        "Report: audit office faults land ministry's ledger",
        "Updated forecast sees slower growth in Arvenia",
        "Secret Harbour port workers strike for second week",
        "Wrapping maker Tarrow to cut 300 jobs",
        "Five firms bid for second ledger contract",
        "中央銀行が政策金利を引き上げ、年内二度目",
        "Zentralbank erhöht Leitzins zum zweiten Mal in diesem Jahr",
    ],
)
def test_plain_news_headlines_cost_nothing(good: str) -> None:
    assert title_cost(good, good) == 0


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        (f"BREAKING: {PLAIN}", PLAIN),
        (f"Breaking News: {PLAIN}", PLAIN),
        (f"[UPDATED] {PLAIN}", PLAIN),
        (f"UPDATE 2-{PLAIN}", PLAIN),
        (f"WRAPUP 11-{PLAIN}", PLAIN),
        (f"Live Updates: {PLAIN}", PLAIN),
        (f"JUST IN | {PLAIN}", PLAIN),
        (f"+++ EILMELDUNG +++ {PLAIN}", PLAIN),
        (f"BREAKING: UPDATE 1-{PLAIN}", PLAIN),
        (f"{PLAIN} - Harbor Wire", PLAIN),
        (f"{PLAIN} | Harbor Wire", PLAIN),
        (f"{PLAIN} – The Harbor Wire", PLAIN),
        (f"{PLAIN} — harborwire.example", PLAIN),
        (f"{PLAIN} | HarborWire.com", PLAIN),
        (f"{PLAIN} | Local | Harbor Wire", PLAIN),
        (f"{PLAIN} - Harbor Wire Business", PLAIN),
        (f"  {PLAIN}\n ", PLAIN),
        ("Tokens fall - and nobody knows why", "Tokens fall - and nobody knows why"),
        ("Market wrap | Tokens fall in thin trade", "Market wrap | Tokens fall in thin trade"),
        ("Live: Harrowgate", "Live: Harrowgate"),
        ("Live music returns to Harrowgate", "Live music returns to Harrowgate"),
        ("Breaking point for Calder shipyard - union", "Breaking point for Calder shipyard - union"),
        ("Alert level raised in Arvenia", "Alert level raised in Arvenia"),
        ("Opinion: The bridge is a folly", "Opinion: The bridge is a folly"),
        ("HARROWGATE CLOSES OLD BRIDGE", "HARROWGATE CLOSES OLD BRIDGE"),
        ("Two sue - Harbor Wire", "Two sue - Harbor Wire"),
    ],
)
def test_tags_and_publishers_go_and_no_word_of_the_headline_does(title: str, headline: str) -> None:
    assert headline_of(member(title)) == headline


def test_the_least_bad_of_bad_titles_leads_as_it_is_written() -> None:
    chosen = lead_of(titled("5 things you need to know about the bridge", "HARROWGATE CLOSES OLD BRIDGE", "Bridge?"))
    assert headline_of(chosen) == "HARROWGATE CLOSES OLD BRIDGE"


def test_an_article_without_a_title_gives_its_first_sentence_or_its_address() -> None:
    assert headline_of(member("", text=f"{BODY} More follows.")) == BODY
    assert headline_of(member(" \n", text="")) == "https://harborwire.example/0"


def test_of_equal_headlines_the_earliest_leads() -> None:
    late = member("Old bridge in Harrowgate to close for eleven months", 600, publisher="Coast Post")
    early = member("Harrowgate to close old bridge for eleven months", 1)
    assert lead_of([late, early]) is early


def test_full_texts_lead_before_teasers_and_own_reports_before_copies() -> None:
    teaser = member(PLAIN, 0, quality=Quality.TEASER)
    copied = member(PLAIN, 1, copy_of="a3")
    cites = replace(member(PLAIN, 2), sourced=Sourced(article_id="a2", relation=Relation.CITES, of="a3"))
    first = replace(member(PLAIN, 3), sourced=Sourced(article_id="a3", relation=Relation.FIRST))
    headline_only = member(PLAIN, 4, text="")
    assert lead_of([teaser, copied, cites, first, headline_only]) is first
    assert lead_of([teaser, copied, cites, headline_only]) is cites


def test_sourcing_says_who_speaks_for_himself_when_the_members_do_not() -> None:
    early, late = titled(PLAIN, PLAIN)
    lines = (
        Sourced(article_id="a0", relation=Relation.COPIES, of="a1"),
        Sourced(article_id="a1", relation=Relation.FIRST),
    )
    sourcing = Sourcing(
        first="a1", publishers=("Harbor Wire",), independent=("Harbor Wire",), unseen=(), relations=lines
    )
    assert lead_of([early, late]) is early
    assert lead_of([early, late], sourcing) is late
    assert account_of([early, late], sourcing).lead == "a1"


def test_the_headline_is_in_the_language_of_most_articles() -> None:
    german = member("Harrowgate sperrt alte Brücke für elf Monate", 0, language="de")
    english = [member(PLAIN, number, language="en-GB") for number in (5, 6)]
    assert lead_of([german, *english]) is english[0]
    assert lead_of([german, member(german.article.title, 1, language="de"), english[0]]) is german


def test_the_headline_speaks_of_what_most_articles_speak_of() -> None:
    side = member("Florist near the station expects a quiet summer", 0, text="Flowers sell less without passers-by.")
    others = [member(PLAIN, number) for number in (30, 31, 32)]
    assert lead_of([side, *others]) is others[0]


def test_a_story_without_articles_is_refused() -> None:
    with pytest.raises(ValueError, match="without articles"):
        lead_of([])


TITLES = st.lists(
    st.sampled_from(
        [PLAIN, f"BREAKING: {PLAIN}", "Bridge?", "", "HARROWGATE CLOSES BRIDGE", "Old bridge closes in town"]
    )
    | st.text(max_size=80),
    min_size=1,
    max_size=6,
)


@given(TITLES, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_the_order_of_articles_changes_nothing(titles: list[str], chance: random.Random) -> None:
    members = titled(*titles)
    mixed = members[:]
    chance.shuffle(mixed)
    assert lead_of(mixed) is lead_of(members)


@given(st.text(alphabet=st.characters(), max_size=400))
@settings(max_examples=80, deadline=None)
def test_a_headline_is_a_part_of_its_title(title: str) -> None:
    headline = headline_of(member(title, text=""))
    line = " ".join(title.encode("utf-8", "replace").decode().split())
    assert headline.removesuffix("…") in line or headline == "https://harborwire.example/0"
    assert len(headline) <= TITLE_CHARACTERS


@pytest.mark.parametrize(
    "title",
    [
        "a" * 200_000,
        "word " * 50_000,
        "- " * 50_000,
        "[" * 100_000,
        "BREAKING: " * 20_000,
        "“" * 100_000,
        "market " * 30_000,
        "\ud800 half a character in the council's title",
        "\x00\u202e\u200b",
        "?" * 50_000,
    ],
)
def test_broken_titles_are_read_in_no_time(title: str) -> None:
    start = time.process_time()
    headline = headline_of(lead_of([member(title), member(title, 1)]))
    assert time.process_time() - start < 1
    assert len(headline.encode()) <= 4 * TITLE_CHARACTERS
