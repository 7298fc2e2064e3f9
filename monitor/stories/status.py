"""A story's articles → how far its measure or case has come, in one word, with the sentence that says so.

A closed list of verbs is looked up in the title and the first sentences; around each verb stands what must be said for
it to count: `adopted` needs a law after it, `dismissed` a court before it. Wishes, plans, conditions, denials,
questions, quotations and what happened in earlier years do not count. English only: an article in another language has
no status. A wording that the list does not know gives no status either, which is the smaller mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from monitor.records import Article, Member, Quoted, Status
from monitor.stories.sentences import sentences

MEASURE: Final = (
    "proposed", "consulted", "rejected", "adopted", "delayed", "in force", "suspended", "withdrawn", "enforced",
)  # fmt: skip
"""What becomes of a law or a rule. Of two in one sentence the later in this row counts: the other is what came before.

`adopted` says that a body which can adopt it has voted for it or signed it, a committee has not; `enforced` that
somebody was fined, lost a licence or was ordered to stop.
"""

CASE: Final = ("filed", "ruled", "settled", "withdrawn", "appealed")
"""What becomes of a case in court, in the same way: `filed` is a suit or a charge, `ruled` any decision."""

STATUSES: Final = tuple(dict.fromkeys(MEASURE + CASE))
"""All words that a status may have."""

LEADS: Final = 5
"""Sentences from the start of a text that may show a status; what comes later is mostly history."""

_LEAD_CHARACTERS: Final = 3_000
_SENTENCE_CHARACTERS: Final = 600
_SUBJECT_CHARACTERS: Final = 200
_FEW_WORDS: Final = 4
_RECENT: Final = timedelta(days=31)


class _Rule(NamedTuple):
    """What a verb means when `before` is found before it and `after` follows at once; `title` and `text` say where."""

    word: str
    line: tuple[str, ...]
    after: re.Pattern[str]
    before: re.Pattern[str]
    title: bool
    text: bool


_LAW = (
    r"(?:(?<!balancing )acts?|bills?|laws?|legislation|regulations?|directives?|ordinances?|decrees?|statutes?|treaty)"
    r"(?![\w-]| (?:firms?|schools?|enforcement|professors?|exams?|degrees?|students?|of nature)\b)"
)
_SOFT = (
    r"(?:rules?|rulebook|guidelines?|guidance|standards?|framework|regime|code|package|measures?|amendments?|reforms?"
    r"|bans?|tax|levy|tariffs?|restrictions?|requirements?|resolution|moratorium|sanctions|caps?|budget)(?![\w-])"
)
_RULES = f"(?:{_LAW}|{_SOFT})"
_PLAN = rf"(?:{_RULES}|(?:proposals?|drafts?|plans?)(?![\w-]))"
_SUIT = r"(?:lawsuits?|suits?|complaints?|class actions?|legal action|charges|claims?|cases?|petitions?)(?![\w-])"
_DISPUTE = rf"(?:{_SUIT}|(?:probes?|allegations?|accusations?|disputes?|investigations?|litigation)(?![\w-]))"
_DECISION = (
    r"(?:rulings?|verdicts?|decisions?|judge?ments?|fines?|penalt(?:y|ies)|convictions?|sentences?|orders?|dismissals?)"
)
_AUTHORITY = (
    r"\b(?:parliament|senate|house|congress|council|councillors|commission|cabinet|government|ministry|ministers?"
    r"|lawmakers|legislators|legislature|assembly|mps|meps|senators|deputies|regulators?|watchdogs?|authority"
    r"|authorities|agency|central bank|president|governor|department|treasury|supervisors?|voters|eu|brussels|sec|cftc"
    r"|fca|esma|eba|eiopa|ftc|fcc|fda|epa|mas|sfc|hkma|bafin|ecb|fdic|occ|cfpb|cma|ico)\b"
)
_BENCH = r"\b(?:courts?|judges?|justices|tribunal|jury|jurors|magistrates?|arbitrators?)\b"
_PROSECUTOR = r"\b(?:prosecutors?|police|attorney general|grand jury)\b"
_OFFENCE = (
    r"(?:breach\w*|violat\w*|breaking|fail\w*|flout\w*|misle\w*|lapses|misconduct|infring\w*|offences|shortcomings"
    r"|manipulat\w*|abus\w*)"
)
_WORD = r"[\w'\u2019.,&/%$\u20ac\u00a3-]{1,30}"
_BROKEN = (
    "to|for|with|by|after|before|under|amid|despite|because|that|which|who|as|from|against|over|into|but|while|when|if"
    "|at|on"
)
_UNDECIDED = r"|drafts?|proposals?|proposed|position|report|opinion|plans?"
_GAP = rf"(?:(?!(?:{_BROKEN})\b){_WORD} ){{0,8}}?"
_DECIDED_GAP = rf"(?:(?!(?:{_BROKEN}{_UNDECIDED})\b){_WORD} ){{0,8}}?"
_HELPED = r"(?:was|were|has been|have been)(?: \w+ly| also| now| then)?"
_ANY = re.compile("")
_COURT_SAYS = (
    rf"{_BENCH}(?! (?:hear|heard|hears|filings?|documents|papers)\b)"
    rf"(?: (?!(?:that|heard|hears|told|who|which)\b){_WORD}){{0,6}} $"
)


def _subject(noun: str, end: str) -> str:
    """Return the pattern of a clause that begins with its subject, `noun`, and goes on with `end`."""
    opened = r"(?:^|[,;:] |\b(?:and|after|said|says|but|as|because) )(?:(?:on|in) \w{1,20} )?"
    adjunct = rf"(?: (?:for|on|of|to|in|by|governing|requiring|against|from|over)(?: {_WORD}){{1,8}}?)?"
    return rf"{opened}(?:(?!(?:{_BROKEN}|of|in)\b){_WORD} ){{0,6}}?{noun}{adjunct}(?:, [^,]{{1,80}},)?{end}$"


def _voted(outcomes: str, otherwise: str) -> str:
    """Return the pattern of what follows `voted`: a few words, an outcome, and what it was about."""
    return rf" (?:(?!not\b)[\w-]{{1,20}} ){{0,5}}?(?:to (?:{outcomes})|(?:{otherwise})) {_GAP}{_RULES}"


_TABLE: dict[str, list[_Rule]] = {}


def _rule(word: str, verbs: str, after: str = "", before: str = "", *, line: tuple[str, ...] = MEASURE) -> None:
    _put(_Rule(word, line, re.compile(after), re.compile(before) if before else _ANY, True, True), verbs)  # noqa: FBT003 - both


def _passive(word: str, verbs: str, noun: str, after: str = "", *, line: tuple[str, ...] = MEASURE) -> None:
    """Add what is done to `noun`; headlines leave the auxiliary out."""
    follows = re.compile(after)
    helped = re.compile(_subject(noun, f" {_HELPED} "))
    bare = re.compile(_subject(noun, f" (?:{_HELPED} )?"))
    _put(_Rule(word, line, follows, helped, title=False, text=True), verbs)
    _put(_Rule(word, line, follows, bare, title=True, text=False), verbs)


def _put(rule: _Rule, verbs: str) -> None:
    for verb in verbs.split():
        _TABLE.setdefault(verb, []).append(rule)


_NOW = r"(?= today| this (?:week|month)\b| on (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|[.!]?\s*$)"
_MADE = "proposes proposed tables tabled unveils unveiled presents presented floats floated"

_rule("proposed", _MADE, f" {_GAP}{_RULES}", _AUTHORITY)
_DRAFTS = "publishes published releases released issues issued submits submitted adopts adopted approves approved"
_rule("proposed", f"{_MADE} {_DRAFTS}", rf" {_GAP}(?:drafts?|proposals?)\b", _AUTHORITY)
_rule("proposed", "introduces introduced submits submitted", f" {_GAP}(?:bills?|legislation)\\b", _AUTHORITY)
_passive("proposed", "proposed tabled introduced unveiled", _RULES)

_OPENS = "opens opened launches launched starts started begins began issues issued publishes published"
_PUBLIC = r"(?:public consultation|consultation (?:paper )?on|call for evidence|request for comment)"
_PERIOD = r"(?:consultation(?! with (?:staff|workers|employees|unions))|comment period)"
_VIEWS = r" (?:[\w-]{1,20} ){0,2}?(?:comments?|feedback|views)\b"
_MATTER = r" (?:(?!with\b)\w{1,20} ){0,3}?on\b"
_DOING = rf"{_AUTHORITY}.{{0,60}}\b(?:is|are) $"
_RUNS = r" (?:[\w-]{1,20} ){0,6}?(?:has opened|opened|began|has begun|is open|runs until|is under way)\b"
_rule("consulted", _OPENS, f" {_GAP}{_PUBLIC}")
_rule("consulted", _OPENS, rf" {_GAP}{_PERIOD}\b", _AUTHORITY)
_rule("consulted", "consults consulted", _MATTER, _AUTHORITY)
_rule("consulted", "consulting", _MATTER, _DOING)
_rule("consulted", "seeks sought invites invited requests requested", _VIEWS, _AUTHORITY)
_rule("consulted", "seeking inviting requesting", _VIEWS, _DOING)
_rule("consulted", "consultation", _RUNS)

_PASSES = (
    "adopts adopted passes passed approves approved enacts enacted ratifies ratified finalises finalised finalizes"
    " finalized"
)
_rule("adopted", f"{_PASSES} signs signed clears cleared", f" {_DECIDED_GAP}{_LAW}")
_rule("adopted", _PASSES, f" {_DECIDED_GAP}{_SOFT}", _AUTHORITY)
_rule(
    "adopted",
    "issues issued publishes published",
    rf" (?:\w{{1,20}} )?final (?:[\w-]{{1,20}} ){{0,3}}?{_RULES}",
    _AUTHORITY,
)
_rule("adopted", "votes voted", _voted("adopt|approve|pass|back|enact|ratify", "in favou?r of|through"), _AUTHORITY)
_rule(
    "adopted",
    "gives gave grants granted",
    rf" (?:[\w-]{{1,20}} ){{0,3}}?(?:approval|assent) to {_DECIDED_GAP}{_RULES}",
    _AUTHORITY,
)
_rule("adopted", "receives received gains gained", " royal assent", _LAW)
_rule("adopted", "becomes became", r" law\b", _subject(_LAW, " "))
_passive("adopted", "adopted passed approved enacted ratified finalised finalized", _RULES)
_passive("adopted", "signed", _RULES, " into law")

_rule(
    "in force",
    "entered came went took",
    r" (?:into )?(?:force|effect|application)\b",
    _subject(_RULES, " (?:has |have |finally )?"),
)
_rule(
    "in force",
    "enters comes takes goes enter come take go",
    rf" (?:into )?(?:force|effect)\b{_NOW}",
    _subject(_RULES, " "),
)
_rule("in force", "is are", r" (?:now |already )?in (?:force|effect)\b", _subject(_RULES, " "))
_rule("in force", "now", r" (?:apply|applies)\b", _subject(_RULES, " "))

_FINES = "fines fined penalises penalised penalizes penalized"
_rule("enforced", _FINES, r" (?!for|of|on|against|and|are|were|to|in|imposed|worth)", rf"{_AUTHORITY}[^,;:]{{0,60}}$")
_rule("enforced", _FINES, rf" [^;:]{{0,120}}?\bfor (?:[\w-]{{1,20}} ){{0,4}}?{_OFFENCE}")
_rule("enforced", "fined", rf" [^;:]{{0,80}}?\bby (?:the )?(?:\w{{1,20}} ){{0,4}}?{_AUTHORITY}")
_rule("enforced", "imposes imposed levies levied issues issued", f" {_GAP}(?:fines?|penalt(?:y|ies))\\b")
_rule("enforced", "hits hit slaps slapped", rf" (?:{_WORD} ){{1,6}}?with {_GAP}(?:fines?|penalt(?:y|ies))\b")
_LICENCE = r"(?:licen[cs]es?|registrations?|authori[sz]ations?|charters?|permits?)\b"
_rule(
    "enforced",
    "revokes revoked cancels cancelled suspends suspended withdraws withdrew",
    f" {_GAP}{_LICENCE}",
    _AUTHORITY,
)
_passive("enforced", "revoked cancelled suspended withdrawn", _LICENCE)
_rule(
    "enforced", "orders ordered", rf" (?:{_WORD} ){{1,6}}?to (?:stop|cease|halt|repay|shut|close|refund)\b", _AUTHORITY
)

_rule("rejected", "rejects rejected vetoes vetoed defeats defeated blocks blocked", f" {_GAP}{_PLAN}", _AUTHORITY)
_rule("rejected", "votes voted", _voted("reject|block|defeat|veto", "against|down"), _AUTHORITY)
_passive("rejected", "rejected vetoed defeated", _PLAN)
_passive("rejected", "voted", _PLAN, " down")

_DROPS = (
    "withdraws withdrew scraps scrapped shelves shelved abandons abandoned drops dropped repeals repealed rescinds"
    " rescinded"
)
_DROPPED = "withdrawn scrapped shelved abandoned dropped repealed rescinded"
_rule("withdrawn", _DROPS, f" {_GAP}{_PLAN}", _AUTHORITY)
_rule("withdrawn", _DROPS, f" {_GAP}(?:{_SUIT}|appeal\\b)", line=CASE)
_passive("withdrawn", _DROPPED, _PLAN)
_passive("withdrawn", _DROPPED, f"(?:{_SUIT}|appeal)", line=CASE)

_START = rf"(?:{_PLAN}|(?:implementation|application|introduction|rollout|enforcement|start|deadline)\b)"
_rule("delayed", "delays delayed postpones postponed defers deferred", f" {_GAP}{_START}", _AUTHORITY)
_rule("delayed", "pushes pushed puts put", f" (?:back|off) {_GAP}{_START}", _AUTHORITY)
_rule("delayed", "votes voted", _voted("delay|postpone|defer", "to push back"), _AUTHORITY)
_passive("delayed", "delayed postponed deferred", _START)
_rule("suspended", "suspends suspended pauses paused halts halted freezes froze stays stayed", f" {_GAP}{_START}",
      f"{_AUTHORITY}|{_BENCH}")  # fmt: skip
_rule("suspended", "blocks blocked", f" {_GAP}{_RULES}", _COURT_SAYS)
_passive("suspended", "suspended paused halted frozen stayed", _START)

_rule("filed", "files filed lodges lodged", f" {_GAP}{_SUIT}", line=CASE)
_ACTION = r"(?:lawsuits?|suits?|legal action|class actions?|proceedings|case against)"
_rule("filed", "brings brought launches launched", rf" {_GAP}{_ACTION}\b", line=CASE)
_rule("filed", "sues sued", r" (?!for peace)", line=CASE)
_passive("filed", "filed lodged brought", _SUIT, line=CASE)
_rule(
    "filed",
    "charges charged indicts indicted",
    rf" (?:{_WORD} ){{1,8}}?(?:with|over|for|on)\b",
    f"{_AUTHORITY}|{_PROSECUTOR}",
    line=CASE,
)
_rule("filed", "charged indicted", r" (?:with|on)\b", f" {_HELPED} $", line=CASE)

_rule("ruled", "ruled", r"(?! out\b| over\b| the roost)", _COURT_SAYS, line=CASE)
_COURT = re.compile(rf"{_BENCH}(?: in \w{{1,20}})? $")
_NO_RULEBOOK = re.compile(" (?!require|of |on (?:filing|evidence))")
_put(_Rule("ruled", CASE, _NO_RULEBOOK, _COURT, title=True, text=False), "rules")
_DECIDES = (
    "dismisses dismissed upholds upheld overturns overturned quashes quashed strikes struck throws threw sides sided"
    " convicts convicted acquits acquitted sentences sentenced orders ordered rejects rejected annuls annulled affirms"
    " affirmed reverses reversed vacates vacated"
)
_rule("ruled", _DECIDES, r"(?=[ .])", _COURT_SAYS, line=CASE)
_rule(
    "ruled",
    "finds found",
    rf" (?:(?!that\b){_WORD} ){{0,8}}?(?:guilty|liable|that|against|in favou?r)\b",
    _COURT_SAYS,
    line=CASE,
)
_passive(
    "ruled",
    "dismissed upheld overturned quashed rejected",
    f"(?:{_SUIT}|(?:appeals?|convictions?|verdicts?)\\b)",
    line=CASE,
)
_rule("ruled", "convicted sentenced acquitted", before=f" {_HELPED} $", line=CASE)
_rule("ruled", "found", " (?:guilty|not guilty|liable)", f" {_HELPED} $", line=CASE)

_PAID = rf"(?:{_WORD} ){{1,12}}?(?:to|and) (?:settle|resolve|end) {_GAP}{_DISPUTE}"
_AGREED = rf"(?:(?:settle|resolve) {_GAP}{_DISPUTE}|settle (?:with|out|for)\b|pay {_PAID})"
_rule("settled", "agrees agreed", f" (?:in principle )?to {_AGREED}", line=CASE)
_rule("settled", "pay pays paid", f" {_PAID}", line=CASE)
_rule(
    "settled",
    "settles settled",
    rf" (?:{_GAP}{_DISPUTE}|(?:\w{{1,20}} ){{0,3}}?with (?:\w{{1,20}} ){{0,4}}?{_AUTHORITY})",
    line=CASE,
)
_rule("settled", "reaches reached", rf" {_GAP}settlement\b", line=CASE)
_passive("settled", "settled", _DISPUTE, line=CASE)

_rule("appealed", "appeals appealed", rf" (?!courts?\b|judges?\b|panel\b)(?:against )?{_GAP}{_DECISION}\b", line=CASE)
_rule("appealed", "appealing", rf" (?:against )?{_GAP}{_DECISION}\b", r" (?:is|are) $", line=CASE)
_rule("appealed", "files filed lodges lodged launches launched", rf" {_GAP}(?:of )?appeals?\b(?! court)", line=CASE)
_passive("appealed", "filed lodged", r"appeal\b", line=CASE)

_NOT_SO = re.compile(
    r"\b(?:would|could|may|might|should|must|shall|can|cannot|will|if|unless|until|whether|before|once|when|not|never"
    r"|no(?!\.)|nor|neither|nobody|den(?:y|ies|ied)|wants?|wanted|wish(?:es|ed)?|hopes?|hoped|expects?|urge[sd]?"
    r"|ask(?:s|ed)?|call(?:s|ed) (?:for|on)|to (?:get|see|have)|possibl[ey]|rumou?rs?|allegedly|since|ago"
    r"|last (?:year|month)|previously|originally|formerly|first|historically|usually|typically|often|routinely"
    r"|regularly|who|(?:yet|expected|likely|set|due|ready|about|plans?|planned|planning|fail(?:s|ed)?|refuse[sd]?"
    r"|aim(?:s|ed)?|vow(?:s|ed)?|threaten(?:s|ed)?|pledge[sd]?|promise[sd]?) to)\b|n['\u2019]t\b"
)
_ATTRIBUTE = re.compile(
    r"(?:\b(?:the|a|an|its|their|his|her|our|any|newly|under|of|these|those|this|for|on|with|by|in|over|at|from|about"
    r"|against)|['\u2019]s|s['\u2019])(?: recently| already)? $|-$"
)
_HAD = re.compile(r"\bhad (?:\w+ly |also |now )?$")
_REPORTED = re.compile(r"\b(?:said|says|announced|confirmed|told)\b")
_NO_BODY = re.compile(r"\b(?:committee|subcommittee|panel|shareholders|investors|directors)\b")
_BOUNDARY = re.compile(r"[,;:()\u2013\u2014]|\b(?:after|because|but|while|although|though)\b")
_PAST_YEAR = re.compile(
    r"(?: (?!(?:for|over|from|that|which)\b)[^\s,;:]{1,30}){0,5}? (?:in|during|since|of|on) (?:[a-z0-9-]{1,10} ){0,3}"
    r"((?:19|20)\d\d)\b"
)
_LONG_AGO = re.compile(
    r"[^,;:]{0,60}?\b(?:(?:years?|months?|decades?) (?:ago|earlier|before)|last (?:year|month|decade))\b"
)
_OPENING_YEAR = re.compile(r"(?:back )?in (?:[a-z]{3,10} )?((?:19|20)\d\d)\b")
_EXPLAINS = re.compile(r"(?:how|why|what|when|who|opinion|explainer|analysis|comment|factbox|timeline)\b")
_QUOTED = re.compile(r"\u201c([^\u201c\u201d]*)(?:\u201d|$)|^([^\u201c\u201d]*)\u201d|\"([^\"]*)\"")
_MONTH_OF_MAY = re.compile(r"\bMay\b")
_VERB = re.compile(r"[a-z]+")


def status_of(members: Sequence[Member]) -> Status | None:
    """Return how far a story's measure or case has come, by its newest article that says so; None when none does.

    In it the sentence nearest to the start counts, the title before the text. A copy says nothing beside its original.
    """
    known = {member.article.id for member in members}
    originals = [member for member in members if not member.article.copy_of or member.article.copy_of not in known]
    for member in sorted(originals, key=_recency, reverse=True):
        found = _status(member.article)
        if found:
            return found
    return None


def _recency(member: Member) -> tuple[datetime, datetime, str]:
    return member.article.published, member.seen_at, member.article.id


def _status(article: Article) -> Status | None:
    if article.language and article.language.partition("-")[0].lower() != "en":
        return None
    for place, sentence in enumerate(_leads(article)):
        word = shown_by(sentence, article.published, title=place == 0)
        if word:
            quoted = Quoted(article_id=article.id, publisher=article.publisher, text=sentence)
            return Status(word=word, shown_by=quoted)
    return None


def _leads(article: Article) -> Iterator[str]:
    yield " ".join(article.title.encode("utf-8", "replace").decode("utf-8").split())
    yield from sentences(article.own_text[:_LEAD_CHARACTERS])[:LEADS]


def shown_by(sentence: str, published: datetime, *, title: bool = False) -> str:
    """Return the status that a sentence of that day shows, empty when it shows none."""
    text = _plain(sentence)
    if not text or (title and _EXPLAINS.match(text)):
        return ""
    found = [
        (rule.line, rule.line.index(rule.word))
        for verb in _VERB.finditer(text)
        for rule in _TABLE.get(verb.group(), ())
        if (rule.title if title else rule.text) and _holds(rule, text, verb, published)
    ]
    if not found:
        return ""
    line = found[0][0]
    return line[max(rank for of, rank in found if of is line)]


def _plain(sentence: str) -> str:
    """Return a statement in lower case without what it quotes, empty for a question or half a quotation."""
    sentence = sentence[:_SENTENCE_CHARACTERS].rstrip()
    if sentence.endswith(("?", '?"', "?\u201d")) or sentence.count('"') % 2:
        return ""
    if not sentence.isupper():
        sentence = _MONTH_OF_MAY.sub("Mai", sentence)
    return " ".join(_QUOTED.sub(_unquoted, sentence).lower().split())


def _unquoted(match: re.Match[str]) -> str:
    """Return a few quoted words, which are a name or an expression, and a comma for what somebody says."""
    said = next((part for part in match.groups() if part is not None), "")
    return said if 0 < len(said.split()) <= _FEW_WORDS and not said.endswith((",", ".")) else " , "


def _holds(rule: _Rule, text: str, verb: re.Match[str], published: datetime) -> bool:
    start, end = verb.span()
    before = text[max(0, start - _SUBJECT_CHARACTERS) : start]
    if not rule.after.match(text, end) or not rule.before.search(before):
        return False
    return _is_said(_clause(before, verb.group()), rule) and not _is_history(text, end, published)


def _clause(before: str, verb: str) -> str:
    """Return what stands before the verb in its clause."""
    cut = 0
    for boundary in _BOUNDARY.finditer(before):
        cut = boundary.end()
    clause = before[cut:]
    # "To pay 3 million to settle" and "will pay" announce what has been agreed.
    return clause.removesuffix("to ").removesuffix("will ") if verb == "pay" else clause


def _is_said(clause: str, rule: _Rule) -> bool:
    """Hold for a statement: no wish, plan, condition, denial, attribute (`the adopted rules`) or past of the past."""
    if _NOT_SO.search(clause) or clause.endswith(" to ") or _ATTRIBUTE.search(clause):
        return False
    if _HAD.search(clause) and not _REPORTED.search(clause):
        return False
    return rule.word != "adopted" or not _NO_BODY.search(clause)


def _is_history(text: str, end: int, published: datetime) -> bool:
    year = _PAST_YEAR.match(text, end) or _OPENING_YEAR.match(text)
    earliest = (max(published.replace(tzinfo=None), datetime.min + _RECENT) - _RECENT).year  # noqa: DTZ901 - a bound only
    return bool(year and int(year[1]) < earliest) or bool(_LONG_AGO.match(text, end))
