"""The small markup in which the sample articles are written.

Blocks are separated by blank lines: ``## `` opens a subheading, ``> `` a quotation, ``- `` the
items of a list; everything else is a paragraph. ``[text](target)`` is a link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_MARK = re.compile(r"^(?:## |> |- )", re.MULTILINE)


def to_html(body: str, resolve: Callable[[str], str]) -> Markup:
    """Turn a body into HTML; ``resolve`` turns the target of a link into its address."""
    return Markup("\n").join(_block(block, resolve) for block in _blocks(body))


def to_text(body: str) -> str:
    """Return the words of a body without marks and targets, one block per line."""
    return "\n".join(" ".join(_LINK.sub(r"\1", _MARK.sub("", block)).split()) for block in _blocks(body))


def links(body: str) -> tuple[str, ...]:
    """Return the targets of all links in a body, in order."""
    whole = " ".join(body.split())
    return tuple(match[2] for match in _LINK.finditer(whole))


def _blocks(body: str) -> Iterator[str]:
    return (block for block in re.split(r"\n\s*\n", body.strip()) if block.strip())


def _block(block: str, resolve: Callable[[str], str]) -> Markup:
    if block.startswith("- "):
        items = (_inline(item, resolve) for item in re.split(r"^- ", block, flags=re.MULTILINE))
        rows = Markup("").join(Markup("<li>{}</li>").format(i) for i in items if i)
        return Markup("<ul>{}</ul>").format(rows)
    if block.startswith("## "):
        return Markup("<h2>{}</h2>").format(_inline(block.removeprefix("## "), resolve))
    if block.startswith("> "):
        return Markup("<blockquote>{}</blockquote>").format(_inline(block.removeprefix("> "), resolve))
    return Markup("<p>{}</p>").format(_inline(block, resolve))


def _inline(text: str, resolve: Callable[[str], str]) -> Markup:
    joined = " ".join(text.split())
    parts: list[Markup] = []
    end = 0
    for match in _LINK.finditer(joined):
        parts.append(escape(joined[end : match.start()]))
        parts.append(Markup('<a href="{}">{}</a>').format(resolve(match[2]), match[1]))
        end = match.end()
    parts.append(escape(joined[end:]))
    return Markup("").join(parts)
