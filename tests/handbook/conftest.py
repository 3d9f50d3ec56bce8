"""A desk with the standard policy, on a Monday morning, and the team that the handbook speaks of."""

from __future__ import annotations

import pytest

import leadkit as lk
from tests.desk.desks import open_desk, team


@pytest.fixture
def desk() -> lk.Desk:
    """Nothing is in it but its people; `desk.clock` moves only when it is told to."""
    desk = open_desk()
    team(desk, mei="marketing", chen="sales_rep", zhou="senior_rep", lin="supervisor", gao="director")
    team(desk, fang="legal", dong="delivery")
    return desk
