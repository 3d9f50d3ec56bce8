"""The second quarter of the sample company: an account that buys twice, a late legal review, a handover sent back."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest

import leadkit as lk
from leadkit.demo.autumn import play_autumn
from leadkit.demo.company import autumn_tables, sample_tables
from leadkit.demo.quarter import SampleClock, play
from leadkit.demo.words import QUARTER
from tests.desk.desks import dump, notices, open_desk
from tests.testing.test_sample_process import read_tables


def played(summer, autumn) -> lk.Desk:
    clock = SampleClock(datetime.fromisoformat("2023-06-01T00:00+08:00"))
    desk = open_desk(clock=clock)
    play(desk, clock, *summer)
    clock.now = datetime.fromisoformat("2023-10-01T00:00+08:00")
    play_autumn(desk, clock, *autumn)
    return desk


@pytest.fixture(scope="module")
def sheets(tmp_path_factory, standard):
    folder = tmp_path_factory.mktemp("autumn")
    return (
        read_tables(folder, standard, sample_tables(leads=120, activities=300)),
        read_tables(folder, standard, autumn_tables(leads=40, activities=80)),
    )


@pytest.fixture(scope="module")
def desk(sheets) -> lk.Desk:
    return played(*sheets)


@pytest.fixture(scope="module")
def second(desk) -> lk.OpportunityState:
    """The second deal of the customer who came back."""
    (deal,) = [state for state in desk.opportunities.list(limit=1000) if is_second(state)]
    return desk.opportunities.get(deal.id)


def is_second(state) -> bool:
    return state.opportunity.name == QUARTER["second_deal"]["name"]


def test_equal_arguments_give_equal_histories(sheets, desk):
    assert dump(played(*sheets)) == dump(desk)


def test_everything_comes_in_the_order_of_time(desk):
    """Unlike in the summer, which is told deal by deal."""
    began = datetime.fromisoformat("2023-10-02T00:00+08:00")
    entered = [entry.entered_at or entry.at for entry in dump(desk)["journal"] if entry.at >= began]
    assert len(entered) > 200
    assert max(entered) <= desk.clock.now


def test_an_account_buys_twice(desk, second):
    won = desk.opportunities.list(lead_id=second.opportunity.lead_id, status="won")
    assert len(won) == 2
    assert second.opportunity.amount == QUARTER["second_deal"]["amount"]


def test_legal_is_late(desk, second):
    told = Counter(notice.opportunity_id for notice in notices(desk, "contract_review_breached"))
    assert set(told) == {second.id}
    (owed,) = [row for row in dump(desk)["duties"] if row.id == f"contract_review:{second.id}"]
    assert (owed.state, owed.met_at > owed.due_at) == ("met", True)


def test_delivery_sends_one_handover_back(desk, second):
    sent_back = [entry for entry in dump(desk)["journal"] if entry.command == "return_handover"]
    assert [entry.opportunity_id for entry in sent_back] == [second.id]
    assert second.handover.verdict.approved
    assert [row.id for row in dump(desk)["duties"] if row.kind == "handover" and row.state == "open"] == []


def test_the_review_finds_what_worked(desk):
    """Deals that the management visited are won more often; the figure stands in the review without anybody's note."""
    review = desk.review("2023-Q4")
    means = QUARTER["visit"]["means"]
    (visits,) = [row for row in review.activity_rates.means if row.whole and row.name == means]
    assert visits.won_with.value > visits.won_without.value
    assert review.total.won > 2
