"""What a policy says about reviews: what each month should bring."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from leadkit.records.fields import RECORD, Amount

Target = Annotated[int, Field(ge=1, le=10**9)]


class Targets(BaseModel):
    """What a calendar month should bring; what is left out has no target. A quarter has three times that."""

    model_config = RECORD

    leads: Target | None = None
    """New leads a month."""
    valid_leads: Target | None = None
    """Valid leads a month."""
    opportunities: Target | None = None
    """New opportunities a month."""
    won: Target | None = None
    """Opportunities won a month."""
    won_amount: Annotated[Amount, Field(gt=0)] | None = None
    """Amount won a month, in the policy's currency."""


class ReviewSettings(BaseModel):
    """What the figures of a review are held against."""

    model_config = RECORD

    targets: Targets = Targets.model_construct()
    """What a calendar month should bring."""
