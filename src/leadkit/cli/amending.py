"""The command that corrects a lead, field by field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import commanded
from leadkit.cli.shared import MAGNITUDES

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk
    from leadkit.policy import Policy
    from leadkit.records.people import Actor


@click.command()
@click.argument("lead_id", metavar="LEAD")
@click.argument("changes", metavar="FIELD=VALUE...", nargs=-1, required=True)
@click.option("--reason", help="Why, in your own words.")
@commanded
def amend(desk: Desk, lead_id: str, changes: tuple[str, ...], reason: str | None, by: Actor, key: str | None) -> None:
    """Correct or complete a lead, and screen and score it again.

    A field is a path such as contact.phone, company.industry, need.product, need.purchase_by (a date),
    need.budget.high or custom.NAME; `tags` takes words with commas between them.
    """
    fields = dict(_change(word, desk.policy) for word in changes)
    receipt = desk.amend(lead_id, fields, reason=reason, by=by, key=key)
    state = desk.lead(lead_id)
    missing = f", to ask: {', '.join(state.missing)}" if state.missing else ""
    click.echo(f"{receipt.lead_id} amended: {state.status}, {state.points} points{missing}")


def _change(word: str, policy: Policy) -> tuple[str, Any]:
    path, equals, text = word.partition("=")
    if not equals or not path:
        raise click.UsageError(f"{path or word}: write FIELD=VALUE, such as contact.phone=13812345678")
    try:
        return path, _value(path, text, policy)
    except (ValueError, InvalidOperation):
        wanted = "a date such as 2026-12-01" if _type(path) == "day" else "a number"
        raise click.UsageError(f"{path} takes {wanted}") from None


def _day(text: str) -> date:
    from leadkit.records.text import read_moment

    moment = read_moment(text)
    if moment is None or not moment.whole_day:
        raise ValueError
    return moment.at.date()


def _value(path: str, text: str, policy: Policy) -> Any:
    from leadkit.records.text import read_number

    fact = policy.facts.get(path.removeprefix("custom.")) if path.startswith("custom.") else None
    match fact.type if fact else _type(path):
        case "day":
            return _day(text)
        case "amount" | "number":
            number = read_number(text, *MAGNITUDES)
            return Decimal(text) if number is None else number
        case "boolean":
            return {"true": True, "false": False}.get(text.lower(), text)
        case "texts":
            return tuple(filter(None, (part.strip() for part in text.split(","))))
        case _:
            return text or None


def _type(path: str) -> str | None:
    from leadkit.records.lead_fields import BY_PATH

    return BY_PATH[path].type if path in BY_PATH else None
