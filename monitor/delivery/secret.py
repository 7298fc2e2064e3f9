"""A password or a webhook that no log line, error or traceback shows by accident."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final, final

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

HIDDEN: Final = "(hidden)"


@final
class Secret:
    """A string that has to be asked for by name: `reveal()`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Keep the value."""
        self._value = value

    def reveal(self) -> str:
        """Return the value itself; for the one call that needs it."""
        return self._value

    def redact(self, text: str) -> str:
        """Return the text with the value, plain or in base64, replaced."""
        if not self._value:
            return text
        coded = base64.b64encode(self._value.encode()).decode()
        return text.replace(self._value, HIDDEN).replace(coded, HIDDEN)

    def __repr__(self) -> str:
        """Return a text without the value."""
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        """Return a text without the value."""
        return HIDDEN

    def __bool__(self) -> bool:
        """Tell whether there is anything to hide."""
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        """Compare by value."""
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        """Hash by value."""
        return hash((Secret, self._value))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic, at the edge where settings are read, make a secret of a string."""
        from pydantic_core import core_schema  # noqa: PLC0415 - whoever asks has pydantic; channels do not need it

        def wrap(value: Any) -> Secret:  # noqa: ANN401 - pydantic hands over a string or a secret
            return value if isinstance(value, cls) else cls(value)

        plain = core_schema.union_schema([core_schema.is_instance_schema(cls), handler(str)])
        return core_schema.no_info_after_validator_function(wrap, plain)
