"""A digest worded and cleaned once, so that mail, Slack and text say the same and none of them meets raw input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from monitor.messages import clean, inbox, why, words
from monitor.records import Action, Digest, Held, Item, Kind, News, Source

PRODUCT = "News Monitor"
PROMISE = "Links go straight to the publishers. No tracking."
NEAR = 8
"""Most near misses that a message names; it counts the others."""

_TITLE = 300
_NAME = 80
_SUMMARY = 700
_SENTENCE = 300
_COMMAND = 2_500
_UNSEEN = 3
_FIGURES = 4
_EVENTS = 4
_SILENT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An article as a message names it; `url` is empty when its link is not one to follow.

    `relation` is "copies" or "cites" for an article that repeats or credits another, and `mark` says in a word or two
    what a reader should know of it: "copy", "cites another", "teaser only", "first seen by us".
    """

    title: str
    publisher: str
    url: str
    when: str
    relation: str = ""
    teaser: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of a story's timeline: when, what (empty where it repeats the headline), and the article that says so."""

    when: str
    what: str
    mention: Mention
    shows_status: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A story as a message tells it. Empty texts and lists are left out by every channel.

    `tag` is "Major", "Update" or "New"; `facts` are its publishers and articles. Of an update, `label` ("New since Mon
    07:00") stands before `news_text`, which is what is new in sentences; where that is empty, `news` says it by titles.
    `news` are the articles that the update is about, `mentions` are the others. `first_seen` is to be told, after
    `first_label`, where none of the articles that are shown is the same. `passage` stands in quotation marks, before
    `passage_by`, its publisher. `status` and `credited` are sentences without a full stop. `hours` are articles in each
    of the last 24 hours, explained by `hours_label`; `timeline` has at most four lines, the newest last, and none that
    an update is about.
    """

    is_update: bool
    is_major: bool
    tag: str
    facts: str
    headline: str
    url: str
    summary: str
    status: str
    credited: str
    first_label: str
    first_seen: Mention
    label: str
    news_text: str
    news: tuple[Mention, ...]
    mentions: tuple[Mention, ...]
    matched: str
    passage: str
    passage_by: str
    reason: str
    hours: tuple[int, ...]
    hours_label: str
    timeline: tuple[Event, ...]
    actions: tuple[Action, ...]

    @property
    def quotation(self) -> str:
        """Return the passage in quotation marks, and whose words it is."""
        return f"“{self.passage}”{f' — {self.passage_by}' if self.passage_by else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A story that was held back, and why; `story` is the beginning of its id."""

    headline: str
    url: str
    publisher: str
    story: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that a message says, in the order in which it says it.

    `empty` is what a digest without stories says instead of them and of `counts`. Those of `held` that share a
    `message` stand together, the nearest first. `waiting`, `coverage_notes`, `why` (why this message
    came) and `next` (when the next one does) are sentences for its foot; `actions` are about the watch.
    """

    subject: str
    preview: str
    title: str
    when: str
    counts: str
    coverage: str
    pieces: tuple[Piece, ...]
    empty: str
    waiting: str
    also: tuple[Mention, ...]
    held: tuple[Note, ...]
    coverage_notes: tuple[str, ...]
    why: str
    next: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class _Clock:
    now: datetime
    zone: tzinfo

    def moment(self, at: datetime) -> str:
        return words.moment(at, self.now, self.zone)


def compose(digest: Digest) -> Page:
    """Return everything the digest says, ready to be laid out."""
    clock = _Clock(digest.created_at, words.zone_of(digest.timezone))
    title = clean.line(digest.watch_title, _NAME) or clean.line(digest.watch_id, _NAME) or PRODUCT
    counts = words.counts(digest.items)
    pieces = tuple(_piece(item, title, clock) for item in digest.items)
    empty = "" if pieces else _empty(digest, clock)
    return Page(
        subject=inbox.subject(title, counts, pieces),
        preview=inbox.preview(pieces, empty),
        title=title,
        when=words.day(clock.now, clock.zone),
        counts=counts[:1].upper() + counts[1:] if pieces else "",
        coverage=words.coverage(digest.coverage, clock.now, clock.zone) if pieces else _read(digest),
        pieces=pieces,
        empty=empty,
        waiting=words.waiting(digest.waiting),
        also=tuple(_mention(source, clock) for source in digest.also),
        held=_held(digest.held),
        coverage_notes=_coverage_notes(digest),
        why=clean.line(digest.trigger, _SENTENCE),
        next=f"Next digest: {words.ahead(digest.next_at, clock.now, clock.zone)}." if digest.next_at else "",
        actions=_actions(digest.actions),
    )


def _empty(digest: Digest, clock: _Clock) -> str:
    since = digest.coverage.since
    return f"Nothing met the rules of this watch{f' since {clock.moment(since)}' if since else ''}."


def _read(digest: Digest) -> str:
    # The sentence of an empty digest says since when.
    return f"{words.plural(digest.coverage.articles, 'article')} read{words.answered(digest.coverage)}"


def _coverage_notes(digest: Digest) -> tuple[str, ...]:
    found, notes = digest.coverage, []
    if found.silent:
        have = "has" if len(found.silent) == 1 else "have"
        names = words.listed([clean.line(name, _NAME) for name in found.silent], _SILENT)
        notes.append(f"{words.plural(len(found.silent), 'feed')} {have} been silent for a day or longer: {names}.")
    if found.teasers:
        were = "was a teaser" if found.teasers == 1 else "were teasers"
        notes.append(f"{found.teasers:,} of {words.plural(found.articles, 'article')} {were} only.")
    if digest.held:
        notes.append(f"{words.plural(len(digest.held), 'near miss', 'near misses')} below.")
    return tuple(notes)


def _piece(item: Item, watch: str, clock: _Clock) -> Piece:
    is_update = item.kind is Kind.UPDATE
    news = tuple(source for source in item.sources if is_update and source.is_new)
    others = tuple(source for source in item.sources if not (is_update and source.is_new))
    # An article that stands alone is named by "first seen" already.
    others = () if others == (item.first_seen,) else others
    headline = clean.line(item.headline, _TITLE) or "(no headline)"
    news_text = _news_text(item.news, len(news)) if is_update else ""
    summary = clean.line(item.summary, _SUMMARY)
    passage, passage_by = why.passage(item.matched, f"{summary} {news_text} {headline}")
    named = "First seen by us" if item.first_sure else "Earliest that we saw"

    def mention(source: Source) -> Mention:
        return _mention(source, clock, named if source == item.first_seen else "")

    return Piece(
        is_update=is_update,
        is_major=item.major,
        tag="Major" if item.major else "Update" if is_update else "New",
        facts=_facts(item),
        headline=headline,
        url=clean.link(item.url),
        summary="" if summary and news_text.startswith(summary) else summary,
        status=_status(item),
        credited=_credited(item),
        first_label=named,
        first_seen=mention(item.first_seen),
        label=label(item, clock.moment) if news or news_text else "",
        news_text=news_text,
        news=tuple(map(mention, news)),
        mentions=tuple(map(mention, others)),
        matched=why.matched(item.matched, watch),
        passage=passage,
        passage_by=passage_by,
        reason=why.reason(item),
        hours=item.hours if any(item.hours) else (),
        hours_label=words.hours(item.hours),
        timeline=_timeline(item, headline, mention),
        actions=_actions(item.actions),
    )


def _facts(item: Item) -> str:
    voices = words.plural(item.publishers, "independent publisher")
    facts = f"{voices}, {words.plural(len(item.sources), 'article')}"
    return f"update, {facts}" if item.major and item.kind is Kind.UPDATE else facts


def _status(item: Item) -> str:
    # An update that changes it says so among the news.
    if item.status is None or (item.kind is Kind.UPDATE and item.news and item.news.status):
        return ""
    return f"Status: {clean.line(item.status.word, _NAME)}"


def _credited(item: Item) -> str:
    names = ", ".join(clean.line(name, _NAME) for name in item.unseen[:_UNSEEN])
    return f"Credits {names}, not among the feeds" if names else ""


def _mention(source: Source, clock: _Clock, first: str = "") -> Mention:
    publisher = clean.line(source.publisher, _NAME) or "unnamed publisher"
    relation = source.relation if source.relation in words.RELATIONS else ""
    return Mention(
        title=clean.line(source.title, _TITLE) or publisher,
        publisher=publisher,
        url=clean.link(source.url),
        when=clock.moment(source.published),
        relation=relation,
        teaser=source.teaser,
        mark=", ".join(filter(None, (words.mark(source), first[:1].lower() + first[1:]))),
    )


def _actions(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    return tuple(
        replace(
            action,
            label=clean.line(action.label, _NAME),
            url=clean.link(action.url),
            command=clean.line(action.command, _COMMAND),
        )
        for action in actions
    )


def _held(held: Sequence[Held]) -> tuple[Note, ...]:
    nearest = [_note(one) for one in held[:NEAR]]
    reasons = list(dict.fromkeys(note.message for note in nearest))
    together = sorted(nearest, key=lambda note: reasons.index(note.message))
    return (*together, *map(_note, held[NEAR:]))


def _note(held: Held) -> Note:
    message = clean.line(held.message, _SENTENCE)
    return Note(
        headline=clean.line(held.headline, _TITLE) or "(no headline)",
        url=clean.link(held.url),
        publisher=clean.line(held.publisher, _NAME),
        story=why.short(held.story_id),
        message=message[:1].upper() + message[1:],
    )


def label(item: Item, moment: Callable[[datetime], str]) -> str:
    """Return what stands before an update's news: since when it is new, where that is so of every article."""
    news = [source for source in item.sources if source.is_new]
    # A feed may bring an article late; then it is new to the reader, but not newer than what was told.
    if item.since and all(source.published >= item.since for source in news):
        return f"New since {moment(item.since)}"
    return "New since you were last told"


def _news_text(news: News | None, articles: int) -> str:
    """Return what is new in sentences, figures and status, or "" where only the articles themselves say it."""
    if news is None:
        return ""
    told = clean.line(" ".join(quote.text for quote in news.sentences), _SUMMARY)
    parts = [told] if told else []
    if news.status is not None:
        before = clean.line(news.before, _NAME)
        parts.append(f"Now {clean.line(news.status.word, _NAME)}{f', before {before}' if before else ''}.")
    figures = [figure for figure in map(clean.line, news.figures) if figure and figure not in told]
    if figures:
        parts.append(f"New figures: {words.listed([clean.line(one, _NAME) for one in figures], _FIGURES)}.")
    if not parts:
        return ""
    return " ".join([*parts, f"{words.plural(articles, 'new article')}."] if articles else parts)


def _timeline(item: Item, headline: str, mention: Callable[[Source], Mention]) -> tuple[Event, ...]:
    """Return the first report, the newest, the one that shows the status, and independent ones between them."""
    is_update = item.kind is Kind.UPDATE
    known = [source for source in item.sources if not (is_update and source.is_new)]
    told = sorted(known, key=lambda source: (source.published, source.article_id))
    shows = item.status.shown_by.article_id if item.status else ""
    first = () if is_update and item.first_seen.is_new else (item.first_seen,)
    chosen = [*first, *told[-1:], *(source for source in told if source.article_id == shows)]
    chosen += (source for source in told if source.relation in {"first", "independent"})
    chosen += (source for source in told if source.relation not in words.RELATIONS)
    events = {source.article_id: source for source in reversed(chosen)}
    kept = list(dict.fromkeys(source.article_id for source in chosen))[:_EVENTS]
    rows = sorted((events[name] for name in kept), key=lambda source: (source.published, source.article_id))
    if len(rows) < 2:  # noqa: PLR2004 - one report is no course of events
        return ()
    status = item.status.word if item.status and _status(item) else ""
    return tuple(_event(mention(source), headline, status if source.article_id == shows else "") for source in rows)


def _event(mention: Mention, headline: str, status: str) -> Event:
    what = "" if mention.title in {headline, mention.publisher} else mention.title
    said = [part for part in (what, f"Status: {clean.line(status, _NAME)}" if status else "") if part]
    return Event(when=mention.when, what=". ".join(said), mention=mention, shows_status=bool(status))
