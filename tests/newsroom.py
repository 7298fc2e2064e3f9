"""A newsroom: stories put into a real store as if they had been read, scored and grouped, and people who are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor import stories
from monitor.articles import packed
from monitor.pipeline import Pipeline, Tools
from monitor.pipeline.reports import DeliverReport, PlanReport
from monitor.ports import Notifier
from monitor.records import (
    Arrival,
    Article,
    Delivery,
    Digest,
    Document,
    Entry,
    Feed,
    FeedState,
    Message,
    Outcome,
    Person,
    Placed,
    Polled,
    Read,
    Receipt,
    Score,
    Term,
    Topic,
    Watch,
)
from monitor.replies.links import Links
from monitor.store import Store
from tests.pipelines import make_rules, polling_pipeline
from tests.worlds import InProcess

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MODEL = "model-1"
ANA = Person(id="ana", name="Ana", channels=("box",), timezone="Europe/Berlin")
WATCH = Watch(id="crypto", title="Crypto regulation", topics=("crypto",), people=("ana",))


@dataclass
class Box:
    """A channel that keeps what it is given, in order; fits `ports.Notifier`."""

    taken: list[Delivery] = field(default_factory=list)
    refuse: Exception | None = None

    def freeze(self, delivery: Delivery, message: Message) -> bytes:
        """Return the text."""
        assert delivery.subject == message.subject
        return message.text.encode()

    def send(self, delivery: Delivery) -> Receipt:
        """Keep it, or refuse it as told."""
        if self.refuse is not None:
            raise self.refuse
        self.taken.append(delivery)
        return Receipt(provider_id=f"box-{delivery.id}")

    def find(self, delivery: Delivery) -> Receipt | None:
        """Look whether it is there."""
        return Receipt(provider_id="found") if any(one.id == delivery.id for one in self.taken) else None


class Newsroom:
    """A store, a clock, one watch or several, and a box that digests are sent to."""

    def __init__(
        self, store: Store, *watches: Watch, people: Sequence[Person] = (ANA,), now: datetime = MONDAY
    ) -> None:
        """Begin without news."""
        self.store, self.now, self.box = store, now, Box()
        self.watches, self.people = watches or (WATCH,), tuple(people)
        self.notifiers: dict[str, Notifier] = {"box": self.box}
        self.kinds: dict[str, str] = {"box": "box"}
        self.targets: dict[str, str] = {}
        self.links = Links("", "")
        self.digests: list[Digest] = []
        self._number = 0
        self._stories: set[str] = set()

    @property
    def pipeline(self) -> Pipeline:
        """Return a pipeline that plans and delivers over the store."""
        topic = Topic(id="crypto", title="Crypto regulation", description="", seeds=("crypto",))
        rules = make_rules(
            (),
            watches=self.watches,
            people=self.people,
            topics=(topic,),
            channel_types=self.kinds,
            targets=self.targets,
        )
        bare = polling_pipeline(rules, self.store, None, InProcess(), lambda: self.now)  # type: ignore[arg-type]  # nobody asks the web
        tools: Tools = replace(
            bare.tools, notifiers=self.notifiers, tell=stories.tell, sourcing=stories.sourcing, link=self.links.url
        )
        return Pipeline(rules=rules, tools=tools)

    def report(
        self, story: str, publisher: str, *, ago: timedelta = timedelta(), text: str = "", probability: float = 0.9
    ) -> Article:
        """Have a publisher write about a story, and us see it now."""
        self._number += 1
        name = f"a{self._number:04}"
        house = publisher.lower()
        feed = Feed(id=house, name=publisher, url=f"https://{house}.example/feed", publisher=publisher)
        words = text or (
            f"{publisher} reports on {story} in its own words, number {self._number}. The regulator set out rule "
            f"{self._number} for custodians on Monday. Firms named {publisher}{self._number} have until July to comply."
        )
        made = Article(
            id=name,
            url=f"https://{house}.example/{name}",
            title=f"{publisher} on {story}, report {self._number}",
            text=words,
            summary="",
            published=self.now - ago,
            publisher=publisher,
            words=len(words.split()),
        )
        self._store(feed, made)
        self._score(made, probability)
        self._place(made, story)
        return made

    def run(self, after: timedelta = timedelta()) -> tuple[PlanReport, DeliverReport]:
        """Plan and deliver once, some time later."""
        self.now += after
        pipeline = self.pipeline
        planned = pipeline.plan(MODEL)
        self.digests += planned.digests
        return planned, pipeline.deliver()

    def until(self, end: datetime, step: timedelta = timedelta(hours=1)) -> list[Digest]:
        """Run every step until that moment and return the digests composed on the way."""
        known = len(self.digests)
        while self.now + step <= end:
            self.run(step)
        return self.digests[known:]

    def _store(self, feed: Feed, made: Article) -> None:
        state = FeedState(
            feed_id=feed.id, next_at=self.now + timedelta(minutes=15), last_ok_at=self.now, first_ok_at=self.now
        )
        one = Entry(feed_id=feed.id, key=made.id, url=made.url, title=made.title, published=made.published, authors=())
        polled = Polled(
            feed=feed, at=self.now, state=state, outcome="answered", reason="parsed", status=200, size=2000,
            entries=(Arrival(entry=one, state="waiting", reason="new"),),
        )  # fmt: skip
        self.store.sources.sync([feed])
        self.store.sources.save([polled])
        unread = next(one for one in self.store.sources.unread(self.now, 100) if one.entry.key == made.id)
        page = packed(made.url, {"content-type": "text/html"}, b"<p>x</p>", self.now)
        said = Outcome(step="read", subject=unread.id, outcome="done", reason="page", at=self.now)
        self.store.articles.save([Read(unread=unread, article=made, page=page, outcome=said)], self.now)

    def _score(self, made: Article, probability: float) -> None:
        given = Score(
            id=made.id,
            topic="crypto",
            score=probability,
            probability=probability,
            threshold=0.5,
            matched=True,
            passage="The regulator set out a rule for custodians.",
            terms=(Term(text="custodians", weight=1.5),),
        )
        self.store.articles.save_scores([made], [given], [], MODEL, self.now)

    def _place(self, made: Article, story: str) -> None:
        placed = Placed(id=made.id, story=story, founded=story not in self._stories, similarity=0.4, terms=("rule",))
        self._stories.add(story)
        document = Document(id=made.id, title=made.title, text=made.text, published=made.published)
        self.store.grouping.save([placed], [document], {}, "w1", [], self.now)


def told(digest: Digest) -> list[tuple[str, str]]:
    """Return each story of a digest with how it is told."""
    return [(item.story_id, "major" if item.major else item.kind.value) for item in digest.items]


def changed(watch: Watch = WATCH, **changes: Any) -> Watch:
    """Return the watch with other rules."""
    return replace(watch, **changes)
