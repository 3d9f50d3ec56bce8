"""Data that begins late is told as such, and not as a rise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leadkit.cli.reviews import lines
from leadkit.reviewing.cases import LeadCase, OpportunityCase
from leadkit.reviewing.count import count
from leadkit.reviewing.review import Review, reviewed
from leadkit.reviewing.view import view
from tests.reviewing.made_up import QUARTER


def of(leads: list[LeadCase], deals: list[OpportunityCase]) -> Review:
    now, before = (count(leads, deals, each, as_of=QUARTER.end) for each in (QUARTER, QUARTER.previous))
    return reviewed(now, before, QUARTER, as_of=QUARTER.end, currency="CNY")


def leads(number: int, start=QUARTER.start) -> list[LeadCase]:
    return [
        LeadCase(id=f"L{start:%m}{n}", status="valid", received_at=start + timedelta(hours=2000 / number * n))
        for n in range(number)
    ]


def deals(number: int, month: int, grade: str | None = None) -> list[OpportunityCase]:
    day = QUARTER.parts[month].start + timedelta(days=3)
    return [
        OpportunityCase(id=f"O{month}{n}", status="won", grade=grade, opened_at=day, closed_at=day)
        for n in range(number)
    ]


class TestNoDataBefore:
    """Nothing is compared with a period of which there is no data at all."""

    def test_counts_have_no_direction(self):
        found = of(leads(50), deals(40, 2))
        assert {change.direction for change in found.changes} == {None}
        assert not any("up from 0" in line for line in lines(found))

    def test_one_lead_before_is_data(self):
        found = of([*leads(50), *leads(1, QUARTER.previous.start)], deals(40, 2))
        assert {change.name: change.direction for change in found.changes}["leads"] == "up"


class TestNoGrades:
    """Where nobody grades, the number of opportunities with the best grade is no figure."""

    @pytest.mark.parametrize(("grade", "shown"), [(None, None), ("B", 0), ("A", 9)])
    def test_none_is_shown_where_none_has_a_grade(self, grade, shown):
        found = of(leads(50), deals(9, 1, grade))
        assert view(found, "en").figures["a_opportunities"].now == shown
        assert found.total.a_opportunities == (shown or 0)

    def test_without_opportunities_none_of_them_is_graded_best(self):
        assert view(of(leads(50), []), "en").figures["a_opportunities"].now == 0


class TestFirstClose:
    """Months with many leads before the first deal that was closed are named, where that is no chance."""

    @pytest.mark.parametrize(("number", "month", "said"), [(90, 2, 2), (90, 1, 1), (90, 0, 0), (6, 2, 0)])
    def test_months_with_leads_and_no_deals(self, number, month, said):
        found = of(leads(number), deals(20, month))
        assert found.problems.get("parts_before_the_first_close", 0) == said

    def test_few_deals_may_come_late_by_chance(self):
        assert "parts_before_the_first_close" not in of(leads(90), deals(1, 1)).problems

    def test_deals_in_the_period_before_were_recorded(self):
        day = QUARTER.previous.start + timedelta(days=1)
        early = OpportunityCase(id="early", status="lost", opened_at=day, closed_at=day)
        assert "parts_before_the_first_close" not in of(leads(90), [early, *deals(20, 2)]).problems
