"""`explain`: what the monitor knows of an article, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.options import DEFAULT_CONFIG, FAILED, ConfigOption, JsonOption, complain

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.records import Article, Outcome, Score
    from monitor.store import Store


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(explain)


def explain(
    url: Annotated[str, typer.Argument(help="The article's address.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Say what became of one article: each step's outcome, its reason and its numbers, and what each rule says now."""
    from monitor.cli import printing, reasons
    from monitor.feeds import canonical_url
    from monitor.wiring import load_settings, open_pipeline

    settings = load_settings(config)
    with open_pipeline(settings) as pipeline:
        store: Any = pipeline.tools.store
        told = _explained(store, settings, canonical_url(url))
        told["rules"] = reasons.reasons_of(pipeline, settings, told["story"]) if told["story"] else None
    if not told["outcomes"]:
        complain(f"{url}: no feed has named this address")
        raise typer.Exit(FAILED)
    if as_json:
        printing.print_json(told)
        return
    shown = ("title", "publisher", "published", "read", "copy", "edited", "story")
    printing.print_lines([(key, str(told[key])) for key in shown if told[key]])
    columns = ("step", "outcome", "reason", "numbers", "model", "at")
    printing.table([_outcome_row(outcome, columns) for outcome in told["outcomes"]], columns)
    for score in told["scores"]:
        for line in _score_lines(score, told["model"]):
            print(line)
    for line in reasons.reason_lines(told["rules"]) if told["rules"] else ():
        print(line)


def _explained(store: Store, settings: Settings, url: str) -> dict[str, Any]:
    article, entries = store.articles.find(url)
    subjects = list(entries)
    story = None
    scores: list[Score] = []
    model = None
    if article is not None:
        story = store.stories.story_of(article.id)
        subjects.append(article.id)
        scores = store.articles.scores_of(article.id)
        model = store.articles.scored_by(article.id)
    if story is not None:
        subjects += [f"{story} {person} {watch.id}" for watch in settings.watches for person in watch.people]
    return {
        "url": url,
        "title": article.title if article else None,
        "publisher": article.publisher if article else None,
        "published": article.published if article else None,
        **(_text_facts(store, article) if article else {"read": None, "copy": None, "edited": None}),
        "story": story,
        "outcomes": store.ledger.about(subjects),
        "scores": scores,
        "model": model,
    }


def _score_lines(score: Score, model: str | None) -> Iterator[str]:
    """Yield what was found of one topic: the verdict, what adds up to it, and the passage that carries it."""
    verdict = score.reason or ("matched" if score.matched else "no match")
    stage = "cold, " if score.probability is None else ""
    yield f"{score.topic}: {score.score:.3f} ({stage}threshold {score.threshold:.3f}, {verdict}; model {model})"
    yield f"  {', '.join(f'{term.text} {term.weight:+.2f}' for term in score.terms)} = logit {score.logit:+.2f}"
    if score.parts and score.passage:
        yield f"  passage {score.part} of {score.parts}: {score.passage}"


def _text_facts(store: Store, article: Article) -> dict[str, Any]:
    """Return how much of an article was read, whose words it has, and how often they changed, in words."""
    doubt = f", {article.reason}" if article.reason else ""
    read = f"{article.quality}: {article.words:,} words, from {article.method}{doubt}"
    original = store.articles.known([article.copy_of]).get(article.copy_of) if article.copy_of else None
    copy = f"{article.copy_share:.0%} of it stands in {original.url} ({original.publisher})" if original else None
    readings = store.articles.earlier(article.id)
    times = f"{len(readings)} time{'s' if len(readings) != 1 else ''}"
    edited = f"{times}, last seen {readings[-1]['until']:%Y-%m-%d %H:%M} UTC" if readings else None
    return {"read": read, "copy": copy, "edited": edited}


def _outcome_row(outcome: Outcome, columns: tuple[str, ...]) -> dict[str, Any]:
    row = {name: getattr(outcome, name) for name in columns}
    return row | {"numbers": ", ".join(f"{name} {value}" for name, value in outcome.numbers.items() if value != "")}
