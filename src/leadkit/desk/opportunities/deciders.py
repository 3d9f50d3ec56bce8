"""Whom we talked with: whether a decision maker was among them, by the names in activities and the lead's contacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from attrs import define, field, setters

from leadkit.desk.context import CommandContext
from leadkit.records import Contact, Lead
from leadkit.records.fields import FrozenDict
from leadkit.records.text import comparable
from leadkit.store.protocol import by_id
from leadkit.store.rows import NOTHING
from leadkit.store.tables import TEXTS

INVOLVED = "decision_maker_involved"
DECIDER, USER = "decision_maker", "user"


@define(on_setattr=setters.frozen, kw_only=True)
class Involvement:
    """The signals of a conversion with those that follow from activities; `derived` has the activity of each."""

    signals: Mapping[str, Any]
    derived: FrozenDict = NOTHING
    findings: tuple[str, ...] = field(default=())


def involvement(
    context: CommandContext, lead_id: str, facts: Mapping[str, Any], given: Mapping[str, Any]
) -> Involvement:
    """What is known of the decision maker's part: as given, else as it follows from whom we met.

    Where it is given, and of all the lead's contacts only users are known, that is a finding.
    """
    if INVOLVED not in context.policy.facts:
        return Involvement(signals=given)
    lead = context.work.lead(lead_id)
    stated = given.get(INVOLVED, facts.get(INVOLVED))
    if stated is None:
        met = next(_meetings_with_deciders(context, lead), None)
        if met is None:
            return Involvement(signals=given)
        return Involvement(signals={**given, INVOLVED: True}, derived=FrozenDict({INVOLVED: met}))
    roles = {role for person in _people(lead) if (role := role_of(context, lead, person, context.at)) is not None}
    doubtful = stated is True and roles == {USER}
    return Involvement(signals=given, findings=("only_users_known",) if doubtful else ())


def contact_named(lead: Lead, name: str) -> Contact | None:
    """The contact of a lead with this name; None where there is none."""
    return next((person for person in _people(lead) if comparable(person.name or "") == comparable(name)), None)


def role_of(context: CommandContext, lead: Lead, person: Contact, at: datetime) -> str | None:
    """The buying role of one contact: as entered, else as the policy reads it from the job title."""
    alone = lead.model_copy(update={"contact": person, "other_contacts": ()})
    role = context.policy.facts_of(alone, at).get("role")
    return role if isinstance(role, str) else None


def _people(lead: Lead) -> Iterator[Contact]:
    yield lead.contact
    yield from lead.other_contacts


def _meetings_with_deciders(context: CommandContext, lead: Lead) -> Iterator[str]:
    """The activities by then with somebody who decides, the oldest first."""
    work = context.work
    rows = [row for row in work.activities([lead.id]).get(lead.id, ()) if row.occurred_at <= context.at]
    words = by_id(work.unit, TEXTS, (row.id for row in rows))
    roles: dict[str, bool] = {}
    for row in rows:
        name = words[row.id].contact if row.id in words else None
        if name is not None and name not in roles:
            person = contact_named(lead, name)
            roles[name] = person is not None and role_of(context, lead, person, context.at) == DECIDER
        if name is not None and roles[name]:
            yield row.id
