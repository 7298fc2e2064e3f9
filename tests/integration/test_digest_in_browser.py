"""The mail as a browser shows it: never wider than the screen, in both themes, and loading nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from monitor.messages import render
from monitor.messages.html import DARK, LIGHT
from tests.factories import make_digest, make_hostile

CHROMIUM = os.environ.get("MONITOR_CHROMIUM") or shutil.which("chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDTHS = (320, 375, 600)
DIGESTS = {
    "0": lambda: make_digest(0),
    "1": lambda: make_digest(1),
    "12": lambda: make_digest(12),
    "60": lambda: make_digest(60),
    "long word": lambda: make_hostile("x" * 200, f"https://example.org/{'y' * 280}"),
    "markup": lambda: make_hostile("</title></style><script>document.title='ran'</script><img src=http://a.example/x>"),
    "arabic": lambda: make_hostile("البنك المركزي ينشر قواعد جديدة للأصول المشفرة"),
    "chinese": lambda: make_hostile("金融庁が暗号資産の新しい規制案を公表" * 8),
    "emoji": lambda: make_hostile("\U0001f469\u200d\U0001f4bb" * 80),
    "nested direction": lambda: make_hostile("\u202e\u2067fdp.exe\u2069"),
}

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium: install it or set MONITOR_CHROMIUM to its path")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    page = browser.new_page(color_scheme=request.param)
    yield page
    page.close()


@pytest.mark.parametrize("name", DIGESTS)
def test_no_line_is_wider_than_the_screen_and_nothing_is_loaded(page: Page, tmp_path: Path, name: str) -> None:
    message = render(DIGESTS[name]())
    file = tmp_path / "digest.html"
    file.write_text(message.html, encoding="utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(TINY) == []
    assert asked == [file.as_uri()]
    assert page.title() == message.subject


def test_the_theme_follows_the_reader(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "digest.html"
    file.write_text(render(make_digest(2)).html, encoding="utf-8")
    page.goto(file.as_uri())
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    theme = DARK if is_dark else LIGHT
    for selector, key in ((".headline a", "ink"), (".summary", "body"), (".why", "meta"), (".link", "link")):
        assert page.evaluate(COLOUR, [selector, "color"]) == rgb(theme[key]), selector
    assert page.evaluate(COLOUR, [".column", "backgroundColor"]) == rgb(theme["column"])


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))})"


COLOUR = "([selector, property]) => getComputedStyle(document.querySelector(selector))[property]"

CUT_OFF = """[...document.querySelectorAll('td, h1, h2, h3, a, span, b')]
    .filter(e => !e.closest('.preview') && e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => e.className)"""

TINY = """[...document.querySelectorAll('.row, .row *')]
    .filter(e => e.innerText && parseFloat(getComputedStyle(e).fontSize) < 12)
    .map(e => e.className)"""
