"""The plan of an import covers its follow-ups, new owners and opportunities; the import does that and no more."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.desk.importing import Imported, import_activities, import_leads, import_opportunities
from leadkit.desk.importing.plan import plan_from
from leadkit.errors import SheetError
from leadkit.store.memory import MemoryStorage
from leadkit.texts import texts
from tests.desk.test_importing_deals import csv_of_leads, deal
from tests.desk.test_importing_deals import desk as open_desk
from tests.desk.test_importing_deals import sheet as deal_sheet
from tests.desk.test_undo import held, sheet
from tests.desk.test_updates import row as lead_row

BOSS = lk.Actor(id="lin", role="supervisor")
FOLLOW_UPS = ("线索ID", "跟进时间", "跟进方式", "跟进内容", "新负责人")
NEED = "采购机器人2台,预算80万,Q4落地"
PEOPLE = {
    1: {"company": "测一自动化有限公司", "phone": "13812345001", "email": None, "need": NEED},
    2: {"company": "乙公司机械", "phone": "13812345002", "email": None, "need": NEED},
}
REPS = ("li_na", "wang")


def touch(lead: object, day: int = 20, words: str = "报价", owner: str | None = None) -> tuple[object, ...]:
    return (lead, f"2026-11-{day} 10:00", "电话", words, owner)


def filled(storage: Any = "memory:") -> lk.Desk:
    store = open_desk(storage)
    for member in REPS:
        store.enrol(lk.Member(id=member, role="sales_rep"))
    return store


def with_leads(folder: Path, storage: Any = "memory:") -> lk.Desk:
    store = filled(storage)
    import_leads(store, csv_of_leads(folder / "first.csv", *(lead_row(n, **who) for n, who in PEOPLE.items())))
    return store


def through_json(plan: Imported, folder: Path) -> Any:
    file = folder / "plan.json"
    file.write_text(json.dumps(plan.to_dict(), ensure_ascii=False), encoding="utf-8")
    return plan_from(file)


touches = st.lists(
    st.builds(
        touch,
        st.sampled_from([1, 2, 3, 9]),
        st.integers(20, 22),
        st.sampled_from(["报价", "寄样"]),
        st.sampled_from([None, *REPS, "nobody"]),
    ),
    max_size=5,
)
deals = st.lists(
    st.builds(
        lambda name, lead, amount, stage: deal(
            id=name, name=f"机器人 {name}", lead_id=lead, amount=amount, stage=stage
        ),
        st.sampled_from(["D1", "D2"]),
        st.sampled_from(["1", "2", "9", None]),
        st.sampled_from([500_000, 600_000]),
        st.sampled_from([None, "谈判中", "制定方案"]),
    ),
    max_size=3,
)
PROPERTY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestPlanIsWhatIsDone:
    @given(before=touches, now=touches, old=deals, new=deals)
    @PROPERTY
    def test_of_leads_with_follow_ups_owners_and_opportunities(self, tmp_path, before, now, old, new):
        store = with_leads(tmp_path)
        import_activities(store, sheet(tmp_path / "before.csv", before, FOLLOW_UPS), by=BOSS)
        import_opportunities(store, deal_sheet(tmp_path / "old.csv", *old))
        rows = [lead_row(1, **PEOPLE[1], title="总监"), lead_row(3, company="丙", phone="13812345003", email=None)]
        files = {
            "file": csv_of_leads(tmp_path / "leads.csv", *rows),
            "activities": sheet(tmp_path / "now.csv", now, FOLLOW_UPS),
            "opportunities": deal_sheet(tmp_path / "new.csv", *new),
        }
        was = held(store)
        plan = store.plan_import(**files, by=BOSS)
        assert held(store) == was
        done = import_leads(store, **files, by=BOSS, plan=through_json(plan, tmp_path))
        assert done.to_dict() == plan.to_dict()
        assert done.opportunities.set_aside == plan.opportunities.set_aside
        assert done.activities_set_aside == plan.activities_set_aside

    @given(before=touches, now=touches)
    @PROPERTY
    def test_of_follow_ups_alone(self, tmp_path, before, now):
        store = with_leads(tmp_path)
        import_activities(store, sheet(tmp_path / "before.csv", before, FOLLOW_UPS), by=BOSS)
        file = sheet(tmp_path / "now.csv", now, FOLLOW_UPS)
        plan = import_activities(store, file, by=BOSS, dry_run=True)
        assert import_activities(store, file, by=BOSS, plan=plan).to_dict() == plan.to_dict()

    @given(now=touches, batches=st.integers(1, 6))
    @PROPERTY
    def test_again_and_cut_off_anywhere(self, tmp_path, now, batches):
        kept: list[Any] = []

        def keep(writes: Any) -> None:
            kept.append(writes)
            if len(kept) == stop:
                raise KeyboardInterrupt

        stop = 0
        store, whole = with_leads(tmp_path, MemoryStorage(keep=keep)), with_leads(tmp_path)
        file = sheet(tmp_path / "now.csv", now, FOLLOW_UPS)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("leadkit.desk.execute.BATCH", 1)
            plan = import_activities(store, file, by=BOSS, dry_run=True)
            import_activities(whole, file, by=BOSS)
            stop = len(kept) + batches
            with suppress(KeyboardInterrupt):
                import_activities(store, file, by=BOSS, plan=plan)
            stop = 0
            again = import_activities(store, file, by=BOSS, plan=plan)
        assert again.activities_set_aside == plan.activities_set_aside
        assert [row.refused for row in again.assigned] == [row.refused for row in plan.assigned]
        assert _without_times(held(store)) == _without_times(held(whole))


def _without_times(tables: dict[str, dict[str, Any]]) -> Any:
    return {
        name: {key: {column: value for column, value in row.items() if not column.endswith("at")} for key, row in rows}
        for name, rows in ((name, rows.items()) for name, rows in tables.items())
        if name not in {"duties", "keys"}
    }


class TestTheStoreMoved:
    """What would come to something else by now is refused and named, and nothing of it is done."""

    def test_a_follow_up_that_somebody_else_brought(self, tmp_path):
        store = with_leads(tmp_path)
        file = sheet(tmp_path / "now.csv", [touch(1), touch(2)], FOLLOW_UPS)
        plan = import_activities(store, file, dry_run=True)
        import_activities(store, sheet(tmp_path / "other.csv", [touch(1)], FOLLOW_UPS))
        done = import_activities(store, file, plan=plan)
        assert [row.outcome for row in done.follow_ups] == ["set_aside", "recorded"]
        (aside,) = done.activities.set_aside
        assert "is not as planned: would be repeated, of lead 1" in done.activities.say(aside.faults[0], "en")

    def test_a_follow_up_whose_lead_was_merged(self, tmp_path):
        store = with_leads(tmp_path)
        file = sheet(tmp_path / "now.csv", [touch(1), touch(2)], FOLLOW_UPS)
        plan = import_activities(store, file, dry_run=True)
        store.merge("1", "2", by=BOSS)
        done = import_activities(store, file, plan=plan)
        assert [row.outcome for row in done.follow_ups] == ["recorded", "set_aside"]
        assert len(store.activities("1")) == 1

    def test_a_lead_that_has_another_owner_by_now(self, tmp_path):
        store = with_leads(tmp_path)
        file = sheet(tmp_path / "now.csv", [touch(1, owner="li_na"), touch(2, owner="li_na")], FOLLOW_UPS)
        plan = import_activities(store, file, by=BOSS, dry_run=True)
        store.assign("1", "wang", by=BOSS)
        done = import_activities(store, file, by=BOSS, plan=plan)
        assert [(row.outcome, row.lead_id) for row in done.assigned] == [("set_aside", "1"), ("assigned", "2")]
        assert "is not as planned" in done.assigned[0].refused
        assert (store.lead("1").owner, store.lead("2").owner) == ("wang", "li_na")

    def test_a_lead_that_has_the_owner_of_the_plan_by_somebody_else(self, tmp_path):
        store = with_leads(tmp_path)
        file = sheet(tmp_path / "now.csv", [touch(1, owner="li_na")], FOLLOW_UPS)
        plan = import_activities(store, file, by=BOSS, dry_run=True)
        store.assign("1", "li_na", by=BOSS)
        assert import_activities(store, file, by=BOSS, plan=plan).owners_refused
        assert [item.actor for item in store.history("1") if item.what == "assign"] == ["lin"]

    def test_an_opportunity_that_somebody_amended(self, tmp_path):
        store = with_leads(tmp_path)
        import_opportunities(store, deal_sheet(tmp_path / "old.csv", deal(amount=5), deal(id="D2", name="x", amount=5)))
        file = deal_sheet(tmp_path / "new.csv", deal(amount=7), deal(id="D2", name="x", amount=7))
        plan = import_opportunities(store, file, dry_run=True)
        import_opportunities(store, deal_sheet(tmp_path / "other.csv", deal(amount=6)))
        done = import_opportunities(store, file, plan=plan)
        assert [row.outcome for row in done.opportunities.rows] == ["set_aside", "amended"]
        assert [store.opportunities.get(key).opportunity.amount for key in ("D1", "D2")] == [6, 7]

    def test_an_opportunity_whose_lead_has_another_status(self, tmp_path):
        store = with_leads(tmp_path)
        file = deal_sheet(tmp_path / "new.csv", deal(lead_id="1"))
        plan = import_opportunities(store, file, dry_run=True)
        assert plan.opportunities.rows[0].lead_status == "converted"
        store.disqualify("1", "wrong_number", by=BOSS)
        done = import_opportunities(store, file, plan=plan)
        assert [row.outcome for row in done.opportunities.rows] == ["set_aside"]
        assert store.opportunities.list() == ()
        assert store.lead("1").status == "invalid"

    def test_an_opportunity_that_is_there_by_now(self, tmp_path):
        store = with_leads(tmp_path)
        file = deal_sheet(tmp_path / "new.csv", deal(amount=7))
        plan = import_opportunities(store, file, dry_run=True)
        import_opportunities(store, deal_sheet(tmp_path / "other.csv", deal(amount=6)))
        done = import_opportunities(store, file, plan=plan)
        (aside,) = done.opportunities.sheet.set_aside
        assert "would be amended, of opportunity D1" in done.opportunities.sheet.say(aside.faults[0], "en")
        assert store.opportunities.get("D1").opportunity.amount == 6

    def test_a_row_that_was_refused_and_could_be_taken_now(self, tmp_path):
        store = with_leads(tmp_path)
        file = sheet(tmp_path / "now.csv", [touch(3, owner="chen")], FOLLOW_UPS)
        plan = import_activities(store, file, by=BOSS, dry_run=True)
        import_leads(
            store, csv_of_leads(tmp_path / "c.csv", lead_row(3, company="丙", phone="13812345003", email=None))
        )
        store.enrol(lk.Member(id="chen", role="sales_rep"))
        done = import_activities(store, file, by=BOSS, plan=plan)
        assert ([row.outcome for row in done.follow_ups], done.assigned[0].outcome) == (["set_aside"], "set_aside")
        assert (store.activities("3"), store.lead("3").owner) == ((), None)

    def test_an_import_that_was_undone(self, tmp_path):
        """A plan made while the rows were done is none for doing them anew."""
        store = filled()
        file = csv_of_leads(tmp_path / "a.csv", lead_row(1, **PEOPLE[1]))
        run = import_leads(store, file).run
        plan = store.plan_import(file)
        store.undo(run)
        assert [row.outcome for row in import_leads(store, file, plan=plan).rows] == ["set_aside"]


class TestOtherFiles:
    def test_are_refused(self, tmp_path):
        store = with_leads(tmp_path)
        leads = csv_of_leads(tmp_path / "first.csv", *(lead_row(n, **who) for n, who in PEOPLE.items()))
        one, other = (sheet(tmp_path / f"{day}.csv", [touch(1, day)], FOLLOW_UPS) for day in (20, 21))
        deals = [deal_sheet(tmp_path / f"d{number}.csv", deal(amount=number)) for number in (1, 2)]
        plan = store.plan_import(leads, activities=one, opportunities=deals[0])
        for more in ({"activities": other}, {"opportunities": deals[1]}):
            with pytest.raises(SheetError, match="not the file that was planned"):
                import_leads(store, leads, **more, plan=plan)
        for plan_alone in (store.plan_import(leads), import_activities(store, other, dry_run=True)):
            with pytest.raises(SheetError, match="not the file that was planned"):
                import_activities(store, one, plan=plan_alone)
        with pytest.raises(SheetError, match="not the file that was planned"):
            import_opportunities(store, deals[0], plan=import_opportunities(store, deals[1], dry_run=True))
        assert store.activities("1") == ()

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"run": 1}', '{"run": "a", "rows": 3}', "\x00"])
    def test_what_is_no_plan(self, tmp_path, text):
        file = tmp_path / "plan.json"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(SheetError, match="is no plan of an import"):
            plan_from(file)
        with pytest.raises(SheetError, match="can't be read"):
            plan_from(tmp_path / "none.json")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_row_stands_in_the_tables(tmp_path, language):
    store = lk.Desk({"extends": "standard", "name": "ours", "language": language, "capture": {"required": []}})
    store.enrol(lk.Member(id="li_na", role="sales_rep"))
    leads = csv_of_leads(tmp_path / "a.csv", lead_row(1, **PEOPLE[1]))
    file = sheet(tmp_path / "now.csv", [touch(1, owner="li_na"), touch(9, owner="li_na")], FOLLOW_UPS)
    plan = store.plan_import(leads, activities=file, by=BOSS)
    tables = {table.title: table for table in plan.tables(every_row=True)}
    titles, outcomes = texts("sheets", language)["titles"], texts("sheets", language)["follow_up_outcomes"]
    assert [row[2:] for row in tables[titles["follow_up_rows"]].rows] == [
        (outcomes["recorded"], "1"),
        (outcomes["set_aside"], None),
    ]
    taken, refused = tables[titles["owner_rows"]].rows
    assert taken[2:6] == (outcomes["assigned"], "1", None, "li_na")
    assert refused[2:4] == (outcomes["set_aside"], "9")
    assert refused[6]
