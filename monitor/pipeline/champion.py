"""The model in charge, which changes by decisions only.

The newest decision names it. Two changes are decided at once, because nothing could be judged otherwise: there is no
model yet, or the user changed topic files. New labels of other topics wait for a training and its rules of promotion.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from monitor import topics
from monitor.errors import BusyError, ModelError
from monitor.pipeline.changes import changes, plain
from monitor.pipeline.reports import TopicChanges
from monitor.pipeline.shelf import Shelf
from monitor.ports import Scorer, Store
from monitor.records import Decision, Document, Label, Score, Topic, Training
from monitor.topics import lineage

if TYPE_CHECKING:
    from monitor.topics import TopicModel

ARCHIVE = 2_000
"""Stored articles, the newest, that join the shipped background."""

TEXT = 3_000
"""Characters of each."""

FEWEST_FOR_RATE = 200
"""Stored articles that say how much news a week brings; fewer do not."""

WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
ATTEMPTS = 3


def _train(
    given: Sequence[Topic],
    labels: Sequence[Label],
    background: Sequence[Document],
    weeks: float | None,
    base: TopicModel | None,
) -> TopicModel:
    return topics.train(given, labels, background, weeks=weeks, base=base)


def weeks_of(dates: Sequence[datetime]) -> float | None:
    """Return how many weeks of news articles with these dates are; None when it is under one, or too few to say.

    A pause of more than a day counts as one day, so that neither an old date nor a monitor that was off for a month
    makes the news look rarer than it is.
    """
    if len(dates) < FEWEST_FOR_RATE:
        return None
    ordered = sorted(dates)
    span = sum((min(after - before, DAY) for before, after in pairwise(ordered)), timedelta(0)) / WEEK
    return round(span, 1) if span >= 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Ordinary news to train with: the shipped texts and the newest of our own, and how many weeks those span."""

    documents: tuple[Document, ...]
    weeks: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A model that was trained and is not kept yet; `after` is the number of the decision that stood then.

    `changes` are those to the model that stood, if it could be loaded, and `golden` what the golden set says.
    """

    model: TopicModel
    manifest: Mapping[str, Any]
    decision: Decision
    reasons: tuple[str, ...]
    after: int
    changes: tuple[TopicChanges, ...] = ()
    golden: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Champion:
    """What is in charge on a database, for the topics and labels of today."""

    store: Store
    shelf: Shelf
    topics: tuple[Topic, ...]
    labels: tuple[Label, ...]
    golden: tuple[Label, ...] = ()
    clock: Callable[[], datetime]
    say: Callable[[str], None] = lambda _line: None
    train: Callable[
        [Sequence[Topic], Sequence[Label], Sequence[Document], float | None, TopicModel | None], TopicModel
    ] = _train

    def scorer(self) -> Scorer:
        """Return the model in charge, deciding first what cannot wait; it is loaded when it has something to score."""
        return InCharge(version=self.settle().champion, shelf=self.shelf)

    def settle(self, made: Made | None = None) -> Training:
        """Decide what cannot wait, and return the newest decision; `made` is what was pending, trained already."""
        for _ in range(ATTEMPTS):
            if made is None:
                standing = self.store.trainings.champion()
                made = self.pending(standing)
                if made is None and standing is not None:
                    return standing
            if made is not None:
                self._install(made)
            made = None
        raise BusyError("models", "busy", "other processes keep deciding about the models; try again later")

    def pending(self, standing: Training | None) -> Made | None:
        """Return the model that must be trained at once, if one must; nothing is stored."""
        if standing is None:
            texts = self.texts()
            reason = f"there was no model: trained with {_counts(self.topics, self.labels, texts)}"
            self.say(f"training a model ({reason})")
            return Made(
                model=self.fit(self.labels, texts),
                manifest=self.record(self.labels, texts),
                decision=Decision.FIRST,
                reasons=(reason,),
                after=0,
            )
        manifest = self.manifest(standing.champion)
        changed = lineage.changed_topics(manifest, self.topics)
        if not changed and lineage.is_of_today(manifest):
            return None
        return self._after_edit(standing, manifest, changed)

    def _after_edit(
        self, standing: Training, manifest: Mapping[str, Any], changed: Mapping[str, Sequence[str]]
    ) -> Made:
        """Return a model that learned the new and changed topics with all of their labels, and keeps the others."""
        reasons = [f"{kind} topic files: {', '.join(named)}" for kind, named in changed.items()]
        reason = "; ".join(reasons) or "this version of the program trains in another way than the one before"
        self.say(f"training a model ({reason})")
        ids = {topic for kind in ("new", "changed") for topic in changed.get(kind, ())}
        before = self._loaded(standing.champion, manifest)
        known = lineage.learned(manifest)
        kept = lineage.learned_of(known, {topic.id for topic in self.topics} - ids) if before else frozenset[str]()
        labels = [label for label in self.labels if label.topic in ids or (not before and lineage.said(label) in known)]
        texts = self.texts()
        model = self.fit(labels, texts, before)
        sentence, golden = self._golden(model, ids)
        return Made(
            model=model,
            manifest=lineage.made_from(self.topics, labels, texts.documents, texts.weeks, kept),
            decision=Decision.TOPICS_CHANGED,
            reasons=(reason, sentence) if sentence else (reason,),
            after=standing.number,
            changes=changes(self.store, self.clock(), before, model) if before else (),
            golden=golden,
        )

    def _loaded(self, version: str, manifest: Mapping[str, Any]) -> TopicModel | None:
        """Return a kept model, if this program made it and it is whole."""
        if lineage.is_of_today(manifest):
            with suppress(ModelError):
                return self.shelf.fetch(version)
        return None

    def _golden(self, model: TopicModel, ids: Collection[str]) -> tuple[str, Mapping[str, Any]]:
        """Return what the golden set says of these topics: a sentence, and numbers; nothing if it has none."""
        mine = [label for label in self.golden if label.topic in ids]
        if not mine:
            return "", {}
        from monitor.topics import promotion  # noqa: PLC0415 - loads the numeric libraries

        rule, numbers = promotion.golden_rule(model, mine)
        return rule.sentence, numbers

    def manifest(self, version: str) -> Mapping[str, Any]:
        """Return what a version was made from."""
        return self.store.trainings.manifest(version) or {"algorithm": 0, "topics": {}, "learned": []}

    def texts(self) -> Texts:
        """Return the background of a training now."""
        own = [replace(document, text=document.text[:TEXT]) for document in self.store.models.archive(ARCHIVE)]
        weeks = weeks_of([document.published for document in own if document.published is not None])
        return Texts(documents=(*topics.start_background(), *own), weeks=weeks)

    def fit(self, labels: Sequence[Label], texts: Texts, base: TopicModel | None = None) -> TopicModel:
        """Return the model of these labels; one that a killed training left behind is not trained again."""
        built_on = base.version if base else ""
        version = topics.fingerprint(self.topics, labels, texts.documents, weeks=texts.weeks, base=built_on)
        return self.shelf.found(version) or self.train(self.topics, labels, texts.documents, texts.weeks, base)

    def record(self, labels: Sequence[Label], texts: Texts) -> dict[str, Any]:
        """Return what is written down of a model of these labels."""
        return lineage.made_from(self.topics, labels, texts.documents, texts.weeks)

    def _install(self, made: Made) -> None:
        """Keep a model and put it in charge, unless somebody decided otherwise meanwhile."""
        now, version = self.clock(), made.model.version
        self.shelf.put(made.model, made.manifest, now)
        try:
            self.store.trainings.decide(
                Training(
                    number=0,
                    at=now,
                    decision=made.decision,
                    champion=version,
                    challenger=version,
                    reasons=made.reasons,
                    report={
                        "labels": made.manifest["labels"],
                        "background": made.manifest["background"],
                        "changes": plain(made.changes),
                        **made.golden,
                    },
                ),
                after=made.after,
            )
            # A training that runs now has a model on the shelf of which no decision speaks yet; it tidies up itself.
            with self.store.only_one("train"):
                self.shelf.tidy(now)
        except BusyError:
            return


@dataclass(slots=True, kw_only=True)
class InCharge:
    """A scorer whose version is known at once, and whose model is loaded when it has something to score."""

    version: str
    shelf: Shelf
    model: TopicModel | None = field(default=None, repr=False)

    def score(self, documents: Sequence[Document]) -> Sequence[Score]:
        """Return a score per document and topic; raises ModelError when the model cannot be loaded."""
        if self.model is None:
            self.model = self.shelf.fetch(self.version)
        return self.model.score(documents)


def _counts(given: Sequence[Topic], labels: Sequence[Label], texts: Texts) -> str:
    return f"{len(given)} topics, {len(labels)} labels and {len(texts.documents)} background texts"
