"""Statements that SQLAlchemy executes: with its events, its log, and whatever else a host hangs into its engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from attrs import define
from sqlalchemy import Connection, CursorResult, Update, bindparam
from sqlalchemy.exc import StatementError

from leadkit.adapters.sql.questions import MOST_KEPT, parameters, question, record
from leadkit.adapters.sql.schema import SQL_TABLES
from leadkit.store.protocol import Query
from leadkit.store.tables import Table

Row = TypeVar("Row")
Given = ParamSpec("Given")
Answer = TypeVar("Answer")
VALUE_ERRORS = (TypeError, ValueError, ArithmeticError, AttributeError)
"""What a type or a driver raises that can't write a value, or can't read the one that is there."""


def wrong_value(sql: str, error: Exception) -> StatementError:
    """The error for a value that can't be written or read, without the value."""
    return StatementError(type(error).__name__, sql, None, error, hide_parameters=True)


def _values_checked(use: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """SQLAlchemy wraps what its types raise of a value that is sent; not what a driver does, nor one that is read."""

    @wraps(use)
    def checked(*given: Given.args, **named: Given.kwargs) -> Answer:
        try:
            return use(*given, **named)
        except VALUE_ERRORS as error:
            raise wrong_value(use.__name__, error) from error

    return checked


@define(frozen=True)
class Core:
    """A connection whose statements are SQLAlchemy's own."""

    connection: Connection

    @_values_checked
    def find(self, query: Query[Row]) -> list[Row]:
        names = tuple(query.table.columns)
        row = query.table.row
        return [row(**dict(zip(names, values, strict=True))) for values in self._ask("rows", query, names)]

    @_values_checked
    def find_columns(self, query: Query[Any], columns: tuple[str, ...]) -> list[Any]:
        return list(map(record(columns)._make, self._ask("rows", query, columns).all()))

    @_values_checked
    def count(self, query: Query[Any]) -> int:
        return int(self._ask("count", query).scalar_one())

    @_values_checked
    def remove(self, query: Query[Any]) -> int:
        return int(self._ask("remove", query).rowcount)

    @_values_checked
    def add(self, table: Table[Row], rows: Sequence[Row]) -> None:
        self.connection.execute(SQL_TABLES[table.name].insert(), _values(rows, written(table)))

    @_values_checked
    def replace(self, table: Table[Row], rows: Sequence[Row], columns: frozenset[str]) -> int:
        """Put columns of rows in the place of others; how many were there, which not every driver says of many."""
        values = _values(rows, sent_with(table, columns), "new_")
        statement = update(table, columns)
        if len(values) == 1 or self.connection.dialect.supports_sane_multi_rowcount:
            return self.connection.execute(statement, values).rowcount
        return sum(self.connection.execute(statement, each).rowcount for each in values)

    def _ask(self, kind: Any, query: Query[Any], columns: tuple[str, ...] = ()) -> CursorResult[Any]:
        return self.connection.execute(question(kind, query, columns), parameters(query))


@lru_cache(MOST_KEPT)
def update(table: Table[Any], columns: frozenset[str]) -> Update:
    """The statement that puts columns of a row, named `new_...`, in the place of those with its id and version."""
    sql = SQL_TABLES[table.name]
    new = {name: bindparam(f"new_{name}", type_=sql.c[name].type) for name in sent_with(table, columns)}
    changed: dict[str, Any] = {name: value for name, value in new.items() if name not in {"id", "version"}}
    statement = sql.update().where(sql.c.id == new["id"])
    if table.versioned:
        statement = statement.where(sql.c.version == new["version"])
        changed["version"] = sql.c.version + 1
    return statement.values(changed or {"id": new["id"]})


def sent_with(table: Table[Any], columns: frozenset[str]) -> tuple[str, ...]:
    """The columns that are sent to replace some of them."""
    return tuple(name for name in written(table) if name in columns or name in {"id", "version"})


def written(table: Table[Any]) -> list[str]:
    """The columns of a table but for its numbers, which the database gives."""
    return [name for name in table.columns if name != "seq"]


def _values(rows: Sequence[Any], columns: Sequence[str], prefix: str = "") -> list[dict[str, Any]]:
    return [{prefix + name: getattr(row, name) for name in columns} for row in rows]
