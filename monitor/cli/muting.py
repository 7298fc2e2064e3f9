"""`mute`, `mutes`, `unmute`, `unsubscribe`: what a person wants to hear nothing of, and until when."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from monitor.cli.options import DEFAULT_CONFIG, FAILED, MISUSED, ConfigOption, JsonOption, complain, typed, user_name

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.records import Mute, MuteKind, Person
    from monitor.store import Store

MOST_DAYS = 3_650
"""Ten years; for ever is `unsubscribe`."""

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_LENGTH = re.compile(r"\s*(\d{1,6})\s*([hdw])\s*", re.ASCII | re.IGNORECASE)

PersonOption = Annotated[
    str | None, typer.Option("--as", metavar="PERSON", help="Id of the person; not needed where there is only one.")
]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    for command in (mute, mutes, unmute, unsubscribe):
        app.command()(command)


def mute(
    story: Annotated[
        str | None, typer.Argument(metavar="[STORY]", help="Id of a story, or at least its first four characters.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    watch: Annotated[str | None, typer.Option(metavar="WATCH", help="Instead of a story: all of this watch.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Instead of a story: everything.")] = False,
    person: PersonOption = None,
    length: Annotated[str | None, typer.Option("--for", metavar="7d|3h|2w", help="For so long.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Until then, such as '2026-12-01 07:00', in the person's time.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell a person nothing of a story, a watch or anything for a while; what still holds then is told afterwards.

    A mute of the same thing that is in force already is replaced.
    """
    from monitor.records import MuteKind
    from monitor.wiring import known_watch, load_settings, open_store, system_clock

    if (story is not None) + (watch is not None) + everything != 1:
        _misused("name one thing to mute: a STORY, --watch WATCH, or --all")
    settings, now = load_settings(config), system_clock()
    who = _person(settings, person)
    end = _end(length, until, who, now)
    with open_store(settings) as store:
        if story is not None:
            from monitor.pipeline.cutting import named_story

            kept = _keep(settings, store, who, MuteKind.STORY, named_story(store, _clean(story)), now, end)
        elif watch is not None:
            kept = _keep(settings, store, who, MuteKind.WATCH, known_watch(settings, watch), now, end)
        else:
            kept = _keep(settings, store, who, MuteKind.ALL, "", now, end)
        _tell(settings, store, kept, as_json=as_json)


def unsubscribe(
    watch: Annotated[str, typer.Argument(metavar="WATCH", help="Id of the watch.")],
    config: ConfigOption = DEFAULT_CONFIG,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell a person nothing of a watch any more; `monitor unmute` takes it back."""
    from monitor.records import MuteKind
    from monitor.wiring import known_watch, load_settings, open_store, system_clock

    settings = load_settings(config)
    subject, who = known_watch(settings, watch), _person(settings, person)
    with open_store(settings) as store:
        kept = _keep(settings, store, who, MuteKind.WATCH, subject, system_clock(), None)
        _tell(settings, store, kept, as_json=as_json)


def mutes(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List what people hear nothing of at present, and until when, each in the person's own time."""
    from monitor.cli import printing
    from monitor.wiring import load_settings, open_store, system_clock

    settings = load_settings(config)
    with open_store(settings) as store:
        found = store.readers.mutes(system_clock())
        rows = [_row(settings, store, one) for one in found]
    if as_json:
        printing.print_json(found)
    elif rows:
        printing.table(rows, list(rows[0]))
    else:
        print("nothing is muted, and nobody has unsubscribed")


def unmute(
    mute_id: Annotated[str, typer.Argument(metavar="ID", help="As `monitor mutes` shows it, or its beginning.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """End a mute, a pause or an unsubscription now; what still holds is told with the next message."""
    from monitor.wiring import load_settings, open_store, system_clock

    settings, now, wanted = load_settings(config), system_clock(), _clean(mute_id)
    with open_store(settings) as store:
        found = [one for one in store.readers.mutes(now) if wanted and one.id.startswith(wanted)]
        if len(found) > 1:
            _misused(f"several begin like this: {', '.join(one.id for one in found)}")
        if not found or not store.readers.unmute(found[0].id, now):
            complain(f"there is no mute {wanted!r} in force; `{typed(config, 'mutes')}` lists those that are")
            raise typer.Exit(FAILED)
        print(f"{found[0].person} is told of {_what(settings, store, found[0])} again")


def _person(settings: Settings, given: str | None) -> Person:
    """Return who is meant: the one that was named, or else the only one."""
    from monitor.wiring import known_person

    people = {one.id: one for one in settings.people}
    if given is None and len(people) > 1:
        _misused(f"say for whom, with --as PERSON (known: {', '.join(people)})")
    return people[next(iter(people)) if given is None else known_person(settings, given)]


def _end(length: str | None, until: str | None, person: Person, now: datetime) -> datetime:
    """Return when a mute ends, by exactly one of the two ways to say it."""
    if (length is None) == (until is None):
        _misused("say for how long: --for 7d, or --until '2026-12-01 07:00'")
    left = _length(length) if length is not None else _moment(until or "", person) - now
    if left <= timedelta():
        _misused(f"{until!r} is over already")
    if left > timedelta(days=MOST_DAYS):
        _misused("that is over ten years; `monitor unsubscribe WATCH` ends a watch for good")
    return (now + left).replace(microsecond=0)


def _length(given: str) -> timedelta:
    found = _LENGTH.fullmatch(given)
    if found is None or not int(found[1]):
        _misused(f"--for {given!r} is no length of time; write hours, days or weeks, such as 3h, 7d or 2w")
    return int(found[1]) * _UNITS[found[2].lower()]


def _moment(given: str, person: Person) -> datetime:
    from monitor.messages.words import zone_of

    try:
        at = datetime.fromisoformat(given)
        return (at.replace(tzinfo=zone_of(person.timezone)) if at.tzinfo is None else at).astimezone(UTC)
    except (ValueError, OverflowError):
        _misused(f"--until {given!r} is no time; write it like 2026-12-01 07:00, or 2026-12-01T07:00+01:00")


def _keep(
    settings: Settings,
    store: Store,
    person: Person,
    kind: MuteKind,
    subject: str,
    now: datetime,
    until: datetime | None,
) -> Mute:
    """Keep a mute and return it; an unsubscription is not replaced by something that ends."""
    from monitor.replies.mutes import about, longest, new_mute

    before = longest(about(store.readers.mutes(now, person.id), kind, subject))
    if before is not None and before.until is None and until is not None:
        taken_back = typed(settings.folder, "unmute", before.id)
        complain(f"{person.id} has unsubscribed from this; `{taken_back}` takes that back first")
        raise typer.Exit(FAILED)
    kept = new_mute(person.id, kind, subject, since=now.replace(microsecond=0), until=until, by=user_name(None))
    store.readers.mute(kept)
    return kept


def _tell(settings: Settings, store: Store, kept: Mute, *, as_json: bool) -> None:
    from monitor.cli import printing

    if as_json:
        printing.print_json(kept)
        return
    end = f"until {_time(settings, kept)}" if kept.until else "any more"
    ended = typed(settings.folder, "unmute", kept.id)
    print(f"{kept.person} hears nothing of {_what(settings, store, kept)} {end}; `{ended}` ends this")


def _row(settings: Settings, store: Store, one: Mute) -> dict[str, Any]:
    return {
        "id": one.id,
        "person": one.person,
        "what": _what(settings, store, one),
        "subject": one.subject,
        "until": _time(settings, one) if one.until else "for good",
        "by": one.by,
    }


def _what(settings: Settings, store: Store, one: Mute) -> str:
    from monitor.config.titles import one_line
    from monitor.records import MuteKind

    if one.kind is MuteKind.ALL:
        return "anything"
    if one.kind is MuteKind.WATCH:
        title = next((watch.title for watch in settings.watches if watch.id == one.subject), one.subject)
        return f"the watch “{one_line(title, 80)}”"
    first = next(iter(store.cuts.members(one.subject)), "")
    article = store.articles.known([first]).get(first) if first else None
    return f"the story “{one_line(article.title, 80) if article else one.subject}”"


def _time(settings: Settings, one: Mute) -> str:
    from monitor.messages.words import day, zone_of

    zone = next((person.timezone for person in settings.people if person.id == one.person), "UTC")
    return day(one.until, zone_of(zone)) if one.until else ""


def _clean(given: str) -> str:
    """Return what a shell gave, which can be half characters, as text that a database takes."""
    return given.encode("utf-8", "replace").decode()


def _misused(sentence: str) -> NoReturn:
    complain(sentence)
    raise typer.Exit(MISUSED)
