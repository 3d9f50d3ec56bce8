"""What a row of an import was planned to come to, and the refusal of one that would come to something else by now."""

from __future__ import annotations

from attrs import define, field, setters

from leadkit.errors import ConflictError, Problem
from leadkit.records.fields import FrozenDict
from leadkit.store.rows import NOTHING


@define(on_setattr=setters.frozen)
class Planned:
    """What a command is to come to: its outcome, on what, and what it changes there, before and after.

    `lead_status` is where the lead of an opportunity stands then.
    """

    outcome: str
    lead_id: str | None = None
    changes: FrozenDict = field(default=NOTHING, repr=False)
    opportunity_id: str | None = None
    lead_status: str | None = None

    def check(self, now: Planned) -> None:
        """Let through what is as it was planned.

        Raises:
            NotAsPlannedError: it is something else by now.
        """
        if self != now:
            raise NotAsPlannedError(now)


UNPLANNED = Planned("set_aside")
"""What a row comes to that its plan does not have."""


class NotAsPlannedError(ConflictError):
    """A row of an import would come to something else than its plan says."""

    def __init__(self, now: Planned) -> None:
        subject = now.opportunity_id or now.lead_id or ""
        message = f"is not as planned: would be {now.outcome}, of lead {now.lead_id}"
        if now.opportunity_id:
            message = f"is not as planned: would be {now.outcome}, of opportunity {now.opportunity_id}"
        super().__init__(Problem(message, "somebody changed the store since; plan it again", place=subject))
