"""Opens the database: SQLite or PostgreSQL, migrated to this program's schema, or refused with a clear sentence."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError

from monitor.errors import BusyError, StoreError

Value = TypeVar("Value")

SCHEMA = "0006"
"""The newest migration this program knows."""

AT_ONCE = 1000
"""How many values go into one IN list: a statement takes 32,766 variables in SQLite and 65,535 in PostgreSQL."""

BUSY_SECONDS = 10.0
"""How long a writer waits for another one before it gives up."""


class Database:
    """One SQLite file or PostgreSQL database; every `write` is one transaction."""

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Open the database behind the SQLAlchemy `url`, creating or upgrading its tables.

        Raises StoreError: the address is wrong, it cannot be reached or written, or it is newer than this program.
        """
        self.name = _shown(url)
        self._engine = _engine(url, self.name, busy_seconds)
        try:
            with self._translated():
                self._migrate()
        except BaseException:
            self.close()
            raise

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection for queries, all on one snapshot of a SQLite database."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection whose changes are committed together on leaving, or not at all."""
        with self._translated(), self._engine.connect() as connection:
            writing = connection.execution_options(monitor_writes=True)
            with writing.begin():
                yield writing

    @contextmanager
    def only_one(self, task: str, *, wait_seconds: float = 0.0) -> Iterator[None]:
        """Hold `task` alone, freed also when the holder dies; raises BusyError while another process holds it."""
        hold = self._hold_file if self.dialect == "sqlite" else self._hold_advisory
        with hold(task, wait_seconds):
            yield

    def alone_until_commit(self, connection: Connection, tasks: Collection[str]) -> None:
        """Wait for other transactions at the same tasks, and hold these until this one ends.

        A SQLite file has one writer at a time as it is.
        """
        if self.dialect == "sqlite" or not tasks:
            return
        schema = connection.scalar(sa.select(sa.func.current_schema()))
        # In one order for all, or two that hold a task each would wait for each other.
        for task in sorted(set(tasks)):
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_advisory_key(schema, task))))

    def insert(self, table: sa.Table) -> Any:  # noqa: ANN401 - the two dialects' Insert have no common type with on_conflict
        """Return the dialect's INSERT, which knows ON CONFLICT."""
        return sqlite.insert(table) if self.dialect == "sqlite" else postgresql.insert(table)

    def upsert(self, table: sa.Table, *names: str) -> Any:  # noqa: ANN401 - see insert
        """Return an INSERT that overwrites the columns `names` of a row with the same primary key."""
        insert = self.insert(table)
        latest = {name: insert.excluded[name] for name in names}
        return insert.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=latest)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _migrate(self) -> None:
        """Bring the tables to SCHEMA; Alembic is loaded only when there is something to do."""
        with self._engine.connect() as connection:
            found = _schema_of(connection)
        if found == SCHEMA:
            return
        with self.only_one("migration", wait_seconds=60.0):
            _upgrade(self._engine, self.name)

    @contextmanager
    def _hold_file(self, task: str, wait_seconds: float) -> Iterator[None]:
        # The kernel drops the lock of a killed process at once, so that a rerun never waits for a lease to end.
        file = self._engine.url.database
        if not file or file == ":memory:":
            yield
            return
        try:
            lock = FileLock(f"{file}.{task}.lock", timeout=wait_seconds)
            lock.acquire()
        except Timeout:
            raise self._busy(task) from None
        except OSError as error:
            raise StoreError(self.name, "not-writable", f"the folder cannot be written: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _hold_advisory(self, task: str, wait_seconds: float) -> Iterator[None]:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            key = _advisory_key(connection.scalar(sa.select(sa.func.current_schema())), task)
            deadline = time.monotonic() + wait_seconds
            while not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
                if time.monotonic() >= deadline:
                    raise self._busy(task)
                time.sleep(0.1)
            try:
                yield
            finally:
                # With its connection lost, the server has freed the lock already, and the reason is more worth saying.
                with suppress(DBAPIError):
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))

    def _busy(self, task: str) -> BusyError:
        what = {"train": "training"}.get(task, task)
        return BusyError(self.name, "busy", f"another process is doing the {what} on this database; try again later")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the databases' own errors into one sentence each."""
        try:
            yield
        except (IntegrityError, DataError):
            raise
        except DBAPIError as error:
            raise _sentence(self.name, error) from error


def chunks(values: Sequence[Value], size: int = AT_ONCE) -> Iterator[Sequence[Value]]:
    """Yield `values` in order, at most `size` at a time."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _advisory_key(schema: str | None, task: str) -> int:
    # A server's advisory locks know no schemas; two monitors in one database must not be each other's.
    home = "" if schema in {None, "public"} else f" {schema}"
    return int.from_bytes(hashlib.sha256(f"news-monitor{home} {task}".encode()).digest()[:8], signed=True)


def _shown(url: str) -> str:
    """Return what may be shown of an address: never its user, password or options, wherever they were written."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return "database"
    if parsed.get_backend_name() == "sqlite":
        return f"sqlite:///{parsed.database or ''}"
    host = (parsed.host or "").rpartition("@")[2]
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.get_backend_name()}://{host}{port}/{parsed.database or ''}"


def _engine(url: str, name: str, busy_seconds: float) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise StoreError(name, "database-kind", "use a sqlite:/// or postgresql:// address")
        engine = sa.create_engine(parsed, **_options(parsed.get_backend_name(), busy_seconds))
    except (ArgumentError, NoSuchModuleError, ValueError):
        advice = "this is not a database address (sqlite:///… or postgresql://…)"
        raise StoreError(name, "database-address", advice) from None
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, name)
    return engine


def _options(backend: str, busy_seconds: float) -> dict[str, Any]:
    if backend == "sqlite":
        return {"connect_args": {"timeout": busy_seconds}}
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": int(busy_seconds)}}


def _prepare_sqlite(engine: Engine, name: str) -> None:
    file = engine.url.database
    if file and file != ":memory:":
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            sentence = f"the folder {Path(file).parent} cannot be made: {error.strerror}"
            raise StoreError(name, "not-writable", sentence) from error
    sa.event.listen(engine, "connect", _pragmas)
    sa.event.listen(engine, "begin", _begin)


def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would open transactions late and by itself; `_begin` does it, so that a writer waits at the start.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "cache_size=-16000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("monitor_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _schema_of(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(engine: Engine, name: str) -> None:
    from alembic import command  # noqa: PLC0415 - costs half a second and is needed once per release
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with engine.connect().execution_options(monitor_writes=True) as connection, connection.begin():
        found = _schema_of(connection)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if found is not None and found not in known:
            sentence = f"written by a newer News Monitor (schema {found}, here {SCHEMA}); upgrade the program"
            raise StoreError(name, "newer-schema", sentence)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


_SENTENCES: tuple[tuple[tuple[str, ...], str, bool, str], ...] = (
    (("locked",), "locked", True, "the database is locked by another program; try again when it has finished"),
    (
        ("readonly", "unable to open"),
        "not-writable",
        False,
        "the file cannot be opened; check the folder's rights",
    ),
    (("not a database", "malformed"), "not-a-database", False, "this file is not a database, or it is damaged"),
    (("permission denied", "no schema has been selected"), "refused", False, "the user may not make tables there"),
    (("read-only",), "not-writable", False, "the database server takes no changes: it is read-only"),
    (("is full", "No space left"), "disk-full", True, "the disk is full; free some space, nothing was lost"),
    (
        ("password authentication", "role "),
        "refused",
        False,
        "the server refused the login; check user and password",
    ),
    (("does not exist",), "no-database", False, "there is no such database on the server; create it first"),
    (("resolve host", "translate host"), "unreachable", True, "the database server's name cannot be found"),
    (("onnection", "timeout"), "unreachable", True, "the database server cannot be reached; is it running?"),
)
"""What the databases' own words mean: words to look for, reason code, whether trying again can help, sentence."""


def _sentence(name: str, error: DBAPIError) -> StoreError:
    said = str(error.orig).strip()
    for words, reason, transient, sentence in _SENTENCES:
        if any(word in said for word in words):
            return StoreError(name, reason, sentence, transient=transient)
    return StoreError(name, "database", said.splitlines()[0] if said else "the database failed", transient=True)
