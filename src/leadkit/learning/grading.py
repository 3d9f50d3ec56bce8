"""Points for the dimensions of `[grading]`, learned from opportunities whose ending is known.

The levels of an opportunity are facts like any other: a stand-in policy has a rule for each dimension, and the learning
of scores does the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import define, evolve, setters

from leadkit.errors import FactError, Problem
from leadkit.grading.document import Grading
from leadkit.grading.grade import Grade
from leadkit.learning.capacity import Capacity, Share
from leadkit.learning.concluding import concluded
from leadkit.learning.fitting import Settings
from leadkit.learning.learn import latest, wrong_settings
from leadkit.learning.libraries import np
from leadkit.learning.rules import LearnedRule
from leadkit.learning.screening import doubts, mature, young
from leadkit.learning.start_rules import Usable
from leadkit.learning.table import hash_of
from leadkit.learning.usable import usable_table
from leadkit.learning.writing import Bands, grading_text
from leadkit.policy import Policy, load_policy
from leadkit.reviewing.calibration_cases import Outcome
from leadkit.reviewing.learned import Learned, LearnWarning
from leadkit.rules.facts import near

GROUP, BANDS, GRADE = "grading", "grades", "grade"
WIDEST = 100_000


def learn_grading(
    cases: Iterable[Outcome],
    *,
    start: Policy,
    dimensions: Collection[str] | None = None,
    rules: int = 15,
    step: int = 1,
    high: Capacity = Share(0.2),  # noqa: B008
    keep: Collection[str] = (),
    unordered: Collection[str] = (),
    mature_days: int | None = None,
    as_of: datetime | None = None,
    samples: int = 20,
    with_curve: bool = False,
) -> Learned:
    """A policy whose grading has points made from cases with an `assessment`; all else in it is as in `start`.

    Levels that nobody entered are derived as `start` derives them, at the time of the case. `dimensions` may be used,
    all where it is left out; the others, and those that say nothing, are worth 0 at every level. Cases that leave a
    dimension open which is used have no grade, and are left out. A table of grades becomes a total. `high` says how
    many opportunities the best grade is for. All else is that of `learn`, with dimensions in the place of facts.

    Raises:
        FactError: `start` has no grading; there are too few cases, of one ending only, or no dimension that differs; a
            level, an amount or a date can't be read, a time is naive; all at once.
        MissingExtraError: numpy is not installed.
    """
    start.refuse_route("no learning")
    given = tuple(cases)
    grading = _grading(start, dimensions)
    problems = [*wrong_settings(given, rules, step, as_of)]
    if problems:
        raise FactError(problems[:20])
    when = as_of or latest(given)
    old_enough = mature(given, when, mature_days)
    used = [name for name in grading.dimensions if dimensions is None or name in dimensions]
    grades = [start.grade(case.assessment or {}, as_of=case.at or when) for case in old_enough]
    ungraded = _ungraded(grades, used)
    graded = [place for place, grade in enumerate(grades) if not {*grade.unknown} & {*used}]
    rows = [evolve(old_enough[place], lead=_levels(grades[place], used), activities=()) for place in graded]
    stand_in = _stand_in(grading, start)
    try:
        table, left_out = usable_table(rows, stand_in, used, [], when, Usable(), keep)
    except FactError as error:
        raise FactError([*error.problems, *map(_nothing_known, ungraded)]) from None
    totals, fair = (
        np.array([_worth(grades[place], grading, without) for place in graded], dtype=np.float64)
        for without in (frozenset[str](), frozenset(warning.fact for warning in left_out if warning.code == "leak"))
    )
    # So few levels make equal rows that are no copies: each case has a fold of its own.
    folds = np.array([hash_of("case", place) >> 20 for place in graded], dtype=np.int64)
    table = evolve(table, hand=totals, fair=fair, folds=folds)
    few = [doubt for doubt in doubts(table) if doubt.code != "equal_rows"]
    warnings = [*young(given, old_enough), *ungraded, *left_out, *few]
    settings = Settings(rules=rules, step=step, unordered=frozenset(unordered))
    form = InGrading(start)
    return concluded(table, stand_in, settings, high, warnings, samples, with_curve=with_curve, form=form)


def _grading(start: Policy, dimensions: Collection[str] | None) -> Grading:
    grading = start.document.grading
    if grading is None:
        raise FactError(Problem("has no [grading]", "give a policy that grades opportunities", path=start.id))
    unknown = [name for name in dimensions or () if name not in grading.dimensions]
    if unknown:
        raise FactError(
            Problem("no such dimension", near(name, grading.dimensions), path=f"facts.{name}") for name in unknown
        )
    return grading


def _levels(grade: Grade, used: Collection[str]) -> dict[str, str | None]:
    return {rating.dimension: rating.level for rating in grade.ratings if rating.dimension in used}


def _ungraded(grades: Sequence[Grade], used: Collection[str]) -> list[LearnWarning]:
    """How many cases have no grade, and the dimensions that they leave open, the most frequent first."""
    every = [[name for name in grade.unknown if name in used] for grade in grades]
    counts = Counter(name for names in every for name in names)
    names = ", ".join(name for name, _ in counts.most_common())
    return [LearnWarning("ungraded", names, str(sum(map(bool, every))))] if counts else []


def _nothing_known(ungraded: LearnWarning) -> Problem:
    hint = "give the levels as they were judged, or learn from other dimensions"
    return Problem(f"{ungraded.figure} cases leave {ungraded.fact} open, and have no grade", hint, path="cases")


def _worth(grade: Grade, grading: Grading, without: Collection[str]) -> float:
    """What the start policy makes of an opportunity, but for some dimensions.

    That is its total; by a table the place of its grade, the best highest, and by what is left of a table nothing.
    """
    if grading.table is not None:
        return 0.0 if without else float(len(grade.grades) - 1 - grade.grades.index(grade.possible[0]))
    given = (rating.points or Decimal(0) for rating in grade.ratings if rating.dimension not in without)
    return float(sum(given, Decimal(0)))


def _stand_in(grading: Grading, start: Policy) -> Policy:
    """A policy that scores levels as `start` grades them."""
    ordered = start.grades
    grades = grading.grades or {name: Decimal(len(ordered) - 1 - place) for place, name in enumerate(ordered)}
    # By a table levels have no points of their own to begin with.
    by_total = grading.table is None
    rules = {
        name: {
            "field": name,
            "points": {level: dimension.points[level] if by_total else Decimal(0) for level in dimension.names},
        }
        for name, dimension in grading.dimensions.items()
    }
    fields = {name: {"type": "category", "levels": levels} for name, levels in grading.levels.items()}
    group = {"limit": WIDEST, "floor": -WIDEST, "rules": rules}
    scoring = {"limit": WIDEST, "floor": min(grades.values()), "groups": {GROUP: group}, "bands": {BANDS: grades}}
    return load_policy({"name": start.name, "fields": fields, "scoring": scoring})


@define(on_setattr=setters.frozen)
class InGrading:
    """The form of `[grading]`."""

    policy: Policy

    def rules(self, rules: tuple[LearnedRule, ...]) -> tuple[LearnedRule, ...]:
        """The rules with points for every level, the worst being worth 0: an assessment has one in any case."""
        assert self.policy.document.grading is not None
        return tuple(_whole(rule, self.policy.document.grading.levels[rule.fact]) for rule in rules)

    def warnings(self) -> Iterator[LearnWarning]:
        """Examples of grades speak of the old points."""
        claims = sum(GRADE in example.expect for example in self.policy.document.examples)
        if claims:
            yield LearnWarning("claims_left_out", figure=str(claims))

    def text(
        self,
        rules: Sequence[LearnedRule],
        bands: Bands,
        notes: Sequence[str],
        comments: Mapping[str, Sequence[str]],
    ) -> str:
        """The start policy's file with other points and grades."""
        points = {rule.fact: rule.points for rule in rules}
        return grading_text(self.policy, points, bands[BANDS], notes, comments)


def _whole(rule: LearnedRule, levels: Sequence[str]) -> LearnedRule:
    given: dict[Any, int] = {level: rule.points.get(level, 0) for level in levels}
    return evolve(rule, points={level: points - min(given.values()) for level, points in given.items()}, unknown=0)
