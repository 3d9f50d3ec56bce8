"""A desk in an asynchronous program, on every driver that has one."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import AsyncAdaptedQueuePool, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

import leadkit as lk
from leadkit.desk.async_desk import DeskOptions
from leadkit.errors import StorageError
from tests.desk.desks import ACTORS, BOSS, Clock, lead, open_desk, team, touch
from tests.desk.stores import address
from tests.desk.test_transactions import driver

pytestmark = pytest.mark.xdist_group("stores")
DRIVERS = ["psycopg", "asyncpg", "aiosqlite"]


@pytest.fixture(params=DRIVERS)
def urls(request, tmp_path) -> tuple[str, str]:
    """The address of a database for a desk, and for an AsyncEngine."""
    if request.param == "aiosqlite":
        url = address("sqlite", tmp_path)
        return url, url.replace("sqlite:", "sqlite+aiosqlite:")
    url = address("postgres", tmp_path)
    return url, driver(url, request.param).replace("postgres:@", "postgres@")


def within(url: str, host: Callable[[AsyncEngine], Awaitable[Any]], **options: Any) -> Any:
    """What an asynchronous program does with an engine."""

    async def program() -> Any:
        engine = create_async_engine(url, **options)
        try:
            return await host(engine)
        finally:
            await engine.dispose()

    return asyncio.run(program())


class TestEngine:
    """On an AsyncEngine every command is a transaction of its own."""

    def test_every_kind_of_command_works(self, urls):
        clock = Clock()

        def work(desk: lk.Desk) -> Any:
            team(desk, li="sales_rep")
            desk.capture_all([(lead(number), None) for number in range(1, 6)])
            desk.assign("L1", by=BOSS)
            desk.record_all([touch(number, f"L{number}") for number in range(1, 6)])
            clock.pass_(days=30)
            desk.tick()
            desk.merge("L1", "L2", by=BOSS)
            desk.erase("L3", by=ACTORS["director"])
            desk.storage.sweep()
            assert desk.changes()
            return desk.lead("L1").to_dict()

        async def host(engine: AsyncEngine) -> Any:
            return await lk.AsyncDesk("standard", engine, clock=clock).run(work)

        state = within(urls[1], host)
        with open_desk(urls[0]) as desk:
            assert desk.lead("L1").to_dict() == state
            assert {state.id for state in desk.leads()} == {"L1", "L4", "L5"}

    def test_many_tasks_share_one_desk_and_few_connections(self, urls):
        async def host(engine: AsyncEngine) -> list[str]:
            desk = lk.AsyncDesk("standard", engine)
            many = [desk.run(lambda desk, n=n: desk.capture(lead(n // 2), key=f"k{n // 2}")) for n in range(40)]
            return [receipt.outcome for receipt in await asyncio.gather(*many)]

        outcomes = within(urls[1], host, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0)
        assert outcomes == ["captured"] * 40
        with open_desk(urls[0]) as desk:
            assert len(desk.leads()) == 20

    def test_a_command_that_is_refused_raises(self, urls):
        async def host(engine: AsyncEngine) -> None:
            desk = lk.AsyncDesk("standard", engine)
            await desk.run(lambda desk: desk.capture(lead(1)))
            with pytest.raises(lk.CommandError):
                await desk.run(lambda desk: desk.assign("L1", "nobody", by=BOSS))

        within(urls[1], host)

    def test_a_store_without_tables_is_refused_with_the_command(self, tmp_path):
        async def host(engine: AsyncEngine) -> None:
            with pytest.raises(StorageError, match="leadkit migrate --db"):
                await lk.AsyncDesk("standard", engine).run(lambda desk: desk.queue())

        within(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", host)


class TestConnection:
    """On an AsyncConnection the commands join the transaction of the host."""

    @pytest.mark.parametrize("fails", [True, False])
    def test_what_is_kept_is_kept_together(self, urls, fails):
        async def host(engine: AsyncEngine) -> None:
            async with engine.begin() as connection:
                await connection.execute(text("CREATE TABLE orders (id INTEGER)"))
            with suppress(RuntimeError):
                async with engine.begin() as connection:
                    await self.order(connection)
                    if fails:
                        raise RuntimeError

        within(urls[1], host)
        with open_desk(urls[0]) as desk, desk.storage._open(read_only=True) as connection:
            orders = connection.execute(text("SELECT count(*) FROM orders")).scalar_one()
            assert orders == (0 if fails else 1)
        with open_desk(urls[0]) as desk:
            assert len(desk.leads()) == orders

    async def order(self, connection: AsyncConnection) -> None:
        desk = lk.AsyncDesk("standard", connection)
        receipt = await desk.run(lambda desk: desk.capture(lead(1)))
        assert receipt.outcome == "captured"
        with suppress(lk.CommandError):
            await desk.run(lambda desk: desk.assign("L1", "nobody", by=BOSS))
        await connection.execute(text("INSERT INTO orders VALUES (1)"))

    def test_that_of_a_session(self, urls):
        async def host(engine: AsyncEngine) -> None:
            async with AsyncSession(engine) as session:
                desk = lk.AsyncDesk("standard", await session.connection())
                await desk.run(lambda desk: desk.capture(lead(1)))
                await session.rollback()
            async with AsyncSession(engine) as session:
                desk = lk.AsyncDesk("standard", await session.connection())
                await desk.run(lambda desk: desk.capture(lead(2)))
                await session.commit()

        within(urls[1], host)
        with open_desk(urls[0]) as desk:
            assert [state.id for state in desk.leads()] == ["L2"]


class TestArguments:
    """It takes what a desk takes, and says what else it is given."""

    def test_the_options_are_those_of_a_desk(self):
        parameters = inspect.signature(lk.Desk).parameters.values()
        named = {one.name for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY}
        assert set(DeskOptions.__annotations__) == named

    @pytest.mark.parametrize("storage", ["sqlite:///leads.db", None])
    def test_another_storage_is_refused(self, storage):
        with pytest.raises(StorageError, match="give an AsyncEngine"):
            asyncio.run(lk.AsyncDesk("standard", storage).run(lambda desk: desk.queue()))

    def test_a_session_is_refused(self, urls):
        async def host(engine: AsyncEngine) -> None:
            async with AsyncSession(engine) as session:
                with pytest.raises(StorageError, match=r"await session\.connection"):
                    await lk.AsyncDesk("standard", session).run(lambda desk: desk.queue())

        within(urls[1], host)
