"""How a workbook looks on screen and on paper, read back by another library."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.table import Chart, RowsOnDemand, Table
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook
from leadkit.adapters.spreadsheets.writing.markup import column_letters

FILES = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = (
    st.integers(-(10**14), 10**14)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)
)


def opened(folder, *tables):
    write_workbook(folder / "a.xlsx", tables)
    return openpyxl.load_workbook(folder / "a.xlsx")


class TestPaper:
    """A sheet goes on landscape pages as wide as the table, with the heads on each."""

    @pytest.mark.parametrize("rows", [[], [("x", 1)], [("x", 1)] * 300])
    def test_set_up(self, tmp_path, rows):
        sheet = opened(tmp_path, Table("甲", ("a", "b"), rows)).active
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
        assert not sheet.print_area

    def test_only_the_first_columns_where_the_table_says_so(self, tmp_path):
        sheet = opened(tmp_path, Table("A", ("a", "b", "c"), [(1, 2, 3)] * 4, printed=2)).active
        assert sheet.print_area == "'A'!$A$1:$B$5"
        assert [sheet.column_dimensions[letter].outlineLevel for letter in "ABC"] == [0, 0, 1]
        assert not any(sheet.column_dimensions[letter].hidden for letter in "ABC")


class TestWidths:
    """A column is as wide as what it holds, within bounds."""

    @pytest.mark.parametrize(
        ("cell", "at_least", "at_most"),
        [
            (7, 5, 8), ("zhang.wei@example.com", 21, 25), ("苏州启川智能装备有限公司", 24, 28), ("长" * 200, 30, 31),
            (datetime(2023, 9, 30, 12, 30, tzinfo=UTC), 16, 20), (date(2023, 9, 30), 10, 14),
            (Decimal(5_640_000), 9, 12),
        ],
    )  # fmt: skip
    def test_of_what_it_holds(self, tmp_path, cell, at_least, at_most):
        sheet = opened(tmp_path, Table("A", ("a",), [(None,), (cell,)], formats={"a": "#,##0"})).active
        assert at_least <= sheet.column_dimensions["A"].width <= at_most

    def test_of_its_head(self, tmp_path):
        sheet = opened(tmp_path, Table("A", ("sales cycle",), [(1,)])).active
        assert sheet.column_dimensions["A"].width >= 11

    def test_wrapped_text_has_more_room_and_stands_at_the_top(self, tmp_path):
        sheet = opened(tmp_path, Table("A", ("a", "b"), [("长" * 200, 1)], wrapped={"a"})).active
        assert 40 <= sheet.column_dimensions["A"].width <= 50
        assert sheet["A2"].alignment.wrap_text
        assert {sheet[place].alignment.vertical for place in ("A2", "B2")} == {"top"}


class TestBarsAndCharts:
    """Numbers have bars behind them, and charts point at the table's own cells."""

    def test_bars(self, tmp_path):
        sheet = opened(tmp_path, Table("A", ("a", "b"), [(1, 2), (3, 4)], bars={"b"})).active
        ((place, rules),) = [(str(entry.sqref), entry.rules) for entry in sheet.conditional_formatting]
        assert (place, [rule.type for rule in rules]) == ("B2:B3", ["dataBar"])

    def test_a_chart(self, tmp_path):
        table = Table("A", ("a", "b"), [("x", 1), ("y", 2)], charts=[Chart("c", "a", ("b",), "bar")])
        (chart,) = opened(tmp_path, table).active._charts
        assert chart.series[0].val.numRef.f == "A!$B$2:$B$3"

    def test_a_table_without_rows_has_no_chart(self, tmp_path):
        assert opened(tmp_path, Table("A", ("a", "b"), [], charts=[Chart("c", "a", ("b",))])).active._charts == []


class TestStyles:
    """Colours, number formats and bold rows reach the cells they are meant for, whatever the sheet before."""

    def test_each_sheet_has_its_own(self, tmp_path):
        book = opened(
            tmp_path,
            Table("A", ("a",), [("high",), ("low",)], {"a": {"high": "#C6EFCE"}}, strong={1}),
            Table("B", ("a", "b"), [(0.5, 5), (1, 7)], formats={"a": "0.0%", "b": ["0.00", "0"]}),
        )
        assert [book["A"][place].fill.fill_type for place in ("A2", "A3")] == ["solid", None]
        assert [book["A"][place].font.bold for place in ("A2", "A3")] == [False, True]
        assert [book["B"][place].number_format for place in ("A2", "B2", "B3")] == ["0.0%", "0.00", "0"]

    @FILES
    @given(st.lists(st.tuples(NUMBERS, st.booleans(), st.dates(date(1900, 3, 1))), min_size=1, max_size=6))
    def test_values_are_the_same_with_and_without(self, tmp_path, rows):
        write_workbook(tmp_path / "plain.xlsx", [Table("A", tuple("abc"), rows)])
        looks = {"formats": {"a": "#,##0"}, "wrapped": {"b"}, "bars": {"a"}, "strong": {0}, "printed": 1}
        write_workbook(tmp_path / "rich.xlsx", [Table("A", tuple("abc"), rows, **looks)])
        plain, rich = (list(read_grids(tmp_path / f"{name}.xlsx")[0].rows) for name in ("plain", "rich"))
        assert plain == rich


class TestRowsOnDemand:
    """Rows are made when they are written, and are those of a list."""

    def test_none_is_kept(self, tmp_path):
        made = []
        rows = RowsOnDemand(["x"] * 1000, lambda place, item: made.append(place) or (item, place))
        write_csv(tmp_path / "a.csv", Table("A", ("a", "b"), rows))
        assert made == list(range(1000))

    @given(st.lists(st.integers(), max_size=5), st.integers(-6, 6))
    def test_is_a_sequence(self, items, place):
        rows, listed = RowsOnDemand(items, lambda at, item: (at, item)), list(enumerate(items))
        assert (list(rows), len(rows), rows[1:3]) == (listed, len(listed), listed[1:3])
        if -len(items) <= place < len(items):
            assert rows[place] == listed[place]
        else:
            with pytest.raises(IndexError):
                rows[place]

    def test_a_generator_is_written_too(self, tmp_path):
        write_workbook(tmp_path / "a.xlsx", [Table("A", ("a",), (("x",) for _ in range(3)))])
        assert len(list(read_grids(tmp_path / "a.xlsx")[0].rows)) == 4


@given(st.integers(0, 16_383))
def test_columns_have_the_letters_of_a_workbook(place):
    from openpyxl.utils import get_column_letter

    assert column_letters(place) == get_column_letter(place + 1)
