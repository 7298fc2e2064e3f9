"""What every channel in the registry has to hold."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from monitor.delivery import NOTIFIERS, Secret
from monitor.errors import DeliveryError
from monitor.messages import render
from monitor.ports import Notifier
from monitor.records import Delivery, Message, Receipt
from tests.factories import make_delivery, make_digest, make_hostile, make_message
from tests.integration.test_delivery_apprise import serve
from tests.integration.test_delivery_email import PASSWORD, mail_server
from tests.slack_server import CHANNEL, TOKEN, Answer, slack_server


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A channel on its test stand.

    `table` is its settings as a user writes them. `taken` counts the messages that arrived. `faults` make the other
    side fail, each with what the error must say: (transient, ambiguous). `knows` tells whether the channel can know
    a delivery that it has taken before, and `asked` whether it can be asked for it.
    """

    table: dict[str, Any]
    taken: Callable[[], int]
    faults: dict[str, tuple[Callable[[], object], bool, bool]]
    knows: bool = False
    asked: bool = False


@contextmanager
def email_stand(_folder: Path, _capture: pytest.CaptureFixture[str]) -> Iterator[Stand]:
    with mail_server() as mail:

        def lose() -> None:
            mail.answers.clear()
            mail.drop_after_data = True

        yield Stand(
            table={
                "host": "127.0.0.1",
                "port": mail.port,
                "security": "none",
                "sender": "monitor@news.example.org",
                "username": "ana",
                "password": PASSWORD,
            },
            taken=lambda: len({content for _, _, content in mail.mails}),
            faults={
                "busy": (lambda: mail.answers.update(RCPT=f"451 later {PASSWORD}"), True, False),
                "refused": (lambda: mail.answers.update(RCPT="250 OK", DATA=f"554 no {PASSWORD}"), False, False),
                "lost": (lose, True, True),
            },
            knows=True,
        )


@contextmanager
def webhook_stand(_folder: Path, _capture: pytest.CaptureFixture[str]) -> Iterator[Stand]:
    with slack_server() as slack:

        def answer(**given: Any) -> Callable[[], object]:
            return lambda: slack.answers.append(Answer(**given))

        yield Stand(
            table={"webhook": slack.webhook, "timeout_seconds": 5, "spacing_seconds": 0},
            taken=lambda: len(slack.messages),
            faults={
                "busy": (answer(status=429, body="rate_limited"), True, False),
                "broken": (answer(status=500, body=slack.webhook), True, True),
                "refused": (answer(status=403, body="invalid_token"), False, False),
                "echoing": (answer(status=404, body=slack.webhook), False, False),
                "lost": (answer(drop=True), True, True),
            },
        )


@contextmanager
def bot_stand(_folder: Path, _capture: pytest.CaptureFixture[str]) -> Iterator[Stand]:
    with slack_server() as slack:

        def answer(**given: Any) -> Callable[[], object]:
            return lambda: slack.script.setdefault("chat.postMessage", []).append(Answer(**given))

        table = {"token": TOKEN, "channel": CHANNEL, "address": slack.address}
        yield Stand(
            table={**table, "timeout_seconds": 5, "spacing_seconds": 0},
            taken=lambda: len(slack.posts),
            faults={
                "busy": (answer(status=429, error="ratelimited", headers={"Retry-After": "7"}), True, False),
                "broken": (answer(status=500, body=TOKEN), True, True),
                "unwell": (answer(error="internal_error"), True, True),
                "refused": (answer(error="invalid_auth"), False, False),
                "lost": (answer(drop=True), True, True),
            },
            asked=True,
        )


@contextmanager
def apprise_stand(_folder: Path, _capture: pytest.CaptureFixture[str]) -> Iterator[Stand]:
    with serve() as inbox:
        yield Stand(
            table={"url": inbox.url, "timeout_seconds": 20},
            taken=lambda: len(inbox.taken),
            faults={"broken": (lambda: setattr(inbox, "status", 500), True, True)},
        )


@contextmanager
def file_stand(folder: Path, _capture: pytest.CaptureFixture[str]) -> Iterator[Stand]:
    out = folder / "out"
    yield Stand(
        table={"folder": str(out)},
        taken=lambda: len(list(out.glob("*/digest.html"))),
        faults={"in the way": (lambda: out.write_text("a file"), True, False)},
        knows=True,
    )


@contextmanager
def feed_stand(folder: Path, _capture: pytest.CaptureFixture[str]) -> Iterator[Stand]:
    out = folder / "out"
    yield Stand(
        table={"folder": str(out)},
        taken=lambda: len(list(out.glob("*.atom.xml"))),
        faults={"in the way": (lambda: out.write_text("a file"), True, False)},
        knows=True,
    )


@contextmanager
def terminal_stand(_folder: Path, capture: pytest.CaptureFixture[str]) -> Iterator[Stand]:
    printed: list[str] = []

    def taken() -> int:
        printed.append(capture.readouterr().out)
        return "".join(printed).count("No tracking.")

    yield Stand(table={}, taken=taken, faults={})


STANDS: dict[str, Callable[[Path, pytest.CaptureFixture[str]], AbstractContextManager[Stand]]] = {
    "apprise": apprise_stand,
    "email": email_stand,
    "feed": feed_stand,
    "file": file_stand,
    "slack": webhook_stand,
    "slack-bot": bot_stand,
    "terminal": terminal_stand,
}


@pytest.fixture(params=sorted(STANDS))
def place(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def channel(place: str) -> str:
    """The type; a stand of a second way to use it is named after it."""
    return place.partition("-")[0]


@pytest.fixture
def stand(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stand]:
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)
    with STANDS[place](tmp_path, capsys) as built:
        yield built


@pytest.fixture
def notifier(channel: str, stand: Stand) -> Notifier:
    kind = NOTIFIERS[channel]
    return kind.notifier(TypeAdapter(kind.settings).validate_python(stand.table))


def promised(notifier: Notifier, message: Message | None = None, **changes: Any) -> Delivery:
    """Return a delivery with the message as the channel freezes it."""
    delivery = make_delivery(**changes)
    return dataclasses.replace(delivery, body=notifier.freeze(delivery, message or make_message()))


@pytest.fixture
def somebody(place: str) -> dict[str, Any]:
    """Who is told: a bot posts to where the recipient says."""
    return {"recipient": CHANNEL} if place == "slack-bot" else {}


def test_a_digest_arrives_and_the_receipt_says_where(
    notifier: Notifier, stand: Stand, somebody: dict[str, Any]
) -> None:
    receipt = notifier.send(promised(notifier, render(make_digest(12)), **somebody))
    assert isinstance(receipt, Receipt)
    assert receipt.provider_id
    assert receipt.place
    assert stand.taken() == 1


def test_whatever_publishers_write_arrives(notifier: Notifier, stand: Stand, somebody: dict[str, Any]) -> None:
    hostile = "<!channel> \x00\r\nBcc: b@example.org\r\n.\r\n\u202e </script> \ud83d"
    notifier.send(promised(notifier, render(make_hostile(hostile)), watch_title=hostile, **somebody))
    assert stand.taken() == 1


def test_a_digest_of_nothing_arrives(notifier: Notifier, stand: Stand, somebody: dict[str, Any]) -> None:
    notifier.send(promised(notifier, render(make_digest(0)), **somebody))
    assert stand.taken() == 1


def test_what_is_frozen_is_the_same_each_time_and_is_sent_without_the_message(
    notifier: Notifier, stand: Stand, somebody: dict[str, Any]
) -> None:
    message = render(make_digest(3))
    delivery = promised(notifier, message, **somebody)
    assert delivery.body == promised(notifier, message, attempts=2, open=True, **somebody).body
    assert stand.taken() == 0
    stored = pickle.loads(pickle.dumps(delivery))  # noqa: S301 - our own bytes
    notifier.send(stored)
    assert stand.taken() == 1


def test_the_same_delivery_twice_is_one_where_the_channel_can_know(
    notifier: Notifier, stand: Stand, somebody: dict[str, Any]
) -> None:
    delivery = promised(notifier, render(make_digest(1)), **somebody)
    first = notifier.send(delivery)
    second = notifier.send(dataclasses.replace(delivery, attempts=1, open=True))
    assert (first == second) is not stand.asked
    assert stand.taken() == (1 if stand.knows else 2)


def test_an_earlier_attempt_is_found_where_the_channel_can_be_asked(
    notifier: Notifier, stand: Stand, somebody: dict[str, Any]
) -> None:
    # The fake stamps its messages by the clock, and nobody looks for one that is older than its delivery.
    delivery = promised(notifier, created_at=datetime.now(UTC), **somebody)
    assert notifier.find(delivery) is None
    receipt = notifier.send(delivery)
    found = notifier.find(dataclasses.replace(delivery, attempts=1, open=True))
    assert (found and found.provider_id) == (receipt.provider_id if stand.asked else None)


@pytest.mark.parametrize("body", [b"", b"{}", b"[3]", b'"a"', b"\xff\x00", b"Subject: a\r\n\r\nb\r\n"])
def test_what_was_made_for_another_type_of_channel_is_never_sent_as_if_it_were_its_own(
    place: str, notifier: Notifier, stand: Stand, somebody: dict[str, Any], body: bytes
) -> None:
    if place == "terminal" or (place == "slack" and body == b"{}"):
        pytest.skip("any text can be shown, and Slack itself refuses an empty message")
    with pytest.raises(DeliveryError) as caught:
        notifier.send(make_delivery(body=body, **somebody))
    assert (caught.value.transient, caught.value.ambiguous) == (False, False)
    assert caught.value.message.endswith(".")
    assert stand.taken() == 0


def test_failures_are_sorted_told_without_secrets_and_not_tried_again(
    notifier: Notifier, stand: Stand, somebody: dict[str, Any]
) -> None:
    for name, (provoke, transient, ambiguous) in stand.faults.items():
        provoke()
        with pytest.raises(DeliveryError) as caught:
            notifier.send(promised(notifier, **somebody))
        error = caught.value
        assert (error.transient, error.ambiguous) == (transient, ambiguous), name
        assert error.subject == "work"
        assert error.message.endswith((".", "?", "!"))
        check_hidden(error)
        assert pickle.loads(pickle.dumps(error)).__dict__ == error.__dict__  # noqa: S301 - our own bytes


def check_hidden(error: BaseException) -> None:
    seen: BaseException | None = error
    while seen is not None:
        assert "hush4hush" not in f"{seen} {seen!r} {seen.__dict__ if hasattr(seen, '__dict__') else ''}"
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def test_settings_and_notifiers_show_no_secret(channel: str, notifier: Notifier, stand: Stand) -> None:
    settings = TypeAdapter(NOTIFIERS[channel].settings).validate_python(stand.table)
    assert "hush4hush" not in f"{settings!r} {settings} {notifier!r} {dataclasses.asdict(settings)}"


def test_settings_are_frozen_records_with_plain_fields(channel: str) -> None:
    kind = NOTIFIERS[channel].settings
    assert dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # what the decorator leaves behind
    assert kind.__doc__


def test_every_channel_has_a_stand() -> None:
    assert {place.partition("-")[0] for place in STANDS} == NOTIFIERS.keys()


def test_a_secret_has_to_be_asked_for() -> None:
    secret = Secret("hush4hush")
    assert secret.reveal() == "hush4hush"
    assert f"{secret} {secret!r} {[secret]}" == "(hidden) Secret((hidden)) [Secret((hidden))]"
    assert secret.redact("said hush4hush and aHVzaDRodXNo") == "said (hidden) and (hidden)"
    assert Secret("").redact("nothing") == "nothing"
    assert (secret == Secret("hush4hush"), secret == object(), bool(Secret(""))) == (True, False, False)
    assert len({secret, Secret("hush4hush")}) == 1
