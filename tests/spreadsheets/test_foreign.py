"""Workbooks in old and foreign formats are read within bounds in a process of its own, or refused by name."""

from __future__ import annotations

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.limits import Limits
from tests.spreadsheets.old_books import container, ods, ods_row, xls

WIDE = (
    '<table:table-cell table:number-columns-repeated="2000000000" office:value-type="string">'
    "<text:p>x</text:p></table:table-cell>"
)
SheetError = lk.errors.SheetError


def rows(file, **options):
    return [list(grid.rows) for grid in read_grids(file, **options)]


class TestReading:
    def test_the_sheets_of_an_ods_file(self, tmp_path):
        leads = ods_row("企业", "预算") + ods_row(repeated=3) + ods_row(None, 2.5) + ods_row("甲&amp;乙", 3)
        ods(tmp_path / "a.ods", {"线索": leads, "B": ods_row("x")})
        grids = read_grids(tmp_path / "a.ods")
        assert [grid.sheet for grid in grids] == ["线索", "B"]
        wanted = [(1, ("企业", "预算")), (5, (None, 2.5)), (6, ("甲&乙", 3))]
        assert list(grids[0].rows) == wanted
        assert list(grids[0].rows) == wanted
        assert list(grids[1].rows) == [(1, ("x",))]

    @pytest.mark.parametrize("hidden", [False, True])
    def test_an_xls_file(self, tmp_path, hidden):
        xls(tmp_path / "a.xls", [["企业", "预算"], ["北辰智造", 80], [], [None, 2.5]], hidden=hidden)
        (grid,) = read_grids(tmp_path / "a.xls")
        assert (grid.sheet, grid.hidden) == ("Leads", hidden)
        assert list(grid.rows) == [(1, ("企业", "预算")), (2, ("北辰智造", 80)), (4, (None, 2.5))]

    def test_many_rows_need_no_more_than_one_at_a_time(self, tmp_path):
        lines = "".join(ods_row(f"企业{number}" * 20, number) for number in range(20_000))
        ods(tmp_path / "a.ods", {"A": lines})
        (grid,) = read_grids(tmp_path / "a.ods")
        assert sum(cells[1] or 0 for _, cells in grid.rows) == sum(range(20_000))


class TestRefusals:
    @pytest.mark.parametrize(
        ("limits", "words"),
        [
            (Limits(rows=2), "sheet 'A': it has more than 2 rows"),
            (Limits(columns=1), "more than 1 columns"),
            (Limits(cells=3), "or 3 cells"),
            (Limits(sheets=1), "it has more than 1 sheets"),
        ],
    )
    def test_above_the_limits(self, tmp_path, limits, words):
        ods(tmp_path / "a.ods", {"A": ods_row("a", "b") * 3, "B": ods_row("x")})
        with pytest.raises(SheetError, match=words):
            read_grids(tmp_path / "a.ods", limits=limits)

    def test_a_password(self, tmp_path):
        (tmp_path / "a.xlsx").write_bytes(container({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}))
        with pytest.raises(SheetError, match=r"a\.xlsx: is an encrypted workbook .*remove its password"):
            read_grids(tmp_path / "a.xlsx")
        entry = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
        ods(tmp_path / "a.ods", {"A": ods_row("x")}, manifest=entry)
        with pytest.raises(SheetError, match=r"a\.ods: is encrypted .*remove its password"):
            read_grids(tmp_path / "a.ods")
        xls(tmp_path / "a.xls", [["x"]], key=b"\x2f\x00\x06\x00" + bytes(6))
        with pytest.raises(SheetError, match=r"a\.xls: is an encrypted workbook .*remove its password"):
            read_grids(tmp_path / "a.xls")

    @pytest.mark.parametrize(
        "markup",
        [
            f"<table:table-row>{WIDE}</table:table-row>",
            f"<table:table-row>{WIDE}</table:table-row>" * 1_000,
            ods_row("x", repeated=-1),
            "<table:table-row>",
        ],
    )
    def test_what_would_end_or_swamp_the_process(self, tmp_path, markup):
        ods(tmp_path / "a.ods", {"A": markup})
        with pytest.raises(SheetError, match=r"a\.ods"):
            rows(tmp_path / "a.ods")

    def test_a_row_repeated_beyond_the_last_of_a_sheet(self, tmp_path):
        ods(tmp_path / "a.ods", {"A": ods_row("x", repeated=2_000_000_000)})
        with pytest.raises(SheetError, match="it has more than 1000000 rows"):
            read_grids(tmp_path / "a.ods", limits=Limits(rows=1_000_000))

    def test_damage(self, tmp_path):
        xls(tmp_path / "a.xls", [["x"]])
        content = (tmp_path / "a.xls").read_bytes()
        for size in (8, 300, 600, 1_200):
            (tmp_path / "a.xls").write_bytes(content[:size])
            with pytest.raises(
                SheetError, match=r"a\.xls: is an \.xls workbook that can't be read .*save it as \.xlsx"
            ):
                read_grids(tmp_path / "a.xls")
