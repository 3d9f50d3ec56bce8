"""The quick look over a worksheet ends in what the slow one ends in, whatever stands in the sheet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkit.adapters.spreadsheets.files.xlsx import fast
from leadkit.adapters.spreadsheets.files.xlsx.guard import _new_parser, _PartGuard, _read
from leadkit.adapters.spreadsheets.files.xlsx.worksheet import WorksheetGuard
from leadkit.errors import SheetError
from leadkit.limits import Limits
from tests.spreadsheets.hostile import MAIN

LIMITS = Limits(rows=60, columns=30, cells=400, merged_ranges=2)
BODIES = [
    "<v>1</v>",
    "<v>a&amp;b</v>",
    "<is><t>北辰</t></is>",
    '<is><t xml:space="preserve"> x </t></is>',
    "",
    "<f>A1&amp;B1</f><v>2</v>",
    '<f t="shared" ref="A1:A3" si="0">A1</f><v>2</v>',
    '<f t="shared" si="0"/><v>2</v>',
    "<f>A1</f>",
    '<f xmlns="other">A1</f><v>2</v>',
    "<v>2</v><f>A1</f>",
    "<v/>",
    "<is><r><t>x</t></r></is>",
    "<v>a&#10;b</v>",
    "<!-- <v>x</v> -->",
    "<v>&nope;</v>",
    "<v>\x01</v>",
]
KINDS = ["", ' s="3"', ' t="s"', ' s="3" t="str"', ' t="e"', ' t="b" s="1"', ' cm="1"']
ROWS = ["", ' spans="1:2"', ' ht="15" customHeight="1"', ' x:dyDescent="0.2"']


@st.composite
def cells(draw, row):
    column = draw(st.sampled_from([*"AABBBCZ" * 6, "AD", "AE", "XFD", "AAAA", "a"]))
    number = draw(st.sampled_from([row] * 40 + [row + 1]))
    body = draw(st.sampled_from(BODIES[:8] * 9 + BODIES))
    kind = draw(st.sampled_from(KINDS[:4] * 9 + KINDS))
    return f'<c r="{column}{number}"{kind}>{body}</c>' if body else f'<c r="{column}{number}"{kind}/>'


@st.composite
def rows(draw, number):
    inside = "".join(draw(st.lists(cells(number), max_size=4)))
    start = f'<row r="{number}"{draw(st.sampled_from(ROWS))}'
    return draw(
        st.sampled_from([f"{start}>{inside}</row>"] * 8 + [f"{start}/>", f"<row>{inside}</row>", f"\n{start}></row>"])
    )


@st.composite
def sheets(draw):
    numbers = draw(st.lists(st.integers(1, 61), max_size=25))
    order = draw(st.sampled_from([sorted(set(numbers))] * 6 + [numbers]))
    data = "".join(draw(rows(number)) for number in order)
    head = draw(
        st.sampled_from(["<sheetViews/>"] * 8 + ["<!-- <sheetData> -->", "<?x <sheetData> ?>", "<cols><c/></cols>"])
    )
    tail = draw(
        st.sampled_from(
            ["", '<mergeCells><mergeCell ref="A1:B3"/></mergeCells>', "<sheetData><row/></sheetData>", "<c/>"]
        )
    )
    start = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}" xmlns:x="y">'
    return f"{start}{head}<sheetData>{data}</sheetData>{tail}</worksheet>"


def outcome(pieces, *, quick):
    """What a look ends in: the message, or all that was noted."""
    parser = _new_parser()
    guard = WorksheetGuard("a.xlsx", LIMITS, parser)
    try:
        _read(fast.without_plain_rows(iter(pieces), guard) if quick else pieces, parser, guard)
        guard.finish()
    except SheetError as error:
        return error.problems[0].message
    noted = (guard.rows, guard.cells, guard.filled, guard.last_row, guard.last_column)
    return dict(guard.marks), guard.errors, guard.merged, noted


@settings(max_examples=200)
@given(sheet=sheets(), size=st.integers(1, 400))
@pytest.mark.parametrize("window", [1, 400, 1 << 18])
def test_both_looks_end_in_the_same(monkeypatch_of_module, sheet, size, window):
    monkeypatch_of_module.setattr(fast, "_WINDOW", window)
    content = sheet.encode()
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    assert outcome(pieces, quick=True) == outcome(pieces, quick=False)


STRINGS = [
    "<si><t>x</t></si>",
    '<si><t xml:space="preserve"> 北辰 &amp; </t></si>',
    "<si><t></t></si>",
    "\n<si><t>y</t></si>",
    "<si><r><t>x</t></r></si>",
    "<si><t/></si>",
    "<si><t>x</t><rPh/></si>",
    "<!-- </si> -->",
    "<si>",
    "<sst/>",
    "<t>x</t>",
    "<si><t>&no;</t></si>",
]


def strings_seen(pieces, *, quick):
    guard = _PartGuard("a.xlsx", most_strings=50)
    try:
        if quick:
            pieces = fast.without_plain_strings(iter(pieces), guard.is_between_strings, guard.skip)
        _read(pieces, _new_parser(), guard)
        guard.finish()
    except SheetError as error:
        return error.problems[0].message
    return guard.strings, guard.seen


@settings(max_examples=200)
@given(
    strings=st.lists(st.sampled_from(STRINGS[:4] * 9 + STRINGS), max_size=25),
    tag=st.sampled_from(
        ["<sst>"] * 8 + ["<sst count='9' uniqueCount='9'>", "<sst uniqueCount='60'>", "<x>", "<sst/><!--"]
    ),
    size=st.integers(1, 400),
)
@pytest.mark.parametrize("window", [1, 100, 1 << 18])
def test_both_looks_at_strings_end_in_the_same(monkeypatch_of_module, strings, tag, size, window):
    monkeypatch_of_module.setattr(fast, "_WINDOW", window)
    content = f"<?xml version='1.0'?>{tag}{''.join(strings)}</{tag[1:4].strip('>')}>".encode()
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    assert strings_seen(pieces, quick=True) == strings_seen(pieces, quick=False)


@pytest.fixture(scope="module")
def monkeypatch_of_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_plain_rows_are_left_out():
    row = '<row r="{0}" spans="1:2"><c r="A{0}" s="1" t="s"><v>1</v></c><c r="B{0}"/></row>'
    data = "".join(row.format(number) for number in range(1, 50))
    content = f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'.encode()
    parser = _new_parser()
    guard = WorksheetGuard("a.xlsx", LIMITS, parser)
    shown = []
    for piece in fast.without_plain_rows(iter([content]), guard):
        shown.append(piece)
        parser.StartElementHandler, parser.EndElementHandler = guard.start, guard.open.remove
        parser.Parse(piece, False)
    assert b"".join(shown) == f'<worksheet xmlns="{MAIN}"><sheetData></sheetData></worksheet>'.encode()
    assert (guard.rows, guard.cells, guard.filled, guard.last_row, guard.last_column) == (49, 98, 49, 49, 1)
