"""Every figure of a review against a plain reckoning of its definition."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.reviewing.cases import OpportunityCase
from leadkit.reviewing.count import count
from leadkit.reviewing.period import Period
from leadkit.reviewing.review import Review, reviewed
from tests.reviewing.made_up import AS_OF, QUARTER, ZONE, cases, tables

SEEDS = st.builds(random.Random, st.integers(0, 10**9))
SIZES = st.integers(1, 60)
few = settings(max_examples=60)


def review_of(draw: random.Random, size: int) -> tuple[Review, Any, Any, Any]:
    leads, opportunities, touches = cases(*tables(draw, size))
    cells, before = (
        count(leads, opportunities, one, as_of=AS_OF, touches=touches) for one in (QUARTER, QUARTER.previous)
    )
    return reviewed(cells, before, QUARTER, as_of=AS_OF, currency="CNY"), leads, opportunities, touches


def whole(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(microsecond=0)


def holds(period: Period, moment: datetime | None) -> bool:
    found = whole(moment)
    return found is not None and found in period and found <= AS_OF


def there(one: Any) -> bool:
    """Whether an opportunity is known: opened, or by mistake only closed, or nobody knows when it was opened."""
    return one.opened_at is None or any(at and whole(at) <= AS_OF for at in (one.opened_at, one.closed_at))


def days_between(first: datetime, last: datetime) -> int:
    return (last.astimezone(ZONE).date() - first.astimezone(ZONE).date()).days


def naive_counts(leads: Any, opportunities: Any, period: Period, basis: str) -> dict[str, Any]:
    """The counts of a period, each by its sentence in the definition."""
    received = [one for one in leads if holds(period, one.received_at) and not one.duplicate]
    known = [one for one in opportunities if there(one)]
    entered = [one for one in known if holds(period, one.lead_received_at)]
    opened = [one for one in known if holds(period, one.opened_at)] if basis == "event" else entered
    ended = [one for one in known if one.status != "open" and not (one.closed_at and whole(one.closed_at) > AS_OF)]
    closed = [one for one in ended if (holds(period, one.closed_at) if basis == "event" else one in entered)]
    won = [one for one in closed if one.status == "won"]
    amounts = [one.amount for one in won if one.amount is not None]
    cycles = [
        days_between(one.opened_at, one.closed_at)
        for one in won
        if one.closed_at and one.opened_at and whole(one.closed_at) >= whole(one.opened_at)
    ]
    conversions = [
        days_between(one.lead_received_at, one.opened_at)
        for one in opened
        if one.lead_received_at and one.opened_at and whole(one.lead_received_at) <= whole(one.opened_at) <= AS_OF
    ]
    return {
        "leads": len(received),
        "valid_leads": sum(one.status in ("valid", "converted") for one in received),
        "opportunities": len(opened),
        "a_opportunities": sum(one.grade == "A" for one in opened),
        "won": len(won),
        "lost": sum(one.status == "lost" for one in closed),
        "won_amount": sum(amounts),
        "average_deal_size": sum(amounts) / len(amounts) if amounts else None,
        "conversion_days": sum(conversions) / len(conversions) if conversions else None,
        "conversion_median_days": median(conversions) if conversions else None,
        "sales_cycle_days": sum(cycles) / len(cycles) if cycles else None,
        "sales_cycle_median_days": median(cycles) if cycles else None,
    }


def close(found: Any, expected: Any) -> bool:
    return found is expected if expected is None else abs(Fraction(found) - Fraction(expected)) <= Fraction("0.0501")


class TestFigures:
    """By event date and by entry cohort: leads, valid leads, opportunities, won, rates, cycle, size, velocity."""

    @few
    @given(SEEDS, SIZES)
    def test_every_figure_follows_from_its_definition(self, draw, size):
        review, leads, opportunities, _ = review_of(draw, size)
        for found, period, basis in (
            (review.total, QUARTER, "event"),
            (review.cohort, QUARTER, "cohort"),
            (review.previous, QUARTER.previous, "event"),
        ):
            for name, expected in naive_counts(leads, opportunities, period, basis).items():
                assert close(getattr(found, name), expected), name

    @few
    @given(SEEDS, SIZES)
    def test_the_parts_of_every_dimension_add_up_to_the_whole(self, draw, size):
        review = review_of(draw, size)[0]
        for name, parts in review.by.items():
            counted = ("opportunities", "won", "lost", "won_amount") + (
                () if name == "grade" else ("leads", "valid_leads")
            )
            if name == "tag" or not parts:
                continue
            for figure in counted:
                assert sum(getattr(part, figure) for part in parts) == getattr(review.total, figure)
            assert len({part.key for part in parts}) == len(parts)

    @few
    @given(SEEDS, SIZES)
    def test_the_rates_are_of_the_counts_and_velocity_of_the_figures(self, draw, size):
        total = review_of(draw, size)[0].total
        assert total.lead_to_win_rate == lk.reviews.Rate(total.won, total.valid_leads)
        assert total.win_rate == lk.reviews.Rate(total.won, total.won + total.lost)
        if total.pipeline_velocity is not None:
            rate = Fraction(total.won, total.won + total.lost)
            exact = total.opportunities * rate * Fraction(total.average_deal_size) / Fraction(total.sales_cycle_days)
            assert abs(Fraction(total.pipeline_velocity) - exact) <= Fraction("0.005")

    @few
    @given(SEEDS, SIZES)
    def test_the_order_of_the_cases_is_irrelevant(self, draw, size):
        leads, opportunities, touches = cases(*tables(draw, size))
        one, other = (
            reviewed(
                count(some, rest, QUARTER, as_of=AS_OF, touches=touches), None, QUARTER, as_of=AS_OF, currency="CNY"
            )
            for some, rest in ((leads, opportunities), (leads[::-1], opportunities[::-1]))
        )
        assert one == other

    @few
    @given(SEEDS, SIZES)
    def test_grades_and_priorities_stand_in_the_order_of_the_policy(self, draw, size):
        leads, opportunities, _ = cases(*tables(draw, size))
        cells = count(leads, opportunities, QUARTER, as_of=AS_OF)
        orders = {"grades": ("B", "A"), "priorities": ("low", "medium", "high")}
        review = reviewed(cells, None, QUARTER, as_of=AS_OF, currency="CNY", **orders)
        for groups, order in (
            (review.by["grade"], ["B", "A", None]),
            (review.pipeline.grades, ["B", "A", None]),
            (review.by["priority"], ["low", "high", None]),
            (review.responses, ["low", "high", None]),
        ):
            keys = [group.key for group in groups]
            assert keys == [key for key in order if key in keys]

    def test_an_empty_period_has_no_rates_instead_of_rates_of_nothing(self):
        total = reviewed(count([], [], QUARTER, as_of=AS_OF), None, QUARTER, as_of=AS_OF, currency="CNY").total
        assert total.leads == 0
        for name in ("average_deal_size", "sales_cycle_days", "sales_cycle_median_days", "pipeline_velocity"):
            assert getattr(total, name) is None
        assert total.win_rate.value is None

    def test_days_are_those_of_the_calendar_where_the_company_is(self):
        opened, closed = datetime(2023, 8, 1, 23, 30, tzinfo=ZONE), datetime(2023, 8, 3, 0, 30, tzinfo=ZONE)
        case = OpportunityCase(id="1", status="won", opened_at=opened, closed_at=closed, lead_received_at=opened)
        total = reviewed(count([], [case], QUARTER, as_of=AS_OF), None, QUARTER, as_of=AS_OF, currency="CNY").total
        assert (total.sales_cycle_days, total.conversion_days) == (2, 0)


class TestReasonsAndTimes:
    """Loss reasons with shares, screening reasons, response times and breaches, follow-up intervals, cohorts."""

    @few
    @given(SEEDS, SIZES)
    def test_losses_and_reasons_are_shares_of_all(self, draw, size):
        review, leads, opportunities, _ = review_of(draw, size)
        lost = Counter(
            one.lost_reason for one in opportunities if one.status == "lost" and holds(QUARTER, one.closed_at)
        )
        assert {share.reason: share.rate.met for share in review.losses} == lost
        assert all(share.rate.of == sum(lost.values()) for share in review.losses)
        received = [one for one in leads if holds(QUARTER, one.received_at) and not one.duplicate]
        reasons = Counter(one.reason for one in received if one.status in ("invalid", "archived"))
        assert {share.reason: share.rate.met for share in review.screening_reasons} == reasons

    @few
    @given(SEEDS, SIZES)
    def test_a_response_is_late_when_it_was_due_and_did_not_come_in_time(self, draw, size):
        review, leads, *_ = review_of(draw, size)
        for response in review.responses:
            mine = [
                one
                for one in leads
                if holds(QUARTER, one.received_at) and not one.duplicate and one.priority == response.key
            ]
            due = [one for one in mine if one.response_due_at and whole(one.response_due_at) <= AS_OF]
            answers = {one.id: whole(one.first_response_at) for one in mine if one.first_response_at}
            answers = {key: at for key, at in answers.items() if at <= AS_OF}
            late = [one for one in due if one.id not in answers or answers[one.id] > whole(one.response_due_at)]
            assert response.late == lk.reviews.Rate(len(late), len(due))
            assert response.answered == lk.reviews.Rate(len(answers), len(mine))
            waits = [
                max((answers[one.id] - whole(one.received_at)) // timedelta(minutes=1), 0)
                for one in mine
                if one.id in answers
            ]
            assert response.median_minutes == (None if not waits else Decimal(str(median(waits))))

    @few
    @given(SEEDS, SIZES)
    def test_only_leads_that_are_old_enough_are_judged(self, draw, size):
        review, leads, *_ = review_of(draw, size)
        for month, cohort in zip(QUARTER.cohorts, review.cohorts, strict=True):
            mine = [one for one in leads if holds(month, one.received_at) and not one.duplicate]
            assert cohort.leads == len(mine)
            for place, days in enumerate((30, 60, 90)):
                window = timedelta(days=days)
                old = [one for one in mine if whole(one.received_at) + window <= AS_OF.replace(microsecond=0)]
                soon = [
                    one
                    for one in old
                    if one.converted_at and timedelta() <= whole(one.converted_at) - whole(one.received_at) < window
                ]
                assert cohort.within[place] == lk.reviews.Rate(len(soon), len(old))
                assert cohort.immature[place] == len(mine) - len(old)

    @few
    @given(SEEDS, SIZES)
    def test_intervals_lie_between_follow_ups_of_one_lead(self, draw, size):
        review, _, _, touches = review_of(draw, size)
        hours = []
        for times in touches.values():
            ordered = sorted(map(whole, times))
            hours += [
                (ordered[place] - ordered[place - 1]) // timedelta(hours=1)
                for place in range(1, len(ordered))
                if holds(QUARTER, ordered[place])
            ]
        assert review.follow_up_hours_median == (None if not hours else Decimal(str(median(hours))))


class TestProblems:
    """What can't be counted where it belongs is counted apart and named, never silently dropped."""

    @few
    @given(SEEDS, SIZES)
    def test_every_problem_is_counted(self, draw, size):
        review, leads, opportunities, _ = review_of(draw, size)
        ended = [one for one in opportunities if one.status != "open" and holds(QUARTER, one.closed_at)]
        won = [one for one in ended if one.status == "won"]
        named = [one for one in opportunities if there(one) and (one in ended or holds(QUARTER, one.opened_at))]
        received = [one for one in leads if holds(QUARTER, one.received_at)]
        expected = {
            "lead_without_date": sum(one.received_at is None for one in leads),
            "duplicate_lead": sum(one.duplicate for one in received),
            "lead_without_channel": sum(not (one.channel or "").strip() and not one.duplicate for one in received),
            "opportunity_without_date": sum(one.opened_at is None for one in opportunities),
            "closed_without_date": sum(one.status != "open" and one.closed_at is None for one in opportunities),
            "closed_before_opened": sum(
                bool(one.opened_at) and whole(one.closed_at) < whole(one.opened_at) for one in ended
            ),
            "opportunity_without_channel": sum(not (one.channel or "").strip() for one in named),
            "won_without_amount": sum(one.amount is None for one in won),
        }
        assert {name: review.problems.get(name, 0) for name in expected} == expected

    def test_a_case_that_comes_twice_counts_once(self):
        leads, opportunities, touches = cases(*tables(random.Random(1), 20))
        once = count(leads, opportunities, QUARTER, as_of=AS_OF, touches=touches)
        twice = count([*leads, *leads], [*opportunities, *opportunities], QUARTER, as_of=AS_OF, touches=touches)
        assert (twice.leads, twice.opportunities, twice.cycles) == (once.leads, once.opportunities, once.cycles)
        assert dict(twice.problems) == {**dict(once.problems), "repeated_lead": 20, "repeated_opportunity": 20}


class TestTheWorkedRow:
    """2023年Q3: 500 leads, 320 valid, 80 opportunities, 20 A, 24 won, 7.5 %, 45 days."""

    @pytest.fixture
    def review(self, standard):
        start = datetime(2023, 7, 1, 9, tzinfo=ZONE)
        states = ["converted"] * 80 + ["valid"] * 240 + ["invalid"] * 180
        leads = [
            lk.Lead(
                id=f"L{number}",
                source=lk.Source(channel=("官网", "展会", "转介绍")[number % 3]),
                received_at=start + timedelta(hours=number),
                status=status,
            )
            for number, status in enumerate(states)
        ]
        statuses = ["won"] * 24 + ["lost"] * 26 + ["open"] * 30
        opportunities = [
            lk.Opportunity(
                id=f"O{number}",
                lead_id=f"L{number}",
                status=status,
                grade="A" if number < 20 else "B",
                amount=500_000,
                opened_at=start + timedelta(days=4),
                closed_at=None if status == "open" else start + timedelta(days=49),
                lost_reason="price" if status == "lost" else None,
            )
            for number, status in enumerate(statuses)
        ]
        return lk.reviews.review(leads, opportunities, "2023年Q3", policy=standard)

    def test_it_comes_out_to_the_digit(self, review):
        total = review.total
        assert (total.leads, total.valid_leads, total.opportunities) == (500, 320, 80)
        assert (total.a_opportunities, total.won) == (20, 24)
        assert total.lead_to_win_rate.percent() == "7.5%"
        assert total.sales_cycle_days == 45
        assert review.period.label("zh_CN") == "2023年Q3"

    def test_it_says_how_sure_one_can_be(self, review):
        rate = review.total.lead_to_win_rate
        assert (rate.low, rate.high, rate.small) == (Decimal("0.050915"), Decimal("0.109168"), False)

    def test_it_carries_its_policy_and_its_time(self, review, standard):
        assert review.policy == standard.id
        assert review.as_of == review.period.end


class TestFromRecords:
    """A review from records screens, scores and looks for first answers as the policy says."""

    def test_a_new_lead_is_judged_and_an_answer_is_found(self, standard):
        received = datetime(2023, 8, 1, 9, tzinfo=ZONE)
        lead = lk.Lead(
            id="1",
            received_at=received,
            company=lk.Company(name="北京智造", industry="智能制造", size="500人"),
            contact=lk.Contact(name="李雷", job_title="总经理", phone="13812345678"),
            need=lk.Need(description="采购设备,预算50-80万,2023年12月落地"),
        )
        answer = lk.Activity(id="a", lead_id="1", kind="reply", occurred_at=received + timedelta(hours=5))
        visit = lk.Activity(id="b", lead_id="1", kind="core_page_visit", occurred_at=received + timedelta(minutes=5))
        review = lk.reviews.review([lead], [], "2023-08", policy=standard, activities=[visit, answer])
        assert review.total.valid_leads == 1
        assert [(one.key, one.late, one.median_minutes) for one in review.responses] == [
            ("medium", lk.reviews.Rate(1, 1), 300)
        ]

    def test_a_response_is_owed_to_who_waits_in_the_queue_or_was_answered(self, standard):
        received = datetime(2023, 8, 1, 9, tzinfo=ZONE)
        states = ("valid", "invalid", "archived", "converted")
        leads = [lk.Lead(id=status, received_at=received, status=status) for status in states]
        answer = lk.Activity(id="a", lead_id="archived", kind="reply", occurred_at=received + timedelta(hours=1))
        review = lk.reviews.review(leads, [], "2023-08", policy=standard, activities=[answer])
        assert [one.late for one in review.responses] == [lk.reviews.Rate(1, 2)]

    def test_an_invalid_lead_has_the_reason_that_the_policy_gives(self, standard):
        lead = lk.Lead(
            id="1", received_at=datetime(2023, 8, 1, tzinfo=UTC), status="invalid", need=lk.Need(description="随便看看")
        )
        review = lk.reviews.review([lead], [], "2023-08", policy=standard)
        assert [share.reason for share in review.screening_reasons] == ["need_vague"]
