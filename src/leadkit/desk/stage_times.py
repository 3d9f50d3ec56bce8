"""When an opportunity came to its stage, and how far it ever came, from the times in its row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from leadkit.process.states import IN_PROGRESS
from leadkit.store.opportunity_rows import OpportunityRow

TIMES: Mapping[str, tuple[str, ...]] = {
    "assessing": ("opened_at",),
    "graded": ("graded_at",),
    "planning": ("plan_at",),
    "negotiating": ("plan_approved_at",),
    "contracting": ("contract_drafted_at",),
    "signed": ("signed_by_us_at", "signed_by_customer_at"),
}
"""The columns that say when an opportunity came to a stage: the last of them, where all are there."""

STAGE_COLUMNS = tuple(dict.fromkeys(name for names in TIMES.values() for name in names))


def stage_since(row: OpportunityRow) -> datetime | None:
    """When an opportunity came to its stage; None where that was not entered."""
    return _reached(row, row.stage) if row.stage in TIMES else None


def furthest_stage(row: OpportunityRow) -> str | None:
    """The furthest stage that an opportunity is known to have reached.

    One that was entered as it was closed is known to have been opened, and no more.
    """
    return next((stage for stage in reversed(IN_PROGRESS) if _reached(row, stage)), None)


def _reached(row: OpportunityRow, stage: str) -> datetime | None:
    times = [getattr(row, name) for name in TIMES[stage]]
    return max(times) if all(times) else None
