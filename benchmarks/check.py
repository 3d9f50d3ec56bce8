"""How long a policy's check takes by its size and its kind of rules, and the comparison of two of a hundred rules.

The policies are made up: categories, ranges, conditions over two facts, and events with and without limits, in groups
of twenty-five rules; the second policy of the comparison has other points in a fifth of its rules. Beside them stand
policies of a thousand rules of one kind; those over events share ten kinds of events and have sixty lengths of time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import leadkit as lk


def document(rules: int, changed: int = 0) -> dict[str, Any]:
    draw, other = random.Random(rules), random.Random(changed)
    fields: dict[str, Any] = {}
    groups: dict[str, Any] = {}
    for number in range(rules):
        points = draw.randrange(1, 12)
        if changed and other.random() < 0.2:
            points += other.randrange(-3, 4)
        group = groups.setdefault(f"g{number // 25}", {"limit": 40, "rules": {}})
        group["rules"][f"r{number}"] = rule(number, points, fields)
    groups = dict(groups)
    bands = {"priority": {"high": 80, "medium": 50, "low": 0}}
    return {"name": "made_up", "fields": fields, "scoring": {"groups": groups, "bands": bands}}


def rule(number: int, points: int, fields: dict[str, Any]) -> dict[str, Any]:
    name = f"f{number}"
    match number % 5:
        case 0:
            fields[name] = {"type": "category", "levels": ["good", "fair", "poor"]}
            return {"field": name, "points": {"good": points + 2, "fair": points}}
        case 1:
            fields[name] = {"type": "number"}
            steps = {f"s{step}": {"at_least": step * 10, "points": points + step} for step in range(4)}
            return {"field": name, "ranges": steps}
        case 2:
            fields[name] = {"type": "boolean"}
            other = f"f{number - 2}"
            tests = [{"field": name, "equals": True}, {"field": other, "in": ["good", "fair"]}]
            return {"when": {"all": tests}, "points": points}
        case 3:
            return {"event": f"e{number}", "points": points, "limit": 3 * points}
        case _:
            return {"event": f"e{number}", "points": -points if number % 15 == 4 else points}


KINDS: dict[str, Callable[[int], dict[str, Any]]] = {
    "booleans": lambda n: {"when": {"field": f"f{n}", "equals": True}},
    "texts of one fact": lambda n: {"when": {"field": "industry", "equals": f"t{n}"}},
    "two of six numbers": lambda n: {
        "when": {"all": [{"field": f"n{n % 6}", "at_least": n % 97}, {"field": f"n{(n + 1) % 6}", "less_than": n % 89}]}
    },
    "limited events": lambda n: {"event": f"e{n}", "limit": 30},
    "halving, a kind each": lambda n: {"event": f"e{n}", "half_life_days": 30},
    "halving in windows": lambda n: {"event": f"e{n % 10}", "half_life_days": 30, "within_days": 1 + n % 60},
    "windows": lambda n: {"event": f"e{n % 10}", "within_days": 1 + n % 60},
    "fading": lambda n: {"event": f"e{n % 10}", "fades_over_days": 1 + n % 60},
    "so many times": lambda n: {"event": f"e{n % 10}", "times": 1 + n % 60},
    "once a day": lambda n: {"event": f"e{n % 10}", "once_per": "day", "within_days": 1 + n % 60},
    "by subject": lambda n: {"event": f"e{n % 10}", "where": {"subject": f"s{n}"}},
    "silence": lambda n: {"events": [f"e{n % 10}"], "silent_days": 1 + n % 60},
}
"""Rules of one kind by their number, without their points."""


def of_one_kind(kind: str, rules: int = 1000) -> dict[str, Any]:
    draw = random.Random(kind)
    fields = {f"f{n}": {"type": "boolean"} for n in range(rules)} | {f"n{n}": {"type": "number"} for n in range(6)}
    groups: dict[str, Any] = {}
    for number in range(rules):
        group = groups.setdefault(f"g{number // 25}", {"limit": 40, "rules": {}})
        group["rules"][f"r{number}"] = KINDS[kind](number) | {"points": draw.randrange(1, 12)}
    bands = {"priority": {"high": 80, "medium": 50, "low": 0}}
    return {"name": "made_up", "fields": fields, "scoring": {"groups": groups, "bands": bands}}


def main() -> None:
    for rules in (10, 100, 1000):
        policy = lk.load_policy(document(rules))
        started = time.perf_counter()
        check = lk.checks.check(policy)
        seconds = time.perf_counter() - started
        print(f"check of {rules:>5} rules  {seconds:7.3f} s  {len(check.totals)} totals, exact: {check.exact}")
    for kind in KINDS:
        policy = lk.load_policy(of_one_kind(kind))
        started = time.process_time()
        check = lk.checks.check(policy)
        seconds = time.process_time() - started
        print(f"1,000 rules, {kind:<22}{seconds:7.3f} s of CPU, {len(check.findings)} findings, exact: {check.exact}")
    before, after = (lk.load_policy(document(100, changed)) for changed in (0, 1))
    started = time.perf_counter()
    found = lk.checks.compare(before, after)
    seconds = time.perf_counter() - started
    print(f"compare 2 x 100 rules {seconds:7.3f} s  {len(found.changes)} changes, largest gain {found.rise.points:+}")


if __name__ == "__main__":
    main()
