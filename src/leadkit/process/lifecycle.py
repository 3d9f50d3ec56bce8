"""From where to where: the steps that a lead can take, as data that the documentation draws."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, setters

from leadkit.errors import CommandError, Problem


@define(on_setattr=setters.frozen)
class Step:
    """A command, the states it starts from, and those it may end in; where `to` is empty the state stays."""

    command: str
    start: tuple[str, ...]
    to: tuple[str, ...] = ()


SCREENED = ("new", "valid", "invalid")
"""What a screening makes of a lead: open is `new`, since somebody has to ask."""

IN_QUEUE = ("new", "valid")
"""A lead in one of these is worked on."""

LEAD_STEPS = (
    Step("capture", (), SCREENED),
    Step("screen", ("new", "valid", "invalid"), SCREENED),
    Step("amend", ("new", "valid", "invalid"), SCREENED),
    Step("disqualify", ("new", "valid"), ("invalid",)),
    Step("archive", ("invalid",), ("archived",)),
    Step("overturn", ("invalid",), ("valid",)),
    Step("assign", ("new", "valid"), ()),
    Step("release", ("new", "valid"), ()),
    Step("reopen", ("archived",), SCREENED),
    Step("pause", ("new", "valid")),
    Step("resume", ("new", "valid")),
    Step("convert", ("valid",), ("converted",)),
    Step("recycle", ("converted",), ("valid",)),
)
"""Every step of a lead. `record`, `merge`, `rescore` and `erase` are possible in every state."""


OPPORTUNITY_STEPS = (
    Step("convert", (), ("assessing",)),
    Step("assess", ("assessing", "graded", "planning", "negotiating", "contracting")),
    Step("confirm_grade", ("assessing",), ("graded",)),
    Step("confirm_grade", ("graded", "planning", "contracting")),
    Step("confirm_grade", ("negotiating",), ("negotiating", "planning")),
    Step("report", ("graded", "planning", "negotiating", "contracting")),
    Step("plan", ("graded", "planning"), ("planning",)),
    Step("reject_plan", ("planning",), ("graded",)),
    Step("approve_plan", ("planning",), ("negotiating",)),
    Step("reach", ("negotiating", "contracting", "signed")),
    Step("raise_objection", ("negotiating", "contracting")),
    Step("answer_objection", ("planning", "negotiating", "contracting", "signed")),
    Step("draft_contract", ("negotiating", "contracting"), ("contracting",)),
    Step("review_contract", ("contracting",)),
    Step("sign", ("contracting",), ("contracting", "signed")),
    Step("win", ("signed",), ("won",)),
    Step("hand_over", ("signed", "won")),
    Step("assign", ("assessing", "graded", "planning", "negotiating", "contracting", "signed")),
    Step("lose", ("assessing", "graded", "planning", "negotiating", "contracting", "signed"), ("lost",)),
)
"""Every step of an opportunity. A grade that rises to one whose plans others approve takes the talks back to planning,
until they approved. Both sides sign, each with a `sign` of its own, after the legal review.

What is signed can still fall through until it is marked won.
"""


def check_step(steps: Iterable[Step], command: str, state: str, subject: str) -> None:
    """Let a command through that may be given in `state`; `subject` is the id to name in the error.

    Raises:
        CommandError: it may not; the hint names what may.
    """
    every = tuple(steps)
    starts = [one.start for one in every if one.command == command]
    if not starts or any(state in start for start in starts):
        return
    possible = ", ".join(dict.fromkeys(one.command for one in every if state in one.start))
    raise CommandError(Problem(subject, f"can't {command} what is {state}", f"possible now: {possible or 'nothing'}"))
