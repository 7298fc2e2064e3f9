"""The turns of phrase by which articles credit reports of others, as patterns; `citations.py` reads the names.

`AFTER` stands before the name ("according to", "told") and `BEFORE` behind it ("… reported"). Their group `strict` is
said of media alone, so that a name nobody knows may stand there. Both are matched in lower case at the few words that
can begin them, since searching every sentence for them would cost more than all the rest. All patterns are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_DAY = (
    r"(?:\s+(?:(?:on|late|early)\s+)?(?:today|yesterday|earlier|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"(?:\s+(?:morning|afternoon|evening|night))?)?"
)
_PIECE = r"(?:report|reporting|story|article|investigation|scoop|exclusive|expos[eé])s?"
_SEEN = "seen reviewed obtained viewed verified"
_PIECES = "report reports reporting story stories article articles investigation scoop exclusive exposé"


def _beginnings(text: str) -> frozenset[str]:
    """Return these words as they stand between spaces, with the signs that news puts around them."""
    signs = (",", ".", ":", ";", ")", "\u201d", '"')
    fronts = ("(", "\u201c", "\u2014", "[")
    return frozenset(
        variant
        for word in text.split()
        for variant in (word, *(word + sign for sign in signs), *(front + word for front in fronts))
    )


AFTER_WORDS: Final = _beginnings(
    f"""
    first originally initially according citing quoting based told tells telling speaking talking spoke talked appearing
    media outlets newspapers papers interview interviews comments remarks statement statements email e-mail emails cited
    quoted via per h/t hat {_SEEN} reported revealed published broken disclosed {_PIECES} source reports writes wrote
    zuerst laut nach unter gegenüber berichtet berichtete berichten berichteten bericht d'après d\u2019après citant
    selon
    rapporte révélé révélée déclaré según citando informó reportó adelantó publicado entrevista declaró
    """
)
AFTER: Final = re.compile(
    r"(?:(?P<strict>"
    rf"(?P<first>(?:first|originally|initially)\s+(?:reported|published|revealed|disclosed|described|spotted|broken"
    rf"|appeared){_DAY}(?:\s+in\s+\w+)?\s+(?:by|in)|(?:first|originally)\s+(?:published|appeared)\s+on|zuerst\s+(?:berichteten?|von))"
    rf"|(?:according\s+to|citing|quoting|based\s+on)\s+(?:(?:an?|the|one)\s+)?(?P<kind>(?:[\w-]+\s+){{0,3}}?){_PIECE}"
    rf"(?:\s+published)?{_DAY}\s+(?:by|from|(?P<loose>in|on|at))"
    r"|laut\s+(?:einem|einer)\s+(?:medien)?(?:bericht|recherche)\s+(?:von|des|der|in)"
    r"|selon\s+(?:un\s+article|une\s+enqu[êe]te)\s+(?:de|du|des)|según\s+un\s+(?:reportaje|artículo)\s+de"
    r")|according\s+to|told|tells|telling|(?:speaking|talking|spoke|talked|appearing)\s+(?:to|with|on)"
    r"|(?:media|outlets|newspapers|papers)\s+(?:including|such\s+as)"
    r"|interviews?(?:\s+[\w-]+){0,2}?\s+(?:with|to|on|for|in|mit|à|au)"
    r"|(?:comments|remarks|statements?|e-?mails?)\s+(?:made\s+|given\s+|sent\s+)?to"
    r"|citing|quoting|cited\s+by|quoted\s+by|via|per|h/t|hat\s+tips?(?:\s+to)?"
    rf"|(?:{_SEEN.replace(' ', '|')})(?:\s+exclusively)?\s+by"
    rf"|(?:reported|revealed|published|broken|disclosed){_DAY}\s+(?:by|in)"
    rf"|{_PIECE}\s+(?:published\s+)?(?:by|from|in)|source(?=:)|reports|reported|writes|wrote"
    r"|laut|nach\s+angaben\s+(?:von|der|des)|unter\s+berufung\s+auf|gegenüber|berichtete?n?|bericht\s+(?:der|des|von)"
    r"|selon|d['\u2019]après|citant|rapporte|révélée?\s+par|déclaré\s+(?:à|au)"
    r"|según|citando\s+a|informó|reportó|adelantó|publicado\s+(?:por|en)|entrevista\s+con|declaró\s+a"
    r")(?=[\s:]|$)"
)

BEFORE_WORDS: Final = _beginnings(
    f"""
    first broke reported reports revealed wrote writes learned cited {_PIECES} obtained saw reviewed uncovered berichtet
    berichtete berichten berichteten berichte zufolge rapporté révélé rapporte informó reportó
    """
) | {"says,", "says.", "said,", "said.", "says;", "said;"}
WORDS: Final = AFTER_WORDS | BEFORE_WORDS
"""A sentence without any of these credits nobody."""

BEFORE: Final = re.compile(
    r"(?:(?P<strict>first\s+(?:reported|revealed|disclosed|published|wrote)|broke\s+the\s+(?:news|story)"
    r"|first\s+to\s+(?:report|reveal|publish|break))"
    r"|reported|reports|revealed|wrote|writes|learned|cited|sa(?:ys|id)(?=[.,;])|(?P<got>obtained|saw|reviewed|uncovered)"
    rf"|{_PIECE}|berichtete?n?|berichte?|zufolge|rapporté|révélé|rapporte|informó|reportó)(?!\w)"
)
LEADS_UP: Final = re.compile(
    rf"(?P<relative>,?\s+which)?,?{_DAY}(?:\s+(?:said|says)\s+in\s+(?:an?|its))?"
    r"(?:\s+(?:has|had|have|a|also|(?P<passive>was|were|been)|the|previously|earlier|exclusively|recently|separately"
    r"|first)){0,4}\s*$",
    re.IGNORECASE,
)
"""What may stand between a name and its verb."""

LEADING_WORDS: Final = frozenset(
    """
    which has had have a its also was were been the previously earlier exclusively recently separately first today
    yesterday monday tuesday wednesday thursday friday saturday sunday morning afternoon evening night
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)
"""The last words of that; `LEADS_UP` is worth a try only behind one of them."""


def places(low: str, wanted: Iterable[str]) -> list[int]:
    """Return where these words, given as they stand between spaces, begin in a sentence; signs are passed over."""
    found: set[int] = set()
    for word in wanted:
        bare = word.strip('.,:;()[\u201c\u201d\u2014"')
        at = low.find(bare)
        while at >= 0:
            if not (at and low[at - 1].isalnum()):
                found.add(at)
            at = low.find(bare, at + len(bare))
    return sorted(found)


RESULTS: Final = re.compile(
    r"\s+(?:an?\s+|its\s+)?(?:[\w-]+\s+)?(?:net|loss(?:es)?|profits?|revenues?|earnings|record|quarterly|adjusted|operating"
    r"|sales|results|income|subscribers|[$€£]\d)",
    re.IGNORECASE,
)
"""What follows when a house "reported" its own figures."""

NOT_PRESS: Final = frozenset(
    """
    police intelligence annual quarterly monthly weekly research audit internal official government jobs earnings
    inspection medical expert court scientific technical industry market analyst analysts inquiry parliamentary survey
    stability progress impact security credit forensic academic working joint draft white
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)
"""A report of such a kind is a document, not an article."""

HOUSE_KINDS: Final = (
    r"newspaper|daily|weekly|magazine|website|news\s+site|outlet|broadcaster|(?:news|press)\s+agency|newswire"
    r"|publication|tabloid|news\s+service|newsletter|paper|zeitung|tageszeitung|nachrichtenagentur|magazin"
    r"|quotidien|peri[óo]dico|diario"
)
"""Words that say of the name beside them that it is an outlet's."""

PICTURE: Final = re.compile(
    r"\b(?:images?|photos?|photographs?|caption|pictures?|charts?|illustration|getty|shutterstock)\b", re.IGNORECASE
)
"""Where "via" credits a picture."""

HEARSAY: Final = re.compile(
    r"\b(?:according\s+to|citing|quoting)\s+(?:(?:several|multiple|various|unconfirmed|earlier|the|some)\s+)?"
    r"(?:(?:local|media|press|news|foreign|state|domestic)\s+){1,2}(?:media|reports?|outlets?)\b"
    r"|\baccording\s+to\s+(?:several\s+|multiple\s+|various\s+)?reports\b(?!\s+(?:by|from|in|of|on|to|filed))"
    r"|\b(?:media|press|news)\s+reports\s+(?:said|say|suggest|claim)|\blocal\s+media\s+(?:reported|reports?|said|say)\b",
    re.IGNORECASE,
)
"""Reports of others, and no word of whose."""

NAMELESS: Final = re.compile(
    rf"\b(?:according\s+to|citing)\s+(?:an?|the|one|this)\s+(?:(?:news|media|press|recent|new)\s+)?{_PIECE}(?=[\s,.]|$)"
    r"(?!\s+(?:by|from|of))|\bfirst\s+reported\b|\bmedia\s+reports?\b",
    re.IGNORECASE,
)
"""A report that only its link names."""

SPEAKS_OF_REPORT: Final = re.compile(
    r"\b(?:report(?:s|ed|ing)?|according|first|story|article|scoop|told|wrote|writes|reveal(?:s|ed)?|exclusive|interview"
    r"|citing|cites|via|h/t|bericht\w*|laut|selon|rapporte|seg[úu]n|inform[óo])\b",
    re.IGNORECASE,
)
"""Words that make a link beside them a credit."""

UNEARTHED: Final = re.compile(
    r"\b(?:report(?:s|ed|ing)?|reveal(?:s|ed)?|revelations?|came\s+to\s+light|unearthed|uncovered|obtained|requested|documents"
    r"|scoop|exclusive|investigation|stor(?:y|ies)|journalists|articles?|published|described)\b",
    re.IGNORECASE,
)
"""Words that make the bare name of a house that wrote of the story before a weak credit."""

POINTS_ON: Final = re.compile(
    r"^\W*(?:read|see|related|more|also|subscribe|sign\s+up|follow|watch|share)\b", re.IGNORECASE
)
"""How a link to further reading begins."""

EARLIER: Final = re.compile(
    r"\b(?:last\s+(?:year|month|spring|summer|autumn|fall|winter)|(?:months?|years?)\s+(?:ago|earlier|before)"
    r"|(?:in|since|back\s+in)\s+(?:19|20)\d\d|earlier\s+this\s+year|at\s+the\s+time"
    r"|in\s+(?:January|February|March|April|May|June|July|August|September|October|November|December))\b",
    re.IGNORECASE,
)
"""Words of a sentence that looks back."""

DATELINE: Final = re.compile(r"(?P<place>[^()\n]{0,60})\((?P<name>[^()\n:]{2,40})\)\s*(?P<dash>[-\u2013\u2014:])?")
"""How an agency's text begins: "LONDON, 3 Nov (Reuters) -"."""

LAST_LINE: Final = re.compile(
    r"(?:\((?P<bracket>[^()\n]{2,40})\)|(?:^|[-\u2013\u2014/|]\s*)(?P<dashed>[^-\u2013\u2014/|().,;:\n]{2,40}))\s*\.?\s*$"
)
"""How one ends: "— AP", "(dpa)", or the name alone."""

STAFF: Final = re.compile(
    r"\b(?P<strict>reporting\s+by\s[^.;\n]{1,120}?\sfor\s)|\b(?:reporting|inputs?|material)\s+(?:by|from)\s",
    re.IGNORECASE,
)
CONTRIBUTED: Final = re.compile(r"\s+(?:also\s+)?contributed\s+to\s+this\s+(?:report|story|article)\b", re.IGNORECASE)
