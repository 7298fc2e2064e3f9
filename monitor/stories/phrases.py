"""The turns of phrase by which articles credit reports of others, as patterns; `citations.py` reads the names.

`AFTER` stands before the name ("according to", "told") and `BEFORE` behind it ("… reported"). Their group `strict` is
said of media alone, so that a name nobody knows may stand there; `said` credits words that somebody said to an outlet,
and not its report. Both are matched in lower case at the few words that can begin them, since searching every sentence
for them would cost more than all the rest. All patterns are bounded.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from typing import Final, NamedTuple

_DAY = (
    r"(?:,?\s+(?:(?:on|late|early|earlier|last|this)\s+){0,2}"
    r"(?:today|yesterday|earlier|exclusively|(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|month)"
    r"(?:\s+(?:morning|afternoon|evening|night))?)?"
)
_NO_DATE = (
    r"(?!\s+(?:\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september"
    r"|october|november|december)\b)"
)
_PIECE = r"(?:report|reporting|story|storie|article|investigation|scoop|exclusive|expos[eé]|piece|dispatch)s?"
_OPINION = r"(?:op-ed|opinion\s+piece|column|essay|guest\s+(?:post|article))"
_OUT = r"(?:published|posted|carried|aired|broadcast|printed|released|that\s+appeared|which\s+appeared|appearing)"
_SEEN = "seen reviewed obtained viewed verified"
_PIECES = """
    report reports reporting story stories article articles investigation investigations scoop exclusive exposé expose
    piece dispatch op-ed column essay
"""


def _variants(text: str) -> dict[str, str]:
    """Return these words by the forms in which they stand between spaces, with the signs that news puts around them."""
    signs = ("", ",", ".", ":", ";", ")", "]", "\u201d", '"')
    fronts = ("(", "\u201c", "\u2014", "[")
    return {
        form: word for word in text.split() for form in (*(word + one for one in signs), *(f + word for f in fronts))
    }


_AFTER_FORMS: Final = _variants(
    f"""
    first originally initially according citing quoting based told tells telling said speaking talking spoke talked
    appearing appeared media outlets newspapers papers interview interviews interviewed comments remarks statement
    statements email e-mail emails cited cites quotes quoted via per h/t hat {_SEEN} aired broadcast printed broke
    reported revealed published broken disclosed {_PIECES} source reports writes wrote writing guest opinion
    zuerst laut nach unter gegenüber berichtet berichtete berichten berichteten bericht d'après d\u2019après citant
    selon
    rapporte révélé révélée déclaré según citando informó reportó adelantó publicado entrevista declaró
    """
)
AFTER: Final = re.compile(
    r"(?:(?P<strict>"
    rf"(?P<first>(?:first|originally|initially)\s+(?:reported|published|revealed|disclosed|described|spotted|broken"
    rf"|appeared|aired){_DAY}(?:\s+in\s+\w+)?\s+(?:by|in)|(?:first|originally)\s+(?:published|appeared|aired)\s+on"
    r"|zuerst\s+(?:berichteten?|von))"
    rf"|(?:according\s+to|citing|quoting|based\s+on|per)\s+(?:(?:an?|the|one)\s+)?(?P<kind>(?:[\w-]+\s+){{0,3}}?){_PIECE}"
    rf"(?:\s+{_OUT})?{_DAY}\s+(?:by|from|(?P<loose>in|on|at))"
    rf"|media\s+{_PIECE}\s+(?:by|from)"
    r"|laut\s+(?:einem|einer)\s+(?:medien)?(?:bericht|recherche)\s+(?:von|des|der|in)"
    r"|selon\s+(?:un\s+article|une\s+enqu[êe]te)\s+(?:de|du|des)|según\s+un\s+(?:reportaje|artículo)\s+de"
    r")|(?P<said>(?:told|tells|telling)(?:\s+an?\s+(?:reporter|journalist|correspondent)\s+(?:from|for|at|with|of)"
    r"|\s+(?:the\s+)?(?:listeners|viewers|readers|reporters|journalists)\s+(?:of|on|at|from))?"
    rf"|(?:speaking|talking|spoke|talked|appearing|appeared|said){_DAY}\s+(?:to|with|on)"
    rf"|interviewed(?:\s+[\w-]+)?\s+(?:by|on)|interviews?{_DAY}(?:\s+[\w-]+){{0,4}}?\s+(?:with|to|on|for|in|mit|à|au){_NO_DATE}"
    r"|(?:comments|remarks|statements?|e-?mails?)(?:\s+[\w-]+){0,3}?\s+to"
    rf"|{_OPINION}(?:\s+{_OUT})?{_DAY}\s+(?:in|for|on)|writing\s+(?:in|for)|entrevista\s+con|déclaré\s+(?:à|au)|declaró\s+a)"
    r"|according\s+to|(?P<many>(?:media|outlets|newspapers|papers)\s+(?:including|such\s+as))"
    r"|citing|quoting|cite[sd](?:\s+by)?|quote[sd](?:\s+by)?|via|per|h/t|hat\s+tips?(?:\s+to)?"
    rf"|(?:{_SEEN.replace(' ', '|')})(?:\s+exclusively)?\s+by|broke{_DAY}\s+(?:in|on)"
    rf"|(?P<broken>broken){_DAY}\s+by|(?:reported|revealed|published|disclosed|aired|broadcast|printed){_DAY}\s+(?:by|in|on)"
    rf"|{_PIECE}(?:\s+{_OUT}{_DAY}\s+(?:by|from|in|on)|{_DAY}\s+(?:by|from|in))|source(?=:)|reports|reported|writes|wrote"
    r"|laut|nach\s+angaben\s+(?:von|der|des)|unter\s+berufung\s+auf|gegenüber|berichtete?n?|bericht\s+(?:der|des|von)"
    r"|selon|d['\u2019]après|citant|rapporte|révélée?\s+par"
    r"|según|citando\s+a|informó|reportó|adelantó|publicado\s+(?:por|en)"
    r")(?=[\s:]|$)"
)

_BEFORE_FORMS: Final = _variants(
    f"""
    first broke reported reports revealed reveals wrote writes written learned learnt cited {_PIECES} obtained saw seen
    reviewed uncovered exposed interview citing quoting understands claims claimed describes described alleges alleged
    discloses disclosed detailed notes noted confirms confirmed publishes published aired broadcast carried ran quotes
    quoted cites says said opinion guest berichtet berichtete berichten berichteten berichte zufolge rapporté révélé
    rapporte informó reportó
    """
)
BEFORE: Final = re.compile(
    r"(?:(?P<strict>(?P<first>first\s+(?:reported|revealed|disclosed|published|wrote|aired)|broke\s+the\s+(?:news|story)"
    r"|first\s+to\s+(?:report|reveal|publish|break))"
    r"|(?:published|aired|ran)\s+(?:an?|the|its)\s+(?:[\w-]+\s+)?(?:story|article|interview|expos[eé]|scoop))"
    r"|reported|reports|revealed|reveals|wrote|writes|written|learne?[dt](?!\s+from)|understands|uncovered|exposed"
    r"|(?P<got>obtained|saw|seen|reviewed)|(?P<citing>citing|quoting)"
    r"|(?P<weak>claim(?:s|ed)|describe[sd]|allege[sd]|disclose[sd]|detailed|note[sd]|confirm(?:s|ed)"
    r"|publishe[sd]|aired|broadcast|carried|quote[sd]|cite[sd]|sa(?:ys|id))"
    rf"|(?P<said>interview|{_OPINION})|{_PIECE}"
    r"|berichtete?n?|berichte?|zufolge|rapporté|révélé|rapporte|informó|reportó)(?!\w)"
)
FORMS: Final = {**_AFTER_FORMS, **_BEFORE_FORMS}
"""The forms of all words that begin one of these phrases: a text without any of them credits nobody."""

_FORMS: Final = frozenset(FORMS)
AFTER_WORDS: Final = frozenset(_AFTER_FORMS.values())
BEFORE_WORDS: Final = frozenset(_BEFORE_FORMS.values())

LEADS_UP: Final = re.compile(
    rf"(?P<relative>,?\s+which)?,?{_DAY}(?:\s+(?:said|says)\s+in\s+(?:an?|its))?"
    r"(?:\s+(?:has|had|have|a|also|(?P<passive>was|were|been)|the|previously|earlier|later|then|now|already|since|just"
    r"|exclusively|recently|separately|first)){0,4},?\s*$",
    re.IGNORECASE,
)
"""What may stand between a name and its verb."""

LEADING_WORDS: Final = frozenset(
    """
    which has had have a its also was were been the previously earlier later then now already since just exclusively
    recently separately first today yesterday monday tuesday wednesday thursday friday saturday sunday week month
    morning afternoon evening night
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)
"""The last words of that; `LEADS_UP` is worth a try only behind one of them."""

APPOSED: Final = re.compile(r"\s*(?:,\s+(?:an?|the|one\s+of|which\s+is)\s+([^,;.()]{1,80}),|\(([^()]{1,40})\)),?\s*$")
"""What a sentence says of a name before its verb: "Tokenpulse, a newsletter on payments, reported"."""

NEWS_WAS: Final = re.compile(r"\b(?:news|story|stories|scoop|scandal|affair|leak)\b[^.;]{0,80}$")
"""What stands before "broken by" when it is news that was broken, and no law or record."""

GOT_PAPERS: Final = re.compile(
    r"\s+(?:[\w-]+\s+){0,4}?(?:cop(?:y|ies)|documents?|letters?|e-?mails?|files?|memos?|records|recordings?|drafts?|minutes"
    r"|messages|chats|papers|transcripts?|reports?|footage|videos?|presentation|slides|contracts?|correspondence)\b",
    re.IGNORECASE,
)
"""What a house obtains when it does so for a report."""

OWN_DOING: Final = re.compile(
    rf"{_DAY}(?:\s+that)?\s+(?:it|its|itself|they|their|he|his|she|her|we|our|i|my|out|into|by|no|yes|goodbye|hello"
    r"|in\s+an?\s+(?:statement|filing|memo|tweet|letter|e-?mail))\b",
    re.IGNORECASE,
)
"""What follows when a house speaks of itself: "Blockline said it would cut jobs"."""

BY_MEDIA: Final = re.compile(r"\b(?:by|to|in|citing|quoting|from)\s+(?:[\w-]+\s+){0,3}$")
"""What stands before "media including" when these are credited, and not only spoken of."""

IN_BRACKETS: Final = re.compile(r"\((?:via\s+|source:\s*|h/t\s+)?([^():]{2,40})\)(?:\.(?=\s|$)|$)", re.IGNORECASE)
"""How a sentence ends that names its source."""

TITLE_HEAD: Final = re.compile(r"([^:|]{2,40}):\s")
TITLE_TAIL: Final = re.compile(r"(?::|\s[-\u2013\u2014])\s([^:|\u2013\u2014]{2,40})$")
"""Where a headline names its source: "FT: Bank to close", "Bank to close: FT"."""

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
    r"newspapers?|daily|weekly|magazine|website|news\s+(?:site|portal|blog|channel|station|network|outlet)|outlet|broadcaster"
    r"|(?:news|press)\s+agency|newswire|radio\s+station|tv\s+(?:station|channel)|publication|tabloid|news\s+service|newsletter"
    r"|paper|podcast|blog|zeitung|tageszeitung|nachrichtenagentur|magazin|quotidien|peri[óo]dico|diario"
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

REPORTED_BY: Final = re.compile(r"\b(?:as|first)\s+reported\s+by\s+|\binterview\s+with\s+(?=the\s)")
REPORTED: Final = re.compile(
    r"\breported(?:,?\s+(?:on\s+)?(?:today|yesterday|earlier|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|this\s+week)\b"
    r"|\s+that\b)"
)
"""Where a house that nobody knows stands as the source: before the name, and behind it."""

OF_ITSELF: Final = re.compile(rf"{_DAY}(?:\s+that)?\s+(?:it|its|itself|they|their)\b", re.IGNORECASE)
"""What follows when a firm reports on itself."""

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

DATELINE: Final = re.compile(
    r"(?P<place>[^()\n]{0,60})\((?P<name>[^()\n:]{2,40})\)(?![.,;])\s*(?P<dash>[-\u2013\u2014:])?"
)
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


class Spots(NamedTuple):
    """A sentence by its number, in lower case, and where words stand in it that may begin the phrases."""

    number: int
    low: str
    after: list[int]
    before: list[int]


def spots(wholes: Sequence[str]) -> Iterator[Spots]:
    """Yield the sentences that hold words which may begin a phrase."""
    joined = "\n".join((*wholes, "")).lower()
    starts = list(accumulate((len(one) + 1 for one in wholes), initial=0))
    if len(joined) != starts[-1]:
        # A few capitals, such as the Turkish dotted I, grow when made small.
        joined = "\n".join((*map(_lower, wholes), ""))
    places: list[tuple[int, str]] = []
    for word in {FORMS[form] for form in _FORMS.intersection(joined.split())}:
        at = joined.find(word)
        while at >= 0:
            if not (joined[at - 1].isalnum() and at) and not joined[at + len(word)].isalnum():
                places.append((at, word))
            at = joined.find(word, at + len(word))
    for number, found in groupby(sorted(places), key=lambda row: bisect_right(starts, row[0]) - 1):
        rows, start = list(found), starts[number]
        after = [at - start for at, word in rows if word in AFTER_WORDS]
        before = [at - start for at, word in rows if word in BEFORE_WORDS]
        yield Spots(number, joined[start : starts[number + 1] - 1], after, before)


def _lower(sentence: str) -> str:
    low = sentence.lower()
    return low if len(low) == len(sentence) else sentence


def matches(pattern: re.Pattern[str], low: str, places: Sequence[int]) -> Iterator[re.Match[str]]:
    """Yield what matches at these places of a sentence, each word in one match at most."""
    end = 0
    for at in places:
        match = pattern.match(low, at) if at >= end else None
        if match is not None:
            end = match.end()
            yield match


def says_nothing(match: re.Match[str], sentence: str) -> bool:
    """Whether a phrase credits a picture, a firm's own figures, or media that are only spoken of."""
    phrase = match.group()
    if phrase in {"via", "per", "source"}:
        return PICTURE.search(sentence) is not None
    if phrase in {"reported", "reports"}:
        return RESULTS.match(sentence, match.end()) is not None
    return match["many"] is not None and BY_MEDIA.search(match.string, 0, match.start()) is None


def own_doing(sentence: str, match: re.Match[str], *, relative: bool) -> bool:
    """Whether what a house did is its own business, and no report of the news."""
    end = match.end()
    if match["got"] and not relative and GOT_PAPERS.match(sentence, end) is None:
        return True
    if match["weak"] and OWN_DOING.match(sentence, end) is not None:
        return True
    return RESULTS.match(sentence, end) is not None
