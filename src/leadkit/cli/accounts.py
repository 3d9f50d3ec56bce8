"""A company with all that it has with us, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from leadkit.cli.opening import aligned, on_store, short_ids
from leadkit.cli.shared import AS_JSON, as_text

if TYPE_CHECKING:
    from leadkit.cli.wording import Wording
    from leadkit.desk.accounts import Account, AccountDeals
    from leadkit.desk.desk import Desk

STATUSES = ("won", "open", "lost")
LEAD_HEADS = ("id", "status", "points", "captured", "channel", "owner")


@click.command()
@click.argument("company", metavar="COMPANY")
@AS_JSON
@on_store
def account(desk: Desk, company: str, as_json: bool) -> None:
    """Show a company in whatever spelling: its leads, and its open, won and lost opportunities with their sums."""
    from leadkit.cli.opportunity_view import OpportunityView
    from leadkit.cli.wording import Wording

    known, words = desk.account(company), Wording.of(desk.policy)
    if as_json:
        click.echo(as_text(known.to_dict()))
        return
    view, states = OpportunityView(words), [state for name in STATUSES for state in _deals(known, name).opportunities]
    shown = short_ids(state.id for state in states)
    click.echo(words.line("account", "names", ", ".join(known.names)))
    for line in aligned(list(_sums(known, words))):
        click.echo(line)
    tables = ([view.heads, *(view.row(state, shown[state.id]) for state in states)], list(_leads(known, words)))
    for table in tables:
        click.echo()
        for line in aligned(table):
            click.echo(line)


def _deals(company: Account, status: str) -> AccountDeals:
    deals: AccountDeals = getattr(company, status)
    return deals


def _sums(company: Account, words: Wording) -> Iterator[tuple[str, ...]]:
    for status in STATUSES:
        deals = _deals(company, status)
        without = words.line("account", "without", deals.without_amount) if deals.without_amount else ""
        yield words.code(status), str(len(deals)), f"{deals.amount:f} {words.policy.document.currency}{without}"


def _leads(company: Account, words: Wording) -> Iterator[tuple[str, ...]]:
    yield words.heads(*LEAD_HEADS)
    for state in company.leads:
        channel = state.lead.source.channel if state.lead.source else None
        cells = (cell or words.nothing for cell in (channel, state.owner))
        yield state.id, words.code(state.status), str(state.points), words.moment(state.captured_at), *cells
