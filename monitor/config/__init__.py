"""`config/*.toml` → one frozen `Settings`; all faults are reported at once."""

from __future__ import annotations

from monitor.config.channels import secret_advice
from monitor.config.labels import append_labels, read_labels
from monitor.config.loading import load, read_topic, read_topics, starter_folder
from monitor.config.settings import Channel, Identity, Polling, Reading, Schedule, Settings, Site
from monitor.config.topics import topic_advice

__all__ = [
    "Channel",
    "Identity",
    "Polling",
    "Reading",
    "Schedule",
    "Settings",
    "Site",
    "append_labels",
    "load",
    "read_labels",
    "read_topic",
    "read_topics",
    "secret_advice",
    "starter_folder",
    "topic_advice",
]
