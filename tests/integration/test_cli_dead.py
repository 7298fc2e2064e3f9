"""Messages that could not be sent stay in sight until a person has decided, and can be sent again all at once."""

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
from monitor.records import Planned, Receipt
from monitor.store import Store
from tests.conformance.test_cuts import fill
from tests.factories import make_delivery, make_digest, make_message
from tests.program import Ran, Run, monitor
from tests.small_config import FEEDS, monitor_toml

NOW = datetime.now(tz=UTC).replace(microsecond=0)
SEEDS = '["a boat", "new boat", "boat yard", "wooden boat", "boat builder"]'
MAIL = b"Message-ID: <d.1@news.example.org>\r\nSubject: Boats\r\n\r\nBoats\r\n"
ONE = make_delivery(id="aaaa0001", channel="terminal", recipient="me", person="me", body=b"Boats\n")
TWO = replace(ONE, id="bbbb0002", channel="screen")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working folder whose person reads on two channels."""
    config = tmp_path / "config"
    (config / "topics").mkdir(parents=True)
    text = monitor_toml("boats").replace('channels = ["terminal"]', 'channels = ["terminal", "screen"]')
    (config / "monitor.toml").write_text(f'{text}\n[channels.screen]\ntype = "terminal"\n')
    (config / "feeds.toml").write_text(FEEDS)
    (config / "topics" / "boats.toml").write_text(f'title = "Boats"\ndescription = "Boats."\nseeds = {SEEDS}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{tmp_path / 'monitor.db'}")
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """Return that folder's database, with two messages that were given up."""
    opened = Store(f"sqlite:///{home / 'monitor.db'}", config="config-hash")
    digest = make_digest(2, id="d1", person_id="me", created_at=NOW)
    fill(opened, **{item.story_id: [source.article_id for source in item.sources] for item in digest.items})
    carried = tuple(replace(one, created_at=NOW) for one in (ONE, TWO))
    opened.outbox.plan([Planned(digest=digest, message=make_message(), deliveries=carried)], [], "model-1", slots={})
    with opened.outbox.drain() as place:
        for _ in carried:
            taken = opened.outbox.claim(place, NOW)
            assert taken is not None
            opened.outbox.failed(taken, "refused", "550 no such user.", None, NOW, open_=False)
    yield opened
    opened.close()


@pytest.fixture
def run(home: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command of this room in this process."""
    assert home == Path.cwd()
    app = typer.Typer()
    sent.register(app)

    def ran(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended, one_sentence():
            app(["deliveries", *arguments])
        said = capfd.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return ran


def states(store: Store) -> list[str]:
    return [row["state"] for row in sorted(store.receipts.listed(20), key=lambda row: str(row["id"]))]


def test_what_could_not_be_sent_is_counted_for_as_long_as_it_is_there(store: Store, run: Run, home: Path) -> None:
    said = "2 messages could not be sent; `monitor deliveries list --state dead` says why"
    assert run().out.splitlines()[-1] == said
    assert said not in run("list", "--state", "dead").out
    assert run("send").out.splitlines()[-1].endswith(said)
    assert run("drop", "aaaa").code == 0
    assert "1 message could not be sent" in run("list").out
    assert json.loads(run("send", "--json").out)["dead"] == []
    assert run("drop", "bbbb").code == 0
    assert "could not be sent" not in run().out
    store.close()
    assert "could not be sent" not in monitor("run", cwd=home).stdout


def test_a_cycle_ends_with_them_and_names_the_folder_to_read(store: Store, home: Path) -> None:
    store.close()
    (home / "config").rename(home / "mine")
    ran = monitor("run", "--config", "mine", cwd=home)
    assert ran.stdout.splitlines()[-1].endswith("`monitor deliveries list --state dead --config mine` says why")


def test_all_that_is_dead_is_sent_again_at_once_or_that_of_one_channel(store: Store, run: Run) -> None:
    ran = run("resend", "--all-dead", "--channel", "screen")
    assert ran.out == "bbbb0002 was dead and is due now; `monitor deliveries send` sends it\n"
    assert states(store) == ["dead", "waiting"]
    assert run("resend", "--all-dead").out.startswith("aaaa0001 was dead")
    assert states(store) == ["waiting", "waiting"]
    assert run("resend", "--all-dead").out == "no message is dead\n"


def test_one_that_cannot_be_sent_again_leaves_the_others_alone(store: Store, run: Run) -> None:
    digest = make_digest(0, id="d2", person_id="gone", created_at=NOW)
    gone = replace(ONE, id="cccc0003", digest_id="d2", person="gone", created_at=NOW)
    store.outbox.plan([Planned(digest=digest, message=make_message(), deliveries=(gone,))], [], "model-1", slots={})
    with store.outbox.drain() as place:
        taken = store.outbox.claim(place, NOW)
        assert taken is not None
        store.outbox.failed(taken, "refused", "no", None, NOW, open_=False)
    ran = run("resend", "--all-dead")
    assert (ran.code, states(store)) == (1, ["waiting", "waiting", "dead"])
    assert "cccc0003: there is no person 'gone'" in ran.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("resend",), "name one delivery by its ID, or say --all-dead"),
        (("resend", "aaaa", "--all-dead"), "name one delivery by its ID, or say --all-dead"),
        (("resend", "aaaa", "--channel", "screen"), "with --channel CHANNEL for those of one channel"),
        (("resend", "--all-dead", "--channel", "fax"), "there is no channel 'fax' (known: screen, terminal)"),
        (("--person", "carl"), "there is no person 'carl' (known: me)"),
        (("list", "--person", "carl", "--json"), "there is no person 'carl' (known: me)"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_sentence_and_changes_nothing(
    store: Store, run: Run, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert sentence in ran.err
    assert states(store) == ["dead", "dead"]


@pytest.mark.usefixtures("store")
def test_a_person_who_left_is_still_found_by_what_was_sent(run: Run, home: Path) -> None:
    file = home / "config" / "monitor.toml"
    file.write_text(file.read_text().replace('"me"', '"bo"'))
    assert "aaaa0001" in run("--person", "me").out
    assert run("--person", "bo").out.startswith("there is no such delivery")


def test_the_list_says_when_a_message_is_tried_next(store: Store, run: Run) -> None:
    assert run("resend", "aaaa").code == 0
    with store.outbox.drain() as place:
        taken = store.outbox.claim(place, NOW)
        assert taken is not None
        later = NOW + timedelta(hours=4)
        store.outbox.failed(taken, "timeout", "no answer", later, NOW, open_=False)
    heading, *rows = run().out.splitlines()
    assert "next at" in heading
    assert any(f"{later:%Y-%m-%d %H:%M}" in row for row in rows)


def test_articles_are_shown_with_their_titles_and_addresses(store: Store, run: Run) -> None:
    digest = store.receipts.digest("d1")
    assert digest is not None
    known = store.articles.known(sorted(digest.articles))
    assert known
    shown = run("show", "aaaa").out
    sources = json.loads(run("show", "aaaa", "--json").out)["digest"]["sources"]
    for article in known.values():
        assert f"{article.title} <{article.url}>" in shown
        assert {"id": article.id, "title": article.title, "url": article.url} in sources


@pytest.mark.parametrize(
    ("body", "forms"),
    [(b"", "html|text|slack|json"), (b"{}", "html|text|slack|json|wire"), (MAIL, "html|text|slack|json|mail|wire")],
    ids=["not-kept", "wire", "mail"],
)
def test_only_the_forms_that_a_message_has_are_offered(home: Path, run: Run, body: bytes, forms: str) -> None:
    opened = Store(f"sqlite:///{home / 'monitor.db'}", config="config-hash")
    digest = make_digest(0, id="d1", person_id="me", created_at=NOW)
    carried = (replace(ONE, body=body, created_at=NOW),)
    opened.outbox.plan([Planned(digest=digest, message=make_message(), deliveries=carried)], [], "model-1", slots={})
    opened.close()
    assert run("show", "aaaa").out.rstrip().endswith(f"monitor deliveries show aaaa0001 --as {forms}")


def test_what_was_sent_is_not_counted_as_dead(store: Store, run: Run) -> None:
    assert run("resend", "--all-dead").code == 0
    with store.outbox.drain() as place:
        for _ in range(2):
            taken = store.outbox.claim(place, NOW)
            assert taken is not None
            store.outbox.sent(taken, Receipt(provider_id="p1", place="screen"), NOW)
    assert "could not be sent" not in run().out
