"""Time that passes: told once, never early, whenever somebody looks; and what a crash in the middle leaves."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event

import leadkit as lk
from leadkit.store.protocol import Query
from leadkit.store.tables import DUTIES
from leadkit.testing.storage.process_checks import together
from leadkit.testing.storage.processes import say, started
from tests.desk import simulation, stores
from tests.desk.desks import BOSS, SIGNALS, START, Clock, dump, kept, lead, notices, open_desk, tick_at, touch

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
LOW = {"company": {"size": "20人"}, "contact": {"job_title": "操作员"}}
A = {"urgency": "immediate", "budget": "high", "competition": "even", "decision_chain": "complex"}
REMINDED = (
    "response_due",
    "report_due",
    "objection_due",
    "handover_due",
    "plan_due",
    "contract_review_due",
    "acceptance_due",
    "follow_up_due",
    "deal_follow_up_due",
)
"""What a breach, or a later reminder of the same, overtakes."""
LATER = START + 30 * DAY


def busy(desk: lk.Desk, number: int = 6) -> lk.Desk:
    """A desk on which much falls due within days."""
    for one in range(1, number + 1):
        desk.capture(lead(one, received_at=START - one * 7 * MINUTE, **(LOW if one % 2 else {})))
    desk.record(touch(1, "L1", kind="follow_up", next_at=START + 4 * DAY))
    desk.pause("L2", by=BOSS)
    opportunity = desk.opportunities.convert("L3", SIGNALS, by=BOSS).opportunity_id
    desk.opportunities.assess(opportunity, **A, by=BOSS)
    desk.opportunities.confirm_grade(opportunity, by=BOSS)
    return desk


def told(desk: lk.Desk) -> dict[str, str]:
    """The kinds of what ticks told, by the notices' ids."""
    return {row.id: row.kind for row in kept(desk, "outbox") if row.kind.endswith(("_due", "_breached", "_escalated"))}


@cache
def every_minute() -> tuple[dict[str, str], dict[str, datetime]]:
    """What is told, and when, by ticking every minute of eight days."""
    desk = busy(open_desk())
    while desk.clock.now < START + 8 * DAY:
        desk.clock.pass_(minutes=1)
        desk.tick()
    return told(desk), {row.id: row.at for row in kept(desk, "outbox")}


TIMES = st.lists(st.integers(1, 8 * 1440), max_size=12).map(lambda minutes: sorted({*minutes, 8 * 1440}))


class TestPureInTime:
    """The host calls `tick` as often as it likes: each thing is told once, and none before its time."""

    @settings(max_examples=30)
    @given(TIMES)
    def test_any_times_tell_what_every_minute_tells_but_reminders_that_were_overtaken(self, minutes):
        desk = busy(open_desk())
        for minute in minutes:
            tick_at(desk, START + minute * MINUTE)
        wanted, times = every_minute()
        missed = {wanted[one] for one in wanted.keys() - told(desk).keys()}
        assert told(desk).keys() <= wanted.keys()
        assert missed <= set(REMINDED)
        assert all(row.at >= times[row.id] for row in kept(desk, "outbox"))

    @settings(max_examples=30)
    @given(TIMES, st.data())
    def test_any_order_of_the_times_tells_each_thing_once(self, minutes, data):
        desk = busy(open_desk())
        for minute in data.draw(st.permutations(minutes)):
            tick_at(desk, START + minute * MINUTE)
        rows = [row for row in kept(desk, "outbox") if row.id in told(desk)]
        assert len({row.id for row in rows}) == len(rows)
        assert {row.kind for row in rows if row.id not in every_minute()[0]} == set()

    def test_a_second_tick_at_the_same_time_changes_nothing(self, desk):
        busy(desk)
        first = tick_at(desk, LATER)
        before = dump(desk)
        assert tick_at(desk, LATER) == lk.Ticked(notices={}, rescored=0)
        assert (sum(first.notices.values()) > 5, dump(desk)) == (True, before)

    def test_what_it_says_is_what_it_told(self, desk):
        busy(desk)
        said = tick_at(desk, LATER)
        assert Counter(told(desk).values()) == Counter(said.notices)

    def test_a_time_that_has_passed_tells_nothing_anew(self, desk):
        busy(desk)
        tick_at(desk, LATER)
        before = dump(desk)
        tick_at(desk, START)
        assert dump(desk) == before

    def test_one_minute_early_tells_nothing(self, desk):
        desk.capture(lead(1))
        tick_at(desk, START + 3 * HOUR - timedelta(microseconds=1))
        assert told(desk) == {}
        tick_at(desk, START + 3 * HOUR)
        assert list(told(desk).values()) == ["response_due"]

    def test_a_time_without_a_zone_is_refused(self, desk):
        with pytest.raises(lk.errors.FactError, match="without a zone"):
            desk.tick(datetime(2023, 9, 4, 9))  # noqa: DTZ001

    def test_more_than_one_batch_is_told_in_one_tick(self):
        desk = open_desk()
        desk.capture_all((lead(number), None) for number in range(600))
        assert tick_at(desk, LATER).notices == {
            "response_breached": 600,
            "response_escalated": 600,
            "follow_up_due": 600,
            "follow_up_escalated": 600,
        }


class TestBands:
    """2.2, 2.3 A lead that crosses into another priority is told of, once, and not while it hovers at the threshold."""

    POLICY = {  # noqa: RUF012
        "name": "decaying",
        "extends": "standard",
        "scoring": {"groups": {"behaviour": {"rules": {"webinar": {"within_days": 10}}}}},
    }

    def crossings(self, desk: lk.Desk) -> list[tuple[str, str]]:
        return [(row.details["before"], row.details["after"]) for row in notices(desk, "priority_changed")]

    def test_up_by_activities_and_down_when_they_no_longer_count(self):
        desk = open_desk(policy=self.POLICY)
        desk.capture(lead(1))
        for number in (1, 2):
            desk.record(touch(number, kind="webinar"))
        assert self.crossings(desk) == [("medium", "high")]
        for _ in range(30):
            desk.clock.pass_(days=1)
            desk.tick()
        assert self.crossings(desk) == [("medium", "high"), ("high", "medium")]

    @pytest.mark.parametrize(("points", "told_of"), [("77.000001", False), ("77", False), ("76.999999", True)])
    def test_a_fall_is_told_of_beyond_the_hysteresis(self, points, told_of):
        rules = {
            "webinar": {"within_days": 10},
            "visit": {"event": "visit", "points": Decimal(points) - 60},
        }
        policy = {
            "name": "hovering",
            "extends": "standard",
            "scoring": {"groups": {"behaviour": {"limit": 20, "rules": rules}}},
        }
        desk = open_desk(policy=policy)
        desk.capture(lead(1))
        desk.record(touch(1, kind="visit"))
        desk.record(touch(2, kind="webinar"))
        assert self.crossings(desk) == [("medium", "high")]
        tick_at(desk, START + 11 * DAY)
        assert (str(desk.lead("L1").points), desk.lead("L1").priority) == (points, "medium")
        assert (len(self.crossings(desk)) == 2) == told_of

    def test_one_that_hovers_at_the_threshold_is_told_of_once(self):
        policy = {**self.POLICY, "rescoring": {"every_days": 1, "hysteresis": 20}}
        desk = open_desk(policy=policy)
        desk.capture(lead(1))
        for number in (0, 2, 4):
            for one in (number, number + 1):
                desk.record(touch(one, kind="webinar", occurred_at=desk.clock.now))
            assert desk.lead("L1").priority == "high"
            desk.clock.pass_(days=5)
            desk.record(touch(100 + number, kind="core_page_visit", occurred_at=desk.clock.now))
            desk.clock.pass_(days=6)
            desk.tick()
            assert desk.lead("L1").priority == "medium"
        assert self.crossings(desk) == [("medium", "high")]


class TestStaleScores:
    """2.3 Scores are brought up to date at least weekly."""

    def test_a_score_is_never_older_than_a_week_after_a_tick(self):
        desk = open_desk()
        desk.capture(lead(1))
        desk.tick()
        desk.clock.pass_(days=3)
        desk.capture(lead(2))
        rescored = []
        for _ in range(20):
            desk.clock.pass_(days=1)
            rescored.append(desk.tick().rescored)
            assert all(desk.clock.now - row.scored_at < 7 * DAY for row in kept(desk, "leads"))
        assert sum(rescored) == 5

    def test_what_nobody_works_on_is_not_scored(self, desk):
        desk.capture(lead(1))
        desk.disqualify("L1", "lost_interest", by=BOSS)
        assert tick_at(desk, START + 30 * DAY).rescored == 0


def tick_often(address: str, hours: list[int]) -> None:
    """Tick at some hours; say how many notices that were."""
    clock = Clock()
    with lk.Desk("standard", address, clock=clock) as desk:
        found = 0
        for hour in hours:
            found += sum(tick_at(desk, START + hour * HOUR).notices.values())
        say(found)


@pytest.mark.xdist_group("stores")
class TestTogether:
    """Two ticks in two processes at once tell each thing once."""

    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_what_one_told_the_other_does_not(self, kind, tmp_path):
        address = stores.address(kind, tmp_path)
        with open_desk(address) as desk:
            desk.capture_all((lead(number, received_at=START - number * MINUTE), None) for number in range(20))
            said = together([(tick_often, address, [*range(10), 71, 72])] * 2)
            assert (min(said) >= 0, sum(said)) == (True, len(told(desk)))
            assert Counter(told(desk).values()) == {
                "response_due": 20,
                "response_breached": 20,
                "response_escalated": 20,
                "follow_up_due": 20,
            }

    def test_what_a_command_did_meanwhile_is_not_overwritten(self, tmp_path):
        address = stores.address("postgres", tmp_path)
        with open_desk(address) as desk, open_desk(address, clock=desk.clock) as other:
            desk.capture(lead(1))
            with pytest.raises(lk.ConflictError):
                _tell_while(desk, lambda: other.record(touch(1, kind="follow_up")))
            assert {row.kind: (row.state, row.last_alert) for row in kept(desk, "duties")} == {
                "response": ("met", None),
                "follow_up": ("open", None),
            }


def _tell_while(desk: lk.Desk, work: Callable[[], Any]) -> None:
    """Note that every open duty was told, while `work` is done between the reading and the writing."""
    with desk.storage.transaction() as unit:
        before = unit.find(Query(DUTIES, {"state": "open"}))
        work()
        unit.replace(DUTIES, [evolve(row, last_alert="due") for row in before])


def statements(engine: Any, work: Any) -> None:
    """Call `work` with the number of every statement before it is sent."""
    numbers = iter(range(10**9))
    event.listen(engine, "before_cursor_execute", lambda *_: work(next(numbers)))


def tick_and_die(file: str, fatal: int) -> None:
    """Tick once, and be killed by the system before the statement number `fatal`."""
    engine = create_engine(f"sqlite:///{file}")
    desk = lk.Desk("standard", engine, clock=Clock())
    statements(engine, lambda number: os.kill(os.getpid(), signal.SIGKILL) if number == fatal else None)
    tick_at(desk, LATER)


class TestCrash:
    """An acknowledged write is there exactly once after kill -9 at any line; a tick in the middle loses nothing."""

    @cache  # noqa: B019
    def prepared(self, folder: Path) -> Path:
        address = stores.sqlite_file(folder, "before.db")
        with open_desk(address) as desk:
            desk.capture_all((lead(number), None) for number in range(260))
        return folder / "before.db"

    def test_a_tick_that_was_killed_is_finished_by_the_next_one(self, tmp_path):
        whole = tmp_path / "whole.db"
        shutil.copy(self.prepared(tmp_path), whole)
        engine, seen = create_engine(f"sqlite:///{whole}"), []
        with open_desk(engine) as desk:
            statements(engine, seen.append)
            tick_at(desk, LATER)
            many, wanted, duties = len(seen), _lasting(desk, "outbox"), _lasting(desk, "duties")
        engine.dispose()
        killed = 0
        for fatal in sorted({many // 4, many // 2, many - 2}):
            file = tmp_path / f"{fatal}.db"
            shutil.copy(self.prepared(tmp_path), file)
            with started(tick_and_die, str(file), fatal) as child:
                killed += child.ended() == -signal.SIGKILL
            with open_desk(f"sqlite:///{file}") as desk:
                tick_at(desk, LATER)
                assert (_lasting(desk, "outbox"), _lasting(desk, "duties")) == (wanted, duties)
        assert killed == 3


def _lasting(desk: lk.Desk, table: str) -> list[Any]:
    """The rows of a table without the numbers that the store gave them, by id."""
    gone = {"seq", "version"}
    rows = [{name: getattr(row, name) for name in row.__slots__ if name not in gone} for row in kept(desk, table)]
    return sorted((row for row in rows if "lead_entered" not in str(row.get("kind"))), key=lambda row: row["id"])


SPANS = [
    (datetime(2024, 3, 6, tzinfo=UTC), datetime(2024, 4, 3, tzinfo=UTC)),
    (datetime(2024, 10, 22, tzinfo=UTC), datetime(2024, 11, 6, tzinfo=UTC)),
]
"""Weeks around the changes of the clock in America and in Europe."""


def simulated(leads: int, start: datetime, end: datetime) -> Counter[str]:
    """Hold the simulation against what follows from the touches by hand; give its figures."""
    cases = simulation.cases(Random(leads), leads, start, end)
    found, figures = simulation.run(cases, start, end)
    wanted = [one for case in cases for one in simulation.expected(case, start, end)]
    assert len(set(found)) == len(found), "something was told twice"
    assert sorted(found) == sorted(wanted)
    return figures + Counter({"reminders": len(found), "leads": len(cases)})


class TestSimulation:
    """Minute by minute over leads in Shanghai, Berlin and New York: every reminder exactly once, and none early."""

    @pytest.mark.parametrize(("start", "end"), SPANS, ids=["spring", "autumn"])
    def test_some_weeks_around_the_changes_of_the_clock(self, start, end):
        figures = simulated(45, start, end)
        assert figures["reminders"] > 45

    @pytest.mark.heavy
    def test_a_thousand_leads_over_two_years(self, capsys):
        figures = simulated(1000, datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
        with capsys.disabled():
            print(f"\n{dict(figures)}")  # noqa: T201
        assert figures["reminders"] > 10 * figures["leads"]
