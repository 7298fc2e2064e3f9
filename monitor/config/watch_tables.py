"""The shape of `[[people]]` and `[[watch]]`: who is told of what, and when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from monitor.config.addresses import mail_address
from monitor.config.quiet import read_quiet
from monitor.config.shapes import Id, Line, Strict, TopicId
from monitor.config.timetables import read_timetable

NEVER = "never"
LONGEST_PHRASE = 200


def _timetable(said: str) -> str:
    if said.lower() != NEVER:
        read_timetable(said)
    return said


def _quiet(said: str) -> str:
    read_quiet(said)
    return said


def _quoted(example: str) -> BeforeValidator:
    def check(said: object) -> object:
        if not isinstance(said, str) or not said.strip():
            raise ValueError(f"must be a phrase between quotes, such as {example}")
        return said

    return BeforeValidator(check)


def _or_never(example: str) -> BeforeValidator:
    def check(said: object) -> object:
        if isinstance(said, str) and said.strip().lower() == NEVER:
            return None
        if not isinstance(said, dict):
            raise ValueError(f'must be a table such as {{ {example} }}, or "{NEVER}"')  # noqa: TRY004 - for pydantic
        return said

    return BeforeValidator(check)


def _table(example: str) -> BeforeValidator:
    def check(said: object) -> object:
        if not isinstance(said, dict | BaseModel):
            raise ValueError(f"must be a table such as {{ {example} }}")  # noqa: TRY004 - for pydantic
        return said

    return BeforeValidator(check)


def _email(said: str) -> str:
    mail_address(said)
    return said


def _as_never(schema: dict[str, Any]) -> None:
    """Tell editors the word that stands in the file for None."""
    schema["anyOf"] = [{"const": NEVER} if kind == {"type": "null"} else kind for kind in schema["anyOf"]]


Phrase = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PHRASE, strip_whitespace=True)]


class NotifyTable(Strict):
    """Tell of a new story at once."""

    articles: int = Field(default=3, ge=1, le=1000, description="At least so many matching articles …")
    publishers: int = Field(default=2, ge=1, le=1000, description="… from so many independent publishers …")
    hours: float = Field(default=6, gt=0, le=720, description="… within so many hours.")
    settle_minutes: float = Field(
        default=20, ge=0, le=1440, description="How long to wait then, so that one message tells of the first rush."
    )


class MajorTable(Strict):
    """Major news: told without a pause, and not counted against the daily limit."""

    publishers: int = Field(default=5, ge=1, le=1000, description="At least so many independent publishers …")
    hours: float = Field(default=6, gt=0, le=720, description="… within so many hours.")
    wake: bool = Field(default=True, description="Whether it is told in quiet hours too.")


class UpdatesTable(Strict):
    """Tell again of a story already told."""

    articles: int = Field(default=3, ge=1, le=1000, description="At least so many new articles …")
    hours: float = Field(
        default=3, ge=0, le=720, description="… and not sooner than so many hours after the last time."
    )
    days: float = Field(
        default=5, gt=0, le=365, description="So long after it was first told; from then on in scheduled digests only."
    )
    status: bool = Field(
        default=True, description="Whether one new article is enough when a proposal, case or law moves a step on."
    )


class MinimumTable(Strict):
    """Which matches of its topics a watch counts."""

    score: float | None = Field(default=None, ge=0, le=1, description="The least score.")
    precision: float | None = Field(
        default=None, gt=0, lt=1, description="Wanted share of the counted matches that are right; needs labels."
    )


class PersonTable(Strict):
    """Somebody who is told."""

    id: Id
    name: Line
    channels: tuple[Id, ...] = Field(min_length=1, description="Channels this person is told on.")
    email: Annotated[Line, AfterValidator(_email)] | None = Field(
        default=None, description="Needed for channels of type email."
    )
    slack: Line | None = Field(
        default=None, description="Slack channel or member id that a bot writes to, where it is not the channel's own."
    )
    timezone: str = Field(default="UTC", description="IANA time zone of this person's digests and quiet hours.")
    quiet: Annotated[Phrase, AfterValidator(_quiet), _quoted('"22:00 to 7:00"')] | None = Field(
        default=None, description='When to leave this person alone, such as "22:00 to 7:00 and weekends".'
    )
    messages_per_day: int = Field(
        default=6, ge=0, le=1000, description="Most messages in a day, not counting major news; 0: no limit."
    )


class WatchTable(Strict):
    """Topics, rules and who is told."""

    id: Id
    title: Line
    topics: tuple[TopicId, ...] = Field(min_length=1, description="Ids of topic files.")
    people: tuple[Id, ...] = Field(min_length=1, description="Ids of people.")
    minimum: Annotated[MinimumTable, _table("score = 0.6")] = Field(
        default=MinimumTable(), description="Which matches count; what is left out is decided by the topics."
    )
    notify: Annotated[NotifyTable | None, _or_never("articles = 3, publishers = 2, hours = 6")] = Field(
        default=NotifyTable(),
        description='When to tell of a new story at once, or "never".',
        json_schema_extra=_as_never,
    )
    major: Annotated[MajorTable | None, _or_never("publishers = 5, hours = 6")] = Field(
        default=MajorTable(), description='What is major news, or "never".', json_schema_extra=_as_never
    )
    updates: Annotated[UpdatesTable | None, _or_never("articles = 3, hours = 3")] = Field(
        default=UpdatesTable(),
        description='When to tell again of a story already told, or "never".',
        json_schema_extra=_as_never,
    )
    digest: Annotated[Phrase, AfterValidator(_timetable), _quoted(f'"weekdays at 7:00" or "{NEVER}"')] = Field(
        default="weekdays at 7:00",
        description='When the scheduled digest comes: a phrase, a cron expression of five fields, or "never".',
    )
    timezone: str = Field(default="", description="IANA time zone of `digest`; empty: each reader's own.")
    empty: Literal["skip", "send"] = Field(
        default="skip", description="What to do when a scheduled digest has nothing to tell."
    )
    stories: int = Field(default=12, ge=1, le=100, description="Most stories in one message; the rest waits.")
    budget: float | None = Field(
        default=None,
        gt=0,
        le=1000,
        description="About so many messages a day (0.5: one in two days); sets the numbers of `notify` by itself.",
    )
