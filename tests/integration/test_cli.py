"""The program as a user meets it: what it prints, how it ends, and one sentence for every mistake."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from monitor.config import starter_folder
from monitor.demo.server import NewsServer
from monitor.errors import StoreError
from monitor.records import Feed
from monitor.store import Store
from tests.program import monitor

FORBIDDEN_AT_START = ("prefect", "sklearn", "trafilatura", "sqlalchemy", "numpy")


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with the starter pack in `config/`."""
    shutil.copytree(starter_folder(), tmp_path / "config")
    return tmp_path


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys; from monitor.cli.app import main; sys.argv = ['monitor', '--help']\n"
    code += "try: main()\nexcept SystemExit: pass\n"
    code += f"print('LOADED', [name for name in {FORBIDDEN_AT_START!r} if name in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert "LOADED []" in ran.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Run the demo once, with its updates; return where it was run, and what it printed."""
    home = tmp_path_factory.mktemp("demo")
    return home, monitor("demo", "--port", "0", "--then-updates", cwd=home)


def test_the_demo_prints_its_digests_and_names_their_folder(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    home, ran = demo
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    first, second = ran.stdout.split("A day passes")
    assert re.search(r"digest   .*: [1-9] new, 0 updated", first)
    assert re.search(r"digest   .*: \d new, [1-9] updated", second)
    assert str(home / "state" / "demo" / "digests") in second
    assert len(list((home / "state" / "demo" / "digests").iterdir())) == 2


def test_run_without_a_configuration_says_what_to_do(tmp_path: Path) -> None:
    ran = monitor("run", cwd=tmp_path)
    assert ran.returncode == 2
    assert "monitor init" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_init_writes_a_pack_that_check_accepts_and_never_overwrites(tmp_path: Path) -> None:
    assert monitor("init", cwd=tmp_path).returncode == 0
    checked = monitor("check", cwd=tmp_path)
    assert checked.returncode == 0
    assert "No fault found" in checked.stdout
    assert monitor("init", cwd=tmp_path).returncode == 2


def test_check_reports_every_fault(home: Path) -> None:
    file = home / "config" / "monitor.toml"
    text = file.read_text(encoding="utf-8").replace("workers = 2", "workers = 0").replace("stories = 12", "storys = 12")
    file.write_text(text, encoding="utf-8")
    ran = monitor("check", cwd=home)
    assert ran.returncode == 2
    assert "reading.workers" in ran.stderr
    assert "did you mean 'stories'?" in ran.stderr


@pytest.mark.parametrize("kind", ["monitor", "feeds", "topic"])
def test_schema_prints_a_json_schema(tmp_path: Path, kind: str) -> None:
    assert json.loads(monitor("schema", kind, cwd=tmp_path).stdout)["type"] == "object"


def test_run_offline_names_each_feed_and_fails(home: Path) -> None:
    feeds = [
        f'[[feed]]\nid = "f{n}"\nname = "F{n}"\nurl = "http://f{n}.localhost:9/feed"\npublisher = "P"\n'
        for n in (1, 2, 3)
    ]
    (home / "config" / "feeds.toml").write_text("\n".join(feeds), encoding="utf-8")
    file = home / "config" / "monitor.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("allow_hosts = []", 'allow_hosts = ["*.localhost"]'))
    ran = monitor("run", cwd=home)
    assert ran.returncode == 1
    assert "3 asked" in ran.stdout
    assert "F1 <http://f1.localhost:9/feed>" in ran.stdout
    assert "is this machine online?" in ran.stdout
    said = json.loads(monitor("run", "--json", cwd=home).stdout)
    assert said["poll"]["offline"] is True
    known = json.loads(monitor("feeds", "--json", cwd=home).stdout)[0]
    assert (known["state"], known["failures"]) == ("new", 0)  # the feeds are not to blame


def test_a_private_address_is_refused_unless_allowed(home: Path, news: NewsServer) -> None:
    feed = f'[[feed]]\nid = "f"\nname = "F"\nurl = "http://coinyard.localhost:{news.port}/feed.json"\npublisher = "P"\n'
    (home / "config" / "feeds.toml").write_text(feed, encoding="utf-8")
    before = len(news.requests)
    ran = monitor("run", cwd=home)
    assert ran.returncode == 1
    assert len(news.requests) == before


def test_a_state_folder_that_cannot_be_written_is_one_sentence(home: Path) -> None:
    (home / "state").write_text("a file where the folder should be")
    ran = monitor("run", cwd=home)
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 1
    assert "state" in ran.stderr


def test_a_database_locked_by_another_program_is_one_sentence(home: Path) -> None:
    url = f"sqlite:///{home / 'monitor.db'}"
    Store(url).close()
    with closing(sqlite3.connect(home / "monitor.db", isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        store = Store(url, busy_seconds=0.1)
        with pytest.raises(StoreError, match="locked by another program") as refused:
            store.sources.sync([Feed(id="f", name="F", url="https://f.example/", publisher="P")])
        store.close()
        holder.rollback()
    assert refused.value.transient


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_sentence(home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "monitor", "check"], cwd=home, stdout=full, stderr=subprocess.PIPE, text=True,
            check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
    assert ran.returncode == 1
    assert "No space left" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_wrong_database_address_is_one_sentence_without_its_password(home: Path) -> None:
    (home / "letter.db").write_text("Dear reader, this is no database. " * 50)
    for url in (
        "nonsense",
        "mysql://u:swordfish@h/d",
        "postgresql://u:p@swordfish@127.0.0.1:9/d",
        "postgresql+psycopg2://127.0.0.1:9/d?user=u&password=swordfish",
        "postgresql://u:swordfish@h:port/d",
        f"sqlite:///{home / 'letter.db'}",
    ):
        ran = monitor("check", cwd=home, MONITOR_DATABASE_URL=url)
        assert ran.returncode == 1
        assert len(ran.stderr.splitlines()) == 1, ran.stderr
        assert "swordfish" not in ran.stderr


def test_explain_says_when_nothing_is_known(home: Path) -> None:
    ran = monitor("explain", "https://nobody.example/x", cwd=home)
    assert ran.returncode == 1
    assert "no feed has named this address" in ran.stderr


def test_an_unknown_watch_is_named_with_the_known_ones(home: Path) -> None:
    ran = monitor("digest", "--watch", "nothing", "--dry-run", cwd=home)
    assert ran.returncode == 2
    assert "crypto-policy" in ran.stderr


def test_a_demo_never_touches_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("Dear reader")
    ran = monitor("demo", "--folder", "letters", cwd=tmp_path)
    assert ran.returncode == 1
    assert "something other than a demo" in ran.stderr
    assert (tmp_path / "letters" / "dear.txt").read_text() == "Dear reader"


def test_after_a_demo_each_article_can_be_explained(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    home, _ = demo
    config = ("--config", str(home / "state" / "demo" / "config"))
    with closing(sqlite3.connect(home / "state" / "demo" / "monitor.db")) as database:
        [(url,)] = database.execute("SELECT url FROM articles WHERE title LIKE 'China opens national blockchain%'")
    told = json.loads(monitor("explain", url, *config, "--json", cwd=home).stdout)
    assert {"enter", "read", "compare", "score", "group", "plan"} == {outcome["step"] for outcome in told["outcomes"]}
    story = monitor("stories", "show", told["story"], *config, "--json", cwd=home)
    assert len(json.loads(story.stdout)["timeline"]) == 12
    sent = json.loads(monitor("deliveries", *config, "--json", cwd=home).stdout)
    assert [row["state"] for row in sent] == ["sent"] * 4


FEED = (
    '<rss version="2.0"><channel><title>C</title><item><title>One</title><link>/a?utm_source=x</link>'
    "<guid>g</guid><pubDate>Fri, 12 May 2023 07:00:00 GMT</pubDate><description>Sum</description></item>"
    "</channel></rss>"
)


def test_parse_gives_a_line_for_each_entry_and_for_each_fault(tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_text(FEED)
    (tmp_path / "packed.xml.gz").write_bytes(gzip.compress(FEED.encode()))
    (tmp_path / "bad.xml").write_text("<html>no feed</html>")
    ran = monitor(
        "parse", "good.xml", "packed.xml.gz", "bad.xml", "missing.xml", "--url", "https://x.example/f", cwd=tmp_path
    )
    assert ran.returncode == 1
    good, packed, bad, missing = lines(ran.stdout)
    assert list(good) == ["feed", "id", "url", "title", "summary", "published", "updated", "authors"]
    assert good["url"] == packed["url"] == "https://x.example/a"
    assert good["published"] == "2023-05-12T07:00:00+00:00"
    assert list(bad) == ["feed", "error", "reason"]
    assert missing["reason"] == "unreadable"


def test_extract_gives_the_fields_of_its_contract(tmp_path: Path) -> None:
    body = "<p>" + "The ministry opened a consultation on ledgers this week. " * 20 + "</p>"
    page = f"<html><head><title>T</title></head><body><article><h1>T</h1>{body}</article></body></html>"
    (tmp_path / "p.html").write_text(page)
    rows = [
        {"id": "1", "url": "https://x.example/1", "html": page},
        {"id": "2", "url": "https://x.example/2", "html_path": "p.html"},
        {"id": "3", "url": "https://x.example/3", "html": ""},
    ]
    (tmp_path / "pages.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    ran = monitor("extract", "--in", "pages.jsonl", cwd=tmp_path)
    assert ran.returncode == 1, ran.stderr
    first, second, third = lines(ran.stdout)
    names = ["id", "url", "title", "text", "published", "authors", "language", "publisher", "method", "words", "reason"]
    more = ["quality", "modified", "canonical", "links"]
    assert list(first) == list(third) == [*names, *more]
    assert first["text"] == second["text"]
    assert first["published"] is None
    assert third["reason"] == "empty"


def test_score_and_group_are_filters(tmp_path: Path) -> None:
    rows = [
        {
            "id": str(n),
            "title": "Parliament adopts licence rules for crypto exchanges",
            "text": "On Tuesday the parliament adopted a bill that obliges crypto exchanges to hold a licence.",
            "published": f"2026-03-2{n}T07:00:00Z",
            "source": f"S{n}",
        }
        for n in (1, 2)
    ]
    rows.append(
        {"id": "3", "title": "Rovers win the cup", "text": "A late goal decided it.", "published": "2026-03-21"}
    )
    given = "\n".join(json.dumps(row) for row in rows)
    scored = lines(monitor("score", "--in", "-", cwd=tmp_path, given=given).stdout)
    assert len(scored) == 3 * 5
    assert list(scored[0])[:6] == ["id", "topic", "score", "probability", "passage", "terms"]
    assert sum(term["weight"] for term in scored[0]["terms"]) == pytest.approx(scored[0]["logit"], abs=1e-5)
    assert scored[0]["probability"] is None
    best = max(scored, key=lambda row: float(str(row["score"])))
    assert best["topic"] == "crypto-regulation"
    assert best["id"] in {"1", "2"}
    labels = (starter_folder() / "labels.jsonl").resolve()
    learned = lines(monitor("score", "--in", "-", "--labels", str(labels), cwd=tmp_path, given=given).stdout)
    assert learned[0]["probability"] is not None
    grouped = lines(monitor("group", "--in", "-", cwd=tmp_path, given=given).stdout)
    assert [row["id"] for row in grouped] == ["1", "2", "3"]
    assert grouped[0]["story"] == grouped[1]["story"] != grouped[2]["story"]


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    ran = monitor("group", "--in", "-", cwd=tmp_path, given='{"id": "1"}\nnot json\n')
    assert ran.returncode == 2
    assert "-:2: not a JSON object" in ran.stderr


def test_a_missing_input_file_is_one_sentence(tmp_path: Path) -> None:
    ran = monitor("score", "--in", "nowhere.jsonl", cwd=tmp_path)
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert "nowhere.jsonl" in ran.stderr


def test_the_archive_of_a_demo_can_be_measured_and_read_again(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    home, _ = demo
    config = ("--config", str(next(home.rglob("monitor.toml")).parent))
    size = json.loads(monitor("archive", *config, "--json", cwd=home).stdout)
    assert size["pages"] > 40
    assert 0 < size["packed_bytes"] < size["raw_bytes"]
    assert "Pages" in monitor("archive", *config, cwd=home).stdout
    first = monitor("extract", "--from-archive", "--save", *config, cwd=home)
    assert (first.returncode, first.stderr) == (0, "")
    rows = lines(first.stdout)
    assert len(rows) == size["pages"]
    assert all(row["words"] for row in rows)
    again = monitor("extract", "--from-archive", *config, cwd=home)
    assert again.stdout == first.stdout
    assert json.loads(monitor("archive", *config, "--json", cwd=home).stdout)["readings"] == size["readings"]


@pytest.mark.parametrize("options", [(), ("--in", "x", "--from-archive"), ("--in", "x", "--save")])
def test_extract_wants_either_a_file_or_the_archive(tmp_path: Path, options: tuple[str, ...]) -> None:
    ran = monitor("extract", *options, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "either --in FILE or --from-archive" in ran.stderr
