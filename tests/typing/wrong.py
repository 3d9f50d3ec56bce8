"""Mistakes that a type checker finds before a program runs: every line marked as an error is one, and no other."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

import leadkit as lk
from leadkit.store import MemoryStorage

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def decide(policy: lk.Policy, row: object) -> None:
    policy.score(row, as_of=NOW)  # error
    policy.score({"role": "user"}, as_at=NOW)  # error
    policy.score({"role": "user"}, as_of="2026-11-24")  # error
    policy.grade({"amount": 1}).graed  # error
    lk.load_policy(3)  # error
    lk.Lead(id=1)  # error
    lk.Activity(id="a1", lead_id="1", kind="webinar", occured_at=NOW)  # error
    lk.checks.prove(policy)  # error
    lk.checks.proof  # error
    lk.Ledger  # error


def work(desk: lk.Desk, lead: lk.Lead) -> None:
    desk.capture({"id": "1"})  # error
    desk.capture(lead, kye="form-1")  # error
    desk.archive("1", verison=3)  # error
    desk.archive("1", version="3")  # error
    desk.disqualify("1", "budget_too_small", reson="asked on the phone")  # error
    desk.assign(lead)  # error
    desk.screen("1", by="wu")  # error
    desk.opportunities.plan("1", pain="slow", advantages="fast", strategy="a demo")  # error
    desk.opportunities.lose("1", competitor=3)  # error
    desk.archvie("1")  # error


async def serve(engine: AsyncEngine, lead: lk.Lead) -> None:
    lk.AsyncDesk("standard", engine, plugin=[])  # error
    desk = lk.AsyncDesk("standard", engine)
    await desk.run(lambda desk: desk.capture(lead, kye="form-1"))  # error
    (await desk.run(lambda desk: desk.queue())).outcome  # error


def configure() -> None:
    lk.Desk("standard").policy = lk.load_policy("standard")  # error
    lk.Desk("standard", MemoryStorage(keep=print, befor=print))  # error
    lk.Desk("standard", clock=NOW)  # error
    lk.Member(id="li", role="sales_rep", capacity="many")  # error
    lk.reviews.review([], [], policy=lk.load_policy("standard"))  # error
    lk.errors.Problem(3)  # error
