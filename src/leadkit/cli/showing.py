"""One lead, with everything that is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import aligned, on_store
from leadkit.cli.shared import as_text

if TYPE_CHECKING:
    from leadkit.cli.wording import Wording
    from leadkit.desk.accounts import Account
    from leadkit.desk.desk import Desk
    from leadkit.desk.results import Check, LeadState, OverrideState

CODES = frozenset({"status", "priority", "nurture_stage"})
STANDING = ("status", "points", "priority", "nurture_stage", "owner", "missing", "reasons")
ACCEPTED = ("accepted_by", "accepted_at", "screening")
"""What stands beside the status of a lead that somebody found valid by hand."""


@click.command()
@click.argument("lead_id", metavar="LEAD")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@on_store
def show(desk: Desk, lead_id: str, as_json: bool) -> None:
    """Show a lead: its status and score, the company, whom to call and what they need."""
    from leadkit.cli.wording import Wording

    state = desk.lead(lead_id)
    if as_json:
        account = _account(desk, state)
        click.echo(as_text({**state.to_dict(), "won_deals": len(account.won) if account else 0}))
        return
    words = Wording.of(desk.policy)
    record = state.lead.model_dump(exclude_none=True)
    fields = _fields({name: record[name] for name in record if name not in STANDING}, words)
    for line in aligned(
        [*_standing(state, words, desk.executor.clock()), *_customer(_account(desk, state), words), *fields]
    ):
        click.echo(line)


def _account(desk: Desk, state: LeadState) -> Account | None:
    """The account of a lead's company; None where it names none."""
    from leadkit.errors import CommandError

    try:
        return desk.account(state.lead.company.name or "")
    except CommandError:
        return None


def _customer(account: Account | None, words: Wording) -> Iterator[tuple[str, str]]:
    """That the company is a customer already, where it is."""
    if account is not None and account.is_customer:
        amount = f"{account.won.amount:f} {words.policy.document.currency}"
        (head,) = words.heads("customer")
        yield head, words.line("account", "customer", deals=len(account.won), amount=amount)


def _standing(state: LeadState, words: Wording, now: datetime) -> Iterator[tuple[str, str]]:
    for name, head in zip(STANDING, words.heads(*STANDING), strict=True):
        value = getattr(state, name)
        if isinstance(value, tuple):
            yield from [(head, words.codes(value))] if value else []
        elif value is not None:
            yield head, words.code(value, of=name) if name in CODES else str(value)
    if state.accepted_at is not None:
        accepted = (words.code(state.accepted_by), words.moment(state.accepted_at), words.code(state.screening))
        yield from zip(words.heads(*ACCEPTED), accepted, strict=True)
    if state.override is not None and state.override.stands(now):
        yield words.heads("override")[0], _override(state.override, words)
    (head,) = words.heads("signals")
    for name, noted in state.signals.items():
        yield head, f"{words.code(name)}, {words.moment(noted.at)}, {noted.by}"
    for name, check in state.checks.items():
        yield words.heads("checked")[0], _check(name, check, words)
    if state.ready_at is not None:
        yield words.heads("ready_at")[0], words.moment(state.ready_at)


def _override(override: OverrideState, words: Wording) -> str:
    """The band that a person says, who and when, until when, and why."""
    until = words.line("lines", "until", words.moment(override.until)) if override.until is not None else ""
    band = words.code(override.band, of="priority")
    return f"{band}, {words.code(override.by)}, {words.moment(override.at)}{until}: {override.reason}"


def _check(name: str, check: Check, words: Wording) -> str:
    """A fact that was checked: what it is, by whom and when, and what the lead says where that is something else."""
    value = words.code(str(check.value), of=name)
    by = words.code(check.by or check.source)
    differs = words.line("lines", "stated", words.code(str(check.stated), of=name)) if check.stated is not None else ""
    void = words.line("lines", "does_not_count") if not check.counts else ""
    return f"{words.code(name)} {value}, {by}, {words.moment(check.at)}{differs}{void}"


def _fields(record: Mapping[str, Any], words: Wording, above: str = "") -> Iterator[tuple[str, str]]:
    """Every field of a record by its path, or by what it is called, one a line."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from _fields(value, words, f"{above}{name}.")
        elif isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
            for number, part in enumerate(value, start=1):
                yield from _fields(part, words, f"{above}{name}.{number}.")
        elif isinstance(value, datetime):
            yield words.path(f"{above}{name}"), words.moment(value)
        elif value not in ("", [], ()):
            several = isinstance(value, (list, tuple))
            yield words.path(f"{above}{name}"), ", ".join(map(str, value)) if several else str(value)
