"""Cases with a known truth, and the real ones where they lie beside the project."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from math import exp
from pathlib import Path
from random import Random

import leadkit as lk

SALES = next(
    (path for folder in Path(__file__).parents if (path := folder / "shared/data/salvirt_b2b_sales.csv").exists()), None
)
MISSING = "salvirt_b2b_sales.csv is in no folder shared/data beside the project: its figures are not checked"
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
UNKNOWN = "Unknown"
TRUE_POINTS = {"size": {"large": 1.6, "medium": 0.8, "small": 0.0}, "source": {"fair": 1.2, "web": 0.0, "ad": -0.8}}


def policy(points: dict | None = None, **more) -> lk.Policy:
    """The start policy of the made-up company; `points` by fact."""
    rules = {
        "firm_size": {"field": "size", "points": {"large": 20, "medium": 10}},
        "source": {"field": "source", "points": {"fair": 15}},
    }
    if points is not None:
        rules = {name: {"field": name, "points": given} for name, given in points.items()}
    document = {
        "name": "ours",
        "fields": {
            "size": {"type": "category", "levels": ("large", "medium", "small")},
            "source": {"type": "text"},
            "age": {"type": "number"},
            "known": {"type": "boolean"},
            "noise": {"type": "text"},
            "ending": {"type": "text"},
            "sales_rep": {"type": "text"},
        },
        "scoring": {
            "groups": {"fit": {"rules": rules, "floor": -100}},
            "start": 10,
            "bands": {"priority": {"high": 20, "medium": 10, "low": 0}},
        },
    }
    return lk.load_policy(document | more)


def cases(count: int, seed: int = 1, *, signal: bool = True, dated: bool = False) -> list[lk.reviews.Outcome]:
    """Cases whose log-odds are `TRUE_POINTS`, a threshold of age, and visits counted up to three."""
    dice = Random(seed)
    made = []
    for number in range(count):
        lead = {
            "size": dice.choice(["large", "medium", "small"]),
            "source": dice.choice(["fair", "web", "ad", None]),
            "age": dice.randrange(0, 100),
            "noise": dice.choice("abcdef"),
        }
        visits = dice.choice([0, 0, 1, 2, 5])
        odds = -1.6 + TRUE_POINTS["size"][lead["size"]] + TRUE_POINTS["source"].get(lead["source"], 0)
        odds += 0.9 * (lead["age"] >= 50) + 0.4 * min(visits, 3)
        won = dice.random() < (1 / (1 + exp(-odds)) if signal else 0.4)
        at = AS_OF - timedelta(days=count - number) if dated else None
        made.append(lk.reviews.Outcome(lead=lead, won=won, activities={"visit": visits}, at=at))
    return made


def sales() -> tuple[lk.Policy, list[lk.reviews.Outcome]]:
    """The real sales as cases, and a policy as somebody might write it by hand."""
    assert SALES is not None
    with SALES.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    names = [name for name in rows[0] if name != "Status"]
    fields = {name.lower(): {"type": "text"} for name in names}
    rules = {
        "authority": {"field": "authority", "points": {"High": 30, "Mid": 20, "Low": 10}},
        "size": {"field": "comp_size", "points": {"Big": 20, "Mid": 15, "Small": 10}},
        "budget": {"field": "budgt_alloc", "points": {"Yes": 20}},
    }
    document = {
        "name": "hand",
        "fields": fields,
        "scoring": {
            "groups": {"fit": {"limit": 60, "rules": rules}},
            "bands": {"priority": {"high": 50, "medium": 30, "low": 0}},
        },
    }
    outcomes = [
        lk.reviews.Outcome(
            lead={name.lower(): None if row[name] == UNKNOWN else row[name] for name in names},
            won=row["Status"] == "Won",
        )
        for row in rows
    ]
    return lk.load_policy(document), outcomes
