"""Answers as a person gives them: one at a time, by the queue on a terminal, and as files from others."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from monitor.cli import asking, labels
from monitor.cli.app import one_sentence
from monitor.config import read_labels
from monitor.records import Label, Read, Score, Term
from monitor.store import Store
from monitor.wiring import load_settings, open_store
from tests.conformance.news import FEED, NOW, article, entry, outcome, polled
from tests.program import Ran
from tests.small_config import monitor_toml

FEEDS = '[[feed]]\nid = "one"\nname = "One"\nurl = "https://one.example/feed"\npublisher = "One Ltd"\n'
SEEDS = ["night ferry", "car deck of the ferry", "ferry timetable", "sailing cancelled", "ferry operator"]
TOPIC = f'title = "{{}}"\ndescription = "What {{}} do."\nseeds = {json.dumps(SEEDS)}\n'
CUT_TEXT = "word " * 2000


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a configuration and a database of ten scored articles, one unread entry and one twin."""
    home = tmp_path_factory.mktemp("stocked")
    (home / "config" / "topics").mkdir(parents=True)
    (home / "config" / "monitor.toml").write_text(monitor_toml("ferries"))
    (home / "config" / "feeds.toml").write_text(FEEDS)
    for name in ("bees", "ferries"):
        (home / "config" / "topics" / f"{name}.toml").write_text(TOPIC.format(name.title(), name))
    store = Store(f"sqlite:///{home / 'monitor.db'}")
    store.sources.sync([FEED])
    names = [f"a{number}" for number in range(10)]
    recent = datetime.now(tz=UTC) - timedelta(hours=1)
    store.sources.save([polled(*(entry(name) for name in [*names, "unread"]))])
    unread = {one.entry.key: one for one in store.sources.unread(NOW, 20)}
    for name in names:
        made = replace(article(name, recent), text=CUT_TEXT if name == "a0" else f"The \x1b[2Jtext of {name}.")
        store.articles.save([Read(unread=unread[name], article=made, page=None, outcome=outcome("read", name))], NOW)
        scores = [_score(name, topic, int(name[1]) / 10) for topic in ("ferries", "bees")]
        store.articles.save_scores([made], scores, [], "m1", NOW)
    store.close()
    return home


def _score(name: str, topic: str, value: float) -> Score:
    terms = (Term(text="ferry", weight=1.5), Term(text="(bias)", weight=-2.0))
    return Score(
        id=name, topic=topic, score=value, probability=None, threshold=0.55, matched=value >= 0.55,
        passage=f"Passage\x1b]0;x\x07 of {name}", terms=terms,
    )  # fmt: skip


@pytest.fixture
def home(stocked: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return that folder without any answer, as the working folder."""
    monkeypatch.chdir(stocked)
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{stocked / 'monitor.db'}")
    monkeypatch.setenv("LOGNAME", "ana")
    yield stocked
    for file in ("config/labels.jsonl", "out.jsonl"):
        (stocked / file).unlink(missing_ok=True)


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return what runs a command of this room in this process."""
    assert home == Path.cwd()
    app = typer.Typer()
    labels.register(app)

    def ran(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended, one_sentence():
            app(list(arguments))
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return ran


def program(*arguments: str, given: str = "") -> Ran:
    """Run the whole program in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *arguments], input=given, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def kept(home: Path) -> tuple[Label, ...]:
    faults: list[Any] = []
    found = read_labels(home / "config" / "labels.jsonl", faults)
    assert faults == []
    return found


def test_an_answer_is_kept_with_all_that_is_known_of_it(home: Path) -> None:
    ran = program("label", "https://one.example/a0?utm_source=x", "ferries", "yes")
    assert (ran.code, ran.err) == (0, "")
    assert "ferries: yes: Title of a0" in ran.out
    [label] = kept(home)
    assert label.text == CUT_TEXT[:3999]
    assert (label.url, label.by, label.score, label.model) == ("https://one.example/a0", "ana", 0.0, "m1")
    assert label.at is not None
    assert datetime.now(tz=UTC) - label.at < timedelta(minutes=1)


def test_an_article_is_named_by_its_id_as_messages_do(home: Path, run: Callable[..., Ran]) -> None:
    ran = run("label", "a1", "ferries", "yes")
    assert (ran.code, "ferries: yes: Title of a1" in ran.out) == (0, True)
    assert [label.url for label in kept(home)] == ["https://one.example/a1"]


def test_an_answer_that_contradicts_another_says_so(home: Path, run: Callable[..., Ran]) -> None:
    run("label", "https://one.example/a1", "ferries", "no", "--by", "ben")
    ran = run("label", "https://one.example/a1", "ferries", "yes", "--by", "", "--json")
    assert json.loads(ran.out)["label"] is True
    assert "by" not in json.loads(ran.out)
    assert "this counts now instead of the yes" in run("label", "https://one.example/a1", "ferries", "no").out
    shown = run("labels", "conflicts").out.splitlines()
    assert shown[0] == "ferries: Title of a1"
    assert "no of ben" in shown[1]
    assert [line.endswith(", which counts") for line in shown[1:]] == [False, False, True]
    [found] = json.loads(run("labels", "conflicts", "--json").out)
    assert found["counts"]["label"] is False
    assert len(found["said"]) == len(kept(home)) == 3


def test_a_correction_of_what_was_drawn_by_lot_still_counts_as_drawn(home: Path, run: Callable[..., Ran]) -> None:
    said = {"title": "Before", "text": "x", "topic": "ferries", "label": False, "url": "https://one.example/a1"}
    drawn = {"asked": "random", "chance": 0.25, "score": 0.1, "threshold": 0.5, "model": "m0"}
    (home / "config" / "labels.jsonl").write_text(json.dumps({**said, **drawn}) + "\n")
    ran = run("label", "https://one.example/a1", "ferries", "yes", "--json")
    assert {key: json.loads(ran.out)[key] for key in drawn} == drawn
    assert kept(home)[-1].title == "Title of a1"
    assert run("labels", "conflicts").out.startswith("ferries: Before")
    assert "this counts now instead of the yes" in run("label", "https://one.example/a1", "ferries", "no").out


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("label", "https://nobody.example/", "ferries", "yes"), 1, "no feed has named this address"),
        (("label", "https://one.example/unread", "ferries", "yes"), 1, "was not read yet; `monitor run`"),
        (("label", "https://one.example/\udcff", "ferries", "yes"), 1, "no feed has named this address"),
        (("label", "https://one.example/a1", "ferry", "yes"), 2, "there is no topic 'ferry' (did you mean 'ferries'?)"),
        (("label", "https://one.example/a1", "x", "yes"), 2, "there is no topic 'x' (known: bees, ferries)"),
        (("label", "https://one.example/a1", "ferries", "maybe"), 2, "must be yes or no, not 'maybe'"),
        (("label", "https://one.example/a1", "ferries"), 2, "name the article, the topic and the answer"),
        (("label", "--next", "ferries", "bees"), 2, "or be asked with --next [TOPIC]"),
        (("label", "--next", "ferry"), 2, "did you mean 'ferries'?"),
        (("label", "--next"), 2, "--json prints the questions"),
        (("labels", "list", "--topic", "bee"), 2, "did you mean 'bees'?"),
        (("labels", "import", "nowhere.jsonl"), 2, "nowhere.jsonl: cannot be read: No such file"),
        (("labels", "export", "config"), 2, "config is there already"),
    ],
    ids=lambda value: " ".join(value[1:]).encode("ascii", "replace").decode() if isinstance(value, tuple) else "",
)
def test_a_mistake_is_one_sentence(
    home: Path, run: Callable[..., Ran], arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    ran = run(*arguments)
    assert ran.code == code
    assert sentence in ran.err
    assert kept(home) == ()


def test_a_file_that_is_torn_stops_every_command_with_its_place(home: Path, run: Callable[..., Ran]) -> None:
    run("label", "https://one.example/a1", "ferries", "no")
    file = home / "config" / "labels.jsonl"
    file.write_bytes(file.read_bytes()[:-20])
    ran = run("label", "https://one.example/a2", "ferries", "no")
    assert ran.code == 2
    assert "labels.jsonl:1: the file ends in the middle of this line" in ran.err


def test_questions_can_be_answered_by_another_program(home: Path, run: Callable[..., Ran]) -> None:
    asked = [json.loads(line) for line in run("label", "--next", "--json").out.splitlines()]
    assert [question["asked"] for question in asked] == ["uncertain"] * 3 + ["random"] * 2
    assert {question["topic"] for question in asked} == {"bees"}
    assert asked[-1]["chance"] == 2 / 6
    assert asked[0]["terms"] == [{"text": "ferry", "weight": 1.5}, {"text": "(bias)", "weight": -2.0}]
    said = "\n".join(json.dumps({**question, "label": "no"}) for question in asked)
    ran = program("labels", "import", "-", "--by", "desk", given=said)
    assert ran.out == "5 imported, 0 known already\n"
    assert {(label.by, label.label) for label in kept(home)} == {("desk", False)}
    assert {label.chance for label in kept(home)} == {None, 2 / 6}
    again = [json.loads(line) for line in run("label", "--next", "bees", "--json").out.splitlines()]
    assert {question["url"] for question in again}.isdisjoint({question["url"] for question in asked})
    assert {json.loads(line)["topic"] for line in run("label", "--next", "--json").out.splitlines()} == {"ferries"}


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        """Start it."""
        self.shown = ""
        self.master, slave = pty.openpty()
        # A Ctrl-C reaches it whether or not whoever runs the tests ignores theirs.
        begin = f"import os, signal, runpy; os.login_tty({slave}); signal.signal(2, signal.default_int_handler); "
        begin += "runpy.run_module('monitor', run_name='__main__')"
        self.process = subprocess.Popen(
            [sys.executable, "-c", begin, *arguments], pass_fds=[slave],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "dumb"},
        )  # fmt: skip
        os.close(slave)

    def until(self, words: str, times: int = 1) -> None:
        """Read until the words were shown so often."""
        ends = time.monotonic() + 30
        while self.shown.count(words) < times:
            assert time.monotonic() < ends, self.shown
            if select.select([self.master], [], [], 1)[0]:
                self.shown += os.read(self.master, 65536).decode()

    def type(self, keys: str) -> None:
        """Press these keys."""
        os.write(self.master, keys.encode())

    def end(self) -> int:
        """Read what is left, and return how the program ended."""
        with suppress(OSError):  # the terminal is gone with the program
            while part := os.read(self.master, 65536):
                self.shown += part.decode()
        os.close(self.master)
        return self.process.wait(30)


def test_on_a_terminal_each_answer_is_kept_before_the_next_question(home: Path) -> None:
    terminal = Terminal("label", "--next", "ferries", "--by", "ana")
    terminal.until("[q]uit: ")
    assert "Passage ]0;x of a" in terminal.shown  # and no control characters
    assert "score 0.500, threshold 0.550: ferry +1.50" in terminal.shown or "score 0.600" in terminal.shown
    terminal.type("y\n")
    terminal.until("2 of 5, ferries")
    assert [label.label for label in kept(home)] == [True]
    terminal.type("what?\ns\n")
    terminal.until("3 of 5, ferries")
    terminal.type("No\n")
    terminal.until("4 of 5, ferries")
    assert [label.label for label in kept(home)] == [True, False]
    terminal.type("\x04")
    assert terminal.end() == 0
    assert f"2 answered, kept in {Path('config') / 'labels.jsonl'}" in terminal.shown
    assert [(label.by, label.asked, label.model) for label in kept(home)] == [("ana", "uncertain", "m1")] * 2


def test_ctrl_c_ends_the_questions_politely(home: Path) -> None:
    terminal = Terminal("label", "--next")
    terminal.until("[q]uit: ")
    time.sleep(0.2)  # Python shows the question a moment before it listens
    terminal.type("\x03")
    assert terminal.end() == 0
    assert "0 answered" in terminal.shown
    assert "Traceback" not in terminal.shown
    assert kept(home) == ()


def test_q_ends_the_questions(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    settings = load_settings(home / "config")
    with open_store(settings) as store:
        asked = asking._questions(store, settings, "bees", 5)
    said = iter(["n", "q"])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(said))
    asking._dialogue(settings, asked, "ana")
    shown = capsys.readouterr().out
    assert "1 answered" in shown
    assert "the model is unsure: score" in shown
    assert len(kept(home)) == 1


def test_what_the_model_said_of_one_by_lot_is_shown_after_the_answer(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load_settings(home / "config")
    with open_store(settings) as store:
        asked = [one for one in asking._questions(store, settings, "bees", 5) if one.chance is not None]
    before: list[str] = []
    said = iter(["y", "q"])

    def answer(_prompt: str) -> str:
        before.append(capsys.readouterr().out)
        return next(said)

    monkeypatch.setattr("builtins.input", answer)
    asking._dialogue(settings, asked, "ana")
    assert "Passage" in before[0]
    assert "score" not in before[0]
    assert "rejected" not in before[0]
    assert "drawn by lot from what was rejected: score 0." in before[1]
    assert "ferry +1.50" in before[1]


def test_an_export_can_be_imported_elsewhere_and_again(home: Path, run: Callable[..., Ran]) -> None:
    run("label", "https://one.example/a1", "ferries", "no")
    run("label", "https://one.example/a2", "bees", "yes")
    before = (home / "config" / "labels.jsonl").read_text()
    assert run("labels", "export", "out.jsonl").code == 0
    assert (home / "out.jsonl").read_text() == before == run("labels", "export", "-").out
    assert run("labels", "import", "out.jsonl").out == "0 imported, 2 known already\n"
    (home / "config" / "labels.jsonl").unlink()
    assert run("labels", "import", "out.jsonl").out == "2 imported, 0 known already\n"
    assert (home / "config" / "labels.jsonl").read_text() == before
    assert "Title of a2" in run("labels", "list").out
    assert "Title of a1" not in run("labels", "list", "--topic", "bees").out
    assert [row["topic"] for row in json.loads(run("labels", "list", "--json").out)] == ["ferries", "bees"]


def test_nothing_is_imported_when_anything_is_wrong(home: Path, run: Callable[..., Ran], tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text("title,text,topic,label\nA,x,ferries,yes\nB,x,ferrys,no\nC,x,bees,perhaps\nD,x,ferrys,1\n")
    ran = run("labels", "import", str(file))
    assert ran.code == 2
    first, second, last = ran.err.splitlines()
    assert "answers.csv:3: there is no topic 'ferrys' (did you mean 'ferries'?), which 2 answers name" in first
    assert "answers.csv:4: " in second
    assert "nothing was imported" in last
    assert kept(home) == ()
    file.write_text(file.read_text().replace("perhaps", "true"))
    assert run("labels", "import", str(file), "--any-topic").out == "4 imported, 0 known already\n"
    assert [label.label for label in kept(home)] == [True, False, True, True]


def test_where_nothing_is_left_to_ask_it_says_so(home: Path, run: Callable[..., Ran]) -> None:
    for number in range(10):
        run("label", f"https://one.example/a{number}", "bees", "no")
    ran = run("label", "--next", "bees", "--json")
    assert (ran.code, ran.out) == (0, "")
    assert "there is nothing to ask for bees" in ran.err
    assert len(kept(home)) == 10
