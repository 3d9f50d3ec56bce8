"""Who approves what others have prepared: `[approvals]`."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from leadkit.records.fields import Role, Text


class Approvals(BaseModel):
    """The roles that may decide on the conversion plan of an opportunity, by its grade.

    With `own = false` nobody approves what they prepared themselves, or what is about an opportunity of theirs: a plan,
    a grade, a contract, a handover.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow", defer_build=True)
    __pydantic_extra__: dict[Text, tuple[Role, ...]] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]

    of_oneself: bool = Field(default=True, alias="own")
    """`false`: nobody approves their own work."""

    @property
    def grades(self) -> Mapping[str, tuple[str, ...]]:
        """The roles by grade; a grade that is not among them is for every role that has the permission."""
        return self.__pydantic_extra__ or {}
