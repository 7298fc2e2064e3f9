"""Templates that are filled with what strangers wrote: everything is escaped, and a missing name is a fault."""

from __future__ import annotations

from pathlib import Path

import jinja2


def environment(room: Path) -> jinja2.Environment:
    """Return what loads the templates in the folder `templates` of a room."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(room / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
