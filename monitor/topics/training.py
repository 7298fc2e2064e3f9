"""Trains a model from topics, labels and ordinary news.

One balanced logistic regression per topic (Fan et al. 2008, liblinear) over words, phrases, letters, likeness to the
topic's own words and keyword hits. All texts are put in the order of their hashes first, so that the same inputs give
the same bytes in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from monitor.errors import ModelError
from monitor.records import Document, Label, Topic
from monitor.topics.calibration import FLOOR, platt, threshold_for
from monitor.topics.examples import Background, Examples, HeldOut
from monitor.topics.explanation import judge
from monitor.topics.features import Featuriser
from monitor.topics.keeping import kept_heads, moved, with_words
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
LEAST_NEAR = 0.01
"""Least share of a stream that counts as near a topic: labels must not drown in ordinary news."""
MISSED = "no threshold reaches the precision"
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
    base: TopicModel | None = None,
) -> TopicModel:
    """Return a model of the topics whose version is the fingerprint of the inputs.

    `background` is ordinary, unlabelled news; labels of other topics are ignored (see `unknown_labels`). With `weeks`,
    its texts with a date are all the news that so many weeks brought: the user's own stream, for which probabilities
    and thresholds are then meant. Without `letters`, words are known as wholes only, which is faster and less able.
    With a `base`, only topics that it does not have as they are now are learned; the others stay as they are there.
    Raises ModelError when there are no topics, two share an id, or the background is empty or nearly all on one topic.
    """
    ordered = _checked(topics, background)
    ordinary = distinct(background)
    mine = [label for label in settled(labels) if label.topic in {topic.id for topic in ordered}]
    kept = kept_heads(base, ordered)
    words_known, letters_known = _vocabularies(ordered, mine, ordinary, RUNS if letters else 0, base if kept else None)
    featuriser = Featuriser(ordered, words_known, letters_known)
    learned = _learned(featuriser, mine, ordinary, weeks, without=kept.keys())
    if base is not None:
        learned |= {topic: moved(head, base.featuriser, featuriser) for topic, head in kept.items()}
    version = fingerprint(topics, labels, background, weeks=weeks, letters=letters, base=base.version if base else "")
    return TopicModel(version=version, featuriser=featuriser, heads=[learned[topic.id] for topic in ordered])


def _learned(
    featuriser: Featuriser,
    labels: Sequence[Label],
    ordinary: Sequence[Document],
    weeks: float | None,
    *,
    without: Collection[str],
) -> dict[str, Head]:
    """Return what is learned for each topic but some."""
    if all(topic.id in without for topic in featuriser.topics):
        return {}
    counted = Background(featuriser=featuriser, documents=tuple(ordinary), articles=featuriser.articles(ordinary))
    stream = _stream(counted) if weeks is not None else None
    return {
        topic.id: _weekly(
            counted, column, _head(counted, column, [x for x in labels if x.topic == topic.id], stream), weeks
        )
        for column, topic in enumerate(featuriser.topics)
        if topic.id not in without
    }


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
    topics: Sequence[Topic],
    labels: Sequence[Label],
    background: Sequence[Document],
    runs: int,
    base: TopicModel | None,
) -> tuple[Vocabulary, Letters]:
    read = [(one.title, one.text) for one in background] + [(one.title, one.text) for one in labels]
    texts = (words(f"{title}\n{title}\n{text[:TEXT_CAP]}") for title, text in read)
    always = [words(text) for topic in topics for text in (topic.title, topic.description, *topic.seeds)]
    stop = ENGLISH_STOP_WORDS | _SINGLE_LETTERS
    known = tokens(chain(texts, always))
    if base is not None:
        before = base.featuriser
        return with_words(before.vocabulary, fit_vocabulary(known, len(always), stop, 0)), before.letters
    return fit_vocabulary(known, len(always), stop, TERMS), fit_letters(known, stop, runs)


def _head(background: Background, column: int, labels: Sequence[Label], stream: Ints | None) -> Trained:
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
    evidence = _evidence(examples, held_out, stream)
    slope, intercept = platt(evidence.logits, evidence.truth, evidence.weight)
    if slope <= 0:
        return _cold(head, held_out, f"{yes} yes and {no} no do not agree with what the texts say")
    fitted = replace(head, cold=False, slope=slope, intercept=intercept)
    return _seeded(replace(fitted, prevalence=evidence.share), held_out, evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Held-out logits with the truth behind them, and how many texts each stands for.

    `share` is how common the topic is among them, where they stand for the user's stream.
    """

    logits: Floats
    truth: Floats
    weight: Floats
    share: float | None = None


Trained = tuple[Head, Evidence | None]
"""What is learned for a topic, and what its figures rest on; nothing does while it is cold."""


def _evidence(examples: Examples, held_out: HeldOut, stream: Ints | None) -> Evidence:
    """Return the labels, each for itself; or, for a stream, labels for its part near the topic, and ordinary news."""
    labels = Evidence(logits=held_out.labels, truth=examples.truth, weight=np.ones(len(examples.truth)))
    if stream is None or len(stream) < STREAM_NEEDED or not len(held_out.ordinary):
        return labels
    near = min(max(examples.share_near(stream), LEAST_NEAR), 1.0)
    each = len(labels.truth) * (1.0 - near) / near / len(held_out.ordinary)
    return Evidence(
        logits=np.concatenate([labels.logits, held_out.ordinary]),
        truth=np.concatenate([labels.truth, np.zeros(len(held_out.ordinary))]),
        weight=np.concatenate([labels.weight, np.full(len(held_out.ordinary), each)]),
        share=near * float(labels.truth.mean()),
    )


def _weekly(background: Background, column: int, trained: Trained, weeks: float | None) -> Head:
    """Put the threshold where so many articles a week match as the topic asks for, if the stream can say where."""
    head, evidence = trained
    wanted = head.topic.per_week
    if wanted is None:
        return head
    stream = _stream(background)
    if weeks is None or len(stream) < STREAM_NEEDED:
        return replace(head, notes=(*head.notes, f"about {wanted} a week needs a stored week of news"))
    logits = judge(background.articles, column, head.weights, head.bias)[0][stream]
    ranked = np.sort(squash(head.slope * logits + head.intercept))[::-1]
    count = min(max(1, round(wanted * weeks)), len(ranked) - 1)
    asked = float(ranked[count - 1] + ranked[count]) / 2
    notes = tuple(note for note in head.notes if not note.startswith(MISSED))
    if asked < LEAST:
        few = float((ranked >= LEAST).sum()) / weeks
        notes += (f"only about {few:.0f} of the {wanted} articles a week that were asked for are near the topic",)
    return _measured(replace(head, threshold=max(asked, LEAST), notes=notes), evidence)


def _stream(background: Background) -> Ints:
    return np.array([n for n, one in enumerate(background.documents) if one.published is not None], dtype=np.int64)


def _cold(head: Head, held_out: HeldOut, note: str) -> Trained:
    """Put a score of one half where mere mentions end."""
    mentioned = COLD_MENTIONS if head.topic.keywords else UNKEYED_MENTIONS
    return replace(head, intercept=-_ordinary_limit(held_out, mentioned), notes=(note,)), None


def _seeded(head: Head, held_out: HeldOut, evidence: Evidence) -> Trained:
    """Set the threshold that reaches the topic's precision, but none that ordinary news would pass."""
    probabilities = squash(head.slope * evidence.logits + head.intercept)
    ordinary = np.array([head.slope * _ordinary_limit(held_out, SEEDED_MENTIONS) + head.intercept])
    wanted = threshold_for(probabilities, evidence.truth, head.topic.precision, evidence.weight)
    found = _measured(replace(head, threshold=max(wanted, float(squash(ordinary)[0]))), evidence)
    notes: list[str] = []
    if found.precision is None or found.precision < head.topic.precision:
        notes.append(f"{MISSED} {head.topic.precision:.2f} on held-out labels")
    if head.positives < FEW_POSITIVES:
        notes.append(f"{head.positives} yes labels say little about precision; {FEW_POSITIVES} are a beginning")
    return replace(found, notes=tuple(notes)), evidence


def _measured(head: Head, evidence: Evidence | None) -> Head:
    """Note the precision and recall at the threshold; a cold topic has neither."""
    if evidence is None:
        return head
    above = squash(head.slope * evidence.logits + head.intercept) >= head.threshold
    right = float((evidence.weight * evidence.truth)[above].sum())
    found = float(evidence.weight[above].sum())
    recall = right / float((evidence.weight * evidence.truth).sum())
    return replace(head, precision=right / found if found else None, recall=recall)


def _ordinary_limit(held_out: HeldOut, share: float) -> float:
    """Return the logit that 998 of 1,000 ordinary articles, and this share of mere mentions, stay below."""
    limits = [
        np.quantile(logits, q)
        for logits, q in ((held_out.ordinary, 1 - FALSE_ALARMS), (held_out.mentions, share))
        if len(logits)
    ]
    return float(max(limits, default=0.0))
