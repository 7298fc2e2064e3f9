"""Articles to scores: trains, scores, explains, and keeps models in folders.

    topics, labels, background → train → TopicModel → score, explain
                                               ↕ save, load

The only room that knows scikit-learn's classifiers. It computes and touches nothing, but for the folder that `save` and
`load` are given. Importing it costs nothing; the numeric libraries come with the first training or loading.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from monitor.topics.background import start_background
from monitor.topics.version import fingerprint, unknown_labels

if TYPE_CHECKING:
    from monitor.topics.model import TopicModel
    from monitor.topics.persistence import load, save
    from monitor.topics.training import train

__all__ = [
    "TopicModel",
    "fingerprint",
    "load",
    "save",
    "start_background",
    "train",
    "unknown_labels",
]

_HOMES = {"TopicModel": "model", "load": "persistence", "save": "persistence", "train": "training"}


def __getattr__(name: str) -> object:
    """Import what needs numpy or scikit-learn when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
