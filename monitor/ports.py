"""What the pipeline asks of the world; adapters fit these by shape, inherit nothing, and are chosen in `wiring.py`.

Times handed in and out are aware UTC. A store's method is one transaction, and raises StoreError.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from monitor.errors import FetchError, MonitorError
from monitor.records import (
    ArchivedPage,
    ArchiveSize,
    Article,
    Copied,
    Coverage,
    Cut,
    Delivery,
    Document,
    Feed,
    FeedHealth,
    FeedState,
    Fetched,
    HostRest,
    Label,
    Merged,
    Original,
    Outcome,
    Placed,
    Planned,
    Polled,
    Read,
    Receipt,
    Remembered,
    Request,
    RobotsFile,
    Score,
    Sourced,
    Stored,
    Story,
    Told,
    Training,
    Unread,
)

Item = TypeVar("Item")
Result = TypeVar("Result")


class Web(Protocol):
    """The one way to the network for feeds and pages."""

    def fetch(
        self, requests: Sequence[Request], *, resting: Collection[str] = ()
    ) -> Iterator[tuple[Request, Fetched | FetchError]]:
        """Yield each request with its answer or its error, as they arrive; never raises for one URL.

        Hosts in `resting` are not asked, not even where a redirect leads to them.

        At most one request per host is in flight. A status other than 200 and 304 is a FetchError with `status`. After
        a 429 or a 503, or several 403 in a row, the host is asked nothing more in this call: its other requests come
        back as FetchError with the reason `host-resting`.
        """
        ...


class Workers(Protocol):
    """The one process pool, for work on hostile input that may hang, swell or crash."""

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, seconds: float
    ) -> Iterator[tuple[Item, Result | MonitorError]]:
        """Yield each item with its result, in the order given, holding only a bounded number in memory.

        `function` and items must be picklable. A MonitorError raised by `function` comes back as a value, as does a
        WorkError (`timeout`, `memory`, `crash`) when the item's worker had to be stopped; anything else is a bug and
        is raised here.
        """
        ...


class Scorer(Protocol):
    """A trained set of topics; `version` names exactly what it was trained from."""

    @property
    def version(self) -> str:
        """The model's version, kept beside every score."""
        ...

    def score(self, documents: Sequence[Document]) -> Sequence[Score]:
        """Return a score per document and topic, documents in the order given, topics in the order of their ids."""
        ...


class Progress(Protocol):
    """How a long step shows how far it has come."""

    def track(self, what: str, total: int) -> AbstractContextManager[Callable[[], None]]:
        """Begin a task of `total` things and yield the function to be called after each; `what` names them."""
        ...


class Grouper(Protocol):
    """Decides which story an article belongs to; `version` names the word statistics it uses."""

    @property
    def version(self) -> str:
        """The version of the frozen word statistics."""
        ...

    def open(
        self,
        window: Iterable[Remembered],
        look: Callable[[Sequence[str]], Mapping[str, Document]],
        cuts: Sequence[Cut] = (),
    ) -> Placing:
        """Begin to place articles beside those of the window, whose texts `look` returns; people's cuts are final."""
        ...


class Placing(Protocol):
    """Articles being placed in stories, batch after batch."""

    def place(self, documents: Sequence[Document], copies: Mapping[str, Original] | None = None) -> Sequence[Placed]:
        """Return where each document belongs, deciding in the order (published, id); copies go to their originals."""
        ...

    def vectors(self) -> Mapping[str, bytes]:
        """Return the vectors made since the last time, by article, to be kept for later windows."""
        ...

    def merges(self) -> Sequence[Merged]:
        """Return the stories that have turned out to be one since the window was opened."""
        ...


class CopyFinder(Protocol):
    """Finds articles whose words are another's."""

    def find(self, documents: Sequence[Document], window: Sequence[Document]) -> Sequence[Copied]:
        """Return those of `documents` that copy another of them or one of the window, and the other way round.

        One of the window is named when it copies one of `documents`, which came late.
        """
        ...


class Notifier(Protocol):
    """A channel that takes messages."""

    def send(self, delivery: Delivery) -> Receipt:
        """Send once, without trying again.

        Raises DeliveryError: `transient` when a later attempt may succeed, `ambiguous` when it may have arrived.
        """
        ...


class Sources(Protocol):
    """Feeds, polls and entries."""

    def sync(self, configured: Sequence[Feed]) -> None:
        """Make the table follow the configuration; a feed no longer configured is kept, but not asked."""
        ...

    def claim(
        self, now: datetime, until: Callable[[Feed, FeedState], datetime], *, every: bool = False
    ) -> list[tuple[Feed, FeedState]]:
        """Return the feeds to be asked now (or all of them), those that waited longest first, and take them.

        A feed taken is due again at the moment `until` gives, unless its poll is saved before, so that neither a
        second process nor a restart after a crash asks it early. The states returned are those from before. A retired
        feed is returned only when it is due or `every` is true.
        """
        ...

    def release(self, states: Sequence[FeedState]) -> None:
        """Give back feeds that were taken but not asked: each is due again when it was before."""
        ...

    def save(self, polled: Sequence[Polled]) -> list[Stored]:
        """Store polls with their entries; return what became of each poll's entries."""
        ...

    def unnamed(self, before: datetime, tried_for: timedelta) -> list[tuple[Feed, FeedState]]:
        """Return the feeds that have failed since before that moment, and of which the user has not been told.

        Their last failed poll came at least `tried_for` after the first.
        """
        ...

    def name(self, feed_ids: Sequence[str], at: datetime) -> None:
        """Note that the user has been told that these feeds are dead."""
        ...

    def rests(self, now: datetime) -> dict[str, HostRest]:
        """Return the hosts that want to be left alone beyond `now`, or did within the last day, by name."""
        ...

    def rest(self, hosts: Sequence[HostRest]) -> None:
        """Note until when hosts want to be left alone."""
        ...

    def robots(self, origins: Sequence[str], since: datetime) -> dict[str, RobotsFile]:
        """Return the robots.txt files of these origins that were fetched after `since`."""
        ...

    def save_robots(self, files: Sequence[RobotsFile]) -> None:
        """Keep robots.txt files, each in place of the one before."""
        ...

    def prune(self, before: datetime) -> None:
        """Forget the polls, rests and robots.txt files from before that moment; feeds and entries stay."""
        ...

    def unread(self, now: datetime, limit: int) -> list[Unread]:
        """Return at most `limit` entries that wait to be read, the newest first."""
        ...

    def next_due(self) -> datetime | None:
        """Return the earliest time that any feed is due; feeds never asked are due at once and have none."""
        ...

    def health(self, now: datetime) -> list[FeedHealth]:
        """Return every configured feed with its state, by id, and what it brought."""
        ...


class Articles(Protocol):
    """What has been read, and how it was scored."""

    def known(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return the articles already read among these ids."""
        ...

    def save(self, read: Sequence[Read], at: datetime) -> None:
        """Store what reading came to, for a batch of entries."""
        ...

    def known_by_link(self, keys: Sequence[str]) -> dict[str, Article]:
        """Return the articles that entries with these link keys were read as, wherever their pages were found."""
        ...

    def shared(self, ids: Sequence[str]) -> set[str]:
        """Return those of these articles that several entries led to."""
        ...

    def revise(self, read: Sequence[Read], at: datetime) -> None:
        """Put new readings in the place of the old ones; the entries behind them stay as they are."""
        ...

    def uncompared(self, limit: int) -> list[Article]:
        """Return at most `limit` articles not compared with others since they were read, the earliest first."""
        ...

    def of_site(self, site: str, limit: int) -> list[Document]:
        """Return the newest `limit` compared articles of a site, with all their paragraphs."""
        ...

    def compared(self, since: datetime, limit: int) -> list[Document]:
        """Return the newest `limit` compared articles published after `since`, without furniture."""
        ...

    def same_text(self, ids: Sequence[str]) -> list[Document]:
        """Return the compared articles, of whatever age, whose text is that of one of these, letter for letter."""
        ...

    def save_compared(
        self,
        compared: Sequence[str],
        furniture: Mapping[str, Sequence[int]],
        copied: Sequence[Copied],
        told: Sequence[Outcome],
        at: datetime,
    ) -> None:
        """Store what comparing a batch came to; articles of it not named stand by themselves.

        An article compared before whose original came late is linked to it, unless it is a copy already.
        """
        ...

    def unscored(self, model: str, since: datetime, limit: int) -> list[Article]:
        """Return at most `limit` articles published after `since` that this model version has not scored."""
        ...

    def save_scores(
        self, scored: Sequence[Article], given: Sequence[Score], told: Sequence[Outcome], model: str, at: datetime
    ) -> None:
        """Store a batch's scores and mark its articles as scored by `model`."""
        ...


class Archive(Protocol):
    """The raw answers behind articles."""

    def all(self, since: datetime | None = None) -> Iterator[tuple[Unread, ArchivedPage]]:
        """Yield each answer fetched after `since` with the first entry that led to it; `again` names the article."""
        ...

    def size(self) -> ArchiveSize:
        """Return how many answers are kept, since when, and how much room they take."""
        ...

    def prune(self, before: datetime) -> int:
        """Give up the answers fetched before that moment and return how many; what was read from them stays."""
        ...


class Grouping(Protocol):
    """Articles on their way into stories."""

    def waiting(self, since: datetime, limit: int) -> list[Document]:
        """Return at most `limit` articles published after `since` that are in no story, the earliest first."""
        ...

    def window(self, since: datetime, words: str) -> list[Remembered]:
        """Return the grouped articles published after `since`, with the vectors made by these word statistics."""
        ...

    def texts(self, ids: Sequence[str]) -> dict[str, Document]:
        """Return articles by their ids; those that are gone are left out."""
        ...

    def originals(self, ids: Sequence[str]) -> dict[str, Original]:
        """Return for those of these articles that are copies the original, and its story if it is in one."""
        ...

    def save(
        self,
        placed: Sequence[Placed],
        documents: Sequence[Document],
        vectors_made: Mapping[str, bytes],
        words: str,
        told: Sequence[Outcome],
        at: datetime,
    ) -> None:
        """Store where a batch was placed; an article placed before stays where it is."""
        ...

    def merge(self, merged: Sequence[Merged], told: Sequence[Outcome]) -> None:
        """Put the articles of stories that turned out to be another into that one."""
        ...

    def unsourced(self, since: datetime, limit: int) -> list[Story]:
        """Return at most `limit` stories active after `since` of whose articles it is not known whose news they are."""
        ...

    def save_sources(self, sourced: Sequence[Sourced]) -> None:
        """Store whose news articles are."""
        ...

    def forget_vectors(self, before: datetime) -> None:
        """Give up the vectors of articles published before that moment."""
        ...


class Stories(Protocol):
    """Articles grouped by event."""

    def matching(self, topics: Sequence[str], model: str, since: datetime) -> list[Story]:
        """Return the stories active after `since` in which any article matched one of the topics, by id."""
        ...


class Cuts(Protocol):
    """Stories by their names, and what people decided about them, which is final."""

    def listed(self) -> list[Cut]:
        """Return all decisions, in the order in which they were taken."""
        ...

    def story_exists(self, story: str) -> bool:
        """Return whether this is or was the id of a story."""
        ...

    def stories_named(self, name: str) -> list[str]:
        """Return the living stories that `name` leads to: by an id, by the first characters of some, or by old ids."""
        ...

    def articles_named(self, name: str, within: str | None = None) -> dict[str, str | None]:
        """Return the articles that `name` means, with their stories: an id, an address, or the first characters of ids.

        With `within`, only articles of that story are looked at.
        """
        ...

    def members(self, story: str) -> list[str]:
        """Return the ids of a story's articles, the earliest first."""
        ...

    def decide(self, decided: Sequence[Cut], outcomes: Sequence[Outcome]) -> None:
        """Carry decisions out and keep them, all or none.

        Raises BusyError when their numbers are taken or articles are not where they were when it was decided.
        """
        ...


class Models(Protocol):
    """The versions that judged, and the labels they learned from."""

    def words(self) -> tuple[bytes, datetime] | None:
        """Return the newest word statistics and when they were counted."""
        ...

    def save(
        self, kind: str, version: str, manifest: Mapping[str, Any], at: datetime, body: bytes | None = None
    ) -> None:
        """Store a version once; storing it again changes nothing."""
        ...

    def newest(self, kind: str) -> str | None:
        """Return the version of a kind that was stored last."""
        ...

    def sync_labels(self, given: Iterable[Label], at: datetime) -> None:
        """Make the table follow the labels file."""
        ...

    def archive(self, limit: int) -> list[Document]:
        """Return the newest `limit` articles."""
        ...


class Trainings(Protocol):
    """The decisions about topic models, the newest of which says what is in charge."""

    def champion(self) -> Training | None:
        """Return the newest decision; its `champion` is in charge."""
        ...

    def listed(self, limit: int) -> list[Training]:
        """Return the newest `limit` decisions, the newest first."""
        ...

    def decide(self, training: Training, *, after: int | None = None) -> int:
        """Store a decision under the next number, which is returned; `after` is the one it was taken in view of.

        Raises BusyError when another one came in between.
        """
        ...

    def add(self, version: str, manifest: Mapping[str, Any], body: bytes, at: datetime) -> None:
        """Keep a model's bytes and what it was made from."""
        ...

    def manifest(self, version: str) -> Mapping[str, Any] | None:
        """Return what a version was made from, also when its bytes were given up."""
        ...

    def body(self, version: str) -> bytes | None:
        """Return a version's bytes, unless there are none any more."""
        ...

    def kept(self) -> list[str]:
        """Return the versions whose bytes are kept, in the order of their names."""
        ...

    def keep(
        self, choose: Callable[[Sequence[Training]], Collection[str]], undecided: datetime
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Give up the bytes of all versions but those chosen of all decisions, and return these and all decided ones.

        Of those that nobody decided about, the ones made since `undecided` are kept.
        """
        ...

    def judge(self) -> str | None:
        """Return the version that was put in charge last of those that have scored articles."""
        ...


class Outbox(Protocol):
    """What was promised to whom, and how far it has come."""

    def told(self, person: str) -> dict[str, Told]:
        """Return what a person has been told, by story."""
        ...

    def last_digest_at(self, watch: str, person: str) -> datetime | None:
        """Return when the newest digest of a watch for a person was composed."""
        ...

    def coverage(self, since: datetime | None, now: datetime) -> Coverage:
        """Return how many feeds answered when last asked, and how many articles were read since."""
        ...

    def plan(
        self, planned: Sequence[Planned], content: Mapping[str, Any], outcomes: Sequence[Outcome], model: str
    ) -> None:
        """Store digests, who has now been told what, and the deliveries; what is stored already stays as it is."""
        ...

    def due(self, now: datetime) -> list[Delivery]:
        """Return the deliveries to be sent now, the oldest first, those left behind by a dead sender included."""
        ...

    def sending(self, delivery_id: str) -> None:
        """Note that a delivery is being attempted, before it is."""
        ...

    def sent(self, delivery_id: str, receipt: Receipt, at: datetime) -> None:
        """Note that the channel took it."""
        ...

    def failed(self, delivery_id: str, reason: str, message: str, next_at: datetime | None, at: datetime) -> None:
        """Note that the channel did not take it; without a `next_at` it is dead and waits for a person."""
        ...


class Store(Protocol):
    """Everything the monitor remembers."""

    @property
    def sources(self) -> Sources:
        """Feeds, polls and entries."""
        ...

    @property
    def articles(self) -> Articles:
        """What has been read, and how it was scored."""
        ...

    @property
    def archive(self) -> Archive:
        """The raw answers behind articles."""
        ...

    @property
    def stories(self) -> Stories:
        """Articles grouped by event."""
        ...

    @property
    def grouping(self) -> Grouping:
        """Articles on their way into stories."""
        ...

    @property
    def cuts(self) -> Cuts:
        """What people decided about stories."""
        ...

    @property
    def models(self) -> Models:
        """The versions that judged."""
        ...

    @property
    def trainings(self) -> Trainings:
        """Which of them is in charge, and why."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Digests and deliveries."""
        ...

    def only_one(self, task: str) -> AbstractContextManager[None]:
        """Hold `task` alone, freed also when the holder dies; raises BusyError while another process holds it."""
        ...
