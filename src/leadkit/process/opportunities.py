"""How opportunities come of leads: `[opportunities]`, one or several a customer, and what a new one is worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field

from leadkit.records.fields import RECORD, Role, Text

AmountFrom = Literal["low", "middle", "high"]
CENT = Decimal("0.01")


class Resources(BaseModel):
    """Who stands by an opportunity of one grade beside its owner: one active member of each role in `team`."""

    model_config = RECORD

    team: tuple[Role, ...] = Field(default=(), max_length=20)
    """The roles of which one active member each joins the opportunity."""


class Opportunities(BaseModel):
    """How opportunities come of leads, and who works on them.

    With `one_per_account` the lead of a customer that has an open opportunity joins it; else each conversion opens one
    of its own. A conversion may decide otherwise for itself. `amount_from` is the place in the range of the lead's
    budget that a new opportunity's amount is taken from, where nobody gives one. `grades` are the people that a
    confirmed grade brings; when it falls they are free again.
    """

    model_config = RECORD

    one_per_account: bool = False
    """`true`: the leads of a customer share its open opportunity."""
    amount_from: AmountFrom = "middle"
    """Which end of the budget a new opportunity is worth."""
    grades: dict[Text, Resources] = Field(default_factory=dict)
    """For each grade the people that it brings."""

    def amount(self, low: Decimal | None, high: Decimal | None) -> Decimal | None:
        """The amount that a range stands for; where one end is not known, the other; the middle to cents."""
        if low is None or high is None:
            return low if high is None else high
        return {"low": low, "middle": _middle(low, high), "high": high}[self.amount_from]


def _middle(low: Decimal, high: Decimal) -> Decimal:
    middle = (low + high) / 2
    whole = middle.to_integral_value()
    return whole if middle == whole else middle.quantize(CENT)
