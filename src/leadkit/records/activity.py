"""Activities: everything that happened with a lead, whether the customer did it or we did."""

from __future__ import annotations

from pydantic import BaseModel, Field

from leadkit.records.fields import RECORD, Amount, Code, Moment, Text


class Activity(BaseModel):
    """What a lead did, or we did with it, such as a page visit or a follow-up call. It is never rewritten.

    `id` is given by the caller, so that the same activity told twice counts once. `kind` is what policies count
    (`webinar`, `reply`); `means` is the way it happened (电话, mail), `contact` is with whom, by name. It is about the
    opportunity `opportunity_id` of the lead, where it names one. `content_id` is the piece of the content library that
    was sent. `subject` is what it was about, such as a page or a campaign, and `amount` the sum or number that it
    carries; rules may count by both. Free text is kept as written.

    Raises:
        pydantic.ValidationError: a field has the wrong type, a time is naive, or a key is unknown.
    """

    model_config = RECORD

    id: str = Field(min_length=1, max_length=200)
    lead_id: str = Field(min_length=1, max_length=200)
    kind: str = Field(min_length=1, max_length=100)
    occurred_at: Moment
    by: Text | None = None
    means: Text | None = None
    opportunity_id: str | None = Field(default=None, min_length=1, max_length=200)
    content_id: Code | None = None
    subject: Text | None = None
    amount: Amount | None = None
    contact: Text | None = Field(default=None, repr=False)
    content: Text | None = Field(default=None, repr=False)
    feedback: Text | None = Field(default=None, repr=False)
    next_step: Text | None = Field(default=None, repr=False)
    next_at: Moment | None = None
