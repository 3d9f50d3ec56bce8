"""The list of imports: when each was begun, when it was finished, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from leadkit.desk.execute import Executor
from leadkit.desk.imported import Imported
from leadkit.records.fields import FrozenDict
from leadkit.records.people import Actor
from leadkit.store.protocol import Unit
from leadkit.store.rows import ImportRow
from leadkit.store.tables import IMPORTS


def run_of(source: str) -> str:
    """The id of the import of a file, by the file's hash: run again it is the same import."""
    return source[:8]


def begin(
    executor: Executor, file: str, source: str, rows: Mapping[str, int], by: Actor | None, permission: str
) -> Executor:
    """Note that an import begins, and give the executor that keeps what it touches as it was.

    Nothing is noted of one that the actor may not run.

    One that was finished and is run again, and finds nothing to do, stays as it is. One that was undone began when it
    first did: what touched a lead that was kept then still does.

    Raises:
        NotAllowedError: the policy names other roles for the command of its rows, `permission`.
    """
    executor.policy.document.permissions.check(permission, by or executor.actor)
    run = ImportRow(
        id=run_of(source),
        file=file,
        source=source,
        rows=FrozenDict(rows),
        begun_at=executor.clock(),
        begun_by=(by or executor.actor).id,
    )

    def note(unit: Unit) -> None:
        known = unit.get(IMPORTS, run.id)
        if known is None:
            unit.add(IMPORTS, [run])
        elif known.undone_at is not None:
            unit.replace(IMPORTS, [evolve(run, begun_at=known.begun_at)])

    executor.transaction(note)
    return evolve(executor, import_id=run.id)


def finish(executor: Executor, done: Imported) -> Imported:
    """Note what came of an import; a run that found everything done leaves the time of the first."""
    new = any(not row.before and row.outcome != "set_aside" for row in done.rows) or done.recorded > 0

    def note(unit: Unit) -> None:
        run = unit.get(IMPORTS, done.run)
        if run is not None and (run.finished_at is None or new):
            unit.replace(IMPORTS, [evolve(run, finished_at=executor.clock(), counts=done.counts)])

    executor.transaction(note)
    return done
