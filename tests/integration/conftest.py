"""The sample world, served once, with one pool of workers for all tests that run cycles over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from monitor import wiring
from monitor.demo.server import NewsServer
from monitor.demo.tour import write_config
from monitor.demo.world import load_world
from monitor.pipeline import Pipeline
from monitor.workers import WorkerPool
from tests.worlds import World

Opener = Callable[..., AbstractContextManager[Pipeline]]


@pytest.fixture(scope="session")
def news() -> Iterator[NewsServer]:
    """Serve the sample world."""
    with NewsServer(load_world()) as server:
        yield server


@pytest.fixture(scope="session")
def workers() -> Iterator[WorkerPool]:
    """Start the worker processes once."""
    with wiring.worker_pool() as pool:
        yield pool


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep trained models between tests; the same topics and labels give the same model."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def sample_config(tmp_path: Path, news: NewsServer) -> Path:
    """Write the configuration that watches the sample world."""
    news.wave = 1
    write_config(tmp_path / "config", load_world(), news)
    return tmp_path / "config"


@pytest.fixture
def open_sample(sample_config: Path, workers: WorkerPool, trained: Path) -> Opener:
    """Return what opens a pipeline over the sample world, on any database, at a wave's moment."""

    @contextmanager
    def opened(wave: int = 1, *, database_url: str | None = None, at: datetime | None = None) -> Iterator[Pipeline]:
        settings = wiring.load_settings(sample_config)
        (settings.state / "models").unlink(missing_ok=True)
        (settings.state / "models").symlink_to(trained)
        if database_url is not None:
            settings = replace(settings, database_url=database_url)
        clock = wiring.fixed_clock(at or load_world().moment(wave))
        with wiring.open_pipeline(settings, clock=clock, workers=workers) as pipeline:
            yield pipeline

    return opened


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Serve a small world, on each database."""
    made = World(database_url)
    with made.server:
        yield made
    made.store.close()
