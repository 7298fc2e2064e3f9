"""Train, compare, decide; and go back to an earlier model.

A killed training leaves at most a model that nobody is told of: the next one finds it, or trains it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor import topics
from monitor.errors import ModelError
from monitor.pipeline.champion import Champion, Made, Texts
from monitor.pipeline.changes import changes, plain
from monitor.pipeline.reports import TopicChanges, TrainReport
from monitor.records import Decision, Training
from monitor.topics import lineage

if TYPE_CHECKING:
    from monitor.topics import TopicModel
    from monitor.topics.promotion import Comparison

NEW_LABELS = 10
"""So many labels that nobody has tried yet make a training due."""

LONGEST = timedelta(days=7)
"""So long after the last decision a training is due, when anything is different."""

LOOKED_BACK = 1_000


def train(champion: Champion, *, dry_run: bool = False, only_if_due: bool = False, force: bool = False) -> TrainReport:
    """Train a challenger and put it in charge if it keeps the rules of promotion; raises BusyError while another does.

    With `dry_run` nothing is stored. With `only_if_due` nothing is done unless 10 labels are new, or a week has passed
    and something is different. With `force`, which a schedule must not use, a challenger that fails rules is promoted.
    """
    if force and only_if_due:
        raise ValueError("a schedule must not force a model on anybody")
    with champion.store.only_one("train"):
        standing = champion.store.trainings.champion()
        made = champion.pending(standing)
        settled = _settled(champion, made, dry_run=dry_run) if made else None
        if settled and (settled.decision is Decision.FIRST or not settled.labels):
            return settled
        if standing is None or not dry_run:
            standing = champion.settle()
        contest = _Contest(champion, standing, made if dry_run else None, dry_run=dry_run, force=force)
        report = contest.held(only_if_due=only_if_due)
        if settled is None:
            return report
        return settled if report.decision is None else replace(report, before=settled)


def _settled(champion: Champion, made: Made, *, dry_run: bool) -> TrainReport:
    """Put what cannot wait in charge, unless it is a dry run, and return what that came to; `labels` wait after it."""
    if not dry_run:
        champion.settle(made)
        champion.shelf.tidy(champion.clock())
    version = made.model.version
    return TrainReport(
        decision=made.decision,
        champion=version,
        challenger=version,
        reasons=made.reasons,
        changes=made.changes,
        labels=len(lineage.waiting(made.manifest, champion.topics, champion.labels)),
        dry_run=dry_run,
    )


def waiting(champion: Champion) -> int:
    """Return how many labels the model in charge has not learned from."""
    standing = champion.store.trainings.champion()
    if standing is None:
        return 0
    return len(lineage.waiting(champion.manifest(standing.champion), champion.topics, champion.labels))


def gone(champion: Champion) -> int:
    """Return how many labels the model in charge learned from are not there any more."""
    standing = champion.store.trainings.champion()
    if standing is None:
        return 0
    names = lineage.learned(champion.manifest(standing.champion))
    return len(lineage.gone(names, {topic.id for topic in champion.topics}, champion.labels))


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
    if not any(wanted == one.champion for one in decided):
        sentence = "it was refused and has never been in charge; `monitor train --force` trains one and puts it there"
        raise ModelError(subject, "never_in_charge", sentence)
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
    force: bool = False

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
        report = TrainReport(champion=self.version, labels=new, dry_run=self.dry_run)
        if only_if_due and (why := self._too_early(different=not same)):
            return replace(report, reasons=(why,))
        champion.say(f"training a challenger ({new} new label{'' if new == 1 else 's'})")
        challenger = champion.fit(champion.labels, texts)
        if challenger.version == self.version:
            return replace(report, reasons=("nothing has changed since the model in charge was trained",))
        incumbent = self.made.model if self.made else champion.shelf.fetch(self.version)
        champion.say("looking at what would change")
        changed = changes(champion.store, champion.clock(), incumbent, challenger)
        found = self._compared(incumbent, challenger, texts, changed)
        promoted = found.promoted or self.force
        report = replace(
            report,
            decision=Decision.PROMOTED if promoted else Decision.KEPT,
            champion=challenger.version if promoted else self.version,
            challenger=challenger.version,
            rules=found.rules,
            reasons=_reasons(found, challenger.version, self.version, new, forced=self.force),
            changes=changed,
        )
        if not self.dry_run:
            self._store(report, found, challenger, texts)
        return report

    def _too_early(self, *, different: bool) -> str:
        """Return why no training is due, or nothing when one is."""
        champion, standing = self.champion, self.standing
        decided = champion.store.trainings.listed(LOOKED_BACK)
        tried = {name for one in decided for name in (one.champion, one.challenger)}
        learned = lineage.learned(self.manifest).union(*(lineage.learned(champion.manifest(one)) for one in tried))
        nobody = {"algorithm": 0, "topics": {}, "learned": sorted(learned)}
        new = len(lineage.waiting(nobody, champion.topics, champion.labels))
        if new >= NEW_LABELS:
            return ""
        said = f"not due: {new} of {NEW_LABELS} new labels"
        if _rolled_back(decided):
            return f"{said}, and the model was rolled back by hand, which stands until then or until `monitor train`"
        if not different:
            return f"{said}, and nothing else has changed"
        due = standing.at + LONGEST
        return f"{said}; the next training is due on {due:%Y-%m-%d}" if champion.clock() < due else ""

    def _compared(
        self, incumbent: TopicModel, challenger: TopicModel, texts: Texts, changed: Sequence[TopicChanges]
    ) -> Comparison:
        from monitor.topics import promotion  # noqa: PLC0415 - loads the numeric libraries

        champion = self.champion
        compared = promotion.compare(
            labels=champion.labels,
            champion=promotion.Champion(model=incumbent, learned=lineage.learned(self.manifest)),
            challenger=challenger,
            background=texts.documents,
            golden=champion.golden,
            fit=lambda labels, background: champion.train(champion.topics, labels, background, texts.weeks, None),
        )
        kept = promotion.kept_matches({one.topic: (one.matched, one.no_longer) for one in changed})
        return replace(compared, rules=(*compared.rules, kept))

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
                "changes": plain(report.changes),
            },
        )
        champion.store.trainings.decide(decided, after=self.standing.number)
        champion.shelf.tidy(now)


def _rolled_back(decided: Sequence[Training]) -> bool:
    """Return whether a rollback stands: topic edits and refusals do not end it."""
    ends = {Decision.FIRST, Decision.PROMOTED, Decision.ROLLED_BACK}
    newest = next((one.decision for one in decided if one.decision in ends), None)
    return newest is Decision.ROLLED_BACK


def _reasons(found: Comparison, challenger: str, champion: str, new: int, *, forced: bool) -> tuple[str, ...]:
    labels = f"{new} new label{'' if new == 1 else 's'}"
    if found.promoted:
        return (f"{challenger} takes the place of {champion}, with {labels}", *(one.sentence for one in found.rules))
    failed = [one for one in found.rules if not one.passed]
    sentences = (*(one.sentence for one in failed), *(one.sentence for one in found.rules if one.passed))
    if forced:
        how = f"forced by hand, although it failed at {_named(failed)}"
        return (f"{challenger} takes the place of {champion}, with {labels}, {how}", *sentences)
    first = f"{champion} stays: the challenger {challenger}, with {labels}, failed at {_named(failed)}"
    return (first, *sentences)


def _named(rules: Sequence[Any]) -> str:
    return " and ".join(rule.name for rule in rules)
