"""Scores of a story's articles → why it matched, for people: topics, words and passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from monitor.records import Matched, Member, Topic


def matched(members: Sequence[Member], topics: Mapping[str, Topic], known: Collection[str] = ()) -> tuple[Matched, ...]:
    """Return why a story matched, the topic of most of its articles first, each by its strongest article.

    What its reader has not been told of, all but the articles `known`, goes before what they have.
    """
    best: dict[str, tuple[bool, float, Member]] = {}
    carried = Counter(topic for member in members for topic in member.scores)
    for member in members:
        for topic, score in member.scores.items():
            strength = (member.article.id not in known, score.score)
            if topic not in best or strength > best[topic][:2]:
                best[topic] = (*strength, member)
    ranked = sorted(best.items(), key=lambda pair: (-carried[pair[0]], -pair[1][1], pair[0]))
    return tuple(_matched(topic, topics, member) for topic, (_, _, member) in ranked)


def _matched(topic: str, topics: Mapping[str, Topic], member: Member) -> Matched:
    score = member.scores[topic]
    return Matched(
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
        article_id=member.article.id,
        publisher=member.article.publisher,
    )


def _is_word(term: str) -> bool:
    """Say whether a contribution to a score is a word of the article, and not the machinery's own."""
    return not term.startswith("(")
