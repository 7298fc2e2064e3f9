"""A channel's table → the settings record that its kind owns, with secrets fetched from where the table points."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from monitor.config.faults import nearest, sentence
from monitor.config.secrets import WAYS, SecretError, Vault
from monitor.config.settings import Channel

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The settings, or None and what is wrong: (key, sentence) pairs; no key where the whole table is meant.

    `bare` are the keys whose secret stands in the table itself.
    """

    settings: object | None
    faults: tuple[tuple[str, str], ...] = ()
    bare: tuple[str, ...] = ()


def read_channel(kind: type, table: Mapping[str, Any], vault: Vault) -> Checked:
    """Check a channel's table against its kind's record.

    For any key K of the record, the table may say `K_env` (the name of an environment variable) or `K_file` (a file)
    instead, which is how secrets are kept out of the file. Relative paths are relative to the vault's
    home. A ValueError that the record raises may name keys by its `faults`, which are (key, sentence) pairs.
    """
    fields = {field.name: field for field in dataclasses.fields(kind)}
    values, faults = _fetched({key: value for key, value in table.items() if key != "type"}, fields, vault)
    faults += [(key, f"unknown key{nearest(key, fields)}") for key in values if key not in fields]
    missing = [name for name, field in fields.items() if name not in values and _is_required(field)]
    pointed = {key for key, _ in faults}
    faults += [(name, "is missing") for name in missing if not pointed & {f"{name}_env", f"{name}_file"}]
    if faults:
        return Checked(settings=None, faults=tuple(faults))
    try:
        settings: object = TypeAdapter(kind).validate_python(_with_paths(values, fields, vault.home))
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        found = (pair for detail in details for pair in _told(detail))
        return Checked(settings=None, faults=tuple((_as_written(key, table), message) for key, message in found))
    secret = (name for name, field in fields.items() if "Secret" in str(field.type))
    return Checked(settings=settings, bare=tuple(name for name in secret if table.get(name)))


def secret_advice(channels: Mapping[str, Channel]) -> Iterator[str]:
    """Yield a sentence for each secret that stands in `monitor.toml` for whoever reads or copies the file."""
    for channel in channels.values():
        for key in channel.bare:
            advice = f"name an environment variable that holds it with {key}_env, or a file with {key}_file"
            yield f"channel {channel.id}: its {key} stands in monitor.toml, for all who see a copy of it; {advice}"


def _told(detail: ErrorDetails) -> Sequence[tuple[str, str]]:
    own = getattr(detail.get("ctx", {}).get("error"), "faults", ())
    return own or [(str(detail["loc"][0] if detail["loc"] else ""), sentence(detail["type"], detail["msg"]))]


def _as_written(name: str, table: Mapping[str, Any]) -> str:
    return next((key for key in (name, *(f"{name}_{way}" for way in WAYS)) if key in table), name)


def _fetched(
    table: Mapping[str, Any], fields: Mapping[str, Any], vault: Vault
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    values: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for key, value in table.items():
        name, _, way = key.rpartition("_")
        if way not in WAYS or name not in fields:
            values[key] = value
            continue
        try:
            values[name] = vault.fetch(way, str(value))
        except SecretError as error:
            faults.append((key, str(error)))
    return values, faults


def _with_paths(values: Mapping[str, Any], fields: Mapping[str, Any], home: Path) -> dict[str, Any]:
    paths = {name for name, field in fields.items() if "Path" in str(field.type)}
    return {key: home / value if key in paths and isinstance(value, str) else value for key, value in values.items()}


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
