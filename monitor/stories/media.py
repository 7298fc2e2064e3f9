"""A name → what it says of its bearer: whether that is an outlet, a body that makes news, a firm or a person.

Names are compared in a plain form, and judged by the words that papers and stations, ministries and firms bear.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_UNKNOWN_WORDS: Final = 4
_COMPOUND: Final = 6

MEDIA_ENDS: Final = frozenset(
    """
    news times post herald journal gazette tribune chronicle courier telegraph observer newswire wire broadcasting tv
    radio magazine dispatch bulletin inquirer enquirer examiner sentinel argus echo advertiser daily weekly insider
    newsroom press newspaper mirror globe reporter review record today mail blog podcast zeitung tageblatt tagblatt
    nachrichten rundschau anzeiger presse kurier allgemeine blatt bote diario periodico prensa noticias
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)
"""Words that end the names of papers and stations."""

_MEDIA_STARTS: Final = frozenset(
    """
    daily weekly radio tv diario canal periodico channel gaceta gazette gazzetta heraldo correo corriere courrier
    journal jornal giornale tribuna
    """.split()  # noqa: SIM905 - as above
)
_DESKS: Final = frozenset({"tech"})
"""What papers call their parts: "Tidewatch Tech"."""

_ARTICLES: Final = frozenset({"la", "le", "el", "il", "der", "die", "das", "los", "les"})
_MEDIA_TAILS: Final = tuple(
    """
    news zeitung blatt wire kurier telegraph newsroom herald gazette tribune journal chronicle magazine blog radio
    insider today daily
    """.split()  # noqa: SIM905 - as above
)
_NOT_MEDIA: Final = frozenset(
    """
    deutsche-post swiss-post japan-post australia-post canada-post singapore-post royal-mail law-review peer-review
    judicial-review policy-review spending-review official-journal official-gazette government-gazette federal-gazette
    london-gazette edinburgh-gazette belfast-gazette diario-oficial gaceta-oficial gazzetta-ufficiale
    """.split()  # noqa: SIM905 - as above
)

_KIND_WORDS: Final = frozenset(
    """
    newspapers website site portal channel station network outlet broadcaster agency newswire publication tabloid
    service newsletter paper tageszeitung nachrichtenagentur magazin quotidien
    """.split()  # noqa: SIM905 - as above
)
_TELLING: Final = MEDIA_ENDS | _MEDIA_STARTS | _KIND_WORDS
"""Words beside which a name may be an outlet's."""

_OFFICIAL: Final = re.compile(
    r"\b(?:authority|commission|commissioner|committee|ministry|minister|department|board|bureau|office|court|council"
    r"|treasury|senate|parliament|congress|university|universit[àäé]t?|college|institute|institut|school|police|federal"
    r"|reserve|central bank|bank of|bank for|world bank|monetary|fund|foundation|association of|government|agency for"
    r"|exchange commission|secretariat|organi[sz]ation|union|ombudsman|prosecutors?|regulator|watchdog|supervisory"
    r"|auditors?|audit|inspectorate|tribunal|registry|house of|white house|pentagon|nations|ministerium|bundes\w*"
    r"|(?:london|edinburgh|belfast|official) gazette|official journal|journal officiel"
    r"|(?:diario|gaceta|bolet[ií]n) oficial|gazzetta ufficiale|banque|banco|autorit[éà]"
    r"|commissione|comisi[oó]n|ministerio|minist[èe]re|gobierno)\b"
)
"""What the name of a body that makes news holds; looked for in lower case."""

_FIRM: Final = re.compile(
    r"\b(?:research|labs?|capital|analytics|securities|partners|consult(?:ing|ants?)|holdings?|inc|llc|llp|ltd|plc|gmbh"
    r"|ag|corp|ventures|advis(?:ory|ers|ors)|technologies|intelligence|exchange|insurance|analysts?|researchers?"
    r"|economists?|protocol|finance|bank|ratings|& co|centre|center|group|airlines?|motors?|energy|trust)\b"
)
_PRODUCERS: Final = frozenset(
    """
    chainalysis elliptic deloitte pwc kpmg ey mckinsey accenture moodys fitch gallup gartner imf oecd bis fatf iosco
    esma
    eba ecb fsb sec cftc fca doj fbi irs un eu who wto nato ofac fincen occ fdic finma bafin hkma mas cbo gao nao s&p
    nielsen statista glassnode nansen certik peckshield dappradar coinmarketcap coingecko morningstar citigroup citi
    jpmorgan ubs hsbc barclays nomura twitter facebook youtube telegram linkedin reddit instagram
    """.split()  # noqa: SIM905 - as above
)
"""Firms and bodies whose reports are research, filings or statistics."""

_GIVEN_NAMES: Final = frozenset(
    """
    adam alan alex alexander ali alice amy ana andrea andrew angela anna anne anthony antonio ben benjamin brian carlos
    charles chris christian christine claire claudia daniel david diana elena elizabeth emily emma eric eva frank george
    hannah hans helen henry ivan jack jacob james jan jane jason jean jennifer jessica joan john jonathan jose joseph
    juan julia karen kate kevin laura linda lisa louis lucy luis maria marie mark martin mary matthew max michael
    mohammed nancy natalie nicholas nicole nina olga oliver pablo patricia patrick paul peter philip rachel richard
    robert ruth ryan samuel sandra sarah sara simon sofia sophie stefan stephen steven susan thomas tim tom victor
    victoria walter wei william
    """.split()  # noqa: SIM905 - as above
)

_TITLES: Final = frozenset(
    "dr mr mrs ms prof professor sen senator rep gov governor president judge justice mayor sir".split()  # noqa: SIM905 - as above
)


_SPLIT = re.compile(r"[\W_]+")
_ENDING = re.compile(r"\.(?:com|org|net|co\.uk)$")
_SIGNS = re.compile(r"^\W+|(?:['\u2019]s?)?\W*$")
_SITE = re.compile(r"[a-z0-9-]{3,40}(?:\.[a-z0-9-]{2,20}){0,2}\.[a-z]{2,8}", re.IGNORECASE)


def plain(name: str) -> str:
    """Return a name as it is compared: without case, punctuation, `The` in front and `.com` behind."""
    return _plain(name[:200])


@lru_cache(maxsize=2**13)
def _plain(name: str) -> str:
    spelt = _ENDING.sub("", unicodedata.normalize("NFKC", name).casefold().strip().removeprefix("www."))
    words = _SPLIT.sub(" ", re.sub("['’]", "", spelt).replace("&", " and ")).split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def is_official(name: str) -> bool:
    """Whether a name is that of a body that makes news: a ministry, an authority, a court, a university."""
    spelt = plain(name)
    return spelt in _PRODUCERS or (not sounds_like_media(name) and _OFFICIAL.search(spelt) is not None)


def sounds_like_media(name: str) -> bool:
    """Whether a name says by itself that it is an outlet's."""
    words = plain(name.rpartition(".")[0] if is_site(name) else name).split()
    if not words or "university" in words or not _NOT_MEDIA.isdisjoint(("-".join(words[:2]), "-".join(words[-2:]))):
        return False
    if len(words) == 1:
        return (
            len(words[0]) > _COMPOUND
            and words[0].endswith(_MEDIA_TAILS)
            and (name[:4] == "The " or words[0] not in _MEDIA_TAILS)
        )
    return words[-1] in MEDIA_ENDS or words[words[0] in _ARTICLES] in _MEDIA_STARTS or words[-2:] == ["news", "agency"]


def reads_like_media(name: str) -> bool:
    """Whether a name behind "report by" says that it is an outlet's, or a part of a paper."""
    return sounds_like_media(name) or is_site(name) or plain(name).rpartition(" ")[2] in _DESKS


def is_given(word: str) -> bool:
    """Whether a word is a given name or a title, so that the name behind it is a person's."""
    return word[:1].isupper() and (word.casefold() in _GIVEN_NAMES or plain(word) in _TITLES)


@lru_cache(maxsize=2**13)
def may_tell_media(word: str) -> bool:
    """Whether one word of a sentence may tell that a name there is an outlet's."""
    low = _SIGNS.sub("", word.casefold())
    return low in _TELLING or (len(low) > _COMPOUND and low.endswith(_MEDIA_TAILS)) or is_site(low)


def may_be_outlet(name: str) -> bool:
    """Whether an unknown name after a phrase that is used of media alone may be an outlet's."""
    words = name.split()
    spelt = plain(name)
    if not 1 <= len(words) <= _UNKNOWN_WORDS or len(spelt) <= 1 or spelt.isdecimal():
        return False
    if sounds_like_media(name):
        return True
    person = (len(words) > 1 and words[0].casefold() in _GIVEN_NAMES) or plain(words[0]) in _TITLES
    return not (person or spelt in _PRODUCERS or _OFFICIAL.search(spelt) or _FIRM.search(spelt))


def is_site(word: str) -> bool:
    """Whether a word is written as a host is: "coinnews.example"."""
    return _SITE.fullmatch(word) is not None
