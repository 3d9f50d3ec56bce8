"""Strategies for every kind of result, from the types of its attributes; the few that hang together are made up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.read_sheet import ReadSheet
from leadkit.adapters.spreadsheets.templates import OPPORTUNITIES
from leadkit.checking.findings import KINDS as FINDINGS
from leadkit.checking.findings import Finding
from leadkit.desk.importing.imported import Imported
from leadkit.desk.importing.imported_opportunities import ImportedOpportunities
from leadkit.desk.team_load import MemberLoad
from leadkit.process.nurture import Cadence
from leadkit.records.fields import FrozenDict
from leadkit.reviews import Period, ReviewNotes, read_period
from leadkit.scoring.score import Score
from tests.desk.desks import START, lead

Values = st.SearchStrategy[Any]
STANDARD = lk.load_policy("standard")
TEXTS = st.sampled_from(["", "high", "北辰", '"\\\n', "a b"])
DEAL = lk.Opportunity(id="O1", lead_id="L1", account="北辰", amount=Decimal("1200.50"), opened_at=START)
CALL = lk.Activity(id="A1", lead_id="L1", kind="reply", occurred_at=START, content="好的")
LEVELS = {"urgency": "high", "budget": "high", "competition": "even", "decision_chain": "low"}
ZONES = (UTC, ZoneInfo("Asia/Shanghai"))
PLAIN: dict[Any, Values] = {
    str: TEXTS,
    int: st.integers(0, 10**6),
    bool: st.booleans(),
    float: st.floats(0, 1e6),
    type(None): st.none(),
    Decimal: st.decimals(-(10**6), 10**6, places=2) | st.sampled_from([Decimal("1E+6"), Decimal("1E-6")]),
    datetime: st.builds(datetime.fromtimestamp, st.integers(0, 4 * 10**9), st.sampled_from(ZONES)),
    date: st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    timedelta: st.timedeltas(timedelta(days=-9), timedelta(days=9)),
    ZoneInfo: st.just(ZoneInfo("Europe/Berlin")),
    lk.Lead: st.builds(lead, st.integers(1, 99)),
    lk.Opportunity: st.just(DEAL),
    lk.Activity: st.just(CALL),
    Cadence: st.builds(Cadence, unit=st.sampled_from(["day", "week"])),
    ReviewNotes: st.builds(ReviewNotes, failed=st.tuples(TEXTS.filter(bool))),
    Score: st.builds(
        lambda size, events: STANDARD.score({"company_size": size}, {"webinar": events}, as_of=START),
        st.sampled_from([None, "large", "medium", "small"]),
        st.integers(0, 3),
    ),
    lk.Grade: st.sampled_from([STANDARD.grade({}), STANDARD.grade(LEVELS)]),
    Period: st.sampled_from(["2026-10", "2026-Q3", "2025", "2026-10-01..2026-10-09"]).map(
        lambda name: read_period(name, ZoneInfo("Asia/Shanghai"))
    ),
    lk.checks.Comparison: st.just(lk.checks.compare(STANDARD, lk.load_policy("machinery"))),
}
COUNTS = st.dictionaries(st.sampled_from(["high", "low"]), st.integers(0, 9)).map(FrozenDict)
GIVEN: dict[type, dict[str, Values]] = {
    lk.Learned: {"policy": st.just(STANDARD)},
    MemberLoad: {"leads": COUNTS, "opportunities": COUNTS},
    Finding: {"kind": st.sampled_from(sorted(FINDINGS))},
    ImportedOpportunities: {"sheet": st.just(ReadSheet("deals.csv", (), OPPORTUNITIES, "en", (), ()))},
    Imported: {"leads": st.none(), "activities": st.none(), "unknown_means": COUNTS},
}
"""The attributes whose values have to fit each other."""


def values(hint: Any) -> Values:
    """Values of a type."""
    if hint in PLAIN:
        return PLAIN[hint]
    if hint is Any:
        return st.none() | st.one_of(PLAIN[str], PLAIN[int], PLAIN[bool], PLAIN[Decimal])
    if hint is FrozenDict:
        pair = st.tuples(TEXTS, st.none() | TEXTS)
        return st.dictionaries(st.sampled_from(["need", "owner"]), st.one_of(TEXTS, PLAIN[int], pair)).map(FrozenDict)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in {Union, UnionType}:
        return st.one_of(*map(values, inner))
    if origin is tuple:
        return _tuples(inner)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(st.sampled_from(["one", "two"]), values(inner[1]), max_size=2)
    return _built(hint)


def _tuples(inner: tuple[Any, ...]) -> Values:
    if inner[-1] is Ellipsis:
        return st.lists(values(inner[0]), max_size=2).map(tuple)
    return st.tuples(*map(values, inner))


def _built(kind: type) -> Values:
    hints = get_type_hints(kind)
    given = GIVEN.get(kind, {})
    names = {field.name: field.alias for field in attrs.fields(kind)}
    return st.builds(
        kind, **{alias: given[name] if name in given else values(hints[name]) for name, alias in names.items()}
    )
