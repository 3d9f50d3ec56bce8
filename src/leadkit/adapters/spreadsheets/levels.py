"""Levels and grades as people write them into cells: `紧急(2分)`, `urgent (2)`, `B级`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from leadkit.adapters.spreadsheets.cells import POINTS_AT_END
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.grading.document import Dimension
from leadkit.policy import Policy
from leadkit.records.text import fold
from leadkit.rules.labels import label
from leadkit.texts import LANGUAGES, Language, texts


def read_level(cell: str, name: str, policy: Policy) -> tuple[str | None, Fault | None]:
    """The level of the dimension `name` that a cell names, or what is wrong with it.

    Its code or its label in any language, with or without its points, or the points alone where only one level has
    them. A dimension that the policy does not judge keeps what was entered.
    """
    dimension = _dimension(name, policy)
    if dimension is None:
        return cell, None
    spellings = {level: _level_spellings(level, name, policy) for level in dimension.names}
    text = fold(cell)
    for levels, points in _readings(text, spellings, dimension):
        fitting = [level for level in levels if points is None or dimension.points.get(level, points) == points]
        if len(fitting) == 1:
            return fitting[0], None
        if len(levels) == 1:
            return None, Fault("other_points", name, plain(dimension.points[levels[0]]))
    levels_as_written = ("/".join(dict.fromkeys(variants)) for variants in spellings.values())
    return None, Fault("not_a_level", name, ", ".join(levels_as_written))


def say_level(level: str, name: str, policy: Policy, language: Language) -> str:
    """A level with its points as `read_level` reads it; what is no level stands as it is."""
    dimension = _dimension(name, policy)
    if dimension is None or level not in dimension.names:
        return level
    names = (label(policy.document.labels, language, f"{name}.{level}", level), level)
    candidates = (_with_points(spelling, level, dimension, language) for spelling in names)
    return next((text for text in candidates if read_level(text, name, policy)[0] == level), level)


def read_grade(cell: str, policy: Policy) -> tuple[str | None, Fault | None]:
    """The grade that a cell names: `B`, `B级`, `grade B`, or its label; or what is wrong with it."""
    spellings = {grade: _grade_spellings(grade, policy) for grade in policy.grades}
    grades = _named(fold(cell), spellings)
    return (grades[0], None) if len(grades) == 1 else (None, Fault("not_a_level", "grade", " / ".join(policy.grades)))


def say_grade(grade: str, language: Language) -> str:
    """A grade as it stands in a sheet: `B级` or `B`."""
    text: str = texts("sheets", language)["grade"]
    return text.format(grade)


def plain(points: Decimal) -> str:
    """Points without trailing zeros."""
    return f"{points.normalize():f}"


def _readings(
    text: str, spellings: Mapping[str, Iterable[str]], dimension: Dimension
) -> Iterable[tuple[list[str], Decimal | None]]:
    """The levels that a text may mean and the points that it names: as a whole, then with points at its end."""
    yield _named(text, spellings), None
    match = POINTS_AT_END.fullmatch(text)
    if match:
        yield (_named(match[1], spellings) if match[1] else list(dimension.points)), Decimal(match[2])


def _named(text: str, spellings: Mapping[str, Iterable[str]]) -> list[str]:
    """The codes that a text names: the code that it is, else all that are spelled so."""
    if text in spellings:
        return [text]
    return [code for code, variants in spellings.items() if _bare(text) in map(_bare, variants)]


def _level_spellings(level: str, name: str, policy: Policy) -> list[str]:
    labels = policy.document.labels
    return [*(label(labels, language, f"{name}.{level}", level) for language in reversed(LANGUAGES)), level]


def _grade_spellings(grade: str, policy: Policy) -> list[str]:
    labels = policy.document.labels
    names = [label(labels, language, f"grade.{grade}", grade) for language in LANGUAGES]
    written = [grade, *(say_grade(grade, language) for language in LANGUAGES)]
    return [*written, *(f"grade {spelling}" for spelling in written), *names]


def _with_points(spelling: str, level: str, dimension: Dimension, language: Language) -> str:
    if level not in dimension.points:
        return spelling
    text: str = texts("sheets", language)["level"]
    return text.format(level=spelling, points=plain(dimension.points[level]))


def _dimension(name: str, policy: Policy) -> Dimension | None:
    return policy.document.grading.dimensions.get(name) if policy.document.grading else None


def _bare(text: str) -> str:
    return re.sub(r"[\s()\[\]]", "", fold(text)).casefold()
