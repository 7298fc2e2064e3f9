"""What people answered of a text: which answer counts, and where answers contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.records import Label
from monitor.topics.version import digest

LONGEST_TEXT = 4_000
"""Characters of an article that are kept with an answer; the model is trained on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A text of which people said yes and no: every answer for one topic, the last of which counts."""

    title: str
    text: str
    topic: str
    said: tuple[Label, ...]

    @property
    def counts(self) -> Label:
        """The answer that counts."""
        return self.said[-1]


def latest(labels: Sequence[Label]) -> list[Label]:
    """Return the answers that count: the last of each text and topic, in the order of `labels`."""
    last = {(digest(label.title, label.text), label.topic): place for place, label in enumerate(labels)}
    return [labels[place] for place in sorted(last.values())]


def conflicts(labels: Sequence[Label]) -> list[Conflict]:
    """Return where the same text and topic were answered differently; the latest contradiction comes last.

    `labels` are in the order in which they count, as `read_labels` returns them.
    """
    said: defaultdict[tuple[str, str], list[Label]] = defaultdict(list)
    for label in labels:
        key = (digest(label.title, label.text), label.topic)
        said[key] = [*said.pop(key, []), label]  # so that the last one answered is the last one listed
    return [
        Conflict(title=given[0].title, text=given[0].text, topic=given[0].topic, said=tuple(given))
        for given in said.values()
        if len({label.label for label in given}) > 1
    ]


def new_answers(given: Sequence[Label], known: Sequence[Label]) -> list[Label]:
    """Return the labels of `given` that say anything that `known` and those before do not.

    The same answer is said again when its text, topic and time are the same; one without a time is also known when
    anybody ever gave it.
    """
    said = {_answer(label) for label in known}
    timed = {(*_answer(label), label.at) for label in known}
    fresh = []
    for label in given:
        answer = _answer(label)
        if ((*answer, label.at) in timed) if label.at else (answer in said):
            continue
        said.add(answer)
        timed.add((*answer, label.at))
        fresh.append(label)
    return fresh


def cut(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return the beginning of a text, ended after a word, of at most `longest` characters."""
    if len(text) <= longest:
        return text
    head = text[: longest + 1]
    words = head.rsplit(maxsplit=1)
    # A text without a space in it has no word to end after.
    return head[:longest] if len(words) < 2 or head[-1].isspace() else head[: len(head) - len(words[1])].rstrip()  # noqa: PLR2004 - the head and the broken word


def _answer(label: Label) -> tuple[str, str, bool]:
    return digest(label.title, label.text), label.topic, label.label
