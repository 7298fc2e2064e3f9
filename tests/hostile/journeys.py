"""All ways to a hostile address in one cycle: as a feed's own, behind redirects, behind links, behind robots.txt."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from monitor.config.schema import address_of_feed
from monitor.store import Store
from monitor.web import WebClient
from monitor.workers import WorkerPool
from tests.hostile.cycles import DOMAIN, HEALTHY, HEALTHY_NEWS, Watch, feed, polling, seen
from tests.hostile.documents import rss
from tests.hostile.network import Network, small_internet
from tests.hostile.urls import CONFIG, Address
from tests.servers import Asked, LoopbackServer, Reply, bytes_only

PAGE = (
    "<html><head><title>A rate decision</title></head><body><article><h1>A rate decision</h1>"
    + "".join(
        f"<p>The council met for the {n}th time and set the rate at {n} percent after long talks.</p>"
        for n in range(20)
    )
    + "</article></body></html>"
).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Where each way to an address ended: the reasons in the ledger.

    `asked` is the feed that lives there, `port` one at the same host and the listener's port, `led` one that is
    redirected there; `linked`, `page` and `robots` are entries; `url` is what was kept of the link.
    """

    asked: str
    port: str
    led: str
    linked: str
    page: str
    robots: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journeys:
    """The ends by address, what the healthy feeds brought, and what was dialled beyond the feeds' own server."""

    ends: Mapping[str, Ends]
    healthy: Mapping[str, tuple[str, ...]]
    dialled: Sequence[tuple[str, int]]
    reached: int


def journeys(addresses: Sequence[Address], folder: Path, web: WebClient, workers: WorkerPool) -> Journeys:
    """Go all ways to all addresses: one poll, and one step of reading."""

    def handler(asked: Asked) -> Reply:
        kind, _, number = asked.host.partition(".")[0].partition("-")
        return (
            _reply(server, asked, kind, int(number), addresses[int(number)].url) if number.isdigit() else HEALTHY_NEWS
        )

    server = LoopbackServer(handler)
    nobody = Reply(status=404)
    with (
        server,
        small_internet(lambda _: nobody, server.port) as network,
        closing(Store(f"sqlite:///{folder / 'monitor.db'}", config="test")) as store,
    ):
        return _gone(addresses, server, network, store, Watch(web, workers))


def _gone(
    addresses: Sequence[Address], server: LoopbackServer, network: Network, store: Store, watch: Watch
) -> Journeys:
    feeds = [feed(name, server.url("/feed", f"{name}.{DOMAIN}")) for name in HEALTHY]
    for number, address in enumerate(addresses):
        feeds += [
            feed(f"{kind}-{number}", server.url("/feed", f"{kind}-{number}.{DOMAIN}")) for kind in ("led", "links")
        ]
        at_port = address.url.removesuffix("/") + f":{network.inside.port}/"
        feeds += [
            feed(f"{kind}-{number}", url) for kind, url in (("asked", address.url), ("port", at_port)) if _usable(url)
        ]
    pipeline = polling(feeds, store, watch)
    pipeline.poll()
    pipeline.read()
    found = seen(store, watch)
    ends = {}
    for number, address in enumerate(addresses):
        entries = {row["title"]: row for row in found[f"links-{number}"].entries}
        told = {
            one.subject: one.reason
            for one in store.ledger.about([row["id"] for row in entries.values()])
            if one.step == "read"
        }
        polled = {
            kind: found[f"{kind}-{number}"].reason for kind in ("asked", "port", "led") if f"{kind}-{number}" in found
        }
        ends[address.url] = Ends(
            **{"asked": CONFIG, "port": CONFIG, **polled},
            **{kind: told[entries[kind]["id"]] for kind in ("linked", "page", "robots")},
            url=entries["linked"]["url"],
        )
    healthy = {name: tuple(row["title"] for row in found[name].entries) for name in HEALTHY}
    return Journeys(ends=ends, healthy=healthy, dialled=tuple(network.dialled), reached=network.reached)


def _usable(url: str) -> bool:
    """Return whether the configuration takes it for a feed's address."""
    try:
        address_of_feed(url)
    except ValueError:
        return False
    return True


def _reply(server: LoopbackServer, asked: Asked, kind: str, number: int, url: str) -> Reply:
    away = bytes_only(b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % url.encode())
    if kind == "links":
        return Reply(body=_links(server, number, url))
    if kind == "led" or (kind == "robots") == (asked.path == "/robots.txt"):
        return away
    return Reply(status=404) if asked.path == "/robots.txt" else Reply(body=PAGE, headers={"Content-Type": "text/html"})


def _links(server: LoopbackServer, number: int, url: str) -> bytes:
    links = {
        "linked": f"{url}n{number}",  # so that no two are the same article
        "page": server.url("/article", f"page-{number}.{DOMAIN}"),
        "robots": server.url("/article", f"robots-{number}.{DOMAIN}"),
    }
    return rss(
        "".join(
            f"<item><title>{kind}</title><guid isPermaLink='false'>{kind}</guid><link>{html.escape(link)}</link>"
            "<pubDate>Wed, 04 Mar 2026 09:00:00 GMT</pubDate></item>"
            for kind, link in links.items()
        )
    ).encode()
