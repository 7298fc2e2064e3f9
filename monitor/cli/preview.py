"""What a topic would match: a model trained on the spot, the newest articles in order, and where the line falls."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from monitor.cli.options import MISUSED, complain
from monitor.config.titles import one_line

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.pipeline.champion import Texts
    from monitor.records import Document, Label, Score, Term, Topic
    from monitor.topics import TopicModel

NEAR_MISSES = 5
POSITIVE_SHOWN, NEGATIVE_SHOWN = 5, 2
FEW = 50
"""Articles below which a preview says little."""

_WEEK = timedelta(weeks=1)
_SHORTEST_SPAN = timedelta(days=2)
_NO_WORDS = frozenset({"(bias)", "(others)"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A topic's verdict on some articles: those it would match and the nearest misses, each best first."""

    topic: Topic
    stage: str
    threshold: float
    labels: tuple[int, int]
    notes: tuple[str, ...]
    articles: int
    unjudged: Counter[str]
    matches: tuple[tuple[Document, Score], ...]
    misses: tuple[tuple[Document, Score], ...]
    first: datetime | None
    last: datetime | None

    @property
    def per_week(self) -> float | None:
        """Matches a week, or None when the articles span less than two days."""
        if self.first is None or self.last is None or self.last - self.first < _SHORTEST_SPAN:
            return None
        return round(len(self.matches) / ((self.last - self.first) / _WEEK), 1)


def look(folder: Path, named: str, last: int, source: Path | None) -> Preview:
    """Return the preview of a topic by its id or its file, on the newest `last` stored articles or on a file of texts.

    The model is trained as a cycle would, on the same ordinary news. A topic file and a file of texts need no
    configuration. Raises ConfigError and ModelError.
    """
    from monitor.topics.background import start_background
    from monitor.topics.version import settled

    is_file = named.endswith(".toml") or os.sep in named
    given = _given(source) if source is not None else None
    if is_file and given is not None and not (folder / "monitor.toml").is_file():
        topic, labels = _from_file(Path(named)), []
        background, weeks, documents = [*start_background(), *given], None, given
    else:
        settings, texts, newest = _stored(folder, last)
        topic = _from_file(Path(named)) if is_file else _known(settings, named)
        labels = settled([label for label in settings.labels if label.topic == topic.id])
        background, weeks, documents = list(texts.documents), texts.weeks, newest if given is None else given
    from monitor.topics import train

    return previewed(train([topic], labels, background, weeks=weeks), documents, labels)


def _given(source: Path) -> list[Document]:
    from monitor.cli.filters import _documents

    return list(_documents(source))


def _stored(folder: Path, last: int) -> tuple[Settings, Texts, list[Document]]:
    from monitor.wiring import champion, load_settings, open_store

    settings = load_settings(folder)
    with open_store(settings) as store:
        return settings, champion(settings, store).texts(), store.models.archive(last)


def _from_file(file: Path) -> Topic:
    from monitor.config import read_topic
    from monitor.errors import ConfigError, Fault

    faults: list[Fault] = []
    topic = read_topic(file, faults)
    if topic is None:
        raise ConfigError(str(file), faults)
    return topic


def _known(settings: Settings, named: str) -> Topic:
    from monitor.config.faults import nearest

    for topic in settings.topics:
        if topic.id == named:
            return topic
    known = [topic.id for topic in settings.topics]
    advice = nearest(named, known) or f" (known: {', '.join(known)})"
    complain(f"there is no topic {one_line(named)!r}{advice}; `monitor topics new NAME` writes one")
    raise typer.Exit(MISUSED)


def previewed(model: TopicModel, documents: Sequence[Document], labels: Sequence[Label]) -> Preview:
    """Score documents with a model of one topic; `labels` are those that the model learned from."""
    head = model.heads[0]
    pairs = list(zip(documents, model.score(documents), strict=True))
    judged = sorted((pair for pair in pairs if not pair[1].reason), key=lambda pair: (-pair[1].score, pair[0].id))
    rejected = [pair for pair in judged if not pair[1].matched]
    dates = [document.published for document in documents if document.published is not None]
    yes = sum(label.label for label in labels)
    return Preview(
        topic=head.topic,
        stage="cold" if head.cold else "labelled",
        threshold=head.threshold,
        labels=(yes, len(labels) - yes),
        notes=head.notes,
        articles=len(documents),
        unjudged=Counter(score.reason for _, score in pairs if score.reason),
        matches=tuple(pair for pair in judged if pair[1].matched),
        misses=tuple(rejected[:NEAR_MISSES]),
        first=min(dates, default=None),
        last=max(dates, default=None),
    )


def facts(preview: Preview, limit: int) -> dict[str, Any]:
    """Return a preview under names that stay."""
    return {
        "topic": preview.topic.id,
        "title": preview.topic.title,
        "stage": preview.stage,
        "labels": {"yes": preview.labels[0], "no": preview.labels[1]},
        "threshold": preview.threshold,
        "articles": preview.articles,
        "from": preview.first,
        "until": preview.last,
        "matched": len(preview.matches),
        "per_week": preview.per_week,
        "unjudged": dict(sorted(preview.unjudged.items())),
        "notes": preview.notes,
        "matches": [_fact(*pair) for pair in preview.matches[:limit]],
        "near_misses": [_fact(*pair) for pair in preview.misses],
    }


def lines(preview: Preview, limit: int) -> Iterator[str]:
    """Yield a preview for a person, the best match first."""
    yes, no = preview.labels
    stage = f"{yes} yes and {no} no" if preview.stage == "labelled" else "cold: a ranking, no probability"
    yield f"{one_line(preview.topic.title)} ({preview.topic.id}; {stage})"
    span = f", {preview.first:%Y-%m-%d} to {preview.last:%Y-%m-%d}" if preview.first and preview.last else ""
    rate = f", about {preview.per_week:g} a week" if preview.per_week is not None else ""
    yield f"{len(preview.matches):,} of {preview.articles:,} articles{span} would match{rate}"
    for note in preview.notes:
        yield f"note: {note}"
    for reason, count in sorted(preview.unjudged.items()):
        yield f"{count:,} could not be judged: {reason}"
    yield ""
    for pair in preview.matches[:limit]:
        yield from _shown(*pair)
    if len(preview.matches) > limit:
        yield f"… and {len(preview.matches) - limit:,} more (--limit shows more)"
    if preview.articles:
        yield f"----- {preview.threshold:.3f} is the line between matches and near misses -----"
    for pair in preview.misses:
        yield from _shown(*pair)


def reasons(terms: Sequence[Term]) -> tuple[list[Term], list[Term]]:
    """Return the strongest contributions for and against, each the strongest first."""
    told = sorted((term for term in terms if term.text not in _NO_WORDS), key=lambda term: -abs(term.weight))
    speaking_for = [term for term in told if term.weight > 0][:POSITIVE_SHOWN]
    return speaking_for, [term for term in told if term.weight < 0][:NEGATIVE_SHOWN]


def _shown(document: Document, score: Score) -> Iterator[str]:
    where = ", ".join(
        part
        for part in (
            one_line(document.source, 60),
            f"{document.published:%Y-%m-%d}" if document.published else "",
        )
        if part
    )
    yield f"{score.score:.3f}  {one_line(document.title) or '(no title)'}{f'  [{where}]' if where else ''}"
    if passage := one_line(score.passage, 300):
        yield f"       {passage}"
    terms = [f"{one_line(term.text, 60)} {term.weight:+.2f}" for side in reasons(score.terms) for term in side]
    yield f"       because: {', '.join(terms) or 'nothing it knows'}"


def _fact(document: Document, score: Score) -> dict[str, Any]:
    speaking_for, against = reasons(score.terms)
    return {
        "id": document.id,
        "title": document.title,
        "publisher": document.source,
        "published": document.published,
        "score": score.score,
        "probability": score.probability,
        "passage": score.passage,
        "for": [{"text": term.text, "weight": round(term.weight, 6)} for term in speaking_for],
        "against": [{"text": term.text, "weight": round(term.weight, 6)} for term in against],
    }
