"""`feeds`: how every feed is, and the list of feeds itself: add, remove, discover, import, export."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.options import (
    DEFAULT_CONFIG,
    FAILED,
    MISUSED,
    AtOption,
    ConfigOption,
    JsonOption,
    complain,
    moment,
    say,
)
from monitor.errors import masked

if TYPE_CHECKING:
    from monitor.cli.health import Row
    from monitor.config import Settings
    from monitor.config.opml import Listed
    from monitor.pipeline.discovering import Found
    from monitor.records import Feed

UNWATCHED_WIDTH = 200
"""Columns where there is no terminal: everything fits, and nothing is folded that a program may look for."""

UrlArgument = Annotated[str, typer.Argument(help="Address of a feed, or of a page that names one.")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(invoke_without_command=True)
    group.callback()(health)
    for command in (add, remove, discover):
        group.command()(command)
    group.command("import")(import_list)
    group.command("export")(export_list)
    app.add_typer(group, name="feeds")


def health(
    context: typer.Context,
    config: ConfigOption = DEFAULT_CONFIG,
    only: Annotated[
        str | None,
        typer.Option(metavar="STATES", help="Only these: dead,retired,failing,resting,quiet,new,ok."),
    ] = None,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how every feed is, the worst first; or change the list of feeds with one of the commands below.

    The shares are of the last seven days' polls that brought nothing, of entries known from elsewhere, and of articles
    that are no more than a teaser. Times are in UTC.
    """
    if context.invoked_subcommand is not None:
        return
    from monitor.cli import printing
    from monitor.cli.health import facts, judged
    from monitor.wiring import load_settings, open_store

    wanted = _states(only)
    settings = load_settings(config)
    now = moment(at)()
    with open_store(settings) as store:
        store.sources.sync(settings.feeds)
        rows = judged(store.sources.health(now), store.sources.rests(now), now)
    rows = [row for row in rows if row.condition.state.value in wanted]
    if as_json:
        printing.print_json([facts(row) for row in rows])
    else:
        _print_table(rows, now)


def add(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    context: typer.Context,
    url: UrlArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    feed_id: Annotated[str | None, typer.Option("--id", help="Its id; else made from its name.")] = None,
    name: Annotated[str | None, typer.Option(help="What people read; else the feed's title.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Who writes it; else the same as its name.")] = None,
    kind: Annotated[str, typer.Option(help="Such as regulator, policy, press or legal.")] = "press",
    every: Annotated[float | None, typer.Option(metavar="MINUTES", help="Shortest time between two polls.")] = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Ask the address first.")] = True,
) -> None:
    """Add a feed to feeds.toml: the one at this address, or the first one that the page there names."""
    from monitor.config.editing import with_feeds
    from monitor.wiring import load_settings

    folder = _folder(context, config)
    settings = load_settings(folder)
    url = url if "://" in url else f"https://{url}"
    _refuse_known(settings, url)
    found = _first_feed(settings, url) if check else None
    if found is not None:
        _refuse_known(settings, found.url)
    feed = _new_feed(settings, found.url if found else url, found, feed_id=feed_id, name=name)
    feed = _with(feed, publisher=publisher, kind=kind, every=None if every is None else timedelta(minutes=every))
    _change(folder, partial(with_feeds, feeds=[feed], file=_file(folder)))
    entries = f", {_count(found.entries, 'entry', 'entries')}" if found else ", not asked yet"
    print(f"added {feed.id}: {feed.name} <{feed.url}>{entries}")


def remove(
    context: typer.Context,
    feed_id: Annotated[str, typer.Argument(metavar="ID", help="The feed's id.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Remove a feed from feeds.toml, so that it is not asked any more; what it brought stays."""
    from monitor.config.editing import without_feed

    folder = _folder(context, config)
    _change(folder, partial(without_feed, feed_id=feed_id, file=_file(folder)))
    print(f"removed {feed_id} from {_file(folder)}; what it brought stays in the database")


def discover(
    context: typer.Context, url: UrlArgument, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Look for feeds behind an address, and ask each; nothing is stored."""
    from monitor.cli import printing
    from monitor.wiring import load_settings

    url = url if "://" in url else f"https://{url}"
    found = _discovered(load_settings(_folder(context, config)), url)
    if as_json:
        printing.print_json([{"feed": one.is_feed, **_plain(one)} for one in found])
    else:
        for one in found:
            print(_told(one))
    if not any(one.is_feed for one in found):
        complain(f"{masked(url)}: no feed was found here")
        raise typer.Exit(FAILED)


def import_list(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file; - is standard input.")],
    config: ConfigOption = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be added; change nothing.")] = False,
) -> None:
    """Add the feeds of an OPML list that are not in feeds.toml yet; exit code 1 when some cannot be used."""
    from monitor.config.editing import with_feeds
    from monitor.config.opml import read_opml
    from monitor.wiring import load_settings

    folder = _folder(context, config)
    settings = load_settings(folder)
    listed = read_opml(_document(file), name=str(file))
    known = {feed.url for feed in settings.feeds}
    refused = [one for one in listed if one.fault]
    fresh = [one for one in listed if not one.fault and one.url not in known]
    feeds = _listed_feeds(settings, fresh)
    if feeds and not dry_run:
        _change(folder, partial(with_feeds, feeds=feeds, file=_file(folder)))
    for feed in feeds if dry_run else ():
        print(f"{feed.id}: {feed.name} <{feed.url}>")
    for one in refused:
        complain(f"refused {masked(one.url)[:200]!r}: {one.fault}")
    verb = "would be added" if dry_run else "added"
    print(f"{len(feeds):,} {verb}, {len(listed) - len(fresh) - len(refused):,} known already, {len(refused):,} refused")
    if refused:
        raise typer.Exit(FAILED)


def export_list(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="File to write; else standard output.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write all feeds as an OPML 2.0 list, which other programs read; no password is in it."""
    from monitor.config.opml import write_opml
    from monitor.wiring import load_settings, system_clock

    document = write_opml(load_settings(_folder(context, config)).feeds, now=system_clock())
    if file is None or str(file) == "-":
        sys.stdout.buffer.write(document)
        sys.stdout.flush()
        return
    try:
        with file.open("xb") as stream:
            stream.write(document)
    except FileExistsError:
        complain(f"{file} is there already; nothing was written. Name another file, or remove it first.")
        raise typer.Exit(MISUSED) from None


def _folder(context: typer.Context, config: Path) -> Path:
    """Return the folder named after the command, or else after `feeds`."""
    before = context.parent
    said = context.get_parameter_source("config")
    if before is None or (said is not None and said.name == "COMMANDLINE"):
        return config
    return Path(before.params.get("config") or config)


def _file(folder: Path) -> str:
    return str(folder / "feeds.toml")


def _states(only: str | None) -> set[str]:
    from monitor.cli.health import STATES

    known = [state.value for state in STATES]
    wanted = {word.strip().lower() for word in only.split(",") if word.strip()} if only else set(known)
    strange = sorted(wanted - set(known))
    if strange:
        complain(f"there is no state {strange[0]!r} (known: {', '.join(known)})")
        raise typer.Exit(MISUSED)
    return wanted


def _print_table(rows: list[Row], now: datetime) -> None:
    from rich.console import Console
    from rich.text import Text

    from monitor.cli.health import table

    styles = {"dead": "bold red", "retired": "red", "failing": "red", "resting": "yellow", "quiet": "yellow"}
    console = Console(highlight=False, width=None if sys.stdout.isatty() else UNWATCHED_WIDTH)
    for line, state in table(rows, now, console.width):
        console.print(Text(line, style=styles.get(state.value, "") if state else "dim"), soft_wrap=True)


def _change(folder: Path, change: Callable[[str], str]) -> None:
    """Write a change of `feeds.toml`, if the configuration is without fault after it."""
    from monitor.config.editing import change_feeds
    from monitor.errors import ConfigError
    from monitor.wiring import load_settings

    try:
        change_feeds(folder, change, lambda texts: load_settings(folder, instead=texts))
    except ConfigError:
        complain(f"{_file(folder)} was not changed:")
        raise


def _refuse_known(settings: Settings, url: str) -> None:
    for feed in settings.feeds:
        if feed.url == url:
            complain(f"{masked(url)} is there already, as {feed.id}; nothing was changed")
            raise typer.Exit(MISUSED)


def _discovered(settings: Settings, url: str) -> list[Found]:
    from monitor.pipeline.discovering import discover as find
    from monitor.wiring import feed_pool, open_pipeline

    with feed_pool(settings) as workers, open_pipeline(settings, say=say, workers=workers) as pipeline:
        return find(pipeline.rules, pipeline.tools, url)


def _first_feed(settings: Settings, url: str) -> Found:
    """Return the first feed behind an address; ends the command with a sentence when there is none."""
    found = _discovered(settings, url)
    feeds = [one for one in found if one.is_feed]
    if not feeds:
        for one in found:
            complain(_told(one))
        complain(f"{masked(url)}: no feed was found here; nothing was changed (--no-check adds it unasked)")
        raise typer.Exit(FAILED)
    for other in feeds[1:]:
        say(f"this page also names {masked(other.url)}")
    return feeds[0]


def _new_feed(settings: Settings, url: str, found: Found | None, *, feed_id: str | None, name: str | None) -> Feed:
    from monitor.config.titles import one_line, unique_ids
    from monitor.pipeline.hosts import host_of
    from monitor.records import Feed

    title = one_line(name or (found.title if found else "")) or host_of(url) or "feed"
    ident = feed_id or unique_ids([title], {feed.id for feed in settings.feeds})[0]
    language = (found.language if found else None) or "en"
    return Feed(id=ident, name=title, url=url, publisher=title, language=language[:2].lower())


def _with(feed: Feed, *, publisher: str | None, kind: str, every: timedelta | None) -> Feed:
    from dataclasses import replace

    return replace(feed, publisher=publisher or feed.publisher, kind=kind, every=every)


def _listed_feeds(settings: Settings, listed: list[Listed]) -> list[Feed]:
    from monitor.config.titles import unique_ids
    from monitor.pipeline.hosts import host_of
    from monitor.records import Feed

    titles = [one.title or host_of(one.url) or "feed" for one in listed]
    ids = unique_ids(titles, {feed.id for feed in settings.feeds})
    return [
        Feed(id=ident, name=title, url=one.url, publisher=title, kind=one.kind)
        for ident, title, one in zip(ids, titles, listed, strict=True)
    ]


def _document(file: Path) -> bytes:
    """Read a file, or a little more of it than a list may have."""
    from monitor.config.opml import LARGEST

    if str(file) == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    with file.open("rb") as stream:
        return stream.read(LARGEST + 1)


def _told(found: Found) -> str:
    from monitor.config.titles import one_line

    title = f" ({one_line(found.title)})" if found.title else ""
    if not found.is_feed:
        return f"no feed  {masked(found.url)}{title}: {one_line(found.message, 500)}"
    newest = f", the newest of {found.newest:%Y-%m-%d}" if found.newest else ""
    return f"a feed   {found.url}{title}: {_count(found.entries, 'entry', 'entries')}{newest}"


def _plain(found: Found) -> dict[str, Any]:
    said = {name: getattr(found, name) for name in ("url", "title", "why", "language", "entries", "newest")}
    return {**said, "url": masked(found.url), "reason": found.reason or None, "message": found.message or None}


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
