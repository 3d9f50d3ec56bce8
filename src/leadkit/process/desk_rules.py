"""What a desk asks of those who give commands, and how long it knows a key: `[desk]`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from leadkit.records.fields import RECORD, Days


class DeskRules(BaseModel):
    """Who may give a command at all, and how long the keys of commands are kept.

    With `actor_required` a command is refused that nobody is named for: neither in `by` nor as the desk's own `actor`.
    With `enrolled_only` everybody but `system` has to be an active member of the team. A member gives commands in no
    other role than the one that they are enrolled in, whatever the policy says.
    """

    model_config = RECORD

    actor_required: bool = False
    """`true`: a command needs somebody who gives it."""
    enrolled_only: bool = False
    """`true`: whoever gives a command must be an active member of the team."""
    keys_kept_days: Days | None = 400
    """How many days the keys of commands are known."""
    overrides: Literal["shown", "decide"] = "shown"
    """`"decide"`: the band that a person says is the one that leads are assigned and queued by, while it stands."""
