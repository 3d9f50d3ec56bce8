"""A review, or a calibration, as plain data that JSON can carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import singledispatch
from typing import Any

from attrs import fields, has

from leadkit.reviewing.calibration import Calibration
from leadkit.reviewing.figures import Figures
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.review import Review


def as_json(result: Review | Calibration) -> dict[str, Any]:
    """Everything that a review or a calibration says, as dicts, lists, text, ints, bools and None, in their order.

    Keys are the names of the attributes. A count is an int; a share, an amount, days or minutes are exact numbers in
    plain decimal text (`"0.075000"`); what can't be reckoned is None. A rate is `met`, `of`, `value`, the ends `low`
    and `high` of its interval, and `small`. Figures hold their rates and `pipeline_velocity`, too. A period is its
    `label` in English, `start`, `end` (not included) and `zone`. Times are ISO 8601: a period's in its own zone,
    `as_of` in UTC. Groups and reasons that are not known have the key or reason None.
    """
    if isinstance(result, Calibration):
        return _attributes(result)
    return {**_attributes(result), "as_of": result.as_of.astimezone(UTC).isoformat()}


@singledispatch
def _plain(value: Any) -> Any:
    """A value as JSON carries it."""
    return _attributes(value) if has(type(value)) else value


@_plain.register
def _(value: Decimal) -> str:
    return f"{value:f}"


@_plain.register
def _(value: datetime) -> str:
    return value.isoformat()


@_plain.register
def _(value: date) -> str:
    return value.isoformat()


@_plain.register
def _(value: tuple) -> list[Any]:  # type: ignore[type-arg]
    return [_plain(item) for item in value]


@_plain.register
def _(value: Mapping) -> dict[str, Any]:  # type: ignore[type-arg]
    return {key: _plain(item) for key, item in value.items()}


@_plain.register
def _(value: ReviewNotes) -> dict[str, Any]:
    return value.model_dump(mode="json")


@_plain.register
def _(value: Rate) -> dict[str, Any]:
    names = ("met", "of", "value", "low", "high", "small")
    return {name: _plain(getattr(value, name)) for name in names}


@_plain.register
def _(value: Figures) -> dict[str, Any]:
    reckoned = ("valid_rate", "lead_to_win_rate", "win_rate", "pipeline_velocity")
    return _attributes(value) | {name: _plain(getattr(value, name)) for name in reckoned}


@_plain.register
def _(value: Period) -> dict[str, Any]:
    start, end = (moment.astimezone(value.zone).isoformat() for moment in (value.start, value.end))
    return {"label": value.label("en"), "start": start, "end": end, "zone": str(value.zone)}


def _attributes(value: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name)) for field in fields(type(value))}
