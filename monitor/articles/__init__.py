"""Page → article: the only room that knows trafilatura.

    page.py       what is known of an article before its page is read
    guard.py      bytes that are no page are refused before any work
    markup.py     the page's own claims: JSON-LD and meta
    facts.py      title, date, authors, publisher out of those claims
    text.py       characters and words
    doubts.py     texts that are not the article: paywalls, consent walls, pages that are gone
    ladder.py     the best text there is, and where it came from
    archive.py    a page packed for the archive, and unpacked
    revisions.py  what changed between two readings
    furniture.py  paragraphs that a site repeats under every article
    publishers.py who wrote it, by the table of houses, the feed and the page
    libraries.py  the heavy libraries, loaded once per process
    ready.py      importing it loads them, for the process that workers are forked from

What the feed said comes first; the page is asked only for what is missing. That is right more often (about one page
date in ten is wrong) and saves half of the time. Everything here is a pure function of one `Page`, meant to run in a
worker process; importing this package costs nothing.
"""

from monitor.articles.archive import packed, unpacked
from monitor.articles.guard import PAGE_LIMIT
from monitor.articles.ladder import extract, from_feed
from monitor.articles.libraries import warm_up
from monitor.articles.page import Page
from monitor.articles.revisions import changed

__all__ = ["PAGE_LIMIT", "Page", "changed", "extract", "from_feed", "packed", "unpacked", "warm_up"]
