"""100,000 rows through `leadkit score`: rows a second and peak memory of the whole process.

Usage: python benchmarks/sheet.py [ROWS]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.demo.company import sample_tables


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("leads.xlsx", "activities.xlsx", "scored.xlsx")]
        for file, table in zip(files, sample_tables(leads=rows, activities=3 * rows), strict=False):
            write_workbook(file, [table])
        words = ["score", str(files[0]), "--activities", str(files[1]), "--as-of", "2023-09-30", "-o", str(files[2])]
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", "leadkit", *words], check=False, capture_output=True)
        seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{rows} leads, {3 * rows} follow-ups, exit code {done.returncode}")
    print(f"{seconds:.1f} s, {rows / seconds:,.0f} leads/s, peak {memory:,.0f} MiB")


if __name__ == "__main__":
    main()
