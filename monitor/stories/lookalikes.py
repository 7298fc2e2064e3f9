"""Two reports whose titles share half of their words → why they are about two look-alike events, or nothing.

Reports of one event speak of the same people and figures somewhere, however short their titles are. So what each
title names, or counts, and the other article never does, in title or text, tells two events of one kind apart. Of
reports that editors put together, 3 in 1,000 are parted by it.
"""

from __future__ import annotations

import re
from typing import Final

from monitor.stories.facts import Facts
from monitor.stories.lexicon import CARDINALS

NAMED: Final = 0.5
"""Share of the longer title's words that the other has from which names are compared; from less, numbers are."""

COUNTED: Final = 0.4

HINTED: Final = 0.2
"""The same for names where the numbers differ as well, or the same is done: one agency fines two firms in a day."""

_TOLERANCE: Final = 1.1
_REFERENCE = re.compile(r"[/:-]|\d{5}")
_ROUNDED = re.compile(r"\d+\.\d+|\d+0")
_NUMBER = re.compile(r"\d+(?:[.,/:-]\d+)*")
_CURRENCIES = re.compile(
    r"([$€£¥₿])|\b(euros?|eur|dollars?|usd|pounds?|gbp|sterling|yen|yuan|francs?|crowns?|won|rupees?|btc|eth)\b",
    re.IGNORECASE,
)
_ONE_CURRENCY: Final = {"euro": "€", "eur": "€", "dollar": "$", "usd": "$", "pound": "£", "gbp": "£", "sterling": "£"}
_LOOSELY = re.compile(
    r"\b(?:nearly|almost|about|around|roughly|some|over|under|up to|more than|less than|at least|at most|as many as"
    r"|so far|estimated|climbs?|rises?|grows?|swells?|toll|still)\b",
    re.IGNORECASE,
)


def look_alike(left: Facts, right: Facts) -> str | None:
    """Return `name` or `number` for reports of two events that look alike, None when nothing shows that they do."""
    words, others = set(left.headline.words), set(right.headline.words)
    shared = len(words & others) / max(len(words), len(others), 1)
    if shared < HINTED:
        return None
    counted = _counted_differently(left, right)
    done = bool(left.headline.outcomes & right.headline.outcomes)
    if shared >= NAMED or counted or done:
        named = _unknown_names(left, right) and _unknown_names(right, left)
        if named:
            return "name"
    return "number" if shared >= COUNTED and counted else None


def _unknown_names(own: Facts, other: Facts) -> bool:
    """Hold when a title names somebody of whom its text speaks too, and the other article never does."""
    return bool((own.names & own.told) - other.mentioned)


def _counted_differently(left: Facts, right: Facts) -> bool:
    """Hold when each title has numbers, and none of them stands anywhere in the other article.

    Titles that share a number are told apart by references alone: a toll may rise while something else stays.
    """
    ours, theirs = _numbers(left.title), _numbers(right.title)
    if ours & theirs:
        ours, theirs = ({one for one in some if _REFERENCE.search(one)} for some in (ours - theirs, theirs - ours))
    if not ours or not theirs or _LOOSELY.search(left.title) or _LOOSELY.search(right.title):
        return False
    if left.headline.revised or right.headline.revised or _knows(right, ours) or _knows(left, theirs):
        return False
    # The same price in two currencies is no other price.
    return _currencies(left.title) == _currencies(right.title)


def _knows(article: Facts, numbers: set[str]) -> bool:
    """Hold when an article has one of these numbers, or in its title an amount that it may be rounded to."""
    if not numbers.isdisjoint(_numbers(f"{article.title}\n{article.text}")):
        return True
    values = [float(number) for number in numbers if _ROUNDED.fullmatch(number)]
    amounts = article.headline.amounts
    return any(_TOLERANCE > one / other > 1 / _TOLERANCE for one in values for other in amounts if one and other)


def _numbers(text: str) -> set[str]:
    found = {match.group().replace(",", "") for match in _NUMBER.finditer(text)}
    lowered = f" {text.lower()} "
    return found | {str(value) for word, value in CARDINALS.items() if f" {word} " in lowered}


def _currencies(title: str) -> set[str]:
    found = ((match[1] or match[2]).lower().removesuffix("s") for match in _CURRENCIES.finditer(title))
    return {_ONE_CURRENCY.get(one, one) for one in found}
