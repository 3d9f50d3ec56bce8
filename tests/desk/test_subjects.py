"""What activities were about and the amounts that they carry: kept, read from sheets, and counted by rules."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.read import read_activities, read_counted
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.templates import ACTIVITIES as SHEET
from leadkit.adapters.spreadsheets.write import write_csv
from leadkit.desk.importing import import_activities
from leadkit.records.fields import is_amount
from tests.desk.desks import START, address, lead, open_desk, touch

COUNTED = lk.load_policy({
    "name": "subjects",
    "extends": "standard",
    "scoring": {"groups": {"about": {"limit": 90, "rules": {
        "pricing": {"event": "visit", "points": 7, "where": {"subject": "pricing"}},
        "large": {"event": "order", "points": 11, "where": {"amount": {"at_least": 1000}}},
    }}}},
})  # fmt: skip
subjects = st.sampled_from([None, "", "pricing", "careers"])
amounts = st.sampled_from([None, Decimal(0), Decimal("999.999999999999"), Decimal(1000), Decimal("1E+17")])
activities = st.lists(
    st.builds(
        lambda number, kind, hours, subject, amount: touch(
            number, kind=kind, occurred_at=START - timedelta(hours=hours), subject=subject, amount=amount
        ),
        st.integers(1, 50), st.sampled_from(["visit", "order", "reply"]), st.integers(0, 400), subjects, amounts,
    ),
    max_size=8, unique_by=lambda activity: activity.id,
)  # fmt: skip


class TestInTheStore:
    """A desk keeps what an activity was about, and its score counts by it as `policy.score` does."""

    @given(activities=activities)
    def test_the_score_of_the_desk_is_that_of_the_policy(self, activities):
        desk = open_desk(policy=COUNTED)
        desk.capture(lead(1))
        desk.record_all(activities)
        assert desk.lead("L1").points == COUNTED.score(lead(1), activities, as_of=START).points
        assert sorted(desk.activities("L1"), key=lambda kept: kept.id) == sorted(activities, key=lambda kept: kept.id)

    @pytest.mark.parametrize("kind", ["memory", "sqlite"])
    def test_subject_and_amount_are_kept_and_shown(self, kind, tmp_path):
        desk = open_desk(address(kind, tmp_path), policy=COUNTED)
        desk.capture(lead(1))
        order = touch(1, kind="order", subject="pricing", amount=Decimal("1000.50"))
        assert desk.record(order).outcome == "recorded"
        assert desk.record(order).outcome == "repeated"
        assert desk.activities("L1") == (order,)
        details = desk.history("L1")[-1].details
        assert (details["subject"], details["amount"]) == ("pricing", "1000.50" if kind == "memory" else "1000.5")


class TestSheets:
    """A follow-up sheet may have columns for both."""

    @pytest.mark.parametrize("language", ["zh_CN", "en"])
    def test_they_are_read_and_counted(self, tmp_path, language):
        file = tmp_path / "follow-ups.csv"
        heads = (*SHEET.row(language), *(SHEET.head(name, language) for name in ("subject", "amount")))
        rows = [
            ("L1", "2023-09-01", "visit", "", "", "", "", "pricing", ""),
            ("L1", "2023-09-02", "订单", "", "", "", "", "", "1,200"),
            ("L1", "2023-09-03", "订单", "", "", "", "", "", "lots"),
            ("L1", "2023-09-03", "订单", "", "", "", "", "", "9" * 31),
        ]
        write_csv(file, Table("follow-ups", heads, rows))
        read = read_activities(file, COUNTED, ["L1"])
        about = [(record.subject, record.amount) for record in read.records]
        assert about == [("pricing", None), (None, Decimal(1200)), (None, None), (None, None)]
        assert [fault.column for row in read.flagged for fault in row.faults] == ["amount", "amount"]
        counted = read_counted(file, COUNTED, {"L1": "L1"})
        assert [(record.subject, record.amount) for record in counted.records] == about

    def test_rows_that_differ_in_nothing_else_are_two_activities(self, tmp_path):
        file = tmp_path / "follow-ups.csv"
        heads = (*SHEET.row("en"), SHEET.head("subject", "en"))
        same = ("L1", "2023-09-01", "visit", "", "", "", "")
        desk = open_desk(policy=COUNTED)
        desk.capture(lead(1))
        write_csv(file, Table("follow-ups", heads, [(*same, "pricing"), (*same, "careers")]))
        assert import_activities(desk, file).recorded == 2
        write_csv(file, Table("follow-ups", heads, [(*same, "careers"), (*same, "pricing")]))
        assert import_activities(desk, file).recorded == 0
        assert len(desk.activities("L1")) == 2

    @given(amount=st.decimals(allow_nan=False, allow_infinity=False) | st.sampled_from([Decimal("0.01"), Decimal(0)]))
    def test_a_number_is_taken_if_an_activity_holds_it(self, amount):
        try:
            touch(1, amount=amount)
        except ValueError:
            assert not is_amount(amount)
        else:
            assert is_amount(amount)
