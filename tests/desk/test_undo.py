"""An import can be told before it is run, and taken back after it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

import leadkit as lk
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_csv
from leadkit.desk.importing import import_activities, import_leads
from leadkit.errors import ConflictError, NotFoundError, SheetError
from leadkit.store.protocol import Query
from leadkit.store.tables import CHANGES, IMPORTS, JOURNAL, LEADS, OUTBOX, TABLES, TOUCHES
from tests.desk.desks import NEED, address
from tests.desk.test_updates import FOLLOW_UPS, HEADS, row

DIRECTOR = lk.Actor(id="wu", role="director")
NOTED = {table.name for table in (JOURNAL, OUTBOX, CHANGES, IMPORTS, TOUCHES)}
"""Where an import and its undoing leave their traces."""
PHONES = ("13812345001", "13812345002", None, "021-62345678")
COMPANIES = ("测一自动化有限公司", "乙公司机械", None)
TITLES = ("总经理", "采购专员", None)


class Clock:
    """A clock that goes on by a second each time it is looked at."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def desk(storage: Any = "memory:") -> lk.Desk:
    policy = {"extends": "standard", "name": "ours", "capture": {"required": []}}
    return lk.Desk(policy, storage, clock=Clock())


def held(store: lk.Desk) -> dict[str, dict[str, Any]]:
    """Every row but the notes, without versions."""
    with store.storage.transaction(read_only=True) as unit:
        return {
            table.name: {kept.id: {**table.to_json(kept), "version": 0} for kept in unit.find(Query(table))}
            for table in TABLES
            if table.name not in NOTED
        }


def sheet(file: Path, rows: list[tuple[object, ...]], heads: tuple[str, ...] = HEADS) -> Path:
    write_csv(file, Table("sheet", heads, rows))
    return file


@st.composite
def sheets(draw: Any) -> list[tuple[object, ...]]:
    """Rows of a few people and companies, so that they are often the same; numbers rise."""
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(PHONES), st.sampled_from(COMPANIES), st.sampled_from(TITLES)),
            min_size=1,
            max_size=4,
        )
    )
    start = draw(st.integers(1, 3))
    return [
        row(start + place, phone=phone, company=company, title=title, email=None, name="王一")
        for place, (phone, company, title) in enumerate(rows)
    ]


BY_COMPANY = {
    "extends": "standard",
    "name": "by_company",
    "capture": {"required": []},
    "account": {"facts": {"company_contacts": {"count": "contacts"}, "company_role": {"best": "role"}}},
    "scoring": {
        "groups": {
            "company": {
                "limit": 40,
                "rules": {
                    "contacts": {"field": "company_contacts", "ranges": {"many": {"at_least": 2, "points": 7}}},
                    "best_role": {"field": "company_role", "points": {"decision_maker": 11}},
                },
            }
        }
    },
}


def scores(store: lk.Desk) -> dict[str, Any]:
    """Of every lead its points and what is known of its company."""
    return {key: (kept["points"], kept["account_facts"]) for key, kept in held(store)["leads"].items()}


def in_need(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """The same rows of people whose leads are valid, and so in the queue."""
    place = HEADS.index("初步需求描述")
    return [(*each[:place], NEED, *each[place + 1 :]) for each in rows]


class TestUndo:
    @given(first=sheets(), second=sheets())
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_restores_what_was_before(self, tmp_path, first, second):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", first))
        before = held(store)
        done = import_leads(store, sheet(tmp_path / "b.csv", [*second, row(99, company="丙", phone="13812345099")]))
        undone = store.undo(done.run)
        assert undone.kept == ()
        assert held(store) == before

    @given(first=sheets(), second=sheets())
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_restores_what_other_leads_of_the_company_were_scored_by(self, tmp_path, first, second):
        store = lk.Desk(lk.load_policy(BY_COMPANY), clock=Clock())
        import_leads(store, sheet(tmp_path / "a.csv", in_need(first)))
        before = scores(store)
        done = import_leads(store, sheet(tmp_path / "b.csv", in_need([*second, row(99, company=COMPANIES[0])])))
        undone = store.undo(done.run)
        assert (undone.kept, scores(store)) == ((), before)

    def test_a_lead_that_was_only_scored_by_another_goes(self, tmp_path):
        store = lk.Desk(lk.load_policy(BY_COMPANY), clock=Clock())
        import_leads(store, sheet(tmp_path / "a.csv", in_need([row(1, company="测一自动化有限公司")])))
        other = row(2, company="乙公司机械", phone=PHONES[1], email=None)
        done = import_leads(store, sheet(tmp_path / "b.csv", in_need([other])))
        store.amend("1", {"company.name": "乙公司机械"}, by=DIRECTOR)
        assert {facts["company_contacts"] for _, facts in scores(store).values()} == {2}
        undone = store.undo(done.run)
        assert (undone.removed, undone.kept) == (1, ())
        assert [facts["company_contacts"] for _, facts in scores(store).values()] == [1]

    @given(first=sheets(), second=sheets())
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_and_the_file_can_be_imported_again(self, tmp_path, first, second):
        store, again = desk(), desk()
        files = sheet(tmp_path / "a.csv", first), sheet(tmp_path / "b.csv", [*second, row(99, company="丙")])
        done = [import_leads(store, file) for file in files]
        store.undo(done[1].run)
        outcomes = [made.outcome for made in import_leads(store, files[1]).rows]
        for file in files:
            wanted = [made.outcome for made in import_leads(again, file).rows]
        assert outcomes == wanted

    @pytest.mark.parametrize("kind", ["memory", "sqlite"])
    def test_follow_ups_go_too(self, tmp_path, kind):
        store = desk(address(kind, tmp_path))
        import_leads(store, sheet(tmp_path / "a.csv", [row()]))
        before = held(store)
        touches = sheet(tmp_path / "f.csv", [("1", "2026-11-23 10:00", "电话", "问预算", "")], FOLLOW_UPS)
        done = import_activities(store, touches)
        assert held(store)["duties"] != before["duties"]
        assert (done.recorded, store.undo(done.run).restored) == (1, 1)
        assert held(store) == before
        assert store.imports()[0].id == done.run
        assert store.imports()[0].undone_at is not None
        store.close()

    def test_what_found_an_ended_lead_finds_it_again(self, tmp_path):
        """A new lead of the same customer takes over what it is found by; when it goes, that leads back."""
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", [row(need="预算2000元,了解一下", entered="2026-09-01")]))
        store.archive("1", by=DIRECTOR)
        before = held(store)
        done = import_leads(store, sheet(tmp_path / "b.csv", [row(2, entered="2026-11-23")]))
        assert done.captured == 1
        assert held(store)["matches"]["company:测一自动化|"]["lead_id"] == "2"
        store.undo(done.run)
        assert held(store) == before

    def test_a_lead_that_somebody_touched_stays_and_is_named(self, tmp_path):
        store = desk()
        rows = [row(), row(2, company="乙公司机械", phone="13812345002", email=None)]
        done = import_leads(store, sheet(tmp_path / "a.csv", rows))
        store.amend("2", {"contact.job_title": "总监"}, by=DIRECTOR)
        undone = store.undo(done.run)
        assert (undone.removed, undone.kept) == (1, (("2", "amend by wu"),))
        assert store.lead("2").lead.contact.job_title == "总监"
        with pytest.raises(NotFoundError):
            store.lead("1")

    def test_a_later_import_of_the_same_lead_keeps_it(self, tmp_path):
        store = desk()
        done = import_leads(store, sheet(tmp_path / "a.csv", [row()]))
        later = import_leads(store, sheet(tmp_path / "b.csv", [row(title="总经理")]))
        assert store.undo(done.run).kept == (("1", "capture by system"),)
        assert store.undo(later.run).restored == 1
        assert store.lead("1").lead.contact.job_title == "采购专员"

    def test_what_was_kept_once_is_kept_when_the_import_is_run_and_undone_again(self, tmp_path):
        store = desk()
        rows = [row(), row(2, company="乙公司机械", phone="13812345002", email=None)]
        file = sheet(tmp_path / "a.csv", rows)
        run = import_leads(store, file).run
        store.amend("2", {"contact.job_title": "总监"}, by=DIRECTOR)
        store.undo(run)
        assert [made.before for made in import_leads(store, file).rows] == [False, True]
        again = store.undo(run)
        assert (again.removed, again.kept) == (1, (("2", "amend by wu"),))
        assert store.lead("2").lead.contact.job_title == "总监"

    def test_a_follow_up_by_hand_between_two_runs_of_an_import_keeps_the_lead(self, tmp_path):
        store = desk()
        file = sheet(tmp_path / "a.csv", [row()])
        run = import_leads(store, file).run
        at = store.executor.clock()
        store.record(lk.Activity(id="A1", lead_id="1", kind="follow_up", occurred_at=at))
        touches = sheet(tmp_path / "f.csv", [("1", "2026-11-23 10:00", "电话", "问预算", "")], FOLLOW_UPS)
        assert import_leads(store, file, activities=touches).recorded == 1
        assert store.undo(run).kept == (("1", "a follow-up was recorded"),)
        assert len(store.activities("1")) == 2

    def test_follow_ups_of_a_later_import_keep_the_lead(self, tmp_path):
        store = desk()
        file = sheet(tmp_path / "a.csv", [row()])
        run = import_leads(store, file).run
        touches = sheet(tmp_path / "f.csv", [("1", "2026-11-23 10:00", "电话", "问预算", "")], FOLLOW_UPS)
        later = import_activities(store, touches)
        assert store.undo(run).kept == (("1", "a follow-up was recorded"),)
        assert store.undo(later.run).restored == 1

    @pytest.mark.parametrize("size", [1, 2, 3])
    def test_in_batches_of_any_size(self, tmp_path, monkeypatch, size):
        monkeypatch.setattr("leadkit.desk.execute.BATCH", size)
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", [row(), row(2, company="乙公司机械", phone="13812345002")]))
        before = held(store)
        rows = [row(title="总经理"), row(7, title="总监"), row(8, company="丙", phone="13812345003", email=None)]
        undone = store.undo(import_leads(store, sheet(tmp_path / "b.csv", rows)).run)
        assert (undone.kept, held(store)) == ((), before)

    def test_rescoring_touches_nothing(self, tmp_path):
        store = desk()
        done = import_leads(store, sheet(tmp_path / "a.csv", [row()]))
        store.rescore()
        assert (store.undo(done.run).removed, store.queue()) == (1, ())

    def test_the_history_of_a_restored_lead_says_what_went_back(self, tmp_path):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", [row()]))
        between = store.executor.clock()
        done = import_leads(store, sheet(tmp_path / "b.csv", [row(title="总经理")]))
        amended = store.executor.clock()
        store.undo(done.run, by=DIRECTOR)
        last = store.history("1")[-1]
        assert (last.what, last.actor, last.changes) == ("undo", "wu", {"job_title": ("总经理", "采购专员")})
        titles = [store.facts("1", at=at)["job_title"] for at in (between, amended, store.executor.clock())]
        assert titles == ["采购专员", "总经理", "采购专员"]

    def test_one_that_is_not_there_and_one_that_was_cut_off(self, tmp_path):
        store = desk()
        with pytest.raises(NotFoundError, match="no such import"):
            store.undo("nothing")
        file = sheet(tmp_path / "a.csv", [row(), row(2, company="乙", phone="13812345002", email=None)])

        def stop(rows: Any) -> Any:
            yield from ()
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_leads(store, file, shown=stop)
        with pytest.raises(ConflictError, match="not finished"):
            store.undo(store.imports()[0].id)
        assert import_leads(store, file).captured == 2
        assert store.undo(store.imports()[0].id).removed == 2

    def test_an_erased_person_is_not_brought_back(self, tmp_path):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", [row()]))
        done = import_leads(store, sheet(tmp_path / "b.csv", [row(title="总经理")]))
        store.erase("1", by=DIRECTOR)
        undone = store.undo(done.run)
        assert (undone.removed, undone.restored) == (0, 0)
        with store.storage.transaction(read_only=True) as unit:
            assert unit.find(Query(TOUCHES)) == []
            (lead,) = unit.find(Query(LEADS))
        assert lead.erased_at is not None


class TestDryRun:
    @given(first=sheets(), second=sheets())
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_says_what_the_run_does_and_writes_nothing(self, tmp_path, first, second):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", first))
        before, noted = held(store), len(store.imports())
        file = sheet(tmp_path / "b.csv", second)
        said = import_leads(store, file, dry_run=True)
        assert (held(store), len(store.imports())) == (before, noted)
        assert json.loads(json.dumps(said.to_dict())) == json.loads(json.dumps(import_leads(store, file).to_dict()))

    @given(first=sheets(), second=sheets())
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_a_plan_is_done_as_it_was_told(self, tmp_path, first, second):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", first))
        file = sheet(tmp_path / "b.csv", second)
        plan = store.plan_import(file)
        assert import_leads(store, file, plan=plan).rows == plan.rows

    def test_a_row_that_would_come_to_something_else_by_now_is_set_aside(self, tmp_path):
        store = desk()
        import_leads(store, sheet(tmp_path / "a.csv", [row()]))
        rows = [row(title="总经理"), row(2, company="乙公司机械", phone="13812345002", email=None)]
        file = sheet(tmp_path / "b.csv", rows)
        plan = store.plan_import(file)
        store.amend("1", {"contact.job_title": "总监"}, by=DIRECTOR)
        done = import_leads(store, file, plan=plan)
        assert [made.outcome for made in done.rows] == ["set_aside", "captured"]
        assert store.lead("1").lead.contact.job_title == "总监"
        other = sheet(tmp_path / "c.csv", [*rows, row(3, company="丙", phone="13812345003", email=None)])
        with pytest.raises(SheetError, match="not the file that was planned"):
            import_leads(store, other, plan=plan)

    def test_over_a_file_with_follow_ups(self, tmp_path):
        store = desk(address("sqlite", tmp_path))
        leads = sheet(tmp_path / "a.csv", [row(), row(2, title="总经理")])
        touches = sheet(tmp_path / "f.csv", [("2", "2026-11-23 10:00", "研讨会", "参加", "感兴趣")], FOLLOW_UPS)
        said = import_leads(store, leads, activities=touches, dry_run=True)
        assert store.queue() == ()
        assert said.counts == import_leads(store, leads, activities=touches).counts
        assert [made.outcome for made in said.rows] == ["captured", "joined"]
        store.close()

    def test_of_many_rows_asks_the_store_as_often_as_of_few(self, tmp_path):
        asked = [self._asked(tmp_path / str(number), number) for number in (5, 50)]
        assert asked[0] == asked[1]

    @staticmethod
    def _asked(folder: Path, number: int) -> int:
        """How many questions a dry run of so many leads, with two follow-ups each, comes to."""
        folder.mkdir()
        leads = [row(n, company=f"甲{n}公司", phone=f"138{n:08}", email=f"li{n}@a.example") for n in range(1, number)]
        calls = [(str(n), f"2026-11-2{day} 10:00", "研讨会", "参加", "") for day in (1, 2) for n in range(1, number)]
        files = sheet(folder / "a.csv", leads), sheet(folder / "f.csv", calls, FOLLOW_UPS)
        store, asked = desk(address("sqlite", folder)), []
        event.listen(store.storage._of, "before_cursor_execute", lambda *_: asked.append(True))
        done = import_leads(store, files[0], activities=files[1], dry_run=True)
        assert (done.captured, done.recorded) == (number - 1, 2 * number - 2)
        store.close()
        return len(asked)
