"""What a grid says of its sheet: all cells, whether it is hidden, and which cells are computed, merged or errors."""

from __future__ import annotations

import csv
import gc
import io
import os
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.files.delimited import quote_formula
from leadkit.adapters.spreadsheets.files.sample import few_signs
from leadkit.adapters.spreadsheets.files.separators import SEPARATORS
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.table import LONGEST_CELL, Grid
from tests.spreadsheets.hostile import data, workbook

SheetError = lk.errors.SheetError
FILES = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), min_size=1, max_size=12)
NUMBERS = st.integers(-(10**14), 10**14) | st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.6g}"))
MOMENTS = st.dates(date(1950, 1, 1), date(2100, 1, 1)) | st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001
VALUES = st.none() | TEXTS | NUMBERS | st.booleans() | MOMENTS.map(lambda moment: moment.replace(**_whole(moment)))


def _whole(moment):
    return {"second": 0, "microsecond": 0, "hour": 1} if isinstance(moment, datetime) else {}


def trimmed(rows):
    """The rows with the numbers from 1, as a grid gives them: without empty cells behind and without empty rows."""
    for number, row in enumerate(rows, start=1):
        cells = list(row)
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield number, tuple(cells)


def book(file, fill):
    with xlsxwriter.Workbook(str(file)) as made:
        fill(made)


@FILES
@given(rows=st.lists(st.lists(VALUES, max_size=6), max_size=6))
def test_cells_of_a_workbook_come_out_as_they_went_in(tmp_path, rows):
    def fill(made):
        sheet = made.add_worksheet()
        day, moment = made.add_format({"num_format": "yyyy-mm-dd"}), made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif isinstance(cell, datetime):
                    sheet.write_datetime(row, column, cell, moment)
                elif isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, day)
                elif cell is not None:
                    sheet.write(row, column, cell)

    book(tmp_path / "a.xlsx", fill)
    (grid,) = read_grids(tmp_path / "a.xlsx")
    assert list(grid.rows) == list(trimmed(rows))
    assert list(grid.rows) == list(trimmed(rows))
    assert not grid.marks


@FILES
@given(rows=st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=6))
@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_cells_of_a_csv_come_out_as_they_went_in(tmp_path, separator, encoding, rows):
    """Or the file is refused, where its bytes may be another text."""
    rows = [["Company", "Contact"], *rows]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows([quote_formula(cell) for cell in row] for row in rows)
    (tmp_path / "a.csv").write_bytes(text.getvalue().encode(encoding))
    looks_narrow = encoding == "utf-16-le" and any(ord(sign) > 0xFF and ord(sign) % 256 < 0x80 for sign in str(rows))
    if looks_narrow or (encoding == "utf-8" and few_signs(tmp_path / "a.csv")):
        with suppress(SheetError):
            assert [list(cells) for _, cells in read_grids(tmp_path / "a.csv")[0].rows] == rows
        return
    (grid,) = read_grids(tmp_path / "a.csv")
    assert [list(cells) for _, cells in grid.rows] == rows


class TestSheets:
    def test_all_come_with_their_visibility_and_charts_do_not(self, tmp_path):
        def fill(made):
            for title in ("线索", "old", "secret"):
                made.add_worksheet(title).write(0, 0, title)
            chart = made.add_chart({"type": "line"})
            chart.add_series({"values": "=old!$A$1"})
            made.add_chartsheet("Chart").set_chart(chart)
            made.get_worksheet_by_name("old").hide()
            made.get_worksheet_by_name("secret").very_hidden()

        book(tmp_path / "a.xlsx", fill)
        grids = read_grids(tmp_path / "a.xlsx")
        assert [(grid.sheet, grid.hidden) for grid in grids] == [("线索", False), ("old", True), ("secret", True)]
        assert [next(iter(grid.rows)) for grid in grids] == [(1, (grid.sheet,)) for grid in grids]

    def test_a_grid_may_be_made_of_plain_rows(self):
        grid = Grid("a.csv", "", [(1, ("x",))])
        assert (grid.hidden, dict(grid.marks), list(grid.rows)) == (False, {}, [(1, ("x",))])
        assert "x" not in repr(grid)

    @pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.jsonl"])
    def test_a_file_that_changes_is_not_read_on(self, tmp_path, name):
        file = tmp_path / name
        book(file, lambda made: made.add_worksheet().write(0, 0, "x")) if name == "a.xlsx" else file.write_text(
            '{"a":1}\n'
        )
        (grid,) = read_grids(file)
        file.write_bytes(file.read_bytes() + b" ")
        with pytest.raises(SheetError, match=rf"{name}: has changed while it was read"):
            list(grid.rows)

    def test_a_csv_is_never_held_in_memory(self, tmp_path):
        (tmp_path / "a.csv").write_text("name,city\n" + "Acme,York\n" * 200_000)
        gc.collect()
        tracemalloc.start()
        try:
            assert sum(1 for _ in read_grids(tmp_path / "a.csv")[0].rows) == 200_001
            assert tracemalloc.get_traced_memory()[1] < 3_000_000
        finally:
            tracemalloc.stop()


class TestMarks:
    def test_merged_cells_show_the_first_of_their_range(self, tmp_path):
        def fill(made):
            sheet = made.add_worksheet()
            sheet.merge_range("A1:C1", "Leads")
            sheet.write_row("A2", ["Region", "Name"])
            sheet.merge_range("A3:A5", "North")
            sheet.write_column("B3", ["Li", None, "Wang"])
            sheet.merge_range("D8:E9", "outside")

        book(tmp_path / "a.xlsx", fill)
        (grid,) = read_grids(tmp_path / "a.xlsx")
        assert list(grid.rows) == [
            (1, ("Leads", "Leads", "Leads")),
            (2, ("Region", "Name")),
            (3, ("North", "Li")),
            (5, ("North", "Wang")),
            (8, (None, None, None, "outside")),
        ]
        assert grid.marks == dict.fromkeys([(1, 2), (1, 3), (4, 1), (5, 1)], "merged")

    def test_computed_values_are_kept_and_marked(self, tmp_path):
        cells = (
            '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>X</f></c><c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
            '<c r="D1" t="e"><v>#REF!</v></c><c r="E1"><v>5</v></c>'
        )
        merges = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="D1:D2"/><mergeCell ref="E1:E2"/></mergeCells>'
        second = '<row r="2"><c r="B2"><v>1</v></c><c r="E2"><v>7</v></c></row>'
        workbook(tmp_path / "a.xlsx", data(f'<row r="1">{cells}</row>', second) + merges)
        (grid,) = read_grids(tmp_path / "a.xlsx")
        assert list(grid.rows) == [(1, (2, None, "#DIV/0!", "#REF!", 5)), (2, (2, 1, None, "#REF!", 7))]
        marks = {(1, 1): "formula", (1, 2): "formula", (1, 3): "error", (1, 4): "error", (2, 1): "formula"}
        assert grid.marks == {**marks, (2, 4): "error", (2, 5): "merged"}

    def test_a_range_far_beyond_the_data_costs_nothing(self, tmp_path):
        merges = '<mergeCells><mergeCell ref="A1:XFD1"/><mergeCell ref="A2:A1048576"/></mergeCells>'
        rows = data('<row r="1"><c r="A1"><v>1</v></c></row>', '<row r="2"><c r="B2"><v>2</v></c></row>')
        workbook(tmp_path / "a.xlsx", rows + merges)
        (grid,) = read_grids(tmp_path / "a.xlsx")
        assert list(grid.rows) == [(1, (1, 1)), (2, (None, 2))]
        assert grid.marks == {(1, 2): "merged"}


class TestKinds:
    @pytest.mark.parametrize(
        ("part", "kind"),
        [
            ("Index/Document.iwa", "a Numbers document"),
            ("word/document.xml", "a Word document"),
            ("ppt/presentation.xml", "a presentation"),
            ("x.txt", "a zip file but not a workbook"),
        ],
    )
    def test_archives_are_told_by_their_parts(self, tmp_path, part, kind):
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            archive.writestr(part, "x")
        with pytest.raises(SheetError, match=rf"a\.xlsx: is {kind}"):
            read_grids(tmp_path / "a.xlsx")

    @pytest.mark.parametrize("head", ["PK,Name", "MZ,Name", "ID;PLZ", "BZh9,x", "Obj,x", "GIF,x", "ORC,x"])
    def test_heads_that_look_like_a_magic_number_do_not_matter(self, tmp_path, head):
        (tmp_path / "a.csv").write_text(f"{head}\n1,2\n".replace(",", head[2] if ";" in head else ","))
        assert len(list(read_grids(tmp_path / "a.csv")[0].rows)) == 2

    def test_a_web_page_in_utf_16_is_one(self, tmp_path):
        (tmp_path / "a.xls").write_text("<html><table>", encoding="utf-16")
        with pytest.raises(SheetError, match="is a web page"):
            read_grids(tmp_path / "a.xls")


@pytest.mark.parametrize("serial", [1e9, 1e15, 1e300, -1e15])
def test_a_date_that_no_calendar_has_is_no_other_date(tmp_path, serial):
    def fill(made):
        made.add_worksheet().write_number(0, 0, serial, made.add_format({"num_format": "yyyy-mm-dd hh:mm"}))

    book(tmp_path / "a.xlsx", fill)
    try:
        rows = list(read_grids(tmp_path / "a.xlsx")[0].rows)
    except SheetError:
        return
    assert not any(isinstance(cell, date) for _, cells in rows for cell in cells)


def test_a_cell_beyond_all_bounds_is_refused_by_its_line(tmp_path):
    (tmp_path / "a.csv").write_text(f"a,b\nc,d\n{'x' * (LONGEST_CELL + 1)},1\n")
    with pytest.raises(SheetError, match=rf"a\.csv, line 3: a cell is longer than {LONGEST_CELL} characters"):
        list(read_grids(tmp_path / "a.csv")[0].rows)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(SheetError, match="is a folder or a device"):
        read_grids(tmp_path / "a.csv")
