"""A score in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from leadkit.rules.labels import Labels, label
from leadkit.rules.lead_facts import Unusable
from leadkit.scoring.contributions import Contribution
from leadkit.texts import Language, texts


class Explainable(Protocol):
    """What of a score its explanation shows."""

    @property
    def policy(self) -> str: ...
    @property
    def branch(self) -> str | None: ...
    @property
    def points(self) -> Decimal: ...
    @property
    def bands(self) -> Mapping[str, str]: ...
    @property
    def contributions(self) -> tuple[Contribution, ...]: ...
    @property
    def unknown(self) -> tuple[str, ...]: ...
    @property
    def possible(self) -> tuple[Decimal, Decimal]: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def as_of(self) -> datetime: ...


def _words(language: Language) -> Mapping[str, str]:
    return texts("explanation", language)


def explain(score: Explainable, labels: Labels, language: Language) -> str:
    """The total and its bands, a line for each contribution under its group, and what is not known."""
    return "\n".join(_lines(score, labels, language))


def _lines(score: Explainable, labels: Labels, language: Language) -> Iterator[str]:
    words = _words(language)
    bands = [
        f"{label(labels, language, name)} {label(labels, language, f'{name}.{band}', band)}"
        for name, band in score.bands.items()
    ]
    yield " · ".join([words["points"].format(score.points), *bands])
    group = None
    for row in score.contributions:
        if row.group != group and row.group:
            group = row.group
            yield f"{label(labels, language, group)}"
        if row.points or row.fact in score.facts:
            yield f"  {_signed(row.points):>6}  {row_words(row, score.facts, labels, language)}"
    unusable: Mapping[str, Unusable] = getattr(score.facts, "unusable", {})
    if score.unknown:
        names = ", ".join(label(labels, language, name) for name in score.unknown)
        yield words["unknown"].format(names, *score.possible)
    yield from (unusable_words(name, unusable[name], labels, language) for name in score.unknown if name in unusable)
    branch = [words["branch"].format(score.branch)] if score.branch is not None else []
    yield " · ".join([score.policy, *branch, score.as_of.isoformat()])


def unusable_words(name: str, why: Unusable, labels: Labels, language: Language) -> str:
    """Why a fact that the record tells is unknown: `Budget: known, in USD; no rate in the policy`."""
    return _words(language)[why.reason].format(label(labels, language, name), why.currency)


def row_words(row: Contribution, facts: Any, labels: Labels, language: Language) -> str:
    """What a row of a score is about: the rule with what it saw, or what was cut or added and why."""
    words = _words(language)
    if row.why != "rule":
        return words[row.why].format(row.value)
    name = label(labels, language, row.code)
    if row.fact is None:
        return name
    if isinstance(row.value, int) and not isinstance(row.value, bool) and row.fact not in facts:
        return f"{name} × {row.value}"
    value, read = _value(row, labels, language), getattr(facts, "derived", {}).get(row.fact)
    return f"{name}: {value} ({words['read'].format(read)})" if read and read != value else f"{name}: {value}"


def _value(row: Contribution, labels: Labels, language: Language) -> str:
    if row.value is None:
        return _words(language)["missing"]
    if isinstance(row.value, bool):
        return _words(language)[str(row.value).lower()]
    return label(labels, language, f"{row.fact}.{row.value}", str(row.value))


def _signed(points: Decimal) -> str:
    return f"+{points}" if points > 0 else str(points)
