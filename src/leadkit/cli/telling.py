"""What became of a command, in a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import aligned
from leadkit.cli.wording import Wording
from leadkit.desk.opportunities.state import OpportunityState
from leadkit.desk.results import Receipt, Rescored, Settled, Ticked, Undone
from leadkit.texts import texts

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
    words, lead = Wording.of(desk.policy), receipt.lead_id
    became, status = words.code(receipt.outcome), words.code(receipt.status)
    if receipt.command == "convert":
        opened = receipt.opportunity_id
        done = words.line("lines", "converted", lead=lead, outcome=became, opportunity=opened, status=status)
        return [done, *_differing(receipt, words), *findings(receipt, words)]
    if receipt.opportunity_id is not None:
        state = desk.opportunities.get(receipt.opportunity_id)
        done = f"{outcome(words, state.id, receipt.outcome, state.stage)}, {grade(state, words)}"
        return [done, *findings(receipt, words)]
    if receipt.notes:
        return [words.line("lines", receipt.outcome, ", ".join(receipt.notes))]
    if receipt.command in {"merge", "unmerge"}:
        kept = ", ".join(map(words.field, receipt.differences))
        stays = words.line("lines", "stays", kept) if kept and receipt.command == "unmerge" else ""
        return [words.line("lines", receipt.outcome, other=values["other"], lead=lead) + stays]
    if receipt.command == "assign":
        return [words.line("lines", "assigned", lead=lead, owner=receipt.owner)]
    return [outcome(words, str(lead), receipt.outcome, str(receipt.status))]


def _differing(receipt: Receipt, words: Wording) -> Iterator[str]:
    """What was given and is not what the opportunity has, and the company's other open opportunities."""
    heads = texts("opportunities", words.language)["fields"]
    for name, (given, kept) in receipt.differing_values.items():
        field = heads[{"expected_close": "close"}.get(name, name)]
        shown, known = (words.nothing if value is None else value for value in (given, kept))
        yield words.line("lines", "differs", field=field, given=shown, kept=known)
    if receipt.others:
        yield words.line("lines", "beside", ", ".join(receipt.others))


def findings(receipt: Receipt, words: Wording) -> list[str]:
    """What somebody should look at, and what was derived, a line each."""
    derived = receipt.derived.items()
    lines = [words.line("lines", "derived", signal=words.code(name), activity=basis) for name, basis in derived]
    answers = [words.line("lines", "suggested", ", ".join(receipt.suggested))] if receipt.suggested else []
    free = [words.line("lines", "freed", ", ".join(receipt.freed))] if receipt.freed else []
    return [*answers, *free, *lines, *(f"  {words.line('findings', code)}" for code in receipt.findings)]


@_lines.register(Rescored)
def _(rescored: Rescored, desk: Desk, values: Mapping[str, Any]) -> list[str]:  # noqa: ARG001
    counts = {"leads": rescored.leads, "changed": rescored.changed, "crossed": rescored.crossed}
    return [Wording.of(desk.policy).line("lines", "rescored", **counts)]


@_lines.register(Settled)
def _(settled: Settled, desk: Desk, values: Mapping[str, Any]) -> list[str]:  # noqa: ARG001
    counts = {"leads": settled.leads, "opportunities": settled.opportunities}
    return [Wording.of(desk.policy).line("lines", "settled", **counts)]


@_lines.register(Ticked)
def _(ticked: Ticked, desk: Desk, values: Mapping[str, Any]) -> list[str]:  # noqa: ARG001
    words = Wording.of(desk.policy)
    counts = [(words.notice(kind), str(number)) for kind, number in sorted(ticked.notices.items())]
    returned = words.line("lines", "returned", ticked.returned) if ticked.returned else ""
    removed = words.line("lines", "removed", ticked.removed) if ticked.removed else ""
    notices = sum(ticked.notices.values())
    done = words.line("lines", "ticked", notices=notices, rescored=ticked.rescored, returned=returned + removed)
    return [*aligned(counts), done]


@_lines.register(Undone)
def _(undone: Undone, desk: Desk, values: Mapping[str, Any]) -> list[str]:  # noqa: ARG001
    words = Wording.of(desk.policy)
    shown = undone.kept[:MOST_KEPT]
    kept = [words.line("lines", "kept", lead=lead_id, why=words.touch(why)) for lead_id, why in shown]
    left = len(undone.kept) - len(shown)
    more = [words.line("lines", "more_kept", left)] if left else []
    counts = {"removed": undone.removed, "restored": undone.restored, "kept": len(undone.kept)}
    done = words.line("lines", "undone", run=undone.import_id, **counts)
    if undone.removed_opportunities or undone.restored_opportunities:
        deals = {"removed": undone.removed_opportunities, "restored": undone.restored_opportunities}
        done += words.line("lines", "undone_opportunities", **deals)
    return [done, *kept, *more]


def outcome(words: Wording, subject: str, became: str, state: str) -> str:
    """What became of a command, and where its subject is now, said once where both are the same."""
    done, stands = words.code(became), words.code(state)
    if done == stands:
        return words.line("lines", "outcome_alone", subject=subject, outcome=done)
    return words.line("lines", "outcome", subject=subject, outcome=done, state=stands)


def grade(state: OpportunityState, words: Wording) -> str:
    """The confirmed grade of an opportunity, and the one that waits for its confirmation."""
    return words.line("lines", "grade", grades(state, words))


def grades(state: OpportunityState, words: Wording) -> str:
    """The grades themselves; that there is none yet, where that is so."""
    confirmed, proposed = state.opportunity.grade, state.proposed_grade
    waiting = words.line("lines", "to_confirm", proposed) if proposed != confirmed and proposed else ""
    return ", ".join(filter(None, (confirmed, waiting))) or words.line("lines", "no_grade")
