"""What a writer must not do: let text become markup or a formula, change a value, leave traces of a failed run."""

from __future__ import annotations

import re
import tempfile
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook

FILES = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
LETTERS = st.text(st.sampled_from("ab=<>&'\"/_x0041 \n\r\t中"), max_size=12)
MARKUP = st.builds("<r>{}</r>".format, LETTERS)


def written(folder, cell, head="a"):
    write_workbook(folder / "a.xlsx", [Table("A", (head,), [(cell,)])])
    return tuple(read_grids(folder / "a.xlsx")[0].rows)


class TestText:
    """Text stays text, whatever it looks like."""

    @FILES
    @given(LETTERS.filter(bool) | MARKUP)
    def test_is_read_back_as_it_was(self, tmp_path, text):
        assert written(tmp_path, text, head=text + "h") == ((1, (text + "h",)), (2, (text,)))

    @FILES
    @given(st.lists(st.sampled_from(["_x0041_", "_x000D_", "x0042_", "_", "x", "\r", "_xd83d_", "a"]), min_size=1))
    def test_that_looks_like_an_escaped_sign_is_meant_as_it_stands(self, tmp_path, pieces):
        text = "".join(pieces)
        write_workbook(tmp_path / "a.xlsx", [Table("A", ("a",), [(text,)])])
        with ZipFile(tmp_path / "a.xlsx") as archive:
            sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        cells = [cell.text or "" for cell in sheet.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t")]
        assert re.sub("_x([0-9A-Fa-f]{4})_", lambda sign: chr(int(sign[1], 16)), cells[1]) == text

    @pytest.mark.parametrize("place", ["head", "cell"])
    def test_is_never_markup(self, tmp_path, place):
        text = "<r></r></is></c><c r='B2'><f>1+1</f><v>2</v></c><c r='C2' t='inlineStr'><is><r><t>x</t></r>"
        rows = written(tmp_path, text, head=text if place == "head" else "a")
        assert rows[1] == (2, (text,))
        sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
        assert (sheet.max_row, sheet.max_column) == (2, 1)
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}

    def test_that_is_coloured_is_never_markup_either(self, tmp_path):
        text = "<r>high</r>"
        write_workbook(tmp_path / "a.xlsx", [Table("A", ("a",), [(text,)], colours={"a": {text: "#C6EFCE"}})])
        cell = openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"]
        assert (cell.value, cell.fill.fgColor.rgb) == (text, "FFC6EFCE")

    def test_that_is_full_of_markup_is_whole(self, tmp_path):
        text = "<r>" + "<" * 32_000 + "</r>"
        written(tmp_path, text)
        assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"].value == text

    @pytest.mark.parametrize("sign", ["x", "中", "\U0001f600"])
    def test_is_cut_where_a_cell_ends(self, tmp_path, sign):
        text = written(tmp_path, sign * 40_000)[1][1][0]
        assert text == sign * (len(text) - 1) + "…"
        assert 32_765 <= len(text.encode("utf-16-le")) // 2 <= 32_767


class TestCsv:
    """A text is whole up to what is read again, or cut with an ellipsis."""

    @pytest.mark.parametrize(
        ("text", "length"),
        [("x" * 32_767, 32_767), ("\U0001f600" * 32_767, 32_767), ("=" * 32_766, 32_766), ("x" * 40_000, 32_767)],
    )
    def test_long_text(self, tmp_path, text, length):
        write_csv(tmp_path / "a.csv", Table("A", ("a",), [(text,)]))
        cell = list(read_grids(tmp_path / "a.csv")[0].rows)[1][1][0]
        assert len(cell) == length
        assert cell == text if length == len(text) else cell == text[: length - 1] + "…"


class TestValues:
    """What a sheet can't hold is written as text."""

    @pytest.mark.parametrize("cell", [Decimal("NaN"), Decimal("-Infinity"), Decimal("1E-400"), 10**15, -(10**20)])
    def test_numbers(self, tmp_path, cell):
        assert written(tmp_path, cell)[1] == (2, (str(cell),))

    @FILES
    @given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
    def test_decimals_of_15_digits_are_numbers(self, tmp_path, cell):
        found = written(tmp_path, cell)[1][1][0]
        assert isinstance(found, (int, float))
        assert Decimal(str(found)) == cell

    @FILES
    @given(st.dates())
    def test_days(self, tmp_path, cell):
        assert written(tmp_path, cell)[1] == (2, (cell if cell >= date(1900, 1, 1) else cell.isoformat(),))

    def test_moments_before_1900(self, tmp_path):
        assert written(tmp_path, datetime(1899, 12, 31, 8))[1] == (2, ("1899-12-31 08:00:00",))  # noqa: DTZ001

    @given(hours=st.integers(-12, 14))
    @FILES
    def test_moments_keep_the_clock_of_their_own_zone(self, tmp_path, hours):
        moment = datetime(2023, 8, 1, 9, 30, tzinfo=timezone(timedelta(hours=hours)))
        assert written(tmp_path, moment)[1] == (2, (datetime(2023, 8, 1, 9, 30),))  # noqa: DTZ001


class TestSheets:
    """A sheet has bold heads that stay in view, a filter, widths and colours."""

    def test_looks(self, tmp_path):
        table = Table("A", ("a", "b"), [("high", "x"), ("low", "y")], {"a": {"high": "#C6EFCE"}}, {"b": 40})
        write_workbook(tmp_path / "a.xlsx", [table])
        sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
        assert [cell.font.bold for cell in sheet[1]] == [True, True]
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")
        assert 40 <= sheet.column_dimensions["B"].width < 41
        fills = [sheet[place].fill.fill_type for place in ("A2", "A3", "B2")]
        assert fills == ["solid", None, None]

    def test_too_many_columns_are_an_error(self, tmp_path):
        with pytest.raises(lk.errors.SheetError, match="16384 columns"):
            write_workbook(tmp_path / "a.xlsx", [Table("A", ("a",) * 16_385, [])])
        assert list(tmp_path.iterdir()) == []


class TestFailure:
    """A run that fails leaves the old file and nothing else, neither beside it nor in the system's folder."""

    @pytest.mark.parametrize("write", [write_csv, lambda path, table: write_workbook(path, [table])])
    def test_leaves_no_trace(self, tmp_path, monkeypatch, write):
        system, target = tmp_path / "system", tmp_path / "target"
        system.mkdir()
        target.mkdir()
        (target / "a").write_text("old")
        monkeypatch.setattr(tempfile, "tempdir", str(system))
        ragged = Table("A", ("a", "b"), [("1", "2"), ("3", object.__new__(_Unwritable))])
        with pytest.raises(RuntimeError):
            write(target / "a", ragged)
        assert [file.name for file in target.iterdir()] == ["a"]
        assert (target / "a").read_text() == "old"
        assert list(system.iterdir()) == []

    def test_a_sheet_without_cells_leaves_no_trace_either(self, tmp_path, monkeypatch):
        system = tmp_path / "system"
        system.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(system))
        write_workbook(tmp_path / "a.xlsx", [Table("A", (), [])])
        assert list(system.iterdir()) == []

    def test_to_write_over_a_folder(self, tmp_path):
        (tmp_path / "a.xlsx").mkdir()
        with pytest.raises(lk.errors.SheetError, match="can't be written"):
            write_workbook(tmp_path / "a.xlsx", [Table("A", ("a",), [("x",)])])
        assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


class _Unwritable:
    def __str__(self) -> str:
        raise RuntimeError
