"""The row of heads decides what separates cells: no title above it, no comma in a number or a sentence."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.files.separators import SEPARATORS, separator_of
from leadkit.adapters.spreadsheets.grid import read_grids

FILES = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEADS = ["Name", "Company", "City", "Budget", "Phone", "企业", "电话", "预算(万元)", "Erstellt am", "Nº"]
TITLES = ["Leads, exported 1 Aug 2023", "Report; confidential; internal", "线索|导出", "A, B, C, D", "Q3"]
CELLS = st.sampled_from(
    ["Müller", "1,5", "2.345,60", "a, b and c", "x; y", "12:30", "A|B", "01.08.2023", "", "5", 'say "no"']
)


@st.composite
def tables(draw):
    """Rows under heads, some cells with separators in them."""
    width = draw(st.integers(2, 7))
    heads = draw(st.permutations(HEADS))[:width]
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width).filter(any), min_size=1, max_size=12))
    return [heads, *rows]


def written(rows, separator, end="\r\n"):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(rows)
    return text.getvalue()


@FILES
@given(table=tables(), titles=st.lists(st.sampled_from([*TITLES, ""]), max_size=3))
@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_any_table_is_read_as_it_was(tmp_path, table, titles, separator, end):
    above = "".join(title + end for title in titles)
    (tmp_path / "a.csv").write_bytes((above + written(table, separator, end)).encode())
    rows = [cells for _, cells in read_grids(tmp_path / "a.csv")[0].rows]
    assert [tuple(cell or "" for cell in cells) for cells in rows[-len(table) :]] == [tuple(row) for row in table]


@pytest.mark.parametrize("mark", ["sep={}", '"sep={}"', "SEP={}", "\ufeffsep={}"])
@pytest.mark.parametrize("separator", [*SEPARATORS, "^"])
def test_a_declared_separator_is_honoured(tmp_path, mark, separator):
    text = f"{mark.format(separator)}\r\na{separator}b,c;d\te\r\n1{separator}2\r\n"
    (tmp_path / "a.csv").write_bytes(text.encode())
    (first, heads), (second, cells) = read_grids(tmp_path / "a.csv")[0].rows
    assert (first, second) == (2, 3)
    assert (heads[0], cells[0]) == ("a", "1")
    assert cells[1] == "2"


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("Leads, exported 1 Aug 2023\nName;Phone;City\nA;1;B\n", ";"),
        ("Name;Betrag\nA;1,5\nB;2,7\n", ";"),
        ("Name;Betrag, netto;Ort\nA;1,5;x\nB;2,7;y\n", ";"),
        ("Company|Phone\nAcme, Inc.|1\nBeta, Ltd.|2\n", "|"),
        ("a;b;c\n", ";"),
        ("a,b\nc;d,e\n", ","),
        ("x\ty, z\n1\t2, 3\n", "\t"),
        ("Phone\n123\n", ","),
        ("", ","),
        ('a;b;"x,y,z,w"\n1;2;3\n', ";"),
        ("name,tags\nA,x;y;z\nB,p;q;r\n", ","),
        ("name,tags\nA,x|y\nB,p|q\n", ","),
        ("a,b,c\n1,2,3,4\n5,6,7,8\n", ","),
        ("a;b;c\n1;2\n5;6;7;8\n", ";"),
    ],
)
def test_the_row_of_heads_decides(text, separator):
    assert separator_of(text) == separator


def test_a_quote_that_does_not_fit_is_named(tmp_path):
    (tmp_path / "a.csv").write_text('a,b\n1,"Acme" Inc\n')
    with pytest.raises(lk.errors.SheetError, match=r"line 2: text stands behind a quote"):
        list(read_grids(tmp_path / "a.csv")[0].rows)
