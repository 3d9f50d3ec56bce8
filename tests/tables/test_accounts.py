"""Facts of companies in tables: the same as the policy finds them for the leads of each company."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl
import pytest

import leadkit as lk
from leadkit.adapters.tables import ibis as on_ibis
from leadkit.adapters.tables.polars import evaluate
from leadkit.policy.account import AccountLead, account_facts
from tests.conftest import NOW
from tests.desk.test_account_facts import OURS
from tests.tables.engines import ENGINES

POLICY = lk.load_policy(OURS)
LEADS = {"lead_id": pl.String, "firm": pl.String, "role": pl.String}
EVENTS = {
    "activity_id": pl.String, "lead_id": pl.String, "kind": pl.String, "occurred_at": pl.Int64, "amount": pl.Float64,
}  # fmt: skip


def made(random: Random) -> tuple[pl.DataFrame, pl.DataFrame]:
    leads = [
        (
            f"L{n}",
            random.choice([None, "", "a", "b", "L1"]),
            random.choice([None, "user", "boss", "influencer", "decision_maker"]),
        )
        for n in range(random.randint(0, 12))
    ]
    at = int(NOW.timestamp())
    events = [
        (
            f"A{n}",
            f"L{random.randint(0, 13)}",
            random.choice(["demo", "order", "reply"]),
            at - random.randint(-2, 40) * 86_400 + random.randint(-1, 1),
            random.choice([None, 600.0, 400.5, 0.25]),
        )
        for n in range(random.randint(0, 30))
    ]
    return pl.DataFrame(leads, LEADS, orient="row"), pl.DataFrame(events, EVENTS, orient="row")


class _Event:
    def __init__(self, row: dict[str, Any]) -> None:
        self.kind, self.occurred_at = row["kind"], NOW + timedelta(seconds=row["occurred_at"] - int(NOW.timestamp()))
        self.amount = None if row["amount"] is None else Decimal(repr(row["amount"]))
        self.row = row


def by_hand(leads: pl.DataFrame, events: pl.DataFrame) -> dict[str, Decimal]:
    rows, told = leads.to_dicts(), [_Event(row) for row in events.to_dicts()]
    points = {}
    for row in rows:
        family = [other for other in rows if other is row or (row["firm"] and other["firm"] == row["firm"])]
        members = [
            AccountLead(other, 1, [event for event in told if event.row["lead_id"] == other["lead_id"]])
            for other in family
        ]
        facts = account_facts(POLICY.document.account, POLICY.facts, members, NOW)
        mine = [
            {"kind": event.kind, "occurred_at": event.occurred_at}
            for event in told
            if event.row["lead_id"] == row["lead_id"]
        ]
        points[row["lead_id"]] = POLICY.score({"role": row["role"], **facts}, mine, as_of=NOW).points
    return points


def points(found: pl.DataFrame) -> dict[str, Decimal]:
    return {key: Decimal(str(value)).normalize() for key, value in zip(found["lead_id"], found["points"], strict=True)}


def test_polars_finds_what_the_policy_finds():
    for seed in range(150):
        leads, events = made(Random(seed))
        found = evaluate(POLICY, leads, events, as_of=NOW, account="firm").collect()
        assert points(found) == {key: value.normalize() for key, value in by_hand(leads, events).items()}, seed


@pytest.mark.xdist_group("engines")
@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")
@pytest.mark.parametrize("engine", ["duckdb", "sqlite", "postgres", "spark"])
def test_ibis_finds_what_the_policy_finds(engine):
    with ENGINES[engine]() as run:
        for seed in range(2 if engine == "spark" else 15):
            leads, events = made(Random(seed))
            tables = run.table("leads", leads), run.table("activities", events)
            found = run.read(on_ibis.evaluate(POLICY, *tables, as_of=NOW, account="firm"))
            assert points(found) == {key: value.normalize() for key, value in by_hand(leads, events).items()}, seed


def test_without_activities_and_without_the_column():
    leads, _ = made(Random(3))
    found = evaluate(POLICY, leads, as_of=NOW, account="firm").collect()
    assert points(found) == {key: value.normalize() for key, value in by_hand(leads, pl.DataFrame([], EVENTS)).items()}
    with pytest.raises(lk.errors.TableError, match="has no column company"):
        evaluate(POLICY, leads, as_of=NOW, account="company")


def test_without_the_keyword_they_are_columns():
    leads = pl.DataFrame({"lead_id": ["a"], "company_contacts": [2]})
    assert evaluate(POLICY, leads, as_of=NOW).collect()["points"].to_list() == [3]
