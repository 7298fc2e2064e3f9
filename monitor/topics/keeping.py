"""A model that is added to: topics whose file did not change keep all that was learned for them.

The words and letters of the model stay as they are, with their weights; words that only a new topic says come after
them. So an article that has none of these words keeps its scores for the other topics, to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from monitor.records import Topic
from monitor.topics.features import Featuriser
from monitor.topics.model import Head, TopicModel
from monitor.topics.vocabulary import Vocabulary


def kept_heads(base: TopicModel | None, topics: Sequence[Topic]) -> dict[str, Head]:
    """Return the heads, by topic, that a model need not learn again because their topic files are as they were."""
    if base is None:
        return {}
    asked = {topic.id: topic for topic in topics}
    return {head.topic.id: head for head in base.heads if asked.get(head.topic.id) == head.topic}


def with_words(base: Vocabulary, said: Vocabulary) -> Vocabulary:
    """Return a vocabulary with the words that are missing in it put at its end; its own keep their places."""
    known = frozenset(base.terms)
    missing = [place for place, term in enumerate(said.terms) if term not in known]
    terms = [*base.terms, *(said.terms[place] for place in missing)]
    return Vocabulary(terms, np.concatenate([base.idf, said.idf[missing]]), base.stop_words)


def moved(head: Head, before: Featuriser, after: Featuriser) -> Head:
    """Return a head with its weights where the features of another model are."""
    old, new = len(before.vocabulary.terms), len(after.vocabulary.terms)
    letters = len(before.letters.runs) + 1
    weights = np.zeros(after.width)
    weights[:old] = head.weights[:old]
    weights[new : new + letters] = head.weights[old : old + letters]
    hits = {topic.id: head.weights[old + letters + place] for place, topic in enumerate(before.topics)}
    weights[new + letters :] = [hits.get(topic.id, 0.0) for topic in after.topics]
    return replace(head, weights=weights)
