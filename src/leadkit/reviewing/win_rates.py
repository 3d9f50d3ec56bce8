"""How often deals were won: by grade, by the stage that they reached, and which of these rates an open deal has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import define, setters

from leadkit.process.states import IN_PROGRESS
from leadkit.reviewing.figures import by_field, total
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.standing import ActivityCell, PipelineCell

Order = Callable[[str | None], tuple[int, str]]
"""A sort key for what a group has in common."""


def in_order(names: Sequence[str]) -> Order:
    """A sort key by the place among `names`; what is not among them comes behind by name, what is not known last."""
    places = {name: place for place, name in enumerate(names)}
    return lambda key: (len(places) + 1, "") if key is None else (places.get(key, len(places)), key)


def win_rate(closed: Iterable[PipelineCell | ActivityCell]) -> Rate:
    """How often closed opportunities were won."""
    every = list(closed)
    won = [cell for cell in every if cell.status == "won"]
    return Rate(total(won, "opportunities"), total(every, "opportunities"))


@define(on_setattr=setters.frozen)
class WinRates:
    """The win rates of what was closed in the 365 days before a review.

    That of a stage is of what is known to have reached it; every stage before its furthest counts as reached.
    """

    grades: Mapping[str | None, Rate]
    stages: Mapping[str, Rate]
    both: Mapping[tuple[str, str | None], Rate]
    """By stage and grade."""

    @classmethod
    def of(cls, closed: Sequence[PipelineCell]) -> WinRates:
        """The rates of closed opportunities."""
        grades = by_field(closed, "grade")
        reached = {stage: _reached(closed, stage) for stage in IN_PROGRESS}
        return cls(
            {grade: win_rate(cells) for grade, cells in grades.items()},
            {stage: win_rate(cells) for stage, cells in reached.items() if cells},
            {
                (stage, grade): win_rate(members)
                for stage, cells in reached.items()
                for grade, members in by_field(cells, "grade").items()
            },
        )

    def likely(self, cell: PipelineCell) -> Rate | None:
        """The rate that says most of an open deal: of its stage and grade, else its stage, else its grade.

        One of fewer than 30 closed deals says nothing; None where all do.
        """
        stage = cell.stage or ""
        rates = self.both.get((stage, cell.grade)), self.stages.get(stage), self.grades.get(cell.grade)
        return next((rate for rate in rates if rate is not None and not rate.small), None)


def _reached(closed: Iterable[PipelineCell], stage: str) -> list[PipelineCell]:
    later = IN_PROGRESS[IN_PROGRESS.index(stage) :]
    return [cell for cell in closed if cell.stage in later]
