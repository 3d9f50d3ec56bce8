"""How long points take to learn, and how much memory: cases of 50 facts.

Run it with one size for a process of its own, since memory is the most that a process ever had:

    python benchmarks/learn.py 60000
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

import leadkit as lk
from leadkit.learning.fitting import Settings, fitted
from leadkit.learning.learn import learn
from leadkit.learning.table import table_of

SIZES = (500, 5_000, 60_000)
FACTS = 50
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)


def cases(count: int) -> tuple[lk.Policy, list[lk.reviews.Outcome]]:
    """Cases of texts, numbers and booleans, a fifth of which matter."""
    dice = np.random.RandomState(1)
    names = [f"f{number}" for number in range(FACTS)]
    kinds = [("text", "number", "boolean")[number % 3] for number in range(FACTS)]
    columns = {
        name: dice.gamma(2, 20, count).round(1)
        if kind == "number"
        else dice.randint(0, 8 if kind == "text" else 2, count)
        for name, kind in zip(names, kinds, strict=True)
    }
    odds = -1.0 + sum(0.5 * ((columns[name] > np.median(columns[name])) - 0.5) for name in names[::5])
    won = dice.random_sample(count) < 1 / (1 + np.exp(-odds))
    read = {"text": lambda value: "abcdefgh"[value], "number": float, "boolean": bool}
    rows = [
        lk.reviews.Outcome(
            lead={name: read[kind](columns[name][row]) for name, kind in zip(names, kinds, strict=True)},
            won=bool(won[row]),
        )
        for row in range(count)
    ]
    rules = {"f0": {"field": "f0", "points": {"a": 10}}, "f2": {"when": {"field": "f2", "equals": True}, "points": 5}}
    document = {
        "name": "bench",
        "fields": {name: {"type": kind} for name, kind in zip(names, kinds, strict=True)},
        "scoring": {"groups": {"fit": {"rules": rules}}, "bands": {"priority": {"high": 15, "low": 0}}},
    }
    return lk.load_policy(document), rows


def measured(count: int) -> None:
    """One size: the table, one fit, and everything together."""
    start, rows = cases(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.process_time()
    table = table_of(rows, start, [f"f{number}" for number in range(FACTS)], [], AS_OF)
    read = time.process_time()
    fitted(table, start, Settings())
    fit = time.process_time()
    learn(rows, start=start, samples=0)
    end = time.process_time()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:>6} cases x {FACTS} facts: table {read - began:6.2f} s, one fit {fit - read:6.2f} s, "
        f"all of learn {end - fit:6.2f} s, {before:5.0f} MiB with the cases, {most:5.0f} MiB at most"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measured(int(sys.argv[1]))
    else:
        for size in SIZES:
            subprocess.run([sys.executable, __file__, str(size)], check=True)
