"""A policy checked before it goes live: everything that it can say, and all that looks wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from attrs import define, setters

from leadkit.checking.criteria import criteria_findings
from leadkit.checking.examples import mismatches
from leadkit.checking.findings import Finding
from leadkit.checking.grades import Graded, grade_findings, graded
from leadkit.checking.invariants import invariant_findings
from leadkit.checking.names import name_findings
from leadkit.checking.placed import placed
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
    space = Space([policy.scorer], policy.facts)
    low, high = space.bounds[0]
    grading = policy.document.grading
    reached_places, unplaced = placed(policy)
    findings = (
        *_example_findings(policy),
        *invariant_findings(policy),
        *score_findings(policy, space),
        *unplaced,
        *criteria_findings(policy),
        *grade_findings(policy),
        *open_commands(policy, commands),
        *name_findings(policy),
    )
    return Check(
        policy=policy.id,
        exact=space.exact,
        bounds=(as_points(low), as_points(high)),
        totals=tuple(as_points(total) for (total,) in space.totals),
        bands=(*reached(policy, space), *reached_places),
        grades=tuple(graded(grading)) if grading else (),
        findings=findings,
        untried=tuple(f"scoring.groups.{group}.rules.{code}" for _, group, code in space.untried),
    )


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
