"""`parse`, `extract`, `score`, `group`: each step alone, JSON Lines in and out.

These four are public contracts: names and fields stay. Files may be gzip'd. Progress and faults go to standard error;
exit code 1 means that some line could not be used, 2 that the input is not of the right kind.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, TypeVar

import typer

from monitor.cli.options import DEFAULT_CONFIG, FAILED, MISUSED, ConfigOption, complain

if TYPE_CHECKING:
    from monitor.articles import Page
    from monitor.errors import MonitorError
    from monitor.records import Document, Entry, Extracted, Label

InOption = Annotated[Path, typer.Option("--in", help="JSON Lines, plain or .gz; - is standard input.")]
Made = TypeVar("Made")
_UNREADABLE = (gzip.BadGzipFile, EOFError, zlib.error, UnicodeDecodeError)
SECONDS = 8.0
"""Longest processor time for one document."""


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    for command in (parse, extract, score, group):
        app.command()(command)


def parse(
    files: Annotated[list[Path], typer.Argument(help="Feed documents.")],
    url: Annotated[str, typer.Option(help="Where the document came from, for relative links.")] = "",
) -> None:
    """Feed documents → one line per entry: feed, id, url, title, summary, published, updated, authors."""
    from monitor.errors import MonitorError
    from monitor.wiring import feed_pool

    failed = False
    now = datetime.now(tz=UTC)
    with feed_pool() as workers:
        for file, result in workers.map(partial(parse_file, url=url, now=now), files, seconds=SECONDS):
            if isinstance(result, MonitorError):
                failed = True
                _print({"feed": str(file), "error": result.message, "reason": result.reason})
                continue
            for entry in result.entries:
                _print(_entry_line(file, entry))
    if failed:
        raise typer.Exit(FAILED)


def extract(
    source: Annotated[Path | None, typer.Option("--in", help="JSON Lines, plain or .gz; - is standard input.")] = None,
    from_archive: Annotated[bool, typer.Option("--from-archive", help="Read the archived pages instead.")] = False,
    since: Annotated[
        float | None, typer.Option(min=0, max=36_500, help="Only pages fetched in the last so many days.")
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Bring the stored articles up to date; the next cycle scores them again.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Pages (id, url, html_path or html) → a line per page with its text and facts.

    id, url, title, text, published, authors, language, publisher, method, words, reason; then quality, modified,
    canonical, links. With --from-archive the pages are those behind the articles read so far, and id is the article's.
    """
    if (source is None) != from_archive or (not from_archive and (save or since is not None)):
        complain("give either --in FILE or --from-archive; --since and --save go with the latter")
        raise typer.Exit(MISUSED)
    failed = False
    for name, url, result in _archived(config, since, save=save) if source is None else _given(source):
        line, missing = _page_line(result)
        failed |= missing
        _print({"id": name, "url": url, **line})
    if failed:
        raise typer.Exit(FAILED)


def _given(source: Path) -> Iterator[tuple[str, str, Extracted | MonitorError]]:
    from monitor.articles import extract as read_page
    from monitor.wiring import worker_pool

    with worker_pool() as workers:
        for page, result in workers.map(read_page, _pages(source), seconds=SECONDS):
            yield page.id, page.url, result


def _archived(config: Path, since: float | None, *, save: bool) -> Iterator[tuple[str, str, Extracted | MonitorError]]:
    from monitor.cli.archive import reread

    return ((one.id, one.url, one.extracted) for one in reread(config, since, save=save))


def _page_line(result: Extracted | MonitorError) -> tuple[dict[str, Any], bool]:
    """Return the fields of a page's line, and whether there was nothing to be read."""
    from monitor.errors import MonitorError

    if isinstance(result, MonitorError):
        nothing: dict[str, Any] = {"title": "", "text": "", "published": None, "authors": [], "language": None}
        nothing |= {"publisher": None, "method": "none", "words": 0, "reason": result.reason}
        return nothing | {"quality": "not-an-article", "modified": None, "canonical": None, "links": []}, True
    names = ("title", "text", "published", "authors", "language", "publisher", "method", "words", "reason")
    line = {name: getattr(result, name) for name in (*names, "quality", "modified", "canonical")}
    return line | {"links": [{"url": link.url, "text": link.text} for link in result.links]}, False


def score(
    source: InOption,
    background: Annotated[Path | None, typer.Option(help="Unlabelled texts (title, text): word statistics.")] = None,
    labels: Annotated[Path | None, typer.Option(help="Labelled texts (title, text, topic, label) to learn.")] = None,
    topics: Annotated[Path | None, typer.Option(help="Folder of topic files; else config/topics.")] = None,
) -> None:
    """Articles (id, title, text) → a line per article and topic.

    id, topic, score, probability, passage, terms; then matched, threshold, logit (what the terms add up to), part and
    parts (which passage of how many), reason (why it could not be judged), model.
    """
    from monitor import config
    from monitor.errors import ConfigError, Fault
    from monitor.topics import start_background, train, unknown_labels

    faults: list[Fault] = []
    own = Path("config/topics")
    folder = topics or (own if own.is_dir() else config.starter_folder() / "topics")
    known = config.read_topics(folder, faults)
    learned = _labels(labels, faults) if labels else ()
    if faults:
        raise ConfigError(str(folder), faults)
    unlabelled = [*start_background(), *(_documents(background) if background else ())]
    for sentence in unknown_labels(known, learned):
        complain(sentence)
    model = train(known, learned, unlabelled)
    for topic in known:
        if topic.per_week is not None:
            complain(f"{topic.id}: per_week needs the news of a running monitor; its precision is used instead")
    for batch in _batches(_documents(source)):
        for one in model.score(batch):
            terms = [{"text": term.text, "weight": round(term.weight, 6)} for term in one.terms]
            line = {"id": one.id, "topic": one.topic, "score": one.score, "probability": one.probability}
            line |= {"passage": one.passage, "terms": terms}
            more = {name: getattr(one, name) for name in ("matched", "threshold", "logit", "part", "parts", "reason")}
            _print({**line, **more, "model": model.version})


def group(source: InOption) -> None:
    """Articles (id, title, text, published, source) → id, story; in input order."""
    from monitor.stories import StoryGrouper, WordStatistics
    from monitor.topics import start_background

    documents = list(_documents(source))
    words = WordStatistics.fit([*documents, *start_background()])
    found = StoryGrouper(words).group(documents)
    for document in documents:
        _print({"id": document.id, "story": found[document.id]})


def parse_file(file: Path, *, url: str, now: datetime) -> Any:  # noqa: ANN401 - a ParsedFeed; imported in the worker
    """Parse one feed document; runs in a worker process."""
    from monitor import feeds
    from monitor.errors import ParseError

    try:
        document = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    except (OSError, *_UNREADABLE) as error:
        raise ParseError(str(file), "unreadable", f"the file cannot be read: {error}") from error
    return feeds.parse(document, url=url or "http://feed.invalid/", feed_id=str(file), now=now)


def _entry_line(file: Path, entry: Entry) -> dict[str, Any]:
    said = {name: getattr(entry, name) for name in ("url", "title", "summary", "published", "updated", "authors")}
    return {"feed": str(file), "id": entry.key, **said}


def _lines(source: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each line's number and object; ends the program with a sentence when a line is no JSON object."""
    number = 0
    try:
        with _opened(source) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, _object(source, number, line)
    except _UNREADABLE as error:
        complain(f"{source}:{number + 1}: cannot be read: {error}")
        raise typer.Exit(MISUSED) from None


def _opened(source: Path) -> AbstractContextManager[TextIO]:
    if str(source) == "-":
        return nullcontext(sys.stdin)
    if source.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(source, "rb"), encoding="utf-8")
    return source.open(encoding="utf-8")


def _object(source: Path, number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        found = error
    if not isinstance(found, dict):
        complain(f"{source}:{number}: not a JSON object")
        raise typer.Exit(MISUSED)
    return found


def _used(source: Path, number: int, make: Callable[[], Made]) -> Made:
    try:
        return make()
    except (KeyError, TypeError, ValueError, OSError, *_UNREADABLE) as error:
        complain(f"{source}:{number}: {type(error).__name__}: {error}")
        raise typer.Exit(MISUSED) from None


def _documents(source: Path) -> Iterator[Document]:
    for number, row in _lines(source):
        yield _used(source, number, partial(_document, row, number))


def _document(row: dict[str, Any], number: int) -> Document:
    from monitor.records import Document

    return Document(
        id=_clean(str(row.get("id", number))),
        title=_clean(row.get("title")),
        text=_clean(row.get("text")),
        published=_when(row.get("published")),
        source=_clean(row.get("source")),
        language=_clean(row.get("language")) or None,
    )


def _clean(said: Any) -> str:  # noqa: ANN401 - whatever JSON held
    """Return a text that can be written again: JSON may hold halves of characters."""
    return str(said or "").encode("utf-8", "replace").decode("utf-8")


def _pages(source: Path) -> Iterator[Page]:
    for number, row in _lines(source):
        yield _used(source, number, partial(_page, source, row))


def _page(source: Path, row: dict[str, Any]) -> Page:
    from monitor.articles import Page

    return Page(id=_clean(str(row["id"])), url=_clean(row.get("url")), body=_body(source, row))


def _body(source: Path, row: dict[str, Any]) -> bytes:
    if "html" in row:
        return str(row["html"]).encode()
    path = Path(row["html_path"])
    file = path if path.is_absolute() or path.exists() else source.parent / path
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


def _labels(source: Path, faults: list[Any]) -> tuple[Label, ...]:
    from monitor.errors import Fault
    from monitor.records import Label

    labels = []
    for number, row in _lines(source):
        if not isinstance(row.get("label"), bool) or "topic" not in row:
            advice = "needs title, text, topic and label (true or false)"
            faults.append(Fault(file=str(source), key="", message=advice, line=number))
            continue
        title, text, topic = (str(row.get(name) or "") for name in ("title", "text", "topic"))
        labels.append(Label(title=title, text=text, topic=topic, label=row["label"]))
    return tuple(labels)


def _when(said: Any) -> datetime | None:  # noqa: ANN401 - whatever JSON held
    """Read an ISO date or time; anything else counts as no date."""
    try:
        found = datetime.fromisoformat(str(said))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _batches(documents: Iterator[Document], size: int = 500) -> Iterator[list[Document]]:
    batch: list[Document] = []
    for document in documents:
        batch.append(document)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _print(line: dict[str, Any]) -> None:
    print(json.dumps(line, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:  # noqa: ANN401 - json's own signature
    return value.isoformat() if isinstance(value, datetime) else list(value)
