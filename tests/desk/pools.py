"""A desk with a pool of some leads, and a team that claims them."""

from __future__ import annotations

from typing import Any

import leadkit as lk
from tests.desk.desks import lead, open_desk, team

POOL: dict[str, Any] = {
    "claim": ["sales_rep", "senior_rep"],
    "per_day": 3,
    "hold": 4,
    "protected_days": 2,
    "warn_after_days": [2, 3, 5],
    "return_after_days": 7,
    "again_after_days": 2,
}


def policy(**pool: Any) -> dict[str, Any]:
    return {"name": "ours", "extends": "standard", "pool": {**POOL, **pool}}


def rep(member: str = "li", role: str = "sales_rep") -> lk.Actor:
    return lk.Actor(id=member, role=role)


def pooled(storage: Any = "memory:", *, leads: int = 6, clock: Any = None, **pool: Any) -> lk.Desk:
    """A desk with a pool of some leads and a team of three."""
    given = {"clock": clock} if clock else {}
    desk = open_desk(storage, policy=policy(**pool), **given)
    team(desk, li="sales_rep", bo="sales_rep", ann="senior_rep")
    desk.capture_all((lead(number), None) for number in range(1, leads + 1))
    return desk
