"""`stories`: look at stories, and decide what belongs together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from monitor.cli.labels import _USER_NAMES
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption

if TYPE_CHECKING:
    from monitor.pipeline.cutting import Cutter
    from monitor.records import Article, Cut, Member, Placed, Sourced, Tie
    from monitor.store import Store

ACTIVE_DAYS: Final = 5
"""A story without a new article for so long takes no more of them."""

ID_SHOWN: Final = 12
"""First characters of an article's id that are printed; commands take them for the whole."""

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

StoryArgument = Annotated[str, typer.Argument(metavar="STORY", help="Id of a story, or how it begins.")]
SinceOption = Annotated[int, typer.Option(metavar="DAYS", min=1, help="With an article of the last DAYS days.")]
ByOption = Annotated[str | None, typer.Option(metavar="NAME", help="Who decides; else your user name.")]
NoteOption = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the decision.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A story as it is shown; `named` is what it was asked for by.

    By article, `placed` says why grouping put it there, `ties` what it shares with the one it is most like, which is
    in `like`, and `put` is the decision of a person that put it there.
    """

    id: str
    named: str
    members: Sequence[Member]
    placed: Mapping[str, Placed]
    like: Mapping[str, Article]
    ties: Mapping[str, Tie]
    put: Mapping[str, Cut]
    cuts: Sequence[Cut]
    aliases: Sequence[str]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(help="Look at stories, and decide what belongs together.", no_args_is_help=True)
    group.command("show")(show_story)
    group.command("list")(list_stories)
    group.command("split")(split_story)
    group.command("merge")(merge_stories)
    group.command("move")(move_article)
    group.command("cuts")(list_cuts)
    app.add_typer(group, name="stories")


def show_story(story: StoryArgument, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show a story: its articles in order, why each is there, and what a person decided about it."""
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_store

    with open_store(load_settings(config)) as store:
        shown = _shown(store, _clean(story))
    if as_json:
        printing.print_json(_plain(shown))
        return
    printing.print_lines(_head_lines(shown))
    for member in shown.members:
        print()
        print(f"{member.article.published:{_TIME}}  {_line(member.article.publisher)}: {_title(member.article)}")
        printing.print_lines(_member_lines(shown, member))
    if tail := _tail_lines(shown):
        print()
        printing.print_lines(tail)


def list_stories(
    config: ConfigOption = DEFAULT_CONFIG,
    since: SinceOption = ACTIVE_DAYS,
    as_json: JsonOption = False,
) -> None:
    """List the stories that are active, the one with the newest article first."""
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_store, system_clock

    with open_store(load_settings(config)) as store:
        listed = store.cuts.active(system_clock() - timedelta(days=since))
    if as_json:
        printing.print_json({"stories": listed})
    elif listed:
        columns = ("id", "first_at", "last_at", "articles", "headline")
        rows = [{name: getattr(one, name) for name in columns} | {"headline": _line(one.headline)} for one in listed]
        printing.table(rows, columns)
    else:
        print(f"no story has an article of the last {since} day{'' if since == 1 else 's'}")


def split_story(
    story: StoryArgument,
    articles: Annotated[list[str], typer.Argument(metavar="ARTICLE...", help="Addresses or ids of its articles.")],
    config: ConfigOption = DEFAULT_CONFIG,
    by: ByOption = None,
    note: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take articles out of a story and make them one of their own; they stay apart for ever."""
    with _cutter(config, by, note) as cutter:
        cut = cutter.split(_clean(story), [_clean(article) for article in articles])
    _tell([cut], as_json=as_json)


def merge_stories(
    story: StoryArgument,
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="Stories that are part of it.")],
    config: ConfigOption = DEFAULT_CONFIG,
    by: ByOption = None,
    note: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Put all articles of other stories into a story; the other ids lead to it from then on."""
    with _cutter(config, by, note) as cutter:
        cuts = cutter.merge(_clean(story), [_clean(other) for other in others])
    _tell(cuts, as_json=as_json)


def move_article(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="Address or id of an article.")],
    story: StoryArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    by: ByOption = None,
    note: NoteOption = "",
    as_json: JsonOption = False,
) -> None:
    """Put an article into another story; it stays apart from those it leaves."""
    with _cutter(config, by, note) as cutter:
        cut = cutter.move(_clean(article), _clean(story))
    _tell([cut], as_json=as_json)


def list_cuts(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show what people decided about stories, in order."""
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_store

    with open_store(load_settings(config)) as store:
        cuts = store.cuts.listed()
    if as_json:
        printing.print_json({"cuts": cuts})
    elif cuts:
        printing.print_lines(_cut_line(cut) for cut in cuts)
    else:
        print("nobody has decided anything about stories yet")


def _shown(store: Store, name: str) -> _Shown:
    from monitor.pipeline.cutting import named_story

    story = named_story(store, name)
    aliases = store.cuts.aliases(story)
    found = store.stories.story(story)
    placed = {place.id: place for place, _ in store.stories.articles_of(story)}
    # An article may join or leave between the two questions.
    members = [member for member in (found.members if found else ()) if member.article.id in placed]
    likes = store.articles.known(sorted({place.closest for place in placed.values() if place.closest}))
    cuts = store.cuts.listed()
    concerned = {story, *aliases, *placed}
    return _Shown(
        id=story,
        named=name,
        members=members,
        placed=placed,
        like=likes,
        ties=_ties(members, placed, likes),
        # Articles that came with their whole story are together for the reasons that grouping found.
        put={article: cut for cut in cuts if cut.kind != "merge" for article in cut.articles if article in placed},
        cuts=[cut for cut in cuts if not concerned.isdisjoint((cut.story, cut.into, *cut.articles))],
        aliases=aliases,
    )


def _ties(members: Sequence[Member], placed: Mapping[str, Placed], like: Mapping[str, Article]) -> dict[str, Tie]:
    from monitor.records import Document, Tie
    from monitor.stories.evidence import shared_evidence
    from monitor.stories.facts import Facts

    def facts(article: Article) -> Facts:
        return Facts(Document(id=article.id, title=article.title, text=article.own_text))

    held = {article.id: facts(article) for article in like.values()}
    ties = {}
    for article in (member.article for member in members):
        if other := held.get(placed[article.id].closest or ""):
            it = shared_evidence(facts(article), other)
            ties[article.id] = Tie(figures=it.figures, quotes=it.quotes, names=it.names, references=it.references)
    return ties


def _facts(shown: _Shown) -> dict[str, Any]:
    articles = [member.article for member in shown.members]
    return {
        "articles": len(articles),
        "publishers": len({article.publisher for article in articles}),
        "first_at": articles[0].published if articles else None,
        "last_at": articles[-1].published if articles else None,
    }


def _head_lines(shown: _Shown) -> list[tuple[str, str]]:
    """Return what there is to say of the story as a whole."""
    facts = _facts(shown)
    old = next((alias for alias in shown.aliases if alias.startswith(shown.named)), "")
    is_old = old and not shown.id.startswith(shown.named)
    lines = [("Story", f"{shown.id}{f', into which {old} was merged' if is_old else ''}")]
    if facts["articles"]:
        counts = f"{_count(facts['articles'], 'article')} by {_count(facts['publishers'], 'publisher')}"
        lines.append(("Facts", f"{counts}, {facts['first_at']:{_TIME}} to {facts['last_at']:{_TIME}} UTC"))
    return lines


def _member_lines(shown: _Shown, member: Member) -> Iterator[tuple[str, str]]:
    """Yield what there is to say of one article: how to name it, whose news it is, why it is here and not elsewhere."""
    article, placed = member.article, shown.placed[member.article.id]
    yield "  article", f"{article.id[:ID_SHOWN]} {_line(article.url)}"
    if member.sourced is not None:
        yield "  source", _source(member.sourced)
    if cut := shown.put.get(article.id):
        yield "  here", f"put here by {_who(cut)} ({cut.kind} {cut.number})"
        return
    yield "  here", _why(placed, shown.like.get(placed.closest or ""))
    yield from (("", f"{name}: {', '.join(map(_line, texts))}") for name, texts in _shared(shown, placed) if texts)
    if placed.nearest:
        why_not = _APART.get(placed.apart, placed.apart) or "less like it"
        yield "  not in", f"{placed.nearest}, {placed.nearest_similarity:.2f} like it: {why_not}"


def _source(sourced: Sourced) -> str:
    of = f" {_line(sourced.origin)}" if sourced.origin else ""
    shows = f": {_line(sourced.evidence)}" if sourced.evidence else ""
    return f"{sourced.relation}{of} ({sourced.confidence:.0%} sure){shows}"


def _why(placed: Placed, most_like: Article | None) -> str:
    if placed.founded:
        return f"founded the story: {_RULES['no-near-story']}"
    rule = _RULES.get(placed.reason, placed.reason) or _RULES["similar"]
    return f"{rule}, {placed.similarity:.2f} like {f'“{_title(most_like)}”' if most_like else 'its articles'}"


def _shared(shown: _Shown, placed: Placed) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what ties an article to the one it is most like, kind by kind."""
    yield "words", placed.terms
    if tie := shown.ties.get(placed.id):
        yield from (("figures", tie.figures), ("quotes", tie.quotes), ("names", tie.names))
        yield "references", tie.references


def _tail_lines(shown: _Shown) -> list[tuple[str, str]]:
    lines = [_cut_line(cut) for cut in shown.cuts]
    return [*lines, ("Old ids", ", ".join(shown.aliases))] if shown.aliases else lines


def _cut_line(cut: Cut) -> tuple[str, str]:
    note = f": {_line(cut.note)}" if cut.note else ""
    return f"{cut.kind} {cut.number}".capitalize(), f"{cut.at:{_TIME}} UTC by {_who(cut)}: {_done(cut)}{note}"


def _done(cut: Cut) -> str:
    return f"{_count(len(cut.articles), 'article')} out of {cut.story} into {cut.into}"


def _who(cut: Cut) -> str:
    return _line(cut.by, 60) or "nobody named"


def _plain(shown: _Shown) -> dict[str, Any]:
    """Return a story for a program."""
    names = ("id", "url", "published", "publisher", "title")
    timeline = [
        {name: getattr(member.article, name) for name in names}
        | {"sourced": member.sourced, "placed": shown.placed[member.article.id]}
        | {"tie": shown.ties.get(member.article.id), "cut": shown.put.get(member.article.id)}
        for member in shown.members
    ]
    whole = {"id": shown.id, "named": shown.named, **_facts(shown)}
    return {**whole, "timeline": timeline, "cuts": shown.cuts, "aliases": shown.aliases}


@contextmanager
def _cutter(config: Path, by: str | None, note: str) -> Iterator[Cutter]:
    from monitor.pipeline.cutting import Cutter
    from monitor.wiring import load_settings, open_store, system_clock

    login = next((os.environ[name] for name in _USER_NAMES if os.environ.get(name)), "")
    who = login if by is None else by
    with open_store(load_settings(config)) as store:
        yield Cutter(store=store, clock=system_clock, by=_clean(who), note=_clean(note))


def _tell(cuts: Sequence[Cut], *, as_json: bool) -> None:
    from monitor.cli import printing

    if as_json:
        printing.print_json({"cuts": cuts})
    else:
        for cut in cuts:
            print(f"{cut.kind} {cut.number}: {_done(cut)}")


def _title(article: Article) -> str:
    return _line(article.title, 120) or "(no title)"


def _line(text: str, longest: int = 200) -> str:
    from monitor.config.titles import one_line

    return one_line(text, longest)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _clean(given: str) -> str:
    """Return what a shell gave, which can be half characters, as text that a database takes."""
    return given.encode("utf-8", "replace").decode()
