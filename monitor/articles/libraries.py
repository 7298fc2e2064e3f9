"""The heavy libraries, loaded once per process and only where pages are read."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Libraries:
    """The functions of trafilatura and py3langid that this room uses."""

    load: Callable[[bytes | str], Any]
    read: Callable[..., Any]
    strip: Callable[[str], str]
    classify: Callable[[str], tuple[str, float]]


@functools.cache
def libraries() -> Libraries:
    """Load the libraries at the first call; the main process never makes one."""
    import py3langid  # noqa: PLC0415 - the point of this function
    import trafilatura  # noqa: PLC0415 - as above
    from lxml import etree, html  # noqa: PLC0415 - as above
    from trafilatura.utils import HTML_PARSER, load_html  # noqa: PLC0415 - as above

    # The parser asks Python for the class of every element, though here each kind has one: a tenth of the time.
    kinds = etree.ElementDefaultClassLookup(
        element=html.HtmlElement, comment=html.HtmlComment, pi=html.HtmlProcessingInstruction, entity=html.HtmlEntity
    )
    HTML_PARSER.set_element_class_lookup(kinds)

    # It logs each page it can make nothing of, with the address; here that is a value with a reason.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return Libraries(
        load=load_html, read=trafilatura.bare_extraction, strip=trafilatura.html2txt, classify=py3langid.classify
    )


def warm_up() -> None:
    """Load the libraries and their models, so that no page is charged for it."""
    known = libraries()
    known.read(b"<html><body><article><p>" + b"A few words to read. " * 30 + b"</p></article></body></html>")
    known.classify("A few words to tell the language of.")
