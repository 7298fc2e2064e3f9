"""What people answered of a text: which answer counts, and where answers contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.records import Asked, Label
from monitor.topics.version import digest, subjects

LONGEST_TEXT = 4_000
"""Characters of an article that are kept with an answer; the model is trained on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """An article or text of which people said yes and no: every answer for one topic, the last of which counts."""

    title: str
    text: str
    topic: str
    said: tuple[Label, ...]

    @property
    def counts(self) -> Label:
        """The answer that counts."""
        return self.said[-1]


def latest(labels: Sequence[Label]) -> list[Label]:
    """Return the answers that count: the last of each article and topic, in the order of `labels`."""
    last = {subject: place for place, subject in enumerate(subjects(labels))}
    return [labels[place] for place in sorted(last.values())]


def conflicts(labels: Sequence[Label]) -> list[Conflict]:
    """Return where one article or text was answered differently for a topic; the latest contradiction comes last.

    `labels` are in the order in which they count, as `read_labels` returns them.
    """
    said: dict[int, list[Label]] = {}
    for subject, label in zip(subjects(labels), labels, strict=True):
        said[subject] = [*said.pop(subject, []), label]  # so that the last one answered is the last one listed
    return [
        Conflict(title=given[0].title, text=given[0].text, topic=given[0].topic, said=tuple(given))
        for given in said.values()
        if len({label.label for label in given}) > 1
    ]


def replaced(given: Label, labels: Sequence[Label]) -> Label | None:
    """Return the label that an answer takes the place of: the last about the same article or text, for its topic."""
    *before, mine = subjects([*labels, given])
    return next((labels[place] for place in range(len(before) - 1, -1, -1) if before[place] == mine), None)


def corrected(given: Label, before: Label | None) -> Label:
    """Return an answer that stands for as much as the one it corrects: drawn by lot, that still counts as drawn."""
    if before is None or before.asked is Asked.UNASKED:
        return given
    kept = ("asked", "chance", "score", "model", "threshold")
    return replace(given, **{name: getattr(before, name) for name in kept})


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


def plain_title(title: str) -> str:
    """Return a title by its letters and digits alone: near-identical articles mostly have the same."""
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def _answer(label: Label) -> tuple[str, str, bool]:
    return digest(label.title, label.text), label.topic, label.label
