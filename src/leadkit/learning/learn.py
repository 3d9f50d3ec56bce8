"""Learn points from cases that have ended, and say whether they are worth anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from attrs import evolve

from leadkit.errors import FactError, Problem
from leadkit.learning.capacity import Capacity, Share
from leadkit.learning.concluding import concluded
from leadkit.learning.fitting import Settings
from leadkit.learning.form import Scoring
from leadkit.learning.screening import doubts, mature, young
from leadkit.learning.start_rules import Usable
from leadkit.learning.toml import BARE
from leadkit.learning.usable import usable_table
from leadkit.policy import Policy
from leadkit.policy.events import counts_of, events_of
from leadkit.records import Lead
from leadkit.reviewing.calibration_cases import Outcome
from leadkit.reviewing.learned import Learned
from leadkit.rules.facts import near

UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The time of cases that have none, where nothing depends on it."""


def learn(
    cases: Iterable[Outcome],
    *,
    start: Policy,
    facts: Collection[str] | None = None,
    rules: int = 15,
    step: int = 1,
    high: Capacity = Share(0.2),  # noqa: B008
    keep: Collection[str] = (),
    unordered: Collection[str] = (),
    mature_days: int | None = None,
    as_of: datetime | None = None,
    samples: int = 20,
    with_curve: bool = False,
) -> Learned:
    """A policy with at most `rules` numbers, multiples of `step`, made from cases around the points of `start`.

    `facts` may be used, of those that `start` knows, and kinds of events; all that the cases say where it is left out.
    Facts that may have been filled in because of the ending, and those that name a rep, are not, but for those in
    `keep`. The levels of a category are in order, best first, but for those `unordered`. `high` says how many leads the
    highest band is for. Cases that opened less than `mature_days` before `as_of` are left out; by default, those
    younger than nine of ten won ones were. `samples` bootstrap samples say how sure each number is.

    The same cases give the same policy, in every process.

    Raises:
        FactError: there are too few cases, of one ending only, or no fact that differs or tells anything at all; a fact
            has the wrong type, a time is naive; all at once.
        MissingExtraError: numpy is not installed.
    """
    start.refuse_route("no learning")
    given = tuple(map(_kept, cases))
    _check(given, start, facts, rules, step, as_of)
    when = as_of or latest(given)
    old_enough = mature(given, when, mature_days)
    names, kinds = _asked(old_enough, start, facts)
    usable = Usable(None if facts is None else frozenset(facts))
    table, left_out = usable_table(old_enough, start, names, kinds, when, usable, keep)
    warnings = [*young(given, old_enough), *left_out, *doubts(table)]
    settings = Settings(rules=rules, step=step, unordered=frozenset(unordered))
    return concluded(table, start, settings, high, warnings, samples, with_curve=with_curve, form=Scoring(start))


def latest(cases: Iterable[Outcome]) -> datetime:
    """The last time that the cases name."""
    return max((at for case in cases for at in (case.at, case.ended_at) if at is not None), default=UNDATED)


def _check(
    cases: Sequence[Outcome],
    start: Policy,
    facts: Collection[str] | None,
    rules: int,
    step: int,
    as_of: datetime | None,
) -> None:
    """Refuse what can't be learned from as it is, all at once."""
    problems = [*wrong_settings(cases, rules, step, as_of)]
    if as_of is None and any(isinstance(case.lead, Lead) and case.at is None for case in cases):
        problems.append(Problem("a record needs a time at which it is scored", "give at, or as_of", path="cases"))
    kinds = {kind for case in cases for kind in _kinds(case)}
    known = {*start.facts, *kinds}
    problems += [
        Problem("no such fact", near(name, known), path=f"facts.{name}") for name in facts or () if name not in known
    ]
    if problems:
        raise FactError(problems[:20])


def wrong_settings(cases: Sequence[Outcome], rules: int, step: int, as_of: datetime | None) -> Iterator[Problem]:
    """Times without a zone, and numbers that can't be asked for."""
    for place, case in enumerate(cases):
        for name, at in (("at", case.at), ("ended_at", case.ended_at)):
            if at is not None and at.utcoffset() is None:
                yield Problem("is naive", "give it a zone", path=f"cases.{place}.{name}")
    if as_of is not None and as_of.utcoffset() is None:
        yield Problem("is naive", "give it a zone", path="as_of")
    if rules < 1:
        yield Problem("must be 1 or more", path="rules")
    if step not in {1, 2, 5, 10}:
        yield Problem("must be 1, 2, 5 or 10", path="step")


def _kept(case: Outcome) -> Outcome:
    """A case whose activities can be gone through more than once."""
    return case if isinstance(case.activities, (Mapping, tuple)) else evolve(case, activities=tuple(case.activities))


def _kinds(case: Outcome) -> Collection[str]:
    if not case.activities:
        return ()
    if isinstance(case.activities, Mapping):
        return {str(kind) for kind, count in counts_of(case.activities).items() if count}
    return {str(event[0]) for event in events_of(tuple(case.activities))}


def _asked(cases: Sequence[Outcome], start: Policy, facts: Collection[str] | None) -> tuple[list[str], list[str]]:
    """The facts and the kinds of events that may be used, in the order of the policy and of the alphabet."""
    mentioned: set[str] = set()
    for case in cases:
        mentioned.update(start.facts if isinstance(case.lead, Lead) else case.lead)
    kinds = sorted({kind for case in cases for kind in _kinds(case) if BARE.fullmatch(kind)})
    wanted = None if facts is None else set(facts)
    names = [name for name in start.facts if name in mentioned and (wanted is None or name in wanted)]
    return names, [kind for kind in kinds if wanted is None or kind in wanted]
