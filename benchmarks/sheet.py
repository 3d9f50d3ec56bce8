"""`leadkit score` from workbook to workbook, and the floor: what the libraries must cost for the same cells.

The floor reads both workbooks into Python values (python-calamine), parses each phone and each mail address once
(phonenumbers, email-validator), converts each company name (opencc), and writes the cells of the result (XlsxWriter's
public functions). No library reads a budget and a date of purchase out of what people write, so that is measured
apart, by the readers alone over the same needs. All run as whole processes, one after the other. `--linear` adds a
run of a tenth and a hundredth.

Usage: python benchmarks/sheet.py [ROWS] [--linear]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import date
from pathlib import Path

from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.demo.company import sample_tables

AS_OF = "2023-09-30"
PHONE, EMAIL, COMPANY, NEED = "电话", "邮箱", "企业名称", "初步需求描述"


def floor(leads: Path, activities: Path, scored: Path) -> None:
    """The work of the libraries alone, over the same files."""
    import opencc
    import phonenumbers
    import xlsxwriter
    from email_validator import EmailNotValidError, validate_email
    from python_calamine import CalamineWorkbook

    rows, _ = (_sheets(CalamineWorkbook.from_path(file))[0] for file in (leads, activities))
    places = [rows[0].index(head) for head in (PHONE, EMAIL, COMPANY)]
    convert = opencc.OpenCC("t2s").convert
    for row in rows[1:]:
        phone, email, company = (str(row[place]) for place in places)
        with suppress(phonenumbers.NumberParseException):
            phonenumbers.is_valid_number(phonenumbers.parse(phone, "CN"))
        with suppress(EmailNotValidError):
            validate_email(email, check_deliverability=False, test_environment=True)
        convert(company)
    result = _sheets(CalamineWorkbook.from_path(scored))
    with xlsxwriter.Workbook(str(scored.with_name("floor.xlsx")), {"strings_to_formulas": False}) as book:
        for cells in result:
            sheet = book.add_worksheet()
            for number, row in enumerate(cells):
                for column, cell in enumerate(row):
                    sheet.write(number, column, cell)


def read_texts(leads: Path) -> float:
    """The seconds that the readers of money and dates take for the needs of the leads."""
    from python_calamine import CalamineWorkbook

    from leadkit.records.text import read_money, read_purchase_date

    rows = _sheets(CalamineWorkbook.from_path(leads))[0]
    needs = [str(row[rows[0].index(NEED)]) for row in rows[1:]]
    day = date.fromisoformat(AS_OF)
    started = time.perf_counter()
    for need in filter(None, needs):
        read_money(need)
        read_purchase_date(need, day)
    return time.perf_counter() - started


def _sheets(book: object) -> list[list[list[object]]]:
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]  # type: ignore[attr-defined]


def measured(words: list[str]) -> tuple[int, float, float]:
    """The exit code of a process, its seconds, and the most memory that it had in MiB."""
    started = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, time.perf_counter() - started, usage.ru_maxrss / 1024


def run(rows: int) -> float:
    """Both for so many leads and three times as many follow-ups; gives the seconds of the command."""
    with tempfile.TemporaryDirectory() as folder:
        leads, activities, scored = (Path(folder) / name for name in ("leads.xlsx", "activities.xlsx", "scored.xlsx"))
        for file, table in zip((leads, activities), sample_tables(leads=rows, activities=3 * rows), strict=True):
            write_workbook(file, [table])
        words = ["score", str(leads), "--activities", str(activities), "--as-of", AS_OF, "-o", str(scored)]
        code, seconds, memory = measured([sys.executable, "-m", "leadkit", *words])
        _, least, _ = measured([sys.executable, __file__, "--floor", str(leads), str(activities), str(scored)])
        reading = float(subprocess.check_output([sys.executable, __file__, "--texts", str(leads)]))
    print(f"{rows:,} leads, {3 * rows:,} follow-ups, exit code {code}")
    print(f"  {seconds:.1f} s, {rows / seconds:,.0f} leads/s, peak {memory:,.0f} MiB")
    print(f"  floor {least:.1f} s: {seconds / least:.2f} x")
    print(f"  reading texts {reading:.1f} s; all but that: {(seconds - reading) / least:.2f} x")
    return seconds


def main() -> None:
    if "--floor" in sys.argv:
        floor(*map(Path, sys.argv[2:5]))
        return
    if "--texts" in sys.argv:
        print(read_texts(Path(sys.argv[2])))
        return
    rows = next((int(word) for word in sys.argv[1:] if word.isdigit()), 100_000)
    sizes = (rows // 100, rows // 10, rows) if "--linear" in sys.argv else (rows,)
    seconds = [run(size) for size in sizes]
    for size, before, after in zip(sizes[1:], seconds, seconds[1:], strict=False):
        print(f"{size:,} leads take {after / before:.1f} x as long as a tenth of them")


if __name__ == "__main__":
    main()
