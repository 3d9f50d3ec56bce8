"""Every step of an opportunity, from the assessment to the handover, as a command of `leadkit opportunity`."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import commanded
from leadkit.cli.opportunities import AMOUNT, CLOSE, ID, OF_THE_DESK, opportunity, opportunity_id, tell
from leadkit.cli.process import REASON
from leadkit.cli.shared import Moment

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk

__all__ = ["opportunity"]


class Milestone(click.ParamType[tuple[str, datetime]]):
    """A step of the plan and the day it is to be reached: `demo@2026-12-01`."""

    name = "name@date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, datetime]:
        if isinstance(value, tuple):
            return value
        step, _, date = value.rpartition("@")
        if not step.strip():
            self.fail("not a milestone such as demo@2026-12-01", param, ctx)
        return step, Moment().convert(date, param, ctx)


@click.command()
@ID
@click.argument("number", type=click.IntRange(min=1))
@click.argument("text")
@commanded
def answer(desk: Desk, said_id: str, number: int, text: str, how: dict[str, Any]) -> None:
    """Answer an objection, by its number in `show`."""
    tell(desk, desk.opportunities.answer_objection(opportunity_id(desk, said_id), str(number), text, **how))


def _step(name: str, method: str, help_text: str, *options: Any) -> None:
    """A command of the group that is one command of the desk; `options` are its arguments, called as the desk's are."""

    @commanded
    def take(desk: Desk, said_id: str, how: dict[str, Any], **given: Any) -> None:
        said = {option: value for option, value in given.items() if value is not None}
        tell(desk, getattr(desk.opportunities, method)(opportunity_id(desk, said_id), **said, **how))

    for option in reversed(options):
        take = option(take)
    OF_THE_DESK[method] = name
    opportunity.add_command(click.command(name, help=help_text)(ID(take)))


def _verdict(_: click.Context, __: click.Parameter, said: bool | None) -> bool:
    if said is None:
        raise click.UsageError("say --approve or --reject")
    return said


say = partial(click.option, required=True)

_step(
    "assess", "assess",
    "Judge an opportunity, or judge it again.\n\nWhat is left out stays. A supervisor confirms the grade that follows.",
    click.option("--urgency", help="immediate, urgent, normal; from --close where it was never said."),
    click.option("--budget", help="high, medium, low; from the amount where it was never said."),
    click.option("--competition", help="ahead, even, behind."),
    click.option("--decision-chain", help="simple, medium, complex."),
    AMOUNT, CLOSE, REASON,
)  # fmt: skip
_step(
    "assign", "assign", "Give an opportunity to somebody, or to the member with the fewest open ones.",
    click.option("--to", help="The member's id."), REASON,
)  # fmt: skip
_step("confirm", "confirm_grade", "Confirm the grade that was proposed, as a supervisor.", REASON)
_step(
    "report", "report", "Hand in the project report that an A opportunity owes.\n\nIt is due 24 hours after the grade.",
    say("--strategy", help="How you want to win it."), say("--goal", help="What you expect to reach."),
)  # fmt: skip
_step(
    "plan", "plan", "Submit the conversion plan; talks begin once it is approved.\n\nA new plan replaces the old one.",
    say("--pains", help="What hurts the customer."), say("--advantages", help="What our solution does better."),
    say("--strategy", help="How to negotiate: price floor, extras, the way to the deciders."),
    click.option("--milestone", "milestones", type=Milestone(), multiple=True, help="Give it once for each."),
)  # fmt: skip
_step(
    "approve",
    "approve_plan",
    "Approve the plan, so that talks begin.\n\nThat of an A opportunity as a director.",
    REASON,
)
_step("reject", "reject_plan", "Send the plan back.", say("--reason", help="What is to be mended."))
_step("reach", "reach", "Note that a milestone was reached.", click.argument("milestone"))
_step(
    "object", "raise_objection", "Keep an objection of the customer's.\n\nIt is to be answered within 24 hours.",
    click.argument("text"), click.option("--key-objection", is_flag=True, help="The whole team should know."),
)  # fmt: skip
opportunity.add_command(answer)
_step(
    "draft", "draft_contract", "Keep the draft of the contract; it goes to legal.",
    say("--terms", help="What it says."),
)  # fmt: skip
_step(
    "review", "review_contract", "Say as legal whether the contract can be signed.",
    click.option("--approve/--reject", "approved", default=None, callback=_verdict, help="The verdict."), REASON,
)  # fmt: skip
_step(
    "sign", "sign", "Note that one side signed.\n\nWith both signatures the opportunity can be won.",
    say("--side", type=click.Choice(["us", "customer"]), help="Who signed."),
)  # fmt: skip
_step(
    "win", "win", "Mark a signed opportunity as won.",
    click.option("--factor", "factors", multiple=True, help="Why we won; give it once for each reason."),
)  # fmt: skip
_step(
    "lose", "lose", "Mark an opportunity as lost.",
    say("--reason-code", "lost_reason", help="What the review counts, such as price."),
    click.option("--competitor", help="Who won it."), REASON,
)  # fmt: skip
_step(
    "hand-over", "hand_over", "Hand customer, need and terms over to delivery.",
    say("--terms", help="What was promised."),
)  # fmt: skip
