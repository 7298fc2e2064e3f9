"""Stories by hand: what `monitor stories` shows, what it changes, and how it refuses."""

from __future__ import annotations

import json
import os
import pwd
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typer

from monitor.cli import stories
from monitor.cli.app import one_sentence
from monitor.records import Document, Placed, Read, Relation, Sourced
from monitor.store import Store
from monitor.store.tables import articles, story_members
from tests.conformance.news import FEED, article, entry, outcome, polled
from tests.program import Ran, monitor
from tests.small_config import FEEDS, monitor_toml

BOATS = (
    'title = "Boats"\ndescription = "Boats."\n'
    'seeds = ["a boat", "new boat", "boat yard", "wooden boat", "boat builder"]\n'
)
RECENT = datetime.now(tz=UTC).replace(hour=8, minute=12, second=0, microsecond=0) - timedelta(days=1)
NEWS = (
    ("aground01", "ferry-story", "Ferry runs aground off Calla Point", "Harbour Post"),
    ("aground02", "ferry-story", "Calla Point: 240 taken off a stranded\x1b[2J ferry", "Strait Courier"),
    ("aground03", "ferry-story", "", "Harbour Post"),
    ("tunnel001", "tunnel-story", "Calla tunnel to close for a month", "Strait Courier"),
)
TEXTS = {
    "aground01": "A ferry with 240 passengers hit sand. “Nobody on board was hurt at all that night,” said Ines Varga.",
    "aground02": "Boats fetched the 240 passengers. Ines Varga said: “Nobody on board was hurt at all that night.”",
}
LEVY = (
    (
        "Merrow council proposes levy on ferry tickets",
        "Harbour Post",
        (
            "The Merrow city council proposed rules for a levy of 3 crowns on ferry tickets on Monday. "
            "Its chair, Ilse Brandauer, said that the harbour walls need the money badly."
        ),
    ),
    (
        "Ferry tickets in Merrow may cost more",
        "Strait Courier",
        (
            "Ferry tickets in Merrow may soon cost 3 crowns more, according to the Harbour Post. "
            "The council wants the money for its harbour walls."
        ),
    ),
    (
        "Merrow council adopts ferry levy",
        "Merrow Ledger",
        (
            "The Merrow city council adopted the rules for a ferry levy by 21 votes to 9 on Tuesday. "
            "The opposition leader Teo Amaral called the vote a blow to all 4,180 islanders."
        ),
    ),
)
"""Titles, publishers and texts of a story, five hours from one to the next."""
FOUNDED = Placed(id="", story="", founded=True, similarity=0.0, reason="no-near-story")
SHARES = Placed(
    id="",
    story="",
    founded=False,
    similarity=0.43,
    terms=("ferry", "calla point"),
    closest="aground01",
    reason="shared-facts",
    nearest="tunnel-story",
    nearest_similarity=0.21,
    apart="unlike",
)


def read(store: Store, name: str, at: datetime, title: str, publisher: str, text: str, place: Placed) -> None:
    """Have an article found by a feed and read at a moment, and placed in a story."""
    store.sources.save([polled(entry(name), at=at)])
    [unread] = store.sources.unread(at, 20)
    made = replace(article(name, at), title=title, publisher=publisher, text=text)
    store.articles.save([Read(unread=unread, article=made, page=None, outcome=outcome("read", name))], at)
    document = Document(id=name, title="", text="", published=at)
    store.grouping.save([replace(place, id=name)], [document], {}, "w1", [], at)


def fill(store: Store) -> None:
    store.sources.sync([FEED])
    for hour, (name, story, title, publisher) in enumerate(NEWS):
        place = replace(SHARES if name.startswith("aground0") and hour else FOUNDED, story=story)
        read(store, name, RECENT + timedelta(hours=hour), title, publisher, TEXTS.get(name, "Short."), place)


@pytest.fixture
def levy(home: Path) -> Iterator[Store]:
    """Return the store with one more story of three articles, of which is not stored whose news they are."""
    store = Store(f"sqlite:///{home / 'monitor.db'}")
    for number, (title, publisher, text) in enumerate(LEVY):
        place = replace(SHARES, closest="levy00000", nearest=None) if number else FOUNDED
        at = RECENT + timedelta(hours=5 * number)
        read(store, f"levy0000{number}", at, title, publisher, text, replace(place, story="levy-story"))
    yield store
    store.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a working folder with a configuration, and a database of two stories with four articles."""
    (tmp_path / "config" / "topics").mkdir(parents=True)
    (tmp_path / "config" / "monitor.toml").write_text(monitor_toml("boats"))
    (tmp_path / "config" / "feeds.toml").write_text(FEEDS)
    (tmp_path / "config" / "topics" / "boats.toml").write_text(BOATS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{tmp_path / 'monitor.db'}")
    monkeypatch.setenv("LOGNAME", "ana")
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    fill(store)
    yield tmp_path
    store.close()


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return what runs a command of this room in this process."""
    assert home == Path.cwd()
    app = typer.Typer()
    stories.register(app)
    app.command("else")(lambda: None)

    def ran(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended, one_sentence():
            app(["stories", *arguments])
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return ran


def as_json(ran: Ran) -> Any:
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def timeline(told: Any) -> Sequence[str]:
    return [one["id"] for one in told["timeline"]]


def test_a_story_is_told_first_and_then_shown_article_by_article(run: Callable[..., Ran]) -> None:
    lines = run("show", "ferry-story").out.splitlines()
    day, start = f"{RECENT:%Y-%m-%d}", lines.index("Story      ferry-story")
    assert lines[0] == "Headline   Ferry runs aground off Calla Point"
    assert lines[1].startswith("Summary    ")
    assert lines[start - 1].startswith("Sources    ")
    assert lines[start + 1 : start + 4] == [
        "",
        f"{day} 08:12  Harbour Post: Ferry runs aground off Calla Point",
        "  article  aground01 https://one.example/aground01",
    ]
    assert lines[start + 4].startswith("  source   ")
    assert lines[start + 5 : start + 9] == [
        "  here     founded the story: no story was near",
        "",
        f"{day} 09:12  Strait Courier: Calla Point: 240 taken off a stranded [2J ferry",
        "  article  aground02 https://one.example/aground02",
    ]
    assert lines[start + 10 : start + 12] == [
        "  here     the same figures, names or quotes, 0.43 like “Ferry runs aground off Calla Point”",
        "           words: ferry, calla point",
    ]
    end = lines.index("", start + 10)
    told = {name: said for name, _, said in (line.strip().partition(": ") for line in lines[start + 12 : end])}
    assert "240" in told["figures"]
    assert "obody on board was hurt at all" in told["quotes"]
    assert "Ines Varga" in told["names"]
    assert told["passage"] == "Boats fetched the 240 passengers."
    assert told["there"] == "A ferry with 240 passengers hit sand."
    assert lines[end - 1] == "  not in   tunnel-story, 0.21 like it: too unlike"
    assert lines[end + 1] == f"{day} 10:12  Harbour Post: (no title)"


def test_who_was_first_and_who_stands_alone_is_said_in_one_line(run: Callable[..., Ran], levy: Store) -> None:
    first = f"{RECENT.day} {RECENT:%b %H:%M} UTC"
    lines = run("show", "levy-story").out.splitlines()
    sources = next(line for line in lines if line.startswith("Sources"))
    assert sources == (
        f"Sources    first seen by us: Harbour Post, {first}; "
        "3 articles, 2 independent publishers (Harbour Post, Merrow Ledger)"
    )
    assert "Status     adopted: Merrow council adopts ferry levy (Merrow Ledger)" in lines
    cited = next(line for line in lines if line.startswith("  source   cites"))
    assert cited.startswith("  source   cites Harbour Post: “Ferry tickets in Merrow may soon cost 3 crowns more, ")
    assert cited.endswith("” (90 %)")
    with levy.database.read() as connection:
        assert set(connection.scalars(sa.select(story_members.c.relation))) == {None}, "looking stores nothing"


def test_relations_are_found_when_they_are_shown_whatever_was_stored_before(
    run: Callable[..., Ran], levy: Store
) -> None:
    before = run("show", "levy-story").out
    stale = [
        Sourced(article_id=f"levy0000{number}", relation=Relation.COPIES, origin="Dock Gazette") for number in range(3)
    ]
    levy.grouping.save_sources(stale)
    assert run("show", "levy-story").out == before
    assert "Dock Gazette" not in before


def test_an_origin_that_no_feed_brings_is_named(run: Callable[..., Ran], levy: Store) -> None:
    text = (
        "Ferry tickets in Merrow will cost 3 crowns more, according to the Marine Gazette. The council met on Monday."
    )
    with levy.database.write() as connection:
        connection.execute(articles.update().where(articles.c.id == "levy00000").values(text=text))
    lines = run("show", "levy-story").out.splitlines()
    assert any(one.startswith("  source   cites Marine Gazette: “Ferry tickets") for one in lines)
    assert "           credits, not among our feeds: Marine Gazette" in lines
    assert any("earliest that we saw, not sure to be the first: Harbour Post" in one for one in lines)
    told = as_json(run("show", "levy-story", "--json"))["sourcing"]
    assert (told["first"], told["first_is_known"], told["unseen"]) == ("levy00000", False, ["Marine Gazette"])
    assert told["publishers"] == ["Harbour Post", "Strait Courier", "Merrow Ledger"]


def test_a_story_of_three_hundred_articles_is_shown_in_seconds(run: Callable[..., Ran], levy: Store) -> None:
    with levy.database.write() as connection:
        row = connection.execute(sa.select(articles).where(articles.c.id == "levy00001")).mappings().one()
        place = connection.execute(sa.select(story_members).where(story_members.c.article_id == row["id"])).mappings()
        of = dict(place.one())
        names = [f"many{number:05}" for number in range(300)]
        copies = [{**row, "id": name, "url": f"https://x.example/{name}"} for name in names]
        connection.execute(articles.insert(), copies)
        connection.execute(story_members.insert(), [{**of, "article_id": name} for name in names])
    began = time.process_time()
    assert len(as_json(run("show", "levy-story", "--json"))["timeline"]) == 303
    assert time.process_time() - began < 10


@pytest.mark.usefixtures("levy")
def test_a_publisher_goes_by_the_name_of_its_house(run: Callable[..., Ran], home: Path) -> None:
    house = '[[publisher]]\nname = "Harbour Media"\ndomains = ["harbour.example"]\naliases = ["Harbour Post"]\n'
    (home / "config" / "publishers.toml").write_text(house)
    assert as_json(run("show", "levy-story", "--json"))["sourcing"]["publishers"][0] == "Harbour Media"


@pytest.mark.usefixtures("levy")
def test_what_is_new_since_a_moment_was_not_in_what_had_been_seen_by_then(run: Callable[..., Ran]) -> None:
    since = RECENT + timedelta(hours=6)
    news = as_json(run("show", "levy-story", "--since", f"{since:%Y-%m-%d %H:%M}", "--json"))["news"]
    assert news["since"] == since.isoformat()
    assert {sentence["publisher"] for sentence in news["sentences"]} == {"Merrow Ledger"}
    assert "Teo Amaral" in news["actors"]
    assert "4,180" in " ".join(news["figures"])
    assert (news["status"]["word"], news["before"]) == ("adopted", "proposed")
    lines = run("show", "levy-story", "--since", f"{since:%Y-%m-%dT%H:%M}+00:00").out.splitlines()
    start = lines.index(f"New since  {since:%Y-%m-%d %H:%M} UTC")
    assert lines[start + 1].endswith("(Merrow Ledger)")
    assert "           status: proposed, now adopted: Merrow council adopts ferry levy (Merrow Ledger)" in lines


@pytest.mark.usefixtures("levy")
def test_a_moment_is_utc_unless_it_says_otherwise(run: Callable[..., Ran]) -> None:
    last = RECENT + timedelta(hours=10)
    assert f"New since  {last:%Y-%m-%d %H:%M} UTC\n" in run("show", "levy-story", "--since", f"{last:%F %T}").out
    later = f"{last + timedelta(minutes=1):%F %H:%M}"
    assert f"New since  {later} UTC: nothing\n" in run("show", "levy-story", "--since", later).out
    ahead = f"{last + timedelta(hours=1):%FT%T}+01:00"
    assert as_json(run("show", "levy-story", "--since", ahead, "--json"))["news"]["since"] == last.isoformat()
    whole = as_json(run("show", "levy-story", "--since", "2020-01-01", "--json"))["news"]
    assert (bool(whole["sentences"]), whole["before"]) == (True, "")
    assert as_json(run("show", "levy-story", "--json"))["news"] is None


@pytest.mark.parametrize("given", ["yesterday", "2026-13-01", "", "0001-01-01T00:00+14:00"])
def test_what_is_no_moment_is_refused(run: Callable[..., Ran], given: str) -> None:
    ran = run("show", "ferry-story", "--since", given)
    assert (ran.code, ran.out) == (2, "")
    assert "is no time; write it like" in " ".join(ran.err.replace("│", " ").split())


@pytest.mark.usefixtures("levy")
def test_a_story_is_one_object_for_a_program(run: Callable[..., Ran]) -> None:
    told = as_json(run("show", "levy-s", "--json"))
    assert list(told) == [
        *("id", "named", "headline", "summary", "status", "articles", "publishers", "first_at", "last_at"),
        *("sourcing", "timeline", "cuts", "aliases", "news"),
    ]
    assert (told["id"], told["named"], told["articles"], told["publishers"]) == ("levy-story", "levy-s", 3, 3)
    assert told["headline"] in {title for title, *_ in LEVY}
    texts = {f"levy0000{number}": (publisher, text) for number, (_, publisher, text) in enumerate(LEVY)}
    for sentence in told["summary"]:
        publisher, text = texts[sentence["article_id"]]
        assert (sentence["publisher"], sentence["text"] in text) == (publisher, True)
    assert told["status"]["shown_by"]["article_id"] == "levy00002"
    sourcing = told["sourcing"]
    assert (sourcing["first"], sourcing["first_publisher"]) == ("levy00000", "Harbour Post")
    assert sourcing["first_at"] == told["first_at"] == RECENT.isoformat()
    assert (sourcing["articles"], sourcing["independent"]) == (3, ["Harbour Post", "Merrow Ledger"])
    second = told["timeline"][1]
    assert (second["sourced"]["relation"], second["sourced"]["of"]) == ("cites", "levy00000")
    assert second["like"]["id"] == "levy00000"
    assert second["tie"]["passage"] in LEVY[1][2]
    assert second["tie"]["other_passage"] in LEVY[0][2]
    assert (told["cuts"], told["aliases"]) == ([], [])


def test_of_an_article_its_address_placement_and_ties_are_given(run: Callable[..., Ran]) -> None:
    told = as_json(run("show", "ferry-s", "--json"))
    assert timeline(told) == ["aground01", "aground02", "aground03"]
    second = told["timeline"][1]
    assert second["url"] == "https://one.example/aground02"
    assert second["placed"]["nearest"] == "tunnel-story"
    assert "Ines Varga" in second["tie"]["names"]
    assert [told["timeline"][0][name] for name in ("like", "tie", "cut")] == [None] * 3


def test_a_story_whose_closest_article_is_gone_is_shown_without_it(run: Callable[..., Ran], levy: Store) -> None:
    with levy.database.write() as connection:
        of = story_members.c.article_id == "levy00001"
        connection.execute(story_members.update().where(of).values(closest="vanished1"))
    assert "names or quotes, 0.43 like an article that is gone\n" in run("show", "levy-story").out
    second = as_json(run("show", "levy-story", "--json"))["timeline"][1]
    assert (second["like"], second["tie"], second["placed"]["closest"]) == (None, None, "vanished1")


@pytest.mark.parametrize(
    ("apart", "words"),
    [
        ("unlike", "too unlike"),
        ("name", "another name"),
        ("number", "another number"),
        ("outcome", "another outcome"),
        ("form", "another notice of the same form"),
        ("cut", "a person parted them"),
        ("", "less like it"),
    ],
)
def test_why_an_article_is_not_in_the_nearest_story_is_said_in_words(
    run: Callable[..., Ran], home: Path, apart: str, words: str
) -> None:
    store = Store(f"sqlite:///{home / 'monitor.db'}")
    with store.database.write() as connection:
        of = story_members.c.article_id == "aground02"
        connection.execute(story_members.update().where(of).values(apart=apart))
    store.close()
    assert f"  not in   tunnel-story, 0.21 like it: {words}\n" in run("show", "ferry-story").out


def test_a_story_without_articles_says_so(run: Callable[..., Ran], home: Path) -> None:
    store = Store(f"sqlite:///{home / 'monitor.db'}")
    with store.database.write() as connection:
        connection.execute(story_members.delete().where(story_members.c.story_id == "tunnel-story"))
    store.close()
    assert run("show", "tunnel-story").out == "Story      tunnel-story\n           it has no articles\n"
    told = as_json(run("show", "tunnel-story", "--since", "2026-01-01", "--json"))
    assert (told["headline"], told["summary"], told["timeline"], told["first_at"]) == ("", [], [], None)
    assert (told["sourcing"]["first"], told["sourcing"]["independent"]) == (None, [])
    assert told["news"]["sentences"] == []


def test_a_split_is_told_kept_and_shown_in_both_stories(run: Callable[..., Ran]) -> None:
    [cut] = as_json(run("split", "ferry-story", "https://one.example/aground02?utm_source=x", "--json"))["cuts"]
    assert (cut["kind"], cut["by"], cut["articles"]) == ("split", "ana", ["aground02"])
    new = run("show", cut["into"]).out
    assert "  here     put here by ana (split 1)\n" in new
    assert "words: " not in new
    assert f"1 article out of ferry-story into {cut['into']}" in new
    assert "Split 1" in run("show", "ferry-story").out
    assert as_json(run("cuts", "--json")) == {"cuts": [cut]}


def test_a_merge_leaves_old_ids_that_still_show_the_story(run: Callable[..., Ran]) -> None:
    ran = run("merge", "ferry-story", "tunnel-story", "--by", "ben", "--note", "one\nstrike")
    assert ran.out == "merge 1: 1 article out of tunnel-story into ferry-story\n"
    lines = run("show", "tunnel-s").out.splitlines()
    assert "Story      ferry-story, to which tunnel-story leads" in lines
    assert lines[-1] == "Old ids    tunnel-story"
    assert lines[-2].startswith("Merge 1    ")
    assert lines[-2].endswith(" UTC by ben: 1 article out of tunnel-story into ferry-story: one strike")
    assert len(as_json(run("show", "tunnel-story", "--json"))["timeline"]) == 4
    assert "founded the story" in run("show", "ferry-story").out, "a merge keeps what grouping found of each article"


def test_a_move_takes_an_article_to_another_story(run: Callable[..., Ran]) -> None:
    assert run("move", "aground03", "tunnel-story", "--by", "").out.startswith("move 1: 1 article out of ferry-story")
    assert timeline(as_json(run("show", "tunnel-story", "--json"))) == ["aground03", "tunnel001"]
    assert "by nobody named: 1 article" in run("cuts").out


def test_an_id_that_a_last_article_left_leads_to_the_story_it_was_moved_to(run: Callable[..., Ran]) -> None:
    run("move", "tunnel001", "ferry-story")
    assert "Story      ferry-story, to which tunnel-story leads\n" in run("show", "tunnel-story").out


def test_an_article_says_when_the_one_it_came_for_is_in_another_story_now(run: Callable[..., Ran]) -> None:
    assert "now in story" not in run("show", "ferry-story").out
    assert as_json(run("show", "ferry-story", "--json"))["timeline"][1]["like"]["story"] == "ferry-story"
    [cut] = as_json(run("split", "ferry-story", "aground01", "--json"))["cuts"]
    said = f"0.43 like “Ferry runs aground off Calla Point” (now in story {cut['into']})\n"
    assert said in run("show", "ferry-story").out
    assert as_json(run("show", "ferry-story", "--json"))["timeline"][0]["like"]["story"] == cut["into"]


def test_who_gives_no_name_decides_under_the_name_of_the_login(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    [cut] = as_json(run("move", "aground03", "tunnel-story", "--json"))["cuts"]
    assert cut["by"] == pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)  # as in a container that runs under a bare number
    [cut] = as_json(run("move", "aground03", "ferry-story", "--json"))["cuts"]
    assert cut["by"] == ""


def test_the_group_filter_takes_ids_that_are_half_a_character(tmp_path: Path) -> None:
    given = '{"id": "\\ud800", "source": "\\ud800", "language": "\\ud800"}\n{"id": 0}\n'
    ran = monitor("group", "--in", "-", cwd=tmp_path, given=given)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [json.loads(one)["id"] for one in ran.stdout.splitlines()] == ["?", "0"]


def test_active_stories_are_listed_with_their_headlines(run: Callable[..., Ran]) -> None:
    listed = as_json(run("list", "--json"))["stories"]
    assert [(one["id"], one["articles"]) for one in listed] == [("tunnel-story", 1), ("ferry-story", 3)]
    lines = run("list").out.splitlines()
    assert lines[0].split() == ["id", "first", "at", "last", "at", "articles", "began", "with"]
    assert lines[2].startswith("ferry-story")
    assert lines[2].rstrip().endswith("Ferry runs aground off Calla Point")


def test_stories_are_listed_as_far_back_as_a_century(run: Callable[..., Ran]) -> None:
    assert len(as_json(run("list", "--since", "36500", "--json"))["stories"]) == 2
    ran = run("list", "--since", "800000")
    assert (ran.code, ran.out) == (2, "")
    assert "less than or equal to 36500" in ran.err


def test_where_there_is_nothing_a_sentence_says_so(run: Callable[..., Ran]) -> None:
    assert run("cuts").out == "nobody has decided anything about stories yet\n"
    assert as_json(run("cuts", "--json")) == {"cuts": []}
    store = Store(f"sqlite:///{Path.cwd() / 'monitor.db'}")
    with store.database.write() as connection:
        connection.execute(story_members.delete())
    store.close()
    assert (
        run("list", "--since", "1").out
        == "no story has an article of the last 1 day; --since DAYS looks further back\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (
            ("show", "nowhere"),
            1,
            "there is no such story; `monitor stories list` shows those of the last days, `--since 365` more",
        ),
        (("show", "fer"), 1, "story fer: at least the first 4 characters of a story's id are needed"),
        (("move", "agr", "tunnel-story"), 1, "agr: no such article was read; at least the first 4 characters of its"),
        (("show", "\udcff\udcff\udcff\udcff"), 1, "story ????: there is no such story"),
        (("split", "ferry-story", "tunnel001"), 1, "article tunnel001: it is not in story ferry-story, but in tunnel"),
        (("split", "ferry-story", "aground0"), 1, "several begin like this: aground01, aground02, aground03"),
        (("split", "tunnel-story", "tunnel001"), 1, "these are all of its articles"),
        (("merge", "ferry-story", "ferry-story"), 1, "it cannot be merged with itself"),
        (("move", "aground01", "ferry-story"), 1, "it is in story ferry-story already"),
        (("move", "https://one.example/\udcff", "ferry-story"), 1, "no such article was read"),
    ],
    ids=lambda value: " ".join(value).encode("ascii", "replace").decode() if isinstance(value, tuple) else "",
)
def test_a_mistake_is_one_sentence(
    run: Callable[..., Ran], arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert sentence in ran.err
    assert as_json(run("cuts", "--json")) == {"cuts": []}


@pytest.mark.parametrize("task", ["cycle", "grouping"])
def test_while_a_cycle_or_grouping_runs_nothing_is_cut(home: Path, run: Callable[..., Ran], task: str) -> None:
    other = Store(f"sqlite:///{home / 'monitor.db'}")
    with other.only_one(task):
        ran = run("merge", "ferry-story", "tunnel-story")
    other.close()
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"monitor: another process is doing the {task} on this database; try again later\n"


def test_the_program_splits_merges_and_shows_from_end_to_end(home: Path) -> None:
    split = monitor("stories", "split", "ferry-story", "aground02", "--note", "another ferry", "--json", cwd=home)
    assert (split.returncode, split.stderr) == (0, "")
    [cut] = json.loads(split.stdout)["cuts"]
    assert (cut["by"], cut["note"]) == ("ana", "another ferry")
    merged = monitor("stories", "merge", "tunnel-story", cut["into"], cwd=home)
    assert merged.stdout == f"merge 2: 1 article out of {cut['into']} into tunnel-story\n"
    shown = monitor("stories", "show", cut["into"], cwd=home)
    assert f"Story      tunnel-story, to which {cut['into']} leads\n" in shown.stdout
    explained = monitor("explain", "https://one.example/aground02", cwd=home)
    assert explained.returncode == 0
    assert "cut moved merge cut 2" in " ".join(explained.stdout.split())
    refused = monitor("stories", "split", "tunnel-story", "nothing", cwd=home)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("monitor: article nothing: no such article was read")
