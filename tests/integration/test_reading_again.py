"""Edited articles, archived pages read again, and what a budget leaves for later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import MonitorError
from monitor.pipeline import Pipeline
from monitor.pipeline.reading import BUDGET_PATIENCE
from monitor.records import Article, Quality, Score
from tests.servers import Reply
from tests.worlds import DAY, HOUR, MINUTE, START, World, article_at, page, paper, reasons, titled

FIRST = (
    "The council met on Tuesday and set the fee at four percent after a long debate in the town hall.",
    "Shipping companies had asked for three percent, and their speaker called the vote a missed chance.",
    "The harbour master told members that dredging the second channel cannot wait for another winter.",
    "Fishing boats under twelve metres stay free of the fee until the end of next year, the text says.",
    "A study made for the port in spring put the yearly income from the fee at nine million in all.",
    "Two members of the opposition left the hall before the vote and want a court to look at it.",
    "The fee is due from March, and the port will publish a table for each class of ship by then.",
)
MORE = ("A day later it corrected the fee to five percent, saying that a clerk had copied the wrong column.",)


def read_once(world: World, body: bytes) -> str:
    """Poll and read a feed with one entry, and return its link."""
    link = page(world, "/news/port-fee-decision", Reply(body=body))
    world.add("a", Reply(body=titled(("Port fee set", link))))
    world.pipeline().poll()
    assert world.pipeline().read().pages == 1
    return link


def edited(world: World, link: str, title: str = "Port fee set: corrected") -> None:
    """Have the feed say something else of its entry, and let that settle."""
    world.replies["wire.localhost/a"] = Reply(body=titled((title, link)))
    world.now += HOUR
    assert world.pipeline().poll().entries_edited == 1
    world.now += 15 * MINUTE


def stored(world: World, link: str) -> Article:
    return article_at(world, link)


def test_an_edited_article_is_read_again_and_its_old_text_kept(world: World) -> None:
    link = read_once(world, paper(*FIRST))
    page(world, "/news/port-fee-decision", Reply(body=paper(*FIRST, *MORE)))
    edited(world, link)
    report = world.pipeline().read()
    assert (report.revised, report.pages, report.repeated) == (1, 0, 0)
    article = stored(world, link)
    assert MORE[0] in article.text
    assert article.title == "Port fee set: corrected"
    [before] = world.store.articles.earlier(article.id)
    assert before["title"] == "Port fee set"
    assert before["change"]["added"] == [MORE[0]]
    assert reasons(world)[("revised", "text-changed")] == 1


def test_an_edit_that_changes_nothing_on_the_page_leaves_the_article(world: World) -> None:
    link = read_once(world, paper(*FIRST))
    world.replies["wire.localhost/a"] = Reply(body=titled(("Port fee set", link), summary="Now with a summary."))
    world.now += HOUR
    assert world.pipeline().poll().entries_edited == 1
    world.now += 15 * MINUTE
    assert world.pipeline().read().revised == 0
    assert reasons(world)[("unchanged", "same-text")] == 1
    assert world.store.articles.earlier(stored(world, link).id) == []


def test_a_wall_put_before_an_article_does_not_take_its_text(world: World) -> None:
    link = read_once(world, paper(*FIRST))
    wall = paper("Subscribe now to continue reading. Already a subscriber? Sign in.")
    page(world, "/news/port-fee-decision", Reply(body=wall))
    edited(world, link)
    assert world.pipeline().read().revised == 0
    assert FIRST[0] in stored(world, link).text
    assert reasons(world)[("unchanged", "says-less")] == 1


def test_an_edited_article_whose_page_is_gone_keeps_its_text(world: World) -> None:
    link = read_once(world, paper(*FIRST))
    page(world, "/news/port-fee-decision", Reply(status=404))
    edited(world, link)
    world.pipeline().read()
    assert FIRST[0] in stored(world, link).text
    assert world.store.sources.unread(world.now + DAY, 10) == []


def test_another_feed_with_the_same_link_does_not_hide_an_edit(world: World) -> None:
    link = read_once(world, paper(*FIRST))
    page(world, "/news/port-fee-decision", Reply(body=paper(*FIRST, *MORE)))
    world.add("b", Reply(body=titled(("Port fee set", link))), host="b.localhost")
    edited(world, link)
    report = world.pipeline().read()
    assert (report.revised, report.repeated) == (1, 1)


def test_an_edited_link_that_leads_to_another_article_is_that_article(world: World) -> None:
    link = read_once(world, paper(*FIRST))
    other = page(world, "/news/herring-in-the-bay", Reply(body=paper(*reversed(FIRST), "Herring came, too.")))
    page(world, "/news/port-fee-decision", Reply(status=302, headers={"Location": other}))
    edited(world, link)
    report = world.pipeline().read()
    assert (report.revised, report.pages) == (0, 1)
    assert "Herring" not in stored(world, link).text
    assert "Herring" in stored(world, other).text


def test_two_feeds_that_title_one_article_differently_do_not_rewrite_it_in_turn(world: World) -> None:
    link = read_once(world, paper(*FIRST))
    world.add("b", Reply(body=titled(("Fee: the council votes", link))), host="b.localhost")
    world.pipeline().poll()
    world.pipeline().read()
    for turn in range(3):
        world.replies["wire.localhost/a"] = Reply(body=titled(("Port fee set", link), summary=f"Edit {turn}."))
        title = "Fee: the council votes"
        world.replies["b.localhost/b"] = Reply(body=titled((title, link), summary=f"Edit {turn} of ours."))
        world.now += HOUR
        world.pipeline().poll()
        world.now += 15 * MINUTE
        assert world.pipeline().read().revised == 0
    article = stored(world, link)
    assert article.title == "Port fee set"
    assert world.store.articles.earlier(article.id) == []


def test_a_feed_that_repeats_an_article_in_its_own_words_does_not_replace_its_text(world: World) -> None:
    link = read_once(world, paper(*FIRST))
    world.add("b", Reply(body=titled(("Fee: the council votes", link))), host="b.localhost")
    world.pipeline().poll()
    world.pipeline().read()
    essay = " ".join(f"We think that point {n} of the fee is wrong." for n in range(60))
    world.replies["b.localhost/b"] = Reply(body=titled(("Fee: our view", link), summary=essay))
    world.now += HOUR
    world.pipeline().poll()
    world.now += 15 * MINUTE
    assert world.pipeline().read().revised == 0
    assert stored(world, link).text.startswith(FIRST[0])


def test_a_wall_is_not_given_up_for_less(world: World) -> None:
    wall = paper(*FIRST[:4], "Subscribe now to continue reading. Already a subscriber? Sign in.")
    link = page(world, "/news/port-fee-decision", Reply(body=wall))
    world.add("a", Reply(body=titled(("Port fee set", link))))
    world.pipeline().poll()
    world.pipeline().read()
    assert stored(world, link).quality == Quality.PAYWALL
    page(world, "/news/port-fee-decision", Reply(body=paper(FIRST[0], "Subscribe now to continue reading.")))
    edited(world, link)
    assert world.pipeline().read().revised == 0
    assert FIRST[3] in stored(world, link).text


def test_a_correction_that_the_feed_brought_is_not_undone_from_the_archive(world: World) -> None:
    link = read_once(world, paper(*FIRST))
    corrected = " ".join(f"The corrected report says so in sentence {n} of many." for n in range(60))
    world.replies["wire.localhost/a"] = Reply(body=titled(("Port fee set", link), summary=corrected))
    world.now += HOUR
    world.pipeline().poll()
    world.now += 15 * MINUTE
    assert world.pipeline().read().revised == 1
    assert list(world.pipeline().reread(save=True)) == []
    assert stored(world, link).text.startswith("The corrected report")


def test_an_old_article_keeps_its_scores_when_it_is_read_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from monitor import articles  # noqa: PLC0415 - to be changed under the step that uses it

    link = read_once(world, paper(*FIRST))
    article = stored(world, link)
    given = ByTitle().score([article])
    world.store.articles.save_scores([article], given, [], "by-title", world.now)
    real = articles.extract
    monkeypatch.setattr(articles, "extract", lambda page: replace(real(page), text="Read better."))
    world.now += 20 * DAY
    list(world.pipeline().reread(save=True))
    assert stored(world, link).text == "Read better."
    assert world.store.articles.scores_of(article.id) == given


def test_an_edited_article_left_out_by_a_budget_waits_for_its_page(world: World) -> None:
    link = read_once(world, paper(*FIRST))
    world.now += 30 * HOUR
    page(world, "/news/port-fee-decision", Reply(body=paper(*FIRST, *MORE)))
    likelier = page(world, "/token", Reply(body=paper(*FIRST[1:], "And a token rule.")))
    entries = (("a token rule", likelier), ("Port fee set: corrected", link))
    world.replies["wire.localhost/a"] = Reply(body=titled(*entries))
    world.pipeline().poll()
    world.now += HOUR
    assert budgeted(world, 1).read().over_budget == 1
    assert budgeted(world, 1).read().revised == 1
    assert MORE[0] in stored(world, link).text


def test_archived_pages_give_the_same_articles_again(world: World) -> None:
    link = read_once(world, paper(*FIRST))
    [again] = world.pipeline().reread()
    assert not isinstance(again.extracted, MonitorError)
    article = stored(world, link)
    assert (again.id, again.url, again.extracted.text) == (article.id, link, article.text)
    assert list(world.pipeline().reread(since=world.now + MINUTE)) == []
    assert list(world.pipeline().reread(save=True)) == [again]
    assert world.store.articles.earlier(article.id) == []


def test_what_a_better_program_reads_in_archived_pages_replaces_what_was_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor import articles  # noqa: PLC0415 - to be changed under the step that uses it

    link = read_once(world, paper(*FIRST))
    real = articles.extract
    monkeypatch.setattr(articles, "extract", lambda page: replace(real(page), text="Read better.", words=2))
    list(world.pipeline().reread(save=True))
    article = stored(world, link)
    assert article.text == "Read better."
    assert [one.id for one in world.store.articles.uncompared(10)] == [article.id]
    assert reasons(world)[("revised", "read-again")] == 1


def test_old_pages_are_given_up_when_the_user_says_so(world: World) -> None:
    read_once(world, paper(*FIRST))
    world.now += 10 * DAY
    world.pipeline(keep_pages=11 * DAY).read()
    assert world.store.archive.size().pages == 1
    world.pipeline(keep_pages=9 * DAY).read()
    assert world.store.archive.size().pages == 0


class ByTitle:
    """A scorer that likes titles with `token` in them; fits `ports.Scorer`."""

    version = "by-title"

    def score(self, documents):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - see the port
        """Return one score per document."""
        return [
            Score(
                id=document.id,
                topic="tokens",
                score=float("token" in document.title),
                probability=None,
                threshold=0.5,
                matched="token" in document.title,
                passage="",
                terms=(),
            )
            for document in documents
        ]


def budgeted(world: World, pages: int) -> Pipeline:
    made = world.pipeline(pages_per_cycle=pages)
    return replace(made, tools=replace(made.tools, scorer=ByTitle))


def test_a_budget_reads_the_likeliest_first_and_leaves_the_others_for_later(world: World) -> None:
    titles = ["harbour fees", "token rules", "a new bridge", "token ban", "school meals"]
    links = {title: page(world, f"/{title.replace(' ', '-')}", Reply(body=paper(*FIRST))) for title in titles}
    world.add("a", Reply(body=titled(*links.items())))
    world.pipeline().poll()
    report = budgeted(world, 2).read()
    assert (report.pages, report.over_budget, report.postponed) == (2, 3, ())
    assert {stored(world, links[title]).title for title in ("token rules", "token ban")} == {"token rules", "token ban"}
    assert reasons(world)[("postponed", "over-budget")] == 3
    assert budgeted(world, 2).read().over_budget == 1
    assert budgeted(world, 2).read().over_budget == 0
    assert reasons(world) == {("page", "read"): 5}


def test_what_a_budget_leaves_out_for_too_long_goes_on_with_the_feed_s_words(world: World) -> None:
    links = [(f"Report {n}", page(world, f"/{n}", Reply(body=paper(*FIRST)))) for n in range(3)]
    world.add("a", Reply(body=titled(*links)))
    world.pipeline().poll()
    budgeted(world, 1).read()
    world.now = START + BUDGET_PATIENCE + timedelta(minutes=1)
    report = budgeted(world, 1).read()
    assert (report.pages, report.from_feed, report.over_budget) == (1, 1, 0)
    assert reasons(world)[("title", "over-budget")] == 1
    left = [stored(world, link) for _, link in links]
    assert sorted(article.quality for article in left) == [Quality.FULL, Quality.FULL, Quality.TEASER]
