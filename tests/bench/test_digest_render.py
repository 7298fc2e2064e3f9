"""How long it takes to write a digest for every kind of channel, and how much of it a mail holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import pytest

from monitor.messages import html, pages, render
from tests.bench.machine import slowness
from tests.factories import make_digest

RUNS = 20
MILLISECONDS = 50
"""For a digest of twelve stories; five times as many may take five times as long, and the halving of the size gate."""

pytestmark = pytest.mark.bench


def timed(work: Callable[[], object]) -> float:
    """Return the median of several runs in milliseconds; the first one, which reads the template, does not count."""
    work()
    spent = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1000)
    return median(spent)


def test_twelve_stories_are_written_in_a_moment() -> None:
    digest = make_digest(12)
    page = pages.compose(digest)
    whole, mail = timed(lambda: render(digest)), timed(lambda: html.write(page))
    document = html.write(page)
    print(f"\n12 stories: {whole:.1f} ms for all renderings, {mail:.1f} ms for HTML alone")
    print(f"HTML: {len(document.encode()):,} bytes, at most {html.weight(document):,} as quoted-printable")
    assert whole <= MILLISECONDS * slowness()


def test_sixty_stories_are_cut_to_size_in_a_moment() -> None:
    digest = make_digest(60)
    spent = timed(lambda: render(digest))
    print(f"\n60 stories: {spent:.1f} ms for all renderings, {render(digest).html.count('<h2')} headings in the HTML")
    assert spent <= 10 * MILLISECONDS * slowness()
