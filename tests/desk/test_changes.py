"""What commands changed in leads stays known, with the values before, until the person is erased."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.records.fields import FrozenDict
from tests.desk.desks import lead as complete

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
SIGNALS = {"intent": True, "date_set": True}
DIRECTOR = lk.Actor(id="wu", role="director")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


POLICY = {"extends": "standard", "name": "ours", "capture": {"required": []}}


def lead(lead_id: str = "1", *, contact: dict[str, str] | None = None, **values: object) -> lk.Lead:
    known = {"name": "Ann", "job_title": "buyer", "phone": "13812345678"} | (contact or {})
    return lk.Lead(**{"id": lead_id, "contact": lk.Contact(**known), "company": lk.Company(name="Beichen"), **values})


@pytest.fixture
def desk() -> lk.Desk:
    return lk.Desk(POLICY, clock=Clock())


class TestValuesBefore:
    def test_an_amendment_keeps_both(self, desk):
        desk.capture(lead())
        desk.amend("1", {"contact.job_title": "CEO", "need.purchase_by": date(2027, 3, 31)})
        (*_, last) = desk.history("1")
        assert last.changes == {"job_title": ("buyer", "CEO"), "purchase_by": (None, "2027-03-31")}

    def test_a_join_keeps_what_it_completed(self, desk):
        desk.capture(lead())
        desk.capture(lead("2", contact={"email": "ann@beichen.example"}))
        (*_, last) = desk.history("1")
        assert last.changes["email"] == (None, "ann@beichen.example")

    def test_a_merge_keeps_what_it_completed(self, desk):
        desk.capture(lead())
        desk.capture(lk.Lead(id="2", company=lk.Company(name="Other Ltd", industry="energy")))
        desk.merge("1", "2", by=DIRECTOR)
        (*_, last) = desk.history("1")
        assert last.changes["industry"] == (None, "energy")

    def test_an_erasure_takes_them_along(self, desk):
        desk.capture(lead())
        desk.amend("1", {"contact.job_title": "CEO"})
        desk.erase("1", by=DIRECTOR)
        assert [item.changes for item in desk.history("1")] == [FrozenDict()] * 3


class TestFactsAsTheyWere:
    def test_each_time_has_its_own(self, desk):
        desk.capture(lead(need=lk.Need(budget=lk.Budget(high=Decimal(50_000)))))
        before = desk.executor.clock()
        desk.amend("1", {"need.budget": lk.Budget(high=Decimal(3_000_000))})
        after = desk.executor.clock()
        assert [desk.facts("1", at=at)["budget"] for at in (before, after)] == [50_000, 3_000_000]

    def test_calibration_reads_what_was_said_when_the_deal_was_opened(self):
        desk = lk.Desk("standard", clock=Clock())
        desk.capture(complete(1))
        opened = desk.opportunities.convert("L1", SIGNALS, by=DIRECTOR).opportunity_id
        desk.opportunities.lose(opened, "price", by=DIRECTOR)
        lost, later = desk.calibrate(), desk.executor.clock() + timedelta(days=1)
        desk.recycle("L1", by=DIRECTOR)
        desk.amend("L1", {"company.size": "1-5", "contact.job_title": "intern"})
        assert desk.calibrate(as_of=later) == lost

    @given(st.lists(st.sampled_from(["buyer", "CEO", "clerk", None]), min_size=1, max_size=6))
    @settings(max_examples=30, deadline=None)
    def test_every_state_can_be_read_again(self, titles):
        """Walking back from now gives at each time what stood there then."""
        desk = lk.Desk(POLICY, clock=Clock())
        desk.capture(lead())
        seen = {desk.executor.clock(): desk.lead("1").lead}
        for title in titles:
            desk.amend("1", {"contact.job_title": title})
            seen[desk.executor.clock()] = desk.lead("1").lead
        for at, known in seen.items():
            assert desk.facts("1", at=at)["job_title"] == known.contact.job_title
