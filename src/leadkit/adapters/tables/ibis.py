"""A policy on Ibis tables: the algebra as expressions that DuckDB, PostgreSQL, Spark and others run as SQL."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportOperatorIssue=false, reportCallIssue=false

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import add, and_, or_
from typing import Any

from leadkit.adapters.tables.account_plan import check_account, event_plan
from leadkit.adapters.tables.plan import (
    ACTIVITY_ID,
    AT,
    BRANCH,
    DETAILS,
    KIND,
    LEAD_ID,
    Plan,
    level_columns,
    missing_column,
    plan,
    refuse,
    wrong_type,
)
from leadkit.errors import MissingExtraError, Problem, TableError
from leadkit.policy import Policy
from leadkit.policy.route import OTHERWISE
from leadkit.rules import algebra as a
from leadkit.rules.moments import EPOCH, seconds
from leadkit.rules.row_facts import MAIL, Source

try:
    import ibis
    import ibis.expr.datatypes as dt
    import ibis.expr.types as ir
except ImportError:
    raise MissingExtraError.of("ibis-framework", "ibis") from None

from leadkit.adapters.tables.account_ibis import with_account_facts

WHOLE, FACTOR = "decimal(19, 0)", "decimal(19, 6)"
"""Micro-points, of 64 bits, on their way to points: the product has the 38 digits that engines go up to."""
LAST = 253_402_300_799
"""The last second that a datetime can be."""
WITHOUT_PATTERNS = ("mssql",)
"""Dialects that find no patterns in texts, and so no domain in a mail address."""
MOST_TEXTS = 10_000
"""So many different texts are read for a fact that an engine can't read itself."""
FAR = 64.0
"""After so many half-lives an event weighs nothing; some engines refuse to compute smaller powers."""


def evaluate(
    policy: Policy,
    leads: ir.Table,
    activities: ir.Table | None = None,
    *,
    as_of: datetime,
    account: str | None = None,
) -> ir.Table:
    """All that a policy says of every lead, as an Ibis table: nothing is run.

    Takes, gives and raises what `leadkit.adapters.tables.polars.evaluate` does, with these differences: a date of
    closing is a date; a time without a zone is in UTC, and a Spark session's zone must be UTC; SQLite has no decimals,
    points are floats there.
    """
    engine = engine_of(leads)
    if account is not None:
        leads = _with_account_facts(policy, leads, activities, account, as_of, engine)
    return _evaluate(policy, leads, activities, as_of, engine)


def _with_account_facts(  # noqa: PLR0913, PLR0917
    policy: Policy, leads: ir.Table, activities: ir.Table | None, account: str, as_of: datetime, engine: str
) -> ir.Table:
    asked = event_plan(policy, as_of)
    check_account(account, leads.columns)
    events = (
        None if asked is None or activities is None else _events(asked, activities, leads.schema()[LEAD_ID], engine)
    )
    return with_account_facts(policy, leads, events, account, seconds(as_of), engine)


def _evaluate(policy: Policy, leads: ir.Table, activities: ir.Table | None, as_of: datetime, engine: str) -> ir.Table:
    if policy.document.route is None:
        return _decided(policy, leads, activities, as_of, engine)
    parts = [
        _decided(branch, leads.filter(chosen), activities, as_of, engine).mutate(**{BRANCH: ibis.literal(value)})
        for value, branch, chosen in _branches(policy, leads, engine)
    ]
    types: dict[str, dt.DataType] = {LEAD_ID: parts[0].schema()[LEAD_ID], BRANCH: dt.string}
    for part in parts:
        types |= {name: type_ for name, type_ in part.schema().items() if name not in types}
    names = list(types)
    return ibis.union(*(_with_columns(part, names, types) for part in parts))


def _with_columns(rows: ir.Table, names: Iterable[str], types: Mapping[str, dt.DataType]) -> ir.Table:
    """Rows with these columns, null where they have none of a name."""
    return rows.select(**{name: rows[name] if name in rows.columns else ibis.null(types[name]) for name in names})


def _branches(policy: Policy, leads: ir.Table, engine: str) -> Iterator[tuple[str, Policy, ir.BooleanValue]]:
    """Each branch of a policy with `[route]`, and which rows are its own."""
    route = policy.document.route
    assert route is not None
    field = policy.facts[route.field]
    refuse(_wrong_columns({field.name: field.type}, leads.schema()))
    value = _fact_or_read(field.name, field.type, leads, engine, policy.read_facts)
    for name, branch in policy.branches.items():
        is_named = value.isin(list(route.sources)).fill_null(False)
        yield name, branch, ~is_named if name == OTHERWISE else (value == name).fill_null(False)


def _decided(policy: Policy, leads: ir.Table, activities: ir.Table | None, as_of: datetime, engine: str) -> ir.Table:
    what = plan(policy, leads.columns, as_of)
    rows = _facts(what, leads, engine, policy.read_facts)
    if activities is not None:
        rows = _joined(what, rows, activities, engine)
    elif what.tallies:
        rows = rows.mutate(**{tally.name: ibis.literal(0, "int64") for tally in what.tallies})
    for layer in what.layers:
        rows = rows.mutate(**{name: _value(expression, rows) for name, expression in layer})
    return rows.select(rows[LEAD_ID], **{name: _output(rows[name], kind) for name, kind in what.outputs.items()})


def sql(policy: Policy, dialect: str, *, as_of: datetime, key: str = "string", graded: bool = False) -> str:
    """The statement that evaluates a policy in an engine's own SQL, on tables `leads` and `activities`.

    It is compiled, and run in the tests for DuckDB, SQLite, PostgreSQL and Spark only. Every fact that the policy asks
    for is taken to be a column of `leads`, `lead_id` of the type `key`; `graded` adds the columns of grading. Where
    rules ask what events are about, `activities` has `subject` and `amount`; where they ask for the domain of a mail,
    `leads` has `email`, but in a dialect without patterns, where it has `mail_domain` alone.

    Raises:
        TableError: there is no such dialect, or it lacks something that the policy needs.
        FactError: `as_of` is naive.
    """
    _prepare(dialect)
    seconds(as_of)
    try:
        leads = ibis.table({LEAD_ID: dt.dtype(key), **_schema(policy, dialect, graded=graded)}, name="leads")
        details = {"subject": "string", "amount": "decimal(38, 6)"}
        reads = frozenset().union(*(each.scorer.program.reads for each in policy.deciding))
        asked = {name: type_ for name, type_ in details.items() if DETAILS[name] in reads}
        columns = {LEAD_ID: dt.dtype(key), KIND: "string", AT: "timestamp", **asked}
        activities = ibis.table(columns, name="activities")
        return str(ibis.to_sql(_evaluate(policy, leads, activities, as_of, dialect), dialect=dialect))
    except (ibis.common.exceptions.IbisError, ValueError, RuntimeError, AttributeError, ImportError) as error:
        hint = "try duckdb, postgres, pyspark, bigquery, snowflake or trino, and a key such as string or int64"
        problem = Problem(f"can't express the policy: {str(error)[:200]}", hint, place=f"dialect {dialect}")
        raise TableError(problem) from None


def _prepare(dialect: str) -> None:
    """Spark's dialect is complete only once its backend was loaded."""
    if dialect == "pyspark":
        try:
            _ = ibis.pyspark.name
        except (ImportError, AttributeError):
            raise MissingExtraError(Problem("pyspark is not installed", "pip install pyspark")) from None


def _schema(policy: Policy, dialect: str, *, graded: bool) -> dict[str, str]:
    """The columns of `leads` that a policy reads; numbers are decimals, which have no NaN."""
    types = {"number": "decimal(38, 6)", "boolean": "boolean", "date": "date"}
    some_level = list(level_columns(policy).values()) if graded else []
    facts = {route.field: "text"} if (route := policy.document.route) is not None else {}
    for each in policy.deciding:
        facts |= plan(each, some_level, EPOCH).facts
    mail = {"email": "string"} if "mail_domain" in facts and dialect not in WITHOUT_PATTERNS else {}
    return {name: types.get(type_, "string") for name, type_ in facts.items()} | mail


def _output(column: ir.Value, kind: str) -> ir.Value:
    if kind != "points":
        return column
    return (column.cast(WHOLE) * ibis.literal(Decimal("0.000001"), FACTOR)).cast("decimal(38, 6)")


def _value(expression: a.Expression, rows: ir.Table) -> Any:  # noqa: C901, PLR0911, PLR0912
    match expression:
        case a.Column(name):
            return rows[name]
        case a.Literal(value):
            return _literal(value)
        case a.Known(column):
            return rows[column.name].notnull()
        case a.Equals(column, literal):
            return (rows[column.name] == _literal(literal.value)).fill_null(False)
        case a.Among(column, values):
            return rows[column.name].isin(values).fill_null(False)
        case a.EndsWith(column, endings):
            text = rows[column.name]
            parts = (text.right(len(ending)) == _literal(ending) for ending in endings)
            return reduce(or_, parts).fill_null(False)
        case a.AtLeast(left, right):
            return _value(left, rows) >= _value(right, rows)
        case a.LessThan(left, right):
            return _value(left, rows) < _value(right, rows)
        case a.And(parts):
            return reduce(and_, (_value(part, rows) for part in parts)) if parts else ibis.literal(True)
        case a.Or(parts):
            return reduce(or_, (_value(part, rows) for part in parts)) if parts else ibis.literal(False)
        case a.Not(part):
            return ~_value(part, rows)
        case a.Add(parts):
            return reduce(add, (_value(part, rows) for part in parts)) if parts else ibis.literal(0, "int64")
        case a.Multiply(left, right):
            return _value(left, rows) * _value(right, rows)
        case a.Quotient(value, divisor):
            return (_value(value, rows).cast("float64") / float(divisor)).floor().cast("int64")
        case a.Least(left, right):
            return ibis.least(_value(left, rows), _value(right, rows))
        case a.Greatest(left, right):
            return ibis.greatest(_value(left, rows), _value(right, rows))
        case a.Case(branches, otherwise):
            cases = [(_value(condition, rows), _value(result, rows)) for condition, result in branches]
            return ibis.cases(*cases, else_=_value(otherwise, rows)) if cases else _value(otherwise, rows)
        case a.Decay(age, half_life):
            halvings = ibis.least(_value(age, rows).cast("float64") / half_life, FAR)
            return (ibis.literal(0.5) ** halvings * 1_000_000.0 + 0.5).floor().cast("int64")


def _literal(value: a.Value) -> ir.Scalar:
    if isinstance(value, Decimal):
        return ibis.literal(int(value), "int64") if value == int(value) else ibis.literal(float(value))
    return (
        ibis.literal(value, "int64") if isinstance(value, int) and not isinstance(value, bool) else ibis.literal(value)
    )


_WANTED = {"text": "a text", "category": "a text", "number": "a number", "boolean": "a boolean", "date": "a date"}
_NOTHING = {"number": "int64", "date": "int64", "boolean": "boolean"}


def _facts(what: Plan, leads: ir.Table, engine: str, sources: Iterable[Source]) -> ir.Table:
    """The key and every fact, in the type that rules read; a fact without a column is null.

    A fact that is read from a text asks the engine for the different texts, unless it is a mail's domain.
    """
    schema = leads.schema()
    problems = [] if LEAD_ID in schema else [missing_column("leads", LEAD_ID, list(schema))]
    refuse([*problems, *_wrong_columns(what.facts, schema)])
    facts = {name: _fact_or_read(name, type_, leads, engine, sources) for name, type_ in what.facts.items()}
    return leads.select(leads[LEAD_ID], **facts)


def _wrong_columns(facts: Mapping[str, str], schema: ibis.Schema) -> list[Problem]:
    """The columns that are of another type than the facts of their names."""
    given = [(name, type_) for name, type_ in facts.items() if name in schema]
    return [
        wrong_type("leads", name, _WANTED[type_], schema[name])
        for name, type_ in given
        if not _fits(type_, schema[name])
    ]


def _fact_or_read(name: str, type_: str, leads: ir.Table, engine: str, sources: Iterable[Source]) -> ir.Value:
    """A fact by its column, where that has no value by the text that tells it."""
    column = _fact(name, type_, leads, engine)
    source = next((source for source in sources if source.fact.name == name and source.column in leads.columns), None)
    if source is None or not leads[source.column].type().is_string():
        return column
    if name not in leads.columns:
        return _read(source, leads)
    return ibis.ifelse(_value(source.fact.known, leads), column, _read(source, leads))


def _read(source: Source, leads: ir.Table) -> ir.Value:
    """What a text tells of a fact."""
    column = leads[source.column]
    if source.fact.name == "mail_domain":
        mail = column.strip()
        domain = mail.substr(mail.find("@") + 1).lower()
        return ibis.ifelse(mail.re_search(f"^{MAIL}$"), domain, ibis.null("string"))
    by_value: dict[str, list[str]] = defaultdict(list)
    for text in _different(column):
        reading = source.read(text)
        if reading is not None:
            by_value[reading[0]].append(text)
    cases = [(column.isin(texts), ibis.literal(value)) for value, texts in by_value.items()]
    return ibis.cases(*cases, else_=ibis.null("string")) if cases else ibis.null("string")


def _different(column: ir.Value) -> list[str]:
    """The different texts of a column, read from the engine; none where the table lies in no engine."""
    if not engine_of(column.as_table()):
        return []
    rows = column.name("text").as_table().distinct().limit(MOST_TEXTS + 1).to_pyarrow().column("text").to_pylist()
    if len(rows) > MOST_TEXTS:
        hint = "read the words beforehand, and give the fact a column of its own"
        place = f"column {column.get_name()}"
        raise TableError(Problem(f"has more than {MOST_TEXTS} different texts", hint, place=place))
    return sorted(text for text in rows if text)


def _fits(type_: str, dtype: dt.DataType) -> bool:
    wanted = {"number": dt.Numeric, "boolean": dt.Boolean, "date": dt.Date}.get(type_, dt.String)
    return isinstance(dtype, (wanted, dt.Null)) and not (type_ == "number" and isinstance(dtype, dt.Boolean))


def _fact(name: str, type_: str, leads: ir.Table, engine: str) -> ir.Value:
    if name not in leads.columns or isinstance(leads.schema()[name], dt.Null):
        return ibis.null(_NOTHING.get(type_, "string"))
    column = leads[name]
    if type_ == "date":
        return column.epoch_days().cast("int64")
    if column.type().is_floating() and engine != "sqlite":
        return ibis.ifelse(column.isnan() | column.isinf(), ibis.null(column.type()), column)
    return column


def _joined(what: Plan, rows: ir.Table, activities: ir.Table, engine: str) -> ir.Table:
    """The rows with the tallies of their events; 0 for a lead without any."""
    names = [tally.name for tally in what.tallies]
    if not names:
        return rows
    sums = _tallied(what, _events(what, activities, rows.schema()[LEAD_ID], engine))
    both = rows.left_join(sums, rows[LEAD_ID] == sums[LEAD_ID])
    facts = [name for name in rows.columns if name != LEAD_ID]
    kept = {LEAD_ID: rows[LEAD_ID], **{name: rows[name] for name in facts}}
    return both.select(**kept, **{name: sums[name].fill_null(0) for name in names})


def _events(what: Plan, activities: ir.Table, key: dt.DataType, engine: str) -> ir.Table:
    """The events that count at all: one for each id, not after `as_of`, of a kind that a rule counts."""
    schema = activities.schema()
    problems = [missing_column("activities", name, list(schema)) for name in (LEAD_ID, KIND, AT) if name not in schema]
    refuse(problems or list(_misfits(schema, key)))
    past = activities.filter(_past(activities[AT], what.now, engine))
    columns = {LEAD_ID: past[LEAD_ID], KIND: past[KIND], a.AT.name: whole_seconds(past[AT], engine)}
    columns |= {column: _detail(name, past, engine) for name, column in DETAILS.items() if column in what.reads}
    events = past.select(**columns, **({ACTIVITY_ID: past[ACTIVITY_ID]} if ACTIVITY_ID in schema else {}))
    if ACTIVITY_ID in schema:
        events = _earliest(events)
    return events.filter(events[KIND].isin(what.kinds))


def _detail(name: str, activities: ir.Table, engine: str) -> ir.Value:
    """What events are about, in the type that rules read; null where the table has no such column."""
    column = _fact(name, "text" if name == "subject" else "number", activities, engine)
    return column.nullif("") if name == "subject" else column


def _past(at: ir.Value, now: int, engine: str) -> ir.Value:
    """Whether an event lies not after the second `now`. Timestamps are compared as they are, which is faster."""
    if at.type().is_integer() or engine == "sqlite" or now >= LAST:
        return whole_seconds(at, engine) <= now
    zone = "UTC" if at.type().timezone else None
    return at < ibis.literal(EPOCH + timedelta(seconds=now + 1), dt.Timestamp(timezone=zone))


def _misfits(schema: ibis.Schema, key: dt.DataType) -> Iterator[Problem]:
    lead_id = schema[LEAD_ID]
    if lead_id.copy(nullable=True) != key.copy(nullable=True) and not (lead_id.is_integer() and key.is_integer()):
        yield wrong_type("activities", LEAD_ID, f"{key} as in leads", lead_id)
    if not schema[KIND].is_string():
        yield wrong_type("activities", KIND, _WANTED["text"], schema[KIND])
    for name, type_ in (("subject", "text"), ("amount", "number")):
        if name in schema and not _fits(type_, schema[name]):
            yield wrong_type("activities", name, _WANTED[type_], schema[name])
    if not (schema[AT].is_timestamp() or schema[AT].is_integer()):
        yield wrong_type("activities", AT, "a timestamp or whole epoch seconds", schema[AT])


@ibis.udf.scalar.builtin
def unixepoch(text: str) -> int:
    """SQLite's own seconds since 1970, of a text in UTC."""
    raise NotImplementedError


@ibis.udf.scalar.builtin
def substr(text: str, start: int, length: int) -> str:
    """SQLite's own part of a text."""
    raise NotImplementedError


@ibis.udf.scalar.builtin
def epoch_us(moment: datetime) -> int:
    """DuckDB's own microseconds since 1970: a tenth of the time that cutting a moment to its second takes."""
    raise NotImplementedError


def whole_seconds(column: ir.Value, engine: str) -> ir.Value:
    """Whole seconds since 1970, fractions dropped."""
    if column.type().is_integer():
        return column.cast("int64")
    if engine == "sqlite":
        return unixepoch(substr(column.cast("string"), 1, 19))
    if engine == "duckdb":
        return epoch_us(column) // 1_000_000
    return column.truncate("s").epoch_seconds().cast("int64")


def engine_of(table: ir.Table) -> str:
    """The name of the engine that a table lies in; empty where it lies in none."""
    try:
        return str(table.get_backend().name)
    except ibis.common.exceptions.IbisError:
        return ""


def _earliest(events: ir.Table) -> ir.Table:
    """Of the events of a lead with the same id only the earliest, and of several then the first kind by name."""
    named = events.filter(events[ACTIVITY_ID].notnull())
    details = [name for name in DETAILS.values() if name in events.columns]
    null_first = [part for name in details for part in (named[name].notnull(), named[name])]
    order = ibis.window(group_by=[LEAD_ID, ACTIVITY_ID], order_by=[a.AT.name, KIND, *null_first])
    ranked = named.mutate(rank=ibis.row_number().over(order))
    once = ranked.filter(ranked["rank"] == 0).select(LEAD_ID, KIND, a.AT.name, *details)
    return once.union(events.filter(events[ACTIVITY_ID].isnull()).select(LEAD_ID, KIND, a.AT.name, *details))


def _tallied(what: Plan, events: ir.Table) -> ir.Table:
    """Every tally by lead."""
    if a.AGE.name in what.reads:
        events = events.mutate(**{a.AGE.name: ibis.literal(what.now, "int64") - events[a.AT.name]})
    return events.group_by(LEAD_ID).aggregate(**{tally.name: _tally(tally, events) for tally in what.tallies})


def _tally(tally: a.Tally, events: ir.Table) -> ir.Value:
    counted = events[KIND] == tally.kinds[0] if len(tally.kinds) == 1 else events[KIND].isin(tally.kinds)
    if tally.counts != a.And(()):
        counted &= _value(tally.counts, events)
    if tally.distinct is not None:
        return _value(tally.distinct, events).nunique(where=counted)
    if tally.weight == a.Literal(1):
        return events.count(where=counted)
    return ibis.ifelse(counted, _value(tally.weight, events), 0).sum().cast("int64")
