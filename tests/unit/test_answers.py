"""What an answer to a poll means for its feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.errors import FetchError
from monitor.pipeline import answers
from monitor.pipeline.answers import FeedDocument
from monitor.records import Entry, Failing, Feed, FeedState, Fetched, Hints, Move, ParsedFeed, Polled
from tests.pipelines import make_rules

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = make_rules(())
FEED = Feed(id="wire", name="Wire", url="https://wire.example/feed", publisher="Wire")
NEW = FeedState(feed_id="wire")
ENTRY = Entry(feed_id="wire", key="a", url=None, title="A rate decision", published=NOW - HOUR)


def fetched(body: bytes = b"<rss/>", status: int = 200, moved_to: str | None = None, **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched(
        key="wire", url=FEED.url, final_url=FEED.url, status=status, headers=named, body=body, moved_to=moved_to
    )


def document(answer: Fetched, state: FeedState = NEW, now: datetime = NOW) -> FeedDocument:
    found = answers.judged(RULES, FEED, state, answer, now)
    assert isinstance(found, FeedDocument)
    return found


def polled(answer: Fetched, state: FeedState = NEW, now: datetime = NOW) -> Polled:
    found = answers.judged(RULES, FEED, state, answer, now)
    assert isinstance(found, Polled)
    return found


def read(answer: Fetched, state: FeedState = NEW, now: datetime = NOW, entries_hash: str = "one") -> Polled:
    result = ParsedFeed(title="Wire", entries=(ENTRY,), entries_hash=entries_hash)
    return answers.parsed(RULES, document(answer, state, now), result)


def test_validators_are_kept_byte_for_byte_and_sent_back() -> None:
    after = read(fetched(etag='W/"a b"', last_modified="Tue, 03 Mar 2026 01:00:00 GMT")).state
    request = answers.request_for(RULES, FEED, after, NOW)
    assert (request.etag, request.last_modified) == ('W/"a b"', "Tue, 03 Mar 2026 01:00:00 GMT")


def test_validators_are_kept_also_when_the_bytes_are_the_same() -> None:
    before = read(fetched(etag='"1"')).state
    after = polled(fetched(etag='"2"'), before)
    assert (after.outcome, after.state.etag) == ("same-bytes", '"2"')


def test_a_304_keeps_the_validators_it_does_not_renew() -> None:
    before = read(fetched(etag='"1"', last_modified="Tue, 03 Mar 2026 01:00:00 GMT")).state
    after = polled(fetched(b"", 304, etag='"2"'), before).state
    assert (after.etag, after.last_modified) == ('"2"', "Tue, 03 Mar 2026 01:00:00 GMT")
    assert after.body_hash == before.body_hash


def test_a_full_answer_without_validators_forgets_the_old_ones() -> None:
    before = read(fetched(etag='"1"')).state
    assert read(fetched(b"<rss>2</rss>"), before).state.etag is None


def test_a_last_modified_from_the_future_is_not_kept() -> None:
    assert read(fetched(last_modified="Tue, 01 Jan 2041 00:00:00 GMT")).state.last_modified is None
    assert read(fetched(last_modified="nonsense")).state.last_modified == "nonsense"


def test_a_document_that_says_the_same_brings_no_entries_to_store() -> None:
    before = read(fetched(b"<rss>1</rss>")).state
    again = read(fetched(b"<rss>2</rss>"), before, NOW + HOUR)
    assert (again.outcome, again.entries) == ("same-entries", ())
    assert again.state.rhythm == before.rhythm
    assert read(fetched(b"<rss>3</rss>"), before, entries_hash="two").outcome == "answered"


def test_the_whole_document_is_asked_for_once_a_week() -> None:
    before = read(fetched(etag='"1"')).state
    for days in range(1, 7):
        assert answers.request_for(RULES, FEED, before, NOW + days * DAY).etag == '"1"'
        before = polled(fetched(b"", 304), before, NOW + days * DAY).state
    assert answers.request_for(RULES, FEED, before, NOW + 7 * DAY).etag is None
    renewed = polled(fetched(etag='"1"'), before, NOW + 7 * DAY).state
    assert answers.request_for(RULES, FEED, renewed, NOW + 8 * DAY).etag == '"1"'


def test_a_server_whose_not_modified_proves_false_is_not_asked_conditionally_any_more() -> None:
    before = polled(fetched(b"", 304), read(fetched(b"<rss>1</rss>", etag='"1"')).state).state
    caught = read(fetched(b"<rss>2</rss>", etag='"1"'), before, NOW + 7 * DAY, entries_hash="two")
    assert caught.state.distrusted
    assert [notice.kind for notice in answers.news(FEED, before, caught.state)] == ["distrusted"]
    assert answers.request_for(RULES, FEED, caught.state, NOW + 8 * DAY).etag is None


def test_new_furniture_or_new_validators_are_no_reason_for_distrust() -> None:
    before = read(fetched(b"<rss>1</rss>", etag='"1"')).state
    assert not read(fetched(b"<rss>2</rss>", etag='"1"'), before).state.distrusted
    assert not read(fetched(b"<rss>2</rss>", etag='"2"'), before, entries_hash="two").state.distrusted
    ignored = read(fetched(b"<rss>2</rss>", etag='"1"'), before, entries_hash="two").state
    assert not ignored.distrusted, "a server that never said so is not false"
    before = polled(fetched(b"", 304), before).state
    assert not read(fetched(b"<rss>2</rss>", etag='"1"'), before).state.distrusted
    assert not read(fetched(b"<rss>2</rss>", etag='"2"'), before, entries_hash="two").state.distrusted
    bare = polled(fetched(b"", 304), read(fetched(b"<rss>1</rss>")).state).state
    assert not read(fetched(b"<rss>2</rss>"), bare, entries_hash="two").state.distrusted


def test_what_a_document_asked_for_holds_for_the_304s_after_it() -> None:
    result = ParsedFeed(title="", entries=(ENTRY,), entries_hash="one", hints=Hints(wait=6 * HOUR))
    before = answers.parsed(RULES, document(fetched(etag='"1"')), result).state
    assert before.next_at == NOW + 6 * HOUR
    assert polled(fetched(b"", 304), before, NOW + 6 * HOUR).state.next_at == NOW + 12 * HOUR


def moved(state: FeedState, days: float) -> FeedState:
    return polled(fetched(b"", 304, moved_to="https://new.example/feed"), state, NOW + days * DAY).state


def test_a_permanent_redirect_is_adopted_after_it_was_seen_for_days() -> None:
    first = read(fetched(moved_to="https://new.example/feed")).state
    often = moved(moved(moved(first, 0.1), 0.2), 0.3)
    assert answers.address_of(FEED, often) == FEED.url
    later = moved(often, 3)
    assert answers.address_of(FEED, later) == "https://new.example/feed"
    assert [notice.kind for notice in answers.news(FEED, often, later)] == ["moved"]


def test_a_redirect_that_goes_away_or_leads_elsewhere_begins_anew() -> None:
    state = moved(read(fetched(moved_to="https://new.example/feed")).state, 2)
    assert polled(fetched(b"", 304), state, NOW + 2 * DAY).state.move is None
    other = polled(fetched(b"", 304, moved_to="https://other.example/"), state, NOW + 3 * DAY).state.move
    assert other == Move(url="https://other.example/", since=NOW + 3 * DAY)


def test_an_adopted_address_stays_adopted_when_it_answers_itself() -> None:
    state = moved(moved(read(fetched(moved_to="https://new.example/feed")).state, 2), 4)
    assert answers.address_of(FEED, polled(fetched(b"", 304), state, NOW + 5 * DAY).state) == "https://new.example/feed"


def test_a_second_move_keeps_the_first_address_until_it_is_believed() -> None:
    state = moved(moved(read(fetched(moved_to="https://new.example/feed")).state, 2), 4)
    for days in (5, 6, 7):
        state = polled(fetched(b"", 304, moved_to="https://newer.example/"), state, NOW + days * DAY).state
        assert answers.address_of(FEED, state) == "https://new.example/feed"
    before, state = state, polled(fetched(b"", 304, moved_to="https://newer.example/"), state, NOW + 8 * DAY).state
    assert answers.address_of(FEED, state) == "https://newer.example/"
    assert [notice.kind for notice in answers.news(FEED, before, state)] == ["moved"]


def test_a_feed_that_gets_a_password_is_asked_at_its_own_address_again() -> None:
    state = moved(moved(read(fetched(moved_to="https://new.example/feed")).state, 2), 4)
    secret = replace(FEED, headers={"Authorization": "Basic x"})
    assert answers.request_for(RULES, secret, state, NOW).url == FEED.url


def test_a_feed_with_secrets_is_never_moved() -> None:
    secret = replace(FEED, headers={"Authorization": "Basic x"})
    state = NEW
    for days in range(6):
        answer = fetched(b"%d" % days, moved_to="https://new.example/feed")
        found = answers.judged(RULES, secret, state, answer, NOW + days * DAY)
        assert isinstance(found, FeedDocument)
        state = answers.parsed(RULES, found, ParsedFeed(title="", entries=(), entries_hash=str(days))).state
    assert answers.address_of(secret, state) == FEED.url


def test_a_feed_that_comes_back_says_so_if_it_was_missed() -> None:
    lost = replace(NEW, failing=Failing(count=9, weight=9, since=NOW - 3 * DAY, reason="dns", message="x", named=True))
    back = polled(fetched(b"", 304), replace(lost, etag='"1"')).state
    assert [notice.kind for notice in answers.news(FEED, lost, back)] == ["revived"]
    hiccup = replace(NEW, failing=Failing(count=1, since=NOW))
    assert list(answers.news(FEED, hiccup, back)) == []


def test_an_error_is_a_failed_poll_with_its_reason() -> None:
    error = FetchError(FEED.url, "http-404", "the server answered 404 (Not Found)", status=404)
    found = answers.judged(RULES, FEED, NEW, error, NOW)
    assert isinstance(found, Polled)
    assert (found.outcome, found.reason, found.status) == ("failed", "http-404", 404)
    assert found.state.failing.message == "the server answered 404 (Not Found)"


def test_a_first_poll_does_not_flood() -> None:
    old = replace(ENTRY, key="b", published=NOW - 30 * DAY)
    undated = replace(ENTRY, key="c", published=None)
    result = ParsedFeed(title="", entries=(ENTRY, old, undated), entries_hash="x")
    found = {
        one.entry.key: (one.state, one.reason) for one in answers.parsed(RULES, document(fetched()), result).entries
    }
    assert found["a"] == ("waiting", "new")
    assert found["b"] == ("backlog", "older-than-horizon")
    assert found["c"] == ("waiting", "new")
    unknown = ParsedFeed(title="", entries=(undated, replace(undated, key="d")), entries_hash="x")
    first = answers.parsed(RULES, document(fetched()), unknown)
    assert {one.reason for one in first.entries} == {"undated-at-first-poll"}
    later = answers.parsed(RULES, document(fetched(b"2"), first.state), replace(unknown, entries_hash="y"))
    assert {one.reason for one in later.entries} == {"new"}
