"""Sheets come into a store once, whatever happens on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.templates import ACTIVITIES as FOLLOW_UP_SHEET
from leadkit.adapters.spreadsheets.templates import LEADS as LEAD_SHEET
from leadkit.adapters.spreadsheets.write import write_csv, write_workbook
from leadkit.demo.company import sample_tables
from leadkit.desk.importing import Imported, import_activities, import_leads
from leadkit.desk.importing.sheets import read_still
from leadkit.store.memory import MemoryStorage
from leadkit.store.tables import ACTIVITIES, JOURNAL, LEADS
from leadkit.texts import texts
from tests.desk.held import held, number_of

LEAD_HEADS = LEAD_SHEET.row("en")
TOUCH_HEADS = FOLLOW_UP_SHEET.row("en")
DIRECTOR = lk.Actor(id="wu", role="director")


def lead(number: int | str | None, **own: object) -> tuple[object, ...]:
    """A row of a lead sheet, sound and unlike every other but for what is given."""
    digits = crc32(repr(number).encode()) % 10_000
    said = {
        "number": number, "source": "Web", "company": f"Firm{number or 0}x{digits} Ltd", "industry": "energy",
        "company_size": "large", "contact": f"Ann {number}", "job_title": "director",
        "phone": f"+49 30 9018{digits:04}", "email": f"ann{number}@firm{digits}.example", "need": "machine, 500k, Q3",
        "tag": "web", "entered_by": "Bo", "entered_at": "2023-08-01",
    }  # fmt: skip
    return tuple((said | own)[column] for column in LEAD_SHEET.columns)


def touch(lead_id: object, day: int = 5, means: str = "webinar", content: str = "") -> tuple[object, ...]:
    return (lead_id, f"2023-08-{day:02}", means, content, "", "", "Li")


def sheet(file: Path, heads: tuple[str, ...], *rows: tuple[object, ...]) -> Path:
    write_csv(file, Table("sheet", heads, rows))
    return file


def desk(storage: object = "memory:", **how: object) -> lk.Desk:
    return lk.Desk("standard", storage, **how)


def counts(done: Imported) -> tuple[int, ...]:
    return (done.captured, done.joined, done.repeated, done.leads_set_aside)


def touch_counts(done: Imported) -> tuple[int, ...]:
    return (done.recorded, done.recorded_before, done.activities_set_aside)


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("sample")
    files = (folder / "leads.xlsx", folder / "follow-ups.xlsx")
    for file, table in zip(files, sample_tables(leads=60, activities=120), strict=True):
        write_workbook(file, [table])
    return files


@pytest.fixture(scope="module")
def once(sample) -> tuple[Imported, dict[str, list[str]]]:
    """What an import that nothing disturbs says and leaves, in batches of seven."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("leadkit.desk.execute.BATCH", 7)
        one = desk()
        return import_leads(one, sample[0], activities=sample[1]), held(one.storage)


class PowerCutError(Exception):
    """The power goes."""


class TestOnce:
    """Run twice, or cut off anywhere and run again, an import leaves what one run leaves."""

    def test_twice_is_once(self, sample):
        one = desk()
        first = import_leads(one, sample[0], activities=sample[1])
        before = held(one.storage)
        second = import_leads(one, sample[0], activities=sample[1])
        assert held(one.storage) == before
        assert second.repeated == first.captured + first.joined
        assert second.recorded_before == first.recorded
        assert [second.captured, second.joined, second.recorded] == [0, 0, 0]
        assert second.tables() == first.tables()

    @pytest.mark.parametrize("transaction", range(1, 27, 3))
    def test_cut_off_at_a_transaction_and_run_again_is_once(self, sample, once, monkeypatch, transaction):
        monkeypatch.setattr("leadkit.desk.execute.BATCH", 7)
        kept = []

        def keep(writes):
            kept.append(writes)
            if len(kept) == transaction:
                raise PowerCutError

        one = desk(MemoryStorage(keep=keep))
        with pytest.raises(PowerCutError):
            import_leads(one, sample[0], activities=sample[1])
        again = import_leads(one, sample[0], activities=sample[1])
        assert held(one.storage) == once[1]
        assert again.captured + again.joined + again.repeated == once[0].captured + once[0].joined
        assert again.tables() == once[0].tables()

    def test_three_at_once_are_once(self, sample, tmp_path, monkeypatch):
        monkeypatch.setattr("leadkit.desk.execute.BATCH", 7)
        urls = [f"sqlite:///{tmp_path / name}.db" for name in ("alone", "together")]
        for url in urls:
            lk.migrate(url)

        def run(url: str) -> None:
            with desk(url) as one:
                import_leads(one, sample[0], activities=sample[1])

        run(urls[0])
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(run, [urls[1]] * 3))
        with desk(urls[0]) as one, desk(urls[1]) as other:
            assert held(other.storage) == held(one.storage)

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.sampled_from([None, 1, 2, 3, "x"]), st.sampled_from("abc")), max_size=8), st.data())
    def test_every_row_comes_in_or_comes_back(self, tmp_path, rows, data):
        numbers = st.sampled_from([1, 2, 3, "x", 99])
        touches = data.draw(st.lists(st.tuples(numbers, st.integers(1, 3)), max_size=8))
        leads = sheet(tmp_path / "a.csv", LEAD_HEADS, *(lead(n, email=f"{who}@firm.example") for n, who in rows))
        follow_ups = sheet(tmp_path / "b.csv", TOUCH_HEADS, *(touch(n, day) for n, day in touches))
        one = desk()
        for _ in range(2):
            done = import_leads(one, leads, activities=follow_ups)
            assert sum(counts(done)) == len(rows)
            assert sum(touch_counts(done)) == len(touches)
        assert number_of(one.storage, LEADS) == done.repeated
        assert number_of(one.storage, ACTIVITIES) == done.recorded_before


class TestIds:
    """A lead's id is the sheet's number, or with the first digits of the file's hash where another lead has that."""

    def test_a_free_number_is_the_id(self, tmp_path):
        one = desk()
        assert counts(import_leads(one, sheet(tmp_path / "a.csv", LEAD_HEADS, lead(7)))) == (1, 0, 0, 0)
        assert one.lead("7").lead.contact.name == "Ann 7"

    def test_a_number_that_is_taken_gets_the_hash_of_the_file_behind_it(self, tmp_path):
        one = desk()
        one.capture(lk.Lead(id="7", **_required(one)))
        file = sheet(tmp_path / "a.csv", LEAD_HEADS, lead(7))
        for expected in [(1, 0, 0, 0), (0, 0, 1, 0)]:
            assert counts(import_leads(one, file)) == expected
        ids = {state.id for state in one.queue()}
        assert ids == {"7", f"7-{read_still(file, lambda: None)[0][:6]}"}

    def test_a_number_that_somebody_takes_meanwhile(self, tmp_path):
        storage = MemoryStorage()

        class Hasty:
            @lk.hookimpl
            def leadkit_veto(self, command: lk.Command) -> None:
                if command.lead.id == "7":
                    other = desk(storage)
                    other.capture(lk.Lead(id="7", **_required(other)), key="hasty")

        done = import_leads(desk(storage, plugins=[Hasty()]), sheet(tmp_path / "a.csv", LEAD_HEADS, lead(6), lead(7)))
        assert counts(done) == (2, 0, 0, 0)
        assert {state.id.split("-")[0] for state in desk(storage).queue()} == {"6", "7"}
        assert number_of(storage, LEADS) == 3

    def test_a_longest_number_still_fits(self, tmp_path):
        one = desk()
        for name, company in (("a.csv", "Alpha Ltd"), ("b.csv", "Beta Ltd")):
            row = lead("9" * 200, company=company, phone=f"+49 30 9018{len(company):04}", email=None)
            assert import_leads(one, sheet(tmp_path / name, LEAD_HEADS, row)).captured == 1
        assert {len(state.id) for state in one.queue()} == {200}


class TestCorrectedSheets:
    """A corrected sheet completes the leads that are there; its follow-ups count once."""

    def test_leads_join_and_follow_ups_repeat(self, tmp_path):
        one = desk()
        first = sheet(tmp_path / "a.csv", LEAD_HEADS, lead(1), lead(2, phone=None))
        calls = sheet(tmp_path / "b.csv", TOUCH_HEADS, touch(1), touch(1, 6), touch(2))
        done = import_leads(one, first, activities=calls)
        assert (counts(done), touch_counts(done)) == ((1, 0, 0, 1), (2, 0, 1))
        corrected = sheet(tmp_path / "c.csv", LEAD_HEADS, lead(1), lead(2))
        more_calls = sheet(tmp_path / "d.csv", TOUCH_HEADS, touch(2), touch(1), touch(1, 7), touch(1, 6))
        done = import_leads(one, corrected, activities=more_calls)
        assert (counts(done), touch_counts(done)) == ((1, 0, 1, 0), (2, 2, 0))
        assert [state.id for state in one.queue()] == ["1", "2"]
        assert len(one.activities("1")) == 3

    def test_rows_set_aside_can_be_mended_and_imported(self, tmp_path, sample):
        one = desk()
        done = import_leads(one, sample[0])
        table = done.tables()[0]
        contact, phone = table.heads.index("联系人"), table.heads.index("电话")
        mended = [
            tuple("张三" if place == contact else f"1380013{row:04}" if place == phone else cell
                  for place, cell in enumerate(cells))
            for row, cells in enumerate(table.rows)
        ]  # fmt: skip
        file = tmp_path / "mended.csv"
        write_csv(file, Table("x", table.heads, mended))
        again = import_leads(one, file)
        assert again.captured + again.joined > 0
        assert again.captured + again.joined + again.leads_set_aside == done.leads_set_aside

    def test_equal_rows_of_one_sheet_each_count(self, tmp_path):
        one = desk()
        leads = sheet(tmp_path / "a.csv", LEAD_HEADS, lead(1))
        calls = sheet(tmp_path / "b.csv", TOUCH_HEADS, touch(1), touch(1), touch(1, 6))
        assert touch_counts(import_leads(one, leads, activities=calls)) == (3, 0, 0)
        assert touch_counts(import_leads(one, leads, activities=calls)) == (0, 3, 0)

    def test_leads_that_were_merged_since_double_nothing(self, tmp_path):
        one = desk()
        leads = sheet(tmp_path / "a.csv", LEAD_HEADS, lead(1), lead(2))
        calls = sheet(tmp_path / "b.csv", TOUCH_HEADS, touch(1, 5), touch(2, 6))
        import_leads(one, leads, activities=calls)
        one.merge("1", "2", by=DIRECTOR)
        assert touch_counts(import_leads(one, leads, activities=calls)) == (0, 2, 0)
        assert touch_counts(import_activities(one, calls)) == (0, 2, 0)
        assert len(one.activities("1")) == 2

    def test_a_person_who_was_erased_does_not_come_back(self, tmp_path):
        one = desk()
        file = sheet(tmp_path / "a.csv", LEAD_HEADS, lead(1))
        import_leads(one, file)
        one.erase("1", by=DIRECTOR)
        assert counts(import_leads(one, file)) == (0, 0, 1, 0)
        with pytest.raises(lk.errors.NotFoundError):
            one.lead("1")


class TestFollowUps:
    """A follow-up sheet speaks of the numbers of its lead sheet or, alone, of the ids in the store."""

    def test_the_numbers_of_the_sheet_lead_to_the_leads_in_the_store(self, tmp_path):
        one = desk()
        one.capture(lk.Lead(id="1", **_required(one)))
        leads = sheet(tmp_path / "a.csv", LEAD_HEADS, lead(1), lead(2, email="ann1@one.example"), lead(3))
        joined = sheet(tmp_path / "c.csv", LEAD_HEADS, lead(1), lead(9, company=lead(3)[2], phone=lead(3)[7]))
        assert touch_counts(
            import_leads(one, leads, activities=sheet(tmp_path / "b.csv", TOUCH_HEADS, touch(1), touch(3)))
        ) == (2, 0, 0)
        assert one.activities("1") == ()
        import_leads(one, joined, activities=sheet(tmp_path / "d.csv", TOUCH_HEADS, touch(9, 9)))
        assert [activity.occurred_at.day for activity in one.activities("3")] == [5, 9]

    def test_alone_it_speaks_of_ids_in_the_store(self, tmp_path):
        one = desk()
        import_leads(one, sheet(tmp_path / "a.csv", LEAD_HEADS, lead(1)))
        done = import_activities(one, sheet(tmp_path / "b.csv", TOUCH_HEADS, touch(1), touch(8)))
        assert touch_counts(done) == (1, 0, 1)
        assert done.activities.set_aside[0].faults == (Fault("unknown_lead", "lead_id"),)
        assert done.leads is None

    def test_a_lead_is_scored_once_however_far_apart_its_follow_ups_stand(self, tmp_path, monkeypatch):
        monkeypatch.setattr("leadkit.desk.execute.BATCH", 2)
        one, numbers = desk(), (1, 2, 3)
        leads = sheet(tmp_path / "a.csv", LEAD_HEADS, *map(lead, numbers))
        touches = [touch(number, day) for day in (5, 6) for number in numbers]
        done = import_leads(one, leads, activities=sheet(tmp_path / "b.csv", TOUCH_HEADS, *touches))
        assert touch_counts(done) == (6, 0, 0)
        assert [one.lead(str(number)).version for number in numbers] == [2, 2, 2]
        assert [len(one.activities(str(number))) for number in numbers] == [2, 2, 2]

    def test_a_lead_that_was_set_aside_takes_its_follow_ups_along(self, tmp_path):
        one = desk(plugins=[_NoSecond()])
        leads = sheet(tmp_path / "a.csv", LEAD_HEADS, lead(1), lead(2))
        calls = sheet(tmp_path / "b.csv", TOUCH_HEADS, touch(1), touch(2))
        done = import_leads(one, leads, activities=calls)
        assert done.activities.set_aside[0].faults == (Fault("unknown_lead", "lead_id"),)
        assert [activity.lead_id for activity in one.activities("1")] == ["1"]


class _NoSecond:
    @lk.hookimpl
    def leadkit_veto(self, command: lk.Command) -> None:
        if command.name == "capture" and command.lead.id == "2":
            raise ValueError


class TestSetAside:
    """What the desk refuses comes back like what the reader sets aside: in its own columns, with the reason."""

    def test_a_row_that_a_plugin_objects_to(self, tmp_path):
        one = desk(plugins=[_NoSecond()])
        file = sheet(tmp_path / "a.csv", (*LEAD_HEADS, "Ours"), (*lead(1), "x"), (*lead(2), "y"))
        for expected in [(1, 0, 0, 1), (0, 0, 1, 1)]:
            done = import_leads(one, file)
            assert counts(done) == expected
            table = done.tables()[0]
            assert table.heads == (*LEAD_HEADS, "Ours", "Problems")
            assert [row[-2:] for row in table.rows] == [
                ("y", "refused: capture the plugin _NoSecond objects (ValueError)")
            ]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
    @pytest.mark.parametrize("place", [0, 2, 9])
    def test_a_text_with_a_nul_character(self, tmp_path, encoding, place):
        broken = list(lead(2))
        broken[place] = f"中\0{broken[place]}"
        rows = (LEAD_HEADS, lead(1), broken, lead(3))
        file = tmp_path / "a.csv"
        file.write_text("\r\n".join(",".join(f'"{cell}"' for cell in row) for row in rows), encoding, newline="")
        done = import_leads(desk(), file)
        assert counts(done) == (2, 0, 0, 1)
        assert done.leads.set_aside[0].faults == (Fault("nul", LEAD_SHEET.columns[place]),)
        write_workbook(tmp_path / "aside.xlsx", done.tables())
        head, row = (cells for _, cells in read_grids(tmp_path / "aside.xlsx")[0].rows)
        assert row[head.index("Problems")].endswith("holds a NUL character")

    def test_a_number_that_two_others_have(self, tmp_path):
        one = desk()
        file = sheet(tmp_path / "a.csv", LEAD_HEADS, lead(7))
        for name in ("7", f"7-{read_still(file, lambda: None)[0][:6]}"):
            one.capture(lk.Lead(id=name, **_required(one, name)))
        done = import_leads(one, file)
        assert done.leads.set_aside[0].faults == (Fault("conflict", "number"),)

    def test_every_fault_has_words_in_both_languages(self):
        assert texts("sheets", "en")["faults"].keys() == texts("sheets", "zh_CN")["faults"].keys()


class TestRefused:
    """What is wrong with the whole import is an error, and nothing was taken in."""

    def test_a_role_that_may_not(self, tmp_path):
        one = desk()
        with pytest.raises(lk.NotAllowedError, match="legal may not"):
            import_leads(one, sheet(tmp_path / "a.csv", LEAD_HEADS, lead(1)), by=lk.Actor(id="x", role="legal"))
        assert number_of(one.storage, JOURNAL) == 0

    @pytest.mark.parametrize("name", ["none.csv", "empty.csv", "words.csv", "."])
    def test_a_follow_up_sheet_that_is_none(self, tmp_path, name):
        one = desk()
        (tmp_path / "empty.csv").write_bytes(b"")
        (tmp_path / "words.csv").write_text("just,words\n1,2\n")
        with pytest.raises(lk.errors.SheetError):
            import_leads(one, sheet(tmp_path / "a.csv", LEAD_HEADS, lead(1)), activities=tmp_path / name)
        with pytest.raises(lk.errors.SheetError):
            import_activities(one, tmp_path / name)
        assert number_of(one.storage, LEADS) == 0

    def test_a_file_that_changes_while_it_is_read(self, tmp_path):
        file = sheet(tmp_path / "a.csv", LEAD_HEADS, lead(1))
        with pytest.raises(lk.errors.SheetError, match="changed while it was read"):
            read_still(file, lambda: file.write_text("other"))


def _required(one: lk.Desk, name: str = "other") -> dict[str, object]:
    """A lead that is like no row of a sheet."""
    assert one.policy.document.capture.required
    digits = crc32(name.encode()) % 10_000
    return {
        "source": lk.Source(channel="fair"),
        "company": lk.Company(name=f"Else{digits} Inc", industry="energy", size="small"),
        "contact": lk.Contact(name="Eve", job_title="buyer", phone=f"+1 212-555-01{digits % 100:02}"),
        "need": lk.Need(description="parts"),
    }


class TestSeveralSheets:
    """Rows of different sheets of one workbook are different rows, whatever their numbers."""

    def test_each_row_is_taken_in_once(self, tmp_path):
        file = tmp_path / "book.xlsx"
        tables = [
            Table(name, LEAD_HEADS, [lead(1, company=f"{name} Ltd", phone=phone, email=None)]) for name, phone in BOTH
        ]
        write_workbook(file, tables)
        ours = desk()
        assert counts(import_leads(ours, file)) == (2, 0, 0, 0)
        assert counts(import_leads(ours, file)) == (0, 0, 2, 0)
        assert {state.lead.company.name for state in ours.queue()} == {"Januar Ltd", "Februar Ltd"}


BOTH = (("Januar", "+49 30 901801"), ("Februar", "+49 30 901802"))


class TestOwners:
    """An owner who is nobody of the team is not taken in, and the row is flagged."""

    def test_only_members_own_leads(self, tmp_path):
        ours = desk()
        ours.enrol(lk.Member(id="li", role="sales_rep"), by=DIRECTOR)
        heads = (*LEAD_HEADS, "Owner")
        done = import_leads(ours, sheet(tmp_path / "a.csv", heads, (*lead(1), "li"), (*lead(2), "Tom Field")))
        assert counts(done) == (2, 0, 0, 0)
        assert [ours.lead(number).owner for number in "12"] == ["li", None]
        assert [row.faults for row in done.leads.flagged] == [(Fault("not_a_member", "owner"),)]
