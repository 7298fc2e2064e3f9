"""A full cycle over the sample world: real HTTP, real worker processes, both databases."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import wiring
from monitor.demo.server import NewsServer
from monitor.demo.world import load_world
from monitor.pipeline import CycleReport, Pipeline
from monitor.records import Digest, Kind
from monitor.store import Store
from monitor.store.tables import entries

Opener = Callable[..., AbstractContextManager[Pipeline]]
WORLD = load_world()


def told(report: CycleReport) -> Digest:
    [digest] = report.plan.digests
    return digest


def stories_in(digest: Digest) -> list[tuple[Kind, set[str]]]:
    """Return each item's kind and the events that its articles report, by the world's own word."""
    events = {piece.title: piece.story for piece in WORLD.pieces}
    return [(item.kind, {events[source.title] for source in item.sources}) for item in digest.items]


def test_a_cycle_tells_the_stories_that_the_watch_asks_for(open_sample: Opener, database_url: str) -> None:
    """One test for the whole way: what is asked, read, matched, grouped, told, and held back."""
    with open_sample(database_url=database_url) as pipeline:
        report = pipeline.cycle()
    assert (report.poll.asked, report.poll.changed, report.poll.failed) == (11, 11, ())
    assert report.read.pages + report.read.from_feed == report.poll.entries_new
    assert report.read.postponed == ()
    assert report.score.articles == report.group.articles == report.poll.entries_new
    found = stories_in(told(report))
    assert (Kind.NEW, {"beijing-centre"}) in found
    assert (Kind.NEW, {"hk-banking"}) in found
    assert not any(events & {"bitcoin-slide", "larkspur-hack", ""} for _, events in found)
    assert {sent.channel for sent in report.deliver.sent} == {"file", "terminal"}
    assert report.ok


def test_both_databases_give_the_same_digest(open_sample: Opener, database_url: str, tmp_path: Path) -> None:
    with open_sample(database_url=f"sqlite:///{tmp_path / 'other.db'}") as pipeline:
        reference = told(pipeline.cycle())
    shutil.rmtree(tmp_path / "digests")
    with open_sample(database_url=database_url) as pipeline:
        assert told(pipeline.cycle()) == reference


def test_a_second_cycle_asks_nothing_early_and_sends_nothing(open_sample: Opener, news: NewsServer) -> None:
    with open_sample() as pipeline:
        pipeline.cycle()
        before = len(news.requests)
        again = pipeline.cycle()
        assert len(news.requests) == before
        every = pipeline.cycle(every=True)
    assert (again.poll.asked, again.plan.digests, again.deliver.sent) == (0, (), ())
    assert (every.poll.unchanged, every.poll.entries_new) == (11, 0)
    assert {request.status for request in news.requests[before:]} == {304}
    assert (every.plan.digests, every.deliver.sent) == ((), ())


def test_a_story_already_told_comes_back_as_an_update_only(open_sample: Opener, news: NewsServer) -> None:
    with open_sample() as pipeline:
        first = told(pipeline.cycle())
    news.wave = 2
    with open_sample(2) as pipeline:
        report = pipeline.cycle()
    [item] = [item for item in told(report).items if item.kind is Kind.UPDATE]
    before = next(one for one in first.items if one.story_id == item.story_id)
    known = {source.article_id for source in before.sources}
    assert known < {source.article_id for source in item.sources}
    assert {source.article_id for source in item.sources if not source.is_new} == known
    assert report.poll.entries_edited == 1


def test_an_edited_entry_is_not_a_new_article(open_sample: Opener, news: NewsServer) -> None:
    with open_sample() as pipeline:
        pipeline.cycle()
    news.wave = 2
    with open_sample(2) as pipeline:
        report = pipeline.cycle()
    fresh = len(WORLD.pieces_in(2)) - len(WORLD.pieces_in(1))
    assert report.poll.entries_new == fresh == report.read.pages + report.read.from_feed


def test_every_entry_ends_with_an_outcome_of_each_step(open_sample: Opener, database_url: str) -> None:
    """Counts in are counts out: nothing disappears between two steps."""
    with open_sample(database_url=database_url) as pipeline:
        report = pipeline.cycle()
    store = Store(database_url)
    counted: dict[str, int] = {}
    for (step, _, _), number in store.ledger.count().items():
        counted[step] = counted.get(step, 0) + number
    store.close()
    total = report.poll.entries_new
    assert counted["poll"] == 11
    assert (counted["enter"], counted["read"], counted["score"], counted["group"]) == (total,) * 4
    assert counted["deliver"] == 2


def test_offline_blames_the_own_network_and_loses_nothing(
    sample_config: Path, open_sample: Opener, news: NewsServer
) -> None:
    nobody = sample_config / "feeds.toml"
    served = nobody.read_text(encoding="utf-8")
    nobody.write_text(served.replace(f":{news.port}/", ":9/"), encoding="utf-8")
    with open_sample() as pipeline:
        report = pipeline.cycle()
    assert report.poll.offline
    assert not report.ok
    assert len(report.poll.failed) == report.poll.asked == 11
    assert {failure.reason for failure in report.poll.failed} == {"refused"}
    nobody.write_text(served, encoding="utf-8")
    with open_sample() as pipeline:
        report = pipeline.cycle()
    assert report.poll.changed == 11, "feeds that were not to blame must still be due"
    assert report.plan.digests


def test_pages_that_cannot_be_reached_now_are_read_later(open_sample: Opener, news: NewsServer) -> None:
    with open_sample() as pipeline:
        pipeline.poll()
    with news_gone(news):
        with open_sample() as pipeline:
            report = pipeline.read()
        assert report.postponed
    with open_sample(at=WORLD.moment(1) + timedelta(hours=1)) as pipeline:
        assert pipeline.read().pages >= len(report.postponed)


@contextmanager
def news_gone(news: NewsServer) -> Iterator[None]:
    """Take the sample world off its port for a while."""
    news.__exit__(None, None, None)
    try:
        yield
    finally:
        news.__enter__()


def test_a_digest_by_hand_tells_what_was_held_back_and_then_nothing(open_sample: Opener) -> None:
    with open_sample() as pipeline:
        pipeline.cycle()
        planned, delivered = pipeline.digest("crypto-policy")
        assert {item.story_id for item in planned.digests[0].items}
        assert delivered.sent
        planned, delivered = pipeline.digest("crypto-policy")
    assert (planned.digests, delivered.sent) == ((), ())


def test_a_preview_stores_and_sends_nothing(open_sample: Opener, sample_config: Path) -> None:
    with open_sample() as pipeline:
        pipeline.poll()
        pipeline.read()
        pipeline.score()
        pipeline.group()
        [preview] = pipeline.preview("crypto-policy")
        [message] = preview.messages
        assert "Beijing" in message.text
        assert pipeline.tools.store.readers.told("analyst") == {}
    assert not (sample_config.parent / "digests").exists()


def test_a_model_just_put_in_charge_leaves_the_preview_of_the_one_before(open_sample: Opener) -> None:
    with open_sample() as pipeline:
        pipeline.poll()
        pipeline.read()
        pipeline.score()
        pipeline.group()
        [before] = pipeline.preview("crypto-policy")
        trainings = pipeline.tools.store.trainings
        standing = trainings.champion()
        assert standing is not None
        trainings.decide(replace(standing, champion="new", challenger="new"))
        [after] = pipeline.preview("crypto-policy")
    assert len(before.messages) == 1
    assert after == before


def test_a_channel_taken_out_of_the_configuration_leaves_a_dead_letter(open_sample: Opener) -> None:
    with open_sample() as pipeline:
        model = (pipeline.poll(), pipeline.read(), pipeline.score())[2].model
        pipeline.group()
        pipeline.plan(model)
        without = replace(pipeline, tools=replace(pipeline.tools, notifiers={}))
        report = without.deliver()
    assert {failure.reason for failure in report.dead} == {"no-channel"}


@pytest.mark.parametrize("kind", ["digest.html", "digest.txt", "slack.json"])
def test_the_file_channel_writes_all_renderings(open_sample: Opener, sample_config: Path, kind: str) -> None:
    with open_sample() as pipeline:
        pipeline.cycle()
    [file] = (sample_config.parent / "digests").glob(f"*/{kind}")
    text = file.read_text(encoding="utf-8")
    assert "Beijing" in text
    if kind == "slack.json":
        assert json.loads(text)["blocks"]


def test_a_new_model_scores_again_and_tells_nothing_twice(open_sample: Opener, sample_config: Path) -> None:
    with open_sample() as pipeline:
        first = pipeline.cycle()
    topic = sample_config / "topics" / "cbdc.toml"
    topic.write_text(topic.read_text(encoding="utf-8").replace("precision = 0.8", "precision = 0.85"), encoding="utf-8")
    with open_sample() as pipeline:
        second = pipeline.cycle()
    assert second.score.model != first.score.model
    assert second.score.articles == first.score.articles
    assert second.plan.digests == ()


def test_the_table_of_entries_holds_each_entry_once(open_sample: Opener, database_url: str) -> None:
    with open_sample(database_url=database_url) as pipeline:
        pipeline.cycle()
        pipeline.cycle(every=True)
    store = Store(database_url)
    with store.database.read() as connection:
        rows = connection.execute(entries.select()).mappings().all()
    store.close()
    assert len(rows) == len(WORLD.pieces_in(1)) == len({(row["feed_id"], row["key"]) for row in rows})
    assert {row["state"] for row in rows} == {"read"}


def test_the_pipeline_is_put_together_from_the_configuration_alone(sample_config: Path) -> None:
    settings = wiring.load_settings(sample_config)
    with wiring.open_pipeline(settings) as pipeline:
        assert set(pipeline.tools.notifiers) == {"terminal", "file"}
        assert len(pipeline.rules.feeds) == 11
