"""The plain reader: expressions worked out step by step, for proofs about policies and to check the fast."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from leadkit.rules import algebra as a

Row = Mapping[str, Any]


def value(expression: a.Expression, row: Row) -> Any:
    """What `expression` is for a row of facts, tallies and columns computed before; a fact that is missing is None."""
    return _READERS[expression.__class__](expression, row)


def computed(columns: Iterable[tuple[str, a.Expression]], row: Row) -> dict[str, Any]:
    """`row` with its columns, each computed from those before it."""
    values = dict(row)
    for name, expression in columns:
        values[name] = value(expression, values)
    return values


def _case(expression: a.Case, row: Row) -> Any:
    for condition, result in expression.branches:
        if value(condition, row):
            return value(result, row)
    return value(expression.otherwise, row)


_READERS: dict[type, Callable[[Any, Row], Any]] = {
    a.Column: lambda e, row: row.get(e.name),
    a.Literal: lambda e, _: e.value,
    a.Known: lambda e, row: row.get(e.column.name) is not None,
    a.Equals: lambda e, row: (fact := row.get(e.column.name)) is not None and fact == e.value.value,
    a.Among: lambda e, row: row.get(e.column.name) in e.values,
    a.EndsWith: lambda e, row: (fact := row.get(e.column.name)) is not None and fact.endswith(e.endings),
    a.AtLeast: lambda e, row: value(e.left, row) >= value(e.right, row),
    a.LessThan: lambda e, row: value(e.left, row) < value(e.right, row),
    a.And: lambda e, row: all(value(part, row) for part in e.parts),
    a.Or: lambda e, row: any(value(part, row) for part in e.parts),
    a.Not: lambda e, row: not value(e.part, row),
    a.Add: lambda e, row: sum(value(part, row) for part in e.parts),
    a.Multiply: lambda e, row: value(e.left, row) * value(e.right, row),
    a.Quotient: lambda e, row: value(e.value, row) // e.divisor,
    a.Least: lambda e, row: min(value(e.left, row), value(e.right, row)),
    a.Greatest: lambda e, row: max(value(e.left, row), value(e.right, row)),
    a.Case: _case,
    a.Decay: lambda e, row: int(0.5 ** (value(e.age, row) / e.half_life) * 1_000_000.0 + 0.5),
}
