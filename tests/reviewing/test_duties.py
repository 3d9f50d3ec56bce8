"""Duties met late, missed and overdue, against a plain count of every duty."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.reviewing.count import count
from leadkit.reviewing.duties import KINDS, DutyGroup
from leadkit.reviewing.review import Review, reviewed
from leadkit.reviewing.standing import DutyCase
from leadkit.texts import LANGUAGES, texts
from tests.reviewing.made_up import AS_OF, QUARTER, cases, moment, tables
from tests.reviewing.test_figures import holds, whole

SEEDS = st.builds(random.Random, st.integers(0, 10**9))
SIZES = st.integers(1, 60)
several = settings(max_examples=60)
NOW = whole(AS_OF)


def duties_of(draw: random.Random, size: int) -> tuple[Review, list[DutyCase]]:
    """A review with duties of every kind, and all its duties: those given, and the responses of its leads."""
    leads, opportunities, _ = cases(*tables(draw, size))
    others = [
        DutyCase(
            kind=draw.choice([kind for kind in KINDS if kind != "response"]),
            owner=draw.choice(["li", "wu", " ", None]),
            due_at=moment(draw, 1),
            met_at=moment(draw, 0.5),
            waits=draw.random() < 0.7,
        )
        for _ in range(size)
    ]
    responses = [
        DutyCase(
            kind="response",
            owner=lead.owner,
            due_at=lead.response_due_at,
            met_at=lead.first_response_at,
            waits=lead.status in ("new", "valid"),
        )
        for lead in leads
        if lead.response_due_at and not lead.duplicate
    ]
    cells = count(leads, opportunities, QUARTER, as_of=AS_OF, duties=others)
    return reviewed(cells, None, QUARTER, as_of=AS_OF, currency="CNY"), [*others, *responses]


def owner_of(duty: DutyCase) -> str | None:
    return duty.owner if duty.owner and duty.owner.strip() else None


def outcome(duty: DutyCase) -> str:
    if duty.met_at and whole(duty.met_at) <= NOW:
        return "late" if whole(duty.met_at) > whole(duty.due_at) else "in_time"
    return "overdue" if duty.waits else "missed"


def agrees(group: DutyGroup, members: list[DutyCase]) -> None:
    passed = [duty for duty in members if whole(duty.due_at) <= NOW]
    due = Counter(outcome(duty) for duty in passed if holds(QUARTER, duty.due_at))
    waiting = [NOW - whole(duty.due_at) for duty in passed if outcome(duty) == "overdue"]
    assert (group.due, group.late, group.missed) == (due.total(), due["late"], due["missed"])
    assert group.untimely == lk.reviews.Rate(due.total() - due["in_time"], due.total())
    edges = [timedelta(days=days) for days in (-1, 1, 7, 30, 10_000)]
    parts = [sum(low < age <= high for age in waiting) for low, high in pairwise(edges)]
    assert (group.overdue, list(group.ages)) == (len(waiting), parts)


class TestDuties:
    """By owner and kind: due in the period, met late, missed; overdue at the time of the review, by age."""

    @several
    @given(SEEDS, SIZES)
    def test_every_group_is_the_plain_count_of_its_members(self, draw, size):
        review, every = duties_of(draw, size)
        owed = review.duties
        agrees(owed.total, every)
        for group in owed.owners:
            agrees(group, [duty for duty in every if owner_of(duty) == group.owner])
        for group in owed.kinds:
            agrees(group, [duty for duty in every if duty.kind == group.kind])
        for group in owed.each:
            agrees(group, [duty for duty in every if (owner_of(duty), duty.kind) == (group.owner, group.kind)])

    @several
    @given(SEEDS, SIZES)
    def test_every_part_adds_up_to_the_whole(self, draw, size):
        owed = duties_of(draw, size)[0].duties
        for part in (owed.owners, owed.kinds, owed.each):
            assert sum(group.due for group in part) == owed.total.due
            assert sum(group.overdue for group in part) == owed.total.overdue

    @several
    @given(SEEDS, SIZES)
    def test_who_has_most_to_catch_up_stands_first(self, draw, size):
        owners = duties_of(draw, size)[0].duties.owners
        numbers = [group.overdue for group in owners]
        assert numbers == sorted(numbers, reverse=True)

    def test_a_duty_that_is_overdue_for_exactly_so_many_days_is_in_the_earlier_part(self):
        others = [DutyCase(kind="report", due_at=AS_OF - timedelta(days=days)) for days in (1, 7, 30)]
        others += [DutyCase(kind="report", due_at=AS_OF - timedelta(days=days, seconds=1)) for days in (1, 7, 30)]
        cells = count([], [], QUARTER, as_of=AS_OF, duties=others)
        assert reviewed(cells, None, QUARTER, as_of=AS_OF, currency="CNY").duties.total.ages == (1, 2, 2, 1)

    def test_every_kind_has_a_name(self):
        for language in LANGUAGES:
            assert texts("review", language)["duties"].keys() == set(KINDS)
