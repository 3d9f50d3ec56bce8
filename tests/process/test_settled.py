"""The process as it is settled: what is owed again, what is told again, and what does not begin anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import leadkit as lk
from tests.desk.desks import ACTORS, BOSS, POOR, SIGNALS, START, kept, lead, notices, open_desk, team, touch

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
A = {"urgency": "immediate", "budget": "high", "competition": "even", "decision_chain": "complex"}
B = {**A, "urgency": "urgent", "budget": "medium"}
C = {**A, "urgency": "normal", "budget": "low", "competition": "behind"}
DIRECTOR = ACTORS["director"]


@pytest.fixture
def desk() -> lk.Desk:
    return open_desk()


def duties(desk: lk.Desk, kind: str, *states: str) -> list[Any]:
    """The duties of a kind, the one that began first first."""
    rows = [row for row in kept(desk, "duties") if row.kind == kind and (not states or row.state in states)]
    return sorted(rows, key=lambda row: row.since)


def pass_ticking(desk: lk.Desk, length: timedelta, step: timedelta = 6 * HOUR) -> None:
    """Let time pass and tick on the way."""
    for _ in range(length // step):
        desk.clock.now += step
        desk.tick()


def told(desk: lk.Desk, kind: str) -> list[timedelta]:
    """How long after START each notice of a kind was put into the outbox."""
    return [row.at - START for row in notices(desk, kind)]


def graded(desk: lk.Desk, levels: dict[str, str], deal: str | None = None) -> str:
    """An opportunity whose grade was confirmed, that of lead 1 where none is named."""
    if deal is None:
        desk.capture(lead(1))
        deal = desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id
    assert deal is not None
    desk.opportunities.assess(deal, **levels, by=BOSS)
    desk.opportunities.confirm_grade(deal, by=BOSS)
    return deal


def reopened(desk: lk.Desk) -> None:
    desk.disqualify("L1", "lost_interest", by=BOSS)
    desk.archive("L1", by=BOSS)
    desk.clock.pass_(days=100)
    desk.reopen("L1", by=BOSS)


def overturned(desk: lk.Desk) -> None:
    desk.disqualify("L1", "lost_interest", by=BOSS)
    desk.overturn("L1", by=BOSS)


def recycled(desk: lk.Desk) -> None:
    deal = desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id
    desk.opportunities.lose(deal, "price", by=BOSS)
    desk.recycle("L1", by=BOSS)


def amended(desk: lk.Desk) -> None:
    desk.amend("L1", {"need.description": POOR["need"]["description"]}, by=BOSS)
    desk.amend("L1", {"need.description": "采购设备,预算50-80万,Q4落地"}, by=BOSS)


class TestComingBack:
    """A lead that comes back owes a first action, a response and reminders anew from that moment; the pool is told."""

    @pytest.mark.parametrize("way", [overturned, reopened, recycled, amended])
    def test_everything_is_owed_anew(self, desk, way):
        """After days of silence the lead comes back, and its response and its reminder count from then."""
        desk.capture(lead(1))
        pass_ticking(desk, 4 * DAY)
        way(desk)
        back = desk.clock.now
        (response,) = duties(desk, "response", "open")
        (silence,) = duties(desk, "follow_up", "open")
        assert (response.since, response.due_at) == (back, back + 4 * HOUR)
        assert (silence.since, silence.due_at) == (back, back + 3 * DAY)
        assert told(desk, "lead_entered_pool")[-1] == back - START

    @pytest.mark.parametrize("way", [overturned, reopened, recycled, amended])
    def test_everything_is_told_anew(self, desk, way):
        """Nobody answers it a second time either: the breach and the silence are told as they were before."""
        desk.capture(lead(1))
        pass_ticking(desk, 4 * DAY)
        way(desk)
        back = desk.clock.now - START
        pass_ticking(desk, 4 * DAY, HOUR)
        assert told(desk, "response_breached") == [timedelta(hours=6), back + 4 * HOUR]
        assert told(desk, "follow_up_due") == [3 * DAY, back + 3 * DAY]

    def test_what_was_late_before_stays_on_record(self, desk):
        """The first response was late, the second in time: each is a duty of its own."""
        desk.capture(lead(1))
        pass_ticking(desk, DAY)
        desk.record(touch(1, occurred_at=desk.clock.now))
        desk.clock.pass_(minutes=1)
        overturned(desk)
        desk.clock.pass_(hours=1)
        desk.record(touch(2, occurred_at=desk.clock.now))
        first, second = duties(desk, "response")
        assert (first.state, first.met_at) == ("met", START + DAY)
        assert (second.state, second.met_at) == ("met", START + DAY + HOUR + MINUTE)
        assert second.met_at < second.due_at < first.due_at + 3 * DAY

    def test_a_breach_of_before_is_counted_beside_the_one_of_now(self, desk):
        desk.capture(lead(1))
        pass_ticking(desk, DAY)
        overturned(desk)
        pass_ticking(desk, DAY)
        kinds = {group.kind: group for group in desk.review("2023-09").duties.kinds}
        assert (kinds["response"].due, kinds["response"].untimely.met) == (2, 2)


class TestAgreedTouch:
    """A touch agreed for a day is due on that day; without one max(last touch + 3 days, cadence)."""

    @pytest.mark.parametrize("days", [1, 2, 3, 20])
    def test_on_its_day(self, desk, days):
        desk.capture(lead(1))
        desk.record(touch(1, next_at=START + days * DAY))
        (row,) = duties(desk, "follow_up", "open")
        assert row.due_at == START + days * DAY

    def test_of_an_opportunity_too(self, desk):
        deal = graded(desk, B)
        desk.record(touch(1, opportunity_id=deal, next_at=START + DAY))
        (row,) = duties(desk, "deal_follow_up", "open")
        assert row.due_at == START + DAY

    def test_without_one_the_cadence_counts(self, desk):
        desk.capture(lead(1))
        desk.record(touch(1))
        (row,) = duties(desk, "follow_up", "open")
        assert row.due_at == START + 7 * DAY


class TestSilence:
    """Silence goes on: it is reminded again every 3 days, and told to the supervisor after a week."""

    def test_again_and_again(self, desk):
        team(desk, li="sales_rep")
        desk.capture(lead(1))
        desk.assign("L1", to="li", by=BOSS)
        pass_ticking(desk, 21 * DAY)
        assert told(desk, "follow_up_due") == [day * DAY for day in range(3, 22, 3)]
        assert told(desk, "follow_up_escalated") == [10 * DAY]
        assert {row.recipient for row in notices(desk, "follow_up_due")} == {"li"}
        assert {row.role for row in notices(desk, "follow_up_escalated")} == {"supervisor"}

    def test_a_tick_that_comes_late_tells_the_last_of_them(self, desk):
        """A machine that was off for two months does not send twenty reminders at once."""
        desk.capture(lead(1))
        desk.clock.pass_(days=60)
        desk.tick()
        assert len(notices(desk, "follow_up_due")) == len(notices(desk, "follow_up_escalated")) == 1
        pass_ticking(desk, 3 * DAY)
        assert len(notices(desk, "follow_up_due")) == 2

    def test_a_touch_ends_it(self, desk):
        desk.capture(lead(1))
        pass_ticking(desk, 7 * DAY)
        desk.record(touch(1, occurred_at=desk.clock.now, next_at=desk.clock.now + 5 * DAY))
        pass_ticking(desk, 9 * DAY)
        assert told(desk, "follow_up_due") == [3 * DAY, 6 * DAY, 12 * DAY, 15 * DAY]

    def test_of_a_breach_too(self):
        """Any level may say so: here every day until the lead is answered."""
        level = {"service_levels": {"response": {"medium": {"hours": 4, "repeat_after_hours": 24}}}}
        desk = open_desk(policy={"name": "ours", "extends": "standard", **level})
        desk.capture(lead(1))
        pass_ticking(desk, 3 * DAY, HOUR)
        assert told(desk, "response_breached") == [4 * HOUR, 28 * HOUR, 52 * HOUR]


class TestPause:
    """A pause ends: what is owed is reminded for its new end."""

    def test_a_reminder_that_was_told_is_told_for_the_new_end(self, desk):
        desk.capture(lead(1))
        pass_ticking(desk, 3 * HOUR, HOUR)
        desk.pause("L1", by=BOSS)
        desk.clock.pass_(days=10)
        desk.resume("L1", by=BOSS)
        pass_ticking(desk, HOUR, HOUR / 2)
        assert told(desk, "response_due") == [3 * HOUR, 10 * DAY + 3 * HOUR + HOUR / 2]

    def test_what_was_late_before_it_is_not_told_again(self, desk):
        desk.capture(lead(1))
        pass_ticking(desk, 5 * HOUR, HOUR)
        desk.pause("L1", by=BOSS)
        desk.clock.pass_(days=10)
        desk.resume("L1", by=BOSS)
        pass_ticking(desk, DAY, HOUR)
        assert told(desk, "response_breached") == [4 * HOUR]


class TestSecondReport:
    """The grade goes A, B, A: a second report is owed."""

    def test_the_first_does_not_meet_it(self, desk):
        deal = graded(desk, A)
        desk.opportunities.report(deal, strategy="s", goal="g", by=BOSS)
        desk.clock.pass_(days=30)
        graded(desk, B, deal)
        desk.clock.pass_(days=30)
        graded(desk, A, deal)
        first, second = duties(desk, "report")
        assert (first.state, first.met_at) == ("met", START)
        assert (second.state, second.due_at) == ("open", START + 61 * DAY)
        desk.opportunities.report(deal, strategy="s", goal="g", by=BOSS)
        assert [row.state for row in duties(desk, "report")] == ["met", "met"]


class TestClocks:
    """Assess or plan again before an answer: the clock of the confirmation or approval does not start again."""

    def test_of_the_confirmation(self, desk):
        desk.capture(lead(1))
        deal = desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id
        for _ in range(10):
            desk.opportunities.assess(deal, **A, by=BOSS)
            pass_ticking(desk, 23 * HOUR, HOUR)
        assert told(desk, "grading_breached") == [DAY]
        desk.opportunities.confirm_grade(deal, by=BOSS)
        (row,) = duties(desk, "grading")
        assert (row.since, row.due_at, row.met_at) == (START, START + DAY, START + 230 * HOUR)

    def test_of_the_approval(self, desk):
        deal = graded(desk, A)
        for _ in range(10):
            desk.opportunities.plan(deal, pains="p", advantages="a", strategy="s", by=BOSS)
            pass_ticking(desk, 23 * HOUR, HOUR)
        assert told(desk, "approval_breached") == [DAY]

    def test_an_answer_begins_it_anew(self, desk):
        deal = graded(desk, A)
        desk.opportunities.plan(deal, pains="p", advantages="a", strategy="s", by=BOSS)
        desk.clock.pass_(hours=5)
        desk.opportunities.reject_plan(deal, reason="no", by=DIRECTOR)
        desk.opportunities.plan(deal, pains="p", advantages="a", strategy="s", by=BOSS)
        assert duties(desk, "approval", "open")[0].due_at == START + DAY + 5 * HOUR
