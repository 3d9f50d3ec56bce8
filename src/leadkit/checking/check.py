"""A policy checked before it goes live: everything that it can say, and all that looks wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from attrs import define, evolve, setters

from leadkit.checking.criteria import criteria_findings
from leadkit.checking.examples import mismatches
from leadkit.checking.findings import Finding
from leadkit.checking.grades import Graded, grade_findings, graded
from leadkit.checking.idle import field_findings
from leadkit.checking.invariants import invariant_findings
from leadkit.checking.names import name_findings
from leadkit.checking.placed import placed
from leadkit.checking.routed import Decider, deciders
from leadkit.checking.scores import Reached, reached, score_findings
from leadkit.checking.who import open_commands
from leadkit.errors import FactError
from leadkit.policy import Policy
from leadkit.results import Result
from leadkit.rules.bands import as_points
from leadkit.scoring.space import Space

MOST_NAMED = 10
"""So many of the rules for which not all leads were tried are named."""


@define(on_setattr=setters.frozen)
class Check(Result):
    """What a policy can say, and what was found.

    `totals` are the totals that leads get; all of them where `exact`, otherwise some, and no lead leaves `bounds`.
    `untried` are the paths of the rules for which not all leads could be tried: their events decay, or they hang
    together with too many others.
    """

    ADDED = ("lowest", "highest")
    OMITTED = ("bounds",)

    policy: str
    exact: bool
    bounds: tuple[Decimal, Decimal]
    totals: tuple[Decimal, ...]
    bands: tuple[Reached, ...]
    grades: tuple[Graded, ...]
    findings: tuple[Finding, ...]
    untried: tuple[str, ...] = ()

    @property
    def lowest(self) -> Decimal:
        """The least that a lead can have."""
        return self.bounds[0]

    @property
    def highest(self) -> Decimal:
        """The most that a lead can have."""
        return self.bounds[1]

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that are never meant."""
        return tuple(finding for finding in self.findings if finding.severity == "problem")

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def check(policy: Policy, *, commands: Collection[str] = ()) -> Check:
    """Everything that can be found out about a policy without a lead.

    `commands` are those of a desk, by the names of their permissions; the policy may leave some of them to everybody.

    Exact, by going through all that rules tell apart. An event that decays may weigh anything up to its full weight,
    and rules that hang together by too many facts are taken as independent; then `exact` is False.
    """
    parts = [_part(decider) for decider in deciders(policy)]
    grading = policy.document.grading
    findings = (
        *_example_findings(policy),
        *invariant_findings(policy),
        *(finding for part in parts for finding in part.findings),
        *grade_findings(policy),
        *field_findings(policy),
        *open_commands(policy, commands),
        *name_findings(policy),
        *_idle_in_branches(policy),
    )
    return Check(
        policy=policy.id,
        exact=all(part.exact for part in parts),
        bounds=(min(part.bounds[0] for part in parts), max(part.bounds[1] for part in parts)),
        totals=tuple(sorted({total for part in parts for total in part.totals})),
        bands=tuple(_together([part.bands for part in parts])),
        grades=tuple(graded(grading)) if grading else (),
        findings=findings,
        untried=tuple(path for part in parts for path in part.untried),
    )


def _part(decider: Decider) -> Check:
    """What one scoring can say about its leads."""
    policy, place = decider.policy, decider.path
    space = Space([policy.scorer], policy.facts, decider.leads)
    low, high = space.bounds[0]
    reached_places, unplaced = placed(policy, decider.leads)
    claims = [*_example_findings(policy), *invariant_findings(policy)] if decider.claims else []
    findings = (*score_findings(policy, space), *unplaced, *criteria_findings(policy))
    return Check(
        policy=policy.id,
        exact=space.exact,
        bounds=(as_points(low), as_points(high)),
        totals=tuple(as_points(total) for (total,) in space.totals),
        bands=(*reached(policy, space), *reached_places),
        grades=(),
        findings=(*_placed_in(decider.claims, claims), *_placed_in(place, findings)),
        untried=tuple(f"{place}scoring.groups.{group}.rules.{code}" for _, group, code in space.untried),
    )


def _placed_in(place: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    return (evolve(finding, path=f"{place}{finding.path}") for finding in findings)


def _together(parts: Sequence[Sequence[Reached]]) -> Iterator[Reached]:
    """What is reached of every band, in any of the parts, which have the same bands."""
    for same in zip(*parts, strict=True):
        totals = {total for reached in same for total in reached.totals}
        lowest = [reached for reached in same if reached.witness is not None]
        witness = min(lowest, key=lambda reached: reached.totals[:1]).witness if lowest else None
        yield evolve(same[0], totals=tuple(sorted(totals)), witness=witness)


def _idle_in_branches(policy: Policy) -> Iterator[Finding]:
    for value, tables in policy.idle_in_branches.items():
        message = f"says {', '.join(tables)} otherwise, to no effect: a branch scores, screens and qualifies"
        yield Finding("branch_says_more", f"route.{value}", message)


def _example_findings(policy: Policy) -> Iterator[Finding]:
    for place, example in enumerate(policy.document.examples):
        name = f"{example.name}: " if example.name else ""
        try:
            wrong = "; ".join(map(str, mismatches(policy, example)))
        except FactError as error:
            wrong = str(error)
        if wrong:
            yield Finding("example_fails", f"examples.{place}", name + wrong)


def _verdict(problems: int) -> str:
    return "ok" if not problems else "1 problem" if problems == 1 else f"{problems} problems"


def _lines(check: Check) -> Iterator[str]:
    coverage = f"{len(check.totals)} different totals" + ("" if check.exact else " found, not all leads tried")
    yield f"{check.policy}: {_verdict(len(check.problems))}"
    yield f"points {check.bounds[0]} to {check.bounds[1]} ({coverage})"
    if check.untried:
        names = [path.rpartition(".")[2] for path in check.untried[:MOST_NAMED]]
        more = len(check.untried) - len(names)
        yield f"  decay or are too many to try: {', '.join(names)}" + (f" and {more} more" if more else "")
    for band in check.bands:
        some = "some leads" if band.witness is not None else "no lead found"
        span = f"{band.totals[0]} to {band.totals[-1]}" if band.totals else some
        yield f"  {band.bands} {band.band}: {span}" + (f"    {band.witness}" if band.witness else "")
    for grade in check.grades:
        example = " ".join(f"{name}={level}" for name, level in grade.assessment.items())
        yield f"  grade {grade.grade}: {grade.combinations} combinations    {example}"
    for (severity, kind, path), group in groupby(check.findings, attrgetter("severity", "kind", "path")):
        yield f"{severity}: {kind} {path}"
        for finding in group:
            yield f"  {finding.message}" + (f"    {finding.shown}" if finding.shown else "")
