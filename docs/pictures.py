"""Make the pictures of the gallery from the sample company, with a headless Chromium.

    make pictures
    python docs/pictures.py queue.png

The gallery lists them: under each picture stands the command that makes what it shows, in the folder of `leadkit demo`.
A page is shown as it is, the first long sheet of a workbook as a grid, and what a command prints as a terminal.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from tests.report.browser import Browser, browser  # noqa: E402

SHOWN = re.compile(r"!\[[^\]]+\]\(pictures/([\w-]+\.png)\).*?```console\n(.*?)\n```", re.DOTALL)
WINDOWS = {"review.png": (1180, 980), "policy.png": (1180, 842), "worklist.png": (390, 844)}
USUAL = (1180, 860)
STATE = {
    "facts": {"company_size": "large", "role": "decision_maker"},
    "events": [["webinar", 0, None, None, 1], ["core_page_visit", 0, None, None, 2]],
}
LINKS = {"policy.png": "#" + quote(json.dumps(STATE))}
"""What stands behind the address of a page: the lead that it shows."""
LINES, ROWS, COLUMNS, WIDE = 26, 7, 11, 2400
TERMINAL = """
body { margin: 0; background: #1e2430 }
pre { display: inline-block; margin: 0; padding: 18px 22px; color: #e5e7eb; font: 14px/1.45 "Noto Sans Mono CJK SC" }
b { color: #93c5fd }
"""
GRID = """
body { margin: 0; background: #fff }
table { border-collapse: collapse; font: 13px/1.4 "Noto Sans CJK SC", sans-serif; table-layout: fixed; width: 0 }
td, th { border: 1px solid #d4d4d8; padding: 3px 6px; overflow: hidden; white-space: pre-line; vertical-align: top }
th { background: #f1f5f9; font-weight: normal; color: #64748b; text-align: center }
td div { max-height: 4.2em; overflow: hidden }
"""


def listed() -> dict[str, str]:
    """The pictures of the gallery, each with its command."""
    return dict(SHOWN.findall((DOCS / "gallery.md").read_text("utf-8")))


def run(command: str, folder: Path) -> str:
    """What a command prints, in a folder. It may exit with 1: there are findings, or rows were set aside."""
    arguments = [sys.executable, "-m", "leadkit", *shlex.split(command)[1:]]
    done = subprocess.run(arguments, cwd=folder, stdout=subprocess.PIPE, check=False, encoding="utf-8")
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command}: exit {done.returncode}")
    return done.stdout


def terminal(command: str, printed: str) -> str:
    """A page that shows a command and what it prints."""
    lines = printed.splitlines()
    text = "\n".join([*lines[:LINES], *(["…"] if len(lines) > LINES else [])])
    return f"<!doctype html><style>{TERMINAL}</style><pre><b>$ {escape(command)}</b>\n{escape(text)}</pre>"


def grid(workbook: Path) -> str:
    """A page that shows the first rows and columns of a workbook's first long sheet, as its cells are formatted."""
    sheet = next(sheet for sheet in load_workbook(workbook).worksheets if sheet.max_row > 100)
    columns = range(1, COLUMNS + 1)
    letters = [get_column_letter(column) for column in columns]
    widths = "".join(f'<col style="width:{sheet.column_dimensions[letter].width * 6.4:.0f}px">' for letter in letters)
    heads = "".join(f"<th>{letter}</th>" for letter in letters)
    rows = [
        f"<tr><th>{row}</th>{''.join(_cell(sheet.cell(row, column)) for column in columns)}</tr>"
        for row in range(1, ROWS + 1)
    ]
    table = f'<table><col style="width:30px">{widths}<tr><th></th>{heads}</tr>{"".join(rows)}</table>'
    return f"<!doctype html><style>{GRID}</style>{table}"


def _cell(cell: object) -> str:
    value, font, fill = (getattr(cell, name) for name in ("value", "font", "fill"))
    style = "font-weight:bold;" if font.b else ""
    style += f"background:#{str(fill.fgColor.rgb)[2:]}" if fill.fill_type else ""
    return f'<td style="{style}"><div>{escape("" if value is None else str(value))}</div></td>'


def page_of(command: str, folder: Path) -> tuple[Path, bool]:
    """The page that shows what a command gives, and whether it is a page for people as it stands."""
    printed = run(command, folder)
    words = shlex.split(command)
    file = folder / words[-1]
    if file.suffix == ".html":
        return file, True
    page = folder / "shown.html"
    page.write_text(grid(file) if file.suffix == ".xlsx" else terminal(command, printed), "utf-8")
    return page, False


def opened(tab: Browser, page: Path, link: str) -> None:
    """Load a page; with a link once more, which alone would not load it."""
    tab.open(page, width=WIDE, height=900)
    if link:
        tab.run(f"location.hash = {json.dumps(link)}")
        tab.events.clear()
        tab.ask("Page.reload")
        while not tab.told("Page.loadEventFired"):
            tab.run("new Promise(done => setTimeout(done, 50))")


def picture(tab: Browser, page: Path, size: tuple[int, int], *, whole: bool, link: str = "") -> bytes:
    """A PNG of what a window of this size shows; of a made page no more than is on it."""
    width, height = size
    opened(tab, page, link)
    if whole:
        tab.resize(width, height)
    else:
        script = "(() => { const box = document.querySelector('pre, table').getBoundingClientRect();"
        width, height = tab.run(script + "return [Math.ceil(box.width), Math.ceil(box.height)] })()")
    return tab.picture(clip={"x": 0, "y": 0, "width": width, "height": height})


def main(wanted: list[str]) -> None:
    """Write every picture that the gallery shows, or those that are named."""
    with TemporaryDirectory() as folder, browser(Path(folder) / "profile") as tab:
        run("leadkit demo", Path(folder))
        for name, command in listed().items():
            if wanted and name not in wanted:
                continue
            page, whole = page_of(command, Path(folder) / "demo")
            made = picture(tab, page, WINDOWS.get(name, USUAL), whole=whole, link=LINKS.get(name, ""))
            (DOCS / "pictures" / name).write_bytes(made)
            sys.stdout.write(f"{name} {len(made) // 1000} kB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
