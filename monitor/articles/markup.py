"""The page's own claims: what its head and its JSON-LD say, read carefully.

Claims are written by templates and go wrong in bulk: cut-off JSON, megabytes of it, the facts of ten other articles.
So everything here is bounded, and whatever does not parse is not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

SCRIPT_LIMIT = 500_000
_SCRIPTS = 50
_METAS = 500
_NODES = 2_000
_ADDRESS = 2_048
_ARTICLE_TYPES = {"BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting"}
_COLLECTIONS = {"CollectionPage", "SearchResultsPage"}
_ARTICLE_SCOPE = re.compile(r"(?:Article|Posting|Report)\s*$")
_SCOPES = 5_000
_HEADLINES = 5
_HEADLINE_LENGTH = 10
_PARAGRAPHS = 200
_DEPTH = 256
_AT_ONCE = 5.0
_REFRESH = re.compile(
    r"\s*(?P<delay>\d{0,9}(?:\.\d{0,9})?)\s*[;,]?\s*url\s*=\s*[\"']?\s*(?P<url>[^\"']*)", re.IGNORECASE
)

LONG_PARAGRAPH = 80
"""Characters of a paragraph that is more than a label."""

Node = Mapping[str, Any]


class _Silence:
    """A tree without elements."""

    def iter(self, *_tags: str) -> Iterator[Any]:
        return iter(())


class Markup:
    """What a parsed page says of itself; each part is read when first asked for."""

    def __init__(self, tree: Any, url: str) -> None:  # noqa: ANN401 - lxml has no types
        """Keep the tree and the address it came from."""
        self.tree = tree
        self.url = url

    @classmethod
    def nothing(cls, url: str) -> Self:
        """Return what a page says that says nothing."""
        return cls(_Silence(), url)

    @cached_property
    def base(self) -> str:
        """The address that the page's relative links start from."""
        stated = next((element.get("href") for element in islice(self.tree.iter("base"), 5) if element.get("href")), "")
        try:
            return urljoin(self.url, str(stated).strip()[:_ADDRESS])
        except ValueError:
            return self.url

    @cached_property
    def meta(self) -> Mapping[str, str]:
        """The first content of each meta element, by its name, property or itemprop in lower case.

        A property of an item that is not the page's article, say a comment's, is not the page's.
        """
        found: dict[str, str] = {}
        for element in islice(self.tree.iter("meta"), _METAS):
            content = (element.get("content") or "")[:5_000].strip()
            for attribute in ("name", "property", "itemprop"):
                name = (element.get(attribute) or "").strip().lower()
                if name and content and (attribute != "itemprop" or self._is_about_the_page(element)):
                    found.setdefault(name, content)
        return found

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The objects of the page's JSON-LD, outermost first."""
        documents = (_parsed(script.text) for script in islice(self._scripts(), _SCRIPTS))
        return tuple(islice((node for document in documents for node in _nodes(document)), _NODES))

    @cached_property
    def article(self) -> Node:
        """The object that describes this page's article; empty when there is none, or several of which none is it."""
        articles = [node for node in self.nodes if _is_article(node)]
        if len(articles) == 1 and not self._describes_another_page(articles[0]):
            return articles[0]
        return next((node for node in articles if self._describes_this_page(node)), {})

    @cached_property
    def headline(self) -> Any | None:  # noqa: ANN401 - lxml has no types
        """The element of the page's headline: the first in an article or the main part, else the first of all."""
        headlines = list(islice(self.tree.iter("h1"), _HEADLINES))
        for tag in ("article", "main"):
            for headline in headlines:
                if next(headline.iterancestors(tag), None) is not None:
                    return headline
        return headlines[0] if headlines else None

    @cached_property
    def home(self) -> Any | None:  # noqa: ANN401 - as above
        """The element that holds the page's article: that around the headline, the only one, or one with its text."""
        for tag in ("article", "main"):
            around = None if self.headline is None else next(self.headline.iterancestors(tag), None)
            if around is not None:
                return around
        for tag in ("article", "main"):
            alone = list(islice(self.tree.iter(tag), 2))
            if len(alone) == 1:
                return alone[0]
        return self._nearest_text()

    def first_meta(self, *names: str) -> str:
        """Return the first of these that the page has."""
        return next((self.meta[name] for name in names if name in self.meta), "")

    def texts(self, tag: str) -> list[str]:
        """Return the texts of the first few elements of this kind."""
        return ["".join(islice(element.itertext(), 50))[:1_000] for element in islice(self.tree.iter(tag), 5)]

    def has_password_field(self) -> bool:
        """Whether somebody is asked to log in."""
        return any((field.get("type") or "").lower() == "password" for field in islice(self.tree.iter("input"), 200))

    def has_programs(self) -> bool:
        """Whether the page runs scripts, which may be what fills it."""
        return any("json" not in (script.get("type") or "") for script in islice(self.tree.iter("script"), 200))

    def claims_an_article(self) -> bool:
        """Whether the page calls itself an article, and not a collection of them."""
        kinds = {kind for node in self.nodes for kind in types(node)}
        if kinds & _COLLECTIONS and not self.article:
            return False
        stated = self.first_meta("og:type").lower().endswith("article") or "article:published_time" in self.meta
        return stated or bool(self.article)

    def leads_elsewhere(self) -> bool:
        """Whether the page only sends its reader on: at once to another address, or into a frame."""
        for element in islice(self.tree.iter("meta"), _METAS):
            if (element.get("http-equiv") or "").strip().lower() == "refresh" and self._sends_on(element):
                return True
        return next(self.tree.iter("frameset", "frame"), None) is not None

    def has_inner_page(self) -> bool:
        """Whether another page stands inside this one."""
        return next(self.tree.iter("iframe", "object", "embed"), None) is not None

    def not_free(self) -> bool:
        """Whether the page says that its article must be paid for."""
        return any(str(node.get("isAccessibleForFree", "")).lower() == "false" for node in self.nodes)

    @property
    def stated_words(self) -> int:
        """How many words the page says its article has; 0 when it does not say."""
        stated = str(self.article.get("wordCount", ""))[:9]
        return int(stated) if stated.isascii() and stated.isdigit() else 0

    def _scripts(self) -> Iterator[Any]:
        return (script for script in self.tree.iter("script") if "ld+json" in (script.get("type") or "").lower())

    def _sends_on(self, element: Any) -> bool:  # noqa: ANN401 - as above
        """Whether a refresh leads everybody to another page, and does so at once."""
        rule = _REFRESH.match((element.get("content") or "")[: 2 * _ADDRESS])
        if rule is None or any(outer.tag == "noscript" for outer in element.iterancestors()):
            return False
        delay = rule["delay"].strip(".")
        return float(delay or 0) <= _AT_ONCE and not self._is_here(rule["url"])

    def _is_here(self, link: str) -> bool:
        """Whether a link leads to this page, whatever the fragment, with its query or without one."""
        try:
            whole = urljoin(self.base, link.strip())
            query = urlsplit(whole).query
            return _place(whole) == _place(self.url) and query in {"", urlsplit(self.url).query}
        except ValueError:
            return False

    def _nearest_text(self) -> Any | None:  # noqa: ANN401 - as above
        """Return the smallest element around the headline that holds a long paragraph."""
        if self.headline is None:
            return None
        around = list(islice(self.headline.iterancestors(), _DEPTH))
        nearest = len(around)
        for paragraph in islice(self.tree.iter("p"), _PARAGRAPHS):
            if is_long(paragraph):
                outer = set(islice(paragraph.iterancestors(), _DEPTH))
                nearest = min(nearest, next((at for at, one in enumerate(around) if one in outer), nearest))
        return around[nearest] if nearest < len(around) else None

    def _is_about_the_page(self, element: Any) -> bool:  # noqa: ANN401 - as above
        """Whether an item's property stands in the head, or in the item that is the page or its article."""
        outer = list(islice(element.iterancestors(), _DEPTH))
        scope = next((one for one in outer if one.get("itemscope") is not None), None)
        if scope is None or scope.tag in {"html", "body", "head"}:
            return any(one.tag == "head" for one in outer) or scope is not None
        return scope in self._own_scopes

    @cached_property
    def _own_scopes(self) -> frozenset[Any]:
        """The items of microdata around the headline, and the only one that is an article."""
        around = [] if self.headline is None else list(islice(self.headline.iterancestors(), _DEPTH))
        own = {one for one in around if one.get("itemscope") is not None}
        elements = islice(self.tree.iter("article", "main", "section", "div"), _SCOPES)
        articles = [one for one in elements if _ARTICLE_SCOPE.search(one.get("itemtype") or "")]
        return frozenset(own | set(articles if len(articles) == 1 else ()))

    def _describes_another_page(self, node: Node) -> bool:
        """Whether an object gives the address of another page, which is not this one under another name."""
        stated = {self._place(_link(node.get(name))) for name in ("url", "mainEntityOfPage")}
        if not any(path for _, path in stated):
            return False
        links = (link for link in islice(self.tree.iter("link"), _METAS) if link.get("rel") == "canonical")
        own = {self._place(link) for link in (self.url, self.meta.get("og:url"), *(link.get("href") for link in links))}
        return not stated & own - {("", "")} and not self._is_headline(string(node.get("headline")))

    def _place(self, link: str | None) -> tuple[str, str]:
        """Return the host and path that a link leads to, both empty for none."""
        try:
            return _place(urljoin(self.base, link.strip())) if link else ("", "")
        except ValueError:
            return ("", "")

    def _is_headline(self, said: str) -> bool:
        """Whether the page has this headline, with or without what its title adds."""
        plain = " ".join(said[:_ADDRESS].split()).casefold()
        heads = (self.first_meta("og:title"), *self.texts("title")[:1], *self.texts("h1"))
        return len(plain) >= _HEADLINE_LENGTH and any(plain in " ".join(head.split()).casefold() for head in heads)

    def _describes_this_page(self, node: Node) -> bool:
        links = (node.get("url"), node.get("@id"), node.get("mainEntityOfPage"))
        ours = _place(self.url)
        return any(_place(_link(link)) == ours for link in links)


def is_long(paragraph: Any) -> bool:  # noqa: ANN401 - as above
    """Whether a paragraph is more than a label."""
    return len("".join(islice(paragraph.itertext(), 50)).strip()) >= LONG_PARAGRAPH


def _link(value: object) -> str:
    """Return the address in a JSON-LD value."""
    link = value.get("@id", "") if isinstance(value, dict) else value
    return link[:_ADDRESS] if isinstance(link, str) else ""


def _parsed(script: str | None) -> object:
    if not script or len(script) > SCRIPT_LIMIT:
        return None
    try:
        return json.loads(script.strip().removesuffix(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(document: object) -> Iterator[Node]:
    """Yield the objects of one JSON-LD document that may describe the page."""
    waiting = [document]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, list):
            waiting[:0] = part[:_NODES]
        elif isinstance(part, dict):
            yield part
            waiting.extend(part[key] for key in ("@graph", "mainEntity") if key in part)


def types(node: Node) -> list[str]:
    """Return the schema.org types of an object, without their namespace."""
    kind = node.get("@type")
    names = kind if isinstance(kind, list) else [kind]
    return [name.rpartition("/")[2] for name in names if isinstance(name, str)]


def string(value: object) -> str:
    """Return a JSON-LD value when it is a text, or the first text of a list."""
    values: Iterable[object] = value if isinstance(value, list) else [value]
    return next((part for part in values if isinstance(part, str)), "")


def _is_article(node: Node) -> bool:
    return any(name.endswith("Article") or name in _ARTICLE_TYPES for name in types(node))


def _place(link: object) -> tuple[str, str]:
    """Return what makes two links the same page: host and path, whatever the scheme, query or fragment."""
    try:
        parts = urlsplit(link if isinstance(link, str) else "")
    except ValueError:
        return ("", "")
    return (parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"))
