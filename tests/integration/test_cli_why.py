"""`stories why`, `explain` and the dry run: what would be told and why, in a folder that holds two stories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from monitor.cli import cycle, showing, stories
from monitor.cli.app import one_sentence
from monitor.records import Decision, Notify, Training
from monitor.store import Store
from tests.newsroom import ANA, MODEL, Newsroom, changed
from tests.program import Ran, Run

NOW = datetime.now(tz=UTC).replace(microsecond=0) - timedelta(hours=1)
CONFIG = """\
[channels.terminal]
type = "terminal"
[[people]]
id = "ana"
name = "Ana"
channels = ["terminal"]
timezone = "Asia/Tokyo"
[[watch]]
id = "crypto"
title = "Crypto regulation"
topics = ["crypto"]
people = ["ana"]
notify = { articles = 2, publishers = 2, settle_minutes = 0 }
[[watch]]
id = "bees"
title = "Bees"
topics = ["bees"]
people = ["ana"]
"""
FEEDS = '[[feed]]\nid = "pilot"\nname = "Pilot"\nurl = "https://pilot.example/feed"\npublisher = "Pilot"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder in which s-told was told and s-held has too few publishers."""
    (tmp_path / "config" / "topics").mkdir(parents=True)
    (tmp_path / "config" / "monitor.toml").write_text(CONFIG)
    (tmp_path / "config" / "feeds.toml").write_text(FEEDS)
    for topic in ("crypto", "bees"):
        seeds = ", ".join(f'"{topic} {word}"' for word in ("rule", "law", "news", "market", "report"))
        (tmp_path / "config" / "topics" / f"{topic}.toml").write_text(f'title = "{topic.title()}"\nseeds = [{seeds}]\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{tmp_path / 'monitor.db'}")
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """Return that folder's database."""
    opened = Store(f"sqlite:///{home / 'monitor.db'}", config="config-hash")
    decided = Training(
        number=1, at=NOW, decision=Decision.PROMOTED, champion=MODEL, challenger=MODEL, reasons=(), report={}
    )
    opened.trainings.decide(decided)
    watch = changed(notify=Notify(articles=2, publishers=2, settle_minutes=0))
    room = Newsroom(opened, watch, people=[replace(ANA, timezone="Asia/Tokyo")], now=NOW)
    for story, publishers in (("s-told", ("Harbor", "Capitol")), ("s-held", ("Harbor",))):
        for publisher in publishers:
            room.report(story, publisher)
    room.run()
    assert len(room.digests) == 1
    yield opened
    opened.close()


@pytest.fixture
def run(store: Store, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command in this process, over the filled database."""
    assert store.stories.story("s-told") is not None
    app = typer.Typer()
    for room in (cycle, showing, stories):
        room.register(app)

    def ran(*arguments: str) -> Ran:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended, one_sentence():
            app(list(arguments))
        said = capfd.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return ran


def test_why_says_of_a_story_held_which_rule_failed_with_its_numbers(run: Run) -> None:
    ran = run("stories", "why", "s-held", "--watch", "crypto")
    assert (ran.code, ran.err) == (0, "")
    first, *rules = ran.out.splitlines()
    assert first.startswith("[crypto] for ana: digest (too-few-articles): 1 matching article from 1")
    failed = [line.split()[1] for line in rules if line.strip().startswith("fail")]
    assert {"articles", "publishers"} <= set(failed)
    assert any("pass" in line and "mute" in line for line in rules)


def test_why_says_of_a_story_told_when_and_by_which_message(run: Run, store: Store) -> None:
    ran = run("stories", "why", "s-told", "--as", "ana", "--watch", "crypto")
    [row] = store.receipts.listed(5)
    assert "known (nothing-new)" in ran.out
    assert f"digest {row['digest_id']}" in ran.out
    assert "2 articles of it" in ran.out


def test_why_says_what_lacked_where_no_article_matched(run: Run) -> None:
    told = json.loads(run("stories", "why", "s-held", "--json").out)
    by_watch = {one["watch"]: one for one in told["judged"]}
    assert by_watch["bees"]["now"]["reason"] == "no-match"
    checks = {check["rule"]: (check["passed"], check["seen"], check["wants"]) for check in by_watch["crypto"]["checks"]}
    assert checks["articles"] == (False, 1, 2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("s-held", "--as", "bob"), "there is no person 'bob'"),
        (("s-held", "--watch", "wasps"), "there is no watch 'wasps' (known: crypto, bees)"),
        (("nothing-like-it",), "there is no such story"),
        (("s-held", "--at", "0001-01-01"), "is no time"),
        (("s-held", "--as", "ana", "--at", "9999-12-31"), "is no time"),
    ],
)
def test_why_refuses_in_a_sentence_what_does_not_exist(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    ran = run("stories", "why", *arguments)
    assert ran.code in {1, 2}
    assert sentence in " ".join(ran.err.replace("│", " ").split())


def test_an_article_is_explained_down_to_the_rules_of_each_watch(run: Run, store: Store) -> None:
    story = store.stories.story("s-held")
    assert story is not None
    ran = run("explain", story.members[0].article.url)
    assert "[crypto] for ana: digest (too-few-articles)" in ran.out
    assert "[bees] for ana: held (no-match)" in ran.out or "[bees] for ana: digest (no-match)" in ran.out


def test_a_dry_run_writes_the_same_files_each_time_and_sends_and_records_nothing(
    run: Run, store: Store, home: Path
) -> None:
    before = (store.receipts.listed(9), store.readers.told("ana"))
    moment = f"{NOW + timedelta(hours=9, minutes=30):%Y-%m-%d %H:%M}"
    asked = ("digest", "--watch", "crypto", "--as", "ana", "--at", moment, "--dry-run")
    for name in ("one", "two"):
        ran = run(*asked, "--out", name)
        assert ran.code == 0
        assert "Harbor on s-held" in ran.out
    folders = [home / name / "crypto-ana" for name in ("one", "two")]
    assert {file.name for file in folders[0].iterdir()} == {"digest.html", "digest.txt", "digest.json", "slack.json"}
    for file in folders[0].iterdir():
        assert file.read_bytes() == (folders[1] / file.name).read_bytes()
    shown = json.loads((folders[0] / "digest.json").read_text())
    assert [story["headline"] for story in shown["stories"]] == ["Harbor on s-held, report 3"]
    when = (NOW + timedelta(minutes=30)).replace(second=0)
    assert shown["created_at"].startswith(f"{when:%Y-%m-%dT%H:%M}"), "the moment was meant in the person's time zone"
    assert (store.receipts.listed(9), store.readers.told("ana")) == before


def test_files_without_a_dry_run_are_refused_before_anything_is_sent(run: Run, store: Store) -> None:
    before = store.receipts.listed(9)
    ran = run("digest", "--watch", "crypto", "--out", "x")
    assert ran.code == 2
    assert "--out goes with --dry-run" in " ".join(ran.err.split())
    assert store.receipts.listed(9) == before
