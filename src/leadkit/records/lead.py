"""Leads: a person in a company who may buy something, as told by the source that found them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from leadkit.records.fields import RECORD, Amount, FrozenDict, Moment, Text, TextsByField

LeadStatus = Literal["new", "valid", "invalid", "archived", "converted"]


class Source(BaseModel):
    """Where a lead came from: `channel` (官网, trade show) and, where known, `detail` (2023年工博会)."""

    model_config = RECORD

    channel: Text
    detail: Text | None = None


class Company(BaseModel):
    """The firm behind a lead, as entered. `size` is a level such as `large` or the text of the sheet (`500人`)."""

    model_config = RECORD

    name: Text | None = None
    industry: Text | None = None
    size: Text | None = None
    region: Text | None = None
    website: Text | None = None


class Contact(BaseModel):
    """The person to talk to. All of it is personal data: none of it shows in `repr` or in an error.

    `phone` and `email` are kept as entered; `leadkit.records.text` reads their normal forms. `role` is the buying role
    (`decision_maker`, `influencer`, `user`) where somebody entered it; otherwise a policy derives it from `job_title`.
    """

    model_config = RECORD

    name: Text | None = Field(default=None, repr=False)
    job_title: Text | None = Field(default=None, repr=False)
    role: Text | None = Field(default=None, repr=False)
    phone: Text | None = Field(default=None, repr=False)
    email: Text | None = Field(default=None, repr=False)


class Budget(BaseModel):
    """A range of money from 0, both ends included; an end that is not known is None. `currency` is an ISO 4217 code."""

    model_config = RECORD

    low: Annotated[Amount, Field(ge=0)] | None = None
    high: Annotated[Amount, Field(ge=0)] | None = None
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low must not be above high")
        return self


class Need(BaseModel):
    """What the customer wants: `description` in their own words, the rest where somebody entered it."""

    model_config = RECORD

    description: Text | None = Field(default=None, repr=False)
    product: Text | None = None
    budget: Budget | None = None
    budget_match: Text | None = None
    purchase_by: date | None = None


class Lead(BaseModel):
    """One lead. Only `id` must be there: everything else may be unknown, and what is required is for a policy to say.

    Times are aware. `custom` holds the values of the fields that a policy declares, by name, at most 1,000.
    `external_id` is the id that another system, `external_system` such as `hubspot`, gives the lead. `other_sources`,
    `other_contacts` and `other_values` are what duplicates of this lead brought along when they were joined to it; the
    last are the texts that they have where this lead says something else, by the name of the field.

    Raises:
        pydantic.ValidationError: a field has the wrong type, a time is naive, or a key is unknown.
    """

    model_config = RECORD

    id: str = Field(min_length=1, max_length=200)
    source: Source | None = None
    tags: tuple[Text, ...] = ()
    received_at: Moment | None = None
    entered_at: Moment | None = None
    entered_by: Text | None = None
    external_id: Text | None = Field(default=None, repr=False)
    external_system: Text | None = None
    company: Company = Company.model_construct()
    contact: Contact = Contact.model_construct()
    need: Need = Need.model_construct()
    custom: FrozenDict = FrozenDict()
    status: LeadStatus = "new"
    owner: Text | None = None
    other_sources: tuple[Source, ...] = ()
    other_contacts: tuple[Contact, ...] = ()
    other_values: TextsByField = Field(default=TextsByField(), repr=False)
