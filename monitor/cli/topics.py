"""`topics`: how every topic does; write a new one, try one before it is switched on, and see what drifts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.options import (
    DEFAULT_CONFIG,
    MISUSED,
    AtOption,
    ConfigOption,
    JsonOption,
    complain,
    inherited,
    moment,
)

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.records import Topic

_COLUMNS = ("topic", "title", "yes", "no", "stage", "threshold", "matches in 7 days")


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(invoke_without_command=True)
    group.callback()(topics)
    group.command("list")(list_topics)
    for command in (new, preview, drift):
        group.command()(command)
    app.add_typer(group, name="topics")


def topics(
    context: typer.Context, config: ConfigOption = DEFAULT_CONFIG, at: AtOption = None, as_json: JsonOption = False
) -> None:
    """Show every topic: its labels, its stage, its threshold and what matched; or use one of the commands below."""
    if context.invoked_subcommand is None:
        list_topics(context, config, at, as_json)


def list_topics(
    context: typer.Context, config: ConfigOption = DEFAULT_CONFIG, at: AtOption = None, as_json: JsonOption = False
) -> None:
    """Show every topic: its labels, its stage, its threshold, and its matches of the last seven days."""
    from monitor.cli import printing
    from monitor.config.titles import one_line
    from monitor.wiring import load_settings, open_store

    settings = load_settings(inherited(context, "config", config))
    with open_store(settings) as store:
        standing = store.drifting.standing(moment(inherited(context, "at", at))())
    rows = [_row(settings, topic, standing.get(topic.id, {})) for topic in settings.topics]
    if inherited(context, "as_json", as_json):
        printing.print_json(rows)
        return
    shown = [{**row, "topic": row["id"], "matches in 7 days": row["matches"]} for row in rows]
    for row in shown:
        row["title"] = one_line(row["title"])
        row["threshold"] = None if row["threshold"] is None else f"{row['threshold']:.3f}"
    printing.table(shown, _COLUMNS)


def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The topic's id, such as carbon-markets.")],
    config: ConfigOption = DEFAULT_CONFIG,
    title: Annotated[str | None, typer.Option(help="What people read; else made from the name.")] = None,
    description: Annotated[str | None, typer.Option(help="One sentence that says what belongs here.")] = None,
    seeds: Annotated[
        list[str] | None, typer.Option("--seed", help="A phrase that such articles contain; give five or more.")
    ] = None,
    keywords: Annotated[
        list[str] | None, typer.Option("--keyword", help='A group of words, "a,b,c"; give one or more.')
    ] = None,
) -> None:
    """Write a new topic file; without options, on a terminal, be asked for what it needs."""
    from monitor.config import topic_advice
    from monitor.config.topic_files import add_topic, check_new, topic_text

    folder = inherited(context, "config", config)
    check_new(folder, name)
    usual = name.replace("-", " ").replace("_", " ").capitalize()
    if not (title or description or seeds or keywords) and is_terminal():
        title, description, seeds, keywords = _asked(usual)
    if not (description or seeds):
        complain("nothing was written: give --description and five or more --seed, or be asked for them on a terminal")
        raise typer.Exit(MISUSED)
    groups = [[word.strip() for word in group.split(",") if word.strip()] for group in keywords or ()]
    text = topic_text(title or usual, description or "", seeds or (), groups)
    topic = add_topic(folder, name, text)
    for sentence in topic_advice(folder / "topics", [topic]):
        complain(f"advice: {sentence}")
    print(f"written to {folder / 'topics' / f'{name}.toml'}")
    print(f"next: look at what it would match: monitor topics preview {name}")
    print(f'then: name it in a watch of {folder / "monitor.toml"} (topics = ["{name}"]), and: monitor check')


def preview(
    context: typer.Context,
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="Id of a topic, or a topic file anywhere (.toml).")],
    config: ConfigOption = DEFAULT_CONFIG,
    last: Annotated[int, typer.Option(min=1, max=20_000, help="Look at so many articles, the newest stored.")] = 500,
    limit: Annotated[int, typer.Option(min=1, max=20_000, help="Show at most so many matches.")] = 20,
    source: Annotated[
        Path | None, typer.Option("--in", help="JSON Lines (id, title, text) to look at instead, plain or .gz.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a topic would match, best first, with reasons and the nearest misses; nothing is stored."""
    from monitor.cli import printing
    from monitor.cli.preview import FEW, facts, lines, look

    found = look(inherited(context, "config", config), topic, last, source)
    if inherited(context, "as_json", as_json):
        printing.print_json(facts(found, limit))
    else:
        for line in lines(found, limit):
            print(line)
    if found.articles < FEW and source is None:
        count = f"{found.articles} stored article{'' if found.articles == 1 else 's'}"
        complain(f"only {count} to look at, so this preview is thin; `monitor run` reads more")


def drift(
    context: typer.Context, config: ConfigOption = DEFAULT_CONFIG, at: AtOption = None, as_json: JsonOption = False
) -> None:
    """Say where the last seven days are unlike the eight weeks before, and what to do about it."""
    from monitor.cli import printing
    from monitor.cli.drift import line_of, measured
    from monitor.topics.drift import ARTICLES_NEEDED, HISTORY_NEEDED, drifts, is_comparable
    from monitor.wiring import load_settings, open_store

    settings = load_settings(inherited(context, "config", config))
    with open_store(settings) as store:
        watched, feeds = measured(settings, store, moment(inherited(context, "at", at))())
    found = drifts(watched, feeds)
    if inherited(context, "as_json", as_json):
        printing.print_json(found)
        return
    for one in found:
        print(line_of(one))
    comparable = sum(is_comparable(weeks) for weeks in [*(one.weeks for one in watched), *(one.weeks for one in feeds)])
    total = len(settings.topics) + len(settings.feeds)
    warnings = f"{len(found)} warning{'' if len(found) == 1 else 's'}"
    print(f"{warnings}; {comparable} of {total} topics and feeds can be compared")
    if comparable < total:
        print(
            f"  (that takes {ARTICLES_NEEDED} articles in the last 7 days and in {HISTORY_NEEDED} of the weeks before)"
        )


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


def _row(settings: Settings, topic: Topic, standing: Any) -> dict[str, Any]:  # noqa: ANN401 - a mapping, or none
    from monitor.topics.version import settled

    labels = settled([label for label in settings.labels if label.topic == topic.id])
    yes = sum(label.label for label in labels)
    cold = standing.get("cold")
    return {
        "id": topic.id,
        "title": topic.title,
        "yes": yes,
        "no": len(labels) - yes,
        "stage": "not scored yet" if cold is None else "cold" if cold else "labelled",
        "threshold": standing.get("threshold"),
        "matches": standing.get("matches", 0),
    }


def _asked(usual: str) -> tuple[str, str, list[str], list[str]]:
    """Ask on the terminal for what a topic needs."""
    title = typer.prompt("Title", default=usual)
    description = typer.prompt("What belongs here, in one sentence", default="", show_default=False)
    print("Phrases that such articles contain, one a line: at least five, eight or more work best; empty to go on.")
    seeds = list(_answers("phrase"))
    print("Groups of keywords (optional), a group a line: carbon, emission*; empty to go on.")
    return title, description, seeds, list(_answers("group"))


def _answers(what: str) -> Iterator[str]:
    while answer := typer.prompt(f"  {what}", default="", show_default=False).strip():
        yield answer
