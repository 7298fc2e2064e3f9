"""A feed for each watch: what feed readers get, and what stays when things go wrong."""

from __future__ import annotations

import json
import multiprocessing
import re
import signal
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor import feeds
from monitor.delivery import feed as delivery_feed
from monitor.delivery.feed import FeedNotifier, FeedSettings
from monitor.errors import DeliveryError
from monitor.messages import render
from monitor.records import Delivery, FeedEntry, Receipt
from tests.factories import NOW, make_delivery, make_digest, make_hostile, make_message
from tests.integration.test_delivery_file import contents, full_disk

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = [
    "]]><script>alert(1)</script><!--",
    '"><entry><title>second</title></entry>',
    "\x00\x01\x0b\x1b\x7f\x85 \u202e \u2066 \ufffe \uffff",
    "\ud83d half",
    "&amp;lt; &#0; &#x1f;",
    "x" * 10_000,
    "金融庁 🏛️",
    "",
]


def make_entry(number: int = 1, **changes: Any) -> FeedEntry:
    plain: dict[str, Any] = {
        "id": f"urn:uuid:00000000-0000-5000-8000-{number:012}",
        "title": f"Story {number}",
        "url": f"https://harborwire.example/{number}",
        "html": f"<p>Story <b>{number}</b></p>",
        "text": f"Story {number}",
        "at": NOW + timedelta(minutes=number),
        "tags": ("New", "Crypto regulation"),
    }
    return FeedEntry(**{**plain, **changes})


def frozen(notifier: FeedNotifier, *entries: FeedEntry, **changes: Any) -> Delivery:
    delivery = make_delivery(**changes)
    return replace(delivery, body=notifier.freeze(delivery, make_message(entries=entries)))


def send(folder: Path, *entries: FeedEntry, keep: int = 100, **changes: Any) -> Receipt:
    notifier = FeedNotifier(FeedSettings(folder=folder, entries=keep))
    return notifier.send(frozen(notifier, *entries, **changes))


def items(folder: Path, watch: str = "crypto") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / f"{watch}.json").read_text(encoding="utf-8"))["items"]
    return found


def titles(folder: Path) -> list[str]:
    """Return the titles, which have to be the same in both files."""
    named = [item["title"] for item in items(folder)]
    atom = ET.fromstring((folder / "crypto.atom.xml").read_bytes())  # noqa: S314 - written by ourselves
    assert [title.text for title in atom.iterfind(f"{ATOM}entry/{ATOM}title")] == named
    return named


def test_a_digest_becomes_entries_that_feed_readers_and_we_ourselves_can_read(tmp_path: Path) -> None:
    digest = make_digest(3)
    message = render(digest)
    notifier = FeedNotifier(FeedSettings(folder=tmp_path / "feeds"))
    delivery = make_delivery()
    receipt = notifier.send(replace(delivery, body=notifier.freeze(delivery, message)))
    assert receipt == Receipt(provider_id=delivery.id, place=str(tmp_path / "feeds" / "crypto.atom.xml"))
    atom = (tmp_path / "feeds" / "crypto.atom.xml").read_bytes()
    read = feedparser.parse(atom)
    assert not read.bozo
    assert (read.version, read.feed.title, read.feed.updated) == ("atom10", "Crypto regulation", "2026-11-24T06:00:00Z")
    assert [entry.id for entry in read.entries] == [entry.id for entry in message.entries]
    assert [entry.link for entry in read.entries] == [entry.url for entry in message.entries]
    for document in (atom, (tmp_path / "feeds" / "crypto.json").read_bytes()):
        ours = feeds.parse(document, url="https://monitor.example/crypto", feed_id="f", now=NOW)
        assert [entry.title for entry in ours.entries] == [item.title for item in message.entries]
        assert all(entry.published == NOW for entry in ours.entries)


def test_the_atom_feed_has_what_rfc_4287_asks_for(tmp_path: Path) -> None:
    send(tmp_path, make_entry(1), make_entry(2, url="", tags=()))
    feed = ET.fromstring((tmp_path / "crypto.atom.xml").read_bytes())  # noqa: S314 - written by ourselves
    assert feed.tag == f"{ATOM}feed"
    assert [element.tag.removeprefix(ATOM) for element in feed] == [
        "id", "title", "updated", "author", "generator", "entry", "entry",
    ]  # fmt: skip
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", feed.findtext(f"{ATOM}id") or "")
    assert feed.findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}entry/{ATOM}updated") == "2026-11-24T06:02:00Z"
    second = feed.findall(f"{ATOM}entry")[1]
    parts = [(element.tag.removeprefix(ATOM), element.attrib, element.text) for element in second]
    assert parts == [
        ("id", {}, "urn:uuid:00000000-0000-5000-8000-000000000001"),
        ("title", {}, "Story 1"),
        ("link", {"rel": "alternate", "href": "https://harborwire.example/1"}, None),
        ("published", {}, "2026-11-24T06:01:00Z"),
        ("updated", {}, "2026-11-24T06:01:00Z"),
        ("category", {"term": "New"}, None),
        ("category", {"term": "Crypto regulation"}, None),
        ("content", {"type": "html"}, "<p>Story <b>1</b></p>"),
    ]


def test_the_json_feed_has_what_version_1_1_asks_for(tmp_path: Path) -> None:
    send(tmp_path, make_entry(1), make_entry(2, url="", tags=()))
    document = json.loads((tmp_path / "crypto.json").read_text(encoding="utf-8"))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["title"] == "Crypto regulation"
    assert document["items"][1] == {
        "id": "urn:uuid:00000000-0000-5000-8000-000000000001",
        "url": "https://harborwire.example/1",
        "title": "Story 1",
        "content_html": "<p>Story <b>1</b></p>",
        "content_text": "Story 1",
        "date_published": "2026-11-24T06:01:00Z",
        "date_modified": "2026-11-24T06:01:00Z",
        "tags": ["New", "Crypto regulation"],
    }
    assert not {"url", "tags"} & document["items"][0].keys()


def test_the_same_delivery_again_changes_not_one_byte(tmp_path: Path) -> None:
    first = send(tmp_path, make_entry(1), make_entry(2))
    before = contents(tmp_path)
    assert send(tmp_path, make_entry(1), make_entry(2), attempts=1, open=True) == first
    assert contents(tmp_path) == before


def test_what_is_missing_or_half_done_is_mended_by_the_next_attempt(tmp_path: Path) -> None:
    send(tmp_path, make_entry(1))
    before = contents(tmp_path)
    (tmp_path / "crypto.atom.xml").write_bytes(b"<feed")
    send(tmp_path, make_entry(1))
    assert contents(tmp_path) == before


def test_the_newest_entries_stay_in_the_order_of_their_digest(tmp_path: Path) -> None:
    same = [make_entry(number, at=NOW) for number in (3, 1, 2)]
    send(tmp_path, *same)
    assert titles(tmp_path) == ["Story 3", "Story 1", "Story 2"]
    send(tmp_path, make_entry(5), make_entry(4), keep=4)
    assert titles(tmp_path) == ["Story 5", "Story 4", "Story 3", "Story 1"]
    send(tmp_path, make_entry(9, at=NOW - timedelta(days=9)), keep=4)
    assert titles(tmp_path) == ["Story 5", "Story 4", "Story 3", "Story 1"]


def test_an_entry_that_comes_again_is_replaced_by_the_newer_one_and_keeps_its_first_date(tmp_path: Path) -> None:
    send(tmp_path, make_entry(1), make_entry(2))
    later = make_entry(1, title="Story 1, corrected", at=NOW + timedelta(hours=1))
    send(tmp_path, later)
    assert titles(tmp_path) == ["Story 1, corrected", "Story 2"]
    assert items(tmp_path)[0]["date_published"] == "2026-11-24T06:01:00Z"
    assert items(tmp_path)[0]["date_modified"] == "2026-11-24T07:00:00Z"
    send(tmp_path, make_entry(1))
    assert titles(tmp_path) == ["Story 1, corrected", "Story 2"]


def test_the_same_story_for_another_person_is_not_news_once_more(tmp_path: Path) -> None:
    send(tmp_path, make_entry(1), make_entry(2))
    before = contents(tmp_path)
    send(tmp_path, make_entry(1, at=NOW + timedelta(hours=3)), person="ben", id="other")
    assert contents(tmp_path) == before


def test_each_watch_has_a_pair_of_its_own_under_a_name_that_stays_in_the_folder(tmp_path: Path) -> None:
    for watch in ("crypto", "Crypto", "../../etc/passwd", "", "x" * 300, "金融庁", "a/b", "a\\b"):
        send(tmp_path / "out", make_entry(1), watch_id=watch)
    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path / "out"}
    assert len(list((tmp_path / "out").glob("*.json"))) == 8
    assert len(list((tmp_path / "out").glob("*.atom.xml"))) == 8


def test_a_digest_of_nothing_makes_a_feed_without_entries(tmp_path: Path) -> None:
    send(tmp_path)
    assert titles(tmp_path) == []
    assert feedparser.parse((tmp_path / "crypto.atom.xml").read_bytes()).feed.updated == "2026-11-24T06:00:00Z"


ITEM = {
    "id": "urn:example:1",
    "title": "Story",
    "content_html": "<p>Story</p>",
    "content_text": "Story",
    "date_published": "2026-11-24T06:00:00Z",
    "date_modified": "2026-11-24T06:00:00Z",
}
DAMAGES = [
    b"",
    b"{",
    b"[1, 2]",
    b'{"items": 3}',
    b'{"items": ["a"]}',
    b'{"items": [{"id": 1}]}',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    *(
        json.dumps({"items": [{**ITEM, **change}]}).encode()
        for change in (
            {"date_modified": "soon"},
            {"date_modified": 3},
            {"date_modified": "2026-11-24T06:00:00"},
            {"date_modified": "0001-01-01T00:00:00+23:00"},
            {"tags": [3]},
            {"title": None},
        )
    ),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=range(len(DAMAGES)))
def test_a_damaged_feed_is_set_aside_and_begun_again(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "crypto.json").write_bytes(damage)
    receipt = send(tmp_path, make_entry(1))
    assert receipt.place.endswith(
        "crypto.atom.xml (begun again: it could not be read, and is kept as crypto.json.damaged)"
    )
    assert (tmp_path / "crypto.json.damaged").read_bytes() == damage
    assert titles(tmp_path) == ["Story 1"]
    assert send(tmp_path, make_entry(2)).place.endswith("crypto.atom.xml")
    assert titles(tmp_path) == ["Story 2", "Story 1"]


def check_clean(folder: Path) -> None:
    atom = (folder / "crypto.atom.xml").read_bytes()
    assert not feedparser.parse(atom).bozo
    document = ET.fromstring(atom)  # noqa: S314 - written by ourselves
    written = json.loads((folder / "crypto.json").read_text(encoding="utf-8"))
    texts = [text for element in document.iter() for text in (element.text or "", *element.attrib.values())]
    texts += [text for item in written["items"] for text in item.values() if isinstance(text, str)]
    for text in texts:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]", text)
    assert {element.tag.removeprefix(ATOM) for element in document.iter()} <= {
        "feed", "id", "title", "updated", "author", "name", "generator",
        "entry", "link", "published", "category", "content",
    }  # fmt: skip
    assert len(document.findall(f"{ATOM}entry")) == len(written["items"])
    for link in document.iterfind(f".//{ATOM}link"):
        assert link.attrib["href"].startswith(("https://", "http://"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(tmp_path: Path, text: str) -> None:
    notifier = FeedNotifier(FeedSettings(folder=tmp_path))
    delivery = make_delivery(watch_title=text)
    notifier.send(replace(delivery, body=notifier.freeze(delivery, render(make_hostile(text)))))
    send(tmp_path, make_entry(title=text, id=text, url=text, html=text, text=text, tags=(text,)), watch_title=text)
    check_clean(tmp_path)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//host", "https://a@b.example/", "ftp://a.b"]
)
def test_only_web_addresses_become_links(tmp_path: Path, url: str) -> None:
    send(tmp_path, make_entry(url=url))
    check_clean(tmp_path)
    assert "url" not in items(tmp_path)[0]


TEXTS = st.text(st.characters(), max_size=40)
ENTRIES = st.builds(
    make_entry,
    st.integers(1, 6),
    id=st.none() | TEXTS,
    title=TEXTS,
    url=TEXTS,
    html=TEXTS,
    text=TEXTS,
    tags=st.lists(TEXTS, max_size=3).map(tuple),
).map(lambda entry: replace(entry, id=entry.id or f"urn:example:{entry.at.minute}"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=st.lists(ENTRIES, max_size=5), second=st.lists(ENTRIES, max_size=5), title=TEXTS)
def test_any_entries_give_two_feeds_that_agree_and_stay_as_they_are_when_sent_again(
    tmp_path_factory: pytest.TempPathFactory, first: list[FeedEntry], second: list[FeedEntry], title: str
) -> None:
    folder = tmp_path_factory.mktemp("feed")
    send(folder, *first, watch_title=title)
    send(folder, *second, watch_title=title, keep=6)
    check_clean(folder)
    assert len(titles(folder)) <= 6
    before = contents(folder)
    send(folder, *second, watch_title=title, keep=6)
    assert contents(folder) == before


def test_a_full_disk_leaves_the_feed_as_it_was(tmp_path: Path) -> None:
    send(tmp_path, make_entry(1))
    before = contents(tmp_path)
    with full_disk(), pytest.raises(DeliveryError, match="no room left") as caught:
        send(tmp_path, make_entry(2))
    assert (caught.value.reason, caught.value.transient, caught.value.ambiguous) == ("disk-full", True, False)
    assert contents(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DeliveryError, match=r"cannot be written under .*taken") as caught:
        send(tmp_path / "taken", make_entry(1))
    assert (caught.value.reason, caught.value.transient) == ("not-written", True)


def test_a_folder_that_must_not_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(DeliveryError, match="may not write") as caught:
        send(tmp_path / "closed", make_entry(1))
    assert (caught.value.reason, caught.value.transient) == ("not-writable", True)


def test_a_feed_that_another_is_writing_for_too_long_is_worth_another_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_feed, "_WAIT", 0.2)
    with FileLock(tmp_path / ".crypto.lock"), pytest.raises(DeliveryError, match="Somebody else") as caught:
        send(tmp_path, make_entry(1))
    assert (caught.value.reason, caught.value.transient) == ("busy", True)


def test_a_feed_has_room_for_something() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        FeedSettings(folder=Path("feeds"), entries=0)


def write_many(folder: Path, start: int) -> None:
    for number in range(start, start + 25):
        send(folder, make_entry(number))


def write_for_ever(folder: Path) -> None:
    number = 0
    while True:
        number += 1
        send(folder, make_entry(number))


def test_two_processes_at_once_lose_no_entry(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_many, args=(tmp_path, start)) for start in (1, 101)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len(titles(tmp_path)) == 50


def test_a_process_killed_at_any_moment_leaves_a_feed_that_can_be_read(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    seen = 0
    for round_ in range(12):
        writer = context.Process(target=write_for_ever, args=(tmp_path,))
        writer.start()
        time.sleep(0.03 + round_ * 0.007)
        writer.kill()
        writer.join(10)
        assert writer.exitcode == -signal.SIGKILL
        send(tmp_path, make_entry(9_999))
        assert not list(tmp_path.glob("*.damaged"))
        check_clean(tmp_path)
        assert len(titles(tmp_path)) >= seen
        seen = len(titles(tmp_path))
    assert seen > 1
