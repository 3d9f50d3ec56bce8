"""Points learned from outcomes: an ordinary policy, the true order, and an honest verdict."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import get_args

import pytest
from attrs import evolve

import leadkit as lk
from leadkit.adapters.report.learned import learned_html
from leadkit.errors import FactError
from leadkit.learning.capacity import PerWeek, Share, WinRate
from leadkit.learning.fitting import Settings, fitted
from leadkit.learning.learn import learn
from leadkit.learning.table import table_of
from leadkit.reviewing.calibration_order import concordance
from leadkit.reviewing.leaks import Clue
from leadkit.reviewing.learned import LearnWarning, WarningCode
from leadkit.reviewing.learned_lines import learned_lines, warning_line
from leadkit.texts import texts
from tests.learning.made import AS_OF, cases, policy


@pytest.fixture(scope="module")
def learned():
    return learn(cases(2000), start=policy(), samples=3)


class TestPolicy:
    """What comes out is an ordinary policy: it loads, has no problems, and gives the points that were learned."""

    def test_the_file_is_the_policy(self, learned, tmp_path):
        path = tmp_path / "learned.toml"
        path.write_text(learned.toml, encoding="utf-8")
        assert lk.load_policy(path) == learned.policy

    def test_it_has_no_problems(self, learned):
        report = lk.checks.check(learned.policy)
        assert not report.problems
        assert "unknown_is_rewarded" not in report.to_json()

    def test_at_most_so_many_numbers_differ_from_nothing(self, learned):
        assert len(learned.levels) > 4
        few = learn(cases(2000), start=policy(), rules=3, samples=0)
        assert len({level.code for level in few.levels}) <= 3

    def test_codes_of_the_start_policy_are_kept_where_the_fact_is_the_same(self, learned):
        rules = {code: rule for _, code, rule in learned.policy.document.scoring.rules}
        assert rules["firm_size"].field == "size"
        assert {level.before for level in learned.levels if level.code == "firm_size"} == {20, 10, 0}

    def test_other_tables_are_taken_over(self):
        start = lk.load_policy("standard")
        rows = [
            lk.reviews.Outcome(lead={"company_size": size, "role": role}, won=number % 10 < met)
            for size, met in (("large", 7), ("medium", 4), ("small", 2))
            for role in ("decision_maker", "user")
            for number in range(40)
        ]
        found = learn(rows, start=start, samples=0)
        before, after = start.document, found.policy.document
        same = {"derive", "screening", "grading", "nurture", "service_levels", "labels", "channels", "activities"}
        assert {name: getattr(after, name) for name in same} == {name: getattr(before, name) for name in same}
        assert set(after.scoring.bands) == set(before.scoring.bands)

    def test_a_comment_says_what_each_number_rests_on(self, learned):
        level = next(level for level in learned.levels if level.level == "large")
        assert f"# large: won {level.won_with}, all others {level.won_without}" in learned.toml.splitlines()
        assert f"Made around the points of {policy().id}" in learned.toml

    def test_the_same_cases_give_the_same_bytes_in_every_process(self):
        code = (
            "from tests.learning.made import cases, policy\n"
            "from leadkit.learning.learn import learn\n"
            "import sys; sys.stdout.buffer.write(learn(cases(200), start=policy(), samples=2).toml.encode())"
        )
        outputs = {
            subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads},
                capture_output=True,
                check=True,
            ).stdout
            for seed, threads in (("1", "1"), ("2", "2"))
        }
        assert len(outputs) == 1
        assert outputs.pop()


class TestTruth:
    """Where the truth is known, it is found."""

    def test_levels_come_in_the_true_order(self):
        found = learn(cases(5000), start=policy(), samples=0)
        points = {(level.code, level.level): level.points for level in found.levels}
        assert points["firm_size", "large"] > points["firm_size", "medium"] > points["firm_size", "small"] == 0
        assert points["source", "fair"] > points["source", "web"] > points["source", "ad"] == 0
        assert found.verdict == "better"
        ages = [(level.level, level.points) for level in found.levels if level.code == "age"]
        assert any(level.startswith((">= 50", ">= 49")) and given > 0 for level, given in ages)
        visit = next(rule for _, _, rule in found.policy.document.scoring.rules if getattr(rule, "event", None))
        assert (visit.event, visit.limit / visit.points) in {("visit", 3), ("visit", 5)}

    def test_ordered_levels_never_stand_in_the_wrong_order(self):
        for seed in range(5):
            found = learn(cases(120, seed), start=policy(), samples=0)
            sizes = [level for level in found.levels if level.code == "firm_size"]
            points = {level.level: level.points for level in sizes}
            assert points.get("large", 0) >= points.get("medium", 0) >= points.get("small", 0)

    def test_pure_noise_is_no_signal(self):
        verdicts = [learn(cases(300, seed, signal=False), start=policy(), samples=0).verdict for seed in range(12)]
        assert verdicts.count("no_signal") >= 10

    def test_points_that_are_right_are_kept(self):
        right = {"size": {"large": 16, "medium": 8}, "source": {"fair": 12, "ad": -8}}
        found = learn(cases(250, 3), start=policy(right), facts=("size", "source"), samples=0)
        assert found.verdict in {"keep", "no_signal"}

    def test_points_that_are_upside_down_are_let_go(self):
        wrong = {"size": {"small": 20, "medium": 10}, "source": {"ad": 20}}
        found = learn(cases(2000), start=policy(wrong), samples=0)
        assert found.verdict == "better"
        assert found.start_order.high < Decimal("0.5")
        points = {level.level: level.points for level in found.levels}
        assert points["large"] > points["small"]


class TestEveryCase:
    """The policy gives every case the points that the learner counted with."""

    @pytest.mark.parametrize("seed", range(6))
    def test_scores_are_the_sums_of_the_leaves(self, seed):
        dice = Random(seed)
        rows = [
            evolve(
                case,
                lead={
                    **case.lead,
                    "known": dice.choice([True, False, None]),
                    "age": dice.choice([None, -5, 0, 3.5, 70]),
                },
                won=case.won if dice.random() < 0.7 else not case.won,
            )
            for case in cases(300, seed)
        ]
        start = policy()
        names = ("size", "source", "age", "known", "noise")
        found = learn(rows, start=start, facts=(*names, "visit"), samples=0, keep=names)
        table = table_of(rows, start, names, ["visit"], AS_OF)
        made = fitted(table, start, Settings())
        scores = [found.policy.score(case.lead, case.activities, as_of=AS_OF).points for case in rows]
        away = {score - round(total) for score, total in zip(scores, made.totals(table).tolist(), strict=True)}
        assert len(away) == 1

    def test_steps_are_kept(self):
        found = learn(cases(500), start=policy(), step=5, samples=0)
        assert all(level.points % 5 == 0 for level in found.levels)
        assert found.policy.document.scoring.limit == 100


class TestStartPolicies:
    """Whatever the start policy has, its tables and rules are taken over as far as they mean the same."""

    @pytest.fixture
    def start(self):
        rules = {
            "size": {"field": "size", "points": {"large": 10}, "unknown": 2},
            "source": {"when": {"field": "source", "in": ("fair", "web")}, "points": 5, "unknown": 3},
            "visits": {"event": "visit", "points": 4, "limit": 12, "within_days": 30},
            "often": {"event": "visit", "points": 9, "times": 2},
            "silent": {"silent_days": 20, "points": -6},
            "days": {"event": "visit", "points": 1, "once_per": "day"},
        }
        groups = {"fit": {"rules": {"size": rules.pop("size"), "source": rules.pop("source")}}}
        groups["acts"] = {"rules": rules, "floor": -20, "weight": Decimal("0.5")}
        bands = {"priority": {"high": 15, "low": 0}, "fit_band": {"of": "fit", "good": 5, "bad": 0}}
        return policy(scoring={"groups": groups, "bands": bands})

    @pytest.mark.parametrize("seed", range(3))
    def test_scores_are_the_sums_of_the_leaves_whatever_the_events(self, start, seed):
        dice = Random(seed)
        rows = []
        for case in cases(300, seed, dated=True):
            visits = [("visit", case.at - timedelta(days=dice.randrange(60))) for _ in range(case.activities["visit"])]
            rows.append(evolve(case, activities=visits))
        found = learn(rows, start=start, samples=0)
        table = table_of(rows, start, ("size", "source", "age", "noise"), ["visit"], AS_OF)
        made = fitted(table, start, Settings())
        scores = [found.policy.score(case.lead, case.activities, as_of=case.at).points for case in rows]
        away = {score - round(total) for score, total in zip(scores, made.totals(table).tolist(), strict=True)}
        assert len(away) == 1
        assert ("bands_left_out", "fit_band") in {(warning.code, warning.figure) for warning in found.warnings}
        assert not lk.checks.check(found.policy).problems


class TestLeftOut:
    """What may not be used is not used by another way either: rules of the start policy go with what they ask."""

    @pytest.fixture
    def start(self):
        rules = {
            "firm_size": {"field": "size", "points": {"large": 20, "medium": 10}},
            "known": {"when": {"field": "known", "equals": True}, "points": 10},
            "either": {"when": {"any": [{"field": "known", "equals": True}, {"field": "size", "equals": "large"}]},
                       "points": 3},
            "fair": {"when": {"field": "source", "equals": "fair"}, "points": 5},
            "often": {"event": "visit", "points": 9, "times": 2},
            "silent": {"silent_days": 20, "points": -6},
        }  # fmt: skip
        bands = {"priority": {"high": 15, "low": 0}}
        return policy(scoring={"groups": {"fit": {"rules": rules, "floor": -20}}, "bands": bands})

    @pytest.fixture
    def rows(self):
        dice = Random(1)
        return [
            evolve(case, lead={**case.lead, "known": case.won if dice.random() < 0.97 else not case.won})
            for case in cases(400)
        ]

    def test_a_fact_that_knows_the_ending(self, start, rows):
        found = learn(rows, start=start, samples=0)
        assert not {"known", "either"} & {code for _, code, _ in found.policy.document.scoring.rules}
        assert 'field = "known"' not in found.toml
        assert ("rules_left_out", "known, either") in {(warning.code, warning.figure) for warning in found.warnings}
        assert found.order.value < Decimal("0.9")
        kept = learn(rows, start=start, samples=0, keep=["known"])
        assert kept.order.value > Decimal("0.9")
        assert "rules_left_out" not in {warning.code for warning in kept.warnings}

    def test_facts_that_nobody_asked_to_use(self, start, rows):
        found = learn(rows, start=start, facts=["size"], samples=0)
        assert {code for _, code, _ in found.policy.document.scoring.rules} == {"firm_size"}
        named = {warning.code: warning.figure for warning in found.warnings}
        assert named["rules_left_out"] == "known, either, fair, often, silent"

    @pytest.mark.parametrize(("facts", "gone"), [
        (["size", "visit"], ["known", "either", "fair"]),
        (["size", "source"], ["known", "either", "often", "silent"]),
        (["size", "known"], ["fair", "often", "silent"]),
    ])  # fmt: skip
    def test_a_rule_stays_where_all_that_it_asks_for_may_be_used(self, start, rows, facts, gone):
        found = learn(rows, start=start, facts=facts, keep=["known"], samples=0)
        assert {warning.code: warning.figure for warning in found.warnings}["rules_left_out"] == ", ".join(gone)
        assert not {*gone} & {code for _, code, _ in found.policy.document.scoring.rules}


class TestWords:
    """Codes are for programs: no page and no line for people shows one."""

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_a_clue_and_the_verdict_are_words(self, language):
        rows = [evolve(case, lead={**case.lead, "known": case.won}) for case in cases(300)]
        found = learn(rows, start=policy(), samples=0)
        lines = [*learned_lines(found, language)]
        page = learned_html(found, language=language)
        codes = get_args(Clue)
        assert not [code for code in codes for text in (*lines, page) if code in text]
        assert f'<span class="tone">{texts("learning", language)["tones"][found.verdict]}</span>' in page
        for code in codes:
            assert code not in warning_line(LearnWarning("leak", "known", f"{code} 0.97"), language)
            assert "0.97" in warning_line(LearnWarning("leak", "known", f"{code} 0.97"), language)
        for code in get_args(WarningCode):
            assert code == "leak" or code not in warning_line(LearnWarning(code, "known", "3"), language)


class TestBands:
    """The highest band is as large as it may be; its rate is of cases that the points were not made from."""

    def test_by_share(self):
        found = learn(cases(1000), start=policy(), high=Share(0.1), samples=0)
        top = found.bands[0]
        scores = [found.policy.score(case.lead, case.activities, as_of=AS_OF) for case in cases(1000)]
        assert sum(score.bands["priority"] == "high" for score in scores) <= 100
        assert Decimal("0.03") < top.share < Decimal("0.16")

    def test_by_leads_a_week(self):
        found = learn(cases(700, dated=True), start=policy(), high=PerWeek(1), samples=0)
        scores = [found.policy.score(case.lead, case.activities, as_of=AS_OF) for case in cases(700, dated=True)]
        assert sum(score.bands["priority"] == "high" for score in scores) <= 100

    @pytest.mark.parametrize(("leads", "used"), [(1, None), (0.01, 1.0), (40, 60.0)])
    def test_a_number_a_week_that_no_band_can_hold_is_told(self, leads, used):
        found = learn(cases(200, dated=True), start=policy(), high=PerWeek(leads), samples=0)
        figures = [warning.figure for warning in found.warnings if warning.code == "capacity_bounded"]
        assert bool(figures) == (used is not None)
        for figure in figures:
            given = [float(part.rstrip("%")) for part in figure.split(" / ")]
            assert given == [pytest.approx(100 * leads / 7, rel=0.05, abs=0.05), used]

    def test_by_rate(self):
        found = learn(cases(2000), start=policy(), high=WinRate(0.6), samples=0)
        top = found.bands[0]
        assert top.rate.low > Decimal("0.55")

    def test_a_number_a_week_needs_times(self):
        with pytest.raises(lk.errors.FactError, match="no times"):
            learn(cases(200), start=policy(), high=PerWeek(5), samples=0)

    @pytest.mark.parametrize("wrong", [lambda: Share(1.5), lambda: PerWeek(0), lambda: WinRate(0)])
    def test_a_capacity_that_is_none_is_refused(self, wrong):
        with pytest.raises(lk.errors.FactError):
            wrong()


class TestFewPoints:
    """Where few totals differ the highest band is for the best of them, and what can't be kept is said."""

    @pytest.fixture
    def rows(self):
        dice, rates = Random(1), {"large": 0.6, "medium": 0.2, "small": 0.2}
        sizes = [dice.choice([*rates]) for _ in range(400)]
        return [
            lk.reviews.Outcome(
                lead={"size": size}, won=dice.random() < rates[size], at=AS_OF - timedelta(days=400 - number)
            )
            for number, size in enumerate(sizes)
        ]

    def test_the_highest_band_is_reached_by_the_best(self, rows):
        found = learn(rows, start=policy(), samples=0)
        bands = [found.policy.score(case.lead, as_of=AS_OF).bands["priority"] for case in rows]
        large = [case.lead["size"] == "large" for case in rows]
        assert [band == "high" for band in bands] == large
        warnings = {(warning.code, warning.fact): warning.figure for warning in found.warnings}
        assert warnings["full_band", "priority high"] == f"{sum(large) / 400:.0%} / 20%"
        assert "empty_band" not in {code for code, _ in warnings}
        assert "share_moves" not in {code for code, _ in warnings}

    def test_a_band_that_nobody_reaches_is_said(self, rows):
        two = [evolve(case, lead={"known": case.lead["size"] == "large"}) for case in rows]
        found = learn(two, start=policy(), samples=0)
        assert ("empty_band", "priority medium") in {(warning.code, warning.fact) for warning in found.warnings}
        assert [(band.name, band.rate.of > 0) for band in found.bands] == [
            ("high", True), ("medium", False), ("low", True),
        ]  # fmt: skip

    def test_the_figures_are_of_the_bands_that_are_written(self, rows):
        found = learn(rows, start=policy(), samples=0)
        bands = [found.policy.score(case.lead, as_of=AS_OF).bands["priority"] for case in rows]
        for band in found.bands:
            assert float(band.share) == pytest.approx(bands.count(band.name) / 400, abs=0.02)
            assert (band.rate.of == 0) == (band.name not in bands)

    def test_a_rate_that_nobody_reaches_is_said(self, rows):
        said = {
            warning.code: warning.figure
            for warning in learn(rows, start=policy(), high=WinRate(0.95), samples=0).warnings
        }
        assert said["rate_not_reached"] == "95%"
        reached = learn(rows, start=policy(), high=WinRate(0.4), samples=0)
        assert "rate_not_reached" not in {warning.code for warning in reached.warnings}


class TestRefusals:
    """What can't be learned from is refused, all at once; what is doubtful is said."""

    def test_too_few_cases(self):
        with pytest.raises(lk.errors.FactError, match="too few"):
            learn(cases(20), start=policy())

    def test_one_ending(self):
        with pytest.raises(lk.errors.FactError, match="no case was lost"):
            learn([evolve(case, won=True) for case in cases(100)], start=policy())

    def test_no_fact_and_too_few_are_told_together(self):
        rows = [evolve(case, lead={}, activities=()) for case in cases(20)]
        with pytest.raises(lk.errors.FactError) as refused:
            learn(rows, start=policy())
        assert len(refused.value.problems) == 2

    def test_an_unknown_fact_and_a_wrong_step_are_told_together(self):
        with pytest.raises(lk.errors.FactError) as refused:
            learn(cases(100), start=policy(), facts=("sice",), step=3)
        assert [problem.path for problem in refused.value.problems] == ["step", "facts.sice"]

    @pytest.mark.parametrize("count", [30, 60])
    @pytest.mark.parametrize("samples", [0, 3])
    def test_cases_that_say_nothing_are_no_signal_or_refused(self, count, samples):
        endings = set()
        for seed in range(8):
            dice = Random(seed)
            rows = [
                lk.reviews.Outcome(lead={"size": dice.choice(["large", "medium", "small"])}, won=number % 2 == 0)
                for number in range(count)
            ]
            try:
                endings.add(learn(rows, start=policy(), samples=samples).verdict)
            except FactError as error:
                endings |= {problem.message for problem in error.problems}
        assert "no_signal" in endings
        assert endings <= {"no_signal", "nothing tells won from lost"}

    @pytest.mark.parametrize("naive", ["at", "ended_at", "as_of"])
    def test_naive_times_beside_others_are_named(self, naive):
        rows = [evolve(case, ended_at=case.at + timedelta(days=9)) for case in cases(60, dated=True)]
        as_of = AS_OF + timedelta(days=30)
        if naive == "as_of":
            as_of = as_of.replace(tzinfo=None)
        else:
            rows[4] = evolve(rows[4], **{naive: getattr(rows[4], naive).replace(tzinfo=None)})
        for when in {as_of, as_of if naive == "as_of" else None}:
            with pytest.raises(FactError) as caught:
                learn(rows, start=policy(), as_of=when)
            place = naive if naive == "as_of" else f"cases.4.{naive}"
            assert [(problem.path, problem.message) for problem in caught.value.problems] == [(place, "is naive")]

    def test_a_naive_time(self):
        rows = [evolve(case, at=datetime(2025, 1, 1)) for case in cases(40)]  # noqa: DTZ001
        with pytest.raises(lk.errors.FactError, match="naive"):
            learn(rows, start=policy())

    def test_a_column_that_knows_the_ending_is_left_out_and_named(self):
        rows = [evolve(case, lead={**case.lead, "ending": "signed" if case.won else None}) for case in cases(300)]
        found = learn(rows, start=policy(), samples=0)
        assert ("leak", "ending") in {(warning.code, warning.fact) for warning in found.warnings}
        assert "ending" not in {level.code for level in found.levels}
        kept = learn(rows, start=policy(), keep=("ending",), samples=0)
        assert "ending" in {level.code for level in kept.levels}

    def test_who_sells_is_left_out(self):
        rows = [evolve(case, lead={**case.lead, "sales_rep": "ab"[case.won]}) for case in cases(300)]
        found = learn(rows, start=policy(), samples=0)
        assert ("names_a_rep", "sales_rep") in {(warning.code, warning.fact) for warning in found.warnings}

    def test_copies_of_two_cases_are_refused(self):
        rows = [evolve(case, won=won) for case, won in zip(cases(2), (True, False), strict=True)] * 200
        with pytest.raises(lk.errors.FactError, match="too little that differs"):
            learn(rows, start=policy(), samples=0, keep=("size", "source", "age", "noise"))

    def test_copies_of_many_are_named(self):
        found = learn(cases(100) * 3, start=policy(), samples=0)
        assert ("equal_rows", "67%") in {(warning.code, warning.figure) for warning in found.warnings}

    def test_young_cases_are_left_out(self):
        rows = [
            evolve(case, ended_at=case.at + timedelta(days=60) if case.won else None) for case in cases(300, dated=True)
        ]
        found = learn(rows, start=policy(), as_of=AS_OF, samples=0)
        assert ("immature", "59") in {(warning.code, warning.figure) for warning in found.warnings}
        assert found.cases.of == 241
        assert found.forward


class TestHonesty:
    """Figures are of cases that the points were not made from."""

    def test_the_nested_figure_is_near_the_truth(self):
        found = learn(cases(400), start=policy(), samples=0)
        fresh = cases(4000, 99)
        scores = [(found.policy.score(case.lead, case.activities, as_of=AS_OF).points, case.won) for case in fresh]
        truth = concordance(scores).value
        assert abs(found.order.value - truth) < Decimal("0.05")
        assert found.order.low < truth < found.order.high

    def test_the_probabilities_hold(self):
        found = learn(cases(2000, dated=True), start=policy(), samples=0)
        assert len(found.tenths) >= 7
        for tenth in found.tenths:
            assert tenth.rate.low - Decimal("0.06") < tenth.expected < tenth.rate.high + Decimal("0.06")
        assert found.brier < Decimal("0.22")
        assert "drift" not in {warning.code for warning in found.warnings}

    def test_it_goes_out_as_json(self, learned):
        document = learned.to_dict()
        assert document["verdict"] == "better"
        assert "toml" in document
        assert "policy" not in document

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_it_is_told_in_both_languages(self, learned, language):
        lines = list(learned_lines(learned, language))
        assert all("{" not in line for line in lines)
        assert len(lines) > 10


class TestLeakingStart:
    """A start policy that knows the ending is no rival: its rules on such facts have no part in the comparison."""

    @pytest.fixture
    def start(self):
        rules = {
            "ending": {"field": "ending", "points": {"signed": 50}},
            "known": {"when": {"field": "known", "equals": True}, "points": 30},
            "contract": {"event": "contract", "points": 40, "limit": 40},
            "firm_size": {"field": "size", "points": {"small": 20}},
        }
        bands = {"priority": {"high": 40, "low": 0}}
        return policy(scoring={"groups": {"fit": {"rules": rules, "limit": 60}}, "bands": bands})

    @pytest.fixture
    def rows(self):
        return [
            evolve(
                case,
                lead={**case.lead, "ending": "signed" if case.won else None, "known": case.won},
                activities={**case.activities, "contract": int(case.won)},
            )
            for case in cases(600)
        ]

    @pytest.mark.parametrize("facts", [None, ("size", "source", "age", "visit")])
    def test_the_learned_points_are_better_whether_or_not_the_leak_was_asked_for(self, start, rows, facts):
        found = learn(rows, start=start, facts=facts, samples=0)
        assert found.verdict == "better"
        told = {warning.code: warning.figure for warning in found.warnings}
        assert told["not_compared"] == "ending, known, contract"
        alone = policy({"size": {"small": 20}})
        assert found.start_order.value == learn(rows, start=alone, facts=facts, samples=0).start_order.value
        assert not {"ending", "known", "contract"} & {code for _, code, _ in found.policy.document.scoring.rules}

    def test_what_is_kept_is_compared(self, start, rows):
        found = learn(rows, start=start, keep=("ending", "known", "contract"), samples=0)
        assert found.start_order.value > Decimal("0.95")
        assert "not_compared" not in {warning.code for warning in found.warnings}

    def test_who_moves_is_told_of_the_policy_in_use(self, start, rows):
        found = learn(rows, start=start, samples=0)
        before = [start.score(case.lead, case.activities, as_of=AS_OF).bands["priority"] for case in rows]
        after = [found.policy.score(case.lead, case.activities, as_of=AS_OF).bands["priority"] for case in rows]
        moved = sum(was != now for was, now in zip(before, after, strict=True))
        assert sum(move.cases for move in found.moves) == moved
