"""A desk whose policy has a branch for a segment: each lead is scored, screened and told of by its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.cli.commands import cli
from tests.desk.desks import POOR, lead, notices, open_desk, touch

HEAD = """extends = "standard"
[fields.line]
type = "category"
levels = ["machines", "parts"]
[scoring.groups.behaviour.rules.webinar]
within_days = 10
"""
PARTS = """[scoring.bands.priority]
high = 70
[screening.criteria.budget_sufficient]
when = { field = "budget", at_least = 1000 }
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    (tmp_path / "machines.toml").write_text(f'name = "machines"\n{HEAD}', encoding="utf-8")
    (tmp_path / "parts.toml").write_text(f'name = "parts"\n{HEAD}{PARTS}', encoding="utf-8")
    route = '[route]\nfield = "line"\nparts = "parts.toml"\notherwise = "machines.toml"\n[rescoring]\nhysteresis = 15\n'
    (tmp_path / "ours.toml").write_text(f'name = "ours"\n{route}', encoding="utf-8")
    return tmp_path / "ours.toml"


def test_each_lead_has_the_verdict_of_its_branch(policy):
    desk = open_desk(policy=lk.load_policy(policy))
    desk.capture(lead(1, custom={"line": "parts"}, **POOR))
    desk.capture(lead(2, **POOR))
    found = [desk.lead(key) for key in ("L1", "L2")]
    assert [(state.status, state.policy) for state in found] == [("valid", desk.policy.id), ("invalid", desk.policy.id)]


def test_a_fall_is_told_of_beyond_the_hysteresis_of_the_branch(policy):
    desk = open_desk(policy=lk.load_policy(policy))
    for number, line in ((1, "parts"), (2, "machines")):
        desk.capture(lead(number, custom={"line": line}))
        for touched in (1, 2):
            desk.record(touch(10 * number + touched, lead_id=f"L{number}", kind="webinar"))
    before = [desk.lead(key).priority for key in ("L1", "L2")]
    for _ in range(30):
        desk.clock.pass_(days=1)
        desk.tick()
    after = [(desk.lead(key).points, desk.lead(key).priority) for key in ("L1", "L2")]
    fallen = [row.lead_id for row in notices(desk, "priority_changed") if row.details["after"] == "medium"]
    assert (before, after, fallen) == (["high", "high"], [(60, "medium"), (60, "medium")], ["L2"])


def test_the_terminal_knows_the_branch(policy):
    def run(*words: str) -> str:
        done = CliRunner().invoke(cli, list(words))
        assert done.exit_code == 0, done.output
        return done.output

    assert "· branch parts ·" in run("explain", "--policy", str(policy), "line=parts", "company_size=large")
    assert "· branch otherwise ·" in run("explain", "--policy", str(policy), "company_size=large")
    assert "ok" in run("check", str(policy)).splitlines()[0]
