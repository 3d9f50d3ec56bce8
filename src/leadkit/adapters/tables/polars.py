"""A policy on Polars frames: the algebra as expressions, lazily; nothing runs until the caller collects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from leadkit.adapters.tables.account_plan import check_account, event_plan
from leadkit.adapters.tables.plan import (
    ACTIVITY_ID,
    AT,
    BRANCH,
    DETAILS,
    KIND,
    LEAD_ID,
    Plan,
    missing_column,
    plan,
    refuse,
    wrong_type,
)
from leadkit.errors import MissingExtraError, Problem
from leadkit.policy import Policy
from leadkit.policy.route import OTHERWISE
from leadkit.rules import algebra as a
from leadkit.rules.bands import MICRO
from leadkit.rules.moments import seconds
from leadkit.rules.row_facts import Source

try:
    import polars as pl
except ImportError:
    raise MissingExtraError.of("polars", "polars") from None

from leadkit.adapters.tables.account_polars import with_account_facts

PACKED, BITS = 2, 32
"""So many counts share one sum of 64 bits, each with its half: a frame has fewer than 2**32 rows."""


def evaluate(
    policy: Policy,
    leads: pl.LazyFrame | pl.DataFrame,
    activities: pl.LazyFrame | pl.DataFrame | None = None,
    *,
    as_of: datetime,
    account: str | None = None,
) -> pl.LazyFrame:
    """All that a policy says of every lead, a row each, in no promised order.

    Args:
        leads: `lead_id` of any type, and facts by name: texts or categoricals, numbers, booleans; a level that somebody
            entered stands under the dimension's name (`budget_level` where a fact has that name), a date of closing is
            a date or a datetime. Missing columns, nulls, numbers that are not finite and unknown levels are unknown.
            Other columns are ignored.
        activities: `lead_id`, `kind`, `occurred_at` (a datetime, in UTC where it has no zone, or whole epoch seconds)
            and perhaps `activity_id`, of which the earliest counts. Without that column every row counts, which is
            faster.
        as_of: the time of the decision; later events don't count.
        account: the column of `leads` that rows of one company share, such as its id: then the policy's
            `[account.facts]` are made of these rows and their activities. Each row is one contact, and a row without a
            company is one by itself. Otherwise they are columns like any other fact.

    Returns:
        `lead_id`; each rule's points, group sums before and after their limits and `points` as decimals; the band of
        every band set; `screening` and each qualification with the answer of every criterion; the levels and the
        `grade` ("" while open) where `leads` has a column that grading reads. With `[route]` also the `branch` that
        decided; a column that only other branches have is null.

    Raises:
        TableError: a column is missing or has the wrong type; all problems at once.
        FactError: `as_of` is naive.
    """
    leads = leads.lazy()
    if account is not None:
        leads = _with_account_facts(policy, leads, activities, account, as_of)
    if policy.document.route is not None:
        parts = [
            _evaluate(branch, leads.filter(chosen), activities, as_of).select(
                LEAD_ID, pl.lit(value).alias(BRANCH), pl.exclude(LEAD_ID)
            )
            for value, branch, chosen in _branches(policy, leads.collect_schema())
        ]
        return pl.concat(parts, how="diagonal")
    return _evaluate(policy, leads, activities, as_of)


def _evaluate(
    policy: Policy, leads: pl.LazyFrame, activities: pl.LazyFrame | pl.DataFrame | None, as_of: datetime
) -> pl.LazyFrame:
    what = plan(policy, leads.collect_schema().names(), as_of)
    rows = _facts(what, leads, policy)
    if activities is not None:
        rows = _joined(what, rows, activities.lazy())
    elif what.tallies:
        rows = rows.with_columns(pl.lit(0, pl.Int64).alias(tally.name) for tally in what.tallies)
    for layer in what.layers:
        rows = rows.with_columns(_value(expression).alias(name) for name, expression in layer)
    return rows.select(LEAD_ID, *(_output(name, kind) for name, kind in what.outputs.items()))


def _branches(policy: Policy, schema: pl.Schema) -> Iterator[tuple[str, Policy, pl.Expr]]:
    """Each branch of a policy with `[route]`, and which rows are its own."""
    route = policy.document.route
    assert route is not None
    field = policy.facts[route.field]
    refuse(_wrong_columns({field.name: field.type}, schema))
    value = _fact(field.name, field.type, schema, policy).cast(pl.String)
    for name, branch in policy.branches.items():
        is_named = value.is_in(list(route.sources)).fill_null(False)
        yield name, branch, ~is_named if name == OTHERWISE else value.eq_missing(pl.lit(name))


def _with_account_facts(
    policy: Policy,
    leads: pl.LazyFrame,
    activities: pl.LazyFrame | pl.DataFrame | None,
    account: str,
    as_of: datetime,
) -> pl.LazyFrame:
    schema, asked = leads.collect_schema(), event_plan(policy, as_of)
    check_account(account, schema.names())
    events = None if asked is None or activities is None else _events(asked, activities.lazy(), schema[LEAD_ID])
    return with_account_facts(policy, leads, events, account, seconds(as_of))


def _output(name: str, kind: str) -> pl.Expr:
    return (pl.col(name).cast(pl.Decimal(38, 6)) / MICRO).alias(name) if kind == "points" else pl.col(name)


def _value(expression: a.Expression) -> pl.Expr:  # noqa: C901, PLR0911, PLR0912
    match expression:
        case a.Column(name):
            return pl.col(name)
        case a.Literal(value):
            return _literal(value)
        case a.Known(column):
            return pl.col(column.name).is_not_null()
        case a.Equals(column, literal):
            return pl.col(column.name).eq_missing(_literal(literal.value))
        case a.Among(column, values):
            return pl.col(column.name).cast(pl.String).is_in(values).fill_null(False)
        case a.EndsWith(column, endings):
            text = pl.col(column.name).cast(pl.String)
            return pl.any_horizontal(*(text.str.ends_with(ending) for ending in endings)).fill_null(False)
        case a.AtLeast(left, right):
            return _value(left) >= _value(right)
        case a.LessThan(left, right):
            return _value(left) < _value(right)
        case a.And(parts):
            return pl.all_horizontal(*map(_value, parts)) if parts else pl.lit(True)
        case a.Or(parts):
            return pl.any_horizontal(*map(_value, parts)) if parts else pl.lit(False)
        case a.Not(part):
            return ~_value(part)
        case a.Add(parts):
            return sum(map(_value, parts), pl.lit(0, pl.Int64))
        case a.Multiply(left, right):
            return _value(left) * _value(right)
        case a.Quotient(value, divisor):
            return _value(value) // divisor
        case a.Least(left, right):
            return pl.min_horizontal(_value(left), _value(right))
        case a.Greatest(left, right):
            return pl.max_horizontal(_value(left), _value(right))
        case a.Case(branches, otherwise):
            chain: pl.Expr = _value(otherwise)
            for condition, result in reversed(branches):
                chain = pl.when(_value(condition)).then(_value(result)).otherwise(chain)
            return chain
        case a.Decay(age, half_life):
            weight = pl.lit(0.5).pow(_value(age).cast(pl.Float64) / (_value(age) * 0 + half_life))
            return (weight * 1_000_000.0 + 0.5).floor().cast(pl.Int64)


def _literal(value: a.Value) -> pl.Expr:
    if isinstance(value, Decimal):
        return pl.lit(int(value), pl.Int64) if value == int(value) else pl.lit(value)
    return pl.lit(value, pl.Int64) if isinstance(value, int) and not isinstance(value, bool) else pl.lit(value)


def _facts(what: Plan, leads: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """The key and every fact, in the type that rules read; a fact without a column is null."""
    schema = leads.collect_schema()
    problems = [] if LEAD_ID in schema else [missing_column("leads", LEAD_ID, schema.names())]
    refuse([*problems, *_wrong_columns(what.facts, schema)])
    return leads.select(LEAD_ID, *(_fact(name, type_, schema, policy) for name, type_ in what.facts.items()))


def _wrong_columns(facts: Mapping[str, str], schema: pl.Schema) -> list[Problem]:
    """The columns that are of another type than the facts of their names."""
    given = [(name, type_) for name, type_ in facts.items() if name in schema]
    return [
        wrong_type("leads", name, _WANTED[type_], schema[name])
        for name, type_ in given
        if not _fits(type_, schema[name])
    ]


_WANTED = {
    "text": "a text or categorical",
    "category": "a text or categorical",
    "number": "a number",
    "boolean": "a boolean",
    "date": "a date or a datetime",
}
_TEXTS = (pl.String, pl.Categorical, pl.Enum)


def _fits(type_: str, dtype: pl.DataType) -> bool:
    match type_:
        case "number":
            return dtype.is_numeric() or dtype == pl.Null
        case "boolean":
            return dtype in (pl.Boolean, pl.Null)
        case "date":
            return isinstance(dtype, (pl.Date, pl.Datetime, pl.Null))
        case _:
            return isinstance(dtype, (*_TEXTS, pl.Null))


def _fact(name: str, type_: str, schema: pl.Schema, policy: Policy) -> pl.Expr:
    dtype = schema.get(name)
    if type_ == "date" and dtype is not None and dtype != pl.Null:
        column = pl.col(name)
        if isinstance(dtype, pl.Datetime):
            column = (
                column.dt.convert_time_zone(policy.document.time_zone).dt.date()
                if dtype.time_zone
                else column.dt.date()
            )
        return column.cast(pl.Int32).cast(pl.Int64)
    column = _fact_column(name, type_, schema)
    source = next((source for source in policy.read_facts if source.fact.name == name), None)
    if source is None or not isinstance(schema.get(source.column), _TEXTS):
        return column
    if name not in schema:
        return _read(source).alias(name)
    return pl.when(_value(policy.facts[name].known)).then(column).otherwise(_read(source)).alias(name)


def _read(source: Source) -> pl.Expr:
    """What a text tells of a fact, each text read once."""

    def read(texts: pl.Series) -> pl.Series:
        once = texts.unique().drop_nulls()
        levels = [reading[0] if text and (reading := source.read(text)) else None for text in once]
        return texts.replace_strict(once, pl.Series(levels, dtype=pl.String), default=None, return_dtype=pl.String)

    return pl.col(source.column).cast(pl.String).map_batches(read, return_dtype=pl.String, is_elementwise=True)


def _fact_column(name: str, type_: str, schema: pl.Schema) -> pl.Expr:
    """A column in the type that rules read, null where it has no value, or is none."""
    dtype = schema.get(name)
    if dtype is None or dtype == pl.Null:
        return pl.lit(
            None, pl.Int64 if type_ in ("number", "date") else pl.Boolean if type_ == "boolean" else pl.String
        ).alias(name)
    column = pl.col(name)
    return pl.when(column.is_finite()).then(column).alias(name) if dtype.is_float() else column


def _joined(what: Plan, rows: pl.LazyFrame, activities: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with the tallies of their events; 0 for a lead without any. Sums stay packed until they are joined."""
    if not what.tallies:
        return rows
    events = _events(what, activities, rows.collect_schema()[LEAD_ID])
    shares = _shares(what, events.collect_schema()[KIND])
    sums = _tallied(what, events, shares)
    names = [name for name in sums.collect_schema().names() if name != LEAD_ID]
    both = rows.join(sums, on=LEAD_ID, how="left").with_columns(pl.col(names).fill_null(0))
    return both.with_columns(
        _unpacked(name, place, tally) for name, share in shares.items() for place, tally in enumerate(share)
    )


def _events(what: Plan, activities: pl.LazyFrame, key: pl.DataType) -> pl.LazyFrame:
    """The events that count at all: one for each id, not after `as_of`, of a kind that a rule counts."""
    schema = activities.collect_schema()
    problems = [
        missing_column("activities", name, schema.names()) for name in (LEAD_ID, KIND, AT) if name not in schema
    ]
    refuse(problems or list(_misfits(schema, key)))
    events = activities.filter(_past(schema[AT], what.now))
    named = [ACTIVITY_ID] if ACTIVITY_ID in schema else []
    at = pl.col(AT) if schema[AT].is_integer() else pl.col(AT).dt.epoch("s")
    timed = [at.alias(a.AT.name)] if named or not what.reads.isdisjoint({a.AGE.name, a.AT.name}) else []
    details = [_detail(name, schema).alias(column) for name, column in DETAILS.items() if column in what.reads]
    events = events.select(LEAD_ID, KIND, *named, *timed, *details)
    if named:
        events = _earliest(events)
    return events.filter(pl.col(KIND).is_in(what.kinds))


def _detail(name: str, schema: pl.Schema) -> pl.Expr:
    """What events are about, in the type that rules read; null where the table has no such column."""
    if name == "amount":
        return _fact_column(name, "number", schema)
    column = _fact_column(name, "text", schema)
    return pl.when(column != "").then(column)


def _past(type_: pl.DataType, now: int) -> pl.Expr:
    """Whether an event lies not after the second `now`. Datetimes are compared as they are, which is faster."""
    if not isinstance(type_, pl.Datetime):
        return pl.col(AT) <= now
    last = (now + 1) * _UNITS[type_.time_unit] - 1
    return pl.col(AT) <= pl.lit(max(-(2**63), min(last, 2**63 - 1)), pl.Int64).cast(type_)


_UNITS = {"ms": 10**3, "us": 10**6, "ns": 10**9}


def _misfits(schema: pl.Schema, key: pl.DataType) -> Iterator[Problem]:
    if schema[LEAD_ID] != key and not (schema[LEAD_ID].is_integer() and key.is_integer()):
        yield wrong_type("activities", LEAD_ID, f"{key} as in leads", schema[LEAD_ID])
    if not isinstance(schema[KIND], _TEXTS):
        yield wrong_type("activities", KIND, _WANTED["text"], schema[KIND])
    for name, type_ in (("subject", "text"), ("amount", "number")):
        if name in schema and not _fits(type_, schema[name]):
            yield wrong_type("activities", name, _WANTED[type_], schema[name])
    if not (isinstance(schema[AT], pl.Datetime) or schema[AT].is_integer()):
        yield wrong_type("activities", AT, "a datetime or whole epoch seconds", schema[AT])


def _earliest(events: pl.LazyFrame) -> pl.LazyFrame:
    """Of the events of a lead with the same id only the earliest, and of several then the first kind by name."""
    names = events.collect_schema().names()
    events = events.with_columns(pl.col(KIND).cast(pl.String))
    named = events.filter(pl.col(ACTIVITY_ID).is_not_null())
    details = [name for name in DETAILS.values() if name in names]
    if details:
        order = pl.struct(a.AT.name, KIND, *(part for name in details for part in _null_first(name)))
        first = pl.all().exclude(LEAD_ID, ACTIVITY_ID).sort_by(order).first()
        once = named.group_by(LEAD_ID, ACTIVITY_ID).agg(first)
    else:
        at = pl.col(a.AT.name).min()
        kind = pl.col(KIND).filter(pl.col(a.AT.name) == at).min()
        once = named.group_by(LEAD_ID, ACTIVITY_ID).agg(kind.alias(KIND), at)
    nameless = events.filter(pl.col(ACTIVITY_ID).is_null())
    return pl.concat([frame.select(LEAD_ID, KIND, a.AT.name, *details) for frame in (once, nameless)])


def _null_first(name: str) -> tuple[pl.Expr, pl.Expr]:
    """An order by a column in which what is missing comes first."""
    return pl.col(name).is_not_null().alias(f"{name}_known"), pl.col(name)


def _shares(what: Plan, kind: pl.DataType) -> dict[str, list[a.Tally]]:
    """The counts that share a sum, by its name: plain counts of texts, since comparing texts is what costs."""
    plain = [tally for tally in what.tallies if tally.counts == a.And(()) and tally.weight == a.Literal(1)]
    plain = [tally for tally in plain if tally.distinct is None and len(tally.kinds) == 1]
    packed = plain if len(plain) > 1 and kind == pl.String else []
    return {f"_share_{place}": packed[place : place + PACKED] for place in range(0, len(packed), PACKED)}


def _tallied(what: Plan, events: pl.LazyFrame, shares: dict[str, list[a.Tally]]) -> pl.LazyFrame:
    """Every tally by lead, those of a share in one sum."""
    if a.AGE.name in what.reads:
        events = events.with_columns((what.now - pl.col(a.AT.name)).alias(a.AGE.name))
    packed = [tally for share in shares.values() for tally in share]
    sums = [_packed(share).sum().alias(name) for name, share in shares.items()]
    return events.group_by(LEAD_ID).agg(*sums, *(_single(tally) for tally in what.tallies if tally not in packed))


def _single(tally: a.Tally) -> pl.Expr:
    kind = pl.col(KIND) == tally.kinds[0] if len(tally.kinds) == 1 else pl.col(KIND).is_in(tally.kinds)
    counted = kind & _value(tally.counts)
    if tally.distinct is not None:
        value = _value(tally.distinct)
        return value.filter(counted & value.is_not_null()).n_unique().cast(pl.Int64).alias(tally.name)
    if tally.weight == a.Literal(1):
        return counted.sum().cast(pl.Int64).alias(tally.name)
    return pl.when(counted).then(_value(tally.weight)).otherwise(0).sum().cast(pl.Int64).alias(tally.name)


def _packed(share: list[a.Tally]) -> pl.Expr:
    by_kind: dict[str, int] = defaultdict(int)
    for place, tally in enumerate(share):
        by_kind[tally.kinds[0]] += 1 << BITS * place
    chain: pl.Expr = pl.lit(0, pl.UInt64)
    for kind, worth in by_kind.items():
        chain = pl.when(pl.col(KIND) == kind).then(pl.lit(worth, pl.UInt64)).otherwise(chain)
    return chain


def _unpacked(share: str, place: int, tally: a.Tally) -> pl.Expr:
    whole = pl.col(share) // pl.lit(1 << BITS * place, pl.UInt64)
    return (whole & pl.lit((1 << BITS) - 1, pl.UInt64)).cast(pl.Int64).alias(tally.name)
