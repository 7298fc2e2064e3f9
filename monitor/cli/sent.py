"""`deliveries`: what was sent and shall be, each message as it was, and what a person decides about those that stay."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import nullcontext, redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from monitor.cli.options import (
    DEFAULT_CONFIG,
    FAILED,
    MISUSED,
    ConfigOption,
    JsonOption,
    complain,
    inherited,
    say,
    typed,
    user_name,
)
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.records import Sending
    from monitor.store import Store

STATES = ("waiting", "sending", "sent", "dead", "lapsed", "dropped")
SHORTEST_NAME = 4
"""Fewer first characters of an id name nothing."""

MOST_AT_ONCE = 10_000
"""So many dead messages are sent once more by one command."""

_MOVABLE = frozenset({"waiting", "dead", "lapsed", "dropped"})

_FINAL = {
    "sending": "is being sent right now",
    "sent": "was sent already",
    "dropped": "was dropped already",
}

_COLUMNS = (
    *("id", "created_at", "person", "channel", "recipient", "subject"),
    *("state", "next_at", "attempts", "reason", "place"),
)

LimitOption = Annotated[int, typer.Option(min=1, help="Show so many, the newest first.")]
StateOption = Annotated[str | None, typer.Option(metavar="STATE", help=f"Only those in a state: {', '.join(STATES)}.")]
PersonOption = Annotated[str | None, typer.Option(metavar="PERSON", help="Only those to one person.")]
IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Id of a delivery, or at least its first four characters.")
]


class Form(StrEnum):
    """In which form a message is shown; `wire` is what the channel was handed, `mail` the same of an e-mail."""

    HTML = "html"
    TEXT = "text"
    SLACK = "slack"
    JSON = "json"
    MAIL = "mail"
    WIRE = "wire"


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(invoke_without_command=True)
    group.callback()(deliveries)
    group.command("list")(list_deliveries)
    group.command("show")(show)
    group.command("resend")(resend)
    group.command("drop")(drop)
    group.command("send")(send)
    app.add_typer(group, name="deliveries")


def deliveries(
    context: typer.Context,
    config: ConfigOption = DEFAULT_CONFIG,
    limit: LimitOption = 20,
    state: StateOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what was sent, what waits, and what could not be sent and why; or use one of the commands below."""
    if context.invoked_subcommand is None:
        _list(config, limit, state, person, as_json=as_json)


def list_deliveries(
    context: typer.Context,
    config: ConfigOption = DEFAULT_CONFIG,
    limit: LimitOption = 20,
    state: StateOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what was sent, what waits, and what could not be sent and why. Times are in UTC."""
    _list(
        inherited(context, "config", config),
        inherited(context, "limit", limit),
        inherited(context, "state", state),
        inherited(context, "person", person),
        as_json=inherited(context, "as_json", as_json),
    )


def show(
    context: typer.Context,
    delivery: IdArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    form: Annotated[Form | None, typer.Option("--as", help="Show the message itself, byte for byte.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it to a file that is not there yet.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show one message: when, why, from which articles, by which configuration and model; or the message as sent.

    With --as: the HTML page, the plain text, the Slack message or the digest as JSON, or the bytes that the channel was
    handed (wire; mail is the same for an e-mail, headers and all).
    """
    from monitor.cli import delivered, printing
    from monitor.wiring import load_settings, open_store

    config = inherited(context, "config", config)
    with open_store(load_settings(config)) as store:
        row = _row(store, delivery)
        digest = store.receipts.digest(row["digest_id"])
        known = store.articles.known(sorted(digest.articles)) if digest else {}
    if form is not None:
        _write(_bytes(form, row, digest), out)
    elif out is not None:
        _misused("say with --as what to write: html, text, slack, json, mail or wire")
    elif inherited(context, "as_json", as_json):
        printing.print_json(delivered.facts(row, digest, known))
    else:
        printing.print_lines(delivered.lines(row, digest, known, config))


def resend(
    context: typer.Context,
    delivery: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Id of a delivery, or at least its first four characters.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    again: Annotated[bool, typer.Option("--again", help="Also one that was sent: it arrives a second time.")] = False,
    all_dead: Annotated[bool, typer.Option("--all-dead", help="Instead of an ID: all that could not be sent.")] = False,
    channel: Annotated[
        str | None, typer.Option(metavar="CHANNEL", help="With --all-dead: only those of one channel.")
    ] = None,
) -> None:
    """Let a message that was given up be sent once more, with the next cycle or `monitor deliveries send`.

    It is the same message under the same id. One that waits for its next attempt is due at once. When its reader has
    another address or channel by now, it goes there.
    """
    from monitor.wiring import load_settings, open_store

    if (delivery is None) != all_dead or (channel is not None and not all_dead):
        _misused("name one delivery by its ID, or say --all-dead, with --channel CHANNEL for those of one channel")
    settings = load_settings(inherited(context, "config", config))
    with open_store(settings) as store:
        if delivery is None:
            _resend_dead(settings, store, channel)
        else:
            print(_resent(settings, store, _row(store, delivery), again=again))


def _resend_dead(settings: Settings, store: Store, channel: str | None) -> None:
    """Let all that is dead be sent once more; one that cannot be leaves the others alone."""
    rows = [row for row in store.receipts.listed(MOST_AT_ONCE, state="dead") if channel in {None, row["channel"]}]
    if not rows:
        known = sorted(settings.channels)
        if channel is not None and channel not in known:
            _misused(f"there is no channel {channel!r} (known: {', '.join(known)})")
        print("no message is dead")
    failed = False
    for row in rows:
        try:
            print(_resent(settings, store, row))
        except MonitorError as error:
            complain(f"{row['id']}: {error.message}")
            failed = True
    if failed:
        raise typer.Exit(FAILED)


def _resent(settings: Settings, store: Store, row: Mapping[str, Any], *, again: bool = False) -> str:
    """Make a delivery due once more, and return what was done; ends the command when it cannot be."""
    from monitor.wiring import system_clock

    wanted, sends = str(row["id"]), typed(settings.folder, "deliveries", "send")
    moved = _readdressed(settings, row) if row["state"] in _MOVABLE or (again and row["state"] == "sent") else None
    if moved:
        return f"{wanted} was {row['state']}; {moved}; `{sends}` sends it"
    before = store.receipts.resend(wanted, system_clock(), again=again)
    if before == "sending":
        _failed(f"delivery {wanted} is being sent right now; nothing was changed")
    if before == "sent" and not again:
        _failed(f"delivery {wanted} was sent already; --again sends it a second time")
    return f"{wanted} was {before} and is due now; `{sends}` sends it"


def drop(context: typer.Context, delivery: IdArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Give a message up for good, unless it was sent; its stories count as told."""
    from monitor.wiring import load_settings, open_store, system_clock

    config = inherited(context, "config", config)
    with open_store(load_settings(config)) as store:
        wanted = str(_row(store, delivery)["id"])
        before = store.receipts.drop(wanted, system_clock(), by=user_name(None))
    if before in _FINAL:
        _failed(f"delivery {wanted} {_FINAL[before]}; nothing was changed")
    print(f"{wanted} was {before} and is dropped; `{typed(config, 'deliveries', 'resend', wanted)}` takes that back")


def send(context: typer.Context, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Send now what is due, as every cycle does at its end.

    Exit code 1: something could not be sent, or has waited for too long.
    """
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_pipeline

    as_json = inherited(context, "as_json", as_json)
    config = inherited(context, "config", config)
    # A terminal channel prints digests on standard output, which must hold nothing but JSON when JSON was asked for.
    speaking = redirect_stdout(sys.stderr) if as_json else nullcontext()
    with open_pipeline(load_settings(config), say=say) as pipeline, speaking:
        report = pipeline.deliver()
        dead = printing.dead_lines(pipeline.tools.store, config)
    if as_json:
        printing.print_json(report)
    else:
        printing.print_lines([*(printing.deliver_lines(report, config) or [("Sent", "nothing was due")]), *dead])
    if report.postponed or report.dead or report.overdue:
        raise typer.Exit(FAILED)


def _readdressed(settings: Settings, row: Mapping[str, Any]) -> str:
    """Plan a delivery anew for where its reader is reached now, and say so; empty when that is where it goes."""
    from monitor.config.titles import one_line
    from monitor.wiring import open_pipeline

    with open_pipeline(settings, say=say) as pipeline:
        fresh = pipeline.readdress(row)
    if fresh is None:
        return ""
    place = f" on {fresh.channel}" if fresh.channel != row["channel"] else ""
    return f"{fresh.id} is sent to {one_line(fresh.recipient)}{place} instead of {one_line(str(row['recipient']))}"


def _list(config: Path, limit: int, state: str | None, person: str | None, *, as_json: bool) -> None:
    from monitor.cli import delivered, printing
    from monitor.pipeline.delivering import OVERDUE
    from monitor.wiring import known_person, load_settings, open_store, system_clock

    if state is not None and state not in STATES:
        _misused(f"there is no state {state!r} (known: {', '.join(STATES)})")
    now, settings = system_clock(), load_settings(config)
    with open_store(settings) as store:
        rows = store.receipts.listed(limit, state=state, person=person)
        if person is not None and not store.receipts.listed(1, person=person):
            known_person(settings, person)
        overdue, oldest = store.outbox.overdue(now - OVERDUE)
        dead = printing.dead_lines(store, config)
    if as_json:
        printing.print_json(rows)
        return
    if rows:
        printing.table([delivered.shown(row) for row in rows], _COLUMNS)
    else:
        print("nothing has been sent yet" if state is None and person is None else "there is no such delivery")
    if overdue and oldest is not None:
        print(printing.overdue_line(overdue, oldest, config))
    if state != "dead":
        for _, sentence in dead:
            print(sentence)


def _row(store: Store, name: str) -> Mapping[str, Any]:
    """Return the delivery that is meant by an id or its first characters; ends the command when it is not one."""
    wanted = name.encode("utf-8", "replace").decode()  # a shell can give half characters
    row = store.receipts.delivery(wanted)
    found = store.receipts.named(wanted) if row is None and len(wanted) >= SHORTEST_NAME else []
    if len(found) > 1:
        _misused(f"several deliveries begin like this: {', '.join(found[:5])}")
    row = store.receipts.delivery(found[0]) if found else row
    if row is None:
        short = f"; at least the first {SHORTEST_NAME} characters of an id are needed"
        more = short if len(wanted) < SHORTEST_NAME else "; `monitor deliveries` lists the newest"
        _failed(f"there is no delivery {wanted!r}{more}")
    return row


def _bytes(form: Form, row: Mapping[str, Any], digest: Sending | None) -> bytes:
    """Return a message in a form; ends the command with a sentence when that is not kept."""
    from monitor.cli import delivered

    if form in {Form.WIRE, Form.MAIL}:
        body: bytes | None = row["body"]
        if not body:
            _failed(f"what delivery {row['id']} handed to its channel is not kept; --as text shows what it said")
        if form is Form.MAIL and not delivered.is_mail(body):
            _failed(f"delivery {row['id']} is no e-mail; --as wire shows what its channel was handed")
        return body
    if digest is None:
        _failed(f"the message of delivery {row['id']} is not kept")
    if form is Form.HTML:
        return digest.html.encode()
    if form is Form.TEXT:
        return digest.text.encode()
    said = digest.slack if form is Form.SLACK else digest.content
    return f"{json.dumps(said, ensure_ascii=False, indent=2)}\n".encode()


def _write(shown: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(shown)
        sys.stdout.flush()
        return
    try:
        with out.open("xb") as stream:
            stream.write(shown)
    except FileExistsError:
        _misused(f"{out} is there already; nothing was written. Name another file, or remove it first.")


def _failed(sentence: str) -> NoReturn:
    complain(sentence)
    raise typer.Exit(FAILED)


def _misused(sentence: str) -> NoReturn:
    complain(sentence)
    raise typer.Exit(MISUSED)
