"""A lead as its own sheet says it now: what is given there takes the place of what was known, blanks take nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from leadkit.records.fields import FrozenDict
from leadkit.records.joined_lead import says
from leadkit.records.lead import Lead
from leadkit.records.lead_fields import FIELDS, lead_from

Update = Literal["always", "if_empty", "never"]
"""When a value that a sheet gives takes the place of one that is known; a blank never does."""

ENTRY = frozenset({"entered_by", "entered_at"})
"""Who entered a lead and when: it is told once, by whichever row tells it first."""

TOGETHER = {"budget_low": "budget", "budget_high": "budget", "currency": "budget", "external_system": "external_id"}
"""Fields that are one value with others, and the name under which that is updated."""


def corrected(known: Lead, later: Lead, update: Callable[[str], Update]) -> Lead:
    """`known`, with what `later` says of itself where `update` lets it; who entered it, and whose it is, stays.

    A budget and an id in another system are taken whole: not one end of the one beside the other end of the other.
    """
    values = {field.name: field.of(known) for field in FIELDS}
    parts = {"budget": later.need.budget is not None, "external_id": later.external_id is not None}
    for field in FIELDS:
        name, value = field.name, field.of(later)
        whole = TOGETHER.get(name, name)
        if name in ENTRY and values[name] is None:
            values[name] = value
        if not field.amendable or name == "custom" or not (parts.get(whole) or says(name, value)):
            continue
        if _takes(update(whole), values[name], name):
            values[name] = value
    values["custom"] = _custom(known, later, update)
    return lead_from(values)


def _custom(known: Lead, later: Lead, update: Callable[[str], Update]) -> FrozenDict:
    """The values of the fields that a policy declares."""
    new = {
        name: value
        for name, value in later.custom.items()
        if value is not None and _takes(update(name), known.custom.get(name), f"custom.{name}")
    }
    return FrozenDict({**known.custom, **new})


def _takes(update: Update, old: Any, name: str) -> bool:
    return update == "always" or (update == "if_empty" and not says(name, old))
