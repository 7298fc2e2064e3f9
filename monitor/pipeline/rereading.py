"""Read again: archived pages → what the program of today reads in them, and articles brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import articles
from monitor.articles import Page
from monitor.articles.publishers import Publishers
from monitor.errors import MonitorError
from monitor.pipeline import made
from monitor.pipeline.tools import Rules, Tools
from monitor.records import ArchivedPage, Extracted, Outcome, Read, Unread

BATCH = 50
"""Articles brought up to date in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """An article read again from the archive: its id, and the article in the page or why there is none."""

    id: str
    url: str
    extracted: Extracted | MonitorError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """An archived page on its way through a worker process, beside what the feed said of it."""

    page: Page
    archived: ArchivedPage
    unread: Unread

    @property
    def url(self) -> str:
        return self.page.url


def reread(rules: Rules, tools: Tools, *, since: datetime | None, save: bool) -> Iterator[Reread]:
    """Yield what is read in the pages archived after `since`, by the article's id.

    With `save`, articles whose text is different now are revised: compared again by the next cycle and, if they are of
    the last two weeks, scored again. A page that says less now leaves the article as it was, and so does one whose
    article was read from the feed since.
    """
    works = (_work(unread, page) for unread, page in tools.store.archive.all(since))
    publishers = Publishers(rules.publishers)
    done: list[tuple[Unread, Extracted]] = []
    for work, result in tools.workers.map(_extract, works, seconds=rules.work_seconds):
        yield Reread(id=work.page.id, url=work.page.url, extracted=result)
        if save and not isinstance(result, MonitorError):
            done.append((work.unread, result))
        if len(done) >= BATCH:
            _save(tools, publishers, done)
            done = []
    _save(tools, publishers, done)


def _work(unread: Unread, page: ArchivedPage) -> _Work:
    said = made.page_of(unread, page.url)
    kind = page.headers.get("content-type", "")
    return _Work(page=replace(said, id=unread.again or unread.id, content_type=kind), archived=page, unread=unread)


def _extract(work: _Work) -> Extracted:
    return articles.extract(replace(work.page, body=articles.unpacked(work.archived)))


def _save(tools: Tools, publishers: Publishers, done: list[tuple[Unread, Extracted]]) -> None:
    known = tools.store.articles.known([unread.again for unread, _ in done if unread.again])
    reads = []
    for unread, extracted in done:
        before = known[unread.again or ""]
        fresh = made.article_of(unread, extracted, None, publishers, tools.clock())
        article, reason = made.read_again(before, fresh, shared=True)
        if not reason:
            change = articles.changed(before.text, article.text)
            numbers = {"words": article.words, "added": change.added_words, "removed": change.removed_words}
            at = tools.clock()
            told = Outcome(
                step="read", subject=unread.id, outcome="revised", reason="read-again", numbers=dict(numbers), at=at
            )
            reads.append(Read(unread=unread, article=article, page=None, outcome=told, revised=change))
    if reads:
        tools.store.articles.revise(reads, tools.clock())
