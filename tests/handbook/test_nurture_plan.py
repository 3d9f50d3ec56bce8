"""What the handbook asks of the nurture plan: each means of a stage in its turn, kept or not, by stage and owner."""

from __future__ import annotations

from datetime import timedelta

import pytest

import leadkit as lk
from tests.desk.desks import BOSS, START, lead, open_desk, team, touch

OURS = {"extends": "standard", "name": "ours", "nurture": {"owed": True}}
INTEREST = {"contact": {"job_title": "工程师"}}


@pytest.fixture
def desk():
    desk = open_desk(policy=OURS)
    team(desk, li="sales_rep")
    desk.capture(lead(**INTEREST))
    desk.assign("L1", to="li", by=BOSS)
    return desk


def owed(desk):
    return {item.means: item.due_at for item in desk.due(kind="nurture")}


def follow(desk, number, means, days):
    at = START + timedelta(days=days)
    desk.record(touch(number, kind="follow_up", means=means, occurred_at=at))
    return at


def test_one_mail_and_one_call_are_two(desk):
    """At the stage of interest every two weeks a mail and a call are due, and a mail is no call."""
    assert desk.lead("L1").nurture_stage == "interest"
    assert owed(desk) == {"mail": START + timedelta(days=14), "call": START + timedelta(days=14)}
    desk.clock.pass_(days=10)
    for number, days in enumerate((3, 6, 9), 1):
        last = follow(desk, number, "邮件", days)
    assert owed(desk) == {"mail": last + timedelta(days=14), "call": START + timedelta(days=14)}
    desk.clock.pass_(days=6)
    (late,) = [item for item in desk.due(kind="nurture") if item.state == "breached"]
    assert (late.means, late.owner) == ("call", "li")


def test_what_was_kept_and_what_was_not_stands_in_the_review(desk):
    """Whether the plan is kept is a figure, by owner."""
    desk.clock.pass_(days=40)
    follow(desk, 1, "电话", 10)
    follow(desk, 2, "电话", 30)
    follow(desk, 3, "邮件", 12)
    review = desk.review("2023-09")
    (nurture,) = [group for group in review.duties.kinds if group.kind == "nurture"]
    assert (nurture.due, nurture.late, nurture.missed) == (4, 1, 0)
    assert [group.owner for group in review.duties.each if group.kind == "nurture"] == ["li"]


def test_nobody_is_reminded_twice(desk):
    """The reminder to follow up is enough: what is due by each means stands in the list."""
    desk.clock.pass_(days=20)
    assert not [kind for kind in desk.tick().notices if kind.startswith("nurture")]


def test_a_visit_is_left_to_the_person_in_charge(desk):
    """What is done where it is needed is no duty."""
    desk.amend("L1", {"contact.job_title": "总经理"}, by=BOSS)
    desk.record(touch(1))
    assert desk.lead("L1").nurture_stage == "consideration"
    assert owed(desk) == {"call": START + timedelta(days=7)}


def test_what_leaves_the_pool_owes_nothing_any_more(desk):
    """An invalid lead is not nurtured, and one that waits for the customer is on hold."""
    desk.pause("L1", by=BOSS)
    assert {item.state for item in desk.due(kind="nurture")} == {"paused"}
    desk.resume("L1", by=BOSS)
    desk.disqualify("L1", "lost_interest", by=BOSS)
    assert owed(desk) == {}


def test_without_the_key_nothing_of_this_is_owed(standard):
    """A company asks for it."""
    desk = open_desk()
    desk.capture(lead(**INTEREST))
    assert owed(desk) == {}


def test_a_means_that_no_stage_has_is_refused():
    """A slip in the words of the means is found."""
    policy = {**OURS, "nurture": {"owed": True, "means": {"male": ["邮件"]}}}
    with pytest.raises(lk.PolicyError, match="did you mean 'mail'"):
        lk.load_policy(policy)
