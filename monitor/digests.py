"""Stories + rules + what was told + now → a digest or none, and for every story the reason it is in or out.

Pure: the same story list, rules, told list and `now` give the same digest, with the same id.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.records import (
    Article,
    Coverage,
    Digest,
    Held,
    Item,
    Kind,
    Matched,
    Member,
    Notify,
    Outcome,
    Person,
    Relation,
    Score,
    Source,
    Story,
    Telling,
    Told,
    Topic,
    Watch,
    voice_of,
)

NOTHING_NEW = "nothing-new"
ALSO = 8
"""Most single articles named under "Also matched"."""


Tell = Callable[[Story, Collection[str] | None], Telling]
"""Puts a story into words of its articles, for a reader who was told of these articles of it, or of none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Why a digest is being composed now, and for whom.

    `by_hand` digests tell of every matching story that the person has not heard, whatever the watch's thresholds.
    """

    watch: Watch
    person: Person
    now: datetime
    coverage: Coverage
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the rules say of one story: tell it (`kind`) or hold it; `reason` is the code, `message` the sentence."""

    story: Story
    kind: Kind | None
    reason: str
    message: str
    numbers: Mapping[str, float | int | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A digest, None when there is nothing to tell, and the ruling on every story."""

    digest: Digest | None
    rulings: tuple[Ruling, ...]

    def outcomes(self, occasion: Occasion, model: str) -> list[Outcome]:
        """Return the ledger's lines, one for each story, person and watch; with nothing new, the last one stands."""
        return [
            Outcome(
                step="plan",
                subject=f"{ruling.story.id} {occasion.person.id} {occasion.watch.id}",
                outcome=ruling.kind or "held",
                reason=ruling.reason,
                numbers=ruling.numbers,
                model=model,
                at=occasion.now,
            )
            for ruling in self.rulings
            if ruling.reason != NOTHING_NEW
        ]


def compose(
    occasion: Occasion, stories: Sequence[Story], told: Mapping[str, Told], topics: Mapping[str, Topic], tell: Tell
) -> Composed:
    """Rule on every story and put those to be told into one digest, the most widely reported first.

    `stories` are those with any article that matched a topic of the watch; `told` is what the person has heard, by
    story id. `tell` puts those that are told into words.
    """
    rulings = [_rule(occasion, story, told.get(story.id)) for story in stories]
    telling = sorted((ruling for ruling in rulings if ruling.kind), key=_rank)
    kept = telling[: occasion.watch.stories]
    late = {ruling.story.id for ruling in telling[len(kept) :]}
    rulings = [_full(occasion, ruling) if ruling.story.id in late else ruling for ruling in rulings]
    if not kept:
        return Composed(digest=None, rulings=tuple(rulings))
    held = [ruling for ruling in rulings if ruling.kind is None and _is_recent(ruling, occasion.coverage.since)]
    held.sort(key=_rank)
    items = tuple(_item(ruling, told.get(ruling.story.id), topics, tell) for ruling in kept)
    return Composed(digest=_digest(occasion, items, held), rulings=tuple(rulings))


def busiest(members: Sequence[Member], rule: Notify, among: Sequence[Member] = ()) -> tuple[int, int]:
    """Return the articles and independent publishers of the span of `rule.hours` nearest to what the rule asks for.

    A span that meets the rule wins over one that holds more articles by fewer publishers. `among` are all articles of
    the story, which say whose news these are.
    """
    speaking = voice_of(among or members)
    best = (False, 0, 0)
    for start in (member.article.published for member in members):
        end = start + timedelta(hours=rule.hours)
        inside = [member for member in members if start <= member.article.published <= end]
        articles, sources = len(inside), _independent(inside, speaking)
        best = max(best, (articles >= rule.articles and sources >= rule.publishers, articles, sources))
    return best[1:]


def independent(members: Sequence[Member], among: Sequence[Member] = ()) -> int:
    """Return how many independent publishers these articles are by: those who only repeat another do not count."""
    return _independent(members, voice_of(among or members))


def _independent(members: Sequence[Member], speaking: Mapping[str, str]) -> int:
    houses = {member.article.publisher.casefold() for member in members}
    return min(len({speaking[member.article.id] for member in members}), len(houses))


def _origin(article: Article, articles: Mapping[str, Article]) -> str:
    """Return the id of the article whose words these are, as far back as can be followed; of a ring, the least."""
    followed = [article.id]
    while article.copy_of is not None and article.copy_of in articles and article.copy_of not in followed:
        article = articles[article.copy_of]
        followed.append(article.id)
    if article.copy_of in followed:
        return min(followed[followed.index(article.copy_of) :])
    return article.copy_of or article.id


def _rule(occasion: Occasion, story: Story, told: Told | None) -> Ruling:
    matching = [member for member in story.members if member.scores]
    return _rule_new(occasion, story, matching) if told is None else _rule_update(occasion, story, matching, told)


def _rule_new(occasion: Occasion, story: Story, matching: Sequence[Member]) -> Ruling:
    rule = occasion.watch.notify
    articles, sources = busiest(matching, rule, story.members)
    voices = _count(sources, "independent publisher")
    seen = f"{_count(articles, 'matching article')} from {voices} within {rule.hours:g} h"
    numbers = {
        "articles": articles,
        "publishers": sources,
        "hours": rule.hours,
        "needs_articles": rule.articles,
        "needs_publishers": rule.publishers,
    }
    if occasion.by_hand:
        return Ruling(story=story, kind=Kind.NEW, reason="by-hand", message=f"not told before; {seen}", numbers=numbers)
    if articles < rule.articles:
        message = f"{seen}; the watch asks for {_count(rule.articles, 'article')}"
        return Ruling(story=story, kind=None, reason="too-few-articles", message=message, numbers=numbers)
    if sources < rule.publishers:
        message = f"{seen}; the watch asks for {_count(rule.publishers, 'publisher')}"
        return Ruling(story=story, kind=None, reason="too-few-publishers", message=message, numbers=numbers)
    asked = f"the watch asks for {rule.articles} from {rule.publishers}"
    return Ruling(story=story, kind=Kind.NEW, reason="enough-articles", message=f"{seen}; {asked}", numbers=numbers)


def _rule_update(occasion: Occasion, story: Story, matching: Sequence[Member], told: Told) -> Ruling:
    rule = occasion.watch.updates
    untold = [member for member in matching if member.article.id not in told.article_ids]
    fresh = _with_words_of_their_own(untold, story, told)
    copies = len(untold) - len(fresh)
    hours = (occasion.now - told.last_at).total_seconds() / 3600
    numbers = {"new_articles": len(fresh), "needs_articles": rule.articles, "hours_since_told": round(hours, 2)}
    numbers |= {"new_copies": copies} if copies else {}
    seen = f"{_count(len(fresh), 'new matching article')}, last told {hours:.1f} h ago"
    if not fresh:
        reason, message = (
            ("only-copies", "what is new repeats what was told") if copies else (NOTHING_NEW, "told already")
        )
        return Ruling(story=story, kind=None, reason=reason, message=message, numbers=numbers)
    if not occasion.by_hand and len(fresh) < rule.articles:
        message = f"{seen}; an update asks for {_count(rule.articles, 'article')}"
        return Ruling(story=story, kind=None, reason="too-few-new-articles", message=message, numbers=numbers)
    if not occasion.by_hand and hours < rule.hours:
        message = f"{seen}; an update waits for {rule.hours:g} h"
        return Ruling(story=story, kind=None, reason="too-soon", message=message, numbers=numbers)
    return Ruling(story=story, kind=Kind.UPDATE, reason="enough-new-articles", message=seen, numbers=numbers)


def _with_words_of_their_own(members: Sequence[Member], story: Story, told: Told) -> list[Member]:
    """Return those whose words were not told yet, of several with the same words the first."""
    articles = {member.article.id: member.article for member in story.members}
    known = {_origin(article, articles) for name, article in articles.items() if name in told.article_ids}
    fresh: dict[str, Member] = {}
    for member in members:
        origin = _origin(member.article, articles)
        if origin not in known:
            fresh.setdefault(origin, member)
    return list(fresh.values())


def _full(occasion: Occasion, ruling: Ruling) -> Ruling:
    message = f"the digest holds {_count(occasion.watch.stories, 'story', 'stories')}; this one waits for the next"
    return Ruling(story=ruling.story, kind=None, reason="digest-full", message=message, numbers=ruling.numbers)


def _rank(ruling: Ruling) -> tuple[float, ...]:
    matching = [member for member in ruling.story.members if member.scores]
    best = max(score.score for member in matching for score in member.scores.values())
    newest = max(member.article.published for member in matching)
    return (-independent(matching, ruling.story.members), -len(matching), -best, -newest.timestamp())


def _digest(occasion: Occasion, items: tuple[Item, ...], held: Sequence[Ruling]) -> Digest:
    watch, person = occasion.watch, occasion.person
    hand = "You asked for it by hand." if occasion.by_hand else _trigger(watch)
    return Digest(
        id=_digest_id(watch, person, items),
        watch_id=watch.id,
        watch_title=watch.title,
        person_id=person.id,
        created_at=occasion.now,
        timezone=person.timezone,
        items=items,
        also=_also(held),
        held=tuple(_held(ruling) for ruling in held),
        coverage=occasion.coverage,
        trigger=hand,
    )


def _trigger(watch: Watch) -> str:
    rule = watch.notify
    return (
        f"Sent because a story of the watch “{watch.title}” had {_count(rule.articles, 'matching article')} "
        f"from {_count(rule.publishers, 'publisher')} within {rule.hours:g} hours, "
        f"or a story you were told of had {_count(watch.updates.articles, 'new one')}."
    )


def _digest_id(watch: Watch, person: Person, items: Sequence[Item]) -> str:
    """Return an id that the same content always has, so that composing it twice cannot send it twice."""
    told = sorted(f"{item.story_id} {source.article_id}" for item in items for source in item.sources)
    said = "\n".join([watch.id, person.id, *told])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _item(ruling: Ruling, told: Told | None, topics: Mapping[str, Topic], tell: Tell) -> Item:
    members = ruling.story.members
    telling = tell(ruling.story, told.article_ids if told else None)
    account, by_id = telling.account, {member.article.id: member.article for member in members}
    sources = tuple(_source(member.article, told) for member in members)
    quoted = telling.news.sentences if telling.news and telling.news.sentences else account.summary
    return Item(
        story_id=ruling.story.id,
        kind=ruling.kind or Kind.NEW,
        headline=account.headline,
        url=by_id[account.lead].url,
        summary=" ".join(quote.text for quote in quoted),
        sources=sources,
        publishers=min(len(telling.sourcing.independent), len(telling.sourcing.publishers)),
        first_seen=next(source for source in sources if source.article_id == telling.sourcing.first),
        matched=_matched([member for member in members if member.scores], topics),
        reason=ruling.message,
        quoted=quoted,
        status=account.status,
        unseen=telling.sourcing.unseen,
        first_sure=any(one.relation is Relation.FIRST for one in telling.sourcing.relations),
        news=telling.news,
    )


def _lead(members: Sequence[Member]) -> Article:
    """Return the earliest article with a full text, else the earliest one."""
    full = [member.article for member in members if member.article.words >= 100]  # noqa: PLR2004 - less is a teaser
    return min(full or [member.article for member in members], key=lambda article: (article.published, article.id))


def _matched(members: Sequence[Member], topics: Mapping[str, Topic]) -> tuple[Matched, ...]:
    """Return why a story matched, the topic of most of its articles first, each by its strongest article."""
    best: dict[str, Score] = {}
    carried = Counter(topic for member in members for topic in member.scores)
    for member in members:
        for topic, score in member.scores.items():
            if topic not in best or score.score > best[topic].score:
                best[topic] = score
    ranked = sorted(best.items(), key=lambda pair: (-carried[pair[0]], -pair[1].score, pair[0]))
    return tuple(
        Matched(
            topic=topic,
            title=topics[topic].title if topic in topics else topic,
            score=score.score,
            probability=score.probability,
            terms=tuple(term.text for term in score.terms if term.weight > 0 and _is_word(term.text))[:4],
            passage=score.passage,
            threshold=score.threshold,
            against=next((term.text for term in score.terms if term.weight < 0 and _is_word(term.text)), ""),
            part=score.part,
            parts=score.parts,
        )
        for topic, score in ranked
    )


def _is_word(term: str) -> bool:
    """Say whether a contribution to a score is a word of the article, and not the machinery's own."""
    return not term.startswith("(")


def _is_recent(ruling: Ruling, since: datetime | None) -> bool:
    """Say whether a held story brought something since the last digest; what was held before is not repeated."""
    fresh = (member for member in ruling.story.members if member.scores)
    return ruling.reason != NOTHING_NEW and any(since is None or member.seen_at > since for member in fresh)


def _also(held: Sequence[Ruling]) -> tuple[Source, ...]:
    found = [
        _source(member.article, None)
        for ruling in held
        if ruling.reason in {"too-few-articles", "too-few-publishers"}
        for member in ruling.story.members
        if member.scores
    ]
    return tuple(sorted(found, key=lambda source: (source.published, source.article_id), reverse=True)[:ALSO])


def _held(ruling: Ruling) -> Held:
    lead = _lead([member for member in ruling.story.members if member.scores])
    return Held(story_id=ruling.story.id, headline=lead.title, reason=ruling.reason, message=ruling.message)


def _source(article: Article, told: Told | None) -> Source:
    return Source(
        article_id=article.id,
        title=article.title,
        url=article.url,
        publisher=article.publisher,
        published=article.published,
        is_new=told is None or article.id not in told.article_ids,
    )


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
