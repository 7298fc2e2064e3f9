"""Names and addresses → the outlets they stand for, among those that the articles of a story may credit.

A name is known when a member of the story or a house in the user's table goes by it, or when it is one of the great
agencies and papers that everybody cites; `media.py` judges all others. Ministries, courts, banks and researchers make
news; they do not report it, and are never the origin of a report, and neither is a firm that the story is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from monitor.records import Article, Publisher
from monitor.stories.media import MEDIA_ENDS, is_official, plain

NAME_WORDS: Final = 6
"""Words of the longest name that is looked up."""

_DISTINCT: Final = 8
_WRITERS: Final = 30
_ADDRESS_CHARACTERS: Final = 2_000
_HEADLINES: Final = 60
_TITLE_CHARACTERS: Final = 300
_OWN_CHARACTERS: Final = 3_000

_FILLERS = re.compile("news|online|web|digital|editorial|opinion")
"""What houses add to their names, or leave out."""

_WE = re.compile(r"\b(?:[Ww]e|[Oo]urs?)\b")
_QUOTED = re.compile('[\u201c"][^\u201c\u201d"\\n]*[\u201d"]')
_REPORTS = re.compile(r"\b(?:reports?|reported|tells?|told|says?|via|per)\b", re.IGNORECASE)

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
        self._articles = articles
        self._subjects: dict[str, bool] = {}
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

    def wrote(self, outlet: Outlet) -> bool:
        """Whether an article of the story is by this house."""
        return plain(outlet.name) in self._members

    def learn(self, outlet: Outlet) -> None:
        """Know an outlet by the name under which an article credits it."""
        spelt = plain(outlet.name)
        self._members.setdefault(spelt, outlet)
        self._edges |= _edges([spelt])

    def makes_news(self, outlet: Outlet) -> bool:
        """Whether the story is about a house, or told by it as its own: headlines name it, or it says "we"."""
        if outlet.key not in self._subjects:
            name = re.compile(rf"(?<!\w){re.escape(outlet.name)}(?!\w)(?!:|\s*$)")
            titles = (one.title[:_TITLE_CHARACTERS] for one in self._articles[:_HEADLINES])
            named = any(outlet.name in one and name.search(one) and not _REPORTS.search(one) for one in titles)
            own = next((one for one in self._articles if self.publisher(one.publisher).key == outlet.key), None)
            said = _QUOTED.sub(" ", own.own_text[:_OWN_CHARACTERS]) if own else ""
            self._subjects[outlet.key] = named or len(_WE.findall(said)) > 1
        return self._subjects[outlet.key]

    def may_hold(self, word: str) -> bool:
        """Whether a known name begins or ends with this word: asked first, since hardly any does."""
        spelt = plain(word).split()
        return not spelt or not self._edges.isdisjoint((spelt[0], spelt[-1]))

    def part(self, name: str) -> Outlet | None:
        """Return the member's publisher whose name begins this one, or is begun by it: "SCMP Tech" for "SCMP"."""
        spelt = plain(name).split()
        for known, outlet in self._members.items():
            short, long = sorted((known.split(), spelt), key=len)
            if short == long[: len(short)] and not MEDIA_ENDS.issuperset(short):
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


def is_well_known(outlet: Outlet) -> bool:
    """Whether an outlet is one of those that everybody cites."""
    return plain(outlet.name) in _WELL_KNOWN


def same_house(one: Outlet, other: Outlet) -> bool:
    """Whether two names are one house's: "NPR" and "NPR Online News", "AP" and "Associated Press"."""
    core, other_core = _core(one.name), _core(other.name)
    if one.key == other.key or (len(core) > 1 and core == other_core):
        return True
    return one.name in _initials(other.name) or other.name in _initials(one.name)


def _initials(name: str) -> set[str]:
    """Return what a name of several words is called for short, with its article and without."""
    letters = "".join(word[0] for word in name.split() if word[0].isupper())
    return {short for short in (letters, letters.removeprefix("T")) if len(short) > 1}


def _core(name: str) -> str:
    return _FILLERS.sub("", plain(name).replace(" ", ""))


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
