"""The ordinary news that ships with the program, so that a first run has something to tell topics apart from."""

from __future__ import annotations

import json
from importlib import resources

from monitor.records import Document


def start_background() -> list[Document]:
    """Return the shipped texts, in the order of the file; their ids are `start-1` and so on."""
    text = resources.files("monitor.topics").joinpath("background.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.split("\n") if line.strip()]
    return [
        Document(id=f"start-{number}", title=line["title"], text=line["text"])
        for number, line in enumerate(lines, start=1)
    ]
