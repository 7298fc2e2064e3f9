"""Other ways to read a page, measured beside ours: the library alone in its settings, and three other libraries."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from functools import partial

from monitor.articles import Page, extract

Reader = Callable[[Page], str]


def spent_on(page: Page) -> float:
    """Read a page as the program does, in a worker; return the processor time it took there, in seconds."""
    started = time.process_time()
    extract(page)
    return time.process_time() - started


def trafilatura(page: Page, **settings: bool) -> str:
    """Read with the library that our reading is built on, and nothing else."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - the bench must be collected fast where it is skipped

    return getattr(bare_extraction(page.body, url=page.url, **settings), "text", None) or ""


def newspaper(page: Page) -> str:
    """Read with newspaper4k; where its language data are missing it raises, and has read nothing."""
    from newspaper import Article  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415 - as above

    try:
        article = Article(page.url, fetch_images=False)
        article.download(input_html=decoded(page.body))
        article.parse()
    except Exception:  # noqa: BLE001 - whatever it stumbles over is its result
        return ""
    return str(article.text or "")


def readability(page: Page) -> str:
    """Read with readability-lxml, and take the marks out of the HTML that it finds."""
    from lxml import html  # noqa: PLC0415 - as above
    from readability import Document  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415 - as above

    try:
        found = html.fromstring(Document(decoded(page.body), url=page.url).summary())
    except Exception:  # noqa: BLE001 - as above
        return ""
    return "\n".join(found.itertext())


def resiliparse(page: Page) -> str:
    """Read with resiliparse, which is written in C++."""
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - as above

    return str(extract_plain_text(decoded(page.body), main_content=True, alt_texts=False))


def decoded(body: bytes) -> str:
    """Return a page as text, for libraries that take no bytes."""
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding  # noqa: PLC0415 - as above

    return str(bytes_to_str(body, detect_encoding(body)))


def quiet(read: Reader) -> Reader:
    """Keep a library's warnings to itself: they are about things that are not measured here."""

    def reading(page: Page) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read(page)

    return reading


OTHERS: Mapping[str, Reader] = {
    "trafilatura": trafilatura,
    "trafilatura, fast": partial(trafilatura, fast=True),
    "trafilatura, precision": partial(trafilatura, favor_precision=True),
    "trafilatura, recall": partial(trafilatura, favor_recall=True),
    "trafilatura, metadata": partial(trafilatura, with_metadata=True),
    "newspaper4k": quiet(newspaper),
    "readability-lxml": quiet(readability),
    "resiliparse": quiet(resiliparse),
}
