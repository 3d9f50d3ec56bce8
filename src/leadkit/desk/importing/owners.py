"""The new owners that a list names, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.read_sheet import Place
from leadkit.desk.commands.team import Assign
from leadkit.desk.execute import Executor
from leadkit.desk.importing.imported_follow_ups import AssignedRow
from leadkit.desk.importing.runs import receipts
from leadkit.desk.numbers import Home
from leadkit.desk.planned import UNPLANNED, Planned
from leadkit.desk.results import Receipt
from leadkit.desk.worked_lists import Assignment
from leadkit.errors import CommandError, NotFoundError, Problem
from leadkit.records.people import Actor
from leadkit.texts.messages import in_language


@define(on_setattr=setters.frozen)
class Owners:
    """The new owners in one file: who assigns them, by which plan, and which of them an earlier run assigned."""

    executor: Executor
    source: str
    by: Actor | None
    planned: Mapping[Place, Planned] | None

    def take(self, assignments: Sequence[Assignment], homes: Mapping[str, Home]) -> tuple[AssignedRow, ...]:
        """What came of each; one that has the lead already is no change, one that was done stays as it is.

        What is planned holds: one that would come to something else is refused.
        """
        with self.executor.storage.transaction(read_only=True) as unit:
            done = dict(receipts(unit, {wanted.place: self._key(wanted.place) for wanted in assignments}))
        return tuple(
            _done(wanted, done[wanted.place])
            if wanted.place in done
            else self._taken(wanted, homes.get(wanted.lead_id))
            for wanted in assignments
        )

    def _key(self, place: Place) -> str:
        sheet, number = place
        return f"import:{self.source}:owner:{sheet}:{number}"

    def _taken(self, wanted: Assignment, home: Home) -> AssignedRow:
        row = AssignedRow(place=wanted.place, lead_id=wanted.lead_id, owner=wanted.owner, outcome="set_aside")
        try:
            if isinstance(home, CommandError):
                raise home
            if home is None:
                raise NotFoundError(Problem("its lead was not taken in", place=wanted.lead_id))
            return self._assigned(row, home)
        except CommandError as error:
            refused = "; ".join(in_language(problem, self.executor.policy.language) for problem in error.problems)
            return evolve(row, refused=refused)

    def _assigned(self, row: AssignedRow, home: str) -> AssignedRow:
        with self.executor.storage.transaction(read_only=True) as unit:
            lead = self.executor.work_set(unit).row(home)
        row = evolve(row, home=lead.id, was=lead.owner)
        plan = None if self.planned is None else self.planned.get(row.place, UNPLANNED)
        if lead.owner == row.owner:
            if plan is not None:
                plan.check(Planned("unchanged", lead.id))
            return evolve(row, outcome="unchanged")
        key = self._key(row.place)
        executor = self.executor if plan is None else evolve(self.executor, planned={key: plan})
        Assign(lead.id, row.owner, key=key, by=self.by).run(executor)
        return evolve(row, outcome="assigned")


def _done(wanted: Assignment, receipt: Receipt) -> AssignedRow:
    """A new owner that an earlier run of this import gave its lead."""
    return AssignedRow(
        place=wanted.place,
        lead_id=wanted.lead_id,
        owner=wanted.owner,
        outcome="assigned",
        home=receipt.lead_id,
        before=True,
    )
