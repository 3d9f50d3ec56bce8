"""Who entered a lead: the member of the team that its record names, else the one who first captured it."""

from __future__ import annotations

from leadkit.store.protocol import Query, Unit
from leadkit.store.rows import LeadRow
from leadkit.store.tables import JOURNAL, LEADS, MEMBERS


def who_entered(unit: Unit, lead_id: str | None, row: LeadRow | None = None) -> str | None:
    """The active member who entered a lead; None where nobody of the team did. `row` is the lead where it was read."""
    lead = row or (None if lead_id is None else unit.get(LEADS, lead_id))
    if lead is None:
        return None
    first = unit.find(Query(JOURNAL, {"lead_id": lead.id, "command": "capture"}, order=("seq",), limit=1))
    for member_id in (lead.entered_by, *(entry.actor for entry in first)):
        member = None if member_id is None else unit.get(MEMBERS, member_id)
        if member is not None and member.active:
            return member.id
    return None
