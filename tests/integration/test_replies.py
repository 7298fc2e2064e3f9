"""The site behind the links: a GET asks and changes nothing, a POST acts, and nothing else gets anywhere."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import Message
from functools import partial
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import ConsoleMessage, sync_playwright

from monitor.cli import serving
from monitor.errors import StoreError
from monitor.records import Article, Document, MuteKind, Person, Placed, Read, Topic, Watch, Wish
from monitor.replies import app
from monitor.replies.app import HEADERS, LONGEST_BODY, Deeds, make_app
from monitor.replies.clerk import Clerk
from monitor.replies.links import Links
from monitor.replies.mutes import new_mute
from monitor.replies.pages import Page
from monitor.store import Store
from tests.conformance.news import FEED, NOW, article, entry, outcome, polled
from tests.program import monitor
from tests.small_config import FEEDS, monitor_toml

KEY = "seventeen letters"
LINKS = Links("https://news.example.org/watch", KEY)
PEOPLE = (Person(id="ana", name="Ana", channels=("mail",), timezone="Europe/Berlin"),)
WATCHES = (Watch(id="boats", title="Boats & <b>ships</b>", topics=("boats",), people=("ana",)),)
TOPICS = (Topic(id="boats", title="Boats", description="Boats.", seeds=("a boat",)),)
HOSTILE = 'Ferry <script>alert(1)</script> "aground" \u202eevil\x07'
STORY, OTHER = "ferry-story", "tunnel-story"

RELEVANT = Wish(name="relevant", person="ana", subject="a1", topic="boats")
MUTE = Wish(name="mute", person="ana", subject=STORY)
PAUSE = Wish(name="pause", person="ana", subject="boats")
UNSUBSCRIBE = Wish(name="unsubscribe", person="ana", subject="boats")
RESUME = Wish(name="resume", person="ana", subject="boats")
ALL = (RELEVANT, replace(RELEVANT, name="off-topic"), MUTE, PAUSE, UNSUBSCRIBE, RESUME, replace(MUTE, name="unmute"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    text: str
    headers: Message


@dataclass(slots=True)
class Site:
    """A real server on loopback over a real store, and what it did."""

    port: int = 0
    now: datetime = NOW
    kept: list[tuple[str, str, bool, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode(), answer.headers)
        finally:
            connection.close()

    def get(self, wish: Wish) -> Answer:
        """Follow a wish's link."""
        return self.ask("GET", path_of(wish))

    def post(self, wish: Wish) -> Answer:
        """Press its button."""
        return self.ask("POST", path_of(wish))

    def keep(self, article: Article, topic: str, *, yes: bool, by: str) -> None:
        """Remember an answer."""
        self.kept.append((article.id, topic, yes, by))


def path_of(wish: Wish) -> str:
    return f"/a/{LINKS.token(wish)}"


def fill(store: Store) -> None:
    """Store two articles, each a story of its own."""
    store.sources.sync([FEED])
    store.sources.save([polled(entry("a1"), entry("b1"))])
    waiting = sorted(store.sources.unread(NOW, 9), key=lambda one: one.entry.key)
    for unread, title, story in zip(waiting, (HOSTILE, "Tunnel"), (STORY, OTHER), strict=True):
        name = unread.entry.key
        made = replace(article(name, NOW), title=title)
        store.articles.save([Read(unread=unread, article=made, page=None, outcome=outcome("read", name))], NOW)
        place = Placed(id=name, story=story, founded=True, similarity=0.0)
        document = Document(id=name, title="", text="", published=NOW)
        store.grouping.save([place], [document], {}, "w1", [], NOW)


@contextmanager
def served(site: Site, deeds: Deeds) -> Iterator[Site]:
    listener = socket.create_server(("127.0.0.1", 0))
    site.port = listener.getsockname()[1]
    made = make_app(LINKS, deeds, say=site.said.append)
    config = uvicorn.Config(
        made, log_config=None, access_log=False, lifespan="off", ws="none", http=serving._brief_protocol()
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture
def site(store: Store) -> Iterator[Site]:
    """Serve Ana's site over two stories."""
    fill(store)
    made = Site()
    clerk = Clerk(
        store=store, people=PEOPLE, watches=WATCHES, topics=TOPICS, keep=made.keep, clock=lambda: made.now
    )  # fmt: skip
    with served(made, clerk):
        yield made


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Store]]:
    """Serve a site, once, for requests that change nothing."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('still') / 'monitor.db'}")
    fill(store)
    made = Site()
    clerk = Clerk(store=store, people=PEOPLE, watches=WATCHES, topics=TOPICS, keep=made.keep, clock=lambda: NOW)
    with served(made, clerk):
        yield made, store
    store.close()


def muted(store: Store, site: Site) -> list[tuple[str, str, datetime | None]]:
    return [(one.kind.value, one.subject, one.until) for one in store.readers.mutes(site.now)]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_follows_every_link_changes_nothing(store: Store, site: Site, method: str) -> None:
    for wish in ALL:
        answer = site.ask(method, path_of(wish), None, **{"User-Agent": "LinkScanner"})
        assert answer.status == 200
        assert bool(answer.text) == (method == "GET")
    assert (muted(store, site), site.kept, site.said) == ([], [], [])


def test_the_page_says_exactly_what_will_happen_and_has_one_button(site: Site) -> None:
    shown = site.get(MUTE).text
    assert "<h1>Mute this story?</h1>" in shown
    assert "until Sunday 5 April 2026, 08:00 CEST" in shown
    assert shown.count("<button") == shown.count("<form") == 1
    assert "Nothing happens until you press the button" in shown
    assert f'action="{LINKS.token(MUTE)}"' in shown


def test_what_publishers_wrote_is_text_on_the_page(site: Site) -> None:
    shown = site.get(MUTE).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script" not in shown
    assert not {"\u202e", "\x07"} & set(shown)
    assert "Boats &amp; &lt;b&gt;ships&lt;/b&gt;" in site.get(PAUSE).text


def test_pressing_the_button_acts_and_offers_to_take_it_back(store: Store, site: Site) -> None:
    done = site.post(MUTE)
    assert done.status == 200
    assert "This story is muted" in done.text
    assert muted(store, site) == [("story", STORY, NOW + timedelta(days=7))]
    [back] = re.findall(r'action="([^"]+)"', done.text)
    assert LINKS.read(back) == replace(MUTE, name="unmute")
    assert "is not muted" in site.ask("POST", f"/a/{back}").text
    assert muted(store, site) == []


def test_pressing_it_twice_does_what_once_does(store: Store, site: Site) -> None:
    for wish in (MUTE, PAUSE):
        site.now = NOW
        first = site.post(wish)
        before = muted(store, site)
        site.now = NOW + timedelta(hours=2)
        assert site.post(wish).text == first.text
        assert muted(store, site) == before
        assert "until" in site.get(wish).text


def test_a_pause_is_begun_anew_when_it_is_nearly_over(store: Store, site: Site) -> None:
    site.post(PAUSE)
    site.now = NOW + timedelta(days=6)
    assert "Pause this watch?" in site.get(PAUSE).text
    site.post(PAUSE)
    assert muted(store, site) == [("watch", "boats", site.now + timedelta(days=7))]


def test_an_unsubscription_ends_with_resume_only(store: Store, site: Site) -> None:
    assert "You are unsubscribed" in site.post(UNSUBSCRIBE).text
    assert "any more" in site.get(PAUSE).text
    site.post(PAUSE)
    assert muted(store, site) == [("watch", "boats", None)]
    assert "Hear from this watch again?" in site.get(RESUME).text
    assert "This watch tells you" in site.post(RESUME).text
    assert "This watch tells you" in site.post(RESUME).text
    assert muted(store, site) == []


def test_a_longer_mute_is_not_shortened(store: Store, site: Site) -> None:
    end = NOW + timedelta(days=30)
    store.readers.mute(new_mute("ana", MuteKind.STORY, STORY, since=NOW, until=end, by="desk"))
    assert "28 April 2026" in site.post(MUTE).text
    assert muted(store, site) == [("story", STORY, end)]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
    ],
    ids=["form", "multipart"],
)
def test_a_mail_program_unsubscribes_with_one_click(store: Store, site: Site, body: bytes, kind: str) -> None:
    answer = site.ask("POST", path_of(UNSUBSCRIBE), body, **{"Content-Type": kind})
    assert answer.status == 200
    assert answer.headers["Location"] is answer.headers["Set-Cookie"] is None
    assert muted(store, site) == [("watch", "boats", None)]


def test_unsubscribing_works_for_a_watch_and_a_person_that_are_not_configured_any_more(
    store: Store, site: Site
) -> None:
    gone = Wish(name="unsubscribe", person="bo", subject="trains")
    assert "trains" in site.get(gone).text
    assert site.post(gone).status == 200
    assert [(one.person, one.subject) for one in store.readers.mutes(NOW)] == [("bo", "trains")]


def test_an_answer_about_an_article_is_kept_and_can_be_turned_round(site: Site) -> None:
    assert "is about “Boats”" in site.get(RELEVANT).text
    done = site.post(RELEVANT).text
    assert site.kept == [("a1", "boats", True, "ana")]
    [back] = re.findall(r'action="([^"]+)"', done)
    site.ask("POST", f"/a/{back}")
    assert site.kept[1:] == [("a1", "boats", False, "ana")]


@pytest.mark.parametrize("changed", [{"subject": "gone"}, {"topic": "gone"}])
def test_an_answer_about_what_is_gone_says_so_and_keeps_nothing(site: Site, changed: dict[str, str]) -> None:
    wish = replace(RELEVANT, **changed)
    for answer in (site.get(wish), site.post(wish)):
        assert (answer.status, "<button" in answer.text) == (200, False)
        assert "Nothing was changed." in answer.text
    assert site.kept == []


def test_the_mute_of_a_story_that_became_part_of_another_is_that_of_the_other(store: Store, site: Site) -> None:
    site.post(MUTE)
    from monitor.pipeline.cutting import Cutter  # noqa: PLC0415 - only this test merges

    Cutter(store=store, clock=lambda: NOW, by="desk").merge(OTHER, [STORY])
    assert muted(store, site) == [("story", OTHER, NOW + timedelta(days=7))]
    assert "This story is muted" in site.get(MUTE).text
    assert "This story is muted" in site.get(replace(MUTE, subject=OTHER)).text
    site.post(Wish(name="unmute", person="ana", subject=OTHER))
    assert muted(store, site) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/a/",
        "/a/x",
        f"{path_of(UNSUBSCRIBE)}x",
        f"{path_of(UNSUBSCRIBE)}/",
        path_of(UNSUBSCRIBE)[:-3],
        path_of(replace(UNSUBSCRIBE, name="format-disk")),
        f"/a/{Links('', 'another key of theirs').token(UNSUBSCRIBE)}",
        "/a/..%2f..%2fetc%2fpasswd",
        f"/a/{'A' * 5000}",
        "/a/%ff%00",
    ],
    ids=["root", "none", "short", "longer", "slash", "cut", "unknown", "forged", "climbing", "long", "bytes"],
)
def test_what_is_no_link_of_ours_is_a_page_that_says_so(still: tuple[Site, Store], method: str, path: str) -> None:
    site, store = still
    answer = site.ask(method, path)
    assert answer.status == 404
    assert "This link leads nowhere" in answer.text
    assert muted(store, site) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"])
def test_there_are_no_other_methods(still: tuple[Site, Store], method: str) -> None:
    site, store = still
    answer = site.ask(method, path_of(UNSUBSCRIBE))
    assert answer.status == 405
    assert answer.headers["Allow"]
    assert muted(store, site) == []


def test_every_answer_forbids_keeping_framing_and_loading_and_sets_no_cookie(site: Site) -> None:
    answers = [
        site.get(MUTE), site.post(MUTE), site.ask("GET", "/nowhere"), site.ask("PUT", path_of(MUTE)),
        site.ask("GET", "/health"), site.ask("POST", path_of(MUTE), b"x" * (LONGEST_BODY + 1)),
    ]  # fmt: skip
    for answer in answers:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert answer.headers["Set-Cookie"] is None
    assert answers[0].headers["Content-Type"] == "text/html; charset=utf-8"
    assert (answers[4].status, answers[4].text) == (200, "ok")


def test_a_body_that_is_too_large_is_not_taken_in(store: Store, site: Site) -> None:
    assert site.ask("POST", path_of(UNSUBSCRIBE), b"x" * (LONGEST_BODY + 1)).status == 413
    assert site.ask("POST", path_of(UNSUBSCRIBE), b"x" * LONGEST_BODY).status == 200
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as line:
        line.sendall(f"POST {path_of(MUTE)} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n".encode())
        with suppress(OSError):  # reset or broken, as the system has it
            for _ in range(10_000):
                line.sendall(b"x" * 10_000)
            pytest.fail("it took in 100 MB")
    assert muted(store, site) == [("watch", "boats", None)]


def test_a_post_that_breaks_off_does_nothing(store: Store, site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as line:
        line.sendall(f"POST {path_of(MUTE)} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc".encode())
    assert site.ask("GET", "/health").text == "ok"
    assert muted(store, site) == []


def test_a_body_that_never_ends_is_given_up(store: Store, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "BODY_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as line:
        line.sendall(f"POST {path_of(MUTE)} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc".encode())
        assert line.recv(1000).startswith(b"HTTP/1.1 408 ")
    assert muted(store, site) == []


def test_under_a_path_of_its_own_the_site_works_with_and_without_it(site: Site) -> None:
    url = urlsplit(LINKS.url(MUTE))
    assert site.ask("GET", url.path).text == site.get(MUTE).text
    assert site.ask("GET", "/watch/health").text == "ok"


def test_what_was_done_is_said_without_the_link(site: Site) -> None:
    site.get(MUTE)
    site.post(MUTE)
    site.ask("POST", "/a/forged")
    assert site.said == [f"mute {STORY} for ana: 200"]


class Broken:
    """A database that is locked, or a bug."""

    def __init__(self, error: Exception) -> None:
        """Raise this whatever is asked."""
        self.error = error

    def offer(self, _wish: Wish) -> Page | None:
        """Fail."""
        raise self.error

    grant = offer


@pytest.mark.parametrize("error", [StoreError("db", "locked", "the database is locked"), OSError(28, "disk full", "x")])
def test_when_the_database_cannot_be_used_the_page_says_to_try_again(error: Exception) -> None:
    with served(Site(), Broken(error)) as site:
        for answer in (site.get(MUTE), site.post(MUTE)):
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "60"
            assert "Nothing was changed; please try again later." in answer.text
            assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert any(str(error) in line for line in site.said)
        assert not any(LINKS.token(MUTE) in line for line in site.said)


def test_a_bug_is_a_page_without_its_inside(caplog: pytest.LogCaptureFixture) -> None:
    with served(Site(), Broken(RuntimeError("secret inside"))) as site:
        answer = site.get(MUTE)
    assert answer.status == 500
    assert "secret" not in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert LINKS.token(MUTE) not in caplog.text


CHROMIUM = os.environ.get("MONITOR_CHROMIUM") or shutil.which("chromium")


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium: install it or set MONITOR_CHROMIUM to its path")
def test_in_a_browser_the_page_fits_and_its_button_works(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    fill(store)
    made = Site()
    clerk = Clerk(store=store, people=PEOPLE, watches=WATCHES, topics=TOPICS, keep=made.keep, clock=lambda: NOW)
    with served(made, clerk) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            page = browser.new_page(color_scheme=scheme)
            complaints: list[str] = []
            page.on("console", partial(heard, complaints))
            page.goto(f"http://127.0.0.1:{site.port}/watch{path_of(MUTE)}")
            for width in (320, 375, 600):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") == width
            assert page.evaluate(CONTRAST) >= 4.5
            page.get_by_role("button", name="Mute it for 7 days").click()
            page.get_by_role("heading", name="This story is muted").wait_for()
            page.get_by_role("button", name="Unmute it").click()
            page.get_by_role("heading", name="This story is not muted").wait_for()
            assert complaints == []
            page.close()
        browser.close()
    store.close()
    capfd.readouterr()


def heard(complaints: list[str], message: ConsoleMessage) -> None:
    complaints.append(message.text)


CONTRAST = """() => {
  const light = text => {
    const [r, g, b] = text.match(/[0-9.]+/g).slice(0, 3).map(part => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = one => {
    const colour = getComputedStyle(one).backgroundColor;
    return colour.endsWith(', 0)') ? ground(one.parentElement) : colour;
  };
  const ratios = [...document.querySelectorAll('h1, p, span, button')].map(one => {
    const [a, b] = [light(getComputedStyle(one).color), light(ground(one))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
  return Math.min(...ratios);
}"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with a whole configuration and one article."""
    config = tmp_path / "config"
    (config / "topics").mkdir(parents=True)
    site = '[site]\naddress = "https://news.example.org/watch"\nkey_env = "SITE_KEY"\n'
    (config / "monitor.toml").write_text(site + monitor_toml("boats"))
    (config / "feeds.toml").write_text(FEEDS)
    (config / "topics" / "boats.toml").write_text(
        'title = "Boats"\ndescription = "Boats."\nseeds = ["a boat", "new boat", "boat yard", "wooden boat"]\n'
    )
    (tmp_path / "state").mkdir()
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    fill(store)
    store.close()
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    return {"MONITOR_DATABASE_URL": f"sqlite:///{home / 'monitor.db'}", "SITE_KEY": KEY}


@contextmanager
def program(home: Path) -> Iterator[tuple[Site, subprocess.Popen[str]]]:
    """Run `monitor serve` as a user does, on a free port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "serve", "--port", "0"], cwd=home, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment(home)},
    )  # fmt: skip
    assert process.stderr is not None
    try:
        first = process.stderr.readline()
        found = re.search(r"listening on http://127\.0\.0\.1:(\d+) for https://news\.example\.org/watch", first)
        assert found, first + process.stderr.read()
        yield Site(port=int(found[1])), process
    finally:
        process.kill()
        process.wait(20)
        process.stderr.close()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_program_serves_until_it_is_told_to_end(home: Path, ending: signal.Signals) -> None:
    with program(home) as (site, process):
        me = {"person": "me"}
        assert site.post(replace(UNSUBSCRIBE, subject="w", **me)).status == 200
        for _ in range(2):
            assert site.post(replace(RELEVANT, **me)).status == 200
        site.post(replace(RELEVANT, name="off-topic", **me))
        assert site.get(MUTE).headers["Server"] is None
        process.send_signal(ending)
        assert process.wait(20) == 0
        assert process.stderr is not None
        said = process.stderr.read()
    assert said.splitlines() == [
        "unsubscribe w for me: 200", "relevant a1 for me: 200", "relevant a1 for me: 200", "off-topic a1 for me: 200",
    ]  # fmt: skip
    kept = (home / "config" / "labels.jsonl").read_text().splitlines()
    assert len(kept) == 2
    assert '"by": "me"' in kept[0]
    shown = monitor("mutes", cwd=home, **environment(home)).stdout
    assert "for good" in shown
    assert "link" in shown


def test_a_torn_file_of_labels_is_no_reason_to_end(home: Path) -> None:
    with program(home) as (site, _):
        (home / "config" / "labels.jsonl").write_text('{"title": "A", "text":')
        assert site.post(replace(RELEVANT, person="me")).status == 503
        assert site.post(replace(MUTE, person="me")).status == 200


def test_slow_clients_hold_nobody_else_up(home: Path) -> None:
    with program(home) as (site, process):
        idle = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(50)]
        for line in idle:
            line.sendall(b"POST /a/x HTTP/1.1\r\nHost: x\r\nContent-Le")
        began = time.monotonic()
        assert site.ask("GET", "/health").text == "ok"
        assert time.monotonic() - began < 5
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        for line in idle:
            line.close()


def test_a_client_that_never_ends_its_request_is_cut_off(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "CONNECTION_SECONDS", 0.5)
    clerk = Clerk(store=store, people=(), watches=(), topics=(), keep=Site().keep, clock=lambda: NOW)
    with served(Site(), clerk) as site, socket.create_connection(("127.0.0.1", site.port), timeout=20) as line:
        began = time.monotonic()
        line.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert line.recv(100) == b""
        assert time.monotonic() - began < 5


def test_many_readers_at_once_are_all_answered(store: Store, site: Site) -> None:
    wishes = [Wish(name="pause", person=f"p{number}", subject="boats") for number in range(60)]
    with ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(site.post, wishes))
    assert {answer.status for answer in answers} == {200}
    assert len(store.readers.mutes(NOW)) == 60


def test_a_port_that_is_taken_is_one_sentence(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ran = monitor("serve", "--port", port, cwd=home, **environment(home))
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        f"monitor: cannot listen on 127.0.0.1 port {port}: Address already in use; --host and --port choose others"
    ]


def test_without_an_address_there_is_nothing_to_serve(home: Path) -> None:
    (home / "config" / "monitor.toml").write_text(monitor_toml("boats"))
    ran = monitor("serve", cwd=home, **environment(home))
    assert ran.returncode == 2
    [line] = ran.stderr.splitlines()
    assert "messages have no links yet: set address and key_env" in line
