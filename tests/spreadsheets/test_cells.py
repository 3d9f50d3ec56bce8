"""Cells: what a sheet holds is read as what it means, and what leadkit writes it reads back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadkit.adapters.spreadsheets.cells import amount, date_order, is_blank, moment, number, text
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.heads.head_row import HeadRow
from leadkit.adapters.spreadsheets.heads.orders import column_orders
from leadkit.adapters.spreadsheets.table import Cell, Grid, Table
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NAIVE = datetime.fromisoformat
DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
TIMES = st.datetimes(NAIVE("1950-01-01"), NAIVE("2099-12-31")).map(lambda when: when.replace(microsecond=0))
NUMBERS = st.integers(-(10**14), 10**14) | st.decimals(-(10**9), 10**9, places=3)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=20)
PHONES = st.sampled_from(
    ["13812345678", "+8613812345678", "021-62345678-801", "'13812345678", "=1+1", "007", "-5", "@x"]
)

DAY = [20261102, 20261102.0, "20261102", "'2026-11-02", 46328, 46328.0, "46328", "46328.0"]
SECOND = [1762247700, 1762247700.0, 1762247700000, "1762247700000", "1762247700.0"]
NO_TIMES = [None, "", " ", True, 0, 1, 2026, 202611, -46328, 1e300, "soon", "11/2/2026", "09:30:00"]
AMOUNTS = ["¥500,000", "50万", "50万元", "500k", "CNY 500000", "500 000", 500_000, 500_000.0]
NO_AMOUNTS = ["$5", "50-80万", "至少50万", "much", "", "-", "50万左右", "3台", "5万 or 6万", None, True]


def back(folder: Path, ending: str, cell: Cell) -> Cell:
    """A cell as it stands when it was written and read again."""
    file, table = folder / f"a{ending}", Table("a", ("head", "behind"), [(cell, "x")])
    write_csv(file, table) if ending == ".csv" else write_workbook(file, [table])
    (grid,) = read_grids(file)
    rows = tuple(grid.rows)
    return rows[1][1][0]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
class TestWhatIsWrittenIsReadBack:
    """Times, days, numbers and texts, by both writers."""

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
    @given(when=TIMES, zone=st.sampled_from([SHANGHAI, BERLIN]))
    def test_times_of_the_policy_s_zone(self, tmp_path, ending, when, zone):
        aware = when.replace(tzinfo=zone)
        for cell in (when, aware, aware.isoformat(), aware.isoformat(" ")):
            assert moment(back(tmp_path, ending, cell), zone).replace(fold=0) == aware.replace(fold=0)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
    @given(day=DAYS)
    def test_days(self, tmp_path, ending, day):
        read = moment(back(tmp_path, ending, day), SHANGHAI)
        assert (read.date(), read.hour, read.minute) == (day, 0, 0)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
    @given(written=NUMBERS)
    def test_numbers(self, tmp_path, ending, written):
        assert number(back(tmp_path, ending, written)) == written

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
    @given(words=WORDS | PHONES)
    def test_texts(self, tmp_path, ending, words):
        assert text(back(tmp_path, ending, words)) == (words.strip() or None)


class TestMoments:
    """A cell of a column of dates: a date, a text, a day's number, or seconds since 1970."""

    @given(st.datetimes(NAIVE("1990-01-01"), NAIVE("2099-12-31")).map(lambda when: when.replace(microsecond=0)))
    def test_a_serial_number_of_any_type(self, when):
        since = when - NAIVE("1899-12-30")
        serial = since.days + since.seconds / 86_400
        for cell in (serial, str(serial), Decimal(str(serial)), *([int(serial)] if serial.is_integer() else [])):
            assert moment(cell, SHANGHAI) == when.replace(tzinfo=SHANGHAI)

    @pytest.mark.parametrize("cell", DAY)
    def test_one_day(self, cell):
        assert moment(cell, SHANGHAI) == NAIVE("2026-11-02T00:00:00+08:00")

    @pytest.mark.parametrize("cell", SECOND)
    def test_one_second(self, cell):
        assert moment(cell, SHANGHAI) == NAIVE("2025-11-04T17:15:00+08:00")

    @pytest.mark.parametrize("cell", NO_TIMES)
    def test_none(self, cell):
        assert moment(cell, SHANGHAI) is None

    def test_the_order_of_the_column(self):
        cells = ["11/2/2026", "11/13/2026", None, 46328, NAIVE("2026-11-04")]
        order = date_order(cells).order
        assert [moment(cell, SHANGHAI, order).day for cell in cells if cell is not None] == [2, 13, 2, 4]


class TestColumnOrders:
    """The order of a column is what all of its dates tell, however far down they stand."""

    @staticmethod
    def read(cells: list[Cell]) -> list[int | None]:
        rows = tuple(enumerate([("head",), *((cell,) for cell in cells)], start=1))
        part = HeadRow(Grid("f.csv", "", rows), 1, ("head",), tuple(row for _, row in rows[1:3]))
        order = column_orders(part, [0])[0]
        days = [moment(cell, SHANGHAI, order) for cell in cells]
        return [day and day.day for day in days]

    def test_what_the_column_tells(self):
        assert self.read(["11/2/2026", "13/2/2026"]) == [11, 13]
        assert self.read(["11/2/2026", "2/13/2026"]) == [2, 13]
        assert self.read(["2026-11-02", "13/2/2026", None]) == [2, 13, None]
        assert self.read(["11/2/2026", "soon"]) == [None, None]
        assert self.read(["11/2/2026", "13/2/2026", "2/13/2026"]) == [None, 13, 13]
        assert self.read(["11/2/2026", *["1/2/2026"] * 9, "13/2/2026"]) == [11, *[1] * 9, 13]


class TestAmounts:
    """One exact sum in the currency that is asked for."""

    @pytest.mark.parametrize("cell", AMOUNTS)
    def test_golden(self, cell):
        assert amount(cell) == 500_000

    @pytest.mark.parametrize("cell", NO_AMOUNTS)
    def test_none(self, cell):
        assert amount(cell) is None

    def test_of_another_currency(self):
        assert (amount("$5,000", "USD"), amount("5000 USD", "USD"), amount("¥5000", "USD")) == (5000, 5000, None)


def test_dashes_are_blank():
    assert all(map(is_blank, (None, "", " ", "-", "－", "—", "——", "N/A", "#N/A")))
    assert not any(map(is_blank, (0, False, "0", "无锡", "-1")))


def test_a_duration_is_no_time():
    assert moment(str(timedelta(hours=9)), SHANGHAI) is None
