"""The review from Polars frames."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from leadkit.adapters.tables.reviews import (
    ACTIVITIES,
    GROUPED,
    KEYS,
    LEADS,
    MOST_AMOUNT,
    OPPORTUNITIES,
    STATES,
    Rows,
    check_columns,
    check_keys,
    check_types,
    present,
    refuse_rows,
    review_of,
)
from leadkit.errors import MissingExtraError
from leadkit.reviewing.cases import BLANKS, WINDOWS
from leadkit.reviewing.count import DAY, HOUR, MINUTE, Bounds
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period
from leadkit.reviewing.review import Review

try:
    import polars as pl
except ImportError:
    raise MissingExtraError.of("polars", "polars") from None

Frame = pl.LazyFrame | pl.DataFrame
_ACTIVITIES = {"lead_id": pl.String, "occurred_at": pl.Int64}
_EMPTY = {"key": pl.String, "text": pl.String, "time": pl.Int64, "amount": pl.Int64}


def review(
    leads: Frame,
    opportunities: Frame,
    period: Period | str,
    activities: Frame | None = None,
    *,
    zone: str = "Asia/Shanghai",
    as_of: datetime | None = None,
    currency: str = "CNY",
    first_grade: str | None = "A",
    notes: ReviewNotes | None = None,
) -> Review:
    """The figures of a period, and of the one before it: those that `leadkit.review` gives for the same cases.

    Args:
        leads: the columns of `leadkit.adapters.tables.reviews.LEADS`; times are datetimes (UTC where they have no zone)
            or whole epoch seconds; `status` is one of a lead's; a row with `duplicate_of` was joined to another.
        opportunities: the columns of `OPPORTUNITIES`; `amount` has at most two decimals, more are rounded.
        activities: `lead_id` and `occurred_at` of our follow-ups, for the intervals between them.
        period: such as `2023-Q3`, in `zone`.
        as_of: when the review is made, the end of the period where it is left out.

    Raises:
        TableError: a column is missing or has the wrong type, or a key stands twice.
        FactError: the text names no period.
    """
    own = _Frames(leads.lazy(), opportunities.lazy(), None if activities is None else activities.lazy())
    return review_of(
        own.rows,
        period,
        zone=ZoneInfo(zone),
        as_of=as_of,
        currency=currency,
        first_grade=first_grade,
        notes=notes,
    )


class _Frames:
    """The tables of one review, their columns in the types that are counted."""

    def __init__(self, leads: pl.LazyFrame, opportunities: pl.LazyFrame, activities: pl.LazyFrame | None) -> None:
        plain = _read("leads", leads, LEADS)
        key = plain.collect_schema()["lead_id"]
        check_keys(key, _typed(opportunities))
        cases = _read("opportunities", opportunities, OPPORTUNITIES, key)
        _refuse_rows("leads", plain, leads)
        _refuse_rows("opportunities", cases, opportunities)
        first = cases.group_by("lead_id").agg(pl.col("opened_at").min().alias("converted_at"))
        own = plain.select("lead_id", *GROUPED, pl.col("received_at").alias("lead_received_at"))
        self.leads = plain.join(first, on="lead_id", how="left")
        joined = cases.join(own, on="lead_id", how="left", suffix="_of_lead")
        self.opportunities = joined.with_columns(owner=pl.coalesce("owner", "owner_of_lead"))
        self.activities = None if activities is None else _read("activities", activities, ACTIVITIES)

    def rows(self, bounds: Bounds, apart: bool) -> Rows:
        """What is counted for one period; where not `apart`, as if nothing were known that cases are grouped by."""
        leads, opportunities = (one if apart else _alike(one) for one in (self.leads, self.opportunities))
        received = leads.filter(_holds("received_at", bounds))
        counted = received.filter(pl.col("duplicate_of").is_null())
        cases = _cases(opportunities, bounds)
        activities = pl.LazyFrame(schema=_ACTIVITIES) if self.activities is None else self.activities
        of_leads, answers, of_cases, cycles, *problems, between = _collected(
            _lead_cells(counted, bounds),
            _response_cells(counted, bounds),
            _opportunity_cells(cases),
            _cycle_cells(cases),
            *self._problems(received, cases),
            _intervals(activities, bounds),
        )
        return Rows(
            leads=of_leads,
            responses=answers,
            opportunities=of_cases,
            cycles=cycles,
            intervals=between,
            problems={name: int(value) for part in problems for name, value in part[0].items()},
        )

    def _problems(self, received: pl.LazyFrame, cases: pl.LazyFrame) -> tuple[pl.LazyFrame, ...]:
        leads = self.leads.select(lead_without_date=pl.col("received_at").null_count())
        duplicates = received.select(duplicate_lead=pl.col("duplicate_of").count())
        ended = (pl.col("status") != "open") & pl.col("closed_at").is_null()
        undated = self.opportunities.select(
            opportunity_without_date=pl.col("opened_at").null_count(), closed_without_date=ended.sum()
        )
        turned = pl.col("closed") & (pl.col("opened_at") > pl.col("closed_at"))
        return leads, duplicates, undated, cases.select(closed_before_opened=turned.sum())


def _alike(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in GROUPED)


def _read(
    table: str, frame: pl.LazyFrame, columns: Mapping[str, str], key: pl.DataType | type[pl.DataType] = pl.String
) -> pl.LazyFrame:
    """The columns that are read; one that is not there, or holds nothing at all, is null in its type."""
    check_columns(table, frame.collect_schema().names())
    types, empty = _typed(frame), {**_EMPTY, "key": key}
    check_types(table, types, columns, _fits)
    return frame.select(
        _column(name, kind, types) if there else pl.lit(None, empty[kind]).alias(name)
        for name, kind, there in present(types, columns)
    )


def _typed(frame: pl.LazyFrame) -> dict[str, pl.DataType]:
    return {name: type_ for name, type_ in frame.collect_schema().items() if type_ != pl.Null}


def _fits(kind: str, found: pl.DataType) -> bool:
    if kind == "time":
        return isinstance(found, (pl.Datetime, pl.Date)) or found.is_integer()
    return found.is_numeric() if kind == "amount" else not (found.is_nested() or isinstance(found, pl.Binary))


def _column(name: str, kind: str, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    column = pl.col(name)
    if kind == "text":
        text = column.cast(pl.String)
        return pl.when(text.str.strip_chars(BLANKS) != "").then(text).alias(name)
    if kind == "amount":
        return (column * 100).round(0).cast(pl.Int64)
    if kind == "time" and isinstance(schema[name], (pl.Datetime, pl.Date)):
        return column.cast(pl.Datetime("us")).dt.epoch("us").floordiv(1_000_000).alias(name)
    return column


def _refuse_rows(table: str, frame: pl.LazyFrame, raw: pl.LazyFrame) -> None:
    state = pl.col(STATES[table].column)
    known = state.is_in(STATES[table].words).fill_null(False)
    sums = frame.select(rows=pl.len(), keys=pl.col(KEYS[table]).n_unique(), unknown=(~known).sum())
    amount = pl.col("amount").cast(pl.Float64) if "amount" in _typed(raw) else pl.lit(None, pl.Float64)
    wrong = raw.select(wrong=(~((amount >= 0) & (amount < MOST_AMOUNT))).fill_null(False).sum())
    (found,), (amounts,) = _collected(sums, wrong)
    refuse_rows(table, **found, **amounts)


def _holds(name: str, bounds: Bounds) -> pl.Expr:
    column = pl.col(name)
    return ((column >= bounds.start) & (column < bounds.end) & (column <= bounds.as_of)).fill_null(False)


def _lead_cells(leads: pl.LazyFrame, bounds: Bounds) -> pl.LazyFrame:
    received, converted = pl.col("received_at"), pl.col("converted_at")
    months = [(received >= start).cast(pl.Int64) for start in bounds.months]
    old = [received + days * DAY <= bounds.as_of for days in WINDOWS]
    soon = [(converted >= received) & (converted < received + days * DAY) for days in WINDOWS]
    keyed = leads.with_columns(cohort=pl.sum_horizontal(months) - 1, reason=pl.col("disqualification_reason"))
    return keyed.group_by(*GROUPED, "cohort", "status", "reason").agg(
        leads=pl.len(),
        **{f"mature_{place}": one.sum() for place, one in enumerate(old)},
        **{f"converted_{place}": (old[place] & one.fill_null(False)).sum() for place, one in enumerate(soon)},
    )


def _response_cells(leads: pl.LazyFrame, bounds: Bounds) -> pl.LazyFrame:
    answered, due = (_known(name, bounds) for name in ("first_response_at", "response_due_at"))
    minutes = (answered - pl.col("received_at")).floordiv(MINUTE).clip(lower_bound=0)
    late = due.is_not_null() & (answered.is_null() | (answered > due))
    return (
        leads.with_columns(minutes=minutes, due=due.is_not_null(), late=late)
        .group_by("priority", "owner", "minutes")
        .agg(leads=pl.len(), due=pl.col("due").sum(), late=pl.col("late").sum())
    )


def _known(name: str, bounds: Bounds) -> pl.Expr:
    return pl.when(pl.col(name) <= bounds.as_of).then(pl.col(name))


def _cases(opportunities: pl.LazyFrame, bounds: Bounds) -> pl.LazyFrame:
    """The opportunities that belong to a period, as they were known at its time."""
    still_open = (pl.col("closed_at") > bounds.as_of).fill_null(False)
    status = pl.when(still_open).then(pl.lit("open")).otherwise(pl.col("status"))
    there = pl.min_horizontal("opened_at", "closed_at") <= bounds.as_of
    known = opportunities.filter(pl.col("opened_at").is_null() | there)
    staged = known.with_columns(status=status, closed_at=_known("closed_at", bounds))
    flagged = staged.with_columns(
        opened=_holds("opened_at", bounds),
        closed=_holds("closed_at", bounds) & (pl.col("status") != "open"),
        entered=_holds("lead_received_at", bounds),
        lost_reason=pl.when(pl.col("status") == "lost").then(pl.col("lost_reason")),
    )
    return flagged.filter(pl.col("opened") | pl.col("closed") | pl.col("entered"))


def _opportunity_cells(cases: pl.LazyFrame) -> pl.LazyFrame:
    keys = (*GROUPED, "grade", "status", "lost_reason", "opened", "closed", "entered")
    amount = pl.col("amount")
    return cases.group_by(*keys).agg(opportunities=pl.len(), amounts=amount.count(), cents=amount.sum())


def _cycle_cells(cases: pl.LazyFrame) -> pl.LazyFrame:
    won = cases.filter(
        (pl.col("status") == "won") & pl.col("opened_at").is_not_null() & pl.col("closed_at").is_not_null()
    )
    timed = won.with_columns(seconds=pl.col("closed_at") - pl.col("opened_at"))
    return timed.group_by(*GROUPED, "grade", "closed", "entered", "seconds").agg(opportunities=pl.len())


def _intervals(activities: pl.LazyFrame, bounds: Bounds) -> pl.LazyFrame:
    before = pl.col("occurred_at").shift(1).over("lead_id", order_by="occurred_at")
    paired = activities.with_columns(before=before).filter(
        _holds("occurred_at", bounds) & pl.col("before").is_not_null()
    )
    hours = (pl.col("occurred_at") - pl.col("before")).floordiv(HOUR)
    return paired.group_by(hours.alias("hours")).agg(touches=pl.len())


def _collected(*frames: pl.LazyFrame) -> list[list[dict[str, Any]]]:
    return [frame.to_dicts() for frame in pl.collect_all(frames, engine="streaming")]
