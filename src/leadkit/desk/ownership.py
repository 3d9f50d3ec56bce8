"""Who has a lead since when, and who had it last, kept in step with its owner."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from leadkit.store.rows import LeadRow


def stamped(before: LeadRow, after: LeadRow, at: datetime) -> LeadRow:
    """`after` with the times of its owner; who has a lead that comes back into the queue has it anew."""
    if after.owner == before.owner:
        back = after.owner is not None and after.in_queue and not before.in_queue
        return evolve(after, owned_at=at) if back else after
    if after.owner is None:
        return evolve(after, owned_at=None, claimed_by=None, last_owner=before.owner, released_at=at)
    claimed_by = after.claimed_by if after.claimed_by == after.owner else None
    return evolve(after, owned_at=at, claimed_by=claimed_by)
