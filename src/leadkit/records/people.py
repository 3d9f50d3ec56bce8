"""The people of the sales team: who works on leads, and who gives a command."""

from __future__ import annotations

from pydantic import BaseModel, Field

from leadkit.records.fields import RECORD, Code

PersonId = Field(min_length=1, max_length=100)


class Actor(BaseModel):
    """Who gives a command, in which role. The host has made sure of it: leadkit asks for no password.

    Raises:
        pydantic.ValidationError: a field has the wrong type, or a key is unknown.
    """

    model_config = RECORD

    id: str = PersonId
    role: Code


class Member(BaseModel):
    """Somebody who can be given leads. `capacity` is how many leads at once, None for no bound.

    One who is not `active` keeps what they have and is given nothing new.

    Raises:
        pydantic.ValidationError: a field has the wrong type, or a key is unknown.
    """

    model_config = RECORD

    id: str = PersonId
    role: Code
    capacity: int | None = Field(default=None, ge=0, le=1_000_000)
    active: bool = True


SYSTEM = Actor(id="system", role="system")
"""The embedding program itself, where no person gives the command."""
