"""Grading, clause by clause: derived levels, unknown dimensions, the two strategies, regrading."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk

LEVELS = {
    "urgency": ("immediate", "urgent", "normal"),
    "budget": ("high", "medium", "low"),
    "competition": ("ahead", "even", "behind"),
    "decision_chain": ("simple", "medium", "complex"),
}
EVERY = [dict(zip(LEVELS, chosen, strict=True)) for chosen in product(*LEVELS.values())]
RISING = ("normal", "urgent", "immediate")


def by_place(assessment: dict[str, str]) -> str | None:
    """The handbook's table, its "high", "normal" and "low" read as the first, second and third level."""
    urgency, competition = assessment["urgency"], assessment["competition"]
    match assessment["budget"]:
        case "high" if urgency == "immediate" or competition == "ahead":
            return "A"
        case "medium" if urgency == "urgent" or competition == "even":
            return "B"
        case "low" if urgency == "normal" or competition == "behind":
            return "C"
    return None


def by_word(assessment: dict[str, str]) -> str | None:
    """The same table, its words taken literally: high is more than normal, and normal is the level called so."""
    urgency, competition = assessment["urgency"], assessment["competition"]
    match assessment["budget"]:
        case "high" if urgency in ("immediate", "urgent") or competition == "ahead":
            return "A"
        case "medium" if urgency == "normal" or competition == "even":
            return "B"
        case "low" if urgency == "normal" or competition == "behind":
            return "C"
    return None


class TestTheHandbooksTable:
    """A: budget high and (urgency high or ahead); B: medium and (normal or even); C: low and (low or behind)."""

    @pytest.mark.parametrize(("reading", "undefined"), [(by_place, 36), (by_word, 30)])
    def test_the_total_agrees_wherever_the_table_says_something(self, standard, reading, undefined):
        said = [(reading(one), standard.grade(one).grade) for one in EVERY]
        assert sum(expected is None for expected, _ in said) == undefined
        assert all(expected in (None, found) for expected, found in said)

    def test_all_81_combinations_get_a_grade(self, standard):
        assert {standard.grade(one).grade for one in EVERY} == {"A", "B", "C"}

    def test_the_worked_examples(self, standard):
        one = standard.grade(dict(zip(LEVELS, ("urgent", "medium", "ahead", "medium"), strict=True)))
        other = standard.grade(dict(zip(LEVELS, ("immediate", "high", "even", "complex"), strict=True)))
        assert (one.total, one.grade, one.decided_by) == (22, "B", "B >= 18")
        assert (other.total, other.grade, other.decided_by) == (31, "A", "A >= 29")


class TestUrgency:
    """Immediate up to 1 calendar month, urgent up to 3, later normal; no date is normal, a past date immediate."""

    @pytest.mark.parametrize(
        ("close", "level", "basis"),
        [
            (date(2024, 2, 29), "immediate", "derived"),
            (date(2024, 3, 1), "urgent", "derived"),
            (date(2024, 4, 30), "urgent", "derived"),
            (date(2024, 5, 1), "normal", "derived"),
            (date(2024, 1, 31), "immediate", "derived"),
            (date(2024, 1, 30), "immediate", "past_date"),
            (None, "normal", "assumed"),
        ],
    )
    def test_calendar_months_from_the_31st_of_january(self, standard, close, level, basis):
        grade = standard.grade({"expected_close": close}, as_of=datetime(2024, 1, 31, 4, tzinfo=UTC))
        assert (grade.ratings[0].level, grade.ratings[0].basis) == (level, basis)

    def test_days_are_those_of_the_policys_zone(self, standard):
        late = datetime(2024, 1, 30, 17, tzinfo=UTC)
        assert standard.grade({"expected_close": date(2024, 1, 30)}, as_of=late).ratings[0].basis == "past_date"

    def test_the_end_of_time(self, standard):
        last = datetime(9999, 12, 30, tzinfo=UTC)
        assert standard.grade({"expected_close": date.max}, as_of=last).ratings[0].level == "immediate"
        with pytest.raises(lk.errors.FactError, match="later than the last representable date"):
            standard.grade({"expected_close": datetime.max.replace(tzinfo=UTC)}, as_of=last)

    def test_an_entered_level_wins(self, standard):
        grade = standard.grade({"urgency": "normal", "expected_close": date(2024, 1, 1)})
        assert (grade.ratings[0].level, grade.ratings[0].basis) == ("normal", "entered")

    def test_two_dimensions_may_read_one_date(self, now):
        months = {"from": "expected_close", "within_months": {"soon": 1}, "later": "far"}
        dimensions = {
            "pace": {"points": {"soon": 2, "far": 1}, **months},
            "pull": {"points": {"soon": 2, "far": 1}, **months},
        }
        said = {
            "scoring": {"groups": {"g": {"rules": RULE}}},
            "grading": {"dimensions": dimensions, "grades": {"A": 2}},
        }
        policy = lk.load_policy({"name": "own", **said})
        grade = policy.grade({"pace": "far", "expected_close": now}, as_of=now)
        assert [rating.level for rating in grade.ratings] == ["far", "soon"]

    def test_a_date_needs_a_time_and_a_zone(self, standard, now):
        with pytest.raises(lk.errors.FactError, match="as_of: is needed"):
            standard.grade({"expected_close": date(2024, 1, 1)})
        with pytest.raises(lk.errors.FactError, match="expected_close: is a time without a zone"):
            standard.grade({"expected_close": datetime(2024, 1, 1)}, as_of=now)  # noqa: DTZ001
        with pytest.raises(lk.errors.FactError, match="expected_close: must be a date"):
            standard.grade({"expected_close": "soon"}, as_of=now)


class TestBudget:
    """High from 1,000,000, medium from 300,000, low below: half-open intervals over exact numbers."""

    @pytest.mark.parametrize(
        ("amount", "level"),
        [(1_000_000, "high"), ("999999.999999", "medium"), (300_000, "medium"), ("299999.99", "low"), (0, "low")],
    )
    def test_thresholds_from_both_sides(self, standard, amount, level):
        assert standard.grade({"amount": Decimal(amount)}).ratings[1].level == level

    def test_an_amount_that_is_no_number_is_refused(self, standard):
        with pytest.raises(lk.errors.FactError, match="amount: must be a finite number"):
            standard.grade({"amount": "much"})


class TestRecords:
    """An opportunity gives its assessment, its amount and its date."""

    def test_an_opportunity(self, standard, now):
        judged = lk.Assessment(competition="ahead", decision_chain="simple")
        opportunity = lk.Opportunity(id="o1", assessment=judged, amount=2_000_000, expected_close=now)
        grade = standard.grade(opportunity, as_of=now)
        assert (grade.grade, grade.total) == ("A", 34)
        assert standard.grade(judged).unknown == ("budget",)

    def test_a_policy_without_grading_says_so(self):
        policy = lk.load_policy({"name": "none", "scoring": {"groups": {"g": {"rules": RULE}}}})
        with pytest.raises(lk.errors.FactError, match=r"has no \[grading\]"):
            policy.grade({})


RULE = {"role": {"field": "role", "points": {"user": 1}}}
some_levels = st.fixed_dictionaries({}, optional={name: st.sampled_from([*own, None]) for name, own in LEVELS.items()})
rows = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.fixed_dictionaries(
        {
            "grade": st.sampled_from(["A", "B", "C"]),
            "when": st.dictionaries(st.sampled_from(list(LEVELS)), st.integers(0, 6), min_size=1).map(
                lambda when: {name: subset(name, bits) for name, bits in when.items()}
            ),
        }
    ),
    min_size=1,
)
tables = st.fixed_dictionaries({"rows": rows, "otherwise": st.sampled_from(["B", "C", "D"])})


def subset(name: str, bits: int) -> tuple[str, ...]:
    return tuple(level for place, level in enumerate(LEVELS[name]) if (bits + 1) >> place & 1) or LEVELS[name][:1]


def table_policy(table: dict[str, Any]) -> lk.Policy:
    dimensions = {"urgency": {"unknown": "normal"}}
    grading = {"grades": {"remove": True}, "table": table, "dimensions": dimensions}
    return lk.load_policy({"name": "table", "extends": "standard", "grading": grading})


def naive(table: dict[str, Any], assessment: dict[str, str]) -> str:
    for row in table["rows"].values():
        if all(assessment[name] in levels for name, levels in row["when"].items()):
            return str(row["grade"])
    return str(table["otherwise"])


def completions(assessment: dict[str, Any]) -> list[dict[str, str]]:
    known = {name: level for name, level in assessment.items() if level} | (
        {} if assessment.get("urgency") else {"urgency": "normal"}
    )
    return [one for one in EVERY if known.items() <= one.items()]


class TestTable:
    """Ordered rows, the first that matches decides; what none matches gets `otherwise`."""

    @settings(max_examples=50)
    @given(tables)
    def test_every_combination_is_graded_as_by_hand(self, table):
        policy = table_policy(table)
        assert [policy.grade(one).grade for one in EVERY] == [naive(table, one) for one in EVERY]

    @settings(max_examples=50)
    @given(tables, some_levels)
    def test_what_remains_possible_are_the_grades_of_all_completions(self, table, assessment):
        grade = table_policy(table).grade(assessment)
        left = {naive(table, one) for one in completions(assessment)}
        assert set(grade.possible) == left
        assert grade.grade == (next(iter(left)) if len(left) == 1 else None)

    def test_the_row_that_decided_is_named(self):
        table = {"rows": {"rich": {"grade": "A", "when": {"budget": "high"}}}, "otherwise": "C"}
        policy = table_policy(table)
        assert policy.grade({"budget": "high"}).decided_by == "rich"
        assert policy.grade({"budget": "low"}).decided_by == "otherwise"


class TestUnknown:
    """Unknown is not "no": a grade stays open until no unknown dimension can change it."""

    @given(some_levels)
    def test_open_exactly_while_completions_differ(self, standard, assessment):
        grade = standard.grade(assessment)
        left = {standard.grade(one).grade for one in completions(assessment)}
        assert set(grade.possible) == left
        assert (grade.grade is None) == (len(left) > 1)

    @given(st.sampled_from(EVERY), st.sampled_from(list(LEVELS)))
    def test_a_better_level_never_gives_a_worse_grade(self, standard, assessment, name):
        place = LEVELS[name].index(assessment[name])
        better = assessment | {name: LEVELS[name][max(place - 1, 0)]}
        assert standard.grade(better).grade <= standard.grade(assessment).grade

    def test_an_open_grade_in_words(self, standard):
        said = standard.grade({"competition": "ahead"}).explain()
        assert said.splitlines()[0] == "open: A / B / C"
        assert "budget: not known" in said
        assert "待定:A级 重点 / B级 常规 / C级 观察" in standard.grade({"competition": "ahead"}).explain("zh_CN")


OLD = dict(zip(LEVELS, ("immediate", "high", "ahead", "simple"), strict=True))


class TestRegrading:
    """Grades move, and every change keeps both grades and says what moved."""

    def test_a_budget_cut(self, standard):
        change = standard.regrade(standard.grade(OLD), OLD | {"budget": "medium"})
        assert (change.before.grade, change.after.grade, change.direction) == ("A", "B", "down")
        assert [(was.level, now.level) for was, now in change.changes] == [("high", "medium")]
        assert change.explain() == "A -> B\n  budget: high -> medium (-10)"
        assert change.explain("zh_CN") == "A级 重点 → B级 常规\n  预算: 高 → 中 (-10)"

    def test_nothing_moved(self, standard):
        change = standard.regrade(standard.grade(OLD), OLD)
        assert (change.direction, change.changes) == ("same", ())

    def test_grades_of_different_policies_are_not_compared_silently(self, standard):
        other = lk.load_policy({"name": "other", "extends": "standard", "grading": {"grades": {"A": 30}}})
        change = other.regrade(standard.grade(OLD), OLD)
        assert change.direction is None
        assert "graded by different policies" in change.explain()


class TestAtTheEdge:
    """A bad grading is refused with its place."""

    @pytest.mark.parametrize(
        ("grading", "path", "message"),
        [
            ({"table": {"rows": {"a": {"grade": "A", "when": {"budget": "high"}}}}}, "grading", "54 of 81"),
            ({"grades": {"A": 29, "B": 29}}, "grading", "start at the same number"),
            ({"grades": {"C": 10}}, "grading", "values from 8"),
            ({"dimensions": {"urgency": {"later": "never"}}}, "grading.dimensions.urgency", "never is not a level"),
            (
                {"dimensions": {"urgency": {"within_months": {"urgent": 1}}}},
                "grading.dimensions.urgency",
                "the same month",
            ),
            ({"dimensions": {"budget": {"at_least": {"low": 10}}}}, "grading.dimensions.budget", "belong to none"),
            ({"dimensions": {"budget": {"from": {"remove": True}}}}, "grading.dimensions.budget", "go together"),
            ({"dimensions": {"chain": {"levels": ["long"]}}}, "grading", "chain has levels without points"),
        ],
    )
    def test_refused(self, grading, path, message):
        if "table" in grading:
            grading = grading | {"grades": {"remove": True}}
        with pytest.raises(lk.PolicyError, match=message) as caught:
            lk.load_policy({"name": "own", "extends": "standard", "grading": grading})
        assert [problem.path for problem in caught.value.problems] == [path]

    def test_a_row_names_levels_that_exist(self):
        row = {"grade": "A", "when": {"budget": "hgh"}}
        with pytest.raises(lk.PolicyError, match="hgh is not a level of budget") as caught:
            table_policy({"rows": {"rich": row}, "otherwise": "C"})
        assert caught.value.problems[0].path == "grading.table.rows.rich.when"
        assert caught.value.problems[0].hint == "did you mean 'high'?"

    def test_a_table_of_ten_million_cells_is_graded_or_refused_at_once(self):
        levels = [f"l{n}" for n in range(10)]
        dimensions = {f"d{n}": {"levels": levels} for n in range(7)}
        few = {f"r{n}": {"grade": "A", "when": {f"d{n}": levels[0]}} for n in range(7)}
        said = {"dimensions": dimensions, "table": {"rows": few, "otherwise": "C"}}
        policy = lk.load_policy({"name": "big", "scoring": {"groups": {"g": {"rules": RULE}}}, "grading": said})
        assert policy.grade({"d3": "l0"}).grade == "A"
        assert sum(one.combinations for one in lk.checks.check(policy).grades) == 10**7
        draw = Random(0)
        many = {
            f"r{n}": {"grade": "A", "when": {f"d{d}": draw.choice(levels) for d in draw.sample(range(7), 3)}}
            for n in range(200)
        }
        said["table"] = {"rows": many, "otherwise": "C"}
        with pytest.raises(lk.PolicyError, match="more than 2000 regions"):
            lk.load_policy({"name": "big", "scoring": {"groups": {"g": {"rules": RULE}}}, "grading": said})
