"""Names and addresses → the outlets they stand for: what tells a newspaper from a ministry, a firm or a person.

A name is an outlet's when a member of the story or a house in the user's table goes by it, when it is one of the great
agencies and papers that everybody cites, or when it says so itself ("… Gazette", "… News"). Ministries, courts, banks
and researchers make news; they do not report it, and are never the origin of a report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from monitor.records import Article, Publisher

NAME_WORDS: Final = 6
"""Words of the longest name that is looked up."""

_UNKNOWN_WORDS: Final = 4
_DISTINCT: Final = 8
_WRITERS: Final = 30
_COMPOUND: Final = 6
_ADDRESS_CHARACTERS: Final = 2_000

_AGENCIES: Final = """
Reuters/Thomson Reuters/Reuters News; Associated Press/AP/AP News; AFP/Agence France-Presse/Agence France Presse;
dpa/Deutsche Presse-Agentur; Bloomberg/Bloomberg News; Xinhua/Xinhua News Agency; Kyodo/Kyodo News; Yonhap/Yonhap News;
PA Media/Press Association/PA news agency; ANSA; EFE/Europa Press; Tass; Interfax; Press Trust of India/PTI; IANS; UPI;
Dow Jones Newswires; Australian Associated Press/AAP; Canadian Press; Belga; Anadolu/Anadolu Agency;
Austria Press Agency
"""
_PAPERS: Final = """
New York Times/NYT/NY Times; Washington Post/WaPo; Wall Street Journal/WSJ; Financial Times/FT; Los Angeles Times;
USA Today; Guardian; Daily Telegraph; Times of London; Sunday Times; Daily Mail; Economist; Forbes; Fortune; Barron's;
Business Insider; Axios; Politico; Semafor; Vox; Wired; TechCrunch; BuzzFeed/BuzzFeed News; ProPublica; The Information;
The Verge; The Hill; The Intercept; The Atlantic; Newsweek; BBC/BBC News; CNN; CNBC; NBC/NBC News; CBS/CBS News;
ABC/ABC News; NPR; PBS; MSNBC; Fox News; Fox Business; Sky News; ITV; Channel 4; Al Jazeera; Deutsche Welle/DW; Nikkei;
South China Morning Post/SCMP; Caixin; Straits Times; Globe and Mail; Der Spiegel/Spiegel; Die Zeit; Bild; Handelsblatt;
Süddeutsche Zeitung/SZ; Frankfurter Allgemeine Zeitung/FAZ/Frankfurter Allgemeine; Le Monde; Le Figaro; Les Echos;
Libération; El País; El Mundo; Corriere della Sera; La Repubblica; Folha de S.Paulo; CoinDesk; Cointelegraph; Decrypt;
The Block; Blockworks; DL News; Cryptonews; MarketWatch; Yahoo Finance; Euronews; TMZ; Vice/Vice News
"""

_MEDIA_ENDS: Final = frozenset(
    """
    news times post herald journal gazette tribune chronicle courier telegraph observer newswire wire broadcasting tv
    radio magazine dispatch bulletin inquirer enquirer examiner sentinel argus echo advertiser daily weekly insider
    newsroom press newspaper mirror globe reporter review record today mail blog podcast zeitung tageblatt tagblatt nachrichten rundschau anzeiger presse
    kurier allgemeine blatt bote diario periodico prensa noticias
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)
"""Words that end the names of papers and stations."""

_MEDIA_STARTS: Final = frozenset(
    """
    daily radio tv diario canal periodico channel gaceta gazette gazzetta heraldo correo corriere courrier journal jornal
    giornale tribuna
    """.split()  # noqa: SIM905 - as above
)
_ARTICLES: Final = frozenset({"la", "le", "el", "il", "der", "die", "das", "los", "les"})
_MEDIA_TAILS: Final = (
    "news", "zeitung", "blatt", "wire", "kurier", "telegraph", "newsroom", "herald", "gazette", "tribune", "journal",
    "chronicle", "magazine", "blog", "radio", "insider", "today", "daily",
)  # fmt: skip
_NOT_MEDIA: Final = frozenset(
    """
    deutsche-post swiss-post japan-post australia-post canada-post singapore-post royal-mail peer-review judicial-review policy-review spending-review official-journal official-gazette
    government-gazette federal-gazette
    """.split()  # noqa: SIM905 - as above
)

_OFFICIAL: Final = re.compile(
    r"\b(?:authority|commission|commissioner|committee|ministry|minister|department|board|bureau|office|court|council"
    r"|treasury|senate|parliament|congress|university|universit[àäé]t?|college|institute|institut|school|police|federal"
    r"|reserve|central bank|bank of|bank for|world bank|monetary|fund|foundation|association of|government|agency for"
    r"|exchange commission|secretariat|organi[sz]ation|union|ombudsman|prosecutors?|regulator|watchdog|supervisory"
    r"|auditors?|audit|inspectorate|tribunal|registry|house of|white house|pentagon|nations|ministerium|bundes\w*"
    r"|banque|banco|autorit[éà]|commissione|comisi[oó]n|ministerio|minist[èe]re|gobierno)\b"
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

_TITLES: Final = frozenset("dr mr mrs ms prof professor sen senator rep gov governor president judge sir".split())  # noqa: SIM905 - as above

_SPLIT = re.compile(r"[\W_]+")
_ENDING = re.compile(r"\.(?:com|org|net|co\.uk)$")
_DOOR = re.compile(r"^(?:(?:www|m|amp)\.)+(?=[^.]+\.)")
_TRACKING = re.compile(r"(?:^|&)(?:utm_\w+|fbclid|gclid|mc_[ce]id|ref|ref_src|source|cmpid|smid|share)=[^&]*")
_OFFICIAL_HOST = re.compile(
    r"(?:^|\.)(?:gov|mil|edu|int|europa\.eu|gouv\.fr|bund\.de|admin\.ch)(?:\.[a-z]{2})?$|\.ac\.[a-z]{2}$|\.go\.[a-z]{2}$"
)
_CARRIERS: Final = frozenset(
    """
    twitter.com x.com t.co facebook.com youtube.com youtu.be linkedin.com instagram.com reddit.com t.me telegram.me
    github.com google.com wikipedia.org archive.org archive.is medium.com substack.com apple.com amazon.com tiktok.com
    bsky.app bit.ly whatsapp.com
    """.split()  # noqa: SIM905 - as above
)
"""Hosts where anybody writes: they name no outlet."""


class Outlet(NamedTuple):
    """Who publishes: `key` is equal for all names of one house. `official` says that it makes news itself."""

    key: str
    name: str
    official: bool = False
    listed: bool = True


class Directory:
    """The outlets that the articles of one story may credit."""

    def __init__(self, articles: Sequence[Article], houses: Sequence[Publisher]) -> None:
        """Index the publishers of the story over the user's houses over the well-known ones."""
        self._houses, self._hosts, self._endings = _indexed(tuple(houses))
        self._members: dict[str, Outlet] = {}
        self._member_hosts: dict[str, Outlet | None] = {}
        self._addresses: dict[str, Outlet] = {}
        for article in articles:
            host = article.site or host_of(article.url)
            known = self.publisher(article.publisher, host)
            self._members.setdefault(plain(article.publisher), known)
            self._members.setdefault(plain(known.name), known)
            for url in (article.url, article.canonical or ""):
                self._addresses.setdefault(address(url), known)
            if self._member_hosts.setdefault(host, known) != known:
                # Two houses on one host: a platform, whose address names neither.
                self._member_hosts[host] = None
        self._members.pop("", None)
        self._edges = _house_edges(tuple(houses)) | _edges(self._members)
        houses_here = {outlet.key: outlet for outlet in self._members.values() if not outlet.official}
        self._writers = [(one.name, one) for one in houses_here.values() if len(one.name) >= _DISTINCT][:_WRITERS]
        self._addresses.pop("", None)

    def publisher(self, name: str, host: str = "") -> Outlet:
        """Return the house that an article's publisher is, whichever of its names it goes by."""
        spelt = plain(name)
        found = self._members.get(spelt) or self._houses.get(spelt) or _WELL_KNOWN.get(spelt)
        if found is not None:
            return found
        shown = name.strip() or host
        return Outlet(shown.casefold(), shown, official=is_official(shown) or bool(_OFFICIAL_HOST.search(host)))

    def named(self, name: str) -> Outlet | None:
        """Return the outlet that goes by this name."""
        spelt = plain(name)
        return self._members.get(spelt) or self._houses.get(spelt) or _WELL_KNOWN.get(spelt)

    def learn(self, outlet: Outlet) -> None:
        """Know an outlet by the name under which an article credits it."""
        spelt = plain(outlet.name)
        self._members.setdefault(spelt, outlet)
        self._edges |= _edges([spelt])

    def may_hold(self, word: str) -> bool:
        """Whether a known name begins or ends with this word: asked first, since hardly any does."""
        spelt = plain(word).split()
        return not spelt or not self._edges.isdisjoint((spelt[0], spelt[-1]))

    def part(self, name: str) -> Outlet | None:
        """Return the member's publisher whose name begins this one, or is begun by it: "SCMP Tech" for "SCMP"."""
        spelt = plain(name).split()
        for known, outlet in self._members.items():
            short, long = sorted((known.split(), spelt), key=len)
            if short == long[: len(short)] and not _MEDIA_ENDS.issuperset(short):
                return outlet
        return None

    def short(self, word: str, text: str, hosts: Iterable[str]) -> Outlet | None:
        """Return the house that "the Times" is in an article: one that wrote of the story, or that is named in full."""
        found = {one.key: one for known, one in self._members.items() if known.endswith(f" {word}")}
        linked = {outlet.key for host in hosts if (outlet := self.at(host)) is not None}
        for house in self._endings.get(word, ()):
            if house.name in text or house.key in linked:
                found[house.key] = house
        press = [one for one in found.values() if not one.official]
        return press[0] if len(press) == 1 else None

    def writers(self) -> list[tuple[str, Outlet]]:
        """Return the first houses of the story that bear distinctive names, as they write them."""
        return self._writers

    def written_at(self, url: str) -> Outlet | None:
        """Return whose article of the story has this address."""
        return self._addresses.get(address(url))

    def at(self, host: str) -> Outlet | None:
        """Return whose site a host is; a house's domain counts for what is below it, too."""
        while host.count("."):
            found = self._hosts.get(host) or self._member_hosts.get(host)
            if found is not None or host in self._member_hosts:
                return found
            host = host.partition(".")[2]
        return None


_Indexed = tuple[Mapping[str, Outlet], Mapping[str, Outlet], Mapping[str, Sequence[Outlet]]]


@lru_cache(maxsize=8)
def _indexed(houses: tuple[Publisher, ...]) -> _Indexed:
    names: dict[str, Outlet] = {}
    hosts: dict[str, Outlet] = {}
    for house in houses:
        official = is_official(house.name) or any(_OFFICIAL_HOST.search(domain) for domain in house.domains)
        outlet = Outlet(house.name.casefold(), house.name, official=official)
        for name in (house.name, *house.aliases):
            names.setdefault(plain(name), outlet)
        for domain in house.domains:
            hosts.setdefault(_DOOR.sub("", domain.lower()), outlet)
    names.pop("", None)
    endings: dict[str, list[Outlet]] = {}
    for spelt, outlet in names.items():
        if " " in spelt:
            endings.setdefault(spelt.rpartition(" ")[2], []).append(outlet)
    return names, hosts, endings


@lru_cache(maxsize=8)
def _house_edges(houses: tuple[Publisher, ...]) -> frozenset[str]:
    return _edges(_indexed(houses)[0]) | _edges(_WELL_KNOWN)


def _edges(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in (*name.split()[:1], *name.split()[-1:]))


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
    words = plain(name).split()
    if not words or "-".join(words[:2]) in _NOT_MEDIA or "university" in words:
        return False
    if len(words) == 1:
        return len(words[0]) > _COMPOUND and words[0].endswith(_MEDIA_TAILS)
    return words[-1] in _MEDIA_ENDS or words[words[0] in _ARTICLES] in _MEDIA_STARTS or words[-2:] == ["news", "agency"]


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


def host_of(url: str) -> str:
    """Return the host of an address without `www.`; empty for what has none."""
    try:
        host = urlsplit(url[:_ADDRESS_CHARACTERS]).hostname or ""
    except ValueError:
        return ""
    return _DOOR.sub("", host.lower().rstrip("."))


def address(url: str) -> str:
    """Return an address as it is compared: without scheme, `www.`, tracking, fragment and closing slash."""
    try:
        parts = urlsplit(url[:_ADDRESS_CHARACTERS])
        host = parts.hostname or ""
    except ValueError:
        return ""
    query = _TRACKING.sub("", parts.query).strip("&")
    path = parts.path.rstrip("/")
    return f"{_DOOR.sub('', host.lower())}{path}{'?' if query else ''}{query}" if host else ""


def is_deep(url: str) -> bool:
    """Whether an address leads further than a front page."""
    return "/" in address(url) or "?" in address(url)


def may_be_site(host: str) -> bool:
    """Whether a host nobody knows may be an outlet's: no official site, no platform."""
    end = ".".join(host.split(".")[-2:])
    return "." in host and end not in _CARRIERS and not _OFFICIAL_HOST.search(host)


def _well_known() -> dict[str, Outlet]:
    found: dict[str, Outlet] = {}
    for entry in f"{_AGENCIES};{_PAPERS}".split(";"):
        names = [" ".join(name.split()) for name in entry.split("/")]
        outlet = Outlet(names[0].casefold(), names[0], listed=False)
        found.update((plain(name), outlet) for name in names)
    found.pop("", None)
    return found


_WELL_KNOWN: Final = _well_known()
