"""Trains a model from topics, labels and ordinary news.

One balanced logistic regression per topic (Fan et al. 2008, liblinear) over words, phrases, letters, likeness to the
topic's own words and keyword hits. All texts are put in the order of their hashes first, so that the same inputs give
the same bytes in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from monitor.errors import ModelError
from monitor.records import Document, Label, Topic
from monitor.topics.calibration import FLOOR, platt, prevalence, threshold_for
from monitor.topics.examples import Background, Examples, HeldOut
from monitor.topics.explanation import judge
from monitor.topics.features import Featuriser
from monitor.topics.keywords import words
from monitor.topics.model import Head, TopicModel, squash
from monitor.topics.passages import TEXT_CAP
from monitor.topics.version import distinct, fingerprint, settled
from monitor.topics.vocabulary import Floats, Ints, Letters, Vocabulary, fit_letters, fit_vocabulary, tokens

TERMS = 60_000
RUNS = 30_000
"""Runs of letters in a vocabulary."""
LABELS_NEEDED = 5
EACH_SIGN_NEEDED = 2
FOLDS = 5
FEW_POSITIVES = 20
FALSE_ALARMS = 0.002
STREAM_NEEDED = 200
"""Dated background texts that say how common a topic is."""
LEAST = 0.2
"""No threshold is lower, however many articles a week are asked for."""
COLD_MENTIONS, SEEDED_MENTIONS = 0.97, 0.9
UNKEYED_MENTIONS = 0.8
"""Shares of mere mentions that must not match; labels say more about the border than made-up mentions do."""
_SINGLE_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def train(
    topics: Sequence[Topic],
    labels: Sequence[Label],
    background: Sequence[Document],
    *,
    weeks: float | None = None,
    letters: bool = True,
) -> TopicModel:
    """Return a model of the topics whose version is the fingerprint of the inputs.

    `background` is ordinary, unlabelled news; labels of other topics are ignored (see `unknown_labels`). With `weeks`,
    its texts with a date are all the news that so many weeks brought: the user's own stream, for which probabilities
    and thresholds are then meant. Without `letters`, words are known as wholes only, which is faster and less able.
    Raises ModelError when there are no topics, two share an id, or the background is empty or nearly all on one topic.
    """
    ordered = _checked(topics, background)
    ordinary = distinct(background)
    mine = [label for label in settled(labels) if label.topic in {topic.id for topic in ordered}]
    words_known, letters_known = _vocabularies(ordered, mine, ordinary, RUNS if letters else 0)
    featuriser = Featuriser(ordered, words_known, letters_known)
    counted = Background(featuriser=featuriser, documents=tuple(ordinary), articles=featuriser.articles(ordinary))
    heads = [
        _fitted(counted, column, _head(counted, column, [x for x in mine if x.topic == topic.id], weeks), weeks)
        for column, topic in enumerate(ordered)
    ]
    version = fingerprint(topics, labels, background, weeks=weeks)
    return TopicModel(version=version, featuriser=featuriser, heads=heads)


def _checked(topics: Sequence[Topic], background: Sequence[Document]) -> list[Topic]:
    if not topics:
        raise ModelError("topics", "no_topics", "there is no topic to train; write at least one topic file")
    ordered = sorted(topics, key=lambda topic: topic.id)
    ids = [topic.id for topic in ordered]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise ModelError(twice[0], "topic_twice", "two topics have this id")
    if not any(f"{document.title}{document.text}".strip() for document in background):
        raise ModelError(
            "background", "no_background", "training needs ordinary news to tell topics apart from; none was given"
        )
    return ordered


def _vocabularies(
    topics: Sequence[Topic], labels: Sequence[Label], background: Sequence[Document], runs: int
) -> tuple[Vocabulary, Letters]:
    read = [(one.title, one.text) for one in background] + [(one.title, one.text) for one in labels]
    texts = (words(f"{title}\n{title}\n{text[:TEXT_CAP]}") for title, text in read)
    always = [words(text) for topic in topics for text in (topic.title, topic.description, *topic.seeds)]
    stop = ENGLISH_STOP_WORDS | _SINGLE_LETTERS
    known = tokens(chain(texts, always))
    return fit_vocabulary(known, len(always), stop, TERMS), fit_letters(known, stop, runs)


def _head(background: Background, column: int, labels: Sequence[Label], weeks: float | None) -> Head:
    """Return what is learned for one topic; it stays cold when its labels cannot carry a probability."""
    yes = sum(label.label for label in labels)
    no = len(labels) - yes
    is_enough = len(labels) >= LABELS_NEEDED and min(yes, no) >= EACH_SIGN_NEEDED
    examples = Examples(background, column, labels, neighbours=is_enough)
    weights, bias = examples.fit()
    head = Head(
        topic=background.featuriser.topics[column],
        weights=weights,
        bias=bias,
        slope=1.0,
        intercept=0.0,
        threshold=FLOOR,
        cold=True,
        positives=yes,
        negatives=no,
    )
    if not is_enough or examples.most_folds < EACH_SIGN_NEEDED:
        need = f"a probability needs at least {LABELS_NEEDED} different texts, {EACH_SIGN_NEEDED} of each sign"
        return _cold(head, examples.held_out(2), f"{yes} yes and {no} no: {need}")
    held_out = examples.held_out(min(FOLDS, examples.most_folds))
    slope, intercept = platt(held_out.labels, examples.truth)
    if slope <= 0:
        return _cold(head, held_out, f"{yes} yes and {no} no do not agree with what the texts say")
    fitted = replace(head, cold=False, slope=slope, intercept=intercept)
    if weeks is not None:
        fitted = _in_stream(background, column, fitted, float(examples.truth.mean()))
    return _seeded(fitted, held_out, examples.truth)


def _in_stream(background: Background, column: int, head: Head, labelled: float) -> Head:
    """Turn probabilities among the labels into those in the user's stream, where it is large enough to tell."""
    stream = _stream(background)
    if len(stream) < STREAM_NEEDED:
        return head
    logits = judge(background.articles, column, head.weights, head.bias)[0][stream]
    share = prevalence(squash(head.slope * logits + head.intercept), labelled)
    moved = np.log(share / (1 - share)) - np.log(labelled / (1 - labelled))
    return replace(head, intercept=head.intercept + float(moved), prevalence=share)


def _fitted(background: Background, column: int, head: Head, weeks: float | None) -> Head:
    """Put the threshold where so many articles a week match as the topic asks for, if the stream can say where."""
    wanted = head.topic.per_week
    if wanted is None:
        return head
    stream = _stream(background)
    if weeks is None or len(stream) < STREAM_NEEDED:
        note = f"about {wanted} a week needs a stored week of news; until then the precision {head.topic.precision:.2f}"
        return replace(head, notes=(*head.notes, note))
    logits = judge(background.articles, column, head.weights, head.bias)[0][stream]
    ranked = np.sort(squash(head.slope * logits + head.intercept))[::-1]
    count = min(max(1, round(wanted * weeks)), len(ranked) - 1)
    asked = float(ranked[count - 1] + ranked[count]) / 2
    if asked >= LEAST:
        return replace(head, threshold=asked)
    few = float((ranked >= LEAST).sum()) / weeks
    note = f"only about {few:.0f} of the {wanted} articles a week that were asked for are near the topic"
    return replace(head, threshold=LEAST, notes=(*head.notes, note))


def _stream(background: Background) -> Ints:
    return np.array([n for n, one in enumerate(background.documents) if one.published is not None], dtype=np.int64)


def _cold(head: Head, held_out: HeldOut, note: str) -> Head:
    """Put a score of one half where mere mentions end."""
    mentioned = COLD_MENTIONS if head.topic.keywords else UNKEYED_MENTIONS
    return replace(head, intercept=-_ordinary_limit(held_out, mentioned), notes=(note,))


def _seeded(head: Head, held_out: HeldOut, truth: Floats) -> Head:
    """Set the threshold that reaches the topic's precision, but none that ordinary news would pass."""
    probabilities = squash(head.slope * held_out.labels + head.intercept)
    ordinary = np.array([head.slope * _ordinary_limit(held_out, SEEDED_MENTIONS) + head.intercept])
    labelled = float(truth.mean())
    rarer = 1.0 if head.prevalence is None else _odds(head.prevalence) / _odds(labelled)
    wanted = threshold_for(probabilities, truth, head.topic.precision, rarer)
    threshold = max(wanted, float(squash(ordinary)[0]))
    above = probabilities >= threshold
    right = float(truth[above].sum())
    wrong = float(above.sum()) - right
    precision = rarer * right / (rarer * right + wrong) if above.any() else None
    notes: list[str] = []
    if precision is None or precision < head.topic.precision:
        notes.append(f"no threshold reaches the precision {head.topic.precision:.2f} on held-out labels")
    if head.positives < FEW_POSITIVES:
        notes.append(f"{head.positives} yes labels say little about precision; {FEW_POSITIVES} are a beginning")
    return replace(
        head, threshold=threshold, precision=precision, recall=right / float(truth.sum()), notes=tuple(notes)
    )


def _ordinary_limit(held_out: HeldOut, share: float) -> float:
    """Return the logit that 998 of 1,000 ordinary articles, and this share of mere mentions, stay below."""
    limits = [
        np.quantile(logits, q)
        for logits, q in ((held_out.ordinary, 1 - FALSE_ALARMS), (held_out.mentions, share))
        if len(logits)
    ]
    return float(max(limits, default=0.0))


def _odds(share: float) -> float:
    return share / (1.0 - share)
