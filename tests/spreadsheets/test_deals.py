"""Exports of deals: the tools' own heads, what a row says of where a deal stands, and what is set aside or flagged."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.opportunities import EvaluatedOpportunity, read_opportunities
from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_workbook
from tests.spreadsheets.lines import written

NOW = datetime(2026, 11, 24, tzinfo=UTC)
sheet = partial(written, "deals.csv")
HUBSPOT = (
    "Record ID | Deal Name | Deal Stage | Close Date | Amount | Deal owner | Associated Company | Create Date"
    " | Closed Lost Reason | Pipeline | Associated Contact IDs"
)
SALESFORCE = (
    "Opportunity ID | Opportunity Name | Stage | Close Date | Amount | Opportunity Owner | Account Name | Created Date"
    " | Expected Revenue | Probability (%)"
)
PIPEDRIVE = (
    "Deal - ID | Deal - Title | Deal - Status | Deal - Stage | Deal - Value | Deal - Currency | Deal - Organization"
    " | Deal - Deal created | Deal - Expected close date | Deal - Won time | Deal - Lost time | Deal - Lost reason"
)
PLAIN = (
    "商机编号 | 商机名称 | 客户名称 | 商机状态 | 商机阶段 | 金额 | 创建时间 | 关闭时间 | 流失原因 | 竞争对手 | 线索编号"
)


def read(file: Path, policy: lk.Policy) -> ReadSheet[EvaluatedOpportunity]:
    return read_opportunities(file, policy, as_of=NOW)


def row(folder: Path, policy: lk.Policy, heads: str, cells: str):
    return read(sheet(folder, heads, cells), policy).rows[0]


def codes(row) -> list[tuple[str, str]]:
    return [(fault.code, fault.column) for fault in row.faults]


class TestTools:
    """The exports of tools, recognised by their heads."""

    def test_hubspot(self, tmp_path, standard):
        lines = (
            "901 | Robots | Appointment Scheduled | 2027-01-15 | 500000 | | Acme AG | 2026-10-01 | | Sales | 11;12",
            "902 | Line | Closed Won | 2026-10-20 | 800000 | | Beta AG | 2026-05-01 10:00 | | Sales |",
            "903 | Arm | Closed Lost | 2026-10-22 | 80000 | | Gamma | 2026-05-01 10:00 | Too expensive | Sales |",
        )
        plan = read(sheet(tmp_path, HUBSPOT, *lines), standard)
        assert plan.parts[0].columns.tool == "HubSpot deals"
        first, won, lost = plan.records
        assert (first.opportunity.id, first.has_id, first.stage, first.lead) == ("901", True, "open", "11;12")
        assert first.opportunity.expected_close.date().isoformat() == "2027-01-15"
        assert (first.opportunity.closed_at, first.opportunity.amount) == (None, 500_000)
        assert (won.stage, won.opportunity.status) == ("won", "won")
        assert won.opportunity.closed_at.date().isoformat() == "2026-10-20"
        assert (lost.opportunity.lost_reason, lost.loss_words) == ("price", "Too expensive")
        assert plan.carried == ("Pipeline",)

    def test_salesforce(self, tmp_path, standard):
        lines = (
            "0061 | Robots | Negotiation/Review | 3/15/2027 | 500000 | | Acme | 10/25/2026 | 250000 | 50",
            "0062 | Line | Closed Won | 10/20/2026 | 800000 | | Beta | 5/1/2026 | 800000 | 100",
        )
        plan = read(sheet(tmp_path, SALESFORCE, *lines), standard)
        assert plan.parts[0].columns.tool == "Salesforce opportunity report"
        first, won = plan.records
        assert (first.stage, first.opportunity.amount, first.opportunity.account) == ("negotiating", 500_000, "Acme")
        assert first.opportunity.expected_close.date().isoformat() == "2027-03-15"
        assert (won.stage, won.opportunity.closed_at.date().isoformat()) == ("won", "2026-10-20")
        assert plan.carried == ("Expected Revenue", "Probability (%)")

    def test_salesforce_by_field_names(self, tmp_path, standard):
        heads = "Id | AccountId | Name | StageName | Amount | CloseDate | OwnerId | CreatedDate | IsWon"
        line = "006A | 001B | Robots | Closed Won | 500000 | 2026-10-20 | 005C | 2026-05-01T09:00:00.000Z | true"
        plan = read(sheet(tmp_path, heads, line), standard)
        assert plan.parts[0].columns.tool == "Salesforce opportunities (field names)"
        (won,) = plan.records
        assert (won.opportunity.id, won.opportunity.account, won.stage) == ("006A", None, "won")

    def test_pipedrive(self, tmp_path, standard):
        lines = (
            "7 | Robots | Open | Our own step | 500000 | CNY | Acme | 2026-10-01 09:30:00 | 2027-01-15 | | |",
            "8 | Line | Won | Proposal Made | 800000 | CNY | Beta | 2026-05-01 10:00:00 | | 2026-10-20 11:00:00 | |",
            "9 | Arm | Lost | Qualified | 80000 | USD | Gamma | 2026-05-01 10:00 | | | 2026-10-22 12:00 | Went dark",
        )
        plan = read(sheet(tmp_path, PIPEDRIVE, *lines), standard)
        assert plan.parts[0].columns.tool == "Pipedrive deals"
        first, won, lost = plan.rows
        assert (first.record.stage, codes(first)) == ("open", [("not_a_level", "stage")])
        assert (won.record.stage, won.record.opportunity.closed_at.hour) == ("won", 11)
        assert (lost.record.opportunity.amount, lost.record.opportunity.lost_reason) == (None, "no_decision")
        assert codes(lost) == [("other_currency", "amount")]

    def test_a_lead_export_is_no_export_of_deals(self, tmp_path, standard):
        leads = sheet(tmp_path, "Record ID | First Name | Last Name | Lifecycle Stage", "1 | Laura | Kemp | lead")
        with pytest.raises(lk.errors.SheetError, match="no row with the heads"):
            read(leads, standard)

    def test_every_sheet_of_a_workbook(self, tmp_path, standard):
        tables = [
            Table(name, ("Deal name", "Amount", "Status"), [(f"{name} {n}", 1000, "open") for n in range(2)])
            for name in ("East", "West")
        ]
        write_workbook(tmp_path / "deals.xlsx", tables)
        plan = read(tmp_path / "deals.xlsx", standard)
        assert [row.place for row in plan.rows] == [("East", 2), ("East", 3), ("West", 2), ("West", 3)]
        assert plan.set_aside == ()

    def test_a_companys_map_comes_first(self, tmp_path):
        policy = lk.load_policy(
            {
                "extends": "standard",
                "name": "ours",
                "sheets": {
                    "opportunities": {
                        "name": "Titel",
                        "stage": {"head": "Schritt", "words": {"won": ["Gewonnen"], "open": ["Läuft"]}},
                        "closed_at": "Ende",
                    }
                },
            }
        )
        heads = "Titel | Schritt | Ende | Amount"
        plan = read(sheet(tmp_path, heads, "Robots | Gewonnen | 2026-10-20 | 5", "Line | Läuft | | 6"), policy)
        assert [record.stage for record in plan.records] == ["won", "open"]


class TestRows:
    """What a row says, and what keeps it out."""

    def test_a_sheet_in_chinese(self, tmp_path, standard):
        line = "D1 | 机器人 | 甲公司机械 | 流失 | 谈判中 | 50万 | 2026-05-01 | 2026-10-20 | 价格过高 | 乙牌 | L1"
        (record,) = read(sheet(tmp_path, PLAIN, line), standard).records
        assert (record.opportunity.amount, record.stage, record.competitor) == (500_000, "lost", "乙牌")
        assert (record.opportunity.lost_reason, record.lead) == ("price", "L1")

    @pytest.mark.parametrize(
        ("cells", "fault"),
        [
            ("| 甲 | 甲公司机械 | 成交 | | | 2026-05-01 | | | |", ("missing", "closed_at")),
            ("| 甲 | 甲公司机械 | 成交 | | | 2026-05-01 | 2026-04-01 | | |", ("before_opening", "closed_at")),
            ("| 甲 | 甲公司机械 | 成交 | | | 2026-05-01 | 2027-04-01 | | |", ("in_future", "closed_at")),
            ("| 甲 | 甲公司机械 | | | | 2027-05-01 | | | |", ("in_future", "opened_at")),
            ("| 甲 | 甲公司机械 | | | | | 2026-04-01 | | |", ("missing", "status")),
            ("| 甲 | 甲公司机械 | 成交 | 流失 | | | 2026-04-01 | | |", ("contradicts", "stage")),
            ("| 甲 | 甲公司机械 | 也许 | | | | | | |", ("not_a_level", "status")),
            ("| 甲 | 甲公司机械 | | 不知道 | | | | | |", ("not_a_level", "stage")),
            ("| 甲 | 甲公司机械 | 进行中 | | -5 | | | | |", ("not_a_number", "amount")),
            ("| 甲 | 甲公司机械 | 进行中 | | | 昨天 | | | |", ("not_a_date", "opened_at")),
            ("| | | 进行中 | | | | | | |", ("missing", "name")),
        ],
    )
    def test_set_aside(self, tmp_path, standard, cells, fault):
        aside = row(tmp_path, standard, PLAIN, cells + " ")
        assert (aside.record, codes(aside)) == (None, [fault])

    def test_the_day_of_the_opening_is_not_before_it(self, tmp_path, standard):
        line = "| 甲 | 甲公司机械 | 成交 | | | 2026-05-01 15:00 | 2026-05-01 | | | "
        assert row(tmp_path, standard, PLAIN, line).record is not None

    @pytest.mark.parametrize(
        ("words", "code", "kept", "flag"),
        [
            ("price", "price", None, []),
            ("Too expensive", "price", "Too expensive", []),
            ("went_dark_2", "other", "went_dark_2", [("no_code", "lost_reason")]),
            ("王总说太慢", "other", "王总说太慢", [("no_code", "lost_reason")]),
            ("-", "not_given", None, [("missing", "lost_reason")]),
        ],
    )
    def test_why_it_was_lost(self, tmp_path, standard, words, code, *, kept, flag):
        line = f"| 甲 | 甲公司机械 | 流失 | | | | 2026-04-01 | {words} | | "
        lost = row(tmp_path, standard, PLAIN, line)
        assert (lost.record.opportunity.lost_reason, lost.record.loss_words, codes(lost)) == (code, kept, flag)

    def test_a_label_of_the_policy_is_a_reason(self, tmp_path):
        labels = {"zh_CN": {"lost_reason.too_slow": "交期太长"}}
        policy = lk.load_policy(
            {"extends": "standard", "name": "ours", "labels": labels, "reasons": {"lost": {"too_slow": []}}}
        )
        lost = row(tmp_path, policy, PLAIN, "| 甲 | 甲公司机械 | 流失 | | | | 2026-04-01 | 交期太长 | | ")
        assert lost.record.opportunity.lost_reason == "too_slow"

    def test_a_policy_without_grading_reads_deals_without_levels(self, tmp_path, standard):
        policy = lk.Policy(standard.document.model_copy(update={"grading": None}))
        assert read(sheet(tmp_path, PLAIN, "D1 | 甲 | | 进行中 | | | | | | | "), policy).records != ()

    def test_two_heads_of_one_field_are_that_of_the_more_usual(self, tmp_path, standard):
        heads = "Deal name | Amount | Deal value | Status"
        plan = read(sheet(tmp_path, heads, "Robots | 5 | 6 | open"), standard)
        assert (plan.records[0].opportunity.amount, plan.carried) == (5, ("Deal value",))
        with pytest.raises(lk.errors.SheetError, match="stands twice"):
            read(sheet(tmp_path, "Deal name | Amount | Amount", "Robots | 5 | 6"), standard)
