"""An evaluation for a person: as lines, as plain data, as one HTML page with plots, as Markdown.

All of them take their words and figures from the same rows, so that they cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from monitor.messages import clean, filling, plots
from monitor.messages.html import DARK, LIGHT
from monitor.messages.pages import PRODUCT
from monitor.messages.plots import Words
from monitor.messages.words import percent, plural
from monitor.records import Estimate, Evaluation, Mistake, Share, TopicEvaluation

TITLE = "How well the topics are told apart"
COLUMNS = ("Topic", "Yes", "No", "Average precision", "Precision", "Recall")
_LONGEST_TITLE = 160
_UNKNOWN = "not known"
_MARKUP = re.compile(r"[^\w\s,.%()-]|_", re.ASCII)
_IDS = re.compile(r"[^a-z0-9-]+")

Row = tuple[str, str]
"""What, and what of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A plot with its heading; where there is nothing to draw, `svg` is empty and `said` is why."""

    title: str
    svg: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A mistake in words; `url` is "" unless it may be shown as a link."""

    title: str
    url: str
    score: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One topic of the page."""

    id: str
    title: str
    tag: str
    rows: tuple[Row, ...]
    figures: tuple[Figure, ...]
    false_matches: tuple[Wrong, ...]
    misses: tuple[Wrong, ...]
    notes: tuple[str, ...]


def plain(evaluation: Evaluation) -> dict[str, Any]:
    """Return the evaluation as what JSON knows: mappings, lists, numbers and texts."""
    return {**asdict(evaluation), "at": evaluation.at.isoformat()}


def text(evaluation: Evaluation) -> str:
    """Return the evaluation as lines: a table of all topics, then each topic with its worst mistakes."""
    lines = [summary(evaluation), "", *_columns([COLUMNS, *(overview(one) for one in evaluation.topics)]), ""]
    for topic in evaluation.topics:
        lines += [f"{clean.line(topic.title)} ({clean.line(topic.topic)})"]
        lines += [f"  {name:<20} {said}" for name, said in _all_rows(topic, evaluation.folds)]
        for name, wrong in (("wrongly matched", topic.false_matches), ("missed", topic.misses)):
            lines += [f"  {name:<20} {_as_line(_wrong(one))}" for one in wrong]
        lines += [f"  {'note':<20} {clean.line(note)}" for note in topic.notes] + [""]
    return "\n".join([*lines, *(f"Note: {clean.line(note)}" for note in evaluation.notes)]).rstrip() + "\n"


def markdown(evaluation: Evaluation) -> str:
    """Return the evaluation as Markdown, a table for each topic; what others wrote cannot become markup."""
    parts = [f"# {TITLE}", _inert(summary(evaluation)), _table(COLUMNS, [overview(one) for one in evaluation.topics])]
    for topic in evaluation.topics:
        rows = [*_all_rows(topic, evaluation.folds), *(("Note", note) for note in topic.notes)]
        for name, wrong in (("Wrongly matched", topic.false_matches), ("Missed", topic.misses)):
            rows += [(name, _as_line(_wrong(one))) for one in wrong]
        parts += [f"## {_inert(clean.line(topic.title))}", _table(("Figure", "Value"), rows)]
    parts += ["\n".join(f"- {_inert(clean.line(note))}" for note in evaluation.notes)] if evaluation.notes else []
    return "\n\n".join(parts) + "\n"


def html(evaluation: Evaluation) -> str:
    """Return the evaluation as one HTML page that loads nothing, in a light and a dark theme."""
    return _template().render(
        title=TITLE,
        product=PRODUCT,
        summary=summary(evaluation),
        columns=COLUMNS,
        overview=[overview(one) for one in evaluation.topics],
        sections=[_section(one, number, evaluation.folds) for number, one in enumerate(evaluation.topics, start=1)],
        notes=[clean.line(note) for note in evaluation.notes],
        light=LIGHT,
        dark=DARK,
    )


def summary(evaluation: Evaluation) -> str:
    """Return on what the figures rest, in a sentence or two."""
    counted = f"{plural(evaluation.labels, 'label')} for {plural(evaluation.texts, 'text')} of "
    counted += f"{plural(evaluation.stories, 'story', 'stories')}, {plural(evaluation.background, 'background text')}"
    judged = f"each judged by a model that learned from {evaluation.folds - 1} of {evaluation.folds} parts"
    judged = judged if evaluation.folds else "judged by the model without labels"
    ranked = evaluation.mean_average_precision
    mean = f" Mean average precision {ranked:.3f}." if ranked is not None else ""
    model = f", model {evaluation.model}, which is in charge" if evaluation.model else ""
    return f"{evaluation.at:%Y-%m-%d %H:%M} UTC{model}: {counted}; {judged}.{mean}"


def overview(topic: TopicEvaluation) -> tuple[str, ...]:
    """Return a topic's row of the table of all topics, in the order of `COLUMNS`."""
    title = clean.line(topic.title, _LONGEST_TITLE) + (" (cold)" if topic.cold else "")
    ranked = _estimate(topic.average_precision)
    return (title, f"{topic.yes:,}", f"{topic.no:,}", ranked, _share(topic.precision), _share(topic.recall))


def rows(topic: TopicEvaluation, folds: int) -> Iterator[Row]:
    """Yield the figures of a topic in words; `folds` are the parts of the evaluation."""
    counted = f"{topic.yes:,} yes, {topic.no:,} no, of {plural(topic.stories, 'story', 'stories')}"
    yield "Labels", counted + (": cold" if topic.cold else "")
    yield "Average precision", _estimate(topic.average_precision)
    chosen = "" if topic.cold else f", the median of {plural(folds, 'threshold')}"
    yield "Threshold", _UNKNOWN if topic.threshold is None else f"{topic.threshold:.3f}{chosen}"
    right, matches, yes = topic.precision.hits, topic.precision.of, topic.recall.of
    asked = f"{percent(topic.target)} asked for"
    yield (
        "Precision at it",
        f"{_share(topic.precision)}; {right:,} of {plural(matches, 'match', 'matches')} right; {asked}",
    )
    yield "Recall at it", f"{_share(topic.recall)}; {topic.recall.hits:,} of {yes:,} labelled yes found"
    sampled = topic.sampled_recall
    found = f"{_percent_of(sampled.estimate)}; " if sampled.estimate else ""
    yield "Recall in the stream", f"{found}{clean.line(sampled.said)}"


def baseline_rows(topic: TopicEvaluation) -> Iterator[Row]:
    """Yield what can be said of a topic's probabilities, and what simpler means do."""
    told = topic.calibration
    brier = f"error {told.error:.3f}; Brier {told.brier:.3f}, base rate alone {told.base_brier:.3f}" if told else ""
    yield "Calibration", brier or "none: a topic without enough labels has no probability"
    other = topic.baselines
    if other.keyword_recall is None:
        yield "Keywords alone", _UNKNOWN
    else:
        precise = _UNKNOWN if other.keyword_precision is None else percent(other.keyword_precision)
        f1 = f", F1 {other.keyword_f1:.2f}" if other.keyword_f1 is not None else ""
        yield "Keywords alone", f"precision {precise}, recall {percent(other.keyword_recall)}{f1}"
    yield "Cosine alone", _ranked(other.cosine)
    yield "Without labels", _ranked(other.cold)


def _all_rows(topic: TopicEvaluation, folds: int) -> list[Row]:
    return [*rows(topic, folds), *baseline_rows(topic)]


def _ranked(value: float | None) -> str:
    return _UNKNOWN if value is None else f"average precision {value:.3f}"


def _estimate(found: Estimate | None) -> str:
    if found is None:
        return _UNKNOWN
    bounds = f" ({found.low:.2f} to {found.high:.2f})" if found.low is not None and found.high is not None else ""
    return f"{found.value:.3f}{bounds}"


def _percent_of(found: Estimate) -> str:
    bounds = found.low is not None and found.high is not None
    return percent(found.value) + (f" ({_range(found.low or 0.0, found.high or 0.0)})" if bounds else "")


def _share(found: Share) -> str:
    return _UNKNOWN if found.value is None else f"{percent(found.value)} ({_range(found.low, found.high)})"


def _range(low: float, high: float) -> str:
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"


def _wrong(mistake: Mistake) -> Wrong:
    because = ", ".join(f"{clean.line(term.text, 60)} {term.weight:+.2f}" for term in mistake.terms)
    title = clean.line(mistake.title, _LONGEST_TITLE) or "(no title)"
    url = clean.link(mistake.url) if mistake.url else ""
    return Wrong(title=title, url=url, score=f"{mistake.score:.3f}", because=because)


def _as_line(wrong: Wrong) -> str:
    return f"{wrong.score} {wrong.title}{f' <{wrong.url}>' if wrong.url else ''} [{wrong.because}]"


def _columns(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def _table(columns: Sequence[str], table: Sequence[Sequence[str]]) -> str:
    ruled = [" | ".join(columns), " | ".join("---" for _ in columns)]
    ruled += [" | ".join(_inert(clean.line(cell)) for cell in row) for row in table]
    return "\n".join(f"| {row} |" for row in ruled)


def _inert(words: str) -> str:
    """Return words with everything that could be markup as a character reference, which never is."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};" if found[0].isascii() else found[0], words)


def _section(topic: TopicEvaluation, number: int, folds: int) -> Section:
    return Section(
        id=f"topic-{number}-{_IDS.sub('-', topic.topic.lower())}",
        title=clean.line(topic.title, _LONGEST_TITLE),
        tag="cold" if topic.cold else plural(topic.yes + topic.no, "label"),
        rows=tuple(_all_rows(topic, folds)),
        figures=tuple(_figures(topic, f"plot-{number}", folds)),
        false_matches=tuple(_wrong(one) for one in topic.false_matches),
        misses=tuple(_wrong(one) for one in topic.misses),
        notes=tuple(clean.line(note) for note in topic.notes),
    )


def _figures(topic: TopicEvaluation, prefix: str, folds: int) -> Iterator[Figure]:
    name = clean.line(topic.title, _LONGEST_TITLE)
    said = dict(_all_rows(topic, folds))
    at_threshold = f"at it, precision {said['Precision at it']}. Recall {said['Recall at it']}."
    title = "Precision and recall"
    words = Words(
        id=f"{prefix}-curve",
        title=f"{name}: {title}",
        description=f"Average precision {said['Average precision']}. Threshold {said['Threshold']}; {at_threshold}",
        across="recall: share of the right texts found",
        up="precision",
    )
    prevalence = topic.yes / max(topic.yes + topic.no, 1)
    svg = plots.precision_recall(topic.curve, topic.precision, topic.recall, prevalence, words) if topic.curve else ""
    dashed = f"The dot is the threshold with its intervals; dashed, the share of yes labels, {percent(prevalence)}."
    yield Figure(title=title, svg=svg, said=dashed if svg else "Needs labels of both kinds.")
    yield _calibration(topic, name, prefix)
    yield _histogram(topic, name, prefix)
    yield _weeks(topic, name, prefix)
    yield _learning(topic, name, prefix)


def _calibration(topic: TopicEvaluation, name: str, prefix: str) -> Figure:
    title, found = "Calibration", topic.calibration
    if found is None:
        return Figure(title=title, svg="", said="A topic without enough labels has no probability to check.")
    each = "; ".join(f"{one.predicted:.2f} said, {one.observed:.2f} true of {one.count:,}" for one in found.bins)
    words = Words(
        id=f"{prefix}-calibration",
        title=f"{name}: {title}",
        description=f"Calibration error {found.error:.3f}. {each}.",
        across="probability that the model gave",
        up="share labelled yes",
    )
    said = "On the dashed line, probabilities are what they say. Numbers count texts."
    return Figure(title=title, svg=plots.reliability(found, words), said=said)


def _histogram(topic: TopicEvaluation, name: str, prefix: str) -> Figure:
    title, found = "Scores", topic.scores
    if not any((*found.yes, *found.no, *found.stream)):
        return Figure(title=title, svg="", said="Nothing has been scored yet.")
    kinds = (("yes", found.yes), ("no", found.no), ("stream", found.stream))
    words = Words(
        id=f"{prefix}-scores",
        title=f"{name}: {title}",
        description=" ".join(
            f"{kind}, from 0 to 1: {', '.join(map(str, counts)) or 'none'}." for kind, counts in kinds
        ),
        across="score",
        up="texts",
    )
    said = "Each row to its own scale; the upright line is the threshold."
    return Figure(title=title, svg=plots.scores(found, topic.threshold, words), said=said)


def _weeks(topic: TopicEvaluation, name: str, prefix: str) -> Figure:
    title, weeks = "Matches a week", topic.weeks
    if not weeks:
        return Figure(title=title, svg="", said="The database holds no scored articles yet.")
    words = Words(
        id=f"{prefix}-weeks",
        title=f"{name}: {title}",
        description=", ".join(f"{one.week}: {one.matches:,}" for one in weeks),
        across="week of publication",
        up="matches",
    )
    matches = sum(one.matches for one in weeks)
    said = f"{plural(matches, 'match', 'matches')} in {plural(len(weeks), 'week')}; the last may be incomplete."
    return Figure(title=title, svg=plots.weekly(weeks, words), said=said)


def _learning(topic: TopicEvaluation, name: str, prefix: str) -> Figure:
    title, points = "Learning curve", topic.learning
    if not points:
        return Figure(title=title, svg="", said="Not computed: ask for it with --curve.")
    each = "; ".join(f"{one.labels:,} labels: {one.mean:.3f} ± {one.spread:.3f}" for one in points)
    words = Words(
        id=f"{prefix}-learning",
        title=f"{name}: {title}",
        description=f"{each}.",
        across="labels of this topic that were learned from",
        up="average precision",
    )
    said = f"Mean of {plural(points[-1].draws, 'draw')} with two fifths held out; lines show how far they lie apart."
    return Figure(title=title, svg=plots.learned(points, words), said=said)


@cache
def _template() -> jinja2.Template:
    return filling.environment(Path(__file__).parent).get_template("evaluation.html.jinja")
