"""The steps are drawn from the code, and the page of the process says what code and standard policy say."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.desk.commands.catalogue import COMMANDS, LEAD_STEPS, OPPORTUNITY_STEPS
from leadkit.process.command import Step
from leadkit.process.duties import BY_KIND, DUTIES
from leadkit.process.service_levels import Level, ServiceLevels
from tests.process.drawing import mermaid, table

PAGE = (Path(__file__).parents[2] / "docs/reference/process.md").read_text("utf-8")
STANDARD = lk.load_policy("standard").document

STATES = st.lists(st.sampled_from("abcd"), unique=True, max_size=3).map(tuple)
STEPS = st.lists(st.builds(Step, st.sampled_from(["go", "stop", "look"]), STATES, STATES), max_size=6)


class TestDrawing:
    """An arrow for each way from one state to another, with the commands that go it."""

    @given(STEPS)
    def test_a_diagram_has_each_way_once_and_no_other(self, steps):
        drawn = re.findall(r"^    (\S+) --> (\S+): (.+)$", mermaid(steps), re.MULTILINE)
        arrows = [(start, end, command) for start, end, commands in drawn for command in commands.split(", ")]
        meant = {
            (start, end, one.command)
            for one in steps
            for start in one.starts or ("[*]",)
            for end in one.ends
            if start != end
        }
        assert len({arrow[:2] for arrow in drawn}) == len(drawn)
        assert sorted(arrows) == sorted(meant)

    @given(STEPS)
    def test_a_state_that_nothing_leads_out_of_is_an_end(self, steps):
        ends = set(re.findall(r"^    (\S+) --> \[\*\]$", mermaid(steps), re.MULTILINE))
        left = {start for one in steps for start in one.starts for end in one.ends if start != end}
        entered = {end for one in steps for end in one.ends if one.starts != (end,)}
        assert ends == entered - left

    @given(STEPS)
    def test_a_table_has_a_row_for_each_step(self, steps):
        rows = [re.findall(r"`(\w+)`", row) for row in table(steps).splitlines()[2:]]
        assert rows == [[one.command, *one.starts, *one.ends] for one in steps]


def level_row(name: str, level: Level, key: str) -> str:
    """The columns of a level that are not prose: its name, its length, its reminder and its escalation."""
    length = _hours(level.hours) if level.hours is not None else _count(level.working_days, "working day")
    remind = (
        "when it is due" if key in BY_KIND and BY_KIND[key].reminder else _hours(level.remind_before_hours, " before")
    )
    return f"| `{name}` | {length} | {remind} | {_hours(level.escalate_after_hours, ' after')} |"


def _hours(hours: Decimal | None, behind: str = "") -> str:
    return "none" if hours is None else _count(hours, "hour") + behind


def _count(number, unit: str) -> str:
    return f"{number} {unit}" + ("" if number == 1 else "s")


def levels() -> dict[str, tuple[str, Level]]:
    """Every level of the standard policy by its name."""
    said = STANDARD.service_levels
    own = {name: (name, getattr(said, name)) for name in ServiceLevels.model_fields}
    responses = {f"response.{priority}": ("response", level) for priority, level in said.response.items()}
    return responses | {name: pair for name, pair in own.items() if isinstance(pair[1], Level)}


class TestThePage:
    """`docs/reference/process.md` can't drift from the code."""

    @pytest.mark.parametrize("steps", [LEAD_STEPS, OPPORTUNITY_STEPS], ids=["leads", "opportunities"])
    def test_it_holds_the_diagram_and_the_table_of_the_steps(self, steps):
        assert f"```mermaid\n{mermaid(steps)}\n```\n" in PAGE
        assert f"\n\n{table(steps)}\n" in PAGE

    def test_it_names_every_command_and_the_roles_that_may_give_it(self):
        said = dict(re.findall(r"^\| `(\w+)` may \| (.+) \|$", PAGE, re.MULTILINE))
        every = {command.permission: STANDARD.permissions.roles(command.permission) for command in COMMANDS}
        assert said == {name: "everybody" if roles is None else _codes(roles) for name, roles in every.items()}

    @pytest.mark.parametrize("name", levels())
    def test_it_has_every_service_level_of_the_standard_policy(self, name):
        key, level = levels()[name]
        assert level_row(name, level, key) in PAGE

    def test_it_has_no_other_service_level(self):
        section = PAGE.partition("## Service levels")[2].partition("\n## ")[0]
        assert set(re.findall(r"^\| `([\w.]+)` \| .+ \| .+ \| .+ \|$", section, re.MULTILINE)) == set(levels())

    def test_it_tells_for_every_duty_when_it_begins_and_what_meets_it(self):
        section = PAGE.partition("## Duties")[2].partition("\n## ")[0]
        assert all(f"| `{duty.kind}` | {duty.begins} | {duty.ends} |\n" in section for duty in DUTIES)
        assert len(re.findall(r"^\| `\w+` \|", section, re.MULTILINE)) == len(DUTIES)

    def test_it_says_for_every_notice_whom_it_is_for(self):
        said = re.findall(r"^\| `(\w+)` goes to \| (.+) \|$", PAGE, re.MULTILINE)
        assert dict(said) == {kind: _codes(whom) for kind, whom in STANDARD.notices.items()}
        assert len(said) == len(STANDARD.notices)

    def test_it_says_for_every_grade_who_approves_the_plan(self):
        said = dict(re.findall(r"^\| ([A-Z]) \| (.+) \|$", PAGE, re.MULTILINE))
        assert said == {grade: _codes(roles) for grade, roles in STANDARD.approvals.items()}


def _codes(names) -> str:
    return ", ".join(f"`{name}`" for name in names)
