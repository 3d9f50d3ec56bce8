"""Eight processes at work on one store: nothing is lost, nothing is done twice, nobody is refused without need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context

import pytest
from sqlalchemy import create_engine, text

import leadkit as lk
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_csv
from leadkit.desk.importing import import_leads
from leadkit.store.tables import ACTIVITIES, LEADS
from tests.desk.desks import ACTORS, BOSS, kept, lead
from tests.desk.held import number_of
from tests.desk.racers import race
from tests.desk.stores import address

pytestmark = pytest.mark.xdist_group("stores")
PROCESSES = 8
TIMES = 6
ROOM = 3
FORKED = get_context("forkserver")
FORKED.set_forkserver_preload(["tests.desk.racers", "leadkit.adapters.sql.storage"])


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path) -> str:
    return filled(address(request.param, tmp_path))


def filled(place: str) -> str:
    """A store with twenty leads and a team of three."""
    with lk.Desk("standard", place) as desk:
        for member, capacity in (("li", ROOM), ("mo", ROOM), ("bo", ROOM)):
            desk.enrol(lk.Member(id=member, role="sales_rep", capacity=capacity), by=BOSS)
        assert len(desk.capture_all([(lead(number), None) for number in range(1, 21)])) == 20
    return place


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[..., None]]:
    """Eight processes, which do some steps in turn; none of them is refused without need."""
    with ProcessPoolExecutor(PROCESSES, mp_context=FORKED) as pool:

        def run(place: str, *steps: str) -> None:
            given = [steps[who % len(steps)] for who in range(PROCESSES)]
            refused = list(pool.map(race, repeat(place), given, range(PROCESSES), repeat(TIMES)))
            assert refused == [0] * PROCESSES, list(zip(given, refused, strict=True))

        yield run


def owned(place: str) -> Counter[str]:
    """How many leads each member has."""
    with lk.Desk("standard", place) as desk:
        return Counter(row.owner for row in kept(desk, "leads") if row.owner)


class TestRaces:
    """Each step by eight processes at once, and beside others that write the same rows."""

    def test_leads_that_come_in(self, place, run):
        run(place, "capture_alone")
        with lk.Desk("standard", place) as desk:
            assert number_of(desk.storage, LEADS) == 20 + PROCESSES * TIMES

    def test_a_person_who_comes_again_and_again(self, place, run):
        run(place, "capture_same")
        with lk.Desk("standard", place) as desk:
            living = [row for row in kept(desk, "leads") if row.merged_into is None]
            assert (len(living), len(kept(desk, "leads"))) == (30, 20 + PROCESSES * TIMES)
            found = Counter((row.found_by, row.place) for row in kept(desk, "matches"))
            assert set(found.values()) == {1}

    def test_follow_ups(self, place, run):
        run(place, "record", "record_many")
        with lk.Desk("standard", place) as desk:
            assert number_of(desk.storage, ACTIVITIES) > PROCESSES * TIMES
            versions = {row.id: row.version for row in kept(desk, "leads")}
            assert min(versions.values()) > 1

    def test_batches_beside_new_scores_and_ticks(self, place, run):
        run(place, "record_many", "rescore", "tick", "record")

    def test_pauses_beside_follow_ups(self, place, run):
        run(place, "pause", "record", "record_many", "rescore")

    def test_no_member_gets_more_than_their_room(self, place, run):
        run(place, "assign", "assign", "record")
        assert set(owned(place).values()) == {ROOM}

    def test_an_account_has_one_open_opportunity(self, place, run):
        with lk.Desk("standard", place) as desk:
            name = lead(1).company.name
            for number in range(2, 21):
                desk.amend(f"L{number}", {"company.name": name}, by=BOSS)
        run(place, "convert")
        with lk.Desk("standard", place) as desk:
            assert len(kept(desk, "opportunities")) == 1
            assert {row.status for row in kept(desk, "leads")} == {"converted"}

    def test_merges_and_erasures_beside_what_comes_in(self, place, run):
        run(place, "merge", "erase", "capture_same", "record")
        with lk.Desk("standard", place) as desk:
            rows = {row.id: row for row in kept(desk, "leads")}
            homes = [rows[row.merged_into] for row in rows.values() if row.merged_into is not None]
            assert not [row for row in homes if row.merged_into is not None]
            erased = {row.id for row in rows.values() if row.erased_at is not None}
            assert not erased & {row.lead_id for row in kept(desk, "matches")}
            assert not erased & {row.id for row in kept(desk, "persons")}

    def test_an_import_is_undone_beside_what_is_made_of_its_leads(self, place, run, tmp_path):
        """A lead that became an opportunity stays, one that is gone becomes none; nothing of it is left."""
        with lk.Desk("standard", place) as desk:
            rows = [imported(number) for number in range(21, 41)]
            write_csv(tmp_path / "leads.csv", Table("leads", HEADS, rows))
            assert import_leads(desk, tmp_path / "leads.csv", by=BOSS).captured == 20
        run(place, "convert_imported", "import_deal", "undo", "record")
        with lk.Desk("standard", place) as desk:
            there = {row.id for row in kept(desk, "leads")}
            deals = {row.id: row for row in kept(desk, "opportunities")}
            assert {row.lead_id for row in deals.values()} <= there
            assert {f"L{number}" for number in range(1, 21)} <= there
            for table in ("matches", "duties", "activities", "persons", "changes"):
                assert {getattr(row, "lead_id", row.id) for row in kept(desk, table)} <= there, table
            assert {row.opportunity_id for row in kept(desk, "duties")} - {None} <= deals.keys()
            made = {row.lead_id for row in deals.values()}
            (done,) = desk.imports()
            if done.undone_at is not None:
                desk.undo(done.id, by=ACTORS["director"])
            assert {row.id for row in kept(desk, "leads") if row.id.startswith("I")} == made


HEADS = ("序号", "线索来源", "企业名称", "行业", "企业规模", "联系人", "职位", "电话", "初步需求描述")


def imported(number: int) -> tuple[object, ...]:
    """A row of a sheet with a valid lead, `I1` to `I20`."""
    known = lead(number)
    assert known.source is not None
    company, contact = known.company, known.contact
    said = (company.name, company.industry, company.size, contact.name, contact.job_title, contact.phone)
    return (f"I{number - 20}", "官网-产品咨询", *said, known.need.description)


class TestLevels:
    """A server whose transactions begin at another level changes nothing: ours begin at the one they need."""

    @pytest.fixture(params=["repeatable read", "serializable"])
    def place(self, request, tmp_path) -> str:
        place = address("postgres", tmp_path)
        engine = create_engine(place.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            name = engine.url.database
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_isolation = '{request.param}'"))
        engine.dispose()
        return filled(place)

    def test_no_member_gets_more_than_their_room(self, place, run):
        run(place, "assign", "assign", "record")
        assert set(owned(place).values()) == {ROOM}

    def test_a_person_who_comes_again_and_again(self, place, run):
        run(place, "capture_same")
        with lk.Desk("standard", place) as desk:
            assert len([row for row in kept(desk, "leads") if row.merged_into is None]) == 30
