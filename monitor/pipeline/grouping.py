"""Group: articles → the stories they belong to, stories that turn out to be one, and whose news each article is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from monitor.pipeline.judging import RESCORE
from monitor.pipeline.reports import GroupReport
from monitor.pipeline.tools import Rules, Tools
from monitor.ports import Grouper, Placing
from monitor.records import Document, Merged, Outcome, Placed

BATCH = 500
"""Articles placed and stored in one transaction."""

STORIES = 200
"""Stories looked at and stored in one transaction, to say whose news their articles are."""

WINDOW = timedelta(days=5)
"""Stories quiet for longer are closed and take no more articles."""

KEPT = timedelta(days=30)
"""Vectors made longer ago are given up: a late article is seldom that late, and they can be made again."""

WORDS_LIVE = timedelta(days=7)
"""Word statistics are counted anew this often; in between they are frozen, so that vectors stay comparable."""

WORDS_KEPT = 3
"""Of so many word statistics the bytes are kept; nobody reads older ones."""

ARCHIVE = 20_000
"""Articles that word statistics are counted on."""


def group(rules: Rules, tools: Tools) -> GroupReport:
    """Place the articles that are in no story yet, join stories that are one, and say whose news is whose.

    Raises BusyError while another process does: it may merge away the story that an article is about to join.
    """
    with tools.store.only_one("grouping"):
        return _group(rules, tools)


def _group(rules: Rules, tools: Tools) -> GroupReport:
    report = GroupReport()
    placing: Placing | None = None
    words = ""
    since = tools.clock() - RESCORE
    left = tools.store.grouping.grown(since)
    while batch := tools.store.grouping.waiting(since, BATCH):
        tools.say(f"grouping {len(batch)} article{'' if len(batch) == 1 else 's'}")
        if placing is None:
            placing, words = _opened(tools, max(since, min([_earliest(batch), *left.values()])))
        placed = placing.place(batch, tools.store.grouping.originals([one.id for one in batch]))
        told = [_placing(tools, place, words) for place in placed]
        tools.store.grouping.save(placed, batch, placing.vectors(), words, told, tools.clock())
        report = _grown(report, placed)
    if placing is None and left:
        placing, words = _opened(tools, max(since, min(left.values())))
    merged = _merge(tools, placing, words, left) if placing else 0
    _source(rules, tools)
    tools.store.grouping.forget_vectors(tools.clock() - KEPT)
    return GroupReport(
        articles=report.articles,
        stories_new=report.stories_new,
        stories_grown=report.stories_grown,
        stories_merged=merged,
    )


def _opened(tools: Tools, earliest: datetime) -> tuple[Placing, str]:
    """Return the window beside which articles from then on are placed, and the version of its word statistics."""
    grouper = _grouper(tools)
    cuts = tools.store.cuts.listed()
    # What a person parted stays apart however long ago it was.
    parted = [article for cut in cuts for article in (*cut.articles, *cut.apart)]
    window = tools.store.grouping.window(earliest - WINDOW, grouper.version, parted)
    return grouper.open(window, tools.store.grouping.texts, cuts), grouper.version


def _grown(report: GroupReport, placed: Sequence[Placed]) -> GroupReport:
    new = {place.story for place in placed if place.founded}
    return GroupReport(
        articles=report.articles + len(placed),
        stories_new=report.stories_new + len(new),
        stories_grown=report.stories_grown + len({place.story for place in placed} - new),
    )


def _merge(tools: Tools, placing: Placing, words: str, left: Collection[str]) -> int:
    """Join what has turned out to be one; what a killed run `left` grown is looked at, too."""
    merged = placing.merges(left)
    if merged:
        tools.store.grouping.merge(merged, [_merging(tools, one, words) for one in merged])
    return len(merged)


def _source(rules: Rules, tools: Tools) -> None:
    """Say whose news the articles of new and grown stories are; what a killed run left over is found here, too."""
    while stories := tools.store.grouping.unsourced(STORIES):
        tools.store.grouping.save_sources(
            [one for story in stories for one in tools.sourcing(story.members, rules.publishers).relations]
        )


def _grouper(tools: Tools) -> Grouper:
    now = tools.clock()
    stored = tools.store.models.words()
    if stored is not None and now - stored[1] < WORDS_LIVE:
        return tools.grouper(stored[0])
    counted = tools.store.models.archive(ARCHIVE)
    version, body = tools.count_words(counted)
    tools.store.models.save("words", version, {"articles": len(counted)}, now, body)
    tools.store.models.keep_words(WORDS_KEPT)
    return tools.grouper(body)


def _placing(tools: Tools, place: Placed, words: str) -> Outcome:
    numbers: dict[str, float | int | str] = {
        "story": place.story,
        "similarity": round(place.similarity, 4),
        "closest": place.closest or "",
        "nearest": place.nearest or "",
        "nearest_similarity": round(place.nearest_similarity, 4),
        "apart": place.apart,
    }
    outcome = "founded" if place.founded else "joined"
    return Outcome(
        step="group",
        subject=place.id,
        outcome=outcome,
        reason=place.reason,
        numbers=numbers,
        model=words,
        at=tools.clock(),
    )


def _merging(tools: Tools, one: Merged, words: str) -> Outcome:
    numbers: dict[str, float | int | str] = {"into": one.into, "similarity": round(one.similarity, 4)}
    return Outcome(
        step="group",
        subject=one.story,
        outcome="merged",
        reason="alike",
        numbers=numbers,
        model=words,
        at=tools.clock(),
    )


def _earliest(documents: Sequence[Document]) -> datetime:
    return min(document.published for document in documents if document.published is not None)
