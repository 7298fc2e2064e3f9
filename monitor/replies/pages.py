"""A page of the site as HTML: what would happen or has happened, and at most one button."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import jinja2

from monitor.messages import filling
from monitor.messages.clean import line, link
from monitor.records import Wish

PRODUCT: Final = "News Monitor"
LONGEST_SUBJECT: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page says, in plain text.

    `subject` is what it is about, such as a story's headline, with its `url` if it has one, and `kind` says what that
    is. `button` is what the page offers to do, which is granting `wish`; a page without a wish has no button.
    """

    title: str
    sentence: str
    kind: str = ""
    subject: str = ""
    url: str = ""
    button: str = ""
    wish: Wish | None = None


def render(page: Page, target: str, note: str = "") -> bytes:
    """Return the page as HTML; its button posts to `target`, and `note` stands below it."""
    subject = line(page.subject, LONGEST_SUBJECT)
    html = _template().render(page=page, subject=subject, url=link(page.url), target=target, note=note, product=PRODUCT)
    return html.encode("utf-8", "replace")


@cache
def _template() -> jinja2.Template:
    return filling.environment(Path(__file__).parent).get_template("reply.html.jinja")
