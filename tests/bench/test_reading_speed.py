"""How fast reading is: a cold cycle beside bare trafilatura, the slowest pages, and memory over thousands of pages.

The pages are the development pages. The server is a process of its own on this machine, each reader is another, and
readers whose times are compared take turns. Politeness is not what is measured: the pause between two requests to a
host is set to nothing and a hundred hosts are asked at once, but robots.txt is asked for, one request a host is in
flight at a time, and answers are compressed as they are on the web.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench.polling_runs import session_seconds
from tests.bench.reading_hosts import FEEDS, PAGES, ROOT, ReadingHosts
from tests.bench.reading_runs import PROCESSES, ROUNDS, WINDOW

RUNS = 2
"""Runs of each reader, in turns; the best one counts, since other programs only ever slow a run."""

GOAL_OF_BARE, MOST_OF_BARE = 1.0, 1.5
"""A cold cycle should take no longer than bare trafilatura. It takes a little longer, and machines differ."""

P99_MS = 250.0
MANY, WORKER_MEGABYTES, GROWTH_MEGABYTES = 5_000, 300.0, 20.0

DATA = Path(os.environ.get("MONITOR_DEV_DATA") or ROOT.parent / "shared" / "data") / "pages"

pytestmark = [
    pytest.mark.bench,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not (DATA / "truth.jsonl").is_file(),
        reason="needs the development data, which is not part of this repository; set MONITOR_DEV_DATA",
    ),
]

Lines = dict[str, dict[str, Any]]


def run(reader: str, *more: str) -> list[dict[str, Any]]:
    """Run a reader to its end and return what it told."""
    command = [sys.executable, "-m", "tests.bench.reading_runs", reader, "--pages", str(DATA), *more]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, start_new_session=True, timeout=300)
    return [json.loads(line) for line in done.stdout.splitlines()]


def by_step(lines: list[dict[str, Any]]) -> Lines:
    return {line["step"]: line for line in lines}


def test_a_cold_cycle_takes_about_as_long_as_bare_trafilatura_on_the_same_pages(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    ours: list[Lines] = []
    bare: list[Lines] = []
    with ReadingHosts(DATA) as hosts:
        for number in range(RUNS):
            server = session_seconds(hosts.pid)
            where = ("--folder", str(tmp_path), "--port", str(hosts.port), "--database", f"{number}.db")
            ours.append(by_step(run("ours", *where)))
            show(ours[-1], session_seconds(hosts.pid) - server)
            bare.append(by_step(run("bare")))
            show_step("bare", bare[-1]["read"])
    assert all(lines["poll"]["entries"] == PAGES for lines in ours)
    assert all(lines["read"]["pages"] >= PAGES * 0.95 for lines in (*ours, *bare))
    usual = min(lines["read"]["alone"] for lines in bare)
    work = min(lines["read"]["cpu"] for lines in ours) / min(lines["read"]["cpu"] for lines in bare)
    read = min(lines["read"]["alone"] for lines in ours)
    cycle = min(sum(lines[step]["alone"] for step in ("read", "score", "group")) for lines in ours)
    print(f"\nbest of {RUNS}, {PAGES:,} pages, {PROCESSES} processes, without the time that other programs had:")
    print(f"bare trafilatura:         {usual:.1f} s = {PAGES / usual:.0f} pages/s")
    print(f"fetched, read and stored: {read:.1f} s = {PAGES / read:.0f} pages/s, {read / usual:.2f} of bare")
    print(f"the goal:                 {GOAL_OF_BARE:.2f} of bare")
    print(f"processor time of that:   {work:.2f} of bare")
    print(f"scored and grouped, too:  {cycle:.1f} s = {PAGES / cycle:.0f} pages/s, {cycle / usual:.2f} of bare")
    assert read <= MOST_OF_BARE * usual


def show(lines: Lines, server: float) -> None:
    """Print where the time of one of our runs went."""
    print(f"\nours, {PAGES:,} pages of {FEEDS} hosts; the server took {server:.1f} s CPU")
    for step in ("read", "score", "group"):
        show_step(step, lines[step])
    wall, cpu = lines["shares"]["wall"], lines["shares"]["cpu"]
    rest = lines["read"]["wall"] - sum(wall.values())
    names = {"fetch": "waits for pages", "workers": "waits for workers", "store": "stores"}
    shares = [f"{said} {wall.get(name, 0):.1f} s (CPU {cpu.get(name, 0):.1f})" for name, said in names.items()]
    read = lines["read"]
    cpu_rest = read["main_thread_cpu"] - sum(cpu.values())
    others = read["main_cpu"] - read["main_thread_cpu"]
    print(f"    the main thread, while reading: {', '.join(shares)}, the rest {rest:.1f} s (CPU {cpu_rest:.1f})")
    print(f"    the main process's other threads, which fetch and feed the workers: CPU {others:.1f} s")


def show_step(name: str, line: dict[str, Any]) -> None:
    print(
        f"  {name:<6} {line['wall']:5.1f} s, alone {line['alone']:5.1f} s; CPU: workers {line['worker_cpu']:5.1f} s, "
        f"main process {line['main_cpu']:4.1f} s, other programs {line['others_cpu']:4.1f} s; load {line['load']:.1f}"
    )


def test_no_page_takes_long() -> None:
    """The median of a few rounds for each page; a hundredth of the pages may take longer than the goal."""
    for line in run("latency"):
        times = sorted(line["milliseconds"])
        shown = {share: times[min(int(len(times) * share / 100), len(times) - 1)] for share in (50, 95, 99)}
        figures = ", ".join(f"p{share} {time:.0f} ms" for share, time in shown.items())
        print(
            f"\n{line['step']}: {figures}, most {times[-1]:.0f} ms CPU a page; {ROUNDS} rounds; load {line['load']:.1f}"
        )
        assert shown[99] <= P99_MS


def test_memory_stays_flat_over_thousands_of_pages() -> None:
    lines = run("memory", "--count", str(MANY))
    windows = [line for line in lines if line["step"] == "window"]
    whole = by_step(lines)["all"]
    print(f"\n{MANY:,} pages over {PROCESSES} workers: {MANY / whole['wall']:.0f} pages/s; load {whole['load']:.1f}")
    for window in windows:
        main, worker = (f"{window[who]:4.0f} MB (at most {window[f'{who}_most']:.0f})" for who in ("main", "worker"))
        print(f"  to page {(window['window'] + 1) * WINDOW:5,}: main process {main}, larger worker {worker}")
    first, later = windows[0], windows[1:]
    assert len(windows) == MANY // WINDOW
    assert sum(window["failed"] for window in windows) <= MANY / 100
    assert max(window["worker_most"] for window in windows) <= WORKER_MEGABYTES
    for who in ("main", "worker"):
        assert max(window[who] for window in later) <= first[who] + GROWTH_MEGABYTES
