"""The questions about opportunities, and the group that holds every step of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.desk import history_line
from leadkit.cli.groups import GivenGroup
from leadkit.cli.opening import aligned, on_store, short_ids
from leadkit.cli.shared import AS_JSON

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from leadkit.cli.wording import Wording
    from leadkit.desk.desk import Desk
    from leadkit.desk.results import OpportunityState

HEADS = ("id", "stage", "grade", "amount", "close", "account", "owner", "lead")


@click.group(cls=GivenGroup, subjects=("opportunity",))
def opportunity() -> None:
    """Work on opportunities, from the assessment to the handover.

    ID is an opportunity's id, or that of the lead it was made of; of a lead with several it is the newest.
    """


ID = click.argument("named", metavar="ID")


@opportunity.command("list")
@click.option("--owner", help="Only theirs.")
@click.option("--status", type=click.Choice(["open", "won", "lost"]))
@click.option("--stage", help="Only those at this step, such as planning.")
@click.option("--lead", "lead_id", help="Only those made of this lead.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@AS_JSON
@on_store
def list_(desk: Desk, as_json: bool, **which: Any) -> None:
    """List opportunities and where they stand, the oldest first."""
    from leadkit.cli.wording import Wording

    states, words = desk.opportunities.list(**which), Wording.of(desk.policy)
    if as_json:
        click.echo(json.dumps([_as_json(state) for state in states], indent=2))
        return
    shown = short_ids(state.id for state in states)
    for line in aligned([words.heads(*HEADS), *(_row(state, shown[state.id], words) for state in states)]):
        click.echo(line)


def _row(state: OpportunityState, shown: str, words: Wording) -> tuple[str, ...]:
    record = state.opportunity
    close = record.expected_close and words.moment(record.expected_close).partition(" ")[0]
    cells = (_money(record.amount), close, record.account, record.owner, record.lead_id)
    return shown, words.code(state.stage), _grade(state, words), *(word or words.nothing for word in cells)


def _id(desk: Desk, named: str) -> str:
    from leadkit.cli.given import opportunity_id

    return opportunity_id(desk, named)


def _grade(state: OpportunityState, words: Wording) -> str:
    from leadkit.cli.telling import grades

    return grades(state, words)


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _as_json(state: OpportunityState) -> dict[str, Any]:
    kept = state.opportunity.model_dump(mode="json")
    standing = {name: getattr(state, name) for name in ("stage", "proposed_grade", "competitor", "version")}
    milestones = [
        {"name": step.name, "due_at": step.due_at.isoformat(), "reached_at": _iso(step.reached_at)}
        for step in state.milestones
    ]
    objections = [
        {
            "id": objection.id,
            "key": objection.key,
            "raised_at": objection.raised_at.isoformat(),
            "answered_at": _iso(objection.answered_at),
        }
        for objection in state.objections
    ]
    return kept | standing | {"milestones": milestones, "objections": objections}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


@opportunity.command()
@ID
@AS_JSON
@on_store
def show(desk: Desk, named: str, as_json: bool) -> None:
    """Show an opportunity, its milestones and its objections."""
    from leadkit.cli.wording import Wording

    state = desk.opportunities.get(_id(desk, named))
    if as_json:
        click.echo(json.dumps(_as_json(state), indent=2))
        return
    for line in aligned(list(_shown(state, desk.policy.time_zone, Wording.of(desk.policy)))):
        click.echo(line)


def _shown(state: OpportunityState, zone: ZoneInfo, words: Wording) -> Iterator[tuple[str, str]]:
    record, levels = state.opportunity, state.opportunity.assessment
    fields = {
        "id": state.id, "lead": record.lead_id, "name": record.name, "account": record.account, "owner": record.owner,
        "stage": state.stage, "grade": _grade(state, words), "amount": _money(record.amount),
        "urgency": levels.urgency, "budget": levels.budget, "competition": levels.competition,
        "decision chain": levels.decision_chain, "close": _day(record.expected_close, zone),
        "opened": _day(record.opened_at, zone), "closed": _day(record.closed_at, zone),
        "won by": ", ".join(record.win_factors), "lost by": record.lost_reason, "lost to": state.competitor,
        "handed over": _day(state.handed_over_at, zone),
    }  # fmt: skip
    yield from ((name, value) for name, value in fields.items() if value)
    for step in state.milestones:
        reached = f", reached {_day(step.reached_at, zone)}" if step.reached_at else ""
        yield "milestone", f"{step.name}, due {_day(step.due_at, zone)}{reached}"
    for objection in state.objections:
        answered = f"answered {_day(objection.answered_at, zone)}" if objection.answered_at else "not answered"
        key = ", a key one" if objection.key else ""
        yield f"objection {objection.number}", f"raised {_day(objection.raised_at, zone)}, {answered}{key}"


def _day(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


@opportunity.command()
@ID
@on_store
def history(desk: Desk, named: str) -> None:
    """List all that was done with it, by whom and why."""
    from leadkit.cli.wording import Wording

    words = Wording.of(desk.policy)
    for line in aligned([history_line(item, words) for item in desk.opportunities.history(_id(desk, named))]):
        click.echo(line)
