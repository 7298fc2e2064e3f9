"""Closed lists of English words behind the vetoes. Other languages have none, and are grouped without word vetoes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from monitor.stories.terms import stem


def _words(text: str) -> list[str]:
    return text.split()


_FIRST_NUMBERS = _words("""
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
    """)
_FIRST_ORDINALS = _words("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")

_TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")

CARDINALS: Final = {
    **{word: number for number, word in enumerate(_FIRST_NUMBERS, 1)},
    **{word: number for number, word in zip(range(20, 100, 10), _TENS, strict=True)},
}
ORDINALS: Final = {word: number for number, word in enumerate(_FIRST_ORDINALS, 1)}
COMPOUND_NUMBER: Final = re.compile(rf"\b({'|'.join(_TENS)})-({'|'.join(_FIRST_NUMBERS[:9])})\b", re.IGNORECASE)
"""A number of two words, as twenty-four."""

ROMAN: Final = {word: number for number, word in enumerate(_words("i ii iii iv v vi vii viii ix x xi xii"), 1)}
MAGNITUDES: Final = {
    "hundred": 1e2,
    "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
MONTHS: Final = frozenset(
    _words("""
    jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october
    nov november dec december
    """)
)

WEEKDAYS: Final = frozenset(_words("monday tuesday wednesday thursday friday saturday sunday"))

_NUMBERED = _words("""
    act amendment annex article batch bill bulletin case category chapter circular class decree directive docket edition
    episode file group issue law lot notice note no number order paper paragraph part phase proposal proposition
    regulation release report resolution round rule schedule season section series stage step tier tranche version vol
    volume week zone
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

LAWS: Final = frozenset(_words("act article directive law regulation rule section"))
"""What many events may refer to: two articles that name the same one need not tell the same."""

DEMONYMS: Final = dict(
    pair.split("/")
    for pair in _words("""
    british/britain uk/britain danish/denmark dutch/netherland english/england filipino/philippine finnish/finland
    french/france greek/greece irish/ireland norwegian/norway polish/poland scottish/scotland spanish/spain
    swedish/sweden swiss/switzerland turkish/turkey welsh/wale
    """)
)
"""Words for a country's people that do not begin as its name does → its name; both as stems."""

ENDINGS: Final = frozenset(_words("a ain an e es ese i ia ian ish n y")) | {""}
"""What follows the common part in two words for one place, as in Britain and British; as stems."""

NEGATIONS: Final = frozenset(
    _words("not cannot never fail fails failed failing refuse refuses refused decline declines declined")
)

REVISIONS: Final = frozenset(_words("already least now still toll"))
"""Words of a title whose figure is one of several in the course of an event."""

PHRASES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), verb)
    for pattern, verb in (
        (r"\b(?:(?:turn|vote|strike|knock)(?:s|ed)? down\b|struck down\b|vot(?:e|es|ed) against\b)", "rejects"),
        (r"\bvot(?:e|es|ed) (?:for|in favou?r of|through)\b", "approves"),
        (r"\b(?:give[sn]?|gave|gets?|got|wins?|won) (?:\w+ )?(?:go-ahead|green light|nod|thumbs-up)\b", "approves"),
        (r"\b(?:throw|toss|kick)(?:s|ed)? out\b|\bthrew out\b", "dismisses"),
        (r"\bplead(?:s|ed)? not guilty\b", "denies"),
        (r"\bplead(?:s|ed)? guilty\b", "admits"),
        (r"\b(?:find|found|finds)(?: \w+)? not guilty\b|\bwalks? free\b|\b(?:is|was|are|were) cleared of\b", "acquits"),
        (r"\b(?:find|found|finds)(?: \w+)? guilty\b", "convicts"),
        (r"\bcall(?:s|ed)? off\b", "cancels"),
        (r"\b(?:go|goes|going|went) ahead\b", "proceeds"),
        (r"\b(?:u-turns?|back(?:s|ed)? down|backtrack(?:s|ed)?|row(?:s|ed)? back)\b(?: on\b)?", "abandons"),
        (r"\b(?:break|broke|fall|fell)(?:s)? (?:down|apart|through)\b|\bfail(?:s|ed)?\b(?! to\b)", "collapses"),
        (
            r"\b(?:take|takes|took) effect\b|\b(?:com(?:e|es)|came|enter(?:s|ed)?) into (?:force|effect)\b",
            "starts",
        ),
        (r"\b(?:bring|brings|brought) forward\b", "hastens"),
        (r"\brul(?:e|es|ed|ing) against\b|\bdefeat for\b", "loses"),
        (r"\brul(?:e|es|ed|ing) (?:for|in favou?r of)\b", "wins"),
        (r"\brule(?:s|d)? out\b", "opposes"),
        (r"\brefus(?:e|es|ed|al)\b(?! to\b)", "denies"),
        (r"\bdeclin(?:e|es|ed)\b(?! to\b)", "drops"),
        (r"\b(?:is|are|was|were|does|do|did|has|have|wo|would|could|ca)n['\u2019]t\b", "not"),
        (r"\bmanag(?:e|es|ed) to\b", ""),
    )
)
"""Verbs of two words, replaced by one of the same sense, or by none where they only affirm."""

ANY_PHRASE: Final = re.compile("|".join(pattern.pattern for pattern, _ in PHRASES), re.IGNORECASE)
"""Finds nothing in a title without any of them, as most are."""

_TWO_SIDED = ("win won beat victory triumph", "lose lost loss")

_AXES = (
    (
        """adopt pass approve approval sign endorse enact back ratify ratification finalise finalize accept clear
        clearance greenlight grant confirm agree""",
        """reject rejection veto defeat block scrap withdraw withdrew withdrawn shelve abandon oppose kill repeal
        dismiss deny denial delay postpone defer stall collapse""",
    ),
    ("announce impose propose introduce", "oppose scrap abandon withdraw withdrew withdrawn shelve"),
    ("uphold upheld affirm reinstate", "dismiss overturn quash reverse void annul vacate"),
    ("lift end ended ease relax loosen", "extend extension impose maintain keep kept tighten prolong toughen"),
    (
        "restore reinstate grant award issue give renew renewal",
        "revoke suspend suspension cancel withdraw withdrew strip deny",
    ),
    (
        "resume resumption restart reopen launch start begin began unfreeze unfroze proceed",
        """suspend suspension halt pause freeze froze frozen stop cancel scrap abandon delay postpone defer collapse
        expire lapse shut""",
    ),
    ("hold held survive succeed progress", "collapse"),
    ("survive win won", "lose lost"),
    ("hasten", "delay postpone defer"),
    ("raise increase hike lift", "scrap cut lower reduce abolish slash halve"),
    ("raise increase hike cut lower reduce slash trim", "hold held keep kept unchanged maintain"),
    ("convict conviction jail sentence", "acquit acquittal exonerate absolve clear"),
    ("jail detain charge arrest remand", "free freed release"),
    ("admit confess acknowledge confirm", "deny denial refute"),
    _TWO_SIDED,
    ("profit", "loss"),
    ("alive", "dead"),
    (
        "rise rose risen gain jump surge soar climb rally",
        "fall fell fallen drop slump plunge sink sank tumble slide slip decline",
    ),
    ("open reopen", "close shut"),
    ("join enter", "leave quit exit"),
    ("recover", "lose lost"),
    ("legalise legalize allow permit unban", "ban prohibit outlaw forbid bar block"),
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

TWO_SIDED: Final = tuple(map(_forms, _TWO_SIDED))
"""What one side's success and the other's failure are called: turned round, they say the same."""

OUTCOMES: Final = _all(AXES)

COMMON_NAMES: Final = frozenset(
    _words("""
    america american americans associated britain british cnn congress democrat democratic democrats east eu european
    facebook federal fox friday getty gop house images monday mr mrs ms dr sir national new news north post president
    press prime republican republicans reuters saturday senate south states sunday supreme thursday times tuesday
    twitter u.k u.n u.s uk un union united us washington wednesday west white york
    """)
)
"""Parts of names that so many reports hold that to share them says nothing."""
