"""Deliveries by hand: the list, each message as it was sent, and what a person decides about those that stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from monitor.cli import sent
from monitor.cli.app import one_sentence
from monitor.records import Delivery, Planned, Receipt
from monitor.store import Store
from monitor.wiring import load_settings, notifiers
from tests.conformance.test_cuts import fill
from tests.factories import make_delivery, make_digest, make_message
from tests.program import Ran, Run, monitor
from tests.small_config import FEEDS, monitor_toml

NOW = datetime.now(tz=UTC).replace(microsecond=0)
MAIL = (
    b"Message-ID: <d.1@news.example.org>\r\nSubject: Boats\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"na\xc3\xafve\r\n"
)
PEOPLE = """
[channels.work]
type = "email"
host = "127.0.0.1"
port = 9
security = "none"
sender = "News Monitor <monitor@news.example.org>"
[[people]]
id = "ana"
name = "Ana"
email = "ana@example.org"
channels = ["work"]
[[people]]
id = "bo"
name = "Bo"
email = "bo@example.org"
channels = ["work"]
"""
HOSTILE = "Boats \x1b[2J\u202e and\nmore"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder with a configuration that prints to the terminal."""
    config = tmp_path / "config"
    (config / "topics").mkdir(parents=True)
    (config / "monitor.toml").write_text(monitor_toml("boats") + PEOPLE)
    (config / "feeds.toml").write_text(FEEDS)
    seeds = '["a boat", "new boat", "boat yard", "wooden boat", "boat builder"]'
    (config / "topics" / "boats.toml").write_text(f'title = "Boats"\ndescription = "Boats."\nseeds = {seeds}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{tmp_path / 'monitor.db'}")
    monkeypatch.setenv("LOGNAME", "desk")
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """Return that folder's database."""
    opened = Store(f"sqlite:///{home / 'monitor.db'}", config="config-hash")
    told = {item.story_id: [source.article_id for source in item.sources] for item in make_digest(2).items}
    fill(opened, **told)
    yield opened
    opened.close()


@pytest.fixture
def run(home: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Return what runs a command of this room in this process."""
    assert home == Path.cwd()
    app = typer.Typer()
    sent.register(app)

    def ran(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended, one_sentence():
            app(["deliveries", *arguments])
        said = capfdbinary.readouterr()
        return Ran(int(ended.value.code or 0), said.out.decode(), said.err.decode())

    return ran


def plan(store: Store, *deliveries: Delivery, at: datetime = NOW) -> None:
    """Put deliveries of one digest into the outbox."""
    digest = make_digest(2, id=deliveries[0].digest_id, created_at=at, person_id=deliveries[0].person)
    carried = tuple(replace(one, created_at=at) for one in deliveries)
    store.outbox.plan([Planned(digest=digest, message=make_message(), deliveries=carried)], [], "model-1", slots={})


def end(store: Store, how: str) -> None:
    """Have what is due sent, or given up."""
    with store.outbox.drain() as place:
        taken = store.outbox.claim(place, NOW)
        assert taken is not None
        if how == "sent":
            store.outbox.sent(taken, Receipt(provider_id="p1", place="inbox of Ana"), NOW)
        else:
            store.outbox.failed(taken, "refused", "550 no such user", None, NOW, open_=False)


def states(store: Store) -> dict[str, str]:
    return {row["id"]: row["state"] for row in store.receipts.listed(20)}


ONE = make_delivery(id="aaaa0001", body=MAIL, message_id="<d.1@news.example.org>")
TWO = make_delivery(id="aaaa0002", digest_id="d2", body=b"{}", recipient="#news", person="bo", subject=HOSTILE)


def test_the_list_shows_the_newest_and_what_became_of_them(store: Store, run: Run) -> None:
    assert run().out == "nothing has been sent yet\n"
    plan(store, ONE, at=NOW - timedelta(minutes=1))
    end(store, "dead")
    plan(store, TWO)
    shown = run().out
    assert shown == run("list").out
    assert shown.index("aaaa0002") < shown.index("aaaa0001")
    assert "refused" in shown
    assert not {"\x1b", "\u202e"} & set(shown)
    assert [row["id"] for row in json.loads(run("--json").out)] == ["aaaa0002", "aaaa0001"]
    assert [row["id"] for row in json.loads(run("--limit", "1", "list", "--json").out)] == ["aaaa0002"]
    assert [row["id"] for row in json.loads(run("list", "--state", "dead", "--json").out)] == ["aaaa0001"]
    assert [row["id"] for row in json.loads(run("list", "--person", "bo", "--json").out)] == ["aaaa0002"]
    assert run("list", "--person", "me").out.startswith("there is no such delivery\n")


def test_the_list_ends_with_an_alarm_when_something_is_overdue(store: Store, run: Run) -> None:
    plan(store, ONE)
    assert "waited" not in run().out
    plan(store, TWO, at=NOW - timedelta(minutes=16))
    assert run().out.splitlines()[-1].startswith("1 message has waited since ")
    assert "waited" not in run("--state", "sent", "--json").out


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("wire", MAIL.decode()),
        ("mail", MAIL.decode()),
        ("html", make_message().html),
        ("text", make_message().text),
        ("slack", json.dumps(make_message().slack, ensure_ascii=False, indent=2) + "\n"),
    ],
)
def test_a_message_is_shown_byte_for_byte(store: Store, run: Run, home: Path, form: str, shown: str) -> None:
    plan(store, ONE)
    end(store, "sent")
    assert run("show", "aaaa0001", "--as", form).out == shown
    file = home / "shown"
    assert run("show", "aaaa", "--as", form, "--out", str(file)).out == ""
    assert file.read_bytes() == shown.encode()
    again = run("show", "aaaa", "--as", form, "--out", str(file))
    assert (again.code, file.read_bytes()) == (2, shown.encode())
    assert "is there already; nothing was written" in again.err


def test_the_digest_itself_is_shown_as_json(store: Store, run: Run) -> None:
    plan(store, ONE)
    said = json.loads(run("show", "aaaa0001", "--as", "json").out)
    digest = store.receipts.digest("d1")
    assert digest is not None
    assert said == json.loads(json.dumps(digest.content))


def test_what_a_message_came_from_is_shown(store: Store, run: Run) -> None:
    plan(store, ONE, replace(TWO, digest_id="d1"))
    end(store, "dead")
    shown = run("show", "aaaa0001").out
    for said in (
        "ana@example.org", "dead (refused), tried once", "550 no such user", "config-hash", "model-1",
        "d1, composed at", "digest: You get this because you follow", "aaaa0002 to #news",
    ):  # fmt: skip
        assert said in shown
    facts = json.loads(run("show", "aaaa0001", "--json").out)
    assert facts["delivery"]["state"] == "dead"
    assert "body" not in facts["delivery"]
    assert facts["digest"]["config"] == "config-hash"
    assert {one["id"]: one["state"] for one in facts["digest"]["deliveries"]} == {
        "aaaa0001": "dead",
        "aaaa0002": "waiting",
    }


def test_one_that_was_given_up_is_sent_once_more_when_asked(store: Store, run: Run) -> None:
    plan(store, ONE)
    end(store, "dead")
    ran = run("resend", "aaaa")
    assert ran.out == "aaaa0001 was dead and is due now; `monitor deliveries send` sends it\n"
    assert states(store) == {"aaaa0001": "waiting"}


@pytest.mark.parametrize("how", ["waiting", "dead", "dropped"])
def test_one_whose_address_was_mended_goes_to_the_new_one(store: Store, run: Run, home: Path, how: str) -> None:
    plan(store, replace(ONE, recipient="ana@exmaple.org"))
    if how == "dead":
        end(store, "dead")
    elif how == "dropped":
        run("drop", "aaaa")
    said = run("resend", "aaaa").out
    assert said.startswith(f"aaaa0001 was {how}; ")
    assert "is sent to ana@example.org instead of ana@exmaple.org; `monitor deliveries send" in said
    [fresh] = store.receipts.listed(9, state="waiting")
    assert (fresh["recipient"], fresh["digest_id"], fresh["person"]) == ("ana@example.org", "d1", "ana")
    assert fresh["id"] in said
    assert states(store) == {"aaaa0001": "dropped", fresh["id"]: "waiting"}
    again = run("resend", fresh["id"]).out
    assert "instead" not in again
    config = home / "config" / "monitor.toml"
    config.write_text(config.read_text().replace('channels = ["work"]', 'channels = ["terminal"]', 1))
    assert "is sent to ana on terminal instead of ana@example.org" in run("resend", fresh["id"]).out


def test_one_that_was_sent_goes_to_a_new_address_only_when_that_is_said(store: Store, run: Run) -> None:
    plan(store, replace(ONE, recipient="ana@exmaple.org"))
    end(store, "sent")
    assert "was sent already" in run("resend", "aaaa").err
    assert "is sent to ana@example.org instead" in run("resend", "aaaa", "--again").out
    assert sorted(states(store).values()) == ["sent", "waiting"]


def test_one_of_a_person_who_is_gone_is_not_sent_once_more(store: Store, run: Run) -> None:
    plan(store, replace(ONE, person="cleo"))
    end(store, "dead")
    ran = run("resend", "aaaa")
    assert (ran.code, states(store)) == (1, {"aaaa0001": "dead"})
    assert "there is no person 'cleo' in the configuration any more" in ran.err


def test_one_that_was_sent_is_sent_again_only_when_that_is_said(store: Store, run: Run) -> None:
    plan(store, ONE)
    end(store, "sent")
    ran = run("resend", "aaaa0001")
    assert (ran.code, states(store)) == (1, {"aaaa0001": "sent"})
    assert "was sent already; --again sends it a second time" in ran.err
    assert run("resend", "aaaa0001", "--again").code == 0
    assert states(store) == {"aaaa0001": "waiting"}


def test_one_that_is_being_sent_is_left_alone(store: Store, run: Run) -> None:
    plan(store, ONE)
    with store.outbox.drain() as place:
        assert store.outbox.claim(place, NOW) is not None
        for command in ("resend", "drop"):
            ran = run(command, "aaaa0001")
            assert ran.code == 1
            assert "is being sent right now; nothing was changed" in ran.err
        assert states(store) == {"aaaa0001": "sending"}


def test_one_that_is_dropped_stays_so_until_it_is_taken_back(store: Store, run: Run) -> None:
    plan(store, ONE)
    assert "`monitor deliveries resend aaaa0001` takes that back" in run("drop", "aaaa").out
    assert states(store) == {"aaaa0001": "dropped"}
    assert "dropped already" in run("drop", "aaaa").err
    assert run("resend", "aaaa").code == 0
    end(store, "sent")
    assert "was sent already" in run("drop", "aaaa").err
    assert states(store) == {"aaaa0001": "sent"}


@pytest.mark.parametrize("as_json", [False, True])
def test_send_sends_what_is_due(store: Store, home: Path, as_json: bool) -> None:  # noqa: FBT001 - pytest's way
    terminal = notifiers(load_settings(home / "config"))["terminal"]
    due = make_delivery(id="aaaa0003", channel="terminal", recipient="me", person="me")
    plan(store, replace(due, body=terminal.freeze(due, make_message())))
    store.close()
    ran = monitor("deliveries", "send", *(["--json"] if as_json else []), cwd=home)
    assert ran.returncode == 0, ran.stderr
    assert "Reserve bill clears committee" in (ran.stderr if as_json else ran.stdout)
    if as_json:
        assert len(json.loads(ran.stdout)["sent"]) == 1
    assert states(store) == {"aaaa0003": "sent"}
    again = monitor("deliveries", "send", cwd=home)
    assert (again.returncode, "nothing was due" in again.stdout) == (0, True)


def test_send_ends_with_1_when_something_could_not_be_sent(store: Store, home: Path) -> None:
    plan(store, replace(ONE, channel="gone"))
    store.close()
    ran = monitor("deliveries", "send", cwd=home)
    assert ran.returncode == 1
    assert "there is no channel 'gone'" in ran.stdout
    assert states(store) == {"aaaa0001": "dead"}


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("show", "bbbb"), 1, "there is no delivery 'bbbb'; `monitor deliveries` lists the newest"),
        (("show", "aaa"), 1, "at least the first 4 characters of an id are needed"),
        (("show", "aaaa"), 2, "several deliveries begin like this: aaaa0001, aaaa0002"),
        (("show", "aaaa0002", "--as", "mail"), 1, "is no e-mail; --as wire shows what its channel was handed"),
        (("show", "aaaa0001", "--out", "x"), 2, "say with --as what to write"),
        (("show", "aaaa0004", "--as", "wire"), 1, "is not kept; --as text shows what it said"),
        (("resend", "%%%%"), 1, "there is no delivery '%%%%'"),
        (("drop", "\udcff\udcff\udcff\udcff"), 1, "there is no delivery"),
        (
            ("list", "--state", "lost"),
            2,
            "there is no state 'lost' (known: waiting, sending, sent, dead, lapsed, dropped)",
        ),
    ],
    ids=lambda value: " ".join(value).encode("ascii", "replace").decode() if isinstance(value, tuple) else "",
)
def test_a_mistake_is_one_sentence(
    store: Store, run: Run, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    plan(store, ONE)
    plan(store, TWO)
    if "aaaa0004" in arguments:
        plan(store, replace(ONE, id="aaaa0004", digest_id="d4", body=b"", person="cleo"))
    ran = run(*arguments)
    assert ran.code == code
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1
    assert set(states(store).values()) == {"waiting"}
