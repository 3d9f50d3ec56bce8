"""What a store promises of rows; each function takes how to open the store, and raises AssertionError."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from secrets import token_hex
from threading import Event, Thread
from typing import Any, TypeVar

from attrs import evolve

from leadkit.errors import ConflictError
from leadkit.store.process_rows import MemberRow, NoticeRow
from leadkit.store.protocol import Query, Storage, Unit
from leadkit.store.rows import LeadRow, PersonRow
from leadkit.store.tables import KEYS, LEADS, MEMBERS, OUTBOX, PERSONS, Table
from leadkit.testing.storage.processes import AT, parts

Open = Callable[[], Storage]
Row = TypeVar("Row")
SHORT = 0.3
"""Seconds that one thread waits for another which a store may hold up."""


def expect(kept: object, otherwise: str) -> None:
    """Raise what was found where a promise was not kept."""
    if not kept:
        raise AssertionError(otherwise)


@contextmanager
def refused(otherwise: str, *, by_the_store: bool = True) -> Iterator[None]:
    """Expect the block to end in a ConflictError; one of the store's lets the desk begin anew."""
    try:
        yield
    except ConflictError as error:
        begun_anew = error.retryable or not by_the_store
        expect(begun_anew, "it is refused by a ConflictError that is not retryable, so that nobody begins anew")
        return
    raise AssertionError(otherwise)


def fresh() -> str:
    """An id that nobody else has."""
    return token_hex(8)


def all_of(storage: Storage, query: Query[Any]) -> list[Any]:
    """What a transaction of its own finds."""
    with storage.transaction(read_only=True) as unit:
        return unit.find(query)


def add(storage: Storage, *pairs: tuple[Table[Any], Any]) -> None:
    """Keep rows in a transaction of their own."""
    with storage.transaction() as unit:
        for table, row in pairs:
            unit.add(table, [row])


def read(unit: Unit, table: Table[Row], key: str) -> Row:
    """A row that is there."""
    row = unit.get(table, key)
    if row is None:
        raise AssertionError(f"a row of {table.name} that was kept is gone")
    return row


def there(storage: Storage, lead_id: str) -> list[str]:
    """The tables that hold a part of what `parts` makes of a lead, each as often as it does."""
    return [table.name for table, _ in parts(lead_id) for _ in all_of(storage, Query(table, {"id": lead_id}))]


def whole(lead_id: str) -> list[str]:
    """What `there` gives for a lead that was kept."""
    return [table.name for table, _ in parts(lead_id)]


def atomicity(open: Open) -> None:  # noqa: A002
    with closing(open()) as storage:
        old = fresh()
        add(storage, *parts(old))
        before = _rows_of(storage, old)
        for error in (ValueError, KeyboardInterrupt, GeneratorExit, StopIteration, ConflictError):
            for stop in range(len(parts(old)) + 1):
                new = fresh()
                _fail(storage, old, new, stop, error)
                expect(not there(storage, new), f"after {error.__name__}, {there(storage, new)} hold what was undone")
                expect(_rows_of(storage, old) == before, f"after {error.__name__}, a row is not what it was before")


def _rows_of(storage: Storage, lead_id: str) -> list[Any]:
    return [all_of(storage, Query(table, {"id": lead_id})) for table, _ in parts(lead_id)]


def _fail(storage: Storage, old: str, new: str, stop: int, error: type[BaseException]) -> None:
    """Change one lead and write some parts of another, and raise before the end."""
    arguments: Any = () if error is ConflictError else ("",)
    wrong: BaseException = ConflictError(arguments) if error is ConflictError else error(*arguments)
    try:
        with storage.transaction() as unit:
            unit.replace(LEADS, [evolve(read(unit, LEADS, old), owner="changed")])
            unit.remove(Query(PERSONS, {"id": old}))
            for table, part in parts(new)[:stop]:
                unit.add(table, [part])
            unit.count(Query(LEADS, {"id": new}))
            raise wrong
    except BaseException as raised:
        if raised is not wrong:
            raise


def own_writes(open: Open) -> None:  # noqa: A002
    key = fresh()
    with closing(open()) as storage, storage.transaction() as unit:
        unit.add(LEADS, [LeadRow(id=key, captured_at=AT, owner=key)])
        row = read(unit, LEADS, key)
        unit.replace(LEADS, [evolve(row, product="new")])
        rows = unit.find(Query(LEADS, {"owner": key}))
        expect([(row.product, row.version) for row in rows] == [("new", 2)], "what was replaced is read as before")
        expect(unit.count(Query(LEADS, {"owner": key})) == 1, "a count leaves out what was written")
        expect(unit.remove(Query(LEADS, {"owner": key})) == 1, "what was written can't be removed")
        expect(unit.get(LEADS, key) is None, "what was removed is read")
        unit.add(LEADS, [LeadRow(id=key, captured_at=AT)])


def versions(open: Open) -> None:  # noqa: A002
    key, other = fresh(), fresh()
    with closing(open()) as storage:
        add(storage, *parts(key), *parts(other))
        first, second = (all_of(storage, Query(LEADS, {"id": key}))[0] for _ in range(2))
        bystander = all_of(storage, Query(LEADS, {"id": other}))[0]
        with storage.transaction() as unit:
            unit.replace(LEADS, [evolve(first, owner="first")])
        with refused("who read the version before may replace the row"), storage.transaction() as unit:
            unit.replace(LEADS, [evolve(bystander, owner="second"), evolve(second, owner="second")])
        with refused("a row that is not there can be replaced"), storage.transaction() as unit:
            unit.replace(LEADS, [LeadRow(id=fresh(), captured_at=AT)])
        with refused("a row without a version that is not there can be replaced"), storage.transaction() as unit:
            unit.replace(PERSONS, [PersonRow(id=fresh())])
        rows = all_of(storage, Query(LEADS, {"id": (key, other)}))
        expect({(row.id, row.version, row.owner) for row in rows} == {(key, 2, "first"), (other, 1, None)},
               "a refused transaction left something, or the version did not count up by one")  # fmt: skip


def adding_twice(open: Open) -> None:  # noqa: A002
    key, twice = fresh(), fresh()
    member = (MEMBERS, MemberRow(id=key, role="sales_rep"))
    notice = (OUTBOX, NoticeRow(id=key, kind="lead_joined", at=AT, next_at=AT, state="done"))
    with closing(open()) as storage:
        for table, row in (*parts(key), member, notice):
            add(storage, (table, row))
            new = fresh()
            with refused(f"{table.name} takes a row twice"):
                add(storage, *parts(new), (table, row))
            expect(not there(storage, new), "a refused transaction left something")
            expect(len(all_of(storage, Query(table, {"id": key}))) == 1, f"{table.name} holds a row twice")
        with refused("one transaction may add a row twice"):
            add(storage, *parts(twice), *parts(twice))


def uncommitted(open: Open) -> None:  # noqa: A002
    key = fresh()
    written, seen = Event(), Event()
    kept: list[bool] = []

    def write() -> None:
        with closing(open()) as storage, storage.transaction() as unit:
            for table, row in parts(key):
                unit.add(table, [row])
            unit.count(Query(LEADS, {"id": key}))
            written.set()
            seen.wait(SHORT)
            kept.append(True)

    with _running(write), closing(open()) as storage:
        written.wait()
        with storage.transaction(read_only=True) as unit:
            readable = [table.name for table, row in parts(key) for _ in unit.find(Query(table, {"id": row.id}))]
            expect(readable == (whole(key) if kept else []), f"{readable} could be read before they were kept")
        seen.set()


def snapshot(open: Open) -> None:  # noqa: A002
    key = fresh()
    began, done = Event(), Event()

    def write() -> None:
        with closing(open()) as storage:
            began.wait()
            with storage.transaction() as unit:
                unit.replace(LEADS, [evolve(read(unit, LEADS, key), owner="after")])
                unit.replace(PERSONS, [PersonRow(id=key, name="after")])
        done.set()

    with closing(open()) as storage:
        add(
            storage,
            (LEADS, LeadRow(id=key, captured_at=AT, owner="before")),
            (PERSONS, PersonRow(id=key, name="before")),
        )
        with _running(write), storage.transaction(read_only=True) as unit:
            seen = [read(unit, LEADS, key).owner]
            began.set()
            done.wait(SHORT)
            seen += [read(unit, PERSONS, key).name, read(unit, LEADS, key).owner]
        expect(seen == ["before"] * 3, f"one reader saw {seen}")
        expect(all_of(storage, Query(PERSONS, {"id": key}))[0].name == "after", "the next one sees the state before")


@contextmanager
def _running(work: Callable[[], None]) -> Iterator[None]:
    """Run `work` in a thread beside the block; what it raises is raised after it."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    for error in errors:
        raise error


def reopened(open: Open) -> None:  # noqa: A002
    key = fresh()
    with closing(open()) as storage:
        add(storage, *parts(key))
        before = _rows_of(storage, key)
    with closing(open()) as storage:
        expect(_rows_of(storage, key) == before, "a row is gone or another one")
        with refused("a key that was used is new again"):
            add(storage, (KEYS, parts(key)[3][1]))
