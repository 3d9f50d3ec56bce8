"""Two policies compared: every change named, the largest difference exact, and who changes band."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.cli.commands import cli
from leadkit.demo.company import sample_tables
from leadkit.scoring.witness import Events
from tests.conftest import NOW
from tests.scoring.test_space import documents, every_total, few_ages


def extended(**said) -> lk.Policy:
    return lk.load_policy({"name": "own", "extends": "standard", **said})


class TestChanges:
    """What two policies say differently, by path; labels and examples decide nothing and are left out."""

    def test_a_policy_does_not_differ_from_itself(self, standard):
        same = lk.checks.compare(standard, extended(labels={"en": {"reply": "answer"}}, examples=[]))
        assert (same.changes, same.rise.points, same.fall.points) == ((), 0, 0)

    def test_each_change_has_its_path(self, standard):
        scoring = {"groups": {"behaviour": {"rules": {"webinar": {"points": 20}}}}, "bands": {"priority": {"high": 75}}}
        changes = lk.checks.compare(standard, extended(scoring=scoring)).changes
        assert [str(change) for change in changes] == [
            "scoring.groups.behaviour.rules.webinar.points: 15 -> 20",
            "scoring.bands.priority.high: 80 -> 75",
        ]

    def test_what_is_only_in_one_of_them(self, standard):
        other = extended(scoring={"groups": {"behaviour": {"rules": {"webinar": {"remove": True}}}}})
        assert "webinar.points: 15 -> nothing" in str(lk.checks.compare(standard, other))
        assert "webinar.points: nothing -> 15" in str(lk.checks.compare(other, standard))


class TestLargestDifference:
    """How far one lead can be moved, with that lead."""

    def test_a_group_limit_halved(self, standard):
        found = lk.checks.compare(standard, extended(scoring={"groups": {"behaviour": {"limit": 20}}}))
        assert (found.rise.points, found.fall.points, found.fall.at_most) == (0, -20, -20)
        assert found.fall.witness.events == (Events("core_page_visit", 0, 8),)

    def test_a_fact_of_another_type_is_one_that_nobody_knows(self, standard):
        one = extended(
            fields={"age": {"type": "number"}}, scoring=with_rule({"ranges": {"a": {"at_least": 1, "points": 9}}})
        )
        levels = {"type": "category", "levels": ["old", "new"]}
        other = extended(fields={"age": levels}, scoring=with_rule({"points": {"old": 30}}))
        assert lk.checks.compare(one, other).rise.points == 0

    @settings(max_examples=100)
    @given(documents(), documents())
    def test_against_brute_force(self, one, other):
        before, after = lk.load_policy(one), lk.load_policy(other)
        found = lk.checks.compare(before, after)
        for difference in (found.rise, found.fall):
            lead = difference.witness
            scores = [policy.score(lead.facts, lead.activities(NOW), as_of=NOW) for policy in (before, after)]
            assert [score.points for score in scores] == [difference.before, difference.after]
        if few_ages(before, after) and found.rise.points == found.rise.at_most:
            differences = {b - a for a, b in every_total(before.facts, before.scorer, after.scorer, most=7)}
            assert found.fall.points <= min(differences) / 10**6
            assert found.rise.points >= max(differences) / 10**6


def with_rule(rule):
    return {"groups": {"attributes": {"rules": {"age": {"field": "age", **rule}}}}}


class TestOnLeads:
    """On a list of leads: who changes band, and how many each band holds before and after."""

    LEADS = (
        lk.Lead(id="1", company=lk.Company(size="large"), contact=lk.Contact(role="decision_maker")),
        lk.Lead(id="2", company=lk.Company(size="small")),
    )

    def test_who_moves(self, standard):
        after = extended(scoring={"bands": {"priority": {"medium": 60}}})
        touches = [lk.Activity(id="a", lead_id="2", kind="webinar", occurred_at=NOW - timedelta(days=1))]
        impact = lk.checks.compare(standard, after).on(self.LEADS, touches, as_of=NOW)
        assert [(one.lead_id, one.bands, one.before, one.after) for one in impact.moved] == [
            ("1", "priority", "medium", "low")
        ]
        assert impact.load["priority"] == {"high": (0, 0), "medium": (1, 0), "low": (1, 2)}
        assert impact.leads == 2

    def test_the_command(self, tmp_path):
        for name, table in zip(("leads.xlsx", "acts.xlsx"), sample_tables(leads=60, activities=150), strict=True):
            write_workbook(tmp_path / name, [table])
        words = [
            "diff",
            "standard",
            "machinery",
            "--leads",
            tmp_path / "leads.xlsx",
            "--activities",
            tmp_path / "acts.xlsx",
        ]
        result = CliRunner().invoke(cli, [*map(str, words), "--as-of", "2023-09-30"], catch_exceptions=False)
        assert result.exit_code == 1
        assert "largest gain found +55: 0 -> 55" in result.output
        assert "of them change (high " in result.output
        assert "rows were set aside" in result.output

    @pytest.mark.parametrize(
        "words", [["diff", "standard", "nothing"], ["diff", "standard", "standard", "--leads", "x"]]
    )
    def test_what_cannot_be_read_is_refused(self, words):
        assert CliRunner().invoke(cli, words).exit_code == 3


class TestWhereNotAllCanBeTried:
    """Decay and entangled events: enough leads are tried to show that something changes, and what is shown is real."""

    def decaying(self, points: int = 50, half_life: int = 90) -> lk.Policy:
        rules = {
            "form": {"event": "form", "points": points, "half_life_days": half_life},
            "mail": {"event": "mail", "points": 1, "within_days": 30},
            "left": {"event": "left", "points": -20},
        }
        return lk.load_policy({"name": "decaying", "scoring": {"groups": {"g": {"rules": rules, "floor": -50}}}})

    def test_a_shorter_half_life_and_fewer_points_lose(self):
        for after in (self.decaying(half_life=45), self.decaying(points=40)):
            comparison = lk.checks.compare(self.decaying(), after)
            assert comparison.fall.points < 0
            assert "1 change\n" in str(comparison)
        assert "largest loss found -" in str(lk.checks.compare(self.decaying(), self.decaying(half_life=45)))

    @settings(max_examples=60)
    @given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 100), st.integers(1, 100))
    def test_what_is_found_is_real_and_within_bounds(self, points, other, half_life, shorter):
        one, two = self.decaying(points, half_life), self.decaying(other, shorter)
        comparison = lk.checks.compare(one, two)
        for difference in (comparison.rise, comparison.fall):
            scores = [
                judge.score(difference.witness.facts, difference.witness.activities(NOW), as_of=NOW).points
                for judge in (one, two)
            ]
            assert scores == [difference.before, difference.after]
            assert difference.points == scores[1] - scores[0]
            assert abs(difference.points) <= abs(difference.at_most)
        if points != other or half_life != shorter:
            assert comparison.rise.points or comparison.fall.points

    def test_the_same_answer_every_time(self):
        first, second = (str(lk.checks.compare(self.decaying(), self.decaying(half_life=45))) for _ in range(2))
        assert first == second

    def test_check_names_the_rules(self):
        check = lk.checks.check(self.decaying())
        assert "scoring.groups.g.rules.form" in check.untried
        assert "decay or are too many to try: form" in str(check)
        assert len(check.totals) > 3
