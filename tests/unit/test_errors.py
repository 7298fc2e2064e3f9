"""Every error carries its subject, reason and sentence, and survives a process border."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator

import pytest

from monitor import errors
from monitor.errors import BusyError, ConfigError, DeliveryError, Fault, FetchError, MonitorError


def all_errors(kind: type[MonitorError] = MonitorError) -> Iterator[type[MonitorError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from all_errors(child)


def made(kind: type[MonitorError]) -> MonitorError:
    if kind is ConfigError:
        return ConfigError("config", [Fault(file="a.toml", key="k", message="m", line=3)])
    if kind is FetchError:
        return FetchError("https://x.example", "http-503", "busy", transient=True, status=503, retry_after=7.0)
    if kind is DeliveryError:
        return DeliveryError("mail", "timeout", "late", transient=True, ambiguous=True, retry_after=3.0)
    return kind("subject", "reason", "a sentence", transient=True)


@pytest.mark.parametrize("kind", list(all_errors()), ids=lambda kind: kind.__name__)
def test_errors_survive_pickling_and_copying_whole(kind: type[MonitorError]) -> None:
    error = made(kind)
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - our own bytes
        assert type(twin) is kind
        assert vars(twin) == vars(error)
        assert str(twin) == str(error)


@pytest.mark.parametrize("kind", list(all_errors()), ids=lambda kind: kind.__name__)
def test_the_tree_in_the_file_names_every_error(kind: type[MonitorError]) -> None:
    assert errors.__doc__ is not None
    assert kind.__name__ in errors.__doc__


def test_a_fault_says_file_line_key_and_sentence_as_far_as_known() -> None:
    assert str(Fault(file="f", key="k", message="m", line=2)) == "f:2: k: m"
    assert str(Fault(file="f", key="", message="m")) == "f: m"


def test_whether_trying_again_can_help_is_the_kind_s_unless_said() -> None:
    assert BusyError("s", "r", "m").transient
    assert not BusyError("s", "r", "m", transient=False).transient
    assert not MonitorError("s", "r", "m").transient
