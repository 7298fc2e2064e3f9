"""Compare: articles just read → which copy another, and which of their paragraphs are their site's furniture.

It comes before scoring: a sidebar under every article of a site must neither match a topic nor look like copied text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from monitor import feeds
from monitor.articles.furniture import furniture
from monitor.pipeline.reports import CompareReport
from monitor.pipeline.tools import Tools
from monitor.ports import CopyFinder
from monitor.records import Article, Copied, Document, Outcome, without

BATCH = 500
"""Articles compared and stored in one transaction."""

WINDOW = timedelta(days=5)
"""Copies are looked for among articles published so long before; letter for letter ones at any age."""

WINDOW_ARTICLES = 20_000
"""The newest so many of them."""

OF_A_SITE = 30
"""Articles of a site that show what it repeats."""


def compare(tools: Tools) -> CompareReport:
    """Compare the articles that were read since the last time."""
    report = CompareReport()
    finder: CopyFinder | None = None
    while batch := tools.store.articles.uncompared(BATCH):
        tools.say(f"comparing {len(batch)} article{'' if len(batch) == 1 else 's'}")
        finder = finder or tools.copy_finder()
        done = _Compared(tools, batch, finder)
        tools.store.articles.save_compared(
            [article.id for article in batch], done.furniture, done.copied, done.outcomes(), tools.clock()
        )
        report = CompareReport(
            articles=report.articles + len(batch),
            copies=report.copies + len(done.copied),
            furnished=report.furnished + len(done.furniture),
        )
    return report


@dataclass(kw_only=False)
class _Compared:
    """A batch, and what comparing it shows."""

    tools: Tools
    batch: Sequence[Article]
    finder: CopyFinder
    furniture: Mapping[str, tuple[int, ...]] = field(init=False)
    copied: Sequence[Copied] = field(init=False)

    def __post_init__(self) -> None:
        self.furniture = self._furniture()
        self.copied = self._copies()

    def outcomes(self) -> list[Outcome]:
        """Return what became of each article, and why."""
        copies = {one.id: one for one in self.copied}
        known = {article.id for article in self.batch}
        return [
            *(self._outcome(article.id, copies.get(article.id)) for article in self.batch),
            *(self._outcome(one.id, one) for one in self.copied if one.id not in known),
        ]

    def _furniture(self) -> dict[str, tuple[int, ...]]:
        by_site: dict[str, list[Document]] = defaultdict(list)
        for article in self.batch:
            if article.site and article.method == "page":
                by_site[article.site].append(_document(article, ()))
        found: dict[str, tuple[int, ...]] = {}
        new = {article.id for article in self.batch}
        for site, documents in by_site.items():
            recent = self.tools.store.articles.of_site(site, OF_A_SITE)
            found |= furniture(documents, [document for document in recent if document.id not in new])
        return found

    def _copies(self) -> Sequence[Copied]:
        documents = [_document(article, self.furniture.get(article.id, ())) for article in self.batch]
        known = {document.id for document in documents}
        store = self.tools.store.articles
        since = min(article.published for article in self.batch) - WINDOW
        window = [*store.compared(since, WINDOW_ARTICLES), *store.same_text(sorted(known)), *self._named_originals()]
        others = {document.id: document for document in window if document.id not in known}
        found = self.finder.find(documents, list(others.values()))
        late = store.known([one.id for one in found if one.id not in known])
        return [one for one in found if one.id in known or late[one.id].copy_of is None]

    def _named_originals(self) -> list[Document]:
        """Return the articles on other sites that pages of the batch name as what they repeat."""
        keys = {feeds.article_key(article.canonical) for article in self.batch if article.canonical}
        known = self.tools.store.articles.known(sorted(keys))
        return [_document(article, article.furniture) for article in known.values()]

    def _outcome(self, article_id: str, copied: Copied | None) -> Outcome:
        numbers: dict[str, float | int | str] = {"furniture": len(self.furniture.get(article_id, ()))}
        outcome, reason = "original", "no-text-shared"
        if copied is not None:
            outcome, reason = "copy", "text-shared"
            numbers |= {"of": copied.of, "share": round(copied.share, 3)}
        at = self.tools.clock()
        return Outcome(step="compare", subject=article_id, outcome=outcome, reason=reason, numbers=numbers, at=at)


def _document(article: Article, furniture: Sequence[int]) -> Document:
    return Document(
        id=article.id,
        title=article.title,
        text=without(article.text, furniture),
        published=article.published,
        source=article.publisher,
    )
