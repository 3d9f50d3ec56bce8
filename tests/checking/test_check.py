"""Every kind of finding, on the smallest policy that shows it; and exact answers against brute force."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.checking.dimensions import weights
from leadkit.checking.findings import KINDS
from leadkit.checking.useless import Uses
from leadkit.cli.commands import cli
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.space import Space
from tests.conftest import NOW
from tests.scoring.test_space import documents, every_total, few_ages

ROLE = {"field": "role", "points": {"decision_maker": 30, "influencer": 20, "user": 10}}
INTENT = {"when": {"field": "intent", "equals": True}, "points": 20}


def policy(rules: dict[str, Any] | None = None, **said: Any) -> lk.Policy:
    group = {"rules": rules or {"role": ROLE}} | said.pop("group", {})
    scoring = said.pop("scoring", {})
    scoring = {**scoring, "groups": {"g": group} | scoring.get("groups", {})}
    return lk.load_policy({"name": "own", "scoring": scoring, **said})


def graded(**grading: Any) -> lk.Policy:
    return lk.load_policy({"name": "own", "extends": "standard", "grading": grading})


def table(rows: dict[str, Any], otherwise: str = "C") -> lk.Policy:
    return graded(grades={"remove": True}, table={"rows": rows, "otherwise": otherwise})


ENTANGLED = (
    "intent",
    "date_set",
    "budget_confirmed",
    "decision_maker_involved",
    "need_described",
    "phone_valid",
    "email_valid",
)
RICH = {"grade": "A", "when": {"budget": "high"}}
IMPOSSIBLE = {"all": ({"field": "budget", "at_least": 100}, {"field": "budget", "less_than": 50})}
CASES: dict[str, tuple[Any, str, str]] = {
    "example_fails": (
        lambda: policy(examples=[{"lead": {"role": "user"}, "expect": {"points": 11}}]),
        "examples.0",
        "points: expected 11, found 10",
    ),
    "invariant_refuted": (
        lambda: policy(invariants=[{"at_most": {"points": 20}}]),
        "invariants.0",
        "at most 20 points is wrong: a lead has 30 points",
    ),
    "invariant_undecided": (
        lambda: policy(
            {f"w{n}": {"when": entangled(n), "points": 5} for n in range(9)}, invariants=[{"at_most": {"points": 30}}]
        ),
        "invariants.0",
        "at most 30 points holds for every lead tried, but only totals between 0 and 45 points are certain",
    ),
    "invariant_about_nobody": (
        lambda: policy(invariants=[{"when": IMPOSSIBLE, "at_most": {"points": 0}}]),
        "invariants.0",
        "no lead satisfies when",
    ),
    "band_unreachable": (
        lambda: policy(scoring={"bands": {"priority": {"high": 31, "low": 0}}}),
        "scoring.bands.priority.high",
        "no lead gets there; leads get 0 to 30 points",
    ),
    "rule_never_counts": (
        lambda: policy({"role": ROLE, "never": {"when": IMPOSSIBLE, "points": 5}}),
        "scoring.groups.g.rules.never",
        "no lead's total would differ without this rule",
    ),
    "cut_by_group_limit": (
        lambda: policy({"role": ROLE, "intent": INTENT}, group={"limit": 45}),
        "scoring.groups.g.limit",
        "the limit of 45 takes 5 points",
    ),
    "cut_by_total_limit": (
        lambda: policy(scoring={"limit": 25}),
        "scoring.limit",
        "the limit of 25 takes up to 5 points",
    ),
    "cut_by_group_floor": (
        lambda: policy(
            {"role": ROLE, "rival": {"when": {"field": "product", "equals": "rival"}, "points": -50}},
            scoring={"groups": {"other": {"rules": {"intent": INTENT}}}},
        ),
        "scoring.groups.g.floor",
        "the floor of 0 gives 50 points back",
    ),
    "cut_by_total_floor": (
        lambda: policy({"intent": INTENT | {"points": -30}}, group={"floor": -40}),
        "scoring.floor",
        "the floor of 0 gives up to 30 points back",
    ),
    "limit_below_points": (
        lambda: policy({"visit": {"event": "visit", "points": 15, "limit": 10}}),
        "scoring.groups.g.rules.visit.limit",
        "one event is worth 15 points, and the limit of 10 cuts it already",
    ),
    "limit_never_reached": (
        lambda: policy(group={"limit": 31}),
        "scoring.groups.g.limit",
        "the rules of the group never add up to more than 30 points",
    ),
    "hardly_decays": (
        lambda: policy({"visit": {"event": "visit", "points": 15, "within_days": 1, "half_life_days": 365}}),
        "scoring.groups.g.rules.visit.half_life_days",
        "an event still weighs 99.8 % at the end of its window of 1 days",
    ),
    "silence_of_nothing": (
        lambda: policy({"gone": {"silent_days": 9, "events": ["log_in"], "points": 15}}, activities={"visit": {}}),
        "scoring.groups.g.rules.gone.events",
        "no rule counts log_in, and no [activities] has it: perhaps nothing ever breaks this silence",
    ),
    "field_never_read": (
        lambda: policy(fields={"machines": {"type": "number"}}),
        "fields.machines",
        "nothing in the policy reads or fills this field",
    ),
    "not_monotone": (
        lambda: policy({"size": {"field": "company_size", "points": {"large": 5, "medium": 10}}}),
        "scoring.groups.g.rules.size",
        "medium gives 10 points, the better level large gives 5",
    ),
    "unknown_is_rewarded": (
        lambda: policy({"role": ROLE | {"unknown": 15}}),
        "scoring.groups.g.rules.role",
        "15 points while unknown, 10 once known",
    ),
    "criterion_never_met": (
        lambda: policy(screening={"criteria": {"odd": {"when": IMPOSSIBLE}}}),
        "screening.criteria.odd",
        "no lead meets this criterion, whatever its facts",
    ),
    "never_qualifies": (
        lambda: policy(
            qualification={
                "conversion": {
                    "at_least": 2,
                    "criteria": {
                        "yes": {"when": {"field": "intent", "equals": True}},
                        "no": {"when": {"field": "intent", "equals": False}},
                    },
                }
            }
        ),
        "qualification.conversion",
        "asks for 2 criteria, and no lead meets more than 1 of them together",
    ),
    "grade_unreachable": (
        lambda: graded(grades={"A": 50}),
        "grading.grades.A",
        "no combination of levels gets grade A",
    ),
    "row_shadowed": (
        lambda: table({"rich": RICH, "later": {"grade": "A", "when": {"budget": "high", "urgency": "urgent"}}}),
        "grading.table.rows.later",
        "earlier rows decide everything that it names",
    ),
    "rows_overlap": (
        lambda: table({"rich": RICH, "calm": {"grade": "B", "when": {"urgency": "normal"}}}),
        "grading.table.rows.calm",
        "where both match, rich decides for A, and calm would for B",
    ),
    "falls_to_otherwise": (
        lambda: table({"rich": RICH}),
        "grading.table.otherwise",
        "54 of 81 combinations are graded C because no row names them",
    ),
    "dimension_decides_nothing": (
        lambda: table({"rich": RICH}),
        "grading.dimensions.urgency",
        "changes the grade in 0 of 27 combinations of the others",
    ),
    "permissions_missing": (policy, "permissions", "every role may give every command, to erase a lead too"),
    "command_for_everybody": (
        lambda: policy(permissions={"capture": ["marketing"]}),
        "permissions",
        "every role may give erase",
    ),
    "more": (
        lambda: policy(
            {f"r{n}": {"when": {"field": "product", "equals": f"p{n}"}, "points": 20 + n} for n in range(30)},
            group={"limit": 10},
        ),
        "scoring.groups.g.limit",
        "and more combinations",
    ),
    "branch_says_more": (
        lambda: lk.load_policy(
            {"name": "own", "route": {"field": "region", "华东": "education_enrolment", "otherwise": "standard"}}
        ),
        "route.华东",
        "says capture otherwise, to no effect: a branch scores, screens and qualifies",
    ),
    "unknown_name": (
        lambda: lk.load_policy({"name": "own", "extends": "standard", "labels": {"en": {"company_sise": "Size"}}}),
        "labels.en.company_sise",
        "nothing in the policy is called company_sise; did you mean 'company_size'?",
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_finding_of_every_kind(kind):
    build, path, message = CASES[kind]
    found = [one for one in lk.checks.check(build(), commands=("capture", "erase")).findings if one.kind == kind]
    assert (found[0].path, found[0].message) == (path, message)
    assert found[0].severity == KINDS[kind]


def test_an_example_that_cannot_be_decided_is_a_finding():
    said = {"name": "own", "extends": "standard"}
    own = lk.load_policy(said | {"examples": [{"assessment": {"expected_close": "soon"}, "expect": {"grade": "A"}}]})
    assert "expected_close: must be a date" in lk.checks.check(own).problems[0].message


@pytest.mark.parametrize(
    "dimension", [{"budget": {"at_least": {"high": 1}}}, {"urgency": {"within_months": {"urgent": 0}}}]
)
def test_thresholds_that_do_not_follow_the_levels(dimension):
    found = [one.path for one in lk.checks.check(graded(dimensions=dimension)).findings if one.kind == "not_monotone"]
    assert found == [f"grading.dimensions.{next(iter(dimension))}"]


def test_every_kind_is_shown_here():
    assert set(CASES) == set(KINDS)


def test_decay_leaves_proofs_and_refutations():
    rules = {"old": {"event": "call", "points": -10, "half_life_days": 9}, "role": ROLE}
    claim = {"when": {"field": "role", "equals": "user"}, "at_most": {"points": 5}}
    own = policy(rules, group={"floor": -50}, invariants=[claim, {"at_most": {"points": 30}}])
    assert [lk.checks.prove(own, one).outcome for one in own.document.invariants] == ["refuted", "proved"]


def entangled(number: int) -> dict[str, Any]:
    """Conditions that hang together by ten facts, and can't all hold at once."""
    tests = [{"field": name, "equals": (number >> place) & 1 == 0} for place, name in enumerate(ENTANGLED[:6])]
    return {"all": (*tests, *({"field": "budget", "at_least": 100 * n} for n in range(number + 1)))}


class TestTheStandardPolicy:
    """Nothing in it is a mistake, and the cap of 60 takes points from exactly two combinations."""

    def test_nothing_is_a_problem_and_every_band_and_grade_is_reached(self, standard):
        check = lk.checks.check(standard)
        assert (check.exact, check.problems) == (True, ())
        assert check.totals == tuple(map(Decimal, range(0, 101, 5)))
        assert all(one.witness for one in check.bands)
        assert {one.grade: one.combinations for one in check.grades} == {"A": 26, "B": 28, "C": 27}

    def test_the_combinations_that_the_cap_cuts(self, standard):
        full = {"role": "decision_maker", "budget_match": "full"}
        cut = [one.witness.facts for one in lk.checks.check(standard).findings if one.kind == "cut_by_group_limit"]
        assert cut == [{"company_size": "large", **full}, {"company_size": "medium", **full}]

    @pytest.mark.parametrize("name", ["standard", "machinery", "software_services"])
    def test_no_shipped_policy_has_a_problem(self, name):
        assert lk.checks.check(lk.load_policy(name)).problems == ()


class TestInvariants:
    """A claim is proved for every lead, or refuted with one."""

    CLAIM = ({"when": {"not": {"field": "role", "equals": "decision_maker"}}, "at_most": {"priority": "medium"}},)

    def test_no_lead_without_a_decision_maker_is_high_is_wrong(self):
        own = lk.load_policy({"name": "own", "extends": "standard", "invariants": self.CLAIM})
        proof = lk.checks.prove(own, own.document.invariants[0])
        assert proof.outcome == "refuted"
        assert proof.witness.facts == {"company_size": "large", "role": "influencer", "budget_match": "full"}
        assert str(proof.witness).endswith("core_page_visit=4")
        assert "a lead has 80 points, priority high" in str(proof)

    def test_a_stricter_threshold_makes_it_true(self):
        less = {"attributes": {"rules": {"role": {"points": {"influencer": 5, "user": 5}}}}}
        scoring = {"groups": less, "bands": {"priority": {"high": 90}}}
        own = lk.load_policy({"name": "own", "extends": "standard", "scoring": scoring, "invariants": self.CLAIM})
        assert lk.checks.prove(own, own.document.invariants[0]).outcome == "proved"

    def test_invariants_are_inherited_and_examples_are_not(self, tmp_path):
        base = 'name = "base"\nextends = "standard"\n[[invariants]]\nat_least = { points = 0 }\n'
        (tmp_path / "base.toml").write_text(base)
        own = 'name = "own"\nextends = "base.toml"\n[[invariants]]\nat_most = { points = 100 }\n'
        (tmp_path / "own.toml").write_text(own)
        document = lk.load_policy(tmp_path / "own.toml").document
        assert [one.at_most for one in document.invariants] == [{"points": 100}, {}]
        assert document.examples == ()

    @settings(max_examples=150)
    @given(documents(), st.sampled_from([0, 5, 10, 20, 30]), st.sampled_from(["user", None]), st.booleans())
    def test_against_brute_force(self, document, bound, role, is_most):
        claim: dict[str, Any] = {"at_most" if is_most else "at_least": {"points": bound}}
        claim |= {"when": {"field": "role", "equals": role}} if role else {}
        own = lk.load_policy(document | {"invariants": (claim,)})
        proof = lk.checks.prove(own, own.document.invariants[0])
        if proof.outcome == "refuted":
            score = own.score(proof.witness.facts, proof.witness.activities(NOW), as_of=NOW)
            assert score.points > bound if is_most else score.points < bound
            assert role in (None, proof.witness.facts.get("role"))
        elif few_ages(own) and role is None:
            totals = [Decimal(total) / 10**6 for (total,) in every_total(own.facts, own.scorer, most=4)]
            assert proof.outcome == "proved"
            assert all(total <= bound if is_most else total >= bound for total in totals)

    def test_facts_that_hang_together_too_closely_refute_nothing_that_is_true(self):
        tests = [{"field": name, "equals": True} for name in ENTANGLED]
        rules = {
            "big": {"when": {"all": [*tests, *({"field": "budget", "at_least": k} for k in range(1, 9))]}, "points": 5},
            "intent": INTENT,
            "call": {"event": "call", "points": 10},
        }
        claim = {"when": {"field": "intent", "equals": True}, "at_least": {"points": 20}}
        own = policy(rules, scoring={"bands": {"priority": {"high": 50, "low": 0}}}, invariants=[claim])
        assert lk.checks.prove(own, own.document.invariants[0]).outcome == "undecided"
        score = own.score({"intent": True}, {"call": 1}, as_of=NOW)
        assert [(dict(way.events), way.points) for way in own.next_band(score)] == [({"call": 2}, 50)]


class TestUselessRules:
    """A rule is useless exactly when no lead's total would differ without it."""

    @settings(max_examples=60)
    @given(documents())
    def test_against_all_totals_with_and_without(self, document):
        own = lk.load_policy(document)
        space = Space([own.scorer], own.facts)
        uses = Uses(space)
        for group, code, _ in own.document.scoring.rules:
            without = Scorer(own.document.scoring.without(group, code), own.facts, "without", {})
            both = Space([own.scorer, without], own.facts)
            differs = any(one != other for one, other in both.totals)
            key = (0, group, code)
            proved = uses.gives_nothing(key) or uses.is_proved_useless(key)
            assert not (differs and proved)
            assert differs or not uses.is_shown(key) or not both.exact
            assert differs or proved or not both.exact or not space.exact

    def test_what_another_group_gives_in_any_case_makes_a_rule_useless(self):
        always = {"floor": 100, "limit": 120, "rules": {"intent": INTENT}}
        own = policy(scoring={"groups": {"g": {"rules": {"role": ROLE}}, "always": always}})
        found = [one.path for one in lk.checks.check(own).findings if one.kind == "rule_never_counts"]
        assert found == ["scoring.groups.g.rules.role", "scoring.groups.always.rules.intent"]


class TestCuts:
    """The smallest sets of facts that a group's limit cuts."""

    @settings(max_examples=100)
    @given(
        st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=3, unique=True), min_size=1, max_size=4),
        st.integers(5, 60),
    )
    def test_against_brute_force(self, facts, limit):
        fields = {
            f"f{n}": {"type": "category", "levels": [f"l{k}" for k in range(len(own))]} for n, own in enumerate(facts)
        }
        rules = {
            f"f{n}": {"field": f"f{n}", "points": {f"l{k}": points for k, points in enumerate(own)}}
            for n, own in enumerate(facts)
        }
        own = policy(rules, group={"limit": limit}, fields=fields)
        found = [one.witness.facts for one in lk.checks.check(own).findings if one.kind == "cut_by_group_limit"]
        options = [[None, *((f"l{k}", points) for k, points in enumerate(levels) if points)] for levels in facts]
        expected = []
        for chosen in product(*options):
            points = [level[1] for level in chosen if level]
            if sum(points) > limit and all(sum(points) - one <= limit for one in points):
                expected.append({f"f{n}": level[0] for n, level in enumerate(chosen) if level})
        assert len(found) == min(len(expected), 20)
        assert all(one in expected for one in found)


def of_kind(policy: lk.Policy, kind: str) -> list[lk.checks.Finding]:
    return [finding for finding in lk.checks.check(policy).findings if finding.kind == kind]


class TestFloors:
    """A floor is a finding where some lead's total would be lower without it, and the lead is shown."""

    @settings(max_examples=200)
    @given(documents())
    def test_against_brute_force(self, document):
        own = lk.load_policy(document)
        found = of_kind(own, "cut_by_group_floor")
        for name in document["scoring"]["groups"]:
            groups = document["scoring"]["groups"] | {name: document["scoring"]["groups"][name] | {"floor": -10_000}}
            bottomless = lk.load_policy(document | {"scoring": document["scoring"] | {"groups": groups}})
            shown = [finding for finding in found if finding.path == f"scoring.groups.{name}.floor"]
            for finding in shown:
                with_floor, without = (
                    judge.score(finding.witness.facts, finding.witness.activities(NOW), as_of=NOW)
                    for judge in (own, bottomless)
                )
                assert with_floor.points > without.points
                rows = [row for row in with_floor.contributions if (row.why, row.code) == ("group_floor", name)]
                assert finding.message.endswith(f"gives {rows[0].points} points back")
            if few_ages(own) and not shown:
                pairs = every_total(own.facts, own.scorer, bottomless.scorer, most=3)
                assert all(one == other for one, other in pairs)

    def test_events_that_just_reach_the_floor_can_go_on(self):
        rules = {"visit": {"event": "visit", "points": -5}}
        fit = {"rules": {"role": {"field": "role", "points": {"decision_maker": 15}}}}
        groups = {"g": {"floor": -10, "rules": rules}, "fit": fit}
        own = lk.load_policy({"name": "own", "scoring": {"groups": groups}})
        (finding,) = of_kind(own, "cut_by_group_floor")
        assert finding.message == "the floor of -10 gives 10 points back"
        assert str(finding.witness) == "role=decision_maker visit=4"

    def test_nothing_is_said_where_the_total_feels_nothing(self):
        rules = {"role": ROLE, "rival": {"when": {"field": "product", "equals": "rival"}, "points": -50}}
        assert not of_kind(policy(rules), "cut_by_group_floor")

    def test_an_event_and_other_groups(self):
        rules = {"left": {"event": "unsubscribed", "points": -30}, "visit": {"event": "visit", "points": 5}}
        own = policy(rules, scoring={"groups": {"fit": {"rules": {"role": ROLE}}}})
        (finding,) = of_kind(own, "cut_by_group_floor")
        assert str(finding.witness) == "role=decision_maker unsubscribed=1"

    def test_the_floor_of_the_total_beyond_all_bounds(self):
        rules = {"left": {"event": "unsubscribed", "points": -30}}
        (finding,) = of_kind(policy(rules, group={"floor": -60}), "cut_by_total_floor")
        assert finding.message == "the floor of 0 gives up to 60 points back"


class TestTheLimitOfTheTotal:
    """What the limit takes is what it takes from one lead, not the highs of groups added up."""

    @settings(max_examples=150)
    @given(documents(), st.sampled_from([5, 10, 15, 20, 25]))
    def test_against_brute_force(self, document, limit):
        document = document | {"scoring": document["scoring"] | {"limit": limit, "bands": {}}}
        own = lk.load_policy(document)
        boundless = lk.load_policy(document | {"scoring": document["scoring"] | {"limit": 1000}})
        found = of_kind(own, "cut_by_total_limit")
        for finding in found:
            (total,) = Space([boundless.scorer], own.facts).score(finding.witness)
            assert f" {Decimal(total) / 10**6 - limit} points" in finding.message.replace(".000000", "")
        if few_ages(own):
            most = max(total for (total,) in every_total(own.facts, boundless.scorer))
            assert bool(found) == (most > limit * 10**6)
            exact = Space([own.scorer], own.facts).exact
            assert not found or not exact or f"up to {most // 10**6 - limit} points" in found[0].message

    def test_a_fact_that_feeds_two_groups(self):
        sizes = [{"field": "company_size", "points": {level: 60}} for level in ("large", "small")]
        groups = {"g": {"rules": {"a": sizes[0]}}, "h": {"rules": {"b": sizes[1]}}}
        assert not of_kind(policy(scoring={"groups": groups}), "cut_by_total_limit")

    def test_events_without_end(self):
        own = policy({"visit": {"event": "visit", "points": 5}})
        assert [f.message for f in of_kind(own, "cut_by_total_limit")] == []
        own = policy({"visit": {"event": "visit", "points": 30}, "call": {"event": "call", "points": 30}})
        assert of_kind(own, "cut_by_total_limit")[0].message.endswith("points or more")


class TestUneven:
    """Rules by themselves: what is rewarded, and what is not monotone, against every value."""

    @settings(max_examples=200)
    @given(documents())
    def test_unknown_is_rewarded_where_some_answer_takes_points(self, document):
        own = lk.load_policy(document)
        found = {finding.path: finding for finding in of_kind(own, "unknown_is_rewarded")}
        values = {"role": ["decision_maker", "influencer", "user"], "intent": [True, False], "budget": [50, 150, 250]}
        for group, code, _ in own.document.scoring.rules:
            names = own.scorer.terms[code].facts
            worth = {
                row: own.scorer.evaluate(dict(zip(names, row, strict=True)), (), 0)[
                    own.scorer.columns[f"{group}__{code}"]
                ]
                for row in product(*([None, *values[name]] for name in names))
            }
            falls = [
                (worth[other] - points, worth[other], points)
                for row, points in worth.items()
                for other in worth
                if sum(a != b for a, b in zip(row, other, strict=True)) == 1 and other.count(None) > row.count(None)
            ]
            most = max(falls, default=(0, 0, 0))[0]
            finding = found.get(f"scoring.groups.{group}.rules.{code}")
            assert (finding is not None) == (most > 0)
            if finding:
                told = [
                    f"{a // 10**6} points while unknown, {b // 10**6} once known"
                    for fall, a, b in falls
                    if fall == most
                ]
                assert finding.message in told

    @pytest.mark.parametrize(
        ("rule", "message"),
        [
            ({"when": {"field": "company_name", "known": False}, "points": -10}, None),
            (
                {"when": {"field": "company_name", "known": False}, "points": 10},
                "10 points while unknown, 0 once known",
            ),
            ({"when": {"field": "intent", "equals": True}, "points": -5}, "0 points while unknown, -5 once known"),
            (
                {"field": "budget", "ranges": {"a": {"at_least": 100, "points": 5}}, "unknown": 3},
                "3 points while unknown, 0 once known",
            ),
            ({"field": "budget", "ranges": {"a": {"at_least": 0, "points": 5}}, "unknown": 3}, None),
            ({"field": "industry", "points": {"banking": 5}, "unknown": 3}, "3 points while unknown, 0 once known"),
        ],
    )
    def test_what_is_and_is_not_rewarded(self, rule, message):
        own = policy({"rule": rule}, fields={"company_name": {"type": "text"}})
        assert [finding.message for finding in of_kind(own, "unknown_is_rewarded")] == ([message] if message else [])
        for finding in of_kind(own, "unknown_is_rewarded"):
            assert own.scorer.evaluate(finding.witness.facts, (), 0)[0] < own.scorer.evaluate({}, (), 0)[0]

    @pytest.mark.parametrize(
        ("ranges", "number"),
        [
            ({10: -5, 100: 5}, 10),
            ({0: -5, 100: 5}, None),
            ({10: 5, 100: 10}, None),
            ({10: 10, 100: 5}, 10),
            ({0: 10, 30: 5, 90: 0}, None),
            ({0: 10, 30: 10, 90: 15, 100: 5}, 90),
        ],
    )
    def test_numbers_that_neither_only_rise_nor_only_fall(self, ranges, number):
        steps = {f"r{start}": {"at_least": start, "points": points} for start, points in ranges.items()}
        found = of_kind(policy({"budget": {"field": "budget", "ranges": steps}}), "not_monotone")
        assert [finding.witness.facts["budget"] for finding in found] == ([number] if number is not None else [])


class TestIdle:
    """What has an effect is not called idle."""

    def test_limits_half_lives_and_fields_that_are_meant(self):
        visit = {"event": "visit", "points": 5, "limit": 5, "within_days": 30, "half_life_days": 300}
        rules = {"visit": visit, "erp": {"when": {"field": "uses_erp", "equals": True}, "points": 5}}
        own = policy(rules, group={"limit": 10}, fields={"uses_erp": {"type": "boolean"}})
        kinds = {finding.kind for finding in lk.checks.check(own).findings}
        assert kinds.isdisjoint({"limit_below_points", "limit_never_reached", "hardly_decays", "field_never_read"})


class TestBounds:
    """Hostile and huge policies are checked in bounded time."""

    def test_a_thousand_rules_over_facts_that_hang_together(self):
        fields = {f"f{n}": {"type": "boolean"} for n in range(40)}
        rules = {
            f"r{n}": {
                "when": {
                    "all": [
                        {"field": f"f{n % 40}", "equals": True},
                        {"field": f"f{(n * 7 + n // 40) % 40}", "equals": False},
                    ]
                },
                "points": n % 9 + 1,
            }
            for n in range(1000)
        }
        check = lk.checks.check(policy(rules, group={"limit": 60}, fields=fields))
        assert not check.exact
        assert check.bounds == (0, 60)

    def test_a_hundred_kinds_of_event_of_both_signs_without_limits(self):
        check = lk.checks.check(policy({f"r{n}": {"event": f"k{n}", "points": n % 9 - 2 or 1} for n in range(100)}))
        assert (check.exact, check.bounds, check.problems) == (True, (0, 100), ())

    def test_proofs_end_when_their_steps_are_used_up(self):
        own = policy({"role": ROLE, "same": {"when": {"field": "intent", "known": True}, "points": 0}})
        uses = Uses(Space([own.scorer], own.facts))
        uses._steps = 3
        assert uses.is_proved_useless((0, "g", "role")) is None

    def test_a_thousand_facts_of_both_signs_in_groups_that_cut(self):
        fields = {f"f{n}": {"type": "category", "levels": ["a", "b"]} for n in range(1000)}
        rules = {f"f{n}": {"field": f"f{n}", "points": {"a": n % 9, "b": -(n % 7)}} for n in range(1000)}
        check = lk.checks.check(policy(rules, group={"limit": 8000}, fields=fields, scoring={"limit": 2000}))
        assert check.bounds == (0, 2000)

    def test_points_of_a_millionth(self):
        rules = {f"r{n}": {"event": f"e{n}", "points": Decimal("0.000001") * (n + 1)} for n in range(3)}
        check = lk.checks.check(policy(rules, scoring={"bands": {"priority": {"high": 50, "low": 0}}}))
        assert check.bounds == (0, 100)
        assert not [one for one in check.findings if one.kind == "band_unreachable"]


class TestCommand:
    """`leadkit check` prints readably or as JSON, and exits with 1 for problems only."""

    def run(self, *words: object) -> tuple[int, str]:
        result = CliRunner().invoke(cli, ["check", *map(str, words)], catch_exceptions=False)
        return result.exit_code, result.output

    def test_standard(self):
        code, said = self.run("standard")
        assert code == 0
        assert "points 0 to 100 (21 different totals)" in said
        assert "  the limit of 60 takes 10 points    company_size=large role=decision_maker budget_match=full" in said

    def test_a_problem_is_an_exit_code(self, tmp_path):
        file = tmp_path / "own.toml"
        file.write_text('name = "own"\nextends = "standard"\n[scoring.bands.priority]\nhigh = 101\n')
        code, said = self.run(file)
        assert code == 1
        assert "problem: band_unreachable scoring.bands.priority.high" in said
        code, said = self.run(file, "--json")
        assert (code, json.loads(said)["findings"][0]["kind"]) == (1, "band_unreachable")

    def test_a_witness_can_be_fed_to_explain(self):
        words = str(lk.checks.check(lk.load_policy("standard")).bands[0].witness).split()
        result = CliRunner().invoke(cli, ["explain", *words], catch_exceptions=False)
        assert result.output.startswith("80 points · priority high")


KIND = "dimension_decides_nothing"


class TestIdleDimensions:
    """A dimension that hardly ever changes the grade is told, counted over all combinations of levels."""

    @staticmethod
    def by_hand(policy: lk.Policy) -> list[tuple[str, int, int]]:
        levels = policy.document.grading.levels
        names = list(levels)
        grades = {
            every: policy.grade(dict(zip(names, every, strict=True))).grade for every in product(*levels.values())
        }
        counts = []
        for place, name in enumerate(names):
            others: dict[tuple[str, ...], set[str | None]] = {}
            for every, grade in grades.items():
                others.setdefault(every[:place] + every[place + 1 :], set()).add(grade)
            counts.append((name, sum(len(each) > 1 for each in others.values()), len(others)))
        return counts

    @pytest.mark.parametrize("name", ["standard", "standard_by_table", "machinery"])
    def test_the_counts_are_those_of_all_combinations(self, name):
        policy = lk.load_policy(name)
        assert [(w.dimension, w.changes, w.combinations) for w in weights(policy.document.grading)] == self.by_hand(
            policy
        )

    def test_in_the_standard_policy_the_budget_decides_alone(self):
        findings = [f for f in lk.checks.check(lk.load_policy("standard")).findings if f.kind == KIND]
        assert [finding.path.rpartition(".")[2] for finding in findings] == ["urgency", "competition", "decision_chain"]
        assert {finding.message for finding in findings} == {"changes the grade in 1 of 27 combinations of the others"}

    def test_by_table_only_the_decision_chain_decides_nothing(self):
        findings = [f for f in lk.checks.check(lk.load_policy("standard_by_table")).findings if f.kind == KIND]
        assert [finding.path for finding in findings] == ["grading.dimensions.decision_chain"]
