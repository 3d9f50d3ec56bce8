"""A person's verdict beside the score: kept with its reason and end, shown, and deciding only where the policy says."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import leadkit as lk
from tests.desk.desks import ACTORS, BOSS, SIGNALS, START, kept, lead, notices, open_desk, refused, team, touch

DECIDE = {"name": "decide", "extends": "standard", "desk": {"overrides": "decide"}}
WEEK = START + timedelta(days=7)


def overridden(desk: lk.Desk, number: int = 1, band: str | None = "high", **said: Any) -> lk.Receipt:
    return desk.override(f"L{number}", **{"band": band, "reason": "the owner is an old customer", "by": BOSS, **said})


class TestVerdict:
    """Who, which band, why and until when, beside points and band of the score, which stay as they are."""

    def test_it_stands_beside_the_score(self, desk):
        desk.capture(lead(1))
        before = desk.lead("L1")
        assert overridden(desk, until=WEEK).outcome == "overridden"
        after = desk.lead("L1")
        assert (after.points, after.priority) == (before.points, before.priority)
        assert after.override is not None
        assert (after.override.band, after.override.by, after.override.until) == ("high", BOSS.id, WEEK)
        assert (after.override.reason, after.override.at) == ("the owner is an old customer", START)
        entry = desk.history("L1")[-1]
        assert (entry.what, entry.text, entry.details["band"]) == ("override", "the owner is an old customer", "high")

    def test_a_new_score_leaves_it_and_a_new_verdict_takes_its_place(self, desk):
        desk.capture(lead(1))
        overridden(desk)
        desk.record(touch(1))
        desk.rescore()
        assert desk.lead("L1").override.band == "high"
        overridden(desk, band="low")
        assert desk.lead("L1").override.band == "low"

    def test_it_ends_by_itself(self, desk):
        desk.capture(lead(1))
        overridden(desk, until=WEEK)
        state = desk.lead("L1").override
        assert (state.stands(WEEK - timedelta(seconds=1)), state.stands(WEEK)) == (True, False)
        desk.clock.now = WEEK
        desk.rescore()
        assert desk.lead("L1").override is None

    def test_it_can_be_ended(self, desk):
        desk.capture(lead(1))
        overridden(desk)
        assert overridden(desk, band=None).outcome == "override_ended"
        assert desk.lead("L1").override is None

    def test_the_owner_hears_of_it(self, desk):
        team(desk, li="sales_rep")
        desk.capture(lead(1, owner="li"))
        overridden(desk)
        assert [row.recipient for row in notices(desk, "acted_on_by_other")] == ["li"]

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            ({"band": "hihg"}, "did you mean 'high'"),
            ({"reason": " "}, "say why"),
            ({"until": START}, "is past"),
            ({"until": START.replace(tzinfo=None) + timedelta(1)}, "without a zone"),
            ({"band": None}, "nothing to end"),
        ],
    )
    def test_nonsense_is_refused(self, desk, said, message):
        desk.capture(lead(1))
        with refused(desk, message):
            overridden(desk, **said)

    def test_who_may_is_said_by_the_policy(self, desk):
        desk.capture(lead(1))
        with refused(desk, error=lk.NotAllowedError):
            overridden(desk, by=ACTORS["marketing"])

    def test_an_erasure_takes_it(self, desk):
        desk.capture(lead(1))
        overridden(desk, reason="secret of the customer")
        desk.erase("L1")
        (row,) = kept(desk, "leads")
        assert (row.override_band, row.override) == (None, {})


class TestWhatDecides:
    """`[desk] overrides`: shown by default; else the band of the queue and of who gets the lead, while it stands."""

    def desk(self, policy: Any = "standard") -> Any:
        desk = open_desk(policy=policy)
        for number in range(1, 5):
            desk.capture(lead(number, contact={"job_title": "工程师"}))
        return desk

    def test_shown_changes_no_queue(self):
        desk = self.desk()
        band = desk.lead("L1").priority
        before = {name: [s.id for s in desk.queue(priority=name)] for name in desk.policy.priorities}
        overridden(desk, band=next(name for name in desk.policy.priorities if name != band))
        assert {name: [s.id for s in desk.queue(priority=name)] for name in desk.policy.priorities} == before

    def test_decide_moves_it_in_the_queue_until_it_ends(self):
        desk = self.desk(DECIDE)
        band = desk.lead("L1").priority
        other = next(name for name in desk.policy.priorities if name != band)
        overridden(desk, 3, band=other, until=WEEK)
        assert [state.id for state in desk.queue(priority=other)] == ["L3"]
        assert [state.id for state in desk.queue(priority=band)] == ["L1", "L2", "L4"]
        assert [state.id for state in desk.queue(priority=band, limit=2)] == ["L1", "L2"]
        assert [state.id for state in desk.queue()] == ["L1", "L2", "L3", "L4"]
        desk.clock.now = WEEK
        assert [state.id for state in desk.queue(priority=band)] == ["L1", "L2", "L3", "L4"]

    @pytest.mark.parametrize(("policy", "who"), [("standard", "rep"), (DECIDE, "senior")])
    def test_the_roles_of_its_band_get_it(self, policy, who):
        roles = {"assignment": {"roles": {"high": ["senior_rep"], "medium": ["sales_rep"], "low": ["sales_rep"]}}}
        document = {"name": "ours", "extends": "standard", **({} if policy == "standard" else policy), **roles}
        desk = self.desk(document)
        team(desk, rep="sales_rep", senior="senior_rep")
        assert desk.lead("L1").priority != "high"
        overridden(desk)
        assert desk.assign("L1", by=BOSS).owner == who
        assert desk.lead("L1").points > Decimal(0)


class TestReview:
    """The review counts what people said, by whom, and how these leads turned out."""

    def test_it_counts_them(self, desk):
        for number in range(1, 5):
            desk.capture(lead(number, contact={"job_title": "工程师"}))
        assert desk.lead("L1").priority == "medium"
        for number, band in ((1, "high"), (1, "low"), (2, "high"), (3, "high"), (4, "medium")):
            overridden(desk, number, band)
        overridden(desk, 4, "low", by=ACTORS["director"])
        desk.opportunities.convert("L2", SIGNALS, by=BOSS)
        desk.clock.now = WEEK
        first, second = desk.review("2023-09").overrides
        assert (first.by, first.overrides, first.raised, first.lowered) == (BOSS.id, 5, 2, 1)
        assert [str(rate) for rate in (first.raised_converted, first.raised_won, first.lowered_converted)] == [
            "50.0% (1/2)",
            "0.0% (0/2)",
            "0.0% (0/1)",
        ]
        assert (second.by, second.overrides, second.lowered) == ("the_director", 1, 1)
        assert desk.review("2023-08").overrides == ()
