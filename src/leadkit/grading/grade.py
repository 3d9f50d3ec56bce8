"""Assessments graded: the grade, what every dimension gave, and what a second look changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

from attrs import define, field, setters

from leadkit.results import Result
from leadkit.rules.labels import Labels, label
from leadkit.texts import Language, texts

Basis = Literal["entered", "derived", "past_date", "assumed", "unknown"]


@define(on_setattr=setters.frozen)
class Rating(Result):
    """How one dimension was judged.

    `basis` says where the level comes from: entered by somebody, derived from an amount or a date, derived from a date
    that has passed, assumed because nothing is known, or unknown (then `level` and `points` are None).
    """

    dimension: str
    level: str | None
    points: Decimal | None
    basis: Basis


@define(on_setattr=setters.frozen)
class Grade(Result):
    """The grade of an opportunity at one time.

    `grade` is None while unknown dimensions leave it open; `possible` lists the grades that remain, best first. `total`
    is None while a dimension is unknown, and in a table without points. `decided_by` names what decided: the row of the
    table, `otherwise`, or the grade whose threshold the total reached, as in `A >= 29`.
    """

    ADDED = ("unknown",)
    OMITTED = ("labels",)

    policy: str
    grade: str | None
    total: Decimal | None
    ratings: tuple[Rating, ...]
    decided_by: str
    possible: tuple[str, ...]
    grades: tuple[str, ...] = field(repr=False)
    """All grades of the policy, best first."""
    labels: Labels = field(repr=False, eq=False)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The dimensions of which nothing is known."""
        return tuple(rating.dimension for rating in self.ratings if rating.basis == "unknown")

    def explain(self, language: Language = "en") -> str:
        """The grade as readable lines, in English or Chinese."""
        return "\n".join(_lines(self, self.labels, language))


@define(on_setattr=setters.frozen)
class GradeChange(Result):
    """An opportunity graded again: both grades, and what moved between them."""

    ADDED = ("direction", "changes")

    before: Grade
    after: Grade

    @property
    def direction(self) -> Literal["up", "down", "same"] | None:
        """Whether the grade rose or fell; None while one is open, or where two policies gave them."""
        if None in (self.before.grade, self.after.grade) or self.before.policy != self.after.policy:
            return None
        old, new = (self.after.grades.index(str(grade.grade)) for grade in (self.before, self.after))
        return "same" if old == new else "up" if new < old else "down"

    @property
    def changes(self) -> tuple[tuple[Rating, Rating], ...]:
        """The dimensions whose level changed: how each was judged before, and how it is now."""
        old = {rating.dimension: rating for rating in self.before.ratings}
        pairs = [(old[rating.dimension], rating) for rating in self.after.ratings if rating.dimension in old]
        return tuple((was, now) for was, now in pairs if was.level != now.level)

    def explain(self, language: Language = "en") -> str:
        """What changed, as readable lines in English or Chinese."""
        return "\n".join(_change_lines(self, self.after.labels, language))


def _words(language: Language) -> Mapping[str, str]:
    return texts("grade", language)


def _lines(grade: Grade, labels: Labels, language: Language) -> Iterator[str]:
    words = _words(language)
    parts = [_named(grade, labels, language)]
    if grade.total is not None:
        parts.append(words["points"].format(grade.total))
    if grade.decided_by:
        parts.append(words["decided"].format(grade.decided_by))
    yield " · ".join(parts)
    for rating in grade.ratings:
        points = "" if rating.points is None else f"{rating.points:+}"
        note = f" ({words[rating.basis]})" if rating.basis in words and rating.level else ""
        yield f"  {points:>6}  {label(labels, language, rating.dimension)}: {_level(rating, labels, language)}{note}"
    yield grade.policy


def _change_lines(change: GradeChange, labels: Labels, language: Language) -> Iterator[str]:
    words = _words(language)
    old, new = (_named(grade, labels, language) for grade in (change.before, change.after))
    yield words["change"].format(old, new)
    for was, now in change.changes:
        moved = words["change"].format(_level(was, labels, language), _level(now, labels, language))
        difference = "" if was.points is None or now.points is None else f" ({now.points - was.points:+})"
        yield f"  {label(labels, language, now.dimension)}: {moved}{difference}"
    if change.before.policy != change.after.policy:
        yield words["policies"].format(change.before.policy, change.after.policy)


def _named(grade: Grade, labels: Labels, language: Language) -> str:
    names = [label(labels, language, f"grade.{name}", name) for name in grade.possible]
    return names[0] if grade.grade else _words(language)["open"].format(" / ".join(names))


def _level(rating: Rating, labels: Labels, language: Language) -> str:
    if rating.level is None:
        return _words(language)["unknown"]
    return label(labels, language, f"{rating.dimension}.{rating.level}", rating.level)
