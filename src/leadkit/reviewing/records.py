"""A review from records in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache

from leadkit.policy import Policy
from leadkit.process.calendar import WorkCalendar
from leadkit.process.states import IN_QUEUE
from leadkit.records import Activity, Company, Lead, Opportunity
from leadkit.reviewing.cases import (
    INVALID,
    LeadCase,
    OpportunityCase,
    last_touch,
    opportunity_case,
    reason_of,
    response_due,
)
from leadkit.reviewing.count import Tally
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period, period_of
from leadkit.reviewing.review import Review, reviewed
from leadkit.reviewing.spend import Spend, SpendPlan
from leadkit.reviewing.traits import Traits

SizeLevel = Callable[[str | None], str | None]


def review(
    leads: Iterable[Lead],
    opportunities: Iterable[Opportunity],
    period: Period | str,
    *,
    policy: Policy,
    activities: Iterable[Activity] = (),
    as_of: datetime | None = None,
    calendar: WorkCalendar | None = None,
    spend: Iterable[Spend] = (),
    notes: ReviewNotes | None = None,
) -> Review:
    """The figures of a period, and of the one before it, from records.

    `period` is a Period, or a text such as `2023-Q3` in the policy's zone. `as_of` is when the review is made, the end
    of the period where it is left out: what happened later is not known. A lead that nobody judged yet is screened by
    `policy`; priorities are those of its scores at `as_of`. `calendar` counts working time for response times; without
    it public holidays are working days. `spend` is what was spent on channels and their sources.

    Raises:
        FactError: the text names no period, or a time is naive.
    """
    wanted = period_of(period, policy.time_zone)
    moment = wanted.end if as_of is None else as_of.astimezone(UTC)
    local = calendar or policy.document.calendar.calendar(policy.document.time_zone)
    done, deals = _by_lead(activities), list(opportunities)
    touches, converted = _touches(policy, done), _converted(deals)
    tallies = tallies_of(wanted, moment)
    size_of = size_level(policy)
    lead_cases: dict[str | None, LeadCase] = {}
    for lead in leads:
        case = _lead_case(
            policy,
            lead,
            done.get(lead.id, []),
            as_of=moment,
            calendar=local,
            size_of=size_of,
            first_response_at=min(touches.get(lead.id, ()), default=None),
            converted_at=converted.get(lead.id),
        )
        lead_cases.setdefault(case.id, case)
        for tally in tallies:
            tally.lead(case)
    last = {lead_id: last_touch(times, moment) for lead_id, times in touches.items()}
    for opportunity in _opportunity_cases(deals, lead_cases, done, last):
        for tally in tallies:
            tally.opportunity(opportunity)
    for times in touches.values():
        tallies[0].touches(times)
    return reviewed_by(policy, tallies, wanted, as_of=moment, notes=notes, spend=tuple(spend))


def tallies_of(period: Period, as_of: datetime) -> tuple[Tally, Tally]:
    """A tally of a period, and one of that before it; the second counts leads and opportunities only."""
    return Tally.of(period, as_of), Tally.of(period.previous, as_of, whole=False)


def reviewed_by(
    policy: Policy,
    tallies: tuple[Tally, Tally],
    period: Period,
    *,
    as_of: datetime,
    notes: ReviewNotes | None,
    spend: tuple[Spend, ...] = (),
) -> Review:
    """The review of a period, beside the one before it, from cases that `policy` has judged."""
    now, before = (tally.cells() for tally in tallies)
    return reviewed(
        now,
        before,
        period,
        as_of=as_of.astimezone(UTC),
        currency=policy.document.currency,
        policy=policy.id,
        grades=policy.grades,
        priorities=policy.priorities,
        targets=policy.document.review.targets,
        reasons={"lost": policy.reasons("lost"), "invalid": policy.reasons("invalid")},
        spend=SpendPlan(spend, policy.document.channels),
        notes=notes,
    )


def size_level(policy: Policy) -> SizeLevel:
    """A function that gives the level of a company's size by what is written of it, or else that as it is."""

    @cache
    def level(size: str | None) -> str | None:
        if size is None:
            return None
        facts = policy.facts_of(Lead(id="size", company=Company(size=size)), datetime.fromtimestamp(0, UTC))
        return facts.get("company_size") or size

    return level


def _by_lead(activities: Iterable[Activity]) -> Mapping[str, list[Activity]]:
    by_lead: dict[str, list[Activity]] = defaultdict(list)
    for activity in activities:
        by_lead[activity.lead_id].append(activity)
    return by_lead


def _touches(policy: Policy, activities: Mapping[str, list[Activity]]) -> Mapping[str, list[datetime]]:
    """The times of our follow-ups by lead."""
    kinds = policy.document.service_levels.follow_ups
    times = {
        lead_id: [activity.occurred_at for activity in done if activity.kind in kinds]
        for lead_id, done in activities.items()
    }
    return {lead_id: moments for lead_id, moments in times.items() if moments}


def _converted(opportunities: Iterable[Opportunity]) -> Mapping[str, datetime]:
    """When the first opportunity of each lead was opened."""
    first: dict[str, datetime] = {}
    for opportunity in opportunities:
        lead_id, opened = opportunity.lead_id, opportunity.opened_at
        if lead_id is not None and opened is not None:
            first[lead_id] = min(opened, first.get(lead_id, opened))
    return first


def _lead_case(
    policy: Policy,
    lead: Lead,
    activities: list[Activity],
    *,
    as_of: datetime,
    calendar: WorkCalendar,
    size_of: SizeLevel,
    first_response_at: datetime | None,
    converted_at: datetime | None,
) -> LeadCase:
    facts = policy.facts_of(lead, as_of)
    priority = policy.score(facts, activities, as_of=as_of).bands.get(policy.document.assignment.bands)
    status, reasons = lead.status, tuple[str, ...]()
    if policy.document.screening is not None and status in {"new", *INVALID}:
        screening = policy.screen(facts)
        reasons = screening.reasons
        status = screening.outcome if status == "new" and screening.outcome != "open" else status
    received, source = lead.received_at or lead.entered_at, lead.source
    channel = policy.document.channels.canonical(source.channel if source else None)
    level = policy.document.service_levels.response.get(priority or "")
    due = level.due(received, calendar).at if level and received else None
    waited = first_response_at is not None or status in IN_QUEUE
    return LeadCase(
        id=lead.id,
        channel=channel,
        industry=lead.company.industry,
        owner=lead.owner,
        priority=priority,
        status=status,
        reason=reason_of(status, reasons),
        received_at=received,
        first_response_at=first_response_at,
        response_due_at=response_due(due, waited=waited, converted_at=converted_at),
        converted_at=converted_at,
        traits=Traits.of(
            lead.tags,
            channel,
            source.detail if source else None,
            lead.need.product,
            lead.company.region,
            size_of(lead.company.size),
        ),
    )


def _opportunity_cases(
    opportunities: Iterable[Opportunity],
    by_id: Mapping[str | None, LeadCase],
    done: Mapping[str, list[Activity]],
    last: Mapping[str, datetime | None],
) -> Iterator[OpportunityCase]:
    for opportunity in opportunities:
        lead = by_id.get(opportunity.lead_id)
        owner = opportunity.owner or (lead.owner if lead else None)
        key = opportunity.lead_id or ""
        yield opportunity_case(opportunity, lead, owner, done.get(key, ()), last.get(key))
