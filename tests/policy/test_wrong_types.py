"""What comes as the wrong type is refused as clearly as what comes as the wrong value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.errors import FactError

STANDARD = lk.load_policy("standard")
DECAYING = lk.load_policy("software_services")
NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
NO_LEAD = "lead: must be a leadkit.Lead or a mapping of fact names to values (hint: not {}; of another object give a"
FORMS = "give records, mappings with kind and occurred_at, pairs (kind, occurred_at), or one mapping of kinds to counts"
NO_TIME = "must be a time (hint: give a datetime with its zone: datetime.now(UTC))"


class Row:
    """A row of somebody's ORM."""


@pytest.mark.parametrize(
    ("lead", "kind"), [(Row(), "a value of type Row"), (None, "None"), ([1], "a value of type list")]
)
def test_a_lead(lead, kind):
    for ask in (lambda: STANDARD.score(lead, as_of=NOW), lambda: STANDARD.screen(lead), lambda: STANDARD.qualify(lead)):
        with pytest.raises(FactError) as refused:
            ask()
        assert str(refused.value).startswith(NO_LEAD.format(kind))


def test_an_assessment():
    with pytest.raises(FactError, match=r"assessment: must be an Assessment, .* \(hint: not None\)"):
        STANDARD.grade(None)  # type: ignore[arg-type]


@pytest.mark.parametrize("moment", [date(2026, 10, 1), "2026-10-01T09:00:00+00:00", None, 0])
@pytest.mark.parametrize("policy", [STANDARD, DECAYING], ids=lambda policy: policy.name)
def test_a_time(policy, moment):
    for lead in ({}, lk.Lead(id="1")):
        with pytest.raises(FactError) as refused:
            policy.score(lead, as_of=moment)
        assert str(refused.value) == f"as_of: {NO_TIME}"
    for activity in (("webinar", moment), {"kind": "webinar", "occurred_at": moment or ""}):
        with pytest.raises(FactError) as refused:
            policy.score({}, [activity], as_of=NOW)
        assert str(refused.value) == f"occurred_at: {NO_TIME}"


@pytest.mark.parametrize(
    ("activities", "problem"),
    [
        ([{"occurred_at": NOW}], f"activities.0.kind: is missing (hint: {FORMS})"),
        ([("webinar", NOW), {"kind": "webinar"}], f"activities.1.occurred_at: is missing (hint: {FORMS})"),
        ([("webinar",)], f"activities.0: is no activity (hint: {FORMS})"),
        ([3], f"activities.0: is no activity (hint: {FORMS})"),
        ([(3, NOW)], f"activities.0.kind: must be a text (hint: {FORMS})"),
        (None, f"activities: must be a list of activities, or counts by kind (hint: {FORMS})"),
        ("webinar", f"activities: must be a list of activities, or counts by kind (hint: {FORMS})"),
        ({3: 1}, f"activities: must be the name of a kind, a text (hint: {FORMS})"),
    ],
)
def test_activities(activities, problem):
    with pytest.raises(FactError) as refused:
        STANDARD.score({}, activities, as_of=NOW)
    assert str(refused.value) == problem


class TestCounts:
    """Counts are whole numbers; events are counted, never repeated one by one."""

    @pytest.mark.parametrize(
        ("count", "hint"),
        [
            ("2", " (hint: not a value of type str)"),
            (None, " (hint: not None)"),
            (2.0, " (hint: not a value of type float)"),
            (float("nan"), " (hint: not a value of type float)"),
            (True, " (hint: not a value of type bool)"),
            (-1, ""),
        ],
    )
    def test_another_count_is_refused(self, count, hint):
        with pytest.raises(FactError) as refused:
            STANDARD.score({}, {"webinar": count, "reply": 1}, as_of=NOW)
        assert str(refused.value) == f"activities.webinar: must be a whole number, 0 or more{hint}"

    @given(st.dictionaries(st.sampled_from([*sorted(DECAYING.event_kinds), "golf"]), st.integers(0, 9)))
    @pytest.mark.parametrize(
        "policy", [STANDARD, DECAYING, lk.load_policy("machinery")], ids=lambda policy: policy.name
    )
    def test_they_count_as_if_each_stood_alone(self, policy, counts):
        each = [(kind, NOW) for kind, count in counts.items() for _ in range(count)]
        assert policy.score({}, counts, as_of=NOW) == policy.score({}, each, as_of=NOW)

    def test_a_million_millions_at_once(self):
        score = DECAYING.score({}, dict.fromkeys(DECAYING.event_kinds, 10**12), as_of=NOW)
        assert sum(row.points for row in score.contributions) == score.points


class TestNames:
    """A misspelt name is found when somebody asks, since a row of a database may well say more."""

    def test_the_names_that_a_policy_knows(self):
        fields = {field.name: field for field in STANDARD.fields()}
        assert set(fields) == set(STANDARD.facts)
        assert (fields["company_size"].kind, fields["company_size"].values) == (
            "category",
            ("large", "medium", "small"),
        )

    @pytest.mark.parametrize(
        ("row", "problems"),
        [
            (
                {"compnay_size": "large"},
                ["compnay_size: is no fact of the policy (hint: did you mean 'company_size'?)"],
            ),
            ({"company_size": "Large"}, ["company_size: is none of its levels (hint: did you mean 'large'?)"]),
            ({"company_size": " large "}, ["company_size: is none of its levels (hint: did you mean 'large'?)"]),
            ({"company_size": None, "role": "", "budget": 3}, []),
        ],
    )
    def test_what_is_unused(self, row, problems):
        assert list(map(str, STANDARD.unused(row))) == problems
        STANDARD.score(row, as_of=NOW)
        if problems:
            with pytest.raises(FactError) as refused:
                STANDARD.score(row, as_of=NOW, strict=True)
            assert str(refused.value) == "\n".join(problems)

    @pytest.mark.parametrize("activities", [{"webinarr": 1}, [("webinarr", NOW)], iter([("webinarr", NOW)])])
    def test_kinds_of_activities(self, activities):
        with pytest.raises(FactError, match=r"activities.webinarr: is no kind .* \(hint: did you mean 'webinar'\?\)"):
            STANDARD.score({}, activities, as_of=NOW, strict=True)

    def test_what_is_right_scores_the_same(self):
        given: dict[str, Any] = {"company_size": "large"}
        events = [("webinar", NOW)]
        assert STANDARD.score(given, iter(events), as_of=NOW, strict=True) == STANDARD.score(given, events, as_of=NOW)


class TestPolicyAndWorklist:
    def test_a_policy(self):
        with pytest.raises(lk.PolicyError, match=r"^policy: a value of type int is no policy \(hint: give the name"):
            lk.load_policy(3)  # type: ignore[arg-type]

    def test_a_worklist_takes_mappings(self):
        row = {"id": "1", "company": {"name": "北辰机床有限公司"}}
        listed = lk.worklist(STANDARD, [row, lk.Lead(id="2")], as_of=NOW)
        assert listed == lk.worklist(STANDARD, [lk.Lead.model_validate(row), lk.Lead(id="2")], as_of=NOW)

    def test_and_nothing_else(self):
        with pytest.raises(FactError, match=r"leads\.1: must be a leadkit\.Lead or a mapping of its fields"):
            lk.worklist(STANDARD, [lk.Lead(id="1"), Row()], as_of=NOW)  # type: ignore[list-item]
        with pytest.raises(FactError, match=r"leads\.0\.compnay: "):
            lk.worklist(STANDARD, [{"id": "1", "compnay": {}}], as_of=NOW)
