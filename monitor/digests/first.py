"""The rules for a story that its reader has not been told of: is it enough, and is it major?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.digests.asked import TOO_LONG, Case, Setting, major_check, ruled, voices_of
from monitor.digests.old import not_old
from monitor.digests.rulings import Check, Fate, Ruling
from monitor.digests.spans import Met
from monitor.digests.words import count, hours
from monitor.records import Kind, Notify


def rule_new(setting: Setting, case: Case) -> Ruling:
    """Rule on a new story, or on one whose only message never arrived; the hours of the day are asked elsewhere."""
    checks = [_news(setting, case), *_notify_checks(setting.notify, case), *major_check(setting, case)]
    ruling = Ruling(
        story=case.story,
        fate=setting.below,
        kind=Kind.NEW,
        reason="never",
        message="this watch tells nothing at once",
        numbers=_numbers(setting.notify, case),
        checks=tuple(checks),
        major=case.major,
    )
    return _at_once(setting, case, ruling) if setting.at_once else _asked_for(setting, case, ruling)


def _asked_for(setting: Setting, case: Case, ruling: Ruling) -> Ruling:
    message = "; ".join(filter(None, ("not told before", _seen(setting.notify, case))))
    return ruled(ruling, Fate.TOLD, setting.asked_for, message)


def _at_once(setting: Setting, case: Case, ruling: Ruling) -> Ruling:
    if case.lapsed is not None and not case.turned:
        when = setting.clock(case.lapsed)
        message = f"the message of {when} never arrived; the next scheduled digest tells of it as new"
        return ruled(ruling, setting.below, "lapsed", message)
    if case.major:
        return _major(setting, case, ruling)
    if setting.notify is not None and case.met is not None:
        return _enough(setting, setting.notify, case, case.met, ruling)
    if case.wide_since is not None:
        return _was_major(setting, case, case.wide_since, ruling)
    if setting.notify is None:
        return _never(setting, case, ruling)
    return _too_few(setting, setting.notify, case, ruling)


def _news(setting: Setting, case: Case) -> Check:
    message = "not told before"
    if case.lapsed is not None:
        message = f"the message of {setting.clock(case.lapsed)} never arrived, so this counts as not told"
    return Check(rule="news", passed=True, seen=len(case.own), wants=1, message=message)


def _notify_checks(rule: Notify | None, case: Case) -> list[Check]:
    if rule is None:
        message = "this watch sets no number of articles from which a story is told at once"
        return [Check(rule="articles", passed=False, seen=len(case.matching), wants="none", message=message)]
    rows = (
        ("articles", "matching article", case.articles, rule.articles),
        ("publishers", "independent publisher", case.publishers, rule.publishers),
    )
    return [
        Check(
            rule=name,
            passed=seen >= wants,
            seen=seen,
            wants=wants,
            message=f"{count(seen, noun)} within {rule.hours:g} h; the watch asks for {wants}",
        )
        for name, noun, seen, wants in rows
    ]


def _numbers(rule: Notify | None, case: Case) -> dict[str, float | int | str]:
    numbers: dict[str, float | int | str] = {"articles": case.articles}
    if rule is not None:
        numbers |= {"publishers": case.publishers, "hours": rule.hours}
        numbers |= {"needs_articles": rule.articles, "needs_publishers": rule.publishers}
    return numbers


def _seen(rule: Notify | None, case: Case) -> str:
    if rule is None:
        return ""
    voices = count(case.publishers, "independent publisher")
    return f"{count(case.articles, 'matching article')} from {voices} within {rule.hours:g} h"


def _major(setting: Setting, case: Case, ruling: Ruling) -> Ruling:
    settled = case.met.at + timedelta(minutes=setting.notify.settle_minutes) if case.met and setting.notify else None
    since = case.wide_since.at if case.wide_since else None
    ripe_at = min(moment for moment in (since, settled, setting.occasion.now) if moment)
    return ruled(ruling, Fate.TOLD, "major", voices_of(setting, case), ripe_at=ripe_at)


def _was_major(setting: Setting, case: Case, since: Met, ruling: Ruling) -> Ruling:
    """Rule on a story that major news would have told of in its time: it is told, but as any other."""
    message = f"{voices_of(setting, case)}, but {TOO_LONG}"
    return not_old(setting, since, ruled(ruling, Fate.TOLD, "was-major", message, ripe_at=since.at))


def _never(setting: Setting, case: Case, ruling: Ruling) -> Ruling:
    rule = setting.occasion.watch.major
    if rule is None:
        return ruling
    asked = f"{count(rule.publishers, 'publisher')} within {hours(rule.hours)}"
    message = f"this watch tells at once only of stories by {asked}; this one has {case.voices}"
    return ruled(ruling, setting.below, "never", message)


def _enough(setting: Setting, rule: Notify, case: Case, met: Met, ruling: Ruling) -> Ruling:
    now = setting.occasion.now
    ripe_at = met.at + timedelta(minutes=rule.settle_minutes)
    ruling = not_old(setting, met, replace(ruling, fate=Fate.TOLD, ripe_at=ripe_at))
    if ruling.fate is not Fate.TOLD:
        return ruling
    wait = f"first met at {setting.clock(met.at)}, told from {setting.clock(ripe_at)} on with what comes until then"
    minutes = round((now - met.at).total_seconds() / 60, 1)
    check = Check(rule="settling", passed=now >= ripe_at, seen=minutes, wants=rule.settle_minutes, message=wait)
    seen = _seen(rule, case)
    if not check.passed:
        return ruled(ruling, Fate.WAITS, "settling", f"{seen}; {wait}", check=check)
    asked = f"the watch asks for {rule.articles} from {rule.publishers}"
    return ruled(ruling, Fate.TOLD, "enough-articles", f"{seen}; {asked}", check=check)


def _too_few(setting: Setting, rule: Notify, case: Case, ruling: Ruling) -> Ruling:
    what, wants = ("article", rule.articles)
    if case.articles >= rule.articles:
        what, wants = ("publisher", rule.publishers)
    message = f"{_seen(rule, case)}; the watch asks for {count(wants, what)}"
    return ruled(ruling, setting.below, f"too-few-{what}s", message)
