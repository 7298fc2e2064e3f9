"""Articles of a story → the one whose headline it carries, and that headline without tags and publisher names.

Every article is given a cost, and the cheapest leads. The cost adds up three things. What is wrong with its title, by
patterns (`_FAULTS`): a title that teases, asks, shouts or only labels says nothing of the event. Who wrote it: the full
text of somebody who reported it alone is worth more than a copy or a teaser, and early more than late. Less what its
title shares with the other articles (`_CENTRAL` at most): the share of articles that have each of its words, so that a
title about a side of the event does not speak for all. Costs are counted in points; three points make a title one that
is taken only for want of a better. Patterns are English in the main, with the commonest tags of other languages.

The headline's words stay as they are written, capitals included: only tags before it and publishers behind it go.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from monitor.records import Article, Member, Quality, Relation, Sourcing
from monitor.stories.sentences import sentences
from monitor.stories.terms import bucket, words_of
from monitor.stories.tokens import IDEOGRAPH

TITLE_CHARACTERS: Final = 300
"""Where a title is cut, at the end of a word: no headline is longer, but broken feeds have titles that are."""

TEASER_WORDS: Final = 100
"""Texts of fewer words are no full ones, whatever else is known of them."""

_LEAD_CHARACTERS: Final = 300
"""How much of each article's start is compared with the titles."""

_ADDRESS_CHARACTERS: Final = 500
_TAGS: Final = 3
_TAIL_WORDS: Final = 6
_SECTION_WORDS: Final = 2
_LEFT_WORDS: Final = 3

_TAG = re.compile(
    r"""[\s\[(*+]{0,10}(?:
        (?:breaking|urgent|latest|live|just\ in|developing|flash|alert|exclusive|watch|video|corrected|correction|refile
        |updated?|wrapup|rpt|eil(?:meldung)?|liveticker|en\ direct|direct|última\ hora|dernière\ minute|urgente
        |ao\ vivo|en\ vivo|ultim['’]ora)(?:\ (?:news|updates?|blog|alert))?(?:\ \d{1,2})?
        (?:\s?[\])*+]{1,5}\s?[:\-–—|]?|\s?[:|]|\s[\-–—]\s)
        |(?:UPDATE|WRAPUP|RPT|REFILE|CORRECTED|EXCLUSIVE|INSIGHT)(?:\ \d{1,2})?-
    )\s{0,5}""",
    re.IGNORECASE | re.VERBOSE,
)
_TAIL = re.compile(r"\s(?:[-–—|·•»:]|::)\s")
_GENERIC: Final = frozenset("the a com net org co uk www news online media".split())  # noqa: SIM905 - a list of words

_KINDS = r"opinion|editorial|comment(?:ary)?|op-ed|column|letters?|analysis|viewpoint|review|podcast|interview"
_KINDS += r"|meinung|kommentar|leitartikel|opinión|tribune|éditorial|opinião|editoriale"
_PAPERS = r"(?:daily|weekly|morning|evening|midday|market|news|crypto|world|business|week)"
_NUMBERS = r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_THINGS = r"(?:things|ways|reasons|takeaways|questions|facts|charts|tips|signs|lessons|times|takes)"
_THIS = r"(?:here(?:[’']s| is| are)|this is|that[’']s)"

_FAULTS: Final = tuple(
    (points, re.compile(pattern, re.IGNORECASE))
    for points, pattern in (
        # Labels: they name a kind of text and no event.
        (5.0, rf"^\W{{0,3}}(?:{_PAPERS}\s){{0,2}}(?:wrap(?:-?up)?|round-?up|briefing|digest|bulletin|recap)s?\b"),
        (5.0, rf"^\W{{0,3}}(?:{_PAPERS}\s){{1,2}}(?:brief|headlines|newsletter|report|update)s?(?:[\s:|,–—-]|$)"),
        (5.0, r"^(?:news|world|business|markets?|the (?:day|week|month)) in (?:brief|review|pictures|photos)\b"),
        (5.0, r"^(?:in (?:pictures|photos|brief)|photos?|gallery|what[’']?s on)\b"),
        (4.5, rf"^\W{{0,3}}(?:{_KINDS})(?:\s?[:|]|\s[–—-]\s|$)|\|\s?(?:{_KINDS})$"),
        (3.5, r"^(?:fact[- ]?check|explainer|explained|factbox|timeline|profile|quiz|listen)\s?[:|–—-]"),
        # Opinion without a label.
        (
            3.0,
            # A capital I may be a number, too.
            r"(?-i:(?<!Title )(?<!Phase )(?<!Part )(?<!War )(?<!Class )\bI(?:['\u2019](?:m|ve|d|ll)\b| [a-z]))",
        ),
        (3.0, r"\b(?:is|are|was|were) (?:right|wrong) to\b"),
        (2.0, r"(?-i:[a-z]{4}\. [A-Z])"),
        # Clickbait: the title keeps back what the article says.
        (4.0, r"\byou (?:won[’']?t|will (?:not|never)|need to|should|must|might|didn[’']?t)\b"),
        (4.0, rf"\b{_THIS} (?:why|how|what|the|when|where)\b"),
        (
            4.0,
            r"\bwhat (?:we know|to (?:know|expect|watch)|you|it means|that means|happened|happens next|comes next)\b",
        ),
        (4.0, r"\b(?:everything (?:you|we)|all you need|how to|things to (?:know|watch)|find out)\b|\bexplained$"),
        (4.0, rf"^(?:the |these )?{_NUMBERS} (?:\w{{1,20}} ){{0,2}}{_THINGS}\b"),
        (
            4.0,
            r"\b(?:the (?:truth about|real reason|one thing)|(?:weird|simple) trick|will (?:shock|amaze|surprise))\b",
        ),
        (2.5, r"\b(?:shocking|jaw-dropping|mind-blowing|insane|stuns|goes viral|breaks the internet)\b"),
        (2.5, r"^(?:why|how|what|when|where|who|inside|meet|this|these|is|are|can|could|should|will|does|did)\b"),
        (3.5, r"[?\uff1f][\"'”’»]?$"),
        (1.5, r"\?"),
        (1.5, r"[!\uff01]"),
        (2.0, r"(?:\.{2,}|…)[\"'”’]?$"),
        (2.5, r"^[\"'“‘«„][^\"“”«»„]{1,200}[\"'”’»“]$"),
    )
)
"""What a bad headline looks like, and its points; of several that fit, the worst counts whole and the others half."""

_TICKERS: Final = tuple(
    (points, re.compile(pattern, re.IGNORECASE))
    for points, pattern in (
        # A live page is about everything that happens in a day; a flash knows less than what follows it.
        (3.5, r"\b(?:live (?:updates?|blog|coverage|ticker)|as it happen(?:s|ed)|minute by minute)\b"),
        (3.5, r"^\W{0,3}(?:live|liveticker|en direct|en vivo|ao vivo|watch|video)\s?(?:[:|\])]|\s?[–—-]\s)"),
        (1.5, r"^\W{0,3}(?:breaking|urgent|just in|developing|flash|alert|eil(?:meldung)?|última hora|urgente)\b"),
    )
)
"""What tags of a title say about its article, and their points; they are looked for in the title as written."""

_OPINION_COST: Final = 4.5
_OPINION_URL = re.compile(r"/(?:opinions?|editorials?|columnists?|op-?eds?|commentisfree)/", re.IGNORECASE)

_SHOUTING_LETTERS: Final = 12
_SHOUTING_SHARE: Final = 0.7
_SHOUTING_COST: Final = 4.0

_FEWEST_WORDS: Final = 4
_MOST_WORDS: Final = 20
_LENGTH_COST: Final = 2.5

_UNTITLED_COST: Final = 6.0
_PARTIAL_COST: Final = 1.2
_RELATION_COST: Final = {Relation.FIRST: -0.4, Relation.INDEPENDENT: 0.0, Relation.CITES: 0.8, Relation.COPIES: 1.5}
_FOREIGN_COST: Final = 4.0
_LATE_COST: Final = 1.0
_CENTRAL: Final = 2.5
_SPEAKING_WORDS: Final = 6
"""A title needs that many words to share all it can: two words shared by all say less."""


def lead_of(members: Sequence[Member], sourcing: Sourcing | None = None) -> Member:
    """Return the article whose headline the story carries: the cheapest by the costs above, the earliest of equals.

    `sourcing` says who reported the event and who repeats it; without it each member's own `sourced` does.
    """
    if not members:
        raise ValueError("A story without articles has no headline.")
    relations = {one.article_id: one.relation for one in sourcing.relations} if sourcing else {}
    standings = {member.article.id: standing(member, relations.get(member.article.id)) for member in members}
    start = min(member.article.published for member in members)
    language = _language(members)
    shared = _shared([one for one in members if standings[one.article.id] is not Relation.COPIES] or members)

    def cost(member: Member) -> float:
        article, headline = member.article, headline_of(member)
        days = (article.published - start).total_seconds() / 86_400
        partial = article.quality is not Quality.FULL or not article.text.strip() or 0 < article.words < TEASER_WORDS
        points = (
            title_cost(headline, article.title) if article.title.strip() else _UNTITLED_COST,
            _RELATION_COST[standings[article.id]],
            _OPINION_COST if _OPINION_URL.search(article.url[:_ADDRESS_CHARACTERS]) else 0.0,
            _PARTIAL_COST if partial else 0.0,
            _FOREIGN_COST if language_of(article) not in {"", language} else 0.0,
            _LATE_COST * min(days, 1.0),
            -_CENTRAL * _centrality(headline, shared),
        )
        return round(sum(points), 6)

    return min(members, key=lambda member: (cost(member), member.article.published, member.article.id))


def headline_of(member: Member) -> str:
    """Return the article's title without tags before it and publishers behind it; no word of it is changed.

    An article without a title gives its first sentence, or else its address.
    """
    article = member.article
    written = _line(article.title) or _first_sentence(article) or _line(article.url)
    return _within(_untailed(_untagged(written), _names(member)))


def title_cost(headline: str, title: str = "") -> float:
    """Return how bad a headline is, in points; `title` is the same as written, with its tags."""
    faults = [points for points, pattern in _FAULTS if pattern.search(headline)]
    written = _line(title)[:TITLE_CHARACTERS]
    faults += [points for points, pattern in _TICKERS if pattern.search(written)]
    worst = max(faults, default=0.0)
    return worst + (sum(faults) - worst) / 2 + _shouting(headline) + _length(headline)


def standing(member: Member, relation: Relation | None = None) -> Relation:
    """Return how an article stands to the others: as `relation` says, as it says itself, or by whose words it has."""
    if relation is None and member.sourced:
        relation = member.sourced.relation
    return relation or (Relation.COPIES if member.article.copy_of else Relation.INDEPENDENT)


def _line(text: str) -> str:
    # Half a character, as broken feeds have them, cannot be sent on.
    return " ".join(text[: 4 * TITLE_CHARACTERS].encode("utf-8", "replace").decode("utf-8").split())


def _first_sentence(article: Article) -> str:
    texts = (article.summary, article.own_text)
    return next((found[0] for text in texts if (found := sentences(text[: 4 * TITLE_CHARACTERS]))), "")


def _within(text: str) -> str:
    if len(text) <= TITLE_CHARACTERS:
        return text
    return (
        text[: TITLE_CHARACTERS - 1].rpartition(" ")[0] + "…"
        if " " in text[:TITLE_CHARACTERS]
        else text[:TITLE_CHARACTERS]
    )


def _untagged(title: str) -> str:
    for _ in range(_TAGS):
        found = _TAG.match(title)
        if not found or _size(title[found.end() :]) < _LEFT_WORDS:
            break
        title = title[found.end() :]
    return title


def _untailed(title: str, names: Iterable[Sequence[str]]) -> str:
    """Cut the publisher behind the last dash or bar, and then a section of one or two words behind a bar."""
    cuts = [(found.start(), found.end(), found.group().strip()) for found in _TAIL.finditer(title)]
    if not cuts:
        return title
    at, behind, _ = cuts[-1]
    if _size(title[:at]) < _LEFT_WORDS or not _is_publisher(title[behind:], names):
        return title
    if len(cuts) > 1:
        before, section, mark = cuts[-2]
        if mark == "|" and len(title[section:at].split()) <= _SECTION_WORDS and _size(title[:before]) > _LEFT_WORDS:
            at = before
    return title[:at]


def _names(member: Member) -> list[list[str]]:
    article = member.article
    site = article.site.removeprefix("www.").rpartition(".")[0] or article.site
    said = (article.publisher, site, article.publisher.rpartition(".")[0], *member.feed_names)
    return [name for text in said if (name := _name(text))]


def _name(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text[:TITLE_CHARACTERS].casefold()) if word not in _GENERIC]


def _is_publisher(tail: str, names: Iterable[Sequence[str]]) -> bool:
    """Hold when a tail is a name of the publisher, or begins with one as `Harbor Wire Business` does."""
    words = _name(tail)
    if not words or len(words) > _TAIL_WORDS:
        return False
    together = "".join(words)
    return any(words[: len(name)] == list(name) or together == "".join(name) for name in names)


def _size(text: str) -> int:
    """Count words, two ideographs as one."""
    return len(text.split()) + len(IDEOGRAPH.findall(text)) // 2


def _shouting(headline: str) -> float:
    letters = [letter for letter in headline if letter.isupper() or letter.islower()]
    capitals = sum(letter.isupper() for letter in letters)
    loud = len(letters) >= _SHOUTING_LETTERS and capitals >= _SHOUTING_SHARE * len(letters)
    return _SHOUTING_COST if loud else 0.0


def _length(headline: str) -> float:
    size = _size(headline)
    return _LENGTH_COST * (max(0, _FEWEST_WORDS - size) / 2 + min(max(0, size - _MOST_WORDS) / 8, 1.0))


def language_of(article: Article) -> str:
    """Return the code of an article's language without its country, empty where it is not known."""
    return (article.language or "").partition("-")[0].lower()


def _language(members: Sequence[Member]) -> str:
    """Return the language most members have; of equals, the first by its code."""
    counts = Counter(code for member in members if (code := language_of(member.article)))
    return min(counts, key=lambda code: (-counts[code], code), default="")


def _stems(text: str) -> frozenset[int]:
    if not text.isascii():
        text = IDEOGRAPH.sub(r" \g<0>\g<0> ", text)
    return frozenset(found for word in words_of(text.lower()) if (found := bucket(word)) >= 0)


def _shared(members: Sequence[Member]) -> Mapping[int, float]:
    """Return for each word the share of articles that have it in their title or at their start."""
    counts: Counter[int] = Counter()
    for member in members:
        article = member.article
        start = article.text[:_LEAD_CHARACTERS] or article.summary[:_LEAD_CHARACTERS]
        counts.update(_stems(f"{_line(article.title)[:TITLE_CHARACTERS]} {start}"))
    return {stem: count / len(members) for stem, count in counts.items()}


def _centrality(headline: str, shared: Mapping[int, float]) -> float:
    stems = _stems(headline)
    return sum(shared.get(stem, 0.0) for stem in sorted(stems)) / max(len(stems), _SPEAKING_WORDS)
