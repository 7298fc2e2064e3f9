"""Articles, their copies, and what only looks like a copy: made from a grammar, the same for the same seed.

Every text is invented here. `copied_pairs` are originals with a copy made by one kind of edit. What only looks like a
copy is in `tests/notices.py`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from monitor.records import Document

START: Final = datetime(2026, 3, 2, 7, tzinfo=UTC)
_DAY: Final = START.date()

GRAMMAR: Final[dict[str, str]] = {
    "firm": "Northgate Exchange|Harbourline Bank|Palisade Lending|Merrow Capital|Kestrel Markets|Tessera Labs"
    "|Aurum Trust"
    "|Belmont Custody|Lattice Network|Ferro Protocol|Quillon Pay|Osprey Digital|Vantry Securities|Corvid Mining"
    "|Saltmarsh Holdings|Brightwell Ledger|Dunmore Brokers|Halcyon Vaults|Ironbridge Clearing|Juniper Assets",
    "person": "Ada Marlowe|Tomas Reinholt|Ines Caldera|Yusuf Okafor|Greta Lindqvist|Paolo Ferrante|Mei Tanaka"
    "|Liam Garrity"
    "|Noor Haddad|Viktor Sandu|Priya Menon|Elena Varga|Samuel Adeyemi|Clara Whitlock|Owen Pritchard|Hana Kovac",
    "post": "chief economist|head of policy|general counsel|deputy director|senior analyst|spokeswoman|former examiner"
    "|law lecturer|chief operating officer|research fellow|trade adviser|portfolio manager",
    "place": "Valletta|Tallinn|Montevideo|Accra|Wellington|Osaka|Lisbon|Nairobi|Cardiff|Ljubljana|Bogota|Halifax|Riga"
    "|Porto|Leipzig|Turku|Antwerp|Busan|Perth|Quito",
    "body": "the Securities Commission|the central bank|the finance ministry|the payments council|the appeal court"
    "|the competition authority|the audit office|the banking committee|the tax office|the consumer agency",
    "thing": "stablecoin reserves|custody accounts|token listings|mining permits|wallet software|settlement windows"
    "|lending pools|cross-border transfers|deposit tokens|margin loans|bridge contracts|staking rewards"
    "|audit trails|listing fees|savings products|land registers|carbon certificates|pension allocations",
    "deed": "reviewed|questioned|postponed|welcomed|mapped|criticised|costed|defended|redrafted|examined|tested|priced",
    "verb": "reshape|slow|complicate|strengthen|expose|simplify|outlast|distort|protect|unsettle|revive|narrow",
    "adj": "cautious|costly|unfinished|patient|uneven|modest|ambitious|contested|overdue|practical|fragile|stubborn"
    "|quiet|sweeping|thorough|belated|familiar|surprising",
    "group": "small brokers|retail savers|pension trustees|market makers|municipal treasurers|software teams|auditors"
    "|shopkeepers|foreign lenders|insurers|exporters|university researchers|credit unions|village councils",
    "idea": "a longer transition|a public register|clearer liability|weekly reporting|a common template"
    "|lower thresholds"
    "|an independent auditor|shared testing|stricter capital|a sunset clause|an appeals panel|a hardship fund",
    "when": "last autumn|over the winter|since the spring|before the election|in the past two years|during the pilot"
    "|within weeks|by the end of the decade|after the merger|on several occasions|in closed sessions|at short notice",
    "place2": "a converted warehouse|a crowded hearing room|the harbour district|a borrowed office"
    "|the old customs house"
    "|a town hall|a conference centre|the ministry canteen|a rented lecture hall|the north wing of the exchange",
    "price": "#n# million euros|#n# per cent of turnover|roughly #n# million dollars|some #n#,#k# accounts"
    "|#n# basis points",
    "quote": "We cannot #verb# what we have never measured|Nobody in this trade expected a #adj# answer"
    "|The #adj# part is that #group# will pay first|People forget how #adj# the old arrangement was"
    "|If #thing# fail, #group# are left holding the bill|My members want #idea# and they want it soon"
    "|There is no #adj# way to unwind #thing#|I would rather have #idea# than another #adj# promise"
    "|It took us a year to explain #thing# to #group#|Every #adj# rule starts as somebody's inconvenience",
    "clause": "#group# had #deed# #thing# #when#|#idea# would #verb# #thing#|#thing# remained #adj# #when#"
    "|#firm# had #deed# #idea# #when#|#body# would ask #group# about #idea#|the #adj# plan could #verb# #group#"
    "|#thing# cost #group# about #price#|few #group# understood #thing# #when#",
    "s": "#person#, #post# at #firm#, said that #clause#.|“#quote#,” said #person#, #post# at #firm#."
    "|According to #body#, #clause#, while #clause#.|Officials in #place# #deed# #thing# #when#, and #clause#."
    "|For #group#, the change is #adj#: #clause#.|A study of #n# firms in #place# found that #clause#."
    "|That matters because #clause#, a point that #person# made #when#.|In #place2#, #group# heard why #clause#."
    "|#firm# spent #price# on #thing# #when#, its accounts show.|Critics answer that #idea# came #when# and was #adj#."
    "|“#quote#,” #person# told #group# in #place#. “#quote#.”"
    "|By contrast, #group# in #place# have #deed# #idea# #when#."
    "|The proposal gives #group# #n# weeks to comment on #thing#, although #clause#."
    "|Whether #thing# will #verb# #group# is unclear, and #person# called the question #adj#."
    "|At a meeting in #place2# in #place#, #person# #deed# the #adj# draft line by line."
    "|A second paper on #thing# is due #date#, when #body# meets again in #place#."
    "|Since #date#, #firm# has #deed# its #adj# approach to #thing#, and #clause#."
    "|None of this surprised #group#, who #deed# #idea# #when#.|Even so, #clause#; #clause#."
    "|#person# keeps a #adj# list of complaints about #thing# from #group# in #place#.",
    "title": "#place# weighs #idea# as #thing# grow #adj#|Why #group# fear a #adj# turn for #thing#"
    "|#firm# and the #adj# business of #thing#|#person# wants #idea# for #thing#|How #place# learned to #verb# #thing#"
    "|#Group# in #place# split over #idea#|#firm# tests #idea# in #place#|A #adj# season for #thing# in #place#",
}

SYNONYMS: Final = dict(
    pair.split(":")
    for pair in """
    said:stated told:informed asked:requested about:around because:since while:whereas although:though found:showed
    spent:used expected:foresaw explain:describe forget:overlook several:various roughly:approximately unclear:uncertain
    surprised:astonished answer:reply point:argument heard:learned show:reveal costly:expensive modest:limited
    quiet:silent overdue:late thorough:careful fragile:brittle reviewed:inspected questioned:doubted postponed:delayed
    welcomed:greeted examined:studied tested:tried slow:hinder strengthen:bolster simplify:ease protect:shield
    meeting:session plan:scheme change:shift draft:text firms:companies members:associates list:catalogue few:hardly
    keeps:maintains understood:grasped promise:pledge approach:method paper:document weeks:wks bill:cost rather:sooner
    started:began crowded:packed rented:hired borrowed:lent common:shared stricter:tougher lower:reduced longer:extended
    """.split()  # noqa: SIM905 - a list of pairs
)
SPELLINGS: Final = {"criticised": "criticized", "centre": "center", "harbour": "harbor", "per cent": "percent"}


def fill(template: str, chance: random.Random, day: date = _DAY) -> str:
    """Return a template with its slots filled from the grammar."""

    def slot(match: re.Match[str]) -> str:
        name = match[1]
        if name == "n":
            return str(chance.randint(3, 97))
        if name == "k":
            return str(chance.randint(100, 999))
        if name == "date":
            return f"on {written(day + timedelta(days=chance.randint(-60, 60)))}"
        chosen = fill(chance.choice(GRAMMAR[name.lower()].split("|")), chance, day)
        return chosen.capitalize() if name[0].isupper() else chosen

    return re.sub(r"#(\w+)#", slot, template)


def written(day: date) -> str:
    """Return a day as these articles write it: 22 November 2026."""
    return f"{day.day} {day:%B %Y}"


def article(name: str, chance: random.Random, at: datetime, sentences: int | None = None) -> Document:
    """Return an article of some 150 to 600 words on matters of its own."""
    count = sentences or chance.randint(10, 32)
    row = [_opened(fill("#s#", chance, at.date())) for _ in range(count)]
    parts = _paragraphs(row, chance)
    title = _opened(fill("#title#", chance))
    return Document(id=name, title=title, text="\n\n".join(parts), published=at, source="Harbour Wire")


def _opened(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _paragraphs(row: list[str], chance: random.Random) -> list[str]:
    parts: list[str] = []
    while row:
        size = chance.randint(1, 3)
        parts.append(" ".join(row[:size]))
        row = row[size:]
    return parts


def _headline(text: str, chance: random.Random) -> str:
    """Return a title that another desk may have given: the start of one of the first sentences."""
    sentence = chance.choice(re.split(r"(?<=[.”])\s+", text)[:2])
    return " ".join(re.findall(r"[\w'-]+", sentence)[:10])


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two articles, the earlier first, and the kind of pair."""

    kind: str
    first: Document
    second: Document


Edit = Callable[[str, random.Random], str]


def _reworded(share: float) -> Edit:
    """Replace about this share of the words, mostly by others of the same sense, in places of one to three words."""

    def edit(text: str, chance: random.Random) -> str:
        words = text.split(" ")
        left = round(share * len(words))
        for _ in range(20 * len(words)):
            if left <= 0:
                break
            at = chance.randrange(len(words))
            run = chance.choice((1, 1, 2, 3))
            for place in range(at, min(at + run, len(words))):
                if (
                    words[place].isalpha()
                    and words[place].islower()
                    and words[place] not in {"cannot", "never", "no", "not"}
                ):
                    words[place] = SYNONYMS.get(words[place], chance.choice(("likewise", "indeed", "plainly", "too")))
                    left -= 1
        return " ".join(words)

    return edit


def _synonyms(text: str, chance: random.Random) -> str:
    def other(match: re.Match[str]) -> str:
        word = match.group()
        return SYNONYMS[word] if word in SYNONYMS and chance.random() < 0.5 else word

    return re.sub(r"[a-z]+", other, text)


def _spelled(text: str, _: random.Random) -> str:
    for british, american in SPELLINGS.items():
        text = text.replace(british, american)
    return text


def _cut(share: float) -> Edit:
    def edit(text: str, _: random.Random) -> str:
        words = text.split(" ")
        return " ".join(words[: max(40, round(share * len(words)))]) + " …"

    return edit


def _middle(text: str, chance: random.Random) -> str:
    parts = text.split("\n\n")
    start = chance.randint(1, max(1, len(parts) // 3))
    kept = parts[start : start + max(3, len(parts) // 2)]
    return "\n\n".join(kept)


_DATE = re.compile(
    r"(\d{1,2}) (January|February|March|April|May|June|July|August|September|October|November|December) (\d{4})"
)


def _dates(text: str, chance: random.Random) -> str:
    form = chance.choice(
        (
            "{:%b}. {d}, {:%Y}",
            "{:%B} {d}, {:%Y}",
            "{:%Y-%m-%d}",
            "{d}/{:%m/%Y}",
            "{d} {:%b %Y}",
            "Sunday",
            "{d}th {:%B}",
        )
    )

    def other(match: re.Match[str]) -> str:
        day = datetime.strptime(match.group(), "%d %B %Y").replace(tzinfo=UTC)
        return re.sub(r"\{(:?)([^}]*)\}", lambda part: day.strftime(part[2]) if part[1] else str(day.day), form)

    return _DATE.sub(other, text)


def _header(text: str, chance: random.Random) -> str:
    place, person = fill("#place#|#person#", chance).split("|")
    return chance.choice((
        f"By {person}, Northern Daily\n\n{text}",
        f"{place.upper()}, March 3 (Northern Newswire) – {text}",
        f"Published 4 March 2026 at 10:45\n\nThis article first appeared in Harbour Wire.\n\n{text}",
    ))  # fmt: skip


def _footer(text: str, chance: random.Random) -> str:
    editor, title = fill("#person#", chance), fill("#title#", chance)
    return chance.choice((
        f"{text}\n\nReporting by {editor}; editing by {fill('#person#', chance)}\n\nRead more: {title}",
        f"{text}\n\n© 2026 Northern Daily. All rights reserved. Sign up for our morning letter, read by 41,200 people.",
        f"{text}\n\nContact {editor} at the Northern Daily news desk. Last updated 5 March 2026, 09:12.",
    ))  # fmt: skip


def _merged(text: str, _: random.Random) -> str:
    return text.replace("\n\n", " ")


def _quoted(text: str, chance: random.Random) -> str:
    text = text.replace("“", '"').replace("”", '"').replace("'", "\u2019")
    parts = text.split("\n\n")
    return "\n\n".join([parts[0].upper(), *parts[1:]]) if chance.random() < 0.5 else text


def _sidebar(text: str, chance: random.Random) -> str:
    lines = [
        "Most read",
        *(_opened(fill("#title#", chance)) for _ in range(chance.randint(3, 5))),
        "More from Northern Daily",
    ]
    parts = text.split("\n\n")
    at = chance.randint(0, len(parts))
    return "\n\n".join([*parts[:at], *lines, *parts[at:]])


def _dropped(text: str, chance: random.Random) -> str:
    sentences = re.split(r"(?<=[.”]) (?=[A-Z“])", text)
    return " ".join(one for at, one in enumerate(sentences) if at == 0 or chance.random() > 0.12)


def _all_of_it(text: str, chance: random.Random) -> str:
    for edit in (_reworded(0.03), _dates, _spelled, _cut(0.7), _header, _footer, _quoted):
        text = edit(text, chance)
    return text


EDITS: Final[dict[str, Edit]] = {
    "as it is": lambda text, _: text,
    "5 % of words": _reworded(0.05),
    "10 % of words": _reworded(0.10),
    "15 % of words": _reworded(0.15),
    "synonyms": _synonyms,
    "spelling": _spelled,
    "cut to 30 %": _cut(0.3),
    "cut to 50 %": _cut(0.5),
    "cut to 70 %": _cut(0.7),
    "middle part": _middle,
    "dates": _dates,
    "header": _header,
    "footer": _footer,
    "header and footer": lambda text, chance: _footer(_header(text, chance), chance),
    "paragraphs merged": _merged,
    "quotes and case": _quoted,
    "sidebar": _sidebar,
    "sentences dropped": _dropped,
    "everything": _all_of_it,
}


def copied_pairs(each: int, seed: int) -> Iterator[Pair]:
    """Return this many originals for each kind of edit, with their copies; half have titles of their own."""
    chance = random.Random(seed)  # noqa: S311 - a test set, not a secret
    for kind, edit in EDITS.items():
        for number in range(each):
            at = START + timedelta(hours=chance.randint(0, 400))
            original = article(f"original {kind} {number}", chance, at)
            title = original.title if chance.random() < 0.5 else _headline(original.text, chance)
            copy = replace(
                original,
                id=f"copy {kind} {number}",
                title=title,
                text=edit(original.text, chance),
                published=at + timedelta(minutes=chance.randint(5, 3_000)),
                source="Northern Daily",
            )
            yield Pair(kind=kind, first=original, second=copy)
