"""What holds for every sound policy and every lead, ready to be tried on a company's own policy.

def test_our_policy():
    check_policy(load_policy("ours.toml"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from leadkit.checking.examples import AS_OF, mismatches
from leadkit.errors import MissingExtraError
from leadkit.policy import Policy
from leadkit.qualification.document import Criteria
from leadkit.qualification.qualify import criterion_fields
from leadkit.rules.bands import highest_first
from leadkit.rules.conditions import tests_of
from leadkit.scoring.event_rules import EventRule, SilenceRule
from leadkit.testing.strategies import activities, asked, assessments, known_values, leads, moments

try:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise MissingExtraError.of("hypothesis", "testing") from None

Cases = st.SearchStrategy[dict[str, Any]]
Facts = Mapping[str, Any]
Happened = list[Any]


def check_policy(policy: Policy, *, max_examples: int = 100) -> None:
    """Hold `policy` against its own examples, and every property below against `max_examples` leads made for it.

    The leads are the same every time. A property that speaks of what the policy does not have is passed over. An error
    that is no AssertionError comes through, with the lead as its note.

    Raises:
        AssertionError: a property does not hold; the message names each, and the simplest lead that shows it.
    """
    failures = list(_failures(policy, max_examples))
    if failures:
        raise AssertionError("\n\n".join(map(str, failures)))


def _failures(policy: Policy, max_examples: int) -> Iterator[AssertionError]:
    try:
        examples_hold(policy)
    except AssertionError as error:
        yield error
    for each, (holds, cases) in product(policy.deciding, PROPERTIES.items()):
        tried = cases(each)
        if not tried.is_empty:
            try:
                _check(each, holds, tried, max_examples)
            except AssertionError as error:
                yield error


def _check(policy: Policy, holds: Callable[..., None], cases: Cases, max_examples: int) -> None:
    tried: dict[str, Any] = {}

    @settings(_SETTINGS, max_examples=max_examples)
    @given(cases)
    def try_one(case: dict[str, Any]) -> None:
        tried.update(case)
        holds(policy, **case)

    try:
        try_one()
    except AssertionError as error:
        lead = [f"  {name}: {_shown(value)}" for name, value in tried.items()]
        raise AssertionError("\n".join([_title(policy, holds), *lead, f"  {error}"])) from None


_SETTINGS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),  # pyright: ignore[reportArgumentType]
)


def examples_hold(policy: Policy) -> None:
    """Every example of the policy holds."""
    for number, example in enumerate(policy.document.examples, 1):
        broken = "; ".join(map(str, mismatches(policy, example)))
        named = f"example {number} ({example.name})" if example.name else f"example {number}"
        _require(not broken, f"{_title(policy, examples_hold)}\n  {named}: {broken}")


def contributions_add_up(policy: Policy, lead: Facts, happened: Happened) -> None:
    """The contributions add up to the points, and the points lie between the floor and the limit."""
    score = policy.score(lead, happened, as_of=AS_OF)
    total = sum((row.points for row in score.contributions), Decimal(0))
    _require(total == score.points, f"the contributions add up to {total}, the points are {score.points}")
    floor, limit = policy.document.scoring.floor, policy.document.scoring.limit
    _require(floor <= score.points <= limit, f"{score.points} points do not lie between {floor} and {limit}")


def bands_are_the_highest_reached(policy: Policy, lead: Facts, happened: Happened) -> None:
    """Every total has one band of each set, the highest whose threshold it reaches."""
    score = policy.score(lead, happened, as_of=AS_OF)
    for name, thresholds in policy.document.scoring.total_bands.items():
        reached = next(band for band, start in highest_first(thresholds) if score.points >= start)
        actual = score.bands[name]
        _require(actual == reached, f"{score.points} points reach {name} {reached}, and are called {actual}")


def order_is_irrelevant(policy: Policy, lead: Facts, happened: Happened, reordered: Happened) -> None:
    """The order in which activities are told changes nothing."""
    first, second = (policy.score(lead, events, as_of=AS_OF) for events in (happened, reordered))
    _require(first.points == second.points, f"{first.points} points become {second.points} in another order")
    _require(first.bands == second.bands, f"{first.bands} becomes {second.bands} in another order")
    given = [[(row.code, row.why, row.points) for row in score.contributions] for score in (first, second)]
    _require(given[0] == given[1], "the contributions differ in another order")


def more_never_lowers(policy: Policy, lead: Facts, happened: Happened, more: tuple[str, datetime]) -> None:
    """One more event never lowers the score, of a kind that rules reward, and for whose silence none does."""
    before, after = (policy.score(lead, events, as_of=AS_OF).points for events in (happened, [*happened, more]))
    _require(after >= before, f"{before} points fall to {after}")


def learning_stays_possible(policy: Policy, lead: Facts, happened: Happened, learned: Facts) -> None:
    """Once all that rules ask for is known, the points are some that were possible before."""
    low, high = policy.score(lead, happened, as_of=AS_OF).possible
    points = policy.score(_filled(policy, lead, learned), happened, as_of=AS_OF).points
    _require(low <= points <= high, f"{low} to {high} points were possible, {points} came out")


def learning_never_overturns_screening(policy: Policy, lead: Facts, learned: Facts) -> None:
    """What becomes known never takes a reason for refusal back, and never turns valid into invalid or back."""
    before, after = (policy.screen(facts) for facts in (lead, _filled(policy, lead, learned)))
    turned = {before.outcome, after.outcome} == {"valid", "invalid"}
    _require(not turned, f"{before.outcome} turns to {after.outcome}")
    gone = [reason for reason in before.reasons if reason not in after.reasons]
    _require(not gone, f"{', '.join(gone)} is a reason no more")


def learning_never_overturns_qualification(policy: Policy, lead: Facts, learned: Facts, name: str) -> None:
    """What becomes known never changes what is met or unmet, and never turns yes into no or back."""
    before, after = (policy.qualify(facts, name=name) for facts in (lead, _filled(policy, lead, learned)))
    _require({before.outcome, after.outcome} != {"yes", "no"}, f"{before.outcome} turns to {after.outcome}")
    gone = [*set(before.met) - set(after.met), *set(before.unmet) - set(after.unmet)]
    _require(not gone, f"{', '.join(sorted(gone))} was settled and is no more")


def better_is_never_worse(policy: Policy, assessment: Facts, dimension: str, levels: tuple[str, str]) -> None:
    """A better level never gives a worse grade, where grades go by the total and points fall along the levels."""
    better, worse = (policy.grade({**assessment, dimension: level}, as_of=AS_OF) for level in levels)
    for end in (0, -1):
        up, down = better.possible[end], worse.possible[end]
        falls = better.grades.index(up) > better.grades.index(down)
        _require(not falls, f"{levels[1]} can give {down} where {levels[0]} gives {up}")


def determined_grade_stays(policy: Policy, assessment: Facts, learned: Mapping[str, str]) -> None:
    """What becomes known leaves a grade that is determined, and makes of an open one only what was possible."""
    before = policy.grade(assessment, as_of=AS_OF)
    known = {name: level for name, level in learned.items() if name in before.unknown}
    after = policy.grade({**assessment, **known}, as_of=AS_OF)
    _require(set(after.possible) <= set(before.possible), f"{before.possible} was possible, {after.possible} is now")
    _require(before.grade in (None, after.grade), f"{before.grade} becomes {after.grade}")


def _scored(policy: Policy) -> Cases:
    return st.fixed_dictionaries({"lead": leads(policy), "happened": activities(policy, AS_OF)})


def _reordered(policy: Policy) -> Cases:
    def also(case: dict[str, Any]) -> Cases:
        return st.permutations(case["happened"]).map(lambda reordered: {**case, "reordered": reordered})

    return _scored(policy).flatmap(also)


def _more_events(policy: Policy) -> Cases:
    counted: dict[str, bool] = {}
    for rule in policy.scorer.rules.values():
        if isinstance(rule, EventRule):
            counted[rule.event] = counted.get(rule.event, True) and rule.points > 0
    silent = [code for code, rule in policy.scorer.rules.items() if isinstance(rule, SilenceRule) and rule.points > 0]
    missed = {kind for code in silent for kind in policy.scorer.terms[code].tallies[0].kinds}
    kinds = [kind for kind, positive in counted.items() if positive and kind not in missed]
    more = st.tuples(st.sampled_from(kinds), moments(policy, AS_OF))
    return _also(_scored(policy), more=more) if kinds else st.nothing()


def _all_learned(policy: Policy) -> Cases:
    return _also(_scored(policy), learned=st.fixed_dictionaries(_answers(policy, policy.scorer.asked)))


def _screened(policy: Policy) -> Cases:
    criteria = policy.document.screening
    return st.nothing() if criteria is None else _learning(policy, criteria)


def _qualified(policy: Policy) -> Cases:
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


def _graded(policy: Policy) -> Cases:
    grading = policy.document.grading
    if grading is None:
        return st.nothing()
    learned = st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(options) for name, options in grading.levels.items()}
    )
    return st.fixed_dictionaries({"assessment": assessments(policy), "learned": learned})


def _two_levels(policy: Policy) -> Cases:
    pairs = [(name, levels) for name, choices in _ordered(policy) for levels in choices]
    if not pairs:
        return st.nothing()
    cases = st.tuples(assessments(policy), st.sampled_from(pairs))
    return cases.map(lambda case: {"assessment": case[0], "dimension": case[1][0], "levels": case[1][1]})


def _ordered(policy: Policy) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The dimensions of a total whose points fall along the levels, with every pair of levels, the better first."""
    grading = policy.document.grading
    if grading is None or grading.table is not None:
        return
    for name, dimension in grading.dimensions.items():
        points = [dimension.points[level] for level in dimension.names]
        if len(points) > 1 and points == sorted(points, reverse=True):
            yield name, list(combinations(dimension.names, 2))


PROPERTIES: Mapping[Callable[..., None], Callable[[Policy], Cases]] = {
    contributions_add_up: _scored,
    bands_are_the_highest_reached: _scored,
    order_is_irrelevant: _reordered,
    more_never_lowers: _more_events,
    learning_stays_possible: _all_learned,
    learning_never_overturns_screening: _screened,
    learning_never_overturns_qualification: _qualified,
    better_is_never_worse: _two_levels,
    determined_grade_stays: _graded,
}
"""Every property that `check_policy` tries, with the leads to try it on; there are none where it says nothing."""


def _also(cases: Cases, **more: st.SearchStrategy[Any]) -> Cases:
    return st.builds(lambda case, added: {**case, **added}, cases, st.fixed_dictionaries(more))


def _answers(policy: Policy, names: Iterable[str]) -> dict[str, st.SearchStrategy[Any]]:
    """What may become known of each fact; a category without levels never does."""
    named = asked(policy)
    answers = {name: known_values(policy.facts[name], named.get(name, ())) for name in names}
    return {name: values for name, values in answers.items() if not values.is_empty}


def _filled(policy: Policy, lead: Facts, learned: Facts) -> Facts:
    """A lead with what was learned where it knew nothing."""
    known = {name: value for name, value in lead.items() if policy.facts[name].knows(value)}
    return {**lead, **learned, **known}


def _title(policy: Policy, holds: Callable[..., None]) -> str:
    return f"{policy.id} breaks a property: {holds.__doc__ or holds.__name__}"


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise AssertionError(message)


def _shown(value: Any) -> str:
    """A part of a case as a person reads it."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{name}={_shown(inner)}" for name, inner in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_shown, value)) + "]"
        case datetime() | Decimal():
            return str(value)
        case _:
            return repr(value)
