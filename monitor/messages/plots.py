"""Plots as SVG: one frame of 340 × 220 units each, colours by class so that they follow the page's theme.

Built as a tree and never as text, so that whatever a label holds, the result is well-formed and says what it means.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from monitor.messages import clean
from monitor.records import Calibration, CurvePoint, Histogram, LearningPoint, Share, Week

WIDTH, HEIGHT = 340, 220
LEFT, RIGHT, TOP, BOTTOM = 54, 12, 12, 42
_INNER, _DEEP = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
_SHARES = ((0.0, "0"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1.0, "100 %"))
_BINS = 10
_ROW = 46
_THIN = 0.8
_HIGH = 0.9
_FEWEST_POINTS = 2
_MOST_TICKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a plot says to those who cannot see it, and what it measures along its axes; `id` is unique on the page."""

    id: str
    title: str
    description: str
    across: str
    up: str


class _Frame:
    """An SVG with axes from 0 to 1 in both directions; everything drawn into it is given in these."""

    def __init__(self, words: Words) -> None:
        names = f"{words.id}-title {words.id}-desc"
        self.root = etree.Element("svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img")
        self.root.set("class", "plot")
        self.root.set("aria-labelledby", names)
        self._add("title", words.title, id=f"{words.id}-title")
        self._add("desc", words.description, id=f"{words.id}-desc")
        self.text(LEFT + _INNER / 2, HEIGHT - 6, words.across, "name", "middle")
        up = self.text(10, TOP + _DEEP / 2, words.up, "name", "middle")
        up.set("transform", f"rotate(-90 10 {_number(TOP + _DEEP / 2)})")

    def grid(self, ups: Iterable[tuple[float, str]]) -> None:
        """Draw a line across for each place, with its words to the left."""
        for place, words in ups:
            self.line(0, place, 1, place, "axis" if place == 0 else "grid")
            self.text(LEFT - 6, _y(place) + 4, words, "tick", "end")

    def along(self, places: Iterable[tuple[float, str]]) -> None:
        """Write words below the axis."""
        for place, words in places:
            anchor = "end" if place > 1 - 1e-9 else "middle"
            self.text(_x(place) + (2 if anchor == "end" else 0), TOP + _DEEP + 15, words, "tick", anchor)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """Draw a straight line."""
        self._add("line", x1=_x(x1), y1=_y(y1), x2=_x(x2), y2=_y(y2), **{"class": kind})

    def path(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        """Draw a line through points."""
        drawn = " ".join(f"{_number(_x(x))},{_number(_y(y))}" for x, y in points)
        self._add("polyline", points=drawn, **{"class": kind})

    def dot(self, x: float, y: float, radius: float, kind: str) -> None:
        """Draw a filled circle."""
        self._add("circle", cx=_x(x), cy=_y(y), r=radius, **{"class": kind})

    def bar(self, x: float, width: float, bottom: float, height: float, kind: str) -> None:
        """Draw a bar in units of the SVG, `bottom` counted from its top."""
        self._add("rect", x=x, y=bottom - height, width=width, height=height, **{"class": kind})

    def text(self, x: float, y: float, words: str, kind: str, anchor: str) -> etree._Element:
        """Write words at a place in units of the SVG."""
        return self._add("text", words, x=x, y=y, **{"class": kind, "text-anchor": anchor})

    def done(self) -> str:
        """Return the SVG."""
        drawn: str = etree.tostring(self.root, encoding="unicode")
        return drawn

    def _add(self, tag: str, words: str = "", **attributes: str | float) -> etree._Element:
        given = {name: one if isinstance(one, str) else _number(one) for name, one in attributes.items()}
        element = etree.SubElement(self.root, tag, given)
        element.text = clean.line(words) if words else None
        return element


def precision_recall(
    points: Sequence[CurvePoint], precision: Share, recall: Share, prevalence: float, words: Words
) -> str:
    """Draw precision over recall, the threshold's point with its intervals, and the share of yes labels."""
    frame = _Frame(words)
    frame.grid(_SHARES)
    frame.along(_SHARES)
    frame.line(0, prevalence, 1, prevalence, "guide")
    frame.path([(0.0, points[0].precision), *((one.recall, one.precision) for one in points)], "stroke")
    if precision.value is not None and recall.value is not None:
        frame.line(recall.value, precision.low, recall.value, precision.high, "whisker")
        frame.line(recall.low, precision.value, recall.high, precision.value, "whisker")
        frame.dot(recall.value, precision.value, 5, "point")
    return frame.done()


def reliability(found: Calibration, words: Words) -> str:
    """Draw the share of yes over the mean probability of each bin, with the number of its texts."""
    frame = _Frame(words)
    frame.grid(_SHARES)
    frame.along(_SHARES)
    frame.line(0, 0, 1, 1, "guide")
    most = max(one.count for one in found.bins)
    frame.path([(one.predicted, one.observed) for one in found.bins], "thin")
    for one in found.bins:
        radius = 3 + 5 * (one.count / most) ** 0.5
        frame.dot(one.predicted, one.observed, radius, "point")
        # Towards the middle, where there is room on either side of the diagonal.
        is_right = one.predicted > _THIN
        x = _x(one.predicted) + (-(radius + 4) if is_right else radius + 4)
        frame.text(
            x, min(max(_y(one.observed) + 4, TOP + 10), TOP + _DEEP - 4), f"{one.count:,}", "count", _side(is_right)
        )
    return frame.done()


def scores(found: Histogram, threshold: float | None, words: Words) -> str:
    """Draw three rows of bars, yes, no and the stream, each to a scale of its own."""
    frame = _Frame(words)
    width = _INNER / _BINS
    for number, (name, counts) in enumerate((("yes", found.yes), ("no", found.no), ("stream", found.stream))):
        bottom = TOP + (number + 1) * _DEEP / 3 - 2
        most = max(counts, default=0)
        frame.text(LEFT - 6, bottom - 20, name, "tick", "end")
        frame.text(LEFT - 6, bottom - 6, f"{sum(counts):,}", "count", "end")
        frame.bar(LEFT, _INNER, bottom + 1, 1, "base")
        for place, count in enumerate(counts):
            # A few among thousands would not be seen, and they are what matters here.
            height = max((_ROW - 6) * count / most, 1.5) if count else 0
            frame.bar(LEFT + place * width + 1, width - 2, bottom, height, f"bar {name}")
    if threshold is not None:
        frame.line(threshold, 0, threshold, 1, "whisker")
    frame.along(((0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1.0, "1")))
    return frame.done()


def weekly(weeks: Sequence[Week], words: Words) -> str:
    """Draw a bar for each week."""
    frame = _Frame(words)
    top = _round_up(max(one.matches for one in weeks))
    frame.grid([(0.0, "0"), (0.5, f"{top // 2:,}"), (1.0, f"{top:,}")])
    step = _INNER / len(weeks)
    for place, one in enumerate(weeks):
        frame.bar(LEFT + place * step + step * 0.1, step * _THIN, TOP + _DEEP, _DEEP * one.matches / top, "bar stream")
    every = -(-len(weeks) // _MOST_TICKS)
    shown = range(0, len(weeks), every)
    frame.along([((place + 0.5) / len(weeks), _week(weeks[place].week)) for place in shown])
    return frame.done()


def learned(points: Sequence[LearningPoint], words: Words) -> str:
    """Draw average precision over the number of labels, with its spread; the steps stand at equal distances."""
    frame = _Frame(words)
    frame.grid(((0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1.0, "1")))
    places = [(place + 0.5) / len(points) for place in range(len(points))]
    for place, one in zip(places, points, strict=True):
        frame.line(place, max(one.mean - one.spread, 0), place, min(one.mean + one.spread, 1), "whisker")
    if len(points) >= _FEWEST_POINTS:
        frame.path([(place, one.mean) for place, one in zip(places, points, strict=True)], "stroke")
    for place, one in zip(places, points, strict=True):
        frame.dot(place, one.mean, 3.5, "point")
        top, bottom = one.mean + one.spread, one.mean - one.spread
        beside = _y(bottom) + 18 if top > _HIGH else _y(top) - 8
        frame.text(_x(place), beside, f"{one.mean:.2f}", "count", "middle")
    frame.along([(place, f"{one.labels:,}") for place, one in zip(places, points, strict=True)])
    return frame.done()


def _x(value: float) -> float:
    return LEFT + _INNER * value


def _y(value: float) -> float:
    return TOP + _DEEP * (1 - value)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _side(is_right: bool) -> str:  # noqa: FBT001 - a yes or no about a place
    return "end" if is_right else "start"


def _round_up(most: int) -> int:
    """Return an even number of at least `most` that is easy to read off: 2, 4, 10, 20, 40, 100 and so on."""
    size = 1
    while True:
        for step in (2, 4, 10):
            if step * size >= most:
                return step * size
        size *= 10


def _week(name: str) -> str:
    """Return `W47 ’26` for `2026-W47`."""
    year, _, week = name.partition("-")
    return f"{week} ’{year[2:]}"
