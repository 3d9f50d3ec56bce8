"""What happened, for whom, under one id: what every notifier is given."""

from __future__ import annotations

from datetime import datetime

from attrs import define, setters

from leadkit.records.fields import FrozenDict
from leadkit.results import Result

NOTHING = FrozenDict()


@define(on_setattr=setters.frozen, kw_only=True)
class Notice(Result):
    """One thing that somebody should know. It holds codes, ids and numbers, never a name, phone, mail or free text.

    `id` is derived from what happened and is the same on every retry: whoever receives it twice can drop the second.
    `at` is when it happened, aware. `to` is the id of the member it is for; where it is None, it is for everyone with
    the role `role`. `link` is where the lead or the opportunity can be looked at, where the policy says so. `details`
    are flat: texts, whole numbers, booleans, and decimals as text.
    """

    id: str
    kind: str
    at: datetime
    lead_id: str | None = None
    opportunity_id: str | None = None
    to: str | None = None
    role: str | None = None
    link: str | None = None
    details: FrozenDict = NOTHING
