"""`train` and `models`: which model is in charge, how another one takes its place, and how to go back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.options import DEFAULT_CONFIG, FAILED, MISUSED, ConfigOption, JsonOption, complain, inherited, say

if TYPE_CHECKING:
    from monitor.pipeline.champion import Champion
    from monitor.pipeline.reports import Change, TopicChanges, TrainReport
    from monitor.records import Training
    from monitor.store import Store

LISTED = 1_000
SHOWN = 5
"""Changed articles printed for each topic and direction; `--json` has more."""


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(train)
    models = typer.Typer(help="The models that were trained: list them, show one, or go back to one.")
    models.callback(invoke_without_command=True)(models_list)
    models.command("rollback")(models_rollback)
    models.command("show")(models_show)
    app.add_typer(models, name="models")


def train(
    config: ConfigOption = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change; store nothing.")] = False,
    if_due: Annotated[
        bool,
        typer.Option("--if-due", help="Only with 10 new labels, or after a week when something is different."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Put the model in charge even if it fails rules; the record says so.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Train a model with all labels; it takes over only if it keeps the rules of promotion.

    The rules: not worse on the newest labels, finding as many of them, no more false alarms on ordinary news, right on
    golden.jsonl, and no topic that loses more than half of its matches.
    """
    from monitor.cli import printing
    from monitor.pipeline import training

    if force and if_due:
        complain("--force is for a person who looks; leave out --if-due")
        raise typer.Exit(MISUSED)
    with _champion(config) as champion:
        report = training.train(champion, dry_run=dry_run, only_if_due=if_due, force=force)
    if as_json:
        printing.print_json(report)
    else:
        printing.print_lines(train_lines(report))


def models_list(context: typer.Context, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List the models, the newest first: what was decided about each, and which one is in charge."""
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_store

    if context.invoked_subcommand is not None:
        return
    with open_store(load_settings(config)) as store:
        rows = list(_rows(store))
    if as_json:
        printing.print_json(rows)
    elif rows:
        printing.table(rows, list(rows[0]))
    else:
        print("there is no model yet; the next cycle or `monitor train` makes one")


def models_rollback(
    context: typer.Context,
    version: Annotated[str | None, typer.Argument(help="The model; without it, the one in charge before.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Put an earlier model in charge again; the next cycle judges the last 14 days with it."""
    from monitor.cli import printing
    from monitor.pipeline import training

    with _champion(inherited(context, "config", config)) as champion:
        done = training.roll_back(champion, version)
    if inherited(context, "as_json", as_json):
        printing.print_json(done)
    else:
        print(f"{done.champion} is in charge, in the place of {done.challenger}")


def models_show(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="The model.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show what a model was made from, and every decision about it with its reasons."""
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_store

    with open_store(load_settings(inherited(context, "config", config))) as store:
        manifest = store.trainings.manifest(version)
        decisions = [one for one in store.trainings.listed(LISTED) if version in {one.champion, one.challenger}]
        kept = version in store.trainings.kept()
    if manifest is None or not decisions:
        complain(f"there is no model {version}; `monitor models` lists them")
        raise typer.Exit(FAILED)
    if inherited(context, "as_json", as_json):
        printing.print_json({"version": version, "kept": kept, "made_from": manifest, "decisions": decisions})
        return
    weeks = f", of {manifest['weeks']:g} weeks" if manifest.get("weeks") else ""
    lines = [
        ("Model", f"{version}{'' if kept else ', given up for newer ones'}"),
        ("Topics", ", ".join(sorted(manifest["topics"]))),
        ("Labels", f"{manifest['labels']:,}"),
        ("Background", f"{manifest['background']:,} texts{weeks}"),
    ]
    printing.print_lines([*lines, *(line for one in decisions for line in _decision_lines(one))])


def train_lines(report: TrainReport) -> list[tuple[str, str]]:
    """Return the lines of a training: the decision, each rule with its numbers, and what changes."""
    if report.decision is None:
        return [("Training", "; ".join(report.reasons))]
    first = train_lines(report.before) if report.before else []
    would = "would be " if report.dry_run else ""
    lines = [*first, ("Training", f"{would}{report.decision.value}: {report.reasons[0]}")]
    lines += [("  passed" if rule.passed else "  failed", rule.sentence) for rule in report.rules]
    if not report.rules:
        lines += [("", reason) for reason in report.reasons[1:]]
    return lines + [line for one in report.changes for line in _change_lines(one)]


def _change_lines(changes: TopicChanges) -> Iterator[tuple[str, str]]:
    counts = f"{changes.newly:,} newly matched, {changes.no_longer:,} no longer, in the last 30 days"
    yield ("Changes", f"{changes.topic}: {counts}")
    for sign, count, shown in (
        ("+", changes.newly, changes.newly_shown),
        ("-", changes.no_longer, changes.no_longer_shown),
    ):
        yield from ((f"  {sign}", _change(one)) for one in shown[:SHOWN])
        if count > SHOWN:
            yield (f"  {sign}", f"and {count - SHOWN:,} more")


def _change(change: Change) -> str:
    from monitor.config.titles import one_line

    return f"{one_line(change.title, 100)} <{change.url}> {change.before:.2f} → {change.after:.2f}"


def _decision_lines(training: Training) -> list[tuple[str, str]]:
    head = f"{training.at:%Y-%m-%d %H:%M} UTC {training.decision.value}: {training.champion} in charge"
    return [("Decision", head), *(("", reason) for reason in training.reasons)]


def _rows(store: Store) -> Iterator[dict[str, Any]]:
    """Yield a row for each model: the newest decision that it came from."""
    decided = store.trainings.listed(LISTED)
    kept = set(store.trainings.kept())
    seen: set[str] = set()
    for training in decided:
        for version in dict.fromkeys((training.champion, training.challenger)):
            if version in seen:
                continue
            seen.add(version)
            about = _about(version, decided)
            refused = all(one.champion != version for one in decided)
            manifest = store.trainings.manifest(version) or {}
            yield {
                "version": version,
                "in_charge": "yes" if version == decided[0].champion else "",
                "since": about.at,
                "decision": "refused" if refused else about.decision.value,
                "labels": manifest.get("labels"),
                "kept": "yes" if version in kept else "no",
                "reason": about.reasons[0] if about.reasons else "",
            }


def _about(version: str, decided: list[Training]) -> Training:
    """Return the newest decision that put a model in charge, or else the one that turned it down."""
    made = [one for one in decided if one.champion == version and one.decision.value != "kept"]
    return (made or [one for one in decided if version in {one.champion, one.challenger}])[0]


@contextmanager
def _champion(config: Path) -> Iterator[Champion]:
    from monitor.wiring import champion, load_settings, open_store, system_clock

    settings = load_settings(config)
    with open_store(settings) as store:
        yield champion(settings, store, system_clock, say)
