"""Looks into decoded TOML whatever its shape is, so that one fault never hides another."""

from __future__ import annotations

from typing import Any


def tables(said: Any) -> dict[Any, dict[str, Any]]:  # noqa: ANN401 - whatever TOML held
    """Return the tables in a table of tables, by name, or in an array of tables, by place; what is none is left out."""
    found = said.items() if isinstance(said, dict) else enumerate(rows(said))
    return {key: row for key, row in found if isinstance(row, dict)}


def table(said: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever TOML held
    """Return a table as it is, and an empty one for anything else."""
    return said if isinstance(said, dict) else {}


def rows(said: Any) -> list[Any]:  # noqa: ANN401 - whatever TOML held
    """Return an array as it is, and an empty one for anything else."""
    return said if isinstance(said, list) else []


def texts(said: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever TOML held
    """Return the texts of an array; what is none is left out."""
    return tuple(word for word in said if isinstance(word, str)) if isinstance(said, list) else ()


def text(said: Any) -> str:  # noqa: ANN401 - whatever TOML held
    """Return a text without white space around it, and an empty one for anything else."""
    return said.strip() if isinstance(said, str) else ""
