"""A digest worded and cleaned once, so that mail, Slack and text say the same and none of them meets raw input."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from monitor.messages import clean, words
from monitor.records import Digest, Held, Item, Kind, Matched, Source

PRODUCT = "News Monitor"
PROMISE = "Links go straight to the publishers. No tracking."
SUBJECT_LIMIT = 120

_TITLE = 300
_NAME = 80
_SUMMARY = 700
_PASSAGE = 400
_SENTENCE = 300
_TERMS = 5
_TOPICS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An article as a message names it; `url` is empty when its link is not one to follow."""

    title: str
    publisher: str
    url: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A story as a message tells it.

    `news` are the articles that an update is about, under `news_label`; `mentions` are the others. Empty texts and
    lists are left out by every channel.
    """

    is_update: bool
    tag: str
    facts: str
    headline: str
    url: str
    summary: str
    first_label: str
    first_seen: Mention
    news_label: str
    news: tuple[Mention, ...]
    mentions: tuple[Mention, ...]
    matched: str
    passage: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A story that was held back, and why."""

    headline: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that a message says, in the order in which it says it."""

    subject: str
    preview: str
    title: str
    when: str
    counts: str
    coverage: str
    pieces: tuple[Piece, ...]
    also: tuple[Mention, ...]
    held: tuple[Note, ...]
    trigger: str


@dataclass(frozen=True, slots=True)
class _Clock:
    now: datetime
    zone: tzinfo
    since: datetime | None

    def moment(self, at: datetime) -> str:
        return words.moment(at, self.now, self.zone)


def compose(digest: Digest) -> Page:
    """Return everything the digest says, ready to be laid out."""
    clock = _Clock(digest.created_at, words.zone_of(digest.timezone), digest.coverage.since)
    title = clean.line(digest.watch_title, _NAME)
    counts = words.counts(digest.items)
    pieces = tuple(_piece(item, clock) for item in digest.items)
    return Page(
        subject=_subject(title, counts, pieces),
        preview=_preview(counts, pieces),
        title=title,
        when=words.day(clock.now, clock.zone),
        counts=counts[:1].upper() + counts[1:],
        coverage=words.coverage(digest.coverage, clock.now, clock.zone),
        pieces=pieces,
        also=tuple(_mention(source, clock) for source in digest.also),
        held=tuple(_note(held) for held in digest.held),
        trigger=clean.line(digest.trigger, _SENTENCE),
    )


def _piece(item: Item, clock: _Clock) -> Piece:
    is_update = item.kind is Kind.UPDATE
    news = tuple(source for source in item.sources if source.is_new) if is_update else ()
    others = tuple(source for source in item.sources if source not in news)
    # An article that stands alone is named by "first seen" already.
    others = () if others == (item.first_seen,) else others
    summary = clean.line(item.summary, _SUMMARY)
    return Piece(
        is_update=is_update,
        tag="Update" if is_update else "New",
        facts=_facts(item),
        headline=clean.line(item.headline, _TITLE) or "(no headline)",
        url=clean.link(item.url),
        summary=summary,
        first_label="First seen by us" if item.first_sure else "Earliest that we saw",
        first_seen=_mention(item.first_seen, clock),
        news_label=_news_label(news, clock),
        news=tuple(_mention(source, clock) for source in news),
        mentions=tuple(_mention(source, clock) for source in others),
        matched=_matched(item.matched),
        passage=_passage(item.matched, item.summary),
        reason=f"{clean.line(item.reason, _SENTENCE)}; story {item.story_id}",
    )


def _facts(item: Item) -> str:
    voices = words.plural(item.publishers, "independent publisher")
    facts = [f"{words.plural(len(item.sources), 'article')}, {voices}"]
    if item.unseen:
        names = ", ".join(clean.line(name, _NAME) for name in item.unseen[:_TOPICS])
        facts.append(f"credits {names}, not among the feeds")
    if item.status is not None:
        before = item.news.before if item.news and item.news.status else ""
        facts.append(f"status: {item.status.word}, before {before}" if before else f"status: {item.status.word}")
    return "; ".join(facts)


def _mention(source: Source, clock: _Clock) -> Mention:
    publisher = clean.line(source.publisher, _NAME) or "unnamed publisher"
    return Mention(
        title=clean.line(source.title, _TITLE) or publisher,
        publisher=publisher,
        url=clean.link(source.url),
        when=clock.moment(source.published),
    )


def _note(held: Held) -> Note:
    return Note(headline=clean.line(held.headline, _TITLE), message=clean.line(held.message, _SENTENCE))


def _news_label(news: tuple[Source, ...], clock: _Clock) -> str:
    if not news:
        return ""
    # A feed may bring an article late; then it is new to the reader, but not newer than the last digest.
    if clock.since and all(source.published >= clock.since for source in news):
        return f"New since {clock.moment(clock.since)}:"
    return "New since you were last told:"


def _matched(matched: tuple[Matched, ...]) -> str:
    return "; ".join(_one_match(match) for match in matched[:_TOPICS])


def _one_match(match: Matched) -> str:
    title = clean.line(match.title, _NAME)
    terms = ", ".join(clean.line(term, _NAME) for term in match.terms[:_TERMS])
    less = f", less by {clean.line(match.against, _NAME)}" if match.against else ""
    place = f", passage {match.part} of {match.parts}" if match.parts else ""
    sure = f"{words.strength(match)}{place}"
    return f"{terms}{less} ({title} {sure})" if terms else f"{title} ({sure})"


def _passage(matched: tuple[Matched, ...], summary: str) -> str:
    told = clean.line(summary).casefold()
    for match in matched:
        passage = clean.line(match.passage)
        if passage and passage.strip(" …").casefold() not in told:
            return clean.line(passage, _PASSAGE)
    return ""


def _subject(title: str, counts: str, pieces: tuple[Piece, ...]) -> str:
    lead = f": {pieces[0].headline}" if pieces else ""
    return clean.line(f"{title}: {counts}{lead}", SUBJECT_LIMIT)


def _preview(counts: str, pieces: tuple[Piece, ...]) -> str:
    """Return what an inbox shows behind the subject: never the lead headline again, which stands there already."""
    if len(pieces) > 1:
        return clean.line(f"{counts}. Also: {pieces[1].headline}", _SENTENCE)
    return clean.line(pieces[0].summary if pieces else "", _SENTENCE)
