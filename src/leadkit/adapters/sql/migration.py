"""Bringing a database to the schema that this code knows; never done without being asked."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from attrs import define, setters
from sqlalchemy import Connection, Engine

from leadkit.adapters.files import create_private
from leadkit.adapters.sql.engines import engine_of, place_of, shown
from leadkit.adapters.sql.faults import other_schema, storage_errors
from leadkit.adapters.sql.schema import HEAD, METADATA, VERSION_TABLE
from leadkit.adapters.sql.storage import version_of
from leadkit.adapters.sql.transactions import begin
from leadkit.results import Result

SCRIPTS = "leadkit.adapters.sql:migrations"


@define(on_setattr=setters.frozen)
class Migration(Result):
    """What `migrate` did: the schema before, None where there was none, and the schema now."""

    place: str
    before: str | None
    after: str


def bring(of: str | Engine | Connection) -> Migration:
    """What `leadkit.migrate` promises."""
    if isinstance(of, Connection):
        with storage_errors(place_of(of.engine.url)):
            begin(of)
        return _migrate(of)
    engine = engine_of(of) if isinstance(of, str) else of
    try:
        with storage_errors(place_of(engine.url)):
            if isinstance(of, str) and engine.dialect.name == "sqlite":
                _keep_private(engine.url.database)
                with engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            with engine.connect() as connection:
                begin(connection)
                done = _migrate(connection)
                connection.commit()
                return done
    finally:
        if isinstance(of, str):
            engine.dispose()


def _keep_private(database: str | None) -> None:
    """Create the file of a new SQLite store for its owner alone; what can't be created, SQLite says itself."""
    if database and database != ":memory:" and not database.startswith("file:"):
        with suppress(OSError):
            create_private(Path(database))


def _migrate(connection: Connection) -> Migration:
    place = place_of(connection.engine.url)
    with storage_errors(place):
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended('leadkit migrate', 0))")
        before = version_of(connection)
        if before is not None and before > HEAD:
            raise other_schema(place, before, shown(connection.engine.url))
        if before != HEAD:
            upgrade(connection, HEAD)
        return Migration(place, before, HEAD)


def upgrade(connection: Connection, to: str) -> None:
    """Run the migrations up to the revision `to`."""
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)

    def steps(revision: Any, _: Any) -> Any:
        return script._upgrade_revs(to, revision)  # noqa: SLF001

    with EnvironmentContext(config, script, fn=steps, destination_rev=to) as environment:
        environment.configure(
            connection=connection,
            target_metadata=METADATA,
            version_table=VERSION_TABLE,
            transactional_ddl=True,
            transaction_per_migration=False,
        )
        environment.run_migrations()
