"""`init`, `check`, `schema`, `db upgrade`, `up`, `demo`: everything around the pipeline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, FAILED, MISUSED, ConfigOption, complain, say, typed

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.records import Polled

DEMO_FOLDER = Path("state/demo")


class FileKind(StrEnum):
    """The kinds of configuration file."""

    MONITOR = "monitor"
    FEEDS = "feeds"
    PUBLISHERS = "publishers"
    TOPIC = "topic"


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    for command in (demo, up, init, check, schema):
        app.command()(command)
    database = typer.Typer(help="Look after the database.", no_args_is_help=True)
    database.command("upgrade")(db_upgrade)
    app.add_typer(database, name="db")


def init(folder: Annotated[Path, typer.Argument(help="Folder to make.")] = DEFAULT_CONFIG) -> None:
    """Write the starter pack (settings, feeds, topics, labelled examples) to a new folder."""
    from monitor.config import starter_folder

    if folder.exists():
        complain(f"{folder} is there already; nothing was changed. Name another folder, or remove it first.")
        raise typer.Exit(MISUSED)
    shutil.copytree(starter_folder(), folder)
    then = f"{typed(folder, 'check')}, {typed(folder, 'run')}"
    print(f"written to {folder}; look at {folder / 'monitor.toml'}, then: {then}")


def check(
    config: ConfigOption = DEFAULT_CONFIG,
    feeds: Annotated[bool, typer.Option("--feeds", help="Also ask every feed once, and store nothing.")] = False,
) -> None:
    """Check the configuration and the database; report every fault at once."""
    from monitor.cli.advice import advice, proxies
    from monitor.cli.progress import progress
    from monitor.wiring import feed_pool, load_settings, open_pipeline, open_store

    settings = load_settings(config)
    with open_store(settings) as store:
        database = store.database.name
    print(f"{config}: {_inventory(settings)}; database {database}. No fault found.")
    for sentence in proxies(settings, os.environ):
        print(sentence)
    for sentence in advice(settings):
        complain(f"advice: {sentence}")
    if feeds:
        failed: list[str] = []
        with (
            feed_pool(settings) as workers,
            open_pipeline(settings, say=say, progress=progress(), workers=workers) as pipeline,
        ):
            pipeline.probe(lambda polled: _show_probe(polled, failed))
        print(f"{len(settings.feeds) - len(failed)} of {len(settings.feeds)} feeds answered")
        if failed:
            raise typer.Exit(FAILED)


def _show_probe(polled: Polled, failed: list[str]) -> None:
    if polled.outcome == "failed":
        failed.append(polled.feed.id)
        print(f"FAILED  {polled.feed.id} <{polled.feed.url}>: {polled.message}")
    elif polled.outcome == "held":
        print(f"held    {polled.feed.id}: its publisher wants a pause; not asked")
    else:
        print(f"ok      {polled.feed.id}: {len(polled.entries)} entries")


def schema(kind: Annotated[FileKind, typer.Argument(help="Which file.")] = FileKind.MONITOR) -> None:
    """Print the JSON Schema of a configuration file, for editors."""
    from monitor.config.schema import FILES

    print(json.dumps(FILES[kind.value].model_json_schema(), indent=2))


def db_upgrade(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Bring the database to this program's schema (every command does so by itself)."""
    from monitor.store.database import SCHEMA
    from monitor.wiring import load_settings, open_store

    with open_store(load_settings(config)) as store:
        print(f"{store.database.name}: schema {SCHEMA}")


def up(
    config: ConfigOption = DEFAULT_CONFIG,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Prefect server and its UI.")] = 4200,
) -> None:
    """Start a local Prefect server, run one cycle now and then the flows on their schedules, until Ctrl-C."""
    from monitor.wiring import load_settings

    load_settings(config)
    raise typer.Exit(_prefect("--config", str(config), "--port", str(port), "--run-now"))


def demo(
    then_updates: Annotated[
        bool, typer.Option("--then-updates", help="Let a day pass afterwards, and show the updates.")
    ] = False,
    prefect: Annotated[
        bool,
        typer.Option("--prefect", help="Run it as the watch flow on a local Prefect server with its UI."),
    ] = False,
    folder: Annotated[Path, typer.Option(help="Folder for its configuration, database and digests.")] = DEMO_FOLDER,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the sample news sites; 0: any free one.")] = 8423,
    ui_port: Annotated[int, typer.Option(min=1, max=65535, help="With --prefect: port of the Prefect UI.")] = 4200,
) -> None:
    """Serve a sample news world on this machine and run the real pipeline over it.

    Eleven invented outlets and their sites, as of May 2023; nothing outside of this machine is asked. A demo that was
    interrupted is carried on; one that was finished starts afresh.
    """
    from monitor.cli import printing
    from monitor.demo.tour import Tour

    with Tour(folder, port=port, say=say) as tour:
        if prefect:
            options = ("--config", str(tour.config), "--port", str(ui_port), "--run-now", "--at", tour.at)
            code = _prefect(*options)
            tour.finish()
            raise typer.Exit(code)
        printing.print_cycle(tour.run(wave=1))
        if then_updates:
            print("\nA day passes …\n")
            printing.print_cycle(tour.run(wave=2))
        tour.finish()
        print(f"\nThe digests are in {tour.digests} (open digest.html in a browser); the database is {tour.database}.")


def _prefect(*arguments: str) -> int:
    """Run the flows' own program, so that this one never loads Prefect; Ctrl-C reaches both, and it says goodbye."""
    child = subprocess.Popen([sys.executable, "-m", "flows.up", *arguments])  # noqa: S603 - our own program
    while child.returncode is None:
        with suppress(KeyboardInterrupt):
            child.wait()
    return child.returncode if child.returncode >= 0 else FAILED


def _inventory(settings: Settings) -> str:
    counts = {
        "feeds": len(settings.feeds),
        "publishers": len(settings.publishers),
        "topics": len(settings.topics),
        "labels": len(settings.labels),
        "watches": len(settings.watches),
        "people": len(settings.people),
        "channels": len(settings.channels),
    }
    return ", ".join(f"{count} {name}" for name, count in counts.items())
