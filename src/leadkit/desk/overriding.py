"""Which band counts for a lead: that of its score, or the one that a person said, while that stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import evolve

from leadkit.policy import Policy
from leadkit.store.rows import NOTHING, LeadRow

ENDED: Mapping[str, Any] = {"override_band": None, "override": NOTHING}
"""The columns of a lead of which nobody says another band."""


def until_of(row: LeadRow) -> datetime | None:
    """When what a person said ends by itself."""
    until = row.override.get("until")
    return None if until is None else datetime.fromisoformat(until)


def stands(row: LeadRow, at: datetime) -> bool:
    """Whether a person's verdict on a lead stands."""
    until = until_of(row)
    return row.override_band is not None and (until is None or until > at)


def without_ended(row: LeadRow, at: datetime) -> LeadRow:
    """A lead without a verdict that has ended."""
    return row if row.override_band is None or stands(row, at) else evolve(row, **ENDED)


def deciding_band(policy: Policy, row: LeadRow, at: datetime) -> str | None:
    """The band by which a lead is assigned and stands in the queue."""
    decides = policy.document.desk.overrides == "decide" and stands(row, at)
    return row.override_band if decides else row.priority
