"""The lists behind the numbers: as many cases as the number says, and the right ones."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.reviewing import case_lists
from leadkit.reviewing.view import view
from leadkit.texts import LANGUAGES
from tests.reviewing.made_up import QUARTER
from tests.reviewing.test_figures import holds, review_of
from tests.reviewing.test_pipeline import still_open

SEEDS = st.builds(random.Random, st.integers(0, 10**9))
SIZES = st.integers(1, 120)
several = settings(max_examples=60)


class TestLists:
    """Lost, overdue, open, unassigned: the ids behind each number."""

    @several
    @given(SEEDS, SIZES)
    def test_each_list_is_what_its_number_counts(self, draw, size):
        review, leads, opportunities, _ = review_of(draw, size)
        lists = review.lists
        ids = {name: [case.id for case in listed.cases] for name, listed in lists.items()}
        lost = [one for one in opportunities if one.status == "lost" and holds(QUARTER, one.closed_at)]
        received = [one for one in leads if holds(QUARTER, one.received_at) and not one.duplicate]
        assert ids["lost"] == sorted(one.id for one in lost)
        assert ids["open"] == sorted(one.id for one in opportunities if still_open(one))
        assert ids["unassigned"] == sorted(one.id for one in received if one.owner is None)
        assert len(ids["overdue"]) == review.duties.total.overdue
        assert {name: len(each) for name, each in ids.items()} == {
            name: listed.number for name, listed in lists.items()
        }
        assert {case.id: case.note for case in lists["lost"].cases} == {one.id: one.lost_reason for one in lost}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_long_list_ends_after_the_first_by_id_and_says_so(self, monkeypatch, language):
        whole = review_of(random.Random(3), 60)[0]
        monkeypatch.setattr(case_lists, "MOST", 2)
        short = review_of(random.Random(3), 60)[0]
        for name, listed in short.lists.items():
            assert (listed.number, listed.cases) == (whole.lists[name].number, whole.lists[name].cases[:2])
        lost = view(short, language).lists[0]
        assert (len(lost.rows), str(short.lists["lost"].number - 2) in lost.rows[2][0]) == (3, True)

    def test_no_name_of_a_person_or_a_company_is_there(self, standard):
        lead = lk.Lead(
            id="L1",
            received_at=QUARTER.start,
            company=lk.Company(name="Acme Robotics"),
            contact=lk.Contact(name="Li Lei", phone="13812345678"),
        )
        deal = lk.Opportunity(id="O1", lead_id="L1", name="Robots for Li Lei", account="Acme", opened_at=QUARTER.start)
        text = str(lk.reviews.review([lead], [deal], QUARTER, policy=standard).to_dict())
        assert [word for word in ("Acme", "Li Lei", "138") if word in text] == []
        assert "O1" in text
