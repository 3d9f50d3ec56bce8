"""Names that nothing has are findings, with the nearest that there is; the shipped policies have none."""

from __future__ import annotations

from typing import Any

import pytest

import leadkit as lk
from leadkit.checking.names import name_findings
from leadkit.policy import shipped

RULES = {"webinar": {"event": "webinar", "points": 30}, "call": {"event": "call", "points": 3}}


def findings(**document: Any) -> list[tuple[str, str]]:
    policy = lk.load_policy({"name": "own", "extends": "standard"} | document)
    return [(finding.path, finding.message) for finding in name_findings(policy)]


@pytest.mark.parametrize("name", shipped())
def test_no_shipped_policy_has_one(name):
    assert list(name_findings(lk.load_policy(name))) == []


@pytest.mark.parametrize(
    ("document", "path", "words"),
    [
        (
            {"scoring": {"groups": {"g": {"rules": {"r": {"event": "webinarr", "points": 1}}}}}},
            "scoring.groups.g.rules.r.event",
            "no [activities] has the kind webinarr; did you mean 'webinar'?",
        ),
        (
            {"examples": [{"events": {"webinarr": 1}, "expect": {"points": 0}}]},
            "examples.0.events.webinarr",
            "did you mean 'webinar'?",
        ),
        ({"labels": {"en": {"company_sise": "Size"}}}, "labels.en.company_sise", "did you mean 'company_size'?"),
        ({"labels": {"en": {"role.usser": "User"}}}, "labels.en.role.usser", "usser; did you mean 'user'?"),
        ({"notices": {"lead_asigned": ["owner"]}}, "notices.lead_asigned", "did you mean 'lead_assigned'?"),
        ({"notices": {"lead_won": ["supervsor"]}}, "notices.lead_won", "role supervsor; did you mean 'supervisor'?"),
        ({"reports": {"monthly": ["directr"]}}, "reports.monthly", "role directr; did you mean 'director'?"),
    ],
)
def test_a_misspelt_name(document, path, words):
    (finding,) = findings(**document)
    assert finding[0] == path
    assert words in finding[1]


def test_new_names_are_nobodys_mistake():
    assert findings(
        scoring={"groups": {"g": {"rules": {"golf": {"event": "golf_day", "points": 1}}}}},
        labels={"en": {"golf": "Golf", "steel_works": "Steel"}},
        reports={"monthly": ["chairman"]},
    ) == []  # fmt: skip


def test_it_is_among_the_findings_of_a_check():
    document = {"name": "own", "activities": {"webinar": {}}, "scoring": {"groups": {"g": {"rules": RULES}}}}
    rules = RULES | {"seminar": {"event": "webinarr", "points": 1}}
    assert "unknown_name" not in {finding.kind for finding in lk.checks.check(lk.load_policy(document)).findings}
    document["scoring"] = {"groups": {"g": {"rules": rules}}}
    assert "unknown_name" in {finding.kind for finding in lk.checks.check(lk.load_policy(document)).findings}
