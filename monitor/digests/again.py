"""The rules for a story that its reader was told of: is there something new, and is it worth another message?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.digests.asked import Case, Setting, major_check, ruled
from monitor.digests.rulings import NOTHING_NEW, Check, Fate, Ruling
from monitor.digests.words import count
from monitor.records import Kind, Quoted, Status, Told, Updates


def rule_update(setting: Setting, case: Case, told: Told) -> Ruling:
    """Rule on a story that was told; the hours of the day are asked elsewhere."""
    numbers = _numbers(setting, case, told)
    ruling = Ruling(
        story=case.story,
        fate=Fate.KNOWN,
        kind=Kind.UPDATE,
        reason=NOTHING_NEW,
        message="told already",
        numbers=numbers,
        checks=(_news(case), *_update_checks(setting, case, told), *major_check(setting, case)),
        major=case.turned,
    )
    if not case.own:
        only = "what is new repeats what was told"
        return ruled(ruling, Fate.KNOWN, "only-copies", only) if case.copies else ruling
    if not setting.at_once:
        return ruled(ruling, Fate.TOLD, setting.asked_for, _seen(setting, case, told))
    if case.turned:
        return _turned(setting, case, told, ruling)
    if setting.updates is None:
        return ruled(ruling, setting.below, "never", "this watch tells no updates at once")
    return _enough(setting, setting.updates, case, told, ruling)


def _enough(setting: Setting, rule: Updates, case: Case, told: Told, ruling: Ruling) -> Ruling:
    seen = _seen(setting, case, told)
    asked = f"{seen}; an update asks for {count(rule.articles, 'article')}"
    earliest = told.last_at + timedelta(hours=rule.hours)
    if len(case.own) >= rule.articles:
        ripe_at = max(case.own[max(rule.articles, 1) - 1].seen_at, earliest)
        return _in_time(setting, rule, told, ruled(ruling, Fate.TOLD, "enough-new-articles", seen, ripe_at=ripe_at))
    if _days(setting.occasion.now, told) >= rule.days:
        return _late(setting, rule, told, ruling)
    status = _status(setting, case, told) if rule.status and setting.occasion.now >= earliest else None
    if status is None:
        return ruled(ruling, setting.below, "too-few-new-articles", asked)
    ripe_at = max(_seen_at(case, status.shown_by), earliest)
    message = f"{seen}; it is now “{status.word}”"
    check = Check(rule="status", passed=True, seen=status.word, wants="another status", message=message)
    ruling = replace(ruling, numbers={**ruling.numbers, "status": status.word})
    return _in_time(
        setting, rule, told, ruled(ruling, Fate.TOLD, "status-changed", message, ripe_at=ripe_at, check=check)
    )


def _in_time(setting: Setting, rule: Updates, told: Told, ruling: Ruling) -> Ruling:
    """Hold an update that comes too late or too soon; the moment at which it was due counts, not the present."""
    ripe_at = ruling.ripe_at or setting.occasion.now
    if _days(ripe_at, told) >= rule.days:
        return _late(setting, rule, told, ruling)
    if setting.occasion.now >= ripe_at:
        return ruling
    message = f"{ruling.message}; an update waits for {rule.hours:g} h, until {setting.clock(ripe_at)}"
    return ruled(ruling, Fate.WAITS, "too-soon", message)


def _late(setting: Setting, rule: Updates, told: Told, ruling: Ruling) -> Ruling:
    first = setting.clock(told.first_at)
    message = f"first told at {first}; after {rule.days:g} days only scheduled digests tell more"
    return replace(ruled(ruling, setting.below, "told-for-days", message), ripe_at=None)


def _turned(setting: Setting, case: Case, told: Told, ruling: Ruling) -> Ruling:
    rule = setting.occasion.watch.major
    asked = f" within {rule.hours:g} h; a story is major from {rule.publishers} on" if rule else ""
    message = f"{count(case.voices, 'independent publisher')}{asked}, and it was not when you were told"
    ripe_at = max(case.major_at or told.last_at, told.last_at)
    return ruled(ruling, Fate.TOLD, "turned-major", message, ripe_at=ripe_at)


def _status(setting: Setting, case: Case, told: Told) -> Status | None:
    news = setting.tell(case.story, told.article_ids).news
    return news.status if news else None


def _seen_at(case: Case, shown_by: Quoted) -> datetime:
    seen = {member.article.id: member.seen_at for member in case.own}
    return seen.get(shown_by.article_id, case.own[-1].seen_at)


def _news(case: Case) -> Check:
    copies = f", {count(case.copies, 'more only repeats', 'more only repeat')} what was told" if case.copies else ""
    message = f"{count(len(case.own), 'new matching article')} with words of its own{copies}"
    return Check(rule="news", passed=bool(case.own), seen=len(case.own), wants=1, message=message)


def _update_checks(setting: Setting, case: Case, told: Told) -> list[Check]:
    rule = setting.updates
    if rule is None:
        message = "this watch tells no updates at once"
        return [Check(rule="updates", passed=False, seen=len(case.own), wants="none", message=message)]
    new, since, days = len(case.own), _hours(setting, told), round(_days(setting.occasion.now, told), 2)
    rows = (
        ("new-articles", new >= rule.articles, new, rule.articles, f"{count(new, 'new article')} of {rule.articles}"),
        ("hours-between", since >= rule.hours, since, rule.hours, f"last told {since:.1f} h ago, of {rule.hours:g} h"),
        ("days", days < rule.days, days, rule.days, f"first told {days:.1f} days ago, updates for {rule.days:g} days"),
    )
    return [Check(rule=name, passed=ok, seen=seen, wants=wants, message=text) for name, ok, seen, wants, text in rows]


def _numbers(setting: Setting, case: Case, told: Told) -> dict[str, float | int | str]:
    rule = setting.updates
    numbers: dict[str, float | int | str] = {"new_articles": len(case.own), "hours_since_told": _hours(setting, told)}
    numbers |= {"needs_articles": rule.articles} if rule else {}
    return numbers | ({"new_copies": case.copies} if case.copies else {})


def _seen(setting: Setting, case: Case, told: Told) -> str:
    return f"{count(len(case.own), 'new matching article')}, last told {_hours(setting, told):.1f} h ago"


def _hours(setting: Setting, told: Told) -> float:
    return round((setting.occasion.now - told.last_at).total_seconds() / 3600, 2)


def _days(at: datetime, told: Told) -> float:
    return (at - told.first_at).total_seconds() / 86400
