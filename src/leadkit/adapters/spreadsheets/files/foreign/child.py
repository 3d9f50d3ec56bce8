"""The program that reads one workbook within hard limits; it runs alone and knows nothing else of leadkit.

Standard input is the workbook. Standard output gets one line of JSON for each row, `[number, cells]`, then a line that
describes the sheets or what is wrong, then the offset of that line in 20 digits. A date is `{"d": text}`, a time on a
day `{"t": text}`. Arguments: the folder of the reading library, and the limits as JSON.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from datetime import date, datetime
from typing import Any, BinaryIO


def restrict(limits: dict[str, int]) -> None:
    """Bound the memory, the time and the output of this process for good."""
    kinds = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_CPU: limits["seconds"],
        resource.RLIMIT_FSIZE: limits["output"],
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in kinds.items():
        _, hard = resource.getrlimit(kind)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (bound, bound))


def cell(value: Any) -> Any:
    """A cell as JSON can hold it; empty text is None."""
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, (str, int)):
        return value if value != "" else None
    return str(value)


class _RefusedError(Exception):
    pass


def _size(sheet: Any) -> tuple[int, int]:
    """Rows and columns up to the last used cell; the library's own totals are one less."""
    return (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)


def _dump_sheet(sheet: Any, output: BinaryIO, limits: dict[str, int]) -> None:
    rows, columns = _size(sheet)
    before = [None] * (sheet.start[1] if sheet.start else 0)
    if rows > limits["rows"]:
        raise _RefusedError(f"it has more than {limits['rows']} rows")
    if columns > limits["columns"] or rows * columns > limits["cells"]:
        raise _RefusedError(f"it has more than {limits['columns']} columns or {limits['cells']} cells")
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = before + [cell(value) for value in row]
        while cells and cells[-1] is None:
            cells.pop()
        output.write(json.dumps([number, cells], ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
        output.write(b"\n")


def _dump(output: BinaryIO, limits: dict[str, int]) -> dict[str, Any]:
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(sys.stdin.buffer)
    except PasswordError:
        return {"refused": "is encrypted", "hint": "remove its password and save it as .xlsx"}
    kinds = [(about.name, str(about.visible), str(about.typ)) for about in book.sheets_metadata]
    tabs = [kind for kind in kinds if kind[2].endswith("WorkSheet")]
    if len(tabs) > limits["sheets"]:
        return {"refused": f"it has more than {limits['sheets']} sheets", "hint": "split the workbook"}
    sheets = []
    for name, visible, _ in tabs:
        start = output.tell()
        sheet = book.get_sheet_by_name(name)
        try:
            _dump_sheet(sheet, output, limits)
        except _RefusedError as error:
            return {"refused": str(error), "hint": "split it", "sheet": name}
        merged = getattr(sheet, "merged_cell_ranges", None) or []
        if len(merged) > limits["merged_ranges"]:
            return {"refused": f"it has more than {limits['merged_ranges']} merged ranges", "hint": "unmerge the cells"}
        sheets.append({"name": name, "hidden": not visible.endswith(".Visible"), "start": start, "merged": merged})
        rows, columns = _size(sheet)
        sheets[-1].update(end=output.tell(), rows=rows, columns=columns)
    return {"sheets": sheets}


def main() -> None:
    """Read standard input and write standard output."""
    limits = json.loads(sys.argv[2])
    restrict(limits)
    sys.path.append(sys.argv[1])
    with open(1, "wb", closefd=False) as output:
        about = _dump(output, limits)
        at = output.tell()
        output.write(json.dumps(about).encode() + b"\n%020d" % at)


if __name__ == "__main__":
    main()
