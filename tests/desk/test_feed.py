"""The journal as a feed: everything once, in the order of its numbers, whoever writes meanwhile."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from threading import Event, Thread
from typing import Any

import pytest
from attrs import evolve
from click.testing import CliRunner
from sqlalchemy import create_engine

import leadkit as lk
from leadkit.adapters.sql import open_sql, settling
from leadkit.cli.commands import cli
from leadkit.desk.feed import JournalChange
from leadkit.errors import CommandError, StorageError
from leadkit.store.process_rows import EntryRow
from leadkit.store.tables import JOURNAL
from tests.desk.desks import ACTORS, BOSS, SIGNALS, START, lead, open_desk, touch
from tests.desk.stores import address

REP, DIRECTOR = ACTORS["sales_rep"], ACTORS["director"]
KINDS = ("memory", "sqlite", "postgres")


def storage(kind: str, folder: Any) -> Any:
    return "memory:" if kind == "memory" else address(kind, folder)


@pytest.fixture
def desk() -> lk.Desk:
    made = open_desk()
    made.capture(lead(1), by=ACTORS["marketing"])
    made.amend("L1", {"contact.job_title": "总监", "company.size": "中型"}, by=BOSS)
    made.opportunities.convert("L1", SIGNALS, by=REP)
    return made


class TestWhatItSays:
    def test_who_did_what_when_with_what(self, desk):
        captured, amended, converted = desk.changes()
        assert (captured.seq, captured.at, captured.actor, captured.action) == (1, START, "the_marketing", "capture")
        assert (captured.lead_id, captured.details["channel"]) == ("L1", "官网")
        assert dict(amended.changes) == {"company_size": ("500人", "中型")}
        assert amended.personal == ("job_title",)
        assert (converted.opportunity_id, converted.role) == (converted.details["opportunity"], "sales_rep")

    def test_personal_values_where_they_are_asked_for(self, desk):
        amended = desk.changes(personal=True)[1]
        assert dict(amended.changes)["job_title"] == ("采购总监", "总监")
        assert amended.personal == ()

    def test_an_erased_persons_words_are_gone_and_its_lines_stay(self, desk):
        before = desk.changes()
        desk.erase("L1", by=DIRECTOR)
        after = desk.changes(personal=True)
        assert [change.seq for change in after[:-1]] == [change.seq for change in before]
        assert all((change.changes, change.personal) == ({}, ()) for change in after)
        assert after[-1].action == "erase"
        assert "总监" not in json.dumps([change.to_dict() for change in after], ensure_ascii=False)

    def test_of_a_deal_from_sheets_the_names_are_personal(self, desk):
        deals = desk.opportunities
        deals.import_opportunity("D1", name="机器人", account="丙公司", amount=5, opened_at=START, stage="planning")
        deals.import_opportunity("D1", name="产线", account="丙公司", amount=7)
        corrected = desk.changes()[-1]
        assert (dict(corrected.changes), corrected.personal) == ({"amount": ("5", "7")}, ("name",))

    def test_goes_out_as_json(self, desk):
        documents = [change.to_dict() for change in desk.changes()]
        assert len(json.loads(json.dumps(documents))) == 3
        assert documents[1]["changes"] == {"company_size": ["500人", "中型"]}


class TestPages:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("limit", [1, 2, 3, 100])
    def test_one_after_the_other_give_everything_once(self, tmp_path, kind, limit):
        made = open_desk(storage(kind, tmp_path))
        made.capture_all([(lead(number), None) for number in range(1, 5)])
        every, since = [], 0
        while page := made.changes(since, limit=limit):
            every += page
            since = page[-1].seq
        assert tuple(every) == made.changes()
        assert [change.lead_id for change in every] == ["L1", "L2", "L3", "L4"]
        assert made.changes(since) == ()
        made.close()

    @pytest.mark.parametrize("wrong", [{"since": -1}, {"limit": 0}, {"limit": 10_001}])
    def test_numbers_out_of_their_range_are_refused(self, desk, wrong):
        with pytest.raises(CommandError, match="must be"):
            desk.changes(**wrong)

    def test_follow_ups_are_no_lines_of_it(self, desk):
        last = desk.changes()[-1].seq
        desk.record(touch(), by=REP)
        assert desk.changes(last) == ()


def entry(key: str) -> EntryRow:
    return EntryRow(id=key, at=START, actor="li", role="sales_rep", command="amend")


class TestWritersInPostgres:
    """Two transactions draw their numbers in one order and end in the other."""

    def test_a_lower_number_that_comes_late_is_not_missed(self, tmp_path):
        url = address("postgres", tmp_path)
        slow, quick, reader = open_sql(url), open_sql(url), open_desk(url)
        drawn, end = Event(), Event()

        def write_slowly() -> None:
            with slow.transaction() as unit:
                unit.add(JOURNAL, [entry("slow")])
                unit.flush()
                drawn.set()
                end.wait(10)

        writer = Thread(target=write_slowly)
        writer.start()
        drawn.wait(10)
        with quick.transaction() as unit:
            unit.add(JOURNAL, [entry("quick")])
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(reader.changes)
            with pytest.raises(TimeoutError):
                asked.result(0.3)
            with quick.transaction() as unit:
                unit.add(JOURNAL, [entry("later")])  # the reader who waits keeps no writer waiting
            end.set()
            read = asked.result(10)
        writer.join()
        assert [change.seq for change in read] == [1, 2]
        assert [change.seq for change in reader.changes(2)] == [3]
        for opened in (slow, quick, reader):
            opened.close()

    def test_one_that_is_rolled_back_leaves_a_gap(self, tmp_path):
        url = address("postgres", tmp_path)
        made = open_desk(url)
        with suppress(KeyboardInterrupt), made.storage.transaction() as unit:
            unit.add(JOURNAL, [entry("gone")])
            unit.flush()
            raise KeyboardInterrupt
        made.capture(lead(1))
        assert [change.seq for change in made.changes()] == [2]
        made.close()

    def test_one_that_never_ends_is_told(self, tmp_path, monkeypatch):
        url = address("postgres", tmp_path)
        monkeypatch.setattr(settling.settled_number, "__defaults__", (0.1,))
        made, slow = open_desk(url), open_sql(url)
        with slow.transaction() as unit:
            unit.add(JOURNAL, [entry("slow")])
            unit.flush()
            with pytest.raises(StorageError, match="still written to"):
                made.changes()
        made.close()
        slow.close()

    @pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ"])
    def test_in_the_hosts_transaction(self, tmp_path, level):
        url = address("postgres", tmp_path)
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level=level)
        with engine.connect() as connection:
            made = open_desk(connection)
            if level == "READ COMMITTED":
                made.capture(lead(1))
                assert [change.lead_id for change in made.changes()] == ["L1"]
            else:
                with pytest.raises(StorageError, match="READ COMMITTED"):
                    made.changes()
        engine.dispose()


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_beside_eight_writers_misses_nothing(tmp_path, kind):
    where = storage(kind, tmp_path)
    made = lk.Desk("standard", where)
    writers, rounds = 8, 12
    done = Event()
    read: list[JournalChange] = []

    def write(writer: int) -> None:
        own = made if kind == "memory" else lk.Desk("standard", where)
        for number in range(rounds):
            own.capture(lead(writer * rounds + number + 1))
        if own is not made:
            own.close()

    def follow() -> None:
        while True:
            last = done.is_set()
            while page := made.changes(read[-1].seq if read else 0, limit=7):
                read.extend(page)
            if last:
                return

    reader = Thread(target=follow)
    reader.start()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    done.set()
    reader.join(60)
    assert tuple(read) == made.changes()
    assert all(first.seq < second.seq for first, second in pairwise(read))
    assert sorted(change.lead_id for change in read) == sorted(f"L{n + 1}" for n in range(writers * rounds))
    made.close()


class TestTerminal:
    def test_as_json(self, tmp_path):
        db = address("sqlite", tmp_path)
        made = open_desk(db)
        made.capture_all([(lead(number), None) for number in (1, 2)])
        made.close()
        result = CliRunner().invoke(cli, ["changes", "--since", "1", "--json", "--db", db])
        (change,) = json.loads(result.output)
        assert (change["seq"], change["lead_id"]) == (2, "L2")

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_a_table_in_the_teams_language(self, tmp_path, language):
        db, policy = address("sqlite", tmp_path), tmp_path / "ours.toml"
        policy.write_text(f'name = "ours"\nextends = "standard"\nlanguage = "{language}"\n', encoding="utf-8")
        made = open_desk(db)
        made.capture(lead(1))
        made.amend("L1", {"company.size": "中型"}, by=BOSS)
        made.close()
        lines = CliRunner().invoke(cli, ["changes", "--db", db, "--policy", str(policy)]).output.splitlines()
        assert len(lines) == 3
        assert "500人 -> 中型" in lines[2]


def test_a_change_is_a_value(desk):
    first = desk.changes()[0]
    assert evolve(first) == first == desk.changes(limit=1)[0]
