"""A page as an HTML mail: one column, two themes, no image, nothing loaded, and small enough to be shown whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import css_inline
import jinja2

from monitor.messages.pages import PRODUCT, PROMISE, Page

# Gmail hides the end of a message behind a link at about 102 KB.
MAX_BYTES = 99_999

LIGHT = {
    "page": "#f4f2ee",
    "column": "#ffffff",
    "ink": "#1c1b19",
    "body": "#33312d",
    "meta": "#6b6760",
    "link": "#1f5fa8",
    "tag": "#e8e3d9",
    "tag_text": "#4a463f",
    "hairline": "#e3dfd7",
    "edge": "#c9922e",
}
DARK = {
    "page": "#141413",
    "column": "#1d1c1b",
    "ink": "#f2efe9",
    "body": "#d9d5cd",
    "meta": "#a8a297",
    "link": "#8ab4e8",
    "tag": "#383632",
    "tag_text": "#e3dfd7",
    "hairline": "#383632",
    "edge": "#c9922e",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a page is laid out; what is left out is counted in words."""

    stories: int
    contents: int = 12
    timeline: int = 6
    sources: int = 6
    news: int = 4
    also: int = 12
    held: int = 5


def write(page: Page) -> str:
    """Return the page as HTML under 100,000 bytes: timelines go first, then long lists, then the last stories."""
    everything = Limits(stories=len(page.pieces))
    short = replace(everything, timeline=0, sources=3, news=2)
    shortest = replace(short, sources=1, news=1, contents=6, also=3, held=3)
    for limits in (everything, replace(everything, timeline=0), short, shortest):
        document = _lay_out(page, limits)
        if _fits(document):
            return document
    return _cut(page, shortest)


def _cut(page: Page, limits: Limits) -> str:
    """Return the page with as many of its first stories as fit, found by halving."""
    fewest, too_many = 0, limits.stories
    best = _lay_out(page, replace(limits, stories=0))
    while too_many - fewest > 1:
        tried = (fewest + too_many) // 2
        document = _lay_out(page, replace(limits, stories=tried))
        if _fits(document):
            fewest, best = tried, document
        else:
            too_many = tried
    return best


def _fits(document: str) -> bool:
    return len(document.encode()) <= MAX_BYTES


def _lay_out(page: Page, limits: Limits) -> str:
    template, inliner = _tools()
    filled = template.render(page=page, limits=limits, light=LIGHT, dark=DARK, product=PRODUCT, promise=PROMISE)
    return inliner.inline(filled)


@cache
def _tools() -> tuple[jinja2.Template, css_inline.CSSInliner]:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Mail programs drop <style> or keep only parts of it, so the rules travel with each element. Those that cannot
    # (themes, phones) stand in a <style> of their own, which is left alone.
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True)
    return environment.get_template("digest.html.jinja"), inliner
