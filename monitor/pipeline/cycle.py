"""The pipeline: the steps with their rules and tools, one method each, and the cycle that runs them in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.pipeline import (
    comparing,
    delivering,
    grouping,
    judging,
    planning,
    polling,
    reading,
    rereading,
    training,
)
from monitor.pipeline.planning import Judged, Preview
from monitor.pipeline.reports import (
    CompareReport,
    CycleReport,
    DeliverReport,
    GroupReport,
    PlanReport,
    PollReport,
    ReadReport,
    ScoreReport,
    TrainReport,
)
from monitor.pipeline.rereading import Reread
from monitor.pipeline.tools import Rules, Tools
from monitor.records import Delivery, Polled


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The steps by name; each may be run alone, and again, without harm."""

    rules: Rules
    tools: Tools

    def cycle(self, *, every: bool = False) -> CycleReport:
        """Run every step once, alone on this database; raises BusyError while another cycle runs.

        `every` asks all feeds, also those that are not due.
        """
        with self.tools.store.only_one("cycle"):
            poll = self.poll(every=every)
            read = self.read()
            compare = self.compare()
            score = self.score()
            group = self.group()
            plan = self.plan(score.model)
            told = self.deliver()
            return CycleReport(poll=poll, read=read, compare=compare, score=score, group=group, plan=plan, deliver=told)

    def poll(self, *, every: bool = False) -> PollReport:
        """Ask the feeds that are due and store their entries."""
        return polling.poll(self.rules, self.tools, every=every)

    def probe(self, heard: Callable[[Polled], None]) -> None:
        """Ask every feed once and store nothing; `heard` is told each answer as it arrives."""
        polling.probe(self.rules, self.tools, heard)

    def read(self) -> ReadReport:
        """Read the entries that wait."""
        return reading.read(self.rules, self.tools)

    def compare(self) -> CompareReport:
        """Find copies and furniture among the articles just read."""
        return comparing.compare(self.tools)

    def score(self) -> ScoreReport:
        """Score the articles that the current model has not seen."""
        now = self.tools.clock()
        self.tools.store.models.sync_labels(self.rules.labels, now)
        return judging.score(self.rules, self.tools)

    def train(self, *, dry_run: bool = False, only_if_due: bool = False, force: bool = False) -> TrainReport:
        """Train a challenger and let it replace the model in charge if it keeps the rules; raises BusyError."""
        return training.train(self.tools.champion, dry_run=dry_run, only_if_due=only_if_due, force=force)

    def group(self) -> GroupReport:
        """Place the articles that are in no story, join stories that are one, and say whose news each article is."""
        return grouping.group(self.rules, self.tools)

    def reread(self, *, since: datetime | None = None, save: bool = False) -> Iterator[Reread]:
        """Read the archived pages again; with `save`, bring the articles up to date. Raises BusyError."""
        with self.tools.store.only_one("cycle") if save else nullcontext():
            yield from rereading.reread(self.rules, self.tools, since=since, save=save)

    def plan(
        self, model: str, *, watch: str | None = None, person: str | None = None, by_hand: bool = False
    ) -> PlanReport:
        """Compose what is due and put it into the outbox."""
        return planning.plan(self.rules, self.tools, model, watch=watch, person=person, by_hand=by_hand)

    def deliver(self) -> DeliverReport:
        """Send what waits in the outbox; any number of processes may do so at once."""
        return delivering.deliver(self.rules, self.tools)

    def digest(self, watch: str, person: str | None = None) -> tuple[PlanReport, DeliverReport]:
        """Compose and send one watch's digest now, whatever its thresholds; raises BusyError while a cycle runs."""
        with self.tools.store.only_one("cycle"):
            self.compare()
            model = self.score().model
            self.group()
            return self.plan(model, watch=watch, person=person, by_hand=True), self.deliver()

    def preview(self, watch: str, person: str | None = None) -> list[Preview]:
        """Compose one watch's digest for each of its people from what was judged so far; store and send nothing."""
        return planning.preview(self.rules, self.tools, self._judge(), watch, person)

    def why(self, story: str, *, watch: str | None = None, person: str | None = None) -> list[Judged]:
        """Say for each watch and person what the rules make of a story now, whether or not it was told."""
        return planning.why(self.rules, self.tools, self._judge(), story, watch=watch, person=person)

    def readdress(self, row: Mapping[str, Any]) -> Delivery | None:
        """Plan a kept delivery anew for where its person is reached now; None when that is where it goes already."""
        return planning.readdress(self.rules, self.tools, row)

    def _judge(self) -> str:
        # A model that was just put in charge has judged nothing yet; then it is the one before that is told.
        decided = self.tools.store.trainings.champion()
        return self.tools.store.trainings.judge() or (decided.champion if decided else "")
