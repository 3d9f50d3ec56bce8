"""A review from records in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from attrs import define, setters

from leadkit.policy import Policy
from leadkit.process.calendar import WorkCalendar
from leadkit.process.lifecycle import IN_QUEUE
from leadkit.records import Activity, Lead, Opportunity
from leadkit.reviewing.cases import INVALID, LeadCase, OpportunityCase, opportunity_case
from leadkit.reviewing.count import count
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period, period_of
from leadkit.reviewing.review import Review, reviewed


def review(
    leads: Iterable[Lead],
    opportunities: Iterable[Opportunity],
    period: Period | str,
    *,
    policy: Policy,
    activities: Iterable[Activity] = (),
    as_of: datetime | None = None,
    calendar: WorkCalendar | None = None,
    notes: ReviewNotes | None = None,
) -> Review:
    """The figures of a period, and of the one before it, from records.

    `period` is a Period, or a text such as `2023-Q3` in the policy's zone. `as_of` is when the review is made, the end
    of the period where it is left out: what happened later is not known. A lead that nobody judged yet is screened by
    `policy`; priorities are those of its scores at `as_of`. `calendar` counts working time for response times; without
    it public holidays are working days.

    Raises:
        FactError: the text names no period, or a time is naive.
    """
    wanted = period_of(period, policy.time_zone)
    moment = wanted.end if as_of is None else as_of.astimezone(UTC)
    plain = policy.document.calendar.calendar(policy.document.time_zone)
    known = _Known(policy, moment, calendar or plain, list(leads), list(opportunities), list(activities))
    lead_cases = list(known.lead_cases())
    opportunity_cases = list(known.opportunity_cases({case.id: case for case in reversed(lead_cases)}))
    return reviewed_by(policy, lead_cases, opportunity_cases, wanted, as_of=moment, touches=known.touches, notes=notes)


def reviewed_by(
    policy: Policy,
    leads: Collection[LeadCase],
    opportunities: Collection[OpportunityCase],
    period: Period,
    *,
    as_of: datetime,
    touches: Mapping[str, Iterable[datetime]],
    notes: ReviewNotes | None,
) -> Review:
    """The review of a period, beside the one before it, from cases that `policy` has judged."""
    cells, before = (
        count(leads, opportunities, one, as_of=as_of, touches=touches) for one in (period, period.previous)
    )
    return reviewed(
        cells,
        before,
        period,
        as_of=as_of.astimezone(UTC),
        currency=policy.document.currency,
        policy=policy.id,
        first_grade=next(iter(policy.grades), None),
        notes=notes,
    )


@define(on_setattr=setters.frozen)
class _Known:
    """The records of a review, as far as they are known at its time."""

    policy: Policy
    as_of: datetime
    calendar: WorkCalendar
    leads: list[Lead]
    opportunities: list[Opportunity]
    activities: list[Activity]

    @property
    def touches(self) -> Mapping[str, list[datetime]]:
        """The times of our touches by lead."""
        kinds = self.policy.document.service_levels.follow_ups
        found: dict[str, list[datetime]] = defaultdict(list)
        for activity in self.activities:
            if activity.kind in kinds:
                found[activity.lead_id].append(activity.occurred_at)
        return found

    def lead_cases(self) -> Iterator[LeadCase]:
        """One case a lead."""
        own: dict[str, list[Activity]] = defaultdict(list)
        for activity in self.activities:
            own[activity.lead_id].append(activity)
        converted: dict[str, datetime] = {}
        for one in self.opportunities:
            if one.lead_id is not None and one.opened_at is not None:
                converted[one.lead_id] = min(one.opened_at, converted.get(one.lead_id, one.opened_at))
        touches = self.touches
        for lead in self.leads:
            yield self._lead_case(
                lead, own[lead.id], min(touches.get(lead.id, ()), default=None), converted.get(lead.id)
            )

    def _lead_case(
        self, lead: Lead, activities: list[Activity], first: datetime | None, converted_at: datetime | None
    ) -> LeadCase:
        facts = self.policy.facts_of(lead, self.as_of)
        score = self.policy.score(facts, activities, as_of=self.as_of)
        priority = score.bands.get(self.policy.document.assignment.bands)
        status, reason = lead.status, None
        if self.policy.document.screening is not None and status in {"new", *INVALID}:
            screening = self.policy.screen(facts)
            reason = next(iter(screening.reasons), None)
            status = screening.outcome if status == "new" and screening.outcome != "open" else status
        level = self.policy.document.service_levels.response.get(priority or "")
        received = lead.received_at or lead.entered_at
        due = level.due(received, self.calendar)[0] if level and received else None
        late = due is not None and converted_at is not None and converted_at > due
        return LeadCase(
            id=lead.id,
            channel=lead.source.channel if lead.source else None,
            industry=lead.company.industry,
            owner=lead.owner,
            priority=priority,
            status=status,
            reason=reason if status in INVALID else None,
            received_at=received,
            first_response_at=first,
            response_due_at=due if first or status in IN_QUEUE or late else None,
            converted_at=converted_at,
        )

    def opportunity_cases(self, leads: Mapping[str, LeadCase]) -> Iterator[OpportunityCase]:
        """One case an opportunity, with what its lead says."""
        for one in self.opportunities:
            lead = leads.get(one.lead_id or "")
            yield opportunity_case(one, lead, one.owner or (lead.owner if lead else None))
