"""A page as an HTML mail: one column, two themes, no image, nothing loaded, and small enough to be shown whole."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import css_inline
import jinja2

from monitor.messages import filling, words
from monitor.messages.pages import NEAR, PRODUCT, PROMISE, Mention, Page
from monitor.records import Action

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
    "major": "#b42318",
    "major_text": "#ffffff",
    "hairline": "#e3dfd7",
    "edge": "#c9922e",
    "empty": "#c4bdaf",
    "filled": "#1f5fa8",
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
    "major": "#c0392b",
    "major_text": "#ffffff",
    "hairline": "#383632",
    "edge": "#c9922e",
    "empty": "#57534b",
    "filled": "#8ab4e8",
}

_BAR = 6
_HIGHEST = 24
# What quoted-printable writes as it stands; every other byte becomes three.
_AS_IT_STANDS = "".join(sorted({*string.printable} - {*"=\r\x0b\x0c"})).encode()
_QUOTED_LINE = 73


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a page is laid out; what is left out is said or counted in words."""

    stories: int
    strips: bool = True
    timeline: bool = True
    contents: int = 12
    sources: int = 4
    news: int = 4
    also: int = 12
    held: int = NEAR
    command: int = 240
    in_text: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to type for an action; `other` is a second action and the word that it has in place of the last one."""

    label: str
    line: str
    other: tuple[str, str] | None = None


def write(page: Page, *, in_text: int | None = None) -> str:
    """Return the page as HTML that takes under 100,000 bytes, also when a mail carries it as quoted-printable.

    Where it would be longer, the strips of hours go first, then the timeline, then most of each list, then the last
    stories. `in_text` is how many stories the plain-text part has, all of them unless it is given.
    """
    stories = len(page.pieces)
    everything = Limits(stories=stories, in_text=stories if in_text is None else in_text)
    no_strips = replace(everything, strips=False)
    no_timeline = replace(no_strips, timeline=False)
    short = replace(no_timeline, sources=2, news=2, also=6)
    shortest = replace(short, sources=1, news=1, contents=6, also=3, held=3, command=0)
    for limits in (everything, no_strips, no_timeline, short, shortest):
        document = _lay_out(page, limits)
        if weight(document) <= MAX_BYTES:
            return document
    return _cut(page, shortest)


def weight(document: str) -> int:
    """Return the most bytes that the document takes in a mail: as it is, or as quoted-printable."""
    raw = document.encode()
    quoted = len(raw) + 2 * len(raw.translate(None, _AS_IT_STANDS))
    quoted += 2 * (raw.count(b" \n") + raw.count(b"\t\n") + raw.endswith((b" ", b"\t")))
    # A line ends with two bytes; one that is too long is broken by three, at the latest after 73.
    return quoted + raw.count(b"\n") + 3 * (quoted // _QUOTED_LINE + 1)


def _cut(page: Page, limits: Limits) -> str:
    """Return the page with as many of its first stories as fit, found by halving."""
    fewest, too_many = 0, limits.stories
    best = _lay_out(page, replace(limits, stories=0))
    if weight(best) > MAX_BYTES:
        return _lay_out(page, replace(limits, stories=0, contents=0, also=0, held=0))
    while too_many - fewest > 1:
        tried = (fewest + too_many) // 2
        document = _lay_out(page, replace(limits, stories=tried))
        if weight(document) <= MAX_BYTES:
            fewest, best = tried, document
        else:
            too_many = tried
    return best


def _fits_not(page: Page, limits: Limits) -> str:
    left_out = len(page.pieces) - limits.stories
    if not left_out:
        return ""
    does, them = ("does", "it") if left_out == 1 else ("do", "them all")
    more = words.plural(left_out, "more story", "more stories")
    in_text = min(limits.in_text - limits.stories, left_out)
    part = f"; the plain-text part has {them if in_text == left_out else f'{in_text:,} of them'}" if in_text > 0 else ""
    return f"{more} {does} not fit in this message{part}."


def _by_publisher(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the articles with those of a publisher side by side, in the order in which publishers come first."""
    names = list(dict.fromkeys(mention.publisher for mention in mentions))
    return sorted(mentions, key=lambda mention: names.index(mention.publisher))


def _left_out(page: Page, limits: Limits) -> str:
    """Return in words which parts the size gate took away from the stories that are shown."""
    shown = page.pieces[: limits.stories]
    parts = []
    if not limits.strips and any(piece.hours for piece in shown):
        parts.append("the articles per hour")
    if not limits.timeline and shown and shown[0].timeline:
        parts.append("the timeline")
    if not limits.command and any(action.command and not action.url for piece in shown for action in piece.actions):
        parts.append("the commands that stand in the plain-text part")
    if not parts:
        return ""
    return f"Left out, so that mail programs show this message whole: {words.listed(parts, len(parts))}."


def _bars(hours: Sequence[int]) -> list[int]:
    """Return the height of each hour's bar in pixels above the ground line, six for an article while there is room."""
    each = min(_BAR, _HIGHEST / max(1, *hours))
    return [round(each * articles) for articles in hours]


def _commands(actions: Sequence[Action], limit: int) -> Iterator[Command]:
    """Yield what to type for actions that have no link, those that differ in their last word together."""
    typed = [action for action in actions if action.command and not action.url and len(action.command) <= limit]
    while typed:
        action = typed.pop(0)
        start, _, _ = action.command.rpartition(" ")
        other, _, word = typed[0].command.rpartition(" ") if typed else ("", "", "")
        is_twin = bool(start) and start == other
        yield Command(label=action.label, line=action.command, other=(typed.pop(0).label, word) if is_twin else None)


def _twins(page: Page, limits: Limits) -> str:
    """Return the actions whose commands a phone has no room for: of a story, those that go together."""
    shown = (command for piece in page.pieces[: limits.stories] for command in _commands(piece.actions, limits.command))
    labels = ((command.label, command.other[0]) for command in shown if command.other)
    return ", ".join(next(labels, ()))


def _too_long(actions: Sequence[Action], limit: int) -> str:
    """Return the actions whose commands would fill the page; the text part has them."""
    return ", ".join(action.label for action in actions if not action.url and len(action.command) > limit)


def _lay_out(page: Page, limits: Limits) -> str:
    template, inliner = _tools()
    filled = template.render(
        page=page,
        limits=limits,
        left_out=_left_out(page, limits),
        twins=_twins(page, limits),
        fits_not=_fits_not(page, limits),
        light=LIGHT,
        dark=DARK,
        product=PRODUCT,
        promise=PROMISE,
    )
    return inliner.inline(filled)


@cache
def _tools() -> tuple[jinja2.Template, css_inline.CSSInliner]:
    environment = filling.environment(Path(__file__).parent)
    environment.filters |= {"bars": _bars, "commands": _commands, "by_publisher": _by_publisher, "too_long": _too_long}
    # Mail programs drop <style> or keep only parts of it, so the rules travel with each element. Those that cannot
    # (themes, phones) stand in a <style> of their own, which is left alone.
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True)
    return environment.get_template("digest.html.jinja"), inliner
