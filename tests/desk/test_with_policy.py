"""A running desk gets another policy, and says whether it can work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

import leadkit as lk
from leadkit.adapters.sql.schema import HEAD
from leadkit.errors import PolicyError, StorageError
from leadkit.store.memory import MemoryStorage
from tests.desk.desks import BOSS, lead, open_desk, team
from tests.desk.stores import address
from tests.desk.test_transactions import driver

pytestmark = pytest.mark.xdist_group("stores")
STRICT = {"name": "strict", "extends": "standard", "scoring": {"bands": {"priority": {"high": 60}}}}


class TestWithPolicy:
    """A new desk on the same store, plugins, actor and clock; the old one goes on as it was."""

    def test_the_new_one_decides_by_the_new_policy_and_the_old_one_by_the_old(self, desk):
        other = desk.with_policy(STRICT)
        desk.capture(lead(1))
        other.capture(lead(2))
        assert (desk.lead("L1").priority, other.lead("L2").priority) == ("medium", "high")
        assert (desk.policy.id, other.policy.id) == (lk.load_policy("standard").id, lk.load_policy(STRICT).id)
        assert {state.id for state in desk.queue()} == {state.id for state in other.queue()} == {"L1", "L2"}
        assert other.executor.clock is desk.executor.clock

    def test_every_question_asks_by_the_policy_of_its_desk(self, desk):
        extra = {"name": "ours", "extends": "standard", "time_zone": "America/New_York"}
        other = desk.with_policy(extra)
        starts = [asked.review("2023-Q3").period.start.isoformat() for asked in (desk, other)]
        assert starts == ["2023-06-30T16:00:00+00:00", "2023-07-01T04:00:00+00:00"]

    def test_a_tick_of_the_new_desk_settles_open_leads(self, desk):
        desk.capture(lead(1))
        other = desk.with_policy(STRICT)
        other.tick()
        other.rescore("L1", by=BOSS)
        assert other.lead("L1").priority == "high"

    def test_the_policy_of_a_desk_can_not_be_changed_in_place(self, desk):
        with pytest.raises(AttributeError):
            desk.policy = lk.load_policy(STRICT)

    def test_a_desk_of_a_class_of_its_own_stays_one(self):
        class Ours(lk.Desk):
            pass

        assert type(Ours("standard").with_policy("standard")) is Ours

    def test_a_policy_that_is_refused_changes_nothing(self, desk):
        with pytest.raises(PolicyError):
            desk.with_policy({"name": "x", "extends": "nowhere"})
        assert desk.capture(lead()).outcome == "captured"


class Told:
    name = "told"

    @lk.hookimpl
    def leadkit_notify(self, notice: lk.Notice) -> None:
        """Tell nobody."""


class TestPing:
    """A health check: the store is reached, its schema is right, and which plugins there are."""

    def test_what_is_there_is_answered(self, tmp_path):
        with open_desk(address("sqlite", tmp_path), plugins=[Told()]) as desk:
            health = desk.ping()
            assert (health.policy, health.schema, health.plugins) == (desk.policy.id, HEAD, ("told",))
            assert health.to_dict()["failures"] == []

    def test_a_store_without_a_schema_is_asked_for_rows(self):
        asked: list[Any] = []

        class Asked(MemoryStorage):
            def transaction(self, *, read_only: bool = False) -> Any:
                asked.append(read_only)
                return super().transaction(read_only=read_only)

        assert open_desk(Asked()).ping().schema is None
        assert asked == [True]

    def test_a_file_that_is_gone(self, tmp_path):
        url = address("sqlite", tmp_path)
        with open_desk(url) as desk:
            Path(url.removeprefix("sqlite:///")).unlink()
            with pytest.raises(StorageError, match="was deleted or replaced"):
                desk.ping()

    def test_a_schema_that_somebody_brought_further(self, tmp_path):
        url = address("postgres", tmp_path)
        engine = create_engine(driver(url))
        with open_desk(engine) as desk:
            team(desk, li="sales_rep")
            with engine.begin() as connection:
                connection.exec_driver_sql("UPDATE leadkit_version SET version_num = '9999'")
            with pytest.raises(StorageError, match="newer than this leadkit knows") as caught:
                desk.ping()
        assert caught.value.problems[0].hint == "upgrade leadkit"
        engine.dispose()
