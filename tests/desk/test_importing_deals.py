"""Opportunities come in from sheets, week by week: new ones, corrections, and what a sheet may not do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook
from leadkit.desk.importing import import_leads, import_opportunities
from leadkit.desk.importing.imported import Imported
from leadkit.errors import SheetError
from leadkit.store.protocol import Query
from leadkit.store.tables import REMARKS, STATEMENTS, TABLES
from tests.desk.desks import ACTORS, address
from tests.desk.test_opportunities import PLAN
from tests.desk.test_undo import NOTED, Clock
from tests.desk.test_updates import HEADS as LEAD_HEADS
from tests.desk.test_updates import row as lead_row

HEADS = (
    "商机编号", "商机名称", "客户名称", "负责人", "需求紧急度", "预算规模", "竞争态势", "决策链复杂度", "商机等级",
    "立项报告提交时间", "线索编号", "金额", "预计成交时间", "创建时间", "关闭时间", "商机状态", "商机阶段", "流失原因",
    "竞争对手",
)  # fmt: skip
COLUMNS = (
    "id", "name", "account", "owner", "urgency", "budget", "competition", "decision_chain", "grade", "reported_at",
    "lead_id", "amount", "expected_close", "opened_at", "closed_at", "status", "stage", "lost_reason", "competitor",
)  # fmt: skip
EVALUATED = {"urgency": "紧急(2分)", "budget": "中(15分)", "competition": "优势(3分)", "decision_chain": "中等(2分)"}
BOSS, DIRECTOR, REP, LEGAL = (ACTORS[role] for role in ("supervisor", "director", "sales_rep", "legal"))
WHO = {"company": "测一自动化有限公司", "phone": "13812345001"}


def desk(storage: Any = "memory:", **policy: Any) -> lk.Desk:
    return lk.Desk(
        {"extends": "standard", "name": "ours", "language": "en", "capture": {"required": []}, **policy},
        storage,
        clock=Clock(),
    )


def deal(**cells: object) -> tuple[object, ...]:
    known = {"id": "D1", "name": "机器人采购", "account": "测一自动化有限公司", **cells}
    return tuple(known.get(column) for column in COLUMNS)


def sheet(file: Path, *rows: tuple[object, ...], heads: Sequence[str] = HEADS) -> Path:
    write_csv(file, Table("deals", heads, list(rows)))
    return file


def take(store: lk.Desk, folder: Path, *rows: tuple[object, ...], **how: Any) -> Imported:
    """Import these rows as a file of its own."""
    count = len(list(folder.glob("deals-*.csv")))
    return import_opportunities(store, sheet(folder / f"deals-{count}.csv", *rows), **how)


def counts(done: Imported) -> tuple[int, ...]:
    deals = done.opportunities
    assert deals is not None
    return deals.opened, deals.amended, deals.repeated, deals.set_aside


def reasons(done: Imported) -> list[str]:
    plan = done.opportunities.sheet
    return [plan.say(fault, "en") for row in plan.set_aside for fault in row.faults]


def with_lead(folder: Path, **values: object) -> lk.Desk:
    """A desk with the valid lead 1 of the company."""
    store = desk()
    need = {"need": "采购机器人2台,预算80万,Q4落地", **values}
    import_leads(store, csv_of_leads(folder / "leads.csv", lead_row(1, **need)))
    return store


def csv_of_leads(file: Path, *rows: tuple[object, ...]) -> Path:
    write_csv(file, Table("leads", (*LEAD_HEADS, "行业"), [(*row, "智能制造") for row in rows]))
    return file


def held(store: lk.Desk, *, without: frozenset[str] = frozenset()) -> dict[str, dict[str, Any]]:
    with store.storage.transaction(read_only=True) as unit:
        return {
            table.name: {kept.id: {**table.to_json(kept), "version": 0} for kept in unit.find(Query(table))}
            for table in TABLES
            if table.name not in NOTED | without
        }


class TestNewOnes:
    def test_an_evaluated_one(self, tmp_path):
        store = desk()
        done = take(store, tmp_path, deal(**EVALUATED, grade="B级", reported_at="2026-11-20", amount="50万"))
        assert counts(done) == (1, 0, 0, 0)
        state = store.opportunities.get("D1")
        record = state.opportunity
        assert (record.name, record.account, record.amount) == ("机器人采购", "测一自动化有限公司", Decimal(500_000))
        assert (record.assessment.urgency, record.grade, state.stage) == ("urgent", "B", "graded")
        assert {item.kind for item in store.due() if item.opportunity_id == "D1"} == {
            "regrade", "plan", "deal_follow_up"
        }  # fmt: skip

    def test_the_template_without_ids_as_it_stands(self, tmp_path):
        store = desk()
        heads = HEADS[1:10]
        cells = [
            deal(name=name, account=account, **EVALUATED)[1:10]
            for name, account in (("甲", "甲公司机械"), ("乙", "乙公司机械"))
        ]
        done = import_opportunities(store, sheet(tmp_path / "a.csv", *cells, heads=heads))
        assert counts(done) == (2, 0, 0, 0)
        assert len({state.id for state in store.opportunities.list()}) == 2
        again = import_opportunities(store, sheet(tmp_path / "b.csv", *reversed(cells), heads=heads))
        assert counts(again) == (0, 0, 2, 0)

    def test_won_and_lost_ones_come_in_closed(self, tmp_path):
        store = desk()
        closed = {"opened_at": "2026-05-01", "closed_at": "2026-08-03"}
        won = deal(id="W", name="赢", account="甲公司机械", status="成交", amount=800000, **closed)
        reason = {"lost_reason": "王总嫌慢", "competitor": "丙牌"}
        lost = deal(id="L", name="输", account="乙公司机械", status="流失", **closed, **reason)
        done = take(store, tmp_path, won, lost)
        assert counts(done) == (2, 0, 0, 0)
        won, lost = store.opportunities.get("W"), store.opportunities.get("L")
        assert (won.stage, won.opportunity.closed_at.isoformat()) == ("won", "2026-08-03T00:00:00+08:00")
        assert (lost.opportunity.lost_reason, lost.competitor, lost.loss_reason) == ("other", "丙牌", "王总嫌慢")
        review = store.review("2026-Q3")
        assert (review.total.won, review.total.lost, review.total.won_amount) == (1, 1, 800_000)
        assert [item for item in store.due() if item.opportunity_id] == []

    def test_calibration_counts_them(self, tmp_path):
        store = with_lead(tmp_path)
        take(store, tmp_path, deal(lead_id="1", status="成交", closed_at="2026-11-23", opened_at="2026-11-23"))
        assert "1" in str(store.calibrate())

    def test_the_owner_is_a_member_or_nobody(self, tmp_path):
        store = desk()
        store.enrol(lk.Member(id="li", role="senior_rep"), by=BOSS)
        done = take(store, tmp_path, deal(owner="li"), deal(id="D2", name="产线", account="乙公司机械", owner="谁"))
        owners = [state.opportunity.owner for state in store.opportunities.list()]
        assert owners == ["li", None]
        assert [fault.code for row in done.opportunities.sheet.flagged for fault in row.faults] == ["not_a_member"]

    def test_levels_and_times_nobody_can_read_are_set_aside(self, tmp_path):
        store = desk()
        done = take(store, tmp_path, deal(urgency="很急"), deal(id="D2", name="产线", status="成交"))
        assert counts(done) == (0, 0, 0, 2)
        assert store.opportunities.list() == ()

    def test_a_command_in_python(self):
        store = desk()
        at = datetime(2026, 5, 1, tzinfo=UTC)
        give = store.opportunities.import_opportunity
        assert give("D9", name="产线", amount=5, opened_at=at).outcome == "opened"
        assert give("D9", amount=6).changes == {"amount": ("5", "6")}
        for wrong, words in (
            ({"urgency": "soon"}, "no level"),
            ({"grade": "Z"}, "no such grade"),
            ({"opened_at": at.replace(tzinfo=None)}, "no zone"),
            ({"stage": "won"}, "closed_at"),
            ({"stage": "lost", "closed_at": at, "lost_reason": "Too dear"}, "must be a code"),
        ):
            with pytest.raises(lk.CommandError, match=words):
                give("D10", **wrong)
        assert [state.id for state in store.opportunities.list()] == ["D9"]

    def test_who_may(self, tmp_path):
        store = desk()
        with pytest.raises(lk.NotAllowedError):
            take(store, tmp_path, deal(), by=REP)
        leads = csv_of_leads(tmp_path / "leads.csv", lead_row(1))
        with pytest.raises(lk.NotAllowedError):
            import_leads(store, leads, opportunities=tmp_path / "deals-0.csv", by=REP)
        assert (store.leads(), store.imports()) == ((), ())
        assert counts(take(store, tmp_path, deal(), by=BOSS)) == (1, 0, 0, 0)


class TestLeads:
    """The lead of a new opportunity: the one that is named, or the only one of its account."""

    @pytest.mark.parametrize("cells", [{"lead_id": "1"}, {}])
    def test_a_valid_one_is_converted(self, tmp_path, cells):
        store = with_lead(tmp_path)
        assert store.lead("1").status == "valid"
        done = take(store, tmp_path, deal(**cells, opened_at="2026-11-20"))
        (row,) = done.opportunities.rows
        assert (row.lead_id, row.lead_status) == ("1", "converted")
        assert store.lead("1").status == "converted"
        assert "1" not in [state.id for state in store.queue()]
        assert store.opportunities.get("D1").opportunity.lead_id == "1"
        assert [item.what for item in store.history("1")][-1] == "import_opportunity"

    def test_its_id_in_another_system(self, tmp_path):
        store = desk()
        store.capture(lk.Lead(id="L7", external_id="12", external_system="hubspot", contact=lk.Contact(name="王")))
        done = take(store, tmp_path, deal(lead_id="11;12", account="别家公司机械"))
        assert done.opportunities.rows[0].lead_id == "L7"

    def test_one_that_is_not_valid_stays_and_is_said(self, tmp_path):
        store = with_lead(tmp_path, need="预算2000元,了解一下")
        status = store.lead("1").status
        assert status != "valid"
        done = take(store, tmp_path, deal(lead_id="1"))
        assert store.lead("1").status == status
        (row,) = done.opportunities.sheet.flagged
        assert done.opportunities.sheet.say(row.faults[0], "en").endswith(f"stays as it is: 1, {status}")

    def test_one_that_is_not_there_is_set_aside(self, tmp_path):
        done = take(desk(), tmp_path, deal(lead_id="99"))
        assert reasons(done) == ["refused: its lead is not in the store"]

    def test_several_are_named(self, tmp_path):
        store = desk()
        for number, company in enumerate(("北京测一自动化有限公司", "上海测一自动化有限公司"), 1):
            contact = lk.Contact(phone=f"1381234500{number}")
            store.capture(lk.Lead(id=f"L{number}", company=lk.Company(name=company), contact=contact))
        done = take(store, tmp_path, deal())
        assert reasons(done) == ["refused: may be of any of the leads L1, L2"]
        assert counts(take(store, tmp_path, deal(account="北京测一自动化有限公司"))) == (1, 0, 0, 0)
        assert store.opportunities.get("D1").opportunity.lead_id == "L1"
        assert counts(take(store, tmp_path, deal(id="D2", name="x", lead_id="L2"))) == (1, 0, 0, 0)

    def test_none_where_none_is_named(self, tmp_path):
        store = with_lead(tmp_path)
        take(store, tmp_path, deal(account="别家公司机械"), deal(id="D2", account=None, name="另一个"))
        assert [state.opportunity.lead_id for state in store.opportunities.list()] == [None, None]

    def test_it_is_attached_once_it_is_there(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(**EVALUATED, grade="B级"))
        store.opportunities.plan("D1", **PLAN, by=REP)
        store.opportunities.reject_plan("D1", reason="too soft", by=DIRECTOR)
        import_leads(store, csv_of_leads(tmp_path / "leads.csv", lead_row(1, need="机器人,预算80万,Q4落地")))
        done = take(store, tmp_path, deal(**EVALUATED, amount=5))
        assert done.opportunities.rows[0].lead_id == "1"
        assert store.lead("1").status == "converted"
        store.erase("1", by=DIRECTOR)
        with store.storage.transaction(read_only=True) as unit:
            assert (unit.find(Query(STATEMENTS)), unit.find(Query(REMARKS))) == ([], [])
        assert store.opportunities.get("D1").plan is None

    def test_what_was_erased_does_not_come_back(self, tmp_path):
        store = with_lead(tmp_path)
        done = take(store, tmp_path, deal(lead_id="1", competitor="丙牌"))
        store.erase("1", by=DIRECTOR)
        before = held(store)
        assert reasons(take(store, tmp_path, deal(amount=9))) == ["refused: the person behind its lead was erased"]
        assert "erased" in reasons(take(store, tmp_path, deal(id="D2", name="x", lead_id="1")))[0]
        assert held(store) == before
        undone = store.undo(done.run)
        assert (undone.removed_opportunities, undone.kept) == (0, ())
        assert store.opportunities.get("D1").opportunity.name is None

    def test_another_lead_than_its_own_is_refused(self, tmp_path):
        store = with_lead(tmp_path)
        take(store, tmp_path, deal(lead_id="1"))
        import_leads(
            store, csv_of_leads(tmp_path / "b.csv", lead_row(2, company="乙公司机械", phone="13812345002", email=None))
        )
        done = take(store, tmp_path, deal(lead_id="2", amount=7))
        assert reasons(done) == ["refused: is of the lead 1, and the sheet says 2"]

    def test_leads_and_opportunities_in_one_import(self, tmp_path):
        leads = csv_of_leads(tmp_path / "leads.csv", lead_row(1, need="机器人,预算80万,Q4落地"))
        deals = sheet(tmp_path / "deals.csv", deal(lead_id="1"))
        store = desk()
        plan = store.plan_import(leads, opportunities=deals)
        assert plan.opportunities.rows[0].lead_id == "1"
        assert (store.leads(), store.opportunities.list()) == ((), ())
        done = import_leads(store, leads, opportunities=deals)
        assert done.opportunities.rows == plan.opportunities.rows
        assert {run.id for run in store.imports()} == {done.run, done.opportunities.run}
        assert done.to_dict()["opportunities"]["counts"]["opened"] == 1

    def test_a_file_that_is_no_sheet_of_opportunities_takes_no_lead_in(self, tmp_path):
        leads = csv_of_leads(tmp_path / "leads.csv", lead_row(1))
        store = desk()
        with pytest.raises(SheetError):
            import_leads(store, leads, opportunities=leads)
        assert store.leads() == ()


class TestCorrections:
    """A row whose opportunity is there changes what it says otherwise, and nothing else."""

    def test_changed_cells(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(amount=500000, expected_close="2027-01-15", competitor="丙牌"))
        done = take(store, tmp_path, deal(amount=650000, expected_close=None, competitor="丁牌"))
        assert counts(done) == (0, 1, 0, 0)
        (row,) = done.opportunities.rows
        assert dict(row.changes) == {"amount": ("500000", "650000"), "competitor": ("丙牌", "丁牌")}
        state = store.opportunities.get("D1")
        assert (state.opportunity.amount, state.competitor) == (650_000, "丁牌")
        assert state.opportunity.expected_close is not None
        assert store.opportunities.history("D1")[-1].changes == row.changes

    def test_equal_rows_change_nothing(self, tmp_path):
        store = desk()
        cells = {**EVALUATED, "grade": "B级", "reported_at": "2026-11-20", "amount": "50万", "opened_at": "2026-11-01"}
        take(store, tmp_path, deal(**cells))
        before = held(store, without=frozenset({"keys"}))
        assert counts(take(store, tmp_path, deal(**cells), deal(id="D2", name="x", account="乙公司机械"))) == (
            1,
            0,
            1,
            0,
        )
        store.undo(store.imports()[0].id)
        assert held(store, without=frozenset({"keys"})) == before

    def test_a_day_is_whatever_time_of_it_is_known(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(opened_at="2026-11-01 15:20"))
        assert counts(take(store, tmp_path, deal(opened_at="2026-11-01"))) == (0, 0, 1, 0)
        assert counts(take(store, tmp_path, deal(opened_at="2026-11-02"))) == (0, 1, 0, 0)

    def test_by_name_and_customer_where_there_is_no_id(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(id=None, amount=5), deal(id=None, name="第二个", amount=6))
        done = take(store, tmp_path, deal(id=None, amount=7), deal(id=None, name="第二个", amount=6))
        assert counts(done) == (0, 1, 1, 0)
        assert sorted(state.opportunity.amount for state in store.opportunities.list()) == [6, 7]

    def test_another_name_of_one_customer_may_be_the_same(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(id=None))
        (known,) = store.opportunities.list()
        done = take(store, tmp_path, deal(id=None, name="改了名"))
        assert (
            reasons(done) == [f"refused: may be the opportunity {known.id}, which has another name"]
            or known.id in reasons(done)[0]
        )
        assert counts(take(store, tmp_path, deal(id=known.id, name="改了名"))) == (0, 1, 0, 0)

    def test_of_a_deal_that_was_converted_here(self, tmp_path):
        store = with_lead(tmp_path)
        one = store.opportunities.convert("1", {"intent": True, "date_set": True}, by=REP).opportunity_id
        done = take(store, tmp_path, deal(id=None))
        assert counts(done) == (0, 0, 0, 1)
        assert one in reasons(done)[0]
        assert counts(take(store, tmp_path, deal(id=one, **EVALUATED))) == (0, 1, 0, 0)

    def test_the_id_of_another_customers_deal_is_refused(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(id="1"))
        done = take(store, tmp_path, deal(id="1", name="别的", account="乙公司机械", amount=9))
        assert reasons(done) == ["refused: this id is that of another customer's opportunity"]
        assert counts(take(store, tmp_path, deal(id="1", account="乙公司机械"))) == (0, 1, 0, 0)

    def test_another_open_one_of_the_account_is_told(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal())
        done = take(store, tmp_path, deal(id="D2", name="第二个"))
        assert done.opportunities.rows[0].others == ("D1",)
        assert [row.faults[0].code for row in done.opportunities.sheet.flagged] == ["other_opportunities"]

    @pytest.mark.parametrize(("update", "amount"), [("always", 9), ("if_empty", 5), ("never", 5)])
    def test_what_the_policy_lets_a_sheet_change(self, tmp_path, update, amount):
        store = desk(imports={"opportunities": {"amount": update, "competitor": update}})
        take(store, tmp_path, deal(amount=5))
        done = take(store, tmp_path, deal(amount=9, competitor="丙牌", name="新名字"))
        state = store.opportunities.get("D1")
        assert (state.opportunity.amount, state.opportunity.name) == (amount, "新名字")
        assert state.competitor == (None if update == "never" else "丙牌")
        differing = {"always": (), "if_empty": ("amount",), "never": ("amount", "competitor")}[update]
        assert done.opportunities.rows[0].differences == differing

    def test_a_new_grade_is_told_and_dated(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(**EVALUATED, grade="B级"))
        take(store, tmp_path, deal(**{**EVALUATED, "urgency": "立即(3分)", "budget": "高(25分)"}, grade="A级"))
        state = store.opportunities.get("D1")
        assert (state.opportunity.grade, state.proposed_grade, state.stage) == ("A", "A", "graded")
        assert "report" in {item.kind for item in store.due() if item.opportunity_id == "D1"}


class TestStages:
    """A sheet takes steps forward as a record of history, none back, and decides nothing for anybody."""

    def test_forward(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(stage="评估中"))
        take(store, tmp_path, deal(stage="谈判中"))
        assert store.opportunities.get("D1").stage == "negotiating"
        done = take(store, tmp_path, deal(status="成交", closed_at="2026-11-20"))
        state = store.opportunities.get("D1")
        assert (state.stage, state.opportunity.status) == ("won", "won")
        assert done.opportunities.rows[0].changes["stage"] == ("negotiating", "won")

    @pytest.mark.parametrize(
        ("first", "second", "words"),
        [
            ({"stage": "谈判中"}, {"stage": "制定方案"}, "is negotiating already, and the sheet says planning"),
            (
                {"status": "成交", "closed_at": "2026-11-20"},
                {"status": "进行中"},
                "is won already, and the sheet says open",
            ),
            (
                {"status": "成交", "closed_at": "2026-11-20"},
                {"status": "流失", "closed_at": "2026-11-20"},
                "is won already",
            ),
            ({"status": "流失", "closed_at": "2026-11-20"}, {"stage": "谈判中"}, "is lost already"),
        ],
    )
    def test_never_back(self, tmp_path, first, second, words):
        store = desk()
        take(store, tmp_path, deal(**first, amount=5))
        before = held(store)
        done = take(store, tmp_path, deal(**second, amount=6))
        assert words in reasons(done)[0]
        assert held(store) == before

    def test_a_won_deal_is_corrected_but_not_judged_anew(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(status="成交", closed_at="2026-11-20", grade="B级", amount=5))
        assert counts(take(store, tmp_path, deal(status="成交", closed_at="2026-11-19", amount=6))) == (0, 1, 0, 0)
        done = take(store, tmp_path, deal(status="成交", closed_at="2026-11-19", grade="A级"))
        assert reasons(done) == ["refused: is won, and was judged otherwise: grade"]

    def test_a_plan_that_waits_is_approved_by_nobody(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(**EVALUATED, grade="B级"))
        store.opportunities.plan("D1", **PLAN, by=REP)
        done = take(store, tmp_path, deal(stage="谈判中"))
        assert reasons(done) == ["refused: its plan waits for an approval"]
        store.opportunities.approve_plan("D1", by=DIRECTOR)
        store.opportunities.draft_contract("D1", "30 days net", by=REP)
        done = take(store, tmp_path, deal(status="成交", closed_at="2026-11-20"))
        assert reasons(done) == ["refused: its contract waits for the legal review"]
        assert counts(take(store, tmp_path, deal(status="流失", closed_at="2026-11-20"))) == (0, 1, 0, 0)

    def test_a_grade_that_rises_in_negotiation_is_for_a_supervisor(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(**EVALUATED, grade="B级", stage="谈判中"))
        done = take(store, tmp_path, deal(grade="A级"))
        assert "is for others to approve" in reasons(done)[0]

    def test_a_signed_one_can_be_won_here(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(stage="已签约", closed_at="2026-11-20"))
        store.opportunities.win("D1", amount=800_000, by=REP)
        assert store.opportunities.get("D1").opportunity.closed_at.date().isoformat() == "2026-11-20"

    def test_the_end_is_told(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal())
        take(store, tmp_path, deal(status="流失", closed_at="2026-11-20", lost_reason="价格"))
        with store.storage.transaction(read_only=True) as unit:
            kinds = [row.kind for table in TABLES if table.name == "outbox" for row in unit.find(Query(table))]
        assert "opportunity_lost" in kinds


def several(count: int = 7) -> list[tuple[object, ...]]:
    return [deal(id=None, name=f"商机{n}", account=f"第{n}号机械有限公司", amount=n) for n in range(count)]


class TestRuns:
    """Every row once, whatever happens on the way; a dry run writes nothing; an import is taken back."""

    @pytest.mark.parametrize("kind", ["memory", "sqlite"])
    def test_twice_is_once(self, tmp_path, kind):
        store = desk(address(kind, tmp_path))
        file = sheet(tmp_path / "a.csv", *several(), deal(lead_id="nobody"))
        assert counts(import_opportunities(store, file)) == (7, 0, 0, 1)
        before = held(store)
        again = import_opportunities(store, file)
        assert (counts(again), [row.before for row in again.opportunities.rows]) == ((0, 0, 7, 1), [True] * 7 + [False])
        assert held(store) == before
        (run,) = store.imports()
        assert dict(run.counts) == {"opened": 7, "amended": 0, "repeated": 0, "set_aside": 1}
        store.close()

    @pytest.mark.parametrize("cut", [0, 1, 3, 6])
    def test_a_run_that_was_killed_goes_on(self, tmp_path, monkeypatch, cut):
        monkeypatch.setattr("leadkit.desk.execute.BATCH", 2)
        file = sheet(tmp_path / "a.csv", *several())

        def killed(rows: Sequence[Any]) -> Iterator[Any]:
            yield from rows[:cut]
            raise KeyboardInterrupt

        whole, store = desk(), desk()
        import_opportunities(whole, file)
        with pytest.raises(KeyboardInterrupt):
            import_opportunities(store, file, shown=killed)
        assert store.imports()[0].finished_at is None
        done = import_opportunities(store, file)
        assert sum(counts(done)) == 7
        assert [s.opportunity.name for s in store.opportunities.list()] == [
            s.opportunity.name for s in whole.opportunities.list()
        ]

    @pytest.mark.parametrize("kind", ["memory", "sqlite"])
    def test_a_dry_run_says_the_same_and_writes_nothing(self, tmp_path, kind):
        store = desk(address(kind, tmp_path))
        take(store, tmp_path, deal(amount=5), deal(id="D3", name="第三个", account="丙公司机械"))
        with store.storage.transaction(read_only=True) as unit:
            before = {table.name: unit.find(Query(table)) for table in TABLES}
        rows = [deal(amount=6), deal(id="D2", name="新", account="乙公司机械"), deal(id="D4", name="x", lead_id="99")]
        file = sheet(tmp_path / "next.csv", *rows, deal(id="D3", name="第三个", account="丙公司机械"))
        plan = import_opportunities(store, file, dry_run=True)
        with store.storage.transaction(read_only=True) as unit:
            assert {table.name: unit.find(Query(table)) for table in TABLES} == before
        done = import_opportunities(store, file)
        assert plan.opportunities.rows == done.opportunities.rows
        assert counts(done) == (1, 1, 1, 1)
        store.close()

    def test_windows_line_ends_and_a_workbook(self, tmp_path):
        heads = "Deal name,Amount,Status,Associated company\r\n"
        (tmp_path / "a.csv").write_bytes(
            b"\xef\xbb\xbf" + (heads + "Robots,5,open,Acme AG\r\nLine,6,open,Beta AG\r\n").encode()
        )
        store = desk()
        assert counts(import_opportunities(store, tmp_path / "a.csv")) == (2, 0, 0, 0)
        table = Table(
            "Deals", ("Deal name", "Amount", "Status", "Associated company"), [("Robots", 7, "open", "Acme AG")]
        )
        write_workbook(tmp_path / "b.xlsx", [table])
        assert counts(import_opportunities(store, tmp_path / "b.xlsx")) == (0, 1, 0, 0)

    def test_rows_set_aside_come_back_with_their_reasons(self, tmp_path):
        store = desk()
        done = take(store, tmp_path, deal(), deal(id="D2", name="x", lead_id="99"))
        aside, flagged = next(table for table in done.tables() if table.rows), done.opportunities.sheet.flagged
        assert aside.heads[-1] in {"问题", "Problems"}
        assert [row[0] for row in aside.rows] == ["D2"]
        assert flagged == ()
        assert len(done.tables(every_row=True)[0].rows) == 2

    @pytest.mark.parametrize("kind", ["memory", "sqlite"])
    def test_undo_takes_new_ones_back_with_their_conversion(self, tmp_path, kind):
        store = desk(address(kind, tmp_path))
        import_leads(store, csv_of_leads(tmp_path / "leads.csv", lead_row(1, need="机器人,预算80万,Q4落地")))
        before = held(store)
        done = take(store, tmp_path, deal(lead_id="1", **EVALUATED), deal(id="D2", name="x", account="乙公司机械"))
        assert store.lead("1").status == "converted"
        undone = store.undo(done.run)
        assert (undone.removed_opportunities, undone.restored, undone.kept) == (2, 1, ())
        assert (store.lead("1").status, store.opportunities.list()) == ("valid", ())
        assert held(store) == before
        assert counts(take(store, tmp_path, deal(lead_id="1"))) == (1, 0, 0, 0)
        store.close()

    def test_undo_puts_amended_ones_back(self, tmp_path):
        store = desk()
        take(store, tmp_path, deal(**EVALUATED, amount=5, stage="谈判中"))
        before = held(store, without=frozenset({"statements"}))
        done = take(store, tmp_path, deal(amount=6, status="流失", closed_at="2026-11-20"))
        undone = store.undo(done.run)
        assert (undone.restored_opportunities, undone.kept) == (1, ())
        assert held(store, without=frozenset({"statements"})) == before
        assert store.opportunities.history("D1")[-1].changes["amount"] == ("6", "5")

    def test_undo_keeps_what_somebody_touched(self, tmp_path):
        store = with_lead(tmp_path)
        done = take(store, tmp_path, deal(lead_id="1"), deal(id="D2", name="x", account="乙公司机械"))
        store.opportunities.assess("D1", urgency="urgent", by=REP)
        undone = store.undo(done.run)
        assert dict(undone.kept) == {"D1": f"assess by {REP.id}", "1": f"assess by {REP.id}"}
        assert (undone.removed_opportunities, store.lead("1").status) == (1, "converted")
        assert [row.before for row in import_opportunities(store, tmp_path / "deals-0.csv").opportunities.rows] == [
            True,
            False,
        ]

    def test_undo_keeps_a_deal_whose_lead_somebody_touched(self, tmp_path):
        store = with_lead(tmp_path)
        done = take(store, tmp_path, deal(lead_id="1", status="流失", closed_at="2026-11-20"))
        store.recycle("1", reason="next year", by=DIRECTOR)
        assert dict(store.undo(done.run).kept)["D1"] == "its lead 1: recycle by the_director"
        assert store.opportunities.get("D1").opportunity.lead_id == "1"

    def test_a_later_import_keeps_it(self, tmp_path):
        store = desk()
        first = take(store, tmp_path, deal(amount=5))
        later = take(store, tmp_path, deal(amount=6))
        assert dict(store.undo(first.run).kept) == {"D1": "import_opportunity by system"}
        assert store.undo(later.run).restored_opportunities == 1
        assert store.opportunities.get("D1").opportunity.amount == 5

    def test_the_import_of_leads_is_kept_by_their_deals(self, tmp_path):
        store = with_lead(tmp_path)
        (leads,) = store.imports()
        take(store, tmp_path, deal(lead_id="1"))
        assert dict(store.undo(leads.id).kept) == {"1": "import_opportunity by system"}

    @given(first=st.data(), size=st.sampled_from([1, 2, 500]))
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_undo_restores_what_was_before(self, tmp_path, first, size):
        rows = st.lists(
            st.builds(
                deal,
                id=st.sampled_from(["D1", "D2", "D3", None]),
                name=st.sampled_from(["甲", "乙"]),
                account=st.sampled_from(["测一自动化有限公司", "乙公司机械", None]),
                amount=st.sampled_from([5, 6, None]),
                stage=st.sampled_from(["评估中", "谈判中", None]),
                status=st.just(None) | st.just(None),
                lead_id=st.sampled_from(["1", None]),
            ),
            min_size=1,
            max_size=4,
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("leadkit.desk.execute.BATCH", size)
            store = desk()
            import_leads(store, csv_of_leads(tmp_path / "leads.csv", lead_row(1, need="机器人,预算80万,Q4落地")))
            import_opportunities(store, sheet(tmp_path / "a.csv", *first.draw(rows)))
            without = frozenset({"statements"})
            before = held(store, without=without)
            done = import_opportunities(store, sheet(tmp_path / "b.csv", *first.draw(rows), deal(id="D9", name="丙")))
            undone = store.undo(done.run)
            assert undone.kept == ()
            assert held(store, without=without) == before
