"""Feed documents in, entries out: a pure function of the document, run in a worker process.

documents.py  parse: document → entries
xmlfeeds.py   RSS, RDF and Atom → items   (only file that knows feedparser)
jsonfeeds.py  JSON Feed → items
items.py      what both hand over: an item as the publisher wrote it
hints.py      when the feed wants to be asked again
entries.py    items → entries: limits, links, what is left out and why
identity.py   the keys of entries, and the hash of what they say
text.py       markup → plain text
urls.py       links: which are usable, and the publisher's canonical form
twins.py      one key for all URLs of one article
wrappers.py   links inside the links of search engines and mail filters
dates.py      dates: read, never guessed
discovery.py  web page → addresses that may be its feeds

What reads documents is loaded when it is first used: feedparser and lxml take a tenth of a second and 20 MB, which the
worker processes need and the process that starts them does not.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from monitor.feeds.twins import article_key, twin_key
from monitor.feeds.urls import canonical_url

if TYPE_CHECKING:
    from monitor.feeds.discovery import Candidate, discover
    from monitor.feeds.documents import parse
    from monitor.feeds.entries import Limits

__all__ = ["Candidate", "Limits", "article_key", "canonical_url", "discover", "parse", "twin_key"]

_LATER = {"Candidate": "discovery", "Limits": "entries", "discover": "discovery", "parse": "documents"}


def __getattr__(name: str) -> object:
    """Load what reads documents on its first use (PEP 562)."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
