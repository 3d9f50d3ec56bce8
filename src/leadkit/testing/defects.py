"""Hypothesis strategies for policies with exactly one defect, and the place where loading must report it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from leadkit.errors import MissingExtraError
from leadkit.policy.merging import merge
from leadkit.testing.policies import CODES, Document, policies

try:
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise MissingExtraError.of("hypothesis", "testing") from None


def near_valid_policies() -> st.SearchStrategy[tuple[Document, str]]:
    """Documents with exactly one defect, each with the path at which `load_policy` must report it."""
    return policies().flatmap(lambda document: _laid_over(document) | _misspelt(document))


def _laid_over(document: Document) -> st.SearchStrategy[tuple[Document, str]]:
    """A valid document with one of the defects below."""

    def broken(defect: tuple[str, Document]) -> tuple[Document, str]:
        path, defective = defect
        kept = {key: value for key, value in document.items() if key == "scoring" or key not in defective}
        return merge(kept, defective), path

    return st.sampled_from(DEFECTS).map(broken)


@st.composite
def _misspelt(draw: st.DrawFn, document: Document) -> tuple[Document, str]:
    """A valid document with a key that nobody knows in one of its rules, conditions, criteria and so on."""
    path = draw(st.sampled_from(list(_tables(document, ()))))
    return _with_key(document, path, "unheard_of"), ".".join(map(str, (*path, "unheard_of")))


_WORDS = {
    "name",
    "groups",
    "rules",
    "field",
    "event",
    "when",
    "all",
    "any",
    "not",
    "criteria",
    "needs",
    "rows",
    "grade",
}
"""Where one of these is a key, the other keys are words of the policy language too."""


def _tables(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """The paths of the tables in which every key must be known."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, dict) and _WORDS & value.keys():
        yield path
    for step, inner in inside:
        yield from _tables(inner, (*path, step))


def _with_key(value: Any, path: Sequence[str | int], key: str) -> Any:
    """A copy of a document with one key more in the table at `path`."""
    if not path:
        return {**value, key: 1}
    step, *rest = path
    inside: dict[Any, Any] = dict(value) if isinstance(value, dict) else dict(enumerate(value))
    inside[step] = _with_key(inside[step], rest, key)
    return inside if isinstance(value, dict) else list(inside.values())


def _group_of(*rules: Document, **bounds: Any) -> Document:
    return {"scoring": {"groups": {"broken": {"rules": dict(zip(CODES, rules, strict=False)), **bounds}}}}


def _bands_of(**thresholds: Any) -> Document:
    return {"scoring": {"bands": {"broken": thresholds}}}


def _asking(*criteria: Document, **at_least: Any) -> Document:
    return {"screening": {"criteria": dict(zip(CODES, criteria, strict=False)), **at_least}}


def _graded(dimension: Document, **strategy: Any) -> Document:
    return {"grading": {"dimensions": {"urgency": dimension}, **strategy}}


def _table_of(*rows: Document, **otherwise: Any) -> Document:
    return _graded({"levels": ["high", "low"]}, table={"rows": dict(zip(CODES, rows, strict=False)), **otherwise})


_VISIT = {"event": "visit", "points": 1}
_WORTHS = {"points": {"high": 2, "low": 1}}
_ROW = {"grade": "A", "when": {"urgency": "high"}}
_RULE = "scoring.groups.broken.rules.first"
DEFECTS: Sequence[tuple[str, Document]] = (
    ("name", {"name": "Not A Code"}),
    ("version", {"version": 1}),
    ("time_zone", {"time_zone": "Mars/Olympus"}),
    ("capture.required.0", {"capture": {"required": ["fone"]}}),
    ("derive.prices", {"derive": {"prices": {"low": 9, "high": 8}}}),
    ("labels.fr", {"labels": {"fr": {}}}),
    (
        "",
        {"nurture": {"bands": "mood", "stages": {"good": {"content": ["news"], "cadence": {"call": {"unit": "day"}}}}}},
    ),
    (
        "",
        {
            "scoring": {"bands": {"renewal": {"low": 0}}},
            "qualification": {"renewal": {"criteria": {"a": {"needs": ["role"]}}}},
        },
    ),
    ("scoring.limit", {"scoring": {"limit": "sixty"}}),
    ("scoring.limit", {"scoring": {"limit": 0}}),
    ("scoring.bands", _bands_of(high=60, low=10)),
    ("scoring.bands", _bands_of(high=0, low=0)),
    ("scoring.bands", {"scoring": {"bands": {"role": {"low": 0}}}}),
    ("scoring.bands.broken.low", _bands_of(low=None)),
    ("scoring.bands", {"scoring": {"bands": {"fit": {"of": "nowhere", "low": 0}}}}),
    ("scoring.tables", {"scoring": {"tables": {"tier": {"rows": {"A": {"nowhere": "a"}}, "otherwise": "B"}}}}),
    ("scoring.tables.tier.otherwise", {"scoring": {"tables": {"tier": {"rows": {"A": {"role": "user"}}}}}}),
    ("scoring.groups", {"scoring": {"groups": {name: {"rules": {"twice": _VISIT}} for name in ("broken", "too")}}}),
    ("scoring.groups.broken", _group_of(_VISIT, limit=1, floor=2)),
    ("scoring.groups.broken.rules", _group_of()),
    (f"{_RULE}.points.boss", _group_of({"field": "role", "points": {"boss": 1}})),
    (_RULE, _group_of({"field": "budget", "points": {"high": 1}})),
    (_RULE, _group_of({"field": "role", "ranges": {"low": {"at_least": 1, "points": 1}}})),
    (_RULE, _group_of({"field": "budget", "ranges": {code: {"at_least": 1, "points": 1} for code in ("a", "b")}})),
    (_RULE, _group_of({"event": "visit", "points": Decimal("1.5"), "half_life_days": 9})),
    (f"{_RULE}.field", _group_of({"field": "rolle", "points": {"user": 1}})),
    (f"{_RULE}.points.user", _group_of({"field": "role", "points": {"user": "ten"}})),
    (f"{_RULE}.points", _group_of({"event": "visit"})),
    (f"{_RULE}.withindays", _group_of({**_VISIT, "withindays": 9})),
    (f"{_RULE}.within_days", _group_of({**_VISIT, "within_days": 0})),
    (f"{_RULE}.times", _group_of({**_VISIT, "times": 0})),
    (_RULE, _group_of({**_VISIT, "times": 2, "limit": 5})),
    (_RULE, _group_of({**_VISIT, "fades_over_days": 9, "within_days": 5})),
    (_RULE, _group_of({**_VISIT, "fades_over_days": 9, "half_life_days": 5})),
    (f"{_RULE}.where", _group_of({**_VISIT, "where": {}})),
    (f"{_RULE}.once_per", _group_of({**_VISIT, "once_per": "week"})),
    (f"{_RULE}.silent_days", _group_of({"silent_days": 0, "points": 1})),
    ("scoring.groups.broken.weight", _group_of(_VISIT, weight=0)),
    (f"{_RULE}.when", _group_of({"when": "role", "points": 1})),
    (f"{_RULE}.when", _group_of({"when": {"field": "role"}, "points": 1})),
    (f"{_RULE}.when", _group_of({"when": {"field": "intent", "at_least": 1}, "points": 1})),
    (f"{_RULE}.when", _group_of({"when": {"field": "budget", "at_least": 9, "less_than": 9}, "points": 1})),
    (f"{_RULE}.when.any", _group_of({"when": {"any": []}, "points": 1})),
    (
        f"{_RULE}.when.not.all.0.equals",
        _group_of({"when": {"not": {"all": [{"field": "role", "equals": "boss"}]}}, "points": 1}),
    ),
    ("screening", _asking({"needs": ["role"]}, at_least=2)),
    ("screening.at_least", _asking({"needs": ["role"]}, at_least=0)),
    ("screening.criteria", _asking()),
    ("screening.criteria.first", _asking({"reason": "no_reason"})),
    ("screening.criteria.first.needs.0", _asking({"needs": ["rolle"]})),
    ("grading", _graded(_WORTHS)),
    ("grading", _graded(_WORTHS, grades={"A": 2, "B": 0}, table={"rows": {"first": _ROW}, "otherwise": "B"})),
    ("grading", _graded({"levels": ["high", "low"]}, grades={"A": 0})),
    ("grading", _graded(_WORTHS, grades={"A": 2})),
    ("grading", _table_of(_ROW)),
    ("grading.table.rows", _table_of(otherwise="B")),
    ("grading.table.rows.first.when", _table_of({"grade": "A", "when": {"urgency": "higher"}}, otherwise="B")),
    ("grading.table.rows.first.when", _table_of({"grade": "A", "when": {"haste": "high"}}, otherwise="B")),
    ("grading.dimensions.urgency", _graded({**_WORTHS, "unknown": "higher"}, grades={"A": 0})),
    ("grading.dimensions.urgency", _graded({**_WORTHS, "from": "amount"}, grades={"A": 0})),
    ("examples.0.expect", {"examples": [{"expect": {"mood": "good"}}]}),
    ("examples.0.expect", {"examples": [{"expect": {"points": "many"}}]}),
    ("examples.0.lead.role", {"examples": [{"lead": {"role": "boss"}, "expect": {"points": 1}}]}),
    ("examples.0.events.visit", {"examples": [{"events": {"visit": -1}, "expect": {"points": 1}}]}),
    ("invariants.0", {"invariants": [{"when": {"field": "role", "known": True}}]}),
    ("invariants.0.at_most", {"invariants": [{"at_most": {"mood": "good"}}]}),
)
"""Every defect that is not a misspelt key: the path of its one problem, and what is laid over a valid document."""
