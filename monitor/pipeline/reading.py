"""Read: entries that wait → pages → articles, archived with the answer they came from.

What the feed says is enough when it carries the full text. A page is fetched only where robots.txt allows it. One that
cannot be fetched now is tried again later; one that can never be read leaves the feed's own words, marked with the
reason. An article is known by where its page was found in the end, so that the links of an aggregator, the mobile page
and the same link in ten feeds are one article.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor import articles, feeds
from monitor.articles import Page
from monitor.errors import FetchError, MonitorError
from monitor.pipeline import hosts, made, robots
from monitor.pipeline.judging import RESCORE
from monitor.pipeline.polling import MANY_HOSTS, OWN_NETWORK
from monitor.pipeline.reports import Failure, ReadReport
from monitor.pipeline.tools import Rules, Tools
from monitor.records import ArchivedPage, Article, Extracted, Fetched, Outcome, Read, Request, Unread

BATCH = 200
"""Entries taken up at once."""

FULL_TEXT_WORDS = 250
"""A feed that says this much carries the article; the publisher need not be asked again."""

_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_FIRST_WAIT = timedelta(minutes=15)

PATIENCE = timedelta(hours=6)
"""News waits this long for a host that wants to be left alone; then the feed's own words have to do."""

SLOW_SHARE = 120.0
"""Seconds that the pages of one slow site may take of a batch; the rest of them waits for the next cycle."""


def read(rules: Rules, tools: Tools) -> ReadReport:
    """Read every entry that waits, in batches, each batch stored in one transaction."""
    report = ReadReport()
    while unread := tools.store.sources.unread(tools.clock(), BATCH):
        tools.say(f"reading {len(unread)} article{'' if len(unread) == 1 else 's'}")
        done = _Batch(rules, tools, unread).read()
        tools.store.articles.save(done, tools.clock())
        report = _added(report, done)
        if len(unread) < BATCH:
            break
    return report


def extract_page(work: PageWork) -> Extracted:
    """Extract one page; runs in a worker process."""
    return articles.extract(work.page)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWork:
    """A fetched page on its way through a worker process."""

    page: Page
    answer: Fetched
    at: datetime


class _Batch:
    """One batch of entries; entries of the same article are read once."""

    def __init__(self, rules: Rules, tools: Tools, unread: Sequence[Unread]) -> None:
        self._rules = rules
        self._tools = tools
        self._unread = unread
        self._same: dict[str, list[Unread]] = defaultdict(list)
        self._rests = hosts.Rests(tools.store.sources.rests(tools.clock()))
        self._lost: list[tuple[list[Unread], FetchError]] = []
        self._answered = 0
        self._done: list[Read] = []

    def read(self) -> list[Read]:
        for unread in self._unread:
            link = unread.entry.url
            if link is None:
                self._keep([unread], articles.from_feed(made.page_of(unread)), "no-link")
            elif unread.entry.url_key is None:
                self._keep([unread], articles.from_feed(made.page_of(unread)), "shares-its-link")
            else:
                self._same[feeds.article_key(link)].append(unread)
        self._link_known()
        self._read_feeds_own()
        self._read_pages()
        self._settle()
        if self._rests.new:
            self._tools.store.sources.rest(self._rests.new)
        return self._done

    def _link_known(self) -> None:
        for key, article in self._tools.store.articles.known(list(self._same)).items():
            self._done.extend(self._repeat(unread, article, "same-url") for unread in self._same.pop(key))

    def _read_feeds_own(self) -> None:
        for key, same in list(self._same.items()):
            fullest = max(same, key=lambda unread: len(unread.entry.content))
            if len(fullest.entry.content.split()) >= FULL_TEXT_WORDS:
                self._keep(_first(fullest, same), articles.from_feed(made.page_of(fullest)), "feed-has-full-text")
                del self._same[key]

    def _read_pages(self) -> None:
        wanted = list(self._in_time(self._allowed(self._rested())))
        with self._tools.progress.track("fetching pages", len(wanted)) as step:
            for item, result in self._tools.workers.map(
                extract_page, self._fetched(wanted, step), seconds=self._rules.work_seconds
            ):
                self._take(item, result)
                step()
        names = {hosts.host_of(error.subject) for _, error in self._lost if error.reason in OWN_NETWORK}
        offline = not self._answered and len(names) >= MANY_HOSTS
        for same, error in self._lost:
            self._give_way(same, error, offline=offline)

    def _rested(self) -> Iterator[Request]:
        """Yield the requests for pages whose hosts may be asked now; put the other entries off."""
        now = self._tools.clock()
        for key, same in self._same.items():
            url = _link(same)
            until = self._rests.until(url, now)
            if until is None:
                yield Request(key=key, url=url, max_bytes=self._rules.page_bytes, accept=_ACCEPT)
            else:
                self._put_off(same, hosts.RESTING, until)

    def _allowed(self, requests: Iterator[Request]) -> Iterator[Request]:
        """Yield the requests that their sites' robots.txt allows, with the pause it asks for."""
        wanted = list(requests)
        found = robots.permission(self._rules, self._tools, [request.url for request in wanted], self._rests)
        for request in wanted:
            same = self._same[request.key]
            if request.url in found.refused:
                self._fall_back(same, _refusal(request.url), None)
            elif request.url in found.unknown:
                self._lost.append((same, found.unknown[request.url]))
            else:
                yield replace(request, spacing=found.delays.get(request.url, 0.0))

    def _in_time(self, requests: Iterator[Request]) -> Iterator[Request]:
        """Yield the requests that can be made soon; a site that asks for long pauses must not hold up all others."""
        spent: Counter[str] = Counter()
        for request in requests:
            host = hosts.host_of(request.url)
            if spent[host] + request.spacing <= SLOW_SHARE:
                spent[host] += int(request.spacing)
                yield request
            else:
                self._put_off(self._same[request.key], "crawl-delay", self._tools.clock() + _FIRST_WAIT)

    def _fetched(self, requests: Sequence[Request], step: Callable[[], None]) -> Iterator[PageWork]:
        """Yield the pages as they arrive; last those that a redirect led to another site, if that one allows it."""
        elsewhere: list[PageWork] = []
        for request, answer in self._tools.web.fetch(requests, resting=self._rests.now(self._tools.clock())):
            same = self._same[request.key]
            now = self._tools.clock()
            self._rests.learn(request.url, answer, now)
            if isinstance(answer, FetchError):
                self._lost.append((same, answer))
                step()
                continue
            self._answered += 1
            page = replace(made.page_of(same[0]), id=request.key, url=answer.final_url, body=answer.body)
            kind = answer.headers.get("content-type", "")
            work = PageWork(page=replace(page, content_type=kind), answer=answer, at=now)
            if robots.origin_of(answer.final_url) == robots.origin_of(request.url):
                yield work
            else:
                elsewhere.append(work)
        yield from self._welcome(elsewhere, step)

    def _welcome(self, led: Sequence[PageWork], step: Callable[[], None]) -> Iterator[PageWork]:
        pages = [work.answer.final_url for work in led]
        found = robots.permission(self._rules, self._tools, pages, self._rests)
        for work in led:
            if work.answer.final_url in found.refused:
                self._fall_back(self._same[work.page.id], _refusal(work.answer.final_url), None)
                step()
            else:
                yield work

    def _take(self, item: PageWork, result: Extracted | MonitorError) -> None:
        same = self._same[item.page.id]
        page = ArchivedPage(
            url=item.answer.final_url,
            headers=made.kept_headers(item.answer),
            body=item.answer.body,
            fetched_at=item.at,
        )
        if isinstance(result, MonitorError):
            self._fall_back(same, result, page)
        else:
            self._keep(same, result, result.reason or "read", page, found_at=made.landed(item.answer, result))

    def _give_way(self, same: Sequence[Unread], error: FetchError, *, offline: bool) -> None:
        tried = same[0].attempts + 1
        if error.reason == hosts.RESTING:
            self._put_off(same, error.reason, self._rests.end(_link(same), error, self._tools.clock()))
        elif offline or (error.transient and tried < self._rules.attempts):
            self._postpone(same, error, counted=not offline)
        else:
            self._fall_back(same, error, None)

    def _put_off(self, same: Sequence[Unread], reason: str, until: datetime) -> None:
        """Let entries wait for a host's sake: nothing was tried, so nothing counts as failed."""
        if min(unread.seen_at for unread in same) <= self._tools.clock() - PATIENCE:
            self._fall_back(
                same, FetchError(_link(same), reason, "its site wanted to be left alone for too long"), None
            )
            return
        for unread in same:
            outcome = self._outcome(unread, "postponed", reason, {"attempts": unread.attempts})
            self._done.append(
                Read(unread=unread, article=None, page=None, outcome=outcome, attempts=unread.attempts, next_at=until)
            )

    def _postpone(self, same: Sequence[Unread], error: FetchError, *, counted: bool) -> None:
        now = self._tools.clock()
        for unread in same:
            wait = max(_FIRST_WAIT * 4 ** min(unread.attempts, 3), timedelta(seconds=error.retry_after or 0))
            attempts = unread.attempts + counted
            outcome = self._outcome(unread, "postponed", error.reason, {"attempts": attempts})
            self._done.append(
                Read(unread=unread, article=None, page=None, outcome=outcome, attempts=attempts, next_at=now + wait)
            )

    def _fall_back(self, same: Sequence[Unread], error: MonitorError, page: ArchivedPage | None) -> None:
        fullest = max(same, key=lambda unread: len(unread.entry.content) + len(unread.entry.summary))
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
        article = made.article_of(same[0], extracted, found_at)
        numbers = {"words": article.words, "bytes": len(page.body) if page else 0}
        outcome = self._outcome(same[0], article.method, reason, numbers)
        self._done.append(Read(unread=same[0], article=article, page=page, outcome=outcome, then=self._then(article)))
        self._done.extend(self._repeat(unread, article, "same-url") for unread in same[1:])

    def _settle(self) -> None:
        """Let entries whose links led to one article share it, be it known already or read twice just now."""
        made = {result.article.id for result in self._done if result.article is not None}
        first: dict[str, Article] = dict(self._tools.store.articles.known(list(made)))
        for place, result in enumerate(self._done):
            article = result.article
            if article is None or result.outcome.outcome == "repeated":
                continue
            if article.id in first:
                self._done[place] = self._repeat(result.unread, first[article.id], "redirects-to-known")
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


def _refusal(url: str) -> FetchError:
    return FetchError(url, "robots-refused", "the site's robots.txt asks not to fetch this page")


def _link(same: Sequence[Unread]) -> str:
    """Return the link of entries that share an article, as the first of them gave it."""
    return same[0].entry.url or same[0].feed.url


def _first(chosen: Unread, same: Sequence[Unread]) -> list[Unread]:
    return [chosen, *(unread for unread in same if unread.id != chosen.id)]


def _added(report: ReadReport, done: Sequence[Read]) -> ReadReport:
    outcomes = Counter(result.outcome.outcome for result in done)
    doubtful = Counter(report.doubtful)
    kept = [result for result in done if result.article is not None and result.outcome.outcome != "repeated"]
    doubtful.update(result.article.reason for result in kept if result.article and result.article.reason)
    pages = sum(result.outcome.outcome in {"page", "json-ld", "description"} for result in kept)
    return ReadReport(
        pages=report.pages + pages,
        from_feed=report.from_feed + len(kept) - pages,
        repeated=report.repeated + outcomes["repeated"],
        postponed=(*report.postponed, *(_failure(result) for result in done if result.article is None)),
        doubtful=dict(doubtful),
    )


def _failure(result: Read) -> Failure:
    entry = result.unread.entry
    when = f"tried again after {result.next_at:%H:%M} UTC"
    return Failure(name=entry.title, subject=entry.url or "", reason=result.outcome.reason, message=when)
