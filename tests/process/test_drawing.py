"""The steps are drawn from the code, and the page of the process says what code and standard policy say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from docs.pages import PARTS, REFERENCE, mermaid, rendered
from docs.pages import step_table as table
from leadkit.process.command import Step

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


class TestThePage:
    """The pages of the reference can't drift from the code."""

    @pytest.mark.parametrize("page", sorted(REFERENCE.glob("*.md")), ids=lambda page: page.stem)
    def test_what_is_read_from_the_code_is_what_the_code_says(self, page):
        assert rendered(page.read_text("utf-8")) == page.read_text("utf-8"), "run: python docs/pages.py"

    def test_every_part_stands_on_a_page(self):
        pages = "".join(page.read_text("utf-8") for page in REFERENCE.glob("*.md"))
        assert [name for name in PARTS if f"<!-- from the code: {name} -->" not in pages] == []
