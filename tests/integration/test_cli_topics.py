"""Topics by hand: written, tried before they are switched on, listed, watched for drift; a sentence for mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from monitor.cli import drift as cli_drift
from monitor.cli import topics as room
from monitor.cli.app import one_sentence
from monitor.cli.preview import reasons
from monitor.records import Article, Feed, FeedState, Outcome, Polled, Read, Score, Term
from monitor.records.feeds import Arrival, Entry
from monitor.store import Store
from monitor.wiring import load_settings
from tests.small_config import FEEDS, monitor_toml

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)
HARBOURS = """\
title = "Harbours"
description = "Works on harbours: quays, piers, breakwaters and fairways."
seeds = [
  "new quay for container ships",
  "breakwater damaged by the storm",
  "dredging of the fairway",
  "pier closed for repairs",
  "harbour extension approved",
]
keywords = [["quay*", "pier", "piers", "breakwater*", "fairway*", "harbour*"]]
"""
QUAY = "Dredging of the fairway begins on Monday, and the new quay will take container ships from May, the port said."
BAKERY = "The bakery on Mill Lane bakes rye loaves for the whole street, and closes its doors at noon on Sundays."


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with a small configuration of one topic and one feed."""
    (tmp_path / "config" / "topics").mkdir(parents=True)
    (tmp_path / "config" / "monitor.toml").write_text(monitor_toml("harbours"), encoding="utf-8")
    (tmp_path / "config" / "feeds.toml").write_text(FEEDS, encoding="utf-8")
    (tmp_path / "config" / "topics" / "harbours.toml").write_text(HARBOURS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def monitor(*arguments: str, answers: str | None = None) -> Result:
    """Run the topics commands in this process, with the program's own way of ending."""
    app = typer.Typer()
    room.register(app)
    app.command("other")(lambda: None)

    class Guarded(typer.core.TyperGroup):
        def invoke(self, ctx: object) -> object:
            with one_sentence():
                return super().invoke(ctx)  # type: ignore[arg-type]  # typer's own context

    app.info.cls = Guarded
    return CliRunner().invoke(app, ["topics", *arguments], input=answers)


def failed(ran: Result, code: int, words: str) -> None:
    assert ran.exit_code == code, ran.output
    assert words in ran.stderr
    assert "Traceback" not in ran.output


@pytest.fixture
def texts(home: Path) -> Path:
    """Write ten texts, two of which are about harbours."""
    rows = [
        {"id": f"b{n}", "title": f"Bakery {n}", "text": BAKERY, "published": f"2026-11-{n + 1:02}"} for n in range(8)
    ]
    rows += [{"id": "q1", "title": "Quay \u202eopens", "text": QUAY}, {"id": "q2", "title": "A pier", "text": QUAY}]
    file = home / "texts.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def store_news(home: Path, per_week: Callable[[int], int]) -> None:
    """Store nine weeks of articles and their scores; `per_week` says how many match of the sixty of a week."""
    settings = load_settings(home / "config")
    store = Store(settings.database_url)
    feed = Feed(id="pilot", name="Pilot", url="https://pilot.example/feed", publisher="Pilot")
    store.sources.sync([feed])
    for week in range(9):
        made = [_article(f"{week}-{n}", NOW - week * WEEK - timedelta(hours=n + 1)) for n in range(60)]
        arrived = tuple(
            Arrival(
                entry=Entry(feed_id="pilot", key=one.id, url=one.url, title=one.title), state="waiting", reason="new"
            )
            for one in made
        )
        state = FeedState(feed_id="pilot", next_at=NOW, last_ok_at=NOW, first_ok_at=NOW)
        polled = Polled(feed=feed, at=NOW, state=state, outcome="answered", reason="parsed", entries=arrived)
        store.sources.save([polled])
        by_key = {one.id: one for one in made}
        read = [
            Read(unread=unread, article=by_key[unread.entry.key], page=None, outcome=_outcome(unread.id))
            for unread in store.sources.unread(NOW, 100)
        ]
        store.articles.save(read, NOW)
        scores = [_score(one.id, matched=n < per_week(week)) for n, one in enumerate(made)]
        store.articles.save_scores(made, scores, [], "m1", NOW)
    store.close()


def _article(name: str, published: datetime) -> Article:
    url = f"https://pilot.example/{name}"
    return Article(
        id=name, url=url, title=f"Notice {name}", text=BAKERY, summary="", published=published, publisher="P", words=20
    )


def _score(name: str, *, matched: bool) -> Score:
    value = 0.9 if matched else 0.1
    return Score(
        id=name, topic="harbours", score=value, probability=None, threshold=0.5, matched=matched, passage="", terms=()
    )


def _outcome(subject: str) -> Outcome:
    return Outcome(step="read", subject=subject, outcome="read", reason="page", at=NOW)


def test_a_new_topic_is_written_from_options_and_its_next_steps_are_told(home: Path) -> None:
    seeds = [option for seed in ("a b", "c d", "e f", "g h", "i j") for option in ("--seed", f"quay {seed}")]
    ran = monitor("new", "quay-works", "--description", "Works on quays.", *seeds, "--keyword", "quay*, pier")
    assert ran.exit_code == 0, ran.output
    assert "monitor topics preview quay-works" in ran.stdout
    [harbours, quays] = load_settings(home / "config").topics
    assert (harbours.id, quays.id, quays.title) == ("harbours", "quay-works", "Quay works")
    assert (len(quays.seeds), quays.keywords) == (5, (("quay*", "pier"),))
    failed(monitor("new", "quay-works", "--seed", "x"), 2, "this topic is there already; nothing was written")


def test_a_person_is_asked_for_what_a_topic_needs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "is_terminal", lambda: True)
    answers = "Piers\nPiers and jetties, their repair and use.\nnew pier\npier repaired\n\npier*, jetty\n\n"
    ran = monitor("new", "piers", answers=answers)
    assert ran.exit_code == 0, ran.output
    assert "advice: topic piers has 2 seed phrases" in ran.stderr
    made = load_settings(home / "config").topics[1]
    assert (made.title, made.seeds, made.keywords) == ("Piers", ("new pier", "pier repaired"), (("pier*", "jetty"),))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new", "bare"], "nothing was written: give --description and five or more --seed"),
        (["new", "bare", "--title", "Bare"], "nothing was written: give --description"),
        (["new", "bare", "--seed", "bare"], "a name alone finds little"),
        (["new", "Bare Name", "--seed", "x"], "this cannot be a topic's name"),
        (["new", "../bare", "--seed", "x"], "this cannot be a topic's name"),
        (["new", "bare", "--seed", "a quay", "--keyword", "q*"], "--keyword: 'q*' would find far too many words"),
        (["preview", "harbour"], "there is no topic 'harbour' (did you mean 'harbours'?)"),
        (["preview", "none.toml"], "none.toml: this file is missing"),
        (["preview", "harbours", "--in", "broken.jsonl"], "broken.jsonl:1: not a JSON object"),
        (["list", "--config", "nowhere"], "no configuration here"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(home: Path, arguments: list[str], words: str) -> None:
    (home / "broken.jsonl").write_text("[]\n", encoding="utf-8")
    failed(monitor(*arguments), 2, words)
    assert [file.name for file in (home / "config" / "topics").iterdir()] == ["harbours.toml"]


def test_a_preview_shows_matches_with_reasons_the_line_and_near_misses(home: Path, texts: Path) -> None:
    ran = monitor("preview", "harbours", "--in", str(texts))
    assert ran.exit_code == 0, ran.output
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("Harbours (harbours; cold")
    assert lines[1] == "2 of 10 articles, 2026-11-01 to 2026-11-08 would match, about 2 a week"
    line = next(number for number, text in enumerate(lines) if text.startswith("-----"))
    assert sum("Bakery" in text for text in lines[line:]) == 5
    assert not any("Bakery" in text for text in lines[:line])
    assert "(keywords) +" in ran.stdout
    assert "Dredging of the fairway begins" in ran.stdout
    assert "\u202e" not in ran.stdout
    assert not (home / "state" / "models").exists()


def test_a_topic_file_can_be_tried_without_any_configuration(home: Path, texts: Path) -> None:
    (home / "try").mkdir()
    (home / "try" / "ports.toml").write_text(HARBOURS, encoding="utf-8")
    ran = monitor("preview", "try/ports.toml", "--config", "nowhere", "--in", str(texts), "--limit", "1", "--json")
    assert ran.exit_code == 0, ran.output
    said = json.loads(ran.stdout)
    assert (said["topic"], said["stage"], said["matched"], len(said["matches"])) == ("ports", "cold", 2, 1)
    assert (said["articles"], len(said["near_misses"]), said["per_week"]) == (10, 5, 2.0)
    assert {"score", "title", "publisher", "published", "passage", "for", "against"} <= set(said["matches"][0])
    assert said["matches"][0]["score"] >= said["threshold"] > said["near_misses"][0]["score"]


def test_few_stored_articles_make_a_thin_preview(home: Path) -> None:
    del home
    ran = monitor("preview", "harbours")
    assert ran.exit_code == 0, ran.output
    assert "only 0 stored articles to look at, so this preview is thin; `monitor run` reads more" in ran.stderr


def test_topics_are_listed_and_drift_is_told_with_a_step(home: Path) -> None:
    before = json.loads(monitor("list", "--json").stdout)
    assert before == [
        {
            "id": "harbours",
            "title": "Harbours",
            "yes": 0,
            "no": 0,
            "stage": "not scored yet",
            "threshold": None,
            "matches": 0,
        }
    ]
    assert "0 warnings; 0 of 2 topics and feeds can be compared" in monitor("drift", "--at", NOW.isoformat()).stdout
    store_news(home, lambda week: 25 if week == 0 else 3)
    listed = json.loads(monitor("--json", "--at", NOW.isoformat()).stdout)
    assert (listed[0]["stage"], listed[0]["threshold"], listed[0]["matches"]) == ("cold", 0.5, 25)
    lines = monitor("drift", "--at", NOW.isoformat()).stdout.splitlines()
    assert lines[0].startswith("topic harbours: 41.7% of 60 articles matched in the last 7 days, 5.0% of 480")
    assert lines[0].endswith("look at `monitor topics preview harbours`")
    assert lines[1].endswith("check `monitor feeds` for pilot")
    assert lines[2] == "2 warnings; 2 of 2 topics and feeds can be compared"
    found = json.loads(monitor("drift", "--json", "--at", NOW.isoformat()).stdout)
    assert [(one["sign"], one["kind"], one["subject"]) for one in found] == [
        ("flagged-rate", "topic", "harbours"),
        ("flagged-rate", "feed", "pilot"),
    ]
    settings = load_settings(home / "config")
    store = Store(settings.database_url)
    assert cli_drift.drift_lines(settings, store, NOW) == lines[:2]
    store.close()


def test_reasons_are_the_strongest_of_either_side_without_what_is_no_word() -> None:
    weights = {"(bias)": -9.0, "(others)": 4.0, "quay": 1.0, "pier": 2.0, "bread": -0.5, "rye": -1.5, "oven": -1.0}
    speaking_for, against = reasons([Term(text=text, weight=weight) for text, weight in weights.items()])
    assert [term.text for term in speaking_for] == ["pier", "quay"]
    assert [term.text for term in against] == ["rye", "oven"]
