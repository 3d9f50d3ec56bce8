"""What is written is read back as it was; cells never become live formulas; files are whole or not there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.files.delimited import quote_formula, unquote_formula
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook
from tests.spreadsheets.hostile import data, workbook

FILES = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30)
FORMULAS = st.builds(str.__add__, st.sampled_from("=+-@'\t\r\n＝＋－＠"), TEXTS)


@FILES
@given(st.lists(st.tuples(TEXTS | FORMULAS, st.integers(-(10**9), 10**9)), min_size=1, max_size=5))
def test_a_csv_is_read_back_as_it_was(tmp_path, rows):
    write_csv(tmp_path / "a.csv", Table("A", ("text", "number"), rows))
    _, *found = tuple(read_grids(tmp_path / "a.csv")[0].rows)
    assert [(cells[0], int(cells[1])) for _, cells in found] == rows


@FILES
@given(st.lists(st.tuples(TEXTS | FORMULAS, st.integers(-(10**9), 10**9)), min_size=1, max_size=5))
def test_a_workbook_is_read_back_as_it_was_and_has_no_formulas(tmp_path, rows):
    write_workbook(tmp_path / "a.xlsx", [Table("A", ("text", "number"), rows)])
    grid = read_grids(tmp_path / "a.xlsx")[0]
    assert [cells for _, cells in tuple(grid.rows)[1:]] == rows
    assert not grid.marks
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n"}


def test_dates_numbers_and_blanks(tmp_path):
    row = (date(2023, 8, 1), datetime(2023, 8, 1, 9, 30, tzinfo=UTC), Decimal("79.5"), True, None, "x")
    write_workbook(tmp_path / "a.xlsx", [Table("A", tuple("abcdef"), [row])])
    _, cells = tuple(read_grids(tmp_path / "a.xlsx")[0].rows)[1]
    assert cells == (date(2023, 8, 1), datetime(2023, 8, 1, 9, 30), 79.5, True, None, "x")  # noqa: DTZ001


def test_formulas_are_noted_by_their_place(tmp_path):
    workbook(tmp_path / "f.xlsx", data('<row r="3"><c r="B3"><f>1+1</f><v>2</v></c></row>'))
    assert read_grids(tmp_path / "f.xlsx")[0].marks == {(3, 2): "formula"}


def test_sheets_have_titles_that_excel_takes(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [Table(title, ("a",), [("x",)]) for title in ("a/b", "A:B", "y" * 40, "")])
    titles = [grid.sheet for grid in read_grids(tmp_path / "a.xlsx")]
    assert titles == ["a b", "A B 2", "y" * 31, "Sheet"]


def test_the_same_tables_give_the_same_bytes(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, [Table("A", ("a",), [("x",)])])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_interrupted_run_leaves_the_old_file(tmp_path):
    write_csv(tmp_path / "a.csv", Table("A", ("a",), [("old",)]))

    def rows():
        yield ("new",)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_csv(tmp_path / "a.csv", Table("A", ("a",), rows()))
    assert "old" in (tmp_path / "a.csv").read_text("utf-8-sig")
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(lk.errors.SheetError, match="can't be written"):
        write_csv(tmp_path / "none" / "a.csv", Table("A", ("a",), []))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path, separator, end):
    file = tmp_path / "a.csv"
    file.write_bytes(separator.join("abc").encode() + end.encode() * 2 + separator.join("123").encode())
    assert tuple(read_grids(file)[0].rows) == ((1, ("a", "b", "c")), (3, ("1", "2", "3")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path, encoding):
    file = tmp_path / "a.csv"
    file.write_bytes("企业名称,行业\n北辰智造,新能源\n".encode(encoding))
    assert tuple(read_grids(file)[0].rows)[1] == (2, ("北辰智造", "新能源"))


def test_numbers_that_no_cell_holds_become_text_or_stay_floats(tmp_path):
    row = (1 / 3, Decimal("1234567890.1234567"), float("nan"))
    write_workbook(tmp_path / "a.xlsx", [Table("A", tuple("abc"), [row])])
    assert tuple(read_grids(tmp_path / "a.xlsx")[0].rows)[1][1] == (1 / 3, "1234567890.1234567", "nan")


def test_a_title_of_emoji_and_a_lone_surrogate_can_be_written(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [Table("\U0001f600" * 31, ("a",), [("\ud800",)])])
    write_csv(tmp_path / "a.csv", Table("A", ("a",), [("\ud800",)]))
    assert tuple(read_grids(tmp_path / "a.csv")[0].rows)[1] == (2, ("\ufffd",))


def test_a_quoted_cell_does_not_decide_the_separator(tmp_path):
    (tmp_path / "a.csv").write_text('a;b;"x,y,z,w"\n1;2;3\n')
    assert tuple(read_grids(tmp_path / "a.csv")[0].rows)[1] == (2, ("1", "2", "3"))


def test_line_ends_inside_a_cell_are_kept(tmp_path):
    write_csv(tmp_path / "a.csv", Table("A", ("a", "b"), [("x\r\ny\rz\n", "1")]))
    assert tuple(read_grids(tmp_path / "a.csv")[0].rows)[1][1] == ("x\r\ny\rz\n", "1")


def test_a_workbook_under_another_extension_is_read(tmp_path):
    write_workbook(tmp_path / "a.xls", [Table("A", ("a",), [("x",)])])
    assert tuple(read_grids(tmp_path / "a.xls")[0].rows)[1] == (2, ("x",))


@pytest.mark.parametrize("text", ["\ufeff<html>", "<!doctype html>", "<table><tr>"])
def test_a_web_page_is_told_whatever_its_case(tmp_path, text):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(lk.errors.SheetError, match="a web page"):
        read_grids(tmp_path / "a.csv")


@given(TEXTS | FORMULAS)
def test_no_cell_of_a_csv_starts_like_a_formula(text):
    assert not quote_formula(text).startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert unquote_formula(quote_formula(text)) == text
