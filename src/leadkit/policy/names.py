"""The names that a policy may speak of, gathered from its document before that is validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from attrs import define, field, setters
from pydantic import ValidationInfo

from leadkit.policy.account import declared_in
from leadkit.rules.facts import BUILT_IN, Fact, FactType

Content = Mapping[str, Any]

OUTCOMES = {"screening": ("valid", "invalid", "open"), "qualification": ("yes", "no", "open")}


@define(on_setattr=setters.frozen)
class Names:
    """The names that a document may speak of."""

    facts: Mapping[str, Fact] = field(factory=lambda: dict(BUILT_IN))
    levels: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """The levels of every dimension of grading."""
    sources: frozenset[str] = frozenset()
    """The values that levels are derived from."""
    bands: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """The bands of every band set, and the results of every table."""
    answers: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """What screening, each qualification and grading may answer."""

    @classmethod
    def of(cls, content: Content) -> Names:
        """The names in a document as it was read; what is malformed is left out, validation will say so."""
        facts = dict(BUILT_IN) | {name: _fact(name, table) for name, table in _tables(_table(content, "fields"))}
        dimensions = dict(_tables(_table(_table(content, "grading"), "dimensions")))
        return cls(
            facts=facts | declared_in(_table(_table(content, "account"), "facts"), facts),
            levels={
                name: _texts(table.get("levels")) or tuple(_table(table, "points"))
                for name, table in dimensions.items()
            },
            sources=frozenset(str(table["from"]) for table in dimensions.values() if "from" in table),
            bands=_outcomes(_table(content, "scoring")),
            answers=_answers(content),
        )


def names_in(info: ValidationInfo) -> Names:
    """The names of the policy that is being validated."""
    names = (info.context or {}).get("names")
    return names if isinstance(names, Names) else Names()


def _outcomes(scoring: Content) -> dict[str, tuple[str, ...]]:
    bands = {name: _texts([key for key in table if key != "of"]) for name, table in _tables(_table(scoring, "bands"))}
    tables = dict(_tables(_table(scoring, "tables")))
    return bands | {name: _texts([*_table(table, "rows"), table.get("otherwise")]) for name, table in tables.items()}


def _answers(content: Content) -> dict[str, tuple[str, ...]]:
    answers: dict[str, tuple[str, ...]] = dict.fromkeys(_table(content, "qualification"), OUTCOMES["qualification"])
    if "screening" in content:
        answers["screening"] = OUTCOMES["screening"]
    grading = _table(content, "grading")
    if grading:
        table = _table(grading, "table")
        rows = [row.get("grade") for _, row in _tables(_table(table, "rows"))]
        answers["grade"] = _texts([*_table(grading, "grades"), *rows, table.get("otherwise")])
    return answers


def _fact(name: str, table: Content) -> Fact:
    """The fact that a policy declares; one that is malformed is taken for what it seems to be, to be refused once."""
    known = next((type_ for type_ in get_args(FactType) if type_ == table.get("type")), None)
    return Fact(name, known or ("category" if table.get("levels") else "text"), _texts(table.get("levels")))


def _table(content: Content, key: str) -> Content:
    table = content.get(key)
    return table if isinstance(table, Mapping) else {}


def _tables(content: Content) -> Iterator[tuple[str, Content]]:
    return ((name, table) for name, table in content.items() if isinstance(table, Mapping))


def _texts(values: object) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, (list, tuple)) else ()
