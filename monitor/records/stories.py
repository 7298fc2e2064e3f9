"""Articles grouped by event, who reported it first, and what a person decided about the groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.records.articles import Article, Document
from monitor.records.topics import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where grouping put an article, and why.

    `story` is the story's id. `similarity` is to the story it joined (0 when it founded one) and `closest` the member
    it is most like; `terms` are the words that tie the two, as the article writes them. `reason` is the rule that
    decided: `no-near-story`, `similar`, `same-text`, `copy` or `shared-facts`. `nearest` is the best story that it did
    not join, and `apart` says why not: `unlike`, or the veto (`name`, `number`, `outcome`, `form`).
    """

    id: str
    story: str
    founded: bool
    similarity: float
    terms: tuple[str, ...] = ()
    nearest: str | None = None
    nearest_similarity: float = 0.0
    closest: str | None = None
    reason: str = ""
    apart: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """What two articles share besides words: figures, quotations, names and references, as the first one writes them.

    `passage` is the sentence of the first that is most like one of the other, `other_passage` that one.
    """

    figures: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    passage: str = ""
    other_passage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """A document that grouping has placed before, with its story's id."""

    document: Document
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """An article of the window that grouping has placed before: its story, and its vector in packed form.

    `published` is None for an article without a date. `packed` is empty where the vector was made with other word
    statistics, or is not kept; it is made from the text again. `size` is how many articles its story has in all, 0
    where that is not known.
    """

    id: str
    story: str
    published: datetime | None
    packed: bytes = field(default=b"", repr=False)
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """An article that shares its words with another, as copy or original, and its story, None while it is in none."""

    article: str
    story: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Two stories that turned out to be one: `story` lives on as `into`, to which old links lead."""

    story: str
    into: str
    similarity: float
    terms: tuple[str, ...] = ()


class CutKind(StrEnum):
    """What a person did to stories."""

    SPLIT = "split"
    MERGE = "merge"
    MOVE = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A person's decision about stories; it is final and kept for ever.

    `articles` were taken out of `story` and put into `into`; a split makes `into` for them. They are never again put
    together with the articles `apart`, which stayed behind (none after a merge).
    """

    number: int
    at: datetime
    by: str
    kind: CutKind
    story: str
    into: str
    articles: tuple[str, ...]
    apart: tuple[str, ...] = ()
    note: str = ""


class Relation(StrEnum):
    """How an article stands to the others of its story."""

    FIRST = "first"
    CITES = "cites"
    COPIES = "copies"
    INDEPENDENT = "independent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """Whose news an article of a story is, and what shows it.

    `of` is the id of the member that it cites or copies, None when that is not among the members. `origin` is the name
    of the publisher whose report it credits or repeats, which may be one that no feed brings. `evidence` is the
    sentence, address or share that shows it, in the article's own words where it has some. `confidence` is between 0
    and 1.
    """

    article_id: str
    relation: Relation
    of: str | None = None
    origin: str = ""
    evidence: str = ""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourcing:
    """Who reported a story, as far as we saw.

    `first` is the id of the article seen first. `publishers` are all who wrote of it, in order of time; `independent`
    names who speaks with each independent voice (`voices.py`): the publisher whose own report it is, or the origin that
    its articles rest on, which may be one that no feed brings. `unseen` names the origins that articles credit and that
    no member is by. `relations` has a line for each article, in order of time.
    """

    first: str
    publishers: tuple[str, ...]
    independent: tuple[str, ...]
    unseen: tuple[str, ...]
    relations: tuple[Sourced, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A sentence taken whole from an article."""

    article_id: str
    publisher: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a measure or a case has come, in one word (`proposed`, `adopted`, `filed`, ...), and what says so."""

    word: str
    shown_by: Quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A story told in words of its articles: `lead` is the id of the article whose headline it carries."""

    lead: str
    headline: str
    summary: tuple[Quoted, ...]
    status: Status | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a story holds that its reader has not been told: whole sentences, figures and names, as articles have them.

    `status` is how far things have come now, None when nothing says so or the reader knows; `before` is the status
    that the reader was told.
    """

    sentences: tuple[Quoted, ...]
    figures: tuple[str, ...]
    actors: tuple[str, ...]
    status: Status | None = None
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A story as it is told to one reader; `news` is what is new to a reader who was told of it before."""

    account: Account
    sourcing: Sourcing
    news: News | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article in a story, as a digest sees it; `scores` holds the topics that the article matched."""

    article: Article
    feed_names: tuple[str, ...]
    seen_at: datetime
    scores: Mapping[str, Score]
    sourced: Sourced | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles about the same event, earliest first."""

    id: str
    members: tuple[Member, ...]
