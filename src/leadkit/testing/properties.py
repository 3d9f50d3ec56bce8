"""What holds for every sound policy and every lead, ready to be tried on a company's own policy.

def test_our_policy():
    check_policy(load_policy("ours.toml"))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from inspect import signature
from itertools import product
from typing import Any

from leadkit.checking.examples import AS_OF
from leadkit.errors import MissingExtraError
from leadkit.policy import Policy, shipped
from leadkit.policy.events import detailed_events_of
from leadkit.rules.bands import highest_first
from leadkit.rules.moments import seconds
from leadkit.scoring.witness import DAY, Events, Witness, command
from leadkit.testing.cases import Cases, graded, qualified, scored, screened

try:
    from hypothesis import HealthCheck, Phase, given, settings
except ModuleNotFoundError:
    raise MissingExtraError.of("hypothesis", "testing") from None

Facts = Mapping[str, Any]
Happened = list[Any]
Property = Callable[..., None]
Fails = Callable[[Property, dict[str, Any], AssertionError], None]


def check_policy(policy: Policy, *, max_examples: int = 100) -> None:
    """Hold `policy` against every property below, on `max_examples` leads made for it.

    The leads are the same every time. A property that speaks of what the policy does not have is passed over. The
    examples and invariants of a policy file are tests of their own, which the pytest plugin runs. An error that is no
    AssertionError comes through, with the lead as its note.

    Raises:
        AssertionError: a property does not hold; the message names each, the simplest lead that shows it, and the
            command that explains the lead.
    """
    failures: list[str] = []
    for each, (cases, properties) in product(policy.deciding, PROPERTIES.items()):
        failures += _failures(each, cases(each), properties, max_examples)
    if failures:
        raise AssertionError("\n\n".join(failures))


def _failures(policy: Policy, cases: Cases, properties: Iterable[Property], max_examples: int) -> Iterator[str]:
    """What each broken property says. All share their leads; the simplest is looked for only where one breaks."""
    if cases.is_empty:
        return
    broken: dict[Property, str] = {}

    def note(holds: Property, case: dict[str, Any], error: AssertionError) -> None:
        broken[holds] = _failure(policy, holds, case, error)

    def refuse(holds: Property, case: dict[str, Any], error: AssertionError) -> None:
        note(holds, case, error)
        raise error

    _try(policy, properties, cases, max_examples, note)
    for holds in [holds for holds in properties if holds in broken]:
        with suppress(AssertionError):
            _try(policy, [holds], cases, max_examples, refuse)
        yield broken[holds]


def _try(policy: Policy, properties: Iterable[Property], cases: Cases, max_examples: int, fails: Fails) -> None:
    """Hold the policy against properties on cases, the same for all; `fails` is given what breaks one."""

    @settings(_SETTINGS, max_examples=max_examples)
    @given(cases)
    def try_one(case: dict[str, Any]) -> None:
        for holds in properties:
            try:
                _hold(policy, holds, case)
            except AssertionError as error:
                fails(holds, case, error)

    try_one()


def _hold(policy: Policy, holds: Property, case: Mapping[str, Any]) -> None:
    """Hold the policy against a property on its part of a case; a case without it says nothing of the property."""
    names = signature(holds).parameters.keys() - {"policy"}
    if names <= case.keys():
        holds(policy, **{name: case[name] for name in names})


def _failure(policy: Policy, holds: Property, case: Mapping[str, Any], error: AssertionError) -> str:
    names = [name for name in signature(holds).parameters if name != "policy"]
    lines = [f"{policy.id} breaks a property: {holds.__doc__ or holds.__name__}"]
    lines += [f"  {name}: {_shown(case[name])}" for name in names]
    lines += [f"  {error}"]
    if "lead" in names:
        lines += filter(None, [_explaining(policy, case["lead"], case["happened"] if "happened" in names else [])])
    return "\n".join(lines)


_SETTINGS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),  # pyright: ignore[reportArgumentType]
)


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


PROPERTIES: Mapping[Callable[[Policy], Cases], tuple[Property, ...]] = {
    scored: (
        contributions_add_up,
        bands_are_the_highest_reached,
        order_is_irrelevant,
        more_never_lowers,
        learning_stays_possible,
    ),
    screened: (learning_never_overturns_screening,),
    qualified: (learning_never_overturns_qualification,),
    graded: (better_is_never_worse, determined_grade_stays),
}
"""Every property that `check_policy` tries, by the cases to try it on; there are none where a policy says nothing."""


def _filled(policy: Policy, lead: Facts, learned: Facts) -> Facts:
    """A lead with what was learned where it knew nothing."""
    known = {name: value for name, value in lead.items() if policy.facts[name].knows(value)}
    return {**lead, **learned, **known}


def _explaining(policy: Policy, lead: Facts, happened: Happened) -> str:
    """The command that explains a lead: what is known of it, and its events up to now, their ages in whole days."""
    facts = {name: value for name, value in lead.items() if policy.facts[name].knows(value)}
    now = seconds(AS_OF)
    past: Counter[tuple[str, int, str | None, Any]] = Counter()
    for kind, at, subject, amount in detailed_events_of(happened):  # type: ignore[misc]
        if at <= now and kind in policy.event_kinds:
            past[kind, (now - at) // DAY, subject, amount] += 1
    events = [
        Events(kind, days * DAY, number, subject, amount) for (kind, days, subject, amount), number in past.items()
    ]
    file = policy.name if policy.name in shipped() else f"{policy.name}.toml"
    return command(file, Witness(facts, tuple(events)))


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
