"""`archive`: what is kept of the pages behind articles; and reading them again, for `extract --from-archive`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption

if TYPE_CHECKING:
    from monitor.pipeline.rereading import Reread
    from monitor.records import ArchiveSize

_MEGABYTE = 1_000_000


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("archive")(archive)


def archive(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Say how many pages are kept, since when, for how long, and how much room they take."""
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_store

    settings = load_settings(config)
    with open_store(settings) as store:
        size = store.archive.size()
    if as_json:
        printing.print_json({**asdict(size), "keep_pages_days": settings.keep_pages_days})
    else:
        printing.print_lines(_lines(size, settings.keep_pages_days, settings.database_url))


def reread(config: Path, since_days: float | None, *, save: bool) -> Iterator[Reread]:
    """Yield what the archived pages of the last `since_days` hold; raises BusyError when a cycle runs meanwhile."""
    from monitor.wiring import load_settings, open_pipeline, system_clock

    since = None if since_days is None else system_clock() - timedelta(days=since_days)
    with open_pipeline(load_settings(config)) as pipeline:
        yield from pipeline.reread(since=since, save=save)


def _lines(size: ArchiveSize, days: int, database: str) -> list[tuple[str, str]]:
    oldest = f", the oldest of {size.oldest:%Y-%m-%d}" if size.oldest else ""
    raw, packed = size.raw_bytes / _MEGABYTE, size.packed_bytes / _MEGABYTE
    lines = [
        ("Articles", f"{size.articles:,} read, {size.readings:,} earlier readings of edited ones"),
        ("Pages", f"{size.pages:,} kept{oldest}; {raw:,.1f} MB, packed {packed:,.1f} MB"),
        ("Kept", f"for {days:,} days (keep_pages_days in monitor.toml)" if days else "for ever"),
    ]
    file = Path(database.removeprefix("sqlite:///"))
    if database.startswith("sqlite:///") and file.is_file():
        lines.append(("Database", f"{file.stat().st_size / _MEGABYTE:,.1f} MB in {file}"))
    return lines
