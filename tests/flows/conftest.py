"""One Prefect server for the whole session, and the sample world for the flows to watch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from monitor.demo.server import NewsServer
from monitor.demo.tour import write_config
from monitor.demo.world import load_world

# Read by Prefect when it is imported, which is why they are set before anything of ours imports it.
os.environ |= {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}

SERVER_SECONDS = 180
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark this folder's tests, and let Prefect deprecate its own parts: we do not call them."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.prefect)


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """Start a Prefect server with a database of its own."""
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415 - seconds, which other tests do not pay

    with prefect_test_harness(server_startup_timeout=SERVER_SECONDS):
        yield


@pytest.fixture(scope="session")
def news() -> Iterator[NewsServer]:
    """Serve the sample world."""
    with NewsServer(load_world()) as server:
        yield server


@pytest.fixture(scope="session")
def at() -> datetime:
    """Return the sample world's moment."""
    return load_world().moment(1)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep trained models between tests; the same topics and labels give the same model."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def config(tmp_path: Path, news: NewsServer, trained: Path) -> Path:
    """Write a configuration that watches the sample world, with a state of its own."""
    folder = tmp_path / "config"
    write_config(folder, load_world(), news)
    (tmp_path / "models").symlink_to(trained)
    return folder
