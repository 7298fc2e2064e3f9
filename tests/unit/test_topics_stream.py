"""What a model makes of the user's own news: who stands in for labels, how common a topic is, how many match a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from monitor.records import Document, Label, Topic
from monitor.topics import start_background, train
from monitor.topics.calibration import threshold_for
from monitor.topics.examples import FEW, STAND_INS, alike, sort
from monitor.topics.features import Featuriser
from monitor.topics.keywords import words
from monitor.topics.vocabulary import fit_letters, fit_vocabulary, tokens

TRAMS = Topic(
    id="trams",
    title="Trams",
    description="Tram lines, their building, operation and accidents.",
    seeds=("new tram line opens", "tram operator orders low-floor cars", "tram derails at a junction", "tram tracks"),
    keywords=(("tram*", "light rail"),),
)
START = datetime(2026, 3, 2, tzinfo=UTC)
PLACES = ("Orden", "Valby", "Tarn", "Quill", "Marsh End", "Lowgate", "Ferring", "Hollin")


def tram_news(count: int) -> list[Document]:
    """Return texts about trams, each with a place and a number of its own."""
    return [
        Document(
            id=f"tram-{n}",
            title=f"Tram line {n} reaches {PLACES[n % 8]}",
            text=f"The tram operator opened {n + 2} stops in {PLACES[n % 8]}. New low-floor trams use {n} km of track.",
            published=START + timedelta(hours=4 * n),
        )
        for n in range(count)
    ]


def dated(documents: list[Document]) -> list[Document]:
    return [replace(one, published=START + timedelta(hours=n)) for n, one in enumerate(documents)]


def prepared(documents: list[Document], topic: Topic) -> tuple[Featuriser, list[Document]]:
    always = [words(text) for text in (topic.title, topic.description, *topic.seeds)]
    known = tokens([*(words(f"{one.title} {one.text}") for one in documents), *always])
    vocabulary, letters = fit_vocabulary(known, len(always), {"the"}, 10_000), fit_letters(known, {"the"}, 5_000)
    return Featuriser([topic], vocabulary, letters), documents


@pytest.mark.parametrize("topic", [TRAMS, replace(TRAMS, keywords=())], ids=["keywords", "no keywords"])
def test_what_is_most_like_a_topic_stands_in_for_labels_and_never_teaches_what_it_is_not(topic: Topic) -> None:
    featuriser, documents = prepared([*start_background(), *tram_news(30)], topic)
    found = sort(featuriser.articles(documents), 0, keyed=bool(topic.keywords))
    like = [documents[row].text for row in found.like]
    assert len(like) > 15
    assert all("tram" in text for text in like)
    learned = {documents[row].id for row in np.concatenate([found.negatives, found.others])}
    assert not [name for name in learned if name.startswith("tram-")]
    assert not set(found.negatives) & set(found.others)


def test_nothing_stands_in_where_the_news_does_not_have_the_topic() -> None:
    featuriser, documents = prepared(start_background(), TRAMS)
    assert not len(sort(featuriser.articles(documents), 0, keyed=True).like)


def test_a_small_background_is_used_whole_and_stand_ins_are_limited() -> None:
    featuriser, documents = prepared(start_background()[:FEW], TRAMS)
    found = sort(featuriser.articles(documents), 0, keyed=True)
    assert len(found.negatives) >= FEW - 2
    featuriser, documents = prepared([*start_background(), *tram_news(300)], TRAMS)
    assert len(sort(featuriser.articles(documents), 0, keyed=True).like) <= STAND_INS


def test_a_cold_topic_still_matches_when_the_news_is_full_of_it() -> None:
    trams = tram_news(80)
    for topic in (TRAMS, replace(TRAMS, keywords=())):
        model = train([topic], [], [*start_background(), *trams[:60]])
        assert sum(score.matched for score in model.score(trams[60:])) >= 15
        assert not any(score.matched for score in model.score(start_background()[:50]))


def test_a_threshold_must_be_higher_where_wrong_texts_stand_for_many() -> None:
    probabilities = np.array([0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6])
    truth = np.array([1.0, 1, 1, 0, 1, 1, 0])
    alone = threshold_for(probabilities, truth, 0.7)
    assert alone < threshold_for(probabilities, truth, 0.7, np.where(truth > 0, 1.0, 20.0))


def labels(yes: list[Document], no: list[Document]) -> list[Label]:
    return [
        Label(title=one.title, text=one.text, topic="trams", label=answer)
        for some, answer in ((yes, True), (no, False))
        for one in some
    ]


def test_probabilities_are_those_of_the_stream_when_it_is_known() -> None:
    trams, ordinary = tram_news(60), start_background()
    given = labels(trams[:24], ordinary[:24])
    stream = dated([*ordinary[24:], *trams[24:36]])
    among_labels, in_stream = (train([TRAMS], given, stream, weeks=weeks) for weeks in (None, 2.0))
    assert among_labels.heads[0].prevalence is None
    assert in_stream.heads[0].prevalence == pytest.approx(12 / len(stream), abs=0.03)
    doubtful = Document(id="d", title="Town notes", text="The council met. A tram was mentioned, and a bakery closed.")
    before, after = (model.score([doubtful])[0].score for model in (among_labels, in_stream))
    assert after < before
    assert among_labels.version != in_stream.version


def test_a_stream_in_which_a_topic_is_rare_silences_no_labelled_topic() -> None:
    trams, ordinary = tram_news(80), start_background()
    near = [replace(one, title=f"Works {n}", text=f"{one.text} A tram passes.") for n, one in enumerate(ordinary[:30])]
    model = train([TRAMS], labels(trams[:30], near), dated([*ordinary[30:], *trams[30:33]]), weeks=3.0)
    assert sum(score.matched for score in model.score(trams[40:])) >= 36
    assert model.heads[0].recall is not None
    assert model.heads[0].recall > 0.8


def test_what_was_labelled_is_no_background_of_its_own_topic() -> None:
    trams = tram_news(40)
    featuriser, documents = prepared([*start_background(), *trams], TRAMS)
    articles = featuriser.articles(documents)
    known = alike(articles.wholes.terms, featuriser.articles(trams[:20]).wholes.terms)
    assert set(range(len(start_background()), len(start_background()) + 20)) <= set(known.tolist())
    found = sort(articles, 0, keyed=True, without=known)
    assert not set(known) & {*found.like, *found.negatives, *found.others}
    assert not len(alike(articles.wholes.terms, featuriser.articles([]).wholes.terms))


def test_labels_that_are_also_in_the_archive_lose_no_recall() -> None:
    trams, ordinary = tram_news(50), start_background()
    given = labels(trams[:15], ordinary[:15])
    topic = replace(TRAMS, keywords=())
    apart = train([topic], given, [*ordinary[15:], *trams[30:]]).heads[0]
    inside = train([topic], given, [*ordinary, *trams[:15], *trams[30:]]).heads[0]
    assert inside.recall == pytest.approx(apart.recall, abs=0.1)


@pytest.mark.parametrize(("wanted", "matching"), [(5, 10), (15, 30)])
def test_about_so_many_a_week_match_as_were_asked_for(wanted: int, matching: int) -> None:
    trams = tram_news(40)
    stream = dated([*start_background(), *trams])
    model = train([replace(TRAMS, per_week=wanted)], [], stream, weeks=2.0)
    assert sum(score.matched for score in model.score(stream)) == pytest.approx(matching, abs=1)


def test_more_a_week_than_there_are_near_the_topic_is_not_made_up() -> None:
    stream = dated([*start_background(), *tram_news(10)])
    model = train([replace(TRAMS, per_week=200)], [], stream, weeks=1.0)
    assert sum(score.matched for score in model.score(stream)) < 60
    assert "of the 200 articles a week" in model.heads[0].notes[-1]


def test_so_many_a_week_waits_for_a_week_of_news() -> None:
    model = train([replace(TRAMS, per_week=5)], [], start_background())
    assert "needs a stored week of news" in model.heads[0].notes[-1]
