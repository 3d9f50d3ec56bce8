"""Cells beside those of the period's groups: open deals, duties, what deals went with."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from attrs import define, field, setters

DutyOutcome = Literal["in_time", "late", "missed", "overdue"]
RESPONSE = "response"
"""The kind of duty that leads say themselves."""

AGES = (1, 7, 30)
"""The days that part overdue duties by how long they have been so: up to each of them, and longer."""

DEAL_AGES = (7, 30, 90)
"""The days that part open deals by how old they are: up to each of them, and longer."""


@define(on_setattr=setters.frozen)
class PipelineCell:
    """Opportunities that are open at the time of a review, or were closed in the 365 days before it, that are alike.

    `close` is the place of the day on which they are expected to close among `Horizon.starts`, None where nobody knows;
    `due` whether that lies in a period that is not over yet. What was closed has neither, and its `stage` is the
    furthest that it is known to have reached.
    """

    status: str
    grade: str | None
    stage: str | None
    close: int | None
    due: bool = field(converter=bool)
    opportunities: int = 0
    amounts: int = 0
    cents: int = 0


@define(on_setattr=setters.frozen)
class AgeCell:
    """Open opportunities of one stage and one owner by how many of `DEAL_AGES` they have passed; None is not known.

    That is since they were opened, since they came to their stage, and since our last follow-up.
    """

    stage: str | None
    owner: str | None
    opened: int | None
    staged: int | None
    touched: int | None
    opportunities: int = 0


@define(on_setattr=setters.frozen, kw_only=True)
class DutyCase:
    """One duty as the review sees it: what kind, whose, until when, and when it was met.

    `subject` is the id of the lead or the opportunity that it is owed to.
    `waits` is whether it is still to be done where it was not met; else it ended so.
    """

    kind: str
    subject: str = ""
    owner: str | None = None
    due_at: datetime
    met_at: datetime | None = None
    waits: bool = True


@define(on_setattr=setters.frozen)
class DutyCell:
    """Duties that are alike. `due` is whether they were due in the period; those that were not are here if `overdue`.

    `age` is how many of `AGES` an overdue one has passed, None for the others.
    """

    kind: str
    owner: str | None
    outcome: str
    age: int | None
    due: bool = field(converter=bool)
    duties: int = 0


@define(on_setattr=setters.frozen)
class ActivityCell:
    """Opportunities closed in the 365 days before a review whose lead had an activity of one kind, or by one means."""

    name: str
    grade: str | None
    status: str
    opportunities: int = 0


@define(on_setattr=setters.frozen)
class ListedCell:
    """One lead or opportunity behind a number, by the name of its list; `note` is a reason, a kind or a stage.

    The days are those of an open opportunity: since its opening, in its stage, and since our last follow-up.
    """

    list: str
    id: str
    owner: str | None
    note: str | None
    days_open: int | None = None
    days_in_stage: int | None = None
    days_untouched: int | None = None
