"""Score: articles → topics they match."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta

from monitor.pipeline import training
from monitor.pipeline.reports import ScoreReport
from monitor.pipeline.tools import Rules, Tools
from monitor.records import Article, Document, Outcome, Score

BATCH = 500
"""Articles judged and stored in one transaction."""

RESCORE = timedelta(days=14)
"""A new model version judges this far back; older articles keep the scores that were acted on."""


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


def _document(article: Article) -> Document:
    return Document(
        id=article.id,
        title=article.title,
        text=article.own_text,
        published=article.published,
        source=article.publisher,
        language=article.language,
    )
