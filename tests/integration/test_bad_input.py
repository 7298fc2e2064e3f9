"""Bad input from the world: each ends in a reason in the ledger and a sentence, and the rest of the cycle goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor import wiring
from monitor.cli.printing import json_line
from monitor.pipeline import Pipeline
from monitor.records import Outcome
from monitor.workers import WorkerPool
from tests.servers import Asked, LoopbackServer, Reply

NOW = datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
WORDS = "The committee published its findings on ledgers and asked the public for comments before the summer. " * 12


def item(number: int, link: str, extra: str = "") -> str:
    summary = f"<description>In short, {number}.</description>"
    return f"<item><title>Item {number}</title><link>{link}</link>{extra}{summary}</item>"


def rss(*items: str) -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>C</title>{"".join(items)}</channel></rss>'.encode()


def dated(number: int) -> str:
    return f"<guid>g{number}</guid><pubDate>Sun, 29 Mar 2026 0{number}:00:00 GMT</pubDate>"


PAGE = f"<html><head><title>T</title></head><body><article><h1>T</h1><p>{WORDS}</p></article></body></html>".encode()
OLD_PAGE = PAGE.replace(b"</head>", b'<meta property="article:published_time" content="2026-01-05T08:00:00Z"></head>')
GOOD = rss(*(item(n, f"/page/{n}", dated(n)) for n in range(1, 4)))
HTML = Reply(body=b"<!doctype html><html><head><title>Hello</title></head><body><p>No feed.</p></body></html>")
BARE = "<item><title>{0}</title><description>Something happened, {0}.</description></item>"

FEEDS = {
    "good": Reply(body=GOOD, headers={"Content-Type": "application/rss+xml"}),
    "html": HTML,
    "truncated": Reply(body=GOOD[: len(GOOD) * 2 // 3]),
    "empty": Reply(body=b""),
    "no-entries": Reply(body=rss()),
    "bare": Reply(body=rss(BARE.format("one"), BARE.format("two"))),
    "missing": Reply(status=404, body=b"gone"),
    "broken": Reply(status=500, body=b"oops"),
    "dead": Reply(body=rss(item(1, "http://nobody.localhost:9/page", dated(1)))),
    "old": Reply(
        body=rss(item(1, "/page/1", dated(1)), item(2, "/page/2", dated(2)), item(3, "/old", "<guid>o</guid>"))
    ),
    "pages": Reply(
        body=rss(
            item(1, "/pdf", dated(1)),
            item(2, "/big", dated(2)),
            item(3, "/nothing", dated(3)),
            item(4, "/page/9", dated(4)),
        )
    ),
}


PAGES = {
    "/hook": FEEDS["broken"],
    "/pdf": Reply(body=b"%PDF-1.7\n" + b"x" * 2000, headers={"Content-Type": "application/pdf"}),
    "/old": Reply(body=OLD_PAGE, headers={"Content-Type": "text/html"}),
    "/big": Reply(body=b"<p>" + b"x" * 20_000_000),
    "/nothing": Reply(status=404, body=b"no such page"),
}


def answer(asked: Asked) -> Reply:
    if asked.path == "/feed":
        return FEEDS[asked.host.removesuffix(".localhost")]
    return PAGES.get(asked.path, Reply(body=PAGE, headers={"Content-Type": "text/html"}))


@pytest.fixture(scope="module")
def site() -> Iterator[LoopbackServer]:
    """Serve all the feeds above, each on a host of its own."""
    with LoopbackServer(answer) as server:
        yield server


@contextmanager
def pipeline_over(
    tmp_path: Path, workers: WorkerPool, trained: Path, feeds: dict[str, str], channels: str = ""
) -> Iterator[Pipeline]:
    """Open a pipeline over these feeds (id → URL), which sends to files unless `channels` says otherwise."""
    folder = tmp_path / "config"
    (folder / "topics").mkdir(parents=True)
    (folder / "topics" / "ledgers.toml").write_text(
        'title = "Ledgers"\ndescription = "Reports on ledgers."\n'
        'seeds = ["committee report on ledgers", "public comments on ledgers", "ledger findings", "ledger inquiry",'
        ' "ledger rules"]\nkeywords = [["ledger*"]]\n'
    )
    channels = channels or '[channels.out]\ntype = "file"\nfolder = "digests"\n'
    (folder / "monitor.toml").write_text(
        '[polling]\nspacing_seconds = 0\nallow_hosts = ["*.localhost"]\ntimeout_seconds = 10\nrest_minutes = 15\n'
        f"{channels}"
        '[[people]]\nid = "me"\nname = "Me"\nchannels = ["out"]\nemail = "me@example.org"\n'
        '[[watch]]\nid = "w"\ntitle = "W"\ntopics = ["ledgers"]\npeople = ["me"]\n'
        "notify = { articles = 1, publishers = 1, settle_minutes = 0 }\n"
    )
    tables = [
        f'[[feed]]\nid = "{name}"\nname = "Feed {name}"\nurl = "{url}"\npublisher = "P {name}"\n'
        for name, url in feeds.items()
    ]
    (folder / "feeds.toml").write_text("\n".join(tables))
    settings = replace(wiring.load_settings(folder), state=tmp_path)
    (tmp_path / "models").symlink_to(trained)
    with wiring.open_pipeline(settings, clock=wiring.fixed_clock(NOW), workers=workers) as pipeline:
        yield pipeline


def ledger_of(pipeline: Pipeline, step: str) -> dict[str, Outcome]:
    """Return a step's outcomes by subject."""
    with pipeline.tools.store.database.read() as connection:  # type: ignore[attr-defined] # the real store is behind the port
        rows = connection.exec_driver_sql(f"SELECT subject, outcome, reason FROM outcomes WHERE step = '{step}'").all()  # noqa: S608
    return {row[0]: Outcome(step=step, subject=row[0], outcome=row[1], reason=row[2], at=NOW) for row in rows}


def test_each_bad_feed_has_its_reason_and_the_good_ones_are_read(
    tmp_path: Path, workers: WorkerPool, trained: Path, site: LoopbackServer
) -> None:
    feeds = {name: site.url("/feed", f"{name}.localhost") for name in FEEDS if name not in {"pages", "dead", "old"}}
    feeds["unreachable"] = "http://unreachable.localhost:9/feed"
    with pipeline_over(tmp_path, workers, trained, feeds) as pipeline:
        report = pipeline.cycle()
        told = {name: (one.outcome, one.reason) for name, one in ledger_of(pipeline, "poll").items()}
    assert told["good"] == ("answered", "parsed")
    assert told["html"] == ("failed", "not-a-feed")
    assert told["truncated"][0] == "answered"
    assert told["empty"] == ("failed", "empty")
    assert told["no-entries"][0] == "answered"
    assert told["bare"][0] == "answered"
    assert told["missing"] == ("failed", "http-404")
    assert told["broken"] == ("failed", "http-500")
    assert told["unreachable"] == ("failed", "refused")
    assert not report.poll.offline
    assert report.ok
    assert all(failure.message for failure in report.poll.failed)
    assert report.deliver.sent


def test_a_feed_without_dates_or_links_gives_its_entries_once(
    tmp_path: Path, workers: WorkerPool, trained: Path, site: LoopbackServer
) -> None:
    feeds = {"bare": site.url("/feed", "bare.localhost")}
    with pipeline_over(tmp_path, workers, trained, feeds) as pipeline:
        assert pipeline.poll().entries_new == 2
        assert pipeline.poll(every=True).entries_new == 0
        assert {one.reason for one in ledger_of(pipeline, "enter").values()} == {"undated-at-first-poll"}


def test_pages_that_are_no_articles_leave_the_feed_s_words_with_the_reason(
    tmp_path: Path, workers: WorkerPool, trained: Path, site: LoopbackServer
) -> None:
    feeds = {"pages": site.url("/feed", "pages.localhost")}
    with pipeline_over(tmp_path, workers, trained, feeds) as pipeline:
        report = pipeline.cycle()
        told = sorted((one.outcome, one.reason) for one in ledger_of(pipeline, "read").values())
    assert told == [
        ("feed-summary", "damaged-pdf"),
        ("feed-summary", "http-404"),
        ("feed-summary", "too-large"),
        ("page", "read"),
    ]
    assert (report.read.pages, report.read.from_feed) == (1, 3)
    assert report.score.articles == 4


def later(pipeline: Pipeline, hours: float) -> Pipeline:
    """Return the pipeline as it will be some hours later."""
    clock = wiring.fixed_clock(NOW + timedelta(hours=hours))
    return replace(pipeline, tools=replace(pipeline.tools, clock=clock))


def test_a_page_whose_host_is_dead_leaves_the_feed_s_words_after_some_attempts(
    tmp_path: Path, workers: WorkerPool, trained: Path, site: LoopbackServer
) -> None:
    feeds = {"dead": site.url("/feed", "dead.localhost")}
    with pipeline_over(tmp_path, workers, trained, feeds) as pipeline:
        first = pipeline.cycle()
        assert [failure.reason for failure in first.read.postponed] == ["refused"]
        assert pipeline.cycle().read.postponed == (), "it must not be asked again before its time"
        assert later(pipeline, 1).cycle().read.postponed
        last = later(pipeline, 5).cycle()
        assert (last.read.from_feed, last.read.postponed) == (1, ())
        assert last.score.articles == 1


def test_one_dead_feed_alone_is_not_taken_for_the_own_network(
    tmp_path: Path, workers: WorkerPool, trained: Path
) -> None:
    with pipeline_over(tmp_path, workers, trained, {"gone": "http://gone.localhost:9/feed"}) as pipeline:
        assert not pipeline.poll().offline
        assert pipeline.poll().asked == 0, "it must wait before it is asked again"
        assert later(pipeline, 1).poll().asked == 1


def test_a_feed_is_asked_in_every_cycle_of_its_interval(
    tmp_path: Path, workers: WorkerPool, trained: Path, site: LoopbackServer
) -> None:
    feeds = {"good": site.url("/feed", "good.localhost")}
    with pipeline_over(tmp_path, workers, trained, feeds) as pipeline:
        asked = [later(pipeline, minutes / 60).poll().asked for minutes in (0, 10, 15, 30, 44.9, 46)]
    assert asked == [1, 0, 1, 1, 1, 0]


def test_an_article_whose_page_is_old_news_is_said_to_be_skipped(
    tmp_path: Path, workers: WorkerPool, trained: Path, site: LoopbackServer
) -> None:
    feeds = {"old": site.url("/feed", "old.localhost")}
    with pipeline_over(tmp_path, workers, trained, feeds) as pipeline:
        pipeline.cycle()
        told = {one.outcome: one.reason for one in ledger_of(pipeline, "score").values()}
    assert told["skipped"] == "older-than-14-days"


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        ('type = "email"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nsender = "m@example.org"\n', "unreachable"),
        ('type = "slack"\nwebhook_file = "hook.txt"\n', "http-500"),
    ],
)
def test_a_channel_that_fails_keeps_the_message_for_later(
    tmp_path: Path, workers: WorkerPool, trained: Path, site: LoopbackServer, channel: str, reason: str
) -> None:
    (tmp_path / "hook.txt").write_text(site.url("/hook"))
    feeds = {"good": site.url("/feed", "good.localhost")}
    with pipeline_over(tmp_path, workers, trained, feeds, f"[channels.out]\n{channel}") as pipeline:
        report = pipeline.cycle()
        [failure] = report.deliver.postponed
        assert failure.reason == reason
        assert not report.ok
        again = pipeline.cycle()
        assert (again.plan.digests, again.deliver.sent) == ((), ())


def test_what_a_cycle_did_can_be_written_as_json(
    tmp_path: Path, workers: WorkerPool, trained: Path, site: LoopbackServer
) -> None:
    feeds = {"good": site.url("/feed", "good.localhost"), "html": site.url("/feed", "html.localhost")}
    with pipeline_over(tmp_path, workers, trained, feeds) as pipeline:
        said = json.loads(json_line(pipeline.cycle()))
    assert said["poll"]["failed"][0]["reason"] == "not-a-feed"
