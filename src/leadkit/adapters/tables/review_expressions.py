"""Expressions that the plans of a review are made of."""

from __future__ import annotations

from leadkit.errors import MissingExtraError
from leadkit.reviewing.bounds import Bounds

try:
    import narwhals as nw
except ImportError:
    raise MissingExtraError.of("narwhals", "polars") from None


def holds(name: str, bounds: Bounds) -> nw.Expr:
    """Whether a moment lies in the period and is known."""
    time = nw.col(name)
    return true((time >= bounds.start) & (time < bounds.end) & (time <= bounds.as_of))


def known(name: str, bounds: Bounds) -> nw.Expr:
    """A moment; null where it is still to come."""
    return nw.when(nw.col(name) <= bounds.as_of).then(nw.col(name))


def times(condition: nw.Expr) -> nw.Expr:
    """How many rows meet a condition; SQL says null of no rows."""
    return flag(condition).sum()


def true(condition: nw.Expr) -> nw.Expr:
    """A condition that is not met where it is not known."""
    return condition.fill_null(False)


def flag(condition: nw.Expr) -> nw.Expr:
    """1 where a condition is met, else 0."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))
