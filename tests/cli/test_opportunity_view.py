"""An opportunity in the terminal: all of it, in the language of the policy, and the same as JSON."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from leadkit.cli.commands import cli
from tests.desk.desks import address
from tests.desk.desks import open_desk as opened_desk
from tests.desk.test_opportunities import DIRECTOR, LEGAL, PLAN, REP, bring

CHINESE = 'name = "ours"\nextends = "standard"\nlanguage = "zh_CN"\n'


@pytest.fixture
def deal(tmp_path) -> tuple[str, str]:
    """The address of a store, and the opportunity in it that was handed over."""
    db = address("sqlite", tmp_path)
    with opened_desk(db) as desk:
        one, deals = bring(desk, "negotiating"), desk.opportunities
        deals.answer_objection(one, "1", "worth it", by=REP)
        deals.raise_objection(one, "too late\x1b[31m", key_objection=True, by=REP)
        deals.draft_contract(one, "30 days net", by=REP)
        deals.review_contract(one, approved=False, reason="no limit", by=LEGAL)
        deals.draft_contract(one, "10 days net", by=REP)
        deals.review_contract(one, approved=True, by=LEGAL)
        deals.sign(one, "us", by=REP)
        deals.sign(one, "customer", by=REP)
        deals.hand_over(one, "training", by=REP)
    return db, one


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, [*arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_all_of_it_is_shown(deal):
    db, one = deal
    lines = run("opportunity", "show", one, "--db", db).splitlines()
    for line in (
        f"id              {one}",
        "stage           signed",
        "grade           B",
        "decision chain  medium",
        "plan            2023-09-04 17:00 by the_sales_rep, approved 2023-09-04 17:00 by the_director",
        f"  pains         {PLAN['pains']}",
        f"  advantages    {PLAN['advantages']}",
        f"  strategy      {PLAN['strategy']}",
        "milestone       demo, due 2023-09-04 17:00",
        "objection 1     raised 2023-09-04 17:00, answered 2023-09-04 17:00",
        "  objection     too dear (the_sales_rep)",
        "  answer        worth it (the_sales_rep)",
        "objection 2     raised 2023-09-04 17:00, not answered, a key one",
        "  objection     too late [31m (the_sales_rep)",
        "contract        2023-09-04 17:00 by the_sales_rep",
        "  terms         10 days net",
        "  legal review  approved 2023-09-04 17:00 by the_legal",
        "  signed by us  2023-09-04 17:00",
        "  by customer   2023-09-04 17:00",
        "handover        2023-09-04 17:00 by the_sales_rep",
        "  terms         training",
    ):
        assert line in lines
    assert any(line.startswith("  customer") and "王1" in line for line in lines)


def test_json_has_the_same(deal):
    db, one = deal
    document = json.loads(run("opportunity", "show", one, "--json", "--db", db))
    assert document["plan"]["pains"] == PLAN["pains"]
    assert document["plan"]["approval"] == {
        "approved": True,
        "reason": None,
        "at": "2023-09-04T09:00:00+00:00",
        "by": DIRECTOR.id,
    }
    assert [objection["answer"] for objection in document["objections"]] == ["worth it", None]
    assert document["contract"]["legal_review"]["approved"] is True
    assert (document["handover"]["terms"], document["handover"]["customer"]["name"]) == ("training", "王1")
    assert (document["report"], document["loss_reason"]) == (None, None)
    assert json.loads(run("opportunity", "list", "--json", "--db", db)) == [document]


def test_in_chinese(deal, tmp_path):
    db, one = deal
    policy = tmp_path / "ours.toml"
    policy.write_text(CHINESE, encoding="utf-8")
    shown = run("opportunity", "show", one, "--policy", str(policy), "--db", db)
    for words in ("已签约", "客户痛点", "已批准", "关键异议", "法务审核", "中等", "王1"):
        assert words in shown
    assert [word for word in ("stage", "approved", "raised", "milestone") if word in shown] == []
    assert run("opportunity", "list", "--policy", str(policy), "--db", db).splitlines()[0].split()[:3] == [
        "编号",
        "阶段",
        "等级",
    ]


def test_every_stage_has_a_word():
    from leadkit.process.states import IN_PROGRESS
    from leadkit.texts import LANGUAGES, texts

    for language in LANGUAGES:
        assert set(texts("desk", language)["states"]) >= {*IN_PROGRESS, "won", "lost"}
