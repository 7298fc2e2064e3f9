"""The program's own changes to `feeds.toml` keep what the user wrote, and lists of feeds go in and out unharmed."""

from __future__ import annotations

import os
import tomllib
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import starter_folder
from monitor.config.editing import replace_file, with_feeds, without_feed
from monitor.config.opml import LARGEST, read_opml, write_opml
from monitor.config.titles import one_line, unique_ids
from monitor.errors import ConfigError, ParseError
from monitor.records import Feed

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
FILE = """\
# What we watch.

[[feed]]
id = "harbour"   # the port
name = "Harbour Board"
url = "https://harbour.example/feed"
publisher = "Harbour Board"
headers = { X-Key = { env = "KEY" } }

# --- Ministries ---

[[feed]]
id = "ministry"
name = "Ministry"
url = "https://ministry.example/feed"
publisher = "Ministry"

[feed.headers]
X-Client = "us"

# --- Press ---
# The daily one.
[[feed]]
id = "daily"
name = "Daily"
url = "https://daily.example/feed"
publisher = "Daily"

# the end
"""


def made(name: str = "New", **more: object) -> Feed:
    said = {"id": "new", "name": name, "url": "https://new.example/feed?a=1&b=2", "publisher": name}
    return Feed(**{**said, **more})  # type: ignore[arg-type] - a test's shorthand


def ids(text: str) -> list[str]:
    return [feed["id"] for feed in tomllib.loads(text)["feed"]]


def test_a_feed_is_added_at_the_end_and_nothing_else_changes() -> None:
    changed = with_feeds(FILE, [made(every=timedelta(minutes=30)), made(id="newer", url="https://newer.example/")])
    assert changed.startswith(FILE)
    assert ids(changed) == ["harbour", "ministry", "daily", "new", "newer"]
    assert tomllib.loads(changed)["feed"][3]["every_minutes"] == 30
    assert "every_minutes" not in tomllib.loads(changed)["feed"][4]


def test_a_file_with_the_line_ends_of_windows_keeps_them() -> None:
    changed = with_feeds(FILE.replace("\n", "\r\n"), [made()])
    assert "\n" not in changed.replace("\r\n", "")
    assert "\n" not in without_feed(changed, "ministry").replace("\r\n", "")


def test_a_feed_is_added_to_an_empty_file_and_to_a_list_in_one_line() -> None:
    assert ids(with_feeds("", [made()])) == ["new"]
    assert ids(with_feeds("# no line end", [made()])) == ["new"]
    inline = 'feed = [{ id = "a", name = "A" }] # all\n'
    assert ids(with_feeds(inline, [made()])) == ["a", "new"]
    assert "# all" in with_feeds(inline, [made()])


@given(name=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_name_can_be_added_and_read_back(name: str) -> None:
    assert tomllib.loads(with_feeds(FILE, [made(name)]))["feed"][-1]["name"] == name


@pytest.mark.parametrize("feed_id", ["harbour", "ministry", "daily"])
def test_removing_a_feed_keeps_every_comment_that_is_not_inside_its_block(feed_id: str) -> None:
    changed = without_feed(FILE, feed_id)
    assert ids(changed) == [one for one in ["harbour", "ministry", "daily"] if one != feed_id]
    comments = [line for line in FILE.splitlines() if line.startswith("#")]
    assert [line for line in changed.splitlines() if line.startswith("#")] == comments
    assert f'"{feed_id}"' not in changed
    kept = [feed for feed in tomllib.loads(FILE)["feed"] if feed["id"] != feed_id]
    assert tomllib.loads(changed)["feed"] == kept


def test_removing_every_feed_of_the_starter_pack_in_turn_keeps_its_comments() -> None:
    text = (starter_folder() / "feeds.toml").read_text(encoding="utf-8")
    comments = [line for line in text.splitlines() if line.startswith("#")]
    for feed_id in ids(text)[:-1]:
        text = without_feed(text, feed_id)
    assert len(ids(text)) == 1
    assert [line for line in text.splitlines() if line.startswith("#")] == comments


def test_adding_and_removing_again_leaves_the_file_as_it_was() -> None:
    assert without_feed(with_feeds(FILE, [made()]), "new").rstrip("\n") == FILE.rstrip("\n")


def test_an_id_that_does_not_exist_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError) as refused:
        without_feed(FILE, "harbor")
    assert "there is no feed 'harbor' (did you mean 'harbour'?)" in str(refused.value.faults[0])


def test_the_only_feed_is_not_removed() -> None:
    with pytest.raises(ConfigError) as refused:
        without_feed(with_feeds("", [made()]), "new")
    assert "the only feed" in str(refused.value.faults[0])


def test_a_file_that_is_not_toml_is_not_touched() -> None:
    for edit in (lambda: with_feeds("[[feed]\n", [made()]), lambda: without_feed("[[feed]\n", "a")):
        with pytest.raises(ConfigError) as refused:
            edit()
        assert "not valid TOML" in str(refused.value.faults[0])


def test_a_file_is_replaced_whole_with_its_rights_and_through_its_link(tmp_path: Path) -> None:
    real = tmp_path / "real" / "feeds.toml"
    real.parent.mkdir()
    real.write_text("old\r\n", encoding="utf-8", newline="")
    real.chmod(0o640)
    link = tmp_path / "feeds.toml"
    link.symlink_to(real)
    replace_file(link, link.read_bytes().decode(), "new ü\r\n")
    assert link.is_symlink()
    assert real.read_bytes() == "new ü\r\n".encode()
    assert real.stat().st_mode & 0o777 == 0o640
    assert list(real.parent.iterdir()) == [real]


def test_a_file_that_somebody_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text("theirs")
    with pytest.raises(ConfigError) as refused:
        replace_file(file, "as we read it", "ours")
    assert "changed by somebody else" in str(refused.value.faults[0])
    assert file.read_text() == "theirs"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="is as it was") as refused:
        replace_file(file, "old", "new")
    assert refused.value.filename == str(file)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("title", "taken", "made_id"),
    [
        ("Behörde für Häfen: Neues!", (), "behorde-fur-hafen-neues"),
        ("Daily", ("daily", "daily-2"), "daily-3"),
        ("日本", (), "feed"),
        ("", ("feed",), "feed-2"),
        ("x" * 300, (), "x" * 54),
    ],
)
def test_ids_are_made_from_titles(title: str, taken: tuple[str, ...], made_id: str) -> None:
    assert unique_ids([title], taken) == [made_id]


def test_ids_of_one_list_differ() -> None:
    assert unique_ids(["Daily", "daily!", "Weekly", "Daily"], ["daily-2"]) == ["daily", "daily-3", "weekly", "daily-4"]
    assert len(set(unique_ids(["Same"] * 20_000, ()))) == 20_000


def test_a_title_becomes_one_harmless_line() -> None:
    assert one_line("a\r\n\x1b[31mb\u202ec\u00a0 d\0") == "a [31mb c d"


def test_what_is_exported_can_be_imported_and_holds_no_secret() -> None:
    feeds = [
        made('A & B <"c"> – Ü', kind="legal", headers={"Authorization": "Basic c3dvcmRmaXNo"}),
        made("\x01odd", url="https://odd.example/f", kind="other"),
    ]
    document = write_opml(feeds, now=NOW)
    assert b"c3dvcmRmaXNo" not in document
    root = ET.fromstring(document)  # noqa: S314 - our own document
    assert root.attrib == {"version": "2.0"}
    assert root.findtext("head/dateCreated") == "Sun, 22 Nov 2026 08:00:00 GMT"
    found = read_opml(document, name="f.opml")
    assert [(one.url, one.title, one.kind) for one in found] == [
        (feeds[0].url, feeds[0].name, "legal"),
        (feeds[1].url, "odd", "other"),
    ]


def test_groups_are_read_through_and_an_address_counts_once() -> None:
    inner = '<outline type="rss" text="One" title="x" xmlUrl="https://one.example/f?a=1&amp;b=2"/>'
    text = f'<opml version="1.0"><body><outline text="Group"><outline text="Deep">{inner}</outline></outline>{inner}'
    text += '<outline xmlUrl="https://two.example/f" category="/Tech,press"/><outline text="no feed"/></body></opml>'
    one, two = read_opml(text.encode(), name="f.opml")
    assert (one.url, one.title, one.kind) == ("https://one.example/f?a=1&b=2", "One", "other")
    assert (two.url, two.title, two.kind) == ("https://two.example/f", "", "press")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_a_list_may_have_any_encoding_that_it_declares(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?><opml version="2.0"><body>'
    text += '<outline text="Zürich" xmlUrl="https://z.example/f"/></body></opml>'
    assert read_opml(text.encode(encoding), name="f.opml")[0].title == "Zürich"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "not-opml"),
        (b"\0" * 500, "not-opml"),
        (b"<html><body><outline>no</outline></body></html>", "not-opml"),
        (b"<rss><channel><title>x</title></channel></rss>", "not-opml"),
        (b'{"feeds": []}', "not-opml"),
        (b"</outline></outline></opml>", "not-opml"),
        (b"<opml version='2.0'><body><outline text='group'/></body></opml>", "empty"),
        (b"<opml>" + b" " * LARGEST, "too-large"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused_with_a_reason(document: bytes, reason: str) -> None:
    with pytest.raises(ParseError) as refused:
        read_opml(document, name="f.opml")
    assert refused.value.reason == reason


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_of_lists_crash(noise: bytes) -> None:
    try:
        read_opml(b"<opml><outline xmlurl='http://a.example'>" + noise, name="f.opml")
    except ParseError as refused:
        assert refused.reason in {"not-opml", "empty"}  # noqa: PT017 - most noise is a list with one feed


def test_entities_of_a_list_are_not_expanded() -> None:
    bomb = '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    bomb += '<opml version="2.0"><body><outline text="&b;&c;" xmlUrl="https://x.example/f"/></body></opml>'
    assert read_opml(bomb.encode(), name="f.opml")[0].title == "&b;&c;"
