"""The process from a terminal: a real SQLite file, real receivers on loopback, and never a traceback."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

import leadkit as lk
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.cli.catalogue import entries
from leadkit.cli.commands import HEADINGS, cli, names_under
from leadkit.cli.opportunities import opportunity
from leadkit.cli.wording import Wording
from leadkit.demo.company import sample_tables
from leadkit.desk.commands.catalogue import LEAD_STEPS, OPPORTUNITY_STEPS
from leadkit.process.duties import BY_KIND as KINDS
from tests.desk.desks import lead
from tests.notification.servers import says, serving

REP, BOSS, DIRECTOR, LEGAL, DELIVERY = (
    ("--by", by, "--role", role)
    for by, role in (
        ("li", "senior_rep"),
        ("wang", "supervisor"),
        ("sun", "director"),
        ("qian", "legal"),
        ("ma", "delivery"),
    )
)
LEAD, OTHER, THIRD = "1034", "1011", "1001"
SECRET = f"whsec_{b64encode(bytes(range(32))).decode()}"
SIGNALS = ("--signal", "intent", "--signal", "date_set")
STEPS = {
    "assess": ("--urgency", "immediate", "--competition", "even", "--decision-chain", "complex", *REP),
    "confirm": BOSS,
    "assign": ("--to", "li", *BOSS),
    "report": ("--strategy", "高层拜访", "--goal", "签约", *REP),
    "plan": ("--pains", "停机", "--advantages", "服务", "--strategy", "底价", "--milestone", "demo@2026-12-01", *REP),
    "approve": DIRECTOR,
    "reject": ("--reason", "no way to the deciders", *DIRECTOR),
    "reach": ("demo", *REP),
    "object": ("太贵", *REP),
    "answer": ("1", "分期付款", *REP),
    "ask-expert": ("1", "tan", "能否缩短交期?", *REP),
    "draft": ("--terms", "30/60/10", *REP),
    "review": ("--approve", *LEGAL),
    "sign": ("--side", "us", *REP),
    "win": ("--factor", "高层拜访", "--amount", "80万", *REP),
    "lose": ("--reason-code", "price", *REP),
    "hand-over": ("--terms", "质保2年", *REP),
    "accept-handover": DELIVERY,
    "return-handover": ("--missing", "layout", *DELIVERY),
}
"""Every step of the group, with words that would do, by somebody who may."""

WALK = (
    ("assessing", ()),
    ("graded", ("assess", "confirm")),
    ("planning", ("plan",)),
    ("negotiating", ("approve", "object")),
    ("contracting", ("draft",)),
    ("signed", ("review", "sign", "customer")),
    ("won", ("win",)),
)


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    return result.exit_code, result.output


def done(*words: object) -> str:
    code, said = run(*words)
    assert code == 0, said
    return said


def read(*words: object) -> list[dict]:
    return json.loads(done(*words, "--json"))


def step(db: str, name: str, lead: str = LEAD) -> tuple[int, str]:
    if name == "customer":
        return run("opportunity", "sign", lead, "--side", "customer", *REP, "--db", db)
    return run("opportunity", name, lead, *STEPS[name], "--db", db)


def converted(db: str, lead: str = LEAD, amount: int = 1_200_000) -> str:
    """The id of a new opportunity."""
    said = done("convert", lead, *SIGNALS, "--amount", amount, *REP, "--db", db)
    return said.split("opportunity ")[1].split(",")[0]


def shown(db: str, lead: str = LEAD) -> dict:
    return json.loads(done("opportunity", "show", lead, "--json", "--db", db))


def at(**how: float) -> str:
    return (datetime.now(UTC) + timedelta(**how)).isoformat()


def captured(folder: Path, **ago: float) -> str:
    """A store with two leads that came in so long ago."""
    url, then = f"sqlite:///{folder / 'leads.db'}", datetime.now(UTC) - timedelta(**ago)
    lk.migrate(url)
    with lk.Desk("standard", url, clock=lambda: then) as desk:
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.tick()
    return url


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    """A store with the leads of the sample and a team."""
    folder = tmp_path_factory.mktemp("company")
    files = (folder / "leads.xlsx", folder / "follow-ups.xlsx")
    for file, table in zip(files, sample_tables(leads=60, activities=120), strict=True):
        write_workbook(file, [table])
    url = f"sqlite:///{folder / 'leadkit.db'}"
    done("migrate", "--db", url)
    assert run("import", files[0], "--activities", files[1], "--db", url)[0] == 1
    for member, role in (("li", "senior_rep"), ("zhao", "sales_rep"), ("tan", "expert")):
        done("enrol", member, "--role", role, "--db", url)
    for lead_id in (LEAD, OTHER, THIRD):
        done("assign", lead_id, "--to", "li", "--db", url)
    return folder / "leadkit.db"


@pytest.fixture
def db(company, tmp_path) -> str:
    return copied(company, tmp_path)


def copied(file: Path, folder: Path) -> str:
    shutil.copy(file, folder / "leadkit.db")
    return f"sqlite:///{folder / 'leadkit.db'}"


@pytest.fixture(scope="module")
def stages(company, tmp_path_factory) -> dict[str, Path]:
    """A store for each stage that an opportunity can be in."""
    found, before = {}, company
    for stage, names in WALK:
        folder = tmp_path_factory.mktemp(stage)
        url = copied(before, folder)
        if stage == "assessing":
            converted(url)
        for name in names:
            assert step(url, name)[0] == 0, name
        assert shown(url)["stage"] == stage
        before = found[stage] = folder / "leadkit.db"
    folder = tmp_path_factory.mktemp("lost")
    assert step(copied(found["planning"], folder), "lose")[0] == 0
    return {**found, "lost": folder / "leadkit.db"}


@pytest.mark.parametrize("machine", ["UTC", "Pacific/Auckland", "America/New_York"])
def test_a_time_without_a_zone_is_in_the_policys_wherever_the_machine_stands(stages, tmp_path, monkeypatch, machine):
    monkeypatch.setenv("TZ", machine)
    time.tzset()
    try:
        db = copied(stages["graded"], tmp_path)
        assert step(db, "plan")[0] == 0
        words = ("--close", "2026-12-01", *REP, "--db", db)
        assert run("opportunity", "assess", LEAD, *words)[0] == 0
        with lk.Desk("standard", db) as desk:
            state = desk.opportunities.list()[0]
        wanted = datetime(2026, 11, 30, 16, tzinfo=UTC)
        assert (state.opportunity.expected_close, state.milestones[0].due_at) == (wanted, wanted)
    finally:
        monkeypatch.undo()
        time.tzset()


TERMINAL = {entry.name: entry.terminal for entry in entries("opportunity").values()}


class TestCompleteness:
    """Enough to run the whole process of the handbook from a terminal."""

    def test_every_step_of_an_opportunity_is_a_command(self):
        wanted = {TERMINAL.get(one.command) for one in OPPORTUNITY_STEPS if one.starts}
        assert wanted == set(opportunity.list_commands(None)) - {"list", "show", "history"} == set(STEPS)

    def test_a_step_is_known_by_the_name_that_the_hints_use(self):
        for name in {one.command for one in OPPORTUNITY_STEPS if one.starts}:
            assert done("opportunity", name, "--help").startswith("Usage: ")

    def test_every_verdict_on_a_lead_is_a_command(self):
        assert {one.command for one in LEAD_STEPS if one.starts} - {"amend", "release"} <= set(cli.list_commands(None))

    def test_the_help_lists_every_command_under_one_heading(self):
        said = done("--help")
        every = [name for heading in HEADINGS for name in names_under(heading)]
        assert sorted(every) == sorted(cli.list_commands(None))
        assert [name for name in every if f"\n  {name} " not in said] == []
        assert [heading for heading in HEADINGS if f"\n{heading}:\n" not in said] == []

    @pytest.mark.parametrize("name", ["due", "tick", "deliver", "record", "convert", *opportunity.list_commands(None)])
    def test_every_command_has_a_help_without_a_store(self, name):
        words = ("opportunity", name) if name in opportunity.list_commands(None) else (name,)
        assert done(*words, "--help").startswith("Usage: ")

    def test_the_help_imports_nothing_heavy(self):
        heavy = (
            "[one for one in ('pydantic', 'attrs', 'pluggy', 'sqlalchemy', 'apprise', 'httpx2') if one in sys.modules]"
        )
        words = [sys.executable, "-c", f"import sys, leadkit.cli.commands; sys.exit(str({heavy}))"]
        assert subprocess.run(words, capture_output=True, check=False, text=True).stderr.strip() == "[]"


class TestEveryStepInEveryStage:
    """`OPPORTUNITY_STEPS`: a step that can't be taken now is refused with those that can, and changes nothing."""

    @pytest.mark.parametrize("stage", [*(stage for stage, _ in WALK), "lost"])
    def test_a_step_is_taken_or_refused_in_a_line(self, stages, tmp_path, stage):
        for name in STEPS:
            db = copied(stages[stage], tmp_path)
            before = shown(db)
            code, said = step(db, name)
            possible = any(TERMINAL.get(one.command) == name and stage in one.starts for one in OPPORTUNITY_STEPS)
            if code == 0:
                assert possible, (name, stage)
                assert shown(db)["version"] == before["version"] + 1
            else:
                assert (code, "(hint: " in said, said.count("\n")) == (3, True, 1), said
                assert possible or "possible now: " in said
                assert shown(db) == before

    def test_a_role_that_may_not_is_told_who_may(self, stages, tmp_path):
        for name, words in STEPS.items():
            db = copied(stages["assessing"], tmp_path)
            said_by = ("--by", "x", "--role", "marketing", "--db", db)
            code, said = run("opportunity", name, LEAD, *words[: words.index("--by")], *said_by)
            assert (code, "marketing may not do this (hint: " in said) == (3, True), said

    @pytest.mark.parametrize("name", STEPS)
    def test_an_unknown_id_is_a_line(self, db, name):
        assert step(db, name, "nobody")[0] == 3
        assert "nobody: there is no such opportunity" in step(db, name, "nobody")[1]

    def test_a_level_that_there_is_not_is_refused_with_the_nearest(self, stages, tmp_path):
        db = copied(stages["assessing"], tmp_path)
        code, said = run("opportunity", "assess", LEAD, "--competition", "evn", *REP, "--db", db)
        assert (code, "--competition evn: no such level; possible: " in said) == (2, True)
        assert "even" in said
        assert shown(db)["version"] == 1

    def test_an_opportunity_is_called_by_its_id_or_its_leads(self, stages, tmp_path):
        db = copied(stages["planning"], tmp_path)
        one = shown(db)
        assert shown(db, one["id"]) == one


class TestAWonOpportunity:
    """Handbook 2.3 to 4.3: from the queue to the handover of an A opportunity."""

    def test_from_the_queue_to_the_handover(self, db):
        words = ("--db", db)
        assert done("queue", "--owner", "li", *words).splitlines()[1].split()[:5] == ["1", "100", "high", "valid", LEAD]
        said = done("record", LEAD, "--kind", "reply", "--means", "电话", "--feedback", "预算已批", *REP, *words)
        assert said == f"{LEAD} recorded: valid, 100 points, high\n"
        one = converted(db)
        assert step(db, "assess") == (0, f"{one} assessed: assessing, grade A to confirm\n")
        assert step(db, "confirm") == (0, f"{one} graded, grade A\n")
        assert read("due", "--owner", "li", "--now", at(hours=23), *words)[0]["kind"] == "report"
        late = read("due", "--kind", "report", "--now", at(hours=25), *words)[0]
        assert (late["state"], late["opportunity_id"], late["owner"]) == ("breached", one, "li")
        assert step(db, "report") == (0, f"{one} reported: graded, grade A\n")
        assert read("due", "--kind", "report", "--now", at(hours=25), *words) == []
        assert step(db, "plan") == (0, f"{one} planned: planning, grade A\n")
        code, said = run("opportunity", "approve", LEAD, *BOSS, *words)
        assert (code, "(hint: allowed roles: director)" in said) == (3, True)
        assert step(db, "approve") == (0, f"{one} approved: negotiating, grade A\n")
        for name, outcome in (("object", "raised"), ("answer", "answered"), ("reach", "reached")):
            assert step(db, name) == (0, f"{one} {outcome}: negotiating, grade A\n")
        assert step(db, "draft") == (0, f"{one} drafted: contracting, grade A\n")
        assert "can't be signed before the legal review" in step(db, "sign")[1]
        assert step(db, "review") == (0, f"{one} approved: contracting, grade A\n")
        assert step(db, "sign") == (0, f"{one} signed: contracting, grade A\n")
        assert step(db, "customer") == (0, f"{one} signed, grade A\n")
        assert {item["kind"] for item in read("due", "--owner", "li", *words)} >= {"win", "handover"}
        assert step(db, "win") == (0, f"{one} won, grade A\n")
        assert step(db, "hand-over") == (0, f"{one} handed_over: won, grade A\n")
        assert step(db, "return-handover") == (0, f"{one} sent_back: won, grade A\n")
        assert step(db, "hand-over") == (0, f"{one} handed_over: won, grade A\n")
        assert step(db, "accept-handover") == (0, f"{one} accepted: won, grade A\n")
        assert [item for item in read("due", *words) if item["opportunity_id"]] == []
        assert [item["id"] for item in read("opportunity", "list", "--status", "won", *words)] == [one]

    def test_what_was_done_stands_in_the_history_and_in_show(self, stages, tmp_path):
        db = copied(stages["won"], tmp_path)
        lines = done("opportunity", "history", LEAD, "--db", db).splitlines()
        commands = "convert assess confirm_grade plan approve_plan raise_objection draft_contract review_contract"
        touches = [line for line in lines if "means=" in line]
        steps = [line for line in lines if line not in touches]
        assert touches
        assert [line.split()[4] for line in steps] == [*commands.split(), "sign", "sign", "win"]
        assert "wang (supervisor)" in steps[2]
        assert "advantages: 服务 / pains: 停机 / strategy: 底价" in steps[3]
        said = done("opportunity", "show", LEAD, "--db", db)
        for words in (
            "stage           won",
            "grade           A",
            "won by          高层拜访",
            "milestone       demo, due",
        ):
            assert words in said
        assert "objection 1" in said

    def test_the_weekly_assessment_can_lower_the_grade(self, stages, tmp_path):
        db = copied(stages["negotiating"], tmp_path)
        said = done("opportunity", "assess", LEAD, "--amount", "500000", "--reason", "budget cut", *REP, "--db", db)
        assert said.endswith(" assessed: negotiating, grade A, B to confirm\n")
        assert step(db, "confirm")[1].endswith(" graded: negotiating, grade B\n")
        assert "budget cut" in done("opportunity", "history", LEAD, "--db", db)


class TestALostOpportunity:
    """Handbook 4.4: a loss has the reason that the review counts, and the lead can go back into the pool."""

    def test_lost_and_recycled(self, db):
        one = converted(db, OTHER, amount=400_000)
        words = (
            "--reason-code",
            "价格",
            "--competitor",
            "Firma X",
            "--reason",
            "too dear by a third",
            *REP,
            "--db",
            db,
        )
        assert done("opportunity", "lose", OTHER, *words) == f"{one} lost, grade open\n"
        found = shown(db, OTHER)
        kept = found["opportunity"]
        assert (kept["lost_reason"], found["competitor"], kept["status"]) == ("price", "Firma X", "lost")
        assert done("recycle", OTHER, "--reason", "next year", *BOSS, "--db", db) == f"{OTHER} recycled: valid\n"
        assert converted(db, OTHER) != one
        assert shown(db, OTHER)["opportunity"]["status"] == "open"

    def test_too_few_signals_are_refused_with_what_is_missing(self, db):
        code, said = run("convert", LEAD, "--signal", "intent", *REP, "--db", db)
        assert (code, "not met: budget_confirmed, decision_maker_involved, date_set" in said) == (3, True)
        code, said = run("convert", LEAD, "--signal", "intnt", *REP, "--db", db)
        assert (code, "did you mean 'intent'?" in said) == (2, True)


class TestVerdicts:
    """Handbook 1.7 and 2: verdicts on a lead, each by those who may, and what is owed while we wait."""

    def test_there_and_back(self, db):
        for name, words, said in (
            ("screen", BOSS, "valid"),
            ("disqualify", ("--reason-code", "budget_too_small", "--reason", "says so", *REP), "invalid"),
            ("overturn", BOSS, "valid"),
            ("disqualify", ("--reason-code", "need_vague", *REP), "invalid"),
            ("archive", BOSS, "archived"),
            ("reopen", BOSS, "reopened: valid"),
            ("pause", REP, "paused: valid"),
            ("resume", REP, "resumed: valid"),
        ):
            assert done(name, THIRD, *words, "--db", db) == f"{THIRD} {said}\n"

    def test_a_pause_stops_what_is_owed(self, db):
        done("pause", LEAD, "--reason", "their board meets", *REP, "--db", db)
        assert [item["state"] for item in read("due", "--owner", "li", "--db", db) if item["lead_id"] == LEAD] == [
            "paused"
        ]
        assert "their board meets" in done("history", LEAD, "--db", db)

    @pytest.mark.parametrize("name", ["screen", "archive", "overturn", "reopen", "recycle", "pause", "resume"])
    def test_what_is_refused_is_a_line(self, db, name):
        code, said = run(name, "nobody", *BOSS, "--db", db)
        assert (code, said) == (3, "leadkit: nobody: there is no such lead (hint: leadkit queue lists the ids)\n")
        code, said = run(name, LEAD, "--by", "x", "--role", "delivery", "--db", db)
        assert (code, said.startswith(f"leadkit: {name}: delivery may not do this")) == (3, True)
        if name not in {"screen", "pause"}:
            code, said = run(name, LEAD, *BOSS, "--db", db)
            assert (code, "(hint: " in said) == (3, True)

    def test_a_reason_code_is_a_code(self, db):
        code, said = run("disqualify", LEAD, "--reason-code", "Too small!", *REP, "--db", db)
        assert (code, "must be a code such as `budget_too_small`" in said) == (3, True)


class TestKeys:
    """DESIGN 5: same key and same payload: the first result again; same key, other payload: a conflict."""

    def test_a_second_run_does_it_once(self, db):
        words = ("convert", LEAD, *SIGNALS, "--key", "k1", *REP, "--db", db)
        assert done(*words) == done(*words)
        assert len(read("opportunity", "list", "--db", db)) == 1
        code, said = run(*words, "--name", "another")
        assert (code, "this key was used for something else" in said) == (3, True)

    def test_a_second_step_under_one_key(self, stages, tmp_path):
        db = copied(stages["negotiating"], tmp_path)
        words = ("opportunity", "object", LEAD, "太慢", "--key", "k2", *REP, "--db", db)
        assert done(*words) == done(*words)
        assert len(shown(db)["objections"]) == 2

    def test_an_activity_told_twice_is_kept_once(self, db):
        words = ("record", LEAD, "--kind", "reply", "--key", "call-7", *REP, "--db", db)
        assert done(*words, "--at", "2026-01-05T09:00+08:00").startswith(f"{LEAD} recorded")
        assert done(*words, "--at", "2026-01-05T09:00+08:00").startswith(f"{LEAD} repeated")
        code, said = run(*words, "--at", "2026-01-06T09:00+08:00")
        assert (code, "there is another activity with this id" in said) == (3, True)
        code, said = run(*words)
        assert (code, "--key goes with --at" in said) == (2, True)


class TestRecord:
    """Handbook 2.6: lead, time, means, content, feedback, next step and its date, who did it."""

    def test_all_of_it_is_kept(self, db):
        said = ("--means", "拜访", "--content", "演示", "--feedback", "满意", "--next-step", "报价")
        when = ("--at", "2026-01-05T09:00+08:00", "--next-at", "2026-01-09T09:00+08:00")
        done("record", LEAD, "--kind", "reply", *said, *when, *REP, "--db", db)
        line = next(
            line for line in done("history", LEAD, "--db", db).splitlines() if line.startswith("2026-01-05 09:00")
        )
        assert line.split()[2:] == ["li", "reply", *line.split()[4:]]
        assert line.endswith("  means=拜访 next_at=2026-01-09 09:00  演示 / 满意 / 报价")

    def test_a_kind_that_counts_for_nothing_is_pointed_out(self, db):
        assert "did you mean 'reply'?" in done("record", LEAD, "--kind", "replay", *REP, "--db", db)
        assert "leadkit: " not in done("record", LEAD, "--kind", "follow_up", *REP, "--db", db)

    @pytest.mark.parametrize(
        "words",
        [
            ("record", LEAD),
            ("record", LEAD, "--kind", ""),
            ("record", "", "--kind", "reply"),
            ("record", LEAD, "--kind", "reply", "--at", "yesterday"),
            ("record", LEAD, "--kind", "reply", "--at", "0001-01-01"),
            ("record", LEAD, "--kind", "reply", "--content", "\udcff"),
            ("record", LEAD, "--kind", "reply", "--content", "x" * 40_000),
            ("convert", LEAD, "--amount", "NaN"),
            ("convert", LEAD, "--amount", "-1"),
            ("convert", LEAD, "--amount", "much"),
            ("convert", LEAD, "--close", "Q4"),
            (
                "opportunity",
                "plan",
                LEAD,
                "--pains",
                "x",
                "--advantages",
                "x",
                "--strategy",
                "x",
                "--milestone",
                "demo",
            ),
            ("opportunity", "plan", LEAD, "--pains", "x", "--advantages", "x", "--strategy", "x", "--milestone", "a@b"),
            ("opportunity", "review", LEAD),
            ("opportunity", "sign", LEAD, "--side", "them"),
            ("opportunity", "show", "\udcff"),
            ("opportunity", "fly", LEAD),
            ("due", "--kind", "taxes"),
            ("due", "--now", "9999-12-31"),
            ("tick", "--now", "soon"),
            ("pause", LEAD, "--by", "li"),
            ("deliver", "--webhook", "https://example.org/in"),
            ("deliver", "--allow", "127.0.0.0/8", "--log"),
            ("deliver", "--apprise", "@none.txt"),
        ],
        ids=str,
    )
    def test_wrong_usage_is_told_with_code_2(self, db, words):
        code, said = run(*words, "--db", db)
        assert (code, "Error: " in said) == (2, True), said

    @pytest.mark.parametrize("words", [("--amount", "1e40"), ("--amount", "1e-20"), ("--name", "x" * 40_000)], ids=str)
    def test_what_could_not_be_read_again_is_refused(self, db, words):
        code, said = run("convert", LEAD, *SIGNALS, *words, *REP, "--db", db)
        assert (code, said.startswith(f"leadkit: {LEAD} ")) == (3, True)
        assert read("opportunity", "list", "--db", db) == []

    def test_texts_that_no_store_keeps_are_refused_wherever_they_stand(self, stages, tmp_path):
        plan = (
            "plan",
            LEAD,
            "--pains",
            "x",
            "--advantages",
            "x",
            "--strategy",
            "x",
            "--milestone",
            "\udcff@2026-12-01",
        )
        for stage, words in (
            ("graded", ("report", LEAD, "--strategy", "a\0b", "--goal", "x")),
            ("signed", ("win", LEAD, "--factor", "\udcff")),
            ("graded", plan),
            ("graded", ("lose", LEAD, "--reason-code", "")),
        ):
            db = copied(stages[stage], tmp_path)
            assert run("opportunity", *words, *REP, "--db", db)[0] == 3
            assert shown(db)["stage"] == stage


class TestDue:
    """Handbook 5.1 and 5.2: a breach is visible; what is late comes first."""

    @given(st.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
    def test_a_span_says_how_long_to_a_sixtieth_and_whether_it_is_late(self, left):
        said = Wording(lk.load_policy("standard"), "en").span(left)
        assert said.endswith(" late") == (left < timedelta())
        units = {"d": 1440, "h": 60, "m": 1}
        minutes = sum(int(part[:-1]) * units[part[-1]] for part in said.removesuffix(" late").split())
        shortfall = abs(left) - timedelta(minutes=minutes)
        assert timedelta() <= shortfall < timedelta(hours=1 if "d" in said else 0, minutes=0 if "d" in said else 1)

    def test_late_ones_first_then_by_the_time_that_is_left(self, db):
        done("pause", LEAD, *REP, "--db", db)
        items = read("due", "--now", at(hours=80), "--limit", 1000, "--db", db)
        late = [item["state"] == "breached" for item in items]
        assert late == sorted(late, reverse=True)
        assert len(set(late)) == 2
        for state in (True, False):
            left = [item["seconds_left"] for item in items if (item["state"] == "breached") == state]
            assert left == sorted(left)
            assert all((seconds < 0) == state for seconds in left if state)

    def test_lines_are_aligned_and_name_the_company(self, db):
        lines = done("due", "--now", at(hours=80), "--db", db).splitlines()
        rows = [line for line in lines[1:] if "半导体" in line or "Inc." in line]
        assert lines[0].split("  ")[0] == "state"
        assert len({line.encode("gbk").rindex(b"  -") for line in rows}) == 1

    def test_options_choose(self, db):
        converted(db)
        step(db, "assess")
        assert {item["kind"] for item in read("due", "--kind", "grading", "--db", db)} == {"grading"}
        assert {item["owner"] for item in read("due", "--owner", "li", "--db", db)} == {"li"}
        assert len(read("due", "--limit", 2, "--db", db)) == 2
        assert set(KINDS) >= {item["kind"] for item in read("due", "--limit", 1000, "--db", db)}

    def test_a_time_that_may_move_is_marked(self, stages, tmp_path):
        (tmp_path / "own.toml").write_text(
            'name = "own"\nextends = "standard"\n[service_levels]\nwin = { working_days = 700 }\n'
        )
        db = copied(stages["contracting"], tmp_path)
        words = ("--policy", tmp_path / "own.toml", "--db", db)
        done("opportunity", "review", LEAD, "--approve", *LEGAL, *words)
        for side in ("us", "customer"):
            done("opportunity", "sign", LEAD, "--side", side, *REP, *words)
        assert done("due", "--kind", "win", *words).splitlines()[1].startswith("due, provisional  ")
        assert read("due", "--kind", "win", *words)[0]["provisional"] is True

    def test_an_erased_lead_owes_nothing(self, db):
        done("erase", LEAD, "--yes", *DIRECTOR, "--db", db)
        assert LEAD not in done("due", "--limit", 1000, "--db", db)


class TestTick:
    """DESIGN 5: what became due is told once."""

    def test_a_second_tick_tells_nothing_new(self, tmp_path):
        db, now = captured(tmp_path, hours=80), at()
        said = done("tick", "--now", now, "--db", db).splitlines()
        assert {line.split()[0] for line in said} >= {"follow_up_due", "response_breached"}
        total = sum(int(line.split()[1]) for line in said[:-1])
        assert said[-1].startswith(f"{total} notices, ")
        assert done("tick", "--now", now, "--db", db) == "0 notices, 0 leads scored again\n"
        assert done("tick", "--now", at(hours=-1), "--db", db).startswith("0 notices")

    def test_one_ahead_of_the_clock_is_refused(self, db):
        code, said = run("tick", "--now", at(hours=1), "--db", db)
        assert (code, "lies ahead of the clock" in said) == (3, True)

    def test_old_scores_are_renewed(self, tmp_path):
        db = captured(tmp_path, days=8)
        leads = len(read("queue", "--limit", 1000, "--db", db))
        assert done("tick", "--db", db).endswith(f" {leads} leads scored again\n")
        assert done("tick", "--db", db) == "0 notices, 0 leads scored again\n"

    def test_only_the_system_ticks(self, db):
        assert run("tick", *REP, "--db", db)[0] == 3


class TestDeliver:
    """DESIGN 5: notices leave through the outbox, at least once, under an id that is the same on every retry."""

    @pytest.fixture
    def secret(self, tmp_path) -> Path:
        file = tmp_path / "secret.txt"
        file.write_text(f"{SECRET}\n")
        return file

    def hook(self, server, secret, *words) -> Iterator[str]:
        url = f"http://127.0.0.1:{server.port}/in"
        yield from ("deliver", "--webhook", url, "--secret-file", secret, "--allow", "127.0.0.0/8", *words)

    def test_a_webhook_gets_each_notice_once_and_signed(self, db, secret):
        with serving(says(200)) as server:
            assert done(*self.hook(server, secret, "--limit", 3), "--db", db).startswith("3 delivered, 0 ")
            said = done(*self.hook(server, secret, "--limit", 1000), "--db", db)
            assert done(*self.hook(server, secret), "--db", db).startswith("0 delivered, 0 ")
        assert said.startswith(f"{len(server.requests) - 3} delivered")
        assert SECRET not in said
        for request in server.requests:
            assert Webhook(SECRET).verify(request.body, request.headers) == request.json
        ids = [request.headers["webhook-id"] for request in server.requests]
        assert len(set(ids)) == len(ids)
        assert {"lead_entered_pool", "lead_assigned"} <= {request.json["kind"] for request in server.requests}

    def test_what_failed_waits_and_ends_with_code_1(self, db, secret):
        with serving(says(500)) as server:
            code, said = run(*self.hook(server, secret, "--limit", 2), "--db", db)
        assert (code, said) == (1, "0 delivered, 2 attempts failed, 2 wait, 0 given up\n")

    def test_dead_letters_are_listed_and_tried_again(self, db, secret):
        with serving(lambda sock, server: says(400 if len(server.requests) == 1 else 200)(sock, server)) as server:
            code, said = run(*self.hook(server, secret, "--limit", 1), "--db", db)
            assert (code, said) == (1, "0 delivered, 1 attempts failed, 0 wait, 1 given up\n")
            lines = done("deliver", "--dead", "--db", db).splitlines()
            assert "webhook:127.0.0.1:" in lines[0]
            assert lines[0].endswith("1 attempts  the receiver answered 400")
            assert lines[1] == "1 could not be delivered"
            assert done("deliver", "--again", "--db", db) == "1 will be tried again\n"
            assert done("deliver", "--dead", "--db", db) == "0 could not be delivered\n"
            done(*self.hook(server, secret, "--limit", 1000), "--db", db)
        ids = [request.headers["webhook-id"] for request in server.requests]
        assert ids.count(ids[0]) == 2

    def test_each_notifier_gets_its_own(self, db, secret, tmp_path):
        with serving(says(200)) as good, serving(says(200)) as chat:
            addresses = tmp_path / "chat.txt"
            addresses.write_text(f"# ours\n\njson://127.0.0.1:{chat.port}/token\n")
            said = done(*self.hook(good, secret, "--apprise", f"@{addresses}", "--log", "--limit", 2), "--db", db)
        assert (len(good.requests), len(chat.requests)) == (2, 2)
        assert [line.split(":")[0] for line in said.splitlines()[:2]] == [
            "Lead entered the nurture pool",
            "Lead to be reviewed",
        ]
        assert "token" not in said
        assert chat.requests[0].json["title"] == "Lead entered the nurture pool"

    def test_the_log_speaks_chinese_and_names_nobody(self, db):
        said = done("deliver", "--log", "--language", "zh_CN", "--limit", 1000, "--db", db)
        assert "kind=lead_assigned" in said
        assert "徐海涛" not in said
        assert "有限公司" not in said
        assert done("deliver", "--log", "--db", db) == "0 delivered, 0 attempts failed, 0 wait, 0 given up\n"

    def test_plain_http_goes_only_to_allowed_networks(self, db, secret):
        code, said = run("deliver", "--webhook", "http://127.0.0.1:9/in", "--secret-file", secret, "--db", db)
        assert (code, "http is only for allowed networks" in said) == (3, True)

    @pytest.mark.parametrize("content", [b"", b"hunter2", b"\xff\xfe", b"x" * 5000])
    def test_a_bad_secret_is_a_line_that_does_not_show_it(self, db, secret, content):
        secret.write_bytes(content)
        code, said = run(
            "deliver",
            "--webhook",
            "http://127.0.0.1:9/in",
            "--secret-file",
            secret,
            "--allow",
            "127.0.0.0/8",
            "--db",
            db,
        )
        assert code in {2, 3}
        assert "hunter2" not in said
        assert "xxxx" not in said

    def test_an_address_that_apprise_does_not_know_is_not_shown(self, db):
        code, said = run("deliver", "--apprise", "nonsense://hunter2@x/", "--db", db)
        assert (code, "Apprise can't use it" in said, "hunter2" in said) == (3, True, False)

    def test_nobody_to_tell(self, db):
        code, said = run("deliver", "--db", db)
        assert (code, "there is nobody to tell; name --log, --apprise, --robot or --webhook" in said) == (2, True)

    def test_a_plugin_that_is_installed_is_told(self, db, tmp_path, monkeypatch):
        info = tmp_path / "acme-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[leadkit]\nacme = acme_tells\n")
        (tmp_path / "acme_tells.py").write_text(
            "import leadkit as lk\n\n@lk.hookimpl\ndef leadkit_notify(notice):\n    print('acme', notice.kind)\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
        said = done("deliver", "--limit", 2, "--db", db)
        assert [line.split()[0] for line in said.splitlines()] == ["acme", "acme", "2"]

    def test_it_warns_of_a_notifier_that_is_owed_and_not_here(self, db, tmp_path):
        policy = tmp_path / "ours.toml"
        policy.write_text('name = "ours"\nextends = "standard"\n[notices]\nnotifiers = ["mail", "wecom"]\n')
        code, said = run("deliver", "--log", "--limit", 2, "--db", db, "--policy", policy)
        assert code == 0
        assert "notices wait for mail, wecom, which [notices] notifiers names and this command has not" in said

    def test_only_the_system_delivers(self, db):
        assert run("deliver", "--log", *BOSS, "--db", db)[0] == 3
        assert run("deliver", "--again", *BOSS, "--db", db)[0] == 3
