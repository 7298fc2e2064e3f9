"""Closed lists of English words behind the vetoes. Other languages have none, and are grouped without word vetoes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from monitor.stories.terms import stem


def _words(text: str) -> list[str]:
    return text.split()


_FIRST_NUMBERS = _words("one two three four five six seven eight nine ten eleven twelve")
_FIRST_ORDINALS = _words("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")

CARDINALS: Final = {word: number for number, word in enumerate(_FIRST_NUMBERS, 1)}
ORDINALS: Final = {word: number for number, word in enumerate(_FIRST_ORDINALS, 1)}
MAGNITUDES: Final = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
MONTHS: Final = frozenset(
    _words("""
    jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october
    nov november dec december
    """)
)

_NUMBERED = _words("""
    act amendment annex article batch bill bulletin case chapter circular decree directive docket edition episode file
    issue law lot notice note no number order paper paragraph part phase proposal proposition regulation release report
    resolution round rule schedule section series stage step tranche version volume week
    """)
IDENTIFIER_NOUNS: Final = {form: noun for noun in _NUMBERED for form in (noun, noun + "s")}
"""A number that follows one of these names a thing (`note 58`) and does not count or measure."""

ROLES: Final = frozenset(
    stem(word)
    for word in _words("""
    administration agency analyst authority body bourse broker chief commission company council court exchange
    executive firm founder government group issuer judge lawmaker legislator lender minister ministry official
    parliament platform police politician prosecutor provider regulator report senator startup supervisor trader
    tribunal user watchdog
    """)
)
"""Words for an actor rather than its name: two headlines may use different ones for the same actor."""

NEGATIONS: Final = frozenset(
    _words("not cannot never fail fails failed failing refuse refuses refused decline declines declined")
)

PHRASES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), verb)
    for pattern, verb in (
        (r"\b(?:turn|vote|strike|knock)(?:s|ed)? down\b|\bstruck down\b", "rejects"),
        (r"\b(?:throw|toss|kick)(?:s|ed)? out\b|\bthrew out\b", "dismisses"),
        (r"\b(?:find|found|finds)(?: \w+)? not guilty\b|\bwalks? free\b", "acquits"),
        (r"\b(?:find|found|finds)(?: \w+)? guilty\b", "convicts"),
        (r"\b(?:is|are|was|were|does|do|did|has|have|wo|would|could|ca)n['\u2019]t\b", "not"),
        (r"\bmanag(?:e|es|ed) to\b", ""),
    )
)
"""Verbs of two words, replaced by one of the same sense, or by none where they only affirm."""

_AXES = (
    (
        "adopt pass approve sign endorse enact back ratify finalise finalize accept clear greenlight grant confirm",
        "reject veto defeat block scrap withdraw withdrew withdrawn shelve abandon oppose kill repeal dismiss deny",
    ),
    ("uphold upheld affirm reinstate", "dismiss overturn quash reverse void annul vacate"),
    ("lift end ended ease relax loosen", "extend impose maintain keep kept tighten prolong toughen"),
    ("restore reinstate grant award issue give renew", "revoke suspend cancel withdraw withdrew strip deny refuse"),
    ("resume restart reopen launch start begin began unfreeze unfroze", "suspend halt pause freeze froze frozen stop"),
    ("raise increase hike lift", "scrap cut lower reduce abolish slash halve"),
    ("convict jail sentence", "acquit exonerate absolve clear"),
    ("win won", "lose lost"),
    (
        "rise rose risen gain jump surge soar climb rally",
        "fall fell fallen drop slump plunge sink sank tumble slide slip decline",
    ),
    ("open", "close shut"),
    ("join enter", "leave quit exit"),
    ("recover", "lose lost"),
    ("legalise legalize allow permit unban", "ban prohibit outlaw forbid bar"),
)


def _forms(verbs: str) -> frozenset[str]:
    forms: set[str] = set()
    for verb in verbs.split():
        past = verb.removesuffix("e") + "ed"
        doubled = f"{verb}{verb[-1]}ed"
        third = verb[:-1] + "ies" if verb.endswith(("fy", "ny", "ly")) else verb + "s"
        forms.update((verb, third, verb + "es", past, doubled, verb[:-1] + "ied", verb.removesuffix("e") + "ing"))
    return frozenset(stem(form) for form in forms)


def _all(axes: Iterable[tuple[frozenset[str], frozenset[str]]]) -> frozenset[str]:
    return frozenset().union(*(side for axis in axes for side in axis))


AXES: Final = tuple((_forms(one), _forms(other)) for one, other in _AXES)
"""Pairs of opposite outcomes, as stems of all forms; a verb may stand on several axes."""

OUTCOMES: Final = _all(AXES)
