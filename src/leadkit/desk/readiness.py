"""Whether a lead is ready to be converted: by the policy's own criteria, its facts and the signals that were noted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from leadkit.policy import Policy
from leadkit.qualification.qualify import criterion_fields
from leadkit.store.rows import LeadRow

CONVERSION = "conversion"


def signals_of(policy: Policy) -> tuple[str, ...]:
    """The yes-or-no facts that the criteria of a conversion ask about; none without such criteria."""
    qualifications = [each.document.qualification.get(CONVERSION) for each in policy.deciding]
    every = [each for criteria in qualifications if criteria is not None for each in criteria.criteria.values()]
    names = dict.fromkeys(name for criterion in every for name in criterion_fields(criterion))
    return tuple(name for name in names if policy.facts[name].type == "boolean")


def noted(row: LeadRow) -> dict[str, bool]:
    """The signals of a lead as facts; those of a lead that is converted spoke for that conversion alone."""
    return dict.fromkeys(row.signals, True) if row.status != "converted" else {}


def ready_at(policy: Policy, row: LeadRow, facts: Mapping[str, Any], at: datetime) -> datetime | None:
    """Since when a lead meets the criteria of a conversion; None where it doesn't, or is not valid."""
    if row.status != "valid" or CONVERSION not in policy.document.qualification:
        return None
    qualified = policy.qualify(facts, noted(row)).outcome == "yes"
    return (row.ready_at or at) if qualified else None
