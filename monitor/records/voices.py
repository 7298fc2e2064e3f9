"""Articles of a story → how many independent voices they are.

An article that copies or cites another speaks with the voice of that one's publisher, however long the chain; one that
credits a report which no feed brought speaks with the voice of whoever made it. All others speak for their own
publisher. So five papers with one wire story are one voice, and a paper that also asked for itself is one more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from monitor.records.stories import Member, Relation, Sourcing

CERTAIN: Final = 0.6
"""Confidence from which an article speaks with the voice of whom it cites."""


def voices(members: Sequence[Member]) -> list[tuple[Member, ...]]:
    """Return the voices in the order of their earliest articles, each with its articles, those of its own house first.

    Within these, and among voices, the earliest comes first.
    """
    ordered = sorted(members, key=lambda member: (member.article.published, member.article.id))
    keys = voice_of(ordered)
    found: dict[str, list[Member]] = {}
    for member in ordered:
        found.setdefault(keys[member.article.id], []).append(member)
    return [tuple(sorted(one, key=lambda member: _source(member) != "")) for one in found.values()]


def voice_of(members: Sequence[Member]) -> dict[str, str]:
    """Return a key for each article's id that is equal for all articles of one voice.

    Whoever counts the voices of a part of a story asks for the whole: chains lead through articles outside the part.
    """
    known = {member.article.id: member for member in members}
    ends: dict[str, str] = {}
    for start in known:
        _follow(start, known, ends)
    return ends


def _follow(start: str, known: Mapping[str, Member], ends: dict[str, str]) -> None:
    """Note the publisher at the end of a chain, or what is known of it, for all in it; of a ring the least one's."""
    passed: dict[str, None] = {}
    name = start
    while name not in ends and name not in passed:
        passed[name] = None
        source = _source(known[name])
        kind, _, further = source.partition(" ")
        if kind != "article" or further not in known:
            ends[name] = source or _own(known[name])
        else:
            name = further
    if name not in ends:
        chain = list(passed)
        ends[name] = _own(known[min(chain[chain.index(name) :])])
    ends.update(dict.fromkeys(passed, ends[name]))


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


def beyond(sourcing: Sourcing, feeds: Iterable[str]) -> Sourcing:
    """Return what is known of a story's sources, with those as unseen that are the publisher of none of these feeds."""
    heard = {publisher.casefold() for publisher in feeds}
    return replace(sourcing, unseen=tuple(name for name in sourcing.unseen if name.casefold() not in heard))
