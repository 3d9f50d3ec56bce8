"""The standard policy's scoring written by hand; see `one_lead.py` and `activities.py`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import leadkit as lk

Lead = dict[str, Any]
Events = list[tuple[str, datetime]]

SIZE = {"large": 20, "medium": 15, "small": 10}
ROLE = {"decision_maker": 30, "influencer": 20, "user": 10}
MATCH = {"full": 20, "partial": 10}
EACH = {"core_page_visit": 5, "content_download": 10, "webinar": 15, "reply": 10}
FACTS = {"company_size": SIZE, "role": ROLE, "budget_match": MATCH}


def plain(lead: Lead, events: Events, now: datetime) -> tuple[Any, ...]:
    """Three facts, their sum and it cut; four kinds, their sum and it cut; the total's sum, the total, both bands."""
    attributes = {
        "company_size": SIZE.get(lead.get("company_size"), 0),
        "role": ROLE.get(lead.get("role"), 0),
        "budget_match": MATCH.get(lead.get("budget_match"), 0),
    }
    behaviour = dict.fromkeys(EACH, 0)
    for kind, at in events:
        if kind in EACH and at <= now:
            behaviour[kind] += EACH[kind]
    attributes_sum, behaviour_sum = sum(attributes.values()), sum(behaviour.values())
    attributes_points, behaviour_points = min(attributes_sum, 60), min(behaviour_sum, 40)
    total_sum = attributes_points + behaviour_points
    total = min(total_sum, 100)
    priority = "high" if total >= 80 else "medium" if total >= 50 else "low"
    stage = "consideration" if total >= 70 else "interest" if total >= 40 else "awareness"
    return (
        *attributes.values(),
        attributes_sum,
        attributes_points,
        *behaviour.values(),
        behaviour_sum,
        behaviour_points,
        total_sum,
        total,
        priority,
        stage,
    )


def tuned(lead: Lead, events: Events, now: datetime) -> tuple[Any, ...]:
    """The same values, with nothing looked up or built that this policy doesn't need. The limits add up to 100."""
    get = lead.get
    size, role, match = SIZE.get(get("company_size"), 0), ROLE.get(get("role"), 0), MATCH.get(get("budget_match"), 0)
    visits = downloads = webinars = replies = 0
    for kind, at in events:
        if at <= now:
            if kind == "core_page_visit":
                visits += 5
            elif kind == "content_download":
                downloads += 10
            elif kind == "webinar":
                webinars += 15
            elif kind == "reply":
                replies += 10
    fit = size + role + match
    fit_points = 60 if fit > 60 else fit  # noqa: FURB136
    done = visits + downloads + webinars + replies
    done_points = 40 if done > 40 else done  # noqa: FURB136
    total = fit_points + done_points
    priority = "high" if total >= 80 else "medium" if total >= 50 else "low"
    stage = "consideration" if total >= 70 else "interest" if total >= 40 else "awareness"
    before = (size, role, match, fit, fit_points, visits, downloads, webinars, replies, done, done_points)
    return (*before, total, total, priority, stage)


RULES = [
    *({"group": "attributes", "code": fact, "field": fact, "points": points} for fact, points in FACTS.items()),
    *({"group": "behaviour", "code": kind, "event": kind, "points": points} for kind, points in EACH.items()),
]
LIMITS = {"attributes": 60, "behaviour": 40}
BANDS = {
    "priority": {"high": 80, "medium": 50, "low": 0},
    "nurture_stage": {"consideration": 70, "interest": 40, "awareness": 0},
}


def rule_loop(lead: Lead, events: Events, now: datetime) -> dict[str, Any]:
    """The same values by name, from RULES, LIMITS and BANDS: another policy would be other data."""
    counts: dict[str, int] = {}
    for kind, at in events:
        if at <= now:
            counts[kind] = counts.get(kind, 0) + 1
    found: dict[str, Any] = {}
    sums = dict.fromkeys(LIMITS, 0)
    for rule in RULES:
        points = _worth(rule, lead, counts)
        found[rule["code"]] = points
        sums[rule["group"]] += points
    cut = {group: min(sums[group], limit) for group, limit in LIMITS.items()}
    found |= {f"{group}_sum": value for group, value in sums.items()} | cut
    found["total_sum"] = sum(cut.values())
    found["points"] = min(found["total_sum"], 100)
    for name, bands in BANDS.items():
        found[name] = next(band for band, start in bands.items() if found["points"] >= start)
    return found


def _worth(rule: dict[str, Any], lead: Lead, counts: dict[str, int]) -> int:
    if "event" in rule:
        return counts.get(rule["event"], 0) * rule["points"]
    return rule["points"].get(lead.get(rule["field"]), 0)


WINDOW = timedelta(days=30)


def plain_in_window(lead: Lead, events: Events, now: datetime) -> tuple[Any, ...]:
    """As `plain`, where only the events of the last 30 days count."""
    attributes = {
        "company_size": SIZE.get(lead.get("company_size"), 0),
        "role": ROLE.get(lead.get("role"), 0),
        "budget_match": MATCH.get(lead.get("budget_match"), 0),
    }
    behaviour = dict.fromkeys(EACH, 0)
    for kind, at in events:
        if kind in EACH and at <= now and now - at < WINDOW:
            behaviour[kind] += EACH[kind]
    attributes_sum, behaviour_sum = sum(attributes.values()), sum(behaviour.values())
    attributes_points, behaviour_points = min(attributes_sum, 60), min(behaviour_sum, 40)
    total_sum = attributes_points + behaviour_points
    total = min(total_sum, 100)
    priority = "high" if total >= 80 else "medium" if total >= 50 else "low"
    stage = "consideration" if total >= 70 else "interest" if total >= 40 else "awareness"
    return (
        *attributes.values(),
        attributes_sum,
        attributes_points,
        *behaviour.values(),
        behaviour_sum,
        behaviour_points,
        total_sum,
        total,
        priority,
        stage,
    )


def records_once(activities: list[lk.Activity]) -> Events:
    """The kinds and times of records, of several with one id the earliest."""
    earliest: dict[str, lk.Activity] = {}
    for activity in activities:
        before = earliest.get(activity.id)
        if before is None or activity.occurred_at < before.occurred_at:
            earliest[activity.id] = activity
    return [(activity.kind, activity.occurred_at) for activity in earliest.values()]


def mappings_once(activities: list[dict[str, Any]]) -> Events:
    """The kinds and times of mappings, of several with one id the earliest."""
    earliest: dict[str, dict[str, Any]] = {}
    for activity in activities:
        before = earliest.get(activity["id"])
        if before is None or activity["occurred_at"] < before["occurred_at"]:
            earliest[activity["id"]] = activity
    return [(activity["kind"], activity["occurred_at"]) for activity in earliest.values()]
