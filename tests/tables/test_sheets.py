"""The tables of a review in spreadsheets are those of a warehouse, or are refused with every cell that is wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.templates import REVIEWED
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook
from leadkit.adapters.tables.review_files import TABLES, read_sheet
from leadkit.adapters.tables.review_polars import review
from leadkit.limits import DEFAULT_LIMITS
from leadkit.texts import LANGUAGES
from tests.reviewing.made_up import AS_OF, QUARTER, ZONE, Row, tables
from tests.spreadsheets.lines import written
from tests.tables.test_reviews import frames

NAMES = ("leads", "opportunities", "activities")
WRITERS: dict[str, Callable[[Path, Table], None]] = {
    ".csv": write_csv,
    ".xlsx": lambda path, table: write_workbook(path, [table]),
}


def said(value: Any) -> Any:
    """A value as an export says it."""
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, Decimal) else value


def sheet(folder: Path, name: str, rows: list[Row], ending: str, heads: dict[str, str] | None = None) -> Path:
    path = folder / f"{name}{ending}"
    columns = list(TABLES[name].columns)
    cells = [[said(row[column]) for column in columns] for row in rows]
    WRITERS[ending](path, Table(name, tuple((heads or {}).get(column, column) for column in columns), cells))
    return path


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9), st.integers(1, 40), st.sampled_from(sorted(WRITERS)), st.sampled_from(LANGUAGES))
def test_a_review_of_sheets_is_that_of_the_same_tables(tmp_path, seed, size, ending, language):
    rows = dict(zip(NAMES, tables(random.Random(seed), size), strict=True))
    heads = {name: dict(zip(TABLES[name].columns, REVIEWED[name].row(language), strict=True)) for name in NAMES}
    leads, opportunities, activities = (
        read_sheet(sheet(tmp_path, name, rows[name], ending, heads[name]), name, ZONE) for name in NAMES
    )
    expected = frames(*rows.values())
    assert review(leads, opportunities, QUARTER, activities, as_of=AS_OF) == review(
        *expected[:2], QUARTER, expected[2], as_of=AS_OF
    )


def test_the_columns_are_those_of_the_tables():
    assert {name: template.columns for name, template in REVIEWED.items()} == {
        name: tuple(table.columns) for name, table in TABLES.items()
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_a_person_writes_is_understood(tmp_path, encoding, end):
    file = written(
        "商机.csv",
        tmp_path,
        "商机ID | 商机状态 | 金额 | 创建时间 | 关闭时间 | 负责人",
        "1 | 赢单 | 1,200,000元 | 2023年7月3日 | 2023/8/20 9:30 | 李明",
        "2 | LOST |  | 2023-07-03 09:00:00.5 | 2023-08-20T01:30:00Z | ",
        "3 | 进行中 | 80000.5 |  |  | ",
        encoding=encoding,
        end=end,
    )
    found = read_sheet(file, "opportunities", ZONE)
    assert found["status"].to_list() == ["won", "lost", "open"]
    assert found["amount"].to_list() == [Decimal("1200000.00"), None, Decimal("80000.50")]
    assert found["opened_at"].to_list() == [
        datetime(2023, 7, 2, 16, tzinfo=UTC),
        datetime(2023, 7, 3, 1, 0, 0, 500_000, tzinfo=UTC),
        None,
    ]
    assert found["closed_at"].to_list() == [datetime(2023, 8, 20, 1, 30, tzinfo=UTC)] * 2 + [None]
    assert found["owner"].to_list() == ["李明", None, None]


def test_days_and_times_of_a_workbook_are_those_of_the_zone(tmp_path):
    rows = [[1, "valid", date(2023, 7, 1)], [2, "valid", datetime(2023, 7, 1, 8, 30)]]  # noqa: DTZ001
    write_workbook(tmp_path / "a.xlsx", [Table("leads", ("Lead ID", "Status", "Received at"), rows)])
    found = read_sheet(tmp_path / "a.xlsx", "leads", ZONE)
    assert found["lead_id"].to_list() == ["1", "2"]
    assert found["received_at"].to_list() == [
        datetime(2023, 6, 30, 16, tzinfo=UTC),
        datetime(2023, 7, 1, 0, 30, tzinfo=UTC),
    ]


class TestAmountsAndDates:
    """What people and programs write for sums and days, and a column that tells its order."""

    HEADS = "opportunity_id | status | opened_at | closed_at | amount"

    @pytest.mark.parametrize(
        ("cell", "amount"),
        [
            ("¥50,000", 50_000),
            ("￥50，000.00", 50_000),
            ("50万", 500_000),
            ("50万元", 500_000),
            ("50k", 50_000),
            ("CNY 500000", 500_000),
            ("500 000", 500_000),
            ("1.234,56", Decimal("1234.56")),
            ("-", None),
            ("—", None),
        ],
    )
    def test_an_amount(self, tmp_path, cell, amount):
        line = f"1 | won | 2023-07-03 | 2023-08-01 | {cell}"
        file = written("a.csv", tmp_path, self.HEADS, line, encoding="utf-8-sig")
        assert read_sheet(file, "opportunities", ZONE)["amount"].to_list() == [amount]

    def test_the_currency_of_the_review_may_stand_beside_it_and_no_other(self, tmp_path):
        file = written("a.csv", tmp_path, self.HEADS, "1 | won | 2023-07-03 | 2023-08-01 | $5,000")
        assert read_sheet(file, "opportunities", ZONE, "USD")["amount"].to_list() == [5_000]
        file = written("a.csv", tmp_path, self.HEADS, "1 | won | 2023-07-03 | 2023-08-01 | ¥5,000")
        with pytest.raises(lk.errors.SheetError):
            read_sheet(file, "opportunities", ZONE, "USD")

    def test_the_column_tells_the_order_of_day_and_month(self, tmp_path):
        rows = ["1 | won | 7/3/2023 | 3.8.2023 | ", "2 | won | 7/13/2023 11:22 AM | 2023-08-03 | "]
        found = read_sheet(written("a.csv", tmp_path, self.HEADS, *rows), "opportunities", ZONE)
        opened = [when.astimezone(ZONE).isoformat() for when in found["opened_at"]]
        assert opened == ["2023-07-03T00:00:00+08:00", "2023-07-13T11:22:00+08:00"]
        assert [when.astimezone(ZONE).day for when in found["closed_at"]] == [3, 3]

    @pytest.mark.parametrize("days", [("7/3/2023", "7/4/2023"), ("7/3/2023", "7/13/2023", "13/7/2023")], ids=len)
    def test_a_column_that_does_not_tell_is_refused(self, tmp_path, days):
        rows = [f"{number} | won | {day} | | " for number, day in enumerate(days)]
        with pytest.raises(lk.errors.SheetError, match="opened_at is not a date"):
            read_sheet(written("a.csv", tmp_path, self.HEADS, *rows), "opportunities", ZONE)


class TestRefused:
    """A cell that can't be read is told with its row, all of them at once, and without what stands in it."""

    HEADS = "lead_id | status | received_at | first_response_at"

    def problems(self, folder: Path, *lines: str, table: str = "leads", **limits: int) -> list[str]:
        with pytest.raises(lk.errors.SheetError) as caught:
            read_sheet(written("a.csv", folder, *lines), table, ZONE, limits=evolve(DEFAULT_LIMITS, **limits))
        return [str(one) for one in caught.value.problems]

    def test_every_cell_is_told(self, tmp_path):
        lines = [
            "1 | Bought | 2023-07-03 | ",
            "2 | valid | 2023-17-03 | soon",
            "1 | valid | | ",
            " | | 2023-07-03 | ",
        ]
        assert self.problems(tmp_path, self.HEADS, *lines) == [
            "a.csv, row 2: status is none of: new, valid, invalid, archived, converted",
            "a.csv, row 3: received_at is not a date",
            "a.csv, row 3: first_response_at is not a date",
            "a.csv, row 4: lead_id repeats a row above",
            "a.csv, row 5: lead_id is missing",
            "a.csv, row 5: status is missing",
        ]

    def test_of_very_many_the_first_are_told(self, tmp_path):
        found = self.problems(tmp_path, self.HEADS, *[f"{number} | x | | " for number in range(9)], problems=3)
        assert [one.partition(":")[0] for one in found] == ["a.csv, row 2", "a.csv, row 3", "a.csv, row 4", "a.csv"]
        assert found[-1].endswith("and 6 more")

    @pytest.mark.parametrize("amount", ["much", "1e9", "1 20", "999999999999999999", "$5"])
    def test_what_is_no_amount(self, tmp_path, amount):
        heads, line = "opportunity_id | status | opened_at | closed_at | amount", f"1 | won | 2023-07-03 | | {amount}"
        found = self.problems(tmp_path, heads, line, table="opportunities")
        assert found == ["a.csv, row 2: amount is not a number that can stand there"]

    def test_heads_that_are_not_there(self, tmp_path):
        (found,) = self.problems(tmp_path, "lead_id | received_at", "1 | 2023-07-03")
        assert found.startswith("a.csv: has no row with the heads 线索ID / lead_id, 状态 / status")

    def test_a_file_that_is_no_sheet(self, tmp_path):
        pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "a.csv")
        with pytest.raises(lk.errors.SheetError, match="is a Parquet file"):
            read_sheet(tmp_path / "a.csv", "leads", ZONE)
