"""A story → how it is told to one reader: in words of its articles, with whose news it is and what is new."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from monitor.records import Member, Publisher, Telling
from monitor.stories.account import account_of
from monitor.stories.news import news_since
from monitor.stories.provenance import sourcing


def tell(members: Sequence[Member], houses: Sequence[Publisher], told: Collection[str] | None = None) -> Telling:
    """Return how a story is told; `told` are the ids of the articles that the reader knows, None for a new story.

    A reader who knows the story gets the headline of what is new.
    """
    found = sourcing(members, houses)
    if told is None:
        return Telling(account=account_of(members, found), sourcing=found)
    untold = [member for member in members if member.article.id not in told]
    return Telling(
        account=account_of(untold or members, found), sourcing=found, news=news_since(members, frozenset(told))
    )
