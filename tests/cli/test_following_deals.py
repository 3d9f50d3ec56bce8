"""Following a deal from a terminal: times of steps, touches, kinds of objections, experts; in English and Chinese."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.cli.commands import cli
from tests.desk.desks import BOSS, address, lead
from tests.desk.desks import open_desk as opened_desk
from tests.desk.test_opportunities import PLAN, REP, B, graded

AS_REP = ("--by", "li", "--role", "sales_rep")
PRICE = '\n[objections.price]\nlabel = "太贵"\nanswers = ["roi", "case-7"]\n'
CHINESE = 'name = "ours"\nextends = "standard"\nlanguage = "zh_CN"\n' + PRICE


@pytest.fixture
def deal(tmp_path) -> tuple[str, str]:
    """The address of a store, and the opportunity in it that is negotiated since 2023."""
    db = address("sqlite", tmp_path)
    with opened_desk(db) as desk:
        desk.enrol(lk.Member(id="ada", role="expert"), by=BOSS)
        one = graded(desk, B)
        desk.opportunities.plan(one, **PLAN, by=REP)
        desk.opportunities.approve_plan(one, by=BOSS)
        desk.capture(lead(2, contact={"job_title": "采购员"}))
    return db, one


def run(db: str, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, [*words, "--db", db])
    assert result.exit_code == code, result.output
    return result.output


def test_a_step_takes_its_own_time_and_history_shows_both(deal):
    db, one = deal
    run(db, "opportunity", "object", one, "too dear", "--at", "2023-09-05T10:00", *AS_REP)
    (line,) = [line for line in run(db, "opportunity", "history", one).splitlines() if "raise_objection" in line]
    assert line.startswith("2023-09-05 10:00")
    assert "(entered 20" in line


def test_a_time_that_is_too_early_or_ahead_is_refused_with_what_is_possible(deal):
    db, one = deal
    early = run(db, "opportunity", "object", one, "too dear", "--at", "2023-09-01", *AS_REP, code=3)
    assert (
        "lies before the step that it needs: approve_plan (hint: earliest possible: 2023-09-04 17:00:00+08:00)" in early
    )
    ahead = run(db, "opportunity", "object", one, "too dear", "--at", "2998-01-01", *AS_REP, code=3)
    assert "lies ahead of the clock (hint: latest possible: 20" in ahead
    again = run(db, "opportunity", "object", one, "too dear", "--at", "2023-09-04 17:00:00+08:00", *AS_REP)
    assert "raised" in again


def test_a_touch_on_a_deal_needs_no_lead_and_is_shown_with_it(deal):
    db, one = deal
    words = ("--kind", "follow_up", "--means", "电话", "--contact", "王1", "--content", "二轮谈判", *AS_REP)
    assert run(db, "record", "--opportunity", one, "--at", "2023-09-06T10:00", *words).startswith("L1 recorded")
    shown = run(db, "opportunity", "show", one)
    assert "touch           2023-09-06 10:00 follow_up, 电话, 王1\n  said          二轮谈判" in shown
    assert "follow_up" in run(db, "opportunity", "history", one)
    assert "name a LEAD" in run(db, "record", "--kind", "follow_up", *AS_REP, code=2)


def test_what_should_be_looked_at_is_printed(deal):
    db, _ = deal
    signals = ("--signal", "intent", "--signal", "decision_maker_involved")
    assert "is known but users" in run(db, "convert", "L2", *signals, *AS_REP)


def test_in_chinese(deal, tmp_path, monkeypatch):
    db, one = deal
    policy = tmp_path / "ours.toml"
    policy.write_text(CHINESE, "utf-8")
    mine = ("--policy", str(policy))
    raised = run(db, "opportunity", "object", one, "太贵了", "--kind", "price", *mine, *AS_REP)
    assert "推荐话术:roi, case-7" in raised
    asked = run(db, "opportunity", "ask-expert", one, "1", "ada", "一年省多少?", *mine, *AS_REP)
    assert "已请教" in asked
    shown = run(db, "opportunity", "show", one, *mine)
    for words in ("太贵", "roi、case-7", "ada,", "一年省多少?"):
        assert words in shown
    unknown = run(db, "opportunity", "object", one, "x", "--kind", "nothing_like_it", *mine, *AS_REP, code=3)
    assert "没有这种异议类型:nothing_like_it" in unknown
    nobody = run(db, "opportunity", "ask-expert", one, "1", "li", "x", *mine, *AS_REP, code=3)
    assert "li 不是团队的专家(提示:可选:ada)" in nobody
    assert "早于它所依据的步骤" in run(
        db, "opportunity", "object", one, "x", "--at", "2023-09-01", *mine, *AS_REP, code=3
    )
    assert "合同法务审核" not in run(db, "due", *mine)
    assert "商机跟进" in run(db, "due", *mine)
