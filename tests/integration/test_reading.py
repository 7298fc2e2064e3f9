"""The read step against a real server and a real database: which page is read, when, and as which article."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from tests.servers import Reply
from tests.worlds import HOUR, MINUTE, PAGE, START, World, page, reasons, rss, short

NEWS = rss(("First report", START - HOUR))


def test_items_that_share_a_link_are_articles_of_their_own(world: World) -> None:
    link = page(world, "/news", Reply(body=PAGE))
    items = "".join(
        f"<item><title>Decision {n}</title><link>{link}</link><guid>urn:{n}</guid></item>" for n in range(3)
    )
    world.add("a", Reply(body=NEWS))
    world.pipeline().poll()
    world.replies["wire.localhost/a"] = Reply(
        body=f'<rss version="2.0"><channel><title>W</title>{items}</channel></rss>'.encode()
    )
    world.now += HOUR
    world.pipeline().poll()
    report = world.pipeline().read()
    assert (report.from_feed, report.repeated) == (3, 0)


def test_news_does_not_wait_for_ever_for_a_host_that_wants_to_be_left_alone(world: World) -> None:
    links = [page(world, f"/{number}", Reply(status=503)) for number in range(5)]
    page(world, "/robots.txt", Reply(status=404))
    world.add("a", Reply(body=short(*links)))
    world.pipeline().poll()
    read = 0
    for step in range(4 * 12):
        world.now = START + step * 15 * MINUTE
        read += world.pipeline().read().from_feed
    assert read == 5


def test_a_site_that_asks_for_long_pauses_does_not_hold_up_the_others(world: World) -> None:
    page(world, "/robots.txt", Reply(body=b"User-agent: *\nCrawl-delay: 60\n"))
    links = [page(world, f"/{number}", Reply(body=PAGE)) for number in range(9)]
    world.add("a", Reply(body=short(*links)))
    world.pipeline().poll()
    pipeline = world.pipeline()
    asked: list[Request] = []

    class Noted:
        """Notes what it is asked and answers nothing."""

        def fetch(
            self, requests: Sequence[Request], *, resting: Collection[str] = ()
        ) -> Iterator[tuple[Request, Fetched | FetchError]]:
            """Answer with robots.txt alone."""
            assert not resting
            for request in requests:
                asked.append(request)
                if request.url.endswith("/robots.txt"):
                    yield from pipeline.tools.web.fetch([request])

    replace(pipeline, tools=replace(pipeline.tools, web=Noted())).read()
    pages = [request for request in asked if not request.url.endswith("/robots.txt")]
    assert [request.spacing for request in pages] == [30.0] * 4


def test_a_page_that_a_redirect_leads_to_needs_its_own_site_s_leave(world: World) -> None:
    page(world, "/robots.txt", Reply(body=b"User-agent: *\nDisallow: /closed/\n"))
    closed = page(world, "/closed/1", Reply(body=PAGE))
    led = page(world, "/r", Reply(status=302, headers={"Location": closed}), host="aggregator.localhost")
    world.add("a", Reply(body=short(led)))
    world.pipeline().poll()
    world.pipeline().read()
    assert reasons(world)[("title", "robots-refused")] == 1


def test_a_page_that_robots_txt_refuses_is_not_fetched(world: World) -> None:
    page(world, "/robots.txt", Reply(body=b"User-agent: *\nDisallow: /private/\nUser-agent: other\nDisallow: /\n"))
    closed = page(world, "/private/1", Reply(body=PAGE))
    opened = page(world, "/public/1", Reply(body=PAGE))
    world.add("a", Reply(body=short(closed, opened)))
    world.pipeline().poll()
    world.pipeline().read()
    assert sorted(world.asked()) == ["/a", "/public/1", "/robots.txt"]
    assert reasons(world)[("title", "robots-refused")] == 1
    world.replies["wire.localhost/a"] = Reply(body=short(page(world, "/public/2", Reply(body=PAGE)) + "?x=1"))
    world.now += 3 * HOUR
    world.pipeline().poll()
    world.pipeline().read()
    assert "/robots.txt" not in world.asked()


def test_a_site_whose_robots_txt_cannot_be_had_waits(world: World) -> None:
    page(world, "/robots.txt", Reply(status=500))
    world.add("a", Reply(body=short(page(world, "/1", Reply(body=PAGE)))))
    world.pipeline().poll()
    assert len(world.pipeline().read().postponed) == 1
    page(world, "/robots.txt", Reply(status=404))
    world.now += 15 * MINUTE
    assert world.pipeline().read().pages == 1


def test_robots_txt_may_be_left_unasked(world: World) -> None:
    page(world, "/robots.txt", Reply(body=b"User-agent: *\nDisallow: /\n"))
    world.add("a", Reply(body=short(page(world, "/1", Reply(body=PAGE)))))
    world.pipeline(obey_robots=False).poll()
    assert world.pipeline(obey_robots=False).read().pages == 1
    assert "/robots.txt" not in world.asked()


def test_links_that_redirect_to_one_article_are_one_article_under_its_own_address(world: World) -> None:
    target = page(world, "/news/rate-decision", Reply(body=PAGE))
    for path in ("/r/1", "/r/2"):
        page(world, path, Reply(status=302, headers={"Location": target}), host="aggregator.localhost")
    links = [world.server.url(path, "aggregator.localhost") for path in ("/r/1", "/r/2")]
    world.add("a", Reply(body=short(*links)))
    world.add("b", Reply(body=short(target)), host="b.localhost")
    world.pipeline().poll()
    report = world.pipeline().read()
    assert (report.pages, report.repeated) == (1, 2)
    assert list(world.store.articles.known([article_id(target)])) == [article_id(target)]


def article_id(url: str) -> str:
    from monitor.feeds import article_key  # noqa: PLC0415 - beside its only use

    return article_key(url)


def test_a_redirect_to_a_home_page_is_not_the_article_s_address(world: World) -> None:
    home = page(world, "/", Reply(body=PAGE))
    gone = page(world, "/old/1", Reply(status=302, headers={"Location": home}))
    world.add("a", Reply(body=short(gone)))
    world.pipeline().poll()
    world.pipeline().read()
    assert list(world.store.articles.known([article_id(gone), article_id(home)])) == [article_id(gone)]


def test_pages_of_a_host_that_asks_for_a_pause_wait_without_counting_as_failed(world: World) -> None:
    links = [page(world, f"/{number}", Reply(status=429, headers={"Retry-After": "3600"})) for number in range(3)]
    world.add("a", Reply(body=short(*links)))
    world.pipeline().poll()
    assert len(world.pipeline().read().postponed) == 3
    assert len([path for path in world.asked() if path in {"/0", "/1", "/2"}]) == 1
    for number in range(3):
        page(world, f"/{number}", Reply(body=PAGE))
    world.now += 59 * MINUTE
    assert world.pipeline().read().pages == 0
    world.now += MINUTE
    assert world.pipeline().read().pages == 3
