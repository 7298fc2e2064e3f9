"""Stories + what was told → a ruling on each: told, waiting, left to the scheduled digest, held or known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.digests.again import rule_update
from monitor.digests.asked import Case, Setting, Tell, ruled
from monitor.digests.bundling import bundled
from monitor.digests.first import rule_new
from monitor.digests.rulings import Check, Fate, Occasion, Ruling
from monitor.records import Major, Mute, MuteKind, Story, Told

MUTED = {MuteKind.STORY: "this story", MuteKind.WATCH: "this watch", MuteKind.ALL: "everything"}


def judge(occasion: Occasion, stories: Sequence[Story], told: Mapping[str, Told], tell: Tell) -> tuple[Ruling, ...]:
    """Return the ruling on each story, in the order given, with the limits that they share, and compose nothing.

    The arguments are those of `compose`.
    """
    setting = Setting.of(occasion, tell)
    return bundled(setting, [rule_in(setting, story, told.get(story.id)) for story in stories], told)[1]


def rule(occasion: Occasion, story: Story, told: Told | None, tell: Tell) -> Ruling:
    """Rule on one story as if it were alone; `told` is what the person has heard of it."""
    return rule_in(Setting.of(occasion, tell), story, told)


def rule_in(setting: Setting, story: Story, told: Told | None) -> Ruling:
    """Rule on one story in a setting that was worked out before; limits that stories share are asked elsewhere."""
    case = Case.of(setting, story, told)
    ruling = rule_new(setting, case) if case.told is None else rule_update(setting, case, case.told)
    return _unmuted(setting, _awake(setting, ruling) if setting.at_once else ruling)


def _awake(setting: Setting, ruling: Ruling) -> Ruling:
    """Hold what quiet hours hold; only what would be told now is asked."""
    quiet = setting.occasion.person.quiet
    if quiet is None or ruling.fate is not Fate.TOLD:
        return ruling
    until, major = setting.quiet, setting.occasion.watch.major
    if until is None:
        check = _quiet_check(passed=True, seen="outside", message=f"not in quiet hours ({quiet.phrase})")
        return replace(ruling, checks=(*ruling.checks, check))
    span = f"quiet hours ({quiet.phrase}) until {setting.clock(until)}"
    if ruling.major and wakes(major):
        check = _quiet_check(passed=True, seen="inside", message=f"{span}; major stories are told all the same")
        return replace(ruling, checks=(*ruling.checks, check))
    check = _quiet_check(passed=False, seen="inside", message=span)
    return ruled(ruling, Fate.WAITS, "quiet-hours", f"{ruling.message}; {span}", check=check)


def wakes(major: Major | None) -> bool:
    """Say whether major stories are told in quiet hours."""
    return major is not None and major.wake


def _quiet_check(*, passed: bool, seen: str, message: str) -> Check:
    return Check(rule="quiet-hours", passed=passed, seen=seen, wants="outside", message=message)


def _unmuted(setting: Setting, ruling: Ruling) -> Ruling:
    """Put the question of mutes before all others; of a story without anything new, that stays the reason."""
    mute = setting.muted(ruling.story.id)
    if mute is None:
        passed = Check(rule="mute", passed=True, seen="none", wants="none", message="not muted")
        return replace(ruling, checks=(passed, *ruling.checks))
    message = _mute_sentence(setting, mute)
    check = Check(rule="mute", passed=False, seen=mute.kind.value, wants="none", message=message)
    ruling = replace(ruling, checks=(check, *ruling.checks))
    if ruling.fate is Fate.KNOWN:
        return ruling
    fate = Fate.HELD if mute.until is None else Fate.WAITS if ruling.fate is Fate.TOLD else ruling.fate
    return ruled(ruling, fate, "muted", f"{message}; otherwise: {ruling.message}")


def _mute_sentence(setting: Setting, mute: Mute) -> str:
    end = "until it is taken back" if mute.until is None else f"until {setting.clock(mute.until)}"
    return f"the reader muted {MUTED[mute.kind]} {end}"
