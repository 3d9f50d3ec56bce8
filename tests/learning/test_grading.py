"""Points of dimensions, learned from how opportunities were judged: an ordinary grading, and an honest verdict."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from math import exp
from pathlib import Path
from random import Random

import pytest
from attrs import evolve

import leadkit as lk
from leadkit.adapters.assessed_files import read_assessed
from leadkit.learning.grading import learn_grading
from leadkit.reviewing.learned_lines import learned_lines
from tests.desk.desks import BOSS, SIGNALS, lead, open_desk
from tests.learning.made import policy
from tests.learning.test_command import run

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
TRUE = {"competition": {"ahead": 1.6, "even": 0.8, "behind": 0.0}, "decision_chain": {"simple": 0.9, "medium": 0.9}}
AMOUNTS = {100_000: 1.2, 400_000: 0.0, 2_000_000: 0.0}
"""Small deals are won more often: the points of `standard` have that upside down."""


def cases(count: int, seed: int = 1, *, signal: bool = True) -> list[lk.reviews.Outcome]:
    dice, made = Random(seed), []
    for number in range(count):
        at = FIRST + timedelta(days=number)
        judged = {
            "competition": dice.choice(["ahead", "even", "behind"]),
            "decision_chain": dice.choice(["simple", "medium", "complex"]),
            "amount": Decimal(dice.choice([*AMOUNTS])),
            "expected_close": at + timedelta(days=dice.choice([10, 60, 200])),
        }
        odds = -1.8 + sum(TRUE[name].get(judged[name], 0.0) for name in TRUE) + AMOUNTS[int(judged["amount"])]
        won = dice.random() < (1 / (1 + exp(-odds)) if signal else 0.4)
        made.append(lk.reviews.Outcome(lead={}, won=won, assessment=judged, at=at))
    return made


def points(policy: lk.Policy) -> dict[str, dict[str, int]]:
    return {name: {**each.points} for name, each in policy.document.grading.dimensions.items()}


@pytest.fixture(scope="module")
def learned(standard):
    return learn_grading(cases(1500), start=standard, samples=0)


class TestPolicy:
    """What comes out is the same policy with another grading."""

    def test_the_file_is_the_policy_and_has_no_problems(self, learned, tmp_path):
        path = tmp_path / "graded.toml"
        path.write_text(learned.toml, encoding="utf-8")
        assert lk.load_policy(path) == learned.policy
        assert not lk.checks.check(learned.policy).problems

    def test_all_else_is_as_it_was(self, learned, standard):
        before, after = (dict(policy.document) for policy in (standard, learned.policy))
        differ = {name for name in before if before[name] != after[name]}
        assert differ == {"name", "grading", "examples"}
        assert [each for each in before["examples"] if "grade" not in each.expect] == [*after["examples"]]
        old, new = (policy.document.grading.dimensions for policy in (standard, learned.policy))
        assert {name: evolve_points(each) for name, each in old.items()} == {
            name: evolve_points(each) for name, each in new.items()
        }

    def test_every_case_gets_its_total_and_grade(self, learned):
        thresholds = learned.policy.document.grading.grades
        for case in cases(200, 7):
            grade = learned.policy.grade(case.assessment, as_of=case.at)
            assert grade.total == sum(rating.points for rating in grade.ratings)
            assert grade.total >= thresholds[grade.grade]

    def test_bands_are_the_grades_of_the_file(self, learned):
        given = {band.name: band.points for band in learned.bands}
        assert given == learned.policy.document.grading.grades
        assert list(given) == ["A", "B", "C"]

    def test_the_same_cases_give_the_same_bytes(self, learned, standard):
        assert learn_grading(cases(1500), start=standard, samples=0).toml == learned.toml

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_it_is_told_in_both_languages(self, standard, language):
        found = learn_grading([*cases(100), *unjudged(5)], start=standard, samples=0)
        lines = [*learned_lines(found, language)]
        assert not any("{" in line for line in lines)
        assert any("decision_chain" in line and "5" in line for line in lines if line.startswith("!"))


def evolve_points(dimension):
    return dimension.model_copy(update={"points": {}, "levels": dimension.names})


def unjudged(count: int) -> list[lk.reviews.Outcome]:
    """Cases of which nobody said how decisions are made."""
    return [evolve(case, assessment={**case.assessment, "decision_chain": None}) for case in cases(count, 3)]


class TestTruth:
    """Where the truth is known, it is found; where there is none, that is said."""

    def test_levels_come_in_the_true_order_or_are_worth_the_same(self, learned):
        given = points(learned.policy)
        assert given["competition"]["ahead"] > given["competition"]["even"] > given["competition"]["behind"] == 0
        assert given["decision_chain"]["simple"] == given["decision_chain"]["medium"] > 0
        assert set(given["urgency"].values()) == {0}
        assert learned.verdict == "better"
        assert learned.forward

    def test_an_order_that_is_upside_down_is_found_where_it_may_be(self, standard, learned):
        assert set(points(learned.policy)["budget"].values()) == {0}
        found = learn_grading(cases(1500), start=standard, unordered=("budget",), samples=0)
        assert points(found.policy)["budget"]["low"] > points(found.policy)["budget"]["high"] == 0

    def test_pure_noise_is_no_signal(self, standard):
        verdicts = [
            learn_grading(cases(200, seed, signal=False), start=standard, samples=0).verdict for seed in range(6)
        ]
        assert verdicts.count("no_signal") >= 5

    def test_points_that_are_right_are_kept(self, standard, learned):
        found = learn_grading(cases(250, 5), start=learned.policy, samples=0)
        assert found.verdict in {"keep", "no_signal"}
        assert abs(found.start_order.value - learned.order.value) < Decimal("0.1")

    def test_a_table_of_grades_becomes_a_total(self):
        start = lk.load_policy("standard_by_table")
        found = learn_grading(cases(600), start=start, samples=0)
        assert found.policy.document.grading.table is None
        assert found.policy.grades == start.grades
        assert found.start_order.value != Decimal("0.5")
        assert not lk.checks.check(found.policy).problems

    def test_a_level_that_knows_the_ending_is_left_out(self, standard):
        rows = [
            evolve(case, assessment={**case.assessment, "competition": "ahead" if case.won else "behind"})
            for case in cases(300)
        ]
        found = learn_grading(rows, start=standard, samples=0)
        assert ("leak", "competition") in {(warning.code, warning.fact) for warning in found.warnings}
        assert set(points(found.policy)["competition"].values()) == {0}


class TestRefusals:
    """What can't be learned from is refused with what to do."""

    def test_a_policy_without_grading(self):
        with pytest.raises(lk.errors.FactError, match=r"has no \[grading\]"):
            learn_grading(cases(40), start=policy())

    def test_dimensions_that_there_are_not(self, standard):
        with pytest.raises(lk.errors.FactError, match="no such dimension"):
            learn_grading(cases(40), start=standard, dimensions=("budgte",))

    def test_too_few_graded_cases_name_what_is_open(self, standard):
        with pytest.raises(lk.errors.FactError, match="40 cases leave decision_chain open"):
            learn_grading(unjudged(40), start=standard)
        given = ("urgency", "budget", "competition")
        assert learn_grading(unjudged(80), start=standard, dimensions=given, samples=0).cases.of == 80


class TestCommand:
    """`leadkit learn --grading`, from a table of opportunities and from a store."""

    def write(self, path: Path, rows: list[lk.reviews.Outcome], heads: dict[str, str]) -> Path:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*heads.values(), "status", "opened_at"])
            for case in rows:
                judged = [case.assessment.get(name) for name in heads]
                cells = [f"{each:%Y-%m-%d}" if isinstance(each, datetime) else each for each in judged]
                writer.writerow([*cells, "Won" if case.won else "lost", f"{case.at:%Y-%m-%d}"])
        return path

    def test_from_a_table(self, tmp_path):
        heads = {"competition": "Competition", "decision_chain": "decision chain", "amount": "amount",
                 "expected_close": "Expected Close"}  # fmt: skip
        deals, output = self.write(tmp_path / "deals.csv", cases(400), heads), tmp_path / "graded.toml"
        said = run("learn", "--grading", "--opportunities", deals, "-o", output, "--samples", 0)
        assert said.startswith("Better: ")
        assert lk.load_policy(output).document.grading.dimensions["competition"].points["ahead"] > 0

    def test_levels_as_the_policy_labels_them(self, tmp_path, standard):
        labels = standard.document.labels["zh_CN"]
        name, level = labels["competition"], labels["competition.ahead"]
        rows = [evolve(case, assessment={"competition": level}) for case in cases(3)]
        read = read_assessed(self.write(tmp_path / "deals.csv", rows, {"competition": name}), standard)
        assert [case.assessment for case in read.cases] == [{"competition": "ahead"}] * 3
        assert [(case.won, case.at.date()) for case in read.cases] == [(case.won, case.at.date()) for case in rows]

    def test_what_is_wrong_is_named_all_at_once(self, tmp_path, standard):
        path = tmp_path / "bad.csv"
        path.write_text("competition,amount,expected_close,won\nahead,much,soon,won\nahead,5,2024-01-01,\n", "utf-8")
        with pytest.raises(lk.errors.SheetError) as caught:
            read_assessed(path, standard)
        assert len(caught.value.problems) == 2
        path.write_text("size,age\n1,2\n", "utf-8")
        with pytest.raises(lk.errors.SheetError) as caught:
            read_assessed(path, standard)
        assert len(caught.value.problems) == 2

    def test_rows_that_have_not_ended_are_told(self, tmp_path, standard):
        path = tmp_path / "open.csv"
        path.write_text("competition,status\nahead,won\nahead,open\n", "utf-8")
        read = read_assessed(path, standard)
        assert (len(read.cases), read.left_out) == (1, {"no_ending": 1})

    def test_leads_do_not_go_with_it(self, tmp_path):
        said = run("learn", "--grading", "--leads", tmp_path / "leads.csv", code=2)
        assert "--grading takes --opportunities alone" in said


class TestDesk:
    """A store says how an opportunity was judged first, not what was corrected when its end was near."""

    def test_the_first_word_counts(self):
        desk = open_desk()
        desk.capture(lead(1))
        deal = desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id
        assess, close = partial(desk.opportunities.assess, deal, by=BOSS), desk.clock.now + timedelta(days=90)
        assess(competition="behind", amount=Decimal(300_000), expected_close=close, clear=("decision_chain",))
        desk.clock.pass_(days=5)
        assess(competition="ahead", decision_chain="simple", amount=Decimal(2_000_000), expected_close=desk.clock.now)
        desk.opportunities.lose(deal, lost_reason="price", by=BOSS)
        (case,) = desk.ended_cases(as_of=desk.clock.now)
        judged = {name: case.assessment[name] for name in ("competition", "decision_chain", "amount", "expected_close")}
        assert judged == {
            "competition": "behind", "decision_chain": "simple", "amount": Decimal(300_000), "expected_close": close
        }  # fmt: skip
        assert desk.policy.grade(case.assessment, as_of=case.at).grade is not None
