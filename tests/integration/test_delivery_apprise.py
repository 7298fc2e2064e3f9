"""Short plain texts through apprise's own services, whose addresses lead to a server of ours."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from monitor.delivery import Secret
from monitor.delivery.apprise import AppriseNotifier, AppriseSettings
from monitor.errors import DeliveryError
from monitor.messages import render
from monitor.records import Delivery, Message
from tests.factories import make_delivery, make_digest, make_hostile, make_message

HOSTILE = (
    "@everyone <!channel> <@U123> <@&42> @here <https://evil.example|SEC.gov> [SEC.gov](https://evil.example) "
    "ana@example.org \x00\r\nBcc: b@example.org \u202egnp.exe </script> \uff20all [a][b] \ud83d"
)
LINK = "https://harborwire.example/@desk/1?a=1&b=2"


@dataclass(slots=True)
class Inbox:
    """What arrived at the server (path and body), and how it answers."""

    port: int = 0
    taken: list[tuple[str, Any]] = field(default_factory=list)
    status: int = 200
    body: bytes = b'{"ok": true, "result": {}}'
    location: str = ""
    seconds: float = 0.0
    drop: bool = False

    @property
    def url(self) -> str:
        """The server as apprise's own JSON service has it, with a secret path."""
        return f"json://127.0.0.1:{self.port}/hush4hush"


@contextmanager
def serve() -> Iterator[Inbox]:
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            inbox.taken.append((self.path, json.loads(body)))
            time.sleep(inbox.seconds)
            if inbox.drop:
                self.close_connection = True
                return
            self.send_response(inbox.status)
            if inbox.location:
                self.send_header("Location", inbox.location)
            self.send_header("Content-Length", str(len(inbox.body)))
            self.end_headers()
            self.wfile.write(inbox.body)

        def do_GET(self) -> None:
            inbox.taken.append((self.path, None))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = False

        def handle_error(self, *_: object) -> None:
            """A client that has gone away is part of the tests."""

    with Server(("127.0.0.1", 0), Handler) as server:
        inbox.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield inbox
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serve() as served:
        yield served


def notifier(url: str, **changes: Any) -> AppriseNotifier:
    return AppriseNotifier(AppriseSettings(url=Secret(url), **changes))


def frozen(message: Message | None = None, **changes: Any) -> Delivery:
    sender, delivery = notifier("json://127.0.0.1/", **changes), make_delivery()
    return replace(delivery, body=sender.freeze(delivery, message or make_message()))


def content(message: Message, **changes: Any) -> tuple[str, str]:
    told = json.loads(frozen(message, **changes).body)
    return told["title"], told["body"]


def failure(inbox: Inbox, url: str = "", **changes: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        notifier(url or inbox.url, **changes).send(frozen())
    error = caught.value
    assert "hush4hush" not in f"{error} {error!r} {error.__dict__} {error.__cause__} {error.__context__}"
    assert error.message.endswith(".")
    return error


def width(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_digest_arrives_as_a_short_plain_text(inbox: Inbox) -> None:
    message = render(make_digest(3))
    receipt = notifier(inbox.url).send(frozen(message))
    ((path, told),) = inbox.taken
    assert path == "/hush4hush"
    assert (told["title"], told["message"].splitlines()) == (message.subject, list(message.brief))
    assert receipt.provider_id == "3f2a9c1b77d04e5f"
    assert receipt.place == "JSON, through apprise"


def test_lines_are_kept_whole_and_the_rest_is_counted() -> None:
    message = make_message(subject="News", brief=tuple(f"New: {'x' * 80} https://a.example/{n}" for n in range(12)))
    _, body = content(message, limit=450)
    assert body.splitlines() == [*message.brief[:4], "and 8 more stories"]
    _, body = content(message, limit=5_000)
    assert body.splitlines() == list(message.brief)
    _, body = content(replace(message, brief=("x" * 400,)), limit=300)
    assert body == "1 story, too long to be shown here."
    _, body = content(replace(message, brief=()))
    assert body == "No stories this time."


def test_an_emoji_counts_twice() -> None:
    message = make_message(subject="\N{FIRE}" * 100, brief=("\N{FIRE}" * 60, "\N{FIRE}" * 60))
    title, body = content(message, limit=350)
    assert width(title) <= 120
    assert body == "\N{FIRE}" * 60 + "\nand 1 more story"


def test_the_same_message_freezes_to_the_same_bytes() -> None:
    assert frozen(render(make_digest(12))).body == frozen(render(make_digest(12))).body


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(st.text(max_size=400), max_size=8), subject=st.text(max_size=300), limit=st.integers(200, 1_000))
def test_whatever_comes_it_fits_and_cannot_mention(texts: list[str], subject: str, limit: int) -> None:
    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    title, body = content(make_message(subject=subject, brief=tuple(clean)), limit=limit)
    assert body
    assert width(title) <= 120
    assert width(title) + 1 + width(body) <= limit
    assert not re.search("[@<>\uff20\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", title + body)


def test_an_address_in_a_line_still_leads_where_it_led() -> None:
    _, body = content(make_message(brief=(f"New: ana@example.org leaves {LINK}",)))
    assert body == "New: ana\N{SMALL COMMERCIAL AT}example.org leaves https://harborwire.example/%40desk/1?a=1&b=2"


def discord(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("apprise.plugins.discord.NotifyDiscord.notify_url", f"http://127.0.0.1:{inbox.port}")
    return "discord://4174216298/JHZ7lQml277hush4hush"


def slack(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> str:
    inbox.body = b"ok"
    monkeypatch.setattr("apprise.plugins.slack.NotifySlack.webhook_url", f"http://127.0.0.1:{inbox.port}")
    return "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#news"


def telegram(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("apprise.plugins.telegram.NotifyTelegram.notify_url", f"http://127.0.0.1:{inbox.port}/bot")
    return "tgram://123456789:abcdefg_hijklmnop/12315544/"


def mattermost(inbox: Inbox, _monkeypatch: pytest.MonkeyPatch) -> str:
    return f"mmost://127.0.0.1:{inbox.port}/3ccdd113474722377935511fc85d3dd4"


def ntfy(inbox: Inbox, _monkeypatch: pytest.MonkeyPatch) -> str:
    return f"ntfy://127.0.0.1:{inbox.port}/news"


def webhook(inbox: Inbox, _monkeypatch: pytest.MonkeyPatch) -> str:
    return inbox.url


@pytest.mark.parametrize("service", [discord, slack, telegram, mattermost, ntfy, webhook])
def test_nothing_a_publisher_wrote_mentions_or_hides_an_address_in_any_service(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, service: Any
) -> None:
    message = render(make_hostile(HOSTILE, LINK))
    loud = replace(message, subject=HOSTILE, brief=(f"New: {HOSTILE} {LINK}", *message.brief))
    notifier(service(inbox, monkeypatch), limit=1_800).send(frozen(loud, limit=1_800))
    assert len(inbox.taken) == 1
    said = "\n".join(strings(inbox.taken[0][1]))
    assert "harborwire.example/%40desk/1" in said
    assert not re.search(r"@|\uff20|<[!@#]|<https?:|\]\(|\]\[|\x00|\u202e", said)
    assert "raw.githubusercontent" not in said
    assert "github.com" not in said


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_a_refusal_may_have_been_an_arrival(inbox: Inbox, status: int) -> None:
    inbox.status = status
    error = failure(inbox)
    assert (error.reason, error.transient, error.ambiguous) == ("not-taken", True, True)
    assert len(inbox.taken) == 1


def test_a_connection_that_breaks_is_not_tried_again(inbox: Inbox) -> None:
    inbox.drop = True
    error = failure(inbox, url=f"{inbox.url}?retry=3")
    assert (error.reason, error.transient, error.ambiguous) == ("not-taken", True, True)
    assert len(inbox.taken) == 1


def test_a_post_that_is_sent_elsewhere_has_not_arrived(inbox: Inbox) -> None:
    inbox.status, inbox.location = 302, "/login"
    assert failure(inbox).reason == "not-taken"
    assert len(inbox.taken) == 1


def test_silence_ends_after_the_time_in_all(inbox: Inbox) -> None:
    inbox.seconds = 1.5
    began = time.monotonic()
    error = failure(inbox, timeout_seconds=1)
    assert time.monotonic() - began < 1.4
    assert (error.transient, error.ambiguous) == (True, True)


@pytest.mark.parametrize("url", ["nosuch://127.0.0.1/hush4hush", "discord://hush4hush", "tgram://hush4hush/"])
def test_an_address_that_apprise_does_not_know_waits_for_a_person(inbox: Inbox, url: str) -> None:
    error = failure(inbox, url=url)
    assert (error.reason, error.transient, error.ambiguous) == ("bad-address", False, False)


def test_there_is_nobody_to_ask(inbox: Inbox) -> None:
    assert notifier(inbox.url).find(replace(frozen(), open=True)) is None
    assert inbox.taken == []


def test_what_was_frozen_for_another_kind_of_channel_waits_for_a_person(inbox: Inbox) -> None:
    for body in (b"From: monitor@news.example.org\r\n\r\nA mail\r\n", b"[1]", b"{}", b"\xff"):
        with pytest.raises(DeliveryError) as caught:
            notifier(inbox.url).send(make_delivery(body=body))
        assert (caught.value.reason, caught.value.transient) == ("not-apprise-content", False)


def test_the_address_is_not_logged_even_when_everything_is(inbox: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("apprise", "urllib3.connectionpool", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    notifier(inbox.url).send(frozen())
    inbox.status = 500
    failure(inbox)
    assert "hush4hush" not in caplog.text
    logging.getLogger("urllib3.connectionpool").debug("of somebody else")
    assert "of somebody else" in caplog.text


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"url": "hush4hush.example/news"}, "not one apprise address"),
        ({"url": "json://hush4hush/a, json://hush4hush/b"}, "not one apprise address"),
        ({"url": ""}, "not one apprise address"),
        ({"url": "json://hush4hush/", "limit": 100}, "limit: a limit below 200 characters"),
        ({"url": "json://hush4hush/", "timeout_seconds": 0}, "timeout_seconds: must be from 1 to 3600 seconds"),
    ],
)
def test_settings_that_could_never_send_are_refused_in_a_sentence(table: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(AppriseSettings).validate_python(table)
    sentences = [fault["msg"] for fault in caught.value.errors(include_url=False, include_input=False)]
    assert said in " ".join(sentences)
    assert "hush4hush" not in json.dumps(sentences)


def test_apprise_is_loaded_with_the_first_message_only() -> None:
    asked = (
        "import sys, monitor.delivery.apprise; print(sorted({'apprise', 'requests', 'markdown'} & sys.modules.keys()))"
    )
    shown = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
