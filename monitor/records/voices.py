"""Articles of a story → how many independent voices they are.

Articles of one publisher are one voice; so are those that copy or cite each other, or that credit the same report, also
one that no feed brought. What is left apart has its news from nobody else here, as far as the articles say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from monitor.records.stories import Member, Relation

CERTAIN: Final = 0.6
"""Confidence from which a citation makes two articles one voice."""


def voices(members: Sequence[Member]) -> list[tuple[Member, ...]]:
    """Return the voices in the order of their earliest articles, each with its articles, the earliest first."""
    ordered = sorted(members, key=lambda member: (member.article.published, member.article.id))
    parents: dict[str, str] = {}
    for member in ordered:
        for name in _rests_on(member):
            one, other = _root(parents, f"article {member.article.id}"), _root(parents, name)
            parents[max(one, other)] = min(one, other)
    found: dict[str, list[Member]] = {}
    for member in ordered:
        found.setdefault(_root(parents, f"article {member.article.id}"), []).append(member)
    return [tuple(one) for one in found.values()]


def _rests_on(member: Member) -> Iterator[str]:
    """Yield the publisher, and whatever the article has its news from."""
    article, sourced = member.article, member.sourced
    if article.publisher:
        yield f"publisher {article.publisher.casefold()}"
    if article.copy_of is not None:
        yield f"article {article.copy_of}"
    if sourced is None or sourced.relation not in {Relation.CITES, Relation.COPIES} or sourced.confidence < CERTAIN:
        return
    if sourced.of is not None:
        yield f"article {sourced.of}"
    if sourced.origin:
        yield f"publisher {sourced.origin.casefold()}"


def _root(parents: dict[str, str], name: str) -> str:
    while (parent := parents.setdefault(name, name)) != name:
        name = parent
    return name
