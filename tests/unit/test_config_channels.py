"""Channels and people's addresses: what could not work is a fault with its line, and no sentence shows a secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.config import Settings, load, secret_advice
from monitor.config.addresses import mail_address
from monitor.delivery import NOTIFIERS
from monitor.delivery.mime import mailbox
from monitor.errors import ConfigError, DeliveryError
from tests.small_config import FEEDS, monitor_toml

KINDS = {name: channel.settings for name, channel in NOTIFIERS.items()}
SECRETS = {"PASSWORD": "hush4hush", "HOOK": "https://hooks.example/T/B/hush4hush", "URL": "ntfy hush4hush"}
MAIL = '[channels.x]\ntype = "email"\n'
SLACK = '[channels.x]\ntype = "slack"\n'
TOPIC = (
    'title = "Harbours"\ndescription = "Quays, pilots and dredging in sea ports."\n'
    'seeds = ["a new quay", "the pilots strike", "dredging the fairway", "harbour dues", "a port authority"]\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a configuration that is whole but for its main file."""
    config = tmp_path / "config"
    (config / "topics").mkdir(parents=True)
    (config / "topics" / "harbours.toml").write_text(TOPIC, encoding="utf-8")
    (config / "feeds.toml").write_text(FEEDS, encoding="utf-8")
    return config


def read(folder: Path, table: str, main: str = monitor_toml("harbours")) -> Settings:
    (folder / "monitor.toml").write_text(f"{table}{main}", encoding="utf-8")
    return load(folder, KINDS, SECRETS)


def faults_of(folder: Path, table: str, main: str = monitor_toml("harbours")) -> list[str]:
    with pytest.raises(ConfigError) as found:
        read(folder, table, main)
    return [str(fault).removeprefix(f"{folder}/") for fault in found.value.faults]


@pytest.mark.parametrize(
    ("before", "line", "message"),
    [
        (MAIL, 'host = ""', "host: must name the mail server"),
        (MAIL, 'host = "smtp://smtp.example.org"', "host: 'smtp://smtp.example.org' is more than a server's name"),
        (MAIL, 'host = "smtp example org"', "host: 'smtp example org' is not a server's name"),
        (MAIL, 'host = "smtp.example.org:587"', "host: 'smtp.example.org:587' holds a port"),
        (MAIL, 'sender = "Monitor"', "sender: 'Monitor' cannot be used: write one address"),
        (MAIL, "port = 99999", "port: must be from 1 to 65535"),
        (MAIL, 'port = "smtp"', "port: must be a whole number"),
        (MAIL, "timeout_seconds = 0", "timeout_seconds: must be from 1 to 3600 seconds"),
        (MAIL, "timeout_seconds = 0.5", "timeout_seconds: must be a whole number"),
        (MAIL, 'list_unsubscribe = "mailto:x"', "list_unsubscribe: 'mailto:x' cannot be used: write one address"),
        (MAIL, 'reply_to = "desk"', "reply_to: 'desk' cannot be used: write one address"),
        (MAIL, 'security = "ssl"', "security: input should be 'starttls', 'tls' or 'none'"),
        (MAIL, 'password_env = "PASSWORD"', "password_env: a password needs a username beside it"),
        (f'{SLACK}token_env = "PASSWORD"\n', "timeout_seconds = 0", "timeout_seconds: must be from 1 to 3600"),
        (f'{SLACK}token_env = "PASSWORD"\n', "spacing_seconds = -1", "spacing_seconds: must be from 0 to 3600"),
        (f'{SLACK}token_env = "PASSWORD"\n', "settle_seconds = nan", "settle_seconds: must be from 0 to 3600"),
        (f'{SLACK}webhook_env = "HOOK"\n', 'channel = "C0123456789"', "channel: a webhook posts to its own channel"),
        (SLACK, 'webhook_env = "PASSWORD"', "webhook_env: is not an https:// address; copy it again from Slack"),
        ('[channels.x]\ntype = "apprise"\n', 'url_env = "URL"', "url_env: is not one apprise address"),
        ('[channels.x]\ntype = "feed"\nfolder = "f"\n', "entries = 0", "entries: a feed needs room for at least 1"),
    ],
)
def test_a_channel_that_could_not_work_is_a_fault_with_its_line(
    folder: Path, before: str, line: str, message: str
) -> None:
    rest = {"host": 'host = "smtp.example.org"', "sender": 'sender = "m@example.org"'} if before == MAIL else {}
    rest.pop(line.partition(" ")[0], None)
    [fault] = faults_of(folder, "\n".join([f"{before}{line}", *rest.values(), ""]))
    assert fault.startswith(f"monitor.toml:{before.count(chr(10)) + 1}: channels.x.{message}")
    assert "hush4hush" not in fault


def test_all_that_is_wrong_with_a_channel_is_told_at_once(folder: Path) -> None:
    found = faults_of(folder, f'{MAIL}host = ""\nsender = "m"\nport = 0\ntimeout_seconds = 0\n')
    assert [re.findall(r"^monitor\.toml:(\d): channels\.x\.(\w+): ", fault) for fault in found] == [
        [("3", "host")],
        [("4", "sender")],
        [("5", "port")],
        [("6", "timeout_seconds")],
    ]


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("ana@example.org, bob@example.org", "is not one address: give each reader a [[people]] table of their own"),
        ("bob@exa mple.org", "is not an address: write one such as ana@example.org"),
        ("ana@example.org\\nBcc: x@y.z", "holds a line break or another character that no address has"),
        ("änä@example.org", "is not an address in plain letters (ASCII)"),
        ("ana", "is not an address: write one such as ana@example.org"),
        ("", "must not be empty"),
    ],
)
@pytest.mark.parametrize("channels", ['["terminal"]', '["x"]'])
def test_a_person_whose_address_no_mail_reaches_is_a_fault(
    folder: Path, email: str, message: str, channels: str
) -> None:
    table = f'{MAIL}host = "smtp.example.org"\nsender = "m@example.org"\n'
    main = monitor_toml("harbours").replace('["terminal"]\n', f'{channels}\nemail = "{email}"\n')
    [fault] = faults_of(folder, table, main)
    assert fault.startswith("monitor.toml:11: people[1].email: ")
    assert message in fault
    assert "\n" not in fault


@pytest.mark.parametrize(
    "said",
    [
        *("ana@example.org", " ana@example.org ", "Ana <ana@example.org>", '"Press, Ministry" <ana+news@b.example>'),
        *("o'neil_1@[127.0.0.1]", "Änä <ana@example.org>", f"{'a' * 64}@example.org", "a@b", "ana@example.org (Ana)"),
        *("", " ", "ana", "@", "ana@", "@example.org", "ana@example.org, bob@example.org", "a@b.example c@d.example"),
        *(
            "ana@exa mple.org",
            "ana@example.org\nBcc: x@y.z",
            "ana@example.org\n",
            "ana\x00@example.org",
            "<>",
            "a@b;c@d",
        ),
        *("änä@example.org", "ana@bücher.example", f"{'a' * 65}@example.org", f"a@{'b' * 254}", "a..b@example.org"),
        *("Ana, Ben <a@b.example>", "a@b.example)c@d.example", "ana@example.org> SIZE=1 <ben@example.org", "a@b@c"),
        *("Ana ana@example.org", "Ana: ana@example.org;", "mailto:ana@example.org", "ana@-example.org", "(Ana) a@b.c"),
    ],
)
def test_the_check_of_a_persons_address_and_the_mail_channel_agree(said: str) -> None:
    try:
        wanted = mailbox("work", said, "recipient")[1]
    except DeliveryError:
        with pytest.raises(ValueError, match=r".") as refused:
            mail_address(said)
        assert "\n" not in str(refused.value)
    else:
        assert mail_address(said) == wanted


def test_two_spellings_of_one_address_are_one_place(folder: Path) -> None:
    table = f'{MAIL}host = "h"\nsender = "m@example.org"\n'
    second = '[[people]]\nid = "b"\nname = "B"\nchannels = ["x"]\nemail = "Ana <ANA@example.org>"\n'
    main = monitor_toml("harbours").replace('["terminal"]\n', '["x"]\nemail = "ana@example.org"\n')
    main = main.replace("[[watch]]", f"{second}[[watch]]").replace('people = ["me"]', 'people = ["me", "b"]')
    [fault] = faults_of(folder, table, main)
    assert "people[2].email: 'me' is told in the same place (ana@example.org) on 'x'" in fault


@pytest.mark.parametrize(
    ("table", "key"),
    [
        (f'{MAIL}host = "h"\nsender = "m@example.org"\nusername = "u"\npassword = "hush4hush"\n', "password"),
        (f'{SLACK}token = "xoxb-hush4hush"\nchannel = "C0123456789"\n', "token"),
        (f'{SLACK}webhook = "https://hooks.example/T/B/hush4hush"\n', "webhook"),
        ('[channels.x]\ntype = "apprise"\nurl = "ntfy://hush4hush/news"\n', "url"),
    ],
)
def test_a_secret_that_stands_in_the_file_works_and_is_advised_against(folder: Path, table: str, key: str) -> None:
    settings = read(folder, table)
    [sentence] = secret_advice(settings.channels)
    assert sentence.startswith(f"channel x: its {key} stands in monitor.toml, for all who see a copy of it; ")
    assert f"{key}_env" in sentence
    assert f"{key}_file" in sentence
    assert "hush4hush" not in sentence + repr(settings)


def test_a_secret_that_stands_elsewhere_needs_no_advice(folder: Path) -> None:
    (folder.parent / "token.txt").write_text("xoxb-hush4hush\n", encoding="utf-8")
    assert not list(secret_advice(read(folder, f'{SLACK}token_file = "token.txt"\nchannel = "C1"\n').channels))
    assert not list(secret_advice(read(folder, f'{SLACK}webhook_env = "HOOK"\n').channels))


def test_a_secrets_file_that_is_missing_is_named_with_its_whole_path(folder: Path) -> None:
    [fault] = faults_of(folder, f'{SLACK}token_file = "secrets/token.txt"\n')
    where = folder.parent / "secrets" / "token.txt"
    assert fault.endswith(f"channels.x.token_file: the file {where} cannot be read: No such file or directory")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            '[polling]\nallow_hosts = "x"\n',
            'polling.allow_hosts: must be a list in square brackets, such as ["a", "b"]',
        ),
        ('[identity]\nname = ""\n', "identity.name: must not be empty"),
        ("polling = 5\n", "polling: must be a table of keys and values"),
        ("[identity]\ncontact = 5\n", "identity.contact: must be a text between quotes"),
        ('[reading]\nworkers = "two"\n', "reading.workers: must be a whole number"),
        ('[polling]\nspacing_seconds = "a bit"\n', "polling.spacing_seconds: must be a number"),
        ('[reading]\nobey_robots = "perhaps"\n', "reading.obey_robots: must be true or false, without quotes"),
    ],
)
def test_a_value_of_the_wrong_kind_is_said_in_words_for_people(folder: Path, table: str, message: str) -> None:
    [fault] = faults_of(folder, table)
    assert fault.endswith(message)
