"""A desk for asynchronous programs: over an AsyncEngine, or in the transaction of an AsyncConnection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

from leadkit.desk.delivery import Retries
from leadkit.desk.desk import Desk
from leadkit.errors import MissingExtraError, Problem, StorageError
from leadkit.policy import Policy
from leadkit.policy.taken import shown
from leadkit.process.content import ContentLibrary
from leadkit.records.people import Actor

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

Answer = TypeVar("Answer")


class DeskOptions(TypedDict, total=False):
    """What a desk takes by name."""

    plugins: Iterable[Any]
    discover: bool
    content: ContentLibrary
    actor: Actor | None
    clock: Callable[[], datetime]
    ids: Callable[[], str]
    retries: Retries


class AsyncDesk:
    """A desk whose commands and questions are awaited: `await desk.run(lambda desk: desk.capture(lead))`.

    `storage` is an AsyncEngine, on which every command is a transaction of its own, or an AsyncConnection, whose
    transaction they join; the rest is what a `Desk` takes. Drivers that were tested are asyncpg, psycopg and aiosqlite.
    It holds nothing that would have to be closed, and one on an AsyncEngine serves all tasks.

    Between statements other tasks run; plugins are called as they are. One that waits for a network, as registers and
    notifiers do, holds the event loop up: `deliver` belongs to a worker with a `Desk` of its own.
    """

    def __init__(
        self,
        policy: Policy | str | Path | Mapping[str, Any],
        storage: AsyncEngine | AsyncConnection,
        **options: Unpack[DeskOptions],
    ) -> None:
        self._policy = policy
        self._storage = storage
        self._options = options
        self._desk: Desk | None = None

    async def run(self, work: Callable[[Desk], Answer]) -> Answer:
        """What `work` gives, which is done with the desk; it may give several commands and ask several questions.

        Raises:
            PolicyError: the policy is refused, when it is first used.
            StorageError: the store can't be opened; the hint says what to do.
            LeadkitError: what `work` raises.
        """
        try:
            from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
        except ImportError:
            raise MissingExtraError.of("sqlalchemy", "sql") from None

        if isinstance(self._storage, AsyncConnection):
            return await self._storage.run_sync(lambda connection: work(self._opened(connection)))
        if not isinstance(self._storage, AsyncEngine):
            hint = "give an AsyncEngine, an AsyncConnection, or await session.connection()"
            raise StorageError(Problem(f"{shown(self._storage)} is no storage", hint, place="storage"))
        engine = self._storage.sync_engine
        async with AsyncSession(self._storage) as session:
            # The session takes no connection; it is what lets the desk take one and wait for it.
            return await session.run_sync(lambda _: work(self._opened(engine)))

    def _opened(self, storage: Any) -> Desk:
        if self._desk is None:
            self._desk = Desk(self._policy, storage, **self._options)
        return self._desk
