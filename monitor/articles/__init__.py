"""Page → article: the only room that knows trafilatura.

What is known, and what is refused:
    page.py       what is known of an article before its page is read
    guard.py      bytes that are no page are refused before any work
The text:
    ladder.py     the best text there is, and where it came from
    reading.py    the body of a page, read fast, and thoroughly where that is implausible
    pruning.py    parts of the page that cannot be its article, taken out before
    trimming.py   lines around the article, taken out after; phrases.py is what they say
    pdf.py        the article in a PDF; pdfium.py gives its lines, layout.py makes paragraphs of them
    text.py       characters and words
What speaks against it:
    doubts.py     why a text may not be the article, and what it is worth
    stubs.py      walls, pages that are gone, pages that only a browser can fill
    listings.py   pages that are lists of other articles
    furniture.py  paragraphs that a site repeats under every article
The facts:
    markup.py     the page's own claims: JSON-LD and meta
    facts.py      title, authors, publisher, address out of those claims
    dates.py      when it appeared and was changed
    links.py      where its text leads; anchors.py are the page's links and the words around them
    publishers.py who wrote it, by the table of houses, the feed and the page
Later:
    archive.py    a page packed for the archive, and unpacked
    revisions.py  what changed between two readings
The process:
    libraries.py  the heavy libraries, loaded once per process
    ready.py      importing it loads them, for the process that workers are forked from

What the feed said comes first; the page is asked only for what is missing. That is right more often (about one page
date in ten is wrong) and saves half of the time. Everything here is a pure function of one `Page`, meant to run in a
worker process; importing this package costs nothing.
"""

from monitor.articles.archive import packed, unpacked
from monitor.articles.ladder import extract, from_feed
from monitor.articles.libraries import warm_up
from monitor.articles.page import PAGE_LIMIT, PDF_LIMIT, Page
from monitor.articles.revisions import changed

__all__ = [
    "PAGE_LIMIT",
    "PDF_LIMIT",
    "Page",
    "changed",
    "extract",
    "from_feed",
    "packed",
    "unpacked",
    "warm_up",
]
