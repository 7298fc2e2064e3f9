"""The page's own claims: what its head and its JSON-LD say, read carefully.

Claims are written by templates and go wrong in bulk: cut-off JSON, megabytes of it, the facts of ten other articles.
So everything here is bounded, and whatever does not parse is not there.
"""

from __future__ import annotations

import json
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
        """The first content of each meta element, by its name, property or itemprop in lower case."""
        found: dict[str, str] = {}
        for element in islice(self.tree.iter("meta"), _METAS):
            content = (element.get("content") or "")[:5_000].strip()
            for attribute in ("name", "property", "itemprop"):
                name = (element.get(attribute) or "").strip().lower()
                if name and content:
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
        if len(articles) == 1:
            return articles[0]
        return next((node for node in articles if self._describes_this_page(node)), {})

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
            rule = element.get("content") or ""
            if (element.get("http-equiv") or "").lower() == "refresh" and "url" in rule[:_ADDRESS].lower():
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

    def _describes_this_page(self, node: Node) -> bool:
        links = (node.get("url"), node.get("@id"), node.get("mainEntityOfPage"))
        ours = _place(self.url)
        return any(_place(str(link.get("@id", "")) if isinstance(link, dict) else link) == ours for link in links)


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
