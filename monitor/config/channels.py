"""A channel's table → the settings record that its kind owns, with secrets fetched from where the table points."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from monitor.config.faults import nearest
from monitor.config.secrets import WAYS, SecretError, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The settings, or None and what is wrong: (key, sentence) pairs; no key where the whole table is meant."""

    settings: object | None
    faults: tuple[tuple[str, str], ...] = ()


def read_channel(kind: type, table: Mapping[str, Any], vault: Vault) -> Checked:
    """Check a channel's table against its kind's record.

    For any key K of the record, the table may say `K_env` (the name of an environment variable) or `K_file` (a file)
    instead, which is how secrets are kept out of the file. Relative paths are relative to the vault's
    home.
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
        return Checked(settings=TypeAdapter(kind).validate_python(_with_paths(values, fields, vault.home)))
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return Checked(
            settings=None, faults=tuple((str(d["loc"][0] if d["loc"] else ""), _sentence(d["msg"])) for d in details)
        )


def _sentence(said: str) -> str:
    said = said.removeprefix("Value error, ")
    return said[:1].lower() + said[1:]


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
