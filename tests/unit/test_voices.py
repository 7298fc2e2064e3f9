"""How many independent voices tell a story: who shares words, sources or a house is one."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from monitor.records import Article, Member, Relation, Sourced, voices
from monitor.records.voices import voice_of

MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)


def member(
    name: str,
    publisher: str,
    relation: Relation | None = None,
    *,
    of: str | None = None,
    origin: str = "",
    confidence: float = 0.9,
    copy_of: str | None = None,
) -> Member:
    """Return an article published later the later its name stands in the alphabet."""
    published = MONDAY + timedelta(hours=ord(name[0]))
    article = Article(
        id=name,
        url=f"https://press.example/{name}",
        title=name,
        text="",
        summary="",
        published=published,
        publisher=publisher,
        copy_of=copy_of,
    )
    sourced = None
    if relation is not None:
        sourced = Sourced(article_id=name, relation=relation, of=of, origin=origin, confidence=confidence)
    return Member(article=article, feed_names=(), seen_at=published, scores={}, sourced=sourced)


def told(*members: Member) -> list[str]:
    return ["".join(one.article.id for one in voice) for voice in voices(members)]


def test_articles_of_one_house_are_one_voice_however_it_is_spelt() -> None:
    assert told(member("a", "Harbour Wire"), member("b", "HARBOUR WIRE"), member("c", "Blockline")) == ["ab", "c"]


def test_articles_without_a_publisher_stand_for_themselves() -> None:
    assert told(member("a", ""), member("b", "")) == ["a", "b"]


@pytest.mark.parametrize("relation", [Relation.CITES, Relation.COPIES])
def test_who_cites_or_copies_another_is_one_voice_with_it(relation: Relation) -> None:
    rows = [member("a", "Harbour Wire", Relation.FIRST), member("b", "Blockline", relation, of="a")]
    assert told(*rows) == ["ab"]
    assert told(*reversed(rows)) == ["ab"]


def test_what_comparing_found_counts_before_anything_else_is_known() -> None:
    assert told(member("a", "Harbour Wire"), member("b", "Blockline", copy_of="a")) == ["ab"]


def test_copies_of_one_article_that_is_not_here_are_one_voice() -> None:
    assert told(member("a", "Harbour Wire", copy_of="x"), member("b", "Blockline", copy_of="x")) == ["ab"]


def test_who_credits_one_report_that_no_feed_brought_is_one_voice() -> None:
    credit = {"relation": Relation.CITES, "origin": "Asia Ledger"}
    rows = [member("a", "Harbour Wire", **credit), member("b", "Blockline", **credit), member("c", "Coinfold")]  # type: ignore[arg-type]  # keywords of one kind
    assert told(*rows) == ["ab", "c"]


def test_a_credit_joins_the_house_by_its_name_where_the_article_is_not_named() -> None:
    rows = [member("a", "Asia Ledger"), member("b", "Blockline", Relation.CITES, origin="asia ledger")]
    assert told(*rows) == ["ab"]


def test_a_doubtful_credit_joins_nobody() -> None:
    rows = [member("a", "Harbour Wire"), member("b", "Blockline", Relation.CITES, of="a", confidence=0.55)]
    assert told(*rows) == ["a", "b"]


def test_a_chain_is_one_voice_and_a_ring_ends() -> None:
    chain = [member("c", "C", Relation.CITES, of="b"), member("b", "B", Relation.CITES, of="a"), member("a", "A")]
    assert told(*chain) == ["abc"]
    assert told(member("a", "A", copy_of="b"), member("b", "B", copy_of="a")) == ["ab"]


def test_who_leads_into_a_ring_is_one_voice_with_it() -> None:
    rows = [member("a", "A", copy_of="c"), member("b", "B", copy_of="c"), member("c", "C", copy_of="b")]
    assert told(*rows) == ["abc"]
    assert set(voice_of(rows).values()) == {"publisher b"}


def test_voices_of_a_part_are_counted_with_chains_through_the_whole() -> None:
    whole = [member("a", "A", copy_of="b"), member("b", "B", copy_of="c"), member("c", "C"), member("d", "D")]
    keys = voice_of(whole)
    assert keys["a"] == keys["c"] != keys["d"]
    assert len({keys[name] for name in "acd"}) == 2


@pytest.mark.parametrize("end", [None, "n0"])
def test_long_chains_and_rings_are_followed_in_no_time(end: str | None) -> None:
    count = 3_000
    rows = [member(f"n{place}", f"Paper {place}", copy_of=f"n{place + 1}") for place in range(count - 1)]
    rows.append(member(f"n{count - 1}", "The Last Post", copy_of=end))
    started = time.process_time()
    found = voices(rows)
    assert time.process_time() - started < 0.1
    assert [len(one) for one in found] == [count]
    assert set(voice_of(rows).values()) == {"publisher the last post" if end is None else "publisher paper 0"}


def test_a_paper_that_also_asked_for_itself_is_a_voice_of_its_own() -> None:
    rows = [
        member("a", "Harbour Wire", Relation.FIRST),
        member("b", "Blockline", Relation.COPIES, of="a"),
        member("c", "Blockline", Relation.INDEPENDENT),
    ]
    assert told(*rows) == ["ab", "c"]


def test_the_one_whose_news_it_is_comes_first_in_a_voice() -> None:
    assert told(member("a", "Blockline", Relation.CITES, of="b"), member("b", "Harbour Wire")) == ["ba"]


def test_nothing_is_no_voice() -> None:
    assert voices([]) == []
