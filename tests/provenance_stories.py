"""Files of labelled stories → their members as grouping hands them on, and the truth about each article.

The stories under `data/provenance` are invented. Those in `dev-*.toml` may be looked at while rules are written; those
in `held-*.toml` and `fresh-*.toml` have other wordings. A label keeps to these
definitions:

* `first`: the earliest article that neither credits nor copies another, unless an earlier one credits an outlet that
  is not among the members, or two publishers share the earliest time;
* `copies`: two or more of its sentences outside quotes, of 12 words or more, are another's word for word;
* `cites`: it credits another outlet's report, in words or by a link;
* `independent`: all others, also one whose debt cannot be shown.

A ministry, a court, a person, an analyst or a company is a source of news and no outlet. `accept` holds other relations
that are as right, `also_of` other members that may be named.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from monitor.records import Article, Document, Link, Member, Relation
from monitor.stories import find_copies

FOLDER: Final = Path(__file__).parent / "data" / "provenance"
HALVES: Final = ("dev", "held", "fresh")
SEEN_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is so about an article: its relation, and for one with a debt whom it owes."""

    article_id: str
    relation: Relation
    of: frozenset[str] = frozenset()
    origin: str = ""
    accepted: frozenset[Relation] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A story with its members in order of time, and the truth by article."""

    name: str
    members: tuple[Member, ...]
    truths: Mapping[str, Truth]


def labelled_stories(half: str) -> list[Labelled]:
    """Return the stories of a half (`dev`, `held` or `fresh`), in the order of their files."""
    files = sorted(FOLDER.glob(f"{half}-*.toml"))
    return [_labelled(raw) for file in files for raw in tomllib.loads(file.read_text(encoding="utf-8"))["story"]]


def _labelled(raw: Mapping[str, Any]) -> Labelled:
    articles = sorted((_article(one) for one in raw["article"]), key=lambda one: (one.published, one.id))
    truths = {one["id"]: _truth(one) for one in raw["article"]}
    return Labelled(name=raw["name"], members=tuple(map(_member, _with_copies(articles))), truths=truths)


def _article(raw: Mapping[str, Any]) -> Article:
    text = raw["text"].strip()
    return Article(
        id=raw["id"],
        url=raw["url"],
        title=raw["title"],
        text=text,
        summary="",
        published=raw["published"],
        publisher=raw["publisher"],
        language="en",
        words=len(text.split()),
        dated_by="feed",
        links=tuple(Link(url=link["url"], text=link["text"]) for link in raw.get("links", ())),
        site=(urlsplit(raw["url"]).hostname or "").removeprefix("www."),
    )


def _with_copies(articles: list[Article]) -> list[Article]:
    documents = [
        Document(id=one.id, title=one.title, text=one.own_text, published=one.published, source=one.publisher)
        for one in articles
    ]
    found = {copied.id: copied for copied in find_copies(documents, [])}
    return [
        replace(one, copy_of=found[one.id].of, copy_share=found[one.id].share) if one.id in found else one
        for one in articles
    ]


def _member(article: Article) -> Member:
    return Member(article=article, feed_names=(article.publisher,), seen_at=article.published + SEEN_AFTER, scores={})


def _truth(raw: Mapping[str, Any]) -> Truth:
    relation = Relation(raw["relation"])
    return Truth(
        article_id=raw["id"],
        relation=relation,
        of=frozenset([*([raw["of"]] if "of" in raw else []), *raw.get("also_of", ())]),
        origin=raw.get("origin", ""),
        accepted=frozenset([relation, *map(Relation, raw.get("accept", ()))]),
    )
