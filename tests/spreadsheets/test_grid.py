"""Files are told by their content, read in their own encoding, and keep the numbers of their rows."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.limits import Limits
from tests.spreadsheets.hostile import data, workbook

FILES = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestEncodings:
    """UTF-8, UTF-16 and GB18030 are told without help; what GB18030 would garble goes to the judge."""

    @pytest.mark.parametrize(
        ("encoding", "text"),
        [
            ("cp1252", "Name,City\nMüller,München\nBäcker,Köln\n"),
            ("big5", "公司,電話\n臺北資訊股份有限公司,1\n"),
            ("shift_jis", "会社,電話\nトヨタ自動車株式会社,1\n"),
            ("gb18030", "企业,行业\n北辰智造,新能源\n"),
            ("gb18030", "公司,电话\n臺北資訊股份有限公司,1\n"),
            ("gb18030", "name,city\n" + "a,b\n" * 30_000 + "北辰智造,上海\n"),
            ("cp1252", "name,city\n" + "a,b\n" * 30_000 + "Müller,München\n"),
        ],
    )
    def test_are_told_apart(self, tmp_path, encoding, text):
        (tmp_path / "a.csv").write_bytes(text.encode(encoding))
        found = [",".join(map(str, cells)) for _, cells in read_grids(tmp_path / "a.csv")[0].rows]
        assert found == text.splitlines()

    def test_a_byte_that_fits_none_is_named_by_its_line(self, tmp_path):
        (tmp_path / "a.csv").write_bytes(b"a,b\n" * 100_000 + b"\xff\xff\n")
        with pytest.raises(lk.errors.SheetError, match=r"a\.csv, line 100001: is no text"):
            read_grids(tmp_path / "a.csv")


class TestRows:
    """Row numbers are the file's own; limits are named."""

    @FILES
    @given(st.lists(st.sampled_from(["", "x", "x\ny", "x\r\ny", '"']), min_size=1, max_size=8))
    def test_a_record_has_the_number_of_its_first_line(self, tmp_path, cells):
        lines = ["head", *('"' + cell.replace('"', '""') + '"' for cell in cells)]
        (tmp_path / "a.csv").write_bytes("\n".join(lines).encode())
        wanted, line = [(1, ("head",))], 2
        for cell in cells:
            wanted += [(line, (cell,))] if cell else []
            line += 1 + cell.count("\n")
        assert list(read_grids(tmp_path / "a.csv")[0].rows) == wanted

    @pytest.mark.parametrize(
        ("limits", "message"),
        [
            (Limits(rows=2), "line 3: it has more than 2 rows"),
            (Limits(columns=1), "line 1: it has more than 1 columns"),
            (Limits(cells=3), "line 2: it has more than 3 cells"),
            (Limits(file_bytes=3), "is larger than 3 bytes"),
        ],
    )
    def test_limits(self, tmp_path, limits, message):
        (tmp_path / "a.csv").write_text("a,b\nc,d\nee,f\n")
        with pytest.raises(lk.errors.SheetError, match=message):
            tuple(read_grids(tmp_path / "a.csv", limits=limits)[0].rows)

    def test_a_cell_above_the_limit_stands_as_it_is(self, tmp_path):
        (tmp_path / "a.csv").write_text(f"a,b\nc,{'d' * 40_000}\n")
        assert tuple(read_grids(tmp_path / "a.csv")[0].rows)[1] == (2, ("c", "d" * 40_000))

    def test_empty_rows_of_a_workbook_are_left_out(self, tmp_path):
        row = '<row r="7"><c r="C7"><v>2</v></c><c r="D7" t="e"><v>#N/A</v></c><c r="E7"><v>2.5</v></c></row>'
        workbook(tmp_path / "a.xlsx", data('<row r="2"><c r="B2"/></row>', row))
        assert tuple(read_grids(tmp_path / "a.xlsx")[0].rows) == ((7, (None, None, 2, "#N/A", 2.5)),)


class TestKinds:
    """What is no sheet is refused by what it is, with a hint."""

    @pytest.mark.parametrize(
        ("start", "kind"),
        [
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an .xls workbook that can't be read"),
            (b"<!-- saved -->\n<html>", "a web page"),
            (b'\r\n<meta charset="utf-8"><table>', "a web page"),
            (b"PAR1\x15\x04", "a Parquet file"),
            (b"{\\rtf1 x}", "a text document"),
            (b"\x89PNG\r\n\x1a\n", "a picture"),
        ],
    )
    def test_are_told_by_content(self, tmp_path, start, kind):
        (tmp_path / "a.xlsx").write_bytes(start)
        with pytest.raises(lk.errors.SheetError, match=rf"a\.xlsx: is {kind}.*hint: save it as"):
            read_grids(tmp_path / "a.xlsx")

    def test_a_folder_and_nothing_at_all(self, tmp_path):
        for path in (tmp_path, tmp_path / "none.csv"):
            with pytest.raises(lk.errors.SheetError, match=path.name):
                read_grids(path)


def calls(file, rows):
    """How many functions are called while a sheet of so many rows of thirteen columns is read."""
    letters, called = "ABCDEFGHIJKLM", Counter()
    lines = (
        f'<row r="{row}">' + "".join(f'<c r="{letter}{row}"><v>{row}</v></c>' for letter in letters) + "</row>"
        for row in range(1, rows + 1)
    )
    workbook(file, data(*lines))
    sys.setprofile(lambda _, event, __: called.update([event]))
    try:
        read = tuple(read_grids(file)[0].rows)
    finally:
        sys.setprofile(None)
    assert len(read) == rows
    return called["call"] + called["c_call"]


def test_the_work_grows_with_the_cells_and_each_takes_some_thirty_calls(tmp_path):
    few, more, many = (calls(tmp_path / "a.xlsx", rows) for rows in (200, 400, 800))
    assert many - more < 2.1 * (more - few)
    assert many < 35 * 800 * 13
