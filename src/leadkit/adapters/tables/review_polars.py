"""The review from Polars frames."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from leadkit.adapters.tables.review_engine import review_of
from leadkit.errors import MissingExtraError
from leadkit.policy.channels import NO_CHANNELS, Channels
from leadkit.policy.review import Targets
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.parts import NO_TARGETS
from leadkit.reviewing.period import Period
from leadkit.reviewing.review import GRADES, NO_REASONS, PRIORITIES, Review
from leadkit.reviewing.spend import Spend
from leadkit.reviewing.sums import BLANKS

try:
    import polars as pl
except ImportError:
    raise MissingExtraError.of("polars", "polars") from None

Frame = pl.LazyFrame | pl.DataFrame


def review(
    leads: Frame,
    opportunities: Frame,
    period: Period | str,
    activities: Frame | None = None,
    *,
    zone: str = "Asia/Shanghai",
    as_of: datetime | None = None,
    currency: str = "CNY",
    grades: Sequence[str] = GRADES,
    priorities: Sequence[str] = PRIORITIES,
    targets: Targets = NO_TARGETS,
    channels: Channels = NO_CHANNELS,
    reasons: Mapping[str, Collection[str]] = NO_REASONS,
    spend: Iterable[Spend] = (),
    notes: ReviewNotes | None = None,
) -> Review:
    """The figures of a period, and of the one before it: those that `leadkit.review` gives for the same cases.

    Args:
        leads: the columns of `leadkit.adapters.tables.review_columns.LEADS`; times are datetimes (UTC where they have
            no zone) or whole epoch seconds; `status` is one of a lead's; a row with `duplicate_of` was joined to
            another.
        opportunities: the columns of `OPPORTUNITIES`; `amount` has at most two decimals, more are rounded.
        activities: `lead_id` and `occurred_at` of our follow-ups, for the intervals between them.
        period: such as `2023-Q3`, in `zone`.
        grades: those of the policy, the best first, and so `priorities`.
        targets: what a month should bring, `policy.document.review.targets`.
        channels: which spellings are one channel, `policy.document.channels`.
        reasons: those that the policy has of `lost` deals and `invalid` leads; none of a kind for any.
        spend: what was spent on channels and their sources, in the currency of the review.
        as_of: when the review is made, the end of the period where it is left out.

    Raises:
        TableError: a column is missing or has the wrong type, or a key stands twice.
        FactError: the text names no period.
    """
    return review_of(
        _Polars(), leads.lazy(), opportunities.lazy(), None if activities is None else activities.lazy(), period,
        zone=zone, as_of=as_of, currency=currency, grades=grades, priorities=priorities, targets=targets,
        channels=channels, reasons=reasons, spend=spend, notes=notes,
    )  # fmt: skip


class _Polars:
    """Frames of Polars, and its streaming engine."""

    def names(self, table: pl.LazyFrame) -> list[str]:
        return table.collect_schema().names()

    def types(self, table: pl.LazyFrame) -> dict[str, pl.DataType]:
        return {name: type_ for name, type_ in table.collect_schema().items() if type_ != pl.Null}

    def fits(self, kind: str, type_: pl.DataType) -> bool:
        if kind == "time":
            return isinstance(type_, (pl.Datetime, pl.Date)) or type_.is_integer()
        if kind == "texts" and isinstance(type_, pl.List):
            return isinstance(type_.inner, pl.String)
        return type_.is_numeric() if kind == "amount" else not (type_.is_nested() or isinstance(type_, pl.Binary))

    def read(self, table: pl.LazyFrame, columns: Mapping[str, str], key: pl.DataType | None) -> pl.LazyFrame:
        return table.select(_columns(columns, self.types(table), key or pl.String()))

    def collect(self, frames: Sequence[pl.LazyFrame]) -> list[pl.DataFrame]:
        return pl.collect_all(frames, engine="streaming")


def _columns(columns: Mapping[str, str], types: Mapping[str, pl.DataType], key: pl.DataType) -> Iterator[pl.Expr]:
    empty: dict[str, Any] = {"key": key, "text": pl.String, "texts": pl.String, "time": pl.Int64, "amount": pl.Int64}
    for name, kind in columns.items():
        yield _column(name, kind, types[name]) if name in types else pl.lit(None, empty[kind]).alias(name)


def _column(name: str, kind: str, type_: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind in {"text", "texts"}:
        text = column.list.join(";") if isinstance(type_, pl.List) else column.cast(pl.String)
        return pl.when(text.str.strip_chars(BLANKS) != "").then(text).alias(name)
    if kind == "amount":
        return (column * 100).round(0).cast(pl.Int64)
    if kind == "time" and isinstance(type_, (pl.Datetime, pl.Date)):
        return column.cast(pl.Datetime("us")).dt.epoch("us").floordiv(1_000_000).alias(name)
    return column
