"""The rules for a story that its reader was told of: is there something new, and is it worth another message?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.digests.asked import TOO_LONG, Case, Setting, major_check, ruled, voices_of
from monitor.digests.old import not_old
from monitor.digests.rulings import NOTHING_NEW, Check, Fate, Ruling
from monitor.digests.spans import Met
from monitor.digests.words import count, hours
from monitor.records import Kind, Member, Quoted, Status, Told, Updates


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
        major=case.turned and case.major,
    )
    if not case.own:
        only = "what is new repeats what was told"
        return ruled(ruling, Fate.KNOWN, "only-copies", only) if case.copies else ruling
    if not setting.at_once:
        return ruled(ruling, Fate.TOLD, setting.asked_for, _seen(setting, case, told))
    if case.turned and case.major:
        return _turned(setting, case, told, ruling)
    if setting.updates is not None:
        return _enough(setting, setting.updates, case, told, ruling)
    if case.turned and case.wide_since is not None:
        return not_old(setting, case.wide_since, _was_major(setting, case, ruling, told.last_at))
    return ruled(ruling, setting.below, "never", "this watch tells no updates at once")


def _enough(setting: Setting, rule: Updates, case: Case, told: Told, ruling: Ruling) -> Ruling:
    seen = _seen(setting, case, told)
    earliest = told.last_at + timedelta(hours=rule.hours)
    own, wanted = _not_lost(case), max(rule.articles, 1)
    if len(own) >= wanted:
        met = _met(own[:wanted])
        enough = ruled(ruling, Fate.TOLD, "enough-new-articles", seen, ripe_at=max(met.at, earliest))
        return _in_time(setting, rule, told, met, enough)
    if case.turned and case.wide_since is not None:
        return _in_time(setting, rule, told, case.wide_since, _was_major(setting, case, ruling, earliest))
    if _days(setting.occasion.now, told) >= rule.days:
        return _late(setting, rule, told, ruling)
    status = _status(setting, case, told) if own and rule.status and setting.occasion.now >= earliest else None
    if status is not None and (shown := _shown(case, status.shown_by)) in own:
        return _moved_on(setting, rule, told, _met([shown]), status, ruling)
    if case.lapsed is not None and len(own) < len(case.own):
        return _lost(setting, case.lapsed, ruling)
    asked = f"{seen}; an update asks for {count(rule.articles, 'article')}"
    return ruled(ruling, setting.below, "too-few-new-articles", asked)


def _moved_on(setting: Setting, rule: Updates, told: Told, met: Met, status: Status, ruling: Ruling) -> Ruling:
    ago = hours(_hours(setting, told))
    new = count(int(ruling.numbers["new_articles"]), "new matching article")
    message = f"{new}, last told {ago} ago; it is now “{status.word}”"
    check = Check(rule="status", passed=True, seen=status.word, wants="another status", message=message)
    ruling = replace(ruling, numbers={**ruling.numbers, "status": status.word})
    ripe_at = max(met.at, told.last_at + timedelta(hours=rule.hours))
    moved = ruled(ruling, Fate.TOLD, "status-changed", message, ripe_at=ripe_at, check=check)
    return _in_time(setting, rule, told, met, moved)


def _in_time(setting: Setting, rule: Updates, told: Told, met: Met, ruling: Ruling) -> Ruling:
    """Hold an update that comes too late or too soon; the moment at which it was due counts, not the present."""
    ripe_at = ruling.ripe_at or setting.occasion.now
    if _days(ripe_at, told) >= rule.days:
        return _late(setting, rule, told, ruling)
    if setting.occasion.now >= ripe_at:
        return not_old(setting, met, ruling)
    message = f"{ruling.message}; an update waits for {hours(rule.hours)}, until {setting.clock(ripe_at)}"
    return ruled(ruling, Fate.WAITS, "too-soon", message)


def _lost(setting: Setting, lapsed: datetime, ruling: Ruling) -> Ruling:
    following = "the next scheduled digest" if setting.occasion.watch.digest else "a digest asked for by hand"
    message = f"the message of {setting.clock(lapsed)} with this update never arrived; {following} tells of it"
    return ruled(ruling, setting.below, "lapsed", message)


def _late(setting: Setting, rule: Updates, told: Told, ruling: Ruling) -> Ruling:
    first = setting.clock(told.first_at)
    message = f"first told at {first}; after {rule.days:g} days only scheduled digests tell more"
    return replace(ruled(ruling, setting.below, "told-for-days", message), ripe_at=None)


def _turned(setting: Setting, case: Case, told: Told, ruling: Ruling) -> Ruling:
    ripe_at = max(case.wide_since.at if case.wide_since else told.last_at, told.last_at)
    message = f"{voices_of(setting, case)}, and it was not when you were told"
    return ruled(ruling, Fate.TOLD, "turned-major", message, ripe_at=ripe_at)


def _was_major(setting: Setting, case: Case, ruling: Ruling, earliest: datetime) -> Ruling:
    """Tell as any other update what turned major, but too long ago to be so now."""
    ripe_at = max(case.wide_since.at, earliest) if case.wide_since else earliest
    message = f"{voices_of(setting, case)}, and it became so after you were told, but {TOO_LONG}"
    return ruled(ruling, Fate.TOLD, "was-major", message, ripe_at=ripe_at)


def _status(setting: Setting, case: Case, told: Told) -> Status | None:
    news = setting.tell(case.story, told.article_ids).news
    return news.status if news else None


def _shown(case: Case, shown_by: Quoted) -> Member:
    return next((member for member in case.own if member.article.id == shown_by.article_id), case.own[-1])


def _not_lost(case: Case) -> Sequence[Member]:
    """Return what is new and was in no message that never arrived."""
    lapsed = case.lapsed
    return case.own if lapsed is None else [member for member in case.own if member.seen_at > lapsed]


def _met(members: Sequence[Member]) -> Met:
    published = max(member.article.published for member in members)
    return Met(at=max(member.seen_at for member in members), published=published)


def _news(case: Case) -> Check:
    copies = f", {count(case.copies, 'more only repeats', 'more only repeat')} what was told" if case.copies else ""
    message = f"{count(len(case.own), 'new matching article')} with words of its own{copies}"
    return Check(rule="news", passed=bool(case.own), seen=len(case.own), wants=1, message=message)


def _update_checks(setting: Setting, case: Case, told: Told) -> list[Check]:
    rule = setting.updates
    if rule is None:
        message = "this watch tells no updates at once"
        return [Check(rule="updates", passed=False, seen=len(case.own), wants="none", message=message)]
    new, since, days = len(_not_lost(case)), _hours(setting, told), round(_days(setting.occasion.now, told), 2)
    articles = f"{count(new, 'new article')}{_but_lost(case)}; an update asks for {rule.articles}"
    spacing = f"last told {hours(since)} ago; an update waits for {hours(rule.hours)}"
    first = f"first told {days:.1f} days ago; updates come for {rule.days:g} days"
    rows = (
        ("new-articles", new >= rule.articles, new, rule.articles, articles),
        ("spacing", since >= rule.hours, since, rule.hours, spacing),
        ("days", days < rule.days, days, rule.days, first),
    )
    return [Check(rule=name, passed=ok, seen=seen, wants=wants, message=text) for name, ok, seen, wants, text in rows]


def _but_lost(case: Case) -> str:
    lost = len(case.own) - len(_not_lost(case))
    return f", and {lost} more in a message that never arrived" if lost else ""


def _numbers(setting: Setting, case: Case, told: Told) -> dict[str, float | int | str]:
    rule = setting.updates
    numbers: dict[str, float | int | str] = {"new_articles": len(case.own), "hours_since_told": _hours(setting, told)}
    numbers |= {"needs_articles": rule.articles} if rule else {}
    return numbers | ({"new_copies": case.copies} if case.copies else {})


def _seen(setting: Setting, case: Case, told: Told) -> str:
    return f"{count(len(case.own), 'new matching article')}, last told {hours(_hours(setting, told))} ago"


def _hours(setting: Setting, told: Told) -> float:
    return round((setting.occasion.now - told.last_at).total_seconds() / 3600, 2)


def _days(at: datetime, told: Told) -> float:
    return (at - told.first_at).total_seconds() / 86400
