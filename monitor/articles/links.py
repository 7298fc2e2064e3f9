"""Where an article's own words lead: the links in its text, kept so that one can see what it rests on."""

from __future__ import annotations

import re
from collections.abc import Collection

from monitor.articles.anchors import Anchor, absolute, anchors, host, same_site, squeezed
from monitor.articles.markup import Markup
from monitor.records import Link

LINKS = 50
_SEARCHED = 100_000
"""Characters of a text in which links are looked for."""

_MISSES = 2_000
"""Links of which so many do not stand in the text are those of a menu without an end."""

_SHARE = re.compile(
    r"^https?://(?:[\w-]+\.)*(?:(?:twitter|x)\.com/(?:intent|share|home\?status)|facebook\.com/(?:sharer|share|dialog)|"
    r"linkedin\.com/(?:share|cws)|pinterest\.\w+/pin/create|reddit\.com/submit|t\.me/share|telegram\.me/share|"
    r"(?:api\.)?whatsapp\.com/send|wa\.me/|news\.ycombinator\.com/submitlink|getpocket\.com/(?:save|edit)|"
    r"tumblr\.com/(?:share|widgets/share)|flipboard\.com/bookmarklet|xing\.com/spi/shares|addtoany\.com|addthis\.com)",
    re.IGNORECASE,
)
_SECTION = re.compile(r"/(?:tags?|authors?|topics?|categor(?:y|ies)|keywords?|by|search|profiles?)/[^/]", re.IGNORECASE)


class TextLinks:
    """The links of a page whose words stand in the page's text; found once, asked twice."""

    def __init__(self, markup: Markup, body: str) -> None:
        """Find them in this text of the page."""
        self._markup = markup
        self._ours = host(markup.url)
        self._found = tuple(anchors(markup.tree, squeezed(body[:_SEARCHED]))) if body else ()

    def lines(self, body: str) -> frozenset[str]:
        """Return the paragraphs of a text that are nothing but a link to a page of the same site."""
        alone = {squeezed(anchor.text) for anchor in self._found if anchor.alone and self._is_at_home(anchor)}
        return frozenset(line for line in body.split("\n\n") if squeezed(line.removeprefix("- ")) in alone)

    def sources(self, body: str) -> tuple[Link, ...]:
        """Return where this text links to, in order, each address once, at most `LINKS`.

        A link counts when its words and those beside it stand in the text; alone in its paragraph, only when it leads
        to another site.
        """
        body = body[:_SEARCHED]
        within, lines = squeezed(body), frozenset(map(squeezed, body.split("\n\n")))
        seen = {_page(self._markup.url)}
        found: list[Link] = []
        misses = 0
        for anchor in self._found:
            if len(found) == LINKS or misses == _MISSES:
                break
            url = absolute(anchor.href, self._markup.base)
            if url is None or _page(url) in seen or not _is_source(anchor, url, self._ours):
                continue
            if _stands(anchor, within, lines, abroad=not same_site(host(url), self._ours)):
                seen.add(_page(url))
                found.append(Link(url=url, text=anchor.text))
            else:
                misses += 1
        return tuple(found)

    def _is_at_home(self, anchor: Anchor) -> bool:
        url = absolute(anchor.href, self._markup.base)
        return url is not None and same_site(host(url), self._ours)


def _stands(anchor: Anchor, within: str, lines: Collection[str], *, abroad: bool) -> bool:
    bare = squeezed(anchor.text)
    if anchor.alone:
        return abroad and (bare in lines or f"-{bare}" in lines)
    return f"{anchor.before}{bare}{anchor.after}" in within


def _is_source(anchor: Anchor, url: str, ours: str) -> bool:
    """Whether a link leads to what somebody said, not to a button, a list of articles or an author's page."""
    rel = (anchor.element.get("rel") or "").lower().split()
    if "author" in rel or "tag" in rel or _SHARE.match(url):
        return False
    return not (same_site(host(url), ours) and _SECTION.search(url))


def _page(url: str) -> str:
    """Return an address without its fragment, to tell whether two lead to the same page."""
    return url.partition("#")[0].rstrip("/").partition("://")[2]
