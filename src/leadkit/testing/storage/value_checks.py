"""What a store promises of values and of questions: exact, in order, of every script and size."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve

from leadkit.errors import MissingExtraError
from leadkit.store.process_rows import EntryRow, MemberRow
from leadkit.store.protocol import Query, Storage
from leadkit.store.rows import LeadRow, PersonRow
from leadkit.store.tables import JOURNAL, LEADS, MEMBERS, PERSONS, TABLES, Table
from leadkit.testing.storage.checks import add, all_of, expect, fresh
from leadkit.testing.storage.processes import AT
from leadkit.testing.storage.rows import LONGEST, exact, rows

try:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise MissingExtraError.of("hypothesis", "testing") from None

Open = Callable[[], Storage]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
PHASES = [Phase.generate, Phase.shrink]
WORDS = ("", "Z", "a", "Ä", "é", "e\u0301", "中", "\ufffd", "\U0001f600", "\U0001f469\u200d\U0001f4bb", "שלום", "مرحبا")


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
        add(storage, *((MEMBERS, MemberRow(id=member_id, role="sales_rep")) for member_id in reversed(wanted)))
        query = Query(MEMBERS, {"id": tuple(reversed(wanted))})
        expect([row.id for row in all_of(storage, query)] == wanted, "rising order is another one")
        falling = [row.id for row in all_of(storage, evolve(query, order=("-id",)))]
        expect(falling == wanted[::-1], "falling order is another one")
        for bound in wanted:
            above = [row.id for row in all_of(storage, evolve(query, above=("id", bound)))]
            expect(above == [other for other in wanted if other > bound], f"beyond {bound!r} are other texts")


def serial_order(open: Open) -> None:  # noqa: A002
    name = fresh()

    def entry(number: int) -> EntryRow:
        return EntryRow(id=f"{name}-{9 - number}", at=AT, actor=name, role="system", command="capture", lead_id=name)

    with closing(open()) as storage:
        for first in (0, 3, 6):
            with storage.transaction() as unit:
                unit.add(JOURNAL, [entry(number) for number in range(first, first + 3)])
        entries = all_of(storage, Query(JOURNAL, {"lead_id": name}, order=("seq",)))
        expect([row.id for row in entries] == [entry(number).id for number in range(9)], "their order is another one")
        expect(len({row.seq for row in entries}) == 9, "a number was given twice")
        with storage.transaction() as unit:
            unit.remove(Query(JOURNAL, {"id": (entry(7).id, entry(8).id)}))
            unit.add(JOURNAL, [entry(9)])
        last = all_of(storage, Query(JOURNAL, {"id": entry(9).id}))[0]
        expect(last.seq > max(row.seq for row in entries), "the number of a row that was removed was given again")


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
    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=SLOW, phases=PHASES)
    @given(st.lists(rows(table), min_size=1, max_size=3))
    def round_trip(many: list[Any]) -> None:
        name = fresh()
        many = [evolve(row, id=f"{name}{number}{row.id}") for number, row in enumerate(many)]
        add(storage, *((table, row) for row in many))
        for row in many:
            kept = all_of(storage, Query(table, {"id": row.id}))
            expect([exact(table, copy) for copy in kept] == [exact(table, row)], f"{table.name} came back changed")
        with storage.transaction() as unit:
            unit.remove(Query(table, {"id": tuple(row.id for row in many)}))

    round_trip()


def large(open: Open) -> None:  # noqa: A002
    name = fresh()
    ids = [f"{name}-{number:05}" for number in range(10_000)]
    with closing(open()) as storage:
        with storage.transaction() as unit:
            unit.add(LEADS, [LeadRow(id=row_id, captured_at=AT, owner=name) for row_id in ids])
            unit.add(PERSONS, [PersonRow(id=row_id, name=row_id) for row_id in ids])
        wanted = tuple(reversed(ids[::2]))
        persons = all_of(storage, Query(PERSONS, {"id": wanted}))
        expect([row.id for row in persons] == ids[::2], "five thousand ids give other rows")
        with storage.transaction() as unit:
            expect(unit.count(Query(LEADS, {"owner": name})) == len(ids), "not all of ten thousand rows are there")
            unit.replace(LEADS, [evolve(row, product="x") for row in unit.find(Query(LEADS, {"owner": name}))])
            expect(unit.count(Query(LEADS, {"owner": name, "product": "x"})) == len(ids), "not all were replaced")
            removed = unit.remove(Query(LEADS, {"owner": name})), unit.remove(Query(PERSONS, {"id": tuple(ids)}))
        expect(removed == (len(ids), len(ids)), "not all of ten thousand rows were removed")
