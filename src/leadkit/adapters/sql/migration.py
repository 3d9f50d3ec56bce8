"""Bringing a database to the schema that this code knows; never done without being asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from attrs import define, setters
from sqlalchemy import Connection, Engine, text

from leadkit.adapters.files import create_private
from leadkit.adapters.sql.engines import engine_of, file_of, place_of, shown
from leadkit.adapters.sql.faults import other_schema, storage_errors
from leadkit.adapters.sql.schema import HEAD, METADATA, VERSION_TABLE
from leadkit.adapters.sql.schemas import check_first, enter, entering, schema_of
from leadkit.adapters.sql.storage import version_of
from leadkit.adapters.sql.transactions import begin, is_sqlite
from leadkit.results import Result

SCRIPTS = "leadkit.adapters.sql:migrations"
WAL = "PRAGMA journal_mode = WAL"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('leadkit migrate', 0))"

Done = TypeVar("Done")


@define(on_setattr=setters.frozen)
class Migration(Result):
    """What `migrate` did: the schema before, None where there was none, and the schema now."""

    place: str
    before: str | None
    after: str


def bring(of: str | Engine | Connection) -> Migration:
    """What `leadkit.migrate` promises."""
    return _within(of, _migrate, _prepare)


def script(of: str | Engine | Connection) -> str:
    """What `leadkit.adapters.sql.migration_script` promises."""
    engine = engine_of(of) if isinstance(of, str) else of.engine
    file = file_of(engine.url)
    if isinstance(of, str) and file is not None and not file.exists():
        return _script(engine, None, None)
    return _within(of, _script_of, lambda _: None)


def _within(
    of: str | Engine | Connection, work: Callable[[Connection], Done], before: Callable[[Engine], None]
) -> Done:
    """Do work in one transaction: the host's, which is left to it, or one that is committed."""
    place = place_of(of.engine.url) if not isinstance(of, str) else ""
    if isinstance(of, Connection):
        with storage_errors(place):
            begin(of)
            return work(of)
    engine = engine_of(of) if isinstance(of, str) else of
    try:
        with storage_errors(place_of(engine.url)):
            if isinstance(of, str):
                before(engine)
            with engine.connect() as connection:
                begin(connection)
                done = work(connection)
                connection.commit()
                return done
    finally:
        if isinstance(of, str):
            engine.dispose()


def _prepare(engine: Engine) -> None:
    """Create the file of a new SQLite store for its owner alone; what can't be created, SQLite says itself."""
    if engine.dialect.name != "sqlite":
        return
    database = engine.url.database
    if database and database != ":memory:" and not database.startswith("file:"):
        with suppress(OSError):
            create_private(Path(database))
    with engine.connect() as connection:
        connection.exec_driver_sql(WAL)


def _migrate(connection: Connection) -> Migration:
    place = place_of(connection.engine.url)
    if not is_sqlite(connection):
        connection.exec_driver_sql(_LOCK)
    before = _version(connection, place)
    if before != HEAD:
        with _in_schema(connection, place):
            upgrade(connection, HEAD)
    return Migration(place, before, HEAD)


def _script_of(connection: Connection) -> str:
    place = place_of(connection.engine.url)
    return _script(connection.engine, _version(connection, place), schema_of(connection, place))


def _version(connection: Connection, place: str) -> str | None:
    """The version of the tables in a database that this code may bring further.

    Raises:
        StorageError: it is newer, or the tables are in another schema than new ones would be.
    """
    schema = schema_of(connection, place)
    if schema is None and not is_sqlite(connection):
        check_first(connection, VERSION_TABLE, place)
    before = version_of(connection, schema)
    if before is not None and before > HEAD:
        raise other_schema(place, before, shown(connection.engine.url, schema))
    return before


@contextmanager
def _in_schema(connection: Connection, place: str) -> Iterator[None]:
    """Look in the schema that a connection names, and where it looked before when the block ends."""
    schema = schema_of(connection, place)
    if schema is None:
        yield
        return
    before = connection.execute(text("SELECT current_setting('search_path')")).scalar_one()
    enter(connection, schema)
    yield
    connection.execute(text("SELECT set_config('search_path', :path, true)"), {"path": before})


def upgrade(connection: Connection, to: str) -> None:
    """Run the migrations up to the revision `to`."""
    with _environment(to) as environment:
        environment.configure(connection=connection, **_OPTIONS)
        environment.run_migrations()


def _script(engine: Engine, version: str | None, schema: str | None) -> str:
    """The statements that bring tables from a version to that of this code; empty where they are there."""
    if version == HEAD:
        return ""
    output = StringIO()
    with _environment(HEAD, starting_rev=version, as_sql=True) as environment:
        dialect: Any = {"dialect_name": engine.dialect.name, "dialect_opts": {"paramstyle": "named"}}
        environment.configure(output_buffer=output, literal_binds=True, **dialect, **_OPTIONS)
        if engine.dialect.name == "sqlite" and version is None:
            output.write(f"{WAL};\n\n")
        with environment.begin_transaction():
            if schema is not None:
                output.write("".join(f"{statement};\n\n" for statement in entering(engine, schema)))
            environment.run_migrations()
    return output.getvalue()


_OPTIONS: dict[str, Any] = {
    "target_metadata": METADATA,
    "version_table": VERSION_TABLE,
    "transactional_ddl": True,
    "transaction_per_migration": False,
}


def _environment(to: str, **options: Any) -> EnvironmentContext:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)

    def steps(revision: Any, _: Any) -> Any:
        return scripts._upgrade_revs(to, revision)  # noqa: SLF001

    return EnvironmentContext(config, scripts, fn=steps, destination_rev=to, **options)
