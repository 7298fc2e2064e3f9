"""Markup to plain text: what a reader of the feed would see, and nothing that only a machine would."""

from __future__ import annotations

import html
import re
from html.entities import html5

from lxml import etree

# Control characters, marks that reorder or hide text, surrogates and noncharacters. White space is folded instead.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]+"
)
_ENTITY = re.compile(r"&([A-Za-z]\w*);")
_SPACE = re.compile(r"\s+")
_BLANK_LINE = re.compile(r"\n\s*\n")

_DROPPED = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head", "title"})
_BLOCKS = frozenset(
    """
    address article aside blockquote center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5
    h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)
_INLINE = frozenset(
    """
    a abbr acronym audio b bdi bdo big body br button cite code del dfn em embed font html i img input ins kbd label
    link mark meta picture q s samp small source span strike strong sub sup textarea time tt u var video wbr
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)
# Only names of HTML: "x <y and z> w" and "<placeholder>" are text.
_TAG = re.compile(rf"<(?:/?(?:{'|'.join(sorted(_DROPPED | _BLOCKS | _INLINE))})\b|!--|!doctype\b)", re.IGNORECASE)

# The parser compares every attribute of an element with every other: 200,000 of them would take it minutes.
_LONG_TAG = re.compile(r"<(/?[A-Za-z][\w:-]*)[^<>]{2000,}>?")

_RAW_PER_CHARACTER = 20  # how much markup is read for each character that may be kept


def bare(text: str) -> str:
    """Return a text that is no markup, such as a guid, without what nobody sees, its white space folded."""
    return " ".join(_UNSEEN.sub("", text).split())


def line(markup: str, limit: int) -> str:
    """Return the text of a piece of markup as one line of at most `limit` characters."""
    return " ".join(_text(markup, limit).split())[:limit].rstrip()


def paragraphs(markup: str, limit: int) -> str:
    """Return the text of a piece of markup, its paragraphs apart by blank lines, of at most `limit` characters."""
    folded = (" ".join(part.split()) for part in _BLANK_LINE.split(_text(markup, limit)))
    return "\n\n".join(part for part in folded if part)[:limit].rstrip()


def _text(markup: str, limit: int) -> str:
    """Strip tags and decode entities; text that was escaped once too often shows its tags only after decoding."""
    text = _UNSEEN.sub("", markup[: limit * _RAW_PER_CHARACTER])
    if "&" in text:
        text = _ENTITY.sub(_known, text)
    if not _TAG.search(text):
        text = html.unescape(text) if "&" in text else text
    if _TAG.search(text):
        text = _stripped(text)
    return _UNSEEN.sub("", text)


def _known(found: re.Match[str]) -> str:
    """Leave an entity alone, but turn `S&P;` back into the `S&P` from which a lenient parser made it."""
    return found[0] if f"{found[1]};" in html5 else f"&{found[1]}"


def _stripped(markup: str) -> str:
    """Return what is between the tags, with blank lines where a browser would begin a new block."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    lean = _LONG_TAG.sub(r"<\1>", markup).encode("utf-8", "ignore")
    root = etree.fromstring(b"<div>" + lean + b"</div>", parser)
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            parts += ("\n\n" if element.tag in _BLOCKS else "", _SPACE.sub(" ", element.tail or ""))
        elif element.tag in _DROPPED:
            walk.skip_subtree()
        else:
            parts += (_break(element.tag), _SPACE.sub(" ", element.text or ""))
    return "".join(parts)


def _break(tag: str) -> str:
    if tag in _BLOCKS:
        return "\n\n"
    return "\n" if tag == "br" else ""
