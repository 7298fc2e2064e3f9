"""The table of publishers is optional, checked whole like every other file, and part of what `Settings` are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from monitor.cli import setup
from monitor.config import Settings, load, starter_folder
from monitor.delivery import NOTIFIERS
from monitor.errors import ConfigError

KINDS = {name: channel.settings for name, channel in NOTIFIERS.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the starter pack, to be changed."""
    shutil.copytree(starter_folder(), tmp_path / "config")
    return tmp_path / "config"


def read(folder: Path) -> Settings:
    return load(folder, KINDS, {})


def written(folder: Path, *lines: str) -> Path:
    (folder / "publishers.toml").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as found:
        read(folder)
    return [str(fault).removeprefix(f"{folder}/") for fault in found.value.faults]


def test_a_publisher_has_a_name_domains_and_aliases(folder: Path) -> None:
    lines = (
        "[[publisher]]",
        'name = " Harbor Wire "',
        'domains = ["HW.example", "bücher.example"]',
        'aliases = ["HW"]',
    )
    (one,) = read(written(folder, *lines)).publishers
    assert one.name == "Harbor Wire"
    assert one.domains == ("hw.example", "xn--bcher-kva.example")
    assert one.aliases == ("HW",)


def test_domains_and_aliases_may_be_left_out(folder: Path) -> None:
    (one,) = read(written(folder, "[[publisher]]", 'name = "Harbor Wire"')).publishers
    assert (one.domains, one.aliases) == ((), ())


def test_the_file_may_be_absent_or_empty(folder: Path) -> None:
    assert read(written(folder, "# none yet")).publishers == ()
    (folder / "publishers.toml").unlink()
    assert read(folder).publishers == ()


def test_a_text_given_instead_counts_also_where_there_is_no_file(folder: Path) -> None:
    (folder / "publishers.toml").unlink()
    text = '[[publisher]]\nname = "Harbor Wire"\n'
    assert [one.name for one in load(folder, KINDS, {}, instead={"publishers.toml": text}).publishers] == [
        "Harbor Wire"
    ]


def test_the_table_is_part_of_the_hash(folder: Path) -> None:
    before = read(folder).hash
    changed = read(written(folder, "[[publisher]]", 'name = "Harbor Wire"')).hash
    (folder / "publishers.toml").unlink()
    assert len({before, changed, read(folder).hash}) == 3


def test_all_faults_are_told_at_once_with_file_key_and_line(folder: Path) -> None:
    lines = [
        "[[publisher]]",
        'name = "Harbor Wire"',
        'domains = ["hw.example", "https://hw.example/news"]',
        'aliases = ["HW", "H.W."]',
        "[[publisher]]",
        'nme = "Ferry Times"',
        'domains = ["ferry.example"]',
        "[[publisher]]",
        'name = "The harbor-wire"',
        "domains = [",
        '  "www.HW.example",',
        "]",
        'aliases = ["hw", ""]',
        'alias = "x"',
    ]
    found = faults_of(written(folder, *lines))
    assert found[0].startswith("publishers.toml:3: publisher[1].domains[2]: 'https://hw.example/news' is not a domain")
    assert "publishers.toml:6: publisher[2].nme: unknown key (did you mean 'name'?)" in found
    assert "publishers.toml:5: publisher[2].name: is missing" in found
    assert "publishers.toml:9: publisher[3].name: 'The harbor-wire' belongs to 'Harbor Wire' already" in found
    assert "publishers.toml:10: publisher[3].domains[1]: 'www.HW.example' belongs to 'Harbor Wire' already" in found
    assert "publishers.toml:13: publisher[3].aliases[1]: 'hw' belongs to 'Harbor Wire' already" in found
    assert any(fault.startswith("publishers.toml:13: publisher[3].aliases[2]: ") for fault in found)
    assert "publishers.toml:14: publisher[3].alias: unknown key (did you mean 'aliases'?)" in found
    assert len(found) == 8


def test_faults_here_come_together_with_those_of_other_files(folder: Path) -> None:
    (folder / "feeds.toml").write_text("feed = []\n", encoding="utf-8")
    found = faults_of(written(folder, "[[publisher]]", "name = 3"))
    assert {fault.partition(":")[0] for fault in found} == {"feeds.toml", "publishers.toml"}


@pytest.mark.parametrize("said", ["ft", "", "ft.com/markets", "https://ft.com", "ft.com:80", "*.ft.com", "f t.com"])
def test_what_is_no_domain_is_refused(folder: Path, said: str) -> None:
    (fault,) = faults_of(written(folder, "[[publisher]]", 'name = "FT"', f'domains = ["{said}"]'))
    assert fault.startswith("publishers.toml:3: publisher[1].domains[1]: ")


@pytest.mark.parametrize("text", ["[[publisher]", "publisher = 3", "[publisher]\nname = 'x'", "\x00"])
def test_a_file_of_another_shape_is_a_fault_and_no_crash(folder: Path, text: str) -> None:
    assert all(fault.startswith("publishers.toml") for fault in faults_of(written(folder, text)))


def test_check_init_and_schema_know_the_file(tmp_path: Path) -> None:
    app = typer.Typer()
    setup.register(app)
    run = CliRunner().invoke
    target = tmp_path / "config"
    assert run(app, ["init", str(target)]).exit_code == 0
    count = len(read(target).publishers)
    assert count >= 20
    assert f"{count} publishers" in run(app, ["check", "--config", str(target)]).output
    assert '"aliases"' in run(app, ["schema", "publishers"]).output
