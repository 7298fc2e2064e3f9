"""What a poll brought is told in lines: counts first, then what a person may have to mend."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.cli.printing import poll_lines, score_lines
from monitor.pipeline.reports import Failure, Notice, PollReport, ScoreReport


def test_feeds_that_were_held_and_news_of_feeds_have_their_lines() -> None:
    report = PollReport(
        asked=3,
        changed=2,
        held=1200,
        failed=(Failure(name="F", subject="https://f.example/", reason="http-404", message="not found"),),
        notices=(
            Notice(feed="f", kind="dead", message="it has not answered since Friday: \x1b[2J\r\nnot found"),
            Notice(feed="g", kind="revived", message="it answers again"),
        ),
    )
    assert poll_lines(report) == [
        ("Feeds", "3 asked: 2 with news, 0 unchanged, 1 failed; 0 new entries"),
        ("  failed", "F <https://f.example/>: not found"),
        ("  held", "1,200 feeds not asked yet, because their publisher wants a pause"),
        ("  dead", "f: it has not answered since Friday: [2J not found"),
        ("  revived", "g: it answers again"),
    ]


def test_when_all_feeds_that_are_due_are_held_nobody_says_that_none_is_due() -> None:
    report = PollReport(held=1, next_due=datetime(2026, 11, 22, 8, 0, tzinfo=UTC))
    assert poll_lines(report)[0] == ("Feeds", "none was asked")
    assert poll_lines(report)[1] == ("  held", "1 feed not asked yet, because its publisher wants a pause")


def test_when_none_is_due_the_next_one_is_named() -> None:
    report = PollReport(next_due=datetime(2026, 11, 22, 8, 0, tzinfo=UTC))
    assert poll_lines(report) == [("Feeds", "none is due; the next one at 08:00 UTC (--all asks them all the same)")]


def test_labels_that_wait_for_a_training_are_told_with_the_command() -> None:
    assert score_lines(ScoreReport(waiting=12))[1:] == [("  labels", "12 new labels wait: monitor train")]
    assert score_lines(ScoreReport(waiting=1, gone=2))[1:] == [
        ("  labels", "1 new label waits: monitor train; 2 labels are gone")
    ]
    assert score_lines(ScoreReport(gone=1))[1:] == [("  labels", "1 label is gone")]
    assert score_lines(ScoreReport(decided=("changed topic files: a", "golden set: 0 of 1")))[1:] == [
        ("  model", "changed topic files: a"),
        ("  model", "golden set: 0 of 1"),
    ]
    assert score_lines(ScoreReport(waiting=1))[1:] == [("  labels", "1 new label waits: monitor train")]
    assert len(score_lines(ScoreReport())) == 1
