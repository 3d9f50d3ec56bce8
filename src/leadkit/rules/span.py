"""Spans of numbers, as a policy writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import BaseModel, model_validator

from leadkit.records.fields import RECORD, Number
from leadkit.rules import algebra as a
from leadkit.rules.facts import refuse


class Span(BaseModel):
    """Numbers from `at_least` up to, and without, `less_than`."""

    model_config = RECORD

    at_least: Number | None = None
    """The lowest number that fits."""
    less_than: Number | None = None
    """Numbers below this one fit."""

    @model_validator(mode="after")
    def _holds_some_number(self) -> Self:
        if self.at_least is None and self.less_than is None:
            raise refuse("asks nothing", "give at_least, less_than or both")
        if self.at_least is not None and self.less_than is not None and self.at_least >= self.less_than:
            raise refuse(f"no number is at least {self.at_least} and less than {self.less_than}")
        return self

    def holds(self, column: a.Column) -> Iterator[a.Expression]:
        """What has to be true of a column that lies in the span."""
        yield a.Known(column)
        if self.at_least is not None:
            yield a.AtLeast(column, a.Literal(self.at_least))
        if self.less_than is not None:
            yield a.LessThan(column, a.Literal(self.less_than))
