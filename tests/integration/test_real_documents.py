"""A site of real feed documents: every one of them is polled and accounted for; and real pages, read twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from monitor import wiring
from monitor.pipeline import Pipeline
from monitor.web import WebClient, WebSettings, system_resolver
from monitor.workers import WorkerPool
from tests.servers import Asked, LoopbackServer, Reply


def only_loopback(host: str) -> Sequence[str]:
    """Resolve names of this machine only; articles of real feeds lead elsewhere."""
    if not host.endswith(".localhost"):
        raise OSError(f"{host} is not of this machine")
    return system_resolver(host)


def config_for(folder: Path, documents: dict[str, Path], server: LoopbackServer) -> Path:
    """Write a configuration whose feeds are the documents, each on a host of its own."""
    (folder / "topics").mkdir(parents=True)
    (folder / "topics" / "ledgers.toml").write_text(
        'title = "Ledgers"\ndescription = "Ledgers in public service."\n'
        'seeds = ["public ledger", "land registry on a ledger", "ledger inquiry", "ledger rules", "ledger pilot"]\n'
        'keywords = [["ledger*"]]\n'
    )
    (folder / "monitor.toml").write_text(
        "[polling]\nspacing_seconds = 0\nhorizon_hours = 1\n"
        '[channels.out]\ntype = "file"\nfolder = "digests"\n'
        '[[people]]\nid = "me"\nname = "Me"\nchannels = ["out"]\n'
        '[[watch]]\nid = "w"\ntitle = "W"\ntopics = ["ledgers"]\npeople = ["me"]\n'
    )
    tables = [
        f'[[feed]]\nid = "{name}"\nname = "{name}"\nurl = "{url}"\npublisher = "P"\n'
        for name, url in ((name, server.url("/feed", f"{name}.localhost")) for name in documents)
    ]
    (folder / "feeds.toml").write_text("\n".join(tables))
    return folder


def on_loopback(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with a web client that leaves this machine alone."""
    settings = WebSettings(user_agent="test", spacing_seconds=0, timeout_seconds=20, allow_hosts=("*.localhost",))
    web = WebClient(settings, resolve=only_loopback)
    return replace(pipeline, tools=replace(pipeline.tools, web=web))


def test_every_document_of_a_site_of_real_feeds_is_accounted_for(
    dev_data: Path, tmp_path: Path, workers: WorkerPool
) -> None:
    files = sorted(file for file in (dev_data / "feeds").iterdir() if file.name != "manifest.json")
    documents = {f"d{number}": file for number, file in enumerate(files)}

    def answer(asked: Asked) -> Reply:
        return Reply(body=documents[asked.host.removesuffix(".localhost")].read_bytes())

    with LoopbackServer(answer) as server:
        settings = wiring.load_settings(config_for(tmp_path / "config", documents, server))
        with wiring.open_pipeline(settings, workers=workers) as opened:
            pipeline = on_loopback(opened)
            report = pipeline.cycle()
            again = pipeline.cycle(every=True)
            health = opened.tools.store.sources.health(opened.tools.clock())
    assert report.poll.asked == len(documents)
    assert report.poll.changed + len(report.poll.failed) == len(documents)
    assert all(failure.reason and failure.message for failure in report.poll.failed)
    assert report.poll.entries_new == sum(feed.entries for feed in health)
    assert again.poll.entries_new == 0
    assert again.poll.unchanged == report.poll.changed


@pytest.mark.slow
def test_real_pages_are_read_alike_each_time_whatever_the_order_of_hashes(dev_data: Path, tmp_path: Path) -> None:
    truth = (dev_data / "pages" / "truth.jsonl").read_text("utf-8").splitlines()
    rows = [{"id": row["id"], "url": row["url"]} for row in map(json.loads, truth)]
    for row in rows:
        row["html_path"] = str((dev_data / "pages" / f"{row['id']}.html.gz").resolve())
    (tmp_path / "pages.jsonl").write_text("\n".join(map(json.dumps, rows)))
    command = [sys.executable, "-m", "monitor", "extract", "--in", str(tmp_path / "pages.jsonl")]
    printed = [
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert printed[0].count(b"\n") == len(rows)
