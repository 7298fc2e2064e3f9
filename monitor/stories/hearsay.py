"""Sentences of a text → the first near its start that rests on reports of others which cannot be pinned to a house.

Either it says so without a name ("according to local media"), or an unknown name stands where outlets do ("…, Protos
reported on Monday"): too little to credit it, enough to call nobody first. Names that sound like persons, firms or
public bodies do not count, nor those that the headline names or that report on themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from monitor.stories import phrases
from monitor.stories.bylines import run_back, run_on, words_before, words_on
from monitor.stories.citations import LEAD, SENTENCE_CHARACTERS, cut
from monitor.stories.media import is_official, may_be_outlet, plain
from monitor.stories.outlets import Directory, Outlet, same_house

_CHARACTERS: Final = 110
_SIGNS: Final = ("report", "media", "outlet", "interview")
_NO_NAMES: Final = frozenset(
    """
    i he she it we they you who which this that one some many most both users customers clients investors residents
    witnesses police officials officers researchers scientists analysts investigators authorities prosecutors doctors
    companies firms banks regulators lawmakers people readers traders journalists reporters media outlets sources
    others several
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)
"""Words with a capital that begin a sentence, and name nobody."""


def hearsay(found: Sequence[str], title: str, own: Outlet, directory: Directory) -> str:
    """Return the sentence of an article by `own` that rests on a report of nobody knows whom; empty for none."""
    for sentence in found[: 1 + int(len(found) * LEAD)]:
        near = sentence[:SENTENCE_CHARACTERS]
        if any(sign in near for sign in _SIGNS) and (
            phrases.HEARSAY.search(near) or any(_may_report(name, title, own, directory) for name in _names(near))
        ):
            return cut(near)
    return ""


def _names(sentence: str) -> Iterator[str]:
    """Find the names that stand where a report's author does."""
    for match in phrases.REPORTED.finditer(sentence):
        at = match.start() + len("reported")
        if not (phrases.RESULTS.match(sentence, match.end()) or phrases.OF_ITSELF.match(sentence, at)):
            yield run_back(words_before(sentence[max(0, match.start() - _CHARACTERS) : match.start()]))
    for match in phrases.REPORTED_BY.finditer(sentence):
        words = words_on(sentence[match.end() : match.end() + _CHARACTERS])
        yield run_on(words[1:] if words[:1] == ["the"] else words)


def _may_report(name: str, title: str, own: Outlet, directory: Directory) -> bool:
    """Whether a name may be that of an outlet which nobody knows."""
    spelt = plain(name)
    if not spelt or spelt in _NO_NAMES or directory.named(name) is not None or f" {spelt} " in f" {plain(title)} ":
        return False
    return may_be_outlet(name) and not is_official(name) and not same_house(Outlet(spelt, name), own)
