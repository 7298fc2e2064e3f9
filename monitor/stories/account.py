"""A story's articles → the story told in their words: a headline, a summary, and how far things have come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.records import Account, Member, Sourcing
from monitor.stories.headline import headline_of, lead_of
from monitor.stories.status import status_of
from monitor.stories.summary import summary_of


def account_of(members: Sequence[Member], sourcing: Sourcing | None = None) -> Account:
    """Return the story's account; `sourcing` says which articles speak for themselves, if the members do not."""
    known = {one.article_id: one for one in sourcing.relations} if sourcing else {}
    told = [replace(member, sourced=known.get(member.article.id, member.sourced)) for member in members]
    lead = lead_of(told, sourcing)
    return Account(
        lead=lead.article.id,
        headline=headline_of(lead),
        summary=summary_of(told, lead),
        status=status_of(told),
    )
