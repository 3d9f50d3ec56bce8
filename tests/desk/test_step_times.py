"""Steps that are entered later than they were taken."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import leadkit as lk
from tests.desk.desks import BOSS, SIGNALS, START, kept, lead, open_desk
from tests.desk.test_opportunities import LEGAL, PLAN, REP, B, bring, graded, opened

HOUR = timedelta(hours=1)


@pytest.fixture
def desk() -> lk.Desk:
    return open_desk()


def refusal(call) -> lk.CommandError:
    with pytest.raises(lk.CommandError) as caught:
        call()
    return caught.value


def duty(desk: lk.Desk, kind: str):
    return next(row for row in kept(desk, "duties") if row.kind == kind)


def test_a_signature_of_friday_is_fridays_and_the_journal_says_when_it_was_entered(desk):
    deal, deals = bring(desk, "contracting"), desk.opportunities
    desk.clock.pass_(days=3)
    friday, monday = START + HOUR, START + timedelta(days=3)
    deals.sign(deal, "us", at=friday, by=REP)
    state = deals.get(deal)
    assert (state.stage, state.contract.signed_by_us_at) == ("signed", friday)
    assert duty(desk, "win").since == friday
    deals.win(deal, amount=800_000, by=REP)
    assert deals.get(deal).opportunity.closed_at == friday
    signed = [item for item in deals.history(deal) if item.what == "sign"][-1]
    assert (signed.at, signed.entered_at) == (friday, monday)
    assert [item.entered_at for item in deals.history(deal) if item.what == "win"] == [None]


def test_the_history_is_in_the_order_of_what_happened(desk):
    deal = bring(desk, "negotiating")
    desk.clock.pass_(hours=10)
    desk.opportunities.report(deal, strategy="s", goal="g", by=REP)
    desk.opportunities.raise_objection(deal, "too late", at=START + HOUR, by=REP)
    items = desk.opportunities.history(deal)
    assert [item.at for item in items] == sorted(item.at for item in items)
    assert [item.what for item in items][-2:] == ["raise_objection", "report"]


def test_a_duty_counts_from_when_it_happened(desk):
    deal = bring(desk, "negotiating")
    desk.clock.pass_(hours=30)
    desk.opportunities.raise_objection(deal, "too slow", at=START + HOUR, by=REP)
    desk.opportunities.answer_objection(deal, "2", "faster now", at=START + 2 * HOUR, by=REP)
    row = next(row for row in kept(desk, "duties") if row.id == f"objection:{deal}-2")
    assert (row.since, row.met_at, row.state) == (START + HOUR, START + 2 * HOUR, "met")


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), timedelta(days=400)])
def test_no_step_lies_ahead_of_the_clock(desk, ahead):
    deal = opened(desk)
    error = refusal(lambda: desk.opportunities.assess(deal, **B, at=START + ahead, by=REP))
    assert "ahead of the clock" in str(error)
    assert "2023-09-04 17:00:00+08:00" in str(error), "the latest time that is possible, in the company's zone"


def test_a_time_without_a_zone_is_refused(desk):
    deal = opened(desk)
    naive = datetime(2023, 9, 4)  # noqa: DTZ001
    error = refusal(lambda: desk.opportunities.assess(deal, **B, at=naive, by=REP))
    assert "no time zone" in str(error)


def test_no_step_lies_before_the_one_that_it_needs(desk):
    desk.clock.pass_(days=1)
    deals, deal = desk.opportunities, opened(desk)
    day = timedelta(days=1)

    def step(name: str, *given, **named) -> None:
        """A step a day after the one before; an hour before that one it is refused with the earliest time."""
        before = desk.clock.now
        desk.clock.pass_(days=1)
        command = getattr(deals, name)
        error = refusal(lambda: command(deal, *given, **named, at=before - HOUR))
        assert "before the step that it needs" in str(error), name
        assert "earliest possible: 2023-09-" in str(error), name
        command(deal, *given, **named, at=before + day)

    step("assess", **B, by=REP)
    step("confirm_grade", by=BOSS)
    step("plan", **PLAN, by=REP)
    step("reject_plan", reason="too soft", by=BOSS)
    deals.plan(deal, **PLAN, by=REP)
    step("approve_plan", by=BOSS)
    step("raise_objection", "too dear", by=REP)
    step("answer_objection", "1", "worth it", by=REP)
    deals.draft_contract(deal, "30 days", by=REP)
    step("review_contract", approved=True, by=LEGAL)
    step("sign", "us", by=REP)
    desk.clock.pass_(days=1)
    deals.sign(deal, "customer", by=REP)
    step("win", amount=400_000, by=REP)
    error = refusal(lambda: deals.hand_over(deal, "t", at=START + 2 * HOUR, by=REP))
    assert "sign" in str(error)


def test_a_loss_is_not_before_the_last_step(desk):
    deal = graded(desk, B)
    desk.clock.pass_(days=2)
    desk.opportunities.plan(deal, **PLAN, by=REP)
    refusal(lambda: desk.opportunities.lose(deal, "price", at=START + HOUR, by=REP))
    desk.opportunities.lose(deal, "price", at=START + timedelta(days=2), by=REP)


def test_a_conversion_is_not_before_the_lead_came(desk):
    desk.clock.pass_(days=2)
    desk.capture(lead(1, received_at=START + HOUR))
    error = refusal(lambda: desk.opportunities.convert("L1", SIGNALS, at=START, by=REP))
    assert "2023-09-04 18:00:00+08:00" in str(error)
    receipt = desk.opportunities.convert("L1", SIGNALS, at=START + 2 * HOUR, by=REP)
    assert desk.opportunities.get(receipt.opportunity_id).opportunity.opened_at == START + 2 * HOUR


def test_a_notice_is_of_the_time_at_which_it_is_told(desk):
    deal = bring(desk, "contracting")
    desk.clock.pass_(days=2)
    desk.opportunities.draft_contract(deal, "60 days", at=START + HOUR, by=REP)
    notice = [row for row in kept(desk, "outbox") if row.kind == "contract_to_review"][-1]
    assert notice.at == START + timedelta(days=2)


def test_the_same_step_under_its_key_is_taken_once(desk):
    deal = bring(desk, "negotiating")
    desk.clock.pass_(days=2)
    give = [desk.opportunities.raise_objection(deal, "x", at=START + HOUR, key="k", by=REP) for _ in range(2)]
    assert give[0] == give[1]
    refusal(lambda: desk.opportunities.raise_objection(deal, "x", at=START + 2 * HOUR, key="k", by=REP))
