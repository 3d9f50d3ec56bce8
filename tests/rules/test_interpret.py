"""The plain reader says the same as the generated source, for every column of random policies."""

from __future__ import annotations

from hypothesis import given

from leadkit.policy import load_policy
from leadkit.rules import algebra as a
from leadkit.rules.interpret import computed, value
from tests.conftest import NOW
from tests.scoring.test_properties import at, documents, events, leads


@given(documents(), leads, events)
def test_against_the_generated_source(document, lead, ages):
    policy = load_policy(document)
    program = policy.scorer.program
    tallies = {
        tally.name: sum(
            value(tally.weight, {a.AGE.name: age})
            for kind, age in ages
            if kind in tally.kinds and age >= 0 and value(tally.counts, {a.AGE.name: age})
        )
        for tally in program.tallies
    }
    row = computed(program.columns, {**lead, **tallies})
    score = policy.score(lead, at(ages), as_of=NOW)
    assert tuple(row[name] for name, _ in program.columns) == score.numbers
