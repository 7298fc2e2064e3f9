"""How the news and the scores of the last weeks differ from those before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

WEEKS = 9
"""Weeks looked at: the newest, and eight to compare it with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What seven days brought to a topic or from a feed; number 0 ends now, number 1 seven days ago.

    `flagged` of `articles` matched. `histogram` counts scores in ten bins, `yes` and `no` are answers about matches:
    all three are a topic's. `words` is the median length of a feed's articles.
    """

    number: int
    articles: int = 0
    flagged: int = 0
    histogram: tuple[int, ...] = ()
    yes: int = 0
    no: int = 0
    words: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicWeeks:
    """A topic's weeks, by number, without those that brought nothing; `target` is the wanted precision, if any is."""

    topic: str
    weeks: tuple[Week, ...]
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedWeeks:
    """A feed's weeks, by number, without those that brought nothing.

    `example` is the address of its newest article. `unknown` are the shares of words that the model does not know: in
    the two newest weeks, and in those before.
    """

    feed: str
    weeks: tuple[Week, ...]
    example: str = ""
    unknown: tuple[float, float] | None = None


class Sign(StrEnum):
    """What drift is seen by."""

    FLAGGED = "flagged-rate"
    SCORES = "score-distribution"
    UNKNOWN_WORDS = "unknown-words"
    LENGTH = "text-length"
    FEEDBACK = "feedback-precision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One warning: `kind` is `topic` or `feed`; `number`, which was measured, passed `limit`; `step` is what to do."""

    sign: Sign
    kind: str
    subject: str
    number: float
    limit: float
    sentence: str
    step: str
