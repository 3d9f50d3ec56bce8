"""How often deals were won that went with an activity, and that went without it: beside it, not because of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from attrs import define, field, setters

from leadkit.results import Result
from leadkit.reviewing.figures import by_field, total
from leadkit.reviewing.rates import Direction, Rate, change_of_rate
from leadkit.reviewing.standing import ActivityCell, PipelineCell
from leadkit.reviewing.win_rates import in_order, win_rate

Grades = Mapping[str | None, Rate]


@define(on_setattr=setters.frozen, kw_only=True)
class ActivityRate(Result):
    """How often opportunities were won whose lead had an activity by the time of closing, and how often the others.

    `grade` is that of both sides, all grades where `whole`. `direction` says whether they were won more often with it
    (`up`) or less often (`down`) by more than chance explains; None where one side has fewer than 30 cases.
    """

    name: str
    grade: str | None
    whole: bool
    won_with: Rate
    won_without: Rate
    direction: Direction | None


@define(on_setattr=setters.frozen, kw_only=True)
class ActivityRates(Result):
    """Win rates with and without each kind of activity and each means, of what was closed in the last 365 days.

    The most frequent first; each for all grades, then for each grade in the order of the policy.
    """

    kinds: tuple[ActivityRate, ...] = field(repr=False)
    means: tuple[ActivityRate, ...] = field(repr=False)


def activity_rates(
    kinds: Sequence[ActivityCell],
    means: Sequence[ActivityCell],
    pipeline: Iterable[PipelineCell],
    grades: Sequence[str],
) -> ActivityRates:
    """The rates from the cells of activities, and from those of all closed opportunities in the `pipeline`."""
    closed = by_field((cell for cell in pipeline if cell.status != "open"), "grade")
    every = {grade: win_rate(closed[grade]) for grade in sorted(closed, key=in_order(grades))}
    return ActivityRates(kinds=tuple(_rates(kinds, every)), means=tuple(_rates(means, every)))


def _rates(cells: Sequence[ActivityCell], every: Grades) -> Iterator[ActivityRate]:
    names = by_field(cells, "name")
    whole = _sum(every.values())
    for name in sorted(names, key=_most_frequent(names)):
        with_it = win_rate(names[name])
        yield _rate(name, None, with_it, whole, whole=True)
        by_grade = by_field(names[name], "grade")
        for grade, rate in every.items():
            yield _rate(name, grade, win_rate(by_grade[grade]), rate)


def _most_frequent(names: Mapping[str, Sequence[ActivityCell]]) -> Callable[[str], tuple[int, str]]:
    return lambda name: (-total(names[name], "opportunities"), name)


def _rate(name: str, grade: str | None, with_it: Rate, all_of_them: Rate, *, whole: bool = False) -> ActivityRate:
    without = Rate(all_of_them.met - with_it.met, all_of_them.of - with_it.of)
    enough = not with_it.small and not without.small
    direction = change_of_rate(without, with_it) if enough else None
    return ActivityRate(name=name, grade=grade, whole=whole, won_with=with_it, won_without=without, direction=direction)


def _sum(rates: Iterable[Rate]) -> Rate:
    every = list(rates)
    return Rate(sum(rate.met for rate in every), sum(rate.of for rate in every))
