"""Whatever the host's engine or connection is set to: all or nothing is kept, and what can't work is refused."""

from __future__ import annotations

import asyncio
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, NullPool, StaticPool, create_engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine

import leadkit as lk
from leadkit.errors import ConflictError, Problem, StorageError
from leadkit.store.protocol import Query
from leadkit.store.tables import LEADS
from tests.desk.desks import ACTORS, BOSS, lead, open_desk, team, touch
from tests.desk.held import number_of
from tests.desk.stores import address

pytestmark = pytest.mark.xdist_group("stores")


def driver(url: str, name: str = "psycopg") -> str:
    return url.replace("postgresql://", f"postgresql+{name}://")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def opened(stack) -> Callable[..., Any]:
    """Opens desks that are closed in the end."""
    return lambda *storage: stack.enter_context(open_desk(*storage))


@pytest.fixture
def postgres(tmp_path) -> str:
    return address("postgres", tmp_path)


@pytest.fixture
def sqlite(tmp_path) -> str:
    return address("sqlite", tmp_path)


def begin_by_event(url: str) -> Engine:
    """SQLAlchemy's recipe for SQLite: the driver begins nothing, the engine begins every transaction."""
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


ENGINES: dict[str, tuple[str, Callable[[str], Engine]]] = {
    "sqlite, AUTOCOMMIT": ("sqlite", lambda url: create_engine(url, isolation_level="AUTOCOMMIT")),
    "sqlite, NullPool": ("sqlite", lambda url: create_engine(url, poolclass=NullPool)),
    "sqlite, BEGIN by event": ("sqlite", begin_by_event),
    "postgres, AUTOCOMMIT": ("postgres", lambda url: create_engine(driver(url), isolation_level="AUTOCOMMIT")),
    "postgres, REPEATABLE READ": (
        "postgres", lambda url: create_engine(driver(url), isolation_level="REPEATABLE READ")
    ),
    "postgres, SERIALIZABLE": ("postgres", lambda url: create_engine(driver(url), isolation_level="SERIALIZABLE")),
    "postgres, NullPool": ("postgres", lambda url: create_engine(driver(url), poolclass=NullPool)),
    "postgres, pre-ping": ("postgres", lambda url: create_engine(driver(url), pool_pre_ping=True)),
}  # fmt: skip


@pytest.fixture(params=ENGINES)
def engine(request, tmp_path) -> Iterator[Engine]:
    kind, made = ENGINES[request.param]
    engine = made(address(kind, tmp_path))
    yield engine
    engine.dispose()


def end_the_connection(engine: Engine, unit: Any) -> None:
    """End the connection of a unit from outside, then ask it something."""
    process = unit._connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
    unit.find(Query(LEADS))


class TestEngines:
    """An engine of the host's works, whatever it is set to."""

    def test_a_command_that_is_cut_off_keeps_nothing(self, engine, opened):
        desk = opened(engine)

        @event.listens_for(engine, "before_cursor_execute")
        def cut(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith("INSERT INTO leadkit_journal"):
                raise OSError

        with pytest.raises(OSError):  # noqa: PT011
            desk.capture(lead())
        event.remove(engine, "before_cursor_execute", cut)
        assert number_of(desk.storage, LEADS) == 0
        assert desk.capture(lead()).outcome == "captured"

    def test_every_kind_of_command_works(self, engine, opened):
        desk = opened(engine)
        team(desk, li="sales_rep")
        desk.capture_all([(lead(1), "a"), (lead(2), "b")])
        desk.assign("L1", by=BOSS)
        desk.record_all([touch(1), touch(2, "L2")])
        desk.clock.pass_(days=30)
        assert desk.tick().rescored == 2
        desk.merge("L1", "L2", by=BOSS)
        assert desk.erase("L1", by=ACTORS["director"]).outcome == "erased"
        assert desk.queue() == ()

    def test_the_hosts_own_use_of_the_engine_is_as_before(self, engine, opened):
        with engine.connect() as connection:
            before = connection.get_isolation_level()
        opened(engine).capture(lead())
        with engine.connect() as connection:
            assert connection.get_isolation_level() == before

    def test_what_two_desks_write_at_once_is_all_there(self, engine, opened):
        desk = opened(engine)
        desk.capture(lead())
        threads = [
            Thread(target=desk.record_all, args=([touch(number * 20 + each) for each in range(20)],))
            for number in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(desk.activities("L1")) == 80


class TestConnections:
    """A connection of the host's is joined where that can work, and refused where it can't."""

    @pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
    def test_one_that_sees_only_the_past_may_read_but_not_decide(self, postgres, level, opened):
        opened(postgres).capture(lead())
        engine = create_engine(driver(postgres), isolation_level=level)
        with engine.connect() as connection:
            desk = opened(connection)
            assert desk.lead("L1").id == "L1"
            with pytest.raises(StorageError, match=f"{level}.*READ COMMITTED"):
                desk.capture(lead(2))
        engine.dispose()

    def test_one_that_commits_every_statement_is_refused(self, postgres, opened):
        engine = create_engine(driver(postgres), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection, pytest.raises(StorageError, match="commits every statement at once"):
            opened(connection)
        engine.dispose()

    def test_a_slow_host_keeps_nobody_waiting_who_asks_for_something_else(self, postgres, stack):
        other = stack.enter_context(lk.Desk("standard", postgres + "&options=-c%20lock_timeout%3D3000"))
        team(other, li="sales_rep", mo="sales_rep")
        other.capture_all([(lead(1), None), (lead(2), None)])
        engine = create_engine(driver(postgres))
        with engine.begin() as connection:
            slow = lk.Desk("standard", connection)
            slow.capture(lead(3))
            slow.record(touch(1, "L1"))
            slow.assign("L1", "li", by=BOSS)
            assert other.capture(lead(4)).outcome == "captured"
            assert other.record(touch(2, "L2")).outcome == "recorded"
            assert other.assign("L2", "mo", by=BOSS).outcome == "assigned"
            with pytest.raises(StorageError, match="is locked by another program") as caught:
                other.record(touch(3, "L1"))
            assert caught.value.retryable
        assert other.record(touch(3, "L1")).outcome == "recorded"
        engine.dispose()

    def test_a_refused_command_leaves_the_hosts_transaction_as_it_was(self, postgres, opened):
        engine = create_engine(driver(postgres))
        with engine.begin() as connection:
            desk = opened(connection)
            desk.capture(lead(1))
            with pytest.raises(lk.CommandError):
                desk.assign("L1", "nobody", by=BOSS)
        assert opened(engine).lead("L1").owner is None
        engine.dispose()

    @pytest.mark.parametrize("name", ["psycopg", "asyncpg"])
    def test_asynchronous_drivers_within_run_sync(self, postgres, name, opened):
        url = driver(postgres, name).replace("postgres:@", "postgres@")

        def work(connection: Connection) -> int:
            desk = opened(connection)
            team(desk, li="sales_rep")
            desk.capture_all([(lead(number), None) for number in range(1, 6)])
            desk.assign("L1", by=BOSS)
            desk.record_all([touch(number, f"L{number}") for number in range(1, 6)])
            desk.clock.pass_(days=30)
            rescored = desk.tick().rescored
            desk.erase("L1", by=ACTORS["director"])
            return rescored

        async def host() -> int:
            engine = create_async_engine(url)
            async with engine.begin() as connection:
                done = await connection.run_sync(work)
            await engine.dispose()
            return done

        assert asyncio.run(host()) == 5
        assert len(opened(postgres).queue()) == 4


class TestRetries:
    """Two transactions that met begin anew; what a command decides is not asked again."""

    def test_a_conflict_that_comes_early_is_tried_again(self, postgres, opened):
        desk, other = opened(postgres), opened(postgres)
        desk.capture(lead())
        met = Event()

        def work(unit: Any) -> int:
            rows = desk.executor.work_set(unit)
            row = rows.row("L1")
            if not met.is_set():
                met.set()
                other.pause("L1", by=BOSS)
            unit.replace(LEADS, [row])
            return unit.count(Query(LEADS))

        assert desk.executor.transaction(work) == 1
        assert met.is_set()

    def test_what_others_hold_for_ever_is_raised_in_the_end(self, opened):
        desk, tries = opened(), []

        def work(_: Any) -> None:
            tries.append(1)
            raise ConflictError(Problem("met"), retryable=True)

        with pytest.raises(ConflictError) as caught:
            desk.executor.transaction(work)
        assert (caught.value.retryable, len(tries)) == (True, 10)

    def test_what_a_command_refuses_is_not_tried_again(self, sqlite, opened):
        desk = opened(sqlite)
        desk.capture(lead())
        with pytest.raises(ConflictError) as caught:
            desk.screen("L1", version=7, by=BOSS)
        assert not caught.value.retryable

    def test_a_lost_connection_may_be_tried_again(self, postgres, opened):
        engine = create_engine(driver(postgres))
        desk = opened(engine)
        with pytest.raises(StorageError, match="closed the connection") as caught:
            desk.executor.transaction(partial(end_the_connection, engine))
        assert caught.value.retryable
        assert desk.capture(lead()).outcome == "captured"
        engine.dispose()

    def test_an_error_keeps_what_it_says_when_it_is_pickled(self):
        error = pickle.loads(pickle.dumps(ConflictError(Problem("met"), retryable=True)))
        assert (error.retryable, error.problems) == (True, (Problem("met"),))


class TestFiles:
    """A file that is not the one that was opened is not written to."""

    def test_a_deleted_file_is_noticed(self, sqlite, opened):
        desk, file = opened(sqlite), Path(sqlite.removeprefix("sqlite:///"))
        desk.capture(lead())
        file.unlink()
        for ask in (desk.queue, lambda: desk.capture(lead(2))):
            with pytest.raises(StorageError, match="was deleted or replaced"):
                ask()
        assert not file.exists()

    def test_a_replaced_file_is_noticed(self, sqlite, tmp_path, opened):
        desk, file = opened(sqlite), Path(sqlite.removeprefix("sqlite:///"))
        copy = Path(shutil.copy(file, tmp_path / "copy.db"))
        copy.replace(file)
        with pytest.raises(StorageError, match="was deleted or replaced"):
            desk.capture(lead())
        assert opened(sqlite).capture(lead()).outcome == "captured"

    def test_the_place_is_kept_when_the_process_goes_elsewhere(self, tmp_path, monkeypatch, opened):
        address("sqlite", tmp_path)
        monkeypatch.chdir(tmp_path)
        desk = opened("sqlite:///leads.db")
        desk.capture(lead())
        monkeypatch.chdir("/")
        assert desk.lead("L1").id == "L1"

    def test_one_in_memory_is_none(self, opened):
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        lk.migrate(engine)
        assert opened(engine).capture(lead()).outcome == "captured"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_desk_that_was_opened_before_a_fork_works_on_both_sides(kind, tmp_path, stack):
    desk = stack.enter_context(lk.Desk("standard", address(kind, tmp_path)))
    desk.capture(lead(1))
    children = []
    for child in range(3):
        process = os.fork()
        if process == 0:
            status = 1
            try:
                for number in range(10):
                    desk.capture(lead(100 + child * 10 + number))
                status = 0
            finally:
                os._exit(status)
        children.append(process)
    for number in range(10):
        desk.capture(lead(200 + number))
    assert [os.waitpid(process, 0)[1] for process in children] == [0, 0, 0]
    assert number_of(desk.storage, LEADS) == 41
