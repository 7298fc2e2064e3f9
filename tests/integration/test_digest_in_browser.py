"""The mail as a browser shows it: never wider than the screen, in both themes, and loading nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from monitor.messages import render
from monitor.messages.html import DARK, LIGHT
from monitor.records import Digest, News, Quoted
from tests.factories import make_actions, make_digest, make_hostile, make_item
from tests.shown_digests import clickable, full

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
LONG = "x" * 200


def stretched() -> Digest:
    """Return a digest whose every text is one long word, also where only our own words stand."""
    address = f"https://example.org/{'y' * 280}"
    quoted = Quoted(article_id="a1", publisher=LONG, text=LONG)
    news = News(sentences=(quoted,), figures=(LONG,), actors=(), before=LONG)
    digest = make_hostile(LONG, address, stories=3)
    items = tuple(
        replace(
            item,
            news=news,
            unseen=(LONG,),
            since=item.since,
            actions=make_actions("s" * 90, "https://a.example/" + LONG),
        )
        for item in digest.items
    )
    return replace(digest, items=items, coverage=replace(digest.coverage, silent=(LONG,) * 4))


DIGESTS: dict[str, Callable[[], Digest]] = {
    "0": lambda: make_digest(0, also=(), held=()),
    "1": lambda: make_digest(1),
    "2": lambda: make_digest(2),
    "12": lambda: make_digest(12),
    "full": full,
    "clickable": clickable,
    "stretched": stretched,
    "busy hours": lambda: make_digest(items=(make_item(hours=tuple(range(24))),)),
    "60": lambda: make_digest(60),
    "long word": lambda: make_hostile(LONG, f"https://example.org/{'y' * 280}"),
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
        assert page.evaluate(PALE) == []
    assert asked == [file.as_uri()]
    assert page.title() == message.subject


def test_the_theme_follows_the_reader(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "digest.html"
    file.write_text(render(make_digest(2)).html, encoding="utf-8")
    page.goto(file.as_uri())
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    theme = DARK if is_dark else LIGHT
    for selector, key in (
        (".headline a", "ink"),
        (".summary", "body"),
        (".why", "meta"),
        (".link", "link"),
        (".major", "major_text"),
        (".news", "body"),
        (".time", "meta"),
    ):
        assert page.evaluate(COLOUR, [selector, "color"]) == rgb(theme[key]), selector
    for selector, side, key in (
        (".column", "backgroundColor", "column"),
        (".page", "backgroundColor", "page"),
        (".tag.major", "backgroundColor", "major"),
        (".tag:not(.major)", "backgroundColor", "tag"),
        (".strip td.f", "borderBottomColor", "filled"),
        (".strip td:not(.f)", "borderBottomColor", "empty"),
    ):
        assert page.evaluate(COLOUR, [selector, side]) == rgb(theme[key]), selector


@pytest.mark.parametrize("width", [320, 375])
def test_a_thumb_hits_the_action_it_means_on_a_phone(page: Page, tmp_path: Path, width: int) -> None:
    file = tmp_path / "digest.html"
    file.write_text(render(clickable()).html, encoding="utf-8")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(file.as_uri())
    boxes = page.evaluate(BOXES, ".action")
    assert len(boxes) == 4 * 3 + 2
    assert all(bottom - top >= 44 for _, top, _, bottom in boxes)
    apart = ((one, other) for number, one in enumerate(boxes) for other in boxes[:number])
    assert not [pair for pair in apart if overlap(*pair)]


def test_the_strip_of_hours_is_for_wide_screens(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "digest.html"
    file.write_text(render(make_digest(items=(make_item(hours=(0,) * 22 + (1, 3)),))).html, encoding="utf-8")
    page.goto(file.as_uri())
    page.set_viewport_size({"width": 600, "height": 900})
    bars = page.evaluate(BOXES, ".strip td")
    assert len(bars) == 24
    assert {round(right - left) for left, _, right, _ in bars} == {5}
    assert len({bottom for *_, bottom in bars}) == 1
    assert page.evaluate(BORDERS, ".strip td") == ["2px"] * 22 + ["8px", "20px"]
    page.set_viewport_size({"width": 375, "height": 900})
    assert not page.is_visible(".strip")


def test_a_phone_shows_one_command_for_a_story_and_says_where_the_others_are(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "digest.html"
    file.write_text(render(make_digest(1)).html, encoding="utf-8")
    page.goto(file.as_uri())
    judging, muting = page.get_by_text("monitor label"), page.get_by_text("monitor mute s0")
    elsewhere = page.get_by_text("Relevant, Off topic: the commands are in the plain-text part.")
    for width, is_phone in ((600, False), (375, True)):
        page.set_viewport_size({"width": width, "height": 900})
        assert muting.is_visible()
        assert (judging.first.is_visible(), elsewhere.is_visible()) == (not is_phone, is_phone)


def overlap(one: list[float], other: list[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))})"


COLOUR = "([selector, property]) => getComputedStyle(document.querySelector(selector))[property]"

CUT_OFF = """[...document.querySelectorAll('td, h1, h2, h3, a, span, b')]
    .filter(e => !e.closest('.preview') && e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => e.className)"""

TINY = """[...document.querySelectorAll('.column, .column *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()))
    .filter(e => parseFloat(getComputedStyle(e).fontSize) < 12)
    .map(e => e.className)"""

BOXES = """selector => [...document.querySelectorAll(selector)]
    .map(e => e.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])"""

BORDERS = "selector => [...document.querySelectorAll(selector)].map(e => getComputedStyle(e).borderBottomWidth)"

PALE = """(() => {
    const parse = colour => colour.match(/[\\d.]+/g).map(Number);
    const linear = c => c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const ground = e => {
        for (; e; e = e.parentElement) {
            const colour = parse(getComputedStyle(e).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
            if (colour[3] > 0) return [NaN, NaN, NaN];
        }
        return [NaN, NaN, NaN];
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const e = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !e.checkVisibility()) continue;
        const [low, high] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((a, b) => a - b);
        const ratio = (high + 0.05) / (low + 0.05);
        if (!(ratio >= 4.5)) found.push([e.className, ratio, walker.currentNode.data.slice(0, 40)]);
    }
    return found;
})()"""
