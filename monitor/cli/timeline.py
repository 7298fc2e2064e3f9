"""A story as `stories show` prints it: told in its articles' words, whose news it is, its timeline, what is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from monitor.records import (
        Account,
        Article,
        Cut,
        Member,
        News,
        Placed,
        Quoted,
        Sourced,
        Sourcing,
        Status,
        Tie,
    )

ID_SHOWN: Final = 12
"""First characters of an article's id that are printed; commands take them for the whole."""

SENTENCE: Final = 600
"""Characters of a sentence that are printed."""

_TIME: Final = "%Y-%m-%d %H:%M"
_RULES: Final = {
    "no-near-story": "no story was near",
    "similar": "similar words",
    "same-text": "the same text",
    "copy": "a copy",
    "shared-facts": "the same figures, names or quotes",
}
_APART: Final = {
    "unlike": "too unlike",
    "name": "another name",
    "number": "another number",
    "outcome": "another outcome",
    "form": "another notice of the same form",
    "cut": "a person parted them",
}

Line = tuple[str, str]
"""What is printed in two columns: what, and what of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A story as it is shown; `named` is what it was asked for by, `news` what is new since `since`.

    By article, `placed` says why grouping put it there, `like` is the one that it is most like, `ties` what it shares
    with that, and `put` the decision of a person that put it there. `homes` has the stories in which the most alike are
    now, by their ids. A story that has no articles has no `account`.
    """

    id: str
    named: str
    members: Sequence[Member]
    account: Account | None
    sourcing: Sourcing
    placed: Mapping[str, Placed]
    like: Mapping[str, Article]
    homes: Mapping[str, str]
    ties: Mapping[str, Tie]
    put: Mapping[str, Cut]
    cuts: Sequence[Cut]
    aliases: Sequence[str]
    since: datetime | None = None
    news: News | None = None


def as_lines(shown: Shown) -> Iterator[Line]:
    """Yield the lines for a person."""
    yield from _account_lines(shown)
    yield from _news_lines(shown)
    old = next((alias for alias in shown.aliases if alias.startswith(shown.named)), "")
    is_old = old and not shown.id.startswith(shown.named)
    yield "Story", f"{shown.id}{f', to which {old} leads' if is_old else ''}"
    if not shown.members:
        yield "", "it has no articles"
    for member in shown.members:
        article = member.article
        yield "", ""
        yield f"{article.published:{_TIME}}  {line(article.publisher) or '(no publisher)'}: {_title(article)}", ""
        yield from _member_lines(shown, member)
    if shown.cuts or shown.aliases:
        yield "", ""
    yield from map(cut_line, shown.cuts)
    if shown.aliases:
        yield "Old ids", ", ".join(shown.aliases)


def _account_lines(shown: Shown) -> Iterator[Line]:
    """Yield the story as a reader wants it."""
    if shown.account is None:
        return
    yield "Headline", line(shown.account.headline) or "(no title)"
    for place, sentence in enumerate(shown.account.summary):
        yield "" if place else "Summary", _said(sentence)
    if shown.account.status is not None:
        yield "Status", _status(shown.account.status)
    yield "Sources", _sources(shown)
    if shown.sourcing.unseen:
        yield "", f"credits, not among our feeds: {', '.join(map(line, shown.sourcing.unseen))}"


def _sources(shown: Shown) -> str:
    article = _first(shown)
    who = f"{line(article.publisher) or 'nobody named'}, {article.published.day} {article.published:%b %H:%M} UTC"
    houses = [line(name) for name in shown.sourcing.independent]
    independent = f"{_count(len(houses), 'independent publisher')} ({', '.join(houses)})" if houses else ""
    articles = _count(len(shown.members), "article")
    earliest = "first seen by us" if _is_first(shown) else "earliest that we saw, not sure to be the first"
    return f"{earliest}: {who}; {articles}, {independent or 'no independent publisher'}"


def _news_lines(shown: Shown) -> Iterator[Line]:
    if shown.news is None:
        return
    news, mark = shown.news, f"{shown.since:{_TIME}} UTC"
    if not (news.sentences or news.figures or news.actors or news.status):
        yield "New since", f"{mark}: nothing"
        return
    yield "New since", mark
    for sentence in news.sentences:
        yield "", _said(sentence)
    for name, texts in (("figures", news.figures), ("actors", news.actors)):
        if texts:
            yield "", f"{name}: {', '.join(map(line, texts))}"
    if news.status is not None:
        yield "", f"status: {f'{news.before}, now ' if news.before else ''}{_status(news.status)}"


def _member_lines(shown: Shown, member: Member) -> Iterator[Line]:
    """Yield what there is to say of one article: how to name it, whose news it is, why it is here and not elsewhere."""
    article, placed = member.article, shown.placed[member.article.id]
    yield "  article", f"{article.id[:ID_SHOWN]} {line(article.url)}"
    if member.sourced is not None:
        yield "  source", _source(member.sourced)
    if cut := shown.put.get(article.id):
        yield "  here", f"put here by {_who(cut)} ({cut.kind} {cut.number})"
        return
    yield "  here", _why(shown, placed)
    yield from (("", f"{name}: {', '.join(map(line, texts))}") for name, texts in _shared(shown, placed) if texts)
    if (tie := shown.ties.get(article.id)) and tie.passage:
        yield "", f"passage: {line(tie.passage, SENTENCE)}"
        yield "", f"there: {line(tie.other_passage, SENTENCE)}"
    if placed.nearest:
        why_not = _APART.get(placed.apart, placed.apart) or "less like it"
        yield "  not in", f"{placed.nearest}, {placed.nearest_similarity:.2f} like it: {why_not}"


def _source(sourced: Sourced) -> str:
    """Return a relation in words, with what shows it and how sure that is."""
    of = line(sourced.origin) or "another article"
    words = {"first": "first seen by us", "cites": f"cites {of}", "copies": f"copies {of}"}
    shown = line(sourced.evidence, SENTENCE)
    if shown and sourced.relation == "cites" and not shown.startswith(("http://", "https://")):
        shown = f"“{shown}”"
    relation = words.get(sourced.relation, sourced.relation.value)
    return f"{relation}{f': {shown}' if shown else ''} ({100 * sourced.confidence:.0f} %)"


def _why(shown: Shown, placed: Placed) -> str:
    if placed.founded:
        return f"founded the story: {_RULES['no-near-story']}"
    rule = _RULES.get(placed.reason, placed.reason) or _RULES["similar"]
    rule = f"{rule}, {placed.similarity:.2f} like"
    if (most_like := shown.like.get(placed.id)) is None:
        return f"{rule} {'an article that is gone' if placed.closest else 'its articles'}"
    home = shown.homes.get(most_like.id, shown.id)
    return f"{rule} “{_title(most_like)}”{f' (now in story {home})' if home != shown.id else ''}"


def _shared(shown: Shown, placed: Placed) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what ties an article to the one it is most like, kind by kind."""
    yield "words", placed.terms
    if tie := shown.ties.get(placed.id):
        yield "figures", tie.figures
        yield "quotes", [f"“{line(quote)}”" for quote in tie.quotes]
        yield "names", tie.names
        yield "references", tie.references


def as_plain(shown: Shown) -> dict[str, Any]:
    """Return the story for a program."""
    articles = [member.article for member in shown.members]
    account, news = shown.account, shown.news
    return {
        "id": shown.id,
        "named": shown.named,
        "headline": account.headline if account else "",
        "summary": account.summary if account else (),
        "status": account.status if account else None,
        "articles": len(articles),
        "publishers": len(shown.sourcing.publishers),
        "first_at": articles[0].published if articles else None,
        "last_at": articles[-1].published if articles else None,
        "sourcing": _plain_sourcing(shown),
        "timeline": [_plain_member(shown, member) for member in shown.members],
        "cuts": shown.cuts,
        "aliases": shown.aliases,
        "news": None if news is None else {"since": shown.since, **{name: getattr(news, name) for name in _NEWS}},
    }


_NEWS: Final = ("sentences", "figures", "actors", "status", "before")


def _plain_sourcing(shown: Shown) -> dict[str, Any]:
    first = _first(shown) if shown.members else None
    return {
        "first": first.id if first else None,
        "first_publisher": first.publisher if first else None,
        "first_at": first.published if first else None,
        "first_is_known": _is_first(shown),
        "articles": len(shown.members),
        "publishers": shown.sourcing.publishers,
        "independent": shown.sourcing.independent,
        "unseen": shown.sourcing.unseen,
    }


def _plain_member(shown: Shown, member: Member) -> dict[str, Any]:
    article, like = member.article, shown.like.get(member.article.id)
    return {
        **{name: getattr(article, name) for name in ("id", "url", "published", "publisher", "title")},
        "seen_at": member.seen_at,
        "sourced": member.sourced,
        "placed": shown.placed[article.id],
        "like": _plain_like(shown, like) if like else None,
        "tie": shown.ties.get(article.id),
        "cut": shown.put.get(article.id),
    }


def _plain_like(shown: Shown, like: Article) -> dict[str, Any]:
    names = ("id", "url", "publisher", "title")
    return {name: getattr(like, name) for name in names} | {"story": shown.homes.get(like.id)}


def _first(shown: Shown) -> Article:
    return next(member.article for member in shown.members if member.article.id == shown.sourcing.first)


def _is_first(shown: Shown) -> bool:
    return any(one.relation == "first" for one in shown.sourcing.relations)


def _status(status: Status) -> str:
    return f"{status.word}: {_said(status.shown_by)}"


def _said(sentence: Quoted) -> str:
    return f"{line(sentence.text, SENTENCE)} ({line(sentence.publisher) or 'no publisher'})"


def _title(article: Article) -> str:
    return line(article.title, 120) or "(no title)"


def cut_line(cut: Cut) -> Line:
    """Return a person's decision as a line: its number, when, who, what and why."""
    note = f": {line(cut.note)}" if cut.note else ""
    return f"{cut.kind} {cut.number}".capitalize(), f"{cut.at:{_TIME}} UTC by {_who(cut)}: {done(cut)}{note}"


def done(cut: Cut) -> str:
    """Return what a decision did."""
    return f"{_count(len(cut.articles), 'article')} out of {cut.story} into {cut.into}"


def _who(cut: Cut) -> str:
    return line(cut.by, 60) or "nobody named"


def line(text: str, longest: int = 200) -> str:
    """Return somebody else's text as a line that can be printed."""
    from monitor.config.titles import one_line

    return one_line(text, longest)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
