"""Topics far from the default pack: their files were written before any of the articles were read or scored.

`topics/` holds the topic files, `far_topics.json` the guideline and the ids of the articles that belong to each topic.
The texts are not part of the repository: `MONITOR_DEV_DATA` names their folder, `../shared/data` beside it is
where they are looked for otherwise. The sets `allsides` and `basil` are whole collections, labelled article by article;
`privacy` is a pool that is rich in what is looked for, so its figures compare only with each other.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from monitor.config import read_topics
from monitor.errors import Fault
from monitor.records import Document, Topic

HERE = Path(__file__).parent
DATA = Path(os.environ.get("MONITOR_DEV_DATA") or HERE.parents[1].parent / "shared" / "data")
FEWEST = 5
"""Topics with fewer articles than this in a collection are left out: one article would decide the figure."""

FILES = {
    "allsides": DATA / "stories" / "allsides_dev.jsonl.gz",
    "basil": DATA / "stories" / "basil.jsonl",
    "privacy": DATA / "topics" / "background.jsonl.gz",
}
BACKGROUND = DATA / "stories" / "background.jsonl.gz"
PRIVACY = "data-privacy-regulation"


@dataclass(frozen=True, slots=True, kw_only=True)
class FarSet:
    """The articles of one collection, and which of them belong to the topic; `name` is collection/topic."""

    name: str
    topic: Topic
    documents: tuple[Document, ...]
    truth: tuple[bool, ...]


def available() -> bool:
    """Return whether the development data is here."""
    return all(file.is_file() for file in (*FILES.values(), BACKGROUND))


@cache
def far_topics() -> tuple[Topic, ...]:
    """Return the topics, by id."""
    faults: list[Fault] = []
    topics = read_topics(HERE / "topics", faults)
    if faults:
        raise ValueError(faults)
    return topics


@cache
def far_background() -> tuple[Document, ...]:
    """Return unlabelled news of the days of `allsides`, each cut to 3,000 characters."""
    return tuple(_read(BACKGROUND).values())


@cache
def far_sets() -> tuple[FarSet, ...]:
    """Return every set, by collection and topic.

    Raises ValueError when a labelled id is missing from the data.
    """
    return tuple(_sets(json.loads((HERE / "far_topics.json").read_text(encoding="utf-8"))["sets"]))


def _sets(labels: Mapping[str, Mapping[str, Mapping[str, list[str]]]]) -> Iterator[FarSet]:
    topics = {topic.id: topic for topic in far_topics()}
    for collection in ("allsides", "basil"):
        documents = _read(FILES[collection])
        for topic, answers in labels[collection].items():
            if len(answers["yes"]) >= FEWEST:
                yield _set(collection, topics[topic], documents, answers["yes"])
    pool = _read(FILES["privacy"])
    yes, no = list(labels["privacy"]["yes"]), list(labels["privacy"]["no"])
    yield _set("privacy", topics[PRIVACY], {key: pool[key] for key in sorted([*yes, *no])}, yes)


def _set(collection: str, topic: Topic, documents: Mapping[str, Document], yes: list[str]) -> FarSet:
    if unknown := set(yes) - documents.keys():
        message = f"{collection} has no {sorted(unknown)}"
        raise ValueError(message)
    wanted = frozenset(yes)
    return FarSet(
        name=f"{collection}/{topic.id}",
        topic=topic,
        documents=tuple(documents.values()),
        truth=tuple(key in wanted for key in documents),
    )


@cache
def _read(file: Path) -> dict[str, Document]:
    """Read a collection, by id; of the few that share an id the last one is kept."""
    data = file.read_bytes()
    text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8")
    rows = [json.loads(line) for line in text.split("\n") if line]
    return {str(row["id"]): Document(id=str(row["id"]), title=str(row["title"]), text=str(row["text"])) for row in rows}
