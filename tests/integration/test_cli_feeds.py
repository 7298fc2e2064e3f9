"""The list of feeds by hand: add, remove, discover, import, export and health, and a sentence for every mistake."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.config import starter_folder
from tests.servers import Asked, LoopbackServer, Reply

FEED = """<rss version="2.0"><channel><title>Harbour Board – &amp; Quay</title><language>de-AT</language>
<item><title>Quay</title><link>http://h.localhost/1</link><guid>1</guid><description>A new quay</description></item>
</channel></rss>"""
PAGE = (
    '<html><head><link rel="alternate" type="application/rss+xml" href="/harbour.xml"></head><body>Hello</body></html>'
)
MONITOR = """\
[identity]
contact = "https://example.org/contact"
[polling]
spacing_seconds = 0
timeout_seconds = 10
allow_hosts = ["*.localhost"]
[channels.terminal]
type = "terminal"
[[people]]
id = "me"
name = "Me"
channels = ["terminal"]
[[watch]]
id = "w"
title = "W"
topics = ["cbdc"]
people = ["me"]
"""
PAGES = {"/harbour.xml": FEED, "/": PAGE, "/bare": "<html><body>nothing</body></html>"}


def monitor(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "NO_COLOR": "1", "COLUMNS": "120", **environment},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def failed(ran: subprocess.CompletedProcess[str], code: int, words: str) -> None:
    """Check that a command ended as it should: with its exit code, its sentence, and no traceback."""
    assert ran.returncode == code, ran.stderr
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    """Serve a page that names a feed, the feed, the same feed behind a password, and one that is missing."""

    def answer(asked: Asked) -> Reply:
        if asked.path == "/closed.xml":
            allowed = asked.headers.get("authorization") == "Basic bWU6c3dvcmRmaXNo"  # me:swordfish
            return Reply(body=FEED.encode()) if allowed else Reply(status=401)
        page = PAGES.get(asked.path)
        kind = "application/rss+xml" if asked.path.endswith("xml") else "text/html"
        return Reply(headers={"Content-Type": kind}, body=page.encode()) if page else Reply(status=404)

    with LoopbackServer(answer) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with a small configuration that watches one feed."""
    (tmp_path / "config" / "topics").mkdir(parents=True)
    (tmp_path / "config" / "topics" / "cbdc.toml").write_bytes((starter_folder() / "topics" / "cbdc.toml").read_bytes())
    (tmp_path / "config" / "monitor.toml").write_text(MONITOR, encoding="utf-8")
    text = '# Ours.\n\n[[feed]]\nid = "old"\nname = "Old"\nurl = "https://old.example/feed"\npublisher = "Old"\n'
    (tmp_path / "config" / "feeds.toml").write_text(text, encoding="utf-8")
    return tmp_path


def text_of(home: Path) -> str:
    return (home / "config" / "feeds.toml").read_text(encoding="utf-8")


def feeds_of(home: Path) -> list[dict[str, Any]]:
    feeds: list[dict[str, Any]] = tomllib.loads(text_of(home))["feed"]
    return feeds


@pytest.mark.parametrize("path", ["/harbour.xml", "/"])
def test_a_feed_is_added_by_its_address_or_by_that_of_its_page(home: Path, server: LoopbackServer, path: str) -> None:
    ran = monitor("feeds", "add", server.url(path, host="h.localhost"), "--every", "30", cwd=home)
    assert ran.returncode == 0, ran.stderr
    assert "added harbour-board-quay: Harbour Board – & Quay" in ran.stdout
    assert text_of(home).startswith("# Ours.\n")
    assert feeds_of(home)[1] == {
        "id": "harbour-board-quay",
        "name": "Harbour Board – & Quay",
        "url": server.url("/harbour.xml", host="h.localhost"),
        "publisher": "Harbour Board – & Quay",
        "language": "de",
        "kind": "press",
        "every_minutes": 30,
    }
    again = monitor("feeds", "add", server.url(path, host="h.localhost"), cwd=home)
    failed(again, 2, "is there already, as harbour-board-quay")
    assert len(feeds_of(home)) == 2


def test_a_feed_can_be_added_unasked_with_words_of_ones_own(home: Path) -> None:
    words = ("--id", "mine", "--name", "My feed", "--publisher", "Me", "--kind", "legal", "--no-check")
    ran = monitor("feeds", "add", "quiet.example/feed", *words, cwd=home)
    assert ran.returncode == 0, ran.stderr
    added = feeds_of(home)[1]
    assert (added["id"], added["name"], added["publisher"], added["kind"]) == ("mine", "My feed", "Me", "legal")
    assert added["url"] == "https://quiet.example/feed"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("https://new.example/feed", "--id", "Not An Id", "--no-check"), 2, "use lower-case letters"),
        (("https://new.example/feed", "--id", "old", "--no-check"), 2, "'old' is used twice"),
        (("https://new.example/feed", "--kind", "gossip", "--no-check"), 2, "kind"),
        (("https://new.example/feed", "--every", "0", "--no-check"), 2, "every_minutes"),
        (("https://u:swordfish@new.example/feed", "--no-check"), 2, "must not hold a user name or password"),
        (("ftp://new.example/feed", "--no-check"), 2, "must be an http:// or https:// address"),
        (("https://old.example/feed", "--no-check"), 2, "is there already, as old"),
        (("http://127.0.0.1/feed",), 1, "not an address of the public Internet"),
        (("http://h.localhost:9/feed",), 1, "h.localhost"),
    ],
)
def test_a_feed_that_cannot_be_added_changes_nothing(
    home: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    before = text_of(home)
    ran = monitor("feeds", "add", *arguments, cwd=home)
    failed(ran, code, words)
    assert "swordfish" not in ran.stderr
    assert text_of(home) == before
    assert [file.name for file in (home / "config").iterdir() if file.name.startswith(".")] == []


def test_a_page_without_a_feed_is_not_added(home: Path, server: LoopbackServer) -> None:
    ran = monitor("feeds", "add", server.url("/bare", host="h.localhost"), cwd=home)
    failed(ran, 1, "no feed was found here; nothing was changed")
    failed(monitor("feeds", "add", server.url("/missing", host="h.localhost"), cwd=home), 1, "404")
    assert len(feeds_of(home)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no ulimit here")
def test_a_disk_that_takes_nothing_is_one_sentence_and_the_file_stays(home: Path) -> None:
    (home / "config" / "feeds.toml").write_text(text_of(home) + text_of(home).replace("old", "new"), encoding="utf-8")
    before = text_of(home)
    command = f"ulimit -f 0; exec {shlex.quote(sys.executable)} -m monitor feeds remove old"
    ran = subprocess.run(
        ["/bin/sh", "-c", command], cwd=home, capture_output=True, text=True, timeout=110, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    failed(ran, 1, "config/feeds.toml: it could not be written, and is as it was (File too large)")
    assert len(ran.stderr.splitlines()) == 1
    assert text_of(home) == before
    assert sorted(file.name for file in (home / "config").iterdir()) == ["feeds.toml", "monitor.toml", "topics"]


def test_a_feed_is_removed_and_the_last_one_stays(home: Path) -> None:
    assert monitor("feeds", "add", "https://new.example/f", "--no-check", cwd=home).returncode == 0
    ran = monitor("feeds", "remove", "old", cwd=home)
    assert ran.returncode == 0, ran.stderr
    assert "what it brought stays" in ran.stdout
    assert [feed["id"] for feed in feeds_of(home)] == ["new-example"]
    assert "# Ours." in text_of(home)
    failed(monitor("feeds", "remove", "new-exampel", cwd=home), 2, "did you mean 'new-example'?")
    failed(monitor("feeds", "remove", "new-example", cwd=home), 2, "is the only feed")


def test_a_faulty_feed_can_be_removed_although_nothing_else_works(home: Path) -> None:
    with (home / "config" / "feeds.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[[feed]]\nid = "bad"\nname = "Bad"\nurl = "https://bad.example/"\npublisher = "B"\nnonsense = 1\n'
        )
    failed(monitor("feeds", cwd=home), 2, "feed[2].nonsense: unknown key")
    assert monitor("feeds", "remove", "bad", cwd=home).returncode == 0
    assert monitor("feeds", cwd=home).returncode == 0


def test_a_change_to_a_faulty_configuration_is_refused(home: Path) -> None:
    with (home / "config" / "monitor.toml").open("a", encoding="utf-8") as file:
        file.write("nonsense = 1\n")
    before = text_of(home)
    failed(monitor("feeds", "add", "https://new.example/f", "--no-check", cwd=home), 2, "nonsense")
    assert text_of(home) == before
    (home / "config" / "feeds.toml").write_text(before + before.replace("old", "new"), encoding="utf-8")
    failed(monitor("feeds", "remove", "old", cwd=home), 2, "nonsense")
    assert len(feeds_of(home)) == 2


def test_discover_lists_what_is_a_feed_and_what_is_not(home: Path, server: LoopbackServer) -> None:
    ran = monitor("feeds", "discover", server.url("/", host="h.localhost"), cwd=home)
    assert ran.returncode == 0, ran.stderr
    assert re.match(r"a feed   http://h\.localhost:\d+/harbour\.xml \(Harbour Board – & Quay\): 1 entry\n", ran.stdout)
    said = json.loads(monitor("feeds", "discover", server.url("/", host="h.localhost"), "--json", cwd=home).stdout)
    assert (said[0]["feed"], said[0]["entries"], said[0]["reason"]) == (True, 1, None)
    assert all(one["message"] for one in said[1:])
    bare = monitor("feeds", "discover", server.url("/bare", host="h.localhost"), cwd=home)
    failed(bare, 1, "no feed was found here")
    assert len(feeds_of(home)) == 1


OPML = """<?xml version="1.0" encoding="UTF-8"?><opml version="1.1"><body>
<outline text="Group"><outline text="Harbour &amp; Quay" xmlUrl="https://harbour.example/feed"/>
<outline text="Harbour Quay" xmlUrl="https://harbour.example/other"/></outline>
<outline text="Old" xmlUrl="https://old.example/feed"/><outline text="Bad" xmlUrl="gopher://bad.example/"/>
</body></opml>"""


def test_a_list_is_imported_once(home: Path) -> None:
    (home / "list.opml").write_text(OPML, encoding="utf-8")
    tried = monitor("feeds", "import", "list.opml", "--dry-run", cwd=home)
    assert "harbour-quay: Harbour & Quay <https://harbour.example/feed>" in tried.stdout
    assert "2 would be added, 1 known already, 1 refused" in tried.stdout
    assert len(feeds_of(home)) == 1
    ran = monitor("feeds", "import", "list.opml", cwd=home)
    failed(ran, 1, "refused 'gopher://bad.example/'")
    assert "2 added, 1 known already, 1 refused" in ran.stdout
    assert [feed["id"] for feed in feeds_of(home)] == ["old", "harbour-quay", "harbour-quay-2"]
    assert {feed["kind"] for feed in feeds_of(home)[1:]} == {"other"}
    again = monitor("feeds", "import", "list.opml", cwd=home)
    assert "0 added, 3 known already, 1 refused" in again.stdout
    assert text_of(home).startswith("# Ours.\n")


@pytest.mark.slow
def test_a_password_in_an_address_is_never_printed(home: Path, server: LoopbackServer) -> None:
    before = len(server.asked)
    secret, closed = "https://u:swordfish@x.example/f", server.url("/", host="u:swordfish@h.localhost")
    outlines = "".join(
        f'<outline text="A" xmlUrl="{url}"/>' for url in (secret, "https://u:sword/swordfish@x.example/f")
    )
    (home / "list.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', encoding="utf-8")
    imported = monitor("feeds", "import", "list.opml", cwd=home)
    assert imported.stderr.count("refused 'https://…@x.example/f'") == 2
    added = monitor("feeds", "add", closed, cwd=home)
    assert f"http://…@h.localhost:{server.port}/: addresses with a user name or password" in added.stderr
    ran = [
        imported,
        added,
        monitor("feeds", "add", secret, "--no-check", cwd=home),
        monitor("feeds", "discover", closed, cwd=home),
        monitor("feeds", "discover", closed, "--json", cwd=home),
        monitor("feeds", "remove", secret, cwd=home),
    ]
    assert all(one.returncode in {1, 2} for one in ran)
    assert "swordfish" not in "".join(one.stdout + one.stderr for one in ran)
    assert len(server.asked) == before


@pytest.mark.slow
def test_a_thousand_feeds_go_out_and_in_again(home: Path) -> None:
    outlines = "".join(
        f'<outline text="Same name" xmlUrl="https://x{n}.example/feed?a=1&amp;b=2"/>' for n in range(1000)
    )
    (home / "list.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', encoding="utf-8")
    ran = monitor("feeds", "import", "list.opml", cwd=home)
    assert ran.stdout == "1,000 added, 0 known already, 0 refused\n"
    assert monitor("feeds", "export", "out.opml", cwd=home).returncode == 0
    back = monitor("feeds", "import", "out.opml", cwd=home)
    assert back.stdout == "0 added, 1,001 known already, 0 refused\n"
    failed(monitor("feeds", "export", "out.opml", cwd=home), 2, "out.opml is there already")


@pytest.mark.slow
def test_what_is_no_list_is_one_sentence(home: Path) -> None:
    (home / "noise").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10)
    (home / "page.html").write_text(PAGE)
    (home / "empty.opml").write_text("")
    (home / "huge.opml").write_bytes(b"<opml>")
    os.truncate(home / "huge.opml", 50_000_000)
    said = {
        "noise": "the file is not OPML",
        "page.html": "the file is not OPML",
        "empty.opml": "the file is empty",
        "huge.opml": "larger than 10 MB",
        "missing.opml": "No such file",
        "config": "Is a directory",
    }
    for name, words in said.items():
        ran = monitor("feeds", "import", name, cwd=home)
        failed(ran, 1, words)
        assert len(ran.stderr.splitlines()) == 1
    assert len(feeds_of(home)) == 1


def test_an_export_goes_to_standard_output_without_secrets(home: Path) -> None:
    with (home / "config" / "feeds.toml").open("a", encoding="utf-8") as file:
        file.write('username = "me"\npassword_env = "PASSWORD"\n')
    ran = monitor("feeds", "export", cwd=home, PASSWORD="swordfish")  # noqa: S106 - made up
    assert ran.returncode == 0, ran.stderr
    assert 'xmlUrl="https://old.example/feed"' in ran.stdout
    assert "swordfish" not in ran.stdout
    assert "c3dvcmRmaXNo" not in ran.stdout


def test_the_folder_may_be_named_before_or_after_the_command(home: Path, tmp_path: Path) -> None:
    (home / "config").rename(home / "elsewhere")
    for arguments in (("--config", "elsewhere", "export"), ("export", "--config", "elsewhere")):
        assert "old.example" in monitor("feeds", *arguments, cwd=tmp_path, MONITOR_CONFIG="nowhere").stdout
    assert monitor("feeds", "export", cwd=tmp_path, MONITOR_CONFIG="elsewhere").returncode == 0
    failed(monitor("feeds", "export", cwd=tmp_path), 2, "no configuration here")


def test_health_is_shown_after_a_run_and_the_worst_first(home: Path, server: LoopbackServer) -> None:
    blocks = []
    for name, path in (("fine", "/harbour.xml"), ("missing", "/missing.xml"), ("closed", "/closed.xml")):
        url = server.url(path, host=f"{name}.localhost")
        blocks.append(f'[[feed]]\nid = "{name}"\nname = "{name}"\nurl = "{url}"\npublisher = "P"\n')
    text = "\n".join(blocks) + 'username = "me"\npassword_file = "secret.txt"\n'
    (home / "config" / "feeds.toml").write_text(text, encoding="utf-8")
    (home / "secret.txt").write_text("swordfish\n")
    assert "3 feeds: 3 new" in monitor("feeds", cwd=home).stdout
    ran = monitor("run", cwd=home)
    assert ran.returncode == 0, ran.stderr
    assert "… asking 3 feeds" in ran.stderr
    shown = monitor("feeds", cwd=home).stdout
    assert shown.splitlines()[1].startswith("missing  failing")
    assert re.search(r"failed once on \d+ \w{3} \d\d:\d\d: .*404", shown)
    assert shown.splitlines()[-1] == "3 feeds: 2 ok, 1 failing"
    said = json.loads(monitor("feeds", "--json", "--only", "failing,dead", cwd=home).stdout)
    assert [(one["id"], one["state"], one["failures"], one["last_status"]) for one in said] == [
        ("missing", "failing", 1, 404)
    ]
    everything = shown + ran.stdout + ran.stderr + json.dumps(said)
    assert "swordfish" not in everything
    assert b"swordfish" not in b"".join(file.read_bytes() for file in (home / "state").glob("*") if file.is_file())
    failed(monitor("feeds", "--only", "fine", cwd=home), 2, "there is no state 'fine'")


def test_check_advises_on_passwords_that_travel_readable_and_names_the_proxy(home: Path) -> None:
    text = text_of(home).replace("https://old", "http://old") + 'username = "me"\npassword_env = "PASSWORD"\n'
    text += (
        '[[feed]]\nid = "own"\nname = "O"\nurl = "http://own.localhost/"\npublisher = "O"\nheaders = { X-A = "b" }\n'
    )
    text += '[[feed]]\nid = "key"\nname = "K"\nurl = "http://key.example/"\npublisher = "O"\nheaders = { X-A = "b" }\n'
    (home / "config" / "feeds.toml").write_text(text, encoding="utf-8")
    proxy = {"http_proxy": "", "https_proxy": "http://user:hushhush@proxy.example:3128", "no_proxy": "corp.example"}
    ran = monitor("check", cwd=home, PASSWORD="swordfish", **proxy)  # noqa: S106 - made up
    assert ran.returncode == 0, ran.stderr
    assert "advice: feed old: its password travels readable" in ran.stderr
    assert "advice: feed key: its own headers travel readable" in ran.stderr
    assert "feed own" not in ran.stderr
    assert "https: addresses are asked through the proxy proxy.example:3128, except to corp.example" in ran.stdout
    assert "hushhush" not in ran.stdout + ran.stderr
    failed(monitor("check", cwd=home, PASSWORD="x", https_proxy="socks5://p:hushhush@h"), 2, "only http:// proxies")  # noqa: S106
    unset = monitor("check", cwd=home)
    failed(unset, 2, "feed[1].password_env: the environment variable PASSWORD is not set")
