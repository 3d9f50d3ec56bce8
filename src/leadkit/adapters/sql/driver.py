"""The same statements as SQLAlchemy's, compiled once for a database and sent by the driver's own cursor.

SQLAlchemy prepares each execution anew, which costs a short command more than the database does. Its statements, types
and errors stay; what is left out is what nobody may miss, so a connection that somebody listens to is not sent here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from logging import INFO
from typing import Any, TypeVar

from attrs import define, evolve
from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from leadkit.adapters.sql.core import VALUE_ERRORS, Core, sent_with, update, written, wrong_value
from leadkit.adapters.sql.questions import MOST_KEPT, Kind, Shape, parameters, record, shape_of, statement_of
from leadkit.adapters.sql.schema import SQL_TABLES
from leadkit.adapters.sql.types import Convert, Stored
from leadkit.store.making import maker
from leadkit.store.protocol import Query
from leadkit.store.tables import TABLES, Table

Row = TypeVar("Row")
Value = TypeVar("Value")
Schemas = tuple[tuple[str | None, str | None], ...]

_BY_NAME = {table.name: table for table in TABLES}
MOST_PADDED = 512
_DRIVERS = ("pysqlite", "psycopg")
"""Those whose cursors take a statement as SQLAlchemy compiles it, and need no word about its types."""
_EVENTS = ("before_execute", "after_execute", "before_cursor_execute", "after_cursor_execute")
_DIALECT_EVENTS = ("do_execute", "do_executemany", "do_execute_no_params", "handle_error")


@define(frozen=True)
class Slot:
    """Where a parameter has its value from: an attribute of a row or an item of a question, or one of several there."""

    name: str
    place: int | None = None


Made = Callable[[Sequence[Any]], Any]


@define(eq=False)
class Sent:
    """A statement as a driver takes it, what makes its parameters, and what makes a row of what comes back."""

    sql: str
    bind: Callable[[Any], Any]
    maker: Callable[[Sequence[Any]], Made] | None = None
    """What makes `made` of the driver's codes for the types of the columns, which come with the first answer."""
    made: Made | None = None

    def rows(self, cursor: Any) -> list[Any]:
        """The rows that a cursor has to give."""
        if self.made is None and self.maker is not None:
            self.made = self.maker([column[1] for column in cursor.description])
        return list(map(self.made, cursor.fetchall())) if self.made is not None else cursor.fetchall()


class Statements:
    """The statements for one database, each compiled when it is first needed."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.question = lru_cache(MOST_KEPT)(self._question)
        self.insert = lru_cache(MOST_KEPT)(self._insert)
        self.update = lru_cache(MOST_KEPT)(self._update)

    def on(self, connection: Connection) -> Core | Driver:
        """What sends the statements of one connection."""
        if self.dialect.driver not in _DRIVERS or self.dialect.is_async or _is_watched(connection):
            return Core(connection)
        schemas = connection.get_execution_options().get("schema_translate_map") or {}
        return Driver(connection, self, tuple(schemas.items()))

    def _question(self, shape: Shape, sizes: tuple[int, ...], schemas: Schemas) -> Sent:
        table = SQL_TABLES[shape.table]
        many = iter(sizes)
        slots: dict[str, Any] = {}
        types: dict[str, TypeEngine[Any]] = {}
        for name, compared in shape.where:
            types[f"is_{name}"] = table.c[name].type
            if compared == "any_of":
                slots[f"is_{name}"] = [Slot(f"is_{name}", place) for place in range(next(many))]
            elif compared == "equal":
                slots[f"is_{name}"] = Slot(f"is_{name}")
        for name, column in (("until", shape.until), ("above", shape.above)):
            if column is not None:
                slots[name], types[name] = Slot(name), table.c[column].type
        if shape.limited:
            slots["most"] = Slot("most")
        sent = self._compiled(statement_of(shape), slots, "v[{!r}]", types, schemas)
        return sent if shape.kind != "rows" else evolve(sent, maker=partial(self._maker, shape))

    def _insert(self, table: Table[Any], schemas: Schemas) -> Sent:
        sql = SQL_TABLES[table.name]
        slots = {name: Slot(name) for name in written(table)}
        types = {name: sql.c[name].type for name in slots}
        return self._compiled(sql.insert().inline().values(slots), {}, "v.{}", types, schemas)

    def _update(self, table: Table[Any], columns: frozenset[str], schemas: Schemas) -> Sent:
        sql = SQL_TABLES[table.name]
        slots = {f"new_{name}": Slot(name) for name in sent_with(table, columns)}
        types = {column.name: column.type for column in sql.c}
        return self._compiled(update(table, columns), slots, "v.{}", types, schemas)

    def _compiled(
        self,
        statement: Executable,
        slots: Mapping[str, Any],
        access: str,
        types: Mapping[str, TypeEngine[Any]],
        schemas: Schemas,
    ) -> Sent:
        """A statement whose values are slots; `access` is the source of reading one by its name."""
        compiled: Any = statement.compile(  # type: ignore[attr-defined]
            dialect=self.dialect,
            schema_translate_map=dict(schemas) or None,
            render_schema_translate=bool(schemas),
        )
        expanded = compiled.construct_expanded_state(dict(slots))
        scope: dict[str, Any] = {}
        texts = {}
        for name, value in expanded.parameters.items():
            if isinstance(value, Slot):
                text = access.format(value.name) + ("" if value.place is None else f"[{value.place}]")
                texts[name] = self._sent(scope, types[value.name], text) if value.name in types else text
            else:
                texts[name] = repr(value)
        if compiled.positional:
            places = "".join(f"{texts[name]}, " for name in expanded.positiontup)
            return Sent(expanded.statement, _function(f"({places})", scope))
        names = ", ".join(f"{name!r}: {text}" for name, text in texts.items())
        return Sent(expanded.statement, _function(f"{{{names}}}", scope))

    def _sent(self, scope: dict[str, Any], type_: TypeEngine[Any], text: str) -> str:
        """The source of a value as it is sent."""
        stored = self._impl(type_)
        steps = [stored.writer(self.dialect), stored.impl_instance.bind_processor(self.dialect)]
        called = _called(scope, steps, text)
        return called if stored.keeps_none else _unless_none(text, called)

    def _read(self, scope: dict[str, Any], type_: TypeEngine[Any], code: Any, text: str) -> str:
        """The source of a value that came with the driver's `code` for its type."""
        stored = self._impl(type_)
        come = stored.impl_instance.result_processor(self.dialect, code)
        return _unless_none(text, _called(scope, [come, stored.reader(self.dialect)], text))

    def _impl(self, type_: TypeEngine[Any]) -> Stored:
        stored: Any = type_.dialect_impl(self.dialect)
        return stored  # type: ignore[no-any-return]

    def _maker(self, shape: Shape, codes: Sequence[Any]) -> Made:
        table, sql = _BY_NAME[shape.table], SQL_TABLES[shape.table]
        whole = shape.columns == tuple(table.columns)
        make = maker(table.row) if whole else record(shape.columns)._make  # type: ignore[arg-type]
        scope: dict[str, Any] = {"made": make}
        columns = enumerate(zip(shape.columns, codes, strict=True))
        values = [self._read(scope, sql.c[name].type, code, f"v[{place}]") for place, (name, code) in columns]
        return _function(f"made(({', '.join(values)},))", scope)


@define(frozen=True)
class Driver:
    """A connection whose statements its driver sends at once."""

    connection: Connection
    statements: Statements
    schemas: Schemas

    def find(self, query: Query[Row]) -> list[Row]:
        return self.find_columns(query, tuple(query.table.columns))

    def find_columns(self, query: Query[Any], columns: tuple[str, ...]) -> list[Any]:
        sent, values = self._asked("rows", query, columns)
        return self._send(sent, values, sent.rows)

    def count(self, query: Query[Any]) -> int:
        sent, values = self._asked("count", query)
        return int(self._send(sent, values, sent.rows)[0][0])

    def remove(self, query: Query[Any]) -> int:
        sent, values = self._asked("remove", query)
        return self._send(sent, values, _number)

    def add(self, table: Table[Row], rows: Sequence[Row]) -> None:
        sent = self.statements.insert(table, self.schemas)
        self._send_all(sent, rows)

    def replace(self, table: Table[Row], rows: Sequence[Row], columns: frozenset[str]) -> int:
        """Put columns of rows in the place of others; how many were there, which not every driver says of many."""
        sent = self.statements.update(table, columns, self.schemas)
        if self.connection.dialect.supports_sane_multi_rowcount:
            return self._send_all(sent, rows)
        return sum(self._send(sent, row, _number) for row in rows)

    def _asked(self, kind: Kind, query: Query[Any], columns: tuple[str, ...] = ()) -> tuple[Sent, Mapping[str, Any]]:
        values = parameters(query)
        several = {name: _padded(value) for name, value in values.items() if isinstance(value, tuple)}
        sizes = tuple(map(len, several.values()))
        return self.statements.question(shape_of(kind, query, columns), sizes, self.schemas), values | several

    def _send_all(self, sent: Sent, rows: Sequence[Any]) -> int:
        if len(rows) == 1:
            return self._send(sent, rows[0], _number)
        return self._send(sent, rows, _number, many=True)

    def _send(self, sent: Sent, values: Any, take: Callable[[Any], Value], *, many: bool = False) -> Value:
        cursor = self.connection.connection.cursor()
        try:
            if many:
                cursor.executemany(sent.sql, list(map(sent.bind, values)))
            else:
                cursor.execute(sent.sql, sent.bind(values))
            return take(cursor)
        except self.connection.dialect.loaded_dbapi.Error as error:
            raise self._as_core_raises(sent.sql, error, many=many) from error
        except VALUE_ERRORS as error:
            raise wrong_value(sent.sql, error) from error
        except BaseException as error:
            if not isinstance(error, Exception):
                self.connection.invalidate()
            raise
        finally:
            cursor.close()

    def _as_core_raises(self, sql: str, error: Exception, *, many: bool) -> BaseException:
        """The error that SQLAlchemy makes of the driver's, without values; a lost connection it finds itself."""
        dialect = self.connection.dialect
        lost = dialect.is_disconnect(error, self.connection.connection, None)  # type: ignore[arg-type]
        if lost:
            self.connection.exec_driver_sql("SELECT 1")
        return DBAPIError.instance(
            sql,
            None,
            error,
            dialect.loaded_dbapi.Error,
            True,
            lost,
            dialect,
            many,
        )


def _is_watched(connection: Connection) -> bool:
    """Whether anybody hears of the statements that SQLAlchemy executes: who listens, or its log."""
    of: Any = connection
    heard = any(getattr(of.dispatch, name) for name in _EVENTS)
    return (
        heard
        or any(getattr(of.dialect.dispatch, name) for name in _DIALECT_EVENTS)
        or of.engine.logger.isEnabledFor(INFO)
    )


def _padded(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Some values, the last one repeated up to a power of two: so that few statements ask for any number of them.

    Very many stay as they are, since a database takes only so many.
    """
    if len(values) > MOST_PADDED:
        return values
    size = 1 << (len(values) - 1).bit_length() if values else 0
    return values + values[-1:] * (size - len(values))


def _called(scope: dict[str, Any], steps: Sequence[Convert | None], text: str) -> str:
    """The source of a value that some functions make of another, one after the other."""
    for step in steps:
        if step is not None:
            name = f"p{len(scope)}"
            scope[name] = step
            text = f"{name}({text})"
    return text


def _unless_none(text: str, called: str) -> str:
    """The source of what is made of a value that may be None, which stays None."""
    return text if called == text else f"(None if {text} is None else {called})"


def _function(text: str, scope: dict[str, Any]) -> Callable[[Any], Any]:
    function: Callable[[Any], Any] = eval(f"lambda v: {text}", scope)  # noqa: S307
    return function


def _number(cursor: Any) -> int:
    number: int = cursor.rowcount
    return number
