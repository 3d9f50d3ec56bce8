"""A review from records in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from attrs import define, setters

from leadkit.policy import Policy
from leadkit.process.calendar import WorkCalendar
from leadkit.records import Activity, Lead, Opportunity
from leadkit.reviewing.cases import LeadCase, OpportunityCase
from leadkit.reviewing.count import count
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period, read_period
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
    wanted = read_period(period, policy.time_zone) if isinstance(period, str) else period
    moment = wanted.end if as_of is None else as_of.astimezone(UTC)
    known = _Known(policy, moment, calendar or _plain(policy), list(leads), list(opportunities), list(activities))
    lead_cases = list(known.lead_cases())
    opportunity_cases = list(known.opportunity_cases({case.id: case for case in reversed(lead_cases)}))
    touches = known.touches
    cells, before = (
        count(lead_cases, opportunity_cases, one, as_of=moment, touches=touches) for one in (wanted, wanted.previous)
    )
    return reviewed(
        cells,
        before,
        wanted,
        as_of=moment,
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
        kinds = self.policy.document.service_levels.touches
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
        if self.policy.document.screening is not None and status in {"new", "invalid", "archived"}:
            screening = self.policy.screen(facts)
            reason = next(iter(screening.reasons), None)
            status = screening.outcome if status == "new" and screening.outcome != "open" else status
        level = self.policy.document.service_levels.response.get(priority or "")
        received = lead.received_at or lead.entered_at
        owed = first is not None or status in {"new", "valid"}
        return LeadCase(
            id=lead.id,
            channel=lead.source.channel if lead.source else None,
            industry=lead.company.industry,
            owner=lead.owner,
            priority=priority,
            status=status,
            reason=reason if status in {"invalid", "archived"} else None,
            received_at=received,
            first_response_at=first,
            response_due_at=level.due(received, self.calendar)[0] if level and received and owed else None,
            converted_at=converted_at,
        )

    def opportunity_cases(self, leads: Mapping[str, LeadCase]) -> Iterator[OpportunityCase]:
        """One case an opportunity, with what its lead says."""
        for one in self.opportunities:
            lead = leads.get(one.lead_id or "")
            yield OpportunityCase(
                id=one.id,
                channel=lead.channel if lead else None,
                industry=lead.industry if lead else None,
                owner=one.owner or (lead.owner if lead else None),
                priority=lead.priority if lead else None,
                grade=one.grade,
                stage=one.stage,
                lost_reason=one.lost_reason,
                amount=one.amount,
                opened_at=one.opened_at,
                closed_at=one.closed_at,
                lead_received_at=lead.received_at if lead else None,
            )


def _plain(policy: Policy) -> WorkCalendar:
    """The calendar of a policy without public holidays."""
    settings = policy.document.calendar
    closed = frozenset(settings.closures)
    return WorkCalendar(
        zone=ZoneInfo(settings.zone or policy.document.time_zone),
        spans=settings.spans,
        weekdays=settings.weekday_numbers,
        holidays=closed,
        make_up_days=frozenset(settings.extra_working_days),
    )
