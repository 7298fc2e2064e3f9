"""Who reported a story first, who cites, who copies, and who stands on their own."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from monitor.records import Article, Link, Member, Publisher, Relation, Sourced, Sourcing
from monitor.stories.provenance import sourcing

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WIRE = (
    "The bank of Vessmark stopped paying out tokens at noon after a fault in the vault software of its supplier. "
    "Customers who came to the counter were handed a slip of paper with a number and the date of next Friday. "
    "The supplier, Lattice Works, sent four engineers by the night train and hopes to mend the fault by the weekend. "
    "Its last inspection took place in a year when the software still ran on a single machine in the cellar."
)
OTHER = (
    "Nobody in Vessmark can turn tokens into crowns today. A queue formed at the counter before lunch, and the police "
    "brought chairs. The chief of the bank spoke of a matter of days. Bakers on the square take slips instead of coins."
)
THIRD = (
    "Token holders face a wait. Two councillors want to know why the town keeps its savings with a lender whose vault "
    "depends on one firm. The mayor will answer on Thursday. Shops report that most people pay by card anyway."
)


def member(name: str, publisher: str, text: str = OTHER, minutes: float = 0, **changes: object) -> Member:
    """Return an article that came out so long after the start and was seen ten minutes later."""
    published = START + timedelta(minutes=minutes)
    seen_at = changes.pop("seen_at", published + timedelta(minutes=10))
    plain: dict[str, object] = {
        "id": name,
        "url": f"https://{publisher.lower().replace(' ', '') or 'nobody'}.example/2026/{name}",
        "title": "Bank stops paying out tokens",
        "text": text,
        "summary": "",
        "published": published,
        "publisher": publisher,
        "dated_by": "feed",
    }
    article = Article(**{**plain, **changes})  # type: ignore[arg-type]  # keywords are checked by the record itself
    assert isinstance(seen_at, datetime)
    return Member(article=article, feed_names=("feed",), seen_at=seen_at, scores={})


def lines(found: Sourcing) -> dict[str, tuple[Relation, str | None]]:
    return {one.article_id: (one.relation, one.of) for one in found.relations}


def line(found: Sourcing, name: str) -> Sourced:
    return next(one for one in found.relations if one.article_id == name)


def test_a_first_report_a_credit_a_copy_and_a_report_of_its_own() -> None:
    found = sourcing(
        [
            member("a", "Harbour Ledger", WIRE),
            member("b", "Blockline", f"{OTHER} The fault was first reported by Harbour Ledger.", 60),
            member("c", "Coinfold", WIRE, 90, copy_of="a", copy_share=0.874),
            member("d", "The Calder Post", THIRD, 120),
        ]
    )
    assert lines(found) == {
        "a": (Relation.FIRST, None),
        "b": (Relation.CITES, "a"),
        "c": (Relation.COPIES, "a"),
        "d": (Relation.INDEPENDENT, None),
    }
    assert found.first == "a"
    assert found.publishers == ("Harbour Ledger", "Blockline", "Coinfold", "The Calder Post")
    assert found.independent == ("Harbour Ledger", "The Calder Post")
    assert found.unseen == ()
    assert line(found, "b").evidence == "The fault was first reported by Harbour Ledger."
    assert line(found, "b").origin == line(found, "c").origin == "Harbour Ledger"
    assert line(found, "c").evidence.startswith("87 % of its words stand in ")
    assert [one.confidence for one in found.relations] == [0.8, 0.9, 0.95, 0.7]


def test_nothing_in_nothing_out() -> None:
    assert sourcing([]) == Sourcing(first="", publishers=(), independent=(), unseen=(), relations=())


def test_one_article_alone_is_first() -> None:
    found = sourcing([member("a", "Harbour Ledger")])
    assert lines(found) == {"a": (Relation.FIRST, None)}
    assert found.independent == ("Harbour Ledger",)


def test_an_origin_that_no_feed_brings_is_named_and_nobody_is_first() -> None:
    credit = "According to a report by Ledgerwatch Asia, the fault is an old one."
    found = sourcing([member("a", "Blockline", f"{OTHER} {credit}"), member("b", "Coinfold", THIRD, 30)])
    assert lines(found) == {"a": (Relation.CITES, None), "b": (Relation.INDEPENDENT, None)}
    assert found.unseen == ("Ledgerwatch Asia",)
    assert line(found, "a") == Sourced(
        article_id="a",
        relation=Relation.CITES,
        origin="Ledgerwatch Asia",
        evidence=credit,
        confidence=line(found, "a").confidence,
    )
    assert found.first == "a"
    assert found.independent == ("Blockline", "Coinfold")


def test_where_all_credit_one_unseen_origin_they_are_one_voice() -> None:
    told = "The fault was first reported by Ledgerwatch Asia."
    found = sourcing([member("a", "Blockline", f"{told} {OTHER}"), member("b", "Coinfold", f"{told} {THIRD}", 30)])
    assert found.independent == ("Ledgerwatch Asia",)
    assert found.unseen == ("Ledgerwatch Asia",)
    assert found.publishers == ("Blockline", "Coinfold")


def test_an_unseen_origin_credited_later_does_not_take_the_first_place_away() -> None:
    told = "The fault was first reported by Ledgerwatch Asia."
    found = sourcing([member("a", "Blockline"), member("b", "Coinfold", f"{told} {THIRD}", 30)])
    assert lines(found) == {"a": (Relation.FIRST, None), "b": (Relation.CITES, None)}


def test_publishers_count_under_one_name_and_not_feeds() -> None:
    houses = (Publisher(name="Harbour Ledger", domains=("harbourledger.example",), aliases=("HL News",)),)
    found = sourcing(
        [member("a", "HARBOUR LEDGER"), member("b", "HL News", THIRD, 30), member("c", "harbour ledger", WIRE, 60)],
        houses,
    )
    assert [relation for relation, _ in lines(found).values()] == [Relation.FIRST, *[Relation.INDEPENDENT] * 2]
    assert found.publishers == found.independent == ("Harbour Ledger",)


def test_a_house_that_credits_itself_is_no_citation() -> None:
    text = f"As Harbour Ledger reported on Monday, the vault is shut. {THIRD}"
    link = Link(url="https://harbourledger.example/2026/a", text="reported on Monday")
    found = sourcing([member("a", "Harbour Ledger"), member("b", "Harbour Ledger", text, 60, links=(link,))])
    assert lines(found)["b"] == (Relation.INDEPENDENT, None)


def test_a_credit_leads_to_an_article_dated_up_to_twelve_hours_later() -> None:
    text = f"The fault was first reported by Harbour Ledger. {THIRD}"
    soon = sourcing([member("a", "Blockline", text), member("b", "Harbour Ledger", WIRE, 11 * 60)])
    assert lines(soon) == {"a": (Relation.CITES, "b"), "b": (Relation.FIRST, None)}
    assert soon.first == "b"
    late = sourcing([member("a", "Blockline", text), member("b", "Harbour Ledger", WIRE, 13 * 60)])
    assert lines(late) == {"a": (Relation.CITES, None), "b": (Relation.INDEPENDENT, None)}
    assert late.unseen == ()


def test_a_credit_leads_to_the_first_article_of_the_houses_latest_reporting() -> None:
    text = f"The fault was first reported by Harbour Ledger. {THIRD}"
    rows = [
        member("a", "Harbour Ledger", WIRE),
        member("b", "Harbour Ledger", OTHER, 30),
        member("c", "Coinfold", text, 60),
    ]
    assert lines(sourcing(rows))["c"] == (Relation.CITES, "a")
    days = 24 * 60
    later = [rows[0], member("b", "Harbour Ledger", OTHER, 7 * days), member("c", "Coinfold", text, 8 * days)]
    assert lines(sourcing(later))["c"] == (Relation.CITES, "b")
    latest = [rows[0], rows[1], member("c", "Coinfold", text, 8 * days)]
    assert lines(sourcing(latest))["c"] == (Relation.CITES, "b")


def test_a_name_that_begins_with_that_of_a_member_leads_to_it() -> None:
    text = f"According to a report by Tidewatch Tech, the fault is an old one. {THIRD}"
    rows = [member("a", "Tidewatch", WIRE), member("b", "Coinfold", text, 60)]
    assert lines(sourcing(rows))["b"] == (Relation.CITES, "a")


def test_two_houses_that_credit_each_other_leave_no_ring_of_origins() -> None:
    one = f"{OTHER} Harbour Ledger reported on Monday that the fault was an old one."
    other = f"The fault was first reported by Blockline. {THIRD}"
    found = sourcing([member("a", "Blockline", one), member("b", "Harbour Ledger", other, 60)])
    assert lines(found)["b"] == (Relation.CITES, "a")
    assert lines(found)["a"] == (Relation.CITES, None)


def test_a_credit_that_looks_back_deep_in_the_text_leaves_a_report_its_own() -> None:
    text = f"{WIRE} {OTHER} In 2023 Blockline reported that the lender had lost a crate of paper slips."
    found = sourcing([member("a", "Harbour Ledger", text)], (Publisher(name="Blockline"),))
    assert lines(found) == {"a": (Relation.FIRST, None)}


SIDE = "Queues are a sign of love, the chairman told Ledgerwatch News."


def test_one_quotation_from_elsewhere_leaves_a_report_its_own() -> None:
    found = sourcing([member("a", "Coinfold", f"{OTHER} {THIRD} {SIDE}"), member("b", "Blockline", WIRE, 60)])
    assert lines(found)["a"] == (Relation.FIRST, None)
    assert found.independent == ("Coinfold", "Blockline")


def test_a_quotation_from_a_member_leads_to_it_and_leaves_two_voices() -> None:
    rows = [member("a", "Ledgerwatch News", WIRE), member("b", "Coinfold", f"{OTHER} {THIRD} {SIDE}", 60)]
    found = sourcing(rows)
    assert lines(found)["b"] == (Relation.CITES, "a")
    assert line(found, "b").confidence < 0.6
    assert found.independent == ("Ledgerwatch News", "Coinfold")


def test_an_outlet_that_one_article_makes_known_is_known_in_the_others() -> None:
    one = f"The vault is empty. That is what the magazine Tokenpulse describes in its new issue. {THIRD}"
    other = f"The mayor waited until Tokenpulse published letters about the vault. {OTHER}"
    found = sourcing([member("a", "Blockline", one), member("b", "Coinfold", other, 60)])
    assert [shown.origin for shown in found.relations] == ["Tokenpulse", "Tokenpulse"]
    assert found.unseen == ("Tokenpulse",)
    alone = sourcing([member("b", "Coinfold", other)])
    assert lines(alone)["b"] == (Relation.FIRST, None)


def test_a_house_named_beside_its_documents_is_credited_only_if_it_wrote_before() -> None:
    text = f"{THIRD} It came to light through documents that Harbour Ledger had requested."
    before = sourcing([member("a", "Harbour Ledger", WIRE), member("b", "Coinfold", text, 60)])
    assert lines(before)["b"] == (Relation.CITES, "a")
    assert line(before, "b").confidence < 0.6
    after = sourcing([member("a", "Coinfold", text), member("b", "Harbour Ledger", WIRE, 60)])
    assert lines(after) == {"a": (Relation.FIRST, None), "b": (Relation.INDEPENDENT, None)}


def test_hearsay_is_never_first_and_lets_nobody_else_be() -> None:
    text = f"According to local media, the vault is shut. {THIRD}"
    found = sourcing([member("a", "Blockline", text), member("b", "Coinfold", WIRE, 30)])
    assert {relation for relation, _ in lines(found).values()} == {Relation.INDEPENDENT}
    assert line(found, "a").evidence == "According to local media, the vault is shut."
    assert line(found, "a").confidence < line(found, "b").confidence


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_the_members_does_not_matter(order: tuple[int, ...]) -> None:
    rows = [member("a", "Harbour Ledger", WIRE), member("b", "Blockline", WIRE, 30), member("c", "Coinfold", THIRD, 60)]
    assert sourcing([rows[place] for place in order]) == sourcing(rows)
    assert [one.article_id for one in sourcing(rows).relations] == ["a", "b", "c"]


def test_equal_moments_of_two_houses_leave_nobody_first() -> None:
    found = sourcing([member("a", "Harbour Ledger"), member("b", "Coinfold", THIRD)])
    assert {relation for relation, _ in lines(found).values()} == {Relation.INDEPENDENT}
    assert found.first == "a"
    assert found.independent == ("Harbour Ledger", "Coinfold")


def test_equal_moments_are_told_apart_by_when_we_saw_them_with_less_confidence() -> None:
    seen = START + timedelta(minutes=5)
    found = sourcing([member("b", "Harbour Ledger", seen_at=seen), member("a", "Coinfold", THIRD)])
    assert lines(found)["b"] == (Relation.FIRST, None)
    assert line(found, "b").confidence < 0.8


def test_a_date_without_a_time_is_not_before_another_of_the_same_day() -> None:
    midnight = START.replace(hour=0)
    early = member("a", "Harbour Ledger", published=midnight, seen_at=START + timedelta(hours=9))
    found = sourcing([early, member("b", "Coinfold", THIRD)])
    assert {relation for relation, _ in lines(found).values()} == {Relation.INDEPENDENT}
    seen = member("a", "Harbour Ledger", published=midnight, seen_at=START - timedelta(hours=1))
    assert lines(sourcing([seen, member("b", "Coinfold", THIRD)]))["a"] == (Relation.FIRST, None)


def test_a_date_that_is_only_when_we_saw_it_lowers_the_confidence() -> None:
    rows = [member("a", "Harbour Ledger", dated_by=""), member("b", "Coinfold", THIRD, 60)]
    assert line(sourcing(rows), "a").confidence < 0.8


def test_a_chain_of_copies_leads_to_its_first_article() -> None:
    rows = [
        member("a", "Harbour Ledger", WIRE),
        member("b", "Blockline", WIRE, 30, copy_of="a", copy_share=1.0),
        member("c", "Coinfold", WIRE, 60, copy_of="b", copy_share=0.9),
    ]
    assert lines(sourcing(rows))["c"] == (Relation.COPIES, "a")


def test_a_copy_of_an_article_outside_the_story_is_a_copy_of_nobody_here() -> None:
    rows = [member("a", "Blockline", copy_of="elsewhere", copy_share=0.7), member("b", "Coinfold", THIRD, 30)]
    found = sourcing(rows)
    assert lines(found) == {"a": (Relation.COPIES, None), "b": (Relation.INDEPENDENT, None)}
    assert found.unseen == ()


@pytest.mark.parametrize("ring", [("a",), ("b", "a"), ("b", "c", "a")])
def test_a_ring_of_copies_has_its_earliest_article_for_an_original(ring: tuple[str, ...]) -> None:
    texts = (WIRE, OTHER, THIRD)
    names = "abc"[: len(ring)]
    houses = ("Harbour Ledger", "Blockline", "Coinfold")
    rows = [
        member(name, house, text, 30 * place, copy_of=of)
        for place, (name, house, text, of) in enumerate(zip(names, houses, texts, ring, strict=False))
    ]
    found = lines(sourcing(rows))
    assert found["a"] == (Relation.FIRST, None)
    assert all(found[name] == (Relation.COPIES, "a") for name in names[1:])


def test_two_sentences_word_for_word_make_a_copy() -> None:
    shared = ". ".join(WIRE.split(". ")[:2])
    found = sourcing([member("a", "Harbour Ledger", WIRE), member("b", "Coinfold", f"{THIRD} {OTHER} {shared}.", 60)])
    assert lines(found)["b"] == (Relation.COPIES, "a")
    assert line(found, "b").evidence in WIRE


@pytest.mark.parametrize(
    ("opens", "closes"), [("\u201c", "\u201d"), ('"', '"'), ("\u201e", "\u201c"), ("\u00ab", "\u00bb")]
)
@pytest.mark.parametrize("front", ["", "{0}Nobody knows.{1} ", "{0}Nobody knows. We are sorry,{1} said he, and "])
def test_what_shows_a_copy_stands_in_it_word_for_word(opens: str, closes: str, front: str) -> None:
    said = (
        f"It\u2019s a fault \u2013 {opens}a small one{closes} \u2013 in the vault\u2019s software, says the lender,  "
        "whose counter stays shut until the end of next week!"
    )
    shared = f"{front.format(opens, closes)}{said} {WIRE.split('. ', maxsplit=1)[0]}."
    copy = f"{opens}Closed. For good.{closes}\n{THIRD} {OTHER} {shared}"
    found = sourcing([member("a", "Harbour Ledger", shared), member("b", "Coinfold", copy, 60)])
    assert lines(found)["b"] == (Relation.COPIES, "a")
    shown = line(found, "b").evidence
    assert len(shown.split()) >= 12
    assert shown in " ".join(copy.split())
    assert f"{opens}a small one{closes}" in shown


def test_one_sentence_alike_is_no_copy() -> None:
    shared = WIRE.split(". ", maxsplit=1)[0]
    found = sourcing([member("a", "Harbour Ledger", WIRE), member("b", "Coinfold", f"{THIRD} {OTHER} {shared}.", 60)])
    assert lines(found)["b"] == (Relation.INDEPENDENT, None)


@pytest.mark.parametrize(
    ("opens", "closes"), [("\u201c", "\u201d"), ('"', '"'), ("\u201e", "\u201c"), ("\u00ab", "\u00bb")]
)
def test_shared_quotations_are_no_copy(opens: str, closes: str) -> None:
    quoted = f"{opens}{WIRE}{closes}, the chief of the bank said."
    rows = [member("a", "Harbour Ledger", f"{OTHER} {quoted}"), member("b", "Coinfold", f"{THIRD} {quoted}", 60)]
    assert lines(sourcing(rows))["b"] == (Relation.INDEPENDENT, None)


def test_a_third_of_the_words_edited_through_is_a_copy() -> None:
    edited = (
        WIRE.replace("stopped", "ceased").replace("handed", "given").replace("four", "five").replace("cellar", "attic")
    )
    found = sourcing([member("a", "Harbour Ledger", WIRE), member("b", "Coinfold", edited, 60)])
    assert lines(found)["b"] == (Relation.COPIES, "a")
    assert " % of its words stand in " in line(found, "b").evidence


def test_a_second_article_of_one_house_with_the_same_words_is_no_copy_of_itself() -> None:
    found = sourcing(
        [
            member("a", "Harbour Ledger", WIRE),
            member("b", "Harbour Ledger", WIRE, 60),
            member("c", "Coinfold", THIRD, 90),
        ]
    )
    assert lines(found)["b"] == (Relation.INDEPENDENT, None)


def test_a_wire_text_in_many_papers_is_a_copy_in_each_of_them() -> None:
    rows = [member(f"m{place:02}", f"Paper {place}", WIRE, place) for place in range(12)]
    found = sourcing(rows)
    assert found.independent == ("Paper 0",)
    assert all(one.of == "m00" for one in found.relations[1:])


def test_a_script_without_spaces_is_compared_by_the_character() -> None:
    text = (
        "銀行は正午に暗号資産の払い戻しを停止し、顧客は窓口で番号札を受け取った。修理は週末までかかる見込みだという。"
    )
    found = sourcing([member("a", "Harbour Ledger", text), member("b", "Coinfold", text, 60)])
    assert lines(found)["b"] == (Relation.COPIES, "a")


def test_a_credit_line_on_a_text_of_nobody_here_is_a_credit_and_on_a_members_text_a_copy() -> None:
    signed = f"VESSMARK (Meridian) \u2014 {WIRE}"
    found = sourcing([member("a", "Blockline", signed), member("b", "Coinfold", signed, 30)])
    assert lines(found) == {"a": (Relation.CITES, None), "b": (Relation.COPIES, "a")}
    assert found.unseen == ("Meridian",)
    assert found.independent == ("Meridian",)


def test_a_chain_that_ends_at_an_unseen_origin_speaks_with_its_voice() -> None:
    told = "The fault was first reported by Ledgerwatch Asia."
    rows = [
        member("b", "Harbour Ledger", f"{told} {THIRD}", 30),
        member("c", "Coinfold", f"The shut vault was first reported by Harbour Ledger. {OTHER}", 90),
    ]
    found = sourcing(rows)
    assert lines(found)["c"] == (Relation.CITES, "b")
    assert found.independent == ("Ledgerwatch Asia",)


def test_a_doubtful_origin_leaves_the_voice_to_the_publisher() -> None:
    told = "According to a report by Tracewell, the fault is an old one."
    found = sourcing([member("a", "Blockline", f"{told} {OTHER}")])
    assert lines(found) == {"a": (Relation.CITES, None)}
    assert found.unseen == ("Tracewell",)
    assert line(found, "a").confidence < 0.6
    assert found.independent == ("Blockline",)


def test_a_part_of_a_paper_that_no_feed_brings_is_an_origin_for_certain() -> None:
    told = "According to a report by SVMP Tech, the fault is an old one."
    found = sourcing([member("a", "Blockline", f"{told} {OTHER}"), member("b", "Coinfold", f"{told} {THIRD}", 30)])
    assert found.unseen == found.independent == ("SVMP Tech",)


@pytest.mark.parametrize(
    "opening",
    [
        "On Saturday, Coinwright reported that the vault had been empty for weeks.",
        "The vault was empty, SVMP Tech reported this week.",
        "The vault was empty, as reported by Almar Asia.",
        "Its chairman denied it in an interview with the Weekly Lantern.",
    ],
)
def test_who_opens_with_the_report_of_an_unknown_house_is_not_first(opening: str) -> None:
    found = sourcing([member("a", "Blockline", f"{opening} {OTHER} {THIRD}"), member("b", "Coinfold", WIRE, 30)])
    assert Relation.FIRST not in {relation for relation, _ in lines(found).values()}


def test_who_tells_of_a_firms_results_may_be_first() -> None:
    text = f"Osterlund reported on Monday a loss of 3 million crowns. {OTHER}"
    assert lines(sourcing([member("a", "Blockline", text)])) == {"a": (Relation.FIRST, None)}


def test_a_paper_that_prints_an_agencys_text_ahead_of_the_agency_is_the_copy() -> None:
    signed = f"VESSMARK (Meridian) \u2014 {WIRE}"
    found = sourcing(
        [member("a", "Blockline", signed), member("b", "Meridian", WIRE, 5), member("c", "Coinfold", WIRE, 30)]
    )
    assert lines(found) == {"a": (Relation.COPIES, "b"), "b": (Relation.FIRST, None), "c": (Relation.COPIES, "b")}


def test_a_link_to_an_article_of_the_story_is_a_credit() -> None:
    link = Link(url="http://www.harbourledger.example/2026/a/?utm_source=mail", text="A queue formed")
    found = sourcing([member("a", "Harbour Ledger", WIRE), member("b", "Coinfold", OTHER, 60, links=(link,))])
    assert lines(found)["b"] == (Relation.CITES, "a")


def test_a_link_to_an_official_article_of_the_story_is_none() -> None:
    link = Link(url="https://vessmarkconductauthority.example/2026/a", text="reported")
    text = f"{OTHER} The Vessmark Conduct Authority reported the fault, it said."
    rows = [member("a", "Vessmark Conduct Authority", WIRE), member("b", "Coinfold", text, 60, links=(link,))]
    assert lines(sourcing(rows))["b"] == (Relation.INDEPENDENT, None)


def test_a_house_that_only_repeated_before_is_not_first_with_its_next_article() -> None:
    told = f"The fault was first reported by Harbour Ledger. {THIRD}"
    rows = [
        member("a", "Blockline", told),
        member("b", "Blockline", OTHER, 60),
        member("c", "Harbour Ledger", WIRE, 120),
    ]
    found = sourcing(rows)
    assert lines(found) == {
        "a": (Relation.CITES, "c"),
        "b": (Relation.INDEPENDENT, None),
        "c": (Relation.FIRST, None),
    }


def test_an_entry_without_text_is_judged_by_its_summary_and_title() -> None:
    summary = "The vault is shut, Harbour Ledger reported on Monday."
    rows = [
        member("a", "Harbour Ledger", WIRE),
        member("b", "Coinfold", "", 30, summary=summary),
        member("c", "Blockline", "", 60, title="Vault shut, Harbour Ledger reports"),
    ]
    found = lines(sourcing(rows))
    assert found["b"] == found["c"] == (Relation.CITES, "a")


@pytest.mark.timeout(20)
def test_hostile_members_break_nothing() -> None:
    chance = random.Random(7)  # noqa: S311 - made-up texts, no secrets
    pieces = [
        "\ud800",
        "",
        " ",
        "\n" * 50,
        "reported",
        "according to a report by",
        "\u201c",
        '"',
        "(",
        "A" * 3_000,
        "\u0130",
        WIRE,
        "Ledger",
    ]
    rows = [
        member(
            f"m{place}",
            chance.choice(["", "\ud800", "Harbour Ledger", "X" * 5_000, "The", "!!"]),
            " ".join(chance.choices(pieces, k=chance.randrange(400))),
            chance.randrange(3),
            url=chance.choice(["", "http://[", "https://a.example/x", "\ud800://"]),
            title=chance.choice(pieces),
            copy_of=chance.choice([None, None, "m1", "m2", "m3", "gone", f"m{place}"]),
            links=(Link(url=chance.choice(pieces), text=chance.choice(pieces)),),
        )
        for place in range(60)
    ]
    found = sourcing(rows)
    assert len(found.relations) == 60
    assert sum(one.relation is Relation.FIRST for one in found.relations) <= 1
    for one in found.relations:
        assert 0 <= one.confidence <= 1
        assert len(one.evidence) <= 300
        assert one.of != one.article_id
    assert sourcing(list(reversed(rows))) == found


@pytest.mark.timeout(20)
def test_one_endless_text_is_read_to_a_bound() -> None:
    found = sourcing([member("a", "Harbour Ledger", f"{WIRE} " * 2_000), member("b", "Coinfold", "told " * 100_000, 5)])
    assert found.first == "a"


def test_the_time_grows_with_the_members_and_not_with_their_pairs() -> None:
    def seconds(count: int) -> float:
        chance = random.Random(3)  # noqa: S311 - made-up texts, no secrets
        words = [f"word{number}" for number in range(4_000)]
        rows = [
            member(f"m{place:04}", f"Paper {place}", " ".join(chance.choices(words, k=200)) + f". {WIRE}", place)
            for place in range(count)
        ]
        started = time.process_time()
        sourcing(rows)
        return time.process_time() - started

    seconds(40)
    assert seconds(600) < 8 * 3 * max(seconds(75), 0.01)
