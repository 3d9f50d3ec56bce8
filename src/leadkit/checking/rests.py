"""Quick witnesses that a rule counts: a few leads, from poor to rich, with and without what the rule gives."""

from __future__ import annotations

from leadkit.scoring.parts import Choice, Group
from leadkit.scoring.space import Space

MOST_RESTS = 40


class Rests:
    """Leads that differ in how many parts already give their best; a rule is tried on top of each of them."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._base = [part.choices[0] for part in space.parts]
        self._best = [max(part.choices, key=lambda choice: sum(choice.points.values())) for part in space.parts]
        self._home = {key: place for place, part in enumerate(space.parts) for c in part.choices for key in c.points}
        every = max(1, len(space.parts) // MOST_RESTS)
        self._rests = {0: self._sums(self._base)}
        sums = dict(self._rests[0])
        for place, (base, best) in enumerate(zip(self._base, self._best, strict=True), start=1):
            _move(sums, base, best)
            if place % every == 0 or place == len(space.parts):
                self._rests[place] = dict(sums)

    def feel(self, scorer: int, group: str, code: str) -> bool:
        """Whether one of the leads has another total without the rule. False decides nothing."""
        key = (scorer, group, code)
        if key not in self._home:
            return False
        place = self._home[key]
        choices = [choice for choice in self._space.parts[place].choices if key in choice.points]
        for best, rest in self._rests.items():
            mine = self._best[place] if place < best else self._base[place]
            for choice in (choices[0], choices[-1]):
                sums = dict(rest)
                _move(sums, mine, choice)
                total = self._total(scorer, sums)
                sums[scorer, group] -= choice.points[key]
                if self._total(scorer, sums) != total:
                    return True
        return False

    def _sums(self, choices: list[Choice]) -> dict[Group, int]:
        sums = dict.fromkeys(self._space.groups, 0)
        for choice in choices:
            for (scorer, group, _), points in choice.points.items():
                sums[scorer, group] += points
        return sums

    def _total(self, scorer: int, sums: dict[Group, int]) -> int:
        cuts = (self._space.cut(group, points) for group, points in sums.items() if group[0] == scorer)
        return self._space.scorers[scorer].total(sum(cuts))


def _move(sums: dict[Group, int], old: Choice, new: Choice) -> None:
    for choice, sign in ((old, -1), (new, 1)):
        for (scorer, group, _), points in choice.points.items():
            sums[scorer, group] += sign * points
