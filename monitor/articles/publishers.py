"""Who wrote an article, by one name: what the user's table says, the feed's word, and the page's own.

A house has many domains, feeds and spellings; to the rules of a watch it is one publisher. An aggregator is the other
way round: one feed and many houses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from monitor.records import Publisher

_DOORS = ("www.", "m.", "amp.")
_HOMES = frozenset(
    (
        *("beehiiv.com", "ghost.io", "livejournal.com", "medium.com"),
        *("substack.com", "tumblr.com", "typepad.com", "wordpress.com"),
    )
)
"""Where each name below is somebody else's site; others of the kind stand in the list of public suffixes."""

_CARRIERS = frozenset(
    ("feedblitz.com", "feedburner.com", "feedproxy.com", "fetchrss.com", "google.com", "politepol.com", "rss.app")
)
"""Services that carry the feeds of others: their domain says nothing of who writes."""

_ENDING = re.compile(r"\.(?:com|org|net|co\.uk)$")
_BETWEEN = re.compile(r"[\W_]+")
_COMMON = frozenset(
    """
    bank blog bulletin business chronicle courier daily finance financial gazette globe group guardian herald
    independent international journal law magazine mail market markets media mirror monitor morning national news
    newspaper observer online policy post press radio record report reporter review standard star sun telegraph times
    today tribune tv voice weekly world
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)
"""Words that many houses have in their names: one name within the other shows nothing if it holds no other word."""


class Publishers:
    """The user's table of publishers, and what to do for those that are not in it."""

    def __init__(self, table: Sequence[Publisher]) -> None:
        """Index the table; where two publishers claim the same domain or spelling, the first has it."""
        self._by_domain: dict[str, str] = {}
        self._by_spelling: dict[str, str] = {}
        for one in table:
            for domain in one.domains:
                self._by_domain.setdefault(without_door(domain), one.name)
            for spelling in (one.name, *one.aliases):
                self._by_spelling.setdefault(spelt(spelling), one.name)

    def name_of(self, url: str, stated: str | None, feed_publisher: str, feed_url: str) -> str:
        """Return the publisher of the article at `url`, where its page was found.

        `stated` is what the page calls its publisher, on one line: empty if it does not say, None if no page was read.
        """
        site = site_of(url)
        listed = self._listed(site)
        if listed is not None:
            return listed
        feeds_own = self._by_spelling.get(spelt(feed_publisher), feed_publisher)
        home = registered(site_of(feed_url))
        if not site or registered(site) == home:
            return feeds_own
        if stated and (name := spelt(stated)):
            known = self._by_spelling.get(name)
            return known or (feeds_own if _same_house(name, spelt(feed_publisher)) else stated)
        if stated is None or not home or home in _CARRIERS:
            return feeds_own
        domain = registered(site)
        return feeds_own if _same_house(spelt(domain.partition(".")[0]), spelt(feed_publisher)) else domain

    def _listed(self, site: str) -> str | None:
        """Return whose site it is: `blog.ft.com` is asked for before `ft.com`, and nothing above that."""
        end = registered(site)
        while site not in self._by_domain and site != end and "." in site:
            site = site.partition(".")[2]
        return self._by_domain.get(site)


def site_of(url: str) -> str:
    """Return the host of a URL without `www.`, `m.` or `amp.`, in lower case; empty for what has none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return without_door(host)


def without_door(host: str) -> str:
    """Return a host as `site_of` does."""
    host = host.lower().rstrip(".")
    while (door := next((door for door in _DOORS if host.startswith(door)), "")) and "." in host[len(door) :]:
        host = host[len(door) :]
    return host


@lru_cache(maxsize=4096)
def registered(host: str) -> str:
    """Return the part of a host that somebody registered: `ft.com` for `blog.ft.com`, a blog's own host on a platform.

    Below a suffix that nobody knows it is the last two labels; an address is returned as it is.
    """
    host = host.lower().rstrip(".")
    if _is_address(host):
        return host
    known: str | None = _library()(SplitResult("https", host, "", "", ""))
    labels = host.split(".")
    count = known.count(".") + 1 if known else 2
    if known in _HOMES:
        count += 1
    return ".".join(labels[-count:])


def spelt(name: str) -> str:
    """Return a name as it is compared: without case, punctuation, `The` in front and `.com` behind."""
    plain = _ENDING.sub("", unicodedata.normalize("NFKC", name).casefold().strip().removeprefix("www."))
    words = _BETWEEN.sub(" ", re.sub("['’]", "", plain).replace("&", " and ")).split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def _same_house(one: str, other: str) -> bool:
    """Whether two spelt names are plainly one: equal but for spaces, or one within the other as whole words."""
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    if short.replace(" ", "") == long.replace(" ", ""):
        return True
    return f" {short} " in f" {long} " and not _COMMON.issuperset(short.split())


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _library() -> Any:  # noqa: ANN401 - a function that takes a split URL and returns a domain or None
    """Load the list of public suffixes that is installed; left to itself, the library fetches one that is missing."""
    from tld import get_fld  # noqa: PLC0415 - the main process needs it only where articles are read
    from tld.utils import MozillaTLDSourceParser  # noqa: PLC0415 - as above

    class Bundled(MozillaTLDSourceParser):
        uid = "bundled"

        @classmethod
        def update_tld_names(cls, fail_silently: bool = False) -> bool:  # noqa: ARG003, FBT001, FBT002 - the library's
            raise FileNotFoundError("the list of public suffixes is missing from the installed package tld")

    return lambda parts: get_fld(parts, fail_silently=True, parser_class=Bundled)
