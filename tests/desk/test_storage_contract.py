"""Our own stores against the contract that every store is held against."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import create_engine, make_url, text

import leadkit as lk
from leadkit.adapters.sql import open_sql
from leadkit.store.protocol import Query
from leadkit.store.rows import LeadRow
from leadkit.store.tables import LEADS
from leadkit.testing.storage.contract import CHECKS, Check, checks
from leadkit.testing.storage.processes import AT
from tests.desk.desks import lead, touch
from tests.desk.kills import standard
from tests.desk.stores import Open, address, opener
from tests.desk.wrong_stores import BROKEN

pytestmark = pytest.mark.xdist_group("contract")
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
    """`leadkit.testing.storage.contract` is the test suite that every storage passes, ours and other people's."""

    @pytest.mark.parametrize("check", HERE, ids=str)
    def test_memory_keeps_the_promises_of_one_process(self, check: Check, tmp_path):
        check(opener("memory", tmp_path))

    @pytest.mark.parametrize("check", CHECKS, ids=str)
    def test_a_database_keeps_every_promise(self, check: Check, database: Open):
        check(database)

    @pytest.mark.parametrize("check", HERE, ids=str)
    def test_the_hosts_engine_does_as_well(self, check: Check, engine):
        check(lambda: open_sql(engine))


class TestHostsConnection:
    """It takes the host's Connection, so that it can join the host's own transaction."""

    def begin(self, connection) -> None:
        connection.execute(text("CREATE TABLE IF NOT EXISTS orders (number INTEGER)"))
        connection.commit()
        connection.execute(text("INSERT INTO orders VALUES (1)"))

    def seen(self, engine) -> tuple[int, int]:
        """How many orders of the host's and how many leads there are."""
        with engine.connect() as connection:
            orders = connection.execute(text("SELECT count(*) FROM orders")).scalar_one()
        with open_sql(engine).transaction(read_only=True) as unit:
            return orders, unit.count(Query(LEADS))

    def test_what_is_written_is_there_once_the_host_commits(self, engine):
        with engine.connect() as connection:
            self.begin(connection)
            desk = lk.Desk(standard(), connection, clock=lambda: AT)
            desk.capture(lead(1), key="k")
            desk.record(touch(1))
            connection.commit()
        assert self.seen(engine) == (1, 1)

    def test_it_is_gone_when_the_host_rolls_back(self, engine):
        with engine.connect() as connection:
            self.begin(connection)
            desk = lk.Desk(standard(), connection, clock=lambda: AT)
            desk.capture(lead(1), key="k")
            desk.erase("L1")
            connection.rollback()
        assert self.seen(engine) == (0, 0)

    def test_a_command_that_fails_takes_nothing_of_the_hosts_with_it(self, engine):
        with engine.connect() as connection:
            self.begin(connection)
            desk = lk.Desk(standard(), connection, clock=lambda: AT)
            desk.capture(lead(1), key="k")
            with pytest.raises(lk.ConflictError):
                desk.capture(lead(2), key="k")
            with suppress(ZeroDivisionError), desk.storage.transaction() as unit:
                unit.add(LEADS, [LeadRow(id="L3", captured_at=AT)])
                raise ZeroDivisionError(unit.count(Query(LEADS)))
            assert desk.capture(lead(4)).outcome == "captured"
            connection.commit()
        assert self.seen(engine) == (1, 2)

    def test_it_goes_on_after_a_commit_and_after_a_rollback(self, engine):
        with engine.connect() as connection:
            self.begin(connection)
            desk = lk.Desk(standard(), connection, clock=lambda: AT)
            for number in (1, 2, 3, 4):
                desk.capture(lead(number))
                (connection.commit if number % 2 else connection.rollback)()
        assert self.seen(engine) == (1, 2)

    def test_others_see_nothing_before_the_commit(self, engine):
        with engine.connect() as connection:
            self.begin(connection)
            lk.Desk(standard(), connection, clock=lambda: AT).capture(lead(1))
            assert self.seen(engine) == (0, 0)
            connection.commit()
        assert self.seen(engine) == (1, 1)

    @pytest.mark.parametrize(
        "name", ["own_writes", "versions", "adding_twice", "queries", "unicode", "keys", "refusals"]
    )
    def test_it_keeps_the_promises_of_one_connection(self, engine, name):
        check = next(check for check in CHECKS if check.name == name)
        with engine.connect() as connection:
            check(lambda: open_sql(connection))
            connection.rollback()
        assert self.leads(engine) == 0

    def leads(self, engine) -> int:
        with open_sql(engine).transaction(read_only=True) as unit:
            return unit.count(Query(LEADS))


class TestChecks:
    """A plugin author leaves out what does not apply; what fails says which promise is broken."""

    def test_every_check_has_a_name_and_a_sentence_of_its_own(self):
        assert len({check.name for check in CHECKS}) == len({check.sentence for check in CHECKS}) == len(CHECKS)
        assert [check for check in CHECKS if not check.sentence.endswith(".")] == []

    def test_what_does_not_apply_is_left_out(self):
        assert {check.name for check in set(checks()) - set(HERE)} == {
            "reopened", "locked_writers", "versioned_writers", "one_winner", "crash",
        }  # fmt: skip
        assert {check.name for check in set(checks()) - set(checks(durable=False))} == {"reopened", "crash"}

    @pytest.mark.parametrize("name", sorted(BROKEN))
    def test_a_store_that_breaks_a_promise_is_found_out(self, name):
        check = next(check for check in CHECKS if check.name == name.partition(":")[0])
        storage = BROKEN[name]()
        with pytest.raises(AssertionError) as caught:
            check(lambda: storage)
        assert str(caught.value).startswith(check.sentence)
