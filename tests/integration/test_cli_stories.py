"""Stories by hand: what `monitor stories` shows, what it changes, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

from monitor.cli import stories
from monitor.cli.app import one_sentence
from monitor.records import Document, Placed, Read
from monitor.store import Store
from monitor.store.tables import story_members
from tests.conformance.news import FEED, NOW, article, entry, outcome, polled
from tests.program import monitor
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


class Ran(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


def fill(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(*(entry(name) for name, *_ in NEWS))])
    unread = {one.entry.key: one for one in store.sources.unread(NOW, 20)}
    for hour, (name, story, title, publisher) in enumerate(NEWS):
        published = RECENT + timedelta(hours=hour)
        made = replace(article(name, published), title=title, publisher=publisher, text=TEXTS.get(name, "Short."))
        store.articles.save([Read(unread=unread[name], article=made, page=None, outcome=outcome("read", name))], NOW)
        place = replace(SHARES if name.startswith("aground0") and hour else FOUNDED, id=name, story=story)
        store.grouping.save([place], [Document(id=name, title="", text="", published=published)], {}, "w1", [], NOW)
    known = {
        "closest": SHARES.closest,
        "reason": SHARES.reason, "apart": SHARES.apart, "relation": "cites", "relation_of": "aground01",
        "origin": "Harbour Post", "evidence": "as the Harbour Post first reported", "confidence": 0.9,
    }  # fmt: skip
    with store.database.write() as connection:
        connection.execute(story_members.update().where(story_members.c.article_id == "aground02").values(known))


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


def test_a_story_is_shown_with_its_times_whose_news_it_is_and_why_each_article_is_there(
    run: Callable[..., Ran],
) -> None:
    lines = run("show", "ferry-story").out.splitlines()
    day = f"{RECENT:%Y-%m-%d}"
    assert lines[:12] == [
        "Story      ferry-story",
        f"Facts      3 articles by 2 publishers, {day} 08:12 to {day} 10:12 UTC",
        "",
        f"{day} 08:12  Harbour Post: Ferry runs aground off Calla Point",
        "  article  aground01 https://one.example/aground01",
        "  here     founded the story: no story was near",
        "",
        f"{day} 09:12  Strait Courier: Calla Point: 240 taken off a stranded [2J ferry",
        "  article  aground02 https://one.example/aground02",
        "  source   cites Harbour Post (90% sure): as the Harbour Post first reported",
        "  here     the same figures, names or quotes, 0.43 like “Ferry runs aground off Calla Point”",
        "           words: ferry, calla point",
    ]
    end = lines.index("", 12)
    told = {name: said for name, _, said in (line.strip().partition(": ") for line in lines[12:end])}
    assert "240" in told["figures"]
    assert "obody on board was hurt at all" in told["quotes"]
    assert "Ines Varga" in told["names"]
    assert lines[end - 1] == "  not in   tunnel-story, 0.21 like it: too unlike"
    assert lines[end + 1] == f"{day} 10:12  Harbour Post: (no title)"


def test_a_story_is_one_object_for_a_program(run: Callable[..., Ran]) -> None:
    told = as_json(run("show", "ferry-s", "--json"))
    assert (told["id"], told["articles"], told["publishers"]) == ("ferry-story", 3, 2)
    assert (told["cuts"], told["aliases"]) == ([], [])
    assert timeline(told) == ["aground01", "aground02", "aground03"]
    second = told["timeline"][1]
    assert second["url"] == "https://one.example/aground02"
    assert second["placed"]["nearest"] == "tunnel-story"
    assert (second["sourced"]["relation"], second["sourced"]["of"]) == ("cites", "aground01")
    assert "Ines Varga" in second["tie"]["names"]
    assert [told["timeline"][0][name] for name in ("sourced", "tie", "cut")] == [None] * 3


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
    assert lines[0] == "Story      ferry-story, into which tunnel-story was merged"
    assert lines[-1] == "Old ids    tunnel-story"
    assert lines[-2].startswith("Merge 1    ")
    assert lines[-2].endswith(" UTC by ben: 1 article out of tunnel-story into ferry-story: one strike")
    assert len(as_json(run("show", "tunnel-story", "--json"))["timeline"]) == 4
    assert "founded the story" in run("show", "ferry-story").out, "a merge keeps what grouping found of each article"


def test_a_move_takes_an_article_to_another_story(run: Callable[..., Ran]) -> None:
    assert run("move", "aground03", "tunnel-story", "--by", "").out.startswith("move 1: 1 article out of ferry-story")
    assert timeline(as_json(run("show", "tunnel-story", "--json"))) == ["aground03", "tunnel001"]
    assert "by nobody named: 1 article" in run("cuts").out


def test_active_stories_are_listed_with_their_headlines(run: Callable[..., Ran]) -> None:
    listed = as_json(run("list", "--json"))["stories"]
    assert [(one["id"], one["articles"]) for one in listed] == [("tunnel-story", 1), ("ferry-story", 3)]
    lines = run("list").out.splitlines()
    assert lines[0].split() == ["id", "first", "at", "last", "at", "articles", "headline"]
    assert lines[2].startswith("ferry-story")
    assert lines[2].rstrip().endswith("Ferry runs aground off Calla Point")


def test_where_there_is_nothing_a_sentence_says_so(run: Callable[..., Ran]) -> None:
    assert run("cuts").out == "nobody has decided anything about stories yet\n"
    assert as_json(run("cuts", "--json")) == {"cuts": []}
    store = Store(f"sqlite:///{Path.cwd() / 'monitor.db'}")
    with store.database.write() as connection:
        connection.execute(story_members.delete())
    store.close()
    assert run("list", "--since", "1").out == "no story has an article of the last 1 day\n"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("show", "nowhere"), 1, "story nowhere: there is no such story; `monitor stories list` shows them"),
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


def test_while_a_cycle_runs_nothing_is_cut(home: Path, run: Callable[..., Ran]) -> None:
    other = Store(f"sqlite:///{home / 'monitor.db'}")
    with other.only_one("cycle"):
        ran = run("merge", "ferry-story", "tunnel-story")
    other.close()
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "monitor: another process is doing the cycle on this database; try again later\n"


def test_the_program_splits_merges_and_shows_from_end_to_end(home: Path) -> None:
    split = monitor("stories", "split", "ferry-story", "aground02", "--note", "another ferry", "--json", cwd=home)
    assert (split.returncode, split.stderr) == (0, "")
    [cut] = json.loads(split.stdout)["cuts"]
    assert (cut["by"], cut["note"]) == ("ana", "another ferry")
    merged = monitor("stories", "merge", "tunnel-story", cut["into"], cwd=home)
    assert merged.stdout == f"merge 2: 1 article out of {cut['into']} into tunnel-story\n"
    shown = monitor("stories", "show", cut["into"], cwd=home)
    assert f"Story      tunnel-story, into which {cut['into']} was merged\n" in shown.stdout
    refused = monitor("stories", "split", "tunnel-story", "nothing", cwd=home)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("monitor: article nothing: no such article was read")
