"""What an article is called, who wrote it and where it stands, when feed and page say different things."""

from __future__ import annotations

from dataclasses import replace
from email.utils import format_datetime

import pytest

from monitor.errors import WorkError
from monitor.pipeline import reading
from monitor.records import Publisher, Quality
from tests.pdfs import flowing, pdf
from tests.servers import Reply
from tests.worlds import HOUR, START, World, article_at, page, paper, titled

BODY = (
    "The ferry line will take card payments from June, after a trial on two boats over the winter season.",
    "Passengers on the trial paid by card in four of five cases, the line said in a note to the council.",
    "Cash stays possible on board, at the same price, for as long as there are coins in circulation here.",
    "A union of deckhands welcomed the change, since counting the till had cost them an hour each night.",
)


def read_one(world: World, link: str, **rules: object) -> None:
    world.add("wire", Reply(body=titled(("Ferries take cards", link))))
    world.pipeline(**rules).poll()
    world.pipeline(**rules).read()


def test_the_address_that_the_page_calls_its_own_is_the_article_s(world: World) -> None:
    own = world.server.url("/2026/ferries-take-cards", "site.localhost")
    link = page(
        world, "/story/ferries-take-cards", Reply(body=paper(*BODY, head=f'<link rel="canonical" href="{own}">'))
    )
    read_one(world, link)
    assert article_at(world, own).url == own


@pytest.mark.parametrize(
    "stated", ["/", "/news", "/2026/another-story", "http://", "/index/20260304/", "/2026/03/05/ferries-take-cards-2"]
)
def test_a_template_that_states_another_page_as_its_own_is_not_believed(world: World, stated: str) -> None:
    own = stated if stated == "http://" else world.server.url(stated, "site.localhost")
    link = page(
        world, "/story/ferries-take-cards", Reply(body=paper(*BODY, head=f'<link rel="canonical" href="{own}">'))
    )
    read_one(world, link)
    assert article_at(world, link).url == link


def test_a_daily_column_is_a_new_article_each_day(world: World) -> None:
    own = f'<link rel="canonical" href="{world.server.url("/columns/morning-note", "site.localhost")}">'
    links = [
        page(world, f"/2026/03/0{day}/morning-note", Reply(body=paper(*BODY, f"It was day {day}.", head=own)))
        for day in (3, 4)
    ]
    world.add("wire", Reply(body=titled(*(("Morning note", link) for link in links))))
    world.pipeline().poll()
    assert world.pipeline().read().pages == 2
    assert [article_at(world, link).url for link in links] == links


def test_a_link_whose_article_stands_under_another_address_is_known(world: World) -> None:
    own = world.server.url("/2026/ferries-take-cards", "site.localhost")
    link = page(
        world, "/story/ferries-take-cards", Reply(body=paper(*BODY, head=f'<link rel="canonical" href="{own}">'))
    )
    read_one(world, link)
    page(world, "/story/ferries-take-cards", Reply(status=404))
    world.add("echo", Reply(body=titled(("The same again", link))), host="echo.localhost")
    world.pipeline().poll()
    report = world.pipeline().read()
    assert (report.repeated, report.pages, report.from_feed) == (1, 0, 0)


def test_the_original_on_another_site_that_a_page_names_is_kept(world: World) -> None:
    head = '<link rel="canonical" href="https://harbourwire.example/ferries-take-cards?utm_source=x">'
    link = page(world, "/story/ferries-take-cards", Reply(body=paper(*BODY, head=head)))
    read_one(world, link)
    article = article_at(world, link)
    assert (article.url, article.canonical) == (link, "https://harbourwire.example/ferries-take-cards")


def test_the_outlets_behind_an_aggregator_are_the_publishers(world: World) -> None:
    named = page(
        world,
        "/a",
        Reply(body=paper(*BODY, head='<meta property="og:site_name" content="Harbour Gazette">')),
        host="gazette.example.localhost",
    )
    listed = page(world, "/b", Reply(body=paper(*BODY)), host="courier.other.localhost")
    world.add("wire", Reply(body=titled(("One", named), ("Two", listed))))
    table = (Publisher(name="Island Courier", domains=("other.localhost",)),)
    world.pipeline(publishers=table).poll()
    world.pipeline(publishers=table).read()
    assert article_at(world, named).publisher == "Harbour Gazette"
    assert article_at(world, listed).publisher == "Island Courier"


def test_the_feed_s_publisher_stands_for_its_own_site(world: World) -> None:
    body = paper(*BODY, head='<meta property="og:site_name" content="Wire: latest news">')
    link = page(world, "/a", Reply(body=body), host="www.wire.localhost")
    read_one(world, link)
    assert article_at(world, link).publisher == "wire"


def test_a_pdf_behind_a_link_is_read_like_a_page(world: World) -> None:
    body = pdf(flowing(*BODY))
    link = page(world, "/notice.pdf", Reply(body=body, headers={"Content-Type": "application/pdf"}))
    read_one(world, link)
    article = article_at(world, link)
    assert (article.method, article.title) == ("pdf", "Ferries take cards")
    assert "counting the till" in article.text
    kept = world.store.archive.page(article.id)
    assert kept is not None
    assert kept.size == len(body)


def test_the_user_s_limits_of_size_hold_for_pages_and_for_documents(world: World) -> None:
    link = page(world, "/a", Reply(body=paper(*BODY * 300)))
    notice = page(world, "/b.pdf", Reply(body=pdf(flowing(*BODY)) + b"%" * 120_000))
    world.add("wire", Reply(body=titled(("A", link), ("B", notice))))
    world.pipeline().poll()
    world.pipeline(page_bytes=100_000, document_bytes=200_000).read()
    assert article_at(world, link).reason == "too-large"
    assert article_at(world, notice).method == "pdf"
    assert world.store.archive.size().pages == 1


def test_a_pdf_that_cannot_be_read_leaves_the_feed_s_words(world: World) -> None:
    link = page(world, "/notice.pdf", Reply(body=b"%PDF-1.7\n" + b"x" * 500))
    read_one(world, link)
    article = article_at(world, link)
    assert (article.method, article.text, article.quality) == ("title", "Ferries take cards", Quality.TEASER)


def test_an_article_says_when_it_was_changed_and_who_says_so(world: World) -> None:
    changed = START + HOUR / 2
    for name, moment in (("a", changed), ("b", START + 99 * HOUR)):
        head = f'<meta property="article:modified_time" content="{moment.isoformat()}">'
        page(world, f"/{name}", Reply(body=paper(*BODY * 3, name, head=head)))
    links = [world.server.url(f"/{name}", "site.localhost") for name in "ab"]
    world.add("wire", Reply(body=titled(*(("Ferries take cards", link) for link in links))))
    world.pipeline().poll()
    world.now += HOUR
    world.pipeline().read()
    first, claimed = (article_at(world, link) for link in links)
    assert (first.published, first.dated_by, first.modified) == (START, "feed", changed)
    assert claimed.modified is None, "a page that claims to come from the future is not believed"


def test_an_article_without_any_date_counts_from_when_it_was_seen(world: World) -> None:
    link = page(world, "/a", Reply(body=paper(*BODY * 3)))
    dated = titled(("Dated", world.server.url("/b", "site.localhost")))
    undated = titled(("Ferries take cards", link)).replace(f"<pubDate>{format_datetime(START)}</pubDate>".encode(), b"")
    world.add("wire", Reply(body=dated))
    world.pipeline().poll()
    world.replies["wire.localhost/wire"] = Reply(body=undated)
    world.now += HOUR
    world.pipeline().poll()
    world.pipeline().read()
    article = article_at(world, link)
    assert (article.published, article.dated_by) == (world.now, "")


def test_a_page_whose_worker_died_is_tried_again_and_not_for_ever(world: World) -> None:
    link = page(world, "/a", Reply(body=paper(*BODY)))
    world.add("wire", Reply(body=titled(("Ferries take cards", link))))
    world.pipeline().poll()
    pipeline = world.pipeline(attempts=2)

    class Dying:
        """Workers that die of every item."""

        def map(self, _function, items, **_limits):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN003, ANN202
            """Die."""
            yield from ((item, WorkError(item.url, "crash", "its worker process died (Killed)")) for item in items)

    dying = replace(pipeline, tools=replace(pipeline.tools, workers=Dying()))
    assert [failure.reason for failure in dying.read().postponed] == ["crash"]
    world.now += HOUR / 4
    assert dying.read().from_feed == 1
    assert article_at(world, link).reason == "crash"


def test_pages_are_stored_while_others_are_still_coming(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "HELD_BYTES", 1)
    links = [(f"Ferry {n}", page(world, f"/{n}", Reply(body=paper(*BODY, f"Boat {n}.")))) for n in range(4)]
    world.add("wire", Reply(body=titled(*links)))
    world.pipeline().poll()
    pipeline = world.pipeline()
    counts: list[int] = []

    class Watched:
        """Workers that note how much is stored before each page."""

        def map(self, function, items, *, seconds):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - the port's
            """Pass on."""
            for answer in pipeline.tools.workers.map(function, items, seconds=seconds):
                counts.append(world.store.archive.size().pages)
                yield answer

    replace(pipeline, tools=replace(pipeline.tools, workers=Watched())).read()
    assert counts == [0, 1, 2, 3]
