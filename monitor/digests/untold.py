"""Articles of a story that a reader was told of → those that say something in words of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from monitor.records import Article, Member, Story


def untold(members: Sequence[Member], story: Story, known: Collection[str]) -> tuple[list[Member], int]:
    """Return what says something new in words of its own, the first seen first, and how many others only repeat.

    `members` are those of the story that count, `known` the ids of the articles that the reader was told of.
    """
    fresh = [member for member in members if member.article.id not in known]
    own = _own_words(fresh, story, known)
    return own, len(fresh) - len(own)


def _own_words(members: Sequence[Member], story: Story, known: Collection[str]) -> list[Member]:
    """Return those whose words were not told yet, of several with the same words the one seen first."""
    articles = {member.article.id: member.article for member in story.members}
    heard = {_origin(article, articles) for name, article in articles.items() if name in known}
    fresh: dict[str, Member] = {}
    for member in sorted(members, key=lambda one: (one.seen_at, one.article.published, one.article.id)):
        origin = _origin(member.article, articles)
        if origin not in heard:
            fresh.setdefault(origin, member)
    return list(fresh.values())


def _origin(article: Article, articles: Mapping[str, Article]) -> str:
    """Return the id of the article whose words these are, as far back as can be followed; of a ring, the least."""
    followed = [article.id]
    while article.copy_of is not None and article.copy_of in articles and article.copy_of not in followed:
        article = articles[article.copy_of]
        followed.append(article.id)
    if article.copy_of in followed:
        return min(followed[followed.index(article.copy_of) :])
    return article.copy_of or article.id
