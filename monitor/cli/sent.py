"""`deliveries`: what was sent and shall be, each message as it was, and what a person decides about those that stay."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import nullcontext, redirect_stdout
from datetime import datetime
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
    user_name,
)

if TYPE_CHECKING:
    from monitor.records import Sending
    from monitor.store import Store

STATES = ("waiting", "sending", "sent", "dead", "lapsed", "dropped")
SHORTEST_NAME = 4
"""Fewer first characters of an id name nothing."""

_FINAL = {
    "sending": "is being sent right now",
    "sent": "was sent already",
    "dropped": "was dropped already",
}

_COLUMNS = ("id", "created_at", "person", "channel", "recipient", "subject", "state", "attempts", "reason", "place")

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
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_store

    with open_store(load_settings(inherited(context, "config", config))) as store:
        row = _row(store, delivery)
        digest = store.receipts.digest(row["digest_id"])
    if form is not None:
        _write(_bytes(form, row, digest), out)
    elif out is not None:
        _misused("say with --as what to write: html, text, slack, json, mail or wire")
    elif inherited(context, "as_json", as_json):
        printing.print_json(_facts(row, digest))
    else:
        printing.print_lines(_lines(row, digest))


def resend(
    context: typer.Context,
    delivery: IdArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    again: Annotated[bool, typer.Option("--again", help="Also one that was sent: it arrives a second time.")] = False,
) -> None:
    """Let a message that was given up be sent once more, with the next cycle or `monitor deliveries send`.

    It is the same message under the same id. One that waits for its next attempt is due at once.
    """
    from monitor.wiring import load_settings, open_store, system_clock

    with open_store(load_settings(inherited(context, "config", config))) as store:
        wanted = str(_row(store, delivery)["id"])
        before = store.receipts.resend(wanted, system_clock(), again=again)
    if before == "sending":
        _failed(f"delivery {wanted} is being sent right now; nothing was changed")
    if before == "sent" and not again:
        _failed(f"delivery {wanted} was sent already; --again sends it a second time")
    print(f"{wanted} was {before} and is due now; `monitor deliveries send` sends it")


def drop(context: typer.Context, delivery: IdArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Give a message up for good, unless it was sent; its stories count as told."""
    from monitor.wiring import load_settings, open_store, system_clock

    with open_store(load_settings(inherited(context, "config", config))) as store:
        wanted = str(_row(store, delivery)["id"])
        before = store.receipts.drop(wanted, system_clock(), by=user_name(None))
    if before in _FINAL:
        _failed(f"delivery {wanted} {_FINAL[before]}; nothing was changed")
    print(f"{wanted} was {before} and is dropped; `monitor deliveries resend {wanted}` takes that back")


def send(context: typer.Context, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Send now what is due, as every cycle does at its end.

    Exit code 1: something could not be sent, or has waited for too long.
    """
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_pipeline

    as_json = inherited(context, "as_json", as_json)
    settings = load_settings(inherited(context, "config", config))
    # A terminal channel prints digests on standard output, which must hold nothing but JSON when JSON was asked for.
    speaking = redirect_stdout(sys.stderr) if as_json else nullcontext()
    with open_pipeline(settings, say=say) as pipeline, speaking:
        report = pipeline.deliver()
    if as_json:
        printing.print_json(report)
    else:
        printing.print_lines(printing.deliver_lines(report) or [("Sent", "nothing was due")])
    if report.postponed or report.dead or report.overdue:
        raise typer.Exit(FAILED)


def _list(config: Path, limit: int, state: str | None, person: str | None, *, as_json: bool) -> None:
    from monitor.cli import printing
    from monitor.pipeline.delivering import OVERDUE
    from monitor.wiring import load_settings, open_store, system_clock

    if state is not None and state not in STATES:
        _misused(f"there is no state {state!r} (known: {', '.join(STATES)})")
    now = system_clock()
    with open_store(load_settings(config)) as store:
        rows = store.receipts.listed(limit, state=state, person=person)
        overdue, oldest = store.outbox.overdue(now, now - OVERDUE)
    if as_json:
        printing.print_json(rows)
        return
    if rows:
        printing.table([_shown(row) for row in rows], _COLUMNS)
    else:
        print("nothing has been sent yet" if state is None and person is None else "there is no such delivery")
    if overdue and oldest is not None:
        print(printing.overdue_line(overdue, oldest))


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row for a terminal, on which what publishers wrote must not move the cursor."""
    from monitor.config.titles import one_line

    return {name: one_line(value, 80) if isinstance(value, str) else value for name, value in row.items()}


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
    if form in {Form.WIRE, Form.MAIL}:
        body: bytes | None = row["body"]
        if not body:
            _failed(f"what delivery {row['id']} handed to its channel is not kept; --as text shows what it said")
        if form is Form.MAIL and not _is_mail(body):
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


def _is_mail(body: bytes) -> bool:
    from email.parser import BytesHeaderParser

    return BytesHeaderParser().parsebytes(body).get("Message-ID") is not None


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


def _facts(row: Mapping[str, Any], digest: Sending | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"delivery": {name: value for name, value in row.items() if name != "body"}}
    if digest is None:
        return facts
    names = ("digest_id", "watch", "person", "why", "created_at", "trigger", "config", "model", "subject")
    about = {name: getattr(digest, name) for name in names}
    return facts | {"digest": about | {"articles": dict(digest.articles), "deliveries": list(digest.deliveries)}}


def _lines(row: Mapping[str, Any], digest: Sending | None) -> Iterator[tuple[str, str]]:
    """Yield what is known of a message, a line each."""
    from monitor.config.titles import one_line

    yield "delivery", f"{row['id']} to {one_line(str(row['recipient']))} on {row['channel']}"
    yield "subject", one_line(str(row["subject"]))
    yield "state", _state(row)
    if row["error"]:
        yield "error", one_line(str(row["error"]), 500)
    if row["place"]:
        yield "place", str(row["place"])
    if digest is None:
        return
    yield "digest", f"{digest.digest_id}, composed at {_time(digest.created_at)} for {digest.person}"
    yield "watch", digest.watch
    yield "why", f"{digest.why}: {one_line(digest.trigger, 500)}"
    yield "config", digest.config
    yield "model", digest.model
    others = [other for other in digest.deliveries if other["id"] != row["id"]]
    for other in others:
        yield "also", f"{other['id']} to {one_line(str(other['recipient']))} on {other['channel']}: {other['state']}"
    for article, content in digest.articles.items():
        yield "article", f"{article} {content}"
    yield "shown by", f"monitor deliveries show {row['id']} --as html|text|slack|json|mail|wire"


def _state(row: Mapping[str, Any]) -> str:
    times = "once" if row["attempts"] == 1 else f"{row['attempts']} times"
    tried = f", tried {times}" if row["attempts"] else ""
    reason = f" ({row['reason']})" if row["reason"] else ""
    when = row["sent_at"] or row["next_at"]
    at = f"{' at' if row['sent_at'] else ', next'} {_time(when)}" if when else ""
    return f"{row['state']}{reason}{at}{tried}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _failed(sentence: str) -> NoReturn:
    complain(sentence)
    raise typer.Exit(FAILED)


def _misused(sentence: str) -> NoReturn:
    complain(sentence)
    raise typer.Exit(MISUSED)
