"""`label`, `labels`: a person's answers, one at a time and as files."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from monitor.cli.options import DEFAULT_CONFIG, FAILED, MISUSED, ConfigOption, JsonOption, complain, user_name

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.errors import Fault
    from monitor.records import Article, Label
    from monitor.store import Store

_YES = {"yes": True, "y": True, "no": False, "n": False}

TopicOption = Annotated[str | None, typer.Option(metavar="TOPIC", help="Only those for this topic.")]


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command()(label)
    group = typer.Typer(help="Look at people's answers, and exchange them with others.", no_args_is_help=True)
    group.command("list")(list_labels)
    group.command("conflicts")(list_conflicts)
    group.command("export")(export_labels)
    group.command("import")(import_labels)
    app.add_typer(group, name="labels")


def label(
    url: Annotated[str | None, typer.Argument(help="The article's address or id; with --next, a topic.")] = None,
    topic: Annotated[str | None, typer.Argument(help="Id of a topic.")] = None,
    answer: Annotated[str | None, typer.Argument(metavar="yes|no", help="Is it about the topic?")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    ask: Annotated[bool, typer.Option("--next", help="Be asked about the articles whose answers help most.")] = False,
    count: Annotated[int, typer.Option(min=1, max=1000, help="With --next: ask about so many.")] = 5,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who answers; else your user name.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether an article is about a topic; the model learns from it.

    With --next, some questions are about articles that the model is unsure of, and some about ones drawn by lot from
    those it rejected; without a topic, they are about the one with the fewest answers. Each answer is kept at once.
    """
    who = user_name(by)
    if ask and topic is None:
        from monitor.cli.asking import ask as asked_of
        from monitor.wiring import load_settings

        settings = load_settings(config)
        if url is not None:
            _check_topic(url, [one.id for one in settings.topics])
        asked_of(settings, url, count, who, as_json=as_json)
    elif not ask and url is not None and topic is not None and answer is not None:
        _answer(config, url, topic, answer, who, as_json=as_json)
    else:
        _misused("name the article, the topic and the answer (URL TOPIC yes), or be asked with --next [TOPIC]")


def list_labels(config: ConfigOption = DEFAULT_CONFIG, topic: TopicOption = None, as_json: JsonOption = False) -> None:
    """Show all answers in the order in which they count: for the same article, the last one does."""
    from monitor.cli import printing
    from monitor.config.titles import one_line
    from monitor.wiring import load_settings

    settings = load_settings(config)
    known = {one.topic for one in settings.labels} | {one.id for one in settings.topics}
    if topic is not None:
        _check_topic(topic, known)
    labels = [one for one in settings.labels if topic in {None, one.topic}]
    if as_json:
        printing.print_json(labels)
    elif labels:
        rows = [
            {
                "at": one.at,
                "by": one_line(one.by, 30),
                "topic": one.topic,
                "answer": _word(one.label),
                "title": one_line(one.title or one.text, 100),
            }
            for one in labels
        ]
        printing.table(rows, list(rows[0]))
    else:
        print("nothing has been answered yet")


def list_conflicts(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show articles that were answered with yes and with no: who said what when, and which answer counts."""
    from monitor.cli import printing
    from monitor.config.titles import one_line
    from monitor.topics.answers import conflicts
    from monitor.wiring import load_settings

    found = conflicts(load_settings(config).labels)
    if as_json:
        rows = [{"title": one.title, "topic": one.topic, "counts": one.counts, "said": one.said} for one in found]
        printing.print_json(rows)
        return
    for one in found:
        print(f"{one.topic}: {one_line(one.title or one.text)}")
        for said in one.said:
            print(f"  {_told(said)}{', which counts' if said is one.counts else ''}")
    if not found:
        print("no answer contradicts another")


def export_labels(
    file: Annotated[Path, typer.Argument(help="File to write; - is standard output.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write all answers as JSON Lines, in the order in which they count, each once."""
    from monitor.config.labels import label_line
    from monitor.wiring import load_settings

    labels = dict.fromkeys(load_settings(config).labels)
    document = "".join(f"{label_line(one)}\n" for one in labels).encode()
    if str(file) == "-":
        sys.stdout.buffer.write(document)
        sys.stdout.flush()
        return
    try:
        with file.open("xb") as stream:
            stream.write(document)
    except FileExistsError:
        _misused(f"{file} is there already; nothing was written. Name another file, or remove it first.")


def import_labels(
    file: Annotated[Path, typer.Argument(help="JSON Lines, or a table (.csv); - is standard input, JSON Lines.")],
    config: ConfigOption = DEFAULT_CONFIG,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who answered, where the file does not say.")] = "",
    any_topic: Annotated[bool, typer.Option("--any-topic", help="Also take answers for unknown topics.")] = False,
) -> None:
    """Add the answers of a file that are not there yet; if anything in it is wrong, none is added."""
    from monitor.config.labels import append_labels, read_import
    from monitor.topics.answers import new_answers
    from monitor.wiring import load_settings

    settings = load_settings(config)
    faults: list[Fault] = []
    given = read_import(file, faults, data=sys.stdin.buffer.read() if str(file) == "-" else None)
    if not any_topic:
        faults += _strange_topics(settings, str(file), given)
    if faults:
        for fault in sorted(faults, key=lambda fault: fault.line or 0):
            complain(str(fault))
        _misused("nothing was imported")
    fresh = new_answers([replace(one, by=one.by or by) for _, one in given], settings.labels)
    append_labels(labels_file(settings), fresh)
    print(f"{len(fresh):,} imported, {len(given) - len(fresh):,} known already")


def labels_file(settings: Settings) -> Path:
    """Return where a configuration's answers are kept."""
    return settings.folder / "labels.jsonl"


def _answer(config: Path, url: str, topic: str, answer: str, by: str, *, as_json: bool) -> None:
    from monitor.config.labels import append_labels, label_line
    from monitor.config.titles import one_line
    from monitor.topics.answers import corrected, replaced
    from monitor.wiring import load_settings, open_store

    settings = load_settings(config)
    _check_topic(topic, [one.id for one in settings.topics])
    if (yes := _YES.get(answer.lower())) is None:
        _misused(f"the answer must be yes or no, not {answer!r}")
    with open_store(settings) as store:
        article = _article(store, url)
        said = _given(store, article, topic, yes=yes, by=by)
    before = replaced(said, settings.labels)
    given = corrected(said, before)
    append_labels(labels_file(settings), [given])
    if as_json:
        print(label_line(given))
        return
    print(f"{topic}: {_word(yes)}: {one_line(given.title or given.text)}")
    if before is not None and before.label != yes:
        print(f"this counts now instead of {_told(before)}")


def _article(store: Store, url: str) -> Article:
    """Return the article at an address, or with an id that begins so.

    Ends the command with a sentence when there is none, or nothing of it.
    """
    from monitor.feeds import canonical_url

    shown = url.encode("utf-8", "replace").decode()  # a shell can give half characters
    article, entries = store.articles.find(canonical_url(shown))
    if article is None and not entries:
        article = _by_id(store, shown)
    if article is not None and (article.title.strip() or article.own_text.strip()):
        return article
    if article is not None:
        complain(f"{shown}: this article has neither title nor text; there is nothing to answer")
    elif entries:
        complain(f"{shown}: this article is known, but was not read yet; `monitor run` reads what waits")
    else:
        complain(f"{shown}: no feed has named this address")
    raise typer.Exit(FAILED)


def _by_id(store: Store, name: str) -> Article | None:
    found = sorted(store.cuts.articles_named(name))
    if len(found) > 1:
        complain(f"several articles have an id that begins with {name}: {', '.join(found)}")
        raise typer.Exit(FAILED)
    return store.articles.known(found).get(found[0]) if found else None


def _given(store: Store, article: Article, topic: str, *, yes: bool, by: str) -> Label:
    from monitor.records import Label
    from monitor.topics.answers import cut
    from monitor.wiring import system_clock

    judged = store.judged.last(article.id, topic)
    is_scored = judged is not None and not judged.score.reason
    return Label(
        title=article.title,
        text=cut(article.own_text),
        topic=topic,
        label=yes,
        url=article.url,
        at=system_clock().replace(microsecond=0),
        by=by,
        score=judged.score.score if judged and is_scored else None,
        model=judged.model if judged and is_scored else None,
        threshold=judged.score.threshold if judged and is_scored else None,
    )


def _strange_topics(settings: Settings, file: str, given: Iterable[tuple[int, Label]]) -> list[Fault]:
    """Return a fault for each topic that is not configured, at the line that names it first."""
    from monitor.config.faults import nearest
    from monitor.errors import Fault

    known = [one.id for one in settings.topics]
    lines: dict[str, list[int]] = {}
    for line, one in given:
        if one.topic not in known:
            lines.setdefault(one.topic, []).append(line)
    advice = "; --any-topic takes them all the same"
    return [
        Fault(
            file=file,
            key="",
            message=f"there is no topic {name!r}{nearest(name, known)}, which {len(places):,} answers name{advice}",
            line=places[0],
        )
        for name, places in lines.items()
    ]


def _check_topic(topic: str, known: Iterable[str]) -> None:
    from monitor.config.faults import nearest

    names = sorted(known)
    if topic not in names:
        advice = nearest(topic, names) or f" (known: {', '.join(names)})"
        _misused(f"there is no topic {topic!r}{advice}")


def _told(said: Label) -> str:
    from monitor.config.titles import one_line

    who = f" of {one_line(said.by, 60)}" if said.by else ""
    when = f" at {said.at:%Y-%m-%d %H:%M} UTC" if said.at else ""
    return f"the {_word(said.label)}{who}{when}"


def _word(answer: object) -> str:
    return "yes" if answer else "no"


def _misused(sentence: str) -> NoReturn:
    complain(sentence)
    raise typer.Exit(MISUSED)
