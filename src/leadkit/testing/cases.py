"""The cases on which `check_policy` tries its properties, made for one policy; none where it says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from random import Random
from typing import Any

from leadkit.checking.examples import AS_OF
from leadkit.errors import MissingExtraError
from leadkit.policy import Policy
from leadkit.qualification.document import Criteria
from leadkit.qualification.qualify import criterion_fields
from leadkit.rules.conditions import tests_of
from leadkit.scoring.event_rules import EventRule, SilenceRule
from leadkit.testing.strategies import activities, asked, assessments, known_values, leads, moments

try:
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise MissingExtraError.of("hypothesis", "testing") from None

Cases = st.SearchStrategy[dict[str, Any]]


def scored(policy: Policy) -> Cases:
    """Leads with what happened, the same in another order, one event more where rules reward some, and all answers."""
    learned = st.fixed_dictionaries(_answers(policy, policy.scorer.asked))
    cases = st.fixed_dictionaries({"lead": leads(policy), "happened": activities(policy, AS_OF), "learned": learned})
    kinds = _rewarded(policy)
    if kinds:
        cases = _also(cases, more=st.tuples(st.sampled_from(kinds), moments(policy, AS_OF)))
    return st.builds(_reordered, cases, st.integers(0, 10**6))


def _reordered(case: dict[str, Any], shuffle: int) -> dict[str, Any]:
    """A case with its activities in another order; a number for the order leaves the list free to shrink."""
    happened = case["happened"]
    return {**case, "reordered": Random(shuffle).sample(happened, len(happened))}


def _rewarded(policy: Policy) -> list[str]:
    """The kinds of events that rules only reward, and for whose silence none does."""
    counted: dict[str, bool] = {}
    for rule in policy.scorer.rules.values():
        if isinstance(rule, EventRule):
            counted[rule.event] = counted.get(rule.event, True) and rule.points > 0
    silent = [code for code, rule in policy.scorer.rules.items() if isinstance(rule, SilenceRule) and rule.points > 0]
    missed = {kind for code in silent for kind in policy.scorer.terms[code].tallies[0].kinds}
    return [kind for kind, positive in counted.items() if positive and kind not in missed]


def screened(policy: Policy) -> Cases:
    criteria = policy.document.screening
    return st.nothing() if criteria is None else _learning(policy, criteria)


def qualified(policy: Policy) -> Cases:
    named = policy.document.qualification.items()
    return st.one_of([_also(_learning(policy, criteria), name=st.just(name)) for name, criteria in named])


def _learning(policy: Policy, criteria: Criteria) -> Cases:
    """Leads with answers to what the criteria ask for, but for facts of which they ask whether they are known."""
    every = criteria.criteria.values()
    tests = [test for criterion in every if criterion.when for test in tests_of(criterion.when)]
    open_to = {test.field for test in tests if test.known is not None}
    names = dict.fromkeys(name for criterion in every for name in criterion_fields(criterion) if name not in open_to)
    learned = st.fixed_dictionaries({}, optional=_answers(policy, names))
    return st.fixed_dictionaries({"lead": leads(policy), "learned": learned})


def graded(policy: Policy) -> Cases:
    """Assessments, levels to be learned, and two levels of a dimension where its points fall along them."""
    grading = policy.document.grading
    if grading is None:
        return st.nothing()
    learned = st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(options) for name, options in grading.levels.items()}
    )
    cases = st.fixed_dictionaries({"assessment": assessments(policy), "learned": learned})
    pairs = [{"dimension": name, "levels": levels} for name, choices in _ordered(policy) for levels in choices]
    return st.builds(lambda case, pair: case | pair, cases, st.sampled_from(pairs)) if pairs else cases


def _ordered(policy: Policy) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The dimensions of a total whose points fall along the levels, with every pair of levels, the better first."""
    grading = policy.document.grading
    if grading is None or grading.table is not None:
        return
    for name, dimension in grading.dimensions.items():
        points = [dimension.points[level] for level in dimension.names]
        if len(points) > 1 and points == sorted(points, reverse=True):
            yield name, list(combinations(dimension.names, 2))


def _also(cases: Cases, **more: st.SearchStrategy[Any]) -> Cases:
    return st.builds(lambda case, added: {**case, **added}, cases, st.fixed_dictionaries(more))


def _answers(policy: Policy, names: Iterable[str]) -> dict[str, st.SearchStrategy[Any]]:
    """What may become known of each fact; a category without levels never does."""
    named = asked(policy)
    answers = {name: known_values(policy.facts[name], named.get(name, ())) for name in names}
    return {name: values for name, values in answers.items() if not values.is_empty}
