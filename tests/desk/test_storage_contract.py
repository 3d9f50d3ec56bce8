"""Our own stores against the contract that every store is held against."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, make_url

from leadkit.adapters.storage.sql import open_sql
from leadkit.testing.storage_contract import CHECKS, Check, checks
from tests.desk.stores import Open, address, opener

pytestmark = pytest.mark.xdist_group("stores")
HERE = checks(durable=False, processes=False)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(request, tmp_path_factory) -> Open:
    return opener(request.param, tmp_path_factory.mktemp("store"))


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request, tmp_path):
    """The host's own engine, as plain as SQLAlchemy makes it."""
    url = make_url(address(request.param, tmp_path))
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
    engine = create_engine(url.set(drivername=drivers[url.drivername]))
    yield engine
    engine.dispose()


class TestContract:
    """`leadkit.testing.storage_contract` is the test suite that every storage passes, ours and other people's."""

    @pytest.mark.parametrize("check", HERE, ids=str)
    def test_memory_keeps_the_promises_of_one_process(self, check: Check, tmp_path):
        check(opener("memory", tmp_path))

    @pytest.mark.parametrize("check", CHECKS, ids=str)
    def test_a_database_keeps_every_promise(self, check: Check, database: Open):
        check(database)

    @pytest.mark.parametrize("check", HERE, ids=str)
    def test_the_hosts_engine_does_as_well(self, check: Check, engine):
        check(lambda: open_sql(engine))
