"""From cases to whole points: leaves, reference, projection, integers."""

from __future__ import annotations

from attrs import define, setters

from leadkit.learning.hand import hand_points, prior
from leadkit.learning.integers import Points, drawn_through, whole_points
from leadkit.learning.leaves import Leaf, leaves_of, matrix
from leadkit.learning.libraries import Floats, np
from leadkit.learning.logistic import probability
from leadkit.learning.projection import Projection, project
from leadkit.learning.reference import Reference, gathered, reference
from leadkit.learning.table import Table
from leadkit.learning.unknowns import blanks_unrewarded
from leadkit.policy import Policy


@define(on_setattr=setters.frozen, kw_only=True)
class Settings:
    """What is asked of the points: how many leaves at most, and the multiple that they are of."""

    rules: int = 15
    step: int = 1
    unordered: frozenset[str] = frozenset()


@define(on_setattr=setters.frozen)
class Fitted:
    """The points of the leaves that were chosen, and the models that they came from."""

    leaves: tuple[Leaf, ...]
    points: Points
    weights: Floats
    reference: Reference
    projection: Projection

    def totals(self, table: Table) -> Floats:
        """What the points add up to for each case, before anything is shifted."""
        return matrix(table, self.leaves).astype(np.float64) @ self.points.points.astype(np.float64)

    def chances(self, table: Table) -> Floats:
        """The probabilities of being won that the points stand for."""
        return probability(self.points.base + self.points.slope * self.totals(table))

    def expected(self, table: Table) -> Floats:
        """The log-odds of the reference."""
        return self.reference.model.log_odds(matrix(table, self.reference.leaves))


def fitted(table: Table, start: Policy, settings: Settings, shares: Floats | None = None) -> Fitted:
    """Points made from all the cases of a table; `shares` are the weights of the models where they are known."""
    by_hand = hand_points(start, table, settings.unordered)
    leaves = leaves_of(table, settings.unordered, tuple(by_hand))
    answers, won = matrix(table, leaves), table.won.astype(np.float64)
    kept = sum(leaf in by_hand for leaf in leaves)
    around = prior(leaves, by_hand, answers)
    made = reference(leaves, answers, won, around, table.folds, kept=kept, shares=shares)
    answers = matrix(table, made.leaves)
    # From here on the cases have the reference's probabilities for their endings.
    expected = probability(made.model.log_odds(answers))
    projection = project(made.leaves, gathered(answers, expected), settings.rules)
    chosen = [made.leaves[place] for place in projection.chosen]
    few = gathered(answers[:, list(projection.chosen)], expected)
    ordered = np.array([leaf.ordered for leaf in chosen], dtype=np.bool_)
    points = whole_points(chosen, projection.model.weights, few, settings.step, ordered)
    given = blanks_unrewarded(chosen, points.points.tolist(), table)
    given = {leaf: worth for leaf, worth in given.items() if worth}
    left = Points(np.array(list(given.values()), dtype=np.int64), points.base, points.slope, points.divergence)
    weights = dict(zip(chosen, projection.model.weights.tolist(), strict=True))
    if set(given) != set(chosen):
        left = drawn_through(left, gathered(matrix(table, tuple(given)), expected))
    return Fitted(tuple(given), left, np.array([weights.get(leaf, 0.0) for leaf in given]), made, projection)
