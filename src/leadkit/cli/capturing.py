"""The command that takes one lead in, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import commanded, printable
from leadkit.cli.shared import AS_JSON, as_text

if TYPE_CHECKING:
    from leadkit.adapters.spreadsheets.faults import Fault
    from leadkit.cli.wording import Wording
    from leadkit.desk.desk import Desk
    from leadkit.desk.results import LeadState, Receipt
    from leadkit.policy import Policy
    from leadkit.records.people import Actor

USED_ALL_THE_SAME = frozenset({"not_valid"})
"""What is kept as it is, and told."""


@click.command()
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
@click.option("--anew", is_flag=True, help="They were erased, and enquire again of their own accord.")
@AS_JSON
@commanded
def capture(desk: Desk, values: tuple[str, ...], anew: bool, as_json: bool, by: Actor | None, key: str | None) -> None:
    """Take one lead in: verify, find duplicates, screen and score.

    A field is called as in a sheet (电话, Phone), by its name (company_size), or by a path (custom.NAME):
    its value is read as a cell is: source=展会-2026工博会, budget=50-80万, purchase_by=3个月内. All that is wrong or
    missing is told at once. A customer who is there already is not doubled: the lead is joined to theirs.
    """
    from leadkit.cli.wording import Wording

    words = Wording.of(desk.policy)
    lead, remarks = _lead(desk, values, words)
    receipt = desk.capture(lead, anew=anew or None, key=key, by=by)
    state = desk.lead(str(receipt.lead_id))
    if as_json:
        click.echo(as_text({**receipt.to_dict(), **state.to_dict(), "unknown": list(_unknown(desk, state))}))
        return
    for line in _lines(desk, receipt, state, remarks, words):
        click.echo(printable(line))


def _lead(desk: Desk, values: Sequence[str], words: Wording) -> tuple[Any, list[str]]:
    """The lead that was given, and what should be looked at in it.

    Raises:
        click.UsageError: a field or its value is not understood, or what the policy requires is missing; all at once.
    """
    from leadkit.adapters.spreadsheets.given_lead import given_lead
    from leadkit.limits import CLOCK_SKEW
    from leadkit.records.lead_fields import missing

    given, problems = _given(values, desk.policy)
    lead, faults = given_lead(given, desk.policy, desk.executor.ids(), desk.executor.clock() + CLOCK_SKEW)
    problems += [_in_words(fault, words) for fault in faults if lead is None or fault.code not in USED_ALL_THE_SAME]
    if lead is not None:
        unread = {fault.column for fault in faults}
        absent = [name for name in missing(lead, desk.policy.document.capture.required) if name not in unread]
        problems += [words.line("capture", "missing", words.field(name)) for name in absent]
        if lead.owner is not None and lead.owner not in {member.id for member in desk.members()}:
            problems.append(words.line("capture", "no_member", words.field("owner")))
    if problems:
        raise click.UsageError("\n".join(problems))
    return lead, [_in_words(fault, words) for fault in faults]


def _given(values: Sequence[str], policy: Policy) -> tuple[list[tuple[str, str]], list[str]]:
    """The values by the names of their fields, and those that are none."""
    from leadkit.adapters.spreadsheets.given_lead import spellings
    from leadkit.adapters.spreadsheets.heads.columns import TOGETHER
    from leadkit.records.text import fold
    from leadkit.rules.facts import near
    from leadkit.texts.messages import translated

    known, given, problems = spellings(policy), list[tuple[str, str]](), list[str]()
    for value in values:
        named, equals, text = value.partition("=")
        name = known.get(fold(named).casefold())
        if not equals or not named.strip():
            message = f"{named or value}: write FIELD=VALUE, such as contact.phone=13812345678"
            problems.append(translated(message, policy.language))
        elif name is None:
            hint = near(named.strip(), known) or "such as contact.phone"
            problems.append(translated(f"{named.strip()}: no such field; {hint}", policy.language))
        elif name not in TOGETHER and name in dict(given):
            problems.append(translated(f"{named.strip()}: is given twice", policy.language))
        else:
            given.append((name, text))
    return given, problems


def _in_words(fault: Fault, words: Wording) -> str:
    from leadkit.texts import texts

    form: str = texts("sheets", words.language)["faults"][fault.code]
    return form.format(column=words.field(fault.column), detail=fault.detail)


def _lines(desk: Desk, receipt: Receipt, state: LeadState, remarks: Sequence[str], words: Wording) -> Iterator[str]:
    asked = words.line("lines", "asked", words.codes(state.missing)) if state.missing else ""
    standing = {"status": words.code(state.status), "points": state.points, "priority": words.code(state.priority)}
    yield words.line(
        "capture", "lead", lead=receipt.lead_id, outcome=words.code(receipt.outcome), **standing, asked=asked
    )
    if receipt.outcome in {"joined", "amended", "repeated"} and receipt.matched_by:
        fields = ", ".join(map(words.field, receipt.differences))
        other = words.line("import", "differs", fields) if fields else ""
        yield words.line("capture", "known", by=words.code(receipt.matched_by), other=other)
    yield from (f"  {words.line('findings', code)}" for code in receipt.findings)
    unknown = _unknown(desk, state)
    if unknown:
        yield words.line("capture", "unknown", words.codes(unknown))
    yield from (words.line("capture", "look", remark) for remark in remarks)


def _unknown(desk: Desk, state: LeadState) -> tuple[str, ...]:
    """The facts that its score would count and that nobody knows."""
    return desk.policy.score(state.lead, as_of=desk.executor.clock()).unknown
