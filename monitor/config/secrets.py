"""What must not stand in a file: fetched from an environment variable or from a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

WAYS = ("env", "file")
"""How a key may say where its value is: an environment variable, or a file."""


class SecretError(Exception):
    """The value is not where the key points; the message is a sentence that names the place and never the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """Where secrets come from: the environment, and files relative to `home`."""

    environment: Mapping[str, str]
    home: Path

    def fetch(self, way: str, place: str) -> str:
        """Return what stands in the variable (`way` is `env`) or the file named, without white space around it.

        Raises SecretError.
        """
        if way == "env":
            value = self.environment.get(place, "").strip()
            if not value:
                raise SecretError(
                    f"the environment variable {place} is {'empty' if place in self.environment else 'not set'}"
                )
            return value
        file = self.home / place
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or "it is not text"
            raise SecretError(f"the file {file} cannot be read: {said}") from error
