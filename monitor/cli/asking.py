"""The queue behind `label --next`: which questions are asked, how they are shown, and what is done with the answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from random import SystemRandom
from typing import TYPE_CHECKING, Any

import typer

from monitor.cli.options import MISUSED, complain

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.store import Store
    from monitor.topics.asking import Question

_ANSWERS = {"y": True, "n": False}
_REASONS = 5
_PASSAGE = 600


def ask(settings: Settings, topic: str | None, count: int, by: str, *, as_json: bool) -> None:
    """Ask about a topic, or about the one with the fewest answers; or print the questions, one JSON line each."""
    from monitor.cli import printing
    from monitor.wiring import open_store

    if not as_json and not (sys.stdin.isatty() and sys.stdout.isatty()):
        complain(
            "--next asks on a terminal; elsewhere, --json prints the questions, and `monitor label URL TOPIC yes` or "
            "`monitor labels import` answers them"
        )
        raise typer.Exit(MISUSED)
    with open_store(settings) as store:
        asked = _questions(store, settings, topic, count)
    if not asked:
        of = f" for {topic}" if topic else ""
        complain(
            f"there is nothing to ask{of}: all scored articles of the last 30 days are answered, or none is scored"
        )
    elif as_json:
        for question in asked:
            print(printing.json_line(_facts(question)))
    else:
        _dialogue(settings, asked, by)


def _questions(store: Store, settings: Settings, topic: str | None, count: int) -> list[Question]:
    """Return what to ask about one topic: the one that is named, or the one with the fewest answers that has any."""
    from monitor.topics.answers import latest
    from monitor.topics.asking import SPAN, questions
    from monitor.wiring import system_clock

    model, now = store.judged.model(), system_clock()
    answered = [one.topic for one in latest(settings.labels)]
    for name in [topic] if topic else sorted((one.id for one in settings.topics), key=answered.count):
        judged = store.judged.outlines(name, model, now - SPAN) if model else []
        if model and (asked := questions(judged, settings.labels, count, SystemRandom(), now=now)):
            whole = store.judged.some([one.judged.id for one in asked], name, model)
            return [replace(one, judged=whole[one.judged.id]) for one in asked]
    return []


def _dialogue(settings: Settings, asked: Sequence[Question], by: str) -> None:
    """Ask on the terminal, and keep each answer before the next question."""
    from monitor.cli.labels import labels_file
    from monitor.config.labels import append_labels
    from monitor.topics.asking import answered
    from monitor.wiring import system_clock

    titles = {one.id: one.title for one in settings.topics}
    kept = 0
    try:
        for number, question in enumerate(asked, start=1):
            topic = question.judged.score.topic
            print(f"\n{number} of {len(asked)}, {topic}")
            _show(question)
            choice = _choice(f"Is it about {titles[topic]}? [y]es, [n]o, [s]kip, [q]uit: ")
            if choice == "q":
                break
            if choice in _ANSWERS:
                now = system_clock().replace(microsecond=0)
                append_labels(labels_file(settings), [answered(question, yes=_ANSWERS[choice], at=now, by=by)])
                kept += 1
                if question.chance is not None:
                    _tell(question)  # not before: whoever knows that it was rejected answers otherwise
    except (KeyboardInterrupt, EOFError):
        print()
    print(f"{kept} answered, kept in {labels_file(settings)}")


def _show(question: Question) -> None:
    from monitor.config.titles import one_line

    one, score = question.judged, question.judged.score
    print(f"  {one_line(one.title) or '(no title)'}")
    print(f"  {one_line(one.publisher)}, {one.published:%Y-%m-%d}: {one.url}")
    print(f"  {one_line(score.passage or one.text, _PASSAGE)}")
    if question.chance is None:
        _tell(question)


def _tell(question: Question) -> None:
    """Print what the model said of an article, and why."""
    from monitor.config.titles import one_line

    score = question.judged.score
    terms = sorted(
        (term for term in score.terms if term.text not in {"(bias)", "(others)"}), key=lambda t: -abs(t.weight)
    )
    because = ", ".join(f"{one_line(term.text, 60)} {term.weight:+.2f}" for term in terms[:_REASONS])
    why = "drawn by lot from what was rejected" if question.chance is not None else "the model is unsure"
    print(f"  {why}: score {score.score:.3f}, threshold {score.threshold:.3f}: {because}")


def _choice(prompt: str) -> str:
    """Return the first letter of what the person says, asking again until it is one of those offered."""
    while True:
        said = input(prompt).strip().lower()[:1]
        if said and said in "ynsq":
            return said


def _facts(question: Question) -> dict[str, Any]:
    """Return a question as a line that `labels import` takes once it has a `label`."""
    from monitor.topics.answers import cut

    one, score = question.judged, question.judged.score
    return {
        "title": one.title,
        "text": cut(one.text),
        "topic": score.topic,
        "url": one.url,
        "asked": question.asked,
        "chance": question.chance,
        "score": score.score,
        "model": one.model,
        "publisher": one.publisher,
        "published": one.published,
        "passage": score.passage,
        "probability": score.probability,
        "threshold": score.threshold,
        "terms": score.terms,
    }
