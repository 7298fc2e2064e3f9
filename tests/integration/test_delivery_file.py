"""Messages to a folder and to a terminal."""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.delivery.file import FileNotifier, FileSettings, folder_name
from monitor.delivery.terminal import TerminalNotifier, TerminalSettings
from monitor.errors import DeliveryError
from monitor.messages import render
from monitor.records import Message, Receipt
from tests.factories import make_delivery, make_digest, make_message

FILES = ["digest.html", "digest.json", "digest.txt", "slack.json"]
NAME = "2026-11-24T0600-crypto-regulation-ana-3f2a9c1b"


def send(notifier: FileNotifier | TerminalNotifier, message: Message | None = None, **changes: object) -> Receipt:
    delivery = make_delivery(**changes)
    return notifier.send(replace(delivery, body=notifier.freeze(delivery, message or make_message())))


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files, except those that only hold a lock."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow past 16 bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_delivery_is_a_folder_of_four_files(tmp_path: Path) -> None:
    message = render(make_digest(3))
    receipt = send(FileNotifier(FileSettings(folder=tmp_path / "out")), message)
    place = tmp_path / "out" / NAME
    assert receipt.place == str(place)
    assert contents(place) == {
        "digest.html": message.html.encode(),
        "digest.txt": message.text.encode(),
        "digest.json": (json.dumps(message.data, ensure_ascii=False, indent=2) + "\n").encode(),
        "slack.json": (json.dumps(message.slack, ensure_ascii=False, indent=2) + "\n").encode(),
    }


def test_the_same_delivery_again_changes_nothing_and_mends_what_is_missing(tmp_path: Path) -> None:
    notifier = FileNotifier(FileSettings(folder=tmp_path))
    send(notifier)
    before = contents(tmp_path)
    (tmp_path / NAME / "digest.txt").unlink()
    send(notifier, attempts=1, open=True)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("text", ["../../etc/passwd", "a/b\\c", "\x00\n", "", "ünïcode", "金融庁", "x" * 500, ". ."])
def test_no_name_leaves_the_folder_or_breaks_it(tmp_path: Path, text: str) -> None:
    notifier = FileNotifier(FileSettings(folder=tmp_path))
    receipt = send(notifier, make_message(subject=text), person=text, id=text, watch_id=text, watch_title=text)
    assert Path(receipt.place).parent == tmp_path
    assert len(Path(receipt.place).name) < 120
    assert [Path(name).name for name in sorted(contents(tmp_path))] == FILES


def test_a_watch_whose_title_has_no_plain_letters_goes_by_its_id() -> None:
    assert folder_name(make_delivery(watch_title="金融庁")) == "2026-11-24T0600-crypto-ana-3f2a9c1b"


def test_half_a_character_is_no_crash(tmp_path: Path) -> None:
    send(FileNotifier(FileSettings(folder=tmp_path)), make_message(text="\ud83d", html="\ud83d", data={"a": "\ud83d"}))
    assert (tmp_path / NAME / "digest.txt").read_text() == "?"


def test_deliveries_with_ids_alike_get_folders_of_their_own() -> None:
    assert folder_name(make_delivery(id="delivery-000001")) != folder_name(make_delivery(id="delivery-000002"))


def test_a_folder_that_cannot_be_made_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DeliveryError, match=r"cannot be written under .*taken") as caught:
        send(FileNotifier(FileSettings(folder=tmp_path / "taken")))
    assert (caught.value.reason, caught.value.transient, caught.value.ambiguous) == ("not-written", True, False)


def test_a_folder_that_must_not_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(DeliveryError, match="may not write") as caught:
        send(FileNotifier(FileSettings(folder=tmp_path / "closed")))
    assert (caught.value.reason, caught.value.transient) == ("not-writable", True)


def test_a_full_disk_leaves_no_half_written_file(tmp_path: Path) -> None:
    notifier = FileNotifier(FileSettings(folder=tmp_path))
    with full_disk(), pytest.raises(DeliveryError, match="no room left") as caught:
        send(notifier)
    assert (caught.value.reason, caught.value.transient) == ("disk-full", True)
    assert contents(tmp_path) == {}
    send(notifier, attempts=1, open=True)
    assert [Path(name).name for name in sorted(contents(tmp_path))] == FILES


def test_the_terminal_shows_the_text_and_obeys_nothing_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    message = make_message(text="one\n\x1b[2J\x1b]0;title\x07two\u202e\r\nthree\n")
    receipt = send(TerminalNotifier(TerminalSettings()), message)
    assert capsys.readouterr().out == "one\n[2J]0;titletwo\nthree\n\n"
    assert receipt.place == "standard output"


def test_a_terminal_of_ascii_shows_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    send(TerminalNotifier(TerminalSettings()), make_message(text="naïve – 金\n"))
    assert out.buffer.getvalue() == b"na?ve ? ?\n\n"


def test_a_reader_that_went_away_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    out.close()
    monkeypatch.setattr(sys, "stdout", out)
    with pytest.raises(DeliveryError) as caught:
        send(TerminalNotifier(TerminalSettings()))
    assert (caught.value.reason, caught.value.transient) == ("output-closed", True)
