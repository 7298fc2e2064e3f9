"""The wordings that show how far a measure or a case has come: for each verb, what must stand before it and behind.

`adopted` needs a law after it, `dismissed` a court before it. One verb may have several rules. Headlines leave
auxiliaries out, so that a passive has one rule for titles and one for texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from monitor.stories.status_lexicon import (
    AUTHORITY,
    BENCH,
    BODY,
    BROKEN,
    CHAMBER,
    COURT_SAYS,
    CRIME,
    DECIDED_GAP,
    DECISION,
    DISPUTE,
    GAP,
    HELPED,
    LAW,
    OFFENCE,
    PLAN,
    PROSECUTOR,
    RULES,
    SOFT,
    SUIT,
    SUPERVISOR,
    WORD,
)

MEASURE: Final = (
    "proposed", "consulted", "rejected", "passed", "adopted", "delayed", "in force", "suspended", "withdrawn",
    "enforced",
)  # fmt: skip
"""What becomes of a law or a rule. Of two in one sentence the later in this row counts: the other is what came before.

`passed` says that one chamber of a parliament has voted for it, or the whole one in a first reading; `adopted` that a
body which can adopt it has, or has signed it. A committee's vote shows nothing. `enforced` says that somebody was
fined, lost a licence or was ordered to stop.
"""

CASE: Final = ("filed", "ruled", "settled", "withdrawn", "appealed")
"""What becomes of a case in court, in the same way: `filed` is a suit or a charge, `ruled` any decision."""

STATUSES: Final = tuple(dict.fromkeys(MEASURE + CASE))
"""All words that a status may have."""

SUBJECT_CHARACTERS: Final = 200
"""How far before a verb is read."""


_ANY = re.compile("")


class Rule(NamedTuple):
    """What a verb means when `before` is found before it and `after` follows at once; `title` and `text` say where."""

    word: str
    line: tuple[str, ...]
    after: re.Pattern[str]
    before: re.Pattern[str]
    title: bool = True
    text: bool = True


def _subject(noun: str, end: str) -> str:
    """Return the pattern of a clause that begins with its subject, `noun`, and goes on with `end`."""
    opened = r"(?:^|[,;:] |\b(?:and|after|said|says|but|as|because) )(?:(?:on|in) \w{1,20} )?"
    adjunct = rf"(?: (?:for|on|of|to|in|by|governing|requiring|against|from|over)(?: {WORD}){{1,8}}?)?"
    return rf"{opened}(?:(?!(?:{BROKEN}|of|in)\b){WORD} ){{0,6}}?{noun}{adjunct}(?:, [^,]{{1,80}},)?{end}$"


def _voted(outcomes: str, otherwise: str) -> str:
    """Return the pattern of what follows `voted`: a few words, an outcome, and what it was about."""
    return rf" (?:(?!not\b)[\w-]{{1,20}} ){{0,5}}?(?:to (?:{outcomes})|(?:{otherwise})) {GAP}{RULES}"


_TABLE: Final[dict[str, list[Rule]]] = {}
TABLE: Final[Mapping[str, Sequence[Rule]]] = _TABLE
"""The rules of each verb."""


def _rule(word: str, verbs: str, after: str = "", before: str = "", *, line: tuple[str, ...] = MEASURE) -> None:
    _put(Rule(word, line, re.compile(after), re.compile(before) if before else _ANY), verbs)


def _passive(word: str, verbs: str, noun: str, after: str = "", *, line: tuple[str, ...] = MEASURE) -> None:
    """Add what is done to `noun`; headlines leave the auxiliary out."""
    follows = re.compile(after)
    helped = re.compile(_subject(noun, f" {HELPED} "))
    bare = re.compile(_subject(noun, f" (?:{HELPED} )?"))
    _put(Rule(word, line, follows, helped, title=False), verbs)
    _put(Rule(word, line, follows, bare, text=False), verbs)


def _titled(word: str, verbs: str, after: str) -> None:
    """Add what is done to somebody in a title, where the auxiliary is left out."""
    _put(Rule(word, CASE, re.compile(after), _ANY, text=False), verbs)


def _put(rule: Rule, verbs: str) -> None:
    for verb in verbs.split():
        _TABLE.setdefault(verb, []).append(rule)


_NOW = r"(?= today| this (?:week|month)\b| on (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|[.!]?\s*$)"
_MADE = "propose proposes proposed tables tabled unveils unveiled presents presented floats floated"

_rule("proposed", _MADE, f" {GAP}{RULES}", AUTHORITY)
_DRAFTS = "publishes published releases released issues issued submits submitted adopts adopted approves approved"
_rule("proposed", f"{_MADE} {_DRAFTS}", rf" {GAP}(?:drafts?|proposals?)\b", BODY)
_rule("proposed", "publishes published issues issued", f" {GAP}notice of proposed rulemaking\\b", AUTHORITY)
_rule("proposed", "gazettes gazetted", f" {GAP}bill\\b", AUTHORITY)
_passive("proposed", "gazetted", r"(?:bills?\b)")
_rule("proposed", "introduce introduces introduced submits submitted", f" {GAP}(?:bills?|legislation)\\b", AUTHORITY)
_passive("proposed", "proposed tabled introduced unveiled", RULES)

_OPENS = "opens opened launches launched starts started begins began begun issues issued publishes published"
_PUBLIC = (
    r"(?:public consultation|consultation (?:paper )?on|calls? for (?:evidence|input)"
    r"|request for (?:comment|information|views)|discussion paper)"
)
_PERIOD = r"(?:consultation(?! with (?:staff|workers|employees|unions))|comment period)"
_VIEWS = r" (?:[\w-]{1,20} ){0,2}?(?:comments?|feedback|views)\b"
_MATTER = r" (?:(?!with\b)\w{1,20} ){0,3}?on\b"
_DOING = rf"{AUTHORITY}.{{0,60}}\b(?:is|are) $"
_RUNS = r" (?:[\w-]{1,20} ){0,6}?(?:has opened|opened|began|has begun|is open|runs until|is under way)\b"
_rule("consulted", _OPENS, f" {GAP}{_PUBLIC}")
_rule("consulted", _OPENS, rf" {GAP}{_PERIOD}\b", AUTHORITY)
_rule("consulted", "consults consulted", _MATTER, AUTHORITY)
_rule("consulted", "consulting", _MATTER, _DOING)
_rule("consulted", "seeks sought invites invited requests requested", _VIEWS, AUTHORITY)
_rule("consulted", "seeking inviting requesting", _VIEWS, _DOING)
_rule("consulted", "consultation", _RUNS)

_PASSES = (
    "adopts adopted passes passed approves approved enacts enacted ratifies ratified finalises finalised finalizes"
    " finalized"
)
_rule("adopted", f"{_PASSES} signs signed clears cleared", f" {DECIDED_GAP}{LAW}", BODY)
_rule("adopted", "signs signed", f" {DECIDED_GAP}{LAW} into law\\b")
_rule("adopted", _PASSES, f" {DECIDED_GAP}{SOFT}", AUTHORITY)
_rule(
    "adopted",
    "issues issued publishes published",
    rf" (?:[\w-]{{1,20}} ){{0,2}}?final (?:(?!(?:draft|report|notice|proposals?)\b)[\w-]{{1,20}} ){{0,3}}?{RULES}",
    AUTHORITY,
)
_rule("adopted", "votes voted", _voted("adopt|approve|pass|back|enact|ratify", "in favou?r of|through"), AUTHORITY)
_rule(
    "adopted",
    "gives gave grants granted",
    rf" (?:[\w-]{{1,20}} ){{0,3}}?(?:approval|assent) to {DECIDED_GAP}{RULES}",
    AUTHORITY,
)
_rule("adopted", "receives received gains gained gets got given granted", " royal assent", LAW)
_rule("adopted", "gazettes gazetted transposes transposed", rf" (?!{GAP}bills?\b){DECIDED_GAP}{RULES}")
_passive("adopted", "gazetted transposed", rf"(?:(?!bills?\b){RULES}|order\b)")
_rule("adopted", "becomes became", r" law\b", _subject(LAW, " "))
_passive("adopted", "adopted passed approved enacted ratified finalised finalized", RULES)
_passive("adopted", "signed", RULES, " into law")

_rule(
    "in force",
    "entered came went took",
    r" (?:into )?(?:force|effect|application)\b",
    _subject(RULES, " (?:has |have |finally )?"),
)
_rule(
    "in force",
    "enters comes takes goes enter come take go",
    rf" (?:into )?(?:force|effect|application)\b{_NOW}",
    _subject(RULES, " "),
)
_rule("in force", "is are", r" (?:now |already )?in (?:force|effect)\b", _subject(RULES, " "))
_rule("in force", "now", r" (?:apply|applies)\b", _subject(RULES, " "))

_rule("in force", "became", r" (?:applicable|effective|enforceable)\b", _subject(RULES, " (?:has |have |finally )?"))
_rule("in force", "began started", r" (?:to apply|applying)\b", _subject(RULES, " (?:has |have |finally )?"))

_FINES = "fines fined penalises penalised penalizes penalized"
_rule("enforced", _FINES, r" (?!for|of|on|against|and|are|were|to|in|imposed|worth)", rf"{AUTHORITY}[^,;:]{{0,60}}$")
_rule("enforced", _FINES, rf" [^;:]{{0,120}}?\bfor (?:[\w-]{{1,20}} ){{0,4}}?{OFFENCE}")
_rule("enforced", "fined", rf" [^;:]{{0,80}}?\bby (?:the )?(?:\w{{1,20}} ){{0,4}}?{AUTHORITY}")
_rule("enforced", "imposes imposed levies levied issues issued", f" {GAP}(?:fines?|penalt(?:y|ies))\\b")
_rule("enforced", "hits hit slaps slapped", rf" (?:{WORD} ){{1,6}}?with {GAP}(?:fines?|penalt(?:y|ies))\b")
_ORDER = r"(?:final notice|consent orders?|cease[- ]and[- ]desist|prohibition order|decision notice)"
_rule("enforced", "issues issued publishes published serves served slaps slapped", rf" {GAP}{_ORDER}\b", AUTHORITY)
_rule("enforced", "hits hit slaps slapped", rf" (?:{WORD} ){{1,6}}?with {GAP}{_ORDER}\b", AUTHORITY)
_rule("enforced", "hit slapped", rf" with {GAP}(?:fines?|penalt(?:y|ies)|{_ORDER})\b", f" {HELPED} $")
_rule("enforced", "receives received gets got", rf" {GAP}{_ORDER} (?:{WORD} ){{0,3}}?from {GAP}{AUTHORITY}")
_rule(
    "enforced",
    "reprimands reprimanded censures censured",
    r" (?!for|of|by)",
    rf"\b{SUPERVISOR}\b[^,;:]{{0,60}}$",
)
_INDUSTRY = r"from (?:working|acting|serving|holding|trading|operating|the [\w-]{1,20} (?:industry|sector))\b"
_rule("enforced", "bans banned bars barred", rf" (?:{WORD} ){{1,6}}?{_INDUSTRY}", rf"\b{SUPERVISOR}\b")
_LICENCE = r"(?:licen[cs]es?|registrations?|authori[sz]ations?|charters?|permits?)\b"
_rule(
    "enforced",
    "revokes revoked cancels cancelled suspends suspended withdraws withdrew",
    f" {GAP}{_LICENCE}",
    AUTHORITY,
)
_passive("enforced", "revoked cancelled suspended withdrawn", _LICENCE)
_rule("enforced", "orders ordered", rf" (?:{WORD} ){{1,6}}?to (?:stop|cease|halt|repay|shut|close|refund)\b", AUTHORITY)

_rule("rejected", "rejects rejected vetoes vetoed defeats defeated blocks blocked", f" {GAP}{PLAN}", AUTHORITY)
_rule("rejected", "votes voted", _voted("reject|block|defeat|veto", "against|down"), AUTHORITY)
_passive("rejected", "rejected vetoed defeated", PLAN)
_passive("rejected", "voted", PLAN, " down")

_DROPS = (
    "withdraws withdrew scraps scrapped shelves shelved abandons abandoned drops dropped repeals repealed rescinds"
    " rescinded"
)
_DROPPED = "withdrawn scrapped shelved abandoned dropped repealed rescinded"
_rule("withdrawn", _DROPS, f" {GAP}{PLAN}", AUTHORITY)
_rule("withdrawn", _DROPS, f" {GAP}(?:{SUIT}|appeal\\b)", line=CASE)
_passive("withdrawn", _DROPPED, PLAN)
_passive("withdrawn", _DROPPED, f"(?:{SUIT}|appeal)", line=CASE)

_START = rf"(?:{PLAN}|(?:implementation|application|introduction|rollout|enforcement|start|deadline)\b)"
_rule("delayed", "delays delayed postpones postponed defers deferred", f" {GAP}{_START}", AUTHORITY)
_rule("delayed", "pushes pushed puts put", f" (?:back|off) {GAP}{_START}", AUTHORITY)
_rule("delayed", "votes voted", _voted("delay|postpone|defer", "to push back"), AUTHORITY)
_passive("delayed", "delayed postponed deferred", _START)
_HALTS = "suspends suspended pauses paused halts halted freezes froze stays stayed"
# A chamber that "suspends the rules" votes without debate.
_PROCEDURE = r" (?:(?:the|its|standing|house|senate) ){0,2}rules(?: (?:to|and|for|so|in order)\b|[.,]|$)"
_rule("suspended", _HALTS, f"(?!{_PROCEDURE}) {GAP}{_START}", f"{AUTHORITY}|{BENCH}")
_rule("suspended", "blocks blocked", f" {GAP}{RULES}", COURT_SAYS)
_passive("suspended", "suspended paused halted frozen stayed", _START)

_rule("filed", "files filed lodges lodged", f" {GAP}{SUIT}", line=CASE)
_ACTION = r"(?:lawsuits?|suits?|legal action|class actions?|proceedings|case against)"
_rule("filed", "brings brought launches launched", rf" {GAP}{_ACTION}\b", line=CASE)
_rule("filed", "sues sued", r" (?!for peace)", line=CASE)
_passive("filed", "filed lodged brought", SUIT, line=CASE)
_rule(
    "filed",
    "charges charged indicts indicted",
    rf" (?:{WORD} ){{1,8}}?(?:with|over|for|on)\b",
    f"{AUTHORITY}|{PROSECUTOR}",
    line=CASE,
)
_rule("filed", "charged indicted", r" (?:with|on)\b", f" {HELPED} $", line=CASE)
_titled("filed", "charged indicted", rf" (?:with|on|for|over|in) {GAP}{CRIME}")

_rule("ruled", "ruled", r"(?! out\b| over\b| the roost)", COURT_SAYS, line=CASE)
_COURT = re.compile(rf"{BENCH}(?: in \w{{1,20}})? $")
_NO_RULEBOOK = re.compile(" (?!require|of |on (?:filing|evidence))")
_put(Rule("ruled", CASE, _NO_RULEBOOK, _COURT, text=False), "rules")
_DECIDES = (
    "dismisses dismissed upholds upheld overturns overturned quashes quashed strikes struck throws threw sides sided"
    " convicts convicted acquits acquitted sentences sentenced orders ordered rejects rejected annuls annulled affirms"
    " affirmed reverses reversed vacates vacated enjoins enjoined"
)
_rule("ruled", _DECIDES, r"(?=[ .])", COURT_SAYS, line=CASE)
_rule("ruled", "tosses tossed", rf" (?:out )?{GAP}{DISPUTE}", COURT_SAYS, line=CASE)
# "Remanded in custody" decides nothing of the case.
_rule("ruled", "remands remanded", rf" {GAP}(?:{SUIT}|rules?\b|matter\b)", COURT_SAYS, line=CASE)
_rule("ruled", "certifies certified", rf" {GAP}class\b", COURT_SAYS, line=CASE)
_passive("ruled", "remanded", SUIT, r" (?:to|for|back)\b", line=CASE)
_rule(
    "ruled",
    "grants granted denies denied",
    rf" {GAP}(?:motion|injunction|summary judge?ment)\b",
    COURT_SAYS,
    line=CASE,
)
_rule(
    "ruled",
    "finds found",
    rf" (?:(?!that\b){WORD} ){{0,8}}?(?:guilty|liable|that|against|in favou?r)\b",
    COURT_SAYS,
    line=CASE,
)
_passive(
    "ruled",
    "dismissed upheld overturned quashed rejected",
    f"(?:{SUIT}|(?:appeals?|convictions?|verdicts?)\\b)",
    line=CASE,
)
_rule("ruled", "convicted sentenced acquitted", before=f" {HELPED} $", line=CASE)
_rule("ruled", "found", " (?:guilty|not guilty|liable)", f" {HELPED} $", line=CASE)
_titled("ruled", "found", r" (?:not )?(?:guilty|liable)\b")
_titled("ruled", "sentenced", rf" to {GAP}(?:years?|months?|prison|jail|life)\b")

_PAID = rf"(?:{WORD} ){{1,12}}?(?:to|and) (?:settle|resolve|end) {GAP}{DISPUTE}"
_AGREED = rf"(?:(?:settle|resolve) {GAP}{DISPUTE}|settle (?:with|out|for)\b|pay {_PAID})"
_rule("settled", "agrees agreed", f" (?:in principle )?to {_AGREED}", line=CASE)
_rule("settled", "pay pays paid", f" {_PAID}", line=CASE)
_rule(
    "settled",
    "settles settled",
    rf" (?:{GAP}{DISPUTE}|(?:\w{{1,20}} ){{0,3}}?with (?:\w{{1,20}} ){{0,4}}?{AUTHORITY})",
    line=CASE,
)
_CONSENT = rf" {GAP}consent (?:order|decree)\b"
_rule("settled", "agrees agreed consents consented", f" to{_CONSENT}", line=CASE)
_rule("settled", "enters entered", f" (?:into)?{_CONSENT}", line=CASE)
_rule("settled", "signs signed", _CONSENT, line=CASE)
_rule("settled", "reaches reached", rf" {GAP}settlement\b", line=CASE)
_passive("settled", "settled", DISPUTE, line=CASE)

_rule("appealed", "appeals appealed", rf" (?!courts?\b|judges?\b|panel\b)(?:against )?{GAP}{DECISION}\b", line=CASE)
_rule("appealed", "appealing", rf" (?:against )?{GAP}{DECISION}\b", r" (?:is|are) $", line=CASE)
_rule("appealed", "files filed lodges lodged launches launched", rf" {GAP}(?:of )?appeals?\b(?! court)", line=CASE)
_passive("appealed", "filed lodged", r"appeal\b", line=CASE)

_GONE = r"(?:passed|approved|cleared)(?: by)?"
_BOTH = re.compile(
    r"\b(?:both (?:houses|chambers)|house and senate|senate and house|congress|final (?:approval|passage|vote|reading)"
    rf"|house\b.{{0,120}} {_GONE} the senate|senate\b.{{0,120}} {_GONE} the house"
    r"|to the (?:president|governor)|(?:president|governor)['\u2019]s (?:desk|signature)"
    r"|(?:sends|sent|sending|heads|headed|goes|going)"
    r" (?:it |the bill )?to [\w' \u2019]{1,40}['\u2019]s? (?:desk|signature))\b"
)
_ONE_CHAMBER = re.compile(CHAMBER)
_BY_ONE_CHAMBER = re.compile(rf"[^,;:]{{0,40}}? (?:by|in) (?:(?!(?:{BROKEN})\b){WORD} ){{0,3}}?{CHAMBER}")
_FIRST_READING = re.compile(r"[^;:]{0,100}?\b(?:first|second|initial|preliminary) (?:reading|vote|debate|approval)\b")
_VOTED: Final = frozenset(f"{_PASSES} clears cleared votes voted gives gave grants granted".split()) - {
    "enacts", "enacted", "ratifies", "ratified",
}  # fmt: skip


def is_part(verb: str, clause: str, after: str, whole: str) -> bool:
    """Hold for a vote that leaves another to come: one chamber's, or a first reading's.

    `clause` stands before the verb, `after` behind it, in the sentence `whole`.
    """
    if verb not in _VOTED or _BOTH.search(whole):
        return False
    return bool(_ONE_CHAMBER.search(clause) or _BY_ONE_CHAMBER.match(after) or _FIRST_READING.match(after))
