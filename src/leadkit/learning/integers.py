"""Whole points: weights scaled and rounded, and then moved step by step while that brings them nearer."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, setters

from leadkit.learning.leaves import Leaf
from leadkit.learning.libraries import Flags, Floats, Places, np
from leadkit.learning.logistic import Cases, loss, probability

LINE_STEPS, LINE_HALVINGS = 25, 20
SCALES, PASSES, TOP = 8, 20, 10
NEARER = 1e-7
"""A move has to bring the points so much nearer, as a part of what is left; less may be the last digits of a sum."""
TOPS = (40, 35, 30, 25, 20, 15, 10)
MOST_TOTAL = 100


@define(on_setattr=setters.frozen)
class Points:
    """The points of each leaf, and the log-odds that they stand for: `base` and `slope` a point."""

    points: Places
    base: float
    slope: float
    divergence: float


def whole_points(leaves: Sequence[Leaf], weights: Floats, cases: Cases, step: int, ordered: Flags) -> Points:
    """The whole points that come nearest to the reference's probabilities, in multiples of `step`.

    With a step above 1 the largest is one with which no case has more than 100 in all.
    """
    if step == 1:
        return _descended(weights, cases, 1, TOP, ordered)
    for top in (top for top in TOPS if top % step == 0):
        candidate = _descended(weights, cases, step, top, ordered)
        if most_total(leaves, candidate.points) <= MOST_TOTAL:
            return candidate
    return _descended(weights, cases, step, step, ordered)


def drawn_through(points: Points, cases: Cases) -> Points:
    """The same points with the base and the slope that fit these cases best."""
    sums = cases.answers.astype(np.int64) @ points.points
    line = _line(_by_sum(sums, cases), points.base, points.slope)
    return Points(points.points, *line)


def most_total(leaves: Sequence[Leaf], points: Places) -> int:
    """The difference between the most and the fewest points that a case can have, fact by fact."""
    by_fact: dict[tuple[str, str], list[tuple[Leaf, int]]] = {}
    for leaf, given in zip(leaves, points.tolist(), strict=True):
        by_fact.setdefault((leaf.kind if leaf.kind in {"event", "met"} else "fact", leaf.name), []).append(
            (leaf, given)
        )
    return sum(_range_of(pairs) for pairs in by_fact.values())


def _range_of(pairs: list[tuple[Leaf, int]]) -> int:
    if pairs[0][0].kind in {"event", "met"}:
        return max(abs(given) * (int(leaf.value or 1) if leaf.kind == "event" else 1) for leaf, given in pairs)
    sums = [0]
    climbing = sorted((p for p in pairs if p[0].kind == "at_least"), key=lambda p: float(p[0].value or 0))
    climbing += [pair for pair in pairs if pair[0].kind == "at_least_level"]
    total = 0
    for _, given in climbing:
        total += given
        sums.append(total)
    sums += [given for leaf, given in pairs if leaf.kind in {"level", "unknown"}]
    return max(sums) - min(sums)


def _descended(weights: Floats, cases: Cases, step: int, top: int, ordered: Flags) -> Points:
    """The best of eight scales, each rounded and then improved point by point."""
    answers = np.asfortranarray(cases.answers.astype(np.int64))
    largest = float(np.abs(weights).max()) if len(weights) else 0.0
    if not largest:
        nothing = np.zeros(len(weights), dtype=np.int64)
        return Points(nothing, *_line(_by_sum(answers @ nothing, cases), 0.0, 0.0))
    best: Points | None = None
    for place in range(SCALES):
        height = top * (0.5 + 0.5 * (place + 1) / SCALES)
        points = (np.round(np.round(weights * height / largest / step, 6)) * step).astype(np.int64)
        candidate = _improved(points, answers, cases, step, top, ordered, largest / height)
        if best is None or candidate.divergence < best.divergence * (1 - NEARER):
            best = candidate
    assert best is not None
    return best


def _improved(
    points: Places, answers: Places, cases: Cases, step: int, top: int, ordered: Flags, slope: float
) -> Points:
    sums = answers @ points
    line = _line(_by_sum(sums, cases), 0.0, slope)
    for _ in range(PASSES):
        before = line[2]
        for leaf in range(len(points)):
            for move in (step, -step):
                moved = points[leaf] + move
                if abs(moved) > top or (ordered[leaf] and moved < 0):
                    continue
                moved_sums = sums + move * answers[:, leaf]
                tried = _line(_by_sum(moved_sums, cases), line[0], line[1])
                if tried[2] < line[2] * (1 - NEARER):
                    points[leaf], sums, line = moved, moved_sums, tried
        if line[2] >= before * (1 - NEARER):
            break
    return Points(points, *line)


def _by_sum(sums: Places, cases: Cases) -> Cases:
    """The cases by what their points add up to, all that have the same sum as one row: a line sees no more of them."""
    lowest = int(sums.min())
    total, won = (np.bincount(sums - lowest, counts).astype(np.float64) for counts in (cases.total, cases.won))
    there = np.flatnonzero(total)
    return Cases((there + lowest).astype(np.float64)[:, None], total[there], won[there])


def _line(cases: Cases, base: float, slope: float) -> tuple[float, float, float]:
    """The base and the slope with which sums of points come nearest to the reference, and the divergence then.

    Newton's method; a step that would lead further away is halved. The answers of `cases` are the sums alone.
    """
    sums = cases.answers[:, 0]
    value = float(loss(base + slope * sums, cases.total, cases.won).sum())
    share = float(np.clip(cases.won.sum() / cases.total.sum(), 1e-9, 1 - 1e-9))
    flat = float(np.log(share / (1 - share)))
    at_flat = float(loss(np.full(len(sums), flat), cases.total, cases.won).sum())
    if at_flat < value:
        base, slope, value = flat, 0.0, at_flat
    for _ in range(LINE_STEPS):
        moves = _moves(cases, sums, base, slope)
        length, before = 1.0, value
        for _ in range(LINE_HALVINGS):
            tried = base - length * moves[0], slope - length * moves[1]
            nearer = float(loss(tried[0] + tried[1] * sums, cases.total, cases.won).sum())
            if nearer <= value:
                base, slope, value = *tried, nearer
                break
            length /= 2
        if before - value <= NEARER / 10 * before:
            break
    return base, slope, value


def _moves(cases: Cases, sums: Floats, base: float, slope: float) -> tuple[float, float]:
    """Newton's step of the base and of the slope."""
    share = probability(base + slope * sums)
    away, weight = cases.total * share - cases.won, cases.total * share * (1 - share)
    g0, g1 = float(away.sum()), float(away @ sums)
    h00, h01, h11 = float(weight.sum()), float(weight @ sums), float(weight @ sums**2)
    down = h00 * h11 - h01 * h01
    if down <= 1e-12 * max(h00 * h11, 1e-12):
        return g0 / max(h00, 1e-12), 0.0
    return (h11 * g0 - h01 * g1) / down, (h00 * g1 - h01 * g0) / down
