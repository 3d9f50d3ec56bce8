"""Column types that mean the same in SQLite and in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Integer, Numeric, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.sqlite import REAL
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from leadkit.records.fields import FrozenDict
from leadkit.store.tables import Kind, hashable

Convert = Callable[[Any], Any]


class Stored(TypeDecorator[Any]):
    """A type that writes and reads its values by itself, in one of the databases or in both."""

    __abstract__ = True
    keeps_none = False
    """Whether None is a value that is written, and not NULL."""

    def writer(self, dialect: Dialect) -> Convert | None:
        """What makes a value ready to be sent; None where it goes as it is."""

    def reader(self, dialect: Dialect) -> Convert | None:
        """What makes a value of what came; None where it is taken as it is."""

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        write = self.writer(dialect)
        return value if write is None or (value is None and not self.keeps_none) else write(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        read = self.reader(dialect)
        return value if value is None or read is None else read(value)


class Letters(Stored):
    """Text, compared and sorted by code points on both."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return Text(collation="C") if _is_postgresql(dialect) else Text()


class Whole(Stored):
    """A whole number of 64 bits."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return BigInteger() if _is_postgresql(dialect) else Integer()


class Moment(Stored):
    """An aware time, read back in UTC; in SQLite text such as 2026-11-25 02:44:00.000000, which sorts by time."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return DateTime(timezone=True) if _is_postgresql(dialect) else Text()

    def writer(self, dialect: Dialect) -> Convert | None:
        return None if _is_postgresql(dialect) else _moment_text

    def reader(self, dialect: Dialect) -> Convert | None:
        return _in_utc if _is_postgresql(dialect) else _moment_of


class Day(Stored):
    """A calendar day; in SQLite text such as 2026-11-25."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Date() if _is_postgresql(dialect) else Text()

    def writer(self, dialect: Dialect) -> Convert | None:
        return None if _is_postgresql(dialect) else date.isoformat

    def reader(self, dialect: Dialect) -> Convert | None:
        return None if _is_postgresql(dialect) else date.fromisoformat


class Amount(Stored):
    """Exact money; in SQLite, which has no decimals, its digits as text."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Numeric(42, 12) if _is_postgresql(dialect) else Text()

    def writer(self, dialect: Dialect) -> Convert | None:
        return None if _is_postgresql(dialect) else _digits

    def reader(self, dialect: Dialect) -> Convert | None:
        return _amount_of


class Points(Stored):
    """Points with six decimals; in SQLite a REAL, which holds fifteen digits exactly."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Numeric(15, 6) if _is_postgresql(dialect) else REAL()

    def writer(self, dialect: Dialect) -> Convert | None:
        return None if _is_postgresql(dialect) else float

    def reader(self, dialect: Dialect) -> Convert | None:
        return _amount_of if _is_postgresql(dialect) else _points_of


class Flag(Stored):
    """True or false; in SQLite 1 or 0."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Boolean() if _is_postgresql(dialect) else Integer()

    def writer(self, dialect: Dialect) -> Convert | None:
        return None if _is_postgresql(dialect) else int

    def reader(self, dialect: Dialect) -> Convert | None:
        return bool


class Json(Stored):
    """Lists and objects; read back as tuples and mappings that can't be changed."""

    impl = Text
    cache_ok = True
    keeps_none = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return JSONB() if _is_postgresql(dialect) else Text()

    def writer(self, dialect: Dialect) -> Convert | None:
        return _plain_json if _is_postgresql(dialect) else _json_text

    def reader(self, dialect: Dialect) -> Convert | None:
        return hashable if _is_postgresql(dialect) else _json_of


def _is_postgresql(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"


def _moment_text(moment: datetime) -> str:
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat(" ", "microseconds")[: -len("+00:00")]


def _moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _digits(amount: Decimal) -> str:
    return format(amount, "f")


def _amount_of(value: Any) -> Decimal:
    return plain(Decimal(value))


@lru_cache(10_000)
def _points_of(value: float) -> Decimal:
    return plain(Decimal(repr(value)))


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=float).encode
_NONE: Mapping[str, Any] = {"[]": (), "{}": FrozenDict()}
"""The values of most rows, and how they are written."""

_WRITTEN = {type(value): text for text, value in _NONE.items()}


def _plain_json(value: Any) -> Any:
    """A value as the driver's own encoder writes it: of lists, objects and numbers that JSON has."""
    return json.loads(_encode(value))


def _json_text(value: Any) -> str:
    return _encode(value) if value or type(value) not in _WRITTEN else _WRITTEN[type(value)]


def _json_of(text: str) -> Any:
    return _NONE[text] if text in _NONE else hashable(json.loads(text))


TYPES: Mapping[Kind, type[TypeEngine[Any]]] = {
    "text": Letters,
    "integer": Whole,
    "flag": Flag,
    "moment": Moment,
    "day": Day,
    "amount": Amount,
    "points": Points,
    "json": Json,
}


def plain(number: Decimal) -> Decimal:
    """A number without trailing zeros and without an exponent, all its digits kept."""
    digits = format(number, "f")
    return Decimal(digits.rstrip("0").rstrip(".") if "." in digits else digits)
