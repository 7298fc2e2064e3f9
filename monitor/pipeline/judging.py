"""Score and group: articles → topics they match, and stories they belong to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.pipeline import training
from monitor.pipeline.reports import GroupReport, ScoreReport
from monitor.pipeline.tools import Rules, Tools
from monitor.ports import Grouper
from monitor.records import Article, Document, Outcome, Placed, Score

BATCH = 500
"""Articles judged and stored in one transaction."""

RESCORE = timedelta(days=14)
"""A new model version judges this far back; older articles keep the scores that were acted on."""

WINDOW = timedelta(days=5)
"""Stories quiet for longer are closed and take no more articles."""

WORDS_LIVE = timedelta(days=7)
"""Word statistics are counted anew this often; in between they are frozen, so that vectors stay comparable."""

ARCHIVE = 20_000
"""Articles that word statistics are counted on."""


def score(rules: Rules, tools: Tools) -> ScoreReport:
    """Score the articles that the current model has not seen."""
    before = tools.store.trainings.champion()
    scorer = tools.scorer()
    standing = tools.store.trainings.champion()
    titles = {topic.id: topic.title for topic in rules.topics}
    matched: Counter[str] = Counter()
    total = 0
    while batch := tools.store.articles.unscored(scorer.version, tools.clock() - RESCORE, BATCH):
        tools.say(f"scoring {len(batch)} article{'' if len(batch) == 1 else 's'}")
        given = scorer.score([_document(article) for article in batch])
        by_article: dict[str, list[Score]] = defaultdict(list)
        for one in given:
            by_article[one.id].append(one)
        told = [_verdict(tools, article, by_article[article.id], scorer.version) for article in batch]
        tools.store.articles.save_scores(batch, given, told, scorer.version, tools.clock())
        matched.update(titles.get(one.topic, one.topic) for one in given if one.matched)
        total += len(batch)
    return ScoreReport(
        articles=total,
        matched=dict(matched),
        model=scorer.version,
        waiting=training.waiting(tools.champion),
        gone=training.gone(tools.champion),
        decided=standing.reasons if standing and standing != before else (),
    )


def group(tools: Tools) -> GroupReport:
    """Place the articles that are in no story yet."""
    report = GroupReport()
    grouper: Grouper | None = None
    since = tools.clock() - RESCORE
    while batch := tools.store.stories.ungrouped(since, BATCH):
        tools.say(f"grouping {len(batch)} article{'' if len(batch) == 1 else 's'}")
        grouper = grouper or _grouper(tools)
        window = tools.store.stories.window(_earliest(batch) - WINDOW)
        placed = grouper.place(batch, window)
        told = [_placing(tools, place, grouper.version) for place in placed]
        tools.store.stories.save(placed, batch, grouper.version, told, tools.clock())
        new = {place.story for place in placed if place.founded}
        report = GroupReport(
            articles=report.articles + len(placed),
            stories_new=report.stories_new + len(new),
            stories_grown=report.stories_grown + len({place.story for place in placed} - new),
        )
    return report


def _grouper(tools: Tools) -> Grouper:
    now = tools.clock()
    stored = tools.store.models.words()
    if stored is not None and now - stored[1] < WORDS_LIVE:
        return tools.grouper(stored[0])
    counted = tools.store.models.archive(ARCHIVE)
    version, body = tools.count_words(counted)
    tools.store.models.save("words", version, {"articles": len(counted)}, now, body)
    return tools.grouper(body)


def _verdict(tools: Tools, article: Article, given: Sequence[Score], model: str) -> Outcome:
    matched = [one.topic for one in given if one.matched]
    # A score that means nothing must not pass for one that is low.
    numbers: dict[str, float | int | str] = {one.topic: one.reason or round(one.score, 4) for one in given}
    unjudged = {one.reason for one in given}
    if matched:
        outcome, reason = "matched", ",".join(matched)[:80]
    elif given and "" not in unjudged:
        outcome, reason = "not-judged", min(unjudged)
    else:
        outcome, reason = "no-match", "below-threshold"
    return Outcome(
        step="score", subject=article.id, outcome=outcome, reason=reason, numbers=numbers, model=model, at=tools.clock()
    )


def _placing(tools: Tools, place: Placed, words: str) -> Outcome:
    numbers: dict[str, float | int | str] = {
        "story": place.story,
        "similarity": round(place.similarity, 4),
        "nearest": place.nearest or "",
        "nearest_similarity": round(place.nearest_similarity, 4),
    }
    outcome, reason = ("founded", "no-near-story") if place.founded else ("joined", "similar")
    return Outcome(
        step="group", subject=place.id, outcome=outcome, reason=reason, numbers=numbers, model=words, at=tools.clock()
    )


def _earliest(documents: Sequence[Document]) -> datetime:
    return min(document.published for document in documents if document.published is not None)


def _document(article: Article) -> Document:
    return Document(
        id=article.id,
        title=article.title,
        text=article.own_text,
        published=article.published,
        source=article.publisher,
        language=article.language,
    )
