"""`run` and `digest`: the pipeline by hand."""

from __future__ import annotations

import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, FAILED, AtOption, ConfigOption, JsonOption, moment, say

if TYPE_CHECKING:
    from monitor.pipeline.cycle import Preview


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

    # A terminal channel prints digests on standard output, which must hold nothing but JSON when JSON was asked for.
    with open_pipeline(load_settings(config), clock=moment(at), say=say, progress=progress()) as pipeline:
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            report = pipeline.cycle(every=every)
        (printing.print_json if as_json else printing.print_cycle)(report)
    if not report.ok:
        raise typer.Exit(FAILED)


def digest(
    watch: Annotated[str, typer.Option(help="Id of the watch.")],
    config: ConfigOption = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it; send and record nothing.")] = False,
    out: Annotated[Path | None, typer.Option(help="With --dry-run: write HTML, text and Slack JSON here.")] = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compose a watch's digest now and send it: every matching story that its people have not heard of."""
    from monitor.cli import printing
    from monitor.wiring import known_watch, load_settings, open_pipeline

    settings = load_settings(config)
    known_watch(settings, watch)
    with open_pipeline(settings, clock=moment(at), say=say) as pipeline:
        if dry_run:
            _show(pipeline.preview(watch), out)
            return
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            planned, delivered = pipeline.digest(watch)
    if as_json:
        printing.print_json({"plan": planned, "deliver": delivered})
    else:
        printing.print_lines([*printing.plan_lines(planned), *printing.deliver_lines(delivered)])
    if delivered.postponed or delivered.dead:
        raise typer.Exit(FAILED)


def _show(previews: list[Preview], out: Path | None) -> None:
    from monitor.cli.printing import json_line

    for preview in previews:
        if preview.message is None:
            print(f"{preview.watch} for {preview.person}: nothing to tell")
            continue
        print(preview.message.text)
        if out is not None:
            folder = out / f"{preview.watch}-{preview.person}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "digest.html").write_text(preview.message.html, encoding="utf-8")
            (folder / "digest.txt").write_text(preview.message.text, encoding="utf-8")
            (folder / "slack.json").write_text(json_line(preview.message.slack, indent=2), encoding="utf-8")
            print(f"written to {folder}", file=sys.stderr)
