"""The line of a scored list that says where points come from."""

from __future__ import annotations

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.scored_rows import why
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", "role +30; the group counts 0.5 times -15"), ("zh_CN", "联系人角色 +30; 分组权重为0.5 -15")],
)
def test_a_weight_is_told_with_its_number(language, line):
    weighed = {"scoring": {"groups": {"attributes": {"weight": 0.5}}}}
    policy = lk.load_policy({"name": "own", "extends": "standard"} | weighed)
    lead = lk.Lead(
        id="1", contact=lk.Contact(name="Li", role="decision_maker"), received_at=NOW, source={"channel": "x"}
    )
    (decision,) = lk.worklist(policy, [lead], as_of=NOW).decisions
    assert why(decision, policy, language) == line
