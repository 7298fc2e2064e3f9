"""Scores of a story's articles → why it matched, for people: topics, words and passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from monitor.records import Matched, Member, Score, Topic


def matched(members: Sequence[Member], topics: Mapping[str, Topic]) -> tuple[Matched, ...]:
    """Return why a story matched, the topic of most of its articles first, each by its strongest article."""
    best: dict[str, Score] = {}
    carried = Counter(topic for member in members for topic in member.scores)
    for member in members:
        for topic, score in member.scores.items():
            if topic not in best or score.score > best[topic].score:
                best[topic] = score
    ranked = sorted(best.items(), key=lambda pair: (-carried[pair[0]], -pair[1].score, pair[0]))
    return tuple(
        Matched(
            topic=topic,
            title=topics[topic].title if topic in topics else topic,
            score=score.score,
            probability=score.probability,
            terms=tuple(term.text for term in score.terms if term.weight > 0 and _is_word(term.text))[:4],
            passage=score.passage,
            threshold=score.threshold,
            against=next((term.text for term in score.terms if term.weight < 0 and _is_word(term.text)), ""),
            part=score.part,
            parts=score.parts,
        )
        for topic, score in ranked
    )


def _is_word(term: str) -> bool:
    """Say whether a contribution to a score is a word of the article, and not the machinery's own."""
    return not term.startswith("(")
