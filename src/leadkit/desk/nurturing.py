"""Nurture by means: when a lead was reached by each means of its cadence, and when it is to be again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from attrs import define, setters

from leadkit.policy import Policy
from leadkit.process.nurture import Cadence
from leadkit.records.fields import FrozenDict
from leadkit.rules.moments import months_later
from leadkit.store.rows import NOTHING, ActivityRow, LeadRow

LATEST = 12
"""So many times of each means are known: what came before is on record as it was."""


@define(on_setattr=setters.frozen)
class Turn:
    """One turn of a means: from one follow-up by it, or the entry into the pool, to the next; `met_at` is that."""

    means: str
    since: datetime
    due_at: datetime
    met_at: datetime | None


def reached(policy: Policy, follow_ups: Iterable[ActivityRow]) -> FrozenDict:
    """The times of our latest follow-ups by means, the oldest first; nothing where no means is a duty."""
    nurturing = policy.document.nurture
    if nurturing is None or not nurturing.owed:
        return NOTHING
    times: dict[str, list[str]] = defaultdict(list)
    for activity in follow_ups:
        means = nurturing.means_of(activity.means)
        if means is not None:
            times[means].append(activity.occurred_at.isoformat())
    return FrozenDict({means: tuple(moments[-LATEST:]) for means, moments in sorted(times.items())})


def turns(policy: Policy, row: LeadRow) -> Iterator[Turn]:
    """The turns of each means that the stage of a lead in the pool asks for, the open one last."""
    nurturing = policy.document.nurture
    if nurturing is None or not nurturing.owed or row.pooled_at is None or row.nurture_stage is None:
        return
    for means, cadence in nurturing.stages[row.nurture_stage].cadence.items():
        if cadence.where_needed:
            continue
        times = [datetime.fromisoformat(moment) for moment in row.reached.get(means, ())]
        since = [*([row.pooled_at] if len(times) < LATEST else []), *(at for at in times if at > row.pooled_at)]
        for start, end in pairwise(since):
            yield Turn(means, start, after(start, cadence, policy), end)
        if since and row.in_queue:
            begun = max(since[-1], row.resumed_at or since[-1])
            yield Turn(means, begun, after(begun, cadence, policy), None)


def after(moment: datetime, cadence: Cadence, policy: Policy) -> datetime:
    """The end of one turn that began at `moment`."""
    if cadence.unit != "month":
        return moment + timedelta(days=cadence.every * (7 if cadence.unit == "week" else 1))
    local = moment.astimezone(policy.time_zone)
    return local.combine(months_later(local.date(), cadence.every), local.timetz()).astimezone(moment.tzinfo)
