"""What tests share: both databases, and the folder of development data where there is one."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from monitor.store import Store

# What a property costs is for the benches to say; a busy machine must not fail one of its examples.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")

POSTGRES = "MONITOR_TEST_POSTGRES"
"""A server on which tests may make and drop schemas, such as postgresql://postgres@127.0.0.1:5432/postgres."""


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'monitor.db'}"
        return
    server = os.environ.get(POSTGRES)
    if not server:
        pytest.skip(f"{POSTGRES} names no PostgreSQL server")
    schema = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        yield f"{server}?options=-csearch_path%3D{schema}"
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Return an empty store on each kind of database."""
    opened = Store(database_url, config="config-hash")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def dev_data() -> Path:
    """Return the folder of development data; skips where there is none."""
    folder = Path(os.environ.get("MONITOR_DEV_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("there is no development data here (MONITOR_DEV_DATA names its folder)")
    return folder
