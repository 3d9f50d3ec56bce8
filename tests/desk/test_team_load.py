"""Who carries how much, member by member, as one counts it by hand."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import event

import leadkit as lk
from leadkit.cli.commands import cli
from tests.desk.desks import ACTORS, BOSS, SIGNALS, address, lead, open_desk, team, touch

LEVELS = {"urgency": "immediate", "budget": "high", "competition": "ahead", "decision_chain": "simple"}


def filled(storage: Any = "memory:", **how: Any) -> lk.Desk:
    desk = open_desk(storage, **how)
    team(desk, chen=("sales_rep", 2), li=("sales_rep", 5), zhou="senior_rep", gone="sales_rep", mei="marketing")
    for number in range(1, 9):
        desk.capture(lead(number))
    for number, owner in ((1, "chen"), (2, "chen"), (3, "li"), (4, "gone")):
        desk.assign(f"L{number}", owner, by=BOSS)
    for number in range(1, 5):
        desk.record(touch(number, lead_id=f"L{number}"))
    deal = desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id
    desk.opportunities.assess(deal, **LEVELS, by=BOSS)
    desk.opportunities.confirm_grade(deal, by=BOSS)
    desk.opportunities.convert("L3", SIGNALS, by=BOSS)
    desk.enrol(lk.Member(id="chen", role="sales_rep", capacity=0), by=BOSS)
    desk.enrol(lk.Member(id="gone", role="sales_rep", active=False), by=BOSS)
    desk.clock.pass_(days=3)
    return desk


def test_each_member_and_what_is_nobodys():
    desk = filled()
    loads = {load.member: load for load in desk.team_load()}
    assert list(loads) == ["chen", "gone", "li", "mei", "zhou", None]
    chen = loads["chen"]
    assert (sum(chen.leads.values()), dict(chen.opportunities), chen.capacity, chen.room) == (1, {"A": 1}, 0, -1)
    assert (dict(loads["li"].leads), dict(loads["li"].opportunities), loads["li"].room) == ({}, {"no_grade": 1}, 5)
    assert (loads["gone"].active, loads["gone"].lead_count, loads["gone"].room) == (False, 1, None)
    assert (loads["mei"].lead_count, loads["mei"].overdue, loads["zhou"].role) == (0, 0, "senior_rep")
    assert loads[None].lead_count == 4


def test_is_what_the_lists_say():
    desk = filled()
    late = Counter(item.owner for item in desk.due(limit=1000) if item.state == "breached")
    for load in desk.team_load():
        mine = [state for state in desk.queue(limit=100) if state.owner == load.member]
        assert dict(load.leads) == Counter(state.priority or "no_priority" for state in mine)
        deals = [state for state in desk.opportunities.list(status="open") if state.opportunity.owner == load.member]
        assert dict(load.opportunities) == Counter(state.opportunity.grade or "no_grade" for state in deals)
        assert load.overdue == late[load.member]
    assert late[None] > 0


def test_priorities_stand_in_their_order():
    desk = filled()
    order = [*desk.policy.priorities, "no_priority"]
    for load in desk.team_load():
        assert list(load.leads) == sorted(load.leads, key=order.index)


def test_who_is_not_of_the_team_but_has_something_is_named():
    desk = open_desk(policy={"extends": "standard", "name": "ours", "assignment": {"roles": {"remove": True}}})
    desk.opportunities.import_opportunity("D1", name="x", owner="ghost", opened_at=desk.clock(), by=ACTORS["director"])
    ghost, nobody = desk.team_load()
    assert (ghost.member, ghost.role, dict(ghost.opportunities)) == ("ghost", None, {"no_grade": 1})
    assert (nobody.member, nobody.lead_count) == (None, 0)


def test_asks_as_often_for_many_members_as_for_few(tmp_path):
    asked = []
    for number in (2, 40):
        folder = tmp_path / str(number)
        folder.mkdir()
        desk, questions = open_desk(address("sqlite", folder)), []
        team(desk, **{f"m{n}": "sales_rep" for n in range(number)})
        event.listen(desk.storage._of, "before_cursor_execute", lambda *_, q=questions: q.append(True))
        assert len(desk.team_load()) == number + 1
        asked.append(len(questions))
        desk.close()
    assert asked[0] == asked[1]


@pytest.mark.parametrize(("language", "words"), [("en", "nobody's"), ("zh_CN", "无负责人")])
def test_in_the_terminal(tmp_path, language, words):
    db, policy = address("sqlite", tmp_path), tmp_path / "ours.toml"
    policy.write_text(f'name = "ours"\nextends = "standard"\nlanguage = "{language}"\n', encoding="utf-8")
    filled(db).close()
    lines = CliRunner().invoke(cli, ["team", "--db", db, "--policy", str(policy)]).output.splitlines()
    assert len(lines) == 7
    assert lines[-1].startswith(words)
    document = json.loads(CliRunner().invoke(cli, ["team", "--json", "--db", db]).output)
    assert [load["member"] for load in document][-1] is None
    assert document[0]["room"] == -1
