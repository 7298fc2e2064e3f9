"""What a person wants to hear nothing of, by hand: mute, mutes, unmute, unsubscribe."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import typer

from monitor.cli import muting
from monitor.cli.app import one_sentence
from monitor.records import Mute
from monitor.store import Store
from tests.conformance.test_cuts import fill
from tests.program import Ran, Run
from tests.small_config import FEEDS

HARBOUR, BRIDGE = "harbour-story", "bridge-story"
TOML = """\
[channels.terminal]
type = "terminal"
[[people]]
id = "ana"
name = "Ana"
channels = ["terminal"]
timezone = "America/New_York"
{more}
[[watch]]
id = "boats"
title = "Boats"
topics = ["boats"]
people = ["ana"]
"""
BO = '[[people]]\nid = "bo"\nname = "Bo"\nchannels = ["terminal"]\n'
SEEDS = '["a boat", "new boat", "boat yard", "wooden boat", "boat builder"]'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder with a configuration of two people, and two stories."""
    config = tmp_path / "config"
    (config / "topics").mkdir(parents=True)
    (config / "monitor.toml").write_text(TOML.format(more=BO))
    (config / "feeds.toml").write_text(FEEDS)
    (config / "topics" / "boats.toml").write_text(f'title = "Boats"\ndescription = "Boats."\nseeds = {SEEDS}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{tmp_path / 'monitor.db'}")
    monkeypatch.setenv("LOGNAME", "desk")
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    fill(store, **{HARBOUR: ["a1", "b1"], BRIDGE: ["d1"]})
    store.close()
    return tmp_path


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command of this room in this process."""
    assert home == Path.cwd()
    app = typer.Typer()
    muting.register(app)

    def ran(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended, one_sentence():
            app(list(arguments))
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return ran


@pytest.fixture
def kept(home: Path) -> Iterator[Callable[[], list[Mute]]]:
    """Return what tells the mutes in force."""
    store = Store(f"sqlite:///{home / 'monitor.db'}")
    yield lambda: store.readers.mutes(datetime.now(tz=UTC))
    store.close()


def test_a_story_is_muted_by_the_first_characters_of_its_id(run: Run, kept: Callable[[], list[Mute]]) -> None:
    ran = run("mute", "harb", "--as", "ana", "--for", "7d")
    assert ran.code == 0
    assert "ana hears nothing of the story “Title of a1” until " in ran.out
    [one] = kept()
    assert (one.person, one.kind.value, one.subject, one.by) == ("ana", "story", HARBOUR, "desk")
    assert one.until is not None
    assert one.until - one.since == timedelta(days=7)
    assert f"`monitor unmute {one.id}` ends this" in ran.out


@pytest.mark.parametrize(
    ("said", "length"), [("3h", timedelta(hours=3)), ("2 W", timedelta(weeks=2)), ("1d", timedelta(1))]
)
def test_a_mute_lasts_for_hours_days_or_weeks(
    run: Run, kept: Callable[[], list[Mute]], said: str, length: timedelta
) -> None:
    assert run("mute", "--all", "--as", "bo", "--for", said).code == 0
    [one] = kept()
    assert one.until is not None
    assert (one.kind.value, one.subject, one.until - one.since) == ("all", "", length)


def test_an_end_is_in_the_persons_own_time(run: Run, kept: Callable[[], list[Mute]]) -> None:
    end = (datetime.now(tz=UTC) + timedelta(days=9)).replace(hour=7, minute=0, second=0, microsecond=0, tzinfo=None)
    ran = run("mute", "--watch", "boats", "--as", "ana", "--until", f"{end:%Y-%m-%d %H:%M}", "--json")
    there = end.replace(tzinfo=ZoneInfo("America/New_York"))
    assert [one.until for one in kept()] == [there.astimezone(UTC)]
    assert datetime.fromisoformat(json.loads(ran.out)["until"]) == there
    assert f"{there.day} {there:%B} {there.year}, 07:00 E" in run("mutes").out


def test_a_mute_of_the_same_thing_takes_the_place_of_the_other(run: Run, kept: Callable[[], list[Mute]]) -> None:
    for length in ("3w", "2h"):
        run("mute", HARBOUR, "--as", "ana", "--for", length)
    [one] = kept()
    assert one.until is not None
    assert one.until - one.since == timedelta(hours=2)


def test_mutes_lists_all_that_are_in_force(run: Run, kept: Callable[[], list[Mute]]) -> None:
    assert run("mutes").out == "nothing is muted, and nobody has unsubscribed\n"
    assert json.loads(run("mutes", "--json").out) == []
    run("mute", HARBOUR, "--as", "ana", "--for", "7d")
    run("mute", "--all", "--as", "bo", "--for", "7d")
    run("unsubscribe", "boats", "--as", "bo")
    shown = run("mutes").out
    assert "the story “Title of a1”" in shown
    assert "anything" in shown
    assert "the watch “Boats”" in shown
    assert "for good" in shown
    listed = json.loads(run("mutes", "--json").out)
    assert [one["id"] for one in listed] == [one.id for one in kept()]
    assert {one["kind"]: one["until"] is None for one in listed} == {"story": False, "all": False, "watch": True}


def test_unmute_ends_it_by_the_first_characters_of_its_id(run: Run, kept: Callable[[], list[Mute]]) -> None:
    run("unsubscribe", "boats", "--as", "ana")
    [one] = kept()
    assert run("unmute", one.id[:5]).out == "ana is told of the watch “Boats” again\n"
    assert kept() == []
    assert run("unmute", one.id).code == 1


def test_an_unsubscription_is_not_turned_into_a_pause(run: Run, kept: Callable[[], list[Mute]]) -> None:
    run("unsubscribe", "boats", "--as", "ana")
    ran = run("mute", "--watch", "boats", "--as", "ana", "--for", "7d")
    assert ran.code == 1
    assert f"`monitor unmute {kept()[0].id}` takes that back first" in ran.err
    assert run("unsubscribe", "boats", "--as", "ana").code == 0
    assert [one.until for one in kept()] == [None]


def test_a_mute_by_command_has_the_id_of_one_by_link(run: Run, kept: Callable[[], list[Mute]]) -> None:
    from monitor.records import MuteKind  # noqa: PLC0415 - only this test compares
    from monitor.replies.mutes import new_mute  # noqa: PLC0415

    run("mute", HARBOUR, "--as", "ana", "--for", "7d")
    now = datetime.now(tz=UTC)
    assert kept()[0].id == new_mute("ana", MuteKind.STORY, HARBOUR, since=now, until=None).id


def test_with_one_person_nobody_need_be_named(home: Path, run: Run, kept: Callable[[], list[Mute]]) -> None:
    (home / "config" / "monitor.toml").write_text(TOML.format(more=""))
    assert run("unsubscribe", "boats").code == 0
    assert [one.person for one in kept()] == ["ana"]


ANA = ("--as", "ana")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("mute", *ANA, "--for", "7d"), 2, "name one thing to mute: a STORY, --watch WATCH, or --all"),
        (("mute", HARBOUR, "--all", *ANA, "--for", "7d"), 2, "name one thing to mute"),
        (("mute", HARBOUR, "--for", "7d"), 2, "say for whom, with --as PERSON (known: ana, bo)"),
        (("mute", HARBOUR, "--as", "anna", "--for", "7d"), 2, "there is no person 'anna'"),
        (("mute", "--watch", "boat", *ANA, "--for", "7d"), 2, "there is no watch 'boat' (known: boats)"),
        (("mute", "nowhere", *ANA, "--for", "7d"), 1, "there is no such story"),
        (("mute", "ha", *ANA, "--for", "7d"), 1, "at least the first 4 characters"),
        (("mute", HARBOUR, *ANA), 2, "say for how long: --for 7d, or --until"),
        (("mute", HARBOUR, *ANA, "--for", "7d", "--until", "2999-01-01"), 2, "say for how long"),
        (("mute", HARBOUR, *ANA, "--for", "soon"), 2, "write hours, days or weeks, such as 3h, 7d or 2w"),
        (("mute", HARBOUR, *ANA, "--for", "0d"), 2, "is no length of time"),
        (("mute", HARBOUR, *ANA, "--for", "-1d"), 2, "is no length of time"),
        (("mute", HARBOUR, *ANA, "--for", "\u0663d"), 2, "is no length of time"),
        (("mute", HARBOUR, *ANA, "--for", "999999w"), 2, "over ten years"),
        (("mute", HARBOUR, *ANA, "--until", "2020-01-01 07:00"), 2, "is over already"),
        (("mute", HARBOUR, *ANA, "--until", "9999-12-31 23:59"), 2, "no time; write it like 2026-12-01 07:00"),
        (("mute", HARBOUR, *ANA, "--until", "tomorrow"), 2, "is no time; write it like 2026-12-01 07:00"),
        (("mute", "\udcff\udcff\udcff\udcff", *ANA, "--for", "7d"), 1, "there is no such story"),
        (("unsubscribe", "boat", *ANA), 2, "there is no watch 'boat'"),
        (("unmute", "0123"), 1, "there is no mute '0123' in force; `monitor mutes` lists those that are"),
        (("unmute", ""), 1, "there is no mute ''"),
    ],
    ids=lambda value: " ".join(value).encode("ascii", "replace").decode() if isinstance(value, tuple) else "",
)
def test_a_mistake_is_one_sentence_and_changes_nothing(
    run: Run, kept: Callable[[], list[Mute]], arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    ran = run(*arguments)
    assert ran.code == code
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1
    assert kept() == []
