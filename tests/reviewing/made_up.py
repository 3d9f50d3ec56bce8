"""Made-up leads, opportunities and follow-ups around every edge of a quarter, and the cases that they are."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from leadkit.records.text import read_tags
from leadkit.reviewing.cases import LeadCase, OpportunityCase
from leadkit.reviewing.period import read_period
from leadkit.reviewing.traits import Traits

ZONE = ZoneInfo("Asia/Shanghai")
QUARTER = read_period("2023-Q3", ZONE)
AS_OF = datetime(2023, 9, 1, 12, 0, 0, 500_000, tzinfo=UTC)
EDGES = (QUARTER.previous.start, QUARTER.start, QUARTER.end, AS_OF, datetime(2023, 7, 31, 16, tzinfo=UTC))
Row = dict[str, Any]


def moment(draw: random.Random, there: float = 0.9) -> datetime | None:
    if draw.random() > there:
        return None
    if draw.random() < 0.3:
        return draw.choice(EDGES) + timedelta(seconds=draw.randrange(-2, 3), microseconds=draw.choice([0, 1, 999_999]))
    return QUARTER.previous.start + timedelta(microseconds=draw.randrange(200 * 86_400 * 10**6))


def whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def expected_close(draw: random.Random) -> datetime | None:
    """A day around the review, at times an edge of its day, of a month, of the period or of the year to come."""
    edges = (
        datetime(2023, 9, 1, tzinfo=ZONE), datetime(2023, 10, 1, tzinfo=ZONE), datetime(2024, 9, 1, tzinfo=ZONE)
    )  # fmt: skip
    if draw.random() < 0.3:
        return draw.choice(edges) + timedelta(seconds=draw.randrange(-1, 2))
    return None if draw.random() < 0.2 else AS_OF + timedelta(days=draw.randrange(-90, 450))


def tables(draw: random.Random, size: int) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows of leads, opportunities and activities, as a warehouse holds them."""
    leads = [
        {
            "lead_id": f"L{number}",
            "channel": draw.choice(["官网", "展会", "", " \u3000", None]),
            "industry": draw.choice(["machinery", "energy", None]),
            "owner": draw.choice(["li", "wu", None]),
            "priority": draw.choice(["high", "low", None]),
            "status": draw.choice(["new", "valid", "invalid", "archived", "converted"]),
            "disqualification_reason": draw.choice(["need_vague", "contact_false", None]),
            "received_at": moment(draw, 0.95),
            "first_response_at": moment(draw, 0.5),
            "response_due_at": moment(draw, 0.7),
            "duplicate_of": "L0" if draw.random() < 0.05 else None,
            "tags": draw.choice(["展会;线上广告", "展会", "线上广告, VIP", " ", None]),
            "source_detail": draw.choice(["2023年工博会", "SEM", " ", None]),
            "product": draw.choice(["equipment", "service", None]),
            "region": draw.choice(["华东", None]),
            "company_size": draw.choice(["large", "small", None]),
        }
        for number in range(size)
    ]
    opportunities = [
        {
            "opportunity_id": f"O{number}",
            "lead_id": draw.choice([f"L{draw.randrange(size)}", "nobody", None]),
            "owner": draw.choice(["li", None]),
            "grade": draw.choice(["A", "B", None]),
            "status": draw.choice(["open", "won", "lost"]),
            "lost_reason": draw.choice(["price", "competitor", None]),
            "amount": draw.choice([None, Decimal(draw.randrange(10**9)) / 100]),
            "opened_at": moment(draw),
            "closed_at": moment(draw),
            "stage": draw.choice(["assessing", "negotiating", "signed", "报价", None]),
            "expected_close": expected_close(draw),
            "stage_since": moment(draw, 0.7),
            "competitor": draw.choice(["Firma X", "星河", " ", None]),
            "furthest_stage": draw.choice(["assessing", "negotiating", "signed", "报价", " ", None]),
        }
        for number in range(size)
    ]
    activities = [
        {
            "lead_id": f"L{draw.randrange(size)}",
            "occurred_at": moment(draw, 1),
            "kind": draw.choice(["visit", "reply", " "]),
            "means": draw.choice(["电话", "mail", None]),
        }
        for _ in range(size)
    ]
    return leads, opportunities, activities


def traits(row: Row) -> Traits:
    """What else a lead has; nothing is known of none."""
    plain = (row.get(name) for name in ("product", "region", "company_size"))
    return Traits.of(read_tags(row.get("tags") or ""), row.get("channel"), row.get("source_detail"), *plain)


def cases(
    leads: list[Row], opportunities: list[Row], activities: list[Row]
) -> tuple[list[LeadCase], list[OpportunityCase], dict[str, list[datetime]]]:
    """The same as cases."""
    of_lead = {row["lead_id"]: row for row in leads}
    lead_cases = [
        LeadCase(
            id=row["lead_id"],
            **{name: row[name] for name in ("channel", "industry", "owner", "priority", "status", "received_at")},
            reason=row["disqualification_reason"],
            first_response_at=row["first_response_at"],
            response_due_at=row["response_due_at"],
            converted_at=min(
                (one["opened_at"] for one in opportunities if one["lead_id"] == row["lead_id"] and one["opened_at"]),
                default=None,
            ),
            duplicate=row["duplicate_of"] is not None,
            traits=traits(row),
        )
        for row in leads
    ]
    opportunity_cases = []
    for row in opportunities:
        lead, closed = of_lead.get(row["lead_id"], {}), row["closed_at"]
        before = [
            one
            for one in activities
            if closed and one["lead_id"] == row["lead_id"] and whole(one["occurred_at"]) <= whole(closed)
        ]
        opportunity_cases.append(
            OpportunityCase(
                id=row["opportunity_id"],
                **{name: lead.get(name) for name in ("channel", "industry", "priority")},
                owner=row["owner"] or lead.get("owner"),
                **{name: row[name] for name in ("grade", "status", "lost_reason", "competitor", "amount")},
                **{name: row[name] for name in ("opened_at", "closed_at")},
                **{name: row[name] for name in ("stage", "expected_close", "stage_since", "furthest_stage")},
                last_touch_at=max(
                    (
                        one["occurred_at"]
                        for one in activities
                        if one["lead_id"] == row["lead_id"] and whole(one["occurred_at"]) <= AS_OF
                    ),
                    default=None,
                ),
                lead_received_at=lead.get("received_at"),
                traits=traits(lead),
                kinds=frozenset(one["kind"] for one in before),
                means=frozenset(one["means"] for one in before if one["means"]),
            )
        )
    touches: dict[str, list[datetime]] = {}
    for row in activities:
        touches.setdefault(row["lead_id"], []).append(row["occurred_at"])
    return lead_cases, opportunity_cases, touches
