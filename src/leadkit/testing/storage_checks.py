"""What a store promises of rows; each function takes how to open the store, and raises AssertionError."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from decimal import Decimal
from secrets import token_hex
from threading import Event, Thread
from typing import Any

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadkit.adapters.storage.protocol import Query, Storage
from leadkit.adapters.storage.tables import (
    JOURNAL,
    KEYS,
    LEADS,
    MEMBERS,
    OUTBOX,
    PERSONS,
    TABLES,
    EntryRow,
    LeadRow,
    MemberRow,
    NoticeRow,
    PersonRow,
    Table,
)  # fmt: skip
from leadkit.errors import ConflictError
from leadkit.testing.storage_processes import AT, parts
from leadkit.testing.storage_rows import LONGEST, exact, rows

Open = Callable[[], Storage]
SHORT = 0.3
"""Seconds that one thread waits for another which a store may hold up."""
WORDS = ("", "Z", "a", "Ä", "é", "e\u0301", "中", "\ufffd", "\U0001f600", "\U0001f469\u200d\U0001f4bb", "שלום", "مرحبا")
"""Texts in the order of their code points, but for the two ways of writing é."""


def expect(kept: object, otherwise: str) -> None:
    """Raise what was found where a promise was not kept."""
    if not kept:
        raise AssertionError(otherwise)


@contextmanager
def refused(otherwise: str) -> Iterator[None]:
    """Expect the block to end in a ConflictError."""
    try:
        yield
    except ConflictError:
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
    said: Any = () if error is ConflictError else ("",)
    wrong: BaseException = ConflictError(said) if error is ConflictError else error(*said)
    try:
        with storage.transaction() as unit:
            row = unit.get(LEADS, old)
            expect(row, "a row that was kept is gone")
            unit.replace(LEADS, [evolve(row, owner="changed")])  # type: ignore[type-var]
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
        row = unit.get(LEADS, key)
        expect(row is not None and row.version == 1, "what was added can't be read")
        unit.replace(LEADS, [evolve(row, product="new")])  # type: ignore[type-var]
        found = unit.find(Query(LEADS, {"owner": key}))
        expect([(one.product, one.version) for one in found] == [("new", 2)], "what was replaced is read as before")
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
        found = all_of(storage, Query(LEADS, {"id": (key, other)}))
        expect({(row.id, row.version, row.owner) for row in found} == {(key, 2, "first"), (other, 1, None)},
               "a refused transaction left something, or the version did not count up by one")  # fmt: skip


def adding_twice(open: Open) -> None:  # noqa: A002
    key = fresh()
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
            add(storage, *parts(new), *parts(new))


def queries(open: Open) -> None:  # noqa: A002
    name = fresh()
    times = [None, AT, AT + timedelta(microseconds=1), AT + timedelta(hours=1)]
    given_rows = [
        LeadRow(id=f"{name}-{n}", captured_at=AT, product=name, owner=owner, scored_at=times[n % 4], in_queue=n % 3 > 0)
        for n, owner in enumerate([None, "li", "Li", "li ", "", "李", None, "li"])
    ]
    wheres: list[dict[str, Any]] = [
        {}, {"owner": "li"}, {"owner": None}, {"owner": ""}, {"owner": ("li", "李", "nobody")}, {"owner": ()},
        {"in_queue": True, "owner": "li"}, {"in_queue": False},
    ]  # fmt: skip
    with closing(open()) as storage:
        add(storage, *((LEADS, row) for row in given_rows))
        for where in wheres:
            for until in (None, *(("scored_at", moment) for moment in times if moment)):
                for above in (None, ("id", f"{name}-3")):
                    query = Query(LEADS, {"product": name, **where}, until=until, above=above)
                    wanted = [row for row in given_rows if _meant(row, query)]
                    _ask(storage, query, wanted)


def _ask(storage: Storage, query: Query[Any], wanted: list[Any]) -> None:
    expect(all_of(storage, query) == wanted, f"where {query.where}, until {query.until}, above {query.above} is wrong")
    expect(all_of(storage, evolve(query, limit=2)) == wanted[:2], "a limit gives other rows than the first ones")
    with storage.transaction(read_only=True) as unit:
        expect(unit.count(evolve(query, limit=1)) == len(wanted), "a count is not the number of rows, limit aside")


def _meant(row: Any, query: Query[Any]) -> bool:
    for column, wanted in query.where.items():
        if getattr(row, column) not in (wanted if isinstance(wanted, tuple) else (wanted,)):
            return False
    if query.until and (getattr(row, query.until[0]) is None or getattr(row, query.until[0]) > query.until[1]):
        return False
    return query.above is None or getattr(row, query.above[0]) > query.above[1]


def queue_order(open: Open) -> None:  # noqa: A002
    owner = fresh()
    numbers = ("79.5", "100", "9", "-3", "0", "79.500001", "9")
    given_rows = [
        LeadRow(id=f"{owner}{word}", owner=owner, points=Decimal(number), captured_at=AT + timedelta(minutes=minutes))
        for minutes in (0, 1)
        for number in dict.fromkeys(numbers)
        for word in (f"{minutes}Z", f"{minutes}a", f"{minutes}中", f"{minutes}\U0001f600")
        for word in (f"{word}{number}",)
    ]
    wanted = sorted(given_rows, key=lambda row: (-row.points, row.captured_at, row.id))
    query = Query(LEADS, {"in_queue": True, "owner": owner}, order=("-points", "captured_at", "id"))
    with closing(open()) as storage:
        add(storage, *((LEADS, row) for row in reversed(given_rows)))
        expect([row.id for row in all_of(storage, query)] == [row.id for row in wanted], "the order is another one")
        expect(all_of(storage, evolve(query, limit=5)) == wanted[:5], "a limit does not give the first ones")


def text_order(open: Open) -> None:  # noqa: A002
    name = fresh()
    wanted = sorted(f"{name}{word}" for word in WORDS)
    with closing(open()) as storage:
        add(storage, *((MEMBERS, MemberRow(id=one, role="sales_rep")) for one in reversed(wanted)))
        query = Query(MEMBERS, {"id": tuple(reversed(wanted))})
        expect([row.id for row in all_of(storage, query)] == wanted, "rising order is another one")
        falling = [row.id for row in all_of(storage, evolve(query, order=("-id",)))]
        expect(falling == wanted[::-1], "falling order is another one")
        for one in wanted:
            above = [row.id for row in all_of(storage, evolve(query, above=("id", one)))]
            expect(above == [other for other in wanted if other > one], f"beyond {one!r} are other texts")


def serial_order(open: Open) -> None:  # noqa: A002
    name = fresh()

    def entry(number: int) -> EntryRow:
        return EntryRow(id=f"{name}-{9 - number}", at=AT, actor=name, role="system", command="capture", lead_id=name)

    with closing(open()) as storage:
        for first in (0, 3, 6):
            with storage.transaction() as unit:
                unit.add(JOURNAL, [entry(number) for number in range(first, first + 3)])
        found = all_of(storage, Query(JOURNAL, {"lead_id": name}, order=("seq",)))
        expect([row.id for row in found] == [entry(number).id for number in range(9)], "their order is another one")
        expect(len({row.seq for row in found}) == 9, "a number was given twice")


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
            found = [table.name for table, row in parts(key) for _ in unit.find(Query(table, {"id": row.id}))]
            expect(found == (whole(key) if kept else []), f"{found} could be read before they were kept")
        seen.set()


def snapshot(open: Open) -> None:  # noqa: A002
    key = fresh()
    began, done = Event(), Event()

    def write() -> None:
        with closing(open()) as storage:
            began.wait()
            with storage.transaction() as unit:
                row = unit.get(LEADS, key)
                unit.replace(LEADS, [evolve(row, owner="after")])  # type: ignore[type-var]
                unit.replace(PERSONS, [PersonRow(id=key, name="after")])
        done.set()

    with closing(open()) as storage:
        add(
            storage,
            (LEADS, LeadRow(id=key, captured_at=AT, owner="before")),
            (PERSONS, PersonRow(id=key, name="before")),
        )
        with _running(write), storage.transaction(read_only=True) as unit:
            first = unit.get(LEADS, key)
            began.set()
            done.wait(SHORT)
            second, third = unit.get(PERSONS, key), unit.get(LEADS, key)
        expect(first and second and third, "a row that was kept is gone")
        seen = [first and first.owner, second and second.name, third and third.owner]
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


def unicode(open: Open) -> None:  # noqa: A002
    texts = [
        *WORDS,
        *(word * (LONGEST // len(word)) for word in WORDS if word),
        "\x01\x7f\u0085\u2028\ufeff",
        " a ",
        "\r\n",
    ]
    with closing(open()) as storage:
        for text in texts:
            row = PersonRow(id=f"{fresh()}{text[:50]}", name=text, description=text, other_contacts=((text,),))
            add(storage, (PERSONS, row))
            expect(all_of(storage, Query(PERSONS, {"id": row.id})) == [row], f"{text[:20]!r} came back changed")


def exact_values(open: Open) -> None:  # noqa: A002
    with closing(open()) as storage:
        for table in TABLES:
            _round_trips(storage, table)


def _round_trips(storage: Storage, table: Table[Any]) -> None:
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(rows(table), min_size=1, max_size=3))
    def round_trip(many: list[Any]) -> None:
        name = fresh()
        many = [evolve(row, id=f"{name}{number}{row.id}") for number, row in enumerate(many)]
        add(storage, *((table, row) for row in many))
        for row in many:
            found = all_of(storage, Query(table, {"id": row.id}))
            expect([exact(table, one) for one in found] == [exact(table, row)], f"{table.name} came back changed")
        with storage.transaction() as unit:
            unit.remove(Query(table, {"id": tuple(row.id for row in many)}))

    round_trip()


def large(open: Open) -> None:  # noqa: A002
    name = fresh()
    ids = [f"{name}-{number:05}" for number in range(10_000)]
    with closing(open()) as storage:
        with storage.transaction() as unit:
            unit.add(LEADS, [LeadRow(id=one, captured_at=AT, owner=name) for one in ids])
            unit.add(PERSONS, [PersonRow(id=one, name=one) for one in ids])
        wanted = tuple(reversed(ids[::2]))
        found = all_of(storage, Query(PERSONS, {"id": wanted}))
        expect([row.id for row in found] == ids[::2], "five thousand ids give other rows")
        with storage.transaction() as unit:
            expect(unit.count(Query(LEADS, {"owner": name})) == len(ids), "not all of ten thousand rows are there")
            unit.replace(LEADS, [evolve(row, product="x") for row in unit.find(Query(LEADS, {"owner": name}))])
            expect(unit.count(Query(LEADS, {"owner": name, "product": "x"})) == len(ids), "not all were replaced")
            removed = unit.remove(Query(LEADS, {"owner": name})), unit.remove(Query(PERSONS, {"id": tuple(ids)}))
        expect(removed == (len(ids), len(ids)), "not all of ten thousand rows were removed")


def reopened(open: Open) -> None:  # noqa: A002
    key = fresh()
    with closing(open()) as storage:
        add(storage, *parts(key))
        before = _rows_of(storage, key)
    with closing(open()) as storage:
        expect(_rows_of(storage, key) == before, "a row is gone or another one")
        with refused("a key that was used is new again"):
            add(storage, (KEYS, parts(key)[3][1]))
