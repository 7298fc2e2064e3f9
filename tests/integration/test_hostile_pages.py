"""Pages that are made, or happen, to hang, swell or fool a parser: each ends within its limit, and as something named.

Every page is generated (`pages.py`, `answers.py` and `pdfs.py` in `tests/hostile/`) and read in the worker pool, as in
production.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from monitor.articles import Page, extract, warm_up
from monitor.errors import MonitorError, WorkError
from monitor.records import Extracted, Quality
from monitor.workers import WorkerPool
from tests.hostile.answers import ANSWERS
from tests.hostile.pages import PAGES, Case
from tests.hostile.pdfs import PDFS
from tests.pages import BODY, page_of

SECONDS, SLOW_SECONDS = 2.0, 3.0
CASES = (*PAGES, *ANSWERS, *PDFS)
QUICK = [case for case in CASES if not case.slow]
SLOW = [case for case in CASES if case.slow]
FOR_EVER = [case for case in PAGES if case.name in {"300,000 paragraphs", "200,000 attributes"}]
GOOD = Page(id="good", url="https://good.example/a", body=page_of(*BODY).encode())
URL = "https://bad.example/a"
UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff\ufffe\uffff]")


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool(warm_up=warm_up, preload=("monitor.articles.ready",)) as made:
        yield made


def named(case: Case) -> str:
    return case.name


def page(case: Case) -> Page:
    return Page(id=case.name, url=URL, body=case.make(), content_type=case.content_type)


def seen_as(outcome: object, holds: tuple[str, ...] = BODY) -> str:
    """Return what an outcome is in one word, as the cases name it."""
    if isinstance(outcome, MonitorError):
        return outcome.reason
    assert isinstance(outcome, Extracted)
    if outcome.quality is not Quality.FULL:
        return outcome.quality.value
    return "ok" if all(words in outcome.text for words in holds) else "other"


def check(workers: WorkerPool, case: Case, seconds: float) -> object:
    """Read a hostile page and a good one after it; both must end as they should, and in time."""
    pages = [page(case), GOOD]
    started = time.monotonic()
    (_, outcome), (_, after) = workers.map(extract, pages, seconds=seconds)
    assert seen_as(after) == "ok"
    assert seen_as(outcome, case.holds) in case.expected, outcome
    # By the clock, as the pool counts it when the machine is busy.
    assert time.monotonic() - started < 10 * seconds + 20
    if isinstance(outcome, MonitorError):
        assert outcome.subject == URL
    if isinstance(outcome, Extracted):
        assert not UNCLEAN.search(outcome.text + outcome.title)
        assert "root:" not in outcome.text
        assert outcome.published is None
    return outcome


def test_the_cases_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 200


@pytest.mark.parametrize("case", QUICK, ids=named)
def test_a_hostile_page_ends_as_something_named(workers: WorkerPool, case: Case) -> None:
    check(workers, case, SECONDS)


@pytest.mark.parametrize("case", FOR_EVER, ids=named)
def test_a_page_that_would_take_for_ever_is_stopped(workers: WorkerPool, case: Case) -> None:
    assert isinstance(check(workers, case, 0.4), WorkError)


def test_good_pages_among_bad_ones_are_all_read(workers: WorkerPool) -> None:
    bad = [page(case) for case in QUICK if case in PDFS and "more bytes" not in case.name]
    mixed = [each for hostile in bad for each in (hostile, GOOD)]
    outcomes = [outcome for item, outcome in workers.map(extract, mixed, seconds=SECONDS) if item.id == GOOD.id]
    assert [seen_as(outcome) for outcome in outcomes] == ["ok"] * len(bad)


@pytest.mark.slow
@pytest.mark.parametrize("case", SLOW, ids=named)
def test_a_heavy_page_ends_within_the_limit_of_production(workers: WorkerPool, case: Case) -> None:
    check(workers, case, SLOW_SECONDS)
