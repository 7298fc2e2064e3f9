"""Digests that have one of everything, to be looked at and compared."""

from __future__ import annotations

from dataclasses import replace

from monitor.records import Digest, Held, News, Quoted, Status
from tests.factories import make_actions, make_digest, make_held, make_item, make_matched, make_source

ADDRESS = "https://news.example.org"


def quoted(article: str, text: str) -> Quoted:
    return Quoted(article_id=article, publisher="EU Markets Brief", text=text)


def full() -> Digest:
    """Return a digest that has one of everything, with commands for actions."""
    passage = 'A senator called the vote "the easy part". Its staff expect changes on the floor.'
    matched = (make_matched(terms=("stablecoin", "Senate"), passage=passage, publisher="Capitol Record"),)
    lead = make_item(
        0,
        matched=matched,
        status=Status(word="adopted", shown_by=quoted("a0-1", "Adopted 16 to 8.")),
        unseen=("Gazette of Record",),
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
    return make_digest(items=items, waiting=3, held=near())


def near() -> tuple[Held, ...]:
    """Return three near misses, of which two have the same reason."""
    few = "1 matching article from 1 independent publisher within 72 h; the watch asks for 3 articles"
    rows = (
        ("5ba9a1ac77d04e5f", "Island bank tests payments without a network", "Pier Institute", few),
        ("a1b050ce3f2a9c1b", "Port authority to clear tolls in tokens", "Harbor Wire", few),
        (
            "77d04e5f5ba9a1ac",
            "Two custodians merge",
            "Ledger Daily",
            "in a message of 12 stories there was no room for it",
        ),
    )
    return tuple(
        make_held(
            story_id=story, headline=headline, publisher=publisher, message=why, url=f"https://held.example/{story}"
        )
        for story, headline, publisher, why in rows
    )


def clickable() -> Digest:
    """Return the same digest with links for actions."""
    digest = full()
    items = tuple(replace(item, actions=make_actions(item.story_id, item.url, ADDRESS)) for item in digest.items)
    actions = tuple(replace(action, url=f"{ADDRESS}/a/{action.name}") for action in digest.actions)
    return replace(digest, items=items, actions=actions)
