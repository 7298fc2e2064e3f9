"""`stories`: look at stories, and decide what belongs together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, time_of, user_name
from monitor.cli.reasons import why_story
from monitor.cli.timeline import Shown, as_lines, as_plain, cut_line, done, line

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.pipeline.cutting import Cutter
    from monitor.records import Article, Cut, Member, Placed, Publisher, Sourcing, Tie
    from monitor.store import Store

ACTIVE_DAYS: Final = 5
"""A story without a new article for so long takes no more of them."""

MOST_DAYS: Final = 36_500
"""A century: more would lead before the first day that a clock knows."""


def _moment(given: str) -> datetime:
    at = time_of(given)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


StoryArgument = Annotated[
    str, typer.Argument(metavar="STORY", help="Id of a story, or at least its first four characters.")
]
ActiveOption = Annotated[
    int, typer.Option(metavar="DAYS", min=1, max=MOST_DAYS, help="With an article of the last DAYS days.")
]
NewsOption = Annotated[
    datetime | None,
    typer.Option(
        parser=_moment,
        metavar="ISO-TIME",
        help="Also say what is new since this moment (UTC unless it says otherwise).",
    ),
]
ByOption = Annotated[str | None, typer.Option(metavar="NAME", help="Who decides; else your user name.")]
NoteOption = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the decision.")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(help="Look at stories, and decide what belongs together.", no_args_is_help=True)
    group.command("show")(show_story)
    group.command("list")(list_stories)
    group.command("split")(split_story)
    group.command("merge")(merge_stories)
    group.command("move")(move_article)
    group.command("cuts")(list_cuts)
    group.command("why")(why_story)
    app.add_typer(group, name="stories")


def show_story(
    story: StoryArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    since: NewsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a story: what is told, who was first, its articles in order, and why each is there."""
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_store

    settings = load_settings(config)
    with open_store(settings) as store:
        shown = _look(store, _clean(story), settings, since)
    if as_json:
        printing.print_json(as_plain(shown))
    else:
        printing.print_lines(as_lines(shown))


def list_stories(
    config: ConfigOption = DEFAULT_CONFIG,
    since: ActiveOption = ACTIVE_DAYS,
    as_json: JsonOption = False,
) -> None:
    """List the stories that are active, the one with the newest article first, each by the title that it began with."""
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_store, system_clock

    with open_store(load_settings(config)) as store:
        listed = store.cuts.active(system_clock() - timedelta(days=since))
    if as_json:
        printing.print_json({"stories": listed})
    elif listed:
        columns = ("id", "first_at", "last_at", "articles")
        # The best headline needs the texts of all articles; `show` has it.
        rows = [{name: getattr(one, name) for name in columns} | {"began_with": line(one.headline)} for one in listed]
        printing.table(rows, (*columns, "began_with"))
    else:
        days = f"{since:,} day{'' if since == 1 else 's'}"
        print(f"no story has an article of the last {days}; --since DAYS looks further back")


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
        printing.print_lines(cut_line(cut) for cut in cuts)
    else:
        print("nobody has decided anything about stories yet")


def _look(store: Store, name: str, settings: Settings, since: datetime | None = None) -> Shown:
    """Return the story that is meant by an id, an old id or how one begins; raises MonitorError when none is."""
    from monitor.pipeline.cutting import named_story
    from monitor.records import beyond
    from monitor.stories.account import account_of
    from monitor.stories.news import news_since

    story = named_story(store, name)
    aliases = store.cuts.aliases(story)
    placed = {place.id: place for place, _ in store.stories.articles_of(story)}
    members, sourced = _members(store, story, placed, settings.publishers)
    like = _like(store, placed)
    cuts = store.cuts.listed()
    concerned = {story, *aliases, *placed}
    told = {member.article.id for member in members if since is not None and member.seen_at < since}
    return Shown(
        id=story,
        named=name,
        members=members,
        account=account_of(members, sourced) if members else None,
        sourcing=beyond(sourced, [feed.publisher for feed in settings.feeds]),
        placed=placed,
        like=like,
        homes=store.cuts.homes(sorted({one.id for one in like.values()})),
        ties=_ties(members, like),
        # Articles that came with their whole story are together for the reasons that grouping found.
        put={article: cut for cut in cuts if cut.kind != "merge" for article in cut.articles if article in placed},
        cuts=[cut for cut in cuts if not concerned.isdisjoint((cut.story, cut.into, *cut.articles))],
        aliases=aliases,
        since=since,
        news=news_since(members, told) if since is not None else None,
    )


def _members(
    store: Store, story: str, placed: Mapping[str, Placed], houses: Sequence[Publisher]
) -> tuple[list[Member], Sourcing]:
    """Return a story's articles, each with whose news it is as its text and the settings stand now."""
    from monitor.stories import sourcing

    found = store.stories.story(story)
    # An article may join or leave between the two questions.
    members = [member for member in (found.members if found else ()) if member.article.id in placed]
    sourced = sourcing(members, houses)
    lines = {one.article_id: one for one in sourced.relations}
    return [replace(member, sourced=lines[member.article.id]) for member in members], sourced


def _like(store: Store, placed: Mapping[str, Placed]) -> dict[str, Article]:
    """Return for each article the one that it is most like, as far as that is still there."""
    close = {article: place.closest for article, place in placed.items() if place.closest}
    known = store.articles.known(sorted(set(close.values())))
    return {article: known[other] for article, other in close.items() if other in known}


def _ties(members: Sequence[Member], like: Mapping[str, Article]) -> dict[str, Tie]:
    from monitor.records import Document
    from monitor.stories.ties import tie

    def document(article: Article) -> Document:
        return Document(id=article.id, title=article.title, text=article.own_text, language=article.language)

    articles = [member.article for member in members if member.article.id in like]
    return {article.id: tie(document(article), document(like[article.id])) for article in articles}


@contextmanager
def _cutter(config: Path, by: str | None, note: str) -> Iterator[Cutter]:
    from monitor.pipeline.cutting import Cutter
    from monitor.wiring import load_settings, open_store, system_clock

    with open_store(load_settings(config)) as store:
        yield Cutter(store=store, clock=system_clock, by=_clean(user_name(by)), note=_clean(note))


def _tell(cuts: Sequence[Cut], *, as_json: bool) -> None:
    from monitor.cli import printing

    if as_json:
        printing.print_json({"cuts": cuts})
    else:
        for cut in cuts:
            print(f"{cut.kind} {cut.number}: {done(cut)}")


def _clean(given: str) -> str:
    """Return what a shell gave, which can be half characters, as text that a database takes."""
    return given.encode("utf-8", "replace").decode()
