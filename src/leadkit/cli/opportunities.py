"""The questions about opportunities, and the group that holds every step of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.codes import Code
from leadkit.cli.desk import history_line
from leadkit.cli.groups import GivenGroup
from leadkit.cli.opening import aligned, on_store, short_ids
from leadkit.cli.shared import AS_JSON, as_text
from leadkit.process.states import IN_PROGRESS

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk


@click.group(cls=GivenGroup, subjects=("opportunity",))
def opportunity() -> None:
    """Work on opportunities, from the assessment to the handover.

    ID is an opportunity's id, or that of the lead it was made of; of a lead with several it is the newest.
    """


ID = click.argument("named", metavar="ID")


@opportunity.command("list")
@click.option("--owner", help="Only theirs.")
@click.option("--status", type=Code(["open", "won", "lost"]))
@click.option("--stage", type=Code([*IN_PROGRESS, "won", "lost"]), help="Only those at this step.")
@click.option("--lead", "lead_id", help="Only those made of this lead.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@AS_JSON
@on_store
def list_(desk: Desk, as_json: bool, **which: Any) -> None:
    """List opportunities and where they stand, the oldest first."""
    from leadkit.cli.opportunity_view import OpportunityView
    from leadkit.cli.wording import Wording

    states, view = desk.opportunities.list(**which), OpportunityView(Wording.of(desk.policy))
    if as_json:
        click.echo(as_text([state.to_dict() for state in states]))
        return
    shown = short_ids(state.id for state in states)
    for line in aligned([view.heads, *(view.row(state, shown[state.id]) for state in states)]):
        click.echo(line)


def _id(desk: Desk, named: str) -> str:
    from leadkit.cli.given import opportunity_id

    return opportunity_id(desk, named)


@opportunity.command()
@ID
@AS_JSON
@on_store
def show(desk: Desk, named: str, as_json: bool) -> None:
    """Show an opportunity whole: where it stands, its plan, objections and answers, report, contract and handover."""
    from leadkit.cli.opportunity_view import OpportunityView
    from leadkit.cli.wording import Wording

    state = desk.opportunities.get(_id(desk, named))
    if as_json:
        click.echo(as_text(state.to_dict()))
        return
    for line in aligned(list(OpportunityView(Wording.of(desk.policy)).lines(state))):
        click.echo(line)


@opportunity.command()
@ID
@on_store
def history(desk: Desk, named: str) -> None:
    """List all that was done with it, by whom and why."""
    from leadkit.cli.wording import Wording

    words = Wording.of(desk.policy)
    for line in aligned([history_line(item, words) for item in desk.opportunities.history(_id(desk, named))]):
        click.echo(line)
