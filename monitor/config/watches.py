"""`[[people]]` and `[[watch]]`: whether their names fit together and their rules can work, and the records they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from monitor.config.addresses import mail_address
from monitor.config.decoded import rows, table, tables, text, texts
from monitor.config.faults import Place, nearest
from monitor.config.quiet import read_quiet
from monitor.config.timetables import read_timetable
from monitor.config.watch_tables import NEVER, PersonTable, WatchTable
from monitor.records import Major, Minimum, Notify, Person, Updates, Watch

Misfit = tuple[Place, str]
WEBHOOK = "the webhook's own"


def person_of(row: PersonTable) -> Person:
    """Return the record of a person whose table has the right shape."""
    quiet = None if row.quiet is None else read_quiet(row.quiet)
    return Person(**{**dict(row), "quiet": quiet, "messages_per_day": row.messages_per_day or None})


def watch_of(row: WatchTable) -> Watch:
    """Return the record of a watch whose table has the right shape."""
    return Watch(
        id=row.id,
        title=row.title,
        topics=row.topics,
        people=row.people,
        minimum=Minimum(**dict(row.minimum)),
        notify=None if row.notify is None else Notify(**dict(row.notify)),
        major=None if row.major is None else Major(**dict(row.major)),
        updates=None if row.updates is None else Updates(**dict(row.updates)),
        digest=None if row.digest.lower() == NEVER else read_timetable(row.digest),
        timezone=row.timezone,
        send_empty=row.empty == "send",
        stories=row.stories,
        budget=row.budget,
    )


def misfits(said: Mapping[str, Any], topics: Sequence[str]) -> Iterator[Misfit]:
    """Yield the place and the sentence of each thing in a decoded `monitor.toml` that keeps a message from its reader.

    What is of the wrong shape is passed over: the schema speaks of it.
    """
    channels = tables(table(said.get("channels")))
    people, watches = tables(rows(said.get("people"))), tables(rows(said.get("watch")))
    ids = [str(person.get("id")) for person in people.values()]
    for index, person in people.items():
        yield from _known("person", ("people", index, "channels"), person.get("channels"), list(channels))
        yield from _zone(("people", index, "timezone"), person.get("timezone", "UTC"))
        yield from _addresses(("people", index), person, channels)
    for index, watch in watches.items():
        yield from _known("watch", ("watch", index, "topics"), watch.get("topics"), topics)
        yield from _known("watch", ("watch", index, "people"), watch.get("people"), ids)
        yield from _zone(("watch", index, "timezone"), watch.get("timezone") or "UTC")
        yield from _rules(("watch", index), watch)
    yield from _doubles(channels, people, [texts(watch.get("people")) for watch in watches.values()])


def zone_fault(name: object) -> str:
    """Return what is wrong with the name of a time zone, or nothing."""
    try:
        ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        return f"{name!r} is not a time zone{_near_zone(str(name)) or ' (write it like Europe/Brussels)'}"
    return ""


def _near_zone(said: str) -> str:
    """Return the zone that may be meant; an abbreviation or an offset is near to no place in the world."""
    zones = sorted(available_timezones())
    # Of those below "Etc/", an hour ahead is called one behind.
    places = [name for name in zones if "/" in name and not name.startswith("Etc/")]
    named = {name.rpartition("/")[2].casefold(): name for name in places} | {name.casefold(): name for name in zones}
    meant = named.get(said.strip().casefold())
    return f" (did you mean {meant!r}?)" if meant else nearest(said, places)


def _zone(place: Place, name: Any) -> Iterator[Misfit]:  # noqa: ANN401 - whatever TOML held
    if isinstance(name, str) and (fault := zone_fault(name)):
        yield place, fault


def _known(owner: str, place: Place, named: Any, known: Sequence[str]) -> Iterator[Misfit]:  # noqa: ANN401 - as above
    for name, count in Counter(texts(named)).items():
        if name not in known:
            advice = nearest(name, known) or f" (known: {', '.join(known) or 'none'})"
            yield place, f"this {owner} names {name!r}, which does not exist{advice}"
        elif count > 1:
            yield place, f"this {owner} names {name!r} twice"


def _addresses(place: Place, person: Mapping[str, Any], channels: Mapping[str, Mapping[str, Any]]) -> Iterator[Misfit]:
    """Yield what a channel lacks in order to reach a person."""
    named = [(name, channels[name]) for name in texts(person.get("channels")) if name in channels]
    if any(row.get("type") == "email" for _, row in named) and "email" not in person:
        yield (*place, "email"), "an address is needed for the e-mail channel"
    slack = [(name, row) for name, row in named if row.get("type") == "slack"]
    bots = [(name, row) for name, row in slack if _is_bot(row)]
    if text(person.get("slack")):
        if slack and not bots:
            sentence = f"a webhook posts to a Slack channel of its own; take this out, or give {slack[0][0]!r} a token"
            yield (*place, "slack"), sentence
        return
    if homeless := next((name for name, row in bots if not text(row.get("channel"))), None):
        sentence = f"say to which Slack channel or member the bot of {homeless!r} writes, by id, such as C0123456789"
        yield (*place, "slack"), sentence


def _is_bot(row: Mapping[str, Any]) -> bool:
    return any(key in row for key in ("token", "token_env", "token_file"))


def _address(said: str) -> str:
    try:
        return mail_address(said)
    except ValueError:
        return said


def _rules(place: Place, watch: Mapping[str, Any]) -> Iterator[Misfit]:
    if "budget" in watch and "notify" in watch:
        sentence = "a budget sets the numbers of notify by itself: keep one of the two, and take the other out"
        yield (*place, "budget"), sentence
    told = [watch.get(rule) for rule in ("notify", "major", "digest")]
    if all(text(rule).lower() == NEVER for rule in told):
        yield (*place, "digest"), "notify, major and digest are all never, so nothing would ever be told; keep one"


def _doubles(
    channels: Mapping[str, Mapping[str, Any]],
    people: Mapping[int, Mapping[str, Any]],
    together: Sequence[Sequence[str]],
) -> Iterator[Misfit]:
    """Yield the people of a watch for whom the same digest would go to the same place once more."""
    takers: dict[tuple[str, str], list[str]] = {}
    for index, person in people.items():
        own = str(person.get("id"))
        for name in dict.fromkeys(texts(person.get("channels"))):
            key, target = _target(channels.get(name, {}), person)
            if not key:
                continue
            others = takers.setdefault((name, target), [])
            if other := next((one for one in others if _meet(one, own, together)), None):
                sentence = (
                    f"{other!r} is told in the same place ({target}) on {name!r}, where every digest would come twice; "
                    "make one person of the two"
                )
                yield ("people", index, key if key in person else "channels"), sentence
            others.append(own)


def _meet(one: str, other: str, together: Sequence[Sequence[str]]) -> bool:
    return one != other and any(one in group and other in group for group in together)


def _target(row: Mapping[str, Any], person: Mapping[str, Any]) -> tuple[str, str]:
    """Return the key of a person that says where a channel writes, and where that is; no key if that is nowhere known.

    A webhook has one place, which it keeps to itself.
    """
    if row.get("type") == "email":
        address = _address(text(person.get("email"))).casefold()
        return "email" if address else "", address
    if row.get("type") == "slack":
        target = (text(person.get("slack")) or text(row.get("channel"))) if _is_bot(row) else WEBHOOK
        return "slack" if target else "", target
    return "", ""
