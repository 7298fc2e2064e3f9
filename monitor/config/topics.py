"""What makes a topic file one that can work, beyond its shape; and what in it could be better."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor.config import phrases
from monitor.config.faults import Place
from monitor.config.schema import TopicFile
from monitor.records import Phrases, Topic
from monitor.topics.keywords import words

LONGEST_ID = 100
SEEDS_WANTED = 5
"""Phrases below which a topic is told what more of them would do."""

_SEEDS_WITHOUT_DESCRIPTION = 3
_WORDS_OF_A_DESCRIPTION = 3
_LETTERS_OF_A_DESCRIPTION = 8
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
NAME_ALONE = (
    "a name alone finds little (a name-only topic ranks at half of what seeds reach): add a description and at least "
    "five seed phrases; `monitor topics new NAME` writes a file to start from"
)


def topic_of(name: str, table: TopicFile) -> Topic:
    """Return the record of a topic file that has the right shape."""
    languages = (Phrases(language=code, **dict(table.languages[code])) for code in sorted(table.languages))
    return Topic(id=name, **{**dict(table), "languages": tuple(languages)})


def topic_faults(name: str, said: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Yield the place and the sentence of each thing that keeps a decoded topic file from working.

    What is of the wrong shape is passed over: the schema speaks of it.
    """
    if fault := id_fault(name):
        yield (), fault
    if isinstance(said.get("title"), str) and _is_name_alone(said):
        yield next((key,) for key in ("seeds", "description", "title") if key in said), NAME_ALONE
    languages = said.get("languages")
    tables = languages.items() if isinstance(languages, dict) else ()
    for around, table in [((), said), *((("languages", code), table) for code, table in tables)]:
        if isinstance(table, dict):
            yield from _contradictions(around, table)


def id_fault(name: str) -> str:
    """Return what is wrong with a topic's id, or nothing."""
    if _ID.fullmatch(name) and len(name) <= LONGEST_ID:
        return ""
    sentence = f"the file's name is the topic's id: use at most {LONGEST_ID} lower-case letters, digits, - and _"
    return f"{sentence}, a letter or digit first"


def topic_advice(folder: Path, topics: Iterable[Topic]) -> Iterator[str]:
    """Yield a sentence for what works in a folder's topic files, and could be better."""
    for topic in topics:
        different = len(_different(topic.seeds))
        if different < SEEDS_WANTED:
            count = f"{different} seed phrase{'' if different == 1 else 's'}"
            yield f"topic {topic.id} has {count}; give it at least {SEEDS_WANTED}, better eight or more"
        if topic.per_week is not None and _says_precision(folder / f"{topic.id}.toml"):
            yield f"topic {topic.id}: per_week wins over precision; take one of the two out"
        groups = [*topic.keywords, *(group for other in topic.languages for group in other.keywords)]
        for keyword in (word for group in groups for word in group):
            if keyword.casefold() in phrases.AMBIGUOUS:
                yield (
                    f"topic {topic.id}: the keyword {keyword!r} also finds the everyday word, because case does not "
                    "matter; write the full name"
                )
        if unspaced := next((word for group in groups for word in group if phrases.UNSPACED.search(word)), None):
            yield (
                f"topic {topic.id}: the keyword {unspaced!r} is found only where it stands between spaces or marks, "
                "which this script seldom sets; rely on seed phrases there"
            )


def _is_name_alone(said: Mapping[str, Any]) -> bool:
    """Whether a topic has no description beyond its title, and hardly a seed beyond it either."""
    title = words(said["title"])
    seeds = [seed for seed in _texts(said.get("seeds")) if words(seed) != title]
    if len(_different(seeds)) >= _SEEDS_WITHOUT_DESCRIPTION:
        return False
    description = said.get("description")
    if not isinstance(description, str):
        return True
    own = set(words(description)) - set(title) - phrases.EVERYWHERE
    if phrases.UNSPACED.search(description):
        return len("".join(own)) < _LETTERS_OF_A_DESCRIPTION
    return len(own) < _WORDS_OF_A_DESCRIPTION


def _contradictions(around: Place, said: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Yield the excluded words that undo a keyword of the same table wherever it is found."""
    groups = said.get("keywords")
    keywords = [word for group in (groups if isinstance(groups, list) else ()) for word in _texts(group)]
    for index, word in enumerate(_texts(said.get("exclude"))):
        if (undone := next((one for one in keywords if phrases.covers(word, one)), None)) is not None:
            sentence = f"{word!r} undoes the keyword {undone!r} wherever it occurs; take one of the two out"
            yield (*around, "exclude", index), sentence


def _says_precision(file: Path) -> bool:
    try:
        return "precision" in tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False


def _different(said: Sequence[str]) -> set[str]:
    return {" ".join(words(phrase)) for phrase in said}


def _texts(said: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever TOML held
    return tuple(one.strip() for one in said if isinstance(one, str)) if isinstance(said, list) else ()
