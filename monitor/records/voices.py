"""Articles of a story → how many independent voices they are.

An article that copies or cites another speaks with the voice of that one's publisher, however long the chain; one that
credits a report which no feed brought speaks with the voice of whoever made it. All others speak for their own
publisher. So five papers with one wire story are one voice, and a paper that also asked for itself is one more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from monitor.records.stories import Member, Relation

CERTAIN: Final = 0.6
"""Confidence from which an article speaks with the voice of whom it cites."""


def voices(members: Sequence[Member]) -> list[tuple[Member, ...]]:
    """Return the voices in the order of their earliest articles, each with its articles, those of its own house first.

    Within these, and among voices, the earliest comes first.
    """
    ordered = sorted(members, key=lambda member: (member.article.published, member.article.id))
    known = {member.article.id: member for member in ordered}
    found: dict[str, list[Member]] = {}
    for member in ordered:
        found.setdefault(_voice(member, known), []).append(member)
    return [tuple(sorted(one, key=lambda member: _source(member) != "")) for one in found.values()]


def _voice(member: Member, known: Mapping[str, Member]) -> str:
    """Return the publisher at the end of the chain, or what is known of it; of a ring, the least article's."""
    passed = [member]
    while source := _source(passed[-1]):
        kind, _, name = source.partition(" ")
        if kind != "article" or name not in known:
            return source
        further = known[name]
        if further in passed:
            return _own(min(passed[passed.index(further) :], key=lambda one: one.article.id))
        passed.append(further)
    return _own(passed[-1])


def _own(member: Member) -> str:
    publisher = member.article.publisher.casefold()
    return f"publisher {publisher}" if publisher else f"article {member.article.id}"


def _source(member: Member) -> str:
    """Return whose news an article is, as far as it is known for certain; empty for its own."""
    article, sourced = member.article, member.sourced
    if sourced is not None and sourced.relation in {Relation.CITES, Relation.COPIES}:
        if sourced.of is not None and sourced.confidence >= CERTAIN:
            return f"article {sourced.of}"
        if sourced.origin and sourced.confidence >= CERTAIN:
            return f"publisher {sourced.origin.casefold()}"
    return "" if article.copy_of is None else f"article {article.copy_of}"
