"""The commands on opportunities: convert a lead, list what became of it, and the group that holds every step after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.desk import history_line
from leadkit.cli.opening import aligned, commanded, on_store
from leadkit.cli.process import told_as
from leadkit.cli.shared import AS_JSON, Moment

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from leadkit.desk.desk import Desk
    from leadkit.desk.results import OpportunityState, Receipt

MOST_OF_A_LEAD = 1000
HEADS = ("id", "stage", "grade", "amount", "close", "account", "owner", "lead")


class Amount(click.ParamType[Decimal]):
    """A sum of money in the policy's currency, such as `1200000`."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0:
            self.fail("not an amount such as 1200000", param, ctx)
        return amount


AMOUNT = click.option("--amount", type=Amount(), help="What it is worth, in the policy's currency.")
CLOSE = click.option("--close", "expected_close", type=Moment(), help="When the customer wants to sign.")


@click.command()
@click.argument("lead_id", metavar="LEAD")
@click.option(
    "--signal", "signals", multiple=True,
    help="What you know of the customer: intent, budget_confirmed, decision_maker_involved, date_set.",
)  # fmt: skip
@click.option("--name", help="What the opportunity is called; the company's name where it is left out.")
@AMOUNT
@CLOSE
@commanded
def convert(desk: Desk, lead_id: str, how: dict[str, Any], signals: tuple[str, ...], **known: Any) -> None:
    """Make an opportunity of a valid lead that is ready for it.

    It has to show enough signals, in the standard policy two of four.

    Where the company has an open opportunity already, the lead joins it.
    """
    from leadkit.rules.facts import near

    facts = desk.policy.facts
    strange = next((name for name in signals if name not in facts), None)
    if strange is not None:
        raise click.UsageError(f"--signal {strange}: no such fact; {near(strange, facts)}")
    receipt = desk.opportunities.convert(lead_id, dict.fromkeys(signals, True), **known, **how)
    click.echo(f"{receipt.lead_id} {receipt.outcome}: opportunity {receipt.opportunity_id}, {receipt.status}")


OF_THE_DESK = {"answer_objection": "answer"}
"""What a desk calls its commands, as its hints do, where the terminal has a shorter name."""


class Steps(click.Group):
    """A group whose help lists its commands in the order of the process, and that knows the desk's names of them."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, OF_THE_DESK.get(cmd_name, cmd_name))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


@click.group(cls=Steps)
def opportunity() -> None:
    """Work on opportunities, from the assessment to the handover.

    ID is an opportunity's id, or that of the lead it was made of; of a lead with several it is the newest.
    """


ID = click.argument("said_id", metavar="ID")


def opportunity_id(desk: Desk, said_id: str) -> str:
    """The id of an opportunity that is named by it, or by its lead's."""
    found = desk.opportunities.list(lead_id=said_id, limit=MOST_OF_A_LEAD)
    return found[-1].id if found else said_id


def tell(desk: Desk, receipt: Receipt) -> None:
    """Print what a step did, and how the opportunity stands now."""
    state = desk.opportunities.get(str(receipt.opportunity_id))
    click.echo(f"{told_as(state.id, receipt.outcome, state.stage)}, {_grade(state)}")


def _grade(state: OpportunityState) -> str:
    confirmed, proposed = state.opportunity.grade, state.proposed_grade
    waiting = f"{proposed} to confirm" if proposed != confirmed and proposed else ""
    return "grade " + (", ".join(filter(None, (confirmed, waiting))) or "open")


@opportunity.command("list")
@click.option("--owner", help="Only theirs.")
@click.option("--status", type=click.Choice(["open", "won", "lost"]))
@click.option("--lead", "lead_id", help="Only those made of this lead.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@AS_JSON
@on_store
def list_(desk: Desk, as_json: bool, **which: Any) -> None:
    """List opportunities and where they stand, the oldest first."""
    states, zone = desk.opportunities.list(**which), desk.policy.time_zone
    if as_json:
        click.echo(json.dumps([_as_json(state) for state in states], indent=2))
        return
    for line in aligned([HEADS, *(_row(state, zone) for state in states)]):
        click.echo(line)


def _row(state: OpportunityState, zone: ZoneInfo) -> tuple[str, ...]:
    one = state.opportunity
    close = one.expected_close and f"{one.expected_close.astimezone(zone):%Y-%m-%d}"
    grade = _grade(state).removeprefix("grade ")
    return (
        state.id,
        state.stage,
        grade,
        *(word or "-" for word in (_money(one.amount), close, one.account, one.owner, one.lead_id)),
    )


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _as_json(state: OpportunityState) -> dict[str, Any]:
    kept = state.opportunity.model_dump(mode="json")
    own = {name: getattr(state, name) for name in ("stage", "proposed_grade", "competitor", "version")}
    milestones = [
        {"name": name, "due_at": due.isoformat(), "reached_at": reached and reached.isoformat()}
        for _, name, due, reached in state.milestones
    ]
    objections = [
        {"id": one, "key": key, "raised_at": raised.isoformat(), "answered_at": answered and answered.isoformat()}
        for one, key, raised, answered in state.objections
    ]
    return kept | own | {"milestones": milestones, "objections": objections}


@opportunity.command()
@ID
@AS_JSON
@on_store
def show(desk: Desk, said_id: str, as_json: bool) -> None:
    """Show an opportunity, its milestones and its objections."""
    state = desk.opportunities.get(opportunity_id(desk, said_id))
    if as_json:
        click.echo(json.dumps(_as_json(state), indent=2))
        return
    for line in aligned(list(_shown(state, desk.policy.time_zone))):
        click.echo(line)


def _shown(state: OpportunityState, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    one, levels = state.opportunity, state.opportunity.assessment
    own = {
        "id": state.id, "lead": one.lead_id, "name": one.name, "account": one.account, "owner": one.owner,
        "stage": state.stage, "grade": _grade(state).removeprefix("grade "), "amount": _money(one.amount),
        "urgency": levels.urgency, "budget": levels.budget, "competition": levels.competition,
        "decision chain": levels.decision_chain, "close": _day(one.expected_close, zone),
        "opened": _day(one.opened_at, zone), "closed": _day(one.closed_at, zone),
        "won by": ", ".join(one.win_factors), "lost by": one.lost_reason, "lost to": state.competitor,
        "handed over": _day(state.handed_over_at, zone),
    }  # fmt: skip
    yield from ((name, value) for name, value in own.items() if value)
    for _, name, due, reached in state.milestones:
        yield "milestone", f"{name}, due {_day(due, zone)}" + (f", reached {_day(reached, zone)}" if reached else "")
    for number, (_, key, raised, answered) in enumerate(state.objections, start=1):
        stands = f"answered {_day(answered, zone)}" if answered else "not answered"
        yield f"objection {number}", f"raised {_day(raised, zone)}, {stands}" + (", a key one" if key else "")


def _day(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


@opportunity.command()
@ID
@on_store
def history(desk: Desk, said_id: str) -> None:
    """List all that was done with it, by whom and why."""
    zone = desk.policy.time_zone
    for line in aligned(
        [history_line(item, zone) for item in desk.opportunities.history(opportunity_id(desk, said_id))]
    ):
        click.echo(line)
