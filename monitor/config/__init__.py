"""`config/*.toml` → one frozen `Settings`; all faults are reported at once."""

from __future__ import annotations

from monitor.config.loading import load, read_labels, read_topics, starter_folder
from monitor.config.settings import Channel, Identity, Polling, Reading, Schedule, Settings

__all__ = [
    "Channel",
    "Identity",
    "Polling",
    "Reading",
    "Schedule",
    "Settings",
    "load",
    "read_labels",
    "read_topics",
    "starter_folder",
]
