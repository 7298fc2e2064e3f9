"""The smallest configuration that is whole: one person, one watch, one topic, one feed that nobody asks."""

from __future__ import annotations

FEEDS = '[[feed]]\nid = "pilot"\nname = "Pilot"\nurl = "https://pilot.example/feed"\npublisher = "Pilot"\n'


def monitor_toml(topic: str) -> str:
    """Return a `monitor.toml` that watches a topic and prints to the terminal."""
    return f"""\
[channels.terminal]
type = "terminal"
[[people]]
id = "me"
name = "Me"
channels = ["terminal"]
[[watch]]
id = "w"
title = "W"
topics = ["{topic}"]
people = ["me"]
"""
