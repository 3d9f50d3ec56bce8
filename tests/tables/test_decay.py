"""Every age at which a power function could round a weight otherwise gives the same weight in every engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import cast

import polars as pl
import pytest

import leadkit as lk
from leadkit.adapters.tables import ibis as on_ibis
from leadkit.adapters.tables import polars as on_polars
from leadkit.rules import algebra as a
from leadkit.scoring.event_rules import LONGEST_HALF_LIFE
from tests.conftest import NOW
from tests.page.critical_decays import DAY, pairs
from tests.tables.engines import ENGINES, Run, ThroughIbis, columns_of, in_polars, one_by_one

pytestmark = [
    pytest.mark.xdist_group("engines"),
    pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR"),
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]
IN_POLARS = ("in-memory", "streaming")
HEAVY = {"spark"}


def names() -> Iterator[object]:
    for name in (*IN_POLARS, *ENGINES):
        yield pytest.param(name, marks=[pytest.mark.heavy] if name in HEAVY else [])


@pytest.fixture(scope="module", params=names())
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    if request.param in IN_POLARS:
        yield in_polars(request.param)
    else:
        with ENGINES[request.param]() as engine:
            yield engine


def critical() -> dict[int, list[int]]:
    """The critical ages in seconds by the half-life in days."""
    ages: dict[int, list[int]] = defaultdict(list)
    for days, age in pairs():
        ages[days].append(age)
    assert set(ages) == set(range(1, LONGEST_HALF_LIFE + 1))
    return ages


def weights(run: Run, frame: pl.DataFrame) -> dict[tuple[int, int], int]:
    """The weight that an engine gives each half-life and age, both in seconds.

    The half-life is a column here, where a policy has a constant, so that all are asked for in one statement.
    """
    age = a.Column("age")
    if isinstance(run, ThroughIbis):
        table = run.table("ages", frame)
        weight = on_ibis._value(a.Decay(age, cast("int", table["half_life"])), table)
        found = run.read(table.select("half_life", "age", weight=weight))
    else:
        weight = on_polars._value(a.Decay(age, cast("int", pl.col("half_life"))))
        found = frame.lazy().select("half_life", "age", weight=weight).collect()
    return {(half_life, age): int(weight) for half_life, age, weight in found.iter_rows()}


def test_every_critical_age_of_every_half_life(run: Run):
    rows = [(days * DAY, age + by) for days, ages in critical().items() for age in ages for by in (-1, 0, 1)]
    frame = pl.DataFrame(sorted(set(rows)), schema={"half_life": pl.Int64, "age": pl.Int64}, orient="row")
    expected = {(half_life, age): int(0.5 ** (age / half_life) * 1_000_000.0 + 0.5) for half_life, age in rows}
    assert weights(run, frame) == expected


def test_some_of_them_through_a_policy(run: Run):
    chosen = [1, 7, 30, 90, 365, LONGEST_HALF_LIFE]
    rules = {f"d{days}": {"event": f"e{days}", "points": 100_000, "half_life_days": days} for days in chosen}
    groups = {"g": {"rules": rules}}
    policy = lk.load_policy({"name": "halving", "scoring": {"limit": 100_000, "groups": groups}})
    ages = critical()
    rows = [(f"e{days}", NOW - timedelta(seconds=age)) for days in chosen for age in ages[days]]
    schema = {"lead_id": pl.Int64, "kind": pl.String, "occurred_at": pl.Datetime("us", "UTC")}
    events = pl.DataFrame([(number, *row) for number, row in enumerate(rows)], schema=schema, orient="row")
    leads = events.select("lead_id")
    found = columns_of(run(policy, leads, events, NOW).sort("lead_id"), policy, leads)
    expected = one_by_one(policy, leads, events, NOW)
    assert found == {name: expected[name] for name in found}
