"""Where the tables of a database are others than this version of leadkit made: what somebody changed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Index, inspect
from sqlalchemy import Table as SqlTable
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from leadkit.adapters.sql.engines import engine_of, place_of, shown
from leadkit.adapters.sql.faults import other_schema, storage_errors
from leadkit.adapters.sql.schema import HEAD, METADATA, PREFIX, VERSION_TABLE
from leadkit.adapters.sql.schemas import entering, schema_of
from leadkit.adapters.sql.storage import version_of
from leadkit.errors import Problem

_OURS_NOT = "leadkit does not use it; drop it, or keep it in a table of your own"


def drift(address: str) -> tuple[Problem, ...]:
    """The tables, columns and indexes that are missing or too many, each with the SQL that mends it.

    Nothing is changed. Types, and what a host's own tables hold, are not looked at.

    Raises:
        StorageError: the database can't be reached, or is at another schema version; the hint is what to do.
    """
    engine = engine_of(address)
    place = place_of(engine.url)
    schema = schema_of(engine, place)
    try:
        with storage_errors(place), engine.connect() as connection:
            version = version_of(connection, schema)
            if version != HEAD:
                raise other_schema(place, version, shown(engine.url, schema))
            if schema is not None:
                connection.exec_driver_sql(entering(engine, schema)[1])
            return tuple(_problems(connection))
    finally:
        engine.dispose()


def _problems(connection: Connection) -> Iterator[Problem]:
    present = inspect(connection)
    names = {name for name in present.get_table_names() if name.startswith(PREFIX)} - {VERSION_TABLE}
    for table in METADATA.sorted_tables:
        if table.name not in names:
            yield Problem("this table is missing", _sql(connection, CreateTable(table)), place=table.name)
            yield from (_missing_index(connection, index) for index in table.indexes)
        else:
            yield from _columns(connection, present, table)
            yield from _indexes(connection, present, table)
    for name in sorted(names - set(METADATA.tables)):
        yield Problem("this table is too many", _OURS_NOT, place=name)


def _columns(connection: Connection, present: Inspector, table: SqlTable) -> Iterator[Problem]:
    names = {column["name"] for column in present.get_columns(table.name)}
    for column in table.columns:
        if column.name not in names:
            added = f"ALTER TABLE {table.name} ADD COLUMN {_sql(connection, CreateColumn(column))}"
            hint = added if column.nullable else "restore the last backup"
            yield Problem("this column is missing", hint, place=f"{table.name}.{column.name}")
    for name in sorted(names - set(table.columns.keys())):
        yield Problem("this column is too many", _OURS_NOT, place=f"{table.name}.{name}")


def _indexes(connection: Connection, present: Inspector, table: SqlTable) -> Iterator[Problem]:
    known = {str(index["name"]): list(index["column_names"]) for index in present.get_indexes(table.name)}
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        if known.get(str(index.name)) != [column.name for column in index.columns]:
            yield _missing_index(connection, index)


def _missing_index(connection: Connection, index: Index) -> Problem:
    return Problem("this index is missing", _sql(connection, CreateIndex(index)), place=str(index.name))


def _sql(connection: Connection, made: Any) -> str:
    return " ".join(str(made.compile(dialect=connection.dialect)).split())
