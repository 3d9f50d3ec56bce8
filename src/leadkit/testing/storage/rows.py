"""Strategies for the rows of a store, made from the columns of its tables: whatever a row may hold, a store keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from leadkit.errors import MissingExtraError
from leadkit.store.tables import Kind, Table, hashable

try:
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise MissingExtraError.of("hypothesis", "testing") from None

Values = st.SearchStrategy[Any]

LONGEST = 32_767
"""How many characters a text of a record may have."""
SEARCHED = 100
"""How many characters a text has at most that a table is searched by."""
_WHOLE = 2**63

_ZONES = st.sampled_from([UTC, *(timezone(timedelta(minutes=minutes)) for minutes in (-720, -210, 345, 480, 840))])
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
"""Texts of every script; no NUL character and no half of a surrogate pair, which records don't hold either."""
_LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS


def _decimals(digits: int, places: int) -> Values:
    whole = st.integers(-(10**digits) + 1, 10**digits - 1)
    return st.builds(lambda number, place: Decimal(number).scaleb(-place, _exactly(digits)), whole, st.just(places))


def _exactly(digits: int) -> Any:
    from decimal import Context

    return Context(prec=digits)


KINDS: Mapping[Kind, Values] = {
    "text": TEXTS,
    "integer": st.integers(-_WHOLE, _WHOLE - 1),
    "flag": st.booleans(),
    "moment": st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=_ZONES),  # noqa: DTZ001
    "day": st.dates(date(1, 1, 2)),
    "amount": st.integers(0, 12).flatmap(lambda places: _decimals(30, places)),
    "points": _decimals(15, 6),
    "json": st.recursive(
        _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
    ).map(hashable),
}
"""The values of each kind of column: money to thirty digits, points to fifteen, times to the microsecond."""


def rows(table: Table[Any], **given: Values) -> Values:
    """Rows of `table` as they are before they are added; `given` are strategies for columns of the caller's choice."""
    searched = {column for index in table.indexes for column in index}
    columns = {}
    for name, kind in table.columns.items():
        values = KINDS[kind]
        if kind == "text" and name in searched:
            values = values.filter(lambda text: len(text) <= SEARCHED)
        columns[name] = st.none() | values if table.nullable(name) else values
    columns |= {"seq": st.none()} if table.serial else {}
    columns |= {"version": st.just(1)} if table.versioned else {}
    return st.builds(table.row, **{**columns, **given})


def exact(table: Table[Any], row: Any) -> dict[str, Any]:
    """A row's columns, such that 1 and True and "1" differ and equal numbers and times don't; `seq` left out."""
    return {
        name: (type(value).__name__, repr(_sorted(value)) if table.columns[name] == "json" else value)
        for name, value in ((name, getattr(row, name)) for name in table.columns)
        if name != "seq"
    }


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return sorted((key, _sorted(inner)) for key, inner in value.items())
    return tuple(_sorted(inner) for inner in value) if isinstance(value, tuple) else value
