"""Questions about the rows of a table as SQL: each is built once, and asked with the values of the day."""

from __future__ import annotations

from collections import namedtuple
from functools import cache, lru_cache
from typing import Any, Literal

from attrs import define
from sqlalchemy import Executable, bindparam, func, select
from sqlalchemy import Table as SqlTable

from leadkit.adapters.sql.schema import SQL_TABLES
from leadkit.store.protocol import Query

Kind = Literal["rows", "count", "remove"]
Compared = Literal["any_of", "nothing", "equal"]
Where = tuple[tuple[str, Compared], ...]
MOST_KEPT = 1000


@define(frozen=True)
class Shape:
    """A question without its values: questions of one shape are one statement."""

    kind: Kind
    table: str
    where: Where
    until: str | None
    above: str | None
    columns: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    limited: bool = False


def question(kind: Kind, query: Query[Any], columns: tuple[str, ...] = ()) -> Executable:
    """The statement that asks for columns of the rows, counts them or removes them; it needs the `parameters`."""
    statement: Executable = statement_of(shape_of(kind, query, columns))
    return statement


def shape_of(kind: Kind, query: Query[Any], columns: tuple[str, ...] = ()) -> Shape:
    """A question without its values; what it counts or removes needs neither order nor limit."""
    where: Where = tuple((name, _compared(wanted)) for name, wanted in query.where.items())
    until = query.until[0] if query.until is not None else None
    above = query.above[0] if query.above is not None else None
    if kind != "rows":
        return Shape(kind, query.table.name, where, until, above)
    return Shape(kind, query.table.name, where, until, above, columns, query.order, query.limit is not None)


def parameters(query: Query[Any]) -> dict[str, Any]:
    """The values that a query asks for, by the names that its statement has for them."""
    wanted = {f"is_{name}": value for name, value in query.where.items() if value is not None}
    if query.until is not None:
        wanted["until"] = query.until[1]
    if query.above is not None:
        wanted["above"] = query.above[1]
    if query.limit is not None:
        wanted["most"] = query.limit
    return wanted


def _compared(wanted: Any) -> Compared:
    if isinstance(wanted, tuple):
        return "any_of"
    return "nothing" if wanted is None else "equal"


@cache
def record(columns: tuple[str, ...]) -> Any:
    """A tuple with the names of columns: read by name in a tenth of the time that SQLAlchemy's own takes."""
    return namedtuple("Record", columns)


@lru_cache(MOST_KEPT)
def statement_of(shape: Shape) -> Any:
    """The statement of all questions of one shape."""
    table = SQL_TABLES[shape.table]
    if shape.kind == "remove":
        return _asked(table.delete(), table, shape)
    if shape.kind == "count":
        return _asked(select(func.count()).select_from(table), table, shape)
    statement = _asked(select(*(table.c[column] for column in shape.columns)), table, shape)
    for column in shape.order:
        by = table.c[column.removeprefix("-")]
        statement = statement.order_by(by.desc() if column.startswith("-") else by.asc())
    return statement.limit(bindparam("most")) if shape.limited else statement


def _asked(statement: Any, table: SqlTable, shape: Shape) -> Any:
    for name, compared in shape.where:
        column = table.c[name]
        if compared == "nothing":
            statement = statement.where(column.is_(None))
        elif compared == "any_of":
            statement = statement.where(column.in_(bindparam(f"is_{name}", type_=column.type, expanding=True)))
        else:
            statement = statement.where(column == bindparam(f"is_{name}", type_=column.type))
    if shape.until is not None:
        statement = statement.where(table.c[shape.until] <= bindparam("until", type_=table.c[shape.until].type))
    if shape.above is not None:
        statement = statement.where(table.c[shape.above] > bindparam("above", type_=table.c[shape.above].type))
    return statement
