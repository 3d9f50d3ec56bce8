"""Several tenants in one database: each in a schema of its own, and none sees anything of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

import leadkit as lk
from leadkit.adapters.backup import backup, restore
from leadkit.adapters.sql import drift
from leadkit.adapters.sql.engines import engine_of
from leadkit.adapters.sql.schema import HEAD, SQL_TABLES
from leadkit.adapters.sql.schemas import qualified
from leadkit.errors import StorageError
from tests.desk.desks import ACTORS, BOSS, lead, open_desk, team, touch
from tests.desk.stores import postgres_database
from tests.desk.test_transactions import driver

pytestmark = pytest.mark.xdist_group("stores")
TENANTS = ("tenant_a", 'Tenant "B" 50%: x')


def by_address(url: str, schema: str) -> Any:
    return engine_of(url).url.update_query_dict({"schema": schema}).render_as_string(hide_password=False)


def by_map(url: str, schema: str) -> Any:
    return create_engine(driver(url), execution_options={"schema_translate_map": {None: schema}})


def by_path(url: str, schema: str) -> Any:
    """An engine of a host that looks for its tables in one schema."""
    engine = create_engine(driver(url))
    name = engine.dialect.identifier_preparer.quote(schema)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {name}")

    @event.listens_for(engine, "connect")
    def look(connection: Any, _: Any) -> None:
        connection.execute(f"SET search_path TO {name}".replace("%%", "%"))
        connection.commit()

    engine.dispose()
    return engine


@pytest.fixture(params=[by_address, by_map, by_path])
def tenant(request, postgres) -> Iterator[Callable[[str], Any]]:
    with ExitStack() as stack:

        def named(schema: str) -> Any:
            of = request.param(postgres, schema)
            if not isinstance(of, str):
                stack.callback(of.dispose)
            return of

        yield named


@pytest.fixture
def postgres() -> str:
    return postgres_database(migrated=False)


def schemas(url: str) -> set[str]:
    engine = engine_of(url)
    with engine.connect() as connection:
        names = text("SELECT schemaname FROM pg_tables WHERE tablename LIKE 'leadkit_%'")
        found = set(connection.execute(names).scalars())
    engine.dispose()
    return found


class TestTenants:
    """Every tenant has its own tables, made by `migrate` for it alone."""

    def test_each_has_its_own_leads(self, tenant, postgres):
        first, second = (tenant(name) for name in TENANTS)
        assert (lk.migrate(first).before, lk.migrate(first).before) == (None, HEAD)
        with pytest.raises(StorageError, match="has no leadkit schema"):
            lk.Desk("standard", second)
        assert lk.migrate(second).before is None
        with open_desk(first) as ours, open_desk(second) as theirs:
            team(ours, li="sales_rep")
            ours.capture(lead(1))
            theirs.capture(lead(1))
            ours.assign("L1", by=BOSS)
            ours.record(touch(1))
            ours.clock.pass_(days=30)
            ours.tick()
            assert len(ours.changes()) > len(theirs.changes()) > 0
            assert ours.erase("L1", by=ACTORS["director"]).outcome == "erased"
            ours.storage.sweep()
            assert (ours.leads(), [state.owner for state in theirs.leads()]) == ((), [None])
        assert schemas(postgres) == set(TENANTS)

    def test_what_differs_is_looked_for_in_the_schema(self, postgres):
        first, second = (by_address(postgres, name) for name in TENANTS)
        lk.migrate(first)
        lk.migrate(second)
        engine = engine_of(second)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP TABLE {qualified(connection, SQL_TABLES['claims'].name)}")
        engine.dispose()
        assert (drift(first), drift(second)[0].place) == ((), "leadkit_claims")

    def test_a_backup_of_one_is_restored_into_another(self, postgres, tmp_path):
        first, second = (by_address(postgres, name) for name in TENANTS)
        for address in (first, second):
            lk.migrate(address)
        with lk.Desk("standard", first) as ours, lk.Desk("standard", second) as theirs:
            ours.capture(lead(1))
            backup(ours.storage, tmp_path / "ours.gz")
            restore(theirs.storage, tmp_path / "ours.gz")
            theirs.capture(lead(2))
            assert [len(desk.changes()) for desk in (ours, theirs)] == [1, 2]

    def test_the_hint_names_the_schema(self, postgres):
        with pytest.raises(StorageError) as caught:
            lk.Desk("standard", by_address(postgres, "tenant_a"))
        assert "schema=tenant_a" in caught.value.problems[0].hint

    @pytest.mark.parametrize("made", [by_map, by_path])
    def test_a_connection_of_the_hosts(self, postgres, made):
        engine = made(postgres, "tenant_a")
        with engine.begin() as connection:
            before = connection.exec_driver_sql("SHOW search_path").scalar_one()
            lk.migrate(connection)
            assert connection.exec_driver_sql("SHOW search_path").scalar_one() == before
            open_desk(connection).capture(lead())
        with open_desk(by_address(postgres, "tenant_a")) as desk:
            assert [state.id for state in desk.queue()] == ["L1"]
        engine.dispose()

    def test_a_search_path_that_would_tear_tables_apart_is_refused(self, postgres):
        lk.migrate(postgres)
        by_path(postgres, "tenant_a").dispose()
        engine = create_engine(driver(postgres), connect_args={"options": "-c search_path=tenant_a,public"})
        with pytest.raises(StorageError, match="in the schema public, and new ones would go to tenant_a"):
            lk.migrate(engine)
        engine.dispose()
        assert schemas(postgres) == {"public"}

    def test_sqlite_has_none(self, tmp_path):
        address = f"sqlite:///{tmp_path / 'leads.db'}"
        with pytest.raises(StorageError, match="has no schemas"):
            lk.migrate(f"{address}?schema=tenant_a")
        engine = create_engine(address, execution_options={"schema_translate_map": {None: "tenant_a"}})
        for use in (lk.migrate, lambda engine: lk.Desk("standard", engine)):
            with pytest.raises(StorageError, match="has no schemas"):
                use(engine)
        engine.dispose()
