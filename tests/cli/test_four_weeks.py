"""Four weeks of a team of five, in Chinese and through the terminal alone: every row of every sheet is accounted for.

Each rep keeps a sheet and sends it every Monday: rows as they were, rows that were corrected, mistyped ones, new ones,
and customers that a colleague has, too. A model that knows nothing of leadkit says what becomes of each row.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import define, evolve, field
from click.testing import CliRunner

from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.cli.commands import cli
from tests.spreadsheets.lines import written

POLICY = """
name = "zhizao"
extends = "standard"
language = "zh_CN"

[notices]
link = "https://crm.example/xiansuo/{lead_id}"
"""
HEADS = "序号|线索来源|企业名称|行业|企业规模|联系人|职位|电话|邮箱|初步需求描述|来源标签|录入人|录入时间"
FIELDS = {
    "industry": "industry", "size": "company_size", "contact": "contact", "title": "job_title", "phone": "phone",
    "email": "email", "need": "need",
}  # fmt: skip
REPS = {"赵": "高级销售", "钱": "销售代表", "孙": "销售代表"}
WEEKS = range(1, 5)
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = datetime.now(ZONE).date()


@define(kw_only=True)
class SheetRow:
    """One row of a rep's sheet, as the rep sees it."""

    number: str
    rep: str
    company: str
    entered: str
    source: str = "展会-工博会"
    industry: str = "智能制造"
    size: str = "中型"
    contact: str = "王工"
    title: str = "采购经理"
    phone: str
    email: str = ""
    need: str = "采购机器人2台,预算50-80万,明年Q1落地"
    fault: str = ""

    def line(self) -> str:
        entered, company = ("2026-13-45" if self.fault == "date" else self.entered), self.company
        company = "" if self.fault == "company" else company
        phone = "12" if self.fault == "phone" else self.phone
        cells = (self.source, company, self.industry, self.size, self.contact, self.title, phone, self.email, self.need)
        return "|".join((self.number, *cells, "展会", self.rep, entered))


CORRECTIONS = {
    "size": ("小型", "中型", "大型"),
    "title": ("采购经理", "采购总监", "总经理", "工程师"),
    "need": ("采购机器人2台,预算50-80万,明年Q1落地", "采购机器人5台,预算120万,明年Q2落地", "采购产线,预算300万"),
    "industry": ("智能制造", "新能源", "食品"),
    "email": ("", "caigou@jia.example", "wang@yi.example"),
}


@define
class Team:
    """The sheets of all reps as they are this week, and what the store should hold by now."""

    dice: random.Random
    rows: dict[str, list[SheetRow]] = field(factory=lambda: {rep: [] for rep in REPS})
    stored: dict[str, SheetRow] = field(factory=dict)
    """By number, the row as it was taken in last."""
    made: int = 0

    def new_row(self, rep: str, week: int) -> SheetRow:
        self.made += 1
        core = "".join(self.dice.sample("东南西北春夏秋冬金木水火土山川湖海云雷风", 3))
        entered = TODAY - timedelta(days=7 * (5 - week) + self.dice.randrange(5))
        return SheetRow(
            number=f"{'ABC'[[*REPS].index(rep)]}{self.made}", rep=rep, company=f"{core}{self.made}机械有限公司",
            phone=f"138{self.made:04}{self.dice.randrange(10_000):04}", entered=entered.isoformat(),
            **{name: self.dice.choice(values) for name, values in CORRECTIONS.items()},
        )  # fmt: skip

    def monday(self, rep: str, week: int) -> list[SheetRow]:
        """The sheet of a rep this week: some rows dropped, some corrected, some mistyped, some new, some shared."""
        kept = [evolve(row, fault="") for row in self.rows[rep] if self.dice.random() > 0.1]
        sheet = [self._corrected(row) if self.dice.random() < 0.3 else row for row in kept]
        sheet += [self.new_row(rep, week) for _ in range(8)]
        sheet = [
            evolve(row, fault=self.dice.choice(("date", "company"))) if self.dice.random() < 0.1 else row
            for row in sheet
        ]
        self.dice.shuffle(sheet)
        self.rows[rep] = sheet
        return sheet

    def _corrected(self, row: SheetRow) -> SheetRow:
        name = self.dice.choice(sorted(CORRECTIONS))
        return evolve(row, **{name: self.dice.choice(CORRECTIONS[name])})

    def expected(self, row: SheetRow) -> tuple[str, dict[str, list[str | None]]]:
        """What becomes of a row, and the values that it changes."""
        if row.fault == "company":
            return "set_aside", {}
        before = self.stored.get(row.number)
        changes = {} if before is None else {
            FIELDS[name]: [getattr(before, name) or None, getattr(row, name)]
            for name in FIELDS
            if getattr(row, name) and getattr(row, name) != getattr(before, name)
        }  # fmt: skip
        if before is not None and before.fault == "date" and not row.fault:
            day = datetime.fromisoformat(row.entered).replace(tzinfo=ZONE)
            moment = day.astimezone(UTC).isoformat()
            changes |= {"received_at": [None, moment], "entered_at": [None, moment]}
        known = (
            row if before is None else evolve(row, email=row.email or before.email, fault=before.fault and row.fault)
        )
        self.stored[row.number] = known
        return ("captured" if before is None else "amended" if changes else "repeated"), changes


@define
class Terminal:
    """A terminal in a folder of its own."""

    folder: Path
    printed: list[str] = field(factory=list)

    def __call__(self, *words: str, code: int | tuple[int, ...] = 0, typed: str | None = None) -> str:
        environment = {
            "LEADKIT_DB": f"sqlite:///{self.folder / 'a.db'}",
            "LEADKIT_POLICY": str(self.folder / "ours.toml"),
        }
        result = CliRunner().invoke(
            cli, [str(word) for word in words], env=environment, input=typed, catch_exceptions=False
        )
        assert result.exit_code in (code if isinstance(code, tuple) else (code,)), result.output
        if "--json" not in words:
            self.printed.append(result.output)
        return result.output

    def data(self, *words: str, code: int | tuple[int, ...] = 0) -> dict:
        return json.loads(self(*words, "--json", code=code))


SUPERVISOR = ("--by", "李主管", "--role", "主管")
DIRECTOR = ("--by", "周总监", "--role", "总监")


def as_rep(rep: str) -> tuple[str, ...]:
    return ("--by", rep, "--role", REPS[rep])


@pytest.fixture(scope="module")
def team_at_work(tmp_path_factory) -> tuple[Terminal, Team]:
    """The terminal after four weeks, with each row of each sheet compared on the way."""
    folder = tmp_path_factory.mktemp("four_weeks")
    (folder / "ours.toml").write_text(POLICY, encoding="utf-8")
    terminal, team = Terminal(folder), Team(random.Random(20261130))
    terminal("migrate")
    terminal.printed.clear()
    for rep, role in REPS.items():
        terminal("enrol", rep, "--role", role, "--by", "李主管", "--by-role", "主管")
    terminal("enrol", "李主管", "--role", "主管")
    terminal("enrol", "周总监", "--role", "总监")
    for week in WEEKS:
        for rep in REPS:
            import_compared(terminal, team, rep, week)
        work_the_week(terminal, week)
    return terminal, team


def import_compared(terminal: Terminal, team: Team, rep: str, week: int) -> None:
    """A rep's sheet comes in: as planned, as the model says, and a second time without any effect."""
    sheet = team.monday(rep, week)
    encoding = "gb18030" if week % 2 else "utf-8-sig"
    file = written(f"{rep}{week}.csv", terminal.folder, HEADS, *(row.line() for row in sheet), encoding=encoding)
    expected = [team.expected(row) for row in sheet]
    aside = 1 if any(row.fault == "company" for row in sheet) else 0
    plan = terminal.data("import", file, "--dry-run", code=aside)
    done = terminal.data("import", file, code=aside)
    for answer in (plan, done):
        told = [
            (row["outcome"], {name: list(values) for name, values in row["changes"].items()}) for row in answer["rows"]
        ]
        assert told == expected
    assert [row["lead_id"] for row in done["rows"] if row["outcome"] != "set_aside"] == [
        row.number for row in sheet if row.fault != "company"
    ]
    again = terminal("import", file, code=aside)
    assert f"新增 0,合并 0,更正 0,此前已导入 {len(sheet) - sum(row.fault == 'company' for row in sheet)}" in again
    counts = Counter(outcome for outcome, _ in expected)
    assert sum(counts.values()) == len(sheet)
    (line,) = [line for line in terminal("imports").splitlines() if line.startswith(done["run"])]
    assert all(str(number) in line for number in counts.values())


def work_the_week(terminal: Terminal, week: int) -> None:
    """The supervisor gives out leads, the reps work their lists in Excel, and the invalid ones are archived."""
    terminal("tick")
    for lead_id in terminal("list", "--status", "有效", "--ids").split()[:9]:
        if not terminal.data("show", lead_id).get("owner"):
            terminal("assign", lead_id, *SUPERVISOR)
    list_file, worked = terminal.folder / f"list{week}.xlsx", terminal.folder / f"worked{week}.xlsx"
    terminal("queue", "--limit", "6", "-o", list_file)
    (grid, *_) = read_grids(list_file)
    heads, *rows = ([*cells, *[None] * 20][:20] for _, cells in grid.rows)
    heads = [head for head in heads if head]
    filled = []
    for row in rows:
        said = dict(zip(heads, row, strict=False))
        said |= {"跟进时间": TODAY.isoformat(), "跟进方式": "电话", "客户反馈": f"第{week}周:在考虑"}
        said |= {"下次跟进计划": f"{TODAY + timedelta(days=3)} 拜访", "新负责人": said["负责人"]}
        filled.append(tuple(said[head] for head in heads))
    write_workbook(worked, [Table("待办", tuple(heads), filled)])
    told = terminal("import", worked)
    assert f"跟进:新记录 {len(filled)},此前已记录 0,未采用 0" in told
    assert f"跟进:新记录 0,此前已记录 {len(filled)},未采用 0" in terminal("import", worked)
    terminal("archive", "-", *SUPERVISOR, code=(0,), typed=terminal("list", "--status", "无效", "--ids"))
    assert terminal("list", "--status", "无效", "--ids") == ""


def test_the_store_holds_what_the_sheets_say_last(team_at_work):
    terminal, team = team_at_work
    assert set(terminal("list", "--ids", "--limit", "10000").split()) == set(team.stored)
    for number, row in team.stored.items():
        lead = terminal.data("show", number)["lead"]
        assert lead["company"]["name"] == row.company
        assert lead["contact"]["job_title"] == row.title
        assert lead["company"]["size"] == row.size
        assert lead["need"]["description"] == row.need
        assert (lead["contact"]["email"] or "") == row.email


def test_every_correction_stands_in_the_history(team_at_work):
    terminal, team = team_at_work
    rows = [
        row
        for sheet in terminal.folder.glob("[赵钱孙]?.csv")
        for row in terminal.data("import", sheet, code=(0, 1))["rows"]
    ]
    amended = [row for row in rows if row["outcome"] == "amended"]
    assert len(amended) > 20
    assert {row["lead_id"] for row in amended} <= set(team.stored)
    for row in amended:
        assert "更正" in terminal("history", row["lead_id"]) or "录入" in terminal("history", row["lead_id"])


def test_a_wrong_sheet_is_taken_back_without_a_trace(team_at_work):
    terminal, team = team_at_work
    listed = terminal("list", "--limit", "10000", "--json")
    wrong = [evolve(row, title="门卫", size="小型") for row in list(team.stored.values())[:5]]
    stranger = evolve(wrong[0], number="Z1", company="误录甲乙丙有限公司", phone="13900001111")
    file = written("wrong.csv", terminal.folder, HEADS, *(row.line() for row in (*wrong, stranger)))
    run = terminal.data("import", file)["run"]
    assert terminal("list", "--limit", "10000", "--json") != listed
    told = terminal("undo", run, *SUPERVISOR)
    assert "删除 1 条线索,恢复 5 条,保留 0 条" in told
    versionless = re.compile(r'"version": \d+')
    assert versionless.sub("", terminal("list", "--limit", "10000", "--json")) == versionless.sub("", listed)


def test_deals_are_won_and_the_review_says_so(team_at_work):
    terminal, _ = team_at_work
    valid = terminal("list", "--status", "有效", "--ids", "--limit", "10000").split()
    won, open_one = valid[:2]
    for lead_id in (won, open_one):
        owner = terminal.data("show", lead_id).get("owner") or "赵"
        terminal("convert", lead_id, "--signal", "明确合作意向", "--signal", "时间节点明确", *as_rep(owner))
        levels = ("--urgency", "紧急", "--amount", "85万", "--competition", "均势", "--decision-chain", "简单")
        terminal("opportunity", "assess", lead_id, *levels, *as_rep(owner))
        terminal("opportunity", "confirm", lead_id, *SUPERVISOR)
        assert "B" in terminal("opportunity", "show", lead_id)
    rep = as_rep("赵")
    plan = ("--pains", "人工贵", "--advantages", "交期短", "--strategy", "不低于80万")
    terminal("opportunity", "plan", won, *plan, *rep)
    terminal("opportunity", "approve", won, *SUPERVISOR)
    terminal("opportunity", "object", won, "付款太快", *rep)
    terminal("opportunity", "answer", won, "1", "分三期", *rep)
    terminal("opportunity", "draft", won, "--terms", "三期付款", *rep)
    terminal("opportunity", "review", won, "--approve", "--by", "吴", "--role", "法务")
    for side in ("us", "customer"):
        terminal("opportunity", "sign", won, "--side", side, *rep)
    terminal("opportunity", "win", won, "--factor", "交期短", "--amount", "80万", *rep)
    listed = terminal("opportunity", "list")
    assert "已成交" in listed
    assert "待确认" not in listed
    page = terminal.folder / "review.html"
    told = terminal("review", "--period", TODAY.strftime("%Y-%m"), "--company", "智造公司", "-o", page)
    assert re.search(r"成交商机数 +1 ", told)
    assert re.search(r"商机总量 +2 ", told)
    assert "智造公司" in page.read_text("utf-8")


LATIN = re.compile(r"[A-Za-z_]{3,}")
CLICKS = {"Usage", "cli", "amend", "OPTIONS", "LEAD", "FIELD", "VALUE", "Try", "for", "help", "Error"}
"""What click says of a command that is used in a wrong way."""
TYPED = re.compile(
    r"leadkit [a-z]+( undo| history| heads)?|--[a-z-]+|-o\b|[0-9a-f]{8,}|\S+\.(csv|xlsx|html|db)"
    r"|CNY|[ABC]\d+|\S+@\S+|@[A-Z]+"
)


def test_what_is_printed_is_chinese(team_at_work):
    terminal, _ = team_at_work
    for command in (
        ("due",),
        ("queue",),
        ("list",),
        ("show", "A1"),
        ("history", "A1"),
        ("imports",),
        ("deliver", "--dead"),
    ):
        terminal(*command)
    terminal("show", "nobody", code=3)
    terminal("archive", "A1", *as_rep("赵"), code=3)
    terminal("amend", "A1", "电话=13812345678", "预算=80-90万", "采购时间=2027年3月1日", *as_rep("赵"))
    terminal("amend", "A1", "预算=很多", *as_rep("赵"), code=2)
    strange = Counter(word for text in terminal.printed for word in LATIN.findall(TYPED.sub("", text)))
    assert set(strange) <= {"leadkit", *CLICKS, "archive", "nobody"}, strange
