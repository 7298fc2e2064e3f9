"""What a cycle tells, keeps for later and could not send is said in lines that a person can act on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from monitor.cli.options import time_of, typed
from monitor.cli.printing import deliver_lines, nothing_to_tell, overdue_line, plan_lines
from monitor.digests import Fate, Ruling
from monitor.pipeline.reports import DeliverReport, Failure, PlanReport, Waiting
from monitor.records import Held, Kind, Story
from tests.factories import make_digest

TUESDAY = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
WAITING = Waiting(watch="crypto-policy", person="me", timezone="Europe/Brussels", stories=6, next_at=TUESDAY)
HELD = Held(story_id="s1", headline="Boats\x1b[2J", reason="settling", message="told from 2026-11-24 07:00 on")


def ruling(fate: Fate, reason: str, message: str) -> Ruling:
    return Ruling(story=Story(id="s", members=()), fate=fate, kind=Kind.NEW, reason=reason, message=message)


KNOWN = ruling(Fate.KNOWN, "nothing-new", "told already")
MUTED = ruling(Fate.HELD, "muted", "the reader muted this watch until 2026-11-30 07:00; otherwise: not told before")


def test_what_waits_for_the_next_digest_is_said_with_its_day_and_zone() -> None:
    assert plan_lines(PlanReport(waiting=(WAITING,))) == [
        ("Digests", "none now; 6 stories wait; the next digest of crypto-policy for me comes on Tue 24 Nov 07:00 CET")
    ]
    assert plan_lines(PlanReport()) == [("Digests", "none: nothing new to tell")]


def test_each_person_for_whom_something_waits_has_a_line() -> None:
    other = replace(WAITING, person="bo", timezone="Asia/Kathmandu", stories=1)
    lines = plan_lines(PlanReport(waiting=(WAITING, other)))
    assert [name for name, _ in lines] == ["Digests", "  waiting", "  waiting"]
    assert lines[2][1] == "1 story waits; the next digest of crypto-policy for bo comes on Tue 24 Nov 11:45 UTC+05:45"
    assert [name for name, _ in plan_lines(PlanReport(digests=(make_digest(),), waiting=(WAITING,)))][2:] == [
        "  waiting"
    ]


def test_without_a_timetable_no_day_is_named() -> None:
    lines = plan_lines(PlanReport(waiting=(replace(WAITING, next_at=None),)))
    assert lines == [("Digests", "none now; 6 stories wait, of crypto-policy for me")]


def test_what_is_held_names_its_person_where_there_are_several_and_whose_clock_it_goes_by() -> None:
    one = ("crypto-policy", HELD)
    said = "Boats [2J: told from 2026-11-24 07:00 on"
    assert plan_lines(PlanReport(held=(one,)))[1] == ("  held", f"[crypto-policy] {said}")
    alone = plan_lines(PlanReport(held=(one,), held_for=("me",), waiting=(WAITING,)))
    assert alone[1] == ("  held", f"[crypto-policy] {said} (Europe/Brussels)")
    both = plan_lines(PlanReport(held=(one, one), held_for=("me", "bo"), waiting=(WAITING,)))
    assert [text for name, text in both if name == "  held"] == [
        f"[crypto-policy for me] {said} (Europe/Brussels)",
        f"[crypto-policy for bo] {said}",
    ]


def test_a_failure_names_its_delivery_and_is_one_sentence() -> None:
    failed = Failure(
        name="work", subject="ana@x.example", reason="refused", message="No such user.; it waits", id="ab12"
    )
    lines = deliver_lines(DeliverReport(dead=(failed,)))
    assert lines[1] == ("  dead", "work <ana@x.example> (ab12): refused; No such user; it waits")
    assert deliver_lines(DeliverReport(dead=(replace(failed, subject="", id=""),)))[1][1].startswith("work: refused; ")


def test_commands_in_sentences_name_the_folder_that_they_need() -> None:
    mine = Path("my own/config")
    assert typed(Path("config"), "check") == "monitor check"
    assert typed(mine, "check") == "monitor check --config 'my own/config'"
    report = DeliverReport(overdue=2, oldest=TUESDAY)
    assert deliver_lines(report)[0][1].endswith("`monitor deliveries list --state waiting` says why")
    assert overdue_line(2, TUESDAY, mine).endswith("--state waiting --config 'my own/config'` says why")


@pytest.mark.parametrize(
    ("rulings", "said"),
    [
        ([], "nothing to tell: no story of late matches"),
        ([KNOWN], "nothing to tell: 1 story of late, told already"),
        ([KNOWN, KNOWN], "nothing to tell: 2 stories of late, told already"),
        ([MUTED, MUTED], "nothing to tell: the reader muted this watch until 2026-11-30 07:00 (2 stories)"),
        ([KNOWN, MUTED], "nothing to tell: the reader muted this watch until 2026-11-30 07:00 (1 of 2 stories)"),
    ],
    ids=["none", "told", "all-told", "muted", "some-muted"],
)
def test_that_nothing_would_be_told_has_a_reason(rulings: list[Ruling], said: str) -> None:
    assert nothing_to_tell(rulings) == said


@pytest.mark.parametrize("given", ["0001-01-01", "9999-12-31", "1969-12-31T23:59Z", "2201-01-01", "nonsense"])
def test_a_time_far_from_ours_is_refused_as_no_time(given: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time; write it like 2026-11-22 08:00"):
        time_of(given)


@pytest.mark.parametrize("given", ["1970-01-01", "2200-12-31T23:59:59-12:00"])
def test_the_first_and_last_times_can_be_looked_at(given: str) -> None:
    assert time_of(given).isoformat().startswith(given[:10])
