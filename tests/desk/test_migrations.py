"""The schema in a database: brought there when asked to, beside a host's own, and held against what the code knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, Engine, inspect, text

import leadkit as lk
from leadkit.adapters.sql import open_sql, schema
from leadkit.adapters.sql.engines import engine_of
from leadkit.adapters.sql.migration import upgrade
from leadkit.adapters.sql.schema import HEAD, METADATA, PREFIX, VERSION_TABLE
from leadkit.store.protocol import Query
from leadkit.store.tables import (
    ACTIVITIES,
    CLAIMS,
    DUTIES,
    JOURNAL,
    KEYS,
    LEADS,
    OPPORTUNITIES,
    PERSONS,
    STATEMENTS,
    TABLES,
)
from leadkit.testing.storage.checks import all_of
from tests.desk.stores import address, postgres_database, sqlite_file

pytestmark = pytest.mark.xdist_group("stores")
PLAIN = {
    "text": "x", "integer": 1, "flag": 1, "moment": "2023-09-30 08:00:00.000000", "day": "2023-09-30", "amount": "1",
    "points": 1.5, "json": "[]",
}  # fmt: skip
VERSIONS = Path(schema.__file__).parent / "migrations" / "versions"
NUMBERS = {"integer", "flag", "points"}


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request, tmp_path) -> str:
    """The address of a database with nothing in it."""
    return f"sqlite:///{tmp_path / 'new.db'}" if request.param == "sqlite" else postgres_database(migrated=False)


@pytest.fixture(params=["sqlite", "postgres"])
def migrated(request, tmp_path) -> str:
    return address(request.param, tmp_path)


def take_back(revision: Any) -> None:
    """Undo the migrations from the latest one to this one."""
    for name in sorted((file.stem for file in VERSIONS.glob("0*.py")), reverse=True):
        if name[:4] >= revision.revision:
            import_module(f"leadkit.adapters.sql.migrations.versions.{name}").downgrade()


OF_0002 = (
    (
        f"INSERT INTO {PREFIX}leads (id, version, other_sources, tags, captured_at, custom, verified, status, in_queue,"
        " reasons, missing, points, stage, told_priority, first_touch_at, last_touch_at, next_touch_at)"
        " VALUES ('L1', 1, '[]', '[]', '2023-09-30 08:00:00.000000+00:00', '{}', '{}', 'valid', TRUE, '[]', '[]', 0,"
        " 'interest', 'medium', '2023-10-01 08:00:00.000000+00:00', '2023-10-02 08:00:00.000000+00:00',"
        " '2023-10-03 08:00:00.000000+00:00')"
    ),
    (
        f"INSERT INTO {PREFIX}opportunities (id, version, stage, phase, win_factors)"
        " VALUES ('O1', 1, 'won', 'signed', '[]')"
    ),
    (
        f"INSERT INTO {PREFIX}statements (id, opportunity_id, kind, written_at, written_by, said)"
        """ VALUES ('S1', 'O1', 'hand_over', '2023-10-01 08:00:00.000000+00:00', 'li', '{"terms": "two years"}')"""
    ),
    (
        f"INSERT INTO {PREFIX}duties (id, version, kind, since, due_at, provisional, state, told)"
        " VALUES ('D1', 1, 'win', '2023-10-01 08:00:00.000000+00:00', '2023-10-02 08:00:00.000000+00:00', FALSE,"
        " 'open', 'breached')"
    ),
    (
        f"INSERT INTO {PREFIX}keys (id, payload, command, at, receipt)"
        " VALUES ('K1', 'an older hash', 'screen', '2023-10-01 08:00:00.000000+00:00', '{}')"
    ),
)
"""A row of each table whose columns have other names since."""


def shape(connection: Connection) -> dict[str, Any]:
    """The columns and indexes of every table by their names."""
    looked_at = inspect(connection)
    return {
        table.name: (
            {column["name"] for column in looked_at.get_columns(PREFIX + table.name)},
            {index["name"]: index["column_names"] for index in looked_at.get_indexes(PREFIX + table.name)},
        )
        for table in TABLES
        if looked_at.has_table(PREFIX + table.name)
    }


def run(url: str, *statements: str) -> list[Any]:
    engine = engine_of(url)
    with engine.begin() as connection:
        for statement in statements[:-1]:
            connection.execute(text(statement))
        last = connection.execute(text(statements[-1]))
        found = [tuple(row) for row in last] if last.returns_rows else []
    engine.dispose()
    return found


@pytest.fixture
def engine(migrated) -> Iterator[Engine]:
    engine = engine_of(migrated)
    yield engine
    engine.dispose()


class TestMigrate:
    """Alembic migrations in the package with their own version table, never run without being asked."""

    def test_a_fresh_database_is_brought_to_the_schema_and_a_second_time_nothing_happens(self, fresh):
        first, second = lk.migrate(fresh), lk.migrate(fresh)
        assert (first.before, first.after) == (None, HEAD)
        assert (second.before, second.after) == (HEAD, HEAD)
        open_sql(fresh).close()

    def test_several_processes_may_do_it_at_once(self, fresh):
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lk.migrate, [fresh] * 4))
        assert sorted(one.before or "" for one in done) == ["", HEAD, HEAD, HEAD]

    def test_a_failed_migration_leaves_nothing(self, fresh):
        run(fresh, f"CREATE TABLE {PREFIX}members (id TEXT)")
        with pytest.raises(lk.errors.StorageError):
            lk.migrate(fresh)
        engine = engine_of(fresh)
        assert inspect(engine).get_table_names() == [f"{PREFIX}members"]
        engine.dispose()

    def test_every_older_schema_is_brought_up_with_its_rows(self, fresh):
        engine = engine_of(fresh)
        with engine.begin() as connection:
            upgrade(connection, "0001")
            connection.execute(text(
                f"INSERT INTO {PREFIX}leads (id, version, other_sources, tags, captured_at, custom, verified, status,"
                " in_queue, reasons, missing, points) VALUES ('L1', 1, '[]', '[]', '2023-09-30 08:00:00.000000', '{}',"
                f" '{{}}', 'new', {'1' if fresh.startswith('sqlite') else 'true'}, '[]', '[]', 0)"
            ))  # fmt: skip
        engine.dispose()
        with pytest.raises(lk.errors.StorageError, match=f"has schema 0001, this leadkit needs {HEAD}"):
            open_sql(fresh)
        assert lk.migrate(fresh).before == "0001"
        with closing(open_sql(fresh)) as storage:
            assert [row.id for row in all_of(storage, Query(LEADS))] == ["L1"]

    def test_columns_that_get_plain_names_keep_their_values(self, fresh):
        engine = engine_of(fresh)
        with engine.begin() as connection:
            upgrade(connection, "0002")
            for statement in OF_0002:
                connection.execute(text(statement))
        lk.migrate(fresh)
        with closing(open_sql(fresh)) as storage:
            (lead,), (opportunity,), (statement,), (duty,), (key,) = (
                all_of(storage, Query(table)) for table in (LEADS, OPPORTUNITIES, STATEMENTS, DUTIES, KEYS)
            )
        assert (lead.nurture_stage, lead.notified_priority) == ("interest", "medium")
        follow_ups = (lead.first_follow_up_at, lead.last_follow_up_at, lead.next_follow_up_at)
        assert [at.day for at in follow_ups] == [1, 2, 3]
        assert (opportunity.status, opportunity.stage) == ("won", "signed")
        assert (statement.fields, duty.last_alert) == ({"terms": "two years"}, "breached")
        assert (key.id, key.payload) == ("K1", None), "a used key gives its receipt, whatever hash it was used under"
        engine.dispose()

    def test_a_person_of_before_has_no_other_values(self, fresh):
        engine = engine_of(fresh)
        with engine.begin() as connection:
            upgrade(connection, "0003")
            connection.execute(text(f"INSERT INTO {PREFIX}persons (id, other_contacts) VALUES ('L1', '[]')"))
        engine.dispose()
        lk.migrate(fresh)
        with closing(open_sql(fresh)) as storage:
            (person,) = all_of(storage, Query(PERSONS))
        assert (person.id, person.other_values) == ("L1", {})

    def test_of_an_owner_of_before_nobody_knows_since_when(self, fresh):
        engine = engine_of(fresh)
        with engine.begin() as connection:
            upgrade(connection, "0005")
            connection.execute(text(
                f"INSERT INTO {PREFIX}leads (id, version, other_sources, tags, captured_at, custom, verified, status,"
                " in_queue, reasons, missing, points, owner) VALUES ('L1', 1, '[]', '[]',"
                " '2023-09-30 08:00:00.000000+00:00', '{}', '{}', 'valid', TRUE, '[]', '[]', 0, 'li')"
            ))  # fmt: skip
        engine.dispose()
        lk.migrate(fresh)
        with closing(open_sql(fresh)) as storage:
            (row,) = all_of(storage, Query(LEADS))
            assert (row.owner, row.owned_at, row.claimed_by, row.last_owner, row.released_at) == ("li", *[None] * 4)
            assert all_of(storage, Query(CLAIMS)) == []

    def test_of_an_opportunity_of_before_nobody_is_known_to_compete(self, fresh):
        engine = engine_of(fresh)
        with engine.begin() as connection:
            upgrade(connection, "0009")
            connection.execute(text(
                f"INSERT INTO {PREFIX}opportunities (id, version, status, stage, win_factors)"
                " VALUES ('O1', 1, 'open', 'graded', '[]')"
            ))  # fmt: skip
        engine.dispose()
        lk.migrate(fresh)
        with closing(open_sql(fresh)) as storage:
            assert [row.rivals for row in all_of(storage, Query(OPPORTUNITIES))] == [()]
        with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            import_module("leadkit.adapters.sql.migrations.versions.0010_figures").downgrade()
            assert list(connection.execute(text(f"SELECT id FROM {PREFIX}opportunities"))) == [("O1",)]
        engine.dispose()

    def test_a_filled_store_is_settled_by_the_next_tick_and_the_columns_can_be_taken_back(self, fresh):
        engine = engine_of(fresh)
        revision = import_module("leadkit.adapters.sql.migrations.versions.0013_settled")
        with engine.begin() as connection:
            upgrade(connection, revision.down_revision)
            before = shape(connection)
            connection.execute(text(
                f"INSERT INTO {PREFIX}leads (id, version, other_sources, tags, captured_at, custom, verified, checks,"
                " signals, reached, status, in_queue, reasons, missing, points, priority) VALUES ('L1', 1, '[]', '[]',"
                " '2023-09-04 08:00:00.000000+00:00', '{}', '{}', '{}', '{}', '{}', 'valid', TRUE, '[]', '[]', 0,"
                " 'low')"
            ))  # fmt: skip
            connection.execute(text(
                f"INSERT INTO {PREFIX}opportunities (id, version, status, stage, win_factors, rivals, opened_at)"
                " VALUES ('O1', 1, 'open', 'assessing', '[]', '[]', '2023-09-04 08:00:00.000000+00:00')"
            ))  # fmt: skip
        lk.migrate(fresh)
        with lk.Desk("standard", fresh, clock=lambda: datetime(2023, 9, 4, 9, tzinfo=UTC)) as desk:
            assert desk.due() == ()
            assert desk.tick().settled == 2
            assert {item.kind for item in desk.due()} == {"response", "follow_up", "regrade"}
        engine.dispose()
        with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            take_back(revision)
            assert shape(connection) == before
        engine.dispose()

    def test_the_notes_of_reviews_come_to_a_filled_store_and_can_be_taken_away(self, fresh):
        engine = engine_of(fresh)
        revision = import_module("leadkit.adapters.sql.migrations.versions.0011_review_notes")
        with engine.begin() as connection:
            upgrade(connection, revision.down_revision)
            before = shape(connection)
            connection.execute(text(
                f"INSERT INTO {PREFIX}members (id, version, role, active) VALUES ('li', 1, 'sales_rep', TRUE)"
            ))  # fmt: skip
        lk.migrate(fresh)
        with lk.Desk("standard", fresh, clock=lambda: datetime(2023, 9, 4, tzinfo=UTC)) as desk:
            assert desk.measures() == ()
            by = lk.Actor(id="lin", role="supervisor")
            desk.note_review("2023-08", measures=[("call them", "li", date(2023, 9, 30))], by=by)
            assert [measure.owner for measure in desk.measures()] == ["li"]
        engine.dispose()
        with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            take_back(revision)
            assert shape(connection) == before
            assert list(connection.execute(text(f"SELECT id FROM {PREFIX}members"))) == [("li",)]
        engine.dispose()

    def test_what_erasures_left_behind_before_goes_and_nothing_of_others(self, fresh):
        engine = engine_of(fresh)
        at = "'2023-09-30 08:00:00.000000+00:00'"
        with engine.begin() as connection:
            upgrade(connection, "0011")
            for lead_id, erased in (("L1", at), ("L2", "NULL")):
                connection.execute(text(
                    f"INSERT INTO {PREFIX}leads (id, version, other_sources, tags, captured_at, custom, verified,"
                    " status, in_queue, reasons, missing, points, entered_by, product, region, channel, signals,"
                    f" reached, checks, erased_at) VALUES ('{lead_id}', 1, '[]', '[]', {at}, '{{}}', '{{}}', 'valid',"
                    f" FALSE, '[]', '[]', 0, 'secret', 'secret', 'secret', '官网', '{{}}', '{{}}', '{{}}', {erased})"
                ))  # fmt: skip
                connection.execute(text(
                    f"INSERT INTO {PREFIX}activities (id, lead_id, kind, occurred_at, recorded_at, means, by) VALUES"
                    f" ('A{lead_id}', '{lead_id}', 'reply', {at}, {at}, 'secret', 'secret')"
                ))  # fmt: skip
                connection.execute(text(
                    f"INSERT INTO {PREFIX}journal (id, at, actor, role, command, lead_id, details) VALUES"
                    f" ('J{lead_id}', {at}, 'li', 'system', 'capture', '{lead_id}', '{{\"channel\":\"secret\"}}')"
                    .replace('":"', '"\\:"')
                ))  # fmt: skip
        lk.migrate(fresh)
        with closing(open_sql(fresh)) as storage:
            erased, other = sorted(all_of(storage, Query(LEADS)), key=lambda row: row.id)
            touches = sorted(all_of(storage, Query(ACTIVITIES)), key=lambda row: row.id)
            lines = sorted(all_of(storage, Query(JOURNAL)), key=lambda row: row.id)
        assert (erased.entered_by, erased.product, erased.region, erased.channel) == (None, None, None, "官网")
        assert (other.entered_by, other.product, other.region) == ("secret", "secret", "secret")
        assert [(touch.means, touch.by) for touch in touches] == [(None, None), ("secret", "secret")]
        assert [dict(line.details) for line in lines] == [{}, {"channel": "secret"}]
        engine.dispose()

    def test_a_lead_that_is_open_already_is_so_since_it_came_and_that_can_be_taken_back(self, fresh):
        engine = engine_of(fresh)
        revision = import_module("leadkit.adapters.sql.migrations.versions.0009_nurture")
        with engine.begin() as connection:
            upgrade(connection, revision.down_revision)
            before = shape(connection)
            for lead_id, status in (("L1", "new"), ("L2", "valid")):
                connection.execute(text(
                    f"INSERT INTO {PREFIX}leads (id, version, other_sources, tags, captured_at, custom, verified,"
                    f" status, in_queue, reasons, missing, points) VALUES ('{lead_id}', 1, '[]', '[]',"
                    f" '2023-09-30 08:00:00.000000+00:00', '{{}}', '{{}}', '{status}', TRUE, '[]', '[]', 0)"
                ))  # fmt: skip
            connection.execute(text(
                f"INSERT INTO {PREFIX}activities (id, lead_id, kind, occurred_at, recorded_at) VALUES"
                " ('A1', 'L1', 'reply', '2023-09-30 08:00:00.000000+00:00', '2023-09-30 08:00:00.000000+00:00')"
            ))  # fmt: skip
        lk.migrate(fresh)
        with closing(open_sql(fresh)) as storage:
            (new, valid), (touch,) = all_of(storage, Query(LEADS)), all_of(storage, Query(ACTIVITIES))
        assert (new.open_since, valid.open_since) == (new.captured_at, None)
        assert (new.accepted_at, new.accepted_by, new.ready_at, new.signals, new.checks) == (None, None, None, {}, {})
        assert touch.content_id is None
        engine.dispose()
        with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            take_back(revision)
            assert shape(connection) == before
        engine.dispose()

    def test_what_was_entered_before_steps_had_times_stays_and_the_columns_can_be_taken_back(self, fresh):
        engine = engine_of(fresh)
        revision = import_module("leadkit.adapters.sql.migrations.versions.0008_steps")
        at = "'2023-09-30 08:00:00.000000+00:00'"
        filled = {
            "leads": "(id, version, other_sources, tags, captured_at, custom, verified, status, in_queue, reasons,"
            f" missing, points) VALUES ('L1', 1, '[]', '[]', {at}, '{{}}', '{{}}', 'invalid', FALSE, '[]', '[]', 0)",
            "activities": f"(id, lead_id, kind, occurred_at, recorded_at) VALUES ('A1', 'L1', 'reply', {at}, {at})",
            "activity_texts": "(id, lead_id, content) VALUES ('A1', 'L1', 'x')",
            "opportunities": "(id, version, status, stage, win_factors) VALUES ('O1', 1, 'open', 'graded', '[]')",
            "objections": f"(id, opportunity_id, round, key, raised_at) VALUES ('T1', 'O1', 1, FALSE, {at})",
            "journal": f"(id, at, actor, role, command, details) VALUES ('E1', {at}, 'li', 'system', 'plan', '{{}}')",
        }
        with engine.begin() as connection:
            upgrade(connection, revision.down_revision)
            before = shape(connection)
            for table, row in filled.items():
                connection.execute(text(f"INSERT INTO {PREFIX}{table} {row}"))
            upgrade(connection, revision.revision)
            for table, column, _ in revision.ADDED:
                assert list(connection.execute(text(f"SELECT {column} FROM {PREFIX}{table}"))) == [(None,)], table
        with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            revision.downgrade()
            assert shape(connection) == before
            for table in filled:
                assert len(list(connection.execute(text(f"SELECT id FROM {PREFIX}{table}")))) == 1
        engine.dispose()

    def test_what_was_handed_over_before_was_accepted_and_deals_keep_their_amounts(self, fresh):
        engine = engine_of(fresh)
        revision = import_module("leadkit.adapters.sql.migrations.versions.0007_deals")
        with engine.begin() as connection:
            upgrade(connection, revision.down_revision)
            before = shape(connection)
            for deal, handed_over in (("O1", "'2023-10-02 08:00:00.000000+00:00'"), ("O2", "NULL")):
                connection.execute(text(
                    f"INSERT INTO {PREFIX}opportunities (id, version, status, stage, amount, handed_over_at,"
                    f" win_factors) VALUES ('{deal}', 1, 'won', 'won', '800000', {handed_over}, '[]')"
                ))  # fmt: skip
            upgrade(connection, revision.revision)
        with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            revision.downgrade()
            assert shape(connection) == before
            revision.upgrade()
        lk.migrate(fresh)
        with closing(open_sql(fresh)) as storage:
            accepted, waits = all_of(storage, Query(OPPORTUNITIES))
        assert (accepted.handover_accepted_at, waits.handover_accepted_at) == (accepted.handed_over_at, None)
        assert (accepted.amount, accepted.amount_basis, accepted.contract_amount) == (800_000, None, None)
        engine.dispose()

    def test_plain_names_can_be_taken_back(self, fresh):
        engine = engine_of(fresh)
        with engine.begin() as connection:
            upgrade(connection, "0002")
            before = shape(connection)
            upgrade(connection, "0003")
            assert shape(connection) != before
            with Operations.context(MigrationContext.configure(connection)):
                import_module("leadkit.adapters.sql.migrations.versions.0003_plain_names").downgrade()
            assert shape(connection) == before
        engine.dispose()

    def test_a_hosts_own_tables_and_versions_are_left_alone(self, fresh):
        run(fresh, "CREATE TABLE alembic_version (version_num VARCHAR(32))", "CREATE TABLE leads (id INTEGER)",
            "INSERT INTO alembic_version VALUES ('the hosts')", "INSERT INTO leads VALUES (1)")  # fmt: skip
        lk.migrate(fresh)
        assert run(fresh, "SELECT version_num FROM alembic_version") == [("the hosts",)]
        assert run(fresh, "SELECT id FROM leads") == [(1,)]
        assert run(fresh, f"SELECT version_num FROM {VERSION_TABLE}") == [(HEAD,)]

    def test_in_a_hosts_connection_it_is_the_host_who_commits(self, fresh):
        engine = engine_of(fresh)
        with engine.connect() as connection:
            lk.migrate(connection)
            connection.rollback()
        with pytest.raises(lk.errors.StorageError, match="has no leadkit schema"):
            open_sql(engine)
        with engine.connect() as connection:
            lk.migrate(connection)
            connection.commit()
        open_sql(engine)
        engine.dispose()


class TestOtherSchemas:
    """The schema must be at the version that this code knows; the hint is the command to run."""

    def test_a_database_without_one_is_refused_and_left_as_it_is(self, fresh):
        with pytest.raises(lk.errors.StorageError, match="has no leadkit schema") as caught:
            lk.Desk("standard", fresh)
        assert caught.value.problems[0].hint.startswith("leadkit migrate --db ")
        if fresh.startswith("sqlite"):
            assert not Path(fresh.removeprefix("sqlite:///")).exists()
            assert caught.value.problems[0].hint == f"leadkit migrate --db {fresh}"

    def test_an_older_one_is_refused_with_the_command(self, migrated):
        run(migrated, f"UPDATE {VERSION_TABLE} SET version_num = '0000'")
        with pytest.raises(lk.errors.StorageError, match=f"has schema 0000, this leadkit needs {HEAD}") as caught:
            lk.Desk("standard", migrated)
        if migrated.startswith("sqlite"):
            assert caught.value.problems[0].hint == f"leadkit migrate --db {migrated}"

    @pytest.mark.parametrize("use", [open_sql, lk.migrate])
    def test_a_newer_one_is_refused_and_left_as_it_is(self, migrated, use):
        run(migrated, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        with pytest.raises(lk.errors.StorageError, match="has schema 9999, which is newer") as caught:
            use(migrated)
        assert caught.value.problems[0].hint == "upgrade leadkit"
        assert run(migrated, f"SELECT version_num FROM {VERSION_TABLE}") == [("9999",)]


class TestSchema:
    """Real typed columns that reporting tools can read, the same in the migrations as in the code."""

    def test_the_migrations_make_what_the_code_knows(self, engine):
        options = {"version_table": VERSION_TABLE, "include_name": lambda name, kind, _: kind != "table" or _ours(name)}
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={**options, "compare_type": True})
            assert compare_metadata(context, METADATA) == []

    def test_every_index_is_there_under_its_name(self, engine):
        wanted = {
            f"ix_{PREFIX}{table.name}_{'_'.join(index).replace('-', '')}" for table in TABLES for index in table.indexes
        }
        found = {
            index["name"]
            for table in TABLES
            for index in inspect(engine).get_indexes(PREFIX + table.name)
            if index["name"].startswith("ix_")
        }
        assert found == wanted
        assert max(map(len, wanted)) <= 63

    def test_every_column_is_there_and_may_be_empty_where_the_row_may(self, engine):
        for table in TABLES:
            found = {one["name"]: one["nullable"] for one in inspect(engine).get_columns(PREFIX + table.name)}
            wanted = {name: name != "seq" and table.nullable(name) for name in table.columns}
            assert {name: found[name] for name in wanted} == wanted
            assert set(found) == set(wanted)

    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
    def test_sqlite_refuses_a_value_of_the_wrong_type(self, table, tmp_path):
        file = sqlite_file(tmp_path).removeprefix("sqlite:///")
        names, values = zip(*((f'"{name}"', PLAIN[kind]) for name, kind in table.columns.items()), strict=True)
        places = ", ".join("?" * len(values))
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(f"INSERT INTO {PREFIX}{table.name} ({', '.join(names)}) VALUES ({places})", values)
            for name, kind in table.columns.items():
                wrong = "not a number" if kind in NUMBERS else b"bytes"
                with pytest.raises(sqlite3.Error, match=r"cannot store|datatype mismatch"):
                    connection.execute(f'UPDATE {PREFIX}{table.name} SET "{name}" = ?', [wrong])


def _ours(name: str | None) -> bool:
    return name is not None and name.startswith(PREFIX) and name != VERSION_TABLE
