"""Which schema of a PostgreSQL database the tables are in: several tenants may share one database."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, text

from leadkit.errors import Problem, StorageError

_SEEN = text(
    "SELECT nspname, current_schema() FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
    "WHERE pg_class.oid = to_regclass(:name)"
)


def schema_of(of: Engine | Connection, place: str) -> str | None:
    """The schema that an engine or a connection names in its `schema_translate_map`; None for the search path.

    Raises:
        StorageError: it names one in SQLite.
    """
    schema: str | None = (of.get_execution_options().get("schema_translate_map") or {}).get(None)
    if schema is not None and of.dialect.name == "sqlite":
        raise StorageError(Problem("has no schemas, as SQLite", "give every tenant a file", place=place))
    return schema


def qualified(connection: Connection, name: str) -> str:
    """A table's name as a statement of text has it, with its schema where one is named."""
    schema = schema_of(connection, name)
    quote = connection.dialect.identifier_preparer.quote
    return quote(name) if schema is None else f"{quote(schema)}.{quote(name)}"


def enter(connection: Connection, schema: str) -> None:
    """Create a schema where it isn't there, and look there alone until the transaction ends."""
    create, look = entering(connection.engine, schema)
    if schema not in inspect(connection).get_schema_names():
        connection.exec_driver_sql(create)
    connection.exec_driver_sql(look)


def entering(engine: Engine, schema: str) -> tuple[str, str]:
    """The statements that create a schema, and that look there alone until the transaction ends."""
    name = engine.dialect.identifier_preparer.quote(schema)
    return f"CREATE SCHEMA IF NOT EXISTS {name}", f"SET LOCAL search_path TO {name}"


def check_first(connection: Connection, table: str, place: str) -> None:
    """Let a search path through whose first schema has the tables, or on which there are none.

    Raises:
        StorageError: they are in a later one, where a migration would tear them in two.
    """
    seen = connection.execute(_SEEN, {"name": table}).first()
    if seen is not None and seen[0] != seen[1]:
        message = f"the search path finds leadkit's tables in the schema {seen[0]}, and new ones would go to {seen[1]}"
        raise StorageError(Problem(message, "put the schema of the tables first, or alone", place=place))
