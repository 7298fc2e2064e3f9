"""Read: entries that wait → pages → articles, archived with the answer they came from.

What the feed says is enough when it carries the full text. A page is fetched only where robots.txt allows it. One that
cannot be fetched now is tried again later; one that can never be read leaves the feed's own words, marked with the
reason. An article is known by where its page was found in the end, so that the links of an aggregator, the mobile page
and the same link in ten feeds are one article. An entry that was edited is read again, and the article before kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor import articles, feeds
from monitor.articles import Page
from monitor.articles.publishers import Publishers
from monitor.errors import ExtractError, FetchError, MonitorError, WorkError
from monitor.pipeline import hosts, made
from monitor.pipeline.judging import RESCORE
from monitor.pipeline.likely import chosen
from monitor.pipeline.pages import Arrived, Pages
from monitor.pipeline.polling import MANY_HOSTS, OWN_NETWORK
from monitor.pipeline.reports import ReadReport
from monitor.pipeline.tally import ReadTally
from monitor.pipeline.tools import Rules, Tools
from monitor.records import FROM_PAGES, ArchivedPage, Article, Extracted, Fetched, Outcome, Read, Unread

BATCH = 500
"""Entries taken up at once."""

HELD, HELD_BYTES = 50, 16_000_000
"""Results, and bytes of archived pages, held in memory before they are stored: short pauses for the workers."""

FULL_TEXT_WORDS = 250
"""A feed that says this much carries the article; the publisher need not be asked again."""

_FIRST_WAIT = timedelta(minutes=15)

PATIENCE = timedelta(hours=6)
"""News waits this long for a host that wants to be left alone; then the feed's own words have to do."""

BUDGET_PATIENCE = timedelta(hours=24)
"""News that the budget leaves out waits this long; then the feed's own words have to do."""


def read(rules: Rules, tools: Tools) -> ReadReport:
    """Read every entry that waits, or as many as the budget allows, in batches."""
    _give_up_pages(rules, tools)
    tally = ReadTally()
    for unread in _within_budget(rules, tools, tally):
        tools.say(f"reading {len(unread)} article{'' if len(unread) == 1 else 's'}")
        _Batch(rules, tools, unread, tally).read()
    return tally.report()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWork:
    """A fetched page on its way through a worker process."""

    page: Page
    answer: Fetched
    at: datetime

    @property
    def url(self) -> str:
        """The name by which a person knows it."""
        return self.page.url


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """What a worker process made of a page: the article in it, or why there is none, and the page for the archive."""

    extracted: Extracted | ExtractError
    page: ArchivedPage | None


def extract_page(work: PageWork) -> PageRead:
    """Extract and pack one page; runs in a worker process. What is too large to be read is not kept either."""
    try:
        extracted: Extracted | ExtractError = articles.extract(work.page)
    except ExtractError as error:
        extracted = error
        if error.reason == "too-large":
            return PageRead(extracted=error, page=None)
    return PageRead(extracted=extracted, page=archived(work))


def archived(work: PageWork) -> ArchivedPage:
    """Return a fetched page as it is kept."""
    return articles.packed(work.answer.final_url, made.kept_headers(work.answer), work.answer.body, work.at)


def _within_budget(rules: Rules, tools: Tools, tally: ReadTally) -> Iterator[Sequence[Unread]]:
    """Yield the entries to be read now in batches; without a budget, until none waits."""
    if rules.pages_per_cycle is None:
        while unread := tools.store.sources.unread(tools.clock(), BATCH):
            yield unread
            if len(unread) < BATCH:
                return
        return
    taken, left = chosen(tools, rules.pages_per_cycle)
    _Batch(rules, tools, left, tally).leave()
    for start in range(0, len(taken), BATCH):
        yield taken[start : start + BATCH]


def _give_up_pages(rules: Rules, tools: Tools) -> None:
    if rules.keep_pages is not None:
        tools.store.archive.prune(tools.clock() - rules.keep_pages)


class _Batch:
    """One batch of entries; entries of the same article are read once."""

    def __init__(self, rules: Rules, tools: Tools, unread: Sequence[Unread], tally: ReadTally) -> None:
        self._rules = rules
        self._tools = tools
        self._unread = unread
        self._tally = tally
        self._publishers = Publishers(rules.publishers)
        self._same: dict[str, list[Unread]] = defaultdict(list)
        again = sorted({one.again for one in unread if one.again})
        self._before = tools.store.articles.known(again)
        self._shared = tools.store.articles.shared(again)
        self._rests = hosts.Rests(tools.store.sources.rests(tools.clock()))
        self._done: list[Read] = []
        self._held = 0

    def read(self) -> None:
        """Read the batch and store what came of it, also while pages are still coming."""
        for unread in self._unread:
            link = unread.entry.url
            if link is None:
                self._keep([unread], articles.from_feed(made.page_of(unread)), "no-link")
            elif unread.entry.url_key is None:
                self._keep([unread], articles.from_feed(made.page_of(unread)), "shares-its-link")
            elif unread.again in self._before:
                self._same[f"again {unread.again}"].append(unread)
            else:
                self._same[feeds.article_key(link)].append(unread)
        self._link_known()
        self._read_feeds_own()
        self._read_pages()
        self._store()
        if self._rests.new:
            self._tools.store.sources.rest(self._rests.new)

    def leave(self) -> None:
        """Let the batch wait for the next cycle, but not for ever."""
        now = self._tools.clock()
        for unread in self._unread:
            if unread.seen_at <= now - BUDGET_PATIENCE and not unread.again:
                sentence = "others were likelier to matter for too long"
                error = FetchError(unread.entry.url or "", "over-budget", sentence)
                self._fall_back([unread], error, None)
            else:
                outcome = self._outcome(unread, "postponed", "over-budget", {"attempts": unread.attempts})
                self._wait(unread, outcome, unread.attempts, None)
        self._store()

    def _link_known(self) -> None:
        links = list(self._same)
        store = self._tools.store.articles
        for key, article in {**store.known_by_link(links), **store.known(links)}.items():
            self._done.extend(self._repeat(unread, article, "same-url") for unread in self._same.pop(key))

    def _read_feeds_own(self) -> None:
        for key, same in list(self._same.items()):
            fullest = max(same, key=lambda unread: len(unread.entry.content))
            if fullest.again in self._shared:
                continue
            if len(fullest.entry.content.split()) >= FULL_TEXT_WORDS:
                self._keep(_first(fullest, same), articles.from_feed(made.page_of(fullest)), "feed-has-full-text")
                del self._same[key]

    def _read_pages(self) -> None:
        pages = Pages(rules=self._rules, tools=self._tools, rests=self._rests)
        wanted = pages.plan({key: _link(same) for key, same in self._same.items()})
        with self._tools.progress.track("fetching pages", len(wanted)) as step:
            works = (self._work(arrived) for arrived in pages.arrive(wanted, step))
            for work, result in self._tools.workers.map(extract_page, works, seconds=self._rules.work_seconds):
                self._take(work, result)
                step()
                if self._held >= HELD_BYTES or len(self._done) >= HELD:
                    self._store()
        self._settle_missing(pages)

    def _work(self, arrived: Arrived) -> PageWork:
        known = self._same[arrived.key][0]
        said = made.page_of(known, arrived.answer.final_url)
        if known.again in self._shared:
            # Several feeds brought it: what one of them says now is not the article's new text.
            said = replace(said, content="", summary="")
        page = replace(
            said,
            id=arrived.key,
            url=arrived.answer.final_url,
            body=arrived.answer.body,
            page_bytes=self._rules.page_bytes,
            document_bytes=self._rules.document_bytes,
            content_type=arrived.answer.headers.get("content-type", ""),
        )
        return PageWork(page=page, answer=arrived.answer, at=arrived.at)

    def _settle_missing(self, pages: Pages) -> None:
        for key, (reason, until) in pages.put_off.items():
            self._put_off(self._same[key], reason, until)
        for key, error in pages.refused.items():
            self._fall_back(self._same[key], error, None)
        names = {hosts.host_of(error.subject) for error in pages.lost.values() if error.reason in OWN_NETWORK}
        offline = not pages.answered and len(names) >= MANY_HOSTS
        for key, error in pages.lost.items():
            self._give_way(self._same[key], error, offline=offline)

    def _take(self, work: PageWork, result: PageRead | MonitorError) -> None:
        same = self._same[work.page.id]
        page = archived(work) if isinstance(result, MonitorError) else result.page
        extracted = result if isinstance(result, MonitorError) else result.extracted
        self._held += len(page.packed) if page else 0
        if isinstance(extracted, WorkError) and extracted.reason == "crash" and self._may_wait(same):
            # Whoever killed the worker, it need not have been this page.
            self._postpone(same, extracted)
        elif isinstance(extracted, MonitorError):
            self._fall_back(same, extracted, page)
        else:
            found_at = made.landed(work.answer, extracted)
            self._keep(same, extracted, extracted.reason or "read", page, found_at=found_at)

    def _give_way(self, same: Sequence[Unread], error: FetchError, *, offline: bool) -> None:
        if error.reason == hosts.RESTING:
            self._put_off(same, error.reason, self._rests.end(_link(same), error, self._tools.clock()))
        elif offline or (error.transient and self._may_wait(same)):
            self._postpone(same, error, counted=not offline, seconds=error.retry_after or 0)
        else:
            self._fall_back(same, error, None)

    def _put_off(self, same: Sequence[Unread], reason: str, until: datetime) -> None:
        """Let entries wait for a host's sake: nothing was tried, so nothing counts as failed."""
        seen_at = min(unread.seen_at for unread in same)
        if seen_at <= self._tools.clock() - PATIENCE and not same[0].again:
            error = FetchError(_link(same), reason, "its site wanted to be left alone for too long")
            self._fall_back(same, error, None)
            return
        for unread in same:
            outcome = self._outcome(unread, "postponed", reason, {"attempts": unread.attempts})
            self._wait(unread, outcome, unread.attempts, until)

    def _may_wait(self, same: Sequence[Unread]) -> bool:
        return same[0].attempts + 1 < self._rules.attempts

    def _postpone(
        self, same: Sequence[Unread], error: MonitorError, *, counted: bool = True, seconds: float = 0.0
    ) -> None:
        now = self._tools.clock()
        for unread in same:
            wait = max(_FIRST_WAIT * 4 ** min(unread.attempts, 3), timedelta(seconds=seconds))
            attempts = unread.attempts + counted
            outcome = self._outcome(unread, "postponed", error.reason, {"attempts": attempts})
            self._wait(unread, outcome, attempts, now + wait)

    def _wait(self, unread: Unread, outcome: Outcome, attempts: int, until: datetime | None) -> None:
        waits = Read(unread=unread, article=None, page=None, outcome=outcome, attempts=attempts, next_at=until)
        self._done.append(waits)

    def _fall_back(self, same: Sequence[Unread], error: MonitorError, page: ArchivedPage | None) -> None:
        fullest = max(same, key=lambda unread: len(unread.entry.content) + len(unread.entry.summary))
        before = self._before.get(fullest.again or "")
        if before is not None and before.method in FROM_PAGES:
            for unread in same:
                self._leave_as_it_is(unread, before, error.reason)
            return
        said = replace(articles.from_feed(made.page_of(fullest)), reason=error.reason)
        self._keep(_first(fullest, same), said, error.reason, page)

    def _keep(
        self,
        same: Sequence[Unread],
        extracted: Extracted,
        reason: str,
        page: ArchivedPage | None = None,
        found_at: str | None = None,
    ) -> None:
        article = made.article_of(same[0], extracted, found_at, self._publishers, self._tools.clock())
        before = self._before.get(same[0].again or "")
        if before is not None and article.text == before.text:
            article = replace(article, id=before.id)
        if before is not None and article.id == before.id:
            article = self._keep_again(same[0], before, article, page)
        else:
            numbers = {"words": article.words, "bytes": page.size if page else 0}
            outcome = self._outcome(same[0], article.method, reason, numbers)
            then = self._then(article)
            self._done.append(Read(unread=same[0], article=article, page=page, outcome=outcome, then=then))
        self._done.extend(self._repeat(unread, article, "same-url") for unread in same[1:])

    def _keep_again(self, unread: Unread, before: Article, fresh: Article, page: ArchivedPage | None) -> Article:
        """Put a new reading in the place of the old one, unless it says nothing new or less than that did."""
        article, reason = made.read_again(before, fresh, shared=before.id in self._shared)
        if reason:
            self._leave_as_it_is(unread, before, reason)
            return before
        change = articles.changed(before.text, article.text)
        numbers = {"words": article.words, "added": change.added_words, "removed": change.removed_words}
        outcome = self._outcome(unread, "revised", "text-changed", numbers)
        self._done.append(Read(unread=unread, article=article, page=page, outcome=outcome, revised=change))
        self._before[before.id] = article
        return article

    def _leave_as_it_is(self, unread: Unread, article: Article, reason: str) -> None:
        outcome = self._outcome(unread, "unchanged", reason, {"words": article.words})
        self._done.append(Read(unread=unread, article=article, page=None, outcome=outcome))

    def _store(self) -> None:
        """Store what is done so far: a process that dies later loses none of it."""
        self._settle()
        if self._done:
            self._tools.store.articles.save(self._done, self._tools.clock())
            self._tally.add(self._done)
        self._done, self._held = [], 0

    def _settle(self) -> None:
        """Let entries whose links led to one article share it, be it known already or read twice just now."""
        fresh = {place: done.article for place, done in enumerate(self._done) if done.article and _is_new(done)}
        first: dict[str, Article] = self._tools.store.articles.known([article.id for article in fresh.values()])
        for place, article in fresh.items():
            if article.id in first:
                self._done[place] = self._repeat(self._done[place].unread, first[article.id], "redirects-to-known")
            first.setdefault(article.id, article)

    def _then(self, article: Article) -> tuple[Outcome, ...]:
        """Say so when an article turns out too old to be judged; its page knew a date that the feed did not."""
        at = self._tools.clock()
        if article.published >= at - RESCORE:
            return ()
        reason = f"older-than-{RESCORE.days}-days"
        return (Outcome(step="score", subject=article.id, outcome="skipped", reason=reason, at=at),)

    def _repeat(self, unread: Unread, article: Article, reason: str) -> Read:
        outcome = self._outcome(unread, "repeated", reason, {})
        return Read(unread=unread, article=article, page=None, outcome=outcome)

    def _outcome(self, unread: Unread, outcome: str, reason: str, numbers: dict[str, int]) -> Outcome:
        at = self._tools.clock()
        return Outcome(step="read", subject=unread.id, outcome=outcome, reason=reason, numbers=dict(numbers), at=at)


def _is_new(done: Read) -> bool:
    return done.outcome.outcome not in {"repeated", "unchanged", "revised"}


def _link(same: Sequence[Unread]) -> str:
    """Return the link of entries that share an article, as the first of them gave it."""
    return same[0].entry.url or same[0].feed.url


def _first(chosen: Unread, same: Sequence[Unread]) -> list[Unread]:
    return [chosen, *(unread for unread in same if unread.id != chosen.id)]
