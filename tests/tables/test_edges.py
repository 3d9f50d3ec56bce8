"""What tables hold besides what one hopes for: wrong types, missing columns, keys and kinds of every sort."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import ibis
import polars as pl
import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.adapters.tables import ibis as on_ibis
from leadkit.adapters.tables.polars import evaluate
from leadkit.cli.commands import cli
from tests.conftest import NOW

LEADS = pl.DataFrame({"lead_id": ["a", "b", "c"], "role": ["user", None, "boss"]})
EVENTS = pl.DataFrame(
    {"lead_id": ["a", "a", "b"], "kind": ["webinar", "reply", "webinar"], "occurred_at": [NOW, NOW, NOW]}
)


def points(policy: lk.Policy, leads: pl.DataFrame, events: pl.DataFrame | None = EVENTS) -> list[Decimal]:
    found = evaluate(policy, leads, events, as_of=NOW).collect()
    return found.sort("lead_id", nulls_last=True)["points"].to_list()


class TestErrors:
    """A column of the wrong type, or a missing key: an error naming table and column, before anything runs."""

    @pytest.mark.parametrize(
        ("leads", "events", "said"),
        [
            ({"role": ["user"]}, None, "table leads: has no column lead_id"),
            ({"lead_id": ["a"], "role": [1]}, None, "table leads, column role: must be a text"),
            ({"lead_id": ["a"], "budget": ["much"]}, None, "table leads, column budget: must be a number"),
            ({"lead_id": ["a"], "phone_valid": [1]}, None, "table leads, column phone_valid: must be a boolean"),
            (
                {"lead_id": ["a"], "expected_close": ["soon"]},
                None,
                "table leads, column expected_close: must be a date",
            ),
            (
                {"lead_id": ["a"]},
                {"lead": ["a"]},
                "table activities: has no column lead_id (hint: did you mean 'lead'?)",
            ),
            ({"lead_id": ["a"]}, EVENTS.drop("kind"), "table activities: has no column kind"),
            ({"lead_id": [1]}, EVENTS, "table activities, column lead_id: must be"),
            ({"lead_id": ["a"]}, EVENTS.with_columns(kind=1), "table activities, column kind: must be a text"),
            (
                {"lead_id": ["a"]},
                EVENTS.with_columns(occurred_at=pl.lit("now")),
                "table activities, column occurred_at",
            ),
        ],
    )
    @pytest.mark.parametrize("engine", ["polars", "ibis"])
    def test_named_before_anything_runs(self, standard, engine, leads, events, said):
        frames = [frame if frame is None else pl.DataFrame(frame) for frame in (leads, events)]
        tables = [frame if frame is None or engine == "polars" else unbound(frame) for frame in frames]
        run = evaluate if engine == "polars" else on_ibis.evaluate
        with pytest.raises(lk.errors.TableError) as caught:
            run(standard, *tables, as_of=NOW)
        assert said in str(caught.value)

    def test_all_at_once(self, standard):
        with pytest.raises(lk.errors.TableError) as caught:
            evaluate(standard, pl.DataFrame({"role": [1], "budget": ["x"]}), as_of=NOW)
        assert len(caught.value.problems) == 3

    def test_a_naive_time_of_decision_is_refused(self, standard):
        with pytest.raises(lk.errors.FactError, match="without a zone"):
            evaluate(standard, LEADS, as_of=datetime(2023, 1, 1))  # noqa: DTZ001


def unbound(frame: pl.DataFrame) -> ibis.Table:
    types = {pl.String: "string", pl.Int64: "int64", pl.Int32: "int32", pl.Boolean: "boolean", pl.Datetime: "timestamp"}
    return ibis.table({name: types[type(dtype)] for name, dtype in frame.schema.items()}, name="t")


class TestKeysAndKinds:
    """Keys of any type, kinds as texts or categories, and leads or events that match nothing."""

    @pytest.mark.parametrize(
        "key", [int, str, lambda n: uuid.UUID(int=n).bytes, lambda n: str(uuid.UUID(int=n)), Decimal]
    )
    def test_keys(self, standard, key):
        leads = pl.DataFrame({"lead_id": [key(1), key(2)], "role": ["user", "user"]})
        events = pl.DataFrame({"lead_id": [key(2), key(9)], "kind": ["webinar"] * 2, "occurred_at": [NOW] * 2})
        assert points(standard, leads, events) == [10, 25]

    @pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["reply", "webinar"]), pl.String])
    def test_kinds(self, standard, kind):
        assert points(standard, LEADS, EVENTS.with_columns(pl.col("kind").cast(kind))) == [35, 15, 0]

    def test_categorical_facts(self, standard):
        leads = LEADS.with_columns(pl.col("role").cast(pl.Categorical))
        assert points(standard, leads) == [35, 15, 0]

    def test_null_keys_and_kinds_and_times_count_for_nobody(self, standard):
        odd = pl.DataFrame(
            {"lead_id": [None, "a", "a"], "kind": ["webinar", None, "webinar"], "occurred_at": [NOW, NOW, None]}
        )
        leads = pl.DataFrame({"lead_id": ["a", None], "role": ["user", "user"]})
        assert points(standard, leads, odd.with_columns(pl.col("occurred_at").cast(pl.Datetime("us", "UTC")))) == [
            10,
            10,
        ]

    def test_leads_twice_and_other_columns_stay_out_of_the_way(self, standard):
        leads = pl.concat([LEADS, LEADS]).with_columns(points=pl.lit("mine"), name=pl.lit("x"))
        assert points(standard, leads) == [35, 35, 15, 15, 0, 0]

    def test_empty_tables(self, standard):
        assert points(standard, LEADS.clear(), EVENTS.clear()) == []
        assert points(standard, LEADS, EVENTS.clear()) == [10, 0, 0]

    def test_more_plain_counts_than_one_sum_holds(self):
        rules = {f"r{n}": {"event": f"e{n}", "points": n + 1} for n in range(11)} | {
            "again": {"event": "e3", "points": 1}
        }
        policy = lk.load_policy({"name": "many", "scoring": {"limit": 1000, "groups": {"g": {"rules": rules}}}})
        kinds = [f"e{n}" for n in range(11) for _ in range(n)]
        events = pl.DataFrame({"lead_id": ["a"] * len(kinds), "kind": kinds, "occurred_at": [NOW] * len(kinds)})
        assert points(policy, LEADS, events)[0] == sum(n * (n + 1) for n in range(11)) + 3


class TestTime:
    """Events count up to the whole second of as_of; zones don't matter, and a time without one is in UTC."""

    @pytest.mark.parametrize(
        ("after", "counted"),
        [
            (timedelta(0), 25),
            (timedelta(microseconds=999_999), 25),
            (timedelta(seconds=1), 10),
            (-timedelta(days=9), 25),
        ],
    )
    def test_edges(self, standard, after, counted):
        events = pl.DataFrame({"lead_id": ["a"], "kind": ["webinar"], "occurred_at": [NOW + after]})
        assert points(standard, LEADS, events)[0] == counted
        assert standard.score({"role": "user"}, [("webinar", NOW + after)], as_of=NOW).points == counted
        berlin = events.with_columns(pl.col("occurred_at").dt.convert_time_zone("Europe/Berlin"))
        naive = events.with_columns(pl.col("occurred_at").dt.replace_time_zone(None).dt.cast_time_unit("ns"))
        assert points(standard, LEADS, berlin)[0] == points(standard, LEADS, naive)[0] == counted

    def test_a_closing_date_with_a_time_is_a_day_of_the_policys_zone(self, standard):
        late = datetime(2023, 10, 29, 17, tzinfo=UTC)
        leads = pl.DataFrame({"lead_id": ["a", "b"], "expected_close": [late, late + timedelta(days=1)]})
        found = evaluate(standard, leads, as_of=NOW).collect().sort("lead_id")
        assert found["urgency__level"].to_list() == ["immediate", "urgent"]
        days = leads.with_columns(expected_close=pl.Series([date(2023, 10, 30), date(2023, 10, 31)]))
        assert evaluate(standard, days, as_of=NOW).collect().sort("lead_id")["urgency__level"].to_list() == [
            "immediate",
            "urgent",
        ]


class TestSql:
    """The statement for other warehouses is compiled; what a dialect can't say is an error."""

    @pytest.mark.parametrize(
        "dialect",
        [
            "duckdb",
            "sqlite",
            "postgres",
            "pyspark",
            "bigquery",
            "snowflake",
            "databricks",
            "trino",
            "clickhouse",
            "mysql",
            "mssql",
        ],
    )
    @pytest.mark.parametrize("name", ["standard", "machinery", "software_services", "saas_product_led", "insurance"])
    def test_compiles(self, dialect, name):
        statement = on_ibis.sql(lk.load_policy(name), dialect, as_of=NOW, key="int64", graded=True)
        assert "activities" in statement
        assert "grade" in statement

    def test_what_a_dialect_lacks(self, standard):
        with pytest.raises(lk.errors.TableError, match="dialect oracle: can't express the policy"):
            on_ibis.sql(standard, "oracle", as_of=NOW)
        with pytest.raises(lk.errors.TableError, match="dialect klingon"):
            on_ibis.sql(standard, "klingon", as_of=NOW)

    def test_the_printed_statement_runs(self, standard):
        connection = ibis.duckdb.connect()
        leads = {
            name: [None]
            for name in on_ibis.evaluate(standard, ibis.table({"lead_id": "int64"}, name="leads"), as_of=NOW).columns
        }
        facts = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in facts_in_sql(standard).items())
        connection.raw_sql(f"CREATE TABLE leads AS SELECT 7::BIGINT AS lead_id, 'user' AS role, {facts}")
        connection.raw_sql(
            "CREATE TABLE activities AS SELECT 7::BIGINT AS lead_id, 'webinar' AS kind, now()::TIMESTAMP AS occurred_at"
        )
        statement = on_ibis.sql(standard, "duckdb", as_of=datetime(2100, 1, 1, tzinfo=UTC), key="int64")
        found = dict(zip(leads, connection.raw_sql(statement).fetchone(), strict=True))
        assert (found["lead_id"], found["points"], found["priority"]) == (7, 25, "low")
        connection.disconnect()


def facts_in_sql(policy: lk.Policy) -> dict[str, str]:
    types = {"number": "DOUBLE", "boolean": "BOOLEAN"}
    return {name: types.get(fact.type, "VARCHAR") for name, fact in policy.facts.items() if name != "role"}


class TestCommand:
    """`leadkit score` on Parquet and Arrow, and `leadkit sql`."""

    def run(self, *words: Any) -> tuple[int, str]:
        result = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
        return result.exit_code, result.output

    @pytest.mark.parametrize("ending", ["parquet", "arrow", "csv"])
    def test_score(self, tmp_path, standard, ending):
        LEADS.with_columns(lead_id=pl.Series(["a", "b", "=1+1"])).write_parquet(tmp_path / "leads.parquet")
        EVENTS.write_ipc(tmp_path / "events.arrow")
        out = tmp_path / f"out.{ending}"
        words = [
            "score",
            tmp_path / "leads.parquet",
            "--activities",
            tmp_path / "events.arrow",
            "--as-of",
            "2023-09-30T00:00+00:00",
        ]
        code, said = self.run(*words, "-o", out)
        assert (code, said.splitlines()[0]) == (0, f"{standard.id}: 3 leads")
        assert "priority: low 3" in said
        read = {"parquet": pl.read_parquet, "arrow": pl.read_ipc, "csv": pl.read_csv}[ending](out).sort("lead_id")
        assert [float(one) for one in read.sort("points")["points"]] == [0, 15, 35]
        assert ("'=1+1" if ending == "csv" else "=1+1") in read["lead_id"].to_list()
        assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []

    def test_bad_files(self, tmp_path):
        (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing")
        (tmp_path / "empty.arrow").write_bytes(b"")
        LEADS.write_parquet(tmp_path / "leads.parquet")
        assert self.run("score", tmp_path / "bad.parquet")[0] == 3
        assert self.run("score", tmp_path / "empty.arrow")[0] == 3
        assert "No such file" in self.run("score", tmp_path / "none.parquet")[1]
        assert "-o takes .parquet" in self.run("score", tmp_path / "leads.parquet", "-o", tmp_path / "x.xlsx")[1]

    def test_a_damaged_file_leaves_no_output(self, tmp_path):
        LEADS.write_parquet(tmp_path / "leads.parquet")
        whole = (tmp_path / "leads.parquet").read_bytes()
        (tmp_path / "leads.parquet").write_bytes(whole[:20] + b"\0" * 40 + whole[60:])
        assert self.run("score", tmp_path / "leads.parquet", "-o", tmp_path / "out.parquet")[0] == 3
        assert not (tmp_path / "out.parquet").exists()

    def test_sql(self):
        code, said = self.run("sql", "standard", "--dialect", "postgres", "--as-of", "2023-09-30")
        assert code == 0
        assert said.startswith("SELECT")
        assert self.run("sql", "standard", "--dialect", "oracle")[0] == 3
        assert self.run("sql", "standard", "--key", "foo")[0] == 3

    @pytest.mark.parametrize("option", [["--explain"], ["--language", "en"]])
    def test_what_only_sheets_have_is_refused(self, tmp_path, option):
        assert self.run("score", tmp_path / "leads.parquet", *option)[0] == 2
