"""Opportunities: leads that are worth a sales process of their own."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from leadkit.records.fields import RECORD, Amount, Moment, Text

OpportunityStatus = Literal["open", "won", "lost"]


class Assessment(BaseModel):
    """How an opportunity is judged: a level in each of the four dimensions; None is "not known yet"."""

    model_config = RECORD

    urgency: Text | None = None
    budget: Text | None = None
    competition: Text | None = None
    decision_chain: Text | None = None


class Opportunity(BaseModel):
    """One possible deal. `amount` is in the policy's currency; `closed_at` is the time of the signature or the loss.

    `rivals` are those known to compete for it, `competitor` is who won a lost one.

    Raises:
        pydantic.ValidationError: a field has the wrong type, a time is naive, a key is unknown, or a lost opportunity
            has no `lost_reason`.
    """

    model_config = RECORD

    id: str = Field(min_length=1, max_length=200)
    lead_id: str | None = None
    name: Text | None = None
    account: Text | None = None
    owner: Text | None = None
    assessment: Assessment = Assessment.model_construct()
    amount: Annotated[Amount, Field(ge=0)] | None = None
    expected_close: Moment | None = None
    status: OpportunityStatus = "open"
    grade: Text | None = None
    opened_at: Moment | None = None
    closed_at: Moment | None = None
    lost_reason: Text | None = None
    competitor: Text | None = None
    rivals: tuple[Text, ...] = Field(default=(), max_length=50)
    win_factors: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _a_loss_has_a_reason(self) -> Self:
        if self.status == "lost" and not self.lost_reason:
            raise ValueError("a lost opportunity needs a lost_reason")
        return self
