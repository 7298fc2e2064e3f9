"""Train, compare, decide; and go back to an earlier model.

A killed training leaves at most a model that nobody is told of: the next one finds it, or trains it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor import topics
from monitor.errors import ModelError
from monitor.pipeline.champion import Champion, Made, Texts
from monitor.pipeline.reports import Change, TopicChanges, TrainReport
from monitor.records import Article, Decision, Document, Training
from monitor.topics import lineage

if TYPE_CHECKING:
    from monitor.topics import TopicModel
    from monitor.topics.promotion import Comparison

NEW_LABELS = 10
"""So many labels that nobody has tried yet make a training due."""

LONGEST = timedelta(days=7)
"""So long after the last decision a training is due, when anything is different."""

LOOKED_AT = timedelta(days=30)
MOST_ARTICLES = 20_000
BATCH = 500
SHOWN = 20
"""Articles shown for each topic and direction, of those that would be judged otherwise."""

LOOKED_BACK = 1_000


def train(champion: Champion, *, dry_run: bool = False, only_if_due: bool = False) -> TrainReport:
    """Train a challenger and put it in charge if it keeps the rules of promotion; raises BusyError while another does.

    With `dry_run` nothing is stored. With `only_if_due` nothing is done unless 10 labels are new, or a week has passed
    and something is different.
    """
    with champion.store.only_one("train"):
        standing = champion.store.trainings.champion()
        made = champion.pending(standing)
        if made is not None and not dry_run:
            standing, made = champion.settle(), None
            if standing.decision is Decision.FIRST:
                return _as_report(champion, standing)
        if made is not None and made.decision is Decision.FIRST:
            return _first(made)
        if standing is None:
            raise AssertionError("what is not pending has been decided")
        return _Contest(champion, standing, made, dry_run=dry_run).held(only_if_due=only_if_due)


def waiting(champion: Champion) -> int:
    """Return how many labels the model in charge has not learned from."""
    standing = champion.store.trainings.champion()
    if standing is None:
        return 0
    return len(lineage.waiting(champion.manifest(standing.champion), champion.topics, champion.labels))


def roll_back(champion: Champion, version: str | None = None) -> Training:
    """Put an earlier model in charge again: the one before, or the one named; raises ModelError when it cannot be."""
    with champion.store.only_one("train"):
        decided = champion.store.trainings.listed(LOOKED_BACK)
        if not decided:
            raise ModelError("models", "no_model", "there is no model yet; the next cycle or `monitor train` makes one")
        standing = decided[0]
        wanted = version or next((one.champion for one in decided if one.champion != standing.champion), None)
        if wanted is None:
            raise ModelError("models", "no_model", "no other model has been in charge; there is nothing to go back to")
        _check_return(champion, standing, wanted, decided)
        reason = f"{wanted} was put in the place of {standing.champion} by hand"
        training = Training(
            number=0,
            at=champion.clock(),
            decision=Decision.ROLLED_BACK,
            champion=wanted,
            challenger=standing.champion,
            reasons=(reason,),
        )
        champion.store.trainings.decide(training, after=standing.number)
        return training


def _check_return(champion: Champion, standing: Training, wanted: str, decided: Sequence[Training]) -> None:
    subject = f"model {wanted}"
    manifest = champion.store.trainings.manifest(wanted)
    if manifest is None or not any(wanted in {one.champion, one.challenger} for one in decided):
        raise ModelError(subject, "unknown_model", "there is no such model; `monitor models` lists them")
    if wanted == standing.champion:
        raise ModelError(subject, "in_charge", "it is in charge already")
    if changed := lineage.changed_topics(manifest, champion.topics):
        named = "; ".join(f"{kind} since: {', '.join(ids)}" for kind, ids in changed.items())
        sentence = f"it was made for other topic files ({named}); bring those back first"
        raise ModelError(subject, "other_topics", sentence)
    if not lineage.is_of_today(manifest):
        raise ModelError(subject, "model_schema", "it was made by another version of the program")
    if champion.store.trainings.body(wanted) is None:
        raise ModelError(subject, "model_missing", "it was given up for newer ones; `monitor models` lists those kept")
    # One that cannot be loaded must not be in charge.
    champion.shelf.fetch(wanted)


@dataclass(frozen=True, slots=True)
class _Contest:
    """A challenger against the model in charge; in a dry run, against `made`, which topic files changed ask for."""

    champion: Champion
    standing: Training
    made: Made | None
    dry_run: bool

    @property
    def manifest(self) -> Mapping[str, Any]:
        return self.made.manifest if self.made else self.champion.manifest(self.standing.champion)

    @property
    def version(self) -> str:
        return self.made.model.version if self.made else self.standing.champion

    def held(self, *, only_if_due: bool) -> TrainReport:
        """Train, compare and decide; what needs no decision stores none."""
        champion = self.champion
        new = len(lineage.waiting(self.manifest, champion.topics, champion.labels))
        texts = champion.texts()
        made = topics.fingerprint(champion.topics, champion.labels, texts.documents, weeks=texts.weeks)
        same = made == self.version
        plain = TrainReport(champion=self.version, labels=new, dry_run=self.dry_run)
        if only_if_due and (why := self._too_early(different=not same)):
            return replace(plain, reasons=(why,))
        champion.say(f"training a challenger ({new} new label{'' if new == 1 else 's'})")
        challenger = champion.fit(champion.labels, texts)
        if challenger.version == self.version:
            return replace(plain, reasons=("nothing has changed since the model in charge was trained",))
        incumbent = self.made.model if self.made else champion.shelf.fetch(self.version)
        found = self._compared(incumbent, challenger, texts)
        champion.say("looking at what would change")
        report = replace(
            plain,
            decision=Decision.PROMOTED if found.promoted else Decision.KEPT,
            champion=challenger.version if found.promoted else self.version,
            challenger=challenger.version,
            rules=found.rules,
            reasons=_reasons(found, challenger.version, self.version, new),
            changes=changes(champion, incumbent, challenger),
        )
        if not self.dry_run:
            self._store(report, found, challenger, texts)
        return report

    def _too_early(self, *, different: bool) -> str:
        """Return why no training is due, or nothing when one is."""
        champion, standing = self.champion, self.standing
        tried = lineage.learned(self.manifest) | lineage.learned(champion.manifest(standing.challenger))
        nobody = {"algorithm": 0, "topics": {}, "learned": sorted(tried)}
        new = len(lineage.waiting(nobody, champion.topics, champion.labels))
        if new >= NEW_LABELS:
            return ""
        said = f"not due: {new} of {NEW_LABELS} new labels"
        if standing.decision is Decision.ROLLED_BACK:
            return f"{said}, and the model was rolled back by hand, which stands until then or until `monitor train`"
        if not different:
            return f"{said}, and nothing else has changed"
        due = standing.at + LONGEST
        return f"{said}; the next training is due on {due:%Y-%m-%d}" if champion.clock() < due else ""

    def _compared(self, incumbent: TopicModel, challenger: TopicModel, texts: Texts) -> Comparison:
        from monitor.topics import promotion  # noqa: PLC0415 - loads the numeric libraries

        champion = self.champion
        return promotion.compare(
            labels=champion.labels,
            champion=promotion.Champion(model=incumbent, learned=lineage.learned(self.manifest)),
            challenger=challenger,
            background=texts.documents,
            golden=champion.golden,
            fit=lambda labels: champion.train(champion.topics, labels, texts.documents, texts.weeks),
        )

    def _store(self, report: TrainReport, found: Comparison, challenger: TopicModel, texts: Texts) -> None:
        champion = self.champion
        now = champion.clock()
        champion.shelf.put(challenger, champion.record(champion.labels, texts), now)
        decided = Training(
            number=0,
            at=now,
            decision=report.decision or Decision.KEPT,
            champion=report.champion,
            challenger=report.challenger,
            reasons=report.reasons,
            report={
                "labels": report.labels,
                "rules": [asdict(rule) for rule in found.rules],
                "numbers": dict(found.numbers),
                "changes": {one.topic: {"newly": one.newly, "no_longer": one.no_longer} for one in report.changes},
            },
        )
        champion.store.trainings.decide(decided, after=self.standing.number)
        champion.shelf.tidy()


def changes(champion: Champion, before: TopicModel, after: TopicModel) -> tuple[TopicChanges, ...]:
    """Return, by topic, the articles of the last 30 days that two models judge differently."""
    found: dict[str, list[tuple[str, float, float, bool]]] = {topic.id: [] for topic in after.topics}
    for batch in _recent(champion):
        for old, new in zip(before.score(batch), after.score(batch), strict=True):
            if old.matched != new.matched:
                found[new.topic].append((new.id, old.score, new.score, new.matched))
    return tuple(_topic_changes(champion, topic, rows) for topic, rows in found.items())


def _recent(champion: Champion) -> Iterator[list[Document]]:
    since = champion.clock() - LOOKED_AT
    stored = champion.store.models.archive(MOST_ARTICLES)
    recent = [document for document in stored if document.published is not None and document.published >= since]
    for start in range(0, len(recent), BATCH):
        yield recent[start : start + BATCH]


def _topic_changes(champion: Champion, topic: str, rows: Sequence[tuple[str, float, float, bool]]) -> TopicChanges:
    """Return a topic's changes, those between the farthest scores first."""
    ranked = sorted(rows, key=lambda row: (-abs(row[2] - row[1]), row[0]))
    sides = {matched: [row for row in ranked if row[3] is matched] for matched in (True, False)}
    wanted = [row[0] for side in sides.values() for row in side[:SHOWN]]
    known = champion.store.articles.known(wanted)
    shown = {matched: tuple(_change(known[row[0]], row) for row in side[:SHOWN]) for matched, side in sides.items()}
    return TopicChanges(
        topic=topic,
        newly=len(sides[True]),
        no_longer=len(sides[False]),
        newly_shown=shown[True],
        no_longer_shown=shown[False],
    )


def _change(article: Article, row: tuple[str, float, float, bool]) -> Change:
    return Change(title=article.title, url=article.url, before=round(row[1], 4), after=round(row[2], 4))


def _reasons(found: Comparison, challenger: str, champion: str, new: int) -> tuple[str, ...]:
    labels = f"{new} new label{'' if new == 1 else 's'}"
    if found.promoted:
        return (f"{challenger} takes the place of {champion}, with {labels}", *(one.sentence for one in found.rules))
    failed = [one for one in found.rules if not one.passed]
    first = f"{champion} stays: the challenger {challenger}, with {labels}, failed at {_named(failed)}"
    return (first, *(one.sentence for one in failed), *(one.sentence for one in found.rules if one.passed))


def _named(rules: Sequence[Any]) -> str:
    return " and ".join(rule.name for rule in rules)


def _first(made: Made) -> TrainReport:
    version = made.model.version
    return TrainReport(decision=made.decision, champion=version, challenger=version, reasons=made.reasons, dry_run=True)


def _as_report(champion: Champion, decided: Training) -> TrainReport:
    return TrainReport(
        decision=decided.decision,
        champion=decided.champion,
        challenger=decided.challenger,
        reasons=decided.reasons,
        labels=waiting(champion),
    )
