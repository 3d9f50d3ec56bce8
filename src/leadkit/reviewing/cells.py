"""What equal cases add up to: the cells from which every figure of a review is reckoned.

A cell holds the cases of one group: of all, of one channel, of one owner. Its key is what its cases have of what they
are grouped `by`, None where that is not known.
"""

from __future__ import annotations

from attrs import define, field, setters

from leadkit.reviewing.standing import ActivityCell, AgeCell, DutyCell, ListedCell, PipelineCell

Key = str | int | None
ALL = "all"
"""What cases are grouped by that are not parted; its key is None."""


@define(on_setattr=setters.frozen)
class LeadCell:
    """Leads received in the period; `by` is also their `reason`, or the `part` of the period by its place."""

    by: str
    key: Key
    status: str
    leads: int = 0


@define(on_setattr=setters.frozen)
class CohortCell:
    """Leads received in the period by `channel`, or by `cohort`, the place of their month among the period's months.

    `mature_30` are those old enough to be judged after 30 days, `converted_30` those of them that became an opportunity
    within 30 days; the same for the other `WINDOWS`.
    """

    by: str
    key: Key
    leads: int = 0
    mature_30: int = 0
    converted_30: int = 0
    mature_60: int = 0
    converted_60: int = 0
    mature_90: int = 0
    converted_90: int = 0


@define(on_setattr=setters.frozen)
class ResponseCell:
    """Leads received in the period by how soon they were answered: so many whole minutes, None where not at all.

    `due` counts those whose response was due by the time of the review, `late` those of them that had none in time.
    """

    by: str
    key: Key
    minutes: int | None
    leads: int = 0
    due: int = 0
    late: int = 0


@define(on_setattr=setters.frozen)
class OpportunityCell:
    """Opportunities that are alike. `opened` and `closed` say whether that was in the period, `entered` whether their
    lead was received in it. `amounts` counts those with an amount, `cents` is their sum.
    """

    by: str
    key: Key
    grade: str | None
    status: str
    opened: bool = field(converter=bool)
    closed: bool = field(converter=bool)
    entered: bool = field(converter=bool)
    opportunities: int = 0
    amounts: int = 0
    cents: int = 0


@define(on_setattr=setters.frozen)
class CycleCell:
    """Won opportunities by the calendar days from opening to signature."""

    by: str
    key: Key
    closed: bool = field(converter=bool)
    entered: bool = field(converter=bool)
    cycle_days: int
    opportunities: int = 0


@define(on_setattr=setters.frozen)
class ConversionCell:
    """Opportunities by the calendar days from the receipt of their lead to their opening."""

    by: str
    key: Key
    opened: bool = field(converter=bool)
    entered: bool = field(converter=bool)
    conversion_days: int
    opportunities: int = 0


@define(on_setattr=setters.frozen)
class LossCell:
    """Opportunities lost in the period, by why and by what else they have in common.

    `by` is their channel, grade or owner, the `lost_stage` that they had reached, or the `lost_to` who won them; blank
    where that is not known of a stage or a winner.
    """

    by: str
    key: Key
    lost_reason: str | None
    opportunities: int = 0
    amounts: int = 0
    cents: int = 0


@define(on_setattr=setters.frozen)
class RivalCell:
    """Opportunities for which a rival competed: open ones, and those that were closed in the period."""

    rival: str
    status: str
    opportunities: int = 0
    amounts: int = 0
    cents: int = 0


@define(on_setattr=setters.frozen)
class DealPartCell:
    """Opportunities by the parts of the period in which they were opened and closed, by place; None is in none."""

    by: str
    key: Key
    status: str
    opened_part: int | None
    closed_part: int | None
    opportunities: int = 0
    cents: int = 0


@define(on_setattr=setters.frozen)
class IntervalCell:
    """Follow-ups in the period that came so many whole hours after the one before."""

    hours: int
    touches: int = 0


@define(on_setattr=setters.frozen, kw_only=True)
class Cells:
    """Everything that a review of one period is reckoned from.

    `problems` are what could not be counted where it belongs, by code: `lead_without_date`, `duplicate_lead`,
    `repeated_lead`, `opportunity_without_date`, `closed_without_date`, `repeated_opportunity`.
    """

    leads: tuple[LeadCell, ...]
    cohorts: tuple[CohortCell, ...]
    responses: tuple[ResponseCell, ...]
    opportunities: tuple[OpportunityCell, ...]
    cycles: tuple[CycleCell, ...]
    conversions: tuple[ConversionCell, ...]
    deal_parts: tuple[DealPartCell, ...]
    losses: tuple[LossCell, ...] = ()
    rivals: tuple[RivalCell, ...] = ()
    intervals: tuple[IntervalCell, ...] = ()
    pipeline: tuple[PipelineCell, ...] = ()
    ages: tuple[AgeCell, ...] = ()
    duties: tuple[DutyCell, ...] = ()
    kinds: tuple[ActivityCell, ...] = ()
    means: tuple[ActivityCell, ...] = ()
    listed: tuple[ListedCell, ...] = ()
    problems: tuple[tuple[str, int], ...] = ()
