"""Bands may have capitals, in every place that names them."""

from __future__ import annotations

import json

import polars as pl

import leadkit as lk
from leadkit.adapters.tables.polars import evaluate

RULES = {"role": {"field": "role", "points": {"user": 30, "influencer": 10}}}
BANDS = {"priority": {"MQL": 30, "A1": 10, "c": 0}, "nurture_stage": {"Hot": 20, "cold": 0}}
STAGES = {name: {"content": ["news"], "cadence": {"mail": {"unit": "week"}}} for name in BANDS["nurture_stage"]}
DOCUMENT = {
    "name": "own",
    "scoring": {"groups": {"g": {"rules": RULES}}, "bands": BANDS},
    "assignment": {"roles": {"MQL": ["seller"]}},
    "service_levels": {"response": {"MQL": {"hours": 2}}},
    "nurture": {"stages": STAGES},
    "labels": {"en": {"priority.MQL": "marketing qualified"}},
    "examples": [{"lead": {"role": "user"}, "expect": {"priority": "MQL"}}],
    "invariants": [{"at_least": {"priority": "c"}, "at_most": {"priority": "MQL"}}],
}


def test_bands_with_capitals(now):
    policy = lk.load_policy(DOCUMENT)
    score = policy.score({"role": "user"}, as_of=now)
    assert score.bands == {"priority": "MQL", "nurture_stage": "Hot"}
    assert "marketing qualified" in score.explain("en")
    assert lk.checks.check(policy).problems == ()
    assert json.loads(json.dumps(score.to_dict()))["bands"]["priority"] == "MQL"
    rows = pl.LazyFrame({"lead_id": ["1", "2"], "role": ["user", None]})
    assert evaluate(policy, rows, as_of=now).collect()["priority"].to_list() == ["MQL", "c"]
