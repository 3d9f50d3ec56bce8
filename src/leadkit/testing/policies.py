"""Hypothesis strategies for policies: documents that load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadkit.errors import MissingExtraError
from leadkit.rules.facts import BUILT_IN, Fact

try:
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise MissingExtraError.of("hypothesis", "testing") from None

Document = dict[str, Any]
Facts = Mapping[str, Fact]
Documents = st.SearchStrategy[Document]
Parts = dict[str, st.SearchStrategy[Any]]

CODES = ("first", "second", "third", "fourth", "fifth")
LEVELS = ("ours", "none", "competitor", "mixed")
ASKED = ("role", "budget", "industry", "intent", "company_size", "installed_base", "machines", "city", "uses_erp")
SUBJECTS = ("pricing", "产品", "Pricing")
DIMENSIONS = ("urgency", "budget", "competition", "decision_chain")
WORTH = ("high", "medium", "low")
GRADES = ("A", "B", "C", "D")

_points = st.integers(-40, 60) | st.decimals(-40, 60, places=2)
_positive = st.integers(1, 80) | st.decimals("0.01", 80, places=2)
_numbers = st.integers(-5, 500) | st.decimals(-5, 500, places=1)
_days = st.integers(1, 60)


@st.composite
def policies(draw: st.DrawFn) -> Document:
    """Documents that `load_policy` accepts, as plain mappings: everything a policy may say, now and then.

    They have rules of every kind, groups with limits and floors, band sets, declared fields, and sometimes screening,
    qualifications, and grading by total or by table.
    """
    fields = draw(_fields())
    declared = {name: Fact(name, field["type"], field.get("levels", ())) for name, field in fields.items()}
    facts = dict(BUILT_IN) | declared
    deciding = {
        "time_zone": st.sampled_from(["UTC", "America/New_York"]),
        "screening": _criteria(facts),
        "qualification": st.fixed_dictionaries(
            {"conversion": _criteria(facts)}, optional={"renewal": _criteria(facts)}
        ),
        "grading": _grading_by_total() | _grading_by_table(),
    }
    scoring = draw(_scoring(facts))
    return {"name": "random", "fields": fields, "scoring": scoring, **draw(_sometimes(deciding))}


def _sometimes(optional: Mapping[str, st.SearchStrategy[Any]]) -> Documents:
    return st.fixed_dictionaries({}, optional=dict(optional))


def _coded(values: st.SearchStrategy[Any], most: int, prefix: str = "") -> Documents:
    """Tables of one to `most` values under codes."""
    coded = st.lists(values, min_size=1, max_size=most)
    return coded.map(lambda chosen: {prefix + code: value for code, value in zip(CODES, chosen, strict=False)})


def _fields() -> Documents:
    levels = st.integers(1, len(LEVELS)).map(lambda number: {"type": "category", "levels": list(LEVELS[:number])})
    number, text, boolean = (st.just({"type": type_}) for type_ in ("number", "text", "boolean"))
    return _sometimes(
        {"installed_base": levels, "company_size": levels, "machines": number, "city": text, "uses_erp": boolean}
    )


@st.composite
def _scoring(draw: st.DrawFn, facts: Facts) -> Document:
    names = CODES[: draw(st.integers(1, 3))]
    groups = {name: draw(_group(facts, name)) for name in names}
    floor = draw(st.sampled_from([0, 0, -30, -200]))
    bands = _sometimes({"priority": _bands(floor), "stage": _bands(floor)})
    ends = {"start": _points, "limit": _positive, "bands": bands}
    scoring = {"groups": groups, "floor": floor, **draw(_sometimes(ends))}
    return draw(_with_tables(scoring, facts)) if draw(st.booleans()) else scoring


@st.composite
def _with_tables(draw: st.DrawFn, scoring: Document, facts: Facts) -> Document:
    """A scoring with bands of a group, and a table over its band sets and facts."""
    name = draw(st.sampled_from(sorted(scoring["groups"])))
    group = scoring["groups"][name]
    least = int(min(group.get("floor", 0) * group.get("weight", 1), 0)) - 1
    bands = {**scoring.get("bands", {}), "fit": {"of": name, **draw(_bands(least, ("A", "B", "C")))}}
    some = _about(facts, ("category", "boolean", "number")).flatmap(_cell)
    cells = {name: _some_bands([band for band in bands[name] if band != "of"]) for name in bands}
    row = st.builds(lambda cells, fact: {**cells, **fact}, _sometimes(cells), st.just({}) | some).filter(bool)
    rows = draw(st.lists(row, min_size=1, max_size=4))
    results = dict(zip(("A1", "B2", "third"), [rows[:2] if len(rows) > 2 else rows[0], *rows[2:]], strict=False))
    return {**scoring, "bands": bands, "tables": {"tier": {"rows": results, "otherwise": "D9"}}}


def _some_bands(bands: Sequence[str]) -> st.SearchStrategy[Any]:
    return st.sampled_from(bands) | st.lists(st.sampled_from(bands), min_size=1, max_size=2, unique=True)


def _cell(fact: Fact) -> Documents:
    """What a row of a table wants of a fact."""
    low: Parts = {"at_least": st.integers(-5, 100)}
    span = st.fixed_dictionaries(low, optional={"less_than": st.integers(101, 500)})
    return st.fixed_dictionaries({fact.name: _values(fact) | span if fact.type == "number" else _values(fact)})


def _group(facts: Facts, name: str) -> Documents:
    rules = _coded(_rules(facts), 4, f"{name}_")
    weight = st.sampled_from([Decimal("0.4"), Decimal("0.333333"), Decimal("1.5")])
    ends = {"floor": st.integers(-40, 10), "limit": st.integers(10, 80), "weight": weight}
    return st.fixed_dictionaries({"rules": rules}, optional=ends)


def _bands(floor: int, names: Sequence[str] = CODES) -> Documents:
    """Lower thresholds that all differ, the lowest of them at most `floor`."""
    upper = st.lists(st.integers(floor + 1, floor + 120), max_size=len(names) - 1, unique=True).map(sorted)
    return upper.map(lambda starts: dict(zip(names, [*reversed(starts), floor], strict=False)))


def _rules(facts: Facts) -> Documents:
    category, number = _about(facts, ("category", "text")), _about(facts, ("number",))
    condition = st.fixed_dictionaries({"when": _conditions(facts), "points": _points}, optional={"unknown": _points})
    return category.flatmap(_category_rule) | number.flatmap(_range_rule) | _event_rules() | condition


def _about(facts: Facts, types: Sequence[str]) -> st.SearchStrategy[Fact]:
    return st.sampled_from([facts[name] for name in ASKED if name in facts and facts[name].type in types])


def _category_rule(fact: Fact) -> Documents:
    worth = st.dictionaries(_values(fact), _points, min_size=1, max_size=4)
    return st.fixed_dictionaries({"field": st.just(fact.name), "points": worth}, optional={"unknown": _points})


def _range_rule(fact: Fact) -> Documents:
    starts = st.lists(_numbers, min_size=1, max_size=4, unique_by=Decimal)
    ranges = st.builds(
        lambda starts, points: {
            code: {"at_least": start, "points": worth}
            for code, start, worth in zip(CODES, starts, points, strict=False)
        },
        starts,
        st.lists(_points, min_size=4, max_size=4),
    )
    return st.fixed_dictionaries({"field": st.just(fact.name), "ranges": ranges}, optional={"unknown": _points})


def _event_rules() -> Documents:
    kinds = st.sampled_from(["visit", "call", "webinar"])
    of_a_kind: Parts = {"event": kinds, "points": _points}
    whole: Parts = {"event": kinds, "points": st.integers(-30, 30)}
    limit: Parts = {"limit": _positive}
    within: Parts = {"within_days": _days}
    where: Parts = {"where": _filters()}
    once: Parts = {"once_per": st.sampled_from(["day", "subject"])}
    times: Parts = {"times": st.integers(1, 4)}
    events = st.lists(kinds, min_size=1, max_size=2, unique=True)
    silence: Parts = {"silent_days": _days, "points": _points, "events": events}
    return (
        st.fixed_dictionaries(of_a_kind, optional=limit | within | where)
        | st.fixed_dictionaries(whole | {"half_life_days": _days}, optional=limit | within | where)
        | st.fixed_dictionaries(whole | {"fades_over_days": _days}, optional=limit | where)
        | st.fixed_dictionaries(of_a_kind | once, optional=limit | within | where)
        | st.fixed_dictionaries(of_a_kind | times, optional=once | within | where)
        | st.fixed_dictionaries(silence)
    )


def _filters() -> Documents:
    subjects = st.sampled_from(SUBJECTS)
    about = subjects | st.lists(subjects, min_size=1, max_size=2, unique=True)
    low: Parts = {"at_least": st.integers(0, 50)}
    high: Parts = {"less_than": st.integers(51, 100)}
    amounts = st.fixed_dictionaries(low, optional=high) | st.fixed_dictionaries(high)
    return st.fixed_dictionaries({"subject": about}, optional={"amount": amounts}) | st.fixed_dictionaries(
        {"amount": amounts}
    )


def _values(fact: Fact) -> st.SearchStrategy[Any]:
    """Values that a policy may compare `fact` with."""
    match fact.type:
        case "category":
            return st.sampled_from(fact.levels)
        case "text":
            return st.sampled_from(["energy", "food", "Software services", "上海"])
        case "number":
            return _numbers
        case _:
            return st.booleans()


def _conditions(facts: Facts) -> Documents:
    tests = _about(facts, ("category", "text", "number", "boolean")).flatmap(_test)

    def joined(inner: Documents) -> Documents:
        parts = st.lists(inner, min_size=1, max_size=3)
        both = st.builds(lambda word, conditions: {word: conditions}, st.sampled_from(["all", "any"]), parts)
        return both | inner.map(lambda part: {"not": part})

    return st.recursive(tests, joined, max_leaves=4)


def _test(fact: Fact) -> Documents:
    constants = _values(fact)
    questions = {"equals": constants, "in": st.lists(constants, min_size=1, max_size=3), "known": st.booleans()}
    low, high = st.integers(-5, 100) | st.decimals(-5, 100, places=1), st.integers(101, 500)
    bounds: Parts = {"at_least": low, "less_than": high} if fact.type == "number" else {}
    ending = st.sampled_from(["y", "gy", "services", "海"])
    endings: Parts = {"ends_with": ending | st.lists(ending, min_size=1, max_size=2)} if fact.type == "text" else {}
    tests = st.fixed_dictionaries({"field": st.just(fact.name)}, optional={**questions, **bounds, **endings})
    return tests.filter(lambda test: len(test) > 1)


@st.composite
def _criteria(draw: st.DrawFn, facts: Facts) -> Document:
    needs = st.lists(st.sampled_from([name for name in ASKED if name in facts]), min_size=1, max_size=2, unique=True)
    reason = st.sampled_from(["budget_too_small", "not_target_industry"])
    asking = st.fixed_dictionaries({"when": _conditions(facts)}, optional={"needs": needs, "reason": reason})
    criteria = draw(_coded(asking | st.fixed_dictionaries({"needs": needs}), 4))
    return {"criteria": criteria, **draw(_sometimes({"at_least": st.integers(1, len(criteria))}))}


@st.composite
def _grading_by_total(draw: st.DrawFn) -> Document:
    names = DIMENSIONS[: draw(st.integers(1, 4))]
    dimensions = {name: draw(_dimension(draw(_levels), with_points=True)) for name in names}
    lowest = sum(min(dimension["points"].values()) for dimension in dimensions.values())
    return {"dimensions": dimensions, "grades": draw(_bands(lowest, GRADES))}


@st.composite
def _grading_by_table(draw: st.DrawFn) -> Document:
    levels = {name: draw(_levels) for name in DIMENSIONS[: draw(st.integers(1, 4))]}
    dimensions = {name: draw(_dimension(options, with_points=draw(st.booleans()))) for name, options in levels.items()}
    some = {
        name: st.sampled_from(options) | st.lists(st.sampled_from(options), min_size=1, max_size=4)
        for name, options in levels.items()
    }
    when = _sometimes(some).filter(bool)
    rows = draw(_coded(st.fixed_dictionaries({"grade": st.sampled_from(GRADES), "when": when}), 4))
    return {"dimensions": dimensions, "table": {"rows": rows, "otherwise": draw(st.sampled_from(GRADES))}}


_levels = st.integers(1, 3).map(lambda number: WORTH[:number])


@st.composite
def _dimension(draw: st.DrawFn, levels: Sequence[str], *, with_points: bool) -> Document:
    worth = {level: draw(st.integers(0, 30)) for level in levels}
    dimension: Document = {"points": worth} if with_points else {"levels": list(levels)}
    unknown = _sometimes({"unknown": st.sampled_from(levels)})
    return {**dimension, **draw(_derived(levels)), **draw(unknown)}


def _derived(levels: Sequence[str]) -> Documents:
    """How a level is read from an amount or a date, or that it is not."""
    by_amount = _bands(0, levels).map(lambda starts: {"from": "amount", "at_least": starts})
    months = st.lists(st.integers(0, 24), min_size=1, max_size=len(levels), unique=True).map(sorted)
    by_date = months.map(lambda ends: dict(zip(levels, ends, strict=False))).map(
        lambda ends: {"from": "expected_close", "within_months": ends, "later": levels[-1]}
    )
    return st.just({}) | by_amount | by_date
