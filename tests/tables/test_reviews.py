"""A review from tables is that from cases, on every engine, to the last digit."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import ibis
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.tables import review_ibis, review_polars
from leadkit.reviewing.count import count
from leadkit.reviewing.review import Review, reviewed
from tests.reviewing.made_up import AS_OF, QUARTER, Row, cases, tables
from tests.tables.engines import ENGINES

pytestmark = [
    pytest.mark.xdist_group("engines"),
    pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR"),
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]
ZONED = pl.Datetime("us", "UTC")
LEADS = dict.fromkeys(tables(random.Random(0), 1)[0][0], pl.String) | dict.fromkeys(
    ("received_at", "first_response_at", "response_due_at"), ZONED
)
OPPORTUNITIES = dict.fromkeys(tables(random.Random(0), 1)[1][0], pl.String) | {
    "amount": pl.Decimal(20, 2),
    "opened_at": ZONED,
    "closed_at": ZONED,
    "expected_close": ZONED,
    "stage_since": ZONED,
}
ACTIVITIES = {"lead_id": pl.String, "occurred_at": ZONED, "kind": pl.String, "means": pl.String}
Frames = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]


def frames(leads: list[Row], opportunities: list[Row], activities: list[Row]) -> Frames:
    return (
        pl.DataFrame(leads, schema=LEADS),
        pl.DataFrame(opportunities, schema=OPPORTUNITIES),
        pl.DataFrame(activities, schema=ACTIVITIES),
    )


def expected(leads: list[Row], opportunities: list[Row], activities: list[Row]) -> Review:
    found, others, touches = cases(leads, opportunities, activities)
    cells, before = (count(found, others, one, as_of=AS_OF, touches=touches) for one in (QUARTER, QUARTER.previous))
    return reviewed(cells, before, QUARTER, as_of=AS_OF, currency="CNY")


@settings(max_examples=40)
@given(st.integers(0, 10**9), st.integers(1, 80))
def test_polars_agrees_with_the_plain_way(seed, size):
    rows = tables(random.Random(seed), size)
    leads, opportunities, activities = frames(*rows)
    assert review_polars.review(leads, opportunities, QUARTER, activities, as_of=AS_OF) == expected(*rows)


@pytest.fixture(scope="module", params=list(ENGINES))
def table(request: pytest.FixtureRequest) -> Iterator[Callable[[str, pl.DataFrame], object]]:
    with ENGINES[request.param]() as engine:
        floats = request.param == "sqlite"

        def made(name: str, frame: pl.DataFrame) -> object:
            return engine.table(name, frame.with_columns(pl.col(pl.Decimal).cast(pl.Float64)) if floats else frame)

        yield made


@pytest.mark.parametrize("seed", range(3))
def test_every_engine_agrees_with_the_plain_way(table, seed):
    rows = tables(random.Random(seed), 150)
    leads, opportunities, activities = (
        table(name, frame) for name, frame in zip(("leads", "opportunities", "activities"), frames(*rows), strict=True)
    )
    found, wanted = review_ibis.review(leads, opportunities, QUARTER, activities, as_of=AS_OF), expected(*rows)
    assert found == wanted
    assert found.to_dict() == wanted.to_dict()


def test_columns_that_are_not_there_are_not_known():
    leads = pl.DataFrame({"lead_id": [1, 2], "status": ["valid", "new"], "received_at": [QUARTER.start] * 2})
    opportunities = pl.DataFrame(
        {"opportunity_id": [7], "status": ["open"], "opened_at": [QUARTER.start], "closed_at": [None]},
        schema_overrides={"closed_at": ZONED},
    )
    found = review_polars.review(leads, opportunities.with_columns(lead_id=pl.lit(1)), QUARTER)
    assert (found.total.leads, found.total.valid_leads, found.cohort.opportunities) == (2, 1, 1)
    problems = {"lead_without_channel": 2, "opportunity_without_channel": 1, "months_before_the_first_lead": 3}
    assert found.problems == problems


def test_a_table_that_lacks_columns_or_repeats_a_key_is_refused():
    leads = pl.DataFrame({"lead_id": ["a", "a"], "status": ["new"] * 2, "received_at": [0, 0]})
    with pytest.raises(lk.errors.TableError, match=r"(?s)no column status.*no column opened_at.*no column closed_at"):
        review_polars.review(leads, pl.DataFrame({"opportunity_id": ["x"]}), QUARTER)
    some = pl.DataFrame({"opportunity_id": ["x"], "status": ["open"], "opened_at": [0], "closed_at": [1]})
    with pytest.raises(lk.errors.TableError, match="lead_id: 1 rows repeat a key"):
        review_polars.review(leads, some, QUARTER)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_column_of_a_type_that_can_not_be_read_is_refused_before_anything_runs(engine):
    rows = tables(random.Random(1), 5)
    review, put = (review_polars.review, pl.DataFrame.lazy) if engine == "polars" else (review_ibis.review, _in_duckdb)
    leads, opportunities, _ = frames(*rows)
    wrong = leads.with_columns(channel=pl.lit([1]), received_at=pl.lit("soon"))
    with pytest.raises(
        lk.errors.TableError, match=r"(?s)column channel: must be a text.*column received_at: must be a time"
    ):
        review(put(wrong), put(opportunities), QUARTER)
    with pytest.raises(lk.errors.TableError, match=r"column amount: must be a number, not [Ss]tring"):
        review(put(leads), put(opportunities.with_columns(amount=pl.lit("much"))), QUARTER)
    with pytest.raises(lk.errors.TableError, match=r"column lead_id: must be [Ss]tring as in leads, not [Ii]nt64"):
        review(put(leads), put(opportunities.with_columns(lead_id=pl.lit(1, pl.Int64))), QUARTER)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_state_that_nothing_counts_is_refused_and_not_left_out_in_silence(engine):
    leads = pl.DataFrame({"lead_id": [1, 2, 3], "status": ["valid", "Valid", None], "received_at": [0] * 3})
    some = pl.DataFrame({"opportunity_id": [1], "status": ["closed won"], "opened_at": [0], "closed_at": [1]})
    review, put = (review_polars.review, pl.DataFrame.lazy) if engine == "polars" else (review_ibis.review, _in_duckdb)
    with pytest.raises(lk.errors.TableError, match=r"leads, column status: 2 rows have another .*hint: .*new, valid"):
        review(put(leads), put(some.with_columns(status=pl.lit("won"))), QUARTER)
    with pytest.raises(
        lk.errors.TableError, match=r"opportunities, column status: 1 rows have another .*open, won, lost"
    ):
        review(put(leads.with_columns(status=pl.lit("new"))), put(some), QUARTER)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("amount", [float("nan"), float("inf"), 1e17, -0.5])
def test_an_amount_that_is_none_is_refused(engine, amount):
    leads = pl.DataFrame({"lead_id": [1], "status": ["valid"], "received_at": [0]})
    some = pl.DataFrame(
        {
            "opportunity_id": [1, 2],
            "status": ["won"] * 2,
            "opened_at": [0, 0],
            "closed_at": [1, 1],
            "amount": [amount, 5.0],
        }
    )
    review, put = (review_polars.review, pl.DataFrame.lazy) if engine == "polars" else (review_ibis.review, _in_duckdb)
    with pytest.raises(
        lk.errors.TableError, match="opportunities, column amount: 1 rows have no amount that can be counted"
    ):
        review(put(leads), put(some), QUARTER)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_opportunities_without_leads_are_counted_beside_leads_with_numbers(engine):
    leads = pl.DataFrame({"lead_id": [1], "status": ["valid"], "received_at": [QUARTER.start]})
    some = pl.DataFrame(
        {"opportunity_id": ["x"], "status": ["open"], "opened_at": [QUARTER.start], "closed_at": [None]},
        schema_overrides={"closed_at": ZONED},
    )
    review, put = (review_polars.review, pl.DataFrame.lazy) if engine == "polars" else (review_ibis.review, _in_duckdb)
    assert review(put(leads), put(some), QUARTER).total.opportunities == 1


def _in_duckdb(frame: pl.DataFrame) -> ibis.Table:
    return ibis.memtable(frame.to_arrow())
