"""`[reports]`: who is told that a period has ended, once, with what it came to."""

from __future__ import annotations

from datetime import datetime

import pytest

import leadkit as lk
from tests.desk.desks import ACTORS, SIGNALS, address, lead, notices, open_desk, tick_at

POLICY = {
    "extends": "standard",
    "name": "ours",
    "reports": {"monthly": ["supervisor", "marketing"], "quarterly": ["director"]},
}
REP = ACTORS["sales_rep"]


@pytest.fixture(params=["memory", "sqlite"])
def desk(request, tmp_path):
    with open_desk(address(request.param, tmp_path), policy=POLICY) as desk:
        yield desk


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_each_role_is_told_once_that_a_month_has_ended(desk):
    desk.capture(lead(1))
    desk.capture(lead(2))
    desk.opportunities.convert("L1", SIGNALS, by=REP)
    tick_at(desk, at("2023-09-30T23:59"))
    assert {row.details["period"] for row in notices(desk, "review_ready")} == {"2023-08", "2023-Q2"}
    ticked = tick_at(desk, at("2023-10-01T00:00"))
    assert ticked.notices["review_ready"] == 3
    assert "review_ready" not in tick_at(desk, at("2023-10-02T09:00")).notices
    told = {(row.role, row.details["period"]): row.details for row in notices(desk, "review_ready")}
    assert {key for key in told if key[1] not in {"2023-08", "2023-Q2"}} == {
        ("supervisor", "2023-09"), ("marketing", "2023-09"), ("director", "2023-Q3"),
    }  # fmt: skip
    month = told["marketing", "2023-09"]
    assert (month["leads"], month["valid_leads"], month["opportunities"], month["won"]) == (2, 2, 1, 0)


def test_it_says_how_good_the_leads_of_each_channel_were(desk):
    """The share that was converted within 30 days, of the leads of the period before: later ones are too young."""
    desk.capture(lead(1))
    desk.capture(lead(2))
    desk.opportunities.convert("L1", SIGNALS, by=REP)
    tick_at(desk, at("2023-10-31T09:00"))
    tick_at(desk, at("2023-11-02T09:00"))
    told = {row.details["period"]: row.details for row in notices(desk, "review_ready")}
    assert "channels" not in told["2023-09"]
    assert (told["2023-10"]["period_before"], told["2023-10"]["channels"]) == ("2023-09", "官网 50.0% (1/2)")


def test_a_year_begins_with_the_quarter_and_the_month_before_it(desk):
    tick_at(desk, at("2024-01-05T09:00"))
    periods = {row.details["period"] for row in notices(desk, "review_ready")}
    assert periods == {"2023-12", "2023-Q4"}


def test_the_standard_policy_tells_nobody():
    desk = open_desk()
    tick_at(desk, at("2024-01-05T09:00"))
    assert notices(desk, "review_ready") == []


def test_notifiers_carry_it():
    told = []

    class Notifier:
        @lk.hookimpl
        def leadkit_notify(self, notice):
            told.append((notice.kind, notice.role, notice.lead_id, notice.details["period"]))

    desk = open_desk(policy=POLICY, plugins=[Notifier()])
    tick_at(desk, at("2023-10-05T09:00"))
    desk.clock.now = at("2023-10-05T10:00")
    desk.deliver()
    assert sorted(told) == [
        ("review_ready", "director", None, "2023-Q3"),
        ("review_ready", "marketing", None, "2023-09"),
        ("review_ready", "supervisor", None, "2023-09"),
    ]
