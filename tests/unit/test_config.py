"""A configuration is checked whole: every fault is named at once, with its place and what to do about it."""

from __future__ import annotations

import base64
import json
import re
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import Settings, load, starter_folder
from monitor.config.access import read_access
from monitor.config.faults import _model_in, key_lines, nearest, shown
from monitor.config.schema import FILES, FeedTable
from monitor.config.secrets import Vault
from monitor.delivery import NOTIFIERS
from monitor.errors import ConfigError, masked
from monitor.records import Request
from monitor.web.hops import first_hop

KINDS = {name: channel.settings for name, channel in NOTIFIERS.items()}


def read(folder: Path, **environment: str) -> Settings:
    return load(folder, KINDS, environment)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the starter pack, to be spoilt."""
    shutil.copytree(starter_folder(), tmp_path / "config")
    return tmp_path / "config"


def faults_of(folder: Path, **environment: str) -> list[str]:
    with pytest.raises(ConfigError) as found:
        read(folder, **environment)
    return [str(fault).removeprefix(f"{folder}/") for fault in found.value.faults]


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_starter_pack_has_no_fault() -> None:
    settings = read(starter_folder())
    assert len(settings.feeds) >= 50
    assert {topic.id for topic in settings.topics} == {
        "blockchain-policy",
        "cbdc",
        "crypto-markets",
        "crypto-regulation",
        "crypto-security",
    }
    assert all(len(topic.seeds) >= 8 for topic in settings.topics)


def test_the_starter_pack_labels_thirty_texts_a_topic_and_half_of_them_are_near_misses() -> None:
    settings = read(starter_folder())
    for topic in settings.topics:
        signs = [label.label for label in settings.labels if label.topic == topic.id]
        assert len(signs) >= 30
        assert 0.3 <= sum(signs) / len(signs) <= 0.7


def test_the_starter_pack_explains_every_key_of_its_main_file() -> None:
    text = (starter_folder() / "monitor.toml").read_text(encoding="utf-8")
    keys = {name for model in _models(FILES["monitor"]) for name in model.model_fields}
    missing = {key for key in keys if not re.search(rf"\b{key}\b", text)}
    assert missing == set()


def _models(model: type) -> list[type]:
    nested = [_model_in(field.annotation) for field in model.model_fields.values()]
    return [model, *(deep for one in nested if one is not None for deep in _models(one))]


def test_all_faults_are_reported_at_once_with_their_lines_in_the_order_of_the_file(folder: Path) -> None:
    """Ten faults as written, and the mail channel's missing host and sender."""
    lines = [
        "[polling]",
        "every_minuts = 5",
        "concurrency = 0",
        "[reading]",
        'workers = "two"',
        "[schedule]",
        'timezone = "Mars/Olympus"',
        "[channels.pigeon]",
        'type = "pigeon"',
        "[channels.mail]",
        'type = "email"',
        'password_env = "NOT_SET"',
        "[[people]]",
        'id = "Me!"',
        'name = "Me"',
        'channels = ["fil"]',
        "[[watch]]",
        'id = "w"',
        'title = "W"',
        'topics = ["crypto-regulaton"]',
        'people = ["you"]',
    ]
    (folder / "monitor.toml").write_text("\n".join(lines), encoding="utf-8")
    found = faults_of(folder)
    assert len(found) == 12
    assert found == sorted(found, key=lambda fault: int(fault.split(":")[1]))
    assert "monitor.toml:2: polling.every_minuts: unknown key (did you mean 'every_minutes'?)" in found
    assert any(fault.startswith("monitor.toml:3: polling.concurrency: ") for fault in found)
    assert any(fault.startswith("monitor.toml:5: reading.workers: ") for fault in found)
    assert any(fault.startswith("monitor.toml:14: people[1].id: use lower-case letters") for fault in found)
    assert any(fault.startswith("monitor.toml:7: schedule.timezone: 'Mars/Olympus'") for fault in found)
    assert any(fault.startswith("monitor.toml:9: channels.pigeon.type: there is no channel type") for fault in found)
    assert any(fault.startswith("monitor.toml:20: watch[1].topics: ") for fault in found)
    assert any(fault.startswith("monitor.toml:21: watch[1].people: ") for fault in found)


def test_names_that_do_not_fit_together_are_reported_with_the_nearest_one(folder: Path) -> None:
    spoil(folder, "monitor.toml", '"crypto-regulation", "cbdc"]', '"crypto-regulaton", "cbdc"]')
    spoil(folder, "monitor.toml", 'channels = ["terminal", "file"]', 'channels = ["terminal", "fiel"]')
    spoil(folder, "monitor.toml", 'timezone = "UTC"\n\n# Channels', 'timezone = "Mars/Olympus"\n\n# Channels')
    spoil(folder, "monitor.toml", 'type = "terminal"', 'type = "terminl"')
    found = "\n".join(faults_of(folder))
    assert "watch[1].topics: this watch names 'crypto-regulaton', which does not exist" in found
    assert "did you mean 'crypto-regulation'?" in found
    assert "this person names 'fiel', which does not exist (did you mean 'file'?)" in found
    assert "'Mars/Olympus' is not a time zone" in found
    assert "there is no channel type 'terminl' (did you mean 'terminal'?)" in found


def test_faults_of_all_files_come_together(folder: Path) -> None:
    spoil(folder, "feeds.toml", 'language = "en"', 'langage = "en"')
    spoil(folder, "feeds.toml", 'url = "https', 'url = "gopher')
    spoil(folder, "topics/cbdc.toml", "title =", "titel =")
    (folder / "labels.jsonl").write_text('{"title": "x", "text": "y", "topic": "cbdc", "label": "yes"}\n[]\n')
    found = "\n".join(faults_of(folder))
    assert "feed[1].langage: unknown key (did you mean 'language'?)" in found
    assert "feed[1].url: must be an http:// or https:// address" in found
    assert "titel: unknown key (did you mean 'title'?)" in found
    assert "title: is missing" in found
    assert "labels.jsonl:1: needs title, text, topic and label" in found
    assert "labels.jsonl:2: " in found


def test_a_file_that_is_not_toml_names_its_line(folder: Path) -> None:
    spoil(folder, "feeds.toml", "\n[[feed]]", "\n[[feed]")
    assert re.match(r"feeds\.toml:\d+: not valid TOML: ", faults_of(folder)[0])


def test_a_missing_folder_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as found:
        read(tmp_path / "nowhere")
    assert "monitor init" in str(found.value.faults[0])


def test_ids_and_addresses_used_twice_are_faults(folder: Path) -> None:
    text = (folder / "feeds.toml").read_text(encoding="utf-8")
    first = text.split("\n[[feed]]")[1]
    (folder / "feeds.toml").write_text(f"{text}\n[[feed]]{first}", encoding="utf-8")
    found = faults_of(folder)
    assert len([fault for fault in found if "is used twice" in fault]) == 2


def test_secrets_come_from_the_environment_or_a_file_and_are_never_shown(folder: Path) -> None:
    mail = '\n[channels.mail]\ntype = "email"\nhost = "h"\nsender = "m@example.org"\nusername = "u"\n'
    with (folder / "monitor.toml").open("a", encoding="utf-8") as file:
        file.write(mail + 'password_env = "SMTP_PASSWORD"\n')
        file.write('[channels.team]\ntype = "slack"\nwebhook_file = "webhook.txt"\n')
    found = "\n".join(faults_of(folder))
    assert "channels.mail.password_env: the environment variable SMTP_PASSWORD is not set" in found
    assert f"channels.team.webhook_file: the file {folder.parent / 'webhook.txt'} cannot be read" in found
    (folder.parent / "webhook.txt").write_text("https://hooks.example/T0/B0/hush-hush\n")
    settings = read(folder, SMTP_PASSWORD="swordfish")  # noqa: S106 - made up
    assert "swordfish" not in repr(settings)
    assert "hush-hush" not in repr(settings)


def test_a_person_on_an_email_channel_needs_an_address(folder: Path) -> None:
    with (folder / "monitor.toml").open("a", encoding="utf-8") as file:
        file.write('\n[channels.mail]\ntype = "email"\nhost = "h"\nsender = "m@example.org"\n')
    spoil(folder, "monitor.toml", '["terminal", "file"]', '["mail"]')
    assert any("people[1].email: an address is needed" in fault for fault in faults_of(folder))


def test_the_database_address_may_come_from_the_environment(folder: Path) -> None:
    assert read(folder).database_url == f"sqlite:///{folder.parent / 'state' / 'monitor.db'}"
    assert read(folder, MONITOR_DATABASE_URL="postgresql://u:p@h/d").database_url == "postgresql://u:p@h/d"
    spoil(folder, "monitor.toml", 'database = ""', 'database = "sqlite:///data/x.db"')
    assert read(folder).database_url == f"sqlite:///{folder.parent / 'data' / 'x.db'}"


def test_the_hash_names_the_content_of_all_files(folder: Path) -> None:
    before = read(folder).hash
    assert read(folder).hash == before
    spoil(folder, "topics/cbdc.toml", "# ", "#  ")
    assert read(folder).hash != before


def test_a_schedule_that_is_no_cron_expression_is_a_fault(folder: Path) -> None:
    spoil(folder, "monitor.toml", 'cycle = "*/15 * * * *"', 'cycle = "every quarter"')
    assert any("schedule.cycle: 'every quarter' is not a cron expression" in fault for fault in faults_of(folder))


def test_labels_that_are_no_text_are_a_fault_and_any_letter_is_allowed(folder: Path) -> None:
    line = json.dumps({"title": "a\u2028b", "text": "x", "topic": "cbdc", "label": True}, ensure_ascii=False)
    (folder / "labels.jsonl").write_text(line + "\n", encoding="utf-8")
    assert read(folder).labels[0].title == "a\u2028b"
    (folder / "labels.jsonl").write_bytes(b"\xff\xfe")
    assert any("labels.jsonl: cannot be read" in fault for fault in faults_of(folder))


@pytest.mark.parametrize("kind", sorted(FILES))
def test_every_kind_of_file_has_a_schema_for_editors(kind: str) -> None:
    schema = FILES[kind].model_json_schema()
    assert schema["additionalProperties"] is False
    assert json.dumps(schema)


def test_places_are_counted_from_one() -> None:
    assert shown(("watch", 0, "notify", "hours")) == "watch[1].notify.hours"


def test_lines_are_found_for_tables_arrays_and_keys() -> None:
    lines = key_lines('[a]\nx = 1\n[[b]]\ny = 2\n[[b]]\n"y" = 3\n[a.c]\nz = 4\n')
    assert lines["a", "x"] == 2
    assert lines["b", 1, "y"] == 6
    assert lines["a", "c", "z"] == 8


def test_no_name_is_suggested_when_none_is_near() -> None:
    assert nearest("zebra", ["articles"]) == ""


def test_a_channel_kind_may_have_any_record(folder: Path) -> None:
    @dataclass(frozen=True)
    class Own:
        folder: Path
        size: int = 3

    spoil(folder, "monitor.toml", '"state/digests" # one', '"elsewhere"\nsize = 5 # one')
    settings = load(folder, {**KINDS, "file": Own}, {})
    assert settings.channels["file"].settings == Own(folder=folder.parent / "elsewhere", size=5)


def with_feed(folder: Path, *lines: str) -> None:
    """Write a `feeds.toml` of one feed with these lines; they begin at line 6."""
    head = ["[[feed]]", 'id = "f"', 'name = "F"', 'url = "https://f.example/feed"', 'publisher = "P"']
    (folder / "feeds.toml").write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


def test_the_starter_pack_explains_every_key_of_a_feed() -> None:
    text = (starter_folder() / "feeds.toml").read_text(encoding="utf-8").partition("\n[[feed]]")[0]
    assert {key for key in FeedTable.model_fields if not re.search(rf"^#   {key}\b", text, re.MULTILINE)} == set()


def test_polling_has_defaults_for_rest_proxy_and_robots(folder: Path) -> None:
    settings = read(folder)
    assert (settings.polling.rest_minutes, settings.polling.proxy, settings.reading.obey_robots) == (
        120,
        "environment",
        True,
    )
    spoil(folder, "monitor.toml", "rest_minutes = 120", "")
    spoil(folder, "monitor.toml", 'proxy = "environment"', 'proxy = "none"')
    spoil(folder, "monitor.toml", "every_minutes = 15", "every_minutes = 300")
    polling = read(folder).polling
    assert (polling.every_minutes, polling.rest_minutes, polling.proxy) == (300, 300, "none")


def test_a_feed_cannot_rest_for_less_than_the_shortest_time_between_polls(folder: Path) -> None:
    spoil(folder, "monitor.toml", "every_minutes = 15", "every_minutes = 180")
    [fault] = faults_of(folder)
    assert "polling.rest_minutes: a feed at rest cannot be asked more often than each every_minutes (180)" in fault
    assert re.match(r"monitor\.toml:\d+: ", fault)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('proxy = "environment"', 'proxy = "http://p.example"', "polling.proxy: "),
        ("rest_minutes = 120", "rest_minutes = 2000", "polling.rest_minutes: "),
        ("rest_minutes = 120", "rest_minute = 120", "unknown key (did you mean 'rest_minutes'?)"),
        ("obey_robots = true", "obey_robot = true", "unknown key (did you mean 'obey_robots'?)"),
        ("obey_robots = true", 'obey_robots = "perhaps"', "reading.obey_robots: "),
    ],
)
def test_new_keys_are_checked_like_the_others(folder: Path, old: str, new: str, message: str) -> None:
    spoil(folder, "monitor.toml", old, new)
    assert message in "\n".join(faults_of(folder))


def test_a_feed_may_have_its_own_rhythm(folder: Path) -> None:
    with_feed(folder)
    assert read(folder).feeds[0].every is None
    with_feed(folder, "every_minutes = 7.5")
    assert read(folder).feeds[0].every == timedelta(minutes=7.5)


def test_a_feed_behind_a_password_gets_the_header_of_basic_authentication(folder: Path) -> None:
    with_feed(folder, 'username = "me"', 'password_env = "PASSWORD"', 'headers = { X-Client = "us" }')
    feed = read(folder, PASSWORD="swörd:fish").feeds[0]  # noqa: S106 - made up
    scheme, _, pair = feed.headers["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(pair).decode()) == ("Basic", "me:swörd:fish")
    assert feed.headers["X-Client"] == "us"


def test_headers_come_from_the_environment_a_file_or_the_configuration(folder: Path) -> None:
    (folder.parent / "key.txt").write_text("hush-hush\n")
    with_feed(
        folder, "[feed.headers]", 'X-Key = { file = "key.txt" }', 'Authorization = { env = "TOKEN" }', 'X-A = "b"'
    )
    settings = read(folder, TOKEN="Bearer swordfish")  # noqa: S106 - made up
    assert settings.feeds[0].headers == {"X-Key": "hush-hush", "Authorization": "Bearer swordfish", "X-A": "b"}
    assert "swordfish" not in repr(settings)
    assert "hush-hush" not in repr(settings)


def test_the_hash_does_not_follow_secrets(folder: Path) -> None:
    with_feed(folder, 'username = "me"', 'password_env = "PASSWORD"')
    first, second = (read(folder, PASSWORD=word).hash for word in ("swordfish", "trout"))
    assert first == second


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (['username = "u"'], ":6: feed[1].username: a user name needs password_env or password_file beside it"),
        (['password_env = "SET"'], ":6: feed[1].password_env: a password needs a username beside it"),
        (
            ['username = "u"', 'password_env = "SET"', 'password_file = "x"'],
            "give either password_env or password_file, not both",
        ),
        (['username = "u:v"', 'password_env = "SET"'], "a user name cannot hold a colon"),
        (
            ['username = "u"', 'password_env = "NOT_SET"'],
            ":7: feed[1].password_env: the environment variable NOT_SET is not set",
        ),
        (
            ['username = "u"', 'password_file = "none.txt"'],
            "/none.txt cannot be read: No such file or directory",
        ),
        (['username = "u"', 'password = "swordfish"'], "feed[1].password: unknown key (did you mean 'password_"),
        (
            ['username = "u"', 'password_env = "SET"', 'headers = { authorization = "swordfish" }'],
            "hold an Authorization already",
        ),
        (
            ["[feed.headers]", 'X-Key = { env = "NOT_SET" }'],
            ":7: feed[1].headers.X-Key: the environment variable NOT_SET is not set",
        ),
        (['headers = { Host = "swordfish" }'], "feed[1].headers.Host: the monitor sets this header itself"),
        (['headers = { transfer-encoding = "chunked" }'], "the monitor sets this header itself"),
        (['headers = { User-Agent = "me" }'], "set [identity] name and contact in monitor.toml instead"),
        (['headers = { "X Key" = "a" }'], "this is not a header's name"),
        (['headers = { "X-Key:" = "a" }'], "this is not a header's name"),
        (['headers = { X-A = "a", x-a = "b" }'], "this header is given twice"),
        (['headers = { X-A = "swordfish\\r\\nX-B: c" }'], "its value is empty or holds characters"),
        (['headers = { X-A = "" }'], "its value is empty or holds characters"),
        (["headers = { X-A = 5 }"], 'must be a text, { env = "NAME" } or { file = "path" }'),
        (['headers = { X-A = { en = "SET" } }'], 'must be a text, { env = "NAME" } or { file = "path" }'),
        (['headers = "X-A: b"'], "feed[1].headers: "),
        (["every_minutes = 0.5"], "feed[1].every_minutes: "),
        (["every_minuts = 5"], "unknown key (did you mean 'every_minutes'?)"),
    ],
)
def test_a_feeds_access_is_checked_and_no_fault_shows_a_secret(folder: Path, lines: list[str], fault: str) -> None:
    with_feed(folder, *lines)
    found = "\n".join(faults_of(folder, SET="swordfish"))
    assert fault in found
    assert "swordfish" not in found


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://me:swordfish@f.example/", "an address must not hold a user name or password"),
        ("https:///feed", "this is not an address that can be asked"),
        ("https://f.example:99999/", "this is not an address that can be asked"),
        ("https://[::1/", "this is not an address that can be asked"),
        ("https://f.example/\\u0007", "this is not an address that can be asked"),
        ("ftp://f.example/", "must be an http:// or https:// address"),
    ],
)
def test_an_address_that_cannot_be_asked_is_a_fault(folder: Path, url: str, message: str) -> None:
    with_feed(folder)
    spoil(folder, "feeds.toml", "https://f.example/feed", url)
    found = "\n".join(faults_of(folder))
    assert message in found
    assert "swordfish" not in found


def test_a_password_in_an_address_used_twice_is_not_shown(folder: Path) -> None:
    with_feed(folder)
    text = (folder / "feeds.toml").read_text(encoding="utf-8")
    text = text.replace("https://f.example/feed", "https://me:swordfish@f.example/feed")
    (folder / "feeds.toml").write_text(text + text.replace('id = "', 'id = "second-', 1), encoding="utf-8")
    found = "\n".join(faults_of(folder))
    assert "'https://…@f.example/feed' is used twice" in found
    assert "swordfish" not in found


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:pw@x.example/f", "https://…@x.example/f"),
        ("http://u@x.example:8080/f?a=b#c", "http://…@x.example:8080/f?a=b#c"),
        ("https://:@[2001:db8::1]/", "https://…@[2001:db8::1]/"),
        ("https://u:p@ss@x.example/f", "https://…@x.example/f"),
        ("https://u:p/w@x.example/f", "https://…@x.example/f"),
        ("https://u:p?w#@x.example/f", "https://…@x.example/f"),
        ("https://u:p@s/w@x.example/f", "https://…@x.example/f"),
        ("u:pw@x.example/f", "…@x.example/f"),
        ("ht\ntps://u:pw@x.example/f", "…@x.example/f"),
        ("https:/u:pw@x.example/f", "https:/…@x.example/f"),
        ("//u:pw@x.example/f", "…@x.example/f"),
    ],
)
def test_a_password_in_an_address_is_masked_however_it_is_written(url: str, shown: str) -> None:
    assert masked(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/f",
        "https://x.example/@me/feed",
        "https://x.example:8443/?mail=a@b",
        "http://[::1]:80/@",
        "",
        "a",
    ],
)
def test_an_address_without_a_password_is_shown_as_it_is(url: str) -> None:
    assert masked(url) == url


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "W\u00e4chter/1.0"),
        ("name", "News\\nX-Evil: 1"),
        ("name", "News\\tMonitor"),
        ("contact", "https://b\u00fccher.example/"),
        ("contact", "me@example.org\\u0007"),
    ],
)
def test_a_name_that_publishers_could_not_read_is_a_fault(folder: Path, key: str, value: str) -> None:
    text = (folder / "monitor.toml").read_text(encoding="utf-8")
    changed = re.sub(rf"(?m)^{key} = .*$", lambda _: f'{key} = "{value}"', text, count=1)
    (folder / "monitor.toml").write_text(changed, encoding="utf-8")
    [fault] = faults_of(folder)
    assert re.match(rf"monitor\.toml:\d+: identity\.{key}: use plain letters \(ASCII\)", fault)


@pytest.mark.parametrize("around", ["", "\n", " \t\r\n"])
def test_white_space_around_a_secret_is_left_out_wherever_it_comes_from(folder: Path, around: str) -> None:
    (folder.parent / "key.txt").write_text(f"{around}hush{around}", encoding="utf-8")
    with_feed(
        folder,
        'username = "me"',
        'password_env = "PASSWORD"',
        'headers = { X-A = { file = "key.txt" }, X-B = { env = "KEY" } }',
    )
    headers = read(folder, PASSWORD=f"fish{around}", KEY=f"{around}hush{around}").feeds[0].headers
    assert (headers["X-A"], headers["X-B"]) == ("hush", "hush")
    assert base64.b64decode(headers["Authorization"].partition(" ")[2]) == b"me:fish"


def test_a_variable_of_nothing_but_white_space_is_called_empty(folder: Path) -> None:
    with_feed(folder, 'headers = { X-A = { env = "KEY" } }')
    assert "the environment variable KEY is empty" in "\n".join(faults_of(folder, KEY=" \n"))


@pytest.mark.parametrize("name", ["X-A", "X-A\n", "X A", "X-\u00c4", ""])
@pytest.mark.parametrize(
    "value", ["a", "a b", "a\n", "a\tb", " a", "a ", "\t", "", "a\r\nb", "\u00e4", "a\x7f", "a\x0bb", "a\u00a0"]
)
def test_whoever_passes_the_check_of_headers_is_also_sent(name: str, value: str, tmp_path: Path) -> None:
    access = read_access({"headers": {name: value}}, Vault(environment={}, home=tmp_path))
    assert bool(access.faults) == (name != "X-A" or value not in {"a", "a b"})
    if not access.faults:
        hop = first_hop(Request(key="k", url="https://f.example/", headers=access.headers))
        assert (name, value) in hop.headers("tests")


def test_a_folder_can_be_read_as_if_a_file_said_something_else(folder: Path) -> None:
    text = (folder / "feeds.toml").read_text(encoding="utf-8")
    one = "[[feed]]" + text.split("\n[[feed]]")[1]
    assert len(load(folder, KINDS, {}, instead={"feeds.toml": one}).feeds) == 1
    with pytest.raises(ConfigError) as refused:
        load(folder, KINDS, {}, instead={"feeds.toml": "# none\nfeed = []\n"})
    assert str(refused.value.faults[0]).endswith("feeds.toml:2: feed: there must be at least one")


def test_lines_are_found_for_tables_inside_of_the_last_table_of_an_array() -> None:
    lines = key_lines("[[b]]\n[b.c]\nx = 1\n[[b]]\ny = 2\n[b.c]\nx = 3\n")
    assert (lines["b", 0, "c", "x"], lines["b", 1, "c"], lines["b", 1, "c", "x"]) == (3, 6, 7)
