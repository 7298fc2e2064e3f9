"""Reports as plain lines for a person, or as JSON for a program."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.cli.options import DEFAULT_CONFIG, typed
from monitor.config.titles import one_line
from monitor.digests import Fate, Ruling
from monitor.messages.words import zone_name, zone_of
from monitor.pipeline.reports import (
    CompareReport,
    CycleReport,
    DeliverReport,
    Failure,
    GroupReport,
    PlanReport,
    PollReport,
    ReadReport,
    ScoreReport,
    Waiting,
)

HELD_SHOWN = 8

DEAD_COUNTED = 1000
"""More messages that could not be sent are not counted."""

_TIME_OF_DAY = re.compile(r"\b\d{2}:\d{2}\b")


def json_line(value: Any, *, indent: int | None = None) -> str:  # noqa: ANN401 - anything a report holds
    """Return records, times and mappings as one JSON text."""
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=indent)


def print_json(value: Any) -> None:  # noqa: ANN401 - anything a report holds
    """Print a value as indented JSON."""
    print(json_line(value, indent=2))


def print_cycle(report: CycleReport, config: Path = DEFAULT_CONFIG) -> None:
    """Print what a cycle did, a line for each step, then everything that did not work.

    `config` is the folder that the commands in its sentences are to read.
    """
    lines = [
        *poll_lines(report.poll),
        *read_lines(report.read),
        *compare_lines(report.compare),
        *score_lines(report.score),
        *group_lines(report.group),
        *plan_lines(report.plan),
        *deliver_lines(report.deliver, config),
    ]
    print_lines(lines)


def print_lines(lines: Iterable[tuple[str, str]]) -> None:
    """Print two columns: what, and what of it."""
    for name, text in lines:
        print(f"{name:<10} {text}".rstrip())


def poll_lines(report: PollReport) -> list[tuple[str, str]]:
    """Return the lines of the poll step, with what there is to know about the feeds themselves."""
    lines = _asked_lines(report)
    if report.held:
        whose = (
            "1 feed not asked yet, because its"
            if report.held == 1
            else f"{report.held:,} feeds not asked yet, because their"
        )
        lines.append(("  held", f"{whose} publisher wants a pause"))
    lines += [(f"  {notice.kind}", f"{notice.feed}: {one_line(notice.message, 500)}") for notice in report.notices]
    if report.offline:
        lines.append(("", "Most feeds failed alike: is this machine online? Nothing is lost; run again later."))
    return lines


def _asked_lines(report: PollReport) -> list[tuple[str, str]]:
    if not report.asked:
        when = f"; the next one {_clock(report.next_due)}" if report.next_due else ""
        why = "none was asked" if report.held else f"none is due{when} (--all asks them all the same)"
        return [("Feeds", why)]
    entries = f"{report.entries_new} new entries"
    entries += f", {report.entries_edited} edited" if report.entries_edited else ""
    entries += f", {report.entries_backlog} kept as backlog" if report.entries_backlog else ""
    counts = f"{report.asked} asked: {report.changed} with news, {report.unchanged} unchanged"
    lines = [("Feeds", f"{counts}, {len(report.failed)} failed; {entries}")]
    return lines + [("  failed", f"{failure.name} <{failure.subject}>: {failure.message}") for failure in report.failed]


def read_lines(report: ReadReport) -> list[tuple[str, str]]:
    """Return the lines of the read step."""
    text = f"{report.pages} read from their pages, {report.from_feed} from the feed's own words"
    text += f", {report.repeated} known from another feed" if report.repeated else ""
    text += f", {report.revised} read again and changed" if report.revised else ""
    text += f", {report.over_budget} left for a later cycle" if report.over_budget else ""
    doubtful = ", ".join(f"{count} {reason}" for reason, count in sorted(report.doubtful.items()))
    lines = [("Articles", text), *([("  doubtful", doubtful)] if doubtful else [])]
    return lines + _failures("  waiting", report.postponed)


def compare_lines(report: CompareReport) -> list[tuple[str, str]]:
    """Return the line of the compare step, when it found anything."""
    if not report.copies and not report.furnished:
        return []
    said = [f"{report.copies} of {report.articles} copy another article"] if report.copies else []
    said += [f"{report.furnished} carry what their site repeats on every page"] if report.furnished else []
    return [("Copies", "; ".join(said))]


def score_lines(report: ScoreReport) -> list[tuple[str, str]]:
    """Return the line of the score step, and one about labels not learned yet or gone."""
    found = ", ".join(f"{title} {count}" for title, count in sorted(report.matched.items()))
    scored = f"{report.articles} scored; {found or 'no match'}" if report.articles else "no new article to score"
    lines = [("Topics", scored), *(("  model", reason) for reason in report.decided)]
    waiting, gone = report.waiting, report.gone
    said = [("1 new label waits" if waiting == 1 else f"{waiting:,} new labels wait") + ": monitor train"] * bool(
        waiting
    )
    said += ["1 label is gone" if gone == 1 else f"{gone:,} labels are gone"] * bool(gone)
    return [*lines, ("  labels", "; ".join(said))] if said else lines


def group_lines(report: GroupReport) -> list[tuple[str, str]]:
    """Return the line of the group step."""
    merged = f", {report.stories_merged} merged into another" if report.stories_merged else ""
    return [("Stories", f"{report.stories_new} new, {report.stories_grown} grown{merged}")]


def plan_lines(report: PlanReport) -> list[tuple[str, str]]:
    """Return the lines of the plan step: what is told, what waits until when, and what was held back and why."""
    lines = [("Digests", str(len(report.digests)) if report.digests else _nothing_now(report))]
    for digest in report.digests:
        kinds = [item.kind.value for item in digest.items]
        counts = (
            f"{kinds.count('new')} new, {kinds.count('update')} updated" if kinds else "nothing to tell, as asked for"
        )
        lines.append(("  digest", f"{digest.watch_title} for {digest.person_id}: {counts}"))
    if report.digests or len(report.waiting) > 1:
        lines += [("  waiting", _waits(one)) for one in report.waiting]
    lines += _held_lines(report)
    if len(report.held) > HELD_SHOWN:
        lines.append(("", f"and {len(report.held) - HELD_SHOWN} more held back"))
    return lines


def nothing_to_tell(rulings: Sequence[Ruling]) -> str:
    """Return that a person would be told nothing, and the reason for most of the stories that could be told."""
    if not rulings:
        return "nothing to tell: no story of late matches"
    open_ = [ruling for ruling in rulings if ruling.fate is not Fate.KNOWN]
    if not open_:
        return f"nothing to tell: {_stories(len(rulings))} of late, told already"
    (reason, count), *_ = Counter(ruling.reason for ruling in open_).most_common(1)
    # What else the rules would say does not matter while something holds the story back.
    message = next(ruling.message for ruling in open_ if ruling.reason == reason).partition("; otherwise: ")[0]
    others = f" of {len(rulings):,}" if count < len(rulings) else ""
    return (
        f"nothing to tell: {one_line(message, 500)} ({count:,}{others} {'story' if len(rulings) == 1 else 'stories'})"
    )


def _nothing_now(report: PlanReport) -> str:
    if report.trouble:
        return report.trouble
    if len(report.waiting) == 1:
        return f"none now; {_waits(report.waiting[0])}"
    return "none now" if report.waiting else "none: nothing new to tell"


def _waits(waiting: Waiting) -> str:
    """Return "6 stories wait; the next digest of crypto-policy for me comes on Tue 24 Nov 07:00 CET"."""
    wait = f"{_stories(waiting.stories)} {'waits' if waiting.stories == 1 else 'wait'}"
    whose = f"of {waiting.watch} for {waiting.person}"
    if waiting.next_at is None:
        return f"{wait}, {whose}"
    there = waiting.next_at.astimezone(zone_of(waiting.timezone))
    return f"{wait}; the next digest {whose} comes on {there:%a} {there.day} {there:%b %H:%M} {zone_name(there)}"


def _stories(count: int) -> str:
    return "1 story" if count == 1 else f"{count:,} stories"


def _held_lines(report: PlanReport) -> Iterator[tuple[str, str]]:
    """Yield the stories that were held back, with their person where there are several, and whose clock says times."""
    people = report.held_for or ("",) * len(report.held)
    zones = {(one.watch, one.person): one.timezone for one in report.waiting}
    several = len(set(people)) > 1
    for (watch, held), person in list(zip(report.held, people, strict=True))[:HELD_SHOWN]:
        whose = f"[{watch} for {person}]" if several else f"[{watch}]"
        zone = zones.get((watch, person), "")
        clock = f" ({zone})" if zone and _TIME_OF_DAY.search(held.message) else ""
        yield "  held", f"{whose} {one_line(held.headline)}: {one_line(held.message, 500)}{clock}"


def deliver_lines(report: DeliverReport, config: Path = DEFAULT_CONFIG) -> list[tuple[str, str]]:
    """Return the lines of the deliver step; `config` is the folder that the commands in them are to read."""
    lines = [("Sent", str(len(report.sent)))] if report.sent or report.postponed or report.dead else []
    lines += [("  sent", f"{sent.channel} to {sent.recipient}: {sent.place}") for sent in report.sent]
    lines += [*_failures("  waiting", report.postponed), *_failures("  dead", report.dead)]
    if report.overdue and report.oldest:
        lines.append(("  overdue", overdue_line(report.overdue, report.oldest, config)))
    return lines


def overdue_line(count: int, oldest: datetime, config: Path = DEFAULT_CONFIG) -> str:
    """Return the alarm about deliveries that should have been sent a while ago."""
    which = "1 message has waited" if count == 1 else f"{count:,} messages have waited, the first"
    why = typed(config, "deliveries", "list", "--state", "waiting")
    return f"{which} since {oldest:%Y-%m-%d %H:%M} UTC; `{why}` says why"


def dead_lines(store: Any, config: Path = DEFAULT_CONFIG) -> list[tuple[str, str]]:  # noqa: ANN401 - no port has receipts
    """Return the line about messages that were given up and wait for a person, as long as there are any."""
    count = len(store.receipts.listed(DEAD_COUNTED + 1, state="dead"))
    if not count:
        return []
    shown = "1 message" if count == 1 else f"{min(count, DEAD_COUNTED):,} messages"
    more = "over " if count > DEAD_COUNTED else ""
    why = typed(config, "deliveries", "list", "--state", "dead")
    return [("Dead", f"{more}{shown} could not be sent; `{why}` says why")]


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows as a table: with rules and colours on a terminal, as plain columns elsewhere."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE if sys.stdout.isatty() else None, pad_edge=False)
    for column in columns:
        drawn.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(_cell(row.get(column))) for column in columns))
    Console(width=None if sys.stdout.isatty() else 200, highlight=False).print(drawn)


def _cell(value: Any) -> str:  # noqa: ANN401 - anything a row holds
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def _failures(name: str, failures: Iterable[Failure]) -> list[tuple[str, str]]:
    return [(name, _failure(failure)) for failure in failures]


def _failure(failure: Failure) -> str:
    what = f"{failure.name} <{failure.subject}>" if failure.subject else failure.name
    named = f" ({failure.id})" if failure.id else ""
    # A server's own sentence ends with a full stop, and something may have been said after it.
    said = one_line(failure.message, 500).replace(".; ", "; ")
    return f"{what}{named}: {failure.reason}; {said}"


def _clock(moment: datetime) -> str:
    return f"at {moment:%H:%M} UTC"


def _plain(value: Any) -> Any:  # noqa: ANN401 - json's own signature
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
