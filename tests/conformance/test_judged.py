"""Articles beside one topic's score, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.records import Article, Judged, Read, Score, Term
from monitor.store import Store
from tests.conformance.news import FEED, NOW, article, entry, outcome, polled

SINCE = NOW - timedelta(days=30)


def read(store: Store, name: str, published: datetime = NOW, **facts: object) -> Article:
    """Bring one entry in and read it as an article of that id."""
    store.sources.sync([FEED])
    store.sources.save([polled(entry(name))])
    unread = next(one for one in store.sources.unread(NOW, 10) if one.entry.key == name)
    made = replace(article(name, published), **facts)  # type: ignore[arg-type]  # checked by the record itself
    store.articles.save([Read(unread=unread, article=made, page=None, outcome=outcome("read", unread.id))], NOW)
    return made


def score(name: str, topic: str = "ferries", value: float = 0.4) -> Score:
    return Score(
        id=name,
        topic=topic,
        score=value,
        probability=None,
        threshold=0.5,
        matched=value >= 0.5,
        passage="the passage",
        terms=(Term(text="ferry", weight=1.5),),
        logit=-0.5,
        part=2,
        parts=3,
        reason="",
    )


def judge(store: Store, made: Article, *scores: Score, model: str = "m1") -> None:
    store.articles.save_scores([made], list(scores), [], model, NOW)


def ids(found: list[Judged]) -> list[str]:
    return [one.id for one in found]


def test_an_article_comes_with_its_score_and_without_furniture(store: Store) -> None:
    made = read(store, "a", text="First.\n\nSubscribe now.\n\nLast.", reason="short")
    store.articles.save_compared(["a"], {"a": (1,)}, [], [], NOW)
    judge(store, made, score("a"))
    assert store.judged.some(["a", "nobody"], "ferries", "m1") == {
        "a": Judged(
            id="a",
            url=made.url,
            title=made.title,
            text="First.\n\nLast.",
            published=NOW,
            publisher="One Ltd",
            score=score("a"),
            model="m1",
        )
    }
    assert store.judged.some(["a"], "ferries", "m2") == store.judged.some([], "ferries", "m1") == {}


def test_all_articles_that_could_be_judged_come_as_outlines_the_newest_first(store: Store) -> None:
    for days, name in enumerate("bacd"):
        made = read(store, name, NOW - timedelta(days=days * 10), text="word " * 900)
        judge(store, made, replace(score(name), reason="too-short" if name == "c" else ""))
    found = store.judged.outlines("ferries", "m1", SINCE)
    assert ids(found) == ["b", "a", "d"]
    assert ids(store.judged.outlines("ferries", "m1", NOW - timedelta(days=29))) == ["b", "a"]
    assert found[0].text == ("word " * 900)[: len(found[0].text)]
    assert len(found[0].text) < 100
    assert (found[0].score.score, found[0].score.threshold, found[0].score.terms) == (0.4, 0.5, ())


def test_addresses_lead_to_the_ids_of_their_articles(store: Store) -> None:
    made = read(store, "a")
    assert store.judged.ids([made.url, "https://nobody.example/"]) == {"a"}
    assert store.judged.ids([]) == set()


def test_other_topics_and_models_are_left_out(store: Store) -> None:
    made = read(store, "a")
    judge(store, made, score("a"), score("a", "bees", 0.9))
    judge(store, made, score("a", value=0.7), model="m2")
    assert [one.score.score for one in store.judged.outlines("ferries", "m1", SINCE)] == [0.4]
    assert [one.score.score for one in store.judged.outlines("ferries", "m2", SINCE)] == [0.7]
    assert store.judged.outlines("bees", "m2", SINCE) == []


def test_an_article_is_known_as_it_was_judged_last(store: Store) -> None:
    made = read(store, "a")
    assert store.judged.last("a", "ferries") is None
    judge(store, made, score("a"), score("a", "bees"))
    judge(store, made, score("a", value=0.7), model="m2")
    found = store.judged.last("a", "ferries")
    assert found is not None
    assert (found.model, found.score.score, found.title) == ("m2", 0.7, made.title)
    assert store.judged.last("a", "bees") is None
    assert store.judged.last("nobody", "ferries") is None


def test_the_model_that_judges_is_that_of_the_newest_article_that_has_one(store: Store) -> None:
    assert store.judged.model() is None
    judge(store, read(store, "old", NOW - timedelta(days=2)), score("old"), model="m1")
    judge(store, read(store, "new", NOW - timedelta(days=1)), score("new"), model="m2")
    read(store, "unscored", NOW)
    assert store.judged.model() == "m2"
