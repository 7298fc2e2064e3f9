"""`stories why`: each rule asked of a story, with its numbers, for each watch and person, told or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, LocalAtOption, moment

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.digests import Ruling
    from monitor.pipeline import Pipeline
    from monitor.pipeline.planning import Judged
    from monitor.records import Outcome, Score
    from monitor.store import Store

PersonOption = Annotated[str | None, typer.Option("--as", metavar="PERSON", help="Only for this person.")]
WatchOption = Annotated[str | None, typer.Option(help="Only by this watch's rules.")]


def why_story(
    story: Annotated[
        str, typer.Argument(metavar="STORY", help="Id of a story, or at least its first four characters.")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    watch: WatchOption = None,
    person: PersonOption = None,
    at: LocalAtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what each watch's rules make of a story, rule by rule, and what was decided and told before."""
    from monitor.cli import printing
    from monitor.pipeline.cutting import named_story
    from monitor.wiring import known_person, known_watch, load_settings, open_pipeline

    settings = load_settings(config)
    if watch is not None:
        known_watch(settings, watch)
    zones = {one.id: one.timezone for one in settings.people}
    zone = zones[known_person(settings, person, watch)] if person else "UTC"
    with open_pipeline(settings, clock=moment(at, zone)) as pipeline:
        reasons = reasons_of(pipeline, settings, named_story(pipeline.tools.store, story), watch=watch, person=person)
    if as_json:
        printing.print_json(reasons)
        return
    for line in reason_lines(reasons):
        print(line)


def reasons_of(
    pipeline: Pipeline, settings: Settings, story: str, *, watch: str | None = None, person: str | None = None
) -> dict[str, Any]:
    """Return what the rules make of a story now, and what became of it before, ready to be printed."""
    store: Any = pipeline.tools.store
    judged = pipeline.why(story, watch=watch, person=person)
    subjects = [f"{story} {one.person} {one.watch}" for one in judged]
    before: dict[str, Outcome] = {outcome.subject: outcome for outcome in store.ledger.about(subjects)}
    near = _near(store, settings, story) if any(one.ruling is None for one in judged) else {}
    rows = [
        {
            "watch": one.watch,
            "person": one.person,
            "now": _now(one.ruling) if one.ruling else _unmatched(settings, one, near),
            "checks": one.ruling.checks if one.ruling else (),
            "before": before.get(f"{story} {one.person} {one.watch}"),
            "told": one.told,
        }
        for one in judged
    ]
    return {"story": story, "judged": rows, "digests": store.receipts.of_story(story)}


def reason_lines(reasons: dict[str, Any]) -> Iterator[str]:
    """Yield the lines for a person: the verdict, the rules behind it, and what was sent."""
    for row in reasons["judged"]:
        now = row["now"]
        yield f"[{row['watch']}] for {row['person']}: {now['fate']} ({now['reason']}): {now['message']}"
        for check in row["checks"]:
            yield f"  {'pass' if check.passed else 'fail'}  {check.rule:<12} {check.message}"
        if row["told"] is not None:
            told = row["told"]
            yield f"  told  {len(told.article_ids)} articles of it, last on {told.last_at:%Y-%m-%d %H:%M} UTC"
        if row["before"] is not None:
            before = row["before"]
            yield f"  decided on {before.at:%Y-%m-%d %H:%M} UTC: {before.outcome} ({before.reason})"
    for digest in reasons["digests"]:
        states = ", ".join(f"{delivery} {state}" for delivery, state in digest["states"].items())
        told = f"{digest['why']} of {digest['at']:%Y-%m-%d %H:%M} UTC by {digest['watch']} for {digest['person']}"
        yield f"digest {digest['digest']}, {told}: {states or 'no deliveries'}"


def _now(ruling: Ruling) -> dict[str, Any]:
    return {
        "fate": ruling.fate.value,
        "kind": ruling.kind.value,
        "major": ruling.major,
        "reason": ruling.reason,
        "message": ruling.message,
        "numbers": ruling.numbers,
    }


def _unmatched(settings: Settings, judged: Judged, near: dict[str, Score]) -> dict[str, Any]:
    """Return why a watch does not count any article of the story, with the best score there was."""
    topics = next(watch.topics for watch in settings.watches if watch.id == judged.watch)
    said = [f"{topic} {near[topic].score:.3f} of {near[topic].threshold:.3f}" for topic in topics if topic in near]
    best = f"; its best scores: {', '.join(said)}" if said else ""
    message = f"no recent article of it matched this watch's topics{best}"
    return {"fate": "held", "kind": "new", "major": False, "reason": "no-match", "message": message, "numbers": {}}


def _near(store: Store, settings: Settings, story: str) -> dict[str, Score]:
    """Return the highest score of any of the story's articles, by topic."""
    best: dict[str, Score] = {}
    found = store.stories.story(story, [topic.id for topic in settings.topics])
    for member in found.members if found else ():
        scores: Sequence[Score] = store.articles.scores_of(member.article.id)
        for score in scores:
            if score.topic not in best or score.score > best[score.topic].score:
                best[score.topic] = score
    return best
