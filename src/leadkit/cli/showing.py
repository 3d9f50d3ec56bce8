"""One lead, with everything that is known of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import aligned, on_store

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk
    from leadkit.desk.results import LeadState

STANDING = ("status", "points", "priority", "nurture_stage", "owner", "missing", "reasons")


@click.command()
@click.argument("lead_id", metavar="LEAD")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@on_store
def show(desk: Desk, lead_id: str, as_json: bool) -> None:
    """Show a lead: its status and score, the company, whom to call and what they need."""
    state = desk.lead(lead_id)
    record = state.lead.model_dump(mode="json", exclude_none=True)
    if as_json:
        standing = {name: _plain(getattr(state, name)) for name in STANDING}
        click.echo(json.dumps({**record, **standing}, ensure_ascii=False, indent=2))
        return
    for line in aligned([*_standing(state), *_fields({name: record[name] for name in record if name not in STANDING})]):
        click.echo(line)


def _standing(state: LeadState) -> Iterator[tuple[str, str]]:
    for name in STANDING:
        value = getattr(state, name)
        if value not in {None, ()}:
            yield name, ", ".join(value) if isinstance(value, tuple) else str(value)


def _fields(record: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Every field of a record by its path, one a line."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from _fields(value, f"{above}{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, part in enumerate(value, start=1):
                yield from _fields(part, f"{above}{name}.{number}.")
        elif value not in ("", []):
            yield f"{above}{name}", ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value if value is None else str(value)
