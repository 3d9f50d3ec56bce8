"""Whether a desk can work now: for the health check of a service."""

from __future__ import annotations

from attrs import define, setters

from leadkit.desk.execute import Executor
from leadkit.errors import Problem
from leadkit.results import Result
from leadkit.store.protocol import Checked, Query
from leadkit.store.tables import MEMBERS


@define(on_setattr=setters.frozen, kw_only=True)
class Health(Result):
    """What a desk works with: its policy, the version of the store's schema, None where it has none, and its plugins.

    `failures` are plugins that are installed and could not be loaded.
    """

    policy: str
    schema: str | None
    plugins: tuple[str, ...]
    failures: tuple[Problem, ...]


def health(executor: Executor) -> Health:
    """What a desk works with, once its store has answered.

    Raises:
        StorageError: the store can't be reached, or has another schema; the hint is what to do.
    """
    plugins = executor.plugins
    return Health(
        policy=executor.policy.id,
        schema=_schema(executor),
        plugins=tuple(plugin.name for plugin in plugins),
        failures=plugins.failures,
    )


def _schema(executor: Executor) -> str | None:
    if isinstance(executor.storage, Checked):
        return executor.storage.check()
    with executor.storage.transaction(read_only=True) as unit:
        unit.find(Query(MEMBERS, limit=1))
    return None
