"""Poll: due feeds → answers → entries.

Feeds are taken before they are asked, so that neither a second process nor a restart asks them early. Parsing happens
in the worker pool, because a feed is hostile input; what an answer means is decided in `answers.py`, when to ask again
in `rhythm.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import FetchError, MonitorError
from monitor.pipeline import answers, hosts, rhythm
from monitor.pipeline.answers import FeedDocument, parse_document
from monitor.pipeline.reports import Failure, Notice, PollReport
from monitor.pipeline.tools import Rules, Tools
from monitor.records import Feed, FeedState, Polled

BATCH = 50
"""Polls stored in one transaction."""

MANY_HOSTS = 3
"""Fewer hosts that fail alike may well be to blame themselves."""

OWN_NETWORK = frozenset({"dns", "unreachable", "refused", "timeout", "proxy"})
"""Reasons that, shared by most hosts at once, speak of this machine's network and not of theirs."""

DEAD_AFTER = timedelta(hours=20)
"""A feed that has failed for this long is named to the user: within a day, and after what a night's repair takes."""

TRIED_FOR = timedelta(hours=12)
"""Its last failure must lie this long after its first: a feed whose host asked for a day's rest is not dead."""

KEPT = timedelta(days=30)
"""How long single polls are remembered."""

Due = Sequence[tuple[Feed, FeedState]]


def poll(rules: Rules, tools: Tools, *, every: bool = False) -> PollReport:
    """Ask the feeds that are due (or `every` one) and store what they say."""
    sources = tools.store.sources
    sources.sync(rules.feeds)
    now = tools.clock()
    due = _take(rules, tools, now, every=every)
    rests = hosts.Rests(sources.rests(now))
    tally = _Tally(tools, due, rests)
    try:
        asked = [(feed, state) for feed, state in due if not tally.hold(feed, state, now, every=every)]
        if asked:
            with tools.progress.track("asking feeds", len(asked)) as step:
                _ask(rules, tools, asked, rests, tally.met, _then(tally.add, step))
        report = tally.close(asked=len(asked))
    except BaseException:
        tally.abandon()
        raise
    sources.prune(now - KEPT)
    named = [] if report.offline else _named(tools, now)
    return replace(report, notices=(*report.notices, *named), next_due=sources.next_due())


def probe(rules: Rules, tools: Tools, heard: Callable[[Polled], None]) -> None:
    """Ask every feed once, unconditionally, and store nothing: does it answer, and is it a feed?

    Hosts that want to be left alone are not asked: their feeds come back as `held`.
    """
    now = tools.clock()
    rests = hosts.Rests(tools.store.sources.rests(now))
    with tools.progress.track("asking feeds", len(rules.feeds)) as step:
        due = [(feed, FeedState(feed_id=feed.id)) for feed in rules.feeds]
        _ask(rules, tools, due, rests, lambda _: None, _then(heard, step))


def _then(heard: Callable[[Polled], None], step: Callable[[], None]) -> Callable[[Polled], None]:
    """Let progress follow each poll."""

    def both(polled: Polled) -> None:
        heard(polled)
        step()

    return both


def _take(rules: Rules, tools: Tools, now: datetime, *, every: bool) -> Due:
    """Take the feeds that are due, each as it is configured: what the database does not hold is secret."""
    by_id = {feed.id: feed for feed in rules.feeds}

    def until(feed: Feed, state: FeedState) -> datetime:
        return rhythm.claimed_until(rules, by_id.get(feed.id, feed), state, now)

    taken = tools.store.sources.claim(now, until, every=every)
    return [(by_id.get(feed.id, feed), state) for feed, state in taken]


def _ask(
    rules: Rules,
    tools: Tools,
    due: Due,
    rests: hosts.Rests,
    met: Callable[[Feed], None],
    heard: Callable[[Polled], None],
) -> None:
    """Tell `heard` every due feed's poll as soon as it is known; a 304 does not wait behind a document's parsing.

    `met` is told of each answer, before it is parsed.
    """

    def documents() -> Iterator[FeedDocument]:
        by_id = {feed.id: (feed, state) for feed, state in due}
        now = tools.clock()
        requests = [answers.request_for(rules, feed, state, now) for feed, state in due]
        for request, answer in tools.web.fetch(requests, resting=rests.now(now)):
            feed, state = by_id[request.key]
            now = tools.clock()
            rests.learn(request.url, answer, now)
            if isinstance(answer, FetchError) and answer.reason == hosts.RESTING:
                heard(_held(feed, state, rests.end(request.url, answer, now), now, hosts.RESTING, answer.message))
                continue
            met(feed)
            found = answers.judged(rules, feed, state, answer, now)
            if isinstance(found, FeedDocument):
                yield found
            else:
                heard(found)

    for document, result in tools.workers.map(parse_document, documents(), seconds=rules.work_seconds):
        heard(answers.parsed(rules, document, result))


def _held(feed: Feed, state: FeedState, until: datetime, now: datetime, reason: str, message: str = "") -> Polled:
    """Return the poll of a feed that was not asked, because its publisher does not want it to be until then."""
    kept = replace(state, next_at=max(until, state.next_at or until))
    return Polled(feed=feed, at=now, state=kept, outcome="held", reason=reason, message=message)


def _named(tools: Tools, now: datetime) -> list[Notice]:
    """Name the feeds that have been failing for about a day, each once."""
    lost = tools.store.sources.unnamed(now - DEAD_AFTER, TRIED_FOR)
    if lost:
        tools.store.sources.name([feed.id for feed, _ in lost], now)
    return [
        Notice(
            feed=feed.id,
            kind="dead",
            message=f"it has not answered since {state.failing.since:%Y-%m-%d %H:%M} UTC: {state.failing.message}",
        )
        for feed, state in lost
    ]


class _Tally:
    """Stores polls in batches and counts them; failures are judged at the end, when it is known who else failed."""

    def __init__(self, tools: Tools, due: Due, rests: hosts.Rests) -> None:
        self._tools = tools
        self._rests = rests
        self._before = {feed.id: state for feed, state in due}
        self._unasked = set(self._before)
        self._batch: list[Polled] = []
        self._failed: list[Polled] = []
        self._notices: list[Notice] = []
        self._report = PollReport()

    def hold(self, feed: Feed, state: FeedState, now: datetime, *, every: bool) -> bool:
        """Put a feed off if its host wants to be left alone, or the feed at this hour; return whether it is put off."""
        until = self._rests.until(answers.address_of(feed, state), now)
        spared = now if every else rhythm.after_skips(now, state.hints)
        if until is not None:
            self.add(_held(feed, state, until, now, hosts.RESTING))
        elif spared > now:
            self.add(_held(feed, state, spared, now, "skipped-hours"))
        return until is not None or spared > now

    def met(self, feed: Feed) -> None:
        """Note that a feed has been asked, whatever becomes of its answer."""
        self._unasked.discard(feed.id)

    def add(self, polled: Polled) -> None:
        if polled.outcome == "failed":
            self._failed.append(polled)
            return
        self._report = replace(
            self._report,
            held=self._report.held + (polled.outcome == "held"),
            changed=self._report.changed + (polled.outcome == "answered"),
            unchanged=self._report.unchanged + (polled.outcome not in {"held", "answered"}),
        )
        self._store(polled)

    def close(self, *, asked: int) -> PollReport:
        offline = self._is_offline()
        failed = sorted(self._failed, key=lambda polled: polled.feed.id)
        while self._failed:
            polled = self._failed.pop()
            self._store(self._uncounted(polled) if offline and polled.reason in OWN_NETWORK else polled)
        self._flush()
        self._keep_rests()
        return replace(
            self._report,
            asked=asked,
            failed=tuple(
                Failure(name=polled.feed.name, subject=polled.feed.url, reason=polled.reason, message=polled.message)
                for polled in failed
            ),
            offline=offline,
            notices=tuple(sorted(self._notices, key=lambda notice: (notice.feed, notice.kind))),
        )

    def abandon(self) -> None:
        """Keep what was answered and give back what was not asked, when the step is interrupted.

        Each of these is tried, for the interruption itself (a full disk, say) is what the user has to be told.
        """
        with suppress(MonitorError):
            self._batch += self._failed
            self._flush()
        with suppress(MonitorError):
            self._keep_rests()
        with suppress(MonitorError):
            self._tools.store.sources.release([self._before[feed_id] for feed_id in sorted(self._unasked)])

    def _keep_rests(self) -> None:
        if self._rests.new:
            self._tools.store.sources.rest(self._rests.new)

    def _is_offline(self) -> bool:
        """Return whether our own network is to blame: no host answered at all, and several did until now."""
        silent = all(polled.reason in OWN_NETWORK for polled in self._failed)
        well = [polled for polled in self._failed if self._before[polled.feed.id].failing.count == 0]
        names = {hosts.host_of(polled.feed.url) for polled in well}
        return silent and not (self._report.changed or self._report.unchanged) and len(names) >= MANY_HOSTS

    def _uncounted(self, polled: Polled) -> Polled:
        """Return the failure without its consequences: the feed is not to blame and stays due."""
        before = self._before[polled.feed.id]
        sentence = f"{polled.message} (no feed answered: is this machine online?)"
        return replace(polled, outcome="held", reason="own-network", state=before, message=sentence)

    def _store(self, polled: Polled) -> None:
        self._batch.append(polled)
        if len(self._batch) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if not self._batch:
            return
        stored = self._tools.store.sources.save(self._batch)
        for polled in self._batch:
            self._notices += answers.news(polled.feed, self._before[polled.feed.id], polled.state)
        self._unasked -= {polled.feed.id for polled in self._batch}
        backlog = sum(arrival.state == "backlog" for polled in self._batch for arrival in polled.entries)
        self._report = replace(
            self._report,
            entries_new=self._report.entries_new + sum(one.new for one in stored),
            entries_edited=self._report.entries_edited + sum(one.edited for one in stored),
            entries_backlog=self._report.entries_backlog + backlog,
        )
        self._batch.clear()
