"""One delivery for a person to read: what became of it, and what it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.cli.options import typed
from monitor.config.titles import one_line

if TYPE_CHECKING:
    from monitor.records import Article, Sending


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row for a terminal, on which what publishers wrote must not move the cursor."""
    return {name: one_line(value, 80) if isinstance(value, str) else value for name, value in row.items()}


def facts(row: Mapping[str, Any], digest: Sending | None, known: Mapping[str, Article]) -> dict[str, Any]:
    """Return what is known of a delivery under names that stay; `known` are the articles that are still there."""
    told: dict[str, Any] = {"delivery": {name: value for name, value in row.items() if name != "body"}}
    if digest is None:
        return told
    names = ("digest_id", "watch", "person", "why", "created_at", "trigger", "config", "model", "subject")
    about = {name: getattr(digest, name) for name in names}
    sources = [
        {"id": name, "title": known[name].title, "url": known[name].url} for name in digest.articles if name in known
    ]
    articles = {"articles": dict(digest.articles), "sources": sources}
    return told | {"digest": about | articles | {"deliveries": list(digest.deliveries)}}


def lines(
    row: Mapping[str, Any], digest: Sending | None, known: Mapping[str, Article], config: Path
) -> Iterator[tuple[str, str]]:
    """Yield what is known of a delivery, a line each; `config` is the folder that commands are to read."""
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
        if article in known:
            yield "", f"{one_line(known[article].title) or '(no title)'} <{one_line(known[article].url, 2000)}>"
    yield "shown by", f"{typed(config, 'deliveries', 'show', str(row['id']))} --as {'|'.join(_forms(row['body']))}"


def _forms(body: bytes) -> tuple[str, ...]:
    """Return the forms in which a message can be shown, whatever its channel was handed."""
    handed = ("wire",) if body else ()
    return ("html", "text", "slack", "json", *(("mail",) if body and is_mail(body) else ()), *handed)


def _state(row: Mapping[str, Any]) -> str:
    times = "once" if row["attempts"] == 1 else f"{row['attempts']} times"
    tried = f", tried {times}" if row["attempts"] else ""
    reason = f" ({row['reason']})" if row["reason"] else ""
    when = row["sent_at"] or row["next_at"]
    at = f"{' at' if row['sent_at'] else ', next'} {_time(when)}" if when else ""
    return f"{row['state']}{reason}{at}{tried}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def is_mail(body: bytes) -> bool:
    """Say whether what a channel was handed is an e-mail."""
    from email.parser import BytesHeaderParser

    return BytesHeaderParser().parsebytes(body).get("Message-ID") is not None
