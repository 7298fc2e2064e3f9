"""The documents keep up with the code: commands, modules, channels and links."""

from __future__ import annotations

import dataclasses
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import typer
from pydantic import TypeAdapter

import monitor.cli
from monitor.config.schema import FILES
from monitor.delivery import NOTIFIERS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
HOW_TO = ROOT / "docs" / "how-to"
CHANNELS = "\n".join(
    (HOW_TO / name).read_text(encoding="utf-8") for name in ("send-mail.md", "post-to-slack.md", "other-channels.md")
)
ADD_A_CHANNEL = (HOW_TO / "add-a-channel.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
CODE = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
TOML = re.compile(r"^( *)```toml\n(.*?)^\1```", re.MULTILINE | re.DOTALL)


def command_tree() -> typer.core.TyperGroup:
    """Return all commands, from every file of the command line that registers some."""
    app = typer.Typer()
    for module in pkgutil.iter_modules(monitor.cli.__path__):
        register = getattr(import_module(f"monitor.cli.{module.name}"), "register", None)
        if register:
            register(app)
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return group


def commands() -> Iterator[str]:
    """Yield every command as it is typed, those of groups with their group's name."""
    for name, command in command_tree().commands.items():
        inner = getattr(command, "commands", {})
        yield from (f"{name} {sub}" for sub in inner) if inner else [name]


def modules() -> Iterator[str]:
    """Yield every room of the library and every file of the flows, as the map of the rooms names them."""
    for path in sorted((ROOT / "monitor").iterdir()):
        if path.suffix == ".py" or (path / "__init__.py").is_file():
            yield f"monitor/{path.name}{'/' if path.is_dir() else ''}"
    for path in sorted((ROOT / "flows").glob("*.py")):
        yield f"flows/{path.name}"


def anchors(document: str) -> set[str]:
    """Return the names that links may point at: headings in lower case, spaces as hyphens."""
    headings = HEADING.findall(CODE.sub("", document))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("command", list(commands()))
def test_the_readme_names_every_command(command: str) -> None:
    assert re.search(rf"`(monitor )?{re.escape(command)}\b", README)


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    known = {command.split()[0] for command in commands()}
    named = {name for document in DOCUMENTS for name in _called(document.read_text(encoding="utf-8"))}
    assert named <= known


def test_every_option_that_a_document_shows_exists() -> None:
    tree = command_tree().commands
    strange = []
    for document in DOCUMENTS:
        for name, rest in re.findall(r"\bmonitor ([a-z]+)([^\n`|;>]*)", document.read_text(encoding="utf-8")):
            if name in tree:
                known = _options(tree[name], rest)
                strange += [
                    f"{name} {option}" for option in re.findall(r"(?<= )--[a-z-]+", rest) if option not in known
                ]
    assert not strange


@pytest.mark.parametrize(
    "command", ["pip install uv && uv run monitor demo", "pip install uv && uv run pytest"], ids=["demo", "tests"]
)
def test_the_readme_begins_with_the_two_commands(command: str) -> None:
    assert f"    {command}\n" in README.partition("\n## ")[0]


@pytest.mark.parametrize("module", list(modules()))
def test_the_map_of_the_rooms_names_every_module(module: str) -> None:
    assert re.search(rf"^- `{re.escape(module)}`: \S", ARCHITECTURE, re.MULTILINE)


def test_the_map_of_the_rooms_names_nothing_that_is_gone() -> None:
    named = re.findall(r"^- `((?:monitor|flows)/[^`]*)`:", ARCHITECTURE, re.MULTILINE)
    assert sorted(named) == sorted(modules())


@pytest.mark.parametrize("channel", sorted(NOTIFIERS))
def test_every_type_of_channel_has_a_place_in_the_how_tos(channel: str) -> None:
    assert f'type = "{channel}"' in CHANNELS
    assert f"`{channel}`" in ADD_A_CHANNEL


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_point_at_files_and_headings_that_exist(document: Path) -> None:
    for target in LINK.findall(CODE.sub("", document.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        assert found.is_relative_to(ROOT), target
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_lines_fit_a_screen_and_samples_of_toml_can_be_read(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if len(line) > 120] == []
    for indent, sample in TOML.findall(text):
        tomllib.loads(re.sub(rf"^{indent}", "", sample, flags=re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_samples_of_settings_would_be_taken(document: Path) -> None:
    for indent, sample in TOML.findall(document.read_text(encoding="utf-8")):
        tables = tomllib.loads(re.sub(rf"^{indent}", "", sample, flags=re.MULTILINE))
        for name, field in FILES["monitor"].model_fields.items():
            if name in tables and field.annotation:
                TypeAdapter(field.annotation).validate_python(tables[name])
        for channel in tables.get("channels", {}).values():
            known = {field.name for field in dataclasses.fields(NOTIFIERS[channel["type"]].settings)}
            assert {re.sub("_(env|file)$", "", key) for key in channel} <= known | {"type"}


def test_the_sample_of_a_topic_is_a_topic() -> None:
    text = (ROOT / "docs" / "how-to" / "add-a-topic.md").read_text(encoding="utf-8")
    sample = next(re.sub(r"^   ", "", sample, flags=re.MULTILINE) for _, sample in TOML.findall(text))
    FILES["topic"].model_validate(tomllib.loads(sample))


def test_decisions_are_numbered_without_gaps() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for number, file in enumerate(files, start=1):
        text = file.read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. ")
        assert HEADING.findall(text)[1:] == ["Context", "Decision", "Consequences"]


def _options(command: object, rest: str) -> set[str]:
    """Return the options of a command and, when it is a group, of the one of its commands that `rest` begins with."""
    inner = getattr(command, "commands", {}).get(rest.split(maxsplit=1)[0] if rest.strip() else "")
    return {
        option
        for one in (command, inner)
        if one
        for parameter in getattr(one, "params", ())
        for option in parameter.opts
    }


def _called(text: str) -> list[str]:
    """Return the first words of commands that a reader would type."""
    return re.findall(r"(?:uv run (?:--no-sync )?|`)monitor ([a-z]+)", text)
