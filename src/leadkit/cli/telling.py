"""What became of a command, in a line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import aligned
from leadkit.desk.opportunity_state import OpportunityState
from leadkit.desk.results import Receipt, Rescored, Ticked, Undone

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk

MOST_KEPT = 20


def tell(desk: Desk, result: Any, values: Mapping[str, Any]) -> None:
    """Print what a command did; `values` are its arguments."""
    for line in _lines(result, desk, values):
        click.echo(line)


@singledispatch
def _lines(result: Any, desk: Desk, values: Mapping[str, Any]) -> list[str]:  # noqa: ARG001
    return [str(result)]


@_lines.register(Receipt)
def _(receipt: Receipt, desk: Desk, values: Mapping[str, Any]) -> list[str]:
    if receipt.command == "convert":
        return [f"{receipt.lead_id} {receipt.outcome}: opportunity {receipt.opportunity_id}, {receipt.status}"]
    if receipt.opportunity_id is not None:
        state = desk.opportunities.get(receipt.opportunity_id)
        return [f"{outcome(state.id, receipt.outcome, state.stage)}, {grade(state)}"]
    if receipt.command == "merge":
        return [f"{values['other']} lives on in {receipt.lead_id}"]
    if receipt.command == "assign":
        return [f"{receipt.lead_id} -> {receipt.owner}"]
    return [outcome(str(receipt.lead_id), receipt.outcome, str(receipt.status))]


@_lines.register(Rescored)
def _(rescored: Rescored, desk: Desk, values: Mapping[str, Any]) -> list[str]:  # noqa: ARG001
    changed = f"{rescored.changed} have other points, {rescored.crossed} another priority"
    return [f"{rescored.leads} leads scored, {changed}"]


@_lines.register(Ticked)
def _(ticked: Ticked, desk: Desk, values: Mapping[str, Any]) -> list[str]:  # noqa: ARG001
    counts = [(kind, str(number)) for kind, number in sorted(ticked.notices.items())]
    returned = f", {ticked.returned} returned to the pool" if ticked.returned else ""
    done = f"{sum(ticked.notices.values())} notices, {ticked.rescored} leads scored again{returned}"
    return [*aligned(counts), done]


@_lines.register(Undone)
def _(undone: Undone, desk: Desk, values: Mapping[str, Any]) -> list[str]:  # noqa: ARG001
    kept = [f"  {lead_id} stays as it is: {why} since" for lead_id, why in undone.kept[:MOST_KEPT]]
    more = [f"  and {len(undone.kept) - MOST_KEPT} more"] if len(undone.kept) > MOST_KEPT else []
    counts = f"{undone.removed} leads removed, {undone.restored} as before, {len(undone.kept)} kept"
    if deals := undone.removed_opportunities + undone.restored_opportunities:
        counts += f"; of {deals} opportunities {undone.removed_opportunities} removed, the others as before"
    return [f"import {undone.import_id} undone: {counts}", *kept, *more]


def outcome(subject: str, became: str, state: str) -> str:
    """What became of a command, and where its subject is now, said once where both are the same."""
    return f"{subject} {became}" if became == state else f"{subject} {became}: {state}"


def grade(state: OpportunityState) -> str:
    """The confirmed grade of an opportunity, and the one that waits for its confirmation."""
    confirmed, proposed = state.opportunity.grade, state.proposed_grade
    waiting = f"{proposed} to confirm" if proposed != confirmed and proposed else ""
    return "grade " + (", ".join(filter(None, (confirmed, waiting))) or "open")
