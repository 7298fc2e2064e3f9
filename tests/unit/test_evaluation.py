"""Figures of topics: no model judges what it has seen, and what cannot be measured is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from monitor.records import Asked, Document, Evaluation, Label, Stream, TopicEvaluation, Week
from monitor.topics import heldout, start_background
from monitor.topics import train as really_train
from monitor.topics.evaluation import Effort, evaluate
from monitor.topics.heldout import deal, gather
from tests.evaluations import AT, BEES, FERRIES, drawn, label, labels

QUICK = Effort(resamples=60)
STREAM = Stream(
    weeks=(Week(week="2026-W46", matches=12), Week(week="2026-W47", matches=8)),
    scores=(900, 40, 10, 10, 5, 5, 5, 5, 10, 10),
    rejected=980,
)


@pytest.fixture(scope="module")
def background() -> list[Document]:
    return start_background()[:40]


@pytest.fixture(scope="module")
def measured(background: list[Document]) -> Evaluation:
    return evaluate([FERRIES, BEES], labels(), background, stream={"ferries": STREAM}, at=AT, effort=QUICK)


def of(evaluation: Evaluation, topic: str) -> TopicEvaluation:
    return next(one for one in evaluation.topics if one.topic == topic)


def test_stories_are_never_divided_and_every_part_gets_its_share() -> None:
    """Forty stories of one to four near-identical texts each, for topics of very different size."""
    given = []
    for story in range(40):
        body = " ".join(f"word{story}x{n}" for n in range(30))
        for copy in range(1 + story % 4):
            given.append(label(f"{body} copy{copy}", yes=story % 3 == 0))
            given.append(label(f"{body} copy{copy}", yes=story < 10, topic="bees"))
    texts = gather([FERRIES, BEES], given, start_background()[:20])
    assert len(set(texts.stories.tolist())) == 40
    folds = deal(texts, 0)
    for story in set(texts.stories.tolist()):
        assert len(set(folds[texts.stories == story].tolist())) == 1
    for column in range(2):
        shares = [texts.truth[folds == fold, column].sum() for fold in range(5)]
        assert min(shares) > 0
        assert max(shares) <= 3 * min(shares)


def test_texts_of_one_address_are_one_story() -> None:
    first, second = labels(2, 0)
    given = [replace(first, url="https://one.example/a"), replace(second, url="https://one.example/a"), *labels(0, 3)]
    assert len(set(gather([FERRIES], given, start_background()[:20]).stories.tolist())) == 4


def test_no_model_sees_what_it_judges_or_its_like(monkeypatch: pytest.MonkeyPatch, background: list[Document]) -> None:
    """Neither among its labels nor in its background, where the archive may hold every labelled article."""
    copies = [replace(one, title=f"{one.title} again", text=f"{one.text} Updated.") for one in labels()]
    repeats = [Document(id=f"r{n}", title=one.title, text=one.text) for n, one in enumerate(labels())]
    judged: list[tuple[set[str], set[str]]] = []

    def watched(topics: Any, given: Sequence[Label], news: Sequence[Document], **more: Any) -> Any:
        model = really_train(topics, given, news, **more)
        seen = {one.text.removesuffix(" Updated.") for one in [*given, *news]}
        score = model.score

        def watching(documents: Sequence[Document]) -> Any:
            judged.append((seen, {one.text.removesuffix(" Updated.") for one in documents}))
            return score(documents)

        monkeypatch.setattr(model, "score", watching)
        return model

    monkeypatch.setattr(heldout, "train", watched)
    effort = replace(QUICK, curve=True, draws=1)
    found = evaluate([FERRIES], [*labels(), *copies], [*background, *repeats], stream={}, at=AT, effort=effort)
    assert len(judged) > 6
    assert all(not seen & tested for seen, tested in judged)
    assert found.stories == 16
    assert any(note.startswith("16 background texts repeat") for note in found.notes)
    [ferries] = found.topics
    assert ferries.learning[0].labels == 10
    assert 16 <= ferries.learning[-1].labels <= 24
    assert {point.draws for point in ferries.learning} == {1}


def test_background_that_is_a_labelled_article_is_left_out_whatever_was_kept_of_it() -> None:
    """The archive keeps less of a text than a label does, and its text may be another by now."""
    long = " ".join(f"word{n}" for n in range(3_000))
    given = [label(long, yes=True, title="Long"), label("Short text.", yes=False, title="Fares: rise!")]
    news = start_background()[:20]
    archive = [
        Document(id="a", title="Another title", text=long[:3_000]),
        Document(id="b", title="FARES RISE", text="Something else by now."),
    ]
    assert gather([FERRIES], given, [*news, *archive]).background == tuple(news)


@pytest.mark.parametrize(("yes", "no", "divided"), [(2, 2, False), (2, 8, False), (3, 2, False), (4, 5, True)])
def test_labels_are_divided_only_where_every_part_leaves_enough(yes: int, no: int, divided: bool) -> None:  # noqa: FBT001
    texts = gather([FERRIES], labels(yes, no), start_background()[:20])
    assert texts.can_be_divided(0, deal(texts, 0)) == divided


def test_probabilities_of_the_stream_are_not_held_against_the_labelled_mix(
    monkeypatch: pytest.MonkeyPatch, background: list[Document]
) -> None:
    def streamed(*given: Any, **more: Any) -> Any:
        model = really_train(*given, **more)
        model.heads = tuple(replace(head, prevalence=None if head.cold else 0.01) for head in model.heads)
        return model

    monkeypatch.setattr(heldout, "train", streamed)
    found = evaluate([FERRIES], labels(), background, stream={"ferries": STREAM}, at=AT, effort=QUICK)
    notes = [*found.topics[0].notes, *found.notes]
    assert any("probabilities and threshold are meant for the stream" in note for note in notes)
    assert not any("lower precision" in note or "precision there is lower" in note for note in notes)


def test_what_says_nothing_is_not_learned_by_heart(background: list[Document]) -> None:
    """Each text has words of its own and a label by lot: whoever has seen it knows the answer, and nobody else can."""
    random = np.random.default_rng(4)
    words = random.integers(0, 10**9, size=(60, 12))
    given = [label(" ".join(f"q{n}" for n in row), yes=bool(random.random() < 0.5)) for row in words]
    [found] = evaluate(
        [BEES], [replace(x, topic="bees") for x in given], background, stream={}, at=AT, effort=QUICK
    ).topics
    assert found.average_precision is not None
    assert found.average_precision.value < found.yes / 60 + 0.2


def test_the_same_labels_give_the_same_figures_in_any_order_and_beside_those_of_unknown_topics(
    measured: Evaluation, background: list[Document]
) -> None:
    strange = [replace(one, topic="trams") for one in labels()]
    turned = [*strange, *labels()[::-1]]
    again = evaluate([BEES, FERRIES], turned, background[::-1], stream={"ferries": STREAM}, at=AT, effort=QUICK)
    assert again.topics == measured.topics
    assert (again.labels, again.stories, again.mean_average_precision) == (16, 16, measured.mean_average_precision)
    assert any("trams" in note for note in again.notes)


def test_labels_are_counted_and_every_figure_agrees_with_them(measured: Evaluation) -> None:
    ferries = of(measured, "ferries")
    assert (ferries.yes, ferries.no, ferries.stories, ferries.cold) == (8, 8, 16, False)
    assert (ferries.recall.of, measured.labels, measured.folds) == (8, 16, 5)
    assert sum(ferries.scores.yes) + sum(ferries.scores.no) == 16
    assert ferries.precision.hits == ferries.recall.hits
    assert len(ferries.false_matches) == min(ferries.precision.of - ferries.precision.hits, 5)
    assert len(ferries.misses) == min(8 - ferries.recall.hits, 5)
    assert ferries.average_precision is not None
    assert ferries.average_precision.low is not None
    assert ferries.average_precision.high is not None
    assert ferries.average_precision.low <= ferries.average_precision.value <= ferries.average_precision.high
    assert ferries.average_precision.value > 0.6
    assert any("only 8 yes labels" in note for note in ferries.notes)
    assert any("2.0 % of the stream matches" in note for note in ferries.notes)


def test_keywords_and_cosine_stand_beside_the_model(measured: Evaluation) -> None:
    """By hand: all eight yes and three of the eight no have a word of the only group."""
    beside = of(measured, "ferries").baselines
    assert beside.keyword_precision == pytest.approx(8 / 11)
    assert beside.keyword_recall == 1.0
    assert beside.keyword_f1 == pytest.approx(16 / 19)
    assert beside.cosine is not None
    assert of(measured, "bees").baselines.keyword_recall is None


def test_a_topic_without_labels_is_cold_and_says_so(measured: Evaluation) -> None:
    bees = of(measured, "bees")
    assert bees.cold
    assert bees.notes[0].startswith("cold: 0 yes and 0 no")
    assert (bees.average_precision, bees.calibration, bees.precision.value) == (None, None, None)


@pytest.mark.parametrize(("yes", "no"), [(5, 0), (0, 5), (2, 1), (4, 1)])
def test_labels_that_cannot_be_divided_judge_the_model_without_labels(
    yes: int, no: int, background: list[Document]
) -> None:
    [found] = evaluate([FERRIES], labels(yes, no), background, stream={}, at=AT, effort=QUICK).topics
    assert found.cold
    assert found.notes[0].startswith(f"cold: {yes} yes and {no} no")
    assert found.calibration is None
    assert (found.average_precision is None) == (not yes or not no)
    assert found.recall.of == yes
    if found.average_precision is not None:
        assert found.average_precision.value == found.baselines.cold


def test_no_labels_at_all_name_the_command_that_asks_for_some(background: list[Document]) -> None:
    effort = replace(QUICK, curve=True)
    found = evaluate([FERRIES, BEES], [], background, stream={}, at=AT, effort=effort)
    assert [one.cold for one in found.topics] == [True, True]
    assert any("monitor label --next" in note for note in found.notes)
    assert (found.folds, found.mean_average_precision) == (0, None)


def test_the_last_of_contradictory_labels_counts(background: list[Document]) -> None:
    turned = [replace(labels(1, 0)[0], label=False), *labels(1, 2)]
    [found] = evaluate([FERRIES], turned, background, stream={}, at=AT, effort=QUICK).topics
    assert (found.yes, found.no) == (1, 2)


def test_recall_in_the_stream_comes_from_rejects_drawn_by_lot(background: list[Document]) -> None:
    given = [*labels(), *drawn()]
    [found] = evaluate([FERRIES], given, background, stream={"ferries": STREAM}, at=AT, effort=QUICK).topics
    sampled = found.sampled_recall
    assert (sampled.asked, sampled.found) == (4, 1)
    assert sampled.estimate is not None
    assert found.precision.value is not None
    right = 20 * found.precision.value
    assert sampled.estimate.value == pytest.approx(right / (right + 980 / 4))
    assert sampled.estimate.low is not None
    assert sampled.estimate.high is not None
    assert sampled.estimate.low <= sampled.estimate.value <= sampled.estimate.high


def test_rejected_articles_that_were_answered_count_as_they_are(background: list[Document]) -> None:
    """The queue answers the likeliest of the rejected first, which are then missing from the lot."""
    known = [
        label(f"Sailing number {n} of the summer.", yes=n < 6, asked=Asked.UNCERTAIN, score=0.4, threshold=0.5)
        for n in range(8)
    ]
    [found] = evaluate(
        [FERRIES], [*labels(), *drawn(), *known], background, stream={"ferries": STREAM}, at=AT, effort=QUICK
    ).topics
    sampled = found.sampled_recall
    assert found.precision.value is not None
    right = 20 * found.precision.value
    assert sampled.estimate is not None
    assert sampled.estimate.value == pytest.approx(right / (right + 6 + (980 - 8) / 4))
    assert "and 6 of 8 answered otherwise" in sampled.said
    assert sampled.said.startswith("an upper bound, with the precision among the labels")


def test_recall_in_the_stream_takes_the_precision_of_answered_matches(background: list[Document]) -> None:
    matched = [
        label(f"Ferry {n} has a new car deck and sails at noon.", yes=n < 3, score=0.8, threshold=0.5)
        for n in range(12)
    ]
    border = [replace(one, text=f"{one.text} Twice.", label=True, asked=Asked.UNCERTAIN) for one in matched]
    [found] = evaluate(
        [FERRIES], [*labels(), *drawn(), *matched, *border], background, stream={"ferries": STREAM}, at=AT, effort=QUICK
    ).topics
    assert found.sampled_recall.estimate is not None
    assert found.sampled_recall.estimate.value == pytest.approx(5 / (5 + 980 / 4))
    assert "upper bound" not in found.sampled_recall.said


@pytest.mark.parametrize(
    ("more", "stream", "said"),
    [
        ([], STREAM, "no rejected article drawn by lot"),
        (drawn(), Stream(), "the database holds no match"),
        ([replace(one, asked=Asked.UNCERTAIN) for one in drawn()], STREAM, "no rejected article drawn by lot"),
        ([replace(one, chance=None) for one in drawn()], STREAM, "no rejected article drawn by lot"),
    ],
)
def test_recall_in_the_stream_that_cannot_be_known_says_why(
    more: list[Label], stream: Stream, said: str, background: list[Document]
) -> None:
    [found] = evaluate([FERRIES], more, background, stream={"ferries": stream}, at=AT, effort=QUICK).topics
    assert found.sampled_recall.estimate is None
    assert said in found.sampled_recall.said
