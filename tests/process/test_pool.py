"""What a policy may say of the pool, and what is refused with its place, its problem and a hint."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.process.pool import DAY, Pool

POOL: dict[str, Any] = {"claim": ["sales_rep", "senior_rep"]}
DAYS = st.lists(st.integers(1, 40), max_size=5, unique=True).map(sorted)


def policy(**pool: Any) -> lk.Policy:
    return lk.load_policy({"name": "ours", "extends": "standard", "pool": {**POOL, **pool}})


class TestDocument:
    """Everything but who may claim can be left out; then it is not bounded, and no lead returns by itself."""

    def test_the_shipped_policies_have_none(self):
        assert [lk.load_policy(name).document.pool for name in ("standard", "machinery", "software_services")] == [
            None
        ] * 3

    def test_who_may_claim_is_enough(self):
        pool = policy().document.pool
        assert pool is not None
        assert (pool.per_day, pool.hold, pool.level, pool.protected) == (None, None, None, timedelta())

    def test_it_decides_nothing_about_a_score(self):
        assert policy(per_day=3).hash == policy(return_after_days=9).hash

    @pytest.mark.parametrize(
        ("pool", "words"),
        [
            ({"claim": []}, ["pool.claim", "not be empty"]),
            ({"claim": ["sales_reps"]}, ["pool.claim names the role sales_reps", "does not exist", "sales_rep"]),
            ({"per_day": 0}, ["pool.per_day", "at least 1"]),
            ({"hold": True}, ["pool.hold", "whole number"]),
            ({"hold": "many"}, ["pool.hold", "whole number"]),
            ({"again_after_days": -1}, ["pool.again_after_days", "at least 0"]),
            ({"returns": 3}, ["pool.returns", "no such key"]),
            (
                {"warn_after_days": [3, 3], "return_after_days": 9},
                ["pool.warn_after_days: must rise", "such as [3, 5, 7]"],
            ),
            (
                {"warn_after_days": [5, 3], "return_after_days": 9},
                ["pool.warn_after_days: must rise", "such as [3, 5, 7]"],
            ),
            (
                {"warn_after_days": [3, 9], "return_after_days": 9},
                ["pool: warn_after_days must end before return_after_days", "days below 9"],
            ),
            (
                {"warn_after_days": [3]},
                ["pool: warn_after_days goes with return_after_days", "return_after_days = 14"],
            ),
            (
                {"protected_days": 4, "warn_after_days": [3], "return_after_days": 9},
                ["pool: protected_days is longer", "at most 3"],
            ),
            ({"protected_days": 10, "return_after_days": 9}, ["pool: protected_days is longer", "at most 9"]),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, pool, words):
        with pytest.raises(lk.PolicyError) as caught:
            policy(**pool)
        assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)

    def test_the_place_in_a_file_is_named(self, tmp_path):
        file = tmp_path / "ours.toml"
        text = 'name = "ours"\nextends = "standard"\n[pool]\nclaim = ["sales_rep"]\nwarn_after_days = [5, 3]\n'
        file.write_text(text, encoding="utf-8")
        with pytest.raises(lk.PolicyError, match=r"ours\.toml:5:1 pool.warn_after_days: must rise"):
            lk.load_policy(file)

    def test_a_policy_that_names_no_roles_takes_any(self):
        document = {
            "name": "small",
            "scoring": {"groups": {"all": {"rules": {"visit": {"event": "visit", "points": 1}}}}},
            "pool": {"claim": ["anybody"]},
        }
        assert lk.load_policy(document).document.pool == Pool(claim=("anybody",))


class TestSteps:
    """The owner, the owner, then the supervisor; and in the end the lead returns."""

    @given(DAYS, st.integers(1, 60))
    def test_a_warning_for_each_number_of_days_the_last_for_the_supervisor(self, warnings, more):
        end = max(warnings, default=0) + more
        level = policy(warn_after_days=warnings, return_after_days=end).document.pool.level
        steps = level.steps()
        assert [(step.after + end * DAY) // DAY for step in steps] == [*warnings, end]
        alerts = [step.alert for step in steps]
        assert alerts == [*["due"] * (len(warnings) - 1), *["escalated"] * bool(warnings), "returned"]
        assert len({step.code for step in steps}) == len(steps)
