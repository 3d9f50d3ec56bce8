"""Start-up: importing all that leadkit exports against importing its three dependencies, and `leadkit --help`."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

CASES = {
    "python": ["-c", "pass"],
    "pydantic, attrs, pluggy": ["-c", "import attrs, pluggy; from pydantic import BaseModel"],
    "leadkit, every public name": ["-c", "import leadkit\nfor name in leadkit.__all__: getattr(leadkit, name)"],
    "leadkit --help": ["-m", "leadkit", "--help"],
}


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(15):
        for name, words in CASES.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, *words], check=True, capture_output=True)
            times[name].append(time.perf_counter() - started)
    middle = {name: median(found) for name, found in times.items()}
    for name, seconds in middle.items():
        print(f"{name:<28}{seconds * 1000:8.0f} ms")
    bare = middle["python"]
    ratio = (middle["leadkit, every public name"] - bare) / (middle["pydantic, attrs, pluggy"] - bare)
    print(f"import ratio, the interpreter's own start taken off: {ratio:.2f}")


if __name__ == "__main__":
    main()
