"""What a policy computes for every row of a table of leads: everything that it says of one lead, as one program."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Literal

from attrs import define, setters

from leadkit.errors import Problem, TableError
from leadkit.grading.program import cutoff, grading_program
from leadkit.policy import Policy
from leadkit.qualification.qualify import VERDICTS, criteria_program
from leadkit.rules import algebra as a
from leadkit.rules.facts import near
from leadkit.rules.moments import day_number, months_later, seconds

Column = tuple[str, a.Expression]
OutputKind = Literal["points", "count", "text"]
LEAD_ID, KIND, AT, ACTIVITY_ID = "lead_id", "kind", "occurred_at", "activity_id"
BRANCH = "branch"
"""The column that names the branch of `[route]` which decided."""
DETAILS = {"subject": a.SUBJECT.name, "amount": a.AMOUNT.name}
"""The columns of activities that hold what an event is about, and the names under which tallies read them."""


@define(on_setattr=setters.frozen)
class Plan:
    """The facts to read by type, the events to tally, the columns to compute in layers, and those to put out.

    Each layer uses facts, tallies and the layers before it. Facts are of the types of a policy, or dates.
    """

    facts: Mapping[str, str]
    tallies: tuple[a.Tally, ...]
    layers: tuple[tuple[Column, ...], ...]
    outputs: Mapping[str, OutputKind]
    now: int
    """`as_of` in whole seconds since 1970."""

    @property
    def reads(self) -> frozenset[str]:
        """The names of the columns that tallies read of an event."""
        return frozenset().union(*(tally.reads for tally in self.tallies))

    @property
    def kinds(self) -> list[str]:
        """The kinds of events that tallies count."""
        return sorted({kind for tally in self.tallies for kind in tally.kinds})


def plan(policy: Policy, columns: Collection[str], as_of: datetime) -> Plan:
    """The plan for leads with these columns; a fact without a column is unknown for every lead.

    Grading is part of it where the table has a column that grading reads.

    Raises:
        FactError: `as_of` is naive.
    """
    programs = [policy.scorer.program, *_criteria(policy)]
    dates: set[str] = set()
    grading = policy.document.grading
    if grading is not None:
        entered = level_columns(policy)
        dates = {str(dimension.source) for dimension in grading.dimensions.values() if dimension.within_months}
        sources = {dimension.source for dimension in grading.dimensions.values() if dimension.source}
        if {*entered.values(), *sources} & set(columns):
            programs.append(_dated(grading_program(grading, entered), policy, as_of))
    facts = {name: "date" if name in dates else type_ for program in programs for name, type_ in program.facts}
    computed = [column for program in programs for column in program.columns]
    tallies = policy.scorer.program.tallies
    layers = tuple(_layers(computed, {*facts, *(tally.name for tally in tallies)}))
    return Plan(facts, tallies, layers, dict(_outputs(policy, computed)), seconds(as_of))


def level_columns(policy: Policy) -> dict[str, str]:
    """The column that holds each dimension's entered level: its name, or `name_level` where a fact has that name."""
    grading = policy.document.grading
    return {name: f"{name}_level" if name in policy.facts else name for name in grading.dimensions} if grading else {}


def refuse(problems: list[Problem]) -> None:
    """Raise all that is wrong with a table, if anything is."""
    if problems:
        raise TableError(problems)


def missing_column(table: str, name: str, columns: Collection[str]) -> Problem:
    """The problem of a table that lacks a column it must have."""
    return Problem(f"has no column {name}", near(name, columns), place=f"table {table}")


def wrong_type(table: str, name: str, wanted: str, actual: object) -> Problem:
    """The problem of a column that has another type than what is read from it."""
    return Problem(f"must be {wanted}, not {actual}", place=f"table {table}, column {name}")


def _criteria(policy: Policy) -> Iterator[a.Program]:
    document = policy.document
    every = {"screening": document.screening} if document.screening else {}
    for name, criteria in (every | document.qualification).items():
        program = criteria_program(criteria, policy.facts, name)
        answers = tuple(_answer(f"{name}__{code}") for code in criteria.criteria)
        verdict = (("screening", _renamed(dict(program.columns)["screening"])),) if name == "screening" else ()
        columns = [column for column in program.columns if column[0] != "screening"]
        yield a.Program(program.facts, (), (*columns, *verdict, *answers))


def _answer(column: str) -> Column:
    met, unmet = a.Column(f"{column}__met"), a.Column(f"{column}__unmet")
    return column, a.Case(((met, a.Literal("met")), (unmet, a.Literal("unmet"))), a.Literal("unknown"))


def _renamed(outcome: a.Expression) -> a.Expression:
    """An outcome under the names that screening gives it."""
    match outcome:
        case a.Case(branches, otherwise):
            return a.Case(tuple((when, _renamed(then)) for when, then in branches), _renamed(otherwise))
        case a.Literal(value):
            return a.Literal(next(verdict for answer, verdict in VERDICTS.items() if answer == value))
    raise AssertionError(outcome)


def _dated(program: a.Program, policy: Policy, as_of: datetime) -> a.Program:
    """The program with the last days of its months as constants, counted from `as_of`."""
    today = as_of.astimezone(policy.time_zone).date()
    grading = policy.document.grading
    dimensions = grading.dimensions.values() if grading else ()
    spans = {months for dimension in dimensions for months in dimension.within_months.values()}
    days = {cutoff(months): a.Literal(day_number(months_later(today, months))) for months in spans}
    facts = tuple(fact for fact in program.facts if fact[0] not in days)
    return a.Program(facts, (), (*days.items(), *program.columns))


def _layers(columns: list[Column], known: set[str]) -> Iterator[tuple[Column, ...]]:
    depth: dict[str, int] = dict.fromkeys(known, 0)
    for name, expression in columns:
        depth[name] = 1 + max((depth[reference] for reference in a.references(expression)), default=0)
    for layer in range(1, max(depth.values()) + 1):
        yield tuple(column for column in columns if depth[column[0]] == layer)


def _outputs(policy: Policy, columns: list[Column]) -> Iterator[tuple[str, OutputKind]]:
    """What people read: points and names, without the conditions and ends that only lead there."""
    names = dict.fromkeys(name for name, _ in columns)
    texts = {*policy.document.scoring.outcomes, "screening", *policy.document.qualification, "grade"}
    scored = {name for name, _ in policy.scorer.program.columns}
    counts = {f"{term.group}__{term.code}__count" for term in policy.scorer.terms.values()}
    answers = {name.removesuffix("__met") for name in names if name.endswith("__met") and name not in scored}
    for name in names:
        if name in texts or name in answers or name.endswith("__level"):
            yield name, "text"
        elif name in scored:
            yield name, "count" if name in counts else "points"
