"""Learned points on 448 real opportunities, which lie beside the project and are not part of it."""

from __future__ import annotations

import sys
from hashlib import blake2b

import numpy as np
import pytest
from attrs import evolve

import leadkit as lk
from leadkit.learning.learn import learn
from tests.learning.made import AS_OF, MISSING, SALES, sales

pytestmark = pytest.mark.skipif(SALES is None, reason=MISSING)
if SALES is None:
    sys.stderr.write(f"{MISSING}\n")
KEEP = ("seller",)


def fold_of(case: lk.reviews.Outcome) -> int:
    """The fold of a case by what it says, so that equal rows are in the same one."""
    return int.from_bytes(blake2b(repr(sorted(case.lead.items(), key=str)).encode(), digest_size=4).digest()) % 5


def area(policy: lk.Policy, rows: list[lk.reviews.Outcome]) -> float:
    """The share of pairs in the right order, by the points of leadkit itself."""
    scored = [(policy.score(case.lead, as_of=AS_OF).points, case.won) for case in rows]
    pairs = [(a > b) + (a == b) / 2 for a, won in scored if won for b, other in scored if not other]
    return float(np.mean(pairs))


@pytest.fixture(scope="module")
def folds():
    start, rows = sales()
    parts = [
        ([case for case in rows if fold_of(case) != fold], [case for case in rows if fold_of(case) == fold])
        for fold in range(5)
    ]
    return start, [(learn(train, start=start, samples=0, keep=KEEP), test) for train, test in parts]


class TestSales:
    """What was measured before holds: far better than by hand, honest figures, 15 numbers, no problems."""

    def test_held_out_cases_are_put_in_order(self, folds):
        start, made = folds
        learned, by_hand = (
            np.mean([area(policy, test) for policy, test in pairs])
            for pairs in ([(found.policy, test) for found, test in made], [(start, test) for _, test in made])
        )
        assert learned >= 0.79
        assert by_hand < 0.65

    def test_the_nested_figure_is_that_of_held_out_cases(self, folds):
        _, made = folds
        nested = np.mean([float(found.order.value) for found, _ in made])
        assert abs(nested - np.mean([area(found.policy, test) for found, test in made])) < 0.03

    def test_the_policies_have_no_problems(self, folds):
        for found, _ in folds[1]:
            report = lk.checks.check(found.policy)
            assert not report.problems
            # Of a fact with very many values nobody can list the worst.
            rewarded = [finding.path for finding in report.findings if finding.kind == "unknown_is_rewarded"]
            assert set(rewarded) <= {f"scoring.groups.fit.rules.{name}" for name in ("seller", "product")}
            assert found.verdict == "better"

    @pytest.mark.parametrize(("outcomes", "least"), [(60, 0.73), (120, 0.76)])
    def test_few_outcomes_are_enough(self, outcomes, least):
        start, rows = sales()
        areas = []
        for draw in range(10):
            order = np.random.RandomState(draw).permutation(len(rows))
            train = [rows[place] for place in order[:outcomes]]
            said = {repr(case.lead) for case in train}
            test = [rows[place] for place in order[outcomes:] if repr(rows[place].lead) not in said]
            areas.append(area(learn(train, start=start, samples=0, keep=KEEP).policy, test))
        assert np.mean(areas) >= least

    def test_shuffled_outcomes_are_no_signal(self):
        start, rows = sales()
        signals = 0
        for draw in range(20):
            won = np.random.RandomState(draw).permutation([case.won for case in rows])
            shuffled = [evolve(case, won=bool(ending)) for case, ending in zip(rows, won, strict=True)]
            signals += learn(shuffled, start=start, samples=0, keep=KEEP).verdict != "no_signal"
        assert signals <= 2

    def test_ordered_levels_stay_in_order(self):
        start, rows = sales()
        levels = {
            "comp_size": ("Big", "Mid", "Small"),
            "authority": ("High", "Mid", "Low"),
            "scope": ("Clear", "Few questions", "Low"),
        }
        codes = {name: tuple(level.lower().replace(" ", "_") for level in given) for name, given in levels.items()}
        fields = {name: {"type": "text"} for name in start.document.fields if name not in codes}
        fields |= {name: {"type": "category", "levels": given} for name, given in codes.items()}
        ordered = lk.load_policy(
            {
                "name": "ordered",
                "fields": fields,
                "scoring": {"groups": {"fit": {"rules": {"comp_size": {"field": "comp_size", "points": {"big": 10}}}}}},
            }
        )
        coded = [
            evolve(
                case,
                lead={
                    name: value.lower().replace(" ", "_") if name in codes and value else value
                    for name, value in case.lead.items()
                },
            )
            for case in rows
        ]
        found = learn(coded, start=ordered, samples=0)
        for name, given in codes.items():
            points = {level.level: level.points for level in found.levels if level.code == name}
            row = [points.get(level, 0) for level in given]
            assert row == sorted(row, reverse=True)
