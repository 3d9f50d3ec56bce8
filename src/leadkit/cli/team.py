"""Who carries how much, and how much more they can take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from leadkit.cli.opening import aligned, on_store
from leadkit.cli.shared import AS_JSON, as_text

if TYPE_CHECKING:
    from leadkit.cli.wording import Wording
    from leadkit.desk.desk import Desk
    from leadkit.desk.team_load import MemberLoad


@click.command()
@AS_JSON
@on_store
def team(desk: Desk, as_json: bool) -> None:
    """List who carries how much: leads by priority, open opportunities by grade, overdue duties, and the room left.

    What is nobody's stands in the last line.
    """
    from leadkit.cli.wording import Wording

    loads = desk.team_load()
    if as_json:
        click.echo(as_text([load.to_dict() for load in loads]))
        return
    words = Wording.of(desk.policy)
    heads = words.heads("member", "role", "leads", "opportunities", "overdue", "capacity", "room")
    for line in aligned([heads, *(_line(load, words) for load in loads)]):
        click.echo(line)


def _line(load: MemberLoad, words: Wording) -> tuple[str, ...]:
    member = words.line("lines", "nobody") if load.member is None else load.member
    role = words.code(load.role) if load.active else f"{words.code(load.role)} ({words.line('lines', 'inactive')})"
    numbers = [words.nothing if number is None else str(number) for number in (load.capacity, load.room)]
    leads, deals = _counts(load.leads, "priority", words), _counts(load.opportunities, "grade", words)
    return member, role, leads, deals, str(load.overdue), *numbers


def _counts(counts: Mapping[str, int], of: str, words: Wording) -> str:
    parts = ", ".join(f"{words.code(name, of=of)} {number}" for name, number in counts.items())
    return parts or words.nothing
