"""Who is told what and when: the rules over a real store, with a clock that the test moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest

from monitor.delivery.email import EmailNotifier, EmailSettings
from monitor.errors import DeliveryError
from monitor.pipeline import planning
from monitor.records import Major, Minimum, Mute, MuteKind, Notify, Quiet, Timetable, Updates, Why, Wish
from monitor.replies.links import Links
from monitor.store import Store
from tests.mail_server import mail_server
from tests.newsroom import ANA, MONDAY, Newsroom, changed, told

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
AT_ONCE = Notify(articles=2, publishers=2, hours=6, settle_minutes=0)
DAILY = Timetable(phrase="daily at 7:00", crons=("0 7 * * *",))
NIGHT = Quiet(phrase="22:00 to 7:00", nightly=(time(22), time(7)))


def two_reports(room: Newsroom, story: str) -> None:
    """Have two publishers write about a story: enough to be told at once by `AT_ONCE`."""
    room.report(story, "Harbor")
    room.report(story, "Capitol")


def test_a_story_is_told_after_it_has_settled_and_only_once(store: Store) -> None:
    room = Newsroom(store, changed(notify=Notify(articles=3, publishers=2, hours=6, settle_minutes=20)))
    for publisher in ("Harbor", "Capitol", "Meridian"):
        room.report("s1", publisher)
    planned, _ = room.run()
    assert (planned.digests, [held.reason for _, held in planned.held]) == ((), ["settling"])
    room.run(19 * MINUTE)
    assert room.digests == []
    room.report("s1", "Ledger")
    room.run(MINUTE)
    [digest] = room.digests
    assert told(digest) == [("s1", "new")]
    assert len(digest.items[0].sources) == 4, "what came in the pause is told with the rest"
    assert room.until(room.now + DAY) == []
    assert len(room.box.taken) == 1


def test_too_few_reports_wait_for_the_scheduled_digest_which_comes_once_a_day(store: Store) -> None:
    room = Newsroom(store, changed(digest=DAILY))
    room.run()
    room.report("s1", "Harbor")
    [digest] = room.until(MONDAY + 2 * DAY)
    assert digest.why is Why.DIGEST
    assert told(digest) == [("s1", "new")]
    assert digest.slot == datetime(2026, 11, 24, 6, 0, tzinfo=UTC), "07:00 in Berlin"
    assert digest.created_at == digest.slot
    assert digest.next_at == digest.slot + DAY


def test_an_empty_day_is_skipped_with_a_reason_or_told_when_that_was_asked(store: Store) -> None:
    room = Newsroom(store, changed(digest=DAILY), changed(id="also", digest=DAILY, send_empty=True))
    room.run()
    [digest] = room.until(MONDAY + DAY)
    assert (digest.watch_id, digest.items) == ("also", ())
    [skipped] = store.ledger.about(["digest ana crypto 2026-11-24T06:00Z"])
    assert (skipped.outcome, skipped.reason) == ("skipped", "nothing-new")


def test_one_digest_makes_up_for_all_that_were_missed(store: Store) -> None:
    room = Newsroom(store, changed(digest=DAILY))
    room.run()
    room.report("s1", "Harbor")
    room.run(5 * DAY)
    room.run(MINUTE)
    assert [told(digest) for digest in room.digests] == [[("s1", "new")]]
    assert store.readers.slots()["crypto", "ana"].next_at == datetime(2026, 11, 29, 6, 0, tzinfo=UTC)


def test_another_timetable_begins_with_its_next_time(store: Store) -> None:
    room = Newsroom(store, changed(digest=DAILY))
    room.run()
    room.report("s1", "Harbor")
    room.now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    room.watches = (changed(digest=Timetable(phrase="daily at 18:00", crons=("0 18 * * *",))),)
    room.run()
    assert room.digests == []
    [digest] = room.until(room.now + DAY)
    assert digest.slot == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (datetime(2027, 3, 27, 12, 0, tzinfo=UTC), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
    ids=["a time that is left out", "a time that comes twice"],
)
def test_a_digest_comes_once_on_the_days_that_change_the_clocks(
    store: Store, day: datetime, expected: datetime
) -> None:
    watch = changed(digest=Timetable(phrase="daily at 2:30", crons=("30 2 * * *",)), send_empty=True)
    room = Newsroom(store, watch, now=day)
    room.run()
    digests = room.until(day + DAY)
    assert [digest.slot for digest in digests] == [expected]


def test_quiet_hours_hold_and_flush_in_one_message_when_they_end(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE, major=None), people=[replace(ANA, quiet=NIGHT)])
    room.now = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
    for story in ("s1", "s2", "s3"):
        two_reports(room, story)
        room.run(HOUR)
    assert room.digests == []
    [digest] = room.until(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), 15 * MINUTE)
    assert digest.why is Why.FLUSH
    assert sorted(told(digest)) == [("s1", "new"), ("s2", "new"), ("s3", "new")]
    assert digest.created_at - datetime(2026, 11, 24, 6, 0, tzinfo=UTC) <= 15 * MINUTE


def test_only_major_news_comes_in_quiet_hours(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE, major=Major(publishers=4)), people=[replace(ANA, quiet=NIGHT)])
    room.now = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    two_reports(room, "s1")
    for publisher in ("Harbor", "Capitol", "Meridian", "Ledger"):
        room.report("s2", publisher)
    room.run()
    assert [told(digest) for digest in room.digests] == [[("s2", "major")]]


def test_the_day_s_limit_is_kept_and_what_is_over_it_comes_later(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE, major=None), people=[replace(ANA, messages_per_day=2)])
    for story in ("s1", "s2", "s3", "s4"):
        two_reports(room, story)
        room.run(HOUR)
    assert [told(digest) for digest in room.digests] == [[("s1", "new")], [("s2", "new")]]
    [digest] = room.until(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    assert sorted(told(digest)) == [("s3", "new"), ("s4", "new")]
    assert digest.created_at == datetime(2026, 11, 23, 23, 0, tzinfo=UTC), "the reader's own midnight"


def test_the_limit_keeps_room_for_the_scheduled_digest(store: Store) -> None:
    evening = Timetable(phrase="daily at 18:00", crons=("0 18 * * *",))
    room = Newsroom(
        store, changed(notify=AT_ONCE, major=None, digest=evening), people=[replace(ANA, messages_per_day=2)]
    )
    room.run()
    for story in ("s1", "s2", "s3"):
        two_reports(room, story)
        room.run(HOUR)
    assert [told(digest) for digest in room.digests] == [[("s1", "new")]]
    [digest] = room.until(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    assert digest.why is Why.DIGEST
    assert sorted(told(digest)) == [("s2", "new"), ("s3", "new")]


def test_updates_come_in_the_conversation_of_the_first_message(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE, updates=Updates(articles=2, hours=3)))
    two_reports(room, "s1")
    room.run()
    room.report("s1", "Meridian")
    room.report("s1", "Ledger")
    room.run(HOUR)
    assert len(room.digests) == 1, "not sooner than three hours"
    room.run(2 * HOUR)
    first, second = room.digests
    assert (told(second), second.thread) == ([("s1", "update")], first.id)
    root, update = room.box.taken
    assert (update.parent, update.parent_message_id) == (root.id, root.message_id)
    assert {source.publisher for source in second.items[0].sources if source.is_new} == {"Meridian", "Ledger"}


def test_a_story_that_turns_major_is_told_again_at_once_and_once(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE, major=Major(publishers=4, hours=6)))
    two_reports(room, "s1")
    room.run()
    room.report("s1", "Meridian")
    room.report("s1", "Ledger")
    room.run(10 * MINUTE)
    assert told(room.digests[1]) == [("s1", "major")]
    assert room.box.taken[1].aloud
    room.report("s1", "Kowloon")
    room.run(10 * MINUTE)
    assert len(room.digests) == 2


def mute(kind: MuteKind, subject: str, until: datetime) -> Mute:
    return Mute(id=f"{kind}-{subject}", person="ana", kind=kind, subject=subject, since=MONDAY, until=until)


@pytest.mark.parametrize(("kind", "subject"), [(MuteKind.STORY, "s1"), (MuteKind.WATCH, "crypto"), (MuteKind.ALL, "")])
def test_what_was_muted_is_told_when_the_mute_ends(store: Store, kind: MuteKind, subject: str) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE))
    two_reports(room, "s1")
    store.readers.mute(mute(kind, subject, MONDAY + DAY))
    planned, _ = room.run()
    assert [held.reason for _, held in planned.held] == ["muted"]
    assert room.until(MONDAY + DAY - MINUTE) == []
    room.now = MONDAY + DAY
    room.run()
    assert [told(digest) for digest in room.digests] == [[("s1", "new")]]


def test_a_story_in_two_watches_is_told_to_a_person_once(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE), changed(id="second", notify=AT_ONCE))
    two_reports(room, "s1")
    room.run()
    room.run(HOUR)
    assert [told(digest) for digest in room.digests] == [[("s1", "new")]]


def test_news_that_never_arrived_comes_with_the_next_scheduled_digest(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE, digest=DAILY))
    room.run()
    two_reports(room, "s1")
    room.box.refuse = DeliveryError("box", "unreachable", "nobody there", transient=True)
    room.until(MONDAY + timedelta(hours=25))
    assert store.receipts.listed(5)[-1]["state"] == "lapsed"
    room.box.refuse = None
    assert room.until(datetime(2026, 11, 25, 5, 45, tzinfo=UTC)) == [], "not at once: it is old news by now"
    [digest] = room.until(datetime(2026, 11, 25, 7, 0, tzinfo=UTC))
    assert (digest.why, told(digest)) == (Why.DIGEST, [("s1", "new")])


def test_a_restart_between_any_two_steps_tells_nothing_twice(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE, digest=DAILY))
    two_reports(room, "s1")
    room.pipeline.plan("model-1")
    room.pipeline.plan("model-1")
    room.pipeline.deliver()
    room.pipeline.deliver()
    assert len(room.box.taken) == 1
    again = Newsroom(store, changed(notify=AT_ONCE, digest=DAILY), now=MONDAY + MINUTE)
    again.run()
    assert again.box.taken == []


def test_why_names_each_rule_with_its_numbers_told_or_not(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE))
    room.report("s1", "Harbor")
    room.run()
    [judged] = _why(room, "s1")
    assert judged.ruling is not None
    failed = {check.rule: (check.seen, check.wants) for check in judged.ruling.checks if not check.passed}
    assert (1, 2) in failed.values()
    assert judged.told is None
    room.report("s1", "Capitol")
    room.run(MINUTE)
    [judged] = _why(room, "s1")
    assert judged.told is not None
    assert judged.ruling is not None
    assert judged.ruling.fate.value == "known"
    [judged] = _why(room, "s9")
    assert judged.ruling is None


def _why(room: Newsroom, story: str) -> list[Any]:
    pipeline = room.pipeline
    return planning.why(pipeline.rules, pipeline.tools, "model-1", story)


def test_a_preview_sends_and_records_nothing_and_is_the_same_each_time(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE))
    two_reports(room, "s1")
    pipeline = room.pipeline
    shown = [planning.preview(pipeline.rules, pipeline.tools, "model-1", "crypto", "ana") for _ in range(2)]
    assert shown[0] == shown[1]
    assert len(shown[0][0].messages) == 1
    assert store.receipts.listed(5) == []
    assert store.readers.told("ana") == {}


def test_every_digest_can_be_shown_again_with_what_it_came_from(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE))
    articles = [room.report("s1", "Harbor"), room.report("s1", "Capitol")]
    room.run()
    [digest] = room.digests
    shown = store.receipts.digest(digest.id)
    assert shown is not None
    assert shown.text.encode() == room.box.taken[0].body
    assert (shown.model, shown.config) == ("model-1", "config-hash")
    assert set(shown.articles) == {article.id for article in articles}
    assert len(set(shown.articles.values())) == 2, "each article by its own words"


def test_a_watch_s_own_time_zone_says_when_its_digest_is_due(store: Store) -> None:
    room = Newsroom(store, changed(digest=DAILY, timezone="America/New_York"))
    room.run()
    room.report("s1", "Harbor")
    [digest] = room.until(MONDAY + DAY)
    assert digest.slot == datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "07:00 in New York"


def test_a_scheduled_digest_waits_for_the_end_of_quiet_hours(store: Store) -> None:
    late = Quiet(phrase="22:00 to 9:00", nightly=(time(22), time(9)))
    room = Newsroom(store, changed(digest=DAILY), people=[replace(ANA, quiet=late)])
    room.run()
    room.report("s1", "Harbor")
    [digest] = room.until(MONDAY + DAY)
    assert (digest.slot, digest.created_at.hour) == (datetime(2026, 11, 24, 6, 0, tzinfo=UTC), 8)


@pytest.mark.parametrize(
    ("minimum", "expected"),
    [(Minimum(score=0.8), ["s1"]), (Minimum(precision=0.85), ["s1"]), (Minimum(), ["s1", "s2"])],
)
def test_a_watch_counts_only_matches_above_its_minimum(store: Store, minimum: Minimum, expected: list[str]) -> None:
    room = Newsroom(store, changed(digest=DAILY, minimum=minimum))
    room.run()
    room.report("s1", "Harbor", probability=0.95)
    room.report("s2", "Capitol", probability=0.55)
    [digest] = room.until(MONDAY + DAY)
    assert sorted(item.story_id for item in digest.items) == expected


def test_a_budget_sets_the_rule_by_what_the_archive_holds(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE, major=None), now=MONDAY - 20 * DAY)
    for day in range(19):
        for story, publishers in (("a", 2), ("b", 2), ("c", 4)):
            for publisher in ("Harbor", "Capitol", "Meridian", "Ledger")[:publishers]:
                room.report(f"{story}{day}", publisher)
        room.now += DAY
    room.run()
    room.digests.clear()
    room.watches = (changed(notify=Notify(), major=None, updates=None, budget=1),)
    room.now = MONDAY
    two_reports(room, "small")
    for publisher in ("Harbor", "Capitol", "Meridian", "Ledger"):
        room.report("large", publisher)
    room.until(MONDAY + HOUR, 15 * MINUTE)
    assert [told(digest) for digest in room.digests] == [[("large", "new")]]
    assert "budget of 1 message a day" in room.digests[0].trigger


def test_a_mail_names_the_link_by_which_its_reader_unsubscribes(store: Store) -> None:
    with mail_server() as mail:
        settings = EmailSettings(host="127.0.0.1", port=mail.port, sender="m@news.example.org", security="none")
        room = Newsroom(
            store, changed(notify=AT_ONCE), people=[replace(ANA, channels=("mail",), email="ana@example.org")]
        )
        room.notifiers = {"mail": EmailNotifier(settings)}
        room.kinds = {"mail": "email"}
        room.links = Links("https://news.example.org", "k" * 32)
        two_reports(room, "s1")
        room.run()
        [(recipients, raw)] = mail.mails
    wanted = room.links.url(Wish(name="unsubscribe", person="ana", subject="crypto"))
    read = message_from_bytes(raw)
    assert recipients == ["ana@example.org"]
    assert read["List-Unsubscribe"] == f"<{wanted}>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert room.links.read(wanted.rpartition("/")[2]) == Wish(name="unsubscribe", person="ana", subject="crypto")


def test_a_bot_writes_to_the_place_that_a_person_names(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE), people=[replace(ANA, slack="U0000ANA")])
    room.targets = {"box": "C0000NEWS"}
    two_reports(room, "s1")
    room.run()
    room.people = (ANA,)
    two_reports(room, "s2")
    room.run(HOUR)
    assert [delivery.recipient for delivery in room.box.taken] == ["U0000ANA", "C0000NEWS"]


def test_a_weekly_digest_has_what_came_just_after_the_last_one(store: Store) -> None:
    weekly = Timetable(phrase="Mondays at 7:00", crons=("0 7 * * 1",))
    room = Newsroom(store, changed(digest=weekly), now=MONDAY - timedelta(hours=4, minutes=10))
    room.run()
    room.now = MONDAY - timedelta(hours=3, minutes=50)
    room.report("s1", "Harbor", ago=20 * MINUTE)
    [digest] = room.until(MONDAY + 8 * DAY, timedelta(hours=6))
    assert told(digest) == [("s1", "new")]


def test_a_monthly_digest_has_the_whole_month(store: Store) -> None:
    monthly = Timetable(phrase="monthly on the 1st at 7:00", crons=("0 7 1 * *",))
    room = Newsroom(store, changed(digest=monthly), now=datetime(2026, 11, 2, 8, 0, tzinfo=UTC))
    room.run()
    for day in range(28):
        room.report(f"s{day}", "Harbor")
        room.run(DAY)
    room.watches = (replace(room.watches[0], stories=50),)
    [digest] = room.until(datetime(2026, 12, 2, 0, 0, tzinfo=UTC), timedelta(hours=6))
    assert len(digest.items) == 28


def test_what_waited_through_a_week_s_pause_comes_with_the_next_digest(store: Store) -> None:
    room = Newsroom(store, changed(digest=DAILY))
    room.run()
    room.report("s1", "Harbor")
    store.readers.mute(mute(MuteKind.WATCH, "crypto", MONDAY + 7 * DAY))
    assert room.until(MONDAY + 7 * DAY - HOUR, timedelta(hours=6)) == []
    [digest] = room.until(MONDAY + 9 * DAY, timedelta(hours=6))
    assert told(digest) == [("s1", "new")]


def test_what_there_was_never_room_for_is_said_to_be_missed(store: Store) -> None:
    room = Newsroom(store, changed(digest=DAILY, stories=1))
    room.run()
    for story in range(12):
        room.report(f"s{story:02}", "Harbor")
    room.until(MONDAY + 10 * DAY, timedelta(hours=6))
    outcomes = store.ledger.about([f"s{story:02} ana crypto" for story in range(12)])
    reasons = [(one.outcome, one.reason) for one in outcomes]
    assert reasons.count(("missed", "too-old")) == 12 - len(room.digests)
    assert ("waits", "digest-full") not in reasons


def test_a_clock_that_was_ahead_stops_no_digest(store: Store) -> None:
    room = Newsroom(store, changed(digest=DAILY))
    room.run()
    room.now = datetime(2030, 1, 1, tzinfo=UTC)
    room.run()
    room.now = MONDAY + HOUR
    room.report("s1", "Harbor")
    assert [told(digest) for digest in room.until(MONDAY + DAY)] == [[("s1", "new")]]


def test_a_clock_that_was_set_back_tells_nothing_until_it_is_right(store: Store) -> None:
    room = Newsroom(store, changed(notify=AT_ONCE))
    two_reports(room, "s1")
    room.run()
    two_reports(room, "s2")
    planned, _ = room.run(-30 * DAY)
    assert planned.digests == ()
    assert "the clock is right" in planned.trouble


def test_one_message_a_day_means_one_also_when_another_watch_s_digest_is_due(store: Store) -> None:
    ana = replace(ANA, messages_per_day=1)
    room = Newsroom(
        store, changed(notify=AT_ONCE, major=None), changed(id="daily", digest=DAILY, notify=None), people=[ana]
    )
    room.run()
    room.now = datetime(2026, 11, 24, 5, 50, tzinfo=UTC)
    room.report("s1", "Harbor")
    room.run(-MINUTE)
    two_reports(room, "s2")
    room.now = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    room.run()
    assert len(room.digests) == 1


def test_a_digest_by_hand_leaves_the_scheduled_one_where_it_is(store: Store) -> None:
    room = Newsroom(store, changed(digest=DAILY, send_empty=True))
    room.run()
    room.now = datetime(2026, 11, 24, 6, 1, tzinfo=UTC)
    assert room.pipeline.plan("model-1", by_hand=True).digests == ()
    room.run(MINUTE)
    assert [(digest.why, digest.items) for digest in room.digests] == [(Why.DIGEST, ())]


def test_a_person_who_comes_back_is_told_by_the_next_slot_not_by_one_of_the_past(store: Store) -> None:
    room = Newsroom(store, changed(digest=DAILY, send_empty=True))
    room.run()
    room.watches = ()
    room.watches = (changed(digest=DAILY, send_empty=True, people=()),)
    room.run(HOUR)
    room.watches = (changed(digest=DAILY, send_empty=True),)
    room.now = MONDAY + 3 * DAY
    room.run()
    assert room.digests == []
    [digest] = room.until(MONDAY + 4 * DAY)
    assert digest.slot == datetime(2026, 11, 27, 6, 0, tzinfo=UTC)


def test_a_dead_letter_goes_to_the_address_that_was_mended(store: Store) -> None:
    with mail_server() as mail:
        settings = EmailSettings(host="127.0.0.1", port=mail.port, sender="m@news.example.org", security="none")
        wrong = replace(ANA, channels=("mail",), email="anna@example.org")
        room = Newsroom(store, changed(notify=AT_ONCE), people=[wrong])
        room.notifiers, room.kinds = {"mail": EmailNotifier(settings)}, {"mail": "email"}
        mail.recipients["anna@example.org"] = "550 5.1.1 no such user"
        two_reports(room, "s1")
        room.run()
        [row] = store.receipts.listed(5)
        assert room.pipeline.readdress(row) is None
        room.people = (replace(wrong, email="ana@example.org"),)
        fresh = room.pipeline.readdress(store.receipts.delivery(row["id"]) or {})
        assert fresh is not None
        room.run(MINUTE)
        states = {one["recipient"]: one["state"] for one in store.receipts.listed(5)}
    assert states == {"anna@example.org": "dropped", "ana@example.org": "sent"}
    assert [recipients for recipients, _ in mail.mails] == [["ana@example.org"]]


def test_a_lapsed_update_is_left_to_the_digest_and_stops_nothing_else(store: Store) -> None:
    ana = replace(ANA, messages_per_day=2)
    updates = Updates(articles=1, hours=0)
    room = Newsroom(store, changed(notify=AT_ONCE, digest=DAILY, updates=updates, major=None), people=[ana])
    room.run()
    two_reports(room, "s1")
    room.run()
    room.report("s1", "Meridian")
    room.box.refuse = DeliveryError("box", "unreachable", "nobody there", transient=True)
    room.until(MONDAY + timedelta(hours=26))
    assert "lapsed" in {row["state"] for row in store.receipts.listed(9)}
    room.box.refuse = None
    two_reports(room, "s2")
    planned, _ = room.run(15 * MINUTE)
    assert [told(digest) for digest in planned.digests] == [[("s2", "new")]]
    digests = room.until(datetime(2026, 11, 25, 8, 0, tzinfo=UTC))
    assert ("s1", "update") in [one for digest in digests for one in told(digest) if digest.why is Why.DIGEST]


@pytest.mark.parametrize("title", ["Crypto regulation", "A watch whose title is longer than a subject has room for"])
def test_a_mail_bears_the_subject_of_a_conversation_that_is_about_its_story_alone(store: Store, title: str) -> None:
    with mail_server() as mail:
        settings = EmailSettings(host="127.0.0.1", port=mail.port, sender="m@news.example.org", security="none")
        ana = replace(ANA, channels=("mail",), email="ana@example.org")
        watch = changed(title=title, notify=AT_ONCE, updates=Updates(articles=1, hours=0), major=None)
        room = Newsroom(store, watch, people=[ana])
        room.notifiers, room.kinds = {"mail": EmailNotifier(settings)}, {"mail": "email"}
        two_reports(room, "s1")
        room.run()
        for story in ("s2", "s3"):
            two_reports(room, story)
        room.run(HOUR)
        for story in ("s1", "s2"):
            room.report(story, "Meridian")
        room.run(HOUR)
        subjects = [message_from_bytes(raw, policy=policy.default)["Subject"] for _, raw in mail.mails]
    alone, several, *updates = subjects
    assert f"Re: {alone}" in updates
    assert f"Re: {several}" not in updates
    assert len(updates) == 2
