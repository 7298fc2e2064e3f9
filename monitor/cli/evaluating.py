"""`evaluate`: how well the topics are told apart, on labels that the judging model had not seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, MISUSED, ConfigOption, JsonOption, complain, say

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.records import Evaluation, Stream
    from monitor.store import Store

STREAM = timedelta(weeks=26)
"""How far back matches are counted."""


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(evaluate)


def evaluate(
    config: ConfigOption = DEFAULT_CONFIG,
    topic: Annotated[str | None, typer.Option(metavar="TOPIC", help="Show only this topic.")] = None,
    curve: Annotated[bool, typer.Option("--curve", help="Also say what more labels bring; takes a minute.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write a page with plots.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure each topic on its labels: models learn from four fifths of the stories and judge the rest.

    Changes nothing: the model in charge stays as it is.
    """
    from monitor.cli import printing
    from monitor.messages import evaluation as pages
    from monitor.wiring import load_settings, open_store, system_clock

    settings = load_settings(config)
    if topic is not None:
        _known(settings, topic)
    if html is not None and html.is_dir():
        complain(f"{html} is a folder; name a file for the page")
        raise typer.Exit(MISUSED)
    with open_store(settings) as store:
        found = evaluated(settings, store, system_clock(), curve=curve, say=say)
    if topic is not None:
        found = only(found, topic)
    if html is not None:
        write(html, pages.html(found))
        say(f"written to {html}")
    if as_json:
        printing.print_json(pages.plain(found))
    else:
        print(pages.text(found), end="")


def evaluated(settings: Settings, store: Store, at: datetime, *, curve: bool, say: Callable[[str], None]) -> Evaluation:
    """Return the evaluation of a configuration's topics with its labels and its database, on a training's background.

    Its `model` is the one in charge, if that was trained from just these; otherwise "".
    """
    from monitor.topics import fingerprint
    from monitor.topics.evaluation import Effort, evaluate
    from monitor.wiring import champion, fixed_clock

    texts = champion(settings, store, fixed_clock(at)).texts()
    labelled = store.judged.ids(sorted({one.url for one in settings.labels if one.url}))
    found = evaluate(
        settings.topics,
        settings.labels,
        [one for one in texts.documents if one.id not in labelled],
        stream=streams(settings, store, at - STREAM),
        at=at,
        weeks=texts.weeks,
        effort=Effort(curve=curve),
        say=say,
    )
    standing = store.trainings.champion()
    version = fingerprint(settings.topics, settings.labels, texts.documents, weeks=texts.weeks)
    return replace(found, model=version if standing is not None and standing.champion == version else "")


def only(found: Evaluation, topic: str) -> Evaluation:
    """Return the evaluation of one topic, counted for it alone."""
    [one] = (one for one in found.topics if one.topic == topic)
    return replace(
        found,
        topics=(one,),
        labels=one.yes + one.no,
        texts=one.yes + one.no,
        stories=one.stories,
        folds=0 if one.cold else found.folds,
        mean_average_precision=one.average_precision.value if one.average_precision else None,
    )


def streams(settings: Settings, store: Store, since: datetime) -> dict[str, Stream]:
    """Return what the stored scores say of each topic since then."""
    from monitor.records import Stream, Week

    ids = [topic.id for topic in settings.topics]
    weekly = store.flagged.per_week(None, ids, since)
    found = {}
    for topic in ids:
        weeks = tuple(Week(week=week, matches=count) for week, count in weekly[topic].items())
        scores = store.flagged.histogram(topic, since)
        rejected = max(sum(scores) - sum(week.matches for week in weeks), 0)
        found[topic] = Stream(weeks=weeks, scores=scores, rejected=rejected)
    return found


def write(file: Path, page: str) -> None:
    """Write a page whole or not at all; raises StoreError where the disk does not let us."""
    from monitor.errors import StoreError

    aside = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(page, encoding="utf-8")
        aside.replace(file)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise StoreError(str(file), "not-writable", f"the page cannot be written: {error.strerror}") from error


def _known(settings: Settings, topic: str) -> None:
    from monitor.errors import ConfigError, Fault

    known = [one.id for one in settings.topics]
    if topic not in known:
        sentence = f"there is no topic {topic!r} (known: {', '.join(known)})"
        raise ConfigError(str(settings.folder), [Fault(file="topics", key="", message=sentence)])
