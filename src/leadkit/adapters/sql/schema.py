"""The tables in SQL, made from the classes of their rows, and the schema version that this code reads and writes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Identity, Index, MetaData, String
from sqlalchemy import Table as SqlTable

from leadkit.adapters.sql.types import TYPES
from leadkit.store.tables import SCHEMA, TABLES, Table

HEAD = SCHEMA
"""The migration that brings a database to these tables."""

VERSION_TABLE = "leadkit_version"
PREFIX = "leadkit_"
METADATA = MetaData()
VERSIONS = SqlTable(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))
"""Where the version of the tables stands; Alembic makes it."""


def _sql_table(table: Table[Any]) -> SqlTable:
    name = PREFIX + table.name
    columns = [_column(table, column) for column in table.columns]
    sql = SqlTable(name, METADATA, *columns, sqlite_strict=True, sqlite_autoincrement=table.serial)
    for index in table.indexes:
        keys = [column.removeprefix("-") for column in index]
        order = [sql.c[key].desc() if key != column else sql.c[key] for key, column in zip(keys, index, strict=True)]
        Index(f"ix_{name}_{'_'.join(keys)}", *order)
    return sql


def _column(table: Table[Any], name: str) -> Column[Any]:
    if name == "seq":
        return Column(name, TYPES["integer"](), Identity(), primary_key=True)
    is_key = name == "id"
    return Column(
        name,
        TYPES[table.columns[name]](),
        primary_key=is_key and not table.serial,
        unique=True if is_key and table.serial else None,
        nullable=table.nullable(name),
    )


SQL_TABLES = {table.name: _sql_table(table) for table in TABLES}
