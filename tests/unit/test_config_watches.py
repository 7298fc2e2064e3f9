"""`[[people]]`, `[[watch]]` and `[site]`: what is left out has a sensible value, and what cannot work is a fault."""

from __future__ import annotations

import json
import re
import tomllib
from contextlib import suppress
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.config import Settings, Site, load, starter_folder
from monitor.config.schema import FILES, MonitorFile
from monitor.config.secrets import Vault
from monitor.config.site import read_site
from monitor.config.watches import misfits, person_of, watch_of
from monitor.delivery import NOTIFIERS
from monitor.errors import ConfigError
from monitor.records import Major, Minimum, Notify, Quiet, Timetable, Updates
from tests.small_config import FEEDS

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "monitor" / "demo" / "tour.py"
TOPIC = (
    'title = "Harbours"\ndescription = "Quays, pilots and dredging in sea ports."\n'
    'seeds = ["a new quay", "the pilots strike", "dredging the fairway", "harbour dues", "a port authority"]\n'
)
CHANNELS = """\
[channels.out]
type = "terminal"
[channels.mail]
type = "email"
host = "smtp.example"
sender = "m@example.org"
[channels.bot]
type = "slack"
token_env = "TOKEN"
channel = "C0000000001"
[channels.nomad]
type = "slack"
token_env = "TOKEN"
[channels.hook]
type = "slack"
webhook_env = "HOOK"
"""
SECRETS = {"TOKEN": "xoxb-made-up", "HOOK": "https://hooks.example/T/B/x", "KEY": "a key of twenty-two letters"}


KINDS = {name: channel.settings for name, channel in NOTIFIERS.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a configuration without its main file."""
    config = tmp_path / "config"
    (config / "topics").mkdir(parents=True)
    for topic in ("harbours", "carbon-markets"):
        (config / "topics" / f"{topic}.toml").write_text(TOPIC, encoding="utf-8")
    (config / "feeds.toml").write_text(FEEDS, encoding="utf-8")
    return config


def person(id_: str = "ana", channels: str = '["out"]', *lines: str) -> str:
    return "\n".join(["[[people]]", f'id = "{id_}"', 'name = "A"', f"channels = {channels}", *lines, ""])


def watch(*lines: str, people: str = '["ana"]', id_: str = "w") -> str:
    said = ["[[watch]]", f'id = "{id_}"', 'title = "W"', 'topics = ["harbours"]', f"people = {people}", *lines, ""]
    return "\n".join(said)


def read(folder: Path, *tables: str, **environment: str) -> Settings:
    (folder / "monitor.toml").write_text(CHANNELS + "".join(tables), encoding="utf-8")
    return load(folder, KINDS, {**SECRETS, **environment})


def faults_of(folder: Path, *tables: str, **environment: str) -> list[str]:
    with pytest.raises(ConfigError) as found:
        read(folder, *tables, **environment)
    return [str(fault).removeprefix(f"{folder}/") for fault in found.value.faults]


def test_a_watch_that_says_nothing_of_its_rules_has_those_of_the_documents(folder: Path) -> None:
    [found] = read(folder, person(), watch()).watches
    assert (found.notify, found.major, found.updates) == (
        Notify(articles=3, publishers=2, hours=6, settle_minutes=20),
        Major(publishers=5, hours=6, wake=True),
        Updates(articles=3, hours=3, days=5, status=True),
    )
    assert found.digest == Timetable(phrase="weekdays at 7:00", crons=("0 7 * * 1-5",))
    assert (found.minimum, found.timezone, found.send_empty, found.stories, found.budget) == (
        Minimum(),
        "",
        False,
        12,
        None,
    )


def test_every_rule_of_a_watch_is_read(folder: Path) -> None:
    rules = (
        "minimum = { score = 0.6, precision = 0.9 }",
        "notify = { articles = 2, settle_minutes = 0 }",
        "major = { publishers = 7, wake = false }",
        "updates = { days = 2.5, status = false }",
        'digest = "0 7 L * *"',
        'timezone = "Europe/Brussels"',
        'empty = "send"',
    )
    [found] = read(folder, person(), watch(*rules)).watches
    assert found.minimum == Minimum(score=0.6, precision=0.9)
    assert found.notify == Notify(articles=2, settle_minutes=0)
    assert found.major == Major(publishers=7, wake=False)
    assert found.updates == Updates(days=2.5, status=False)
    assert found.digest == Timetable(phrase="0 7 L * *", crons=("0 7 L * *",))
    assert (found.timezone, found.send_empty) == ("Europe/Brussels", True)


@pytest.mark.parametrize("rule", ["notify", "major", "updates", "digest"])
@pytest.mark.parametrize("word", ["never", "Never"])
def test_every_rule_may_be_never(folder: Path, rule: str, word: str) -> None:
    [found] = read(folder, person(), watch(f'{rule} = "{word}"')).watches
    assert getattr(found, rule) is None


@pytest.mark.parametrize("budget", ["3", "0.5"])
def test_a_budget_stands_in_place_of_the_numbers(folder: Path, budget: str) -> None:
    [found] = read(folder, person(), watch(f"budget = {budget}")).watches
    assert (found.budget, found.notify) == (float(budget), Notify())


def test_a_persons_peace_is_read(folder: Path) -> None:
    lines = ('slack = "U0000000001"', 'quiet = "22:00 to 7:00 and weekends"', "messages_per_day = 0")
    [found] = read(folder, person("ana", '["bot"]', *lines), watch()).people
    assert found.quiet == Quiet(phrase="22:00 to 7:00 and weekends", nightly=(time(22), time(7)), days=(5, 6))
    assert (found.slack, found.messages_per_day) == ("U0000000001", None)


def test_a_person_is_left_alone_never_and_sent_six_messages_a_day_at_most(folder: Path) -> None:
    [found] = read(folder, person(), watch()).people
    assert (found.slack, found.quiet, found.messages_per_day) == (None, None, 6)


def test_a_digest_may_fall_into_quiet_hours_where_it_is_held(folder: Path) -> None:
    assert read(folder, person("ana", '["out"]', 'quiet = "weekends"'), watch('digest = "Saturdays at 9:00"')).watches


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('digest = "weekdays at 25:00"', "'25:00' is not a time of day"),
        ('digest = "0 0 30 2 *"', "'0 0 30 2 *' never comes"),
        ('digest = "now and then"', "'now and then' is not understood"),
        ("digest = 07:00:00", 'must be a phrase between quotes, such as "weekdays at 7:00"'),
        ("digest = true", 'must be a phrase between quotes, such as "weekdays at 7:00"'),
        ('digest = ""', 'must be a phrase between quotes, such as "weekdays at 7:00" or "never"'),
        ('digest = "weekdays at 7.30"', "'7.30' is not a time of day: write 7:30"),
        ('digest = "daily at 07:00 CET"', "leave out 'cet': the time zone has a key of its own, `timezone`"),
        ("minimum = 0.5", "minimum: must be a table such as { score = 0.6 }"),
        ("budget = { a = 1 }", "budget: must be a number"),
        ("stories = 1.5", "stories: must be a whole number"),
        ('major = { wake = "perhaps" }', "major.wake: must be true or false, without quotes"),
        ('timezone = "CEST"', "'CEST' is not a time zone (write it like Europe/Brussels)"),
        ('timezone = "UTC+1"', "'UTC+1' is not a time zone (write it like Europe/Brussels)"),
        ('timezone = "GMT+2"', "'GMT+2' is not a time zone (write it like Europe/Brussels)"),
        ('timezone = "utc"', "'utc' is not a time zone (did you mean 'UTC'?)"),
        ('timezone = "Paris"', "'Paris' is not a time zone (did you mean 'Europe/Paris'?)"),
        ("digst = 1", "unknown key (did you mean 'digest'?)"),
        ('timezone = "Europe/Bruxelles"', "'Europe/Bruxelles' is not a time zone (did you mean 'Europe/Brussels'?)"),
        ('timezone = "../UTC"', "is not a time zone"),
        ('empty = "skipped"', "'skip' or 'send'"),
        ("notify = { articels = 3 }", "notify.articels: unknown key (did you mean 'articles'?)"),
        ("major = { wakes = true }", "major.wakes: unknown key (did you mean 'wake'?)"),
        ("updates = { statuses = true }", "updates.statuses: unknown key (did you mean 'status'?)"),
        ("minimum = { scor = 0.5 }", "minimum.scor: unknown key (did you mean 'score'?)"),
        ('notify = "nevr"', 'notify: must be a table such as { articles = 3, publishers = 2, hours = 6 }, or "never"'),
        ("notify = false", 'notify: must be a table such as { articles = 3, publishers = 2, hours = 6 }, or "never"'),
        ("notify = { articles = 0 }", "notify.articles: "),
        ("notify = { hours = inf }", "notify.hours: "),
        ("notify = { settle_minutes = nan }", "notify.settle_minutes: "),
        ("updates = { days = 0 }", "updates.days: "),
        ("minimum = { precision = 1.0 }", "minimum.precision: "),
        ("minimum = { score = 90 }", "minimum.score: "),
        ("budget = 0", "budget: "),
        ("budget = inf", "budget: "),
        ("budget = 3\nnotify = { articles = 1 }", "budget: a budget sets the numbers of notify by itself: keep one"),
        ('budget = 3\nnotify = "never"', "budget: a budget sets the numbers of notify by itself: keep one"),
        ('notify = "never"\nmajor = "never"\ndigest = "never"', "so nothing would ever be told"),
    ],
)
def test_a_rule_that_cannot_work_is_a_fault_with_its_line(folder: Path, line: str, message: str) -> None:
    [fault] = faults_of(folder, person(), watch(line))
    assert message in fault
    first = CHANNELS.count("\n") + person().count("\n") + 6
    assert first <= int(fault.split(":")[1]) <= first + line.count("\n")
    assert "\n" not in fault


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('quiet = "22:00 to 25:00"', "'25:00' is not a time of day"),
        ('quiet = "Monday to Sunday"', "with seven quiet days nothing would ever be told"),
        ('quiet = ["22:00", "7:00"]', 'must be a phrase between quotes, such as "22:00 to 7:00"'),
        ("messages_per_day = -1", "messages_per_day: "),
        ("message_per_day = 1", "unknown key (did you mean 'messages_per_day'?)"),
        ('timezone = ""', "'' is not a time zone"),
    ],
)
def test_a_person_who_cannot_be_told_so_is_a_fault(folder: Path, line: str, message: str) -> None:
    [fault] = faults_of(folder, person("ana", '["out"]', line), watch())
    assert message in fault
    assert fault.startswith(f"monitor.toml:{CHANNELS.count(chr(10)) + 5}: people[1].")


def test_a_name_given_twice_is_a_fault(folder: Path) -> None:
    found = faults_of(folder, person("ana", '["out", "out"]'), watch(people='["ana", "ana"]'))
    assert [fault.partition(": ")[2] for fault in found] == [
        "people[1].channels: this person names 'out' twice",
        "watch[1].people: this watch names 'ana' twice",
    ]


def test_a_bot_without_a_channel_of_its_own_needs_one_for_each_person(folder: Path) -> None:
    [fault] = faults_of(folder, person("ana", '["nomad"]'), watch())
    assert "people[1].slack: say to which Slack channel or member the bot of 'nomad' writes" in fault
    both = faults_of(folder, person("ana", '["nomad"]'), person("ben", '["nomad"]'), watch(people='["ana", "ben"]'))
    assert [fault.partition(": ")[2][:15] for fault in both] == ["people[1].slack", "people[2].slack"]
    assert read(folder, person("ana", '["nomad"]', 'slack = "C2"'), watch()).watches
    assert read(folder, person("ana", '["bot", "hook"]'), watch()).watches


def test_a_webhook_cannot_be_told_where_to_post(folder: Path) -> None:
    [fault] = faults_of(folder, person("ana", '["hook"]', 'slack = "C2"'), watch())
    assert "people[1].slack: a webhook posts to a Slack channel of its own" in fault


@pytest.mark.parametrize(
    ("channel", "first", "second", "key"),
    [
        ("hook", "", "", "channels"),
        ("bot", "", "", "channels"),
        ("bot", "", 'slack = "C0000000001"', "slack"),
        ("nomad", 'slack = "C2"', 'slack = "C2"', "slack"),
        ("mail", 'email = "team@example.org"', 'email = "Team@example.org"', "email"),
    ],
)
def test_two_people_of_a_watch_in_one_place_are_a_fault(
    folder: Path, channel: str, first: str, second: str, key: str
) -> None:
    people = person("ana", f'["{channel}"]', first), person("ben", f'["{channel}"]', second)
    [fault] = faults_of(folder, *people, watch(people='["ana", "ben"]'))
    assert f"people[2].{key}: 'ana' is told in the same place" in fault
    assert "make one person of the two" in fault
    apart = watch(people='["ana"]'), watch(people='["ben"]', id_="v")
    assert read(folder, *people, *apart).watches, "their digests differ, and so may their quiet hours"


def test_people_in_different_places_share_a_channel(folder: Path) -> None:
    people = person("ana", '["bot", "out"]'), person("ben", '["bot", "out"]', 'slack = "C2"')
    assert len(read(folder, *people, watch(people='["ana", "ben"]')).people) == 2


def site(*lines: str) -> str:
    return "\n".join(["[site]", *lines, ""])


def test_without_an_address_there_is_no_site(folder: Path) -> None:
    assert read(folder, person(), watch()).site == Site(address="", key="")
    assert read(folder, site('address = ""', 'key_env = "NOT_SET"'), person(), watch()).site == Site()


def test_the_sites_key_comes_from_the_environment_or_a_file_and_is_never_shown(folder: Path) -> None:
    (folder.parent / "site.key").write_text("swordfish swordfish\n", encoding="utf-8")
    for line, key in (('key_env = "KEY"', SECRETS["KEY"]), ('key_file = "site.key"', "swordfish swordfish")):
        settings = read(folder, site('address = " https://news.example/monitor/ "', line), person(), watch())
        assert (settings.site.address, settings.site.key) == ("https://news.example/monitor", key)
        assert key not in repr(settings)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (['address = "https://n.example"'], "site.address: links need a secret key: name one with key_env"),
        (['address = "https://n.example"', 'key_env = "KEY"', 'key_file = "x"'], "give either key_env or key_file"),
        (['address = "https://n.example"', 'key_env = "NOT_SET"'], "key_env: the environment variable NOT_SET is not"),
        (['address = "https://n.example"', 'key_file = "none"'], "/none cannot be read: No such file or directory"),
        (['address = "https://n.example"', 'key_env = "SHORT"'], "key_env: the key must have at least 16 characters"),
        (['address = "https://n.example"', 'key = "swordfish"'], "site.key: unknown key (did you mean 'key_"),
        (['address = "n.example"', 'key_env = "KEY"'], "address: must be an http:// or https:// address"),
        (['address = "https://"', 'key_env = "KEY"'], "address: this is not an address that a reader's browser"),
        (['address = "https://n.example:0"', 'key_env = "KEY"'], "address: this is not an address that a reader's"),
        (['address = "https://n.example:x"', 'key_env = "KEY"'], "address: this is not an address that a reader's"),
        (['address = "https://n.example/?a=b"', 'key_env = "KEY"'], "address: leave out what begins with ? or #"),
        (['address = "https://n.example/#"', 'key_env = "KEY"'], "address: leave out what begins with ? or #"),
        (['address = "https://me:fish@n.example/"', 'key_env = "KEY"'], "must not hold a user name or password"),
        (["address = 5", 'key_env = "KEY"'], "site.address: "),
    ],
)
def test_a_site_that_cannot_work_is_a_fault_that_shows_no_secret(folder: Path, lines: list[str], message: str) -> None:
    found = "\n".join(faults_of(folder, site(*lines), person(), watch(), SHORT="swordfish"))
    assert message in found
    assert re.match(r"monitor\.toml:\d+: site", found)
    assert "fish" not in found


def test_editors_are_told_that_a_rule_is_a_table_or_never() -> None:
    schema = FILES["monitor"].model_json_schema()
    rule = schema["$defs"]["WatchTable"]["properties"]["notify"]
    assert rule["anyOf"] == [{"$ref": "#/$defs/NotifyTable"}, {"const": "never"}]
    assert json.dumps(schema)


WORDS = st.sampled_from(
    ["id", "channels", "people", "out", "ana", "slack", "email", "never", "type", "token", "", "UTC"]
)
VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | WORDS | st.dates() | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)
TABLES = st.dictionaries(
    st.sampled_from(["id", "channels", "people", "topics", "slack", "email", "timezone", "notify", "digest", "type"]),
    VALUES,
    max_size=6,
)


@given(
    said=st.fixed_dictionaries(
        {
            "channels": VALUES | st.dictionaries(WORDS, TABLES),
            "people": VALUES | st.lists(TABLES, max_size=3),
            "watch": VALUES | st.lists(TABLES, max_size=3),
            "site": VALUES,
        }
    )
)
def test_tables_of_any_shape_are_looked_through_without_a_stumble(said: dict[str, Any]) -> None:
    assert all(sentence for _, sentence in misfits(said, ["harbours"]))
    with suppress(ValidationError):
        MonitorFile.model_validate(said)
    site_said = said["site"] if isinstance(said["site"], dict) else {"address": said["site"], "key_env": "KEY"}
    assert isinstance(read_site(site_said, Vault(environment=SECRETS, home=ROOT))[0], Site)


def _samples(document: str) -> list[str]:
    text = (ROOT / "docs" / "how-to" / document).read_text(encoding="utf-8")
    return re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("sample", _samples("digests.md"))
def test_every_sample_of_the_how_to_is_a_configuration_that_works(folder: Path, sample: str) -> None:
    channels = '[channels.mail]\ntype = "email"\nhost = "h"\nsender = "m@example.org"\n'
    channels += '[channels.slack]\ntype = "slack"\ntoken_env = "TOKEN"\n[channels.out]\ntype = "terminal"\n'
    people = "" if "[[people]]" in sample else person()
    text = channels + sample + people + ("" if "[[watch]]" in sample else watch())
    (folder / "monitor.toml").write_text(text, encoding="utf-8")
    assert load(folder, KINDS, {**SECRETS, "MONITOR_SITE_KEY": SECRETS["KEY"]}).watches


def test_every_phrase_of_the_how_to_is_understood(folder: Path) -> None:
    text = (ROOT / "docs" / "how-to" / "digests.md").read_text(encoding="utf-8")
    phrases = [phrase for row in re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE) for phrase in row.split('"')[1::2]]
    assert len(phrases) >= 10
    for phrase in phrases:
        assert read(folder, person(), watch(f'digest = "{phrase}"')).watches


STARTER = (starter_folder() / "monitor.toml").read_text(encoding="utf-8")


def test_every_channel_of_the_starter_pack_works_as_soon_as_it_is_no_comment(folder: Path) -> None:
    channels = STARTER[STARTER.index("# Channels carry") : STARTER.index("# People are told")]
    channels = re.sub(r"(?m)^# (\[|[a-z_]+ = )", r"\1", channels)
    names = re.findall(r"(?m)^\[channels\.(.+)\]", channels)
    (folder / "monitor.toml").write_text(
        channels + person("ana", json.dumps(names), 'email = "a@example.org"') + watch(), encoding="utf-8"
    )
    secrets = {f"MONITOR_{name}": "made-up" for name in ("SMTP_PASSWORD", "SLACK_TOKEN")}
    addresses = {"MONITOR_SLACK_WEBHOOK": SECRETS["HOOK"], "MONITOR_APPRISE_URL": "ntfy://ntfy.example/news"}
    settings = load(folder, KINDS, secrets | addresses)
    assert {channel.type for channel in settings.channels.values()} == set(NOTIFIERS)


@pytest.mark.parametrize("line", re.findall(r"(?m)^# ((?:email|slack|quiet|minimum|budget) = .*)$", STARTER))
def test_every_example_of_the_starter_pack_works_as_soon_as_it_is_no_comment(folder: Path, line: str) -> None:
    text = re.sub(r"(?m)^topics = .*$", 'topics = ["harbours"]', STARTER).replace(f"# {line}", line)
    if line.startswith("budget"):
        text = re.sub(r"(?m)^notify = .*$", "", text)
    (folder / "monitor.toml").write_text(text, encoding="utf-8")
    assert load(folder, KINDS, {}).watches


def test_a_fault_of_a_whole_channel_is_told_at_its_table(folder: Path) -> None:
    [fault] = faults_of(folder, '[channels.both]\ntype = "slack"\n', person(), watch())
    assert fault.startswith(f"monitor.toml:{CHANNELS.count(chr(10)) + 1}: channels.both: needs either a webhook or")


def test_the_demo_tells_at_once_and_waits_for_no_time_of_day() -> None:
    text = DEMO.read_text(encoding="utf-8").split('SETTINGS = """\\\n')[1].split('"""')[0]
    file = FILES["monitor"].model_validate(tomllib.loads(text))
    assert isinstance(file, MonitorFile)
    [found] = map(watch_of, file.watch)
    assert (found.notify and found.notify.settle_minutes, found.digest) == (0, None)
    assert [(one.quiet, one.messages_per_day) for one in map(person_of, file.people)] == [(None, None)]
