"""What people see of a review: every row of it under its name in their language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from attrs import evolve, fields_dict

import leadkit as lk
from leadkit.reviewing.cases import response_due
from leadkit.reviewing.view import KINDS, key_label, view
from leadkit.texts import LANGUAGES
from tests.reviewing.test_figures import review_of

DUE = datetime(2023, 8, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def review() -> lk.reviews.Review:
    return review_of(Random(3), 60)[0]


class TestRows:
    """Nothing of the review is left out, and nothing has no name."""

    def test_every_figure_has_a_kind(self):
        properties = {name for name, value in vars(lk.reviews.Figures).items() if isinstance(value, property)}
        assert {*fields_dict(lk.reviews.Figures), *properties} - {"key"} == KINDS.keys()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_group_reason_and_problem_stands_there_in_its_order(self, review, language):
        shown = view(review, language)
        assert [(name, row.now, row.before) for name, row in shown.figures.items()] == [
            (name, getattr(review.total, name), getattr(review.previous, name)) for name in KINDS
        ]
        assert {by: [row.value for row in rows] for by, rows in shown.groups.items()} == {
            by: [*groups] for by, groups in review.by.items()
        }
        assert [(row.key, row.value) for row in shown.losses] == [(each.reason, each.rate) for each in review.losses]
        assert [row.value for row in shown.cohorts["month"]] == [*review.cohorts]
        assert [row.value for row in shown.responses["owner"]] == [*review.responses_by_owner]
        assert [(row.key, row.value) for row in shown.problems] == [*review.problems.items()]
        assert all(row.title for rows in (*shown.groups.values(), shown.problems) for row in rows)

    def test_a_figure_says_whether_it_moved_can_not_be_compared_or_is_not_tested(self, review):
        changes = tuple(evolve(change, direction=None) for change in review.changes)
        rows = view(evolve(review, changes=changes), "en").figures
        assert {rows[change.name].verdict for change in changes} == {"incomparable"}
        assert rows["sales_cycle_days"].verdict == "untested"
        assert rows["sales_cycle_days"].cohort == review.cohort.sales_cycle_days


class TestNames:
    """The policy's label goes before the usual name, and people's words stay as they are."""

    @pytest.mark.parametrize(
        ("of", "key", "labels", "name"),
        [
            ("reason", None, {}, "未注明"),
            ("reason", "price", {}, "价格因素"),
            ("reason", "price", {"price": "报价太高"}, "报价太高"),
            ("reason", "Too dear!", {}, "Too dear!"),
            ("reason", "some_code", {}, "some code"),
            ("priority", "high", {}, "高"),
            ("priority", "high", {"high": "重点"}, "重点"),
            ("priority", "high", {"high": "重点", "priority.high": "加急"}, "加急"),
            ("channel", "price", {"price": "报价太高"}, "price"),
        ],
    )
    def test_what_a_key_is_called(self, of, key, labels, name):
        assert key_label(of, key, "zh_CN", {"zh_CN": labels}) == name


class TestResponseDue:
    """A response counts where somebody waits or was answered, or where it was late when the lead was converted."""

    @pytest.mark.parametrize(
        ("waited", "converted_at", "due_at"),
        [
            (True, None, DUE),
            (True, DUE - timedelta(hours=1), DUE),
            (False, None, None),
            (False, DUE, None),
            (False, DUE + timedelta(seconds=1), DUE),
        ],
    )
    def test_when_it_was_due(self, waited, converted_at, due_at):
        assert response_due(DUE, waited=waited, converted_at=converted_at) == due_at

    def test_without_a_level_nothing_is_due(self):
        assert response_due(None, waited=True, converted_at=DUE) is None
