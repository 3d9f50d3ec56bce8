"""The commands of the process that are more than one command of the desk: what is due, and follow-ups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.codes import Code
from leadkit.cli.lists import IN_LANGUAGE, TO_FILL_IN, check_list, each_lead, write_list
from leadkit.cli.opening import aligned, commanded, on_store, short_ids
from leadkit.cli.shared import AS_JSON, NOW, Moment, as_text, check_output, tell_of_more

if TYPE_CHECKING:
    from leadkit.cli.wording import Wording
    from leadkit.desk.desk import Desk
    from leadkit.desk.results import DueItem
    from leadkit.records import Activity
    from leadkit.records.people import Actor


class DutyKind(Code):
    """One of the duties of the process, such as `response`, or 首次响应."""

    name = "kind"

    def __init__(self) -> None:
        super().__init__(())

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        return "KIND"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from leadkit.process.duties import BY_KIND

        self.codes = tuple(BY_KIND)
        return super().convert(value, param, ctx)


HEADS = ("state", "left", "duty", "about", "company", "owner")


@click.command()
@click.option("--owner", help="Only this owner's duties.")
@click.option("--kind", type=DutyKind(), help="Only this kind of duty, such as response.")
@NOW
@click.option("--until", type=Moment(), help="What is due up to then, seen from now.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@AS_JSON
@TO_FILL_IN
@click.option("--ics", type=click.Path(path_type=Path), help="Write it as a calendar here (.ics), with --owner of one.")
@IN_LANGUAGE
@on_store
def due(
    desk: Desk,
    now: datetime | None,
    until: datetime | None,
    as_json: bool,
    output: Path | None,
    ics: Path | None,
    language: Any,
    **which: Any,
) -> None:
    """List what is due, overdue items first. With -o the leads among them, as a list to fill in.

    With --ics as a calendar that phones and desktops read: what is due, the id and the link of its lead, and no name.

    A provisional time may still move, because the holidays on the way to it are not official yet.
    """
    from leadkit.cli.wording import Wording
    from leadkit.desk.worklists import due_leads

    words = Wording.of(desk.policy)
    check_list(output)
    if now is not None and until is not None:
        raise click.UsageError("--now and --until don't go together")
    check_output(ics, (".ics",))
    if ics is not None:
        _write_calendar(desk, ics, now, words, which["owner"])
    duties = desk.due(now, **which) if until is None else desk.upcoming(until, **which)
    items = sorted(duties, key=lambda item: item.state != "breached")
    write_list(desk, due_leads(desk, items), output, language)
    companies = dict(_companies(desk, items))
    if as_json:
        click.echo(as_text([{**item.to_dict(), "company": companies.get(item.lead_id)} for item in items]))
        return
    shown = short_ids(_about(item) for item in items)
    rows = [_row(item, shown.get(_about(item)), companies.get(item.lead_id), words) for item in items]
    for line in aligned([words.heads(*HEADS), *rows]):
        click.echo(line)
    tell_of_more(len(items), which["limit"], words.language)


def _write_calendar(desk: Desk, path: Path, now: datetime | None, words: Wording, owner: str | None) -> None:
    from leadkit.adapters.files import replacing, unwritable
    from leadkit.process.duties import BY_KIND

    content = desk.calendar_feed(now, owner=owner, words={kind: words.code(kind) for kind in BY_KIND})
    try:
        with replacing(path) as part:
            part.write_bytes(content)
    except OSError as error:
        raise unwritable(path, error) from None
    click.echo(f"-> {path}", err=True)


def _companies(desk: Desk, items: list[DueItem]) -> Iterator[tuple[str | None, str | None]]:
    """The companies of leads by their ids; one that was erased has none."""
    from leadkit.errors import NotFoundError

    for lead_id in {item.lead_id for item in items if item.lead_id is not None}:
        try:
            yield lead_id, desk.lead(lead_id).lead.company.name
        except NotFoundError:
            continue


def _about(item: DueItem) -> str:
    return item.opportunity_id or item.lead_id or ""


def _row(item: DueItem, about: str | None, company: str | None, words: Wording) -> tuple[str, ...]:
    state = words.code(item.state)
    state = words.line("span", "provisional", state) if item.provisional else state
    cells = (word or words.nothing for word in (about, company, item.owner))
    kind = words.code(item.kind) + (f" {words.code(item.means)}" if item.means else "")
    return state, words.span(item.left), kind, *cells


@click.command()
@click.argument("lead_id", metavar="[LEAD]", required=False)
@click.option(
    "--kind", required=True, help="follow_up (we reached out), reply (they answered) or another kind of the policy."
)
@click.option("--at", type=Moment(), help="When it was; now where it is left out.")
@click.option("--means", help="How: mail, phone, WeCom, visit, ...")
@click.option("--opportunity", "opportunity_id", metavar="ID", help="The opportunity that it is about.")
@click.option("--contact", help="With whom, by name.")
@click.option("--content", help="What was sent or said.")
@click.option("--content-id", help="The piece of the content library that was sent.")
@click.option("--subject", help="What it was about: a page, a campaign, an event; rules may count by it.")
@click.option("--amount", metavar="NUMBER", help="The sum or number that it carries, such as an order's.")
@click.option("--feedback", help="What the customer said, in their words.")
@click.option("--next-step", help="What was agreed on.")
@click.option("--next-at", type=Moment(), help="When that is to be.")
@commanded
def record(desk: Desk, lead_id: str | None, by: Actor | None, key: str | None, **fields: Any) -> None:
    """Record a follow-up and update the lead's score.

    With --key and --at, giving the command twice keeps it once.

    With --opportunity LEAD may be left out. On a lead with one open opportunity it is about that one.

    LEAD is an id; `-` for the ids on standard input, one a line; `@FILE` for the leads of a list.
    """
    from leadkit.cli.wording import Wording

    words = Wording.of(desk.policy)
    for note in _uncounted(words, fields["kind"]):
        click.echo(f"leadkit: {note}", err=True)

    def give(named: str, key_of_lead: str | None) -> None:
        _record(desk, words, _activity(key_of_lead, lead_id=named, **fields), by)

    if fields["opportunity_id"] is not None:
        from leadkit.cli.given import opportunity_id

        fields["opportunity_id"] = opportunity_id(desk, fields["opportunity_id"])
        lead_id = lead_id or desk.opportunities.get(fields["opportunity_id"]).opportunity.lead_id
    if lead_id is None:
        raise click.UsageError("name a LEAD, or an --opportunity that has one")
    each_lead(desk, lead_id, key, give)


def _record(desk: Desk, words: Wording, activity: Activity, by: Actor | None) -> None:
    from leadkit.cli.telling import findings

    receipt = desk.record(activity, by=by)
    state = desk.lead(activity.lead_id)
    points = words.line("lines", "points", state.points)
    priority = words.code(state.priority, of="priority") if state.priority else None
    standing = ", ".join(filter(None, (words.code(state.status), points, priority)))
    became = words.code(receipt.outcome)
    click.echo(words.line("lines", "recorded", lead=receipt.lead_id, outcome=became, standing=standing))
    for line in findings(receipt, words):
        click.echo(line)


def _activity(key: str | None, at: datetime | None, **fields: Any) -> Activity:
    from pydantic import ValidationError

    from leadkit.desk.opening import new_id
    from leadkit.records import Activity

    if key is not None and at is None:
        raise click.UsageError("--key goes with --at: what is told again happened at the same time")
    try:
        return Activity(id=new_id() if key is None else key, occurred_at=at or datetime.now(UTC), **fields)
    except ValidationError as error:
        places = ", ".join(dict.fromkeys(str(fault["loc"][0]) for fault in error.errors(include_input=False)))
        raise click.UsageError(f"is empty, too long, or no text: {places}") from None


def _uncounted(words: Wording, kind: str) -> Iterator[str]:
    """A note where nothing in the policy asks for a kind of activity: it is kept, but may be a slip of the pen."""
    from leadkit.rules.facts import near

    policy = words.policy
    levels = policy.document.service_levels
    known = {*policy.event_kinds, *levels.follow_ups, *levels.answers}
    if kind not in known:
        named = policy.id.partition("#")[0]
        hint = words.message(near(kind, known))
        yield words.line("lines", "uncounted", kind=kind, policy=named, hint=hint)
