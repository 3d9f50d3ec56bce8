"""Where the order of a table decides, it makes another policy."""

from __future__ import annotations

import pytest

import leadkit as lk

RULES = {"g": {"rules": {"visit": {"event": "visit", "points": 5}}}}
ROWS = {"A": {"role": "user"}, "B": {"region": "EU"}}
WORDS = {"decision_maker": ["director"], "user": ["engineer"]}
URGENCY = {"levels": ["high", "low"], "points": {"high": 2, "low": 1}}


def turned(table: dict) -> dict:
    return dict(reversed(table.items()))


def tabled(rows: dict) -> dict:
    return {"name": "own", "scoring": {"groups": RULES, "tables": {"tier": {"rows": rows, "otherwise": "C"}}}}


def worded(words: dict) -> dict:
    read = {"role": {"from": "job_title", "words": words}}
    return {"name": "own", "derive": {"words": read}, "scoring": {"groups": RULES}}


def graded(rows: dict) -> dict:
    dimensions = {"urgency": {"points": URGENCY["points"]}, "budget": {"points": URGENCY["points"]}}
    grading = {"dimensions": dimensions, "table": {"rows": rows, "otherwise": "C"}}
    return {"name": "own", "grading": grading, "scoring": {"groups": RULES}}


GRADES = {"first": {"grade": "A", "when": {"urgency": "high"}}, "second": {"grade": "B", "when": {"budget": "high"}}}


@pytest.mark.parametrize(("made", "table"), [(tabled, ROWS), (worded, WORDS), (graded, GRADES)])
def test_the_other_order_is_another_policy(made, table):
    one, other = lk.load_policy(made(table)), lk.load_policy(made(turned(table)))
    assert one.id != other.id
    assert one != other
    (change,) = lk.checks.compare(one, other).changes
    assert (change.before, change.after) == (tuple(table), tuple(turned(table)))


def test_the_order_of_rules_and_keys_makes_no_other():
    rules = {"a": {"event": "visit", "points": 5}, "b": {"field": "role", "points": {"user": 1, "influencer": 2}}}
    documents = [{"name": "own", "scoring": {"groups": {"g": {"rules": each}}}} for each in (rules, turned(rules))]
    assert lk.load_policy(documents[0]).id == lk.load_policy(documents[1]).id
