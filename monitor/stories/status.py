"""A story's articles → how far its measure or case has come, in one word, with the sentence that says so.

1. In each article the title and the first `LEADS` sentences are read for verbs of a closed list; around a verb must
   stand what `status_wordings.py` says. Wishes, plans, conditions, denials, questions, quotations, counts ("six have
   been convicted") and what happened longer ago do not count.
2. An article says what its title or one of its first `NEWS` sentences shows, the first of them that does. What only a
   later sentence shows is background.
3. Of the articles within `DAY` of the newest one that says something, the most advanced counts, so that a late report
   does not set a story back. Background counts where nothing else does, or where it is newer and goes further.

English only: an article in another language has no status. A wording that the list does not know gives no status
either, which is the smaller mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from monitor.records import Article, Member, Quoted, Status
from monitor.stories.quotable import is_furniture, is_question, without_dateline
from monitor.stories.sentences import sentences
from monitor.stories.status_wordings import (
    CASE,
    MEASURE,
    STATUSES,
    SUBJECT_CHARACTERS,
    TABLE,
    Rule,
    is_part,
)
from monitor.stories.terms import words_of

__all__ = ["CASE", "LEADS", "MEASURE", "STATUSES", "shown_by", "status_of"]

LEADS: Final = 5
"""Sentences from the start of a text that may show a status; what comes later is mostly history."""

NEWS: Final = 2
"""Sentences from the start of a text that say what is new; those behind them often tell what came before."""

DAY: Final = timedelta(days=1)
"""Articles so near to the newest that shows a status are about the same step."""

_COMPARED: Final = 40
_FIRST_CHARACTERS: Final = 1_000
_LEAD_CHARACTERS: Final = 3_000
_SENTENCE_CHARACTERS: Final = 600
_FEW_WORDS: Final = 4
_RECENT: Final = timedelta(days=31)
_MONTHS: Final = "january february march april mai june july august september october november december".split()  # noqa: SIM905 - read like a calendar

_NOT_SO = re.compile(
    r"\b(?:would|could|may|might|should|must|shall|can|cannot|will|if|unless|until|whether|before|once|when|not|never"
    r"|no(?!\.)|nor|neither|nobody|den(?:y|ies|ied)|wants?|wanted|wish(?:es|ed)?|hopes?|hoped|expects?|urge[sd]?"
    r"|ask(?:s|ed)?|call(?:s|ed) (?:for|on)|to (?:get|see|have)|possibl[ey]|rumou?rs?|allegedly|since|ago"
    r"|last (?:year|month)|previously|originally|formerly|first|historically|usually|typically|often|routinely"
    r"|regularly|who|how|why|where|the way|(?:years|months|weeks) after"
    r"|(?:lawsuits?|suits?|critics|complaints?) (?:say|argue|claim|allege)s?"
    r"|(?:yet|expected|likely|set|due|ready|about|plans?|planned|planning|fail(?:s|ed)?|refuse[sd]?"
    r"|aim(?:s|ed)?|vow(?:s|ed)?|threaten(?:s|ed)?|pledge[sd]?|promise[sd]?) to)\b|n['\u2019]t\b"
)
_ATTRIBUTE = re.compile(
    r"(?:\b(?:the|a|an|its|their|his|her|our|any|newly|under|of|these|those|this|for|on|with|by|in|over|at|from|about"
    r"|against)|['\u2019]s|s['\u2019])(?: recently| already)? $|-$"
)
_HAD = re.compile(r"\bhad (?:\w+ly |also |now )?$")
_REPORTED = re.compile(r"\b(?:said|says|announced|confirmed|told)\b")
_NO_BODY = re.compile(r"\b(?:committee|subcommittee|panel|shareholders|investors|directors)\b")
_BY_NO_BODY = re.compile(rf" by (?:[\w-]{{1,20}} ){{0,4}}?{_NO_BODY.pattern}")
_BOUNDARY = re.compile(
    r"[,;:()\u2013\u2014]|\b(?:(?<!years )(?<!months )(?<!weeks )after|because|but|while|although|though)\b"
)
_PAST_YEAR = re.compile(
    r"(?: (?!(?:for|over|from|that|which)\b)[^\s,;:]{1,30}){0,9}? (?:in|during|since|of|on) (?:[a-z0-9-]{1,10} ){0,3}"
    r"((?:19|20)\d\d)\b"
)
_OTHERS = r"(?!(?:for|over|from|that|which|who|when|proposed|introduced|filed|brought|announced|drafted|unveiled)\b)"
_LONG_AGO = re.compile(
    rf"(?: {_OTHERS}[^\s,;:]{{1,30}}){{0,9}}? (?:[\w-]{{1,20}} (?:years?|months?|decades?) (?:ago|earlier|before)"
    r"|last (?:year|month|decade|spring|summer|autumn|fall|winter)|earlier this year|at the time"
    r"|in the (?:spring|summer|autumn|fall|winter|(?:19|20)\d0s)|under the (?:previous|former|last)\b)"
)
_PAST_MONTH = re.compile(
    r"(?: (?!(?:for|over|from|that|which|who|when|to|will|would|by|until|effective|starting|due|as)\b)[^\s,;:]{1,30})"
    rf"{{0,6}}? (?:in|during|since|on) (?:(?:early|mid|late|\d{{1,2}})[ -])?({'|'.join(_MONTHS)})\b(?! \d{{4}})"
)
_OPENING_MONTH = re.compile(rf"(?:back )?in (?:early |mid-|late )?({'|'.join(_MONTHS)})\b(?! \d{{4}})")
_OPENING_HISTORY = re.compile(
    r"(?:in (?:the|his|her|its|their) (?:first|last|previous|early) (?:term|years|government|session)\b"
    r"|under (?:the|its|a|his|her) (?:previous|former|last)\b|in the (?:19|20)\d0s\b|earlier this year\b"
    r"|(?:over|in|during) the (?:past|last) |for (?:years|decades|months)\b|during the pandemic\b"
    r"|during h(?:is|er) presidency\b|at the time\b|back then\b)"
)
_COUNTED = re.compile(
    r"^\W{0,3}(?:(?:and|but|that) )?(?:(?:so far|thus far|to date|of|among|more than|fewer than|nearly|almost|about"
    r"|around|at least|over|some|up to|a total of|hundreds|thousands|dozens|scores|many|several|most|few)\b.{0,120}"
    r"|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d[\d,.]{0,8})"
    r"(?: (?:others|more|of them|people|persons))?) (?:have|has|had) (?:already |so far |now )?been (?:\w{1,20}ly )?$"
)
_COUNTS = re.compile(rf"(?: {_OTHERS}[^\s,;:]{{1,30}}){{0,8}}? (?:so far|to date|in total|this year alone)\b")
_OPENING_YEAR = re.compile(r"(?:back )?in (?:[a-z]{3,10} )?((?:19|20)\d\d)\b")
_EXPLAINS = re.compile(r"(?:how|why|what|when|who|opinion|explainer|analysis|comment|factbox|timeline)\b")
_QUOTED = re.compile(r"\u201c([^\u201c\u201d]*)(?:\u201d|$)|^([^\u201c\u201d]*)\u201d|\"([^\"]*)\"")
_MARKS: Final = frozenset('"\u201c\u201d')
_MONTH_OF_MAY = re.compile(r"\bMay\b")
_VERB = re.compile(r"[a-z]+")


class _Shown(NamedTuple):
    """A step in its line, and whether it is background only."""

    line: tuple[str, ...]
    rank: int
    quoted: Quoted
    background: bool
    at: datetime


def status_of(members: Sequence[Member]) -> Status | None:
    """Return how far a story's measure or case has come, by its newest articles that say so; None when none does.

    A copy says nothing beside its original.
    """
    known = {member.article.id for member in members}
    originals = [member for member in members if not member.article.copy_of or member.article.copy_of not in known]
    said: list[_Shown] = []
    newer: list[_Shown] = []
    for member in sorted(originals, key=_recency, reverse=True):
        if len(said) == _COMPARED or (said and said[0].at - member.article.published > DAY):
            break
        shown = _of_article(member.article)
        if shown and not shown.background:
            said.append(shown)
        elif shown and not said:
            newer.append(shown)
    found = _furthest(said, newer)
    return Status(word=found.line[found.rank], shown_by=found.quoted) if found else None


def _recency(member: Member) -> tuple[datetime, datetime, str]:
    return member.article.published, member.seen_at, member.article.id


def _furthest(said: Sequence[_Shown], newer: Sequence[_Shown]) -> _Shown | None:
    """Return the most advanced of what is said, newest first, or of newer background that goes beyond it."""
    found = said or newer
    if not found:
        return None
    best = max((one for one in found if one.line is found[0].line), key=lambda one: one.rank)
    beyond = [one for one in newer if one.line is best.line and one.rank > best.rank]
    return max(beyond, key=lambda one: one.rank, default=best)


def _of_article(article: Article) -> _Shown | None:
    """Return what an article says, or else what its background shows."""
    if article.language and article.language.partition("-")[0].lower() != "en":
        return None
    for place, sentence in enumerate(_leads(article)):
        step = _step(sentence, article.published, title=place == 0)
        if step:
            quoted = Quoted(article_id=article.id, publisher=article.publisher, text=sentence)
            return _Shown(*step, quoted, place > NEWS, article.published)
    return None


def _leads(article: Article) -> Iterator[str]:
    yield " ".join(article.title.encode("utf-8", "replace").decode("utf-8").split())
    text = article.own_text
    found = _told(text[:_FIRST_CHARACTERS])
    # The last one may have been cut.
    if len(found) <= LEADS and len(text) > _FIRST_CHARACTERS:
        found = _told(text[:_LEAD_CHARACTERS])
    yield from found[:LEADS]


def _told(text: str) -> list[str]:
    """Return the sentences of a text without its furniture and its dateline."""
    found = [one for one in sentences(text) if not is_furniture(one, words_of(one.lower()))]
    return without_dateline(found)


def shown_by(sentence: str, published: datetime, *, title: bool = False) -> str:
    """Return the status that a sentence of that day shows, empty when it shows none."""
    step = _step(sentence, published, title=title)
    return step[0][step[1]] if step else ""


def _step(sentence: str, published: datetime, *, title: bool) -> tuple[tuple[str, ...], int] | None:
    """Return the line that a sentence is about and the rank in it of the most advanced step that it shows."""
    text = _plain(sentence)
    if TABLE.keys().isdisjoint(_VERB.findall(text)) or (title and _EXPLAINS.match(text)):
        return None
    found = [
        (rule.line, rule.line.index(word))
        for verb in _VERB.finditer(text)
        for rule in TABLE.get(verb.group(), ())
        if (rule.title if title else rule.text) and (word := _word(rule, text, verb, published))
    ]
    if not found:
        return None
    line = found[0][0]
    return line, max(rank for of, rank in found if of is line)


def _plain(sentence: str) -> str:
    """Return a statement in lower case without what it quotes, empty for a question or half a quotation."""
    sentence = sentence[:_SENTENCE_CHARACTERS].rstrip()
    if is_question(sentence) or sentence.count('"') % 2:
        return ""
    if "May" in sentence and not sentence.isupper():
        sentence = _MONTH_OF_MAY.sub("Mai", sentence)
    if not _MARKS.isdisjoint(sentence):
        sentence = _QUOTED.sub(_unquoted, sentence)
    return " ".join(sentence.lower().split())


def _unquoted(match: re.Match[str]) -> str:
    """Return a few quoted words, which are a name or an expression, and a comma for what somebody says."""
    said = next((part for part in match.groups() if part is not None), "")
    return said if 0 < len(said.split()) <= _FEW_WORDS and not said.endswith((",", ".")) else " , "


def _word(rule: Rule, text: str, verb: re.Match[str], published: datetime) -> str:
    """Return what a rule makes of a verb, empty where it does not hold."""
    start, end = verb.span()
    before = text[max(0, start - SUBJECT_CHARACTERS) : start]
    if not rule.after.match(text, end) or not rule.before.search(before):
        return ""
    clause, after = _clause(before, verb.group()), text[end : end + SUBJECT_CHARACTERS]
    if not _is_said(clause, after, rule) or _is_history(text, end, published):
        return ""
    return "passed" if rule.word == "adopted" and is_part(verb.group(), clause, after, text) else rule.word


def _clause(before: str, verb: str) -> str:
    """Return what stands before the verb in its clause."""
    cut = 0
    for boundary in _BOUNDARY.finditer(before):
        cut = boundary.end()
    clause = before[cut:]
    # "To pay 3 million to settle" and "will pay" announce what has been agreed.
    return clause.removesuffix("to ").removesuffix("will ") if verb == "pay" else clause


def _is_said(clause: str, after: str, rule: Rule) -> bool:
    """Hold for a statement: no wish, plan, condition, denial, count, attribute (`adopted rules`) or earlier past."""
    if _NOT_SO.search(clause) or clause.endswith(" to ") or _ATTRIBUTE.search(clause):
        return False
    if _COUNTED.search(clause) or _COUNTS.match(after) or (_HAD.search(clause) and not _REPORTED.search(clause)):
        return False
    return rule.word != "adopted" or not (_NO_BODY.search(clause) or _BY_NO_BODY.match(after))


def _is_history(text: str, end: int, published: datetime) -> bool:
    if _LONG_AGO.match(text, end) or _OPENING_HISTORY.match(text):
        return True
    month = _PAST_MONTH.match(text, end) or _OPENING_MONTH.match(text)
    if month and (published.month - 1 - _MONTHS.index(month[1])) % len(_MONTHS) > 1:
        return True
    year = _PAST_YEAR.match(text, end) or _OPENING_YEAR.match(text)
    earliest = (max(published.replace(tzinfo=None), datetime.min + _RECENT) - _RECENT).year  # noqa: DTZ901 - a bound only
    return bool(year and int(year[1]) < earliest)
