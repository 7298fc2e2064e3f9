"""Why a story is told, for its reader: the words that matched, a passage, and the rule that fired."""

from __future__ import annotations

import re
from itertools import pairwise

from monitor.messages import clean, words
from monitor.records import Item, Kind, Matched

_NAME = 80
_PASSAGE = 400
_SENTENCE = 300
_TERMS = 5
_TOPICS = 3
_ID = 8

_END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’»]*\s+(?=\W*[^\Wa-z])")
_OPENING = re.compile(r"(?<!\S)([(\[]*)[\"“„]|“")
_MARKS = re.compile('["“”„«»]')
_CLOSING = re.compile(r"[\"”„]")
# The rules say what they saw before what they ask for.
_SEEN = (
    r"(?P<articles>[\d,]+) matching articles? from (?P<voices>[\d,]+) independent publishers?"
    r" within (?P<hours>[^;]+)"
)
_ENOUGH = re.compile(rf"{_SEEN}; the watch asks for (?P<wants>\d+) from (?P<publishers>\d+)")
_UNTOLD = re.compile(rf"not told before; {_SEEN}")
_MAJOR = re.compile(
    r"(?P<voices>[\d,]+) independent publishers? within (?P<hours>[^;]+); a story is major from (?P<publishers>\d+) on"
    r"(?P<rest>.*)"
)
_MORE = re.compile(r"(?P<articles>[\d,]+) new matching articles?, last told [^;]+? ago(; )?(?P<rest>.*)")


def matched(found: tuple[Matched, ...], watch: str) -> str:
    """Return the words that matched and how surely; a topic is named unless the watch has its name."""
    return "; ".join(_one_match(match, watch) for match in found[:_TOPICS])


def passage(found: tuple[Matched, ...], told: str) -> tuple[str, str]:
    """Return a passage of which `told` says neither the beginning nor the end, and its publisher; or nothing twice."""
    said = _bare(told)
    for match in found:
        shown = _untold(clean.line(match.passage), said)
        if shown:
            return clean.line(_single_quotes(shown), _PASSAGE), clean.line(match.publisher, _NAME)
    return "", ""


def reason(item: Item) -> str:
    """Return the rule that fired, without what the story's own numbers say beside its tag, and the story's id."""
    sentence = clean.line(item.reason, _SENTENCE)
    return f"{_shortened(sentence, item)}; story {short(item.story_id)}"


def short(story_id: str) -> str:
    """Return as much of a story's id as commands need."""
    return clean.line(story_id)[:_ID]


def _one_match(match: Matched, watch: str) -> str:
    title = clean.line(match.title, _NAME)
    terms = ", ".join(clean.line(term, _NAME) for term in match.terms[:_TERMS])
    sure = words.strength(match)
    if not terms:
        return f"{title} ({sure})"
    # The topic of a watch that has its name stands in large letters above.
    return f"{terms} ({sure if title == watch else f'{title} {sure}'})"


def _untold(text: str, said: str) -> str:
    sentences = _sentences(text)
    while sentences and _bare(sentences[0]) in said:
        del sentences[0]
    while sentences and _bare(sentences[-1]) in said:
        del sentences[-1]
    return " ".join(sentences)


def _sentences(text: str) -> list[str]:
    starts = [0, *(match.end() for match in _END_OF_SENTENCE.finditer(text)), len(text)]
    return [text[start:end].strip() for start, end in pairwise(starts)]


def _bare(text: str) -> str:
    """Return the text as it compares: without case, quotation marks, or what shows that something was cut off."""
    plain = clean.line(_MARKS.sub("", text)).casefold()
    return plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").strip(" …")


def _single_quotes(text: str) -> str:
    """Return the text as it stands within quotation marks: its own are single, and those around all of it go."""
    whole = text[1:-1] if text[:1] in {'"', "“"} and text[-1:] in {'"', "”"} else ""
    text = whole if whole and not _MARKS.search(whole) else text
    return _CLOSING.sub("’", _OPENING.sub(r"\1‘", text))


def _shortened(sentence: str, item: Item) -> str:
    if found := _ENOUGH.fullmatch(sentence):
        asked = f"the watch asks for {_counted(found['wants'], 'article')} from {_counted(found['publishers'])}"
        return _others(found, item, f"{asked} within {found['hours']}") or sentence
    if found := _UNTOLD.fullmatch(sentence):
        return _others(found, item, "not told before") or sentence
    if (found := _MAJOR.fullmatch(sentence)) and _number(found["voices"]) == item.publishers:
        return f"a story is major from {_counted(found['publishers'])} within {found['hours']}{found['rest']}"
    found = _MORE.fullmatch(sentence)
    if found and item.kind is Kind.UPDATE and item.since:
        count = _number(found["articles"])
        everything = sum(source.is_new for source in item.sources)
        if count == everything:
            return found["rest"] or "new articles since you were last told"
        return "; ".join(filter(None, (f"{count:,} of {everything:,} new articles match", found["rest"])))
    return sentence


def _others(found: re.Match[str], item: Item, rule: str) -> str:
    """Return the rule, with the number of articles that match where it is not that of all; "" where others speak."""
    if _number(found["voices"]) != item.publishers:
        return ""
    articles = _number(found["articles"])
    everything = len(item.sources)
    return rule if articles == everything else f"{articles:,} of the {everything:,} articles match; {rule}"


def _counted(number: str, noun: str = "publisher") -> str:
    return words.plural(_number(number), noun)


def _number(shown: str) -> int:
    return int(shown.replace(",", ""))
