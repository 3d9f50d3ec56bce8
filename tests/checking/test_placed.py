"""Bands of groups and rows of tables that some lead gets: no more and no fewer than leads do."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.rules.interpret import value
from leadkit.scoring.outcomes import holds
from leadkit.scoring.placements import Placements
from leadkit.testing.policies import policies
from leadkit.testing.strategies import activities, leads
from tests.conftest import NOW

FIT = {
    "size": {"field": "company_size", "points": {"large": 30, "medium": 20, "small": 10}},
    "role": {"field": "role", "points": {"decision_maker": 20}},
}
ACTIVE = {"visit": {"event": "visit", "points": 10}, "quiet": {"silent_days": 30, "points": -10}}


def policy(rows: dict, **bands: dict) -> lk.Policy:
    groups = {"fit": {"rules": FIT}, "active": {"limit": 40, "floor": -10, "rules": ACTIVE}}
    sets = {"suits": {"of": "fit", "a": 50, "b": 25, "c": 0}, "interest": {"of": "active", "hot": 20, "cold": -10}}
    tables = {"tier": {"rows": rows, "otherwise": "C"}}
    scoring = {"groups": groups, "bands": {**sets, "priority": {"high": 60, "low": 0}, **bands}, "tables": tables}
    return lk.load_policy({"name": "placed", "scoring": scoring})


def findings(checked: lk.Policy) -> list[tuple[str, str]]:
    kinds = ("band_unreachable", "row_shadowed")
    return [(one.kind, one.path) for one in lk.checks.check(checked).findings if one.kind in kinds]


class TestTables:
    """Rows that nobody gets are named; the others come with a lead."""

    def test_each_row_of_a_grid_has_a_lead(self):
        rows = {"A1": {"suits": "a", "interest": "hot"}, "A2": {"suits": "a"}, "B1": {"interest": "hot"}}
        checked = lk.checks.check(policy(rows))
        leads = {reached.band: str(reached.witness) for reached in checked.bands if reached.bands == "tier"}
        assert leads == {
            "A1": "company_size=large role=decision_maker visit=2",
            "A2": "company_size=large role=decision_maker",
            "B1": "visit=2",
            "C": "a lead of whom nothing is known",
        }

    def test_a_row_behind_a_wider_one(self):
        found = findings(policy({"A2": {"suits": "a"}, "A1": {"suits": "a", "interest": "hot"}}))
        assert found == [("row_shadowed", "scoring.tables.tier.rows.A1")]

    def test_a_row_of_two_that_nobody_fits(self):
        cells = [{"suits": "c", "company_size": "large"}, {"interest": "hot"}]
        assert findings(policy({"B": cells})) == [("row_shadowed", "scoring.tables.tier.rows.B.0")]

    def test_a_row_that_the_total_forbids(self):
        rows = {"A": {"priority": "high", "suits": "c"}, "B": {"priority": "high"}}
        assert findings(policy(rows, priority={"high": 65, "low": 0})) == [
            ("row_shadowed", "scoring.tables.tier.rows.A")
        ]

    def test_a_band_of_a_group_that_no_points_reach(self):
        found = findings(policy({"A": {"suits": "a"}}, steps={"of": "fit", "top": 50, "odd": 41, "low": 0}))
        assert found == [("band_unreachable", "scoring.bands.steps.odd")]

    def test_numbers_of_a_span(self):
        rows = {"A": {"budget": {"at_least": 100}}, "B": {"budget": {"at_least": 200, "less_than": 300}}}
        assert findings(policy(rows)) == [("row_shadowed", "scoring.tables.tier.rows.B")]


class TestClaims:
    """Claims about results of tables are proved, or refuted with a lead."""

    @pytest.mark.parametrize(
        ("claim", "outcome"),
        [
            ({"when": {"field": "role", "equals": "user"}, "at_most": {"tier": "B1"}}, "proved"),
            ({"when": {"field": "role", "equals": "user"}, "at_most": {"tier": "C"}}, "refuted"),
            ({"when": {"field": "company_size", "equals": "large"}, "at_least": {"suits": "b"}}, "proved"),
            ({"at_least": {"interest": "hot"}}, "refuted"),
        ],
    )
    def test_what_becomes_of_it(self, claim, outcome):
        rows = {"A1": {"suits": "a", "interest": "hot"}, "A2": {"suits": "a"}, "B1": {"interest": "hot"}}
        claimed = lk.load_policy(
            {**policy(rows).document.model_dump(by_alias=True, exclude_defaults=True), "invariants": (claim,)}
        )
        (proof,) = [lk.checks.prove(claimed, invariant) for invariant in claimed.document.invariants]
        assert proof.outcome == outcome


def tabled() -> st.SearchStrategy[dict]:
    return policies().filter(lambda document: "tables" in document["scoring"])


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(tabled(), st.data())
def test_no_lead_gets_what_nobody_can(document, data):
    judged = lk.load_policy(document)
    places, bands = Placements(judged.scorer).rows("tier"), Placements(judged.scorer).bands("fit")
    assume(places.exact and bands.exact)
    for _ in range(10):
        score = judged.score(data.draw(leads(judged)), data.draw(activities(judged, NOW)), as_of=NOW)
        assert row_of(judged, score) in places.leads
        assert score.bands["fit"] in bands.leads


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(tabled())
def test_each_lead_that_is_shown_gets_there(document):
    judged = lk.load_policy(document)
    for place, lead in Placements(judged.scorer).rows("tier").leads.items():
        assert row_of(judged, judged.score(lead.facts, lead.activities(NOW), as_of=NOW)) == place
    for band, lead in Placements(judged.scorer).bands("fit").leads.items():
        assert judged.score(lead.facts, lead.activities(NOW), as_of=NOW).bands["fit"] == band


def row_of(judged: lk.Policy, score: lk.Score) -> int | None:
    known = {name: judged.facts[name].read(score.facts.get(name)) for name in judged.scorer.asked}
    rows = [holds(row) for _, row in judged.document.scoring.tables["tier"].cells]
    return next((place for place, row in enumerate(rows) if value(row, {**known, **score.bands})), None)
