"""The list of imports: when each was begun and finished, what came of it, and which of its rows were done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.read_sheet import Place
from leadkit.desk.commands.record import Record
from leadkit.desk.execute import Executor
from leadkit.desk.keys import key_id
from leadkit.desk.results import Receipt
from leadkit.records.fields import FrozenDict
from leadkit.records.people import Actor
from leadkit.store.process_rows import ImportRow
from leadkit.store.protocol import Unit, by_id
from leadkit.store.rehearsal import Rehearsal
from leadkit.store.tables import IMPORTS, KEYS, MEMBERS


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
    executor.admit(permission, by, owned=permission == Record.permission)
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


def finish(executor: Executor, run_id: str, counts: FrozenDict, *, new: bool) -> None:
    """Note what came of an import; a run that found nothing `new` leaves the time of the first."""

    def note(unit: Unit) -> None:
        run = unit.get(IMPORTS, run_id)
        if run is not None and (run.finished_at is None or new):
            unit.replace(IMPORTS, [evolve(run, finished_at=executor.clock(), counts=counts)])

    executor.transaction(note)


def rehearsed(executor: Executor, *, dry_run: bool) -> Executor:
    """The executor itself, or for a dry run one over a store that is only read."""
    return evolve(executor, storage=Rehearsal(executor.storage)) if dry_run else executor


@define(on_setattr=setters.frozen)
class RowKeys:
    """The idempotency keys of the rows of a file, by its hash; those of its first sheet are known by number alone."""

    source: str
    first_sheet: str

    def of(self, place: Place) -> str:
        """The key of a row."""
        sheet, number = place
        return f"import:{self.source}:{self._prefix(sheet)}{number}"

    def last_rows(self, places: Iterable[Place]) -> dict[str, int]:
        """The last row of each sheet, by what its keys have before the number."""
        last: dict[str, int] = {}
        for sheet, number in places:
            last[self._prefix(sheet)] = max(number, last.get(self._prefix(sheet), 0))
        return last

    def _prefix(self, sheet: str) -> str:
        return "" if sheet == self.first_sheet else f"{sheet}:"


def receipts(unit: Unit, keys: Mapping[Place, str]) -> Iterator[tuple[Place, Receipt]]:
    """The receipts of the rows that were done, by their places."""
    ids = {key_id(key): place for place, key in keys.items()}
    for key, used in by_id(unit, KEYS, ids).items():
        yield ids[key], Receipt(**used.receipt)


def members_among(executor: Executor, owners: Iterable[str | None]) -> frozenset[str]:
    """Those of the owners in a sheet who are members of the team."""
    with executor.storage.transaction(read_only=True) as unit:
        return frozenset(by_id(unit, MEMBERS, owners))
