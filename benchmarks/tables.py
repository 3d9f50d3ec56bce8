"""Tables of leads with ten events each under the standard policy: leadkit on Polars and DuckDB, by hand, and the floor.

Usage: python benchmarks/tables.py [SIZES...] [--keys string] [--huge] [--cache FOLDER] [--rounds N]

SIZES are numbers of leads (10k, 100k, 1M unless given); `--huge` adds 10 million leads with 100 million events, one
round each. The tables are made once, seeded, as Parquet files in a temporary folder, or in FOLDER, where a next run
finds them. Few leads have many events; events are ordered by time over two years, some lie after `as_of`, two of six
kinds count for nothing; keys are scattered.

Each way runs in a process of its own, and the ways take turns. It reads the files and computes the points and priority
of every lead; all must come to the same checksum. Columns: median seconds of the work, which is reading and computing,
not imports, the loading of the policy and the connection to DuckDB; their ratio to the best Polars plan by hand; median
seconds of the whole process; the highest peak of its memory. Compare the ratios of one run, not the seconds of two.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from tables_by_hand import AS_OF, FACTS, KINDS, WAYS

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
EVENTS_A_LEAD, CHUNK, DAYS = 10, 1_000_000, 730
SKEW = 1.3
"""Of the lognormal spread of events over leads: a tenth of the leads have half of the events."""
GREEDY = ("by hand, numpy", "by hand, pandas")
"""Ways that hold everything in memory several times over; they are left out of the huge run."""
BEST = [name for name in WAYS if name.startswith("by hand, Polars")]


class Run(NamedTuple):
    """What one process found and took."""

    checksum: str
    seconds: float
    whole: float
    peak: float


def make(leads: Path, events: Path, size: int, *, texts: bool) -> None:
    """Both files; events are drawn and written a million at a time."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(size)
    keys = _keys(size, texts=texts)
    facts = {fact: pa.array([*levels, "none", None]) for fact, levels in FACTS.items()}
    drawn = {fact: values.take(pa.array(rng.integers(0, len(values), size))) for fact, values in facts.items()}
    pq.write_table(pa.table({"lead_id": keys, **drawn}), leads)
    reach = np.cumsum(rng.lognormal(sigma=SKEW, size=size))
    kinds = pa.array([*KINDS, "follow_up", "gift"])
    total = size * EVENTS_A_LEAD
    schema = pa.schema({"lead_id": keys.type, "kind": kinds.type, "occurred_at": pa.timestamp("us", "UTC")})
    unfinished = events.with_suffix(".part")
    with pq.ParquetWriter(unfinished, schema) as writer:
        for first in range(0, total, CHUNK):
            number = min(CHUNK, total - first)
            lead = np.searchsorted(reach, rng.random(number) * reach[-1])
            at = _times(np.sort(rng.random(number)) * number + first, total)
            columns = [keys.take(pa.array(lead)), kinds.take(pa.array(rng.integers(0, len(kinds), number))), at]
            writer.write_table(pa.table(columns, schema=schema))
    unfinished.rename(events)


def _keys(size: int, *, texts: bool) -> Any:
    """Different numbers, scattered: an odd factor permutes the numbers of 64 bits."""
    import numpy as np
    import pyarrow as pa

    numbers = (np.arange(1, size + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)).view(np.int64)
    return pa.array([f"lead-{number & (1 << 64) - 1:016x}" for number in numbers.tolist()] if texts else numbers)


def _times(places: Any, total: int) -> Any:
    """The places of events in their order as times; the last month of the two years is after `as_of`."""
    import numpy as np
    import pyarrow as pa

    first = int(AS_OF.timestamp()) * 10**6 - (DAYS - 30) * 86_400 * 10**6
    micros = (places / total * DAYS * 86_400 * 10**6).astype(np.int64) + first
    return pa.array(micros).cast(pa.timestamp("us", "UTC"))


def work(way: str, leads: Path, events: Path) -> None:
    """One way in this process: its checksum, seconds and peak memory, for the process that started it."""
    run = WAYS[way]()
    started = time.perf_counter()
    found = run(leads, events)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([checksum(found), seconds, peak]))


def checksum(found: Any) -> str:
    """The leads and points of every priority, and a sum over the hashes of all rows; the same in any order of rows."""
    import polars as pl

    if found is None:
        return ""
    frame = pl.DataFrame(found).select(
        pl.col("lead_id"), pl.col("points").cast(pl.Int64), pl.col("priority").cast(pl.String)
    )
    by_priority = frame.group_by("priority").agg(pl.len(), pl.col("points").sum()).sort("priority")
    hashes = frame.hash_rows(seed=7) // 2**32
    return f"{by_priority.rows()} {hashes.sum()}"


def measured(way: str, leads: Path, events: Path) -> Run:
    words = [sys.executable, __file__, "--work", way, str(leads), str(events)]
    started = time.perf_counter()
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    whole = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{way} failed:\n{done.stderr}")
    found, seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return Run(found, seconds, whole, peak)


def compared(leads: Path, events: Path, rounds: int, *, huge: bool) -> dict[str, list[Run]]:
    """The runs of every way; stops unless all come to one checksum."""
    found: dict[str, list[Run]] = {way: [] for way in WAYS if not huge or way not in GREEDY}
    for _ in range(rounds):
        for way, runs in found.items():
            runs.append(measured(way, leads, events))
    sums = {run.checksum: way for way, runs in found.items() for run in runs if run.checksum}
    if len(sums) > 1:
        raise SystemExit(f"the ways don't agree: {sums}")
    print(f"all agree: {next(iter(sums))}")
    return found


def table(found: dict[str, list[Run]]) -> dict[str, float]:
    """Print a line for each way; returns the median seconds of its work."""
    seconds = {way: median(run.seconds for run in runs) for way, runs in found.items()}
    best = min(seconds[way] for way in BEST)
    print(f"{'way':<26}{'seconds':>10}{'ratio':>8}{'process':>10}{'peak MiB':>10}")
    for way, runs in found.items():
        whole, peak = median(run.whole for run in runs), max(run.peak for run in runs)
        print(f"{way:<26}{seconds[way]:10.3f}{seconds[way] / best:8.2f}{whole:10.2f}{peak:10,.0f}")
    return seconds


def growth(times: dict[str, dict[str, float]]) -> None:
    """How many times longer each way takes from one size to the next."""
    steps = list(zip(list(times), list(times)[1:], strict=False))
    if steps:
        print("\n" + f"{'growth':<26}" + "".join(f"{f'{less} to {more}':>16}" for less, more in steps))
        for way in (way for way in WAYS if all(way in own for own in times.values())):
            print(f"{way:<26}" + "".join(f"{times[more][way] / times[less][way]:16.1f}" for less, more in steps))


def made(folder: Path, size: str, keys: str) -> tuple[Path, Path]:
    """The files of a size, made by another process where missing: a child's peak memory is at least its parent's."""
    leads, events = (folder / f"{what}-{size}-{keys}.parquet" for what in ("leads", "events"))
    if not (leads.exists() and events.exists()):
        subprocess.run([sys.executable, __file__, "--make", size, keys, str(leads), str(events)], check=True)
    return leads, events


def compare(folder: Path, asked: argparse.Namespace) -> None:
    times = {}
    for size in asked.sizes + ["10M"] * asked.huge:
        files = made(folder, size, asked.keys)
        print(f"\n{size} leads, {EVENTS_A_LEAD} events each, {asked.keys} keys")
        huge = size == "10M"
        times[size] = table(compared(*files, 1 if huge else asked.rounds, huge=huge))
    growth(times)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", default=["10k", "100k", "1M"], metavar="SIZES", help=", ".join(SIZES))
    parser.add_argument("--keys", choices=["int", "string"], default="int")
    parser.add_argument("--huge", action="store_true")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--make", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if wrong := set(asked.sizes) - set(SIZES):
        parser.error(f"no such size: {', '.join(sorted(wrong))}")
    return asked


def main() -> None:
    asked = arguments()
    if asked.work:
        way, leads, events = asked.work
        work(way, Path(leads), Path(events))
    elif asked.make:
        size, keys, leads, events = asked.make
        make(Path(leads), Path(events), SIZES[size], texts=keys == "string")
    elif asked.cache:
        asked.cache.mkdir(parents=True, exist_ok=True)
        compare(asked.cache, asked)
    else:
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(folder), asked)


if __name__ == "__main__":
    main()
