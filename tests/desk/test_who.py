"""Who gives a command: named where the policy asks for it, in the role that they have, and not on their own work."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.cli.commands import cli
from leadkit.desk.commands.catalogue import COMMANDS
from tests.desk.desks import ACTORS, BOSS, dump, lead, open_desk, refused, team, touch
from tests.desk.test_opportunities import DIRECTOR, LEGAL, PLAN, REP, A, B, bring, graded, opened

BARE = {"groups": {"fit": {"rules": {"role": {"field": "role", "points": {"decision_maker": 30}}}}}}
LI = lk.Actor(id="li", role="sales_rep")


def ours(**tables: Any) -> dict[str, Any]:
    """The standard policy with tables of a company's own."""
    return {"name": "ours", "extends": "standard", "language": "en", **tables}


class TestNamed:
    """With `[desk] actor_required` a command is refused that nobody is named for."""

    RULES = ours(desk={"actor_required": True})

    @pytest.mark.parametrize("give", [
        lambda desk: desk.capture(lead(1)),
        lambda desk: desk.tick(),
        lambda desk: desk.deliver(),
        lambda desk: desk.rescore(),
        lambda desk: desk.enrol(lk.Member(id="li", role="sales_rep")),
    ])  # fmt: skip
    def test_nobody_is_refused_and_nothing_is_stored(self, give):
        desk = open_desk(policy=self.RULES)
        with refused(desk, "nobody is named who gives this command", error=lk.NotAllowedError):
            give(desk)
        assert all(rows == [] for rows in dump(desk).values())

    def test_of_many_each_is_refused(self):
        outcomes = open_desk(policy=self.RULES).capture_all([(lead(1), None), (lead(2), "k")])
        assert [type(each) for each in outcomes] == [lk.NotAllowedError] * 2

    def test_the_desks_own_actor_counts_where_it_is_given(self):
        desk = open_desk(policy=self.RULES, actor=lk.Actor(id="system", role="system"))
        assert desk.capture(lead(1)).outcome == "captured"
        assert open_desk(policy=self.RULES).capture(lead(1), by=BOSS).outcome == "captured"

    def test_an_import_is_refused_as_a_whole(self, tmp_path):
        from leadkit.desk.importing import import_leads
        from tests.desk.test_importing import LEAD_HEADS, sheet
        from tests.desk.test_importing import lead as row

        desk = open_desk(policy=self.RULES)
        with pytest.raises(lk.NotAllowedError):
            import_leads(desk, sheet(tmp_path / "a.csv", LEAD_HEADS, row(1)))
        assert dump(desk)["imports"] == []

    def test_in_the_terminal_by_is_asked_for(self, tmp_path):
        policy = tmp_path / "ours.toml"
        policy.write_text('name = "ours"\nextends = "standard"\nlanguage = "en"\n[desk]\nactor_required = true\n')
        where = ["--db", f"sqlite:///{tmp_path / 'a.db'}", "--policy", str(policy)]
        lk.migrate(where[1])
        for words in (["tick"], ["enrol", "li", "--role", "sales_rep"], ["rescore", "--role", "director"]):
            done = CliRunner().invoke(cli, [*words, *where])
            assert done.exit_code == 3
            assert "nobody is named who gives this command" in done.stderr
        done = CliRunner().invoke(cli, ["rescore", "--by", "wu", "--role", "director", *where])
        assert done.exit_code == 0


class TestEnrolled:
    """A member gives commands in no other role than the one that they are enrolled in."""

    def test_a_role_that_somebody_does_not_have(self):
        desk = open_desk()
        team(desk, li="sales_rep")
        desk.capture(lead(1))
        liar = lk.Actor(id="li", role="director")
        with refused(desk, "erase: is enrolled as sales_rep, not as director", error=lk.NotAllowedError):
            desk.erase("L1", by=liar)
        with refused(desk, "is enrolled as sales_rep, not as director", error=lk.NotAllowedError):
            desk.record(touch(1), by=liar)
        outcomes = desk.capture_all([(lead(2), None)], by=liar)
        assert [type(each) for each in outcomes] == [lk.NotAllowedError]
        assert desk.record(touch(1), by=LI).outcome == "recorded"

    def test_in_the_terminal_too(self, tmp_path):
        db = f"sqlite:///{tmp_path / 'a.db'}"
        lk.migrate(db)
        with lk.Desk("standard", db) as desk:
            team(desk, li="sales_rep")
            desk.capture(lead(1))
        done = CliRunner().invoke(cli, ["erase", "L1", "--yes", "--by", "li", "--role", "director", "--db", db])
        assert done.exit_code == 3
        assert "is enrolled as sales_rep, not as director" in done.stderr

    def test_somebody_who_is_not_enrolled_acts_as_before_unless_the_policy_says_otherwise(self):
        assert open_desk().capture(lead(1), by=BOSS).outcome == "captured"
        desk = open_desk(policy=ours(desk={"enrolled_only": True}))
        with refused(desk, "is no active member of the team", error=lk.NotAllowedError):
            desk.capture(lead(1), by=BOSS)
        desk.enrol(lk.Member(id=BOSS.id, role=BOSS.role))
        assert desk.capture(lead(1), by=BOSS).outcome == "captured"
        desk.enrol(lk.Member(id=BOSS.id, role=BOSS.role, active=False), by=BOSS)
        with refused(desk, "is no active member of the team", error=lk.NotAllowedError):
            desk.capture(lead(2), by=BOSS)


class TestDenied:
    """With `[permissions] default = "deny"` a command that is not named is for nobody."""

    def test_a_command_that_is_not_named_is_refused_in_every_role(self):
        policy = {"name": "own", "scoring": BARE, "permissions": {"default": "deny", "capture": ["system"]}}
        desk = open_desk(policy=policy)
        desk.capture(lead(1))
        for actor in ACTORS.values():
            with refused(desk, "allowed roles: none", error=lk.NotAllowedError):
                desk.erase("L1", by=actor)

    def test_check_names_the_commands_of_everybody(self):
        names = [command.permission for command in COMMANDS if command.table is None]

        def kinds(**permissions: Any) -> list[tuple[str, str]]:
            policy = lk.load_policy({"name": "own", "scoring": BARE, "permissions": permissions})
            findings = lk.checks.check(policy, commands=names).findings
            return [(each.kind, each.message) for each in findings if each.path == "permissions"]

        assert [kind for kind, _ in kinds()] == ["permissions_missing"]
        ((kind, message),) = kinds(capture=["system"])
        assert kind == "command_for_everybody"
        assert "erase" in message
        assert "capture" not in message
        assert kinds(default="deny") == []
        assert lk.checks.check(lk.load_policy("standard"), commands=names).problems == ()
        assert [each for each in lk.checks.check(lk.load_policy("standard"), commands=names).findings
                if each.path == "permissions"] == []  # fmt: skip


class TestOwn:
    """With `[approvals] own = false` nobody approves what is their own; else the receipt says that somebody did."""

    RULES = ours(approvals={"own": False})

    def test_the_plan_of_grade_a_of_the_director_who_would_approve_it(self):
        for policy, own in ((self.RULES, False), ("standard", True)):
            desk = open_desk(policy=policy)
            deal = graded(desk, A)
            desk.opportunities.plan(deal, **PLAN, by=DIRECTOR)
            if own:
                assert desk.opportunities.approve_plan(deal, by=DIRECTOR).findings == ("own_approval",)
                continue
            with refused(desk, "nobody approves what is their own", error=lk.NotAllowedError):
                desk.opportunities.approve_plan(deal, by=DIRECTOR)
            other = lk.Actor(id="another", role="director")
            assert desk.opportunities.approve_plan(deal, by=other).status == "negotiating"

    def test_the_last_plan_counts(self):
        desk = open_desk(policy=self.RULES)
        deal = graded(desk, A)
        desk.opportunities.plan(deal, **PLAN, by=DIRECTOR)
        desk.opportunities.plan(deal, **PLAN, by=REP)
        assert desk.opportunities.approve_plan(deal, by=DIRECTOR).status == "negotiating"

    def test_a_grade_that_one_assessed(self):
        desk = open_desk(policy=self.RULES)
        deal = opened(desk)
        desk.opportunities.assess(deal, **B, by=BOSS)
        with refused(desk, "nobody approves what is their own", error=lk.NotAllowedError):
            desk.opportunities.confirm_grade(deal, by=BOSS)
        assert desk.opportunities.confirm_grade(deal, by=DIRECTOR).outcome == "graded"

    def test_an_opportunity_that_one_has(self):
        desk = open_desk(policy=self.RULES)
        team(desk, the_supervisor="supervisor")
        deal = opened(desk)
        desk.opportunities.assign(deal, "the_supervisor", by=DIRECTOR)
        desk.opportunities.assess(deal, **B, by=REP)
        with refused(desk, "nobody approves what is their own", error=lk.NotAllowedError):
            desk.opportunities.confirm_grade(deal, by=BOSS)

    def test_a_contract_that_one_drafted_may_be_rejected_but_not_approved(self):
        rules = {**self.RULES, "permissions": {"draft_contract": ["legal"]}}
        desk = open_desk(policy=rules)
        deal = bring(desk, "negotiating")
        desk.opportunities.draft_contract(deal, "30 days net", by=LEGAL)
        with refused(desk, "nobody approves what is their own", error=lk.NotAllowedError):
            desk.opportunities.review_contract(deal, approved=True, by=LEGAL)
        assert desk.opportunities.review_contract(deal, approved=False, by=LEGAL).outcome == "rejected"
