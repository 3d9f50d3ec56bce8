"""Scoring as one would write it down by hand from the documentation, slowly, with Decimals and calendar days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define

MILLIONTH = Decimal("0.000001")


@define
class Happened:
    """An event of a lead: so many seconds before the score, about something, with an amount."""

    kind: str
    age: int
    subject: str | None = None
    amount: Decimal | float | None = None

    def told(self, as_of: datetime) -> dict[str, Any]:
        """As a mapping that `Policy.score` takes."""
        at = as_of - timedelta(seconds=self.age)
        return {"kind": self.kind, "occurred_at": at, "subject": self.subject, "amount": self.amount}


@define
class Case:
    """One lead and one policy, given as the plain mapping that it was written as."""

    document: Mapping[str, Any]
    levels: Mapping[str, Sequence[str]]
    lead: Mapping[str, Any]
    events: Sequence[Happened]
    as_of: datetime

    @property
    def scoring(self) -> Mapping[str, Any]:
        return self.document["scoring"]

    def total(self) -> Decimal:
        points = exact(self.scoring.get("start", 0)) + sum(map(self.group, self.scoring["groups"]), Decimal(0))
        return max(min(points, exact(self.scoring.get("limit", 100))), exact(self.scoring.get("floor", 0)))

    def outcomes(self) -> dict[str, str]:
        """The band of every band set and the result of every table."""
        found: dict[str, str] = {}
        for name, bands in self.scoring.get("bands", {}).items():
            points = self.group(bands["of"]) if "of" in bands else self.total()
            starts = [(exact(start), band) for band, start in bands.items() if band != "of" and points >= exact(start)]
            found[name] = max(starts)[1]
        for name, table in self.scoring.get("tables", {}).items():
            rows = [(result, row) for result, cell in table["rows"].items() for row in listed(cell)]
            fitting = [result for result, row in rows if all(self.cell(key, want, found) for key, want in row.items())]
            found[name] = fitting[0] if fitting else table["otherwise"]
        return found

    def cell(self, name: str, wanted: Any, bands: Mapping[str, str]) -> bool:
        if name in bands:
            return bands[name] in listed(wanted)
        value = self.known(name)
        if value is None:
            return False
        if isinstance(wanted, dict):
            return exact(wanted.get("at_least", -(10**9))) <= value < exact(wanted.get("less_than", 10**9))
        return same(value, listed(wanted))

    def group(self, name: str) -> Decimal:
        group = self.scoring["groups"][name]
        points = sum((self.rule(rule) for rule in group["rules"].values()), Decimal(0))
        points = max(min(points, exact(group.get("limit", 10**9))), exact(group.get("floor", 0)))
        return (points * exact(group.get("weight", 1))).quantize(MILLIONTH, ROUND_FLOOR)

    def rule(self, rule: Mapping[str, Any]) -> Decimal:
        if "event" in rule:
            return self.event_rule(rule)
        if "silent_days" in rule:
            kinds = rule.get("events") or [
                each["event"]
                for group in self.scoring["groups"].values()
                for each in group["rules"].values()
                if "event" in each
            ]
            heard = [one for one in self.past() if one.kind in kinds and one.age < rule["silent_days"] * 86_400]
            return Decimal(0) if heard else exact(rule["points"])
        if "when" in rule:
            known = {True: rule["points"], False: 0, None: rule.get("unknown", 0)}
            return exact(known[self.answer(rule["when"])])
        value = self.known(rule["field"])
        if value is None:
            return exact(rule.get("unknown", 0))
        if "ranges" in rule:
            reached = [step for step in rule["ranges"].values() if value >= exact(step["at_least"])]
            return exact(max(reached, key=lambda step: exact(step["at_least"]))["points"]) if reached else Decimal(0)
        return exact(rule["points"].get(value, 0))

    def past(self) -> list[Happened]:
        return [event for event in self.events if event.age >= 0]

    def event_rule(self, rule: Mapping[str, Any]) -> Decimal:
        counted = [event for event in self.past() if event.kind == rule["event"] and fits(event, rule)]
        if rule.get("once_per") == "day":
            zone = ZoneInfo(self.document.get("time_zone", "Asia/Shanghai"))
            count = len({(self.as_of - timedelta(seconds=event.age)).astimezone(zone).date() for event in counted})
        elif rule.get("once_per") == "subject":
            count = len({event.subject for event in counted} - {None, ""})
        else:
            count = len(counted)
        if "times" in rule:
            return exact(rule["points"]) if count >= rule["times"] else Decimal(0)
        total = exact(rule["points"]) * count
        if "half_life_days" in rule or "fades_over_days" in rule:
            total = sum((exact(rule["points"]) * weight(event.age, rule) for event in counted), Decimal(0))
        limit = exact(rule.get("limit", 10**12))
        return max(min(total, limit), -limit)

    def known(self, name: str) -> Any:
        value = self.lead.get(name)
        if value is None or value == "" or value != value or (name in self.levels and value not in self.levels[name]):  # noqa: PLR0124
            return None
        return value if isinstance(value, (str, bool)) else exact(value)

    def answer(self, condition: Mapping[str, Any]) -> bool | None:
        if "all" in condition:
            answers = [self.answer(part) for part in condition["all"]]
            return False if False in answers else None if None in answers else True
        if "any" in condition:
            answers = [self.answer(part) for part in condition["any"]]
            return True if True in answers else None if None in answers else False
        if "not" in condition:
            inner = self.answer(condition["not"])
            return None if inner is None else not inner
        value = self.known(condition["field"])
        asked = {key: constant for key, constant in condition.items() if key not in ("field", "known")}
        answers = [None if value is None else QUESTIONS[key](value, asked[key]) for key in asked]
        answers += [(value is not None) == condition["known"]] if "known" in condition else []
        return False if False in answers else None if None in answers else True


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def same(value: Any, constants: Sequence[Any]) -> bool:
    return value in [constant if isinstance(constant, (str, bool)) else exact(constant) for constant in constants]


QUESTIONS: dict[str, Any] = {
    "equals": lambda value, constant: same(value, [constant]),
    "in": same,
    "ends_with": lambda value, endings: any(value.endswith(ending) for ending in listed(endings)),
    "at_least": lambda value, constant: value >= exact(constant),
    "less_than": lambda value, constant: value < exact(constant),
}


def fits(event: Happened, rule: Mapping[str, Any]) -> bool:
    where = rule.get("where", {})
    subjects = [where["subject"]] if isinstance(where.get("subject"), str) else where.get("subject")
    if subjects is not None and event.subject not in subjects:
        return False
    if "amount" in where:
        low, high = exact(where["amount"].get("at_least", -(10**9))), exact(where["amount"].get("less_than", 10**9))
        if event.amount is None or not low <= exact(event.amount) < high:
            return False
    return event.age < rule.get("within_days", 10**6) * 86_400


def weight(age: int, rule: Mapping[str, Any]) -> Decimal:
    if "fades_over_days" in rule:
        days = rule["fades_over_days"]
        return max(Decimal(days - age // 86_400) / days, Decimal(0)).quantize(MILLIONTH, ROUND_FLOOR)
    millionths = Decimal(0.5 ** (age / (rule["half_life_days"] * 86_400))) * 10**6 + Decimal("0.5")
    return millionths.to_integral_value(ROUND_FLOOR) / 10**6


def exact(number: Any) -> Decimal:
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
