"""Which policy decides about a lead, by the value of one fact: `[route]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from leadkit.records.fields import RECORD
from leadkit.rules.facts import FactName, facts_in, near, refuse

OTHERWISE = "otherwise"
MOST = 50
"""So many values may have a policy of their own."""
Source = Annotated[str, Field(min_length=1, max_length=500)]
"""A policy: a shipped one by its name, or the path of a file, beside the one that says it."""


class Route(BaseModel):
    """Which policy scores, screens and qualifies a lead, by the value of one fact.

    The keys beside `field` and `otherwise` are values of the fact, each with its policy: a shipped one by its name, or
    the path of a file.
    """

    model_config = ConfigDict(**{**RECORD, "extra": "allow"})
    __pydantic_extra__: dict[str, Source] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]

    field: FactName
    """The fact that chooses: a category or a text."""
    otherwise: Source
    """The policy for every other value, and where it is not known. This file builds on it."""

    @property
    def sources(self) -> Mapping[str, str]:
        """The policy of each value that has one of its own."""
        return self.__pydantic_extra__ or {}

    @model_validator(mode="after")
    def _values_exist(self, info: ValidationInfo) -> Self:
        fact = facts_in(info)[self.field]
        if fact.type not in ("category", "text"):
            raise refuse(f"{self.field} is a {fact.type}", "route by a category or a text", ("field",))
        if not self.sources:
            raise refuse("names no policy beside otherwise", 'add one for a value: auto = "auto.toml"')
        if len(self.sources) > MOST:
            raise refuse(f"names more than {MOST} policies", "route the most frequent values")
        for value in self.sources if fact.type == "category" else ():
            if value not in fact.levels:
                raise refuse(f"is no level of {self.field}", near(value, fact.levels), (value,))
        return self
