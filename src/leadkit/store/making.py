"""Rows made in one go: a frozen row sets its columns one by one, which costs a lead more than reading it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from attrs import fields

Row = TypeVar("Row")


@cache
def maker(row: Any) -> Callable[[Sequence[Any]], Any]:
    """What makes a row of a class of the values of all its columns, in their order."""
    columns = "".join(f"made.{each.name}, " for each in fields(row))
    return _function(row, f"({columns}) = given", "made.__class__ = frozen")


def with_columns(row: Row, columns: Mapping[str, Any]) -> Row:
    """`row` with other values in some columns: what `attrs.evolve` does, in a fraction of its time."""
    made: Row = _copier(type(row))(row)  # type: ignore[arg-type]
    for name, value in columns.items():
        setattr(made, name, value)
    made.__class__ = type(row)
    return made


@cache
def _copier(row: Any) -> Callable[[Any], Any]:
    return _function(row, *(f"made.{each.name} = given.{each.name}" for each in fields(row)))


def _function(row: Any, *steps: str) -> Callable[[Any], Any]:
    """A function that makes a row of what it is given: of an open class with the same slots, and frozen at its end."""
    open_ = type(f"Open{row.__name__}", (row,), {"__slots__": (), "__setattr__": object.__setattr__})
    scope: dict[str, Any] = {"new": object.__new__, "open_": open_, "frozen": row}
    body = "".join(f"    {step}\n" for step in ("made = new(open_)", *steps, "return made"))
    exec(f"def make(given):\n{body}", scope)  # noqa: S102
    make: Callable[[Any], Any] = scope["make"]
    return make


def changed_columns(before: Row, after: Row) -> frozenset[str]:
    """The names of the columns in which two rows of a table differ."""
    names, values = _values(type(before))  # type: ignore[arg-type]
    pairs = zip(names, values(before), values(after), strict=True)
    return frozenset(name for name, old, new in pairs if old is not new and old != new)


@cache
def _values(row: Any) -> tuple[list[str], Callable[[Any], tuple[Any, ...]]]:
    names = [each.name for each in fields(row)]
    return names, attrgetter(*names)
