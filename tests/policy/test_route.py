"""One file for several segments: each lead gets what the policy of its branch gives, under one id."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.page.page import policy_page
from leadkit.checking.examples import AS_OF
from leadkit.learning.toml import tables
from leadkit.testing.policies import policies
from leadkit.testing.properties import check_policy
from leadkit.testing.strategies import activities, leads

BANDS = {"priority": {"high": 20, "mid": 5, "low": -400}}
LINE = {"line": {"type": "category", "levels": ["auto", "home", "boat"]}}
AUTO: dict[str, Any] = {
    "name": "auto",
    "fields": LINE | {"claims": {"type": "number"}},
    "scoring": {
        "groups": {"fit": {"rules": {"no_claims": {"when": {"field": "claims", "less_than": 1}, "points": 60}}}},
        "bands": {"priority": {"high": 50, "low": 0}},
    },
    "screening": {"criteria": {"reach": {"reason": "no_phone", "when": {"field": "phone_valid", "equals": True}}}},
}
HOME: dict[str, Any] = {
    "name": "home",
    "fields": LINE,
    "scoring": {
        "groups": {"fit": {"rules": {"size": {"field": "company_size", "points": {"large": 30, "small": 10}}}}},
        "bands": {"priority": {"high": 20, "low": 0}},
    },
    "screening": {"criteria": {"need": {"when": {"field": "need_described", "equals": True}}}},
    "invariants": [{"at_most": {"points": 30}}],
}
LINES: dict[str, Any] = {"name": "lines", "route": {"field": "line", "auto": "auto.toml", "otherwise": "home.toml"}}


def write(folder: Path, **documents: Mapping[str, Any]) -> Path:
    """Policies as files, the one called `lines` is loaded."""
    for name, document in documents.items():
        (folder / f"{name}.toml").write_text("\n".join(tables(document)), encoding="utf-8")
    return folder / "lines.toml"


@pytest.fixture
def lines(tmp_path: Path) -> lk.Policy:
    return lk.load_policy(write(tmp_path, auto=AUTO, home=HOME, lines=LINES))


def refusal(folder: Path, **documents: Mapping[str, Any]) -> list[str]:
    given = {"auto": AUTO, "home": HOME, "lines": LINES} | documents
    with pytest.raises(lk.PolicyError) as refused:
        lk.load_policy(write(folder, **given))
    return [str(problem).replace(f"{folder}/", "") for problem in refused.value.problems]


class TestDeciding:
    def test_each_lead_is_decided_by_its_branch(self, lines):
        found = {
            line: (score.branch, score.points, score.bands["priority"], score.policy)
            for line in ("auto", "home", None, "no level")
            for score in [lines.score({"line": line, "claims": 0, "company_size": "small"}, as_of=AS_OF)]
        }
        other = ("otherwise", Decimal(10), "low", lines.id)
        assert found == {
            "auto": ("auto", Decimal(60), "high", lines.id),
            "home": other,
            None: other,
            "no level": other,
        }

    def test_the_explanation_names_the_branch(self, lines):
        score = lines.score({"line": "auto", "claims": 0}, as_of=AS_OF)
        assert score.explain().splitlines()[-1] == f"{lines.id} · branch auto · 2000-01-01T00:00:00+00:00"
        assert "分支 auto" in score.explain("zh_CN")
        assert score.to_dict()["branch"] == "auto"

    def test_screening_and_what_to_ask_are_those_of_the_branch(self, lines):
        assert lines.screen({"line": "auto", "phone_valid": False}).reasons == ("no_phone",)
        assert lines.screen({"line": "boat", "phone_valid": False}).missing == ("need_described",)
        assert [each.facts for each in lines.worth_asking({"line": "auto"}, name="screening")] == [("phone_valid",)]

    def test_the_way_up_is_that_of_the_branch(self, lines):
        low = lines.score({"line": "auto"}, as_of=AS_OF)
        assert [way.facts for way in lines.next_band(low)] == [{"claims": 0}]

    def test_a_record_is_read_before_the_branch_is_chosen(self, lines):
        lead = lk.Lead(id="L1", custom={"line": "auto", "claims": Decimal(0)})
        assert lines.score(lead, as_of=AS_OF).branch == "auto"
        assert lines.screen(lead, as_of=AS_OF).missing == ("phone_valid",)

    def test_a_branch_reads_leads_in_its_own_way(self, tmp_path):
        sizes = {"words": {"company_size": {"from": "company_size", "words": {"large": ["huge"], "small": ["tiny"]}}}}
        own = lk.load_policy(write(tmp_path, auto=AUTO, home=HOME | {"derive": sizes}, lines=LINES))
        record = lk.Lead(id="L1", company=lk.Company(size="huge"))
        assert [own.score(each, as_of=AS_OF).points for each in (record, {"company_size": "huge"})] == [30, 30]
        car = lk.Lead(id="L2", company=lk.Company(size="huge"), custom={"line": "auto"})
        assert [own.facts_of(each, AS_OF)["company_size"] for each in (record, car)] == ["large", None]

    def test_a_fact_of_the_wrong_type_is_refused(self, lines):
        with pytest.raises(lk.errors.FactError, match="line: must be a text, not int"):
            lines.score({"line": 3}, as_of=AS_OF)

    def test_it_can_be_pickled(self, lines):
        again = pickle.loads(pickle.dumps(lines))
        score = lines.score({"line": "auto"}, as_of=AS_OF)
        assert (again, again.id, pickle.loads(pickle.dumps(score))) == (lines, lines.id, score)
        assert pickle.loads(pickle.dumps(lines.branches["auto"])) == lines.branches["auto"]

    def test_it_knows_what_any_branch_knows(self, lines):
        assert {"line", "claims", "company_size", "phone_valid", "need_described"} == set(lines.asked)
        assert "claims" in lines.facts
        assert not lines.unused({"claims": 3, "line": "boat"})

    def test_its_properties_hold(self, lines):
        check_policy(lines, max_examples=5)


@st.composite
def routed(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Files of a policy with two branches: rules of every kind, and the bands that all of them have."""
    own = {}
    for name in ("auto", "home"):
        document = draw(policies())
        scoring = {key: document["scoring"][key] for key in ("groups", "start", "limit") if key in document["scoring"]}
        own[name] = {"name": name, "fields": LINE, "scoring": {**scoring, "floor": -300, "bands": BANDS}}
    return own | {"lines": LINES}


def loaded(files: Mapping[str, Mapping[str, Any]]) -> tuple[lk.Policy, dict[str, lk.Policy]]:
    """The policy, and those that it names as they are by themselves."""
    with TemporaryDirectory() as folder:
        try:
            whole = lk.load_policy(write(Path(folder), **files))
        except lk.PolicyError:
            assume(False)
        home = lk.load_policy(Path(folder) / "home.toml")
        return whole, {"auto": lk.load_policy(Path(folder) / "auto.toml"), "otherwise": home}


@given(files=routed(), data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_score_is_that_of_the_branch_by_itself(files, data):
    whole, own = loaded(files)
    lead = data.draw(leads(whole))
    happened = data.draw(activities(whole, AS_OF))
    score = whole.score(lead, happened, as_of=AS_OF)
    alone = own["auto" if lead.get("line") == "auto" else "otherwise"].score(lead, happened, as_of=AS_OF)
    given, alone_given = ([(row.code, row.why, row.points) for row in each.contributions] for each in (score, alone))
    assert (score.numbers, given) == (alone.numbers, alone_given)


class TestIdentity:
    def test_a_changed_branch_is_another_policy(self, tmp_path, lines):
        other = AUTO | {"scoring": AUTO["scoring"] | {"limit": 55}}
        assert lk.load_policy(write(tmp_path, auto=other)).hash != lines.hash

    def test_a_renamed_file_and_labels_are_not(self, tmp_path, lines):
        route = LINES | {"route": LINES["route"] | {"auto": "cars.toml"}}
        cars = AUTO | {"labels": {"en": {"no_claims": "No claims"}}, "description": "cars"}
        assert lk.load_policy(write(tmp_path, cars=cars, lines=route)).hash == lines.hash

    def test_branches_are_known_by_the_id_of_the_whole(self, lines):
        assert [(name, each.id) for name, each in lines.branches.items()] == [
            ("auto", lines.id),
            ("otherwise", lines.id),
        ]

    def test_a_policy_may_extend_one_with_a_route(self, tmp_path, lines):
        ours = {"name": "ours", "extends": "lines.toml", "scoring": {"groups": {"fit": {"limit": 25}}}}
        write(tmp_path, ours=ours)
        ours = lk.load_policy(tmp_path / "ours.toml")
        lead = {"company_size": "large"}
        assert [each.score(lead, as_of=AS_OF).points for each in (lines, ours)] == [30, 25]
        assert ours.score({"line": "auto", "claims": 0}, as_of=AS_OF).points == 60


class TestRefusals:
    """Every way to write a route wrong, said at its place."""

    def route(self, **said: Any) -> dict[str, Any]:
        return LINES | {"route": {key: value for key, value in (LINES["route"] | said).items() if value is not None}}

    @pytest.mark.parametrize(
        ("said", "problem"),
        [
            ({"otherwise": None}, "lines.toml:4:1 route.otherwise: is missing"),
            ({"auto": None}, "lines.toml:4:1 route: names no policy beside otherwise"),
            ({"plane": "auto.toml"}, "lines.toml:7:1 route.plane: is no level of line (hint: one of auto, boat, home)"),
            (
                {"field": "budget"},
                "lines.toml:4:1 route.field: budget is a number (hint: route by a category or a text)",
            ),
            ({"field": "lines"}, "lines.toml:4:1 route.field: no such fact (hint: did you mean 'line'?)"),
            ({"auto": 3}, "lines.toml:5:1 route.auto: must be a text"),
            ({"auto": "cars"}, "lines.toml:5:1 route.auto: cars: no such policy"),
            (
                {"auto": "lines.toml"},
                "lines.toml:4:1 route: has a [route] itself (hint: a branch is a policy without one)",
            ),
        ],
    )
    def test_what_a_route_says(self, tmp_path, said, problem):
        found = refusal(tmp_path, lines=self.route(**said))
        assert any(each.startswith(problem) for each in found), found

    def test_a_circle_by_otherwise(self, tmp_path):
        found = refusal(tmp_path, lines=self.route(otherwise="lines.toml"))
        assert any("runs in a circle" in each for each in found), found

    def test_both_extends_and_a_route(self, tmp_path):
        found = refusal(tmp_path, lines={"name": "lines", "extends": "standard", "route": LINES["route"]})
        assert any("has both extends and [route]" in each for each in found), found

    def test_two_routes_in_one_chain(self, tmp_path):
        inner = self.route(otherwise="auto.toml") | {"name": "inner"}
        found = refusal(tmp_path, inner=inner, lines=self.route(otherwise="inner.toml"))
        assert any("has a [route], as a policy that builds on it has" in each for each in found), found

    def test_no_table(self, tmp_path):
        (tmp_path / "lines.toml").write_text('name = "lines"\nroute = "auto.toml"\n', encoding="utf-8")
        with pytest.raises(lk.PolicyError, match="route: must be a table"):
            lk.load_policy(tmp_path / "lines.toml")

    @pytest.mark.parametrize(
        ("auto", "problem"),
        [
            ({"scoring": AUTO["scoring"] | {"bands": BANDS}}, "has other bands"),
            ({"fields": AUTO["fields"] | {"line": {"type": "text"}}}, "declares line otherwise"),
            ({"screening": None}, "has no [screening]"),
            ({"screening": AUTO["screening"] | {"open_days": 9}}, "says screening.open_days otherwise"),
            ({"qualification": {"conversion": AUTO["screening"] | {"at_least": 1}}}, "has other qualifications"),
            ({"currency": "EUR"}, "says currency otherwise"),
        ],
    )
    def test_branches_that_do_not_fit(self, tmp_path, auto, problem):
        screening = {"criteria": {"reach": {"when": {"field": "phone_valid", "equals": True}}}}
        own = {key: value for key, value in (AUTO | {"screening": screening} | auto).items() if value is not None}
        found = refusal(tmp_path, auto=own)
        assert any(each.startswith("lines.toml:5:1 route.auto: " + problem) for each in found), found

    def test_what_chooses_is_read_in_one_way(self, tmp_path):
        words = {"words": {"role": {"from": "job_title", "words": {"user": ["cook"]}}}}
        route = {"field": "role", "user": "auto.toml", "otherwise": "home.toml"}
        found = refusal(tmp_path, auto=AUTO | {"derive": words}, lines={"name": "lines", "route": route})
        assert found[0].startswith("lines.toml:5:1 route.user: reads role from other words"), found

    def test_all_problems_at_once(self, tmp_path):
        found = refusal(tmp_path, auto=AUTO | {"currency": "euro"}, lines=LINES | {"version": "?"})
        assert [each.partition(" ")[0] for each in found] == ["lines.toml:2:1", "auto.toml:2:1"]

    def test_a_branch_outside_of_the_folder(self, tmp_path):
        (tmp_path / "inner").mkdir()
        write(tmp_path, auto=AUTO)
        path = write(tmp_path / "inner", home=HOME, lines=self.route(auto="../auto.toml"))
        with pytest.raises(lk.PolicyError, match=r"lines.toml route.auto: lies outside the folder"):
            lk.load_policy(path, within=tmp_path / "inner")

    @pytest.mark.parametrize(
        "asked",
        [
            lambda lines: lines.javascript(),
            lambda lines: lines.javascript_types(),
            lambda lines: policy_page(lines, as_of=AS_OF),
            lambda lines: lk.learn([], start=lines),
        ],
    )
    def test_what_needs_one_scoring(self, lines, asked):
        with pytest.raises(lk.PolicyError, match=r"has a \[route\].*take one of its branches: auto.toml, home.toml"):
            asked(lines)


class TestChecking:
    def test_every_witness_is_scored_by_its_branch(self, lines):
        check = lk.checks.check(lines)
        assert (check.bounds, check.exact, check.problems) == ((Decimal(0), Decimal(60)), True, ())
        for reached in check.bands:
            score = lines.score(reached.witness.facts, as_of=AS_OF)
            assert (score.bands[reached.bands], score.points) == (reached.band, reached.lowest)

    def test_findings_stand_where_the_branch_is_named(self, tmp_path):
        auto = AUTO | {"scoring": AUTO["scoring"] | {"limit": 40}}
        check = lk.checks.check(lk.load_policy(write(tmp_path, auto=auto, home=HOME, lines=LINES)))
        assert {(found.kind, found.path) for found in check.problems} == {
            ("band_unreachable", "route.auto.scoring.bands.priority.high")
        }

    def test_claims_are_about_the_leads_of_all_branches(self, tmp_path):
        car = {"when": {"field": "line", "equals": "auto"}, "at_least": {"points": 0}, "at_most": {"points": 60}}
        claims = [{"at_most": {"points": 45}}, car, {"at_most": {"points": 60}}]
        own = lk.load_policy(write(tmp_path, auto=AUTO, home=HOME, lines=LINES | {"invariants": claims}))
        proofs = [lk.checks.prove(own, claim) for claim in own.document.invariants]
        assert [proof.outcome for proof in proofs] == ["refuted", "proved", "proved"]
        assert proofs[0].witness.facts == {"line": "auto", "claims": 0}

    def test_a_branch_keeps_its_own_claims(self, tmp_path):
        auto = AUTO | {"invariants": [{"at_most": {"points": 50}}]}
        check = lk.checks.check(lk.load_policy(write(tmp_path, auto=auto, home=HOME, lines=LINES)))
        assert [(found.kind, found.path) for found in check.problems] == [
            ("invariant_refuted", "route.auto.invariants.0")
        ]

    def test_what_a_branch_says_to_no_effect_is_told(self, tmp_path):
        auto = AUTO | {"assignment": {"roles": {"high": ["rep"]}}}
        check = lk.checks.check(lk.load_policy(write(tmp_path, auto=auto, home=HOME, lines=LINES)))
        found = [each for each in check.findings if each.kind == "branch_says_more"]
        assert [(each.path, each.message) for each in found] == [
            ("route.auto", "says assignment otherwise, to no effect: a branch scores, screens and qualifies")
        ]

    def test_a_comparison_finds_the_branch_that_moves(self, tmp_path, lines):
        other = {"rules": {"no_claims": AUTO["scoring"]["groups"]["fit"]["rules"]["no_claims"] | {"points": 45}}}
        auto = AUTO | {"scoring": AUTO["scoring"] | {"groups": {"fit": other}}}
        after = lk.load_policy(write(tmp_path, auto=auto))
        found = lk.checks.compare(lines, after)
        assert [str(change) for change in found.changes] == [
            "route.auto.scoring.groups.fit.rules.no_claims.points: 60 -> 45"
        ]
        assert (found.rise.points, found.fall.points, found.fall.witness.facts["line"]) == (0, -15, "auto")

    def test_a_lead_that_changes_its_branch_is_compared_too(self, tmp_path, lines):
        after = lk.load_policy(write(tmp_path, lines=LINES | {"route": LINES["route"] | {"boat": "auto.toml"}}))
        found = lk.checks.compare(lines, after)
        assert (found.rise.points, found.rise.witness.facts["line"], found.fall.points) == (60, "boat", -30)


@given(files=routed(), data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_lead_leaves_what_a_check_says(files, data):
    whole, _ = loaded(files)
    check = lk.checks.check(whole)
    score = whole.score(data.draw(leads(whole)), data.draw(activities(whole, AS_OF)), as_of=AS_OF)
    assert check.lowest <= score.points <= check.highest
    for reached in check.bands:
        if reached.witness is not None:
            again = whole.score(reached.witness.facts, reached.witness.activities(AS_OF), as_of=AS_OF)
            assert again.bands[reached.bands] == reached.band
