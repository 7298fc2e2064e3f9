"""`run` and `digest`: the pipeline by hand."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from monitor.cli.options import (
    DEFAULT_CONFIG,
    FAILED,
    MISUSED,
    AtOption,
    ConfigOption,
    JsonOption,
    LocalAtOption,
    complain,
    moment,
    say,
    too_far_ahead,
)

if TYPE_CHECKING:
    from monitor.pipeline.planning import Preview
    from monitor.records import Message


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(run)
    app.command()(digest)


def run(
    config: ConfigOption = DEFAULT_CONFIG,
    every: Annotated[bool, typer.Option("--all", help="Ask all feeds, also those that are not due yet.")] = False,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run one full cycle now: poll, read, score, group, plan, deliver.

    Exit code 1: every feed failed, or a delivery did.
    """
    from monitor.cli import printing
    from monitor.cli.progress import progress
    from monitor.wiring import load_settings, open_pipeline

    clock = moment(at)
    if at is not None and too_far_ahead(clock()):
        _misused("--at is in the future; what is sent cannot be dated so (`monitor digest --dry-run` can look there)")
    # A terminal channel prints digests on standard output, which must hold nothing but JSON when JSON was asked for.
    with open_pipeline(load_settings(config), clock=clock, say=say, progress=progress()) as pipeline:
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            report = pipeline.cycle(every=every)
        if as_json:
            printing.print_json(report)
        else:
            printing.print_cycle(report, config)
            printing.print_lines(printing.dead_lines(pipeline.tools.store, config))
    if not report.ok:
        raise typer.Exit(FAILED)


def digest(
    watch: Annotated[str, typer.Option(help="Id of the watch.")],
    config: ConfigOption = DEFAULT_CONFIG,
    person: Annotated[str | None, typer.Option("--as", metavar="PERSON", help="Only for this person.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it; send and record nothing.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="With --dry-run: write its files here; else to preview/ in the state folder.")
    ] = None,
    at: LocalAtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compose a watch's digest now and send it: every matching story that its people have not heard of."""
    from monitor.cli import printing
    from monitor.wiring import known_person, known_watch, load_settings, open_pipeline

    if out is not None and not dry_run:
        _misused("--out goes with --dry-run")
    settings = load_settings(config)
    known_watch(settings, watch)
    zones = {one.id: one.timezone for one in settings.people}
    clock = moment(at, zones[known_person(settings, person, watch)] if person else "UTC")
    if at is not None and not dry_run and too_far_ahead(clock()):
        _misused("--at in the future goes with --dry-run only")
    with open_pipeline(settings, clock=clock, say=say) as pipeline:
        if dry_run:
            _show(pipeline.preview(watch, person), out or settings.state / "preview", as_json=as_json)
            return
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            planned, delivered = pipeline.digest(watch, person)
    if as_json:
        printing.print_json({"plan": planned, "deliver": delivered})
    else:
        printing.print_lines([*printing.plan_lines(planned), *printing.deliver_lines(delivered, config)])
    if planned.trouble or delivered.postponed or delivered.dead:
        raise typer.Exit(FAILED)


def _show(previews: list[Preview], out: Path, *, as_json: bool) -> None:
    from monitor.cli.printing import nothing_to_tell, print_json

    if as_json:
        print_json([message.data for preview in previews for message in preview.messages])
    for preview in previews:
        if not preview.messages and not as_json:
            print(f"{preview.watch} for {preview.person}: {nothing_to_tell(preview.rulings)}")
        for message in preview.messages:
            if not as_json:
                print(message.text)
            folder = out / f"{preview.watch}-{preview.person}"
            _write(folder, message)
            print(f"written to {folder}", file=sys.stderr)


def _write(folder: Path, message: Message) -> None:
    """Write what would be sent: the same bytes for the same digest."""
    from monitor.cli.printing import json_line

    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "digest.html": message.html,
        "digest.txt": message.text,
        "slack.json": json_line(message.slack, indent=2) + "\n",
        "digest.json": json_line(message.data, indent=2) + "\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _misused(sentence: str) -> NoReturn:
    complain(sentence)
    raise typer.Exit(MISUSED)
