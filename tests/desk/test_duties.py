"""What is owed to leads and opportunities: in step with every command, and each clause of the handbook."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.process.service_levels import alerts
from tests.desk.desks import ACTORS, BOSS, POOR, SIGNALS, START, VAGUE, kept, lead, notices, open_desk, team, touch
from tests.desk.owed import Expected, Story

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
A = {"urgency": "immediate", "budget": "high", "competition": "even", "decision_chain": "complex"}
B = {"urgency": "urgent", "budget": "medium", "competition": "ahead", "decision_chain": "medium"}
LOW = {
    "company": {"size": "20人"},
    "contact": {"job_title": "操作员"},
    "need": {"description": "采购设备,预算20万,Q4落地"},
}
DIRECTOR, LEGAL = ACTORS["director"], ACTORS["legal"]


@pytest.fixture
def desk() -> lk.Desk:
    """A desk in memory; that every store keeps duties alike is the contract of stores."""
    return open_desk()


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def duty(desk: lk.Desk, kind: str) -> Any:
    """The only duty of a kind."""
    (row,) = [row for row in kept(desk, "duties") if row.kind == kind]
    return row


def told(desk: lk.Desk, kind: str) -> list[datetime]:
    return [row.at for row in notices(desk, kind)]


def ticked(desk: lk.Desk, until: timedelta, step: timedelta = HOUR) -> None:
    """Tick from the clock's time on, `step` by step."""
    end = desk.clock.now + until
    while desk.clock.now < end:
        desk.clock.now += step
        desk.tick()


def opened(desk: lk.Desk, levels: dict[str, str] = A, number: int = 1) -> str:
    """A converted lead's opportunity with its grade confirmed."""
    desk.capture(lead(number))
    one = desk.opportunities.convert(f"L{number}", SIGNALS, by=BOSS).opportunity_id
    graded(desk, one, levels)
    return one


def graded(desk: lk.Desk, one: str, levels: dict[str, str]) -> None:
    desk.opportunities.assess(one, **levels, by=BOSS)
    desk.opportunities.confirm_grade(one, by=BOSS)


def in_talks(desk: lk.Desk, one: str, **plan: Any) -> None:
    said = {"pains": "p", "advantages": "a", "strategy": "s", **plan}
    desk.opportunities.plan(one, **said, by=BOSS)
    desk.opportunities.approve_plan(one, by=DIRECTOR)


def signed(desk: lk.Desk, one: str) -> None:
    desk.opportunities.draft_contract(one, "terms", by=BOSS)
    desk.opportunities.review_contract(one, approved=True, by=LEGAL)
    for side in ("us", "customer"):
        desk.opportunities.sign(one, side, by=BOSS)


ONE = st.tuples(st.sampled_from(Story.COMMANDS), st.integers(0, 3000), st.integers(0, 2), st.integers(0, 7))
BEGINNINGS = st.sampled_from([(), (("convert", 5, 0, 0),), (("convert", 5, 0, 0), ("to_talks", 9, 0, 1))])
STEPS = st.builds(lambda first, rest: [*first, *rest], BEGINNINGS, st.lists(ONE, min_size=1, max_size=20))


class TestInStep:
    """Everyone sees the same state at the same time: after any commands what is stored as owed is what is owed."""

    @settings(max_examples=150)
    @given(STEPS)
    @example([("disqualify", 0, 2, 0), ("overturn", 0, 2, 0)])
    def test_the_stored_duties_are_those_that_follow_from_the_state(self, steps):
        story = Story()
        for command, minutes, which, how in steps:
            story.do(command, minutes, which, how)
        latest = {
            row.id.partition("@")[0]: row for row in sorted(kept(story.desk, "duties"), key=lambda row: row.since)
        }
        found = {
            key: Expected(row.kind, row.since, row.due_at, row.met_at, row.state)
            for key, row in latest.items()
            if row.state != "cancelled"
        }
        assert found == story.expected()

    @settings(max_examples=50)
    @given(STEPS)
    def test_what_is_open_says_when_there_is_more_to_tell_and_nothing_else_does(self, steps):
        story = Story()
        for command, minutes, which, how in steps:
            story.do(command, minutes, which, how)
        story.desk.tick()
        for row in kept(story.desk, "duties"):
            assert row.next_at is None or (row.state == "open" and row.next_at > story.desk.clock.now)
            if row.state == "open" and row.last_alert is None and row.kind in {"follow_up", "regrade", "milestone"}:
                assert row.next_at == alerts(row.due_at, None, reminder=True)[0][1]


class TestEntry:
    """1.3 A lead is entered within 1 working day of being received; a late entry is visible as such."""

    @pytest.mark.parametrize(
        ("received", "entered", "late"),
        [
            ("2023-09-01T17:00", "2023-09-04T18:00", False),
            ("2023-09-01T17:00", "2023-09-04T18:01", True),
            ("2023-09-01T17:00", "2023-09-02T03:00", False),
            ("2026-02-14T10:00", "2026-02-24T17:59", False),
            ("2026-02-13T10:00", "2026-02-24T09:00", True),
        ],
    )
    def test_it_counts_in_working_days(self, desk, received, entered, late):
        desk.clock.now = china(entered) + DAY
        desk.capture(lead(1, received_at=china(received), entered_at=china(entered)))
        row = duty(desk, "entry")
        assert (row.state, row.met_at > row.due_at, len(notices(desk, "entry_late"))) == ("met", late, late)
        assert desk.history("L1")[0].details.get("entered_late") is (True if late else None)

    def test_it_is_told_once_whatever_happens_later(self, desk):
        desk.capture(lead(1, received_at=START - 9 * DAY))
        desk.screen("L1")
        desk.amend("L1", {"company.region": "华东"})
        ticked(desk, 9 * DAY, DAY)
        assert told(desk, "entry_late") == [START]

    def test_without_a_time_of_entry_it_is_that_of_the_capture(self, desk):
        desk.capture(lead(1, received_at=START - HOUR))
        assert duty(desk, "entry").met_at == START

    def test_nothing_is_owed_where_nobody_said_when_it_was_received(self, desk):
        desk.capture(lead(1))
        assert sorted(row.kind for row in kept(desk, "duties")) == ["follow_up", "response"]

    def test_a_corrected_time_of_receipt_is_reckoned_from(self, desk):
        desk.capture(lead(1, received_at=START - 9 * DAY))
        desk.amend("L1", {"received_at": START - HOUR})
        row = duty(desk, "entry")
        assert (row.since, row.met_at <= row.due_at) == (START - HOUR, True)


class TestResponse:
    """5.1 Response times: high priority 2 hours, medium 4 hours, low 24 hours. A breach is visible and counted."""

    @pytest.mark.parametrize(("said", "hours"), [({}, 4), (LOW, 24)])
    def test_it_is_owed_from_the_receipt_on(self, desk, said, hours):
        desk.capture(lead(1, received_at=START - HOUR, **said))
        assert duty(desk, "response").due_at == START - HOUR + hours * HOUR

    def test_a_lead_that_becomes_high_is_owed_one_within_two_hours(self, desk):
        desk.capture(lead(1))
        desk.clock.pass_(hours=1)
        for number in (1, 2):
            desk.record(touch(number, kind="webinar"))
        assert (desk.lead("L1").priority, duty(desk, "response").due_at) == ("high", START + 3 * HOUR)

    def test_a_rise_near_the_end_does_not_put_it_off(self, desk):
        desk.capture(lead(1))
        desk.clock.pass_(hours=3)
        for number in (1, 2):
            desk.record(touch(number, kind="webinar"))
        assert duty(desk, "response").due_at == START + 4 * HOUR

    def test_reminder_breach_and_escalation_are_told_at_their_times(self, desk):
        desk.capture(lead(1))
        ticked(desk, 12 * HOUR, 15 * MINUTE)
        times = {name: told(desk, f"response_{name}") for name in ("due", "breached", "escalated")}
        assert times == {
            "due": [START + 3 * HOUR],
            "breached": [START + 4 * HOUR],
            "escalated": [START + 8 * HOUR],
        }

    def test_a_first_touch_in_time_ends_it(self, desk):
        desk.capture(lead(1))
        desk.clock.pass_(hours=2)
        desk.record(touch(1, kind="follow_up", occurred_at=desk.clock.now))
        ticked(desk, 2 * DAY, HOUR)
        assert (duty(desk, "response").state, told(desk, "response_due"), told(desk, "response_breached")) == (
            "met",
            [],
            [],
        )

    def test_a_visit_to_the_web_site_is_no_response(self, desk):
        desk.capture(lead(1))
        desk.record(touch(1, kind="core_page_visit"))
        assert duty(desk, "response").state == "open"

    def test_a_breach_is_among_what_is_due(self, desk):
        desk.capture(lead(1))
        desk.clock.pass_(hours=5)
        assert [(one.kind, one.state, one.left) for one in desk.due(kind="response")] == [
            ("response", "breached", -HOUR)
        ]

    @pytest.mark.parametrize("way", ["disqualify", "convert", "erase", "merge"])
    def test_what_is_not_worked_on_any_more_is_owed_none(self, desk, way):
        desk.capture(lead(1))
        desk.capture(lead(2))
        if way == "convert":
            desk.opportunities.convert("L1", SIGNALS, by=BOSS)
        elif way == "merge":
            desk.merge("L2", "L1", by=BOSS)
        else:
            getattr(desk, way)("L1", *(["lost_interest"] if way == "disqualify" else []), by=DIRECTOR)
        owed = [row for row in kept(desk, "duties") if row.lead_id == "L1" and row.opportunity_id is None]
        assert {row.state for row in owed if row.kind != "verdict"} == {"cancelled"}
        left = [item for item in desk.due() if item.opportunity_id is None and item.kind != "verdict"]
        assert {item.lead_id for item in left} == {"L2"}


class TestFollowUp:
    """5.2 No follow-up for 3 days triggers a reminder, due when one was agreed for."""

    def due_after(self, desk: lk.Desk, said: dict[str, Any], **how: Any) -> datetime:
        desk.capture(lead(1, **said))
        desk.record(touch(1, kind="follow_up", occurred_at=desk.clock.now, **how))
        return duty(desk, "follow_up").due_at.astimezone(SHANGHAI)

    def test_before_the_first_touch_three_days_after_it_entered_the_pool(self, desk):
        desk.capture(lead(1))
        assert duty(desk, "follow_up").due_at == START + 3 * DAY

    @pytest.mark.parametrize(("planned", "due"), [(1, 1), (3, 3), (20, 20)])
    def test_a_touch_that_was_agreed_is_due_on_its_day(self, desk, planned, due):
        assert self.due_after(desk, {}, next_at=START + planned * DAY) == START + due * DAY

    @pytest.mark.parametrize(
        ("said", "start", "due"),
        [
            ({}, "2023-10-10T09:00", "2023-10-24T09:00"),
            (LOW, "2023-01-31T09:00", "2023-02-28T09:00"),
            (LOW, "2024-01-31T09:00", "2024-02-29T09:00"),
            (LOW, "2023-12-31T09:00", "2024-01-31T09:00"),
            (LOW, "2023-03-31T00:30", "2023-04-30T00:30"),
        ],
    )
    def test_the_cadence_of_its_stage_is_kept_over_short_months(self, desk, said, start, due):
        desk.clock.now = china(start)
        assert self.due_after(desk, said) == china(due)

    @pytest.mark.parametrize(
        ("zone", "start", "due"),
        [
            ("Europe/Berlin", "2024-03-15T09:00", "2024-04-15T09:00"),
            ("Europe/Berlin", "2024-01-31T23:30", "2024-02-29T23:30"),
            ("America/New_York", "2024-10-15T09:00", "2024-11-15T09:00"),
        ],
    )
    def test_a_month_is_one_of_the_policys_zone_and_keeps_the_time_of_day(self, zone, start, due):
        policy = {"name": "there", "extends": "standard", "time_zone": zone}
        desk = open_desk(policy=policy)
        here = ZoneInfo(zone)
        desk.clock.now = datetime.fromisoformat(start).replace(tzinfo=here).astimezone(UTC)
        assert self.due_after(desk, LOW) == datetime.fromisoformat(due).replace(tzinfo=here)

    def test_it_is_told_every_three_days_and_again_after_the_next_silence(self, desk):
        desk.capture(lead(1))
        ticked(desk, 10 * DAY, 6 * HOUR)
        assert told(desk, "follow_up_due") == [START + 3 * DAY, START + 6 * DAY, START + 9 * DAY]
        desk.record(touch(1, kind="follow_up", occurred_at=desk.clock.now, next_at=desk.clock.now + 5 * DAY))
        ticked(desk, 7 * DAY, 6 * HOUR)
        assert told(desk, "follow_up_due")[3:] == [START + 15 * DAY]


class TestReport:
    """3.4 An A opportunity owes a project report within 24 hours; a downgrade frees it."""

    def test_it_is_owed_from_the_confirmation_on(self, desk):
        one = opened(desk)
        row = duty(desk, "report")
        assert (row.opportunity_id, row.state, row.due_at) == (one, "open", START + DAY)

    def test_a_proposed_a_owes_none(self, desk):
        desk.capture(lead(1))
        one = desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id
        desk.opportunities.assess(one, **A, by=BOSS)
        assert "report" not in {row.kind for row in kept(desk, "duties")}

    @pytest.mark.parametrize("levels", [B, {**B, "budget": "low"}])
    def test_b_and_c_owe_none(self, desk, levels):
        opened(desk, levels)
        assert "report" not in {row.kind for row in kept(desk, "duties")}

    def test_a_downgrade_cancels_it_and_an_upgrade_begins_it_anew(self, desk):
        one = opened(desk)
        desk.clock.pass_(hours=10)
        graded(desk, one, B)
        assert duty(desk, "report").state == "cancelled"
        ticked(desk, 2 * DAY, HOUR)
        assert told(desk, "report_due") == told(desk, "report_breached") == []
        again = desk.clock.now
        graded(desk, one, A)
        assert (duty(desk, "report").state, duty(desk, "report").due_at) == ("open", again + DAY)
        ticked(desk, 2 * DAY, HOUR)
        assert (told(desk, "report_due"), told(desk, "report_breached")) == ([again + 20 * HOUR], [again + DAY])

    def test_a_report_that_was_late_stays_late_after_a_downgrade(self, desk):
        one = opened(desk)
        desk.clock.pass_(hours=30)
        desk.opportunities.report(one, strategy="s", goal="g", by=BOSS)
        desk.clock.pass_(days=3)
        graded(desk, one, B)
        row = duty(desk, "report")
        assert (row.state, row.met_at, row.due_at) == ("met", START + 30 * HOUR, START + DAY)


class TestGrading:
    """3.4, 3.5 The rep proposes, a supervisor confirms; each open opportunity is evaluated again every week."""

    def test_a_proposal_is_owed_an_answer_within_a_day(self, desk):
        desk.capture(lead(1))
        one = desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id
        assert "grading" not in {row.kind for row in kept(desk, "duties")}
        desk.opportunities.assess(one, **A, by=BOSS)
        ticked(desk, 2 * DAY)
        assert told(desk, "grading_breached") == [START + DAY]

    def test_where_a_level_is_not_known_there_is_nothing_to_confirm(self, desk):
        desk.capture(lead(1))
        one = desk.opportunities.convert("L1", SIGNALS, amount=2_000_000, by=BOSS).opportunity_id
        desk.opportunities.assess(one, urgency="normal", by=BOSS)
        assert desk.opportunities.get(one).proposed_grade is None
        assert [row.kind for row in kept(desk, "duties") if row.opportunity_id == one] == ["regrade"]

    @pytest.mark.parametrize("hours", [23, 30])
    def test_a_level_that_is_cleared_and_given_again_gives_no_more_time(self, desk, hours):
        desk.capture(lead(1))
        one = desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id
        desk.opportunities.assess(one, **A, by=BOSS)
        ticked(desk, hours * HOUR)
        desk.opportunities.assess(one, clear=["urgency", "competition"], by=BOSS)
        assert not [item for item in desk.due() if item.kind == "grading"]
        ticked(desk, 30 * MINUTE)
        desk.opportunities.assess(one, **A, by=BOSS)
        ticked(desk, DAY)
        assert len(told(desk, "grading_breached")) == 1
        (row,) = (row for row in kept(desk, "duties") if row.kind == "grading")
        assert (row.state, row.since, row.due_at) == ("open", START, START + DAY)

    def test_a_confirmed_grade_that_is_cleared_begins_anew(self, desk):
        one = opened(desk)
        desk.clock.pass_(hours=5)
        desk.opportunities.assess(one, clear=["urgency", "competition"], by=BOSS)
        desk.clock.pass_(hours=5)
        desk.opportunities.assess(one, **B, by=BOSS)
        first, row = sorted((row for row in kept(desk, "duties") if row.kind == "grading"), key=lambda row: row.since)
        assert (first.state, row.state, row.since) == ("met", "open", desk.clock.now)

    def test_what_nobody_assesses_is_due_to_be_after_a_week(self, desk):
        desk.capture(lead(1))
        desk.opportunities.convert("L1", SIGNALS, by=BOSS)
        ticked(desk, 20 * DAY, 12 * HOUR)
        assert told(desk, "regrade_due") == [START + 7 * DAY]

    def test_a_week_after_the_last_look_the_next_one_is_due(self, desk):
        one = opened(desk, B)
        ticked(desk, 3 * DAY, 12 * HOUR)
        desk.opportunities.assess(one, **B, by=BOSS)
        looked = desk.clock.now
        ticked(desk, 20 * DAY, 12 * HOUR)
        assert told(desk, "regrade_due") == [looked + 7 * DAY]

    def test_the_same_grade_again_needs_no_confirmation(self, desk):
        one = opened(desk, B)
        desk.clock.pass_(days=7)
        desk.opportunities.assess(one, **B, by=BOSS)
        first, row = sorted((row for row in kept(desk, "duties") if row.kind == "grading"), key=lambda row: row.since)
        assert (first.state, first.met_at) == ("met", START)
        assert (row.state, row.since, row.met_at) == ("met", desk.clock.now, desk.clock.now)


class TestTalks:
    """4.1, 4.2 Plans wait for approval; milestones have their days; each objection is answered within 24 hours."""

    def test_a_plan_is_owed_a_decision_and_a_new_one_another(self, desk):
        one = opened(desk)
        desk.opportunities.plan(one, pains="p", advantages="a", strategy="s", by=BOSS)
        ticked(desk, 30 * HOUR)
        desk.opportunities.reject_plan(one, reason="too soft", by=DIRECTOR)
        assert (told(desk, "approval_breached"), duty(desk, "approval").state) == ([START + DAY], "cancelled")
        desk.opportunities.plan(one, pains="p", advantages="a", strategy="s2", by=BOSS)
        again = desk.clock.now
        ticked(desk, 30 * HOUR)
        assert told(desk, "approval_breached") == [START + DAY, again + DAY]

    def test_milestones_are_waited_for_once_the_plan_is_approved(self, desk):
        one = opened(desk, B)
        days = [("demo", START + 2 * DAY), ("signature", START + 5 * DAY)]
        desk.opportunities.plan(one, pains="p", advantages="a", strategy="s", milestones=days, by=BOSS)
        assert "milestone" not in {row.kind for row in kept(desk, "duties")}
        desk.opportunities.reject_plan(one, reason="no", by=BOSS)
        in_talks(desk, one, milestones=days)
        desk.opportunities.reach(one, "demo", by=BOSS)
        ticked(desk, 9 * DAY)
        assert told(desk, "milestone_due") == [START + 5 * DAY]

    def test_an_objection_is_reminded_of_breached_and_escalated(self, desk):
        one = opened(desk, B)
        in_talks(desk, one)
        desk.opportunities.raise_objection(one, "too dear", by=BOSS)
        ticked(desk, 3 * DAY)
        times = [told(desk, f"objection_{name}") for name in ("due", "breached")]
        assert times == [[START + 20 * HOUR], [START + DAY]]
        escalated = told(desk, "objection_escalated")
        assert (len(escalated), {*escalated}) == (4, {START + 2 * DAY})

    def test_an_answer_in_time_ends_it(self, desk):
        one = opened(desk, B)
        in_talks(desk, one)
        desk.opportunities.raise_objection(one, "too dear", by=BOSS)
        desk.opportunities.answer_objection(one, f"{one}-1", "worth it", by=BOSS)
        ticked(desk, 3 * DAY)
        assert (duty(desk, "objection").state, told(desk, "objection_due")) == ("met", [])

    def test_what_was_left_unanswered_can_be_answered_after_the_signature(self, desk):
        one = opened(desk, B)
        in_talks(desk, one)
        desk.opportunities.raise_objection(one, "too dear", by=BOSS)
        signed(desk, one)
        desk.opportunities.answer_objection(one, f"{one}-1", "worth it", by=BOSS)
        assert duty(desk, "objection").state == "met"


class TestClosing:
    """4.3 Within 1 working day of the signatures it is marked won, and handed over to delivery."""

    @pytest.mark.parametrize(
        ("signature", "due"),
        [
            ("2026-02-13T10:00", "2026-02-14T18:00"),
            ("2026-02-14T10:00", "2026-02-24T18:00"),
            ("2026-02-15T10:00", "2026-02-24T18:00"),
            ("2026-02-28T10:00", "2026-03-02T18:00"),
        ],
    )
    def test_one_working_day_around_the_spring_festival(self, desk, signature, due):
        desk.clock.now = china(signature)
        one = opened(desk, B)
        in_talks(desk, one)
        signed(desk, one)
        assert [duty(desk, kind).due_at for kind in ("win", "handover")] == [china(due)] * 2
        desk.clock.now = china(due) + MINUTE
        desk.tick()
        assert [len(notices(desk, kind)) for kind in ("win_breached", "handover_breached")] == [1, 1]

    def test_marked_late_it_was_late(self, desk):
        one = opened(desk, B)
        in_talks(desk, one)
        signed(desk, one)
        desk.clock.pass_(days=5)
        desk.opportunities.win(one, amount=800_000, by=BOSS)
        row = duty(desk, "win")
        assert (row.state, row.met_at - row.due_at > 3 * DAY) == ("met", True)
        assert desk.opportunities.get(one).opportunity.closed_at == START

    def test_a_handover_is_reminded_of_three_hours_before_its_end(self, desk):
        desk.clock.now = china("2023-09-04T10:00")
        one = opened(desk, B)
        in_talks(desk, one)
        signed(desk, one)
        ticked(desk, 2 * DAY)
        assert told(desk, "handover_due") == [china("2023-09-05T15:00")]

    @pytest.mark.parametrize("stage", ["graded", "negotiating", "signed"])
    def test_what_is_lost_owes_nothing_any_more(self, desk, stage):
        one = opened(desk)
        if stage != "graded":
            in_talks(desk, one, milestones=[("demo", START + DAY)])
            desk.opportunities.raise_objection(one, "too dear", by=BOSS)
        if stage == "signed":
            signed(desk, one)
        desk.opportunities.lose(one, "price", by=BOSS)
        assert desk.due() == ()
        ticked(desk, 30 * DAY, DAY)
        assert [row.kind for row in kept(desk, "outbox") if row.at > START] == []


class TestOwner:
    """Who owes what: an open duty is its lead's owner's, what was met stays whose it was."""

    def test_it_moves_with_the_lead(self, desk):
        team(desk, li="sales_rep", wang="sales_rep")
        desk.capture(lead(1))
        desk.assign("L1", "li", by=BOSS)
        assert {one.owner for one in desk.due()} == {"li"}
        desk.record(touch(1, kind="follow_up"))
        desk.assign("L1", "wang", by=BOSS)
        assert {row.kind: row.owner for row in kept(desk, "duties")} == {"response": "li", "follow_up": "wang"}

    @pytest.mark.parametrize(("said", "kinds"), [(POOR, ["verdict"]), (VAGUE, ["follow_up", "response", "screening"])])
    def test_an_invalid_lead_is_owed_a_verdict_alone_and_an_open_one_what_every_lead_is(self, desk, said, kinds):
        desk.capture(lead(1, **said))
        assert sorted(one.kind for one in desk.due()) == kinds
