"""Hostile workbooks, made when a test runs. Run as a program it reads them all and prints what each ended in.

With the message that ended it go the bytes that were unpacked until then.

Usage: python hostile.py FOLDER
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{LINK}"><sheets><sheet name="Q3" sheetId="1" r:id="r1"/></sheets></workbook>'
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}">'
    f'<Relationship Id="r1" Type="{LINK}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{LINK}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)

ROOT = (
    f'<Relationships xmlns="{PACKAGE}">'
    f'<Relationship Id="r1" Type="{LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def workbook(file: Path, sheet: str, strings: str = "", prolog: str = "") -> None:
    """A workbook of one sheet, `Q3`, whose data is `sheet`."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/sharedStrings.xml", strings or f'<sst xmlns="{MAIN}"/>')
        archive.writestr("xl/worksheets/sheet1.xml", f'{prolog}<worksheet xmlns="{MAIN}">{sheet}</worksheet>')


def cell(place: str, value: int = 1) -> str:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{place}"><v>{value}</v></c></row>'


def data(*rows: str) -> str:
    return f"<sheetData>{''.join(rows)}</sheetData>"


def overlapping(file: Path) -> None:
    """Two directory entries that share the bytes of one part."""
    workbook(file, data(cell("A1")))
    content = file.read_bytes()
    start = content.index(b"PK\1\2")
    end = content.index(b"PK\5\6")
    entries = content[start:end]
    first = entries[: entries.index(b"PK\1\2", 4)]
    again = first.replace(b"[Content_Types].xml", b"[Content_Typez].xml")
    tail = bytearray(content[end:])
    count = int.from_bytes(tail[8:10], "little") + 1
    tail[8:10] = tail[10:12] = count.to_bytes(2, "little")
    tail[12:16] = (len(entries) + len(again)).to_bytes(4, "little")
    file.write_bytes(content[:start] + entries + again + bytes(tail))


def padded(file: Path) -> None:
    """A sheet with 300 MB of blanks behind its data, packed to 300 kB."""
    workbook(file, "")
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            if not name.endswith("sheet1.xml"):
                archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}">{data(cell("A1"))}'.encode())
            for _ in range(300):
                sheet.write(b" " * 1_000_000)
            sheet.write(b"</worksheet>")


def understated(file: Path) -> None:
    """The same, but its directory declares 500 bytes."""
    padded(file)
    content = bytearray(file.read_bytes())
    entry = content.rindex(b"PK\1\2")
    content[entry + 24 : entry + 28] = (500).to_bytes(4, "little")
    file.write_bytes(content)


def sharing(file: Path) -> None:
    """A thousand parts that all unpack the same bytes."""
    workbook(file, data(cell("A1")) + " " * 100_000)
    content = file.read_bytes()
    start, end = content.index(b"PK\1\2"), content.index(b"PK\5\6")
    entries = content[start:end]
    last = entries[entries.rindex(b"PK\1\2") :]
    entries += b"".join(last.replace(b"sheet1.xml", b"sh%04d.xml" % number) for number in range(1_000))
    tail = bytearray(content[end:])
    count = int.from_bytes(tail[8:10], "little") + 1_000
    tail[8:10] = tail[10:12] = count.to_bytes(2, "little")
    tail[12:16] = len(entries).to_bytes(4, "little")
    file.write_bytes(content[:start] + entries + bytes(tail))


def encrypted(file: Path) -> None:
    """A directory entry with the flag of a password."""
    workbook(file, data(cell("A1")))
    content = bytearray(file.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    file.write_bytes(content)


def doubled(file: Path) -> None:
    """Two parts whose names differ in case only."""
    workbook(file, data(cell("A1")))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("XL/workbook.xml", "")


def sparse_rows(count: int) -> str:
    return data(
        *(f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="GR{row}"><v>1</v></c></row>' for row in range(1, count))
    )


LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{('&' + a + ';') * 9}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def old(file: Path, rows: str) -> None:
    """An .ods file of these rows."""
    from tests.spreadsheets.old_books import ods

    ods(file, {"Q3": rows})


REPEATED = (
    '<table:table-row><table:table-cell table:number-columns-repeated="2000000000" office:value-type="string">'
    "<text:p>x</text:p></table:table-cell></table:table-row>"
)

HOSTILE: dict[str, Callable[[Path], None]] = {
    "far_cell.xlsx": lambda file: workbook(file, data(cell("A1"), cell("XFD1048576"))),
    "beyond.xlsx": lambda file: workbook(file, data(cell("ZZZ1"))),
    "many_columns.xlsx": lambda file: workbook(file, data("<row>" + "<c><v>1</v></c>" * 2**20 + "</row>")),
    "strings.xlsx": lambda file: workbook(
        file,
        data(cell("A1")),
        f'<sst xmlns="{MAIN}" count="9" uniqueCount="4000000000"><si><t>a</t></si></sst>',
    ),
    "laughs.xlsx": lambda file: workbook(file, data(cell("A1")), prolog=LAUGHS),
    "bomb.xlsx": padded,
    "understated.xlsx": understated,
    "sharing.xlsx": sharing,
    "encrypted.xlsx": encrypted,
    "doubled.xlsx": doubled,
    "sparse.xlsx": lambda file: workbook(file, sparse_rows(50_000)),
    "empty_cells.xlsx": lambda file: workbook(file, data("<row>" + "<c/>" * 1_000_000 + "</row>")),
    "dimension.xlsx": lambda file: workbook(file, '<dimension ref="ZZZZ99999999999:1"/>' + data(cell("A1"))),
    "index.xlsx": lambda file: workbook(file, data('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')),
    "merged.xlsx": lambda file: workbook(
        file, data(cell("A1")) + "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 50_000 + "</mergeCells>"
    ),
    "huge_merge.xlsx": lambda file: workbook(
        file, data(cell("A1")) + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    ),
    "nested.xlsx": lambda file: workbook(file, data(f"<row><c>{'<v>' * 1000}{'</v>' * 1000}</c></row>")),
    "broken.xlsx": lambda file: workbook(file, "<sheetData><row>"),
    "overlapping.xlsx": overlapping,
    "not_a_workbook.xlsx": lambda file: zipfile.ZipFile(file, "w").close(),
    "cut.xlsx": lambda file: file.write_bytes(b"PK\3\4" + b"x" * 100) and None,
    "old.xls": lambda file: file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) and None,
    "columns.ods": lambda file: old(file, REPEATED * 100),
    "blanks.ods": lambda file: old(file, " " * 100_000_000),
    "broken.ods": lambda file: old(file, "<table:table-row>"),
    "page.csv": lambda file: file.write_text("<html><body>leads</body></html>") and None,
    "document.xlsx": lambda file: file.write_bytes(b"%PDF-1.7 ...") and None,
    "empty.csv": lambda file: file.write_bytes(b"") and None,
    "mark.csv": lambda file: file.write_bytes(b"\xef\xbb\xbf") and None,
    "binary.csv": lambda file: file.write_bytes(bytes(range(256)) * 50) and None,
    "quote.csv": lambda file: file.write_text('a,b\n1,"2\n' + "3,4\n" * 1000) and None,
    "long_cell.csv": lambda file: file.write_text("a,b\n" + "x" * 5_000_000 + ",1\n") and None,
    "long_line.csv": lambda file: file.write_bytes(b"x" * 60_000_000) and None,
    "open_quote.csv": lambda file: file.write_bytes(b'a,b\n"' + b"1,2\n" * 15_000_000) and None,
    "digits.csv": lambda file: file.write_text("a;b\n" + "1." * 24_000 + "x;2\n" + "3;4\n" * 9 + '"') and None,
    "tildes.csv": lambda file: file.write_text("a,b\n" + "~{" * 2_000_000 + "\n") and None,
    "wide.csv": lambda file: file.write_text("a," * 100_000 + "\n") and None,
}


def outcomes(folder: Path) -> Iterator[tuple[str, tuple[str, int]]]:
    """The name of every hostile file, the message that reading it ended in, and the bytes unpacked until then."""
    from leadkit.adapters.spreadsheets.files.xlsx.archive import Archive
    from leadkit.adapters.spreadsheets.grid import read_grids
    from leadkit.errors import SheetError

    read, sizes = Archive.read, []

    def counted(archive: Archive, part: str) -> Iterator[bytes]:
        for piece in read(archive, part):
            sizes.append(len(piece))
            yield piece

    Archive.read = counted
    for name in HOSTILE:
        sizes.clear()
        try:
            for grid in read_grids(folder / name):
                for _ in grid.rows:
                    pass
        except SheetError as error:
            message = str(error)
        else:
            message = "was read"
        yield name, (message, sum(sizes))


def bound_memory(room: int) -> None:
    """Let this process take no more than `room` bytes beyond what it has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    bound = pages * resource.getpagesize() + room
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    import python_calamine  # noqa: F401

    bound_memory(256 * 2**20)
    sys.stdout.write(json.dumps(dict(outcomes(Path(sys.argv[1])))))
