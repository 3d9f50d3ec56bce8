"""Every example of the README and the documentation runs and prints what it says."""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
import tomllib
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import polars as pl
import pytest
from attrs import fields_dict
from click.testing import CliRunner
from pytest_examples import CodeExample, EvalExample, find_examples

import leadkit as lk
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.checking.findings import KINDS
from leadkit.cli.commands import cli
from leadkit.demo.company import sample_tables
from leadkit.demo.past import past_cases
from leadkit.desk.importing import import_leads
from leadkit.texts import LANGUAGES, texts
from tests.reviewing.test_figures import review_of

ROOT = Path(__file__).parent.parent
EXAMPLES = [one for one in find_examples(ROOT / "README.md", ROOT / "docs") if one.prefix_tags() & {"python", "py"}]


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory) -> Path:
    """A database with leadkit's tables and nothing in them, for the examples that open one."""
    file = tmp_path_factory.mktemp("store") / "leads.db"
    lk.migrate(f"sqlite:///{file}")
    return file


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: CodeExample, eval_example: EvalExample, empty_store, tmp_path, monkeypatch):
    shutil.copy(empty_store, tmp_path / "leads.db")
    monkeypatch.chdir(tmp_path)
    eval_example.set_config(line_length=120, quotes="double")
    if eval_example.update_examples:
        eval_example.run_print_update(example)
    else:
        eval_example.run_print_check(example)


@pytest.mark.parametrize("text", re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL))
def test_a_policy_of_the_readme_loads(tmp_path, text):
    file = tmp_path / "ours.toml"
    file.write_text(text, encoding="utf-8")
    assert lk.load_policy(file).document.scoring.bands["priority"].thresholds["high"] == 75


HOW_TO = [
    text
    for page in sorted((ROOT / "docs/how-to").glob("*.md"))
    for text in re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    if "project" not in tomllib.loads(text)
]


@pytest.mark.parametrize("text", HOW_TO, ids=lambda text: text.partition("\n")[0])
def test_a_piece_of_a_policy_in_a_how_to_loads(text):
    said = tomllib.loads(text, parse_float=Decimal)
    below = {} if "route" in said else {"extends": "standard"}
    assert lk.load_policy({"name": "ours"} | below | said).document.name


def test_every_command_and_table_is_in_the_reference():
    commands = (ROOT / "docs/reference/command-line.md").read_text("utf-8")
    assert all(f"`leadkit {name}" in commands for name in cli.commands)
    tables = (ROOT / "docs/reference/policy-file.md").read_text("utf-8")
    assert all(name in tables for name in lk.json_schema()["properties"])


def test_every_finding_has_a_section_and_every_section_is_one():
    page = (ROOT / "docs/reference/findings.md").read_text("utf-8")
    assert re.findall(r"^## ([a-z_]+)$", page, re.MULTILINE) == list(KINDS)


def _named_in(page: str) -> dict[str, tuple[str, ...]]:
    """The rows of a page's tables that begin with a code: the code and the cells after it."""
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    return {code: tuple(cells.split(" | ")) for code, cells in rows}


def test_every_figure_of_a_review_has_its_place_under_the_names_that_people_see():
    named = _named_in("docs/reference/figures.md")
    reckoned = {name for name, value in vars(lk.reviews.Figures).items() if isinstance(value, property)}
    for name in {*fields_dict(lk.reviews.Figures), *reckoned} - {"key"}:
        assert list(named[name][:2]) == [texts("review", language)["figures"][name] for language in LANGUAGES]
    page = (ROOT / "docs/reference/figures.md").read_text("utf-8")
    names = "Review FigureChange Cohort Response Calibration Pipeline OpenGroup Forecast Duties DutyGroup"
    names += " Ageing AgeGroup StageRate ActivityRates ActivityRate Part TargetFigure CaseList ListedCase"
    parts = [getattr(lk.reviews, name) for name in names.split()]
    every = {name for one in parts for name in fields_dict(one)} - {"policy", "notes", "name"}
    assert [name for name in every if f"`{name}`" not in page] == []


def test_every_problem_of_a_review_has_its_place():
    codes = {*texts("review", "en")["problems"]} | {
        code for seed in range(20) for code in review_of(Random(seed), 60)[0].problems
    }
    named = _named_in("docs/reference/figures.md")
    assert [code for code in codes if named.get(code, ("",))[0] != texts("review", "zh_CN")["problems"][code]] == []


NAMES = ("process", "sheet", "learn", "week", "week-zh")
PROCESS, SHEET, LEARN, *WEEKS = (ROOT / f"docs/tutorial-{name}.md" for name in NAMES)
CHINESE = ROOT / "docs/zh.md"
TOLD = {PROCESS, SHEET, LEARN, CHINESE, *WEEKS}
PAGES = [ROOT / "README.md", *sorted(page for page in (ROOT / "docs").rglob("*.md") if page not in TOLD)]
SHELL = [re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL) for page in PAGES]
COMMANDS = {line.split("#")[0].strip() for blocks in SHELL for block in blocks for line in block.splitlines()}


@pytest.fixture(scope="session")
def company(tmp_path_factory) -> Path:
    """A folder as the documentation takes it for granted: sheets, tables, a policy, notes, a store with a team."""
    folder = tmp_path_factory.mktemp("company")
    for name, table in zip(("leads.xlsx", "follow-ups.xlsx"), sample_tables(leads=20, activities=40), strict=True):
        write_workbook(folder / name, [table])
    shutil.copy(folder / "follow-ups.xlsx", folder / "activities.xlsx")
    toml = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[0]
    (folder / "ours.toml").write_text(toml, encoding="utf-8")
    notes = re.findall(r"```text\n(worked = .*?)```", (ROOT / "docs/how-to/review.md").read_text("utf-8"), re.DOTALL)[0]
    (folder / "notes.toml").write_text(notes, encoding="utf-8")
    when = [datetime(2023, 8, 1, tzinfo=UTC)]
    leads = {"lead_id": ["1"], "status": ["valid"], "received_at": when}
    opportunities = {"opportunity_id": ["1"], "status": ["won"], "opened_at": when, "closed_at": when}
    (folder / "export.csv").write_text("Name,Mobile,E-mail\nAnn Lee,+49 30 901820,ann@lee.example\n", encoding="utf-8")
    (folder / "deals.csv").write_text("Deal ID,Deal name,Amount,Status\n7,Robots,500000,open\n", encoding="utf-8")
    (folder / "spend.csv").write_text("Channel,Period,Spend\nTrade show,2023-Q3,120000\n", encoding="utf-8")
    (folder / "map.toml").write_text('[sheets.leads]\nphone = "Mobile"\n', encoding="utf-8")
    for name, rows in (("leads", leads), ("opportunities", opportunities)):
        pl.DataFrame(rows).write_parquet(folder / f"{name}.parquet")
        pl.DataFrame(rows).write_csv(folder / f"{name}.csv")
    lk.migrate(f"sqlite:///{folder / 'leadkit.db'}")
    with lk.Desk("standard", f"sqlite:///{folder / 'leadkit.db'}") as desk:
        import_leads(desk, folder / "leads.xlsx")
        for member, role in (("li", "senior_rep"), ("zhou", "sales_rep")):
            desk.enrol(lk.Member(id=member, role=role))
        lin = lk.Actor(id="lin", role="supervisor")
        desk.note_review("2023-Q2", measures=[("a new landing page", "li", date(2023, 9, 30))], by=lin)
    shutil.copy(folder / "leadkit.db", folder / "leads.db")
    return folder


@pytest.mark.parametrize("command", sorted(command for command in COMMANDS if command.startswith("leadkit ")))
def test_a_command_of_the_documentation_runs(company, tmp_path, monkeypatch, command):
    shutil.copytree(company, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, shlex.split(command)[1:], catch_exceptions=False)
    assert result.exit_code in (0, 1), result.output
    if " -o " in command:
        assert (tmp_path / command.split(" -o ")[1]).exists()


BEHIND_A_TIME = re.compile(r"^[*/\d]+ .* crm +(leadkit .*)$", re.MULTILINE)
CRON = BEHIND_A_TIME.findall((ROOT / "docs/how-to/workers.md").read_text("utf-8"))


@pytest.mark.parametrize("command", CRON)
def test_a_line_of_the_crontab_runs(company, tmp_path, monkeypatch, command):
    shutil.copytree(company, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("LEADKIT_DB", f"sqlite:///{tmp_path}/leads.db")
    words = shlex.split(command.replace("/var/lib/crm", str(tmp_path)))
    result = CliRunner().invoke(cli, words[1:], catch_exceptions=False)
    assert result.exit_code == 0, result.output


QUERIES = re.findall(r"```sql\n(select.*?)```", (ROOT / "docs/how-to/metabase.md").read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.partition("\n")[0])
def test_a_query_of_the_documentation_runs(company, query):
    with closing(sqlite3.connect(company / "leads.db")) as connection:
        assert connection.execute(query).description


def runs_in_its_order_and_prints_what_it_says(page: Path) -> None:
    blocks = re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    for said in re.split(r"^(?=leadkit )", "".join(blocks).replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        command, _, shown = said.partition("\n")
        result = CliRunner().invoke(cli, shlex.split(command)[1:], catch_exceptions=False)
        assert result.exit_code in ((3,) if shown.startswith("leadkit: ") else (0, 1)), result.output
        pattern = ".*".join(map(re.escape, re.split("… *", shown))) if shown else ".*"
        assert re.fullmatch(pattern, result.output, re.DOTALL), f"{command}\n{result.output}"


def test_the_tutorial_of_the_process(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runs_in_its_order_and_prints_what_it_says(PROCESS)


def test_the_tutorial_of_the_sheet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    for name, kind in (("fair.csv", "csv"), ("ours.toml", "toml")):
        block = re.findall(rf"```{kind}\n(.*?)```", SHEET.read_text("utf-8"), re.DOTALL)[0]
        (tmp_path / name).write_text(block, encoding="utf-8")
    runs_in_its_order_and_prints_what_it_says(SHEET)


def test_the_tutorial_of_learning(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    past_cases("cases.csv")
    runs_in_its_order_and_prints_what_it_says(LEARN)


SAVED = re.compile(r"`([\w-]+\.(?:csv|toml))`[^`]*?\n\n```(?:csv|toml)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", WEEKS, ids=lambda page: page.stem)
def test_the_tutorial_of_a_week(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, value in re.findall(r"export (\w+)=(\S+)", page.read_text("utf-8")):
        monkeypatch.setenv(name, value)
    files = dict(SAVED.findall(page.read_text("utf-8")))
    assert set(files) == {"ours.toml", "monday.csv", "filled.csv", "next-monday.csv"}
    for name, block in files.items():
        (tmp_path / name).write_text(block, encoding="utf-8")
    runs_in_its_order_and_prints_what_it_says(page)


def test_the_page_in_chinese(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = CHINESE.read_text("utf-8")
    for name, value in re.findall(r"export (\w+)=(\S+)", text):
        monkeypatch.setenv(name, value)
    policy, changed = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert lk.load_policy(tomllib.loads(f"{policy}\n{changed}")).name == "yewu"
    (tmp_path / "ours.toml").write_text(policy, encoding="utf-8")
    (tmp_path / "leads.csv").write_text(re.findall(r"```csv\n(.*?)```", text, re.DOTALL)[0], encoding="utf-8")
    runs_in_its_order_and_prints_what_it_says(CHINESE)
