"""The review and the demo from a terminal: a real store, real tables, real files, and never a traceback."""

from __future__ import annotations

import json
import shutil
import sqlite3
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.cli.commands import cli
from leadkit.desk.stage_times import furthest_stage, stage_since
from leadkit.store.process_rows import DutyRow
from leadkit.texts import texts
from tests.desk.desks import dump

NOTES = """
worked = ["高层拜访"]
failed = ["价格"]
improve = ["分期付款", "两小时内响应"]
"""
AS_OF = ("--as-of", "2023-10-01T00:00+08:00")
ENDINGS = (".html", ".xlsx", ".json")


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    return result.exit_code, result.output


def done(*words: object) -> str:
    code, said = run(*words)
    assert code == 0, said
    return said


def address(file: Path) -> str:
    return f"sqlite:///{file}"


def figure(said: str, name: str) -> list[str]:
    """The words of the line that begins with `name`."""
    return next(line.removeprefix(name).split() for line in said.splitlines() if line.startswith(name))


def owed(row: DutyRow) -> bool:
    """Whether a response is or was owed, or was late before the lead left the queue."""
    return row.state != "cancelled" or row.last_alert in {"breached", "escalated"}


class Words(HTMLParser):
    """The words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.found.append(data.strip())


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> tuple[Path, str]:
    """The folder that a demo leaves, and what it printed."""
    folder = tmp_path_factory.mktemp("company") / "demo"
    return folder, done("demo", "-o", folder)


@pytest.fixture(scope="module")
def store(shown) -> str:
    return address(shown[0] / "leads.db")


@pytest.fixture(scope="module")
def tables(shown, tmp_path_factory) -> dict[str, Path]:
    """What the store of the demo holds, as a warehouse holds it."""
    folder = tmp_path_factory.mktemp("tables")
    with lk.Desk("standard", address(shown[0] / "leads.db")) as desk:
        rows, touching = dump(desk), desk.policy.document.service_levels.follow_ups
    due = {row.lead_id: row.due_at for row in rows["duties"] if row.kind == "response" and owed(row)}
    leads = [
        {
            "lead_id": row.id,
            "channel": row.channel,
            "industry": row.industry,
            "owner": row.owner,
            "priority": row.priority,
            "status": row.status,
            "disqualification_reason": row.reasons[0] if row.reasons else None,
            "received_at": row.received_at or row.captured_at,
            "first_response_at": row.first_follow_up_at,
            "response_due_at": due.get(row.id),
            "duplicate_of": row.merged_into,
        }
        for row in rows["leads"]
    ]
    taken = ("lead_id", "owner", "grade", "status", "lost_reason", "amount", "opened_at", "closed_at", "stage")
    taken += ("expected_close", "competitor")
    opportunities = [
        {
            "opportunity_id": row.id,
            **{name: getattr(row, name) for name in taken},
            "stage_since": stage_since(row),
            "furthest_stage": furthest_stage(row),
        }
        for row in rows["opportunities"]
    ]
    home = {row.id: row.merged_into or row.id for row in rows["leads"]}
    touches = [
        {"lead_id": home[row.lead_id], **{name: getattr(row, name) for name in ("occurred_at", "kind", "means")}}
        for row in rows["activities"]
        if row.kind in touching
    ]
    found = {"leads": leads, "opportunities": opportunities, "activities": touches}
    for name, every in found.items():
        pl.DataFrame(every, infer_schema_length=None).write_parquet(folder / f"{name}.parquet")
    return {name: folder / f"{name}.parquet" for name in found}


def of_tables(tables: dict[str, Path], *without: str) -> list[object]:
    return [word for name, file in tables.items() if name not in without for word in (f"--{name}", file)]


@pytest.fixture
def empty(tmp_path) -> str:
    """A store without a single lead."""
    done("migrate", "--db", address(tmp_path / "empty.db"))
    return address(tmp_path / "empty.db")


class TestDemo:
    """`leadkit demo` goes from the sheets to the review page."""

    def test_it_leaves_the_sheets_the_store_and_the_review(self, shown):
        folder, said = shown
        assert sorted(file.name for file in folder.iterdir()) == [
            "activities.xlsx",
            "leads.db",
            "leads.xlsx",
            "review.html",
            "review.json",
            "review.xlsx",
            "scored.xlsx",
        ]
        assert [
            name for name in ("leads.db", "review.html", "scored.xlsx") if f"-> {folder / name}\n" not in said
        ] == []
        assert "standard@1#" in said

    def test_the_quarter_of_the_company_has_something_to_look_at(self, shown):
        total = json.loads((shown[0] / "review.json").read_text("utf-8"))["total"]
        assert total["leads"] > total["valid_leads"] > total["opportunities"] > total["won"] > 0
        assert [name for name, value in total.items() if value is None] == ["key"]

    def test_the_page_is_complete(self, shown):
        page = (shown[0] / "review.html").read_text("utf-8")
        assert page.startswith("<!DOCTYPE html>")
        words = Words(page).found
        assert {"示例装备有限公司", "推出分期付款政策"} <= set(words)

    def test_the_store_can_be_asked_afterwards(self, shown, store):
        queue = json.loads(done("queue", "--db", store, "--json", "--limit", 1000))
        assert len({one["id"] for one in queue}) == len(queue) > 10
        assert figure(
            done("review", "--db", store, "--period", "2023-Q3", "--language", "zh_CN", *AS_OF), "成交商机数"
        ) == figure(shown[1], "成交商机数")

    def test_a_second_demo_that_may_replace_the_first_begins_anew(self, shown, tmp_path):
        folder = tmp_path / "demo"
        shutil.copytree(shown[0], folder)
        before = json.loads((folder / "review.json").read_text("utf-8"))
        done("demo", "-o", folder, "--replace")
        after = json.loads((folder / "review.json").read_text("utf-8"))
        numbers = [{name: listed["number"] for name, listed in each.pop("lists").items()} for each in (before, after)]
        assert (after, numbers[1]) == (before, numbers[0])


class TestFromAStore:
    """`leadkit review` gives the figures of `desk.review`, in the terminal and in a file."""

    def test_the_lines_say_the_figures_and_the_period_before(self, store):
        said = done("review", "--db", store, "--period", "2023-Q3", *AS_OF)
        with lk.Desk("standard", store) as desk:
            found = desk.review("2023-Q3", as_of=lk.reviews.read_period("2023-Q3", desk.policy.time_zone).end)
        assert said.startswith("2023-Q3, as of 2023-10-01 00:00\n")
        assert figure(said, "Leads")[:4] == [str(found.total.leads), "up", "from", str(found.previous.leads)]
        assert str(found.total.win_rate) in said
        for share in found.losses:
            assert f"{share.rate}" in said
        assert figure(said, "  duplicate leads, joined to others") == [str(found.problems["duplicate_lead"])]

    def test_json_holds_the_whole_review(self, store, tmp_path):
        done("review", "--db", store, "--period", "2023-08", *AS_OF, "-o", tmp_path / "review.json")
        with lk.Desk("standard", store) as desk:
            found = desk.review("2023-08", as_of=lk.reviews.read_period("2023-09", desk.policy.time_zone).end)
        assert json.loads((tmp_path / "review.json").read_text("utf-8")) == json.loads(json.dumps(found.to_dict()))

    @pytest.mark.parametrize(("language", "words"), [("en", ("Win rate", "Leads")), ("zh_CN", ("赢单率", "线索总量"))])
    def test_page_and_workbook_speak_both_languages(self, store, tmp_path, language, words):
        (tmp_path / "notes.toml").write_text(NOTES, encoding="utf-8")
        for ending in (".html", ".xlsx"):
            out = tmp_path / f"review{ending}"
            given = ("--language", language, "--notes", tmp_path / "notes.toml", "--company", "示例 & Co", "-o", out)
            assert done("review", "--db", store, "--period", "2023-Q3", *AS_OF, *given).endswith(f"-> {out}\n")
        page = set(Words((tmp_path / "review.html").read_text("utf-8")).found)
        assert {*words, "示例 & Co", "高层拜访", "两小时内响应"} <= page
        sheets = read_grids(tmp_path / "review.xlsx")
        cells = {str(cell) for grid in sheets for _, row in grid.rows for cell in row}
        assert set(words) <= cells
        assert any("分期付款" in cell for cell in cells)

    def test_the_labels_of_ones_own_policy_are_used(self, store, tmp_path):
        own = tmp_path / "own.toml"
        own.write_text('name = "own"\nextends = "standard"\n[labels.en]\n"priority.high" = "Red hot"\n', "utf-8")
        done("review", "--db", store, "--policy", own, "--period", "2023-Q3", *AS_OF, "-o", tmp_path / "review.html")
        assert any("Red hot" in word for word in Words((tmp_path / "review.html").read_text("utf-8")).found)

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_a_store_without_a_lead_has_an_empty_review(self, empty, tmp_path, ending):
        said = done("review", "--db", empty, "--period", "2023-Q3", "-o", tmp_path / f"review{ending}")
        assert figure(said, "Leads")[0] == "0"
        assert figure(said, "Win rate")[0] == figure(said, "Pipeline velocity")[0] == "–"
        assert (tmp_path / f"review{ending}").stat().st_size > 0


class TestCalibrate:
    """`leadkit calibrate` says what the cases of the store say, or that there are too few."""

    def test_lines_and_json_are_those_of_the_desk(self, store):
        with lk.Desk("standard", store) as desk:
            found = desk.calibrate()
        assert done("calibrate", "--db", store) == f"{found}\n"
        assert "not enough data" in str(found)
        said = json.loads(done("calibrate", "--db", store, "--json"))
        assert said["base"] == {"met": found.base.met, "of": found.base.of, **said["base"]}
        assert [one["name"] for one in said["bands"]] == [one.name for one in found.bands]


class TestFromTables:
    """`--leads` and `--opportunities` take the place of a store, and give the same figures."""

    def test_what_a_store_holds_as_tables_has_the_same_figures(self, store, tables, tmp_path):
        given = ("--period", "2023-Q3", *AS_OF)
        done("review", "--db", store, *given, "-o", tmp_path / "store.json")
        done("review", *of_tables(tables), *given, "-o", tmp_path / "tables.json")
        one, other = (json.loads((tmp_path / f"{name}.json").read_text("utf-8")) for name in ("store", "tables"))
        one["lists"].pop("overdue"), other["lists"].pop("overdue")
        traits = ("tag", "source", "product", "region", "company_size")
        assert {name for name in traits if one["by"].pop(name, None)} >= {"tag", "source"}
        assert not any(other["by"].pop(name, None) for name in traits)
        of_a_desk = {"objections", "content_rates", "measures", "overrides", "rivals"}
        alike = one.keys() - {"policy", "duties", "activity_rates", *of_a_desk}
        assert {name: other[name] for name in alike} == {name: one[name] for name in alike}
        responses = [group for group in one["duties"]["each"] if group["kind"] == "response"]
        assert sorted(map(str, other["duties"]["each"])) == sorted(map(str, responses))
        for name, rates in other["activity_rates"].items():
            assert rates
            assert [rate for rate in rates if rate not in one["activity_rates"][name]] == []

    def test_the_same_tables_as_sheets_have_the_same_figures(self, tables, tmp_path):
        given = ("--period", "2023-Q3", *AS_OF)
        sheets = {name: tmp_path / f"{name}.csv" for name in tables}
        for name, file in sheets.items():
            pl.read_parquet(tables[name]).write_csv(file)
        for name, found in (("tables", tables), ("sheets", sheets)):
            done("review", *of_tables(found), *given, "-o", tmp_path / f"{name}.json")
        assert (tmp_path / "sheets.json").read_text("utf-8") == (tmp_path / "tables.json").read_text("utf-8")

    def test_without_activities_only_the_intervals_are_missing(self, tables, tmp_path):
        out = tmp_path / "review.json"
        done("review", *of_tables(tables, "activities"), "--period", "2023-Q3", *AS_OF, "-o", out)
        found = json.loads(out.read_text("utf-8"))
        assert (found["follow_up_hours_mean"], found["total"]["leads"] > 0) == (None, True)

    @pytest.mark.parametrize(
        ("table", "change", "said"),
        [
            ("leads", lambda f: f.drop("status"), "has no column status"),
            ("leads", lambda f: pl.concat([f, f.head(1)]), "rows repeat a key (hint: "),
            ("leads", lambda f: f.with_columns(pl.col("received_at").dt.to_string()), "column received_at: must be a"),
            ("leads", lambda f: f.with_columns(channel=pl.lit([1])), "column channel: must be a text"),
            ("opportunities", lambda f: f.with_columns(amount=pl.lit("much")), "column amount: must be a number"),
            (
                "opportunities",
                lambda f: f.with_columns(lead_id=pl.lit(1)),
                "column lead_id: must be String as in leads",
            ),
            ("activities", lambda f: f.with_columns(occurred_at=pl.lit("soon")), "column occurred_at: must be a"),
        ],
    )
    def test_a_table_that_can_not_be_counted_is_told_in_a_line(self, tables, tmp_path, table, change, said):
        file = tmp_path / "changed.parquet"
        change(pl.read_parquet(tables[table])).write_parquet(file)
        code, output = run("review", *of_tables({**tables, table: file}), "--period", "2023-Q3")
        assert (code, said in output, output.count("\n")) == (3, True, 1), output
        assert output.startswith(f"leadkit: table {table}")

    def test_a_missing_or_damaged_file_is_told_in_a_line(self, tables, tmp_path):
        damaged = tmp_path / "damaged.parquet"
        whole = tables["leads"].read_bytes()
        damaged.write_bytes(whole[:4] + bytes(len(whole) // 2 - 4) + whole[len(whole) // 2 :])
        for file in (tmp_path / "none.parquet", tables["leads"].parent, damaged):
            code, output = run("review", *of_tables({**tables, "leads": file}), "--period", "2023-Q3")
            assert (code, output.startswith("leadkit: "), output.count("\n")) == (3, True, 1), output

    def test_half_of_the_tables_is_wrong_usage(self, tables):
        for name in ("leads", "opportunities", "activities"):
            code, output = run("review", f"--{name}", tables[name], "--period", "2023-Q3")
            assert (code, "go together" in output) == (2, True)


class TestWhatIsRefused:
    """An error is a line with a hint, and an exit code of `cli/shared.py`; nothing is written."""

    @pytest.mark.parametrize(
        "period",
        ["", "Q3", "2023-13", "2023-Q5", "0001", "9999", "1900", "2023-10-01..2023-07-01", "0001-01-01..9999-12-31"],
    )
    def test_what_names_no_period(self, store, tmp_path, period):
        code, said = run("review", "--db", store, "--period", period, "-o", tmp_path / "review.html")
        assert (code, said.startswith("leadkit: period: is not a period (hint: such as 2023-Q3")) == (3, True), said
        assert not (tmp_path / "review.html").exists()

    def test_a_period_is_needed(self, store):
        assert run("review", "--db", store)[0] == 2

    @pytest.mark.parametrize("name", ["review.pdf", "review", "review.html.bak", ".json"])
    def test_another_ending(self, store, tmp_path, name):
        code, said = run("review", "--db", store, "--period", "2023-Q3", "-o", tmp_path / name)
        assert (code, "-o takes .html, .xlsx, .json" in said) == (2, True)
        assert list(tmp_path.iterdir()) == []

    def test_a_store_that_was_not_migrated(self, tmp_path):
        sqlite3.connect(tmp_path / "new.db").close()
        code, said = run("review", "--db", address(tmp_path / "new.db"), "--period", "2023-Q3")
        assert (code, said.startswith("leadkit: "), "leadkit migrate --db" in said) == (3, True, True), said

    @pytest.mark.parametrize(
        ("notes", "said"),
        [
            ("worked = 1", "worked"),
            ("went_well = []", "went_well"),
            ("worked = [}]", "notes.toml:1:"),
            (None, "notes.toml"),
        ],
    )
    def test_notes_that_can_not_be_read(self, store, tmp_path, notes, said):
        if notes is not None:
            (tmp_path / "notes.toml").write_text(notes)
        code, output = run("review", "--db", store, "--period", "2023-Q3", "--notes", tmp_path / "notes.toml")
        assert (code, output.startswith("leadkit: "), said in output) == (3, True, True), output

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_a_file_that_can_not_be_written(self, store, tmp_path, ending):
        (tmp_path / f"folder{ending}").mkdir()
        for out in (tmp_path / f"folder{ending}", tmp_path / "nowhere" / f"review{ending}"):
            code, said = run("review", "--db", store, "--period", "2023-Q3", "-o", out)
            assert code == 3
            assert said.splitlines()[-1].startswith(f"leadkit: {out}: can't be written")

    def test_an_output_that_is_an_input(self, tables, shown, tmp_path):
        given = ("--period", "2023-Q3")
        for name, file in tables.items():
            other = tmp_path / f"{name}.json"
            other.write_bytes(file.read_bytes())
            code, said = run("review", *of_tables({**tables, name: other}), *given, "-o", other)
            assert (code, "name another file" in said) == (2, True)
            assert other.read_bytes() == file.read_bytes()
        (tmp_path / "notes.json").write_text("worked = []")
        db = tmp_path / "store.json"
        shutil.copy(shown[0] / "leads.db", db)
        before = db.read_bytes()
        for words in (("--notes", tmp_path / "notes.json"), ("--db", address(db))):
            out = str(words[1]).removeprefix("sqlite:///")
            code, said = run("review", *words, *given, "-o", out)
            assert (code, "name another file" in said) == (2, True)
        assert db.read_bytes() == before

    @pytest.mark.parametrize(
        "words",
        [
            ("--company", "a\nb"),
            ("--company", "\udcff"),
            ("--language", "de"),
            ("--as-of", "soon"),
            ("--as-of", "9999-12-31"),
        ],
        ids=str,
    )
    def test_words_that_make_no_sense(self, store, words):
        code, said = run("review", "--db", store, "--period", "2023-Q3", *words)
        assert (code, "Error: " in said) == (2, True)

    def test_a_policy_that_is_not_there(self, store, tables):
        for source in (("--db", store), of_tables(tables)):
            code, said = run("review", *source, "--policy", "standrd", "--period", "2023-Q3")
            assert (code, said.startswith("leadkit: "), "(hint: " in said) == (3, True, True), said


def test_every_number_in_the_lines_is_one_of_the_review(store, tmp_path):
    out = tmp_path / "review.json"
    said = done("review", "--db", store, "--period", "2023-Q3", *AS_OF, "-o", out)
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    for name in ("leads", "valid_leads", "opportunities", "a_opportunities", "won", "lost"):
        assert figure(said, texts("review", "en")["figures"][name])[0] == str(found["total"][name])
    assert figure(said, "Average sales cycle")[0] == found["total"]["sales_cycle_days"]
    assert figure(said, "Pipeline velocity")[0] == f"{Decimal(found['total']['pipeline_velocity']):,.0f}"
