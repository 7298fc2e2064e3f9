"""Article pages, written here, for tests that read pages."""

from __future__ import annotations

import json

from monitor.articles import Page

URL = "https://www.harbour-gazette.example/business/token-rules"
BODY = (
    "The harbour authority will let shipping firms settle port fees with digital tokens from next spring, it said.",
    "Officials spent two years on the rules, which ask every issuer to hold reserves in a bank inside the country.",
    "Small operators had warned that the cost of an audit each quarter would drive them to other ports in the region.",
    "A first draft asked for daily reports; the final text settles for weekly ones and an annual visit by inspectors.",
    "The transport committee will hear from two exchanges and a consumer group before the rules take effect in March.",
)
LONGER = tuple(f"{sentence} Paragraph {number} adds some detail." for number in range(4) for sentence in BODY)


def page_of(
    *paragraphs: str, head: str = "", title: str = "Port fees to be paid in tokens", before: str = "", after: str = ""
) -> str:
    """Return a page with this text, `head` in its head and furniture around its article."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{before}"
        f"<article><h1>Port fees to be paid in tokens</h1>{body}</article>{after}</body></html>"
    )


def page(html: str | bytes, **facts: object) -> Page:
    """Return what goes into `extract`: the page and what the feed said."""
    body = html if isinstance(html, bytes) else html.encode()
    return Page(id="1", url=str(facts.pop("url", URL)), body=body, **facts)  # type: ignore[arg-type]  # facts by name


def json_ld(kind: str | None = "NewsArticle", **node: object) -> str:
    """Return a script element that holds this object; `kind` is its schema.org type."""
    return f'<script type="application/ld+json">{json.dumps({"@type": kind, **node})}</script>'
