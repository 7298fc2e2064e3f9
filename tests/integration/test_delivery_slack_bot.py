"""Messages from a bot to a Slack of our own: where they go, their threads and halves, and every refusal sorted."""

from __future__ import annotations

import json
import logging
import pickle
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from threading import Thread
from typing import Any

import pytest

from monitor.delivery import Secret
from monitor.delivery.slack import SlackNotifier, SlackSettings
from monitor.errors import DeliveryError
from monitor.messages import render
from monitor.records import Message
from tests.factories import make_delivery, make_digest, make_hostile, make_message
from tests.slack_bots import bot, check_hidden, frozen
from tests.slack_server import CHANNEL, DIRECT, MEMBER, TOKEN, Answer, SlackServer, refusal, slack_server

POST = "chat.postMessage"


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackServer]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with slack_server() as server:
        yield server


def failure(slack: SlackServer, *answers: Answer, message: Message | None = None, **changes: Any) -> DeliveryError:
    slack.script[POST] = list(answers)
    notifier = bot(slack, **changes)
    with pytest.raises(DeliveryError) as caught:
        notifier.send(frozen(notifier, message))
    check_hidden(caught.value)
    return caught.value


def test_a_digest_arrives_as_it_was_rendered_and_can_be_told_by_its_key(slack: SlackServer) -> None:
    message, notifier = render(make_digest(12)), bot(slack)
    receipt = notifier.send(frozen(notifier, message))
    (post,) = slack.posts
    first, *others = post["blocks"]
    assert [{k: v for k, v in first.items() if k != "block_id"}, *others] == message.slack["blocks"]
    assert (post["text"], post["unfurl_links"], post["unfurl_media"]) == (message.slack["text"], False, False)
    assert post["metadata"] == {"event_type": "digest", "event_payload": {"key": "3f2a9c1b77d04e5f"}}
    assert receipt.provider_id == post["ts"]
    assert receipt.place == f"Slack channel {CHANNEL}, message {post['ts']}"
    assert "thread_ts" not in post


def test_the_same_message_freezes_to_the_same_bytes(slack: SlackServer) -> None:
    message, delivery = render(make_digest(3)), make_delivery(recipient="")
    first, second = (bot(slack).freeze(delivery, message) for _ in range(2))
    assert first == second
    assert first.isascii()
    assert message == render(make_digest(3))


def test_a_person_with_a_place_of_their_own_is_told_there(slack: SlackServer) -> None:
    notifier = bot(slack)
    notifier.send(frozen(notifier, recipient=MEMBER))
    notifier.send(frozen(notifier, recipient="#more"))
    notifier.send(frozen(notifier, recipient="ana@example.org"))
    assert [post["channel"] for post in slack.posts] == [DIRECT, "C0000MORE", CHANNEL]


def test_without_a_place_to_post_nothing_is_frozen(slack: SlackServer) -> None:
    with pytest.raises(DeliveryError, match=r"`channel`.*`slack`") as caught:
        frozen(bot(slack, channel=""))
    assert (caught.value.reason, caught.value.transient) == ("no-channel", False)


def test_what_is_sent_is_what_was_frozen_whatever_the_settings_say_since(slack: SlackServer) -> None:
    delivery = frozen(bot(slack))
    bot(slack, channel="C0000MORE").send(delivery)
    assert slack.posts[0]["channel"] == CHANNEL


@pytest.mark.parametrize("aloud", [True, False])
def test_an_update_answers_in_the_thread_of_what_was_told_first(slack: SlackServer, *, aloud: bool) -> None:
    notifier = bot(slack)
    first = notifier.send(frozen(notifier))
    notifier.send(frozen(notifier, id="b2", parent="3f2a", parent_provider_id=first.provider_id, aloud=aloud))
    assert slack.posts[1]["thread_ts"] == first.provider_id
    assert slack.posts[1]["reply_broadcast"] is aloud


def test_an_update_bears_no_heading_where_the_thread_has_one(slack: SlackServer) -> None:
    notifier = bot(slack)
    reply = {"text": "An update", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "An update"}}]}
    with_both, whole = make_message(slack_reply=reply), make_message()
    said = [
        json.loads(frozen(notifier, message, parent=parent).body)["text"]
        for message, parent in ((with_both, "3f2a"), (with_both, None), (whole, "3f2a"))
    ]
    assert said == ["An update", whole.slack["text"], whole.slack["text"]]


def test_an_update_whose_thread_is_gone_is_posted_beside_it(slack: SlackServer) -> None:
    notifier = bot(slack)
    delivery = frozen(notifier, parent="3f2a", parent_provider_id="1790000000.000001", aloud=True)
    receipt = notifier.send(delivery)
    assert [("thread_ts" in asked) for asked in slack.asked(POST)] == [True, False]
    assert slack.posts[0]["ts"] == receipt.provider_id
    assert notifier.find(delivery) == receipt


def test_what_a_webhook_began_has_no_thread(slack: SlackServer) -> None:
    notifier = bot(slack)
    notifier.send(frozen(notifier, parent="3f2a", parent_provider_id="3f2a9c1b77d04e5f"))
    assert "thread_ts" not in slack.asked(POST)[0]


def test_what_was_frozen_for_a_webhook_goes_where_the_bot_posts(slack: SlackServer) -> None:
    delivery = make_delivery(recipient="", created_at=datetime.now(UTC))
    webhook = SlackNotifier(SlackSettings(webhook=Secret(slack.webhook)))
    delivery = replace(delivery, body=webhook.freeze(delivery, render(make_digest(2))))
    receipt = bot(slack).send(delivery)
    assert slack.posts[0]["channel"] == CHANNEL
    assert bot(slack).find(delivery) == receipt


@pytest.mark.parametrize(
    ("answer", "reason", "transient", "ambiguous"),
    [
        (Answer(error="internal_error"), "internal_error", True, True),
        (Answer(error="fatal_error"), "fatal_error", True, True),
        (Answer(error="service_unavailable"), "service_unavailable", True, True),
        (Answer(error="request_timeout"), "request_timeout", True, False),
        (Answer(status=500, body="<html>oops</html>"), "http-500", True, True),
        (Answer(status=503, error="service_unavailable"), "http-503", True, True),
        (Answer(drop=True), "dropped", True, True),
        (Answer(error="invalid_auth"), "invalid_auth", False, False),
        (Answer(error="not_authed"), "not_authed", False, False),
        (Answer(error="account_inactive"), "account_inactive", False, False),
        (Answer(error="token_revoked"), "token_revoked", False, False),
        (Answer(error="channel_not_found"), "channel_not_found", False, False),
        (Answer(error="is_archived"), "is_archived", False, False),
        (Answer(error="not_in_channel"), "not_in_channel", False, False),
        (Answer(error="missing_scope"), "missing_scope", False, False),
        (Answer(error="restricted_action"), "restricted_action", False, False),
        (Answer(error="some_new_word"), "some_new_word", False, False),
        (Answer(body=f'{{"ok": false, "error": "{TOKEN}"}}'), "not-slack", False, True),
        (Answer(body="<html>Log in hush4hush</html>"), "not-slack", False, True),
        (Answer(body="[1]"), "not-slack", False, True),
        (Answer(body='{"ok": true}'), "not-slack", False, True),
        (Answer(body='"ok"'), "not-slack", False, True),
        (Answer(body="null"), "not-slack", False, True),
        (Answer(body="[" * 100_000), "not-slack", False, True),
    ],
)
def test_refusals_are_sorted(
    slack: SlackServer, answer: Answer, reason: str, *, transient: bool, ambiguous: bool
) -> None:
    error = failure(slack, answer)
    assert (error.reason, error.transient, error.ambiguous) == (reason, transient, ambiguous)
    assert error.message.endswith((".", "?"))
    assert len(slack.asked(POST)) == 1
    assert pickle.loads(pickle.dumps(error)).__dict__ == error.__dict__  # noqa: S301 - our own bytes


@pytest.mark.parametrize(("given", "pause"), [("30", 30), ("7", 7), ("0", 1), ("soon", 60)])
@pytest.mark.parametrize("status", [429, 200])
def test_a_pause_that_slack_asks_for_is_handed_on_exactly(
    slack: SlackServer, given: str, pause: float, status: int
) -> None:
    error = failure(slack, Answer(status=status, error="ratelimited", headers={"Retry-After": given}))
    assert (error.reason, error.transient, error.ambiguous, error.retry_after) == ("rate-limited", True, False, pause)
    assert len(slack.asked(POST)) == 1


def test_silence_leaves_the_outcome_open(slack: SlackServer) -> None:
    error = failure(slack, Answer(seconds=0.5), timeout_seconds=0.2)
    assert (error.reason, error.transient, error.ambiguous) == ("timeout", True, True)
    assert len(slack.posts) == 1


def test_a_slack_that_cannot_be_reached_has_not_got_the_message(slack: SlackServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    error = failure(slack, address=f"http://127.0.0.1:{port}/api/")
    assert (error.reason, error.transient, error.ambiguous) == ("unreachable", True, False)


def test_a_missing_scope_is_named(slack: SlackServer) -> None:
    slack.scopes.remove("chat:write")
    assert "Give the bot the scope chat:write" in failure(slack).message


def test_the_token_is_not_logged_even_when_everything_is(slack: SlackServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    failure(slack, Answer(status=404, body=TOKEN))
    notifier = bot(slack)
    notifier.find(replace(frozen(notifier), id="other"))
    notifier.send(frozen(notifier))
    assert "hush4hush" not in caplog.text


@pytest.mark.parametrize("word", ["msg_too_long", "msg_blocks_too_long", "invalid_blocks"])
def test_a_message_that_is_refused_as_it_is_goes_again_as_half_of_itself(slack: SlackServer, word: str) -> None:
    slack.script[POST] = [Answer(error=word)]
    message, notifier = render(make_digest(11)), bot(slack)
    delivery = frozen(notifier, message)
    receipt = notifier.send(delivery)
    whole, half = (asked["blocks"] for asked in slack.asked(POST))
    assert half[:-1] == whole[: 2 + 2 * 5]
    assert half[-1]["elements"][0]["text"] == "6 more stories not shown here."
    assert receipt.place.endswith(", shortened because Slack refused the whole")
    assert notifier.find(replace(delivery, open=True)) is not None


def test_half_of_one_story_is_its_first_block(slack: SlackServer) -> None:
    slack.script[POST] = [Answer(error="msg_too_long")]
    notifier = bot(slack)
    notifier.send(frozen(notifier, render(make_digest(1))))
    whole, half = (asked["blocks"] for asked in slack.asked(POST))
    assert half[:-1] == whole[:3]
    assert half[-1]["elements"][0]["text"] == "The rest is not shown here."


def test_a_half_that_is_refused_as_well_waits_for_a_person(slack: SlackServer) -> None:
    error = failure(slack, *[Answer(error="invalid_blocks")] * 2, message=render(make_digest(8)))
    assert (error.reason, error.transient, error.ambiguous) == ("invalid_blocks", False, False)
    assert len(slack.asked(POST)) == 2
    assert slack.posts == []


def test_messages_over_the_unwritten_limit_arrive_halved(slack: SlackServer) -> None:
    text = {"type": "mrkdwn", "text": "x" * 2_900}
    sections = [{"type": "section", "block_id": f"story-{number}-of-7", "text": text} for number in range(1, 6)]
    message = make_message(slack={"text": "News", "blocks": sections})
    assert refusal(message.slack) == "msg_blocks_too_long"
    notifier = bot(slack)
    notifier.send(frozen(notifier, message))
    assert [len(post["blocks"]) for post in slack.posts] == [3]
    assert slack.posts[0]["blocks"][-1]["elements"][0]["text"] == "5 more stories not shown here."


@pytest.mark.parametrize("stories", [0, 1, 2, 12, 60])
@pytest.mark.parametrize(
    "text", ["Plain", "<!channel> \x00\r\n\u202e </script> \ud83d &lt;@U123>", "x" * 10_000, "字" * 5_000]
)
def test_slack_takes_every_digest_whole(slack: SlackServer, text: str, stories: int) -> None:
    notifier = bot(slack)
    digest = make_digest(stories) if text == "Plain" else make_hostile(text, stories=stories)
    notifier.send(frozen(notifier, render(digest)))
    assert len(slack.asked(POST)) == len(slack.posts) == 1


def test_messages_to_one_place_are_a_second_apart_and_other_places_do_not_wait(slack: SlackServer) -> None:
    notifier = bot(slack, spacing_seconds=0.4)
    targets = [CHANNEL, CHANNEL, "C0000MORE", CHANNEL]
    senders = [Thread(target=notifier.send, args=(frozen(notifier, recipient=target),)) for target in targets]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    here = sorted(call.at for call in slack.calls if call.asked["channel"] == CHANNEL)
    assert all(later - earlier >= 0.4 for earlier, later in pairwise(here))
    assert next(call.at for call in slack.calls if call.asked["channel"] == "C0000MORE") < here[-1]
