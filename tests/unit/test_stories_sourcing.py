"""Who reported first and who only repeats, on invented stories that were labelled before the rules were written.

Run with `-s` for the counts. Mistakes are told for the half that rules may be fitted to; of the others only counts.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

import pytest

from monitor.records import Article, Relation, Sourced
from monitor.stories.provenance import sourcing
from monitor.stories.sentences import sentences
from tests.provenance_stories import HALVES, Labelled, Truth, labelled_stories

RIGHT = 0.9
OWING = (Relation.CITES, Relation.COPIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An article's truth beside what was said about it."""

    story: str
    truth: Truth
    said: Sourced

    @property
    def relation_right(self) -> bool:
        """Whether the relation is one that the label accepts."""
        return self.said.relation in self.truth.accepted

    @property
    def whose_right(self) -> bool:
        """Whether the member that is cited or copied is named, or the publisher where none of the members is."""
        if self.truth.of:
            return self.said.of in self.truth.of
        return self.said.of is None and _name(self.said.origin) == _name(self.truth.origin)


def _name(publisher: str) -> str:
    return publisher.casefold().removeprefix("the ").strip()


@pytest.fixture(scope="module", params=HALVES)
def half(request: pytest.FixtureRequest) -> str:
    """Return the name of each half in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def stories(half: str) -> list[Labelled]:
    """Return the labelled stories of a half."""
    return labelled_stories(half)


@pytest.fixture(scope="module")
def judged(half: str, stories: Sequence[Labelled]) -> list[Judged]:
    """Return what is said about every article of a half, and print the counts."""
    found = [one for story in stories for one in _judged(story)]
    sys.stdout.write(f"\n{half}: {len(stories)} stories, {len(found)} articles\n{_table(found)}\n")
    if half == "dev":
        sys.stdout.writelines(f"{line}\n" for line in _mistakes(found))
    return found


def _judged(story: Labelled) -> Iterator[Judged]:
    said = {one.article_id: one for one in sourcing(story.members).relations}
    for member in story.members:
        key = member.article.id
        yield Judged(story=story.name, truth=story.truths[key], said=said[key])


def _table(found: Sequence[Judged]) -> str:
    rows = [f"{'truth':12} {'articles':>8} {'right':>6} {'whose':>6}  said"]
    for relation in Relation:
        own = [one for one in found if one.truth.relation is relation]
        whose = sum(one.whose_right for one in own) if relation in OWING else ""
        said = ", ".join(f"{name} {count}" for name, count in Counter(one.said.relation for one in own).most_common())
        rows.append(f"{relation:12} {len(own):8} {sum(one.relation_right for one in own):6} {whose:>6}  {said}")
    return "\n".join(rows)


def _mistakes(found: Sequence[Judged]) -> Iterator[str]:
    for one in found:
        whose_wrong = one.truth.relation in OWING and not one.whose_right
        if not one.relation_right or whose_wrong:
            owed = f"{'/'.join(sorted(one.truth.of))} {one.truth.origin}".strip()
            yield (
                f"{one.story} {one.truth.article_id}: {one.truth.relation} [{owed}], said {one.said.relation} "
                f"[{one.said.of} {one.said.origin}] because: {one.said.evidence[:160]}"
            )


@pytest.mark.parametrize("relation", Relation)
def test_each_relation_is_right_in_nine_of_ten_articles(judged: Sequence[Judged], relation: Relation) -> None:
    own = [one.relation_right for one in judged if one.truth.relation is relation]
    assert sum(own) >= RIGHT * len(own) > 0


def test_nobody_is_called_first_who_is_not(judged: Sequence[Judged]) -> None:
    called = [one for one in judged if one.said.relation is Relation.FIRST]
    wrongly = sum(Relation.FIRST not in one.truth.accepted for one in called)
    assert called
    assert wrongly == 0


def test_whose_report_is_cited_is_right_in_nine_of_ten_articles(judged: Sequence[Judged]) -> None:
    own = [one.whose_right for one in judged if one.truth.relation is Relation.CITES]
    assert sum(own) >= RIGHT * len(own) > 0


def test_every_article_has_one_line_in_order_of_time(stories: Sequence[Labelled]) -> None:
    for story in stories:
        lines = [one.article_id for one in sourcing(story.members).relations]
        assert lines == [member.article.id for member in story.members], story.name


def test_there_are_enough_stories_of_every_relation() -> None:
    halves = {half: labelled_stories(half) for half in HALVES}
    assert len(halves["dev"]) >= 40
    assert len(halves["held"]) >= 24
    assert len(halves["fresh"]) >= 24
    names = [story.name for half in halves.values() for story in half]
    assert len(names) == len(set(names))
    for half in halves.values():
        counts = Counter(truth.relation for story in half for truth in story.truths.values())
        assert min(counts[relation] for relation in Relation) >= 10


def test_labelled_stories_are_whole(stories: Sequence[Labelled]) -> None:
    for story in stories:
        assert 3 <= len(story.members) <= 6, story.name
        assert len(story.truths) == len(story.members), story.name
        for member in story.members:
            truth = story.truths[member.article.id]
            assert 60 <= len(member.article.text.split()) <= 220, story.name
            assert truth.of <= set(story.truths) - {truth.article_id}, story.name
            assert bool(truth.origin) == (truth.relation in OWING), story.name


def test_labels_of_first_keep_to_the_definition(stories: Sequence[Labelled]) -> None:
    for story in stories:
        labelled = [key for key, truth in story.truths.items() if truth.relation is Relation.FIRST]
        assert labelled == _first_by_definition(story), story.name


def _first_by_definition(story: Labelled) -> list[str]:
    articles = {member.article.id: member.article for member in story.members}
    free = [key for key in articles if story.truths[key].relation not in OWING]
    if not free:
        return []
    earliest = min(articles[key].published for key in free)
    firsts = [key for key in free if articles[key].published == earliest]
    tied = len({articles[key].publisher for key in firsts}) > 1
    return [] if tied or _unseen_before(story.truths, articles, earliest) else firsts


def _unseen_before(truths: Mapping[str, Truth], articles: Mapping[str, Article], moment: datetime) -> bool:
    houses = {one.publisher for one in articles.values()}
    return any(one.published < moment and truths[key].origin not in {"", *houses} for key, one in articles.items())


def test_labels_of_copies_keep_to_the_definition(stories: Sequence[Labelled]) -> None:
    for story in stories:
        articles = {member.article.id: member.article for member in story.members}
        for pair in combinations(articles, 2):
            shared = _same_words(articles[pair[0]], articles[pair[1]])
            assert not shared or _owed(story, pair), (story.name, pair)
        for key, truth in story.truths.items():
            if truth.relation is Relation.COPIES:
                assert any(_same_words(articles[key], articles[of]) for of in truth.of), (story.name, key)


def _same_words(left: Article, right: Article) -> bool:
    whole = left.copy_of == right.id or right.copy_of == left.id
    return whole or len(_plain(left) & _plain(right)) >= 2


def _plain(article: Article) -> set[str]:
    found = sentences(article.text)
    return {one for one in found if len(one.split()) >= 12 and not set(one) & set('"“”')}


def _owed(story: Labelled, pair: tuple[str, str]) -> bool:
    left, right = (story.truths[one] for one in pair)
    copying = {one.article_id for one in (left, right) if Relation.COPIES in one.accepted}
    return any(story.truths[one].of & set(pair) for one in copying) or (len(copying) == 2 and left.of == right.of)
