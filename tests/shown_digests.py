"""Digests that have one of everything, to be looked at and compared."""

from __future__ import annotations

from dataclasses import replace

from monitor.records import Digest, News, Quoted, Status
from tests.factories import make_actions, make_digest, make_item, make_source

ADDRESS = "https://news.example.org"


def quoted(article: str, text: str) -> Quoted:
    return Quoted(article_id=article, publisher="EU Markets Brief", text=text)


def full() -> Digest:
    """Return a digest that has one of everything, with commands for actions."""
    lead = make_item(
        0, status=Status(word="adopted", shown_by=quoted("a0-1", "Adopted 16 to 8.")), unseen=("Gazette of Record",)
    )
    status = Status(word="in force", shown_by=quoted("a1-0", "The standards are in force."))
    sentences = (quoted("a1-0", "The final text sets 1 July as the date, which the draft did not have."),)
    news = News(sentences=sentences, figures=("1 July", "€ 4 million"), actors=(), status=status, before="adopted")
    copies = tuple(make_source(article_id=f"c{n}", publisher=f"Echo {n}", relation="copies") for n in range(6))
    items = (
        lead,
        make_item(1, news=news, status=status),
        replace(make_item(2), sources=make_item(2).sources + copies),
        make_item(3, major=True),
    )
    return make_digest(items=items, waiting=3)


def clickable() -> Digest:
    """Return the same digest with links for actions."""
    digest = full()
    items = tuple(replace(item, actions=make_actions(item.story_id, item.url, ADDRESS)) for item in digest.items)
    actions = tuple(replace(action, url=f"{ADDRESS}/a/{action.name}") for action in digest.actions)
    return replace(digest, items=items, actions=actions)
