"""The worklist: many leads decided at once and put in the order in which to call them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Protocol

from attrs import define, field, setters

from leadkit.policy import Policy
from leadkit.policy.taken import lead_of
from leadkit.process.nurture import Nurture
from leadkit.qualification.qualify import Screening
from leadkit.records import Lead
from leadkit.records.join import Join, join_duplicates
from leadkit.results import Result
from leadkit.scoring.score import Score


@define(on_setattr=setters.frozen)
class Decision(Result):
    """Everything a policy says about one lead at one time."""

    lead: Lead = field(repr=attrgetter("id"))
    screening: Screening
    score: Score = field(repr=False)
    nurture: Nurture | None


@define(on_setattr=setters.frozen)
class Worklist(Result):
    """Decisions in the order in which to call: highest score first, invalid leads last.

    `joined_to` maps the id of every duplicate to the id of the lead it was joined to; `joins` says by what,
    and what the duplicate says otherwise.
    """

    decisions: tuple[Decision, ...]
    joined_to: dict[str, str]
    joins: tuple[Join, ...] = ()


def worklist(
    policy: Policy,
    leads: Iterable[Lead | Mapping[str, Any]],
    activities: Iterable[LeadActivity] = (),
    *,
    as_of: datetime,
    shown: Callable[[Sequence[Lead]], Iterable[Lead]] = iter,
) -> Worklist:
    """Join duplicates, screen and score every lead at `as_of`, and sort. A lead may be a mapping of its fields.

    The activities of a duplicate count for the lead it was joined to; those of leads that are not here count nowhere.
    Of two leads with equal points the one received first comes first, then the lower id. `shown` passes the leads on
    that are scored, such as one that draws a progress bar meanwhile.

    Raises:
        FactError: a lead is none, a time is naive or a custom value has the wrong type.
        MissingExtraError: phones, mails or company names can't be compared without `leadkit[match]`.
    """
    records = [lead_of(lead, place) for place, lead in enumerate(leads)]
    joined = join_duplicates(records, policy.document.phone_region)
    joined_to = joined.joined_to
    by_lead: dict[str, list[LeadActivity]] = defaultdict(list)
    for activity in activities:
        by_lead[joined_to.get(activity.lead_id, activity.lead_id)].append(activity)
    decisions = [decide(policy, lead, by_lead.get(lead.id, ()), as_of) for lead in shown(joined.leads)]
    return Worklist(tuple(sorted(decisions, key=_order)), joined_to, joined.joins)


def decide(policy: Policy, lead: Lead, activities: Iterable[DatedActivity], as_of: datetime) -> Decision:
    """Screening, score and nurture of one lead; `activities` are its own and its duplicates' activities."""
    facts = policy.facts_of(lead, as_of)
    score = policy.score(facts, events(activities, details=policy.uses_details), as_of=as_of)
    return Decision(lead, policy.screen(facts), score, policy.nurture(score))


class DatedActivity(Protocol):
    """An activity as far as a score counts it: its id, its kind and its time, what it is about and its amount."""

    @property
    def id(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def occurred_at(self) -> datetime: ...

    @property
    def subject(self) -> str | None: ...

    @property
    def amount(self) -> Decimal | None: ...


class LeadActivity(DatedActivity, Protocol):
    """An activity that says whose it is."""

    @property
    def lead_id(self) -> str: ...


def events(
    activities: Iterable[DatedActivity], *, details: bool = False
) -> list[tuple[str, datetime]] | list[dict[str, Any]]:
    """Activities as a policy counts them, whichever of a lead's duplicates they belong to.

    They carry their ids only where two have the same one, of which the policy counts the earliest; with `details`,
    which some policies ask for, also what they are about and their amounts.
    """
    all_ = list(activities)
    if not details and len({activity.id for activity in all_}) == len(all_):
        return [(activity.kind, activity.occurred_at) for activity in all_]
    return [
        {
            "kind": activity.kind,
            "occurred_at": activity.occurred_at,
            "activity_id": activity.id,
            "subject": activity.subject,
            "amount": activity.amount,
        }
        for activity in all_
    ]


def _order(decision: Decision) -> tuple[bool, object, float, str]:
    received = decision.lead.received_at or decision.lead.entered_at
    since = received.timestamp() if received else float("inf")
    return decision.screening.outcome == "invalid", -decision.score.points, since, decision.lead.id
