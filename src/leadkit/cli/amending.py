"""The commands that change what is known of leads: amend, merge, release, rescore."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import BY, ROLE, actor, commanded, on_store
from leadkit.records.lead_fields import BY_PATH

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk
    from leadkit.policy import Policy


@click.command()
@click.argument("lead_id", metavar="LEAD")
@click.argument("changes", metavar="FIELD=VALUE...", nargs=-1, required=True)
@click.option("--reason", help="Why, in your own words.")
@commanded
def amend(desk: Desk, lead_id: str, changes: tuple[str, ...], reason: str | None, how: dict[str, Any]) -> None:
    """Correct or complete a lead, and screen and score it again.

    A field is a path such as contact.phone, company.industry, need.product, need.purchase_by (a date),
    need.budget.high or custom.NAME; `tags` takes words with commas between them.
    """
    said = dict(_change(word, desk.policy) for word in changes)
    receipt = desk.amend(lead_id, said, reason=reason, **how)
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


def _value(path: str, text: str, policy: Policy) -> Any:
    fact = policy.facts.get(path.removeprefix("custom.")) if path.startswith("custom.") else None
    match fact.type if fact else _type(path):
        case "day":
            return date.fromisoformat(text)
        case "amount" | "number":
            return Decimal(text)
        case "boolean":
            return {"true": True, "false": False}.get(text.lower(), text)
        case "texts":
            return tuple(filter(None, (part.strip() for part in text.split(","))))
        case _:
            return text or None


def _type(path: str) -> str | None:
    return BY_PATH[path].type if path in BY_PATH else None


@click.command()
@click.argument("lead_id", metavar="LEAD")
@click.argument("other", metavar="OTHER")
@click.option("--reason", help="Why, in your own words.")
@commanded
def merge(desk: Desk, lead_id: str, other: str, reason: str | None, how: dict[str, Any]) -> None:
    """Join the lead OTHER to LEAD: both sources, both contacts and all follow-ups are kept."""
    receipt = desk.merge(lead_id, other, reason=reason, **how)
    click.echo(f"{other} lives on in {receipt.lead_id}")


@click.command()
@click.argument("lead_id", metavar="LEAD")
@click.option("--reason", help="Why, in your own words.")
@commanded
def release(desk: Desk, lead_id: str, reason: str | None, how: dict[str, Any]) -> None:
    """Take a lead from its owner; it waits for another."""
    receipt = desk.release(lead_id, reason=reason, **how)
    click.echo(f"{receipt.lead_id} released: {receipt.status}")


@click.command()
@click.argument("lead_id", metavar="[LEAD]", required=False)
@click.option("--stale", is_flag=True, help="Only leads whose score is older than the policy allows.")
@BY
@ROLE
@on_store
def rescore(desk: Desk, lead_id: str | None, stale: bool, by: str, role: str | None) -> None:
    """Bring the score of LEAD, or of every lead in the queue, up to date."""
    done = desk.rescore(lead_id, stale_only=stale, by=actor(by, role))
    click.echo(f"{done.leads} leads scored, {done.changed} have other points, {done.crossed} another priority")
