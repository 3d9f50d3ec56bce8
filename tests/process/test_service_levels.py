"""Service levels, clause by clause: how long they are, how one stands, what is told about it, and pauses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import leadkit as lk
from leadkit.adapters.calendar import calendar
from leadkit.process.calendar import CalendarSettings, Due
from leadkit.process.duties import BY_KIND, DUTIES
from leadkit.process.service_levels import Level, ServiceLevels, Standing, alerts, standing
from tests.desk.desks import ACTORS, START, kept, lead, open_desk, tick_at, touch

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
REP = ACTORS["sales_rep"]
ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York")]
CHINA, BERLIN, NEW_YORK = (
    calendar(CalendarSettings(country=country), zone.key)
    for country, zone in zip(("CN", "DE", "US"), ZONES, strict=True)
)
CALENDARS = st.sampled_from([CHINA, BERLIN, NEW_YORK])
REMINDERS = {duty.kind for duty in DUTIES if duty.reminder}
MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2026, 6, 1), timezones=st.sampled_from([UTC, *ZONES]))  # noqa: DTZ001
LENGTHS = st.integers(1, 4_000).map(lambda quarters: quarters * 15 * MINUTE)


def hours(number: Any, **more: Any) -> Level:
    return Level(hours=Decimal(number), **more)


def elapsed(length: timedelta) -> Level:
    return hours(Decimal(length // MINUTE) / 60)


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


class TestLength:
    """ "24 hours" is elapsed time, a working day comes from the calendar."""

    @given(MOMENTS, st.integers(1, 1000), CALENDARS)
    def test_hours_elapse_by_night_on_days_off_and_over_a_change_of_the_clock(self, start, number, calendar):
        due = hours(number).due(start, calendar)
        assert (due.at - start.astimezone(UTC), due.provisional) == (number * HOUR, False)

    @pytest.mark.parametrize(
        ("zone", "start", "due"),
        [
            ("Europe/Berlin", "2024-03-30T12:00", "2024-03-31T13:00"),
            ("Europe/Berlin", "2024-10-26T12:00", "2024-10-27T11:00"),
            ("America/New_York", "2024-03-09T12:00", "2024-03-10T13:00"),
            ("America/New_York", "2024-11-02T12:00", "2024-11-03T11:00"),
            ("Asia/Shanghai", "2024-03-30T12:00", "2024-03-31T12:00"),
        ],
    )
    def test_a_day_of_24_hours_ends_at_another_time_of_day_where_the_clock_is_changed(self, zone, start, due):
        assert hours(24).due(local(start, zone), BERLIN).at == local(due, zone).astimezone(UTC)

    @given(MOMENTS, st.integers(1, 60), CALENDARS)
    def test_working_hours_end_when_so_much_has_been_worked(self, start, number, calendar):
        due = hours(number, working=True).due(start, calendar).at
        assert calendar.between(start, due) == number * HOUR
        assert calendar.between(start, due - MINUTE) < number * HOUR

    @pytest.mark.parametrize(
        ("start", "due"),
        [
            ("2026-02-13T17:30", "2026-02-14T10:30"),
            ("2026-02-15T10:00", "2026-02-24T11:00"),
            ("2026-10-09T17:00", "2026-10-10T10:00"),
        ],
    )
    def test_two_working_hours_around_chinese_holidays_and_make_up_days(self, start, due):
        found = hours(2, working=True).due(local(start, "Asia/Shanghai"), CHINA)
        assert found == Due(local(due, "Asia/Shanghai").astimezone(UTC), provisional=False)

    @pytest.mark.parametrize(
        ("start", "due"),
        [
            ("2026-02-13T10:00", "2026-02-14T18:00"),
            ("2026-02-14T10:00", "2026-02-24T18:00"),
            ("2026-02-14T19:00", "2026-02-24T18:00"),
            ("2026-02-28T09:00", "2026-03-02T18:00"),
        ],
    )
    def test_one_working_day_ends_at_the_close_of_the_next_day_worked(self, start, due):
        found = Level(working_days=1).due(local(start, "Asia/Shanghai"), CHINA)
        assert found == Due(local(due, "Asia/Shanghai").astimezone(UTC), provisional=False)

    @pytest.mark.parametrize("level", [hours(2, working=True), Level(working_days=1)])
    def test_beyond_the_official_holidays_working_time_is_provisional_and_elapsed_time_is_not(self, level):
        start = local("2099-03-02T10:00", "Asia/Shanghai")
        assert (level.due(start, CHINA).provisional, hours(2).due(start, CHINA).provisional) == (True, False)

    def test_a_fraction_of_an_hour_counts_to_the_microsecond(self):
        assert hours("0.5").due(START, CHINA).at == START + 30 * MINUTE
        assert hours("0.000000001").due(START, CHINA).at == START + timedelta(microseconds=3)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({}, "must have either hours or working_days"),
            ({"hours": 1, "working_days": 1}, "must have either hours or working_days"),
            ({"working_days": 1, "working": True}, "working goes with hours"),
            ({"hours": 0}, "greater than 0"),
            ({"hours": 87_601}, "less than or equal to 87600"),
            ({"working_days": 0}, "greater than or equal to 1"),
            ({"hours": 1, "remind_before_hours": 0}, "greater than 0"),
            ({"hours": 1, "escalate_after_hours": -1}, "greater than 0"),
            ({"hours": float("nan")}, "finite"),
            ({"hour": 1}, "Extra inputs"),
        ],
    )
    def test_what_is_no_level_is_refused(self, said, words):
        with pytest.raises(ValidationError, match=words):
            Level(**said)


class TestStanding:
    """5.1 A breach is visible: due, met or breached, with the time left."""

    @given(MOMENTS, st.none() | MOMENTS, MOMENTS)
    def test_it_follows_from_three_times(self, due_at, met_at, now):
        found = standing(due_at, met_at, now)
        happened = met_at is not None and met_at <= now
        end = met_at if happened else now
        assert found.left == due_at - end
        assert found.state == ("breached" if end > due_at else "met" if happened else "due")

    @given(MOMENTS, st.none() | MOMENTS, MOMENTS, MOMENTS)
    def test_once_breached_it_stays_so(self, due_at, met_at, earlier, later):
        assume(earlier <= later)
        if standing(due_at, met_at, earlier).state == "breached" and (met_at is None or met_at > due_at):
            assert standing(due_at, met_at, later).state == "breached"

    def test_the_end_itself_is_in_time(self):
        assert standing(START, None, START) == Standing("due", timedelta())
        assert standing(START, START, START + HOUR) == Standing("met", timedelta())
        assert standing(START, None, START + timedelta(microseconds=1)).state == "breached"

    def test_what_was_done_too_late_is_breached_by_the_time_that_it_was_late(self):
        assert standing(START, START + HOUR, START + 9 * HOUR) == Standing("breached", -HOUR)


LEVELS = st.builds(
    lambda length, remind, escalate: hours(length, remind_before_hours=remind, escalate_after_hours=escalate),
    st.integers(1, 100),
    st.none() | st.integers(1, 100).map(Decimal),
    st.none() | st.integers(1, 100).map(Decimal),
)


class TestSchedule:
    """5.2 Reminders: before the end where the policy says so, at the end, and to somebody else after it."""

    @given(MOMENTS, LEVELS, st.sampled_from(["response", "report", "objection", "handover"]))
    def test_a_reminder_before_the_end_the_breach_at_it_and_the_escalation_after_it(self, due_at, level, kind):
        told = dict(alerts(due_at, level, reminder=BY_KIND[kind].reminder))
        remind, escalate = level.remind_before_hours, level.escalate_after_hours
        assert told.get("due") == (remind and due_at - int(remind) * HOUR)
        assert told["breached"] == due_at
        assert told.get("escalated") == (escalate and due_at + int(escalate) * HOUR)

    @given(MOMENTS, LEVELS, st.sampled_from(sorted(REMINDERS)))
    def test_what_is_due_on_a_day_is_told_then_and_is_no_breach(self, due_at, level, kind):
        told = dict(alerts(due_at, level, reminder=BY_KIND[kind].reminder))
        assert told["due"] == due_at
        assert "breached" not in told

    @given(MOMENTS, st.none() | LEVELS, st.sampled_from(["response", "follow_up", "objection", "milestone"]))
    def test_the_earliest_is_told_first(self, due_at, level, kind):
        assert all(
            one < other for (_, one), (_, other) in pairwise(alerts(due_at, level, reminder=BY_KIND[kind].reminder))
        )


RISING = st.lists(st.integers(1, 200), max_size=5, unique=True).map(sorted)
ROLES = ("supervisor", "director", "owner")


def ladder(hours_after: list[int]) -> list[dict[str, Any]]:
    return [{"after_hours": hour, "to": ROLES[number % 3]} for number, hour in enumerate(hours_after)]


class TestLadder:
    """A duty that stays undone is told to one after the other, each step once, at its time, to its receiver."""

    @given(MOMENTS, RISING, st.none() | st.integers(1, 200), st.booleans())
    def test_every_step_has_its_time_and_its_receiver_beside_the_single_escalation(self, due_at, after, single, day):
        level = Level.model_validate({"hours": 1, "escalate_after_hours": single, "escalate": tuple(ladder(after))})
        steps = [step for step in level.steps(reminder=day, until=timedelta()) if step.alert == "escalated"]
        wanted = [(hour * HOUR, ROLES[number % 3]) for number, hour in enumerate(after)]
        wanted += [(single * HOUR, None)] if single is not None else []
        assert sorted((step.after, step.to or "") for step in steps) == sorted((at, to or "") for at, to in wanted)
        codes = [code for code, _ in alerts(due_at, level, reminder=day)]
        assert codes[1:] == ["escalated", *(f"escalated_{number}" for number in range(2, len(steps) + 1))][: len(steps)]
        assert codes[0] == ("due" if day else "breached")

    @given(RISING)
    def test_what_was_told_is_past_and_what_comes_later_is_not(self, after):
        level = Level.model_validate({"hours": 1, "remind_before_hours": Decimal(1), "escalate": tuple(ladder(after))})
        steps = level.steps(reminder=False, until=timedelta())
        for number, last in enumerate(steps):
            assert [step.is_past(last.code) for step in steps] == [place <= number for place in range(len(steps))]
        assert not any(step.is_past(None) for step in steps)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ([{"after_hours": 2, "to": "director"}, {"after_hours": 2, "to": "director"}], "must rise"),
            ([{"after_hours": 0, "to": "director"}], "more than 0"),
            ([{"after_hours": 2}], "is missing"),
            ([{"after_hours": 2, "to": "directors"}], "names the role directors, which does not exist"),
        ],
    )
    def test_what_is_no_ladder_is_refused(self, said, words):
        policy = {"name": "ours", "extends": "standard", "service_levels": {"win": {"escalate": said}}}
        with pytest.raises(lk.PolicyError, match=words):
            lk.load_policy(policy)

    def test_the_owner_and_the_approver_are_receivers_as_in_notices(self):
        steps = [{"after_hours": 2, "to": "owner"}, {"after_hours": 3, "to": "approver"}]
        policy = {"name": "ours", "extends": "standard", "service_levels": {"approval": {"escalate": steps}}}
        assert len(lk.load_policy(policy).document.service_levels.levels["approval"].escalate) == 2

    @pytest.mark.parametrize("times", [range(1, 400), [400], [30, 30, 200, 400, 400]])
    def test_each_step_is_told_once_however_often_somebody_looks(self, times):
        steps = [{"after_hours": 10, "to": "supervisor"}, {"after_hours": 72, "to": "director"}]
        levels = {"response": {"medium": {"escalate": steps}}, "follow_up": {"escalate": steps}}
        desk = open_desk(policy={"name": "ours", "extends": "standard", "service_levels": levels})
        desk.capture(lead(1))
        for hour in times:
            tick_at(desk, START + hour * HOUR)
        told = sorted((row.kind, row.role) for row in kept(desk, "outbox") if row.kind.endswith("_escalated"))
        assert told == [
            ("follow_up_escalated", "director"),
            ("follow_up_escalated", "supervisor"),
            ("follow_up_escalated", "supervisor"),
            ("response_escalated", "director"),
            ("response_escalated", "supervisor"),
            ("response_escalated", "supervisor"),
        ]

    def test_what_is_met_goes_no_higher(self):
        steps = [{"after_hours": 10, "to": "supervisor"}, {"after_hours": 72, "to": "director"}]
        levels = {"response": {"medium": {"escalate": steps}}}
        desk = open_desk(policy={"name": "ours", "extends": "standard", "service_levels": levels})
        desk.capture(lead(1))
        desk.clock.pass_(hours=20)
        desk.tick()
        desk.record(touch(1, kind="follow_up", occurred_at=desk.clock.now))
        tick_at(desk, START + 400 * HOUR)
        assert [row.role for row in kept(desk, "outbox") if row.kind == "response_escalated"] == ["supervisor"] * 2


WORKING = st.builds(
    lambda number, in_days: Level(working_days=number) if in_days else hours(number, working=True),
    st.integers(1, 40),
    st.booleans(),
)


class TestPause:
    """While we wait for the customer, what is owed stands still; a breach before the pause stays a breach."""

    @given(MOMENTS, LENGTHS, LENGTHS, LENGTHS, CALENDARS)
    def test_elapsed_time_goes_on_where_it_stood(self, start, length, before, pause, calendar):
        paused_at = start.astimezone(UTC) + before
        resumed_at = paused_at + pause
        due_at = elapsed(length).due(start, calendar).at
        later = elapsed(length).later(due_at, paused_at, resumed_at, calendar)
        assert later == due_at if due_at <= paused_at else later - resumed_at == due_at - paused_at

    @given(MOMENTS, WORKING, LENGTHS, LENGTHS, CALENDARS)
    def test_working_time_goes_on_where_it_stood(self, start, level, before, pause, calendar):
        paused_at = start.astimezone(UTC) + before
        resumed_at = paused_at + pause
        due_at = level.due(start, calendar).at
        later = level.later(due_at, paused_at, resumed_at, calendar)
        left = calendar.between(paused_at, due_at)
        assert later == due_at if due_at <= paused_at else calendar.between(resumed_at, later) == left

    @given(MOMENTS, st.integers(1, 40), LENGTHS, CALENDARS, st.booleans())
    def test_a_breach_before_the_pause_stays_where_it_was(self, start, number, pause, calendar, working):
        level = hours(number, working=working)
        due_at = level.due(start, calendar).at
        assert level.later(due_at, due_at, due_at + pause, calendar) == due_at
        assert level.later(due_at, due_at + MINUTE, due_at + MINUTE + pause, calendar) == due_at

    def test_a_response_is_put_off_by_the_pause_and_shows_what_was_left(self):
        desk = open_desk()
        desk.capture(lead(1))
        desk.clock.pass_(minutes=30)
        desk.pause("L1", by=REP)
        desk.clock.pass_(days=3)
        assert [(one.state, one.left) for one in desk.due(kind="response")] == [("paused", 210 * MINUTE)]
        desk.resume("L1", by=REP)
        assert [(one.state, one.left) for one in desk.due(kind="response")] == [("due", 210 * MINUTE)]

    def test_a_breach_is_shown_as_one_during_the_pause_and_after_it(self):
        desk = open_desk()
        desk.capture(lead(1))
        desk.clock.pass_(hours=5)
        desk.pause("L1", by=REP)
        for _ in range(2):
            desk.clock.pass_(days=1)
            assert [(one.state, one.left) for one in desk.due(kind="response")] == [("breached", -HOUR)]
        desk.resume("L1", by=REP)
        assert [(one.state, one.left) for one in desk.due(kind="response")] == [("breached", -49 * HOUR)]

    def test_two_pauses_put_off_by_both(self):
        desk = open_desk()
        desk.capture(lead(1))
        for pause in (5, 7):
            desk.pause("L1", by=REP)
            desk.clock.pass_(hours=pause)
            desk.resume("L1", by=REP)
            desk.clock.pass_(minutes=10)
        assert [one.left for one in desk.due(kind="response")] == [220 * MINUTE]

    @pytest.mark.parametrize(
        ("kind", "minutes", "goes_on"), [("reply", 60, True), ("reply", 10, False), ("follow_up", 60, False)]
    )
    def test_the_customers_answer_after_its_beginning_ends_a_pause(self, kind, minutes, goes_on):
        desk = open_desk()
        desk.capture(lead(1))
        desk.clock.pass_(minutes=30)
        desk.pause("L1", by=REP)
        desk.clock.pass_(hours=8)
        desk.record(touch(1, kind=kind, occurred_at=START + minutes * MINUTE))
        (row,) = kept(desk, "leads")
        assert (row.paused_at is None, row.resumed_at) == (goes_on, desk.clock.now if goes_on else None)
        assert [one.state for one in desk.due(kind="follow_up")] == ["due" if goes_on else "paused"]

    @pytest.mark.parametrize("way", ["recycle", "reopen"])
    def test_a_lead_that_begins_anew_is_not_paused_any_more(self, way):
        desk = open_desk()
        desk.capture(lead(1))
        desk.pause("L1", by=REP)
        boss = ACTORS["supervisor"]
        if way == "recycle":
            deal = desk.opportunities.convert("L1", {"intent": True, "date_set": True}, by=boss).opportunity_id
            desk.opportunities.lose(deal, "timing", by=boss)
        else:
            desk.disqualify("L1", "lost_interest", by=boss)
            desk.archive("L1", by=boss)
        desk.clock.pass_(days=30)
        getattr(desk, way)("L1", by=boss)
        (row,) = kept(desk, "leads")
        assert (row.paused_at, row.resumed_at) == (None, desk.clock.now)
        assert "paused" not in [one.state for one in desk.due()]


TOUCHES = st.lists(
    st.builds(
        lambda kind, minutes, planned: {
            "kind": kind,
            "occurred_at": START + minutes * MINUTE,
            "next_at": None if planned is None else START + planned * MINUTE,
        },
        st.sampled_from(["follow_up", "reply", "webinar", "core_page_visit"]),
        st.integers(-5000, 0),
        st.none() | st.integers(-5000, 30_000),
    ),
    min_size=1,
    max_size=6,
)


def _stands(row: Any) -> tuple[Any, ...]:
    """A duty: what is open with its end and its reminder, what was met with whether it was in time."""
    how = (row.due_at, row.next_at) if row.met_at is None else (standing(row.due_at, row.met_at, row.met_at).state,)
    return row.kind, row.since, row.state, row.met_at, how


class TestOrder:
    """Facts, not running sums: what is owed follows from the touches, in whatever order they were recorded."""

    @settings(max_examples=50)
    @given(TOUCHES, st.data())
    def test_any_order_of_the_touches_gives_the_same_duties(self, touches, data):
        numbered = list(enumerate(touches))
        found = []
        for order in (numbered, data.draw(st.permutations(numbered))):
            desk = open_desk()
            desk.capture(lead(1, received_at=START - HOUR))
            for number, said in order:
                desk.record(touch(number, **said))
            found.append(sorted(map(_stands, kept(desk, "duties"))))
        assert found[0] == found[1]


class TestNaming:
    """A level that is not named is not kept watch over."""

    def test_a_policy_without_levels_owes_nothing(self):
        levels = ServiceLevels()
        assert [name for name in ("entry", "follow_up", "report", "objection") if getattr(levels, name)] == []
        assert levels.response == {}
