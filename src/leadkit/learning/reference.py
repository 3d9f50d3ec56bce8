"""The reference: models around the start policy and without it, more or less bold, averaged by what they foretell."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, setters

from leadkit.learning.leaves import Leaf
from leadkit.learning.libraries import Answers, Flags, Floats, Places, np
from leadkit.learning.logistic import Cases, Fit, Prior, fit, loss
from leadkit.learning.table import squeezed

TAUS = (1.0, 0.5, 0.25, 0.1, 0.03)
"""How far a weight may lie from where the prior has it; the boldest first, since the next starts from there."""
FOLDS = 5
MOST_WEIGHED, LEAST_WEIGHT = 6_000, 0.01
DIGITS = 7
MOST_LEAVES = 80
"""So many leaves, those that tell most by themselves, go into the models."""


@define(on_setattr=setters.frozen)
class Reference:
    """The averaged model over `leaves`, and the share of the weight that models around the start policy have."""

    leaves: tuple[Leaf, ...]
    model: Fit
    hand_share: float
    shares: Floats


def reference(
    leaves: Sequence[Leaf],
    answers: Answers,
    won: Floats,
    hand: Floats | None,
    folds: Places,
    *,
    kept: int = 0,
    shares: Floats | None = None,
) -> Reference:
    """The model of the log-odds of being won; the first `kept` leaves are in it in any case.

    `hand` are the points of the start policy for each leaf, in standard deviations of their sum. `folds` part the
    rows for weighing the models, rows that are equal being in the same one; `shares` are weights that are known.
    """
    chosen = _telling(answers, won, kept)
    leaves, answers = [leaves[place] for place in chosen], np.ascontiguousarray(answers[:, chosen])
    hand = None if hand is None else hand[chosen]
    bounded = np.array([leaf.ordered for leaf in leaves], dtype=np.bool_)
    priors = [Prior(tau, centre) for centre in ([hand] if hand is not None else []) + [None] for tau in TAUS]
    if shares is None or len(shares) != len(priors):
        few = slice(None, None, -(-len(won) // MOST_WEIGHED))
        shares = weights_of(answers[few], won[few], folds[few], priors, bounded)
    cases = gathered(answers, won)
    base, worth, weights = 0.0, 0.0, np.zeros(len(leaves))
    start: Fit | None = None
    used = shares * (shares >= LEAST_WEIGHT)
    for share, prior in zip(used / used.sum(), priors, strict=True):
        if share:
            start = fit(cases, prior, bounded, start)
            base, worth, weights = (
                base + share * start.base,
                worth + share * start.worth,
                weights + share * start.weights,
            )
    around = float(sum(share for share, prior in zip(shares, priors, strict=True) if prior.hand is not None))
    # Sums differ in their last digits by the number of threads; nothing that follows may hang on those.
    model = Fit(round(base, DIGITS), np.round(weights, DIGITS), round(worth, DIGITS))
    return Reference(tuple(leaves), model, around, shares)


def weights_of(answers: Answers, won: Floats, folds: Places, priors: Sequence[Prior], bounded: Flags) -> Floats:
    """The weight of each model: exp of minus its loss on held-out cases beyond the best, and half of its doubt."""
    each = np.zeros((len(priors), len(won)))
    ones = np.ones(len(won))
    for fold in range(FOLDS):
        # Other digits than those of the outer folds.
        held = folds // FOLDS % FOLDS == fold
        if not held.any() or held.all():
            continue
        cases = gathered(answers[~held], won[~held])
        start: Fit | None = None
        for place, prior in enumerate(priors):
            start = fit(cases, prior, bounded, start)
            each[place, held] = loss(start.log_odds(answers[held]), ones[held], won[held])
    beyond = each - each[each.sum(axis=1).argmin()]
    doubt = np.sqrt(len(won)) * beyond.std(axis=1)
    shares: Floats = np.exp(-(beyond.sum(axis=1) + doubt / 2))
    whole: Floats = np.round(shares / shares.sum(), DIGITS)
    return whole


def gathered(answers: Answers, won: Floats) -> Cases:
    """The cases with equal rows as one row each."""
    if not answers.shape[1]:
        return Cases(answers[:1].astype(np.float64), np.array([float(len(won))]), np.array([float(won.sum())]))
    kinds, first = squeezed(answers)
    size = len(first)
    total, met = np.bincount(kinds, minlength=size), np.bincount(kinds, won, size)
    return Cases(np.asfortranarray(answers[first], dtype=np.float64), total.astype(np.float64), met.astype(np.float64))


def _telling(answers: Answers, won: Floats, kept: int) -> list[int]:
    """The leaves to use: those `kept`, and of the others those that tell most by themselves, by the score test."""
    if answers.shape[1] <= MOST_LEAVES:
        return list(range(answers.shape[1]))
    centred = won - won.mean()
    pull = np.array([column @ centred for column in answers.T])
    spread = np.array([column.var() for column in answers.T]) * len(won) + 1e-12
    telling = np.round(pull**2 / spread, DIGITS)
    order = sorted(range(kept, answers.shape[1]), key=lambda place: (-telling[place], place))
    return sorted([*range(kept), *order[: MOST_LEAVES - kept]])
