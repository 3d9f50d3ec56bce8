"""A host's program as type checkers see it: every part of the public API, and no error. See `test_typing.py`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

import leadkit as lk
from leadkit.adapters.notification.log import LogNotifier
from leadkit.process.calendar import WorkCalendar
from leadkit.store import MemoryStorage, Query, Storage, Table, Unit

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def lead(number: int) -> lk.Lead:
    return lk.Lead(
        id=f"L{number}",
        source=lk.Source(channel="fair"),
        company=lk.Company(name="Example Ltd", industry="machinery", size="large"),
        contact=lk.Contact(name="Li", job_title="CEO", phone="13800138000"),
        need=lk.Need(description="buy a robot, 500k-800k, live in Q3"),
    )


def decide(policy: lk.Policy) -> tuple[str, ...]:
    score: lk.Score = policy.score({"role": "user"}, {"webinar": 2}, as_of=NOW)
    points: Decimal = score.points
    screening: lk.Screening = policy.screen(lead(1), as_of=NOW)
    grade: lk.Grade = policy.grade({"amount": 450_000})
    change = policy.regrade(grade, {"amount": 20_000})
    return (score.explain("en"), str(points), screening.outcome, change.explain())


def check(policy: lk.Policy) -> list[lk.checks.Finding]:
    proof: lk.checks.Proof = lk.checks.prove(policy, policy.document.invariants[0])
    comparison = lk.checks.compare(lk.load_policy("standard"), policy)
    print(proof.outcome, proof.witness, comparison.rise)
    return list(lk.checks.check(policy).findings)


class Host:
    """A plugin with every hook."""

    name = "host"

    @lk.hookimpl
    def leadkit_open_storage(self, url: str) -> Storage | None:
        return MemoryStorage() if url == "host:" else None

    @lk.hookimpl
    def leadkit_calendar(self, name: str) -> WorkCalendar | None:
        return None

    @lk.hookimpl
    def leadkit_policies(self) -> Mapping[str, Path]:
        return {}

    @lk.hookimpl
    def leadkit_verify(self, lead: lk.Lead) -> lk.Verification | None:
        return lk.Verification(facts={"phone_valid": True}) if lead.contact.phone else None

    @lk.hookimpl
    def leadkit_veto(self, command: lk.Command) -> None:
        if command.name == "erase":
            raise lk.CommandError(lk.Problem("only by our own program"))

    @lk.hookimpl
    def leadkit_notify(self, notice: lk.Notice) -> None:
        print(notice.kind, notice.to or notice.role)


def work(desk: lk.Desk) -> None:
    boss = lk.Actor(id="wu", role="supervisor")
    desk.enrol(lk.Member(id="li", role="senior_rep", capacity=20), by=boss)
    receipt: lk.Receipt = desk.capture(lead(1), key="form-1")
    activity = lk.Activity(id="a1", lead_id="L1", kind="webinar", occurred_at=NOW)
    desk.record(activity)
    desk.assign("L1", by=boss, key="assign-1", version=receipt.version)
    desk.disqualify("L2", "budget_too_small", reason="asked on the phone", by=boss, version=3)
    desk.archive("L2", reason="agreed", by=boss)
    for state in desk.queue(owner="li", limit=10):
        points: Decimal | None = state.points
        print(state.id, points, state.priority)
    for item in desk.due(owner="li"):
        print(item.kind, item.due_at)
    print(desk.tick().notices, desk.deliver(limit=5).delivered)


async def serve(engine: AsyncEngine, policy: lk.Policy) -> str | None:
    desk = lk.AsyncDesk(policy, engine, actor=lk.Actor(id="web", role="marketing"))
    receipt: lk.Receipt = await desk.run(lambda desk: desk.capture(lead(1), key="form-1"))
    health: lk.Health = await desk.run(lambda desk: desk.ping())
    print(health.schema, health.plugins)
    return receipt.lead_id


def replace_policy(desk: lk.Desk, policy: lk.Policy) -> lk.Desk:
    other = desk.with_policy(policy)
    print(other.policy.id, other.ping().to_dict())
    return other


def negotiate(opportunities: lk.OpportunityDesk, by: lk.Actor) -> str | None:
    opportunity = opportunities.convert("L1", {"intent": True, "date_set": True}, by=by).opportunity_id
    if opportunity is None:
        return None
    opportunities.assess(opportunity, urgency="immediate", competition="even", by=by)
    opportunities.confirm_grade(opportunity, by=by)
    opportunities.plan(opportunity, pains="slow", advantages="fast", strategy="start with a demo", by=by)
    opportunities.lose(opportunity, "price", competitor="Firma X", by=by, key="lost-1")
    return opportunities.get(opportunity).opportunity.owner


def review(desk: lk.Desk, policy: lk.Policy) -> lk.reviews.Rate:
    notes = lk.reviews.ReviewNotes(improve=("answer within two hours",))
    figures: lk.reviews.Figures = desk.review("2026-Q4", notes=notes).total
    total = lk.reviews.review([lead(1)], [], "2026-Q4", policy=policy).total
    print(figures.leads, desk.review("2026-Q4").to_dict())
    return total.win_rate


def rows(storage: Storage, table: Table[str]) -> int:
    with storage.transaction(read_only=True) as unit:
        return _count(unit, table)


def _count(unit: Unit, table: Table[str]) -> int:
    return unit.count(Query(table, limit=10))


def main() -> int:
    policy = lk.load_policy("standard", limits=lk.Limits())
    try:
        with lk.Desk(policy, "host:", plugins=[Host(), LogNotifier()], retries=lk.Retries()) as desk:
            work(desk)
            negotiate(desk.opportunities, lk.Actor(id="wu", role="supervisor"))
            print(review(desk, policy), decide(policy), check(policy))
    except lk.ConflictError as error:
        print([(problem.path, problem.hint) for problem in error.problems])
    except (lk.NotAllowedError, lk.CommandError, lk.errors.StorageError):
        return 1
    return 0
