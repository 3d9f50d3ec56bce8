"""Start-up: a first score, and all that leadkit exports, against importing its three dependencies; `leadkit --help`.

All of them from byte code, as after a first run. `leadkit.learn` needs numpy, so that every public name does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from statistics import median

FIRST_SCORE = """
import datetime, leadkit
policy = leadkit.load_policy("standard")
policy.score({"role": "user"}, as_of=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)).points
"""
CASES = {
    "python": ["-c", "pass"],
    "pydantic, attrs, pluggy": ["-c", "import attrs, pluggy; from pydantic import BaseModel"],
    "and numpy": ["-c", "import attrs, numpy, pluggy; from pydantic import BaseModel"],
    "load_policy and a first score": ["-c", FIRST_SCORE],
    "leadkit, every public name": ["-c", "import leadkit\nfor name in leadkit.__all__: getattr(leadkit, name)"],
    "leadkit --help": ["-m", "leadkit", "--help"],
}


def timed(words: list[str], byte_code: str) -> float:
    """How long an interpreter takes that keeps its byte code in a folder."""
    told = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, *words], check=True, capture_output=True, env=told | {"PYTHONPYCACHEPREFIX": byte_code}
    )
    return time.perf_counter() - started


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for words in CASES.values():
            timed(words, folder)
        rounds = [[timed(words, folder) for words in CASES.values()] for _ in range(15)]
    middle = dict(zip(CASES, map(median, zip(*rounds, strict=True)), strict=True))
    for name, seconds in middle.items():
        print(f"{name:<30}{seconds * 1000:8.0f} ms")
    bare = middle["python"]
    print("over what they import, the interpreter's own start taken off:")
    floors = {"load_policy and a first score": "pydantic, attrs, pluggy", "leadkit, every public name": "and numpy"}
    for name, floor in floors.items():
        print(f"{name:<30}{(middle[name] - bare) / (middle[floor] - bare):>7.2f}")


if __name__ == "__main__":
    main()
