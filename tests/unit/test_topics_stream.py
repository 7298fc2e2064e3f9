"""What a model makes of the user's own news: who stands in for labels, how common a topic is, how many match a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from monitor.records import Document, Label, Topic
from monitor.topics import start_background, train
from monitor.topics.calibration import prevalence, threshold_for
from monitor.topics.examples import FEW, STAND_INS, sort
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


def test_prevalence_is_found_from_what_a_calibrated_model_says_of_a_stream() -> None:
    random = np.random.default_rng(3)
    truth = random.random(4_000) < 0.05
    logits = np.where(truth, random.normal(2, 1, 4_000), random.normal(-2, 1, 4_000))
    # Calibrated where the classes are even: these two normals have log-odds of four times the value.
    assert prevalence(1 / (1 + np.exp(-4 * logits)), 0.5) == pytest.approx(0.05, abs=0.01)


def test_prevalence_stays_between_a_tenth_of_the_labels_share_and_the_whole() -> None:
    assert prevalence(np.full(50, 1e-9), 0.4) == pytest.approx(0.04)
    assert prevalence(np.full(50, 0.999), 0.4) == pytest.approx(0.4)


def test_where_a_topic_is_rarer_a_threshold_must_be_higher_for_the_same_precision() -> None:
    probabilities = np.array([0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6])
    truth = np.array([1.0, 1, 1, 0, 1, 1, 0])
    assert threshold_for(probabilities, truth, 0.7) < threshold_for(probabilities, truth, 0.7, rarer=0.1)


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
    found = in_stream.heads[0].prevalence
    assert found is not None
    assert found < 0.25
    before, after = (model.score([trams[50]])[0].score for model in (among_labels, in_stream))
    assert after < before
    assert among_labels.version != in_stream.version


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
