"""A person's cut is final: carried out whole or not at all, kept for ever, or refused, on every database."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor import stories
from monitor.errors import BusyError, MonitorError
from monitor.feeds import article_key
from monitor.pipeline.cutting import SHORTEST_NAME, Cutter
from monitor.records import Cut, CutKind, Document, Placed, Read, Relation
from monitor.store import Store, ledger
from monitor.store.cuts import SHORTEST_PREFIX
from monitor.store.tables import articles, digests, entries, outcomes, story_members, told
from monitor.store.tables import stories as story_table
from tests.conformance.news import FEED, LATER, NOW, article, entry, outcome, polled

HARBOUR, BRIDGE = "harbour-story", "bridge-story"


def fill(store: Store, **placed: Sequence[str]) -> None:
    """Store articles by the stories they are in, in the order of the alphabet and each an hour after the one before."""
    names = sorted(name for names in placed.values() for name in names)
    store.sources.sync([FEED])
    store.sources.save([polled(*(entry(name) for name in names))])
    unread = {one.entry.key: one for one in store.sources.unread(NOW, 100)}
    published = {name: NOW + timedelta(hours=place) for place, name in enumerate(names)}
    read = [
        Read(unread=unread[name], article=article(name, published[name]), page=None, outcome=outcome("read", name))
        for name in names
    ]
    store.articles.save(read, NOW)
    for story, members in placed.items():
        place = [
            Placed(id=name, story=story, founded=name == members[0], similarity=0.0 if name == members[0] else 0.4)
            for name in members
        ]
        documents = [Document(id=name, title="", text="", published=published[name]) for name in members]
        store.grouping.save(place, documents, {}, "w1", [], NOW)


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with two stories: harbour of a, b and c, and bridge of d and e."""
    fill(store, **{HARBOUR: ["a1", "b1", "c1"], BRIDGE: ["d1", "e1"]})
    return store


def cutter(store: Store, note: str = "") -> Cutter:
    return Cutter(store=store, clock=lambda: LATER, by="ana", note=note)


def facts(store: Store, story: str) -> tuple[datetime, datetime, int, str | None]:
    """Return a story's times, size and alias, as its row has them."""
    with store.database.read() as connection:
        row = connection.execute(sa.select(story_table).where(story_table.c.id == story)).one()
    return (row.first_at, row.last_at, row.articles, row.merged_into)


def relations(store: Store, story: str) -> list[Relation | None]:
    found = store.stories.story(story)
    return [one.sourced.relation if one.sourced else None for one in found.members] if found else []


def hour(number: int) -> datetime:
    return NOW + timedelta(hours=number)


def everything(store: Store) -> list[object]:
    """Return all that a cut may change."""
    with store.database.read() as connection:
        return [
            connection.execute(sa.select(table).order_by(*table.primary_key.columns)).all()
            for table in (story_table, story_members, outcomes, told)
        ] + [store.cuts.listed()]


def test_a_split_makes_a_story_named_after_its_earliest_article(filled: Store) -> None:
    cut = cutter(filled, note="another ship").split(HARBOUR, ["c1", "b1"])
    assert cut == Cut(
        number=1,
        at=LATER,
        by="ana",
        kind=CutKind.SPLIT,
        story=HARBOUR,
        into=stories.story_id("b1"),
        articles=("b1", "c1"),
        apart=("a1",),
        note="another ship",
    )
    assert filled.cuts.listed() == [cut]
    assert facts(filled, HARBOUR) == (hour(0), hour(0), 1, None)
    assert facts(filled, cut.into) == (hour(1), hour(2), 2, None)
    assert filled.cuts.members(cut.into) == ["b1", "c1"]


def test_an_article_that_founded_the_story_it_leaves_founds_one_with_another_id(store: Store) -> None:
    founded = stories.story_id("a1")
    fill(store, **{founded: ["a1", "b1"]})
    cut = cutter(store).split(founded, ["a1"])
    assert cut.into == stories.story_id("a1 1") != founded
    again = cutter(store).merge(founded, [cut.into])
    assert [one.kind for one in again] == [CutKind.MERGE]
    assert cutter(store).split(founded, ["a1"]).into == stories.story_id("a1 3")


def test_what_was_merged_and_is_split_off_again_has_its_old_id_again(store: Store) -> None:
    one, two, three = (stories.story_id(name) for name in ("a1", "b1", "d1"))
    fill(store, **{one: ["a1"], two: ["b1", "c1"], three: ["d1"]})
    cutter(store).merge(one, [two, three])
    cut = cutter(store).split(one, ["c1", "b1"])
    assert (cut.into, cut.articles) == (two, ("b1", "c1"))
    assert facts(store, two) == (hour(1), hour(2), 2, None)
    assert store.cuts.stories_named(two) == [two]
    assert store.cuts.aliases(one) == [three], "other old ids stay"
    assert [stored.id for stored in store.cuts.active(NOW)] == [one, two]


def test_an_old_id_is_revived_by_a_later_article_only_if_no_other_could_be(store: Store) -> None:
    one, two, three = (stories.story_id(name) for name in ("a1", "c1", "d1"))
    fill(store, **{one: ["a1"], two: ["c1", "b1"], three: ["d1"]})
    cutter(store).merge(one, [two, three])
    both = cutter(store).split(one, ["b1", "c1", "d1"])
    assert both.into == stories.story_id("b1"), "two of them founded stories"
    assert store.cuts.aliases(one) == sorted([two, three])
    cutter(store).merge(one, [both.into])
    assert cutter(store).split(one, ["c1", "a1"]).into == two


def test_an_old_id_that_leads_to_another_story_is_left_alone(store: Store) -> None:
    one, two = stories.story_id("a1"), stories.story_id("b1")
    fill(store, **{one: ["a1"], two: ["b1", "c1"], "third3": ["d1"]})
    cutter(store).merge(one, [two])
    cutter(store).move("b1", "third3")
    assert cutter(store).split("third3", ["b1"]).into == stories.story_id("b1 3")
    assert store.cuts.stories_named(two) == [one]


def test_an_article_is_named_by_any_address_of_the_entry_that_brought_it(filled: Store) -> None:
    page = "https://one.example/news/quay-closed"
    with filled.database.write() as connection:
        c1, d1 = (entries.update().where(entries.c.key == name) for name in ("c1", "d1"))
        connection.execute(c1.values(url=page, url_key=article_key(page)))
        connection.execute(d1.values(url=f"{page}?part=2", url_key=None))
    for address in (page, "https://m.one.example/news/quay-closed/amp", "https://one.example/c1"):
        assert filled.cuts.articles_named(address) == {"c1": HARBOUR}
    assert filled.cuts.articles_named(f"{page}?part=2") == {"d1": BRIDGE}, "a link that its feed has several times"
    assert filled.cuts.articles_named(f"{page}?part=3") == {}


def test_the_shortest_name_is_the_same_for_those_who_speak_of_it_and_those_who_look() -> None:
    assert SHORTEST_NAME == SHORTEST_PREFIX


def test_stories_of_articles_are_found_as_far_as_they_are_in_one(filled: Store) -> None:
    assert filled.cuts.homes(["d1", "a1", "vanished1"]) == {"d1": BRIDGE, "a1": HARBOUR}
    assert filled.cuts.homes([]) == {}


def test_a_merge_leaves_an_alias_that_leads_straight_to_the_story(filled: Store) -> None:
    new = cutter(filled).split(HARBOUR, ["c1"]).into
    cutter(filled).merge(BRIDGE, [new])
    [cut] = cutter(filled).merge(HARBOUR, [BRIDGE])
    assert (cut.number, cut.story, cut.into, cut.apart) == (3, BRIDGE, HARBOUR, ())
    assert cut.articles == ("c1", "d1", "e1")
    assert facts(filled, HARBOUR) == (hour(0), hour(4), 5, None)
    assert [facts(filled, old)[2:] for old in (BRIDGE, new)] == [(0, HARBOUR)] * 2
    assert filled.cuts.aliases(HARBOUR) == sorted([BRIDGE, new])
    assert [filled.cuts.stories_named(name) for name in (BRIDGE, new, new[:6])] == [[HARBOUR]] * 3


def test_several_stories_are_merged_at_once_with_a_decision_for_each(store: Store) -> None:
    fill(store, one1=["a1"], two2=["b1"], three3=["c1"])
    cuts = cutter(store).merge("one1", ["two2", "three3", "two2"])
    assert [(cut.number, cut.story) for cut in cuts] == [(1, "two2"), (2, "three3")]
    assert store.cuts.members("one1") == ["a1", "b1", "c1"]


def test_a_move_takes_one_article_along_and_keeps_it_from_those_that_stay(filled: Store) -> None:
    cut = cutter(filled).move("https://one.example/c1?utm_source=mail", BRIDGE)
    assert (cut.articles, cut.apart, cut.story, cut.into) == (("c1",), ("a1", "b1"), HARBOUR, BRIDGE)
    assert facts(filled, HARBOUR) == (hour(0), hour(1), 2, None)
    assert facts(filled, BRIDGE) == (hour(2), hour(4), 3, None)


def test_the_last_article_to_leave_makes_its_story_an_alias(store: Store) -> None:
    fill(store, lone1=["a1"], other2=["b1"])
    assert cutter(store).move("a1", "other2").apart == ()
    assert facts(store, "lone1") == (hour(0), hour(0), 0, "other2")
    assert facts(store, "other2") == (hour(0), hour(1), 2, None)


def test_a_decision_about_an_alias_is_about_the_story_it_leads_to(filled: Store) -> None:
    cutter(filled).merge(HARBOUR, [BRIDGE])
    cut = cutter(filled).split(BRIDGE, ["d1"])
    assert (cut.story, cut.articles) == (HARBOUR, ("d1",))


def test_the_ledger_says_of_each_article_and_story_what_was_done_and_by_whom(filled: Store) -> None:
    cut = cutter(filled).split(HARBOUR, ["c1"])
    with filled.database.read() as connection:
        rows = connection.execute(sa.select(outcomes).where(outcomes.c.step == "cut")).all()
    assert {(row.subject, row.outcome, row.reason) for row in rows} == {
        ("c1", "moved", "split"),
        (HARBOUR, "cut", "split"),
        (cut.into, "cut", "split"),
    }
    for row in rows:
        assert row.numbers == {"cut": 1, "from": HARBOUR, "into": cut.into, "by": "ana"}
        assert row.config == "config-hash"


def test_who_was_told_of_an_article_is_not_told_again_because_it_moved(filled: Store) -> None:
    digest = {
        "id": "d", "watch": "w", "person": "me", "trigger": "", "created_at": NOW, "content": {}, "config": "",
        "model": "",
    }  # fmt: skip
    heard = [
        {"person": "me", "story_id": HARBOUR, "article_id": one, "digest_id": "d", "at": NOW} for one in ("a1", "c1")
    ]
    with filled.database.write() as connection:
        connection.execute(digests.insert().values(digest))
        connection.execute(told.insert(), heard)
    new = cutter(filled).split(HARBOUR, ["b1", "c1"]).into
    assert filled.readers.told("me")[new].article_ids == {"c1"}
    cutter(filled).merge(BRIDGE, [new])
    assert filled.readers.told("me")[BRIDGE].article_ids == {"c1"}
    assert filled.readers.told("me")[HARBOUR].article_ids == {"a1"}


def test_whose_news_an_article_is_must_be_found_anew_among_other_members(filled: Store) -> None:
    with filled.database.write() as connection:
        known = {"relation": Relation.CITES.value, "relation_of": "a1", "origin": "One", "evidence": "x"}
        connection.execute(story_members.update().values(known))
    assert relations(filled, HARBOUR) == [Relation.CITES] * 3
    new = cutter(filled).split(HARBOUR, ["c1"]).into
    assert (relations(filled, HARBOUR), relations(filled, new)) == ([None] * 2, [None])
    assert relations(filled, BRIDGE) == [Relation.CITES] * 2


def test_a_late_article_that_grouping_places_again_stays_where_a_person_put_it(filled: Store) -> None:
    cutter(filled).move("c1", BRIDGE)
    place = Placed(id="c1", story=HARBOUR, founded=False, similarity=0.9)
    filled.grouping.save([place], [Document(id="c1", title="", text="", published=NOW)], {}, "w1", [], NOW)
    assert filled.stories.story_of("c1") == BRIDGE


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        (lambda one: one.split("nowhere", ["a1"]), "story nowhere: there is no such story"),
        (lambda one: one.split(HARBOUR, ["z9"]), "article z9: no such article was read"),
        (lambda one: one.split(HARBOUR, ["a1", "https://one.example/z9"]), "z9: no such article was read"),
        (lambda one: one.split(HARBOUR, ["a1", "d1"]), "article d1: it is not in story harbour-story, but in bridge"),
        (lambda one: one.split(HARBOUR, []), "name the articles that shall leave it"),
        (lambda one: one.split(HARBOUR, ["c1", "b1", "a1"]), "these are all of its articles"),
        (lambda one: one.merge(HARBOUR, [HARBOUR]), "it cannot be merged with itself"),
        (lambda one: one.merge(HARBOUR, [BRIDGE, "harbour"]), "it cannot be merged with itself"),
        (lambda one: one.merge(HARBOUR, []), "name the stories"),
        (lambda one: one.merge(HARBOUR, [BRIDGE, "nowhere"]), "story nowhere: there is no such story"),
        (lambda one: one.move("a1", HARBOUR), "article a1: it is in story harbour-story already"),
        (lambda one: one.move("a1", "nowhere"), "story nowhere: there is no such story"),
        (lambda one: one.move("%%%%", BRIDGE), "article %%%%: no such article was read"),
        (lambda one: one.move("", BRIDGE), "article : no such article was read"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_a_sentence_and_changes_nothing(
    filled: Store, deed: object, sentence: str
) -> None:
    before = everything(filled)
    with pytest.raises(MonitorError) as refused:
        deed(cutter(filled))  # type: ignore[operator]  # one of the lambdas above
    assert sentence in str(refused.value)
    assert everything(filled) == before


def test_an_article_that_waits_for_grouping_cannot_be_moved(filled: Store) -> None:
    with filled.database.write() as connection:
        connection.execute(story_members.delete().where(story_members.c.article_id == "c1"))
    with pytest.raises(MonitorError, match="it is in no story yet; the next `monitor run`"):
        cutter(filled).move("c1", BRIDGE)
    with pytest.raises(MonitorError, match="article c1: it is not in story harbour-story; nothing"):
        cutter(filled).split(HARBOUR, ["c1"])


def test_the_first_characters_of_an_id_are_enough_where_they_begin_one(store: Store) -> None:
    fill(store, first_story=["abcd1", "abcd2", "efgh1"], first_other=["abcd3"])
    assert cutter(store).split("first_s", ["efgh"]).articles == ("efgh1",)
    with pytest.raises(MonitorError, match="article abcd: several begin like this: abcd1, abcd2"):
        cutter(store).split("first_s", ["abcd"])
    with pytest.raises(MonitorError, match="story first_: several begin like this: first_other, first_story"):
        cutter(store).move("abcd3", "first_")
    with pytest.raises(MonitorError, match="article efg: no such article"):
        cutter(store).move("efg", "first_o")


def test_an_id_that_begins_others_elsewhere_is_clear_within_its_story(store: Store) -> None:
    fill(store, first_story=["abcd1", "efgh1"], second_story=["abcd2"])
    assert cutter(store).split("first_story", ["abcd"]).articles == ("abcd1",)


def test_an_address_under_which_another_feed_brought_an_article_names_it_too(filled: Store) -> None:
    filled.sources.save([polled(entry("twin", url="https://two.example/c"))])
    [twin] = [one for one in filled.sources.unread(LATER, 10) if one.entry.key == "twin"]
    known = filled.articles.known(["c1"])["c1"]
    filled.articles.save([Read(unread=twin, article=known, page=None, outcome=outcome("read", twin.id))], LATER)
    assert filled.cuts.articles_named("https://two.example/c") == {"c1": HARBOUR}
    assert filled.cuts.articles_named("https://two.example/c", within=BRIDGE) == {}


def test_no_cut_is_made_while_a_cycle_runs(filled: Store) -> None:
    other = Store(filled.database._engine.url.render_as_string(hide_password=False))
    try:
        with other.only_one("cycle"), pytest.raises(BusyError, match="another process is doing the cycle"):
            cutter(filled).merge(HARBOUR, [BRIDGE])
    finally:
        other.close()
    assert filled.cuts.listed() == []


def test_a_cut_that_dies_on_the_way_has_changed_nothing(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(filled)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(ledger, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            cutter(filled).split(HARBOUR, ["c1"])
    assert everything(filled) == before
    assert cutter(filled).split(HARBOUR, ["c1"]).number == 1


def test_a_decision_that_another_one_has_overtaken_is_refused_whole(filled: Store) -> None:
    first = cutter(filled).split(HARBOUR, ["c1"])
    before = everything(filled)
    late = replace(first, number=2, into="late-story", articles=("b1", "c1"))
    moved_on = replace(first, number=2, kind=CutKind.MOVE, into=BRIDGE, articles=("b1",), apart=("a1", "c1"))
    for stale in (first, replace(first, number=3), late, moved_on):
        with pytest.raises(BusyError, match="meanwhile; try again"):
            filled.cuts.decide([stale], [outcome("cut", "x")])
        assert everything(filled) == before


def test_nothing_is_put_into_a_story_that_was_merged_meanwhile(filled: Store) -> None:
    cutter(filled).merge(HARBOUR, [BRIDGE])
    into_alias = Cut(
        number=2, at=LATER, by="", kind=CutKind.MOVE, story=HARBOUR, into=BRIDGE, articles=("a1",),
        apart=("b1", "c1", "d1", "e1"),
    )  # fmt: skip
    before = everything(filled)
    with pytest.raises(BusyError, match="meanwhile"):
        filled.cuts.decide([into_alias], [])
    assert everything(filled) == before


def test_of_several_people_who_cut_at_once_each_is_done_whole_or_told_to_wait(filled: Store) -> None:
    ended: list[str] = []
    ready = threading.Barrier(4)

    def cut() -> None:
        ready.wait()
        try:
            cutter(filled).split(HARBOUR, ["c1"])
            ended.append("done")
        except MonitorError as error:
            ended.append(error.reason)

    people = [threading.Thread(target=cut) for _ in range(4)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert ended.count("done") == 1
    assert set(ended) <= {"done", "busy", "not-in-story"}
    assert [one.number for one in filled.cuts.listed()] == [1]
    assert filled.cuts.members(HARBOUR) == ["a1", "b1"]


def test_stories_are_listed_by_their_newest_article_and_titled_by_their_earliest(filled: Store) -> None:
    listed = filled.cuts.active(NOW)
    assert [(one.id, one.articles, one.headline) for one in listed] == [
        (BRIDGE, 2, "Title of d1"),
        (HARBOUR, 3, "Title of a1"),
    ]
    assert (listed[0].first_at, listed[0].last_at) == (hour(3), hour(4))
    assert [one.id for one in filled.cuts.active(hour(3))] == [BRIDGE]
    cutter(filled).merge(HARBOUR, [BRIDGE])
    assert [one.id for one in filled.cuts.active(NOW)] == [HARBOUR]


def test_a_story_of_more_articles_than_a_statement_takes_values_is_merged_whole(store: Store) -> None:
    names = [f"n{number:04}" for number in range(2_300)]
    fill(store, small1=["aaaa1"])
    with store.database.write() as connection:
        row = connection.execute(sa.select(articles).where(articles.c.id == "aaaa1")).mappings().one()
        connection.execute(
            articles.insert(), [{**row, "id": name, "url": f"https://x.example/{name}"} for name in names]
        )
    placed = [Placed(id=name, story="large2", founded=name == "n0000", similarity=0.5) for name in names]
    documents = [Document(id=name, title="", text="", published=NOW) for name in names]
    store.grouping.save(placed, documents, {}, "w1", [], NOW)
    cutter(store).merge("small1", ["large2"])
    assert facts(store, "small1")[2] == 2_301
