"""Levels and grades as people write them into cells: `紧急(2分)`, `urgent (2)`, `B级`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from leadkit.adapters.spreadsheets.plan import Fault
from leadkit.grading.document import Dimension
from leadkit.policy import Policy
from leadkit.records.text import fold
from leadkit.rules.labels import label
from leadkit.texts import LANGUAGES, Language

_WITH_POINTS = re.compile(r"(.*?) ?[(\[]? ?([-+]?\d{1,6}(?:\.\d{1,6})?) ?(?:分|points?|pts?)? ?[)\]]?", re.IGNORECASE)


def read_level(said: str, name: str, policy: Policy) -> tuple[str | None, Fault | None]:
    """The level of the dimension `name` that a cell names, or what is wrong with it.

    Its code or its label in any language, with or without its points, or the points alone where only one level has
    them. A dimension that the policy does not judge keeps what was said.
    """
    dimension = _dimension(name, policy)
    if dimension is None:
        return said, None
    spellings = {level: _level_spellings(level, name, policy) for level in dimension.names}
    text = fold(said)
    for levels, points in _readings(text, spellings, dimension):
        fitting = [level for level in levels if points is None or dimension.points.get(level, points) == points]
        if len(fitting) == 1:
            return fitting[0], None
        if len(levels) == 1:
            return None, Fault("other_points", name, plain(dimension.points[levels[0]]))
    return None, Fault("not_a_level", name, ", ".join("/".join(dict.fromkeys(own)) for own in spellings.values()))


def say_level(level: str, name: str, policy: Policy, language: Language) -> str:
    """A level with its points as `read_level` reads it; what is no level stands as it is."""
    dimension = _dimension(name, policy)
    if dimension is None or level not in dimension.names:
        return level
    names = (label(policy.document.labels, language, f"{name}.{level}", level), level)
    told = (_with_points(said, level, dimension, language) for said in names)
    return next((text for text in told if read_level(text, name, policy)[0] == level), level)


def read_grade(said: str, policy: Policy) -> tuple[str | None, Fault | None]:
    """The grade that a cell names: `B`, `B级`, `grade B`, or its label; or what is wrong with it."""
    spellings = {grade: _grade_spellings(grade, policy) for grade in policy.grades}
    found = _named(fold(said), spellings)
    return (found[0], None) if len(found) == 1 else (None, Fault("not_a_level", "grade", " / ".join(policy.grades)))


def say_grade(grade: str, language: Language) -> str:
    """A grade as it stands in a sheet: `B级` or `B`."""
    return f"{grade}级" if language == "zh_CN" else grade


def plain(points: Decimal) -> str:
    """Points without trailing zeros."""
    return f"{points.normalize():f}"


def _readings(
    text: str, spellings: Mapping[str, Iterable[str]], dimension: Dimension
) -> Iterable[tuple[list[str], Decimal | None]]:
    """The levels that a text may mean and the points that it names: as a whole, then with points at its end."""
    yield _named(text, spellings), None
    found = _WITH_POINTS.fullmatch(text)
    if found:
        yield (_named(found[1], spellings) if found[1] else list(dimension.points)), Decimal(found[2])


def _named(text: str, spellings: Mapping[str, Iterable[str]]) -> list[str]:
    """The codes that a text names: the one that it is, else all that are spelled so."""
    if text in spellings:
        return [text]
    return [code for code, own in spellings.items() if _bare(text) in map(_bare, own)]


def _level_spellings(level: str, name: str, policy: Policy) -> list[str]:
    labels = policy.document.labels
    return [*(label(labels, language, f"{name}.{level}", level) for language in reversed(LANGUAGES)), level]


def _grade_spellings(grade: str, policy: Policy) -> list[str]:
    labels = policy.document.labels
    told = [label(labels, language, f"grade.{grade}", grade) for language in LANGUAGES]
    return [grade, f"{grade}级", f"grade {grade}", f"grade {grade}级", *told]


def _with_points(told: str, level: str, dimension: Dimension, language: Language) -> str:
    if level not in dimension.points:
        return told
    points = plain(dimension.points[level])
    return f"{told}({points}分)" if language == "zh_CN" else f"{told} ({points})"


def _dimension(name: str, policy: Policy) -> Dimension | None:
    return policy.document.grading.dimensions.get(name) if policy.document.grading else None


def _bare(text: str) -> str:
    return re.sub(r"[\s()\[\]]", "", fold(text)).casefold()
